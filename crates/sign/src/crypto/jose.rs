//! Signed and encrypted texts of JOSE in the compact serialization: JWS (RFC 7515, RFC 7797) and JWE (RFC 7516).
//!
//! What an algorithm is, the document says. A header of a text that was received is held to it and never followed.

pub(crate) mod jwe;
pub(crate) mod jws;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_plan::json;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{PrivateKey, PublicKeys};

/// What signs, verifies, encrypts or decrypts.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    /// A secret that both sides share.
    Shared(&'a [u8]),
    /// One's own private key: it signs and decrypts.
    Private(&'a PrivateKey),
    /// The other side's public keys: they verify and encrypt. The `kid` says which, if the document asks for one.
    Public(&'a PublicKeys, Option<&'a str>),
}

impl Key<'_> {
    /// The error of an algorithm that needs another key.
    fn unsuited(self, algorithm: &str, wanted: &str) -> String {
        let what = match self {
            Self::Shared(_) => "a shared secret",
            Self::Private(_) => "a private key",
            Self::Public(..) => "a public key",
        };
        format!("{algorithm} needs {wanted} here, and the key is {what}")
    }
}

/// Reads a header, and holds it to what the document says.
///
/// # Errors
/// What of it is otherwise, without a value of it.
fn header(text: &str, said: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
    let header: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| format!("its header is not a JSON object: {}", json::position(&error)))?;
    for (name, value) in said {
        if header.get(*name).and_then(Value::as_str) != Some(*value) {
            return Err(format!("`{name}` in its header is not {value}, as the document says"));
        }
    }
    Ok(header)
}

/// Refuses a header whose `crit` names what is not understood here (RFC 7515, section 4.1.11).
fn check_critical(header: &Map<String, Value>, understood: &[&str]) -> Result<(), String> {
    let known =
        |name: &Value| name.as_str().is_some_and(|name| understood.contains(&name) && header.contains_key(name));
    match header.get("crit") {
        None => Ok(()),
        Some(Value::Array(names)) if !names.is_empty() && names.iter().all(known) => Ok(()),
        Some(_) => Err("`crit` in its header demands what the document does not describe".into()),
    }
}

fn encode(bytes: &[u8]) -> Zeroizing<String> {
    URL_SAFE_NO_PAD.encode(bytes).into()
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests;
