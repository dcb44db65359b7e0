//! What differs on the wire between two plans of a provider: paths, headers, fields, and how they are signed.

use countersign_plan::{Operation, Place, Plan, Retry, Slot};

use crate::difference::Lines;

/// What a provider is sent, in lines of text, by what they are about.
pub fn lines(plan: &Plan) -> Lines {
    let servers = plan.servers.iter().map(|server| format!("{}: {}", server.name, server.url)).collect();
    let mut all = vec![("servers".to_owned(), servers)];
    if let Some(session) = &plan.session {
        let renew = session.renew.as_ref().map(|renew| format!("renewed by {renew}"));
        let values = session.values.iter().map(|value| format!("{} from {}", value.name, value.pointer));
        let lines = [format!("issued by {}", session.issue)].into_iter().chain(renew).chain(values).collect();
        all.push(("the session".to_owned(), lines));
    }
    all.extend(plan.operations.iter().map(|operation| (operation.id.to_string(), of(operation))));
    all.extend(plan.webhooks.iter().map(|webhook| {
        let when = webhook.when.iter().map(|(name, texts)| format!("it is one where {name} is {}", texts.join(" or ")));
        (format!("the webhook {}", webhook.operation.id), when.chain(of(&webhook.operation)).collect())
    }));
    all
}

fn of(operation: &Operation) -> Vec<String> {
    let mut lines = vec![format!("{} {}", operation.method, operation.path)];
    let media_type = operation.media_type.as_deref().or(operation.body.map(|body| body.media_type()));
    lines.extend(media_type.map(|media_type| format!("a body of {media_type}")));
    lines.extend(operation.certificate.as_ref().map(|name| format!("the certificate {name}")));
    if !operation.signed_fields.is_empty() {
        lines.push(format!("signed fields: {}", operation.signed_fields.join(", ")));
    }
    lines.extend((operation.retry == Retry::Safe).then(|| "it may be sent again".to_owned()));
    lines.extend(operation.slots.iter().map(slot));
    lines
}

fn slot(slot: &Slot) -> String {
    let place = match slot.place {
        Place::Header => "the header ",
        Place::Query => "the query's ",
        Place::Path => "the path's ",
        Place::Field => "the field ",
        Place::Body => "the ",
        Place::Value => "the value ",
    };
    let name = format!("{place}{}", slot.shown_name());
    match &slot.value {
        Some(value) => format!("{name}: {}", countersign_plan::Expression(value)),
        None if slot.required => format!("{name}, given"),
        None => format!("{name}, given or left out"),
    }
}
