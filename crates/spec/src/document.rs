//! A document that the lint has found nothing in.

use std::collections::BTreeMap;

use countersign_plan::{Plan, Value};
use openapiv3::OpenAPI;

use crate::api::{self, Api};
use crate::expression::visit;
use crate::lower::Lowered;
use crate::node::{At, escape, unescape};
use crate::plain;

/// A document, and what it lowers to.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    openapi: OpenAPI,
    plan: Plan,
    plain: OpenAPI,
    assumptions: Vec<Assumption>,
    /// For each operation, the pointers to the parts of the document that it is made of.
    parts: BTreeMap<String, Vec<String>>,
    /// The rules of each operation, in the order of the plan's operations.
    sandbox: Vec<Vec<SandboxRule>>,
}

/// An `x-assumption`: where the documentation is silent or contradicts itself, and what was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The JSON pointer to what is assumed.
    pub pointer: String,
    /// The same for a reader: `forgot_password`, `the field dob of ForgotPasswordRequest`.
    pub place: String,
    /// What was taken, and why.
    pub text: String,
}

/// A rule of an `x-sandbox`: how a sandbox answers a request with certain values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxRule {
    /// The values that the request must have, all of them: a parameter's name, or a field's name or JSON pointer, and the
    /// text of its value before it is encrypted.
    pub when: Vec<(String, String)>,
    /// The name of one of the operation's examples of an answer.
    pub answer: String,
}

pub(crate) fn new(text: &str, api: &Api<'_>, openapi: OpenAPI, lowered: Lowered<'_>) -> Document {
    let mut assumptions = Vec::new();
    collect(api, &api.root, &mut assumptions);
    let Lowered { plan, sandbox, .. } = lowered;
    let parts =
        api.operations.iter().map(|operation| (operation.id.to_owned(), parts(api, operation, &plan))).collect();
    Document { text: text.to_owned(), openapi, plan, plain: plain::lower(api), assumptions, parts, sandbox }
}

impl Document {
    /// The provider's name: the stem of the document's file, in `snake_case`.
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// The document's text, as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document as OpenAPI's own types, as it is written: with descriptions, examples and extensions.
    pub fn openapi(&self) -> &OpenAPI {
        &self.openapi
    }

    /// How each operation is authenticated, signed, judged and retried.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the generator of types and builders reads: no authentication, nothing that the client fills in by itself, one
    /// response for each operation, and the `format`s of [`MARKERS`](crate::MARKERS).
    pub fn plain(&self) -> &OpenAPI {
        &self.plain
    }

    /// How a sandbox answers certain requests to an operation (`x-sandbox`), in the document's order.
    pub fn sandbox_rules(&self, operation: &str) -> &[SandboxRule] {
        let position = self.plan.operations.iter().position(|known| known.id == operation);
        position.and_then(|position| self.sandbox.get(position)).map_or(&[], Vec::as_slice)
    }

    /// What the document assumes, in its order.
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// What the document assumes about one operation: about what it is made of, shared parts too, and about the API as a
    /// whole.
    pub fn assumptions_about(&self, operation: &str) -> impl Iterator<Item = &Assumption> {
        let parts = self.parts.get(operation).map_or(&[][..], Vec::as_slice);
        let is_in = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.assumptions.iter().filter(move |assumption| {
            let pointer = assumption.pointer.as_str();
            parts.iter().any(|part| is_in(pointer, part) || is_in(part, pointer))
        })
    }
}

