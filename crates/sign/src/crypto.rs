//! Keys, signatures, ciphers and JOSE: functions of bytes, without a plan and without a clock.
//!
//! aws-lc-rs does the mathematics. What is here gives it the document's names, reads the texts that keys come in, and puts
//! together what it has no word for.

pub(crate) mod canonical;
pub(crate) mod cipher;
mod curve;
mod der;
pub(crate) mod jose;
pub(crate) mod legacy;
mod pem;
mod private;
mod public;
mod scheme;

pub(crate) use private::PrivateKey;
pub use public::RsaPublicKey;
pub(crate) use public::{PublicKey, PublicKeys};

use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm};
use countersign_plan::{Hash, Padding};

/// The error of everything that does not open. Whoever sent it must not learn which step failed.
pub(crate) const NOT_DECRYPTED: &str = "it cannot be decrypted";

const UNKNOWN_KEY: &str =
    "it holds no key that is known: give an RSA key, a key of the curve P-256, P-384 or P-521, or an Ed25519 key";

/// The key of an HMAC, unless its hash function is one of the [`legacy`] ones.
pub(crate) fn hmac_key(hash: Hash, key: &[u8]) -> Option<hmac::Key> {
    let algorithm = match hash {
        Hash::Md5 | Hash::Sha1 => return None,
        Hash::Sha256 => HMAC_SHA256,
        Hash::Sha384 => HMAC_SHA384,
        Hash::Sha512 => HMAC_SHA512,
    };
    Some(hmac::Key::new(algorithm, key))
}

/// How a plaintext is padded before RSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaPadding {
    /// RSAES-PKCS1-v1_5.
    Pkcs1V15,
    /// RSAES-OAEP with SHA-1, which only JWE asks for.
    OaepSha1,
    /// RSAES-OAEP with SHA-256.
    OaepSha256,
}

impl RsaPadding {
    /// The parameters of OAEP, if it is that.
    fn oaep(self) -> Option<&'static OaepAlgorithm> {
        match self {
            Self::Pkcs1V15 => None,
            Self::OaepSha1 => Some(&OAEP_SHA1_MGF1SHA1),
            Self::OaepSha256 => Some(&OAEP_SHA256_MGF1SHA256),
        }
    }
}

impl From<Padding> for RsaPadding {
    fn from(padding: Padding) -> Self {
        match padding {
            Padding::Pkcs1V15 => Self::Pkcs1V15,
            Padding::OaepSha256 => Self::OaepSha256,
        }
    }
}

#[cfg(test)]
mod tests;
