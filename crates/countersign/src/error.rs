//! What can go wrong, as one type for all providers.
//!
//! The variant says how far the call came; [`Error::kind`] says in one word what to do about it:
//!
//! | variant | what happened | [`kind`](Error::kind) |
//! |---|---|---|
//! | [`Configuration`](Error::Configuration) | the client could not be built | `invalid-request` |
//! | [`InvalidRequest`](Error::InvalidRequest) | the request was refused here | `invalid-request` |
//! | [`Session`](Error::Session) | no session could be had, so the request was not sent | that of its cause |
//! | [`Transport`](Error::Transport) | no whole response came | `unavailable` |
//! | [`InvalidResponse`](Error::InvalidResponse) | a response came and is not what the document describes | `unavailable` |
//! | [`UnverifiedResponse`](Error::UnverifiedResponse) | a response came whose signature or envelope does not hold | `unavailable` |
//! | [`Api`](Error::Api) | the response is no success: the provider refused, failed, or has not decided | the provider's |
//!
//! # What is printed
//!
//! No variant prints a secret, personal data that the caller gave, a header, a body or a URL. A response's body and headers
//! are kept for those who ask for them, and are not printed.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use std::time::Duration;

use bytes::Bytes;
use countersign_plan::{Kind, Text};
use countersign_sign::Invalid;
use serde::de::DeserializeOwned;

use crate::response::{Pause, RawResponse};

/// Why a call, or building a client, failed. It is cheap to clone.
///
/// # Whether a call may have been carried out
///
/// [`may_have_been_carried_out`](Self::may_have_been_carried_out) is `false` in two cases only: nothing was sent, or every attempt that was sent ended
/// with a documented refusal. A documented refusal has the provider's code or message, at the places that the document
/// names, and none of these:
///
/// - an HTTP status of 408 or 5xx, unless the document names this very code as [`Kind::Declined`];
/// - a code that the document names as [`Kind::Pending`];
/// - a body that satisfies what the document demands of a success.
///
/// Everything else may have been carried out: a gateway's page of any status, a time that is over, a response that cannot be
/// read, too large, compressed or a redirect, and a refusal that follows an attempt of which the end is not known. A document
/// that names neither code nor message documents no refusal. An attempt that ends with the refusal of its session, as the
/// document describes it, is followed by another with a fresh session and counts as not carried out. At 408 and 5xx it is
/// an attempt of which the end is not known, and only followed by another if the document says that this is safe.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client could not be built: everything that is missing or wrong.
    Configuration(Configuration),
    /// The request was refused before it was sent.
    InvalidRequest(InvalidRequest),
    /// No session could be had, so the call was not sent. The cause is the error of the issuing operation.
    Session(SessionError),
    /// No whole response came.
    Transport(Transport),
    /// A response came that is not what the document describes. Whether the call succeeded is not known.
    InvalidResponse(InvalidResponse),
    /// A response came whose signature or envelope does not hold, so that nothing of it is believed: somebody else may have made
    /// it.
    UnverifiedResponse(InvalidResponse),
    /// The response is no success: the provider refused, it failed, or it has not decided.
    Api(Box<ApiError>),
}

/// What was sent of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sent {
    /// How many times the request was sent, or sending it was tried.
    pub(crate) attempts: u32,
    /// Whether one of these attempts may have been carried out.
    pub(crate) carried_out: bool,
    /// Whether it was not sent again because a file in it had been read.
    pub(crate) held_back: bool,
}

/// What an error adds that keeps a call from being sent, if an earlier attempt was sent.
fn again(sent: Sent) -> &'static str {
    if sent.attempts > 0 { " again" } else { "" }
}

/// Everything that keeps a client from being built.
#[derive(Clone, Debug)]
pub struct Configuration {
    pub(crate) provider: Text,
    pub(crate) problems: Arc<[String]>,
}

