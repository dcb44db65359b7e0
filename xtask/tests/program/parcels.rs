//! A document whose requests are forms with lists and objects in them: generated, compiled, and called against a mock server and
//! a sandbox.

use crate::workshop::{Tested, dependencies, workspace};

#[test]
fn a_document_of_forms_becomes_a_client_whose_bytes_are_right() {
    let dependencies = dependencies("parcels")
        + &format!(
            "countersign = {{ path = {:?}, default-features = false }}\n",
            workspace().join("crates/countersign")
        )
        + "sha2 = { version = \"0.11\", default-features = false }\n";
    Tested::generated("parcels").passes(include_str!("../golden/parcels.rs"), &dependencies, 5);
}
