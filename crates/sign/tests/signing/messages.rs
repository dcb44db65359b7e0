//! The examples of RFC 9421 (HTTP Message Signatures), B.2, and of RFC 9530 (Digest Fields), with the keys of RFC 9421.

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use countersign_plan::{
    DecidedBy, EcdsaForm, Function, Hash, List, Place, RequestPart, ResponsePart, SignatureAlgorithm, Text,
};
use http::HeaderMap;
use serde_json::Value as Json;

use super::*;

/// What every signature of the RFC says of when it was made.
const CREATED: &str = "1618884473";

/// The messages that are signed.
const REQUEST_DATE: &str = "Tue, 20 Apr 2021 02:07:55 GMT";
const REQUEST: &str = r#"{"hello": "world"}"#;
const CONTENT_DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const RESPONSE: &str = r#"{"message": "good dog"}"#;

fn one(value: Value) -> List<Value> {
    vec![value].into()
}

fn published() -> Json {
    serde_json::from_str(include_str!("../data/http.json")).unwrap()
}

fn text_of<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("{json} has a {name}"))
}

fn owned(text: impl Into<String>) -> Value {
    Value::Text(text.into().into())
}

/// A signature of RFC 9421, and both halves of its key.
struct Example {
    source: String,
    algorithm: String,
    base: String,
    input: String,
    signature: String,
    key: Json,
}

impl Example {
    fn all() -> Vec<Self> {
        let published = published();
        let text = |json: &Json, name| text_of(json, name).to_owned();
        let of = |json: &Json| Self {
            source: text(json, "source"),
            algorithm: text(json, "algorithm"),
            base: text(json, "base"),
            input: text(json, "input"),
            signature: text(json, "signature"),
            key: published["keys"][text_of(json, "key")].clone(),
        };
        published["signatures"].as_array().unwrap().iter().map(of).collect()
    }

    fn label(&self) -> &str {
        self.input.split_once('=').unwrap().0
    }

    /// `("date" …);created=…;keyid="…"`, with the time of the moment in it.
    fn parameters(&self) -> Value {
        let (_, parameters) = self.input.split_once('=').unwrap();
        let (before, behind) = parameters.split_once(CREATED).unwrap();
        concat(vec![owned(before), UNIX, owned(behind)].into())
    }

    /// The signature base: a line for each component that the published one has, of which only the names are taken.
    fn base(&self, of: fn(&str) -> Value) -> Value {
        let names = self.base.lines().map(|line| line.split_once(": ").unwrap().0);
        let line = |name: &str| {
            let value = if name == "\"@signature-params\"" { self.parameters() } else { of(name) };
            concat(vec![owned(format!("{name}: ")), value].into())
        };
        join("\n", names.map(line).collect::<Vec<_>>().into())
    }

    fn sign(&self, of: Value) -> Value {
        let (key, of) = (one(credential("key")), one(of));
        let by = |algorithm| apply2(Function::Sign(algorithm, EcdsaForm::Jose), key.clone(), of.clone());
        match self.algorithm.as_str() {
            "rsa-pss-sha512" => by(SignatureAlgorithm::RsaPssSha512),
            "ecdsa-p256-sha256" => by(SignatureAlgorithm::EcdsaP256Sha256),
            "ed25519" => by(SignatureAlgorithm::Ed25519),
            "hmac-sha256" => hmac(Hash::Sha256, key, of),
            other => panic!("{other} is no algorithm"),
        }
    }

    /// `sig=:…:`
    fn field(&self, of: Value) -> List<Value> {
        vec![owned(format!("{}=:", self.label())), base64(one(self.sign(of))), text(":")].into()
    }

    /// The setup of who signs, or of who verifies.
    fn setup(&self, signs: bool) -> Setup {
        let (kind, half) = match (&self.key["shared"], signs) {
            (Json::String(_), _) => (CredentialKind::Base64, "shared"),
            (_, true) => (CredentialKind::PrivateKey, "private"),
            (_, false) => (CredentialKind::PublicKey, "public"),
        };
        let plan = Plan { credentials: vec![Credential::of(kind, "key", "")].into(), ..plan("rfc", "RFC") };
        let setup = Setup::new(Arc::new(plan)).credential("key", text_of(&self.key, half)).unwrap();
        Setup { base_url: Some("https://example.com".into()), ..setup }
    }

