//! Rules about what is filled in: what expressions read, in which order, and from which session.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use countersign_plan::pointer;
use countersign_plan::{
    self as plan, Absent, Condition, Constraint, Encoding, Fields, Of, Place, ResponseForm, Selection, Slot, Style,
    Text, Value,
};
use indexmap::IndexMap;

use super::operations::{TRANSPORT_HEADERS, known_or};
use super::subject::Subject;
use crate::api::{Api, branches};
use crate::expression::visit;
use crate::finding::{Report, Rule};
use crate::lower::Filled;
use crate::node::At;
use crate::words::suggestion;

/// Calls a function with every value that an operation fills in, and where its `x-value` is.
fn each_value(
    subject: &Subject<'_, '_>,
    mut with: impl FnMut(&crate::api::Operation<'_>, &plan::Operation, &Filled<'_>, &Value),
) {
    let operations = subject.all();
    for ((operation, plan), filled) in operations.zip(&subject.lowered.filled) {
        for filled in filled {
            visit(&filled.values, &mut |value| with(operation, plan, filled, value));
        }
    }
}

/// The names of the fields at the top of the body.
pub(super) fn field_names(operation: &plan::Operation) -> Vec<String> {
    operation.below(None).map(|(_, slot)| slot.own_name().into_owned()).collect()
}

/// A field that is read is in the body of every operation that reads it.
pub(super) fn fields(subject: &Subject<'_, '_>, report: &mut Report) {
    each_value(subject, |operation, plan, filled, value| {
        let mut lacks = |what: &str, name: &str, remedy: String| {
            let problem = format!("{what} {} has no field `{name}`", operation.name());
            report.add(Rule::UnknownField, &filled.at, problem, remedy);
        };
        match value {
            Value::Field(name) if plan.field_named(name).is_none() => {
                lacks("the body of", name, a_field(plan, name));
            }
            Value::Field(name) if has_several_pairs(plan, name) => {
                let problem =
                    format!("`{name}` is read as one value, and the form of {} has several", operation.name());
                let remedy = "`{request: body}`, `{fields: all}`, or the scalars in it";
                report.add(Rule::UnknownField, &filled.at, problem, remedy);
            }
            Value::Field(name) if plan.optional_body => {
                let problem = format!("`{name}` is read, and {} may be called without a body", operation.name());
                let remedy =
                    format!("`required: true` at the body, or `{{fields: [{name}]}}`, which skips what is not there");
                report.add(Rule::OptionalRead, &filled.at, problem, remedy);
            }
            Value::Field(name) => {
                let Some(missing) = may_be_missing(plan, name) else { return };
                let without = if *name == missing { "it".to_owned() } else { format!("`{missing}`") };
                let problem = format!("`{name}` is read, and {} may be called without {without}", operation.name());
                let remedy = format!(
                    "`{missing}` among the `required` and without `nullable`, or `{{fields: [{name}]}}`, which skips what \
                     is not there"
                );
                report.add(Rule::OptionalRead, &filled.at, problem, remedy);
            }
            Value::Fields(Fields { of: Of::Body, which, .. }) if plan.body.is_none() && !has_own_rule(which) => {
                let problem = format!("{} has no body whose fields could be read", operation.name());
                let remedy = "`of: query`, or nothing of the body";
                report.add(Rule::UnknownField, &filled.at, problem, remedy);
            }
            Value::Fields(fields) => match &fields.which {
                Selection::Named(names)
                    if fields.of != Of::Headers && names.iter().any(|name| is_no_text(plan, name)) =>
                {
                    let problem = format!("a field that is read is no text in the form of {}", operation.name());
                    let remedy = "`{request: body}`, `{fields: all}`, or the scalars in it";
                    report.add(Rule::UnknownField, &filled.at, problem, remedy);
                }
                Selection::Named(names) if fields.of != Of::Headers => {
                    for name in names.iter().filter(|name| !may_select(fields, plan, name)) {
                        match fields.of {
                            Of::Body => lacks("the body of", name, a_field(plan, name)),
                            _ => {
                                let remedy = known_or(name, selectable(fields, plan), "what `with` adds");
                                lacks("the query or body of", name, remedy);
                            }
                        }
                    }
                }
                Selection::NamedIn(name) if !has_list(plan, name) => {
                    let problem = format!("{} sends no `{name}` that could list names", operation.name());
                    let parameters =
                        plan.slots.iter().filter(|slot| matches!(slot.place, Place::Header | Place::Query));
                    let known = parameters.map(|slot| slot.name.to_string()).chain(field_names(plan)).collect();
                    let remedy = known_or(name, known, "a field or a parameter of that name");
                    report.add(Rule::UnknownField, &filled.at, problem, remedy);
                }
                _ => {}
            },
            _ => {}
        }
    });
}

