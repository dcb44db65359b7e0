//! Evaluates an `x-value`: a pure function of the request as it is, the caller's values and one moment.

use countersign_plan::{Absent, FieldForm, Place, RequestPart, Selection, Value, codec};
use zeroize::Zeroizing;

use crate::inputs::Inputs;
use crate::request::Request;
use crate::sink::Sink;
use crate::trace::{Function, Missing, Source, Trace};

/// Everything that an expression can read.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'e, 'a> {
    pub(crate) request: &'e Request<'a>,
    pub(crate) inputs: &'e Inputs<'e>,
    /// The slot that is being filled in.
    pub(crate) slot: usize,
}

/// Evaluates the concatenation of values.
///
/// # Errors
/// What is missing or unusable, by its name, without its value.
pub(crate) fn evaluate<T: Trace>(
    values: &[Value],
    at: &Evaluation<'_, '_>,
    trace: &mut T,
    out: &mut Sink,
) -> Result<(), String> {
    values.iter().try_for_each(|value| one(value, at, trace, out))
}

fn one<T: Trace>(value: &Value, at: &Evaluation<'_, '_>, trace: &mut T, out: &mut Sink) -> Result<(), String> {
    let Evaluation { request, inputs, slot } = *at;
    let setup = inputs.setup;
    let mut put = |trace: &mut T, bytes: &[u8], source: Source<'_>| piece(bytes, source, trace, out);
    match value {
        Value::Text(text) => put(trace, text.as_bytes(), Source::Open),
        Value::Credential(name) => match setup.credentials.get(name) {
            Some(credential) => put(trace, credential.text.expose().as_bytes(), Source::Credential(name)),
            None => missing(Missing::Credential, name, trace, out)?,
        },
        Value::Setting(name) => match setup.settings.get(name) {
            Some(setting) => put(trace, setting.as_bytes(), Source::Setting(name)),
            None => missing(Missing::Setting, name, trace, out)?,
        },
        Value::Session(name) => match inputs.session.and_then(|session| session.get(name)) {
            Some(value) => put(trace, value.expose().as_bytes(), Source::Session(name)),
            None => missing(Missing::Session, name, trace, out)?,
        },
        Value::Given => {
            let given = Zeroizing::new(request.text(slot).ok_or("no value was given")?.into_owned());
            put(trace, given.as_bytes(), Source::Given);
        }
        Value::Uuid => {
            let mut buffer = uuid::Uuid::encode_buffer();
            put(trace, inputs.moment.uuid.hyphenated().encode_lower(&mut buffer).as_bytes(), Source::Open);
        }
        Value::Time { format, offset_seconds } => {
            put(trace, format.write(inputs.moment.now, *offset_seconds)?.as_bytes(), Source::Open);
        }
        Value::Request(part) => part_of_request(*part, at, trace, out)?,
        Value::Header(name) => {
            let value = request.header(name).ok_or_else(|| format!("the header {name} is not in the request"))?;
            put(trace, value, Source::Header(name, request.operation.parameter(Place::Header, name)));
        }
        Value::Field(name) => {
            let slot = request.operation.field_named(name);
            let text = slot.and_then(|slot| request.text(slot));
            let text = text.ok_or_else(|| format!("the field {name} is not in the request"))?;
            put(trace, text.as_bytes(), Source::Field(name, slot));
        }
        Value::Fields { which, form, separator, absent } => {
            Fields { form: *form, separator, absent: *absent, is_first: true }.write(which, at, trace, out);
        }
        Value::Join { with, of } => {
            for (index, value) in of.iter().enumerate() {
                if index > 0 {
                    piece(with.as_bytes(), Source::Open, trace, out);
                }
                one(value, at, trace, out)?;
            }
        }
        Value::Concat(values) => evaluate(values, at, trace, out)?,
        Value::Digest(hash, of) => {
            let digest = operand(of, at, trace, Sink::hash(*hash))?;
            applied(Function::Digest(*hash), digest, trace, out);
        }
        Value::Hmac { hash, key, of } => {
            let key = operand(key, at, trace, Sink::bytes())?;
            let tag = operand(of, at, trace, Sink::hmac(*hash, &key))?;
            applied(Function::Hmac(*hash), tag, trace, out);
        }
        Value::Encode(encoding, of) => {
            let bytes = operand(of, at, trace, Sink::bytes())?;
            let encoded = match codec::encode(*encoding, &bytes) {
                // The name of what is missing is not hexadecimal, and need not be.
                Err(_) if trace.is_placeholder() => Vec::new(),
                encoded => encoded?,
            };
            applied(Function::Encode(*encoding), encoded.into(), trace, out);
        }
        Value::Encrypt { padding, key, of } => {
            let [Value::Credential(name)] = key.as_ref() else {
                return Err(format!("the key of {} is not one credential", padding.name()));
            };
            let plaintext = operand(of, at, trace, Sink::bytes())?;
            let ciphertext = match setup.credentials.get(name).map(|credential| &credential.key) {
                Some(Some(key)) => key.encrypt(*padding, &plaintext)?,
                Some(None) => return Err(format!("the credential {name} is not declared as an rsa-public-key")),
                None if trace.missing(Missing::Key, name) => padding.name().into(),
                None => return Err(is_missing(Missing::Key, name)),
            };
            applied(Function::Encrypt(*padding), ciphertext.into(), trace, out);
        }
    }
    Ok(())
}

