//! Which slot is filled when.

use crate::pointer::{self, join, steps, with_steps};
use crate::{Fields, Of, Operation, Place, RequestPart, Selection, Slot, Value, any};

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
        let field =
            |name: &str| slot.place == Place::Field && with_steps(name, |path| overlaps(&join(path), &slot.name));
        let header = |name: &str| slot.place == Place::Header && slot.name.eq_ignore_ascii_case(name);
        values.iter().any(|value| {
            let reads = match value {
                Value::Request(part) if part.has_query() => {
                    slot.place == Place::Query && self.comes_before(own, other, Place::Query)
                }
                Value::Request(RequestPart::Body) => match slot.place {
                    Place::Field => self.comes_before(own, other, Place::Field),
                    // What is on the wire is what the envelope makes of the body.
                    Place::Body => true,
                    _ => false,
                },
                // What an envelope is made of is the whole body.
                Value::Given => self.slots[own].place == Place::Body && slot.place == Place::Field,
                Value::Header { name, .. } => header(name),
                Value::Query(name) => slot.place == Place::Query && slot.name == *name,
                Value::Field(name) => field(name),
                Value::Made(name) => slot.place == Place::Value && slot.name == *name,
                Value::Fields(fields) => self.selects(fields, own, other, slot),
                _ => false,
            };
            reads || value.operands().iter().any(|of| self.any_reads(of, own, other, slot))
        })
    }

    /// Whether a part of a request that a slot reads, and is itself in, has another slot in it: those that read the part too are
    /// filled in the document's order, and each reads those before it.
    fn comes_before(&self, own: usize, other: usize, place: Place) -> bool {
        let reads_part = |value: &Value| match value {
            Value::Request(part) if place == Place::Query => part.has_query(),
            Value::Request(part) => *part == RequestPart::Body,
            _ => false,
        };
        let is_reader = |slot: &Slot| slot.value.as_deref().is_some_and(|values| any(values, &reads_part));
        if self.slots[own].place != place {
            return true;
        }
        other != own && (other < own || !is_reader(&self.slots[other]))
    }

    /// The slots that are left out of a query or a body that a slot reads and is itself in: its own, and those that are filled
    /// later.
    pub fn not_yet(&self, own: usize, place: Place) -> Vec<usize> {
        let is_out = |(index, slot): &(usize, &Slot)| {
            slot.place == place && slot.value.is_some() && !self.comes_before(own, *index, place)
        };
        self.slots.iter().enumerate().filter(is_out).map(|(index, _)| index).collect()
    }

    fn selects(&self, fields: &Fields, own: usize, other: usize, slot: &Slot) -> bool {
        let is_of = match fields.of {
            Of::Body => slot.place == Place::Field,
            Of::Query => slot.place == Place::Query,
            Of::QueryAndBody => matches!(slot.place, Place::Field | Place::Query),
            Of::Headers => slot.place == Place::Header,
        };
        // A field is selected with the one at the top that it is in.
        let own_name = match slot.place {
            Place::Field => pointer::unescaped(steps(&slot.name).next().unwrap_or_default()),
            _ => slot.name.as_ref().into(),
        };
        let is_called = |name: &str| match slot.place {
            Place::Header => own_name.eq_ignore_ascii_case(name),
            _ => pointer::leads_to(name, &own_name),
        };
        let named = |name: &str| match slot.place {
            Place::Field => with_steps(name, |path| overlaps(&join(path), &slot.name)),
            _ => is_called(name),
        };
        // A field below the top is part of one at the top, and so reads itself.
        let is_own = own == other && (slot.place != Place::Field || slot.is_at_top());
        let is_excepted = || fields.except.iter().any(|name| is_called(name));
        match &fields.which {
            Selection::Signed => is_of && self.signed_fields.iter().any(|name| named(name)),
            Selection::Named(names) => is_of && names.iter().any(|name| named(name)),
            Selection::ByName | Selection::All => is_of && !is_excepted() && !is_own,
            Selection::Prefix(prefix) => {
                let begins = own_name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
                is_of && begins && !is_excepted() && !is_own
            }
            Selection::NamedIn(name) => (is_of || named(name)) && !is_own,
        }
    }
}

/// Whether one of two pointers leads through the other.
fn overlaps(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
