//! Writes an expression as documents do: on one line, in YAML's flow form. Reading it again yields the same values.

use std::fmt::{self, Display, Formatter};

use super::{Absent, FieldForm, Selection, TimeFormat, Value};

/// An `x-value`, as a document could write it.
///
/// ```
/// use countersign_plan::{Codec, Expression, Function, Hash, Value};
///
/// let key = [Value::Credential("secret_key".into())];
/// let digest = [Function::Digest(Hash::Sha256).of(key.to_vec())];
/// let value = [Value::Text("v1=".into()), Function::Encode(Codec::Hex).of(digest.to_vec())];
/// assert_eq!(Expression(&value).to_string(), r#"["v1=", {hex: {sha-256: {credential: secret_key}}}]"#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Expression<'a>(pub &'a [Value]);

impl Display for Expression<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            [value] => value.fmt(f),
            values => list(f, values),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Scalar(text).fmt(f),
            Self::Credential(name) => write!(f, "{{credential: {}}}", Scalar(name)),
            Self::Setting(name) => write!(f, "{{setting: {}}}", Scalar(name)),
            Self::Session(name) => write!(f, "{{session: {}}}", Scalar(name)),
            Self::Given => f.write_str("{given: true}"),
            Self::Uuid => f.write_str("{uuid: v4}"),
            Self::Time { format, offset_seconds } => time(f, format, *offset_seconds),
            Self::Request(part) => write!(f, "{{request: {}}}", part.name()),
            Self::Header(name) => write!(f, "{{header: {}}}", Scalar(name)),
            Self::Field(name) => write!(f, "{{field: {}}}", Scalar(name)),
            Self::Fields { which, form, separator, absent } => {
                match which {
                    Selection::Signed => f.write_str("{fields: signed")?,
                    Selection::ByName => f.write_str("{fields: by-name")?,
                    Selection::Named(names) => {
                        f.write_str("{fields: ")?;
                        list(f, names.iter().map(|name| Scalar(name)))?;
                    }
                }
                if *form == FieldForm::Pairs {
                    f.write_str(", as: pairs")?;
                }
                if !separator.is_empty() {
                    write!(f, ", separator: {}", Scalar(separator))?;
                }
                if *absent == Absent::Empty {
                    f.write_str(", absent: empty")?;
                }
                f.write_str("}")
            }
            Self::Join { with, of } => {
                write!(f, "{{join: {{with: {}, of: ", Scalar(with))?;
                list(f, of.iter())?;
                f.write_str("}}")
            }
            Self::Concat(values) => list(f, values.iter()),
            Self::Apply(function, operands) => {
                write!(f, "{{{}: ", function.name())?;
                match function.operands() {
                    [_] => Expression(&operands[0]).fmt(f)?,
                    names => {
                        for (index, (name, operand)) in names.iter().zip(operands).enumerate() {
                            let before = if index == 0 { "{" } else { ", " };
                            write!(f, "{before}{name}: {}", Expression(operand))?;
                        }
                        f.write_str("}")?;
                    }
                }
                f.write_str("}")
            }
        }
    }
}

fn list(f: &mut Formatter<'_>, items: impl IntoIterator<Item = impl Display>) -> fmt::Result {
    f.write_str("[")?;
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    f.write_str("]")
}

fn time(f: &mut Formatter<'_>, format: &TimeFormat, offset_seconds: i32) -> fmt::Result {
    let format = match format {
        TimeFormat::Unix => "unix",
        TimeFormat::UnixMillis => "unix-millis",
        TimeFormat::Rfc3339 => "rfc3339",
        TimeFormat::Strftime(format) => format,
    };
    write!(f, "{{time: {}", Scalar(format))?;
    if offset_seconds != 0 {
        let sign = if offset_seconds.is_negative() { '-' } else { '+' };
        let minutes = offset_seconds.unsigned_abs() / 60;
        write!(f, ", offset: \"{sign}{:02}:{:02}\"", minutes / 60, minutes % 60)?;
    }
    f.write_str("}")
}

/// A text: in quotes, unless it is a word that YAML takes for a text without them.
struct Scalar<'a>(&'a str);

impl Display for Scalar<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // YAML 1.1 has more words for a boolean than 1.2, and a reader may know either.
        const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
        let is_plain = self.0.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '/'))
            && self.0.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
            && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(self.0));
        if is_plain {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                // What YAML does not take as it is, or takes for a line break.
                c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                    write!(f, "\\u{:04x}", u32::from(c))?;
                }
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests;
