//! A provider repeats what it was sent, in every form that comes to mind and wherever it can: nothing of it is printed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use countersign::{Builder, Call, Executor, Kind};
use countersign_tests::leaks::PUBLIC_KEY;
use countersign_tests::{Received, Reply, Server};
use serde_json::{Value, json};

/// How many forms a text is repeated in, and in how many places.
const FORMS: usize = 22;
const PLACES: usize = 4;

fn client(url: &str) -> Executor {
    let document = countersign_spec::read("documents/echo.yaml", include_str!("../../documents/echo.yaml"));
    let plan = Arc::new(document.expect("the document lints clean").plan().clone());
    let builder = Builder::new(plan).base_url(url).retries(0).credential("pin_key", PUBLIC_KEY);
    let credentials = [("api_key", "K3y/of+the=Test"), ("client_id", "the-client"), ("client_secret", "Zo\"s secret")];
    credentials.into_iter().fold(builder, |builder, (name, value)| builder.credential(name, value)).build().unwrap()
}

/// What may not be printed, with where it is: what was given, and what was made of it as it came over the wire.
fn secrets(operation: &str, received: &Received) -> Vec<(&'static str, String)> {
    let header = |name: &str| received.header(name).unwrap().to_owned();
    let after_scheme = |name: &str| header(name).split_once(' ').unwrap().1.to_owned();
    let given = |name: &'static str, text: &str| (name, text.to_owned());
    match operation {
        "log_in" => vec![
            given("the credential", "the-client"),
            given("another credential", "Zo\"s secret"),
            ("all of the header", header("Authorization")),
            ("Basic credentials", after_scheme("Authorization")),
            given("Basic credentials, decoded", "the-client:Zo\"s secret"),
        ],
        "set_pin" => {
            let body: Value = serde_json::from_slice(&received.body).unwrap();
            let (_, seal) = received.line.split_once("seal=").unwrap();
            let seal = seal.split(' ').next().unwrap().replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
            vec![
                given("the PIN", "4711"),
                given("the CVV", "123"),
                given("the name", "Zoë O'Hara & Söhne"),
                ("the encrypted PIN", body["pin"].as_str().unwrap().trim().to_owned()),
                ("the encrypted PIN in one line", body["pin"].as_str().unwrap().replace('\n', "")),
                ("the checksum", header("X-Checksum")),
                ("the token", after_scheme("Authorization")),
                ("the signature", seal),
                given("the key", "K3y/of+the=Test"),
            ]
        }
        _ => {
            let body = String::from_utf8(received.body.clone()).unwrap();
            let (_, digest) = body.split_once("digest=").unwrap();
            vec![given("the account", "DE02 1203"), ("the digest", digest.to_owned()), ("the header", header("X-Key"))]
        }
    }
}

/// A text in which each character is written anew.
fn each(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(write).collect()
}

fn percent(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let write = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(write).collect()
}

fn forms(text: &str) -> Vec<(&'static str, String)> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(text).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let reserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let html = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\'', "&#39;");
    vec![
        ("as it is", text.to_owned()),
        ("in upper case", text.to_uppercase()),
        ("in lower case", text.to_lowercase()),
        ("base64", STANDARD.encode(text)),
        ("base64 without padding", STANDARD_NO_PAD.encode(text)),
        ("base64url", URL_SAFE.encode(text)),
        ("base64url without padding", URL_SAFE_NO_PAD.encode(text)),
        ("hexadecimal", hex.clone()),
        ("HEXADECIMAL", hex.to_uppercase()),
        ("percent", percent(text, reserved)),
        ("percent in lower case", percent(text, reserved).to_lowercase()),
        ("percent, every byte", percent(text, |_| false)),
        ("a form", percent(text, reserved).replace("%20", "+")),
        ("percent twice", percent(&percent(text, reserved), reserved)),
        ("JSON", json.clone()),
        ("JSON with \\/", json.replace('/', "\\/")),
        ("JSON with \\u", each(text, |c| format!("\\u{:04x}", u32::from(c)))),
        ("JSON twice", json.replace('\\', "\\\\").replace('"', "\\\"")),
        ("HTML", html),
        ("HTML with numbers", each(text, |c| format!("&#{};", u32::from(c)))),
        ("HTML with hexadecimal numbers", each(text, |c| format!("&#x{:x};", u32::from(c)))),
        ("base64 in a URL", percent(&STANDARD.encode(text), reserved)),
    ]
}

