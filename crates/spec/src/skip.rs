//! Operations that findings keep out: which they are, and how the others are taken without them.

use std::collections::{HashMap, HashSet};

use countersign_plan::pointer::{steps, unescaped};
use indexmap::IndexMap;

use crate::api::Api;
use crate::finding::{Finding, KeptOut, Report, Rule};
use crate::node::{Kind, Node};
use crate::used;

/// Where a document says which operations are taken.
const OPERATIONS: &str = "x-operations";

/// The keys of a path that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/// An operation that is left out, since it cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The `operationId`, or the method and the path.
    pub operation: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path, or the name of a webhook.
    pub path: String,
    /// The first finding of those that keep it out.
    pub reason: Finding,
}

/// What has been left out of a document.
#[derive(Default)]
pub(crate) struct LeftOut {
    pub(crate) skipped: Vec<Skipped>,
    /// The names that nothing else reads.
    names: Vec<String>,
    /// How many operations there were.
    total: usize,
}

/// Whether a document, or an overlay, asks for it that what cannot be taken is left out.
pub(crate) fn is_asked(root: &Node) -> bool {
    root.get(OPERATIONS).and_then(|operations| operations.text("unsupported")) == Some("skip")
}

/// The text of a document that asks for it, of one that does not.
pub(crate) fn asking(root: &Node) -> Option<String> {
    let mut root = root.clone();
    let line = root.line;
    let word = ("unsupported".to_owned(), Node::new(Kind::Text("skip".to_owned()), line));
    root.as_map_mut()?.insert(OPERATIONS.to_owned(), Node::map([word].into(), line));
    serde_json::to_string_pretty(&root).ok()
}

/// Finds out which findings keep which operations out: all that is about an operation, its path or a component that it leads to.
pub(crate) fn attribute(api: &Api<'_>, report: &mut Report) {
    let found = report.found();
    let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, finding) in found.iter().enumerate() {
        let pointer = finding.pointer.as_str();
        let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1).chain([pointer.len()]);
        ends.for_each(|end| below.entry(&pointer[..end]).or_default().push(index));
    }
    let at = |pointer: &str| below.get(pointer).map(Vec::as_slice).unwrap_or_default();
    // What is about one operation may be found where its scheme is, which others have too.
    let ids: HashSet<&str> = api.all().map(|operation| operation.id).filter(|id| !id.is_empty()).collect();
    let named: Vec<HashSet<&str>> = found.iter().map(|finding| words(&finding.problem, &ids)).collect();
    let mut led: HashMap<String, Vec<String>> = HashMap::new();
    let calls = api.operations.iter().map(|operation| (operation, true));
    let mut all = Vec::new();
    for (operation, is_call) in calls.chain(api.webhooks.iter().map(|webhook| (webhook, false))) {
        let pointer = operation.at.pointer.clone();
        let item = pointer.rsplit_once('/').map_or("", |(item, _)| item);
        // What is said of a path is said of all of its operations.
        let is_shared = |index: &&usize| {
            let rest = &found[**index].pointer[item.len()..];
            !steps(rest).next().is_some_and(|step| METHODS.contains(&step))
        };
        let mut findings = at(&pointer).to_vec();
        findings.extend(at(item).iter().filter(is_shared));
        let mut ahead = Vec::new();
        used::references(operation.at.node, &mut ahead);
        let shared = api.root.follow(&format!("{item}/parameters"));
        shared.iter().for_each(|parameters| used::references(parameters.node, &mut ahead));
        ahead.extend(operation.schemes.iter().map(|(_, scheme)| format!("#{}", scheme.pointer)));
        let mut reached = HashSet::new();
        while let Some(reference) = ahead.pop() {
            let component = component(&reference);
            if !reached.insert(component.clone()) {
                continue;
            }
            let is_about = |index: &&usize| named[**index].is_empty() || named[**index].contains(operation.id);
            findings.extend(at(&component).iter().filter(is_about));
            let further = led.entry(component).or_insert_with_key(|component| {
                let mut further = Vec::new();
                let node = api.root.follow(component).map(|at| at.node);
                node.into_iter().for_each(|node| used::references(node, &mut further));
                further
            });
            ahead.extend(further.iter().cloned());
        }
        findings.sort_unstable();
        findings.dedup();
        let (name, method, path) = (operation.name(), operation.method, operation.path.to_owned());
        all.push(KeptOut { name, method, path, pointer, is_call, findings });
    }
    report.keep_out(all);
}

