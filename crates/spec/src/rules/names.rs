//! Rules about names: those that become methods, and those that may become one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use countersign_plan::pointer::unescaped;

use super::subject::Subject;
use crate::api::{Api, is_hidden};
use crate::choices;
use crate::finding::{Report, Rule};
use crate::headers;
use crate::lower::Carrier;
use crate::names::{self, BUILDER_METHODS, LONGEST, is_keyword, is_snake_case, is_taken_type, pascal_case, snake_case};
use crate::node::At;
use crate::successes;
use crate::words::{ANYWHERE, one_of};

/// What is wrong with a declared name, which is to be in snake case and no keyword, and the remedy; `longer` is one instead
/// of a keyword.
pub(super) fn misnamed(name: &str, longer: &str) -> Option<(String, String)> {
    if !is_snake_case(name) {
        Some((format!("`{name}` is not a name in `snake_case`"), format!("`{}`", snake_case(name))))
    } else if is_keyword(name) {
        Some((format!("`{name}` is a keyword of Rust"), format!("a longer name, such as `{longer}`")))
    } else {
        None
    }
}

/// Credentials, settings and session values share the methods of a builder and the names of environment variables.
pub(super) fn declared(subject: &Subject<'_, '_>, report: &mut Report) {
    let section = |key: &str| subject.api.section(key).into_iter();
    let values = section("x-session").filter_map(|session| session.get("values"));
    let all: Vec<(&str, At<'_>)> =
        section("x-credentials").chain(section("x-settings")).chain(values).flat_map(|at| at.entries()).collect();
    let names: HashSet<&str> = all.iter().map(|(name, _)| *name).collect();
    let mut before = HashSet::new();
    for (name, at) in &all {
        let longer = format!("provider_{name}");
        if name.starts_with("x-") {
            report.add(Rule::UnknownExtension, at, format!("`{name}` is among names"), "it one level below");
        } else if let Some((problem, remedy)) = misnamed(name, &longer) {
            report.add(Rule::NameForm, at, problem, remedy);
        } else if BUILDER_METHODS.contains(name) {
            let problem = format!("`{name}` is a method that every client builder has");
            report.add(Rule::NameClash, at, problem, format!("a longer name, such as `{longer}`"));
        } else if !before.insert(*name) {
            let problem = format!("`{name}` is a credential, setting or session value already");
            report.add(Rule::NameClash, at, problem, "a name of its own");
        } else if name.strip_suffix("_file").is_some_and(|stem| names.contains(stem)) {
            let problem = format!("the environment variable of `{name}` is that of a file");
            report.add(Rule::NameClash, at, problem, "a name that does not end in `_file`");
        }
    }
}

/// Values that are made once have names of their own kind.
pub(super) fn values(subject: &Subject<'_, '_>, report: &mut Report) {
    for (name, at) in subject.api.section("x-values").into_iter().flat_map(|at| at.entries()) {
        let is_extension = name.starts_with("x-");
        if is_extension && !ANYWHERE.contains(&name) {
            report.add(Rule::UnknownExtension, &at, format!("`{name}` is among names"), one_of(ANYWHERE));
        } else if let Some((problem, remedy)) = misnamed(name, &format!("the_{name}")).filter(|_| !is_extension) {
            report.add(Rule::NameForm, &at, problem, remedy);
        }
    }
}

/// A credential, setting or value that nothing reads is a promise that nothing keeps.
pub(super) fn unused(subject: &Subject<'_, '_>, report: &mut Report) {
    let reads = &subject.lowered.reads;
    let section = |key: &str| subject.api.section(key).into_iter().flat_map(|at| at.entries());
    let section = |key: &str| section(key).filter(|(name, _)| !name.starts_with("x-"));
    let credentials = section("x-credentials").filter(|(name, _)| !reads.credentials.contains(*name));
    let settings = section("x-settings").filter(|(name, _)| !reads.settings.contains_key(*name));
    for (name, at) in credentials.chain(settings) {
        report.add(
            Rule::UnusedName,
            &at,
            format!("nothing reads `{name}`"),
            "an `x-value` that reads it, or no such name",
        );
    }
    let all = subject.lowered.filled.iter().flatten().filter(|filled| filled.carrier != Carrier::Value);
    for (name, at) in subject.lowered.made.unread(all.map(|filled| filled.values.as_slice()), &reads.values) {
        let problem = format!("no operation reads `{name}`");
        report.add(Rule::UnusedName, at, problem, "an `x-value` that reads it, or no such name");
    }
}

/// The generated types have names of their own.
pub(super) fn components(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let mut types: Vec<(String, String, At<'_>)> = Vec::new();
    for (name, at) in api.components("schemas") {
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            let problem = format!("`{name}` cannot name a component");
            report.add(Rule::NameForm, &at, problem, "ASCII letters, digits and `.`, `_`, `-`");
        }
        types.push((names::schema(name), format!("the schema `{name}`"), at));
    }
    // An inline enum becomes a type too, named after the way to it.
    let mut fields = HashMap::new();
    for (_, at) in api.schemas().into_iter().filter(|(_, at)| at.get("enum").is_some()) {
        if let Some(way) = at.pointer.strip_prefix("/components/schemas/")
            && let Some((owner, below)) = way.split_once('/')
        {
            let below = by_variant(api, &mut fields, owner, below);
            types.extend(enum_type(&at, &names::schema_key(owner), &below));
        }
    }
    let differing = successes::types(api);
    let headers = headers::types(api, &differing);
    for operation in &api.operations {
        for parameter in operation.parameters.iter().filter(|at| !is_hidden(at)) {
            let (Some(name), Some(schema)) = (parameter.text("name"), parameter.get("schema")) else { continue };
            let owner = format!("{}_{}", names::operation_words(operation.id), names::parameter(name));
            types.extend(enums_in(&schema, &owner));
        }
        if let Some(schema) = operation.body.as_ref().and_then(|body| body.schema.clone()) {
            types.extend(enums_in(&schema, &format!("{}_body", names::operation_words(operation.id))));
        }
        if let Some(of) = headers.get(operation.id) {
            types.push((of.name.clone(), format!("the headers of {}", operation.name()), operation.at.clone()));
            for header in headers::of(api, operation) {
                let owner = format!("{}_{}", of.name, names::field(header.name));
                types.extend(header.at.get("schema").iter().flat_map(|schema| enums_in(schema, &owner)));
            }
        }
        let all = successes::of(operation);
        let several = differing.get(operation.id);
        if let Some(of) = several {
            types.push((of.name.clone(), format!("what {} yields", operation.name()), operation.at.clone()));
        }
        // Those that are alike are one.
        let count = if several.is_some() { all.len() } else { 1 };
        for (index, success) in all.iter().enumerate().take(count) {
            let owner = match several.and_then(|of| Some((of, of.variants.get(index)?))) {
                Some((of, variant)) => format!("{}_{}", of.name, names::field(&variant.name)),
                None => format!("{}_response", names::operation_words(operation.id)),
            };
            types.extend(success.schema.iter().flat_map(|schema| enums_in(schema, &owner)));
        }
    }
    let mut seen: HashMap<String, (String, String)> = HashMap::new();
    for (identifier, what, at) in types {
        if is_taken_type(&identifier) {
            let problem = format!("{what} would be `{identifier}` in Rust, which is taken");
            report.add(Rule::NameClash, &at, problem, "it as a component with a name of its own");
        }
        match seen.get(&identifier) {
            Some((other, pointer)) if *pointer != at.pointer => {
                let problem = format!("{what} and {other} are both `{identifier}` in Rust");
                report.add(Rule::NameClash, &at, problem, "a name of its own");
            }
            _ => {
                seen.insert(identifier, (what, at.pointer));
            }
        }
    }
}

/// The fields of components, by the names of their properties: those that were asked for before.
type Fields = HashMap<String, HashMap<String, String>>;

/// The way to what is below a component, where a branch goes by its variant, and a property by its field.
fn by_variant<'w>(api: &Api<'_>, known: &mut Fields, owner: &str, below: &'w str) -> Cow<'w, str> {
    if let Some(property) = below.strip_prefix("properties/") {
        let (name, deeper) = property.split_once('/').unwrap_or((property, ""));
        let fields = known.entry(owner.to_owned()).or_insert_with(|| {
            let object = api.root.follow(&format!("/components/schemas/{owner}/properties"));
            let properties = || object.iter().flat_map(At::entries).map(|(name, _)| name);
            properties().map(str::to_owned).zip(names::fields(properties())).collect()
        });
        let field = fields.get(unescaped(name).as_ref());
        return field.map_or(below.into(), |field| format!("properties/{field}/{deeper}").into());
    }
    let Some(branch) = below.strip_prefix("oneOf/") else { return below.into() };
    let (index, deeper) = branch.split_once('/').unwrap_or((branch, ""));
    let choice = api.root.follow(&format!("/components/schemas/{owner}"));
    let variants = choice.map(|choice| choices::variants(api, &choice)).unwrap_or_default();
    let variant = index.parse::<usize>().ok().and_then(|index| variants.get(index)).map_or("", String::as_str);
    format!("properties/{variant}/{deeper}").into()
}

/// The types that an inline enum becomes, or those of what an array has.
fn enums_in<'a>(schema: &At<'a>, owner: &str) -> Vec<(String, String, At<'a>)> {
    let (mut types, mut below, mut content) = (Vec::new(), String::new(), Some(schema.clone()));
    while let Some(schema) = content {
        types.extend(enum_type(&schema, owner, &below));
        content = schema.get("items");
        below.push_str("items/");
    }
    types
}

