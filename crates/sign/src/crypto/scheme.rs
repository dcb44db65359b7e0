//! Which kind of key a signature algorithm needs.

use std::fmt;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaParameters, RsaSignatureEncoding,
};
use countersign_plan::SignatureAlgorithm;

use super::curve::Curve;

/// What a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyType {
    Rsa,
    Ec(Curve),
    Ed25519,
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa => f.write_str("an RSA key"),
            Self::Ec(curve) => write!(f, "a {curve} key"),
            Self::Ed25519 => f.write_str("an Ed25519 key"),
        }
    }
}

impl KeyType {
    /// The error of a use that wants another key.
    pub(super) fn unsuited(self, wanted: impl fmt::Display, for_what: &str) -> String {
        format!("it is {self}, and {for_what} needs {wanted}: give such a key")
    }
}

/// How a signature is made and verified.
pub(super) enum Scheme {
    Rsa(&'static RsaSignatureEncoding, &'static RsaParameters),
    Ecdsa(Curve),
    Ed25519,
}

impl Scheme {
    pub(super) fn key_type(&self) -> KeyType {
        match self {
            Self::Rsa(..) => KeyType::Rsa,
            Self::Ecdsa(curve) => KeyType::Ec(*curve),
            Self::Ed25519 => KeyType::Ed25519,
        }
    }
}

impl From<SignatureAlgorithm> for Scheme {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1V15Sha256 => Self::Rsa(&RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256),
            SignatureAlgorithm::RsaPkcs1V15Sha384 => Self::Rsa(&RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384),
            SignatureAlgorithm::RsaPkcs1V15Sha512 => Self::Rsa(&RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512),
            SignatureAlgorithm::RsaPssSha256 => Self::Rsa(&RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
            SignatureAlgorithm::RsaPssSha384 => Self::Rsa(&RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384),
            SignatureAlgorithm::RsaPssSha512 => Self::Rsa(&RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512),
            SignatureAlgorithm::EcdsaP256Sha256 => Self::Ecdsa(Curve::P256),
            SignatureAlgorithm::EcdsaP384Sha384 => Self::Ecdsa(Curve::P384),
            SignatureAlgorithm::EcdsaP521Sha512 => Self::Ecdsa(Curve::P521),
            SignatureAlgorithm::Ed25519 => Self::Ed25519,
        }
    }
}
