//! What is run on arbitrary input, by the fuzz targets for as long as one likes and by the property tests in short.
//!
//! Each function takes bytes and panics when a promise is broken: nothing panics, hangs, prints what it must not, or says
//! more than fits into a log.

mod webhook;

pub use webhook::webhook;

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use arbitrary::{Result, Unstructured};
use countersign::plan::words::{self, field, header, path, query};
use countersign::plan::{
    Absent, Alphabet, CipherMode, Codec, Credential, CredentialKind, DecidedBy, Encoding, Escape, Fields, Function,
    Hash, JsonForm, JweAlgorithm, JweEncryption, JwsAlgorithm, List, Of, Operation, Padding, Payload, Per, Place, Plan,
    PlanRef, PublicForm, RequestPart, ResponseForm, Selection, Session, SessionValue, Setting, Slot, TimeFormat,
    UuidVersion, Value,
};
use countersign::{Builder, Call, Error, Executor, Setup, list};
use countersign_inspect::{Options, explain, verify};
use countersign_providers::PROVIDERS;
use countersign_sign::{Filled, Inputs, Moment};

use crate::leaks::{Leaks, text_of};
use crate::sender::sent;

/// Longer than anything may take, on a machine that is busy with other things.
const LONG: Duration = Duration::from_secs(20);

/// The most that an error may say.
const MOST: usize = 2_000;

/// How deep expressions are nested.
const DEPTH: u32 = 5;

/// A text as a document: it is read, or refused with findings. Of what is read, a client can be built.
pub fn document(text: &str) {
    in_time(|| match countersign_spec::read("specs/acme.yaml", text) {
        Ok(document) => {
            let plan = Arc::new(document.plan().clone());
            if let Err(error) = build(plan) {
                panic!("a document lints clean and yields no client: {error}");
            }
        }
        Err(findings) => {
            let findings: Vec<String> = findings.into_iter().map(|finding| finding.to_string()).collect();
            assert!(!findings.is_empty(), "a document is refused without a word");
            assert!(findings.iter().all(|finding| finding.starts_with("specs/acme.yaml")), "{findings:?}");
        }
    });
}

/// Any expression over any request: it is evaluated, or refused by its name, and shows nothing that it must not.
pub fn evaluator(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok((plan, call)) = plan(&mut input).and_then(|plan| {
        let call = call(&mut input, &plan)?;
        Ok((Arc::new(plan), call))
    }) else {
        return;
    };
    in_time(|| {
        let leaks = Leaks::new(Arc::clone(&plan), &[], &[]);
        let client = build(Arc::clone(&plan)).expect("a client");
        let setup = client.setup();
        match explain(setup, &call, Options::default()) {
            Ok(explanation) => {
                leaks.debug("an explanation", &explanation);
                leaks.debug("an explanation", &explanation.to_string());
            }
            Err(invalid) => {
                leaks.debug("a refusal", &invalid);
                leaks.debug("a refusal", &invalid.to_string());
            }
        }
        // Whoever asks for the values of the call is shown no credential all the same.
        if let Ok(explanation) = explain(setup, &call, Options { danger_revealed: true, ..Options::default() }) {
            let shown = format!("{explanation}{explanation:?}");
            for key in ["SENTINEL-key", "SENTINEL-KEY", "sentinel-key", "53454e54494e454c2d6b6579", "U0VOVElORUwta2V5"]
            {
                assert!(!shown.contains(key), "{shown}");
            }
        }
        if let Ok(request) = confidential(&plan)
            && let Ok(found) = verify(setup, "send", &request, None)
        {
            leaks.debug("a verification", &found);
            leaks.debug("a verification", &found.values.iter().map(ToString::to_string).collect::<String>());
        }
        // Whoever receives what a client made finds nothing wrong with it.
        if let Some(request) = made(setup, &call) {
            let found = verify(setup, "send", &request, None).expect("a request that can be read");
            for value in found.values {
                assert!(value.is_good(), "{value} of {request:?}, which is made of {:?}", plan.operations[0].slots);
            }
        }
    });
}

