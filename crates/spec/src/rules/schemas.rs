//! Rules about schemas.

use std::collections::HashSet;

use countersign_plan::constraint::contradiction;
use countersign_plan::pointer::unescaped;
use countersign_plan::{Constraint, Secrecy, Style};
use indexmap::IndexSet;

use super::subject::Subject;
use crate::api::{Api, Site, branches, is_choice, is_hidden, required};
use crate::finding::{Report, Rule};
use crate::grammar::COMBINATIONS;
use crate::hints::{self, Hint, hint, hint_of_format};
use crate::node::{At, Kind};
use crate::plain::is_binary;
use crate::reach::{Extent, own_secrecy};
use crate::style;
use crate::words::suggestion;

/// How deep the values of a schema may nest. Whoever reads or makes such a value takes stack for each level.
const MAX_VALUE_LEVELS: usize = 32;
/// How many values a schema may have with every reference written out.
const MAX_VALUES: usize = 20_000;
/// How many all schemas may have, and all responses.
const MAX_ALL_VALUES: usize = 200_000;

/// A schema has the words of its type only.
pub(super) fn words_of_type(subject: &Subject<'_, '_>, report: &mut Report) {
    const STRING: [&str; 5] = ["enum", "format", "minLength", "maxLength", "pattern"];
    const BOOLEAN: [&str; 1] = ["enum"];
    const NUMBER: [&str; 7] =
        ["enum", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    const ARRAY: [&str; 4] = ["items", "minItems", "maxItems", "uniqueItems"];
    const OBJECT: [&str; 3] = ["properties", "required", "additionalProperties"];
    let api = subject.api;
    let in_requests = api.reach(api.request_schemas());
    for (site, at) in api.schemas() {
        if at.get("$ref").is_some() || COMBINATIONS.iter().any(|word| at.get(word).is_some()) {
            continue;
        }
        if at.node.as_map().is_none() || at.get("type").is_some_and(|kind| kind.node.as_text().is_none()) {
            // The grammar has found that.
            continue;
        }
        let Some(kind) = at.text("type") else {
            // A value of which nothing is known may be anything. In a request it is easily a slip.
            let words = STRING.iter().chain(&NUMBER).chain(&ARRAY).chain(&OBJECT);
            let unknown = words.clone().all(|word| at.get(word).is_none());
            let is_inner = matches!(site, Site::Property { .. } | Site::Items | Site::Additional);
            if !unknown || !is_inner {
                report.add(Rule::MissingWord, &at, "a schema without `type`", "`type: …`");
            } else if in_requests.contains(&at.pointer) {
                report.add(Rule::Untyped, &at, "a schema without `type`", "`type: …`");
            }
            continue;
        };
        let own: &[&str] = match kind {
            "string" => &STRING,
            "integer" | "number" => &NUMBER,
            "boolean" => &BOOLEAN,
            "array" => &ARRAY,
            "object" => &OBJECT,
            _ => &[],
        };
        for word in STRING.iter().chain(&NUMBER).chain(&ARRAY).chain(&OBJECT) {
            if let Some(value) = at.get(word).filter(|_| !own.contains(word)) {
                let remedy =
                    if *word == "enum" { "the values in `description`" } else { "nothing here, or another `type`" };
                report.add(Rule::Schema, &value, format!("a schema of type {kind} has no `{word}`"), remedy);
            }
        }
        if kind == "array" && at.get("items").is_none() {
            report.add(Rule::Schema, &at, "an array does not say of what", "`items: …`");
        }
        for (least, most) in [("minLength", "maxLength"), ("minItems", "maxItems")] {
            let count = |word| at.get(word).and_then(|value| value.node.scalar()?.parse::<u64>().ok());
            if let (Some(low), Some(high)) = (count(least), count(most))
                && low > high
            {
                report.add(Rule::Schema, &at, format!("{least} is greater than {most}"), "the smaller one first");
            }
        }
        if kind == "integer" {
            for word in ["minimum", "maximum", "multipleOf"] {
                let value = at.get(word).filter(|value| matches!(&value.node.kind, Kind::Number(n) if !n.is_i64()));
                if let Some(value) = value {
                    report.add(Rule::Schema, &value, format!("`{word}` of an integer is no integer"), "a whole number");
                }
            }
        }
    }
}

/// An object requires what it has, and stays open where it is a response.
pub(super) fn objects(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let in_responses = api.reach(api.response_schemas());
    for (_, at) in api.schemas() {
        let names: IndexSet<&str> = at
            .get("properties")
            .into_iter()
            .flat_map(|properties| properties.entries())
            .map(|(name, _)| name)
            .collect();
        let mut seen = HashSet::new();
        for required in at.get("required").into_iter().flat_map(|required| required.items()) {
            let Some(name) = required.node.as_text() else { continue };
            if !names.contains(name) {
                let problem = format!("`{name}` is required and is not a property");
                report.add(Rule::Schema, &required, problem, suggestion(name, names.iter().copied()));
            } else if !seen.insert(name) {
                report.add(Rule::Schema, &required, format!("`{name}` is required twice"), "it once");
            }
        }
        let Some(additional) = at.get("additionalProperties") else { continue };
        let closed = additional.node.as_bool() == Some(false);
        if closed && in_responses.contains(&at.pointer) {
            report.add(
                Rule::ClosedObject,
                &additional,
                "a response with a new field would not be read",
                "nothing here",
            );
        }
        if additional.node.as_map().is_some() && !names.is_empty() {
            let problem = "an object has both named properties and a schema for others";
            report.add(Rule::Schema, &additional, problem, "one of the two");
        }
    }
}

/// An enum is a list of values of its type, each once.
pub(super) fn enums(subject: &Subject<'_, '_>, report: &mut Report) {
    for (_, at) in subject.api.schemas() {
        let kind = at.text("type").unwrap_or("string");
        // What has no `enum` at all is a finding of its own.
        let (noun, remedy) = match kind {
            "string" => ("text", "it in quotes, or `nullable: true` for null"),
            "integer" => ("whole numbers of 64 bits", "such a number, or `nullable: true` for null"),
            "number" => ("numbers", "a number of at most 15 digits, or `nullable: true` for null"),
            "boolean" => ("booleans", "`true` or `false`, or `nullable: true` for null"),
            _ => continue,
        };
        let Some(values) = at.get("enum") else { continue };
        if values.node.as_list().is_some_and(<[_]>::is_empty) {
            report.add(Rule::Schema, &values, "an enum has no values", "the values, or no `enum`");
        }
        let mut seen = HashSet::new();
        for value in values.items() {
            let text = value.node.scalar().unwrap_or_default();
            if matches!(value.node.kind, Kind::Null) && at.is_true("nullable") {
                continue;
            }
            if !is_of_type(&value, kind) {
                let problem = format!("{} in an enum of {noun}", value.node.noun());
                report.add(Rule::Schema, &value, problem, remedy);
                continue;
            }
            // A number is the same however it is written.
            let own = match &value.node.kind {
                Kind::Number(number) if kind == "number" => {
                    number.as_f64().map(|number| number.to_string()).unwrap_or_default()
                }
                _ => text.clone(),
            };
            if !seen.insert(own) {
                report.add(Rule::Schema, &value, format!("`{text}` is here twice"), "each value once");
            }
        }
    }
}

/// Whether a value that is listed is of the type of its schema.
fn is_of_type(value: &At<'_>, kind: &str) -> bool {
    match &value.node.kind {
        Kind::Text(_) => kind == "string",
        Kind::Bool(_) => kind == "boolean",
        Kind::Number(number) if kind == "integer" => number.is_i64(),
        Kind::Number(number) => kind == "number" && is_exact(number),
        _ => false,
    }
}

/// An object that contains itself can end, and none is more than a person reads.
pub(super) fn cycles(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let extents = &subject.lowered.extents;
    let is_cyclic = |at: &At<'_>| extents.component(at).is_some_and(|(extent, _)| extent.is_cyclic);
    let ends = if api.components("schemas").any(|(_, at)| is_cyclic(&at)) { ends(api) } else { HashSet::new() };
    let (mut all, mut said) = (0_usize, false);
    for (name, component) in api.components("schemas").filter(|(_, at)| at.get("$ref").is_none()) {
        let Some((extent, mut parts)) = extents.component(&component) else { continue };
        if extent.is_cyclic && !ends.contains(&component.pointer) {
            let remedy = "no `required` for the property that leads back to it, or `nullable: true` there";
            let problem = format!("the schema `{name}` requires itself, so that there is no such value");
            report.add(Rule::Reference, &component, problem, remedy);
            said = true;
            continue;
        }
        all = all.saturating_add(extent.values);
        // Of those that lead to one that is too large, nothing more is said.
        let is_too_large = |extent: &Extent| extent.depth > MAX_VALUE_LEVELS || extent.values > MAX_VALUES;
        if !is_too_large(&extent) || parts.any(|part| part.is_cyclic || is_too_large(&part)) {
            continue;
        }
        let problem = match extent.depth > MAX_VALUE_LEVELS {
            true => format!("the values of the schema `{name}` nest more than {MAX_VALUE_LEVELS} deep"),
            false => format!("with every reference written out, the schema `{name}` has more than {MAX_VALUES} values"),
        };
        report.add(Rule::Reference, &component, problem, "what the documentation shows");
        said = true;
    }
    if said {
        return;
    }
    let responses = api.response_schemas().map(|schema| extents.extent(&schema).values);
    let responses = responses.fold(0, usize::saturating_add);
    for (what, values) in [("schemas", all), ("responses", responses)] {
        if values > MAX_ALL_VALUES {
            let problem =
                format!("with every reference written out, the {what} have more than {MAX_ALL_VALUES} values");
            report.unplaced(Rule::Reference, problem, "what the documentation shows, in several documents");
        }
    }
}

/// The components of which there is a value: those that require no value of which there is none.
fn ends(api: &Api<'_>) -> HashSet<String> {
    let mut ends = HashSet::new();
    // What is deeper is refused, too.
    for _ in 0..2 * MAX_VALUE_LEVELS {
        let is_one =
            |at: &At<'_>, ends: &HashSet<String>| at.get("$ref").is_none() || ends.contains(&api.resolve(at).pointer);
        let more = api.components("schemas").filter(|(_, at)| {
            let needed = required(at);
            let properties = at.get("properties").into_iter().flat_map(|properties| properties.entries());
            let mut needed = properties.filter(|(name, _)| needed.contains(name));
            let mut branches = branches(at).peekable();
            !ends.contains(&at.pointer)
                && needed.all(|(_, property)| property.is_true("nullable") || is_one(&property, &ends))
                && (branches.peek().is_none() || branches.any(|branch| is_one(&branch, &ends)))
        });
        let more: Vec<String> = more.map(|(_, at)| at.pointer).collect();
        if more.is_empty() {
            break;
        }
        ends.extend(more);
    }
    ends
}

/// Money is not a binary fraction.
pub(super) fn money(subject: &Subject<'_, '_>, report: &mut Report) {
    for (site, at) in subject.api.schemas() {
        if at.text("type") != Some("number") || !is_binary(&at) {
            continue;
        }
        let Some((name, _)) = field_name(&site, subject.api, &at) else { continue };
        if let Some(word) = hints::money(name) {
            let problem = format!("`{name}` sounds like money ({word}) and is a number with a binary fraction");
            report.add(Rule::NumberForMoney, &at, problem, "no `format`, so that every digit counts");
        }
    }
}

/// What is called a secret or personal is treated as such, or said to be neither.
pub(super) fn confidential(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for (site, at) in api.schemas() {
        let Some((name, owner)) = field_name(&site, api, &at) else { continue };
        // Where a marking would be: a reference has no room for it.
        let schema = api.resolve(&at);
        let scalar = matches!(at.text("type"), Some("string" | "integer" | "number"))
            || is_choice(&schema) && holds_values(&schema);
        let own = || marking(api, &schema);
        match hint(name).or_else(|| hint_of_format(schema.text("format")?)) {
            // What the client fills in from its own words is never seen by the caller.
            Some(Hint::Secret(word))
                if scalar && matches!(own(), None | Some(Marking::Sensitive)) && !is_hidden(&owner) =>
            {
                let problem = format!("`{name}` sounds like a secret ({word}) and would be printed");
                let remedy = "`type: string` and `format: password`, or `x-sensitive: false` where it is none";
                report.add(Rule::UnmarkedSecret, &at, problem, remedy);
            }
            Some(Hint::Personal(word))
                if holds_values(&schema)
                    && (!is_hidden(&owner) || reads_setting(&owner))
                    && own().is_none()
                    && !is_covered(api, &at) =>
            {
                let problem = format!("`{name}` sounds like personal data ({}) and would be printed", said(word));
                let remedy = "`x-sensitive: true`, or `x-sensitive: false` where it is none";
                report.add(Rule::UnmarkedPersonal, &schema, problem, remedy);
            }
            _ => {}
        }
    }
}

/// A term of the table as prose.
fn said(term: &str) -> String {
    term.replace('_', " ")
}

/// What a schema says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marking {
    /// `format: password`
    Secret,
    /// `x-sensitive: true`
    Sensitive,
    /// `x-sensitive: false`
    Open,
}

