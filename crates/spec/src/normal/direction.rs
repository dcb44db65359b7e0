//! Takes what is `readOnly` out of requests, and what is `writeOnly` out of responses.
//!
//! An object that is part of both, and that differs, becomes two.

use std::collections::{HashMap, HashSet};

use super::spot::{each_inner, each_part, each_schema, no_longer_required};
use super::{Copies, TooLarge, component, components, pointer, reference};
use crate::node::{Kind, Map, Node};
use crate::{messages, names};

/// Which way a schema goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Sent,
    Received,
}

impl Way {
    /// The word for what does not go this way.
    const fn left_out(self) -> &'static str {
        match self {
            Self::Sent => "readOnly",
            Self::Received => "writeOnly",
        }
    }
}

/// Takes out what does not go the way that it is used.
pub(super) fn split(root: &mut Node, copies: &mut Copies) -> Result<(), TooLarge> {
    let Some(schemas) = components(root) else { return Ok(()) };
    let graph = Graph::of(schemas);
    if graph.marked.is_empty() {
        unmark(root);
        return Ok(());
    }
    let sent = graph.reach(roots(root, Way::Sent));
    let received = graph.reach(roots(root, Way::Received));
    let differing = graph.differing();
    // Those that go both ways keep their names as responses.
    let mut twins: HashMap<String, String> = HashMap::new();
    let Some(schemas) = components(root) else { return Ok(()) };
    let mut taken: HashSet<String> = schemas.keys().map(|name| names::schema(name)).collect();
    for name in
        schemas.keys().filter(|name| sent.contains(*name) && received.contains(*name) && differing.contains(*name))
    {
        let plain = format!("{name}Request");
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let twin = std::iter::once(plain.clone()).chain(numbered).find(|twin| !taken.contains(&names::schema(twin)));
        let twin = twin.unwrap_or(plain);
        taken.insert(names::schema(&twin));
        twins.insert(name.clone(), twin);
    }
    let mut made = Map::new();
    for (name, schema) in schemas.iter_mut() {
        let way = if received.contains(name) || !sent.contains(name) { Way::Received } else { Way::Sent };
        if let Some(twin) = twins.get(name) {
            let mut copy = copies.of(schema, &pointer(name))?;
            take_out(&mut copy, Way::Sent);
            redirect(&mut copy, &twins);
            made.insert(twin.clone(), copy);
        }
        take_out(schema, way);
        if way == Way::Sent {
            redirect(schema, &twins);
        }
    }
    schemas.extend(made);
    each_root(root, Way::Sent, &mut |schema| redirect(schema, &twins));
    unmark(root);
    Ok(())
}

/// Which component leads to which.
struct Graph {
    next: HashMap<String, Vec<String>>,
    /// Those that have something that goes one way alone.
    marked: HashSet<String>,
}

impl Graph {
    fn of(schemas: &mut Map) -> Self {
        let mut graph = Self { next: HashMap::new(), marked: HashSet::new() };
        for (name, schema) in schemas.iter_mut() {
            let mut next = Vec::new();
            let mut is_marked = false;
            each_inner(schema, &mut |part| {
                next.extend(component(part));
                is_marked |= part.get("readOnly").is_some() || part.get("writeOnly").is_some();
            });
            graph.next.insert(name.clone(), next);
            if is_marked {
                graph.marked.insert(name.clone());
            }
        }
        graph
    }

    fn reach(&self, from: Vec<String>) -> HashSet<String> {
        let mut reached = HashSet::new();
        let mut ahead = from;
        while let Some(name) = ahead.pop() {
            if reached.insert(name.clone()) {
                ahead.extend(self.next.get(&name).into_iter().flatten().cloned());
            }
        }
        reached
    }

    /// Those that are marked, and those that lead to one.
    fn differing(&self) -> HashSet<String> {
        let mut before: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, next) in &self.next {
            for other in next {
                before.entry(other).or_default().push(name);
            }
        }
        let mut differing: HashSet<String> = HashSet::new();
        let mut ahead: Vec<&str> = self.marked.iter().map(String::as_str).collect();
        while let Some(name) = ahead.pop() {
            if differing.insert(name.to_owned()) {
                ahead.extend(before.get(name).into_iter().flatten());
            }
        }
        differing
    }
}

/// The components that what goes one way begins with.
fn roots(root: &mut Node, way: Way) -> Vec<String> {
    let mut names = Vec::new();
    each_root(root, way, &mut |schema| each_inner(schema, &mut |part| names.extend(component(part))));
    names
}

/// The schemas of bodies that go one way.
fn each_root(root: &mut Node, way: Way, each: &mut dyn FnMut(&mut Node)) {
    messages::each(root, &mut |mut message| {
        // What a webhook sends is received.
        if (message.kind == messages::Kind::Request) == (way == Way::Sent) {
            let media = message.content().into_iter().flat_map(Map::values_mut);
            media.filter_map(|media| media.get_mut("schema")).for_each(&mut *each);
        }
    });
}

/// Takes the properties out that do not go this way.
fn take_out(schema: &mut Node, way: Way) {
    each_part(schema, &mut |part, _, _| take_out(part, way));
    let Kind::Map(words) = &mut schema.kind else { return };
    let mut gone = Vec::new();
    if let Some(Kind::Map(properties)) = words.get_mut("properties").map(|properties| &mut properties.kind) {
        properties.retain(|name, property| {
            let stays = property.get(way.left_out()).and_then(Node::as_bool) != Some(true);
            if !stays {
                gone.push(name.clone());
            }
            stays
        });
    }
    no_longer_required(words, &gone);
}

/// Leads `$ref`s to the twins that are sent.
fn redirect(schema: &mut Node, twins: &HashMap<String, String>) {
    each_inner(schema, &mut |part| {
        if let Some(twin) = component(part).and_then(|name| twins.get(&name)) {
            let target = reference(twin, part.line);
            if let (Kind::Map(words), Kind::Map(target)) = (&mut part.kind, target.kind) {
                words.extend(target);
            }
        }
    });
}

/// Removes the marks, which are honoured.
fn unmark(root: &mut Node) {
    each_schema(root, &mut |schema, _| {
        if let Kind::Map(words) = &mut schema.kind {
            for word in ["readOnly", "writeOnly"] {
                if words.get(word).is_some_and(|said| said.as_bool().is_some()) {
                    words.shift_remove(word);
                }
            }
        }
    });
}
