//! Writes `plan.rs`: the plan as one `static`, in the words of [`countersign_plan::words`], so that a reviewer sees what
//! changed on the wire. Above what the client fills in is the document's own expression, and what several operations have
//! in common (a header of a security scheme, an outcome) is written once.

mod code;
mod runs;
mod written;

use countersign_plan::{
    DecidedBy, Encoding, Operation, Outcome, Plan, ResponseForm, Retry, SentAt, Server, Slot, Success, Webhook, words,
};
use heck::ToShoutySnakeCase;

use self::code::Code::{Configured, Flat, Group, Noted};
use self::code::{Calls, Code, call, declaration, literal, named, number, texts};
pub(crate) use self::runs::runs;
use self::written::{alternatives, credential, outcome, paging, place, session, setting, slot, time_format, values};
use crate::features::Features;

pub use self::written::told;

/// The source of `plan.rs`.
pub fn source(plan: &Plan) -> String {
    source_with(plan, None)
}

/// The same, with each operation compiled for its features alone.
pub fn source_with(plan: &Plan, features: Option<&Features>) -> String {
    let shared = Shared::of(plan, features);
    format!(
        "use countersign::plan::words::*;\n\
         use countersign::plan::*;\n\n\
         {}\
         /// What the document says about authenticating, signing, classifying and retrying.\n\
         {}",
        shared.source(),
        declaration("pub static PLAN: Plan", &shared.plan(plan))
    )
}

