//! Evaluates an `x-value`: a pure function of the request as it stands, the caller's values and one moment.
//!
//! Evaluating appends bytes to an output. When the output is made to explain, it also keeps a text in which every secret and
//! personal value is replaced by its name, and a [`Stage`] for each digest and encryption, so that a developer can compare
//! the string to sign with what the provider expects. [`fill_order`] says which value is filled when.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::tz::Offset;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;
use sha2::{Digest, Sha256, Sha384, Sha512};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::key::RsaPublicKey;
use crate::parts::{self, Part};
use crate::pick::unescaped;
use crate::plan::{
    Absent, Codec, Constraint, Encoding, Field, FieldForm, Hash, Operation, Padding, Parameter, Place, RequestPart,
    Secrecy, Selection, Setting, Text, TimeFormat, Value,
};
use crate::request::Candidate;
use crate::secret::Secret;

/// Named values that expressions read.
pub(crate) type Named<T> = BTreeMap<Text, T>;

/// A credential, and its key where it is one.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) text: Secret,
    pub(crate) key: Option<RsaPublicKey>,
}

/// What an attempt is made with.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) credentials: &'a Named<Credential>,
    pub(crate) settings: &'a Named<String>,
    /// What the plan says of the settings.
    pub(crate) declared: &'a [Setting],
    pub(crate) session: Option<&'a Named<Secret>>,
    pub(crate) moment: Moment,
    pub(crate) gaps: Gaps,
}

impl Inputs<'_> {
    /// Whether a setting has the value that stands in the document, where everyone can read it.
    fn is_default(&self, name: &str, value: &str) -> bool {
        self.declared.iter().any(|setting| setting.name == name && setting.default.as_deref() == Some(value))
    }
}

/// How an explanation differs from a request that is sent: what it does without, and what it shows all the same.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gaps {
    /// A value that is missing is shown by its name, and is no error.
    pub(crate) named: bool,
    /// The base URL is not known.
    pub(crate) base: bool,
    /// Something in the request that the expression reads was made with a placeholder.
    pub(crate) read: bool,
    /// The values of the call are shown, secret and personal ones too. Credentials and session values are not.
    pub(crate) revealed: bool,
}

/// The clock reading and the UUID of one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) uuid: Uuid,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { now: Timestamp::now(), uuid: Uuid::new_v4() }
    }
}

/// The parameter or field that is being filled.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Option<&'a [Value]>,
    pub(crate) rules: &'a [Constraint],
    pub(crate) secrecy: Secrecy,
    pub(crate) required: bool,
    /// Whether it is a field at the top of the body.
    pub(crate) is_at_top: bool,
}

impl<'a> Site<'a> {
    pub(crate) fn of(operation: &'a Operation, target: &Target) -> Option<Self> {
        Some(match target {
            Target::Parameter(index) => {
                let Parameter { name, value, rules, secrecy, required, .. } = operation.parameters.get(*index)?;
                let (value, is_at_top) = (value.as_deref(), false);
                Self { name, value, rules, secrecy: *secrecy, required: *required, is_at_top }
            }
            Target::Field(path) => {
                let Field { name, value, rules, secrecy, required, .. } = operation.field(path)?;
                let (value, is_at_top) = (value.as_deref(), path.len() == 1);
                Self { name, value, rules, secrecy: *secrecy, required: *required, is_at_top }
            }
        })
    }
}

/// Everything that an expression can read.
pub(crate) struct Context<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) signed_fields: &'a [Text],
    pub(crate) request: &'a Candidate,
    pub(crate) inputs: Inputs<'a>,
    pub(crate) site: Site<'a>,
    /// What the caller gave for it.
    pub(crate) given: Option<&'a str>,
}

/// One step in which bytes stop being readable: a digest, a tag or an encryption. `Display` says it in a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Stage {
    /// The function, in the document's word.
    pub function: &'static str,
    /// What it was applied to (the string to sign, the message, the plaintext) with secrets and personal data as `‹name›`.
    pub input: String,
}

impl Stage {
    /// Whether what it was applied to can be had again, with a key.
    #[cfg(feature = "verify")]
    pub(crate) fn is_encryption(&self) -> bool {
        [Padding::Pkcs1V15, Padding::OaepSha256].iter().any(|padding| padding.name() == self.function)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of \"{}\"", self.function, in_a_line(&self.input))
    }
}

