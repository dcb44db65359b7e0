//! What a call makes of a peer that fails: the sort of error, in time, what it says, how often the request was sent, and
//! that no credential went elsewhere.

use std::time::{Duration, Instant};

use countersign::{Call, CallOptions, Error, Executor, Fault, Kind};
use countersign_tests::{Received, Reply, Server, acme};

const TIMEOUT: Duration = Duration::from_millis(400);

fn client(url: &str) -> Executor {
    acme(url).timeout(TIMEOUT).response_limit(10_000).build().unwrap().with_options(CallOptions::new().retries(1))
}

fn payment() -> Call {
    Call::new("pay").value("account", "hunter2-account").value("pin", "hunter2-pin")
}

/// Makes a call that must fail, once unsafe and once safe, against a server that always does the same. Returns the error of
/// the unsafe one.
async fn fault(reply: impl Fn() -> Reply + Send + Sync + 'static, times_when_safe: usize) -> Error {
    let server = Server::start(move |_, _| reply()).await;
    let client = client(&server.url());
    let began = Instant::now();
    let error = client.call(payment()).await.unwrap_err();
    assert!(began.elapsed() < TIMEOUT * 3, "it took {:?}", began.elapsed());
    assert_eq!(server.received().len(), 1, "an operation that is not safe is sent once");
    let safe = client.call(Call::new("look_up").value("id", "7")).await.unwrap_err();
    assert_eq!(server.received().len(), 1 + times_when_safe, "{safe}");
    for error in [&error, &safe] {
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("hunter2") && !text.contains("the-key"), "{text}");
        }
    }
    error
}

#[track_caller]
fn assert_transport(error: &Error, fault: Fault, says: &str) {
    match error {
        Error::Transport(transport) => assert_eq!(transport.fault(), fault, "{error}"),
        other => panic!("another error: {other}"),
    }
    assert!(error.to_string().contains(says), "{error} should say {says:?}");
    assert_eq!(error.kind(), Kind::Unavailable);
}

#[tokio::test]
async fn one_call_may_take_less_time_than_others() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let hurried = CallOptions::new().timeout(TIMEOUT).retries(0);
    let client = acme(&server.url()).timeout(TIMEOUT * 20).build().unwrap().with_options(hurried);
    let began = Instant::now();
    assert_transport(&client.call(payment()).await.unwrap_err(), Fault::Timeout, "no whole response came within 400ms");
    assert!(began.elapsed() < TIMEOUT * 10, "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn a_peer_that_refuses_has_received_nothing_and_is_tried_again() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let url = server.url();
    drop(server);
    // The port may serve somebody else by then, but hardly within this test.
    let error = client(&url).call(payment()).await.unwrap_err();
    assert_transport(&error, Fault::Connect, "Connection refused");
    assert!(!error.may_have_been_carried_out());
    let Error::Transport(transport) = error else { unreachable!() };
    assert_eq!(transport.attempts(), 2);
}

#[tokio::test]
async fn a_peer_that_never_answers_is_left_in_time() {
    let error = fault(|| Reply::Silence, 2).await;
    assert_transport(&error, Fault::Timeout, "within 400ms");
    assert!(error.may_have_been_carried_out());
}

#[tokio::test]
async fn a_peer_that_drips_is_left_in_time() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"state\":\"done\"}";
    let error = fault(|| Reply::Drip(bytes.to_vec(), Duration::from_millis(100)), 2).await;
    assert_transport(&error, Fault::Timeout, "within 400ms");
}

#[tokio::test]
async fn a_peer_that_hangs_up_after_the_request_may_have_received_it() {
    let error = fault(|| Reply::BytesThenClose(Vec::new()), 2).await;
    assert_transport(&error, Fault::Interrupted, "connection");
    assert!(error.may_have_been_carried_out());
}