/// The bodies and headers of refusals that say `text` where something is read, and where.
fn refusals(text: &str) -> Vec<(&'static str, Value, Option<String>)> {
    // A header carries ASCII alone.
    let in_header = match text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        true => ("header", json!({"code": "E1"}), Some(text.to_owned())),
        false => ("id", json!({"code": "E1", "id": text}), None),
    };
    vec![
        ("message", json!({"code": "E1", "message": format!("what about {text}, then?")}), None),
        ("code", json!({"code": text}), None),
        ("id", json!({"code": "E1", "id": text}), None),
        in_header,
    ]
}

fn call(operation: &str) -> Call {
    match operation {
        "log_in" => Call::new(operation.to_owned()),
        "set_pin" => {
            Call::new(operation.to_owned()).body(r#"{"pin":"4711","cvv":"123","holder":{"name":"Zoë O'Hara & Söhne"}}"#)
        }
        _ => Call::new(operation.to_owned()).value("account", "DE02 1203"),
    }
}

/// How many echoes of an operation's secrets were tried. None of them was printed.
async fn tried(operation: &'static str) -> usize {
    let next = Arc::new(AtomicUsize::new(0));
    let (index, said) = (Arc::clone(&next), Arc::new(std::sync::Mutex::new(Vec::new())));
    let log = Arc::clone(&said);
    let server = Server::start(move |_, received| {
        if operation != "log_in" && received.line.starts_with("POST /sessions ") {
            return Reply::json(200, r#"{"token":"T0ken.of-the_session"}"#);
        }
        let number = index.fetch_add(1, Ordering::SeqCst);
        let (number, place) = (number / PLACES, number % PLACES);
        let secrets = secrets(operation, received);
        let Some((what, secret)) = secrets.get(number / FORMS) else { return Reply::json(200, "{}") };
        let (form, text) = forms(secret).swap_remove(number % FORMS);
        let (place, body, header) = refusals(&text).swap_remove(place);
        log.lock().unwrap().push((*what, form, place));
        let headers: Vec<_> = header.iter().map(|header| ("X-Request-Id", header.as_str())).collect();
        Reply::with(400, &headers, &body.to_string())
    })
    .await;
    let client = client(&server.url());
    loop {
        let result = client.call(call(operation)).await;
        let Some((what, form, place)) = said.lock().unwrap().pop() else {
            assert!(operation == "log_in" || result.is_ok());
            return next.load(Ordering::SeqCst) - 1;
        };
        let error = result.unwrap_err();
        let echo = format!("{what}, {form}, in the {place}");
        let read = match place {
            "message" => error.message(),
            "code" => error.code(),
            _ => error.request_id(),
        };
        let expected = if place == "message" { "what about [redacted], then?" } else { "[redacted]" };
        assert_eq!(read, Some(expected), "{echo}: {error}");
        assert!(error.to_string().contains(expected), "{echo}: {error}");
    }
}

#[tokio::test]
async fn nothing_that_was_sent_in_confidence_is_printed_in_any_form() {
    let mut count = 0;
    for operation in ["log_in", "set_pin", "pay"] {
        count += tried(operation).await;
    }
    println!("{count} echoes");
    assert!(count > 1_200, "only {count} echoes were tried");
}

#[tokio::test]
async fn a_code_that_the_document_names_is_printed_even_where_it_is_the_pin() {
    let call =
        |pin: &str| Call::new("set_pin").body(format!(r#"{{"pin":"{pin}","cvv":"123","holder":{{"name":"A"}}}}"#));
    let server = Server::start(|_, received| match received.line.starts_with("POST /sessions ") {
        true => Reply::json(200, r#"{"token":"t"}"#),
        false => Reply::json(400, r#"{"code":"4001","message":"code 4001: 123 of 1234, line 1","id":"r-4001"}"#),
    })
    .await;
    let client = client(&server.url());
    let error = client.call(call("4001")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("4001"), Kind::Unauthenticated));
    assert_eq!(error.message(), Some("code [redacted]: [redacted] of 1234, line 1"));
    assert_eq!(error.request_id(), Some("r-[redacted]"));

    let server = Server::start(|_, received| match received.line.starts_with("POST /sessions ") {
        true => Reply::json(200, r#"{"token":"t"}"#),
        false => Reply::json(400, r#"{"code":"4711"}"#),
    })
    .await;
    // One that it does not name may be an echo.
    let error = self::client(&server.url()).call(call("4711")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("[redacted]"), Kind::InvalidRequest));
}