/// Whether a field of a form is no text of its own.
fn has_several_pairs(operation: &plan::Operation, name: &str) -> bool {
    let field = operation.field_named(name).filter(|_| operation.body.is_some_and(Encoding::is_form));
    field
        .is_some_and(|field| matches!(operation.slots[field].style, Style::Repeated | Style::Bracketed | Style::Spread))
}

/// Whether a field is no text that a selection could have.
fn is_no_text(operation: &plan::Operation, name: &str) -> bool {
    let field = operation.field_named(name);
    has_several_pairs(operation, name) || field.is_some_and(|field| operation.slots[field].part.is_file)
}

/// A field in the place of one that is not there. What is in one of several schemas is none: a call may be another of them.
fn a_field(operation: &plan::Operation, name: &str) -> String {
    let is_choice = |slot: &&Slot| slot.rules.iter().any(|rule| matches!(rule, Constraint::Alternatives(_)));
    let mut choices = operation.slots.iter().filter(|slot| slot.place == Place::Field).filter(is_choice);
    let is_around = |slot: &&Slot| name.strip_prefix(&*slot.name).is_some_and(|rest| rest.starts_with('/'));
    match choices.find(is_around) {
        Some(whole) => format!("`{}`, which is one of several schemas, as a whole", whole.name),
        None => known_or(name, field_names(operation), "a JSON pointer to a field of the body"),
    }
}

/// Whether an operation sends something of this name that can list others.
fn has_list(operation: &plan::Operation, name: &str) -> bool {
    let is_it = |slot: &Slot| match slot.place {
        Place::Header => is_named(slot, name),
        Place::Query => slot.name == name,
        _ => false,
    };
    operation.field_named(name).is_some() || operation.slots.iter().any(is_it)
}

/// Whether what a selection asks for is checked by its names.
fn has_own_rule(which: &Selection) -> bool {
    matches!(which, Selection::Signed | Selection::Named(_))
}

/// Whether a selection can hold something of a name.
fn may_select(fields: &Fields, operation: &plan::Operation, name: &str) -> bool {
    let is_in = |slot: &Slot| match fields.of {
        Of::Body => false,
        Of::Headers => slot.place == Place::Header && is_named(slot, name),
        Of::Query | Of::QueryAndBody => slot.place == Place::Query && slot.name == name,
    };
    let has_fields = matches!(fields.of, Of::Body | Of::QueryAndBody);
    has_fields && operation.field_named(name).is_some()
        || operation.slots.iter().any(is_in)
        || fields.with.iter().any(|(own, _)| own == name)
}

/// The names that a selection can hold.
fn selectable(fields: &Fields, operation: &plan::Operation) -> Vec<String> {
    let query = operation.slots.iter().filter(|slot| slot.place == Place::Query).map(|slot| slot.name.to_string());
    let body = if fields.of == Of::Query { Vec::new() } else { field_names(operation) };
    query.chain(body).collect()
}

