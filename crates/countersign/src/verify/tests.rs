//! Requests that this crate signs itself, and requests that are wrong in one way.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};

use super::*;
use crate::config::Builder;
use crate::plan::{
    Absent, Codec, Constraint, Credential, CredentialKind, Field, FieldForm, Hash, Parameter, Plan, Secrecy, Selection,
    Setting,
};
use crate::testing::{field, header, list, operation, session, text};

const KEY: &str = "a key of our own, for tests";

fn encode_as(codec: Codec, of: Value) -> Value {
    Value::Encode(codec, list(&[of]))
}

fn sha_256(of: &[Value]) -> Value {
    encode_as(Codec::Hex, Value::Digest(Hash::Sha256, list(of)))
}

fn signed() -> Value {
    Value::Fields { which: Selection::Signed, form: FieldForm::Values, separator: "".into(), absent: Absent::Skip }
}

fn credential(name: &'static str, kind: CredentialKind) -> Credential {
    Credential { name: name.into(), description: "".into(), kind }
}

/// A receiver that holds `KEY`, for an operation with two signed fields and a PIN.
fn receiver(parameters: &[Parameter], pin: Option<Value>, public_key: &str) -> Executor {
    let mut fields = ["mobile_no", "dob"].map(|name| field(name, Secrecy::Sensitive)).to_vec();
    if let Some(value) = pin {
        let rules = vec![Constraint::Pattern(crate::testing::only(b'0', b'9'))].into();
        fields.push(Field { value: Some(list(&[value])), rules, ..field("pin", Secrecy::Secret) });
    }
    let plan = Plan {
        name: "acme".into(),
        title: "Acme".into(),
        credentials: vec![
            credential("secret_key", CredentialKind::Text),
            credential("public_key", CredentialKind::RsaPublicKey),
        ]
        .into(),
        settings: vec![Setting { name: "country".into(), description: "".into(), default: Some("MX".into()) }].into(),
        servers: [].as_slice().into(),
        session: Some(session("create_card", "/token")),
        operations: vec![operation(parameters, &fields)].into(),
    };
    let mut builder = Builder::new(Arc::new(plan)).base_url("http://localhost").credential("secret_key", KEY);
    if !public_key.is_empty() {
        builder = builder.credential("public_key", public_key);
    }
    builder.build().expect("an executor")
}

fn request(headers: &[(&str, &str)], body: &str) -> Request<Bytes> {
    let mut request = Request::post("/v1/cards").body(Bytes::from(body.to_owned())).expect("a request");
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    request
}

fn verify(receiver: &Executor, headers: &[(&str, &str)], body: &str) -> Verification {
    let session = Named::from([("token".into(), Secret::from("a token of our own"))]);
    receiver
        .verify("create_card", &request(headers, body), Some(&session), &|_, _, _| None)
        .expect("a body that can be read")
}

fn hex_sha_256(text: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(text))
}

const BODY: &str = "mobile_no=9876543978&dob=1958-01-02";

fn checksum() -> Parameter {
    header("checksum", &[sha_256(&[signed(), Value::Credential("secret_key".into())])])
}

#[test]
fn a_right_signature_is_right_and_a_wrong_one_says_what_it_should_be() {
    let receiver = receiver(&[checksum()], None, "");
    let right = hex_sha_256(&format!("98765439781958-01-02{KEY}"));
    let found = verify(&receiver, &[("checksum", &right)], BODY);
    assert!(found.is_good());
    assert_eq!(found.values[0].verdict, Verdict::Right);
    assert_eq!(found.values[0].origin, Origin::Credential);

    let wrong = hex_sha_256("something else");
    let found = verify(&receiver, &[("checksum", &wrong)], BODY);
    assert!(!found.is_good());
    assert_eq!(
        found.values[0],
        Checked {
            name: "checksum".into(),
            verdict: Verdict::Wrong,
            origin: Origin::Credential,
            expected: right,
            received: wrong,
            stages: vec![Stage { function: "sha-256", input: "‹mobile_no›‹dob›‹secret_key›".into() }],
            note: None,
        }
    );
}

#[test]
fn another_order_of_the_signed_fields_and_another_case_are_recognised() {
    let receiver = receiver(&[checksum()], None, "");
    let swapped = hex_sha_256(&format!("1958-01-029876543978{KEY}"));
    let found = verify(&receiver, &[("checksum", &swapped)], BODY);
    assert_eq!(found.values[0].note.as_deref(), Some("it matches the order dob, mobile_no"));
    let upper = hex_sha_256(&format!("98765439781958-01-02{KEY}")).to_ascii_uppercase();
    let found = verify(&receiver, &[("checksum", &upper)], BODY);
    assert_eq!(found.values[0].note.as_deref(), Some("it matches but for the case of its letters"));
}

