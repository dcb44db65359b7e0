//! What stands at some JSON pointers of an answer, read in one pass without keeping the rest.
//!
//! Judging asks for a few scalars: a code, a message, a session's values. The answer's type is read from the same bytes
//! afterwards, so a tree of the whole would be made only to be thrown away.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What stands at a pointer.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    /// Nothing, or `null`.
    Nothing,
    /// A string, number or boolean, as its text: `200` and `"200"` are the same to providers, and so to us.
    Scalar(String),
    /// An array or an object.
    Whole,
}

/// A pointer, and what stands there.
struct Pick<'p> {
    pointer: &'p str,
    found: Found,
    /// How many of its steps lead to where the reader is, and how many bytes of it they are.
    steps: usize,
    bytes: usize,
}

/// What stands at some pointers.
#[derive(Default)]
pub(crate) struct Picked<'p>(Vec<Pick<'p>>);

impl<'p> Picked<'p> {
    /// Reads what stands at the pointers of a JSON text.
    ///
    /// # Errors
    /// It is not JSON.
    pub(crate) fn from_slice(json: &[u8], pointers: impl IntoIterator<Item = &'p str>) -> serde_json::Result<Self> {
        let pick = |pointer| Pick { pointer, found: Found::Nothing, steps: 0, bytes: 0 };
        let mut picks: Vec<_> = pointers.into_iter().map(pick).collect();
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        At { picks: &mut picks, depth: 0 }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(Self(picks))
    }

    fn at(&self, pointer: &str) -> &Found {
        self.0.iter().find(|pick| pick.pointer == pointer).map_or(&Found::Nothing, |pick| &pick.found)
    }

    /// The text of the scalar at a pointer that was asked for.
    pub(crate) fn scalar(&self, pointer: &str) -> Option<&str> {
        match self.at(pointer) {
            Found::Scalar(text) => Some(text),
            Found::Nothing | Found::Whole => None,
        }
    }

    /// The text of the scalar at a pointer that was asked for, unless it is empty.
    pub(crate) fn word(&self, pointer: &str) -> Option<&str> {
        self.scalar(pointer).filter(|text| !text.trim().is_empty())
    }

    /// Whether there is something other than `null` at a pointer that was asked for.
    pub(crate) fn is_present(&self, pointer: &str) -> bool {
        *self.at(pointer) != Found::Nothing
    }
}

/// A place in the text, `depth` steps below the root.
struct At<'a, 'p> {
    picks: &'a mut [Pick<'p>],
    depth: usize,
}

impl<'p> At<'_, 'p> {
    /// Notes what stands here.
    fn found(self, found: Found) {
        for pick in self.picks.iter_mut().filter(|pick| pick.steps == self.depth) {
            if pick.bytes == pick.pointer.len() {
                pick.found = found.clone();
            }
        }
    }

    /// Goes one step down. Yields whether a pointer leads there.
    fn descend(&mut self, key: &str) -> bool {
        let mut leads = false;
        for pick in self.picks.iter_mut().filter(|pick| pick.steps == self.depth) {
            let Some(step) = pick.pointer.get(pick.bytes..).and_then(|rest| rest.strip_prefix('/')) else { continue };
            let step = step.split_once('/').map_or(step, |(step, _)| step);
            if unescaped(step) == key {
                pick.steps += 1;
                pick.bytes += 1 + step.len();
                // Of two members with the same name the last counts.
                pick.found = Found::Nothing;
                leads = true;
            }
        }
        leads
    }

    /// Goes back up from one step down.
    fn ascend(&mut self) {
        for pick in self.picks.iter_mut().filter(|pick| pick.steps > self.depth) {
            pick.steps -= 1;
            pick.bytes = pick.pointer.get(..pick.bytes).and_then(|path| path.rfind('/')).unwrap_or_default();
        }
    }

    fn below(&mut self) -> At<'_, 'p> {
        At { picks: &mut *self.picks, depth: self.depth + 1 }
    }
}

/// The pointer that leads down these names (RFC 6901, section 3).
pub(crate) fn pointer(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("/{}", name.as_ref().replace('~', "~0").replace('/', "~1"))).collect()
}

/// The name that a step of a pointer stands for (RFC 6901, section 4).
pub(crate) fn unescaped(step: &str) -> Cow<'_, str> {
    match step.contains('~') {
        true => step.replace("~1", "/").replace("~0", "~").into(),
        false => step.into(),
    }
}

impl<'de> DeserializeSeed<'de> for At<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    /// `null` is nothing, which is what stands everywhere until something is found there.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.found(Found::Scalar(flag.to_string()));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.found(Found::Scalar(number.to_string()));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.found(Found::Scalar(number.to_string()));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.found(Found::Scalar(serde_json::Value::from(number).to_string()));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.found(Found::Scalar(text.to_owned()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(leads) = map.next_key_seed(Key(&mut self))? {
            match leads {
                true => {
                    map.next_value_seed(self.below())?;
                    self.ascend();
                }
                false => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.found(Found::Whole);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            let more = match self.descend(&index.to_string()) {
                true => items.next_element_seed(self.below())?.is_some(),
                false => items.next_element::<IgnoredAny>()?.is_some(),
            };
            self.ascend();
            if !more {
                break;
            }
            index += 1;
        }
        self.found(Found::Whole);
        Ok(())
    }
}

/// A member's name, which leads one step down.
struct Key<'k, 'a, 'p>(&'k mut At<'a, 'p>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(self.0.descend(key))
    }
}

#[cfg(test)]
mod tests;
