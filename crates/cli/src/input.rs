//! What an operation takes: its parameters and the fields of its body, by the names that a caller knows.

use countersign::plan::{Operation, Place, Secrecy, Slot};

use crate::output::Failure;
use crate::provider::either;

/// A parameter, or a field of the body that is not an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name of a parameter or of a field at the top, or the JSON pointer to one below.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// Whether a call cannot do without it.
    pub required: bool,
    /// Whether it may be printed.
    pub secrecy: Secrecy,
    /// Whether the caller gives it, or the client fills it in without them.
    pub is_given: bool,
}

impl Input {
    fn is_named(&self, name: &str) -> bool {
        match self.place {
            Place::Header => self.name.eq_ignore_ascii_case(name),
            Place::Query | Place::Path | Place::Body | Place::Value => self.name == name,
            Place::Field => self.name.trim_start_matches('/') == name.trim_start_matches('/'),
        }
    }

    fn ends_in(&self, name: &str) -> bool {
        self.place == Place::Field && self.name.rsplit('/').next() == Some(name)
    }
}

/// What an operation's requests are made of, in the document's order.
pub fn inputs(operation: &Operation) -> Vec<Input> {
    // An envelope is made of what is given, and a value of `x-values` is not sent by itself.
    let is_input = |(index, slot): &(usize, &Slot)| {
        let is_part = !matches!(slot.place, Place::Body | Place::Value) && !slot.is_whole_body();
        is_part && !operation.is_object(*index)
    };
    let slots = operation.slots.iter().enumerate().filter(is_input);
    let input = |(_, slot): (usize, &Slot)| Input {
        name: match slot.own_name() {
            // A name that looks like a pointer goes by its pointer.
            name if slot.is_at_top() && !name.starts_with('/') => name.into_owned(),
            _ => slot.name.to_string(),
        },
        place: slot.place,
        required: is_required(operation, slot),
        secrecy: slot.secrecy,
        is_given: slot.given,
    };
    slots.map(input).collect()
}

/// Whether a slot, and each object that it is in, is required.
fn is_required(operation: &Operation, slot: &Slot) -> bool {
    let object = if slot.place == Place::Field { operation.field(slot.above()) } else { None };
    let is_left_out = slot.place == Place::Field && operation.optional_body;
    !is_left_out && slot.required && object.is_none_or(|object| is_required(operation, &operation.slots[object]))
}

/// What a caller means by a name: a parameter, a field, or the one field of that name wherever it is.
///
/// `named` is how an error calls what was given.
pub fn find(operation: &Operation, name: &str, named: fn(&str) -> String) -> Result<Input, Failure> {
    let inputs = inputs(operation);
    let exact = inputs.iter().find(|input| input.is_named(name));
    let found: Vec<&Input> = match exact {
        Some(input) => vec![input],
        None => inputs.iter().filter(|input| input.ends_in(name)).collect(),
    };
    match found.as_slice() {
        [input] if input.is_given => Ok((*input).clone()),
        [input] => Err(Failure::usage(format!("{} is filled in by the client: leave it out", input.name))),
        [] => {
            let names: Vec<_> = inputs.iter().filter(|input| input.is_given).map(|input| input.name.as_str()).collect();
            let failure = Failure::usage(format!("{} takes no value {}", operation.id, named(name)));
            Err(failure.advise(format!("it takes {}", either(&names))))
        }
        several => {
            let names: Vec<_> = several.iter().map(|input| input.name.as_str()).collect();
            let failure = Failure::usage(format!("{} has several fields {}", operation.id, named(name)));
            Err(failure.advise(format!("name it by its JSON pointer: {}", either(&names))))
        }
    }
}