    /// Holds a signature to the published base and the published key, by another program than ours: a signature by chance is
    /// another each time, and every other is the published one.
    fn hold(&self, field: &str) {
        let verifier: &'static dyn VerificationAlgorithm = match self.algorithm.as_str() {
            "rsa-pss-sha512" => &RSA_PSS_2048_8192_SHA512,
            "ecdsa-p256-sha256" => &ECDSA_P256_SHA256_FIXED,
            "ed25519" => &ED25519,
            _ => return assert_eq!(field, self.signature, "{}", self.source),
        };
        assert_eq!(field == self.signature, self.algorithm == "ed25519", "{}", self.source);
        let public = pem::parse(text_of(&self.key, "public")).unwrap();
        let signature = field.split_once("=:").unwrap().1.trim_end_matches(':');
        let signature = countersign_plan::codec::decode(countersign_plan::Codec::Base64, signature.as_bytes());
        let public = UnparsedPublicKey::new(verifier, public.contents());
        public.verify(self.base.as_bytes(), &signature.unwrap().unwrap()).unwrap();
    }
}

/// The moment of the signatures.
fn at(setup: &Setup) -> Inputs<'_> {
    let now = jiff::Timestamp::from_second(CREATED.parse().unwrap()).unwrap();
    Inputs { setup, session: None, moment: Moment { now, ..inputs().moment } }
}

/// A component of a request.
fn of_request(name: &str) -> Value {
    match name {
        "\"date\"" => sent_header("Date"),
        "\"content-type\"" => sent_header("Content-Type"),
        "\"content-digest\"" => sent_header("Content-Digest"),
        // The transport writes it, and no document reads it: here it is that of the one message.
        "\"content-length\"" => text("18"),
        "\"@method\"" => request(RequestPart::Method),
        "\"@authority\"" => request(RequestPart::Authority),
        "\"@path\"" => request(RequestPart::Path),
        "\"@query\"" => concat(list![text("?"), request(RequestPart::Query)]),
        "\"@query-param\";name=\"Pet\"" => percent(list![sent_query("Pet")]),
        other => panic!("{other} is no component of a request"),
    }
}

/// A component of a response.
fn of_response(name: &str) -> Value {
    match name {
        "\"@status\"" => response(ResponsePart::Status),
        "\"content-type\"" => received_header("Content-Type"),
        "\"content-digest\"" => received_header("Content-Digest"),
        "\"content-length\"" => received_header("Content-Length"),
        other => panic!("{other} is no component of a response"),
    }
}

/// `sha-512=:…:`
fn digest(name: &str, of: Value) -> List<Value> {
    let hash = match name {
        "sha-256" => Hash::Sha256,
        "sha-512" => Hash::Sha512,
        "sha" => Hash::Sha1,
        "md5" => Hash::Md5,
        other => panic!("{other} is no digest"),
    };
    vec![owned(format!("{name}=:")), base64(one(Function::Digest(hash).of(vec![of]))), text(":")].into()
}

/// The request of the RFC, to be signed as an example is.
fn operation_of(example: &Example) -> Operation {
    let input = vec![owned(format!("{}=", example.label())), example.parameters()];
    let base = made("base");
    let slots = vec![
        value("base", one(example.base(of_request))),
        header("Date").required(),
        header("Content-Digest").filled(digest("sha-512", request(RequestPart::Body))),
        header("Signature-Input").filled(input.into()),
        header("Signature").filled(example.field(base)),
        query("param"),
        query("Pet"),
        field("/hello"),
    ];
    operation("sign", "POST", "/foo").slots(slots.into()).json().arranged().unwrap()
}

#[test]
fn requests_of_rfc_9421_b_2_are_signed_as_it_says() {
    let examples = Example::all();
    let mut held = 0;
    for example in examples.iter().filter(|example| example.source != "RFC 9421, B.2.4") {
        let (operation, setup) = (operation_of(example), example.setup(true));
        let call =
            Call::new("sign").value("Date", REQUEST_DATE).value("param", "Value").value("Pet", "dog").body(REQUEST);
        let mut request = call.request(&operation, setup.base_path(&operation)).unwrap();
        whole(request.fill(&at(&setup)).unwrap());
        let base = operation.parameter(Place::Value, "base").unwrap();
        assert_eq!(String::from_utf8_lossy(request.made(base).unwrap()), example.base, "{}", example.source);
        assert_eq!(header_of(&request, "Content-Digest"), CONTENT_DIGEST, "{}", example.source);
        assert_eq!(header_of(&request, "Signature-Input"), example.input, "{}", example.source);
        example.hold(&header_of(&request, "Signature"));
        held += 1;
    }
    assert_eq!((held, examples.len()), (5, 6));
}

