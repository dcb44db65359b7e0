//! Fills in and signs: each slot in the plan's order, evaluated and put in its place.

use std::fmt;

use countersign_plan::{Constraint, Notation, Per, Value, any, constraint};
use zeroize::Zeroizing;

use crate::evaluation::{Evaluation, Stop};
use crate::inputs::{Inputs, ToSign};
use crate::invalid::Invalid;
use crate::memory::{Filling, Memory};
use crate::request::{NO_SLOT, Request};
use crate::sink::Sink;
use crate::trace::Trace;

/// The values that stay the same for all attempts of a call.
#[derive(Clone)]
pub struct Kept(Vec<(usize, Zeroizing<Vec<u8>>)>);

impl fmt::Debug for Kept {
    /// Shows no value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// What came of filling in.
#[derive(Debug)]
#[must_use]
pub enum Filled {
    /// The request is whole.
    Whole,
    /// It goes on when [`Request::signed`] has given what a signer of the caller's makes of this.
    Wants(ToSign),
}

impl Request<'_> {
    /// Fills in and signs. After [`Filled::Wants`] it is called again with the same inputs.
    ///
    /// # Errors
    /// The header, parameter or field that cannot be filled in, and why. The request is of no use then.
    pub fn fill(&mut self, inputs: &Inputs<'_>) -> Result<Filled, Invalid> {
        self.fill_traced(inputs, &mut ())
    }

    /// The same, told to somebody who explains it.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_traced(&mut self, inputs: &Inputs<'_>, trace: &mut impl Trace) -> Result<Filled, Invalid> {
        let order = &self.operation().order;
        while let Some(index) = order.get(self.filling.done) {
            let index = usize::from(*index);
            if self.made(index).is_none() {
                match self.fill_slot(index, inputs, trace)? {
                    Filled::Whole => {}
                    wants => return Ok(wants),
                }
            }
            self.filling = Filling { done: self.filling.done + 1, memory: Memory::default() };
        }
        Ok(Filled::Whole)
    }

    /// Makes the values that stay the same for all attempts of a call. The request has them, as has one that is made
    /// [with](Self::with) them.
    ///
    /// # Errors
    /// What is missing or unusable. None of these values is made by a signer.
    pub fn begin(&mut self, inputs: &Inputs<'_>) -> Result<Kept, Invalid> {
        let operation = self.operation();
        let of_call = |index: &u16| operation.slots[usize::from(*index)].per == Per::Call;
        for index in operation.order.iter().filter(|index| of_call(index)) {
            let slot = &operation.slots[usize::from(*index)];
            if let Filled::Wants(_) = self.fill_slot(usize::from(*index), inputs, &mut ())? {
                return Err(Invalid::of(&slot.name, "a signer makes no value that is the same for a whole call"));
            }
            self.filling.memory = Memory::default();
        }
        Ok(Kept(self.values.clone()))
    }

    /// The same with the values that stay the same for all attempts.
    #[must_use]
    pub fn with(mut self, kept: Kept) -> Self {
        self.values = kept.0;
        self
    }

    /// Gives what a signer of the caller's made, so that filling in goes on.
    pub fn signed(&mut self, signature: impl Into<Zeroizing<Vec<u8>>>) {
        self.filling.memory.made.push(signature.into());
    }

    fn fill_slot(&mut self, index: usize, inputs: &Inputs<'_>, trace: &mut impl Trace) -> Result<Filled, Invalid> {
        let operation = self.operation();
        let slot = &operation.slots[index];
        let values = slot.value.as_deref().unwrap_or_default();
        let refuse = |reason: String| Invalid::of(&slot.shown_name(), reason);
        if self.leaves_out(index) {
            return Ok(Filled::Whole);
        }
        if slot.given && self.given_text(index).is_none() {
            if slot.required && !slot.rules.contains(&Constraint::Nullable) {
                return Err(refuse("it is required and was not given".into()));
            }
            return Ok(Filled::Whole);
        }
        trace.filling(index);
        let mut memory = std::mem::take(&mut self.filling.memory);
        memory.taken = 0;
        let made = self.evaluate_with(index, values, inputs, trace, &mut memory);
        self.filling.memory = memory;
        let bytes = match made {
            Ok(bytes) => bytes,
            Err(Stop::Wants(to_sign)) => return Ok(Filled::Wants(to_sign)),
            Err(Stop::Invalid(reason)) => return Err(refuse(reason)),
        };
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
        Ok(Filled::Whole)
    }

    /// What an expression yields for a slot, as the request is now.
    ///
    /// # Errors
    /// What is missing or unusable, by its name.
    pub fn evaluate(&self, slot: usize, values: &[Value], inputs: &Inputs<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
        self.evaluate_traced(slot, values, inputs, &mut ())
    }

    /// The same, told to somebody who explains it.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_traced(
        &self,
        slot: usize,
        values: &[Value],
        inputs: &Inputs<'_>,
        trace: &mut impl Trace,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        self.evaluate_with(slot, values, inputs, trace, &mut Memory::default()).map_err(|stop| match stop {
            Stop::Invalid(reason) => reason,
            Stop::Wants(ToSign { credential, .. }) => format!("the signer of {credential} is not asked here"),
        })
    }

    /// What an expression yields that fills no slot, as the request is now.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn read(&self, values: &[Value], inputs: &Inputs<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
        self.evaluate(NO_SLOT, values, inputs)
    }

    pub(crate) fn evaluate_with<'e>(
        &'e self,
        slot: usize,
        values: &'e [Value],
        inputs: &'e Inputs<'_>,
        trace: &'e mut impl Trace,
        memory: &'e mut Memory,
    ) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let mut sink = Sink::bytes();
        Evaluation { request: self, inputs, slot, trace, item: None, has_placeholder: false, memory }
            .all(values, &mut sink)?;
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
