//! Requests that are signed as the plan says, and requests that are wrong in one way.

use std::sync::Arc;
use std::time::Instant;

use countersign_plan::words::{
    self, BY_NAME, GIVEN, SIGNED, UNIX, UNIX_MILLIS, UUID, base64, base64_mime, credential, fields, header, hex, hmac,
    pattern, query, request as part, rsa, sent_header, session, setting, sha_256, text, these, upper,
};
use countersign_plan::{
    Codec, Credential, CredentialKind, Encoding, Fields, Hash, List, Padding, Plan, RequestPart, Secrecy, Selection,
    Setting, Slot, Text, list, texts,
};
use countersign_sign::Call;
use jiff::Timestamp;

use super::*;
use crate::testing::key_pair::KeyPair;
use crate::testing::{PUBLIC, SECRET, SENSITIVE, computed, field, filled, marked, operation};

const KEY: &str = "a key of our own, for tests";

const BODY: &str = "mobile_no=9876543978&dob=1958-01-02";

fn values(of: &[Value]) -> List<Value> {
    of.to_vec().into()
}

fn hex_of(value: Value) -> Value {
    hex(vec![value].into())
}

fn digest(of: &[Value]) -> Value {
    hex_of(sha_256(values(of)))
}

fn key() -> Value {
    credential("secret_key")
}

/// A receiver of this operation that holds `KEY`.
fn receiver_of(operation: Operation) -> Setup {
    let plan = words::plan("acme", "Acme")
        .credentials(list![
            Credential::text("secret_key", ""),
            Credential::of(CredentialKind::RsaPublicKey, "public_key", "")
        ])
        .settings(list![Setting::new("country", "").default("MX")])
        .operations(vec![operation].into());
    let setup = Setup { base_url: Some("http://localhost".into()), ..Setup::new(Arc::new(Plan::clone(&plan))) };
    setup.credential("secret_key", KEY).expect("a key")
}

/// A receiver for an operation with two signed fields, and a PIN that is made so.
fn receiver(headers: &[Slot], pin: Option<Value>) -> Setup {
    let signed = [field("/mobile_no", SENSITIVE), field("/dob", SENSITIVE)];
    let pin = pin.map(|value| filled("/pin", SECRET, &[value]).rules(list![pattern("^[0-9]+$")]));
    receiver_of(operation(&[headers, &signed, pin.as_slice()].concat()))
}

fn request(headers: &[(&str, &str)], body: &str) -> http::Request<Bytes> {
    let mut request = http::Request::post("/v1/cards").body(Bytes::from(body.to_owned())).expect("a request");
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    request
}

fn found(receiver: &Setup, request: &http::Request<Bytes>) -> Verification {
    let session = Values::from([("token".into(), Secret::from("a token of our own"))]);
    verify(receiver, "create_card", request, Some(&session)).expect("a body that can be read")
}

fn verified(receiver: &Setup, headers: &[(&str, &str)], body: &str) -> Verification {
    found(receiver, &request(headers, body))
}

fn hex_sha_256(text: &str) -> String {
    use sha2::Digest;
    ::hex::encode(sha2::Sha256::digest(text))
}

fn checksum() -> Slot {
    computed("checksum", &[digest(&[fields(SIGNED), key()])])
}

#[test]
fn a_right_signature_is_right_and_a_wrong_one_says_what_it_should_be() {
    let receiver = receiver(&[checksum()], None);
    let right = hex_sha_256(&format!("98765439781958-01-02{KEY}"));
    let found = verified(&receiver, &[("checksum", &right)], BODY);
    assert!(found.is_good());
    assert_eq!(found.values[0].verdict, Verdict::Right);
    assert_eq!(found.values[0].origin, Origin::Credential);

    let wrong = hex_sha_256("something else");
    let found = verified(&receiver, &[("checksum", &wrong)], BODY);
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
    let receiver = receiver(&[checksum()], None);
    let note = |checksum: &str| verified(&receiver, &[("checksum", checksum)], BODY).values.remove(0).note;
    let swapped = hex_sha_256(&format!("1958-01-029876543978{KEY}"));
    assert_eq!(note(&swapped).as_deref(), Some("it matches the order dob, mobile_no"));
    let upper = hex_sha_256(&format!("98765439781958-01-02{KEY}")).to_ascii_uppercase();
    assert_eq!(note(&upper).as_deref(), Some("it matches but for the case of its letters"));
}

