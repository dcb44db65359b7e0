//! Small mistakes that would explain why a value differs: one change of the expression, or of what it reads.
//!
//! Each change is tried by evaluating the changed expression. What is said of the one that matches has the document's words
//! in it, and no values. The search is bounded in tries, bytes and time: whoever sends a request chooses how long its parts are.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::{Duration, Instant};

use form_urlencoded::parse;
use serde_json::Value as Json;

use crate::parts::token_end;
use crate::plan::{
    Absent, Codec, Encoding, Expression, FieldForm, Hash, Operation, Place, RequestPart, Selection, Text, Value,
};
use crate::request::Candidate;
use crate::value::with_path;

/// All orders of so many things are tried: 120. Of more, those that people choose, and those that a slip makes.
const MOST_SHUFFLED: usize = 5;
/// All orders of so many operands are tried.
const MOST_OPERANDS: usize = 4;
/// Neighbours among more things than this are not exchanged.
const MOST_SWAPPED: usize = 50;
/// So many changes are tried at most, over so many bytes, for so long.
const MOST: usize = 2_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(2);
/// A longer body, or one that goes deeper, is not written in other ways.
const MOST_BODY: usize = 64 * 1024;
const DEEPEST: usize = 64;

const SEPARATORS: [&str; 11] = ["", "&", "|", ",", ":", ";", ".", "-", "_", " ", "\n"];
const HASHES: [Hash; 3] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];
const TEXTS: [Codec; 4] = [Codec::Hex, Codec::Base64, Codec::Base64Url, Codec::Base64Mime];

/// What changes are made of.
pub(super) struct Material<'a> {
    pub(super) operation: &'a Operation,
    pub(super) request: &'a Candidate,
    /// What `{fields: signed}` means.
    pub(super) signed: &'a [Text],
    /// The name of what is compared.
    pub(super) own: &'a str,
    /// When the search began.
    pub(super) began: Instant,
}

/// An expression with one change, and what to say if it matches.
type Change = (Vec<Value>, String);

/// What to say of the first change that matches, if one does.
pub(super) fn search(values: &[Value], material: &Material<'_>, matches: impl Fn(&[Value]) -> bool) -> Option<String> {
    let request = material.request;
    let size = 64 + request.body_bytes().len() + request.url.as_str().len();
    let most = MOST.min(MOST_BYTES / size).max(1);
    let changes = material.changes(values).into_iter().take(most);
    changes
        .take_while(|_| !material.is_over())
        .find(|(values, _)| matches(values))
        .map(|(_, note)| format!("it matches {note}"))
}

