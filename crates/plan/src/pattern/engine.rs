//! The engine: each expression is compiled on first use, and kept for all clients of the process. The time that it takes grows with
//! the text and the pattern alone.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use regex_lite::{Regex, RegexBuilder};

/// A compiled pattern is at most this large, in bytes.
const LARGEST: usize = 1 << 18;

/// The sizes that are tried where one has to be known, each so many times the one before: all that do not suffice take less time
/// together than the one that does.
const SIZES: [usize; 6] = [1 << 8, 1 << 10, 1 << 12, 1 << 14, 1 << 16, LARGEST];

/// This many patterns are kept compiled. A client has a few dozen, and that of a large provider some thousands; a tool that reads
/// many documents begins anew.
const MOST: usize = 10_000;

static COMPILED: RwLock<Option<HashMap<String, Compiled>>> = RwLock::new(None);

/// A compiled pattern.
#[derive(Clone)]
struct Compiled {
    regex: Arc<Regex>,
    /// The smallest of [`SIZES`] that it fits in, if that is known.
    size: Option<usize>,
}

/// Whether the engine takes an expression.
///
/// # Errors
/// Why it does not.
pub(super) fn check(text: &str) -> Result<(), String> {
    compiled(text, true).map(drop)
}

/// How many bytes an expression takes, rounded up to one of [`SIZES`].
pub(super) fn size(text: &str) -> usize {
    compiled(text, true).ok().and_then(|compiled| compiled.size).unwrap_or(LARGEST)
}

/// Whether an expression matches somewhere in a text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    compiled(pattern, false).is_ok_and(|compiled| compiled.regex.is_match(text))
}

/// A pattern as it was compiled before, or compiled now.
fn compiled(text: &str, with_size: bool) -> Result<Compiled, String> {
    let known = |compiled: &Option<HashMap<String, Compiled>>| {
        let known = compiled.as_ref()?.get(text)?;
        (known.size.is_some() || !with_size).then(|| known.clone())
    };
    if let Some(known) = known(&COMPILED.read().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(known);
    }
    let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    // Another thread may have been here before.
    if let Some(known) = known(&all) {
        return Ok(known);
    }
    let new =
        if with_size { measured(text)? } else { Compiled { regex: Arc::new(compile(text, LARGEST)?), size: None } };
    let all = all.get_or_insert_default();
    if all.len() == MOST {
        all.clear();
    }
    all.insert(text.to_owned(), new.clone());
    Ok(new)
}

/// A pattern, compiled within the smallest size that suffices.
fn measured(text: &str) -> Result<Compiled, String> {
    let mut error = String::new();
    for size in SIZES {
        match compile(text, size) {
            Ok(regex) => return Ok(Compiled { regex: Arc::new(regex), size: Some(size) }),
            Err(problem) => error = problem,
        }
        // A larger one does not help what is no expression.
        if !error.contains("size limit") {
            break;
        }
    }
    Err(error)
}

fn compile(text: &str, limit: usize) -> Result<Regex, String> {
    #[cfg(test)]
    tests::count(text);
    RegexBuilder::new(text).size_limit(limit).build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::Pattern;

    static COUNTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

    pub(super) fn count(text: &str) {
        COUNTED.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_owned());
    }

    #[test]
    fn a_pattern_is_compiled_when_it_is_used_and_at_most_once() {
        let times = |text: &str| {
            let counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
            counted.iter().filter(|counted| *counted == text).count()
        };
        let used = Pattern::new("^used-[0-9]+$");
        assert_eq!(times("^used-[0-9]+$"), 0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).for_each(|_| assert!(used.matches("used-1") && !used.matches("used-"))));
            }
        });
        assert_eq!(times("^used-[0-9]+$"), 1);
        // What is read has its size then too, and each that is too small ends before.
        let read = Pattern::parse("^read-a$").expect("a pattern");
        let tried = times("^read-a$");
        assert!(tried <= 3, "{tried}");
        assert!(read.matches("read-a") && read.size() <= 1024 && Pattern::parse("^read-a$").is_ok());
        assert_eq!(times("^read-a$"), tried);
    }

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
