//! Responses as a provider makes them: what a client is to open is sealed, and what it holds a response to is put in.

use countersign_plan::{
    Alphabet, CipherMode, Codec, Function, Outcome, ResponsePart, Text, Value, any, codec, pointer,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value as Json};
use zeroize::Zeroizing;

use crate::crypto::cipher;
use crate::inputs::Inputs;
use crate::invalid::Invalid;
use crate::request::Request;

/// A response.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// The headers that it is signed with, or opened by.
    pub headers: HeaderMap,
    /// Its body on the wire.
    pub body: Vec<u8>,
}

impl Request<'_> {
    /// Makes the response of a provider of the body that the document describes. The inputs are the [provider's](crate::Setup::turned).
    ///
    /// # Errors
    /// What cannot be made, and why.
    pub fn respond(&self, status: u16, described: &[u8], inputs: &Inputs<'_>) -> Result<Answered, Invalid> {
        let envelope = self.operation.envelope(status);
        let is_sealed = !envelope.is_empty() && (200..300).contains(&status);
        let mut answered = Answered::default();
        if is_sealed {
            Sealing { request: self, inputs, into: &mut answered }
                .seal(envelope, described)
                .map_err(|reason| Invalid::new(format!("the response cannot be sealed: {reason}")))?;
        } else {
            answered.body = described.to_vec();
        }
        answered.invent(&self.operation.outcome, inputs)?;
        // One of them may read another, and a header the whole body.
        let (mut left, headers): (Vec<_>, Vec<_>) =
            self.operation.outcome.signed.iter().partition(|(name, _)| name.starts_with('/'));
        left.extend(headers);
        while !left.is_empty() {
            let before = left.len();
            let mut failed = None;
            left.retain(|(name, values)| {
                let whole = self.answered(status, &answered.headers, &answered.body);
                let made = whole.read(values, inputs);
                match made.and_then(|bytes| answered.put(name, &bytes)) {
                    Ok(()) => false,
                    Err(reason) => {
                        failed = Some(Invalid::of(name, reason));
                        true
                    }
                }
            });
            if let Some(failed) = failed.filter(|_| left.len() == before) {
                return Err(failed);
            }
        }
        Ok(answered)
    }
}

impl Answered {
    /// Puts something at a JSON pointer of the body, or else into a header.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        if name.starts_with('/') {
            return self.put_field(name, bytes);
        }
        let name = HeaderName::try_from(name).map_err(|_| "it is not the name of a header")?;
        let value = HeaderValue::from_bytes(bytes).map_err(|_| "a header cannot carry what is made")?;
        self.headers.insert(name, value);
        Ok(())
    }

    fn put_field(&mut self, pointer: &str, bytes: &[u8]) -> Result<(), String> {
        const NO_OBJECT: &str = "the body has no object there";
        let text = std::str::from_utf8(bytes).map_err(|_| "what is made is no text")?;
        let mut root = match self.body.as_slice() {
            [] => Json::Object(Map::new()),
            body => serde_json::from_slice(body).map_err(|_| NO_OBJECT)?,
        };
        let mut here = &mut root;
        for step in pointer::steps(pointer).map(pointer::unescaped) {
            if here.is_null() {
                *here = Json::Object(Map::new());
            }
            here = here.as_object_mut().ok_or(NO_OBJECT)?.entry(step.into_owned()).or_insert(Json::Null);
        }
        *here = Json::String(text.to_owned());
        self.body = root.to_string().into_bytes();
        Ok(())
    }

    /// Makes up the headers that are read and that nothing else makes: the time, which most of them are.
    fn invent(&mut self, outcome: &Outcome, inputs: &Inputs<'_>) -> Result<(), Invalid> {
        let now = inputs.moment.now.as_second().to_string();
        let is_made = |name: &str| outcome.signed.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let mut read: Vec<(Text, Option<Text>)> = Vec::new();
        for (_, values) in outcome.signed.iter() {
            each_header(values, &mut |name, part| read.push((name.clone(), part.cloned())));
        }
        for (name, part) in read {
            let text = match part {
                Some(part) => format!("{part}={now}"),
                None if is_made(&name) => continue,
                None => now.clone(),
            };
            let known = HeaderName::try_from(&*name).is_ok_and(|name| self.headers.contains_key(name));
            if !known {
                self.put(&name, text.as_bytes()).map_err(|reason| Invalid::of(&name, reason))?;
            }
        }
        Ok(())
    }
}

