//! Reads the body of a success: JSON, text, bytes or nothing, and as one of several types where the status says of which.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_plan::json::position;
use countersign_plan::{Operation, ResponseForm, Success, Text};
use serde::de::value::{StrDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use crate::read::{explain, read};

/// What counts as the body where there is none, or none that the document describes.
pub(crate) const NO_BODY: &[u8] = b"null";

/// Which of several successes a status is. `None` where they carry the same.
pub(crate) fn variant_of(operation: &Operation, status: u16) -> Option<Text> {
    let named = operation.success(status).map(|success| success.status.clone());
    (!operation.successes.is_empty()).then(|| named.unwrap_or(Text::Borrowed(Success::OTHER)))
}

/// Reads a body of a form as a type: of one of several successes, as the variant of that.
///
/// # Errors
/// What is wrong with it, and where, without any of its content.
pub(crate) fn read_as<T: DeserializeOwned>(
    variant: Option<&str>,
    form: ResponseForm,
    body: &Bytes,
) -> Result<T, String> {
    let Some(variant) = variant else {
        return match form {
            ResponseForm::Json => read(body),
            ResponseForm::Empty => read(NO_BODY),
            ResponseForm::Text => read(Value::from(text(body)?).to_string().as_bytes()),
            ResponseForm::Bytes => T::deserialize(Raw(body)).map_err(|Unread(reason)| reason),
        };
    };
    let once = OneOf { variant, form, body, explains: false };
    T::deserialize(once).map_err(|Unread(reason)| match T::deserialize(OneOf { explains: true, ..once }) {
        Err(Unread(said)) if !said.is_empty() => said,
        _ => reason,
    })
}

/// A body that is text.
///
/// # Errors
/// It is not UTF-8.
pub(crate) fn text(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|_| "it is not text in UTF-8".to_owned())
}

/// Reads the body of a success without its type: JSON; text and, in base64, bytes as a text.
///
/// # Errors
/// What is wrong with it, and where, without any of its content.
pub(crate) fn read_untyped(form: ResponseForm, body: &Bytes) -> Result<Value, String> {
    match form {
        _ if body.is_empty() => Ok(Value::Null),
        ResponseForm::Text => text(body).map(Value::from),
        ResponseForm::Bytes => Ok(STANDARD.encode(body).into()),
        ResponseForm::Json | ResponseForm::Empty => read(body),
    }
}

/// Why a body is not of its type.
#[derive(Debug)]
struct Unread(String);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unread {}

impl de::Error for Unread {
    /// The message is of a type that has nothing of the body to quote: what is in it is read by others.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A body as bytes.
struct Raw<'b>(&'b Bytes);

impl<'de> Deserializer<'de> for Raw<'_> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_byte_buf(self.0.to_vec())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A body that is one of several, told by its status.
#[derive(Clone, Copy)]
struct OneOf<'b> {
    variant: &'b str,
    form: ResponseForm,
    body: &'b Bytes,
    /// Whether it is read once more, to say what is wrong with it.
    explains: bool,
}

impl<'de> Deserializer<'de> for OneOf<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for OneOf<'de> {
    type Error = Unread;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unread> {
        let name: StrDeserializer<'_, Unread> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for OneOf<'de> {
    type Error = Unread;

    fn unit_variant(self) -> Result<(), Unread> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unread> {
        match self.form {
            ResponseForm::Json if self.explains => {
                explain(self.body, seed).map_err(|reason| Unread(reason.unwrap_or_default()))
            }
            ResponseForm::Json => {
                let mut json = serde_json::Deserializer::from_slice(self.body);
                let value = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
                value.map_err(|error| Unread(position(&error)))
            }
            ResponseForm::Text => {
                let text: StringDeserializer<Unread> = text(self.body).map_err(Unread)?.to_owned().into_deserializer();
                // What a type says of a text could quote it.
                seed.deserialize(text).map_err(|_| Unread("it is not of the documented form".to_owned()))
            }
            ResponseForm::Bytes => seed.deserialize(Raw(self.body)),
            ResponseForm::Empty => seed.deserialize(().into_deserializer()),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unread> {
        Err(de::Error::invalid_type(de::Unexpected::NewtypeVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        Err(de::Error::invalid_type(de::Unexpected::NewtypeVariant, &visitor))
    }
}
