//! Uses the golden crate as its user would. It is built and run by the tests of xtask; nothing here reaches a network.

use countersign_acme::mock::{MockServer, MockServerExt};
use countersign_acme::{CallOptions, Client, Date, Error, Secret, Server, builder, types};
use serde_json::json;

/// A key of nobody's.
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwZs81n7YfP3MngmjNQ6o
5CJLgh1sMxzcMhL1/6N8G6pypFwcehkGWF0DlDUOfFNddrnXKTHbUPidKqEbB3U5
kZZsCHLwLO10x8RnkQV79RsC4uvpx5nlK+XiCKOmrI0xxk4uag1ttTy7DgyAQxiH
2JidecLlpf59bka0Uq4326MB817TLh+b1z1yKSYu6FL2na+SkPx2B2bcN7admQEL
nv/RWh+3eyXdSFFwYx8U1JUK2EIcnUpBf6f+SSOytDxVjgsZvAAqwYeQAk7PH/k/
YcZS4E3bI3A/X/90LTWOgRoblQAKsfJk9K4D6TqTP7tzutbYDKc66uTTxHF/9ORM
uwIDAQAB
-----END PUBLIC KEY-----
";

fn client() -> Client {
    Client::builder()
        .client_id("acme-client")
        .secret_key("acme-secret")
        .pin_public_key(KEY)
        .token("acme-token")
        .server(Server::Sandbox)
        .build()
        .expect("everything is given")
}

fn payee() -> types::builder::Payee {
    types::Payee::builder().wallet("w-secret").born(Date::constant(1990, 12, 24))
}

fn request() -> types::TransferRequest {
    types::TransferRequest::builder()
        .pin("9135")
        .reference("order-1")
        .type_("next-day")
        .on(Date::constant(2024, 2, 29))
        .amount(1250)
        .payee(payee())
        .try_into()
        .expect("everything is given")
}

/// The same, on the call.
fn call(client: &Client) -> builder::Transfer {
    let call = client.transfer().wallet_id("w-1").x_otp("424242").pin("9135").reference("order-1").amount(1250);
    call.type_(types::TransferRequestType::NextDay).on(Date::constant(2024, 2, 29)).payee(payee())
}

fn fields_are_sent_in_the_order_of_the_document() {
    let text = serde_json::to_string(&request()).expect("JSON");
    let expected = r#"{"reference":"order-1","amount":1250,"type":"next-day","on":"2024-02-29","payee":{"wallet":"w-secret","born":"1990-12-24"},"pin":"9135"}"#;
    assert_eq!(text, expected);
}

fn a_value_that_the_document_does_not_know_is_taken() {
    for (text, state) in [
        ("done", types::TransferState::Done),
        ("unknown", types::TransferState::UnknownValue),
        ("brand-new", types::TransferState::Unknown("brand-new".to_owned())),
    ] {
        let response: types::Transfer =
            serde_json::from_value(json!({"state": text, "id": "1", "news": [1]})).expect(text);
        assert_eq!(response.state, state);
        assert_eq!(response.state.to_string(), text);
        assert_eq!(serde_json::to_value(&response).expect(text)["state"], text);
        assert_eq!(text.parse(), Ok(state));
    }
}

fn what_may_be_null_may_be_null_or_absent() {
    for response in
        [json!({"state": "done", "id": "1"}), json!({"state": "done", "id": "1", "balance": null, "extra": null})]
    {
        let response: types::Transfer = serde_json::from_value(response).expect("a response");
        assert!(response.balance.is_none() && response.extra.is_none());
    }
    let response = json!({"state": "done", "id": "1", "balance": 5, "extra": {"a": [null]}});
    let response: types::Transfer = serde_json::from_value(response).expect("a response");
    assert_eq!(response.balance.map(|balance| *balance.expose()), Some(5));
    assert_eq!(response.extra.map(|extra| extra["a"].clone()), Some(json!([null])));
}

