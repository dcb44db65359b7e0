//! Private keys: from PEM text to a signature, a plaintext, a shared secret.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use countersign_plan::{EcdsaForm, SignatureAlgorithm};
use zeroize::Zeroizing;

use super::curve::Curve;
use super::der::rsa_in_pkcs8;
use super::scheme::{KeyType, Scheme};
use super::{NOT_DECRYPTED, PublicKey, RsaPadding, UNKNOWN_KEY, pem};

/// A private key that signs, and that decrypts and agrees on keys as far as its kind does.
#[derive(Clone)]
pub(crate) struct PrivateKey(Arc<Halves>);

struct Halves {
    private: Private,
    public: PublicKey,
}

enum Private {
    Rsa {
        signing: rsa::KeyPair,
        decrypting: PrivateDecryptingKey,
    },
    Ec {
        /// For each form of a signature, since aws-lc-rs has the form in the key.
        jose: EcdsaKeyPair,
        der: EcdsaKeyPair,
        agreement: agreement::PrivateKey,
    },
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// Reads the first private key of a PEM text: PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or SEC 1 (`EC PRIVATE
    /// KEY`).
    ///
    /// # Errors
    /// What is wrong with it and what to give instead, without a byte of it.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text).ok_or(
            "it is not PEM text: it should start with \"-----BEGIN PRIVATE KEY-----\" and keep its line breaks",
        )?;
        // `openssl ecparam -genkey` writes the curve's parameters before the key.
        let block = blocks
            .iter()
            .find(|block| block.label.ends_with("PRIVATE KEY"))
            .ok_or("it is not a private key: give the private half, as a PEM block \"PRIVATE KEY\"")?;
        let halves = match block.label {
            "ENCRYPTED PRIVATE KEY" => None,
            _ if block.der.is_empty() => None,
            "PRIVATE KEY" => Some(match rsa_in_pkcs8(&block.der) {
                Some(pkcs1) => Halves::rsa(pkcs1)?,
                None => Halves::ed25519(&block.der).or_else(|| Halves::ec(&block.der)).ok_or(UNKNOWN_KEY)?,
            }),
            "RSA PRIVATE KEY" => Some(Halves::rsa(&block.der)?),
            "EC PRIVATE KEY" => Some(Halves::ec(&block.der).ok_or(UNKNOWN_KEY)?),
            _ => return Err("its PEM block is in a format of its own: convert it with \"openssl pkey\"".into()),
        };
        halves
            .map(|halves| Self(Arc::new(halves)))
            .ok_or_else(|| "it is encrypted: decrypt it with \"openssl pkey\" and give what that writes".to_owned())
    }

    /// Signs. Some algorithms yield another signature each time.
    ///
    /// # Errors
    /// The algorithm needs another kind of key.
    pub(crate) fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        form: EcdsaForm,
        message: &[u8],
    ) -> Result<Vec<u8>, String> {
        let signature = match (&self.0.private, Scheme::from(algorithm)) {
            (Private::Rsa { signing, .. }, Scheme::Rsa(encoding, _)) => {
                let mut signature = vec![0; signing.public_modulus_len()];
                signing.sign(encoding, &SystemRandom::new(), message, &mut signature).map(|()| signature)
            }
            (Private::Ec { jose, der, .. }, Scheme::Ecdsa(curve)) if self.key_type() == KeyType::Ec(curve) => {
                let pair = match form {
                    EcdsaForm::Jose => jose,
                    EcdsaForm::Der => der,
                };
                pair.sign(&SystemRandom::new(), message).map(|signature| signature.as_ref().to_vec())
            }
            (Private::Ed25519(pair), Scheme::Ed25519) => {
                pair.try_sign(message).map(|signature| signature.as_ref().to_vec())
            }
            (_, scheme) => return Err(self.key_type().unsuited(scheme.key_type(), algorithm.name())),
        };
        signature.map_err(|_| format!("it could not make a signature of {}", algorithm.name()))
    }

    /// Decrypts what was encrypted with the public half.
    ///
    /// # Errors
    /// It is no RSA key, or one error for whatever else does not open.
    pub(crate) fn decrypt(&self, padding: RsaPadding, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
        self.open(padding, ciphertext)?.ok_or_else(|| NOT_DECRYPTED.to_owned())
    }

    /// As [`decrypt`](Self::decrypt): `None` if the ciphertext does not open.
    pub(super) fn open(&self, padding: RsaPadding, ciphertext: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        let Private::Rsa { decrypting, .. } = &self.0.private else {
            return Err(self.key_type().unsuited(KeyType::Rsa, "decrypting"));
        };
        let mut plaintext = Zeroizing::new(vec![0; decrypting.key_size_bytes()]);
        let key = decrypting.clone();
        let length = match padding.oaep() {
            None => Pkcs1PrivateDecryptingKey::new(key)
                .and_then(|key| key.decrypt(ciphertext, &mut plaintext).map(|plain| plain.len())),
            Some(oaep) => OaepPrivateDecryptingKey::new(key)
                .and_then(|key| key.decrypt(oaep, ciphertext, &mut plaintext, None).map(|plain| plain.len())),
        };
        Ok(length.ok().map(|length| {
            plaintext.truncate(length);
            plaintext
        }))
    }

    /// The secret that it shares with another key (NIST SP 800-56A, section 5.7.1.2), or `None` if that is not on its curve.
    ///
    /// # Errors
    /// It has no curve.
    pub(super) fn agree(&self, peer: &PublicKey) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        match &self.0.private {
            Private::Ec { agreement, .. } => Ok(agree(agreement, peer)),
            _ => Err(self.key_type().unsuited("an elliptic curve", "agreeing on a key")),
        }
    }

    /// The public half.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.0.public
    }

    pub(super) fn key_type(&self) -> KeyType {
        self.0.public.key_type()
    }
}

