//! Makes the choices that a published document leaves open, and says what a document of ours would say in words.

use std::collections::{HashMap, HashSet};

use countersign_plan::Encoding;

use countersign_plan::template;

use super::{METHODS, Tally, listed, operations, operations_mut, section};
use crate::media::{self, JSON};
use crate::messages;
use crate::names::{CLIENT_METHODS, is_keyword, snake_case};
use crate::node::{Kind, Map, Node};
use crate::normal;
use crate::reference::to_component;

/// Does all of it.
pub(super) fn all(root: &mut Node, tally: &mut Tally) {
    info(root);
    servers(root, tally);
    ids(root, tally);
    security(root, tally);
    // What we fill in comes first.
    if let Some((_, text)) = normal::token::issue(root) {
        tally.say(text);
        security(root, tally);
    }
    parameters(root, tally);
    of_paths(root, tally);
    messages::each(root, &mut |message| match message.kind {
        _ if !message.node.is_published() => {}
        messages::Kind::Response(status) => response(status, message.node, tally),
        messages::Kind::Request | messages::Kind::Event | messages::Kind::Receipt => {}
    });
}

/// A text on the line of a node.
fn text(text: &str, beside: &Node) -> Node {
    Node::new(Kind::Text(text.to_owned()), beside.line)
}

/// A version that looks like a number is text.
fn info(root: &mut Node) {
    let Some(info) = root.get_mut("info").and_then(Node::as_map_mut) else { return };
    if let Some(version) = info.get_mut("version")
        && let Some(said) = version.scalar()
    {
        version.kind = Kind::Text(said);
    }
    if info.get("license").is_some_and(|license| license.is_published() && license.get("name").is_none()) {
        info.shift_remove("license");
    }
}

/// The servers that we name, or else the first that says where it is.
fn servers(root: &mut Node, tally: &mut Tally) {
    let Some(document) = root.as_map_mut() else { return };
    let Some(servers) = document.get_mut("servers").and_then(Node::as_list_mut) else { return };
    let before = servers.len();
    for server in servers.iter_mut().filter(|server| server.is_published()) {
        let Some(words) = server.as_map_mut() else { continue };
        let variables = words.shift_remove("variables");
        if let Some(Kind::Text(url)) = words.get_mut("url").map(|url| &mut url.kind) {
            *url = filled(url, variables.as_ref()).trim_end_matches('/').to_owned();
        }
    }
    // One that is relative to where the document is published says nothing.
    servers.retain(|server| !server.is_published() || server.text("url").is_none_or(|url| url.contains("://")));
    let is_named = |server: &Node| server.get("x-name").is_some();
    if servers.iter().any(is_named) {
        servers.retain(is_named);
    } else {
        servers.truncate(1);
    }
    let gone = before - servers.len();
    for server in servers.iter_mut().filter(|server| server.is_published()) {
        let beside = server.clone();
        let Some(words) = server.as_map_mut() else { continue };
        let said = [("description", "The server that the provider publishes."), ("x-name", "published")];
        for (word, said) in said {
            words.entry(word.to_owned()).or_insert_with(|| text(said, &beside));
        }
    }
    if servers.is_empty() {
        document.shift_remove("servers");
    }
    if gone > 0 {
        tally.say(format!("servers that are not taken, for no action gives them an `x-name`: {gone}"));
    }
}

/// A URL with the defaults of its variables.
fn filled(url: &str, variables: Option<&Node>) -> String {
    let variables = variables.and_then(Node::as_map).into_iter().flatten();
    let defaults =
        variables.filter_map(|(name, variable)| Some((format!("{{{name}}}"), variable.get("default")?.scalar()?)));
    defaults.fold(url.to_owned(), |url, (name, default)| url.replace(&name, &default))
}

