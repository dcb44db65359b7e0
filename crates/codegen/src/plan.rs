//! Writes `plan.rs`: the plan as one `static`, in the words of [`countersign_plan::words`], so that a reviewer sees what
//! changed on the wire. Above what the client fills in is the document's own expression, and what several operations have
//! in common (a header of a security scheme, an outcome) is written once.

use std::fmt::{Debug, Display};

use countersign_plan::words;
use countersign_plan::{
    Absent, Alternatives, Branch, Codec, Condition, Constraint, Credential, CredentialKind, Cursor, DecidedBy,
    Delimiter, Encoding, Escape, Expiry, Expression, FieldForm, Fields, Found, Function, Kind, List, Member, Next,
    Notation, Of, Operation, Order, Outcome, PageSize, Paging, Per, Place, Plan, RequestId, ResponseForm, Retry,
    Secrecy, Selection, SentAt, Server, Session, SessionValue, Setting, Slot, Style, Success, Text, TimeFormat,
    UuidVersion, Value, Webhook,
};
use heck::ToShoutySnakeCase;

use crate::features::Features;

/// A line is not broken before it is longer than this.
const WIDTH: usize = 120;

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

// ---- Code, and how it is broken into lines -------------------------------------------------------------------------

/// A piece of code.
enum Code {
    /// On one line.
    Flat(String),
    /// A call or a list: what opens it, what is in it, what closes it.
    Group(String, Vec<Code>, &'static str),
    /// Something, and the methods that are called on it.
    Chain(Box<Code>, Vec<Code>),
    /// A comment above something.
    Noted(String, Box<Code>),
    /// What something is compiled for.
    Configured(String, Box<Code>),
}

use Code::{Chain, Configured, Flat, Group, Noted};

impl Code {
    fn flat(&self) -> String {
        match self {
            Flat(code) => code.clone(),
            Group(open, items, close) => {
                format!("{open}{}{close}", items.iter().map(Self::flat).collect::<Vec<_>>().join(", "))
            }
            Chain(first, calls) => first.flat() + &calls.iter().map(Self::flat).collect::<String>(),
            Noted(_, code) | Configured(_, code) => code.flat(),
        }
    }

    fn has_note(&self) -> bool {
        match self {
            Flat(_) => false,
            Group(_, items, _) => items.iter().any(Self::has_note),
            Chain(first, calls) => first.has_note() || calls.iter().any(Self::has_note),
            Noted(..) | Configured(..) => true,
        }
    }

    /// Whether it is on one line in a place where so many columns are taken, the comma behind it included.
    fn fits(&self, column: usize) -> bool {
        !self.has_note() && column + self.flat().chars().count() < WIDTH
    }

