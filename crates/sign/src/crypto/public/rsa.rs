//! RSA public keys: from PEM text to a ciphertext.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey, PublicKey,
};

use countersign_plan::Padding;

/// An RSA public key that encrypts.
#[derive(Clone, Debug)]
pub struct RsaPublicKey(PublicEncryptingKey);

impl RsaPublicKey {
    /// Reads a PEM text, PKCS#1 (`RSA PUBLIC KEY`) or SubjectPublicKeyInfo (`PUBLIC KEY`).
    ///
    /// # Errors
    /// What is wrong with it and what to give instead, without a byte of it.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let block = pem::parse(text.trim()).map_err(|_| {
            "it is not PEM text: it should start with \"-----BEGIN PUBLIC KEY-----\" and keep its line breaks"
                .to_owned()
        })?;
        match block.tag() {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {}
            tag if tag.contains("PRIVATE") => {
                return Err(
                    "it is a private key: give the provider's public key, and treat this private key as disclosed"
                        .into(),
                );
            }
            "CERTIFICATE" => {
                return Err(
                    "it is a certificate: extract its key with \"openssl x509 -pubkey -noout\" and give that".into()
                );
            }
            _ => return Err("its PEM block is neither \"PUBLIC KEY\" nor \"RSA PUBLIC KEY\"".into()),
        }
        // The signature module reads both encodings and writes the one that the encryption module reads.
        let unusable = || "it is not an RSA key of 2048 to 8192 bits".to_owned();
        let key = PublicKey::from_der(block.contents()).map_err(|_| unusable())?;
        let der = AsDer::<PublicKeyX509Der<'_>>::as_der(&key).map_err(|_| unusable())?;
        PublicEncryptingKey::from_der(der.as_ref()).map(Self).map_err(|_| unusable())
    }

    /// Encrypts. Every call gives another ciphertext, since both paddings are random.
    ///
    /// # Errors
    /// The plaintext is too long for the key.
    pub(crate) fn encrypt(&self, padding: Padding, plaintext: &[u8]) -> Result<Vec<u8>, String> {
        let mut ciphertext = vec![0; self.0.key_size_bytes()];
        let written = match padding {
            Padding::Pkcs1V15 => Pkcs1PublicEncryptingKey::new(self.0.clone())
                .and_then(|key| key.encrypt(plaintext, &mut ciphertext).map(|written| written.len())),
            Padding::OaepSha256 => OaepPublicEncryptingKey::new(self.0.clone()).and_then(|key| {
                key.encrypt(&OAEP_SHA256_MGF1SHA256, plaintext, &mut ciphertext, None).map(|written| written.len())
            }),
        };
        let written = written.map_err(|_| {
            format!(
                "{} bytes cannot be encrypted with an RSA key of {} bits: give a shorter value",
                plaintext.len(),
                self.0.key_size_bits()
            )
        })?;
        ciphertext.truncate(written);
        Ok(ciphertext)
    }
}

#[cfg(test)]
mod tests;
