//! A request in the making: read from a [`Call`](crate::Call) or from the wire, checked, filled in and signed.
//!
//! A request borrows what it was made of. Filling it in either succeeds as a whole or is an error, and then it is of no use; the
//! next attempt makes another one of the call, and fills that in with a new time, a new UUID and new signatures.

mod check;
mod header;
mod path;

use std::borrow::Cow;

use countersign_plan::{
    Delimiter, Encoding, Function, Notation, Operation, Place, RequestPart, Slot, Value, any, json,
};
use http::HeaderValue;
use zeroize::Zeroizing;

use self::header::{Bytes, Carried};
use self::path::Segment;

use crate::answer::Answer;
use crate::body::{Body, NOT_UNICODE};
use crate::file::File;
use crate::invalid::Invalid;
use crate::memory::Filling;
use crate::multipart::Chunk;
use crate::pairs::Pairs;

/// A request that is being made.
#[derive(Clone)]
pub struct Request<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) base_path: &'a str,
    path: Vec<Segment<'a>>,
    headers: Vec<Carried<'a>>,
    query: Option<Pairs<'a>>,
    pub(crate) body: Body<'a>,
    /// The body as it is on the wire, where an envelope makes it.
    sealed: Option<Zeroizing<String>>,
    /// The values of `x-values`, by their slots.
    pub(crate) values: Vec<(usize, Zeroizing<Vec<u8>>)>,
    /// The UUIDs and times that a request which was received tells.
    pub(crate) told: Vec<(Value, Zeroizing<Vec<u8>>)>,
    pub(crate) filling: Filling,
    /// Where a request that was received went to.
    origin: Option<String>,
    /// The response to it.
    pub(crate) answer: Option<Answer<'a>>,
}

/// Said of a value that would have to be known before it is read.
const STREAMED: &str = "it reads a file that is read while it is sent: give the file as bytes";

/// Where an expression fills no slot.
pub(crate) const NO_SLOT: usize = usize::MAX;

/// A header of a request, as it is sent.
#[derive(Clone, Copy)]
pub struct Header<'r> {
    /// Its name, as the document writes it.
    pub name: &'r str,
    /// Its slot, unless the document does not have it.
    pub slot: Option<usize>,
    /// Its value.
    pub value: &'r [u8],
    /// Whether it must not be printed.
    pub is_sensitive: bool,
}

impl<'a> Request<'a> {
    /// Begins a request with nothing in it but its body.
    pub(crate) fn new(operation: &'a Operation, base_path: &'a str, body: Body<'a>) -> Self {
        Self {
            operation,
            base_path,
            path: Vec::new(),
            headers: header::none(operation),
            query: None,
            body,
            sealed: None,
            values: Vec::new(),
            told: Vec::new(),
            filling: Filling::default(),
            origin: None,
            answer: None,
        }
    }

    /// Gives a value to a slot that is not in the path.
    pub(crate) fn give(&mut self, slot: usize, text: &'a str) -> Result<(), String> {
        let own = &self.operation.slots[slot];
        match own.place {
            Place::Header => {
                header::check(text.as_bytes())?;
                self.headers.push(Carried { slot: Some(slot), name: &own.name, value: Bytes::Came(text.as_bytes()) });
                Ok(())
            }
            Place::Query => {
                self.query.get_or_insert_default().give(slot, &own.name, text);
                Ok(())
            }
            Place::Field => self.give_field(slot, text),
            Place::Path => Ok(()),
            Place::Body | Place::Value => Err("nobody gives it: the client makes it".into()),
        }
    }

    /// Gives a list in one text to a slot that is not in the path.
    pub(crate) fn give_list(
        &mut self,
        slot: usize,
        list: Zeroizing<String>,
        delimiter: Delimiter,
    ) -> Result<(), String> {
        let own = &self.operation.slots[slot];
        if own.place == Place::Header {
            header::check(list.as_bytes())?;
            let value = Bytes::Made(Zeroizing::new(list.as_bytes().to_vec()));
            self.headers.push(Carried { slot: Some(slot), name: &own.name, value });
            return Ok(());
        }
        if own.place == Place::Field {
            return self.give_field(slot, &list);
        }
        self.query.get_or_insert_default().give_list(slot, &own.name, list, delimiter);
        Ok(())
    }