#[tokio::test]
async fn a_body_that_ends_early_is_no_answer() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"state\":";
    assert_transport(&fault(|| Reply::BytesThenClose(cut.to_vec()), 2).await, Fault::Interrupted, "connection");
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"state\":\r\n";
    assert_transport(&fault(|| Reply::BytesThenClose(chunked.to_vec()), 2).await, Fault::Interrupted, "connection");
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    for bytes in
        [&b"HTTP/9.9 hello\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"\0\0\0\0\r\n\r\n"]
    {
        assert_transport(&fault(|| Reply::BytesThenClose(bytes.to_vec()), 2).await, Fault::Interrupted, "not HTTP");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whatever_it_says_of_itself() {
    let big = "x".repeat(20_000);
    let stated = format!("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n{big}");
    assert_transport(&fault(move || Reply::Bytes(stated.clone().into()), 1).await, Fault::TooLarge, "10000 bytes");
    let only_stated = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{";
    assert_transport(&fault(|| Reply::Bytes(only_stated.to_vec()), 1).await, Fault::TooLarge, "10000 bytes");
    let until_closed = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(20_000));
    let error = fault(move || Reply::BytesThenClose(until_closed.clone().into()), 1).await;
    assert_transport(&error, Fault::TooLarge, "10000 bytes");
    let chunk = format!("{:x}\r\n{}\r\n", 5_000, "x".repeat(5_000));
    let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}0\r\n\r\n");
    assert_transport(&fault(move || Reply::Bytes(chunked.clone().into()), 1).await, Fault::TooLarge, "10000 bytes");
}

#[tokio::test]
async fn no_room_is_made_for_what_an_answer_claims_to_be() {
    let claims = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{{", i64::MAX);
    let server = Server::start(move |_, _| Reply::BytesThenClose(claims.clone().into())).await;
    let client = acme(&server.url()).timeout(TIMEOUT).response_limit(usize::MAX).retries(0).build().unwrap();
    let error = client.call(payment()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let filler = "x".repeat(10_000 - r#"{"state":"done","more":""}"#.len());
    let body = format!(r#"{{"state":"done","more":"{filler}"}}"#);
    assert_eq!(body.len(), 10_000);
    let stated = Reply::with(200, &[], &body);
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for reply in [stated, Reply::Bytes(chunked.into())] {
        let server = Server::start(move |_, _| reply.clone()).await;
        client(&server.url()).call(payment()).await.unwrap();
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    for encodings in [
        &["gzip"][..],
        &["br"],
        &["GZIP"],
        &["deflate, gzip"],
        &["identity, gzip"],
        &["identity", "gzip"],
        &["", "identity", "identity,,zstd"],
    ] {
        let headers: Vec<_> = encodings.iter().map(|encoding| ("Content-Encoding", *encoding)).collect();
        let error = fault(move || Reply::with(200, &headers, "\u{1f}"), 1).await;
        assert_transport(&error, Fault::TooLarge, "compressed");
    }
    let server = Server::start(|_, _| {
        let plain = [("Content-Encoding", "identity"), ("Content-Encoding", ""), ("Content-Encoding", "Identity ,")];
        Reply::with(200, &plain, "{}")
    });
    client(&server.await.url()).call(payment()).await.unwrap();
}

#[tokio::test]
async fn a_length_that_is_too_short_leaves_no_json() {
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"state\":\"done\"}";
    let server = Server::start(|_, _| Reply::BytesThenClose(short.to_vec())).await;
    let error = client(&server.url()).call(payment()).await.unwrap_err();
    assert!(error.to_string().contains("it ends too early"), "{error}");
    assert!(error.may_have_been_carried_out());
}

#[tokio::test]
async fn an_error_page_is_a_refusal_by_its_status() {
    let page = "<html><body>502 Bad Gateway</body></html>";
    let error =
        fault(move || Reply::with(502, &[("Content-Type", "text/html"), ("X-Request-Id", "r-1")], page), 2).await;
    let Error::Api(rejection) = &error else { panic!("{error}") };
    assert_eq!((rejection.status(), rejection.kind(), rejection.code()), (502, Kind::Unavailable, None));
    assert_eq!(error.to_string(), "pay failed: unavailable, HTTP 502, request id r-1; pay may have been carried out");
    assert!(rejection.body::<Vec<u8>>().is_err());
}

#[tokio::test]
async fn a_refusal_that_is_not_utf8_is_still_a_refusal() {
    let bytes = b"HTTP/1.1 400 Bad\r\nContent-Length: 22\r\n\r\n{\"message\":\"\xff\xfe\",\"a\":1}";
    let error = fault(|| Reply::Bytes(bytes.to_vec()), 1).await;
    assert_eq!((error.status(), error.kind(), error.message()), (Some(400), Kind::InvalidRequest, None));
}

#[tokio::test]
async fn a_success_without_a_body_is_not_taken_for_one() {
    let error = fault(|| Reply::with(200, &[], ""), 1).await;
    assert!(matches!(error, Error::InvalidResponse(_)) && error.to_string().contains("no body"), "{error}");
    assert!(error.may_have_been_carried_out());
    let error = fault(|| Reply::with(204, &[], ""), 1).await;
    assert!(matches!(error, Error::InvalidResponse(_)), "{error}");
    // HTTP gives a 204 no body, so what follows it is not read as one.
    let error = fault(|| Reply::BytesThenClose(b"HTTP/1.1 204 No\r\n\r\n{\"state\":\"done\"}".to_vec()), 1).await;
    assert!(matches!(error, Error::InvalidResponse(_)), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Server::start(|_, _| Reply::json(200, "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/elsewhere", other.url());
        let error = fault(move || Reply::with(status, &[("Location", &location)], ""), 1).await;
        assert_transport(&error, Fault::Redirect, &format!("HTTP {status}"));
    }
    assert!(other.received().is_empty(), "a credential went to another host: {:?}", other.received());
}

#[tokio::test]
async fn a_redirect_that_a_clients_own_http_client_followed_is_an_error() {
    let server = Server::start(|_, received: &Received| match received.line.contains("/elsewhere") {
        true => Reply::json(200, "{\"state\":\"done\"}"),
        false => Reply::with(302, &[("Location", "/elsewhere")], ""),
    })
    .await;
    let client = acme(&server.url()).http_client(Default::default()).build().unwrap();
    let error = client.call(Call::new("look_up").value("id", "7")).await.unwrap_err();
    assert_transport(&error, Fault::Redirect, "redirects");
}

#[tokio::test]
async fn the_deadline_holds_over_session_attempts_and_pauses() {
    let busy = |_: usize, _: &Received| {
        Reply::After(Duration::from_millis(900), Box::new(Reply::with(503, &[("Retry-After", "0")], "")))
    };
    let server = Server::start(busy).await;
    let client = acme(&server.url()).retries(50).deadline(Duration::from_millis(1_500)).build().unwrap();
    let began = Instant::now();
    let error = client.call(Call::new("look_up").value("id", "7")).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(3));
    assert_transport(&error, Fault::Timeout, "deadline of 1.5s");
    assert_eq!(server.received().len(), 2);
}
