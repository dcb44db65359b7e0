//! Calls of a document whose token a flow of OAuth 2.0 issues, of which it says nothing but the address.

use std::sync::Arc;
use std::time::Duration;

use countersign::{Builder, Call, Error, Executor, File, file};
use countersign_sandbox::Sandbox;
use countersign_tests::{Received, Reply, Server};
use httpmock::prelude::*;

const TOKEN: &str = include_str!("../../documents/token.yaml");

fn builder(text: &str) -> Builder {
    let document = countersign_spec::read("token.yaml", text).unwrap_or_else(|findings| panic!("{findings}"));
    Builder::new(Arc::new(document.plan().clone()))
}

#[tokio::test]
async fn the_flow_of_a_scheme_issues_the_token_where_it_says() {
    let (api, login) = (MockServer::start_async().await, MockServer::start_async().await);
    let text = TOKEN
        .replace("https://api.token.example", &api.base_url())
        .replace("https://login.token.example", &login.base_url());
    let issues = login.mock(|when, then| {
        // RFC 6749, section 2.3.1: each part is encoded as a form would, so that a colon in one is none between them.
        when.method(POST)
            .path("/oauth/token")
            .header("authorization", "Basic YW4raWQlM0E6c2VjJTJGcmV0")
            .form_urlencoded_tuple("grant_type", "client_credentials")
            .form_urlencoded_tuple("scope", "payments.read payments.write");
        then.status(200).json_body(serde_json::json!({"access_token": "t-1", "expires_in": 3600}));
    });
    let calls = api.mock(|when, then| {
        when.path("/v1/payments").header("authorization", "Bearer t-1");
        then.status(204);
    });
    let executor = builder(&text).credential("client_id", "an id:").credential("client_secret", "sec/ret").build();
    let executor = executor.unwrap();
    for id in ["list_payments", "pay"] {
        executor.call(Call::new(id)).await.unwrap();
    }
    issues.assert();
    calls.assert_calls(2);
}

#[tokio::test]
async fn a_client_says_who_it_is_in_the_form_if_the_scheme_says_so() {
    let (api, login) = (MockServer::start_async().await, MockServer::start_async().await);
    let text = TOKEN
        .replace("type: oauth2", "type: oauth2\n      x-client-authentication: client_secret_post")
        .replace("https://api.token.example", &api.base_url())
        .replace("https://login.token.example", &login.base_url());
    let issues = login.mock(|when, then| {
        when.method(POST).path("/oauth/token").header_missing("authorization").body(
            "client_id=an+id%3A&client_secret=sec%2Fret&grant_type=client_credentials&scope=payments.read+payments.write",
        );
        then.status(200).json_body(serde_json::json!({"access_token": "t-1", "expires_in": 3600}));
    });
    let calls = api.mock(|when, then| {
        when.path("/v1/payments").header("authorization", "Bearer t-1");
        then.status(204);
    });
    let executor = builder(&text).credential("client_id", "an id:").credential("client_secret", "sec/ret").build();
    executor.unwrap().call(Call::new("pay")).await.unwrap();
    issues.assert();
    calls.assert();
}

#[tokio::test]
async fn a_refused_client_learns_why() {
    let server = MockServer::start_async().await;
    let text = TOKEN.replace("https://login.token.example", &server.base_url());
    server.mock(|when, then| {
        when.path("/oauth/token");
        then.status(400)
            .json_body(serde_json::json!({"error": "invalid_client", "error_description": "Unknown client"}));
    });
    let executor = builder(&text).credential("client_id", "an id").credential("client_secret", "s3cret-9").build();
    let error = executor.unwrap().call(Call::new("pay")).await.unwrap_err();
    assert!(!error.may_have_been_carried_out(), "{error}");
    assert!(error.to_string().contains("invalid_client") && !format!("{error:?}").contains("s3cret-9"), "{error}");
}

