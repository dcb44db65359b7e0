//! What can be done with bytes: the functions of an expression.

use crate::{
    CipherMode, EcdsaForm, JweAlgorithm, JweEncryption, JwsAlgorithm, List, Operands, SignatureAlgorithm, Value,
};

/// A function of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `sha-256`, and its siblings: the raw digest.
    Digest(Hash),
    /// `hmac-sha-256`, and its siblings: the raw tag.
    Hmac(Hash),
    /// `hex`, and its siblings.
    Encode(Codec),
    /// `json-minify` and `json-canonical`: JSON, written otherwise.
    Json(JsonForm),
    /// `percent` and `form`: what may not be in a URL, or in a form, is escaped, but for the characters in `keep`.
    Escape(Escape),
    /// `without`: without these characters.
    Without,
    /// `after`: what comes after a prefix, or all of it where that is not there.
    After,
    /// `decimal`: a number with so many places after the point. What does not fit exactly is an error.
    Decimal(u8),
    /// `rsa-pkcs1-v1-5`, and its sibling: the raw ciphertext. The key is a public one.
    Encrypt(Padding),
    /// `aes-cbc`, and its siblings: the raw ciphertext.
    Encipher(CipherMode),
    /// `{decrypt: {aes-cbc: …}}`, and its siblings: the plaintext.
    Decipher(CipherMode),
    /// `sign`: the raw signature. The key is a private one.
    Sign(SignatureAlgorithm, EcdsaForm),
    /// `jwt` and `jws`: a JSON Web Signature (RFC 7515), compact.
    Jws(JwsAlgorithm, Payload),
    /// `jwe`: a JSON Web Encryption (RFC 7516), compact.
    Jwe(JweAlgorithm, JweEncryption),
    /// `{decrypt: {jwe: …}}`: the plaintext.
    DecryptJwe(JweAlgorithm, JweEncryption),
}

impl Function {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digest(hash) => hash.name(),
            Self::Hmac(hash) => hash.hmac_name(),
            Self::Encode(codec) => codec.name(),
            Self::Json(form) => form.name(),
            Self::Escape(escape) => escape.name(),
            Self::Without => "without",
            Self::After => "after",
            Self::Decimal(_) => "decimal",
            Self::Encrypt(padding) => padding.name(),
            Self::Encipher(mode) | Self::Decipher(mode) => mode.name(),
            Self::Sign(..) => "sign",
            Self::Jws(_, Payload::Claims) => "jwt",
            Self::Jws(..) => "jws",
            Self::Jwe(..) | Self::DecryptJwe(..) => "jwe",
        }
    }

    /// The names of its operands, in their order: the last one is what the function is of. Where it has one alone, the document
    /// does not write its name.
    pub const fn operands(self) -> &'static [&'static str] {
        match self {
            Self::Digest(_) | Self::Encode(_) | Self::Json(_) | Self::Decimal(_) => &["of"],
            Self::Escape(_) => &["keep", "of"],
            Self::Without => &["characters", "of"],
            Self::After => &["prefix", "of"],
            Self::Hmac(_) | Self::Encrypt(_) | Self::Sign(..) => &["key", "of"],
            Self::Encipher(CipherMode::Ecb) | Self::Decipher(CipherMode::Ecb) => &["key", "of"],
            Self::Encipher(CipherMode::Cbc) | Self::Decipher(CipherMode::Cbc) => &["key", "iv", "of"],
            Self::Encipher(CipherMode::Gcm) | Self::Decipher(CipherMode::Gcm) => &["key", "nonce", "aad", "of"],
            Self::Jws(_, Payload::Claims) => &["key", "header", "claims"],
            Self::Jws(..) | Self::Jwe(..) => &["key", "header", "of"],
            Self::DecryptJwe(..) => &["key", "of"],
        }
    }

    /// Whether an operand may be left out, and is empty then.
    pub fn may_lack(self, operand: &str) -> bool {
        matches!(operand, "keep" | "aad" | "header")
    }

    /// Whether what it yields is bytes that need not be text.
    pub const fn is_raw(self) -> bool {
        matches!(self, Self::Digest(_) | Self::Hmac(_) | Self::Encrypt(_) | Self::Encipher(_) | Self::Sign(..))
    }

    /// Whether it yields something else each time, of the same operands.
    pub const fn is_random(self) -> bool {
        match self {
            Self::Encrypt(_) | Self::Jwe(..) => true,
            Self::Sign(algorithm, _) => algorithm.is_random(),
            Self::Jws(algorithm, _) => match algorithm.signature() {
                Some(signature) => signature.is_random(),
                None => false,
            },
            _ => false,
        }
    }

    /// Whether it hides what it is made of: a digest, a tag, a signature, a ciphertext.
    pub const fn hides(self) -> bool {
        self.is_raw() || matches!(self, Self::Jws(..) | Self::Jwe(..))
    }

    /// This function of one operand, the others empty.
    pub fn of(self, of: impl Into<List<Value>>) -> Value {
        let mut operands = Operands::default();
        operands[self.operands().len() - 1] = of.into();
        Value::Apply(self, operands)
    }

    /// This function of a key and one other operand.
    pub fn keyed(self, key: impl Into<List<Value>>, of: impl Into<List<Value>>) -> Value {
        let mut value = self.of(of);
        if let Value::Apply(_, operands) = &mut value {
            operands[0] = key.into();
        }
        value
    }
}

/// What a JSON Web Signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// `jwt`: claims, as a JSON object (RFC 7519).
    Claims,
    /// `jws`: any bytes.
    Bytes,
    /// `jws` with `detached: true`: bytes that are sent elsewhere (RFC 7515, appendix F).
    Detached,
    /// `jws` with `detached: true, b64: false`: the same, and they are signed as they are (RFC 7797).
    DetachedUnencoded,
}

impl Payload {
    /// What is said of it beside the algorithm.
    pub(crate) const fn options(self) -> &'static str {
        match self {
            Self::Claims | Self::Bytes => "",
            Self::Detached => ", detached: true",
            Self::DetachedUnencoded => ", detached: true, b64: false",
        }
    }
}

/// How JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// `json-minify`: without white space between its parts. Names, their order and numbers stay as they are.
    Minified,
    /// `json-canonical`: as RFC 8785 writes it.
    Canonical,
    /// A text as a string. An object writes its members so; no document says it by itself.
    String,
}

impl JsonForm {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minified => "json-minify",
            Self::Canonical => "json-canonical",
            Self::String => "string",
        }
    }
}

/// How characters are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// `percent`: everything but the unreserved characters of RFC 3986.
    Percent,
    /// `form`: as `application/x-www-form-urlencoded` does, with `+` for a space.
    Form,
}

impl Escape {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Form => "form",
        }
    }
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5, which is broken. Some providers ask for it.
    Md5,
    /// SHA-1, which is broken. Some providers ask for it.
    Sha1,
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
    /// `base64-url` with `padding: true`.
    Base64UrlPadded,
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
    /// `trim`: without white space at either end.
    Trim,
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
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The document's word for the digest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha-1",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The document's word for the tag.
    pub const fn hmac_name(self) -> &'static str {
        match self {
            Self::Md5 => "hmac-md5",
            Self::Sha1 => "hmac-sha-1",
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
            Self::Base64Url | Self::Base64UrlPadded => "base64-url",
            Self::Base64Mime => "base64-mime",
            Self::FromHex => "from-hex",
            Self::FromBase64 => "from-base64",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Trim => "trim",
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
