//! Writes an expression as documents do: on one line, in YAML's flow form. Reading it again yields the same values.

use std::fmt::{self, Display, Formatter};

use super::{
    Absent, Codec, EcdsaForm, FieldForm, Fields, Function, List, Of, Order, Per, Selection, Text, TimeFormat,
    UuidVersion, Value,
};

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
            Self::Made(name) => write!(f, "{{value: {}}}", Scalar(name)),
            Self::Uuid { version, per } => {
                let version = if *version == UuidVersion::V4 { "v4" } else { "v7" };
                let per = if *per == Per::Call { ", per: call" } else { "" };
                write!(f, "{{uuid: {version}{per}}}")
            }
            Self::Random { of, length } => write!(f, "{{random: {{of: {}, length: {length}}}}}", of.name()),
            Self::Time { format, offset_seconds, plus_seconds } => time(f, format, *offset_seconds, *plus_seconds),
            Self::Request(part) => write!(f, "{{request: {}}}", part.name()),
            Self::Header { name, absent, part } => {
                write!(f, "{{header: {}", Scalar(name))?;
                if *absent == Absent::Empty {
                    f.write_str(", absent: empty")?;
                }
                if let Some(part) = part {
                    write!(f, ", part: {}", Scalar(part))?;
                }
                f.write_str("}")
            }
            Self::Query(name) => write!(f, "{{query: {}}}", Scalar(name)),
            Self::Path(name) => write!(f, "{{path: {}}}", Scalar(name)),
            Self::Field(name) => write!(f, "{{field: {}}}", Scalar(name)),
            Self::Response(part) => write!(f, "{{response: {}}}", part.name()),
            Self::ResponseHeader { name, part: None } => write!(f, "{{response-header: {}}}", Scalar(name)),
            Self::ResponseHeader { name, part: Some(part) } => {
                write!(f, "{{response-header: {}, part: {}}}", Scalar(name), Scalar(part))
            }
            Self::ResponseField(pointer) => write!(f, "{{response-field: {}}}", Scalar(pointer)),
            Self::Fields(fields) => selection(f, fields),
            Self::Name => f.write_str("{name: true}"),
            Self::Content => f.write_str("{value: true}"),
            Self::Join { with, of } => {
                write!(f, "{{join: {{with: {}, of: ", Scalar(with))?;
                list(f, of.iter())?;
                f.write_str("}}")
            }
            Self::Concat(values) => list(f, values.iter()),
            Self::Object(members) => {
                f.write_str("{json: ")?;
                mapping(f, members)?;
                f.write_str("}")
            }
            Self::Array(items) => list(f, items.iter().map(|item| Expression(item))),
            Self::Literal(text) => f.write_str(text),
            Self::Parts { parts, separator, equals } => {
                f.write_str("{parts: ")?;
                mapping(f, parts)?;
                if separator != "," {
                    write!(f, ", separator: {}", Scalar(separator))?;
                }
                if equals != "=" {
                    write!(f, ", equals: {}", Scalar(equals))?;
                }
                f.write_str("}")
            }
            Self::Public { credential, form } => {
                write!(f, "{{public: {{credential: {}, as: {}}}}}", Scalar(credential), form.name())
            }
            Self::Apply(function, operands) => apply(f, *function, operands),
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

fn mapping(f: &mut Formatter<'_>, members: &[(Text, List<Value>)]) -> fmt::Result {
    f.write_str("{")?;
    for (index, (name, value)) in members.iter().enumerate() {
        let before = if index == 0 { "" } else { ", " };
        write!(f, "{before}{}: {}", Scalar(name), Expression(value))?;
    }
    f.write_str("}")
}