/// What a client sends, if the call can be made.
fn made(setup: &Setup, call: &Call) -> Option<http::Request<bytes::Bytes>> {
    let operation = setup.plan.operation(call.operation())?;
    let mut request = call.request(operation, setup.base_path(operation)).ok()?;
    request.check(&[]).ok()?;
    let inputs = Inputs { setup, session: None, moment: Moment::now() };
    let Filled::Whole = request.fill(&inputs).ok()? else { return None };
    let in_object = operation.field("/person/pin").and_then(|pin| request.text(pin));
    if operation.body == Some(Encoding::Form) && in_object.is_some() {
        // A form does not tell what is in an object.
        return None;
    }
    sent(&request, "")
}

/// A request with something confidential in every place of [`plan`] that holds what a caller gives, and beside them.
fn confidential(plan: &Plan) -> std::result::Result<http::Request<bytes::Bytes>, http::Error> {
    let is_form = plan.operations[0].body == Some(Encoding::Form);
    http::Request::post("/a/SENTINEL%20of%2Fa.json?given=SENTINEL%26&three=3&other=SENTINEL&SENTINEL")
        .header("X-Given", "SENTINEL-x")
        .header("X-One", "1")
        .header("X-Two", "2")
        .body(if is_form { CONFIDENTIAL_FORM.into() } else { CONFIDENTIAL_JSON.into() })
}

/// A body with something confidential in what is described, and in what is not.
const CONFIDENTIAL_FORM: &str = "note=1&names=SENTINEL+%C3%A9&coded=SENTINEL-c&other=SENTINEL&names=SENTINEL+two";
const CONFIDENTIAL_JSON: &str = r#"{ "note" : [1, "2"], "names": ["SENTINEL \"1\"", {"of": "SENTINEL é", "in": [["SENTINEL"]]}],
    "coded": "SENTINEL-c", "person": {"pin": "SENTINEL-p", "other": "SENTINEL"}, "other": {"of": ["SENTINEL"]} }"#;

/// Any response to any operation of the providers: a success, a refusal or neither, in a few words.
pub fn outcome(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok((client, operation)) = provider(&mut input) else { return };
    let (Ok(status), Ok(id)) = (input.int_in_range(100..=999_u16), input.arbitrary::<&str>()) else { return };
    let mut answer = http::Response::builder().status(status);
    if let Ok(value) = http::HeaderValue::from_bytes(id.as_bytes()) {
        answer = answer.header("X-Request-Id", value);
    }
    let Ok(answer) = answer.body(input.take_rest().to_vec().into()) else { return };
    in_time(|| match client.classify(&operation.id, &answer) {
        Ok(()) => {
            let by_body = operation.outcome.decided_by == DecidedBy::Body;
            assert!(by_body || answer.status().is_success(), "{status} is taken for a success");
            let is_json = || serde_json::from_slice::<serde_json::Value>(answer.body()).is_ok();
            let judged = operation.response == ResponseForm::Empty || operation.outcome.success.is_empty() || is_json();
            assert!(judged, "what is no JSON is taken for a success");
        }
        Err(error) => {
            assert!(matches!(error, Error::Api(_) | Error::InvalidResponse(_)), "{error}");
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(text.chars().count() < MOST && !text.contains(char::is_control), "{text:?}");
            }
        }
    });
}

/// Any request for any operation of the providers: its values are recomputed, or it is refused.
pub fn request(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok((client, operation)) = provider(&mut input) else { return };
    let Ok(request) = received(&mut input, operation) else { return };
    in_time(|| {
        if let Ok(found) = verify(client.setup(), &operation.id, &request, None) {
            let _ = format!("{found:?} {}", found.values.iter().map(ToString::to_string).collect::<String>());
        }
    });
}

fn in_time(work: impl FnOnce()) {
    let began = Instant::now();
    work();
    assert!(began.elapsed() < LONG, "it took {:?}", began.elapsed());
}

