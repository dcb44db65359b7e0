//! Which slot is filled when.

use crate::pointer::{join, with_steps};
use crate::{Operation, Place, RequestPart, Selection, Slot, Value};

/// Slots that wait for each other, so that none of them can be filled first. Each reads the next, and the last the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle(pub Vec<u16>);

impl Cycle {
    /// The cycle in words, such as "`a` reads `b`, which reads `a`".
    pub fn describe(&self, operation: &Operation) -> String {
        let name = |index: &u16| {
            let slot = operation.slots.get(usize::from(*index));
            format!("`{}`", slot.map_or("?".into(), Slot::shown_name))
        };
        match self.0.as_slice() {
            [] => String::new(),
            [only] => format!("{} reads itself", name(only)),
            [first, rest @ ..] => {
                let rest: Vec<String> = rest.iter().chain([first]).map(name).collect();
                format!("{} reads {}", name(first), rest.join(", which reads "))
            }
        }
    }
}

/// The order in which an operation's slots are filled: each after what it reads, and otherwise the document's.
///
/// # Errors
/// Slots that read each other in a cycle.
pub(crate) fn arrange(operation: &Operation) -> Result<Vec<u16>, Cycle> {
    let filled = |(index, slot): (usize, &Slot)| slot.value.is_some().then_some(index as u16);
    let mut waiting: Vec<u16> = operation.slots.iter().enumerate().filter_map(filled).collect();
    let mut order = Vec::with_capacity(waiting.len());
    let reads = |own: u16, other: u16| operation.reads(usize::from(own), usize::from(other));
    while !waiting.is_empty() {
        match waiting.iter().position(|own| !waiting.iter().any(|other| reads(*own, *other))) {
            Some(index) => order.push(waiting.remove(index)),
            None => return Err(Cycle(cycle(&waiting, reads))),
        }
    }
    Ok(order)
}

/// A cycle among slots that each read another of them: whoever follows what is read comes back. It begins with that of its
/// slots which the document has first.
fn cycle(waiting: &[u16], reads: impl Fn(u16, u16) -> bool) -> Vec<u16> {
    let mut path: Vec<u16> = Vec::new();
    let mut next = waiting.first().copied();
    while let Some(here) = next {
        if let Some(start) = path.iter().position(|seen| *seen == here) {
            path.drain(..start);
            break;
        }
        path.push(here);
        next = waiting.iter().copied().find(|other| reads(here, *other));
    }
    let first = path.iter().enumerate().min_by_key(|(_, index)| **index).map_or(0, |(place, _)| place);
    path.rotate_left(first);
    path
}

impl Operation {
    /// Whether what fills a slot reads another slot, or itself.
    pub fn reads(&self, own: usize, other: usize) -> bool {
        let Some(values) = self.slots.get(own).and_then(|slot| slot.value.as_deref()) else { return false };
        self.slots.get(other).is_some_and(|slot| self.any_reads(values, own, other, slot))
    }

    fn any_reads(&self, values: &[Value], own: usize, other: usize, slot: &Slot) -> bool {
        let below = |values: &[Value]| self.any_reads(values, own, other, slot);
        let is_field = slot.place == Place::Field;
        let field = |name: &str| is_field && with_steps(name, |path| overlaps(&join(path), &slot.name));
        values.iter().any(|value| match value {
            Value::Text(_)
            | Value::Credential(_)
            | Value::Setting(_)
            | Value::Session(_)
            | Value::Given
            | Value::Uuid
            | Value::Time { .. } => false,
            Value::Request(RequestPart::Method | RequestPart::Path | RequestPart::OperationPath) => false,
            Value::Request(RequestPart::Query) => slot.place == Place::Query,
            Value::Request(RequestPart::Body) => is_field,
            Value::Header(name) => slot.place == Place::Header && slot.name.eq_ignore_ascii_case(name),
            Value::Field(name) => field(name),
            Value::Fields { which, .. } => match which {
                Selection::Signed => self.signed_fields.iter().any(|name| field(name)),
                Selection::Named(names) => names.iter().any(|name| field(name)),
                // A field below the top is part of one at the top, and so reads itself.
                Selection::ByName => is_field && (own != other || !slot.is_at_top()),
            },
            Value::Join { .. } | Value::Concat(_) | Value::Apply(..) => value.operands().iter().any(|of| below(of)),
        })
    }
}

/// Whether one of two pointers leads through the other.
fn overlaps(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
