//! Signatures, tokens, ciphers and envelopes: the right keys are taken, and each wrong one is refused by the name of what it made.

use std::sync::Arc;

use countersign::{Builder, Call, Error};
use countersign_sandbox::{Outcome, Sandbox, Verdict};

use crate::support::last;

const DOCUMENT: &str = include_str!("vocabulary.yaml");

async fn start() -> Sandbox {
    Sandbox::start(("vocabulary", DOCUMENT)).await.unwrap()
}

/// A client of the sandbox, with one value of another account.
fn builder(sandbox: &Sandbox, other: Option<(&str, &Sandbox)>) -> Builder {
    let plan = countersign_spec::read("vocabulary.yaml", DOCUMENT).unwrap().plan().clone();
    let builder = sandbox.fill(Builder::new(Arc::new(plan))).retries(0);
    match other {
        Some((name, other)) => builder.credential(name, other.value(name)),
        None => builder,
    }
}

fn calls() -> [Call; 3] {
    let pay = Call::new("pay").value("id", "p-1").value("amount", "10.00").value("pin", "1234");
    [pay, Call::new("send_sealed").value("number", "n-1"), Call::new("send_wrapped").value("number", "n-1")]
}

#[tokio::test]
async fn what_is_made_with_the_right_keys_is_taken() {
    let sandbox = start().await;
    // Whoever issues a token is for the caller to choose.
    let client = builder(&sandbox, None).setting("issuer", "somebody").build().unwrap();
    for call in calls() {
        client.call(call).await.unwrap_or_else(|error| panic!("{error}: {}", last(&sandbox)));
        let received = last(&sandbox);
        assert!(received.values.iter().all(|value| value.verdict == Verdict::Right), "{received}");
        assert!(!format!("{received:?}").contains("1234"), "{received:?}");
    }
    let names = |index: usize| {
        let received = &sandbox.received()[index];
        received.values.iter().map(|value| value.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(0), ["nonce", "iv", "Authorization", "X-Client", "X-Iv", "/pin", "X-Signature", "X-Tag"]);
    assert_eq!(names(1), ["body", "X-JWS"]);
    assert_eq!(names(2), ["session_key", "iv", "X-Certificate", "body"]);
}

#[tokio::test]
async fn each_wrong_key_is_refused_by_what_it_made() {
    let (sandbox, other) = (start().await, start().await);
    for (name, operation, wrong) in [
        ("client_id", 0, "X-Client"),
        ("mac_key", 0, "X-Tag"),
        ("aes_key", 0, "X-Client"),
        ("rsa_key", 0, "X-Signature"),
        ("token_key", 0, "Authorization"),
        ("pin_key", 0, "/pin"),
        ("body_key", 1, "X-JWS"),
        ("jwe_key", 1, "body"),
        ("agreed_key", 2, "body"),
        ("identity", 2, "X-Certificate"),
    ] {
        let client = builder(&sandbox, Some((name, &other))).build().unwrap();
        let [pay, sealed, wrapped] = calls();
        let error = client.call([pay, sealed, wrapped].into_iter().nth(operation).unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::Api(_) | Error::InvalidResponse(_)), "{name}: {error}");
        let received = last(&sandbox);
        let found: Vec<&str> =
            received.values.iter().filter(|value| !value.is_good()).map(|value| value.name.as_str()).collect();
        assert!(found.contains(&wrong), "{name}: {received}");
        let Outcome::Refused { why, .. } = &received.outcome else { panic!("{name}: {received}") };
        assert!(why.starts_with(wrong), "{name}: {why}");
        assert!(!why.contains(other.value(name)) && !why.contains(sandbox.value(name)), "{name}: {why}");
    }
}

#[tokio::test]
async fn what_is_in_an_envelope_is_held_to_the_document() {
    let sandbox = start().await;
    let client = builder(&sandbox, None).build().unwrap();
    for operation in ["send_sealed", "send_wrapped"] {
        let error = client.call(Call::new(operation).value("number", "17")).await.unwrap_err();
        assert!(error.to_string().contains("number"), "{error}");
    }
    // A sandbox holds it to the rules, too: this client does not know them.
    let free = DOCUMENT.replace("pattern: '^n-', ", "");
    let plan = countersign_spec::read("vocabulary.yaml", &free).unwrap().plan().clone();
    let client = sandbox.fill(Builder::new(Arc::new(plan))).retries(0).build().unwrap();
    for operation in ["send_sealed", "send_wrapped"] {
        client.call(Call::new(operation).value("number", "17")).await.unwrap_err();
        let received = last(&sandbox);
        let Outcome::Refused { why, .. } = &received.outcome else { panic!("{received}") };
        assert_eq!(why, "number: it must match the pattern ^n-");
    }
}
