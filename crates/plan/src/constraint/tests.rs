//! What the constraints take, and what they say.

use super::*;

#[test]
fn a_text_keeps_the_rules_of_the_document() {
    let pattern = [Constraint::Pattern(Pattern::new("^[a-c]+$"))];
    let length = [Constraint::MinLength(2), Constraint::MaxLength(3)];
    for (rules, given, says) in [
        (&length[..], "ä", Some("at least 2 characters and has 1")),
        (&length, "äö", None),
        (&length, "äöü", None),
        (&length, "äöüß", Some("at most 3 characters and has 4")),
        (&pattern, "abc", None),
        (&pattern, "abcd", Some("must match the pattern ^[a-c]+$")),
        (&pattern, "dcba", Some("must match the pattern ^[a-c]+$")),
        (&pattern, "", Some("must match the pattern ^[a-c]+$")),
    ] {
        match (text(given, rules), says) {
            (Ok(()), None) => {}
            (Err(reason), Some(says)) => assert!(reason.contains(says), "{reason}"),
            (result, says) => panic!("{given}: {result:?}, not {says:?}"),
        }
    }
}

#[test]
fn a_value_is_one_of_those_that_are_listed() {
    let values =
        |count: usize| [Constraint::OneOf((0..count).map(|n| Text::Owned(format!("v{n}"))).collect::<Vec<_>>().into())];
    let says = |count| text("secret", &values(count)).unwrap_err();
    assert_eq!(says(1), "it must be \"v0\"");
    assert_eq!(says(2), "it must be one of \"v0\", \"v1\"");
    assert!(says(24).ends_with("\"v23\""));
    assert!(says(25).starts_with("it must be one of 25 values, such as \"v0\", ") && !says(25).contains("v24"));
}

#[test]
fn equal_elements_are_equal_however_they_are_written() {
    let unique = [Constraint::Array, Constraint::UniqueItems];
    for equal in [
        "[1,1.0]",
        "[100,1e2]",
        "[0,-0]",
        r#"["a","\u0061"]"#,
        r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1.0}]"#,
        "[null,null]",
        "[true,true]",
        "[[],[ ]]",
    ] {
        assert_eq!(json(equal, &unique).unwrap_err().1, "each of its elements must be there once", "{equal}");
    }
    for other in [
        r#"[1,"1"]"#,
        "[9007199254740992,9007199254740993]",
        "[0.1,0.10000000000000000001]",
        r#"[{"a":1},{"a":2},{"b":1},[1],["a"]]"#,
        "[true,false,null,0]",
        r#"["a,b",["a","b"]]"#,
        "[]",
    ] {
        assert_eq!(json(other, &unique), Ok(()), "{other}");
    }
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let nested = format!("[{},{}]", deep(5_000), deep(5_000));
    assert!(json(&nested, &unique).is_err());
}

#[test]
fn bounds_that_no_number_keeps_are_found() {
    let least = |bound: &'static str| Constraint::Minimum(bound.into());
    let most = |bound: &'static str| Constraint::Maximum(bound.into());
    let (above, under) =
        (|bound: &'static str| Constraint::Above(bound.into()), |bound: &'static str| Constraint::Below(bound.into()));
    let step = |bound: &'static str| Constraint::MultipleOf(bound.into());
    for rules in [
        vec![Constraint::Number, least("1.5"), most("1.4")],
        vec![Constraint::Number, above("1"), most("1.0")],
        vec![Constraint::Number, least("1"), under("1")],
        vec![Constraint::Integer, above("1"), under("2")],
        vec![Constraint::Int32, least("2147483648")],
        vec![Constraint::Int64, most("-9223372036854775809")],
        vec![Constraint::Integer, least("1"), most("9"), step("10")],
        vec![Constraint::Integer, least("-9"), most("-1"), step("10")],
    ] {
        assert!(contradiction(&rules).is_some(), "{rules:?}");
    }
    for rules in [
        vec![Constraint::Number, least("1.5"), most("1.50")],
        vec![Constraint::Number, above("1"), under("2")],
        vec![Constraint::Integer, above("1"), under("3")],
        vec![Constraint::Integer, least("1"), most("10"), step("10")],
        vec![Constraint::Integer, least("-10"), most("-1"), step("10")],
        vec![Constraint::Int32, most("2147483648")],
        vec![Constraint::Integer, most("-1")],
        vec![Constraint::Text],
    ] {
        assert_eq!(contradiction(&rules), None, "{rules:?}");
    }
}

