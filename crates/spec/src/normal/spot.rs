//! Goes to every schema of a document, the inner ones first.

use countersign_plan::pointer::escaped;

use crate::node::{Kind, Map, Node};

/// Where a schema is, and what holds for it there.
#[derive(Clone)]
pub(super) struct Spot {
    /// What a type there is called, as words.
    pub(super) name: String,
    /// The JSON pointer to where it is written.
    pub(super) from: String,
    /// Whether it is an entry of `components/schemas`.
    pub(super) is_component: bool,
    /// Whether something around it is marked `x-sensitive: true`.
    pub(super) is_sensitive: bool,
    /// The words around it that hold below: where it comes from.
    pub(super) source: Vec<(&'static str, Node)>,
}

/// What may be said once for everything below.
const HELD: [&str; 2] = ["x-source", "x-assumption"];

/// What is done with a schema.
type Visit<'v> = dyn FnMut(&mut Node, &Spot) + 'v;

/// Goes to every schema.
pub(super) fn each_schema(root: &mut Node, visit: &mut Visit<'_>) {
    let top =
        Spot { name: String::new(), from: String::new(), is_component: false, is_sensitive: false, source: Vec::new() };
    if let Some(components) = below(root, &top, "components").map(|(node, _)| node) {
        let at = top.step("components");
        each_entry(components, &at, "schemas", |name, schema, spot| {
            schema_at(schema, &Spot { name: name.to_owned(), is_component: true, ..spot }, visit);
        });
        each_entry(components, &at, "parameters", |name, parameter, spot| {
            media(parameter, &spot.called(name), visit);
        });
        each_entry(components, &at, "requestBodies", |name, body, spot| {
            contents(body, &spot.called(&format!("{name} request")), visit);
        });
        each_entry(components, &at, "responses", |name, response, spot| {
            let spot = spot.called(&format!("{name} response"));
            contents(response, &spot, visit);
            headers(response, &spot, visit);
        });
        each_entry(components, &at, "headers", |name, header, spot| media(header, &spot.called(name), visit));
    }
    for section in ["paths", "x-webhooks"] {
        each_entry(root, &top, section, |path, item, spot| path_item(path, item, &spot, visit));
    }
}

impl Spot {
    /// The place below a key.
    fn step(&self, key: &str) -> Self {
        Self { from: format!("{}/{}", self.from, escaped(key)), is_component: false, ..self.clone() }
    }

    fn called(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }

    fn below(&self, word: &str) -> Self {
        self.called(&format!("{} {word}", self.name))
    }

    /// What holds inside of a node that is here.
    fn inside(mut self, node: &Node) -> Self {
        if let Some(from) = &node.from {
            self.from = from.to_string();
        }
        for word in HELD {
            if let Some(said) = node.get(word) {
                self.source.retain(|(other, _)| !HELD.contains(other));
                self.source.push((word, said.clone()));
            }
        }
        self.is_sensitive |= node.get("x-sensitive").and_then(Node::as_bool) == Some(true);
        self
    }
}

/// What is below a key, and where that is.
fn below<'n>(node: &'n mut Node, spot: &Spot, key: &str) -> Option<(&'n mut Node, Spot)> {
    let spot = spot.clone().inside(node).step(key);
    let node = node.as_map_mut()?.get_mut(key)?;
    let spot = spot.inside(node);
    Some((node, spot))
}

/// The entries of the mapping below a key.
fn each_entry(node: &mut Node, spot: &Spot, key: &str, mut each: impl FnMut(&str, &mut Node, Spot)) {
    let Some((node, spot)) = below(node, spot, key) else { return };
    for (name, entry) in node.as_map_mut().into_iter().flatten() {
        let spot = spot.step(name).inside(entry);
        each(name, entry, spot);
    }
}

