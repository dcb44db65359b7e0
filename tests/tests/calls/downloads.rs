//! Responses that are written while they come: what is in the file, and what is not there when something goes wrong.

use std::fs;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use countersign::plan::words::*;
use countersign::plan::{Condition, DecidedBy, Hash, Operation, Plan, ResponsePart, list, texts};
use countersign::{Builder, Call, CallOptions, Download, Error, Executor, Fault, Kind};
use countersign_tests::{Reply, Server};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWrite;

const PDF: &[(&str, &str)] = &[("Content-Type", "application/pdf")];

fn executor(operation: Operation, url: &str) -> Executor {
    let credentials = vec![countersign::plan::Credential::text("shared", "A key that both sides have.")];
    let operation = operation.arranged().unwrap();
    let plan = Plan { operations: vec![operation].into(), credentials: credentials.into(), ..plan("acme", "Acme") };
    let builder = Builder::new(Arc::new(plan)).base_url(url).credential("shared", "a key");
    builder.response_limit(1000).build().unwrap()
}

fn receipt() -> Operation {
    operation("receipt", "GET", "/receipt").bytes().accept("application/pdf").safe()
}

/// What becomes of a response that is to be in a file.
async fn saved(operation: Operation, reply: Reply, path: &Path) -> Result<Download<Value>, Error> {
    let server = Server::start(move |_, _| reply.clone()).await;
    let executor = executor(operation, &server.url());
    let options = CallOptions::new().timeout(Duration::from_millis(500)).deadline(Duration::from_secs(2));
    let response = executor.with_options(options).send_to_file(Call::new("receipt"), path).await?;
    Ok(response.into_inner())
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_there_when_all_of_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    fs::write(&path, "an older one").unwrap();
    let body = "x".repeat(1000);
    let written = saved(receipt(), Reply::with(200, PDF, &body), &path).await.unwrap();
    assert_eq!(written, Download::Written(1000));
    assert_eq!((fs::read_to_string(&path).unwrap(), names(&folder).len()), (body, 1));
    let empty = saved(receipt(), Reply::with(200, PDF, ""), &path).await.unwrap();
    assert_eq!((empty, fs::read(&path).unwrap().len()), (Download::Written(0), 0));
}

#[tokio::test]
async fn what_goes_wrong_leaves_nothing_behind_and_what_was_there_as_it_was() {
    let short = b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nContent-Length: 900\r\n\r\nhalf of it".to_vec();
    let chunked = format!(
        "HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{}\r\n0\r\n\r\n",
        "x".repeat(1001)
    );
    let page: &[(&str, &str)] = &[("Content-Type", "text/html; charset=utf-8")];
    let error: &[(&str, &str)] = &[("Content-Type", "application/json")];
    for (reply, fault) in [
        (Reply::with(200, PDF, &"x".repeat(1001)), Some(Fault::TooLarge)),
        (Reply::Bytes(chunked.into_bytes()), Some(Fault::TooLarge)),
        (Reply::BytesThenClose(short.clone()), Some(Fault::Interrupted)),
        (Reply::Bytes(short), Some(Fault::Timeout)),
        (Reply::with(206, &[PDF[0], ("Content-Range", "bytes 0-3/9")], "%PDF"), Some(Fault::Interrupted)),
        (Reply::with(200, page, "<html>"), None),
        (Reply::with(200, error, "{}"), None),
        (Reply::with(404, PDF, "%PDF"), None),
        (Reply::with(404, error, r#"{"code":"17"}"#), None),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("receipt.pdf");
        fs::write(&path, "an older one").unwrap();
        let error = saved(receipt(), reply, &path).await.unwrap_err();
        match &error {
            Error::Transport(transport) => assert_eq!(Some(transport.fault()), fault, "{error}"),
            _ => assert_eq!(fault, None, "{error}"),
        }
        assert!(error.may_have_been_carried_out(), "{error}");
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(&folder).len()), ("an older one", 1));
    }
}

