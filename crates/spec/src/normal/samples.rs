//! Gives the one `example` of a response a name, so that a mock and a sandbox find it as they find any other.

use crate::node::{Kind, Map, Node};

/// What it is called.
const NAME: &str = "example";

/// Names the examples of all responses.
pub(super) fn name(root: &mut Node) {
    let Kind::Map(document) = &mut root.kind else { return };
    let shared = document.get_mut("components").and_then(|components| entries(components, "responses"));
    shared.into_iter().flatten().for_each(|(_, response)| of_response(response));
    for item in document.get_mut("paths").and_then(Node::as_map_mut).into_iter().flat_map(Map::values_mut) {
        for operation in item.as_map_mut().into_iter().flat_map(Map::values_mut) {
            let responses = entries(operation, "responses");
            responses.into_iter().flatten().for_each(|(_, response)| of_response(response));
        }
    }
}

fn entries<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Map> {
    node.as_map_mut()?.get_mut(key)?.as_map_mut()
}

fn of_response(response: &mut Node) {
    for (_, media) in entries(response, "content").into_iter().flatten() {
        let Some(words) = media.as_map_mut().filter(|words| !words.contains_key("examples")) else { continue };
        if let Some(value) = words.shift_remove("example") {
            let line = value.line;
            let example = Node::map([("value".to_owned(), value)].into(), line);
            words.insert("examples".to_owned(), Node::map([(NAME.to_owned(), example)].into(), line));
        }
    }
}
