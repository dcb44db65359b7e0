//! The other side of signing: recomputes what a client filled in, from a request that was received.
//!
//! A sandbox that plays a provider verifies with the evaluator that signs, so the two cannot disagree, and what it says
//! of a wrong signature is what [`explain`](crate::explain) says of a right one. The setup is the receiver's: it holds the
//! credentials that the request should have been made with.
//!
//! Some of what a value is made of only its sender knows. The request itself tells most of it:
//!
//! - a value that is nothing but a setting, the time or a UUID says which it is, and whatever else reads it is
//!   recomputed with that;
//! - an encryption is undone with the receiver's private key, and yields what the caller gave. Ciphertexts are never
//!   compared, since their padding is random;
//! - a time that the request does not tell is the receiver's, give or take what a request takes.
//!
//! What remains, such as the digest of a given value, is [`Verdict::Unknown`].

mod near;
mod told;
mod written;

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use countersign_plan::{Function, Operation, Padding, Value, any, codec, reads_given, reads_session};
use countersign_sign::{Confidential, Inputs, Invalid, Moment, Request, Secret, Setup, Values};
use zeroize::Zeroizing;

use crate::read::Read;
use crate::stage::{Stage, in_a_line};
use crate::tracer::{Explained, Tracer};
use told::{Gap, Told};

/// How many seconds the sender's clock may be behind and ahead of the receiver's, where the request does not tell the
/// time.
const CLOCK: std::ops::RangeInclusive<i64> = -60..=5;

/// A shorter credential is not looked for in a value that is wrong: it would be found by chance.
const LONG_ENOUGH: usize = 4;

/// Decrypts with the private key that belongs to the credential of this name, or cannot.
pub type Decrypt<'a> = &'a dyn Fn(&str, Padding, &[u8]) -> Option<Vec<u8>>;

/// What is found in a request that was received.
#[derive(Clone)]
pub struct Verification {
    /// The values that the client fills in, in the order in which it fills them.
    pub values: Vec<Checked>,
    /// The first value of the caller that breaks a rule of the document: its name, and how. Encrypted values are
    /// decrypted first.
    pub broken_rule: Option<(String, String)>,
    /// What is in each slot, decrypted.
    texts: Vec<Option<Secret>>,
    body: Secret,
}

/// A value that the client fills in, compared with what it should be. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The name of the header or parameter, or the JSON pointer of the field.
    pub name: String,
    /// What comparing it came to.
    pub verdict: Verdict,
    /// What it is made of.
    pub origin: Origin,
    /// What it should have been, with secrets and personal data as `‹name›`.
    pub expected: String,
    /// What it is, with secrets and personal data as `‹name›`, or as its length where it should have been secret.
    pub received: String,
    /// The digests and encryptions of the expected value, innermost first, with their strings to sign.
    pub stages: Vec<Stage>,
    /// What else is known of a value that differs: which other input would have yielded it, or why it is unusable.
    pub note: Option<String>,
}

/// What comparing a value came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what it should be.
    Right,
    /// It is not what it should be, or cannot be used.
    Wrong,
    /// It is required and not there.
    Missing,
    /// It is made of something that only the sender knows.
    Unknown,
}

/// What a value is made of: the first of these that is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// What the caller gives.
    Given,
    /// A value of the session.
    Session,
    /// A credential.
    Credential,
    /// Neither: a constant, a setting, the time.
    Other,
}

impl Origin {
    fn of(values: &[Value]) -> Self {
        if reads_given(values) {
            Self::Given
        } else if reads_session(values) {
            Self::Session
        } else if any(values, &|value| matches!(value, Value::Credential(_))) {
            Self::Credential
        } else {
            Self::Other
        }
    }
}

