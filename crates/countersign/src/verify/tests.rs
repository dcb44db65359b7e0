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
    let mut all = near::orders(&names, names.len());
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 119, "all but the one that there is");
    assert!(!all.contains(&names));
    assert!(all.contains(&vec!["e".into(), "d".into(), "c".into(), "b".into(), "a".into()]));
}

#[test]
fn of_the_orders_of_many_signed_fields_only_likely_ones_are_tried() {
    // There are 720 orders of six, and seven times as many of one more.
    let names = ["a", "b", "c", "d", "e", "f"];
    let fields = names.map(|name| field(name, Secrecy::Public));
    let body = names.map(|name| format!("{name}={name}")).join("&");
    let note = |count: usize, order: &str| {
        let signed: Vec<Text> = names[..count].iter().map(|name| Text::Borrowed(name)).collect();
        let operation = Operation { signed_fields: signed.into(), ..operation(&[checksum()], &fields) };
        let mut plan = Plan::clone(&receiver(&[], None, "").shared().plan);
        plan.operations = vec![operation].into();
        let builder = Builder::new(Arc::new(plan)).base_url("http://localhost").credential("secret_key", KEY);
        let checksum = hex_sha_256(&format!("{order}{KEY}"));
        let mut found = verify(&builder.build().expect("an executor"), &[("checksum", &checksum)], &body);
        found.values.remove(0).note
    };
    assert_eq!(note(5, "ebdca").as_deref(), Some("it matches the order e, b, d, c, a"));
    assert_eq!(note(6, "fedcba").as_deref(), Some("it matches the order f, e, d, c, b, a"));
    assert_eq!(note(6, "abdcef").as_deref(), Some("it matches the order a, b, d, c, e, f"));
    assert_eq!(note(6, "ebdcaf"), None);
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

fn hex_hmac(key: &str, text: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
    hex::encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()))
}