/// What a schema says of itself, or the arrays and maps that it is in.
fn marking(api: &Api<'_>, at: &At<'_>) -> Option<Marking> {
    if at.text("format") == Some("password") {
        return Some(Marking::Secret);
    }
    let mut here = at.clone();
    loop {
        if let Some(sensitive) = here.get("x-sensitive") {
            return Some(if sensitive.node.as_bool() == Some(false) { Marking::Open } else { Marking::Sensitive });
        }
        let outer = ["/items", "/additionalProperties"].iter().find_map(|word| here.pointer.strip_suffix(word))?;
        here = api.root.follow(outer)?;
    }
}

/// Whether something around a schema is marked, which covers every scalar below that is not in a schema of its own.
fn is_covered(api: &Api<'_>, at: &At<'_>) -> bool {
    let mut here = at.pointer.as_str();
    while let Some((outer, _)) = here.rsplit_once('/') {
        here = outer;
        if api.root.follow(here).is_some_and(|outer| outer.is_true("x-sensitive")) {
            return true;
        }
    }
    false
}

/// Whether values are in a schema that no other schema says more of: scalars that are printed, or anything at all.
fn holds_values(schema: &At<'_>) -> bool {
    match schema.text("type") {
        Some("string" | "integer" | "number") => true,
        Some("object") => {
            let open = schema.get("properties").is_none_or(|properties| properties.entries().next().is_none());
            // What the values of a map are, their own schema says.
            open && match schema.get("additionalProperties") {
                Some(values) if values.node.as_map().is_some() => {
                    values.get("$ref").is_none() && values.get("x-sensitive").is_none() && holds_values(&values)
                }
                Some(values) => values.node.as_bool() != Some(false),
                None => true,
            }
        }
        None if is_choice(schema) => branches(schema).any(|branch| {
            branch.get("x-sensitive").is_none() && own_secrecy(&branch) == Secrecy::Public && holds_values(&branch)
        }),
        None => schema.get("$ref").is_none() && COMBINATIONS.iter().all(|word| schema.get(word).is_none()),
        _ => false,
    }
}