/// Calls a function with every header of the response that an expression reads.
fn each_header<'v>(values: &'v [Value], with: &mut impl FnMut(&'v Text, Option<&'v Text>)) {
    for value in values {
        if let Value::ResponseHeader { name, part } = value {
            with(name, part.as_ref());
        }
        value.operands().into_iter().for_each(|operand| each_header(operand, with));
    }
}

/// Makes a response that opens to a body.
struct Sealing<'s, 'a> {
    request: &'s Request<'a>,
    inputs: &'s Inputs<'s>,
    into: &'s mut Answered,
}

impl Sealing<'_, '_> {
    /// Makes what an expression reads of the response such that it yields these bytes.
    fn seal(&mut self, values: &[Value], content: &[u8]) -> Result<(), String> {
        const UNKNOWN: &str = "nobody but the provider knows how it is made";
        let [value] = values else { return Err(UNKNOWN.into()) };
        match value {
            Value::Response(ResponsePart::Body) => {
                self.into.body = content.to_vec();
                Ok(())
            }
            Value::ResponseField(pointer) => self.into.put(pointer, content),
            Value::ResponseHeader { name, part: None } => self.into.put(name, content),
            Value::Apply(Function::Encode(Codec::FromBase64), [of, ..]) => {
                self.seal(of, &codec::encode(Codec::Base64, content)?)
            }
            Value::Apply(Function::Encode(Codec::FromHex), [of, ..]) => {
                self.seal(of, &codec::encode(Codec::Hex, content)?)
            }
            Value::Apply(Function::Decipher(mode), operands) => {
                let (key, of) = (&operands[0], &operands[Function::Decipher(*mode).operands().len() - 1]);
                let key = self.evaluate(key)?;
                let (vector, aad) = match mode {
                    CipherMode::Ecb => (Zeroizing::default(), Zeroizing::default()),
                    CipherMode::Cbc => (self.known_or_random(&operands[1], 16)?, Zeroizing::default()),
                    CipherMode::Gcm => {
                        (self.known_or_random(&operands[1], 12)?, self.known_or_random(&operands[2], 16)?)
                    }
                };
                let sealed = cipher::encrypt(*mode, &key, &vector, &aad, content)?;
                self.seal(of, &sealed)
            }
            Value::Apply(Function::DecryptJwe(algorithm, encryption), [key, of, ..]) => {
                let content = std::str::from_utf8(content).map_err(|_| "what is sealed is no text")?;
                let content = vec![Value::Text(content.to_owned().into())].into();
                let operands = [key.clone(), Default::default(), content, Default::default()];
                let sealed = self.evaluate(&[Value::Apply(Function::Jwe(*algorithm, *encryption), operands)])?;
                self.seal(of, &sealed)
            }
            _ => Err(UNKNOWN.into()),
        }
    }

    /// What an operand yields, which is chosen by chance where the response says it.
    fn known_or_random(&mut self, values: &[Value], size: usize) -> Result<Zeroizing<Vec<u8>>, String> {
        let is_told = any(values, &|value| {
            matches!(value, Value::Response(_) | Value::ResponseHeader { .. } | Value::ResponseField(_))
        });
        if !is_told {
            return self.evaluate(values);
        }
        // As text, it can be wherever the response says it.
        let random = self.inputs.moment.random(Alphabet::Hex, size);
        self.seal(values, &random)?;
        Ok(random)
    }

    fn evaluate(&self, values: &[Value]) -> Result<Zeroizing<Vec<u8>>, String> {
        self.request.read(values, self.inputs)
    }
}
