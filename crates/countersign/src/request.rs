//! A request on its way: read from what the generated client made, checked, filled in and signed, sent.
//!
//! A [`Candidate`] is a copy. Filling it in either succeeds as a whole or yields an error, and then nothing was sent; the
//! next attempt starts again from the template, with a new clock reading, a new UUID and new signatures.

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use std::cell::RefCell;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

use crate::body::{Body, REPEATED};
use crate::config::Allowed;
use crate::constraint;
use crate::error::Error;
use crate::plan::{
    AnswerForm, Constraint, Encoding, Field, Notation, Operation, Parameter, Place, Secrecy, Text, Value,
};
use crate::value::{Context, Explained, Gaps, Inputs, Output, Read, Site, Target, any, evaluate, reads, reads_given};

/// A request that is being made.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// The length of the base URL's path, which the operation's path follows.
    base_path_length: usize,
    /// What was made of something that may not be shown, and of what. Kept for explanations alone.
    closed: Vec<(Target, Read)>,
    /// What was filled in and says something of a secret: was made of one, or is a digest or encrypted.
    telling: Vec<Target>,
    /// What the caller gave for the parameters of the path, by their names, as it is sent.
    in_path: Vec<(Text, Zeroizing<String>)>,
    /// The values that the caller allows beside those that the document lists.
    pub(crate) allowed: Allowed,
    /// The path that stands in the place of the document's.
    corrected_path: Option<String>,
}

/// How a filled value came about.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub(crate) target: Target,
    pub(crate) explained: Explained,
}

impl Candidate {
    /// Takes over a request that a generated client made.
    pub(crate) fn from_request(
        request: &mut reqwest::Request,
        operation: &Operation,
        base: &Url,
    ) -> Result<Self, Error> {
        let bytes = request.body().and_then(reqwest::Body::as_bytes).map(Bytes::copy_from_slice);
        let body = Body::read(operation.body.as_ref(), bytes);
        Ok(Self {
            method: request.method().clone(),
            url: request.url().clone(),
            headers: std::mem::take(request.headers_mut()),
            body: body.map_err(|reason| Error::not_sent(&operation.id, None, reason))?,
            base_path_length: base_path_length(base),
            closed: Vec::new(),
            telling: Vec::new(),
            in_path: Vec::new(),
            allowed: Allowed::default(),
            corrected_path: None,
        })
    }

    /// Reads a request that came over the wire.
    ///
    /// # Errors
    /// The body is not what the plan says.
    #[cfg(feature = "verify")]
    pub(crate) fn from_received(
        request: &http::Request<Bytes>,
        operation: &Operation,
        base: &Url,
    ) -> Result<Self, String> {
        let body = Some(request.body()).filter(|body| !body.is_empty()).cloned();
        let mut url = base.clone();
        url.set_path(request.uri().path());
        url.set_query(request.uri().query());
        Ok(Self {
            method: request.method().clone(),
            url,
            headers: request.headers().clone(),
            body: Body::read(operation.body.as_ref(), body)?,
            base_path_length: base_path_length(base),
            closed: Vec::new(),
            telling: Vec::new(),
            in_path: Vec::new(),
            allowed: Allowed::default(),
            corrected_path: None,
        })
    }

