//! The bodies of requests, the events and the responses of a document, where they are written.

use countersign_plan::pointer::escaped;

use crate::node::{Map, Node};

/// Something that has a `content`.
pub(crate) struct Message<'n> {
    pub(crate) kind: Kind<'n>,
    pub(crate) node: &'n mut Node,
    /// The JSON pointer to it.
    pub(crate) pointer: String,
}

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<'n> {
    /// The body of a request.
    Request,
    /// The body of a webhook.
    Event,
    /// A response, with its status. A shared one has none.
    Response(&'n str),
    /// What a webhook is answered with.
    Receipt,
}

/// Goes to every message: the shared ones, and those of operations and webhooks.
pub(crate) fn each(root: &mut Node, visit: &mut dyn FnMut(Message<'_>)) {
    let Some(document) = root.as_map_mut() else { return };
    if let Some(components) = document.get_mut("components").and_then(Node::as_map_mut) {
        for (section, kind) in [("requestBodies", Kind::Request), ("responses", Kind::Response(""))] {
            for (name, node) in entries(components, section) {
                visit(Message { kind, node, pointer: format!("/components/{section}/{}", escaped(name)) });
            }
        }
    }
    for (section, body) in [("paths", Kind::Request), ("x-webhooks", Kind::Event)] {
        for (path, item) in entries(document, section) {
            for (method, operation) in item.as_map_mut().into_iter().flatten() {
                let Some(operation) = operation.as_map_mut() else { continue };
                let pointer = format!("/{section}/{}/{}", escaped(path), escaped(method));
                if let Some(node) = operation.get_mut("requestBody") {
                    visit(Message { kind: body, node, pointer: format!("{pointer}/requestBody") });
                }
                for (status, node) in entries(operation, "responses") {
                    let kind = if body == Kind::Request { Kind::Response(status) } else { Kind::Receipt };
                    visit(Message { kind, node, pointer: format!("{pointer}/responses/{}", escaped(status)) });
                }
            }
        }
    }
}

impl Message<'_> {
    /// What it has, by media type.
    pub(crate) fn content(&mut self) -> Option<&mut Map> {
        self.node.get_mut("content")?.as_map_mut()
    }
}

fn entries<'m>(map: &'m mut Map, key: &str) -> impl Iterator<Item = (&'m String, &'m mut Node)> {
    map.get_mut(key).and_then(Node::as_map_mut).into_iter().flatten()
}
