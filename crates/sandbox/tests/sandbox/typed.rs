//! The generated clients, as their users call them.

use countersign::{Date, Kind};
use countersign_sandbox::Sandbox;

use crate::support::last;

#[tokio::test]
async fn airpay() {
    let sandbox = Sandbox::start(countersign_airpay::OPENAPI).await.unwrap();
    let client = countersign_airpay::Client::builder()
        .base_url(sandbox.url())
        .affiliate(sandbox.value("affiliate"))
        .processor_key(sandbox.value("processor_key"))
        .secret_key(sandbox.value("secret_key"))
        .build()
        .unwrap();
    let born = Date::constant(1958, 1, 2);
    let response = client.forgot_password().mobile_no("9876543978").dob(born).send().await.unwrap();
    assert_eq!((response.status, response.message.as_str()), (200, "success"));
    let call = client.forgot_password().mobile_no("9000000400").dob(born).send();
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), last(&sandbox).example()), (Kind::InvalidRequest, Some("failure")));
}

#[tokio::test]
async fn banamex() {
    let sandbox = Sandbox::start(("banamex", countersign_banamex::OPENAPI)).await.unwrap();
    let client = countersign_banamex::Client::builder()
        .base_url(sandbox.url())
        .client_id(sandbox.value("client_id"))
        .client_secret(sandbox.value("client_secret"))
        .channel_id("mobile")
        .sid("a-session-of-the-test")
        .build()
        .unwrap();
    let response = client.get_certified_phone().send().await.unwrap();
    assert_eq!(response.phone_number.expose(), "1234567890");
    client.change_soft_token_status().send().await.unwrap();
    client.rollback_soft_token_status().send().await.unwrap();
    assert_eq!(client.issue_token().send().await.unwrap().expires_in, 3600);
}

#[tokio::test]
async fn digipay() {
    let sandbox = Sandbox::start(("digipay", countersign_digipay::OPENAPI)).await.unwrap();
    let client = countersign_digipay::Client::builder()
        .base_url(sandbox.url())
        .client_id(sandbox.value("client_id"))
        .secret_key(sandbox.value("secret_key"))
        .company_id(sandbox.value("company_id"))
        .build()
        .unwrap();
    let verify = |pin: &'static str| {
        let call = client.verify_login_pin().login_pin(pin).phone_number("+1234567890").dial_code("+1");
        call.user_type(2).device_type("android").device_id("123").device_unique_id("123456")
    };
    let response = verify("1234").send().await.unwrap();
    assert_eq!(response.data.user_id.expose(), "made-up-user-id");
    assert_eq!(client.authenticate().send().await.unwrap().status_code, Some(200));
    let error = verify("0000").send().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::InvalidRequest, Some("BAD_REQUEST")));
}

#[tokio::test]
async fn zindigi() {
    let sandbox = Sandbox::start(("zindigi", countersign_zindigi::OPENAPI)).await.unwrap();
    let client = countersign_zindigi::Client::builder()
        .base_url(sandbox.url())
        .client_id(sandbox.value("client_id"))
        .pin_public_key(sandbox.value("pin_public_key"))
        .build()
        .unwrap();
    let reset = |cnic: &'static str| {
        let call = client.reset_mpin().os("Android").cnic(cnic).mobile("03001234567");
        call.confirm_login_pin("1234").login_pin("1234").otp_code("123456").device_id("a-device")
    };
    let response = reset("1234512345671").send().await.unwrap();
    let sent = response.reset_mpin_res.send_otp_response.as_ref().unwrap();
    assert_eq!(sent.status_code.as_deref(), Some("00"));
    let error = reset("0000000004005").send().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::NotFound, Some("4005")));

    // A renewed client secret takes the place of the first.
    client.renew_client_secret().send().await.unwrap();
    reset("1234512345671").send().await.unwrap();
    assert_eq!(client.issue_client_secret().send().await.unwrap().response_code, "0000");
}
