//! Takes what a request carries in confidence out of the texts of a provider that repeats it.
//!
//! A provider may repeat a value in another form than it was sent in: in base64 or hexadecimal, in other letters, with
//! characters escaped as in a URL, in JSON or in HTML, or in several of these at once. [`Confidential`] knows the first two
//! as texts of their own; letters are compared without their case, and each character may be escaped.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE};
use zeroize::Zeroizing;

use crate::inputs::Inputs;
use crate::request::Request;
use crate::secret::{REDACTED, Secret};

/// A shorter text is taken out only where it is a word of its own: `123` would tear holes into every number.
const LONG_ENOUGH: usize = 4;

/// A shorter text than this one is left alone: a single character tells nothing, and is everywhere.
const SHORTEST: usize = 2;

/// What has at least this length and can be decoded may be repeated as what it was encoded from.
const WORTH_DECODING: usize = 16;

/// More spaces and line breaks than these in a text make another one of it.
const MOST_SPACES: usize = 64;

/// Texts that must not be printed, in every form in which they are looked for.
pub struct Confidential(Vec<Form>);

/// A text to be found, in whatever letters and however it is escaped.
struct Form {
    /// Its first letter in lower case, by which the forms are in order.
    first: char,
    text: Zeroizing<String>,
    /// Whether it counts only where it is a word of its own.
    is_word: bool,
}

impl Confidential {
    /// What the caller gave in confidence, what the request carries that was made of it or is a digest, and all credentials and
    /// values of the session.
    pub fn of(given: &Request<'_>, sent: &Request<'_>, inputs: &Inputs<'_>) -> Self {
        let operation = sent.operation();
        let slots = || 0..operation.slots.len();
        let given = slots().filter(|slot| operation.slots[*slot].is_confidential()).flat_map(|slot| given.texts(slot));
        let carried = slots().filter(|slot| operation.tells(*slot)).flat_map(|slot| sent.texts(slot));
        let settings = inputs.setup.settings.iter().filter(|(name, _)| operation.guards_setting(name));
        let settings = settings.map(|(_, setting)| setting.as_str());
        let credentials = inputs.setup.credentials.values().map(|credential| credential.text.expose());
        let session = inputs.session.into_iter().flat_map(|session| session.values()).map(Secret::expose);
        let own = settings.chain(credentials).chain(session).map(|text| Zeroizing::new(text.to_owned()));
        Self::new(given.chain(carried).chain(own))
    }

    /// Texts that must not be printed.
    pub fn new(texts: impl IntoIterator<Item = Zeroizing<String>>) -> Self {
        let mut forms = Self(Vec::new());
        for text in texts {
            for part in parts(&text) {
                forms.add_text(Zeroizing::new(part.to_owned()));
            }
            forms.add_text(text);
        }
        forms.0.sort_by(|a, b| (a.first, &*a.text, a.is_word).cmp(&(b.first, &*b.text, b.is_word)));
        // What is found anywhere is found as a word too.
        forms.0.dedup_by(|again, first| *again.text == *first.text);
        forms
    }

    /// Adds a text, and what it may be repeated as.
    fn add_text(&mut self, text: Zeroizing<String>) {
        let length = text.chars().filter(|c| !c.is_whitespace()).count();
        if length < SHORTEST {
            return;
        }
        let is_word = length < LONG_ENOUGH;
        self.add_encoded(text.as_bytes(), is_word);
        if text.contains(['\r', '\n']) {
            // Whoever encodes what came in lines may have joined them before.
            let joined = Zeroizing::new(text.replace(['\r', '\n'], ""));
            self.add_encoded(joined.as_bytes(), is_word);
            self.add_encoded(text.trim().as_bytes(), is_word);
        }
        if length >= WORTH_DECODING {
            for bytes in decoded(&text) {
                if let Ok(text) = std::str::from_utf8(&bytes) {
                    self.add(text.to_owned(), is_word);
                }
                self.add_encoded(&bytes, is_word);
            }
        }
        if !text.is_ascii() {
            // Which may have another length: `ß` becomes `SS`.
            self.add(text.to_uppercase(), is_word);
        }
        self.push(text, is_word);
    }

    fn add(&mut self, text: String, is_word: bool) {
        self.push(Zeroizing::new(text), is_word);
    }

    fn push(&mut self, text: Zeroizing<String>, is_word: bool) {
        if let Some(first) = text.trim_start().chars().next() {
            self.0.push(Form { first: lower(first), text, is_word });
        }
    }

