//! Writes what `allOf` puts together as one schema, and does the same with what is beside a `$ref`.
//!
//! A `$ref` with nothing beside it but what is said of the place (a description, an example) stays one, so that a type is made once.

use std::collections::{HashMap, HashSet};

use super::spot::{along, each_part, each_schema};
use super::{Copies, MOST_HOPS, TooLarge, component, components, pointer};
use crate::node::{Kind, Map, Node};

/// What is said of the place, and not of the value.
const ANNOTATIONS: [&str; 14] = [
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "default",
    "deprecated",
    "externalDocs",
    "xml",
    "nullable",
    "readOnly",
    "writeOnly",
    "x-source",
    "x-assumption",
];

/// What stays beside a `$ref` until the passes that read it.
const KEPT: [&str; 3] = ["nullable", "readOnly", "writeOnly"];

/// Merges what is put together, everywhere.
pub(super) fn merge(root: &mut Node, copies: &mut Copies) -> Result<(), TooLarge> {
    let raw = components(root).map(std::mem::take).unwrap_or_default();
    let names: Vec<String> = raw.keys().cloned().collect();
    let mut merger = Merger { raw, whole: HashMap::new(), parts: HashSet::new(), copies };
    for name in &names {
        merger.component(name, 0)?;
    }
    let mut failed = None;
    // Components are out of the tree for now, so that only what is elsewhere is visited.
    each_schema(root, &mut |schema, spot| {
        if failed.is_none() {
            failed = merger.one(schema, &spot.from, 0).err();
        }
    });
    if let Some(failed) = failed {
        return Err(failed);
    }
    let Merger { raw, mut whole, parts, .. } = merger;
    if let Some(components) = components(root) {
        let whole = raw.into_iter().map(|(name, raw)| (name.clone(), whole.remove(&name).flatten().unwrap_or(raw)));
        *components = whole.collect();
    }
    leave_out(root, parts);
    Ok(())
}

/// Takes the components out that were parts of others and are nothing else.
fn leave_out(root: &mut Node, mut parts: HashSet<String>) {
    each_schema(root, &mut |schema, _| {
        if let Some(name) = component(schema) {
            parts.remove(&name);
        }
    });
    if let Some(components) = components(root) {
        components.retain(|name, _| !parts.contains(name));
    }
}

struct Merger<'c> {
    /// The components as they are written.
    raw: Map,
    /// Those that are merged already; `None` while that is going on.
    whole: HashMap<String, Option<Node>>,
    /// Those that are parts of others.
    parts: HashSet<String>,
    copies: &'c mut Copies,
}

