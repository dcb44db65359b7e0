//! airpay: the checksum against vectors of other programs, the request on the wire, and every response of the documentation.

use std::path::PathBuf;
use std::sync::Arc;

use countersign::{Builder, Call, Response};
use countersign_airpay::{Client, ClientBuilder, Date, Error, Kind, Override, PLAN, types};
use countersign_tests::provider::{Provider, headers};
use sha2::{Digest, Sha256};

const SUCCESS: &str =
    r#"{"status":200,"message":"success","data":{"url":"https://testcards.arpy.co.in/user/resetpass/MADE-UP"}}"#;
const FAILURE: &str = r#"{"status":400,"message":"fail"}"#;

fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .affiliate("the-affiliate")
        .processor_key("the-processor-key")
        .secret_key("a secret key of our own")
        .base_url(url)
}

async fn answering(status: u16, body: &'static str) -> Provider {
    Provider::start(move |_| (status, body.to_owned())).await
}

async fn forgot_password(client: &Client) -> Result<Response<types::ForgotPasswordAnswer>, Error> {
    let born = Date::constant(1958, 1, 2);
    client.forgot_password().mobile_no("9876543978").dob(born).send().await
}

fn vector(case: &str, file: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/airpay").join(case).join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(case: &str, file: &str) -> String {
    String::from_utf8(vector(case, file)).unwrap()
}

/// The files of a vector belong together: this much is checked without the client.
fn stages(case: &str) -> (String, String) {
    let digest = Sha256::digest(vector(case, "1-string-to-sign"));
    assert_eq!(digest.to_vec(), vector(case, "2-digest"), "{case}");
    (text(case, "3-checksum"), text(case, "body"))
}

#[tokio::test]
async fn the_request_is_what_the_documentation_shows() {
    let provider = answering(200, SUCCESS).await;
    let answer = forgot_password(&builder(&provider.url()).build().unwrap()).await.unwrap();
    assert_eq!((answer.status, answer.message.as_str(), answer.meta().attempts()), (200, "success", 1));
    assert!(answer.data.as_ref().unwrap().url.expose().ends_with("/MADE-UP"));
    let call = provider.only_call();
    let (checksum, body) = stages("documented-order");
    assert_eq!(call.line, "POST /forgot-password");
    assert_eq!(
        call.headers,
        headers([
            ("accept", "application/json"),
            ("affiliate", "the-affiliate"),
            ("checksum", &checksum),
            ("content-type", "application/x-www-form-urlencoded"),
            ("processor-key", "the-processor-key"),
        ])
    );
    assert_eq!(call.body, body);
    assert_eq!(body, "mobile_no=9876543978&dob=1958-01-02");
}

#[tokio::test]
async fn another_order_of_the_signed_fields_is_a_correction() {
    let provider = answering(200, SUCCESS).await;
    let order = Override::signed_fields("forgot_password", ["dob", "mobile_no"]);
    forgot_password(&builder(&provider.url()).with_override(order).build().unwrap()).await.unwrap();
    let (checksum, body) = stages("corrected-order");
    let call = provider.only_call();
    assert_eq!((call.header("checksum"), &call.body), (Some(checksum.as_str()), &body));
}

#[tokio::test]
async fn the_checksum_is_over_decoded_values() {
    // airpay's two fields cannot hold these values, so the document is read without its pattern and its date.
    let text = countersign_airpay::OPENAPI.replace("pattern: ^[0-9]{10}$", "minLength: 1");
    let text = text.replace("          format: date\n", "");
    let plan = Arc::new(countersign_spec::read("specs/airpay.yaml", &text).unwrap().plan().clone());
    for (case, mobile_no, dob) in
        [("not-ascii", "José Ñandú 💳", "١٩٥٨-٠١-٠٢"), ("reserved", "+91 98&765=43978", "100%25 of a+b & c d")]
    {
        let provider = answering(200, SUCCESS).await;
        let executor = Builder::new(Arc::clone(&plan))
            .credential("affiliate", "the-affiliate")
            .credential("processor_key", "the-processor-key")
            .credential("secret_key", "a secret key of our own")
            .base_url(provider.url())
            .build()
            .unwrap();
        executor.call(Call::new("forgot_password").value("mobile_no", mobile_no).value("dob", dob)).await.unwrap();
        let (checksum, body) = stages(case);
        let call = provider.only_call();
        assert_eq!((call.header("checksum"), &call.body), (Some(checksum.as_str()), &body), "{case}");
    }
}