    /// Gives a file to a field of a body in parts.
    pub(crate) fn give_file(&mut self, slot: usize, file: File) -> Result<(), String> {
        if self.lacks_body() {
            self.body = Body::begun(self.operation);
        }
        match &mut self.body {
            Body::Form(parts) => {
                let mut given = Pairs::default();
                given.push_file(slot, self.operation.form_name(slot), file);
                parts.insert(slot, given);
                Ok(())
            }
            _ => Err("the operation has no body in parts".into()),
        }
    }

    /// Gives a text to a field of the body.
    fn give_field(&mut self, slot: usize, text: &str) -> Result<(), String> {
        if self.lacks_body() {
            self.body = Body::begun(self.operation);
        }
        let own = &self.operation.slots[slot];
        // What is filled in is text until then, whatever it becomes.
        let notation = if own.value.is_some() { Notation::String } else { own.notation };
        self.body.put(self.operation, slot, text, notation)
    }

    /// Ends what is given, with the values of the path.
    pub(crate) fn given(mut self, in_path: &[(usize, Cow<'a, str>)]) -> Result<Self, Invalid> {
        self.path = path::of_call(self.operation, in_path)?;
        self.write_media_types();
        self.check_shape()?;
        Ok(self)
    }

    /// Reads a request that came over the wire. Where an envelope makes the body, nothing is read of the one that is described
    /// until it is [opened](Self::opened).
    ///
    /// # Errors
    /// The body is not what the plan says, or a name that the document has once is there twice.
    pub fn received(
        operation: &'a Operation,
        base_path: &'a str,
        request: &'a http::Request<impl AsRef<[u8]>>,
    ) -> Result<Self, Invalid> {
        let body = Some(request.body().as_ref()).filter(|body| !body.is_empty() && operation.body.is_some());
        if let (Some(body), Some(Encoding::Multipart)) = (body, operation.body) {
            let media_type = request.headers().get("content-type").map(HeaderValue::as_bytes);
            let body = Body::read_parts(operation, body, media_type).map_err(Invalid::new)?;
            return Self::with_body(operation, base_path, request, None, body);
        }
        let body = body.map(|body| {
            std::str::from_utf8(body).map_err(|_| match operation.body {
                Some(Encoding::Json) => Invalid::new("the body is not JSON: it is not UTF-8"),
                _ => Invalid::new(NOT_UNICODE),
            })
        });
        let body = body.transpose()?;
        let is_sealed = operation.parameter(Place::Body, "").is_some();
        let (sealed, body) = if is_sealed { (body, None) } else { (None, body) };
        if let Some(body) = body {
            check_text(operation, None, body)?;
        }
        Self::with_body(operation, base_path, request, sealed, Body::read(operation, body).map_err(Invalid::new)?)
    }

    /// As [`received`](Self::received), with a body of which nothing is known but its text: no field is in it.
    ///
    /// # Errors
    /// The body is not text, or a name that the document has once is there twice.
    pub fn received_opaque(
        operation: &'a Operation,
        base_path: &'a str,
        request: &'a http::Request<impl AsRef<[u8]>>,
    ) -> Result<Self, Invalid> {
        let text = std::str::from_utf8(request.body().as_ref()).map_err(|_| Invalid::new("the body is not UTF-8"))?;
        Self::with_body(operation, base_path, request, None, Body::Opaque(text))
    }

    fn with_body(
        operation: &'a Operation,
        base_path: &'a str,
        request: &'a http::Request<impl AsRef<[u8]>>,
        sealed: Option<&str>,
        body: Body<'a>,
    ) -> Result<Self, Invalid> {
        let path = request.uri().path();
        let in_query = |name: &str| operation.parameter(Place::Query, name);
        let request = Self {
            operation,
            base_path,
            path: path::received(operation, path.strip_prefix(base_path).unwrap_or(path)),
            headers: header::received(operation, request.headers()),
            query: request.uri().query().map(|query| Pairs::read(query, in_query)),
            body,
            sealed: sealed.map(|sealed| Zeroizing::new(sealed.to_owned())),
            values: Vec::new(),
            told: Vec::new(),
            filling: Filling::default(),
            origin: request
                .uri()
                .authority()
                .map(|authority| format!("{}://{authority}", request.uri().scheme_str().unwrap_or("https"))),
            answer: None,
        };
        request.check_shape()?;
        Ok(request)
    }

    /// The scheme, the host and the port that a request which was received was sent to, if it tells them.
    pub fn received_origin(&self) -> Option<String> {
        self.origin.clone()
    }

    /// The same with the body that was in the envelope. What was [learnt](Self::learn) is learnt anew.
    ///
    /// # Errors
    /// The body is not what the plan says.
    pub fn opened(self, body: &'a str) -> Result<Self, Invalid> {
        check_text(self.operation, None, body)?;
        let body = Body::read(self.operation, Some(body)).map_err(Invalid::new)?;
        let opened = Self { body, values: Vec::new(), told: Vec::new(), ..self };
        opened.check_shape()?;
        Ok(opened)
    }

    /// The same for a URL that has a query of its own, into which goes what the request says itself: the provider calls the URL of
    /// whoever receives its events.
    ///
    /// # Errors
    /// A name is there twice.
    #[cfg(feature = "provider")]
    pub fn called_with(mut self, query: &'a str) -> Result<Self, Invalid> {
        let operation = self.operation;
        let mut pairs = Pairs::read(query, |name| operation.parameter(Place::Query, name));
        for (_, text, slot) in self.query.take().iter().flat_map(Pairs::iter) {
            if let Some(slot) = slot {
                pairs.put(slot, Cow::Borrowed(&operation.slots[slot].name), text);
            }
        }
        self.query = Some(pairs);
        self.check_shape()?;
        Ok(self)
    }

    /// The operation.
    pub const fn operation(&self) -> &'a Operation {
        self.operation
    }

    /// The path, that of the base URL included, as it is sent.
    pub fn path(&self) -> String {
        std::iter::once(self.base_path).chain(self.path.iter().map(|segment| segment.sent.as_ref())).collect()
    }

    /// The parts of the path below the base URL's, as they are sent, with the slot of each that is, or may hold, a parameter.
    pub fn segments(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        self.path.iter().map(|segment| (segment.sent.as_ref(), segment.slot))
    }

    /// The query as it is sent, without `?`.
    pub fn query(&self) -> Option<Cow<'_, str>> {
        self.query.as_ref().map(Pairs::write)
    }

