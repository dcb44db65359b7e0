//! What an error says of the effect of a call: every HTTP status with every sort of body, and calls of several attempts.

use std::sync::Arc;
use std::time::Duration;

use countersign::plan::{Condition, Plan, Retry};
use countersign::{Builder, Call, Error, Executor, Kind};
use countersign_tests::{ACME, Received, Reply, Server};

/// The small provider, whose answers say in the body that they are a success, and which knows some codes. All of its
/// operations may be sent again.
fn plan() -> Plan {
    let document = countersign_spec::read("documents/acme.yaml", ACME).expect("the document lints clean");
    let mut plan = document.plan().clone();
    for operation in plan.operations.to_mut() {
        operation.retry = if operation.id == "pay" { Retry::Never } else { Retry::Safe };
        let outcome = &mut operation.outcome;
        outcome.kinds = vec![("declined".into(), Kind::Declined), ("wait".into(), Kind::Pending)].into();
        if operation.id != "authenticate" {
            let values = vec!["done".into()].into();
            outcome.success = vec![Condition::OneOf { pointer: "/state".into(), values, optional: false }].into();
        }
    }
    plan
}

fn client(url: &str) -> Executor {
    builder(plan(), url).build().unwrap()
}

fn builder(plan: Plan, url: &str) -> Builder {
    Builder::new(Arc::new(plan))
        .credential("api_key", "the-key-of-the-test")
        .credential("client_id", "the-client-of-the-test")
        .base_url(url)
        .timeout(Duration::from_millis(400))
}

#[track_caller]
fn assert_carried_out(error: &Error, expected: bool, what: &str) {
    assert_eq!(error.may_have_been_carried_out(), expected, "{what}: {error}");
    assert_eq!(error.to_string().contains("may have been carried out"), expected, "{what}: {error}");
}

