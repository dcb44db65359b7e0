//! A success.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use crate::error::Error;
use crate::outcome::RawAnswer;

/// What a provider answered to a call that succeeded.
///
/// It dereferences to the typed body. `Debug` prints the body, whose secrets and personal data print as `[redacted]`, but no
/// headers.
pub struct Answer<T> {
    pub(crate) value: T,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
}

impl<T> Answer<T> {
    /// The typed body.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same without its body, which may be printed where nothing is known of its type.
    #[cfg(feature = "leaks")]
    pub(crate) fn without_value(self) -> Answer<()> {
        let Self { status, headers, request_id, attempts, .. } = self;
        Answer { value: (), status, headers, request_id, attempts }
    }

    /// The HTTP status, as it came.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header of the answer, if it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl Answer<serde_json::Value> {
    /// The error of a call whose untyped answer a tool finds not to be as documented.
    #[doc(hidden)]
    pub fn into_unreadable(self, operation: &str, reason: &str) -> Error {
        let Self { value, status, headers, request_id, attempts } = self;
        let answer = Arc::new(RawAnswer { status, headers, body: value.to_string().into() });
        let reason = format!("its body is not as documented: {reason}");
        answer.unreadable(&operation.to_owned().into(), request_id, reason, attempts)
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("value", &self.value)
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
