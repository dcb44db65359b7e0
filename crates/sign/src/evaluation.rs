//! One evaluation of an expression: what it reads, what it remembers, and how it stops.
//!
//! What each kind of value yields is in `evaluate`, what functions make of it in `functions`, and what is selected in `select`.

use zeroize::Zeroizing;

use crate::inputs::{Inputs, ToSign};
use crate::item::Item;
use crate::memory::Memory;
use crate::request::Request;
use crate::sink::Sink;
use crate::trace::{Missing, Source, Trace};

/// An evaluation of what fills a slot.
pub(crate) struct Evaluation<'e, 'a, T> {
    pub(crate) request: &'e Request<'a>,
    pub(crate) inputs: &'e Inputs<'e>,
    /// The slot that is being filled in.
    pub(crate) slot: usize,
    pub(crate) trace: &'e mut T,
    /// What a selection is writing.
    pub(crate) item: Option<Item<'e>>,
    /// Whether a name has gone into an operand of the innermost function in the place of something that is missing.
    pub(crate) has_placeholder: bool,
    pub(crate) memory: &'e mut Memory,
}

/// Why an evaluation does not go on.
pub(crate) enum Stop {
    /// What is missing or unusable, by its name, without its value.
    Invalid(String),
    /// A signature of the caller's own signer.
    Wants(ToSign),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

impl From<&str> for Stop {
    fn from(reason: &str) -> Self {
        Self::Invalid(reason.to_owned())
    }
}

impl<T: Trace> Evaluation<'_, '_, T> {
    /// Puts bytes that come from somewhere.
    pub(crate) fn put(&mut self, bytes: &[u8], source: Source<'_>, out: &mut Sink) {
        self.trace.piece(bytes, source);
        out.extend(bytes);
    }

    /// Takes the next value of the memory, or makes it where there is none yet. For what would be another if it were made again.
    pub(crate) fn once(
        &mut self,
        make: impl FnOnce() -> Result<Zeroizing<Vec<u8>>, Stop>,
    ) -> Result<Zeroizing<Vec<u8>>, Stop> {
        if self.memory.taken == self.memory.made.len() {
            let made = make()?;
            self.memory.made.push(made);
        }
        self.memory.taken += 1;
        Ok(self.memory.made[self.memory.taken - 1].clone())
    }

    /// Puts the name of what is missing in its place, or says what is missing.
    pub(crate) fn missing(&mut self, what: Missing, name: &str, out: &mut Sink) -> Result<(), Stop> {
        if !self.trace.missing(what, name) {
            return Err(is_missing(what, name).into());
        }
        out.extend(name.as_bytes());
        Ok(())
    }
}

pub(crate) fn is_missing(what: Missing, name: &str) -> String {
    format!("the {} {name} is missing", what.name())
}
