//! Brings what is one of several schemas to one form: `oneOf`, with a value of the discriminator for each branch.
//!
//! Which branch a value means is found before branches are merged and moved, when they still have the names that it goes by.
//! Until all are where they stay, `mapping` counts branches.

use super::combine::is_shared;
use super::spot::{each_schema, texts};
use super::{component, components, pointer, reference};
use crate::api::MOST_BRANCHES;
use crate::node::{Kind, Map, Node};

/// How many schemas are looked at for the value that a branch states.
const MOST_PARTS: usize = 64;

/// Rewrites `anyOf`, one branch alone, and which value means which branch.
pub(super) fn settle(root: &mut Node) {
    let mut is_told = false;
    each_schema(root, &mut |schema, spot| {
        one_word(schema, &spot.from);
        is_told |= schema.get("oneOf").is_some() && schema.get("discriminator").is_some();
    });
    if let Some(schemas) = components(root) {
        apart_from_parents(schemas);
    }
    if !is_told {
        return;
    }
    let known = components(root).cloned().unwrap_or_default();
    each_schema(root, &mut |schema, _| {
        let Kind::Map(words) = &mut schema.kind else { return };
        let branches = words.get("oneOf").and_then(Node::as_list).unwrap_or_default().to_vec();
        let Some(Kind::Map(told)) = words.get_mut("discriminator").map(|told| &mut told.kind) else { return };
        let Some(property) = told.get("propertyName").and_then(Node::as_text).map(str::to_owned) else { return };
        let mapping = told.get("mapping").and_then(Node::as_map).cloned().unwrap_or_default();
        let mapping = Mapping { known: &known, property: &property, mapping }.of(&branches);
        told.insert("mapping".to_owned(), Node::map(mapping, schema.line));
    });
}

/// A schema that is one of those that it is a part of is two: what they are, and what they have in common.
fn apart_from_parents(schemas: &mut Map) {
    let parts = |schema: &Node| schema.get("allOf").and_then(Node::as_list).unwrap_or_default().to_vec();
    let children = |parent: &String, schema: &Node| -> Vec<String> {
        let branches = schema.get("oneOf").and_then(Node::as_list).unwrap_or_default();
        let branches = branches.iter().take(MOST_BRANCHES).filter_map(component);
        let has_parent = |name: &String| {
            let child = schemas.get(name);
            child.is_some_and(|child| parts(child).iter().any(|part| component(part).as_ref() == Some(parent)))
        };
        branches.filter(has_parent).collect()
    };
    let parents: Vec<(String, Vec<String>)> =
        schemas.iter().map(|(name, at)| (name.clone(), children(name, at))).collect();
    for (parent, children) in parents.into_iter().filter(|(_, children)| !children.is_empty()) {
        let mut names = (1..).map(|number| format!("{parent}Base{number}"));
        let Some(base) = names.find(|name| !schemas.contains_key(name)) else { continue };
        let Some(Kind::Map(words)) = schemas.get_mut(&parent).map(|schema| &mut schema.kind) else { continue };
        let mut shared = words.clone();
        shared.retain(|word, _| !matches!(word.as_str(), "oneOf" | "discriminator"));
        words.retain(|word, _| !is_shared(word));
        for child in children {
            let parts = schemas.get_mut(&child).and_then(|child| child.as_map_mut()?.get_mut("allOf"));
            let Some(Kind::List(parts)) = parts.map(|parts| &mut parts.kind) else { continue };
            for part in parts.iter_mut().filter(|part| component(part).as_ref() == Some(&parent)) {
                *part = reference(&base, part.line);
            }
        }
        schemas.insert(base, Node::map(shared, 0).moved_from(&pointer(&parent)));
    }
}

/// Leads each value to the component that its branch is.
pub(super) fn lead(root: &mut Node) {
    each_schema(root, &mut |schema, _| {
        let Kind::Map(words) = &mut schema.kind else { return };
        let branches = words.get("oneOf").and_then(Node::as_list).unwrap_or_default().to_vec();
        let mapping = words.get_mut("discriminator").and_then(|told| told.as_map_mut()?.get_mut("mapping"));
        for (_, target) in mapping.and_then(Node::as_map_mut).into_iter().flatten() {
            let index = target.as_text().and_then(|text| text.parse::<usize>().ok());
            if let Some(branch) = index.and_then(|index| branches.get(index)?.get("$ref")) {
                *target = branch.clone();
            }
        }
    });
}