/// Every operation is called in `snake_case`, and has a summary.
fn ids(root: &mut Node, tally: &mut Tally) {
    let ours: Vec<String> = operations(root)
        .filter_map(|(_, _, operation)| operation.get("operationId"))
        .filter(|id| !id.is_published())
        .filter_map(|id| id.as_text().map(str::to_owned))
        .collect();
    let mut taken: HashSet<String> = ours.into_iter().collect();
    let mut renamed = Vec::new();
    operations_mut(root).for_each(|(path, method, operation)| name(path, method, operation, &mut taken, &mut renamed));
    for word in ["webhooks", "x-webhooks"] {
        for (webhook, item) in root.get_mut(word).and_then(Node::as_map_mut).into_iter().flatten() {
            let Some(post) = item.get_mut("post") else { continue };
            name(webhook, "", post, &mut taken, &mut renamed);
            if let Some(body) = post.get_mut("requestBody").filter(|body| body.is_published()) {
                // An event has its body.
                let line = body.line;
                let words = body.as_map_mut().filter(|words| !words.contains_key("$ref"));
                words.map(|words| words.insert("required".to_owned(), Node::new(Kind::Bool(true), line)));
            }
        }
    }
    if !renamed.is_empty() {
        tally.say(format!("operations have names in snake_case: {}", listed(&renamed)));
    }
}

/// Names an operation, unless it is named by us: after its own name, or its method and path. It gets a summary as well.
fn name(path: &str, method: &str, operation: &mut Node, taken: &mut HashSet<String>, renamed: &mut Vec<String>) {
    let beside = operation.clone();
    let Some(words) = operation.as_map_mut() else { return };
    let id = words.get("operationId").filter(|id| id.is_published() || id.as_text().is_none());
    if id.is_some() || !words.contains_key("operationId") {
        let published = id.and_then(Node::as_text).unwrap_or_default().to_owned();
        let mut name = snake_case(&published);
        if name.is_empty() || is_keyword(&name) || CLIENT_METHODS.contains(&name.as_str()) {
            name = snake_case(&format!("{method} {path}"));
        }
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let name = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        let name = name.unwrap_or_default();
        if name != published {
            renamed.push(format!("{} is {name}", super::published_name(path, method, &beside).trim_start()));
        }
        words.insert("operationId".to_owned(), text(&name, &beside));
    }
    if !words.contains_key("summary") {
        let id = words.get("operationId").and_then(Node::as_text).unwrap_or_default().replace('_', " ");
        let described = words.get("description").and_then(Node::as_text).and_then(|text| text.trim().lines().next());
        let summary = described.filter(|line| !line.is_empty()).unwrap_or(&id).to_owned();
        words.insert("summary".to_owned(), text(&summary, &beside));
    }
}

/// Of several ways to authenticate, the first of which we say what fills it in.
fn security(root: &mut Node, tally: &mut Tally) {
    let is_filled = |scheme: &Node| scheme.get("x-value").is_some() || scheme.text("type") == Some("mutualTLS");
    let filled: HashSet<String> = section(root, "securitySchemes")
        .into_iter()
        .flatten()
        .filter(|(_, scheme)| is_filled(scheme))
        .map(|(name, _)| name.clone())
        .collect();
    let choose = |security: Option<&mut Node>, tally: &mut Tally| {
        let Some(list) = security.and_then(Node::as_list_mut).filter(|list| list.len() > 1) else { return };
        let is_usable = |way: &&Node| {
            way.as_map().is_some_and(|way| !way.is_empty() && way.keys().all(|name| filled.contains(name)))
        };
        if let Some(way) = list.iter().find(is_usable).cloned() {
            *list = vec![way];
            tally.settle("of several ways to authenticate the one that is filled in is taken");
        }
    };
    choose(root.get_mut("security"), tally);
    operations_mut(root).for_each(|(_, _, operation)| choose(operation.get_mut("security"), tally));
}

/// Leaves out the parameters that OpenAPI says are none, those that the transport writes, and cookies that may be left out. A
/// parameter of a path is required.
fn parameters(root: &mut Node, tally: &mut Tally) {
    let mut idle: HashSet<String> = HashSet::new();
    let mut shared: HashMap<String, (String, String)> = HashMap::new();
    for (name, parameter) in section(root, "parameters").into_iter().flatten() {
        settle_parameter(parameter);
        shared.insert(to_component("parameters", name), place_and_name(parameter));
        if is_idle(parameter) {
            idle.insert(to_component("parameters", name));
        }
    }
    let goes =
        |parameter: &Node| is_idle(parameter) || parameter.text("$ref").is_some_and(|target| idle.contains(target));
    let mut settle = |list: Option<&mut Node>| {
        let Some(list) = list.and_then(Node::as_list_mut) else { return };
        let before = list.len();
        list.retain(|parameter| !goes(parameter));
        (list.len()..before)
            .for_each(|_| tally.settle("parameters are the transport's, or cookies that may be left out"));
        list.iter_mut().for_each(settle_parameter);
        // The same one twice is there once.
        let mut seen = HashSet::new();
        list.retain(|parameter| {
            let known = parameter.text("$ref").and_then(|target| shared.get(target)).cloned();
            seen.insert(known.unwrap_or_else(|| place_and_name(parameter))) || !parameter.is_published()
        });
    };
    for (_, item) in root.get_mut("paths").and_then(Node::as_map_mut).into_iter().flatten() {
        settle(item.get_mut("parameters"));
        for (_, operation) in
            item.as_map_mut().into_iter().flatten().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            settle(operation.get_mut("parameters"));
        }
    }
}

