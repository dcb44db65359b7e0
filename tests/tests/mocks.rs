//! The typed mocks of the provider crates: what they recognise, what they do not, and what a client makes of their
//! answers.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use countersign::{Date, Kind};
use countersign_airpay::mock::MockServerExt as _;
use countersign_banamex::mock::MockServerExt as _;
use countersign_digipay::mock::MockServerExt as _;
use countersign_digipay::types::builder::VerifyLoginPinRequest;
use countersign_zindigi::mock::MockServerExt as _;
use httpmock::MockServer;
use serde_json::json;

mod airpay {
    use countersign_airpay::types::builder::ForgotPasswordRequest;
    pub use countersign_airpay::{Client, types};

    use super::*;

    pub fn client(server: &MockServer) -> Client {
        let builder = Client::builder().affiliate("a").processor_key("p").secret_key("a secret key of our own");
        builder.base_url(server.base_url()).build().unwrap()
    }

    pub fn customer(body: ForgotPasswordRequest) -> ForgotPasswordRequest {
        body.mobile_no("9876543978").dob(Date::constant(1958, 1, 2))
    }
}

#[tokio::test]
async fn a_form_is_recognised_by_its_fields() {
    let server = MockServer::start_async().await;
    let success = server.forgot_password(|when, then| {
        when.body_map(airpay::customer);
        then.success(
            airpay::types::ForgotPasswordAnswer::builder()
                .status(200)
                .message("success")
                .data(airpay::types::PasswordReset::builder().url("https://example.com/MADE-UP")),
        );
    });
    let client = airpay::client(&server);
    let answer = client.forgot_password().body_map(airpay::customer).send().await.unwrap();
    assert_eq!(answer.data.as_ref().unwrap().url.expose(), "https://example.com/MADE-UP");
    success.assert();
    // Of another customer, httpmock knows nothing.
    let another = client.forgot_password().body_map(|body| airpay::customer(body).mobile_no("9876543979"));
    assert_eq!(another.send().await.unwrap_err().status(), Some(404));
    success.assert();
}

#[tokio::test]
async fn a_refusal_may_stand_in_a_200() {
    let server = MockServer::start_async().await;
    let refusal = server.forgot_password(|_, then| {
        then.refused(200, airpay::types::ForgotPasswordAnswer { status: 400, message: "fail".into(), data: None });
    });
    let error = airpay::client(&server).forgot_password().body_map(airpay::customer).send().await.unwrap_err();
    let rejection = error.rejection().expect("a refusal");
    assert_eq!((rejection.status(), rejection.code(), rejection.message()), (200, Some("400"), Some("fail")));
    refusal.assert();
}

fn login(body: VerifyLoginPinRequest, pin: &str) -> VerifyLoginPinRequest {
    body.login_pin(pin)
        .phone_number("+1234567890")
        .dial_code("+1")
        .user_type(2)
        .device_type("android")
        .device_id("123")
        .device_unique_id("123456")
}

#[tokio::test]
async fn a_json_body_is_recognised_by_its_fields_and_a_session_is_mocked_like_any_operation() {
    use countersign_digipay::{Client, types};

    let server = MockServer::start_async().await;
    let session = server.authenticate(|_, then| {
        then.success(
            types::AuthenticateAnswer::builder()
                .status_code(200)
                .data(types::AccessToken::builder().access_token("made-up-token")),
        );
    });
    let right = server.verify_login_pin(|when, then| {
        when.body_map(|body| login(body, "1234")).into_inner().header("authorization", "Token made-up-token");
        then.success(
            types::VerifyLoginPinAnswer::builder()
                .success(1)
                .data(types::Login::builder().user_id("user").token(types::UserToken::builder().token("user-token"))),
        );
    });
    let wrong = server.verify_login_pin(|when, then| {
        when.body_map(|body| login(body, "4321"));
        then.refused_with_refusal(
            400,
            types::Refusal::builder()
                .success(0)
                .error(vec![1])
                .data(types::RefusalData::builder().message("BAD_REQUEST".to_owned())),
        );
    });
    let builder = Client::builder().client_id("c").secret_key("k").company_id("company");
    let client = builder.base_url(server.base_url()).build().unwrap();
    let answer = client.verify_login_pin().body_map(|body| login(body, "1234")).send().await.unwrap();
    assert_eq!(answer.data.user_id.expose(), "user");
    let error = client.verify_login_pin().body_map(|body| login(body, "4321")).send().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.message()), (Some(400), Some("1"), Some("BAD_REQUEST")));
    for (mock, calls) in [(session, 1), (right, 1), (wrong, 1)] {
        mock.assert_calls(calls);
    }
}

#[tokio::test]
async fn an_answer_without_a_body_and_each_type_of_refusal() {
    use countersign_banamex::{Client, types};

    let server = MockServer::start_async().await;
    let change = server.change_soft_token_status(|_, then| {
        then.success();
    });
    let phone = server.get_certified_phone(|_, then| {
        then.refused_with_error_body(
            422,
            types::ErrorBody::builder().type_(types::ErrorBodyType::Invalid).code("businessValidationFailed"),
        );
    });
    let builder = Client::builder().client_id("c").client_secret("s").channel_id("channel").sid("sid");
    let client = builder.access_token("made-up-token").base_url(server.base_url()).build().unwrap();
    client.change_soft_token_status().send().await.unwrap();
    let error = client.get_certified_phone().send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Business, Some("businessValidationFailed")));
    change.assert();
    phone.assert();
}

#[tokio::test]
async fn what_is_encrypted_on_its_way_is_not_looked_at_and_all_else_is() {
    use countersign_zindigi::types::builder::ResetMpinFields;
    use countersign_zindigi::{Client, types};

    fn fields(cnic: &str, pin: &str) -> ResetMpinFields {
        types::ResetMpinFields::builder()
            .os("Android")
            .cnic(cnic)
            .mobile("03001234567")
            .login_pin(pin)
            .confirm_login_pin(pin)
            .otp_code("123456")
            .device_id("DeviceId")
    }

    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(&private.public_key()).unwrap();
    let server = MockServer::start_async().await;
    let known = server.reset_mpin(|when, then| {
        when.body_map(|body| body.reset_mpin_req(fields("1234512345671", "0000")));
        then.refused_with_refusal(200, types::Refusal::builder().errorcode("4005"));
    });
    let unknown = server.reset_mpin(|when, then| {
        when.body_map(|body| body.reset_mpin_req(fields("9999999999999", "0000")));
        then.refused(500, json!({"errorcode": "4004", "messages": "Something Went Wrong"}));
    });
    let client = Client::builder()
        .client_id("c")
        .pin_public_key(pem::encode(&pem::Pem::new("PUBLIC KEY", der.as_ref())))
        .client_secret("made-up-secret")
        .organization_id("223")
        .base_url(server.base_url())
        .build()
        .unwrap();
    let reset = client.reset_mpin().body_map(|body| body.reset_mpin_req(fields("1234512345671", "4321")));
    let error = reset.send().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.kind()), (Some(200), Some("4005"), Kind::NotFound));
    known.assert();
    unknown.assert_calls(0);
}

#[tokio::test]
#[should_panic(expected = "`dob` is required")]
async fn an_expectation_that_lacks_a_field_says_which() {
    let server = MockServer::start_async().await;
    server.forgot_password(|when, _| {
        when.body_map(|body| body.mobile_no("9876543978"));
    });
}
