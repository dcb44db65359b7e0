//! What an explanation shows, and what it must not.

use std::sync::Arc;

use crate::config::Builder;
use crate::plan::{
    Codec, Constraint, Credential, CredentialKind, Encoding, Hash, Notation, Padding, Parameter, Plan, RequestPart,
    Secrecy, Setting,
};
use crate::testing::{field, filled, header, list, object, only, operation, session, text};
use crate::{Draft, Explanation, Shown};

use super::*;

fn credential(name: &'static str, kind: CredentialKind) -> Credential {
    Credential { name: name.into(), description: "Issued by the provider.".into(), kind }
}

fn setting(name: &'static str) -> Setting {
    Setting { name: name.into(), description: "Chosen by the caller.".into(), default: None }
}

fn digest(of: &[Value]) -> Value {
    Value::Encode(Codec::Hex, list(&[Value::Digest(Hash::Sha256, list(of))]))
}

fn key() -> Value {
    Value::Credential("secret_key".into())
}

fn token() -> Value {
    Value::Session("token".into())
}

fn builder(operation: Operation) -> Builder {
    Builder::new(plan(operation)).base_url("https://acme.example/base")
}

fn plan(operation: Operation) -> Arc<Plan> {
    Arc::new(Plan {
        name: "acme".into(),
        title: "Acme".into(),
        credentials: vec![
            credential("secret_key", CredentialKind::Text),
            credential("client_id", CredentialKind::Text),
            credential("pin_key", CredentialKind::RsaPublicKey),
        ]
        .into(),
        settings: ["user", "country"].map(setting).to_vec().into(),
        servers: [].as_slice().into(),
        session: None,
        operations: vec![operation].into(),
    })
}

fn value<'a>(shown: &'a [Shown], name: &str) -> &'a Shown {
    shown.iter().find(|shown| shown.name == name).unwrap_or_else(|| panic!("{name} in {shown:?}"))
}

fn inputs(shown: &Shown) -> Vec<&str> {
    shown.stages.iter().map(|stage| stage.input.as_str()).collect()
}

fn explain(builder: Builder, draft: Draft) -> Explanation {
    builder.explain("create_card", draft).unwrap()
}

