//! How a parameter or a field of a form is written: as one value, as a list, or as what is in an object.

use countersign_plan::{Delimiter, Encoding, Part, Place, Slot, Style, Text};

use crate::api::{Api, Body, is_choice, is_file, is_hidden, required};
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

/// Whether the place of a parameter can carry a value, or an element of a list.
///
/// # Errors
///
/// Why not.
pub(crate) fn carries(slot: &Slot, text: &str) -> Result<(), String> {
    let is_line =
        text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.starts_with(' ') && !text.ends_with(' ');
    match slot.style {
        Style::Joined(delimiter) if text.contains(delimiter.sign()) => {
            Err(format!("an element has {:?} in it, which is between the elements", delimiter.sign()))
        }
        _ if slot.place == Place::Header && !is_line => {
            Err("a header has one line of ASCII, without a space at its ends".to_owned())
        }
        _ => Ok(()),
    }
}

/// What a field of a form is told that is written in a way of which nothing is known.
const BRACKETS: &str = "`style: deepObject` in the `encoding` of the media type, or `contentType: application/json`";

/// A field of a form, or of a body in parts.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    /// Its schema, as it is.
    pub(crate) at: At<'a>,
    pub(crate) written: Result<(Style, Part), Unwritten<'a>>,
}

/// The fields of a body that is a form.
pub(crate) fn fields<'a>(api: &Api<'a>, body: &Body<'a>) -> Vec<Field<'a>> {
    let encoding = media::encoding(body.media_type).filter(|encoding| encoding.is_form());
    let (Some(media), Some(schema), Some(encoding)) = (&body.media, &body.schema, encoding) else { return Vec::new() };
    let fields = api.resolve(schema).get("properties").into_iter().flat_map(|fields| fields.entries());
    let written = |name: &str, at: &At<'a>| Encoded::new(api, media, encoding, name, at).written();
    fields.map(|(name, at)| Field { name, written: written(name, &at), at }).collect()
}

/// A field of a form, and what its media type says in its `encoding` of how it is written.
struct Encoded<'e, 'a> {
    api: &'e Api<'a>,
    name: &'e str,
    property: &'e At<'a>,
    schema: At<'a>,
    /// Its type.
    kind: &'a str,
    said: Option<At<'a>>,
    is_multipart: bool,
}

impl<'e, 'a> Encoded<'e, 'a> {
    fn new(api: &'e Api<'a>, media: &At<'a>, encoding: Encoding, name: &'e str, property: &'e At<'a>) -> Self {
        let schema = api.resolve(property);
        let kind = if is_choice(&schema) { "one of several" } else { schema.text("type").unwrap_or_default() };
        let said = media.get("encoding").and_then(|all| all.get(name));
        Self { api, name, property, schema, kind, said, is_multipart: encoding == Encoding::Multipart }
    }

