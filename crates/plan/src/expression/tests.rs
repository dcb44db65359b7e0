//! Every word, as specs/README.md writes it. That the reader of documents reads it so is tested where it is.

use super::*;
use crate::words::text;
use crate::{Codec, Function, Hash, List, Padding, RequestPart};

fn listed(values: &[Value]) -> List<Value> {
    values.to_vec().into()
}

fn written(value: &Value) -> String {
    Expression(std::slice::from_ref(value)).to_string()
}

fn credential() -> Value {
    Value::Credential("secret_key".into())
}

fn time(format: TimeFormat, offset_seconds: i32) -> Value {
    Value::Time { format, offset_seconds }
}

fn fields(which: Selection, form: FieldForm, separator: &'static str, absent: Absent) -> Value {
    Value::Fields { which, form, separator: separator.into(), absent }
}

#[test]
fn every_word_is_written_as_documents_write_it() {
    let named = Selection::Named(vec!["a".into(), "b c".into()].into());
    let key = || listed(&[credential()]);
    for (value, expected) in [
        (credential(), "{credential: secret_key}"),
        (Value::Setting("country".into()), "{setting: country}"),
        (Value::Session("token".into()), "{session: token}"),
        (Value::Given, "{given: true}"),
        (Value::Uuid, "{uuid: v4}"),
        (Value::Header("X-Client".into()), "{header: X-Client}"),
        (Value::Field("/order/id".into()), "{field: /order/id}"),
        (Value::Request(RequestPart::Method), "{request: method}"),
        (Value::Request(RequestPart::Path), "{request: path}"),
        (Value::Request(RequestPart::OperationPath), "{request: operation-path}"),
        (Value::Request(RequestPart::Query), "{request: query}"),
        (Value::Request(RequestPart::Body), "{request: body}"),
        (fields(Selection::Signed, FieldForm::Values, "", Absent::Skip), "{fields: signed}"),
        (
            fields(Selection::ByName, FieldForm::Pairs, "&", Absent::Empty),
            r#"{fields: by-name, as: pairs, separator: "&", absent: empty}"#,
        ),
        (fields(named, FieldForm::Values, "|", Absent::Skip), r#"{fields: [a, "b c"], separator: "|"}"#),
        (
            Value::Join { with: ".".into(), of: listed(&[text("a"), credential()]) },
            r#"{join: {with: ".", of: [a, {credential: secret_key}]}}"#,
        ),
        (Value::Concat(listed(&[text("a"), text("b")])), "[a, b]"),
        (Function::Digest(Hash::Sha512).of(key()), "{sha-512: {credential: secret_key}}"),
        (
            Function::Hmac(Hash::Sha256).keyed(key(), listed(&[text("a"), text("b")])),
            "{hmac-sha-256: {key: {credential: secret_key}, of: [a, b]}}",
        ),
        (Function::Encode(Codec::Base64).of(listed(&[Value::Given])), "{base64: {given: true}}"),
        (
            Function::Encrypt(Padding::OaepSha256).keyed(key(), listed(&[Value::Given])),
            "{rsa-oaep-sha-256: {key: {credential: secret_key}, of: {given: true}}}",
        ),
    ] {
        assert_eq!(written(&value), expected);
    }
    assert_eq!(Expression(&[text("a"), Value::Uuid]).to_string(), "[a, {uuid: v4}]");
}

#[test]
fn a_time_has_its_zone_in_hours_and_minutes() {
    for (value, expected) in [
        (time(TimeFormat::Unix, 0), "{time: unix}"),
        (time(TimeFormat::UnixMillis, 0), "{time: unix-millis}"),
        (time(TimeFormat::Rfc3339, 0), "{time: rfc3339}"),
        (time(TimeFormat::Rfc3339, 19_800), r#"{time: rfc3339, offset: "+05:30"}"#),
        (time(TimeFormat::Strftime("%Y%m%d".into()), -12_600), r#"{time: "%Y%m%d", offset: "-03:30"}"#),
    ] {
        assert_eq!(written(&value), expected);
    }
}

#[test]
fn a_text_is_in_quotes_where_yaml_would_take_it_for_something_else() {
    for (given, expected) in [
        ("a-b.c/d_1", "a-b.c/d_1"),
        ("/pointer", "/pointer"),
        ("_private", "_private"),
        ("", r#""""#),
        ("1e3", r#""1e3""#),
        ("-a", r#""-a""#),
        ("No", r#""No""#),
        ("null", r#""null""#),
        ("a: b", r#""a: b""#),
        ("say \"\\\"\n\t", r#""say \"\\\"\n\t""#),
        ("\u{1}\u{85}\u{2028}\u{feff}é", r#""\u0001\u0085\u2028\ufeffé""#),
    ] {
        assert_eq!(written(&text(given)), expected);
    }
}
