//! The other side of signing: recomputes what a client filled in, from a request that was received.
//!
//! A sandbox that plays a provider verifies with the evaluator that signs, so the two cannot disagree, and what it says
//! of a wrong signature is what [`explain`](crate::explain) says of a right one. The setup is the receiver's: it holds the
//! credentials that the request should have been made with.
//!
//! Some of what a value is made of only its sender knows. The request itself tells most of it:
//!
//! - a value that is nothing but a setting, a time, a UUID or a value of `x-values`, or has one of them in it where it can be
//!   told apart (a part of a list, an item of a selection, a claim of a token, between known texts), says which it is, and
//!   whatever else reads it is recomputed with that;
//! - an encryption is undone with the receiver's key, and yields what the caller gave;
//! - a time that the request does not tell is the receiver's, give or take what a request takes.
//!
//! What is made by chance is not recomputed: a signature is verified with the public half of its key, a token is read member
//! by member, a ciphertext is decrypted and what was in it compared.
//!
//! What remains, such as the digest of a given value, is [`Verdict::Unknown`].

mod near;
mod written;

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use countersign_plan::{CredentialKind, Operation, Place, Value, any, reads_given};
use countersign_sign::{CLOCK, Confidential, Inputs, Invalid, Mismatch, Moment, Request, Secret, Setup, Told, Values};
use zeroize::Zeroizing;

use crate::read::Read;
use crate::stage::{Stage, in_a_line};
use crate::tracer::{Explained, Tracer, readable};

/// A shorter credential is not looked for in a value that is wrong: it would be found by chance.
const LONG_ENOUGH: usize = 4;

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
    /// The elements of each list among the parameters, by its slot.
    lists: Vec<(usize, Vec<Secret>)>,
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
    fn of(operation: &Operation, values: &[Value]) -> Self {
        let reads = |test: fn(&Value) -> bool| reads(operation, values, &test);
        if reads_given(values) {
            Self::Given
        } else if reads(|value| matches!(value, Value::Session(_))) {
            Self::Session
        } else if reads(|value| matches!(value, Value::Credential(_) | Value::Public { .. })) {
            Self::Credential
        } else {
            Self::Other
        }
    }
}