    /// The headers, each once, in the order in which they were given or filled in.
    pub fn headers(&self) -> impl Iterator<Item = Header<'_>> {
        self.headers.iter().map(|carried| Header {
            name: carried.name,
            slot: carried.slot,
            value: carried.value.get(),
            is_sensitive: carried.slot.is_some_and(|slot| may_tell(&self.operation.slots[slot])),
        })
    }

    /// A header by its name, in any case.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let is = |carried: &&Carried<'_>| carried.name.eq_ignore_ascii_case(name);
        self.headers.iter().find(is).map(|carried| carried.value.get())
    }

    /// The query as a value for a slot reads it: without the slot itself, where that is in it, and without those that are filled
    /// in later.
    pub(crate) fn query_for(&self, slot: usize) -> Option<Cow<'_, str>> {
        let query = self.query.as_ref()?;
        if !self.is_in(slot, Place::Query) {
            return Some(query.write());
        }
        let query = query.without(&self.operation.not_yet(slot, Place::Query));
        // What is empty was not there before the slot came.
        Some(query.into()).filter(|query: &Cow<'_, str>| !query.is_empty())
    }

    /// The decoded pairs of the query, and the slot of each.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (&str, &str, Option<usize>)> {
        self.query.iter().flat_map(Pairs::iter)
    }

    /// What is sent as the body: bytes, and files that are read while they are sent. Nothing where there is no body.
    pub fn body_chunks(&self) -> Vec<Chunk<'_>> {
        match &self.sealed {
            Some(sealed) => vec![Chunk::Bytes(sealed.as_bytes().into())],
            None => self.body.chunks(self.operation, &[]),
        }
    }

    /// Whether there is a body.
    pub fn has_body(&self) -> bool {
        self.sealed.is_some() || !matches!(self.body, Body::None)
    }

    /// What a form, or a body in parts, has: each name, its slot, and its text or the bytes of the file, unless these are read while
    /// they are sent.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Option<usize>, Option<&[u8]>)> {
        let pairs = if let Body::Form(pairs) = &self.body { Some(pairs) } else { None };
        pairs.into_iter().flat_map(Pairs::contents)
    }

    /// The files of a slot of a body in parts.
    pub fn files(&self, slot: usize) -> Vec<&File> {
        self.body.files(slot)
    }

    /// The body as it is sent, if the operation has one and it is text: a body in parts is [chunks](Self::body_chunks).
    pub fn body(&self) -> Option<Cow<'_, str>> {
        match &self.sealed {
            Some(sealed) => Some(sealed.as_str().into()),
            None => self.body.write(),
        }
    }

    /// The body as it is sent. Nothing where there is none.
    pub fn body_text(&self) -> Cow<'_, str> {
        self.body().unwrap_or_default()
    }

    /// The body that the document describes, also where an envelope makes another one of it, as JSON, also where it is a form. A
    /// form that is not written as the document says has none.
    pub fn described_json(&self) -> Option<Cow<'_, str>> {
        self.body.whole_json(self.operation)
    }

    /// The body as a value for a slot reads it, as [`query_for`](Self::query_for) does the query.
    ///
    /// # Errors
    /// A file in it is read while it is sent.
    pub(crate) fn body_for(&self, slot: usize) -> Result<Cow<'_, [u8]>, &'static str> {
        let chunks = match &self.sealed {
            _ if self.is_in(slot, Place::Field) => {
                self.body.chunks(self.operation, &self.operation.not_yet(slot, Place::Field))
            }
            _ => self.body_chunks(),
        };
        let mut chunks = chunks.into_iter();
        match (chunks.next(), chunks.next()) {
            (None, _) => Ok(Cow::Borrowed(&[])),
            (Some(Chunk::Bytes(bytes)), None) => Ok(bytes),
            // There are several around a file that is read while it is sent, and else one.
            _ => Err(STREAMED),
        }
    }

    /// The bytes of a file, if a slot is one.
    ///
    /// # Errors
    /// It is read while it is sent.
    pub(crate) fn file_bytes(&self, slot: usize) -> Option<Result<&[u8], &'static str>> {
        let file = self.body.files(slot).into_iter().next()?;
        Some(file.content().ok_or(STREAMED))
    }

    /// What the caller gave for a slot; for an envelope, the body that the document describes.
    pub(crate) fn given_text(&self, slot: usize) -> Option<Cow<'_, str>> {
        if self.is_in(slot, Place::Body) { self.body.write() } else { self.text(slot) }
    }

    fn is_in(&self, slot: usize, place: Place) -> bool {
        self.operation.slots.get(slot).is_some_and(|slot| slot.place == place)
    }

    /// What was made for a value of `x-values`, by its slot.
    pub fn made(&self, slot: usize) -> Option<&[u8]> {
        self.values.iter().find(|(own, _)| *own == slot).map(|(_, bytes)| bytes.as_slice())
    }

    /// A UUID or a time that a request which was received tells.
    pub(crate) fn told(&self, value: &Value) -> Option<&[u8]> {
        self.told.iter().find(|(own, _)| own == value).map(|(_, told)| told.as_slice())
    }

    /// What a field, query parameter or header of this name holds, decoded.
    pub(crate) fn named(&self, name: &str) -> Option<Cow<'_, str>> {
        let slots = [self.operation.field_named(name), self.operation.parameter(Place::Query, name)];
        let held = slots.into_iter().flatten().find_map(|slot| self.text(slot));
        held.or_else(|| std::str::from_utf8(self.header(name)?).ok().map(Cow::Borrowed))
    }

    /// The names at the top of the body, and the slot of each that the document has.
    pub fn names(&self) -> Vec<(Cow<'_, str>, Option<usize>)> {
        self.body.fields().into_iter().map(|(name, _, slot)| (name, slot)).collect()
    }

    /// What a slot holds, decoded: what the caller gave, or what was filled in in its place.
    pub fn text(&self, slot: usize) -> Option<Cow<'_, str>> {
        match self.operation.slots.get(slot)?.place {
            Place::Header => {
                let carried = self.headers.iter().find(|carried| carried.slot == Some(slot))?;
                std::str::from_utf8(carried.value.get()).ok().map(Cow::Borrowed)
            }
            Place::Query => self.query.as_ref()?.get(slot).map(Cow::Borrowed),
            Place::Path => {
                let segment = self.path.iter().find(|segment| segment.slot == Some(slot))?;
                segment.given.as_deref().map(Cow::Borrowed)
            }
            Place::Field => self.body.text(self.operation, slot),
            Place::Body => self.sealed.as_ref().map(|sealed| sealed.as_str().into()),
            Place::Value => std::str::from_utf8(self.made(slot)?).ok().map(Cow::Borrowed),
        }
    }

    /// The elements of a list, decoded, or the one value that a slot holds.
    pub fn elements(&self, slot: usize) -> Vec<Zeroizing<String>> {
        let Some(own) = self.operation.slots.get(slot) else { return Vec::new() };
        let split = |text: &str| own.elements(text).into_iter().map(|text| text.to_owned().into()).collect::<Vec<_>>();
        match (own.place, &self.query, &self.body) {
            (Place::Query, Some(query), _) => query.all(slot).flat_map(split).collect(),
            (Place::Field, _, Body::Form(form)) => form.all(slot).flat_map(split).collect(),
            _ => self.text(slot).iter().flat_map(|text| split(text)).collect(),
        }
    }

    /// What a name at the top of the body holds, decoded, that the document does not have.
    pub fn undeclared(&self, name: &str) -> Option<Cow<'_, str>> {
        self.body.undeclared(name)
    }

    /// Every text that the request carries in a slot: decoded, as it is sent, and the scalars of a list or an object.
    pub fn texts(&self, slot: usize) -> Vec<Zeroizing<String>> {
        let owned = |text: &str| Zeroizing::new(text.to_owned());
        let Some(own) = self.operation.slots.get(slot) else { return Vec::new() };
        if own.place == Place::Field {
            return self.body.scalars(self.operation, slot).into_iter().map(Zeroizing::new).collect();
        }
        let text = self.text(slot);
        // `Basic` and `Bearer` are no secret, what follows them is.
        let words = text.as_deref().filter(|_| own.place == Place::Header).and_then(|text| text.split_once(' '));
        // A path leaves more as it is than a query does.
        let sent = self.path.iter().filter(|segment| segment.slot == Some(slot)).map(|segment| segment.sent.as_ref());
        let texts = sent.chain(words.map(|(_, rest)| rest)).chain(text.as_deref()).map(owned);
        if own.style.is_list() { texts.chain(self.elements(slot)).collect() } else { texts.collect() }
    }

    /// Puts a value into a slot, in the place of what is there. What is no number goes into the field of one as text.
    ///
    /// # Errors
    /// The place cannot carry it.
    pub fn set(&mut self, slot: usize, bytes: &[u8]) -> Result<(), String> {
        let bytes = || Zeroizing::new(bytes.to_vec());
        let put = self.put(slot, bytes(), self.operation.slots[slot].notation);
        put.or_else(|_| self.put(slot, bytes(), Notation::String))
    }

    pub(crate) fn put(&mut self, index: usize, bytes: Zeroizing<Vec<u8>>, notation: Notation) -> Result<(), String> {
        let slot = &self.operation.slots[index];
        match slot.place {
            Place::Header => {
                header::check(&bytes)?;
                let value = Bytes::Made(bytes);
                let same = |carried: &Carried<'_>| carried.name.eq_ignore_ascii_case(&slot.name);
                match self.headers.iter_mut().find(|carried| same(carried)) {
                    Some(carried) => *carried = Carried { slot: Some(index), name: &slot.name, value },
                    None => self.headers.push(Carried { slot: Some(index), name: &slot.name, value }),
                }
                Ok(())
            }
            Place::Query => {
                let value = text(&bytes)?;
                self.query.get_or_insert_default().put(index, Cow::Borrowed(&slot.name), value);
                Ok(())
            }
            Place::Path => Err("a path parameter cannot be filled in".into()),
            Place::Field => self.body.put(self.operation, index, text(&bytes)?, notation),
            Place::Body => {
                self.sealed = Some(Zeroizing::new(text(&bytes)?.to_owned()));
                Ok(())
            }
            Place::Value => {
                self.values.push((index, bytes));
                Ok(())
            }
        }
    }

    /// Whether the call is made without the body that it could have.
    fn lacks_body(&self) -> bool {
        self.operation.optional_body && self.sealed.is_none() && matches!(self.body, Body::None)
    }

    /// Whether a field is left out with an object around it, or a body, that the caller did not give.
    pub fn leaves_out(&self, index: usize) -> bool {
        if self.operation.slots[index].place != Place::Field {
            return false;
        }
        if self.lacks_body() {
            return true;
        }
        let mut above = self.operation.slots[index].above();
        while let Some(object) = self.operation.field(above) {
            let slot = &self.operation.slots[object];
            if slot.given && !self.body.is_present(self.operation, object) {
                return true;
            }
            above = slot.above();
        }
        false
    }

    /// Writes the headers that say what the body is and what the response may be. Values read them like any other.
    fn write_media_types(&mut self) {
        if self.operation.has_response() {
            self.write_header("Accept", self.operation.accept.as_deref().unwrap_or("application/json"));
        }
        if let Some(encoding) = self.operation.body.filter(|_| !self.lacks_body()) {
            let media_type = self.operation.media_type.as_deref().unwrap_or(encoding.media_type());
            match self.body.boundary().filter(|_| self.header("Content-Type").is_none()) {
                Some(boundary) => {
                    let value = Zeroizing::new(format!("{media_type}; boundary={boundary}").into_bytes());
                    self.headers.push(Carried { slot: None, name: "Content-Type", value: Bytes::Made(value) });
                }
                None => self.write_header("Content-Type", media_type),
            }
        }
    }

    fn write_header(&mut self, name: &'static str, value: &'a str) {
        if self.header(name).is_none() {
            self.headers.push(Carried { slot: None, name, value: Bytes::Came(value.as_bytes()) });
        }
    }
}

