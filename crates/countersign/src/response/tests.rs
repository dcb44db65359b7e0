//! What a caller learns of a response besides its body.

use http::HeaderValue;

use super::*;

fn response(request_id: Option<&str>) -> Response<u8> {
    let mut headers = HeaderMap::new();
    headers.insert("X-Remaining", HeaderValue::from_static("17"));
    headers.insert("X-Binary", HeaderValue::from_bytes(b"\xe9").expect("a value"));
    let request_id = request_id.map(str::to_owned);
    Response::new(7, Meta { status: StatusCode::ACCEPTED, headers, request_id, attempts: 3 })
}

#[test]
fn what_came_with_the_body_is_as_it_came() {
    let response = response(Some("77-a"));
    let meta = response.meta();
    assert_eq!((*response, meta.status(), meta.request_id(), meta.attempts()), (7, 202, Some("77-a"), 3));
    assert_eq!(meta.header("x-remaining"), Some("17"));
    // What is no text, and what is not there.
    assert_eq!((meta.header("X-Binary"), meta.header("X-Other")), (None, None));
    assert_eq!(response.into_inner(), 7);
}

#[test]
fn it_prints_the_body_and_no_header() {
    let printed = format!("{:?}", response(None));
    assert_eq!(printed, "Response { value: 7, meta: Meta { status: 202, request_id: None, attempts: 3, .. } }");
}
