//! What is picked is what is at a pointer of the whole tree.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const POINTERS: [&str; 11] = ["", "/a", "/a/b", "/a/0", "/a/1/b", "/b", "/b/", "/b/a~1b", "/b/~01", "/0", "/01"];

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        scalar @ (Value::Number(_) | Value::Bool(_)) => Some(scalar.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn agrees(tree: &Value, text_of_json: &str) {
    let picked = Picked::from_slice(text_of_json.as_bytes()).unwrap();
    for pointer in POINTERS {
        let expected = tree.pointer(pointer);
        assert_eq!(picked.scalar(pointer).map(Cow::into_owned), text(expected), "{pointer} in {text_of_json}");
        assert_eq!(picked.is_present(pointer), expected.is_some_and(|value| !value.is_null()), "{pointer}");
    }
}

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c\"\u{e9}\n]{0,3}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec!["a", "b", "", "a/b", "~1", "0", "01", "c"]);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_pick_is_what_the_tree_has_there(tree in trees()) {
        agrees(&tree, &tree.to_string());
    }
}

#[test]
fn a_scalar_is_as_it_is_written() {
    for scalar in ["-7", "7", "18446744073709551616", "-0.50", "1e3", "true", "false"] {
        let text = format!(r#"{{"a":{{"b": {scalar} }},"b":[{scalar}]}}"#);
        let picked = Picked::from_slice(text.as_bytes()).unwrap();
        assert_eq!(["/a/b", "/b/0"].map(|pointer| picked.scalar(pointer).unwrap()), [scalar; 2]);
    }
    let picked = Picked::from_slice(br#"{"a":"a\nb","b":null}"#).unwrap();
    assert_eq!((picked.scalar("/a").as_deref(), picked.is_present("/b")), (Some("a\nb"), false));
}

#[test]
fn names_are_unescaped_and_items_are_counted() {
    for text in
        [r#"{"b":{"a/b":1,"~1":"2","":3,"a~1b":4}}"#, r#"{"a":[{"b":1},{"b":2.5},true]}"#, "[1,2]", r#"{"01":1}"#]
    {
        agrees(&serde_json::from_str(text).unwrap(), text);
    }
}

#[test]
fn a_name_that_is_no_unicode_is_in_nobodys_way() {
    let picked = Picked::from_slice(br#" {"\ud800":1,"a":2,"\u0062":3} "#).unwrap();
    assert_eq!(["/a", "/b"].map(|pointer| picked.scalar(pointer).unwrap()), ["2", "3"]);
    assert_eq!(picked.at(""), Some(r#"{"\ud800":1,"a":2,"\u0062":3}"#));
}

#[test]
fn the_last_of_two_members_with_one_name_counts() {
    for twice in
        [r#"{"a":{"b":1},"a":2}"#, r#"{"a":1,"a":null}"#, r#"{"a":{"b":1},"a":{}}"#, r#"{"a":[7],"a":{"0":8}}"#]
    {
        agrees(&serde_json::from_str(twice).unwrap(), twice);
    }
}

#[test]
fn what_is_not_json_is_an_error_wherever_it_goes_wrong() {
    for text in ["", "{", "{}}", "[1,]", "{\"a\":tru}", "{\"b\":{\"c\":[}]}", "{\"a\" 1}", "\"\u{1}\"", "{1:2}"] {
        assert!(Picked::from_slice(text.as_bytes()).is_err(), "{text}");
    }
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert!(Picked::from_slice(deep.as_bytes()).is_err());
    assert!(Picked::from_slice(br#"{"a":[1]}"#).is_ok());
}
