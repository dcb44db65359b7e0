//! The algorithms that a document names: of signatures, of JOSE, of ciphers.

use crate::Hash;

/// An enum whose variants are words of a document or of JOSE.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The document's word.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The one that has this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named! {
    /// How a signature is made with a private key (`{sign: {by: …}}`).
    SignatureAlgorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).
        RsaPkcs1V15Sha256 = "rsa-pkcs1-v1-5-sha-256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        RsaPkcs1V15Sha384 = "rsa-pkcs1-v1-5-sha-384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        RsaPkcs1V15Sha512 = "rsa-pkcs1-v1-5-sha-512",
        /// RSASSA-PSS with SHA-256, a salt as long as the digest, and MGF1 with the same hash (RFC 8017, section 8.1).
        RsaPssSha256 = "rsa-pss-sha-256",
        /// RSASSA-PSS with SHA-384.
        RsaPssSha384 = "rsa-pss-sha-384",
        /// RSASSA-PSS with SHA-512.
        RsaPssSha512 = "rsa-pss-sha-512",
        /// ECDSA on the curve P-256 with SHA-256 (FIPS 186-5).
        EcdsaP256Sha256 = "ecdsa-p256-sha-256",
        /// ECDSA on the curve P-384 with SHA-384.
        EcdsaP384Sha384 = "ecdsa-p384-sha-384",
        /// ECDSA on the curve P-521 with SHA-512.
        EcdsaP521Sha512 = "ecdsa-p521-sha-512",
        /// Ed25519 (RFC 8032).
        Ed25519 = "ed25519",
    }
}

impl SignatureAlgorithm {
    /// Whether its signatures have an [`EcdsaForm`].
    pub const fn is_ecdsa(self) -> bool {
        matches!(self, Self::EcdsaP256Sha256 | Self::EcdsaP384Sha384 | Self::EcdsaP521Sha512)
    }

    /// Whether two signatures of the same bytes differ.
    pub const fn is_random(self) -> bool {
        !matches!(self, Self::RsaPkcs1V15Sha256 | Self::RsaPkcs1V15Sha384 | Self::RsaPkcs1V15Sha512 | Self::Ed25519)
    }
}

named! {
    /// How the two numbers of an ECDSA signature are written (`form:`).
    EcdsaForm {
        /// One after the other, each as long as the curve's order (RFC 7518, section 3.4). The default.
        Jose = "jose",
        /// As an ASN.1 sequence (RFC 3279, section 2.2.3).
        Der = "der",
    }
}

