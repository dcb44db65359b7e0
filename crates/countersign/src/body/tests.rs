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

#[test]
fn an_object_that_nothing_is_filled_into_is_read_and_sent_as_it_came() {
    let text = r#"{"c":1,"order":{ "amount" : 1.0,"more":[ ] }}"#;
    let order = r#"{ "amount" : 1.0,"more":[ ] }"#;
    let mut body = read(Encoding::Json, text);
    assert_eq!(body.text(&["order"]).unwrap(), order);
    let plan = plan(Encoding::Json);
    body.set(&plan.fields, &["b"], "2", Notation::Literal).unwrap();
    assert_eq!(
        (body.text(&["order"]).unwrap(), &*sent(&body)),
        (order.into(), &*text.replace("{\"c\"", "{\"b\":2,\"c\""))
    );
    body.set(&plan.fields, &["order", "stamp"], "3", Notation::Literal).unwrap();
    assert_eq!(body.text(&["order"]).unwrap(), r#"{"amount":1.0,"more":[ ],"stamp":3}"#);
}

#[test]
fn a_name_stands_once_in_an_object_at_any_depth() {
    for (json, repeats) in [
        (r#"{}"#, false),
        (r#"[{"a":1},{"a":1}]"#, false),
        (r#"{"a":{"a":{"a":["a","a"]}},"b":"a"}"#, false),
        (r#"{"a":"\"b\":1,","b":"}{","c":"\\"}"#, false),
        (r#"{"":1,"\u0000":2," ":3}"#, false),
        (r#"{ "a" : [ { } , { "b" : 1e999 , "c" : -0.0 , "b" : null } ] }"#, true),
        (r#"{"a":1,"\u0061":2}"#, true),
        (r#"{"\"":1,"\u0022":2}"#, true),
        (r#"{"\\":1,"a":2,"\\":{}}"#, true),
        (r#"{"\ud800":1,"\ud800":2}"#, true),
        (r#"[[[{"":[],"":[]}]]]"#, true),
        ("{\"a\"\n\t:1,\r\"a\"\n:2}", true),
    ] {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        assert_eq!(repeats_a_name(raw.get()), repeats, "{json}");
    }
    // Neither the depth nor the length of a text costs more than reading it.
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let long = format!("[{}0]", "{\"a\" :  1},".repeat(100_000));
    let wide = format!("{{{}\"\":0}}", (0..100_000).map(|i| format!("\"{i}\":{i},")).collect::<String>());
    assert!(![deep, long, wide].iter().any(|json| repeats_a_name(json)));
}

/// JSON of every sort.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[\\\\\"{}:, a]{0,6}".prop_map(Into::into),
    ];
    scalar.prop_recursive(5, 40, 6, |below| {
        let name = prop_oneof![any::<String>(), "[\\\\\"{}:, a]{0,3}"];
        prop_oneof![
            prop::collection::vec(below.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((name, below), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The texts of the scalars in it, and the names in it.
fn walk(json: &serde_json::Value, texts: &mut Vec<String>, names: &mut Vec<String>) {
    match json {
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, texts, names)),
        serde_json::Value::Object(members) => members.iter().for_each(|(name, member)| {
            names.push(name.clone());
            walk(member, texts, names);
        }),
        serde_json::Value::String(text) => texts.push(text.clone()),
        serde_json::Value::Null => {}
        scalar => texts.push(scalar.to_string()),
    }
}

proptest! {
    #[test]
    fn any_json_falls_into_its_pieces(value in json(), pretty in any::<bool>()) {
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let json = json.unwrap();
        let (mut texts, mut names) = (Vec::new(), Vec::new());
        pieces(&json, |piece| match piece {
            Piece::Name(raw) => names.extend(decoded(raw).map(Cow::into_owned)),
            Piece::Scalar(raw) => texts.extend(decoded(raw).map(Cow::into_owned)),
            Piece::Begin | Piece::End => {}
        });
        let (mut known_texts, mut known_names) = (Vec::new(), Vec::new());
        walk(&value, &mut known_texts, &mut known_names);
        prop_assert_eq!(texts, known_texts);
        prop_assert_eq!(names, known_names);
        prop_assert!(!repeats_a_name(&json));
    }

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
