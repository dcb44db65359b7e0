//! The values that a provider issues to a partner, made up: credentials, and the private keys that belong to some of
//! them.

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::plan::{Codec, CredentialKind, Function, Operation, Padding, Plan, Value, any};

use crate::error::Error;

/// What a setting without a default is. It is the caller's choice, so any text does.
const CHOSEN: &str = "sandbox";

/// The sandbox's credentials and settings by their names, and its private keys by those of their public halves.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) credentials: BTreeMap<String, String>,
    pub(crate) settings: BTreeMap<String, String>,
    private: BTreeMap<String, PrivateDecryptingKey>,
}

impl Keys {
    /// Makes up what was not given.
    pub(crate) fn make(plan: &Plan, given: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut keys = Self::default();
        let mut given = given;
        for credential in plan.credentials.iter() {
            let name = credential.name.to_string();
            let text = match (credential.kind, given.remove(&name)) {
                (CredentialKind::Text, Some(text)) => text,
                (CredentialKind::Text, None) => {
                    let is_it = |value: &Value| matches!(value, Value::Credential(own) if *own == credential.name);
                    match decoded(plan, is_it) {
                        Some(codec) => bytes(codec)?,
                        None => format!("sandbox-{}", uuid::Uuid::new_v4().simple()),
                    }
                }
                (CredentialKind::RsaPublicKey, None) => {
                    let (private, public) = key_pair()?;
                    keys.private.insert(name.clone(), private);
                    public
                }
                (CredentialKind::RsaPublicKey, Some(_)) => {
                    let reason =
                        format!("{name} is a public key, whose private half only the sandbox has: do not give it");
                    return Err(Error::Configuration(reason));
                }
            };
            keys.credentials.insert(name, text);
        }
        for setting in plan.settings.iter() {
            let name = setting.name.to_string();
            let is_it = |value: &Value| matches!(value, Value::Setting(own) if *own == setting.name);
            let text = match (given.remove(&name), &setting.default, decoded(plan, is_it)) {
                (Some(text), ..) => text,
                (None, Some(default), _) => default.to_string(),
                (None, None, Some(codec)) => bytes(codec)?,
                (None, None, None) => CHOSEN.to_owned(),
            };
            keys.settings.insert(name, text);
        }
        match given.keys().next() {
            Some(name) => Err(Error::Configuration(format!("there is no credential or setting {name:?}"))),
            None => Ok(keys),
        }
    }

    /// Decrypts with the private half of a credential.
    pub(crate) fn decrypt(&self, name: &str, padding: Padding, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let key = self.private.get(name)?.clone();
        match padding {
            Padding::Pkcs1V15 => {
                let key = Pkcs1PrivateDecryptingKey::new(key).ok()?;
                let mut plain = vec![0; key.min_output_size()];
                Some(key.decrypt(ciphertext, &mut plain).ok()?.to_vec())
            }
            Padding::OaepSha256 => {
                let key = OaepPrivateDecryptingKey::new(key).ok()?;
                let mut plain = vec![0; key.min_output_size()];
                Some(key.decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut plain, None).ok()?.to_vec())
            }
        }
    }
}

/// How a value is decoded before it is used, if it is. Hexadecimal comes first: in multiples of four digits it is base64
/// as well.
fn decoded(plan: &Plan, is_it: impl Fn(&Value) -> bool) -> Option<Codec> {
    let is_decoded = |by: Codec| {
        let decodes = |value: &Value| matches!(value, Value::Apply(Function::Encode(codec), [of, ..]) if *codec == by && any(of, &is_it));
        plan.operations.iter().flat_map(Operation::values).any(|values| any(values, &decodes))
    };
    [Codec::FromHex, Codec::FromBase64].into_iter().find(|codec| is_decoded(*codec))
}

/// Random bytes, 32 in hexadecimal or 48 in base64, which has no padding then, and so can be before another.
fn bytes(codec: Codec) -> Result<String, Error> {
    let mut bytes = [0; 48];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Error::Configuration("no key can be made: is there a source of random numbers?".into()))?;
    Ok(match codec {
        Codec::FromHex => bytes[..32].iter().map(|byte| format!("{byte:02x}")).collect(),
        _ => STANDARD.encode(bytes),
    })
}

/// A private key, and its public half as PEM.
fn key_pair() -> Result<(PrivateDecryptingKey, String), Error> {
    let failed = |_| Error::Configuration("no RSA key can be made: is there a source of random numbers?".into());
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(&private.public_key()).map_err(failed)?;
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok((private, pem::encode_config(&pem::Pem::new("PUBLIC KEY", public.as_ref()), config)))
}
