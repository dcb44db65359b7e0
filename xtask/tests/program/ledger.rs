//! A document as tools write them, with amounts that are numbers: generated, compiled, and called against a mock server and a
//! sandbox.

use crate::workshop::{Tested, dependencies};

#[test]
fn a_document_in_other_words_becomes_a_client_whose_calls_are_exact() {
    let ledger = Tested::generated("ledger");
    let tests = include_str!("../golden/ledger.rs");
    ledger.passes(tests, &(dependencies("ledger") + "serde_json = \"1\"\n"), 4);
    // Another crate of a program may have serde_json keep numbers as texts, on their way to what is one of several too.
    let other = "serde_json = { version = \"1\", features = [\"arbitrary_precision\"] }\n";
    ledger.passes(tests, &(dependencies("ledger") + other), 4);
}