impl Material<'_> {
    fn is_over(&self) -> bool {
        self.began.elapsed() > LONGEST
    }

    fn changes(&self, values: &[Value]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if changes.len() > MOST || self.is_over() {
                break;
            }
            let place = |replacement: Vec<Value>| {
                [&values[..index], &replacement, values.get(index + 1..).unwrap_or_default()].concat()
            };
            changes.extend(self.of_one(value).into_iter().map(|(replacement, note)| (place(replacement), note)));
        }
        changes.extend(operands(values));
        changes
    }

    fn of_one(&self, value: &Value) -> Vec<Change> {
        let below = |of: &[Value], make: &dyn Fn(Vec<Value>) -> Value| -> Vec<Change> {
            self.changes(of).into_iter().map(|(of, note)| (vec![make(of)], note)).collect()
        };
        let is = |value: Value, note: String| (vec![value], note);
        match value {
            Value::Text(_)
            | Value::Credential(_)
            | Value::Setting(_)
            | Value::Session(_)
            | Value::Given
            | Value::Uuid
            | Value::Time { .. }
            | Value::Header(_)
            | Value::Encrypt { .. } => Vec::new(),
            Value::Request(part) => self.request(*part),
            Value::Field(name) => {
                let encoded = Value::Encode(Codec::Percent, vec![value.clone()].into());
                vec![is(encoded, format!("with the field {name} percent-encoded"))]
            }
            Value::Fields { which, form, separator, absent } => self.fields(which, *form, separator, *absent),
            Value::Join { with, of } => {
                let join = |with: Text, of: Vec<Value>| Value::Join { with, of: of.into() };
                let mut changes: Vec<Change> =
                    separators(with).map(|(with, note)| is(join(with.into(), of.to_vec()), note)).collect();
                for (index, operand) in of.iter().enumerate() {
                    for (mut replacement, note) in self.of_one(operand) {
                        let mut of = of.to_vec();
                        of[index] = match replacement.len() {
                            1 => replacement.remove(0),
                            _ => Value::Concat(replacement.into()),
                        };
                        changes.push(is(join(with.clone(), of), note));
                    }
                }
                changes.extend(operands(of).into_iter().map(|(of, note)| is(join(with.clone(), of), note)));
                changes
            }
            Value::Concat(of) => below(of, &|of| Value::Concat(of.into())),
            Value::Digest(hash, of) => {
                let mut changes = below(of, &|of| Value::Digest(*hash, of.into()));
                for other in HASHES.into_iter().filter(|other| other != hash) {
                    let note = format!("as {} in the place of {}", other.name(), hash.name());
                    changes.push(is(Value::Digest(other, of.clone()), note));
                }
                for (index, key) in of.iter().enumerate().filter(|(_, value)| matches!(value, Value::Credential(_))) {
                    let mut rest = of.to_vec();
                    rest.remove(index);
                    let mac = Value::Hmac { hash: *hash, key: vec![key.clone()].into(), of: rest.into() };
                    changes.push(is(mac, format!("as {} with {key} for its key", hash.hmac_name())));
                }
                changes
            }
            Value::Hmac { hash, key, of } => {
                let mac = |hash: Hash, key: &[Value], of: &[Value]| Value::Hmac {
                    hash,
                    key: key.to_vec().into(),
                    of: of.to_vec().into(),
                };
                let mut changes = below(of, &|of| mac(*hash, key, &of));
                changes.extend(below(key, &|key| mac(*hash, &key, of)));
                for codec in [Codec::FromHex, Codec::FromBase64] {
                    let decoded = Value::Encode(codec, key.clone());
                    changes.push(is(mac(*hash, &[decoded], of), format!("with {} for its key", codec.name())));
                }
                for other in HASHES.into_iter().filter(|other| other != hash) {
                    let note = format!("as {} in the place of {}", other.hmac_name(), hash.hmac_name());
                    changes.push(is(mac(other, key, of), note));
                }
                let (own, hash) = (hash.hmac_name(), *hash);
                for (of, what) in [
                    (of.to_vec(), "the message alone"),
                    ([&key[..], of].concat(), "the key and the message"),
                    ([&of[..], key].concat(), "the message and the key"),
                ] {
                    let note = format!("as {} of {what} in the place of {own}", hash.name());
                    changes.push(is(Value::Digest(hash, of.into()), note));
                }
                changes.push(is(mac(hash, of, key), "with the key and the message exchanged".into()));
                changes
            }
            Value::Encode(codec, of) => {
                let mut changes = below(of, &|of| Value::Encode(*codec, of.into()));
                changes.push((of.to_vec(), format!("without {}", codec.name())));
                let upper = |value: Value| Value::Encode(Codec::Upper, vec![value].into());
                if TEXTS.contains(codec) {
                    for other in TEXTS.into_iter().filter(|other| other != codec) {
                        let note = format!("as {} in the place of {}", other.name(), codec.name());
                        changes.push(is(Value::Encode(other, of.clone()), note));
                    }
                    let hex = Value::Encode(Codec::Hex, of.clone());
                    changes.push(is(upper(hex.clone()), "as hex in upper case".into()));
                    for outer in [Codec::Base64, Codec::Base64Url] {
                        let twice = Value::Encode(outer, vec![hex.clone()].into());
                        changes.push(is(twice, format!("as {} of the hex", outer.name())));
                    }
                }
                changes
            }
        }
    }

    fn fields(&self, which: &Selection, form: FieldForm, separator: &Text, absent: Absent) -> Vec<Change> {
        let body = &self.request.body;
        let names: Vec<Text> = match which {
            Selection::Signed => self.signed.to_vec(),
            Selection::Named(names) => names.to_vec(),
            Selection::ByName => {
                let names = body.names().into_iter().filter(|name| *name != self.own);
                let names: BTreeSet<String> = names.map(str::to_owned).collect();
                names.into_iter().map(Text::Owned).collect()
            }
        };
        let fields = |which: Selection, form, separator: &str, absent| {
            vec![Value::Fields { which, form, separator: separator.to_owned().into(), absent }]
        };
        let named = |names: Vec<Text>| fields(Selection::Named(names.into()), form, separator, absent);
        let text = |name: &Text| with_path(name, |path| body.text(path)).map(|text| text.into_owned());

        let mut changes: Vec<Change> = Vec::new();
        let in_body =
            body.names().into_iter().filter(|name| *name != self.own).map(|name| Text::Owned(name.to_owned()));
        for order in chosen_orders(&names).into_iter().chain([in_body.collect()]) {
            let note = match order.iter().all(|name| self.is_declared(name)) {
                true => format!("the order {}", order.join(", ")),
                // A name that the document does not have can be anything.
                false => "another order of the fields".into(),
            };
            changes.push((named(order), note));
        }
        for (other, note) in separators(separator) {
            changes.push((fields(which.clone(), form, other, absent), note));
        }
        if !separator.is_empty() {
            let ended = [fields(which.clone(), form, separator, absent), vec![Value::Text(separator.clone())]].concat();
            changes.push((ended, "with the separator at the end too".into()));
        }
        let (other, note) = match form {
            FieldForm::Values => (FieldForm::Pairs, "with pairs of name and value"),
            FieldForm::Pairs => (FieldForm::Values, "with values without their names"),
        };
        changes.push((fields(which.clone(), other, separator, absent), note.into()));
        let (other, note) = match absent {
            Absent::Skip => (Absent::Empty, "with fields that are absent as empty ones"),
            Absent::Empty => (Absent::Skip, "without the fields that are absent"),
        };
        changes.push((fields(which.clone(), form, separator, other), note.into()));
        let filled = names.iter().filter(|name| text(name).is_some_and(|text| !text.is_empty())).cloned();
        changes.push((named(filled.collect()), "without the fields that are empty".into()));

        let mut encoded = Vec::new();
        for name in names.iter().filter(|name| text(name).is_some()) {
            if !encoded.is_empty() {
                encoded.push(Value::Text(separator.clone()));
            }
            if form == FieldForm::Pairs {
                encoded.push(Value::Text(format!("{name}=").into()));
            }
            encoded.push(Value::Encode(Codec::Percent, vec![Value::Field(name.clone())].into()));
        }
        changes.push((encoded, "with the values percent-encoded".into()));
        changes
    }

    fn is_declared(&self, name: &str) -> bool {
        with_path(name, |path| self.operation.field(path).is_some())
            || self.operation.parameters.iter().any(|p| p.place == Place::Query && p.name == name)
    }

    fn request(&self, part: RequestPart) -> Vec<Change> {
        let text = |text: String, note: &str| (vec![Value::Text(text.into())], note.to_owned());
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let request = self.request;
        match part {
            RequestPart::Method => {
                vec![(
                    vec![Value::Encode(Codec::Lower, vec![Value::Request(part)].into())],
                    "with the method in lower case".into(),
                )]
            }
            RequestPart::Path | RequestPart::OperationPath => {
                let (own, other, what) = match part {
                    RequestPart::Path => (request.url.path(), RequestPart::OperationPath, "below the base URL's"),
                    _ => (request.operation_path(), RequestPart::Path, "with the base URL's before it"),
                };
                let query = [Value::Request(part), Value::Text("?".into()), Value::Request(RequestPart::Query)];
                let slash = match own.strip_suffix('/') {
                    Some(shorter) => text(shorter.to_owned(), "the path without the slash at its end"),
                    None => text(format!("{own}/"), "the path with a slash at its end"),
                };
                vec![
                    (vec![Value::Request(other)], format!("the path {what}")),
                    (query.to_vec(), "the path with the query after it".into()),
                    text(decoded(own), "the path decoded"),
                    slash,
                ]
            }
            RequestPart::Query => {
                let query = request.url.query().unwrap_or_default();
                let mut changes = self.pairs(query, "query");
                changes.push(text(format!("?{query}"), "the query with \"?\" before it"));
                changes
            }
            RequestPart::Body => {
                let bytes = request.body_bytes();
                let body = match std::str::from_utf8(&bytes) {
                    Ok(body) if (1..=MOST_BODY).contains(&body.len()) => body,
                    _ => return Vec::new(),
                };
                let encoding = self.operation.body.as_ref().map(|body| body.encoding);
                let mut changes = match encoding {
                    Some(Encoding::Json) => json(body),
                    _ => self.pairs(body, "body"),
                };
                changes.push(text(format!("{body}\n"), "the body with a line break at its end"));
                changes.push(text(String::new(), "an empty body"));
                changes
            }
        }
    }

    /// Other ways of writing a query or a form.
    fn pairs(&self, sent: &str, what: &str) -> Vec<Change> {
        let text = |text: String, note: String| (vec![Value::Text(text.into())], note);
        let pairs: Vec<Text> = sent.split('&').map(|pair| Text::Owned(pair.to_owned())).collect();
        let name = |pair: &Text| parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default();
        let mut changes: Vec<Change> = Vec::new();
        for order in chosen_orders(&pairs) {
            let names: Vec<String> = order.iter().map(name).collect();
            let note = match names.iter().all(|name| self.is_declared(name)) {
                true => format!("the {what} in the order {}", names.join(", ")),
                false => format!("the {what} in another order"),
            };
            changes.push(text(order.join("&"), note));
        }
        let decoded: Vec<String> = parse(sent.as_bytes()).map(|(name, value)| format!("{name}={value}")).collect();
        changes.push(text(decoded.join("&"), format!("the {what} decoded")));
        changes.push(text(sent.replace('+', "%20"), format!("the {what} with \"%20\" in the place of \"+\"")));
        changes.push(text(sent.replace("%20", "+"), format!("the {what} with \"+\" in the place of \"%20\"")));
        changes
    }
}

