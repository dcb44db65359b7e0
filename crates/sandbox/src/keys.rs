//! The values that a provider issues to a partner, made up: credentials, and the private keys that belong to some of
//! them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::plan::{
    CipherMode, Codec, CredentialKind, Function, JweAlgorithm, Operands, Operation, Plan, SignatureAlgorithm, Value,
    any,
};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519, PKCS_RSA_SHA256,
};

use crate::error::Error;

/// What a setting without a default is. It is the caller's choice, so any text does.
const CHOSEN: &str = "sandbox";

/// The sandbox's credentials and settings by their names, and its private keys by those of their public halves.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) credentials: BTreeMap<String, String>,
    pub(crate) settings: BTreeMap<String, String>,
    /// As PEM.
    pub(crate) private: BTreeMap<String, String>,
}

impl Keys {
    /// Makes up what was not given.
    pub(crate) fn make(plan: &Plan, given: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut keys = Self::default();
        let mut given = given;
        for credential in plan.credentials.iter() {
            let name = credential.name.to_string();
            let is_it = |value: &Value| matches!(value, Value::Credential(own) if *own == credential.name);
            let own = given.remove(&name);
            let text = match credential.kind {
                CredentialKind::RsaPublicKey | CredentialKind::PublicKey => {
                    if own.is_some() {
                        let reason =
                            format!("{name} is a public key, whose private half only the sandbox has: do not give it");
                        return Err(Error::Configuration(reason));
                    }
                    let pair = key_pair(plan, &name)?;
                    keys.private.insert(name.clone(), pair.serialize_pem());
                    pair.public_key_pem()
                }
                kind => match (own, kind) {
                    (Some(own), _) => own,
                    (None, CredentialKind::Hex) => bytes(Codec::FromHex, size(plan, is_it))?,
                    (None, CredentialKind::Base64) => bytes(Codec::FromBase64, size(plan, is_it))?,
                    (None, CredentialKind::PrivateKey) => key_pair(plan, &name)?.serialize_pem(),
                    (None, CredentialKind::ClientCertificate) => certificate()?,
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
            let text = match (given.remove(&name), &setting.default) {
                (Some(text), _) => text,
                (None, Some(default)) => default.to_string(),
                (None, None) => text(plan, is_it)?.unwrap_or_else(|| CHOSEN.to_owned()),
            };
            keys.settings.insert(name, text);
        }
        match given.keys().next() {
            Some(name) => Err(Error::Configuration(format!("there is no credential or setting {name:?}"))),
            None => Ok(keys),
        }
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
    let is_found = plan.operations.iter().flat_map(Operation::values).any(|values| any(values, &is_it));
    found.into_inner().filter(|_| is_found)
}

/// A text that has to have a form: it is decoded before it is used, or has to be of some size.
fn text(plan: &Plan, is_it: impl Fn(&Value) -> bool) -> Result<Option<String>, Error> {
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
fn bytes(codec: Codec, size: Option<usize>) -> Result<String, Error> {
    let size = size.unwrap_or(if codec == Codec::FromHex { 32 } else { 48 });
    let mut bytes = vec![0; size];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::Configuration(NO_CHANCE.into()))?;
    Ok(match codec {
        Codec::FromHex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        _ => STANDARD.encode(bytes),
    })
}

/// A key pair of the kind that the plan uses a credential as.
fn key_pair(plan: &Plan, name: &str) -> Result<KeyPair, Error> {
    let used = found(plan, |function, operands| {
        if !matches!(operands[0].as_ref(), [Value::Credential(own)] if own == name) {
            return None;
        }
        let signature = match function {
            Function::Sign(algorithm, _) => Some(algorithm),
            Function::Jws(algorithm, _) => algorithm.signature(),
            Function::Jwe(algorithm, _) | Function::DecryptJwe(algorithm, _) => {
                let is_agreed = algorithm.name().starts_with("ECDH-ES");
                is_agreed.then_some(SignatureAlgorithm::EcdsaP256Sha256)
            }
            _ => None,
        };
        Some(match signature? {
            SignatureAlgorithm::EcdsaP256Sha256 => &PKCS_ECDSA_P256_SHA256,
            SignatureAlgorithm::EcdsaP384Sha384 => &PKCS_ECDSA_P384_SHA384,
            SignatureAlgorithm::EcdsaP521Sha512 => &PKCS_ECDSA_P521_SHA512,
            SignatureAlgorithm::Ed25519 => &PKCS_ED25519,
            _ => &PKCS_RSA_SHA256,
        })
    });
    // It makes an RSA key of 2048 bits.
    KeyPair::generate_for(used.unwrap_or(&PKCS_RSA_SHA256)).map_err(|_| Error::Configuration(NO_CHANCE.into()))
}

/// A certificate of a client and its private key. The sandbox speaks plain HTTP, and is not shown it.
fn certificate() -> Result<String, Error> {
    let made = rcgen::generate_simple_self_signed(vec![CHOSEN.to_owned()]);
    let made = made.map_err(|_| Error::Configuration(NO_CHANCE.into()))?;
    Ok(made.cert.pem() + &made.signing_key.serialize_pem())
}