/// What tells a parameter from others. The name of a header is the same in any case.
fn place_and_name(parameter: &Node) -> (String, String) {
    let place = parameter.text("in").unwrap_or_default();
    let name = parameter.text("name").or(parameter.text("$ref")).unwrap_or_default();
    (place.to_owned(), if place == "header" { name.to_ascii_lowercase() } else { name.to_owned() })
}

/// The parameters of a path are those that are in it: one that is not described is text, and one that is not there is none.
fn of_paths(root: &mut Node, tally: &mut Tally) {
    let shared: HashMap<String, Option<String>> = section(root, "parameters")
        .into_iter()
        .flatten()
        .map(|(name, parameter)| (to_component("parameters", name), of_path(parameter).map(str::to_owned)))
        .collect();
    let named = |parameter: &Node| match parameter.text("$ref") {
        Some(target) => shared.get(target).cloned().flatten(),
        None => of_path(parameter).map(str::to_owned),
    };
    for (path, item) in root.get_mut("paths").and_then(Node::as_map_mut).into_iter().flatten() {
        let names: Vec<&str> = template::names(path).collect();
        let mut settle = |list: &mut Node| {
            let Some(list) = list.as_list_mut() else { return Vec::new() };
            let is_elsewhere = |parameter: &Node| named(parameter).is_some_and(|name| !names.contains(&name.as_str()));
            let before = list.len();
            list.retain(|parameter| !parameter.is_published() || !is_elsewhere(parameter));
            (list.len()..before).for_each(|_| tally.settle("parameters of a path that are not in it are none"));
            list.iter().filter_map(named).collect::<Vec<_>>()
        };
        let of_all = item.get_mut("parameters").map(&mut settle).unwrap_or_default();
        let Some(entries) = item.as_map_mut() else { continue };
        for (_, operation) in entries.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())) {
            let own = operation.get_mut("parameters").map(&mut settle).unwrap_or_default();
            let line = operation.line;
            if !operation.is_published() {
                continue;
            }
            let Some(words) = operation.as_map_mut() else { continue };
            let is_described = |name: &&&str| own.iter().chain(&of_all).any(|known| known == **name);
            for name in names.iter().filter(|name| !is_described(name)) {
                let parameters =
                    words.entry("parameters".to_owned()).or_insert(Node::new(Kind::List(Vec::new()), line));
                if let Kind::List(list) = &mut parameters.kind {
                    list.push(path_parameter(name, line));
                }
            }
        }
    }
}

/// The name of a parameter of the path.
fn of_path(parameter: &Node) -> Option<&str> {
    parameter.text("name").filter(|_| parameter.text("in") == Some("path"))
}

/// A parameter of the path that is text.
fn path_parameter(name: &str, line: u64) -> Node {
    let text = |text: &str| Node::new(Kind::Text(text.to_owned()), line);
    let schema = Node::map([("type".to_owned(), text("string"))].into(), line);
    let words = [
        ("name".to_owned(), text(name)),
        ("in".to_owned(), text("path")),
        ("required".to_owned(), Node::new(Kind::Bool(true), line)),
        ("schema".to_owned(), schema),
    ];
    Node::map(words.into(), line)
}

