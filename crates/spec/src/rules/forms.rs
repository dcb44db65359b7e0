//! Rules about bodies of names and values: forms, and parts with files.

use std::collections::HashMap;

use countersign_plan::{self as plan, Encoding, Place, RequestPart, Slot, Style, Value, any, pointer};

use super::subject::Subject;
use crate::api::Operation;
use crate::finding::{Report, Rule};
use crate::media;
use crate::node::At;
use crate::style::{self, Unwritten};
use crate::words::suggestion;

/// The fields of a form are written as its `encoding` says, each under a name of its own.
pub(super) fn forms(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for operation in api.all() {
        for (media_type, media) in media_types(operation) {
            let Some(encoding) = media.get("encoding") else { continue };
            let is_form = media::encoding(media_type).is_some_and(Encoding::is_form);
            let Some(schema) = media.get("schema").map(|schema| api.resolve(&schema)).filter(|_| is_form) else {
                report.add(Rule::UnsupportedWord, &encoding, "an `encoding` that is not of a form", "nothing here");
                continue;
            };
            let properties = schema.get("properties");
            for (name, at) in encoding.entries() {
                if properties.as_ref().and_then(|properties| properties.get(name)).is_none() {
                    let known = properties.iter().flat_map(|properties| properties.entries().map(|(name, _)| name));
                    let problem = format!("the form has no field `{name}`");
                    report.add(Rule::RequestBody, &at, problem, suggestion(name, known));
                }
            }
        }
    }
    for (operation, plan) in subject.all() {
        let Some(body) = operation.body.as_ref() else { continue };
        let mut places = HashMap::new();
        for field in style::fields(api, body) {
            places.insert(field.name, field.at);
            if let Err(Unwritten(at, problem, remedy)) = field.written {
                report.add(Rule::RequestBody, &at, problem, remedy);
            }
        }
        if !plan.body.is_some_and(Encoding::is_form) {
            continue;
        }
        let others = body.schema.as_ref().and_then(|schema| api.resolve(schema).get("additionalProperties"));
        if let Some(others) = others.filter(|of| of.node.as_map().is_some_and(|words| !words.is_empty()))
            && style::is_compound(&api.resolve(&others))
        {
            let problem = format!("fields of {} that have no names here are no scalars", operation.name());
            report.add(Rule::Schema, &others, problem, "`properties`, whose `encoding` says how they are written");
        }
        for (index, slot) in plan.slots.iter().enumerate().filter(|(_, slot)| slot.place == Place::Field) {
            if slot.style == Style::Spread || plan.form_field(&plan.form_name(index)) == Some((index, Vec::new())) {
                continue;
            }
            let top = pointer::steps(&slot.name).next().map(pointer::unescaped).unwrap_or_default();
            let problem = format!("the name `{}` in the form is not of one field alone", plan.form_name(index));
            report.add(
                Rule::RequestBody,
                places.get(&*top).unwrap_or(&body.at),
                problem,
                "names without brackets, each once",
            );
        }
        let webhooks = &api.webhooks;
        let is_nested = |slot: &Slot| slot.place == Place::Field && slot.style != Style::Single;
        let is_more = plan.body == Some(Encoding::Multipart) || plan.slots.iter().any(is_nested);
        if webhooks.iter().any(|webhook| webhook.id == operation.id) && is_more {
            let problem =
                format!("{} is received in parts, or as a form with lists or objects in it", operation.name());
            report.add(Rule::RequestBody, &body.at, problem, "a form of strings: what is received is read as it is");
        }
    }
}

/// Whether a value reads what is in files.
fn reads_files(plan: &plan::Operation, value: &Value) -> bool {
    match value {
        Value::Request(RequestPart::Body) => true,
        Value::Field(name) => plan.field_named(name).is_some_and(|field| plan.slots[field].part.is_file),
        _ => false,
    }
}

/// The media types of an operation's body and of its responses.
fn media_types<'a>(operation: &Operation<'a>) -> impl Iterator<Item = (&'a str, At<'a>)> {
    let bodies = operation.body.iter().map(|body| body.at.clone());
    let all = bodies.chain(operation.responses.iter().map(|(_, response)| response.clone()));
    all.flat_map(|at| at.get("content").into_iter().flat_map(|content| content.entries()).collect::<Vec<_>>())
}

/// A file is a part of a body in parts, which the caller gives.
pub(super) fn files(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for (operation, plan) in subject.all() {
        let Some(body) = operation.body.as_ref().filter(|_| plan.body == Some(Encoding::Multipart)) else { continue };
        if body.media_type.contains(';') {
            let problem = format!("`{}` has more than its name", body.media_type.escape_debug());
            let at = body.media.as_ref().unwrap_or(&body.at);
            report.add(
                Rule::RequestBody,
                at,
                problem,
                "`multipart/form-data`: what is between the parts is drawn by chance",
            );
        }
        if let Some(envelope) = body.at.get("x-envelope") {
            let problem = "a body in parts is not put into an envelope";
            report.add(Rule::Envelope, &envelope, problem, "no `x-envelope`, or a body in JSON");
        }
        let has_files = plan.slots.iter().any(|slot| slot.part.is_file);
        if has_files && plan.values().any(|values| any(values, &|value| reads_files(plan, value))) {
            let text = format!(
                "the files of {} are given as bytes: what is read of them is known before it is sent",
                operation.name()
            );
            report.note(&body.at, text);
        }
        for field in style::fields(api, body) {
            let is_file = matches!(&field.written, Ok((_, part)) if part.is_file);
            for word in ["x-value", "x-equal-to"] {
                if let Some(value) = field.at.get(word).filter(|_| is_file) {
                    let problem = format!("`{word}` is on a file, which the caller gives");
                    report.add(Rule::MisplacedExtension, &value, problem, "it on a part that is text");
                }
            }
        }
    }
    let elsewhere = |operation: &Operation<'_>| {
        media::encoding(operation.body.as_ref()?.media_type)?.eq(&Encoding::Multipart).then_some(())
    };
    let others = api.all().filter(|operation| elsewhere(operation).is_none());
    let others = others.filter_map(|operation| operation.body.as_ref()?.schema.clone()).chain(api.response_schemas());
    let reached = api.reach(others);
    for (_, at) in
        api.schemas().into_iter().filter(|(_, at)| api.files.contains(&at.pointer) && reached.contains(&at.pointer))
    {
        let remedy = "a schema of its own for the body in parts";
        report.add(Rule::RequestBody, &at, "a file of a body in parts is in another body too", remedy);
    }
}
