//! What a client of `tests/documents/ledger.yaml` sends and reads: every digit as it was given.

use countersign_ledger::{Client, Decimal, OPENAPI, builder, mock, types};
use countersign_sandbox::Sandbox;
use httpmock::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn transfer() -> types::TransferRequest {
    let amount = types::TransferAmount::builder().value("12.50").currency(types::Currency::Eur);
    let amount: types::TransferAmount = amount.try_into().expect("everything is given");
    let debtor = types::TransferDebtor::builder().name("Zoe Example").account("DE02 1203");
    let debtor: types::TransferDebtor = debtor.try_into().expect("everything is given");
    let transfer = types::TransferRequest::builder().reference("t-1").amount(amount).debtor(debtor);
    transfer.rates(["0.10", "9007199254740993.01"]).try_into().expect("everything is given")
}

fn client(url: &str) -> Client {
    Client::builder().base_url(url).api_key("a").secret_key("s").build().expect("everything is given")
}

#[tokio::test]
async fn what_is_sent_and_read_has_every_digit() {
    let server = MockServer::start_async().await;
    let sent = r#"{"reference":"t-1","amount":{"value":12.50,"currency":"EUR"},"rates":[0.10,9007199254740993.01],"debtor":{"name":"Zoe Example","account":"DE02 1203"}}"#;
    let received = r#"{"id":71,"reference":"t-1","amount":{"value":0.30000000000000000001,"currency":"GBP"},"fees":{"a":1e-3,"b":9007199254740993.01},"charge":{"share":0.10000000000000000001,"tiers":{"a":9007199254740993.01}}}"#;
    let mock = server.mock(|when, then| {
        when.method(POST).path("/transfers").body(sent);
        then.status(200).header("content-type", "application/json").body(received);
    });
    let response = client(&server.base_url()).create_transfer().body(transfer()).send().await.unwrap();
    mock.assert();
    assert_eq!(response.amount.value.to_string(), "0.30000000000000000001");
    assert_eq!(response.fees.as_ref().unwrap()["a"].to_string(), "0.001");
    assert_eq!(response.fees.as_ref().unwrap()["b"].to_string(), "9007199254740993.01");
    assert_eq!(response.id, 71);
    let Some(types::TransferCharge::Share(charge)) = &response.charge else { panic!("{:?}", response.charge) };
    assert_eq!((charge.share.to_string(), charge.tiers.as_ref().unwrap()["a"].to_string()), ("0.10000000000000000001".into(), "9007199254740993.01".into()));
    let written = serde_json::to_string(&*response).unwrap();
    assert!(written.ends_with(r#""charge":{"share":0.10000000000000000001,"tiers":{"a":9007199254740993.01}}}"#), "{written}");
}

#[tokio::test]
async fn numbers_in_a_path_a_query_a_header_and_a_form_are_exact_too() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.method(POST)
            .path("/quotes/10.20")
            .query_param("least", "0.10")
            .header("x-rate", "1.050")
            .body("total=9007199254740993.01&memo=rent+%26+more");
        then.status(200).header("content-type", "application/json").body(r#"{"cost":1.10,"factor":0.5}"#);
    });
    let call = client(&server.base_url()).quote().amount("10.20").least("0.10").x_rate("1.050");
    let response = call.total("9007199254740993.01").memo("rent & more").send().await.unwrap();
    mock.assert();
    assert_eq!((response.cost, response.factor), (Some(decimal("1.10")), Some(0.5)));
}

#[tokio::test]
async fn a_number_that_does_not_fit_or_breaks_a_rule_is_an_error() {
    let client = client("http://127.0.0.1:9");
    let quote = || client.quote().amount("10.20").total("1").memo("x");
    let wrong = |text: &str| (quote().least(text.to_owned().as_str()), text.to_owned());
    for (call, text) in ["0", "1e-40", "a", "0.001"].map(|text| wrong(text)) {
        let error = call.send().await.unwrap_err().to_string();
        assert!(error.contains("least"), "{text}: {error}");
    }
    let error = quote().total("a secret").send().await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains("a secret"), "{error}");
    assert!(!format!("{:?}", quote().total("4711.5")).contains("4711"));
}

#[tokio::test]
async fn a_sandbox_and_a_mock_play_it() {
    let sandbox = Sandbox::start(("ledger", OPENAPI)).await.unwrap();
    let builder = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key"));
    let client = builder.secret_key(sandbox.value("secret_key")).build().unwrap();
    let response = client.create_transfer().body(transfer()).send().await.unwrap();
    assert_eq!(response.amount.value, decimal("12.50"));
    client.quote().amount("10.20").total("100.00").memo("rent").send().await.unwrap();
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let example = mock::example::<builder::CreateTransfer>("usual");
    assert_eq!(example.fees.as_ref().unwrap()["transfer"], decimal("0.3"));
}
