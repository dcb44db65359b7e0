//! Requests that are wrong in one way, and what a sandbox says of them.

use countersign::plan::Kind;
use countersign::{Call, Override};
use countersign_sandbox::{Sandbox, Verdict};

use crate::support::{asking_for, builder, call, client, document, last, plain_http, start};

#[tokio::test]
async fn another_order_of_signed_fields_is_refused_and_recognised() {
    let sandbox = start("airpay").await;
    let swapped = Override::signed_fields("forgot_password", ["dob", "mobile_no"]);
    let client = builder(&sandbox).with_override(swapped.clone()).build().unwrap();
    let call = Call::new("forgot_password").value("mobile_no", "9876543978").value("dob", "1958-01-02");
    let error = client.call(call.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::InvalidRequest, Some("400")));
    let reason = error.header("x-sandbox-reason").unwrap();
    assert!(
        reason.contains("it matches the order dob, mobile_no") && reason.contains("\"<mobile_no><dob><"),
        "{reason}"
    );

    let received = last(&sandbox);
    let checksum = received.values.iter().find(|value| value.name == "checksum").unwrap();
    assert_eq!(checksum.verdict, Verdict::Wrong);
    assert_eq!(checksum.note.as_deref(), Some("it matches the order dob, mobile_no"));
    assert_eq!(checksum.stages[0].input, "‹mobile_no›‹dob›‹secret_key›");
    assert_ne!(checksum.expected, checksum.received);
    assert!(received.why().unwrap().contains("it matches the order dob, mobile_no"));
    assert!(received.values.iter().filter(|value| value.name != "checksum").all(|value| value.is_good()));

    // A sandbox that is told so expects that order.
    let sandbox = Sandbox::builder(document("airpay")).with_override(swapped.clone()).start().await.unwrap();
    builder(&sandbox).with_override(swapped).build().unwrap().call(call).await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_the_example_that_names_it() {
    let refusals = "        '401':
          description: It was refused.
          x-source: made up
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Refusal'}
              examples:
                key: {value: {message: API key invalid}}
                expired: {value: {message: Token expired}}
                signature: {value: {message: Signature mismatch}}
                pin: {value: {message: wrong PIN}}
";
    let text = include_str!("decoded.yaml");
    let full = text.replace("components:\n", &format!("{refusals}components:\n"));
    let message = "properties: {message: {type: string, description: Why., x-source: made up}}";
    let full = format!(
        "{full}  schemas:\n    Refusal: {{type: object, description: A refusal., x-source: made up, {message}}}\n"
    );
    let without = |name: &str| {
        let lines = full.lines().filter(|line| !line.contains(&format!("                {name}: {{value")));
        lines.collect::<Vec<_>>().join("\n")
    };
    let refused = async |document: &str, credential: &str, value: &str| {
        let sandbox = Sandbox::start(("decoded", document)).await.unwrap();
        let plan = countersign_spec::read("decoded.yaml", document).unwrap().plan().clone();
        let client = sandbox.fill(countersign::Builder::new(std::sync::Arc::new(plan))).credential(credential, value);
        let error = client.build().unwrap().call(Call::new("get_status")).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::Unauthenticated, Some(401)), "{error}");
        last(&sandbox).example().map(str::to_owned)
    };
    let hex = "00".repeat(32);
    assert_eq!(refused(&full, "plain_key", "another").await.as_deref(), Some("key"));
    assert_eq!(refused(&full, "hex_key", &hex).await.as_deref(), Some("signature"));
    // Where none fits, none is chosen.
    assert_eq!(refused(&without("signature"), "hex_key", &hex).await, None);
    assert_eq!(refused(&without("key"), "plain_key", "another").await, None);
}

