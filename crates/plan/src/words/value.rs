//! The words of an expression: what it reads, and what it puts together.

use super::constant::borrowed;
use crate::{Absent, Alphabet, List, Per, PublicForm, RequestPart, ResponsePart, Text, TimeFormat, UuidVersion, Value};

/// Text.
pub const fn text(text: &'static str) -> Value {
    Value::Text(borrowed(text))
}

/// `{credential: NAME}`
pub const fn credential(name: &'static str) -> Value {
    Value::Credential(borrowed(name))
}

/// `{setting: NAME}`
pub const fn setting(name: &'static str) -> Value {
    Value::Setting(borrowed(name))
}

/// `{session: NAME}`
pub const fn session(name: &'static str) -> Value {
    Value::Session(borrowed(name))
}

/// `{given: true}`
pub const GIVEN: Value = Value::Given;

/// `{uuid: v4}`
pub const UUID: Value = uuid(UuidVersion::V4, Per::Attempt);

/// `{uuid: …, per: …}`
pub const fn uuid(version: UuidVersion, per: Per) -> Value {
    Value::Uuid { version, per }
}

/// `{random: {of: …, length: …}}`
pub const fn random(of: Alphabet, length: u16) -> Value {
    Value::Random { of, length }
}

/// `{value: NAME}`
pub const fn made(name: &'static str) -> Value {
    Value::Made(borrowed(name))
}

/// `{time: unix}`
pub const UNIX: Value = time(TimeFormat::Unix, 0, 0);

/// `{time: unix-millis}`
pub const UNIX_MILLIS: Value = time(TimeFormat::UnixMillis, 0, 0);

/// `{time: rfc3339}`
pub const RFC3339: Value = time(TimeFormat::Rfc3339, 0, 0);

/// `{time: FORMAT, offset: …, plus: …}`
pub const fn time(format: TimeFormat, offset_seconds: i32, plus_seconds: i64) -> Value {
    Value::Time { format, offset_seconds, plus_seconds }
}

/// A `strftime` format.
pub const fn strftime(format: &'static str) -> TimeFormat {
    TimeFormat::Strftime(borrowed(format))
}

/// `{request: PART}`
pub const fn request(part: RequestPart) -> Value {
    Value::Request(part)
}

/// `{header: NAME}`
pub const fn sent_header(name: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Skip, part: None }
}

/// `{header: NAME, absent: empty}`
pub const fn sent_header_or_empty(name: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Empty, part: None }
}

/// `{header: NAME, part: NAME}`
pub const fn part_of_header(name: &'static str, part: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Skip, part: Some(borrowed(part)) }
}

/// `{header: NAME, absent: empty, part: NAME}`
pub const fn part_of_header_or_empty(name: &'static str, part: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Empty, part: Some(borrowed(part)) }
}

/// `{query: NAME}`
pub const fn sent_query(name: &'static str) -> Value {
    Value::Query(borrowed(name))
}

/// `{response: PART}`
pub const fn response(part: ResponsePart) -> Value {
    Value::Response(part)
}

/// `{response-header: NAME}`
pub const fn received_header(name: &'static str) -> Value {
    Value::ResponseHeader { name: borrowed(name), part: None }
}

/// `{response-header: NAME, part: NAME}`
pub const fn part_of_received_header(name: &'static str, part: &'static str) -> Value {
    Value::ResponseHeader { name: borrowed(name), part: Some(borrowed(part)) }
}

/// `{response-field: POINTER}`
pub const fn received_field(pointer: &'static str) -> Value {
    Value::ResponseField(borrowed(pointer))
}

/// `{path: NAME}`
pub const fn sent_path(name: &'static str) -> Value {
    Value::Path(borrowed(name))
}

/// `{field: NAME}`
pub const fn sent_field(name: &'static str) -> Value {
    Value::Field(borrowed(name))
}

/// `{name: true}`
pub const NAME: Value = Value::Name;

/// `{value: true}`
pub const CONTENT: Value = Value::Content;

/// The name and the text of a header.
pub const fn constant(name: &'static str, text: &'static str) -> (Text, Text) {
    (borrowed(name), borrowed(text))
}

/// A name and an expression.
pub const fn entry(name: &'static str, of: List<Value>) -> (Text, List<Value>) {
    (borrowed(name), of)
}

/// `{json: {…}}`
pub const fn json(members: List<(Text, List<Value>)>) -> Value {
    Value::Object(members)
}

/// `[…]` in a JSON object.
pub const fn array(items: List<List<Value>>) -> Value {
    Value::Array(items)
}

/// A number, a boolean or `null` in a JSON object.
pub const fn literal(text: &'static str) -> Value {
    Value::Literal(borrowed(text))
}

/// `{parts: {NAME: V, …}, separator: TEXT, equals: TEXT}`
pub const fn parts(parts: List<(Text, List<Value>)>, separator: &'static str, equals: &'static str) -> Value {
    Value::Parts { parts, separator: borrowed(separator), equals: borrowed(equals) }
}

/// `{public: {credential: NAME, as: …}}`
pub const fn public(credential: &'static str, form: PublicForm) -> Value {
    Value::Public { credential: borrowed(credential), form }
}

/// `{join: {with: TEXT, of: […]}}`
pub const fn join(with: &'static str, of: List<Value>) -> Value {
    Value::Join { with: borrowed(with), of }
}

/// `[…]` as one operand of `join`.
pub const fn concat(of: List<Value>) -> Value {
    Value::Concat(of)
}
