//! The headers of a response, typed. Each is read when it is asked for: one that is not as documented keeps nobody from the body.

use std::sync::Arc;

use bytes::Bytes;
use countersign_plan::Text;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;
use crate::read::read;
use crate::response::{Meta, RawResponse};

/// How the text of a header is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a text.
    Text,
    /// As it is in JSON: a number or a boolean.
    Literal,
    /// As a list of texts, with commas between them.
    Texts,
    /// As a list of numbers or booleans, with commas between them.
    Literals,
}

/// Reads a header that is in every response.
///
/// # Errors
/// It is not there, or not as documented.
pub fn required_header<T: DeserializeOwned>(
    meta: &Meta,
    operation: &'static str,
    name: &str,
    form: Form,
) -> Result<T, Error> {
    let found = find(meta, name, form).and_then(|json| json.ok_or_else(|| "it is not there".to_owned()));
    let value = found.and_then(|json| read(json.as_bytes()));
    value.map_err(|reason| invalid(meta, operation, name, &reason))
}

/// Reads a header that may be left out.
///
/// # Errors
/// It is not as documented.
pub fn header<T: DeserializeOwned>(
    meta: &Meta,
    operation: &'static str,
    name: &str,
    form: Form,
) -> Result<Option<T>, Error> {
    let found = find(meta, name, form);
    let value = found.and_then(|json| json.map(|json| read(json.as_bytes())).transpose());
    value.map_err(|reason| invalid(meta, operation, name, &reason))
}

fn invalid(meta: &Meta, operation: &'static str, name: &str, reason: &str) -> Error {
    let Meta { status, headers, request_id, attempts } = meta.clone();
    let response = Arc::new(RawResponse { status, headers, body: Bytes::new() });
    let reason = format!("its header {name} is not as documented: {reason}");
    Error::invalid_response(&Text::Borrowed(operation), &response, request_id, reason, attempts)
}

/// What a header says, as JSON, if it is there.
fn find(meta: &Meta, name: &str, form: Form) -> Result<Option<String>, String> {
    let text = |value: &'_ http::HeaderValue| {
        std::str::from_utf8(value.as_bytes()).map(|text| text.trim().to_owned()).map_err(|_| "it is not text in UTF-8")
    };
    let all = meta.headers.get_all(name).iter().map(text).collect::<Result<Vec<String>, _>>()?;
    let json = |text: &str| match form {
        Form::Text | Form::Texts => Value::from(text).to_string(),
        // What is no literal is a text, which a number is not.
        Form::Literal | Form::Literals => match serde_json::from_str::<&serde_json::value::RawValue>(text) {
            Ok(literal) if !literal.get().starts_with(['"', '{', '[']) => literal.get().to_owned(),
            _ => Value::from(text).to_string(),
        },
    };
    Ok(match (form, all.as_slice()) {
        // A list without elements is not sent.
        (Form::Texts | Form::Literals, []) => Some("[]".to_owned()),
        (_, []) => None,
        (Form::Text | Form::Literal, [one]) => Some(json(one)),
        (Form::Text | Form::Literal, _) => return Err("it is there more than once".to_owned()),
        // RFC 9110, section 5.3: a header that is there twice is one list.
        (Form::Texts | Form::Literals, all) => {
            let elements = all.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
            Some(format!("[{}]", elements.map(json).collect::<Vec<_>>().join(",")))
        }
    })
}

/// Declares the headers of an operation's responses.
#[doc(hidden)]
#[macro_export]
macro_rules! headers {
    (
        $(#[$about:meta])*
        pub struct $struct:ident of $operation:literal {
            $($(#[$says:meta])* $name:ident: $kind:ident<$of:ty> = $wire:literal $form:ident,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        pub struct $struct($crate::Meta);

        impl $struct {
            $(
                $(#[$says])*
                ///
                /// # Errors
                ///
                /// It is not as the document describes it.
                pub fn $name(&self) -> ::std::result::Result<$crate::headers!(@of $kind $of), $crate::Error> {
                    $crate::headers!(@read $kind)(&self.0, $operation, $wire, $crate::generated::Form::$form)
                }
            )*
        }

        impl ::std::convert::From<$crate::Meta> for $struct {
            fn from(meta: $crate::Meta) -> Self {
                Self(meta)
            }
        }

        /// What is not as documented is left out.
        impl ::std::fmt::Debug for $struct {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut all = f.debug_struct(::std::stringify!($struct));
                $(
                    if let ::std::result::Result::Ok(value) = self.$name() {
                        all.field(::std::stringify!($name), &value);
                    }
                )*
                all.finish_non_exhaustive()
            }
        }
    };
    (@of required $of:ty) => { $of };
    (@of optional $of:ty) => { ::std::option::Option<$of> };
    (@read required) => { $crate::generated::required_header };
    (@read optional) => { $crate::generated::header };
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::*;

    fn meta(headers: &[(&'static str, &'static str)]) -> Meta {
        let headers =
            headers.iter().map(|(name, text)| (HeaderName::from_static(name), HeaderValue::from_static(text)));
        let mut all = HeaderMap::new();
        headers.for_each(|(name, value)| _ = all.append(name, value));
        Meta { status: StatusCode::OK, headers: all, request_id: None, attempts: 1 }
    }

    /// What a header says, as JSON, or why it is not as documented.
    fn said(texts: &[&'static str], form: Form) -> Result<Option<Value>, String> {
        let texts: Vec<_> = texts.iter().map(|text| ("x-said", *text)).collect();
        header(&meta(&texts), "pay", "X-Said", form).map_err(|error| error.to_string())
    }

    #[test]
    fn a_header_is_read_in_its_form() {
        for (texts, form, json) in [
            (&[" noon "][..], Form::Text, Some("\"noon\"")),
            (&["17"], Form::Text, Some("\"17\"")),
            (&[], Form::Text, None),
            (&["17"], Form::Literal, Some("17")),
            (&["true"], Form::Literal, Some("true")),
            (&[], Form::Literal, None),
            // What is no literal is a text.
            (&["noon"], Form::Literal, Some("\"noon\"")),
            (&["\"17\""], Form::Literal, Some(r#""\"17\"""#)),
            (&["[17]"], Form::Literal, Some("\"[17]\"")),
            (&["{}"], Form::Literal, Some("\"{}\"")),
            (&["a, b", "c,"], Form::Texts, Some(r#"["a","b","c"]"#)),
            (&["1,2", "3"], Form::Literals, Some("[1,2,3]")),
            (&[], Form::Texts, Some("[]")),
            (&[], Form::Literals, Some("[]")),
        ] {
            let expected = json.map(|json| serde_json::from_str(json).expect("JSON"));
            assert_eq!(said(texts, form), Ok(expected), "{texts:?} {form:?}");
        }
        assert!(said(&["1", "2"], Form::Literal).is_err_and(|said| said.contains("it is there more than once")));
    }

    #[test]
    fn a_header_that_is_not_as_documented_is_named_and_not_quoted() {
        let meta = meta(&[("x-left", "hunter2")]);
        let wrong = header::<i64>(&meta, "pay", "X-Left", Form::Literal).expect_err("no number").to_string();
        assert!(
            wrong.contains("its header X-Left is not as documented: it should be an integer and is text"),
            "{wrong}"
        );
        assert!(!wrong.contains("hunter2"), "{wrong}");
        let missing = required_header::<i64>(&meta, "pay", "X-More", Form::Literal).expect_err("none").to_string();
        assert!(missing.contains("its header X-More is not as documented: it is not there"), "{missing}");
    }
}