impl Halves {
    fn rsa(pkcs1: &[u8]) -> Result<Self, String> {
        let read = || {
            let signing = rsa::KeyPair::from_der(pkcs1).ok()?;
            let pkcs8: Pkcs8V1Der<'_> = signing.as_der().ok()?;
            let decrypting = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref()).ok()?;
            let public = PublicKey::rsa(signing.public_key().as_ref())?;
            Some(Self { private: Private::Rsa { signing, decrypting }, public })
        };
        read().ok_or_else(|| {
            "it is not an RSA key of 2048 to 8192 bits: make one, and register its public half with the provider"
                .to_owned()
        })
    }

    /// In PKCS#8 or in SEC 1.
    fn ec(der: &[u8]) -> Option<Self> {
        Curve::ALL.into_iter().find_map(|curve| {
            let pair = |form| EcdsaKeyPair::from_private_key_der(curve.signing(form), der).ok();
            let jose = pair(EcdsaForm::Jose)?;
            let public = PublicKey::ec(curve, jose.public_key().as_ref())?;
            let agreement = agreement::PrivateKey::from_private_key_der(curve.agreement(), der).ok()?;
            Some(Self { private: Private::Ec { jose, der: pair(EcdsaForm::Der)?, agreement }, public })
        })
    }

    fn ed25519(pkcs8: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).ok()?;
        let public = PublicKey::ed25519(pair.public_key().as_ref())?;
        Some(Self { private: Private::Ed25519(pair), public })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.key_type())
    }
}

/// Agrees with another key by one that is made for this time: its public half, and the secret that both share. `random` fills
/// a buffer with random bytes.
///
/// # Errors
/// The other key has no curve.
pub(super) fn agree_ephemeral(
    peer: &PublicKey,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<(PublicKey, Zeroizing<Vec<u8>>), String> {
    let KeyType::Ec(curve) = peer.key_type() else {
        return Err(peer.key_type().unsuited("an elliptic curve", "agreeing on a key"));
    };
    let mut number = Zeroizing::new(vec![0; curve.size()]);
    // Few numbers are too large for the curve: one of 2^32 at most. Then another is drawn.
    let ephemeral = (0..16).find_map(|_| {
        random(&mut number);
        if curve == Curve::P521 {
            // The seven bits above the 521st.
            number[0] &= 1;
        }
        agreement::PrivateKey::from_private_key(curve.agreement(), &number).ok()
    });
    let ephemeral = ephemeral.ok_or("what should be random is not")?;
    let public = ephemeral.compute_public_key().ok().and_then(|public| PublicKey::ec(curve, public.as_ref()));
    public.zip(agree(&ephemeral, peer)).ok_or_else(|| "the two keys cannot agree on a key".to_owned())
}

fn agree(private: &agreement::PrivateKey, peer: &PublicKey) -> Option<Zeroizing<Vec<u8>>> {
    let peer = UnparsedPublicKey::new(private.algorithm(), peer.spki());
    agreement::agree(private, peer, (), |secret| Ok(secret.to_vec().into())).ok()
}