    /// Makes a request that the caller has no part in, such as one for a session.
    pub(crate) fn from_plan(operation: &Operation, base: &Url) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::not_sent(&operation.id, None, reason);
        let mut candidate = Self {
            method: operation.method.parse().map_err(|_| wrong("its method is not an HTTP method"))?,
            url: base.clone(),
            headers: HeaderMap::new(),
            body: Body::read(operation.body.as_ref(), None).map_err(|reason| wrong(&reason))?,
            base_path_length: base_path_length(base),
            closed: Vec::new(),
            telling: Vec::new(),
            in_path: Vec::new(),
            allowed: Allowed::default(),
            corrected_path: None,
        };
        candidate.set_path(base, &operation.path);
        Ok(candidate)
    }

    /// Sets the path below the base URL's, which is encoded already.
    pub(crate) fn set_path(&mut self, base: &Url, path: &str) {
        self.url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    }

    /// Notes that a target was made of something that may not be shown.
    pub(crate) fn close(&mut self, target: Target, read: Read) {
        self.closed.push((target, read));
    }

    /// What a field, or what stands above or below it, was made of, if that may not be shown.
    pub(crate) fn closed_field(&self, path: &[impl AsRef<str>]) -> Option<Read> {
        let is_there = |closed: &[Text]| closed.iter().zip(path).all(|(closed, step)| closed == step.as_ref());
        let reads = self.closed.iter().filter_map(|(target, read)| match target {
            Target::Field(closed) if is_there(closed) => Some(*read),
            _ => None,
        });
        reads.reduce(Read::and)
    }

    /// What a parameter was made of, if that may not be shown.
    pub(crate) fn closed_parameter(&self, index: usize) -> Option<Read> {
        let (_, read) = self.closed.iter().find(|(target, _)| *target == Target::Parameter(index))?;
        Some(*read)
    }

    /// The path below the base URL's.
    pub(crate) fn operation_path(&self) -> &str {
        self.url.path().get(self.base_path_length..).unwrap_or_default()
    }

    /// The base URL's path.
    pub(crate) fn base_path(&self) -> &str {
        self.url.path().get(..self.base_path_length).unwrap_or_default()
    }

    /// What the path was made of: the document's, or the caller's correction of it.
    pub(crate) fn template<'a>(&'a self, operation: &'a Operation) -> &'a str {
        self.corrected_path.as_deref().unwrap_or(&operation.path)
    }

    /// Notes what the caller gave for the document's path, which may be corrected later, and which headers he gave in
    /// confidence.
    pub(crate) fn take_in(&mut self, operation: &Operation) {
        for parameter in operation.parameters.iter() {
            match parameter.place {
                Place::Header if parameter.secrecy != Secrecy::Public => {
                    if let Some(value) = self.headers.get_mut(parameter.name.as_ref()) {
                        value.set_sensitive(true);
                    }
                }
                Place::Path => {
                    if let Some(((before, after), sent)) = self.path_step(operation, parameter) {
                        let given = sent.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                        let given = Zeroizing::new(given.unwrap_or(sent).to_owned());
                        self.in_path.push((parameter.name.clone(), given));
                    }
                }
                Place::Header | Place::Query => {}
            }
        }
    }

    /// What the document has around a parameter in its step of the path, and the step as it is sent.
    fn path_step<'a>(
        &'a self,
        operation: &'a Operation,
        parameter: &Parameter,
    ) -> Option<((&'a str, &'a str), &'a str)> {
        let placeholder = format!("{{{}}}", parameter.name);
        let mut steps = operation.path.split('/').zip(self.operation_path().split('/'));
        steps.find_map(|(template, sent)| Some((template.split_once(&placeholder)?, sent)))
    }

    /// What the caller gave for a parameter of the path, decoded, where nothing else is given in its step.
    fn given_in_path(&self, operation: &Operation, parameter: &Parameter) -> Option<String> {
        let ((before, after), sent) = self.path_step(operation, parameter)?;
        let given = sent.strip_prefix(before)?.strip_suffix(after)?;
        Some(percent_decode_str(given).decode_utf8_lossy().into_owned())
    }

    /// The body as it is sent.
    pub(crate) fn body_bytes(&self) -> Bytes {
        self.body.to_bytes().unwrap_or_default()
    }

    /// Puts another method and path in the place of the document's. A step with a `{name}` in it keeps what the caller gave.
    pub(crate) fn correct(
        &mut self,
        document: &str,
        method: Option<&Method>,
        path: Option<&str>,
    ) -> Result<(), String> {
        if let Some(method) = method {
            self.method = method.clone();
        }
        let Some(path) = path else { return Ok(()) };
        let given: BTreeMap<&str, &str> = document
            .split('/')
            .zip(self.operation_path().split('/'))
            .filter(|(template, _)| template.contains('{'))
            .collect();
        let corrected = path
            .split('/')
            .map(|step| match step.contains('{') {
                true => given
                    .get(step)
                    .copied()
                    .ok_or_else(|| format!("the corrected path has {step}, the document's has not")),
                false => Ok(step),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let corrected = format!("{}{}", &self.url.path()[..self.base_path_length], corrected.join("/"));
        self.url.set_path(&corrected);
        self.corrected_path = Some(path.to_owned());
        Ok(())
    }

    /// Refuses what cannot be taken for what the document describes: of a name that stands twice only one value would be
    /// checked, filled in and signed, and the other would leave as it was given.
    ///
    /// # Errors
    /// The name, if the document has it, and what is wrong.
    pub(crate) fn check_shape(&self, operation: &Operation) -> Result<(), (Option<Text>, String)> {
        let is_repeated = |parameter: &&Parameter| match parameter.place {
            Place::Header => self.headers.get_all(parameter.name.as_ref()).iter().nth(1).is_some(),
            Place::Query => self.url.query_pairs().filter(|(name, _)| *name == parameter.name).nth(1).is_some(),
            Place::Path => false,
        };
        if let Some(parameter) = operation.parameters.iter().find(is_repeated) {
            return Err((Some(parameter.name.clone()), REPEATED.to_owned()));
        }
        let Some(body) = &operation.body else { return Ok(()) };
        if self.headers.get_all(CONTENT_TYPE).iter().nth(1).is_some() {
            return Err((Some("Content-Type".into()), REPEATED.to_owned()));
        }
        self.body.check_shape(&body.fields)
    }

    /// Checks what the caller gave against the document's rules, before anything is computed from it. `unknown` are what
    /// he gave and only he knows.
    ///
    /// # Errors
    /// The name of what breaks a rule, and how.
    pub(crate) fn check(&self, operation: &Operation, unknown: &[Target]) -> Result<(), (String, String)> {
        let refuse = |name: &str, reason: String| (name.to_owned(), reason);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if !is_given(parameter.value.as_deref()) || unknown.contains(&Target::Parameter(index)) {
                continue;
            }
            let given = match parameter.place {
                Place::Path => self.given_in_path(operation, parameter),
                Place::Header | Place::Query => self.given_parameter(parameter),
            };
            match given {
                Some(text) => {
                    let allowed = self.allowed.of(&Target::Parameter(index));
                    constraint::text(&text, &parameter.rules, &allowed)
                        .map_err(|reason| refuse(&parameter.name, reason))?;
                }
                None if parameter.required && parameter.place != Place::Path => {
                    return Err(refuse(&parameter.name, "it is required and was not given".into()));
                }
                None => {}
            }
        }
        match &operation.body {
            Some(body) => self.check_fields(&body.fields, &mut Vec::new(), unknown),
            None => Ok(()),
        }
    }

    fn check_fields<'a>(
        &self,
        fields: &'a [Field],
        path: &mut Vec<&'a str>,
        unknown: &[Target],
    ) -> Result<(), (String, String)> {
        for field in fields {
            path.push(&field.name);
            let is_unknown = unknown.iter().any(|target| matches!(target, Target::Field(other) if other == path));
            let asked = is_given(field.value.as_deref()) && !is_unknown;
            let value = if asked { self.body.text(path) } else { None };
            let complain = |reason: &str| Err((field.name.to_string(), reason.to_owned()));
            match value {
                None if asked && self.body.is_null(path) && field.rules.contains(&Constraint::Nullable) => {}
                None if asked && field.required && !field.is_filled() => {
                    return complain("it is required and was not given");
                }
                None if asked && self.body.is_null(path) => constraint::json("null", &field.rules, &[])
                    .map_err(|(_, reason)| (field.name.to_string(), reason))?,
                // Nothing stands below what is not there, nor below what the client fills in.
                None => {}
                Some(value) => {
                    let target = Target::Field(path.iter().map(|step| (*step).to_owned().into()).collect());
                    let allowed = self.allowed.of(&target);
                    // What the client transforms is text until then.
                    let kept = match self.body.json(path).filter(|_| field.value.is_none()) {
                        Some(json) => constraint::json(json, &field.rules, &allowed),
                        None => {
                            constraint::text(&value, &field.rules, &allowed).map_err(|reason| (String::new(), reason))
                        }
                    };
                    kept.map_err(|(below, reason)| (format!("{}{below}", field.name), reason))?;
                    let other = field.rules.iter().find_map(|rule| match rule {
                        Constraint::EqualTo(other) => Some(other),
                        _ => None,
                    });
                    if let Some(other) = other {
                        let (_, above) = path.split_last().unwrap_or((&"", &[]));
                        if self.body.text(&[above, &[other]].concat()).as_ref() != Some(&value) {
                            return complain(&format!("it must equal {other} and does not"));
                        }
                    }
                    self.check_fields(&field.fields, path, unknown)?;
                }
            }
            path.pop();
        }
        Ok(())
    }

    /// Whether a field is left out with an object around it that the caller did not give.
    pub(crate) fn leaves_out(&self, operation: &Operation, target: &Target) -> bool {
        let Target::Field(path) = target else { return false };
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        (1..path.len()).any(|steps| {
            let is_filled = operation.field(&path[..steps]).is_some_and(Field::is_filled);
            !is_filled && !self.body.is_present(&path[..steps])
        })
    }

    /// What the request carries for a parameter.
    pub(crate) fn given_parameter(&self, parameter: &Parameter) -> Option<String> {
        match parameter.place {
            Place::Header => Some(self.headers.get(parameter.name.as_ref())?.to_str().ok()?.to_owned()),
            Place::Query => {
                self.url.query_pairs().find(|(name, _)| *name == parameter.name).map(|(_, value)| value.into_owned())
            }
            Place::Path => {
                let (_, given) = self.in_path.iter().find(|(name, _)| *name == parameter.name)?;
                Some(percent_decode_str(given).decode_utf8().ok()?.into_owned())
            }
        }
    }

    /// Fills in and signs, in `order`.
    ///
    /// # Errors
    /// The header, parameter or field that cannot be filled, and why. The candidate is of no use then.
    pub(crate) fn fill(
        &mut self,
        operation: &Operation,
        order: &[Target],
        signed_fields: &[Text],
        inputs: Inputs<'_>,
        mut explain: Option<&mut Vec<Filled>>,
    ) -> Result<(), Error> {
        self.write_media_types(operation);
        for target in order {
            let refuse = |reason: String| Error::not_sent(&operation.id, Some(&target.name(operation)), reason);
            let Some(Site { value: Some(values), required, rules, .. }) = Site::of(operation, target) else { continue };
            let given = reads_given(values);
            if self.leaves_out(operation, target) {
                continue;
            }
            if given && self.given(operation, target).is_none() {
                match required && !rules.contains(&Constraint::Nullable) {
                    true => return Err(refuse("it is required and was not given".into())),
                    false => continue,
                }
            }
            let mut output = match explain {
                Some(_) => Output::explaining(inputs.gaps.revealed),
                None => Output::new(false),
            };
            // An expression that reads what was made with a placeholder yields another, not a digest to be taken for real.
            let is_unreal = |(other, read): &(Target, Read)| {
                read.placeholder && reads(values, target, other, operation, signed_fields)
            };
            let inputs = match self.closed.iter().any(is_unreal) {
                true => Inputs { gaps: Gaps { read: true, ..inputs.gaps }, ..inputs },
                false => inputs,
            };
            self.evaluate(operation, target, signed_fields, inputs, &mut output).map_err(&refuse)?;
            // What is made of the caller's value was checked as he gave it; what is not may still be his, as settings are.
            let checked = match std::str::from_utf8(output.bytes()) {
                Ok(text) if !given && !output.has_placeholder() => {
                    constraint::text(text, rules, &self.allowed.of(target))
                }
                _ => Ok(()),
            };
            let put = checked.and_then(|()| self.put(operation, target, &output));
            put.map_err(|reason| refuse(reason + &made_of(values)))?;
            if !output.is_open() || any(values, &tells) {
                self.telling.push(target.clone());
            }
            if explain.is_some() && !output.is_open() {
                self.close(target.clone(), output.read());
            }
            if let (Some(filled), Some(explained)) = (explain.as_deref_mut(), output.explained()) {
                filled.push(Filled { target: target.clone(), explained });
            }
        }
        Ok(())
    }

    /// Evaluates what fills a target.
    ///
    /// # Errors
    /// What is missing or unusable.
    pub(crate) fn evaluate(
        &self,
        operation: &Operation,
        target: &Target,
        signed_fields: &[Text],
        inputs: Inputs<'_>,
        output: &mut Output,
    ) -> Result<(), String> {
        let Some(site) = Site::of(operation, target) else { return Ok(()) };
        let values = site.value.unwrap_or_default();
        let given = if reads_given(values) { self.given(operation, target).map(Zeroizing::new) } else { None };
        let given = given.as_ref().map(|given| given.as_str());
        let context = Context { operation, signed_fields, request: self, inputs, site, given };
        evaluate(values, &context, output)
    }

    /// What the caller gave for a target, or what was filled in in its place.
    pub(crate) fn given(&self, operation: &Operation, target: &Target) -> Option<String> {
        match target {
            Target::Parameter(index) => self.given_parameter(&operation.parameters[*index]),
            Target::Field(path) => {
                let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
                self.body.text(&path).map(|text| text.into_owned())
            }
        }
    }

    fn put(&mut self, operation: &Operation, target: &Target, output: &Output) -> Result<(), String> {
        match target {
            Target::Parameter(index) => {
                let parameter = &operation.parameters[*index];
                match parameter.place {
                    Place::Header => {
                        let mut value = header_value(output.bytes())?;
                        value.set_sensitive(!output.is_open() || parameter.secrecy != Secrecy::Public);
                        let name = HeaderName::from_bytes(parameter.name.as_bytes())
                            .map_err(|_| "its name is not a header name".to_owned())?;
                        self.headers.insert(name, value);
                    }
                    Place::Query => {
                        self.put_in_query(operation, &parameter.name, text(output.bytes())?);
                    }
                    Place::Path => return Err("a path parameter cannot be filled in".into()),
                }
                Ok(())
            }
            Target::Field(path) => {
                let Some(body) = &operation.body else { return Ok(()) };
                let Some(field) = operation.field(path) else { return Ok(()) };
                let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
                // A placeholder is not a number.
                let notation = if output.has_placeholder() { Notation::String } else { field.notation };
                self.body.set(&body.fields, &path, text(output.bytes())?, notation)
            }
        }
    }

    /// Puts a value in the place of what the query has by its name, and the query in the document's order.
    pub(crate) fn put_in_query(&mut self, operation: &Operation, name: &str, value: &str) {
        let others = self.url.query_pairs().filter(|(other, _)| other != name);
        let mut pairs: Vec<_> = others.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        pairs.push((name.to_owned(), value.to_owned()));
        let rank = |name: &str| operation.parameters.iter().position(|p| p.place == Place::Query && p.name == name);
        pairs.sort_by_key(|(name, _)| rank(name).unwrap_or(usize::MAX));
        self.url.query_pairs_mut().clear().extend_pairs(pairs);
    }

    /// Writes the headers that say what the body is and what the answer may be. Values read them like any other.
    fn write_media_types(&mut self, operation: &Operation) {
        if operation.answer == AnswerForm::Json {
            self.headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        }
        if let Some(body) = &operation.body {
            let media_type = match body.encoding {
                Encoding::Json => "application/json",
                Encoding::Form => "application/x-www-form-urlencoded",
            };
            self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(media_type));
        }
    }

    /// What is sent.
    pub(crate) fn to_request(&self) -> reqwest::Request {
        let mut request = reqwest::Request::new(self.method.clone(), self.url.clone());
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = self.body.to_bytes().map(reqwest::Body::from);
        request
    }

    /// Every text that it carries in confidence: what the caller gave so, and what was made of something secret.
    pub(crate) fn confidential(&self, operation: &Operation) -> Vec<Zeroizing<String>> {
        let mut texts = Vec::new();
        if let Some(body) = &operation.body {
            self.confidential_fields(&body.fields, &mut Vec::new(), &mut texts);
        }
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.secrecy != Secrecy::Public || self.telling.contains(&Target::Parameter(index)) {
                self.carried(parameter, &mut texts);
            }
        }
        texts
    }

    fn confidential_fields(&self, fields: &[Field], above: &mut Vec<Text>, into: &mut Vec<Zeroizing<String>>) {
        for field in fields {
            above.push(field.name.clone());
            if field.secrecy != Secrecy::Public || self.telling.contains(&Target::Field(above.clone())) {
                let path: Vec<&str> = above.iter().map(AsRef::as_ref).collect();
                into.extend(self.body.scalars(&path).into_iter().map(Zeroizing::new));
            }
            self.confidential_fields(&field.fields, above, into);
            above.pop();
        }
    }

    /// All that the request carries for a parameter.
    fn carried(&self, parameter: &Parameter, into: &mut Vec<Zeroizing<String>>) {
        let owned = |text: &str| Zeroizing::new(text.to_owned());
        match parameter.place {
            Place::Header => {
                for value in self.headers.get_all(parameter.name.as_ref()) {
                    let Ok(value) = value.to_str() else { continue };
                    // `Basic` and `Bearer` are no secret, what follows them is.
                    let rest = value.split_once(' ').map(|(_, rest)| owned(rest));
                    into.extend(rest.into_iter().chain([owned(value)]));
                }
            }
            Place::Query => {
                let pairs = self.url.query_pairs().filter(|(name, _)| *name == parameter.name);
                into.extend(pairs.map(|(_, value)| Zeroizing::new(value.into_owned())));
            }
            Place::Path => {
                let given = self.in_path.iter().filter(|(name, _)| *name == parameter.name);
                // A path leaves more as it is than a query does.
                into.extend(given.flat_map(|(_, given)| {
                    let decoded = percent_decode_str(given).decode_utf8().ok();
                    decoded.map(|text| owned(&text)).into_iter().chain([given.clone()])
                }));
            }
        }
    }
}

