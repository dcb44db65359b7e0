//! The expressions of `x-value`: from the document's mappings to [`Value`]s.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use countersign_plan::{
    Absent, CredentialKind, FieldForm, Function, List, Operands, RequestPart, Selection, Text, TimeFormat, Value,
};
use jiff::fmt::strtime;
use jiff::{Timestamp, tz::TimeZone};

use crate::finding::{Report, Rule};
use crate::node::{At, Kind};
use crate::words::{self, Act, FUNCTIONS, nearest, one_of, suggestion, unknown_function, unsupported};

/// The names that a document declares.
#[derive(Default)]
pub(crate) struct Names {
    /// The credentials with their kinds, if what the document says of them is one.
    pub(crate) credentials: BTreeMap<String, Option<CredentialKind>>,
    pub(crate) settings: BTreeSet<String>,
    pub(crate) session: BTreeSet<String>,
}

/// What the expressions of a document read, gathered over all of them.
#[derive(Default)]
pub(crate) struct Reads {
    pub(crate) credentials: BTreeSet<String>,
    /// The credentials that are used as keys and are none.
    as_keys: BTreeSet<String>,
    /// The settings, each with its default.
    pub(crate) settings: BTreeMap<String, Option<String>>,
}

/// What an expression may read, and where its findings go.
pub(crate) struct Scope<'s> {
    pub(crate) names: &'s Names,
    pub(crate) reads: &'s mut Reads,
    pub(crate) report: &'s mut Report,
    /// Whether the caller gives something that `{given: true}` can mean.
    pub(crate) given: bool,
    /// How many functions and lists there are around what is read.
    pub(crate) nesting: usize,
}

/// How deep functions and lists may nest in an expression. Reading, evaluating and dropping one takes stack for each level.
const MAX_NESTING: usize = 16;

/// Reads an expression. Where a part is malformed, a finding says so and the part is left out.
pub(crate) fn read(at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    if scope.nesting == MAX_NESTING {
        let problem = format!("functions and lists nest more than {MAX_NESTING} deep");
        scope.report.add(Rule::Expression, at, problem, "the levels that the documentation shows");
        return Vec::new();
    }
    scope.nesting += 1;
    let values = read_level(at, scope);
    scope.nesting -= 1;
    values
}

fn read_level(at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    match &at.node.kind {
        Kind::Text(text) => vec![Value::Text(text.clone().into())],
        Kind::List(_) => at.items().flat_map(|item| read(&item, scope)).collect(),
        Kind::Map(_) => function(at, scope).into_iter().collect(),
        Kind::Null => {
            scope.report.add(Rule::Expression, at, "an expression is empty", "text, a list or a function");
            Vec::new()
        }
        Kind::Bool(_) | Kind::Number(_) => {
            let problem = format!("{} is not text", at.node.noun());
            let remedy = format!("it in quotes: \"{}\"", at.node.scalar().unwrap_or_default());
            scope.report.add(Rule::Expression, at, problem, remedy);
            Vec::new()
        }
    }
}

/// Whether an expression reads a credential or a session value.
pub(crate) fn reads_secrets(values: &[Value]) -> bool {
    countersign_plan::any(values, &|value| matches!(value, Value::Credential(_) | Value::Session(_)))
}

/// Calls a function with every value of an expression, at every depth.
pub(crate) fn visit<'v>(values: &'v [Value], with: &mut impl FnMut(&'v Value)) {
    for value in values {
        with(value);
        value.operands().iter().for_each(|operand| visit(operand, with));
    }
}

