//! The other side of signing: recomputes what a client filled in, from a request that was received.
//!
//! A sandbox that plays a provider verifies with the evaluator that signs, so the two cannot disagree, and what it says
//! of a wrong signature is what [`Executor::explain`] says of a right one. The executor here is the receiver's: it
//! holds the credentials that the request should have been made with.
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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::confidential::Confidential;
use crate::error::Error;
use crate::exec::{Executor, Prepared, Shared, read_session};
use crate::outcome::{RawAnswer, judge};
use crate::pick::pointer;
use crate::plan::{Notation, Operation, Padding, Place, Text, TimeFormat, Value};
use crate::request::Candidate;
use crate::secret::Secret;
use crate::value::{
    Context, Gaps, Inputs, Moment, Named, Output, Read, Site, Stage, Target, any, decode, encode, evaluate, in_a_line,
    reads_given, reads_session, with_path, written,
};

mod near;

use near::Material;

/// How many seconds the sender's clock may be behind and ahead of the receiver's, where the request does not tell the
/// time.
const CLOCK: std::ops::RangeInclusive<i64> = -60..=5;

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
    plain: Candidate,
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

impl Checked {
    /// Whether nothing speaks against it.
    pub fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Right | Verdict::Unknown)
    }
}

impl Checked {
    /// As `Display`, without the stages that were `told` before. Those that are new are told now.
    pub fn tell(&self, told: &mut BTreeSet<Stage>) -> String {
        let stages = self.stages.iter().filter(|stage| told.insert((*stage).clone())).collect();
        InWords { checked: self, stages }.to_string()
    }
}

/// A value in words, with some of its stages.
struct InWords<'a> {
    checked: &'a Checked,
    stages: Vec<&'a Stage>,
}

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Checked { name, verdict, expected, received, stages, note, .. } = self.checked;
        let mut separator = "; ";
        match verdict {
            Verdict::Right => {
                let is_signature = stages.iter().any(|stage| !stage.is_encryption());
                write!(f, "{}{name} is right", if is_signature { "the signature " } else { "" })?;
                separator = ": ";
            }
            Verdict::Unknown => return write!(f, "{name} cannot be recomputed"),
            Verdict::Missing => write!(f, "{name} is missing")?,
            Verdict::Wrong => {
                write!(f, "{name} should be \"{}\" and is \"{}\"", in_a_line(expected), in_a_line(received))?;
            }
        }
        if let Some(note) = note {
            write!(f, "; {note}")?;
        }
        for stage in &self.stages {
            write!(f, "{separator}{stage}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        InWords { checked: self, stages: self.stages.iter().collect() }.fmt(f)
    }
}

impl Verification {
    /// Whether nothing speaks against any value that the client fills in.
    pub fn is_good(&self) -> bool {
        self.values.iter().all(Checked::is_good)
    }

    /// The text of a header or query parameter by its name, or of a field by its name or JSON pointer, decrypted.
    pub fn text(&self, operation: &Operation, name: &str) -> Option<Secret> {
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
        match parameter {
            Some(parameter) => self.plain.given_parameter(parameter).map(Secret::from),
            None => with_path(name, |path| self.plain.body.text(path)).map(|text| Secret::from(text.into_owned())),
        }
    }

