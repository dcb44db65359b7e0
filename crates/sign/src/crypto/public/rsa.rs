//! The RSA public key that a document encrypts with.

use countersign_plan::Padding;

use super::{NOT_RSA, PRIVATE, PublicKey};
use crate::crypto::pem;

/// An RSA public key that encrypts.
#[derive(Clone, Debug)]
pub struct RsaPublicKey(PublicKey);

impl RsaPublicKey {
    /// Reads a PEM text, PKCS#1 (`RSA PUBLIC KEY`) or SubjectPublicKeyInfo (`PUBLIC KEY`).
    ///
    /// # Errors
    /// What is wrong with it and what to give instead, without a byte of it.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text).ok_or(
            "it is not PEM text: it should start with \"-----BEGIN PUBLIC KEY-----\" and keep its line breaks",
        )?;
        match blocks[0].label {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {}
            label if label.contains("PRIVATE") => return Err(PRIVATE.into()),
            "CERTIFICATE" => {
                return Err(
                    "it is a certificate: extract its key with \"openssl x509 -pubkey -noout\" and give that".into()
                );
            }
            _ => return Err("its PEM block is neither \"PUBLIC KEY\" nor \"RSA PUBLIC KEY\"".into()),
        }
        Ok(Self(PublicKey::rsa(&blocks[0].der).ok_or(NOT_RSA)?))
    }

    /// Encrypts. Every call gives another ciphertext, since both paddings are random.
    ///
    /// # Errors
    /// The plaintext is too long for the key.
    pub(crate) fn encrypt(&self, padding: Padding, plaintext: &[u8]) -> Result<Vec<u8>, String> {
        self.0.encrypt(padding.into(), plaintext)
    }
}

#[cfg(test)]
mod tests;