/// A text without what would break its line. Quotes stay as they are, so that JSON can be read.
pub(crate) fn in_a_line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        match c {
            '"' | '\'' => line.push(c),
            c => line.extend(c.escape_debug()),
        }
        line
    })
}

/// The bytes of a value, and, when it is made to explain, how they came about.
pub(crate) struct Output {
    sink: Sink,
    read: Read,
    /// Whether what is personal, and nothing more, is shown.
    revealed: bool,
    explanation: Option<Explained>,
}

/// How a value came about, with nothing in it that may not be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    pub(crate) shown: String,
    pub(crate) stages: Vec<Stage>,
}

/// What has gone into an output, which decides whether its digest may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    open: bool,
    personal: bool,
    credential: bool,
    pub(crate) placeholder: bool,
}

impl Read {
    /// A value of the caller's that may not be shown.
    pub(crate) const PERSONAL: Self = Self { open: false, personal: true, credential: false, placeholder: false };

    /// Whether the bytes themselves may be shown.
    pub(crate) fn is_open(self) -> bool {
        !self.personal && !self.credential && !self.placeholder
    }

    /// Whether a digest of the bytes may be shown: a digest of one short secret can be found by trying, and a digest of a
    /// credential alone serves as a credential. That of a placeholder would be taken for the real one.
    fn digest_is_open(self) -> bool {
        self.is_open() || (self.credential && (self.open || self.personal) && !self.placeholder)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            open: self.open || other.open,
            personal: self.personal || other.personal,
            credential: self.credential || other.credential,
            placeholder: self.placeholder || other.placeholder,
        }
    }
}

/// Where bytes go. What is hashed is hashed as it comes, so that no copy of it is made.
enum Sink {
    Bytes(Zeroizing<Vec<u8>>),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Hmac(Box<hmac::Context>),
}

impl Sink {
    fn hash(hash: Hash) -> Self {
        match hash {
            Hash::Sha256 => Self::Sha256(Sha256::new()),
            Hash::Sha384 => Self::Sha384(Sha384::new()),
            Hash::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    fn hmac(hash: Hash, key: &[u8]) -> Self {
        let algorithm = match hash {
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha384 => hmac::HMAC_SHA384,
            Hash::Sha512 => hmac::HMAC_SHA512,
        };
        Self::Hmac(Box::new(hmac::Context::with_key(&hmac::Key::new(algorithm, key))))
    }

    fn extend(&mut self, bytes: &[u8]) {
        match self {
            Self::Bytes(buffer) => {
                let needed = buffer.len() + bytes.len();
                if buffer.capacity() < needed {
                    // Growing in place would leave what was there behind, unwiped.
                    let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * buffer.len()).max(64)));
                    larger.extend_from_slice(buffer);
                    *buffer = larger;
                }
                buffer.extend_from_slice(bytes);
            }
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha384(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
            Self::Hmac(mac) => mac.update(bytes),
        }
    }

    /// Passes on the bytes, or the digest of them.
    fn finish<R>(self, take: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Bytes(bytes) => take(&bytes),
            Self::Sha256(hash) => take(&hash.finalize()),
            Self::Sha384(hash) => take(&hash.finalize()),
            Self::Sha512(hash) => take(&hash.finalize()),
            Self::Hmac(mac) => take(mac.sign().as_ref()),
        }
    }
}

impl Output {
    pub(crate) fn new(explain: bool) -> Self {
        Self {
            sink: Sink::Bytes(Zeroizing::default()),
            read: Read::default(),
            revealed: false,
            explanation: explain.then(Explained::default),
        }
    }

    /// An output that explains, and shows the values of the call if `revealed`.
    pub(crate) fn explaining(revealed: bool) -> Self {
        Self { revealed, ..Self::new(true) }
    }

    fn inner(&self, sink: Sink) -> Self {
        Self { sink, revealed: self.revealed, ..Self::new(self.explanation.is_some()) }
    }

    /// The bytes. An output that hashes has none of its own.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.sink {
            Sink::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// Puts bytes that were made for it into an output.
    fn extend_owned(&mut self, bytes: Vec<u8>) {
        match &mut self.sink {
            Sink::Bytes(own) if own.is_empty() => *own = bytes.into(),
            sink => sink.extend(&Zeroizing::new(bytes)),
        }
    }