impl Merger<'_> {
    /// Merges a component, unless it is being merged.
    fn component(&mut self, name: &str, hops: usize) -> Result<(), TooLarge> {
        if self.whole.contains_key(name) || hops > MOST_HOPS {
            return Ok(());
        }
        let Some(raw) = self.raw.get(name) else { return Ok(()) };
        let mut node = self.copies.of(raw, &pointer(name))?;
        node.from = raw.from.clone();
        self.whole.insert(name.to_owned(), None);
        self.inside(&mut node, &pointer(name), hops)?;
        self.whole.insert(name.to_owned(), Some(node));
        Ok(())
    }

    /// Merges what is in a schema, and then the schema.
    fn inside(&mut self, schema: &mut Node, from: &str, hops: usize) -> Result<(), TooLarge> {
        let mut failed = None;
        each_part(schema, &mut |part, _, steps| {
            let from = along(from, steps);
            if failed.is_none() {
                failed = self.inside(part, &from, hops).err();
            }
        });
        match failed {
            Some(failed) => Err(failed),
            None => self.one(schema, from, hops),
        }
    }

    /// Merges a schema whose parts are merged.
    fn one(&mut self, schema: &mut Node, from: &str, hops: usize) -> Result<(), TooLarge> {
        let Kind::Map(words) = &schema.kind else { return Ok(()) };
        let parts = match (words.get("allOf").map(|parts| &parts.kind), words.get("$ref")) {
            (Some(Kind::List(parts)), None) if !parts.is_empty() => parts.clone(),
            (None, Some(_)) if words.len() > 1 => vec![only(words, |word| word == "$ref", schema.line)],
            _ => {
                self.distribute(schema, from, hops)?;
                imply_type(schema);
                return Ok(());
            }
        };
        let own = only(words, |word| word != "allOf" && word != "$ref", schema.line);
        let says_more = own.as_map().is_some_and(|own| own.keys().any(|word| !ANNOTATIONS.contains(&word.as_str())));
        if let ([part], false) = (parts.as_slice(), says_more)
            && let Some(name) = component(part)
        {
            // One that contains itself may be being merged.
            if !self.is_named(&name) {
                self.component(&name, hops + 1)?;
            }
            if self.is_named(&name) {
                let kept = own.as_map().into_iter().flatten().filter(|(word, _)| KEPT.contains(&word.as_str()));
                let kept = kept.map(|(word, said)| (word.clone(), said.clone()));
                let words = part.as_map().into_iter().flatten().map(|(word, said)| (word.clone(), said.clone()));
                schema.kind = Kind::Map(words.chain(kept).collect());
                return Ok(());
            }
        }
        let mut merged = own;
        for part in parts {
            let mut part = match component(&part) {
                None => part,
                Some(name) => {
                    self.component(&name, hops + 1)?;
                    let Some(Some(whole)) = self.whole.get(&name) else { return Ok(()) };
                    let part = self.copies.of(whole, &pointer(&name))?;
                    self.parts.insert(name);
                    part
                }
            };
            carry_branches(&mut part, &mut merged);
            if !add(&mut merged, part) {
                return Ok(());
            }
        }
        merged.from = Some(from.into());
        *schema = merged;
        self.distribute(schema, from, hops)?;
        imply_type(schema);
        Ok(())
    }

    /// What is said beside several branches is said of each of them.
    fn distribute(&mut self, schema: &mut Node, from: &str, hops: usize) -> Result<(), TooLarge> {
        let line = schema.line;
        let Kind::Map(words) = &mut schema.kind else { return Ok(()) };
        if words.get("oneOf").and_then(Node::as_list).is_none() || !words.keys().any(|word| is_shared(word)) {
            return Ok(());
        }
        let shared = only(words, is_shared, line);
        words.retain(|word, _| !is_shared(word));
        // A type alone says nothing that the branches do not say.
        if shared.as_map().is_some_and(|shared| shared.keys().all(|word| word == "type")) {
            return Ok(());
        }
        let Some(Kind::List(branches)) = words.get_mut("oneOf").map(|branches| &mut branches.kind) else {
            return Ok(());
        };
        for (index, branch) in branches.iter_mut().enumerate() {
            let from = format!("{from}/oneOf/{index}");
            let mut whole = self.copies.of(&shared, &from)?;
            if let Kind::Map(words) = &mut whole.kind {
                // What it was called names what it becomes.
                let title = component(branch).map(|name| Node::new(Kind::Text(name), line));
                words.extend(title.map(|title| ("title".to_owned(), title)));
                let branch = std::mem::replace(branch, Node::map(Map::new(), line));
                words.insert("allOf".to_owned(), Node::new(Kind::List(vec![branch]), line));
            }
            self.one(&mut whole, &from, hops)?;
            *branch = whole;
        }
        Ok(())
    }

    /// Whether a component has a type of its own: an object, a list of choices, or what is not known to be less.
    fn is_named(&self, name: &str) -> bool {
        let whole = self.whole.get(name).and_then(Option::as_ref);
        whole.or(self.raw.get(name)).is_some_and(super::alias::is_named)
    }
}

/// What is said of several branches, or of how they come together.
const OF_BRANCHES: [&str; 7] = ["oneOf", "anyOf", "allOf", "not", "$ref", "discriminator", "x-sensitive"];

/// Whether what a word says beside several branches is said of each of them.
pub(super) fn is_shared(word: &str) -> bool {
    !ANNOTATIONS.contains(&word) && !OF_BRANCHES.contains(&word)
}