    fn said(&self, word: &str) -> Option<At<'a>> {
        self.said.as_ref().and_then(|said| said.get(word))
    }

    fn refused<T>(&self, word: &str, problem: String, remedy: &'static str) -> Result<T, Unwritten<'a>> {
        Err(Unwritten(self.said(word).unwrap_or_else(|| self.property.clone()), problem, remedy))
    }

    fn is_scalar(&self) -> bool {
        is_scalar(self.kind)
    }

    /// What an array has.
    fn items(&self) -> Option<At<'a>> {
        self.schema.get("items").map(|items| self.api.resolve(&items))
    }

    fn has_style(&self) -> bool {
        self.said("style").is_some() || self.said("explode").is_some()
    }

    fn written(&self) -> Result<(Style, Part), Unwritten<'a>> {
        if !self.is_multipart {
            if self.said("headers").is_some() {
                return self.refused("headers", "the fields of a form have no headers".to_owned(), "nothing here");
            }
            return Ok((self.style()?, Part::default()));
        }
        let headers = self.headers()?;
        let is_file = is_file(&self.schema) || self.items().is_some_and(|items| is_file(&items));
        let (style, media_type) = if is_file { self.file()? } else { self.part()? };
        Ok((style, Part { is_file, media_type, headers: headers.into() }))
    }

    /// How a file is written, and the media types that it may have.
    fn file(&self) -> Result<(Style, Option<Text>), Unwritten<'a>> {
        if self.has_style() {
            let word = if self.said("style").is_some() { "style" } else { "explode" };
            return self.refused(word, format!("the file `{}` is sent as it is", self.name), "nothing here");
        }
        let content_type = self.said("contentType").and_then(|at| at.node.as_text().map(str::to_owned));
        let wrong = |media_type: &&str| !media::is_media_type(&media_type.replace('*', "any"));
        if let Some(wrong) = content_type.iter().flat_map(|list| list.split(',').map(str::trim)).find(wrong) {
            let problem = format!("`{}` is not a media type", wrong.escape_debug());
            return self.refused(
                "contentType",
                problem,
                "one such as `image/png`, or `image/png, image/jpeg`, or `image/*`",
            );
        }
        let style = if self.kind == "array" { Style::Repeated } else { Style::Single };
        Ok((style, content_type.map(Text::Owned)))
    }

    /// How a part that is no file is written, and its media type.
    fn part(&self) -> Result<(Style, Option<Text>), Unwritten<'a>> {
        let is_list_of_scalars = self.items().is_some_and(|items| is_scalar(items.text("type").unwrap_or_default()));
        let json = || Some(Text::Borrowed(JSON));
        let Some(said) = self.said("contentType").filter(|_| !self.has_style()) else {
            let style = self.style()?;
            let is_json = style == Style::Json || style == Style::Repeated && !is_list_of_scalars;
            return Ok((style, if is_json { json() } else { None }));
        };
        let media_type = said.node.as_text().unwrap_or_default();
        if !media::is_media_type(media_type) || media_type.contains(['*', ',']) {
            return self.refused(
                "contentType",
                format!("`{}` is not a media type", media_type.escape_debug()),
                "`application/json`, or one such as `text/plain`",
            );
        }
        let style = match (media::encoding(media_type), self.kind) {
            (Some(Encoding::Json), "array") if !is_list_of_scalars => Style::Repeated,
            (Some(Encoding::Json), kind) if kind != "array" => Style::Json,
            (None, "array") if is_list_of_scalars => Style::Repeated,
            (None, _) if self.is_scalar() => Style::Single,
            _ => {
                let problem = format!("the part `{}` is not written as `{media_type}` here", self.name);
                return self.refused("contentType", problem, "`application/json` for an object, or nothing");
            }
        };
        Ok((style, Some(Text::Owned(media_type.to_owned()))))
    }

    /// The headers of a part: each has the one value that it may have.
    fn headers(&self) -> Result<Vec<(Text, Text)>, Unwritten<'a>> {
        let mut headers = Vec::new();
        for (name, header) in self.said("headers").into_iter().flat_map(|headers| headers.entries()) {
            // OpenAPI reads over it: `contentType` says it.
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let values: Vec<At<'a>> = header
                .get("schema")
                .and_then(|schema| self.api.resolve(&schema).get("enum"))
                .into_iter()
                .flat_map(|values| values.items().collect::<Vec<_>>())
                .collect();
            let text = match values.as_slice() {
                [only] => only.node.as_text(),
                _ => None,
            };
            let can_be_sent = |text: &&str| {
                http::HeaderValue::from_str(text).is_ok_and(|value| value.to_str().is_ok()) && text.trim() == *text
            };
            let is_name = http::HeaderName::try_from(name).is_ok() && !name.eq_ignore_ascii_case("content-disposition");
            let Some(text) = text.filter(can_be_sent).filter(|_| is_name) else {
                let problem = format!(
                    "the header `{}` of a part has not the one value that it is sent with",
                    name.escape_debug()
                );
                return Err(Unwritten(header, problem, "`schema: {type: string, enum: [VALUE]}`, or no such header"));
            };
            headers.push((Text::Owned(name.to_owned()), Text::Owned(text.to_owned())));
        }
        Ok(headers)
    }

    /// How it is written, but for a media type that its part has.
    fn style(&self) -> Result<Style, Unwritten<'a>> {
        // Where one of these is said, OpenAPI reads over a `contentType`.
        if let Some(content_type) = self.said("contentType").filter(|_| !self.has_style()) {
            let essence = content_type.node.as_text().map(media::essence).unwrap_or_default();
            return match essence {
                JSON => Ok(Style::Json),
                "text/plain" if self.is_scalar() => Ok(Style::Single),
                _ => {
                    let problem = format!("the field `{}` of a form is not written as `{essence}` here", self.name);
                    self.refused("contentType", problem, "`application/json`, or nothing")
                }
            };
        }
        let style = self.said("style").map_or(Some("form"), |style| style.node.as_text()).unwrap_or_default();
        let explodes = self.said("explode").and_then(|at| at.node.as_bool()).unwrap_or(style == "form");
        if !["form", "spaceDelimited", "pipeDelimited", "deepObject"].contains(&style) {
            let remedy = "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject`, or nothing";
            return self.refused("style", format!("the style `{style}` is not supported here"), remedy);
        }
        match (self.kind, style) {
            (_, "form") if self.is_scalar() => Ok(Style::Single),
            _ if self.is_scalar() => {
                self.refused("style", format!("a single value has no style `{style}`"), "`form`, or nothing")
            }
            (_, "deepObject") => Ok(Style::Bracketed),
            ("array", _) => self.list(style, explodes),
            ("object", "form") if !self.has_style() => Ok(Style::Json),
            ("object", "form") if explodes => spread(self.api, &self.schema).map(|()| Style::Spread),
            ("object", _) => self.refused("style", "an object is not written in one text".to_owned(), BRACKETS),
            _ => {
                let problem =
                    format!("nothing says how the field `{}` of a form is written, which may be no scalar", self.name);
                self.refused("style", problem, BRACKETS)
            }
        }
    }

    fn list(&self, style: &str, explodes: bool) -> Result<Style, Unwritten<'a>> {
        let items = self.items();
        if self.schema.get("items").is_some_and(|items| items.is_true("nullable")) {
            let remedy = "no `nullable`: an element that is not there is left out";
            return Err(Unwritten(self.schema.clone(), "an element of a form cannot be null".to_owned(), remedy));
        }
        match style {
            "form" if explodes => return Ok(Style::Repeated),
            "form" => {}
            _ if explodes => {
                let remedy = "`style: form`, which has a pair for each element, or no `explode`";
                return self.refused("explode", format!("a list is not exploded in the style `{style}`"), remedy);
            }
            _ => {}
        }
        if let Some((problem, remedy)) = items.and_then(|items| no_scalar(&items, "an element of one text", BRACKETS)) {
            return self.refused("style", problem, remedy);
        }
        Ok(Style::Joined(match style {
            "form" => Delimiter::Comma,
            "spaceDelimited" => Delimiter::Space,
            _ => Delimiter::Pipe,
        }))
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
    is_choice(schema) || !is_scalar(schema.text("type").unwrap_or_default())
}

fn is_scalar(kind: &str) -> bool {
    matches!(kind, "string" | "integer" | "number" | "boolean")
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
