//! Parameters that are lists and objects: how they are written, signed, read back and held to rules.

use std::collections::BTreeMap;

use countersign_plan::{Constraint, FieldForm, Of, RequestPart};
use serde_json::json;

use super::*;

fn operation() -> Operation {
    let numbers = || vec![ARRAY, max_items(3), UNIQUE_ITEMS, Constraint::Items(list![INTEGER])].into();
    let slots = vec![
        header("X-Tags").joined(COMMA),
        path("ids").joined(COMMA).rules(numbers()),
        query("id").repeated().required().rules(numbers()),
        query("csv").joined(COMMA),
        query("words").joined(SPACE),
        query("pipes").joined(PIPE),
        query("filter[status]").member_of("filter").required(),
        query("filter[from]").member_of("filter"),
        query("page").member_of("paging"),
        header("X-Query").filled(list![Value::Request(RequestPart::Query)]),
        header("X-Fields").filled(vec![Value::Fields(all_of_query())].into()),
    ];
    let mut operation = of_json(slots);
    operation.path = "/v1/{ids}".into();
    operation.body = None;
    operation.arranged().unwrap()
}

/// `{fields: all, of: query, as: pairs, separator: "&"}`
fn all_of_query() -> Fields {
    let Value::Fields(fields) = fields(Selection::All) else { unreachable!() };
    Fields { of: Of::Query, form: FieldForm::Pairs, separator: vec![Value::Text("&".into())].into(), ..fields }
}

fn complete() -> Call {
    call()
        .header("X-Tags", Ok(["a", "b"]))
        .path("ids", Ok([1, 2]))
        .query("filter", Ok(BTreeMap::from([("from", "1 2"), ("status", "x&y")])))
        .query("paging", Ok(json!({"page": 2, "none": null})))
        .query("id", Ok([7, 8]))
        .query("csv", Ok(["a b", "+"]))
        .query("words", Ok(["a,b", "+"]))
        .query("pipes", Ok(["a", "b"]))
}

const SENT: &str =
    "id=7&id=8&csv=a+b,%2B&words=a%2Cb%20%2B&pipes=a%7Cb&filter%5Bstatus%5D=x%26y&filter%5Bfrom%5D=1+2&page=2";

#[test]
fn lists_and_objects_are_written_as_the_document_says_and_signed_as_they_are_sent() {
    let (operation, call) = (operation(), complete());
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.path(), "/api/v1/1,2");
    assert_eq!(request.query().as_deref(), Some(SENT));
    assert_eq!(header_of(&request, "X-Tags"), "a,b");
    assert_eq!(header_of(&request, "X-Query"), SENT);
    let pairs = "id=7&id=8&csv=a b,+&words=a,b +&pipes=a|b&filter[status]=x&y&filter[from]=1 2&page=2";
    assert_eq!(header_of(&request, "X-Fields"), pairs);
}

