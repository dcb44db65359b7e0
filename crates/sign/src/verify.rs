//! The other side of signing: whether what was received is what an expression yields.
//!
//! What yields the same each time is made again and compared, in constant time. What does not (a signature by chance, a
//! ciphertext, a UUID, the time) cannot be made again: it is a hole in the text. The text around it is compared, and what is in
//! the hole is checked for what it is: a signature is verified with the public half of its key, a ciphertext is opened and what
//! was in it compared, a time is held to the clock.
//!
//! The receiver's setup holds the receiver's halves of keys: a public key where the sender has the private one, and the other
//! way round.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use countersign_plan::{
    Alphabet, Codec, Escape, Function, JwsAlgorithm, List, Operands, Payload, TimeFormat, UuidVersion, Value, any,
    codec, json,
};
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use crate::crypto::jose::{self, jwe, jws};
use crate::evaluate::{Memory, Stop};
use crate::inputs::{Credential, Inputs, Key};
use crate::request::Request;
use crate::select;

/// A text that was received, and what it is compared by.
struct Verifier<'v> {
    request: &'v Request<'v>,
    inputs: &'v Inputs<'v>,
    slot: usize,
    /// How far a time may be from the clock.
    age: Duration,
}

impl Request<'_> {
    /// Whether a text is what an expression yields for a slot, as the request is now. A time in it may be so far from the clock.
    ///
    /// # Errors
    /// What is missing or unusable, by its name: then nothing is known of the text.
    pub fn matches(
        &self,
        slot: usize,
        values: &[Value],
        text: &[u8],
        inputs: &Inputs<'_>,
        age: Duration,
    ) -> Result<bool, String> {
        Verifier { request: self, inputs, slot, age }.all(values, text)
    }
}

/// Whether an expression yields something else each time.
fn varies(values: &[Value]) -> bool {
    any(values, &|value| match value {
        Value::Random { .. } | Value::Uuid { .. } | Value::Time { .. } | Value::Parts { .. } => true,
        Value::Apply(function, _) => function.is_random() || matches!(function, Function::Sign(..) | Function::Jws(..)),
        _ => false,
    })
}