/// The words of a text that are among these.
fn words<'t>(text: &'t str, among: &HashSet<&str>) -> HashSet<&'t str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| among.contains(word)).collect()
}

/// The JSON pointer to the component that a reference leads into.
fn component(reference: &str) -> String {
    let mut pointer = String::new();
    for step in steps(reference.trim_start_matches('#')).take(3) {
        pointer.extend(["/", step]);
    }
    pointer
}

impl LeftOut {
    /// Leaves out the operations that findings keep out, and what they alone need. Whether there were any, and others are left.
    pub(crate) fn take(&mut self, root: &mut Node, report: &Report) -> bool {
        let (found, kept) = (report.found(), report.kept_out());
        if self.skipped.is_empty() {
            self.total = kept.len();
        }
        let mut changed = false;
        let unread = found.iter().filter(|finding| finding.rule == Rule::UnusedName && !self.skipped.is_empty());
        for pointer in unread.map(|finding| finding.pointer.clone()).collect::<Vec<_>>() {
            changed |= self.drop_name(root, &pointer);
        }
        let is_out = |kept: &&KeptOut| !kept.findings.is_empty();
        if kept.iter().filter(|kept| kept.is_call).all(|kept| is_out(&kept)) {
            return changed;
        }
        let before = used::components(root, |_| false);
        for kept in kept.iter().filter(is_out) {
            let reason = &found[kept.findings[0]];
            let reason = Finding { pointer: root.written(&reason.pointer).into_owned(), ..reason.clone() };
            let way = way(&kept.pointer);
            changed |= root.take(&way).is_some();
            let item = &way[..way.len() - 1];
            let is_method = |key: &String| METHODS.contains(&key.as_str());
            if root.at_mut(item).and_then(|item| item.as_map_mut()).is_some_and(|item| !item.keys().any(is_method)) {
                root.take(item);
            }
            let KeptOut { name, method, path, .. } = kept;
            let (operation, method, path) = (name.clone(), (*method).to_owned(), path.clone());
            self.skipped.push(Skipped { operation, method, path, reason });
        }
        if root.get("x-webhooks").and_then(Node::as_map).is_some_and(|webhooks| webhooks.is_empty()) {
            root.take(&["x-webhooks".to_owned()]);
        }
        let after = used::components(root, |_| false);
        used::retain(root, |component| !before.contains(component) || after.contains(component));
        changed
    }

    /// Leaves out a credential, a setting or a value that nothing reads any more.
    fn drop_name(&mut self, root: &mut Node, pointer: &str) -> bool {
        let way = way(pointer);
        let [section, name] = &way[..] else { return false };
        let is_gone = root.take(&way).is_some();
        if root.get(section).and_then(Node::as_map).is_some_and(|section| section.is_empty()) {
            root.take(&way[..1]);
        }
        self.names.extend(is_gone.then(|| name.clone()));
        is_gone
    }

    /// Says what has been left out, every operation by its name, below the reason that is the first of each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut reasons: IndexMap<(Rule, &str), Vec<&str>> = IndexMap::new();
        for Skipped { operation, reason, .. } in &self.skipped {
            reasons.entry((reason.rule, &reason.problem)).or_default().push(operation);
        }
        for ((rule, problem), operations) in reasons {
            let names = operations.join(", ");
            let text =
                format!("left out, {} of {} operations, for [{rule}] {problem}: {names}", operations.len(), self.total);
            notes.push(text);
        }
        if !self.names.is_empty() {
            notes.push(format!("left out with them, since nothing else reads it: {}", self.names.join(", ")));
        }
        notes
    }
}

/// The steps of a JSON pointer, unescaped.
fn way(pointer: &str) -> Vec<String> {
    steps(pointer).map(|step| unescaped(step).into_owned()).collect()
}