#[tokio::test]
async fn a_call_is_not_sent_again_once_something_was_written_and_is_before() {
    for (first, requests) in [("half", 1), ("{hal", 1), ("", 2)] {
        let server = Server::start(move |number, _| match number {
            0 if first.is_empty() => Reply::with(503, &[], ""),
            0 => {
                let half =
                    format!("HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nContent-Length: 9\r\n\r\n{first}");
                Reply::BytesThenClose(half.into_bytes())
            }
            _ => Reply::with(200, PDF, "whole"),
        })
        .await;
        let mut written = Vec::new();
        let sent = executor(receipt(), &server.url()).send_to_writer::<Value>(Call::new("receipt"), &mut written).await;
        assert_eq!(server.received().len(), requests, "{sent:?}");
        assert_eq!(sent.is_ok(), requests == 2, "{sent:?}");
        assert_eq!(String::from_utf8(written).unwrap(), if requests == 2 { "whole" } else { first });
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    let half = b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nContent-Length: 900\r\n\r\nhalf".to_vec();
    let server = Server::start(move |_, _| Reply::Bytes(half.clone())).await;
    let executor = executor(receipt(), &server.url());
    let call = executor.send_to_file::<Value>(Call::new("receipt"), &path);
    assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err());
    assert_eq!(names(&folder), [""; 0]);
}

#[tokio::test]
async fn what_is_no_place_for_a_file_is_said_before_anything_is_sent() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(|_, _| Reply::with(200, PDF, "x")).await;
    let socket = folder.path().join("socket");
    #[cfg(unix)]
    let listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    #[cfg(not(unix))]
    fs::create_dir(&socket).unwrap();
    for path in [
        folder.path().to_owned(),
        folder.path().join("none/receipt.pdf"),
        folder.path().join("none/"),
        folder.path().join("none/."),
        folder.path().join("none/.."),
        socket,
        Path::new("/").to_owned(),
    ] {
        let executor = executor(receipt(), &server.url());
        let error = executor.send_to_file::<Value>(Call::new("receipt"), path).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)) && !error.may_have_been_carried_out(), "{error}");
    }
    assert_eq!((server.received().len(), names(&folder)), (0, vec!["socket".to_owned()]));
    #[cfg(unix)]
    drop(listening);
}

#[tokio::test]
async fn a_success_that_is_no_file_is_read_and_writes_nothing() {
    let several = || {
        let operation = operation("receipt", "GET", "/receipt").accept("application/pdf, application/json");
        operation.successes(list![success("200").bytes(), success("202")])
    };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    let typed = |status| Reply::with(status, &[("Content-Type", "application/json")], r#"{"ticket":"t-1"}"#);
    // What another status may be, this one is not.
    let error = saved(several(), typed(200), &path).await.unwrap_err();
    assert!(error.to_string().contains("it is application/json, and the document says application/pdf;"), "{error}");
    let server = Server::start(move |_, _| typed(202)).await;
    let executor = executor(several(), &server.url());
    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Success {
        #[serde(rename = "202")]
        Accepted(Value),
    }
    let response = executor.send_to_file::<Success>(Call::new("receipt"), &path).await.unwrap();
    assert_eq!(response.into_inner(), Download::Read(Success::Accepted(json!({"ticket": "t-1"}))));
    assert_eq!(names(&folder), [""; 0]);
}

#[tokio::test]
async fn what_must_be_verified_is_not_written_before_it_is() {
    let tag = hex(list![hmac(Hash::Sha256, list![credential("shared")], list![response(ResponsePart::Body)])]);
    let signed = || {
        let outcome =
            outcome(DecidedBy::StatusAndBody).signed(vec![entry("X-Signature", vec![tag.clone()].into())].into());
        receipt().outcome(outcome)
    };
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"a key");
    let right = hex::encode(aws_lc_rs::hmac::sign(&key, b"%PDF"));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    let wrong = saved(signed(), Reply::with(200, &[PDF[0], ("X-Signature", "00")], "%PDF"), &path).await.unwrap_err();
    assert!(matches!(wrong, Error::UnverifiedResponse(_)), "{wrong}");
    assert_eq!(names(&folder), [""; 0]);
    let written = saved(signed(), Reply::with(200, &[PDF[0], ("X-Signature", &right)], "%PDF"), &path).await.unwrap();
    assert_eq!((written, fs::read_to_string(&path).unwrap().as_str()), (Download::Written(4), "%PDF"));
    // Nor what says in its body whether it is a success.
    let condition: Condition = holds("/status", texts!["paid"]);
    let decided = receipt().outcome(outcome(DecidedBy::StatusAndBody).success(vec![condition].into()));
    let error = saved(decided, Reply::with(200, PDF, "%PDF"), &path).await.unwrap_err();
    assert!(matches!(error, Error::InvalidResponse(_)), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "%PDF");
}

