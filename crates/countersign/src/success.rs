//! Reads the body of a success: JSON, text, bytes or nothing, and as one of several types where the status says of which.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_plan::json::position;
use countersign_plan::{Operation, ResponseForm, Success, Text};
use serde::de::value::{Error as Unread, StrDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, VariantAccess, Visitor,
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
            ResponseForm::Bytes => T::deserialize(Raw(body)).map_err(|unread| unread.to_string()),
        };
    };
    let once = OneOf { variant, form, body, explains: false };
    T::deserialize(once).map_err(|unread| {
        let explained = T::deserialize(OneOf { explains: true, ..once }).err().map(|explained| explained.to_string());
        explained.filter(|said| !said.is_empty()).unwrap_or_else(|| unread.to_string())
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

/// A body as bytes. What is said of it is of types that have nothing of it to quote.
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
                explain(self.body, seed).map_err(|reason| Unread::custom(reason.unwrap_or_default()))
            }
            ResponseForm::Json => {
                let mut json = serde_json::Deserializer::from_slice(self.body);
                let value = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
                value.map_err(|error| Unread::custom(position(&error)))
            }
            ResponseForm::Text => {
                let text: StringDeserializer<Unread> =
                    text(self.body).map_err(Unread::custom)?.to_owned().into_deserializer();
                // What a type says of a text could quote it.
                seed.deserialize(text).map_err(|_| Unread::custom("it is not of the documented form"))
            }
            ResponseForm::Bytes => seed.deserialize(Raw(self.body)),
            ResponseForm::Empty => seed.deserialize(().into_deserializer()),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unread> {
        Err(Unread::invalid_type(de::Unexpected::NewtypeVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        Err(Unread::invalid_type(de::Unexpected::NewtypeVariant, &visitor))
    }
}

#[cfg(test)]
mod tests {
    use countersign_plan::{list, words};
    use countersign_sign::{Date, Secret, Sensitive};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::Binary;

    #[derive(Debug, Deserialize, Serialize)]
    struct Payment {
        id: i64,
    }

    crate::alternatives! {
        /// What pays.
        #[non_exhaustive]
        pub enum Payer by "kind" {
            /// A card.
            Card(i64) = texts!["card"],
            .. Unknown,
        }
    }

    #[derive(Debug, Deserialize, Serialize)]
    enum Several {
        #[serde(rename = "200")]
        Ok(Payment),
        #[serde(rename = "201")]
        Created(Payer),
        #[serde(rename = "202")]
        Accepted(Sensitive<String>),
        #[serde(rename = "204")]
        NoContent,
        #[serde(rename = "206")]
        Partial(Binary),
        #[serde(rename = "2XX")]
        Success(Date),
        #[serde(rename = "other")]
        Other(Binary),
    }

    static SEVERAL: Operation = words::operation("a", "GET", "/a").successes(list![
        words::success("200"),
        words::success("201"),
        words::success("202").plain_text(),
        words::success("204").empty(),
        words::success("206").bytes(),
        words::success("2XX").plain_text(),
    ]);

    fn read_success<T: DeserializeOwned>(operation: &Operation, status: u16, body: &Bytes) -> Result<T, String> {
        read_as(variant_of(operation, status).as_deref(), operation.response_form(status), body)
    }

    fn several(status: u16, body: &'static str) -> Result<Several, String> {
        read_success(&SEVERAL, status, &Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn the_status_says_what_a_body_is() {
        assert!(matches!(several(200, r#"{"id":7,"new":1}"#), Ok(Several::Ok(Payment { id: 7 }))));
        assert!(matches!(several(201, r#"{"kind":"new"}"#), Ok(Several::Created(Payer::Unknown(_)))));
        assert!(matches!(several(202, "\"Ada\""), Ok(Several::Accepted(text)) if text.expose() == "\"Ada\""));
        // What has no body is not looked at, as where it is the only success.
        assert!(matches!(several(204, "more"), Ok(Several::NoContent)));
        assert!(matches!(several(206, "\u{1}"), Ok(Several::Partial(file)) if *file == [1]));
        assert!(matches!(several(203, "2026-01-31"), Ok(Several::Success(_))));
        // With a body that decides alone, a success may have any status.
        assert!(matches!(several(404, "{}"), Ok(Several::Other(file)) if *file == *b"{}"));
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_of_it_quoted() {
        for (status, body, says) in [
            (200, "{}", "/id is missing"),
            (200, r#"{"id":"hunter2"}"#, "/id should be an integer and is text"),
            (200, "hunter2", "at line 1, column 1"),
            (200, r#"{"id":1} hunter2"#, "at line 1, column 10"),
            (201, r#"{"kind":"card"}"#, "it should be an integer and is an object"),
            (203, "hunter2", "it is not of the documented form"),
        ] {
            let error = several(status, body).expect_err(body);
            assert!(error.contains(says) && !error.contains("hunter2"), "{body}: {error}");
        }
        let latin = read_success::<Several>(&SEVERAL, 202, &Bytes::from_static(b"caf\xe9"));
        assert_eq!(latin.expect_err("no UTF-8"), "it is not text in UTF-8");
    }

    #[test]
    fn what_is_the_only_success_is_read_as_it_is() {
        let text = words::operation("a", "GET", "/a").plain_text();
        let read = |body: &'static str| Bytes::from_static(body.as_bytes());
        assert_eq!(read_success::<String>(&text, 200, &read("a\"b\n")).expect("text"), "a\"b\n");
        assert_eq!(read_success::<String>(&text, 200, &read("")).expect("text"), "");
        assert_eq!(read_success::<Secret>(&text, 200, &read("x")).expect("a secret").expose(), "x");
        assert!(read_success::<Date>(&text, 200, &read("hunter2")).is_err_and(|error| !error.contains("hunter2")));
        let file = words::operation("a", "GET", "/a").bytes();
        assert_eq!(*read_success::<Binary>(&file, 200, &read("\"aGk=\"")).expect("a file"), *b"\"aGk=\"");
        let empty = words::operation("a", "GET", "/a").empty();
        assert!(read_success::<()>(&empty, 200, &read("more")).is_ok());
    }

    #[test]
    fn without_a_type_text_is_a_string_and_a_file_is_base64() {
        for (status, body, value) in [
            (200, "{\"id\": 1.10}", serde_json::json!({"id": 1.1})),
            (202, "7", "7".into()),
            (206, "hi", "aGk=".into()),
            (204, "", Value::Null),
            (206, "", Value::Null),
        ] {
            assert_eq!(
                read_untyped(SEVERAL.response_form(status), &Bytes::from_static(body.as_bytes())),
                Ok(value),
                "{body}"
            );
        }
    }
}