    /// Whether the value may be printed.
    pub(crate) fn is_open(&self) -> bool {
        self.read.is_open()
    }

    /// What has gone into it.
    pub(crate) fn read(&self) -> Read {
        self.read
    }

    /// Whether a placeholder has gone into it.
    pub(crate) fn has_placeholder(&self) -> bool {
        self.read.placeholder
    }

    pub(crate) fn explained(self) -> Option<Explained> {
        self.explanation
    }

    fn open(&mut self, bytes: &[u8]) {
        self.read.open |= !bytes.is_empty();
        self.sink.extend(bytes);
        if let Some(explained) = &mut self.explanation {
            explained.shown.push_str(&readable(bytes));
        }
    }

    fn credential(&mut self, bytes: &[u8], name: &str) {
        self.read.credential = true;
        self.masked(bytes, name);
    }

    fn personal(&mut self, bytes: &[u8], name: &str) {
        self.closed(bytes, name, Read::PERSONAL);
    }

    /// Something that was made of what may not be shown.
    fn closed(&mut self, bytes: &[u8], name: &str, read: Read) {
        if self.revealed && read == Read::PERSONAL {
            return self.open(bytes);
        }
        self.read = self.read.and(read);
        self.masked(bytes, name);
    }

    /// A text in parts. Only an explanation takes the trouble to find them; otherwise the whole counts as confidential.
    fn parts<'t>(&mut self, bytes: &'t [u8], name: &str, parts: impl FnOnce(&'t str) -> Vec<Part<'t>>) {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.explanation.is_some() => {
                for Part { text, guard } in parts(text) {
                    match guard {
                        None => self.open(text.as_bytes()),
                        Some(guard) => self.closed(text.as_bytes(), &guard.name, guard.read),
                    }
                }
            }
            _ => self.personal(bytes, name),
        }
    }

    /// The text of a field, or of whatever the document describes below it.
    fn field(&mut self, context: &Context<'_>, name: &str, path: &[&str], text: &str) {
        let (operation, request) = (context.operation, context.request);
        if self.explanation.is_some() && parts::is_object(operation, path, text) {
            return self.parts(text.as_bytes(), name, |text| parts::json(text, path, operation, request));
        }
        match request.closed_field(path) {
            Some(read) => self.closed(text.as_bytes(), name, read),
            None => self.guarded(text.as_bytes(), name, secrecy_of(context, path)),
        }
    }

    /// Shows a value that is missing by its name, or says what is missing.
    fn missing(&mut self, inputs: Inputs<'_>, what: &str, name: &str) -> Result<(), String> {
        if !inputs.gaps.named {
            return Err(format!("the {what} {name} is missing"));
        }
        self.read.placeholder = true;
        self.masked(name.as_bytes(), name);
        Ok(())
    }

    fn guarded(&mut self, bytes: &[u8], name: &str, secrecy: Secrecy) {
        match secrecy {
            Secrecy::Public => self.open(bytes),
            Secrecy::Sensitive | Secrecy::Secret => self.personal(bytes, name),
        }
    }

    fn masked(&mut self, bytes: &[u8], name: &str) {
        self.sink.extend(bytes);
        if let Some(explained) = &mut self.explanation {
            explained.shown.push_str(&format!("‹{name}›"));
        }
    }

    /// Appends what a function made of an operand, of which `read` and `explained` are left.
    fn applied(&mut self, function: &'static str, result: Vec<u8>, operand: Operand) {
        let Operand { read, explained, is_open, is_stage } = operand;
        match is_open {
            true => self.read.open = true,
            false => self.read = self.read.and(read),
        }
        if let (Some(own), Some(explained)) = (&mut self.explanation, explained) {
            match is_open {
                true => own.shown.push_str(&readable(&result)),
                false => own.shown.push_str(&format!("{function}({})", explained.shown)),
            }
            own.stages.extend(explained.stages);
            own.stages.extend(is_stage.then_some(Stage { function, input: explained.shown }));
        }
        self.extend_owned(result);
    }
}

/// What is left of an operand when a function was applied to it.
struct Operand {
    read: Read,
    explained: Option<Explained>,
    /// Whether the result may be shown, whatever the operand holds.
    is_open: bool,
    /// Whether the operand can no longer be read from the result.
    is_stage: bool,
}