/// Whether what the client fills in is made of something that the caller chose, which is no secret to it.
fn reads_setting(at: &At<'_>) -> bool {
    fn says(at: &At<'_>) -> bool {
        at.get("setting").is_some() || at.items().any(|item| says(&item)) || at.entries().any(|(_, part)| says(&part))
    }
    at.get("x-value").is_some_and(|value| says(&value))
}

/// The name under which a scalar is sent or read, and the value that carries its `x-value`.
fn field_name<'a>(site: &Site<'a>, api: &Api<'a>, at: &At<'a>) -> Option<(&'a str, At<'a>)> {
    match site {
        Site::Property { name, .. } => Some((name, at.clone())),
        Site::Parameter(parameter) => Some((parameter.text("name")?, parameter.clone())),
        Site::Header(name, header) => Some((name, header.clone())),
        Site::Items | Site::Additional => {
            let mut array = at.pointer.as_str();
            while let Some(outer) = ["/items", "/additionalProperties"].iter().find_map(|word| array.strip_suffix(word))
            {
                array = outer;
            }
            let name = array.rsplit_once("/properties/")?.1;
            let array = api.root.follow(array)?;
            let parent = api.root.follow(array.pointer.rsplit_once('/')?.0)?;
            let (key, _) = parent.node.as_map()?.get_key_value(unescaped(name).as_ref())?;
            Some((key, array))
        }
        _ => None,
    }
}