impl Checked {
    /// Whether nothing speaks against it.
    pub fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Right | Verdict::Unknown)
    }

    /// As `Display`, without the stages that were `told` before. Those that are new are told now.
    pub fn tell(&self, told: &mut BTreeSet<Stage>) -> String {
        let stages: Vec<&Stage> = self.stages.iter().filter(|stage| told.insert((*stage).clone())).collect();
        self.in_words(&stages)
    }

    fn in_words(&self, stages: &[&Stage]) -> String {
        let Self { name, expected, received, .. } = self;
        let words = match self.verdict {
            Verdict::Right if self.stages.iter().any(|stage| !stage.is_encryption()) => {
                format!("the signature {name} is right")
            }
            Verdict::Right => format!("{name} is right"),
            Verdict::Unknown => return format!("{name} cannot be recomputed"),
            Verdict::Missing => format!("{name} is missing"),
            Verdict::Wrong => {
                format!("{name} should be \"{}\" and is \"{}\"", in_a_line(expected), in_a_line(received))
            }
        };
        let stages: Vec<String> = stages.iter().map(ToString::to_string).collect();
        if self.verdict == Verdict::Right && !stages.is_empty() {
            return format!("{words}: {}", stages.join("; "));
        }
        let words = [words].into_iter().chain(self.note.clone()).chain(stages);
        words.collect::<Vec<_>>().join("; ")
    }

    fn explain(&mut self, explained: Explained) {
        (self.expected, self.stages) = (explained.shown, explained.stages);
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(&self.stages.iter().collect::<Vec<_>>()))
    }
}

impl Verification {
    /// Whether nothing speaks against any value that the client fills in.
    pub fn is_good(&self) -> bool {
        self.values.iter().all(Checked::is_good)
    }

    /// The text of a header or parameter by its name, or of a field by its name or JSON pointer, decrypted.
    pub fn text(&self, operation: &Operation, name: &str) -> Option<Secret> {
        self.texts.get(operation.slot(name)?)?.clone()
    }

    /// The body with decrypted values in the place of the encrypted ones.
    pub fn body(&self) -> Secret {
        self.body.clone()
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification")
            .field("values", &self.values)
            .field("broken_rule", &self.broken_rule)
            .finish_non_exhaustive()
    }
}

/// Recomputes what a client filled into a request for an operation, with the receiver's setup and the values of `session`.
///
/// # Errors
/// The plan has no such operation, the body is not what the document says, or the request has a name twice that the
/// document has once.
pub fn verify(
    setup: &Setup,
    operation: &str,
    request: &http::Request<Bytes>,
    session: Option<&Values>,
    decrypt: Decrypt<'_>,
) -> Result<Verification, Invalid> {
    verification(setup, operation, request, session, decrypt, true)
}

/// As [`verify`], without looking for the mistake that would explain a value that is wrong: many times as fast, for who
/// tries one session after the other.
///
/// # Errors
/// As [`verify`].
pub fn verify_quickly(
    setup: &Setup,
    operation: &str,
    request: &http::Request<Bytes>,
    session: Option<&Values>,
    decrypt: Decrypt<'_>,
) -> Result<Verification, Invalid> {
    verification(setup, operation, request, session, decrypt, false)
}

fn verification(
    setup: &Setup,
    operation: &str,
    request: &http::Request<Bytes>,
    session: Option<&Values>,
    decrypt: Decrypt<'_>,
    searches: bool,
) -> Result<Verification, Invalid> {
    let unknown = || Invalid { name: None, reason: format!("the plan has no operation {operation}") };
    let operation = setup.plan.operation(operation).ok_or_else(unknown)?;
    let received = Request::received(operation, setup.base_path(), request)?;
    let told = Told::by(&received);
    let mut setup = setup.clone();
    setup.settings.extend(told.settings.iter().cloned());
    let tracer = Tracer::new(&setup, &received, false, false);
    let verifier = Verifier { setup: &setup, received: &received, told, session, decrypt, searches, tracer };
    Ok(verifier.run())
}

struct Verifier<'a> {
    /// The receiver's, with the settings that the request tells.
    setup: &'a Setup,
    received: &'a Request<'a>,
    told: Told,
    session: Option<&'a Values>,
    decrypt: Decrypt<'a>,
    /// Whether to look for the mistake that would explain a value that is wrong.
    searches: bool,
    tracer: Tracer<'a>,
}

/// What the caller gave for a value, where that is known, and what the value is made of. What is wrong can hold anything.
type Compared = (Option<Secret>, Read);

/// What comes of comparing a value that must not be shown, and of which nothing else is known.
const CLOSED: Compared = (None, Read::PERSONAL);