/// What is said of a signature in the header `sign`, made as `values` say, of a request with this body and query.
fn note_of(values: &[Value], encoding: crate::plan::Encoding, sent: (&str, &str), sign: &str) -> Option<String> {
    let fields = ["mobile_no", "dob", "Note"].map(|name| Field { required: false, ..field(name, Secrecy::Sensitive) });
    let query = |name| Parameter { place: Place::Query, value: None, required: false, ..header(name, &[]) };
    let mut operation = operation(&[header("sign", values), query("b"), query("a")], &fields);
    operation.body.as_mut().expect("a body").encoding = encoding;
    let mut plan = Plan::clone(&receiver(&[], None, "").shared().plan);
    plan.operations = vec![operation].into();
    let builder = Builder::new(Arc::new(plan)).base_url("http://localhost").credential("secret_key", KEY);
    let (body, query) = sent;
    let mut request = request(&[("sign", sign)], body);
    *request.uri_mut() = format!("/v1/cards?{query}").parse().expect("a path");
    let receiver = builder.build().expect("an executor");
    let verify = |quickly: bool| {
        let (id, none): (_, Decrypt<'_>) = ("create_card", &|_, _, _| None);
        let found = match quickly {
            true => receiver.verify_quickly(id, &request, None, none),
            false => receiver.verify(id, &request, None, none),
        };
        let mut found = found.expect("a body that can be read");
        for personal in ["9876543978", "1958-01-02", KEY] {
            assert!(!format!("{found:?} {}", found.values[0]).contains(personal), "{found:?}");
        }
        assert_eq!(found.values[0].verdict, Verdict::Wrong);
        found.values.remove(0).note
    };
    let quick = verify(true);
    assert!(quick.as_deref().is_none_or(|note| note.contains("but for")), "{quick:?}");
    verify(false)
}

#[test]
fn a_mistake_in_the_selected_fields_is_named() {
    let fields = |which| Value::Fields { which, form: FieldForm::Pairs, separator: "&".into(), absent: Absent::Skip };
    let by_name = [sha_256(&[fields(Selection::ByName), Value::Credential("secret_key".into())])];
    let names = vec!["dob".into(), "mobile_no".into()];
    let named = [sha_256(&[fields(Selection::Named(names.into())), Value::Credential("secret_key".into())])];
    let (dob, number) = ("dob=1958-01-02", "mobile_no=9876543978");
    for values in [by_name, named] {
        let which = if matches!(&values[..], [value] if format!("{value:?}").contains("ByName")) {
            "by-name"
        } else {
            "[dob, mobile_no]"
        };
        let of = format!("{{fields: {which}, as: pairs, separator: \"&\"}}");
        for (signed, note) in [
            (format!("{number}&{dob}{KEY}"), "the order mobile_no, dob".to_owned()),
            (format!("{dob}|{number}{KEY}"), "with the separator \"|\"".to_owned()),
            (format!("{dob}{number}{KEY}"), "with the separator \"\"".to_owned()),
            (format!("{dob}&{number}&{KEY}"), "with the separator at the end too".to_owned()),
            (format!("1958-01-02&9876543978{KEY}"), "with values without their names".to_owned()),
            (format!("{KEY}{dob}&{number}"), format!("the order [{{credential: secret_key}}, {of}]")),
            (format!("{dob}&{number}"), "without {credential: secret_key}".to_owned()),
        ] {
            let found = note_of(&values, crate::plan::Encoding::Form, (BODY, ""), &hex_sha_256(&signed));
            assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
        }
        let sha_512 = {
            use sha2::Digest;
            sha2::Sha512::digest(format!("{dob}&{number}{KEY}"))
        };
        let right = hex::decode(hex_sha_256(&format!("{dob}&{number}{KEY}"))).expect("hex");
        let base64 = |bytes: &[u8]| String::from_utf8(encode(Codec::Base64, bytes).expect("base64")).expect("text");
        for (sign, note) in [
            (base64(&right), "it matches as base64 in the place of hex"),
            (base64(hex::encode(&right).as_bytes()), "it matches as base64 of the hex"),
            (hex::encode(sha_512), "it matches as sha-512 in the place of sha-256"),
            (hex::encode_upper(&right), "it matches but for the case of its letters"),
            (
                hex_hmac(KEY, &format!("{dob}&{number}")),
                "it matches as hmac-sha-256 with {credential: secret_key} for its key",
            ),
        ] {
            assert_eq!(note_of(&values, crate::plan::Encoding::Form, (BODY, ""), &sign).as_deref(), Some(note));
        }
        assert_eq!(note_of(&values, crate::plan::Encoding::Form, (BODY, ""), &hex_sha_256("else")), None);
        // A name that the document does not have is not repeated.
        if which == "by-name" {
            let sent = format!("{BODY}&hunter2=1");
            let sign = hex_sha_256(&format!("{number}&{dob}&hunter2=1{KEY}"));
            let found = note_of(&values, crate::plan::Encoding::Form, (&sent, ""), &sign);
            assert_eq!(found.as_deref(), Some("it matches another order of the fields"));
        }
    }
}

#[test]
fn a_body_and_a_query_that_were_signed_in_another_form_are_recognised() {
    use crate::plan::{Encoding, RequestPart};
    let tag = |of: &[Value]| {
        let key = list(&[Value::Credential("secret_key".into())]);
        [encode_as(Codec::Hex, Value::Hmac { hash: Hash::Sha256, key, of: list(of) })]
    };
    let body = tag(&[Value::Request(RequestPart::Body)]);
    let json = r#"{"mobile_no":"9876543978","dob":"1958-01-02","Note":"é/[1]"}"#;
    for (signed, note) in [
        (
            r#"{"mobile_no": "9876543978", "dob": "1958-01-02", "Note": "é/[1]"}"#,
            "the body with a space after each \":\" and \",\"",
        ),
        (
            // python3 -c 'import json; print(json.dumps({"mobile_no": "9876543978", "dob": "1958-01-02", "Note": "é/[1]"}))'
            "{\"mobile_no\": \"9876543978\", \"dob\": \"1958-01-02\", \"Note\": \"\\u00e9/[1]\"}",
            "the body with a space after each \":\" and \",\", what is not ASCII escaped",
        ),
        (
            // php -r 'echo json_encode(["mobile_no" => "9876543978", "dob" => "1958-01-02", "Note" => "é/[1]"]);'
            "{\"mobile_no\":\"9876543978\",\"dob\":\"1958-01-02\",\"Note\":\"\\u00e9\\/[1]\"}",
            "the body, \"/\" and what is not ASCII escaped",
        ),
        (
            "{\n  \"mobile_no\": \"9876543978\",\n  \"dob\": \"1958-01-02\",\n  \"Note\": \"é/[1]\"\n}",
            "the body in lines, indented by 2",
        ),
        (r#"{"Note":"é/[1]","dob":"1958-01-02","mobile_no":"9876543978"}"#, "the body with its names sorted"),
        ("", "an empty body"),
        (&format!("{json}\n"), "the body with a line break at its end"),
    ] {
        let found = note_of(&body, Encoding::Json, (json, ""), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    let lines = "{ \"Note\" : [ 1 , { } , [ ] ] }";
    for (signed, note) in [
        ("{\"Note\":[1,{},[]]}", "the body without white space"),
        ("{\n    \"Note\": [\n        1,\n        {},\n        []\n    ]\n}", "the body in lines, indented by 4"),
    ] {
        let found = note_of(&body, Encoding::Json, (lines, ""), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    let query = tag(&[Value::Request(RequestPart::Path), text("?"), Value::Request(RequestPart::Query)]);
    for (signed, note) in [
        ("/v1/cards?a=1+2&b=%2F", "the query in the order a, b"),
        ("/v1/cards?b=/&a=1 2", "the query decoded"),
        ("/v1/cards?b=%2F&a=1%202", "the query with \"%20\" in the place of \"+\""),
        ("/v1/cards/?b=%2F&a=1+2", "the path with a slash at its end"),
        ("/v1/cardsb=%2F&a=1+2", "without \"?\""),
    ] {
        let found = note_of(&query, Encoding::Form, (BODY, "b=%2F&a=1+2"), &hex_hmac(KEY, signed));
        assert_eq!(found, Some(format!("it matches {note}")), "{signed}");
    }
    for (sign, note) in [
        (hex_hmac(BODY, KEY), "with the key and the message exchanged"),
        (hex_sha_256(BODY), "as sha-256 of the message alone in the place of hmac-sha-256"),
        (hex_sha_256(&format!("{KEY}{BODY}")), "as sha-256 of the key and the message in the place of hmac-sha-256"),
        (hex_sha_256(&format!("{BODY}{KEY}")), "as sha-256 of the message and the key in the place of hmac-sha-256"),
        (hex_hmac(KEY, "dob=1958-01-02&mobile_no=9876543978"), "the body in the order dob, mobile_no"),
    ] {
        let found = note_of(&body, Encoding::Form, (BODY, ""), &sign);
        assert_eq!(found, Some(format!("it matches {note}")));
    }
}

#[test]
fn the_search_for_a_mistake_ends_whatever_is_sent() {
    use crate::plan::{Encoding, RequestPart};
    let every = || Value::Fields {
        which: Selection::ByName,
        form: FieldForm::Pairs,
        separator: "".into(),
        absent: Absent::Skip,
    };
    let many: Vec<Value> = (0..20).map(|_| every()).chain([Value::Request(RequestPart::Body)]).collect();
    let body: String = (0..500).map(|index| format!("f{index}={index}&")).collect();
    let deep = format!("{{\"Note\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let began = Instant::now();
    assert_eq!(note_of(&[sha_256(&many)], Encoding::Form, (&body, &body), &hex_sha_256("")), None);
    assert_eq!(note_of(&[sha_256(&many[20..])], Encoding::Json, (&deep, ""), &hex_sha_256("else")), None);
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn what_was_filled_in_of_something_confidential_goes_by_its_name_where_it_is_signed() {
    let pin = encode_as(Codec::Base64, Value::Given);
    let client = Parameter { secrecy: Secrecy::Public, ..header("client", &[Value::Credential("secret_key".into())]) };
    let body = || Value::Request(crate::plan::RequestPart::Body);
    let sign =
        header("sign", &[sha_256(&[body(), Value::Header("client".into()), Value::Credential("secret_key".into())])]);
    let receiver = receiver(&[client, sign], Some(pin), "");
    let sent = format!("{BODY}&pin=MTIzNA%3D%3D");
    let stage = |headers: &[(&str, &str)], sent: &str| {
        let found = verify(&receiver, headers, sent);
        let sign = found.values.iter().find(|value| value.name == "sign").expect("the signature").clone();
        let printed = format!("{found:?}");
        for secret in [KEY, "MTIz", "1234", "9876543978", "stolen"] {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
        (sign.verdict, sign.stages[0].input.clone())
    };
    let masked = "mobile_no=‹mobile_no›&dob=‹dob›&pin=‹pin›‹client›‹secret_key›";
    let right = hex_sha_256(&format!("{sent}{KEY}{KEY}"));
    assert_eq!(stage(&[("client", KEY), ("sign", &right)], &sent), (Verdict::Right, masked.to_owned()));
    // What is wrong can hold anything.
    let wrong = stage(&[("client", "a stolen key"), ("sign", &right)], &sent.replace("MTIz", "stolen"));
    assert_eq!(wrong, (Verdict::Wrong, masked.to_owned()));
}

#[test]
fn a_value_is_told_once() {
    let parameters = [
        checksum(),
        header("again", &[encode_as(Codec::Upper, sha_256(&[signed(), Value::Credential("secret_key".into())]))]),
    ];
    let right = hex_sha_256(&format!("98765439781958-01-02{KEY}"));
    let found =
        verify(&receiver(&parameters, None, ""), &[("checksum", &right), ("again", &right.to_uppercase())], BODY);
    let mut told = BTreeSet::new();
    let lines: Vec<String> = found.values.iter().map(|value| value.tell(&mut told)).collect();
    let stage = "sha-256 of \"‹mobile_no›‹dob›‹secret_key›\"";
    assert_eq!(lines, [format!("the signature checksum is right: {stage}"), "the signature again is right".to_owned()]);
    assert_eq!(found.values[1].to_string(), format!("the signature again is right: {stage}"));
}
