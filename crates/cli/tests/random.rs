//! What the lint passes can be called: every operation of random documents, with what they have for examples and with values that
//! are made up, against a sandbox that holds the requests to the document, with responses that the client holds to it.
//!
//! `COUNTERSIGN_DOCUMENTS` says how many documents are called (CONTRIBUTING.md), and `COUNTERSIGN_SEED` where they begin.

#![allow(clippy::unwrap_used)]

#[path = "../../../xtask/tests/program/loose.rs"]
mod loose;
#[path = "../../../xtask/tests/program/random/mod.rs"]
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How many documents are called where nobody asks for more.
const DOCUMENTS: u64 = 20;

/// What was tried, and what did not work.
#[derive(Default)]
struct Tried {
    documents: u64,
    operations: usize,
    failures: Vec<String>,
    /// How often a document was refused for which rule.
    refused: BTreeMap<String, usize>,
}

#[test]
fn what_the_lint_passes_can_be_called() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (count, first) =
        (number("COUNTERSIGN_DOCUMENTS").unwrap_or(DOCUMENTS), number("COUNTERSIGN_SEED").unwrap_or(0));
    let directory = TempDir::new().unwrap();
    let (next, tried) = (AtomicU64::new(first), Mutex::new(Tried::default()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while tried.lock().unwrap().documents < count {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    assert!(seed < first + 30 * count + 200, "the lint refuses nearly everything");
                    call(seed, directory.path(), &tried);
                }
            });
        }
    });
    let Tried { documents, operations, failures, refused } = tried.into_inner().unwrap();
    let made = next.into_inner() - first;
    println!(
        "{made} documents made, {documents} called with {operations} operations, {} failed; refused by {refused:?}",
        failures.len()
    );
    assert!(operations > 0);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Calls all operations of a document, unless the lint refuses it.
fn call(seed: u64, directory: &Path, tried: &Mutex<Tried>) {
    let mut text = random::document(seed);
    if seed % 2 == 1 {
        text = loose::loosened(&text, seed);
    }
    if seed.is_multiple_of(3) {
        text = without_examples(&text);
    }
    let file = directory.join(format!("acme{seed}.yaml"));
    if let Err(findings) = countersign_spec::read(&file.to_string_lossy(), &text) {
        let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name()).collect();
        rules.dedup();
        let refused = &mut tried.lock().unwrap().refused;
        rules.into_iter().for_each(|rule| *refused.entry(rule.to_owned()).or_default() += 1);
        return;
    }
    fs::write(&file, &text).unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let Output { stdout, stderr, .. } = demo.args(["demo", "--output", "json", "--spec"]).arg(&file).output().unwrap();
    let calls: Vec<Value> = serde_json::from_slice(&stdout).unwrap_or_default();
    let mut tried = tried.lock().unwrap();
    tried.documents += 1;
    tried.operations += calls.len();
    if calls.is_empty() {
        tried.failures.push(format!("{seed}: {}", String::from_utf8_lossy(&stderr)));
    }
    let failed = calls.iter().filter(|call| call.get("not_called").is_some());
    tried.failures.extend(failed.map(|call| format!("{seed}: {}: {}", call["operation"], call["not_called"])));
}

/// A document as a provider publishes it that has no examples, so that all values are made up.
fn without_examples(text: &str) -> String {
    fn strip(part: &mut Value, is_map_of_names: bool) {
        match part {
            Value::Object(entries) => {
                if !is_map_of_names {
                    entries.retain(|key, _| key != "example" && key != "examples");
                }
                entries.iter_mut().for_each(|(key, entry)| strip(entry, key == "properties" && !is_map_of_names));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| strip(item, false)),
            _ => {}
        }
    }
    let mut document: Value = serde_json::from_str(text).unwrap();
    strip(&mut document, false);
    document["x-base"] = json!({"file": "acme.published.yaml", "sha256": "0".repeat(64)});
    document.to_string()
}
