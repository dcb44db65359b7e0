//! Says in the words of OpenAPI 3.0 what a document says in those of 3.1.

use super::spot::each_schema;
use crate::node::{Kind, Map, Node};

/// Rewrites a document of 3.1, and no other.
pub(super) fn lower(root: &mut Node) {
    let Kind::Map(document) = &mut root.kind else { return };
    let Some(version) = document.get_mut("openapi") else { return };
    match &mut version.kind {
        Kind::Text(text) if text.starts_with("3.1.") => "3.0.3".clone_into(text),
        _ => return,
    }
    document.shift_remove("jsonSchemaDialect");
    if let Some(webhooks) = document.shift_remove("webhooks") {
        document.entry("x-webhooks".to_owned()).or_insert(webhooks);
    }
    if let Some(Kind::Map(info)) = document.get_mut("info").map(|info| &mut info.kind) {
        info.shift_remove("summary");
        if let Some(Kind::Map(license)) = info.get_mut("license").map(|license| &mut license.kind) {
            license.shift_remove("identifier");
        }
    }
    each_schema(root, &mut |schema, _| {
        if let Kind::Map(words) = &mut schema.kind {
            types(words);
            null_branch(words);
            single_values(words);
            listed_null(words);
            bounds(words);
            binary(words);
            for word in ["$schema", "$id", "$comment", "$anchor", "contentEncoding", "contentMediaType"] {
                words.shift_remove(word);
            }
        }
    });
}

/// `type: [string, "null"]`
fn types(words: &mut Map) {
    let Some(Node { kind: Kind::List(list), line, .. }) = words.get_mut("type") else { return };
    let line = *line;
    let before = list.len();
    list.retain(|kind| kind.as_text() != Some("null"));
    let is_nullable = list.len() < before;
    let one = match list.as_slice() {
        [] if is_nullable => Some(Node::new(Kind::Text("null".to_owned()), line)),
        [one] => Some(one.clone()),
        _ => None,
    };
    words.extend(one.map(|one| ("type".to_owned(), one)));
    if is_nullable {
        words.insert("nullable".to_owned(), Node::new(Kind::Bool(true), line));
    }
}

/// `oneOf: [{…}, {type: "null"}]`
fn null_branch(words: &mut Map) {
    for word in ["oneOf", "anyOf"] {
        let Some(Node { kind: Kind::List(branches), line, .. }) = words.get_mut(word) else { continue };
        let line = *line;
        let before = branches.len();
        branches.retain(|branch| !is_null(branch));
        if branches.len() == before {
            continue;
        }
        if branches.len() == 1
            && let Some(branches) = words.shift_remove(word)
        {
            words.insert("allOf".to_owned(), branches);
        }
        words.insert("nullable".to_owned(), Node::new(Kind::Bool(true), line));
    }
}

fn is_null(schema: &Node) -> bool {
    let is_null = |value: &Node| matches!(value.kind, Kind::Null);
    let listed = schema.get("enum").and_then(Node::as_list).unwrap_or_default();
    schema.text("type") == Some("null") || !listed.is_empty() && listed.iter().all(is_null)
}

/// `const` and `examples`
fn single_values(words: &mut Map) {
    if let Some(value) = words.shift_remove("const") {
        let line = value.line;
        words.entry("enum".to_owned()).or_insert_with(|| Node::new(Kind::List(vec![value]), line));
    }
    if let Some(Node { kind: Kind::List(examples), .. }) = words.get("examples") {
        let first = examples.first().cloned();
        words.shift_remove("examples");
        if let Some(first) = first {
            words.entry("example".to_owned()).or_insert(first);
        }
    }
}

/// `enum: [a, null]` without a `type`
fn listed_null(words: &mut Map) {
    let listed = words.get("enum").and_then(Node::as_list).unwrap_or_default();
    if let Some(null) =
        listed.iter().find(|value| matches!(value.kind, Kind::Null)).filter(|_| !words.contains_key("type"))
    {
        let line = null.line;
        words.insert("nullable".to_owned(), Node::new(Kind::Bool(true), line));
    }
}

/// `contentMediaType: image/png`, of what is bytes.
fn binary(words: &mut Map) {
    let Some(media_type) = words.get("contentMediaType").filter(|_| !words.contains_key("contentEncoding")) else {
        return;
    };
    let is_text = |text: &str| text.starts_with("text/") || text.contains("json") || text.contains("xml");
    if media_type.as_text().is_none_or(is_text)
        || words.get("type").is_some_and(|kind| kind.as_text() != Some("string"))
    {
        return;
    }
    let line = media_type.line;
    for (word, text) in [("type", "string"), ("format", "binary")] {
        words.entry(word.to_owned()).or_insert_with(|| Node::new(Kind::Text(text.to_owned()), line));
    }
}

/// `exclusiveMinimum: 0`
fn bounds(words: &mut Map) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(Node { kind: Kind::Number(_), line, .. }) = words.get(exclusive) else { continue };
        let yes = Node::new(Kind::Bool(true), *line);
        if let Some(number) = words.insert(exclusive.to_owned(), yes) {
            words.insert(bound.to_owned(), number);
        }
    }
}
