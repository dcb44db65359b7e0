//! What differs on the wire between two plans of a provider: paths, headers, fields, and how they are signed.

mod demands;

use std::collections::HashMap;

use countersign_plan::{
    Condition, DecidedBy, Encoding, Expiry, Expression, Notation, Operation, Outcome, Part, Per, Place, Plan,
    RequestId, ResponseForm, Retry, SentAt, Session, SessionRefusal, Setting, Slot, Style, Success, Webhook,
};

use crate::difference::{self, Difference, Lines};

/// What a provider is sent otherwise than before. An operation of another `operationId` is the same one, if its method and path
/// are.
pub fn between(old: &Plan, new: &Plan) -> Vec<Difference> {
    let request = |operation: &Operation| (operation.method.to_string(), operation.path.to_string());
    let came: HashMap<_, &str> = new
        .operations
        .iter()
        .filter(|operation| old.operation(&operation.id).is_none())
        .map(|operation| (request(operation), &*operation.id))
        .collect();
    let went = old.operations.iter().filter(|operation| new.operation(&operation.id).is_none());
    let renamed: HashMap<&str, &str> =
        went.filter_map(|operation| Some((&*operation.id, *came.get(&request(operation))?))).collect();
    let mut before = lines(old);
    for (about, lines) in &mut before {
        if let Some(name) = renamed.get(about.as_str()) {
            lines.insert(0, format!("called {about}"));
            *about = (*name).to_owned();
        }
    }
    let mut after = lines(new);
    for (about, lines) in after.iter_mut().filter(|(about, _)| renamed.values().any(|name| name == about)) {
        lines.insert(0, format!("called {about}"));
    }
    difference::between(&before, &after)
}

/// What a provider is sent, in lines of text, by what they are about.
pub fn lines(plan: &Plan) -> Lines {
    let servers = plan.servers.iter().map(|server| format!("{}: {}", server.name, server.url)).collect();
    let credentials =
        plan.credentials.iter().map(|credential| format!("{}: {}", credential.name, credential.kind.name()));
    let settings = plan.settings.iter().map(|Setting { name, default, one_of, .. }| {
        let default = default.iter().map(|default| format!(", {default:?} by default"));
        let one_of = (!one_of.is_empty()).then(|| format!(", one of {}", one_of.join(", ")));
        default.chain(one_of).fold(name.to_string(), |line, more| line + &more)
    });
    let mut all = vec![
        ("servers".to_owned(), servers),
        ("the credentials".to_owned(), credentials.collect()),
        ("the settings".to_owned(), settings.collect()),
    ];
    all.retain(|(_, lines): &(String, Vec<String>)| !lines.is_empty());
    all.extend(plan.session.as_ref().map(|of| ("the session".to_owned(), session(of))));
    all.extend(plan.operations.iter().map(|operation| (operation.id.to_string(), of(operation))));
    all.extend(plan.webhooks.iter().map(|of| (format!("the webhook {}", of.operation.id), webhook(of))));
    all
}

fn session(Session { issue, renew, values, expires, early_seconds, refused }: &Session) -> Vec<String> {
    let mut lines = vec![format!("issued by {issue}")];
    lines.extend(renew.as_ref().map(|renew| format!("renewed by {renew}")));
    lines.extend(values.iter().map(|value| format!("{} from {}", value.name, value.pointer)));
    lines.extend(expires.iter().map(|end| match end {
        Expiry::Jwt(value) => format!("it ends when the token {value} does"),
        Expiry::Seconds(pointer) => format!("it ends after the seconds at {pointer}"),
        Expiry::At { pointer, format, .. } => format!("it ends at the time at {pointer}, {format}"),
        Expiry::After(seconds) => format!("it ends after {seconds} seconds"),
    }));
    lines.push(format!("issued anew {early_seconds} seconds before its end"));
    let SessionRefusal { statuses, codes } = refused;
    let statuses = statuses.iter().map(ToString::to_string);
    lines.extend(statuses.chain(codes.iter().map(ToString::to_string)).map(|by| format!("refused by {by}")));
    lines
}

fn webhook(Webhook { operation, when, sent_at, event_id }: &Webhook) -> Vec<String> {
    let when = when.iter().map(|(name, texts)| format!("it is one where {name} is {}", texts.join(" or ")));
    let mut lines: Vec<String> = when.chain(of(operation)).collect();
    lines.extend(sent_at.iter().map(|SentAt { of, format, age_seconds }| {
        format!("it was sent at {}, {format:?}, {age_seconds} seconds ago at most", Expression(of))
    }));
    lines.extend((!event_id.is_empty()).then(|| format!("it is told from others by {}", Expression(event_id))));
    lines
}

