//! What differs between two lists of lines, by what the lines are about.

use std::collections::HashMap;
use std::fmt::Write;

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines of text, by what they are about.
pub type Lines = Vec<(String, Vec<String>)>;

/// How many names are in the heading of what several things have in common.
const MOST_NAMED: usize = 4;

/// What differs about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about.
    pub about: String,
    /// Whether it was there before, and is now.
    pub change: Change,
    /// The lines that are gone and those that are new, in their order.
    pub lines: Vec<Line>,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// It is otherwise than before.
    Changed,
}

/// A line that is gone, or new.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// It is gone.
    Old(String),
    /// It is new.
    New(String),
}

impl Line {
    fn sign_and_text(&self) -> (char, &str) {
        match self {
            Self::Old(text) => ('-', text),
            Self::New(text) => ('+', text),
        }
    }
}

/// What differs: what is new or changed in the order of what is new, and then what is gone.
pub fn between(old: &Lines, new: &Lines) -> Vec<Difference> {
    let (old, new) = (by_name(old), by_name(new));
    let gone = old.keys().filter(|about| !new.contains_key(*about));
    let mut differences = Vec::new();
    for about in new.keys().chain(gone) {
        let (before, after) = (old.get(about), new.get(about));
        let change = match (before, after) {
            (None, _) => Change::New,
            (_, None) => Change::Gone,
            _ => Change::Changed,
        };
        let (before, after) = (before.map_or(&[][..], Vec::as_slice), after.map_or(&[][..], Vec::as_slice));
        if before == after && change == Change::Changed {
            continue;
        }
        let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(before, after);
        let lines = diff.iter_all_changes().filter_map(|change| match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(Line::Old(change.value().to_owned())),
            ChangeTag::Insert => Some(Line::New(change.value().to_owned())),
        });
        differences.push(Difference { about: (*about).to_owned(), change, lines: lines.collect() });
    }
    differences
}

fn by_name(lines: &Lines) -> IndexMap<&str, Vec<&str>> {
    let mut named: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (about, lines) in lines {
        named.entry(about).or_default().extend(lines.iter().map(String::as_str));
    }
    named
}

/// The differences for a person to read: what is new, what is gone, and then what changed, of which no line is there twice. What
/// several things have in common is below their names.
pub fn text(differences: &[Difference]) -> String {
    let mut text = String::new();
    for (change, title, sign) in [(Change::New, "new", '+'), (Change::Gone, "gone", '-')] {
        let all: Vec<&Difference> = differences.iter().filter(|difference| difference.change == change).collect();
        if all.is_empty() {
            continue;
        }
        let _ = writeln!(text, "  {title}: {}", all.len());
        for difference in all {
            let _ = write!(text, "    {sign} {}", difference.about);
            // What an operation is, its first line says. What is in it is in the document.
            match difference.lines.first().map(Line::sign_and_text) {
                Some((_, request)) if request.contains(" /") => _ = writeln!(text, "  {request}"),
                _ => text.push('\n'),
            }
        }
    }
    for (indices, lines) in shared(differences) {
        let names = indices.iter().map(|index| differences[*index].about.as_str());
        let named: Vec<&str> = names.take(MOST_NAMED).collect();
        let _ = match indices.len().saturating_sub(MOST_NAMED) {
            0 => writeln!(text, "  {}", named.join(", ")),
            more => writeln!(text, "  {} and {more} more", named.join(", ")),
        };
        for (sign, line) in lines.into_iter().map(Line::sign_and_text) {
            let _ = writeln!(text, "    {sign} {line}");
        }
    }
    text
}

/// The lines of what changed, each once, below the indices of all that it is said of.
fn shared(differences: &[Difference]) -> IndexMap<Vec<usize>, Vec<&Line>> {
    let mut of_line: IndexMap<&Line, Vec<usize>> = IndexMap::new();
    for (index, difference) in differences.iter().enumerate().filter(|(_, one)| one.change == Change::Changed) {
        let lines: IndexSet<&Line> = difference.lines.iter().collect();
        lines.into_iter().for_each(|line| of_line.entry(line).or_default().push(index));
    }
    // What is old stays above the new that comes in its place: in the order of one that has both.
    let mut groups: IndexMap<Vec<usize>, Vec<&Line>> = IndexMap::new();
    for (line, indices) in of_line {
        groups.entry(indices).or_default().push(line);
    }
    groups.sort_by(|one, _, other, _| one.first().cmp(&other.first()));
    groups
}

/// How many things are new, gone and changed: `2 new, 1 changed`.
pub fn counted(differences: &[Difference]) -> String {
    let mut counts: HashMap<Change, usize> = HashMap::new();
    differences.iter().for_each(|difference| *counts.entry(difference.change).or_default() += 1);
    let words = [(Change::New, "new"), (Change::Gone, "gone"), (Change::Changed, "changed")];
    let said = words.iter().filter_map(|(change, word)| Some(format!("{} {word}", counts.get(change)?)));
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[(&str, &[&str])]) -> Lines {
        let owned = |(about, lines): &(&str, &[&str])| {
            ((*about).to_owned(), lines.iter().map(|line| (*line).to_owned()).collect())
        };
        all.iter().map(owned).collect()
    }

    #[test]
    fn what_several_have_in_common_is_said_once() {
        let old = lines(&[
            ("pay", &["POST /pay", "the header A", "the field x"]),
            ("refund", &["POST /refund", "the header A"]),
            ("list", &["GET /list", "the header A"]),
            ("stop", &["POST /stop"]),
        ]);
        let new = lines(&[
            ("pay", &["POST /pay", "the header B", "the field y"]),
            ("refund", &["POST /refund", "the header B"]),
            ("list", &["GET /list", "the header B", "the header B"]),
            ("start", &["POST /start", "the header B"]),
        ]);
        let found = between(&old, &new);
        assert_eq!(
            text(&found),
            "  new: 1\n    + start  POST /start\n  gone: 1\n    - stop  POST /stop\n  pay, refund, list\n    \
             - the header A\n    + the header B\n  pay\n    - the field x\n    + the field y\n"
        );
        assert_eq!(counted(&found), "1 new, 1 gone, 3 changed");
        assert_eq!(between(&new, &new), []);
    }

    #[test]
    fn many_are_counted_and_compared_in_time() {
        let many = |line: &str| -> Lines {
            (0..3_000).map(|number| (format!("call_{number}"), vec![line.to_owned(); 3])).collect()
        };
        let found = between(&many("one"), &many("other"));
        assert_eq!(found.len(), 3_000);
        assert_eq!(text(&found), "  call_0, call_1, call_2, call_3 and 2996 more\n    - one\n    + other\n");
    }
}
