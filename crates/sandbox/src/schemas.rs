//! The document's schemas of requests, and what a request breaks of them.

use countersign::plan::{Encoding, Operation, Place, Slot, Style};
use countersign_spec::{Document, resolve_json};
use jiff::civil::Date;
use jsonschema::{Draft, Validator};
use openapiv3::{ParameterSchemaOrContent, ReferenceOr, RequestBody, Schema};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::error::Error;

/// The schemas of one operation's request.
pub(crate) struct Schemas {
    parameters: Vec<Parameter>,
    body: Option<Body>,
}

struct Parameter {
    name: String,
    required: bool,
    kind: Kind,
    schema: Validator,
}

/// What a parameter is, by which its text is read.
enum Kind {
    /// A value of this type, in a slot.
    Single(usize, String),
    /// A list of such, in a slot.
    List(usize, String),
    /// An object: the slots of its members, with their names and types.
    Members(Vec<(usize, String, String)>),
}

struct Body {
    required: bool,
    schema: Validator,
    /// Of a form, the fields that the document has, and the type of all others: these came as texts.
    others: Option<(Vec<String>, String)>,
}

/// Reads the schemas of a document.
pub(crate) struct Reader<'d> {
    document: &'d Document,
    /// What references lead to, in the words of JSON Schema.
    root: Json,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(document: &'d Document) -> Result<Self, Error> {
        let components = in_json_schema(&document.openapi().components);
        let components = components.map_err(|error| Error::Configuration(error.to_string()))?;
        Ok(Self { document, root: json!({"components": components}) })
    }

    /// The schemas of an operation's request.
    pub(crate) fn schemas(&self, operation: &Operation) -> Result<Schemas, Error> {
        let unusable = |what: &str, error: &dyn std::fmt::Display| {
            Error::Configuration(format!("the schema of {what} in {} is not understood: {error}", operation.id))
        };
        let mut parameters = Vec::new();
        for parameter in self.document.parameters(&operation.id) {
            let place = match parameter {
                openapiv3::Parameter::Path { .. } => Place::Path,
                openapiv3::Parameter::Query { .. } => Place::Query,
                _ => Place::Header,
            };
            let data = parameter.parameter_data_ref();
            let ParameterSchemaOrContent::Schema(schema) = &data.format else { continue };
            let schema = in_json_schema(schema).map_err(|error| unusable(&data.name, &error))?;
            let below = |word: &str| resolve_json(&self.root, &schema).and_then(|schema| schema.get(word));
            let slot = operation.parameter(place, &data.name).map(|slot| (slot, &operation.slots[slot].style));
            let kind = match slot {
                Some((slot, style)) if style.is_list() => {
                    Kind::List(slot, below("items").map(|items| self.kind(items)).unwrap_or_default())
                }
                Some((slot, Style::Single)) => Kind::Single(slot, self.kind(&schema)),
                _ => {
                    let properties = below("properties").and_then(Json::as_object).into_iter().flatten();
                    let member = |(name, schema): (&String, &Json)| {
                        let is_called =
                            |slot: &Slot| slot.name == *name || slot.name == format!("{}[{name}]", data.name);
                        let is_it = |slot: &Slot| {
                            matches!(&slot.style, Style::Member(object) if *object == data.name) && is_called(slot)
                        };
                        Some((operation.slots.iter().position(is_it)?, name.clone(), self.kind(schema)))
                    };
                    Kind::Members(properties.filter_map(member).collect())
                }
            };
            parameters.push(Parameter {
                name: data.name.clone(),
                required: data.required,
                kind,
                schema: self.validator(&schema).map_err(|error| unusable(&data.name, &error))?,
            });
        }
        let body = match (operation.body, self.body(&operation.id)) {
            (Some(_), Some(schema)) => {
                let schema = in_json_schema(schema).map_err(|error| unusable("the body", &error))?;
                let whole = resolve_json(&self.root, &schema).filter(|_| operation.body.is_some_and(Encoding::is_form));
                let others = whole.and_then(|whole| {
                    let kind = self.kind(whole.get("additionalProperties")?);
                    let known = whole.get("properties").and_then(Json::as_object);
                    Some((known.into_iter().flatten().map(|(name, _)| name.clone()).collect(), kind))
                });
                Some(Body {
                    others,
                    required: !operation.optional_body,
                    schema: self.validator(&schema).map_err(|error| unusable("the body", &error))?,
                })
            }
            _ => None,
        };
        Ok(Schemas { parameters, body })
    }

    fn body(&self, operation: &str) -> Option<&'d ReferenceOr<Schema>> {
        let body: &RequestBody = self.document.resolve(self.document.operation(operation)?.request_body.as_ref()?)?;
        body.content.values().next()?.schema.as_ref()
    }

    /// The first word of a schema's `type`.
    fn kind(&self, schema: &Json) -> String {
        let kind = resolve_json(&self.root, schema).and_then(|schema| schema.get("type"));
        let kind = kind.and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
        kind.unwrap_or_default().to_owned()
    }

    fn validator(&self, schema: &Json) -> Result<Validator, jsonschema::ValidationError<'static>> {
        // `$ref`s lead into the document, so it goes along.
        let schema = json!({"allOf": [schema], "components": self.root["components"]});
        jsonschema::options()
            // The dialect that OpenAPI 3.0's schemas are nearest to.
            .with_draft(Draft::Draft4)
            .with_format("date", |text: &str| text.parse::<Date>().is_ok())
            .should_validate_formats(true)
            .build(&schema)
    }
}

