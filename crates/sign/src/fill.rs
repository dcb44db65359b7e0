//! Fills in and signs: each slot in the plan's order, evaluated and put in its place.

use countersign_plan::{Constraint, Notation, Value, any, constraint};
use zeroize::Zeroizing;

use crate::evaluate::{Evaluation, evaluate};
use crate::inputs::Inputs;
use crate::invalid::Invalid;
use crate::request::Request;
use crate::sink::Sink;
use crate::trace::Trace;

impl Request<'_> {
    /// Fills in and signs.
    ///
    /// # Errors
    /// The header, parameter or field that cannot be filled in, and why. The request is of no use then.
    pub fn fill(&mut self, inputs: &Inputs<'_>, trace: &mut impl Trace) -> Result<(), Invalid> {
        let operation = self.operation();
        self.expect(operation.order.len());
        for index in operation.order.iter().map(|index| usize::from(*index)) {
            let slot = &operation.slots[index];
            let values = slot.value.as_deref().unwrap_or_default();
            let refuse = |reason: String| Invalid::of(&slot.shown_name(), reason);
            if self.leaves_out(index) {
                continue;
            }
            if slot.given && self.text(index).is_none() {
                if slot.required && !slot.rules.contains(&Constraint::Nullable) {
                    return Err(refuse("it is required and was not given".into()));
                }
                continue;
            }
            trace.filling(index);
            let bytes = self.evaluate(index, values, inputs, trace).map_err(refuse)?;
            // What is made of the caller's value was checked as they gave it; what is not may still be theirs, as settings are.
            let checked = match std::str::from_utf8(&bytes) {
                Ok(text) if !slot.given && !trace.is_placeholder() => constraint::text(text, &slot.rules),
                _ => Ok(()),
            };
            // A placeholder is not a number.
            let notation = if trace.is_placeholder() { Notation::String } else { slot.notation };
            let put = checked.and_then(|()| self.put(index, bytes, notation));
            put.map_err(|reason| refuse(reason + &made_of(values)))?;
            trace.filled(index);
        }
        Ok(())
    }

    /// What an expression yields for a slot, as the request is now.
    ///
    /// # Errors
    /// What is missing or unusable, by its name.
    pub fn evaluate(
        &self,
        slot: usize,
        values: &[Value],
        inputs: &Inputs<'_>,
        trace: &mut impl Trace,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut sink = Sink::bytes();
        evaluate(values, &Evaluation { request: self, inputs, slot }, trace, &mut sink)?;
        Ok(sink.finish())
    }
}

/// What the caller gave that a value is made of, for them to look at when the value is unusable.
fn made_of(values: &[Value]) -> String {
    let names = std::cell::RefCell::new(Vec::new());
    any(values, &|value| {
        names.borrow_mut().extend(match value {
            Value::Credential(name) => Some(format!("the credential {name}")),
            Value::Setting(name) => Some(format!("the setting {name}")),
            Value::Session(name) => Some(format!("the session value {name}")),
            _ => None,
        });
        false
    });
    match names.into_inner().as_slice() {
        [] => String::new(),
        names => format!("; it is made of {}", names.join(" and ")),
    }
}