/// A client with everything that it needs. Clients share their connections: reading the platform's certificates takes
/// longer than everything else.
fn build(plan: impl Into<PlanRef>) -> std::result::Result<Executor, Error> {
    static HTTP: LazyLock<reqwest::Client> = LazyLock::new(reqwest::Client::new);
    let plan = plan.into();
    let mut builder = Builder::new(plan.clone()).http_client(HTTP.clone()).base_url("https://acme.example/base");
    for credential in plan.credentials.iter() {
        builder = builder.credential(&credential.name, text_of(credential));
    }
    for setting in plan.settings.iter() {
        builder = builder.setting(&setting.name, "17");
    }
    builder.build()
}

fn provider(input: &mut Unstructured<'_>) -> Result<(&'static Executor, &'static Operation)> {
    static CLIENTS: LazyLock<Vec<Executor>> =
        LazyLock::new(|| PROVIDERS.iter().map(|provider| build(provider.plan).expect("a client")).collect());
    let index = input.choose_index(PROVIDERS.len())?;
    Ok((&CLIENTS[index], input.choose(&PROVIDERS[index].plan.operations)?))
}

fn received(input: &mut Unstructured<'_>, operation: &Operation) -> Result<http::Request<bytes::Bytes>> {
    let path = if input.arbitrary()? { operation.path.to_string() } else { format!("/{}", input.arbitrary::<&str>()?) };
    let mut request = http::Request::builder().method(&*operation.method).uri(path);
    for slot in operation.slots.iter().filter(|slot| slot.place != Place::Field) {
        let value = http::HeaderValue::from_bytes(input.arbitrary::<&[u8]>()?);
        if let (Place::Header, Ok(value)) = (slot.place, value) {
            request = request.header(&*slot.name, value);
        }
    }
    let rest = input.bytes(input.len())?;
    request.body(rest.to_vec().into()).map_err(|_| arbitrary::Error::IncorrectFormat)
}

// ---- Plans and calls -----------------------------------------------------------------------------------------------

/// A plan with one operation that has something in every place, filled by any expressions.
fn plan(input: &mut Unstructured<'_>) -> Result<Plan> {
    let with = |slot: Slot, value: Option<List<Value>>| match value {
        Some(value) => slot.filled(value),
        None => slot,
    };
    let is_literal = input.arbitrary()?;
    let four = with(field("/person/four"), filled(input)?);
    // A document is held not to read what the caller gives in a value that it makes.
    let made = values(input, 2)?;
    let made = if countersign::plan::reads_given(&made) { List::default() } else { made };
    let slots = vec![
        words::value("made", made),
        path("customer").sensitive(),
        header("X-Given").secret(),
        query("given").sensitive(),
        with(header("X-One"), filled(input)?),
        with(header("X-Two").secret(), filled(input)?),
        with(query("three"), filled(input)?),
        field("/note"),
        field("/names").sensitive(),
        with(field("/coded").secret(), filled(input)?),
        field("/person"),
        field("/person/pin").secret(),
        if is_literal { four.literal() } else { four },
    ];
    // What is given is of any type.
    let free = |slot: Slot| slot.rules(list![]);
    let operation = Operation {
        body: Some(*input.choose(&[Encoding::Json, Encoding::Form])?),
        signed_fields: names(input)?,
        slots: slots.into_iter().map(free).collect(),
        response: ResponseForm::Empty,
        outcome: words::outcome(DecidedBy::Body),
        ..words::operation("send", "POST", "/a/{customer}.json")
    };
    // Values may wait for each other; a document is held not to.
    let operation = operation.clone().arranged().map_err(|cycle| {
        assert!(cycle.describe(&operation).contains(" reads "), "{cycle:?}");
        arbitrary::Error::IncorrectFormat
    })?;
    let text = |name: &'static str, kind| Credential { name: name.into(), description: "".into(), kind };
    let session = Session::issued_by("send", list![SessionValue::new("token", "/token", "")]).early(0);
    Ok(Plan {
        credentials: vec![text("key", CredentialKind::Text), text("pem", CredentialKind::RsaPublicKey)].into(),
        settings: vec![Setting::new("country", "")].into(),
        session: Some(session),
        operations: vec![operation].into(),
        ..words::plan("acme", "Acme")
    })
}

