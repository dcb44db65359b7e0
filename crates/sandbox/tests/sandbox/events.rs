//! What the provider sends: events, and responses that are signed or sealed.

use std::sync::Arc;

use bytes::Bytes;
use countersign::plan::{Plan, PlanRef};
use countersign::webhook::{Delivery, Event, WebhookError, WebhookFault, Webhooks, WebhooksBuilder};
use countersign::{Call, Error, Executor, Kind};
use countersign_sandbox::{Error as SandboxError, Message, Sandbox, Wrong};

use crate::support::plain_http;

const HOOKS: &str = include_str!("../../../../tests/documents/hooks.yaml");

/// The event's webhook and its body.
#[derive(Debug)]
struct Any(String, String);

impl Event for Any {
    fn read(webhook: &str, body: &[u8]) -> Result<Self, String> {
        Ok(Self(webhook.to_owned(), String::from_utf8(body.to_vec()).unwrap()))
    }

    fn unknown(body: Bytes) -> Self {
        Self("unknown".to_owned(), String::from_utf8(body.to_vec()).unwrap())
    }
}

async fn hooks() -> Sandbox {
    Sandbox::start(("hooks", HOOKS)).await.unwrap()
}

fn plan(sandbox: &Sandbox) -> PlanRef {
    PlanRef::Shared(Arc::new(Plan::clone(sandbox.plan())))
}

fn webhooks(sandbox: &Sandbox) -> Webhooks {
    let builder = WebhooksBuilder::new(plan(sandbox));
    let builder = sandbox.credentials().fold(builder, |builder, (name, value)| builder.credential(name, value));
    builder.build().unwrap()
}

fn verify(webhooks: &Webhooks, message: &Message) -> Result<Delivery<Any>, WebhookError> {
    webhooks.verify_at(message.uri(), message.headers(), message.body().clone())
}

fn client(sandbox: &Sandbox) -> Executor {
    sandbox.fill(countersign::Builder::new(plan(sandbox))).http_client(plain_http()).build().unwrap()
}

const TO: &str = "http://127.0.0.1:9/events?from=hooks";

#[tokio::test]
async fn an_event_is_what_its_receiver_expects() {
    let sandbox = hooks().await;
    let webhooks = webhooks(&sandbox);
    for (id, part) in [
        ("payment_succeeded", r#""payer":"Ana""#),
        // There is no example of it.
        ("refund_settled", r#""type":"refund.settled""#),
        ("payout_settled", "reference=po-1"),
    ] {
        let message = sandbox.event(id, TO, None).unwrap();
        let delivery = verify(&webhooks, &message).unwrap();
        assert_eq!(delivery.event.0, id);
        assert!(delivery.event.1.contains(part), "{:?}", delivery.event);
        assert!(delivery.id.is_some() && delivery.sent_at.is_some(), "{delivery:?}");
        // Each is an event of its own.
        let next = verify(&webhooks, &sandbox.event(id, TO, None).unwrap()).unwrap();
        assert_ne!(next.id, delivery.id);
    }
}

#[tokio::test]
async fn an_event_is_wrong_by_one_thing() {
    let sandbox = hooks().await;
    let webhooks = webhooks(&sandbox);
    for id in ["payment_succeeded", "refund_settled", "payout_settled"] {
        for (wrong, fault) in [
            (Wrong::Signature, WebhookFault::Wrong),
            (Wrong::Age, WebhookFault::Stale),
            (Wrong::Body, WebhookFault::Wrong),
            (Wrong::Key, WebhookFault::Wrong),
        ] {
            let message = sandbox.event(id, TO, Some(wrong)).unwrap();
            assert_eq!(verify(&webhooks, &message).unwrap_err().fault, fault, "{id} {wrong:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_said() {
    let sandbox = hooks().await;
    let said = |event: &str, to: &str| sandbox.event(event, to, None).unwrap_err().to_string();
    assert!(said("payment", TO).contains("it has payment_succeeded, refund_settled, payout_settled"));
    assert!(said("payment_succeeded", "/events").contains("an absolute URL"));
    // Nothing listens there.
    let error = sandbox.trigger("payment_succeeded", TO, None).await.unwrap_err();
    assert!(matches!(error, SandboxError::Receiver(_)), "{error}");
    // A sandbox is no receiver: it answers 404.
    let error = sandbox.trigger("payment_succeeded", &format!("{}/events", sandbox.url()), None).await.unwrap_err();
    assert!(matches!(error, SandboxError::Refused(status) if status.as_u16() == 404), "{error}");
    // What says nothing of its age cannot be too old.
    let text = HOOKS.replace("        timestamp: {of: {header: X-Sent}, format: rfc3339}\n", "");
    let sandbox = Sandbox::start(("hooks", text.as_str())).await.unwrap();
    let error = sandbox.event("payout_settled", TO, Some(Wrong::Age)).unwrap_err().to_string();
    assert!(error.contains("nothing in it says when it was sent"), "{error}");
}

#[tokio::test]
async fn keys_are_given_with_their_private_halves() {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let with = |value: String| Sandbox::builder(("hooks", HOOKS)).value("bank_key", value).start();
    let sandbox = with(pair.serialize_pem()).await.unwrap();
    let given = sandbox.value("bank_key").replace(['\n', '\r'], "");
    assert_eq!(given, pair.public_key_pem().replace(['\n', '\r'], ""));
    verify(&webhooks(&sandbox), &sandbox.event("payout_settled", TO, None).unwrap()).unwrap();
    let error = with(pair.public_key_pem()).await.unwrap_err().to_string();
    assert!(error.contains("bank_key is a public key, of which this side has the private half"), "{error}");
}

#[tokio::test]
async fn responses_are_signed_and_sealed() {
    let sandbox = hooks().await;
    let client = client(&sandbox);
    let pay = |amount: &str| Call::new("create_payment").value("X-Request", "r-1").value("amount", amount);
    let read = async |call: Call| client.call(call).await.map(|response| response.to_string());
    assert_eq!(read(pay("12.50")).await.unwrap(), r#"{"id":"p-1","state":"paid"}"#);
    assert!(read(Call::new("get_quote")).await.unwrap().contains(r#""rate":"1.25""#));
    assert_eq!(read(Call::new("get_statement")).await.unwrap(), r#"{"lines":["coffee","tea"]}"#);
    assert_eq!(read(Call::new("get_limit")).await.unwrap(), r#"{"amount":"100.00"}"#);

    // A refusal is signed too.
    let error = client.call(pay("999.00")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("51"), Kind::Declined), "{error}");

    // Another provider is not believed.
    let other = hooks().await;
    let stranger = sandbox.fill(countersign::Builder::new(plan(&sandbox))).base_url(other.url());
    let stranger = stranger.credential("api_key", other.value("api_key")).build().unwrap();
    for call in [pay("12.50"), Call::new("get_statement")] {
        let error = stranger.call(call).await.unwrap_err();
        assert!(matches!(error, Error::UnverifiedResponse(_)), "{error}");
        assert!(error.may_have_been_carried_out());
    }
}