fn readable(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => format!("0x{}", hex::encode(bytes)).into(),
    }
}

/// Evaluates the concatenation of `values`.
///
/// # Errors
/// What is missing or unusable, by name, without its value.
pub(crate) fn evaluate(values: &[Value], context: &Context<'_>, out: &mut Output) -> Result<(), String> {
    values.iter().try_for_each(|value| evaluate_one(value, context, out))
}

fn evaluate_one(value: &Value, context: &Context<'_>, out: &mut Output) -> Result<(), String> {
    let inputs = context.inputs;
    match value {
        Value::Text(text) => out.open(text.as_bytes()),
        Value::Credential(name) => match inputs.credentials.get(name) {
            Some(credential) => out.credential(credential.text.expose().as_bytes(), name),
            None => out.missing(inputs, "credential", name)?,
        },
        Value::Setting(name) => match inputs.settings.get(name) {
            // What is printed is an explanation, so nobody else has to know.
            Some(setting)
                if out.explanation.is_some()
                    && context.operation.guards_setting(name)
                    && !inputs.is_default(name, setting) =>
            {
                out.personal(setting.as_bytes(), name);
            }
            Some(setting) => out.open(setting.as_bytes()),
            None => out.missing(inputs, "setting", name)?,
        },
        Value::Session(name) => match inputs.session.and_then(|session| session.get(name)) {
            Some(value) => out.credential(value.expose().as_bytes(), name),
            None => out.missing(inputs, "session value", name)?,
        },
        Value::Given => {
            let given = context.given.ok_or("no value was given")?;
            out.guarded(given.as_bytes(), context.site.name, context.site.secrecy);
        }
        Value::Uuid => out.open(inputs.moment.uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes()),
        Value::Time { format, offset_seconds } => {
            out.open(written(inputs.moment.now, format, *offset_seconds)?.as_bytes());
        }
        Value::Request(part) => request_part(*part, context, out),
        Value::Header(name) => {
            let value = context.request.headers.get(name.as_ref());
            let value = value.ok_or_else(|| format!("the header {name} is not in the request"))?;
            let mut headers = context.operation.parameters.iter().enumerate();
            let header = headers.find(|(_, p)| p.place == Place::Header && p.name.eq_ignore_ascii_case(name));
            match header.map(|(index, header)| (header, context.request.closed_parameter(index))) {
                // What it was made of counts, whatever it is called: a digest of something personal is not safe to show.
                Some((_, Some(read))) => out.closed(value.as_bytes(), name, read),
                Some((Parameter { value: None, secrecy, .. }, None)) => out.guarded(value.as_bytes(), name, *secrecy),
                _ if value.is_sensitive() => out.credential(value.as_bytes(), name),
                _ => out.open(value.as_bytes()),
            }
        }
        Value::Field(name) => {
            let text = with_path(name, |path| context.request.body.text(path));
            let text = text.ok_or_else(|| format!("the field {name} is not in the request"))?;
            with_path(name, |path| out.field(context, name, path, &text));
        }
        Value::Fields { which, form, separator, absent } => fields(which, *form, separator, *absent, context, out),
        Value::Join { with, of } => {
            for (index, value) in of.iter().enumerate() {
                if index > 0 {
                    out.open(with.as_bytes());
                }
                evaluate_one(value, context, out)?;
            }
        }
        Value::Concat(values) => evaluate(values, context, out)?,
        Value::Digest(hash, of) => {
            let Output { sink, read, explanation, .. } = operand(of, context, out.inner(Sink::hash(*hash)))?;
            let is_open = read.digest_is_open();
            let digest = sink.finish(<[u8]>::to_vec);
            out.applied(hash.name(), digest, Operand { read, explained: explanation, is_open, is_stage: true });
        }
        Value::Hmac { hash, key, of } => {
            let key = operand(key, context, out.inner(Sink::Bytes(Zeroizing::default())))?;
            let mac = Sink::hmac(*hash, key.bytes());
            let Output { sink, read, explanation, .. } = operand(of, context, out.inner(mac))?;
            let read = read.and(key.read);
            let is_open = read.digest_is_open();
            let tag = sink.finish(<[u8]>::to_vec);
            out.applied(hash.hmac_name(), tag, Operand { read, explained: explanation, is_open, is_stage: true });
        }
        Value::Encode(codec, of) => {
            let operand = operand(of, context, out.inner(Sink::Bytes(Zeroizing::default())))?;
            let encoded = match encode(*codec, operand.bytes()) {
                // A placeholder is not hexadecimal, and need not be.
                Err(_) if operand.has_placeholder() => Vec::new(),
                encoded => encoded?,
            };
            let Output { read, explanation, .. } = operand;
            let is_open = read.is_open();
            out.applied(codec.name(), encoded, Operand { read, explained: explanation, is_open, is_stage: false });
        }
        Value::Encrypt { padding, key, of } => {
            let [Value::Credential(name)] = key.as_ref() else {
                return Err(format!("the key of {} is not one credential", padding.name()));
            };
            let mut operand = operand(of, context, out.inner(Sink::Bytes(Zeroizing::default())))?;
            let ciphertext = match inputs.credentials.get(name) {
                Some(Credential { key: Some(key), .. }) => key.encrypt(*padding, operand.bytes())?,
                Some(Credential { key: None, .. }) => {
                    return Err(format!("the credential {name} is not declared as an rsa-public-key"));
                }
                None => {
                    out.inner(Sink::hash(Hash::Sha256)).missing(inputs, "credential", name)?;
                    operand.read.placeholder = true;
                    padding.name().into()
                }
            };
            let Output { read, explanation, .. } = operand;
            let is_open = !read.placeholder;
            out.applied(padding.name(), ciphertext, Operand { read, explained: explanation, is_open, is_stage: true });
        }
    }
    Ok(())
}