impl<'a> Verifier<'a> {
    fn run(mut self) -> Verification {
        let operation = self.received.operation();
        let mut plain = self.received.clone();
        let mut texts: Vec<Option<Secret>> = vec![None; operation.slots.len()];
        let mut unknown = Vec::new();
        let mut all = Vec::new();
        for index in operation.order.iter().map(|index| usize::from(*index)) {
            let slot = &operation.slots[index];
            let values = slot.value.as_deref().unwrap_or_default();
            let mut checked = Checked {
                name: slot.name.to_string(),
                verdict: Verdict::Missing,
                origin: Origin::of(values),
                expected: String::new(),
                received: String::new(),
                stages: Vec::new(),
                note: None,
            };
            if let Some(text) = self.received.text(index) {
                let (given, read) = self.check(index, values, &text, &mut checked);
                // What cannot be in its place is not held to the rules either.
                if given.as_ref().is_none_or(|given| plain.set(index, given.expose().as_bytes()).is_err()) {
                    unknown.push(index);
                }
                texts[index] = given;
                if !read.is_open() {
                    self.tracer.guards.close(index, read);
                }
            } else if !slot.required || self.received.leaves_out(index) || checked.origin == Origin::Given {
                // A value of the caller's own is missed by the document's rules.
                continue;
            } else {
                self.explain(self.received, index, values, &mut checked);
            }
            all.push(checked);
        }
        let broken = plain.check(&unknown).err();
        for (index, text) in texts.iter_mut().enumerate().filter(|(_, text)| text.is_none()) {
            *text = plain.text(index).map(|text| Secret::from(text.into_owned()));
        }
        Verification {
            values: all,
            broken_rule: broken.map(|Invalid { name, reason }| (name.unwrap_or_default(), reason)),
            texts,
            body: Secret::from(plain.body_text().into_owned()),
        }
    }

    /// Compares a value.
    fn check(&mut self, slot: usize, values: &[Value], text: &str, checked: &mut Checked) -> Compared {
        checked.received = length(text);
        if checked.origin == Origin::Given {
            return self.check_given(slot, values, text, checked);
        }
        let gap = self.told.gap(values);
        // What is nothing but a time or a UUID, and cannot be read as one, is wrong.
        let is_unreadable = gap != Gap::None && matches!(values, [Value::Uuid | Value::Time { .. }]);
        if gap == Gap::Hopeless || is_unreadable {
            checked.verdict = if is_unreadable { Verdict::Wrong } else { Verdict::Unknown };
            if is_unreadable {
                checked.received = self.masked(text, true);
            }
            self.explain(self.received, slot, values, checked);
            return CLOSED;
        }
        let moment = if gap == Gap::Clock { self.by_the_clock(slot, values, text) } else { self.told.moment };
        let inputs = self.inputs(moment);
        let (bytes, explained) = match self.tracer.evaluate(self.received, slot, values, &inputs) {
            Ok(evaluated) => evaluated,
            Err(reason) => {
                (checked.verdict, checked.note) = (Verdict::Wrong, Some(reason));
                return CLOSED;
            }
        };
        let read = explained.read;
        checked.explain(explained);
        if *bytes == text.as_bytes() {
            checked.verdict = Verdict::Right;
            checked.received = checked.expected.clone();
            return (None, read);
        }
        checked.verdict = Verdict::Wrong;
        checked.note = self.near_miss(slot, values, text, &bytes);
        checked.received = self.masked(text, read.is_open());
        CLOSED
    }

    /// Undoes a value that is made of what the caller gives.
    fn check_given(&mut self, slot: usize, values: &[Value], text: &str, checked: &mut Checked) -> Compared {
        let not_text = |_| Some("what it decrypts to is not text".to_owned());
        let given = self.undo(values, text.as_bytes());
        let given = given.and_then(|bytes| std::str::from_utf8(&bytes).map(Secret::from).map_err(not_text));
        let mut before = self.received.clone();
        let is_set = before.set(slot, given.as_ref().map_or("", Secret::expose).as_bytes()).is_ok();
        let read = if is_set { self.explain(&before, slot, values, checked) } else { None };
        (checked.verdict, checked.note) = match &given {
            Ok(_) => (Verdict::Right, None),
            Err(None) => (Verdict::Unknown, None),
            Err(unusable) => (Verdict::Wrong, unusable.clone()),
        };
        given.map_or(CLOSED, |given| (Some(given), read.unwrap_or(Read::PERSONAL)))
    }

    /// Shows how a value would have come about, as far as that is known, and says what it is made of.
    fn explain(&mut self, from: &Request<'_>, slot: usize, values: &[Value], checked: &mut Checked) -> Option<Read> {
        let inputs = self.inputs(self.told.moment);
        let (_, explained) = self.tracer.evaluate(from, slot, values, &inputs).ok()?;
        let read = explained.read;
        checked.explain(explained);
        Some(read)
    }

