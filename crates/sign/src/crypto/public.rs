//! Public keys: from PEM text, a certificate or a JWK to a verified signature, a ciphertext, a thumbprint.

mod rsa;

pub use rsa::RsaPublicKey;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey, PublicKey as AnyRsaKey, PublicKeyComponents,
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_plan::{EcdsaForm, SignatureAlgorithm, json};
use serde::Deserialize;

use super::curve::Curve;
use super::der::{rsa_numbers, significant, spki_in_certificate};
use super::scheme::{KeyType, Scheme};
use super::{RsaPadding, UNKNOWN_KEY, pem};

/// What is before the key in the SubjectPublicKeyInfo of Ed25519 (RFC 8410).
const ED25519_PREFIX: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

const PRIVATE: &str = "it is a private key: give the provider's public key, and treat this private key as disclosed";

const NOT_RSA: &str = "it is not an RSA key of 2048 to 8192 bits";

/// A public key.
#[derive(Clone)]
pub(crate) struct PublicKey {
    material: Material,
    /// As SubjectPublicKeyInfo (RFC 5280).
    spki: Vec<u8>,
    /// The certificate that it came in.
    certificate: Option<Vec<u8>>,
    /// The `kid` of a JWK.
    id: Option<String>,
    /// The `use` of a JWK: `sig` or `enc`.
    purpose: Option<String>,
}

#[derive(Clone)]
enum Material {
    Rsa(PublicEncryptingKey),
    Ec(Curve),
    Ed25519,
}

impl PublicKey {
    fn new(material: Material, spki: Vec<u8>) -> Self {
        Self { material, spki, certificate: None, id: None, purpose: None }
    }

    /// From PKCS#1 or SubjectPublicKeyInfo.
    pub(super) fn rsa(der: &[u8]) -> Option<Self> {
        // The signature module reads both encodings and writes the one that the encryption module reads.
        let key = AnyRsaKey::from_der(der).ok()?;
        let spki: PublicKeyX509Der<'_> = key.as_der().ok()?;
        let key = PublicEncryptingKey::from_der(spki.as_ref()).ok()?;
        Some(Self::new(Material::Rsa(key), spki.as_ref().to_vec()))
    }

    /// From an uncompressed point.
    pub(super) fn ec(curve: Curve, point: &[u8]) -> Option<Self> {
        curve.has_point(point).then(|| Self::new(Material::Ec(curve), [curve.spki_prefix(), point].concat()))
    }

    pub(super) fn ed25519(key: &[u8]) -> Option<Self> {
        (key.len() == 32).then(|| Self::new(Material::Ed25519, [ED25519_PREFIX, key].concat()))
    }

    fn from_spki(spki: &[u8]) -> Option<Self> {
        let ec = |curve: Curve| Self::ec(curve, spki.strip_prefix(curve.spki_prefix())?);
        Curve::ALL
            .into_iter()
            .find_map(ec)
            .or_else(|| Self::ed25519(spki.strip_prefix(ED25519_PREFIX)?))
            .or_else(|| Self::rsa(spki))
    }

    fn from_certificate(certificate: &[u8]) -> Option<Self> {
        let key = Self::from_spki(spki_in_certificate(certificate)?)?;
        Some(Self { certificate: Some(certificate.to_vec()), ..key })
    }

    pub(super) fn key_type(&self) -> KeyType {
        match self.material {
            Material::Rsa(_) => KeyType::Rsa,
            Material::Ec(curve) => KeyType::Ec(curve),
            Material::Ed25519 => KeyType::Ed25519,
        }
    }

    /// As SubjectPublicKeyInfo.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The certificate that it came in, as DER.
    pub(crate) fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// SHA-256 of the certificate (RFC 7515, section 4.1.8: `x5t#S256`, before its encoding).
    pub(crate) fn certificate_sha256(&self) -> Option<Vec<u8>> {
        self.certificate().map(sha256)
    }