/// Evaluates an operand into an output of its own.
fn operand(values: &[Value], context: &Context<'_>, mut operand: Output) -> Result<Output, String> {
    evaluate(values, context, &mut operand)?;
    operand.read.placeholder |= context.inputs.gaps.read;
    Ok(operand)
}

pub(crate) fn written(now: Timestamp, format: &TimeFormat, offset_seconds: i32) -> Result<String, String> {
    Ok(match format {
        TimeFormat::Unix => now.as_second().to_string(),
        TimeFormat::UnixMillis => now.as_millisecond().to_string(),
        TimeFormat::Rfc3339 => now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        TimeFormat::Strftime(format) => {
            let offset = Offset::from_seconds(offset_seconds).map_err(|_| "the offset of a time is out of range")?;
            let zoned = now.to_zoned(offset.to_time_zone());
            jiff::fmt::strtime::format(format.as_bytes(), &zoned)
                .map_err(|_| format!("the time format {format:?} is not understood"))?
        }
    })
}

fn request_part(part: RequestPart, context: &Context<'_>, out: &mut Output) {
    let (request, operation) = (context.request, context.operation);
    match part {
        RequestPart::Method => out.open(request.method.as_str().as_bytes()),
        RequestPart::Path if context.inputs.gaps.base => {
            out.read.placeholder = true;
            out.masked(request.url.path().as_bytes(), "path");
        }
        RequestPart::Path | RequestPart::OperationPath => {
            if part == RequestPart::Path {
                out.open(request.base_path().as_bytes());
            }
            let template = request.template(operation);
            out.parts(request.operation_path().as_bytes(), "path", |path| parts::path(path, template, operation));
        }
        RequestPart::Query => {
            let query = request.url.query().unwrap_or_default();
            out.parts(query.as_bytes(), "query", |query| parts::query(query, operation, request));
        }
        RequestPart::Body => {
            let is_form = operation.body.as_ref().is_some_and(|body| body.encoding == Encoding::Form);
            out.parts(&request.body_bytes(), "body", |body| match is_form {
                true => parts::form(body, operation, request),
                false => parts::json(body, &[], operation, request),
            });
        }
    }
}