impl Configuration {
    /// The problems, each with what to do about it.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// A request that was refused before it was sent.
#[derive(Clone, Debug)]
pub struct InvalidRequest {
    pub(crate) operation: Text,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
    pub(crate) sent: Sent,
}

impl InvalidRequest {
    /// The field, header or parameter that is wrong, by its name on the wire, where it is one.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// A session that could not be had.
#[derive(Clone, Debug)]
pub struct SessionError {
    pub(crate) operation: Text,
    pub(crate) cause: Arc<Error>,
    pub(crate) sent: Sent,
}

impl SessionError {
    /// The error of the operation that issues the session.
    pub fn cause(&self) -> &Error {
        &self.cause
    }
}

/// A call that got no whole response.
#[derive(Clone, Debug)]
pub struct Transport {
    pub(crate) operation: Text,
    pub(crate) fault: Fault,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) sent: Sent,
}

impl Transport {
    /// What happened.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// How many times the request was sent, or sending it was tried.
    pub fn attempts(&self) -> u32 {
        self.sent.attempts
    }
}

/// What happened to a call that got no whole response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// No connection was made: refused, no such host, no TLS session.
    Connect,
    /// The time for an attempt or for the whole call was over.
    Timeout,
    /// The connection ended, or what came is not HTTP, or the body is not whole.
    Interrupted,
    /// The response is larger than the limit, or compressed.
    TooLarge,
    /// The response redirects to another place. Redirects are not followed.
    Redirect,
    /// What came could not be written where it was to be.
    Output,
}

/// A response that is not what the document describes.
#[derive(Clone, Debug)]
pub struct InvalidResponse {
    pub(crate) operation: Text,
    pub(crate) response: Arc<RawResponse>,
    pub(crate) request_id: Option<String>,
    pub(crate) reason: String,
    pub(crate) sent: Sent,
}

impl InvalidResponse {
    /// What is wrong with it, without any of its content.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status.as_u16()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// A header of the response, if it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    /// The body as a type, such as [`serde_json::Value`].
    ///
    /// # Errors
    /// The body is not JSON of that type; the error says where, without any of its content.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.response.read().map_err(|reason| Error::InvalidResponse(Self { reason, ..self.clone() }))
    }

    /// The bytes of the body, which may hold secrets and personal data.
    pub fn body_bytes(&self) -> &Bytes {
        &self.response.body
    }
}

/// A response that is no success: a refusal, a failure, or one that says that the provider has not decided.
#[derive(Clone, Debug)]
pub struct ApiError {
    pub(crate) operation: Text,
    pub(crate) response: Arc<RawResponse>,
    pub(crate) kind: Kind,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether it is a documented refusal, after which nothing was carried out by the attempt that it ends.
    pub(crate) refuses: bool,
    pub(crate) sent: Sent,
}

impl ApiError {
    /// The HTTP status. It can be 200: some providers refuse inside a success.
    pub fn status(&self) -> u16 {
        self.response.status.as_u16()
    }

    /// What kind of refusal it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The provider's code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The provider's message, in one line of at most 300 characters, without values that the request carried in
    /// confidence, in any usual encoding.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// A header of the response, if it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    /// The body of the refusal as a type, such as one of the provider crate's `types`.
    ///
    /// # Errors
    /// The body is not JSON of that type; the error says where, without any of its content.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.response.read().map_err(|reason| {
            Error::InvalidResponse(InvalidResponse {
                operation: self.operation.clone(),
                response: Arc::clone(&self.response),
                request_id: self.request_id.clone(),
                reason: format!("the body of the refusal has another type: {reason}"),
                sent: self.sent,
            })
        })
    }

    /// The bytes of the body, which may hold personal data.
    pub fn body_bytes(&self) -> &Bytes {
        &self.response.body
    }
}

