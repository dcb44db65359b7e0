//! A form with lists and objects in it: made of JSON, and read as JSON, so that rules and types are those of any other body.

use std::borrow::Cow;
use std::collections::HashMap;

use countersign_plan::form::bracketed;
use countersign_plan::{Constraint, Delimiter, Operation, Part, Place, Style, constraint, json};
use zeroize::Zeroizing;

use crate::file::File;
use crate::invalid::Invalid;
use crate::object::{below, quoted, scalars};
use crate::pairs::Pairs;

/// How deep the names of a form may lead.
const MOST_STEPS: usize = 32;

/// The text of a longer file than this is not looked for in what a provider says.
const MOST_REPEATED: usize = 4096;

/// A form that is made of a JSON object.
///
/// # Errors
/// What cannot be written as a form.
pub(crate) fn written<'a>(operation: &'a Operation, object: &'a str, files: &[File]) -> Result<Pairs<'a>, Invalid> {
    let mut pairs = Pairs::default();
    for (name, raw) in json::members(object) {
        let name = json::name(name);
        let slot = below(operation, None, &name);
        match slot {
            Some(slot) if operation.slots[slot].part.is_file => {
                let all = if raw.starts_with('[') { json::elements(raw).collect() } else { vec![raw] };
                for raw in all.into_iter().filter(|raw| *raw != "null") {
                    let part = &operation.slots[slot].part;
                    let file = file(raw, files, part).ok_or_else(|| Invalid::of(&name, "it must be a file"))?;
                    pairs.push_file(slot, name.clone(), file);
                }
            }
            Some(slot) => {
                write(operation, slot, raw, &mut pairs).map_err(|reason| Invalid::of(&name, reason))?;
            }
            None => pair(None, name, raw, &mut pairs)
                .map_err(|()| Invalid::new("a field that the document does not have is no scalar"))?,
        }
    }
    Ok(pairs)
}

/// The file that JSON means: one of those beside it, by its number, or a sample, which has this text.
fn file(raw: &str, files: &[File], part: &Part) -> Option<File> {
    match raw.parse::<usize>() {
        Ok(number) => files.get(number).cloned(),
        Err(_) if raw.starts_with('"') => {
            let file = File::bytes(json::decoded(raw)?.into_owned());
            Some(part.sample_media_type().into_iter().fold(file, File::of_type))
        }
        Err(_) => None,
    }
}

/// Adds the pairs that a field's JSON makes. What is `null` is not there, and neither is a list or an object in which nothing is.
///
/// # Errors
/// Why it cannot be written so.
pub(crate) fn write<'a>(
    operation: &'a Operation,
    slot: usize,
    raw: &'a str,
    pairs: &mut Pairs<'a>,
) -> Result<(), String> {
    let name = operation.form_name(slot);
    match (&operation.slots[slot].style, raw.as_bytes().first()) {
        (_, Some(b'n')) => Ok(()),
        (Style::Json, _) => {
            pairs.push(Some(slot), name, raw.into());
            Ok(())
        }
        (Style::Repeated, Some(b'[')) => json::elements(raw).try_for_each(|element| {
            let text = json::decoded(element).ok_or("an element is null, which a form cannot say")?;
            pairs.push(Some(slot), name.clone(), text);
            Ok(())
        }),
        (Style::Joined(delimiter), Some(b'[')) => {
            let elements = json::elements(raw).map(|element| {
                let is_scalar = !element.starts_with(['[', '{']);
                let text = json::decoded(element).filter(|_| is_scalar);
                Ok(Zeroizing::new(text.ok_or("an element is not text, a number or a boolean")?.into_owned()))
            });
            let elements = elements.collect::<Result<Vec<_>, String>>()?;
            if !elements.is_empty() {
                pairs.push_list(slot, name, joined(&elements, *delimiter)?, *delimiter);
            }
            Ok(())
        }
        (Style::Bracketed, Some(b'[' | b'{')) => in_brackets(operation, Some(slot), &name, raw, pairs),
        (Style::Spread, Some(b'{')) => json::members(raw).try_for_each(|(name, raw)| {
            let name = json::name(name);
            let slot = below(operation, Some(slot), &name).ok_or("it has no such member")?;
            pair(Some(slot), name, raw, pairs).map_err(|()| "a member of it is no scalar".to_owned())
        }),
        (Style::Repeated | Style::Joined(_), _) => Err("it must be an array".into()),
        (Style::Spread, _) => Err("it must be an object".into()),
        (Style::Single | Style::Member(_) | Style::Bracketed, _) => {
            pair(Some(slot), name, raw, pairs).map_err(|()| "it must be one value".into())
        }
    }
}