fn settle_parameter(parameter: &mut Node) {
    let beside = parameter.clone();
    if beside.text("in") == Some("path")
        && beside.is_published()
        && let Some(words) = parameter.as_map_mut()
    {
        words.insert("required".to_owned(), Node::new(Kind::Bool(true), beside.line));
    }
    // What is not described is text.
    let described = ["description", "title", "example", "default", "deprecated", "nullable"];
    if let Some(schema) = parameter.get_mut("schema").filter(|schema| schema.is_published()).and_then(Node::as_map_mut)
        && schema.keys().all(|word| described.contains(&word.as_str()))
    {
        schema.insert("type".to_owned(), text("string", &beside));
    }
}

fn is_idle(parameter: &Node) -> bool {
    if !parameter.is_published() || parameter.get("x-value").is_some() {
        return false;
    }
    let name = parameter.text("name").unwrap_or_default().to_ascii_lowercase();
    match parameter.text("in") {
        Some("header") => matches!(
            name.as_str(),
            "accept"
                | "authorization"
                | "content-type"
                | "content-length"
                | "host"
                | "connection"
                | "transfer-encoding"
        ),
        Some("cookie") => parameter.get("required").and_then(Node::as_bool) != Some(true),
        _ => false,
    }
}

fn response(status: &str, response: &mut Node, tally: &mut Tally) {
    described(response);
    if status.starts_with(['4', '5', 'd']) {
        described_elsewhere(response, tally);
    }
    undescribed(response, tally);
    as_it_comes(response, tally);
}

/// OpenAPI asks for a description.
fn described(response: &mut Node) {
    let beside = response.clone();
    if let Some(words) = response.as_map_mut().filter(|words| !words.contains_key("$ref")) {
        words.entry("description".to_owned()).or_insert_with(|| text("", &beside));
    }
}

/// A refusal is classified by what `x-outcome` says of it, so that a client can do without a body that another document describes.
fn described_elsewhere(response: &mut Node, tally: &mut Tally) {
    let Some(content) = response.get_mut("content").and_then(Node::as_map_mut) else { return };
    let is_elsewhere = |media: &Node| {
        let target = media.get("schema").and_then(|schema| schema.text("$ref"));
        target.is_some_and(|target| !target.starts_with('#'))
    };
    if !content.is_empty() && content.values().all(is_elsewhere) {
        if let Some(words) = response.as_map_mut() {
            words.shift_remove("content");
        }
        tally.settle("refusals whose bodies another document describes have none here");
    }
}

/// A body of which nothing is said is not read, unless it is a file or text.
fn undescribed(response: &mut Node, tally: &mut Tally) {
    let Some(content) = response.get_mut("content").and_then(Node::as_map_mut) else { return };
    let is_any = |name: &str| name.starts_with("*/") || media::encoding(name) == Some(Encoding::Json);
    if content.iter().all(|(name, media)| is_any(name) && media.is_published() && media.get("schema").is_none()) {
        if !content.is_empty() {
            tally.settle("responses of whose bodies nothing is said have none here");
        }
        if let Some(words) = response.as_map_mut() {
            words.shift_remove("content");
        }
    }
}

/// What is neither JSON nor a form is read as text or as a file, whatever a schema says of what is in it. Nobody knows then what
/// of a text is personal.
fn as_it_comes(response: &mut Node, tally: &mut Tally) {
    let Some(content) = response.get_mut("content").and_then(Node::as_map_mut) else { return };
    if content.keys().any(|name| media::encoding(name) == Some(Encoding::Json)) {
        return;
    }
    if let Some(any) = content.shift_remove("*/*") {
        // Servers that take no part in the choice say so of their JSON.
        let is_file = any.get("schema").is_some_and(|schema| schema.text("format") == Some("binary"));
        content.insert(if is_file { "application/octet-stream" } else { JSON }.to_owned(), any);
    }
    for (name, media) in content.iter_mut().filter(|(name, _)| media::encoding(name) != Some(Encoding::Json)) {
        let Some(schema) = media.get_mut("schema").filter(|schema| schema.is_published()) else { continue };
        if schema.text("type") == Some("string") {
            continue;
        }
        let line = schema.line;
        let mut words = Map::from([("type".to_owned(), text("string", schema))]);
        if media::is_text(name) {
            words.insert("x-sensitive".to_owned(), Node::new(Kind::Bool(true), line));
        } else {
            words.insert("format".to_owned(), text("binary", schema));
        }
        *schema = Node::map(words, line);
        tally.settle("responses that are no JSON are read as they come, whatever a schema says of them");
    }
}