#[test]
fn a_filled_value_is_shown_with_its_expression_and_its_string_to_sign() {
    let operation = operation(&[header("X-Sign", &[digest(&[text("v1:"), key()])])], &[]);
    let explanation = explain(builder(operation).credential("secret_key", "hunter2"), Draft::new());
    let sign = value(&explanation.headers, "X-Sign");
    assert_eq!(sign.expression.as_deref(), Some(r#"{hex: {sha-256: ["v1:", {credential: secret_key}]}}"#));
    assert_eq!(inputs(sign), ["v1:‹secret_key›"]);
    assert_eq!(sign.value.len(), 64);
    assert!(explanation.to_string().contains("= {hex: {sha-256: [\"v1:\", {credential: secret_key}]}}\n"));
}

#[test]
fn what_the_caller_gives_is_shown_as_it_is_unless_it_is_confidential() {
    let otp = Parameter { value: None, secrecy: Secrecy::Secret, ..header("X-Otp", &[]) };
    let fields = [field("mobile_no", Secrecy::Sensitive), field("note", Secrecy::Public)];
    let draft = Draft::new().value("X-Otp", "6789").value("mobile_no", "9876543978").value("note", "a\nb");
    let explanation = explain(builder(operation(&[otp], &fields)), draft);
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
    let of_header = digest(&[text("v2:"), Value::Header("X-Client".into()), key()]);
    let operation = operation(
        &[
            header("X-Client", &[Value::Credential("client_id".into())]),
            header("X-Sign", &[digest(&[text("v1:"), key()])]),
            // It has the key, but reads a header that is not real.
            header("X-Outer", &[of_header]),
            header("X-Bytes", &[digest(&[Value::Encode(Codec::FromHex, list(&[key()]))])]),
        ],
        &[],
    );
    let shown = |builder: Builder| {
        let explanation = explain(builder, Draft::new());
        ["X-Client", "X-Sign", "X-Outer", "X-Bytes"].map(|name| value(&explanation.headers, name).value.clone())
    };
    assert_eq!(
        shown(builder(operation.clone())),
        [
            "‹client_id›",
            "hex(sha-256(v1:‹secret_key›))",
            "hex(sha-256(v2:‹X-Client›‹secret_key›))",
            "hex(sha-256(from-hex(‹secret_key›)))"
        ]
    );
    let [_, own, outer, _] = shown(builder(operation.clone()).credential("secret_key", "ab12"));
    assert_eq!((own.len(), outer.as_str()), (64, "hex(sha-256(v2:‹X-Client›‹secret_key›))"));
    let [.., outer, _] = shown(builder(operation).credential("secret_key", "ab12").credential("client_id", "c"));
    assert_eq!(outer.len(), 64);
}

#[test]
fn a_missing_key_shows_what_would_be_encrypted() {
    let mut pin = field("pin", Secrecy::Secret);
    let key = list(&[Value::Credential("pin_key".into())]);
    pin.value = Some(list(&[Value::Encrypt { padding: Padding::Pkcs1V15, key, of: list(&[Value::Given]) }]));
    let mut number = field("client", Secrecy::Public);
    number.notation = Notation::Literal;
    number.value = Some(list(&[Value::Credential("client_id".into())]));
    let mut operation = operation(&[], &[pin, number]);
    operation.body.as_mut().unwrap().encoding = Encoding::Json;
    let explanation = explain(builder(operation.clone()), Draft::new().value("pin", "1234"));
    let pin = value(&explanation.body, "/pin");
    assert_eq!((pin.value.as_str(), inputs(pin)), ("rsa-pkcs1-v1-5(‹pin›)", vec!["‹pin›"]));
    assert_eq!(value(&explanation.body, "/client").value, "‹client_id›");
    // What the caller has to give himself is no placeholder's business.
    let error = builder(operation).explain("create_card", Draft::new()).unwrap_err();
    assert!(error.to_string().contains("pin: it is required"), "{error}");
}

#[test]
fn a_secret_in_a_path_or_a_header_is_not_shown() {
    let given = |name: &'static str, place| Parameter { place, value: None, ..header(name, &[]) };
    let secret = |parameter: Parameter| Parameter { secrecy: Secrecy::Sensitive, ..parameter };
    let path = digest(&[Value::Request(RequestPart::Path)]);
    let mut operation = operation(
        &[
            secret(given("account", Place::Path)),
            given("page", Place::Path),
            secret(given("X-Owner", Place::Header)),
            header("X-Sign", &[path, digest(&[text("v1:"), Value::Header("x-owner".into())])]),
        ],
        &[],
    );
    operation.path = "/v1/{page}/no-{account}/end".into();
    let draft = Draft::new().value("account", "hunter2").value("page", "3").value("X-Owner", "hunter3");
    let explanation = explain(builder(operation), draft);
    assert_eq!(explanation.url, "https://acme.example/base/v1/3/no-‹account›/end");
    assert_eq!(inputs(value(&explanation.headers, "X-Sign")), ["/base/v1/3/no-‹account›/end", "v1:‹x-owner›"]);
    // A digest of what is personal can be undone by trying, whatever else is in it.
    assert!(value(&explanation.headers, "X-Sign").value.ends_with("hex(sha-256(v1:‹x-owner›))"));
    assert!(!format!("{explanation:?}{explanation}").contains("hunter"), "{explanation}");
}

#[test]
fn a_path_is_not_signed_while_the_base_url_is_unknown() {
    let sign = |part| [digest(&[Value::Request(part)])];
    let parameters = [header("X-Whole", &sign(RequestPart::Path)), header("X-Own", &sign(RequestPart::OperationPath))];
    let operation = operation(&parameters, &[]);
    let unknown = explain(Builder::new(plan(operation.clone())), Draft::new());
    assert_eq!(value(&unknown.headers, "X-Whole").value, "hex(sha-256(‹path›))");
    assert_eq!(inputs(value(&unknown.headers, "X-Own")), ["/v1/cards"]);
    assert_eq!(inputs(value(&explain(builder(operation), Draft::new()).headers, "X-Whole")), ["/base/v1/cards"]);
}

#[test]
fn a_value_in_the_path_is_held_to_its_rules() {
    let rules = vec![Constraint::Pattern(only(b' ', b'9'))].into();
    let account = Parameter { place: Place::Path, value: None, rules, ..header("account", &[]) };
    let mut operation = operation(&[account], &[]);
    operation.path = "/v1/no-{account}/end".into();
    let explained = |value: &str| {
        builder(operation.clone()).explain("create_card", Draft::new().value("account", value)).map(|shown| shown.url)
    };
    // It is held to them as it was given, not as it is encoded.
    assert_eq!(explained("12 ").unwrap(), "https://acme.example/base/v1/no-12%20/end");
    assert!(explained("12a").unwrap_err().to_string().contains("account: it must match the pattern"));
}

#[test]
fn what_is_made_of_something_confidential_is_confidential_where_it_is_read_again() {
    let coded = |name| Value::Encode(Codec::Base64, list(&[Value::Field(name)]));
    let digest_of = |header: &'static str| digest(&[text("v1:"), Value::Header(header.into())]);
    let mut copy = field("copy", Secrecy::Public);
    copy.value = Some(list(&[coded("pin".into())]));
    let parameters = [
        header("X-Pin", &[coded("pin".into())]),
        header("X-Of-Pin", &[digest_of("X-Pin")]),
        header("X-Of-Copy", &[digest(&[text("v1:"), Value::Field("copy".into())])]),
        header("X-Of-Note", &[digest(&[Value::Field("note".into())])]),
        header("X-Of-Stamp", &[digest(&[Value::Field("stamp".into())])]),
        header("X-Key", &[key()]),
        header("X-Of-Key", &[digest_of("X-Key")]),
    ];
    let mut stamp = field("stamp", Secrecy::Public);
    stamp.value = Some(list(&[text("now")]));
    let fields = [field("pin", Secrecy::Secret), copy, field("note", Secrecy::Public), stamp];
    let builder = builder(operation(&parameters, &fields)).credential("secret_key", "hunter2");
    let shown = explain(builder, Draft::new().value("pin", "4321").value("note", "n"));
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
    let mut client = field("client", Secrecy::Public);
    client.value = Some(list(&[Value::Credential("client_id".into())]));
    let sign = header("X-Sign", &[digest(&[Value::Request(RequestPart::Body), key()])]);
    let builder = builder(operation(&[sign], &[client])).credential("secret_key", "hunter2");
    let sign = |builder: Builder| value(&explain(builder, Draft::new()).headers, "X-Sign").value.clone();
    assert_eq!(sign(builder.clone()), "hex(sha-256(client=‹client›‹secret_key›))");
    assert_eq!(sign(builder.credential("client_id", "c-1")).len(), 64);
}

#[test]
fn neither_a_placeholder_nor_what_is_made_of_a_given_value_is_held_to_the_rules() {
    let rules = || vec![Constraint::Pattern(only(b'0', b'9'))].into();
    let missing = Parameter { rules: rules(), ..header("X-Client", &[Value::Credential("client_id".into())]) };
    let mut pin = field("pin", Secrecy::Secret);
    pin.rules = rules();
    pin.value = Some(list(&[Value::Encode(Codec::Base64, list(&[Value::Given]))]));
    let builder = builder(operation(&[missing], &[pin]));
    let explained = |builder: Builder, pin: &str| builder.explain("create_card", Draft::new().value("pin", pin));
    let shown = explained(builder.clone(), "4321").unwrap();
    assert_eq!(value(&shown.headers, "X-Client").value, "‹client_id›");
    assert_eq!(value(&shown.body, "/pin").value, "base64(‹pin›)");
    // The value that was given is, and so is one that is no placeholder.
    assert!(explained(builder.clone(), "four").unwrap_err().to_string().contains("pin"));
    let wrong = explained(builder.credential("client_id", "c"), "4321").unwrap_err().to_string();
    assert!(wrong.contains("X-Client") && wrong.contains("the credential client_id"), "{wrong}");
}

#[test]
fn each_place_is_as_confidential_as_what_stands_in_it() {
    let given = |name: &'static str, place, secrecy| Parameter { place, value: None, secrecy, ..header(name, &[]) };
    let of_path = header("X-Of-Path", &[digest(&[text("v1:"), Value::Request(RequestPart::OperationPath)])]);
    let signed = |parameters: &[Parameter]| {
        let mut operation = operation(parameters, &[]);
        operation.path = "/v1/{account}".into();
        let draft = Draft::new().value("account", "17");
        let draft = if parameters.len() > 2 { draft.value("X-Owner", "hunter2") } else { draft };
        value(&explain(builder(operation), draft).headers, "X-Of-Path").value.clone()
    };
    // What a header holds does not close the path, and the other way round.
    let owner = given("X-Owner", Place::Header, Secrecy::Sensitive);
    assert_eq!(signed(&[given("account", Place::Path, Secrecy::Public), of_path.clone(), owner]).len(), 64);
    assert_eq!(signed(&[given("account", Place::Path, Secrecy::Sensitive), of_path]), "hex(sha-256(v1:/v1/‹account›))");

    let of =
        |name: &'static str, header_name: &'static str| header(name, &[digest(&[Value::Header(header_name.into())])]);
    let stated = Parameter { secrecy: Secrecy::Secret, ..header("X-Stated", &[text("plain")]) };
    let open = header("X-Open", &[text("plain")]);
    let operation = operation(&[stated, of("X-Of-Stated", "X-Stated"), open, of("X-Of-Open", "X-Open")], &[]);
    let shown = explain(builder(operation), Draft::new());
    assert_eq!(value(&shown.headers, "X-Of-Stated").value, "hex(sha-256(‹X-Stated›))");
    assert_eq!(value(&shown.headers, "X-Of-Open").value.len(), 64);
}

#[test]
fn a_setting_that_is_all_of_a_confidential_value_is_confidential_everywhere() {
    let user = || Value::Setting("user".into());
    let parameters = [
        Parameter { secrecy: Secrecy::Sensitive, ..header("X-User", &[user()]) },
        header("X-Of-User", &[digest(&[text("v1:"), user()])]),
        header("X-Country", &[digest(&[Value::Setting("country".into())])]),
    ];
    let builder = builder(operation(&parameters, &[])).setting("user", "hunter2").setting("country", "MX");
    let shown = explain(builder, Draft::new());
    assert_eq!(value(&shown.headers, "X-Of-User").value, "hex(sha-256(v1:‹user›))");
    assert_eq!(value(&shown.headers, "X-Country").value.len(), 64);
    assert!(!format!("{shown}{shown:?}").contains("hunter2"), "{shown}");
}

#[test]
fn an_object_is_as_confidential_as_what_stands_below_it() {
    let digest_shown = |secrecy| {
        let mut person = field("person", Secrecy::Public);
        person.fields = vec![field("kind", Secrecy::Public), field("born", secrecy)].into();
        let sign = header("X-Sign", &[digest(&[text("v1:"), Value::Field("person".into())])]);
        let mut operation = operation(&[sign], &[person]);
        operation.body.as_mut().unwrap().encoding = Encoding::Json;
        let draft = Draft::new().body(r#"{"person":{"kind":"k","born":"1815-12-10"}}"#);
        value(&explain(builder(operation), draft).headers, "X-Sign").value.clone()
    };
    assert_eq!(digest_shown(Secrecy::Public).len(), 64);
    assert_eq!(digest_shown(Secrecy::Sensitive), "hex(sha-256(v1:{\"kind\":\"k\",\"born\":\"‹born›\"}))");
}

#[test]
fn a_session_that_the_caller_brought_is_signed_with_and_not_shown() {
    let mut plan = Plan::clone(&plan(operation(&[header("X-Sign", &[digest(&[text("v1:"), token()])])], &[])));
    plan.session = Some(session("create_card", "/token"));
    let builder = Builder::new(Arc::new(plan)).base_url("https://acme.example");
    let sign = |builder: Builder| value(&explain(builder, Draft::new()).headers, "X-Sign").clone();
    assert_eq!(sign(builder.clone()).value, "hex(sha-256(v1:‹token›))");
    let signed = sign(builder.session_value("token", "hunter2"));
    assert_eq!((signed.value.len(), inputs(&signed)), (64, vec!["v1:‹token›"]));
}

#[test]
fn a_value_is_evaluated_by_its_name() {
    let plain = header("X-Plain", &[text("plain")]);
    let executor = builder(operation(&[plain, header("X-Other", &[text("other")])], &[])).credential("secret_key", "k");
    let executor = executor.credential("client_id", "c").setting("user", "u").setting("country", "MX");
    let executor = executor.credential("pin_key", include_str!("../../vectors/public-keys/spki-2048.pem"));
    let executor = executor.build().unwrap();
    let evaluated = |name| executor.evaluation("create_card", name, Draft::new()).map(|e| e.value(<[u8]>::to_vec));
    assert_eq!(evaluated("X-Other").unwrap().unwrap(), b"other");
    assert!(evaluated("X-None").is_err_and(|error| error.to_string().contains("X-None")));
}

#[test]
fn the_media_types_are_there_to_be_read() {
    let media_types = [Value::Header("content-type".into()), text(";"), Value::Header("Accept".into())];
    let mut operation = operation(&[header("X-Sign", &media_types)], &[]);
    for (encoding, expected) in [
        (Encoding::Form, "application/x-www-form-urlencoded;application/json"),
        (Encoding::Json, "application/json;application/json"),
    ] {
        operation.body.as_mut().unwrap().encoding = encoding;
        let shown = explain(builder(operation.clone()), Draft::new());
        assert_eq!(value(&shown.headers, "X-Sign").value, expected);
    }
    // What the document says of such a header goes before what the client would write.
    let own = header("Accept", &[text("text/plain")]);
    let reading = header("X-Sign", &[Value::Header("Accept".into())]);
    let shown = explain(builder(crate::testing::operation(&[reading, own], &[])), Draft::new());
    assert_eq!(value(&shown.headers, "X-Sign").value, "text/plain");
}

fn hmac(of: &[Value]) -> Value {
    Value::Encode(Codec::Hex, list(&[Value::Hmac { hash: Hash::Sha256, key: list(&[key()]), of: list(of) }]))
}

/// An operation that signs a body of every sort of field, its digest, the query and the path.
fn signed_all_over() -> Operation {
    let given = |name, place, secrecy| Parameter { place, value: None, secrecy, ..header(name, &[]) };
    let part = Value::Request;
    let path = [part(RequestPart::Method), part(RequestPart::Path), text("?"), part(RequestPart::Query)];
    let parameters = [
        given("account", Place::Path, Secrecy::Sensitive),
        given("page", Place::Query, Secrecy::Public),
        given("phone", Place::Query, Secrecy::Sensitive),
        header("X-Digest", &[digest(&[part(RequestPart::Body)])]),
        header("X-Sign", &[hmac(&[part(RequestPart::Body)])]),
        header("X-Target", &[hmac(&path)]),
    ];
    let card = object("card", &[field("kind", Secrecy::Public), field("pin", Secrecy::Secret)]);
    let fields = [
        field("note", Secrecy::Public),
        field("names", Secrecy::Sensitive),
        card,
        filled("mac", Secrecy::Secret, &[hmac(&[Value::Field("note".into())])]),
        filled("coded", Secrecy::Secret, &[Value::Encode(Codec::Base64, list(&[Value::Field("names".into())]))]),
    ];
    let mut operation = operation(&parameters, &fields);
    operation.path = "/v1/{account}/cards".into();
    operation.body.as_mut().unwrap().encoding = Encoding::Json;
    operation
}

const SIGNED_BODY: &str = r#"{"note":"a \"note\"","names":["Ada",7],"card":{"kind":"k","pin":"4321"}}"#;

fn signed_draft() -> Draft {
    Draft::new().body(SIGNED_BODY).value("account", "hunter2").value("page", "a b").value("phone", "+4930")
}

#[test]
fn a_signature_over_body_query_and_path_is_explained_by_their_parts() {
    let builder = builder(signed_all_over()).credential("secret_key", "hunter3");
    let shown = explain(builder, signed_draft());
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
    let everything = format!("{shown}{shown:?}{}", serde_json::to_string(&shown).unwrap());
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
    let basic = Value::Encode(Codec::Base64, list(&[key(), text(":"), Value::Field("note".into())]));
    let mut operation = signed_all_over();
    operation.parameters.to_mut().push(header("X-Key", &[key()]));
    operation.parameters.to_mut().push(header("X-Basic", &[basic]));
    operation.parameters.to_mut().push(header("X-Of-Key", &[digest(&[key()])]));
    let builder = builder(operation).credential("secret_key", "hunter3");
    let shown = builder.danger_explain_revealed("create_card", signed_draft()).unwrap();
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
    use sha2::Digest;
    assert_eq!(value(&shown.headers, "X-Digest").value, hex::encode(sha2::Sha256::digest(body)));
    // What is good for other calls too is not.
    let header = |name: &str| value(&shown.headers, name).value.clone();
    assert_eq!(header("X-Key"), "‹secret_key›");
    assert_eq!(header("X-Basic"), "base64(‹secret_key›:a \"note\")");
    assert_eq!(header("X-Of-Key"), "hex(sha-256(‹secret_key›))");
    assert!(!format!("{shown}{shown:?}").contains("hunter3"));
}

#[test]
fn a_setting_that_has_the_value_of_the_document_is_no_secret() {
    let user = || Value::Setting("user".into());
    let parameters = [
        Parameter { secrecy: Secrecy::Sensitive, ..header("X-User", &[user()]) },
        header("X-Of-User", &[digest(&[text("v1:"), user()])]),
    ];
    let mut plan = Plan::clone(&plan(operation(&parameters, &[])));
    plan.settings.to_mut()[0].default = Some("anybody".into());
    let builder = Builder::new(Arc::new(plan)).base_url("https://acme.example");
    let inputs = |builder: Builder| {
        let shown = explain(builder, Draft::new());
        (value(&shown.headers, "X-User").value.clone(), inputs(value(&shown.headers, "X-Of-User"))[0].to_owned())
    };
    assert_eq!(inputs(builder.clone()), ("anybody".to_owned(), "v1:anybody".to_owned()));
    assert_eq!(inputs(builder.setting("user", "hunter2")), ("‹user›".to_owned(), "v1:‹user›".to_owned()));
}

#[test]
fn a_credential_in_a_body_goes_by_its_name_and_the_digest_is_shown() {
    let client = || filled("client", Secrecy::Secret, &[Value::Credential("client_id".into())]);
    let sign = header("X-Digest", &[digest(&[Value::Request(RequestPart::Body)])]);
    let builder = builder(operation(&[sign], &[field("pin", Secrecy::Secret), client()]));
    let builder = builder.credential("client_id", "hunter2");
    let draft = || Draft::new().value("pin", "4321");
    let shown = explain(builder.clone(), draft());
    let sign = value(&shown.headers, "X-Digest");
    assert_eq!((sign.value.len(), inputs(sign)), (64, vec!["pin=‹pin›&client=‹client›"]));
    let revealed = builder.danger_explain_revealed("create_card", draft()).unwrap();
    assert_eq!(inputs(value(&revealed.headers, "X-Digest")), ["pin=4321&client=‹client›"]);
    assert_eq!(value(&revealed.body, "/client").value, "‹client_id›");

    // In an object that is personal as a whole, too, wherever it is read.
    let mut person = object("person", &[field("name", Secrecy::Public), client()]);
    person.secrecy = Secrecy::Sensitive;
    let signs =
        [Value::Request(RequestPart::Body), Value::Field("person".into()), Value::Field("/person/client".into())];
    let mut operation = operation(&[header("X-Digest", &[digest(&signs)])], &[person]);
    operation.body.as_mut().unwrap().encoding = Encoding::Json;
    let builder = self::builder(operation).credential("client_id", "hunter2");
    let draft = Draft::new().value("/person/name", "Ada");
    let masked =
        r#"{"person":{"name":"‹name›","client":"‹client›"}}{"name":"‹name›","client":"‹client›"}‹/person/client›"#;
    assert_eq!(inputs(value(&explain(builder.clone(), draft.clone()).headers, "X-Digest")), [masked]);
    let revealed = builder.danger_explain_revealed("create_card", draft).unwrap();
    assert_eq!(inputs(value(&revealed.headers, "X-Digest")), [masked.replace("‹name›", "Ada")]);
    assert!(!format!("{revealed}{revealed:?}").contains("hunter2"));
}

#[test]
fn a_corrected_path_is_masked_where_the_parameter_is_now() {
    let account = Parameter { place: Place::Path, value: None, secrecy: Secrecy::Secret, ..header("account", &[]) };
    let sign = header("X-Sign", &[digest(&[text("v1:"), Value::Request(RequestPart::Path)])]);
    let mut operation = operation(&[account, sign], &[]);
    operation.path = "/v1/{account}/cards".into();
    let builder = builder(operation).correct(crate::Correction::path("create_card", "/v2/cards/of/{account}"));
    let shown = explain(builder, Draft::new().value("account", "of"));
    assert_eq!(shown.url, "https://acme.example/base/v2/cards/of/‹account›");
    assert_eq!(inputs(value(&shown.headers, "X-Sign")), ["v1:/base/v2/cards/of/‹account›"]);
}
