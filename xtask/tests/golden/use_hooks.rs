//! Uses a generated crate with webhooks, and with responses that are signed and sealed. It is built and run by the tests of
//! xtask; nothing here reaches a network.

use countersign_hooks::mock::{self, MockServer, MockServerExt};
use countersign_hooks::webhooks::{Event, WebhookFault};
use countersign_hooks::{Client, Error, OPENAPI, Webhooks, types};
use countersign_sandbox::{Sandbox, Wrong};

async fn an_event_is_typed() {
    let sandbox = Sandbox::start(("hooks", OPENAPI)).await.expect("a sandbox");
    let webhooks = Webhooks::builder()
        .webhook_secret("the one before")
        .webhook_secret(sandbox.value("webhook_secret"))
        .bank_key(sandbox.value("bank_key"))
        .build()
        .expect("all keys are given");
    let receive = |event: &str, wrong: Option<Wrong>| {
        let message = sandbox.event(event, "http://127.0.0.1:9/", wrong).expect("an event");
        webhooks.verify(message.headers(), message.body().clone())
    };
    let delivery = receive("payment_succeeded", None).expect("a payment");
    assert!(delivery.id.is_some() && delivery.sent_at.is_some());
    let shown = format!("{delivery:?}");
    match delivery.event {
        Event::PaymentSucceeded(event) => {
            assert_eq!((&*event.id != "", event.payment.state), (true, types::PaymentState::Paid));
            assert_eq!(event.payer.expect("who paid").expose(), "Ana");
            assert!(!shown.contains("Ana"), "{shown}");
        }
        other => panic!("{other:?}"),
    }
    match receive("payout_settled", None).expect("a payout").event {
        Event::PayoutSettled(event) => assert_eq!((&*event.reference, event.amount, event.final_), ("po-1", 100, Some(true))),
        other => panic!("{other:?}"),
    }
    for (wrong, fault) in [
        (Wrong::Signature, WebhookFault::Wrong),
        (Wrong::Body, WebhookFault::Wrong),
        (Wrong::Key, WebhookFault::Wrong),
        (Wrong::Age, WebhookFault::Stale),
    ] {
        assert_eq!(receive("refund_settled", Some(wrong)).expect_err("it is wrong").fault, fault);
    }
    let missing = Webhooks::builder().build().expect_err("keys are missing").to_string();
    assert!(missing.contains("webhook_secret is missing") && missing.contains("bank_key is missing"), "{missing}");
}

async fn a_client_is_held_to_what_a_mock_signs() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let builder = || {
        Client::builder()
            .api_key(mock::credential("api_key"))
            .bank_key(mock::credential("bank_key"))
            .own_key(mock::credential("own_key"))
            .base_url(server.base_url())
    };
    let client = builder().build()?;
    let pay = |client: &Client| client.create_payment().x_request("r-1").amount("12.50");
    server.mock_call(pay(&client), |_, then| then.example("paid"));
    server.mock_call(client.get_quote(), |_, then| then.example("quote"));
    server.mock_call(client.get_statement(), |_, then| then.example("two"));
    server.mock_call(client.get_limit(), |_, then| then.example("some"));
    assert_eq!(pay(&client).send().await?.state, types::PaymentState::Paid);
    assert_eq!(client.get_quote().send().await?.rate, "1.25");
    assert_eq!(client.get_statement().send().await?.lines, ["coffee", "tea"]);
    assert_eq!(client.get_limit().send().await?.amount, "100.00");
    // With another secret it is another mock.
    let other = builder().api_key("another").build()?;
    let error = other.get_quote().send().await.expect_err("it is not believed");
    assert!(matches!(error, Error::UnverifiedResponse(_)) && error.may_have_been_carried_out(), "{error}");
    Ok(())
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        an_event_is_typed().await;
        a_client_is_held_to_what_a_mock_signs().await
    })
}