#[tokio::test]
async fn a_wrong_signature_keyed_by_a_right_token_is_refused_as_a_signature() {
    let text = include_str!("keyed.yaml");
    let sandbox = Sandbox::start(("keyed", text)).await.unwrap();
    let plan = std::sync::Arc::new(countersign_spec::read("keyed.yaml", text).unwrap().plan().clone());
    let client = sandbox.fill(countersign::Builder::new(plan)).build().unwrap();
    client.call(Call::new("get_status")).await.unwrap();
    let right = last(&sandbox);
    assert!(right.values.iter().all(|value| value.verdict == Verdict::Right), "{:?}", right.values);

    let token = async || {
        let request = plain_http().post(format!("{}/sessions", sandbox.url()));
        let response =
            request.header("X-Client", sandbox.value("client_id")).send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<serde_json::Value>(&response).unwrap()["token"].as_str().unwrap().to_owned()
    };
    let refused = async |token: &str, signature: &str| {
        let request = plain_http().get(format!("{}/status", sandbox.url())).bearer_auth(token);
        assert_eq!(request.header("X-Signature", signature).send().await.unwrap().status(), 401);
        let received = last(&sandbox);
        let verdicts: Vec<Verdict> = received.values.iter().map(|value| value.verdict).collect();
        (received.example().unwrap_or_default().to_owned(), verdicts, received.why().unwrap().to_owned())
    };
    let (own, other) = (token().await, token().await);
    assert_ne!(own, other);
    let zeros = "00".repeat(32);
    let signed = async |token: &str| {
        refused(token, &zeros).await;
        last(&sandbox).values[1].expected.clone()
    };
    let by_other = signed(&other).await;
    assert_eq!(by_other.len(), 64);
    for wrong in [&zeros, &by_other, "no tag"] {
        let (example, verdicts, why) = refused(&own, wrong).await;
        assert_eq!((&*example, &verdicts[..]), ("signature", &[Verdict::Right, Verdict::Wrong][..]), "{why}");
        assert!(why.starts_with("X-Signature"), "{why}");
    }
    // A token that was not issued here is what is wrong, whatever signs it.
    for signature in [&zeros, &signed(&own).await] {
        let (example, verdicts, why) = refused("another", signature).await;
        assert_eq!((&*example, verdicts[0]), ("token", Verdict::Wrong), "{why}");
    }
}

#[tokio::test]
async fn a_pin_under_another_key_is_refused() {
    let (sandbox, other, document) = (start("zindigi").await, start("zindigi").await, document("zindigi"));
    let operation = sandbox.plan().operation("reset_mpin").unwrap();
    let client = builder(&sandbox).credential("pin_public_key", other.value("pin_public_key")).build().unwrap();
    let error = client.call(call(&document, operation)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::InvalidRequest, Some("4002")));
    let why = last(&sandbox).why().unwrap().to_owned();
    assert!(why.contains("/resetMpinReq/ConfirmLoginPin should be"), "{why}");
    assert!(why.contains("it was not encrypted with pin_public_key and rsa-pkcs1-v1-5"), "{why}");
}

#[tokio::test]
async fn pins_that_differ_are_found_after_decryption() {
    let (sandbox, document) = (start("zindigi").await, document("zindigi"));
    let pem = sandbox.value("pin_public_key");
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    // A client whose document does not have the rule.
    let lax = countersign_providers::find("zindigi").unwrap().openapi.replace("          x-equal-to: LoginPin\n", "");
    let lax = countersign_spec::read("zindigi.yaml", &lax).unwrap();
    let plan = std::sync::Arc::new(lax.plan().clone());
    let client = sandbox.fill(countersign::Builder::new(plan)).build().unwrap();
    let operation = document.plan().operation("reset_mpin").unwrap();
    let call = call(&document, operation).value("/resetMpinReq/LoginPin", "4321");
    let error = client.call(call).await.unwrap_err();
    assert_eq!(error.code(), Some("4002"));
    assert_eq!(last(&sandbox).why(), Some("ConfirmLoginPin: it must equal LoginPin and does not"));
}

