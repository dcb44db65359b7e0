//! The expressions of `x-value`: from the document's mappings to [`Value`]s.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use countersign_plan::pointer::is_pointer;
use countersign_plan::{
    Absent, Alphabet, CredentialKind, List, Per, PublicForm, RequestPart, ResponsePart, Text, UuidVersion, Value,
};

use crate::finding::{Report, Rule};
use crate::node::{At, Kind};
use crate::words::{self, Act, FUNCTIONS, nearest, one_of, suggestion, unknown_function, unsupported};

mod functions;
mod json;
mod selection;
mod time;

pub(crate) use time::{check_format, duration, offset, time_format};

/// The names that a document declares.
#[derive(Default)]
pub(crate) struct Names {
    /// The credentials with their kinds, if what the document says of them is one.
    pub(crate) credentials: BTreeMap<String, Option<CredentialKind>>,
    pub(crate) settings: BTreeSet<String>,
    pub(crate) session: BTreeSet<String>,
    /// The values that are made once.
    pub(crate) values: BTreeSet<String>,
}

/// What the expressions of a document read, gathered over all of them.
#[derive(Default)]
pub(crate) struct Reads {
    pub(crate) credentials: BTreeSet<String>,
    /// The credentials of which it is known that they are not of the kind that their use asks for.
    misused: BTreeSet<String>,
    /// The settings, each with its default.
    pub(crate) settings: BTreeMap<String, Option<String>>,
    /// The defaults that `x-settings` says.
    pub(crate) defaults: BTreeMap<String, String>,
    /// The values that malformed expressions read.
    pub(crate) values: BTreeSet<String>,
}

/// Where an expression is, and so what it may read and what its keys are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// In a request, where the caller gives nothing that `{given: true}` can mean.
    Request,
    /// In a request, in the place of something that the caller gives.
    Given,
    /// In a webhook, where it says what must be there.
    Webhook,
    /// At a response, which it may read: what must be there.
    Response,
    /// At a response, of which it makes the described body.
    Envelope,
    /// Among the values that others read.
    Value,
}

impl Site {
    /// Whether what is here is not sent, but held to what was received.
    pub(crate) fn is_verified(self) -> bool {
        matches!(self, Self::Webhook | Self::Response)
    }

    /// Whether there is a response to read.
    pub(crate) fn is_response(self) -> bool {
        matches!(self, Self::Response | Self::Envelope)
    }
}

/// What an expression may read, and where its findings go.
pub(crate) struct Scope<'s> {
    pub(crate) names: &'s Names,
    pub(crate) reads: &'s mut Reads,
    pub(crate) report: &'s mut Report,
    /// Where the expression is.
    pub(crate) site: Site,
    /// Whether there is something that `{name: true}` and `{value: true}` can mean.
    item: bool,
    /// How many functions and lists there are around what is read.
    nesting: usize,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(names: &'s Names, reads: &'s mut Reads, report: &'s mut Report, site: Site) -> Self {
        Self { names, reads, report, site, item: false, nesting: 0 }
    }

    fn wrong(&mut self, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.report.add(Rule::Expression, at, problem, remedy);
    }

    /// Goes one level deeper, unless that is too deep.
    fn deeper<T: Default>(&mut self, at: &At<'_>, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.nesting == MAX_NESTING {
            let problem = format!("functions and lists nest more than {MAX_NESTING} deep");
            self.wrong(at, problem, "the levels that the documentation shows");
            return T::default();
        }
        self.nesting += 1;
        let read = read(self);
        self.nesting -= 1;
        read
    }

    /// Reads with or without something that `{name: true}` can mean.
    fn with_item<T>(&mut self, item: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.item, item);
        let read = read(self);
        self.item = around;
        read
    }
}

/// How deep functions and lists may nest in an expression. Reading, evaluating and dropping one takes stack for each level.
const MAX_NESTING: usize = 16;

/// How many characters or bytes `random` yields at most.
const MAX_RANDOM: u16 = 1024;

/// Reads an expression. Where a part is malformed, a finding says so and the part is left out.
pub(crate) fn read(at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    scope.deeper(at, |scope| read_level(at, scope))
}

