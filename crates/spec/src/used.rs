//! The components that something leads to.

use std::collections::HashSet;

use countersign_plan::pointer::{steps, unescaped};

use crate::node::{Kind, Node};
use crate::reference::to_component;

/// What leads to a component begins so.
const COMPONENTS: &str = "#/components/";

/// The components that the rest of a document leads to, and those that are `kept` whatever leads to them: the references to them.
pub(crate) fn components(root: &Node, kept: impl Fn(&Node) -> bool) -> HashSet<String> {
    let mut ahead: Vec<String> = Vec::new();
    for (key, part) in root.as_map().into_iter().flatten().filter(|(key, _)| *key != "components") {
        if key == "security" { schemes(part, &mut ahead) } else { references(part, &mut ahead) }
    }
    for (section, entries) in root.get("components").and_then(Node::as_map).into_iter().flatten() {
        for (name, entry) in entries.as_map().into_iter().flatten().filter(|(_, entry)| kept(entry)) {
            ahead.push(to_component(section, name));
            references(entry, &mut ahead);
        }
    }
    let mut reached = HashSet::new();
    while let Some(target) = ahead.pop() {
        let way: Vec<&str> = steps(&target[1..]).take(3).collect();
        let node = way.iter().try_fold(root, |node, step| node.get(&unescaped(step)));
        if reached.insert(format!("#/{}", way.join("/")))
            && let Some(node) = node
        {
            references(node, &mut ahead);
        }
    }
    reached
}

/// Takes out the components whose references are not wanted.
pub(crate) fn retain(root: &mut Node, wanted: impl Fn(&str) -> bool) {
    let Some(components) = root.get_mut("components").and_then(Node::as_map_mut) else { return };
    for (section, entries) in components.iter_mut() {
        let Some(entries) = entries.as_map_mut() else { continue };
        entries.retain(|name, _| wanted(&to_component(section, name)));
    }
    components.retain(|_, entries| entries.as_map().is_none_or(|entries| !entries.is_empty()));
}

/// Everything in a node that leads to a component: references, mappings of discriminators, and the schemes of `security`.
pub(crate) fn references(node: &Node, into: &mut Vec<String>) {
    match &node.kind {
        Kind::Text(text) if text.starts_with(COMPONENTS) => into.push(text.clone()),
        Kind::List(list) => list.iter().for_each(|item| references(item, into)),
        Kind::Map(map) => map.iter().for_each(|(key, value)| match (key.as_str(), &value.kind) {
            ("security", Kind::List(_)) => schemes(value, into),
            _ => references(value, into),
        }),
        _ => {}
    }
}

fn schemes(security: &Node, into: &mut Vec<String>) {
    let requirements = security.as_list().unwrap_or_default().iter().filter_map(Node::as_map);
    let names = requirements.flat_map(|requirement| requirement.keys());
    into.extend(names.map(|name| to_component("securitySchemes", name)));
}
