//! Lifts objects, and what is one of several schemas, from where they are used into `components`, each under a name of its own.

use std::collections::HashSet;

use super::spot::each_schema;
use super::{components, reference};
use crate::names;
use crate::node::{Kind, Map, Node};

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
    let line = root.line;
    let empty = || Node::map(Map::new(), line);
    let Kind::Map(document) = &mut root.kind else { return };
    let components = document.entry("components".to_owned()).or_insert_with(empty);
    let Kind::Map(components) = &mut components.kind else { return };
    if let Kind::Map(schemas) = &mut components.entry("schemas".to_owned()).or_insert_with(empty).kind {
        schemas.extend(lifted);
    }
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
