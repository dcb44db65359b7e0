//! What is made on the provider's side is what the client's side takes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_plan::words::*;
use countersign_plan::{
    CipherMode, Credential, CredentialKind, DecidedBy, EcdsaForm, Function, Hash, JweAlgorithm, JweEncryption, List,
    Operation, Plan, ResponsePart, SignatureAlgorithm, Text, Value, list,
};

use super::*;
use crate::{Call, Inputs, Moment};

const KINDS: [(&str, CredentialKind); 5] = [
    ("text", CredentialKind::Text),
    ("hex", CredentialKind::Hex),
    ("base64", CredentialKind::Base64),
    ("theirs", CredentialKind::PublicKey),
    ("own", CredentialKind::PrivateKey),
];

fn of(operation: Operation) -> Plan {
    let credential = |(name, kind): (&'static str, CredentialKind)| Credential::of(kind, name, "A key.");
    let credentials: List<Credential> = KINDS.into_iter().map(credential).collect();
    Plan { credentials, operations: vec![operation].into(), ..plan("acme", "Acme") }
}

/// What the client makes of what the provider makes of a body.
fn there_and_back(operation: Operation, body: &str) -> Result<String, String> {
    let plan: &'static Plan = Box::leak(Box::new(of(operation)));
    let setup = Keys::make(plan, BTreeMap::new())?.setup(plan)?;
    let own = setup.turned();
    let call = Call::new("get");
    let request = call.request(&plan.operations[0], "").map_err(|invalid| invalid.to_string())?;
    let moment = Moment::now();
    let provider = Inputs { setup: &own, session: None, moment };
    let made = request.respond(200, body.as_bytes(), &provider).map_err(|invalid| invalid.to_string())?;
    let client = Inputs { setup: &setup, session: None, moment };
    let answered = request.answered(200, &made.headers, &made.body);
    answered.check_response(&client).map_err(|invalid| invalid.to_string())?;
    // Nobody else could have made it.
    let stranger = Keys::make(plan, BTreeMap::new())?.setup(plan)?;
    let stranger = Inputs { setup: &stranger, session: None, moment };
    if request.operation().opened.is_empty() {
        assert!(request.operation().outcome.signed.is_empty() || answered.check_response(&stranger).is_err());
        return Ok(String::from_utf8_lossy(&made.body).into_owned());
    }
    assert!(answered.open_response(&stranger).is_err());
    let opened = answered.open_response(&client).map_err(|invalid| invalid.to_string())?;
    Ok(String::from_utf8_lossy(&opened).into_owned())
}

fn get() -> Operation {
    operation("get", "GET", "/")
}

fn signed(signed: List<(Text, List<Value>)>) -> Operation {
    get().outcome(outcome(DecidedBy::StatusAndBody).signed(signed))
}

const BODY: &str = r#"{"amount":"12.50","to":"José"}"#;

#[test]
fn what_is_sealed_opens() {
    let data = || -> List<Value> { list![from_base64(list![received_field("/data")])] };
    let nonce = || -> List<Value> { list![received_field("/nonce")] };
    for opened in [
        apply2(
            Function::DecryptJwe(JweAlgorithm::RsaOaep256, JweEncryption::A256Gcm),
            list![credential("own")],
            list![response(ResponsePart::Body)],
        ),
        apply2(
            Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A256Gcm),
            list![sha_256(list![credential("text")])],
            list![received_header("X-Sealed")],
        ),
        apply3(
            Function::Decipher(CipherMode::Cbc),
            list![credential("hex")],
            list![text("0123456789abcdef")],
            list![from_hex(list![received_field("/a/b")])],
        ),
        apply4(
            Function::Decipher(CipherMode::Gcm),
            list![credential("hex")],
            nonce(),
            list![received_field("/aad")],
            data(),
        ),
        apply4(
            Function::Decipher(CipherMode::Gcm),
            list![credential("hex")],
            list![from_hex(list![received_field("/nonce")])],
            list![],
            data(),
        ),
    ] {
        assert_eq!(there_and_back(get().opened(vec![opened].into()), BODY).as_deref(), Ok(BODY));
    }
}

/// A request has a value that the caller gave, and a response has none.
#[test]
fn a_response_that_is_held_to_what_nobody_gave_is_not_believed() {
    let operation = signed(list![entry("/amount", list![GIVEN])]);
    let (call, headers, moment) = (Call::new("get"), http::HeaderMap::new(), Moment::now());
    let setup = Setup::new(std::sync::Arc::new(of(operation.clone())));
    let request = call.request(&operation, "").unwrap();
    let answered = request.answered(200, &headers, BODY.as_bytes());
    let refused = answered.check_response(&Inputs { setup: &setup, session: None, moment }).unwrap_err();
    assert_eq!(refused.to_string(), "/amount: it is not what it should be");
}

