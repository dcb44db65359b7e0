//! When a call is sent again, and what is new in it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use countersign::{Call, CallOptions, Error, Kind};
use countersign_tests::{Reply, Server, acme};
use tracing::level_filters::LevelFilter;

fn look_up() -> Call {
    Call::new("look_up").value("id", "7")
}

#[tokio::test]
async fn each_attempt_has_a_fresh_uuid_and_time_and_is_signed() {
    let server = Server::start(|number, _| match number {
        0 | 1 => Reply::json(503, "{}"),
        _ => Reply::json(200, "{}"),
    })
    .await;
    let answer = acme(&server.url()).build().unwrap().call(look_up()).await.unwrap();
    assert_eq!(answer.meta().attempts(), 3);
    let received = server.received();
    for name in ["X-Attempt", "X-Time"] {
        let values: BTreeSet<_> = received.iter().map(|received| received.header(name).unwrap()).collect();
        assert_eq!(values.len(), 3, "{name} is the same in two attempts");
    }
    assert!(received.iter().all(|received| received.header("X-Signature").unwrap().len() == 64));
}

#[tokio::test]
async fn only_what_is_unavailable_is_tried_again() {
    for (status, attempts) in [(200, 1), (400, 1), (401, 1), (404, 1), (422, 1), (408, 2), (429, 2), (500, 2), (503, 2)]
    {
        let server = Server::start(move |_, _| Reply::json(status, "{}")).await;
        let client = acme(&server.url()).retries(1).build().unwrap();
        let _ = client.call(look_up()).await;
        assert_eq!(server.received().len(), attempts, "HTTP {status}");
    }
}

#[tokio::test]
async fn retries_can_be_switched_off_for_a_client_and_for_a_call() {
    let server = Server::start(|_, _| Reply::json(503, "{}")).await;
    let off = acme(&server.url()).retries(0).build().unwrap();
    off.call(look_up()).await.unwrap_err();
    assert_eq!(server.received().len(), 1);
    let on = acme(&server.url()).build().unwrap();
    on.with_options(CallOptions::new().retries(0)).call(look_up()).await.unwrap_err();
    assert_eq!(server.received().len(), 2);
    on.call(look_up()).await.unwrap_err();
    assert_eq!(server.received().len(), 5);
}

#[tokio::test]
async fn what_is_not_safe_is_not_repeated_when_the_provider_is_unavailable() {
    let server = Server::start(|_, _| Reply::with(503, &[("Retry-After", "0")], "")).await;
    let client = acme(&server.url()).build().unwrap();
    let error = client.call(Call::new("pay").value("account", "a")).await.unwrap_err();
    assert_eq!((error.kind(), server.received().len()), (Kind::Unavailable, 1));
}

#[tokio::test]
async fn retry_after_is_kept_up_to_a_limit() {
    let server = Server::start(|number, _| match number {
        0 => Reply::with(429, &[("Retry-After", "1")], ""),
        _ => Reply::json(200, "{}"),
    })
    .await;
    let began = Instant::now();
    acme(&server.url()).build().unwrap().call(look_up()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));

    for asked in ["31", "99999999999", "Fri, 31 Dec 2100 23:59:59 GMT"] {
        let server = Server::start(move |_, _| Reply::with(429, &[("Retry-After", asked)], "")).await;
        let error = acme(&server.url()).build().unwrap().call(look_up()).await.unwrap_err();
        assert_eq!((error.status(), server.received().len()), (Some(429), 1), "{asked}");
    }
    // The longest pause would be made, but the call has no time for it, and says what the provider said.
    let server = Server::start(|_, _| Reply::with(429, &[("Retry-After", "30")], "")).await;
    let client = acme(&server.url()).deadline(Duration::from_secs(2)).build().unwrap();
    let began = Instant::now();
    let error = client.call(look_up()).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (Kind::RateLimited, Some(Duration::from_secs(30))));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    // A pause that has no meaning ends the retrying, and one that is over does not.
    let past = ["Fri, 31 Dec 1999 23:59:59 GMT", "Friday, 31-Dec-99 23:59:59 GMT", "Fri Dec 31 23:59:59 1999", "0"];
    for (asked, attempts) in ["soon", "-1", "1.5", "", "0, 0", "99999999999999999999999"]
        .map(|asked| (asked, 1))
        .into_iter()
        .chain(past.map(|asked| (asked, 2)))
    {
        let server = Server::start(move |_, _| Reply::with(429, &[("Retry-After", asked)], "")).await;
        let error = acme(&server.url()).retries(1).build().unwrap().call(look_up()).await.unwrap_err();
        assert_eq!((server.received().len(), error.attempts() as usize), (attempts, attempts), "{asked}");
    }
}