    /// The body with decrypted values in the place of the encrypted ones.
    pub fn body(&self) -> Secret {
        Secret::from(String::from_utf8_lossy(&self.plain.body_bytes()).into_owned())
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

impl Executor {
    /// Recomputes what a client filled into a request, with this executor's credentials and the values of `session`.
    ///
    /// # Errors
    /// The plan has no such operation, the body is not what the document says, or the request has a name twice that the
    /// document has once.
    pub fn verify(
        &self,
        operation: &str,
        request: &Request<Bytes>,
        session: Option<&BTreeMap<Text, Secret>>,
        decrypt: Decrypt<'_>,
    ) -> Result<Verification, String> {
        self.verification(operation, request, session, decrypt, true)
    }

    /// As [`verify`](Self::verify), without looking for the mistake that would explain a value that is wrong: many times as
    /// fast, for who tries one session after the other.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_quickly(
        &self,
        operation: &str,
        request: &Request<Bytes>,
        session: Option<&BTreeMap<Text, Secret>>,
        decrypt: Decrypt<'_>,
    ) -> Result<Verification, String> {
        self.verification(operation, request, session, decrypt, false)
    }

    fn verification(
        &self,
        operation: &str,
        request: &Request<Bytes>,
        session: Option<&BTreeMap<Text, Secret>>,
        decrypt: Decrypt<'_>,
        searches: bool,
    ) -> Result<Verification, String> {
        let shared = self.shared();
        let unknown = || format!("the plan has no operation {operation}");
        let prepared = shared.operations.get(operation).ok_or_else(unknown)?;
        let operation = shared.plan.operation(operation).ok_or_else(unknown)?;
        let mut received = Candidate::from_received(request, operation, &shared.base)?;
        // Before anything is judged: what stands twice would be judged by one of the two.
        received.check_shape(operation).map_err(|(name, reason)| match name {
            Some(name) => format!("{name}: {reason}"),
            None => reason,
        })?;
        received.take_in(operation);
        received.allowed = prepared.allowed.clone();
        let told = Told::by(&received, operation, &prepared.order, &shared.settings);
        Verifier { shared, prepared, operation, received, told, session, decrypt, searches }.run()
    }

    /// What a client makes of an answer to a call of `operation`.
    ///
    /// # Errors
    /// The error that the call ends with, when it is no success.
    pub fn judge(&self, operation: &str, answer: &Response<Bytes>) -> Result<(), Error> {
        let unknown = || Error::not_sent(&operation.to_owned().into(), None, "the plan has no such operation");
        let operation = self.shared().plan.operation(operation).ok_or_else(unknown)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let answer = Arc::new(RawAnswer { status, headers, body: answer.body().clone() });
        let session = self.shared().plan.session.as_ref().filter(|session| session.comes_from(&operation.id));
        let success = judge(operation, session, &answer, &HeaderMap::new(), |text| text)?;
        match session {
            Some(session) => read_session(session, operation, &answer, &success, 0).map(drop),
            None => Ok(()),
        }
    }
}

/// What the request itself tells of its making.
struct Told {
    settings: Named<String>,
    moment: Moment,
    uuid: bool,
    times: Vec<(TimeFormat, i32)>,
}

impl Told {
    fn by(received: &Candidate, operation: &Operation, order: &[Target], settings: &Named<String>) -> Self {
        let mut told = Self { settings: settings.clone(), moment: Moment::now(), uuid: false, times: Vec::new() };
        for target in order {
            let Some(Site { value: Some([value]), .. }) = Site::of(operation, target) else { continue };
            let Some(text) = received.given(operation, target) else { continue };
            match value {
                Value::Setting(name) => drop(told.settings.insert(name.clone(), text)),
                Value::Uuid => {
                    if let Some(uuid) = uuid(&text) {
                        told.moment.uuid = uuid;
                        told.uuid = true;
                    }
                }
                Value::Time { format, offset_seconds } => {
                    if let Some(now) = time(&text, format, *offset_seconds) {
                        // The finest reading serves the coarser ones too.
                        if told.times.is_empty() || *format == TimeFormat::UnixMillis {
                            told.moment.now = now;
                        }
                        told.times.push((format.clone(), *offset_seconds));
                    }
                }
                _ => {}
            }
        }
        told
    }

    /// What an expression reads that the request does not tell.
    fn gap(&self, values: &[Value]) -> Gap {
        let untold = |value: &Value| match value {
            Value::Uuid => !self.uuid,
            Value::Time { format, offset_seconds } => {
                !self.times.iter().any(|known| known == &(format.clone(), *offset_seconds))
            }
            _ => false,
        };
        let hopeless =
            |value: &Value| matches!(value, Value::Uuid | Value::Time { format: TimeFormat::UnixMillis, .. });
        match any(values, &untold) {
            false => Gap::None,
            true if any(values, &|value| untold(value) && hopeless(value)) => Gap::Hopeless,
            true => Gap::Clock,
        }
    }
}

/// What stands between an expression and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    /// A time that the sender read from a clock much like this one.
    Clock,
    /// Something that only the sender knows.
    Hopeless,
}

/// A UUID as the client writes it.
fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|uuid| uuid.to_string().eq_ignore_ascii_case(text))
}

