//! A published document as a client of ours reads it.
//!
//! It is written for readers, in whatever way its provider and their tools have, and not ours to change. So the operations that an
//! overlay chooses are taken, and what a client does nothing with is left out; where there is a choice, one is made. Nothing of
//! that is silent: [`Tally`] says it in a few notes.

mod choose;
mod settle;
mod strip;

use std::collections::{BTreeMap, BTreeSet};

use countersign_plan::pointer::{steps, unescaped};
use indexmap::IndexMap;

use crate::finding::{Ease, Eased, Report, Rule};
use crate::node::{At, Kind, Map, Node};
use crate::reference::to_component;
use crate::words::BASE;

/// The methods of operations, those that are not supported too.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/// What has been done to a published document.
#[derive(Default)]
pub(crate) struct Tally {
    /// The words that are left out, and how often.
    left_out: IndexMap<String, usize>,
    secret: BTreeSet<String>,
    personal: BTreeSet<String>,
    /// Whole sentences.
    said: Vec<String>,
    /// What is done to how many places.
    settled: BTreeMap<&'static str, usize>,
}

/// Takes from a published document what its overlay chooses, and brings that to a form that can be read as ours.
pub(crate) fn prepare(root: &mut Node, overlay: &At<'_>, report: &mut Report) -> Tally {
    let mut tally = Tally::default();
    choose::operations(root, overlay.get("x-operations").as_ref(), report, &mut tally);
    choose::webhooks(root, &mut tally);
    strip::words(root, &mut tally);
    settle::all(root, &mut tally);
    choose::components(root);
    tally
}

/// Says in a document what it was composed of.
pub(crate) fn sign(root: &mut Node, file: &str, sha256: &str) {
    let line = root.line;
    let text = |text: &str| Node::new(Kind::Text(text.to_owned()), line);
    let said = [("file".to_owned(), text(file)), ("sha256".to_owned(), text(sha256))];
    if let Some(document) = root.as_map_mut() {
        document.shift_insert(document.len().min(1), BASE.to_owned(), Node::map(said.into(), line));
    }
}

/// Changes what rules found in a published document, as far as it does not stay. Whether that changes anything.
pub(crate) fn amend(root: &mut Node, eased: &[Eased], tally: &mut Tally) -> bool {
    let mut changed = false;
    let mut ways: Vec<(Vec<String>, bool)> = Vec::new();
    for Eased { rule, ease, pointer, problem } in eased {
        let way: Vec<String> = steps(pointer).map(|step| unescaped(step).into_owned()).collect();
        match ease {
            Ease::Kept => {}
            Ease::LeftOut => {
                let (way, is_sample) = whole(*rule, way);
                ways.push((way, is_sample));
            }
            Ease::Marked => changed |= mark(root, *rule, &way, problem, tally),
        }
    }
    // From the last to the first, so that items of lists keep their places.
    ways.sort_by(|a, b| places(&b.0).cmp(&places(&a.0)));
    ways.dedup();
    for (way, is_sample) in ways {
        if root.take(&way).is_some() {
            tally.leave_out(word(&way, is_sample));
            changed = true;
            drop_dangling(root, &way);
        }
    }
    changed
}

/// A way whose numbers are compared as numbers.
fn places(way: &[String]) -> Vec<(Option<usize>, &str)> {
    way.iter().map(|step| (step.parse().ok(), step.as_str())).collect()
}

/// All that goes with what is left out: the whole of a sample, and the whole list of an `enum`.
fn whole(rule: Rule, mut way: Vec<String>) -> (Vec<String>, bool) {
    if rule == Rule::NameClash && way.iter().rev().nth(1).is_some_and(|word| word == "enum") {
        way.pop();
    }
    if rule != Rule::Example {
        return (way, false);
    }
    let mut is_name = false;
    let start = way.iter().position(|step| {
        let is_word = !is_name && matches!(step.as_str(), "example" | "examples");
        is_name = !is_name && step == "properties";
        is_word
    });
    if let Some(start) = start {
        way.truncate(if way[start] == "example" { start + 1 } else { start + 2 });
    }
    (way, true)
}

/// What something that is left out is called.
fn word(way: &[String], is_sample: bool) -> &str {
    let mut named = way.iter().rev().filter(|step| step.parse::<usize>().is_err());
    if is_sample { "example" } else { named.next().map_or("", String::as_str) }
}

/// Takes out what refers to a component that is no longer there.
fn drop_dangling(root: &mut Node, way: &[String]) {
    let [components, section, name] = way else { return };
    if components != "components" {
        return;
    }
    drop_references(root, &to_component(section, name));
}

fn drop_references(node: &mut Node, target: &str) {
    let leads_there = |node: &Node| node.text("$ref") == Some(target);
    match &mut node.kind {
        Kind::List(list) => {
            list.retain(|item| !leads_there(item));
            list.iter_mut().for_each(|item| drop_references(item, target));
        }
        Kind::Map(map) => {
            map.retain(|_, value| !leads_there(value));
            map.values_mut().for_each(|value| drop_references(value, target));
        }
        _ => {}
    }
}

