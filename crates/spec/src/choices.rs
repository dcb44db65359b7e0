//! What a schema is one of: how its branches are called, and what tells one from another.

use std::collections::HashSet;

use countersign_plan::pointer::unescaped;
use countersign_plan::{Alternatives, Branch, Constraint, Member, Text};

use crate::api::{Api, branches, is_choice, required};
use crate::demands::Demands;
use crate::names;
use crate::node::At;

/// What a schema of several branches is one of. `rules` says what each of them demands.
pub(crate) fn alternatives<'a>(
    api: &Api<'a>,
    choice: &At<'a>,
    mut rules: impl FnMut(&At<'a>) -> Vec<Constraint>,
) -> Alternatives {
    let by = discriminator(choice);
    let branches = branches(choice).zip(variants(api, choice)).map(|(branch, name)| Branch {
        name: name.into(),
        values: values(choice, &branch).map(|value| Text::Owned(value.to_owned())).collect(),
        rules: rules(&branch).into(),
    });
    Alternatives { by: by.map(|by| by.to_owned().into()), branches: branches.collect() }
}

/// The same, as far as it tells one branch from another.
pub(crate) fn told<'a>(api: &Api<'a>, demands: &Demands, choice: &At<'a>) -> Alternatives {
    within(api, demands, choice, &mut vec![choice.pointer.clone()])
}

/// The same of a choice that may be a branch of others.
fn within<'a>(api: &Api<'a>, demands: &Demands, choice: &At<'a>, around: &mut Vec<String>) -> Alternatives {
    let rules = |branch: &At<'a>| {
        let schema = api.resolve(branch);
        // One that is its own branch is a finding.
        if is_choice(&schema) && !around.contains(&schema.pointer) {
            around.push(schema.pointer.clone());
            let rules = vec![Constraint::Alternatives(within(api, demands, &schema, around))];
            around.pop();
            return rules;
        }
        leaf(api, demands, &schema)
    };
    alternatives(api, choice, rules).told()
}

/// What a branch that is no choice demands, as far as it tells it from others.
pub(crate) fn leaf(api: &Api<'_>, demands: &Demands, schema: &At<'_>) -> Vec<Constraint> {
    let required = required(schema);
    let mut rules = demands.of(schema, true);
    let properties = schema.get("properties").into_iter().flat_map(|properties| properties.entries());
    let members = properties.map(|(name, property)| Member {
        name: name.to_owned().into(),
        required: required.contains(name),
        rules: demands.of(&api.resolve(&property), true).into(),
    });
    rules.push(Constraint::Members(members.collect()));
    rules
}

/// The property that says which branch it is.
pub(crate) fn discriminator<'a>(choice: &At<'a>) -> Option<&'a str> {
    choice.get("discriminator")?.text("propertyName")
}

/// The values of the discriminator that mean a branch.
fn values<'a>(choice: &At<'a>, branch: &At<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let target = branch.text("$ref");
    let mapping = choice.get("discriminator").and_then(|told| told.get("mapping"));
    let mapping = mapping.into_iter().flat_map(|mapping| mapping.entries());
    mapping.filter(move |(_, own)| target.is_some() && own.node.as_text() == target).map(|(value, _)| value)
}

/// The variants that the branches are in Rust. What begins with the name of the whole has the rest of its own, or is a branch
/// by its number.
pub(crate) fn variants<'a>(api: &Api<'a>, choice: &At<'a>) -> Vec<String> {
    let named =
        |pointer: &str| pointer.strip_prefix("/components/schemas/").map(|name| names::schema(&unescaped(name)));
    let whole = named(&choice.pointer).unwrap_or_default();
    let mut taken = HashSet::new();
    let variants = branches(choice).map(|branch| {
        let name = match named(&api.resolve(&branch).pointer).filter(|_| branch.get("$ref").is_some()) {
            Some(own) => match own.strip_prefix(&whole) {
                Some(rest) if rest.starts_with(|first: char| first.is_uppercase()) => rest.to_owned(),
                Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => format!("Branch{rest}"),
                _ => own,
            },
            None => branch.text("title").unwrap_or(kind(&branch)).to_owned(),
        };
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let all = std::iter::once(name.clone()).chain(numbered).map(|name| names::variant(&name));
        all.into_iter().find(|variant| taken.insert(names::field(variant))).unwrap_or_default()
    });
    variants.collect()
}

/// What a branch without a name is called.
fn kind(branch: &At<'_>) -> &'static str {
    match (branch.text("type"), branch.text("format")) {
        (Some("string"), Some("date")) => "Date",
        (Some("string"), _) => "Text",
        (Some("integer"), _) => "Integer",
        (Some("number"), _) => "Number",
        (Some("boolean"), _) => "Boolean",
        (Some("array"), _) => "List",
        _ => "Any",
    }
}
