//! Selections: `fields` and `headers`.

use countersign_plan::{Absent, FieldForm, Fields, List, Of, Order, Selection, Text, Value, any};

use super::{Scope, choice, list, mapping, option, owned, read, text, texts};
use crate::node::{At, Kind};
use crate::words::one_of;

/// Reads `{fields: …}`.
pub(super) fn fields(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let which = match &operand.node.kind {
        Kind::Text(text) if text == "signed" => Selection::Signed,
        Kind::Text(text) if text == "by-name" => Selection::ByName,
        Kind::Text(text) if text == "all" => Selection::All,
        // What is added is a selection of its own.
        Kind::List(list) if !list.is_empty() || at.get("with").is_some() => {
            Selection::Named(texts(operand, scope)?.into())
        }
        Kind::Map(map) if map.len() == 1 && operand.get("named-in").is_some() => {
            Selection::NamedIn(owned(text(&operand.get("named-in")?, scope)?))
        }
        _ => {
            let remedy = "`signed`, `by-name`, `all`, a list of fields or `{named-in: NAME}`";
            scope.wrong(operand, "this does not say which fields", remedy);
            return None;
        }
    };
    let of = match at.get("of") {
        Some(of) => source(&of, scope)?,
        None => Of::Body,
    };
    if let (Some(of_at), Selection::Signed) = (at.get("of"), &which)
        && of != Of::Body
    {
        let problem = "the signed fields are fields of the body";
        scope.wrong(&of_at, problem, "nothing here, or a list of names in the place of `signed`");
    }
    let with = match at.get("with") {
        Some(with) => scope.with_item(false, |scope| mapping(&with, scope))?,
        None => Vec::new(),
    };
    let absent = option(at, "absent", &[("skip", Absent::Skip), ("empty", Absent::Empty)], Absent::Skip, scope)?;
    Some(Value::Fields(Fields { with: list(with), absent, ..selection(at, which, of, scope)? }))
}

/// Reads `{headers: …}`.
pub(super) fn headers(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let which = match &operand.node.kind {
        Kind::List(list) if !list.is_empty() => Selection::Named(texts(operand, scope)?.into()),
        Kind::Map(map) if map.len() == 1 && operand.text("prefix").is_some_and(|prefix| !prefix.is_empty()) => {
            Selection::Prefix(owned(text(&operand.get("prefix")?, scope)?))
        }
        _ => {
            let remedy = "a list of headers, or `{prefix: TEXT}`";
            scope.wrong(operand, "this does not say which headers", remedy);
            return None;
        }
    };
    Some(Value::Fields(selection(at, which, Of::Headers, scope)?))
}

/// The options that both have.
fn selection(at: &At<'_>, which: Selection, of: Of, scope: &mut Scope<'_>) -> Option<Fields> {
    let non_empty = option(at, "where", &[("non-empty", true)], false, scope)?;
    let order =
        option(at, "order", &[("bytes", Order::Bytes), ("ignore-case", Order::IgnoreCase)], Order::Bytes, scope)?;
    if let (Some(order), false) = (at.get("order"), matches!(which, Selection::ByName | Selection::Prefix(_))) {
        scope.wrong(&order, "this selection is not sorted", "nothing here");
    }
    let except = match at.get("except") {
        Some(except) => names(&except, scope)?,
        None => Vec::new(),
    };
    if let (Some(except), Selection::Signed | Selection::Named(_)) = (at.get("except"), &which) {
        scope.wrong(&except, "what is listed is in the selection", "the list without these names, and nothing here");
    }
    let form = match at.get("as") {
        Some(form) => self::form(&form, scope)?,
        None => FieldForm::Values,
    };
    let separator: List<Value> = match at.get("separator") {
        Some(separator) => list(scope.with_item(false, |scope| read(&separator, scope))),
        None => List::default(),
    };
    Some(Fields { non_empty, order, except: list(except), form, separator, of, ..Fields::new(which) })
}

/// What fields are of.
fn source(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Of> {
    let both: Vec<Option<&str>> = at.items().map(|item| item.node.as_text()).collect();
    if both == [Some("query"), Some("body")] {
        return Some(Of::QueryAndBody);
    }
    if at.node.as_list().is_some() {
        scope.wrong(at, "this list does not say of what the fields are", "`body`, `query` or `[query, body]`");
        return None;
    }
    choice(at, &[("body", Of::Body), ("query", Of::Query)], scope)
}

/// A list of names.
fn names(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Vec<Text>> {
    if at.node.as_list().is_none() {
        scope.wrong(at, format!("here is {}", at.node.noun()), "a list of names");
        return None;
    }
    texts(at, scope)
}

/// What is written of each.
fn form(at: &At<'_>, scope: &mut Scope<'_>) -> Option<FieldForm> {
    match at.node.as_text() {
        Some("values") => return Some(FieldForm::Values),
        Some("pairs") => return Some(FieldForm::Pairs),
        _ => {}
    }
    let before = scope.report.added();
    let each = scope.with_item(true, |scope| read(at, scope));
    if scope.report.added() == before && !any(&each, &|value| matches!(value, Value::Name | Value::Content)) {
        let remedy = format!(
            "{}, or an expression with `{{name: true}}` or `{{value: true}}` in it",
            one_of(&["values", "pairs"])
        );
        scope.wrong(at, "this says neither the name nor the value of what is selected", remedy);
    }
    Some(FieldForm::Each(list(each)))
}
