//! Reads what is known to be JSON without copying it: the one walk over a body's text.
//!
//! There is no recursion, so a text may nest at any depth, and no number is read, so it may have any size and leaves as it was
//! written. What is not known to be JSON is checked first, by [`check`].

use std::borrow::Cow;

/// A piece of a JSON text. Pieces follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// An array or an object begins: `[` or `{`.
    Begin(&'a str),
    /// It ends.
    End(&'a str),
    /// The name of a member, in its quotes.
    Name(&'a str),
    /// A string, number, boolean or `null`, as it is written.
    Scalar(&'a str),
    /// White space, a comma or a colon.
    Between(&'a str),
}

impl<'a> Piece<'a> {
    /// The text.
    pub const fn text(self) -> &'a str {
        match self {
            Self::Begin(text) | Self::End(text) | Self::Name(text) | Self::Scalar(text) | Self::Between(text) => text,
        }
    }
}

/// The pieces of a text.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

/// The pieces of a JSON text, from its start to its end.
pub const fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let start = self.at;
        let end = end_of_token(self.text.as_bytes(), start)?;
        let text = self.text.get(start..end)?;
        self.at = end;
        Some(match text.as_bytes()[0] {
            b'{' | b'[' => Piece::Begin(text),
            b'}' | b']' => Piece::End(text),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => Piece::Between(text),
            b'"' if self.text.as_bytes()[end..].trim_ascii_start().first() == Some(&b':') => Piece::Name(text),
            _ => Piece::Scalar(text),
        })
    }
}

/// Where the token ends that begins at `start`.
fn end_of_token(json: &[u8], start: usize) -> Option<usize> {
    let rest = json.get(start..)?;
    let length = match rest.first()? {
        b'"' => {
            let mut end = 1;
            loop {
                let ends = |byte: &u8| matches!(byte, b'"' | b'\\');
                match rest.get(end..).and_then(|rest| rest.iter().position(ends)) {
                    Some(length) if rest[end + length] == b'"' => break end + length + 1,
                    Some(length) => end += length + 2,
                    None => break rest.len(),
                }
            }
        }
        b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => 1,
        _ => rest.iter().position(|byte| b"{}[],: \t\r\n\"".contains(byte)).unwrap_or(rest.len()),
    };
    Some(start + length.min(rest.len()))
}

/// The members of an object, as they are written: the name in its quotes and the value. None of what is no object.
pub fn members(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut pieces = pieces(text);
    let mut is_object = matches!(next(&mut pieces), Some(Piece::Begin("{")));
    std::iter::from_fn(move || {
        let name = loop {
            match pieces.next().filter(|_| is_object) {
                Some(Piece::Name(name)) => break name,
                Some(Piece::Between(_)) => {}
                _ => {
                    is_object = false;
                    return None;
                }
            }
        };
        Some((name, value(&mut pieces)?))
    })
}

/// The elements of an array, as they are written. None of what is no array.
pub fn elements(text: &str) -> impl Iterator<Item = &str> {
    let mut pieces = pieces(text);
    let is_array = matches!(next(&mut pieces), Some(Piece::Begin("[")));
    std::iter::from_fn(move || if is_array { value(&mut pieces) } else { None })
}

/// The next piece that is not between others.
fn next<'a>(pieces: &mut Pieces<'a>) -> Option<Piece<'a>> {
    pieces.find(|piece| !matches!(piece, Piece::Between(_)))
}

/// The next value, with everything in it.
fn value<'a>(pieces: &mut Pieces<'a>) -> Option<&'a str> {
    let first = next(pieces)?;
    let start = pieces.at - first.text().len();
    let mut depth = match first {
        Piece::Begin(_) => 1,
        Piece::Scalar(_) => 0,
        _ => return None,
    };
    while depth > 0 {
        match pieces.next()? {
            Piece::Begin(_) => depth += 1,
            Piece::End(_) => depth -= 1,
            _ => {}
        }
    }
    pieces.text.get(start..pieces.at)
}

