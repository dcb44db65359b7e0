//! Lifts objects, and what is one of several schemas, from where they are used into `components`, each under a name of its own.

use std::collections::HashSet;

use super::spot::{each_inner, each_schema};
use super::{component, components, reference};
use crate::messages;
use crate::names;
use crate::node::{Kind, Map, Node};
use crate::successes::same_nodes;

/// How long a name may be, with room for a number: what is deep in a document would have a name that nobody reads.
const LONGEST: usize = 120;

/// Lifts every one of them.
pub(super) fn lift(root: &mut Node) {
    let mut taken: HashSet<String> =
        components(root).into_iter().flatten().map(|(name, _)| names::schema(name)).collect();
    let mut lifted = Map::new();
    each_schema(root, &mut |schema, spot| {
        if spot.is_component || schema.text("type") != Some("object") && schema.get("oneOf").is_none() {
            return;
        }
        // The name of a component is in ASCII, whatever the names are that lead to it.
        let words = if spot.name.is_ascii() { names::pascal_case(&spot.name) } else { names::schema(&spot.name) };
        let name = unique(&words, &taken);
        taken.insert(names::schema(&name));
        let line = schema.line;
        let mut object = std::mem::replace(schema, reference(&name, line));
        if let Kind::Map(words) = &mut object.kind {
            // What is said around it held for it where it was.
            if spot.is_sensitive && !words.contains_key("x-sensitive") {
                words.insert("x-sensitive".to_owned(), Node::new(Kind::Bool(true), line));
            }
            if !words.contains_key("x-source") && !words.contains_key("x-assumption") {
                let source = spot.source.iter().filter(|(word, _)| *word == "x-source");
                words.extend(source.map(|(word, said)| ((*word).to_owned(), said.clone())));
            }
            // And what is said of the place stays there.
            if let Kind::Map(place) = &mut schema.kind {
                for word in ["readOnly", "writeOnly"] {
                    place.extend(words.shift_remove(word).map(|said| (word.to_owned(), said)));
                }
            }
        }
        lifted.insert(name, object.moved_from(&spot.from));
    });
    if lifted.is_empty() {
        return;
    }
    join_successes(root, &mut lifted);
    let line = root.line;
    let empty = || Node::map(Map::new(), line);
    let Kind::Map(document) = &mut root.kind else { return };
    let components = document.entry("components".to_owned()).or_insert_with(empty);
    let Kind::Map(components) = &mut components.kind else { return };
    if let Kind::Map(schemas) = &mut components.entry("schemas".to_owned()).or_insert_with(empty).kind {
        schemas.extend(lifted);
    }
}

/// Gives the successes of an operation that describe the same object one type.
fn join_successes(root: &mut Node, lifted: &mut Map) {
    let mut before = (String::new(), Vec::<String>::new());
    messages::each(root, &mut |mut message| {
        let is_success = matches!(message.kind, messages::Kind::Response(status) if status.starts_with('2'));
        let Some((operation, _)) = message.pointer.rsplit_once("/responses/").filter(|_| is_success) else { return };
        if before.0 != operation {
            before = (operation.to_owned(), Vec::new());
        }
        for media in message.content().into_iter().flat_map(Map::values_mut) {
            let Some(schema) = media.get_mut("schema") else { continue };
            let Some(own) = component(schema).filter(|own| lifted.contains_key(own)) else { continue };
            match before.1.iter().find(|first| is_same(lifted, first, &own)) {
                Some(first) => {
                    *schema = reference(first, schema.line);
                    forget(lifted, &own);
                }
                None => before.1.push(own),
            }
        }
    });
}

/// Whether two objects that were lifted say the same, and what was lifted out of them.
fn is_same(lifted: &Map, one: &str, other: &str) -> bool {
    let inside = |one: &Node, other: &Node| match (component(one), component(other)) {
        (Some(one), Some(other)) if one != other => Some(is_same(lifted, &one, &other)),
        _ => None,
    };
    matches!((lifted.get(one), lifted.get(other)), (Some(one), Some(other)) if same_nodes(one, other, &inside))
}

/// Takes out an object, and what was lifted out of it.
fn forget(lifted: &mut Map, name: &str) {
    let Some(mut object) = lifted.shift_remove(name) else { return };
    each_inner(&mut object, &mut |part| {
        if let Some(inner) = component(part) {
            forget(lifted, &inner);
        }
    });
}

/// A name that no other type has, of what can name a component.
fn unique(name: &str, taken: &HashSet<String>) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(LONGEST).collect();
    let name = if name.is_empty() { "Object" } else { name.as_str() };
    if !taken.contains(&names::schema(name)) {
        return name.to_owned();
    }
    let numbered = (2..).map(|number| format!("{name}{number}"));
    numbered.into_iter().find(|name| !taken.contains(&names::schema(name))).unwrap_or_default()
}
