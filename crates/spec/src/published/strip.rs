//! Takes the words out of a published document that say nothing to a client of ours.

use super::Tally;
use crate::node::{Kind, Node};

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
