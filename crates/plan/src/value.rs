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
    /// `{value: NAME}`: a value that is made once (`x-values`).
    Made(Text),
    /// `{uuid: v4}`: one UUID for each attempt, or for the call, the same wherever it is read.
    Uuid {
        /// How it comes about.
        version: UuidVersion,
        /// How long it stays the same.
        per: Per,
    },
    /// `{random: …}`: each its own.
    Random {
        /// What it is of.
        of: Alphabet,
        /// How many characters, or bytes.
        length: u16,
    },
    /// `{time: …}`: one clock reading for each attempt.
    Time {
        /// How it is written.
        format: TimeFormat,
        /// The zone that it is written in, in seconds east of UTC. Only [`TimeFormat::Strftime`] depends on it.
        offset_seconds: i32,
        /// How many seconds later than now it is.
        plus_seconds: i64,
    },
    /// `{request: …}`
    Request(RequestPart),
    /// `{header: NAME}`: a header of this request, as it is sent.
    Header {
        /// Its name, in any case.
        name: Text,
        /// What becomes of one that is not sent. [`Absent::Skip`] is an error.
        absent: Absent,
        /// The member that is meant, of a list such as `t=1,v1=2`.
        part: Option<Text>,
    },
    /// `{query: NAME}`: a query parameter of this request, decoded.
    Query(Text),
    /// `{path: NAME}`: a path parameter of this request, decoded.
    Path(Text),
    /// `{field: NAME}`: a field of the body, as it is sent: a name at the top, or a JSON pointer.
    Field(Text),
    /// `{response: …}`: a part of the response, where one is verified or opened.
    Response(ResponsePart),
    /// `{response-header: NAME}`: a header of the response.
    ResponseHeader {
        /// Its name, in any case.
        name: Text,
        /// The member that is meant, of a list such as `t=1,v1=2`.
        part: Option<Text>,
    },
    /// `{response-field: POINTER}`: what is at a JSON pointer in the body of the response. A string is decoded, and everything else
    /// is as it was written.
    ResponseField(Text),
    /// `{fields: …}` and `{headers: …}`
    Fields(Fields),
    /// `{name: true}`: the name of what a selection writes.
    Name,
    /// `{value: true}`: the value of what a selection writes.
    Content,
    /// `{join: {with: TEXT, of: […]}}`: every operand counts, an empty one too.
    Join {
        /// What is between two.
        with: Text,
        /// The operands, each an expression of its own.
        of: List<Value>,
    },
    /// `[…]` inside an operand of `join`: several values that count as one.
    Concat(List<Value>),
    /// `{json: {…}}`: a JSON object. A member is a string of what its expression yields, unless that is JSON, or the time in
    /// seconds or milliseconds, which is a number.
    Object(List<(Text, List<Value>)>),
    /// A list in a JSON object. Its items are written as members are.
    Array(List<List<Value>>),
    /// A number, a boolean or `null` in a JSON object, as it is written.
    Literal(Text),
    /// `{parts: {NAME: V, …}}`: the members of a list such as `t=1,v1=2`. What is verified need not have more of them, and of one
    /// that is there several times, one has to be right.
    Parts {
        /// The members.
        parts: List<(Text, List<Value>)>,
        /// What is between two.
        separator: Text,
        /// What is between a name and its value.
        equals: Text,
    },
    /// `{public: {credential: NAME, as: …}}`: the public half of a key, or a certificate.
    Public {
        /// The credential.
        credential: Text,
        /// How it is written.
        form: PublicForm,
    },
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
    /// The path and the query as sent, as in the first line of a request (RFC 9421, section 2.2.5).
    Target,
    /// The host, in lower case, and the port unless it is the scheme's own (RFC 9421, section 2.2.3).
    Authority,
    /// The URL as it is called.
    Url,
    /// The same without its query.
    UrlWithoutQuery,
}

/// A part of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponsePart {
    /// The body, as it came.
    Body,
    /// The HTTP status, in three digits.
    Status,
}

impl ResponsePart {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Status => "status",
        }
    }
}

/// How a UUID comes about (RFC 9562).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UuidVersion {
    /// By chance.
    V4,
    /// By the clock and by chance, so that later ones sort behind.
    V7,
}

/// How long something that is made stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// For one attempt.
    Attempt,
    /// For all attempts of a call.
    Call,
}

/// What a random text is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Letters and digits of ASCII.
    Alphanumeric,
    /// Hexadecimal digits, in lower case.
    Hex,
    /// Raw bytes.
    Bytes,
}

/// How a public key or a certificate is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicForm {
    /// A JSON Web Key (RFC 7517), with the members that a thumbprint is made of.
    Jwk,
    /// The thumbprint of that (RFC 7638), raw.
    Thumbprint,
    /// DER: of a certificate, or else of the key as `SubjectPublicKeyInfo`.
    Der,
    /// The SHA-256 digest of that, raw.
    Sha256,
}

impl PublicForm {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jwk => "jwk",
            Self::Thumbprint => "thumbprint",
            Self::Der => "der",
            Self::Sha256 => "sha-256",
        }
    }
}

impl Alphabet {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alphanumeric => "alphanumeric",
            Self::Hex => "hex",
            Self::Bytes => "bytes",
        }
    }
}

