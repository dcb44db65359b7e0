//! Responses that are signed or sealed: nothing of one is believed before its signature and its envelope hold.

use std::sync::Arc;

use countersign::plan::words::*;
use countersign::plan::{
    CipherMode, Condition, Credential, CredentialKind, DecidedBy, Function, Hash, Kind as RefusalKind, Operation,
    Outcome, Plan, ResponsePart, Retry, list, texts,
};
use countersign::{Builder, Call, CallOptions, Error, Executor, Response};
use countersign_tests::{Reply, Server};

const KEY: &str = "a key of our own";

/// An operation whose response is signed with an HMAC over its status and its body.
fn plan_of(operation: Operation) -> Arc<Plan> {
    Arc::new(Plan {
        credentials: vec![
            Credential::text("shared", "A key that both sides have."),
            Credential::of(CredentialKind::Hex, "aes", "A key that both sides have."),
        ]
        .into(),
        operations: vec![operation.arranged().unwrap()].into(),
        ..plan("acme", "Acme")
    })
}

fn outcome_of() -> Outcome {
    let paid: Condition = holds("/status", texts!["paid"]);
    let outcome = outcome(DecidedBy::StatusAndBody).success(vec![paid].into());
    outcome.code(texts!["/code"]).kinds(vec![("lost".into(), RefusalKind::Declined)].into())
}

fn signed() -> Arc<Plan> {
    let of = vec![response(ResponsePart::Status), text("."), response(ResponsePart::Body)];
    let tag = hex(vec![hmac(Hash::Sha256, list![credential("shared")], of.into())].into());
    let outcome = outcome_of().signed(vec![entry("X-Signature", vec![tag].into())].into());
    plan_of(operation("pay", "POST", "/pay").outcome(outcome))
}

fn tag(status: u16, body: &str, key: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
    hex::encode(aws_lc_rs::hmac::sign(&key, format!("{status}.{body}").as_bytes()))
}

fn client(plan: Arc<Plan>, url: String) -> Executor {
    let builder = Builder::new(plan).base_url(url).retries(0);
    builder.credential("shared", KEY).credential("aes", "000102030405060708090a0b0c0d0e0f").build().unwrap()
}