    fn add_encoded(&mut self, bytes: &[u8], is_word: bool) {
        self.add(hex::encode(bytes), is_word);
        for encoding in [STANDARD, URL_SAFE] {
            let padded = Zeroizing::new(encoding.encode(bytes));
            self.add(padded.trim_end_matches('=').to_owned(), is_word);
            // Within something longer: what is before it shifts it by no, one or two bytes, and the characters at its
            // ends depend on its neighbours.
            if bytes.len() >= 6 {
                for (before, skip) in [(0, 0), (1, 2), (2, 3)] {
                    let shifted = Zeroizing::new([&[0; 2][..before], bytes].concat());
                    let encoded = Zeroizing::new(encoding.encode(&*shifted));
                    self.add(encoded[skip..shifted.len() * 8 / 6].to_owned(), is_word);
                }
            }
            self.push(padded, is_word);
        }
    }

    /// The text with `[redacted]` in place of what is confidential, as far as `most` characters of it and a few more.
    pub fn redact(&self, text: &str, most: usize) -> String {
        let mut redacted = String::new();
        let (mut at, mut length) = (0, 0);
        while let Some(next) = text[at..].chars().next().filter(|_| length <= most) {
            let Some(mut end) = self.end_of_longest(text, at) else {
                redacted.push(next);
                (at, length) = (at + next.len_utf8(), length + 1);
                continue;
            };
            // What begins in it goes with it, to its end.
            let mut inside = at + next.len_utf8();
            while let Some(next) = text[inside..].chars().next().filter(|_| inside < end) {
                end = end.max(self.end_of_longest(text, inside).unwrap_or_default());
                inside += next.len_utf8();
            }
            redacted.push_str(REDACTED);
            (at, length) = (end, length + REDACTED.len());
        }
        redacted
    }

    /// Where the longest confidential text that begins at a place ends.
    fn end_of_longest(&self, text: &str, at: usize) -> Option<usize> {
        let starts_word = || starts_word(text, at);
        let ends_word = |end: usize| !text[end..].starts_with(char::is_alphanumeric);
        let begin_with = |first: char| {
            let from = self.0.partition_point(|form| form.first < first);
            self.0[from..].iter().take_while(move |form| form.first == first)
        };
        let forms = readings(&text[at..]).flat_map(|(first, _)| begin_with(lower(first)));
        let ends = forms.flat_map(|form| {
            let ends = form.ends(text, at);
            ends.into_iter().filter(|end| !form.is_word || ends_word(*end) && starts_word())
        });
        ends.max()
    }
}

/// The parts of a token, such as a JSON Web Token, each of which may be repeated alone. What is no token has none.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    // The scheme of a header is before it.
    let token = text.rsplit(' ').next().unwrap_or(text);
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let is_token = matches!(token.split('.').count(), 3 | 5) && token.split('.').all(is_part);
    let parts = is_token.then(|| token.split('.')).into_iter().flatten();
    parts.filter(|part| part.len() >= WORTH_DECODING)
}

impl Form {
    /// Where this text, if it begins at a place of another, may end.
    fn ends(&self, text: &str, at: usize) -> Vec<usize> {
        let mut reached = vec![at];
        for wanted in self.text.trim().chars() {
            reached = match wanted.is_whitespace() {
                true => behind(text, reached, char::is_whitespace),
                false => after(text, behind(text, reached, |c| matches!(c, '\r' | '\n')), wanted),
            };
            if reached.is_empty() {
                break;
            }
        }
        reached
    }
}

/// Where one can be after a character.
fn after(text: &str, from: Vec<usize>, wanted: char) -> Vec<usize> {
    let next = |at: usize| {
        let same = readings(&text[at..]).filter(|(found, _)| is_same_letter(*found, wanted));
        same.map(move |(_, length)| at + length)
    };
    let mut reached: Vec<usize> = from.into_iter().flat_map(next).collect();
    // Otherwise a run of backslashes would be gone through in every way in which they can be paired.
    reached.sort_unstable();
    reached.dedup();
    reached
}

/// Where one can be after some or none of the spaces that are passed over.
fn behind(text: &str, from: Vec<usize>, passes: impl Fn(char) -> bool) -> Vec<usize> {
    let mut reached = from;
    let mut index = 0;
    while let Some(at) = reached.get(index).copied().filter(|_| index < MOST_SPACES) {
        let spaces = readings(&text[at..]).filter(|(found, _)| passes(*found));
        reached.extend(spaces.map(|(_, length)| at + length));
        index += 1;
    }
    reached
}

