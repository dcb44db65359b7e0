//! Uses the golden crate as its user would. It is built and run by the tests of xtask; nothing here reaches a network.

use countersign_acme::mock::{MockServer, MockServerExt};
use countersign_acme::{Client, Error, Secret, Sensitive, Server, types};
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

fn request() -> types::TransferRequest {
    types::TransferRequest::builder()
        .pin("9135")
        .reference("order-1")
        .type_("next-day")
        .on("2024-02-29".parse::<countersign_acme::Date>().expect("a date"))
        .amount(1250)
        .payee(types::Payee {
            wallet: "w-secret".into(),
            born: Sensitive::from("1990-12-24".parse::<countersign_acme::Date>().expect("a date")),
        })
        .try_into()
        .expect("everything is given")
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
        let answer: types::Transfer =
            serde_json::from_value(json!({"state": text, "id": "1", "news": [1]})).expect(text);
        assert_eq!(answer.state, state);
        assert_eq!(answer.state.to_string(), text);
        assert_eq!(serde_json::to_value(&answer).expect(text)["state"], text);
        assert_eq!(text.parse(), Ok(state));
    }
}

fn what_may_be_null_may_be_null_or_absent() {
    for answer in
        [json!({"state": "done", "id": "1"}), json!({"state": "done", "id": "1", "balance": null, "extra": null})]
    {
        let answer: types::Transfer = serde_json::from_value(answer).expect("an answer");
        assert!(answer.balance.is_none() && answer.extra.is_none());
    }
    let answer = json!({"state": "done", "id": "1", "balance": 5, "extra": {"a": [null]}});
    let answer: types::Transfer = serde_json::from_value(answer).expect("an answer");
    assert_eq!(answer.balance.map(|balance| *balance.expose()), Some(5));
    assert_eq!(answer.extra.map(|extra| extra["a"].clone()), Some(json!([null])));
}

fn nothing_secret_is_printed() {
    let client = client();
    let call = client.transfer().wallet_id("w-1").x_otp("424242").body(request());
    for text in [
        format!("{client:?}"),
        format!("{call:?}"),
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
        (client.transfer().wallet_id("w-1").x_otp("1").body_map(|body| body.reference("r")), "`amount` is required"),
        (good().x_otp("1\r\nX-Admin: 1"), "X-Otp"),
        (good().x_otp("é"), "X-Otp"),
        (good().wallet_id(".."), "walletId"),
        (good().wallet_id(""), "walletId"),
        (good().body(with_type("overnight")), "type: it must be one of \"instant\", \"next-day\""),
        (good().body_map(|body| body.reference("r".repeat(21))), "reference: it must have at most 20 characters"),
    ] {
        let error = call.send().await.expect_err(name);
        assert!(matches!(error, Error::NotSent(_)), "{error:?}");
        assert!(error.to_string().contains(name), "{error} does not name {name}");
        assert!(!error.to_string().contains("X-Admin"), "{error}");
    }
}

/// A client of a mock server.
fn client_of(server: &MockServer) -> Client {
    let client = Client::builder().client_id("acme-client").secret_key("acme-secret").pin_public_key(KEY);
    client.token("acme-token").base_url(server.base_url()).build().expect("everything is given")
}

async fn a_mock_tells_requests_apart_by_path_query_header_and_body() {
    let server = MockServer::start_async().await;
    let client = client_of(&server);
    let wallet = "a.b/(c)*";
    let right = || client.transfer().wallet_id(wallet).x_otp("424242").dry_run(true).body(request());
    let mock = server.mock_call(right(), |_, then| then.json(201, json!({"state": "done", "id": "t-1"})));
    let close = || client.close_wallet().wallet_id("w-1");
    let closed = server.mock_call(close(), |_, then| then.example("204"));
    let response = right().send().await.expect("the mock's response");
    assert_eq!((response.state.as_str(), response.id.as_str()), ("done", "t-1"));
    let another_pin = types::TransferRequest { pin: Secret::from("0000"), ..request() };
    right().body(another_pin).send().await.expect("the PIN is encrypted, so the mock cannot tell");
    let another_amount = types::TransferRequest { amount: 1, ..request() };
    for (wrong, what) in [
        (right().wallet_id("aXb/(c)*"), "path"),
        (right().x_otp("424243"), "header"),
        (right().dry_run(false), "query"),
        (right().body(another_amount), "body"),
    ] {
        assert_eq!(wrong.send().await.expect_err(what).status(), Some(404), "{what}");
    }
    close().send().await.expect("the mock's response");
    mock.assert_calls(2);
    closed.assert();
}

async fn a_value_of_the_query_that_is_transformed_leaves_once() {
    let server = MockServer::start_async().await;
    let client = client_of(&server);
    // printf Rex | sha256sum
    let digest = "80f1e148f14f3b82aaec65244d7685c1096a8174d748fdc497ecd28ad41ee0b0";
    let call = client.transfer().wallet_id("w-1").x_otp("1").dry_run(true).secret_answer("Rex").body(request());
    let mock = server.mock_call(call.clone(), |when, then| {
        let query = format!("dryRun=true&secretAnswer={digest}");
        let _ = when.is_true(move |request| request.uri().query() == Some(query.as_str()));
        then.json(201, json!({"state": "done", "id": "t-1"}))
    });
    call.send().await.expect("the mock's response");
    mock.assert();
}

fn main() {
    assert_eq!(countersign_providers::find("acme").map(|provider| provider.plan), Some(&countersign_acme::PLAN));
    assert!(countersign_acme::OPENAPI.contains("title: Acme wallets"));
    assert_eq!(Server::Production.url(), "https://acme.example/api");
    fields_are_sent_in_the_order_of_the_document();
    a_value_that_the_document_does_not_know_is_taken();
    what_may_be_null_may_be_null_or_absent();
    nothing_secret_is_printed();
    let _ = Secret::from("re-exported");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(what_cannot_be_sent_is_refused_by_name());
    runtime.block_on(a_mock_tells_requests_apart_by_path_query_header_and_body());
    runtime.block_on(a_value_of_the_query_that_is_transformed_leaves_once());
}