/// Whether a test holds for something that an expression reads, itself or by way of `x-values`.
fn reads(operation: &Operation, values: &[Value], test: &impl Fn(&Value) -> bool) -> bool {
    any(values, &|value| {
        let made = match value {
            Value::Made(name) => operation.parameter(Place::Value, name),
            _ => None,
        };
        let of = made.and_then(|slot| operation.slots[slot].value.as_deref());
        test(value) || of.is_some_and(|of| reads(operation, of, test))
    })
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
            Verdict::Unknown => return format!("{name} is not checked: only the client knows what it is made of"),
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

    /// The elements of a parameter that is a list, or the one value that it is.
    pub fn elements(&self, operation: &Operation, name: &str) -> Vec<Secret> {
        let list = operation.slot(name).and_then(|slot| self.lists.iter().find(|(own, _)| *own == slot));
        list.map_or_else(|| self.text(operation, name).into_iter().collect(), |(_, list)| list.clone())
    }

    /// The body as JSON, also that of a form, with decrypted values in the place of the encrypted ones.
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
/// The setup holds the client's credentials. Of a pair of keys it holds the receiver's half, too: the
/// [private one](countersign_sign::Credential::with_private) of a key that the client encrypts with, and the public one of a
/// key that the client signs with.
///
/// # Errors
/// The plan has no such operation, the body is not what the document says, or the request has a name twice that the
/// document has once.
pub fn verify(
    setup: &Setup,
    operation: &str,
    request: &http::Request<Bytes>,
    session: Option<&Values>,
) -> Result<Verification, Invalid> {
    verification(setup, operation, request, session, true)
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
) -> Result<Verification, Invalid> {
    verification(setup, operation, request, session, false)
}

fn verification(
    setup: &Setup,
    operation: &str,
    request: &http::Request<Bytes>,
    session: Option<&Values>,
    searches: bool,
) -> Result<Verification, Invalid> {
    let unknown = || Invalid { name: None, reason: format!("the plan has no operation {operation}") };
    let operation = setup.plan.operation(operation).ok_or_else(unknown)?;
    let mut received = Request::received(operation, setup.base_path(operation), request)?;
    let now = Moment::now();
    let mut told = received.learn(&Inputs { setup, session, moment: now });
    let body;
    let envelope = operation.parameter(Place::Body, "").filter(|envelope| received.text(*envelope).is_some());
    if let Some(envelope) = envelope {
        let Some(plain) = told.given(envelope).and_then(|plain| std::str::from_utf8(plain).ok()) else {
            // What is in it is not known, and nothing else is to be said.
            let order = [envelope];
            return Ok(Verifier::new(setup, &received, Told::default(), session, now, searches).run(&order));
        };
        body = Zeroizing::new(plain.to_owned());
        received = received.opened(&body)?;
        told = received.learn(&Inputs { setup, session, moment: now });
    }
    let mut setup = setup.clone();
    setup.settings.extend(told.settings.iter().cloned());
    let order: Vec<usize> = operation.order.iter().map(|slot| usize::from(*slot)).collect();
    Ok(Verifier::new(&setup, &received, told, session, now, searches).run(&order))
}

struct Verifier<'a> {
    /// The receiver's, with the settings that the request tells.
    setup: &'a Setup,
    /// The request, with what it tells of its making.
    received: &'a Request<'a>,
    told: Told,
    session: Option<&'a Values>,
    /// The receiver's moment.
    now: Moment,
    /// Whether to look for the mistake that would explain a value that is wrong.
    searches: bool,
    tracer: Tracer<'a>,
}

/// What the caller gave for a value, where that is known, and what the value is made of. What is wrong can hold anything.
type Compared = (Option<Secret>, Read);

/// What comes of comparing a value that must not be shown, and of which nothing else is known.
const CLOSED: Compared = (None, Read::PERSONAL);

impl<'a> Verifier<'a> {
    fn new(
        setup: &'a Setup,
        received: &'a Request<'a>,
        told: Told,
        session: Option<&'a Values>,
        now: Moment,
        searches: bool,
    ) -> Self {
        let tracer = Tracer::new(setup, received, false, false);
        Self { setup, received, told, session, now, searches, tracer }
    }