impl Error {
    /// What kind of error it is, in the same words for every provider and every way to fail.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Configuration(_) | Self::InvalidRequest(_) => Kind::InvalidRequest,
            Self::Session(session) => session.cause.kind(),
            Self::Transport(_) | Self::InvalidResponse(_) | Self::UnverifiedResponse(_) => Kind::Unavailable,
            Self::Api(refusal) => refusal.kind,
        }
    }

    /// The refusal, if the provider refused this call or the one that should have issued its session.
    pub fn refusal(&self) -> Option<&ApiError> {
        match self {
            Self::Api(refusal) => Some(refusal),
            Self::Session(session) => session.cause.refusal(),
            _ => None,
        }
    }

    /// The provider's code.
    pub fn code(&self) -> Option<&str> {
        self.refusal()?.code()
    }

    /// The provider's message.
    pub fn message(&self) -> Option<&str> {
        self.refusal()?.message()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Session(session) => session.cause.request_id(),
            Self::InvalidResponse(invalid) | Self::UnverifiedResponse(invalid) => invalid.request_id(),
            _ => self.refusal()?.request_id(),
        }
    }

    /// The HTTP status of the response.
    pub fn status(&self) -> Option<u16> {
        Some(self.response()?.status.as_u16())
    }

    /// A header of the response, if there is a response and the header is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response()?.header(name)
    }

    /// How long the provider asks to wait before the next call (`Retry-After`), if it says so in a form that RFC 9110 knows.
    /// A date that is past is zero.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.pause() {
            Pause::For(pause) => Some(pause),
            Pause::NotAsked | Pause::Unknown => None,
        }
    }

    /// How many times the request of this call was sent, or sending it was tried. Calls for its session do not count.
    pub fn attempts(&self) -> u32 {
        self.sent().attempts
    }

    /// Whether the provider may have carried this call out, or may yet do so.
    ///
    /// It is `false` only if nothing was sent, or if the provider refused in the way that its document describes; see [the
    /// rule](Self#whether-a-call-may-have-been-carried-out). When it is `true`, ask the provider about the outcome before you
    /// repeat an operation that moves money or counts attempts.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.sent().carried_out
    }

    /// The pause that the provider asks for before the next attempt.
    pub(crate) fn pause(&self) -> Pause {
        self.response().map_or(Pause::NotAsked, |response| Pause::asked_by(&response.headers))
    }

    /// The response to this call, or to the one that should have issued its session.
    fn response(&self) -> Option<&RawResponse> {
        match self {
            Self::Configuration(_) | Self::InvalidRequest(_) | Self::Transport(_) => None,
            Self::Session(session) => session.cause.response(),
            Self::InvalidResponse(invalid) | Self::UnverifiedResponse(invalid) => Some(&invalid.response),
            Self::Api(refusal) => Some(&refusal.response),
        }
    }

    fn sent(&self) -> Sent {
        match self {
            Self::Configuration(_) => Sent::default(),
            Self::InvalidRequest(request) => request.sent,
            Self::Session(session) => session.sent,
            Self::Transport(transport) => transport.sent,
            Self::InvalidResponse(invalid) | Self::UnverifiedResponse(invalid) => invalid.sent,
            Self::Api(refusal) => refusal.sent,
        }
    }

    /// The same error at the end of a call of which this was sent.
    pub(crate) fn after(mut self, sent: Sent) -> Self {
        match &mut self {
            Self::Configuration(_) => {}
            Self::InvalidRequest(request) => request.sent = sent,
            Self::Session(session) => session.sent = sent,
            Self::Transport(transport) => transport.sent = sent,
            Self::InvalidResponse(invalid) | Self::UnverifiedResponse(invalid) => invalid.sent = sent,
            Self::Api(refusal) => refusal.sent = sent,
        }
        self
    }

    pub(crate) fn invalid(operation: &Text, reason: impl Into<String>) -> Self {
        Self::invalid_request(operation, Invalid { name: None, reason: reason.into() })
    }

    pub(crate) fn invalid_request(operation: &Text, Invalid { name, reason }: Invalid) -> Self {
        Self::InvalidRequest(InvalidRequest {
            operation: operation.clone(),
            field: name,
            reason,
            sent: Sent::default(),
        })
    }

    /// Why a response is not what the document describes, which is all that is known of the call: it may have been carried out.
    pub(crate) fn invalid_response(
        operation: &Text,
        response: &Arc<RawResponse>,
        request_id: Option<String>,
        reason: String,
        attempts: u32,
    ) -> Self {
        let sent = Sent { attempts, carried_out: true, ..Sent::default() };
        let (operation, response) = (operation.clone(), Arc::clone(response));
        Self::InvalidResponse(InvalidResponse { operation, response, request_id, reason, sent })
    }
}