    /// The code on a line that is indented so far, and of which so many columns are taken: on one line if it fits there, and
    /// on as few as can be if not.
    fn print(&self, indent: usize, column: usize) -> String {
        if self.fits(column) {
            return self.flat();
        }
        let inner = indent + 4;
        match self {
            Flat(code) => code.clone(),
            // What holds one thing is not worth a line of its own.
            Group(open, items, close) if matches!(&items[..], [Group(..)]) => {
                format!("{open}{}{close}", items[0].print(indent, column + open.chars().count()))
            }
            Group(open, items, close) => {
                let items: Vec<&Self> = items.iter().collect();
                let is_wordy = items.iter().all(|item| matches!(item, Flat(_)));
                let lines = if is_wordy { filled(&items, inner, ", ") } else { one_each(&items, inner) };
                format!("{open}{lines},\n{:indent$}{close}", "")
            }
            Chain(first, calls) => {
                let calls: Vec<&Self> = calls.iter().collect();
                let first = first.print(indent, column);
                let start = if first.contains('\n') { 0 } else { column };
                let column = start + first.lines().last().unwrap_or_default().chars().count();
                // As many calls on the first line as fit there.
                let beside = (0..=calls.len()).rev().find(|count| {
                    let beside: usize = calls[..*count].iter().map(|call| call.flat().chars().count()).sum();
                    !calls[..*count].iter().any(|call| call.has_note()) && column + beside < WIDTH
                });
                let (beside, below) = calls.split_at(beside.unwrap_or_default());
                first + &beside.iter().map(|call| call.flat()).collect::<String>() + &filled(below, inner, "")
            }
            Noted(note, code) => format!("// {note}\n{:indent$}{}", "", code.print(indent, indent)),
            Configured(predicate, code) => {
                format!("#[cfg({predicate})]\n{:indent$}{}", "", code.print(indent, indent))
            }
        }
    }
}

/// Each item on lines of its own.
fn one_each(items: &[&Code], indent: usize) -> String {
    let items: Vec<String> =
        items.iter().map(|item| format!("\n{:indent$}{}", "", item.print(indent, indent))).collect();
    items.join(",")
}

/// As many items on a line as fit there.
fn filled(items: &[&Code], indent: usize, between: &str) -> String {
    let mut text = String::new();
    let mut column = WIDTH;
    for item in items {
        if !text.is_empty() && item.fits(column + between.len()) {
            text.push_str(between);
            text.push_str(&item.flat());
            column += between.len() + item.flat().chars().count();
        } else {
            if !text.is_empty() {
                text.push_str(between.trim_end());
            }
            let printed = item.print(indent, indent);
            // What takes several lines has the last of them for itself.
            column = if printed.contains('\n') { WIDTH } else { indent + printed.chars().count() };
            text.push_str(&format!("\n{:indent$}{printed}", ""));
        }
    }
    text
}

/// A constant, or a static, and its value.
fn declaration(name: &str, value: &Code) -> String {
    let start = format!("{name} = ");
    format!("{start}{};\n", value.print(0, start.chars().count()))
}

/// A text as a literal.
fn literal(text: &str) -> Code {
    Flat(format!("{text:?}"))
}

fn number(number: impl Display) -> Code {
    Flat(number.to_string())
}

fn call(function: &str, arguments: Vec<Code>) -> Code {
    Group(format!("{function}("), arguments, ")")
}

/// A call of a function whose arguments are texts.
fn named<const N: usize>(function: &str, texts: [&str; N]) -> Code {
    call(function, texts.map(literal).into())
}

fn list<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, print: impl Fn(&'a T) -> Code) -> Code {
    Group("list![".to_owned(), items.into_iter().map(print).collect(), "]")
}

fn texts(texts: &[Text]) -> Code {
    Group("texts![".to_owned(), texts.iter().map(|text| literal(text)).collect(), "]")
}

/// The methods that are called on a value, without those that say what is so by default.
#[derive(Default)]
struct Calls(Vec<Code>);

impl Calls {
    fn add(&mut self, method: &str, arguments: Vec<Code>) {
        self.0.push(call(&format!(".{method}"), arguments));
    }

    fn add_if(&mut self, condition: bool, method: &str) {
        if condition {
            self.add(method, Vec::new());
        }
    }

    fn add_form(&mut self, form: ResponseForm) {
        match form {
            ResponseForm::Json => {}
            ResponseForm::Text => self.add("plain_text", Vec::new()),
            ResponseForm::Bytes => self.add("bytes", Vec::new()),
            ResponseForm::Empty => self.add("empty", Vec::new()),
        }
    }

    fn add_list<'a, T: 'a>(&mut self, method: &str, items: &'a [T], print: impl Fn(&'a T) -> Code) {
        if !items.is_empty() {
            self.add(method, vec![list(items, print)]);
        }
    }

    fn add_text(&mut self, method: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.add(method, vec![literal(text)]);
        }
    }

    fn add_texts(&mut self, method: &str, items: &[Text]) {
        if !items.is_empty() {
            self.add(method, vec![texts(items)]);
        }
    }

    fn on(self, first: Code) -> Code {
        if self.0.is_empty() { first } else { Chain(Box::new(first), self.0) }
    }
}

// ---- What several operations have in common ------------------------------------------------------------------------

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

// ---- The words -----------------------------------------------------------------------------------------------------

fn credential(of: &Credential) -> Code {
    let Credential { name, description, kind } = of;
    match kind {
        CredentialKind::Text => named("Credential::text", [name, description]),
        kind => call("Credential::of", vec![variant("CredentialKind", kind), literal(name), literal(description)]),
    }
}

fn setting(of: &Setting) -> Code {
    let Setting { name, description, default, one_of } = of;
    let mut calls = Calls::default();
    calls.add_text("default", default.as_ref());
    calls.add_texts("one_of", one_of);
    calls.on(named("Setting::new", [name, description]))
}

