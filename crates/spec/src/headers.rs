//! The headers of an operation's successes.

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexMap;

use crate::api::{Api, Operation};
use crate::names;
use crate::node::At;
use crate::successes;

/// The headers that the successes of an operation are described to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The name of their type, in Rust and among the schemas of [`plain`](crate::Document::plain).
    pub name: String,
    /// Each of them, in the document's order.
    pub members: Vec<Header>,
}

/// A header of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust.
    pub name: String,
    /// Whether every success has it.
    pub required: bool,
    /// Whether it is a list.
    pub is_list: bool,
    /// Whether it, or each of its elements, is a number or a boolean.
    pub is_literal: bool,
}

/// A header as it is described.
pub(crate) struct Described<'a> {
    pub(crate) name: &'a str,
    /// Where it is said first.
    pub(crate) at: At<'a>,
    /// Whether every success has it.
    pub(crate) required: bool,
}

/// The headers of the successes of an operation, each as the first of them describes it.
pub(crate) fn of<'a>(api: &Api<'a>, operation: &Operation<'a>) -> Vec<Described<'a>> {
    let mut all: IndexMap<String, (Described<'a>, usize)> = IndexMap::new();
    let successes: Vec<_> = operation.successes().collect();
    for (_, response) in &successes {
        for (name, at) in response.get("headers").into_iter().flat_map(|headers| headers.entries()) {
            // OpenAPI reads over it.
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let at = api.resolve(&at);
            let required = usize::from(at.is_true("required"));
            let first = || (Described { name, at: at.clone(), required: false }, 0);
            all.entry(name.to_ascii_lowercase()).or_insert_with(first).1 += required;
        }
    }
    let all = all.into_values();
    all.map(|(described, count)| Described { required: count == successes.len(), ..described }).collect()
}

/// The types of the headers, by the operations' ids. Those of the document and of its successes have their names before them.
pub(crate) fn types(api: &Api<'_>, successes: &BTreeMap<String, successes::Successes>) -> BTreeMap<String, Headers> {
    let mut taken: HashSet<String> = api.components("schemas").map(|(name, _)| names::schema(name)).collect();
    taken.extend(successes.values().map(|of| of.name.clone()));
    let mut types = BTreeMap::new();
    for operation in &api.operations {
        let all = of(api, operation);
        if all.is_empty() {
            continue;
        }
        let name = successes::free(&format!("{} headers", operation.id), &mut taken);
        let members = all.iter().map(|header| {
            let schema = header.at.get("schema").map(|schema| api.resolve(&schema));
            let is_list = schema.as_ref().is_some_and(|schema| schema.text("type") == Some("array"));
            let items = || schema.as_ref()?.get("items").map(|items| api.resolve(&items));
            let scalar = if is_list { items() } else { schema.clone() };
            let kind = scalar.as_ref().and_then(|scalar| scalar.text("type"));
            Header {
                wire: header.name.to_owned(),
                name: names::field(header.name),
                required: header.required,
                is_list,
                is_literal: matches!(kind, Some("integer" | "number" | "boolean")),
            }
        });
        types.insert(operation.id.to_owned(), Headers { name, members: members.collect() });
    }
    types
}
