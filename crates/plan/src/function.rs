//! What can be done with bytes: the functions of an expression.

use crate::{List, Value};

/// A function of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `sha-256`, and its siblings: the raw digest.
    Digest(Hash),
    /// `hmac-sha-256`, and its siblings: the raw tag.
    Hmac(Hash),
    /// `hex`, and its siblings.
    Encode(Codec),
    /// `rsa-pkcs1-v1-5`, and its sibling: the raw ciphertext. The key is PEM text.
    Encrypt(Padding),
}

impl Function {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digest(hash) => hash.name(),
            Self::Hmac(hash) => hash.hmac_name(),
            Self::Encode(codec) => codec.name(),
            Self::Encrypt(padding) => padding.name(),
        }
    }

    /// The names of its operands, in their order. Where it has one alone, the document does not write its name.
    pub const fn operands(self) -> &'static [&'static str] {
        match self {
            Self::Digest(_) | Self::Encode(_) => &["of"],
            Self::Hmac(_) | Self::Encrypt(_) => &["key", "of"],
        }
    }

    /// This function of one operand.
    pub fn of(self, of: impl Into<List<Value>>) -> Value {
        Value::Apply(self, [of.into(), List::default(), List::default(), List::default()])
    }

    /// This function of a key and one other operand.
    pub fn keyed(self, key: impl Into<List<Value>>, of: impl Into<List<Value>>) -> Value {
        Value::Apply(self, [key.into(), of.into(), List::default(), List::default()])
    }
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