#[tokio::test]
async fn a_sandbox_issues_it_too() {
    let sandbox = Sandbox::start(("token", TOKEN)).await.unwrap();
    let executor = sandbox.fill(builder(TOKEN)).base_url(sandbox.url()).build().unwrap();
    for id in ["list_payments", "pay"] {
        executor.call(Call::new(id)).await.unwrap();
    }
    assert_eq!(sandbox.received().len(), 3);
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
}

/// A client of a provider whose token is issued so, by how many calls came before.
async fn client(
    token: impl Fn(usize) -> Reply + Send + Sync + 'static,
    api: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
) -> (Server, Server, Executor) {
    client_of(TOKEN, token, api).await
}

async fn client_of(
    text: &str,
    token: impl Fn(usize) -> Reply + Send + Sync + 'static,
    api: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
) -> (Server, Server, Executor) {
    let login = Server::start(move |number, _| token(number)).await;
    let api = Server::start(api).await;
    let text = text.replace("https://api.token.example", &api.url());
    let builder = builder(&text.replace("https://login.token.example", &login.url()));
    let builder = builder.credential("client_id", "an id:").credential("client_secret", "sec/ret 9");
    (login, api, builder.timeout(Duration::from_millis(500)).build().unwrap())
}

fn done(_: usize, _: &Received) -> Reply {
    Reply::with(204, &[], "")
}