/// Other orders of operands, and one of them less.
fn operands(values: &[Value]) -> Vec<Change> {
    if values.len() < 2 {
        return Vec::new();
    }
    let orders = orders(values, MOST_OPERANDS).into_iter().map(|order| {
        let note = format!("the order {}", Expression(&order));
        (order, note)
    });
    let fewer = (0..values.len()).map(|index| {
        let mut rest = values.to_vec();
        let left_out = rest.remove(index);
        (rest, format!("without {left_out}"))
    });
    orders.chain(fewer).collect()
}

fn separators(own: &str) -> impl Iterator<Item = (&'static str, String)> {
    let own = own.to_owned();
    let others = SEPARATORS.into_iter().filter(move |other| *other != own);
    others.map(|other| (other, format!("with the separator {other:?}")))
}

/// The orders that people choose, and those that a slip makes.
fn chosen_orders(names: &[Text]) -> Vec<Vec<Text>> {
    let mut all = orders(names, MOST_SHUFFLED);
    if names.len() > MOST_SHUFFLED {
        let mut sorted = names.to_vec();
        sorted.sort();
        all.push(sorted.clone());
        all.push(sorted.iter().rev().cloned().collect());
        sorted.sort_by_key(|name| name.to_lowercase());
        all.push(sorted);
    }
    all
}