/// What an operation is made of.
fn parts(api: &Api<'_>, operation: &api::Operation<'_>, plan: &Plan) -> Vec<String> {
    let mut parts = vec!["/info".to_owned(), "/servers".to_owned(), operation.at.pointer.clone()];
    parts.extend(operation.schemes.iter().map(|(_, scheme)| scheme.pointer.clone()));
    parts.extend(operation.parameters.iter().map(|parameter| parameter.pointer.clone()));
    parts.extend(operation.body.iter().map(|body| body.at.pointer.clone()));
    parts.extend(operation.responses.iter().map(|(_, response)| response.pointer.clone()));
    let answers = operation.responses.iter().filter_map(|(_, response)| response.get("content"));
    let answers = answers.flat_map(|content| content.entries()).filter_map(|(_, media)| media.get("schema"));
    let request = operation.body.as_ref().and_then(|body| body.schema.clone());
    let given = operation.parameters.iter().filter_map(|parameter| parameter.get("schema"));
    parts.extend(api.reach(answers.chain(request).chain(given)));
    if operation.at.get("x-outcome").is_none() {
        parts.push("/x-outcome".to_owned());
    }
    let mut in_session = plan.session.as_ref().is_some_and(|session| session.comes_from(operation.id));
    for values in plan.operation(operation.id).into_iter().flat_map(|operation| operation.values()) {
        visit(values, &mut |value| match value {
            Value::Credential(name) => parts.push(format!("/x-credentials/{}", escape(name))),
            Value::Setting(name) => parts.push(format!("/x-settings/{}", escape(name))),
            Value::Session(_) => in_session = true,
            _ => {}
        });
    }
    if in_session {
        parts.push("/x-session".to_owned());
    }
    parts
}

fn collect(api: &Api<'_>, at: &At<'_>, into: &mut Vec<Assumption>) {
    for (key, value) in at.entries() {
        match (key, value.node.as_text()) {
            ("x-assumption", Some(text)) => into.push(Assumption {
                pointer: at.pointer.clone(),
                place: place(api, at),
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            }),
            // Samples are data.
            ("example" | "examples" | "default" | "enum", _) if !at.pointer.ends_with("/properties") => {}
            _ => collect(api, &value, into),
        }
    }
    for item in at.items() {
        collect(api, &item, into);
    }
}

/// What a reader calls the place of a pointer.
fn place(api: &Api<'_>, at: &At<'_>) -> String {
    let keys: Vec<String> = at.pointer.split('/').skip(1).filter_map(unescape).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let named = |fallback: &str| at.text("name").unwrap_or(fallback).to_owned();
    match keys.as_slice() {
        [] | ["info"] => "the API as a whole".to_owned(),
        ["servers", ..] => format!("the server {}", at.text("x-name").unwrap_or_default()),
        ["x-credentials", name] => format!("the credential {name}"),
        ["x-settings", name] => format!("the setting {name}"),
        ["x-session", "values", name] => format!("the session value {name}"),
        ["x-session", ..] => "the session".to_owned(),
        ["x-outcome", ..] => "how answers are judged".to_owned(),
        ["paths", path] => format!("the path {path}"),
        ["paths", path, method, rest @ ..] => {
            let id = api
                .operations
                .iter()
                .find(|operation| operation.path == *path && operation.method.eq_ignore_ascii_case(method))
                .map_or_else(|| (*path).to_owned(), |operation| operation.name());
            match rest {
                ["responses", status, ..] => format!("{id}, response {status}"),
                ["parameters", ..] => format!("{id}, {} {}", at.text("in").unwrap_or("parameter"), named("")),
                ["requestBody", ..] => format!("{id}, body"),
                ["x-outcome", ..] => format!("{id}, how answers are judged"),
                _ => id,
            }
        }
        ["components", "schemas", schema, "properties", field, ..] => format!("the field {field} of {schema}"),
        ["components", "schemas", schema, ..] => format!("the type {schema}"),
        ["components", "securitySchemes", scheme, ..] => format!("the authentication by {}", named(scheme)),
        ["components", "parameters", parameter, ..] => {
            format!("the {} {}", at.text("in").unwrap_or("parameter"), named(parameter))
        }
        ["components", "responses", response, ..] => format!("the response {response}"),
        _ => at.pointer.clone(),
    }
}
