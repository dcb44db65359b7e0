//! Reads the JSON of a response as a type, and says what keeps it from being one.
//!
//! serde_json's own errors quote the value, and name no place but a line. So a text that is not of its type is read once
//! more, by a deserialiser whose errors hold where in the text the mismatch is and what the type expects there, and nothing
//! of the text itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use countersign_plan::json::{self, position};
use countersign_plan::pointer::join as pointer;

/// What a value that is one of several asks for, to learn whether it is read once more. No type has such a name.
pub(crate) const EXPLAINED: &str = "$countersign::explained";

/// The type that takes the text of a number.
const DECIMAL: &str = countersign_sign::DECIMAL;

/// What a number is called that is no integer.
const FRACTION: &str = "a number with a fraction";

/// What is nested more deeply is not looked into. It is serde_json's limit too.
const MOST_DEEP: usize = 128;

/// Reads a value of a type.
///
/// # Errors
/// What is wrong and where, without any of the content.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| {
        let explained = explain(json, PhantomData::<T>).err().flatten();
        explained.unwrap_or_else(|| position(&error))
    })
}

/// Reads a value that is one of several as one of them: alone, or once more to say what is wrong with it. Whoever reads what is
/// around it does that twice, too: if each of those readings were two of what is within, they would be too many to count.
///
/// # Errors
/// What is wrong and where, without any of the content, if it `explains` that.
pub(crate) fn branch<T: DeserializeOwned>(json: &[u8], explains: bool) -> Result<T, String> {
    match explains {
        true => explain(json, PhantomData).map_err(|reason| reason.unwrap_or_else(|| "it is not JSON".to_owned())),
        false => serde_json::from_slice(json).map_err(|error| position(&error)),
    }
}

/// Reads a value once more, to say what is wrong with it.
///
/// # Errors
/// What is wrong and where, without any of the content, as far as that can be said.
pub(crate) fn explain<'de, S: DeserializeSeed<'de>>(json: &'de [u8], seed: S) -> Result<S::Value, Option<String>> {
    let first = RefCell::new(None);
    let raw = serde_json::from_slice::<&RawValue>(json).map_err(|_| None)?.get();
    let read = seed.deserialize(Part { raw, pointer: String::new(), depth: 0, first: &first });
    match (first.take(), read) {
        (Some(mismatch), _) | (None, Err(mismatch)) => Err(Some(mismatch.to_string())),
        (None, Ok(value)) => Ok(value),
    }
}

/// What is wrong with a value that was read for itself, as an error of what is around it.
pub(crate) struct Within<'a>(pub(crate) &'a str);

/// What no message of a type begins with.
const WITHIN: &str = "\u{0}within: ";

impl fmt::Display for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WITHIN)?;
        f.write_str(self.0)
    }
}

/// Takes what is [`Within`], and nothing of any other message.
#[derive(Default)]
struct Taken(Option<String>);

impl fmt::Write for Taken {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match &mut self.0 {
            None if text == WITHIN => self.0 = Some(String::new()),
            None => return Err(fmt::Error),
            Some(taken) => taken.push_str(text),
        }
        Ok(())
    }
}

/// Why a value is not of its type.
#[derive(Clone, Debug)]
struct Mismatch {
    /// Where, once it is known.
    pointer: Option<String>,
    problem: Problem,
}

