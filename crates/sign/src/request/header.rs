//! The headers of a request.

use countersign_plan::{Operation, Place};
use http::HeaderMap;
use zeroize::Zeroizing;

/// A header.
#[derive(Clone)]
pub(super) struct Carried<'a> {
    pub(super) slot: Option<usize>,
    pub(super) name: &'a str,
    pub(super) value: Bytes<'a>,
}

/// What a header holds.
#[derive(Clone)]
pub(super) enum Bytes<'a> {
    Came(&'a [u8]),
    Made(Zeroizing<Vec<u8>>),
}

impl Bytes<'_> {
    pub(super) fn get(&self) -> &[u8] {
        match self {
            Self::Came(bytes) => bytes,
            Self::Made(bytes) => bytes,
        }
    }
}

/// No headers yet, and room for those that the operation has, and for `Accept` and `Content-Type`.
pub(super) fn none<'a>(operation: &Operation) -> Vec<Carried<'a>> {
    Vec::with_capacity(operation.slots.iter().filter(|slot| slot.place == Place::Header).count() + 2)
}

/// The headers of a request that was received.
pub(super) fn received<'a>(operation: &'a Operation, headers: &'a HeaderMap) -> Vec<Carried<'a>> {
    headers
        .iter()
        .map(|(name, value)| {
            let slot = operation.parameter(Place::Header, name.as_str());
            let name = slot.map_or(name.as_str(), |slot| &operation.slots[slot].name);
            Carried { slot, name, value: Bytes::Came(value.as_bytes()) }
        })
        .collect()
}

/// Checks that a header carries a value exactly as it is.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let refused = |what: &str| Err(format!("its value has {what}, which a header cannot carry unchanged"));
    let is_carried = |byte: &u8| (b' '..=b'~').contains(byte);
    // All of them without an end before, which a compiler makes faster than a search.
    if !bytes.iter().fold(true, |all, byte| all & is_carried(byte))
        && let Some(byte) = bytes.iter().find(|byte| !is_carried(byte))
    {
        return refused(match byte {
            b'\r' | b'\n' => "a line break",
            0 => "a NUL",
            0x80.. => "a character outside ASCII",
            _ => "a control character",
        });
    }
    if bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ') {
        return refused("a space at its start or end");
    }
    Ok(())
}