const REFUSED: &str = r#"{"code":"17","message":"no"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_status_with_every_sort_of_body() {
    let bodies = [
        ("nothing", ""),
        ("a gateway's page", "<html><body>Bad Gateway</body></html>"),
        ("a refusal", REFUSED),
        ("a message alone", r#"{"message":"no"}"#),
        ("a declined call", r#"{"code":"declined"}"#),
        ("a pending call", r#"{"code":"wait","message":"in progress"}"#),
        ("a success", r#"{"state":"done"}"#),
        ("a code beside a success", r#"{"state":"done","code":"17"}"#),
        ("blank words", r#"{"code":" ","message":"\n"}"#),
        ("a refusal that is cut off", r#"{"code":"17","message":"n"#),
        ("JSON of something else", r#"{"error":{"code":"17"}}"#),
    ];
    let mut held = 0;
    for (what, body) in bodies {
        // The note says which status is asked for.
        let server = Server::start(move |_, received: &Received| {
            let status: u16 = String::from_utf8_lossy(&received.body).split('#').nth(1).unwrap().parse().unwrap();
            // No connection is kept: one that was closed meanwhile would not have brought the request.
            match Reply::with(status, &[("Connection", "close")], body) {
                Reply::Bytes(bytes) => Reply::BytesThenClose(bytes),
                other => other,
            }
        })
        .await;
        let client = client(&server.url());
        for status in 100..=599_u16 {
            let call = Call::new("pay").value("account", "a").value("note", format!("#{status}#"));
            let result = client.call(call).await;
            let what = format!("HTTP {status} with {what}");
            // HTTP gives these no body, and what follows an interim answer is not one.
            let arrives = !(status < 200 || (300..400).contains(&status) || status == 204);
            let open = status == 408 || status >= 500;
            match (what.as_str(), result) {
                (_, Ok(_)) => {
                    assert!(what.ends_with("a success") && (200..300).contains(&status) && arrives, "{what}");
                }
                (_, Err(error)) => {
                    assert!(!(what.ends_with("with a success") && (200..300).contains(&status) && arrives), "{error}");
                    let refused = what.ends_with("a refusal") || what.ends_with("a message alone");
                    let declined = what.ends_with("a declined call");
                    assert_carried_out(&error, !(arrives && (declined || refused && !open)), &what);
                    if arrives && what.ends_with("a pending call") {
                        assert_eq!(error.kind(), Kind::Pending, "{what}: {error}");
                    } else if status == 429 && !declined {
                        assert_eq!(error.kind(), Kind::RateLimited, "{what}: {error}");
                    }
                    assert_eq!(error.attempts(), 1, "{what}: {error}");
                }
            }
            held += 1;
        }
        assert_eq!(server.received().len(), 500, "each call is sent once: {what}");
    }
    println!("{held} pairs of a status and a body held");
    assert_eq!(held, 500 * 11);
}

/// A server that issues sessions, and answers other requests with these, one after the other.
async fn server(issues: bool, replies: Vec<Reply>) -> Server {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let issued = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |_, received| {
        if received.line.starts_with("POST /token ") {
            // The first session is issued in any case.
            let first = issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            return match first || issues {
                true => Reply::json(200, r#"{"token":"t"}"#),
                false => Reply::json(403, REFUSED),
            };
        }
        let number = calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        replies.get(number).unwrap_or_else(|| panic!("the call {number} was not expected")).clone()
    })
    .await
}

fn lost() -> Reply {
    Reply::BytesThenClose(Vec::new())
}

fn at_once(status: u16, body: &str) -> Reply {
    Reply::with(status, &[("Retry-After", "0")], body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_an_attempt_of_which_the_end_is_not_known_leaves_it_open() {
    let duplicate = || Reply::json(409, r#"{"code":"duplicate"}"#);
    let refused = |status| Reply::json(status, REFUSED);
    for (what, replies, attempts, carried_out) in [
        ("a refusal", vec![duplicate()], 1, false),
        ("a lost answer, then a refusal", vec![lost(), duplicate()], 2, true),
        ("a timeout, then a refusal", vec![Reply::Silence, duplicate()], 2, true),
        ("a gateway's 503, then a refusal", vec![at_once(503, ""), duplicate()], 2, true),
        ("a documented 503, then a refusal", vec![at_once(503, REFUSED), duplicate()], 2, true),
        ("a documented rate limit, then a refusal", vec![at_once(429, REFUSED), duplicate()], 2, false),
        ("a gateway's rate limit, then a refusal", vec![at_once(429, ""), duplicate()], 2, true),
        ("a lost answer, then a declined call", vec![lost(), at_once(500, r#"{"code":"declined"}"#)], 2, true),
        ("a lost answer, then a redirect", vec![lost(), Reply::with(302, &[("Location", "/")], "")], 2, true),
        ("a refused session, then a refusal", vec![refused(401), duplicate()], 2, false),
        (
            "a session that is refused without words, then a refusal",
            vec![Reply::json(401, "{}"), duplicate()],
            2,
            false,
        ),
        ("a lost answer, a refused session, then a refusal", vec![lost(), refused(401), duplicate()], 3, true),
        ("a refused session, a lost answer, then a refusal", vec![refused(401), lost(), duplicate()], 3, true),
        ("a session that is refused twice", vec![refused(401), refused(401)], 2, false),
        ("a session that is refused twice without words", vec![Reply::json(401, ""), Reply::json(401, "")], 2, true),
        ("a pending call", vec![Reply::json(202, r#"{"code":"wait"}"#)], 1, true),
        ("a pending call at 503", vec![at_once(503, r#"{"code":"wait"}"#)], 1, true),
        ("a pending call that refuses the session", vec![at_once(401, r#"{"code":"wait"}"#)], 1, true),
        ("a declined call at 503", vec![at_once(503, r#"{"code":"declined"}"#)], 1, false),
    ] {
        let server = server(true, replies).await;
        let error = client(&server.url()).call(Call::new("balance")).await.unwrap_err();
        assert_carried_out(&error, carried_out, what);
        let calls = server.received().iter().filter(|received| received.line.starts_with("GET /balance ")).count();
        assert_eq!((error.attempts() as usize, calls), (attempts, attempts), "{what}: {error}");
        if carried_out && what.ends_with("then a refusal") {
            assert!(matches!(error, Error::Api(_)), "{what}: {error}");
            assert!(error.to_string().ends_with("balance may have been carried out by an earlier attempt"), "{error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_may_have_been_carried_out_is_not_sent_again_for_a_new_session() {
    for (status, attempts, carried_out) in
        [(401, 2, false), (400, 2, false), (408, 1, true), (500, 1, true), (503, 1, true), (504, 1, true)]
    {
        let expired = r#"{"code":"expired"}"#;
        let server = server(true, vec![Reply::json(status, expired), Reply::json(409, REFUSED)]).await;
        let mut plan = plan();
        plan.session.as_mut().unwrap().refused.codes = vec!["expired".into()].into();
        for operation in plan.operations.to_mut() {
            operation.retry = Retry::Never;
        }
        let client = builder(plan, &server.url()).build().unwrap();
        let error = client.call(Call::new("balance")).await.unwrap_err();
        assert_carried_out(&error, carried_out, &status.to_string());
        let of = |line: &str| server.received().iter().filter(|received| received.line.starts_with(line)).count();
        assert_eq!((error.attempts() as usize, of("GET /balance ")), (attempts, attempts), "HTTP {status}: {error}");
        if attempts == 1 {
            // The next call does not go with the session that was refused.
            let next = client.call(Call::new("balance")).await.unwrap_err();
            assert_eq!((next.code(), next.attempts()), (Some("17"), 1), "HTTP {status}: {next}");
        }
        assert_eq!(of("POST /token "), 2, "HTTP {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_sent_again_says_that_it_was_sent() {
    let issued = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_, received| {
        let is_first = || issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        match received.line.starts_with("POST /token ") {
            true if is_first() => Reply::json(200, r#"{"token":"t"}"#),
            // No header can carry it.
            true => Reply::json(200, r#"{"token":"a\r\nb"}"#),
            false => Reply::json(401, REFUSED),
        }
    })
    .await;
    let error = client(&server.url()).call(Call::new("balance")).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().starts_with("balance was not sent again: "), "{error}");
    assert_carried_out(&error, false, "a token that no header can carry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_had_after_an_attempt_says_what_is_known_of_the_attempt() {
    for (what, replies, attempts, carried_out) in [
        ("a refused session", vec![Reply::json(401, REFUSED)], 1, false),
        ("a lost answer, then a refused session", vec![lost(), Reply::json(401, REFUSED)], 2, true),
    ] {
        let server = server(false, replies).await;
        let error = client(&server.url()).call(Call::new("balance")).await.unwrap_err();
        assert!(matches!(error, Error::Session(_)), "{what}: {error}");
        assert_carried_out(&error, carried_out, what);
        assert_eq!((error.attempts(), error.code()), (attempts, Some("17")), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_says_what_is_known_of_the_attempts_before_it() {
    let cases = [
        ("a session that is not issued", "/token", Reply::Silence, 0, false),
        ("a call that is not answered", "/balance", Reply::Silence, 1, true),
        ("a refused session, then silence", "/balance", Reply::json(401, REFUSED), 1, false),
    ];
    for (what, silent, reply, attempts, carried_out) in cases {
        let issued = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |_, received| {
            if !received.line.contains("/token ") {
                return reply.clone();
            }
            let first = issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            if first && silent != "/token" { Reply::json(200, r#"{"token":"t"}"#) } else { Reply::Silence }
        })
        .await;
        let options =
            countersign::CallOptions::new().timeout(Duration::from_secs(9)).deadline(Duration::from_millis(300));
        let client = client(&server.url()).with_options(options);
        let error = client.call(Call::new("balance")).await.unwrap_err();
        assert!(error.to_string().contains("deadline"), "{what}: {error}");
        assert_carried_out(&error, carried_out, what);
        assert_eq!(error.attempts(), attempts, "{what}: {error}");
    }
}