fn function(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let named: Vec<(&words::Function, At<'_>)> = at
        .entries()
        .filter_map(|(key, operand)| Some((FUNCTIONS.iter().find(|function| function.name == key)?, operand)))
        .collect();
    let (function, operand) = match named.as_slice() {
        [(function, operand)] => (*function, operand),
        [] => {
            // An option without its function is the rarer slip, so the first key is taken for the function.
            match at.entries().next() {
                Some((key, operand)) => {
                    let (problem, remedy) = unknown_function(key);
                    scope.report.add(Rule::UnknownFunction, &operand, problem, remedy);
                }
                None => scope.report.add(Rule::Expression, at, "a mapping without a function", one_function()),
            }
            return None;
        }
        [(first, _), (second, operand), ..] => {
            let problem = format!("`{}` and `{}` are in one mapping", first.name, second.name);
            scope.report.add(Rule::Expression, operand, problem, "a list of two mappings");
            return None;
        }
    };
    for (key, option) in at.entries() {
        if key != function.name && !function.options.contains(&key) {
            let problem = format!("`{key}` is not an option of `{}`", function.name);
            let remedy = suggestion(key, function.options.iter().copied());
            let remedy = if function.options.is_empty() { "nothing beside it".to_owned() } else { remedy };
            scope.report.add(Rule::Expression, &option, problem, remedy);
        }
    }
    Some(match function.act {
        Act::Credential => credential(operand, scope)?,
        Act::Setting => setting(at, operand, scope)?,
        Act::Session => {
            let name = text(operand, scope)?;
            known_name(operand, name, "session value", "x-session", scope.names.session.iter(), scope.report).ok()?;
            Value::Session(owned(name))
        }
        Act::Given => {
            if operand.node.as_bool() != Some(true) {
                scope.report.add(Rule::Expression, operand, "`given` has no operand", "`{given: true}`");
            }
            if !scope.given {
                let problem = "the caller gives nothing here that `given` could mean";
                scope.report.add(
                    Rule::Expression,
                    operand,
                    problem,
                    "what the client knows: a credential, a setting …",
                );
                return None;
            }
            Value::Given
        }
        Act::Uuid => {
            if let Some(version) =
                operand.node.as_text().filter(|text| ["v1", "v3", "v5", "v6", "v7", "v8"].contains(text))
            {
                let (problem, remedy) = unsupported(version);
                scope.report.add(Rule::Expression, operand, problem, remedy);
                return None;
            }
            choice(operand, &[("v4", ())], scope)?;
            Value::Uuid
        }
        Act::Time => time(at, operand, scope)?,
        Act::Request => Value::Request(choice(
            operand,
            &[
                ("method", RequestPart::Method),
                ("path", RequestPart::Path),
                ("operation-path", RequestPart::OperationPath),
                ("query", RequestPart::Query),
                ("body", RequestPart::Body),
            ],
            scope,
        )?),
        Act::Header => Value::Header(owned(text(operand, scope)?)),
        Act::Field => Value::Field(owned(text(operand, scope)?)),
        Act::Fields => fields(at, operand, scope)?,
        Act::Join => join(operand, scope)?,
        Act::Apply(function) => apply(function, operand, scope)?,
    })
}

fn apply(function: Function, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let names = function.operands();
    let found = if names.len() == 1 { vec![operand.clone()] } else { parts(operand, names, scope)? };
    let mut operands = Operands::default();
    for ((name, at), read_into) in names.iter().zip(&found).zip(&mut operands) {
        let values = read(at, scope);
        if let (Function::Encrypt(_), &"key") = (function, name) {
            keys(at, &values, scope);
        }
        *read_into = values.into();
    }
    Some(Value::Apply(function, operands))
}

/// Reports credentials that are used as keys and are declared as text.
fn keys(at: &At<'_>, values: &[Value], scope: &mut Scope<'_>) {
    for value in values {
        if let Value::Credential(name) = value
            && scope.names.credentials.get(name.as_ref()) == Some(&Some(CredentialKind::Text))
            && scope.reads.as_keys.insert(name.to_string())
        {
            let problem = format!("the credential `{name}` is used as an RSA key and is declared as text");
            scope.report.add(Rule::Expression, at, problem, "`kind: rsa-public-key` in x-credentials");
        }
    }
}

fn one_function() -> String {
    "a mapping with one function, such as `{credential: NAME}`".to_owned()
}

fn owned(text: &str) -> Text {
    Cow::Owned(text.to_owned())
}

/// Reports a name that is not declared, and says which one it is most like.
fn known_name<'n>(
    at: &At<'_>,
    name: &str,
    what: &str,
    section: &str,
    known: impl Iterator<Item = &'n String>,
    report: &mut Report,
) -> Result<(), Option<&'n str>> {
    let known: Vec<&str> = known.map(String::as_str).collect();
    if known.contains(&name) {
        return Ok(());
    }
    let remedy = if known.is_empty() {
        format!("the {what} in `{section}`")
    } else {
        format!("{}, or declare it in `{section}`", suggestion(name, known.iter().copied()))
    };
    report.add(Rule::UnknownName, at, format!("no {what} is called `{name}`"), remedy);
    Err(nearest(name, &known))
}