/// Checks a text that is to be a body. What a serialiser wrote is known to be what it wrote it as.
pub(crate) fn check_text(operation: &Operation, written: Option<Encoding>, text: &str) -> Result<(), Invalid> {
    let Some(encoding) = operation.body else { return Err(Invalid::new("the operation has no body")) };
    if let Some(other) = written.filter(|written| *written != encoding) {
        let (other, own) = (other.media_type(), encoding.media_type());
        return Err(Invalid::new(format!("the body is {other}, and the operation takes {own}")));
    }
    if encoding == Encoding::Form {
        return Ok(());
    }
    if written.is_none() {
        json::check(text).map_err(|wrong| Invalid::new(format!("the body is not JSON: {wrong}")))?;
    }
    if operation.whole_body().is_some() || text.trim_start().starts_with('{') {
        Ok(())
    } else {
        Err(Invalid::new("the body is not a JSON object"))
    }
}

/// Whether what is sent in a slot may tell something that must not be printed.
fn may_tell(slot: &Slot) -> bool {
    slot.is_confidential()
        || slot.value.as_deref().is_some_and(|values| {
            any(values, &|value| {
                !matches!(
                    value,
                    Value::Text(_)
                        | Value::Uuid { .. }
                        | Value::Random { .. }
                        | Value::Time { .. }
                        | Value::Setting(_)
                        | Value::Join { .. }
                        | Value::Concat(_)
                        | Value::Apply(Function::Encode(_), _)
                        | Value::Request(RequestPart::Method)
                )
            })
        })
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|_| "its bytes are not text: the document should encode them, as hex or base64".into())
}
