//! What a caller gives for one call.

use std::borrow::Cow;
use std::fmt;

use countersign_plan::{Encoding, Operation, Place, Slot, Style, Text, json};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::body::Body;
use crate::file::{File, collected};
use crate::form::{self, joined};
use crate::invalid::{Invalid, REPEATED};
use crate::request::{Request, check_text};
use crate::secret::Secret;

/// What a caller gives for one call, by the document's names. Generated clients give typed values; a tool gives text.
///
/// A value that cannot be given is the error of the call, before anything is sent. `Debug` shows no value.
#[derive(Clone)]
pub struct Call {
    operation: Text,
    values: Vec<Given>,
    body: Option<GivenBody>,
    /// The first value that cannot be given.
    problem: Option<Invalid>,
}

/// A value, and where it goes.
#[derive(Clone)]
struct Given {
    /// Where it goes. What is given without a place goes to the slot of its name, wherever that is.
    place: Option<Place>,
    name: Text,
    content: Content,
}

impl Given {
    /// Whether it is given for a slot and for nothing else. Of what is given for several, it is no longer for that one.
    fn is_all_of(&mut self, operation: &Operation, slot: usize) -> bool {
        match &mut self.content {
            Content::Members(members) => {
                let is = |member: &str| member_of(operation, &self.name, member).is_ok_and(|index| index == slot);
                members.retain(|(member, _)| !is(member));
                members.is_empty()
            }
            Content::Text(_) | Content::List(_) | Content::File(_) => {
                let index = match self.place {
                    Some(place) => operation.parameter(place, &self.name),
                    None => operation.slot(&self.name),
                };
                index == Some(slot)
            }
        }
    }
}

/// What is given.
#[derive(Clone)]
enum Content {
    /// One value; in the place of a list, the list as it is written.
    Text(Zeroizing<String>),
    /// The elements of a list.
    List(Vec<Zeroizing<String>>),
    /// The members of an object.
    Members(Vec<(String, Zeroizing<String>)>),
    File(File),
}

/// A body.
#[derive(Clone)]
struct GivenBody {
    /// What it is sent as, where a serialiser wrote it, as JSON. A text of the caller's own is taken for what the document says.
    written: Option<Encoding>,
    text: Zeroizing<String>,
    /// The files of a body in parts, whose JSON has their numbers.
    files: Vec<File>,
}

impl Call {
    /// A call of the operation with this `operationId`, with nothing given yet.
    pub fn new(operation: impl Into<Text>) -> Self {
        Self { operation: operation.into(), values: Vec::new(), body: None, problem: None }
    }

    /// The `operationId`.
    pub fn operation(&self) -> &Text {
        &self.operation
    }

    /// Gives a header, in which the elements of a list are between commas. `None` gives none.
    #[must_use]
    pub fn header<V: Serialize>(self, name: &'static str, value: Result<V, String>) -> Self {
        self.typed(Place::Header, name, value)
    }

    /// Gives a query parameter: a value, a list or a flat object, written as the document says. `None` gives none.
    #[must_use]
    pub fn query<V: Serialize>(self, name: &'static str, value: Result<V, String>) -> Self {
        self.typed(Place::Query, name, value)
    }

    /// Gives a path parameter.
    #[must_use]
    pub fn path<V: Serialize>(self, name: &'static str, value: Result<V, String>) -> Self {
        self.typed(Place::Path, name, value)
    }

    /// Gives the body, which is sent as JSON.
    #[must_use]
    pub fn json<B: Serialize>(self, body: Result<B, String>) -> Self {
        self.serialized(Encoding::Json, body.map(|body| serde_json::to_string(&body).map_err(drop)))
    }

    /// Gives the body of a call that can be made without one, as JSON. `None` gives none.
    #[must_use]
    pub fn some_json<B: Serialize>(self, body: Result<Option<B>, String>) -> Self {
        match body.transpose() {
            Some(body) => self.json(body),
            None => self,
        }
    }

    /// Gives the body of a call that can be made without one, as a form. `None` gives none.
    #[must_use]
    pub fn some_form<B: Serialize>(self, body: Result<Option<B>, String>) -> Self {
        match body.transpose() {
            Some(body) => self.form(body),
            None => self,
        }
    }

    /// Gives the body, which is sent as a form.
    #[must_use]
    pub fn form<B: Serialize>(self, body: Result<B, String>) -> Self {
        let object = |body| serde_json::to_string(&body).ok().filter(|json| json.starts_with('{')).ok_or(());
        self.serialized(Encoding::Form, body.map(object))
    }

