//! Rules about what is received: webhooks, and responses that are signed or sealed.

use countersign_plan::{self as plan, List, Place, ResponseForm, Slot, Text, Value, any};

use super::operations::known_or;
use super::subject::Subject;
use crate::api::{is_choice, is_hidden};
use crate::expression::visit;
use crate::finding::{Report, Rule};
use crate::lower::{self, Carrier, Filled};
use crate::node::At;

/// The variant of a generated event that is none of the document's.
const UNKNOWN: &str = "unknown";

/// A webhook is a message that somebody can vouch for, and that is read as an event.
pub(super) fn webhooks(subject: &Subject<'_, '_>, report: &mut Report) {
    for (webhook, planned) in subject.webhooks() {
        let name = webhook.name();
        if let Some(at) = webhook.at.get("operationId").filter(|_| webhook.id == UNKNOWN) {
            let problem = "`unknown` is what an event is called that the document does not have";
            report.add(Rule::OperationId, &at, problem, "the event's own name");
        }
        let is_whole = filled_of(subject, webhook.id).all(|filled| filled.is_whole);
        if is_whole && !subject.lowered.vouches(&planned.operation) {
            let problem = format!("nothing in {name} is made with a credential, so that anybody can send it");
            let remedy = "`security` with a scheme whose `x-value` is the signature, as the provider makes it";
            report.add(Rule::Webhook, &webhook.at, problem, remedy);
        }
        for parameter in webhook.parameters.iter().filter(|at| at.text("in") == Some("path")) {
            let remedy = "no such parameter: the path is the receiver's own";
            report.add(Rule::Parameter, parameter, "a webhook has no path", remedy);
        }
        for (status, response) in webhook.responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let problem = format!("{name} describes a response `{status}`, which is the receiver's to say");
            report.add(Rule::Response, response, problem, "a `2XX`, or no `responses`");
        }
        let Some(body) = &webhook.body else { continue };
        if let Some(envelope) = body.at.get("x-envelope") {
            let problem = "an envelope of a webhook is not opened";
            report.add(Rule::Envelope, &envelope, problem, "the body as it is on the wire");
        }
        let schema = body.schema.as_ref().map(|schema| subject.api.resolve(schema));
        let properties = schema.as_ref().and_then(|schema| schema.get("properties"));
        if let Some(schema) = schema
            && !is_choice(&schema)
            && properties.is_none_or(|properties| properties.entries().all(|(_, property)| is_hidden(&property)))
        {
            let problem = format!("the body of {name} has no property to read");
            report.add(Rule::Webhook, &schema, problem, "the `properties` of the event");
        }
    }
}

/// What tells one event from the others is there, and tells it.
pub(super) fn conditions(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut before: Vec<(String, &plan::Webhook)> = Vec::new();
    for (webhook, planned) in subject.webhooks() {
        let operation = &planned.operation;
        let when = webhook.at.get("x-webhook").and_then(|words| words.get("when"));
        for (name, at) in when.iter().flat_map(|when| when.entries()) {
            if operation.slot(name).is_none() {
                let problem = format!("{} has no parameter or field `{name}`", webhook.name());
                let is_near = |slot: &&Slot| slot.place.is_parameter() || slot.is_at_top();
                let known = operation.slots.iter().filter(is_near).map(|slot| slot.own_name().into_owned()).collect();
                report.add(Rule::Webhook, &at, problem, known_or(name, known, "a JSON pointer to a field"));
            }
        }
        // The first one whose conditions hold is taken.
        if let Some((other, _)) = before.iter().find(|(_, before)| holds_for_all(&before.when, &planned.when)) {
            let problem = format!("whatever is {}, is {other} already", webhook.name());
            let remedy = "a `when` in the `x-webhook` of each, with the header or field that says which event it is";
            report.add(Rule::Webhook, when.as_ref().unwrap_or(&webhook.at), problem, remedy);
        }
        before.push((webhook.name(), planned));
    }
}

/// What says which event a message is, when it was sent and what it is told from others by is to be signed. Some providers leave
/// it out, so that it is noted.
pub(super) fn unsigned(subject: &Subject<'_, '_>, report: &mut Report) {
    for (webhook, planned) in subject.webhooks() {
        let Some(words) = webhook.at.get("x-webhook") else { continue };
        let operation = &planned.operation;
        let signed = signed(subject, operation);
        let mut note = |at: &At<'_>, slot: usize, says: &str, then: &str| {
            let name = operation.slots[slot].own_name();
            report.note(at, format!("`{name}` says {says} and is not signed, so that {then}; {NOT_BY}"));
        };
        let left_out = |slot: &usize| !signed.contains(slot);
        for (name, at) in words.get("when").iter().flat_map(|when| when.entries()) {
            if let Some(slot) = operation.slot(name).filter(left_out) {
                note(&at, slot, "which event it is", "one that was seen can be sent as another");
            }
        }
        let sent_at = planned.sent_at.as_ref().map_or(&[][..], |sent_at| &sent_at.of);
        for (word, values, says, then) in [
            ("timestamp", sent_at, "when it was sent", "an old one can be sent as a new one"),
            ("event-id", &*planned.event_id, "what it is told from others by", "one can be sent again as another"),
        ] {
            let Some(at) = words.get(word) else { continue };
            if let Some(slot) = read_by(operation, values).into_iter().find(left_out) {
                note(&at, slot, says, then);
            }
        }
    }
}

