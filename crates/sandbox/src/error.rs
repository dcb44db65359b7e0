//! What a sandbox cannot do.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use countersign_spec::Findings;
use http::StatusCode;

/// Why a sandbox does not start, or does not send an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The document is not one: everything that the lint finds.
    Document(Findings),
    /// A value that was given to the builder is not usable, or the document describes what cannot be played.
    Configuration(String),
    /// The address cannot be listened on.
    Bind(SocketAddr, io::Error),
    /// There is no such event, or it cannot be made.
    Event(String),
    /// Nobody is there to take an event.
    Receiver(String),
    /// The receiver of an event answered with this status.
    Refused(StatusCode),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(findings) => write!(f, "the document cannot be played:\n{findings}"),
            Self::Configuration(reason) => write!(f, "the sandbox cannot start: {reason}"),
            Self::Bind(address, error) => {
                write!(f, "the sandbox cannot listen on {address}: {error}; choose another address, or port 0 for any")
            }
            Self::Event(reason) => write!(f, "the event is not sent: {reason}"),
            Self::Receiver(reason) => write!(f, "the event was not received: {reason}"),
            Self::Refused(status) => write!(f, "the event was not taken: its receiver answered {status}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Document(findings) => Some(findings),
            Self::Bind(_, error) => Some(error),
            Self::Configuration(_) | Self::Event(_) | Self::Receiver(_) | Self::Refused(_) => None,
        }
    }
}
