//! DigiPay: the token, the request on the wire, and every response of the documentation.

use countersign::Response;
use countersign_digipay::{Client, ClientBuilder, Error, Kind, types};
use countersign_tests::provider::{Call, Provider, headers};

const ISSUED: &str = r#"{"status_code":200,"data":{"access_token":"token-1","expiry_time":"2099-01-24 18:18:38"}}"#;
const VERIFIED: &str = r#"{"success":1,"error":[],"data":{"message":"Successfully logged in.","token":{"type":"Token","token":"made-up"},"user_id":"made-up-user"}}"#;
const BAD_REQUEST: &str = r#"{"success":0,"error":[1],"data":{"message":"BAD_REQUEST"}}"#;
const UNAUTHORIZED: &str = r#"{"status":"error","code":401,"message":"UNAUTHORIZED"}"#;
const LOGIN: &str = "POST /digipay/v3/auth/verify_login_pin";
const AUTHENTICATE: &str = "POST /digipay/v3/auth/authenticate";

fn builder(url: &str) -> ClientBuilder {
    Client::builder().client_id("the-client").secret_key("the-key").company_id("the-company").base_url(url)
}

async fn verify(client: &Client) -> Result<Response<types::VerifyLoginPinAnswer>, Error> {
    client
        .verify_login_pin()
        .login_pin("1234")
        .phone_number("+1234567890")
        .dial_code("+1")
        .user_type(2)
        .device_type("android")
        .device_id("123")
        .device_unique_id("123456")
        .send()
        .await
}

/// Issues tokens, and answers logins with this.
async fn logging_in(status: u16, body: &'static str) -> Provider {
    Provider::start(move |call: &Call| match call.is(AUTHENTICATE) {
        true => (200, ISSUED.to_owned()),
        false => (status, body.to_owned()),
    })
    .await
}

#[tokio::test]
async fn the_requests_are_what_the_documentation_shows() {
    let provider = logging_in(200, VERIFIED).await;
    let answer = verify(&builder(&provider.url()).build().unwrap()).await.unwrap();
    assert_eq!((answer.success, answer.data.message.as_deref()), (1, Some("Successfully logged in.")));
    assert_eq!(answer.data.token.token.expose(), "made-up");
    let calls = provider.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].line.as_str(), calls[0].body.as_str()), (AUTHENTICATE, ""));
    // printf 'the-client:the-key' | base64
    let authorization = ("authorization", "Basic dGhlLWNsaWVudDp0aGUta2V5");
    assert_eq!(calls[0].headers, headers([("accept", "application/json"), authorization]));
    assert_eq!(calls[1].line, LOGIN);
    assert_eq!(
        calls[1].headers,
        headers([
            ("accept", "application/json"),
            ("authorization", "Token token-1"),
            ("companyid", "the-company"),
            ("content-type", "application/json"),
        ])
    );
    assert_eq!(
        calls[1].body,
        r#"{"login_pin":"1234","phone_number":"+1234567890","dial_code":"+1","user_type":2,"device_type":"android","device_id":"123","device_unique_id":"123456"}"#
    );
}

#[tokio::test]
async fn every_documented_refusal_is_one() {
    for (status, body, kind, code, message) in [
        (400, BAD_REQUEST, Kind::InvalidRequest, Some("1"), Some("BAD_REQUEST")),
        // A refusal inside a 200.
        (200, BAD_REQUEST, Kind::Declined, Some("1"), Some("BAD_REQUEST")),
        (404, BAD_REQUEST, Kind::NotFound, Some("1"), Some("BAD_REQUEST")),
        (404, "", Kind::NotFound, None, None),
        (500, BAD_REQUEST, Kind::Unavailable, Some("1"), Some("BAD_REQUEST")),
        (500, "oops", Kind::Unavailable, None, None),
    ] {
        let provider = logging_in(status, body).await;
        let error = verify(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.message()), (kind, code, message), "{status} {body}");
        assert_eq!(error.status(), Some(status));
        let logins = provider.calls().iter().filter(|call| call.is(LOGIN)).count();
        assert_eq!(logins, 1, "a PIN is sent once");
        if body == BAD_REQUEST {
            let refusal: types::Refusal = error.refusal().unwrap().body().unwrap();
            assert_eq!(refusal.error, [1]);
        }
    }
}

#[tokio::test]
async fn a_token_that_the_gateway_refuses_is_issued_anew_once() {
    let provider = logging_in(401, UNAUTHORIZED).await;
    let error = verify(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Unauthenticated, Some("401")));
    let lines: Vec<_> = provider.calls().into_iter().map(|call| call.line).collect();
    assert_eq!(lines, [AUTHENTICATE, LOGIN, AUTHENTICATE, LOGIN]);
}

#[tokio::test]
async fn a_wrong_pin_is_sent_once_even_when_it_is_answered_with_401() {
    let provider = logging_in(401, r#"{"success":0,"error":[7],"data":{"message":"WRONG_PIN"}}"#).await;
    let error = verify(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Unauthenticated, Some("7")));
    assert_eq!(provider.calls().iter().filter(|call| call.is(LOGIN)).count(), 1);
}

#[tokio::test]
async fn a_token_of_the_callers_own_replaces_the_credentials() {
    let provider = logging_in(200, VERIFIED).await;
    let client = Client::builder().token("his-own").company_id("the-company").base_url(provider.url()).build().unwrap();
    verify(&client).await.unwrap();
    assert_eq!(provider.only_call().header("authorization"), Some("Token his-own"));
}

#[tokio::test]
async fn wrong_credentials_are_the_reason_why_nothing_was_sent() {
    let provider = Provider::start(|_| (401, UNAUTHORIZED.to_owned())).await;
    let error = verify(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Session(_)), "{error}");
    assert_eq!((error.kind(), error.message()), (Kind::Unauthenticated, Some("UNAUTHORIZED")));
    assert_eq!(provider.only_call().line, AUTHENTICATE);
}

#[tokio::test]
async fn authenticate_can_be_called_and_refused_inside_a_200() {
    let provider = Provider::start(|_| (200, ISSUED.to_owned())).await;
    let client = builder(&provider.url()).build().unwrap();
    let answer = client.authenticate().send().await.unwrap();
    assert_eq!(answer.data.access_token.expose(), "token-1");
    let refusing = Provider::start(|_| (200, r#"{"status_code":400,"message":"no"}"#.to_owned())).await;
    let error = builder(&refusing.url()).build().unwrap().authenticate().send().await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
}

#[test]
fn plain_http_is_refused_and_a_base_url_is_needed() {
    let error = builder("http://192.168.1.102:8014").build().unwrap_err().to_string();
    assert!(error.contains("danger_allow_plain_http_on_private_networks"), "{error}");
    let error = Client::builder().token("t").company_id("c").build().unwrap_err().to_string();
    assert!(error.contains("DIGIPAY_BASE_URL"), "{error}");
}