/// Other orders of some things: all of them, or the reverse and those with two neighbours exchanged.
pub(super) fn orders<T: Clone>(things: &[T], most: usize) -> Vec<Vec<T>> {
    if things.len() > most {
        let swapped = (1..things.len()).filter(|_| things.len() <= MOST_SWAPPED).map(|index| {
            let mut order = things.to_vec();
            order.swap(index - 1, index);
            order
        });
        return std::iter::once(things.iter().rev().cloned().collect()).chain(swapped).collect();
    }
    // Each thing goes into each place of each order of those after it. The first order is the one that there is.
    let mut all = vec![Vec::new()];
    for thing in things.iter().rev() {
        let longer = all.iter().flat_map(|order: &Vec<T>| {
            (0..=order.len()).map(|place| {
                let mut order = order.clone();
                order.insert(place, thing.clone());
                order
            })
        });
        all = longer.collect();
    }
    all.split_off(1)
}

/// Other ways of writing a JSON text.
fn json(sent: &str) -> Vec<Change> {
    let sorted = serde_json::from_str(sent).map(|json| sorted(&json)).unwrap_or_default();
    let written = [
        (sent.to_owned(), ""),
        (spaced(sent, ",", ":", None), " without white space"),
        (spaced(sent, ", ", ": ", None), " with a space after each \":\" and \",\""),
        (spaced(sent, ",", ": ", Some(2)), " in lines, indented by 2"),
        (spaced(sent, ",", ": ", Some(4)), " in lines, indented by 4"),
        (sorted, " with its names sorted"),
    ];
    let mut changes = Vec::new();
    for (text, style) in written {
        let slashes = text.replace('/', "\\/");
        let ascii = ascii(&text);
        let both = ascii.replace('/', "\\/");
        for (text, escaped) in [
            (text, ""),
            (slashes, ", \"/\" escaped"),
            (ascii, ", what is not ASCII escaped"),
            (both, ", \"/\" and what is not ASCII escaped"),
        ] {
            let is_sent = style.is_empty() && escaped.is_empty();
            if !is_sent && !text.is_empty() {
                changes.push((vec![Value::Text(text.into())], format!("the body{style}{escaped}")));
            }
        }
    }
    changes
}

