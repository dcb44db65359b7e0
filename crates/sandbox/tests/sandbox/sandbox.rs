//! Starting, listening and ending.

use std::time::Duration;

use countersign::{Call, Error, Fault as Found};
use countersign_sandbox::{Fault, Sandbox, Verdict};

use crate::support::{builder, client, document, start};

fn forgotten() -> Call {
    Call::new("forgot_password").value("mobile_no", "9876543978").value("dob", "1958-01-02")
}

async fn is_refused(client: &countersign::Executor) -> bool {
    match client.call(forgotten()).await {
        Err(Error::Transport(transport)) => transport.fault() == Found::Connect,
        _ => false,
    }
}

#[tokio::test]
async fn it_listens_on_a_loopback_address_and_a_port_of_its_own() {
    let (one, another) = (start("airpay").await, start("airpay").await);
    assert!(one.address().ip().is_loopback());
    assert_ne!(one.address().port(), another.address().port());
    // What one issued is of no use to the other.
    let error = one.fill(countersign::Builder::new(countersign_providers::find("airpay").unwrap().plan));
    let error = error.base_url(another.url()).build().unwrap().call(forgotten()).await.unwrap_err();
    assert!(error.refusal().is_some(), "{error}");
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let sandbox = start("airpay").await;
    let error = Sandbox::builder(document("airpay")).address(sandbox.address()).start().await.unwrap_err();
    assert!(error.to_string().contains(&sandbox.address().to_string()), "{error}");
}

#[tokio::test]
async fn values_can_be_given() {
    let sandbox =
        Sandbox::builder(document("airpay")).value("secret_key", "made up by the test").start().await.unwrap();
    assert_eq!(sandbox.value("secret_key"), "made up by the test");
    client(&sandbox).call(forgotten()).await.unwrap();
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let sandbox = start("airpay").await;
    let client = client(&sandbox);
    client.call(forgotten()).await.unwrap();
    drop(sandbox);
    let mut tries = 0;
    while !is_refused(&client).await {
        tries += 1;
        assert!(tries < 100, "it listens although it was dropped");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn stopping_it_answers_who_waits_and_refuses_who_comes() {
    let sandbox = start("airpay").await;
    sandbox.fault(Fault::Delay(Duration::from_secs(3600)));
    let client = builder(&sandbox).timeout(Duration::from_secs(20)).build().unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.call(forgotten()).await.map(drop) }
    });
    while sandbox.received().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::timeout(Duration::from_secs(10), sandbox.stop()).await.unwrap();
    waiting.await.unwrap().unwrap();
    assert!(is_refused(&client).await);
}

#[tokio::test]
async fn only_the_last_thousand_requests_are_remembered() {
    let sandbox = start("airpay").await;
    let client = crate::support::plain_http();
    let paths = 1001;
    for number in 0..paths {
        client.get(format!("{}/{number}", sandbox.url())).send().await.unwrap();
    }
    let received = sandbox.received();
    assert_eq!((received.len(), received[0].path.as_str()), (1000, "/1"));
}

/// The status of a POST with these headers.
async fn status(sandbox: &Sandbox, host: &str, origin: Option<&str>) -> u16 {
    let request = crate::support::plain_http().post(format!("{}/forgot-password", sandbox.url())).header("host", host);
    let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_page_in_a_browser_does_not_reach_it_under_another_name() {
    let sandbox = Sandbox::builder(document("airpay")).host("sandbox").start().await.unwrap();
    let port = sandbox.address().port();
    for (host, expected) in [
        (format!("evil.example:{port}"), 421),
        (format!("evil.example:{port}@127.0.0.1"), 421),
        ("127.0.0.1".to_owned(), 421),
        (format!("localhost:{port}"), 200),
        (format!("sandbox:{port}"), 200),
    ] {
        assert_eq!(status(&sandbox, &host, None).await, expected, "{host}");
    }
    let own = format!("127.0.0.1:{port}");
    assert_eq!(status(&sandbox, &own, Some("https://evil.example")).await, 403);
    assert_eq!(status(&sandbox, &own, Some("null")).await, 403);
    assert_eq!(status(&sandbox, &own, Some("http://localhost:3000")).await, 200);
    let received = sandbox.received();
    assert!(received[0].why().unwrap().contains("for another host"), "{}", received[0]);

    let error = Sandbox::builder(document("airpay")).host("http://sandbox/").start().await.unwrap_err();
    assert!(error.to_string().contains("\"http://sandbox/\" is not a host"), "{error}");
}

#[tokio::test]
async fn keys_that_are_decoded_are_made_up_in_their_form() {
    let document = include_str!("decoded.yaml");
    let sandbox = Sandbox::start(("decoded", document)).await.unwrap();
    let is_hex = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_hex(sandbox.value("hex_key")) && is_hex(sandbox.value("either_key")) && is_hex(sandbox.value("salt")));
    let key = sandbox.value("base64_key");
    assert!(key.len() == 64 && !is_hex(key), "48 bytes");
    assert!(sandbox.value("plain_key").starts_with("sandbox-"));

    let plan = std::sync::Arc::new(countersign_spec::read("decoded.yaml", document).unwrap().plan().clone());
    let client = sandbox.fill(countersign::Builder::new(plan)).build().unwrap();
    client.call(Call::new("get_status")).await.unwrap();
    assert!(
        sandbox.received()[0].values.iter().all(|value| value.verdict == Verdict::Right),
        "{}",
        sandbox.received()[0]
    );
}
