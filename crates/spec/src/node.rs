//! The document as a tree that keeps what a finding and a field order need: the order of keys, and line numbers.
//!
//! Neither [`serde_json::Value`] (no order, no lines) nor [`openapiv3::OpenAPI`] (no unknown keys) has both. Everything
//! else in this crate reads the tree through [`At`], a node together with the JSON pointer that leads to it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::thread;

use countersign_plan::pointer::{escaped, is_pointer, steps, unescaped};
use indexmap::IndexMap;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserialize, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_json::Number;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{MessageFormatter, Spanned, UserMessageFormatter};

/// The largest document that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The largest published document that an overlay is written to, in bytes.
pub(crate) const MAX_BASE_BYTES: usize = 32 * 1024 * 1024;
/// How deep mappings and lists may nest.
pub(crate) const MAX_DEPTH: usize = 48;
/// The stack for reading so deep, in bytes, with room to spare in a debug build.
const STACK: usize = 16 * 1024 * 1024;
/// How many mappings, lists and scalars there may be, aliases replayed.
pub(crate) const MAX_NODES: usize = 200_000;
/// How many there may be in a published document, of which an overlay chooses a part.
const MAX_BASE_NODES: usize = 3_000_000;
/// How much of a document is its top, in bytes.
const HEAD: usize = 2048;
/// How long a key may be, in bytes: it is in the pointer to everything below it.
const MAX_KEY_BYTES: usize = 1024;

/// Lines are counted through two files: those of a published document come after those of the overlay, from here. So a node that
/// a pass makes, on the line of one that it knows, is of the same file.
const BASE: u64 = 1 << 32;

/// A mapping, in the document's order.
pub(crate) type Map = IndexMap<String, Node>;

/// A value of the document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The line on which it is written, counted through both files ([`is_published`](Self::is_published)).
    pub(crate) line: u64,
    /// The JSON pointer to where it is written, if that is elsewhere.
    pub(crate) from: Option<Arc<str>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Map),
}

/// Why a text is no document.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) line: Option<u64>,
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl From<serde_saphyr::Error> for Unreadable {
    /// In words of a document: the parser's own are of its types and settings in places.
    fn from(error: serde_saphyr::Error) -> Self {
        use serde_saphyr::Error::{
            Budget, DuplicateMappingKey, InvalidScalar, MultipleDocuments, NonFiniteFloat, NullIntoString, Unexpected,
        };
        let line = error.location().and_then(|location| known_line(location.line()));
        let told = UserMessageFormatter.format_message(&error).into_owned();
        let own = |problem: &str, remedy: &str| (problem.to_owned(), remedy.to_owned());
        let (problem, remedy) = match &error {
            MultipleDocuments { .. } | Budget { breach: BudgetBreach::Documents { .. }, .. } => {
                own("the file holds more than one document", "each document into a file of its own")
            }
            _ if told.contains("too large or too complex") => {
                let remedy = format!("at most {MAX_NODES} values, {MAX_DEPTH} levels deep, aliases written out");
                ("the document is larger than one that a person writes".to_owned(), remedy)
            }
            DuplicateMappingKey { .. } => (told, "each key once".to_owned()),
            _ if told.ends_with("is here twice") => (told, "each key once".to_owned()),
            _ if told.starts_with("a key has more than") => (told, "a shorter key".to_owned()),
            NullIntoString { .. } | Unexpected { .. } => own("a key is no text", "text as the key, in quotes"),
            InvalidScalar { .. } => own("a value is not what its tag says", "the value without the tag"),
            NonFiniteFloat { .. } => (told, "a number that JSON has, or text in quotes".to_owned()),
            _ if told.contains("recursion limit") => {
                ("the document nests too deep".to_owned(), format!("at most {MAX_DEPTH} levels"))
            }
            _ => (told, "YAML 1.2, with spaces to indent and text with signs in it in quotes".to_owned()),
        };
        Self { line, problem, remedy }
    }
}

/// How many bytes a document may have: as many as a published one, if it says at its top that it was made of one.
pub(crate) fn most_bytes(document: &[u8]) -> usize {
    let head = String::from_utf8_lossy(&document[..document.len().min(HEAD)]);
    if head.contains("x-base") { MAX_BASE_BYTES } else { MAX_BYTES }
}

impl Node {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub(crate) fn parse(text: &str) -> Result<Self, Unreadable> {
        let most_bytes = most_bytes(text.as_bytes());
        let most_nodes = if most_bytes == MAX_BYTES { MAX_NODES } else { MAX_BASE_NODES };
        Self::parse_within(text, most_bytes, most_nodes)
    }

