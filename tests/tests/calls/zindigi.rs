//! Zindigi: the client secret, the encrypted PINs, and every response of the documentation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::Response;
use countersign_tests::key_pair::KeyPair;
use countersign_tests::provider::{Call, Provider, headers};
use countersign_zindigi::{Client, ClientBuilder, Error, Kind, Server, builder, types};

const SUCCESS: &str = r#"{"resetMpinRes":{"sendOtpResponse":{"userId":null,"otpCode":null,"mobile":"","responseMessage":"Success","statusCode":"00","accessToken":"","email":"customer@example.com","nadraQuestion":true},"verifyOtpResponse":null}}"#;
const ISSUE: &str = "GET /client/oauth-blb";
const RENEW: &str = "POST /client/reset-oauth-blb";
const RESET: &str = "POST /api/v1/resetMpin";

fn issued(secret: &str) -> String {
    format!(
        r#"{{"responseCode":"0000","message":"Success","channel":null,"terminal":null,"transactionDate":null,"reterivalReferenceNumber":null,"payLoad":{{"clientId":"the-client","clientSecret":"{secret}","organizationId":223}},"errors":null,"checkSum":null}}"#
    )
}

fn public_key() -> String {
    static PUBLIC: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| KeyPair::generate().public);
    PUBLIC.clone()
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder().client_id("the-client").pin_public_key(public_key()).base_url(url)
}

fn call(client: &Client) -> builder::ResetMpin {
    client
        .reset_mpin()
        .os("Android")
        .cnic("1234512345671")
        .mobile("03001234567")
        .login_pin("4321")
        .confirm_login_pin("4321")
        .otp_code("123456")
        .device_id("DeviceId")
}

async fn reset(client: &Client) -> Result<Response<types::ResetMpinAnswer>, Error> {
    call(client).send().await
}

/// Issues a client secret for each call for one, and answers a reset with this.
async fn answering(status: u16, body: &'static str) -> Provider {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Provider::start(move |call: &Call| match call.is(RESET) {
        true => (status, body.to_owned()),
        false => (200, issued(&format!("secret-{}", 1 + count.fetch_add(1, std::sync::atomic::Ordering::SeqCst)))),
    })
    .await
}

fn lines(provider: &Provider) -> Vec<String> {
    provider.calls().into_iter().map(|call| call.line).collect()
}

#[tokio::test]
async fn the_requests_are_what_the_documentation_shows_and_the_pins_open() {
    let pair = KeyPair::generate();
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).pin_public_key(&*pair.public).build().unwrap();
    let answer = reset(&client).await.unwrap();
    let sent = answer.reset_mpin_res.send_otp_response.as_ref().unwrap();
    assert_eq!((sent.status_code.as_deref(), sent.response_message.as_deref()), (Some("00"), Some("Success")));
    assert!(answer.reset_mpin_res.verify_otp_response.is_none());

    let calls = provider.calls();
    assert_eq!(lines(&provider), [ISSUE, RESET]);
    assert_eq!(calls[0].headers, headers([("accept", "application/json"), ("clientid", "the-client")]));
    assert_eq!(calls[0].body, "");
    assert_eq!(
        calls[1].headers,
        headers([
            ("accept", "application/json"),
            ("clientid", "the-client"),
            ("clientsecret", "secret-1"),
            ("content-type", "application/json"),
            ("organizationid", "223"),
        ])
    );
    let body: serde_json::Value = serde_json::from_str(&calls[1].body).unwrap();
    let request = &body["resetMpinReq"];
    let order =
        ["ProcessingCode", "OS", "CNIC", "Mobile", "Type", "ConfirmLoginPin", "LoginPin", "OTPCode", "DeviceId"];
    let places: Vec<_> = order.iter().map(|name| calls[1].body.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "the fields are in the documented order: {}", calls[1].body);
    for (name, value) in [
        ("ProcessingCode", "PC002"),
        ("OS", "Android"),
        ("CNIC", "1234512345671"),
        ("Mobile", "03001234567"),
        ("Type", "F"),
        ("OTPCode", "123456"),
        ("DeviceId", "DeviceId"),
    ] {
        assert_eq!(request[name], value);
    }
    assert_eq!(request.as_object().unwrap().len(), order.len());

    let ciphertexts = ["LoginPin", "ConfirmLoginPin"].map(|name| {
        let text = request[name].as_str().unwrap();
        // 256 bytes are 344 characters: four lines of 76 and one of 40, each ended.
        let lengths: Vec<_> = text.split('\n').map(str::len).collect();
        assert_eq!(lengths, [76, 76, 76, 76, 40, 0]);
        let ciphertext = STANDARD.decode(text.replace('\n', "")).unwrap();
        assert_eq!(pair.decrypt_pkcs1(&ciphertext).unwrap(), b"4321");
        ciphertext
    });
    assert_ne!(ciphertexts[0], ciphertexts[1], "the padding is random");
}

