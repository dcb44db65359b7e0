//! What a response that is not of its type is said to be, without any of its content.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use countersign_sign::{Secret, Sensitive};

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Whole {
    status: i64,
    data: Option<Data>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    accounts: BTreeMap<String, Item>,
    kind: Option<Kind>,
    pin: Option<Secret>,
    born: Option<Sensitive<jiff::civil::Date>>,
    #[serde(rename = "a/b~c")]
    odd: Option<u8>,
    either: Option<Either>,
    mark: Option<char>,
    below: Option<Box<Whole>>,
    rate: Option<countersign_sign::Decimal>,
    fee: Option<Sensitive<countersign_sign::Decimal>>,
    person: Option<Person>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Data {
    url: String,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Person {
    pin: Secret,
    number: Sensitive<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Item {
    amount: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Card,
    Wallet,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Either {
    Number(u8),
    Item(Item),
}

#[track_caller]
fn wrong(json: &str) -> String {
    match read::<Whole>(json.as_bytes()) {
        Ok(value) => panic!("{json} is read: {value:?}"),
        Err(reason) => reason,
    }
}

#[test]
fn the_place_and_what_is_expected_there_are_named() {
    for (json, says) in [
        ("{}", "/status is missing"),
        (r#"{"status":1,"data":{}}"#, "/data/url is missing"),
        (r#"{"status":"hunter2"}"#, "/status should be an integer and is text"),
        (r#"{"status":null}"#, "/status should be an integer and is null"),
        (r#"{"status":1.5}"#, "/status should be an integer and is a number with a fraction"),
        (r#"{"status":99999999999999999999}"#, "/status should be an integer and is a larger number"),
        (r#"{"status":true}"#, "/status should be an integer and is a boolean"),
        (r#"{"status":false}"#, "/status should be an integer and is a boolean"),
        (r#"{"data":null}"#, "/status is missing"),
        (r#"{"status":1,"data":[]}"#, "/data should be an object and is an array"),
        (r#"{"status":1,"data":{"url":["hunter2"]}}"#, "/data/url should be text and is an array"),
        (r#"{"status":1,"data":{"url":{"hunter2":1}}}"#, "/data/url should be text and is an object"),
        (r#"{"status":1,"items":[{"amount":1},{"amount":2},{}]}"#, "/items/2/amount is missing"),
        (r#"{"status":1,"items":[{"amount":-7}]}"#, "/items/0/amount has a value that is not allowed: expected u32"),
        (r#"{"status":1,"items":{"hunter2":1}}"#, "/items should be an array and is an object"),
        // The names in a map are content.
        (r#"{"status":1,"accounts":{"hunter2":{}}}"#, "/accounts/*/amount is missing"),
        (r#"{"status":1,"kind":"hunter2"}"#, "/kind should be one of card, wallet"),
        (r#"{"status":1,"kind":7}"#, "/kind should be text and is an integer"),
        (r#"{"status":1,"kind":{"hunter2":1}}"#, "/kind should be one of card, wallet"),
        (r#"{"status":1,"mark":7}"#, "/mark should be a character and is an integer"),
        (r#"{"status":1,"pin":4321}"#, "/pin should be text and is an integer"),
        (r#"{"status":1,"person":{"number":"1"}}"#, "/person/pin is missing"),
        (r#"{"status":1,"person":{"pin":"1"}}"#, "/person/number is missing"),
        (r#"{"status":1,"person":{"pin":"1","number":["hunter2"]}}"#, "/person/number should be text and is an array"),
        (r#"{"status":1,"a/b~c":"hunter2"}"#, "/a~1b~0c should be an integer and is text"),
        (r#"{"status":1,"either":"hunter2"}"#, "/either has a value that is not of the documented form"),
        (r#"{"status":1,"either":"\ud800"}"#, "/either has a value that is not of the documented form"),
        (r#"{"status":1,"status":2}"#, "/status is there twice"),
        (r#"{"status":1,"below":{"status":1,"below":{}}}"#, "/below/below/status is missing"),
        (r#"["hunter2"]"#, "it should be an object and is an array"),
        (r#""hunter2""#, "it should be an object and is text"),
        ("null", "it should be an object and is null"),
    ] {
        assert_eq!(wrong(json), says, "{json}");
    }
    let date = wrong(r#"{"status":1,"born":"hunter2, expected 4321"}"#);
    assert!(
        date.starts_with("/born has a value that is not allowed: expected ") && !date.contains("hunter2"),
        "{date}"
    );
}

/// One that is right is not taken for what is wrong elsewhere.
#[test]
fn an_integer_may_be_as_large_as_its_type() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Numbers {
        large: u64,
        small: i64,
        status: i64,
    }
    let json = br#"{"large":18446744073709551615,"small":-9223372036854775808,"status":"hunter2"}"#;
    assert_eq!(read::<Numbers>(json).unwrap_err(), "/status should be an integer and is text");
}

#[test]
fn what_is_no_json_is_said_to_be_none() {
    for json in ["", "{", "<html>hunter2", r#"{"status":1"#, r#"{"status":1} hunter2"#, "{\"status\":\"\u{1}\"}"] {
        let reason = wrong(json);
        assert!(reason.contains("line 1") && !reason.contains("hunter2"), "{reason}");
    }
    assert!(read::<Whole>(b"{\"status\":\"\xff\"}").unwrap_err().contains("line 1"));
}

#[test]
fn what_is_nested_without_end_is_not_followed() {
    let deep = r#"{"status":1,"below":"#.repeat(10_000);
    let reason = wrong(&format!("{deep}null{}", "}".repeat(10_000)));
    assert!(!reason.is_empty() && reason.len() < 2_000, "{reason}");
}

#[derive(Debug, Deserialize)]
struct List(#[allow(dead_code)] Vec<List>);

#[test]
fn a_place_is_named_as_deep_as_json_is_read() {
    for (depth, is_named) in [(MOST_DEEP, true), (MOST_DEEP + 1, false)] {
        let nested = |begin: &str, inner: &str, end: &str| begin.repeat(depth) + inner + &end.repeat(depth);
        let object = wrong(&nested(r#"{"status":1,"below":"#, "{}", "}"));
        assert_eq!(object == "/below".repeat(depth) + "/status is missing", is_named, "{object}");
        let array = read::<List>(nested("[", "7", "]").as_bytes()).unwrap_err();
        assert_eq!(array == "/0".repeat(depth) + " should be an array and is an integer", is_named, "{array}");
    }
}

/// One that is right is not taken for what is wrong elsewhere.
#[test]
fn a_decimal_is_a_number() {
    let whole: Whole = read(br#"{"status":1,"rate":12.50,"fee":0.10}"#).unwrap();
    assert_eq!(whole.rate.unwrap().to_string(), "12.50");
    for (json, says) in [
        (r#"{"status":1,"rate":"hunter2"}"#, "/rate should be a number and is text"),
        (r#"{"status":1,"fee":"hunter2"}"#, "/fee should be a number and is text"),
        (r#"{"status":1,"rate":[1]}"#, "/rate should be a number and is an array"),
        (r#"{"status":"hunter2","rate":12.5,"fee":0.1}"#, "/status should be an integer and is text"),
        (r#"{"status":1,"rate":1e400}"#, "/rate has a value that is not of the documented form"),
    ] {
        assert_eq!(wrong(json), says, "{json}");
    }
}
