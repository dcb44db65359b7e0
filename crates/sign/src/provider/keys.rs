//! The values that a provider issues to a partner, made up: credentials, and the private keys that belong to some of
//! them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    Ed25519KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_plan::{
    CipherMode, Codec, CredentialKind, Function, JweAlgorithm, Operands, Plan, PlanRef, SignatureAlgorithm, Value, any,
    codec,
};

use crate::crypto::PrivateKey;
use crate::inputs::Setup;

/// What a setting without a default is. It is the caller's choice, so any text does.
const CHOSEN: &str = "sandbox";

/// Credentials and settings by their names, as a client is given them, and the private keys of the public ones. All of it is made
/// up, and good for nothing else.
#[derive(Clone, Default)]
pub struct Keys {
    /// The credentials.
    pub credentials: BTreeMap<String, String>,
    /// The settings.
    pub settings: BTreeMap<String, String>,
    /// The private halves of the credentials that are public keys, as PEM.
    pub private: BTreeMap<String, String>,
}

impl Keys {
    /// Makes up what was not given, but for client certificates. Of a public key, the private half is given.
    ///
    /// # Errors
    /// Something that was given is not usable, or there is no source of random numbers.
    pub fn make(plan: &Plan, given: BTreeMap<String, String>) -> Result<Self, String> {
        let mut keys = Self::default();
        let mut given = given;
        for credential in plan.credentials.iter() {
            let name = credential.name.to_string();
            let is_it = |value: &Value| matches!(value, Value::Credential(own) if *own == credential.name);
            let own = given.remove(&name);
            let text = match credential.kind {
                CredentialKind::RsaPublicKey | CredentialKind::PublicKey => {
                    let private = own.map_or_else(|| key_pair(plan, &name), Ok)?;
                    let public = public(&private).map_err(|problem| {
                        format!("{name} is a public key, of which this side has the private half: {problem}")
                    })?;
                    keys.private.insert(name.clone(), private);
                    public
                }
                kind => match (own, kind) {
                    (Some(own), _) => own,
                    (None, CredentialKind::Hex) => bytes(Codec::FromHex, size(plan, is_it))?,
                    (None, CredentialKind::Base64) => bytes(Codec::FromBase64, size(plan, is_it))?,
                    (None, CredentialKind::PrivateKey) => key_pair(plan, &name)?,
                    (None, CredentialKind::ClientCertificate) => continue,
                    (None, _) => match text(plan, is_it)? {
                        Some(text) => text,
                        None => format!("sandbox-{}", uuid::Uuid::new_v4().simple()),
                    },
                },
            };
            keys.credentials.insert(name, text);
        }
        for setting in plan.settings.iter() {
            let name = setting.name.to_string();
            let is_it = |value: &Value| matches!(value, Value::Setting(own) if *own == setting.name);
            let text = match (given.remove(&name), setting.default.as_ref().or(setting.one_of.first())) {
                (Some(text), _) => text,
                (None, Some(known)) => known.to_string(),
                (None, None) => text(plan, is_it)?.unwrap_or_else(|| CHOSEN.to_owned()),
            };
            keys.settings.insert(name, text);
        }
        match given.keys().next() {
            Some(name) => Err(format!("there is no credential or setting {name:?}")),
            None => Ok(keys),
        }
    }

    /// What requests are verified with: both halves of every pair of keys.
    ///
    /// # Errors
    /// A value is not of its kind.
    pub fn setup(&self, plan: impl Into<PlanRef>) -> Result<Setup, String> {
        let mut setup = Setup::new(plan);
        for (name, value) in &self.credentials {
            setup = setup.credential(name, value.as_str()).map_err(|problem| format!("{name}: {problem}"))?;
        }
        for (name, value) in &self.settings {
            setup = setup.setting(name, value);
        }
        self.complete(&mut setup)?;
        Ok(setup)
    }

    /// Adds the private halves of the public keys to a setup that has these.
    ///
    /// # Errors
    /// One is no private key.
    pub fn complete(&self, setup: &mut Setup) -> Result<(), String> {
        for (name, pem) in &self.private {
            if let Some(own) = setup.credentials.get_mut(name.as_str()) {
                *own = own.clone().with_private(pem)?;
            }
        }
        Ok(())
    }
}

/// What is found in the functions of a plan.
fn found<T>(plan: &Plan, find: impl Fn(Function, &Operands) -> Option<T>) -> Option<T> {
    let found = RefCell::new(None);
    let is_it = |value: &Value| match value {
        Value::Apply(function, operands) => {
            let known = find(*function, operands);
            let is_known = known.is_some();
            found.replace(known);
            is_known
        }
        _ => false,
    };
    let is_found = plan.expressions().any(|values| any(values, &is_it));
    found.into_inner().filter(|_| is_found)
}