fn credential(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let name = text(operand, scope)?;
    let known = scope.names.credentials.keys();
    match known_name(operand, name, "credential", "x-credentials", known, scope.report) {
        Ok(()) => {
            scope.reads.credentials.insert(name.to_owned());
            Some(Value::Credential(owned(name)))
        }
        Err(meant) => {
            // What is misspelled here is not also unused.
            scope.reads.credentials.extend(meant.map(str::to_owned));
            None
        }
    }
}

fn setting(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let name = text(operand, scope)?;
    let known = scope.names.settings.iter();
    if let Err(meant) = known_name(operand, name, "setting", "x-settings", known, scope.report) {
        if let Some(meant) = meant {
            scope.reads.settings.entry(meant.to_owned()).or_default();
        }
        return None;
    }
    let default = match at.get("default") {
        Some(default) => Some((text(&default, scope)?.to_owned(), default)),
        None => None,
    };
    let known = scope.reads.settings.entry(name.to_owned()).or_default();
    if let Some((default, default_at)) = default {
        match known {
            Some(other) if *other != default => {
                let problem =
                    format!("the setting `{name}` has the default \"{default}\" here and \"{other}\" elsewhere");
                scope.report.add(Rule::SettingDefault, &default_at, problem, "one default, in one of the places");
            }
            _ => *known = Some(default),
        }
    }
    Some(Value::Setting(owned(name)))
}

fn time(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let format = match text(operand, scope)? {
        "unix" => TimeFormat::Unix,
        "unix-millis" => TimeFormat::UnixMillis,
        "rfc3339" => TimeFormat::Rfc3339,
        format => {
            check_format(operand, format, Rule::Expression, scope.report)?;
            TimeFormat::Strftime(owned(format))
        }
    };
    let offset = at.get("offset");
    if let (Some(offset), false) = (&offset, matches!(format, TimeFormat::Strftime(_))) {
        let problem = "only a `strftime` format depends on an offset";
        scope.report.add(Rule::Expression, offset, problem, "nothing here");
    }
    let offset_seconds = match offset {
        Some(offset) => self::offset(&offset, Rule::Expression, scope.report)?,
        None => 0,
    };
    Some(Value::Time { format, offset_seconds })
}

/// Reports a `strftime` format that does not format, or that says nothing of the time.
pub(crate) fn check_format(at: &At<'_>, format: &str, rule: Rule, report: &mut Report) -> Option<()> {
    let remedy = "`unix`, `unix-millis`, `rfc3339` or a `strftime` format such as \"%Y-%m-%dT%H:%M:%S\"";
    if !format.contains('%') {
        report.add(rule, at, format!("`{format}` is not a way to write a time"), remedy);
        return None;
    }
    if let Err(error) = strtime::format(format, &Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)) {
        report.add(rule, at, format!("`{format}` is not a way to write a time ({error})"), remedy);
        return None;
    }
    Some(())
}

/// Reads a zone: `Z`, or hours and minutes east of UTC.
pub(crate) fn offset(at: &At<'_>, rule: Rule, report: &mut Report) -> Option<i32> {
    let read = |text: &str| -> Option<i32> {
        if text == "Z" {
            return Some(0);
        }
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let number = |text: &str, limit: i32| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i32>().ok().filter(|number| digits && *number < limit)
        };
        Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
    };
    let offset = at.node.as_text().and_then(read);
    if offset.is_none() {
        report.add(rule, at, "this is not a zone", "\"Z\" or \"±hh:mm\", in quotes");
    }
    offset
}