#[tokio::test]
async fn a_document_whose_order_is_not_alphabetical_is_sent_and_signed_in_its_own() {
    // The names are sorted by the generator of the types, so an order that is not alphabetical shows who decides.
    assert_eq!(*PLAN.operations[0].signed_fields, ["mobile_no", "dob"]);
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).build().unwrap();
    let request: types::ForgotPasswordRequest = types::ForgotPasswordRequest::builder()
        .dob(Date::constant(1958, 1, 2))
        .mobile_no("9876543978")
        .try_into()
        .unwrap();
    assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"mobile_no":"9876543978","dob":"1958-01-02"}"#);
    client.forgot_password().body(request).send().await.unwrap();
    assert_eq!(provider.only_call().body, "mobile_no=9876543978&dob=1958-01-02");
}

#[tokio::test]
async fn a_refusal_inside_a_200_is_an_error() {
    for status in [200, 400, 500] {
        let provider = answering(status, FAILURE).await;
        let error = forgot_password(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::Api(_)));
        assert_eq!(error.kind(), Kind::InvalidRequest);
        assert_eq!((error.code(), error.message(), error.status()), (Some("400"), Some("fail"), Some(status)));
        let body: types::ForgotPasswordAnswer = error.refusal().unwrap().body().unwrap();
        assert!(body.data.is_none());
        assert_eq!(provider.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_success_is_one_whatever_the_status_and_whatever_else_is_in_it() {
    let more = r#"{"status":200,"message":"success","data":{"url":"https://x.example","since":1},"extra":{"a":[1]}}"#;
    for status in [200, 201, 400] {
        let provider = answering(status, more).await;
        let answer = forgot_password(&builder(&provider.url()).build().unwrap()).await.unwrap();
        assert_eq!(answer.meta().status(), status);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_as_documented_is_never_a_success() {
    for (body, reason) in [
        ("", "no body"),
        ("<html>", "not JSON"),
        ("{}", "neither success nor why"),
        (r#"{"status":200}"#, "its body is not as documented: /message is missing"),
        (r#"{"status":200,"message":"success","data":{}}"#, "/data/url is missing"),
        (r#"{"status":200,"message":"success","data":{"url":7}}"#, "/data/url should be text and is an integer"),
    ] {
        let provider = answering(200, body).await;
        let error = forgot_password(&builder(&provider.url()).build().unwrap()).await.unwrap_err();
        let Error::InvalidResponse(unreadable) = &error else { panic!("{body}: {error}") };
        assert!(error.to_string().contains(reason), "{body}: {error}");
        assert!(error.may_have_been_carried_out());
        assert_eq!((unreadable.body_bytes().as_ref(), error.attempts()), (body.as_bytes(), 1));
    }
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_named_and_nothing_is_sent() {
    let provider = answering(200, SUCCESS).await;
    let client = builder(&provider.url()).build().unwrap();
    let born = Date::constant(1958, 1, 2);
    let error = client.forgot_password().dob(born).send().await.unwrap_err();
    assert!(error.to_string().contains("`mobile_no` is required"), "{error}");
    for number in ["987654397", "98765439780", "+919876543978", "987654397x", ""] {
        let error = client.forgot_password().dob(born).mobile_no(number).send().await;
        let error = error.unwrap_err();
        let Error::InvalidRequest(not_sent) = &error else { panic!("{error}") };
        assert_eq!(not_sent.field(), Some("mobile_no"));
        assert!(not_sent.reason().contains("^[0-9]{10}$"), "{error}");
        assert!(number.is_empty() || !error.to_string().contains(number), "{error}");
    }
    assert!(provider.calls().is_empty());
}

#[test]
fn everything_that_is_missing_is_listed() {
    let error = Client::builder().affiliate("x").build().unwrap_err().to_string();
    for name in ["processor_key", "AIRPAY_PROCESSOR_KEY", "AIRPAY_PROCESSOR_KEY_FILE", "secret_key"] {
        assert!(error.contains(name), "{error} should name {name}");
    }
    assert!(!error.contains("AIRPAY_AFFILIATE"), "{error}");
}