/// What a selection leaves out would be in it, in one of the operations at least that read it.
pub(super) fn exceptions(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut unknown: IndexMap<(String, &Text), (At<'_>, Vec<String>)> = IndexMap::new();
    let mut known: HashSet<(String, &Text)> = HashSet::new();
    for ((_, plan), filled) in subject.all().zip(&subject.lowered.filled) {
        for filled in filled.iter().filter(|filled| filled.is_whole) {
            visit(&filled.values, &mut |value| {
                let Value::Fields(fields) = value else { return };
                for name in fields.except.iter() {
                    let key = (filled.at.pointer.clone(), name);
                    if may_select(fields, plan, name) {
                        known.insert(key);
                    } else {
                        let names = match fields.of {
                            Of::Headers => headers_of(plan).map(|header| header.name.to_string()).collect(),
                            _ => selectable(fields, plan),
                        };
                        unknown.entry(key).or_insert_with(|| (filled.at.clone(), names));
                    }
                }
            });
        }
    }
    for ((pointer, name), (at, names)) in unknown {
        if !known.contains(&(pointer, name)) {
            let problem = format!("no selection here could have `{name}` in it, which is left out");
            report.add(Rule::UnknownField, &at, problem, known_or(name, names, "nothing"));
        }
    }
}

/// A query or path parameter that is read is in every request that reads it.
pub(super) fn parameters(subject: &Subject<'_, '_>, report: &mut Report) {
    each_value(subject, |operation, plan, filled, value| {
        let (place, what, name) = match value {
            Value::Query(name) => (Place::Query, "query", name),
            Value::Path(name) => (Place::Path, "path", name),
            _ => return,
        };
        match plan.parameter(place, name).and_then(|index| plan.slots.get(index)) {
            None => {
                let problem = format!("{} has no {what} parameter `{name}` that could be read", operation.name());
                let known = plan.slots.iter().filter(|slot| slot.place == place).map(|slot| slot.name.as_ref());
                let remedy = known_or(name, known.collect(), &format!("a parameter of that name, `in: {what}`"));
                report.add(Rule::UnknownParameter, &filled.at, problem, remedy);
            }
            Some(slot) if slot.style == Style::Repeated => {
                let problem = format!("`{name}` is read as one value, and {} sends several", operation.name());
                report.add(
                    Rule::UnknownParameter,
                    &filled.at,
                    problem,
                    format!("`{{fields: [{name}], of: query, separator: …}}`"),
                );
            }
            Some(slot) if !slot.required && slot.given => {
                let problem = format!("`{name}` is read, and {} may be called without it", operation.name());
                let remedy = format!("`required: true` on the parameter, or `{{fields: [{name}], of: query}}`");
                report.add(Rule::OptionalRead, &filled.at, problem, remedy);
            }
            Some(_) => {}
        }
    });
}

/// The first step on the way to a field that a call may leave out.
fn may_be_missing(operation: &plan::Operation, name: &str) -> Option<String> {
    pointer::with_steps(name, |path| {
        let is_sent = |steps: usize| {
            let slot = operation.field(&pointer::join(&path[..steps])).and_then(|index| operation.slots.get(index));
            slot.is_some_and(is_always_sent)
        };
        (1..=path.len()).find(|steps| !is_sent(*steps)).map(|steps| path[steps - 1].to_owned())
    })
}

/// Whether every call carries a field, if it carries what is around it.
fn is_always_sent(field: &Slot) -> bool {
    !field.given || field.required && (field.value.is_some() || !field.rules.contains(&Constraint::Nullable))
}

/// The headers of an operation.
fn headers_of(operation: &plan::Operation) -> impl Iterator<Item = &Slot> {
    operation.slots.iter().filter(|slot| slot.place == Place::Header)
}

/// Whether a header has a name, in any case.
fn is_named(header: &Slot, name: &str) -> bool {
    header.name.eq_ignore_ascii_case(name)
}

/// A header that is read is in every request that reads it.
pub(super) fn headers(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut check = |operation: &crate::api::Operation<'_>, plan: &plan::Operation, at: &At<'_>, name: &str| {
        let mut headers: Vec<&str> = headers_of(plan).map(|header| header.name.as_ref()).collect();
        // The client writes these from the media types of the body and of the response, before it computes anything.
        headers.extend(plan.body.as_ref().map(|_| "Content-Type"));
        headers.extend(plan.has_response().then_some("Accept"));
        if TRANSPORT_HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name)) {
            let problem = format!("`{name}` is written by the transport when everything is computed");
            report.add(Rule::UnknownHeader, at, problem, "what it holds as text or a setting, or nothing");
        } else if !headers.iter().any(|header| header.eq_ignore_ascii_case(name)) {
            let problem = format!("{} has no header `{name}` that could be read", operation.name());
            let remedy = known_or(name, headers, "a parameter of that name, `in: header`");
            report.add(Rule::UnknownHeader, at, problem, remedy);
        }
    };
    each_value(subject, |operation, plan, filled, value| {
        let names: &[Text] = match value {
            Value::Header { name, .. } => std::slice::from_ref(name),
            Value::Fields(Fields { of: Of::Headers, which: Selection::Named(names), .. }) => names,
            _ => return,
        };
        names.iter().for_each(|name| check(operation, plan, &filled.at, name));
    });
    for (operation, plan) in subject.operations() {
        // The document's outcome may name a header that only some operations send; an operation's own may not.
        let Some(outcome) = operation.at.get("x-outcome") else { continue };
        for id in outcome.get("request-id").into_iter().flat_map(|list| list.items()) {
            if let Some(name) = id.text("request-header") {
                check(operation, plan, &id, name);
            }
        }
    }
}