    fn run(mut self, order: &[usize]) -> Verification {
        let operation = self.received.operation();
        let mut plain = self.received.clone();
        let mut texts: Vec<Option<Secret>> = vec![None; operation.slots.len()];
        let mut unknown = Vec::new();
        let mut all = Vec::new();
        for index in order.iter().copied() {
            let slot = &operation.slots[index];
            let values = slot.value.as_deref().unwrap_or_default();
            let is_made = slot.place == Place::Value;
            let mut checked = Checked {
                name: if slot.place == Place::Body { "body".into() } else { slot.name.to_string() },
                verdict: Verdict::Missing,
                origin: Origin::of(operation, values),
                expected: String::new(),
                received: String::new(),
                stages: Vec::new(),
                note: None,
            };
            let bytes = match self.received.text(index) {
                _ if is_made => self.received.made(index).map(|made| made.to_vec()),
                text => text.map(|text| text.into_owned().into_bytes()),
            };
            if let Some(bytes) = bytes.map(Zeroizing::new).filter(|_| !is_made || self.told.values.contains(&index)) {
                let (given, read) = self.check(index, values, &bytes, &mut checked);
                // What cannot be in its place is not held to the rules either.
                let is_set = |given: &Secret| plain.set(index, given.expose().as_bytes()).is_ok();
                if slot.place != Place::Body && !is_made && !given.as_ref().is_some_and(is_set) {
                    unknown.push(index);
                }
                texts[index] = given;
                if is_made {
                    let explained = Explained { stages: checked.stages.clone(), read, ..Explained::default() };
                    self.tracer.keep(index, explained);
                } else if !read.is_open() {
                    self.tracer.guards.close(index, read);
                }
            } else if is_made {
                let read = self.explain(self.received, index, values, self.moment(), &mut checked);
                let explained = Explained {
                    stages: checked.stages,
                    read: read.unwrap_or(Read::PLACEHOLDER),
                    ..Explained::default()
                };
                self.tracer.keep(index, explained);
                continue;
            } else if !slot.required || self.received.leaves_out(index) || checked.origin == Origin::Given {
                // A value of the caller's own is missed by the document's rules.
                continue;
            } else {
                self.explain(self.received, index, values, self.moment(), &mut checked);
            }
            all.push(checked);
        }
        let broken = if order.len() < operation.order.len() { None } else { plain.check(&unknown).err() };
        for (index, text) in texts.iter_mut().enumerate().filter(|(_, text)| text.is_none()) {
            *text = plain.text(index).map(|text| Secret::from(text.into_owned()));
        }
        let lists = operation.slots.iter().enumerate().filter(|(_, slot)| slot.style.is_list()).map(|(index, _)| {
            (index, plain.elements(index).iter().map(|text| Secret::from(text.to_string())).collect())
        });
        Verification {
            values: all,
            lists: lists.collect(),
            broken_rule: broken.map(|Invalid { name, reason }| (name.unwrap_or_default(), reason)),
            texts,
            body: Secret::from(plain.described_json().unwrap_or_default().into_owned()),
        }
    }

    /// Compares a value.
    fn check(&mut self, slot: usize, values: &[Value], bytes: &[u8], checked: &mut Checked) -> Compared {
        let text = readable(bytes);
        checked.received = length(&text);
        let told = self.told.given(slot).map(|given| given.to_vec());
        let given = told.as_deref().and_then(|given| std::str::from_utf8(given).ok()).map(Secret::from);
        let mut before = self.received.clone();
        let knows_given = match self.received.operation().slots[slot].place {
            Place::Body => given.is_some(),
            _ if checked.origin != Origin::Given => false,
            // Where it is not known, an explanation has nothing in its place.
            _ => before.set(slot, given.as_ref().map_or("", Secret::expose).as_bytes()).is_ok() && given.is_some(),
        };
        let (moment, mut compared) = self.compare(&before, slot, values, bytes, knows_given);
        if told.is_some() && given.is_none() {
            compared = Err(Mismatch::Wrong(Some("what it decrypts to is not text".into())));
        }
        let read = self.explain(&before, slot, values, moment, checked);
        let open = read.is_some_and(Read::is_open) && !self.tracer.guards.is_confidential(slot);
        let (verdict, note) = match compared {
            Ok(()) => (Verdict::Right, None),
            Err(Mismatch::Unknown) => (Verdict::Unknown, None),
            Err(Mismatch::Wrong(reason)) => (Verdict::Wrong, reason),
        };
        checked.verdict = verdict;
        match verdict {
            Verdict::Right => {
                if open {
                    checked.expected = text.into_owned();
                }
                checked.received = checked.expected.clone();
                (given, read.unwrap_or(Read::PERSONAL))
            }
            Verdict::Wrong => {
                // What may be anything would match whatever is changed around it.
                let is_held = checked.origin != Origin::Given || knows_given;
                let miss =
                    if is_held { self.near_miss(&before, slot, values, moment, bytes, knows_given) } else { None };
                checked.note = miss.or(note);
                checked.received = self.masked(&text, open);
                CLOSED
            }
            _ => CLOSED,
        }
    }

