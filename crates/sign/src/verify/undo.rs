//! Undoes what a function made, or checks it.

use countersign_plan::{Codec, Escape, Function, List, Value, any, codec};
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::matcher::{Bytes, Fact, Matcher, uuid};
use super::mismatch::{Matched, not_as_written, wrong};
use crate::crypto::cipher;

impl Matcher<'_, '_> {
    /// Undoes a function, or checks what it made.
    pub(super) fn function(&mut self, function: Function, operands: &[List<Value>; 4], bytes: &[u8]) -> Matched {
        let [first, second, third, _] = operands;
        match function {
            Function::Encode(encoding) => self.encoded(encoding, first, bytes),
            Function::Escape(escape) => {
                if !self.knows(first) {
                    return self.unknown();
                }
                let keep = self.evaluate(first)?;
                let spaces =
                    bytes.iter().map(|byte| if *byte == b'+' && escape == Escape::Form { b' ' } else { *byte });
                let spaces: Bytes = spaces.collect::<Vec<_>>().into();
                let decoded: Bytes = percent_decode(&spaces).collect::<Vec<_>>().into();
                if codec::escape(escape, &keep, &decoded) != bytes {
                    return Err(not_as_written(function));
                }
                self.values(second, &decoded)
            }
            // The same JSON, and what is known of it is compared as it is written.
            Function::Json(_) => self.values(first, bytes),
            Function::Without => match second.as_ref() {
                [value @ Value::Uuid { .. }] => {
                    let uuid = uuid(bytes).ok_or_else(|| wrong("it is not a UUID"))?;
                    self.found.push(Fact::Open(value.clone(), uuid, None));
                    Ok(())
                }
                _ => self.unknown(),
            },
            Function::Encrypt(padding) => self.encrypted(padding, first, second, bytes),
            Function::Encipher(mode) => {
                let of = function.operands().len() - 1;
                if !operands[..of].iter().all(|operand| self.knows(operand)) {
                    return self.unknown();
                }
                let parts =
                    operands[..of].iter().map(|operand| self.evaluate(operand)).collect::<Result<Vec<_>, _>>()?;
                let part = |index: usize| parts.get(index).map_or(&[][..], |bytes| bytes.as_slice());
                let plain = cipher::decrypt(mode, part(0), part(1), part(2), bytes).map_err(wrong)?;
                self.values(&operands[of], &plain)
            }
            Function::Sign(algorithm, form) => self.signed(algorithm, form, first, second, bytes),
            Function::Jws(algorithm, payload) => self.jws(algorithm, payload, [first, second, third], bytes),
            Function::Jwe(algorithm, encryption) => self.jwe(algorithm, encryption, [first, second, third], bytes),
            Function::Digest(hash) | Function::Hmac(hash) if bytes.len() != hash.size() => {
                Err(wrong(format!("it is not as long as {} makes it", function.name())))
            }
            _ if self.knows(operands.concat().as_slice()) => {
                let known = self.evaluate(&[Value::Apply(function, operands.clone())])?;
                self.same(&known, bytes)
            }
            _ => self.unknown(),
        }
    }

    fn encoded(&mut self, encoding: Codec, of: &[Value], bytes: &[u8]) -> Matched {
        let function = Function::Encode(encoding);
        if matches!(encoding, Codec::Upper | Codec::Lower) && !any(of, &|value| *value == Value::Given) {
            if codec::encode(encoding, bytes).ok().as_deref() != Some(bytes) {
                return Err(not_as_written(function));
            }
            let folds = std::mem::replace(&mut self.folds, true);
            let matched = self.values(of, &bytes.to_ascii_lowercase());
            self.folds = folds;
            return matched;
        }
        let Some(decoded) = codec::decode(encoding, bytes) else { return self.unknown() };
        let decoded = Zeroizing::new(decoded.map_err(|_| not_as_written(function))?);
        // A decoder forgives what this provider may not: missing line breaks, another case.
        if codec::encode(encoding, &decoded).ok().as_deref() != Some(bytes) {
            return Err(not_as_written(function));
        }
        self.values(of, &decoded)
    }
}
