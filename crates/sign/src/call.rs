//! What a caller gives for one call.

use std::fmt;

use countersign_plan::{Operation, Place, Text};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::request::{Invalid, Request};
use crate::secret::Secret;

/// What a caller gives for one call, by the document's names. Generated clients give typed values; a tool gives text.
///
/// A value that cannot be given is the error of the call, before anything is sent. `Debug` shows no value.
#[derive(Clone)]
pub struct Call {
    operation: Text,
    pub(crate) values: Vec<Given>,
    pub(crate) body: Option<Given>,
    /// The first value that cannot be given.
    problem: Option<Invalid>,
}

/// A value, and where it goes.
#[derive(Clone)]
pub(crate) struct Given {
    /// Where it goes. What is given without a place goes to the slot of its name, wherever that is.
    pub(crate) place: Option<Place>,
    pub(crate) name: Text,
    pub(crate) text: Zeroizing<String>,
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
        self.serialized(body.map(|body| serde_json::to_string(&body).map_err(drop)))
    }

    /// Gives the body, which is sent as a form.
    #[must_use]
    pub fn form<B: Serialize>(self, body: Result<B, String>) -> Self {
        self.serialized(body.map(|body| serde_urlencoded::to_string(&body).map_err(drop)))
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
        self.body = Some(Given { place: None, name: "".into(), text });
        self
    }

    /// The request that the call makes of an operation of its plan, below a base URL with this path. Nothing is filled in yet.
    ///
    /// # Errors
    /// What was given is not what the document describes: a name that it does not have, one that is given twice, a value that
    /// cannot be carried.
    pub fn request<'a>(&'a self, operation: &'a Operation, base_path: &'a str) -> Result<Request<'a>, Invalid> {
        match &self.problem {
            Some(problem) => Err(problem.clone()),
            None => Request::new(self, operation, base_path),
        }
    }

    fn typed<V: Serialize>(mut self, place: Place, name: &'static str, value: Result<V, String>) -> Self {
        let value = value.map(|value| serde_json::to_value(value).map_err(drop));
        match value {
            Ok(Ok(value)) => give(&mut self.values, place, name, value),
            Ok(Err(())) => self.refuse(Invalid::of(name, "it cannot be written as text")),
            Err(reason) => self.refuse(Invalid::new(reason)),
        }
        self
    }

    fn serialized(mut self, body: Result<Result<String, ()>, String>) -> Self {
        match body {
            Ok(Ok(text)) => {
                self.body = Some(Given { place: Some(Place::Field), name: "".into(), text: Zeroizing::new(text) });
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

/// Adds a value as text, each of a list on its own.
fn give(into: &mut Vec<Given>, place: Place, name: &'static str, value: Value) {
    let text = match value {
        Value::Null => return,
        Value::String(text) => text,
        Value::Array(values) => return values.into_iter().for_each(|value| give(into, place, name, value)),
        value => value.to_string(),
    };
    into.push(Given { place: Some(place), name: name.into(), text: Zeroizing::new(text) });
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
