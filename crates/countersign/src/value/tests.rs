//! Every function against its golden vector, stage by stage, and what explaining may show.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::body::Body;
use crate::testing::{field, filled, header, list, object, operation, text};

const KEY: &str = "a key of our own, for tests";

fn cards() -> Operation {
    let fields = ["mobile_no", "dob", "name", "memo", "note"].map(|name| field(name, Secrecy::Sensitive));
    operation(&[], &fields)
}

/// Evaluates in the setting that `vectors/make.py` has at its top.
fn run(operation: &Operation, values: &[Value], out: &mut Output) -> Result<(), String> {
    let base = "https://cards.example".parse().expect("a URL");
    let mut request = Candidate::from_plan(operation, &base).expect("a candidate");
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("mobile_no", "9876543978"), ("dob", "1958-01-02")])
        .extend_pairs([("name", "José Ñandú 💳"), ("memo", "a+b&c=d%20 e")])
        .finish();
    request.body = Body::read(operation.body.as_ref(), Some(form.into())).expect("a form");
    let credentials = Named::from([("secret_key".into(), Credential { text: KEY.into(), key: None })]);
    let context = Context {
        operation,
        signed_fields: &operation.signed_fields,
        request: &request,
        inputs: Inputs {
            credentials: &credentials,
            settings: &Named::from([("country".into(), "MX".to_owned())]),
            declared: &[],
            session: Some(&Named::from([("token".into(), "a token of our own".into())])),
            moment: Moment {
                now: "2026-01-31T12:34:56.789Z".parse().expect("a time"),
                uuid: Uuid::from_u128(0x6f9619ff_8b86_4d01_b42d_00cf4fc964ff),
            },
            gaps: Gaps::default(),
        },
        site: Site {
            name: "checksum",
            value: None,
            rules: &[],
            secrecy: Secrecy::Secret,
            required: true,
            is_at_top: true,
        },
        given: Some("ab-é1"),
    };
    evaluate(values, &context, out)
}

/// What `{fields: …}` yields, where it fills this header or field (by the names that lead to it), of a JSON body.
fn fields_of_json(site: &Target, which: Selection, absent: Absent, body: &'static str) -> String {
    let fields = ["mobile_no", "Dob", "memo", "/a"].map(|name| field(name, Secrecy::Public));
    let mut below = object("order", &[field("amount", Secrecy::Public), field("a/b", Secrecy::Public)]);
    below.required = false;
    let mut operation = operation(&[header("memo", &[])], &[fields.to_vec(), vec![below]].concat());
    operation.body.as_mut().expect("a body").encoding = Encoding::Json;
    let mut request =
        Candidate::from_plan(&operation, &"https://a.example".parse().expect("a URL")).expect("a candidate");
    request.body = Body::read(operation.body.as_ref(), Some(body.into())).expect("a body");
    let inputs = Inputs {
        credentials: &Named::new(),
        settings: &Named::new(),
        session: None,
        moment: Moment::now(),
        declared: &[],
        gaps: Gaps::default(),
    };
    let context = Context {
        operation: &operation,
        signed_fields: &[],
        request: &request,
        inputs,
        site: Site::of(&operation, site).expect("a site"),
        given: None,
    };
    let mut out = Output::new(false);
    let value = Value::Fields { which, form: FieldForm::Pairs, separator: "|".into(), absent };
    evaluate(&[value], &context, &mut out).expect("a value");
    String::from_utf8(out.bytes().to_vec()).expect("text")
}

