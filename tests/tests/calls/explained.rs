//! What a client and a sandbox say of a signature, over documents with the schemes that there are: by a form's fields, over
//! query or body, over a digest.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::plan::Plan;
use countersign::{Builder, Call, Executor};
use countersign_inspect::{Explanation, Options, explain};
use countersign_sandbox::{Received, Sandbox};

const SCHEMES: &str = include_str!("../../documents/schemes.yaml");

/// The body that the document has for its example.
const ORDER: &str = r#"{"symbol":"BTC/USD","note":"zwölf","owner":{"name":"SENTINEL of a name","pin":"SENTINEL-pin"},"tags":["a","b"]}"#;

/// The document with one text in the place of another.
fn document(from: &str, to: &str) -> String {
    assert!(SCHEMES.contains(from), "{from}");
    SCHEMES.replace(from, to)
}

fn plan(text: &str) -> Arc<Plan> {
    let document = countersign_spec::read("schemes.yaml", text);
    Arc::new(document.unwrap_or_else(|findings| panic!("{findings}")).plan().clone())
}

fn builder(text: &str) -> Builder {
    let builder = Builder::new(plan(text)).base_url("https://schemes.example/v5");
    builder.credential("merchant_key", "SENTINEL-key").credential("salt", "SENTINEL-salt")
}