/// What to do where something is not signed.
const NOT_BY: &str = "take what the signature covers, where the provider says it there too";

/// The slots that what vouches for a message is made of, itself included.
fn signed(subject: &Subject<'_, '_>, operation: &plan::Operation) -> Vec<usize> {
    let slots = 0..operation.slots.len();
    let mut signed: Vec<usize> =
        slots.clone().filter(|slot| subject.lowered.is_vouched(&operation.slots[*slot])).collect();
    let mut next = 0;
    while let Some(own) = signed.get(next).copied() {
        let read = slots.clone().filter(|other| !signed.contains(other) && operation.reads(own, *other));
        signed.extend(read.collect::<Vec<_>>());
        next += 1;
    }
    signed
}

/// The slots that an expression reads.
fn read_by(operation: &plan::Operation, values: &[Value]) -> Vec<usize> {
    let mut with = operation.clone();
    let own = with.slots.len();
    with.slots.to_mut().push(lower::filled(Place::Value, "", values.to_vec()));
    (0..own).filter(|other| with.reads(own, *other)).collect()
}

/// Whether conditions hold for every message that others hold for.
fn holds_for_all(conditions: &[(Text, List<Text>)], others: &[(Text, List<Text>)]) -> bool {
    conditions.iter().all(|(name, texts)| {
        let mut same = others.iter().filter(|(other, _)| other == name);
        same.any(|(_, others)| !others.is_empty() && others.iter().all(|text| texts.contains(text)))
    })
}

/// What is received is held to what its sender and its receiver both know.
pub(super) fn unknowable(subject: &Subject<'_, '_>, report: &mut Report) {
    for (webhook, _) in subject.webhooks() {
        for filled in filled_of(subject, webhook.id) {
            visit(&filled.values, &mut |value| {
                let (what, remedy) = match value {
                    Value::Session(_) => ("the session", "what the message and the credentials say"),
                    // What is made once is learnt from the message.
                    Value::Random { .. } if filled.carrier != Carrier::Value => ("chance", A_VALUE),
                    Value::Uuid { .. } if filled.carrier != Carrier::Value => ("a UUID", A_VALUE),
                    _ => return,
                };
                let problem = format!("{} reads {what}, which its receiver does not know", webhook.name());
                report.add(Rule::Webhook, &filled.at, problem, remedy);
            });
        }
    }
    for ((operation, planned), filled) in subject.operations().zip(&subject.lowered.filled) {
        let of_response = |filled: &&Filled<'_>| filled.site.is_response();
        for filled in filled.iter().filter(of_response) {
            visit(&filled.values, &mut |value| {
                let what = match value {
                    Value::Session(_) if !planned.session => "the session, which the request does not carry",
                    Value::Random { .. } => "chance, which the client does not know",
                    _ => return,
                };
                let problem = format!("the response of {} reads {what}", operation.name());
                report.add(
                    Rule::Outcome,
                    &filled.at,
                    problem,
                    "what the response, the request and the credentials say",
                );
            });
        }
    }
}

/// Where a value is to be that only its sender knows.
const A_VALUE: &str = "a value in `x-values`, which is learnt from where it stands in the message";

/// What an envelope holds is in the response, and is described.
pub(super) fn envelopes(subject: &Subject<'_, '_>, report: &mut Report) {
    for (operation, planned) in subject.operations() {
        for (status, response) in &operation.responses {
            let Some(at) = response.get("x-envelope") else { continue };
            if !status.starts_with('2') {
                let problem = format!("the envelope of a response `{status}` is not opened");
                report.add(Rule::Envelope, &at, problem, "it on the success");
                continue;
            }
            // A range has no status of its own.
            let own = status.parse().unwrap_or(0);
            let (form, opened) = match planned.successes.iter().find(|success| success.status == *status) {
                Some(success) => (success.form, &success.opened),
                None => (planned.response_form(own), &planned.opened),
            };
            if form == ResponseForm::Empty {
                let problem = format!("nothing says what is in the envelope of {}", operation.name());
                report.add(Rule::Envelope, &at, problem, "`content` with the body that is described");
            }
            let is_whole = filled_of(subject, operation.id).all(|filled| filled.is_whole);
            let reads_response = any(opened, &|value| {
                matches!(value, Value::Response(_) | Value::ResponseHeader { .. } | Value::ResponseField(_))
            });
            if is_whole && !reads_response {
                let problem = "nothing of the response is in the envelope";
                report.add(
                    Rule::Envelope,
                    &at,
                    problem,
                    "`{response: body}` or `{response-field: POINTER}`, decrypted",
                );
            }
        }
    }
}

/// What an operation or a webhook fills in or reads, by its id.
fn filled_of<'s, 'a>(subject: &Subject<'s, 'a>, id: &str) -> impl Iterator<Item = &'s Filled<'a>> + use<'s, 'a> {
    let position = subject.all().position(|(operation, _)| operation.id == id);
    position.and_then(|position| subject.lowered.filled.get(position)).into_iter().flatten()
}