/// How deep the lists and objects of a text nest.
pub fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The text of a value: that of a string, or the value as it is written. `null` has none, nor has what is not Unicode.
pub fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) if !text.contains('\\') => Some(text.into()),
        Some(_) => serde_json::from_str::<String>(raw).ok().map(Cow::Owned),
        None if raw == "null" => None,
        None => Some(raw.into()),
    }
}

/// The name of a member. One that is not Unicode is taken as it is written.
pub fn name(raw: &str) -> Cow<'_, str> {
    decoded(raw).unwrap_or(Cow::Borrowed(raw))
}

/// Checks that a text is JSON.
///
/// # Errors
/// What is wrong and where, without any of the text.
pub fn check(text: &str) -> Result<(), String> {
    serde_json::from_str::<&serde_json::value::RawValue>(text).map(drop).map_err(|error| position(&error))
}

/// Where a JSON error is. Its own text could quote the value.
pub fn position(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Syntax => "a syntax error",
        serde_json::error::Category::Data => "a value of an unexpected type",
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Io => "it could not be read",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn members_and_elements_come_as_they_are_written() {
        let text = r#" {"a" : [1, {"b":2}] , "c\u0061":"x:\"y", "d":-1.50e3,"e":{} , "a":null} "#;
        let all: Vec<_> = members(text).collect();
        let expected = [
            (r#""a""#, r#"[1, {"b":2}]"#),
            (r#""c\u0061""#, r#""x:\"y""#),
            (r#""d""#, "-1.50e3"),
            (r#""e""#, "{}"),
            (r#""a""#, "null"),
        ];
        assert_eq!(all, expected);
        assert_eq!(name(all[1].0), "ca");
        assert_eq!(elements(all[0].1).collect::<Vec<_>>(), ["1", r#"{"b":2}"#]);
        for none in ["[]", "{}", "1", "", "  ", r#""a""#] {
            assert_eq!((members(none).count(), elements(none).count()), (0, 0), "{none}");
        }
    }

    #[test]
    fn a_string_is_decoded_and_null_has_no_text() {
        for (raw, text) in [
            (r#""a""#, Some("a")),
            (r#""\u00e9\n""#, Some("é\n")),
            (r#""\ud800""#, None),
            ("null", None),
            ("1.0", Some("1.0")),
            ("{ }", Some("{ }")),
        ] {
            assert_eq!(decoded(raw).as_deref(), text, "{raw}");
        }
    }

    #[test]
    fn an_error_says_where_and_quotes_nothing() {
        assert_eq!(check("{\"a\":\nPIN}").unwrap_err(), "a syntax error at line 2, column 1");
        assert!(check("[1").unwrap_err().starts_with("it ends too early"));
        assert_eq!(check(" [1] "), Ok(()));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
            r#"[\\"{}\[\],:nu ]{0,8}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(r#"[a"\\:é]{0,3}"#, inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_read_the_same(value in value(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.expect("JSON");
            prop_assert_eq!(pieces(&text).map(Piece::text).collect::<String>(), text.clone());
            let parse = |raw: &str| serde_json::from_str::<Value>(raw).expect("JSON");
            match &value {
                Value::Object(expected) => {
                    let read: serde_json::Map<_, _> =
                        members(&text).map(|(raw, value)| (name(raw).into_owned(), parse(value))).collect();
                    prop_assert_eq!(&read, expected);
                }
                Value::Array(expected) => {
                    prop_assert_eq!(&elements(&text).map(parse).collect::<Vec<_>>(), expected);
                }
                Value::String(expected) => {
                    let decoded = decoded(&text);
                    prop_assert_eq!(decoded.as_deref(), Some(expected.as_str()));
                }
                _ => {}
            }
        }

        #[test]
        fn any_text_comes_to_an_end(text in r#"[\\"{}\[\],:né ]{0,24}"#) {
            prop_assert_eq!(pieces(&text).map(Piece::text).collect::<String>(), text.clone());
            members(&text).for_each(drop);
            elements(&text).for_each(drop);
            decoded(&text);
        }
    }
}
