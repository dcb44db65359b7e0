//! Small mistakes that would explain why a value differs: one change of the expression, or of what it reads.
//!
//! Each change is tried by evaluating the changed expression. What is said of the one that matches has the document's words
//! in it, and no values. The search is bounded in tries, bytes and time: whoever sends a request chooses how long its parts are.

use std::time::{Duration, Instant};

use countersign_plan::{
    Absent, Codec, EcdsaForm, Encoding, Escape, Expression, FieldForm, Fields, Function, Hash, List, Of, Order, Place,
    RequestPart, Selection, SignatureAlgorithm, Text, Value,
};
use countersign_sign::Request;
use form_urlencoded::parse;
use percent_encoding::percent_decode_str;

use super::written::{Written, json, pairs};

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
/// A longer body is not written in other ways.
const MOST_BODY: usize = 64 * 1024;

const SEPARATORS: [&str; 11] = ["", "&", "|", ",", ":", ";", ".", "-", "_", " ", "\n"];
const HASHES: [Hash; 5] = [Hash::Sha256, Hash::Sha384, Hash::Sha512, Hash::Sha1, Hash::Md5];
const TEXTS: [Codec; 5] = [Codec::Hex, Codec::Base64, Codec::Base64Url, Codec::Base64UrlPadded, Codec::Base64Mime];
const FORMS: [EcdsaForm; 2] = [EcdsaForm::Jose, EcdsaForm::Der];

/// An expression with one change, and what to say if it matches.
type Change = (Vec<Value>, String);

/// What to say of the first change that matches, if one does.
pub(super) fn search(
    values: &[Value],
    request: &Request<'_>,
    slot: usize,
    matches: impl Fn(&[Value]) -> bool,
) -> Option<String> {
    let search = Search { request, slot, began: Instant::now() };
    let size = 64 + request.body_text().len() + request.path().len() + request.query().map_or(0, |query| query.len());
    let most = MOST.min(MOST_BYTES / size).max(1);
    let changes = search.changes(values, false).into_iter().take(most);
    changes
        .take_while(|_| !search.is_over())
        .find(|(values, _)| matches(values))
        .map(|(_, note)| format!("it matches {note}"))
}

