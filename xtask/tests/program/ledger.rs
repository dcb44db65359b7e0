//! A document as tools write them, with amounts that are numbers: generated, compiled, and called against a mock server and a
//! sandbox.

use crate::workshop::{Tested, dependencies};

#[test]
fn a_document_in_other_words_becomes_a_client_whose_calls_are_exact() {
    let dependencies = dependencies("ledger") + "serde_json = \"1\"\n";
    Tested::generated("ledger").passes(include_str!("../golden/ledger.rs"), &dependencies, 4);
}