#[test]
fn what_is_signed_is_believed() {
    let tag = |of: Vec<Value>| hex(vec![hmac(Hash::Sha256, list![credential("base64")], of.into())].into());
    let sign = |by| {
        apply2(Function::Sign(by, EcdsaForm::Jose), list![credential("theirs")], list![response(ResponsePart::Body)])
    };
    for by in SignatureAlgorithm::ALL {
        let value = base64(vec![sign(*by)].into());
        there_and_back(signed(vec![entry("X-Signature", vec![value].into())].into()), BODY).unwrap();
    }
    // The time is in the header itself, or in another one, and a field is part of the body that a header signs.
    let t = || part_of_received_header("X-Sum", "t");
    let v1 = tag(vec![t(), text("."), response(ResponsePart::Body)]);
    let own = parts(vec![entry("t", vec![t()].into()), entry("v1", vec![v1].into())].into(), ",", "=");
    let digest = entry("Digest", list![base64(list![sha_256(list![response(ResponsePart::Body)])])]);
    let of_digest = entry("X-Mac", vec![tag(vec![received_header("digest"), received_header("X-Time")])].into());
    let field = entry("/sum", vec![tag(vec![received_field("/amount")])].into());
    let body = there_and_back(signed(vec![of_digest, entry("X-Sum", vec![own].into()), digest, field].into()), BODY);
    assert!(body.unwrap().contains("\"sum\":"));
}

#[test]
fn what_cannot_be_made_is_said() {
    let sealed = get().opened(list![hex(list![response(ResponsePart::Body)])]);
    assert!(there_and_back(sealed, BODY).unwrap_err().contains("cannot be sealed"));
    let of_a_list = signed(list![entry("/sum", list![credential("text")])]);
    assert!(there_and_back(of_a_list, "[]").unwrap_err().contains("no object"));
    let circle = signed(list![entry("A", list![received_header("B")]), entry("B", list![received_header("A")])]);
    assert!(there_and_back(circle, BODY).is_err());
}

#[test]
fn keys_have_the_form_that_they_are_used_in() {
    let plan: &'static Plan = Box::leak(Box::new(of(get())));
    let keys = Keys::make(plan, BTreeMap::new()).unwrap();
    assert_eq!(keys.credentials.len(), 5);
    assert!(keys.private["theirs"].starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let again = Keys::make(plan, BTreeMap::from([("theirs".into(), keys.private["theirs"].clone())])).unwrap();
    assert_eq!(again.credentials["theirs"], keys.credentials["theirs"]);
    let wrong =
        |name: &str, value: &str| Keys::make(plan, BTreeMap::from([(name.into(), value.into())])).err().unwrap();
    assert!(wrong("theirs", &keys.credentials["theirs"]).contains("this side has the private half"));
    assert!(wrong("nothing", "").contains("there is no credential or setting"));
}

#[test]
fn a_key_has_as_many_bytes_as_its_use_asks_for_and_another_has_not() {
    let own = || -> List<Value> { list![credential("own")] };
    let other = || -> List<Value> { list![credential("other")] };
    let encipher = |mode| Function::Encipher(mode);
    let jwe = |algorithm, encryption| apply3(Function::Jwe(algorithm, encryption), own(), list![], list![]);
    for (value, size) in [
        (apply2(encipher(CipherMode::Ecb), own(), list![]), 32),
        (apply3(encipher(CipherMode::Cbc), other(), own(), list![]), 16),
        (apply3(Function::Decipher(CipherMode::Cbc), other(), own(), list![]), 16),
        (apply4(encipher(CipherMode::Gcm), other(), own(), list![], list![]), 12),
        (apply4(Function::Decipher(CipherMode::Gcm), other(), own(), list![], list![]), 12),
        (jwe(JweAlgorithm::Dir, JweEncryption::A128Gcm), 16),
        (jwe(JweAlgorithm::Dir, JweEncryption::A256CbcHs512), 64),
        (jwe(JweAlgorithm::A128Kw, JweEncryption::A256Gcm), 16),
        (jwe(JweAlgorithm::A256Kw, JweEncryption::A128Gcm), 32),
        (apply2(Function::DecryptJwe(JweAlgorithm::A128Kw, JweEncryption::A256Gcm), own(), list![]), 16),
        (hmac(Hash::Sha256, own(), list![]), 48),
    ] {
        let tag = hmac(Hash::Sha256, list![credential("tag")], list![]);
        let slots: List<_> = vec![header("X-Sign").filled(vec![value.clone(), tag].into())].into();
        let names = ["own", "other", "tag"];
        let credentials = names.map(|name| Credential::of(CredentialKind::Base64, name, "A key.")).to_vec();
        let plan = Plan { credentials: credentials.into(), ..of(get().slots(slots)) };
        let keys = Keys::make(&plan, BTreeMap::new()).unwrap();
        let size_of = |name: &str| STANDARD.decode(&keys.credentials[name]).unwrap().len();
        // One that has to have no size has so many that its text has no padding.
        assert_eq!((size_of("own"), size_of("tag")), (size, 48), "{value:?}");
    }
}