/// A time as the client writes it.
fn time(text: &str, format: &TimeFormat, offset_seconds: i32) -> Option<Timestamp> {
    let now = match format {
        TimeFormat::Unix => Timestamp::from_second(text.parse().ok()?).ok()?,
        TimeFormat::UnixMillis => Timestamp::from_millisecond(text.parse().ok()?).ok()?,
        TimeFormat::Rfc3339 => text.parse().ok()?,
        TimeFormat::Strftime(format) => {
            let civil = DateTime::strptime(format.as_bytes(), text).ok()?;
            Offset::from_seconds(offset_seconds).ok()?.to_timestamp(civil).ok()?
        }
    };
    (written(now, format, offset_seconds).ok()? == text).then_some(now)
}

struct Verifier<'a> {
    shared: &'a Shared,
    prepared: &'a Prepared,
    operation: &'a Operation,
    received: Candidate,
    told: Told,
    session: Option<&'a BTreeMap<Text, Secret>>,
    decrypt: Decrypt<'a>,
    /// Whether to look for the mistake that would explain a value that is wrong.
    searches: bool,
}

/// What comparing a value tells beside its verdict.
struct Compared {
    /// What the caller gave for it, where that is known.
    given: Option<Secret>,
    /// What it is made of, if it may not be shown where it is read. What is wrong can hold anything.
    closed: Option<Read>,
}

/// Why an expression cannot be undone.
enum Obstacle {
    /// It has no inverse.
    OneWay,
    /// This is not a value of it.
    Unusable(String),
}