fn fields(
    which: &Selection,
    form: FieldForm,
    separator: &str,
    absent: Absent,
    context: &Context<'_>,
    out: &mut Output,
) {
    let mut first = true;
    let mut add = |shown: &str, path: &[&str]| {
        let text = context.request.body.text(path);
        let Some(text) = text.or((absent == Absent::Empty).then_some("".into())) else { return };
        if !std::mem::take(&mut first) {
            out.open(separator.as_bytes());
        }
        if form == FieldForm::Pairs {
            out.open(path.last().copied().unwrap_or_default().as_bytes());
            out.open(b"=");
        }
        out.field(context, shown, path, &text);
    };
    let names = match which {
        Selection::Signed => context.signed_fields,
        Selection::Named(names) => names,
        Selection::ByName => {
            let site = context.site;
            let mut names: BTreeSet<&str> = context.request.body.names().into_iter().collect();
            if absent == Absent::Empty {
                let declared = context.operation.body.iter().flat_map(|body| body.fields.iter());
                names.extend(declared.map(|field| field.name.as_ref()));
            }
            // A header or parameter is not the field that has the same name.
            return names.into_iter().filter(|name| !site.is_at_top || *name != site.name).for_each(|name| {
                add(name, &[name]);
            });
        }
    };
    names.iter().for_each(|name| with_path(name, |path| add(name, path)));
}

/// What an expression yields that reads nothing of a call, or why it yields nothing. Without a moment it reads no clock and
/// makes no UUID either.
///
/// `None` where it reads something.
pub fn constant(values: &[Value], moment: Option<(Timestamp, Uuid)>) -> Option<Result<Vec<u8>, String>> {
    fn all<'v>(
        values: impl IntoIterator<Item = &'v Value>,
        moment: Option<(Timestamp, Uuid)>,
    ) -> Option<Result<Vec<Vec<u8>>, String>> {
        let parts = values.into_iter().map(|value| match value {
            Value::Text(text) => Some(Ok(text.as_bytes().to_vec())),
            Value::Uuid => moment.map(|(_, uuid)| Ok(uuid.to_string().into_bytes())),
            Value::Time { format, offset_seconds } => {
                moment.map(|(now, _)| written(now, format, *offset_seconds).map(String::into_bytes))
            }
            Value::Concat(of) => constant(of, moment),
            Value::Join { with, of } => Some(all(of.iter(), moment)?.map(|parts| parts.join(with.as_bytes()))),
            Value::Digest(hash, of) => Some(constant(of, moment)?.map(|bytes| {
                let mut sink = Sink::hash(*hash);
                sink.extend(&bytes);
                sink.finish(<[u8]>::to_vec)
            })),
            Value::Encode(codec, of) => Some(constant(of, moment)?.and_then(|bytes| encode(*codec, &bytes))),
            _ => None,
        });
        parts.collect()
    }
    Some(all(values, moment)?.map(|parts| parts.concat()))
}

/// RFC 3986, section 2.3.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn encode(codec: Codec, bytes: &[u8]) -> Result<Vec<u8>, String> {
    Ok(match codec {
        Codec::Hex => {
            // Several times as fast as `hex::encode`, which goes by way of `char`s.
            let mut digits = vec![0; 2 * bytes.len()];
            hex::encode_to_slice(bytes, &mut digits).map_err(|_| "a value for hex is too long")?;
            digits
        }
        Codec::Base64 => STANDARD.encode(bytes).into_bytes(),
        Codec::Base64Url => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        Codec::Base64Mime => {
            let mut lines = Vec::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 57 + 5);
            // 57 bytes are 76 characters.
            for line in bytes.chunks(57) {
                lines.extend_from_slice(STANDARD.encode(line).as_bytes());
                lines.push(b'\n');
            }
            lines
        }
        Codec::FromHex => hex::decode(bytes).map_err(|_| "a value for from-hex is not hexadecimal")?,
        Codec::FromBase64 => {
            let compact: Zeroizing<Vec<u8>> =
                Zeroizing::new(bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
            STANDARD_PAD_INDIFFERENT.decode(&*compact).map_err(|_| "a value for from-base64 is not base64")?
        }
        Codec::Upper => bytes.to_ascii_uppercase(),
        Codec::Lower => bytes.to_ascii_lowercase(),
        Codec::Percent => percent_encode(bytes, UNRESERVED).to_string().into_bytes(),
    })
}

