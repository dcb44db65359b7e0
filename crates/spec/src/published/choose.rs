//! Takes the operations that are asked for, and what they lead to.

use super::{METHODS, Tally, listed, operations as all};
use crate::finding::{Report, Rule};
use crate::names::snake_case;
use crate::node::{At, Node};
use crate::used;
use crate::words::suggestion;

/// Takes out all operations but those that `x-operations` asks for, and those of methods that no client calls.
pub(super) fn operations(root: &mut Node, asked: Option<&At<'_>>, report: &mut Report, tally: &mut Tally) {
    let only = asked.and_then(|asked| asked.get("only"));
    let except = asked.and_then(|asked| asked.get("except"));
    for entry in [&only, &except].into_iter().flatten().flat_map(|list| list.items()) {
        let Some(text) = entry.node.as_text() else { continue };
        if !all(root).any(|(path, method, operation)| is_called(text, path, method, operation)) {
            let known: Vec<&str> = all(root).flat_map(|(path, _, operation)| names(path, operation)).collect();
            let near = crate::words::nearest(text, &known);
            let remedy = near.map_or_else(|| suggestion(text, known.iter().copied()), |near| format!("`{near}`"));
            let problem = format!("`{text}` is no `operationId`, tag or path of the published document");
            report.add(Rule::Overlay, &entry, problem, remedy);
        }
    }
    let lists = |list: &At<'_>, path: &str, method: &str, operation: &Node| {
        list.items().filter_map(|entry| entry.node.as_text()).any(|entry| is_called(entry, path, method, operation))
    };
    let is_wanted = |path: &str, method: &str, operation: &Node| {
        !matches!(method, "head" | "options" | "trace")
            && only.as_ref().is_none_or(|only| lists(only, path, method, operation) || !operation.is_published())
            && except.as_ref().is_none_or(|except| !lists(except, path, method, operation))
    };
    let (mut gone, mut stays): (Vec<String>, usize) = (Vec::new(), 0);
    for (path, method, operation) in all(root) {
        if is_wanted(path, method, operation) {
            stays += 1;
        } else {
            gone.push(super::published_name(path, method, operation));
        }
    }
    if gone.is_empty() {
        return;
    }
    let all_of_them = stays + gone.len();
    tally.say(format!("operations that are not taken, {} of {all_of_them}: {}", gone.len(), listed(&gone)));
    let Some(paths) = root.get_mut("paths").and_then(Node::as_map_mut) else { return };
    paths.retain(|path, item| {
        let Some(entries) = item.as_map_mut() else { return true };
        let is_operation = |method: &String| METHODS.contains(&method.as_str());
        let had = entries.keys().any(is_operation);
        entries.retain(|method, operation| !METHODS.contains(&method.as_str()) || is_wanted(path, method, operation));
        !had || entries.keys().any(is_operation)
    });
}

/// Whether an entry of `x-operations` names an operation.
fn is_called(entry: &str, path: &str, method: &str, operation: &Node) -> bool {
    names(path, operation).any(|name| name == entry)
        || entry == format!("{} {path}", method.to_uppercase())
        || operation.text("operationId").is_some_and(|id| snake_case(id) == entry)
}

/// What an operation can be named by.
fn names<'n>(path: &'n str, operation: &'n Node) -> impl Iterator<Item = &'n str> {
    let tags = operation.get("tags").and_then(Node::as_list).unwrap_or_default();
    operation.text("operationId").into_iter().chain([path]).chain(tags.iter().filter_map(Node::as_text))
}

/// Takes out the webhooks of which we say nothing: what a provider publishes does not say how they are verified.
pub(super) fn webhooks(root: &mut Node, tally: &mut Tally) {
    let Some(document) = root.as_map_mut() else { return };
    for word in ["webhooks", "x-webhooks"] {
        let Some(webhooks) = document.get_mut(word).and_then(Node::as_map_mut) else { continue };
        let before = webhooks.len();
        webhooks.retain(|_, item| {
            !item.is_published() || item.get("post").is_some_and(|post| post.get("x-webhook").is_some())
        });
        let gone = before - webhooks.len();
        if gone > 0 {
            tally.say(format!("webhooks that are not taken, for no `x-webhook` says which events they are: {gone}"));
        }
        if webhooks.is_empty() {
            document.shift_remove(word);
        }
    }
}

/// Takes out the components that nothing leads to any more.
pub(super) fn components(root: &mut Node) {
    // What we add is for something, or a finding says that it is not.
    let reached = used::components(root, |entry| !entry.is_published());
    used::retain(root, |component| reached.contains(component));
}
