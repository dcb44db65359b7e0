//! Signed texts: JWS, detached or not, with the payload encoded or as it is.

use aws_lc_rs::hmac;
use countersign_plan::{EcdsaForm, JwsAlgorithm, Payload};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Key, check_critical, decode, encode, header};

/// A text that was verified.
#[derive(Debug)]
pub(crate) struct Verified {
    /// The header, as JSON text.
    pub header: String,
    /// The payload, decoded.
    pub payload: Zeroizing<Vec<u8>>,
}

/// What is signed of a payload.
///
/// The header is JSON text. Its `alg` is the algorithm; its `b64` is `false`, and in its `crit`, where the payload is signed as
/// it is (RFC 7797).
///
/// # Errors
/// The header says otherwise.
pub(crate) fn input(
    header_text: &str,
    payload: &[u8],
    algorithm: JwsAlgorithm,
    form: Payload,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let b64 = form != Payload::DetachedUnencoded;
    check_b64(&header(header_text, &[("alg", algorithm.name())])?, b64)?;
    Ok(signing_input(&encode(header_text.as_bytes()), payload, b64))
}

/// Signs what is to be signed.
///
/// # Errors
/// The key does not suit.
pub(crate) fn sign(input: &[u8], algorithm: JwsAlgorithm, key: Key<'_>) -> Result<Zeroizing<Vec<u8>>, String> {
    let signature = match (algorithm.signature(), hmac_key(algorithm, key), key) {
        (Some(algorithm), _, Key::Private(key)) => key.sign(algorithm, EcdsaForm::Jose, input)?,
        (None, Some(key), _) => hmac::sign(&key, input).as_ref().to_vec(),
        (Some(_), ..) => return Err(key.unsuited(algorithm.name(), "a private key")),
        (None, ..) => return Err(key.unsuited(algorithm.name(), "a shared secret")),
    };
    Ok(signature.into())
}

/// The text: `header.payload.signature`, or `header..signature` where the payload is detached.
pub(crate) fn compact(input: &[u8], signature: &[u8], form: Payload) -> Zeroizing<Vec<u8>> {
    let signed = match form {
        Payload::Claims | Payload::Bytes => input,
        // The header has no full stop in it.
        Payload::Detached | Payload::DetachedUnencoded => {
            let end = input.iter().position(|byte| *byte == b'.').unwrap_or_default();
            &input[..=end]
        }
    };
    [signed, b".", encode(signature).as_bytes()].concat().into()
}

/// Verifies a text. Where it is `detached`, that is its payload.
///
/// `understood` are the header's parameters, beside `b64`, that the document describes and that are checked elsewhere.
///
/// # Errors
/// It is no JWS, its header is not as the document says, or its signature is not of this key.
pub(crate) fn verify(
    text: &str,
    detached: Option<&[u8]>,
    algorithm: JwsAlgorithm,
    key: Key<'_>,
    b64: bool,
    understood: &[&str],
) -> Result<Verified, String> {
    let parts = || {
        let [encoded_header, payload, signature] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
        let header = String::from_utf8(decode(encoded_header)?).ok()?;
        let payload = match (detached, b64) {
            (Some(detached), _) if payload.is_empty() => detached.to_vec(),
            (Some(_), _) => return None,
            (None, true) => decode(payload)?,
            (None, false) => payload.as_bytes().to_vec(),
        };
        Some((encoded_header, header, Zeroizing::new(payload), decode(signature)?))
    };
    let (encoded_header, header_text, payload, signature) = parts().ok_or(if detached.is_some() {
        "it is not a JWS in the compact serialization with a detached payload"
    } else {
        "it is not a JWS in the compact serialization"
    })?;
    let fields = header(&header_text, &[("alg", algorithm.name())])?;
    check_critical(&fields, &[understood, &["b64"]].concat())?;
    check_b64(&fields, b64)?;
    let input = signing_input(encoded_header, &payload, b64);
    let verified = match (algorithm.signature(), hmac_key(algorithm, key), key) {
        (Some(algorithm), _, Key::Public(keys, id)) => keys.verify(id, algorithm, EcdsaForm::Jose, &input, &signature),
        (None, Some(key), _) => hmac::verify(&key, &input, &signature).is_ok(),
        (Some(_), ..) => return Err(key.unsuited(algorithm.name(), "a public key")),
        (None, ..) => return Err(key.unsuited(algorithm.name(), "a shared secret")),
    };
    if verified {
        Ok(Verified { header: header_text, payload })
    } else {
        Err("its signature is not of this key".into())
    }
}

/// Holds the header to how the payload is signed.
fn check_b64(header: &Map<String, Value>, b64: bool) -> Result<(), String> {
    let is_critical =
        header.get("crit").and_then(Value::as_array).is_some_and(|names| names.iter().any(|name| name == "b64"));
    let says = header.get("b64").map_or(Some(true), Value::as_bool);
    if says == Some(b64) && (b64 || is_critical) {
        Ok(())
    } else if b64 {
        Err("`b64` in its header is not true, as the document says".into())
    } else {
        Err("`b64` in its header is not false, as the document says, or `crit` does not name it".into())
    }
}

/// What is signed.
fn signing_input(encoded_header: &str, payload: &[u8], b64: bool) -> Zeroizing<Vec<u8>> {
    let encoded = if b64 { encode(payload) } else { Zeroizing::default() };
    let payload = if b64 { encoded.as_bytes() } else { payload };
    [encoded_header.as_bytes(), b".", payload].concat().into()
}

/// The key of an HMAC, if it is a shared secret.
fn hmac_key(algorithm: JwsAlgorithm, key: Key<'_>) -> Option<hmac::Key> {
    match key {
        Key::Shared(secret) => crate::crypto::hmac_key(algorithm.hash(), secret),
        _ => None,
    }
}