fn call(input: &mut Unstructured<'_>, plan: &Plan) -> Result<Call> {
    // Letters could spell what is searched for.
    let plain: String = input.arbitrary::<&str>()?.chars().filter(|c| !c.is_ascii_alphabetic()).take(50).collect();
    let mut call = Call::new("send");
    if input.ratio(1, 2)? {
        let is_form = plan.operations[0].body == Some(Encoding::Form);
        call = call.body(if is_form { CONFIDENTIAL_FORM } else { CONFIDENTIAL_JSON });
    }
    let mut call = call.value("customer", "SENTINEL of/a").value("note", plain);
    for (name, value) in [
        ("X-Given", "SENTINEL-x"),
        ("given", "SENTINEL&"),
        ("names", "SENTINEL é"),
        ("coded", "SENTINEL-c"),
        ("/person/pin", "SENTINEL-p"),
    ] {
        if input.ratio(3, 4)? {
            call = call.value(name, value);
        }
    }
    Ok(call)
}

fn name(input: &mut Unstructured<'_>) -> Result<countersign::plan::Text> {
    let names =
        ["note", "names", "coded", "person", "/person/pin", "/person/four", "/person/none", "none", "", "/", "~2"];
    Ok((*input.choose(&names)?).into())
}

fn names(input: &mut Unstructured<'_>) -> Result<List<countersign::plan::Text>> {
    (0..input.int_in_range(0..=4)?).map(|_| name(input)).collect::<Result<Vec<_>>>().map(Into::into)
}

fn values(input: &mut Unstructured<'_>, depth: u32) -> Result<List<Value>> {
    let most = if depth == DEPTH { 3 } else { 2 };
    (0..input.int_in_range(0..=most)?).map(|_| value(input, depth)).collect::<Result<Vec<_>>>().map(Into::into)
}

/// What fills a value: nothing, or an expression, most often one that yields text.
fn filled(input: &mut Unstructured<'_>) -> Result<Option<List<Value>>> {
    if input.ratio(1, 3)? {
        return Ok(None);
    }
    let values = values(input, DEPTH)?;
    Ok(Some(
        match input.choose(&[
            None,
            Some(Function::Encode(Codec::Hex)),
            Some(Function::Encode(Codec::Base64)),
            Some(Function::Escape(Escape::Percent)),
        ])? {
            Some(function) => vec![function.of(values)].into(),
            None => values,
        },
    ))
}

fn text(input: &mut Unstructured<'_>) -> Result<countersign::plan::Text> {
    Ok((*input.choose(&["", "&", "0a", "é\n", "%", "\"", "1", "true", "MX"])?).into())
}