/// The letter in lower case, or what it begins with there.
fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn is_same_letter(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

/// Whether a word can begin at a place: after nothing, or after something that is neither letter nor digit, escaped or not.
fn starts_word(text: &str, at: usize) -> bool {
    let before = &text[..at];
    if !before.ends_with(char::is_alphanumeric) {
        return true;
    }
    let starts = before.char_indices().rev().map(|(start, _)| start).take(16);
    starts
        .into_iter()
        .any(|start| readings(&text[start..]).any(|(c, length)| start + length == at && !c.is_alphanumeric()))
}

/// Reads an escape, of which so many bytes stand for the character that it begins with.
type Escape = fn(&str, usize) -> Option<(char, usize)>;

/// The characters that a text may be read to begin with, and how many bytes each takes: the first one as it is, and what it
/// stands for where it begins an escape, once or over and over.
fn readings(text: &str) -> impl Iterator<Item = (char, usize)> {
    let plain = text.chars().next().map(|c| (c, c.len_utf8()));
    let escape: Option<(&str, Escape)> = match plain {
        Some(('%', _)) => Some(("25", percent)),
        Some(('\\', _)) => Some(("\\", backslash)),
        Some(('&', _)) => Some(("amp;", entity)),
        _ => None,
    };
    let once = match escape {
        Some((_, read)) => read(text, 1),
        None => plain.filter(|(c, _)| *c == '+').map(|_| (' ', 1)),
    };
    // What escapes may be escaped itself, over and over but not for ever.
    let again = escape.and_then(|(itself, read)| {
        let ends = |at: &usize| text[*at..].starts_with(itself).then_some(at + itself.len());
        let prefix = std::iter::successors(Some(1), ends).take(8).skip(1).last()?;
        read(text, prefix).or_else(|| plain.map(|(c, _)| (c, prefix)))
    });
    plain.into_iter().chain(once).chain(again)
}

/// The number that the first `count` characters are in hexadecimal.
fn number(text: &str, count: usize) -> Option<u32> {
    let digits = text.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

fn hex_byte(text: &str) -> Option<u8> {
    number(text, 2)?.try_into().ok()
}

/// `%C3%AB`, and `%EB` as those write it who know Latin-1 alone. `prefix` bytes stand for a `%`.
fn percent(text: &str, prefix: usize) -> Option<(char, usize)> {
    let first = hex_byte(&text[prefix..])?;
    let mut bytes = vec![first];
    let mut length = prefix + 2;
    let count = [0x80, 0xc0, 0xe0, 0xf0].iter().filter(|least| first >= **least).count();
    while bytes.len() < count {
        let Some(rest) = text[length..].strip_prefix(&text[..prefix]) else { break };
        let Some(byte) = hex_byte(rest) else { break };
        bytes.push(byte);
        length += prefix + 2;
    }
    match std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
        Some(c) => Some((c, length)),
        None => Some((char::from(first), prefix + 2)),
    }
}

/// `\"`, `\n`, `\u0031`, `\ud83d\ude00` and `\x31`. `prefix` bytes stand for a `\`.
fn backslash(text: &str, prefix: usize) -> Option<(char, usize)> {
    let unit = |text: &str| u16::try_from(number(text.strip_prefix('u')?, 4)?).ok();
    let escaped = &text[prefix..];
    let (c, length) = match escaped.chars().next()? {
        c @ ('"' | '\'' | '\\' | '/') => (c, 1),
        'n' => ('\n', 1),
        'r' => ('\r', 1),
        't' => ('\t', 1),
        'x' => (hex_byte(&escaped[1..])?.into(), 3),
        'u' => {
            let first = unit(escaped)?;
            match escaped[5..].strip_prefix(&text[..prefix]).and_then(unit) {
                Some(second) if (0xd800..0xdc00).contains(&first) => {
                    (char::decode_utf16([first, second]).next()?.ok()?, 5 + prefix + 5)
                }
                _ => (char::from_u32(first.into())?, 5),
            }
        }
        _ => return None,
    };
    Some((c, prefix + length))
}

/// `&#49;`, `&#x31;` and the named ones that stand for what has a meaning in HTML. `prefix` bytes stand for a `&`.
fn entity(text: &str, prefix: usize) -> Option<(char, usize)> {
    let length = text[prefix..].bytes().take(10).position(|byte| byte == b';')?;
    let name = &text[prefix..prefix + length];
    let c = match name.strip_prefix('#') {
        Some(number) => char::from_u32(match number.strip_prefix(['x', 'X']) {
            Some(number) => u32::from_str_radix(number, 16).ok()?,
            None => number.parse().ok()?,
        })?,
        None => match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            _ => return None,
        },
    };
    Some((c, prefix + name.len() + 1))
}

/// What a text was encoded from, if it was.
fn decoded(text: &str) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
    let alphabet = |c: char| match c {
        '-' => '+',
        '_' => '/',
        other => other,
    };
    let compact: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).map(alphabet).collect());
    let base64 = STANDARD_PAD_INDIFFERENT.decode(&*compact).ok();
    hex::decode(&*compact).ok().into_iter().chain(base64).map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
