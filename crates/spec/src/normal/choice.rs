//! Brings what is one of several schemas to one form: `oneOf`, with a value of the discriminator for each branch.
//!
//! Which branch a value means is found before branches are merged and moved, when they still have the names that it goes by.
//! Until all are where they stay, `mapping` counts branches.

use super::spot::{each_schema, texts};
use super::{component, components, reference};
use crate::node::{Kind, Map, Node};

/// How many parts may lead from one to the next to where a branch states its value.
const MOST_HOPS: usize = 8;

/// Rewrites `anyOf`, one branch alone, and which value means which branch.
pub(super) fn settle(root: &mut Node) {
    let mut is_told = false;
    each_schema(root, &mut |schema, spot| {
        one_word(schema, &spot.from);
        is_told |= schema.get("oneOf").is_some() && schema.get("discriminator").is_some();
    });
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
        for (index, branch) in branches.iter().enumerate() {
            let number = Node::new(Kind::Text(index.to_string()), branch.line);
            let name = component(branch);
            let leads_here = |target: &Node| match (target.as_text(), &name) {
                (Some(target), Some(name)) => target == name || reference(name, 0).text("$ref") == Some(target),
                _ => false,
            };
            let here: Vec<String> =
                self.mapping.iter().filter(|(_, target)| leads_here(target)).map(|(value, _)| value.clone()).collect();
            self.mapping.retain(|value, _| !here.contains(value));
            if here.is_empty() {
                let stated = self.stated(branch, 0);
                let values = if stated.is_empty() { name.into_iter().collect() } else { stated };
                for value in values {
                    found.entry(value).or_insert(number.clone());
                }
            }
            found.extend(here.into_iter().map(|value| (value, number.clone())));
        }
        // What leads to no branch is for the lint to name.
        found.extend(self.mapping);
        found
    }

    /// The values that a branch lists for the property.
    fn stated(&self, branch: &Node, hops: usize) -> Vec<String> {
        if hops > MOST_HOPS {
            return Vec::new();
        }
        if let Some(target) = component(branch).and_then(|name| self.known.get(&name)) {
            return self.stated(target, hops + 1);
        }
        let property = branch.get("properties").and_then(|properties| properties.get(self.property));
        let values = property.and_then(Node::as_map).map(|property| texts(property, "enum")).unwrap_or_default();
        if !values.is_empty() {
            return values;
        }
        let parts = branch.get("allOf").and_then(Node::as_list).unwrap_or_default();
        parts.iter().map(|part| self.stated(part, hops + 1)).find(|values| !values.is_empty()).unwrap_or_default()
    }
}