/// A header that is read is in every call.
pub(super) fn optional_headers(subject: &Subject<'_, '_>, report: &mut Report) {
    each_value(subject, |operation, plan, filled, value| {
        let Value::Header { name, absent: Absent::Skip, .. } = value else { return };
        if plan.optional_body && name.eq_ignore_ascii_case("Content-Type") {
            let problem = format!("`{name}` is read, and {} may be called without a body", operation.name());
            report.add(Rule::OptionalRead, &filled.at, problem, "`required: true` at the body, or `absent: empty`");
        }
        // The client writes these where the caller does not.
        if ["Accept", "Content-Type"].iter().any(|written| written.eq_ignore_ascii_case(name)) {
            return;
        }
        let header = headers_of(plan).find(|header| is_named(header, name));
        if let Some(header) = header.filter(|header| !header.required && header.given) {
            let problem = format!("`{}` is read, and {} may be called without it", header.name, operation.name());
            report.add(Rule::OptionalRead, &filled.at, problem, "`required: true` on the header, or `absent: empty`");
        }
    });
}

/// `x-signed-fields` names fields of the body, and a signature reads them.
pub(super) fn signed_fields(subject: &Subject<'_, '_>, report: &mut Report) {
    for (operation, plan) in subject.all() {
        let Some(list) = operation.at.get("x-signed-fields") else { continue };
        let mut seen: Vec<&str> = Vec::new();
        for item in list.items() {
            let Some(name) = item.node.as_text() else { continue };
            if plan.field_named(name).is_none() {
                let problem = format!("the body of {} has no field `{name}`", operation.name());
                report.add(Rule::SignedFields, &item, problem, a_field(plan, name));
            } else if is_no_text(plan, name) {
                let problem = format!("`{name}` is no text in the form of {}", operation.name());
                report.add(Rule::SignedFields, &item, problem, "the scalars in it");
            } else if seen.contains(&name) {
                report.add(Rule::SignedFields, &item, format!("`{name}` is signed twice"), "it once");
            }
            seen.push(name);
        }
        // What is wrong with an expression may be that it does not say so.
        let mut may_read = false;
        each_value(subject, |other, _, filled, value| {
            may_read |= other.at.pointer == operation.at.pointer && (reads_signed(value) || !filled.is_whole);
        });
        if !may_read {
            let remedy = "`{fields: signed}` in an `x-value` of the operation";
            report.add(Rule::SignedFields, &list, "nothing reads the signed fields", remedy);
        }
    }
    each_value(subject, |operation, plan, filled, value| {
        if reads_signed(value) && plan.signed_fields.is_empty() {
            let problem = format!("{} does not say which fields are signed", operation.name());
            report.add(Rule::SignedFields, &filled.at, problem, "`x-signed-fields: […]` on the operation");
        }
    });
}

fn reads_signed(value: &Value) -> bool {
    matches!(value, Value::Fields(Fields { which: Selection::Signed, .. }))
}

/// A success that is not JSON can satisfy the conditions on it.
pub(super) fn outcomes_of_empty_responses(subject: &Subject<'_, '_>, report: &mut Report) {
    for (operation, plan) in subject.operations() {
        let asked = plan.outcome.success.iter().find_map(|condition| match condition {
            Condition::OneOf { optional: true, .. } => None,
            other => other.pointers().first(),
        });
        if let Some(pointer) = asked.filter(|_| plan.forms().any(|form| form != ResponseForm::Json)) {
            let problem = format!(
                "a success of {} has no body in JSON, and only that satisfies what is said of `{pointer}`",
                operation.name()
            );
            let remedy =
                "an `x-outcome` on the operation that leaves the HTTP status to decide, or the response's `content`";
            report.add(Rule::Outcome, &operation.at, problem, remedy);
        }
    }
}

