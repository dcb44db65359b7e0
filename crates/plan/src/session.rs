//! Values that the provider issues at run time.

use crate::{List, Text};

/// Values that one operation issues and later calls carry (`x-session`).
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The `operationId` of the operation that issues the values.
    pub issue: Text,
    /// The `operationId` of an operation whose response replaces the values too, when the caller calls it.
    pub renew: Option<Text>,
    /// The values and where in the response they are.
    pub values: List<SessionValue>,
    /// How long the values serve. The first that can be read from a response counts; with none, until they are refused.
    pub expires: List<Expiry>,
    /// How many seconds before they expire the values are no longer used. Values that expire sooner
    /// than that are used until then.
    pub early_seconds: u32,
    /// The refusals that mean "issue anew".
    pub refused: SessionRefusal,
}

impl Session {
    /// Whether the response of this operation brings the values.
    pub fn comes_from(&self, operation: &str) -> bool {
        self.issue == operation || self.renew.as_deref() == Some(operation)
    }
}

/// One value of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionValue {
    /// The name, as the builder, the environment variable and `{session: NAME}` have it.
    pub name: Text,
    /// The JSON pointer to it in the response of the issuing operation. A number is taken as its text.
    pub pointer: Text,
    /// What it is.
    pub description: Text,
}

/// How the end of a session is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Expiry {
    /// The `exp` claim of a session value that is a JWT. The signature of the JWT is not checked: it is the provider's.
    Jwt(Text),
    /// A JSON pointer to a lifetime in seconds.
    Seconds(Text),
    /// A JSON pointer to a point in time.
    At {
        /// The JSON pointer.
        pointer: Text,
        /// The `strftime` format of the text.
        format: Text,
        /// The zone that the text is in, in seconds east of UTC.
        offset_seconds: i32,
    },
    /// A lifetime in seconds that the documentation states.
    After(u32),
}

/// Which refusals mean that the session is no longer good.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionRefusal {
    /// HTTP status numbers.
    pub statuses: List<u16>,
    /// The provider's codes.
    pub codes: List<Text>,
}
