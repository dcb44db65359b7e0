//! What is at some JSON pointers of a response, without a tree of the rest.
//!
//! Classifying asks for a few scalars: a code, a message, a session's values. The response's type is read from the same bytes
//! afterwards, so a tree of the whole would be made only to be thrown away.

use std::borrow::Cow;

use countersign_plan::{json, pointer};
use serde_json::value::RawValue;

/// What is at some pointers, as it is written. `null` counts as nothing.
#[derive(Default)]
pub(crate) struct Picked<'p>(Vec<(&'p str, String)>);

impl<'p> Picked<'p> {
    /// Reads what is at the pointers of a JSON text.
    ///
    /// # Errors
    /// It is not JSON.
    pub(crate) fn from_slice(text: &[u8], pointers: impl IntoIterator<Item = &'p str>) -> serde_json::Result<Self> {
        let root = serde_json::from_slice::<&RawValue>(text)?.get();
        let top: Vec<_> = json::members(root).map(|(name, value)| (json::name(name), value)).collect();
        let found = pointers.into_iter().filter_map(|pointer| {
            let value = find(root, &top, pointer)?;
            (value != "null").then(|| (pointer, value.to_owned()))
        });
        Ok(Self(found.collect()))
    }

    fn at(&self, pointer: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == pointer).map(|(_, value)| value.as_str())
    }

    /// The text of the scalar at a pointer that was asked for. `200` and `"200"` are the same to providers, and so to us.
    pub(crate) fn scalar(&self, pointer: &str) -> Option<Cow<'_, str>> {
        self.at(pointer).filter(|value| !value.starts_with(['[', '{'])).and_then(json::decoded)
    }

    /// The text of the scalar at a pointer that was asked for, unless it is empty.
    pub(crate) fn word(&self, pointer: &str) -> Option<Cow<'_, str>> {
        self.scalar(pointer).filter(|text| !text.trim().is_empty())
    }

    /// Whether there is something other than `null` at a pointer that was asked for.
    pub(crate) fn is_present(&self, pointer: &str) -> bool {
        self.at(pointer).is_some()
    }
}

/// What is at a pointer. Of two members with the same name the last counts.
fn find<'a>(root: &'a str, top: &[(Cow<'a, str>, &'a str)], pointer: &str) -> Option<&'a str> {
    let mut steps = pointer::steps(pointer).map(pointer::unescaped);
    let Some(first) = steps.next() else { return Some(root) };
    let top = top.iter().rev().find(|(name, _)| *name == first).map(|(_, value)| *value);
    let start = if root.starts_with('[') { below(root, &first) } else { top };
    steps.try_fold(start?, |value, step| below(value, &step))
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
