//! The made-up bank as JSON, which is YAML too, so that a test can add to it.

#![allow(clippy::unwrap_used)] // Helpers of tests.

use serde_json::Value;

/// The document.
pub fn bank() -> Value {
    serde_saphyr::from_str(include_str!("../data/bank.yaml")).unwrap()
}

/// Adds words to the mapping at a pointer; those that are there already are replaced.
pub fn add(document: &mut Value, pointer: &str, words: Value) {
    let Value::Object(words) = words else { panic!("{words} is no mapping") };
    let place = document.pointer_mut(pointer).and_then(Value::as_object_mut);
    place.unwrap_or_else(|| panic!("no mapping is at {pointer}")).extend(words);
}
