//! The table that a client runs matches what the regular expression matches, and nothing else.

use std::sync::LazyLock;

use countersign::plan::Pattern;
use countersign_spec::pattern;
use proptest::prelude::*;
use regex_lite::Regex;

/// Expressions of the kinds that documents have.
const PATTERNS: [&str; 21] = [
    "",
    "^$",
    "a",
    "^a",
    "a$",
    "^[0-9]{3}$",
    "^[0-9]{2,4}$",
    r"^\d+$",
    r"\D",
    r"^[\w-]*$",
    r"^\W\s?\S$",
    "^(a|bb|é0)+$",
    "^.{2}$",
    "^[^0-9]$",
    "^[^aé]{1,2}$",
    "a+b?|0",
    "(?i)^ab",
    "(?s)^.$",
    r"^a\.b$",
    r"^[[:alpha:]_]$",
    r"^x{0}$",
];

static BOTH: LazyLock<Vec<(Pattern, Regex)>> = LazyLock::new(|| {
    PATTERNS
        .map(|expression| (pattern(expression).expect("a table"), Regex::new(expression).expect("an engine")))
        .into()
});

proptest! {
    #[test]
    fn a_table_matches_what_an_engine_matches(text in r"[ab019é\x{1F600} .\-_\n]{0,5}") {
        for (table, engine) in BOTH.iter() {
            prop_assert_eq!(table.matches(&text), engine.is_match(&text), "{} and {:?}", table.text, text);
        }
    }
}

#[test]
fn digits_spaces_and_word_characters_are_those_of_ascii() {
    let matches = |expression: &str, text: &str| pattern(expression).unwrap().matches(text);
    for (expression, ours, others) in [(r"^\d$", "7", "٧"), (r"^[\s]$", "\t", "\u{2003}"), (r"^(\w)$", "_", "é")] {
        assert!(matches(expression, ours) && !matches(expression, others), "{expression}");
    }
    assert!(matches(r"^[\w&&[^\d]]$", "b") && !matches(r"^[\w&&[^\d]]$", "1"));
    assert!(matches(r"^\D$", "٧") && matches(r"^[a\W]$", "é") && !matches(r"^[a\W]$", "b"));
}

#[test]
fn a_table_is_as_small_as_it_can_be() {
    let states = |expression: &str| pattern(expression).unwrap().states.len();
    // One for each digit that has been read, and none for a text that cannot match any more.
    assert_eq!(states("^[0-9]{13}$"), 14);
    // Whatever follows the match makes no difference.
    assert_eq!(states("^a"), 2);
    assert_eq!(states(""), 1);
}

#[test]
fn what_no_table_can_hold_is_refused_with_the_reason() {
    for (expression, says) in [
        ("(", "unclosed group"),
        ("(?=a)", "look-around"),
        (r"(a)\1", "backreferences"),
        (r"\bcard\b", "word boundar"),
        ("^(.{400}){9}$", "exceeded limit"),
        ("^[0-9]{2000}$", "more than 1000 states"),
        // Where each `a` may be the one that the rest is counted from, there are as many states as subsets.
        ("a[ab]{30}$", "exceeded"),
    ] {
        let reason = pattern(expression).unwrap_err();
        assert!(reason.contains(says), "{expression}: {reason}");
    }
}
