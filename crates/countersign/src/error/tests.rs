//! What each sort of error says of itself.

use http::{HeaderMap, HeaderValue, StatusCode};

use super::*;

/// Nothing of a call was sent, or it was and that was without effect.
const NOTHING: Sent = Sent { attempts: 0, carried_out: false, held_back: false };
const ONE: Sent = Sent { attempts: 1, carried_out: false, held_back: false };
/// One of three attempts may have been carried out.
const OPEN: Sent = Sent { attempts: 3, carried_out: true, held_back: false };

fn response(status: u16, body: &'static [u8]) -> Arc<RawResponse> {
    let mut headers = HeaderMap::new();
    headers.insert("Retry-After", HeaderValue::from_static("7"));
    headers.insert("X-Token", HeaderValue::from_static("hunter2"));
    Arc::new(RawResponse { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::from_static(body) })
}

fn refusal() -> ApiError {
    ApiError {
        operation: "pay".into(),
        response: response(422, b"{\"code\":\"17\"}"),
        kind: Kind::Declined,
        code: Some("17".into()),
        message: Some("no \"money\"".into()),
        request_id: Some("r-1".into()),
        refuses: true,
        sent: ONE,
    }
}

fn rejected(kind: Kind, refuses: bool, sent: Sent) -> Error {
    Error::Api(Box::new(ApiError { kind, refuses, sent, ..refusal() }))
}

fn transport(received: bool, attempts: u32) -> Error {
    let detail = Cow::Borrowed("it hung up");
    let sent = Sent { attempts, carried_out: received, held_back: false };
    Error::Transport(Transport { operation: "pay".into(), fault: Fault::Interrupted, detail, sent })
}

fn invalid() -> Error {
    let response = response(200, b"{\"a\":1}");
    Error::invalid_response(&"pay".into(), &response, Some("r-2".into()), "it has no body".to_owned(), 1)
}

fn session(cause: Error) -> Error {
    Error::Session(SessionError { operation: "pay".into(), cause: Arc::new(cause), sent: NOTHING })
}

fn not_sent(field: Option<&str>) -> Error {
    let invalid = Invalid { name: field.map(str::to_owned), reason: "it is required".to_owned() };
    Error::invalid_request(&"pay".into(), invalid)
}

fn configuration() -> Error {
    let problems = ["a is missing".to_owned(), "b is empty".to_owned()];
    Error::Configuration(Configuration { provider: "acme".into(), problems: problems.to_vec().into() })
}

#[test]
fn every_sort_has_its_kind_and_says_whether_the_call_may_have_been_carried_out() {
    for (error, kind, carried_out) in [
        (configuration(), Kind::InvalidRequest, false),
        (not_sent(None), Kind::InvalidRequest, false),
        (session(transport(true, 1)), Kind::Unavailable, false),
        (session(Error::Api(Box::new(refusal()))), Kind::Declined, false),
        (transport(true, 1), Kind::Unavailable, true),
        (transport(false, 1), Kind::Unavailable, false),
        (invalid(), Kind::Unavailable, true),
        (Error::Api(Box::new(refusal())), Kind::Declined, false),
        (rejected(Kind::Pending, false, OPEN), Kind::Pending, true),
        (rejected(Kind::Declined, true, OPEN), Kind::Declined, true),
        (session(invalid()).after(OPEN), Kind::Unavailable, true),
        (not_sent(None).after(OPEN), Kind::InvalidRequest, true),
        (configuration().after(OPEN), Kind::InvalidRequest, false),
    ] {
        assert_eq!((error.kind(), error.may_have_been_carried_out()), (kind, carried_out), "{error}");
    }
}

#[test]
fn a_refusal_is_found_in_the_call_and_in_the_call_for_its_session() {
    let refused = Error::Api(Box::new(refusal()));
    for error in [refused.clone(), session(refused.clone()), session(session(refused))] {
        assert_eq!(error.code(), Some("17"));
        assert_eq!(error.message(), Some("no \"money\""));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.status(), Some(422));
        let rejection = error.refusal().unwrap();
        assert_eq!((rejection.status(), rejection.kind()), (422, Kind::Declined));
        assert_eq!((rejection.code(), rejection.request_id()), (Some("17"), Some("r-1")));
        assert_eq!(rejection.body_bytes().as_ref(), b"{\"code\":\"17\"}");
    }
    assert_eq!((invalid().request_id(), invalid().status()), (Some("r-2"), Some(200)));
    assert_eq!((session(invalid()).request_id(), session(invalid()).status()), (Some("r-2"), Some(200)));
    for error in [invalid(), session(invalid()), rejected(Kind::Declined, true, ONE)] {
        assert_eq!((error.header("x-token"), error.header("x-other")), (Some("hunter2"), None));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    for error in [configuration(), not_sent(None), transport(true, 1)] {
        assert_eq!((error.header("x-token"), error.retry_after()), (None, None));
    }
    for error in [configuration(), not_sent(None), transport(true, 1), session(transport(true, 1))] {
        assert!(error.refusal().is_none() && error.code().is_none() && error.message().is_none(), "{error}");
        assert!(error.status().is_none() && error.request_id().is_none(), "{error}");
    }
}