impl Verifier<'_> {
    fn run(mut self) -> Result<Verification, String> {
        let mut plain = self.received.clone();
        let mut unknown = Vec::new();
        let mut all = Vec::new();
        let order = &self.prepared.order;
        for target in order {
            let Some(site @ Site { value: Some(values), .. }) = Site::of(self.operation, target) else { continue };
            let mut checked = Checked {
                name: place(target, self.operation),
                verdict: Verdict::Missing,
                origin: origin(values),
                expected: String::new(),
                received: String::new(),
                stages: Vec::new(),
                note: None,
            };
            match self.received.given(self.operation, target).map(Zeroizing::new) {
                Some(text) => {
                    let Compared { given, closed } = self.check(site, values, &text, &mut checked);
                    match given {
                        Some(given) => plain.reveal(self.operation, target, &given)?,
                        None => unknown.push(target.clone()),
                    }
                    if let Some(read) = closed {
                        self.received.close(target.clone(), read);
                    }
                }
                None if !site.required || self.received.leaves_out(self.operation, target) => continue,
                // A value of the caller's own is missed by the document's rules.
                None if checked.origin == Origin::Given => continue,
                None => drop(self.explain(site, values, None, &mut checked)),
            }
            all.push(checked);
        }
        let broken_rule = plain.check(self.operation, &unknown).err();
        Ok(Verification { values: all, broken_rule, plain })
    }

    /// Compares a value.
    fn check(&self, site: Site<'_>, values: &[Value], text: &Zeroizing<String>, checked: &mut Checked) -> Compared {
        const CLOSED: Compared = Compared { given: None, closed: Some(Read::PERSONAL) };
        if checked.origin == Origin::Given {
            let given = self.undo(values, text.as_bytes()).and_then(|bytes| {
                let given = std::str::from_utf8(&bytes).map(Secret::from);
                given.map_err(|_| Obstacle::Unusable("what it decrypts to is not text".into()))
            });
            checked.verdict = match &given {
                Ok(_) => Verdict::Right,
                Err(Obstacle::OneWay) => Verdict::Unknown,
                Err(Obstacle::Unusable(_)) => Verdict::Wrong,
            };
            let read = self.explain(site, values, Some(given.as_ref().map_or("", Secret::expose)), checked);
            checked.received = length(text);
            return match given {
                Ok(given) => Compared { given: Some(given), closed: read.filter(|read| !read.is_open()) },
                Err(Obstacle::OneWay) => CLOSED,
                Err(Obstacle::Unusable(reason)) => {
                    checked.note = Some(reason);
                    CLOSED
                }
            };
        }
        let gap = self.told.gap(values);
        // What is nothing but a time or a UUID, and cannot be read as one, is wrong.
        let unreadable = gap != Gap::None && matches!(values, [Value::Uuid | Value::Time { .. }]);
        if gap == Gap::Hopeless || unreadable {
            checked.verdict = if unreadable { Verdict::Wrong } else { Verdict::Unknown };
            self.explain(site, values, None, checked);
            checked.received = if unreadable { self.masked(text, true) } else { length(text) };
            return CLOSED;
        }
        let expected = match gap {
            Gap::Clock => self.by_the_clock(site, values, text),
            _ => self.evaluate(site, values, None, &self.prepared.signed_fields, self.told.moment),
        };
        let expected = match expected {
            Ok(output) => output,
            Err(reason) => {
                checked.verdict = Verdict::Wrong;
                checked.note = Some(reason);
                checked.received = length(text);
                return CLOSED;
            }
        };
        checked.verdict = if expected.bytes() == text.as_bytes() { Verdict::Right } else { Verdict::Wrong };
        let (open, read) = (expected.is_open(), expected.read());
        if checked.verdict == Verdict::Wrong {
            checked.note = self.near_miss(site, values, text, expected.bytes());
        }
        if let Some(explained) = expected.explained() {
            (checked.expected, checked.stages) = (explained.shown, explained.stages);
        }
        match checked.verdict {
            Verdict::Right => {
                checked.received = checked.expected.clone();
                Compared { given: None, closed: Some(read).filter(|read| !read.is_open()) }
            }
            _ => {
                checked.received = self.masked(text, open);
                CLOSED
            }
        }
    }

    /// Shows how a value would have come about, as far as that is known, and says what it is made of.
    fn explain(&self, site: Site<'_>, values: &[Value], given: Option<&str>, checked: &mut Checked) -> Option<Read> {
        let signed_fields = &self.prepared.signed_fields;
        let output = self.evaluate(site, values, given, signed_fields, self.told.moment).ok()?;
        let read = output.read();
        if let Some(explained) = output.explained() {
            (checked.expected, checked.stages) = (explained.shown, explained.stages);
        }
        Some(read)
    }

    /// A value that reads a time: that of the second in which it is `text`, or that of now.
    fn by_the_clock(&self, site: Site<'_>, values: &[Value], text: &str) -> Result<Output, String> {
        let now = self.told.moment;
        let at = |moment: Moment| self.evaluate(site, values, None, &self.prepared.signed_fields, moment);
        let found = CLOCK.rev().find_map(|seconds| {
            let time = now.now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
            at(Moment { now: time, ..now }).ok().filter(|output| output.bytes() == text.as_bytes())
        });
        found.map_or_else(|| at(now), Ok)
    }

    fn evaluate(
        &self,
        site: Site<'_>,
        values: &[Value],
        given: Option<&str>,
        signed_fields: &[Text],
        moment: Moment,
    ) -> Result<Output, String> {
        let context = Context {
            operation: self.operation,
            signed_fields,
            request: &self.received,
            inputs: Inputs {
                credentials: &self.shared.credentials,
                settings: &self.told.settings,
                declared: &self.shared.plan.settings,
                session: self.session,
                moment,
                gaps: Gaps::default(),
            },
            site,
            given,
        };
        let mut output = Output::new(true);
        evaluate(values, &context, &mut output)?;
        Ok(output)
    }

    /// What the caller gave, found by undoing an expression from the outside in.
    fn undo(&self, values: &[Value], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Obstacle> {
        match values {
            [Value::Given] => Ok(bytes.to_vec().into()),
            [Value::Encode(codec, of)] => {
                let unusable = || Obstacle::Unusable(format!("it is not as {} writes it", codec.name()));
                let decoded = decode(*codec, bytes).ok_or(Obstacle::OneWay)?.map_err(|_| unusable())?;
                let decoded = Zeroizing::new(decoded);
                // A decoder forgives what this provider may not: missing line breaks, another case.
                if encode(*codec, &decoded).ok().as_deref() != Some(bytes) {
                    return Err(unusable());
                }
                self.undo(of, &decoded)
            }
            [Value::Encrypt { padding, key, of }] => {
                let [Value::Credential(name)] = key.as_ref() else { return Err(Obstacle::OneWay) };
                let plain = (self.decrypt)(name, *padding, bytes).map(Zeroizing::new);
                let plain = plain.ok_or_else(|| {
                    Obstacle::Unusable(format!(
                        "it cannot be decrypted: it was not encrypted with {name} and {}",
                        padding.name()
                    ))
                })?;
                self.undo(of, &plain)
            }
            [Value::Digest(hash, _) | Value::Hmac { hash, .. }] if bytes.len() != hash.size() => {
                Err(Obstacle::Unusable(format!("it is not as long as {} makes it", hash.name())))
            }
            _ => Err(Obstacle::OneWay),
        }
    }

    /// A small mistake that would explain the difference.
    fn near_miss(&self, site: Site<'_>, values: &[Value], text: &str, expected: &[u8]) -> Option<String> {
        if text.as_bytes().eq_ignore_ascii_case(expected) {
            return Some("it matches but for the case of its letters".into());
        }
        if text.trim().as_bytes() == expected {
            return Some("it matches but for white space around it".into());
        }
        if !self.searches || text.is_empty() {
            return None;
        }
        let signed = &self.prepared.signed_fields;
        let material = Material {
            operation: self.operation,
            request: &self.received,
            signed,
            own: site.name,
            began: Instant::now(),
        };
        near::search(values, &material, |values| {
            let output = self.evaluate(site, values, None, signed, self.told.moment);
            output.is_ok_and(|output| output.bytes() == text.as_bytes())
        })
    }

    /// A value that is wrong, and so can hold anything: what is known in it goes by its name.
    fn masked(&self, text: &str, open: bool) -> String {
        let credentials = self.shared.credentials.iter().map(|(name, credential)| (name, &credential.text));
        let session = self.session.into_iter().flatten();
        let shown = credentials
            .chain(session)
            .filter(|(_, secret)| secret.expose().chars().count() >= 4)
            .fold(text.to_owned(), |text, (name, secret)| text.replace(secret.expose(), &format!("‹{name}›")));
        // Not what the headers carry: the value is one of them, and their credentials are out already.
        let mut body = self.received.clone();
        body.headers.clear();
        body.url.set_query(None);
        let shown = Confidential::new(body.confidential(self.operation)).redact(&shown, usize::MAX);
        match open || shown.starts_with('‹') && shown.ends_with('›') && shown.matches('‹').count() == 1 {
            true => shown,
            false => length(text),
        }
    }
}

