//! Lifts objects and lists of choices from where they are used into `components`, each under a name of its own.

use std::collections::HashSet;

use super::spot::each_schema;
use super::{components, reference};
use crate::names;
use crate::node::{Kind, Map, Node};

/// Lifts every object.
pub(super) fn lift(root: &mut Node) {
    let mut taken: HashSet<String> =
        components(root).into_iter().flatten().map(|(name, _)| names::schema(name)).collect();
    let mut lifted = Map::new();
    each_schema(root, &mut |schema, spot| {
        if spot.is_component || schema.text("type") != Some("object") {
            return;
        }
        let name = names::pascal_case(&spot.name);
        // A component is named in ASCII, whatever a property is called.
        let name = unique(&if name.is_ascii() { name } else { names::schema(&spot.name) }, &taken);
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
            if let (Kind::Map(place), true) =
                (&mut schema.kind, words.contains_key("readOnly") || words.contains_key("writeOnly"))
            {
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

/// A name that no other type has.
fn unique(name: &str, taken: &HashSet<String>) -> String {
    let name = if name.is_empty() { "Object" } else { name };
    if !taken.contains(&names::schema(name)) {
        return name.to_owned();
    }
    let numbered = (2..).map(|number| format!("{name}{number}"));
    numbered.into_iter().find(|name| !taken.contains(&names::schema(name))).unwrap_or_default()
}
