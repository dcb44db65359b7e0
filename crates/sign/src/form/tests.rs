//! What names with brackets mean.

use countersign_plan::words::*;
use countersign_plan::{Constraint, list};

use super::*;

/// The JSON of pairs, each of what is in brackets behind a name and its text.
fn json_of(pairs: &[(&[&str], &str)], rules: &[Constraint]) -> Result<String, &'static str> {
    let mut tree = Tree::default();
    pairs.iter().try_for_each(|(steps, text)| tree.insert(steps, text))?;
    tree.json(&[rules])
}

#[test]
fn what_is_in_brackets_is_a_list_or_an_object() {
    let numbers = [ARRAY, Constraint::Items(list![INTEGER])];
    let open = [OBJECT, Constraint::Values(list![INTEGER])];
    for (pairs, rules, json) in [
        // Without a word of the document, numbers from 0 on are a list.
        (&[(&["0"][..], "1"), (&["1"], "2")][..], &[][..], r#"["1","2"]"#),
        (&[(&[""], "1"), (&[""], "2")], &[], r#"["1","2"]"#),
        (&[(&["1"], "1"), (&["0"], "2")], &[], r#"{"1":"1","0":"2"}"#),
        (&[(&["0"], "1"), (&["a"], "2")], &[], r#"{"0":"1","a":"2"}"#),
        (&[(&["a", "b"], "1"), (&["a", "c"], "2"), (&["d"], "3")], &[], r#"{"a":{"b":"1","c":"2"},"d":"3"}"#),
        (&[(&["0", "a"], "1"), (&["1", "a"], "2")], &[], r#"[{"a":"1"},{"a":"2"}]"#),
        // With one, it is what it is said to be.
        (&[(&["0"], "1"), (&["1"], "2")], &numbers, "[1,2]"),
        (&[(&["0"], "1"), (&["1"], "2")], &open, r#"{"0":1,"1":2}"#),
        (&[(&["0"], "1"), (&["1"], "x")], &numbers, r#"[1,"x"]"#),
        (&[(&[], "1")], &[INTEGER], "1"),
        (&[(&[], "01")], &[INTEGER], r#""01""#),
        (&[], &[], "[]"),
    ] {
        assert_eq!(json_of(pairs, rules).as_deref(), Ok(json), "{pairs:?} {rules:?}");
    }
}

#[test]
fn what_is_in_brackets_and_means_nothing_is_an_error() {
    let deep = |steps: usize| json_of(&[(&vec!["a"; steps], "1")], &[]);
    assert!(deep(MOST_STEPS).is_ok());
    for (result, reason) in [
        (deep(MOST_STEPS + 1), "it is nested too deep"),
        (deep(MOST_STEPS + 9), "it is nested too deep"),
        (json_of(&[(&["", "a"], "1")], &[]), "an element in it that is no scalar has no number"),
        (json_of(&[(&["a"], "1"), (&["a"], "1")], &[]), "a name in it is there more than once"),
        (json_of(&[(&["a"], "1"), (&["a", "b"], "1")], &[]), "it is one value and has others in it"),
        (json_of(&[(&["a"], "1")], &[ARRAY]), "its elements are not numbered from 0 on"),
        (json_of(&[(&["1"], "1")], &[ARRAY]), "its elements are not numbered from 0 on"),
    ] {
        assert_eq!(result, Err(reason));
    }
}