fn value(input: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    let hash = |input: &mut Unstructured<'_>| input.choose(&[Hash::Sha1, Hash::Sha256, Hash::Sha512]).copied();
    let leaf = depth == 0 || input.ratio(1, 3)?;
    if leaf {
        return Ok(match input.int_in_range(0..=16)? {
            0 => Value::Text(text(input)?),
            1 => Value::Credential((*input.choose(&["key", "key", "key", "pem", "none"])?).into()),
            2 => Value::Setting((*input.choose(&["country", "country", "none"])?).into()),
            3 => Value::Session((*input.choose(&["token", "token", "none"])?).into()),
            4 => Value::Given,
            5 => Value::Uuid {
                version: *input.choose(&[UuidVersion::V4, UuidVersion::V7])?,
                per: *input.choose(&[Per::Attempt, Per::Call])?,
            },
            6 => {
                let format = input.arbitrary::<&str>()?.to_owned();
                let formats = [
                    TimeFormat::Unix,
                    TimeFormat::UnixMillis,
                    TimeFormat::Rfc3339,
                    TimeFormat::Strftime(format.into()),
                ];
                let offset_seconds = if input.ratio(1, 4)? { input.arbitrary()? } else { 19_800 };
                let plus_seconds = if input.ratio(1, 4)? { input.arbitrary()? } else { 0 };
                Value::Time { format: input.choose(&formats)?.clone(), offset_seconds, plus_seconds }
            }
            7 => Value::Request(*input.choose(&RequestPart::ALL)?),
            8 => Value::Header {
                name: (*input.choose(&["x-given", "x-given", "X-One", "X-Two", "é"])?).into(),
                absent: *input.choose(&[Absent::Skip, Absent::Empty])?,
                part: input.ratio(1, 3)?.then(|| "t".into()),
            },
            9 => Value::Field(name(input)?),
            10 => Value::Random {
                of: *input.choose(&[Alphabet::Alphanumeric, Alphabet::Hex, Alphabet::Bytes])?,
                length: input.int_in_range(0..=20)?,
            },
            11 => Value::Query((*input.choose(&["given", "three", "none"])?).into()),
            12 => Value::Path((*input.choose(&["customer", "none"])?).into()),
            13 => input.choose(&[Value::Name, Value::Content])?.clone(),
            14 => Value::Made("made".into()),
            15 => Value::Public {
                credential: (*input.choose(&["pem", "key"])?).into(),
                form: *input.choose(&[PublicForm::Jwk, PublicForm::Der, PublicForm::Thumbprint])?,
            },
            _ => Value::Fields(selection(input, depth)?),
        });
    }
    let of = values(input, depth - 1)?;
    Ok(match input.int_in_range(0..=8)? {
        0 => Value::Join { with: text(input)?, of },
        1 => Value::Concat(of),
        2 => Function::Digest(hash(input)?).of(of),
        3 => Function::Hmac(hash(input)?).keyed(values(input, depth - 1)?, of),
        4 => {
            let codecs = [
                Codec::Hex,
                Codec::Base64,
                Codec::Base64Url,
                Codec::Base64UrlPadded,
                Codec::Base64Mime,
                Codec::FromHex,
                Codec::FromBase64,
                Codec::Upper,
                Codec::Lower,
                Codec::Trim,
            ];
            Function::Encode(*input.choose(&codecs)?).of(of)
        }
        5 => {
            let functions = [
                Function::Escape(Escape::Percent),
                Function::Escape(Escape::Form),
                Function::Without,
                Function::After,
                Function::Decimal(2),
                Function::Json(JsonForm::Minified),
                Function::Json(JsonForm::Canonical),
                Function::Encipher(CipherMode::Ecb),
                Function::Decipher(CipherMode::Ecb),
                Function::Jws(JwsAlgorithm::Hs256, Payload::Claims),
                Function::Jws(JwsAlgorithm::Hs256, Payload::Detached),
                Function::Jwe(JweAlgorithm::Dir, JweEncryption::A128Gcm),
            ];
            Function::keyed(*input.choose(&functions)?, values(input, depth - 1)?, of)
        }
        6 => {
            let members = vec![(text(input)?, of), (text(input)?, values(input, depth - 1)?)];
            Value::Object(members.into())
        }
        7 => Value::Parts { parts: vec![("t".into(), of)].into(), separator: ",".into(), equals: "=".into() },
        _ => {
            let padding = *input.choose(&[Padding::Pkcs1V15, Padding::OaepSha256])?;
            Function::Encrypt(padding).keyed(vec![Value::Credential("pem".into())], of)
        }
    })
}

fn selection(input: &mut Unstructured<'_>, depth: u32) -> Result<Fields> {
    let which = match input.int_in_range(0..=5)? {
        0 => Selection::Signed,
        1 => Selection::ByName,
        2 => Selection::All,
        3 => Selection::Prefix((*input.choose(&["x-", ""])?).into()),
        4 => Selection::NamedIn(name(input)?),
        _ => Selection::Named(names(input)?),
    };
    let mut fields = Fields::new(which)
        .of(*input.choose(&[Of::Body, Of::Query, Of::QueryAndBody, Of::Headers])?)
        .separator(vec![Value::Text(text(input)?)].into());
    if input.ratio(1, 2)? {
        fields = fields.pairs();
    } else if depth > 0 {
        fields = fields.each(values(input, depth - 1)?);
    }
    if input.ratio(1, 3)? {
        fields = fields.absent_as_empty();
    }
    if input.ratio(1, 4)? {
        fields = fields.non_empty().except(names(input)?);
    }
    Ok(fields)
}