impl Error {
    /// Why a response is not believed. The call may have been carried out.
    pub(crate) fn unverified(operation: &Text, response: &Arc<RawResponse>, invalid: Invalid) -> Self {
        match Self::invalid_response(operation, response, None, invalid.to_string(), 0) {
            Self::InvalidResponse(invalid) => Self::UnverifiedResponse(invalid),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(Configuration { provider, problems }) => {
                write!(f, "the {provider} client cannot be built: {}", problems.join("; "))
            }
            Self::InvalidRequest(InvalidRequest { operation, field, reason, sent }) => {
                write!(f, "{operation} was not sent{}: ", again(*sent))?;
                match field {
                    Some(field) => write!(f, "{field}: {reason}")?,
                    None => f.write_str(reason)?,
                }
                carried_out(f, operation, *sent, BY_ANOTHER)
            }
            Self::Session(SessionError { operation, cause, sent }) => {
                write!(f, "{operation} was not sent{}, because it needs a session: {cause}", again(*sent))?;
                carried_out(f, operation, *sent, BY_ANOTHER)
            }
            Self::Transport(Transport { operation, detail, sent, .. }) => {
                write!(f, "{operation} got no response: {detail}")?;
                match sent.attempts {
                    0 | 1 => {}
                    attempts => write!(f, "; {attempts} attempts")?,
                }
                match sent.carried_out {
                    true => carried_out(f, operation, *sent, ""),
                    false => write!(f, "; {operation} was not carried out"),
                }
            }
            Self::InvalidResponse(invalid) | Self::UnverifiedResponse(invalid) => {
                let InvalidResponse { operation, response, request_id, reason, sent } = invalid;
                let what = if matches!(self, Self::InvalidResponse(_)) { "cannot be read" } else { "is not believed" };
                write!(f, "the response to {operation} {what}: HTTP {}", response.status.as_u16())?;
                if let Some(id) = request_id {
                    write!(f, ", request id {id}")?;
                }
                write!(f, ": {reason}")?;
                carried_out(f, operation, *sent, "")
            }
            Self::Api(refusal) => write!(f, "{refusal}"),
        }
    }
}

/// What follows where it is not the last attempt that may have been carried out.
const BY_ANOTHER: &str = " by an earlier attempt";

/// Ends a text with what is known of the effect of the call, where it is more than that there was none.
fn carried_out(f: &mut fmt::Formatter<'_>, operation: &str, sent: Sent, how: &str) -> fmt::Result {
    if sent.held_back {
        f.write_str("; it was not sent again, because a file in it had been read")?;
    }
    match sent.carried_out {
        true => write!(f, "; {operation} may have been carried out{how}"),
        false => Ok(()),
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.kind, self.refuses) {
            (Kind::Pending, _) => "is pending",
            (_, true) => "was refused",
            (_, false) => "failed",
        };
        write!(f, "{} {what}: ", self.operation)?;
        if let Some(code) = &self.code {
            write!(f, "code {code}, ")?;
        }
        if let Some(message) = &self.message {
            write!(f, "{message:?}, ")?;
        }
        write!(f, "{}, HTTP {}", self.kind, self.status())?;
        if let Some(id) = &self.request_id {
            write!(f, ", request id {id}")?;
        }
        carried_out(f, &self.operation, self.sent, if self.refuses { BY_ANOTHER } else { "" })
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Session(session) => Some(&*session.cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