/// Takes the branches of a part over, unless there are others already.
fn carry_branches(part: &mut Node, merged: &mut Node) {
    let (Kind::Map(part), Kind::Map(into)) = (&mut part.kind, &mut merged.kind) else { return };
    if part.contains_key("oneOf") && !into.contains_key("oneOf") {
        let words = ["oneOf", "discriminator"].into_iter();
        into.extend(words.filter_map(|word| Some((word.to_owned(), part.shift_remove(word)?))));
    }
}

/// The words of a schema that are asked for.
fn only(words: &Map, is_asked: impl Fn(&str) -> bool, line: u64) -> Node {
    let words = words.iter().filter(|(word, _)| is_asked(word));
    Node::map(words.map(|(word, said)| (word.clone(), said.clone())).collect(), line)
}

/// Adds a part to what is merged so far, whose words count before the part's. False where the two cannot be one.
fn add(merged: &mut Node, part: Node) -> bool {
    let (Kind::Map(into), Kind::Map(part)) = (&mut merged.kind, part.kind) else { return false };
    if part.contains_key("$ref") || ["oneOf", "anyOf", "not", "allOf"].iter().any(|word| part.contains_key(*word)) {
        return false;
    }
    for (word, said) in part {
        // How a place is used is not inherited, and neither is that a part alone would be closed.
        let is_closed = word == "additionalProperties" && said.as_bool() == Some(false);
        if is_closed || matches!(word.as_str(), "readOnly" | "writeOnly" | "discriminator" | "x-assumption") {
            continue;
        }
        let Some(known) = into.get_mut(&word) else {
            into.insert(word, said);
            continue;
        };
        match (word.as_str(), &mut known.kind, said.kind) {
            ("properties", Kind::Map(known), Kind::Map(more)) => {
                for (name, property) in more {
                    match known.get_mut(&name) {
                        None => {
                            known.insert(name, property);
                        }
                        Some(known) if known.text("$ref").is_some() || property.text("$ref").is_some() => {}
                        Some(known) => {
                            if !add(known, property) {
                                return false;
                            }
                        }
                    }
                }
            }
            ("required", Kind::List(known), Kind::List(more)) => {
                let names: Vec<Option<String>> = known.iter().map(Node::scalar).collect();
                known.extend(more.into_iter().filter(|name| !names.contains(&name.scalar())));
            }
            ("type", Kind::Text(known), Kind::Text(other)) if *known != other => return false,
            _ => {}
        }
    }
    true
}

/// Says the type that the other words leave no doubt of.
fn imply_type(schema: &mut Node) {
    let line = schema.line;
    let Kind::Map(words) = &mut schema.kind else { return };
    let has = |list: &[&str]| list.iter().any(|word| words.contains_key(*word));
    if has(&["type", "$ref", "oneOf", "anyOf", "allOf", "not"]) {
        return;
    }
    let listed = words.get("enum").and_then(Node::as_list).unwrap_or_default();
    let kind = if has(&["properties", "additionalProperties"]) {
        "object"
    } else if has(&["items"]) {
        "array"
    } else if has(&["pattern", "minLength", "maxLength"]) {
        "string"
    } else if let Some(kind) = kind_of(listed) {
        kind
    } else {
        return;
    };
    words.insert("type".to_owned(), Node::new(Kind::Text(kind.to_owned()), line));
}

/// The type of listed values, but for `null`: that of all of them.
fn kind_of(listed: &[Node]) -> Option<&'static str> {
    let kinds = listed.iter().filter_map(|value| match &value.kind {
        Kind::Text(_) => Some("string"),
        Kind::Bool(_) => Some("boolean"),
        Kind::Number(number) if number.is_f64() => Some("number"),
        Kind::Number(_) => Some("integer"),
        Kind::Null => None,
        Kind::List(_) | Kind::Map(_) => Some(""),
    });
    let kind = kinds.reduce(|kind, other| match (kind, other) {
        ("integer" | "number", "integer" | "number") if kind != other => "number",
        _ if kind == other => kind,
        ("string", _) | (_, "string") => "string",
        _ => "",
    });
    kind.filter(|kind| !kind.is_empty())
}
