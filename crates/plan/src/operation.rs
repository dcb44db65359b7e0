//! One operation: what it sends, and where.

use std::borrow::Cow;

use crate::order::arrange;
use crate::pointer::{self, with_steps};
use crate::{Alternatives, Constraint, Cycle, List, Outcome, Paging, Per, Text, Value, any, reads_session};

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The `operationId`, in `snake_case`.
    pub id: Text,
    /// The HTTP method, in upper case.
    pub method: Text,
    /// The path below the server's base URL, with `{name}` for a path parameter.
    pub path: Text,
    /// Everything that a request carries, in the document's order: the headers of the security schemes, the parameters,
    /// the fields of the body. An object comes before what is in it.
    pub slots: List<Slot>,
    /// How the body is serialised, if there is one.
    pub body: Option<Encoding>,
    /// Whether a call can be made without a body. Nothing is filled into one that is not there.
    pub optional_body: bool,
    /// The media type of the body, where it is another one than [`Encoding::media_type`]: the document says so, or an envelope
    /// makes it.
    pub media_type: Option<Text>,
    /// What the body is one of, where it is one of several. Its slots are the fields of all of them then.
    pub alternatives: Option<Alternatives>,
    /// The fields that `{fields: signed}` means, in their order (`x-signed-fields`), as JSON pointers.
    pub signed_fields: List<Text>,
    /// The slots that the client fills in, each after those that it reads. [`Operation::arranged`] finds the order.
    pub order: List<u16>,
    /// Whether a call of it carries a value of the session.
    pub session: bool,
    /// The URLs at which it is called, one for each of the plan's servers, if it is not called there. A base URL that the caller
    /// gives takes the place of these too.
    pub servers: List<Text>,
    /// The credential whose certificate the client shows (`type: mutualTLS`).
    pub certificate: Option<Text>,
    /// What makes the described body of a success from the response as it came (`x-envelope`). Empty where it is that body.
    pub opened: List<Value>,
    /// The successes, each by its status, where they differ in what they carry. [`response`](Self::response) and
    /// [`opened`](Self::opened) say nothing then.
    pub successes: List<Success>,
    /// How a response is classified.
    pub outcome: Outcome,
    /// Whether the operation may be sent again (`x-retry`).
    pub retry: Retry,
    /// What a success carries.
    pub response: ResponseForm,
    /// The media types that are asked for, where a success is not plain JSON.
    pub accept: Option<Text>,
    /// How the list goes on of which a success is a page (`x-pages`).
    pub paging: Option<Paging>,
}

impl Operation {
    /// The same with what follows from its slots: the order in which they are filled, what the caller gives for, and whether
    /// it needs a session.
    ///
    /// # Errors
    /// Slots that read each other in a cycle.
    pub fn arranged(mut self) -> Result<Self, Cycle> {
        self.order = arrange(&self)?.into();
        let session = self.values().any(reads_session);
        self.session = session;
        // What is in an object follows it, and so is known before it.
        for index in (0..self.slots.len()).rev() {
            let given = self.is_given(index);
            self.slots.to_mut()[index].given = given;
        }
        Ok(self)
    }

    /// Whether the caller gives something for a slot, or for something in it, of which that is known.
    fn is_given(&self, index: usize) -> bool {
        match &self.slots[index].value {
            Some(values) => crate::reads_given(values),
            None => !self.is_object(index) || self.below(Some(index)).any(|(_, below)| below.given),
        }
    }

    /// The index of a header (by its name in any case), or of a query or path parameter.
    pub fn parameter(&self, place: Place, name: &str) -> Option<usize> {
        self.slots.iter().position(|slot| {
            slot.place == place
                && if place == Place::Header { slot.name.eq_ignore_ascii_case(name) } else { slot.name == name }
        })
    }