#[tokio::test]
async fn a_request_without_anything_says_what_is_missing() {
    let sandbox = start("airpay").await;
    let request = plain_http().post(format!("{}/forgot-password", sandbox.url()));
    let response = request.form_body("mobile_no=9876543978&dob=1958-01-02").await;
    assert_eq!(response, (200, r#"{"message":"fail","status":400}"#.to_owned()));
    let received = last(&sandbox);
    assert_eq!(received.why(), Some("affiliate is missing"));
    let checksum = received.values.last().unwrap();
    assert_eq!((checksum.name.as_str(), checksum.verdict), ("checksum", Verdict::Missing));
    assert_eq!(checksum.expected.len(), 64, "what it should be is shown all the same");
}

#[tokio::test]
async fn a_missing_field_a_broken_rule_and_a_wrong_type_are_named() {
    let sandbox = Sandbox::builder(document("airpay")).unverified().start().await.unwrap();
    for (body, why) in [
        ("mobile_no=9876543978", "dob: it is required and was not given"),
        ("mobile_no=98765&dob=1958-01-02", "mobile_no: it must match the pattern ^[0-9]{10}$"),
        ("mobile_no=9876543978&dob=02.01.1958", "dob: it must be a date such as 2026-01-31"),
    ] {
        let request = plain_http().post(format!("{}/forgot-password", sandbox.url()));
        let request = request.header("affiliate", "x").header("processor-key", "x").header("checksum", "x");
        assert_eq!(request.form_body(body).await.1, r#"{"message":"fail","status":400}"#);
        assert_eq!(last(&sandbox).why(), Some(why));
    }
    let request = plain_http().post(format!("{}/forgot-password", sandbox.url()));
    assert_eq!(request.json_body("{}").await.0, 200);
    assert_eq!(last(&sandbox).why(), Some("the body should be sent as application/x-www-form-urlencoded"));

    let sandbox = Sandbox::builder(document("digipay")).unverified().start().await.unwrap();
    let verify = || {
        let request = plain_http().post(format!("{}/digipay/v3/auth/verify_login_pin", sandbox.url()));
        request.header("Authorization", "x").header("CompanyID", "x").header("accept", "x")
    };
    let example = r#"{"login_pin":"1234","phone_number":"+1234567890","dial_code":"+1","user_type":2,
        "device_type":"android","device_id":"123","device_unique_id":"123456"}"#;
    assert_eq!(verify().json_body(example).await.0, 200);
    assert_eq!(verify().json_body(&example.replace("2,\n", "\"two\",\n")).await.0, 400);
    assert_eq!(last(&sandbox).why(), Some("user_type: it must be a whole number"));
    let bare = plain_http().post(format!("{}/digipay/v3/auth/verify_login_pin", sandbox.url()));
    assert_eq!(bare.json_body(example).await.0, 401);
    assert_eq!(last(&sandbox).why(), Some("Authorization is missing"));
    assert_eq!(verify().json_body("{").await.0, 400);
    assert!(last(&sandbox).why().unwrap().starts_with("the body is not JSON"));
}

#[tokio::test]
async fn what_the_document_does_not_have_is_said_in_plain_words() {
    let sandbox = start("airpay").await;
    let response = plain_http().get(format!("{}/forgot-password", sandbox.url())).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
    let response = plain_http().post(format!("{}/forgotten", sandbox.url())).send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.text().await.unwrap(), "the document has no such operation; it has POST /forgot-password");
    assert_eq!(last(&sandbox).path, "/forgotten");

    let call = Call::new("forgot_password").value("mobile_no", "9876543978").value("dob", "1958-01-02");
    let error = asking_for(&sandbox, "nothing").call(call).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(last(&sandbox).why().unwrap().contains("no operation has the example \"nothing\""));
}

#[tokio::test]
async fn settings_are_the_callers_choice() {
    let (sandbox, document) = (start("banamex").await, document("banamex"));
    let builder = builder(&sandbox).setting("country_code", "US").setting("sid", "a-session-of-the-test");
    let client = builder.setting("channel_id", "another").build().unwrap();
    let operation = document.plan().operation("get_certified_phone").unwrap();
    client.call(call(&document, operation)).await.unwrap();
    let received = last(&sandbox);
    let value = |name: &str| received.values.iter().find(|value| value.name == name).unwrap().received.as_str();
    assert_eq!((value("countryCode"), value("sid")), ("US", "‹sid›"));
}

#[tokio::test]
async fn a_text_that_is_no_document_says_so() {
    let error = Sandbox::start("openapi: 3.0.3\n").await.unwrap_err();
    assert!(error.to_string().contains("[missing-word]"), "{error}");
    let error = Sandbox::builder(document("airpay")).value("secret", "x").start().await.unwrap_err();
    assert!(error.to_string().contains("there is no credential or setting \"secret\""), "{error}");
    let error = Sandbox::builder(document("zindigi")).value("pin_public_key", "x").start().await.unwrap_err();
    assert!(error.to_string().contains("pin_public_key is a public key"), "{error}");
}

#[tokio::test]
async fn expiry_is_written_as_the_document_says() {
    let sandbox = Sandbox::builder(document("digipay"))
        .session_lifetime(std::time::Duration::from_secs(600))
        .start()
        .await
        .unwrap();
    let response = client(&sandbox).call(Call::new("authenticate")).await.unwrap().into_inner();
    let text = response["data"]["expiry_time"].as_str().unwrap();
    let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).unwrap();
    let india = jiff::tz::Offset::from_seconds(19_800).unwrap();
    let left = india.to_timestamp(civil).unwrap().duration_since(jiff::Timestamp::now()).as_secs();
    assert!((590..=600).contains(&left), "{left}");

    let sandbox = start("banamex").await;
    let call = call(&document("banamex"), sandbox.plan().operation("issue_token").unwrap());
    let response = client(&sandbox).call(call).await.unwrap().into_inner();
    assert_eq!(response["expires_in"], 3600);
}

/// Sends a body, and returns status and body of the response.
trait SendBody {
    async fn form_body(self, body: &str) -> (u16, String);
    async fn json_body(self, body: &str) -> (u16, String);
}

impl SendBody for reqwest::RequestBuilder {
    async fn form_body(self, body: &str) -> (u16, String) {
        send(self.header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    async fn json_body(self, body: &str) -> (u16, String) {
        send(self.header("content-type", "application/json"), body).await
    }
}

async fn send(request: reqwest::RequestBuilder, body: &str) -> (u16, String) {
    let response = request.body(body.to_owned()).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}
