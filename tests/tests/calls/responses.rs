//! Responses that are signed or sealed, as another program makes them: what is believed, and what is not.

use std::sync::Arc;

use countersign::{Builder, Call, Error, Executor, Kind};
use countersign_tests::{Reply, Server};
use serde_json::{Value, json};

/// What `tests/vectors/hooks/hooks.py` has made.
const VECTORS: &str = include_str!("../../vectors/hooks/hooks.json");
const BANK: &str = include_str!("../../../crates/sign/tests/data/keys/rsa.public.pem");
const OWN: &str = include_str!("../../../crates/sign/tests/data/keys/rsa-pkcs1.pem");
const STRANGER: &str = include_str!("../../../crates/sign/tests/data/keys/rsa-pss.pem");

fn builder(url: &str) -> Builder {
    let document = countersign_spec::read("hooks.yaml", include_str!("../../documents/hooks.yaml"));
    let plan = Arc::new(document.expect("the document lints clean").plan().clone());
    let credentials = [("api_key", "the key of the test"), ("bank_key", BANK), ("own_key", OWN)];
    let builder = Builder::new(plan).base_url(url).retries(0);
    credentials.into_iter().fold(builder, |builder, (name, value)| builder.credential(name, value))
}

fn call(operation: &str) -> Call {
    match operation {
        "create_payment" => Call::new("create_payment").value("X-Request", "r-1").value("amount", "12.50"),
        other => Call::new(other.to_owned()),
    }
}

/// A response of the vectors: its headers and its body.
fn vector(operation: &str) -> (Vec<(String, String)>, String) {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let all = vectors[operation].as_object().unwrap().iter();
    let all: Vec<_> = all.map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned())).collect();
    let body = all.iter().find(|(name, _)| name == "body").unwrap().1.clone();
    (all.into_iter().filter(|(name, _)| name != "body").collect(), body)
}

/// What a client makes of a response.
async fn respond_to(
    client: impl Fn(Builder) -> Executor,
    operation: &str,
    status: u16,
    headers: &[(String, String)],
    body: &str,
) -> Result<String, Error> {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reply = Reply::with(status, &[&headers[..], &[("Content-Type", "application/json")]].concat(), body);
    let server = Server::start(move |_, _| reply.clone()).await;
    client(builder(&server.url())).call(call(operation)).await.map(|response| response.to_string())
}

async fn respond(operation: &str, status: u16, headers: &[(String, String)], body: &str) -> Result<String, Error> {
    respond_to(|builder| builder.build().unwrap(), operation, status, headers, body).await
}

/// What is not believed may have been carried out, whatever the response says.
#[track_caller]
fn is_not_believed(result: Result<String, Error>, what: &str) {
    let error = result.expect_err(what);
    assert!(matches!(error, Error::UnverifiedResponse(_)), "{what}: {error}");
    assert!(error.may_have_been_carried_out(), "{what}");
    assert_eq!((error.kind(), error.code()), (Kind::Unavailable, None), "{what}");
}

#[tokio::test]
async fn what_another_program_signs_or_seals_is_believed() {
    for (operation, expected) in [
        ("create_payment", json!({"id": "p-1", "state": "paid"})),
        ("get_statement", json!({"lines": ["coffee"]})),
        ("get_limit", json!({"amount": "100.00"})),
    ] {
        let (headers, body) = vector(operation);
        let response = respond(operation, 200, &headers, &body).await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&response).unwrap(), expected);
    }
    let (headers, body) = vector("get_quote");
    assert!(respond("get_quote", 200, &headers, &body).await.unwrap().contains("1.25"));
}

#[tokio::test]
async fn a_signature_is_there_once_and_is_over_all_that_it_should_be() {
    for operation in ["create_payment", "get_quote"] {
        let (headers, body) = vector(operation);
        for index in 0..headers.len() {
            let without: Vec<_> =
                headers.iter().enumerate().filter(|(own, _)| *own != index).map(|(_, h)| h.clone()).collect();
            is_not_believed(respond(operation, 200, &without, &body).await, "a header is missing");
            let twice: Vec<_> = headers.iter().chain([&headers[index]]).cloned().collect();
            is_not_believed(respond(operation, 200, &twice, &body).await, "a header is there twice");
            let mut changed = headers.clone();
            changed[index].1 = changed[index].1.replace(['1', 'a'], "2");
            is_not_believed(respond(operation, 200, &changed, &body).await, "a header is another");
        }
        is_not_believed(respond(operation, 200, &headers, &body.replace('1', "2")).await, "the body is another");
        is_not_believed(respond(operation, 200, &headers, &format!("{body} ")).await, "its bytes are others");
    }
    let (headers, body) = vector("create_payment");
    // The status is signed, too, and so is what was asked.
    is_not_believed(respond("create_payment", 201, &headers, &body).await, "the status is another");
    let asked = Server::start({
        let (headers, body) = (headers.clone(), body.clone());
        move |_, _| Reply::with(200, &headers.iter().map(|(n, v)| (&**n, &**v)).collect::<Vec<_>>(), &body)
    });
    let asked = asked.await;
    let other = Call::new("create_payment").value("X-Request", "r-2").value("amount", "12.50");
    let result = builder(&asked.url()).build().unwrap().call(other).await.map(|response| response.to_string());
    is_not_believed(result, "it is the response to another request");
    // Another's key made it.
    let stranger = |builder: Builder| {
        let public = include_str!("../../../crates/sign/tests/data/keys/rsa-pss.public.pem");
        builder.credential("bank_key", public).build().unwrap()
    };
    is_not_believed(respond_to(stranger, "create_payment", 200, &headers, &body).await, "the key is another's");
}

#[tokio::test]
async fn what_nobody_signs_is_no_refusal() {
    // A refusal that is not signed may be anybody's.
    is_not_believed(respond("create_payment", 422, &[], r#"{"code":"51"}"#).await, "a refusal without a signature");
    // So may the page of a gateway.
    is_not_believed(respond("create_payment", 504, &[], "<html>Gateway Timeout</html>").await, "a gateway's page");
}

#[tokio::test]
async fn what_does_not_open_does_not_say_why() {
    for (operation, place) in [("get_statement", "sealed"), ("get_limit", "data"), ("get_limit", "nonce")] {
        let (headers, body) = vector(operation);
        let sealed: Value = serde_json::from_str(&body).unwrap();
        let with = |text: Value| {
            let mut changed = sealed.clone();
            changed[place] = text;
            changed.to_string()
        };
        let text = sealed[place].as_str().unwrap();
        let middle = text.len() / 2;
        let other = if &text[middle..=middle] == "A" { "B" } else { "A" };
        let flipped = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
        for changed in [with(flipped.into()), with("".into()), with(Value::Null), "{}".into(), "sealed".into()] {
            let result = respond(operation, 200, &headers, &changed).await;
            let said = result.as_ref().unwrap_err().to_string();
            assert!(said.contains("what is in its envelope cannot be read"), "{said}");
            is_not_believed(result, &changed);
        }
    }
    let stranger = |builder: Builder| builder.credential("own_key", STRANGER).build().unwrap();
    let (headers, body) = vector("get_statement");
    is_not_believed(respond_to(stranger, "get_statement", 200, &headers, &body).await, "it is sealed for another");
    // A refusal is in no envelope.
    let error = respond("get_statement", 403, &[], r#"{"code":"7"}"#).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
}