/// Adds a pair of one value, unless that is `null`.
///
/// # Errors
/// It is a list or an object.
fn pair<'a>(slot: Option<usize>, name: Cow<'a, str>, raw: &'a str, pairs: &mut Pairs<'a>) -> Result<(), ()> {
    if raw.starts_with(['[', '{']) {
        return Err(());
    }
    if raw != "null" {
        pairs.push(slot, name, json::decoded(raw).ok_or(())?);
    }
    Ok(())
}

/// Adds the pairs of what is in brackets behind a name.
fn in_brackets<'a>(
    operation: &Operation,
    slot: Option<usize>,
    name: &str,
    raw: &'a str,
    pairs: &mut Pairs<'a>,
) -> Result<(), String> {
    match raw.as_bytes().first() {
        Some(b'{') => json::members(raw).try_for_each(|(member, raw)| {
            let member = json::name(member);
            if member.contains(['[', ']']) {
                return Err("a name in it has a bracket, which a form has around names".into());
            }
            let object = slot.filter(|slot| operation.is_object(*slot));
            let slot = object.map_or(slot, |object| below(operation, Some(object), &member));
            if raw == "null" { Ok(()) } else { in_brackets(operation, slot, &bracketed(name, &member), raw, pairs) }
        }),
        Some(b'[') => json::elements(raw).enumerate().try_for_each(|(index, raw)| match raw {
            "null" => Err("an element is null, which a form cannot say".into()),
            raw => in_brackets(operation, slot, &bracketed(name, &index.to_string()), raw, pairs),
        }),
        _ => pair(slot, name.to_owned().into(), raw, pairs).map_err(|()| "its text is not Unicode".into()),
    }
}

/// The elements of a list in one text.
///
/// # Errors
/// An element has the sign in it that is between the elements.
pub(crate) fn joined(elements: &[Zeroizing<String>], delimiter: Delimiter) -> Result<Zeroizing<String>, String> {
    let sign = delimiter.sign();
    let mut text = Zeroizing::new(String::new());
    for (index, element) in elements.iter().enumerate() {
        if element.contains(sign) {
            return Err(format!("an element cannot have {sign:?} in it, which is between the elements"));
        }
        if index > 0 {
            text.push(sign);
        }
        text.push_str(element);
    }
    Ok(text)
}

