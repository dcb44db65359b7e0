//! Calls without generated types: for a command line, a sandbox or a test that reads a document at run time.
//!
//! A [`Draft`] names values as the document does. [`Executor::call`] sends it as a generated client would;
//! [`Executor::explain`] sends nothing and shows the request as it would leave, secrets and personal data masked, with the
//! string to sign of every signature.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use reqwest::Url;
use serde::Serialize;

use crate::body::{Body, REPEATED};
use crate::error::Error;
use crate::generated::path_segment_text;
use crate::parts::{self, Guard, Part};
use crate::pick::pointer;
use crate::plan::{Expression, Field, Notation, Operation, Place, Secrecy, Value};
use crate::request::{Candidate, Filled, header_value};
use crate::secret::Secret;
use crate::value::{Explained, Read, Stage, Target, in_a_line, with_path};

/// What a caller gives for one call, by the document's names.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    values: Vec<(String, Secret)>,
    body: Option<Secret>,
}

impl Draft {
    /// A draft with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a parameter by its name, or a field of the body by its name or JSON pointer. One that is given twice is
    /// refused when the call is made.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// Gives the body as text, JSON or form as the document says. Values given by name go into it.
    #[must_use]
    pub fn body(mut self, body: impl Into<Secret>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub(crate) fn into_candidate(self, operation: &Operation, base: &Url) -> Result<Candidate, Error> {
        let refuse = |name: &str, reason: String| Error::not_sent(&operation.id, Some(name), reason);
        let mut candidate = Candidate::from_plan(operation, base)?;
        if let Some(body) = &self.body {
            if operation.body.is_none() {
                return Err(Error::not_sent(&operation.id, None, "the operation has no body"));
            }
            candidate.body =
                Body::read(operation.body.as_ref(), Some(Bytes::copy_from_slice(body.expose().as_bytes())))
                    .map_err(|reason| Error::not_sent(&operation.id, None, reason))?;
        }
        let mut path = operation.path.to_string();
        let mut seen = HashSet::new();
        for (name, value) in &self.values {
            let value = value.expose();
            let mut once = |target| match seen.insert(target) {
                true => Ok(()),
                false => Err(refuse(name, REPEATED.to_owned())),
            };
            let mut parameters = operation.parameters.iter().enumerate();
            if let Some((index, parameter)) = parameters.find(|(_, parameter)| parameter.name == *name) {
                once(Target::Parameter(index))?;
                match parameter.place {
                    Place::Header => {
                        let value = header_value(value.as_bytes()).map_err(|reason| refuse(name, reason))?;
                        let header = HeaderName::from_bytes(name.as_bytes());
                        candidate
                            .headers
                            .insert(header.map_err(|_| refuse(name, "its name is not a header name".into()))?, value);
                    }
                    Place::Query => candidate.put_in_query(operation, name, value),
                    Place::Path => {
                        let segment = path_segment_text(value).map_err(|reason| refuse(name, reason))?;
                        path = path.replace(&format!("{{{name}}}"), &segment);
                    }
                }
                continue;
            }
            let found = with_path(name, |path| {
                let field = operation.field(path)?;
                let fields = &operation.body.as_ref()?.fields;
                if let Err(error) = once(Target::Field(path.iter().map(|step| step.to_string().into()).collect())) {
                    return Some(Err(error));
                }
                // What is filled in is text until then, whatever it becomes.
                let notation = if field.value.is_some() { Notation::String } else { field.notation };
                Some(candidate.body.set(fields, path, value, notation).map_err(|reason| refuse(name, reason)))
            });
            match found {
                Some(set) => set?,
                None => return Err(refuse(name, "the operation has no such parameter or field".into())),
            }
        }
        if let Some(start) = path.find('{') {
            let name = path[start..].trim_start_matches('{').split('}').next().unwrap_or_default();
            return Err(refuse(name, "it is required and was not given".into()));
        }
        candidate.set_path(base, &path);
        Ok(candidate)
    }
}

/// A request as it would leave, with nothing in it that may not be printed, unless it was asked for with
/// [`Executor::danger_explain_revealed`](crate::Executor::danger_explain_revealed). It serialises for programs, and displays for
/// people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The method.
    pub method: String,
    /// The URL without its query, with a secret or personal parameter as `‹name›`.
    pub url: String,
    /// The parameters of the query, in the order in which they are sent.
    pub query: Vec<Shown>,
    /// The headers that the document describes, in the order in which they are filled, and the content type.
    pub headers: Vec<Shown>,
    /// The fields of the body by their JSON pointers, in the order in which they are sent.
    pub body: Vec<Shown>,
}

