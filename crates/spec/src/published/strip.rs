//! Takes the words out of a published document that say nothing to a client of ours.

use std::collections::{HashMap, HashSet};

use super::{Tally, section};
use crate::node::{Kind, Map, Node};
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
const IDLE: [&str; 5] = ["callbacks", "links", "xml", "externalDocs", "not"];

/// What the encoding of a part is under. Its headers are those of the request, which a published document only describes.
const PART: &str = "a part";

/// Takes them out, everywhere. An `x-` word of a provider's is not ours, even if it has the name of one.
pub(super) fn words(root: &mut Node, tally: &mut Tally) {
    strip(root, "", tally);
    let known = section(root, "schemas").into_iter().flatten();
    let kinds = known.filter_map(|(name, schema)| Some((to_component("schemas", name), kind(schema)?.to_owned())));
    let kinds: HashMap<String, String> = kinds.collect();
    slips(root, &kinds, tally);
    references(root, tally);
}

/// A reference to what is not a schema has nothing beside it, and one to a schema that is not there says nothing.
fn references(root: &mut Node, tally: &mut Tally) {
    let schemas: HashSet<String> =
        section(root, "schemas").into_iter().flatten().map(|(name, _)| to_component("schemas", name)).collect();
    each_reference(root, &mut |words, target| {
        if target.starts_with("#/components/schemas/") {
            if !schemas.contains(target) {
                words.shift_remove("$ref");
                tally.settle("references to schemas that are not there say nothing");
            }
        } else if target.starts_with("#/components/") && words.len() > 1 {
            let beside: Vec<String> = words.keys().filter(|word| *word != "$ref").cloned().collect();
            for word in beside {
                words.shift_remove(&word);
                tally.leave_out(&word);
            }
        }
    });
}

fn each_reference(node: &mut Node, each: &mut dyn FnMut(&mut Map, &str)) {
    match &mut node.kind {
        Kind::List(list) => list.iter_mut().for_each(|item| each_reference(item, each)),
        Kind::Map(map) => {
            let target = map.get("$ref").filter(|target| target.is_published()).and_then(Node::as_text);
            if let Some(target) = target.map(str::to_owned) {
                each(map, &target);
            }
            for (_, value) in map.iter_mut().filter(|(key, _)| !SAMPLES.contains(&key.as_str())) {
                each_reference(value, each);
            }
        }
        _ => {}
    }
}

/// Takes out branches none of which a value of the type beside them could be, and what a pattern has around it as JavaScript writes
/// it: no text that is meant would match.
fn slips(node: &mut Node, kinds: &HashMap<String, String>, tally: &mut Tally) {
    match &mut node.kind {
        Kind::List(list) => list.iter_mut().for_each(|item| slips(item, kinds, tally)),
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
            if let Some(Kind::Text(pattern)) = map.get_mut("pattern").map(|pattern| &mut pattern.kind)
                && let Some(inner) = pattern.strip_prefix("/^").and_then(|rest| rest.strip_suffix("$/"))
            {
                *pattern = format!("^{inner}$");
                tally.settle("patterns between slashes are what is between them");
            }
            for (_, value) in map.iter_mut().filter(|(key, _)| !SAMPLES.contains(&key.as_str())) {
                slips(value, kinds, tally);
            }
        }
        _ => {}
    }
}

/// The type of a schema, where it says one.
fn kind(schema: &Node) -> Option<&str> {
    schema.text("type").or_else(|| schema.get("properties").map(|_| "object"))
}

/// Takes them out of a part, which is under a word.
fn strip(node: &mut Node, under: &str, tally: &mut Tally) {
    match &mut node.kind {
        Kind::List(list) => list.iter_mut().for_each(|item| strip(item, "", tally)),
        Kind::Map(map) if NAMES.contains(&under) => {
            let each = if under == "encoding" { PART } else { "" };
            map.values_mut().for_each(|value| strip(value, each, tally));
        }
        Kind::Map(map) => {
            map.retain(|key, value| {
                let is_idle =
                    key.starts_with("x-") || IDLE.contains(&key.as_str()) || under == PART && key == "headers";
                let is_empty = matches!(value.kind, Kind::Null) && !SAMPLES.contains(&key.as_str());
                let goes = value.is_published() && (is_idle || is_empty);
                if goes {
                    tally.leave_out(key);
                }
                !goes
            });
            for (key, value) in map.iter_mut().filter(|(key, _)| !SAMPLES.contains(&key.as_str())) {
                strip(value, key, tally);
            }
        }
        _ => {}
    }
}