fn read_level(at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    match &at.node.kind {
        Kind::Text(text) => vec![Value::Text(text.clone().into())],
        Kind::List(_) => at.items().flat_map(|item| read(&item, scope)).collect(),
        Kind::Map(_) => function(at, scope).into_iter().collect(),
        Kind::Null => {
            scope.wrong(at, "an expression is empty", "text, a list or a function");
            Vec::new()
        }
        Kind::Bool(_) | Kind::Number(_) => {
            let problem = format!("{} is not text", at.node.noun());
            let remedy = format!("it in quotes: \"{}\"", at.node.scalar().unwrap_or_default());
            scope.wrong(at, problem, remedy);
            Vec::new()
        }
    }
}

/// Calls a function with every value of an expression, at every depth.
pub(crate) fn visit<'v>(values: &'v [Value], with: &mut impl FnMut(&'v Value)) {
    for value in values {
        with(value);
        value.operands().iter().for_each(|operand| visit(operand, with));
    }
}

fn function(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let value = whole_function(at, scope);
    if value.is_none() {
        mention(at, scope.reads);
    }
    value
}

/// Takes what a malformed expression names for read, so that it is not said to be unused too.
fn mention(at: &At<'_>, reads: &mut Reads) {
    for (key, operand) in at.entries() {
        match (key, operand.node.as_text()) {
            ("credential", Some(name)) => drop(reads.credentials.insert(name.to_owned())),
            ("setting", Some(name)) => drop(reads.settings.entry(name.to_owned()).or_default()),
            ("value", Some(name)) => drop(reads.values.insert(name.to_owned())),
            _ => mention(&operand, reads),
        }
    }
    at.items().for_each(|item| mention(&item, reads));
}

fn whole_function(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
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
                None => scope.wrong(at, "a mapping without a function", one_function()),
            }
            return None;
        }
        [(first, _), (second, operand), ..] => {
            let problem = format!("`{}` and `{}` are in one mapping", first.name, second.name);
            scope.wrong(operand, problem, "a list of two mappings");
            return None;
        }
    };
    for (key, option) in at.entries() {
        if key != function.name && !function.options.contains(&key) {
            let problem = format!("`{key}` is not an option of `{}`", function.name);
            let remedy = suggestion(key, function.options.iter().copied());
            let remedy = if function.options.is_empty() { "nothing beside it".to_owned() } else { remedy };
            scope.wrong(&option, problem, remedy);
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
            is_true(operand, "given", scope);
            if scope.site != Site::Given {
                let problem = "the caller gives nothing here that `given` could mean";
                scope.wrong(operand, problem, "what the client knows: a credential, a setting …");
                return None;
            }
            Value::Given
        }
        Act::Value if operand.node.as_bool().is_none() => {
            let name = text(operand, scope)?;
            let known = scope.names.values.iter();
            if let Err(meant) = known_name(operand, name, "value", "x-values", known, scope.report) {
                scope.reads.values.extend(meant.map(str::to_owned));
                return None;
            }
            Value::Made(owned(name))
        }
        Act::Name | Act::Value => {
            is_true(operand, function.name, scope);
            if !scope.item {
                let problem = format!("there is nothing here whose {} `{}` could mean", function.name, function.name);
                scope.wrong(operand, problem, "it in the `as` of `fields` or `headers`");
                return None;
            }
            if function.name == "name" { Value::Name } else { Value::Content }
        }
        Act::Uuid => {
            if let Some(version) = operand.node.as_text().filter(|text| is_other_uuid(text)) {
                let (problem, remedy) = unsupported(version);
                scope.wrong(operand, problem, remedy);
                return None;
            }
            let version = choice(operand, &[("v4", UuidVersion::V4), ("v7", UuidVersion::V7)], scope)?;
            let per = option(at, "per", &[("call", Per::Call)], Per::Attempt, scope)?;
            Value::Uuid { version, per }
        }
        Act::Random => random(operand, scope)?,
        Act::Time => time::read(at, operand, scope)?,
        Act::Request => Value::Request(choice(operand, &RequestPart::ALL.map(|part| (part.name(), part)), scope)?),
        Act::Header => {
            let name = owned(text(operand, scope)?);
            let absent = option(at, "absent", &[("empty", Absent::Empty)], Absent::Skip, scope)?;
            Value::Header { name, absent, part: part(at, scope)? }
        }
        Act::Query => Value::Query(owned(text(operand, scope)?)),
        Act::Path => Value::Path(owned(text(operand, scope)?)),
        Act::Field => Value::Field(owned(text(operand, scope)?)),
        Act::Response | Act::ResponseHeader | Act::ResponseField if !scope.site.is_response() => {
            let problem = format!("there is no response here that `{}` could read", function.name);
            scope.wrong(operand, problem, "it in `signed` of an `x-outcome`, or in the `x-envelope` of a response");
            return None;
        }
        Act::Response => {
            let parts = [ResponsePart::Body, ResponsePart::Status];
            Value::Response(choice(operand, &parts.map(|part| (part.name(), part)), scope)?)
        }
        Act::ResponseHeader => {
            let name = owned(text(operand, scope)?);
            Value::ResponseHeader { name, part: part(at, scope)? }
        }
        Act::ResponseField => {
            let pointer = text(operand, scope)?;
            if !is_pointer(pointer) || pointer.is_empty() {
                scope.wrong(operand, format!("`{pointer}` is not a JSON pointer"), format!("\"/{pointer}\""));
                return None;
            }
            Value::ResponseField(owned(pointer))
        }
        Act::Fields => selection::fields(at, operand, scope)?,
        Act::Headers => selection::headers(at, operand, scope)?,
        Act::Join => join(operand, scope)?,
        Act::Json => json::object(operand, scope)?,
        Act::Parts => parts(at, operand, scope)?,
        Act::Public => public(operand, scope)?,
        Act::Apply(function) => functions::apply(function, at, operand, scope)?,
        Act::Decimal => functions::decimal(operand, scope)?,
        Act::Sign => functions::sign(operand, scope)?,
        Act::Jwt => functions::jwt(operand, scope)?,
        Act::Jws => functions::jws(operand, scope)?,
        Act::Jwe => functions::jwe(operand, scope)?,
        Act::Decrypt => functions::decrypt(operand, scope)?,
    })
}

