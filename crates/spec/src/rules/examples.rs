//! Rules about examples: what is made up could be sent.

use countersign_plan::{self as plan, Constraint, Encoding, Slot, Style, constraint};
use jiff::Timestamp;

use super::subject::Subject;
use crate::api::Api;
use crate::demands::Demands;
use crate::finding::{Report, Rule};
use crate::node::{At, Kind};
use crate::style;

/// An example of a request could be sent.
pub(super) fn examples(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for (operation, plan) in subject.all() {
        for (at, slots) in subject.parameters(operation, plan) {
            let schema = at.get("schema").map(|schema| api.resolve(&schema));
            let is_moment = schema.as_ref().is_some_and(|schema| schema.text("format") == Some("date-time"));
            let of_schema = schema.iter().flat_map(|schema| ["example", "default"].map(|word| schema.get(word)));
            for sample in samples(api, at).into_iter().chain(of_schema.flatten()) {
                check_sample(&sample, slots, &subject.lowered.demands, report);
                if is_moment && sample.node.as_text().is_some_and(|text| text.parse::<Timestamp>().is_err()) {
                    let reason = "it must be a time such as 2026-01-31T12:34:56Z";
                    broken_example(&sample, slots.first().map_or("", Slot::parameter), reason, report);
                }
            }
        }
        let Some(body) = &operation.body else { continue };
        let media = body.at.get("content").into_iter().flat_map(|content| content.entries());
        for sample in media.flat_map(|(_, media)| samples(api, &media)) {
            check_example(&sample, plan, None, subject, report);
            if let Some(alternatives) = &plan.alternatives {
                let rules = [Constraint::Alternatives(alternatives.clone())];
                if let Err((below, reason)) = subject.lowered.demands.hold_json(&sample, &rules) {
                    broken_example(&sample, if below.is_empty() { "the body" } else { &below }, &reason, report);
                }
            }
        }
    }
}

/// Checks a sample of a parameter.
fn check_sample(sample: &At<'_>, slots: &[Slot], demands: &Demands, report: &mut Report) {
    for slot in slots {
        let style::Sample { at, elements } = match style::sample(sample, slot) {
            Some(sample) => sample,
            None if slot.required && matches!(slot.style, Style::Member(_)) => {
                broken_example(sample, &slot.name, "it is required and is not there", report);
                continue;
            }
            None => continue,
        };
        let kept = if slot.style.is_list() {
            demands.hold_list(&elements, &slot.rules)
        } else {
            let mut elements = elements.iter();
            elements.try_for_each(|text| demands.hold_text(text, &slot.rules)).map_err(|why| (String::new(), why))
        };
        let carried = || elements.iter().try_for_each(|text| style::carries(slot, text));
        if let Err((below, reason)) = kept.and_then(|()| carried().map_err(|reason| (String::new(), reason))) {
            broken_example(&at, &format!("{}{below}", slot.name), &reason, report);
        }
    }
}

/// Every sample could be held to the patterns that it should match.
pub(super) fn lengths_of_samples(subject: &Subject<'_, '_>, report: &mut Report) {
    if subject.lowered.demands.is_exhausted() {
        let problem = "the samples are too many or too long to hold all of them to their patterns";
        report.unplaced(Rule::Example, problem, "samples of the length that a value has");
    }
}

/// What is in `example` and `examples`.
fn samples<'a>(api: &Api<'a>, at: &At<'a>) -> Vec<At<'a>> {
    let named = at.get("examples").into_iter().flat_map(|examples| examples.entries());
    let named = named.filter_map(|(_, example)| api.resolve(&example).get("value"));
    at.get("example").into_iter().chain(named).collect()
}