fn session(of: &Session) -> Code {
    let Session { issue, renew, values, expires, early_seconds, refused } = of;
    let values = list(&**values, |SessionValue { name, pointer, description }| {
        named("SessionValue::new", [name, pointer, description])
    });
    let mut calls = Calls::default();
    calls.add_text("renewed_by", renew.as_ref());
    calls.add_list("expires", expires, |expiry| match expiry {
        Expiry::Jwt(name) => named("jwt", [name]),
        Expiry::Seconds(pointer) => named("seconds", [pointer]),
        Expiry::At { pointer, format, offset_seconds } => {
            call("at", vec![literal(pointer), literal(format), number(offset_seconds)])
        }
        Expiry::After(seconds) => call("after", vec![number(seconds)]),
    });
    if *early_seconds != 60 {
        calls.add("early", vec![number(early_seconds)]);
    }
    if !refused.statuses.is_empty() || !refused.codes.is_empty() {
        calls.add("refused", vec![list(&*refused.statuses, number), texts(&refused.codes)]);
    }
    calls.on(call("Session::issued_by", vec![literal(issue), values]))
}

fn paging(of: &Paging) -> Code {
    let Paging { items, next, more, total, pages, size } = of;
    let first = match next {
        Next::Cursor { into, from: Cursor::Of(from) } => call("cursor", vec![literal(into), found(from)]),
        Next::Cursor { into, from: Cursor::LastItem(pointer) } => named("cursor_of_last_item", [into, pointer]),
        Next::Number { into, first } => call("page_number", vec![literal(into), number(first)]),
        Next::Offset { into } => named("offset", [into]),
        Next::Link => call("link", Vec::new()),
    };
    let mut calls = Calls::default();
    calls.add_text("items", Some(items).filter(|items| !items.is_empty()));
    for (method, at) in [("more", more), ("total", total), ("pages", pages)] {
        if let Some(at) = at {
            calls.add(method, vec![found(at)]);
        }
    }
    match size {
        Some(PageSize { name, default: None }) => calls.add("size", vec![literal(name)]),
        Some(PageSize { name, default: Some(size) }) => calls.add("size_or", vec![literal(name), number(size)]),
        None => {}
    }
    calls.on(first)
}

fn found(at: &Found) -> Code {
    match at {
        Found::Field(pointer) => named("at_pointer", [pointer]),
        Found::Header(name) => named("at_header", [name]),
    }
}

/// The function for a place.
fn place(of: Place) -> &'static str {
    match of {
        Place::Header => "header",
        Place::Query => "query",
        Place::Path => "path",
        Place::Field => "field",
        Place::Body => "envelope",
        Place::Value => "value",
    }
}

fn slot(of: &Slot) -> Code {
    let Slot { place, name, required, value, given, rules, secrecy, notation, per, style, part } = of;
    let mut calls = Calls::default();
    calls.add_if(*required && *place != Place::Path, "required");
    calls.add_if(*secrecy == Secrecy::Sensitive, "sensitive");
    calls.add_if(*secrecy == Secrecy::Secret, "secret");
    calls.add_if(*notation == Notation::Literal, "literal");
    calls.add_if(value.is_none() && !given, "internal");
    calls.add_if(*per == Per::Call, "per_call");
    match style {
        Style::Single => {}
        Style::Repeated => calls.add("repeated", Vec::new()),
        Style::Joined(Delimiter::Comma) => calls.add("joined", vec![Flat("COMMA".to_owned())]),
        Style::Joined(Delimiter::Space) => calls.add("joined", vec![Flat("SPACE".to_owned())]),
        Style::Joined(Delimiter::Pipe) => calls.add("joined", vec![Flat("PIPE".to_owned())]),
        Style::Member(object) => calls.add_text("member_of", Some(object)),
        Style::Bracketed => calls.add("bracketed", Vec::new()),
        Style::Spread => calls.add("spread", Vec::new()),
        Style::Json => calls.add("as_json", Vec::new()),
    }
    calls.add_if(part.is_file, "file");
    calls.add_text("typed", part.media_type.as_ref());
    calls.add_list("headed", &part.headers, |(name, text)| named("constant", [name, text]));
    let first = match (place, value) {
        (Place::Value, Some(value)) => call(self::place(*place), vec![literal(name), values(value)]),
        (Place::Body, Some(value)) => call(self::place(*place), vec![values(value)]),
        _ => named(self::place(*place), [name]),
    };
    if let Some(value) = value.as_ref().filter(|_| !matches!(place, Place::Value | Place::Body)) {
        calls.add("filled", vec![values(value)]);
    }
    let default: &[Constraint] = if value.is_some() || part.is_file { &[] } else { &[Constraint::Text] };
    if **rules != *default {
        calls.add("rules", vec![list(&**rules, rule)]);
    }
    let code = calls.on(first);
    // A name or a text says no less in Rust than in the document.
    let is_plain =
        |value: &Value| matches!(value, Value::Text(_) | Value::Credential(_) | Value::Setting(_) | Value::Session(_));
    match value {
        Some(value) if !value.iter().all(is_plain) => Noted(visible(&Expression(value).to_string()), Box::new(code)),
        _ => code,
    }
}

