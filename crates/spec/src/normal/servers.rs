//! Says where each operation is called: the document's servers, and at an operation what is another address for each of them.
//!
//! `servers` at a path are those of its operations. What is relative is at the host of each server of the document. A variable is
//! a setting of the client.

use crate::names::snake_case;
use crate::node::{Kind, Map, Node};

/// What is an operation at a path.
pub(super) const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Rewrites them. Yields what is to be noted: a JSON pointer, and a text.
pub(super) fn settle(root: &mut Node) -> Vec<(String, String)> {
    let mut notes = Vec::new();
    let mut settings = Map::new();
    let Some(document) = root.as_map_mut() else { return notes };
    if let Some(Kind::List(servers)) = document.get_mut("servers").map(|servers| &mut servers.kind) {
        servers.iter_mut().for_each(|server| tidy(server, &mut settings));
        let before = servers.len();
        // Where the document is published, nobody knows.
        servers.retain(|server| server.text("url").is_none_or(|url| !url.starts_with('/')));
        if servers.len() < before {
            let text = "a server that is relative to where the document is published is not taken: the caller gives the base URL";
            notes.push(("/servers".to_owned(), text.to_owned()));
        }
        if servers.is_empty() && before > 0 {
            document.shift_remove("servers");
        }
    }
    let whole: Vec<(String, String)> = document
        .get("servers")
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .map(|server| {
            (server.text("x-name").unwrap_or_default().to_owned(), server.text("url").unwrap_or_default().to_owned())
        })
        .collect();
    for item in document.get_mut("paths").and_then(Node::as_map_mut).into_iter().flat_map(Map::values_mut) {
        let Some(item) = item.as_map_mut() else { continue };
        let shared = item.shift_remove("servers");
        for (_, operation) in item.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let Some(words) = operation.as_map_mut() else { continue };
            if let (false, Some(shared)) = (words.contains_key("servers"), &shared) {
                words.insert("servers".to_owned(), shared.clone());
            }
            let Some(Kind::List(own)) = words.get_mut("servers").map(|own| &mut own.kind) else { continue };
            own.iter_mut().for_each(|server| tidy(server, &mut settings));
            let Some(addresses) = addresses(&whole, own) else { continue };
            if addresses.iter().zip(&whole).all(|(own, (_, url))| own.text("url") == Some(url)) {
                words.shift_remove("servers");
            } else {
                *own = addresses;
            }
        }
    }
    if !settings.is_empty() {
        let known = document.entry("x-settings".to_owned()).or_insert_with(|| Node::map(Map::new(), 0));
        if let Some(known) = known.as_map_mut() {
            settings.into_iter().for_each(|(name, setting)| {
                known.entry(name).or_insert(setting);
            });
        }
    }
    notes
}

/// An address for each server of the document: the one of its name, or the first where there is one server.
fn addresses(whole: &[(String, String)], own: &[Node]) -> Option<Vec<Node>> {
    let each = whole.iter().map(|(name, url)| {
        let named = own.iter().find(|server| server.text("x-name").is_some_and(|own| own == name));
        let mut server = named.or_else(|| own.first().filter(|_| whole.len() == 1))?.clone();
        let path = server.text("url").filter(|own| own.starts_with('/') || own.is_empty()).map(str::to_owned);
        if let (Some(path), Some(words)) = (path, server.as_map_mut()) {
            let line = words.get("url").map_or(0, |url| url.line);
            words.insert("url".to_owned(), Node::new(Kind::Text(format!("{}{path}", origin(url))), line));
        }
        Some(server)
    });
    each.collect::<Option<Vec<_>>>().filter(|each| !each.is_empty())
}

/// The scheme and the host of a URL.
pub(super) fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    url[start..].find('/').map_or(url, |at| &url[..start + at])
}

/// A server without a slash at its end, whose variables are settings.
fn tidy(server: &mut Node, settings: &mut Map) {
    let Some(words) = server.as_map_mut() else { return };
    if let Some(Kind::Text(url)) = words.get_mut("url").map(|url| &mut url.kind) {
        url.truncate(url.trim_end_matches('/').len());
    }
    let Some(Kind::Map(variables)) = words.get("variables").map(|variables| &variables.kind) else { return };
    if !variables.values().all(|variable| variable.get("default").is_some_and(|default| default.scalar().is_some())) {
        return;
    }
    let mut renamed = Vec::new();
    let url = words.get("url").and_then(Node::as_text).unwrap_or_default().to_owned();
    for (wire, variable) in variables.iter().filter(|(wire, _)| url.contains(&format!("{{{wire}}}"))) {
        let name = snake_case(wire);
        renamed.push((format!("{{{wire}}}"), format!("{{{name}}}")));
        let line = variable.line;
        let text = |text: String| Node::new(Kind::Text(text), line);
        let described =
            variable.text("description").map_or_else(|| format!("The part `{wire}` of the address."), str::to_owned);
        let mut setting = Map::from([("description".to_owned(), text(described))]);
        setting.extend(
            variable.get("default").and_then(Node::scalar).map(|default| ("default".to_owned(), text(default))),
        );
        let listed = variable.get("enum").and_then(Node::as_list).map(|listed| {
            Node::new(Kind::List(listed.iter().filter_map(|value| value.scalar().map(text)).collect()), line)
        });
        setting.extend(listed.map(|listed| ("one-of".to_owned(), listed)));
        for word in ["x-source", "x-assumption"] {
            setting.extend(words.get(word).map(|said| (word.to_owned(), said.clone())));
        }
        settings.entry(name).or_insert_with(|| Node::map(setting, line));
    }
    words.shift_remove("variables");
    if let Some(Kind::Text(url)) = words.get_mut("url").map(|url| &mut url.kind) {
        *url = renamed.iter().fold(url.clone(), |url, (wire, name)| url.replace(wire, name));
    }
}