impl Candidate {
    /// Puts what the caller gave in the place of what was made of it.
    fn reveal(&mut self, operation: &Operation, target: &Target, given: &Secret) -> Result<(), String> {
        let given = given.expose();
        match target {
            Target::Parameter(index) => {
                let parameter = &operation.parameters[*index];
                match parameter.place {
                    Place::Header => {
                        let name = http::HeaderName::from_bytes(parameter.name.as_bytes());
                        let value = http::HeaderValue::from_bytes(given.as_bytes());
                        if let (Ok(name), Ok(value)) = (name, value) {
                            self.headers.insert(name, value);
                        }
                    }
                    Place::Query => self.put_in_query(operation, &parameter.name, given),
                    Place::Path => {}
                }
                Ok(())
            }
            Target::Field(path) => {
                let (Some(body), Some(field)) = (&operation.body, operation.field(path)) else { return Ok(()) };
                let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
                let revealed = self.body.set(&body.fields, &path, given, field.notation);
                revealed.or_else(|_| self.body.set(&body.fields, &path, given, Notation::String))?;
                Ok(())
            }
        }
    }
}

fn length(text: &str) -> String {
    format!("another value, of {} characters", text.chars().count())
}

fn origin(values: &[Value]) -> Origin {
    if reads_given(values) {
        Origin::Given
    } else if reads_session(values) {
        Origin::Session
    } else if any(values, &|value| matches!(value, Value::Credential(_))) {
        Origin::Credential
    } else {
        Origin::Other
    }
}

/// A header's or parameter's name, or a field's JSON pointer.
fn place(target: &Target, operation: &Operation) -> String {
    match target {
        Target::Parameter(_) => target.name(operation).into_owned(),
        Target::Field(path) => pointer(path),
    }
}

#[cfg(test)]
mod tests;
