//! What an evaluation tells of itself.

use countersign_plan::Function;

/// Follows an evaluation: what goes in, and what is made of it.
///
/// Bytes go to the innermost operand that has begun. [`applied`](Self::applied) ends operands, and what was made of them goes to
/// the one around them.
pub trait Trace {
    /// Bytes go in.
    fn piece(&mut self, bytes: &[u8], source: Source<'_>);

    /// An operand begins.
    fn begin(&mut self);

    /// A function was applied to the last operands that began, as many as it has.
    fn applied(&mut self, function: Function, result: &[u8]);

    /// Something is missing. Whether its name counts in its place; otherwise the evaluation is an error.
    fn missing(&mut self, what: Missing, name: &str) -> bool;

    /// Whether a name has gone into the innermost operand in the place of something that is missing.
    fn is_placeholder(&self) -> bool;

    /// The evaluation of a slot begins.
    fn filling(&mut self, slot: usize);

    /// The evaluation of a slot has ended, and it has been filled in.
    fn filled(&mut self, slot: usize);
}

/// Where bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// The document, the clock or chance: everyone may see them.
    Open,
    /// Random bytes, which may be the key of something.
    Random,
    /// A credential.
    Credential(&'a str),
    /// A setting.
    Setting(&'a str),
    /// A value of the session.
    Session(&'a str),
    /// What the caller gave for the slot that is being filled.
    Given,
    /// A field, as the expression names it, and its slot unless the document does not have it. The bytes are decoded.
    Field(&'a str, Option<usize>),
    /// A header, and its slot unless the document does not have it.
    Header(&'a str, Option<usize>),
    /// A parameter of the query or the path, and its slot. The bytes are decoded.
    Parameter(&'a str, usize),
    /// A value of `x-values`, and its slot.
    Made(&'a str, usize),
    /// The path below the base URL's, as it is sent.
    Path,
    /// The query, as it is sent.
    Query,
    /// The body, as it is sent.
    Body,
    /// Something of the response.
    Response,
}

/// A kind of input that can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A credential.
    Credential,
    /// A credential that encrypts the innermost operand. Its name does not count in any place.
    Key,
    /// A setting.
    Setting,
    /// A value of the session.
    Session,
    /// A value of `x-values` that was not made.
    Value,
    /// The path of the base URL.
    BasePath,
}

impl Missing {
    /// What it is called in a message.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential | Self::Key => "credential",
            Self::Setting => "setting",
            Self::Session => "session value",
            Self::Value => "value",
            Self::BasePath => "base URL",
        }
    }
}

/// A client's: nothing is followed, and what is missing is an error.
impl Trace for () {
    fn piece(&mut self, _: &[u8], _: Source<'_>) {}

    fn begin(&mut self) {}

    fn applied(&mut self, _: Function, _: &[u8]) {}

    fn missing(&mut self, _: Missing, _: &str) -> bool {
        false
    }

    fn is_placeholder(&self) -> bool {
        false
    }

    fn filling(&mut self, _: usize) {}

    fn filled(&mut self, _: usize) {}
}
