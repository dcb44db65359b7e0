//! Order, exactness and lookup of bodies.

use proptest::prelude::*;

use super::*;
use crate::plan::Secrecy;
use crate::testing::field;

fn plan(encoding: Encoding) -> plan::Body {
    let mut order = field("order", Secrecy::Public);
    order.fields = vec![field("amount", Secrecy::Public), field("stamp", Secrecy::Public)].into();
    let fields = vec![field("b", Secrecy::Public), field("a", Secrecy::Public), order, field("c", Secrecy::Public)];
    plan::Body { encoding, fields: fields.into() }
}

fn read(encoding: Encoding, text: &str) -> Body {
    Body::read(Some(&plan(encoding)), Some(text.to_owned().into())).unwrap()
}

fn sent(body: &Body) -> String {
    String::from_utf8(body.to_bytes().unwrap().to_vec()).unwrap()
}

#[test]
fn json_scalars_leave_as_they_came() {
    let text = r#"{"b":1.10,"a":12345678901234567890123,"order":{"amount":1e400},"c":[1,{"z":1,"y":2}]}"#;
    assert_eq!(sent(&read(Encoding::Json, text)), text);
}

#[test]
fn a_field_that_is_filled_in_stands_where_the_document_has_it() {
    let plan = plan(Encoding::Json);
    let mut body = read(Encoding::Json, r#"{"b":"1","c":"2","unknown":0}"#);
    body.set(&plan.fields, &["a"], "x\n\"é", Notation::String).unwrap();
    body.set(&plan.fields, &["order", "stamp"], "7", Notation::Literal).unwrap();
    body.set(&plan.fields, &["order", "amount"], "5", Notation::String).unwrap();
    body.set(&plan.fields, &["b"], "0", Notation::String).unwrap();
    let expected = r#"{"b":"0","a":"x\n\"é","order":{"amount":"5","stamp":7},"c":"2","unknown":0}"#;
    assert_eq!(sent(&body), expected);

    let mut form = read(Encoding::Form, "c=2&unknown=0");
    form.set(&plan.fields, &["b"], "1+1 & é", Notation::String).unwrap();
    assert_eq!(sent(&form), "b=1%2B1+%26+%C3%A9&c=2&unknown=0");
}

#[test]
fn a_literal_that_is_no_json_is_refused() {
    let plan = plan(Encoding::Json);
    let mut body = read(Encoding::Json, "{}");
    for text in ["", "1 2", "abc", "1}"] {
        assert!(body.set(&plan.fields, &["a"], text, Notation::Literal).is_err(), "{text:?}");
    }
    assert_eq!(sent(&body), "{}");
}

#[test]
fn text_is_decoded_and_null_is_absent() {
    let body = read(Encoding::Json, r#"{"b":"\u00e9\n","a":null,"order":{"amount":12.50},"c":true}"#);
    assert_eq!(body.text(&["b"]).unwrap(), "é\n");
    assert_eq!(body.text(&["a"]), None);
    assert_eq!(body.text(&["order", "amount"]).unwrap(), "12.50");
    assert_eq!(body.text(&["order"]).unwrap(), r#"{"amount":12.50}"#);
    assert_eq!(body.text(&["c"]).unwrap(), "true");
    assert_eq!(body.text(&["b", "c"]), None);
    assert_eq!(body.names(), ["b", "a", "order", "c"]);
    assert_eq!(read(Encoding::Form, "b=%C3%A9%2B+x").text(&["b"]).unwrap(), "é+ x");
}

#[test]
fn what_is_not_json_is_refused_without_a_word_of_it() {
    for text in ["", "{", "[]", "\"1234\"", "{\"b\":1} {}"] {
        let Err(error) = Body::read(Some(&plan(Encoding::Json)), Some(text.to_owned().into())) else {
            panic!("{text:?} was read");
        };
        assert!(error.starts_with("the body is not") && !error.contains("1234"), "{error}");
    }
}

#[test]
fn depth_below_the_plan_is_not_walked() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(sent(&read(Encoding::Json, &deep)), deep);
}

proptest! {
    #[test]
    fn any_text_comes_back_from_the_wire(value in any::<String>()) {
        let plan = plan(Encoding::Json);
        for encoding in [Encoding::Json, Encoding::Form] {
            let mut body = Body::read(Some(&self::plan(encoding)), None).unwrap();
            body.set(&plan.fields, &["a"], &value, Notation::String).unwrap();
            let again = read(encoding, &sent(&body));
            prop_assert_eq!(&again.text(&["a"]).unwrap(), &value);
        }
    }
}

#[test]
fn what_the_plan_does_not_know_keeps_its_bytes() {
    let mut person = field("person", Secrecy::Public);
    person.fields = vec![field("name", Secrecy::Public)].into();
    let plan = plan::Body { encoding: Encoding::Json, fields: vec![person].into() };
    for text in [r#"{"other":{ "a" : 1 },"person":{"name":"x"}}"#, r#"{"person":"x"}"#, r#"{"person":[ ]}"#] {
        let body = Body::read(Some(&plan), Some(text.to_owned().into())).unwrap();
        assert_eq!(body.to_bytes().unwrap(), text);
    }
}

#[test]
fn scalars_are_found_at_any_depth_of_json() {
    let plan = plan::Body { encoding: Encoding::Json, fields: vec![field("a", Secrecy::Public)].into() };
    let of = |text: &str| Body::read(Some(&plan), Some(text.to_owned().into())).unwrap().scalars(&["a"]);
    assert_eq!(of(r#"{"a":[1,{"b":"c","d":[true,null]}]}"#), ["1", "c", "true", r#"[1,{"b":"c","d":[true,null]}]"#]);
    assert_eq!(of(r#"{"a":"x"}"#), ["x"]);
    assert_eq!(of(r#"{"a":null}"#), [""; 0]);
    assert_eq!(of(r#"{"b":1}"#), [""; 0]);
    let form = plan::Body { encoding: Encoding::Form, ..plan.clone() };
    assert_eq!(Body::read(Some(&form), Some(Bytes::from_static(b"a=[1]"))).unwrap().scalars(&["a"]), ["[1]"]);
}
