//! What a document says of its operations and their responses.

use countersign_spec::{Document, prose};
use openapiv3::{
    Operation, ParameterData, ParameterSchemaOrContent, ReferenceOr, Response, Schema, SchemaKind, StatusCode, Type,
};

/// What an operation does, in one line.
pub fn summary(document: &Document, id: &str) -> String {
    let text =
        document.operation(id).and_then(|described| described.summary.as_ref().or(described.description.as_ref()));
    text.and_then(|text| text.trim().lines().next()).map(prose::line).unwrap_or_default()
}

/// What an operation does, as documentation.
pub fn about_operation(document: &Document, id: &str) -> String {
    let described = document.operation(id);
    let texts = described.into_iter().flat_map(|described| described.summary.iter().chain(&described.description));
    // A webhook has no path of its own.
    let request = document.plan().operation(id).map(|planned| format!("{} {}", planned.method, planned.path));
    let texts = texts.map(|text| prose::blocks(text)).chain(request.map(|request| prose::code(&request)));
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The responses that are described as successes.
pub fn successes<'d>(document: &'d Document, operation: &'d Operation) -> impl Iterator<Item = &'d Response> {
    let is_success = |status: &StatusCode| match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(class) => *class == 2,
    };
    let stated = operation.responses.responses.iter().filter(move |(status, _)| is_success(status));
    stated.filter_map(|(_, response)| document.resolve(response))
}

/// The components that the bodies of webhooks and of responses, refusals too, begin with.
pub fn received_schemas(document: &Document) -> Vec<String> {
    let operations = document.plan().operations.iter().map(|planned| &planned.id);
    let webhooks = document.plan().webhooks.iter().map(|planned| &planned.operation.id);
    operations.chain(webhooks).flat_map(|id| received_by(document, id)).collect()
}

/// The components that the bodies of an operation's responses, refusals too, or that of a webhook, begin with.
pub fn received_by(document: &Document, id: &str) -> Vec<String> {
    let Some(operation) = document.operation(id) else { return Vec::new() };
    let event = operation.request_body.as_ref().filter(|_| document.plan().webhook(id).is_some());
    let event = event.and_then(|body| document.resolve(body));
    let responses = operation.responses.responses.values().chain(&operation.responses.default);
    let media = responses.filter_map(|part| document.resolve(part)).flat_map(|response| response.content.values());
    let media = media.chain(event.iter().flat_map(|event| event.content.values()));
    media.filter_map(|media| first_component(media.schema.as_ref()?)).map(str::to_owned).collect()
}

/// The component that the schema of a parameter is.
pub fn parameter_schema(parameter: &ParameterData) -> Option<&str> {
    match &parameter.format {
        ParameterSchemaOrContent::Schema(ReferenceOr::Reference { reference }) => Some(component_name(reference)),
        _ => None,
    }
}

/// The component that a schema is, or that an array consists of.
fn first_component(schema: &ReferenceOr<Schema>) -> Option<&str> {
    let mut here = match schema {
        ReferenceOr::Reference { reference } => return Some(component_name(reference)),
        ReferenceOr::Item(schema) => schema,
    };
    loop {
        let SchemaKind::Type(Type::Array(array)) = &here.schema_kind else { return None };
        match array.items.as_ref()? {
            ReferenceOr::Reference { reference } => return Some(component_name(reference)),
            ReferenceOr::Item(items) => here = items,
        }
    }
}

/// The name of the component that a reference leads to.
pub fn component_name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}