struct Search<'a> {
    request: &'a Request<'a>,
    /// What is compared.
    slot: usize,
    began: Instant,
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        self.began.elapsed() > LONGEST
    }

    /// Every change of one of some values, and of their order. What is put in the place of one counts as one if `are_joined`.
    fn changes(&self, values: &[Value], are_joined: bool) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if changes.len() > MOST || self.is_over() {
                break;
            }
            for (mut replacement, note) in self.of_one(value) {
                if are_joined && replacement.len() != 1 {
                    replacement = vec![Value::Concat(replacement.into())];
                }
                changes.push(([&values[..index], &replacement, &values[index + 1..]].concat(), note));
            }
        }
        changes.extend(operands(values));
        changes
    }

    fn of_one(&self, value: &Value) -> Vec<Change> {
        let mut changes = Vec::new();
        if let Value::Join { with, of } = value {
            changes.extend(separators(with).map(|(with, note)| one(Value::Join { with, of: of.clone() }, note)));
        }
        if let Some(of) = value.clone().operand_mut() {
            changes.extend(self.changes(of, matches!(value, Value::Join { .. })).into_iter().map(|(changed, note)| {
                let mut value = value.clone();
                if let Some(of) = value.operand_mut() {
                    *of = changed.into();
                }
                one(value, note)
            }));
        }
        match value {
            Value::Request(part) => changes.extend(self.request(*part)),
            Value::Field(name) => {
                changes.push(one(percent(value.clone()), format!("with the field {name} percent-encoded")));
            }
            Value::Fields(fields) => changes.extend(self.fields(fields)),
            Value::Apply(Function::Digest(hash), [of, ..]) => {
                changes.extend(instead(HASHES, *hash, Hash::name, |other| Function::Digest(other).of(of.clone())));
                for (index, key) in of.iter().enumerate().filter(|(_, value)| matches!(value, Value::Credential(_))) {
                    let mut rest = of.to_vec();
                    rest.remove(index);
                    let note = format!("as {} with {key} for its key", hash.hmac_name());
                    changes.push(one(mac(*hash, std::slice::from_ref(key), &rest), note));
                }
            }
            Value::Apply(Function::Hmac(hash), [key, of, ..]) => changes.extend(self.mac(*hash, key, of)),
            Value::Apply(Function::Sign(algorithm, form), [key, of, ..]) => {
                let sign = |algorithm, form| Function::Sign(algorithm, form).keyed(key.to_vec(), of.to_vec());
                let algorithms = SignatureAlgorithm::ALL.iter().copied();
                changes.extend(instead(algorithms, *algorithm, SignatureAlgorithm::name, |other| sign(other, *form)));
                changes.extend(instead(FORMS, *form, EcdsaForm::name, |other| sign(*algorithm, other)));
            }
            Value::Apply(Function::Encode(codec), [of, ..]) => {
                changes.push((of.to_vec(), format!("without {}", codec.name())));
                if TEXTS.contains(codec) {
                    changes.extend(instead(TEXTS, *codec, Codec::name, |other| Function::Encode(other).of(of.clone())));
                    let hex = Function::Encode(Codec::Hex).of(of.clone());
                    changes
                        .push(one(Function::Encode(Codec::Upper).of(list(hex.clone())), "as hex in upper case".into()));
                    changes.extend([Codec::Base64, Codec::Base64Url].map(|outer| {
                        one(Function::Encode(outer).of(list(hex.clone())), format!("as {} of the hex", outer.name()))
                    }));
                }
            }
            _ => {}
        }
        changes
    }

    fn mac(&self, hash: Hash, key: &[Value], of: &[Value]) -> Vec<Change> {
        let (own, digest) = (hash.hmac_name(), hash.name());
        let mut changes: Vec<Change> =
            self.changes(key, false).into_iter().map(|(key, note)| one(mac(hash, &key, of), note)).collect();
        changes.extend([Codec::FromHex, Codec::FromBase64].map(|codec| {
            let decoded = Function::Encode(codec).of(key.to_vec());
            one(mac(hash, &[decoded], of), format!("with {} for its key", codec.name()))
        }));
        changes.extend(instead(HASHES, hash, Hash::hmac_name, |other| mac(other, key, of)));
        let digested = [
            (of.to_vec(), "the message alone"),
            ([key, of].concat(), "the key and the message"),
            ([of, key].concat(), "the message and the key"),
        ];
        changes.extend(digested.map(|(of, what)| {
            one(Function::Digest(hash).of(of), format!("as {digest} of {what} in the place of {own}"))
        }));
        changes.push(one(mac(hash, of, key), "with the key and the message exchanged".into()));
        changes
    }

    fn fields(&self, fields: &Fields) -> Vec<Change> {
        let request = self.request;
        let operation = request.operation();
        let in_body = request.names().into_iter().filter(|(_, slot)| *slot != Some(self.slot));
        let in_body: Vec<Text> = in_body.map(|(name, _)| Text::Owned(name.into_owned())).collect();
        let sent = if fields.of == Of::Body { in_body } else { Vec::new() };
        let names: Vec<Text> = match &fields.which {
            Selection::Signed => operation.signed_fields.to_vec(),
            Selection::Named(names) => names.to_vec(),
            Selection::ByName => {
                let mut names = sent.clone();
                names.sort();
                names
            }
            Selection::All => sent.clone(),
            Selection::NamedIn(_) | Selection::Prefix(_) => Vec::new(),
        };
        let changed = |change: &dyn Fn(&mut Fields)| {
            let mut fields = fields.clone();
            change(&mut fields);
            vec![Value::Fields(fields)]
        };
        let named = |names: Vec<Text>| changed(&|fields| fields.which = Selection::Named(names.clone().into()));

        let orders = chosen_orders(&names).into_iter().chain(Some(sent).filter(|sent| !sent.is_empty()));
        let mut changes: Vec<Change> = orders
            .map(|order| {
                let note = self.note_order(&order, "the order", "another order of the fields");
                (named(order), note)
            })
            .collect();
        let separator = match fields.separator.as_ref() {
            [] => Some(""),
            [Value::Text(text)] => Some(text.as_ref()),
            _ => None,
        };
        changes.extend(separator.into_iter().flat_map(separators).map(|(other, note)| {
            let separator: List<Value> = if other.is_empty() { List::default() } else { list(Value::Text(other)) };
            (changed(&|fields| fields.separator = separator.clone()), note)
        }));
        if !fields.separator.is_empty() {
            let ended = [vec![Value::Fields(fields.clone())], fields.separator.to_vec()].concat();
            changes.push((ended, "with the separator at the end too".into()));
        }
        let pairs = [Value::Name, Value::Text("=".into())];
        let (encoded, others): (_, &[_]) = match fields.form {
            FieldForm::Values => (Vec::new(), &[(FieldForm::Pairs, "with pairs of name and value")]),
            FieldForm::Pairs => (pairs.to_vec(), &[(FieldForm::Values, "with values without their names")]),
            FieldForm::Each(_) => (Vec::new(), &[]),
        };
        for (form, note) in others {
            changes.push((changed(&|fields| fields.form = form.clone()), (*note).into()));
        }
        let (absent, note) = match fields.absent {
            Absent::Skip => (Absent::Empty, "with fields that are absent as empty ones"),
            Absent::Empty => (Absent::Skip, "without the fields that are absent"),
        };
        changes.push((changed(&|fields| fields.absent = absent), note.into()));
        let (is_non_empty, note) = match fields.non_empty {
            false => (true, "without the fields that are empty"),
            true => (false, "with the fields that are empty"),
        };
        changes.push((changed(&|fields| fields.non_empty = is_non_empty), note.into()));
        let order = if fields.order == Order::Bytes { Order::IgnoreCase } else { Order::Bytes };
        let note = if order == Order::Bytes { "in the order of bytes" } else { "in an order that ignores case" };
        changes.push((changed(&|fields| fields.order = order), note.into()));
        if !matches!(fields.form, FieldForm::Each(_)) {
            let each = [encoded, vec![percent(Value::Content)]].concat();
            let form = FieldForm::Each(each.into());
            changes.push((changed(&|fields| fields.form = form.clone()), "with the values percent-encoded".into()));
        }
        changes
    }

    /// What to say of an order. A name that the document does not have can be anything, and is not said.
    fn note_order(&self, names: &[impl AsRef<str>], order: &str, another: &str) -> String {
        let operation = self.request.operation();
        let is_declared =
            |name: &str| operation.field_named(name).is_some() || operation.parameter(Place::Query, name).is_some();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        if names.iter().all(|name| is_declared(name)) {
            format!("{order} {}", names.join(", "))
        } else {
            another.into()
        }
    }

    fn request(&self, part: RequestPart) -> Vec<Change> {
        let request = self.request;
        let (own, other, what) = match part {
            RequestPart::Method => {
                let lower = Function::Encode(Codec::Lower).of(list(Value::Request(part)));
                return vec![one(lower, "with the method in lower case".into())];
            }
            RequestPart::Query => {
                let query = request.query().unwrap_or_default();
                let mut changes = self.pairs(&query, "query");
                changes.push(text((format!("?{query}"), "the query with \"?\" before it".into())));
                return changes;
            }
            RequestPart::Target => {
                return vec![one(Value::Request(RequestPart::Path), "the path without the query".into())];
            }
            RequestPart::Url => {
                return vec![one(Value::Request(RequestPart::UrlWithoutQuery), "the URL without the query".into())];
            }
            RequestPart::UrlWithoutQuery => {
                return vec![one(Value::Request(RequestPart::Url), "the URL with the query".into())];
            }
            RequestPart::Authority => return Vec::new(),
            RequestPart::Body => return self.body(&request.body_text()),
            RequestPart::Path => (request.path(), RequestPart::OperationPath, "below the base URL's"),
            RequestPart::OperationPath => {
                let own = request.segments().map(|(segment, _)| segment).collect();
                (own, RequestPart::Path, "with the base URL's before it")
            }
        };
        let query = [Value::Request(part), Value::Text("?".into()), Value::Request(RequestPart::Query)];
        vec![
            one(Value::Request(other), format!("the path {what}")),
            (query.to_vec(), "the path with the query after it".into()),
            text((percent_decode_str(&own).decode_utf8_lossy().into_owned(), "the path decoded".into())),
            text(match own.strip_suffix('/') {
                Some(shorter) => (shorter.to_owned(), "the path without the slash at its end".into()),
                None => (format!("{own}/"), "the path with a slash at its end".into()),
            }),
        ]
    }

    fn body(&self, body: &str) -> Vec<Change> {
        if !(1..=MOST_BODY).contains(&body.len()) {
            return Vec::new();
        }
        let mut changes = match self.request.operation().body {
            Some(Encoding::Json) => json(body).into_iter().map(text).collect(),
            _ => self.pairs(body, "body"),
        };
        changes.push(text((format!("{body}\n"), "the body with a line break at its end".into())));
        changes.push(text((String::new(), "an empty body".into())));
        changes
    }

    /// Other ways of writing a query or a form.
    fn pairs(&self, sent: &str, what: &str) -> Vec<Change> {
        let all: Vec<Text> = sent.split('&').map(|pair| Text::Owned(pair.to_owned())).collect();
        let name = |pair: &Text| parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default();
        let orders = chosen_orders(&all).into_iter().map(|order| {
            let names: Vec<String> = order.iter().map(name).collect();
            let note =
                self.note_order(&names, &format!("the {what} in the order"), &format!("the {what} in another order"));
            (order.join("&"), note)
        });
        orders.chain(pairs(sent, what)).map(text).collect()
    }
}

