//! What a caller gives for one call.

use std::fmt;

use countersign_plan::{Encoding, Operation, Place, Text, json};
use serde::Serialize;
use zeroize::Zeroizing;

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
    text: Zeroizing<String>,
}

/// A body.
#[derive(Clone)]
struct GivenBody {
    /// What a serialiser wrote it as. A text of the caller's own is taken for what the document says.
    written: Option<Encoding>,
    text: Zeroizing<String>,
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

    /// Gives a header. `None` gives none.
    #[must_use]
    pub fn header<V: Serialize>(self, name: &'static str, value: Result<V, String>) -> Self {
        self.typed(Place::Header, name, value)
    }

    /// Gives a query parameter, each value of a list on its own. `None` gives none.
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

    /// Gives the body, which is sent as a form.
    #[must_use]
    pub fn form<B: Serialize>(self, body: Result<B, String>) -> Self {
        let form = |body| form_of(&Zeroizing::new(serde_json::to_string(&body).map_err(drop)?)).ok_or(());
        self.serialized(Encoding::Form, body.map(form))
    }

    /// Gives a parameter by its name, or a field of the body by its name or JSON pointer, as text. One that is given twice is
    /// refused when the call is made.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        let text = Zeroizing::new(value.into().expose().to_owned());
        self.values.push(Given { place: None, name: name.into().into(), text });
        self
    }

    /// Gives the body as text, JSON or a form as the document says. Values that are given by name go into it.
    #[must_use]
    pub fn body(mut self, body: impl Into<Secret>) -> Self {
        let text = Zeroizing::new(body.into().expose().to_owned());
        self.body = Some(GivenBody { written: None, text });
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
        let body = self.body.as_ref();
        if let Some(body) = body {
            check_text(operation, body.written, &body.text)?;
        }
        let mut request = Request::new(operation, base_path, body.map(|body| body.text.as_str()))?;
        let mut seen = Vec::with_capacity(self.values.len());
        let mut in_path = Vec::new();
        for Given { place, name, text } in &self.values {
            let slot = match place {
                Some(place) => operation.parameter(*place, name),
                None => operation.slot(name),
            };
            let slot = slot.ok_or_else(|| Invalid::of(name, "the operation has no such parameter or field"))?;
            if seen.contains(&slot) {
                return Err(Invalid::of(name, REPEATED));
            }
            seen.push(slot);
            if operation.slots[slot].place == Place::Path {
                in_path.push((slot, text.as_str()));
            } else {
                request.give(slot, text).map_err(|reason| Invalid::of(name, reason))?;
            }
        }
        request.given(&in_path)
    }

    fn typed<V: Serialize>(mut self, place: Place, name: &'static str, value: Result<V, String>) -> Self {
        let json = value.map(|value| serde_json::to_string(&value).map(Zeroizing::new));
        match json {
            Ok(Ok(json)) => give(&mut self.values, place, name, &json),
            Ok(Err(_)) => self.refuse(Invalid::of(name, "it cannot be written as text")),
            Err(reason) => self.refuse(Invalid::new(reason)),
        }
        self
    }

    fn serialized(mut self, encoding: Encoding, body: Result<Result<String, ()>, String>) -> Self {
        match body {
            Ok(Ok(text)) => self.body = Some(GivenBody { written: Some(encoding), text: Zeroizing::new(text) }),
            Ok(Err(())) => self.refuse(Invalid::new("the body cannot be serialised")),
            Err(reason) => self.refuse(Invalid::new(reason)),
        }
        self
    }

    fn refuse(&mut self, problem: Invalid) {
        self.problem.get_or_insert(problem);
    }
}

/// Adds a value as text, each of a list on its own. It comes as JSON, in which a number has the digits that it was given.
fn give(into: &mut Vec<Given>, place: Place, name: &'static str, json: &str) {
    if json.starts_with('[') {
        return json::elements(json).for_each(|element| give(into, place, name, element));
    }
    let Some(text) = json::decoded(json) else { return };
    let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let text = match place {
        // A header and a path have a number as it is printed, without the fraction that JSON gives a whole one.
        Place::Header | Place::Path if is_number => plain(&text),
        _ => text.into_owned(),
    };
    into.push(Given { place: Some(place), name: name.into(), text: Zeroizing::new(text) });
}

/// A number without an exponent and without a fraction that is nothing.
fn plain(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) if number.contains(['e', 'E']) => value.to_string(),
        _ => number.strip_suffix(".0").unwrap_or(number).to_owned(),
    }
}

/// An object of scalars as a form, unless it is something else.
fn form_of(json: &str) -> Option<String> {
    if !json.starts_with('{') {
        return None;
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in json::members(json) {
        match value.as_bytes().first()? {
            b'{' | b'[' => return None,
            // What is null is not there.
            b'n' => {}
            _ => drop(form.append_pair(&json::name(name), &json::decoded(value)?)),
        }
    }
    Some(form.finish())
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
