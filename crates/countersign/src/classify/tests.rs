//! What is a success, what is a refusal, and what is neither.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use countersign_plan::{List, words};
use http::header::RETRY_AFTER;

use super::*;
use crate::response::Pause;

fn operation() -> Operation {
    words::operation("create_card", "POST", "/v1/cards")
}

fn by_status() -> Outcome {
    words::outcome(DecidedBy::StatusAndBody)
}

fn words(words: &[&'static str]) -> List<Text> {
    words.iter().map(|word| Text::Borrowed(word)).collect::<Vec<_>>().into()
}

/// The body decides: `/status` must be 200 and `/errorcode` absent.
fn by_body() -> Outcome {
    Outcome {
        decided_by: DecidedBy::Body,
        success: vec![
            Condition::OneOf { pointer: "/status".into(), values: words(&["200"]), optional: false },
            Condition::Absent("/errorcode".into()),
            Condition::OneOf { pointer: "/step".into(), values: words(&["00"]), optional: true },
        ]
        .into(),
        code: words(&["/errorcode", "/status"]),
        message: words(&["/messages", "/message"]),
        request_id: vec![
            RequestId::Body("/uuid".into()),
            RequestId::ResponseHeader("x-request-id".into()),
            RequestId::RequestHeader("uuid".into()),
        ]
        .into(),
        signed: List::default(),
        kinds: vec![("4005".into(), Kind::NotFound)].into(),
    }
}

fn classified(outcome: Outcome, status: u16, body: &str) -> Result<Success, Error> {
    let operation = Operation { outcome, ..operation() };
    let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
    let response = Arc::new(RawResponse { status, headers, body: body.to_owned().into() });
    classify(&operation, &response, |_| None, |text| text.replace("4321", "[redacted]"))
}

#[track_caller]
fn refusal(outcome: Outcome, status: u16, body: &str) -> ApiError {
    match classified(outcome, status, body) {
        Err(Error::Api(refusal)) => *refusal,
        Err(other) => panic!("not a refusal: {other}"),
        Ok(_) => panic!("taken for a success"),
    }
}

#[track_caller]
fn invalid(outcome: Outcome, status: u16, body: &str) -> String {
    match classified(outcome, status, body) {
        Err(Error::InvalidResponse(invalid)) => invalid.reason().to_owned(),
        Err(other) => panic!("readable: {other}"),
        Ok(_) => panic!("taken for a success"),
    }
}

#[test]
fn the_body_decides_whatever_the_status() {
    for status in [200, 201, 400, 500] {
        assert!(classified(by_body(), status, r#"{"status":200}"#).is_ok(), "{status}");
        assert!(classified(by_body(), status, r#"{"status":"200","step":"00"}"#).is_ok(), "{status}");
        let refused = refusal(by_body(), status, r#"{"status":400,"message":"fail"}"#);
        assert_eq!((refused.status(), refused.code(), refused.message()), (status, Some("400"), Some("fail")));
    }
}

#[test]
fn the_status_decides_where_nothing_is_said() {
    assert!(classified(by_status(), 200, "{}").is_ok());
    for (status, kind) in [
        (400, Kind::InvalidRequest),
        (401, Kind::Unauthenticated),
        (403, Kind::Forbidden),
        (404, Kind::NotFound),
        (409, Kind::Declined),
        (422, Kind::Declined),
        (408, Kind::Unavailable),
        (429, Kind::RateLimited),
        (500, Kind::Unavailable),
        (503, Kind::Unavailable),
    ] {
        assert_eq!(refusal(by_status(), status, "<html>").kind(), kind, "{status}");
    }
}

#[test]
fn status_and_body_must_both_agree_unless_the_body_decides() {
    let both = || Outcome { decided_by: DecidedBy::StatusAndBody, ..by_body() };
    assert!(classified(both(), 200, r#"{"status":200}"#).is_ok());
    assert_eq!(refusal(both(), 500, r#"{"status":200}"#).kind(), Kind::Unavailable);
    assert_eq!(refusal(both(), 200, r#"{"status":400}"#).kind(), Kind::Declined);
    // Without a condition there is nothing in the body that could make a success of a failure.
    let nothing = Outcome { decided_by: DecidedBy::Body, ..by_status() };
    assert_eq!(refusal(nothing, 500, "{}").kind(), Kind::Unavailable);
}

#[test]
fn a_condition_can_ask_for_presence_absence_or_nothing() {
    assert_eq!(refusal(by_body(), 200, r#"{"status":200,"errorcode":"4005"}"#).kind(), Kind::NotFound);
    assert!(classified(by_body(), 200, r#"{"status":200,"errorcode":null,"step":null}"#).is_ok());
    assert_eq!(refusal(by_body(), 200, r#"{"status":200,"step":"01"}"#).code(), Some("200"));
    let present = || Outcome { success: vec![Condition::Present(words(&["/data"]))].into(), ..by_status() };
    assert!(classified(present(), 200, r#"{"data":{}}"#).is_ok());
    for body in [r#"{"data":null}"#, "{}", "[]", "\"data\""] {
        invalid(present(), 200, body);
    }
    // One of several is enough.
    let either =
        || Outcome { success: vec![Condition::Present(words(&["/sent", "/data/done"]))].into(), ..by_status() };
    for body in
        [r#"{"sent":{},"data":null}"#, r#"{"sent":null,"data":{"done":false}}"#, r#"{"sent":1,"data":{"done":2}}"#]
    {
        assert!(classified(either(), 200, body).is_ok(), "{body}");
    }
    for body in [r#"{"sent":null,"data":{"done":null}}"#, r#"{"sent":null,"data":{}}"#, r#"{"done":1}"#] {
        invalid(either(), 200, body);
    }
}

#[test]
fn an_answer_that_says_nothing_is_never_a_success() {
    assert!(invalid(by_body(), 200, "").contains("no body"));
    assert!(invalid(by_body(), 200, "{").contains("not JSON"));
    assert!(invalid(by_body(), 200, "{}").contains("neither success nor why"));
    assert!(invalid(by_status(), 200, "").contains("no body"));
    let absent = Outcome { success: vec![Condition::Absent("/error".into())].into(), ..by_status() };
    assert!(invalid(absent, 200, "<html>").contains("not JSON"));
    // Nor is one in which a code was looked for.
    assert!(invalid(coded(), 200, "{").contains("not JSON"));
}

#[test]
fn a_file_may_say_that_it_is_anything_but_json_or_a_page() {
    let came = |accept: &'static str, content_type: &'static str| {
        let operation = operation().bytes().accept(accept);
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, http::HeaderValue::from_static(content_type))]);
        let response = Arc::new(RawResponse { status: StatusCode::OK, headers, body: Bytes::from_static(b"%PDF") });
        classify(&operation, &response, |_| None, |text| text).map(drop).map_err(|error| error.to_string())
    };
    for (accept, content_type) in [
        ("application/pdf", "application/pdf"),
        ("application/pdf", "application/octet-stream"),
        ("application/pdf", "text/plain; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
    ] {
        assert_eq!(came(accept, content_type), Ok(()), "{accept}: {content_type}");
    }
    for content_type in ["text/html", "application/json", "application/problem+json; charset=utf-8"] {
        let said = came("application/pdf", content_type).unwrap_err();
        assert!(said.contains("and the document says application/pdf"), "{content_type}: {said}");
    }
}

#[test]
fn the_request_id_is_the_first_that_is_there() {
    let mut operation = operation();
    operation.outcome = by_body();
    let mut received = HeaderMap::new();
    received.insert("x-request-id", "of the response".parse().unwrap());
    let sent = |name: &str| (name == "uuid").then_some("of the request");
    let id = |body: &'static str, received: &HeaderMap| {
        let (status, headers) = (StatusCode::OK, received.clone());
        let response = Arc::new(RawResponse { status, headers, body: Bytes::from_static(body.as_bytes()) });
        classify(&operation, &response, sent, |text| text).unwrap().request_id.unwrap()
    };
    assert_eq!(id(r#"{"status":200,"uuid":"of the body"}"#, &received), "of the body");
    assert_eq!(id(r#"{"status":200}"#, &received), "of the response");
    assert_eq!(id(r#"{"status":200}"#, &HeaderMap::new()), "of the request");
}

#[test]
fn what_is_read_from_a_body_is_read_whatever_decides() {
    let with_code = || Outcome { code: words(&["/code"]), ..by_status() };
    assert_eq!(refusal(with_code(), 400, r#"{"code":"17"}"#).code(), Some("17"));
    let with_id = Outcome { request_id: vec![RequestId::Body("/id".into())].into(), ..by_status() };
    let success = classified(with_id, 200, r#"{"id":"r-1"}"#).ok().unwrap();
    assert_eq!(success.request_id.as_deref(), Some("r-1"));
}

#[test]
fn what_was_given_in_confidence_is_hidden_before_a_text_is_cut() {
    let body = |text: &str| format!(r#"{{"errorcode":"{text}","messages":"{text}","uuid":"{text}"}}"#);
    let refused = refusal(by_body(), 200, &body(&format!("{}4321", "x".repeat(LONGEST_WORD - 2))));
    for text in [refused.code(), refused.message(), refused.request_id()] {
        assert!(text.unwrap().ends_with("x[r…"), "{text:?}");
    }
}

#[test]
fn a_message_is_one_short_line_without_what_was_given_in_confidence() {
    let long = format!(r#"{{"status":400,"message":"line\r\nnext 4321 {}"}}"#, "x".repeat(400));
    let message = refusal(by_body(), 200, &long).message().unwrap().to_owned();
    assert!(message.starts_with("line  next [redacted] xxx") && message.ends_with('…'), "{message}");
    assert!(message.chars().count() <= LONGEST_WORD + 10, "{}", message.chars().count());
}

#[test]
fn what_is_not_seen_or_turns_a_text_round_is_printed_by_its_number() {
    let escaped = |c: char| c.escape_unicode().to_string();
    // Bidi, zero width, ESC, NUL, DEL, C1, a soft hyphen, a byte order mark, a tag, for private use, not assigned.
    let odd =
        "\u{202e}\u{2066}\u{61c}\u{200b}\u{200d}\u{2060}\u{1b}\0\u{7f}\u{9b}\u{ad}\u{feff}\u{e0041}\u{e000}\u{378}";
    for c in odd.chars() {
        let word = format!("a{c}b");
        let body = serde_json::json!({"errorcode": word, "messages": word, "uuid": word}).to_string();
        let error = Error::Api(Box::new(refusal(by_body(), 200, &body)));
        let number = escaped(c);
        for text in [error.code(), error.message(), error.request_id()] {
            assert_eq!(text.unwrap(), format!("a{number}b"));
        }
        assert_eq!(error.to_string().matches(&number).count(), 3, "{error}");
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains(c), "{text:?}");
        }
    }
    // Letters of any script, accents that stand on others, marks, quotes, a backslash.
    let plain = "é ñ 漢 ع e\u{301} हिन्दी ไทย 😀 € \" ' \\ ¿";
    let body = serde_json::json!({"errorcode": 1, "messages": plain}).to_string();
    assert_eq!(refusal(by_body(), 200, &body).message(), Some(plain));
    // White space of every kind is a blank.
    let body = serde_json::json!({"errorcode": 1, "messages": "a\n\t\u{a0}\u{85}\u{2028}\u{3000}b"}).to_string();
    assert_eq!(refusal(by_body(), 200, &body).message(), Some("a      b"));
}

#[test]
fn a_text_is_cut_between_characters_and_not_in_a_number() {
    let message = |before: usize| {
        let body = serde_json::json!({"errorcode": 1, "messages": "x".repeat(before) + "\u{202e}y"}).to_string();
        refusal(by_body(), 200, &body).message().unwrap().to_owned()
    };
    assert!(message(LONGEST_WORD - 9).ends_with("x\\u{202e}y"));
    assert!(message(LONGEST_WORD - 8).ends_with("x\\u{202e}…"));
    assert!(message(LONGEST_WORD - 7).ends_with("x…"));
}

#[test]
fn a_refusal_prints_its_words_and_not_its_body() {
    let refused = refusal(by_body(), 200, r#"{"errorcode":"4005","messages":"Record Not Found","who":"a person"}"#);
    let error = Error::Api(Box::new(refused));
    assert_eq!(error.to_string(), "create_card was refused: code 4005, \"Record Not Found\", not-found, HTTP 200");
    assert!(!format!("{error:?}").contains("a person"));
    let typed: serde_json::Value = error.refusal().unwrap().body().unwrap();
    assert_eq!(typed["who"], "a person");
    let wrong = error.refusal().unwrap().body::<Vec<u8>>().unwrap_err().to_string();
    assert!(wrong.contains("it should be an array and is an object") && !wrong.contains("person"), "{wrong}");
}

/// An outcome with a code and a message, in which some codes are known.
fn coded() -> Outcome {
    let kinds =
        [("no-money", Kind::Declined), ("wait", Kind::Pending), ("slow", Kind::RateLimited), ("x", Kind::NotFound)];
    let kinds: Vec<_> = kinds.map(|(code, kind)| (Text::Borrowed(code), kind)).into();
    Outcome { code: words(&["/code"]), message: words(&["/message"]), kinds: kinds.into(), ..by_status() }
}

#[test]
fn only_a_documented_refusal_says_that_nothing_was_carried_out() {
    let open = |outcome, status, body| {
        let error = classified(outcome, status, body).err().unwrap();
        (error.may_have_been_carried_out(), error.kind())
    };
    for body in [r#"{"code":"17"}"#, r#"{"message":"no"}"#, r#"{"code":17,"message":null}"#, r#"{"code":"x"}"#] {
        for status in [400, 401, 403, 404, 409, 422, 429, 499] {
            assert!(!open(coded(), status, body).0, "HTTP {status}, {body}");
        }
        for status in [408, 500, 502, 503, 504, 599, 600, 999] {
            assert!(open(coded(), status, body).0, "HTTP {status}, {body}");
        }
    }
    // What has neither is nobody's refusal.
    for body in ["", "{}", "<html>", r#"{"code":""}"#, r#"{"code":{"a":1},"message":[]}"#, r#"{"code":"17""#] {
        for status in [400, 401, 403, 404, 408, 409, 422, 429, 500, 503] {
            assert!(open(coded(), status, body).0, "HTTP {status}, {body}");
        }
    }
    for status in [200, 202, 400, 408, 429, 500, 503, 504] {
        assert_eq!(open(coded(), status, r#"{"code":"no-money"}"#), (false, Kind::Declined), "HTTP {status}");
        assert_eq!(open(coded(), status, r#"{"code":"wait"}"#), (true, Kind::Pending), "HTTP {status}");
    }
    // A document without code and message documents no refusal.
    assert!(open(by_status(), 400, r#"{"code":"17","message":"no"}"#).0);
}

#[test]
fn a_code_of_another_outcome_is_no_success_unless_the_conditions_say_so() {
    for (code, kind) in [("wait", Kind::Pending), ("slow", Kind::RateLimited), ("no-money", Kind::Declined)] {
        let body = format!(r#"{{"code":"{code}"}}"#);
        assert_eq!(refusal(coded(), 202, &body).kind(), kind);
        let met = || Outcome { success: vec![Condition::Present(words(&["/code"]))].into(), ..coded() };
        assert!(classified(met(), 202, &body).is_ok());
        let unmet = || Outcome { success: vec![Condition::Present(words(&["/done"]))].into(), ..coded() };
        assert_eq!(refusal(unmet(), 202, &body).kind(), kind);
    }
    assert!(classified(coded(), 200, r#"{"code":"other"}"#).is_ok());
}

#[test]
fn a_pause_is_read_in_every_form_of_http_and_nothing_else_is_one() {
    let asked = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, http::HeaderValue::from_static(value));
        }
        Pause::asked_by(&headers)
    };
    let seconds = |seconds| Pause::For(Duration::from_secs(seconds));
    assert_eq!(asked(&[]), Pause::NotAsked);
    for (text, pause) in [("0", 0), (" 7 ", 7), ("007", 7), ("4294967295", 4_294_967_295)] {
        assert_eq!(asked(&[text]), seconds(pause), "{text}");
    }
    for text in ["4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999999"] {
        assert_eq!(asked(&[text]), seconds(4_294_967_295), "{text}");
    }
    for text in ["Fri, 31 Dec 1999 23:59:59 GMT", "Friday, 31-Dec-99 23:59:59 GMT", "Fri Dec 31 23:59:59 1999"] {
        assert_eq!(asked(&[text]), seconds(0), "{text}");
    }
    let in_a_minute = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, in_a_minute.parse().unwrap());
    let Pause::For(minute) = Pause::asked_by(&headers) else { panic!("{in_a_minute} is not read") };
    assert!((58..=60).contains(&minute.as_secs()), "{minute:?}");
    for text in ["", "-1", "+1", "1.5", "1e3", "soon", "7s", "0x7", "Fri, 99 Dec 1999 23:59:59 GMT", "1, 2"] {
        assert_eq!(asked(&[text]), Pause::Unknown, "{text}");
    }
    assert_eq!(asked(&["3", "9", "5"]), seconds(9));
    assert_eq!(asked(&["3", "soon"]), Pause::Unknown);
}
