//! What a provider sends, as another program makes it and as a sandbox does, and what a receiver makes of it.

#[path = "../../examples/webhooks.rs"]
pub mod example;

use std::sync::{Arc, Mutex};

use countersign::Moment;
use countersign::webhook::{Bytes, Delivery, HeaderMap, WebhookError, WebhookFault, Webhooks};
use countersign_sandbox::{Error, Sandbox, Wrong, deliver};
use example::{Event, Receiver, routes};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

const HOOKS: &str = include_str!("../../documents/hooks.yaml");
/// What `tests/vectors/hooks/hooks.py` has made.
const VECTORS: &str = include_str!("../../vectors/hooks/hooks.json");
const BANK: &str = include_str!("../../../crates/sign/tests/data/keys/rsa.public.pem");

/// A message of the vectors: its headers and its body.
fn vector(name: &str) -> (HeaderMap, String) {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let all = vectors[name].as_object().unwrap().iter().map(|(name, text)| (name.as_str(), text.as_str().unwrap()));
    let headers = all.clone().filter(|(name, _)| *name != "body");
    let headers = headers.map(|(name, text)| (name.parse().unwrap(), text.parse().unwrap())).collect();
    (headers, all.clone().find(|(name, _)| *name == "body").unwrap().1.to_owned())
}

/// A receiver at the time of the vectors.
fn webhooks() -> Webhooks {
    let now = || Moment::fixed(Timestamp::from_second(1_700_000_060).unwrap(), Uuid::nil(), |_| {});
    let builder = example::builder().unwrap().credential("webhook_secret", "the secret of the test");
    builder.credential("bank_key", BANK).moments(now).build().unwrap()
}

fn verify(headers: &HeaderMap, body: impl Into<Bytes>) -> Result<Delivery<Event>, WebhookError> {
    webhooks().verify(headers, body)
}

#[test]
fn what_another_program_signs_is_believed() {
    for (name, id) in [("payment_succeeded", "e-1"), ("payout_settled", "m-1")] {
        let (headers, body) = vector(name);
        let delivery = verify(&headers, body).unwrap();
        assert!(matches!(&delivery.event, Event::Known(known) if known == name), "{delivery:?}");
        assert_eq!(delivery.id.as_deref(), Some(id));
        assert_eq!(delivery.sent_at.unwrap().as_second(), 1_700_000_000);
    }
    // What the document does not have is signed all the same.
    let (headers, body) = vector("unknown");
    assert!(matches!(verify(&headers, body).unwrap().event, Event::Unknown));
}

#[test]
fn what_is_wrong_by_one_thing_is_not() {
    let fault = |headers: &HeaderMap, body: &str| verify(headers, body.to_owned()).unwrap_err().fault;
    for name in ["payment_succeeded", "payout_settled", "unknown"] {
        let (headers, body) = vector(name);
        for (own, value) in &headers {
            let mut without = headers.clone();
            without.remove(own);
            let error = verify(&without, body.clone()).unwrap_err();
            assert_ne!(error.fault, WebhookFault::Undocumented, "{name} without {own}: {error}");
            let mut changed = headers.clone();
            let text = value.to_str().unwrap();
            changed.insert(own, format!("{text}0").parse().unwrap());
            verify(&changed, body.clone()).map(|_| panic!("{name} with another {own}")).unwrap_err();
            let mut twice = headers.clone();
            twice.append(own, value.clone());
            verify(&twice, body.clone()).map(|_| panic!("{name} with {own} twice")).unwrap_err();
        }
        assert_eq!(fault(&headers, &body.replace("-1", "-2").replace("e-9", "e-8")), WebhookFault::Wrong, "{name}");
        // White space changes the bytes, and no JSON.
        assert_eq!(fault(&headers, &format!("{body} ")), WebhookFault::Wrong, "{name}");
    }
    // The secret of another.
    let (headers, body) = vector("payment_succeeded");
    let builder = example::builder().unwrap().credential("webhook_secret", "another").credential("bank_key", BANK);
    let error = builder.build().unwrap().verify::<Event>(&headers, body).unwrap_err();
    assert_eq!((error.fault, error.name.as_deref()), (WebhookFault::Wrong, Some("Hooks-Signature")));
    assert!(!format!("{error} {error:?}").contains("another"), "{error:?}");
}

/// A sandbox, a receiver of its events on axum, and what that has handled.
async fn received() -> (Sandbox, String, Arc<Mutex<Vec<Event>>>) {
    let sandbox = Sandbox::start(("hooks", HOOKS)).await.unwrap();
    let builder = sandbox.credentials().fold(example::builder().unwrap(), |b, (name, value)| b.credential(name, value));
    let handled = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&handled);
    let receiver = Receiver::new(builder.build().unwrap(), move |event| log.lock().unwrap().push(event));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes(receiver)).await.unwrap() });
    (sandbox, url, handled)
}

#[tokio::test]
async fn a_sandbox_sends_events_that_a_handler_takes() {
    let (sandbox, url, handled) = received().await;
    for event in ["payment_succeeded", "refund_settled", "payout_settled"] {
        assert_eq!(sandbox.trigger(event, &url, None).await.unwrap().as_u16(), 200);
        for wrong in [Wrong::Signature, Wrong::Age, Wrong::Body, Wrong::Key] {
            let error = sandbox.trigger(event, &url, Some(wrong)).await.unwrap_err();
            assert!(matches!(error, Error::Refused(status) if status.as_u16() == 400), "{event} {wrong:?}: {error}");
        }
    }
    let handled = format!("{:?}", handled.lock().unwrap());
    assert_eq!(handled, r#"[Known("payment_succeeded"), Known("refund_settled"), Known("payout_settled")]"#);
}

#[tokio::test]
async fn an_event_that_comes_again_is_taken_and_handled_once() {
    let (sandbox, url, handled) = received().await;
    let message = sandbox.event("payment_succeeded", &url, None).unwrap();
    for _ in 0..3 {
        assert_eq!(deliver(&message).await.unwrap().as_u16(), 200);
    }
    assert_eq!(handled.lock().unwrap().len(), 1);
    sandbox.trigger("payment_succeeded", &url, None).await.unwrap();
    assert_eq!(handled.lock().unwrap().len(), 2);
}