/// A selection of named values: fields of the body, parameters of the query, headers.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    /// Which, in which order.
    pub which: Selection,
    /// Of what.
    pub of: Of,
    /// Named values that are not sent there and are in it all the same.
    pub with: List<(Text, List<Value>)>,
    /// Names that are not in it.
    pub except: List<Text>,
    /// Whether only those are in it whose value is not empty (`where: non-empty`).
    pub non_empty: bool,
    /// What becomes of one that is described and not sent.
    pub absent: Absent,
    /// How names are compared where they are sorted.
    pub order: Order,
    /// What is written of each.
    pub form: FieldForm,
    /// What is between two.
    pub separator: List<Value>,
}

/// What a selection is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The top of the body.
    Body,
    /// The query.
    Query,
    /// The query, and then the top of the body.
    QueryAndBody,
    /// The headers: names in lower case, values without white space at their ends.
    Headers,
}

/// How names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By their bytes.
    Bytes,
    /// By their bytes in lower case.
    IgnoreCase,
}

/// Which named values, in which order.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// Those of the operation's `x-signed-fields`, in that order.
    Signed,
    /// All but the one that is being filled, sorted by their names, and those of one name by their values.
    ByName,
    /// All but the one that is being filled, in the order in which they are sent.
    All,
    /// These, in this order.
    Named(List<Text>),
    /// Those that this field, query parameter or header of the request lists, with commas or spaces between them. What is added
    /// (`with`) is in it only where it is listed.
    NamedIn(Text),
    /// The headers whose names begin so, sorted by their names.
    Prefix(Text),
}

/// What is taken of each field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldForm {
    /// `value`, decoded: neither percent-encoding nor JSON quotes.
    Values,
    /// `name=value`, decoded.
    Pairs,
    /// What an expression yields, with [`Value::Name`] and [`Value::Content`] in it.
    Each(List<Value>),
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
            Self::Target => "target",
            Self::Authority => "authority",
            Self::Url => "url",
            Self::UrlWithoutQuery => "url-without-query",
        }
    }

    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Method,
        Self::Path,
        Self::OperationPath,
        Self::Query,
        Self::Body,
        Self::Target,
        Self::Authority,
        Self::Url,
        Self::UrlWithoutQuery,
    ];

    /// Whether the base URL's path is in it, or its host.
    pub const fn has_base(self) -> bool {
        matches!(self, Self::Path | Self::Target | Self::Authority | Self::Url | Self::UrlWithoutQuery)
    }

    /// Whether the base URL's host is in it.
    pub const fn has_origin(self) -> bool {
        matches!(self, Self::Authority | Self::Url | Self::UrlWithoutQuery)
    }

    /// Whether the query is in it.
    pub const fn has_query(self) -> bool {
        matches!(self, Self::Query | Self::Target | Self::Url)
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
            Value::Apply(_, operands) => reads_any(operands, session),
            Value::Array(items_of) => reads_any(items(items_of), session),
            Value::Object(members) | Value::Parts { parts: members, .. } => reads_named(items(members), session),
            Value::Fields(fields) => {
                let of_each = match &fields.form {
                    FieldForm::Each(of) => reads(items(of), session),
                    FieldForm::Values | FieldForm::Pairs => false,
                };
                of_each || reads_named(items(&fields.with), session) || reads(items(&fields.separator), session)
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

const fn reads_any(operands: &[List<Value>], session: bool) -> bool {
    let mut index = 0;
    while index < operands.len() {
        if reads(items(&operands[index]), session) {
            return true;
        }
        index += 1;
    }
    false
}

const fn reads_named(members: &[(Text, List<Value>)], session: bool) -> bool {
    let mut index = 0;
    while index < members.len() {
        if reads(items(&members[index].1), session) {
            return true;
        }
        index += 1;
    }
    false
}

impl Value {
    /// The expressions that it is made of.
    pub fn operands(&self) -> Vec<&[Self]> {
        match self {
            Self::Join { of, .. } | Self::Concat(of) => vec![of],
            Self::Apply(function, operands) => {
                operands[..function.operands().len()].iter().map(AsRef::as_ref).collect()
            }
            Self::Array(items) => items.iter().map(AsRef::as_ref).collect(),
            Self::Object(members) | Self::Parts { parts: members, .. } => {
                members.iter().map(|(_, of)| of.as_ref()).collect()
            }
            Self::Fields(fields) => {
                let each = match &fields.form {
                    FieldForm::Each(of) => of.as_ref(),
                    FieldForm::Values | FieldForm::Pairs => &[],
                };
                fields.with.iter().map(|(_, of)| of.as_ref()).chain([each, &fields.separator]).collect()
            }
            _ => Vec::new(),
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

/// Whether an expression reads a credential, or the public half of it.
pub fn reads_credential(values: &[Value], credential: &str) -> bool {
    any(values, &|value| match value {
        Value::Credential(name) | Value::Public { credential: name, .. } => name == credential,
        _ => false,
    })
}

/// Whether an expression reads a setting.
pub fn reads_setting(values: &[Value], setting: &str) -> bool {
    any(values, &|value| matches!(value, Value::Setting(name) if name == setting))
}

/// Whether a test holds for a value or for one of its operands.
pub fn any(values: &[Value], test: &impl Fn(&Value) -> bool) -> bool {
    values.iter().any(|value| test(value) || value.operands().iter().any(|operand| any(operand, test)))
}
