//! A document whose requests are forms with lists and objects in them: generated, compiled, and called against a mock server and
//! a sandbox.

use crate::workshop::{Tested, workspace};

#[test]
fn a_document_of_forms_becomes_a_client_whose_bytes_are_right() {
    let dependencies = format!(
        r#"countersign = {{ path = {:?}, default-features = false }}
countersign-parcels = {{ path = "../crates/parcels", features = ["mock"] }}
countersign-sandbox = {{ path = {:?} }}
httpmock = {{ version = "0.9", default-features = false }}
sha2 = {{ version = "0.11", default-features = false }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"#,
        workspace().join("crates/countersign"),
        workspace().join("crates/sandbox")
    );
    Tested::generated("parcels").passes(include_str!("../golden/parcels.rs"), &dependencies, 5);
}
