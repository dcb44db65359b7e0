//! What a provider sends to the caller: operations in reverse.

use crate::{List, Operation, Text, TimeFormat, Value};

/// One event that the provider sends (`x-webhooks`).
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// How it is sent. What an `x-value` says of a slot is what must be there.
    pub operation: Operation,
    /// Which event it is: a header, a parameter or a field, and the texts of which it has one. All of them hold.
    pub when: List<(Text, List<Text>)>,
    /// When it was sent, if it says so.
    pub sent_at: Option<SentAt>,
    /// What it is told from others by, so that one that comes again is dropped. Empty where the document says nothing.
    pub event_id: List<Value>,
}

impl Webhook {
    /// Everything that it reads: what must be in it, when it was sent, and what it is told from others by.
    pub fn expressions(&self) -> impl Iterator<Item = &[Value]> {
        let sent_at = self.sent_at.iter().map(|sent_at| sent_at.of.as_ref());
        self.operation.values().chain(sent_at).chain([self.event_id.as_ref()])
    }
}

/// When something was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct SentAt {
    /// What says so.
    pub of: List<Value>,
    /// How it is written. One with a zone of its own is read in that.
    pub format: TimeFormat,
    /// How many seconds before or after the receiver's time it may be.
    pub age_seconds: u32,
}