/// `oneOf` says what `anyOf` does, and one branch is no choice. What tells nothing from anything is no discriminator.
fn one_word(schema: &mut Node, from: &str) {
    let Kind::Map(words) = &mut schema.kind else { return };
    if !words.contains_key("oneOf")
        && words.get("anyOf").is_some_and(|branches| branches.as_list().is_some())
        && let Some(mut branches) = words.shift_remove("anyOf")
    {
        if let Kind::List(branches) = &mut branches.kind {
            for (index, branch) in branches.iter_mut().enumerate() {
                branch.from.get_or_insert_with(|| format!("{from}/anyOf/{index}").into());
            }
        }
        words.insert("oneOf".to_owned(), branches);
    }
    let is_alone = |branches: &Node| branches.as_list().is_some_and(|branches| branches.len() == 1);
    if words.get("oneOf").is_some_and(is_alone)
        && !words.contains_key("allOf")
        && let Some(branches) = words.shift_remove("oneOf")
    {
        words.insert("allOf".to_owned(), branches);
    }
    if !words.contains_key("oneOf") && words.get("discriminator").is_some_and(|told| told.as_map().is_some()) {
        words.shift_remove("discriminator");
    }
}

/// The values that a `mapping` names for a branch.
fn mapped(mapping: &Map, branch: &Node) -> Vec<String> {
    let name = component(branch);
    let leads_here = |target: &Node| match (target.as_text(), &name) {
        (Some(target), Some(name)) => target == name || reference(name, 0).text("$ref") == Some(target),
        _ => false,
    };
    mapping.iter().filter(|(_, target)| leads_here(target)).map(|(value, _)| value.clone()).collect()
}

/// Which value of a property means which branch.
struct Mapping<'k> {
    known: &'k Map,
    property: &'k str,
    /// As it is written.
    mapping: Map,
}

impl Mapping<'_> {
    /// The number of the branch for each value. A branch that the document names no value for has the one that it states for
    /// the property, or its name.
    fn of(mut self, branches: &[Node]) -> Map {
        let mut found = Map::new();
        for (index, branch) in branches.iter().take(MOST_BRANCHES).enumerate() {
            let number = Node::new(Kind::Text(index.to_string()), branch.line);
            let here = mapped(&self.mapping, branch);
            self.mapping.retain(|value, _| !here.contains(value));
            if here.is_empty() {
                for value in self.values(branch, &mut { MOST_PARTS }) {
                    found.entry(value).or_insert(number.clone());
                }
            }
            found.extend(here.into_iter().map(|value| (value, number.clone())));
        }
        // What leads to no branch is for the lint to name.
        found.extend(self.mapping);
        found
    }

    /// The values that mean a branch, if the document names none: those that it states, those that mean what it is one of
    /// itself, or its name.
    fn values(&self, branch: &Node, left: &mut usize) -> Vec<String> {
        let stated = self.stated(branch);
        let Some(rest) = left.checked_sub(1).filter(|_| stated.is_empty()) else { return stated };
        *left = rest;
        let name = component(branch);
        let schema = name.as_ref().and_then(|name| self.known.get(name)).unwrap_or(branch);
        let told = schema.get("discriminator").filter(|told| told.text("propertyName") == Some(self.property));
        let mapping = told.and_then(|told| told.get("mapping")?.as_map());
        let mut values = Vec::new();
        for inner in schema.get("oneOf").and_then(Node::as_list).into_iter().flatten().take(MOST_BRANCHES) {
            let here = mapping.map(|mapping| mapped(mapping, inner)).unwrap_or_default();
            values.extend(if here.is_empty() { self.values(inner, left) } else { here });
        }
        if values.is_empty() { name.into_iter().collect() } else { values }
    }

    /// The values that a branch lists for the property.
    fn stated(&self, branch: &Node) -> Vec<String> {
        let listed = |schema: &Node| Some(texts(schema.as_map()?, "enum")).filter(|values| !values.is_empty());
        let of_property = |schema: &Node| {
            let property = schema.get("properties")?.get(self.property)?;
            self.first(property, &listed, &mut { MOST_PARTS })
        };
        self.first(branch, &of_property, &mut { MOST_PARTS }).unwrap_or_default()
    }

    /// The first that is found in a schema, in what it refers to, or in its parts.
    fn first<T>(&self, schema: &Node, find: &dyn Fn(&Node) -> Option<T>, left: &mut usize) -> Option<T> {
        *left = left.checked_sub(1)?;
        let found = find(schema);
        if found.is_some() {
            return found;
        }
        if let Some(target) = component(schema).and_then(|name| self.known.get(&name)) {
            return self.first(target, find, left);
        }
        let parts = schema.get("allOf").and_then(Node::as_list).unwrap_or_default();
        parts.iter().find_map(|part| self.first(part, find, left))
    }
}