#[derive(Clone, Debug)]
enum Problem {
    /// A member that the type needs is not there.
    Missing(&'static str),
    /// A member is there twice.
    Twice(&'static str),
    /// Another type is there.
    Type { expected: String, found: &'static str },
    /// The type is right and the value is not.
    Value { expected: String },
    /// One of these was expected.
    OneOf(&'static [&'static str]),
    /// What is wrong with a value that was read for itself.
    Within(String),
    /// The type does not say what.
    Unknown,
}

impl Mismatch {
    fn new(problem: Problem) -> Self {
        Self { pointer: None, problem }
    }

    /// Notes where it is, unless that is known more exactly, and that it is the first. A type can make another error of it
    /// that says less, as those do that must not be printed.
    fn at(mut self, pointer: &str, first: &RefCell<Option<Self>>) -> Self {
        self.pointer.get_or_insert_with(|| pointer.to_owned());
        first.borrow_mut().get_or_insert_with(|| self.clone());
        self
    }
}

impl de::Error for Mismatch {
    /// The message could quote the value, unless it is ours.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let mut taken = Taken::default();
        // What is not ours ends the writing.
        let _ = write!(taken, "{message}");
        Self::new(taken.0.map_or(Problem::Unknown, Problem::Within))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "a boolean",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
            Unexpected::Float(_) => FRACTION,
            Unexpected::Char(_) | Unexpected::Str(_) => "text",
            Unexpected::Unit | Unexpected::Option => "null",
            Unexpected::Seq => "an array",
            Unexpected::Map => "an object",
            _ => "of another type",
        };
        Self::new(Problem::Type { expected: noun(expected), found })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Value { expected: expected.to_string() })
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(Problem::Value { expected: expected.to_string() })
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Problem::OneOf(expected))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Problem::OneOf(expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Problem::Missing(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Problem::Twice(field))
    }
}

/// What a type expects, in the words of JSON.
fn noun(expected: &dyn Expected) -> String {
    let text = expected.to_string();
    let noun = match text.as_str() {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => {
            "an integer"
        }
        "f32" | "f64" => "a number",
        "a string" | "a borrowed string" | "string" => "text",
        "a sequence" => "an array",
        "a map" => "an object",
        "unit" => "null",
        text if text.starts_with("struct ") => "an object",
        text if text.starts_with("enum ") => "text",
        text => text,
    };
    noun.to_owned()
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = self.pointer.as_deref().unwrap_or_default();
        let place = if here.is_empty() { "it" } else { here };
        match &self.problem {
            Problem::Missing(name) => write!(f, "{here}{} is missing", pointer(&[name])),
            Problem::Twice(name) => write!(f, "{here}{} is there twice", pointer(&[name])),
            Problem::Type { expected, found } => write!(f, "{place} should be {expected} and is {found}"),
            Problem::Value { expected } => write!(f, "{place} has a value that is not allowed: expected {expected}"),
            Problem::OneOf(names) => write!(f, "{place} should be one of {}", names.join(", ")),
            Problem::Within(what) if what.starts_with('/') => write!(f, "{here}{what}"),
            Problem::Within(what) => write!(f, "{place} {}", what.strip_prefix("it ").unwrap_or(what)),
            Problem::Unknown => write!(f, "{place} has a value that is not of the documented form"),
        }
    }
}

impl std::error::Error for Mismatch {}

/// A part of the text.
struct Part<'de, 'f> {
    raw: &'de str,
    pointer: String,
    depth: usize,
    /// The first mismatch that was found.
    first: &'f RefCell<Option<Mismatch>>,
}

impl<'de, 'f> Part<'de, 'f> {
    /// Gives what is there to the visitor. The names of `fields` are the document's own and can be printed.
    fn visit<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Mismatch> {
        let text = self.raw;
        let (pointer, first) = (self.pointer.clone(), self.first);
        let expected = noun(&visitor);
        let unreadable = |_| Mismatch::new(Problem::Unknown);
        let visited = match text.as_bytes().first() {
            Some(b'{') => self.members(fields).and_then(|members| visitor.visit_map(members)),
            Some(b'[') => visitor.visit_seq(self.items()),
            Some(b'"') => serde_json::from_str(text).map_err(unreadable).and_then(|text| visitor.visit_string(text)),
            Some(b'n') => visitor.visit_unit(),
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            _ => match (text.parse(), text.parse(), text.parse()) {
                (Ok(number), _, _) => visitor.visit_u64(number),
                (_, Ok(number), _) => visitor.visit_i64(number),
                (_, _, Ok(number)) => visitor.visit_f64(number),
                _ => Err(Mismatch::new(Problem::Unknown)),
            },
        };
        visited.map_err(|mismatch| match mismatch {
            // A whole number that no integer holds was read as a fraction.
            Mismatch { pointer: None, problem: Problem::Type { expected, found: FRACTION } }
                if !text.contains(['.', 'e', 'E']) =>
            {
                Mismatch::new(Problem::Type { expected, found: "a larger number" }).at(&pointer, first)
            }
            Mismatch { pointer: None, problem: Problem::Unknown } if expected != "any value" => {
                Mismatch::new(Problem::Value { expected }).at(&pointer, first)
            }
            mismatch => mismatch.at(&pointer, first),
        })
    }