fn path_item(path: &str, item: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    parameters(item, &spot.called(path), visit);
    let Kind::Map(operations) = &mut item.kind else { return };
    for (method, operation) in operations.iter_mut().filter(|(_, operation)| operation.as_map().is_some()) {
        let id = operation.text("operationId").map_or_else(|| format!("{method} {path}"), str::to_owned);
        let spot = spot.step(method).inside(operation).called(&id);
        parameters(operation, &spot, visit);
        if let Some((body, spot)) = below(operation, &spot, "requestBody") {
            contents(body, &spot.below("request"), visit);
        }
        let mut has_success = false;
        each_entry(operation, &spot, "responses", |status, response, spot| {
            let is_first = status.starts_with('2') && !std::mem::replace(&mut has_success, true);
            let which = if is_first { String::new() } else { format!(" {status}") };
            let spot = spot.below(&format!("response{which}"));
            contents(response, &spot, visit);
            headers(response, &spot, visit);
        });
    }
}

fn parameters(node: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    let Some((list, spot)) = below(node, spot, "parameters") else { return };
    let Kind::List(list) = &mut list.kind else { return };
    for (index, parameter) in list.iter_mut().enumerate() {
        let name = parameter.text("name").unwrap_or_default().to_owned();
        let spot = spot.step(&index.to_string()).inside(parameter).below(&name);
        media(parameter, &spot, visit);
    }
}

fn contents(node: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    each_entry(node, spot, "content", |_, node, spot| media(node, &spot, visit));
}

fn headers(response: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    each_entry(response, spot, "headers", |name, header, spot| media(header, &spot.below(name), visit));
}

/// A parameter, a header, or the body of one media type.
fn media(node: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    if let Some((schema, spot)) = below(node, spot, "schema") {
        schema_at(schema, &spot, visit);
    }
}

fn schema_at(schema: &mut Node, spot: &Spot, visit: &mut Visit<'_>) {
    let spot = spot.clone().inside(schema);
    each_part(schema, &mut |part, words, steps| {
        let from = along(&spot.from, steps);
        let inner = Spot { from, is_component: false, ..spot.clone() }.below(words);
        schema_at(part, &inner, visit);
    });
    visit(schema, &spot);
}

/// The schemas directly in a schema: each with the words that name it, and the way to it.
pub(super) fn each_part(schema: &mut Node, each: &mut dyn FnMut(&mut Node, &str, &[&str])) {
    let Kind::Map(words) = &mut schema.kind else { return };
    for (word, part) in words.iter_mut() {
        match (word.as_str(), &mut part.kind) {
            ("properties", Kind::Map(properties)) => {
                properties.iter_mut().for_each(|(name, property)| each(property, name, &["properties", name]));
            }
            ("items", Kind::Map(_)) => each(part, "item", &["items"]),
            ("additionalProperties", Kind::Map(_)) => each(part, "value", &["additionalProperties"]),
            ("allOf" | "oneOf" | "anyOf", Kind::List(parts)) => {
                for (index, part) in parts.iter_mut().enumerate() {
                    let name = part.text("title").map_or_else(|| (index + 1).to_string(), str::to_owned);
                    each(part, &name, &[word, &index.to_string()]);
                }
            }
            _ => {}
        }
    }
}

/// The schemas in a schema, itself included, the inner ones first.
pub(super) fn each_inner(schema: &mut Node, each: &mut dyn FnMut(&mut Node)) {
    each_part(schema, &mut |part, _, _| each_inner(part, each));
    each(schema);
}

/// The JSON pointer that goes on from another.
pub(super) fn along(from: &str, steps: &[&str]) -> String {
    steps.iter().fold(from.to_owned(), |from, step| format!("{from}/{}", escaped(step)))
}

/// Lets an object do without some of its properties.
pub(super) fn no_longer_required(words: &mut Map, names: &[String]) {
    let Some(Kind::List(required)) = words.get_mut("required").map(|required| &mut required.kind) else { return };
    let before = required.len();
    required.retain(|name| name.as_text().is_none_or(|name| !names.iter().any(|known| known == name)));
    if required.len() < before && texts(words, "required").is_empty() {
        words.shift_remove("required");
    }
}

/// The list of texts below a key.
pub(super) fn texts(words: &Map, key: &str) -> Vec<String> {
    let list = words.get(key).and_then(Node::as_list).unwrap_or_default();
    list.iter().filter_map(Node::as_text).map(str::to_owned).collect()
}
