//! What a caller learns of an answer besides its body.

use http::HeaderValue;

use super::*;

fn answer(request_id: Option<&str>) -> Answer<u8> {
    let mut headers = HeaderMap::new();
    headers.insert("X-Remaining", HeaderValue::from_static("17"));
    headers.insert("X-Binary", HeaderValue::from_bytes(b"\xe9").expect("a value"));
    Answer { value: 7, status: StatusCode::ACCEPTED, headers, request_id: request_id.map(str::to_owned), attempts: 3 }
}

#[test]
fn what_came_with_the_body_is_as_it_came() {
    let answer = answer(Some("77-a"));
    assert_eq!((*answer, answer.status(), answer.request_id(), answer.attempts()), (7, 202, Some("77-a"), 3));
    assert_eq!(answer.header("x-remaining"), Some("17"));
    // What is no text, and what is not there.
    assert_eq!((answer.header("X-Binary"), answer.header("X-Other")), (None, None));
    assert_eq!(answer.into_inner(), 7);
}

#[test]
fn it_prints_the_body_and_no_header() {
    let printed = format!("{:?}", answer(None));
    assert_eq!(printed, "Answer { value: 7, status: 202, request_id: None, attempts: 3, .. }");
}

#[cfg(feature = "leaks")]
#[test]
fn without_its_body_it_is_the_same() {
    let printed = format!("{:?}", answer(Some("77-a")).without_value());
    assert_eq!(printed, "Answer { value: (), status: 202, request_id: Some(\"77-a\"), attempts: 3, .. }");
}