/// What an outcome reads is in a response that the document describes, or is called otherwise than all that is there. A refusal that is
/// not described may have anything, so that what is nearly the name of something is noted, and nothing else.
pub(super) fn outcome_pointers(subject: &Subject<'_, '_>, report: &mut Report) {
    let (own, rest): (Vec<_>, Vec<_>) =
        subject.api.operations.iter().partition(|operation| operation.at.get("x-outcome").is_some());
    let of_all = subject.api.section("x-outcome").map(|outcome| (outcome, rest));
    let of_one = own.into_iter().filter_map(|operation| Some((operation.at.get("x-outcome")?, vec![operation])));
    for (outcome, operations) in of_all.into_iter().chain(of_one) {
        let responses = operations.iter().flat_map(|operation| &operation.responses);
        let contents: Vec<_> = responses.filter_map(|(_, response)| response.get("content")).collect();
        let media = contents.iter().flat_map(|content| content.entries());
        let schemas: Vec<_> = media.filter_map(|(_, media)| media.get("schema")).collect();
        let known: BTreeSet<String> = schemas.iter().flat_map(|schema| pointers(subject.api, schema)).collect();

        let conditions = outcome.get("success").into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
        let conditions = conditions.filter_map(|condition| condition.get("at"));
        let words = ["code", "message", "request-id"].into_iter().filter_map(|word| outcome.get(word));
        for places in conditions.chain(words).map(one_or_several) {
            let is_described = |at: &At<'_>| {
                let pointer = at.node.as_text().filter(|pointer| pointer::is_pointer(pointer));
                pointer.is_none_or(|pointer| schemas.iter().any(|schema| leads_somewhere(subject.api, schema, pointer)))
            };
            // One of them is enough.
            if places.iter().any(is_described) {
                continue;
            }
            for at in &places {
                let Some(pointer) = at.node.as_text() else { continue };
                let near = known.iter().find(|known| strsim::normalized_damerau_levenshtein(pointer, known) >= 0.8);
                if let Some(near) = near {
                    let text =
                        format!("no response that is described has anything at `{pointer}`, and one has `{near}`");
                    report.note(at, text);
                }
            }
        }
    }
}

fn one_or_several(at: At<'_>) -> Vec<At<'_>> {
    if at.node.as_list().is_some() { at.items().collect() } else { vec![at] }
}

/// The pointers to the properties of a schema, and to those of the objects in them.
fn pointers<'a>(api: &Api<'a>, schema: &At<'a>) -> Vec<String> {
    let mut all = Vec::new();
    let mut here = vec![(String::new(), api.resolve(schema))];
    for _ in 0..2 {
        let mut next = Vec::new();
        for (pointer, at) in here {
            for at in std::iter::once(at.clone()).chain(branches(&at).map(|branch| api.resolve(&branch))) {
                let properties = at.get("properties");
                next.extend(
                    properties.iter().flat_map(|properties| properties.entries()).map(|(name, property)| {
                        (format!("{pointer}/{}", pointer::escaped(name)), api.resolve(&property))
                    }),
                );
            }
        }
        all.extend(next.iter().map(|(pointer, _)| pointer.clone()));
        here = next;
    }
    all
}

