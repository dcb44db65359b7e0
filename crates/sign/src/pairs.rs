//! Names and values as `application/x-www-form-urlencoded`, a query or a body that is a form, or as the parts of a body.

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem::replace;

use countersign_plan::{Delimiter, Operation, Style};
use form_urlencoded::byte_serialize;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::file::File;
use crate::multipart::{self, Chunk, Content};

/// Pairs in the order in which they are sent. What nothing is put into goes out as it came, byte for byte, and so does each pair.
#[derive(Clone, Default)]
pub(crate) struct Pairs<'a> {
    /// As they came, while nothing in them has been changed.
    raw: Option<&'a str>,
    /// Where they are parts.
    parts: Option<Parts<'a>>,
    pairs: Vec<Pair<'a>>,
}

/// What is between parts, and the parts as they came, while nothing in them has been changed.
#[derive(Clone)]
struct Parts<'a> {
    boundary: String,
    came: Option<&'a [u8]>,
}

#[derive(Clone)]
struct Pair<'a> {
    slot: Option<usize>,
    name: Cow<'a, str>,
    value: Value<'a>,
}

#[derive(Clone)]
enum Value<'a> {
    /// What came over the wire, decoded, and the pair as it came.
    Came(Cow<'a, str>, &'a str),
    Given(&'a str),
    Put(Zeroizing<String>),
    /// A list, whose delimiter is in none of its elements.
    List(Zeroizing<String>, Delimiter),
    /// A file, which has no text.
    File(File),
}

impl Value<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Came(text, _) => text,
            Self::Given(text) => text,
            Self::Put(text) | Self::List(text, _) => text,
            Self::File(_) => "",
        }
    }

    fn write(&self, into: &mut String) {
        let encoded = byte_serialize(self.text().as_bytes());
        match self {
            Self::List(_, Delimiter::Comma) => into.push_str(&encoded.collect::<String>().replace("%2C", ",")),
            Self::List(_, Delimiter::Space) => into.push_str(&encoded.collect::<String>().replace('+', "%20")),
            _ => into.extend(encoded),
        }
    }
}

impl<'a> Pairs<'a> {
    /// Reads what is encoded. `slot` says which slot a name is.
    pub(crate) fn read(raw: &'a str, slot: impl Fn(&str) -> Option<usize>) -> Self {
        // The parser skips what is empty.
        let pieces = raw.split('&').filter(|piece| !piece.is_empty());
        let pairs = form_urlencoded::parse(raw.as_bytes()).zip(pieces);
        let pairs =
            pairs.map(|((name, text), piece)| Pair { slot: slot(&name), name, value: Value::Came(text, piece) });
        Self { raw: Some(raw), parts: None, pairs: pairs.collect() }
    }

