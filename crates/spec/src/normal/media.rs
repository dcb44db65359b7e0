//! Leaves one media type of several: the one that a client sends, or reads.

use countersign_plan::Encoding;

use crate::media;
use crate::messages::{self, Kind};
use crate::node::{self, Map, Node};

/// Chooses among the media types of every body, and says which was taken for what is sent: the pointer to it, and what a note says.
pub(super) fn choose(root: &mut Node) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    messages::each(root, &mut |mut message| {
        let is_sent = message.kind == Kind::Request;
        let is_response = matches!(message.kind, Kind::Response(_));
        let Some(content) = message.content() else { return };
        let media_types = content.keys().map(String::as_str);
        let chosen = if is_response { media::received(media_types) } else { media::chosen(media_types, is_sent) };
        let Some(chosen) = chosen.map(str::to_owned) else {
            return;
        };
        if is_response {
            content.get_mut(&chosen).into_iter().for_each(|media| describe(&chosen, media));
        }
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

/// What is published without a schema is text or a file, unless it is JSON.
fn describe(media_type: &str, media: &mut Node) {
    let (line, is_published) = (media.line, media.is_published());
    let Some(media) = media.as_map_mut().filter(|media| is_published && !media.contains_key("schema")) else { return };
    if media::encoding(media_type) == Some(Encoding::Json) {
        return;
    }
    let word = |text: &str| Node::new(node::Kind::Text(text.to_owned()), line);
    let mut schema = Map::from([("type".to_owned(), word("string"))]);
    if !media::is_text(media_type) {
        schema.insert("format".to_owned(), word("binary"));
    }
    media.insert("schema".to_owned(), Node::map(schema, line));
}