/// A comment without what is not seen in it: the compiler refuses marks of direction there.
fn visible(comment: &str) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { c.escape_debug().to_string() };
    comment.chars().map(escaped).collect()
}

fn rule(of: &Constraint) -> Code {
    let word = |word: &str| Flat(word.to_owned());
    match of {
        Constraint::Nullable => word("NULLABLE"),
        Constraint::Text => word("TEXT"),
        Constraint::Integer => word("INTEGER"),
        Constraint::Int32 => word("INT_32"),
        Constraint::Int64 => word("INT_64"),
        Constraint::Number => word("NUMBER"),
        Constraint::Boolean => word("BOOLEAN"),
        Constraint::Date => word("DATE"),
        Constraint::Array => word("ARRAY"),
        Constraint::Object => word("OBJECT"),
        Constraint::UniqueItems => word("UNIQUE_ITEMS"),
        Constraint::MinLength(count) => call("min_length", vec![number(count)]),
        Constraint::MaxLength(count) => call("max_length", vec![number(count)]),
        Constraint::MinItems(count) => call("min_items", vec![number(count)]),
        Constraint::MaxItems(count) => call("max_items", vec![number(count)]),
        Constraint::Pattern(pattern) => named("pattern", [pattern.as_str()]),
        Constraint::OneOf(values) => call("one_of", vec![texts(values)]),
        Constraint::Literals(values) => call("literals", vec![texts(values)]),
        Constraint::Minimum(bound) => named("minimum", [bound]),
        Constraint::Maximum(bound) => named("maximum", [bound]),
        Constraint::Above(bound) => named("above", [bound]),
        Constraint::Below(bound) => named("below", [bound]),
        Constraint::MultipleOf(step) => named("multiple_of", [step]),
        Constraint::Items(rules) => call("each", vec![list(&**rules, rule)]),
        Constraint::Values(rules) => call("values", vec![list(&**rules, rule)]),
        Constraint::Members(all) => call("members", vec![list(&**all, member)]),
        Constraint::EqualTo(field) => named("equal_to", [field]),
        Constraint::Again(levels) => call("again", vec![number(levels)]),
        Constraint::Alternatives(of) => call("alternatives", vec![alternatives(of)]),
        // A constraint that was added without its word here. The generator names the document that has it.
        other => panic!("no word for the constraint {other:?}"),
    }
}

fn alternatives(of: &Alternatives) -> Code {
    let Alternatives { by, branches } = of;
    let branches = list(&**branches, |Branch { name, values, rules }| {
        call("branch", vec![literal(name), texts(values), list(&**rules, rule)])
    });
    match by {
        Some(by) => call("any_by", vec![literal(by), branches]),
        None => call("any_of", vec![branches]),
    }
}

/// What tells a branch from others: the values that mean it, or what it requires.
pub fn told(of: &Branch) -> String {
    let code = if of.values.is_empty() { list(&*of.rules, rule) } else { texts(&of.values) };
    code.print(4, WIDTH / 2)
}

fn member(of: &Member) -> Code {
    let Member { name, required, rules } = of;
    let function = if *required { "required_member" } else { "member" };
    call(function, vec![literal(name), list(&**rules, rule)])
}