/// A pattern is one that the client can run.
pub(super) fn patterns(subject: &Subject<'_, '_>, report: &mut Report) {
    let demands = &subject.lowered.demands;
    for (_, at) in subject.api.schemas() {
        let (Some(pattern), Some(text)) = (at.get("pattern"), at.text("pattern")) else { continue };
        if let Some(reason) = demands.refusal(text) {
            let remedy =
                REMEDIES.iter().find(|(says, _)| reason.contains(says)).map_or(EXPRESSION, |(_, remedy)| remedy);
            report.add(Rule::Pattern, &pattern, format!("clients cannot check the pattern: {reason}"), remedy);
        }
    }
    if demands.has_too_many_patterns() {
        let problem = "the patterns are too many or too large to compile them all";
        report.unplaced(Rule::Pattern, problem, "`maxLength` in the place of long repetitions");
    }
}

/// What to write instead of a pattern that the engine does not take, by what it says of it.
const REMEDIES: &[(&str, &str)] = &[
    ("look-around", "what it allows, without look-around, and what it forbids in `description`"),
    ("backreferences", "a regular expression without back-references, and what they say in `description`"),
    ("Unicode", "the characters themselves, such as `[A-Za-zÀ-ÿ]`"),
    ("intersection", "one class, with the characters themselves"),
    ("size limit", "`maxLength` in the place of long repetitions"),
];

