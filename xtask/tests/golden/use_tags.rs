//! What a caller of the feature `back-office` has, and nothing more.

use countersign_tags::mock::{MockServer, MockServerExt};
use countersign_tags::{Client, PLAN};

#[tokio::test(flavor = "current_thread")]
async fn an_operation_of_the_feature_is_called_with_a_session_of_an_operation_that_is_always_there() {
    let server = MockServer::start_async().await;
    let client = Client::builder().key("k").base_url(server.base_url()).build().unwrap();
    let issued = server.mock_call(client.log_in(), |_, then| then.example("done"));
    let call = client.report().days(3);
    let called = server.mock_call(call.clone(), |_, then| then.example("done"));
    assert!(call.send().await.unwrap().lines.is_empty());
    let refund = client.refund().reason("late");
    let refused = server.mock_call(refund.clone(), |_, then| then.example("refused"));
    assert_eq!(refund.send().await.unwrap_err().code(), Some("wrong"));
    issued.assert();
    called.assert();
    refused.assert();
}

#[tokio::test(flavor = "current_thread")]
async fn a_list_of_the_feature_has_its_pages() {
    let server = MockServer::start_async().await;
    let client = Client::builder().key("k").base_url(server.base_url()).build().unwrap();
    server.mock_call(client.log_in(), |_, then| then.example("done"));
    let second = server.mock_call(client.list_receipts().after("r-1"), |_, then| then.example("last"));
    let first = server.mock(|when, then| {
        when.path("/receipts").query_param_missing("after");
        then.status(200).header("content-type", "application/json").body(r#"{"lines":[{"id":"r-1"}],"next":"r-1"}"#);
    });
    let mut receipts = client.list_receipts().items();
    let mut ids = Vec::new();
    while let Some(receipt) = receipts.next().await {
        ids.extend(receipt.unwrap().id);
    }
    assert_eq!(ids, ["r-1", "r-2"]);
    let mut pages = client.list_receipts().after("r-1").pages();
    assert_eq!(pages.next().await.unwrap().unwrap().lines.len(), 1);
    assert!(pages.next().await.is_none());
    first.assert();
    second.assert_calls(2);
}

#[test]
fn the_plan_has_what_is_compiled() {
    let operations: Vec<&str> = PLAN.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(operations, ["refund", "report", "list_receipts", "log_in"]);
}