#[test]
fn all_orders_are_tried_once() {
    let names: Vec<Text> = ["a", "b", "c", "d", "e"].map(Text::Borrowed).to_vec();
    let mut all = orders(&names);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 120);
    assert!(all.contains(&vec!["e".into(), "d".into(), "c".into(), "b".into(), "a".into()]));
}

#[test]
fn the_orders_of_many_signed_fields_are_not_tried() {
    // 720 orders for six, and ten times as many for one more.
    let names = ["a", "b", "c", "d", "e", "f"];
    let fields = names.map(|name| field(name, Secrecy::Public));
    let body = names.map(|name| format!("{name}={name}")).join("&");
    let note = |count: usize| {
        let signed: Vec<Text> = names[..count].iter().map(|name| Text::Borrowed(name)).collect();
        let operation = Operation { signed_fields: signed.into(), ..operation(&[checksum()], &fields) };
        let mut plan = Plan::clone(&receiver(&[], None, "").shared().plan);
        plan.operations = vec![operation].into();
        let builder = Builder::new(Arc::new(plan)).base_url("http://localhost").credential("secret_key", KEY);
        let backwards: String = names[..count].iter().rev().copied().collect();
        let checksum = hex_sha_256(&format!("{backwards}{KEY}"));
        let mut found = verify(&builder.build().expect("an executor"), &[("checksum", &checksum)], &body);
        found.values.remove(0).note
    };
    assert_eq!(note(5).as_deref(), Some("it matches the order e, d, c, b, a"));
    assert_eq!(note(6), None);
}