    /// Gives the body, which is sent in parts: its fields, and the files among them.
    #[must_use]
    pub fn multipart<B: Serialize>(self, body: Result<B, String>) -> Self {
        let object = |body| serde_json::to_string(&body).ok().filter(|json| json.starts_with('{')).ok_or(());
        let (body, files) = collected(|| body.map(object));
        let mut call = self.serialized(Encoding::Multipart, body);
        if let Some(body) = &mut call.body {
            body.files = files;
        }
        call
    }

    /// Gives the body of a call that can be made without one, in parts. `None` gives none.
    #[must_use]
    pub fn some_multipart<B: Serialize>(self, body: Result<Option<B>, String>) -> Self {
        match body.transpose() {
            Some(body) => self.multipart(body),
            None => self,
        }
    }

    /// Gives a file of a body in parts, by its name. A list has as many as are given.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, file: impl Into<File>) -> Self {
        self.values.push(Given { place: None, name: name.into().into(), content: Content::File(file.into()) });
        self
    }

    /// Gives a parameter by its name, or a field of the body by its name or JSON pointer, as text. One that is given twice is
    /// refused when the call is made, unless it is a list with a pair for each element. A list in one text is given as it is
    /// written, and of an object each member by its name in the query.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        let content = Content::Text(value.into().expose().to_owned().into());
        self.values.push(Given { place: None, name: name.into().into(), content });
        self
    }

    /// Gives a parameter by its name as JSON: a value, a list or a flat object.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: &serde_json::Value) -> Self {
        let content = content(Place::Query, &Zeroizing::new(value.to_string()));
        self.values.extend(content.map(|content| Given { place: None, name: name.into().into(), content }));
        self
    }

    /// Gives the body as text, JSON or a form as the document says. The fields of a body in parts are given as JSON. Values that are given by name go into it.
    #[must_use]
    pub fn body(mut self, body: impl Into<Secret>) -> Self {
        let text = Zeroizing::new(body.into().expose().to_owned());
        self.body = Some(GivenBody { written: None, text, files: Vec::new() });
        self
    }

    /// The same call of an operation with these texts in some of its slots, in the place of what was given for `slots` before. A
    /// list has a text for each of its pairs, or one for the whole of it.
    #[must_use]
    pub fn instead(mut self, operation: &Operation, slots: &[usize], texts: Vec<(usize, Zeroizing<String>)>) -> Self {
        for slot in slots {
            self.values.retain_mut(|given| !given.is_all_of(operation, *slot));
        }
        for (slot, text) in texts {
            let own = &operation.slots[slot];
            self.values.push(Given { place: Some(own.place), name: own.name.clone(), content: Content::Text(text) });
        }
        self
    }

    /// The request that the call makes of an operation of its plan, below a base URL with this path. Nothing is filled in yet.
    ///
    /// # Errors
    /// What was given is not what the document describes: a name that it does not have, one that is given twice, a value that
    /// cannot be carried.
    pub fn request<'a>(&'a self, operation: &'a Operation, base_path: &'a str) -> Result<Request<'a>, Invalid> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        let mut request = Request::new(operation, base_path, self.given_body(operation)?);
        let mut seen = Vec::with_capacity(self.values.len());
        let mut in_path = Vec::new();
        for Given { place, name, content } in &self.values {
            if let Content::Members(members) = content {
                for (member, text) in members {
                    let slot = member_of(operation, name, member)?;
                    request.give(slot, text).map_err(|reason| Invalid::of(&operation.slots[slot].name, reason))?;
                }
                continue;
            }
            let slot = match place {
                Some(place) => operation.parameter(*place, name),
                None => operation.slot(name),
            };
            let slot = slot.ok_or_else(|| Invalid::of(name, "the operation has no such parameter or field"))?;
            let own = &operation.slots[slot];
            if seen.contains(&slot) && own.style != Style::Repeated {
                return Err(Invalid::of(name, REPEATED));
            }
            seen.push(slot);
            let given = match (content, &own.style, own.place) {
                (Content::File(file), ..) if own.part.is_file => request.give_file(slot, file.clone()),
                (Content::Text(text), Style::Joined(delimiter), Place::Query) => {
                    request.give_list(slot, text.clone(), *delimiter)
                }
                (Content::Text(text), _, Place::Path) => {
                    in_path.push((slot, Cow::Borrowed(text.as_str())));
                    Ok(())
                }
                (Content::Text(text), ..) => request.give(slot, text),
                (Content::List(list), Style::Joined(delimiter), place) => match joined(list, *delimiter) {
                    Ok(list) if place == Place::Path => {
                        in_path.push((slot, Cow::Owned(list.to_string())));
                        Ok(())
                    }
                    Ok(list) => request.give_list(slot, list, *delimiter),
                    Err(reason) => Err(reason),
                },
                (Content::List(list), Style::Repeated, _) => list.iter().try_for_each(|text| request.give(slot, text)),
                (Content::List(_) | Content::Members(_), ..) => Err("it is one value, and a list was given".to_owned()),
                (Content::File(_), ..) => Err("it is no file, and one was given".to_owned()),
            };
            given.map_err(|reason| Invalid::of(name, reason))?;
        }
        request.given(&in_path)
    }

    fn given_body<'a>(&'a self, operation: &'a Operation) -> Result<Body<'a>, Invalid> {
        let Some(GivenBody { written, text, files }) = &self.body else {
            return Body::read(operation, None).map_err(Invalid::new);
        };
        check_text(operation, *written, text)?;
        match written {
            Some(Encoding::Form) => form::written(operation, text, &[]).map(Body::Form),
            _ if operation.body == Some(Encoding::Multipart) => {
                form::written(operation, text, files).map(|parts| Body::Form(parts.in_parts()))
            }
            _ => Body::read(operation, Some(text)).map_err(Invalid::new),
        }
    }

    fn typed<V: Serialize>(mut self, place: Place, name: &'static str, value: Result<V, String>) -> Self {
        let json = value.map(|value| serde_json::to_string(&value).map(Zeroizing::new));
        match json {
            Ok(Ok(json)) => {
                let content = content(place, &json);
                self.values.extend(content.map(|content| Given { place: Some(place), name: name.into(), content }));
            }
            Ok(Err(_)) => self.refuse(Invalid::of(name, "it cannot be written as text")),
            Err(reason) => self.refuse(Invalid::new(reason)),
        }
        self
    }

    fn serialized(mut self, encoding: Encoding, body: Result<Result<String, ()>, String>) -> Self {
        match body {
            Ok(Ok(text)) => {
                self.body = Some(GivenBody { written: Some(encoding), text: Zeroizing::new(text), files: Vec::new() });
            }
            Ok(Err(())) => self.refuse(Invalid::new("the body cannot be serialised")),
            Err(reason) => self.refuse(Invalid::new(reason)),
        }
        self
    }

    fn refuse(&mut self, problem: Invalid) {
        self.problem.get_or_insert(problem);
    }
}

