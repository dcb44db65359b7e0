//! What generated code uses. It is public for that reason alone and may change in any release.

use http::header::{HeaderMap, HeaderName};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

#[cfg(feature = "mock")]
pub mod mock;

pub use reqwest;
pub use serde;
pub use serde_json;

use crate::request::header_value;
use crate::secret::{Secret, Sensitive};

/// Why a request could not be built: which of its parameters, and what is wrong with it.
#[derive(Debug)]
pub struct Unbuilt(pub(crate) String);

impl From<String> for Unbuilt {
    fn from(reason: String) -> Self {
        Self(reason)
    }
}

/// Without reqwest's own text, which has the URL in it.
impl From<reqwest::Error> for Unbuilt {
    fn from(_: reqwest::Error) -> Self {
        Self("the request could not be built from its parameters".to_owned())
    }
}

/// A query parameter, each value of a list on its own, and none of `None`.
///
/// # Errors
/// The value cannot be written as text.
pub fn query<'a>(name: &'a str, value: &impl Serialize) -> Result<Vec<(&'a str, String)>, String> {
    let value = serde_json::to_value(value).map_err(|_| format!("{name}: it cannot be written as text"))?;
    Ok(texts(value).into_iter().map(|text| (name, text)).collect())
}

/// How a value is written where it is text: in a header or in a path.
pub trait Wire {
    /// The text.
    fn wire(&self) -> String;
}

impl<T: std::fmt::Display> Wire for T {
    fn wire(&self) -> String {
        self.to_string()
    }
}

impl Wire for Secret {
    fn wire(&self) -> String {
        self.expose().to_owned()
    }
}

impl<T: Wire> Wire for Sensitive<T> {
    fn wire(&self) -> String {
        self.expose().wire()
    }
}

/// Adds a header whose value the caller gave.
///
/// # Errors
/// The value cannot be carried unchanged; the message names the header.
pub fn header(headers: &mut HeaderMap, name: &'static str, value: &impl Wire) -> Result<(), String> {
    let name_on_wire =
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name}: its name is not a header name"))?;
    let value = header_value(value.wire().as_bytes()).map_err(|reason| format!("{name}: {reason}"))?;
    headers.append(name_on_wire, value);
    Ok(())
}

/// What has a meaning of its own in a path.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Encodes a path parameter that the caller gave.
///
/// # Errors
/// The value would not stay one segment of the path; the message names the parameter.
pub fn path_segment(name: &'static str, value: &impl Wire) -> Result<String, String> {
    path_segment_text(&value.wire()).map_err(|reason| format!("{name}: {reason}"))
}

pub(crate) fn path_segment_text(value: &str) -> Result<String, String> {
    match value {
        "" | "." | ".." => Err("an empty value, \".\" and \"..\" cannot stand in a path".into()),
        value => Ok(utf8_percent_encode(value, SEGMENT).to_string()),
    }
}

fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text],
        Value::Array(values) => values.into_iter().flat_map(texts).collect(),
        value => vec![value.to_string()],
    }
}

#[cfg(test)]
mod tests;
