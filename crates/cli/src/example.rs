//! The document's own example of a request, or one that is made up.

use countersign::Call;
use countersign::plan::{Encoding, Operation, Style};
use countersign_sandbox::{Extent, made_up};
use countersign_spec::Document;
use openapiv3::{ParameterData, ParameterSchemaOrContent, ReferenceOr, RequestBody, Schema, SchemaKind, Type};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::output::Failure;
use crate::provider::either;

/// A call with the example of this name, or the first for an empty name. Parameters and files that `skip` names are left out.
pub fn call(
    document: &Document,
    operation: &Operation,
    name: &str,
    skip: impl Fn(&str) -> bool,
) -> Result<Call, Failure> {
    written(document, operation, name, skip, &|_| None)
}

/// A call with the first example, and with values that are made up where the document has none.
pub fn demo(document: &Document, operation: &Operation) -> Result<Call, Failure> {
    written(document, operation, "", |_| false, &|schema| Some(made_up(document, schema, Extent::Required)))
}

/// What is there for a schema without an example.
type Otherwise<'o> = dyn Fn(&ReferenceOr<Schema>) -> Option<Json> + 'o;

fn written(
    document: &Document,
    operation: &Operation,
    name: &str,
    skip: impl Fn(&str) -> bool,
    otherwise: &Otherwise<'_>,
) -> Result<Call, Failure> {
    let mut call = Call::new(operation.id.clone());
    let described = document.parameters(&operation.id);
    for slot in operation.slots.iter().filter(|slot| slot.place.is_parameter() && slot.given && !skip(&slot.name)) {
        let mut data = described.iter().map(|parameter| parameter.parameter_data_ref());
        let sample =
            data.find(|data| data.name == slot.parameter()).and_then(|data| of_parameter(document, data, otherwise));
        call = match (&slot.style, sample) {
            (_, None) => call,
            (Style::Member(object), Some(sample)) => {
                let within = || slot.name.strip_prefix(&**object)?.strip_prefix('[')?.strip_suffix(']');
                let member = within().and_then(|name| sample.get(name)).or_else(|| sample.get(&*slot.name));
                match member.and_then(text) {
                    Some(text) => call.value(&*slot.name, text),
                    None => call,
                }
            }
            (_, Some(sample)) => call.parameter(&*slot.name, &sample),
        };
    }
    let Some(encoding) = operation.body else {
        if name.is_empty() {
            return Ok(call);
        }
        return Err(Failure::usage(format!("{} has no body, and so no example {name:?}", operation.id)));
    };
    let body = document.operation(&operation.id).and_then(|operation| operation.request_body.as_ref());
    let body: Option<&RequestBody> = body.and_then(|body| document.resolve(body));
    let media = body.and_then(|body| body.content.values().next());
    let examples: Vec<(&str, &Json)> = media.into_iter().flat_map(|media| document.examples(&media.examples)).collect();
    let chosen = match name {
        "" => examples.first().map(|(_, example)| *example).or(media.and_then(|media| media.example.as_ref())),
        name => examples.iter().find(|(known, _)| *known == name).map(|(_, example)| *example),
    };
    // What the client fills in by itself needs no example.
    let is_needed = name.is_empty() && needs_a_body(operation);
    let schema = media.and_then(|media| media.schema.as_ref()).filter(|_| chosen.is_none() && is_needed);
    let otherwise = schema.and_then(otherwise);
    match chosen.or(otherwise.as_ref()) {
        Some(example) if encoding.is_form() => {
            let is_left_out = |name: &str| {
                let slot = operation.below(None).find(|(_, slot)| slot.own_name() == name);
                skip(name) && slot.is_some_and(|(_, slot)| slot.part.is_file)
            };
            let mut example = example.clone();
            if let Json::Object(members) = &mut example {
                members.retain(|name, _| !is_left_out(name));
            }
            let example = RawValue::from_string(in_order(&example, operation, None)).map_err(|error| error.to_string());
            Ok(if encoding == Encoding::Form { call.form(example) } else { call.multipart(example) })
        }
        Some(example) => Ok(call.body(in_order(example, operation, None))),
        None if name.is_empty() && !is_needed => Ok(call),
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
    let whole = operation.whole_body().map(|body| &operation.slots[body]);
    let mut slots = whole.into_iter().chain(operation.below(None).map(|(_, slot)| slot));
    // What is one of several is not nothing.
    let mut is_needed = || operation.alternatives.is_some() || slots.any(|slot| slot.required && slot.given);
    !operation.optional_body && is_needed()
}

fn of_parameter(document: &Document, data: &ParameterData, otherwise: &Otherwise<'_>) -> Option<Json> {
    let named = || document.examples(&data.examples).next().map(|(_, example)| example);
    let of_schema = || {
        let ParameterSchemaOrContent::Schema(schema) = &data.format else { return None };
        let schema: &Schema = document.resolve(schema)?;
        schema.schema_data.example.as_ref().or(schema.schema_data.default.as_ref()).cloned().or_else(|| {
            let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
            string.enumeration.iter().flatten().next().map(|text| Json::from(text.as_str()))
        })
    };
    let otherwise = || match &data.format {
        ParameterSchemaOrContent::Schema(schema) if data.required => otherwise(schema),
        _ => None,
    };
    data.example.as_ref().or_else(named).cloned().or_else(of_schema).or_else(otherwise)
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// JSON whose members are in the document's order, which is the order in which they are sent. `object` is the slot that it is
/// the value of; without one it is the body.
fn in_order(value: &Json, operation: &Operation, object: Option<usize>) -> String {
    let Json::Object(members) = value else { return value.to_string() };
    let slot = |name: &str| operation.below(object).find(|(_, slot)| slot.own_name() == name).map(|(index, _)| index);
    let mut members: Vec<_> = members.iter().map(|(name, value)| (slot(name), name, value)).collect();
    members.sort_by_key(|(slot, ..)| slot.unwrap_or(usize::MAX));
    let written = members.into_iter().map(|(slot, name, value)| {
        // Below what the document has no slots for there is no order.
        let value = slot.map_or_else(|| value.to_string(), |slot| in_order(value, operation, Some(slot)));
        format!("{}:{value}", Json::from(name.as_str()))
    });
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}