    /// The index of a field of the body, by its JSON pointer.
    pub fn field(&self, pointer: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.place == Place::Field && slot.name == pointer)
    }

    /// The index of a body in JSON that is no object: a field whose JSON pointer is empty.
    pub fn whole_body(&self) -> Option<usize> {
        self.field("")
    }

    /// The index of a field by its name at the top of the body, or by its JSON pointer.
    pub fn field_named(&self, name: &str) -> Option<usize> {
        if name.starts_with('/') {
            return self.field(name);
        }
        let step = pointer::escaped(name);
        self.slots
            .iter()
            .position(|slot| slot.place == Place::Field && slot.name.strip_prefix('/') == Some(step.as_ref()))
    }

    /// The index of what a caller means by a name: a parameter, or a field by its name at the top or its JSON pointer.
    pub fn slot(&self, name: &str) -> Option<usize> {
        let parameter = self.slots.iter().position(|slot| slot.place.is_parameter() && slot.name == name);
        parameter.or_else(|| self.field_named(name))
    }

    /// The fields directly below an object, or at the top of the body, by their indexes and names.
    pub fn below(&self, object: Option<usize>) -> impl Iterator<Item = (usize, &Slot)> {
        let above = object.and_then(|index| self.slots.get(index)).map_or("", |slot| &slot.name);
        let first = object.map_or(0, |index| index + 1);
        // What is in an object follows it.
        let rest = self.slots.iter().enumerate().skip(first);
        let within = rest.take_while(move |(_, slot)| above.is_empty() || slot.is_in(above));
        let is_below = move |slot: &Slot| slot.place == Place::Field && slot.above() == above && !slot.name.is_empty();
        within.filter(move |(_, slot)| is_below(slot))
    }

    /// Whether an object's fields are slots of their own.
    pub fn is_object(&self, index: usize) -> bool {
        let below = |slot: &Slot| self.slots.get(index).is_some_and(|object| slot.above() == object.name);
        self.slots.get(index + 1).is_some_and(|next| next.place == Place::Field && below(next))
    }

    /// Whether a setting must not be printed: a slot that must not be is nothing but this setting.
    pub fn guards_setting(&self, name: &str) -> bool {
        let is = |slot: &Slot| matches!(slot.value.as_deref(), Some([Value::Setting(setting)]) if setting == name);
        self.slots.iter().any(|slot| slot.secrecy != Secrecy::Public && is(slot))
    }

    /// Whether what is sent in a slot tells something of a secret or of personal data: it is one, is made of one, or is a
    /// digest, a tag or a ciphertext.
    pub fn tells(&self, index: usize) -> bool {
        let tells = |slot: &Slot| {
            slot.is_confidential()
                || slot.value.as_deref().is_some_and(|values| {
                    any(values, &|value| match value {
                        Value::Credential(_) | Value::Session(_) => true,
                        Value::Apply(function, _) => function.hides(),
                        _ => false,
                    })
                })
        };
        // All that it is made of, each once: many slots may read many others.
        let mut made_of = vec![index];
        let mut next = 0;
        while let Some(own) = made_of.get(next).copied() {
            if self.slots.get(own).is_some_and(tells) {
                return true;
            }
            let read = (0..self.slots.len()).filter(|other| self.reads(own, *other) && !made_of.contains(other));
            made_of.extend(read.collect::<Vec<_>>());
            next += 1;
        }
        false
    }

    /// The expressions that fill its slots, in the document's order.
    pub fn values(&self) -> impl Iterator<Item = &[Value]> {
        self.slots.iter().filter_map(|slot| slot.value.as_deref())
    }

    /// The expressions that a response is held to, or opened with.
    pub fn response_values(&self) -> impl Iterator<Item = &[Value]> {
        let signed = self.outcome.signed.iter().map(|(_, values)| values.as_ref());
        signed.chain([self.opened.as_ref()]).chain(self.successes.iter().map(|success| success.opened.as_ref()))
    }

    /// The success that has this status, where successes differ: the one that names it, or else `2XX`.
    pub fn success(&self, status: u16) -> Option<&Success> {
        if self.successes.is_empty() {
            return None;
        }
        let named = |text: &str| self.successes.iter().find(|success| success.status == text);
        named(&status.to_string()).or_else(|| named(Success::ANY).filter(|_| (200..300).contains(&status)))
    }

    /// What a success with this status carries: bytes, where successes differ and it is none of them.
    pub fn response_form(&self, status: u16) -> ResponseForm {
        match self.success(status) {
            _ if self.successes.is_empty() => self.response,
            Some(success) => success.form,
            None => ResponseForm::Bytes,
        }
    }

    /// Whether a success with this status is text or a file that the document describes, and can be written as it comes.
    pub fn is_written(&self, status: u16) -> bool {
        let is_described = self.successes.is_empty() || self.success(status).is_some();
        is_described && matches!(self.response_form(status), ResponseForm::Text | ResponseForm::Bytes)
    }

    /// Whether any success is text or a file that the document describes.
    pub fn has_written(&self) -> bool {
        self.forms().any(|form| matches!(form, ResponseForm::Text | ResponseForm::Bytes))
    }

    /// What makes the described body of a success with this status from the response as it came. Empty where it is that body.
    pub fn envelope(&self, status: u16) -> &[Value] {
        match self.success(status) {
            _ if self.successes.is_empty() => &self.opened,
            Some(success) => &success.opened,
            None => &[],
        }
    }

    /// Whether successes are sealed, and nothing says how one with this status is opened.
    pub fn cannot_open(&self, status: u16) -> bool {
        self.successes.iter().any(|success| !success.opened.is_empty()) && self.success(status).is_none()
    }

    /// Whether a success has, or may have, a body that the document describes.
    pub fn has_response(&self) -> bool {
        self.forms().any(|form| form != ResponseForm::Empty)
    }

    /// What each of the successes carries.
    pub fn forms(&self) -> impl Iterator<Item = ResponseForm> {
        let only = self.successes.is_empty().then_some(self.response);
        only.into_iter().chain(self.successes.iter().map(|success| success.form))
    }

    /// Whether a response is signed or sealed, so that it is not believed before it has been read as a whole.
    pub fn is_verified(&self) -> bool {
        let is_sealed = |success: &Success| !success.opened.is_empty();
        !self.outcome.signed.is_empty() || !self.opened.is_empty() || self.successes.iter().any(is_sealed)
    }

    /// Everything that it reads: for its request, and for the response.
    pub fn expressions(&self) -> impl Iterator<Item = &[Value]> {
        self.values().chain(self.response_values())
    }
}

