//! Regular expressions.
//!
//! Most patterns of a document say no more than how many of which characters there are. The generator knows these, and a plan has
//! them as [`Run`]s, which take a comparison for each character. The others are for an engine, which only the crate of a provider
//! that has one of them builds: the feature `patterns`.

#[cfg(feature = "patterns")]
mod engine;

use std::fmt;

use crate::{List, Text};

/// A regular expression that must match somewhere in a text, as in JSON Schema. `\d`, `\s` and `\w` are those of ASCII.
///
/// Two are equal whose expression is, whatever matches it.
#[derive(Clone)]
pub struct Pattern {
    text: Text,
    /// The whole of a text, if there is one run or more.
    runs: List<Run>,
}

/// So many characters out of a set of ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The ranges of the set, each as its first and its last character: `09AF`.
    pub of: &'static str,
    /// So many at least.
    pub least: u32,
    /// So many at most.
    pub most: u32,
}

impl Pattern {
    /// A pattern of a document that has been linted.
    #[cfg(feature = "patterns")]
    pub const fn new(text: &'static str) -> Self {
        Self { text: Text::Borrowed(text), runs: List::Borrowed(&[]) }
    }

    /// A pattern that is these runs, one after the other, from the start of a text to its end. What may end a run is not in the
    /// set of the run before.
    pub const fn of(text: &'static str, runs: List<Run>) -> Self {
        Self { text: Text::Borrowed(text), runs }
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// It is not a regular expression that the engine takes: it has look-around, back-references or Unicode classes, or its
    /// counted repetitions are too long.
    #[cfg(feature = "patterns")]
    pub fn parse(text: &str) -> Result<Self, String> {
        engine::check(text)?;
        Ok(Self { text: Text::Owned(text.to_owned()), runs: List::Borrowed(&[]) })
    }

    /// The expression, as the document has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many bytes it takes when it is compiled, rounded up to a power of four. To match a text takes time that grows with
    /// both.
    #[cfg(feature = "patterns")]
    pub fn size(&self) -> usize {
        engine::size(&self.text)
    }

    /// Whether a text matches. Nothing matches a pattern that the lint would refuse.
    pub fn matches(&self, text: &str) -> bool {
        #[cfg(feature = "patterns")]
        if self.runs.is_empty() {
            return engine::matches(&self.text, text);
        }
        let mut rest = text.as_bytes();
        for run in self.runs.iter() {
            let (ranges, _) = run.of.as_bytes().as_chunks();
            let is_in = |byte: &&u8| ranges.iter().any(|[first, last]| (first..=last).contains(byte));
            let length = rest.iter().take(run.most as usize).take_while(is_in).count();
            if length < run.least as usize {
                return false;
            }
            rest = &rest[length..];
        }
        rest.is_empty()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

#[cfg(all(test, feature = "patterns"))]
mod tests {
    use super::*;

    #[test]
    fn runs_follow_each_other_from_the_start_of_a_text_to_its_end() {
        const RUNS: List<Run> = crate::list![
            Run { of: "++", least: 0, most: 1 },
            Run { of: "09", least: 2, most: 3 },
            Run { of: "--AZ", least: 1, most: u32::MAX },
        ];
        let pattern = Pattern::of("^[+]?[0-9]{2,3}[-A-Z]+$", RUNS);
        for text in ["12A", "+123-", "12-A-B-C"] {
            assert!(pattern.matches(text), "{text}");
        }
        for text in ["", "12", "1A", "1234A", "12Aa", " 12A", "12A\n", "++12A", "12Ä", "１２A"] {
            assert!(!pattern.matches(text), "{text}");
        }
        assert_eq!(pattern, Pattern::new("^[+]?[0-9]{2,3}[-A-Z]+$"));
        assert_ne!(pattern, Pattern::of("^[0-9]$", RUNS));
    }
}
