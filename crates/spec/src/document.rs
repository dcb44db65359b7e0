//! A document that the lint has found nothing in.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::mem::discriminant;

use countersign_plan::pointer::{escaped, steps, unescaped};
use countersign_plan::{self as plan, Alternatives, Plan, ResponseForm, Value};
use indexmap::IndexMap;
use openapiv3::{
    Example, OpenAPI, Parameter, ParameterSchemaOrContent, PathItem, ReferenceOr, SchemaKind, StringFormat, Type,
    VariantOrUnknownOrEmpty,
};
use serde_json::Value as Json;

use crate::api::{self, Api};
use crate::choices;
use crate::expression::visit;
use crate::extensions::SandboxRule;
use crate::finding::Note;
use crate::headers::{self, Headers};
use crate::lower::Lowered;
use crate::media;
use crate::node::At;
use crate::plain;
use crate::reference::{self, Component};
use crate::skip::Skipped;
use crate::successes::{self, Successes};
use crate::words::BASE;

/// A document, and what it lowers to.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    openapi: OpenAPI,
    /// The webhooks, as OpenAPI's own types.
    webhooks: IndexMap<String, PathItem>,
    plan: Plan,
    plain: OpenAPI,
    /// The schemas that are one of several, by the names of their components.
    alternatives: BTreeMap<String, Alternatives>,
    /// The types of the successes that differ, by the operations' ids.
    successes: BTreeMap<String, Successes>,
    /// The types of the headers of successes, by the operations' ids.
    headers: BTreeMap<String, Headers>,
    assumptions: Vec<Assumption>,
    /// For each operation, the positions of what is assumed about it.
    assumed: BTreeMap<String, Vec<usize>>,
    /// The rules of each operation, in the order of the plan's operations.
    sandbox: Vec<Vec<SandboxRule>>,
    notes: Vec<Note>,
    skipped: Vec<Skipped>,
    left_out: Vec<Note>,
    has_decimals: bool,
    base: Option<String>,
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

pub(crate) fn new(text: String, api: &Api<'_>, (openapi, webhooks): plain::Written, lowered: Lowered<'_>) -> Document {
    // Where things are written, and not where they were moved to.
    let written = |pointer: &str| api.root.node.written(pointer).into_owned();
    let mut assumptions = Vec::new();
    collect(api, &api.root, &mut assumptions);
    assumptions.iter_mut().for_each(|assumption| assumption.pointer = written(&assumption.pointer));
    let mut seen = HashSet::new();
    assumptions.retain(|assumption| seen.insert(assumption.pointer.clone()));
    let Lowered { plan, sandbox, demands, .. } = lowered;
    let successes = successes::types(api);
    let headers = headers::types(api, &successes);
    let choices = api.components("schemas").filter(|(_, at)| api::is_choice(at));
    let alternatives = choices.map(|(name, at)| (name.to_owned(), choices::told(api, &demands, &at))).collect();
    let parts =
        |operation: &api::Operation<'_>| parts(api, operation, &plan).iter().map(|part| written(part)).collect();
    // What an operation is made of is most of a large document, and so is not kept.
    let assumed = |operation: &api::Operation<'_>| {
        let parts: Vec<String> = if assumptions.is_empty() { Vec::new() } else { parts(operation) };
        let is_about = |assumption: &Assumption| {
            let pointer = assumption.pointer.as_str();
            parts.iter().any(|part| is_in(pointer, part) || is_in(part, pointer))
        };
        (0..assumptions.len()).filter(|index| is_about(&assumptions[*index])).collect()
    };
    let assumed = api.all().map(|operation| (operation.id.to_owned(), assumed(operation))).collect();
    Document {
        text,
        openapi,
        webhooks,
        plan,
        plain: plain::lower(api, &successes, &headers),
        headers,
        successes,
        alternatives,
        assumptions,
        assumed,
        sandbox,
        notes: Vec::new(),
        skipped: Vec::new(),
        left_out: Vec::new(),
        has_decimals: api.schemas().iter().any(|(_, at)| at.text("type") == Some("number") && !plain::is_binary(at)),
        base: api.root.get(BASE).and_then(|base| base.text("file").map(str::to_owned)),
    }
}

impl Document {
    pub(crate) fn with_notes(self, notes: Vec<Note>) -> Self {
        Self { notes, ..self }
    }

    pub(crate) fn without(self, skipped: Vec<Skipped>, left_out: Vec<Note>) -> Self {
        Self { skipped, left_out, ..self }
    }

