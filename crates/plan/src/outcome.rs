//! How a response is classified.

use crate::{List, Text, Value};

/// How a response is classified (`x-outcome`).
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What decides between success and refusal.
    pub decided_by: DecidedBy,
    /// What the body of a success must satisfy, all of it.
    pub success: List<Condition>,
    /// JSON pointers to the provider's code; the first that is there counts.
    pub code: List<Text>,
    /// JSON pointers to the provider's message; the first that is there counts.
    pub message: List<Text>,
    /// Where the request id is; the first that is there counts.
    pub request_id: List<RequestId>,
    /// What a response must hold before it is believed: a header, or a JSON pointer into the body, and what is there (`signed`).
    pub signed: List<(Text, List<Value>)>,
    /// The kind of a code. A code without an entry has the kind of its HTTP status.
    pub kinds: List<(Text, Kind)>,
}

/// What decides between success and refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// Both: the HTTP status must be 2xx and the conditions must hold.
    StatusAndBody,
    /// The body alone, whatever the HTTP status (a redirect is never a success).
    Body,
}

/// Something that the body of a success satisfies.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The value at the pointer is one of these, a number or boolean compared as its text.
    OneOf {
        /// The JSON pointer.
        pointer: Text,
        /// The values.
        values: List<Text>,
        /// Whether a body without the value satisfies it too. `null` counts as absent.
        optional: bool,
    },
    /// There is nothing, or `null`, at the pointer.
    Absent(Text),
    /// There is something other than `null` at one of the pointers.
    Present(List<Text>),
}

impl Condition {
    /// The JSON pointers that it depends on.
    pub fn pointers(&self) -> &[Text] {
        match self {
            Self::OneOf { pointer, .. } | Self::Absent(pointer) => std::slice::from_ref(pointer),
            Self::Present(pointers) => pointers,
        }
    }
}

/// Where a request id is found.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestId {
    /// A JSON pointer into the response.
    Body(Text),
    /// A header of the response.
    ResponseHeader(Text),
    /// A header of the request.
    RequestHeader(Text),
}

/// What kind of refusal it is, in the same words for every provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `invalid-request`: a value is missing or malformed. Sending it again will not help.
    InvalidRequest,
    /// `unauthenticated`: credentials or session are missing, wrong or expired.
    Unauthenticated,
    /// `forbidden`: the caller is known and may not do this.
    Forbidden,
    /// `not-found`: there is no such resource, customer or operation.
    NotFound,
    /// `declined`: the request was understood and declined by the provider's rules.
    Declined,
    /// `pending`: the request was accepted and its outcome is not decided, or not known.
    Pending,
    /// `rate-limited`: there were too many requests. The error may say when to try again.
    RateLimited,
    /// `unavailable`: the provider could not serve the request now.
    Unavailable,
}

impl Kind {
    /// The word that documents use for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Declined => "declined",
            Self::Pending => "pending",
            Self::RateLimited => "rate-limited",
            Self::Unavailable => "unavailable",
        }
    }

    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::InvalidRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Declined,
        Self::Pending,
        Self::RateLimited,
        Self::Unavailable,
    ];
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