    /// Reads a document that is published, which may be larger than one that a person writes.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub(crate) fn parse_published(text: &str) -> Result<Self, Unreadable> {
        let mut root = Self::parse_within(text, MAX_BASE_BYTES, MAX_BASE_NODES)?;
        root.publish();
        Ok(root)
    }

    fn parse_within(text: &str, most_bytes: usize, most_nodes: usize) -> Result<Self, Unreadable> {
        if text.len() > most_bytes {
            let problem = format!("the document has {} bytes", text.len());
            return Err(Unreadable { line: None, problem, remedy: format!("at most {most_bytes} bytes") });
        }
        let read = || {
            let options = serde_saphyr::options! {
                budget: serde_saphyr::budget! {
                    max_depth: MAX_DEPTH,
                    flow_nesting_limit: MAX_DEPTH,
                    max_nodes: most_nodes,
                    max_documents: 1,
                },
                alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES },
                // YAML 1.2: `no` is Norway. And a document that says something twice says it in two places.
                strict_booleans: true,
                duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
                with_snippet: false,
            };
            serde_saphyr::from_str_with_options(text, options).map_err(Unreadable::from)
        };
        // The reader takes more stack for a level than a thread of a test or of a server may have for all of them.
        let read = thread::scope(|scope| {
            let reader = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
            reader.ok().and_then(|reader| reader.join().ok())
        });
        read.unwrap_or_else(|| {
            let problem = "there is no thread to read it with".to_owned();
            Err(Unreadable {
                line: None,
                problem,
                remedy: "it again, when the machine has room for a thread".to_owned(),
            })
        })
    }

    pub(crate) const fn new(kind: Kind, line: u64) -> Self {
        Self { kind, line, from: None }
    }

    pub(crate) const fn map(map: Map, line: u64) -> Self {
        Self::new(Kind::Map(map), line)
    }

    /// Marks this, and all that is in it, as what a provider publishes.
    pub(crate) fn publish(&mut self) {
        self.line |= BASE;
        match &mut self.kind {
            Kind::List(list) => list.iter_mut().for_each(Self::publish),
            Kind::Map(map) => map.values_mut().for_each(Self::publish),
            _ => {}
        }
    }

    /// Whether this is written in a published document, and not by us.
    pub(crate) const fn is_published(&self) -> bool {
        self.line >= BASE
    }

    /// The same, written elsewhere, unless it has been moved before.
    pub(crate) fn moved_from(mut self, pointer: &str) -> Self {
        self.from.get_or_insert_with(|| pointer.into());
        self
    }

    /// How deep it nests.
    pub(crate) fn depth(&self) -> usize {
        1 + match &self.kind {
            Kind::List(list) => list.iter().map(Self::depth).max().unwrap_or_default(),
            Kind::Map(map) => map.values().map(Self::depth).max().unwrap_or_default(),
            _ => 0,
        }
    }

    /// How many nodes it is made of.
    pub(crate) fn size(&self) -> usize {
        1 + match &self.kind {
            Kind::List(list) => list.iter().map(Self::size).sum(),
            Kind::Map(map) => map.values().map(Self::size).sum(),
            _ => 0,
        }
    }

    /// The pointer to where that is written to which a pointer leads from here.
    pub(crate) fn written<'p>(&self, pointer: &'p str) -> Cow<'p, str> {
        let mut here = Some(self);
        let mut written: Option<String> = None;
        for step in steps(pointer) {
            here = here.and_then(|node| match &node.kind {
                Kind::List(list) => list.get(step.parse::<usize>().ok()?),
                _ => node.get(&unescaped(step)),
            });
            match (here.and_then(|node| node.from.as_deref()), &mut written) {
                (Some(from), _) => written = Some(from.to_owned()),
                (None, Some(written)) => written.extend(["/", step]),
                (None, None) => {}
            }
        }
        written.map_or_else(|| pointer.into(), Cow::Owned)
    }

    /// The value under a key, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value under a key, to change it.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_map_mut()?.get_mut(key)
    }

    /// The value that a step of a JSON pointer leads to, unescaped.
    pub(crate) fn step_mut(&mut self, step: &str) -> Option<&mut Self> {
        match &mut self.kind {
            Kind::List(list) => list.get_mut(step.parse::<usize>().ok()?),
            Kind::Map(map) => map.get_mut(step),
            _ => None,
        }
    }

    /// The value that the steps of a JSON pointer lead to, unescaped.
    pub(crate) fn at_mut(&mut self, steps: &[String]) -> Option<&mut Self> {
        steps.iter().try_fold(self, |node, step| node.step_mut(step))
    }

    /// Takes out what the steps of a JSON pointer lead to, unescaped.
    pub(crate) fn take(&mut self, steps: &[String]) -> Option<Self> {
        let (last, above) = steps.split_last()?;
        match &mut self.at_mut(above)?.kind {
            Kind::List(list) => {
                let index = last.parse::<usize>().ok().filter(|index| *index < list.len())?;
                Some(list.remove(index))
            }
            Kind::Map(map) => map.shift_remove(last),
            _ => None,
        }
    }

    pub(crate) fn as_list_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text of a scalar: what it is compared as where numbers, booleans and strings count as the same.
    pub(crate) fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(number) => Some(number.to_string()),
            Kind::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// What a finding calls it.
    pub(crate) fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// A node and the JSON pointer to it.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(crate) node: &'a Node,
    pub(crate) pointer: String,
}

