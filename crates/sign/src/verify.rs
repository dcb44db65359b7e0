//! The other side of signing: reads from a request that was received how it was made, and compares its values with what they
//! should be.
//!
//! Some values cannot be computed again: they come by chance, only their sender knows them, or a key has made them that the
//! receiver does not hold. An expression with such a value in it is a text with holes. What is around a hole is compared; what
//! is in it is decoded, and then learnt, or held to what it must be: a signature is verified, a JSON Web Token read member by
//! member, a ciphertext decrypted and compared.

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_plan::{
    Alphabet, Codec, EcdsaForm, Escape, Function, JweAlgorithm, JweEncryption, JwsAlgorithm, List, Padding, Payload,
    Place, PublicForm, SignatureAlgorithm, Text, TimeFormat, Value, any, codec, json,
};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::jose::{self, jwe, jws};
use crate::crypto::{PrivateKey, PublicKeys, cipher};
use crate::evaluate::is_json;
use crate::inputs::{Credential, Inputs, Key};
use crate::request::Request;

/// How many seconds the sender's clock may be behind and ahead of the receiver's.
pub const CLOCK: std::ops::RangeInclusive<i64> = -60..=5;

/// So many places are tried where a hole may end.
const MOST_ENDS: usize = 64;

const NO_TIME: &str = "it is not a time as the document writes it";

type Bytes = Zeroizing<Vec<u8>>;

/// What a request that was received tells of how it was made.
#[derive(Clone, Default)]
pub struct Told {
    /// The settings, by their names.
    pub settings: Vec<(Text, String)>,
    /// The time.
    pub now: Option<Timestamp>,
    /// The slots of values of `x-values` that stand in it somewhere.
    pub values: Vec<usize>,
    /// What the caller gave, by its slot, before the client made something else of it.
    pub given: Vec<(usize, Bytes)>,
}

impl Told {
    /// What the caller gave for a slot, if that is told.
    pub fn given(&self, slot: usize) -> Option<&[u8]> {
        self.given.iter().find(|(own, _)| *own == slot).map(|(_, given)| given.as_slice())
    }
}

/// Why a value that was received is not known to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is not what it should be, and what is known of that.
    Wrong(Option<String>),
    /// It is made of something that only its sender knows.
    Unknown,
}

fn wrong(reason: impl Into<String>) -> Mismatch {
    Mismatch::Wrong(Some(reason.into()))
}

type Matched = Result<(), Mismatch>;

/// Something that a value tells.
enum Fact {
    Setting(Text, Bytes),
    Given(Bytes),
    /// A UUID or a time, as it is written, and when "now" was by it.
    Open(Value, Bytes, Option<Timestamp>),
    /// A value of `x-values`.
    Made(usize, Bytes),
}

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