/// The type that an inline enum becomes: the generator's name for it, what a finding calls it, and where it is.
fn enum_type<'a>(at: &At<'a>, owner: &str, below: &str) -> Option<(String, String, At<'a>)> {
    // A boolean has a type already.
    at.get("enum").filter(|_| at.text("type") != Some("boolean"))?;
    let mut name = owner.to_owned();
    let mut segments = below.split('/').filter(|segment| !segment.is_empty());
    while let Some(segment) = segments.next() {
        match segment {
            "items" => name.push_str("_item"),
            "additionalProperties" => name.push_str("Value"),
            _ => {
                name.push('_');
                name.push_str(&names::field(&segments.next().map(unescaped).unwrap_or_default()));
            }
        }
    }
    Some((pascal_case(&name), format!("the enum at {}", at.pointer), at.clone()))
}

/// The parameters of an operation become methods of its builder.
pub(super) fn parameters(subject: &Subject<'_, '_>, report: &mut Report) {
    for operation in &subject.api.operations {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for at in operation.parameters.iter().filter(|at| !is_hidden(at)) {
            let Some(name) = at.text("name") else { continue };
            let identifier = names::parameter(name);
            if let Some(other) = seen.insert(identifier.clone(), name)
                && other != name
            {
                let problem = format!("the parameters `{other}` and `{name}` are both `{identifier}` in Rust");
                report.add(Rule::NameClash, at, problem, "an `x-value` that reads a setting for one of them");
            }
        }
        // The generator knows a parameter by its name alone, whatever its place.
        let mut places: HashMap<&str, &str> = HashMap::new();
        for at in operation.parameters.iter().filter(|at| !is_hidden(at)) {
            let (Some(name), Some(place)) = (at.text("name"), at.text("in")) else { continue };
            if let Some(other) = places.insert(name, place)
                && other != place
            {
                let problem = format!("`{name}` is both a {other} and a {place} parameter");
                report.add(Rule::NameClash, at, problem, "an `x-value` that reads a setting for one of them");
            }
        }
    }
}