impl<'a> At<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { node, pointer: String::new() }
    }

    /// The line on which it is, unless the parser does not know it.
    pub(crate) fn line(&self) -> Option<u64> {
        known_line(self.node.line % BASE)
    }

    /// The value under a key, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.as_map()?.get(key)?;
        Some(Self { node, pointer: format!("{}/{}", self.pointer, escaped(key)) })
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.node.as_map()?.get(key)?.as_text()
    }

    /// Whether `true` is under a key.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.node.as_map().and_then(|map| map.get(key)).and_then(Node::as_bool) == Some(true)
    }

    /// The entries of a mapping, in the document's order; none where it is something else.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let pointer = self.pointer.clone();
        self.node
            .as_map()
            .into_iter()
            .flatten()
            .map(move |(key, node)| (key.as_str(), At { node, pointer: format!("{pointer}/{}", escaped(key)) }))
    }

    /// The items of a list; none where it is something else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let pointer = self.pointer.clone();
        self.node
            .as_list()
            .into_iter()
            .flatten()
            .enumerate()
            .map(move |(index, node)| At { node, pointer: format!("{pointer}/{index}") })
    }

    /// The value that a JSON pointer leads to from here.
    pub(crate) fn follow(&self, pointer: &str) -> Option<Self> {
        if !is_pointer(pointer) {
            return None;
        }
        let mut here = self.clone();
        for key in steps(pointer).map(unescaped) {
            here = match key.parse::<usize>() {
                Ok(index) if here.node.as_list().is_some() => here.items().nth(index)?,
                _ => here.get(&key)?,
            };
        }
        Some(here)
    }
}

/// A line, unless it is the parser's word for one that it does not know.
fn known_line(line: u64) -> Option<u64> {
    (line > 0).then_some(line)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(deserializer)?;
        Ok(Self::new(spanned.value, spanned.referenced.line()))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KindVisitor;

        impl<'de> Visitor<'de> for KindVisitor {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value that JSON has too")
            }

            fn visit_unit<E>(self) -> Result<Kind, E> {
                Ok(Kind::Null)
            }

            fn visit_none<E>(self) -> Result<Kind, E> {
                Ok(Kind::Null)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
                Kind::deserialize(deserializer)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
                Ok(Kind::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
                Ok(Kind::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
                Ok(Kind::Number(value.into()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Kind, E> {
                Number::from_f64(value).map(Kind::Number).ok_or_else(|| E::custom("a number that JSON does not have"))
            }

            fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
                Ok(Kind::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Kind, E> {
                Ok(Kind::Text(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
                let mut list = Vec::new();
                while let Some(node) = access.next_element()? {
                    list.push(node);
                }
                Ok(Kind::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
                let mut map = Map::new();
                while let Some((key, node)) = access.next_entry::<String, Node>()? {
                    if key.len() > MAX_KEY_BYTES {
                        return Err(de::Error::custom(format_args!("a key has more than {MAX_KEY_BYTES} bytes")));
                    }
                    // The parser compares keys as YAML does, where `200` and "200" differ; in JSON they are one.
                    if map.contains_key(&key) {
                        return Err(de::Error::custom(format_args!("the key `{key}` is here twice")));
                    }
                    map.insert(key, node);
                }
                Ok(Kind::Map(map))
            }
        }

        deserializer.deserialize_any(KindVisitor)
    }
}

/// Lets the tree be read as OpenAPI's own types, with the order of keys kept. Their enums are read from what they buffer.
impl<'de> Deserializer<'de> for &'de Node {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match &self.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Number(number) => number.deserialize_any(visitor),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::List(list) => visitor.visit_seq(SeqDeserializer::new(list.iter())),
            Kind::Map(map) => {
                visitor.visit_map(MapDeserializer::new(map.iter().map(|(key, node)| (key.as_str(), node))))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        // What is said is there: the grammar takes no null for a word that may be left out.
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// Lets the tree be written, with the order of keys kept.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Number(number) => number.serialize(serializer),
            Kind::Text(text) => serializer.serialize_str(text),
            Kind::List(list) => serializer.collect_seq(list),
            Kind::Map(map) => serializer.collect_map(map),
        }
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