/// A place in a request, and what fills it.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// Where it is.
    pub place: Place,
    /// The name on the wire of a header or parameter; the JSON pointer of a field.
    pub name: Text,
    /// Whether a request without it is refused before it is sent.
    pub required: bool,
    /// How the client fills it in (`x-value`), or `None` where the caller gives it as it goes out.
    pub value: Option<List<Value>>,
    /// Whether the caller gives something for it, or for something in it. The caller does for what the client does not fill
    /// in, and for what the client makes of `{given: true}`.
    pub given: bool,
    /// What it must satisfy, as the caller gives it.
    pub rules: List<Constraint>,
    /// Whether it may be printed.
    pub secrecy: Secrecy,
    /// How a filled field is written in JSON.
    pub notation: Notation,
    /// How long a value of `x-values` stays the same.
    pub per: Per,
    /// How a parameter, or a field of a form, is written.
    pub style: Style,
    /// What its part of a multipart body is.
    pub part: Part,
}

impl Slot {
    /// The last step of a field's pointer as it is written there, or the name of a parameter.
    fn last(&self) -> &str {
        let slash = self.name.bytes().rposition(|byte| byte == b'/').filter(|_| self.place == Place::Field);
        slash.map_or(&self.name, |slash| &self.name[slash + 1..])
    }

    /// Its own name: that of a parameter, or the last one of a field's pointer.
    pub fn own_name(&self) -> Cow<'_, str> {
        if self.place == Place::Field { pointer::unescaped(self.last()) } else { self.name.as_ref().into() }
    }

    /// The name of the parameter that the document has: of a member that of its object.
    pub fn parameter(&self) -> &str {
        match &self.style {
            Style::Member(object) => object,
            _ => &self.name,
        }
    }

    /// The elements of a list, or the one value that it is, of what one text of the request holds.
    pub fn elements<'t>(&self, text: &'t str) -> Vec<&'t str> {
        match self.style {
            // White space around the elements of a header is none of theirs.
            Style::Joined(Delimiter::Comma) if self.place == Place::Header => text.split(',').map(str::trim).collect(),
            Style::Joined(delimiter) => text.split(delimiter.sign()).collect(),
            _ => vec![text],
        }
    }

    /// Its name in a message: that of a parameter, or the names that lead to a field, with slashes between them.
    pub fn shown_name(&self) -> Cow<'_, str> {
        if self.is_whole_body() || self.place == Place::Body {
            return "body".into();
        }
        match self.name.strip_prefix('/').filter(|_| self.place == Place::Field) {
            Some(steps) if steps.contains('~') => with_steps(&self.name, |steps| steps.join("/")).into(),
            Some(steps) => steps.into(),
            None => self.name.as_ref().into(),
        }
    }

    /// The pointer of the object that a field is in; the empty pointer is the body.
    pub fn above(&self) -> &str {
        &self.name[..self.name.len().saturating_sub(self.last().len() + 1)]
    }

    /// Whether a field is in the object at a pointer, at any depth.
    fn is_in(&self, object: &str) -> bool {
        self.place == Place::Field && self.name.strip_prefix(object).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it is a body that is no object, and so has no fields.
    pub fn is_whole_body(&self) -> bool {
        self.place == Place::Field && self.name.is_empty()
    }

    /// Whether a field is at the top of the body.
    pub fn is_at_top(&self) -> bool {
        self.place == Place::Field && self.above().is_empty()
    }

    /// Whether the client makes it of what the caller gives.
    pub fn is_transformed(&self) -> bool {
        self.given && self.value.is_some()
    }

    /// Whether it may not be printed.
    pub fn is_confidential(&self) -> bool {
        self.secrecy != Secrecy::Public
    }
}

/// Where a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A request header.
    Header,
    /// The query string.
    Query,
    /// A segment of the path.
    Path,
    /// A field of the body, at any depth of objects. With an empty pointer, a body that is no object.
    Field,
    /// The whole body as it is on the wire (`x-envelope`), made of the one that the document describes.
    Body,
    /// Nowhere: a value that others read (`x-values`).
    Value,
}

