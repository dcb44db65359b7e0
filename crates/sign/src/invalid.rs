//! Why a request cannot be made.

use std::fmt;

/// What is wrong with what is given twice.
pub(crate) const REPEATED: &str = "it is given more than once";

/// Why a request cannot be made. It names what is wrong, and quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The header, parameter or field, by its name on the wire, where it is one.
    pub name: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl Invalid {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { name: None, reason: reason.into() }
    }

    pub(crate) fn of(name: &str, reason: impl Into<String>) -> Self {
        Self { name: Some(name.to_owned()), reason: reason.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Invalid {}
