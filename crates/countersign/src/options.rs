//! How long a client waits, and how often it tries.

use std::time::Duration;

/// How long to wait, how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) attempt: Duration,
    pub(crate) deadline: Duration,
    pub(crate) retries: u32,
    pub(crate) response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(30),
            deadline: Duration::from_secs(90),
            retries: 2,
            response_bytes: 2 * 1024 * 1024,
        }
    }
}

/// What one call, or the calls of one clone of a client, do differently from their client.
///
/// ```
/// # use std::time::Duration;
/// let once = countersign::CallOptions::new().retries(0).deadline(Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    attempt: Option<Duration>,
    deadline: Option<Duration>,
    retries: Option<u32>,
    response_bytes: Option<usize>,
}

impl CallOptions {
    /// Nothing different.
    pub const fn new() -> Self {
        Self { attempt: None, deadline: None, retries: None, response_bytes: None }
    }

    /// How long one attempt may take, from the first byte sent to the last received.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.attempt = Some(timeout);
        self
    }

    /// How long the call may take, with its session, its attempts and the pauses between them.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often a call may be sent again when that is harmless. 0 switches it off; a call whose session the provider
    /// refused is still sent once more with a new one.
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// How many bytes the body of a response may have: a file is often larger than other responses.
    #[must_use]
    pub const fn response_limit(mut self, bytes: usize) -> Self {
        self.response_bytes = Some(bytes);
        self
    }

    pub(crate) fn apply(self, limits: Limits) -> Limits {
        Limits {
            attempt: self.attempt.unwrap_or(limits.attempt),
            deadline: self.deadline.unwrap_or(limits.deadline),
            retries: self.retries.unwrap_or(limits.retries),
            response_bytes: self.response_bytes.unwrap_or(limits.response_bytes),
        }
    }
}