fn outcome(of: &Outcome) -> Code {
    let Outcome { decided_by, success, code, message, request_id, signed, kinds } = of;
    let mut calls = Calls::default();
    calls.add_list("success", success, |condition| match condition {
        Condition::OneOf { pointer, values, optional } => {
            let function = if *optional { "holds_if_there" } else { "holds" };
            call(function, vec![literal(pointer), texts(values)])
        }
        Condition::Absent(pointer) => named("absent", [pointer]),
        Condition::Present(pointers) => call("present", vec![texts(pointers)]),
    });
    calls.add_texts("code", code);
    calls.add_texts("message", message);
    calls.add_list("request_id", request_id, |place| match place {
        RequestId::Body(pointer) => named("in_body", [pointer]),
        RequestId::ResponseHeader(name) => named("response_header", [name]),
        RequestId::RequestHeader(name) => named("request_header", [name]),
    });
    if !signed.is_empty() {
        calls.add("signed", vec![entries(signed)]);
    }
    let kind = |(code, kind): &(Text, Kind)| call("kind", vec![literal(code), variant("Kind", kind)]);
    calls.add_list("kinds", kinds, kind);
    calls.on(call("outcome", vec![variant("DecidedBy", decided_by)]))
}

fn values(values: &[Value]) -> Code {
    list(values, value)
}

fn value(of: &Value) -> Code {
    let word = |word: &str| Flat(word.to_owned());
    match of {
        Value::Text(text) => named("text", [text]),
        Value::Credential(name) => named("credential", [name]),
        Value::Setting(name) => named("setting", [name]),
        Value::Session(name) => named("session", [name]),
        Value::Given => word("GIVEN"),
        Value::Made(name) => named("made", [name]),
        Value::Uuid { version: UuidVersion::V4, per: Per::Attempt } => word("UUID"),
        Value::Uuid { version, per } => call("uuid", vec![variant("UuidVersion", version), variant("Per", per)]),
        Value::Random { of, length } => call("random", vec![variant("Alphabet", of), number(length)]),
        Value::Time { format: TimeFormat::Unix, offset_seconds: 0, plus_seconds: 0 } => word("UNIX"),
        Value::Time { format: TimeFormat::UnixMillis, offset_seconds: 0, plus_seconds: 0 } => word("UNIX_MILLIS"),
        Value::Time { format: TimeFormat::Rfc3339, offset_seconds: 0, plus_seconds: 0 } => word("RFC3339"),
        Value::Time { format, offset_seconds, plus_seconds } => {
            call("time", vec![time_format(format), number(offset_seconds), number(plus_seconds)])
        }
        Value::Request(part) => call("request", vec![variant("RequestPart", part)]),
        Value::Header { name, absent, part } => match (absent, part) {
            (Absent::Skip, None) => named("sent_header", [name]),
            (Absent::Empty, None) => named("sent_header_or_empty", [name]),
            (Absent::Skip, Some(part)) => named("part_of_header", [name, part]),
            (Absent::Empty, Some(part)) => named("part_of_header_or_empty", [name, part]),
        },
        Value::Query(name) => named("sent_query", [name]),
        Value::Path(name) => named("sent_path", [name]),
        Value::Field(name) => named("sent_field", [name]),
        Value::Response(part) => call("response", vec![variant("ResponsePart", part)]),
        Value::ResponseHeader { name, part: None } => named("received_header", [name]),
        Value::ResponseHeader { name, part: Some(part) } => named("part_of_received_header", [name, part]),
        Value::ResponseField(pointer) => named("received_field", [pointer]),
        Value::Fields(of) => fields(of),
        Value::Name => word("NAME"),
        Value::Content => word("CONTENT"),
        Value::Join { with, of } => call("join", vec![literal(with), values(of)]),
        Value::Concat(of) => call("concat", vec![values(of)]),
        Value::Object(members) => call("json", vec![entries(members)]),
        Value::Array(items) => call("array", vec![list(&**items, |item| values(item))]),
        Value::Literal(text) => named("literal", [text]),
        Value::Parts { parts, separator, equals } => {
            call("parts", vec![entries(parts), literal(separator), literal(equals)])
        }
        Value::Public { credential, form } => call("public", vec![literal(credential), variant("PublicForm", form)]),
        Value::Apply(function, operands) => applied(*function, &operands[..function.operands().len()]),
    }
}