fn of(operation: &Operation) -> Vec<String> {
    let mut lines = vec![format!("{} {}", operation.method, operation.path)];
    let media_type = operation.media_type.as_deref().or(operation.body.map(Encoding::media_type));
    let optional = if operation.optional_body { ", or none" } else { "" };
    lines.extend(media_type.map(|media_type| format!("a body of {media_type}{optional}")));
    lines.extend(operation.accept.as_ref().map(|media_type| format!("a response of {media_type}")));
    lines.extend(operation.servers.iter().map(|url| format!("at {url}")));
    lines.extend(operation.certificate.as_ref().map(|name| format!("the certificate {name}")));
    if !operation.signed_fields.is_empty() {
        lines.push(format!("signed fields: {}", operation.signed_fields.join(", ")));
    }
    lines.extend((operation.retry == Retry::Safe).then(|| "it may be sent again".to_owned()));
    operation.slots.iter().for_each(|one| slot(one, &mut lines));
    if let Some(alternatives) = &operation.alternatives {
        demands::alternatives("the body", alternatives, &mut lines);
    }
    // That a response is JSON goes without saying.
    let only = operation.successes.is_empty() && operation.response != ResponseForm::Json;
    lines.extend(only.then(|| format!("a success is {}", form(operation.response))));
    if !operation.opened.is_empty() {
        lines.push(format!("the response is opened with {}", Expression(&operation.opened)));
    }
    for Success { status, form: has, opened } in operation.successes.iter() {
        lines.push(format!("a success {status} is {}", form(*has)));
        if !opened.is_empty() {
            lines.push(format!("a success {status} is opened with {}", Expression(opened)));
        }
    }
    lines.extend(operation.paging.as_ref().map(|paging| format!("the next page: {paging}")));
    outcome(&operation.outcome, &mut lines);
    lines
}

const fn form(of: ResponseForm) -> &'static str {
    match of {
        ResponseForm::Json => "JSON",
        ResponseForm::Text => "text",
        ResponseForm::Bytes => "a file",
        ResponseForm::Empty => "empty",
    }
}

fn slot(slot: &Slot, lines: &mut Vec<String>) {
    let place = match slot.place {
        Place::Header => "the header ",
        Place::Query => "the query's ",
        Place::Path => "the path's ",
        Place::Field => "the field ",
        Place::Body => "the ",
        Place::Value => "the value ",
    };
    let name = format!("{place}{}", slot.shown_name());
    lines.push(match &slot.value {
        Some(value) => format!("{name}: {}", Expression(value)),
        None if slot.required => format!("{name}, given"),
        None => format!("{name}, given or left out"),
    });
    if slot.value.is_some() && slot.place == Place::Field && slot.notation == Notation::Literal {
        lines.push(format!("{name} is no text"));
    }
    if slot.per == Per::Call {
        lines.push(format!("{name} is the same for all attempts"));
    }
    match &slot.style {
        Style::Single | Style::Member(_) => {}
        Style::Repeated => lines.push(format!("{name} is a list, a pair for each element")),
        Style::Joined(delimiter) => lines.push(format!("{name} is a list with {:?} between", delimiter.sign())),
        Style::Bracketed => lines.push(format!("{name} is what is in brackets behind its name")),
        Style::Spread => lines.push(format!("{name} is its members, each by its own name")),
        Style::Json => lines.push(format!("{name} is JSON")),
    }
    let Part { is_file, media_type, headers } = &slot.part;
    lines.extend(is_file.then(|| format!("{name} is a file")));
    lines.extend(media_type.as_ref().map(|media_type| format!("{name} is sent as {media_type}")));
    lines.extend(headers.iter().map(|(header, text)| format!("{name} is sent with {header}: {text}")));
    demands::of(&name, &slot.rules, lines);
}
/// What in a response means what.
fn outcome(outcome: &Outcome, lines: &mut Vec<String>) {
    let Outcome { decided_by, success, code, message, request_id, signed, kinds } = outcome;
    if *decided_by == DecidedBy::Body {
        lines.push("the body of a response decides, whatever its status".to_owned());
    }
    lines.extend(success.iter().map(|condition| match condition {
        Condition::OneOf { pointer, values, optional } => {
            let optional = if *optional { " or not there" } else { "" };
            format!("a success has {} at {pointer}{optional}", values.join(" or "))
        }
        Condition::Absent(pointer) => format!("a success has nothing at {pointer}"),
        Condition::Present(pointers) => format!("a success has something at {}", pointers.join(" or ")),
    }));
    for (what, pointers) in [("code", code), ("message", message)] {
        lines
            .extend((!pointers.is_empty()).then(|| format!("the {what} of a refusal is at {}", pointers.join(" or "))));
    }
    lines.extend(request_id.iter().map(|place| match place {
        RequestId::Body(pointer) => format!("the request id is at {pointer}"),
        RequestId::ResponseHeader(name) => format!("the request id is in the response's header {name}"),
        RequestId::RequestHeader(name) => format!("the request id is in the request's header {name}"),
    }));
    lines.extend(
        signed.iter().map(|(at, values)| format!("a response is believed with {} at {at}", Expression(values))),
    );
    lines.extend(kinds.iter().map(|(code, kind)| format!("the code {code} means {kind}")));
}