named! {
    /// How a JWS is made (RFC 7518, section 3.1; RFC 8037): the header's `alg`. `none` is not among them.
    JwsAlgorithm {
        /// HMAC with SHA-256.
        Hs256 = "HS256",
        /// HMAC with SHA-384.
        Hs384 = "HS384",
        /// HMAC with SHA-512.
        Hs512 = "HS512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// ECDSA on the curve P-256 with SHA-256.
        Es256 = "ES256",
        /// ECDSA on the curve P-384 with SHA-384.
        Es384 = "ES384",
        /// ECDSA on the curve P-521 with SHA-512.
        Es512 = "ES512",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

impl JwsAlgorithm {
    /// The hash function that is in it.
    pub const fn hash(self) -> Hash {
        match self {
            Self::Hs256 | Self::Rs256 | Self::Ps256 | Self::Es256 => Hash::Sha256,
            Self::Hs384 | Self::Rs384 | Self::Ps384 | Self::Es384 => Hash::Sha384,
            Self::Hs512 | Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => Hash::Sha512,
        }
    }

    /// The signature that it is, or `None` of an HMAC.
    pub const fn signature(self) -> Option<SignatureAlgorithm> {
        Some(match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => return None,
            Self::Rs256 => SignatureAlgorithm::RsaPkcs1V15Sha256,
            Self::Rs384 => SignatureAlgorithm::RsaPkcs1V15Sha384,
            Self::Rs512 => SignatureAlgorithm::RsaPkcs1V15Sha512,
            Self::Ps256 => SignatureAlgorithm::RsaPssSha256,
            Self::Ps384 => SignatureAlgorithm::RsaPssSha384,
            Self::Ps512 => SignatureAlgorithm::RsaPssSha512,
            Self::Es256 => SignatureAlgorithm::EcdsaP256Sha256,
            Self::Es384 => SignatureAlgorithm::EcdsaP384Sha384,
            Self::Es512 => SignatureAlgorithm::EcdsaP521Sha512,
            Self::EdDsa => SignatureAlgorithm::Ed25519,
        })
    }
}

named! {
    /// How the key of a JWE reaches its recipient (RFC 7518, section 4.1): the header's `alg`.
    JweAlgorithm {
        /// RSAES-PKCS1-v1_5.
        Rsa1V5 = "RSA1_5",
        /// RSAES-OAEP with SHA-1 and MGF1 with SHA-1.
        RsaOaep = "RSA-OAEP",
        /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
        RsaOaep256 = "RSA-OAEP-256",
        /// The shared key itself encrypts the content.
        Dir = "dir",
        /// AES key wrap with a shared key of 128 bits.
        A128Kw = "A128KW",
        /// AES key wrap with a shared key of 256 bits.
        A256Kw = "A256KW",
        /// Elliptic curve Diffie-Hellman with an ephemeral key; what is agreed encrypts the content.
        EcdhEs = "ECDH-ES",
        /// As `ECDH-ES`; what is agreed wraps the key of the content, with 128 bits.
        EcdhEsA128Kw = "ECDH-ES+A128KW",
        /// As `ECDH-ES`; what is agreed wraps the key of the content, with 256 bits.
        EcdhEsA256Kw = "ECDH-ES+A256KW",
    }
}

named! {
    /// How the content of a JWE is encrypted (RFC 7518, section 5.1): the header's `enc`.
    JweEncryption {
        /// AES-GCM with a key of 128 bits.
        A128Gcm = "A128GCM",
        /// AES-GCM with a key of 256 bits.
        A256Gcm = "A256GCM",
        /// AES-CBC with 128 bits and HMAC with SHA-256.
        A128CbcHs256 = "A128CBC-HS256",
        /// AES-CBC with 256 bits and HMAC with SHA-512.
        A256CbcHs512 = "A256CBC-HS512",
    }
}

impl JweEncryption {
    /// How many bytes a key has.
    pub const fn key_size(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }
}

named! {
    /// How AES encrypts more than a block. The key has 128, 192 or 256 bits.
    CipherMode {
        /// `aes-cbc`: cipher block chaining with PKCS #7 padding (NIST SP 800-38A). It does not protect against changes.
        Cbc = "aes-cbc",
        /// `aes-ecb`: each block for itself, with PKCS #7 padding. Equal blocks stay equal, and it does not protect
        /// against changes.
        Ecb = "aes-ecb",
        /// `aes-gcm`: Galois/counter mode, with a nonce of 96 bits and a tag of 128 bits after the ciphertext
        /// (NIST SP 800-38D).
        Gcm = "aes-gcm",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_what_has_it() {
        macro_rules! check {
            ($($kind:ident),*) => {$(
                for one in $kind::ALL {
                    assert_eq!($kind::from_name(one.name()), Some(*one));
                }
                assert_eq!($kind::from_name("none"), None);
            )*};
        }
        check!(SignatureAlgorithm, EcdsaForm, JwsAlgorithm, JweAlgorithm, JweEncryption, CipherMode);
    }

    #[test]
    fn every_signature_has_one_name_in_jose() {
        let named: Vec<_> = JwsAlgorithm::ALL.iter().filter_map(|one| one.signature()).collect();
        assert_eq!(named, SignatureAlgorithm::ALL);
    }
}
