//! Expressions that yield bytes, and what they are made of.

use crate::{List, Text};

/// An expression that yields bytes (`x-value`).
///
/// A [`List`] of values is their concatenation, so every function takes any number of operands.
#[derive(Clone, Debug, PartialEq)]
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
    /// `{sha-256: V}`, and its siblings: the raw digest.
    Digest(Hash, List<Value>),
    /// `{hmac-sha-256: {key: V, of: V}}`, and its siblings: the raw tag.
    Hmac {
        /// The hash function.
        hash: Hash,
        /// The key.
        key: List<Value>,
        /// The message.
        of: List<Value>,
    },
    /// `{hex: V}`, and its siblings.
    Encode(Codec, List<Value>),
    /// `{rsa-pkcs1-v1-5: {key: V, of: V}}`, and its sibling: the raw ciphertext.
    Encrypt {
        /// The padding.
        padding: Padding,
        /// The public key, as PEM text.
        key: List<Value>,
        /// The plaintext.
        of: List<Value>,
    },
}

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

/// A hash function of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

/// An encoding of bytes as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `hex`: lower case.
    Hex,
    /// `base64`: the standard alphabet with padding (RFC 4648, section 4).
    Base64,
    /// `base64-url`: the URL-safe alphabet without padding (RFC 4648, section 5).
    Base64Url,
    /// `base64-mime`: as `base64`, in lines of 76 characters, each ended by a line feed, the last one too.
    Base64Mime,
    /// `from-hex`: either case.
    FromHex,
    /// `from-base64`: white space is skipped, padding may be missing.
    FromBase64,
    /// `upper`: ASCII letters only.
    Upper,
    /// `lower`: ASCII letters only.
    Lower,
    /// `percent`: everything but the unreserved characters of RFC 3986.
    Percent,
}

/// How a plaintext is padded before RSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// `rsa-pkcs1-v1-5`: RSAES-PKCS1-v1_5 (RFC 8017, section 7.2).
    Pkcs1V15,
    /// `rsa-oaep-sha-256`: RSAES-OAEP with SHA-256 (RFC 8017, section 7.1).
    OaepSha256,
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

impl Hash {
    /// How many bytes a digest or tag has.
    pub const fn size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The document's word for the digest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The document's word for the tag.
    pub const fn hmac_name(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha-256",
            Self::Sha384 => "hmac-sha-384",
            Self::Sha512 => "hmac-sha-512",
        }
    }
}

impl Codec {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64-url",
            Self::Base64Mime => "base64-mime",
            Self::FromHex => "from-hex",
            Self::FromBase64 => "from-base64",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Percent => "percent",
        }
    }
}

impl Padding {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pkcs1V15 => "rsa-pkcs1-v1-5",
            Self::OaepSha256 => "rsa-oaep-sha-256",
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
            Value::Join { of, .. } | Value::Concat(of) | Value::Digest(_, of) | Value::Encode(_, of) => {
                reads(items(of), session)
            }
            Value::Hmac { key, of, .. } | Value::Encrypt { key, of, .. } => {
                reads(items(key), session) || reads(items(of), session)
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

/// Whether a test holds for a value or for one of its operands.
pub fn any(values: &[Value], test: &impl Fn(&Value) -> bool) -> bool {
    values.iter().any(|value| {
        test(value)
            || match value {
                Value::Join { of, .. } | Value::Concat(of) | Value::Digest(_, of) | Value::Encode(_, of) => {
                    any(of, test)
                }
                Value::Hmac { key, of, .. } | Value::Encrypt { key, of, .. } => any(key, test) || any(of, test),
                _ => false,
            }
    })
}