/// A part of the document as JSON, its schemas in the words of JSON Schema.
fn in_json_schema(part: &impl Serialize) -> serde_json::Result<Json> {
    let mut part = serde_json::to_value(part)?;
    translate(&mut part);
    Ok(part)
}

/// Rewrites what OpenAPI 3.0 says otherwise than JSON Schema: `nullable`. Which of several schemas a value is, the plan's rules
/// have found by then, which know the discriminator; here it is enough to be one of them.
fn translate(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(translate),
        Json::Object(object) => {
            if object.get("nullable") == Some(&Json::Bool(true)) {
                allow_null(object);
            }
            // The plan has counted the bytes of a file; here it is an empty text.
            if object.get("format").is_some_and(|format| format == "binary") {
                object.remove("minLength");
            }
            // A client checks no other format.
            if object.get("format").is_some_and(|format| format.is_string() && format != "date") {
                object.remove("format");
            }
            if let Some(branches) = object.remove("oneOf") {
                object.insert("anyOf".into(), branches);
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
    if let Some(Json::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
    if let Some(Json::Array(branches)) = schema.get_mut("oneOf") {
        branches.push(json!({"enum": [null]}));
    }
    if let Some(all) = schema.remove("allOf") {
        schema.insert("anyOf".into(), json!([{"allOf": all}, {"enum": [null]}]));
    }
}

impl Schemas {
    /// Checks the parameters, of each of whose slots `elements` finds the texts, and the body as JSON, but for the places that are
    /// `hidden`.
    ///
    /// # Errors
    /// What is wrong and where, without a value.
    pub(crate) fn check(
        &self,
        elements: impl Fn(usize) -> Vec<String>,
        body: &str,
        hidden: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        for parameter in &self.parameters {
            let name = &parameter.name;
            let value: Option<Json> = match &parameter.kind {
                Kind::Single(slot, kind) => elements(*slot).first().map(|text| typed(text, kind)),
                Kind::List(slot, kind) => {
                    let elements: Vec<Json> = elements(*slot).iter().map(|text| typed(text, kind)).collect();
                    (!elements.is_empty()).then(|| elements.into())
                }
                Kind::Members(members) => {
                    let member = |(slot, name, kind): &(usize, String, String)| {
                        Some((name.clone(), typed(elements(*slot).first()?, kind)))
                    };
                    let members: Map<String, Json> = members.iter().filter_map(member).collect();
                    // One without members is not sent, and is there all the same.
                    (parameter.required || !members.is_empty()).then(|| members.into())
                }
            };
            match value {
                None if parameter.required => return Err(format!("{name}: it is required and not there")),
                None => {}
                Some(_) if hidden(name) => {}
                Some(value) => {
                    complaint(&parameter.schema, &value, &hidden)
                        .map_or(Ok(()), |(_, what)| Err(format!("{name}: {what}")))?;
                }
            }
        }
        let Some(own) = self.body.as_ref().filter(|own| own.required || !body.is_empty()) else { return Ok(()) };
        let mut value: Json = serde_json::from_str(body).map_err(|_| "the body is not JSON".to_owned())?;
        if let (Some((known, kind)), Json::Object(members)) = (&own.others, &mut value) {
            for (_, value) in members.iter_mut().filter(|(name, _)| !known.contains(name)) {
                *value = value.as_str().map_or_else(|| value.clone(), |text| typed(text, kind));
            }
        }
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
