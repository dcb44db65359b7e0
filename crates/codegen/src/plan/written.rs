//! Each part of a plan in the words of [`countersign_plan::words`].

use std::fmt::Debug;

use countersign_plan::{
    Absent, Alternatives, Branch, Codec, Condition, Constraint, Credential, CredentialKind, Cursor, Delimiter, Escape,
    Expiry, Expression, FieldForm, Fields, Found, Function, Kind, List, Member, Next, Notation, Of, Order, Outcome,
    PageSize, Paging, Per, Place, RequestId, Secrecy, Selection, Session, SessionValue, Setting, Slot, Style, Text,
    TimeFormat, UuidVersion, Value,
};

use super::code::Code::{Flat, Noted};
use super::code::{Calls, Code, WIDTH, call, list, literal, named, number, texts};
use super::runs::{Run, runs};

pub(super) fn credential(of: &Credential) -> Code {
    let Credential { name, description, kind } = of;
    match kind {
        CredentialKind::Text => named("Credential::text", [name, description]),
        kind => call("Credential::of", vec![variant("CredentialKind", kind), literal(name), literal(description)]),
    }
}

pub(super) fn setting(of: &Setting) -> Code {
    let Setting { name, description, default, one_of } = of;
    let mut calls = Calls::default();
    calls.add_text("default", default.as_ref());
    calls.add_texts("one_of", one_of);
    calls.on(named("Setting::new", [name, description]))
}

pub(super) fn session(of: &Session) -> Code {
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

pub(super) fn paging(of: &Paging) -> Code {
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

pub(super) fn found(at: &Found) -> Code {
    match at {
        Found::Field(pointer) => named("at_pointer", [pointer]),
        Found::Header(name) => named("at_header", [name]),
    }
}

/// The function for a place.
pub(super) fn place(of: Place) -> &'static str {
    match of {
        Place::Header => "header",
        Place::Query => "query",
        Place::Path => "path",
        Place::Field => "field",
        Place::Body => "envelope",
        Place::Value => "value",
    }
}

pub(super) fn slot(of: &Slot) -> Code {
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
pub(super) fn visible(comment: &str) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { c.escape_debug().to_string() };
    comment.chars().map(escaped).collect()
}

pub(super) fn rule(of: &Constraint) -> Code {
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
        Constraint::Pattern(pattern) => match runs(pattern.as_str()) {
            Some(runs) => call("runs", vec![literal(pattern.as_str()), list(&runs, run)]),
            None => named("pattern", [pattern.as_str()]),
        },
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

fn run(of: &Run) -> Code {
    let most = if of.most == u32::MAX { Flat("u32::MAX".to_owned()) } else { number(of.most) };
    call("run", vec![literal(&of.of), number(of.least), most])
}

pub(super) fn alternatives(of: &Alternatives) -> Code {
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

pub(super) fn member(of: &Member) -> Code {
    let Member { name, required, rules } = of;
    let function = if *required { "required_member" } else { "member" };
    call(function, vec![literal(name), list(&**rules, rule)])
}

pub(super) fn outcome(of: &Outcome) -> Code {
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

pub(super) fn values(values: &[Value]) -> Code {
    list(values, value)
}

pub(super) fn value(of: &Value) -> Code {
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

pub(super) fn time_format(of: &TimeFormat) -> Code {
    match of {
        TimeFormat::Strftime(format) => named("strftime", [format]),
        format => variant("TimeFormat", format),
    }
}

/// A variant of an enum of the plan, without anything in it.
pub(super) fn variant(of: &str, variant: impl Debug) -> Code {
    Flat(format!("{of}::{variant:?}"))
}

pub(super) fn entries(all: &[(Text, List<Value>)]) -> Code {
    list(all, |(name, of)| call("entry", vec![literal(name), values(of)]))
}

pub(super) fn applied(function: Function, operands: &[List<Value>]) -> Code {
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
pub(super) fn function(of: Function) -> Code {
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

pub(super) fn fields(of: &Fields) -> Code {
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
