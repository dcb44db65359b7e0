//! A document whose schemas have the shapes that are rare: generated, compiled, and called against a mock server and a sandbox.

use crate::workshop::{Tested, dependencies};

#[test]
fn what_is_listed_null_or_within_itself_is_a_type() {
    let dependencies = dependencies("forms") + "serde_json = \"1\"\n";
    Tested::generated("forms").passes(include_str!("../golden/forms.rs"), &dependencies, 8);
}
