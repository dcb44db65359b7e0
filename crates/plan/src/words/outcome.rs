//! The words of what a response means.

use super::constant::{borrowed, put};
use crate::{Condition, DecidedBy, Kind, List, Outcome, RequestId, Text, Value, list};

/// An outcome without conditions.
pub const fn outcome(decided_by: DecidedBy) -> Outcome {
    Outcome {
        decided_by,
        success: list![],
        code: list![],
        message: list![],
        request_id: list![],
        signed: list![],
        kinds: list![],
    }
}

impl Outcome {
    /// What the body of a success satisfies.
    pub const fn success(mut self, conditions: List<Condition>) -> Self {
        put(&mut self.success, conditions);
        self
    }

    /// Where the provider's code is.
    pub const fn code(mut self, pointers: List<Text>) -> Self {
        put(&mut self.code, pointers);
        self
    }

    /// Where the provider's message is.
    pub const fn message(mut self, pointers: List<Text>) -> Self {
        put(&mut self.message, pointers);
        self
    }

    /// Where the request id is.
    pub const fn request_id(mut self, places: List<RequestId>) -> Self {
        put(&mut self.request_id, places);
        self
    }

    /// `signed: {NAME: V}`
    pub const fn signed(mut self, signed: List<(Text, List<Value>)>) -> Self {
        put(&mut self.signed, signed);
        self
    }

    /// What kind of refusal a code is.
    pub const fn kinds(mut self, kinds: List<(Text, Kind)>) -> Self {
        put(&mut self.kinds, kinds);
        self
    }
}

/// A code, and its kind.
pub const fn kind(code: &'static str, kind: Kind) -> (Text, Kind) {
    (borrowed(code), kind)
}

/// `{at: POINTER, one-of: […]}`
pub const fn holds(pointer: &'static str, values: List<Text>) -> Condition {
    Condition::OneOf { pointer: borrowed(pointer), values, optional: false }
}

/// `{at: POINTER, one-of: […], optional: true}`
pub const fn holds_if_there(pointer: &'static str, values: List<Text>) -> Condition {
    Condition::OneOf { pointer: borrowed(pointer), values, optional: true }
}

/// `{at: POINTER, absent: true}`
pub const fn absent(pointer: &'static str) -> Condition {
    Condition::Absent(borrowed(pointer))
}

/// `{at: POINTERS, present: true}`
pub const fn present(pointers: List<Text>) -> Condition {
    Condition::Present(pointers)
}

/// `{request-header: NAME}`
pub const fn request_header(name: &'static str) -> RequestId {
    RequestId::RequestHeader(borrowed(name))
}

/// `{response-header: NAME}`
pub const fn response_header(name: &'static str) -> RequestId {
    RequestId::ResponseHeader(borrowed(name))
}

/// A request id in the body.
pub const fn in_body(pointer: &'static str) -> RequestId {
    RequestId::Body(borrowed(pointer))
}
