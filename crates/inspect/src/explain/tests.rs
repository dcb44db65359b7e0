//! What an explanation shows, and what it must not.

use std::sync::Arc;

use countersign_plan::words::{
    self, GIVEN, base64, credential, from_hex, header, hex, hmac, path, pattern, query, request, rsa, sent_field,
    sent_header, session, setting, sha_256, text,
};
use countersign_plan::{
    Credential, CredentialKind, Encoding, Hash, Operation, Override, Padding, Plan, PlanRef, RequestPart, Secrecy,
    Setting, Slot, Value, list,
};
use sha2::Digest;

use super::*;
use crate::testing::{PUBLIC, SECRET, SENSITIVE, computed, field, filled, marked, operation};

fn plan(operation: Operation) -> Plan {
    words::plan("acme", "Acme")
        .credentials(list![
            Credential::text("secret_key", "Issued by the provider."),
            Credential::text("client_id", "Issued by the provider."),
            Credential::of(CredentialKind::RsaPublicKey, "pin_key", "Issued by the provider."),
        ])
        .settings(list![
            Setting::new("user", "Chosen by the caller."),
            Setting::new("country", "Chosen by the caller.")
        ])
        .operations(vec![operation].into())
}

/// A setup that has nothing but a base URL.
fn setup(operation: Operation) -> Setup {
    setup_of(plan(operation))
}

fn setup_of(plan: Plan) -> Setup {
    Setup { base_url: Some("https://acme.example/base".into()), ..Setup::new(Arc::new(plan)) }
}

fn json(operation: Operation) -> Operation {
    Operation { body: Some(Encoding::Json), ..operation }
}

fn with(setup: Setup, name: &str, value: &str) -> Setup {
    setup.credential(name, value).expect("a credential")
}

fn call() -> Call {
    Call::new("create_card")
}

fn explained(setup: &Setup, call: Call) -> Explanation {
    explain(setup, &call, Options::default()).expect("an explanation")
}

fn revealed(setup: &Setup, call: Call) -> Explanation {
    explain(setup, &call, Options { danger_revealed: true, ..Options::default() }).expect("an explanation")
}

fn value<'a>(shown: &'a [Shown], name: &str) -> &'a Shown {
    shown.iter().find(|shown| shown.name == name).unwrap_or_else(|| panic!("{name} in {shown:?}"))
}

fn inputs(shown: &Shown) -> Vec<&str> {
    shown.stages.iter().map(|stage| stage.input.as_str()).collect()
}

fn values(of: &[Value]) -> countersign_plan::List<Value> {
    of.to_vec().into()
}

fn digest(of: &[Value]) -> Value {
    hex(values(&[sha_256(values(of))]))
}

fn key() -> Value {
    credential("secret_key")
}

