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

#[test]
fn the_plan_has_what_is_compiled() {
    let operations: Vec<&str> = PLAN.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(operations, ["refund", "report", "log_in"]);
}
