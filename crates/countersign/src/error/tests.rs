//! What each sort of error says of itself.

use super::*;

fn rejection() -> Rejection {
    Rejection {
        operation: "pay".into(),
        status: 422,
        kind: Kind::Business,
        code: Some("17".into()),
        message: Some("no \"money\"".into()),
        request_id: Some("r-1".into()),
        body: Bytes::from_static(b"{\"code\":\"17\"}"),
    }
}

fn transport(received: bool, attempts: u32) -> Error {
    let detail = Cow::Borrowed("it hung up");
    Error::Transport(Transport { operation: "pay".into(), fault: Fault::Interrupted, detail, attempts, received })
}

fn unreadable() -> Error {
    let reason = "it has no body".to_owned();
    Error::Unreadable(Unreadable { operation: "pay".into(), status: 200, request_id: Some("r-2".into()), reason })
}

fn session(cause: Error) -> Error {
    Error::Session(SessionError { operation: "pay".into(), cause: Arc::new(cause) })
}

fn not_sent(field: Option<&str>) -> Error {
    Error::not_sent(&"pay".into(), field, "it is required")
}

fn configuration() -> Error {
    let problems = ["a is missing".to_owned(), "b is empty".to_owned()];
    Error::Configuration(Configuration { provider: "acme".into(), problems: problems.to_vec().into() })
}

#[test]
fn every_sort_has_its_kind_and_says_whether_the_call_may_have_been_received() {
    for (error, kind, received) in [
        (configuration(), Kind::InvalidRequest, false),
        (not_sent(None), Kind::InvalidRequest, false),
        (session(transport(true, 1)), Kind::Unavailable, false),
        (session(Error::Rejected(Box::new(rejection()))), Kind::Business, false),
        (transport(true, 1), Kind::Unavailable, true),
        (transport(false, 1), Kind::Unavailable, false),
        (unreadable(), Kind::Unavailable, true),
        (Error::Rejected(Box::new(rejection())), Kind::Business, false),
    ] {
        assert_eq!((error.kind(), error.may_have_been_received()), (kind, received), "{error}");
    }
}

#[test]
fn a_refusal_is_found_in_the_call_and_in_the_call_for_its_session() {
    let refused = Error::Rejected(Box::new(rejection()));
    for error in [refused.clone(), session(refused.clone()), session(session(refused))] {
        assert_eq!(error.code(), Some("17"));
        assert_eq!(error.message(), Some("no \"money\""));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.status(), Some(422));
        let rejection = error.rejection().unwrap();
        assert_eq!((rejection.status(), rejection.kind()), (422, Kind::Business));
        assert_eq!((rejection.code(), rejection.request_id()), (Some("17"), Some("r-1")));
        assert_eq!(rejection.body_bytes().as_ref(), b"{\"code\":\"17\"}");
    }
    assert_eq!((unreadable().request_id(), unreadable().status()), (Some("r-2"), Some(200)));
    assert_eq!(session(unreadable()).status(), Some(200));
    for error in [configuration(), not_sent(None), transport(true, 1), session(transport(true, 1))] {
        assert!(error.rejection().is_none() && error.code().is_none() && error.message().is_none(), "{error}");
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
        (transport(true, 1), "pay got no answer: it hung up; the provider may have received it"),
        (transport(false, 3), "pay got no answer: it hung up; 3 attempts; the provider has not received it"),
        (
            unreadable(),
            "the answer to pay cannot be read: HTTP 200, request id r-2: it has no body; whether the provider acted on it is \
             not known",
        ),
        (
            Error::Rejected(Box::new(rejection())),
            "pay was refused: code 17, \"no \\\"money\\\"\", business, HTTP 422, request id r-1",
        ),
    ] {
        assert_eq!(error.to_string(), says);
    }
    assert_eq!(
        format!("{:?}", rejection()),
        "Rejection { operation: \"pay\", status: 422, kind: Business, code: Some(\"17\"), \
         message: Some(\"no \\\"money\\\"\"), request_id: Some(\"r-1\"), body: 13 bytes }"
    );
}

#[test]
fn the_parts_of_an_error_can_be_asked_for() {
    let Error::NotSent(refused) = not_sent(Some("pin")) else { unreachable!() };
    assert_eq!((refused.field(), refused.reason()), (Some("pin"), "it is required"));
    let Error::Transport(lost) = transport(true, 3) else { unreachable!() };
    assert_eq!((lost.fault(), lost.attempts()), (Fault::Interrupted, 3));
    let Error::Unreadable(answer) = unreadable() else { unreachable!() };
    assert_eq!(answer.reason(), "it has no body");
    let Error::Configuration(wrong) = configuration() else { unreachable!() };
    assert_eq!(wrong.problems(), ["a is missing", "b is empty"]);
    let without = session(unreadable());
    let Error::Session(session) = &without else { unreachable!() };
    assert_eq!(session.cause().status(), Some(200));
    assert_eq!(without.source().unwrap().to_string(), unreadable().to_string());
    assert!(unreadable().source().is_none());
}
