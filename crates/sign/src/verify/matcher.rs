//! Compares bytes with an expression, of which some is known and some is a hole.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use countersign_plan::{Alphabet, Codec, EcdsaForm, Function, Place, SignatureAlgorithm, Text, TimeFormat, Value, any};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::mismatch::{Matched, Mismatch, wrong};
use crate::inputs::Inputs;
use crate::request::Request;

/// How many seconds the sender's clock may be behind and ahead of the receiver's.
pub const CLOCK: std::ops::RangeInclusive<i64> = -60..=5;

/// So many places are tried where a hole may end.
const MOST_ENDS: usize = 64;

pub(super) const NO_TIME: &str = "it is not a time as the document writes it";

pub(super) type Bytes = Zeroizing<Vec<u8>>;

/// Something that a value tells.
pub(super) enum Fact {
    Setting(Text, Bytes),
    Given(Bytes),
    /// A UUID or a time, as it is written, and when "now" was by it.
    Open(Value, Bytes, Option<Timestamp>),
    /// A value of `x-values`.
    Made(usize, Bytes),
}

/// Whether a time is written finer than a clock can be guessed.
pub(super) fn is_fine(value: &Value) -> bool {
    matches!(value, Value::Time { format: TimeFormat::UnixMillis, .. })
}

/// Compares bytes with an expression.
pub(super) struct Matcher<'m, 'a> {
    pub(super) request: &'m Request<'a>,
    pub(super) inputs: &'m Inputs<'m>,
    slot: usize,
    /// The receiver's time. Where there is none, values are not held to anything that is not known yet: they are learnt from.
    pub(super) now: Option<Timestamp>,
    /// Whether the request holds what the caller gave.
    pub(super) knows_given: bool,
    /// Whether the letters are of one case, whatever they were before.
    pub(super) folds: bool,
    pub(super) found: Vec<Fact>,
}

/// A stretch of a text.
enum Stretch<'v> {
    Known(Bytes),
    Hole(&'v Value),
}

impl<'m, 'a> Matcher<'m, 'a> {
    pub(super) fn new(request: &'m Request<'a>, inputs: &'m Inputs<'m>, slot: usize, now: Option<Timestamp>) -> Self {
        Self { request, inputs, slot, now, knows_given: false, folds: false, found: Vec::new() }
    }

    pub(super) fn learns(&self) -> bool {
        self.now.is_none()
    }

    /// What cannot be compared, which is no harm where something is to be learnt.
    pub(super) fn unknown(&self) -> Matched {
        if self.learns() { Ok(()) } else { Err(Mismatch::Unknown) }
    }

    fn made(&self, name: &str) -> Option<usize> {
        self.request.operation.parameter(Place::Value, name)
    }

    /// Whether an expression can be computed.
    pub(super) fn knows(&self, values: &[Value]) -> bool {
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

    pub(super) fn evaluate(&self, values: &[Value]) -> Result<Bytes, Mismatch> {
        self.request.evaluate(self.slot, values, self.inputs).map_err(wrong)
    }

    /// Compares bytes with the concatenation of values.
    pub(super) fn values(&mut self, values: &[Value], bytes: &[u8]) -> Matched {
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

    pub(super) fn same(&self, known: &[u8], bytes: &[u8]) -> Matched {
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
            [] => self.same(&[], bytes),
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

    /// Compares bytes with a hole, or with an object or an array.
    fn one(&mut self, value: &Value, bytes: &[u8]) -> Matched {
        let own = self.request.operation.slots.get(self.slot);
        match value {
            Value::Object(members) => self.object(members, bytes),
            Value::Array(items) => self.array(items, bytes),
            Value::Parts { parts, separator, equals } => self.parts(parts, separator, equals, bytes),
            // In a value of `x-values`, and where no slot is filled, it means nothing.
            Value::Given if own.is_none_or(|own| own.place == Place::Value) => Err(Mismatch::Unknown),
            Value::Given => {
                self.found.push(Fact::Given(bytes.to_vec().into()));
                Ok(())
            }
            Value::Uuid { .. } => {
                let uuid = uuid(bytes).filter(|uuid| uuid.len() == bytes.len());
                self.found.push(Fact::Open(value.clone(), uuid.ok_or_else(|| wrong("it is not a UUID"))?, None));
                Ok(())
            }
            Value::Time { .. } => {
                let now = read_time(value, bytes).ok_or_else(|| wrong(NO_TIME))?;
                self.found.push(Fact::Open(value.clone(), bytes.to_vec().into(), Some(now)));
                Ok(())
            }
            Value::Random { of, length } => is_random(*of, *length, bytes),
            Value::Made(name) => {
                let slot = self.made(name).ok_or(Mismatch::Unknown)?;
                let own = std::mem::replace(&mut self.slot, slot);
                let values = self.request.operation.slots[slot].value.as_deref().unwrap_or_default();
                let matched = self.values(values, bytes);
                self.slot = own;
                self.found.push(Fact::Made(slot, bytes.to_vec().into()));
                matched
            }
            Value::Apply(function, operands) => self.function(*function, operands, bytes),
            Value::Fields(fields) => {
                let written = self.request.written_out(self.slot, fields, self.inputs).map_err(wrong)?;
                self.values(&written, bytes)
            }
            _ => self.unknown(),
        }
    }
}

fn known(stretches: &mut Vec<Stretch<'_>>, bytes: Bytes) {
    match stretches.last_mut() {
        Some(Stretch::Known(known)) => *known = [known.as_slice(), &bytes].concat().into(),
        _ => stretches.push(Stretch::Known(bytes)),
    }
}

/// A UUID as a client writes it, of any form.
pub(super) fn uuid(bytes: &[u8]) -> Option<Bytes> {
    let uuid = Uuid::try_parse_ascii(bytes).ok()?;
    Some(uuid.hyphenated().to_string().into_bytes().into())
}

/// When "now" was, by a time that was received.
pub(super) fn read_time(value: &Value, bytes: &[u8]) -> Option<Timestamp> {
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