#[test]
fn by_name_is_every_field_at_the_top_but_the_one_that_is_filled() {
    let body = r#"{"other":{"b":1,"a":[2]},"memo":"m","Other":null,"/a":"1","mobile_no":"9"}"#;
    let of = |site: &Target, absent| fields_of_json(site, Selection::ByName, absent, body);
    let (header, memo) = (Target::Parameter(0), Target::Field(vec!["memo".into()]));
    let name = Target::Field(vec!["mobile_no".into()]);
    // What the document does not have counts, and a header is not the field of its name.
    assert_eq!(of(&header, Absent::Skip), r#"/a=1|memo=m|mobile_no=9|other={"b":1,"a":[2]}"#);
    assert_eq!(of(&memo, Absent::Skip), r#"/a=1|mobile_no=9|other={"b":1,"a":[2]}"#);
    assert_eq!(of(&name, Absent::Skip), r#"/a=1|memo=m|other={"b":1,"a":[2]}"#);
    let empty = r#"/a=1|Dob=|Other=|memo=m|mobile_no=9|order=|other={"b":1,"a":[2]}"#;
    assert_eq!(of(&header, Absent::Empty), empty);
    assert_eq!(of(&memo, Absent::Empty), empty.replace("memo=m|", ""));
}

#[test]
fn a_pointer_is_signed_by_the_name_that_it_ends_with() {
    let names: Vec<Text> = ["/order/amount", "memo", "/~1a", "/order/a~1b", "/order/none"].map(Into::into).to_vec();
    let body = r#"{"order":{"amount":1.50,"a/b":"x"},"memo":"m","/a":"1"}"#;
    let of = |absent| fields_of_json(&Target::Parameter(0), Selection::Named(names.clone().into()), absent, body);
    assert_eq!(of(Absent::Skip), "amount=1.50|memo=m|/a=1|a/b=x");
    assert_eq!(of(Absent::Empty), "amount=1.50|memo=m|/a=1|a/b=x|none=");
}

fn bytes_of(values: &[Value]) -> Vec<u8> {
    let mut out = Output::new(false);
    run(&cards(), values, &mut out).expect("a value");
    out.bytes().to_vec()
}

fn explained(values: &[Value]) -> Explained {
    let mut out = Output::new(true);
    run(&cards(), values, &mut out).expect("a value");
    out.explained().expect("an explanation")
}

/// Compares each stage of an expression, from the innermost operand to the value, with the files of a vector.
fn golden(name: &str, value: Value) {
    let mut stages = vec![bytes_of(std::slice::from_ref(&value))];
    let mut outer = value;
    while let Value::Digest(_, of) | Value::Encode(_, of) | Value::Hmac { of, .. } = outer {
        stages.push(bytes_of(&of));
        match of.as_ref() {
            [inner] => outer = inner.clone(),
            _ => break,
        }
    }
    stages.reverse();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of the vector")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("command"))
        .collect();
    files.sort();
    assert_eq!(files.len(), stages.len(), "{name}: every stage has a file");
    for (file, stage) in files.iter().zip(&stages) {
        let expected = fs::read(file).expect("a file of the vector");
        assert_eq!(
            expected.escape_ascii().to_string(),
            stage.escape_ascii().to_string(),
            "{} differs; see {}/command",
            file.display(),
            folder.display()
        );
    }
}

fn fields_of(which: Selection) -> Value {
    Value::Fields { which, form: FieldForm::Values, separator: "".into(), absent: Absent::Skip }
}

fn digest(hash: Hash, of: &[Value]) -> Value {
    Value::Digest(hash, list(of))
}

fn encode_as(codec: Codec, of: Value) -> Value {
    Value::Encode(codec, list(&[of]))
}

fn key() -> Value {
    Value::Credential("secret_key".into())
}

#[test]
fn digests_and_tags_are_those_of_other_programs() {
    let checksum = |which| encode_as(Codec::Hex, digest(Hash::Sha256, &[fields_of(which), key()]));
    golden("values-then-key", checksum(Selection::Signed));
    let other = ["dob".into(), "mobile_no".into()];
    golden("values-in-another-order", checksum(Selection::Named(other.to_vec().into())));
    let others = ["name".into(), "memo".into()];
    golden("values-decoded", checksum(Selection::Named(others.to_vec().into())));
    let pairs =
        Value::Fields { which: Selection::ByName, form: FieldForm::Pairs, separator: "&".into(), absent: Absent::Skip };
    golden("pairs-by-name", encode_as(Codec::Hex, digest(Hash::Sha256, &[pairs])));
    let message = Value::Join {
        with: "\n".into(),
        of: list(&[
            Value::Request(RequestPart::Method),
            Value::Request(RequestPart::Path),
            Value::Request(RequestPart::Query),
            Value::Request(RequestPart::Body),
        ]),
    };
    let tag = |hash| Value::Hmac { hash, key: list(&[key()]), of: list(std::slice::from_ref(&message)) };
    golden("hmac-sha-256", encode_as(Codec::Base64, tag(Hash::Sha256)));
    golden("hmac-sha-384", encode_as(Codec::Base64, tag(Hash::Sha384)));
    golden("hmac-sha-512", encode_as(Codec::Base64, tag(Hash::Sha512)));
    let of_body =
        |hash| encode_as(Codec::Upper, encode_as(Codec::Hex, digest(hash, &[Value::Request(RequestPart::Body)])));
    golden("sha-384-of-body", of_body(Hash::Sha384));
    golden("sha-512-of-body", of_body(Hash::Sha512));
}

#[test]
fn encodings_are_those_of_other_programs() {
    // All 256 bytes, which no text can hold, come from their hexadecimal.
    let all: String = (0..=255).map(|byte: u8| format!("{byte:02x}")).collect();
    let operand = || Value::Encode(Codec::FromHex, list(&[Value::Text(all.clone().into())]));
    for codec in [Codec::Base64, Codec::Base64Url, Codec::Base64Mime, Codec::Hex, Codec::Percent] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(codec.name());
        assert_eq!(fs::read(folder.join("1-bytes")).expect("the bytes"), bytes_of(&[operand()]));
        let expected = fs::read(folder.join("2-value")).expect("the value");
        assert_eq!(
            expected.escape_ascii().to_string(),
            bytes_of(&[encode_as(codec, operand())]).escape_ascii().to_string()
        );
    }
    golden("upper", encode_as(Codec::Upper, Value::Given));
    golden("lower", encode_as(Codec::Lower, text("AB-É1")));
    golden("from-hex", encode_as(Codec::FromHex, text("00fFa0")));
    golden("from-base64", encode_as(Codec::FromBase64, text("AAEC\n/w==")));
}

#[test]
fn times_are_those_of_other_programs() {
    let time = |format, offset_seconds| Value::Time { format, offset_seconds };
    golden("time-unix", time(TimeFormat::Unix, 0));
    golden("time-unix-millis", time(TimeFormat::UnixMillis, 0));
    golden("time-rfc3339", time(TimeFormat::Rfc3339, 0));
    golden("time-format-with-offset", time(TimeFormat::Strftime("%Y%m%d%H%M%S".into()), 19_800));
}

#[test]
fn base64_mime_of_nothing_is_nothing_and_full_lines_end_once() {
    assert_eq!(bytes_of(&[encode_as(Codec::Base64Mime, text(""))]), b"");
    let line = bytes_of(&[encode_as(Codec::Base64Mime, Value::Text("a".repeat(57).into()))]);
    assert_eq!((line.len(), line.last(), line.iter().filter(|byte| **byte == b'\n').count()), (77, Some(&b'\n'), 1));
}

#[test]
fn plain_values_are_concatenated() {
    let values = [
        text("a"),
        Value::Setting("country".into()),
        Value::Session("token".into()),
        Value::Uuid,
        Value::Field("dob".into()),
        Value::Concat(list(&[text("("), Value::Request(RequestPart::OperationPath), text(")")])),
    ];
    assert_eq!(
        String::from_utf8(bytes_of(&values)).expect("text"),
        "aMXa token of our own6f9619ff-8b86-4d01-b42d-00cf4fc964ff1958-01-02(/v1/cards)"
    );
}

#[test]
fn an_optional_field_that_is_not_sent_is_skipped_or_stands_empty() {
    let names = ["note".into(), "mobile_no".into(), "dob".into()];
    let value = |absent| Value::Fields {
        which: Selection::Named(names.to_vec().into()),
        form: FieldForm::Pairs,
        separator: "|".into(),
        absent,
    };
    assert_eq!(bytes_of(&[value(Absent::Skip)]), b"mobile_no=9876543978|dob=1958-01-02");
    assert_eq!(bytes_of(&[value(Absent::Empty)]), b"note=|mobile_no=9876543978|dob=1958-01-02");
}

#[test]
fn what_a_function_makes_follows_what_stands_before_it() {
    let basic = [text("Basic "), encode_as(Codec::Base64, text("a:b")), text(" "), encode_as(Codec::Hex, text("c"))];
    assert_eq!(bytes_of(&basic), b"Basic YTpi 63");
}

#[test]
fn what_is_missing_is_named() {
    for (value, name) in [
        (Value::Credential("other_key".into()), "credential other_key"),
        (Value::Setting("other".into()), "setting other"),
        (Value::Session("other".into()), "session value other"),
        (Value::Header("X-Other".into()), "header X-Other"),
        (Value::Field("note".into()), "field note"),
        (encode_as(Codec::FromHex, text("xyz")), "from-hex"),
        (encode_as(Codec::FromBase64, text("*")), "from-base64"),
        (Value::Time { format: TimeFormat::Strftime("%!".into()), offset_seconds: 0 }, "time format"),
        (
            Value::Encrypt { padding: Padding::Pkcs1V15, key: list(&[key()]), of: list(&[Value::Given]) },
            "rsa-public-key",
        ),
        (
            Value::Encrypt { padding: Padding::Pkcs1V15, key: list(&[text("k")]), of: list(&[Value::Given]) },
            "one credential",
        ),
    ] {
        let error = run(&cards(), &[value], &mut Output::new(false)).expect_err("an error");
        assert!(error.contains(name), "{error:?} should name {name:?}");
    }
}

#[test]
fn an_explanation_shows_the_string_to_sign_without_what_is_secret() {
    let checksum = encode_as(Codec::Hex, digest(Hash::Sha256, &[fields_of(Selection::Signed), key()]));
    let Explained { shown, stages } = explained(&[checksum]);
    // A digest that is keyed can be shown, so that it can be compared with the provider's.
    assert_eq!(shown.len(), 64);
    assert_eq!(stages, [Stage { function: "sha-256", input: "‹mobile_no›‹dob›‹secret_key›".into() }]);
}

#[test]
fn an_explanation_shows_no_digest_that_could_be_undone() {
    // A PIN can be found from its digest by trying, and the digest of a key alone may be used as a key.
    for value in [Value::Given, key(), Value::Field("dob".into())] {
        let shown = explained(&[encode_as(Codec::Hex, digest(Hash::Sha256, &[value]))]).shown;
        assert!(shown.starts_with("hex(sha-256(‹") && shown.ends_with("›))"), "{shown}");
    }
    let basic = encode_as(Codec::Base64, Value::Concat(list(&[text("id:"), key()])));
    assert_eq!(explained(&[basic]).shown, "base64(id:‹secret_key›)");
}

#[test]
fn values_are_filled_after_what_they_read() {
    let body_digest = [encode_as(Codec::Hex, digest(Hash::Sha256, &[Value::Request(RequestPart::Body)]))];
    let of_headers = [digest(Hash::Sha256, &[Value::Header("x-time".into()), Value::Header("X-Body".into())])];
    let time = [Value::Time { format: TimeFormat::Unix, offset_seconds: 0 }];
    let mut stamp = field("stamp", Secrecy::Public);
    stamp.value = Some(list(&time));
    let parameters = [header("X-Sign", &of_headers), header("X-Body", &body_digest), header("X-Time", &time)];
    let operation = operation(&parameters, &[field("mobile_no", Secrecy::Sensitive), stamp]);
    let order = fill_order(&operation, &operation.signed_fields).expect("an order");
    let names: Vec<_> = order.iter().map(|target| target.name(&operation)).collect();
    assert_eq!(names, ["X-Time", "stamp", "X-Body", "X-Sign"]);
}

#[test]
fn a_tag_is_made_after_its_key_and_after_its_message() {
    let tag = |key: Value, of: Value| Value::Hmac { hash: Hash::Sha256, key: list(&[key]), of: list(&[of]) };
    let time = || Value::Header("X-Time".into());
    for value in [tag(time(), text("a")), tag(key(), time())] {
        let operation = operation(&[header("X-Tag", &[value]), header("X-Time", &[text("b")])], &[]);
        let order = fill_order(&operation, &[]).expect("an order");
        assert_eq!(order, [Target::Parameter(1), Target::Parameter(0)]);
    }
}

#[test]
fn a_stage_goes_by_the_document_s_word() {
    for (hash, word) in [(Hash::Sha256, "sha-256"), (Hash::Sha384, "sha-384"), (Hash::Sha512, "sha-512")] {
        let tag = Value::Hmac { hash, key: list(&[key()]), of: list(&[text("a")]) };
        let functions = [digest(hash, &[text("a")]), tag].map(|value| explained(&[value]).stages[0].function);
        assert_eq!(functions, [word, &format!("hmac-{word}")]);
    }
}

#[test]
fn values_that_wait_for_each_other_are_named() {
    let operation = operation(
        &[
            header("X-A", &[Value::Header("X-B".into())]),
            header("X-B", &[encode_as(Codec::Hex, Value::Header("x-a".into()))]),
            header("X-C", &[text("c")]),
        ],
        &[],
    );
    let Circle(targets) = fill_order(&operation, &[]).expect_err("a circle");
    let names: Vec<_> = targets.iter().map(|target| target.name(&operation)).collect();
    assert_eq!(names, ["X-A", "X-B"]);
}

#[test]
fn a_field_that_reads_the_whole_body_waits_for_itself() {
    let mut sign = field("sign", Secrecy::Public);
    sign.value = Some(list(&[digest(Hash::Sha256, &[Value::Request(RequestPart::Body)])]));
    assert!(fill_order(&operation(&[], &[sign.clone()]), &[]).is_err());
    sign.value = Some(list(&[digest(Hash::Sha256, &[fields_of(Selection::ByName)])]));
    assert!(fill_order(&operation(&[], &[sign]), &[]).is_ok());
    // Below the top it is part of a field that is read.
    let below = object("order", &[filled("sign", Secrecy::Public, &[fields_of(Selection::ByName)])]);
    assert!(fill_order(&operation(&[], &[below]), &[]).is_err());
}
