//! The other side of signing: reads from a request that was received how it was made, and compares its values with what they
//! should be.
//!
//! Some values cannot be computed again: they come by chance, only their sender knows them, or a key has made them that the
//! receiver does not hold. An expression with such a value in it is a text with holes. What is around a hole is compared; what
//! is in it is decoded, and then learnt, or held to what it must be: a signature is verified, a JSON Web Token read member by
//! member, a ciphertext decrypted and compared.

mod keys;
mod matcher;
mod members;
mod mismatch;
mod undo;

use countersign_plan::{Place, Text, Value, any};
use jiff::Timestamp;
use zeroize::Zeroizing;

pub use self::matcher::CLOCK;
use self::matcher::{Bytes, Fact, Matcher, is_fine};
pub use self::mismatch::Mismatch;
use crate::inputs::Inputs;
use crate::request::Request;

/// What a request that was received tells of how it was made.
#[derive(Clone, Default)]
pub struct Told {
    /// The settings, by their names.
    pub settings: Vec<(Text, String)>,
    /// The time.
    pub now: Option<Timestamp>,
    /// The slots of values of `x-values` that are in it somewhere.
    pub values: Vec<usize>,
    /// What the caller gave, by its slot, before the client made something else of it.
    pub given: Vec<(usize, Bytes)>,
}

impl Told {
    /// What the caller gave for a slot, if that is told.
    pub fn given(&self, slot: usize) -> Option<&[u8]> {
        self.given.iter().find(|(own, _)| *own == slot).map(|(_, given)| given.as_slice())
    }
}

impl Request<'_> {
    /// Learns how a request that was received was made: settings, times, UUIDs and values of `x-values` that are in it
    /// somewhere, and what the caller gave. The request evaluates with them from then on, but for the settings.
    pub fn learn(&mut self, inputs: &Inputs<'_>) -> Told {
        let mut told = Told::default();
        let operation = self.operation();
        loop {
            self.make(inputs, true);
            let mut is_new = false;
            for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
                let Some(values) = operation.slots[slot].value.as_deref() else { continue };
                let text = (operation.slots[slot].place != Place::Value).then(|| self.text(slot)).flatten();
                let Some(text) = text.map(|text| Zeroizing::new(text.into_owned())) else { continue };
                let mut matcher = Matcher::new(self, inputs, slot, None);
                let matched = matcher.values(values, text.as_bytes());
                let found = matcher.found;
                if matched.is_ok() {
                    for fact in found {
                        is_new |= self.keep(slot, fact, &mut told);
                    }
                }
            }
            if !is_new {
                return told;
            }
        }
    }

    /// Keeps what is told, and says whether it was not known before.
    fn keep(&mut self, slot: usize, fact: Fact, told: &mut Told) -> bool {
        match fact {
            Fact::Setting(name, value) => {
                let value = std::str::from_utf8(&value).ok().map(str::to_owned);
                let value = value.filter(|_| told.settings.iter().all(|(known, _)| *known != name));
                value.map(|value| told.settings.push((name, value))).is_some()
            }
            Fact::Given(given) => {
                let is_new = told.given(slot).is_none();
                told.given.extend(is_new.then_some((slot, given)));
                is_new
            }
            Fact::Open(value, text, now) => {
                if self.told(&value).is_some() {
                    return false;
                }
                // A coarse reading is earlier than the moment that it is of, and the finest serves the others too.
                told.now = told.now.max(now);
                self.told.push((value, text));
                true
            }
            Fact::Made(slot, bytes) => {
                let is_new = self.made(slot).is_none();
                self.values.extend(is_new.then_some((slot, bytes)));
                told.values.extend(is_new.then_some(slot));
                is_new
            }
        }
    }

    /// Makes the values of `x-values` that the request does not tell, as far as they can be computed.
    pub fn complete(&mut self, inputs: &Inputs<'_>) {
        self.make(inputs, false);
    }

    fn make(&mut self, inputs: &Inputs<'_>, learns: bool) {
        let operation = self.operation();
        for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
            let own = &operation.slots[slot];
            let Some(values) = own.value.as_deref().filter(|_| own.place == Place::Value && self.made(slot).is_none())
            else {
                continue;
            };
            let now = (!learns).then_some(inputs.moment.now);
            if !Matcher::new(self, inputs, slot, now).knows(values) {
                continue;
            }
            if let Ok(bytes) = self.evaluate(slot, values, inputs) {
                self.values.push((slot, bytes));
            }
        }
    }

    /// Whether an expression reads a time that the request does not tell, and that the receiver's clock may have shown, too.
    pub fn reads_clock(&self, values: &[Value]) -> bool {
        any(values, &|value| match value {
            Value::Time { .. } => self.told(value).is_none() && !is_fine(value),
            Value::Made(name) => {
                let slot = self.operation.parameter(Place::Value, name).filter(|slot| self.made(*slot).is_none());
                slot.and_then(|slot| self.operation.slots[slot].value.as_deref())
                    .is_some_and(|values| self.reads_clock(values))
            }
            _ => false,
        })
    }

    /// Compares what was received for a slot with what should fill it. `now` is the receiver's time. What the caller gave is
    /// in the slot, or not known.
    ///
    /// # Errors
    /// It is not right, or nobody can tell.
    pub fn compare(
        &self,
        slot: usize,
        values: &[Value],
        received: &[u8],
        inputs: &Inputs<'_>,
        now: Timestamp,
        knows_given: bool,
    ) -> Result<(), Mismatch> {
        let mut matcher = Matcher::new(self, inputs, slot, Some(now));
        matcher.knows_given = knows_given;
        matcher.values(values, received)
    }
}
