//! The document's schemas of requests, and what a request breaks of them.

use std::collections::BTreeMap;

use countersign::plan::{Encoding, Operation, Place};
use jiff::civil::Date;
use jsonschema::{Draft, Validator};
use openapiv3::OpenAPI;
use serde_json::{Map, Value as Json, json};

use crate::error::Error;

/// The schemas of one operation's request.
pub(crate) struct Schemas {
    parameters: Vec<Parameter>,
    body: Option<Body>,
}

struct Parameter {
    place: Place,
    name: String,
    required: bool,
    kind: String,
    schema: Validator,
}

struct Body {
    encoding: Encoding,
    /// The `type` of each property, by which the text of a form is read.
    kinds: BTreeMap<String, String>,
    schema: Validator,
}

/// The document as JSON, its schemas in the words of JSON Schema.
pub(crate) struct Document(Json);

impl Document {
    pub(crate) fn new(openapi: &OpenAPI) -> Result<Self, Error> {
        let mut root = serde_json::to_value(openapi).map_err(|error| Error::Configuration(error.to_string()))?;
        translate(&mut root);
        Ok(Self(root))
    }

    /// The schemas of an operation's request.
    pub(crate) fn schemas(&self, operation: &Operation) -> Result<Schemas, Error> {
        let unusable = |what: &str, error: &dyn std::fmt::Display| {
            Error::Configuration(format!("the schema of {what} in {} is not understood: {error}", operation.id))
        };
        let method = operation.method.to_ascii_lowercase();
        let item = self.0.pointer("/paths").and_then(|paths| paths.get(operation.path.as_ref()));
        let described = item.and_then(|item| item.get(method.as_str())).unwrap_or(&Json::Null);

        let lists = [described.get("parameters"), item.and_then(|item| item.get("parameters"))];
        let mut parameters: Vec<Parameter> = Vec::new();
        for parameter in lists.into_iter().flatten().filter_map(Json::as_array).flatten() {
            let parameter = self.resolve(parameter);
            let word = |key: &str| parameter.get(key).and_then(Json::as_str).unwrap_or_default();
            let place = match word("in") {
                "path" => Place::Path,
                "query" => Place::Query,
                _ => Place::Header,
            };
            let name = word("name").to_owned();
            if parameters.iter().any(|known| (known.place, &known.name) == (place, &name)) {
                continue;
            }
            let schema = parameter.get("schema").unwrap_or(&Json::Null);
            parameters.push(Parameter {
                place,
                required: parameter.get("required").and_then(Json::as_bool).unwrap_or_default(),
                kind: self.kind(schema),
                schema: self.validator(schema).map_err(|error| unusable(&name, &error))?,
                name,
            });
        }

        let body = described.get("requestBody").map(|body| self.resolve(body));
        let media = body.and_then(|body| body.get("content")?.as_object()?.values().next());
        let body = match (&operation.body, media.and_then(|media| media.get("schema"))) {
            (Some(plan), Some(schema)) => {
                let properties = self.resolve(schema).get("properties").and_then(Json::as_object);
                let kinds = properties.into_iter().flatten().map(|(name, schema)| (name.clone(), self.kind(schema)));
                Some(Body {
                    encoding: plan.encoding,
                    kinds: kinds.collect(),
                    schema: self.validator(schema).map_err(|error| unusable("the body", &error))?,
                })
            }
            _ => None,
        };
        Ok(Schemas { parameters, body })
    }

    fn resolve<'a>(&'a self, value: &'a Json) -> &'a Json {
        let target = value.get("$ref").and_then(Json::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }

    /// The first word of a schema's `type`.
    fn kind(&self, schema: &Json) -> String {
        let kind = self.resolve(schema).get("type");
        let kind = kind.and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
        kind.unwrap_or_default().to_owned()
    }

    fn validator(&self, schema: &Json) -> Result<Validator, jsonschema::ValidationError<'static>> {
        // `$ref`s lead into the document, so it goes along.
        let components = self.0.get("components").cloned().unwrap_or_default();
        let schema = json!({"allOf": [schema], "components": components});
        jsonschema::options()
            // The dialect that OpenAPI 3.0's schemas are nearest to.
            .with_draft(Draft::Draft4)
            .with_format("date", |text: &str| text.parse::<Date>().is_ok())
            .should_validate_formats(true)
            .build(&schema)
    }
}

/// Rewrites what OpenAPI 3.0 says otherwise than JSON Schema: `nullable`.
fn translate(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(translate),
        Json::Object(object) => {
            if object.get("nullable") == Some(&Json::Bool(true)) {
                allow_null(object);
            }
            object.values_mut().for_each(translate);
        }
        _ => {}
    }
}

fn allow_null(schema: &mut Map<String, Json>) {
    if let Some(Json::String(kind)) = schema.get("type") {
        let kinds = json!([kind, "null"]);
        schema.insert("type".into(), kinds);
    }
    if let Some(Json::Array(values)) = schema.get_mut("enum") {
        values.push(Json::Null);
    }
}

impl Schemas {
    /// Checks the parameters, whose texts `text` finds, and the body, but for the places that are `hidden`.
    ///
    /// # Errors
    /// What is wrong and where, without a value.
    pub(crate) fn check(
        &self,
        text: impl Fn(Place, &str) -> Option<String>,
        body: &str,
        hidden: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        for parameter in &self.parameters {
            let name = &parameter.name;
            match text(parameter.place, name) {
                None if parameter.required => return Err(format!("{name}: it is required and not there")),
                None => {}
                Some(_) if hidden(name) => {}
                Some(text) => {
                    let value = typed(&text, &parameter.kind);
                    complaint(&parameter.schema, &value, &hidden)
                        .map_or(Ok(()), |(_, what)| Err(format!("{name}: {what}")))?;
                }
            }
        }
        let Some(own) = &self.body else { return Ok(()) };
        let value = match own.encoding {
            Encoding::Json => serde_json::from_str(body).map_err(|_| "the body is not JSON".to_owned())?,
            Encoding::Form => form_urlencoded::parse(body.as_bytes())
                .map(|(name, text)| {
                    let kind = own.kinds.get(name.as_ref()).map_or("string", String::as_str);
                    (name.into_owned(), typed(&text, kind))
                })
                .collect::<Map<_, _>>()
                .into(),
        };
        complaint(&own.schema, &value, &hidden).map_or(Ok(()), |(place, what)| match place.as_str() {
            "" => Err(format!("the body: {what}")),
            place => Err(format!("{place}: {what}")),
        })
    }
}

/// A text as a value of a type, or as the text that it is.
fn typed(text: &str, kind: &str) -> Json {
    match kind {
        "integer" | "number" | "boolean" => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}

/// The first thing that is wrong with a value: where, and what, without the value.
fn complaint(schema: &Validator, value: &Json, hidden: impl Fn(&str) -> bool) -> Option<(String, String)> {
    let error = schema.iter_errors(value).find(|error| !hidden(error.instance_path().as_str()))?;
    Some((error.instance_path().to_string(), error.masked_with("it").to_string()))
}
