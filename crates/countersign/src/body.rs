//! A request's body as an ordered tree, so that fields can be filled in and the order of the document is kept.
//!
//! A body that nothing is filled into goes out as it came, byte for byte. In one that something is filled into, JSON scalars
//! stay as they were serialised: a number is never parsed and printed again, so it cannot change on its way.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use percent_encoding::percent_decode;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::plan::{self, Encoding, Field, Notation, Text};

/// A request's body. A clone shares its content until something is filled in.
#[derive(Clone)]
pub(crate) struct Body {
    content: Arc<Content>,
    /// As it came, while nothing in it has been changed.
    bytes: Option<Bytes>,
}

#[derive(Clone)]
enum Content {
    /// The operation has none.
    None,
    /// Decoded pairs, in the order in which they are sent.
    Form(Vec<(String, String)>),
    /// A JSON object, in the order in which it is sent.
    Json(Object),
}

/// A JSON object whose members that the plan knows as objects are objects too.
#[derive(Clone, Default)]
pub(crate) struct Object {
    members: Vec<(String, Node)>,
    /// As it came, while nothing in it has been changed.
    raw: Option<Box<RawValue>>,
}

#[derive(Clone)]
enum Node {
    Object(Object),
    Leaf(Box<RawValue>),
}

impl Body {
    /// Reads what a generated client serialised, or begins an empty body where the client left it out.
    ///
    /// # Errors
    /// The bytes are not what the plan says, which is a fault of the generated code or of the caller's own bytes.
    pub(crate) fn read(plan: Option<&plan::Body>, bytes: Option<Bytes>) -> Result<Self, String> {
        let content = match plan.map(|plan| plan.encoding) {
            None => Content::None,
            Some(Encoding::Form) => {
                if !is_unicode(bytes.as_deref().unwrap_or_default()) {
                    return Err("the form has a text that is not Unicode, which would not leave as it was given".into());
                }
                Content::Form(form_urlencoded::parse(bytes.as_deref().unwrap_or_default()).into_owned().collect())
            }
            Some(Encoding::Json) => Content::Json(match bytes.as_deref() {
                None => Object::default(),
                Some(bytes) => {
                    let raw: &RawValue =
                        serde_json::from_slice(bytes).map_err(|e| format!("the body is not JSON: {}", position(&e)))?;
                    Object::read(raw, plan.map_or(&[][..], |plan| &plan.fields))?
                }
            }),
        };
        Ok(Self { content: Arc::new(content), bytes })
    }

    /// The bytes that are sent.
    pub(crate) fn to_bytes(&self) -> Option<Bytes> {
        match (&*self.content, &self.bytes) {
            (Content::None, _) => None,
            (_, Some(bytes)) => Some(bytes.clone()),
            (Content::Form(pairs), None) => {
                Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into())
            }
            // Writing strings and raw values into memory cannot fail.
            (Content::Json(object), None) => Some(serde_json::to_vec(object).unwrap_or_default().into()),
        }
    }

    /// The decoded text at a path, or `None` where nothing, or `null`, is there.
    pub(crate) fn text(&self, path: &[&str]) -> Option<Cow<'_, str>> {
        match &*self.content {
            Content::None => None,
            Content::Form(pairs) => {
                let [name] = path else { return None };
                pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str().into())
            }
            Content::Json(object) => object.node(path)?.text(),
        }
    }

    /// Whether a path leads to `null`.
    pub(crate) fn is_null(&self, path: &[&str]) -> bool {
        self.json(path).is_some_and(|raw| raw == "null")
    }

    /// Whether something other than `null` is at a path.
    pub(crate) fn is_present(&self, path: &[&str]) -> bool {
        match &*self.content {
            Content::Json(_) => self.json(path).is_some_and(|raw| raw != "null"),
            _ => self.text(path).is_some(),
        }
    }

    /// The JSON at a path, if it is JSON. What stands in an object of the plan is asked for on its own.
    pub(crate) fn json(&self, path: &[&str]) -> Option<&str> {
        let Content::Json(object) = &*self.content else { return None };
        match object.node(path)? {
            Node::Object(_) => Some("{}"),
            Node::Leaf(raw) => Some(raw.get()),
        }
    }

    /// The decoded text at a path and, where it is an array or object, those of the scalars in it.
    pub(crate) fn scalars(&self, path: &[&str]) -> Vec<String> {
        let Some(text) = self.text(path) else { return Vec::new() };
        let mut texts = Vec::new();
        if let Content::Json(object) = &*self.content
            && object.node(path).is_some_and(Node::is_compound)
        {
            pieces(&text, |piece| {
                if let Piece::Scalar(raw) = piece {
                    texts.extend(decoded(raw).map(Cow::into_owned));
                }
            });
        }
        texts.push(text.into_owned());
        texts
    }

    /// Refuses a name that stands twice, and what has not the shape that a value is filled into.
    ///
    /// # Errors
    /// The field, if the document has it, and what is wrong.
    pub(crate) fn check_shape(&self, fields: &[Field]) -> Result<(), (Option<Text>, String)> {
        match &*self.content {
            Content::None => Ok(()),
            Content::Form(pairs) => check_names(pairs, fields, None),
            Content::Json(object) => object.check_shape(fields, None),
        }
    }

    /// Puts a value at a path, at its place in the order of `fields`.
    pub(crate) fn set(
        &mut self,
        fields: &[Field],
        path: &[&str],
        value: &str,
        notation: Notation,
    ) -> Result<(), String> {
        self.bytes = None;
        match Arc::make_mut(&mut self.content) {
            Content::None => Err("the operation has no body".into()),
            Content::Form(pairs) => {
                let name = path.first().copied().unwrap_or_default();
                put(pairs, fields, name, value.to_owned());
                Ok(())
            }
            Content::Json(object) => {
                let raw = match notation {
                    Notation::String => serde_json::value::to_raw_value(value),
                    Notation::Literal => RawValue::from_string(value.to_owned()),
                };
                let raw = raw.map_err(|_| "its value is not a JSON number or boolean".to_owned())?;
                object.set(fields, path, Node::Leaf(raw))
            }
        }
    }

    /// The names at the top, in the order in which they are sent.
    pub(crate) fn names(&self) -> Vec<&str> {
        match &*self.content {
            Content::None => Vec::new(),
            Content::Form(pairs) => pairs.iter().map(|(name, _)| name.as_str()).collect(),
            Content::Json(object) => object.members.iter().map(|(name, _)| name.as_str()).collect(),
        }
    }
}