/// The JSON of a form: that of an object in it, or of all of it. What the document does not have is text.
///
/// # Errors
/// The field that is not written as the document says.
pub(crate) fn object(
    operation: &Operation,
    pairs: &Pairs<'_>,
    object: Option<usize>,
) -> Result<String, (usize, String)> {
    let mut members = Vec::new();
    for (slot, own) in operation.below(object) {
        let value = if operation.is_object(slot) && own.style != Style::Json {
            let inner = self::object(operation, pairs, Some(slot))?;
            (inner != "{}").then_some(inner)
        } else {
            value(operation, pairs, slot).map_err(|reason| (slot, reason))?
        };
        members.extend(value.map(|value| format!("{}:{value}", *quoted(&own.own_name()))));
    }
    if object.is_none() {
        let undeclared = pairs.iter().filter(|(.., slot)| slot.is_none());
        members.extend(undeclared.map(|(name, text, _)| format!("{}:{}", *quoted(name), *quoted(text))));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// The JSON of a field, if it is there.
///
/// # Errors
/// How it is not what the document says.
pub(crate) fn value(operation: &Operation, pairs: &Pairs<'_>, slot: usize) -> Result<Option<String>, String> {
    let own = &operation.slots[slot];
    let mut texts = pairs.all(slot).peekable();
    let Some(first) = texts.peek() else { return Ok(None) };
    let elements = |texts: &mut dyn Iterator<Item = &str>| {
        let rules = items(&own.rules);
        format!("[{}]", texts.map(|text| element(text, &rules)).collect::<Vec<_>>().join(","))
    };
    Ok(Some(match &own.style {
        Style::Repeated => elements(&mut texts),
        Style::Joined(delimiter) => elements(&mut first.split(delimiter.sign())),
        Style::Json => {
            json::check(first).map_err(|wrong| format!("it is not JSON: {wrong}"))?;
            first.trim().to_owned()
        }
        Style::Single | Style::Member(_) | Style::Spread | Style::Bracketed => {
            let mut tree = Tree::default();
            for (name, text) in pairs.named(slot) {
                let (_, steps) = operation.form_field(name).unwrap_or((slot, Vec::new()));
                if own.style != Style::Bracketed && !steps.is_empty() {
                    return Err("it must be one value".into());
                }
                tree.insert(&steps, text)?;
            }
            tree.json(&[&own.rules])?
        }
    }))
}

/// What is in brackets behind a name.
#[derive(Default)]
struct Tree<'t> {
    text: Option<&'t str>,
    below: Vec<(&'t str, Self)>,
    /// Where a name is among them.
    places: HashMap<&'t str, usize>,
}

impl<'t> Tree<'t> {
    fn insert(&mut self, steps: &[&'t str], text: &'t str) -> Result<(), &'static str> {
        if steps.len() > MOST_STEPS {
            return Err("it is nested too deep");
        }
        let mut here = self;
        for (index, step) in steps.iter().enumerate() {
            if step.is_empty() && index + 1 < steps.len() {
                return Err("an element in it that is no scalar has no number");
            }
            let next = here.below.len();
            // `a[]=1&a[]=2` are two elements.
            let place = if step.is_empty() { next } else { *here.places.entry(step).or_insert(next) };
            if place == next {
                here.below.push((step, Self::default()));
            }
            here = &mut here.below[place].1;
        }
        if here.text.replace(text).is_some() { Err("a name in it is there more than once") } else { Ok(()) }
    }

    fn json(&self, rules: &[&[Constraint]]) -> Result<String, &'static str> {
        let Some(text) = self.text else { return self.compound(rules) };
        if self.below.is_empty() {
            Ok(typed(text, &branches(rules)))
        } else {
            Err("it is one value and has others in it")
        }
    }

    fn compound(&self, rules: &[&[Constraint]]) -> Result<String, &'static str> {
        let rules = branches(rules);
        let says = |kind: Constraint| rules.iter().any(|rules| rules.contains(&kind));
        let is_numbered = || {
            let mut steps = self.below.iter().enumerate();
            steps.all(|(index, (step, _))| step.is_empty() || *step == index.to_string())
        };
        let is_list = match (says(Constraint::Array), says(Constraint::Object)) {
            (true, false) if !is_numbered() => return Err("its elements are not numbered from 0 on"),
            (false, true) => false,
            _ => is_numbered(),
        };
        let mut parts = Vec::with_capacity(self.below.len());
        for (step, below) in &self.below {
            if is_list {
                let rules: Vec<_> = rules.iter().flat_map(|rules| items(rules)).collect();
                parts.push(below.json(&rules)?);
            } else {
                let rules: Vec<_> = rules.iter().flat_map(|rules| member(rules, step)).collect();
                parts.push(format!("{}:{}", *quoted(step), below.json(&rules)?));
            }
        }
        let parts = parts.join(",");
        Ok(if is_list { format!("[{parts}]") } else { format!("{{{parts}}}") })
    }
}

/// What is demanded of an element.
fn items(rules: &[Constraint]) -> Vec<&[Constraint]> {
    let mut all = Vec::new();
    for rule in rules {
        if let Constraint::Items(rules) = rule {
            all.push(&**rules);
        }
    }
    all
}

/// What is demanded of a member.
fn member<'r>(rules: &'r [Constraint], name: &str) -> Vec<&'r [Constraint]> {
    let of = |rule: &'r Constraint| match rule {
        Constraint::Members(members) => members.iter().find(|member| member.name == name).map(|member| &*member.rules),
        Constraint::Values(rules) => Some(&**rules),
        _ => None,
    };
    rules.iter().filter_map(of).collect()
}

/// What is demanded, with what each of several demands.
fn branches<'r>(rules: &[&'r [Constraint]]) -> Vec<&'r [Constraint]> {
    let mut all = rules.to_vec();
    for rules in rules {
        for rule in rules.iter() {
            if let Constraint::Alternatives(of) = rule {
                all.extend(of.branches.iter().map(|branch| &*branch.rules));
            }
        }
    }
    all
}

/// An element that has a pair of its own: JSON, if it is an object or a list.
fn element(text: &str, rules: &[&[Constraint]]) -> String {
    let rules = branches(rules);
    let is_compound = |rule: &Constraint| matches!(rule, Constraint::Object | Constraint::Array);
    if rules.iter().any(|rules| rules.iter().any(is_compound)) && json::check(text).is_ok() {
        return text.trim().to_owned();
    }
    typed(text, &rules)
}

