//! Where credentials and settings are read from: a file of `NAME=VALUE` lines, and the environment.
//!
//! The file was named on this command line, so it comes first. It does not become part of this process's environment.
//!
//! A value is never changed on its way, because a secret that was changed is sent to a provider who refuses it without
//! saying why. Nothing is substituted, and what readers of such files take differently is refused. Hence no parser of
//! another crate: those that there are substitute `$NAME` and cut a value at ` #`.

use std::collections::HashMap;
use std::env;
use std::path::Path;

use countersign::{Builder, Secret};
use zeroize::Zeroizing;

use crate::file;
use crate::output::Failure;

/// Gives a builder what the file and the environment hold.
pub fn fill(builder: Builder, file: Option<&Path>) -> Result<Builder, Failure> {
    let environment = Environment::read(file)?;
    Ok(builder.env_from(|name| environment.get(name)))
}

/// What a file and the environment hold.
pub struct Environment(HashMap<String, Secret>);

impl Environment {
    /// Reads the file, if there is one.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        file.map(read).transpose().map(|values| Self(values.unwrap_or_default()))
    }

    fn get(&self, name: &str) -> Result<Option<String>, String> {
        match self.0.get(name) {
            Some(value) => Ok(Some(value.expose().to_owned())),
            None => match env::var(name) {
                Ok(value) => Ok(Some(value)),
                Err(env::VarError::NotPresent) => Ok(None),
                Err(env::VarError::NotUnicode(_)) => Err(format!("the variable {name} is not UTF-8 text")),
            },
        }
    }

    /// A variable, or what is in the file that the variable with `_FILE` at its end names.
    pub fn credential(&self, name: &str) -> Result<Option<String>, Failure> {
        let file = format!("{name}_FILE");
        match (self.get(name).map_err(Failure::usage)?, self.get(&file).map_err(Failure::usage)?) {
            (None, Some(path)) => {
                let text = file::read(Path::new(&path), &file)?;
                Ok(Some(text.expose().trim_end_matches(['\r', '\n']).to_owned()))
            }
            (value, _) => Ok(value),
        }
    }
}

fn read(path: &Path) -> Result<HashMap<String, Secret>, Failure> {
    let text = file::read(path, "--env-file")?;
    if text.expose().trim().is_empty() {
        let advice = "whoever writes it, such as a sandbox that was just started, may not have done so yet: try again";
        return Err(Failure::usage("the file of --env-file is empty").advise(advice));
    }
    parse(text.expose()).map_err(|Wrong { line, what, advice }| {
        // No part of the line is repeated: even what is before a "=" may be the end of a secret in base64.
        Failure::usage(format!("line {line} of the file of --env-file {what}")).advise(advice)
    })
}

/// What is wrong with a line.
#[derive(Debug, PartialEq)]
struct Wrong {
    line: usize,
    what: &'static str,
    advice: &'static str,
}

const SINGLE: &str = "put the value between single quotes, where every character is itself; '\\'' is a single quote";

/// The values by their names:
///
/// - `NAME=VALUE`: the value goes to the end of the line, without the white space around it.
/// - `NAME='VALUE'`, `NAME="VALUE"`: it goes to the next such quote, line breaks included. Between single quotes, `'\''` is
///   a single quote, as shells have it.
/// - A line that begins with `#` is a comment, and so is a `#` behind a closing quote. `export` before a name is skipped.
fn parse(text: &str) -> Result<HashMap<String, Secret>, Wrong> {
    let mut values = HashMap::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let number = 1 + text[..text.len() - rest.len()].matches('\n').count();
        let wrong = |what, advice| Wrong { line: number, what, advice };
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            rest = below;
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_name(bare(name))) else {
            return Err(wrong(
                "is not NAME=VALUE",
                "a comment begins with \"#\", and a name has letters, digits and \"_\"",
            ));
        };
        let quote = value.trim_start().chars().next().filter(|c| matches!(c, '\'' | '"'));
        let (value, below) = match quote {
            Some(quote) => {
                // Not of the line, but of all that follows: a value between quotes can have several lines.
                let behind = &rest[line.len() - value.trim_start().len() + 1..];
                quoted(quote, behind).map_err(|what| wrong(what, SINGLE))?
            }
            None => {
                unquoted(value).map_err(|what| wrong(what, SINGLE))?;
                (value.trim().into(), below)
            }
        };
        if values.insert(bare(name).to_owned(), value).is_some() {
            return Err(wrong("gives a name that a line above gives too", "give it once"));
        }
        rest = below;
    }
    Ok(values)
}

