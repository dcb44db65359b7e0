//! Checks what a key has made: signatures, ciphertexts and the texts of JOSE.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_plan::{
    EcdsaForm, JweAlgorithm, JweEncryption, JwsAlgorithm, Padding, Payload, SignatureAlgorithm, Text, Value,
};
use zeroize::Zeroizing;

use super::matcher::{Bytes, Matcher};
use super::mismatch::{Matched, Mismatch, text, within, wrong};
use crate::crypto::jose::{self, jwe, jws};
use crate::crypto::{PrivateKey, PublicKeys};
use crate::inputs::{Credential, Key};

impl Credential {
    /// The same for whoever plays the owner of a key of which the client has the public half: with its private half.
    ///
    /// # Errors
    /// It is no private key. The text is not repeated.
    pub fn with_private(mut self, pem: &str) -> Result<Self, String> {
        self.private = Some(PrivateKey::from_pem(pem)?);
        Ok(self)
    }

    /// The private half, if it is known.
    fn private(&self) -> Option<&PrivateKey> {
        match &self.key {
            Key::Private(key) => Some(key),
            _ => self.private.as_ref(),
        }
    }

    /// Whether a signature was made by the key whose public half is known.
    fn verifies(&self, algorithm: SignatureAlgorithm, form: EcdsaForm, message: &[u8], signature: &[u8]) -> bool {
        self.public_keys().is_some_and(|keys| keys.verify(None, algorithm, form, message, signature))
    }

    fn public_keys(&self) -> Option<Cow<'_, PublicKeys>> {
        match &self.key {
            Key::Private(key) => Some(Cow::Owned(key.public().clone().into())),
            Key::Public(keys) => Some(Cow::Borrowed(keys)),
            _ => None,
        }
    }
}

impl<'m> Matcher<'m, '_> {
    /// The credential that is a key.
    fn key(&self, of: &[Value]) -> Result<(&'m Text, &'m Credential), Mismatch> {
        let [Value::Credential(name)] = of else { return Err(Mismatch::Unknown) };
        let found = self.inputs.setup.credentials.get_key_value(name);
        found.ok_or_else(|| wrong(format!("the credential {name} is missing")))
    }

    pub(super) fn encrypted(&mut self, padding: Padding, key: &[Value], of: &[Value], bytes: &[u8]) -> Matched {
        let (name, credential) = self.key(key)?;
        let Some(private) = credential.private() else { return self.unknown() };
        let plain = private.decrypt(padding.into(), bytes).map_err(|_| {
            let padding = padding.name();
            wrong(format!("it cannot be decrypted: it was not encrypted with {name} and {padding}"))
        })?;
        self.values(of, &plain)
    }

    pub(super) fn signed(
        &mut self,
        algorithm: SignatureAlgorithm,
        form: EcdsaForm,
        key: &[Value],
        of: &[Value],
        signature: &[u8],
    ) -> Matched {
        if self.learns() || !self.knows(of) {
            return self.unknown();
        }
        let (name, credential) = self.key(key)?;
        if credential.verifies(algorithm, form, &self.evaluate(of)?, signature) {
            return Ok(());
        }
        let algorithm = algorithm.name();
        Err(wrong(format!("it does not verify: it was not made with {name} and {algorithm}, or of something else")))
    }

    /// The key of a JOSE text: a credential, or bytes that both sides know, unless those are not known.
    fn jose_key(&self, of: &[Value]) -> Result<Option<JoseKey<'m>>, Mismatch> {
        match of {
            [Value::Credential(_)] if self.key(of)?.1.key.is_asymmetric() => Ok(Some(JoseKey::Of(self.key(of)?.1))),
            of if self.knows(of) => Ok(Some(JoseKey::Shared(self.evaluate(of)?))),
            _ => Ok(None),
        }
    }

    pub(super) fn jws(
        &mut self,
        algorithm: JwsAlgorithm,
        form: Payload,
        [key, header, of]: [&[Value]; 3],
        bytes: &[u8],
    ) -> Matched {
        let is_detached = matches!(form, Payload::Detached | Payload::DetachedUnencoded);
        let (head, payload) = if self.learns() {
            let mut parts = text(bytes)?.split('.').map(|part| URL_SAFE_NO_PAD.decode(part));
            let (Some(Ok(head)), Some(Ok(payload))) = (parts.next(), parts.next()) else {
                return Err(wrong("it is not a JWS in the compact serialization"));
            };
            (head, Zeroizing::new(payload))
        } else {
            let Some(key) = self.jose_key(key)? else { return self.unknown() };
            if is_detached && !self.knows(of) {
                return self.unknown();
            }
            let detached = is_detached.then(|| self.evaluate(of)).transpose()?;
            let detached = detached.as_ref().map(|bytes| bytes.as_slice());
            let public = key.public();
            let key = match (&key, &public) {
                (JoseKey::Shared(bytes), _) => jose::Key::Shared(bytes),
                (JoseKey::Of(_), Some(keys)) => jose::Key::Public(keys, None),
                (JoseKey::Of(_), None) => return Err(wrong("its key is not declared as one that verifies")),
            };
            let described = described(header);
            let b64 = form != Payload::DetachedUnencoded;
            let verified = jws::verify(text(bytes)?, detached, algorithm, key, b64, &described).map_err(wrong)?;
            (verified.header.into_bytes(), verified.payload)
        };
        self.header(header, &head)?;
        if is_detached { Ok(()) } else { self.values(of, &payload) }
    }

    pub(super) fn jwe(
        &mut self,
        algorithm: JweAlgorithm,
        encryption: JweEncryption,
        [key, header, of]: [&[Value]; 3],
        bytes: &[u8],
    ) -> Matched {
        let Some(key) = self.jose_key(key)? else { return self.unknown() };
        let key = match &key {
            JoseKey::Shared(bytes) => jose::Key::Shared(bytes),
            JoseKey::Of(credential) => match credential.private() {
                Some(private) => jose::Key::Private(private),
                None => return self.unknown(),
            },
        };
        let text = text(bytes)?;
        let plain = jwe::decrypt(text, algorithm, encryption, key).map_err(wrong)?;
        let head = text.split('.').next().and_then(|head| URL_SAFE_NO_PAD.decode(head).ok()).unwrap_or_default();
        self.header(header, &head)?;
        self.values(of, &plain)
    }

    /// The header of a JOSE text, of which the algorithms are checked already.
    fn header(&mut self, of: &[Value], bytes: &[u8]) -> Matched {
        match of {
            [] => Ok(()),
            of => self.values(of, bytes).map_err(|mismatch| within("its header", mismatch)),
        }
    }
}

/// The key of a JOSE text.
enum JoseKey<'m> {
    Shared(Bytes),
    Of(&'m Credential),
}

impl JoseKey<'_> {
    fn public(&self) -> Option<Cow<'_, PublicKeys>> {
        match self {
            Self::Shared(_) => None,
            Self::Of(credential) => credential.public_keys(),
        }
    }
}

/// The names of a header's members.
fn described(header: &[Value]) -> Vec<&str> {
    match header {
        [Value::Object(members)] => members.iter().map(|(name, _)| name.as_ref()).collect(),
        _ => Vec::new(),
    }
}
