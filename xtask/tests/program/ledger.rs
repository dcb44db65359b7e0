//! A document as tools write them, with amounts that are numbers: generated, compiled, and called against a mock server and a
//! sandbox.

use crate::workshop::{Tested, workspace};

#[test]
fn a_document_in_other_words_becomes_a_client_whose_calls_are_exact() {
    let dependencies = format!(
        r#"countersign-ledger = {{ path = "../crates/ledger", features = ["mock"] }}
countersign-sandbox = {{ path = {:?} }}
httpmock = {{ version = "0.9", default-features = false }}
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"#,
        workspace().join("crates/sandbox")
    );
    Tested::generated("ledger").passes(include_str!("../golden/ledger.rs"), &dependencies, 4);
}
