//! What is made of a caller's value leaves in its place, and the value itself does not: not beside it, not under the same
//! name a second time, not in a retry.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign::{Builder, Call, Error, Executor};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;
use countersign_tests::{Received, Reply, Server};

const DOCUMENT: &str = include_str!("../../documents/vault.yaml");

/// `printf 4711 | sha256sum`
const OF_4711: &str = "de650d61f5bd166a91f8ccec3158297db18b9d50eaedca238cd29dc3a214a916";

fn client(url: &str) -> Executor {
    let document = countersign_spec::read("documents/vault.yaml", DOCUMENT).expect("the document lints clean");
    Builder::new(Arc::new(document.plan().clone())).base_url(url).build().unwrap()
}

/// The values that have no other than one place.
fn parameters() -> Call {
    Call::new("lock")
        .value("vault", "7")
        .value("area", "gold&")
        .value("pin", "4711")
        .value("zone", "a b")
        .value("X-Pin", "4711")
}

fn query(received: &Received) -> &str {
    received.line.split(' ').nth(1).unwrap().split_once('?').unwrap().1
}

/// Everything that came, as text.
fn all(received: &Received) -> String {
    format!("{received:?}{}", String::from_utf8_lossy(&received.body))
}

#[tokio::test]
async fn a_transformed_value_leaves_in_the_place_of_the_given_one_in_every_attempt() {
    let server = Server::start(|number, _| Reply::json(if number < 2 { 503 } else { 200 }, "{}")).await;
    let body = r#"{"memo":"m","pin":"4711","owner":{"pin":"4711","name":"Ada"}}"#;
    client(&server.url()).call(parameters().body(body)).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    for received in &received {
        let query = query(received);
        let (before, after) = query.split_once("&at=").unwrap();
        assert_eq!(before, format!("zone=a+b&pin={OF_4711}"));
        let (time, after) = after.split_once('&').unwrap();
        assert!(time.parse::<u64>().is_ok(), "{query}");
        assert_eq!(after, "area=gold%26", "a value that is filled in stands where the document has it");
        assert_eq!(received.header("X-Query"), Some(&*URL_SAFE_NO_PAD.encode(query)), "what is signed is what leaves");
        assert_eq!(received.header("X-Pin"), Some(OF_4711));
        let expected = format!(r#"{{"memo":"m","pin":"{OF_4711}","owner":{{"pin":"{OF_4711}","name":"Ada"}}}}"#);
        assert_eq!(received.body, expected.as_bytes());
        assert!(!all(received).contains("4711"), "{received:?}");
    }
}

#[tokio::test]
async fn a_transformed_value_of_a_form_leaves_once() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    client.call(Call::new("fill_in").body("note=1%2B1&pin=4711&other=%C3%A9")).await.unwrap();
    client.call(Call::new("fill_in").value("note", "n").value("pin", "4711")).await.unwrap();
    // `pin` under another spelling is no other field.
    client.call(Call::new("fill_in").body("p%69n=%34711")).await.unwrap();
    let bodies: Vec<_> =
        server.received().into_iter().map(|received| String::from_utf8(received.body).unwrap()).collect();
    let (first, second) = (format!("note=1%2B1&pin={OF_4711}&other=%C3%A9"), format!("pin={OF_4711}&note=n"));
    assert_eq!(bodies, [first, second, format!("pin={OF_4711}")]);
}

