//! A draft of the document's own example of a request.

use countersign::Draft;
use countersign::plan::{Encoding, Field, Operation};
use countersign_spec::Document;
use openapiv3::{Example, OpenAPI, ParameterData, ParameterSchemaOrContent, ReferenceOr, SchemaKind, Type};
use serde_json::Value as Json;

use crate::input::inputs;
use crate::output::Failure;
use crate::provider::either;

/// The example of this name, or the first for an empty name. Parameters that `skip` names are left out.
pub fn draft(
    document: &Document,
    operation: &Operation,
    name: &str,
    skip: impl Fn(&str) -> bool,
) -> Result<Draft, Failure> {
    let openapi = document.openapi();
    let components = openapi.components.as_ref();
    let Some(described) = find(openapi, operation) else { return Ok(Draft::new()) };
    let mut draft = Draft::new();
    for input in inputs(operation).iter().filter(|input| input.place.is_some() && input.is_given && !skip(&input.name))
    {
        let parameters = described
            .parameters
            .iter()
            .filter_map(|parameter| resolve(parameter, "parameters", |name| components?.parameters.get(name)));
        let mut data = parameters.map(|parameter| parameter.parameter_data_ref());
        if let Some(text) = data.find(|data| data.name == input.name).and_then(|data| of_parameter(openapi, data)) {
            draft = draft.value(&input.name, text);
        }
    }
    let Some(body) = &operation.body else {
        return match name {
            "" => Ok(draft),
            _ => Err(Failure::usage(format!("{} has no body, and so no example {name:?}", operation.id))),
        };
    };
    let content = described.request_body.as_ref();
    let content = content.and_then(|body| resolve(body, "requestBodies", |name| components?.request_bodies.get(name)));
    let media = content.and_then(|body| body.content.values().next());
    let examples: Vec<(&str, &Json)> = media
        .into_iter()
        .flat_map(|media| &media.examples)
        .filter_map(|(name, example)| Some((name.as_str(), of_example(openapi, example)?)))
        .collect();
    let chosen = match name {
        "" => examples.first().map(|(_, example)| *example).or(media.and_then(|media| media.example.as_ref())),
        name => examples.iter().find(|(known, _)| *known == name).map(|(_, example)| *example),
    };
    match chosen {
        Some(Json::Object(members)) if body.encoding == Encoding::Form => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for field in body.fields.iter() {
                if let Some(text) = members.get(field.name.as_ref()).and_then(text) {
                    form.append_pair(&field.name, &text);
                }
            }
            Ok(draft.body(form.finish()))
        }
        Some(example) => Ok(draft.body(in_order(example, &body.fields))),
        // What the client fills in by itself needs no example.
        None if name.is_empty() && !needs_a_body(operation) => Ok(draft),
        None => {
            let names: Vec<_> = examples.iter().map(|(name, _)| *name).collect();
            let what = if name.is_empty() { "example".to_owned() } else { format!("example {name:?}") };
            let failure = Failure::usage(format!("the document has no {what} of a request of {}", operation.id));
            Err(failure.advise(format!("it has {}", either(&names))))
        }
    }
}

/// Whether a call cannot do without a field that its caller gives.
fn needs_a_body(operation: &Operation) -> bool {
    inputs(operation).iter().any(|input| input.place.is_none() && input.required && input.is_given)
}

/// The operation as OpenAPI has it.
pub fn find<'a>(openapi: &'a OpenAPI, operation: &Operation) -> Option<&'a openapiv3::Operation> {
    let item = openapi.paths.paths.get(operation.path.as_ref())?.as_item()?;
    item.iter().find(|(method, _)| method.eq_ignore_ascii_case(&operation.method)).map(|(_, operation)| operation)
}

/// What stands there, or what the reference to a section of the components leads to.
pub fn resolve<'a, T>(
    item: &'a ReferenceOr<T>,
    section: &str,
    get: impl FnOnce(&str) -> Option<&'a ReferenceOr<T>>,
) -> Option<&'a T> {
    match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { reference } => {
            get(reference.strip_prefix(&format!("#/components/{section}/"))?)?.as_item()
        }
    }
}

fn of_example<'a>(openapi: &'a OpenAPI, example: &'a ReferenceOr<Example>) -> Option<&'a Json> {
    resolve(example, "examples", |name| openapi.components.as_ref()?.examples.get(name))?.value.as_ref()
}

fn of_parameter(openapi: &OpenAPI, data: &ParameterData) -> Option<String> {
    let own = data.example.as_ref();
    let named = || of_example(openapi, data.examples.values().next()?);
    let of_schema = || {
        let ParameterSchemaOrContent::Schema(schema) = &data.format else { return None };
        let schema = resolve(schema, "schemas", |name| openapi.components.as_ref()?.schemas.get(name))?;
        schema.schema_data.example.as_ref().or(schema.schema_data.default.as_ref()).and_then(text).or_else(|| {
            let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
            string.enumeration.iter().flatten().next().cloned()
        })
    };
    own.or_else(named).and_then(text).or_else(of_schema)
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// JSON whose members stand in the document's order, which is the order in which they are sent.
fn in_order(value: &Json, fields: &[Field]) -> String {
    let Json::Object(members) = value else { return value.to_string() };
    let rank = |name: &str| fields.iter().position(|field| field.name == name).unwrap_or(fields.len());
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| rank(name));
    let written = members.into_iter().map(|(name, value)| {
        let below = fields.iter().find(|field| field.name == *name).map_or(&[][..], |field| &field.fields);
        format!("{}:{}", Json::from(name.as_str()), in_order(value, below))
    });
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}
