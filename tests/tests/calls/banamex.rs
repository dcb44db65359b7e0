//! Citibanamex: the ten headers, a new UUID for every attempt, and every response of the documentation.

use std::collections::BTreeSet;

use countersign_banamex::{Client, ClientBuilder, Error, Kind, Override, types};
use countersign_tests::provider::{Call, Provider, headers};
use uuid::Uuid;

const ISSUED: &str = r#"{"token_type":"bearer","access_token":"token-1","expires_in":3600,"scope":"/api/v1"}"#;
const PHONE: &str = r#"{"phoneNumber":"1234567890"}"#;
const TOKEN: &str = "POST /v1/oauth/token";
const CERTIFIED_PHONE: &str = "GET /v1/x-global/security/certified-phone";
const STATUS: &str = "POST /v1/x-global/security/soft-token/status";
const ROLLBACK: &str = "POST /v1/x-global/security/soft-token/status/rollback";

fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .client_id("the-client")
        .client_secret("the-secret")
        .channel_id("the-channel")
        .sid("the-sid")
        .base_url(url)
}

async fn answering(status: u16, body: &'static str) -> Provider {
    Provider::start(move |call: &Call| match call.is(TOKEN) {
        true => (200, ISSUED.to_owned()),
        false => (status, body.to_owned()),
    })
    .await
}

/// Checks the ten headers and takes the UUID out of them.
fn uuid_of(call: &Call) -> Uuid {
    let uuid = call.header("uuid").unwrap().to_owned();
    assert_eq!(
        call.headers,
        headers([
            ("client_id", "the-client"),
            ("authorization", "Bearer token-1"),
            ("accept", "application/json"),
            ("uuid", &uuid),
            ("accept-language", "es"),
            ("content-type", "application/json"),
            ("countrycode", "MX"),
            ("businesscode", "GCB"),
            ("channelid", "the-channel"),
            ("sid", "the-sid"),
        ])
    );
    assert_eq!(call.body, "");
    let parsed = Uuid::parse_str(&uuid).unwrap();
    assert_eq!((parsed.get_version_num(), parsed.to_string()), (4, uuid));
    parsed
}

#[tokio::test]
async fn the_requests_are_what_the_documentation_shows() {
    let provider = answering(200, PHONE).await;
    let client = builder(&provider.url()).build().unwrap();
    let answer = client.get_certified_phone().send().await.unwrap();
    assert_eq!(answer.phone_number.expose(), "1234567890");
    assert_eq!(format!("{:?}", answer.phone_number), "[redacted]");
    let calls = provider.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].line, TOKEN);
    assert_eq!(calls[0].body, "grant_type=client_credentials&scope=%2Fapi%2Fv1");
    assert_eq!(
        calls[0].headers,
        headers([
            ("accept", "application/json"),
            // printf 'the-client:the-secret' | base64
            ("authorization", "Basic dGhlLWNsaWVudDp0aGUtc2VjcmV0"),
            ("content-type", "application/x-www-form-urlencoded"),
        ])
    );
    assert_eq!(calls[1].line, CERTIFIED_PHONE);
    let uuid = uuid_of(&calls[1]);
    assert_eq!(answer.meta().request_id(), Some(uuid.to_string().as_str()));
}

#[tokio::test]
async fn changes_answer_nothing_and_any_2xx_will_do() {
    for status in [204, 200, 202] {
        let provider = answering(status, "").await;
        let client = builder(&provider.url()).build().unwrap();
        client.change_soft_token_status().send().await.unwrap();
        client.rollback_soft_token_status().send().await.unwrap();
        let calls = provider.calls();
        let lines: Vec<_> = calls.iter().map(|call| call.line.as_str()).collect();
        assert_eq!(lines, [TOKEN, STATUS, ROLLBACK]);
        assert_ne!(uuid_of(&calls[1]), uuid_of(&calls[2]));
    }
}

