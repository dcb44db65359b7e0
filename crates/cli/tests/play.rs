//! The providers played on this machine: the demo, and a sandbox that a second run of the program calls.

#![allow(clippy::unwrap_used)]

use countersign_providers::PROVIDERS;
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wallet.yaml");

fn countersign() -> Command {
    Command::new(cargo_bin!("countersign")).env_clear()
}

#[test]
fn the_demo_calls_every_operation() {
    let demo = countersign().args(["demo", "--output", "json"]).assert().success();
    let calls: Vec<Value> = serde_json::from_slice(&demo.get_output().stdout).unwrap();
    let called: Vec<_> = calls.iter().map(|call| (call["provider"].as_str(), call["operation"].as_str())).collect();
    let all: Vec<_> = PROVIDERS
        .iter()
        .flat_map(|provider| {
            provider.plan.operations.iter().map(|operation| (Some(provider.name), Some(&*operation.id)))
        })
        .collect();
    assert_eq!(called, all);
}

#[test]
fn the_demo_stays_on_this_machine_whatever_proxies_there_are() {
    // Nothing listens there.
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1"));
    countersign().envs(proxies).args(["demo", "--spec", DOCUMENT]).assert().success();
}

#[test]
fn the_demo_goes_on_after_what_it_cannot_call() {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("wallet.yaml");
    // A documented example that no path can carry, in the operation between two others.
    let text = std::fs::read_to_string(DOCUMENT).unwrap();
    let broken = text.replace(", pattern: '^[0-9]+$'}, example: \"9876543978\"", "}, example: \"..\"");
    assert_ne!(broken, text);
    std::fs::write(&file, broken).unwrap();
    let demo = countersign().args(["demo", "airpay", "--spec"]).arg(&file).assert().code(7);
    let (stdout, stderr) = (&demo.get_output().stdout, &demo.get_output().stderr);
    let text = String::from_utf8(stdout.clone()).unwrap();
    for expected in
        ["# airpay forgot_password", "# wallet log_in", "# wallet get_status", "# 3 of 4 operations were called"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(text.contains("# wallet set_pin\n\nnot called: set_pin was not sent: number: "), "{text}");
    assert_eq!(String::from_utf8_lossy(stderr), "error: 3 of 4 operations were called\n");

    let demo = countersign().args(["demo", "--output", "json", "--spec"]).arg(&file).assert().code(7);
    let calls: Vec<Value> = serde_json::from_slice(&demo.get_output().stdout).unwrap();
    let tried: Vec<_> =
        calls.iter().map(|call| (call["operation"].as_str().unwrap(), call["status"].as_u64())).collect();
    assert_eq!(tried, [("log_in", Some(200)), ("set_pin", None), ("get_status", Some(204))]);
    assert!(calls[1]["not_called"].as_str().unwrap().contains("cannot be part of a path"));
}

/// Each of these was sent by a client and refused by a sandbox, or responded by the one and not read by the other.
#[test]
fn a_sandbox_takes_what_a_client_sends_and_a_client_what_a_sandbox_responds() {
    const ODD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/odd.yaml");
    let demo = countersign().args(["demo", "--output", "json", "--spec", ODD]).assert().success();
    let calls: Vec<Value> = serde_json::from_slice(&demo.get_output().stdout).unwrap();
    let tried: Vec<_> =
        calls.iter().map(|call| (call["operation"].as_str().unwrap(), call["status"].as_u64().unwrap())).collect();
    let empty = [
        "leave_a_choice_out",
        "give_a_choice",
        "need_no_member",
        "give_other_fields",
        "need_nothing_of_an_object",
        "choose",
    ];
    let expected = empty.map(|name| (name, 204)).into_iter();
    let expected = expected.chain([("get_text", 200), ("get_file", 200), ("give_a_moment", 204)]);
    assert_eq!(tried, expected.collect::<Vec<_>>());
    let text = String::from_utf8_lossy(&demo.get_output().stdout).into_owned();
    for said in ["\"EUR\"", "\"eu\"", "\"Card\"", "\"/inner/a\""] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn the_demo_takes_an_example_without_a_name() {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("wallet.yaml");
    let text = std::fs::read_to_string(DOCUMENT).unwrap();
    let start = text.find("            examples:\n              usual: {value: {change: ").unwrap();
    let end = start + text[start..].find("      responses:").unwrap();
    let example = r#"            example: {change: {pin: "1234", reason: forgotten, amount: 5}}"#;
    std::fs::write(&file, format!("{}{example}\n{}", &text[..start], &text[end..])).unwrap();
    countersign().args(["demo", "--spec"]).arg(&file).assert().success();
}

#[test]
fn the_demo_shows_what_a_wrong_order_of_signed_fields_comes_to() {
    let demo = countersign().args(["demo", "--spec", DOCUMENT]).assert().success();
    let text = String::from_utf8(demo.get_output().stdout.clone()).unwrap();
    for expected in [
        "# wallet set_pin",
        "/customers/‹number›/pin",
        "hmac-sha-256 of \"",
        "\"link\": \"[redacted]\"",
        "it matches the order /change/amount, /change/reason",
        "# 3 of 3 operations were called",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("1234") && !text.contains("made-up"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_sandbox_is_played_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command as Process, Stdio};

    let directory = tempfile::TempDir::new().unwrap();
    let mut sandbox = Process::new(cargo_bin!("countersign"))
        .args(["sandbox", "--spec", DOCUMENT])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut variables = String::new();
    let mut lines = BufReader::new(sandbox.stdout.take().unwrap());
    // What it prints ends with the last setting; the values of the document are printed in one piece.
    while !variables.contains("export WALLET_COUNTRY=") {
        assert!(lines.read_line(&mut variables).unwrap() > 0, "{variables}");
    }
    let file = directory.path().join("sandbox.env");
    std::fs::write(&file, &variables).unwrap();
    let call = |arguments: &[&str]| {
        let command = countersign().args(["call", "set_pin", "--spec", DOCUMENT, "--example", "--env-file"]);
        command.arg(&file).args(arguments).assert()
    };
    call(&[]).success();
    call(&["--signed-fields", "/change/amount,/change/reason"]).code(1);

    assert!(Process::new("kill").args(["-INT", &sandbox.id().to_string()]).status().unwrap().success());
    assert!(sandbox.wait().unwrap().success());
    let mut log = String::new();
    sandbox.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("X-Signature should be") && log.contains("it matches the order"), "{log}");
}

#[test]
fn an_address_that_cannot_be_had_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = countersign().args(["sandbox", "--spec", DOCUMENT, "--listen", &address]).assert().code(2);
    let stderr = String::from_utf8(failed.get_output().stderr.clone()).unwrap();
    assert!(stderr.contains(&format!("cannot listen on {address}")), "{stderr}");
}