fn payers() -> Alternatives {
    use crate::words::*;
    use crate::{list, texts};
    any_of(list![
        branch(
            "Card",
            list![],
            list![
                OBJECT,
                members(list![required_member("number", list![TEXT, min_length(4)]), member("limit", list![NUMBER])])
            ]
        ),
        branch(
            "Account",
            list![],
            list![
                OBJECT,
                members(list![
                    required_member("kind", list![TEXT, one_of(texts!["account"])]),
                    required_member("iban", list![TEXT]),
                    member("region", list![TEXT, one_of(texts!["eu"])]),
                    member("sort", list![TEXT, one_of(texts!["a", "b"])]),
                ])
            ]
        ),
        branch("Count", list![], list![INT_32, maximum("9")]),
        branch("Born", list![], list![DATE]),
        branch("Names", list![], list![ARRAY, each(list![TEXT])]),
    ])
}

#[test]
fn a_value_is_held_to_the_one_branch_that_it_can_be() {
    let rules = [Constraint::Alternatives(payers())];
    let all = "it must be one of Card, Account, Count, Born, Names, and lacks what each of them requires";
    for (value, place, says) in [
        (r#"{"number":"4111","new":1}"#, "", ""),
        (r#"{"number":"4"}"#, "/number", "at least 4 characters"),
        (r#"{"number":"4111","limit":"x"}"#, "/limit", "it must be a number"),
        (r#"{"kind":"account","iban":"x","region":"eu","sort":"a"}"#, "", ""),
        (r#"{"kind":"account","iban":"x","sort":"c"}"#, "/sort", "it must be one of \"a\", \"b\""),
        (r#"{"kind":"account","iban":"x","region":"us"}"#, "", all),
        (r#"{"kind":"other","iban":"x"}"#, "", all),
        (r#"{"kind":"account","iban":"x","number":"4111"}"#, "", "one of Card, Account, and could be each of them"),
        ("7", "", ""),
        ("10", "", "it must be at most 9"),
        ("7.0", "", all),
        (r#""2026-01-31""#, "", ""),
        (r#""tomorrow""#, "", all),
        (r#"["a",1]"#, "/1", "it must be text"),
        ("true", "", all),
        ("null", "", "it must not be null"),
    ] {
        match json(value, &rules) {
            Ok(()) => assert_eq!(says, "", "{value}"),
            Err((at, reason)) => {
                assert!(at == place && !says.is_empty() && reason.contains(says), "{value}: {at} {reason}")
            }
        }
    }
    assert_eq!(json("null", &[Constraint::Nullable, rules[0].clone()]), Ok(()));
}

#[test]
fn a_branch_that_asks_for_more_is_told_from_one_that_asks_for_less() {
    use crate::words::*;
    use crate::{list, texts};
    let asks = |name: &'static str, of: &[&'static str], more: &[Member]| {
        let members =
            of.iter().map(|name| required_member(name, list![])).chain(more.iter().cloned()).collect::<Vec<_>>();
        branch(name, list![], vec![OBJECT, Constraint::Members(members.into())].into())
    };
    let parties = any_of(
        vec![asks("Credit", &["credit"], &[]), asks("Debit", &["debit"], &[]), asks("Both", &["debit", "credit"], &[])]
            .into(),
    );
    for (value, is) in
        [(r#"{"credit":1}"#, &[0][..]), (r#"{"debit":1}"#, &[1]), (r#"{"debit":1,"credit":1}"#, &[2]), ("{}", &[])]
    {
        assert_eq!(parties.of(value), is, "{value}");
        assert_eq!(parties.check(value).is_ok(), !is.is_empty(), "{value}");
    }
    let without = any_of(vec![asks("Credit", &["credit"], &[]), asks("Debit", &["debit"], &[])].into());
    assert!(without.check(r#"{"debit":1,"credit":1}"#).unwrap_err().1.contains("could be each of them"));
    // The whole numbers are numbers, and so is what has a constant.
    let numbers = any_of(list![
        branch("Number", list![], list![NUMBER]),
        branch("Whole", list![], list![INTEGER]),
        branch("Text", list![], list![TEXT]),
        branch("Auto", list![], list![TEXT, one_of(texts!["auto"])]),
    ]);
    let of = |value: &str| numbers.of(value);
    assert_eq!((of("7"), of("7.5"), of("\"x\""), of("\"auto\"")), (vec![1], vec![0], vec![2], vec![3]));
    // The lists tell what asks for less, and are not asked where none has the value.
    let kind = |values: &[&'static str]| {
        let values: Vec<Text> = values.iter().map(|value| (*value).into()).collect();
        member("kind", vec![TEXT, Constraint::OneOf(values.into())].into())
    };
    let methods = any_of(
        vec![
            asks("Card", &[], &[kind(&["card", "debit"])]),
            asks("Bank", &["iban"], &[kind(&["bank", "ach"])]),
            asks("Ideal", &[], &[kind(&["ideal"])]),
        ]
        .into(),
    );
    for (value, is) in [
        (r#"{"kind":"debit","iban":"x"}"#, &[0][..]),
        (r#"{"kind":"ach","iban":"x"}"#, &[1]),
        (r#"{"kind":"ideal","iban":"x"}"#, &[2]),
        (r#"{"kind":"new","iban":"x"}"#, &[0, 1]),
        ("{}", &[0, 2]),
    ] {
        assert_eq!(methods.of(value), is, "{value}");
        assert_eq!(methods.clone().told().of(value), is, "{value}");
    }
    // What asks for the same is held to one of the two.
    let short = member("name", list![max_length(2)]);
    let long = member("name", list![min_length(4)]);
    let alike = any_of(vec![asks("Short", &[], &[short]), asks("Long", &[], &[long])].into());
    assert!(alike.are_alike(0, 1) && !parties.are_alike(0, 1));
    for (value, is_kept) in [(r#"{"name":"ab"}"#, true), (r#"{"name":"abcd"}"#, true), (r#"{"name":"abc"}"#, false)] {
        assert_eq!(alike.check(value).is_ok(), is_kept, "{value}");
    }
}

#[test]
fn what_could_be_several_branches_at_each_level_is_looked_at_once_for_each() {
    // Each is a list of the same, of as many.
    let named = |name: &'static str| Branch {
        name: name.into(),
        values: List::default(),
        rules: vec![Constraint::Array, Constraint::MaxItems(3), Constraint::Items(vec![Constraint::Again(2)].into())]
            .into(),
    };
    let choice = Alternatives { by: None, branches: vec![named("One"), named("Two")].into() };
    let rules = [Constraint::Alternatives(choice)];
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(json(&nested(""), &rules), Ok(()));
    let (place, reason) = json(&nested("[], [], [], []"), &rules).unwrap_err();
    assert_eq!((place, &*reason), ("/0".repeat(39), "it must have at most 3 elements"));
}

#[test]
fn a_member_says_which_branch_it_is() {
    let branches = payers().branches.into_owned().into_iter().zip(["card", "account"]);
    let branches = branches.map(|(branch, value)| Branch { values: vec![value.into()].into(), ..branch });
    let rules = [Constraint::Alternatives(Alternatives { by: Some("kind".into()), branches: branches.collect() })];
    for (value, place, says) in [
        (r#"{"kind":"card","number":"4111","iban":"x"}"#, "", ""),
        (r#"{"kind":"card","iban":"x"}"#, "/number", "it is required and was not given"),
        (r#"{"number":"4111"}"#, "/kind", "it is required and was not given"),
        (r#"{"kind":"cash"}"#, "/kind", "it must be one of \"card\", \"account\""),
        (r#"{"kind":1}"#, "/kind", "it must be one of \"card\", \"account\""),
        ("7", "", "it must be an object"),
    ] {
        match json(value, &rules) {
            Ok(()) => assert_eq!(says, "", "{value}"),
            Err((at, reason)) => {
                assert!(at == place && !says.is_empty() && reason.contains(says), "{value}: {at} {reason}")
            }
        }
    }
}

#[test]
fn what_is_not_looked_at_tells_nothing() {
    let (whole, told) = (payers(), payers().told());
    assert_ne!(told, whole);
    assert_eq!(told.clone().told(), told);
    for value in [
        r#"{"number":"4"}"#,
        r#"{"kind":"account","iban":"x","region":"us"}"#,
        r#"{"kind":"account","iban":"x","number":"4"}"#,
        "10",
        "2147483648",
        r#""2026-01-31""#,
        "[1]",
        "null",
    ] {
        assert_eq!(told.of(value), whole.of(value), "{value}");
    }
}
