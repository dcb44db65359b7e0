//! Leaves one media type of several: the one that a client sends, or reads.

use crate::media;
use crate::messages::{self, Kind};
use crate::node::Node;

/// Chooses among the media types of every body, and says which was taken for what is sent: the pointer to it, and what a note says.
pub(super) fn choose(root: &mut Node) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    messages::each(root, &mut |mut message| {
        let is_sent = message.kind == Kind::Request;
        let Some(content) = message.content() else { return };
        let Some(chosen) = media::chosen(content.keys().map(String::as_str), is_sent).map(str::to_owned) else {
            return;
        };
        let others: Vec<String> =
            content.keys().filter(|name| **name != chosen).map(|name| format!("`{}`", name.escape_debug())).collect();
        if others.is_empty() {
            return;
        }
        content.retain(|name, _| *name == chosen);
        if is_sent {
            let text = format!("the body is sent as `{chosen}`, not as {}", others.join(", "));
            notes.push((format!("{}/content", message.pointer), text));
        }
    });
    notes
}
