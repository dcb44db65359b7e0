//! Calls of a document whose token a flow of OAuth 2.0 issues, of which it says nothing but the address.

use std::sync::Arc;

use countersign::{Builder, Call};
use countersign_sandbox::Sandbox;
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
