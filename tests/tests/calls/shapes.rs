//! Calls without generated types, to a sandbox, of a document whose parameters, bodies and responses have every shape, and what
//! is said of them. `cargo test -p xtask` calls its crate.

use std::sync::Arc;

use countersign::{Builder, Call, Executor};
use countersign_inspect::{Explanation, Options, explain};
use countersign_sandbox::Sandbox;
use serde_json::json;

const SHAPES: &str = include_str!("../../documents/shapes.yaml");

async fn sandbox() -> (Sandbox, Executor) {
    let document = countersign_spec::read("shapes.yaml", SHAPES).unwrap_or_else(|findings| panic!("{findings}"));
    let sandbox = Sandbox::start(("shapes", SHAPES)).await.unwrap();
    let builder = sandbox.fill(Builder::new(Arc::new(document.plan().clone())));
    let executor = builder.base_url(sandbox.url()).build().unwrap();
    (sandbox, executor)
}

fn explained(executor: &Executor, call: &Call) -> Explanation {
    explain(executor.setup(), call, Options::default()).unwrap()
}

#[tokio::test]
async fn lists_and_objects_are_sent_and_explained_as_they_are_written() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("list_payments")
        .parameter("ids", &json!([1, 2]))
        .value("state", "paid")
        .value("state", "void")
        .parameter("email", &json!(["SENTINEL@a.example", "SENTINEL@b.example"]))
        .parameter("filter", &json!({"since": "2026-01-31", "payer_name": "SENTINEL of a name"}))
        .value("page", "2");
    client.call(call.clone()).await.unwrap();
    let explanation = explained(&client, &call);
    let query: Vec<_> = explanation.query.iter().map(|shown| format!("{}={}", shown.name, shown.value)).collect();
    let expected = [
        "state=paid",
        "state=void",
        "email=‹email›",
        "filter[since]=2026-01-31",
        "filter[payer_name]=‹filter[payer_name]›",
        "page=2",
    ];
    assert_eq!(query, expected);
    assert!(explanation.url.ends_with("/payments/1,2"), "{}", explanation.url);
    let told = format!("{explanation} {:?} {:?}", sandbox.received(), call);
    assert!(told.contains("email=‹email›&filter%5Bsince%5D=2026-01-31"), "{told}");
    assert!(!told.contains("SENTINEL"), "{told}");
}

#[tokio::test]
async fn a_list_is_a_body() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("pay_batch").body(r#"[{"amount":"1.00","payer_name":"SENTINEL of a name"}]"#);
    client.call(call.clone()).await.unwrap();
    let explanation = explained(&client, &call);
    assert_eq!(explanation.body.iter().map(|shown| shown.name.as_str()).collect::<Vec<_>>(), ["body"]);
    let told = format!("{explanation} {:?} {:?}", sandbox.received(), call);
    assert!(!told.contains("SENTINEL"), "{told}");
    let twice = Call::new("pay_batch").body(r#"[{"amount":"1.00","amount":"2.00"}]"#);
    for (call, why) in [
        (Call::new("pay_batch"), "body: it is required and was not given"),
        (Call::new("pay_batch").body("[]"), "body: it must have at least 1 element"),
        (Call::new("pay_batch").body("{}"), "body: it must be an array"),
        (twice, "body: an object in it has a name more than once"),
        (Call::new("set_speed").body("\"x\""), "body: it must be one of"),
    ] {
        let error = client.call(call).await.unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[test]
fn what_is_chosen_of_several_is_noted() {
    let document = countersign_spec::read("shapes.yaml", SHAPES).unwrap_or_else(|findings| panic!("{findings}"));
    let notes: Vec<String> = document.notes().iter().map(|note| note.text.clone()).collect();
    let media = "the body is sent as `application/vnd.api+json; version=2`, not as `application/xml`, \
                 `application/x-www-form-urlencoded`";
    let security = "calls carry `signature` and `token`, the first of 3 alternatives";
    assert_eq!(notes, [security, media]);
}

#[tokio::test]
async fn a_sandbox_holds_lists_and_objects_to_their_schemas() {
    let sandbox = Sandbox::builder(("shapes", SHAPES)).unverified().start().await.unwrap();
    let http = reqwest::Client::new();
    for (query, why) in [
        ("state=paid&state=held&state=void", "state: it must have at most 2 elements"),
        ("state=paid&state=new", "state/1: it must be one of"),
        ("state=paid&currency=EUR,EUR", "currency: each of its elements must be there once"),
        ("state=paid&filter%5Blive%5D=true", "filter: \"since\" is a required property"),
        ("state=paid&page=0", "page: it must be at least 1"),
        ("state=paid&page=1&page=2", "page: it is given more than once"),
        ("", "state"),
    ] {
        let request = http.get(format!("{}/payments/1?{query}", sandbox.url())).header("X-Signature", "x");
        let request = request.header("Authorization", "Bearer x");
        assert_eq!(request.send().await.unwrap().status(), 400, "{query}");
        let received = sandbox.received().pop().unwrap();
        let told = received.why().unwrap_or_default().to_owned();
        assert!(told.contains(why), "{query}: {told}");
    }
}
