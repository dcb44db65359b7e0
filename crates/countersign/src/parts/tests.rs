//! Every text comes back whole from its parts, and what is guarded is in none that is shown.

use proptest::prelude::*;

use super::*;
use crate::plan::Encoding;
use crate::testing::{field, filled, header, object, operation, text};
use crate::value::Target;

fn planned(encoding: Encoding) -> Operation {
    let person = object("person", &[field("kind", Secrecy::Public), field("pin", Secrecy::Secret)]);
    let fields = [
        field("note", Secrecy::Public),
        field("names", Secrecy::Sensitive),
        field("tags", Secrecy::Public),
        person,
        filled("stamp", Secrecy::Public, &[text("17")]),
        filled("client", Secrecy::Secret, &[text("17")]),
    ];
    let given = |name, secrecy| Parameter { place: Place::Query, value: None, secrecy, ..header(name, &[]) };
    let parameters = [given("open", Secrecy::Public), given("phone", Secrecy::Sensitive)];
    let mut operation = operation(&parameters, &fields);
    if let Some(body) = &mut operation.body {
        body.encoding = encoding;
    }
    operation
}

fn request(operation: &Operation) -> Candidate {
    let base = "https://acme.example".parse().expect("a URL");
    let mut request = Candidate::from_plan(operation, &base).expect("a candidate");
    request.close(Target::Field(vec!["client".into()]), Read::PERSONAL);
    request
}

fn shown(parts: &[Part<'_>]) -> String {
    let shown = |part: &Part<'_>| match &part.guard {
        Some(guard) => format!("‹{}›", guard.name),
        None => part.text.to_owned(),
    };
    parts.iter().map(shown).collect()
}

#[track_caller]
fn assert_shows(parts: Vec<Part<'_>>, whole: &str, expected: &str) {
    assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), whole);
    assert_eq!(shown(&parts), expected);
}

#[test]
fn json_is_shown_as_it_leaves_with_each_guarded_scalar_by_its_name() {
    let operation = planned(Encoding::Json);
    let request = request(&operation);
    for (sent, expected) in [
        (r#"{"note":"a \"b\" /é","names":"n"}"#, r#"{"note":"a \"b\" /é","names":"‹names›"}"#),
        // White space, numbers, booleans, an empty text, null.
        (
            "{ \"names\" : [1.50,true , \"\",null,\"a\\\\\"],\n\"tags\":[1,{\"a\":\"b\"}] }",
            "{ \"names\" : [‹names›,‹names› , \"‹names›\",null,\"‹names›\"],\n\"tags\":[1,{\"a\":\"b\"}] }",
        ),
        // A list of objects in what is guarded.
        (r#"{"names":[{"of":"x","in":[2]}],"note":3}"#, r#"{"names":[{"of":"‹names›","in":[‹names›]}],"note":3}"#),
        (r#"{"person":{"kind":"k","pin":"1234"}}"#, r#"{"person":{"kind":"k","pin":"‹pin›"}}"#),
        // An escaped name is the same name.
        (r#"{"person":{"\u0070in":"1234"}}"#, r#"{"person":{"\u0070in":"‹pin›"}}"#),
        // Of what the document does not describe, nothing is known.
        (
            r#"{"person":{"pan":"4"},"x":[5]}"#,
            r#"{"person":{"pan":"‹not in the document›"},"x":[‹not in the document›]}"#,
        ),
        (r#"{"person":"4"}"#, r#"{"person":"‹not in the document›"}"#),
        (r#"{"person":[{"pin":"4","kind":"k"}]}"#, r#"{"person":[{"pin":"‹pin›","kind":"k"}]}"#),
        // Of what is filled in, what is closed is closed, and what is open is open.
        (r#"{"stamp":17,"client":"c"}"#, r#"{"stamp":17,"client":"‹client›"}"#),
        // Twice is not once.
        (r#"{"names":"a","names":"b"}"#, r#"{"names":"‹names›","names":"‹names›"}"#),
        ("{}", "{}"),
    ] {
        assert_shows(json(sent, &[], &operation, &request), sent, expected);
    }
    // A long way down there is no end of the stack.
    let deep = format!("{{\"names\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(shown(&json(&deep, &[], &operation, &request)).contains("[‹names›]"));
}

#[test]
fn a_form_and_a_query_keep_their_encoding() {
    let operation = planned(Encoding::Form);
    let request = request(&operation);
    for (sent, expected) in [
        ("note=a+b%2Fc&names=d%20e", "note=a+b%2Fc&names=‹names›"),
        ("names=&names=2&stamp=17&client=c", "names=‹names›&names=‹names›&stamp=17&client=‹client›"),
        ("n%61mes=1&other=2&note", "n%61mes=‹names›&other=‹not in the document›&note"),
        ("&&a", "&&‹not in the document›"),
        ("", ""),
    ] {
        assert_shows(form(sent, &operation, &request), sent, expected);
    }
    let sent = "open=a%26b&phone=%2B49&other=1&open=2";
    let expected = "open=a%26b&phone=‹phone›&other=‹not in the document›&open=2";
    assert_shows(query(sent, &operation, &request), sent, expected);
}

#[test]
fn a_path_is_shown_but_for_what_is_guarded_in_it() {
    let path_of = |names: &[(&'static str, Secrecy)], sent: &'static str, template: &str| {
        let given = |(name, secrecy): &(&'static str, Secrecy)| Parameter {
            place: Place::Path,
            value: None,
            secrecy: *secrecy,
            ..header(name, &[])
        };
        let operation = operation(&names.iter().map(given).collect::<Vec<_>>(), &[]);
        let parts = path(sent, template, &operation);
        assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), sent);
        shown(&parts)
    };
    let account = [("account", Secrecy::Secret), ("page", Secrecy::Public)];
    assert_eq!(path_of(&account, "/v1/3/no-1%2F.json", "/v1/{page}/no-{account}.json"), "/v1/3/no-‹account›.json");
    // Nothing tells where one ends and the other begins.
    assert_eq!(path_of(&account, "/v1/3-1/end", "/v1/{page}-{account}/end"), "/v1/‹account›/end");
    assert_eq!(path_of(&account, "/v1/3/4/end", "/v1/{account}"), "‹path›");
    assert_eq!(path_of(&account[1..], "/v1/3/4/end", "/v1/{page}"), "/v1/3/4/end");
}

proptest! {
    /// Whatever the text is, JSON or not.
    #[test]
    fn the_parts_of_any_text_are_the_text(sent in "[ -~é{}\\[\\]\"\\\\:,&=%+]{0,60}") {
        let operation = planned(Encoding::Json);
        let request = request(&operation);
        let parts = [
            json(&sent, &[], &operation, &request),
            form(&sent, &operation, &request),
            query(&sent, &operation, &request),
            path(&sent, "/v1/{account}/{page}", &operation),
        ];
        for parts in parts {
            prop_assert_eq!(&parts.iter().map(|part| part.text).collect::<String>(), &sent);
        }
    }
}
