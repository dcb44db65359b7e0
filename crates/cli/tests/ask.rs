//! What is asked for on a terminal, and that a secret is not shown there.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::process::Command;

use countersign_tests::{Reply, Server};
use rexpect::session::spawn_command;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wallet.yaml");

fn countersign(arguments: &[&str]) -> Command {
    let mut command = Command::new(snapbox::cmd::cargo_bin!("countersign"));
    command.env_clear().args(arguments).args(["--spec", DOCUMENT]);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_credential_is_asked_for_and_not_shown() {
    let server = Server::start(|_, _| Reply::with(204, &[], "")).await;
    let url = server.url();
    let screen = tokio::task::spawn_blocking(move || {
        let command = countersign(&["call", "get_status", "--base-url", &url]);
        let mut terminal = spawn_command(command, Some(20_000)).unwrap();
        terminal.exp_string("client_id (not shown): ").unwrap();
        terminal.send_line("THE-CLIENT-ID").unwrap();
        terminal.exp_eof().unwrap()
    })
    .await
    .unwrap();
    assert!(screen.contains("null") && !screen.contains("THE-CLIENT-ID"), "{screen}");
    assert_eq!(server.received()[0].header("X-Client"), Some("THE-CLIENT-ID"));
}

#[test]
fn every_value_that_a_call_needs_is_asked_for() {
    // The base URL leads nowhere: what matters here is what is asked for before anything is sent.
    let command = countersign(&["call", "set_pin", "--base-url", "http://127.0.0.1:9", "--field", "number=1"]);
    let mut terminal = spawn_command(command, Some(20_000)).unwrap();
    for (prompt, answer) in [
        ("/change/pin (not shown): ", "8461"),
        ("/change/reason: ", "forgotten"),
        ("/change/amount: ", "5"),
        ("api_key (not shown): ", "THE-API-KEY"),
        ("client_id (not shown): ", "THE-CLIENT-ID"),
        ("pin_key (the path of its PEM file): ", "nowhere.pem"),
    ] {
        let shown = terminal.exp_string(prompt).unwrap();
        assert!(!shown.contains("8461") && !shown.contains("THE-"), "{shown}");
        terminal.send_line(answer).unwrap();
    }
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("the file of pin_key cannot be read") && !rest.contains("THE-"), "{rest}");
}

#[test]
fn a_named_secret_field_is_asked_for() {
    let command = countersign(&["explain", "set_pin", "--example", "--secret-field", "pin"]);
    let mut terminal = spawn_command(command, Some(20_000)).unwrap();
    terminal.exp_string("/change/pin (not shown): ").unwrap();
    terminal.send_line("84").unwrap();
    let screen = terminal.exp_eof().unwrap();
    assert!(screen.contains("pin: it must match the pattern"), "{screen}");
}

#[test]
fn a_field_that_is_named_as_a_secret_is_not_shown_wherever_it_stands() {
    // It stands below /change, and the document does not call it secret.
    let command = countersign(&["explain", "set_pin", "--example", "--secret-field", "reason"]);
    let mut terminal = spawn_command(command, Some(20_000)).unwrap();
    terminal.exp_string("/change/reason (not shown): ").unwrap();
    terminal.send_line("THE-REASON").unwrap();
    terminal.exp_eof().unwrap();
}