impl Request<'_> {
    /// Learns how a request that was received was made: settings, times, UUIDs and values of `x-values` that stand in it
    /// somewhere, and what the caller gave. The request evaluates with them from then on, but for the settings.
    pub fn learn(&mut self, inputs: &Inputs<'_>) -> Told {
        let mut told = Told::default();
        let operation = self.operation();
        loop {
            self.make(inputs, true);
            let mut is_new = false;
            for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
                let Some(values) = operation.slots[slot].value.as_deref() else { continue };
                let text = (operation.slots[slot].place != Place::Value).then(|| self.text(slot)).flatten();
                let Some(text) = text.map(|text| Zeroizing::new(text.into_owned())) else { continue };
                let mut matcher = Matcher::new(self, inputs, slot, None);
                let matched = matcher.values(values, text.as_bytes());
                let found = matcher.found;
                if matched.is_ok() {
                    for fact in found {
                        is_new |= self.keep(slot, fact, &mut told);
                    }
                }
            }
            if !is_new {
                return told;
            }
        }
    }

    /// Keeps what is told, and says whether it was not known before.
    fn keep(&mut self, slot: usize, fact: Fact, told: &mut Told) -> bool {
        match fact {
            Fact::Setting(name, value) => {
                let value = std::str::from_utf8(&value).ok().map(str::to_owned);
                let value = value.filter(|_| told.settings.iter().all(|(known, _)| *known != name));
                value.map(|value| told.settings.push((name, value))).is_some()
            }
            Fact::Given(given) => {
                let is_new = told.given(slot).is_none();
                told.given.extend(is_new.then_some((slot, given)));
                is_new
            }
            Fact::Open(value, text, now) => {
                if self.told(&value).is_some() {
                    return false;
                }
                // A coarse reading is earlier than the moment that it is of, and the finest serves the others too.
                told.now = told.now.max(now);
                self.told.push((value, text));
                true
            }
            Fact::Made(slot, bytes) => {
                let is_new = self.made(slot).is_none();
                self.values.extend(is_new.then_some((slot, bytes)));
                told.values.extend(is_new.then_some(slot));
                is_new
            }
        }
    }

    /// Makes the values of `x-values` that the request does not tell, as far as they can be computed.
    pub fn complete(&mut self, inputs: &Inputs<'_>) {
        self.make(inputs, false);
    }

    fn make(&mut self, inputs: &Inputs<'_>, learns: bool) {
        let operation = self.operation();
        for slot in operation.order.iter().map(|slot| usize::from(*slot)) {
            let own = &operation.slots[slot];
            let Some(values) = own.value.as_deref().filter(|_| own.place == Place::Value && self.made(slot).is_none())
            else {
                continue;
            };
            let now = (!learns).then_some(inputs.moment.now);
            if !Matcher::new(self, inputs, slot, now).knows(values) {
                continue;
            }
            if let Ok(bytes) = self.evaluate(slot, values, inputs, &mut ()) {
                self.values.push((slot, bytes));
            }
        }
    }

    /// Whether an expression reads a time that the request does not tell, and that the receiver's clock may have shown, too.
    pub fn reads_clock(&self, values: &[Value]) -> bool {
        any(values, &|value| match value {
            Value::Time { .. } => self.told(value).is_none() && !is_fine(value),
            Value::Made(name) => {
                let slot = self.operation.parameter(Place::Value, name).filter(|slot| self.made(*slot).is_none());
                slot.and_then(|slot| self.operation.slots[slot].value.as_deref())
                    .is_some_and(|values| self.reads_clock(values))
            }
            _ => false,
        })
    }

    /// Compares what was received for a slot with what should fill it. `now` is the receiver's time. What the caller gave is
    /// in the slot, or not known.
    ///
    /// # Errors
    /// It is not right, or nobody can tell.
    pub fn compare(
        &self,
        slot: usize,
        values: &[Value],
        received: &[u8],
        inputs: &Inputs<'_>,
        now: Timestamp,
        knows_given: bool,
    ) -> Result<(), Mismatch> {
        let mut matcher = Matcher::new(self, inputs, slot, Some(now));
        matcher.knows_given = knows_given;
        matcher.values(values, received)
    }
}

/// Whether a time is written finer than a clock can be guessed.
fn is_fine(value: &Value) -> bool {
    matches!(value, Value::Time { format: TimeFormat::UnixMillis, .. })
}

/// Compares bytes with an expression.
struct Matcher<'m, 'a> {
    request: &'m Request<'a>,
    inputs: &'m Inputs<'m>,
    slot: usize,
    /// The receiver's time. Where there is none, values are not held to anything that is not known yet: they are learnt from.
    now: Option<Timestamp>,
    /// Whether the request holds what the caller gave.
    knows_given: bool,
    /// Whether the letters are of one case, whatever they were before.
    folds: bool,
    found: Vec<Fact>,
}

/// A stretch of a text.
enum Stretch<'v> {
    Known(Bytes),
    Hole(&'v Value),
}

impl<'m, 'a> Matcher<'m, 'a> {
    fn new(request: &'m Request<'a>, inputs: &'m Inputs<'m>, slot: usize, now: Option<Timestamp>) -> Self {
        Self { request, inputs, slot, now, knows_given: false, folds: false, found: Vec::new() }
    }

    fn learns(&self) -> bool {
        self.now.is_none()
    }

    /// What cannot be compared, which is no harm where something is to be learnt.
    fn unknown(&self) -> Matched {
        if self.learns() { Ok(()) } else { Err(Mismatch::Unknown) }
    }

    fn made(&self, name: &str) -> Option<usize> {
        self.request.operation.parameter(Place::Value, name)
    }