const EXPRESSION: &str = "a regular expression";

/// What fills or compares a value is on a scalar property.
pub(super) fn extensions_of_place(subject: &Subject<'_, '_>, report: &mut Report) {
    for (site, at) in subject.api.schemas() {
        for word in ["x-value", "x-equal-to"] {
            let Some(value) = at.get(word) else { continue };
            if !matches!(site, Site::Property { .. }) {
                let remedy = "it on a property, on the parameter or on the security scheme";
                report.add(Rule::MisplacedExtension, &value, format!("`{word}` is on a schema"), remedy);
            } else if matches!(at.text("type"), Some("object" | "array")) {
                let problem = format!("`{word}` is on a property that is no scalar");
                report.add(Rule::MisplacedExtension, &value, problem, "it on the scalars");
            }
        }
    }
}

/// A schema demands nothing that no value satisfies, and its own samples satisfy what it demands.
pub(super) fn contradictions(subject: &Subject<'_, '_>, report: &mut Report) {
    let demands = &subject.lowered.demands;
    for (_, at) in subject.api.schemas() {
        for word in ["minimum", "maximum", "multipleOf"] {
            let Some(bound) = at.get(word) else { continue };
            let Kind::Number(number) = &bound.node.kind else { continue };
            if !is_exact(number) {
                let problem = format!("`{word}` has more digits than are read exactly");
                report.add(Rule::Schema, &bound, problem, "a number of at most 15 digits");
            } else if word == "multipleOf" && number.as_f64().is_some_and(|number| number <= 0.0) {
                report.add(Rule::Schema, &bound, "nothing is a multiple of this", "a number greater than 0");
            }
        }
        for (word, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if let Some(exclusive) = at.get(word).filter(|_| at.get(bound).is_none()) {
                let problem = format!("`{word}` says how a `{bound}` is meant that is not there");
                report.add(Rule::Schema, &exclusive, problem, format!("`{bound}: …` beside it"));
            }
        }
        let rules = demands.of(&at, true);
        if let Some(problem) = contradiction(&rules) {
            report.add(Rule::Schema, &at, problem, "bounds that have a number between them");
        }
        let but_list: Vec<Constraint> = rules
            .iter()
            .filter(|rule| !matches!(rule, Constraint::OneOf(_) | Constraint::Literals(_)))
            .cloned()
            .collect();
        for value in at.get("enum").into_iter().flat_map(|values| values.items()) {
            let kind = at.text("type").unwrap_or_default();
            let Some(text) = value.node.scalar().filter(|_| is_of_type(&value, kind)) else { continue };
            if let Err(reason) = demands.hold_text(&text, &but_list) {
                let problem = format!("this value breaks what its schema demands: {reason}");
                report.add(Rule::Schema, &value, problem, "a value that could be sent");
            }
        }
        for sample in ["default", "example"].iter().filter_map(|word| at.get(word)) {
            if let Err((_, reason)) = demands.hold_json(&sample, &rules) {
                let problem = format!("this sample breaks what its schema demands: {reason}");
                report.add(Rule::Schema, &sample, problem, "a value that could be sent");
            }
        }
    }
}