/// The fields of a body become methods of a call too.
pub(super) fn bodies(subject: &Subject<'_, '_>, report: &mut Report) {
    for (operation, planned) in subject.operations() {
        let Some(body) = operation.at.get("requestBody") else { continue };
        // One of several is given as a whole.
        if planned.alternatives.is_some() {
            continue;
        }
        let parameters = planned.slots.iter().filter(|slot| slot.place.is_parameter() && slot.given);
        let mut seen: HashMap<String, String> = parameters
            .map(|slot| (names::parameter(slot.parameter()), format!("the parameter `{}`", slot.parameter())))
            .collect();
        for (index, setter) in names::on_call(planned).setters {
            let what = format!("the field `{}`", planned.slots[index].own_name());
            if let Some(other) = seen.insert(setter.clone(), what.clone()) {
                let problem = format!("{other} and {what} are both `{setter}` in Rust");
                let remedy = "one of the two: the other can only be part of a free-form object";
                report.add(Rule::NameClash, &body, problem, remedy);
            }
        }
    }
}

/// The values of an enum become variants with names of their own.
pub(super) fn variants(subject: &Subject<'_, '_>, report: &mut Report) {
    for (_, at) in subject.api.schemas() {
        let mut seen: HashMap<String, String> = HashMap::new();
        for value in at.get("enum").into_iter().flat_map(|values| values.items()) {
            let Some(text) = value.node.scalar() else { continue };
            let identifier = names::EnumValue::of(at.text("type"), text.clone()).variant();
            if let Some(other) = seen.insert(identifier.clone(), text.clone())
                && other != text
            {
                let problem = format!("the values `{other}` and `{text}` are both `{identifier}` in Rust");
                report.add(Rule::NameClash, &value, problem, "the `type` without `enum`");
            }
        }
    }
}

