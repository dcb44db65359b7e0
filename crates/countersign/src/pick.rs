//! What is at some JSON pointers of a response, without a tree of the rest.
//!
//! Classifying asks for a few scalars: a code, a message, a session's values. The response's type is read from the same bytes
//! afterwards, so a tree of the whole would be made only to be thrown away.

use std::borrow::Cow;
use std::fmt;

use countersign_plan::{json, pointer};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON text of which something is picked, its outermost members read. `null` counts as nothing.
pub(crate) struct Picked<'a> {
    root: &'a str,
    top: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Picked<'a> {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// It is not JSON.
    pub(crate) fn from_slice(text: &'a [u8]) -> serde_json::Result<Self> {
        let is_object = text.trim_ascii_start().first() == Some(&b'{');
        match std::str::from_utf8(text).ok().filter(|_| is_object) {
            // One walk checks it and finds its members.
            Some(root) => Ok(Self { root: root.trim_ascii(), top: serde_json::from_str::<Members<'a>>(root)?.0 }),
            None => Ok(Self { root: serde_json::from_slice::<&RawValue>(text)?.get(), top: Vec::new() }),
        }
    }

    /// What is at a pointer, as it is written. Of two members with the same name the last counts.
    pub(crate) fn at(&self, pointer: &str) -> Option<&'a str> {
        let mut steps = pointer::steps(pointer).map(pointer::unescaped);
        let value = match steps.next() {
            None => Some(self.root),
            Some(first) if self.root.starts_with('[') => below(self.root, &first),
            Some(first) => self.top.iter().rev().find(|(name, _)| *name == first).map(|(_, value)| *value),
        };
        let value = steps.try_fold(value?, |value, step| below(value, &step))?;
        (value != "null").then_some(value)
    }

    /// The text of the scalar at a pointer. `200` and `"200"` are the same to providers, and so to us.
    pub(crate) fn scalar(&self, pointer: &str) -> Option<Cow<'a, str>> {
        self.at(pointer).filter(|value| !value.starts_with(['[', '{'])).and_then(json::decoded)
    }

    /// The text of the scalar at a pointer, unless it is empty.
    pub(crate) fn word(&self, pointer: &str) -> Option<Cow<'a, str>> {
        self.scalar(pointer).filter(|text| !text.trim().is_empty())
    }

    /// Whether there is something other than `null` at a pointer.
    pub(crate) fn is_present(&self, pointer: &str) -> bool {
        self.at(pointer).is_some()
    }
}

/// The members of an object, as they are written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'a> Visitor<'a> for Object {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'a>>(self, mut object: M) -> Result<Members<'a>, M::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some((name, value)) = object.next_entry::<&RawValue, &RawValue>()? {
                    members.push((json::name(name.get()), value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// What is one step below a value.
fn below<'a>(value: &'a str, step: &str) -> Option<&'a str> {
    if value.starts_with('[') {
        // RFC 6901, section 4: an index has no leading zero.
        let index: usize = step.parse().ok().filter(|index: &usize| index.to_string() == step)?;
        return json::elements(value).nth(index);
    }
    json::members(value).filter(|(name, _)| json::name(name) == step).last().map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