/// A JSON text with other white space.
fn spaced(json: &str, comma: &str, colon: &str, indent: Option<usize>) -> String {
    let mut text = String::with_capacity(json.len());
    let mut depth = 0;
    let mut is_empty = false;
    let mut at = 0;
    let line = |text: &mut String, depth: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent * depth));
        }
    };
    while at < json.len() {
        let end = token_end(json, at);
        let token = &json[at..end];
        at = end;
        if token.trim_ascii().is_empty() {
            continue;
        }
        if matches!(token, "}" | "]") {
            depth = usize::saturating_sub(depth, 1);
            if !is_empty {
                line(&mut text, depth);
            }
        } else if is_empty {
            line(&mut text, depth);
        }
        is_empty = matches!(token, "{" | "[");
        match token {
            "," => {
                text.push_str(comma);
                line(&mut text, depth);
            }
            ":" => text.push_str(colon),
            _ => text.push_str(token),
        }
        depth += usize::from(is_empty);
        if depth > DEEPEST {
            // The spaces before its lines would be more than the text.
            return String::new();
        }
    }
    text
}

/// A JSON text without white space, the members of its objects in the order of their names.
fn sorted(json: &Json) -> String {
    let list = |items: Vec<String>| items.join(",");
    match json {
        Json::Array(items) => format!("[{}]", list(items.iter().map(sorted).collect())),
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members =
                members.into_iter().map(|(name, value)| format!("{}:{}", Json::from(name.as_str()), sorted(value)));
            format!("{{{}}}", list(members.collect()))
        }
        scalar => scalar.to_string(),
    }
}

/// A JSON text with every character outside ASCII escaped.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