#[tokio::test]
async fn every_attempt_has_a_uuid_of_its_own() {
    let provider = answering(500, r#"{"type":"fatal","code":"serverUnavailable"}"#).await;
    let client = builder(&provider.url()).build().unwrap();
    client.get_certified_phone().send().await.unwrap_err();
    let calls: Vec<_> = provider.calls().into_iter().filter(|call| call.is(CERTIFIED_PHONE)).collect();
    assert_eq!(calls.len(), 3, "looking up is safe, so it is tried again");
    assert_eq!(calls.iter().map(uuid_of).collect::<BTreeSet<_>>().len(), 3);
    client.change_soft_token_status().send().await.unwrap_err();
    assert_eq!(provider.calls().iter().filter(|call| call.is(STATUS)).count(), 1, "a change is not");
}

#[tokio::test]
async fn every_documented_refusal_is_one() {
    for (status, kind_of_error, code, details, kind) in [
        (400, "error", "invalidRequest", "Missing or invalid Parameters", Kind::InvalidRequest),
        (401, "error", "unAuthorized", "Authorization credentials are missing or invalid", Kind::Unauthenticated),
        (403, "error", "accessNotConfigured", "The request operation is not configured", Kind::Forbidden),
        (404, "error", "resourceNotFound", "The requested resource was not found", Kind::NotFound),
        (422, "error", "businessValidationFailed", "Business validation error occured", Kind::Declined),
        (500, "fatal", "serverUnavailable", "The request failed", Kind::Unavailable),
    ] {
        let body: &'static str = format!(
            r#"{{"type":"{kind_of_error}","code":"{code}","details":"{details}","location":"x","moreInfo":"y","uuid":"of the bank","timestamp":"t"}}"#
        )
        .leak();
        let provider = answering(status, body).await;
        let client = builder(&provider.url()).retries(0).build().unwrap();
        for error in [
            client.get_certified_phone().send().await.unwrap_err(),
            client.change_soft_token_status().send().await.unwrap_err(),
            client.rollback_soft_token_status().send().await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.code(), error.message()), (kind, Some(code), Some(details)), "{status}");
            assert_eq!((error.status(), error.request_id()), (Some(status), Some("of the bank")));
            assert!(error.to_string().contains("of the bank"), "{error}");
            let body: types::ErrorBody = error.refusal().unwrap().body().unwrap();
            assert_eq!(body.type_.as_str(), kind_of_error);
        }
    }
}

#[tokio::test]
async fn an_error_type_that_is_not_documented_is_kept() {
    let provider = answering(400, r#"{"type":"catastrophe","code":"newCode","new":true}"#).await;
    let error = builder(&provider.url()).build().unwrap().change_soft_token_status().send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::InvalidRequest, Some("newCode")));
    let body: types::ErrorBody = error.refusal().unwrap().body().unwrap();
    assert_eq!(body.type_, "catastrophe".into());
    assert_eq!(serde_json::to_value(&body).unwrap()["type"], "catastrophe");
}

#[tokio::test]
async fn a_refusal_without_an_id_carries_the_uuid_that_was_sent() {
    let provider = answering(404, "{}").await;
    let error = builder(&provider.url()).build().unwrap().change_soft_token_status().send().await.unwrap_err();
    let sent = uuid_of(provider.calls().last().unwrap()).to_string();
    assert_eq!(error.request_id(), Some(sent.as_str()));
}

#[tokio::test]
async fn a_refused_token_is_issued_anew_once() {
    let provider = answering(401, r#"{"type":"error","code":"unAuthorized"}"#).await;
    let client = builder(&provider.url()).build().unwrap();
    assert_eq!(client.change_soft_token_status().send().await.unwrap_err().kind(), Kind::Unauthenticated);
    let lines: Vec<_> = provider.calls().into_iter().map(|call| call.line).collect();
    assert_eq!(lines, [TOKEN, STATUS, TOKEN, STATUS]);
}

#[tokio::test]
async fn settings_and_a_token_of_the_callers_own_are_sent_as_given() {
    let provider = answering(200, PHONE).await;
    let client = Client::builder()
        .client_id("the-client")
        .access_token("his-own")
        .country_code("US")
        .business_code("XYZ")
        .channel_id("WEB")
        .accept_language("en")
        .sid("s")
        .base_url(provider.url())
        .build()
        .unwrap();
    client.get_certified_phone().send().await.unwrap();
    let call = provider.only_call();
    for (name, value) in [
        ("authorization", "Bearer his-own"),
        ("countrycode", "US"),
        ("businesscode", "XYZ"),
        ("channelid", "WEB"),
        ("accept-language", "en"),
    ] {
        assert_eq!(call.header(name), Some(value));
    }
}

#[tokio::test]
async fn a_method_and_a_path_can_be_corrected() {
    let provider = answering(204, "").await;
    let client = builder(&provider.url())
        .with_override(Override::method("change_soft_token_status", "PUT"))
        .with_override(Override::path("change_soft_token_status", "/v2/soft-token"))
        .build()
        .unwrap();
    client.change_soft_token_status().send().await.unwrap();
    assert_eq!(provider.calls().last().unwrap().line, "PUT /v2/soft-token");
}

#[tokio::test]
async fn a_country_that_is_no_country_code_is_refused_before_anything_is_sent() {
    let provider = answering(200, PHONE).await;
    for country in ["MEX", "M", "mx"] {
        let client = builder(&provider.url()).country_code(country).build().unwrap();
        let error = client.get_certified_phone().send().await.unwrap_err();
        let Error::InvalidRequest(not_sent) = &error else { panic!("{error}") };
        assert_eq!(not_sent.field(), Some("countryCode"));
        assert!(not_sent.reason().ends_with("it is made of the setting country_code"), "{error}");
    }
    assert!(provider.calls().iter().all(|call| call.is(TOKEN)));
}
