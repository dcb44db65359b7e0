//! Says of `null` where it may be, and not what may be it: beside each `$ref`, and of a choice as a whole.
//!
//! A component that may be `null` would be two types, itself and one with nothing in it. So none is, and what uses it says so.

use std::collections::{HashMap, HashSet};

use super::spot::{each_inner, each_schema};
use super::{component, components};
use crate::messages::{self, Kind as Message};
use crate::node::{Kind, Map, Node};

/// Moves it. What is sent as a whole is not `null`: a body that says nothing is left out. Yields what is to be noted: a JSON
/// pointer, and a text.
pub(super) fn said_where_used(root: &mut Node) -> Vec<(String, String)> {
    let nullable = components(root).map(|schemas| nullable(schemas)).unwrap_or_default();
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
    each_parameter(root, &mut |parameter| {
        if let Some(schema) = parameter.get_mut("schema") {
            each_inner(schema, &mut |part| {
                if component(part).is_some() {
                    unmark(part);
                }
            });
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

/// Goes to every parameter: one that is a component is never `null` where it is a text.
fn each_parameter(root: &mut Node, each: &mut dyn FnMut(&mut Node)) {
    let Some(document) = root.as_map_mut() else { return };
    let shared = document.get_mut("components").and_then(|components| components.get_mut("parameters"));
    shared.and_then(Node::as_map_mut).into_iter().flat_map(Map::values_mut).for_each(&mut *each);
    for section in ["paths", "x-webhooks"] {
        for item in document.get_mut(section).and_then(Node::as_map_mut).into_iter().flat_map(Map::values_mut) {
            let mut all = |node: &mut Node| {
                let list = node.get_mut("parameters").and_then(Node::as_list_mut);
                list.into_iter().flatten().for_each(&mut *each);
            };
            all(item);
            item.as_map_mut().into_iter().flat_map(Map::values_mut).for_each(all);
        }
    }
}

/// The components that may be `null`: those that say so, and what is one of several where a branch may be.
fn nullable(schemas: &Map) -> HashSet<String> {
    let is = |schema: &Node| schema.get("nullable").and_then(Node::as_bool) == Some(true);
    let mut ahead: Vec<&String> = Vec::new();
    let mut choices_of: HashMap<String, Vec<&String>> = HashMap::new();
    for (name, schema) in schemas {
        let branches = schema.get("oneOf").and_then(Node::as_list).unwrap_or_default();
        if is(schema) || branches.iter().any(is) {
            ahead.push(name);
        }
        branches.iter().filter_map(component).for_each(|branch| choices_of.entry(branch).or_default().push(name));
    }
    let mut nullable = HashSet::new();
    while let Some(name) = ahead.pop() {
        if nullable.insert(name.clone()) {
            ahead.extend(choices_of.get(name).into_iter().flatten());
        }
    }
    nullable
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
