//! How a parameter or a field of a form is written: as one value, as a list, or as what is in an object.

use countersign_plan::{Delimiter, Encoding, Slot, Style};

use crate::api::{Api, Body, is_choice, is_hidden, required};
use crate::media::{self, JSON};
use crate::node::At;

/// How a parameter is written.
pub(crate) enum Written<'a> {
    /// Under its own name.
    Whole(Style),
    /// A member after the other, each under a name of its own.
    Members(Vec<Member<'a>>),
}

/// A member of an object that is a parameter.
pub(crate) struct Member<'a> {
    /// Its name on the wire: `filter[status]`.
    pub(crate) name: String,
    pub(crate) required: bool,
    /// Its schema.
    pub(crate) schema: At<'a>,
}

/// What keeps a parameter from being written: where it is said, what is wrong, and the remedy.
pub(crate) struct Unwritten<'a>(pub(crate) At<'a>, pub(crate) String, pub(crate) &'static str);

/// What a parameter that is no list of scalars and no flat object is told.
const TEXT: &str = "a string, with the way in which it is built in its description";

/// How a parameter is written.
pub(crate) fn of<'a>(api: &Api<'a>, parameter: &At<'a>) -> Result<Written<'a>, Unwritten<'a>> {
    let whole = |style| Ok(Written::Whole(style));
    let Some(schema) = parameter.get("schema").map(|schema| api.resolve(&schema)) else { return whole(Style::Single) };
    let is_query = parameter.text("in") == Some("query");
    let default = if is_query { "form" } else { "simple" };
    let style = parameter.text("style").unwrap_or(default);
    let explodes = parameter.get("explode").and_then(|at| at.node.as_bool()).unwrap_or(style == "form");
    let refused = |word: &str, problem: String, remedy| {
        Err(Unwritten(parameter.get(word).unwrap_or_else(|| schema.clone()), problem, remedy))
    };
    let known: &[&str] =
        if is_query { &["form", "spaceDelimited", "pipeDelimited", "deepObject"] } else { &["simple"] };
    if !known.contains(&style) {
        let remedy = if is_query {
            "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject`, or nothing"
        } else {
            "`simple`, or nothing"
        };
        return refused("style", format!("the style `{style}` is not supported here"), remedy);
    }
    match (schema.text("type"), style) {
        (Some("array"), "deepObject") => refused("style", "a list is no object".to_owned(), "`form`, or nothing"),
        (Some("array"), _) => {
            let items = schema.get("items").map(|items| api.resolve(&items));
            if let Some((problem, remedy)) =
                items.and_then(|items| no_scalar(&items, "an element of a parameter", TEXT))
            {
                return Err(Unwritten(schema, problem, remedy));
            }
            match style {
                "form" if explodes => whole(Style::Repeated),
                "form" | "simple" => whole(Style::Joined(Delimiter::Comma)),
                _ if explodes => {
                    let remedy = "`style: form`, which has a pair for each element, or no `explode`";
                    refused("explode", format!("a list is not exploded in the style `{style}`"), remedy)
                }
                "spaceDelimited" => whole(Style::Joined(Delimiter::Space)),
                _ => whole(Style::Joined(Delimiter::Pipe)),
            }
        }
        (Some("object"), "deepObject") => members(api, parameter, &schema, true),
        (Some("object"), "form") if explodes => members(api, parameter, &schema, false),
        (Some("object"), _) if is_query => {
            let remedy = "`style: deepObject`, or `style: form` with `explode: true`";
            refused("style", "an object is not written in one text".to_owned(), remedy)
        }
        (Some("object"), _) => refused("schema", "an object is a parameter of the query alone".to_owned(), TEXT),
        (_, "form" | "simple") => whole(Style::Single),
        _ => refused("style", format!("a single value has no style `{style}`"), "`form`, or nothing"),
    }
}

