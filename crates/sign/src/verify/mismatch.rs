//! Why a value that was received is not right.

use countersign_plan::{Function, json};

/// Why a value that was received is not known to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is not what it should be, and what is known of that.
    Wrong(Option<String>),
    /// It is made of something that only its sender knows.
    Unknown,
}

pub(super) fn wrong(reason: impl Into<String>) -> Mismatch {
    Mismatch::Wrong(Some(reason.into()))
}

pub(super) type Matched = Result<(), Mismatch>;

pub(super) fn not_as_written(function: Function) -> Mismatch {
    wrong(format!("it is not as {} writes it", function.name()))
}

/// Says where in a value something is wrong.
pub(super) fn within(what: &str, mismatch: Mismatch) -> Mismatch {
    match mismatch {
        Mismatch::Wrong(None) => wrong(format!("{what} is not what it should be")),
        Mismatch::Wrong(Some(reason)) if reason.starts_with("it has no") => wrong(reason),
        Mismatch::Wrong(Some(reason)) => wrong(format!("{what}: {reason}")),
        Mismatch::Unknown => Mismatch::Unknown,
    }
}

pub(super) fn text(bytes: &[u8]) -> Result<&str, Mismatch> {
    std::str::from_utf8(bytes).map_err(|_| wrong("it is not text"))
}

pub(super) fn json_text(bytes: &[u8]) -> Result<&str, Mismatch> {
    let text = text(bytes)?;
    json::check(text).map_err(|error| wrong(format!("it is not JSON: {error}")))?;
    Ok(text.trim_ascii())
}