    /// As JWK, with the members that make the key and no others, in the order of RFC 7638.
    pub(crate) fn jwk(&self) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self.material {
            Material::Rsa(_) => {
                let (modulus, exponent) = rsa_numbers(&self.spki).unwrap_or_default();
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(exponent), text(modulus))
            }
            Material::Ec(curve) => {
                let (x, y) = self.spki[curve.spki_prefix().len() + 1..].split_at(curve.size());
                format!(r#"{{"crv":"{curve}","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
            Material::Ed25519 => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(&self.spki[ED25519_PREFIX.len()..]))
            }
        }
    }

    /// The thumbprint of RFC 7638, with SHA-256, before its encoding.
    pub(crate) fn thumbprint(&self) -> Vec<u8> {
        sha256(self.jwk().as_bytes())
    }

    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        form: EcdsaForm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let scheme = Scheme::from(algorithm);
        let algorithm: &'static dyn VerificationAlgorithm = match scheme {
            _ if scheme.key_type() != self.key_type() => return false,
            Scheme::Rsa(_, parameters) => parameters,
            Scheme::Ecdsa(curve) => &**curve.signing(form),
            Scheme::Ed25519 => &ED25519,
        };
        UnparsedPublicKey::new(algorithm, &self.spki).verify(message, signature).is_ok()
    }

    /// Encrypts with RSA. Every call gives another ciphertext, since all paddings are random.
    ///
    /// # Errors
    /// It is no RSA key, or the plaintext is too long for it.
    pub(crate) fn encrypt(&self, padding: RsaPadding, plaintext: &[u8]) -> Result<Vec<u8>, String> {
        let Material::Rsa(key) = &self.material else {
            return Err(self.key_type().unsuited(KeyType::Rsa, "encrypting"));
        };
        let mut ciphertext = vec![0; key.key_size_bytes()];
        let written = match padding.oaep() {
            None => Pkcs1PublicEncryptingKey::new(key.clone())
                .and_then(|key| key.encrypt(plaintext, &mut ciphertext).map(|written| written.len())),
            Some(oaep) => OaepPublicEncryptingKey::new(key.clone())
                .and_then(|key| key.encrypt(oaep, plaintext, &mut ciphertext, None).map(|written| written.len())),
        };
        let written = written.map_err(|_| {
            format!(
                "{} bytes cannot be encrypted with an RSA key of {} bits: give a shorter value",
                plaintext.len(),
                key.key_size_bits()
            )
        })?;
        ciphertext.truncate(written);
        Ok(ciphertext)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.key_type())
    }
}

/// The public keys of another party: one, or several while it changes from one to the next.
#[derive(Clone, Debug)]
pub(crate) struct PublicKeys(Vec<PublicKey>);

impl From<PublicKey> for PublicKeys {
    fn from(key: PublicKey) -> Self {
        Self(vec![key])
    }
}

/// A public key as JSON (RFC 7517), with the members that are of use.
#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// Of a private key. Whether it is there is all that is asked.
    d: Option<serde::de::IgnoredAny>,
}

impl Jwk {
    /// The key, or `None` where it is none that is known.
    fn read(self) -> Option<PublicKey> {
        let bytes = |member: &Option<String>| URL_SAFE_NO_PAD.decode(member.as_deref()?).ok();
        let key = match (self.kty.as_deref()?, self.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (bytes(&self.n)?, bytes(&self.e)?);
                let numbers = PublicKeyComponents { n: significant(&n), e: significant(&e) };
                PublicKey::rsa(numbers.as_der().ok()?.as_ref())?
            }
            ("OKP", Some("Ed25519")) => PublicKey::ed25519(&bytes(&self.x)?)?,
            ("EC", Some(name)) => {
                let curve = Curve::ALL.into_iter().find(|curve| curve.name() == name)?;
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                (x.len() == curve.size()).then(|| PublicKey::ec(curve, &[&[4], &*x, &*y].concat()))??
            }
            _ => return None,
        };
        Some(PublicKey { id: self.kid, purpose: self.purpose, ..key })
    }
}

