//! Sandboxes that are told to do something wrong.

use std::time::{Duration, Instant};

use countersign::plan::Kind;
use countersign::{Call, Error, Fault as Found};
use countersign_sandbox::Fault;

use crate::support::{builder, calls, last, start};

fn forgotten() -> Call {
    Call::new("forgot_password").value("mobile_no", "9876543978").value("dob", "1958-01-02")
}

#[tokio::test]
async fn a_delay_beyond_the_clients_patience_is_a_timeout_of_a_request_that_was_received() {
    let sandbox = start("airpay").await;
    let client = builder(&sandbox).timeout(Duration::from_millis(200)).build().unwrap();
    sandbox.fault(Fault::Delay(Duration::from_secs(60)));
    let error = client.call(forgotten()).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(transport) if transport.fault() == Found::Timeout), "{error}");
    assert!(error.may_have_been_carried_out());
    assert_eq!(last(&sandbox).faults, [Fault::Delay(Duration::from_secs(60))]);
    sandbox.clear_faults();
    client.call(forgotten()).await.unwrap();

    sandbox.fault(Fault::Delay(Duration::from_millis(50)));
    let began = Instant::now();
    client.call(forgotten()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_dropped_connection_is_an_interruption_and_the_call_is_not_repeated() {
    let sandbox = start("airpay").await;
    let client = builder(&sandbox).retries(2).build().unwrap();
    sandbox.fault(Fault::Drop.times(1));
    let error = client.call(forgotten()).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(transport) if transport.fault() == Found::Interrupted), "{error}");
    assert!(error.may_have_been_carried_out());
    assert_eq!(calls(&sandbox, "forgot_password"), 1);
    client.call(forgotten()).await.unwrap();
}

#[tokio::test]
async fn a_safe_call_survives_what_happens_once() {
    let sandbox = start("banamex").await;
    let client = builder(&sandbox).retries(2).build().unwrap();
    sandbox.fault(Fault::Drop.on("get_certified_phone").times(1));
    sandbox.fault(Fault::Status(503).on("rollback_soft_token_status"));
    let response = client.call(Call::new("get_certified_phone")).await.unwrap();
    assert_eq!((response.meta().attempts(), calls(&sandbox, "get_certified_phone")), (2, 2));
    assert_eq!(calls(&sandbox, "issue_token"), 1);

    let error = client.call(Call::new("rollback_soft_token_status")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Unavailable, Some(503)));
    assert_eq!(calls(&sandbox, "rollback_soft_token_status"), 1);
    assert_eq!(last(&sandbox).why(), Some("the sandbox was told to fail"));
    client.call(Call::new("change_soft_token_status")).await.unwrap();
}

#[tokio::test]
async fn every_provider_that_is_unavailable_is_classified_as_unavailable() {
    for provider in countersign_providers::PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, crate::support::document(provider.name));
        sandbox.fault(Fault::Status(503));
        let client = builder(&sandbox).build().unwrap();
        for operation in provider.plan.operations.iter() {
            let call = crate::support::call(&document, operation);
            let error = client.call(call).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Unavailable, "{error}");
        }
    }
}

#[tokio::test]
#[should_panic(expected = "there is no operation \"forget_password\" to fail")]
async fn a_fault_of_an_operation_that_is_not_there_is_a_mistake_of_the_test() {
    start("airpay").await.fault(Fault::Drop.on("forget_password"));
}