/// A session is issued without a session and without the caller.
pub(super) fn session(subject: &Subject<'_, '_>, report: &mut Report) {
    let (Some(at), Some(session)) = (subject.api.section("x-session"), &subject.lowered.plan.session) else { return };
    let ids: Vec<&str> = subject.api.operations.iter().map(|operation| operation.id).collect();
    for word in ["issue", "renew"] {
        if let (Some(at), Some(id)) = (at.get(word), at.text(word))
            && !ids.contains(&id)
        {
            let remedy = suggestion(id, ids.iter().copied());
            report.add(Rule::Session, &at, format!("no operation is called `{id}`"), remedy);
        }
    }
    let Some(issue_at) = at.get("issue") else { return };
    let Some(operation) = subject.lowered.plan.operation(&session.issue) else { return };
    let position = subject.lowered.plan.operations.iter().position(|candidate| candidate.id == operation.id);
    let mut needs_session = false;
    for filled in position.and_then(|position| subject.lowered.filled.get(position)).into_iter().flatten() {
        visit(&filled.values, &mut |value| needs_session |= matches!(value, Value::Session(_)));
    }
    if needs_session {
        let problem = format!("{} reads a value of the session that it issues", operation.id);
        let remedy = "credentials in its `security`, with schemes that read no session value";
        report.add(Rule::SessionOperation, &issue_at, problem, remedy);
    }
    let mut asked: Vec<Cow<'_, str>> = operation
        .slots
        .iter()
        .filter(|slot| slot.place.is_parameter() && slot.required && slot.given)
        .map(Slot::own_name)
        .collect();
    ask(operation, None, &mut asked);
    if !asked.is_empty() {
        let problem = format!("{} asks the caller for {}", operation.id, asked.join(", "));
        let remedy = "an `x-value` there that reads a credential or a setting";
        report.add(Rule::SessionOperation, &issue_at, problem, remedy);
    }
    if operation.forms().any(|form| form != ResponseForm::Json) {
        let problem = format!("a response of {} has no body in JSON to read the session from", operation.id);
        report.add(Rule::SessionOperation, &issue_at, problem, "a success with `application/json`");
    }
}

/// Adds the fields in an object, or in the body, that a caller cannot leave out.
fn ask<'o>(operation: &'o plan::Operation, object: Option<usize>, asked: &mut Vec<Cow<'o, str>>) {
    for (index, slot) in operation.below(object).filter(|(_, slot)| slot.required && slot.given) {
        if operation.is_object(index) {
            ask(operation, Some(index), asked);
        } else {
            asked.push(slot.own_name());
        }
    }
}

/// What is read from the response that issues a session is described there.
pub(super) fn session_pointers(subject: &Subject<'_, '_>, report: &mut Report) {
    let (Some(at), Some(session)) = (subject.api.section("x-session"), &subject.lowered.plan.session) else { return };
    let ids = [Some(&session.issue), session.renew.as_ref()].into_iter().flatten();
    let responses: Vec<_> = ids
        .filter_map(|id| {
            let operation = subject.api.operation(id)?;
            let mut contents = operation.successes().filter_map(|(_, response)| response.get("content"));
            Some((operation, contents.find_map(|content| content.entries().next()?.1.get("schema"))?))
        })
        .collect();
    let values = at.get("values").into_iter().flat_map(|values| values.entries());
    let expires = at.get("expires").into_iter().flat_map(|list| list.items());
    let pointers = values.filter_map(|(_, value)| value.get("pointer"));
    for at in pointers.chain(expires.flat_map(|expiry| ["seconds", "at"].map(|word| expiry.get(word))).flatten()) {
        let Some(pointer) = at.node.as_text().filter(|pointer| pointer::is_pointer(pointer)) else { continue };
        let lacks = |(_, schema): &&(_, At<'_>)| !leads_somewhere(subject.api, schema, pointer);
        if let Some((operation, _)) = responses.iter().find(lacks) {
            let problem = format!("the response of {} has nothing at `{pointer}`", operation.name());
            report.add(Rule::Session, &at, problem, "a JSON pointer to a property of the response's schema");
        }
    }
}

/// Whether a schema describes what is at a pointer, or leaves it open.
fn leads_somewhere<'a>(api: &Api<'a>, schema: &At<'a>, pointer: &str) -> bool {
    let mut here = vec![api.resolve(schema)];
    for name in pointer::steps(pointer).map(pointer::unescaped) {
        // One of several describes what any of them does.
        let all = here.iter().flat_map(|at| branches(at).map(|branch| api.resolve(&branch))).collect::<Vec<_>>();
        here.extend(all);
        let mut next = Vec::new();
        for at in here {
            match (at.get("properties"), at.get("items")) {
                (Some(properties), _) => next.extend(properties.get(&name)),
                (None, Some(items)) => next.push(items),
                // A reference that leads nowhere is a finding of its own, and a free-form object may hold anything.
                (None, None) if at.get("$ref").is_some() || at.text("type") == Some("object") => return true,
                (None, None) => {}
            }
        }
        here = next.iter().map(|next| api.resolve(next)).collect();
        here.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        here.dedup_by(|a, b| a.pointer == b.pointer);
    }
    !here.is_empty()
}