fn time_format(of: &TimeFormat) -> Code {
    match of {
        TimeFormat::Strftime(format) => named("strftime", [format]),
        format => variant("TimeFormat", format),
    }
}

/// A variant of an enum of the plan, without anything in it.
fn variant(of: &str, variant: impl Debug) -> Code {
    Flat(format!("{of}::{variant:?}"))
}

fn entries(all: &[(Text, List<Value>)]) -> Code {
    list(all, |(name, of)| call("entry", vec![literal(name), values(of)]))
}

fn applied(function: Function, operands: &[List<Value>]) -> Code {
    let (name, kind) = match function {
        Function::Digest(_) | Function::Json(_) => (function.name().replace('-', "_"), None),
        Function::Encode(Codec::Base64UrlPadded) => ("base64_url_padded".to_owned(), None),
        Function::Encode(_) => (function.name().replace('-', "_"), None),
        Function::Hmac(hash) => ("hmac".to_owned(), Some(variant("Hash", hash))),
        Function::Encrypt(padding) => ("rsa".to_owned(), Some(variant("Padding", padding))),
        Function::Escape(Escape::Percent) if operands[0].is_empty() => {
            return call("percent", vec![values(&operands[1])]);
        }
        _ => {
            let name = if operands.len() == 1 { "apply".to_owned() } else { format!("apply{}", operands.len()) };
            (name, Some(self::function(function)))
        }
    };
    call(&name, kind.into_iter().chain(operands.iter().map(|operand| values(operand))).collect())
}

/// A function that has no word of its own.
fn function(of: Function) -> Code {
    let (name, parts) = match of {
        Function::Escape(escape) => ("Escape", vec![variant("Escape", escape)]),
        Function::Without => return Flat("Function::Without".to_owned()),
        Function::After => return Flat("Function::After".to_owned()),
        Function::Decimal(places) => ("Decimal", vec![number(places)]),
        Function::Encipher(mode) => ("Encipher", vec![variant("CipherMode", mode)]),
        Function::Decipher(mode) => ("Decipher", vec![variant("CipherMode", mode)]),
        Function::Sign(by, form) => ("Sign", vec![variant("SignatureAlgorithm", by), variant("EcdsaForm", form)]),
        Function::Jws(by, payload) => ("Jws", vec![variant("JwsAlgorithm", by), variant("Payload", payload)]),
        Function::Jwe(by, with) => ("Jwe", vec![variant("JweAlgorithm", by), variant("JweEncryption", with)]),
        Function::DecryptJwe(by, with) => {
            ("DecryptJwe", vec![variant("JweAlgorithm", by), variant("JweEncryption", with)])
        }
        Function::Digest(_) | Function::Hmac(_) | Function::Encode(_) | Function::Json(_) | Function::Encrypt(_) => {
            panic!("{of:?} has a word of its own")
        }
    };
    call(&format!("Function::{name}"), parts)
}

fn fields(of: &Fields) -> Code {
    let Fields { which, of: source, with, except, non_empty, absent, order, form, separator } = of;
    let which = match which {
        Selection::Signed => Flat("SIGNED".to_owned()),
        Selection::ByName => Flat("BY_NAME".to_owned()),
        Selection::All => Flat("ALL".to_owned()),
        Selection::Named(names) => call("these", vec![texts(names)]),
        Selection::NamedIn(name) => named("named_in", [name]),
        Selection::Prefix(text) => named("prefix", [text]),
    };
    let mut calls = Calls::default();
    if *source != Of::Body {
        calls.add("of", vec![variant("Of", source)]);
    }
    if !with.is_empty() {
        calls.add("with", vec![entries(with)]);
    }
    calls.add_texts("except", except);
    calls.add_if(*non_empty, "non_empty");
    calls.add_if(*absent == Absent::Empty, "absent_as_empty");
    calls.add_if(*order == Order::IgnoreCase, "ignoring_case");
    match form {
        FieldForm::Values => {}
        FieldForm::Pairs => calls.add("pairs", Vec::new()),
        FieldForm::Each(of) => calls.add("each", vec![values(of)]),
    }
    if !separator.is_empty() {
        calls.add("separator", vec![values(separator)]);
    }
    if calls.0.is_empty() {
        return call("fields", vec![which]);
    }
    call("selected", vec![calls.on(call("Fields::new", vec![which]))])
}