/// Whether a number is the one that the document states: a fraction is read as a binary one, which holds 15 digits.
fn is_exact(number: &serde_json::Number) -> bool {
    if number.is_i64() || number.is_u64() {
        return true;
    }
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exact = number.as_f64().is_some_and(|number| number.abs() < 9e15);
    exact && digits.trim_matches('0').len() <= 15
}

/// The properties. What fills or compares a value is misplaced on every other schema.
fn properties<'a>(api: &Api<'a>) -> impl Iterator<Item = (Site<'a>, At<'a>)> + use<'a> {
    api.schemas().into_iter().filter(|(site, _)| matches!(site, Site::Property { .. }))
}

/// The items of an array, what is one of several and what contains itself are sent as the caller gives them.
pub(super) fn below_arrays(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let in_requests = api.reach(api.request_schemas().chain(api.webhook_schemas()));
    let arrays = api.schemas().into_iter().filter(|(_, at)| in_requests.contains(&at.pointer));
    let below = arrays.flat_map(|(_, at)| {
        let parts = ["items", "additionalProperties"].into_iter().filter_map(|word| at.get(word));
        parts.chain(branches(&at)).collect::<Vec<_>>()
    });
    let bodies = api.all().filter_map(|operation| operation.body.as_ref());
    let in_text =
        bodies.flat_map(|body| style::fields(api, body)).filter(|field| matches!(field.written, Ok((Style::Json, _))));
    let below = below.filter(|part| part.node.as_map().is_some()).chain(in_text.map(|field| field.at));
    let cyclic = api.components("schemas").filter(|(_, at)| subject.lowered.extents.extent(at).is_cyclic);
    let cyclic = cyclic.map(|(_, at)| at).filter(|at| in_requests.contains(&at.pointer));
    let below = api.reach(below.chain(cyclic));
    for (_, at) in properties(api).filter(|(_, at)| below.contains(&at.pointer)) {
        for word in ["x-value", "x-equal-to"] {
            if let Some(value) = at.get(word) {
                let problem = format!(
                    "`{word}` is below an array, a map or one of several schemas of a body, in what contains itself, or in JSON in a form, where nothing \
                     looks at it"
                );
                report.add(Rule::BelowArray, &value, problem, "what it says in `description`");
            }
        }
    }
}

/// What the client fills in is not also read from a response.
pub(super) fn filled_responses(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let in_responses = api.reach(api.response_schemas());
    for (_, at) in properties(api).filter(|(_, at)| in_responses.contains(&at.pointer)) {
        for word in ["x-value", "x-equal-to"] {
            if let Some(value) = at.get(word) {
                let remedy = "a schema of its own for the response";
                report.add(Rule::FilledResponse, &value, format!("`{word}` is in a response"), remedy);
            }
        }
    }
}

/// `x-equal-to` names another field of the same object, of the same secrecy and type.
pub(super) fn equal_to(subject: &Subject<'_, '_>, report: &mut Report) {
    for (site, at) in subject.api.schemas() {
        let (Site::Property { name, object }, Some(value)) = (&site, at.get("x-equal-to")) else { continue };
        let Some(other) = value.node.as_text() else { continue };
        let others: Vec<&str> = object
            .get("properties")
            .into_iter()
            .flat_map(|properties| properties.entries())
            .filter(|(other, at)| other != name && !is_hidden(at))
            .map(|(other, _)| other)
            .collect();
        if !others.contains(&other) {
            let problem = format!("`{other}` is no other field of this object that the caller gives");
            report.add(Rule::EqualTo, &value, problem, suggestion(other, others.iter().copied()));
        } else if is_hidden(&at) {
            report.add(
                Rule::EqualTo,
                &value,
                "the caller gives nothing here to compare",
                "`x-value` with `{given: true}`",
            );
        }
    }
}