impl Object {
    fn read(raw: &RawValue, fields: &[Field]) -> Result<Self, String> {
        let Members(members) =
            serde_json::from_str(raw.get()).map_err(|e| format!("the body is not a JSON object: {}", position(&e)))?;
        let members = members
            .into_iter()
            .map(|(name, raw)| {
                let below = fields.iter().find(|field| field.name == name).map_or(&[][..], |field| &field.fields);
                // Only where the plan knows fields below is there anything to fill in, which also bounds the depth.
                let node = if below.is_empty() || !raw.get().starts_with('{') {
                    Node::Leaf(raw.to_owned())
                } else {
                    Node::Object(Self::read(raw, below)?)
                };
                Ok((name, node))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { members, raw: Some(raw.to_owned()) })
    }

    /// `above` is the field that the object is, if it is one.
    fn check_shape(&self, fields: &[Field], above: Option<&Text>) -> Result<(), (Option<Text>, String)> {
        check_names(&self.members, fields, above)?;
        for (name, node) in &self.members {
            let field = fields.iter().find(|field| field.name == *name);
            let refuse = |reason: &str| match field.map(|field| &field.name).or(above) {
                Some(name) => Err((Some(name.clone()), reason.to_owned())),
                None => Err((None, format!("in a field that the document does not have: {reason}"))),
            };
            match (node, field) {
                (Node::Object(object), Some(field)) => object.check_shape(&field.fields, Some(&field.name))?,
                (Node::Object(_), None) => {}
                (Node::Leaf(raw), _) if raw.get() == "null" => {}
                (Node::Leaf(_), Some(field)) if !field.fields.is_empty() => return refuse("it is not an object"),
                // It becomes a text of another kind, so what it was before could no longer be told.
                (Node::Leaf(raw), Some(field))
                    if field.is_made_of_given() && !is_written_as(raw.get(), field.notation) =>
                {
                    return refuse(match field.notation {
                        Notation::String => "it must be text",
                        Notation::Literal => "it must be one value",
                    });
                }
                (Node::Leaf(raw), _) if node.is_compound() && repeats_a_name(raw.get()) => {
                    return refuse("an object in it has a name more than once");
                }
                (Node::Leaf(_), _) if node.text().is_none() => return refuse("its text is not Unicode"),
                (Node::Leaf(_), _) => {}
            }
        }
        Ok(())
    }

    fn node(&self, path: &[&str]) -> Option<&Node> {
        let (name, rest) = path.split_first()?;
        let (_, node) = self.members.iter().find(|(key, _)| key == name)?;
        match node {
            _ if rest.is_empty() => Some(node),
            Node::Object(object) => object.node(rest),
            Node::Leaf(_) => None,
        }
    }

    fn set(&mut self, fields: &[Field], path: &[&str], value: Node) -> Result<(), String> {
        let Some((name, rest)) = path.split_first() else { return Err("the path is empty".into()) };
        self.raw = None;
        if rest.is_empty() {
            put(&mut self.members, fields, name, value);
            return Ok(());
        }
        if !self.members.iter().any(|(key, _)| key == name) {
            put(&mut self.members, fields, name, Node::Object(Self::default()));
        }
        let below = fields.iter().find(|field| field.name == *name).map_or(&[][..], |field| &field.fields);
        match self.members.iter_mut().find(|(key, _)| key == name) {
            Some((_, Node::Object(object))) => object.set(below, rest, value),
            _ => Err(format!("{name} is not an object")),
        }
    }
}

/// Replaces the value of a name, or inserts it before the first name that the document has later.
fn put<T>(entries: &mut Vec<(String, T)>, fields: &[Field], name: &str, value: T) {
    if let Some(entry) = entries.iter_mut().find(|(key, _)| key == name) {
        entry.1 = value;
        return;
    }
    let rank = |name: &str| fields.iter().position(|field| field.name == name);
    let place =
        rank(name).and_then(|own| entries.iter().position(|(other, _)| rank(other).is_some_and(|rank| rank > own)));
    entries.insert(place.unwrap_or(entries.len()), (name.to_owned(), value));
}

/// Whether all names and values of a form are Unicode.
fn is_unicode(form: &[u8]) -> bool {
    form.split(|byte| matches!(byte, b'&' | b'=')).all(|text| percent_decode(text).decode_utf8().is_ok())
}

/// Whether a JSON value can stand for what a caller gives before something is made of it.
fn is_written_as(raw: &str, notation: Notation) -> bool {
    match notation {
        Notation::String => raw.starts_with('"'),
        Notation::Literal => !raw.starts_with(['[', '{']),
    }
}

/// What is wrong with what is given twice.
pub(crate) const REPEATED: &str = "it is given more than once";

/// Refuses a name that stands twice among `entries`. One that the document does not have is not quoted: it may be a value.
fn check_names<T>(
    entries: &[(String, T)],
    fields: &[Field],
    above: Option<&Text>,
) -> Result<(), (Option<Text>, String)> {
    let mut seen = HashSet::new();
    let Some((name, _)) = entries.iter().find(|(name, _)| !seen.insert(name)) else { return Ok(()) };
    Err(match (fields.iter().find(|field| field.name == *name), above) {
        (Some(field), _) => (Some(field.name.clone()), REPEATED.to_owned()),
        (None, Some(above)) => (Some(above.clone()), "it has a name more than once".to_owned()),
        (None, None) => (None, "the body has a name more than once, one that the document does not have".to_owned()),
    })
}

impl Node {
    fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Object(Object { raw: Some(raw), .. }) => Some(raw.get().into()),
            Self::Object(object) => serde_json::to_string(object).ok().map(Cow::Owned),
            Self::Leaf(raw) => decoded(raw.get()),
        }
    }

    /// Whether it is an array or an object.
    fn is_compound(&self) -> bool {
        match self {
            Self::Object(_) => true,
            Self::Leaf(raw) => raw.get().starts_with(['[', '{']),
        }
    }
}