fn nothing_secret_is_printed() {
    let client = client();
    let call = call(&client);
    for text in [
        format!("{client:?}"),
        format!("{call:?}"),
        format!("{:?}", client.transfer().x_otp("424242").body(request())),
        format!("{:?}", request()),
        format!("{:?}", Client::builder().secret_key("acme-secret")),
    ] {
        for secret in ["acme-secret", "acme-token", "424242", "9135", "w-secret", "1990"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    assert!(format!("{call:?}").contains("order-1"), "what is not secret is printed");
}

/// What takes any answer is held to the document when it is sent.
fn with_type(text: &str) -> types::TransferRequest {
    types::TransferRequest { type_: text.into(), ..request() }
}

async fn what_cannot_be_sent_is_refused_by_name() {
    let client = client();
    let good = || client.transfer().wallet_id("w-1").x_otp("1").body(request());
    for (call, name) in [
        (client.transfer().x_otp("1").body(request()), "`wallet_id` is required: give it with `.wallet_id(…)`"),
        (client.transfer().wallet_id("w-1").x_otp("1").reference("r"), "`amount` is required"),
        (good().amount(u64::MAX), "`amount` cannot be made from what was given"),
        (good().payee(types::Payee::builder().wallet("w")), "`born` is required: give it with `.born(…)`"),
        (good().x_otp("1\r\nX-Admin: 1"), "X-Otp"),
        (good().x_otp("é"), "X-Otp"),
        (good().wallet_id(".."), "walletId"),
        (good().wallet_id(""), "walletId"),
        (good().body(with_type("overnight")), "type: it must be one of \"instant\", \"next-day\""),
        (good().reference("r".repeat(21)), "reference: it must have at most 20 characters"),
    ] {
        let error = call.send().await.expect_err(name);
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
        assert!(error.to_string().contains(name), "{error} does not name {name}");
        assert!(!error.to_string().contains("X-Admin"), "{error}");
    }
}

/// What was given of the body before goes, and what is given after it counts.
async fn a_whole_body_takes_the_place_of_its_setters() {
    let server = MockServer::start_async().await;
    let mock = server.mock_call(call(&client()).tags(["a", "b"]), |_, then| then.response(transfer()));
    let client = to(&server);
    let tags = |call: builder::Transfer| call.wallet_id("w-1").x_otp("424242").tags(["a", "b"]);
    for call in [
        tags(client.transfer().amount(7).body(request())),
        tags(client.transfer().body(types::TransferRequest { amount: 7, ..request() }).amount(1250)),
        call(&client).tags(vec!["a".to_owned(), "b".to_owned()]),
    ] {
        call.send().await.expect("the mock's response");
    }
    mock.assert_calls(3);
}

/// A client that calls a mock server.
fn to(server: &MockServer) -> Client {
    let client = Client::builder().client_id("acme-client").secret_key("acme-secret").pin_public_key(KEY);
    client.token("acme-token").base_url(server.base_url()).build().expect("everything is given")
}

fn transfer() -> types::Transfer {
    serde_json::from_value(json!({"state": "done", "id": "t-1"})).expect("a response")
}

async fn a_mock_tells_requests_apart_by_path_query_header_and_body() {
    let server = MockServer::start_async().await;
    let client = to(&server);
    let wallet = "a.b/(c)*";
    let right = || call(&client).wallet_id(wallet).dry_run(true);
    let mock = server.mock_call(right(), |_, then| then.response(transfer()));
    let closed = server.mock_call(client.close_wallet().wallet_id("w-1"), |_, then| then.example("204"));
    let response = right().send().await.expect("the mock's response");
    assert_eq!((response.state.as_str(), response.id.as_str()), ("done", "t-1"));
    assert_eq!(response.meta().status(), 201);
    right().pin(Secret::from("0000")).send().await.expect("the PIN is encrypted, so the mock cannot tell");
    for (wrong, what) in [
        (right().wallet_id("aXb/(c)*"), "path"),
        (right().x_otp("424243"), "header"),
        (right().dry_run(false), "query"),
        (right().amount(1), "body"),
    ] {
        assert_eq!(wrong.send().await.expect_err(what).status(), Some(404), "{what}");
    }
    client.close_wallet().wallet_id("w-1").send().await.expect("the mock's response");
    mock.assert_calls(2);
    closed.assert();
}

async fn a_value_of_the_query_that_is_transformed_leaves_once() {
    let server = MockServer::start_async().await;
    let client = to(&server);
    // printf Rex | sha256sum
    let digest = "80f1e148f14f3b82aaec65244d7685c1096a8174d748fdc497ecd28ad41ee0b0";
    let call = call(&client).dry_run(true).secret_answer("Rex");
    let mock = server.mock_call(call.clone(), |when, then| {
        let query = format!("dryRun=true&secretAnswer={digest}");
        let _ = when.is_true(move |request| request.uri().query() == Some(query.as_str()));
        then.response(transfer())
    });
    call.send().await.expect("the mock's response");
    mock.assert();
}

async fn a_call_has_options_of_its_own() {
    let server = MockServer::start_async().await;
    let client = to(&server);
    let late = std::time::Duration::from_millis(300);
    let mock = server.mock_any_call(client.close_wallet().wallet_id("w-1"), |_, then| then.example("204").delay(late));
    let soon = CallOptions::new().timeout(late / 3).retries(0);
    let error = client.close_wallet().wallet_id("w-1").with_options(soon).send().await.expect_err("it is late");
    assert!(error.may_have_been_carried_out(), "{error:?}");
    client.close_wallet().wallet_id("w-1").send().await.expect("the mock's response");
    mock.assert_calls(2);
}

/// A call outlives the client that it was made with, and so can be sent by another task.
async fn a_call_is_sent_by_another_task() {
    let server = MockServer::start_async().await;
    let call = to(&server).close_wallet().wallet_id("w-1");
    server.mock_call(call.clone(), |_, then| then.example("204"));
    tokio::spawn(call.send()).await.expect("no panic").expect("the mock's response");
}

fn main() {
    let document = countersign_spec::read("specs/acme.yaml", countersign_acme::OPENAPI).expect("it lints clean");
    assert_eq!(countersign_acme::PLAN, *document.plan());
    assert_eq!(countersign_providers::find("acme").map(|provider| provider.plan), Some(&countersign_acme::PLAN));
    assert!(countersign_acme::OPENAPI.contains("title: Acme wallets"));
    assert_eq!(Server::Production.url(), "https://acme.example/api");
    fields_are_sent_in_the_order_of_the_document();
    a_value_that_the_document_does_not_know_is_taken();
    what_may_be_null_may_be_null_or_absent();
    nothing_secret_is_printed();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(what_cannot_be_sent_is_refused_by_name());
    runtime.block_on(a_whole_body_takes_the_place_of_its_setters());
    runtime.block_on(a_mock_tells_requests_apart_by_path_query_header_and_body());
    runtime.block_on(a_value_of_the_query_that_is_transformed_leaves_once());
    runtime.block_on(a_call_has_options_of_its_own());
    runtime.block_on(a_call_is_sent_by_another_task());
}
