//! Regular expressions.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use regex_lite::{Regex, RegexBuilder};

use crate::Text;

/// A compiled pattern is at most this large, in bytes.
const LARGEST: usize = 1 << 18;

/// This many patterns are kept compiled. A client has a few dozen; a tool that reads many documents begins anew.
const MOST: usize = 1_000;

/// A regular expression that must match somewhere in a text, as in JSON Schema.
///
/// It is compiled on first use, by an engine whose time grows with the text and the pattern alone, and kept for all clients
/// of the process. `\d`, `\s` and `\w` are those of ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Text);

static COMPILED: RwLock<Option<HashMap<String, Arc<Regex>>>> = RwLock::new(None);

impl Pattern {
    /// A pattern of a document that has been linted.
    pub const fn new(text: &'static str) -> Self {
        Self(Text::Borrowed(text))
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// It is not a regular expression that the engine takes: it has look-around, back-references or Unicode classes, or its
    /// counted repetitions are too long.
    pub fn parse(text: &str) -> Result<Self, String> {
        compile(text, LARGEST)?;
        Ok(Self(Text::Owned(text.to_owned())))
    }

    /// The expression, as the document has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many bytes it takes when it is compiled, rounded up to a power of two. To match a text takes time that grows with
    /// both.
    pub fn size(&self) -> usize {
        let limits = (8..).map(|bits| 1 << bits).take_while(|limit| *limit < LARGEST);
        limits.into_iter().find(|limit| compile(&self.0, *limit).is_ok()).unwrap_or(LARGEST)
    }

    /// Whether a text matches. Nothing matches a pattern that the lint would refuse.
    pub fn matches(&self, text: &str) -> bool {
        let known = {
            let compiled = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
            compiled.as_ref().and_then(|compiled| compiled.get(self.as_str()).cloned())
        };
        match known.map_or_else(|| self.remember(), Ok) {
            Ok(regex) => regex.is_match(text),
            Err(_) => false,
        }
    }

    fn remember(&self) -> Result<Arc<Regex>, String> {
        let regex = Arc::new(compile(&self.0, LARGEST)?);
        let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        let compiled = compiled.get_or_insert_default();
        if compiled.len() == MOST {
            compiled.clear();
        }
        compiled.insert(self.as_str().to_owned(), Arc::clone(&regex));
        Ok(regex)
    }
}

fn compile(text: &str, limit: usize) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(limit).build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).expect("a pattern").matches(text)
    }

    #[test]
    fn a_pattern_matches_anywhere_unless_it_says_otherwise() {
        assert!(matches("b", "abc") && !matches("^b", "abc") && matches("^[0-9]{3}$", "123"));
        assert!(!matches("^[0-9]{3}$", "123\n") && !matches("^[0-9]{3}$", "1234"));
        assert!(matches("", ""));
    }

    #[test]
    fn digits_spaces_and_word_characters_are_those_of_ascii() {
        for (pattern, ours, others) in [(r"^\d$", "7", "٧"), (r"^[\s]$", "\t", "\u{2003}"), (r"^(\w)$", "_", "é")] {
            assert!(matches(pattern, ours) && !matches(pattern, others), "{pattern}");
        }
        assert!(matches(r"^\D$", "٧") && matches(r"^[a\W]$", "é") && !matches(r"^[a\W]$", "b"));
    }

    #[test]
    fn what_the_engine_cannot_take_is_refused_and_matches_nothing() {
        for pattern in ["(", "a{2,1}", r"(a)\1", "(?=a)", r"\p{Greek}", "a{1000000}", "((a{100}){100}){100}"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
        assert!(!Pattern::new("(").matches("("));
    }

    #[test]
    fn a_pattern_is_as_large_as_its_repetitions() {
        let size = |pattern: &str| Pattern::parse(pattern).expect("a pattern").size();
        assert!(size("") <= 256 && size("^[0-9]{10}$") <= 1024);
        assert!(size("^[0-9]{400}$") > 8 * size("^[0-9]{10}$") && size(r"(\w{40}){50}") == LARGEST);
    }

    #[test]
    fn more_patterns_than_are_kept_match_all_the_same() {
        for number in 0..2 * MOST {
            let text = number.to_string();
            assert!(matches(&format!("^{number}$"), &text), "{number}");
        }
        assert!(matches("^7$", "7") && !matches("^7$", "8"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_is_refused(pattern in r"[ab(){}\[\]|*+?^$\\0-9,.]{0,20}", text in "[ab0-9]{0,8}") {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                pattern.matches(&text);
            }
        }
    }
}