/// What becomes of a call that is answered with this.
async fn answered(
    plan: Arc<Plan>,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response<serde_json::Value>, Error> {
    let reply = Reply::with(status, headers, body);
    let server = Server::start(move |_, _| reply.clone()).await;
    client(plan, server.url()).call(Call::new("pay")).await
}

const PAID: &str = r#"{"status":"paid"}"#;
const REFUSED: &str = r#"{"status":"refused","code":"lost"}"#;

#[tokio::test]
async fn a_response_whose_signature_holds_is_what_it_says() {
    let right = tag(200, PAID, KEY);
    let response = answered(signed(), 200, &[("X-Signature", &right)], PAID).await.unwrap();
    assert_eq!(response["status"], "paid");
    let right = tag(422, REFUSED, KEY);
    let refused = answered(signed(), 422, &[("X-Signature", &right)], REFUSED).await.unwrap_err();
    assert_eq!(refused.code(), Some("lost"));
    assert!(!refused.may_have_been_carried_out(), "{refused}");
}

#[tokio::test]
async fn a_response_whose_signature_does_not_hold_is_neither_a_success_nor_a_refusal() {
    let right = tag(200, PAID, KEY);
    let another = tag(200, PAID, "another key");
    let other_status = tag(201, PAID, KEY);
    for (status, headers, body) in [
        (200, vec![], PAID),
        (200, vec![("X-Signature", "")], PAID),
        (200, vec![("X-Signature", &*another)], PAID),
        (200, vec![("X-Signature", &*other_status)], PAID),
        (200, vec![("X-Signature", &*right)], r#"{"status": "paid"}"#),
        (200, vec![("X-Signature", &*right), ("X-Signature", &*right)], PAID),
        (422, vec![("X-Signature", &*right)], REFUSED),
        (422, vec![], REFUSED),
        // A gateway signs nothing, and what claims to be a refusal at such a status is not believed either.
        (504, vec![], "<html>Gateway</html>"),
        (500, vec![], REFUSED),
    ] {
        let error = answered(signed(), status, &headers, body).await.unwrap_err();
        assert!(matches!(error, Error::UnverifiedResponse(_)), "{status} {headers:?} {body}: {error:?}");
        assert!(error.may_have_been_carried_out() && error.refusal().is_none(), "{error}");
        assert_eq!(error.status(), Some(status));
        let text = error.to_string();
        assert!(text.contains("is not believed") && text.contains("X-Signature") && !text.contains("lost"), "{text}");
    }
}

/// Most likely it is a gateway's, which signs nothing.
#[tokio::test]
async fn what_is_not_signed_and_leaves_the_end_open_is_asked_for_again_where_that_is_safe() {
    for (is_safe, status, requests) in [
        (true, 504, 2),
        (true, 500, 2),
        (true, 408, 2),
        (true, 200, 1),
        (true, 422, 1),
        (false, 504, 1),
        (false, 200, 1),
    ] {
        let right = tag(200, PAID, KEY);
        let server = Server::start(move |number, _| match number {
            0 => Reply::with(status, &[], "<html>"),
            _ => Reply::with(200, &[("X-Signature", &right)], PAID),
        })
        .await;
        let mut plan = Plan::clone(&signed());
        plan.operations.to_mut()[0].retry = if is_safe { Retry::Safe } else { Retry::Never };
        let client = client(Arc::new(plan), server.url()).with_options(CallOptions::new().retries(1));
        let answered = client.call(Call::new("pay")).await;
        assert_eq!((answered.is_ok(), server.received().len()), (requests == 2, requests), "{status}: {answered:?}");
    }
}

#[tokio::test]
async fn what_is_in_an_envelope_is_the_response_and_what_does_not_open_says_not_why() {
    // printf '{"status":"paid"}' | openssl enc -aes-128-cbc -K 000102030405060708090a0b0c0d0e0f -iv 30313233343536373839616263646566 | xxd -p
    const SEALED: &str = "36b648911ee09e3304684d97db5c7469adf5e37b9d1e70f1a1d84f4e50892d62";
    let opened = apply3(
        Function::Decipher(CipherMode::Cbc),
        list![credential("aes")],
        list![text("0123456789abcdef")],
        list![from_hex(list![received_field("/data")])],
    );
    let plan = || plan_of(operation("pay", "POST", "/pay").outcome(outcome_of()).opened(vec![opened.clone()].into()));
    let body = |sealed: &str| format!(r#"{{"data":"{sealed}"}}"#);
    let response = answered(plan(), 200, &[], &body(SEALED)).await.unwrap();
    assert_eq!(response["status"], "paid");
    let mut reasons = Vec::new();
    let changed = format!("{}00", &SEALED[..SEALED.len() - 2]);
    for sealed in
        [body(&changed), body(""), body("x"), body(&SEALED[2..]), PAID.to_owned(), String::new(), "[]".to_owned()]
    {
        let error = answered(plan(), 200, &[], &sealed).await.unwrap_err();
        assert!(matches!(error, Error::UnverifiedResponse(_)), "{sealed}: {error:?}");
        assert!(error.may_have_been_carried_out());
        reasons.push(error.to_string());
    }
    reasons.dedup();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    // A refusal is not sealed.
    let refused = answered(plan(), 422, &[], REFUSED).await.unwrap_err();
    assert_eq!(refused.code(), Some("lost"));
}

#[tokio::test]
async fn each_of_several_successes_is_opened_in_its_own_way_and_all_are_signed() {
    // The same as above.
    const SEALED: &str = "36b648911ee09e3304684d97db5c7469adf5e37b9d1e70f1a1d84f4e50892d62";
    let opened = |pointer: &'static str| {
        apply3(
            Function::Decipher(CipherMode::Cbc),
            list![credential("aes")],
            list![text("0123456789abcdef")],
            vec![from_hex(vec![received_field(pointer)].into())].into(),
        )
    };
    let successes = vec![
        success("200").opened(vec![opened("/data")].into()),
        success("202").opened(vec![opened("/other")].into()),
        success("203"),
        success("206").plain_text(),
    ];
    let plan = || {
        let outcome = outcome(DecidedBy::StatusAndBody);
        plan_of(operation("pay", "POST", "/pay").outcome(outcome).successes(successes.clone().into()))
    };
    for (status, name) in [(200, "data"), (202, "other")] {
        let body = format!(r#"{{"{name}":"{SEALED}"}}"#);
        assert_eq!(answered(plan(), status, &[], &body).await.unwrap()["status"], "paid", "{status}");
        let other = answered(plan(), if status == 200 { 202 } else { 200 }, &[], &body).await.unwrap_err();
        assert!(matches!(other, Error::UnverifiedResponse(_)), "{status}: {other:?}");
    }
    assert_eq!(answered(plan(), 203, &[], PAID).await.unwrap()["status"], "paid");
    assert_eq!(*answered(plan(), 206, &[], PAID).await.unwrap(), PAID);
    // Of a status that the document does not have, nobody knows how it is opened.
    let unknown = answered(plan(), 201, &[], PAID).await.unwrap_err();
    assert!(matches!(unknown, Error::UnverifiedResponse(_)) && unknown.may_have_been_carried_out(), "{unknown:?}");
    // A refusal is neither.
    assert_eq!(answered(plan(), 422, &[], REFUSED).await.unwrap_err().status(), Some(422));

    let tag = hex(list![hmac(Hash::Sha256, list![credential("shared")], list![response(ResponsePart::Body)])]);
    let outcome = outcome(DecidedBy::StatusAndBody).signed(vec![entry("X-Signature", vec![tag].into())].into());
    let signed = || {
        let successes = vec![success("200"), success("202").bytes(), success("204").empty()];
        plan_of(operation("pay", "POST", "/pay").outcome(outcome.clone()).successes(successes.into()))
    };
    for status in [200, 202, 204, 299] {
        let error = answered(signed(), status, &[("X-Signature", "00")], PAID).await.unwrap_err();
        assert!(matches!(error, Error::UnverifiedResponse(_)), "{status}: {error:?}");
    }
}
