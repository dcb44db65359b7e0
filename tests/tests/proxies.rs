//! Where a call goes when the environment names proxies, and when the base URL names this machine.
//!
//! The environment of a process is set before it starts, so each test runs [`call`] in a process of its own.

use std::env;
use std::process::Command;

use countersign::{Call, CallOptions};
use countersign_tests::{Received, Reply, Server, acme};

/// The variable that says where to call.
const URL: &str = "COUNTERSIGN_TEST_URL";

/// The call that a process of its own makes. It prints what comes of it.
#[tokio::test]
async fn call() {
    // Nothing to do among the other tests.
    let Ok(url) = env::var(URL) else { return };
    let client = acme(&url).danger_allow_plain_http_on_private_networks().build().unwrap();
    let client = client.with_options(CallOptions::new().retries(0));
    match client.call(Call::new("look_up").value("id", "7")).await {
        Ok(answer) => println!("OUTCOME: HTTP {}", answer.meta().status()),
        Err(error) => println!("OUTCOME: {error}"),
    }
}

/// Calls `url` where the environment has `variables` and no other proxies.
async fn outcome(url: &str, variables: &[(&str, &str)]) -> String {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", "call", "--nocapture"]).env(URL, url);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        process.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    process.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || process.output().unwrap()).await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (_, outcome) = printed.split_once("OUTCOME: ").expect("the call was made");
    outcome.lines().next().unwrap().to_owned()
}

/// A proxy that passes nothing on.
async fn proxy() -> Server {
    Server::start(|_, _| Reply::json(502, "{}")).await
}

fn all(proxy: &str) -> [(&str, &str); 4] {
    [("HTTP_PROXY", proxy), ("http_proxy", proxy), ("HTTPS_PROXY", proxy), ("ALL_PROXY", proxy)]
}

fn lines(server: &Server) -> Vec<String> {
    server.received().iter().map(|received: &Received| received.line.clone()).collect()
}

#[tokio::test]
async fn this_machine_is_called_without_a_proxy_by_every_name() {
    let (proxy, server) = (proxy().await, Server::start(|_, _| Reply::json(200, "{}")).await);
    let url = server.url();
    let port = url.rsplit(':').next().unwrap();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "acme.localhost",
    ];
    for (sent, host) in hosts.iter().enumerate() {
        let outcome = outcome(&format!("http://{host}:{port}"), &all(&proxy.url())).await;
        assert_eq!((outcome.as_str(), server.received().len()), ("HTTP 200", sent + 1), "{host}");
    }
    // Nor with TLS, which this server does not speak.
    for host in ["127.0.0.1", "localhost"] {
        let outcome = outcome(&format!("https://{host}:{port}"), &all(&proxy.url())).await;
        assert!(outcome.contains("no connection was made"), "{outcome}");
    }
    assert_eq!(lines(&proxy), [""; 0]);
}

#[tokio::test]
async fn what_is_plain_goes_through_no_proxy() {
    let proxy = proxy().await;
    for host in ["wallet.invalid.internal", "no-such-wallet"] {
        let outcome = outcome(&format!("http://{host}"), &all(&proxy.url())).await;
        assert!(outcome.contains("no connection was made"), "{outcome}");
    }
    assert_eq!(lines(&proxy), [""; 0]);
}

#[tokio::test]
async fn a_proxy_is_asked_to_pass_on_what_is_encrypted_unless_it_is_told_not_to() {
    let proxy = proxy().await;
    let url = proxy.url();
    for variables in [[("HTTPS_PROXY", url.as_str())], [("https_proxy", &url)], [("ALL_PROXY", &url)]] {
        let outcome = outcome("https://acme.invalid/api", &variables).await;
        let said = "no connection was made: ";
        assert!(outcome.contains(said) && outcome.ends_with("look_up was not carried out"), "{outcome}");
    }
    assert_eq!(lines(&proxy), ["CONNECT acme.invalid:443 HTTP/1.1"; 3]);
    let sent = format!("{:?}", proxy.received());
    assert!(!sent.contains("of-the-test") && !sent.to_ascii_lowercase().contains("x-api-key"), "{sent}");

    let without = [("HTTPS_PROXY", url.as_str()), ("NO_PROXY", "acme.invalid")];
    let outcome = outcome("https://acme.invalid/api", &without).await;
    assert!(outcome.contains("no connection was made"), "{outcome}");
    assert_eq!(lines(&proxy).len(), 3);
}
