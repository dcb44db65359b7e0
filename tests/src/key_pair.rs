//! RSA key pairs, each made for one test. The unit tests of other crates take this file in by its path.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};

/// A key pair: the provider's half, and the PEM text that the provider would hand out.
pub struct KeyPair {
    private: PrivateDecryptingKey,
    /// The public half, as `PUBLIC KEY`.
    pub public: String,
}

impl KeyPair {
    /// A new pair, of 2048 bits.
    pub fn generate() -> Self {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key");
        let der = AsDer::<PublicKeyX509Der<'_>>::as_der(&private.public_key()).expect("its public half");
        Self { private, public: pem::encode(&pem::Pem::new("PUBLIC KEY", der.as_ref())) }
    }

    /// The private half, as `PRIVATE KEY`.
    #[allow(dead_code)] // Those who take this file in by its path do not all need it.
    pub fn private(&self) -> String {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&self.private).expect("its private half");
        pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref()))
    }

    /// The plaintext, if it was encrypted with the public half and RSAES-PKCS1-v1_5.
    pub fn decrypt_pkcs1(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let key = Pkcs1PrivateDecryptingKey::new(self.private.clone()).ok()?;
        let mut plain = vec![0; key.min_output_size()];
        Some(key.decrypt(ciphertext, &mut plain).ok()?.to_vec())
    }

    /// The plaintext, if it was encrypted with the public half and RSAES-OAEP with SHA-256.
    pub fn decrypt_oaep(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPrivateDecryptingKey::new(self.private.clone()).ok()?;
        let mut plain = vec![0; key.min_output_size()];
        Some(key.decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut plain, None).ok()?.to_vec())
    }
}