impl Place {
    /// Whether it is outside of the body, and has a name there.
    pub const fn is_parameter(self) -> bool {
        matches!(self, Self::Header | Self::Query | Self::Path)
    }
}

/// A part of a multipart body, as the document describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Whether it is a file, which is given as bytes or as a stream. Nothing else is known of what is in it.
    pub is_file: bool,
    /// Its media type, or those that a file may have, with commas between: `image/png, image/*`.
    pub media_type: Option<Text>,
    /// Its other headers.
    pub headers: List<(Text, Text)>,
}

impl Part {
    /// The media types that it may have.
    pub fn media_types(&self) -> impl Iterator<Item = &str> {
        self.media_type.iter().flat_map(|list| list.split(',')).map(str::trim)
    }

    /// Its media type, unless it may have several.
    pub fn only_media_type(&self) -> Option<&str> {
        self.media_type.as_deref().filter(|media_type| !media_type.contains([',', '*']))
    }

    /// The media type of a sample of it, where it may have several: the first that is one, and no `image/*`.
    pub fn sample_media_type(&self) -> Option<&str> {
        let several = self.media_type.is_some() && self.only_media_type().is_none();
        let first = || self.media_types().find(|known| !known.contains('*'));
        several.then(|| first().or_else(|| self.media_types().next().map(any_of)))?
    }

    /// Whether it may have a media type: one of the document's, or any where the document says none.
    pub fn takes(&self, media_type: &str) -> bool {
        let essence = |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let own = essence(media_type);
        let is = |known: String| match known.strip_suffix('*') {
            Some("*/") => true,
            Some(kind) => own.starts_with(kind),
            None => own == known,
        };
        self.media_type.is_none() || self.media_types().any(|known| is(essence(known)))
    }
}

/// A media type that a range such as `image/*` has in it.
fn any_of(range: &str) -> &str {
    match range.split('/').next() {
        Some("audio") => "audio/mpeg",
        Some("font") => "font/ttf",
        Some("image") => "image/png",
        Some("text") => "text/plain",
        Some("video") => "video/mp4",
        _ => "application/octet-stream",
    }
}

/// How a parameter, or a field of a form, is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// As one value.
    Single,
    /// As a list, with a pair for each of its elements: `a=1&a=2`.
    Repeated,
    /// As a list in one text, with this between its elements: `a=1,2`.
    Joined(Delimiter),
    /// As a member of the object that is the parameter of this name: `filter[status]=x`.
    Member(Text),
    /// In a form, as pairs with what is in it in brackets: `a[b]=x`, `a[0][c]=x`.
    Bracketed,
    /// In a form, as pairs with the names of its members: `b=x`.
    Spread,
    /// In a form, as JSON in one text.
    Json,
}

impl Style {
    /// Whether it is a list.
    pub const fn is_list(&self) -> bool {
        matches!(self, Self::Repeated | Self::Joined(_))
    }
}

/// What is between the elements of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `1,2`, as `form` without `explode` and `simple` have it.
    Comma,
    /// `1%202`, as `spaceDelimited` has it.
    Space,
    /// `1%7C2`, as `pipeDelimited` has it.
    Pipe,
}

impl Delimiter {
    /// The sign, which no element can have in it.
    pub const fn sign(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Space => ' ',
            Self::Pipe => '|',
        }
    }
}

/// How a body is serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
}

impl Encoding {
    /// Whether it is made of names and values: a form, or parts.
    pub const fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Multipart)
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }
}

/// How a filled value is written in JSON. A form has only text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As a string.
    String,
    /// As it is: the field is a `number`, an `integer` or a `boolean`.
    Literal,
}

/// Whether a value may be printed, the least confidential first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// It may.
    Public,
    /// Personal data (`x-sensitive`): never.
    Sensitive,
    /// A secret (`format: password`): never.
    Secret,
}

/// Whether an operation may be sent again after it may have reached the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may not: the document does not say that a repetition is harmless.
    Never,
    /// It may (`x-retry: safe`).
    Safe,
}

/// What a success carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseForm {
    /// A JSON body.
    Json,
    /// Text in UTF-8.
    Text,
    /// Bytes: a file.
    Bytes,
    /// Nothing that the document describes.
    Empty,
}

/// One success of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Success {
    /// Its HTTP status, or [`Success::ANY`].
    pub status: Text,
    /// What it carries.
    pub form: ResponseForm,
    /// What makes the described body from the response as it came. Empty where it is that body.
    pub opened: List<Value>,
}

impl Success {
    /// All statuses of success that no other names.
    pub const ANY: &'static str = "2XX";
    /// What the typed successes of a status are called that the document does not have.
    pub const OTHER: &'static str = "other";
}
