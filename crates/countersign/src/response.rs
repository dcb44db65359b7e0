//! A response: as it came, and as the typed success that a caller gets.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::read::read;

/// What a provider responded to a call that succeeded.
///
/// It dereferences to the typed body. What else is known is behind [`meta`](Self::meta), so that it cannot be taken for a field
/// of the body. `Debug` prints the body, whose secrets and personal data print as `[redacted]`, but no headers.
///
/// Where the document describes headers, they are behind [`headers`](Self::headers), each of its type.
pub struct Response<T, H = ()> {
    pub(crate) value: T,
    pub(crate) meta: Meta,
    pub(crate) of: PhantomData<fn() -> H>,
}

impl<T> Response<T> {
    pub(crate) const fn new(value: T, meta: Meta) -> Self {
        Self { value, meta, of: PhantomData }
    }

    /// The same with the headers that the document describes.
    #[doc(hidden)]
    pub fn with_headers<H>(self) -> Response<T, H> {
        Response { value: self.value, meta: self.meta, of: PhantomData }
    }
}

impl<T, H: From<Meta>> Response<T, H> {
    /// The headers that the document describes, typed. One that is not as described is an error where it is read, and nowhere
    /// else.
    pub fn headers(&self) -> H {
        self.meta.clone().into()
    }
}

impl<T, H> Response<T, H> {
    /// The typed body.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status, the headers, the request id.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }
}

/// What is known of a response beside its body.
#[derive(Clone)]
pub struct Meta {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
}

impl Meta {
    /// The HTTP status, as it came.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header of the response, if it is there and text.
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

impl<T, H> Deref for Response<T, H> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug, H> fmt::Debug for Response<T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("value", &self.value).field("meta", &self.meta).finish()
    }
}

/// No headers, which may hold anything.
impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A response as it came, whole.
#[derive(Clone)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawResponse {
    /// A header, if it is there and text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as a type.
    ///
    /// # Errors
    /// What is wrong with it, and where, without any of its content.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        read(&self.body)
    }
}

/// Neither headers nor body, which may hold anything.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}, {} headers, {} bytes", self.status.as_u16(), self.headers.len(), self.body.len())
    }
}

/// The pause that a provider asks for before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pause {
    /// It asks for none.
    NotAsked,
    /// So long.
    For(Duration),
    /// It asks for one, in a form that has no meaning.
    Unknown,
}

impl Pause {
    /// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date in any of the three forms of HTTP. Of several the
    /// longest counts.
    pub(crate) fn asked_by(headers: &HeaderMap) -> Self {
        headers.get_all(RETRY_AFTER).iter().fold(Self::NotAsked, |longest, value| {
            match (longest, value.to_str().ok().and_then(|text| pause(text.trim()))) {
                (Self::Unknown, _) | (_, None) => Self::Unknown,
                (Self::NotAsked, Some(pause)) => Self::For(pause),
                (Self::For(longest), Some(pause)) => Self::For(longest.max(pause)),
            }
        })
    }
}

fn pause(text: &str) -> Option<Duration> {
    // More seconds than a clock can count from now would be a trap for who adds them to one.
    const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests;