/// Checks what a sample has in the place of an object, or of the body.
fn check_example(
    sample: &At<'_>,
    plan: &plan::Operation,
    object: Option<usize>,
    subject: &Subject<'_, '_>,
    report: &mut Report,
) {
    let demands = &subject.lowered.demands;
    if let Some(body) = plan.whole_body() {
        if let Err((below, reason)) = demands.hold_json(sample, &plan.slots[body].rules) {
            broken_example(sample, &format!("body{below}"), &reason, report);
        }
        return;
    }
    if sample.node.as_map().is_none() {
        return;
    }
    for (index, field) in plan.below(object) {
        let name = field.own_name();
        let Some(value) = sample.get(&name) else {
            if field.required && field.value.is_none() && field.given {
                broken_example(sample, &name, "it is required and is not there", report);
            }
            continue;
        };
        let says_nothing = match &value.node.kind {
            Kind::Null => true,
            Kind::List(items) => items.is_empty() && field.style != Style::Json,
            Kind::Map(members) => members.is_empty() && field.style != Style::Json,
            _ => false,
        };
        if field.required && says_nothing && plan.body.is_some_and(Encoding::is_form) {
            broken_example(&value, &name, "it is required, and a form sends nothing for it", report);
            continue;
        }
        if plan.is_object(index) && value.node.as_map().is_some() {
            check_example(&value, plan, Some(index), subject, report);
            continue;
        }
        let kept = match value.node.scalar() {
            // The sample of a file is its text.
            Some(text) if field.part.is_file => constraint::files(&[Some(text.len() as u64)], &field.rules),
            Some(text) if is_text(plan, field) || field.value.is_some() => {
                demands.hold_text(&text, &field.rules).map_err(|reason| (String::new(), reason))
            }
            _ => demands.hold_json(&value, &field.rules),
        };
        if let Err((below, reason)) = kept {
            broken_example(&value, &format!("{name}{below}"), &reason, report);
        }
    }
}

/// Whether a field is a text, whatever its type.
fn is_text(plan: &plan::Operation, field: &Slot) -> bool {
    plan.body.is_some_and(Encoding::is_form) && field.style == Style::Single
}

fn broken_example(at: &At<'_>, name: &str, reason: &str, report: &mut Report) {
    let problem = format!("the example breaks what the document demands of `{name}`: {reason}");
    report.add(Rule::Example, at, problem, "an example that could be sent");
}

/// What a call cannot do without, and its caller gives, has an example. That an example is whole is a rule of its own.
pub(super) fn missing_examples(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for (operation, plan) in subject.operations() {
        for (at, slots) in subject.parameters(operation, plan) {
            let is_needed = at.is_true("required") && slots.iter().any(|slot| slot.given);
            if is_needed && !has_example(api, at) {
                let name = slots.first().map_or("", Slot::parameter);
                let problem = format!("{} needs `{name}`, which has no example", operation.name());
                report.add(Rule::MissingExample, at, problem, "`example:` and a value that is made up");
            }
        }
        if subject.lowered.plan.session.as_ref().is_some_and(|session| session.issue == operation.id) {
            // That the caller gives it at all is a finding of its own.
            continue;
        }
        let Some(body) = operation.body.as_ref().filter(|_| !plan.optional_body) else { continue };
        let media = body.at.get("content").and_then(|content| content.entries().next().map(|(_, media)| media));
        let Some(media) = media else { continue };
        let named = media.get("examples").and_then(|examples| examples.entries().next());
        let named = named.and_then(|(_, example)| api.resolve(&example).get("value"));
        if named.is_some() || media.get("example").is_some() {
            continue;
        }
        if plan.whole_body().is_some() {
            let problem = format!("{} needs a body, and its request has no example", operation.name());
            report.add(Rule::MissingExample, &media, problem, "`examples:` and a request that is made up");
        }
        if let Some((_, field)) = plan.below(None).find(|(_, field)| field.required && field.given) {
            let problem = format!("{} needs `{}`, and its request has no example", operation.name(), field.own_name());
            report.add(Rule::MissingExample, &media, problem, "`examples:` and a request that is made up");
        }
    }
}

/// Whether there is a value for a parameter, in its own words or in those of its schema.
fn has_example(api: &Api<'_>, parameter: &At<'_>) -> bool {
    let named = parameter.get("examples").and_then(|examples| examples.entries().next());
    let schema = parameter.get("schema").map(|schema| api.resolve(&schema));
    let listed = |values: At<'_>| values.items().any(|value| !matches!(value.node.kind, Kind::Null));
    parameter.get("example").is_some()
        || named.is_some_and(|(_, example)| api.resolve(&example).get("value").is_some())
        || schema.is_some_and(|schema| {
            ["example", "default"].iter().any(|word| schema.get(word).is_some())
                || schema.get("enum").is_some_and(listed)
        })
}
