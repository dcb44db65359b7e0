//! A body, a query and a path in parts, so that an explanation shows what may be shown and names the rest.
//!
//! The parts of a text are its bytes as they leave, one after the other. A part that may not be shown is a scalar: quotes,
//! names, white space and percent-encoding around it stay, since a signature depends on them too.

use std::borrow::Cow;
use std::ops::Range;

use countersign_plan::json::{self, Piece};
use countersign_plan::{Function, Operation, Place, Slot, Value, pointer};
use countersign_sign::{Request, multipart};
use form_urlencoded::parse;

use crate::read::Read;

/// What a value that the document does not describe goes by: it may be secret, and nobody has said so.
const UNKNOWN: &str = "not in the document";

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'t, 'a> {
    pub(crate) text: &'t str,
    /// Why it may not be shown, if it may not.
    pub(crate) guard: Option<Guard<'a>>,
}

/// What goes by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guard<'a> {
    pub(crate) name: Cow<'a, str>,
    /// What the value is made of.
    pub(crate) read: Read,
}

impl<'a> Guard<'a> {
    fn personal(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), read: Read::PERSONAL }
    }
}

/// What is known of the slots of a request: what the document says of them, and what those that are filled in are made of.
pub(crate) struct Guards<'a> {
    pub(crate) operation: &'a Operation,
    /// The slots that were filled in with something that may not be shown.
    closed: Vec<(usize, Read)>,
}

/// Where in a body a value is.
#[derive(Clone)]
enum At<'a> {
    /// In the place of an object that the document describes: a slot, or the body itself.
    Object { slot: Option<usize>, is_guarded: bool },
    /// In something whose values are all guarded, or all open.
    Value(Option<Guard<'a>>),
}

impl<'a> At<'a> {
    fn guard(&self) -> Option<Guard<'a>> {
        match self {
            // Something else where the document has an object.
            Self::Object { .. } => Some(Guard::personal(UNKNOWN)),
            Self::Value(guard) => guard.clone(),
        }
    }
}

impl<'a> Guards<'a> {
    pub(crate) fn new(operation: &'a Operation) -> Self {
        Self { operation, closed: Vec::new() }
    }

    /// Notes that a slot was made of something that may not be shown.
    pub(crate) fn close(&mut self, slot: usize, read: Read) {
        self.closed.push((slot, read));
    }

    /// What a slot was made of, if that may not be shown.
    pub(crate) fn closed(&self, slot: usize) -> Option<Read> {
        self.closed.iter().find(|(closed, _)| *closed == slot).map(|(_, read)| *read)
    }

    /// Whether the document says that a slot, an object around it, or what is nothing but the value that it is, may not be shown.
    pub(crate) fn is_confidential(&self, slot: usize) -> bool {
        let own = &self.operation.slots[slot];
        // Around the whole body there is nothing.
        let above = || self.operation.field(own.above()).filter(|above| *above != slot);
        let around = || above().is_some_and(|object| self.is_confidential(object));
        let is_own = |slot: &Slot| slot.value.as_deref().is_some_and(|values| is_made(values, &own.name));
        let sent = || self.operation.slots.iter().any(|slot| slot.is_confidential() && is_own(slot));
        own.is_confidential() || own.place == Place::Field && around() || own.place == Place::Value && sent()
    }

