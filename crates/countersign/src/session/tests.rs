//! One issue for many, failures that are shared and not kept, and when a session ends.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use countersign_plan::{SessionValue, list, words};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::{Duration, advance, sleep};

use super::*;
use crate::attempt::read_session;
use crate::classify::Success;
use crate::response::RawResponse;

fn plan(expires: Vec<Expiry>) -> Session {
    let value = SessionValue::new("token", "/data/token", "");
    Session { values: vec![value].into(), expires: expires.into(), ..Session::issued_by("authenticate", list![]) }
}

/// An issue of a session that expires then, and that the plan no longer uses a minute earlier.
fn issue(expires: Option<Timestamp>) -> Issue {
    let last_use = expires.map(|end| LastUse::before(end, 60, Timestamp::now()));
    Issue { values: Values::from([("token".into(), "t".into())]), last_use }
}

fn failure() -> Error {
    Error::invalid(&"authenticate".into(), "its own reason")
}

fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp::now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_ask_once() {
    let (store, asked) = (Arc::new(SessionStore::default()), Arc::new(AtomicUsize::new(0)));
    let start = Arc::new(Barrier::new(1000));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let (store, asked, start) = (store.clone(), asked.clone(), start.clone());
        calls.spawn(async move {
            start.wait().await;
            let ask = async || {
                asked.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_millis(50)).await;
                Ok(issue(None))
            };
            store.get(None, ask).await.unwrap().number()
        });
    }
    assert!(calls.join_all().await.iter().all(|number| *number == 1));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_reaches_all_who_wait_and_is_not_kept() {
    let (store, asked) = (SessionStore::default(), AtomicUsize::new(0));
    let fail = || {
        store.get(None, async || {
            asked.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(20)).await;
            Err(failure())
        })
    };
    let (a, b, c) = tokio::join!(fail(), fail(), fail());
    for result in [a, b, c] {
        assert!(result.unwrap_err().to_string().contains("its own reason"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(store.get(None, async || Ok(issue(None))).await.is_ok());
}

#[tokio::test]
async fn a_cancelled_call_does_not_strand_the_others() {
    let store = Arc::new(SessionStore::default());
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.get(None, async || std::future::pending().await).await.map(|_| ()) }
    });
    sleep(Duration::from_millis(10)).await;
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.get(None, async || Ok(issue(None))).await.map(|session| session.number()) }
    });
    sleep(Duration::from_millis(10)).await;
    first.abort();
    assert_eq!(second.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_refused_session_is_issued_anew_once() {
    let (store, asked) = (SessionStore::default(), AtomicUsize::new(0));
    let get = |refused| {
        store.get(refused, async || {
            asked.fetch_add(1, Ordering::SeqCst);
            Ok(issue(None))
        })
    };
    assert_eq!(get(None).await.unwrap().number(), 1);
    assert_eq!(get(Some(1)).await.unwrap().number(), 2);
    // Who was refused with the old one later finds the new one.
    assert_eq!(get(Some(1)).await.unwrap().number(), 2);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    store.adopt(issue(None)).await;
    assert_eq!(get(None).await.unwrap().number(), 3);
}

#[tokio::test]
async fn who_waited_does_not_get_the_session_that_refused_it() {
    let (store, number) = (SessionStore::default(), AtomicUsize::new(0));
    let get = |refused| {
        let (store, number) = (&store, &number);
        async move {
            let ask = async || {
                tokio::task::yield_now().await;
                number.fetch_add(1, Ordering::SeqCst);
                Ok(issue(None))
            };
            store.get(refused, ask).await.unwrap().number()
        }
    };
    assert_eq!(tokio::join!(get(None), get(Some(1)), get(None)), (1, 2, 2));
    assert_eq!(number.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_session_is_not_used_shortly_before_it_expires() {
    // One that lives no longer than this minute is used to its end.
    for (end, expected) in [
        (None, 1),
        (Some(in_seconds(70)), 1),
        (Some(in_seconds(50)), 1),
        (Some(in_seconds(0)), 2),
        (Some(in_seconds(-1)), 2),
        (Some(Timestamp::MIN), 2),
        (Some(Timestamp::MAX), 1),
    ] {
        let store = SessionStore::default();
        store.get(None, async || Ok(issue(end))).await.unwrap();
        let second = store.get(None, async || Ok(issue(None))).await.unwrap();
        assert_eq!(second.number(), expected, "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_of_day_that_is_set_back_does_not_prolong_a_session() {
    let store = SessionStore::default();
    let get = || store.get(None, async || Ok(issue(Some(in_seconds(3_600)))));
    assert_eq!(get().await.unwrap().number(), 1);
    // The time of day stands still here, which is as if it were set back all the time.
    advance(Duration::from_secs(3_539)).await;
    assert_eq!(get().await.unwrap().number(), 1);
    advance(Duration::from_secs(2)).await;
    assert_eq!(get().await.unwrap().number(), 2);
}

#[tokio::test]
async fn the_time_of_day_ends_a_session_that_the_other_clock_does_not() {
    // As after a sleep of the machine, in which only the time of day goes on.
    let mut slept = issue(Some(in_seconds(3_600)));
    slept.last_use.as_mut().unwrap().time = in_seconds(-1);
    let store = SessionStore::default();
    store.get(None, async || Ok(slept)).await.unwrap();
    assert_eq!(store.get(None, async || Ok(issue(None))).await.unwrap().number(), 2);
}

#[tokio::test]
async fn a_session_that_is_over_at_once_serves_all_who_waited_for_it() {
    let (store, asked) = (SessionStore::default(), AtomicUsize::new(0));
    let get = |refused| {
        let (store, asked) = (&store, &asked);
        async move {
            let ask = async || {
                asked.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_millis(20)).await;
                Ok(issue(Some(in_seconds(-7))))
            };
            store.get(refused, ask).await.unwrap().number()
        }
    };
    assert_eq!(tokio::join!(get(None), get(None), get(None)), (1, 1, 1));
    // Nor does each of them ask for another when it is refused.
    assert_eq!(tokio::join!(get(Some(1)), get(Some(1)), get(Some(1))), (2, 2, 2));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

fn jwt(claims: &str) -> String {
    format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
}

fn read(expires: Vec<Expiry>, answer: &serde_json::Value, now: Timestamp) -> Result<Issue, String> {
    Issue::read(
        &Session { early_seconds: 0, ..plan(expires) },
        &Picked::from_slice(answer.to_string().as_bytes()).unwrap(),
        now,
    )
}

#[test]
fn what_a_session_is_read_from_is_json() {
    let operation = words::operation("login", "POST", "/login");
    let read = |body: &'static [u8]| {
        let (status, headers) = (StatusCode::OK, HeaderMap::new());
        let response = Arc::new(RawResponse { status, headers, body: Bytes::from_static(body) });
        read_session(&plan(Vec::new()), &operation, &response, &Success { request_id: None }, 1)
    };
    assert_eq!(read(br#"{"data":{"token":1}}"#).unwrap().values["token"].expose(), "1");
    for (body, reason) in [(&b"<html>"[..], "not JSON"), (b"{}", "no token at /data/token")] {
        assert!(matches!(read(body), Err(Error::InvalidResponse(invalid)) if invalid.reason().contains(reason)));
    }
}

#[test]
fn the_end_of_a_session_is_the_first_that_can_be_read() {
    let now: Timestamp = "2024-01-24T10:00:00Z".parse().unwrap();
    let all = vec![
        Expiry::Jwt("token".into()),
        Expiry::Seconds("/expires_in".into()),
        Expiry::At { pointer: "/expiry_time".into(), format: "%Y-%m-%d %H:%M:%S".into(), offset_seconds: 19_800 },
        Expiry::After(86_400),
    ];
    let end = |expires: Vec<Expiry>, answer: serde_json::Value| {
        read(expires, &answer, now).unwrap().last_use.map(|last_use| last_use.time.to_string())
    };
    let token = |claims: &str| json!({"data": {"token": jwt(claims)}, "expires_in": "3600", "expiry_time": "2024-01-24 18:18:38"});
    for claims in [r#"{"exp":1706097600}"#, r#"{"exp":1706097600.5,"sub":"x"}"#] {
        assert_eq!(end(all.clone(), token(claims)).unwrap(), "2024-01-24T12:00:00Z");
    }
    for claims in ["{}", r#"{"exp":"soon"}"#, "not json"] {
        assert_eq!(end(all.clone(), token(claims)).unwrap(), "2024-01-24T11:00:00Z", "{claims}");
    }
    let plain = json!({"data": {"token": 223}, "expiry_time": "2024-01-24 18:18:38"});
    assert_eq!(end(all.clone(), plain.clone()).unwrap(), "2024-01-24T12:48:38Z");
    let bare = json!({"data": {"token": "t"}, "expires_in": "x", "expiry_time": "tomorrow"});
    assert_eq!(end(all, bare.clone()).unwrap(), "2024-01-25T10:00:00Z");
    assert_eq!(end(vec![Expiry::Jwt("token".into())], bare), None);
    assert_eq!(read(vec![], &plain, now).unwrap().values["token"].expose(), "223");
}

#[test]
fn an_end_may_be_any_number() {
    let now: Timestamp = "2024-01-24T10:00:00Z".parse().unwrap();
    let end = |number: &str| {
        let answer =
            format!(r#"{{"data":{{"token":"{}"}},"expires_in":{number}}}"#, jwt(&format!(r#"{{"exp":{number}}}"#)));
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        [Expiry::Jwt("token".into()), Expiry::Seconds("/expires_in".into())].map(|expiry| {
            let last_use = read(vec![expiry], &answer, now).unwrap().last_use;
            last_use.map(|last_use| last_use.time.to_string())
        })
    };
    let (first, last) = (Timestamp::MIN.to_string(), Timestamp::MAX.to_string());
    for (number, exp, expires_in) in [
        ("0", "1970-01-01T00:00:00Z", "2024-01-24T10:00:00Z"),
        ("-60", "1969-12-31T23:59:00Z", "2024-01-24T09:59:00Z"),
        ("1706097600.9", "2024-01-24T12:00:00Z", "2078-02-15T22:00:00Z"),
        ("1.7060976e9", "2024-01-24T12:00:00Z", "2078-02-15T22:00:00Z"),
        ("9223372036854775808", &last, &last),
        ("1e300", &last, &last),
        ("-1e300", &first, &first),
    ] {
        assert_eq!(end(number), [Some(exp.to_owned()), Some(expires_in.to_owned())], "{number}");
    }
    for number in ["null", "true", "\"\"", "\"NaN\"", "\"soon\"", "[3600]", "{}"] {
        assert_eq!(end(number), [None, None], "{number}");
    }
}

#[test]
fn a_value_that_is_not_in_the_answer_is_named() {
    for answer in
        [json!({}), json!({"data": {"token": null}}), json!({"data": {"token": ""}}), json!({"data": {"token": {}}})]
    {
        let Err(error) = read(vec![], &answer, Timestamp::now()) else { panic!("read from {answer}") };
        assert_eq!(error, "it has no token at /data/token");
    }
}

/// One that lives no longer than it is ended early is used to its end.
#[test]
fn a_session_that_lives_as_long_as_it_is_ended_early_is_used_to_its_end() {
    let now = Timestamp::now();
    let after = |seconds| now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    assert_eq!(LastUse::before(after(60), 60, now).time, after(60));
    assert_eq!(LastUse::before(after(61), 60, now).time, after(1));
}
