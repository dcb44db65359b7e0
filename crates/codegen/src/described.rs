//! What a document says of an operation, as OpenAPI's own types have it.

use countersign_spec::{Document, prose};
use openapiv3::{
    OpenAPI, Operation, Parameter, PathItem, ReferenceOr, RequestBody, Response, Schema, SchemaKind, StatusCode, Type,
};

/// An operation of a document, and the path that it is below.
pub fn operation<'a>(openapi: &'a OpenAPI, id: &str) -> Option<(&'a PathItem, &'a Operation)> {
    openapi.paths.iter().find_map(|(_, item)| {
        let item = item.as_item()?;
        let (_, operation) = item.iter().find(|(_, operation)| operation.operation_id.as_deref() == Some(id))?;
        Some((item, operation))
    })
}

/// What an operation does, in one line.
pub fn summary(document: &Document, id: &str) -> String {
    let described = operation(document.openapi(), id).map(|(_, described)| described);
    let text = described.and_then(|described| described.summary.as_ref().or(described.description.as_ref()));
    text.and_then(|text| text.trim().lines().next()).map(prose::line).unwrap_or_default()
}

/// What the plain document says of a parameter, by the name of its setter.
pub fn parameter(plain: &OpenAPI, id: &str, setter: &str) -> Option<String> {
    let (item, described) = operation(plain, id)?;
    let mut parameters = item.parameters.iter().chain(&described.parameters);
    let found = parameters.find_map(|parameter| {
        let data = resolve_parameter(plain, parameter)?.parameter_data_ref();
        (data.name == setter).then_some(data)
    });
    found?.description.clone()
}

/// The components that responses, refusals too, begin with.
pub fn response_schemas(document: &Document) -> Vec<String> {
    let openapi = document.openapi();
    let operations = openapi.paths.iter().filter_map(|(_, item)| item.as_item());
    let operations = operations.flat_map(|item| item.iter().map(|(_, operation)| operation));
    let responses = operations.flat_map(|operation| {
        operation.responses.responses.values().chain(&operation.responses.default)
    });
    let responses = responses.filter_map(|response| resolve_response(openapi, response));
    let media = responses.flat_map(|response| response.content.values());
    media.filter_map(|media| first_component(media.schema.as_ref()?)).map(str::to_owned).collect()
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

/// Whether a response is described as a success.
pub fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(class) => *class == 2,
    }
}

/// A parameter, or what its `$ref` names.
pub fn resolve_parameter<'a>(openapi: &'a OpenAPI, parameter: &'a ReferenceOr<Parameter>) -> Option<&'a Parameter> {
    match parameter {
        ReferenceOr::Item(parameter) => Some(parameter),
        ReferenceOr::Reference { reference } => {
            openapi.components.as_ref()?.parameters.get(component_name(reference))?.as_item()
        }
    }
}

/// A request's body, or what its `$ref` names.
pub fn resolve_body<'a>(openapi: &'a OpenAPI, body: &'a ReferenceOr<RequestBody>) -> Option<&'a RequestBody> {
    match body {
        ReferenceOr::Item(body) => Some(body),
        ReferenceOr::Reference { reference } => {
            openapi.components.as_ref()?.request_bodies.get(component_name(reference))?.as_item()
        }
    }
}

/// A response, or what its `$ref` names.
pub fn resolve_response<'a>(openapi: &'a OpenAPI, response: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match response {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            openapi.components.as_ref()?.responses.get(component_name(reference))?.as_item()
        }
    }
}
