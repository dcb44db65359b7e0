//! The words of an event that a provider sends.

use super::constant::{borrowed, put};
use crate::{List, Operation, ResponseForm, SentAt, Text, TimeFormat, Value, Webhook, list};

/// An event that the provider sends.
pub const fn webhook(mut operation: Operation) -> Webhook {
    // What its receiver answers is not described.
    operation.response = ResponseForm::Empty;
    Webhook { operation, when: list![], sent_at: None, event_id: list![] }
}

impl Webhook {
    /// `when: {NAME: TEXT, …}`
    pub const fn when(mut self, conditions: List<(Text, List<Text>)>) -> Self {
        put(&mut self.when, conditions);
        self
    }

    /// `timestamp: {of: V, format: FORMAT, age: …}`
    pub const fn sent_at(mut self, of: List<Value>, format: TimeFormat, age_seconds: u32) -> Self {
        put(&mut self.sent_at, Some(SentAt { of, format, age_seconds }));
        self
    }

    /// `event-id: V`
    pub const fn event_id(mut self, of: List<Value>) -> Self {
        put(&mut self.event_id, of);
        self
    }
}

/// A name, and the texts of which it has one.
pub const fn is_one_of(name: &'static str, texts: List<Text>) -> (Text, List<Text>) {
    (borrowed(name), texts)
}