#[tokio::test]
async fn a_rate_limit_is_a_kind_of_its_own_with_its_pause_its_headers_and_its_attempts() {
    let server = Server::start(|_, _| {
        Reply::with(429, &[("Retry-After", "120"), ("X-Limit", "hunter2")], r#"{"code":"E9","message":"slow down"}"#)
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    let error = client.call(Call::new("pay").value("account", "a")).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.code()), (Kind::RateLimited, Some(429), Some("E9")));
    assert_eq!((error.retry_after(), error.attempts()), (Some(Duration::from_secs(120)), 1));
    assert_eq!((error.header("x-limit"), error.header("x-other")), (Some("hunter2"), None));
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    assert!(!error.may_have_been_carried_out());
    // A provider that is unavailable is not one that has had too much.
    let server = Server::start(|_, _| Reply::with(503, &[("Retry-After", "60")], "")).await;
    let error = acme(&server.url()).build().unwrap().call(look_up()).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (Kind::Unavailable, Some(Duration::from_secs(60))));
    assert_eq!((error.attempts(), server.received().len()), (1, 1));
}

#[tokio::test]
async fn each_attempt_is_traced_with_its_number_and_its_status() {
    let server = Server::start(|number, _| match number {
        0 => Reply::json(503, "{}"),
        1 => Reply::with(302, &[("Location", "/elsewhere")], ""),
        _ => Reply::json(200, "{}"),
    })
    .await;
    let client = acme(&server.url()).build().unwrap();
    let trace = Trace::default();
    let (on_this_thread, kept) = (trace.clone(), trace.clone());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_ansi(false)
        .without_time()
        .with_writer(move || on_this_thread.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    client.call(look_up()).await.unwrap_err();
    drop(guard);
    let trace = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let attempts: Vec<_> = trace.lines().filter(|line| line.contains("an attempt ended")).collect();
    let [first, second] = attempts[..] else { panic!("{trace}") };
    for said in ["provider=acme", "operation=look_up", "attempt=1 ", "status=503", "milliseconds="] {
        assert!(first.contains(said), "{first}");
    }
    // No response was taken over, and so there is no status.
    assert!(second.contains("attempt=2 ") && !second.contains("status="), "{second}");
}

/// What was traced.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<u8>>>);

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn pauses_grow_and_differ() {
    let server = Server::start(|_, _| Reply::json(503, "{}")).await;
    let client = acme(&server.url()).build().unwrap();
    let mut took = BTreeSet::new();
    for _ in 0..3 {
        let began = Instant::now();
        client.call(look_up()).await.unwrap_err();
        took.insert(began.elapsed().as_millis());
    }
    // 200 ms and 400 ms, each with a random part on top.
    assert!(took.iter().all(|took| *took >= 600), "{took:?}");
    assert!(took.len() > 1, "the pauses have no jitter: {took:?}");
}

#[tokio::test]
async fn a_call_that_was_not_sent_says_so() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let client = acme(&server.url()).build().unwrap();
    let error = client.call(Call::new("pay")).await.unwrap_err();
    assert!(matches!(&error, Error::InvalidRequest(not_sent) if not_sent.field() == Some("account")), "{error}");
    assert!(server.received().is_empty());
}