/// A code that means something else than a success, in a file that says that it is one. [`Executor::call`] goes by it, too.
#[tokio::test]
async fn a_refusal_that_comes_as_a_file_is_none() {
    let kinds = vec![("busy".into(), Kind::Pending)];
    let told =
        || receipt().outcome(outcome(DecidedBy::StatusAndBody).code(texts!["/code"]).kinds(kinds.clone().into()));
    let chunked = |chunks: &[&str]| {
        let chunks = chunks.iter().map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).collect::<String>();
        let head = "HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n";
        Reply::Drip(format!("{head}{chunks}0\r\n\r\n").into_bytes(), Duration::from_micros(100))
    };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    for reply in [
        Reply::with(200, PDF, r#"{"code":"busy"}"#),
        Reply::with(200, &[], "\n{\"code\": \"busy\"}\n"),
        Reply::with(200, &[("Content-Type", "text/plain")], r#"{"code":"busy"}"#),
        chunked(&["\r\n", "{", r#""code":"#, r#""busy"}"#]),
    ] {
        let error = saved(told(), reply, &path).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Pending, Some("busy")), "{error}");
        assert!(error.may_have_been_carried_out() && names(&folder).is_empty(), "{error}");
    }
    // What has another code, or none, is the file.
    for body in [r#"{"code":"other"}"#, "{", "[1]", " ", "", "%PDF"] {
        let written = saved(told(), Reply::with(200, PDF, body), &path).await.unwrap();
        let length = body.len() as u64;
        assert_eq!((written, fs::read_to_string(&path).unwrap().as_str()), (Download::Written(length), body));
    }
}

#[tokio::test]
async fn what_takes_the_place_of_a_file_is_no_more_open_than_that() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("receipt.pdf");
    fs::write(&path, "an older one").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    saved(receipt(), Reply::with(200, PDF, "%PDF"), &path).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "%PDF");
    assert_eq!(fs::metadata(&path).unwrap().permissions(), permissions);
}

/// Only whoever owns a folder can make a link in it, and then to anything.
#[cfg(unix)]
#[tokio::test]
async fn a_link_is_replaced_and_what_it_leads_to_is_as_it_was() {
    let folder = TempDir::new().unwrap();
    let (path, other) = (folder.path().join("receipt.pdf"), folder.path().join("other"));
    fs::write(&other, "of somebody").unwrap();
    std::os::unix::fs::symlink(&other, &path).unwrap();
    saved(receipt(), Reply::with(200, PDF, "%PDF"), &path).await.unwrap();
    assert_eq!(
        (fs::read_to_string(&path).unwrap(), fs::read_to_string(&other).unwrap()),
        ("%PDF".into(), "of somebody".into())
    );
    assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
}

/// Takes so many bytes, and fails then, or when it is to have kept them.
struct Full {
    room: usize,
    keeps: bool,
}

impl AsyncWrite for Full {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Poll::Ready(if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(if self.keeps { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) })
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("it is not shut down")
    }
}

#[tokio::test]
async fn a_writer_that_is_full_ends_the_call_which_is_not_sent_again() {
    for (room, keeps) in [(0, true), (3, true), (100, false)] {
        let server = Server::start(|_, _| Reply::with(200, PDF, "%PDF-1.7")).await;
        let executor = executor(receipt(), &server.url());
        let writer = Full { room, keeps };
        let error = executor.send_to_writer::<Value>(Call::new("receipt"), writer).await.unwrap_err();
        let is_output = matches!(&error, Error::Transport(transport) if transport.fault() == Fault::Output);
        assert!(is_output && error.may_have_been_carried_out(), "{room}: {error}");
        assert!(error.to_string().contains("what came cannot be written: no storage space"), "{room}: {error}");
        assert_eq!((server.received().len(), error.attempts()), (1, 1), "{room}: {error}");
    }
}