    /// Shows how a value would have come about, as far as that is known, and says what it is made of.
    fn explain(
        &mut self,
        from: &Request<'_>,
        slot: usize,
        values: &[Value],
        moment: Moment,
        checked: &mut Checked,
    ) -> Option<Read> {
        let (from, inputs) = (self.completed(from, moment), self.inputs(moment));
        if let Ok((_, explained)) = self.tracer.evaluate(&from, slot, values, &inputs) {
            let read = explained.read;
            checked.explain(explained);
            return Some(read);
        }
        // What is not there goes by its name, and so does what a key would make that the receiver has no half of that makes it.
        let mut setup = self.setup.clone();
        for credential in self.setup.plan.credentials.iter() {
            if matches!(credential.kind, CredentialKind::PrivateKey | CredentialKind::PublicKey) {
                setup.credentials.remove(&credential.name);
            }
        }
        self.tracer.names_missing = true;
        let explained = self.tracer.evaluate(&from, slot, values, &Inputs { setup: &setup, ..inputs });
        self.tracer.names_missing = false;
        let (_, explained) = explained.ok()?;
        let read = Read { placeholder: false, ..explained.read };
        checked.explain(explained);
        Some(read)
    }

    /// What comparing a value comes to, and at which moment it was made.
    fn compare(
        &self,
        request: &Request<'_>,
        slot: usize,
        values: &[Value],
        bytes: &[u8],
        knows_given: bool,
    ) -> (Moment, Result<(), Mismatch>) {
        let at = |moment: Moment| {
            let completed = self.completed(request, moment);
            completed.compare(slot, values, bytes, &self.inputs(moment), self.now.now, knows_given)
        };
        let own = self.moment();
        let compared = at(own);
        if compared.is_ok() || !request.reads_clock(values) {
            return (own, compared);
        }
        // It may have been made a little earlier, or by a clock that is a little ahead; and what is told may be no more than the
        // day.
        let around = |now: jiff::Timestamp| {
            let moment = move |seconds| {
                let now = now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
                Some(Moment { now, ..own })
            };
            CLOCK.rev().filter_map(moment)
        };
        let mut moments = around(own.now).chain(around(self.now.now));
        match moments.find(|moment| at(*moment).is_ok()) {
            Some(moment) => (moment, Ok(())),
            None => (own, compared),
        }
    }

    /// A request with the values of `x-values` that it does not tell, as they were made at a moment.
    fn completed<'r>(&self, request: &Request<'r>, moment: Moment) -> Request<'r> {
        let mut completed = request.clone();
        completed.complete(&self.inputs(moment));
        completed
    }

    /// The moment that the request tells, or the receiver's.
    fn moment(&self) -> Moment {
        Moment { now: self.told.now.unwrap_or(self.now.now), ..self.now }
    }

    fn inputs(&self, moment: Moment) -> Inputs<'a> {
        Inputs { setup: self.setup, session: self.session, moment }
    }

    /// A small mistake that would explain the difference.
    fn near_miss(
        &self,
        request: &Request<'_>,
        slot: usize,
        values: &[Value],
        moment: Moment,
        bytes: &[u8],
        knows_given: bool,
    ) -> Option<String> {
        let expected = request.evaluate(slot, values, &self.inputs(moment)).unwrap_or_default();
        if bytes.eq_ignore_ascii_case(&expected) {
            return Some("it matches but for the case of its letters".into());
        }
        if bytes.trim_ascii() == expected.as_slice() {
            return Some("it matches but for white space around it".into());
        }
        if !self.searches || bytes.is_empty() {
            return None;
        }
        let completed = self.completed(request, moment);
        let inputs = self.inputs(moment);
        near::search(values, &completed, slot, |values| {
            completed.compare(slot, values, bytes, &inputs, self.now.now, knows_given).is_ok()
        })
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
        let carried =
            slots.filter(|(_, slot)| slot.is_confidential() && matches!(slot.place, Place::Path | Place::Field));
        let texts = carried.flat_map(|(index, _)| self.received.texts(index));
        Confidential::new(texts).redact(&shown, usize::MAX)
    }
}

fn length(text: &str) -> String {
    format!("another value, of {} characters", text.chars().count())
}

#[cfg(test)]
mod tests;
