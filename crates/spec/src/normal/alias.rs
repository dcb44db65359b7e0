//! Writes a component that is no type of its own (a scalar, a list, another component) where it is used.
//!
//! Such a component may be made of others. Each is written out once, those first that are made of none, so that a use of it is
//! one copy. What contains itself stays as it is, for the lint to name.

use std::collections::{HashMap, HashSet};

use super::spot::{each_inner, each_schema};
use super::{Copies, TooLarge, component, components, pointer};
use crate::grammar::COMBINATIONS;
use crate::node::{Kind, Map, Node};

/// Whether a component is a type of its own.
pub(super) fn is_named(schema: &Node) -> bool {
    match (schema.get("$ref"), schema.text("type")) {
        (Some(_), _) => false,
        (None, Some("object")) => true,
        (None, Some("string" | "integer" | "number")) => schema.get("enum").is_some(),
        (None, Some(_)) => false,
        (None, None) => COMBINATIONS.iter().any(|word| schema.get(word).is_some()),
    }
}

/// Writes them where they are used, and takes them out of `components`.
pub(super) fn inline(root: &mut Node, copies: &mut Copies) -> Result<(), TooLarge> {
    let Some(components) = components(root) else { return Ok(()) };
    let mut aliases: Map = components.iter().filter(|(_, schema)| !is_named(schema)).map(copied).collect();
    let order = ordered(&mut aliases);
    let mut known = Map::new();
    for name in order {
        let Some(mut alias) = aliases.swap_remove(&name) else { continue };
        everywhere(copies, |write| each_inner(&mut alias, &mut |schema| write(schema, &known)))?;
        known.insert(name, alias);
    }
    components.retain(|name, _| !known.contains_key(name));
    everywhere(copies, |write| each_schema(root, &mut |schema, _| write(schema, &known)))
}

fn copied((name, schema): (&String, &Node)) -> (String, Node) {
    (name.clone(), schema.clone())
}

/// Writes what is known in the place of each `$ref` to it, as far as that is not too much.
fn everywhere(copies: &mut Copies, go: impl FnOnce(&mut dyn FnMut(&mut Node, &Map))) -> Result<(), TooLarge> {
    let mut result = Ok(());
    go(&mut |schema, known| {
        if result.is_ok() {
            result = write(schema, known, copies);
        }
    });
    result
}

/// Writes a component, if this is a `$ref` to one of them. What is beside the `$ref` stays.
fn write(schema: &mut Node, known: &Map, copies: &mut Copies) -> Result<(), TooLarge> {
    let Some((name, target)) = component(schema).and_then(|name| known.get_key_value(&name)) else { return Ok(()) };
    let mut copy = copies.of(target, &pointer(name))?;
    if let (Kind::Map(words), Kind::Map(own)) = (&mut copy.kind, &schema.kind) {
        let own = own.iter().filter(|(word, _)| *word != "$ref");
        words.extend(own.map(|(word, said)| (word.clone(), said.clone())));
    }
    *schema = copy;
    Ok(())
}

/// The names of those that do not contain themselves, each after what it is made of.
fn ordered(aliases: &mut Map) -> Vec<String> {
    let mut made_of: HashMap<String, usize> = HashMap::new();
    let mut used_by: HashMap<String, Vec<String>> = HashMap::new();
    let names: HashSet<String> = aliases.keys().cloned().collect();
    for (name, alias) in aliases.iter_mut() {
        each_inner(alias, &mut |schema| {
            if let Some(other) = component(schema).filter(|other| names.contains(other)) {
                *made_of.entry(name.clone()).or_default() += 1;
                used_by.entry(other).or_default().push(name.clone());
            }
        });
    }
    let mut order: Vec<String> = aliases.keys().filter(|name| !made_of.contains_key(*name)).cloned().collect();
    let mut next = 0;
    while let Some(name) = order.get(next) {
        next += 1;
        for user in used_by.remove(name).unwrap_or_default() {
            if let Some(left) = made_of.get_mut(&user) {
                *left -= 1;
                if *left == 0 {
                    order.push(user);
                }
            }
        }
    }
    order
}