#[test]
fn what_is_received_has_the_same_elements() {
    let operation = operation();
    let message = http::Request::get(format!("http://x/api/v1/1,2?{SENT}")).header("X-Tags", "a, b").body(b"").unwrap();
    let request = Request::received(&operation, "/api", &message).unwrap();
    request.check(&[]).unwrap();
    let of = |name: &str| {
        let elements = request.elements(operation.slot(name).unwrap());
        elements.iter().map(|text| text.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((of("X-Tags"), of("ids"), of("id")), (vec!["a".into(), "b".into()], two("1", "2"), two("7", "8")));
    assert_eq!((of("csv"), of("words"), of("pipes")), (two("a b", "+"), two("a,b", "+"), two("a", "b")));
    assert_eq!((of("filter[status]"), of("page")), (vec!["x&y".to_owned()], vec!["2".to_owned()]));
    let secret: Vec<_> = request.texts(operation.slot("id").unwrap()).iter().map(|text| text.to_string()).collect();
    assert!(secret.contains(&"8".to_owned()), "{secret:?}");
    let twice = http::Request::get("http://x/api/v1/1?id=7&page=2&page=3").body(b"").unwrap();
    let refused = Request::received(&operation, "/api", &twice).map(drop).unwrap_err();
    assert_eq!(refused.to_string(), "page: it is given more than once");
}

fn two(one: &str, other: &str) -> Vec<String> {
    vec![one.to_owned(), other.to_owned()]
}

#[test]
fn text_is_taken_for_a_list_as_it_is_written() {
    let operation = operation();
    let call =
        call().value("ids", "1").value("id", "7").value("id", "8").value("csv", "a,b").value("filter[status]", "x");
    let request = signed(&operation, &call).unwrap();
    assert_eq!(request.query().as_deref(), Some("id=7&id=8&csv=a,b&filter%5Bstatus%5D=x"));
    let json =
        super::call().value("ids", "1").parameter("id", &json!([7])).parameter("filter", &json!({"status": "x"}));
    assert_eq!(signed(&operation, &json).unwrap().query().as_deref(), Some("id=7&filter%5Bstatus%5D=x"));
}

#[test]
fn the_elements_are_held_to_rules() {
    let operation = operation();
    let refused = |call: Call, name: &str, reason: &str| is_refused(&operation, &call, Some(name), reason);
    let with = |ids: serde_json::Value| {
        let call = call().path("ids", Ok(1)).query("filter", Ok(json!({"status": "x"})));
        call.query("id", Ok(ids))
    };
    refused(with(json!(["1", "x"])), "id/1", "it must be a whole number");
    refused(with(json!([1, 1])), "id", "each of its elements must be there once");
    refused(with(json!([1, 2, 3, 4])), "id", "it must have at most 3 elements");
    refused(with(json!([])), "id", "it is required and was not given");
    refused(with(json!([1])).query("csv", Ok(["a,b"])), "csv", "an element cannot have ',' in it");
    refused(with(json!([1])).query("words", Ok(["a b"])), "words", "an element cannot have ' ' in it");
    refused(with(json!([1])).query("paging", Ok(json!({"size": 1}))), "paging", "it has no such member");
    refused(with(json!([1])).query("page", Ok([1, 2])), "page", "it is one value, and a list was given");
    let missing = call().path("ids", Ok(1)).query("id", Ok([1])).query("filter", Ok(json!({"from": "x"})));
    refused(missing, "filter[status]", "it is required and was not given");
    refused(call().path("ids", Ok(["x"])).query("id", Ok([1])), "ids/0", "it must be a whole number");
}

/// The slot of a name.
fn slot(operation: &Operation, name: &str) -> usize {
    operation.slot(name).unwrap()
}

#[test]
fn what_was_given_for_a_slot_is_replaced_and_nothing_else() {
    let operation = operation();
    let replaced = |call: &Call, slots: &[&str], texts: &[(&str, &str)]| {
        let slots: Vec<usize> = slots.iter().map(|name| slot(&operation, name)).collect();
        let texts = texts.iter().map(|(name, text)| (slot(&operation, name), text.to_string().into())).collect();
        let call = call.clone().instead(&operation, &slots, texts);
        let request = signed(&operation, &call).unwrap();
        format!("{} {} {}", request.path(), request.query().unwrap(), header_of(&request, "X-Tags"))
    };
    let whole = complete();
    // By text, as a tool gives it.
    let named = complete().instead(&operation, &[slot(&operation, "page")], Vec::new()).value("page", "2");
    for call in [&whole, &named] {
        let sent = replaced(call, &["page"], &[("page", "3")]);
        assert_eq!(sent, format!("/api/v1/1,2 {} a,b", SENT.replace("page=2", "page=3")));
        let sent = replaced(call, &["filter[from]", "id"], &[("id", "1"), ("id", "2"), ("filter[from]", "x")]);
        let expected = SENT.replace("id=7&id=8", "id=1&id=2").replace("1+2", "x");
        assert_eq!(sent, format!("/api/v1/1,2 {expected} a,b"));
        let all = ["id", "csv", "words", "pipes", "filter[status]", "filter[from]", "page"];
        let sent = replaced(call, &all, &[("id", "1"), ("filter[status]", "y"), ("csv", "c,d")]);
        assert_eq!(sent, "/api/v1/1,2 id=1&csv=c,d&filter%5Bstatus%5D=y a,b");
        let sent = replaced(call, &["X-Tags", "ids"], &[("X-Tags", "c"), ("ids", "9")]);
        assert_eq!(sent, format!("/api/v1/9 {SENT} c"));
    }

    let fields =
        vec![free(field("/page").literal()), free(field("/in")), free(field("/in/token")), free(field("/note"))];
    let operation = of_json(fields);
    let texts = || {
        let of = |name: &str, text: &str| (slot(&operation, name), text.to_owned().into());
        vec![of("page", "2"), of("/in/token", "t\"2")]
    };
    let slots = [slot(&operation, "page"), slot(&operation, "/in/token")];
    for (call, body) in [
        (
            call().body(r#"{"note": 1.50, "page":1,"in":{"token":"t1","x":[1]}}"#),
            r#"{"note":1.50,"page":2,"in":{"token":"t\"2","x":[1]}}"#,
        ),
        (call().value("note", "n").value("page", "1"), r#"{"page":2,"in":{"token":"t\"2"},"note":"n"}"#),
        (call(), r#"{"page":2,"in":{"token":"t\"2"}}"#),
    ] {
        let call = call.instead(&operation, &slots, texts());
        assert_eq!(signed(&operation, &call).unwrap().body().as_deref(), Some(body));
    }
}