/// Marks a schema, as the lint asks for it.
fn mark(root: &mut Node, rule: Rule, way: &[String], problem: &str, tally: &mut Tally) -> bool {
    let Some(Node { kind: Kind::Map(schema), line, .. }) = root.at_mut(way) else { return false };
    let name = problem.split('`').nth(1).unwrap_or_default().to_owned();
    let is_text = schema.get("type").and_then(Node::as_text) == Some("string");
    let is_secret = rule == Rule::UnmarkedSecret;
    let (word, said) = match is_secret && is_text {
        true => ("format", Kind::Text("password".to_owned())),
        false => ("x-sensitive", Kind::Bool(true)),
    };
    let known = if is_secret { &mut tally.secret } else { &mut tally.personal };
    known.insert(name);
    if word == "x-sensitive" && schema.contains_key(word) {
        return false;
    }
    schema.insert(word.to_owned(), Node::new(said, *line));
    true
}

impl Tally {
    fn leave_out(&mut self, word: &str) {
        *self.left_out.entry(word.to_owned()).or_default() += 1;
    }

    fn settle(&mut self, what: &'static str) {
        *self.settled.entry(what).or_default() += 1;
    }

    fn say(&mut self, text: String) {
        self.said.push(text);
    }

    /// Says what has been done, and what stays although it is not as a document of ours would have it.
    pub(crate) fn note(&self, eased: &[Eased], report: &mut Report) {
        self.said.iter().for_each(|text| report.note_of_base(text.clone()));
        if !self.left_out.is_empty() {
            let words: Vec<String> = self.left_out.iter().map(|(word, count)| format!("{word} {count}")).collect();
            report.note_of_base(format!("left out, for a client does nothing with it: {}", listed(&words)));
        }
        for (what, count) in &self.settled {
            report.note_of_base(format!("{what}: {count}"));
        }
        let quoted =
            |names: &BTreeSet<String>| listed(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>());
        if !self.secret.is_empty() {
            report.note_of_base(format!("taken for secret by their names: {}", quoted(&self.secret)));
        }
        if !self.personal.is_empty() {
            report.note_of_base(format!("taken for personal by their names or formats: {}", quoted(&self.personal)));
        }
        let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
        eased.iter().filter(|eased| eased.ease == Ease::Kept).for_each(|one| {
            *kept.entry(one.rule.name()).or_default() += 1;
        });
        if !kept.is_empty() {
            let kept: Vec<String> = kept.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            report.note_of_base(format!("as published, where a document of ours would differ: {}", kept.join(", ")));
        }
    }
}

/// How many things a note lists.
const MOST_LISTED: usize = 60;

/// `a, b and 7 more`
fn listed(all: &[String]) -> String {
    let shown = all.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What a note calls an operation: its `operationId`, or its method and path.
fn published_name(path: &str, method: &str, operation: &Node) -> String {
    operation.text("operationId").map_or_else(|| format!("{} {path}", method.to_uppercase()), str::to_owned)
}

/// Names the operations that cannot be taken as they are published, so that they can be left out.
pub(crate) fn name_blocked(report: &mut Report) {
    const SCHEMES: &str = "/components/securitySchemes/";
    let found = report.found();
    let is_theirs = |index: &usize| report.is_of_base(&found[*index]) && !found[*index].pointer.starts_with(SCHEMES);
    let all = report.kept_out().iter().filter(|operation| operation.is_call);
    let blocked = all.clone().filter(|operation| operation.findings.iter().any(is_theirs));
    let (blocked, all): (Vec<String>, usize) = (blocked.map(|operation| operation.name.clone()).collect(), all.count());
    if !blocked.is_empty() {
        report.note_of_base(format!(
            "{} of {all} operations cannot be taken as they are; an action changes them, or `x-operations` leaves them out: {}",
            blocked.len(),
            listed(&blocked)
        ));
    }
}

/// The operations of a document: the path, the method and the operation.
fn operations(root: &Node) -> impl Iterator<Item = (&str, &str, &Node)> {
    let paths = root.get("paths").and_then(Node::as_map).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let entries = item.as_map().into_iter().flatten();
        let operations = entries.filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The same, to change them.
fn operations_mut(root: &mut Node) -> impl Iterator<Item = (&str, &str, &mut Node)> {
    let paths = root.get_mut("paths").and_then(Node::as_map_mut).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let entries = item.as_map_mut().into_iter().flatten();
        let operations = entries.filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The entries of a section of `components`.
fn section<'n>(root: &'n mut Node, name: &str) -> Option<&'n mut Map> {
    root.get_mut("components")?.get_mut(name)?.as_map_mut()
}
