//! Values that are never printed.
//!
//! [`Secret`] holds what must stay secret (keys, tokens, PINs), [`Sensitive`] what is about a person (names, numbers,
//! dates of birth). Neither implements `Display`, and both print `[redacted]` in `Debug`, so whatever contains them can
//! derive `Debug` and be logged. Getting at the value takes a call of `expose`, which is easy to find in a review.
//!
//! Both serialise as the value itself, because a request's body is made that way: do not serialise a request into a log.
//!
//! # How far wiping goes
//!
//! A [`Secret`] overwrites its memory when it is dropped, and so do the buffers in which Countersign computes with it.
//! What it cannot reach: the text that the caller made it from, and the copies that serialisers, the HTTP stack, TLS and
//! the operating system make on the way out.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// What is printed in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// A text that must stay secret. It is wiped from memory when it is dropped.
///
/// ```
/// let pin = countersign_sign::Secret::from("1234");
/// assert_eq!(format!("{pin:?}"), "[redacted]");
/// assert_eq!(pin.expose(), "1234");
/// ```
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        // A text with room to spare is copied into one without, and is wiped itself.
        let text = Zeroizing::new(text);
        Self::from(text.as_str())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct("Secret", WithoutContent(PhantomData::<String>)).map(Self::from)
    }
}

/// A value about a person. It is never printed, but unlike a [`Secret`] it is not wiped.
///
/// ```
/// let number = countersign_sign::Sensitive::<String>::from("9876543978");
/// assert_eq!(format!("{number:?}"), "[redacted]");
/// assert_eq!(number.expose(), "9876543978");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// The value itself.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, taken out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Sensitive<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl From<&String> for Sensitive<String> {
    fn from(value: &String) -> Self {
        Self(value.clone())
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Serialize> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct("Sensitive", WithoutContent(PhantomData::<T>)).map(Self)
    }
}

/// Reads what is in a secret or personal value, and says nothing of it where it is of another type. That there is none may be
/// said: it is an error of the deserialiser, before anything is read.
struct WithoutContent<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for WithoutContent<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that must not be printed")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer).map_err(without_content)
    }

    /// Of a deserialiser that has text alone.
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::deserialize(text.to_owned().into_deserializer()).map_err(without_content::<E>)
    }
}

/// serde's own message quotes the value that it does not take.
fn without_content<E: Error>(_: E) -> E {
    E::custom("a value that is kept from print has another type")
}

#[cfg(test)]
mod tests;
