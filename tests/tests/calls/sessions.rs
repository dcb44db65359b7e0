//! Sessions over the wire: one issue for many calls, failures that are shared, refusals, clocks, and a caller's own token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::{Call, Error, Executor, Kind};
use countersign_tests::{Received, Reply, Server, acme};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn is_issue(received: &Received) -> bool {
    received.line.starts_with("POST /token ")
}

fn issues(server: &Server) -> usize {
    server.received().iter().filter(|received| is_issue(received)).count()
}

fn token(server_count: &AtomicUsize, lifetime: i32) -> Reply {
    let number = server_count.fetch_add(1, Ordering::SeqCst) + 1;
    Reply::json(200, &format!(r#"{{"token":"token-{number}","expires_in":{lifetime}}}"#))
}

async fn balance(client: &Executor) -> Result<(), Error> {
    client.call(Call::new("balance")).await.map(drop)
}

/// Makes a thousand calls that start at once.
async fn a_thousand(client: &Executor) -> Vec<Result<(), Error>> {
    at_once(client, 1_000).await
}

async fn at_once(client: &Executor, count: usize) -> Vec<Result<(), Error>> {
    let start = Arc::new(Barrier::new(count));
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let (client, start) = (client.clone(), Arc::clone(&start));
        calls.spawn(async move {
            start.wait().await;
            balance(&client).await
        });
    }
    calls.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_without_a_session_make_one_issue_call() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, received| match is_issue(received) {
        true => Reply::After(Duration::from_millis(100), Box::new(token(&count, 3_600))),
        false => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    assert!(a_thousand(&client).await.iter().all(Result::is_ok));
    assert_eq!((issues(&server), server.received().len()), (1, 1_001));
    let calls = server.received();
    let authorizations = calls.iter().filter(|call| !is_issue(call)).map(|call| call.header("authorization").unwrap());
    assert!(authorizations.into_iter().all(|value| value == "Bearer token-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_amid_a_thousand_calls_leads_to_one_new_issue() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, received| match received.header("authorization") {
        None => token(&count, 3_600),
        Some("Bearer token-1") => Reply::json(401, r#"{"code":"expired"}"#),
        Some(_) => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    assert!(a_thousand(&client).await.iter().all(Result::is_ok));
    assert_eq!(issues(&server), 2);
    assert!(server.received().len() <= 2 + 2_000, "no call is sent more than twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_issue_fails_all_with_its_own_reason_and_the_next_call_tries_again() {
    let down = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let (count, is_down) = (AtomicUsize::new(0), Arc::clone(&down));
    let server = Server::start(move |_, received| match (is_issue(received), is_down.load(Ordering::SeqCst)) {
        (true, true) => {
            let refusal = Reply::json(403, r#"{"code":"E7","message":"Account is suspended"}"#);
            Reply::After(Duration::from_millis(300), Box::new(refusal))
        }
        (true, false) => token(&count, 3_600),
        (false, _) => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    for result in a_thousand(&client).await {
        let error = result.unwrap_err();
        assert_eq!(
            error.to_string(),
            "balance was not sent, because it needs a session: authenticate was refused: code E7, \"Account is \
             suspended\", forbidden, HTTP 403"
        );
        assert_eq!((error.kind(), error.code(), error.status()), (Kind::Forbidden, Some("E7"), Some(403)));
        assert!(!error.may_have_been_carried_out());
    }
    assert_eq!(issues(&server), 1);
    down.store(false, Ordering::SeqCst);
    balance(&client).await.unwrap();
    assert_eq!(issues(&server), 2);
}

#[tokio::test]
async fn a_session_that_is_refused_again_is_an_error_after_two_attempts() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, received| match is_issue(received) {
        true => token(&count, 3_600),
        false => Reply::json(401, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    assert_eq!(balance(&client).await.unwrap_err().kind(), Kind::Unauthenticated);
    assert_eq!((issues(&server), server.received().len()), (2, 4));
}

#[tokio::test]
async fn a_session_is_issued_anew_before_it_expires() {
    // One that lives no longer than the minute before its end is used to its end.
    for (lifetime, issued) in [(3_600, 1), (61, 1), (60, 1), (59, 1), (0, 3), (-60, 3)] {
        let count = AtomicUsize::new(0);
        let server = Server::start(move |_, received| match is_issue(received) {
            true => token(&count, lifetime),
            false => Reply::json(200, "{}"),
        })
        .await;
        let client = acme(&server.url()).build().unwrap();
        for _ in 0..3 {
            balance(&client).await.unwrap();
        }
        assert_eq!(issues(&server), issued, "a lifetime of {lifetime} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_calls_that_wait_for_a_short_session_make_one_issue_call() {
    for lifetime in [59, 1, 0, -3_600] {
        let count = AtomicUsize::new(0);
        let server = Server::start(move |_, received| match is_issue(received) {
            true => Reply::After(Duration::from_millis(300), Box::new(token(&count, lifetime))),
            false => Reply::json(200, "{}"),
        })
        .await;
        let client = acme(&server.url()).build().unwrap();
        assert!(at_once(&client, 200).await.iter().all(Result::is_ok));
        assert_eq!((issues(&server), server.received().len()), (1, 201), "a lifetime of {lifetime} s");
    }
}

#[tokio::test]
async fn clones_share_a_session_and_a_call_for_one_is_adopted() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, received| match is_issue(received) {
        true => token(&count, 3_600),
        false => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    balance(&client.clone()).await.unwrap();
    balance(&client.with_options(countersign::CallOptions::new().retries(0))).await.unwrap();
    assert_eq!(issues(&server), 1);
    client.call(Call::new("authenticate")).await.unwrap();
    balance(&client).await.unwrap();
    let last = server.received().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer token-2"));
    assert_eq!(issues(&server), 2);
}

#[tokio::test]
async fn a_token_of_the_callers_own_is_used_as_it_is_and_never_issued_anew() {
    let server = Server::start(|_, _| Reply::json(401, r#"{"message":"token his-own-token is no good"}"#)).await;
    let client = acme(&server.url()).session_value("token", "his-own-token").build().unwrap();
    let error = balance(&client).await.unwrap_err();
    assert_eq!(error.message(), Some("token [redacted] is no good"));
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("authorization"), Some("Bearer his-own-token"));
}

#[tokio::test]
async fn an_answer_without_the_token_is_an_error_that_names_it() {
    let server = Server::start(|_, _| Reply::json(200, r#"{"tokens":"hunter2"}"#)).await;
    let error = balance(&acme(&server.url()).build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("it has no token at /token"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_cancelled_caller_does_not_strand_the_others() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |number, received| match (is_issue(received), number) {
        (true, 0) => Reply::Silence,
        (true, _) => token(&count, 3_600),
        (false, _) => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { balance(&client).await }
    });
    while server.received().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut others = JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        others.spawn(async move { balance(&client).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.abort();
    assert!(others.join_all().await.iter().all(Result::is_ok));
    assert_eq!(issues(&server), 2);
}