/// What is given with a value: nothing with `null`, and neither with a list in which nothing is. It comes as JSON, in which a
/// number has the digits that it was given.
fn content(place: Place, json: &str) -> Option<Content> {
    match json.as_bytes().first()? {
        b'[' => {
            let elements: Vec<_> = json::elements(json).filter_map(|element| scalar(place, element)).collect();
            (!elements.is_empty()).then_some(Content::List(elements))
        }
        b'{' => {
            let members = json::members(json);
            let members = members.filter_map(|(name, raw)| Some((json::name(name).into_owned(), scalar(place, raw)?)));
            Some(Content::Members(members.collect()))
        }
        _ => scalar(place, json).map(Content::Text),
    }
}

/// A value as text.
fn scalar(place: Place, json: &str) -> Option<Zeroizing<String>> {
    let text = json::decoded(json)?;
    let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let text = match place {
        // A header and a path have a number as it is printed, without the fraction that JSON gives a whole one.
        Place::Header | Place::Path if is_number => plain(&text),
        _ => text.into_owned(),
    };
    Some(Zeroizing::new(text))
}

/// The slot of a member of an object that is a parameter.
fn member_of(operation: &Operation, object: &str, member: &str) -> Result<usize, Invalid> {
    let is_member = |name: &str| {
        let within = || name.strip_prefix(object)?.strip_prefix('[')?.strip_suffix(']');
        name == member || within() == Some(member)
    };
    let is = |slot: &Slot| matches!(&slot.style, Style::Member(own) if own == object) && is_member(&slot.name);
    let slot = operation.slots.iter().position(is);
    slot.ok_or_else(|| Invalid::of(object, "it has no such member"))
}

/// A number without an exponent and without a fraction that is nothing.
fn plain(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) if number.contains(['e', 'E']) => value.to_string(),
        _ => number.strip_suffix(".0").unwrap_or(number).to_owned(),
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.values.iter().map(|given| given.name.as_ref()).collect();
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("values", &names)
            .field("body", &self.body.is_some())
            .finish_non_exhaustive()
    }
}