/// A header, parameter or field, and how its value came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its name, or its JSON pointer.
    pub name: String,
    /// Its value, with secrets, personal data and what is missing as `‹name›`.
    pub value: String,
    /// How the client fills it in, as the document writes it, or `None` where the caller gives it as it goes out.
    pub expression: Option<String>,
    /// The digests and encryptions that it came from, innermost first, with their strings to sign.
    pub stages: Vec<Stage>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (title, shown) in [("query", &self.query), ("headers", &self.headers), ("body", &self.body)] {
            if !shown.is_empty() {
                writeln!(f, "{title}")?;
            }
            for Shown { name, value, expression, stages } in shown {
                writeln!(f, "    {name}: {}", in_a_line(value))?;
                if let Some(expression) = expression {
                    writeln!(f, "        = {expression}")?;
                }
                for stage in stages {
                    writeln!(f, "        {stage}")?;
                }
            }
        }
        Ok(())
    }
}

/// Shows a request that was filled in.
pub(crate) fn explain(
    operation: &Operation,
    candidate: &Candidate,
    filled: Vec<Filled>,
    base: &str,
    revealed: bool,
) -> Explanation {
    let is_shown = |guard: &Guard| revealed && guard.read == Read::PERSONAL;
    let masked = |text: String, name: &str, secrecy| match secrecy {
        Secrecy::Sensitive | Secrecy::Secret if !revealed => format!("‹{name}›"),
        _ => text,
    };
    let path = parts::path(candidate.operation_path(), candidate.template(operation), operation);
    let path = path.into_iter().map(|Part { text, guard }| match guard.filter(|guard| !is_shown(guard)) {
        Some(Guard { name, .. }) => format!("‹{name}›"),
        None => text.to_owned(),
    });
    let find = |target: &Target| {
        filled.iter().find(|filled| filled.target == *target).map(|filled| filled.explained.clone()).unwrap_or_default()
    };
    let computed = |name: String, values: &[Value], target: Target| {
        let Explained { shown, stages } = find(&target);
        Shown { name, value: shown, expression: Some(Expression(values).to_string()), stages }
    };
    let given = |name: String, value: String| Shown { name, value, expression: None, stages: Vec::new() };
    let mut explanation = Explanation {
        method: candidate.method.to_string(),
        url: format!("{base}{}", path.collect::<String>()),
        query: Vec::new(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let shown = match (&parameter.value, candidate.given_parameter(parameter)) {
            (_, None) => continue,
            (Some(values), Some(_)) => computed(parameter.name.to_string(), values, Target::Parameter(index)),
            (None, Some(text)) => given(parameter.name.to_string(), masked(text, &parameter.name, parameter.secrecy)),
        };
        match parameter.place {
            Place::Header => explanation.headers.push(shown),
            Place::Query => explanation.query.push(shown),
            Place::Path => {}
        }
    }
    let is_described = |name: &HeaderName| explanation.headers.iter().any(|shown| name == shown.name.as_str());
    if let Some(media_type) = candidate.headers.get(CONTENT_TYPE).filter(|_| !is_described(&CONTENT_TYPE)) {
        let media_type = media_type.to_str().unwrap_or_default().to_owned();
        explanation.headers.push(given("Content-Type".to_owned(), media_type));
    }
    if let Some(body) = &operation.body {
        fields(&candidate.body, &body.fields, &mut Vec::new(), &mut |path, field, text| {
            let pointer = pointer(path);
            explanation.body.push(match &field.value {
                Some(values) => {
                    let target = Target::Field(path.iter().map(|step| step.to_string().into()).collect());
                    computed(pointer, values, target)
                }
                None => given(pointer, masked(text, &field.name, field.secrecy)),
            });
        });
    }
    explanation
}

fn fields<'a>(
    body: &Body,
    plan: &'a [Field],
    above: &mut Vec<&'a str>,
    each: &mut impl FnMut(&[&str], &Field, String),
) {
    for field in plan {
        above.push(&field.name);
        if field.fields.is_empty() {
            if let Some(text) = body.text(above) {
                each(above, field, text.into_owned());
            }
        } else {
            fields(body, &field.fields, above, each);
        }
        above.pop();
    }
}

#[cfg(test)]
mod tests;
