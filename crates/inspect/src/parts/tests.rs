//! Every text comes back whole from its parts, and what is guarded is in none that is shown.

use countersign_plan::words::{self, text};
use countersign_plan::{Encoding, Secrecy};
use countersign_sign::Call;
use proptest::prelude::*;

use super::*;
use crate::testing::{PUBLIC, SECRET, SENSITIVE, field, filled, marked, operation};

fn planned(encoding: Encoding) -> Operation {
    let slots = [
        marked(words::query("open"), PUBLIC),
        marked(words::query("phone"), SENSITIVE),
        field("/note", PUBLIC),
        field("/names", SENSITIVE),
        field("/tags", PUBLIC),
        field("/person", PUBLIC),
        field("/person/kind", PUBLIC),
        field("/person/pin", SECRET),
        filled("/stamp", PUBLIC, &[text("17")]),
        filled("/client", SECRET, &[text("17")]),
    ];
    Operation { body: Some(encoding), ..operation(&slots) }
}

fn guards(operation: &Operation) -> Guards<'_> {
    let mut guards = Guards::new(operation);
    guards.close(operation.field("/client").expect("a field"), Read::PERSONAL);
    guards
}

fn shown(parts: &[Part<'_, '_>]) -> String {
    let shown = |part: &Part<'_, '_>| match &part.guard {
        Some(guard) => format!("‹{}›", guard.name),
        None => part.text.to_owned(),
    };
    parts.iter().map(shown).collect()
}

fn whole(parts: &[Part<'_, '_>]) -> String {
    parts.iter().map(|part| part.text).collect()
}

#[track_caller]
fn assert_shows(parts: Vec<Part<'_, '_>>, sent: &str, expected: &str) {
    assert_eq!(whole(&parts), sent);
    assert_eq!(shown(&parts), expected);
}