/// Operations become types of the generated code.
pub(super) fn operations(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for operation in subject.api.all() {
        let Some(at) = operation.at.get("operationId") else { continue };
        if !is_snake_case(operation.id) {
            // That is a finding of its own.
            continue;
        }
        let identifier = names::operation(operation.id);
        if let Some(other) = seen.insert(identifier.clone(), operation.id)
            && other != operation.id
        {
            let problem = format!("the operations `{other}` and `{}` are both `{identifier}` in Rust", operation.id);
            report.add(Rule::NameClash, &at, problem, "a name of its own");
        }
    }
}

/// A name is one that a person can read.
pub(super) fn lengths(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let mut all: Vec<(&str, At<'_>)> = Vec::new();
    for section in ["schemas", "parameters", "securitySchemes", "responses", "requestBodies"] {
        all.extend(api.components(section));
    }
    for operation in api.all() {
        all.push((operation.id, operation.at.clone()));
        all.extend(operation.parameters.iter().filter_map(|at| Some((at.text("name")?, at.clone()))));
    }
    for (_, at) in api.schemas() {
        all.extend(at.get("properties").into_iter().flat_map(|properties| properties.entries()));
        let values = at.get("enum").into_iter().flat_map(|values| values.items());
        all.extend(values.filter_map(|value| Some((value.node.as_text()?, value))));
    }
    let session = api.section("x-session").and_then(|session| session.get("values"));
    let declared = [
        api.section("x-credentials"),
        api.section("x-settings"),
        api.section("x-values"),
        api.section("x-webhooks"),
        session,
    ];
    all.extend(declared.into_iter().flatten().flat_map(|at| at.entries()));
    for (name, at) in all {
        let length = name.chars().count();
        if length > LONGEST {
            let start: String = name.chars().take(20).collect();
            let problem = format!("the name `{start}…` has {length} characters");
            report.add(Rule::NameForm, &at, problem, format!("a name of at most {LONGEST}"));
        }
    }
}
