//! The successes of an operation: what each of them carries, and how they are told apart where they differ.

use std::collections::{BTreeMap, HashSet};

use countersign_plan::{self as plan, ResponseForm, Text};
use http::StatusCode;

use crate::api::{Api, Operation};
use crate::node::{At, Kind, Node};
use crate::{media, names};

/// Words that say nothing of what a value is.
const REMARKS: [&str; 6] = ["description", "title", "example", "x-source", "x-assumption", "externalDocs"];

/// The type of the successes of an operation that differ in what they carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successes {
    /// Its name, in Rust and among the schemas of [`plain`](crate::Document::plain).
    pub name: String,
    /// One for each of them, in the document's order.
    pub variants: Vec<Variant>,
}

/// One success of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its status, or `2XX`.
    pub status: String,
    /// Its name in Rust.
    pub name: String,
    /// Whether it has a body.
    pub has_body: bool,
    /// What the document says of it.
    pub description: String,
}

/// A success, as the document describes it.
pub(crate) struct Success<'a> {
    pub(crate) status: &'a str,
    pub(crate) at: At<'a>,
    pub(crate) form: ResponseForm,
    /// The media type, where there is a body.
    pub(crate) media_type: Option<&'a str>,
    pub(crate) schema: Option<At<'a>>,
}

/// The successes of an operation.
pub(crate) fn of<'a>(operation: &Operation<'a>) -> Vec<Success<'a>> {
    let described = |(status, at): &(&'a str, At<'a>)| {
        let media = at.get("content").and_then(|content| content.entries().next());
        let (media_type, schema) = media.map_or((None, None), |(name, media)| (Some(name), media.get("schema")));
        let form = media_type.map_or(ResponseForm::Empty, |name| {
            let is_binary = schema.as_ref().and_then(|schema| schema.text("format")) == Some("binary");
            media::response_form(name, is_binary)
        });
        Success { status, at: at.clone(), form, media_type, schema }
    };
    operation.successes().map(described).collect()
}

/// Whether successes carry the same, so that one type is all of them.
pub(crate) fn are_alike(all: &[Success<'_>]) -> bool {
    all.windows(2).all(|pair| {
        let [one, other] = pair else { return true };
        one.form == other.form
            && same(one.at.get("x-envelope"), other.at.get("x-envelope"))
            && (one.form == ResponseForm::Bytes || same(one.schema.clone(), other.schema.clone()))
    })
}

/// Whether two parts say the same, but for remarks.
fn same(one: Option<At<'_>>, other: Option<At<'_>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_nodes(one.node, other.node, &|_, _| None),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// The same of two nodes, of which something else may know better.
pub(crate) fn same_nodes(one: &Node, other: &Node, known: &dyn Fn(&Node, &Node) -> Option<bool>) -> bool {
    if let Some(known) = known(one, other) {
        return known;
    }
    match (&one.kind, &other.kind) {
        (Kind::Map(one), Kind::Map(other)) => {
            // A property may be called like a word.
            let says = |(word, said): &(&String, &Node)| said.scalar().is_none() || !REMARKS.contains(&word.as_str());
            one.iter().filter(says).count() == other.iter().filter(says).count()
                && one
                    .iter()
                    .filter(says)
                    .all(|(word, said)| other.get(word).is_some_and(|other| same_nodes(said, other, known)))
        }
        (Kind::List(one), Kind::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_nodes(one, other, known))
        }
        (Kind::Map(_) | Kind::List(_), _) | (_, Kind::Map(_) | Kind::List(_)) => false,
        _ => one.scalar() == other.scalar() && one.noun() == other.noun(),
    }
}

/// The types of the successes that differ, by the operations' ids. A type of the document has its name before them.
pub(crate) fn types(api: &Api<'_>) -> BTreeMap<String, Successes> {
    let mut taken: HashSet<String> = api.components("schemas").map(|(name, _)| names::schema(name)).collect();
    let mut types = BTreeMap::new();
    for operation in &api.operations {
        let all = of(operation);
        if are_alike(&all) {
            continue;
        }
        let name = free(&format!("{} success", operation.id), &mut taken);
        let variants = all.iter().map(|success| Variant {
            status: success.status.to_owned(),
            name: variant(success.status),
            has_body: success.form != ResponseForm::Empty,
            description: success.at.text("description").unwrap_or_default().to_owned(),
        });
        types.insert(operation.id.to_owned(), Successes { name, variants: variants.collect() });
    }
    types
}

/// A name of a type that no other has.
pub(crate) fn free(words: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{words} {number}"));
    let mut all = std::iter::once(words.to_owned()).chain(numbered).map(|words| names::schema(&words));
    all.find(|name| taken.insert(name.clone())).unwrap_or_default()
}

/// The variant of a status: `Accepted` of `202`.
fn variant(status: &str) -> String {
    let known = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
    let reason = known.and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => names::variant(reason),
        None if status == plan::Success::ANY => "Success".to_owned(),
        None => names::variant(&format!("status {status}")),
    }
}

/// The successes as the plan has them, where they differ.
pub(crate) fn planned<'a>(
    all: &[Success<'a>],
    mut opened: impl FnMut(&Success<'a>) -> Vec<plan::Value>,
) -> Vec<plan::Success> {
    let planned = |success: &Success<'a>| plan::Success {
        status: Text::Owned(success.status.to_owned()),
        form: success.form,
        opened: opened(success).into(),
    };
    all.iter().map(planned).collect()
}