fn calls() -> [(&'static str, Call); 4] {
    let payment =
        Call::new("pay").value("txnid", "t-1").value("amount", "10.00").value("email", "SENTINEL@example.com");
    let query = Call::new("list_orders").value("symbol", "BTC/USD").value("account", "SENTINEL 7");
    [
        ("pay", payment),
        ("list_orders", query),
        ("place_order", Call::new("place_order").body(ORDER)),
        ("place_order_of", Call::new("place_order_of").body(ORDER).value("account", "SENTINEL 7")),
    ]
}

fn call(operation: &str) -> Call {
    calls().into_iter().find(|(name, _)| *name == operation).expect("an operation").1
}

/// Everything that is said of a request before it is sent.
fn said(explanation: &Explanation) -> String {
    format!("{explanation}\n{explanation:?}\n{}", serde_json::to_string(explanation).expect("JSON"))
}

#[test]
fn every_part_of_what_is_signed_is_shown_but_what_is_confidential() {
    let masked = r#"{"symbol":"BTC/USD","note":"zwölf","owner":{"name":"‹name›","pin":"‹pin›"},"tags":["a","b"]}"#;
    for (operation, signed) in [
        ("pay", "sha-512 of \"‹merchant_key›|t-1|10.00|‹email›|‹salt›\"".to_owned()),
        ("list_orders", "‹X-Key›5000symbol=BTC%2FUSD&account=‹account›\"".replace("‹X-Key›", "‹merchant_key›")),
        ("place_order", format!("‹merchant_key›5000{masked}\"")),
        ("place_order_of", format!("sha-256 of \"{masked}\"")),
        // The digest could be found by trying what is not known of it.
        ("place_order_of", "hmac-sha-256 of \"POST\\n/v5/accounts/‹account›/orders\\n‹X-Digest›\"".to_owned()),
    ] {
        let explanation = explain(&builder(SCHEMES).setup().unwrap(), &call(operation), Options::default()).unwrap();
        assert!(explanation.to_string().contains(&signed), "{signed} in {explanation}");
        assert!(!said(&explanation).contains("SENTINEL"), "{explanation}");
    }
}

#[test]
fn what_a_developer_gave_is_shown_to_whom_asks_for_it_and_no_credential() {
    let revealed = Options { danger_revealed: true, ..Options::default() };
    for (operation, signed) in [
        ("pay", "sha-512 of \"‹merchant_key›|t-1|10.00|SENTINEL@example.com|‹salt›\"".to_owned()),
        ("list_orders", "5000symbol=BTC%2FUSD&account=SENTINEL+7\"".to_owned()),
        ("place_order", format!("‹merchant_key›5000{ORDER}\"")),
        ("place_order_of", format!("sha-256 of \"{ORDER}\"")),
        ("place_order_of", "POST https://schemes.example/v5/accounts/SENTINEL%207/orders".to_owned()),
    ] {
        let explanation = explain(&builder(SCHEMES).setup().unwrap(), &call(operation), revealed).unwrap();
        assert!(explanation.to_string().contains(&signed), "{signed} in {explanation}");
        for credential in ["SENTINEL-key", "SENTINEL-salt"] {
            assert!(!said(&explanation).contains(credential), "{explanation}");
            assert!(!said(&explanation).contains(&STANDARD.encode(credential)), "{explanation}");
        }
    }
}

/// What a sandbox that plays the document says of a call that a client makes which was made from another text of it.
async fn received(text: &str, operation: &str) -> Received {
    let sandbox = Sandbox::start(("schemes", SCHEMES)).await.unwrap();
    let client: Executor = sandbox.fill(Builder::new(plan(text))).retries(0).build().unwrap();
    drop(client.call(call(operation)).await);
    let received = sandbox.received().pop().expect("a request");
    let printed = format!("{received}\n{received:?}");
    for secret in ["SENTINEL", sandbox.value("merchant_key"), sandbox.value("salt")] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    received
}

#[tokio::test]
async fn a_right_signature_is_announced_with_its_string_to_sign() {
    let masked = r#"{"symbol":"BTC/USD","note":"zwölf","owner":{"name":"‹name›","pin":"‹pin›"},"tags":["a","b"]}"#;
    for (operation, lines) in [
        (
            "pay",
            vec!["the signature /hash is right: sha-512 of \"‹merchant_key›|t-1|10.00|‹email›|‹salt›\"".to_owned()],
        ),
        (
            "place_order_of",
            vec![
                format!("the signature X-Digest is right: sha-256 of \"{masked}\""),
                "the signature X-Sign is right: hmac-sha-256 of \"POST\\n/accounts/‹account›/orders\\n‹X-Digest›\""
                    .to_owned(),
            ],
        ),
    ] {
        let received = received(SCHEMES, operation).await;
        assert!(!received.is_refused(), "{received}");
        for line in lines {
            assert!(received.to_string().contains(&line), "{line} in {received}");
        }
    }
    for operation in ["list_orders", "place_order"] {
        let received = received(SCHEMES, operation).await.to_string();
        assert!(received.contains("the signature X-Sign is right: hmac-sha-256 of \""), "{received}");
        assert!(received.contains("X-Window is right"), "{received}");
    }
}

#[tokio::test]
async fn a_wrong_signature_names_the_mistake_and_is_told_once() {
    let key_last = "of: [{header: X-Timestamp}, {header: X-Window}, {request: query}, {credential: merchant_key}]";
    let key_second = "of: [{header: X-Timestamp}, {credential: merchant_key}, {header: X-Window}, {request: query}]";
    let fields = r#"{fields: [txnid, amount, email], separator: "|"}"#;
    for (operation, from, to, note) in [
        ("pay", "[txnid, amount, email]", "[amount, txnid, email]", "it matches the order amount, txnid, email"),
        ("pay", fields, &fields.replace('|', "~"), "should be"),
        ("pay", fields, &fields.replace('|', ","), "it matches with the separator \",\""),
        ("pay", fields, &fields.replace(", sep", ", as: pairs, sep"), "it matches with pairs of name and value"),
        ("pay", "{hex: {sha-512", "{base64: {sha-512", "it matches as base64 in the place of hex"),
        ("pay", "{hex: {sha-512", "{hex: {sha-256", "it matches as sha-256 in the place of sha-512"),
        ("pay", ", {credential: salt}]}}}", "]}}}", "it matches without {credential: salt}"),
        (
            "list_orders",
            key_second,
            key_last,
            "it matches the order [{header: X-Timestamp}, {header: X-Window}, {request: query}, {credential: merchant_key}]",
        ),
        ("place_order", "{request: body}]", "\"\"]", "it matches an empty body"),
        ("place_order_of", "{request: path}", "{request: operation-path}", "is right"),
        ("place_order_of", "with: \"\\n\"", "with: \"\"", "it matches with the separator \"\""),
        (
            "place_order_of",
            "{base64: {sha-256: {request: body}}}",
            "{hex: {sha-256: {request: body}}}",
            "as hex in the place of base64",
        ),
    ] {
        let received = received(&document(from, to), operation).await;
        let printed = received.to_string();
        assert!(printed.contains(note), "{note} in {printed}");
        // Each string to sign once, however often the value is named.
        for stage in received.values.iter().flat_map(|value| &value.stages) {
            assert_eq!(printed.matches(&stage.to_string()).count(), 1, "{stage} in {printed}");
        }
    }
}
