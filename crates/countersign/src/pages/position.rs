//! Where in a list a page is.

use std::fmt;

use countersign_sign::{REDACTED, Secret};

/// Where in a list a page is: what the next call is given so that it responds with that page.
///
/// It is a text that can be kept, and it may tell something of the items, so that it is not printed.
#[derive(Clone)]
pub struct Position(Secret);

impl Position {
    /// The text, which [`Position::from`] takes again.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// A position by the names of what is given, and their texts.
    pub(super) fn of<N: AsRef<str>, T: AsRef<str>>(pairs: impl IntoIterator<Item = (N, T)>) -> Self {
        Self(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into())
    }

    /// What is given for the page.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.expose().as_bytes()).into_owned().collect()
    }
}

impl<T: Into<Secret>> From<T> for Position {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Position({REDACTED})")
    }
}
