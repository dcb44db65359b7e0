//! Evaluates an `x-value`: a function of the request as it is, the caller's values, one moment and chance.

use countersign_plan::{Absent, Alphabet, Function, JsonForm, Place, PublicForm, RequestPart, TimeFormat, Value};
use zeroize::Zeroizing;

use crate::evaluation::{Evaluation, Stop};
use crate::item::{Content, Item};
use crate::object::quoted;
use crate::parts;
use crate::sink::Sink;
use crate::trace::{Missing, Source, Trace};

impl<'e, T: Trace> Evaluation<'e, '_, T> {
    /// Evaluates the concatenation of values.
    ///
    /// # Errors
    /// What is missing or unusable, by its name, without its value.
    pub(crate) fn all(&mut self, values: &'e [Value], out: &mut Sink) -> Result<(), Stop> {
        values.iter().try_for_each(|value| self.one(value, out))
    }

    pub(crate) fn one(&mut self, value: &'e Value, out: &mut Sink) -> Result<(), Stop> {
        let (request, inputs) = (self.request, self.inputs);
        let setup = inputs.setup;
        match value {
            Value::Text(text) => self.put(text.as_bytes(), Source::Open, out),
            Value::Credential(name) => match setup.credentials.get(name) {
                Some(credential) => {
                    let bytes =
                        credential.bytes().ok_or_else(|| format!("the credential {name} is a key, and no text"))?;
                    self.put(bytes, Source::Credential(name), out);
                }
                None => self.missing(Missing::Credential, name, out)?,
            },
            Value::Setting(name) => match setup.settings.get(name) {
                Some(setting) => self.put(setting.as_bytes(), Source::Setting(name), out),
                None => self.missing(Missing::Setting, name, out)?,
            },
            Value::Session(name) => match inputs.session.and_then(|session| session.get(name)) {
                Some(value) => self.put(value.expose().as_bytes(), Source::Session(name), out),
                None => self.missing(Missing::Session, name, out)?,
            },
            Value::Made(name) => {
                let slot = request.operation.parameter(Place::Value, name);
                match slot.and_then(|slot| Some((slot, request.made(slot)?))) {
                    Some((slot, bytes)) => self.put(bytes, Source::Made(name, slot), out),
                    None => self.missing(Missing::Value, name, out)?,
                }
            }
            Value::Given => {
                let given = Zeroizing::new(request.given_text(self.slot).ok_or("no value was given")?.into_owned());
                self.put(given.as_bytes(), Source::Given, out);
            }
            Value::Uuid { .. } | Value::Time { .. } if request.told(value).is_some() => {
                self.put(request.told(value).unwrap_or_default(), Source::Open, out);
            }
            Value::Uuid { version, per } => {
                let uuid = inputs.moment.uuid(*version, *per);
                let mut buffer = uuid::Uuid::encode_buffer();
                self.put(uuid.hyphenated().encode_lower(&mut buffer).as_bytes(), Source::Open, out);
            }
            Value::Random { of, length } => {
                let random = self.once(|| Ok(inputs.moment.random(*of, usize::from(*length))))?;
                let source = if *of == Alphabet::Bytes { Source::Random } else { Source::Open };
                self.put(&random, source, out);
            }
            Value::Time { format, offset_seconds, plus_seconds } => {
                let time = inputs.moment.time(*plus_seconds)?;
                self.put(format.write(time, *offset_seconds)?.as_bytes(), Source::Open, out);
            }
            Value::Request(part) => self.part_of_request(*part, out)?,
            Value::Header { name, absent, part } => {
                let slot = request.operation.parameter(Place::Header, name);
                let value = match (request.header(name), part) {
                    (Some(value), Some(part)) => parts::part(value, part),
                    (value, _) => value,
                };
                match value {
                    Some(value) => self.put(value, Source::Header(name, slot), out),
                    None if *absent == Absent::Empty => {}
                    None => return Err(not_there("the header", name, part.as_deref()).into()),
                }
            }
            Value::Query(name) => self.parameter(Place::Query, name, out)?,
            Value::Path(name) => self.parameter(Place::Path, name, out)?,
            Value::Field(name) => {
                let slot = request.operation.field_named(name);
                if let Some(bytes) = slot.and_then(|slot| request.file_bytes(slot)) {
                    self.put(bytes?, Source::Field(name, slot), out);
                    return Ok(());
                }
                let text = slot.and_then(|slot| request.text(slot));
                let text = text.ok_or_else(|| not_there("the field", name, None))?;
                self.put(text.as_bytes(), Source::Field(name, slot), out);
            }
            Value::Response(part) => {
                let bytes = request.response(*part).ok_or(NO_RESPONSE)?;
                self.put(&bytes, Source::Response, out);
            }
            Value::ResponseHeader { name, part } => {
                let value = request.response_header(name, part.as_deref());
                let value = value.ok_or_else(|| format!("the header {name} is not in the response"))?;
                self.put(value, Source::Response, out);
            }
            Value::ResponseField(pointer) => {
                let value = request.response_field(pointer);
                let value = value.ok_or_else(|| format!("{pointer} is not in the response"))?;
                self.put(&value, Source::Response, out);
            }
            Value::Fields(fields) => self.selection(fields, out)?,
            Value::Name => {
                let item = self.item.as_ref().ok_or(NO_ITEM)?;
                let (name, source) = (item.name.clone(), item.name_source());
                self.put(name.as_bytes(), source, out);
            }
            Value::Content => {
                let item = self.item.clone().ok_or(NO_ITEM)?;
                self.content(&item, out)?;
            }
            Value::Join { with, of } => {
                for (index, value) in of.iter().enumerate() {
                    if index > 0 {
                        self.put(with.as_bytes(), Source::Open, out);
                    }
                    self.one(value, out)?;
                }
            }
            Value::Concat(values) => self.all(values, out)?,
            Value::Object(members) => {
                for (index, (name, value)) in members.iter().enumerate() {
                    let before = if index == 0 { "{" } else { "," };
                    self.put(format!("{before}{}:", *quoted(name)).as_bytes(), Source::Open, out);
                    self.member(value, out)?;
                }
                self.put(if members.is_empty() { b"{}" } else { b"}" }, Source::Open, out);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.put(if index == 0 { b"[" } else { b"," }, Source::Open, out);
                    self.member(item, out)?;
                }
                self.put(if items.is_empty() { b"[]" } else { b"]" }, Source::Open, out);
            }
            Value::Literal(text) => self.put(text.as_bytes(), Source::Open, out),
            Value::Parts { parts, separator, equals } => {
                for (index, (name, value)) in parts.iter().enumerate() {
                    let before = if index == 0 { "" } else { separator };
                    self.put(format!("{before}{name}{equals}").as_bytes(), Source::Open, out);
                    self.all(value, out)?;
                }
            }
            Value::Public { credential, form } => match setup.credentials.get(credential) {
                Some(own) => {
                    let bytes = own.public(*form).map_err(|reason| format!("the credential {credential}: {reason}"))?;
                    self.put(&bytes, Source::Open, out);
                }
                None => self.missing(Missing::Credential, credential, out)?,
            },
            Value::Apply(function, operands) => {
                let around = std::mem::take(&mut self.has_placeholder);
                let result = self.apply(*function, operands)?;
                self.has_placeholder = around;
                self.trace.applied(*function, &result);
                out.extend_owned(result);
            }
        }
        Ok(())
    }

    /// Evaluates an operand, which has a sink of its own.
    pub(crate) fn operand(&mut self, values: &'e [Value], mut sink: Sink) -> Result<Zeroizing<Vec<u8>>, Stop> {
        self.trace.begin();
        self.all(values, &mut sink)?;
        self.has_placeholder |= self.trace.is_placeholder();
        Ok(sink.finish())
    }

    /// Puts the value of an item.
    pub(crate) fn content(&mut self, item: &Item<'e>, out: &mut Sink) -> Result<(), Stop> {
        match &item.value {
            Content::Sent(text, source) => self.put(text.as_bytes(), source.of(&item.name), out),
            Content::With(values) => {
                // `{name: true}` and `{value: true}` mean nothing in a value that is added.
                let around = self.item.take();
                self.all(values, out)?;
                self.item = around;
            }
        }
        Ok(())
    }

    /// Writes a member of a JSON object: JSON as it is, and what else there is as a string.
    fn member(&mut self, values: &'e [Value], out: &mut Sink) -> Result<(), Stop> {
        if is_json(values) {
            return self.all(values, out);
        }
        let text = self.operand(values, Sink::bytes())?;
        let text = std::str::from_utf8(&text).map_err(|_| "a member of a JSON object is no text")?;
        let text = quoted(text);
        self.trace.applied(Function::Json(JsonForm::String), text.as_bytes());
        out.extend(text.as_bytes());
        Ok(())
    }

    fn parameter(&mut self, place: Place, name: &str, out: &mut Sink) -> Result<(), Stop> {
        let (request, what) =
            (self.request, if place == Place::Query { "the query parameter" } else { "the path parameter" });
        let slot = request.operation.parameter(place, name);
        let text = slot.and_then(|slot| Some((slot, request.text(slot)?)));
        let (slot, text) = text.ok_or_else(|| not_there(what, name, None))?;
        self.put(text.as_bytes(), Source::Parameter(name, slot), out);
        Ok(())
    }

    fn part_of_request(&mut self, part: RequestPart, out: &mut Sink) -> Result<(), Stop> {
        let request = self.request;
        if part.has_base() && self.inputs.setup.base_of(request.operation).is_none() {
            if self.trace.missing(Missing::BasePath, "path") {
                return Ok(());
            }
            if part.has_origin() {
                return Err("the base URL is missing".into());
            }
        }
        let query = |this: &Self| if part.has_query() { request.query_for(this.slot) } else { None };
        match part {
            RequestPart::Method => self.put(request.operation.method.as_bytes(), Source::Open, out),
            RequestPart::Body => {
                let body = request.body_for(self.slot)?;
                self.put(&body, Source::Body, out);
            }
            RequestPart::Query => {
                let query = query(self).unwrap_or_default();
                self.put(query.as_bytes(), Source::Query, out);
            }
            _ => {
                let origin = self.inputs.setup.origin(request.operation);
                if part == RequestPart::Authority {
                    self.put(authority(origin).as_bytes(), Source::Open, out);
                    return Ok(());
                }
                if part.has_origin() {
                    self.put(origin.as_bytes(), Source::Open, out);
                }
                if part.has_base() {
                    self.put(request.base_path.as_bytes(), Source::Open, out);
                }
                let path: String = request.segments().map(|(segment, _)| segment).collect();
                self.put(path.as_bytes(), Source::Path, out);
                if let Some(query) = query(self) {
                    self.put(b"?", Source::Open, out);
                    self.put(query.as_bytes(), Source::Query, out);
                }
            }
        }
        Ok(())
    }
}

/// Whether a member of a JSON object is JSON itself, and no string.
pub(crate) fn is_json(values: &[Value]) -> bool {
    matches!(
        values,
        [Value::Object(_)
            | Value::Array(_)
            | Value::Literal(_)
            | Value::Public { form: PublicForm::Jwk, .. }
            | Value::Time { format: TimeFormat::Unix | TimeFormat::UnixMillis, .. }]
    )
}

const NO_RESPONSE: &str = "there is no response yet";

const NO_ITEM: &str = "{name: true} and {value: true} are of a selection alone";

/// The host and the port of an origin.
fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}

fn not_there(what: &str, name: &str, part: Option<&str>) -> String {
    let part = part.map(|part| format!("the part {part} of ")).unwrap_or_default();
    format!("{part}{what} {name} is not in the request")
}