#[tokio::test]
async fn a_token_is_used_as_long_as_it_says_in_whatever_way() {
    for (says, issued) in [
        ("", 1),
        (r#", "expires_in": 3600"#, 1),
        (r#", "expires_in": "3600""#, 1),
        (r#", "expires_in": 3600.5"#, 1),
        (r#", "expires_in": 1e300"#, 1),
        (r#", "expires_in": 99999999999999999999999"#, 1),
        (r#", "expires_in": null"#, 1),
        (r#", "expires_in": "soon""#, 1),
        (r#", "expires_in": {}"#, 1),
        // What is over when it comes serves the call that it came for.
        (r#", "expires_in": 0"#, 2),
        (r#", "expires_in": -1e300"#, 2),
    ] {
        let token = move |_| Reply::json(200, &format!(r#"{{"access_token": "t-1", "token_type": "mac"{says}}}"#));
        let (login, api, client) = client(token, done).await;
        for _ in 0..2 {
            client.call(Call::new("pay")).await.unwrap_or_else(|error| panic!("{says}: {error}"));
        }
        assert_eq!((login.received().len(), api.received().len()), (issued, 2), "{says}");
    }
}

#[tokio::test]
async fn a_call_whose_token_cannot_be_had_is_not_sent() {
    let repeated =
        ["sec/ret 9", "sec%2Fret+9", "c2VjL3JldCA5", "YW4raWQlM0E6c2VjJTJGcmV0KzklMEE", "an id: sec\\/ret 9"];
    let told = |status, code: &str| {
        let says = format!(r#"{{"error": "{code}", "error_description": "no {}"}}"#, repeated.join(" or "));
        Reply::json(status, &says)
    };
    for (reply, code) in [
        (told(400, "invalid_client"), Some("invalid_client")),
        (told(401, "invalid_client"), Some("invalid_client")),
        // Some refuse in a success.
        (told(200, "invalid_scope"), Some("invalid_scope")),
        (told(503, "temporarily_unavailable"), Some("temporarily_unavailable")),
        (Reply::json(200, "{}"), None),
        (Reply::json(200, r#"{"access_token": ""}"#), None),
        (Reply::json(200, r#"{"access_token": ["sec/ret 9"]}"#), None),
        (Reply::with(200, &[("Content-Type", "text/html")], "<html>sec/ret 9"), None),
        (Reply::with(302, &[("Location", "https://elsewhere.example/?sec/ret 9")], ""), None),
        (Reply::Silence, None),
    ] {
        let (login, api, client) = client(move |_| reply.clone(), done).await;
        let error = client.call(Call::new("pay")).await.unwrap_err();
        assert!(matches!(error, Error::Session(_)) && !error.may_have_been_carried_out(), "{error:?}");
        assert_eq!((error.code(), login.received().len(), api.received().len()), (code, 1, 0), "{error}");
        let shown = format!("{error} {error:?} {client:?}");
        assert!(repeated.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
    // A token that cannot be in a header is none, and nobody prints it.
    let (_, api, client) = client(|_| Reply::json(200, r#"{"access_token": "SENTINEL\r\nX: y"}"#), done).await;
    let error = client.call(Call::new("pay")).await.unwrap_err().to_string();
    assert!(error.contains("was not sent") && !error.contains("SENTINEL") && api.received().is_empty(), "{error}");
}

#[tokio::test]
async fn a_token_that_is_taken_back_is_issued_anew_once() {
    let token = |number| {
        let token = Reply::json(200, &format!(r#"{{"access_token": "t-{number}", "expires_in": 3600}}"#));
        Reply::After(Duration::from_millis(50), Box::new(token))
    };
    let holds = |good: &'static str| {
        move |_: usize, received: &Received| match received.header("authorization") {
            Some(token) if token == good => Reply::with(204, &[], ""),
            _ => Reply::json(401, r#"{"error": "invalid_token"}"#),
        }
    };
    let (login, api, several) = client(token, holds("Bearer t-1")).await;
    let calls = (0..5).map(|_| several.call(Call::new("pay")));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    assert_eq!((login.received().len(), api.received().len()), (2, 10), "once for all of them, and once anew");
    // One that is never taken is not asked for again and again.
    let (login, api, client) = client(token, holds("none")).await;
    let error = client.call(Call::new("pay")).await.unwrap_err();
    assert_eq!((error.status(), login.received().len(), api.received().len()), (Some(401), 2, 2), "{error}");
    assert!(!format!("{error:?}").contains("t-1"), "{error:?}");
}

const SCANS: &str = "paths:
  /scans:
    post:
      operationId: add_scan
      summary: Adds a scan
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [scan], properties: {scan: {type: string, format: binary}}}
            example: {scan: a scan}
      responses: {'204': {description: It is added.}}
";

/// A call that cannot be sent again leaves it to the next one to have a new session.
#[tokio::test]
async fn a_token_that_is_refused_to_a_file_that_was_read_is_not_that_of_the_next_call() {
    let token = |number| Reply::json(200, &format!(r#"{{"access_token": "t-{number}", "expires_in": 3600}}"#));
    let api = |_: usize, received: &Received| match received.header("authorization") {
        Some("Bearer t-0") => Reply::json(401, r#"{"error": "invalid_token"}"#),
        _ => Reply::with(204, &[], ""),
    };
    let (login, api, client) = client_of(&TOKEN.replace("paths:\n", SCANS), token, api).await;
    let scan = || file::reader("a scan", Some(6), std::io::Cursor::new("a scan"));
    let add = |file: File| client.call(Call::new("add_scan").file("scan", file));
    let error = add(scan()).await.unwrap_err();
    assert!(error.to_string().contains("not sent again, because a file in it had been read"), "{error}");
    assert_eq!((error.status(), login.received().len(), api.received().len()), (Some(401), 1, 1));
    add(scan()).await.unwrap();
    assert_eq!((login.received().len(), api.received().len()), (2, 2));
    // A file in memory is sent again at once.
    let (login, api, client) = client_of(&TOKEN.replace("paths:\n", SCANS), token, |number, _| match number {
        0 => Reply::json(401, "{}"),
        _ => Reply::with(204, &[], ""),
    })
    .await;
    client.call(Call::new("add_scan").file("scan", File::bytes("a scan"))).await.unwrap();
    assert_eq!((login.received().len(), api.received().len()), (2, 2));
}
