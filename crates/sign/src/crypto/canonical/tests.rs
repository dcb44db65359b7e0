//! The test data of RFC 8785's authors, numbers as Node.js writes them, and texts that have no such form.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::crypto::tests::{data, read};

fn canonical_text(text: &str) -> String {
    String::from_utf8(canonical(text).unwrap().to_vec()).unwrap()
}

#[test]
fn texts_come_out_as_the_authors_of_the_standard_write_them() {
    // `values` and `weird` are the examples of RFC 8785, sections 3.2.2 to 3.2.4.
    for name in ["arrays", "french", "structures", "unicode", "values", "weird"] {
        let input = read(&format!("canonical/input/{name}.json"));
        let output = read(&format!("canonical/output/{name}.json"));
        assert_eq!(canonical_text(&input), output.trim_end(), "{name}");
        assert_eq!(canonical_text(&output), output.trim_end(), "{name}");
    }
}

/// The first are those of RFC 8785, appendix B.
#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    let mut seen = 0;
    for line in data!("canonical/numbers.txt").lines() {
        let (bits, expected) = line.split_once(' ').unwrap();
        let number = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        // 17 digits name any double exactly.
        for text in [format!("{number:.17e}"), String::from(expected)] {
            assert_eq!(canonical_text(&text), expected, "{bits}");
        }
        seen += 1;
    }
    assert!(seen > 1900);
}

#[test]
fn a_text_that_has_no_such_form_is_refused_without_quoting_it() {
    let deep = format!("{}1{}", "[".repeat(129), "]".repeat(129));
    for (text, expected) in [
        ("", "it is not JSON: it ends too early at line 1, column 0"),
        ("{\"pin\" 1234}", "it is not JSON: a syntax error at line 1, column 8"),
        ("[1e999]", "a number in it is too large for a double"),
        (r#"["\ud800"]"#, "a string in it is not Unicode"),
        (r#"{"\udead":1}"#, "a string in it is not Unicode"),
        (r#"{"a":1,"b":2,"\u0061":3}"#, "an object in it has two members of one name"),
        (deep.as_str(), "it nests deeper than 128 levels"),
    ] {
        assert_eq!(canonical(text).unwrap_err(), expected);
    }
    assert_eq!(canonical_text(&deep[1..258]), deep[1..258]);
}

#[test]
fn minifying_leaves_all_but_the_white_space_between() {
    let text = " {\"b\" : [ 1.50 ,\t1E2 , \"a b\\u0020\\n\" ] ,\r\n \"a\":{ } , \"b\":null }\n";
    assert_eq!(*minify(text).unwrap(), br#"{"b":[1.50,1E2,"a b\u0020\n"],"a":{},"b":null}"#);
    assert_eq!(minify("{").unwrap_err(), "it is not JSON: it ends too early at line 1, column 1");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// However a value is written, it has one form, and that form means the value.
    #[test]
    fn one_value_has_one_form(value in value()) {
        let form = canonical_text(&value.to_string());
        prop_assert_eq!(&canonical_text(&serde_json::to_string_pretty(&value).unwrap()), &form);
        prop_assert_eq!(&canonical_text(&form), &form);
        prop_assert_eq!(&*minify(&form).unwrap(), form.as_bytes());
        let minified = minify(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
        prop_assert_eq!(minified.to_vec(), value.to_string().into_bytes());
    }

    #[test]
    fn a_number_means_the_same_double(number in any::<f64>().prop_filter("JSON has no others", |number| number.is_finite())) {
        let text = canonical_text(&format!("{number:e}"));
        prop_assert_eq!(text.parse::<f64>().unwrap(), number);
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"[\\"{}\[\],:0-9eE+.ntfé -]{0,24}"#) {
        let _ = (canonical(&text), minify(&text));
    }
}
