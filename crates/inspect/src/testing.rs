//! Small plans for the unit tests.

use countersign_plan::words::{self, header};
use countersign_plan::{Operation, Secrecy, Slot, Value, list, texts};

#[path = "../../../tests/src/key_pair.rs"]
#[allow(dead_code)]
pub(crate) mod key_pair;

pub(crate) const PUBLIC: Secrecy = Secrecy::Public;
pub(crate) const SENSITIVE: Secrecy = Secrecy::Sensitive;
pub(crate) const SECRET: Secrecy = Secrecy::Secret;

/// A slot with this secrecy, and no rules.
pub(crate) fn marked(slot: Slot, secrecy: Secrecy) -> Slot {
    Slot { secrecy, required: true, rules: list![], ..slot }
}

/// A field that is required, and has no rules.
pub(crate) fn field(pointer: &'static str, secrecy: Secrecy) -> Slot {
    marked(words::field(pointer), secrecy)
}

/// A field that the client fills in.
pub(crate) fn filled(pointer: &'static str, secrecy: Secrecy, value: &[Value]) -> Slot {
    field(pointer, secrecy).filled(value.to_vec().into())
}

/// A header that the client fills in.
pub(crate) fn computed(name: &'static str, value: &[Value]) -> Slot {
    marked(header(name), PUBLIC).filled(value.to_vec().into())
}

/// An operation that sends a form.
pub(crate) fn operation(slots: &[Slot]) -> Operation {
    let operation = words::operation("create_card", "POST", "/v1/cards").slots(slots.to_vec().into()).form();
    operation.signed(texts!["mobile_no", "dob"]).arranged().expect("no cycle")
}
