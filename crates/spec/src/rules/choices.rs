//! Rules about what is one of several schemas.

use std::collections::{HashMap, HashSet};

use countersign_plan::{Alternatives, Branch, Encoding};

use super::subject::Subject;
use crate::api::{Api, MOST_BRANCHES, MOST_WRITTEN_OUT, branches, is_choice};
use crate::choices::{discriminator, told};
use crate::finding::{Report, Rule};
use crate::media;
use crate::node::At;
use crate::words::suggestion;

/// What is one of several is JSON, and its branches are schemas that can be told.
pub(super) fn branches_of_choices(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let in_requests = api.reach(api.request_schemas());
    let as_text = api.reach(texts(api));
    for (_, choice) in api.schemas().into_iter().filter(|(_, at)| is_choice(at)) {
        let all: Vec<At<'_>> = branches(&choice).collect();
        let count = choice.get("oneOf").and_then(|list| list.node.as_list().map(<[_]>::len));
        if count == Some(0) {
            report.add(Rule::Choice, &choice, "it is one of nothing", "what it is one of");
        }
        if count.is_some_and(|count| count > MOST_BRANCHES) {
            let problem = format!("it is one of more than {MOST_BRANCHES}");
            report.add(Rule::Choice, &choice, problem, "the branches that the documentation shows");
            continue;
        }
        if as_text.contains(&choice.pointer) {
            let remedy = "`type: string`, with what it may be in `description`";
            report.add(Rule::Choice, &choice, "a parameter or a form is one of several schemas", remedy);
            continue;
        }
        let mut is_whole = !all.is_empty();
        let mut seen = HashSet::new();
        for branch in &all {
            let schema = api.resolve(branch);
            let wrong = if !seen.insert(schema.pointer.clone()) {
                Some(("one of several schemas is there twice", "it once"))
            } else if is_choice(&schema) && is_within(api, &choice, &schema) {
                Some(("one of several schemas is itself one of its branches", "the branches that it has beside itself"))
            } else {
                None
            };
            if let Some((problem, remedy)) = wrong {
                is_whole = false;
                report.add(Rule::Choice, branch, problem, remedy);
            }
        }
        if is_whole && api.is_too_wide(&choice) {
            let problem = format!("it is one of more than {MOST_WRITTEN_OUT}, with what its branches are one of");
            report.add(Rule::Choice, &choice, problem, "the branches that the documentation shows");
            continue;
        }
        // Without a type, another rule has found it.
        if !is_whole || api.leaves(&choice).iter().any(|(_, leaf)| leaf.text("type").is_none()) {
            continue;
        }
        let demands = &subject.lowered.demands;
        let told = told(api, demands, &choice);
        match discriminator(&choice) {
            Some(property) => by_property(api, &choice, &all, property, &told, report),
            None if in_requests.contains(&choice.pointer) => by_shape(&all, &told, report),
            None => {}
        }
    }
}

/// Whether a choice is a branch of one of its branches.
fn is_within<'a>(api: &Api<'a>, choice: &At<'a>, branch: &At<'a>) -> bool {
    let (mut ahead, mut seen) = (vec![branch.clone()], HashSet::new());
    while let Some(at) = ahead.pop() {
        if at.pointer == choice.pointer {
            return true;
        }
        if seen.insert(at.pointer.clone()) {
            ahead.extend(branches(&at).map(|branch| api.resolve(&branch)).filter(is_choice));
        }
    }
    false
}

/// The schemas of what is no JSON: parameters, and forms.
fn texts<'a>(api: &Api<'a>) -> Vec<At<'a>> {
    let shared = api.components("parameters").map(|(_, at)| at);
    let parameters = api.all().flat_map(|operation| operation.parameters.iter().cloned()).chain(shared);
    let bodies = api.all().filter_map(|operation| operation.body.as_ref());
    let forms = bodies.filter(|body| media::encoding(body.media_type).is_some_and(Encoding::is_form));
    // What a field of a form may be, its `encoding` says.
    let forms = forms.filter_map(|body| body.schema.clone()).filter(|schema| is_choice(&api.resolve(schema)));
    parameters.filter_map(|at| at.get("schema")).chain(forms).collect()
}

/// Each branch is an object with the property, and has a value of its own.
fn by_property<'a>(
    api: &Api<'a>,
    choice: &At<'a>,
    all: &[At<'a>],
    property: &str,
    told: &Alternatives,
    report: &mut Report,
) {
    for (at, branch) in all.iter().zip(told.branches.iter()) {
        let name = &branch.name;
        let schema = api.resolve(at);
        let leaves = if is_choice(&schema) { api.leaves(&schema) } else { vec![(0, schema)] };
        let is_text = |leaf: &At<'a>| {
            let own = leaf.get("properties").and_then(|properties| properties.get(property));
            own.is_some_and(|own| api.resolve(&own).text("type") == Some("string"))
        };
        if leaves.iter().any(|(_, leaf)| leaf.text("type") != Some("object")) {
            let problem = format!("`{property}` says which branch it is, and {name} is no object");
            report.add(Rule::Choice, at, problem, "no `discriminator`, or objects alone");
        } else if !leaves.iter().all(|(_, leaf)| is_text(leaf)) {
            let problem = format!("`{property}` says which branch it is, and {name} has no such property that is text");
            report.add(Rule::Choice, at, problem, format!("`{property}: {{type: string}}` among its `properties`"));
        } else if branch.values.is_empty() {
            let problem = format!("no value of `{property}` says that it is {name}");
            report.add(Rule::Choice, at, problem, "its value in the `mapping` of the `discriminator`");
        }
    }
    let mapping = choice.get("discriminator").and_then(|told| told.get("mapping"));
    let targets: Vec<&str> = all.iter().filter_map(|branch| branch.text("$ref")).collect();
    for (value, target) in mapping.into_iter().flat_map(|mapping| mapping.entries()) {
        let Some(text) = target.node.as_text().filter(|text| !targets.contains(text)) else { continue };
        // What counts branches leads to one that is no component, which is found above.
        if text.parse::<usize>().is_err() {
            let problem = format!("`{value}` leads to `{text}`, which is none of the branches");
            report.add(Rule::Choice, &target, problem, suggestion(text, targets.iter().copied()));
        }
    }
    let mut seen: HashMap<&str, &Branch> = HashMap::new();
    for (at, branch) in all.iter().zip(told.branches.iter()) {
        for value in branch.values.iter() {
            if let Some(other) = seen.insert(value, branch) {
                let problem = format!("`{value}` of `{property}` says both {} and {}", other.name, branch.name);
                report.add(Rule::Choice, at, problem, "each branch once");
            }
        }
    }
}

/// No two branches ask for the same: a request could not say which of the two it is.
fn by_shape(all: &[At<'_>], told: &Alternatives, report: &mut Report) {
    for (index, (at, branch)) in all.iter().zip(told.branches.iter()).enumerate() {
        let alike = (0..index).find(|other| told.are_alike(*other, index));
        if let Some(other) = alike.and_then(|other| told.branches.get(other)) {
            let problem = format!(
                "in a request, {} cannot be told from {}: whatever is the one is the other too",
                branch.name, other.name
            );
            let remedy =
                "a `discriminator`, a `required` property of each that the other lacks, or an `enum` of one value";
            report.add(Rule::AlikeBranches, at, problem, remedy);
        }
    }
}