impl PublicKeys {
    /// Reads PEM text of one or several blocks (`PUBLIC KEY`, `RSA PUBLIC KEY`, `CERTIFICATE`), a JWK or a JWKS.
    ///
    /// A certificate is read for its key: that it was given is why it is trusted, and neither its issuer nor its dates are
    /// looked at. A key of a JWKS that is none of those that are known is left out (RFC 7517, section 5).
    ///
    /// # Errors
    /// What is wrong with it and what to give instead, without a byte of it.
    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') { Self::from_json(text) } else { Self::from_pem(text) }
    }

    fn from_pem(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text).ok_or(
            "it is neither PEM text nor a JWK: it should start with \"-----BEGIN PUBLIC KEY-----\" and keep its line \
             breaks, or with \"{\"",
        )?;
        let keys = blocks.iter().map(|block| match block.label {
            "PUBLIC KEY" => PublicKey::from_spki(&block.der).ok_or(UNKNOWN_KEY),
            "RSA PUBLIC KEY" => PublicKey::rsa(&block.der).ok_or(NOT_RSA),
            "CERTIFICATE" => PublicKey::from_certificate(&block.der).ok_or("its certificate has no key that is known"),
            label if label.contains("PRIVATE") => Err(PRIVATE),
            _ => Err("its PEM block is none of \"PUBLIC KEY\", \"RSA PUBLIC KEY\" and \"CERTIFICATE\""),
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// Reads the certificate in the PEM text of a client in mutual TLS, whose private key is beside it.
    ///
    /// # Errors
    /// One of the two is not in it.
    pub(crate) fn from_identity(text: &str) -> Result<Self, String> {
        let blocks = pem::blocks(text).unwrap_or_default();
        let certificate = blocks.iter().find(|block| block.label == "CERTIFICATE");
        if certificate.is_none() || !blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")) {
            return Err(
                "it should be PEM text with the client's certificate and its private key, one after the other".into()
            );
        }
        let key = certificate.and_then(|block| PublicKey::from_certificate(&block.der));
        Ok(Self(vec![key.ok_or("its certificate has no key that is known")?]))
    }

    fn from_json(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Jwk>,
        }
        let jwk = |jwk: Jwk| if jwk.d.is_some() { Err(PRIVATE) } else { Ok(jwk.read()) };
        match serde_json::from_str(text) {
            Ok(Set { keys }) => {
                let keys: Vec<_> = keys.into_iter().filter_map(|key| jwk(key).transpose()).collect::<Result<_, _>>()?;
                if keys.is_empty() { Err("its JWKS has no key that is known".into()) } else { Ok(Self(keys)) }
            }
            Err(_) => {
                let key = serde_json::from_str(text)
                    .map_err(|error| format!("it is neither a JWK nor a JWKS: {}", json::position(&error)))?;
                Ok(Self(vec![jwk(key)?.ok_or(UNKNOWN_KEY)?]))
            }
        }
    }

    /// Whether one of the keys made this signature. The algorithm is what the document says, never what the message says.
    ///
    /// Where an id is asked for, a key that has another one does not count; one that came without an id does.
    pub(crate) fn verify(
        &self,
        id: Option<&str>,
        algorithm: SignatureAlgorithm,
        form: EcdsaForm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.fitting(id, "sig").any(|key| key.verify(algorithm, form, message, signature))
    }

    /// The one key to encrypt with.
    ///
    /// # Errors
    /// There is none with this id, or there are several.
    pub(crate) fn recipient(&self, id: Option<&str>) -> Result<&PublicKey, String> {
        let mut fitting = self.fitting(id, "enc");
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err("none of the public keys has the `kid` that is asked for, and is there to encrypt".into()),
            _ => {
                Err("there are several public keys to encrypt with: the document should ask for one by its `kid`"
                    .into())
            }
        }
    }

    /// The keys that have this id, if one is asked for, and are not there for another purpose.
    fn fitting(&self, id: Option<&str>, purpose: &str) -> impl Iterator<Item = &PublicKey> {
        let allows =
            |own: &Option<String>, asked: Option<&str>| own.is_none() || asked.is_none() || own.as_deref() == asked;
        self.0.iter().filter(move |key| allows(&key.id, id) && allows(&key.purpose, Some(purpose)))
    }
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}
