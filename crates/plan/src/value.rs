//! Expressions that yield bytes, and what they are made of.

use crate::{Function, List, Text};

/// An expression that yields bytes (`x-value`).
///
/// A [`List`] of values is their concatenation, so every function takes any number of operands. `Debug` writes it as a document
/// does.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Text that is in the document.
    Text(Text),
    /// `{credential: NAME}`
    Credential(Text),
    /// `{setting: NAME}`
    Setting(Text),
    /// `{session: NAME}`
    Session(Text),
    /// `{given: true}`: what the caller gave for this very field or parameter.
    Given,
    /// `{uuid: v4}`: one random UUID for each attempt, the same wherever it is read.
    Uuid,
    /// `{time: …}`: one clock reading for each attempt.
    Time {
        /// How it is written.
        format: TimeFormat,
        /// The zone that it is written in, in seconds east of UTC. Only [`TimeFormat::Strftime`] depends on it.
        offset_seconds: i32,
    },
    /// `{request: …}`
    Request(RequestPart),
    /// `{header: NAME}`: a header of this request, as it is sent.
    Header(Text),
    /// `{field: NAME}`: a field of the body, as it is sent: a name at the top, or a JSON pointer.
    Field(Text),
    /// `{fields: …}`
    Fields {
        /// Which fields, in which order.
        which: Selection,
        /// What of each.
        form: FieldForm,
        /// What is between two.
        separator: Text,
        /// What becomes of an optional field that is not sent.
        absent: Absent,
    },
    /// `{join: {with: TEXT, of: […]}}`: every operand counts, an empty one too.
    Join {
        /// What is between two.
        with: Text,
        /// The operands, each an expression of its own.
        of: List<Value>,
    },
    /// `[…]` inside an operand of `join`: several values that count as one.
    Concat(List<Value>),
    /// A function of its operands, in the order of [`Function::operands`]. The others are empty.
    Apply(Function, Operands),
}

/// The operands of a function: as many as it has, and then empty ones.
pub type Operands = [List<Value>; 4];

/// How a time is written.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeFormat {
    /// Seconds since 1970-01-01T00:00:00Z.
    Unix,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    UnixMillis,
    /// `2026-01-31T12:34:56Z`
    Rfc3339,
    /// A `strftime` format.
    Strftime(Text),
}

/// A part of the request that is being built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestPart {
    /// The method, in upper case.
    Method,
    /// The path as sent, the server's base path included.
    Path,
    /// The path below the server's base path.
    OperationPath,
    /// The query string as sent, without `?`.
    Query,
    /// The body as sent.
    Body,
}

/// Which fields of the body, in which order.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// Those of the operation's `x-signed-fields`, in that order.
    Signed,
    /// All at the top of the body but the one that is being filled, sorted by the bytes of their names.
    ByName,
    /// These, in this order.
    Named(List<Text>),
}

/// What is taken of each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldForm {
    /// `value`, decoded: neither percent-encoding nor JSON quotes.
    Values,
    /// `name=value`, decoded.
    Pairs,
}

/// What becomes of an optional field that is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is left out, its separator too.
    Skip,
    /// It counts as an empty value.
    Empty,
}

impl RequestPart {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::OperationPath => "operation-path",
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// The items of a list, in a `const` function too.
pub(crate) const fn items<T: Clone>(list: &List<T>) -> &[T] {
    match list {
        List::Borrowed(items) => items,
        List::Owned(items) => items.as_slice(),
    }
}

/// Whether an expression reads a session value.
pub const fn reads_session(values: &[Value]) -> bool {
    reads(values, true)
}

/// Whether an expression reads what the caller gave.
pub const fn reads_given(values: &[Value]) -> bool {
    reads(values, false)
}

/// Whether an expression reads a session value, or else what the caller gave. As [`any`], but `const`.
const fn reads(values: &[Value], session: bool) -> bool {
    let mut index = 0;
    while index < values.len() {
        let reads = match &values[index] {
            Value::Session(_) => session,
            Value::Given => !session,
            Value::Join { of, .. } | Value::Concat(of) => reads(items(of), session),
            Value::Apply(_, [a, b, c, d]) => {
                reads(items(a), session)
                    || reads(items(b), session)
                    || reads(items(c), session)
                    || reads(items(d), session)
            }
            _ => false,
        };
        if reads {
            return true;
        }
        index += 1;
    }
    false
}

impl Value {
    /// The expressions that it is made of.
    pub fn operands(&self) -> &[List<Self>] {
        match self {
            Self::Join { of, .. } | Self::Concat(of) => std::slice::from_ref(of),
            Self::Apply(function, operands) => &operands[..function.operands().len()],
            _ => &[],
        }
    }

    /// The one that its text comes from: what is hashed, signed, encoded or put together.
    pub fn operand_mut(&mut self) -> Option<&mut List<Self>> {
        match self {
            Self::Join { of, .. } | Self::Concat(of) => Some(of),
            Self::Apply(function, operands) => operands.get_mut(function.operands().len().saturating_sub(1)),
            _ => None,
        }
    }
}

/// Whether a test holds for a value or for one of its operands.
pub fn any(values: &[Value], test: &impl Fn(&Value) -> bool) -> bool {
    values.iter().any(|value| test(value) || value.operands().iter().any(|operand| any(operand, test)))
}