/// A text that has to have a form: it is decoded before it is used, or has to be of some size.
fn text(plan: &Plan, is_it: impl Fn(&Value) -> bool) -> Result<Option<String>, String> {
    // Hexadecimal comes first: in multiples of four digits it is base64 as well.
    let is_decoded = |by: Codec| {
        let decodes = |function, operands: &Operands| {
            (function == Function::Encode(by) && any(&operands[0], &is_it)).then_some(by)
        };
        found(plan, decodes)
    };
    let size = size(plan, &is_it);
    match (is_decoded(Codec::FromHex).or_else(|| is_decoded(Codec::FromBase64)), size) {
        (Some(codec), size) => bytes(codec, size).map(Some),
        // Of hexadecimal digits, so many.
        (None, Some(size)) => bytes(Codec::FromHex, Some(size)).map(|text| Some(text[..size].to_owned())),
        (None, None) => Ok(None),
    }
}

/// How many bytes a key, an iv or a nonce has to have.
fn size(plan: &Plan, is_it: impl Fn(&Value) -> bool) -> Option<usize> {
    found(plan, |function, operands| {
        let is_operand = |name: &str| {
            let place = function.operands().iter().position(|operand| *operand == name);
            place.is_some_and(|place| any(&operands[place], &is_it))
        };
        match function {
            Function::Encipher(_) | Function::Decipher(_) if is_operand("key") => Some(32),
            Function::Encipher(CipherMode::Cbc) | Function::Decipher(CipherMode::Cbc) if is_operand("iv") => Some(16),
            Function::Encipher(CipherMode::Gcm) | Function::Decipher(CipherMode::Gcm) if is_operand("nonce") => {
                Some(12)
            }
            Function::Jwe(algorithm, encryption) | Function::DecryptJwe(algorithm, encryption) if is_operand("key") => {
                match algorithm {
                    JweAlgorithm::Dir => Some(encryption.key_size()),
                    JweAlgorithm::A128Kw => Some(16),
                    JweAlgorithm::A256Kw => Some(32),
                    _ => None,
                }
            }
            _ => None,
        }
    })
}

const NO_CHANCE: &str = "no key can be made: is there a source of random numbers?";

/// Random bytes: in hexadecimal 32, or in base64 48, which has no padding then, and so can be before another.
fn bytes(codec: Codec, size: Option<usize>) -> Result<String, String> {
    let size = size.unwrap_or(if codec == Codec::FromHex { 32 } else { 48 });
    let mut bytes = vec![0; size];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NO_CHANCE.to_owned())?;
    let form = if codec == Codec::FromHex { Codec::Hex } else { Codec::Base64 };
    codec::encode(form, &bytes).map(|text| String::from_utf8_lossy(&text).into_owned())
}

/// The public half of a private key, as PEM.
fn public(private: &str) -> Result<String, String> {
    Ok(pem("PUBLIC KEY", PrivateKey::from_pem(private)?.public().spki()))
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines = body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n");
    format!("-----BEGIN {label}-----\n{}-----END {label}-----\n", lines.collect::<String>())
}

/// A private key of the kind that the plan uses a credential as, as PEM.
fn key_pair(plan: &Plan, name: &str) -> Result<String, String> {
    let used = found(plan, |function, operands| {
        if !matches!(operands[0].as_ref(), [Value::Credential(own)] if own == name) {
            return None;
        }
        match function {
            Function::Sign(algorithm, _) => Some(algorithm),
            Function::Jws(algorithm, _) => algorithm.signature(),
            Function::Jwe(algorithm, _) | Function::DecryptJwe(algorithm, _) => {
                let is_agreed = algorithm.name().starts_with("ECDH-ES");
                is_agreed.then_some(SignatureAlgorithm::EcdsaP256Sha256)
            }
            _ => None,
        }
    });
    let ecdsa = |algorithm| EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
    let der = match used {
        Some(SignatureAlgorithm::EcdsaP256Sha256) => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Some(SignatureAlgorithm::EcdsaP384Sha384) => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Some(SignatureAlgorithm::EcdsaP521Sha512) => ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING),
        Some(SignatureAlgorithm::Ed25519) => Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()),
        _ => {
            let key = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| NO_CHANCE)?;
            let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).map_err(|_| NO_CHANCE)?;
            return Ok(pem("PRIVATE KEY", der.as_ref()));
        }
    };
    der.map(|der| pem("PRIVATE KEY", der.as_ref())).map_err(|_| NO_CHANCE.to_owned())
}
