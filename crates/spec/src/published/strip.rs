//! Takes the words out of a published document that say nothing to a client of ours.

use std::collections::HashMap;

use super::{Tally, section};
use crate::node::{Kind, Node};
use crate::reference::to_component;

/// Below these words are samples, and not words.
const SAMPLES: [&str; 6] = ["example", "examples", "default", "enum", "const", "value"];

/// Below these words are names, and not words.
const NAMES: [&str; 14] = [
    "properties",
    "patternProperties",
    "schemas",
    "parameters",
    "headers",
    "securitySchemes",
    "requestBodies",
    "callbacks",
    "links",
    "mapping",
    "scopes",
    "variables",
    "encoding",
    "definitions",
];

/// Words that a client does nothing with, and that lead to parts that it would do nothing with either.
const IDLE: [&str; 5] = ["callbacks", "links", "headers", "xml", "externalDocs"];

/// Takes them out, everywhere. An `x-` word of a provider's is not ours, even if it has the name of one.
pub(super) fn words(root: &mut Node, tally: &mut Tally) {
    strip(root, false, tally);
    let known = section(root, "schemas").into_iter().flatten();
    let kinds = known.filter_map(|(name, schema)| Some((to_component("schemas", name), kind(schema)?.to_owned())));
    let kinds: HashMap<String, String> = kinds.collect();
    contradictions(root, &kinds, tally);
}

/// Takes out branches none of which a value of the type beside them could be.
fn contradictions(node: &mut Node, kinds: &HashMap<String, String>, tally: &mut Tally) {
    match &mut node.kind {
        Kind::List(list) => list.iter_mut().for_each(|item| contradictions(item, kinds, tally)),
        Kind::Map(map) => {
            let own = map.get("type").and_then(Node::as_text).map(str::to_owned);
            let is_other = |branch: &Node| {
                let target = branch.text("$ref").and_then(|target| kinds.get(target)).map(String::as_str);
                target.or(kind(branch)).is_some_and(|kind| own.as_deref() != Some(kind))
            };
            for word in ["oneOf", "anyOf"] {
                let branches = map.get(word).filter(|branches| own.is_some() && branches.is_published());
                if branches.and_then(Node::as_list).is_some_and(|all| !all.is_empty() && all.iter().all(is_other)) {
                    map.shift_remove(word);
                    tally.leave_out(word);
                }
            }
            for (_, value) in map.iter_mut().filter(|(key, _)| !SAMPLES.contains(&key.as_str())) {
                contradictions(value, kinds, tally);
            }
        }
        _ => {}
    }
}

/// The type of a schema, where it says one.
fn kind(schema: &Node) -> Option<&str> {
    schema.text("type").or_else(|| schema.get("properties").map(|_| "object"))
}

fn strip(node: &mut Node, holds_names: bool, tally: &mut Tally) {
    match &mut node.kind {
        Kind::List(list) => list.iter_mut().for_each(|item| strip(item, false, tally)),
        Kind::Map(map) if holds_names => map.values_mut().for_each(|value| strip(value, false, tally)),
        Kind::Map(map) => {
            map.retain(|key, value| {
                let is_idle = key.starts_with("x-") || IDLE.contains(&key.as_str());
                let is_empty = matches!(value.kind, Kind::Null) && !SAMPLES.contains(&key.as_str());
                let goes = value.is_published() && (is_idle || is_empty);
                if goes {
                    tally.leave_out(key);
                }
                !goes
            });
            for (key, value) in map.iter_mut().filter(|(key, _)| !SAMPLES.contains(&key.as_str())) {
                strip(value, NAMES.contains(&key.as_str()), tally);
            }
        }
        _ => {}
    }
}