    /// The provider's name: the stem of the document's file, in `snake_case`.
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// The document's text, as it was read. Of an overlay it is the document that it and its base make, which can be read
    /// without them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The published document that it is made of, if it is an overlay, as that names it.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The document as OpenAPI's own types, as it is written: with descriptions, examples and extensions.
    pub fn openapi(&self) -> &OpenAPI {
        &self.openapi
    }

    /// What a part of [`openapi`](Self::openapi) is, or what the reference there leads to. In a document without findings,
    /// every reference leads somewhere.
    pub fn resolve<'d, T: Component>(&'d self, part: &'d ReferenceOr<T>) -> Option<&'d T> {
        reference::resolve(&self.openapi, part)
    }

    /// An operation, or what a webhook sends, by its `operationId`, as it is written.
    pub fn operation(&self, id: &str) -> Option<&openapiv3::Operation> {
        self.place_of(id).map(|(_, operation)| operation)
    }

    /// The parameters of an operation: those of its path that it does not replace, and its own.
    pub fn parameters(&self, id: &str) -> Vec<&Parameter> {
        let Some((item, operation)) = self.place_of(id) else { return Vec::new() };
        let own: Vec<&Parameter> = operation.parameters.iter().filter_map(|part| self.resolve(part)).collect();
        let key = |parameter: &Parameter| (discriminant(parameter), parameter.parameter_data_ref().name.clone());
        let is_replaced = |shared: &&Parameter| own.iter().any(|own| key(own) == key(shared));
        let shared = item.parameters.iter().filter_map(|part| self.resolve(part));
        shared.filter(|shared| !is_replaced(shared)).chain(own.iter().copied()).collect()
    }

    /// What a component is one of, if it is one of several schemas (`oneOf`): how its branches are called, and what tells one
    /// from another.
    pub fn alternatives(&self, component: &str) -> Option<&Alternatives> {
        self.alternatives.get(component)
    }

    /// The headers that a response has in an example of it: those with an example, and their texts.
    pub fn header_examples<'d>(&'d self, response: &'d openapiv3::Response) -> impl Iterator<Item = (&'d str, String)> {
        response.headers.iter().filter_map(|(name, header)| {
            let header = self.resolve(header)?;
            let schema = match &header.format {
                ParameterSchemaOrContent::Schema(schema) => self.resolve(schema),
                ParameterSchemaOrContent::Content(_) => None,
            };
            let of_schema = || schema.and_then(|schema| schema.schema_data.example.as_ref());
            let own =
                header.example.as_ref().or_else(|| self.examples(&header.examples).next().map(|(_, value)| value));
            Some((name.as_str(), header_text(own.or_else(of_schema)?)))
        })
    }

    /// What a response carries.
    pub fn response_form(&self, response: &openapiv3::Response) -> ResponseForm {
        let Some((media_type, media)) = response.content.first() else { return ResponseForm::Empty };
        let schema = media.schema.as_ref().and_then(|schema| self.resolve(schema));
        let is_binary = schema.is_some_and(|schema| match &schema.schema_kind {
            SchemaKind::Type(Type::String(text)) => {
                matches!(&text.format, VariantOrUnknownOrEmpty::Item(StringFormat::Binary))
            }
            _ => false,
        });
        media::response_form(media_type, is_binary)
    }

    /// The type of the successes of an operation, if they differ in what they carry.
    pub fn successes(&self, operation: &str) -> Option<&Successes> {
        self.successes.get(operation)
    }

    /// The headers that the successes of an operation are described to have, if there are any.
    pub fn headers(&self, operation: &str) -> Option<&Headers> {
        self.headers.get(operation)
    }

    /// The types of the headers of successes.
    pub fn all_headers(&self) -> impl Iterator<Item = &Headers> {
        self.headers.values()
    }

    /// The types of the successes that differ.
    pub fn all_successes(&self) -> impl Iterator<Item = &Successes> {
        self.successes.values()
    }

    /// The named examples of a parameter or of a body, and their values.
    pub fn examples<'d>(
        &'d self,
        examples: &'d IndexMap<String, ReferenceOr<Example>>,
    ) -> impl Iterator<Item = (&'d str, &'d Json)> {
        examples.iter().filter_map(|(name, example)| Some((name.as_str(), self.resolve(example)?.value.as_ref()?)))
    }

    fn place_of(&self, id: &str) -> Option<(&PathItem, &openapiv3::Operation)> {
        let items = self.openapi.paths.paths.values().filter_map(ReferenceOr::as_item).chain(self.webhooks.values());
        let mut operations = items.flat_map(|item| item.iter().map(move |(_, operation)| (item, operation)));
        operations.find(|(_, operation)| operation.operation_id.as_deref() == Some(id))
    }

    /// How each operation is authenticated, signed, classified and retried.
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

    /// What the lint has to say that is not wrong, in the order of the document's lines.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The operations that are left out, since they cannot be taken.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Those of the notes that name these operations, with the first reason of each.
    pub fn left_out(&self) -> &[Note] {
        &self.left_out
    }

    /// The tags of an operation, as they are written.
    pub fn tags(&self, operation: &str) -> &[String] {
        self.operation(operation).map_or(&[], |operation| &operation.tags)
    }

    /// Whether a number in it has to be read and written digit by digit.
    pub fn has_decimals(&self) -> bool {
        self.has_decimals
    }

    /// What the document assumes, in its order.
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// What the document assumes about one operation: about what it is made of, shared parts too, and about the API as a
    /// whole.
    pub fn assumptions_about(&self, operation: &str) -> impl Iterator<Item = &Assumption> {
        let assumed = self.assumed.get(operation).map_or(&[][..], Vec::as_slice);
        assumed.iter().filter_map(|index| self.assumptions.get(*index))
    }
}

