//! What the search makes its samples with.

use countersign::plan::words::{operation, outcome};
use countersign::plan::{DecidedBy, Outcome};

use super::*;

#[test]
fn leaves_are_what_stands_at_the_ends() {
    let json = json!({"a": [1, {"b": "x", "c~/d": true}], "e": null, "f": {}, "g": []});
    assert_eq!(leaves(&json), ["/a/0", "/a/1/b", "/a/1/c~0~1d"]);
    assert_eq!(leaves(&json!(7)), [""]);
    assert!(leaves(&json).iter().all(|pointer| json.pointer(pointer).is_some()));
}

#[test]
fn a_value_is_put_where_a_pointer_leads() {
    let json = json!({"a": [1, 2], "b": "x"});
    for (pointer, expected) in [
        ("/a/1", json!({"a": [1, 7], "b": "x"})),
        ("/b", json!({"a": [1, 2], "b": 7})),
        // There are objects on the way to it.
        ("/b/c~1d/e", json!({"a": [1, 2], "b": {"c/d": {"e": 7}}})),
        ("", json!(7)),
        // A list does not grow.
        ("/a/2", json!({"a": [1, 2], "b": "x"})),
        ("/a/b", json!({"a": [1, 2], "b": "x"})),
    ] {
        assert_eq!(with(&json, pointer, json!(7)), expected, "{pointer}");
    }
}

#[test]
fn a_sample_is_made_to_satisfy_what_a_success_does() {
    let one_of = |values: &[&'static str]| Condition::OneOf {
        pointer: "/code".into(),
        values: values.iter().map(|value| (*value).into()).collect(),
        optional: false,
    };
    let present = |pointers: &[&'static str]| Condition::Present(pointers.iter().map(|at| (*at).into()).collect());
    let absent = || Condition::Absent("/error".into());
    for (condition, sample, expected) in [
        (one_of(&["00", "01"]), json!({"code": "plain"}), json!({"code": "00"})),
        // A number stays one, and what is not there is text.
        (one_of(&["200"]), json!({"code": 7}), json!({"code": 200})),
        (one_of(&["200"]), json!({}), json!({"code": "200"})),
        (present(&["/a"]), json!({"a": 1}), json!({"a": 1})),
        (present(&["/a"]), json!({"a": null}), json!({"a": "plain"})),
        (present(&["/a", "/b"]), json!({"b": 1}), json!({"b": 1})),
        (present(&["/a", "/b"]), json!({"b": null}), json!({"a": "plain", "b": null})),
        (absent(), json!({"error": "plain"}), json!({"error": null})),
        (absent(), json!({}), json!({})),
    ] {
        let judged = Outcome { success: vec![condition.clone()].into(), ..outcome(DecidedBy::StatusAndBody) };
        let operation = operation("pay", "POST", "/pay").outcome(judged);
        assert_eq!(satisfied(&operation, sample), expected, "{condition:?}");
    }
}

#[test]
fn a_refusal_says_it_wherever_something_is_read() {
    let judged = Outcome {
        code: vec!["/code".into()].into(),
        message: vec!["/error/text".into()].into(),
        request_id: vec![RequestId::RequestHeader("X".into()), RequestId::Body("/id".into())].into(),
        ..outcome(DecidedBy::StatusAndBody)
    };
    let operation = operation("pay", "POST", "/pay").outcome(judged);
    let expected = json!({"state": "plain", "code": "a", "error": {"text": "a"}, "id": "a"});
    assert_eq!(refusal(&operation, json!({"state": "plain"}), "a"), expected);
}

#[test]
fn a_value_is_looked_for_as_bytes_in_hexadecimal_and_in_base64_after_any_bytes() {
    // In base64, the characters that do not depend on what stands before and after it. Of `printf 'SENTINEL' | xxd -p` and
    // `printf 'SENTINEL' | base64`, `printf 'xSENTINEL' | base64`, `printf 'xxSENTINEL' | base64`: U0VOVElORUw=,
    // eFNFTlRJTkVM, eHhTRU5USU5FTA==
    let whole = ["SENTINEL", "53454e54494e454c", "53454E54494E454C", "83, 69, 78, 84, 73, 78, 69, 76"];
    assert_eq!(forms(b"SENTINEL"), [&whole[..], &["U0VOVElO", "NFTlRJTkVM", "TRU5USU5F"]].concat());
    assert_eq!(forms(b"short"), ["short", "73686f7274", "73686F7274"]);
}

#[test]
fn a_request_is_whole_with_its_body() {
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    for end in 1..request.len() {
        assert!(!is_whole(&request[..end]), "{end}");
    }
    assert!(is_whole(request) && !is_whole(b""));
    assert!(is_whole(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    // The first byte of a TLS handshake.
    assert!(is_whole(b"\x16\x03\x01"));
}