    /// Whether an expression can be computed.
    fn knows(&self, values: &[Value]) -> bool {
        !any(values, &|value| match value {
            Value::Given => !self.knows_given,
            Value::Random { .. } => true,
            Value::Uuid { .. } => self.request.told(value).is_none(),
            Value::Time { .. } => self.request.told(value).is_none() && (self.learns() || is_fine(value)),
            Value::Made(name) => self.made(name).and_then(|slot| self.request.made(slot)).is_none(),
            Value::Apply(function, _) => function.is_random(),
            _ => false,
        })
    }

    /// Whether something in a value is looked at, and not computed.
    fn is_hole(&self, value: &Value) -> bool {
        let is_checked = |value: &Value| {
            matches!(
                value,
                Value::Parts { .. }
                    | Value::Apply(
                        Function::Sign(..) | Function::Jws(..) | Function::Jwe(..) | Function::Encrypt(_),
                        _
                    )
            )
        };
        let value = std::slice::from_ref(value);
        !self.knows(value) || any(value, &is_checked)
    }

    fn evaluate(&self, values: &[Value]) -> Result<Bytes, Mismatch> {
        self.request.evaluate(self.slot, values, self.inputs, &mut ()).map_err(wrong)
    }

    /// Compares bytes with the concatenation of values.
    fn values(&mut self, values: &[Value], bytes: &[u8]) -> Matched {
        // What is as it would be made again is right, however it could be read otherwise.
        if !self.learns() && self.knows(values) && self.evaluate(values).is_ok_and(|made| self.is_same(&made, bytes)) {
            return Ok(());
        }
        match values {
            [Value::Setting(name)] if self.learns() => {
                self.found.push(Fact::Setting(name.clone(), bytes.to_vec().into()));
                Ok(())
            }
            [one @ (Value::Object(_) | Value::Array(_))] => self.one(one, bytes),
            _ => {
                let mut stretches = Vec::new();
                self.stretches(values, &mut stretches)?;
                self.sequence(&stretches, bytes)
            }
        }
    }

    /// Whether two texts are the same, in a time that does not tell how far they are.
    fn is_same(&self, known: &[u8], bytes: &[u8]) -> bool {
        if self.folds {
            let [known, bytes] = [known, bytes].map(|text| Zeroizing::new(text.to_ascii_lowercase()));
            return verify_slices_are_equal(&known, &bytes).is_ok();
        }
        verify_slices_are_equal(known, bytes).is_ok()
    }

    fn same(&self, known: &[u8], bytes: &[u8]) -> Matched {
        if self.is_same(known, bytes) { Ok(()) } else { Err(Mismatch::Wrong(None)) }
    }