#[cfg(feature = "verify")]
/// The inverse of [`encode`], or `None` where several values have the same encoding.
pub(crate) fn decode(codec: Codec, bytes: &[u8]) -> Option<Result<Vec<u8>, String>> {
    match codec {
        Codec::Hex => Some(encode(Codec::FromHex, bytes)),
        Codec::Base64 | Codec::Base64Mime => Some(encode(Codec::FromBase64, bytes)),
        Codec::Base64Url => Some(URL_SAFE_NO_PAD.decode(bytes).map_err(|_| "it is not base64-url".to_owned())),
        Codec::Percent => Some(Ok(percent_encoding::percent_decode(bytes).collect())),
        Codec::FromHex | Codec::FromBase64 | Codec::Upper | Codec::Lower => None,
    }
}

impl Hash {
    /// How many bytes a digest or tag has.
    #[cfg(feature = "verify")]
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The document's word for the digest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The document's word for the tag.
    pub const fn hmac_name(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha-256",
            Self::Sha384 => "hmac-sha-384",
            Self::Sha512 => "hmac-sha-512",
        }
    }
}

impl Codec {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64-url",
            Self::Base64Mime => "base64-mime",
            Self::FromHex => "from-hex",
            Self::FromBase64 => "from-base64",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Percent => "percent",
        }
    }
}

impl Padding {
    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pkcs1V15 => "rsa-pkcs1-v1-5",
            Self::OaepSha256 => "rsa-oaep-sha-256",
        }
    }
}

/// Calls `f` with the steps of a field's name: itself, or the reference tokens of a JSON pointer.
pub(crate) fn with_path<R>(name: &str, f: impl FnOnce(&[&str]) -> R) -> R {
    match name.strip_prefix('/') {
        None => f(&[name]),
        Some(pointer) => {
            let tokens: Vec<Cow<'_, str>> = pointer.split('/').map(unescaped).collect();
            f(&tokens.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        }
    }
}

/// A field that holds an object holds whatever stands below it, so it is at least as secret.
fn secrecy_of(context: &Context<'_>, path: &[&str]) -> Secrecy {
    fn of(field: &Field) -> Secrecy {
        match field.secrecy {
            Secrecy::Public if field.fields.iter().any(|field| of(field) != Secrecy::Public) => Secrecy::Sensitive,
            secrecy => secrecy,
        }
    }
    // Nobody has said that what the document does not describe may be shown.
    context.operation.field(path).map_or(Secrecy::Sensitive, of)
}

/// A parameter or field that the client fills in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The index into [`Operation::parameters`].
    Parameter(usize),
    /// The names that lead to the field in the body.
    Field(Vec<Text>),
}

impl Target {
    /// Its name on the wire, for a message.
    pub fn name<'a>(&'a self, operation: &'a Operation) -> Cow<'a, str> {
        match self {
            Self::Parameter(index) => operation.parameters.get(*index).map_or("?".into(), |p| p.name.as_ref().into()),
            Self::Field(path) => path.join("/").into(),
        }
    }
}

/// Values of which each reads the next, and the last the first, so that none of them can be filled first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle(pub Vec<Target>);

impl Circle {
    /// The circle in words, such as "`a` reads `b`, which reads `a`".
    pub fn describe(&self, operation: &Operation) -> String {
        let name = |target: &Target| format!("`{}`", target.name(operation));
        match self.0.as_slice() {
            [] => String::new(),
            [only] => format!("{} reads itself", name(only)),
            [first, rest @ ..] => {
                let rest: Vec<String> = rest.iter().chain([first]).map(name).collect();
                format!("{} reads {}", name(first), rest.join(", which reads "))
            }
        }
    }
}

/// The order in which an operation's values are filled: each after what it reads, and otherwise the document's.
///
/// `signed_fields` is what `{fields: signed}` means: the operation's own, or a caller's correction of it.
///
/// # Errors
/// Values that read each other in a circle.
pub fn fill_order(operation: &Operation, signed_fields: &[Text]) -> Result<Vec<Target>, Circle> {
    let mut waiting: Vec<(Target, &[Value])> = Vec::new();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        if let Some(value) = &parameter.value {
            waiting.push((Target::Parameter(index), value));
        }
    }
    if let Some(body) = &operation.body {
        collect_fields(&body.fields, &mut Vec::new(), &mut waiting);
    }
    let mut order = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = waiting.iter().position(|(target, values)| {
            !waiting.iter().any(|(other, _)| reads(values, target, other, operation, signed_fields))
        });
        match free {
            Some(index) => order.push(waiting.remove(index).0),
            None => return Err(circle(&waiting, operation, signed_fields)),
        }
    }
    Ok(order)
}