#[test]
fn of_the_orders_of_many_signed_fields_only_likely_ones_are_tried() {
    // There are 720 orders of six, and seven times as many of one more.
    let pointers = ["/a", "/b", "/c", "/d", "/e", "/f"];
    let names = pointers.map(|pointer| &pointer[1..]);
    let slots = [&[checksum()][..], &pointers.map(|pointer| field(pointer, PUBLIC))].concat();
    let body = names.map(|name| format!("{name}={name}")).join("&");
    let note = |count: usize, order: &str| {
        let signed: Vec<Text> = names[..count].iter().map(|name| Text::Borrowed(name)).collect();
        let operation = operation(&slots).signed(signed.into()).arranged().expect("no cycle");
        let checksum = hex_sha_256(&format!("{order}{KEY}"));
        verified(&receiver_of(operation), &[("checksum", &checksum)], &body).values.remove(0).note
    };
    assert_eq!(note(5, "ebdca").as_deref(), Some("it matches the order e, b, d, c, a"));
    assert_eq!(note(6, "fedcba").as_deref(), Some("it matches the order f, e, d, c, b, a"));
    assert_eq!(note(6, "abdcef").as_deref(), Some("it matches the order a, b, d, c, e, f"));
    assert_eq!(note(6, "ebdcaf"), None);
}

#[test]
fn a_secret_that_is_where_it_should_not_be_is_not_printed() {
    let receiver = receiver(&[checksum(), computed("key", &[key()])], None);
    let raw = format!("98765439781958-01-02{KEY}");
    let found = verified(&receiver, &[("checksum", &raw), ("key", "another's key")], BODY);
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
    let receiver = receiver(&[computed("digest", &[digest(&[part(RequestPart::Body)])])], None);
    // Not as this crate would write it.
    let body = "mobile_no=98765%34%33978&dob=1958-01-02";
    assert!(verified(&receiver, &[("digest", &hex_sha_256(body))], body).is_good());
    assert!(!verified(&receiver, &[("digest", &hex_sha_256(BODY))], body).is_good());
}

#[test]
fn what_is_known_in_a_wrong_value_goes_by_its_name_and_the_rest_is_not_shown() {
    let receiver = receiver(&[computed("Authorization", &[session("token")])], None);
    let received = |value: &str| verified(&receiver, &[("Authorization", value)], BODY).values.remove(0).received;
    // The wrong credential in this place, and nothing else.
    assert_eq!(received(KEY), "‹secret_key›");
    for value in [format!("{KEY}, and more"), format!("more and {KEY}"), format!("{KEY}{KEY}"), "another's".into()] {
        assert_eq!(received(&value), format!("another value, of {} characters", value.len()));
    }
}

#[test]
fn a_setting_that_goes_where_something_personal_does_is_not_shown() {
    let country = |secrecy| Slot { secrecy, ..computed("country", &[setting("country")]) };
    for (secrecy, expected) in [(PUBLIC, "US"), (SENSITIVE, "‹country›")] {
        let found = verified(&receiver(&[country(secrecy)], None), &[("country", "US")], BODY);
        assert_eq!((found.values[0].verdict, &*found.values[0].expected), (Verdict::Right, expected));
        assert_eq!(found.values[0].received, expected);
    }
}

#[test]
fn what_may_be_left_out_is_not_missed() {
    let optional = Slot { required: false, ..computed("X-Country", &[setting("country")]) };
    let found = verified(&receiver(&[optional], None), &[], BODY);
    assert!(found.values.is_empty(), "{found:?}");
}