/// What several operations have in common, each with the name of its constant.
struct Shared<'p> {
    slots: Vec<(String, &'p Slot)>,
    outcomes: Vec<(String, &'p Outcome)>,
    features: Option<&'p Features>,
}

impl<'p> Shared<'p> {
    fn of(plan: &'p Plan, features: Option<&'p Features>) -> Self {
        let webhooks = plan.webhooks.iter().map(|webhook| &webhook.operation);
        let operations = plan.operations.iter().chain(webhooks);
        let slots = repeated(operations.flat_map(|operation| operation.slots.iter()));
        // What goes without saying is not said.
        let outcomes = plan.operations.iter().map(|operation| &operation.outcome);
        let outcomes = repeated(outcomes.filter(|outcome| **outcome != words::outcome(DecidedBy::StatusAndBody)));
        Self { slots: constants(slots, constant), outcomes: constants(outcomes, |_| "OUTCOME".to_owned()), features }
    }

    fn source(&self) -> String {
        let slots = self.slots.iter().map(|(name, of)| (name, "Slot", slot(of)));
        let outcomes = self.outcomes.iter().map(|(name, of)| (name, "Outcome", outcome(of)));
        let constants: String = slots
            .chain(outcomes)
            .map(|(name, kind, code)| {
                let (note, code) = match code {
                    Noted(note, code) => (format!("// {note}\n"), *code),
                    code => (String::new(), code),
                };
                note + &declaration(&format!("const {name}: {kind}"), &code)
            })
            .collect();
        if constants.is_empty() { constants } else { constants + "\n" }
    }

    fn plan(&self, of: &Plan) -> Code {
        let Plan { name, title, credentials, settings, servers, session, operations, webhooks } = of;
        let mut calls = Calls::default();
        calls.add_list("credentials", credentials, credential);
        calls.add_list("settings", settings, setting);
        calls.add_list("servers", servers, |Server { name, url, description }| {
            named("Server::new", [name, url, description])
        });
        if let Some(of) = session {
            calls.add("session", vec![self::session(of)]);
        }
        match self.features {
            None => calls.add_list("operations", operations, |operation| self.operation(operation)),
            // An attribute is for an element of a list, and not for what a macro is given.
            Some(features) => {
                let all = operations.iter().map(|operation| match features.predicate(&operation.id) {
                    Some(predicate) => Configured(predicate, Box::new(self.operation(operation))),
                    None => self.operation(operation),
                });
                let list = Group("::std::borrow::Cow::Borrowed(const { &[".to_owned(), all.collect(), "] })");
                calls.add("operations", vec![list]);
            }
        }
        calls.add_list("webhooks", webhooks, |webhook| self.webhook(webhook));
        calls.on(named("plan", [name, title]))
    }

    fn webhook(&self, of: &Webhook) -> Code {
        let Webhook { operation, when, sent_at, event_id } = of;
        // That it has no response goes without saying.
        let operation = Operation { response: ResponseForm::Json, ..operation.clone() };
        let mut calls = Calls::default();
        calls.add_list("when", when, |(name, one_of)| call("is_one_of", vec![literal(name), texts(one_of)]));
        if let Some(SentAt { of, format, age_seconds }) = sent_at {
            calls.add("sent_at", vec![values(of), time_format(format), number(age_seconds)]);
        }
        if !event_id.is_empty() {
            calls.add("event_id", vec![values(event_id)]);
        }
        calls.on(call("webhook", vec![self.operation(&operation)]))
    }

    fn operation(&self, of: &Operation) -> Code {
        let Operation { id, method, path, slots, body, optional_body, media_type, alternatives, .. } = of;
        let Operation { signed_fields, order, servers, .. } = of;
        // Whether there is a session follows from the slots.
        let Operation { session: _, certificate, opened, successes, outcome, retry, response, accept, paging, .. } = of;
        let mut calls = Calls::default();
        calls.add_list("slots", slots, |of| match self.slots.iter().find(|(_, shared)| *shared == of) {
            Some((name, _)) => Flat(name.clone()),
            None => slot(of),
        });
        match body {
            Some(Encoding::Json) => calls.add("json", Vec::new()),
            Some(Encoding::Form) => calls.add("form", Vec::new()),
            Some(Encoding::Multipart) => calls.add("multipart", Vec::new()),
            None => {}
        }
        calls.add_if(*optional_body, "optional_body");
        calls.add_text("sent_as", media_type.as_ref());
        if let Some(of) = alternatives {
            calls.add("one_of", vec![self::alternatives(of)]);
        }
        calls.add_texts("signed", signed_fields);
        calls.add_list("order", order, number);
        calls.add_texts("at", servers);
        calls.add_text("mutual_tls", certificate.as_ref());
        if !opened.is_empty() {
            calls.add("opened", vec![values(opened)]);
        }
        match self.outcomes.iter().find(|(_, shared)| *shared == outcome) {
            _ if *outcome == words::outcome(DecidedBy::StatusAndBody) => {}
            Some((name, _)) => calls.add("outcome", vec![Flat(name.clone())]),
            None => calls.add("outcome", vec![self::outcome(outcome)]),
        }
        calls.add_if(*retry == Retry::Safe, "safe");
        calls.add_form(*response);
        calls.add_list("successes", successes, |Success { status, form, opened }| {
            let mut calls = Calls::default();
            calls.add_form(*form);
            if !opened.is_empty() {
                calls.add("opened", vec![values(opened)]);
            }
            calls.on(named("success", [status]))
        });
        calls.add_text("accept", accept.as_ref());
        if let Some(of) = paging {
            calls.add("paging", vec![self::paging(of)]);
        }
        calls.on(named("operation", [id, method, path]))
    }
}

/// What is there more than once.
fn repeated<'p, T: PartialEq>(all: impl Iterator<Item = &'p T>) -> Vec<&'p T> {
    let (mut once, mut more) = (Vec::new(), Vec::new());
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        } else if !more.contains(&one) {
            more.push(one);
        }
    }
    more
}

/// Names for constants, no two alike.
fn constants<T>(all: Vec<&T>, name: impl Fn(&T) -> String) -> Vec<(String, &T)> {
    let mut named: Vec<(String, &T)> = Vec::new();
    for one in all {
        let first = name(one);
        let mut free = first.clone();
        for number in 2.. {
            if named.iter().all(|(taken, _)| *taken != free) {
                break;
            }
            free = format!("{first}_{number}");
        }
        named.push((free, one));
    }
    named
}

/// The name of a slot's constant. With the place before it, it is none of the words.
fn constant(slot: &Slot) -> String {
    let name: String = slot.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{}_{}", place(slot.place), name).to_shouty_snake_case()
}
