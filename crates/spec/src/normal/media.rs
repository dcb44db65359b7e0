//! Leaves one media type of several: the one that a client sends, or reads.

use countersign_plan::pointer::escaped;

use crate::media;
use crate::node::{Map, Node};

/// Chooses among the media types of every body, and says which was taken for what is sent: the pointer to it, and what a note says.
pub(super) fn choose(root: &mut Node) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    let Some(document) = root.as_map_mut() else { return notes };
    if let Some(components) = document.get_mut("components").and_then(Node::as_map_mut) {
        for (section, is_sent) in [("requestBodies", true), ("responses", false)] {
            for (name, at) in entries(components, section) {
                content(at, &format!("/components/{section}/{}", escaped(name)), is_sent, &mut notes);
            }
        }
    }
    for section in ["paths", "x-webhooks"] {
        for (path, item) in entries(document, section) {
            for (method, operation) in item.as_map_mut().into_iter().flatten() {
                let Some(operation) = operation.as_map_mut() else { continue };
                let pointer = format!("/{section}/{}/{}", escaped(path), escaped(method));
                if let Some(body) = operation.get_mut("requestBody") {
                    content(body, &format!("{pointer}/requestBody"), section == "paths", &mut notes);
                }
                for (_, response) in entries(operation, "responses") {
                    content(response, "", false, &mut notes);
                }
            }
        }
    }
    notes
}

fn entries<'m>(map: &'m mut Map, key: &str) -> impl Iterator<Item = (&'m String, &'m mut Node)> {
    map.get_mut(key).and_then(Node::as_map_mut).into_iter().flatten()
}

fn content(node: &mut Node, pointer: &str, is_sent: bool, notes: &mut Vec<(String, String)>) {
    let Some(content) = node.as_map_mut().and_then(|node| node.get_mut("content")?.as_map_mut()) else { return };
    let Some(chosen) = media::chosen(content.keys().map(String::as_str), is_sent).map(str::to_owned) else { return };
    let others: Vec<String> =
        content.keys().filter(|name| **name != chosen).map(|name| format!("`{}`", name.escape_debug())).collect();
    if others.is_empty() {
        return;
    }
    content.retain(|name, _| *name == chosen);
    if is_sent {
        notes.push((
            format!("{pointer}/content"),
            format!("the body is sent as `{chosen}`, not as {}", others.join(", ")),
        ));
    }
}