fn apply(f: &mut Formatter<'_>, function: Function, operands: &[List<Value>]) -> fmt::Result {
    let (before, after) = match function {
        Function::Decipher(_) | Function::DecryptJwe(..) => ("{decrypt: ", "}"),
        _ => ("", ""),
    };
    write!(f, "{before}{{{}: ", function.name())?;
    match (function, function.operands()) {
        (Function::Escape(_), _) => {
            Expression(&operands[1]).fmt(f)?;
            if !operands[0].is_empty() {
                write!(f, ", keep: {}", Expression(&operands[0]))?;
            }
        }
        (Function::Encode(Codec::Base64UrlPadded), _) => write!(f, "{}, padding: true", Expression(&operands[0]))?,
        (Function::Decimal(places), _) => write!(f, "{{places: {places}, of: {}}}", Expression(&operands[0]))?,
        (_, [_]) => Expression(&operands[0]).fmt(f)?,
        (_, names) => {
            let options = match function {
                Function::Sign(by, EcdsaForm::Jose) => format!("by: {}, ", by.name()),
                Function::Sign(by, form) => format!("by: {}, form: {}, ", by.name(), form.name()),
                Function::Jws(algorithm, payload) => format!("algorithm: {}{}, ", algorithm.name(), payload.options()),
                Function::Jwe(algorithm, encryption) | Function::DecryptJwe(algorithm, encryption) => {
                    format!("algorithm: {}, encryption: {}, ", algorithm.name(), encryption.name())
                }
                _ => String::new(),
            };
            write!(f, "{{{options}")?;
            let given = names.iter().zip(operands).filter(|(name, of)| !of.is_empty() || !function.may_lack(name));
            for (index, (name, operand)) in given.enumerate() {
                let before = if index == 0 { "" } else { ", " };
                match operand.as_ref() {
                    // These are JSON anyway.
                    [Value::Object(members)] if matches!(*name, "header" | "claims") => {
                        write!(f, "{before}{name}: ")?;
                        mapping(f, members)?;
                    }
                    operand => write!(f, "{before}{name}: {}", Expression(operand))?,
                }
            }
            f.write_str("}")?;
        }
    }
    write!(f, "}}{after}")
}

fn selection(f: &mut Formatter<'_>, fields: &Fields) -> fmt::Result {
    f.write_str(if fields.of == Of::Headers { "{headers: " } else { "{fields: " })?;
    match &fields.which {
        Selection::Signed => f.write_str("signed")?,
        Selection::ByName => f.write_str("by-name")?,
        Selection::All => f.write_str("all")?,
        Selection::Named(names) => list(f, names.iter().map(|name| Scalar(name)))?,
        Selection::NamedIn(name) => write!(f, "{{named-in: {}}}", Scalar(name))?,
        Selection::Prefix(prefix) => write!(f, "{{prefix: {}}}", Scalar(prefix))?,
    }
    match fields.of {
        Of::Body | Of::Headers => {}
        Of::Query => f.write_str(", of: query")?,
        Of::QueryAndBody => f.write_str(", of: [query, body]")?,
    }
    if !fields.with.is_empty() {
        f.write_str(", with: ")?;
        mapping(f, &fields.with)?;
    }
    if fields.non_empty {
        f.write_str(", where: non-empty")?;
    }
    if !fields.except.is_empty() {
        f.write_str(", except: ")?;
        list(f, fields.except.iter().map(|name| Scalar(name)))?;
    }
    if fields.order == Order::IgnoreCase {
        f.write_str(", order: ignore-case")?;
    }
    match &fields.form {
        FieldForm::Values => {}
        FieldForm::Pairs => f.write_str(", as: pairs")?,
        FieldForm::Each(of) => write!(f, ", as: {}", Expression(of))?,
    }
    if !fields.separator.is_empty() {
        write!(f, ", separator: {}", Expression(&fields.separator))?;
    }
    if fields.absent == Absent::Empty {
        f.write_str(", absent: empty")?;
    }
    f.write_str("}")
}

fn time(f: &mut Formatter<'_>, format: &TimeFormat, offset_seconds: i32, plus_seconds: i64) -> fmt::Result {
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
    if plus_seconds != 0 {
        write!(f, ", plus: {plus_seconds}s")?;
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
