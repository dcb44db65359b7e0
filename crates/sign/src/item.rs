//! A named value that an expression selects, and where it comes from.

use std::borrow::Cow;

use countersign_plan::{Place, Value};

use crate::trace::Source;

/// A named value of a selection.
#[derive(Clone)]
pub(crate) struct Item<'e> {
    pub(crate) name: Cow<'e, str>,
    pub(crate) value: Content<'e>,
}

#[derive(Clone)]
pub(crate) enum Content<'e> {
    /// What is sent, decoded.
    Sent(Cow<'e, str>, Origin<'e>),
    /// What is added to what is sent.
    With(&'e [Value]),
}

/// Where a value that is sent comes from.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'e> {
    pub(crate) place: Place,
    /// Its slot, unless the document does not have it.
    pub(crate) slot: Option<usize>,
    /// What the expression calls it, where that is not its name: it may be a JSON pointer.
    pub(crate) called: Option<&'e str>,
}

impl Origin<'_> {
    pub(crate) fn of<'n>(&'n self, name: &'n str) -> Source<'n> {
        let name = self.called.unwrap_or(name);
        match (self.place, self.slot) {
            (Place::Header, slot) => Source::Header(name, slot),
            (Place::Query, Some(slot)) => Source::Parameter(name, slot),
            (_, slot) => Source::Field(name, slot),
        }
    }
}

impl Item<'_> {
    /// Where its name comes from. One that is there alone, without a value, may be what should have been one.
    pub(crate) fn name_source(&self) -> Source<'static> {
        match &self.value {
            Content::Sent(text, Origin { place: Place::Query | Place::Field, slot: None, .. }) if text.is_empty() => {
                Source::Query
            }
            _ => Source::Open,
        }
    }
}
