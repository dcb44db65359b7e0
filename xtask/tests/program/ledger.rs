//! A document as tools write them, with amounts that are numbers: generated, compiled, and called against a mock server and a
//! sandbox.

use std::fs;
use std::process::Command;

use crate::workshop::{cargo, empty_root, workspace, write_configuration, write_root};

const CALLS: &str = include_str!("../golden/ledger.rs");

#[test]
fn a_document_in_other_words_becomes_a_client_whose_calls_are_exact() {
    let root = empty_root("ledger");
    fs::create_dir_all(root.join("specs")).unwrap();
    fs::create_dir_all(root.join("calls/tests")).unwrap();
    fs::copy(workspace().join("tests/documents/ledger.yaml"), root.join("specs/ledger.yaml")).unwrap();
    write_configuration(&root);
    write_root(&root, &["crates/ledger", "calls"]);
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    assert!(xtask.arg("regenerate").current_dir(&root).status().unwrap().success());

    fs::write(root.join("calls/tests/ledger.rs"), CALLS).unwrap();
    let sandbox = format!("{:?}", workspace().join("crates/sandbox"));
    fs::write(root.join("calls/Cargo.toml"), MANIFEST.replace("SANDBOX", &sandbox)).unwrap();
    let output = cargo(&root, &["test", "--offline", "--package", "calls"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("test result: ok. 4 passed"), "{text}");
}

const MANIFEST: &str = r#"
[package]
name = "calls"
version = "0.0.0"
edition = "2024"

[dev-dependencies]
countersign-ledger = { path = "../crates/ledger", features = ["mock"] }
countersign-sandbox = { path = SANDBOX }
httpmock = { version = "0.9", default-features = false }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
"#;
