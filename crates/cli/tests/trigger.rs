//! Events that the program sends, and a receiver that verifies them.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use countersign::plan::PlanRef;
use countersign::webhook::{Bytes, Event, HeaderMap, Webhooks, WebhooksBuilder};
use countersign_tests::key_pair::KeyPair;
use countersign_tests::provider::{Call, Provider};
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use tempfile::TempDir;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/documents/hooks.yaml");

/// An event of any kind.
struct Any;

impl Event for Any {
    fn read(_: &str, _: &[u8]) -> Result<Self, String> {
        Ok(Self)
    }

    fn unknown(_: Bytes) -> Self {
        Self
    }
}

/// A receiver with a secret and a public key, and files of what signs for it.
struct Receiver {
    provider: Provider,
    directory: TempDir,
}

impl Receiver {
    async fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let pair = KeyPair::generate();
        fs::write(directory.path().join("private.pem"), pair.private()).unwrap();
        fs::write(directory.path().join("secret"), "webhook secret\n").unwrap();
        let document = countersign_spec::read("hooks.yaml", &fs::read_to_string(DOCUMENT).unwrap()).unwrap();
        let builder = WebhooksBuilder::new(PlanRef::Shared(Arc::new(document.plan().clone())));
        let builder = builder.credential("webhook_secret", "webhook secret").credential("bank_key", &*pair.public);
        let webhooks = builder.build().unwrap();
        let provider =
            Provider::start(move |call| (if verify(&webhooks, call) { 204 } else { 400 }, String::new())).await;
        Self { provider, directory }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn trigger(&self, arguments: &[&str]) -> OutputAssert {
        let key = format!("bank_key={}", self.file("private.pem").display());
        let command = Command::new(cargo_bin!("countersign")).env_clear();
        let command = command.env("HOOKS_WEBHOOK_SECRET_FILE", self.file("secret"));
        let command = command.args(["trigger", "--spec", DOCUMENT, "--key", &key]).args(arguments);
        let to = self.provider.url();
        let command = if arguments.contains(&"--to") { command } else { command.args(["--to", &to]) };
        tokio::task::spawn_blocking(move || command.assert()).await.unwrap()
    }
}

fn verify(webhooks: &Webhooks, call: &Call) -> bool {
    let header = |(name, value): &(String, String)| (name.parse().unwrap(), value.parse().unwrap());
    let headers: HeaderMap = call.headers.iter().map(header).collect();
    webhooks.verify::<Any>(&headers, call.body.clone()).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_takes_what_is_right_and_nothing_else() {
    let receiver = Receiver::start().await;
    for event in ["payment_succeeded", "refund_settled", "payout_settled"] {
        let output = receiver.trigger(&[event]).await.success();
        let shown = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        assert_eq!(shown, format!("{event} to {}: 204\n", receiver.provider.url()));
        for wrong in ["signature", "age", "body", "key"] {
            let output = receiver.trigger(&[event, "--wrong", wrong]).await.success();
            let shown = String::from_utf8(output.get_output().stdout.clone()).unwrap();
            assert!(shown.ends_with(": 400\n"), "{event} {wrong}: {shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_comes_again() {
    let receiver = Receiver::start().await;
    let output = receiver.trigger(&["payment_succeeded", "--repeat", "3", "--output", "json"]).await.success();
    let sent: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(sent.as_array().unwrap().len(), 3);
    let calls = receiver.provider.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| (&call.body, &call.headers) == (&calls[0].body, &calls[0].headers)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_does_not_do_as_it_should_is_said() {
    let receiver = Receiver::start().await;
    // Its secret is another one.
    fs::write(receiver.file("secret"), "another").unwrap();
    let output = receiver.trigger(&["payment_succeeded"]).await.code(8);
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(said.contains("its receiver answered 400"), "{said}");

    // It believes everything.
    let credulous = Provider::start(|_| (200, String::new())).await;
    let receiver = Receiver { provider: credulous, ..Receiver::start().await };
    let output = receiver.trigger(&["payment_succeeded", "--wrong", "body"]).await.code(8);
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(said.contains("the receiver took an event that is wrong"), "{said}");

    // There is none.
    let output = receiver.trigger(&["payment_succeeded", "--to", "http://127.0.0.1:9/"]).await.code(8);
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(said.contains("the event was not received: nobody takes it"), "{said}");
}