/// The members of an object that is a parameter.
fn members<'a>(
    api: &Api<'a>,
    parameter: &At<'a>,
    object: &At<'a>,
    is_deep: bool,
) -> Result<Written<'a>, Unwritten<'a>> {
    let own = parameter.text("name").unwrap_or_default();
    let is_required = parameter.is_true("required");
    let needed = required(object);
    let mut members = Vec::new();
    for (name, property) in object.get("properties").into_iter().flat_map(|list| list.entries()) {
        let schema = api.resolve(&property);
        let what = format!("the member `{name}`");
        if let Some((problem, remedy)) = no_scalar(&schema, &format!("{what} of a parameter"), TEXT) {
            return Err(Unwritten(property, problem, remedy));
        }
        if is_hidden(&property) || property.get("x-value").is_some() || property.get("x-equal-to").is_some() {
            let problem = format!("{what} of a parameter is filled in or compared, where nothing looks at that");
            return Err(Unwritten(property, problem, "a parameter of its own with the `x-value`"));
        }
        let wire = if is_deep { format!("{own}[{name}]") } else { name.to_owned() };
        members.push(Member { name: wire, required: is_required && needed.contains(name), schema });
    }
    if members.is_empty() || object.get("additionalProperties").is_some_and(|more| more.node.as_map().is_some()) {
        let problem = "an object that is a parameter says which members it has".to_owned();
        return Err(Unwritten(object.clone(), problem, "`properties`, and no schema in `additionalProperties`"));
    }
    Ok(Written::Members(members))
}

/// What a sample of a parameter has for a slot.
pub(crate) struct Sample<'a> {
    /// Where it is.
    pub(crate) at: At<'a>,
    /// The value, or the elements of the list.
    pub(crate) elements: Vec<String>,
}

/// What a sample of a parameter has for one of its slots, if it is of the parameter's kind.
pub(crate) fn sample<'a>(sample: &At<'a>, slot: &Slot) -> Option<Sample<'a>> {
    let text = |at: &At<'_>| at.node.scalar().map(|text| text.to_string());
    let at = match &slot.style {
        Style::Member(object) => {
            let name: &str = &slot.name;
            let within = || name.strip_prefix(&**object)?.strip_prefix('[')?.strip_suffix(']');
            within().and_then(|name| sample.get(name)).or_else(|| sample.get(name))?
        }
        _ => sample.clone(),
    };
    let elements = match (at.node.as_list(), text(&at)) {
        (Some(_), _) => at.items().filter_map(|item| text(&item)).collect(),
        // A list in one text is written as it is sent.
        (None, Some(text)) => slot.elements(&text).into_iter().map(str::to_owned).collect(),
        (None, None) => return None,
    };
    Some(Sample { at, elements })
}

/// What a field of a form is told that is written in a way of which nothing is known.
const BRACKETS: &str = "`style: deepObject` in the `encoding` of the media type, or `contentType: application/json`";

/// A field of a form.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    /// Its schema, as it is.
    pub(crate) at: At<'a>,
    pub(crate) style: Result<Style, Unwritten<'a>>,
}

/// The fields of a body that is a form.
pub(crate) fn fields<'a>(api: &Api<'a>, body: &Body<'a>) -> Vec<Field<'a>> {
    let form = body.media.as_ref().filter(|_| media::encoding(body.media_type) == Some(Encoding::Form));
    let (Some(media), Some(schema)) = (form, &body.schema) else { return Vec::new() };
    let fields = api.resolve(schema).get("properties").into_iter().flat_map(|fields| fields.entries());
    fields.map(|(name, at)| Field { name, style: of_field(api, media, name, &at), at }).collect()
}

