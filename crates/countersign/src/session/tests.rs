//! One issue for many, failures that are shared and not kept, and when a session ends.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::{Duration, sleep};

use super::*;
use crate::testing::session;

fn plan(expires: Vec<Expiry>) -> Session {
    Session { expires: expires.into(), ..session("authenticate", "/data/token") }
}

fn issue(expires: Option<Timestamp>) -> Issue {
    Issue { values: Named::from([("token".into(), "t".into())]), expires }
}

fn failure() -> Error {
    Error::not_sent(&"authenticate".into(), None, "its own reason")
}

fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_ask_once() {
    let (store, plan, asked) =
        (Arc::new(SessionStore::default()), Arc::new(plan(vec![])), Arc::new(AtomicUsize::new(0)));
    let start = Arc::new(Barrier::new(1000));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let (store, plan, asked, start) = (store.clone(), plan.clone(), asked.clone(), start.clone());
        calls.spawn(async move {
            start.wait().await;
            let ask = async || {
                asked.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_millis(50)).await;
                Ok(issue(None))
            };
            store.get(&plan, None, ask).await.unwrap().number()
        });
    }
    assert!(calls.join_all().await.iter().all(|number| *number == 1));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_reaches_all_who_wait_and_is_not_kept() {
    let (store, plan, asked) = (SessionStore::default(), plan(vec![]), AtomicUsize::new(0));
    let fail = || {
        store.get(&plan, None, async || {
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
    assert!(store.get(&plan, None, async || Ok(issue(None))).await.is_ok());
}

#[tokio::test]
async fn a_cancelled_call_does_not_strand_the_others() {
    let (store, plan) = (Arc::new(SessionStore::default()), Arc::new(plan(vec![])));
    let first = tokio::spawn({
        let (store, plan) = (store.clone(), plan.clone());
        async move { store.get(&plan, None, async || std::future::pending().await).await.map(|_| ()) }
    });
    sleep(Duration::from_millis(10)).await;
    let second = tokio::spawn({
        let (store, plan) = (store.clone(), plan.clone());
        async move { store.get(&plan, None, async || Ok(issue(None))).await.map(|session| session.number()) }
    });
    sleep(Duration::from_millis(10)).await;
    first.abort();
    assert_eq!(second.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_refused_session_is_issued_anew_once() {
    let (store, plan, asked) = (SessionStore::default(), plan(vec![]), AtomicUsize::new(0));
    let get = |refused| {
        store.get(&plan, refused, async || {
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
async fn a_session_is_not_used_shortly_before_it_expires() {
    let plan = plan(vec![]);
    for (end, expected) in [(None, 1), (Some(in_seconds(70)), 1), (Some(in_seconds(50)), 2), (Some(in_seconds(-1)), 2)]
    {
        let store = SessionStore::default();
        store.get(&plan, None, async || Ok(issue(end))).await.unwrap();
        let second = store.get(&plan, None, async || Ok(issue(None))).await.unwrap();
        assert_eq!(second.number(), expected, "{end:?}");
    }
}

fn jwt(claims: &str) -> String {
    format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
}

fn read(expires: Vec<Expiry>, answer: &serde_json::Value, now: Timestamp) -> Result<Issue, String> {
    let pointers = ["/data/token", "/expires_in", "/expiry_time"];
    Issue::read(&plan(expires), &Picked::from_slice(answer.to_string().as_bytes(), pointers).unwrap(), now)
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
        read(expires, &answer, now).unwrap().expires.map(|end| end.to_string())
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
fn a_value_that_is_not_in_the_answer_is_named() {
    for answer in
        [json!({}), json!({"data": {"token": null}}), json!({"data": {"token": ""}}), json!({"data": {"token": {}}})]
    {
        let Err(error) = read(vec![], &answer, Timestamp::now()) else { panic!("read from {answer}") };
        assert_eq!(error, "it has no token at /data/token");
    }
}
