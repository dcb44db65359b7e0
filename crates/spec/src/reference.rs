//! Where a `$ref` leads: within the tree of a document, within OpenAPI's own types, and within JSON.

use std::iter::successors;

use countersign_plan::pointer::{escaped, unescaped};
use indexmap::IndexMap;
use openapiv3::{
    Components, Example, Header, OpenAPI, Parameter, ReferenceOr, RequestBody, Response, Schema, SchemaKind,
};
use serde_json::Value;

use crate::node::At;

/// What a `$ref` to a component says.
pub(crate) fn to_component(section: &str, name: &str) -> String {
    format!("#/components/{section}/{}", escaped(name))
}

/// How many references may lead from one to the next.
pub(crate) const MAX_HOPS: usize = 16;

/// What the reference at a place leads to, and what the one there leads to, and so on. In a document that has not been
/// linted, this may not end.
pub(crate) fn references<'a>(root: &At<'a>, at: &At<'a>) -> impl Iterator<Item = At<'a>> {
    let next = move |here: &At<'a>| root.follow(here.text("$ref")?.strip_prefix('#')?);
    successors(next(at), next)
}

/// What a part of a JSON document is, or what the reference there leads to, if it leads somewhere.
pub fn resolve_json<'j>(root: &'j Value, part: &'j Value) -> Option<&'j Value> {
    let mut here = part;
    for _ in 0..=MAX_HOPS {
        here = referring(here);
        match here.get("$ref") {
            None => return Some(here),
            Some(reference) => here = root.pointer(reference.as_str()?.strip_prefix('#')?)?,
        }
    }
    None
}

/// The `$ref` of a schema that may be `null` as well, or the schema itself: OpenAPI 3.0 has no room beside a `$ref`.
pub fn referring(schema: &Value) -> &Value {
    match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([one]) => one,
        _ => schema,
    }
}

/// What a section of `components` has entries of.
pub trait Component: Sized {
    /// The section's key.
    const SECTION: &str;

    /// The reference that this is, with more beside it.
    fn referring(&self) -> Option<&ReferenceOr<Self>> {
        None
    }

    /// The section.
    fn entries(components: &Components) -> &IndexMap<String, ReferenceOr<Self>>;
}

macro_rules! components {
    ($($component:ty: $key:literal, $section:ident $(, $referring:item)?;)*) => {
        $(
            impl Component for $component {
                const SECTION: &str = $key;

                $($referring)?

                fn entries(components: &Components) -> &IndexMap<String, ReferenceOr<Self>> {
                    &components.$section
                }
            }
        )*
    };
}

components! {
    Example: "examples", examples;
    Header: "headers", headers;
    Parameter: "parameters", parameters;
    RequestBody: "requestBodies", request_bodies;
    Response: "responses", responses;
    Schema: "schemas", schemas, fn referring(&self) -> Option<&ReferenceOr<Self>> {
        match &self.schema_kind {
            SchemaKind::AllOf { all_of } if all_of.len() == 1 => all_of.first(),
            _ => None,
        }
    };
}

/// What a part of a document is, or what the reference there leads to, if it leads somewhere.
pub fn resolve<'d, T: Component>(openapi: &'d OpenAPI, part: &'d ReferenceOr<T>) -> Option<&'d T> {
    let mut here = part;
    for _ in 0..=MAX_HOPS {
        match here {
            ReferenceOr::Item(item) => match item.referring() {
                None => return Some(item),
                Some(reference) => here = reference,
            },
            ReferenceOr::Reference { reference } => here = target(openapi, reference)?,
        }
    }
    None
}

/// The same of a schema in a schema.
pub fn resolve_inner<'d>(openapi: &'d OpenAPI, part: &'d ReferenceOr<Box<Schema>>) -> Option<&'d Schema> {
    match part {
        ReferenceOr::Item(item) => item.referring().map_or(Some(item), |reference| resolve(openapi, reference)),
        ReferenceOr::Reference { reference } => resolve(openapi, target(openapi, reference)?),
    }
}

/// The component that a reference names.
fn target<'d, T: Component>(openapi: &'d OpenAPI, reference: &str) -> Option<&'d ReferenceOr<T>> {
    let name = reference.strip_prefix("#/components/")?.strip_prefix(T::SECTION)?.strip_prefix('/')?;
    T::entries(openapi.components.as_ref()?).get(unescaped(name).as_ref())
}