/// How a field of a form is written, which its media type says in its `encoding`.
fn of_field<'a>(api: &Api<'a>, media: &At<'a>, name: &str, property: &At<'a>) -> Result<Style, Unwritten<'a>> {
    let schema = api.resolve(property);
    let encoding = media.get("encoding").and_then(|all| all.get(name));
    let said = |word: &str| encoding.as_ref().and_then(|encoding| encoding.get(word));
    let refused = |word: &str, problem: String, remedy| {
        Err(Unwritten(said(word).unwrap_or_else(|| property.clone()), problem, remedy))
    };
    let kind = if is_choice(&schema) { "one of several" } else { schema.text("type").unwrap_or_default() };
    // Where one of these is said, OpenAPI reads over a `contentType`.
    let has_style = said("style").is_some() || said("explode").is_some();
    if let Some(content_type) = said("contentType").filter(|_| !has_style) {
        let essence = content_type.node.as_text().map(media::essence).unwrap_or_default();
        return match (essence, kind) {
            (JSON, _) => Ok(Style::Json),
            ("text/plain", "string" | "integer" | "number" | "boolean") => Ok(Style::Single),
            _ => {
                let problem = format!("the field `{name}` of a form is not written as `{essence}` here");
                refused("contentType", problem, "`application/json`, or nothing")
            }
        };
    }
    let style = said("style").map_or(Some("form"), |style| style.node.as_text()).unwrap_or_default();
    let explodes = said("explode").and_then(|at| at.node.as_bool()).unwrap_or(style == "form");
    if !["form", "spaceDelimited", "pipeDelimited", "deepObject"].contains(&style) {
        let remedy = "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject`, or nothing";
        return refused("style", format!("the style `{style}` is not supported here"), remedy);
    }
    match (kind, style) {
        ("string" | "integer" | "number" | "boolean", "form") => Ok(Style::Single),
        ("string" | "integer" | "number" | "boolean", _) => {
            refused("style", format!("a single value has no style `{style}`"), "`form`, or nothing")
        }
        (_, "deepObject") => Ok(Style::Bracketed),
        ("array", _) => {
            let items = schema.get("items").map(|items| api.resolve(&items));
            if schema.get("items").is_some_and(|items| items.is_true("nullable")) {
                let remedy = "no `nullable`: an element that is not there is left out";
                return Err(Unwritten(schema, "an element of a form cannot be null".to_owned(), remedy));
            }
            match style {
                "form" if explodes => return Ok(Style::Repeated),
                "form" => {}
                _ if explodes => {
                    let remedy = "`style: form`, which has a pair for each element, or no `explode`";
                    return refused("explode", format!("a list is not exploded in the style `{style}`"), remedy);
                }
                _ => {}
            }
            if let Some((problem, remedy)) =
                items.and_then(|items| no_scalar(&items, "an element of one text", BRACKETS))
            {
                return refused("style", problem, remedy);
            }
            Ok(Style::Joined(match style {
                "form" => Delimiter::Comma,
                "spaceDelimited" => Delimiter::Space,
                _ => Delimiter::Pipe,
            }))
        }
        ("object", "form") if !has_style => Ok(Style::Json),
        ("object", "form") if explodes => spread(api, &schema).map(|()| Style::Spread),
        ("object", _) => refused("style", "an object is not written in one text".to_owned(), BRACKETS),
        _ => {
            let problem = format!("nothing says how the field `{name}` of a form is written, which may be no scalar");
            refused("style", problem, BRACKETS)
        }
    }
}

/// Checks that the members of an object can be fields of a form beside the others.
fn spread<'a>(api: &Api<'a>, object: &At<'a>) -> Result<(), Unwritten<'a>> {
    let mut members = object.get("properties").into_iter().flat_map(|list| list.entries()).peekable();
    if members.peek().is_none() {
        let problem = "an object whose members are fields of a form says which members it has".to_owned();
        return Err(Unwritten(object.clone(), problem, "`properties`, or `style: deepObject` in the `encoding`"));
    }
    for (name, property) in members {
        let what = format!("the member `{name}` of a form");
        if let Some((problem, remedy)) = no_scalar(&api.resolve(&property), &what, BRACKETS) {
            return Err(Unwritten(property, problem, remedy));
        }
    }
    Ok(())
}

/// Whether a value of a schema may be more than one value.
pub(crate) fn is_compound(schema: &At<'_>) -> bool {
    is_choice(schema) || !matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean"))
}

/// Why a value cannot be a part of another one, and the remedy.
fn no_scalar(schema: &At<'_>, what: &str, otherwise: &'static str) -> Option<(String, &'static str)> {
    match schema.text("type") {
        Some("string" | "integer" | "number" | "boolean") if schema.is_true("nullable") => {
            Some((format!("{what} cannot be null"), "no `nullable`, and it left out where there is none"))
        }
        Some("string" | "integer" | "number" | "boolean") => None,
        _ => Some((format!("{what} is no scalar"), otherwise)),
    }
}