/// Whether a value tells something of a secret, even where it is safe to show one that a developer looks for.
fn tells(value: &Value) -> bool {
    matches!(
        value,
        Value::Credential(_) | Value::Session(_) | Value::Digest(..) | Value::Hmac { .. } | Value::Encrypt { .. }
    )
}

/// What the caller gave that a value is made of, for him to look at when the value is unusable.
fn made_of(values: &[Value]) -> String {
    let names = RefCell::new(Vec::new());
    any(values, &|value| {
        names.borrow_mut().extend(match value {
            Value::Credential(name) => Some(format!("the credential {name}")),
            Value::Setting(name) => Some(format!("the setting {name}")),
            Value::Session(name) => Some(format!("the session value {name}")),
            _ => None,
        });
        false
    });
    match names.into_inner().as_slice() {
        [] => String::new(),
        names => format!("; it is made of {}", names.join(" and ")),
    }
}

fn base_path_length(base: &Url) -> usize {
    base.path().trim_end_matches('/').len()
}

fn is_given(value: Option<&[Value]>) -> bool {
    value.is_none_or(reads_given)
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|_| "its bytes are not text: the document should encode them, as hex or base64".into())
}

/// A header's value, exactly as given or not at all.
pub(crate) fn header_value(bytes: &[u8]) -> Result<HeaderValue, String> {
    let refused = |what: &str| format!("its value has {what}, which a header cannot carry unchanged");
    if let Some(byte) = bytes.iter().find(|byte| !(b' '..=b'~').contains(*byte)) {
        return Err(refused(match byte {
            b'\r' | b'\n' => "a line break",
            0 => "a NUL",
            0x80.. => "a character outside ASCII",
            _ => "a control character",
        }));
    }
    if bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ') {
        return Err(refused("a space at its start or end"));
    }
    HeaderValue::from_bytes(bytes).map_err(|_| refused("a character"))
}

#[cfg(test)]
mod tests;
