//! The typed mocks of the provider crates: what they recognise, what they do not, and what a client makes of their responses.

use std::time::Duration;

use countersign::{Date, Error, Fault, Kind};
use countersign_airpay::mock::{self, MockServer, MockServerExt};
use serde_json::json;

mod airpay {
    pub use countersign_airpay::builder::ForgotPassword;
    pub use countersign_airpay::{Client, types};

    use super::*;

    pub fn client(server: &MockServer) -> Client {
        let builder = Client::builder().affiliate("a").processor_key("p").secret_key("a secret key of our own");
        builder.base_url(server.base_url()).retries(0).timeout(Duration::from_millis(200)).build().unwrap()
    }

    pub fn of_customer(client: &Client) -> ForgotPassword {
        client.forgot_password().mobile_no("9876543978").dob(Date::constant(1958, 1, 2))
    }
}

#[tokio::test]
async fn a_form_is_recognised_by_its_fields() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    let call = airpay::of_customer(&client);
    let success = server.mock_call(call.clone(), |_, then| then.example("success"));
    let response = call.clone().send().await.unwrap();
    let url = response.data.as_ref().unwrap().url.expose();
    assert_eq!(url, "https://testcards.arpy.co.in/user/resetpass/MADE-UP-LINK");
    success.assert();
    // Of another customer, httpmock knows nothing.
    assert_eq!(call.mobile_no("9876543979").send().await.unwrap_err().status(), Some(404));
    success.assert();
}

#[tokio::test]
async fn a_refusal_may_have_a_status_of_200() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    let documented = server.mock_call(airpay::of_customer(&client), |_, then| then.example("failure"));
    let another = server.mock_call(airpay::of_customer(&client).mobile_no("9876543979"), |_, then| {
        then.json(200, json!({"status": 401, "message": "go away"}))
    });
    let calls = [airpay::of_customer(&client), airpay::of_customer(&client).mobile_no("9876543979")];
    for (call, code, message) in
        calls.into_iter().zip(["400", "401"]).zip(["fail", "go away"]).map(|((a, b), c)| (a, b, c))
    {
        let error = call.send().await.unwrap_err();
        let refusal = error.refusal().expect("a refusal");
        assert_eq!((refusal.status(), refusal.code(), refusal.message()), (200, Some(code), Some(message)));
    }
    documented.assert();
    another.assert();
}

#[tokio::test]
async fn a_typed_response_is_read_from_an_example_or_json_and_changed() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    let mut changed = mock::example::<airpay::ForgotPassword>("success");
    changed.message = "sent".to_owned();
    changed.data.as_mut().unwrap().url = "https://example.com/MADE-UP".into();
    let mock = server.mock_call(airpay::of_customer(&client), |_, then| then.response(changed));
    let response = airpay::of_customer(&client).send().await.unwrap();
    let url = response.data.as_ref().unwrap().url.expose();
    assert_eq!((response.message.as_str(), url), ("sent", "https://example.com/MADE-UP"));
    mock.assert();

    let json = json!({"status": 200, "message": "success"});
    let mut read: airpay::types::ForgotPasswordAnswer = serde_json::from_value(json).unwrap();
    read.message = "read".to_owned();
    server.mock_call(airpay::of_customer(&client).mobile_no("9876543979"), |_, then| then.response(read));
    let response = airpay::of_customer(&client).mobile_no("9876543979").send().await.unwrap();
    assert_eq!((response.message.as_str(), response.data.is_none()), ("read", true));
}

#[tokio::test]
async fn a_response_can_be_late() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    server.mock_any_call(client.forgot_password(), |_, then| then.example("success").delay(Duration::from_secs(2)));
    let error = airpay::of_customer(&client).send().await.unwrap_err();
    assert!(matches!(&error, Error::Transport(transport) if transport.fault() == Fault::Timeout), "{error:?}");
}

mod digipay {
    use countersign_digipay::builder::VerifyLoginPin;
    pub use countersign_digipay::{Client, types};

    pub fn login(client: &Client, pin: &str) -> VerifyLoginPin {
        let call = client.verify_login_pin().login_pin(pin).phone_number("+1234567890").dial_code("+1");
        call.user_type(2).device_type("android").device_id("123").device_unique_id("123456")
    }
}