fn one(value: Value, note: String) -> Change {
    (vec![value], note)
}

fn text((text, note): Written) -> Change {
    one(Value::Text(text.into()), note)
}

fn list(value: Value) -> List<Value> {
    vec![value].into()
}

fn percent(value: Value) -> Value {
    Function::Escape(Escape::Percent).of(list(value))
}

fn mac(hash: Hash, key: &[Value], of: &[Value]) -> Value {
    Function::Hmac(hash).keyed(key.to_vec(), of.to_vec())
}

fn others<T: PartialEq>(all: impl IntoIterator<Item = T>, own: T) -> impl Iterator<Item = T> {
    all.into_iter().filter(move |other| *other != own)
}

/// What another function of the same sort makes.
fn instead<T: Copy + PartialEq>(
    all: impl IntoIterator<Item = T>,
    own: T,
    name: fn(T) -> &'static str,
    make: impl Fn(T) -> Value,
) -> impl Iterator<Item = Change> {
    others(all, own).map(move |other| one(make(other), format!("as {} in the place of {}", name(other), name(own))))
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

fn separators(own: &str) -> impl Iterator<Item = (Text, String)> {
    others(SEPARATORS.map(Text::Borrowed), own.to_owned().into()).map(|other| {
        let note = format!("with the separator {other:?}");
        (other, note)
    })
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
fn orders<T: Clone>(things: &[T], most: usize) -> Vec<Vec<T>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_orders_are_tried_once() {
        let names: Vec<Text> = ["a", "b", "c", "d", "e"].map(Text::Borrowed).to_vec();
        let mut all = orders(&names, names.len());
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 119, "all but the one that there is");
        assert!(!all.contains(&names));
        assert!(all.contains(&vec!["e".into(), "d".into(), "c".into(), "b".into(), "a".into()]));
    }
}