    /// Reads the parts of a body. `slot` says which slot a name is, and whether that is a file.
    ///
    /// # Errors
    /// It is no body in parts, or has a text that is none.
    pub(crate) fn read_parts(
        body: &'a [u8],
        boundary: &str,
        slot: impl Fn(&str) -> Option<(usize, bool)>,
    ) -> Result<Self, &'static str> {
        let parts = Parts { boundary: boundary.to_owned(), came: Some(body) };
        let mut pairs = Self { parts: Some(parts), ..Self::default() };
        for part in multipart::read(body, boundary)? {
            let known = slot(&part.name);
            let content = &body[part.content];
            let is_file = known.map_or(part.file_name.is_some(), |(_, is_file)| is_file);
            let value = if is_file {
                let file = part.file_name.iter().fold(File::bytes(content), |file, name| file.named(name));
                Value::File(part.media_type.iter().fold(file, |file, media_type| file.of_type(media_type)))
            } else {
                Value::Given(std::str::from_utf8(content).map_err(|_| "a part that is no file is not text")?)
            };
            pairs.pairs.push(Pair { slot: known.map(|(slot, _)| slot), name: part.name.into(), value });
        }
        Ok(pairs)
    }

    /// The same, which did not come over the wire, as parts of a body.
    pub(crate) fn in_parts(self) -> Self {
        Self { parts: Some(Parts { boundary: multipart::boundary(), came: None }), ..self }
    }

    /// What is between the parts.
    pub(crate) fn boundary(&self) -> Option<&str> {
        self.parts.as_ref().map(|parts| parts.boundary.as_str())
    }

    /// The files of a slot.
    pub(crate) fn files(&self, slot: usize) -> impl Iterator<Item = &File> {
        let own = self.pairs.iter().filter(move |pair| pair.slot == Some(slot));
        own.filter_map(|pair| if let Value::File(file) = &pair.value { Some(file) } else { None })
    }

    /// The names, the slots, and the texts or the bytes of files, unless these are read while they are sent.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (&str, Option<usize>, Option<&[u8]>)> {
        self.pairs.iter().map(|pair| {
            let content = match &pair.value {
                Value::File(file) => file.content(),
                value => Some(value.text().as_bytes()),
            };
            (pair.name.as_ref(), pair.slot, content)
        })
    }

    /// Adds a file behind the others.
    pub(crate) fn push_file(&mut self, slot: usize, name: Cow<'a, str>, file: File) {
        self.change();
        self.pairs.push(Pair { slot: Some(slot), name, value: Value::File(file) });
    }

    /// What is sent of parts, but for these slots.
    pub(crate) fn chunks(&self, operation: &Operation, slots: &[usize]) -> Option<Vec<Chunk<'_>>> {
        let Parts { boundary, came } = self.parts.as_ref()?;
        if let Some(came) = came.filter(|_| slots.is_empty()) {
            return Some(vec![Chunk::Bytes(came.into())]);
        }
        let pairs = self.pairs.iter().filter(|pair| pair.slot.is_none_or(|slot| !slots.contains(&slot)));
        let parts = pairs.map(|pair| {
            let content = match &pair.value {
                Value::File(file) => Content::File(file),
                value => Content::Text(value.text()),
            };
            (pair.name.as_ref(), pair.slot, content)
        });
        Some(multipart::written(operation, boundary, parts))
    }

    /// Notes that they are no longer as they came.
    fn change(&mut self) {
        self.raw = None;
        if let Some(parts) = &mut self.parts {
            parts.came = None;
        }
    }

    /// The decoded value of a slot.
    pub(crate) fn get(&self, slot: usize) -> Option<&str> {
        self.pairs.iter().find(|pair| pair.slot == Some(slot)).map(|pair| pair.value.text())
    }

    /// The decoded values of a slot, of which a list can have several.
    pub(crate) fn all(&self, slot: usize) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |pair| pair.slot == Some(slot)).map(|pair| pair.value.text())
    }

    /// The names and the decoded values of a slot.
    pub(crate) fn named(&self, slot: usize) -> impl Iterator<Item = (&str, &str)> {
        let own = self.pairs.iter().filter(move |pair| pair.slot == Some(slot));
        own.map(|pair| (pair.name.as_ref(), pair.value.text()))
    }

    /// The decoded value of a name that no slot has.
    pub(crate) fn undeclared(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|pair| pair.slot.is_none() && pair.name == name).map(|pair| pair.value.text())
    }

    /// The names, the decoded values, and the slot of each. Files are not among them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str, Option<usize>)> {
        let texts = self.pairs.iter().filter(|pair| !matches!(pair.value, Value::File(_)));
        texts.map(|pair| (pair.name.as_ref(), pair.value.text(), pair.slot))
    }

    /// Gives a value to a slot: in its place, or before the first that the document has later.
    pub(crate) fn put(&mut self, slot: usize, name: Cow<'a, str>, value: &str) {
        self.change();
        let value = Value::Put(Zeroizing::new(value.to_owned()));
        match self.pairs.iter_mut().find(|pair| pair.slot == Some(slot)) {
            Some(pair) => pair.value = value,
            None => self.add(slot, name, value),
        }
    }

    /// Gives a value to a slot that has none.
    pub(crate) fn give(&mut self, slot: usize, name: &'a str, value: &'a str) {
        self.change();
        self.add(slot, name.into(), Value::Given(value));
    }

    /// Gives a list to a slot that has none.
    pub(crate) fn give_list(&mut self, slot: usize, name: &'a str, list: Zeroizing<String>, delimiter: Delimiter) {
        self.change();
        self.add(slot, name.into(), Value::List(list, delimiter));
    }

    /// Adds a value behind the others.
    pub(crate) fn push(&mut self, slot: Option<usize>, name: Cow<'a, str>, value: Cow<'a, str>) {
        self.change();
        let value = match value {
            Cow::Borrowed(text) => Value::Given(text),
            Cow::Owned(text) => Value::Put(text.into()),
        };
        self.pairs.push(Pair { slot, name, value });
    }

    /// The same without what they borrow.
    fn owned<'o>(self) -> Vec<Pair<'o>> {
        let owned = self.pairs.into_iter().map(|Pair { slot, name, value }| {
            let value = match value {
                Value::Came(text, _) => Value::Put(text.into_owned().into()),
                Value::Given(text) => Value::Put(text.to_owned().into()),
                Value::Put(text) => Value::Put(text),
                Value::List(text, delimiter) => Value::List(text, delimiter),
                Value::File(file) => Value::File(file),
            };
            Pair { slot, name: name.into_owned().into(), value }
        });
        owned.collect()
    }

    /// Adds a list in one text behind the others.
    pub(crate) fn push_list(&mut self, slot: usize, name: Cow<'a, str>, list: Zeroizing<String>, delimiter: Delimiter) {
        self.change();
        let value = Value::List(list, delimiter);
        self.pairs.push(Pair { slot: Some(slot), name, value });
    }

    /// Puts the values of a slot, or of what is in it, before the first that the document has later.
    pub(crate) fn insert(&mut self, slot: usize, values: Pairs<'_>) {
        self.change();
        let later = |pair: &Pair<'_>| pair.slot.is_some_and(|other| other > slot);
        let place = self.pairs.iter().position(later).unwrap_or(self.pairs.len());
        self.pairs.splice(place..place, values.owned());
    }

    fn add(&mut self, slot: usize, name: Cow<'a, str>, value: Value<'a>) {
        let later = |pair: &Pair<'_>| pair.slot.is_some_and(|other| other > slot);
        let place = self.pairs.iter().position(later).unwrap_or(self.pairs.len());
        self.pairs.insert(place, Pair { slot: Some(slot), name, value });
    }

    /// What is sent.
    pub(crate) fn write(&self) -> Cow<'_, str> {
        self.raw.map_or_else(|| self.without(&[]).into(), Cow::Borrowed)
    }

    /// What would be sent without these slots.
    pub(crate) fn without(&self, slots: &[usize]) -> String {
        // Exactly as much as is needed where nothing is escaped.
        let lengths = self.pairs.iter().map(|pair| pair.name.len() + pair.value.text().len() + 2).sum::<usize>();
        let mut text = String::with_capacity(lengths.saturating_sub(1));
        for pair in self.pairs.iter().filter(|pair| pair.slot.is_none_or(|slot| !slots.contains(&slot))) {
            if !text.is_empty() {
                text.push('&');
            }
            match &pair.value {
                Value::Came(_, piece) => text.push_str(piece),
                value => {
                    text.extend(byte_serialize(pair.name.as_bytes()));
                    text.push('=');
                    value.write(&mut text);
                }
            }
        }
        text
    }

    /// The name of a slot that is there twice, and is no list.
    pub(crate) fn repeated_in(&self, operation: &Operation) -> Option<&str> {
        let mut seen = vec![false; operation.slots.len()];
        let is_one = |slot: &usize| operation.slots[*slot].style != Style::Repeated;
        let mut pairs = self.pairs.iter();
        let repeated = pairs.find(|pair| pair.slot.filter(is_one).is_some_and(|slot| replace(&mut seen[slot], true)));
        repeated.map(|pair| pair.name.as_ref())
    }

    /// The first name of a form that is there twice, and its slot. What is in a field that has several pairs is another matter.
    pub(crate) fn repeated(&self, operation: &Operation) -> Option<(&str, Option<usize>)> {
        let (mut slots, mut undeclared) = (vec![false; operation.slots.len()], HashSet::new());
        let has_several = |slot: usize| matches!(operation.slots[slot].style, Style::Repeated | Style::Bracketed);
        let mut pairs = self.pairs.iter();
        let repeated = pairs.find(|pair| match pair.slot {
            Some(slot) => !has_several(slot) && replace(&mut slots[slot], true),
            None => !undeclared.insert(pair.name.as_ref()),
        });
        repeated.map(|pair| (pair.name.as_ref(), pair.slot))
    }
}

/// Whether all names and values of encoded pairs are Unicode.
pub(crate) fn is_unicode(raw: &str) -> bool {
    // Only what is escaped can be anything else.
    !raw.contains('%') || raw.split(['&', '=']).all(|text| percent_decode_str(text).decode_utf8().is_ok())
}