#[test]
fn an_explanation_shows_what_leaves() {
    let explanation =
        explain(client("https://vault.example").setup(), &parameters().body(r#"{"pin":"4711"}"#), Options::default())
            .unwrap();
    let shown: Vec<_> = explanation.query.iter().map(|shown| (shown.name.as_str(), shown.value.as_str())).collect();
    assert_eq!((shown[0], shown[1], shown[3]), (("zone", "a b"), ("pin", "hex(sha-256(‹pin›))"), ("area", "gold&")));
    assert_eq!((shown[2].0, shown.len()), ("at", 4));
    assert!(!format!("{explanation:?}{explanation}").contains("4711"));
}

/// Asserts that a call is refused before anything is sent, by these names, and without a value.
#[track_caller]
fn is_refused(error: &Error, field: Option<&str>, says: &str) {
    let Error::InvalidRequest(not_sent) = error else { panic!("{error}") };
    let text = format!("{error} {error:?}");
    assert_eq!(not_sent.field(), field, "{text}");
    assert!(text.contains(says), "{text}");
    assert!(!text.contains("4711") && !text.contains("4712"), "{text}");
}

#[tokio::test]
async fn a_name_that_stands_twice_in_a_body_is_refused() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    const TWICE: &str = "it is given more than once";
    for (body, field, says) in [
        (r#"{"pin":"4711","pin":"4712"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","memo":"m","pin":"4711"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","p\u0069n":"4712"}"#, Some("pin"), TWICE),
        (r#"{"p\u0069n":"4711","\u0070in":"4712"}"#, Some("pin"), TWICE),
        (r#"{"pin":"4711","pin":null}"#, Some("pin"), TWICE),
        (r#"{"pin":null,"pin":"4712"}"#, Some("pin"), TWICE),
        (r#"{"owner":{"pin":"4711","pin":"4712"}}"#, Some("pin"), TWICE),
        (r#"{"owner":{"pin":"4711"},"owner":{"pin":"4712"}}"#, Some("owner"), TWICE),
        (r#"{"owner":null,"owner":{"pin":"4712"}}"#, Some("owner"), TWICE),
        // What the document does not have is not quoted: a name may be a value, too.
        (r#"{"4711":1,"4711":2}"#, None, "the body has a name more than once"),
        (r#"{"owner":{"4711":1,"4711":2}}"#, Some("owner"), "it has a name more than once"),
        (r#"{"labels":{"4711":"x","4711":"y"}}"#, Some("labels"), "an object in it has a name more than once"),
        (r#"{"labels":{"a":{"4711":[{"b":1},{"b":1,"\u0062":2}]}}}"#, Some("labels"), "more than once"),
        (r#"{"numbers":["4711",{"a":1,"a":2}]}"#, Some("numbers"), "more than once"),
        (r#"{"other":{"a":{"b":"4711","b":"4712"}}}"#, None, "in a field that the document does not have"),
        (r#"{"owner":{"other":[{"b":"4711","b":"4712"}]}}"#, Some("owner"), "more than once"),
        // Nothing is filled into what has another shape, so a PIN in it would leave as it is.
        (r#"{"owner":[{"pin":"4711"}]}"#, Some("owner"), "it is not an object"),
        (r#"{"owner":"{\"pin\":\"4711\"}"}"#, Some("owner"), "it is not an object"),
        (r#"{"pin":"4711\ud800"}"#, Some("pin"), "not Unicode"),
    ] {
        let error = client.call(parameters().body(body)).await.unwrap_err();
        is_refused(&error, field, says);
        let invalid = explain(client.setup(), &parameters().body(body), Options::default()).unwrap_err();
        assert!(invalid.name.as_deref() == field && invalid.reason.contains(says), "{invalid}");
    }
    for (body, field) in [
        ("pin=4711&pin=4712", Some("pin")),
        ("pin=4711&p%69n=4712", Some("pin")),
        ("pin=4711&note=n&pin", Some("pin")),
        ("note=a&note=a", Some("note")),
        ("4711=a&4711=b", None),
    ] {
        let error = client.call(Call::new("fill_in").body(body)).await.unwrap_err();
        is_refused(&error, field, "more than once");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_value_that_is_given_twice_by_name_is_refused() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    for (name, other) in [
        ("vault", "vault"),
        ("zone", "zone"),
        ("pin", "pin"),
        ("X-Pin", "X-Pin"),
        ("memo", "memo"),
        ("/pin", "/pin"),
        ("/owner/pin", "/owner/pin"),
    ] {
        let call = parameters().value("/memo", "m").value("/pin", "4712").value("/owner/pin", "4712");
        let call = call.value(name, "4711").value(other, "4712");
        is_refused(&client.call(call).await.unwrap_err(), Some(other), "more than once");
    }
    let call = Call::new("fill_in").value("pin", "4711").value("/pin", "4712");
    is_refused(&client.call(call).await.unwrap_err(), Some("/pin"), "more than once");
    // A name in another case is no header of the document.
    let call = parameters().value("x-pin", "4712");
    is_refused(&client.call(call).await.unwrap_err(), Some("x-pin"), "no such parameter or field");
    assert!(server.received().is_empty());

    // What is given by name goes into a body that is given, once.
    client.call(Call::new("fill_in").body("pin=1&note=n").value("pin", "4711")).await.unwrap();
    assert_eq!(server.received()[0].body, format!("pin={OF_4711}&note=n").as_bytes());
}

#[tokio::test]
async fn a_request_of_a_generated_client_is_held_to_the_same() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    // As generated code gives it, in the order of names.
    let call = |pairs: &[(&'static str, &'static str)], headers: &[&'static str]| {
        let call = Call::new("lock").path("vault", Ok(7)).json(Ok(std::collections::BTreeMap::<String, String>::new()));
        let call = pairs.iter().fold(call, |call, (name, value)| call.query(name, Ok(value)));
        headers.iter().fold(call, |call, name| call.header(name, Ok("4711")))
    };
    for (pairs, headers, name) in [
        (&[("pin", "4711"), ("pin", "4712")][..], &["X-Pin"][..], "pin"),
        (&[("zone", "1"), ("pin", "4711"), ("zone", "1")], &["X-Pin"], "zone"),
        (&[("pin", "4711")], &["X-Pin", "x-pin"], "x-pin"),
    ] {
        let error = client.send::<serde_json::Value>(call(pairs, headers)).await.unwrap_err();
        is_refused(&error, Some(name), "more than once");
    }
    assert!(server.received().is_empty());
    let sent = call(&[("area", "g"), ("pin", "4711"), ("zone", "z")], &["X-Pin"]);
    client.send::<serde_json::Value>(sent).await.unwrap();
    let received = server.received();
    assert!(query(&received[0]).starts_with(&format!("zone=z&pin={OF_4711}&at=")), "{received:?}");
    assert!(!all(&received[0]).contains("4711"), "{received:?}");
}

#[tokio::test]
async fn every_field_of_a_body_is_signed_by_its_name() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    let body = r#"{"zeta":[1,{"b":2}],"numbers":["1","2"],"memo":"m","Alpha":1.50,"/a~1b":true}"#;
    client.call(parameters().body(body)).await.unwrap();
    let received = server.received();
    // The field `memo` is signed by the header of the same name, and what the document does not have is signed, too.
    let signed = r#"/a~1b=true|Alpha=1.50|labels=|memo=m|numbers=["1","2"]|owner=|pin=|zeta=[1,{"b":2}]"#;
    assert_eq!(received[0].header("memo"), Some(&*URL_SAFE_NO_PAD.encode(signed)));
    assert_eq!(received[0].body, body.as_bytes());
}

#[tokio::test]
async fn all_that_a_list_or_map_holds_is_taken_out_of_an_answer() {
    // Nested deeper than a parser goes, and with a number that no type holds.
    let deep = format!("{}\"deep-secret\"{}", "[".repeat(500), "]".repeat(500));
    let body = format!(
        r#"{{"numbers":["first-secret"],"labels":{{"a":[{{"b":"second-secret"}},1e999,{deep}],"c":"third-secret"}}}}"#
    );
    let words = ["first-secret", "second-secret", "third-secret", "deep-secret"];
    let answer = format!(r#"{{"message":"{}"}}"#, words.join(" "));
    let server = Server::start(move |_, _| Reply::json(422, &answer)).await;
    let document =
        DOCUMENT.replace("paths:\n", "x-outcome: {message: [/message], x-source: made up}\npaths:\n").replace(
            "additionalProperties: {type: string, format: password}",
            "additionalProperties: true\n      x-sensitive: true",
        );
    let document = countersign_spec::read("documents/vault.yaml", &document).unwrap();
    let builder = Builder::new(Arc::new(document.plan().clone())).base_url(server.url());
    let error = builder.build().unwrap().call(parameters().body(body)).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("[redacted]") && !text.contains("-secret"), "{text}");
}

#[tokio::test]
async fn what_a_value_is_made_of_is_text_or_is_not_sent() {
    let server = Server::start(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server.url());
    for pin in [r#"{"a":1}"#, r#"["4711"]"#, "4711", "true", "1e3"] {
        for body in [format!(r#"{{"pin":{pin}}}"#), format!(r#"{{"owner":{{"pin":{pin}}}}}"#)] {
            let error = client.call(parameters().body(body)).await.unwrap_err();
            is_refused(&error, Some("pin"), "it must be text");
        }
    }
    for form in ["pin=4711&note=%ff", "pin=%c3%28", "pin=4711&%80=a"] {
        let error = client.call(Call::new("fill_in").body(form)).await.unwrap_err();
        is_refused(&error, None, "not Unicode");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_sandbox_holds_a_digest_to_its_length_and_to_no_rule_of_what_it_was_made_of() {
    let document = DOCUMENT.replace(
        "pin: {type: string, format: password, description",
        "pin: {type: string, format: password, pattern: '^[0-9]{4}$', maxLength: 4, description",
    );
    let document = document.replace(
        "schema: {type: string, format: password}, example",
        "schema: {type: string, format: password, pattern: '^[0-9]{4}$'}, example",
    );
    let sandbox = Sandbox::start(("vault", document.as_str())).await.unwrap();
    let read = countersign_spec::read("documents/vault.yaml", &document).unwrap();
    let client = Builder::new(Arc::new(read.plan().clone())).base_url(sandbox.url()).build().unwrap();
    client.call(parameters().body(r#"{"pin":"4711","owner":{"pin":"0815"}}"#)).await.unwrap();
    client.call(Call::new("fill_in").value("pin", "4711")).await.unwrap();
    // In clear, and as another digest.
    let http = reqwest::Client::new();
    for pin in ["4711", "5c01", "d41d8cd98f00b204e9800998ecf8427e"] {
        let request = http.post(format!("{}/forms", sandbox.url()));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(format!("pin={pin}"));
        assert_eq!(request.send().await.unwrap().status(), 400, "{pin}");
        let why = sandbox.received().pop().unwrap().why().unwrap().to_owned();
        assert!(why.contains("not as long as sha-256 makes it") && !why.contains(pin), "{why}");
    }
}

#[tokio::test]
async fn a_sandbox_judges_no_request_by_the_first_of_two() {
    let sandbox = Sandbox::start(("vault", DOCUMENT)).await.unwrap();
    let (client, http) = (client(&sandbox.url()), reqwest::Client::new());
    let why = || sandbox.received().pop().unwrap().why().map(str::to_owned);
    client.call(parameters().body(r#"{"pin":"4711"}"#)).await.unwrap();
    assert_eq!(why(), None);
    let form = async |body: &'static str| {
        let request = http.post(format!("{}/forms", sandbox.url()));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        request.send().await.unwrap().status()
    };
    for body in ["pin=1&pin=2", "pin=1&%70in=2"] {
        assert_eq!((form(body).await.as_u16(), why().as_deref()), (400, Some("pin: it is given more than once")));
    }
    for (query, header, body, expected) in [
        ("pin=1&pin=2", "X-Other", "{}", "pin: it is given more than once"),
        ("pin=1", "x-pin", "{}", "X-Pin: it is given more than once"),
        ("pin=1", "X-Other", r#"{"pin":1,"pin":2}"#, "pin: it is given more than once"),
        (
            "pin=1",
            "X-Other",
            r#"{"other":{"a":1,"a":2}}"#,
            "in a field that the document does not have: an object in it has a name more than once",
        ),
    ] {
        let request = http.post(format!("{}/vaults/7?{query}", sandbox.url())).header("X-Pin", "1").header(header, "2");
        let status = request.header("Content-Type", "application/json").body(body).send().await.unwrap().status();
        assert_eq!((status.as_u16(), why().as_deref()), (400, Some(expected)));
    }
}
