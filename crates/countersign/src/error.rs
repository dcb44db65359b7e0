//! What can go wrong, as one type for all providers.
//!
//! The variant says how far the call came; [`Error::kind`] says in one word what to do about it:
//!
//! | variant | what happened | [`kind`](Error::kind) |
//! |---|---|---|
//! | [`Configuration`](Error::Configuration) | the client could not be built | `invalid-request` |
//! | [`NotSent`](Error::NotSent) | the request was refused here; the provider has not seen it | `invalid-request` |
//! | [`Session`](Error::Session) | no session could be had; this call was not sent | that of its cause |
//! | [`Transport`](Error::Transport) | no whole answer came; see [`Error::may_have_been_received`] | `unavailable` |
//! | [`Unreadable`](Error::Unreadable) | an answer came and is not what the document describes | `unavailable` |
//! | [`Rejected`](Error::Rejected) | the provider refused | the provider's |
//!
//! No variant holds or prints a secret, personal data that the caller gave, a header, a body or a URL. A refusal keeps its
//! body for [`Rejection::body`], and does not print it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::body::position;
use crate::plan::{Kind, Text};

/// Why a call, or building a client, failed. It is cheap to clone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client could not be built: everything that is missing or wrong.
    Configuration(Configuration),
    /// The request was refused before anything was sent.
    NotSent(NotSent),
    /// No session could be had, so the call was not sent. The cause is the error of the issuing operation.
    Session(SessionError),
    /// No whole answer came.
    Transport(Transport),
    /// An answer came that is not what the document describes. Whether the call succeeded is not known.
    Unreadable(Unreadable),
    /// The provider refused.
    Rejected(Box<Rejection>),
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

/// A request that was refused before anything was sent.
#[derive(Clone, Debug)]
pub struct NotSent {
    pub(crate) operation: Text,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

impl NotSent {
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
}

impl SessionError {
    /// The error of the operation that issues the session.
    pub fn cause(&self) -> &Error {
        &self.cause
    }
}

/// A call that got no whole answer.
#[derive(Clone, Debug)]
pub struct Transport {
    pub(crate) operation: Text,
    pub(crate) fault: Fault,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) attempts: u32,
    pub(crate) received: bool,
}

impl Transport {
    /// What happened.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// How many times the request was sent, or sending it was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// What happened to a call that got no whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// No connection was made: refused, no such host, no TLS session.
    Connect,
    /// The time for an attempt or for the whole call was over.
    Timeout,
    /// The connection ended, or what came is not HTTP, or the body is not whole.
    Interrupted,
    /// The answer is larger than the limit, or compressed.
    TooLarge,
    /// The answer redirects to another place. Redirects are not followed.
    Redirect,
}

/// An answer that is not what the document describes.
#[derive(Clone, Debug)]
pub struct Unreadable {
    pub(crate) operation: Text,
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) reason: String,
}

impl Unreadable {
    /// What is wrong with it, without any of its content.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// A provider's refusal.
#[derive(Clone)]
pub struct Rejection {
    pub(crate) operation: Text,
    pub(crate) status: u16,
    pub(crate) kind: Kind,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
}

impl Rejection {
    /// The HTTP status. It can be 200: some providers refuse inside a success.
    pub fn status(&self) -> u16 {
        self.status
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
    /// confidence.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body of the refusal as a type, such as one of the provider crate's `types`.
    ///
    /// # Errors
    /// The body is not JSON of that type; the error says where, without any of its content.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Error::Unreadable(Unreadable {
                operation: self.operation.clone(),
                status: self.status,
                request_id: self.request_id.clone(),
                reason: format!("the body of the refusal has another type: {}", position(&error)),
            })
        })
    }

    /// The bytes of the body, which may hold personal data.
    pub fn body_bytes(&self) -> &Bytes {
        &self.body
    }
}

impl Error {
    /// What kind of error it is, in the same words for every provider and every way to fail.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Configuration(_) | Self::NotSent(_) => Kind::InvalidRequest,
            Self::Session(session) => session.cause.kind(),
            Self::Transport(_) | Self::Unreadable(_) => Kind::Unavailable,
            Self::Rejected(rejection) => rejection.kind,
        }
    }

    /// The refusal, if the provider refused this call or the one that should have issued its session.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Session(session) => session.cause.rejection(),
            _ => None,
        }
    }

    /// The provider's code.
    pub fn code(&self) -> Option<&str> {
        self.rejection()?.code()
    }

    /// The provider's message.
    pub fn message(&self) -> Option<&str> {
        self.rejection()?.message()
    }

    /// The id by which the provider finds the request in its log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unreadable(unreadable) => unreadable.request_id.as_deref(),
            _ => self.rejection()?.request_id(),
        }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unreadable(unreadable) => Some(unreadable.status),
            Self::Session(session) => session.cause.status(),
            _ => Some(self.rejection()?.status()),
        }
    }

    /// Whether the provider may have received this call and acted on it, although no usable answer came back.
    ///
    /// When it may, ask the provider about the outcome before you repeat an operation that moves money or counts attempts.
    pub fn may_have_been_received(&self) -> bool {
        match self {
            Self::Configuration(_) | Self::NotSent(_) | Self::Session(_) | Self::Rejected(_) => false,
            Self::Transport(transport) => transport.received,
            Self::Unreadable(_) => true,
        }
    }

    pub(crate) fn not_sent(operation: &Text, field: Option<&str>, reason: impl Into<String>) -> Self {
        Self::NotSent(NotSent { operation: operation.clone(), field: field.map(str::to_owned), reason: reason.into() })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(Configuration { provider, problems }) => {
                write!(f, "the {provider} client cannot be built: {}", problems.join("; "))
            }
            Self::NotSent(NotSent { operation, field, reason }) => {
                write!(f, "{operation} was not sent: ")?;
                match field {
                    Some(field) => write!(f, "{field}: {reason}"),
                    None => f.write_str(reason),
                }
            }
            Self::Session(SessionError { operation, cause }) => {
                write!(f, "{operation} was not sent, because it needs a session: {cause}")
            }
            Self::Transport(Transport { operation, detail, attempts, received, .. }) => {
                write!(f, "{operation} got no answer: {detail}; ")?;
                match attempts {
                    0 | 1 => {}
                    attempts => write!(f, "{attempts} attempts; ")?,
                }
                f.write_str(match received {
                    true => "the provider may have received it",
                    false => "the provider has not received it",
                })
            }
            Self::Unreadable(Unreadable { operation, status, request_id, reason }) => {
                write!(f, "the answer to {operation} cannot be read: HTTP {status}")?;
                if let Some(id) = request_id {
                    write!(f, ", request id {id}")?;
                }
                write!(f, ": {reason}; whether the provider acted on it is not known")
            }
            Self::Rejected(rejection) => write!(f, "{rejection}"),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused: ", self.operation)?;
        if let Some(code) = &self.code {
            write!(f, "code {code}, ")?;
        }
        if let Some(message) = &self.message {
            write!(f, "{message:?}, ")?;
        }
        write!(f, "{}, HTTP {}", self.kind, self.status)?;
        match &self.request_id {
            Some(id) => write!(f, ", request id {id}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("kind", &self.kind)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("request_id", &self.request_id)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
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