#[test]
fn requests_of_rfc_9421_b_2_are_verified_and_none_that_is_changed() {
    for example in Example::all().iter().filter(|example| example.source != "RFC 9421, B.2.4") {
        let (operation, setup) = (operation_of(example), example.setup(false));
        let wrong = |date: &str, signature: &str| {
            let message = http::Request::post("https://example.com/foo?param=Value&Pet=dog")
                .header("Date", date)
                .header("Content-Type", "application/json")
                .header("Content-Digest", CONTENT_DIGEST)
                .header("Signature-Input", &example.input)
                .header("Signature", signature);
            let message = message.body(REQUEST).unwrap();
            let mut request = Request::received(&operation, setup.base_path(&operation), &message).unwrap();
            request.learn(&at(&setup));
            request.complete(&at(&setup));
            let slots = operation.slots.iter().enumerate().filter(|(_, slot)| slot.place == Place::Header);
            let compared = slots.filter_map(|(slot, own)| {
                let (values, text) = (own.value.as_deref()?, request.text(slot).unwrap());
                let inputs = at(&setup);
                let compared = request.compare(slot, values, text.as_bytes(), &inputs, inputs.moment.now, false);
                compared.is_err().then(|| own.name.to_string())
            });
            compared.collect::<Vec<_>>()
        };
        assert_eq!(wrong(REQUEST_DATE, &example.signature), [""; 0], "{}", example.source);
        let (label, signature) = example.signature.split_once("=:").unwrap();
        let changed = if signature.starts_with('A') { 'B' } else { 'A' };
        let changed = format!("{label}=:{changed}{}", &signature[1..]);
        assert_eq!(wrong(REQUEST_DATE, &changed), ["Signature"], "{}", example.source);
        let covers_date = example.base.starts_with("\"date\"");
        let another = wrong("Tue, 20 Apr 2021 02:07:56 GMT", &example.signature);
        assert_eq!(another == ["Signature"], covers_date, "{}: {another:?}", example.source);
    }
}

/// The headers of a response.
fn headers(own: &[(&'static str, &str)]) -> HeaderMap {
    own.iter().map(|(name, text)| (name.parse().unwrap(), text.parse().unwrap())).collect()
}

/// An operation whose response is held to this.
fn answering(signed: Vec<(&'static str, List<Value>)>) -> Operation {
    let signed: Vec<(Text, List<Value>)> = signed.into_iter().map(|(name, of)| (name.into(), of)).collect();
    operation("ask", "POST", "/foo").outcome(outcome(DecidedBy::StatusAndBody).signed(signed.into()))
}

#[test]
fn the_response_of_rfc_9421_b_2_4_is_verified_and_none_that_is_changed() {
    let examples = Example::all();
    let example = examples.iter().find(|example| example.source == "RFC 9421, B.2.4").unwrap();
    let signature = example.field(example.base(of_response));
    let input = vec![owned(format!("{}=", example.label())), example.parameters()];
    let operation = answering(vec![
        ("Content-Digest", digest("sha-512", response(ResponsePart::Body))),
        ("Signature-Input", input.into()),
        ("Signature", signature.clone()),
    ]);
    let call = Call::new("ask");
    let request = call.request(&operation, "").unwrap();
    let content_digest = example.base.lines().find_map(|line| line.strip_prefix("\"content-digest\": ")).unwrap();
    let own = [
        ("Content-Type", "application/json"),
        ("Content-Length", "23"),
        ("Content-Digest", content_digest),
        ("Signature-Input", &example.input),
        ("Signature", &example.signature),
    ];
    let (setup, headers) = (example.setup(false), headers(&own));
    let wrong = |status, headers: &HeaderMap, body: &str| {
        let checked = request.answered(status, headers, body.as_bytes()).check_response(&at(&setup));
        checked.err().and_then(|invalid| invalid.name).map(|name| name.to_string())
    };
    assert_eq!(wrong(200, &headers, RESPONSE), None);
    assert_eq!(wrong(201, &headers, RESPONSE).as_deref(), Some("Signature"));
    assert_eq!(wrong(200, &headers, &RESPONSE.replace("good", "bad")).as_deref(), Some("Content-Digest"));
    for name in ["Content-Type", "Content-Length"] {
        let mut changed = headers.clone();
        changed.insert(name, "24".parse().unwrap());
        assert_eq!(wrong(200, &changed, RESPONSE).as_deref(), Some("Signature"), "{name}");
    }

    let setup = example.setup(true);
    let made = request.answered(200, &headers, RESPONSE.as_bytes()).read(&signature, &at(&setup)).unwrap();
    example.hold(std::str::from_utf8(&made).unwrap());
}

#[test]
fn the_digests_of_rfc_9530_are_those_of_their_contents() {
    let published = published();
    let digests = published["digests"].as_array().unwrap();
    for example in digests {
        let (source, content) = (text_of(example, "source"), text_of(example, "content"));
        let of = digest(text_of(example, "algorithm"), response(ResponsePart::Body));
        let operation = answering(vec![("Content-Digest", of)]);
        let call = Call::new("ask");
        let request = call.request(&operation, "").unwrap();
        let headers = headers(&[("Content-Digest", text_of(example, "field"))]);
        let is_right = |body: &str| {
            let answered = request.answered(200, &headers, body.as_bytes());
            answered.check_response(&inputs()).is_ok()
        };
        assert!(is_right(content), "{source}");
        assert!(!is_right(&format!("{content} ")), "{source}");
    }
    assert_eq!(digests.len(), 8);
}