    /// The second in which a value that reads the time is `text`, or now.
    fn by_the_clock(&self, slot: usize, values: &[Value], text: &str) -> Moment {
        let now = self.told.moment;
        let at = |seconds| {
            let time = now.now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
            Some(Moment { now: time, ..now })
        };
        CLOCK.rev().filter_map(at).find(|moment| self.yields(slot, values, *moment, text)).unwrap_or(now)
    }

    /// Whether an expression yields this text.
    fn yields(&self, slot: usize, values: &[Value], moment: Moment, text: &str) -> bool {
        let bytes = self.received.evaluate(slot, values, &self.inputs(moment), &mut ());
        bytes.is_ok_and(|bytes| *bytes == text.as_bytes())
    }

    fn inputs(&self, moment: Moment) -> Inputs<'a> {
        Inputs { setup: self.setup, session: self.session, moment }
    }

    /// What the caller gave, found by undoing an expression from the outside in.
    ///
    /// # Errors
    /// It has no inverse; or this is not a value of it, and why.
    fn undo(&self, values: &[Value], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Option<String>> {
        match values {
            [Value::Given] => Ok(bytes.to_vec().into()),
            [Value::Apply(Function::Encode(encoding), [of, ..])] => {
                let unusable = || Some(format!("it is not as {} writes it", encoding.name()));
                let decoded = codec::decode(*encoding, bytes).ok_or(None)?.map_err(|_| unusable())?;
                let decoded = Zeroizing::new(decoded);
                // A decoder forgives what this provider may not: missing line breaks, another case.
                if codec::encode(*encoding, &decoded).ok().as_deref() != Some(bytes) {
                    return Err(unusable());
                }
                self.undo(of, &decoded)
            }
            [Value::Apply(Function::Encrypt(padding), [key, of, ..])] => {
                let [Value::Credential(name)] = key.as_ref() else { return Err(None) };
                let plain = (self.decrypt)(name, *padding, bytes).map(Zeroizing::new).ok_or_else(|| {
                    let padding = padding.name();
                    format!("it cannot be decrypted: it was not encrypted with {name} and {padding}")
                })?;
                self.undo(of, &plain)
            }
            [Value::Apply(Function::Digest(hash) | Function::Hmac(hash), _)] if bytes.len() != hash.size() => {
                Err(Some(format!("it is not as long as {} makes it", hash.name())))
            }
            _ => Err(None),
        }
    }

    /// A small mistake that would explain the difference.
    fn near_miss(&self, slot: usize, values: &[Value], text: &str, expected: &[u8]) -> Option<String> {
        if text.as_bytes().eq_ignore_ascii_case(expected) {
            return Some("it matches but for the case of its letters".into());
        }
        if text.trim().as_bytes() == expected {
            return Some("it matches but for white space around it".into());
        }
        if !self.searches || text.is_empty() {
            return None;
        }
        near::search(values, self.received, slot, |values| self.yields(slot, values, self.told.moment, text))
    }

    /// A value that is wrong, and so can hold anything: what is known in it goes by its name. One that may not be shown is, if it
    /// is nothing but what is known.
    fn masked(&self, text: &str, is_open: bool) -> String {
        let credentials = self.setup.credentials.iter().map(|(name, credential)| (name, credential.text.expose()));
        let session = self.session.into_iter().flatten().map(|(name, secret)| (name, secret.expose()));
        let mut known = credentials.chain(session).filter(|(_, secret)| secret.chars().count() >= LONG_ENOUGH);
        if !is_open {
            let whole = known.find(|(_, secret)| *secret == text);
            return whole.map_or_else(|| length(text), |(name, _)| format!("‹{name}›"));
        }
        let shown = known.fold(text.to_owned(), |text, (name, secret)| text.replace(secret, &format!("‹{name}›")));
        // Not what headers and query carry: the value is one of them, and their credentials are out already.
        let slots = self.received.operation().slots.iter().enumerate();
        let carried = slots.filter(|(_, slot)| {
            slot.is_confidential()
                && matches!(slot.place, countersign_plan::Place::Path | countersign_plan::Place::Field)
        });
        let texts = carried.flat_map(|(index, _)| self.received.texts(index));
        Confidential::new(texts).redact(&shown, usize::MAX)
    }
}

fn length(text: &str) -> String {
    format!("another value, of {} characters", text.chars().count())
}

#[cfg(test)]
mod tests;
