//! Gives the one `example` of a response a name, so that a mock and a sandbox find it as they find any other.

use crate::messages::{self, Kind};
use crate::node::{Map, Node};

/// What it is called.
const NAME: &str = "example";

/// Names the examples of all responses.
pub(super) fn name(root: &mut Node) {
    messages::each(root, &mut |mut message| {
        if matches!(message.kind, Kind::Response(_)) {
            message.content().into_iter().flat_map(Map::values_mut).for_each(of_media);
        }
    });
}

fn of_media(media: &mut Node) {
    let Some(words) = media.as_map_mut().filter(|words| !words.contains_key("examples")) else { return };
    if let Some(value) = words.shift_remove("example") {
        let line = value.line;
        let example = Node::map([("value".to_owned(), value)].into(), line);
        words.insert("examples".to_owned(), Node::map([(NAME.to_owned(), example)].into(), line));
    }
}