/// Evaluates an operand, which has a sink of its own.
fn operand<T: Trace>(
    values: &[Value],
    at: &Evaluation<'_, '_>,
    trace: &mut T,
    mut sink: Sink,
) -> Result<Zeroizing<Vec<u8>>, String> {
    trace.begin();
    evaluate(values, at, trace, &mut sink)?;
    Ok(sink.finish())
}

fn piece<T: Trace>(bytes: &[u8], source: Source<'_>, trace: &mut T, out: &mut Sink) {
    trace.piece(bytes, source);
    out.extend(bytes);
}

fn applied<T: Trace>(function: Function, result: Zeroizing<Vec<u8>>, trace: &mut T, out: &mut Sink) {
    trace.applied(function, &result);
    out.extend_owned(result);
}

/// Puts the name of what is missing in its place, or says what is missing.
fn missing<T: Trace>(what: Missing, name: &str, trace: &mut T, out: &mut Sink) -> Result<(), String> {
    if !trace.missing(what, name) {
        return Err(is_missing(what, name));
    }
    out.extend(name.as_bytes());
    Ok(())
}

fn is_missing(what: Missing, name: &str) -> String {
    format!("the {} {name} is missing", what.name())
}

fn part_of_request<T: Trace>(
    part: RequestPart,
    at: &Evaluation<'_, '_>,
    trace: &mut T,
    out: &mut Sink,
) -> Result<(), String> {
    let request = at.request;
    let mut put = |trace: &mut T, text: &str, source| piece(text.as_bytes(), source, trace, out);
    match part {
        RequestPart::Method => put(trace, &request.operation.method, Source::Open),
        RequestPart::Path if at.inputs.setup.base_url.is_none() && trace.missing(Missing::BasePath, "path") => {}
        RequestPart::Path | RequestPart::OperationPath => {
            if part == RequestPart::Path {
                put(trace, request.base_path, Source::Open);
            }
            let path: String = request.segments().map(|(segment, _)| segment).collect();
            put(trace, &path, Source::Path);
        }
        RequestPart::Query => put(trace, &request.query().unwrap_or_default(), Source::Query),
        RequestPart::Body => put(trace, &request.body_text(), Source::Body),
    }
    Ok(())
}

/// Writes fields one after the other.
struct Fields<'v> {
    form: FieldForm,
    separator: &'v str,
    absent: Absent,
    is_first: bool,
}

impl Fields<'_> {
    fn write<T: Trace>(mut self, which: &Selection, at: &Evaluation<'_, '_>, trace: &mut T, out: &mut Sink) {
        let operation = at.request.operation;
        let names = match which {
            Selection::Signed => &operation.signed_fields,
            Selection::Named(names) => names,
            Selection::ByName => return self.write_all(at, trace, out),
        };
        for name in names.iter() {
            self.add(name, operation.field_named(name), at, trace, out);
        }
    }

    /// Writes all fields at the top of the body but the one that is being filled in, sorted by the bytes of their names.
    fn write_all<T: Trace>(&mut self, at: &Evaluation<'_, '_>, trace: &mut T, out: &mut Sink) {
        let operation = at.request.operation;
        let mut names = at.request.names();
        if self.absent == Absent::Empty {
            let declared = operation.below(None);
            let absent = declared.filter(|(slot, _)| names.iter().all(|(_, other)| *other != Some(*slot)));
            let absent: Vec<_> = absent.map(|(index, slot)| (slot.own_name(), Some(index))).collect();
            names.extend(absent);
        }
        // A header or parameter is not the field that has the same name.
        names.retain(|(_, slot)| *slot != Some(at.slot));
        names.sort();
        for (name, slot) in names {
            self.add(&name, slot, at, trace, out);
        }
    }

    fn add<T: Trace>(
        &mut self,
        name: &str,
        slot: Option<usize>,
        at: &Evaluation<'_, '_>,
        trace: &mut T,
        out: &mut Sink,
    ) {
        let text = match slot {
            Some(slot) => at.request.text(slot),
            None => at.request.body.undeclared(name),
        };
        let Some(text) = text.or((self.absent == Absent::Empty).then_some("".into())) else { return };
        let mut put = |bytes: &[u8], source| piece(bytes, source, trace, out);
        if !std::mem::take(&mut self.is_first) {
            put(self.separator.as_bytes(), Source::Open);
        }
        if self.form == FieldForm::Pairs {
            let own = slot.map_or(name.into(), |slot| at.request.operation.slots[slot].own_name());
            put(own.as_bytes(), Source::Open);
            put(b"=", Source::Open);
        }
        put(text.as_bytes(), Source::Field(name, slot));
    }
}