#[test]
fn the_request_tells_its_time_its_uuid_and_its_settings() {
    let told = [UUID, UNIX, setting("country")];
    let receiver = receiver(
        &[
            computed("uuid", &told[..1]),
            computed("time", &told[1..2]),
            computed("country", &told[2..]),
            computed("signature", &[digest(&told)]),
        ],
        None,
    );
    let uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let signature = hex_sha_256(&format!("{uuid}1769862896US"));
    let sent = |uuid, time, signature| {
        verified(&receiver, &[("uuid", uuid), ("time", time), ("country", "US"), ("signature", signature)], BODY)
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
    let signature = || computed("signature", &[digest(&[UNIX, UNIX_MILLIS])]);
    let seconds = || computed("seconds", &[UNIX]);
    let millis = || computed("millis", &[UNIX_MILLIS]);
    let sent = [
        ("seconds", "1769862896"),
        ("millis", "1769862896123"),
        ("signature", &hex_sha_256("17698628961769862896123")),
    ];
    for headers in [[seconds(), millis(), signature()], [millis(), seconds(), signature()]] {
        let found = verified(&receiver(&headers, None), &sent, BODY);
        assert!(found.values.iter().all(|value| value.verdict == Verdict::Right), "{found:?}");
    }
}

#[test]
fn a_time_that_is_not_told_is_that_of_the_clock() {
    let headers = [computed("seconds", &[digest(&[UNIX])]), computed("millis", &[digest(&[UNIX_MILLIS])])];
    let receiver = receiver(&headers, None);
    let now = Timestamp::now().as_second();
    for (age, verdict) in [(0, Verdict::Right), (20, Verdict::Right), (600, Verdict::Wrong), (-600, Verdict::Wrong)] {
        let digest = hex_sha_256(&(now - age).to_string());
        let found = verified(&receiver, &[("seconds", &digest), ("millis", &digest)], BODY);
        assert_eq!(found.values[0].verdict, verdict, "{age} s");
        assert_eq!(found.values[1].verdict, Verdict::Unknown);
    }
}

#[test]
fn a_session_value_is_compared_and_a_missing_one_is_missing() {
    let receiver = receiver(&[computed("Authorization", &[text("Token "), session("token")])], None);
    let found = verified(&receiver, &[("Authorization", "Token a token of our own")], BODY);
    assert_eq!((found.values[0].verdict, found.values[0].origin), (Verdict::Right, Origin::Session));
    let found = verified(&receiver, &[("Authorization", "Token another")], BODY);
    assert_eq!(found.values[0].verdict, Verdict::Wrong);
    let found = verified(&receiver, &[], BODY);
    assert_eq!(found.values[0].verdict, Verdict::Missing);
    assert_eq!(found.values[0].to_string(), "Authorization is missing");
}

#[test]
fn an_encrypted_value_is_decrypted_and_held_to_its_rules() {
    let key_pair = KeyPair::generate();
    let encrypted_pin = base64_mime(list![rsa(Padding::Pkcs1V15, list![credential("public_key")], list![GIVEN])]);
    let mut receiver =
        receiver(&[], Some(encrypted_pin)).credential("public_key", &*key_pair.public).expect("a public key");
    let public = receiver.credentials["public_key"].clone();
    receiver.credentials.insert("public_key".into(), public.with_private(&key_pair.private()).expect("its other half"));
    let operation = receiver.plan.operation("create_card").expect("the operation");
    let verified = |request: &http::Request<Bytes>| {
        verify(&receiver, "create_card", request, None).expect("a body that can be read")
    };
    let sent = |pin: &str| {
        let pin = form_urlencoded::byte_serialize(pin.as_bytes()).collect::<String>();
        verified(&request(&[], &format!("{BODY}&pin={pin}")))
    };
    let encrypted = |pin: &str| {
        let call = Call::new("create_card").value("pin", pin);
        let mut request = call.request(operation, "").expect("a request");
        let inputs = Inputs { setup: &receiver, session: None, moment: Moment::now() };
        let _ = request.fill(&inputs).expect("a ciphertext");
        request.text(operation.slot("pin").expect("a PIN")).expect("a ciphertext").into_owned()
    };

    let found = sent(&encrypted("1234"));
    assert!(found.is_good(), "{found:?}");
    assert_eq!(found.broken_rule, None);
    assert_eq!(found.text(operation, "pin").expect("a PIN").expose(), "1234");
    assert_eq!(found.body().expose(), r#"{"mobile_no":"9876543978","dob":"1958-01-02","pin":"1234"}"#);
    assert_eq!(found.values[0].stages, [Stage { function: "rsa-pkcs1-v1-5", input: "‹pin›".into() }]);
    assert!(!format!("{found:?}").contains("1234"));
    assert!(format!("{found:?}").starts_with("Verification { values: [Checked { name: \"/pin\", verdict: Right,"));

    // That the caller gave nothing is a matter of the document's rules.
    let nothing = verified(&request(&[], BODY));
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
    let given = |slot: Slot| marked(slot, PUBLIC).filled(list![hex(list![GIVEN])]).rules(list![pattern("^[0-9]+$")]);
    let receiver = receiver(&[given(header("pin")), given(query("otp")), given(query("amount"))], None);
    let operation = receiver.plan.operation("create_card").expect("the operation");
    let sent = |uri: &str| {
        let mut request = request(&[("pin", "31323334")], BODY);
        *request.uri_mut() = uri.parse().expect("a path");
        verify(&receiver, "create_card", &request, None).expect("a body that can be read")
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
fn what_a_place_cannot_carry_as_it_was_given_is_read_all_the_same() {
    let note = marked(header("note"), SECRET).filled(list![hex(list![GIVEN])]);
    let of_note = computed("of-note", &[digest(&[sent_header("note")])]);
    let amount =
        Slot { notation: countersign_plan::Notation::Literal, ..filled("/amount", PUBLIC, &[hex(list![GIVEN])]) };
    let slots = [note, of_note, amount];
    let receiver = receiver_of(Operation { body: Some(Encoding::Json), ..operation(&slots) });
    let operation = receiver.plan.operation("create_card").expect("the operation");
    let verified = |amount: &str| {
        // printf é | xxd -p
        let headers = [("note", "c3a9"), ("of-note", &hex_sha_256("c3a9"))];
        verified(&receiver, &headers, &format!(r#"{{"amount":{amount}}}"#))
    };
    // printf 5 | xxd -p, printf J | xxd -p
    for (sent, amount, body) in [("35", "5", r#"{"amount":5}"#), ("\"4a\"", "J", r#"{"amount":"J"}"#)] {
        let found = verified(sent);
        assert!(found.is_good(), "{found:?}");
        assert_eq!(found.text(operation, "note").expect("a note").expose(), "é");
        assert_eq!(found.text(operation, "amount").expect("an amount").expose(), amount);
        assert_eq!(found.body().expose(), body);
        let of_note = found.values.iter().find(|value| value.name == "of-note").expect("a digest");
        assert_eq!(of_note.stages[0].input, "‹note›");
        assert!(!format!("{found:?}").contains("c3a9"), "{found:?}");
    }
}

#[test]
fn the_digest_of_what_the_caller_gave_cannot_be_undone() {
    let receiver = receiver(&[], Some(digest(&[GIVEN])));
    let found = verified(&receiver, &[], &format!("{BODY}&pin={}", hex_sha_256("1234")));
    assert_eq!(found.values[0].verdict, Verdict::Unknown);
    // The digest is not held to the rules of the PIN.
    assert_eq!(found.broken_rule, None);
    assert!(found.is_good());
    let found = verified(&receiver, &[], &format!("{BODY}&pin=31323334"));
    assert_eq!(found.values[0].note.as_deref(), Some("it is not as long as sha-256 makes it"));
}

#[test]
fn an_operation_that_the_plan_does_not_have_is_an_error() {
    let unknown = verify(&receiver(&[], None), "destroy_card", &request(&[], BODY), None);
    assert_eq!(unknown.expect_err("no such operation").to_string(), "the plan has no operation destroy_card");
}

fn hex_hmac(key: &str, text: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
    ::hex::encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()))
}

#[test]
fn what_was_filled_in_of_something_confidential_goes_by_its_name_where_it_is_signed() {
    let pin = base64(list![GIVEN]);
    let client = Slot { secrecy: Secrecy::Public, ..computed("client", &[key()]) };
    let sign = computed("sign", &[digest(&[part(RequestPart::Body), sent_header("client"), key()])]);
    let receiver = receiver(&[client, sign], Some(pin));
    let sent = format!("{BODY}&pin=MTIzNA%3D%3D");
    let stage = |headers: &[(&str, &str)], sent: &str| {
        let found = verified(&receiver, headers, sent);
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
    let headers = [checksum(), computed("again", &[upper(vec![digest(&[fields(SIGNED), key()])].into())])];
    let right = hex_sha_256(&format!("98765439781958-01-02{KEY}"));
    let found = verified(&receiver(&headers, None), &[("checksum", &right), ("again", &right.to_uppercase())], BODY);
    let mut told = BTreeSet::new();
    let lines: Vec<String> = found.values.iter().map(|value| value.tell(&mut told)).collect();
    let stage = "sha-256 of \"‹mobile_no›‹dob›‹secret_key›\"";
    assert_eq!(lines, [format!("the signature checksum is right: {stage}"), "the signature again is right".to_owned()]);
    assert_eq!(found.values[1].to_string(), format!("the signature again is right: {stage}"));
}

#[test]
fn a_wrong_value_is_told_with_its_note_and_its_stages() {
    let swapped = hex_sha_256(&format!("1958-01-029876543978{KEY}"));
    let found = verified(&receiver(&[checksum()], None), &[("checksum", &swapped)], BODY);
    let Checked { expected, .. } = &found.values[0];
    assert_eq!(
        found.values[0].to_string(),
        format!(
            "checksum should be \"{expected}\" and is \"{swapped}\"; it matches the order dob, mobile_no; sha-256 of \
             \"‹mobile_no›‹dob›‹secret_key›\""
        )
    );
}

mod mistakes;
mod vocabulary;