#[test]
fn every_sort_says_what_is_wrong_where_and_what_is_known() {
    for (error, says) in [
        (configuration(), "the acme client cannot be built: a is missing; b is empty"),
        (not_sent(None), "pay was not sent: it is required"),
        (not_sent(Some("pin")), "pay was not sent: pin: it is required"),
        (session(not_sent(None)), "pay was not sent, because it needs a session: pay was not sent: it is required"),
        (
            session(transport(true, 1)).after(OPEN),
            "pay was not sent again, because it needs a session: pay got no response: it hung up; pay may have been carried out; pay \
             may have been carried out by an earlier attempt",
        ),
        (
            not_sent(None).after(OPEN),
            "pay was not sent again: it is required; pay may have been carried out by an earlier attempt",
        ),
        (transport(true, 1), "pay got no response: it hung up; pay may have been carried out"),
        (transport(false, 3), "pay got no response: it hung up; 3 attempts; pay was not carried out"),
        (
            invalid(),
            "the response to pay cannot be read: HTTP 200, request id r-2: it has no body; pay may have been carried out",
        ),
        (
            rejected(Kind::Pending, false, OPEN),
            "pay is pending: code 17, \"no \\\"money\\\"\", pending, HTTP 422, request id r-1; pay may have been carried out",
        ),
        (
            rejected(Kind::Unavailable, false, OPEN),
            "pay failed: code 17, \"no \\\"money\\\"\", unavailable, HTTP 422, request id r-1; pay may have been carried out",
        ),
        (
            rejected(Kind::Declined, true, OPEN),
            "pay was refused: code 17, \"no \\\"money\\\"\", declined, HTTP 422, request id r-1; pay may have been carried \
             out by an earlier attempt",
        ),
        (
            Error::Api(Box::new(refusal())),
            "pay was refused: code 17, \"no \\\"money\\\"\", declined, HTTP 422, request id r-1",
        ),
    ] {
        assert_eq!(error.to_string(), says);
    }
    assert_eq!(
        format!("{:?}", refusal()),
        "ApiError { operation: \"pay\", response: HTTP 422, 2 headers, 13 bytes, kind: Declined, code: Some(\"17\"), \
         message: Some(\"no \\\"money\\\"\"), request_id: Some(\"r-1\"), refuses: true, sent: Sent { attempts: 1, \
         carried_out: false, held_back: false } }"
    );
}

#[test]
fn the_parts_of_an_error_can_be_asked_for() {
    let Error::InvalidRequest(refused) = not_sent(Some("pin")) else { unreachable!() };
    assert_eq!((refused.field(), refused.reason()), (Some("pin"), "it is required"));
    let Error::Transport(lost) = transport(true, 3) else { unreachable!() };
    assert_eq!((lost.fault(), lost.attempts()), (Fault::Interrupted, 3));
    let Error::InvalidResponse(answer) = invalid() else { unreachable!() };
    assert_eq!((answer.reason(), answer.status(), answer.request_id()), ("it has no body", 200, Some("r-2")));
    assert_eq!((answer.header("X-Token"), answer.body_bytes().as_ref()), (Some("hunter2"), &b"{\"a\":1}"[..]));
    assert_eq!(answer.body::<serde_json::Value>().unwrap()["a"], 1);
    let other = answer.body::<Vec<u8>>().unwrap_err();
    assert!(other.to_string().contains("it should be an array and is an object"), "{other}");
    assert_eq!(refusal().header("X-Token"), Some("hunter2"));
    // What the body of a refusal is not does not change what is known of the call.
    let typed = refusal().body::<Vec<u8>>().unwrap_err();
    assert_eq!((typed.may_have_been_carried_out(), typed.attempts()), (false, 1));
    assert_eq!((transport(true, 3).attempts(), invalid().attempts(), configuration().attempts()), (3, 1, 0));
    let Error::Configuration(wrong) = configuration() else { unreachable!() };
    assert_eq!(wrong.problems(), ["a is missing", "b is empty"]);
    let without = session(invalid());
    let Error::Session(session) = &without else { unreachable!() };
    assert_eq!(session.cause().status(), Some(200));
    assert_eq!(without.source().unwrap().to_string(), invalid().to_string());
    assert!(invalid().source().is_none());
}