/// The circle that the first of some values leads to, all of which read another of them. It begins with that of its values
/// which the document has first.
fn circle(waiting: &[(Target, &[Value])], operation: &Operation, signed_fields: &[Text]) -> Circle {
    let next = |index: usize| {
        let (target, values) = &waiting[index];
        waiting.iter().position(|(other, _)| reads(values, target, other, operation, signed_fields))
    };
    let mut way = vec![0];
    while let Some(next) = way.last().copied().and_then(next) {
        if let Some(start) = way.iter().position(|index| *index == next) {
            way.drain(..start);
            break;
        }
        way.push(next);
    }
    let first = way.iter().enumerate().min_by_key(|(_, index)| **index).map_or(0, |(place, _)| place);
    way.rotate_left(first);
    Circle(way.into_iter().filter_map(|index| waiting.get(index)).map(|(target, _)| target.clone()).collect())
}

fn collect_fields<'a>(fields: &'a [Field], above: &mut Vec<Text>, into: &mut Vec<(Target, &'a [Value])>) {
    for field in fields {
        above.push(field.name.clone());
        if let Some(value) = &field.value {
            into.push((Target::Field(above.clone()), value));
        }
        collect_fields(&field.fields, above, into);
        above.pop();
    }
}

/// Whether `values`, which fill `own`, read `other`.
pub(crate) fn reads(values: &[Value], own: &Target, other: &Target, operation: &Operation, signed: &[Text]) -> bool {
    let below = |values: &[Value]| reads(values, own, other, operation, signed);
    let field = |name: &str| match other {
        // A value reads a field when one of the two paths leads through the other.
        Target::Field(path) => with_path(name, |read| read.iter().zip(path).all(|(a, b)| a == b)),
        Target::Parameter(_) => false,
    };
    let parameter = |place: Place| match other {
        Target::Parameter(index) => operation.parameters.get(*index).filter(|parameter| parameter.place == place),
        Target::Field(_) => None,
    };
    values.iter().any(|value| match value {
        Value::Text(_)
        | Value::Credential(_)
        | Value::Setting(_)
        | Value::Session(_)
        | Value::Given
        | Value::Uuid
        | Value::Time { .. } => false,
        Value::Request(RequestPart::Method | RequestPart::Path | RequestPart::OperationPath) => false,
        Value::Request(RequestPart::Query) => parameter(Place::Query).is_some(),
        Value::Request(RequestPart::Body) => matches!(other, Target::Field(_)),
        Value::Header(name) => parameter(Place::Header).is_some_and(|p| p.name.eq_ignore_ascii_case(name)),
        Value::Field(name) => field(name),
        Value::Fields { which: Selection::Signed, .. } => signed.iter().any(|name| field(name)),
        Value::Fields { which: Selection::Named(names), .. } => names.iter().any(|name| field(name)),
        // A field below the top is part of one at the top, and so reads itself.
        Value::Fields { which: Selection::ByName, .. } => match other {
            Target::Field(path) => own != other || path.len() > 1,
            Target::Parameter(_) => false,
        },
        Value::Join { of, .. } | Value::Concat(of) | Value::Digest(_, of) | Value::Encode(_, of) => below(of),
        Value::Hmac { key, of, .. } | Value::Encrypt { key, of, .. } => below(key) || below(of),
    })
}

/// Whether an expression reads a session value.
pub(crate) fn reads_session(values: &[Value]) -> bool {
    any(values, &|value| matches!(value, Value::Session(_)))
}

/// Whether an expression reads what the caller gave.
pub fn reads_given(values: &[Value]) -> bool {
    any(values, &|value| matches!(value, Value::Given))
}

/// Whether a test holds for a value or for one of its operands.
pub fn any(values: &[Value], test: &impl Fn(&Value) -> bool) -> bool {
    values.iter().any(|value| {
        test(value)
            || match value {
                Value::Join { of, .. } | Value::Concat(of) | Value::Digest(_, of) | Value::Encode(_, of) => {
                    any(of, test)
                }
                Value::Hmac { key, of, .. } | Value::Encrypt { key, of, .. } => any(key, test) || any(of, test),
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests;