/// Whether a JSON pointer leads to, or into, what another one leads to.
fn is_in(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A value as a header has it.
fn header_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(header_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// What an operation is made of.
pub(crate) fn parts(api: &Api<'_>, operation: &api::Operation<'_>, plan: &Plan) -> Vec<String> {
    let mut parts = vec!["/info".to_owned(), "/servers".to_owned(), operation.at.pointer.clone()];
    parts.extend(operation.schemes.iter().map(|(_, scheme)| scheme.pointer.clone()));
    parts.extend(operation.parameters.iter().map(|parameter| parameter.pointer.clone()));
    parts.extend(operation.body.iter().map(|body| body.at.pointer.clone()));
    parts.extend(operation.responses.iter().map(|(_, response)| response.pointer.clone()));
    let responses = operation.responses.iter().filter_map(|(_, response)| response.get("content"));
    let responses = responses.flat_map(|content| content.entries()).filter_map(|(_, media)| media.get("schema"));
    let request = operation.body.as_ref().and_then(|body| body.schema.clone());
    let given = operation.parameters.iter().filter_map(|parameter| parameter.get("schema"));
    parts.extend(api.reach(responses.chain(request).chain(given)));
    if operation.at.get("x-outcome").is_none() {
        parts.push("/x-outcome".to_owned());
    }
    let mut in_session = plan.session.as_ref().is_some_and(|session| session.comes_from(operation.id));
    let of_call = plan.operation(operation.id).into_iter().flat_map(plan::Operation::expressions);
    let of_webhook = plan.webhook(operation.id).into_iter().flat_map(plan::Webhook::expressions);
    for values in of_call.chain(of_webhook) {
        visit(values, &mut |value| match value {
            Value::Credential(name) => parts.push(format!("/x-credentials/{}", escaped(name))),
            Value::Setting(name) => parts.push(format!("/x-settings/{}", escaped(name))),
            Value::Session(_) => in_session = true,
            Value::Made(name) => parts.push(format!("/x-values/{}", escaped(name))),
            Value::Public { credential, .. } => parts.push(format!("/x-credentials/{}", escaped(credential))),
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
    let keys: Vec<Cow<'_, str>> = steps(&at.pointer).map(unescaped).collect();
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    let named = |fallback: &str| at.text("name").unwrap_or(fallback).to_owned();
    match keys.as_slice() {
        [] | ["info"] => "the API as a whole".to_owned(),
        ["servers", ..] => format!("the server {}", at.text("x-name").unwrap_or_default()),
        ["x-credentials", name] => format!("the credential {name}"),
        ["x-settings", name] => format!("the setting {name}"),
        ["x-values", ..] => "the values that are made once".to_owned(),
        ["x-session", "values", name] => format!("the session value {name}"),
        ["x-session", ..] => "the session".to_owned(),
        ["x-outcome", ..] => "how responses are classified".to_owned(),
        ["x-webhooks", webhook, ..] => format!("the webhook {webhook}"),
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
                ["x-outcome", ..] => format!("{id}, how responses are classified"),
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