#[tokio::test]
async fn two_calls_issue_one_client_secret() {
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).build().unwrap();
    reset(&client).await.unwrap();
    reset(&client.clone()).await.unwrap();
    assert_eq!(lines(&provider), [ISSUE, RESET, RESET]);
}

#[tokio::test]
async fn a_refused_client_secret_leads_to_exactly_one_new_one() {
    for code in ["4001", "4007"] {
        for status in [200, 400, 401] {
            let body: &'static str =
                format!(r#"{{"messages":"Bad Request - Invalid Access Token","errorcode":"{code}"}}"#).leak();
            let provider = answering(status, body).await;
            let error = reset(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (Kind::Unauthenticated, Some(code)));
            assert_eq!(lines(&provider), [ISSUE, RESET, ISSUE, RESET], "{status}");
            assert_eq!(provider.calls()[3].header("clientsecret"), Some("secret-2"));
        }
    }
}

#[tokio::test]
async fn a_second_client_secret_that_is_taken_ends_well() {
    let provider = Provider::start(|call: &Call| match (call.is(RESET), call.header("clientsecret")) {
        (true, Some("new")) => (200, SUCCESS.to_owned()),
        (true, _) => (200, r#"{"messages":"Bad Request - Invalid Access Token","errorcode":"4001"}"#.to_owned()),
        (false, _) if call.is(RENEW) => (200, issued("new")),
        (false, _) => (200, issued("old")),
    })
    .await;
    let client = builder(&provider.url()).build().unwrap();
    reset(&client).await.unwrap_err();
    // A renewal by hand replaces the client secret for the calls that follow.
    let renewed = client.renew_client_secret().send().await.unwrap();
    assert_eq!(renewed.pay_load.client_secret.expose(), "new");
    reset(&client).await.unwrap();
    let calls = provider.calls();
    assert_eq!(calls.last().unwrap().header("clientsecret"), Some("new"));
    let renewal = calls.iter().find(|call| call.is(RENEW)).unwrap();
    assert_eq!(renewal.body, r#"{"clientSecretId":"the-client"}"#);
}

#[tokio::test]
async fn every_documented_refusal_is_one_whatever_the_status() {
    for (code, message, kind) in [
        ("4002", "Bad Request - Invalid Request Payload", Kind::InvalidRequest),
        ("4003", "Bad Request - Invalid Authorization Header", Kind::Unauthenticated),
        ("4004", "Something Went Wrong", Kind::Unavailable),
        ("4005", "Record Not Found", Kind::NotFound),
        ("4006", "Invalid Client Id/Secret", Kind::Unauthenticated),
    ] {
        for status in [200, 400, 500] {
            let body: &'static str =
                format!(r#"{{"messages":"{}","errorcode":"{code}"}}"#, message.replace('/', "\\/")).leak();
            let provider = answering(status, body).await;
            let error = reset(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
            assert_eq!((error.kind(), error.code(), error.message()), (kind, Some(code), Some(message)));
            assert_eq!(lines(&provider), [ISSUE, RESET], "a PIN is sent once");
            let refusal: types::Refusal = error.refusal().unwrap().body().unwrap();
            assert_eq!(refusal.errorcode, code);
        }
    }
}

#[tokio::test]
async fn a_status_inside_a_success_can_refuse() {
    let refused = r#"{"resetMpinRes":{"sendOtpResponse":{"responseMessage":"OTP is wrong","statusCode":"57"},"verifyOtpResponse":null}}"#;
    let provider = answering(200, refused).await;
    let error = reset(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
    assert_eq!((error.code(), error.message(), error.kind()), (Some("57"), Some("OTP is wrong"), Kind::Declined));
    let neither = r#"{"resetMpinRes":{"sendOtpResponse":null,"verifyOtpResponse":null}}"#;
    for nothing in ["{}", "[]", "null", r#"{"resetMpinRes":null}"#, r#"{"resetMpinRes":{}}"#, neither] {
        let provider = answering(200, nothing).await;
        let error = reset(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::InvalidResponse(_)), "{nothing}: {error}");
    }
}

#[tokio::test]
async fn pins_are_checked_before_anything_is_sent() {
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).build().unwrap();
    for (changed, field, reason) in [
        (call(&client).confirm_login_pin("4322"), "ConfirmLoginPin", "must equal LoginPin"),
        (call(&client).login_pin("43x1").confirm_login_pin("43x1"), "ConfirmLoginPin", "pattern"),
        (call(&client).cnic("123"), "CNIC", "13"),
        (call(&client).mobile("123"), "Mobile", "11"),
    ] {
        let error = changed.send().await.unwrap_err();
        let Error::InvalidRequest(not_sent) = &error else { panic!("{error}") };
        assert_eq!(not_sent.field(), Some(field));
        assert!(not_sent.reason().contains(reason), "{error}");
        assert!(!error.to_string().contains("432"), "{error}");
    }
    assert!(provider.calls().is_empty());
}

#[tokio::test]
async fn values_of_the_callers_own_replace_the_issued_ones() {
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).client_secret("his-own").organization_id("7").build().unwrap();
    reset(&client).await.unwrap();
    let call = provider.only_call();
    assert_eq!((call.header("clientsecret"), call.header("organizationid")), (Some("his-own"), Some("7")));
    let error = builder(&provider.url()).client_secret("his-own").build().unwrap_err().to_string();
    assert!(error.contains("organization_id") && error.contains("given together"), "{error}");
}

#[tokio::test]
async fn the_client_secret_can_be_asked_for() {
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).build().unwrap();
    let answer = client.issue_client_secret().send().await.unwrap();
    assert_eq!(answer.pay_load.client_secret.expose(), "secret-1");
    assert!(!format!("{answer:?}").contains("secret-1"));
    // What was asked for by hand serves the calls that follow.
    reset(&client).await.unwrap();
    assert_eq!(lines(&provider), [ISSUE, RESET]);
    let refusing =
        Provider::start(|_| (200, r#"{"messages":"Invalid Client Id\/Secret","errorcode":"4006"}"#.to_owned())).await;
    let error = builder(&refusing.url()).build().unwrap().issue_client_secret().send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Unauthenticated, Some("4006")));
}

#[test]
fn a_server_is_picked_and_a_wrong_key_is_refused() {
    let complete = || Client::builder().client_id("c").pin_public_key(public_key());
    let error = complete().build().unwrap_err().to_string();
    assert!(error.contains("sandbox or production"), "{error}");
    complete().server(Server::Sandbox).build().unwrap();
    let error = complete().server(Server::Sandbox).pin_public_key("1234").build().unwrap_err().to_string();
    assert!(error.contains("pin_public_key is not usable") && !error.contains("1234"), "{error}");
}
