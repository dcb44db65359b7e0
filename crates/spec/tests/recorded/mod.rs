//! Files beside the tests that say what was last found good. `UPDATE=1 cargo test` rewrites them.

#![allow(clippy::unwrap_used)] // A helper of tests.

use std::path::Path;

/// Holds a text to the file in `data` that records it.
pub fn check(file: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(
        expected == actual,
        "{file} differs; look at the difference after `UPDATE=1 cargo test -p countersign-spec`"
    );
}