/// Whether this is a version of UUIDs that is not supported.
fn is_other_uuid(text: &str) -> bool {
    ["v1", "v3", "v5", "v6", "v8"].contains(&text)
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
    let name = declared_credential(operand, scope)?;
    if let Some(Some(kind)) = scope.names.credentials.get(name)
        && is_key(*kind)
        && scope.reads.misused.insert(name.to_owned())
    {
        let problem = format!("the credential `{name}` is a key, and is read as text here");
        let remedy = "it as the `key` of a function, `{public: {credential: NAME, as: …}}`, or `kind: text`";
        scope.wrong(operand, problem, remedy);
    }
    Some(Value::Credential(owned(name)))
}

/// Whether a credential is a key of its own kind, and not bytes.
fn is_key(kind: CredentialKind) -> bool {
    !matches!(kind, CredentialKind::Text | CredentialKind::Hex | CredentialKind::Base64)
}

/// The name of a credential that is declared.
fn declared_credential<'a>(operand: &At<'a>, scope: &mut Scope<'_>) -> Option<&'a str> {
    let name = text(operand, scope)?;
    let known = scope.names.credentials.keys();
    match known_name(operand, name, "credential", "x-credentials", known, scope.report) {
        Ok(()) => {
            scope.reads.credentials.insert(name.to_owned());
            Some(name)
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
    let stated = scope.reads.defaults.get(name).cloned();
    let known = scope.reads.settings.entry(name.to_owned()).or_default();
    *known = known.take().or(stated);
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

/// The member of a list that is meant, if one is named.
fn part(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Option<Text>> {
    match at.get("part") {
        Some(part) => Some(Some(owned(text(&part, scope)?))),
        None => Some(None),
    }
}

fn random(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["of", "length"], &[], scope)?;
    let alphabets = [Alphabet::Alphanumeric, Alphabet::Hex, Alphabet::Bytes].map(|of| (of.name(), of));
    let of = choice(&operand.get("of")?, &alphabets, scope)?;
    let length = number(&operand.get("length")?, 1..=MAX_RANDOM, scope)?;
    Some(Value::Random { of, length })
}

fn join(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["with", "of"], &[], scope)?;
    let with = owned(text(&operand.get("with")?, scope)?);
    let of = operand.get("of")?;
    if of.node.as_list().is_none() {
        scope.wrong(&of, format!("here is {}", of.node.noun()), "a list of operands");
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

fn parts(at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let sign = |name: &str, default: &str, scope: &mut Scope<'_>| match at.get(name) {
        Some(sign) => text(&sign, scope).map(owned),
        None => Some(owned(default)),
    };
    let (separator, equals) = (sign("separator", ",", scope), sign("equals", "=", scope));
    Some(Value::Parts { parts: mapping(operand, scope)?.into(), separator: separator?, equals: equals? })
}

fn public(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["credential", "as"], &[], scope)?;
    let at = operand.get("credential")?;
    let name = declared_credential(&at, scope)?;
    let kinds = [CredentialKind::PrivateKey, CredentialKind::PublicKey, CredentialKind::ClientCertificate];
    functions::check_kind(&at, name, "public", &kinds, scope);
    let forms = [PublicForm::Jwk, PublicForm::Thumbprint, PublicForm::Der, PublicForm::Sha256];
    let form = choice(&operand.get("as")?, &forms.map(|form| (form.name(), form)), scope)?;
    Some(Value::Public { credential: owned(name), form })
}

/// A mapping from names to expressions.
fn mapping(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Vec<(Text, List<Value>)>> {
    if at.node.as_map().is_none_or(|map| map.is_empty()) {
        scope.wrong(at, format!("here is {}", at.node.noun()), "a mapping from names to expressions");
        return None;
    }
    Some(at.entries().map(|(name, value)| (owned(name), list(read(&value, scope)))).collect())
}

/// Reports operands and options of a mapping that are not known, or are missing.
fn check_entries(at: &At<'_>, required: &[&str], optional: &[&str], scope: &mut Scope<'_>) -> Option<()> {
    let known = || required.iter().chain(optional).copied();
    let extra: Vec<_> = at.entries().filter(|(key, _)| !known().any(|known| known == *key)).collect();
    for (key, extra) in &extra {
        scope.wrong(extra, format!("`{key}` is not an operand here"), suggestion(key, known()));
    }
    if required.iter().all(|name| at.get(name).is_some()) {
        return Some(());
    }
    // One that is misspelled is missing, too.
    if extra.is_empty() {
        let shape: Vec<String> = required.iter().map(|name| format!("{name}: …")).collect();
        scope.wrong(at, "an operand is missing", format!("`{{{}}}`", shape.join(", ")));
    }
    None
}

fn text<'a>(at: &At<'a>, scope: &mut Scope<'_>) -> Option<&'a str> {
    let text = at.node.as_text();
    if text.is_none() {
        scope.wrong(at, format!("here is {}", at.node.noun()), "text");
    }
    text
}

fn texts(at: &At<'_>, scope: &mut Scope<'_>) -> Option<Vec<Text>> {
    at.items().map(|item| text(&item, scope).map(owned)).collect()
}

/// A word that says nothing but `true`.
fn is_true(at: &At<'_>, word: &str, scope: &mut Scope<'_>) {
    if at.node.as_bool() != Some(true) {
        scope.wrong(at, format!("`{word}` has no operand"), format!("`{{{word}: true}}`"));
    }
}

/// A whole number within bounds.
fn number<T>(at: &At<'_>, within: std::ops::RangeInclusive<T>, scope: &mut Scope<'_>) -> Option<T>
where
    T: TryFrom<u64> + PartialOrd + std::fmt::Display,
{
    let number = match &at.node.kind {
        Kind::Number(number) => number.as_u64().and_then(|number| T::try_from(number).ok()),
        _ => None,
    };
    let number = number.filter(|number| within.contains(number));
    if number.is_none() {
        let remedy = format!("a whole number from {} to {}", within.start(), within.end());
        scope.wrong(at, format!("here is {}", at.node.scalar().unwrap_or_else(|| at.node.noun().into())), remedy);
    }
    number
}

fn choice<T: Copy>(at: &At<'_>, of: &[(&str, T)], scope: &mut Scope<'_>) -> Option<T> {
    let found = at.node.as_text().and_then(|text| of.iter().find(|(word, _)| *word == text));
    if found.is_none() {
        let words: Vec<&str> = of.iter().map(|(word, _)| *word).collect();
        let problem = match at.node.scalar() {
            Some(text) => format!("`{text}` is not among its values"),
            None => format!("here is {}", at.node.noun()),
        };
        scope.wrong(at, problem, one_of(&words));
    }
    found.map(|(_, value)| *value)
}

/// An option of a function, or what counts without it.
fn option<T: Copy>(at: &At<'_>, name: &str, of: &[(&str, T)], otherwise: T, scope: &mut Scope<'_>) -> Option<T> {
    at.get(name).map_or(Some(otherwise), |at| choice(&at, of, scope))
}

/// An owned list of a plan.
pub(crate) fn list<T: Clone>(items: Vec<T>) -> List<T> {
    Cow::Owned(items)
}

#[cfg(test)]
mod tests;