/// An operation with these headers, each of which is filled in.
fn signed(headers: &[(&'static str, Value)]) -> Operation {
    operation(&headers.iter().map(|(name, value)| computed(name, std::slice::from_ref(value))).collect::<Vec<_>>())
}

fn text_of_key() -> Value {
    digest(&[text("v1:"), key()])
}

#[test]
fn a_filled_value_is_shown_with_its_expression_and_its_string_to_sign() {
    let setup = with(setup(signed(&[("X-Sign", text_of_key())])), "secret_key", "hunter2");
    let explanation = explained(&setup, call());
    let sign = value(&explanation.headers, "X-Sign");
    assert_eq!(sign.expression.as_deref(), Some(r#"{hex: {sha-256: ["v1:", {credential: secret_key}]}}"#));
    assert_eq!(inputs(sign), ["v1:‹secret_key›"]);
    assert_eq!(sign.value.len(), 64);
    assert!(explanation.to_string().contains("= {hex: {sha-256: [\"v1:\", {credential: secret_key}]}}\n"));
}

#[test]
fn what_the_caller_gives_is_shown_as_it_is_unless_it_is_confidential() {
    let slots = [marked(header("X-Otp"), SECRET), field("/mobile_no", SENSITIVE), field("/note", PUBLIC)];
    let call = call().value("X-Otp", "6789").value("mobile_no", "9876543978").value("note", "a\nb");
    let explanation = explained(&setup(operation(&slots)), call);
    assert_eq!(value(&explanation.body, "/note").value, "a\nb");
    assert_eq!(
        explanation.to_string(),
        "POST https://acme.example/base/v1/cards
headers
    X-Otp: ‹X-Otp›
    Content-Type: application/x-www-form-urlencoded
body
    /mobile_no: ‹mobile_no›
    /note: a\\nb
"
    );
}

#[test]
fn nothing_is_computed_from_a_placeholder() {
    let operation = signed(&[
        ("X-Client", credential("client_id")),
        ("X-Sign", text_of_key()),
        // It has the key, but reads a header that is not real.
        ("X-Outer", digest(&[text("v2:"), sent_header("X-Client"), key()])),
        ("X-Bytes", digest(&[from_hex(values(&[key()]))])),
    ]);
    let shown = |setup: &Setup| {
        let explanation = explained(setup, call());
        ["X-Client", "X-Sign", "X-Outer", "X-Bytes"].map(|name| value(&explanation.headers, name).value.clone())
    };
    let empty = setup(operation);
    assert_eq!(
        shown(&empty),
        [
            "‹client_id›",
            "hex(sha-256(v1:‹secret_key›))",
            "hex(sha-256(v2:‹X-Client›‹secret_key›))",
            "hex(sha-256(from-hex(‹secret_key›)))"
        ]
    );
    let keyed = with(empty, "secret_key", "ab12");
    let [_, own, outer, _] = shown(&keyed);
    assert_eq!((own.len(), outer.as_str()), (64, "hex(sha-256(v2:‹X-Client›‹secret_key›))"));
    let [.., outer, _] = shown(&with(keyed, "client_id", "c"));
    assert_eq!(outer.len(), 64);
}

#[test]
fn a_missing_key_shows_what_would_be_encrypted() {
    let encrypted = rsa(Padding::Pkcs1V15, list![credential("pin_key")], list![GIVEN]);
    let client = filled("/client", PUBLIC, &[credential("client_id")]).literal();
    let setup = setup(json(operation(&[filled("/pin", SECRET, &[encrypted]), client])));
    let explanation = explained(&setup, call().value("pin", "1234"));
    let pin = value(&explanation.body, "/pin");
    assert_eq!((pin.value.as_str(), inputs(pin)), ("rsa-pkcs1-v1-5(‹pin›)", vec!["‹pin›"]));
    assert_eq!(value(&explanation.body, "/client").value, "‹client_id›");
    // What the caller has to give themselves is no placeholder's business.
    let error = explain(&setup, &call(), Options::default()).expect_err("no PIN");
    assert!(error.to_string().contains("pin: it is required"), "{error}");
}

#[test]
fn an_operation_that_the_plan_does_not_have_is_an_error() {
    let error = explain(&setup(operation(&[])), &Call::new("destroy_card"), Options::default());
    assert_eq!(error.expect_err("no such operation").to_string(), "the plan has no operation destroy_card");
}

#[test]
fn a_secret_in_a_path_or_a_header_is_not_shown() {
    let slots = [
        marked(path("account"), SENSITIVE),
        marked(path("page"), PUBLIC),
        marked(header("X-Owner"), SENSITIVE),
        computed("X-Sign", &[digest(&[request(RequestPart::Path)]), digest(&[text("v1:"), sent_header("x-owner")])]),
    ];
    let operation = Operation { path: "/v1/{page}/no-{account}/end".into(), ..operation(&slots) };
    let call = call().value("account", "hunter2").value("page", "3").value("X-Owner", "hunter3");
    let explanation = explained(&setup(operation), call);
    assert_eq!(explanation.url, "https://acme.example/base/v1/3/no-‹account›/end");
    assert_eq!(inputs(value(&explanation.headers, "X-Sign")), ["/base/v1/3/no-‹account›/end", "v1:‹x-owner›"]);
    // A digest of what is personal can be undone by trying, whatever else is in it.
    assert!(value(&explanation.headers, "X-Sign").value.ends_with("hex(sha-256(v1:‹x-owner›))"));
    assert!(!format!("{explanation:?}{explanation}").contains("hunter"), "{explanation}");
}

#[test]
fn a_path_is_not_signed_while_the_base_url_is_unknown() {
    let parts = [("X-Whole", RequestPart::Path), ("X-Own", RequestPart::OperationPath)];
    let plan = plan(signed(&parts.map(|(name, part)| (name, digest(&[request(part)])))));
    let unknown = explained(&Setup::new(Arc::new(plan.clone())), call());
    assert_eq!(unknown.url, "‹base_url›/v1/cards");
    assert_eq!(value(&unknown.headers, "X-Whole").value, "hex(sha-256(‹path›))");
    assert_eq!(inputs(value(&unknown.headers, "X-Own")), ["/v1/cards"]);
    assert_eq!(inputs(value(&explained(&setup_of(plan), call()).headers, "X-Whole")), ["/base/v1/cards"]);
}

#[test]
fn a_value_in_the_path_is_held_to_its_rules() {
    let account = marked(path("account"), PUBLIC).rules(list![pattern("^[ -9]+$")]);
    let setup = setup(Operation { path: "/v1/no-{account}/end".into(), ..operation(&[account]) });
    let explained = |value: &str| explain(&setup, &call().value("account", value), Options::default());
    // It is held to them as it was given, not as it is encoded.
    assert_eq!(explained("12 ").expect("an explanation").url, "https://acme.example/base/v1/no-12%20/end");
    let error = explained("12a").expect_err("a letter").to_string();
    assert!(error.contains("account: it must match the pattern"), "{error}");
}

#[test]
fn what_is_made_of_something_confidential_is_confidential_where_it_is_read_again() {
    let coded = || base64(list![sent_field("pin")]);
    let digest_of = |name: &'static str| digest(&[text("v1:"), sent_header(name)]);
    let slots = [
        computed("X-Pin", &[coded()]),
        computed("X-Of-Pin", &[digest_of("X-Pin")]),
        computed("X-Of-Copy", &[digest(&[text("v1:"), sent_field("copy")])]),
        computed("X-Of-Note", &[digest(&[sent_field("note")])]),
        computed("X-Of-Stamp", &[digest(&[sent_field("stamp")])]),
        computed("X-Key", &[key()]),
        computed("X-Of-Key", &[digest_of("X-Key")]),
        field("/pin", SECRET),
        filled("/copy", PUBLIC, &[coded()]),
        field("/note", PUBLIC),
        filled("/stamp", PUBLIC, &[text("now")]),
    ];
    let setup = with(setup(operation(&slots)), "secret_key", "hunter2");
    let shown = explained(&setup, call().value("pin", "4321").value("note", "n"));
    let header = |name: &str| value(&shown.headers, name).value.clone();
    // A PIN can be found from its digest by trying, whichever way it went into it; a key cannot.
    assert_eq!(header("X-Of-Pin"), "hex(sha-256(v1:‹X-Pin›))");
    assert_eq!(header("X-Of-Copy"), "hex(sha-256(v1:‹copy›))");
    assert_eq!(["X-Of-Key", "X-Of-Note", "X-Of-Stamp"].map(|name| header(name).len()), [64; 3]);
    let everything = format!("{shown}{shown:?}");
    assert!(!["4321", "NDMyMQ", "hunter2"].iter().any(|secret| everything.contains(secret)), "{everything}");
}

#[test]
fn what_is_signed_with_a_placeholder_in_the_body_is_not_computed() {
    let sign = digest(&[request(RequestPart::Body), key()]);
    let slots = [computed("X-Sign", &[sign]), filled("/client", PUBLIC, &[credential("client_id")])];
    for is_json in [false, true] {
        let operation = operation(&slots);
        let operation = if is_json { json(operation) } else { operation };
        let setup = with(setup(operation), "secret_key", "hunter2");
        let sign = |setup: &Setup| value(&explained(setup, call()).headers, "X-Sign").value.clone();
        let body = if is_json { r#"{"client":"‹client›"}"# } else { "client=‹client›" };
        assert_eq!(sign(&setup), format!("hex(sha-256({body}‹secret_key›))"));
        assert_eq!(sign(&with(setup, "client_id", "c-1")).len(), 64);
    }
}

#[test]
fn neither_a_placeholder_nor_what_is_made_of_a_given_value_is_held_to_the_rules() {
    let slots = [
        computed("X-Client", &[credential("client_id")]).rules(list![pattern("^[0-9]+$")]),
        filled("/pin", SECRET, &[base64(list![GIVEN])]).rules(list![pattern("^[0-9]+$")]),
    ];
    let setup = setup(operation(&slots));
    let explained = |setup: &Setup, pin: &str| explain(setup, &call().value("pin", pin), Options::default());
    let shown = explained(&setup, "4321").expect("an explanation");
    assert_eq!(value(&shown.headers, "X-Client").value, "‹client_id›");
    assert_eq!(value(&shown.body, "/pin").value, "base64(‹pin›)");
    // The value that was given is, and so is one that is no placeholder.
    assert!(explained(&setup, "four").expect_err("letters").to_string().contains("pin"));
    let wrong = explained(&with(setup, "client_id", "c"), "4321").expect_err("a letter").to_string();
    assert!(wrong.contains("X-Client") && wrong.contains("the credential client_id"), "{wrong}");
}

#[test]
fn each_place_is_as_confidential_as_what_is_in_it() {
    let of_path = computed("X-Of-Path", &[digest(&[text("v1:"), request(RequestPart::OperationPath)])]);
    let shown = |slots: &[Slot]| {
        let operation = Operation { path: "/v1/{account}".into(), ..operation(slots) };
        let call = call().value("account", "17");
        let call = if slots.len() > 2 { call.value("X-Owner", "hunter2") } else { call };
        value(&explained(&setup(operation), call).headers, "X-Of-Path").value.clone()
    };
    // What a header holds does not close the path, and the other way round.
    let owner = marked(header("X-Owner"), SENSITIVE);
    assert_eq!(shown(&[marked(path("account"), PUBLIC), of_path.clone(), owner]).len(), 64);
    assert_eq!(shown(&[marked(path("account"), SENSITIVE), of_path]), "hex(sha-256(v1:/v1/‹account›))");

    let of = |name: &'static str, read: &'static str| computed(name, &[digest(&[sent_header(read)])]);
    let stated = Slot { secrecy: SECRET, ..computed("X-Stated", &[text("plain")]) };
    let open = computed("X-Open", &[text("plain")]);
    let slots = [stated, of("X-Of-Stated", "X-Stated"), open, of("X-Of-Open", "X-Open")];
    let shown = explained(&setup(operation(&slots)), call());
    assert_eq!(value(&shown.headers, "X-Of-Stated").value, "hex(sha-256(‹X-Stated›))");
    assert_eq!(value(&shown.headers, "X-Of-Open").value.len(), 64);
}

/// A header that is a setting and must not be shown, and a digest of the setting.
fn of_user() -> [Slot; 2] {
    [
        Slot { secrecy: SENSITIVE, ..computed("X-User", &[setting("user")]) },
        computed("X-Of-User", &[digest(&[text("v1:"), setting("user")])]),
    ]
}

#[test]
fn a_setting_that_is_all_of_a_confidential_value_is_confidential_everywhere() {
    let [user, of_user] = of_user();
    let slots = [user, of_user, computed("X-Country", &[digest(&[setting("country")])])];
    let setup = setup(operation(&slots)).setting("user", "hunter2").setting("country", "MX");
    let shown = explained(&setup, call());
    assert_eq!(value(&shown.headers, "X-Of-User").value, "hex(sha-256(v1:‹user›))");
    assert_eq!(value(&shown.headers, "X-Country").value.len(), 64);
    assert!(!format!("{shown}{shown:?}").contains("hunter2"), "{shown}");
}

#[test]
fn a_setting_that_has_the_value_of_the_document_is_no_secret() {
    let mut plan = plan(operation(&of_user()));
    plan.settings.to_mut()[0].default = Some("anybody".into());
    let setup = setup_of(plan);
    let inputs = |setup: &Setup| {
        let shown = explained(setup, call());
        (value(&shown.headers, "X-User").value.clone(), inputs(value(&shown.headers, "X-Of-User"))[0].to_owned())
    };
    assert_eq!(inputs(&setup), ("anybody".to_owned(), "v1:anybody".to_owned()));
    assert_eq!(inputs(&setup.setting("user", "hunter2")), ("‹user›".to_owned(), "v1:‹user›".to_owned()));
}

#[test]
fn an_object_is_as_confidential_as_what_is_in_it() {
    let shown = |person: Secrecy, born: Secrecy| {
        let slots = [
            computed("X-Sign", &[digest(&[text("v1:"), sent_field("person")])]),
            field("/person", person),
            field("/person/kind", PUBLIC),
            field("/person/born", born),
        ];
        let call = call().body(r#"{"person":{"kind":"k","born":"1815-12-10"}}"#);
        let shown = explained(&setup(json(operation(&slots))), call);
        (value(&shown.headers, "X-Sign").value.clone(), value(&shown.body, "/person/kind").value.clone())
    };
    let (open, kind) = shown(PUBLIC, PUBLIC);
    assert_eq!((open.len(), kind.as_str()), (64, "k"));
    let (guarded, kind) = shown(PUBLIC, SENSITIVE);
    assert_eq!(guarded, "hex(sha-256(v1:{\"kind\":\"k\",\"born\":\"‹born›\"}))");
    assert_eq!(kind, "k");
    // What is in it is as confidential as it is.
    let (guarded, kind) = shown(SENSITIVE, PUBLIC);
    assert_eq!(guarded, "hex(sha-256(v1:{\"kind\":\"‹kind›\",\"born\":\"‹born›\"}))");
    assert_eq!(kind, "‹kind›");
}

#[test]
fn a_session_is_signed_with_and_not_shown() {
    let setup = setup(signed(&[("X-Sign", digest(&[text("v1:"), session("token")]))]));
    let sign = |setup: &Setup, session: Option<&Values>| {
        let shown = explain(setup, &call(), Options { session, ..Options::default() }).expect("an explanation");
        value(&shown.headers, "X-Sign").clone()
    };
    assert_eq!(sign(&setup, None).value, "hex(sha-256(v1:‹token›))");
    let values = Values::from([("token".into(), "hunter2".into())]);
    let (brought, other) = (Setup { session: Some(values), ..setup }, Values::from([("token".into(), "h".into())]));
    let signed = sign(&brought, None);
    assert_eq!((signed.value.clone(), inputs(&signed)), (hex_of("v1:hunter2"), vec!["v1:‹token›"]));
    // One that is given for this explanation goes before.
    assert_eq!(sign(&brought, Some(&other)).value, hex_of("v1:h"));
}

fn hex_of(text: &str) -> String {
    ::hex::encode(sha2::Sha256::digest(text))
}

#[test]
fn a_moment_that_is_given_is_signed_with() {
    let setup = setup(signed(&[("X-Time", words::UNIX), ("X-Id", words::UUID)]));
    let moment =
        Moment { now: "2026-01-31T12:34:56Z".parse().expect("a time"), uuid: uuid::Uuid::nil(), ..Moment::now() };
    let shown = explain(&setup, &call(), Options { moment: Some(moment), ..Options::default() });
    let shown = shown.expect("an explanation");
    assert_eq!(value(&shown.headers, "X-Time").value, "1769862896");
    assert_eq!(value(&shown.headers, "X-Id").value, uuid::Uuid::nil().to_string());
    let [one, other] = [(); 2].map(|()| value(&explained(&setup, call()).headers, "X-Id").value.clone());
    assert_ne!(one, other);
}

#[test]
fn the_media_types_are_there_to_be_read() {
    let media_types = [sent_header("content-type"), text(";"), sent_header("Accept")];
    let form = operation(&[computed("X-Sign", &media_types)]);
    for (operation, expected) in [
        (form.clone(), "application/x-www-form-urlencoded;application/json"),
        (json(form), "application/json;application/json"),
    ] {
        assert_eq!(value(&explained(&setup(operation), call()).headers, "X-Sign").value, expected);
    }
    // What the document says of such a header goes before what the client would write.
    let slots = [computed("X-Sign", &[sent_header("Accept")]), computed("Accept", &[text("text/plain")])];
    let shown = explained(&setup(operation(&slots)), call());
    assert_eq!(value(&shown.headers, "X-Sign").value, "text/plain");
}

fn mac(of: &[Value]) -> Value {
    hex(values(&[hmac(Hash::Sha256, list![credential("secret_key")], values(of))]))
}

/// An operation that signs a body of every sort of field, its digest, the query and the path.
fn signed_all_over(more: &[Slot]) -> Operation {
    let target = [request(RequestPart::Method), request(RequestPart::Path), text("?"), request(RequestPart::Query)];
    let slots = [
        marked(path("account"), SENSITIVE),
        marked(query("page"), PUBLIC),
        marked(query("phone"), SENSITIVE),
        computed("X-Digest", &[digest(&[request(RequestPart::Body)])]),
        computed("X-Sign", &[mac(&[request(RequestPart::Body)])]),
        computed("X-Target", &[mac(&target)]),
        field("/note", PUBLIC),
        field("/names", SENSITIVE),
        field("/card", PUBLIC),
        field("/card/kind", PUBLIC),
        field("/card/pin", SECRET),
        filled("/mac", SECRET, &[mac(&[sent_field("note")])]),
        filled("/coded", SECRET, &[base64(list![sent_field("names")])]),
    ];
    json(Operation { path: "/v1/{account}/cards".into(), ..operation(&[more, &slots].concat()) })
}

const SIGNED_BODY: &str = r#"{"note":"a \"note\"","names":["Ada",7],"card":{"kind":"k","pin":"4321"}}"#;

fn signed_call() -> Call {
    call().body(SIGNED_BODY).value("account", "hunter2").value("page", "a b").value("phone", "+4930")
}

#[test]
fn a_signature_over_body_query_and_path_is_explained_by_their_parts() {
    let setup = with(setup(signed_all_over(&[])), "secret_key", "hunter3");
    let shown = explained(&setup, signed_call());
    let sign = value(&shown.headers, "X-Sign");
    // echo -n 'a "note"' | openssl dgst -sha256 -hmac hunter3
    let mac = "bae5d5485605b4a1bee5ad6c54d19ee8f49d00bb64616db28cf2e682dcc5a52b";
    let body = format!(
        r#"{{"note":"a \"note\"","names":["‹names›",‹names›],"card":{{"kind":"k","pin":"‹pin›"}},"mac":"{mac}","coded":"‹coded›"}}"#
    );
    assert_eq!(inputs(sign), [body.as_str()]);
    assert_eq!(sign.value.len(), 64, "a key is in it, so that it cannot be undone by trying");
    // A digest of the same could be, since there is no key in it.
    assert_eq!(value(&shown.headers, "X-Digest").value, format!("hex(sha-256({body}))"));
    let target = "POST/base/v1/‹account›/cards?page=a+b&phone=‹phone›";
    assert_eq!(inputs(value(&shown.headers, "X-Target")), [target]);
    let everything = format!("{shown}{shown:?}{}", serde_json::to_string(&shown).expect("JSON"));
    for secret in ["hunter", "4321", "Ada", "QWRh", "4930"] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
    // People can read the JSON.
    assert!(
        shown.to_string().contains("sha-256 of \"{\"note\":\"a \\\\\"note\\\\\"\",\"names\":[\"‹names›\""),
        "{shown}"
    );
}

#[test]
fn what_is_signed_is_shown_whole_to_whom_asks_for_it_but_for_credentials() {
    let basic = base64(list![credential("secret_key"), text(":"), sent_field("note")]);
    let more = [computed("X-Key", &[key()]), computed("X-Basic", &[basic]), computed("X-Of-Key", &[digest(&[key()])])];
    let setup = with(setup(signed_all_over(&more)), "secret_key", "hunter3");
    let shown = revealed(&setup, signed_call());
    assert_eq!(shown.url, "https://acme.example/base/v1/hunter2/cards");
    assert_eq!(value(&shown.query, "phone").value, "+4930");
    assert_eq!(value(&shown.body, "/card/pin").value, "4321");
    let target = "POST/base/v1/hunter2/cards?page=a+b&phone=%2B4930";
    assert_eq!(inputs(value(&shown.headers, "X-Target")), [target]);
    let sign = value(&shown.headers, "X-Sign");
    let [body] = inputs(sign)[..] else { panic!("{sign:?}") };
    let given = SIGNED_BODY.trim_end_matches('}');
    assert!(body.starts_with(given) && body.ends_with(r#","coded":"WyJBZGEiLDdd"}"#), "{body}");
    // A digest that could be found by trying is shown: so is what it would yield.
    assert_eq!(value(&shown.headers, "X-Digest").value, hex_of(body));
    // What is good for other calls too is not.
    let header = |name: &str| value(&shown.headers, name).value.clone();
    assert_eq!(header("X-Key"), "‹secret_key›");
    assert_eq!(header("X-Basic"), "base64(‹secret_key›:a \"note\")");
    assert_eq!(header("X-Of-Key"), "hex(sha-256(‹secret_key›))");
    assert!(!format!("{shown}{shown:?}").contains("hunter3"));
}

#[test]
fn a_credential_in_a_body_goes_by_its_name_and_the_digest_is_shown() {
    let client = |pointer| filled(pointer, SECRET, &[credential("client_id")]);
    let sign = computed("X-Digest", &[digest(&[request(RequestPart::Body)])]);
    let setup = with(setup(operation(&[sign, field("/pin", SECRET), client("/client")])), "client_id", "hunter2");
    let call_with_pin = || call().value("pin", "4321");
    let shown = explained(&setup, call_with_pin());
    let sign = value(&shown.headers, "X-Digest");
    assert_eq!((sign.value.len(), inputs(sign)), (64, vec!["pin=‹pin›&client=‹client›"]));
    let shown = revealed(&setup, call_with_pin());
    assert_eq!(inputs(value(&shown.headers, "X-Digest")), ["pin=4321&client=‹client›"]);
    assert_eq!(value(&shown.body, "/client").value, "‹client_id›");

    // In an object that is personal as a whole, too, wherever it is read.
    let signs = [request(RequestPart::Body), sent_field("person"), sent_field("/person/client")];
    let slots = [
        computed("X-Digest", &[digest(&signs)]),
        field("/person", SENSITIVE),
        field("/person/name", PUBLIC),
        client("/person/client"),
    ];
    let setup = with(self::setup(json(operation(&slots))), "client_id", "hunter2");
    let call = || call().value("/person/name", "Ada");
    let masked =
        r#"{"person":{"name":"‹name›","client":"‹client›"}}{"name":"‹name›","client":"‹client›"}‹/person/client›"#;
    let shown = explained(&setup, call());
    assert_eq!(inputs(value(&shown.headers, "X-Digest")), [masked]);
    assert!(!format!("{shown}{shown:?}").contains("Ada"), "{shown}");
    let shown = revealed(&setup, call());
    assert_eq!(inputs(value(&shown.headers, "X-Digest")), [masked.replace("‹name›", "Ada")]);
    assert!(!format!("{shown}{shown:?}").contains("hunter2"));
}

#[test]
fn an_overridden_path_is_masked_where_the_parameter_is_now() {
    let sign = computed("X-Sign", &[digest(&[text("v1:"), request(RequestPart::Path)])]);
    let operation = operation(&[marked(path("account"), SECRET), sign]);
    let plan = PlanRef::from(Arc::new(plan(Operation { path: "/v1/{account}/cards".into(), ..operation })));
    let plan = plan.overridden(&[Override::path("create_card", "/v2/cards/of/{account}")]).expect("an override");
    let setup = Setup { base_url: Some("https://acme.example/base".into()), ..Setup::new(plan) };
    let shown = explained(&setup, call().value("account", "of"));
    assert_eq!(shown.url, "https://acme.example/base/v2/cards/of/‹account›");
    assert_eq!(inputs(value(&shown.headers, "X-Sign")), ["v1:/base/v2/cards/of/‹account›"]);
}

#[test]
fn what_is_not_sent_is_not_shown() {
    let slots = [
        marked(header("X-Otp"), PUBLIC),
        field("/order", PUBLIC),
        filled("/order/id", PUBLIC, &[text("1")]),
        field("/order/pin", SECRET),
        field("/note", PUBLIC),
    ];
    let slots = slots.map(|slot| Slot { required: false, ..slot });
    let shown = explained(&setup(json(operation(&slots))), call().value("note", "n"));
    assert_eq!(shown.body.iter().map(|shown| shown.name.as_str()).collect::<Vec<_>>(), ["/note"]);
    assert_eq!(shown.headers.iter().map(|shown| shown.name.as_str()).collect::<Vec<_>>(), ["Content-Type"]);
}

#[test]
fn values_that_are_made_once_tokens_parts_and_an_envelope_are_shown_with_their_stages() {
    use countersign_plan::words::{
        UNIX, apply2, apply3, entry, envelope, json as object, json_minify, made, parts, random, value,
    };
    use countersign_plan::{
        Alphabet, EcdsaForm, Function, JweAlgorithm, JweEncryption, JwsAlgorithm, Payload, SignatureAlgorithm,
    };

    const SIGN: Function = Function::Sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Jose);
    let sealed = apply3(
        Function::Jwe(JweAlgorithm::RsaOaep256, JweEncryption::A256Gcm),
        list![credential("jwe_key")],
        list![object(list![entry("kid", list![text("k1")])])],
        list![json_minify(list![GIVEN])],
    );
    let token = apply3(
        Function::Jws(JwsAlgorithm::Es256, Payload::Claims),
        list![credential("sign_key")],
        list![],
        list![object(list![entry("iss", list![credential("client_id")]), entry("iat", list![UNIX])])],
    );
    let slots = [
        value("nonce", list![random(Alphabet::Hex, 8)]),
        value("input", list![UNIX, text("."), made("nonce"), text("."), sent_field("mobile_no")]),
        computed(
            "X-Sign",
            &[parts(
                list![
                    entry("t", list![UNIX]),
                    entry(
                        "v1",
                        list![base64(list![apply2(SIGN, list![credential("sign_key")], list![made("input")])])]
                    )
                ],
                ",",
                "=",
            )],
        ),
        computed("Authorization", &[text("Bearer "), token]),
        computed("X-Mac", &[hex(list![hmac(Hash::Sha256, list![credential("secret_key")], list![made("input")])])]),
        field("/mobile_no", SENSITIVE),
        field("/note", PUBLIC),
        envelope(vec![sealed].into()),
    ];
    let operation = operation(&slots).json().sent_as("application/jose").arranged().expect("no cycle");
    let mut plan = plan(operation);
    plan.credentials.to_mut().extend([
        Credential::of(CredentialKind::PrivateKey, "sign_key", ""),
        Credential::of(CredentialKind::PublicKey, "jwe_key", ""),
    ]);
    let setup = with(setup_of(plan), "secret_key", "hunter2");
    let moment = Moment {
        now: "2026-01-31T12:34:56Z".parse().expect("a time"),
        fill: |bytes| bytes.fill(0xab),
        ..Moment::now()
    };
    let call = call().value("mobile_no", "9876543978").value("note", "a \"b\"");
    let explanation = explain(&setup, &call, Options { moment: Some(moment), ..Options::default() });
    let shown = explanation.expect("an explanation").to_string();
    // printf '1769862896.bbbbbbbb.9876543978' | openssl dgst -sha256 -hmac hunter2
    assert_eq!(
        shown,
        r#"POST https://acme.example/base/v1/cards
values
    nonce: bbbbbbbb
        = {random: {of: hex, length: 8}}
    input: 1769862896.bbbbbbbb.‹mobile_no›
        = [{time: unix}, ".", {value: nonce}, ".", {field: mobile_no}]
headers
    X-Sign: t=1769862896,v1=base64(sign(‹input›))
        = {parts: {t: {time: unix}, v1: {base64: {sign: {by: ecdsa-p256-sha-256, key: {credential: sign_key}, of: {value: input}}}}}}
        sign of "‹input›"
    Authorization: Bearer jwt({"iss":"‹client_id›","iat":1769862896})
        = ["Bearer ", {jwt: {algorithm: ES256, key: {credential: sign_key}, claims: {iss: {credential: client_id}, iat: {time: unix}}}}]
        jwt of "{"iss":"‹client_id›","iat":1769862896}"
    X-Mac: 571eba5fd559b7a9785e4681c9267c3ae288ecae013a647620427e0d3f17f3cc
        = {hex: {hmac-sha-256: {key: {credential: secret_key}, of: {value: input}}}}
        hmac-sha-256 of "‹input›"
    Content-Type: application/jose
body
    /mobile_no: ‹mobile_no›
    /note: a "b"
envelope
    body: jwe(json-minify({"mobile_no":"‹mobile_no›","note":"a \\"b\\""}))
        = {jwe: {algorithm: RSA-OAEP-256, encryption: A256GCM, key: {credential: jwe_key}, header: {kid: k1}, of: {json-minify: {given: true}}}}
        jwe of "json-minify({"mobile_no":"‹mobile_no›","note":"a \\"b\\""})"
"#
    );
}

#[test]
fn a_body_that_has_no_fields_is_shown_beside_a_signature_over_it() {
    let slots = [computed("X-Signature", &[digest(&[request(RequestPart::Body)])]), field("", PUBLIC)];
    let shown = explained(&setup(json(operation(&slots))), call().body("[1, 2]"));
    assert_eq!(value(&shown.headers, "X-Signature").value.len(), 64);
    let slots = [computed("X-Signature", &[digest(&[request(RequestPart::Body)])]), field("", SENSITIVE)];
    let shown = explained(&setup(json(operation(&slots))), call().body("[1, 2]"));
    assert!(value(&shown.headers, "X-Signature").value.starts_with("hex(sha-256("), "{shown:?}");
}