/// A name without the `export` of a shell.
fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(name, str::trim_start)
}

fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(|c: char| is_plain(c) && !c.is_ascii_digit()) && text.chars().all(is_plain)
}

/// A value without quotes goes to the end of the line, unless some would read less of it.
fn unquoted(value: &str) -> Result<(), &'static str> {
    if value.contains(" #") || value.contains("\t#") {
        return Err("has a \"#\" behind a space, which may be a comment or a part of the value");
    }
    if value.trim().chars().any(|c| c.is_control() && c != '\t') {
        return Err("has a control character in its value");
    }
    Ok(())
}

/// The value between quotes, and the lines below it.
fn quoted(quote: char, mut rest: &str) -> Result<(Secret, &str), &'static str> {
    let mut value = Zeroizing::new(String::new());
    loop {
        let Some((part, behind)) = rest.split_once(quote) else {
            return Err("has a quote that does not end");
        };
        if quote == '"' && part.contains('\\') {
            return Err("has a backslash between double quotes, which readers of such files take differently");
        }
        value.push_str(part);
        rest = behind;
        match rest.strip_prefix("\\''").filter(|_| quote == '\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => break,
        }
    }
    let (tail, below) = rest.split_once('\n').unwrap_or((rest, ""));
    if tail.trim().is_empty() || tail.trim_start() != tail && tail.trim_start().starts_with('#') {
        return Ok((value.as_str().into(), below));
    }
    Err("has something behind a closing quote")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, Wrong> {
        parse(text).map(|mut values| values.remove("A").map(|value| value.expose().to_owned()).unwrap_or_default())
    }

    #[test]
    fn a_value_is_taken_as_it_is() {
        for (text, expected) in [
            ("A=", ""),
            ("A=1", "1"),
            ("A=a$HOME${HOME}`b`", "a$HOME${HOME}`b`"),
            ("A=a#b", "a#b"),
            ("A=#b", "#b"),
            ("A=dGhlLWtleQ==", "dGhlLWtleQ=="),
            ("A=a\\nb\\", "a\\nb\\"),
            ("A=a 'b' \"c\"", "a 'b' \"c\""),
            ("  export  A = 1 2\t\r\n", "1 2"),
            ("\u{feff}A=1\r\nB=2\r\n", "1"),
            ("# A=0\n\n  # A=0\nA=1\n#", "1"),
            ("A='a $HOME #b \\ \"c\"'", "a $HOME #b \\ \"c\""),
            ("A='it'\\''s'", "it's"),
            ("A=''\\'''", "'"),
            ("A=\"a $HOME # 'b'\"", "a $HOME # 'b'"),
            ("A='-----BEGIN\nB=2\n'\nB=3", "-----BEGIN\nB=2\n"),
            ("A='1'  # one", "1"),
            ("exportA=2\nA=1", "1"),
            ("export=2\nA=1", "1"),
        ] {
            assert_eq!(value(text).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn what_others_read_differently_is_refused_by_its_line() {
        for (text, line) in [
            ("\nTHE-KEY", 2),
            ("A=1\n=2", 2),
            ("A.B=2", 1),
            ("1A=2", 1),
            ("A B=2", 1),
            ("A=THE-KEY # a comment", 1),
            ("A= # a comment", 1),
            ("A=1\rB=2", 1),
            ("A=a\0b", 1),
            ("A='THE-KEY\nB=2", 1),
            ("B='1\n2\n3'\nA='THE-KEY", 4),
            ("A=\"a\\nb\"", 1),
            ("A='1'2", 1),
            ("A='1'#2", 1),
            ("A='1' 2", 1),
            ("A=1\nB=2\nexport A=3", 3),
        ] {
            let wrong = value(text).unwrap_err();
            assert_eq!(wrong.line, line, "{text:?}: {wrong:?}");
        }
    }
}
