//! The elliptic curves of NIST that documents name.

use std::fmt;

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, UnparsedPublicKey};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaSigningAlgorithm,
};
use countersign_plan::EcdsaForm;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// JOSE's name (RFC 7518, section 6.2.1.1).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// How many bytes a coordinate has, and a private key.
    pub(super) fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// What is before the uncompressed point in a SubjectPublicKeyInfo (RFC 5480).
    pub(super) fn spki_prefix(self) -> &'static [u8] {
        match self {
            Self::P256 => {
                b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"
            }
            Self::P384 => {
                b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00"
            }
            Self::P521 => {
                b"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00"
            }
        }
    }

    /// Whether these bytes are an uncompressed point on the curve.
    pub(super) fn has_point(self, point: &[u8]) -> bool {
        point.len() == 1 + 2 * self.size()
            && ParsedPublicKey::try_from(UnparsedPublicKey::new(self.agreement(), point)).is_ok()
    }

    pub(super) fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
        }
    }

    pub(super) fn signing(self, form: EcdsaForm) -> &'static EcdsaSigningAlgorithm {
        match (self, form) {
            (Self::P256, EcdsaForm::Jose) => &ECDSA_P256_SHA256_FIXED_SIGNING,
            (Self::P256, EcdsaForm::Der) => &ECDSA_P256_SHA256_ASN1_SIGNING,
            (Self::P384, EcdsaForm::Jose) => &ECDSA_P384_SHA384_FIXED_SIGNING,
            (Self::P384, EcdsaForm::Der) => &ECDSA_P384_SHA384_ASN1_SIGNING,
            (Self::P521, EcdsaForm::Jose) => &ECDSA_P521_SHA512_FIXED_SIGNING,
            (Self::P521, EcdsaForm::Der) => &ECDSA_P521_SHA512_ASN1_SIGNING,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