    /// A body as it is sent.
    pub(crate) fn body<'t>(&self, text: &'t str) -> Vec<Part<'t, 'a>> {
        let whole = self.operation.whole_body();
        let body = whole.map_or(At::Object { slot: None, is_guarded: false }, |slot| self.slot(slot, false));
        match self.operation.body {
            Some(countersign_plan::Encoding::Json) => self.json(text, body),
            _ => pairs(text, |name| match self.operation.form_field(name) {
                Some((slot, _)) => self.slot(slot, self.is_confidential(slot)).guard(),
                None => Some(Guard::personal(UNKNOWN)),
            }),
        }
    }

    /// A body in parts as it is sent. The name of a file is as personal as what is in it.
    pub(crate) fn multipart<'t>(&self, text: &'t str) -> Vec<Part<'t, 'a>> {
        let boundary = text.split("\r\n").next().and_then(|line| line.strip_prefix("--")).unwrap_or_default();
        let Ok(parts) = multipart::read(text.as_bytes(), boundary) else {
            return vec![Part { text, guard: Some(Guard::personal(UNKNOWN)) }];
        };
        let stretches = parts.into_iter().map(|part| {
            let guard = match self.operation.form_field(&part.name) {
                Some((slot, _)) => self.slot(slot, self.is_confidential(slot)).guard(),
                None => Some(Guard::personal(UNKNOWN)),
            };
            (if part.file_name.is_some() { part.whole } else { part.content }, guard)
        });
        cut(text, stretches)
    }

    /// The JSON of an object that the document describes, so that it is shown in parts.
    pub(crate) fn object<'t>(&self, slot: usize, text: &'t str) -> Option<Vec<Part<'t, 'a>>> {
        let is_object = text.starts_with('{') && self.operation.is_object(slot);
        is_object.then(|| self.json(text, At::Object { slot: Some(slot), is_guarded: self.is_confidential(slot) }))
    }

    fn json<'t>(&self, text: &'t str, at: At<'a>) -> Vec<Part<'t, 'a>> {
        let mut stretches = Vec::new();
        let mut around: Vec<At<'a>> = Vec::new();
        let mut here = at;
        let mut start = 0;
        for piece in json::pieces(text) {
            match piece {
                // What is in an array is where the array is.
                Piece::Begin(_) => around.push(here.clone()),
                Piece::End(_) => here = around.pop().unwrap_or(here),
                Piece::Name(name) => {
                    if let Some(object) = around.last() {
                        here = self.below(object, &json::name(name));
                    }
                }
                Piece::Scalar("null") | Piece::Between(_) => {}
                Piece::Scalar(scalar) => {
                    let inner = scalar.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest));
                    let from = start + usize::from(inner.is_some());
                    stretches.push((from..from + inner.unwrap_or(scalar).len(), here.guard()));
                }
            }
            start += piece.text().len();
        }
        cut(text, stretches)
    }

    /// Where the value of a name is.
    fn below(&self, at: &At<'a>, name: &str) -> At<'a> {
        let At::Object { slot, is_guarded } = at else { return at.clone() };
        let above = slot.map_or("", |slot| &self.operation.slots[slot].name);
        match self.operation.field(&format!("{above}/{}", pointer::escaped(name))) {
            Some(slot) => self.slot(slot, *is_guarded),
            None => At::Value(Some(Guard::personal(UNKNOWN))),
        }
    }

    fn slot(&self, index: usize, is_guarded: bool) -> At<'a> {
        let slot = &self.operation.slots[index];
        let is_guarded = is_guarded || slot.is_confidential();
        if let Some(read) = self.closed(index) {
            return At::Value(Some(Guard { name: slot.own_name(), read }));
        }
        if self.operation.is_object(index) {
            return At::Object { slot: Some(index), is_guarded };
        }
        // What a filled slot is made of decides, and that is open.
        At::Value((is_guarded && slot.value.is_none()).then(|| Guard::personal(slot.own_name())))
    }

    /// A query as it is sent, without `?`.
    pub(crate) fn query<'t>(&self, text: &'t str) -> Vec<Part<'t, 'a>> {
        pairs(text, |name| match self.operation.parameter(Place::Query, name) {
            Some(slot) => self.slot(slot, false).guard(),
            None => Some(Guard::personal(UNKNOWN)),
        })
    }

    /// The path of a request as it is sent, below the base URL's.
    pub(crate) fn path<'t>(&self, request: &'t Request<'_>) -> Vec<Part<'t, 'a>> {
        let guard = |slot| self.slot(slot, false).guard();
        request.segments().map(|(text, slot)| Part { text, guard: slot.and_then(guard) }).collect()
    }
}

/// Whether an expression is nothing but a value of `x-values`, encoded or not.
fn is_made(values: &[Value], name: &str) -> bool {
    match values {
        [Value::Made(own)] => own == name,
        [Value::Apply(function @ (Function::Encode(_) | Function::Escape(_)), operands)] => {
            is_made(&operands[function.operands().len() - 1], name)
        }
        _ => false,
    }
}

/// The pairs of a query or of a form.
fn pairs<'t, 'a>(text: &'t str, guard: impl Fn(&str) -> Option<Guard<'a>>) -> Vec<Part<'t, 'a>> {
    let mut start = 0;
    let stretch = |pair: &str| {
        let (from, end) = (start, start + pair.len());
        start = end + 1;
        let name = parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default();
        let guard = guard(&name);
        match pair.find('=') {
            Some(equals) if equals + 1 < pair.len() || guard.as_ref().is_none_or(|guard| guard.name != UNKNOWN) => {
                (from + equals + 1..end, guard)
            }
            // A name without a value may be what should have been one. It is shown if the document has it.
            Some(equals) => (from..from + equals, guard),
            None => (from..end, guard.filter(|guard| guard.name == UNKNOWN && !pair.is_empty())),
        }
    };
    cut(text, text.split('&').map(stretch))
}

/// A text in parts, some stretches of which are guarded, in their order.
fn cut<'t, 'a>(
    text: &'t str,
    stretches: impl IntoIterator<Item = (Range<usize>, Option<Guard<'a>>)>,
) -> Vec<Part<'t, 'a>> {
    let mut parts = Vec::new();
    let mut done = 0;
    let guarded = stretches.into_iter().filter(|(_, guard)| guard.is_some());
    for (stretch, guard) in guarded.chain([(text.len()..text.len(), None)]) {
        if stretch.start > done {
            parts.push(Part { text: &text[done..stretch.start], guard: None });
        }
        done = stretch.end;
        if guard.is_some() {
            parts.push(Part { text: &text[stretch], guard });
        }
    }
    parts
}

#[cfg(test)]
mod tests;