#[test]
fn a_secret_that_stands_where_it_should_not_is_not_printed() {
    let receiver = receiver(&[checksum(), header("key", &[Value::Credential("secret_key".into())])], None, "");
    let raw = format!("98765439781958-01-02{KEY}");
    let found = verify(&receiver, &[("checksum", &raw), ("key", "another's key")], BODY);
    assert_eq!(found.values[0].received, "[redacted][redacted]‹secret_key›");
    assert_eq!(found.values[1].received, "another value, of 13 characters");
    assert_eq!(found.values[1].expected, "‹secret_key›");
    for printed in [format!("{found:?}"), found.values[0].to_string(), found.values[1].to_string()] {
        for secret in [KEY, "9876543978", "1958-01-02", "another's"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}

#[test]
fn what_is_signed_is_the_body_as_it_came() {
    let receiver =
        receiver(&[header("digest", &[sha_256(&[Value::Request(crate::plan::RequestPart::Body)])])], None, "");
    // Not as this crate would write it.
    let body = "mobile_no=98765%34%33978&dob=1958-01-02";
    assert!(verify(&receiver, &[("digest", &hex_sha_256(body))], body).is_good());
    assert!(!verify(&receiver, &[("digest", &hex_sha_256(BODY))], body).is_good());
}

#[test]
fn what_is_known_in_a_wrong_value_goes_by_its_name_and_the_rest_is_not_shown() {
    let receiver = receiver(&[header("Authorization", &[Value::Session("token".into())])], None, "");
    let received = |value: &str| {
        let mut found = verify(&receiver, &[("Authorization", value)], BODY);
        found.values.remove(0).received
    };
    // The wrong credential in this place, and nothing else.
    assert_eq!(received(KEY), "‹secret_key›");
    for value in [format!("{KEY}, and more"), format!("more and {KEY}"), format!("{KEY}{KEY}"), "another's".into()] {
        assert_eq!(received(&value), format!("another value, of {} characters", value.len()));
    }
}

#[test]
fn a_setting_that_goes_where_something_personal_does_is_not_shown() {
    let country = |secrecy| Parameter { secrecy, ..header("country", &[Value::Setting("country".into())]) };
    for (secrecy, expected) in [(Secrecy::Public, "US"), (Secrecy::Sensitive, "‹country›")] {
        let found = verify(&receiver(&[country(secrecy)], None, ""), &[("country", "US")], BODY);
        assert_eq!((found.values[0].verdict, &*found.values[0].expected), (Verdict::Right, expected));
        assert_eq!(found.values[0].received, expected);
    }
}

#[test]
fn what_may_be_left_out_is_not_missed() {
    let optional = Parameter { required: false, ..header("X-Country", &[Value::Setting("country".into())]) };
    let found = verify(&receiver(&[optional], None, ""), &[], BODY);
    assert!(found.values.is_empty(), "{found:?}");
}

#[test]
fn the_request_tells_its_time_its_uuid_and_its_settings() {
    let unix = Value::Time { format: TimeFormat::Unix, offset_seconds: 0 };
    let told = [Value::Uuid, unix, Value::Setting("country".into())];
    let parameters = [
        header("uuid", &told[..1]),
        header("time", &told[1..2]),
        header("country", &told[2..]),
        header("signature", &[sha_256(&told)]),
    ];
    let receiver = receiver(&parameters, None, "");
    let uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let signature = hex_sha_256(&format!("{uuid}1769862896US"));
    let sent = |uuid, time, signature| {
        verify(&receiver, &[("uuid", uuid), ("time", time), ("country", "US"), ("signature", signature)], BODY)
    };
    assert!(sent(uuid, "1769862896", &signature).values.iter().all(|value| value.verdict == Verdict::Right));
    assert_eq!(sent(uuid, "1769862897", &signature).values[3].verdict, Verdict::Wrong);
    // What is no UUID is wrong, and no signature can be computed with it.
    let found = sent("1234", "1769862896", &signature);
    let verdicts: Vec<Verdict> = found.values.iter().map(|value| value.verdict).collect();
    assert_eq!(verdicts, [Verdict::Wrong, Verdict::Right, Verdict::Right, Verdict::Unknown]);
}

#[test]
fn the_finest_time_that_the_request_tells_counts() {
    let time = |format| Value::Time { format, offset_seconds: 0 };
    let told = [time(TimeFormat::Unix), time(TimeFormat::UnixMillis)];
    let signature = || header("signature", &[sha_256(&told)]);
    let seconds = || header("seconds", &told[..1]);
    let millis = || header("millis", &told[1..]);
    let sent = [
        ("seconds", "1769862896"),
        ("millis", "1769862896123"),
        ("signature", &hex_sha_256("17698628961769862896123")),
    ];
    for parameters in [[seconds(), millis(), signature()], [millis(), seconds(), signature()]] {
        let found = verify(&receiver(&parameters, None, ""), &sent, BODY);
        assert!(found.values.iter().all(|value| value.verdict == Verdict::Right), "{found:?}");
    }
}

#[test]
fn a_time_that_is_not_told_is_that_of_the_clock() {
    let time = |format| Value::Time { format, offset_seconds: 0 };
    let parameters = [
        header("seconds", &[sha_256(&[time(TimeFormat::Unix)])]),
        header("millis", &[sha_256(&[time(TimeFormat::UnixMillis)])]),
    ];
    let receiver = receiver(&parameters, None, "");
    let now = Timestamp::now().as_second();
    for (age, verdict) in [(0, Verdict::Right), (20, Verdict::Right), (600, Verdict::Wrong), (-600, Verdict::Wrong)] {
        let digest = hex_sha_256(&(now - age).to_string());
        let found = verify(&receiver, &[("seconds", &digest), ("millis", &digest)], BODY);
        assert_eq!(found.values[0].verdict, verdict, "{age} s");
        assert_eq!(found.values[1].verdict, Verdict::Unknown);
    }
}

#[test]
fn a_session_value_is_compared_and_a_missing_one_is_missing() {
    let receiver = receiver(&[header("Authorization", &[text("Token "), Value::Session("token".into())])], None, "");
    let found = verify(&receiver, &[("Authorization", "Token a token of our own")], BODY);
    assert_eq!((found.values[0].verdict, found.values[0].origin), (Verdict::Right, Origin::Session));
    let found = verify(&receiver, &[("Authorization", "Token another")], BODY);
    assert_eq!(found.values[0].verdict, Verdict::Wrong);
    let found = verify(&receiver, &[], BODY);
    assert_eq!(found.values[0].verdict, Verdict::Missing);
    assert_eq!(found.values[0].to_string(), "Authorization is missing");
}

#[test]
fn an_encrypted_value_is_decrypted_and_held_to_its_rules() {
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key");
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(&private.public_key()).expect("its public half");
    let public = pem::encode(&pem::Pem::new("PUBLIC KEY", public.as_ref()));
    let key = Value::Credential("public_key".into());
    let encrypt = |of: Value| Value::Encrypt {
        padding: Padding::Pkcs1V15,
        key: list(std::slice::from_ref(&key)),
        of: list(&[of]),
    };
    let receiver = receiver(&[], Some(encode_as(Codec::Base64Mime, encrypt(Value::Given))), &public);
    let decrypt = |_: &str, _: Padding, ciphertext: &[u8]| {
        let key = Pkcs1PrivateDecryptingKey::new(private.clone()).ok()?;
        let mut plain = vec![0; key.min_output_size()];
        Some(key.decrypt(ciphertext, &mut plain).ok()?.to_vec())
    };
    let operation = receiver.shared().plan.operation("create_card").expect("the operation").clone();
    let sent = |pin: &str| {
        let pin = form_urlencoded::byte_serialize(pin.as_bytes()).collect::<String>();
        let request = request(&[], &format!("{BODY}&pin={pin}"));
        receiver.verify("create_card", &request, None, &decrypt).expect("a body that can be read")
    };
    let encrypted = |pin: &str| {
        let key = crate::key::RsaPublicKey::from_pem(&public).expect("a key");
        let ciphertext = key.encrypt(Padding::Pkcs1V15, pin.as_bytes()).expect("a ciphertext");
        String::from_utf8(encode(Codec::Base64Mime, &ciphertext).expect("text")).expect("text")
    };

    let found = sent(&encrypted("1234"));
    assert!(found.is_good(), "{found:?}");
    assert_eq!(found.broken_rule, None);
    assert_eq!(found.text(&operation, "pin").expect("a PIN").expose(), "1234");
    assert_eq!(found.body().expose(), "mobile_no=9876543978&dob=1958-01-02&pin=1234");
    assert_eq!(found.values[0].stages, [Stage { function: "rsa-pkcs1-v1-5", input: "‹pin›".into() }]);
    assert!(!format!("{found:?}").contains("1234"));
    assert!(format!("{found:?}").starts_with("Verification { values: [Checked { name: \"/pin\", verdict: Right,"));

    // That the caller gave nothing is a matter of the document's rules.
    let nothing = receiver.verify("create_card", &request(&[], BODY), None, &decrypt).expect("a body");
    assert!(nothing.values.is_empty());
    assert_eq!(nothing.broken_rule, Some(("pin".into(), "it is required and was not given".into())));

    let (field, reason) = sent(&encrypted("12x4")).broken_rule.expect("a broken rule");
    assert_eq!((field.as_str(), reason.as_str()), ("pin", "it must match the pattern ^[0-9]+$"));

    let found = sent(&encrypted("1234").replace('\n', ""));
    assert_eq!(found.values[0].note.as_deref(), Some("it is not as base64-mime writes it"));
    let found = sent("MTIzNA==\n");
    let note = "it cannot be decrypted: it was not encrypted with public_key and rsa-pkcs1-v1-5";
    assert_eq!(found.values[0].note.as_deref(), Some(note));
    assert!(!found.is_good());
}

#[test]
fn what_a_parameter_was_made_of_is_read_by_its_name() {
    let digits = || vec![Constraint::Pattern(crate::testing::only(b'0', b'9'))].into();
    let given = |name| Parameter { rules: digits(), ..header(name, &[encode_as(Codec::Hex, Value::Given)]) };
    let query = |parameter: Parameter| Parameter { place: Place::Query, ..parameter };
    let receiver = receiver(&[given("pin"), query(given("otp")), query(given("amount"))], None, "");
    let operation = receiver.shared().plan.operation("create_card").expect("the operation");
    let sent = |uri: &str| {
        let mut request = request(&[("pin", "31323334")], BODY);
        *request.uri_mut() = uri.parse().expect("a path");
        receiver.verify("create_card", &request, None, &|_, _, _| None).expect("a body that can be read")
    };
    let found = sent("/v1/cards?amount=35&otp=36373839");
    assert!(found.is_good() && found.broken_rule.is_none(), "{found:?}");
    for (name, text) in [("pin", "1234"), ("otp", "6789"), ("amount", "5"), ("dob", "1958-01-02")] {
        assert_eq!(found.text(operation, name).expect(name).expose(), text);
    }
    assert!(found.text(operation, "no-such").is_none());
    // Its rules are those of what it is made of.
    let broken = sent("/v1/cards?amount=35&otp=4142").broken_rule;
    assert_eq!(broken, Some(("otp".into(), "it must match the pattern ^[0-9]+$".into())));
}

#[test]
fn the_digest_of_what_the_caller_gave_cannot_be_undone() {
    let receiver = receiver(&[], Some(sha_256(&[Value::Given])), "");
    let found = verify(&receiver, &[], &format!("{BODY}&pin={}", hex_sha_256("1234")));
    assert_eq!(found.values[0].verdict, Verdict::Unknown);
    // The digest is not held to the rules of the PIN.
    assert_eq!(found.broken_rule, None);
    assert!(found.is_good());
}

#[test]
fn an_operation_that_the_plan_does_not_have_is_an_error() {
    let receiver = receiver(&[], None, "");
    let unknown = receiver.verify("destroy_card", &request(&[], BODY), None, &|_, _, _| None);
    assert_eq!(unknown.unwrap_err(), "the plan has no operation destroy_card");
}

#[test]
fn an_answer_is_judged_as_a_call_judges_it() {
    let receiver = receiver(&[], None, "");
    let answer = |status: u16, body: &'static str| {
        let answer = Response::builder().status(status).body(Bytes::from(body)).expect("an answer");
        receiver.judge("create_card", &answer)
    };
    assert!(answer(200, "{\"token\":\"t\"}").is_ok());
    // The operation issues the session, so a call would not get by without its value.
    assert!(answer(200, "{}").unwrap_err().to_string().contains("it has no token at /token"));
    assert_eq!(answer(401, "{}").unwrap_err().kind(), crate::plan::Kind::Unauthenticated);
}