fn fields(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let which = match &operand.node.kind {
        Kind::Text(text) if text == "signed" => Selection::Signed,
        Kind::Text(text) if text == "by-name" => Selection::ByName,
        Kind::List(list) if !list.is_empty() => Selection::Named(texts(operand, scope)?.into()),
        _ => {
            let remedy = "`signed`, `by-name` or a list of fields";
            scope.report.add(Rule::Expression, operand, "this does not say which fields", remedy);
            return None;
        }
    };
    let form = match at.get("as") {
        Some(form) => choice(&form, &[("values", FieldForm::Values), ("pairs", FieldForm::Pairs)], scope)?,
        None => FieldForm::Values,
    };
    let absent = match at.get("absent") {
        Some(absent) => choice(&absent, &[("skip", Absent::Skip), ("empty", Absent::Empty)], scope)?,
        None => Absent::Skip,
    };
    let separator = match at.get("separator") {
        Some(separator) => owned(text(&separator, scope)?),
        None => Cow::Borrowed(""),
    };
    Some(Value::Fields { which, form, separator, absent })
}

fn join(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let [with, of] = parts(operand, &["with", "of"], scope)?.try_into().ok()?;
    let with = owned(text(&with, scope)?);
    if of.node.as_list().is_none() {
        scope.report.add(Rule::Expression, &of, format!("here is {}", of.node.noun()), "a list of operands");
        return None;
    }
    let operands: Vec<Value> = of
        .items()
        .map(|item| match <[Value; 1]>::try_from(read(&item, scope)) {
            Ok([value]) => value,
            Err(values) => Value::Concat(values.into()),
        })
        .collect();
    Some(Value::Join { with, of: operands.into() })
}

/// The operands of a function that has several, by name.
fn parts<'a>(at: &At<'a>, names: &[&str], scope: &mut Scope<'_>) -> Option<Vec<At<'a>>> {
    let extra: Vec<_> = at.entries().filter(|(key, _)| !names.contains(key)).collect();
    for (key, extra) in &extra {
        let remedy = suggestion(key, names.iter().copied());
        scope.report.add(Rule::Expression, extra, format!("`{key}` is not an operand here"), remedy);
    }
    let found: Vec<At<'a>> = names.iter().filter_map(|name| at.get(name)).collect();
    if found.len() == names.len() {
        return Some(found);
    }
    // One that is misspelled is missing, too.
    if extra.is_empty() {
        let shape: Vec<String> = names.iter().map(|name| format!("{name}: …")).collect();
        scope.report.add(Rule::Expression, at, "an operand is missing", format!("`{{{}}}`", shape.join(", ")));
    }
    None
}

fn text<'a>(at: &At<'a>, scope: &mut Scope<'_>) -> Option<&'a str> {
    let text = at.node.as_text();
    if text.is_none() {
        scope.report.add(Rule::Expression, at, format!("here is {}", at.node.noun()), "text");
    }
    text
}

fn texts(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Vec<Text>> {
    at.items().map(|item| text(&item, scope).map(owned)).collect()
}

fn choice<T: Copy>(at: &At<'_>, of: &[(&str, T)], scope: &mut Scope<'_>) -> Option<T> {
    let found = at.node.as_text().and_then(|text| of.iter().find(|(word, _)| *word == text));
    if found.is_none() {
        let words: Vec<&str> = of.iter().map(|(word, _)| *word).collect();
        let problem = match at.node.scalar() {
            Some(text) => format!("`{text}` is not among its values"),
            None => format!("here is {}", at.node.noun()),
        };
        scope.report.add(Rule::Expression, at, problem, one_of(&words));
    }
    found.map(|(_, value)| *value)
}

/// An owned list of a plan.
pub(crate) fn list<T: Clone>(items: Vec<T>) -> List<T> {
    Cow::Owned(items)
}

#[cfg(test)]
mod tests;