/// A text as JSON: the number or boolean that is demanded, if it is one, and else a string.
fn typed(text: &str, rules: &[&[Constraint]]) -> String {
    use Constraint::{Boolean, Int32, Int64, Integer, Number};
    let is_it = |rule: &Constraint| {
        matches!(rule, Boolean | Int32 | Int64 | Integer | Number)
            && constraint::text(text, std::slice::from_ref(rule)).is_ok()
            && json::check(text).is_ok()
    };
    let is_literal = rules.iter().any(|rules| rules.iter().any(is_it));
    if is_literal { text.to_owned() } else { quoted(text).to_string() }
}

/// Whether a field may have several pairs.
pub(crate) fn has_several(operation: &Operation, slot: usize) -> bool {
    matches!(operation.slots[slot].style, Style::Repeated | Style::Bracketed | Style::Spread)
}

/// Whether what a field holds is more than one value.
pub(crate) fn is_compound(operation: &Operation, slot: usize) -> bool {
    !matches!(operation.slots[slot].style, Style::Single | Style::Member(_))
}

/// The texts that are sent of a field, the scalars of JSON in them, and what is told of a file: its name, and its text if that is
/// short.
pub(crate) fn texts(operation: &Operation, pairs: &Pairs<'_>, slot: usize) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in pairs.all(slot) {
        texts.push(text.to_owned());
        if is_compound(operation, slot) && text.starts_with(['[', '{']) && json::check(text).is_ok() {
            texts.extend(scalars(text));
        }
    }
    for file in pairs.files(slot) {
        // A provider that complains of a file says its name, or a line of it.
        texts.extend(file.name().map(str::to_owned));
        let content = file.content().filter(|content| content.len() <= MOST_REPEATED);
        let text = content.and_then(|content| std::str::from_utf8(content).ok()).unwrap_or_default();
        texts.extend(std::iter::once(text).chain(text.lines()).map(str::to_owned));
    }
    for (inner, _) in operation.below(Some(slot)) {
        texts.extend(self::texts(operation, pairs, inner));
    }
    texts
}

/// The JSON of a field of a form that is more than one value. Nothing in it where that is not there, or not as the document says.
pub(crate) fn form_json(pairs: &Pairs<'_>, operation: &Operation, slot: usize) -> Option<Option<String>> {
    is_compound(operation, slot).then(|| {
        if operation.is_object(slot) {
            object(operation, pairs, Some(slot)).ok().filter(|json| json != "{}")
        } else {
            value(operation, pairs, slot).ok().flatten()
        }
    })
}

/// Checks that what is in a form is written as the document says.
pub(crate) fn check_form(operation: &Operation, pairs: &Pairs<'_>) -> Result<(), Invalid> {
    // One value by its own name is written as it should be, and no copy of it is made.
    let is_plain = |slot: usize| {
        let mut named = pairs.named(slot).map(|(name, _)| name);
        matches!((named.next(), named.next()), (Some(name), None) if name == operation.form_name(slot))
    };
    for (slot, own) in operation.slots.iter().enumerate().filter(|(_, own)| own.place == Place::Field) {
        if own.style == Style::Single && is_plain(slot) {
            continue;
        }
        let whole = if operation.is_object(slot) {
            pairs.get(slot).map_or(Ok(()), |_| Err("it must be an object".to_owned()))
        } else {
            value(operation, pairs, slot).map(drop)
        };
        whole.map_err(|reason| Invalid::of(&own.own_name(), reason))?;
    }
    Ok(())
}

/// Gives a field of a form that is more than one value: its JSON, an element of a list, or a list in one text.
pub(crate) fn give_compound(
    operation: &Operation,
    pairs: &mut Pairs<'_>,
    slot: usize,
    value: &str,
) -> Result<(), String> {
    let own = &operation.slots[slot];
    let is_json = value.starts_with(['[', '{']) && json::check(value).is_ok();
    let text;
    let mut given = Pairs::default();
    match &own.style {
        _ if is_json => write(operation, slot, value.trim(), &mut given)?,
        Style::Repeated => given.push(Some(slot), own.own_name(), value.into()),
        Style::Joined(delimiter) => {
            given.push_list(slot, own.own_name(), Zeroizing::new(value.to_owned()), *delimiter);
        }
        // What is one of several may be text.
        _ => {
            text = quoted(value);
            write(operation, slot, &text, &mut given)?;
        }
    }
    pairs.insert(slot, given);
    Ok(())
}

#[cfg(test)]
mod tests;