#[test]
fn json_is_shown_as_it_leaves_with_each_guarded_scalar_by_its_name() {
    let operation = planned(Encoding::Json);
    let guards = guards(&operation);
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
        (r#"{"person":[[],"4",{}]}"#, r#"{"person":[[],"‹not in the document›",{}]}"#),
        // Of what is filled in, what is closed is closed, and what is open is open.
        (r#"{"stamp":17,"client":"c"}"#, r#"{"stamp":17,"client":"‹client›"}"#),
        // Twice is not once.
        (r#"{"names":"a","names":"b"}"#, r#"{"names":"‹names›","names":"‹names›"}"#),
        ("{}", "{}"),
    ] {
        assert_shows(guards.body(sent), sent, expected);
    }
    // A long way down there is no end of the stack.
    let deep = format!("{{\"names\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(shown(&guards.body(&deep)).contains("[‹names›]"));
}

#[test]
fn what_is_in_an_object_that_is_guarded_is_guarded() {
    let slots = [
        field("/person", SENSITIVE),
        field("/person/name", PUBLIC),
        field("/person/home", PUBLIC),
        field("/person/home/city", PUBLIC),
    ];
    let operation = Operation { body: Some(Encoding::Json), ..operation(&slots) };
    let guards = Guards::new(&operation);
    let (sent, masked) =
        (r#"{"name":"Ada","home":{"city":"London"}}"#, r#"{"name":"‹name›","home":{"city":"‹city›"}}"#);
    assert_shows(guards.object(0, sent).expect("an object"), sent, masked);
    assert_eq!(shown(&guards.body(&format!(r#"{{"person":{sent}}}"#))), format!(r#"{{"person":{masked}}}"#));
    assert_eq!(shown(&guards.object(2, r#"{"city":"London"}"#).expect("an object")), r#"{"city":"‹city›"}"#);
    assert!(guards.object(1, "{}").is_none() && guards.object(0, "[]").is_none());
    assert!((0..4).all(|slot| guards.is_confidential(slot)));
}

#[test]
fn a_form_and_a_query_keep_their_encoding() {
    let operation = planned(Encoding::Form);
    let guards = guards(&operation);
    for (sent, expected) in [
        ("note=a+b%2Fc&names=d%20e", "note=a+b%2Fc&names=‹names›"),
        ("names=&names=2&stamp=17&client=c", "names=‹names›&names=‹names›&stamp=17&client=‹client›"),
        ("n%61mes=1&other=2&note", "n%61mes=‹names›&other=‹not in the document›&note"),
        ("&&a", "&&‹not in the document›"),
        ("", ""),
    ] {
        assert_shows(guards.body(sent), sent, expected);
    }
    let sent = "open=a%26b&phone=%2B49&other=1&open=2";
    let expected = "open=a%26b&phone=‹phone›&other=‹not in the document›&open=2";
    assert_shows(guards.query(sent), sent, expected);
}

/// The path that was sent, as it is shown where it is the document's.
#[track_caller]
fn path_of(names: &[(&'static str, Secrecy)], sent: &'static str, template: &'static str) -> String {
    let slots: Vec<_> = names.iter().map(|(name, secrecy)| marked(words::path(name), *secrecy)).collect();
    let operation = Operation { path: template.into(), ..operation(&slots) };
    let request = http::Request::post(sent).body("").expect("a request");
    let request = Request::received(&operation, "", &request).expect("a request");
    let parts = Guards::new(&operation).path(&request);
    assert_eq!(whole(&parts), sent);
    shown(&parts)
}

#[test]
fn a_path_is_shown_but_for_what_is_guarded_in_it() {
    let account = [("account", SECRET), ("page", PUBLIC)];
    assert_eq!(path_of(&account, "/v1/3/no-1%2F.json", "/v1/{page}/no-{account}.json"), "/v1/3/no-‹account›.json");
    // Nothing tells where one ends and the other begins.
    assert_eq!(path_of(&account, "/v1/3-1/end", "/v1/{page}-{account}/end"), "/v1/‹account›/end");
    let both = [("account", SECRET), ("page", SENSITIVE)];
    assert_eq!(path_of(&both, "/v1/3-1/end", "/v1/{page}-{account}/end"), "/v1/‹account›/end");
    assert_eq!(path_of(&account[..1], "/v1/17.xml", "/v1/{account}.json"), "/v1/‹account›");
    assert_eq!(path_of(&account, "/v1/3/4/end", "/v1/{account}"), "‹account›");
    assert_eq!(path_of(&account[1..], "/v1/3/4/end", "/v1/{page}"), "/v1/3/4/end");
}

#[test]
fn of_a_path_that_is_made_it_is_known_where_each_parameter_is() {
    let slots = [marked(words::path("page"), PUBLIC), marked(words::path("account"), SECRET)];
    let operation = Operation { path: "/v1/{page}-{account}/end".into(), ..operation(&slots) };
    let call = Call::new("create_card").value("page", "3").value("account", "1-2");
    let request = call.request(&operation, "/base").expect("a request");
    assert_shows(Guards::new(&operation).path(&request), "/v1/3-1-2/end", "/v1/3-‹account›/end");
}

proptest! {
    /// Whatever the text is, JSON or not.
    #[test]
    fn the_parts_of_any_text_are_the_text(sent in "[ -~é{}\\[\\]\"\\\\:,&=%+]{0,60}") {
        for encoding in [Encoding::Json, Encoding::Form] {
            let operation = planned(encoding);
            let guards = guards(&operation);
            prop_assert_eq!(&whole(&guards.body(&sent)), &sent);
            prop_assert_eq!(&whole(&guards.query(&sent)), &sent);
        }
    }

    #[test]
    fn the_parts_of_any_path_are_the_path(sent in "/[!-~&&[^?#]]{0,40}", template in "(/[ab]|/a?\\{account\\}b?|/\\{page\\}){0,4}") {
        let slots = [marked(words::path("account"), SECRET), marked(words::path("page"), PUBLIC)];
        let operation = Operation { path: template.into(), ..operation(&slots) };
        if let Ok(request) = http::Request::post(&sent).body("") {
            let path = request.uri().path().to_owned();
            let request = Request::received(&operation, "", &request).expect("a request");
            prop_assert_eq!(&whole(&Guards::new(&operation).path(&request)), &path);
        }
    }
}
