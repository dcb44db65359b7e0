//! A document whose schemas have the shapes that are rare: generated, compiled, and called against a mock server and a sandbox.

use crate::workshop::{Tested, workspace};

#[test]
fn what_is_listed_null_or_within_itself_is_a_type() {
    let dependencies = format!(
        r#"countersign-forms = {{ path = "../crates/forms", features = ["mock"] }}
countersign-sandbox = {{ path = {:?} }}
httpmock = {{ version = "0.9", default-features = false }}
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"#,
        workspace().join("crates/sandbox")
    );
    Tested::generated("forms").passes(include_str!("../golden/forms.rs"), &dependencies, 7);
}