/// The text of a JSON value: that of a string, or the value as it is written. `null` has none, nor has what is not Unicode.
fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    match raw {
        "null" => None,
        text if text.starts_with('"') => serde_json::from_str::<String>(text).ok().map(Cow::Owned),
        text => Some(text.into()),
    }
}

/// A piece of a JSON text.
enum Piece<'a> {
    /// An array or an object begins.
    Begin,
    /// It ends.
    End,
    /// The name of a member, as it is written.
    Name(&'a str),
    /// A string, number, boolean or `null`, as it is written.
    Scalar(&'a str),
}

/// Calls a function with each piece of what is known to be JSON. There is no recursion, so the text may nest at any depth,
/// and no number is read, so it may have any size.
fn pieces<'a>(json: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut rest = json;
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'"' => {
                let mut escaped = false;
                let end = rest.bytes().skip(1).position(|byte| {
                    let ends = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    ends
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            b'{' | b'[' | b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => 1,
            _ => rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        match first {
            b'{' | b'[' => each(Piece::Begin),
            b'}' | b']' => each(Piece::End),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' if rest.trim_start().starts_with(':') => each(Piece::Name(piece)),
            _ => each(Piece::Scalar(piece)),
        }
    }
}

/// Whether an object in what is known to be JSON has a name twice.
fn repeats_a_name(json: &str) -> bool {
    let mut around: Vec<HashSet<Cow<'_, str>>> = Vec::new();
    let mut repeats = false;
    pieces(json, |piece| match piece {
        Piece::Begin => around.push(HashSet::new()),
        Piece::End => drop(around.pop()),
        Piece::Name(raw) => {
            let name = decoded(raw).unwrap_or(raw.into());
            repeats |= around.last_mut().is_some_and(|names| !names.insert(name));
        }
        Piece::Scalar(_) => {}
    });
    repeats
}

/// Where a JSON error is. Its own text could quote the value.
pub(crate) fn position(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Syntax => "a syntax error",
        serde_json::error::Category::Data => "a value of an unexpected type",
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Io => "it could not be read",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

/// The members of an object as they came, those with the same name too.
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads an object.
    pub(crate) fn read(raw: &'a str) -> serde_json::Result<Vec<(String, &'a RawValue)>> {
        serde_json::from_str(raw).map(|Self(members)| members)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(raw) = &self.raw {
            return raw.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, node) in &self.members {
            match node {
                Node::Object(object) => map.serialize_entry(name, object)?,
                Node::Leaf(raw) => map.serialize_entry(name, raw)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