impl Verifier<'_> {
    fn all(&self, values: &[Value], text: &[u8]) -> Result<bool, String> {
        if !varies(values) {
            return Ok(verify_slices_are_equal(&self.expected(values)?, text).is_ok());
        }
        match values {
            [value] => self.one(value, text),
            values => self.sequence(&values.iter().map(std::slice::from_ref).collect::<Vec<_>>(), b"", text),
        }
    }

    /// What an expression yields that yields the same each time.
    fn expected(&self, values: &[Value]) -> Result<Zeroizing<Vec<u8>>, String> {
        let made = self.request.evaluate_with(self.slot, values, self.inputs, &mut (), &mut Memory::default());
        made.map_err(|stop| match stop {
            Stop::Invalid(reason) => reason,
            Stop::Wants(to_sign) => {
                format!("the key of {} is with a signer, which does not verify", to_sign.credential)
            }
        })
    }

    fn one(&self, value: &Value, text: &[u8]) -> Result<bool, String> {
        let moment = &self.inputs.moment;
        match value {
            Value::Random { of, length } => {
                let is_of = |byte: &u8| match of {
                    Alphabet::Alphanumeric => byte.is_ascii_alphanumeric(),
                    Alphabet::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(byte),
                    Alphabet::Bytes => true,
                };
                Ok(text.len() == usize::from(*length) && text.iter().all(is_of))
            }
            Value::Uuid { version, .. } => {
                let number = if *version == UuidVersion::V4 { 4 } else { 7 };
                Ok(uuid::Uuid::try_parse_ascii(text).is_ok_and(|uuid| uuid.get_version_num() == number))
            }
            Value::Time { format, offset_seconds, plus_seconds } => {
                let expected = moment.time(*plus_seconds)?;
                let read = std::str::from_utf8(text).ok().and_then(|text| format.read(text, *offset_seconds));
                Ok(read.is_some_and(|read| read.duration_since(expected).unsigned_abs() <= self.age))
            }
            Value::Concat(values) => self.all(values, text),
            Value::Join { with, of } => {
                self.sequence(&of.iter().map(std::slice::from_ref).collect::<Vec<_>>(), with.as_bytes(), text)
            }
            Value::Object(members) => self.members(members, text),
            Value::Parts { parts, separator, equals } => {
                let equals = equals.bytes().next().unwrap_or(b'=');
                for (name, value) in parts.iter() {
                    let own =
                        select::parts(text, separator.as_bytes(), equals).filter(|(own, _)| *own == name.as_bytes());
                    // Of a part that is there several times, as while keys change, one has to be right.
                    if !some(own, |(_, part)| self.all(value, part))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Value::Apply(function, operands) => self.apply(*function, operands, text),
            // Selections and arrays with holes in them are not read.
            _ => Ok(false),
        }
    }

    /// Whether a text is these expressions, one after the other, with something between them.
    fn sequence(&self, items: &[&[Value]], between: &[u8], text: &[u8]) -> Result<bool, String> {
        let [first, rest @ ..] = items else { return Ok(text.is_empty()) };
        let behind = |text: &[u8]| match rest {
            [] => Ok(text.is_empty()),
            rest => match text.strip_prefix(between) {
                Some(text) => self.sequence(rest, between, text),
                None => Ok(false),
            },
        };
        if !varies(first) {
            return match text.strip_prefix(self.expected(first)?.as_slice()) {
                Some(text) => behind(text),
                None => Ok(false),
            };
        }
        if rest.is_empty() {
            return self.all(first, text);
        }
        // The hole ends where what comes behind it begins.
        some(1..=text.len(), |end| Ok(behind(&text[end..])? && self.all(first, &text[..end])?))
    }

    /// Whether a JSON object has these members, and they are what they should be. It may have others.
    fn members(&self, members: &[(countersign_plan::Text, List<Value>)], text: &[u8]) -> Result<bool, String> {
        let Ok(text) = std::str::from_utf8(text) else { return Ok(false) };
        if json::check(text).is_err() {
            return Ok(false);
        }
        for (name, values) in members {
            let mut found = json::members(text.trim()).filter(|(own, _)| json::name(own) == *name).map(|(_, raw)| raw);
            let (Some(raw), None) = (found.next(), found.next()) else { return Ok(false) };
            let is_right = match values.as_ref() {
                [Value::Object(members)] => self.members(members, raw.as_bytes())?,
                [Value::Time { format: TimeFormat::Unix | TimeFormat::UnixMillis, .. }] => {
                    self.all(values, raw.as_bytes())?
                }
                [Value::Array(_) | Value::Literal(_) | Value::Public { .. }] => {
                    let expected = self.expected(values)?;
                    let read = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).ok();
                    read(&expected).is_some() && read(&expected) == read(raw.as_bytes())
                        || json::decoded(raw).is_some_and(|text| text.as_bytes() == expected.as_slice())
                }
                values => match json::decoded(raw) {
                    Some(text) => self.all(values, text.as_bytes())?,
                    None => false,
                },
            };
            if !is_right {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn apply(&self, function: Function, operands: &Operands, text: &[u8]) -> Result<bool, String> {
        let [first, second, third, _] = operands;
        match function {
            // Either case is read, and what is in it is what counts.
            Function::Encode(Codec::Upper | Codec::Lower) => self.all(first, text),
            Function::Encode(codec) => match codec::decode(codec, text) {
                Some(Ok(bytes)) => self.all(first, &bytes),
                _ => Ok(false),
            },
            Function::Escape(escape) => self.escaped(escape, second, text),
            Function::Sign(algorithm, form) => {
                let message = self.expected(second)?;
                Ok(match self.key(function, first)? {
                    Key::Public(keys) | Key::Certificate(keys) => keys.verify(None, algorithm, form, &message, text),
                    Key::Private(key) => key.public().verify(algorithm, form, &message, text),
                    _ => return Err(format!("the key of {} is not one that verifies", function.name())),
                })
            }
            Function::Encrypt(padding) => match self.key(function, first)? {
                Key::Private(key) => match key.decrypt(padding.into(), text) {
                    Ok(plaintext) => self.all(second, &plaintext),
                    Err(_) => Ok(false),
                },
                _ => Err(format!("the key of {} is not the private half", function.name())),
            },
            Function::Jws(algorithm, payload) => self.jws(algorithm, payload, [first, second, third], text),
            Function::Jwe(algorithm, encryption) => {
                let Ok(text) = std::str::from_utf8(text) else { return Ok(false) };
                let shared = self.shared(first)?;
                let key = self.jose_key(first, shared.as_deref().map(Vec::as_slice))?;
                match jwe::decrypt(text, algorithm, encryption, key) {
                    Ok(plaintext) => self.all(third, &plaintext),
                    Err(_) => Ok(false),
                }
            }
            // What is hashed or enciphered with something in it that varies is not told.
            _ => Ok(false),
        }
    }

    fn escaped(&self, escape: Escape, of: &[Value], text: &[u8]) -> Result<bool, String> {
        let spaced: Vec<u8> = match escape {
            Escape::Form => text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect(),
            Escape::Percent => text.to_vec(),
        };
        self.all(of, &percent_decode(&spaced).collect::<Vec<u8>>())
    }

    fn jws(
        &self,
        algorithm: JwsAlgorithm,
        payload: Payload,
        [key, header, of]: [&[Value]; 3],
        text: &[u8],
    ) -> Result<bool, String> {
        let Ok(text) = std::str::from_utf8(text) else { return Ok(false) };
        let detached = match payload {
            Payload::Claims | Payload::Bytes => None,
            Payload::Detached | Payload::DetachedUnencoded => Some(self.expected(of)?),
        };
        let members: &[_] = match header {
            [Value::Object(members)] => members,
            _ => &[],
        };
        let understood: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
        let shared = self.shared(key)?;
        let key = self.jose_key(key, shared.as_deref().map(Vec::as_slice))?;
        let b64 = payload != Payload::DetachedUnencoded;
        let detached_bytes = detached.as_deref().map(Vec::as_slice);
        let Ok(verified) = jws::verify(text, detached_bytes, algorithm, key, b64, &understood) else {
            return Ok(false);
        };
        if !self.members(members, verified.header.as_bytes())? {
            return Ok(false);
        }
        match payload {
            Payload::Claims | Payload::Bytes => self.all(of, &verified.payload),
            Payload::Detached | Payload::DetachedUnencoded => Ok(true),
        }
    }

    /// The bytes of a key that both sides share, unless it is one with two halves.
    fn shared(&self, of: &[Value]) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        if let [Value::Credential(name)] = of
            && self.credential(name)?.key.is_asymmetric()
        {
            return Ok(None);
        }
        self.expected(of).map(Some)
    }

    fn jose_key<'k>(&'k self, of: &[Value], shared: Option<&'k [u8]>) -> Result<jose::Key<'k>, String> {
        match (shared, of) {
            (Some(shared), _) => Ok(jose::Key::Shared(shared)),
            (None, [Value::Credential(name)]) => match &self.credential(name)?.key {
                Key::Public(keys) | Key::Certificate(keys) => Ok(jose::Key::Public(keys, None)),
                Key::Private(key) => Ok(jose::Key::Private(key)),
                _ => Err(format!("the credential {name} is not a key that verifies")),
            },
            _ => Err("the key is not one credential".to_owned()),
        }
    }

    fn key(&self, function: Function, of: &[Value]) -> Result<&Key, String> {
        match of {
            [Value::Credential(name)] => Ok(&self.credential(name)?.key),
            _ => Err(format!("the key of {} is not one credential", function.name())),
        }
    }

    fn credential(&self, name: &str) -> Result<&Credential, String> {
        self.inputs.setup.credentials.get(name).ok_or_else(|| format!("the credential {name} is missing"))
    }
}

/// Whether a test holds for some of these.
fn some<T>(of: impl IntoIterator<Item = T>, mut test: impl FnMut(T) -> Result<bool, String>) -> Result<bool, String> {
    for one in of {
        if test(one)? {
            return Ok(true);
        }
    }
    Ok(false)
}
