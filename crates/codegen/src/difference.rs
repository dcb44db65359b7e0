//! What differs between two lists of lines, by what the lines are about.

use std::fmt;

use serde::Serialize;
use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines of text, by what they are about.
pub type Lines = Vec<(String, Vec<String>)>;

/// What differs about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about.
    pub about: String,
    /// The lines that are gone and those that are new, in their order.
    pub lines: Vec<Line>,
}

/// A line that is gone, or new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// It is gone.
    Old(String),
    /// It is new.
    New(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", self.about)?;
        for line in &self.lines {
            match line {
                Line::Old(text) => writeln!(f, "    - {text}")?,
                Line::New(text) => writeln!(f, "    + {text}")?,
            }
        }
        Ok(())
    }
}

/// What differs: what is new or changed in the order of what is new, and then what is gone.
pub fn between(old: &Lines, new: &Lines) -> Vec<Difference> {
    let named = |lines: &Lines, about: &str| -> Vec<String> {
        lines.iter().filter(|(name, _)| name == about).flat_map(|(_, lines)| lines.clone()).collect()
    };
    let is_new = |about: &String| new.iter().any(|(name, _)| name == about);
    let gone = old.iter().map(|(about, _)| about).filter(|about| !is_new(about));
    new.iter()
        .map(|(about, _)| about)
        .chain(gone)
        .map(|about| {
            let (old, new) = (named(old, about), named(new, about));
            let (old, new): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&old, &new);
            let lines = diff.iter_all_changes().filter_map(|change| match change.tag() {
                ChangeTag::Equal => None,
                ChangeTag::Delete => Some(Line::Old(change.value().to_owned())),
                ChangeTag::Insert => Some(Line::New(change.value().to_owned())),
            });
            Difference { about: about.clone(), lines: lines.collect() }
        })
        .filter(|difference| !difference.lines.is_empty())
        .collect()
}
