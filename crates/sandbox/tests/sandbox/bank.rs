//! A made-up bank whose document uses every word there is: paths and queries with parameters, MACs over what is
//! encrypted, signatures over path, query and the day.

use std::sync::Arc;
use std::time::Duration;

use countersign::plan::Kind;
use countersign::{Builder, Call, Executor};
use countersign_sandbox::{Sandbox, Verdict};

use crate::support::last;

/// The bank's document, which has no examples of its successes, with some.
fn document() -> String {
    let bank = include_str!("../../../spec/tests/data/bank.yaml");
    let with = |text: String, schema: &str, value: &str| {
        let schema = format!("              schema: {{$ref: '#/components/schemas/{schema}'}}\n");
        assert!(text.contains(&schema));
        text.replace(&schema, &format!("{schema}              examples: {{good: {{value: {value}}}}}\n"))
    };
    let token = r#"{data: {access: made-up, lifetime: 900, until: "2099-01-24 18:18:38"}}"#;
    let text = with(bank.to_owned(), "LogInAnswer", token);
    with(text, "SetPinAnswer", "{result: done}")
}

async fn bank() -> (Sandbox, Executor) {
    let document = countersign_spec::read("bank.yaml", &document()).unwrap();
    let plan = Arc::new(document.plan().clone());
    let sandbox = Sandbox::start(document).await.unwrap();
    let client = sandbox.fill(Builder::new(plan)).retries(0).build().unwrap();
    (sandbox, client)
}

fn set_pin() -> Call {
    let body = r#"{"reference":"r-1","card":{"number":"4000000000000002","uses":3},"labels":["a"]}"#;
    let call = Call::new("set_pin").body(body).value("card_id", "card 7/ü").value("notify", "true");
    call.value("pin", "1234").value("confirmation", "1234")
}

#[tokio::test]
async fn everything_that_is_filled_in_is_verified() {
    let (sandbox, client) = bank().await;
    client.call(set_pin()).await.unwrap();
    let received = last(&sandbox);
    assert_eq!(received.path, "/cards/{card_id}/pin");
    let names: Vec<&str> = received.values.iter().map(|value| value.name.as_str()).collect();
    assert_eq!(names, ["Authorization", "X-Signature", "X-Country", "X-Trace", "/pin", "/confirmation", "/mac"]);
    assert!(received.values.iter().all(|value| value.verdict == Verdict::Right), "{received}");
    let log = format!("{received} {received:?}");
    for personal in ["card 7", "card%207", "1234", "4000000000000002"] {
        assert!(!log.contains(personal), "{log}");
    }

    client.call(Call::new("renew")).await.unwrap();
    client.call(set_pin()).await.unwrap();
    assert_eq!(sandbox.received().len(), 4);
    // The document has no example of it, and still says by which status a client recognises it.
    sandbox.expire_sessions();
    assert_eq!(client.call(set_pin()).await.unwrap().meta().attempts(), 2);
    let refused = sandbox.received().into_iter().find(countersign_sandbox::Received::is_refused).unwrap();
    assert_eq!((refused.why(), refused.status(), refused.example()), (Some("its session has expired"), 401, None));
}

#[tokio::test]
async fn the_end_of_a_session_stands_wherever_the_document_has_it() {
    let document = countersign_spec::read("bank.yaml", &document()).unwrap();
    let plan = Arc::new(document.plan().clone());
    let sandbox = Sandbox::builder(document).session_lifetime(Duration::from_secs(600)).start().await.unwrap();
    let client = sandbox.fill(Builder::new(plan)).build().unwrap();
    let response = client.call(Call::new("log_in")).await.unwrap().into_inner();
    assert_eq!(response["data"]["lifetime"], 600);
    assert_eq!(response["data"]["access"].as_str().unwrap().split('.').count(), 3);
    assert_ne!(response["data"]["until"], "2099-01-24 18:18:38");
}

#[tokio::test]
async fn a_rule_reads_fields_below_and_parameters() {
    let (sandbox, client) = bank().await;
    let blocked = set_pin().value("/card/number", "4000000000004005");
    let error = client.call(blocked).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::NotFound, Some(404)));
    assert_eq!(last(&sandbox).example(), Some("unknown_card"));
    // Every condition of a rule counts.
    let body = r#"{"reference":"r-1","card":{"number":"4000000000004005"}}"#;
    let quiet =
        Call::new("set_pin").body(body).value("card_id", "7").value("pin", "1234").value("confirmation", "1234");
    client.call(quiet).await.unwrap();
}

#[tokio::test]
async fn a_success_without_an_example_is_made_up() {
    let sandbox =
        Sandbox::builder(include_str!("../../../spec/tests/data/bank.yaml")).unverified().start().await.unwrap();
    let ping = crate::support::plain_http().get(format!("{}/ping", sandbox.url())).send().await.unwrap();
    assert_eq!(ping.status(), 204, "a success without a body needs none");
    let renewal = crate::support::plain_http().post(format!("{}/renewals", sandbox.url()));
    let renewal = renewal.header("Authorization", "x").header("X-Signature", "x").send().await.unwrap();
    assert_eq!(renewal.status(), 200);
    let body: serde_json::Value = serde_json::from_str(&renewal.text().await.unwrap()).unwrap();
    assert_eq!(body["data"]["lifetime"], 1, "{body}");
}
