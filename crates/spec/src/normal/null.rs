//! Says of `null` where it may be, and not what may be it: beside each `$ref`, and of a choice as a whole.
//!
//! A component that may be `null` would be two types, itself and one with nothing in it. So none is, and what uses it says so.

use std::collections::HashSet;

use super::spot::each_schema;
use super::{component, components};
use crate::messages::{self, Kind as Message};
use crate::node::{Kind, Map, Node};

/// Moves it. What is sent as a whole is not `null`: a body that says nothing is left out. Yields what is to be noted: a JSON
/// pointer, and a text.
pub(super) fn said_where_used(root: &mut Node) -> Vec<(String, String)> {
    let mut nullable = HashSet::new();
    // Until there are no more: a choice may be `null` where one of its branches may.
    while let Some(schemas) = components(root) {
        let more = schemas.iter().filter(|(name, schema)| !nullable.contains(*name) && may_be_null(schema, &nullable));
        let more: Vec<String> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            break;
        }
        nullable.extend(more);
    }
    each_schema(root, &mut |schema, spot| {
        let line = schema.line;
        if component(schema).is_some_and(|name| nullable.contains(&name)) {
            mark(schema, line);
        } else if spot.is_component
            && unmark(schema)
            && let Some(listed) = schema.get_mut("enum").and_then(Node::as_list_mut)
        {
            listed.retain(|value| !matches!(value.kind, Kind::Null));
        }
        for branch in schema.get_mut("oneOf").and_then(Node::as_list_mut).into_iter().flatten() {
            unmark(branch);
        }
    });
    let mut notes = Vec::new();
    messages::each(root, &mut |mut message| {
        if !matches!(message.kind, Message::Request | Message::Event) {
            return;
        }
        let pointer = message.pointer.clone();
        for (_, media) in message.content().into_iter().flat_map(Map::iter_mut) {
            if media.get_mut("schema").is_some_and(unmark) {
                notes.push((format!("{pointer}/content"), "a body is never `null` as a whole".to_owned()));
            }
        }
    });
    notes
}

fn may_be_null(schema: &Node, nullable: &HashSet<String>) -> bool {
    let is = |schema: &Node| schema.get("nullable").and_then(Node::as_bool) == Some(true);
    let branches = schema.get("oneOf").and_then(Node::as_list).unwrap_or_default();
    is(schema)
        || branches.iter().any(|branch| is(branch) || component(branch).is_some_and(|name| nullable.contains(&name)))
}

fn mark(schema: &mut Node, line: u64) {
    if let Kind::Map(words) = &mut schema.kind {
        words.insert("nullable".to_owned(), Node::new(Kind::Bool(true), line));
    }
}

/// Says no longer whether it may be `null`. Yields whether that was said.
fn unmark(schema: &mut Node) -> bool {
    let is_said = |words: &Map| words.get("nullable").is_some_and(|said| said.as_bool().is_some());
    let words = schema.as_map_mut().filter(|words| is_said(words));
    words.and_then(|words| words.shift_remove("nullable")).and_then(|said| said.as_bool()) == Some(true)
}