    /// What is behind a known text.
    fn behind<'b>(&self, known: &[u8], bytes: &'b [u8]) -> Option<&'b [u8]> {
        let (start, rest) = bytes.split_at_checked(known.len())?;
        self.is_same(known, start).then_some(rest)
    }

    fn stretches<'v>(&self, values: &'v [Value], into: &mut Vec<Stretch<'v>>) -> Matched {
        for value in values {
            match value {
                value if !self.is_hole(value) => known(into, self.evaluate(std::slice::from_ref(value))?),
                Value::Concat(of) => self.stretches(of, into)?,
                Value::Join { with, of } => {
                    for (index, one) in of.iter().enumerate() {
                        if index > 0 {
                            known(into, with.as_bytes().to_vec().into());
                        }
                        self.stretches(std::slice::from_ref(one), into)?;
                    }
                }
                value => into.push(Stretch::Hole(value)),
            }
        }
        Ok(())
    }

    fn sequence(&mut self, stretches: &[Stretch<'_>], bytes: &[u8]) -> Matched {
        match stretches {
            [] if bytes.is_empty() => Ok(()),
            [] => Err(Mismatch::Wrong(None)),
            [Stretch::Known(known)] => self.same(known, bytes),
            [Stretch::Known(known), rest @ ..] => {
                self.sequence(rest, self.behind(known, bytes).ok_or(Mismatch::Wrong(None))?)
            }
            [Stretch::Hole(value)] => self.one(value, bytes),
            [Stretch::Hole(value), rest @ ..] => {
                let behind = || rest.iter().map(|stretch| self.length_of(stretch)).sum::<Option<usize>>();
                let end = self.length(value).or_else(|| bytes.len().checked_sub(behind()?));
                let ends: Vec<usize> = match (end, rest) {
                    (Some(end), _) => Some(end).filter(|end| *end <= bytes.len()).into_iter().collect(),
                    (None, [Stretch::Known(next), ..]) => {
                        let is_next = |end: &usize| self.behind(next, &bytes[*end..]).is_some();
                        (0..=bytes.len()).filter(is_next).take(MOST_ENDS).collect()
                    }
                    // Nothing tells where one ends and the other begins.
                    (None, _) => return self.unknown(),
                };
                let mut matched = Err(Mismatch::Wrong(None));
                for end in ends {
                    let found = self.found.len();
                    let (own, behind) = bytes.split_at(end);
                    matched = self.one(value, own).and_then(|()| self.sequence(rest, behind));
                    if matched.is_ok() {
                        break;
                    }
                    self.found.truncate(found);
                }
                matched
            }
        }
    }

    fn length_of(&self, stretch: &Stretch<'_>) -> Option<usize> {
        match stretch {
            Stretch::Known(known) => Some(known.len()),
            Stretch::Hole(value) => self.length(value),
        }
    }

    /// How many bytes a value has, if it has always as many.
    fn length(&self, value: &Value) -> Option<usize> {
        let all = |values: &[Value]| values.iter().map(|value| self.length(value)).sum::<Option<usize>>();
        match value {
            Value::Text(text) => Some(text.len()),
            Value::Random { length, .. } => Some(usize::from(*length)),
            Value::Uuid { .. } => Some(uuid::fmt::Hyphenated::LENGTH),
            Value::Concat(of) => all(of),
            Value::Made(name) => all(self.request.operation.slots[self.made(name)?].value.as_deref()?),
            Value::Apply(Function::Digest(hash) | Function::Hmac(hash), _) => Some(hash.size()),
            Value::Apply(Function::Encode(encoding), [of, ..]) => {
                let size = all(of)?;
                match encoding {
                    Codec::Hex => Some(2 * size),
                    Codec::Base64 | Codec::Base64UrlPadded => Some(size.div_ceil(3) * 4),
                    Codec::Base64Url => Some((4 * size).div_ceil(3)),
                    Codec::Upper | Codec::Lower => Some(size),
                    _ => None,
                }
            }
            Value::Apply(Function::Sign(algorithm, EcdsaForm::Jose), _) => match algorithm {
                SignatureAlgorithm::EcdsaP256Sha256 | SignatureAlgorithm::Ed25519 => Some(64),
                SignatureAlgorithm::EcdsaP384Sha384 => Some(96),
                SignatureAlgorithm::EcdsaP521Sha512 => Some(132),
                _ => None,
            },
            _ => None,
        }
    }

    fn one(&mut self, value: &Value, bytes: &[u8]) -> Matched {
        let is_untold = |value: &Value| self.request.told(value).is_none();
        let own = self.request.operation.slots.get(self.slot);
        match value {
            Value::Object(members) => self.object(members, bytes),
            Value::Array(items) => self.array(items, bytes),
            Value::Parts { parts, separator, equals } => self.parts(parts, separator, equals, bytes),
            // In a value of `x-values`, and where no slot is filled, it means nothing.
            Value::Given if own.is_none_or(|own| own.place == Place::Value) => Err(Mismatch::Unknown),
            Value::Given if !self.knows_given => {
                self.found.push(Fact::Given(bytes.to_vec().into()));
                Ok(())
            }
            Value::Uuid { .. } if is_untold(value) => {
                let uuid = uuid(bytes).filter(|uuid| text(bytes).is_ok_and(|text| text.len() == uuid.len()));
                self.found.push(Fact::Open(value.clone(), uuid.ok_or_else(|| wrong("it is not a UUID"))?, None));
                Ok(())
            }
            Value::Time { .. } if is_untold(value) => {
                let now = read_time(value, bytes).ok_or_else(|| wrong(NO_TIME))?;
                self.found.push(Fact::Open(value.clone(), bytes.to_vec().into(), Some(now)));
                Ok(())
            }
            Value::Random { of, length } => is_random(*of, *length, bytes),
            Value::Made(name) if self.is_hole(value) => {
                let slot = self.made(name).ok_or(Mismatch::Unknown)?;
                let own = std::mem::replace(&mut self.slot, slot);
                let values = self.request.operation.slots[slot].value.as_deref().unwrap_or_default();
                let matched = self.values(values, bytes);
                self.slot = own;
                self.found.push(Fact::Made(slot, bytes.to_vec().into()));
                matched
            }
            Value::Apply(function, operands) if self.is_hole(value) => self.function(*function, operands, bytes),
            Value::Fields(fields) if self.is_hole(value) => {
                let written = self.request.written_out(self.slot, fields, self.inputs).map_err(wrong)?;
                self.values(&written, bytes)
            }
            value if self.knows(std::slice::from_ref(value)) => {
                let known = self.evaluate(std::slice::from_ref(value))?;
                self.same(&known, bytes)
            }
            _ => self.unknown(),
        }
    }

    /// Undoes a function, or checks what it made.
    fn function(&mut self, function: Function, operands: &[List<Value>; 4], bytes: &[u8]) -> Matched {
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

    /// The credential that is a key.
    fn key(&self, of: &[Value]) -> Result<(&'m Text, &'m Credential), Mismatch> {
        let [Value::Credential(name)] = of else { return Err(Mismatch::Unknown) };
        let found = self.inputs.setup.credentials.get_key_value(name);
        found.ok_or_else(|| wrong(format!("the credential {name} is missing")))
    }

    fn encrypted(&mut self, padding: Padding, key: &[Value], of: &[Value], bytes: &[u8]) -> Matched {
        let (name, credential) = self.key(key)?;
        let Some(private) = credential.private() else { return self.unknown() };
        let plain = private.decrypt(padding.into(), bytes).map_err(|_| {
            let padding = padding.name();
            wrong(format!("it cannot be decrypted: it was not encrypted with {name} and {padding}"))
        })?;
        self.values(of, &plain)
    }

    fn signed(
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

    fn jws(
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

    fn jwe(
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

    /// A JSON object with these members. It may have others.
    fn object(&mut self, members: &[(Text, List<Value>)], bytes: &[u8]) -> Matched {
        let text = json_text(bytes)?;
        for (name, values) in members {
            let mut own = json::members(text).filter(|(own, _)| json::name(own) == *name);
            match (own.next(), own.next()) {
                (Some((_, raw)), None) => {
                    self.member(values, raw).map_err(|mismatch| within(&format!("its member {name}"), mismatch))?;
                }
                (None, _) => return Err(wrong(format!("it has no member {name}"))),
                _ => return Err(wrong(format!("its member {name} is there more than once"))),
            }
        }
        Ok(())
    }

    fn array(&mut self, items: &[List<Value>], bytes: &[u8]) -> Matched {
        let received: Vec<_> = json::elements(json_text(bytes)?).collect();
        if received.len() != items.len() {
            return Err(wrong(format!("it should be a list of {}", items.len())));
        }
        items.iter().zip(received).try_for_each(|(values, raw)| self.member(values, raw))
    }

    /// A member of an object, or an item of a list, as JSON.
    fn member(&mut self, values: &[Value], raw: &str) -> Matched {
        let raw = raw.trim_ascii();
        if !is_json(values) && !raw.starts_with('"') {
            return Err(wrong("it should be a string"));
        }
        let decoded = if is_json(values) { raw.into() } else { json::decoded(raw).ok_or(Mismatch::Wrong(None))? };
        match (values, self.now) {
            ([value @ Value::Time { .. }], Some(now)) => {
                let told = read_time(value, decoded.as_bytes()).ok_or_else(|| wrong(NO_TIME))?;
                let age = told.duration_since(now).as_secs();
                if CLOCK.contains(&age) { Ok(()) } else { Err(wrong("it is not the time by the receiver's clock")) }
            }
            ([Value::Public { form: PublicForm::Jwk, .. }], _) => {
                let own = self.evaluate(values)?;
                let read = serde_json::from_slice::<serde_json::Value>;
                let is_same = read(&own).ok().zip(read(raw.as_bytes()).ok()).is_some_and(|(own, raw)| own == raw);
                if is_same { Ok(()) } else { Err(Mismatch::Wrong(None)) }
            }
            _ => self.values(values, decoded.as_bytes()),
        }
    }

    /// A list such as `t=1,v1=2`. It may have other members, and of one that is there several times, one has to be right.
    fn parts(&mut self, parts: &[(Text, List<Value>)], separator: &str, equals: &str, bytes: &[u8]) -> Matched {
        let by_name = std::str::from_utf8(bytes).ok().map(|list| self.parts_by_name(parts, separator, equals, list));
        if matches!(by_name, Some(Ok(()))) {
            return Ok(());
        }
        // What separates them may be in them, too.
        let mut whole = Vec::new();
        for (index, (name, values)) in parts.iter().enumerate() {
            whole.push(Value::Text(format!("{}{name}{equals}", if index == 0 { "" } else { separator }).into()));
            whole.extend(values.iter().cloned());
        }
        let found = self.found.len();
        match (self.values(&whole, bytes), by_name) {
            (Err(_), Some(by_name)) => {
                self.found.truncate(found);
                by_name
            }
            (matched, _) => matched,
        }
    }

    fn parts_by_name(&mut self, parts: &[(Text, List<Value>)], separator: &str, equals: &str, list: &str) -> Matched {
        let received: Vec<(&str, &str)> =
            list.split(separator).filter_map(|part| part.trim_ascii().split_once(equals)).collect();
        for (name, values) in parts {
            let mut matched = Err(wrong(format!("it has no part {name}")));
            let own = received.iter().filter(|(own, _)| own == name);
            // As it came, and without quotes that are around it.
            let forms = own.flat_map(|(_, value)| {
                let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                [Some(*value), unquoted]
            });
            for value in forms.flatten() {
                let found = self.found.len();
                matched = self.values(values, value.as_bytes());
                if matched.is_ok() {
                    break;
                }
                self.found.truncate(found);
            }
            matched.map_err(|mismatch| within(&format!("its part {name}"), mismatch))?;
        }
        Ok(())
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

fn known(stretches: &mut Vec<Stretch<'_>>, bytes: Bytes) {
    match stretches.last_mut() {
        Some(Stretch::Known(known)) => *known = [known.as_slice(), &bytes].concat().into(),
        _ => stretches.push(Stretch::Known(bytes)),
    }
}

fn not_as_written(function: Function) -> Mismatch {
    wrong(format!("it is not as {} writes it", function.name()))
}

/// Says where in a value something is wrong.
fn within(what: &str, mismatch: Mismatch) -> Mismatch {
    match mismatch {
        Mismatch::Wrong(None) => wrong(format!("{what} is not what it should be")),
        Mismatch::Wrong(Some(reason)) if reason.starts_with("it has no") => wrong(reason),
        Mismatch::Wrong(Some(reason)) => wrong(format!("{what}: {reason}")),
        Mismatch::Unknown => Mismatch::Unknown,
    }
}

fn text(bytes: &[u8]) -> Result<&str, Mismatch> {
    std::str::from_utf8(bytes).map_err(|_| wrong("it is not text"))
}

fn json_text(bytes: &[u8]) -> Result<&str, Mismatch> {
    let text = text(bytes)?;
    json::check(text).map_err(|error| wrong(format!("it is not JSON: {error}")))?;
    Ok(text.trim_ascii())
}

/// A UUID as a client writes it, of any form.
fn uuid(bytes: &[u8]) -> Option<Bytes> {
    let uuid = Uuid::try_parse_ascii(bytes).ok()?;
    Some(uuid.hyphenated().to_string().into_bytes().into())
}

/// When "now" was, by a time that was received.
fn read_time(value: &Value, bytes: &[u8]) -> Option<Timestamp> {
    let Value::Time { format, offset_seconds, plus_seconds } = value else { return None };
    let time = format.read(std::str::from_utf8(bytes).ok()?, *offset_seconds)?;
    time.checked_sub(SignedDuration::from_secs(*plus_seconds)).ok()
}

fn is_random(of: Alphabet, length: u16, bytes: &[u8]) -> Matched {
    let (is_of, what): (fn(&u8) -> bool, _) = match of {
        Alphabet::Alphanumeric => (u8::is_ascii_alphanumeric, "letters and digits"),
        Alphabet::Hex => (|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'), "hexadecimal digits"),
        Alphabet::Bytes => (|_| true, "bytes"),
    };
    if bytes.len() == usize::from(length) && bytes.iter().all(is_of) {
        return Ok(());
    }
    Err(wrong(format!("it should be {length} {what}")))
}
