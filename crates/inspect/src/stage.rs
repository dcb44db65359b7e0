//! Where a value stops being readable.

use std::fmt;

use countersign_plan::{CipherMode, Padding};
use serde::Serialize;

/// One step in which bytes stop being readable: a digest, a tag, a signature or an encryption. `Display` says it in a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Stage {
    /// The function, in the document's word.
    pub function: &'static str,
    /// What it was applied to (the string to sign, the message, the plaintext) with secrets and personal data as `‹name›`.
    pub input: String,
}

impl Stage {
    /// Whether what it was applied to can be had again, with a key.
    pub fn is_encryption(&self) -> bool {
        let is = |name: &str| name == self.function;
        is("jwe")
            || [Padding::Pkcs1V15, Padding::OaepSha256].iter().any(|padding| is(padding.name()))
            || CipherMode::ALL.iter().any(|mode| is(mode.name()))
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of \"{}\"", self.function, in_a_line(&self.input))
    }
}

/// A text without what would break its line. Quotes stay as they are, so that JSON can be read.
pub(crate) fn in_a_line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        match c {
            '"' | '\'' => line.push(c),
            c => line.extend(c.escape_debug()),
        }
        line
    })
}