    fn members(self, fields: &'static [&'static str]) -> Result<Parts<'de, 'f>, Mismatch> {
        let shown = |name: &str| if fields.contains(&name) { pointer(&[name]) } else { "/*".to_owned() };
        let part = |(name, raw)| {
            let name = json::decoded(name)?.into_owned();
            let pointer = self.pointer.clone() + &shown(&name);
            Some((name, Part { raw, pointer, depth: self.depth + 1, first: self.first }))
        };
        let parts: Option<VecDeque<_>> = json::members(self.raw).map(part).collect();
        Ok(Parts { rest: parts.ok_or_else(|| Mismatch::new(Problem::Unknown))?, next: None })
    }

    fn items(self) -> Parts<'de, 'f> {
        let parts = json::elements(self.raw).enumerate().map(|(index, raw)| {
            let pointer = format!("{}/{index}", self.pointer);
            (String::new(), Part { raw, pointer, depth: self.depth + 1, first: self.first })
        });
        Parts { rest: parts.collect(), next: None }
    }
}

impl<'de> Deserializer<'de> for Part<'de, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.visit(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        // A type would take an array as its members in their order, and complain of the first that is amiss.
        if self.raw.starts_with('[') {
            let mismatch: Mismatch = de::Error::invalid_type(Unexpected::Seq, &visitor);
            return Err(mismatch.at(&self.pointer, self.first));
        }
        self.visit(fields, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.raw {
            "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        // serde_json's raw text asks for itself in this way. No type has such a name.
        if name.starts_with('$') {
            return visitor.visit_map(MapDeserializer::new(std::iter::once((name, self.raw))));
        }
        let is_number = self.raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        match (name == DECIMAL, is_number) {
            (false, _) => visitor.visit_newtype_struct(self),
            // Digit by digit, and not as the binary fraction that is near.
            (true, true) => {
                visitor.visit_borrowed_str(self.raw).map_err(|it: Mismatch| it.at(&self.pointer, self.first))
            }
            // A text is what the visitor takes of a number.
            (true, false) if self.raw.starts_with('"') => {
                let mismatch: Mismatch = de::Error::invalid_type(Unexpected::Str(""), &visitor);
                Err(mismatch.at(&self.pointer, self.first))
            }
            (true, false) => self.visit(&[], visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let (pointer, first) = (self.pointer.clone(), self.first);
        match self.raw.as_bytes().first() {
            Some(b'"') => match serde_json::from_str::<String>(self.raw) {
                Ok(text) => visitor.visit_enum(IntoDeserializer::<Mismatch>::into_deserializer(text)),
                Err(_) => Err(Mismatch::new(Problem::Unknown)),
            },
            Some(b'{') => self.members(variants).and_then(|it| visitor.visit_enum(MapAccessDeserializer::new(it))),
            _ => self.visit(&[], visitor),
        }
        .map_err(|mismatch| mismatch.at(&pointer, first))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// The parts below one, in order.
struct Parts<'de, 'f> {
    rest: VecDeque<(String, Part<'de, 'f>)>,
    /// The value of the name that was read.
    next: Option<Part<'de, 'f>>,
}

fn below<'de, S: DeserializeSeed<'de>>(seed: S, part: Part<'de, '_>) -> Result<S::Value, Mismatch> {
    let (pointer, first) = (part.pointer.clone(), part.first);
    let read = if part.depth > MOST_DEEP { Err(Mismatch::new(Problem::Unknown)) } else { seed.deserialize(part) };
    read.map_err(|mismatch| mismatch.at(&pointer, first))
}

impl<'de> MapAccess<'de> for Parts<'de, '_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        let Some((name, part)) = self.rest.pop_front() else { return Ok(None) };
        self.next = Some(part);
        seed.deserialize(StringDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let part = self.next.take().ok_or_else(|| Mismatch::new(Problem::Unknown))?;
        below(seed, part)
    }
}

impl<'de> SeqAccess<'de> for Parts<'de, '_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        self.rest.pop_front().map(|(_, part)| below(seed, part)).transpose()
    }
}

#[cfg(test)]
mod tests;