#[tokio::test]
async fn a_json_body_is_recognised_by_its_fields_and_a_session_is_mocked_like_any_operation() {
    use digipay::login;

    let server = MockServer::start_async().await;
    let builder = digipay::Client::builder().client_id("c").secret_key("k").company_id("company");
    let client = builder.base_url(server.base_url()).build().unwrap();
    let session = server.mock_any_call(client.authenticate(), |_, then| then.example("issued"));
    let right = server.mock_call(login(&client, "1234"), |when, then| {
        let _ = when.header("authorization", "Token made-up-access-token");
        then.example("verified")
    });
    let wrong = server.mock_call(login(&client, "4321"), |_, then| then.example("bad_request"));
    let response = login(&client, "1234").send().await.unwrap();
    assert_eq!(response.data.user_id.expose(), "made-up-user-id");
    let error = login(&client, "4321").send().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.message()), (Some(400), Some("1"), Some("BAD_REQUEST")));
    let refusal: digipay::types::Refusal = error.refusal().unwrap().body().unwrap();
    assert_eq!(refusal.success, 0);
    for (mock, calls) in [(session, 1), (right, 1), (wrong, 1)] {
        mock.assert_calls(calls);
    }
}

#[tokio::test]
async fn a_response_without_a_body_and_a_refusal_of_another_operation() {
    use countersign_banamex::Client;

    let server = MockServer::start_async().await;
    let builder = Client::builder().client_id("c").client_secret("s").channel_id("channel").sid("sid");
    let client = builder.access_token("made-up-token").base_url(server.base_url()).build().unwrap();
    let change = server.mock_call(client.change_soft_token_status(), |_, then| then.example("204"));
    let rollback = server.mock_call(client.rollback_soft_token_status(), |_, then| then.response(()));
    let phone = server.mock_call(client.get_certified_phone(), |_, then| then.example("businessValidationFailed"));
    assert_eq!(client.change_soft_token_status().send().await.unwrap().meta().status(), 204);
    assert_eq!(client.rollback_soft_token_status().send().await.unwrap().meta().status(), 204);
    let error = client.get_certified_phone().send().await.unwrap_err();
    let known = (error.status(), error.kind(), error.code());
    assert_eq!(known, (Some(422), Kind::Declined, Some("businessValidationFailed")));
    for mock in [change, rollback, phone] {
        mock.assert();
    }
}

#[tokio::test]
async fn what_is_encrypted_on_its_way_is_not_looked_at_and_all_else_is() {
    use countersign_zindigi::Client;
    use countersign_zindigi::builder::ResetMpin;

    fn reset(client: &Client, cnic: &str, pin: &str) -> ResetMpin {
        let call = client.reset_mpin().os("Android").cnic(cnic).mobile("03001234567");
        call.login_pin(pin).confirm_login_pin(pin).otp_code("123456").device_id("DeviceId")
    }

    let server = MockServer::start_async().await;
    let client = Client::builder()
        .client_id("c")
        .pin_public_key(countersign_tests::key_pair::KeyPair::generate().public)
        .client_secret("made-up-secret")
        .organization_id("223")
        .base_url(server.base_url())
        .build()
        .unwrap();
    let known = server
        .mock_call(reset(&client, "1234512345671", "0000"), |_, then| then.json(200, json!({"errorcode": "4005"})));
    let unknown = server.mock_call(reset(&client, "9999999999999", "0000"), |_, then| {
        then.json(500, json!({"errorcode": "4004", "messages": "Something Went Wrong"}))
    });
    let error = reset(&client, "1234512345671", "4321").send().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.kind()), (Some(200), Some("4005"), Kind::NotFound));
    known.assert();
    unknown.assert_calls(0);
}

#[tokio::test]
#[should_panic(expected = "`dob` is required")]
async fn an_expectation_that_lacks_a_field_says_which() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    server.mock_call(client.forgot_password().mobile_no("9876543978"), |_, then| then);
}

#[tokio::test]
#[should_panic(expected = r#"no example "sucess" of a response to this operation; it has "success", "failure""#)]
async fn an_example_that_is_not_there_is_named_with_those_that_are() {
    let server = MockServer::start_async().await;
    let client = airpay::client(&server);
    server.mock_call(airpay::of_customer(&client), |_, then| then.example("sucess"));
}

/// Each example that a crate has of a success is one to its client, and each of a refusal none.
#[tokio::test]
async fn a_client_takes_the_examples_for_what_they_are() {
    use countersign_banamex::Client;

    let server = MockServer::start_async().await;
    let builder = Client::builder().client_id("c").client_secret("s").channel_id("channel").sid("sid").retries(0);
    let client = builder.access_token("made-up-token").base_url(server.base_url()).build().unwrap();
    for (example, kind) in [
        ("certified", None),
        ("invalidRequest", Some(Kind::InvalidRequest)),
        ("unAuthorized", Some(Kind::Unauthenticated)),
        ("accessNotConfigured", Some(Kind::Forbidden)),
        ("resourceNotFound", Some(Kind::NotFound)),
        ("businessValidationFailed", Some(Kind::Declined)),
        ("serverUnavailable", Some(Kind::Unavailable)),
    ] {
        let mut mock = server.mock_call(client.get_certified_phone(), |_, then| then.example(example));
        let result = client.get_certified_phone().send().await;
        assert_eq!(result.err().map(|error| error.kind()), kind, "{example}");
        mock.delete();
    }
}
