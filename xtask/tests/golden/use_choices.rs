//! Uses a generated crate whose values are one of several. It is built and run by the tests of xtask; nothing here reaches a
//! network.

use countersign_choices::mock::{self, MockServer, MockServerExt};
use countersign_choices::webhooks::Event;
use countersign_choices::{Client, Error, OPENAPI, Webhooks, builder, types};
use countersign_sandbox::Sandbox;

fn card() -> types::builder::Card {
    types::Card::builder().number("4111111111111111").cvc("123").brand("visa")
}

/// Each branch is given as itself, as its builder, or as its variant, and written as it is.
async fn a_branch_is_given() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().api_key("the key").base_url(server.base_url()).build()?;
    let whole = types::Card::try_from(card()).expect("a card");
    let account = types::PayRequestPayer::try_from(types::Account::builder().iban("DE02")).expect("an account");
    let pay = || client.pay().amount("1.00");
    let (by_card, by_account) = (r#"{"number":"4111111111111111","cvc":"123","brand":"visa"}"#, r#"{"iban":"DE02"}"#);
    for (call, payer) in [
        (pay().payer(card()), by_card),
        (pay().payer(whole.clone()), by_card),
        (pay().payer(types::PayRequestPayer::Card(whole)), by_card),
        (pay().payer(account), by_account),
        (pay().payer("w-7"), r#""w-7""#),
    ] {
        assert!(!format!("{call:?}").contains("4111") && !format!("{call:?}").contains("w-7"), "{call:?}");
        let body = format!(r#"{{"payer":{payer},"amount":"1.00"}}"#);
        let mock = server.mock(|when, then| {
            when.method("POST").path("/payments").body(&body);
            then.status(200).body(r#"{"state":"pending"}"#);
        });
        call.send().await?;
        mock.assert();
        mock.delete_async().await;
    }
    for (call, says) in [
        (pay().payer(types::Card::builder().number("4111111111111111")), "`cvc` is required: give it with `.cvc(…)`"),
        (pay().payer(card().number("4")), "payer/number: it must have at least 12 characters and has 1"),
        (pay().payer("7"), "payer: it must match the pattern ^w-"),
        (
            pay().payer("w-7").extras([types::Gift::builder().kind("card")]),
            "extras/0/kind: it must be one of \"insurance\", \"Gift\"",
        ),
        (
            pay().payer("w-7").extras([types::Insurance::builder().kind("insurance").sum(0)]),
            "extras/0/sum: it must be at least 1",
        ),
    ] {
        let error = call.send().await.expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
    }
    // The whole body.
    let order = |body: types::builder::Gift| -> builder::Order { client.order().body(body) };
    let mock = server.mock(|when, then| {
        when.path("/orders").body(r#"{"kind":"gift","text":"Hello"}"#);
        then.status(204);
    });
    order(types::Gift::builder().kind("gift").text("Hello")).send().await?;
    mock.assert();
    let error = order(types::Gift::builder().kind("gift").text("x".repeat(21))).send().await.expect_err("too long");
    assert!(error.to_string().contains("text: it must have at most 20 characters"), "{error}");
    let error = order(types::Gift::builder().kind("present")).send().await.expect_err("no such kind");
    assert!(error.to_string().contains("kind: it must be one of \"insurance\", \"gift\""), "{error}");
    Ok(())
}

/// A response is read as its branch, and what is none of them is kept.
async fn a_branch_is_received() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().api_key("the key").base_url(server.base_url()).build()?;
    let call = || client.pay().payer("w-7").amount("1.00");
    let paid = server.mock_call(call(), |_, then| then.example("paid"));
    let response = call().send().await?;
    let types::Outcome::Paid(outcome) = &*response else { panic!("{response:?}") };
    match &outcome.payer {
        Some(types::OutcomePaidPayer::Account(account)) => assert_eq!(account.iban.expose(), "DE02"),
        other => panic!("{other:?}"),
    }
    assert!(!format!("{response:?}").contains("DE02") && !format!("{response:?}").contains("Ana"), "{response:?}");
    paid.delete_async().await;

    let mut example = mock::example::<builder::Pay>("paid");
    if let types::Outcome::Paid(outcome) = &mut example {
        outcome.id = "p-2".to_owned();
    }
    let changed = server.mock_call(call(), |_, then| then.response(example));
    assert!(matches!(&*call().send().await?, types::Outcome::Paid(outcome) if outcome.id == "p-2"));
    changed.delete_async().await;

    for (body, is) in [
        (r#"{"state":"waiting","until":"2026-01-31"}"#, "pending"),
        (r#"{"state":"refunded","sum":0.10000000000000000001,"to":"SENTINEL"}"#, "unknown"),
        (r#"{"state":"paid","id":"p","payer":{"wallet":"SENTINEL"}}"#, "paid by whom nobody knows"),
        // Of several that fit, the first.
        (r#"{"state":"paid","id":"p","payer":{"iban":"SENTINEL","number":"SENTINEL","cvc":"SENTINEL"}}"#, "paid by an account"),
    ] {
        let mock = server.mock(|when, then| {
            when.path("/payments");
            then.status(200).body(body);
        });
        let response = call().send().await?;
        let shown = format!("{response:?}");
        assert!(!shown.contains("SENTINEL"), "{shown}");
        let said = match response.into_inner() {
            types::Outcome::Pending(_) => "pending",
            types::Outcome::Unknown(raw) => {
                assert_eq!(raw.expose().get(), body);
                "unknown"
            }
            types::Outcome::Paid(outcome) => match outcome.payer {
                Some(types::OutcomePaidPayer::Unknown(_)) => "paid by whom nobody knows",
                Some(types::OutcomePaidPayer::Account(_)) => "paid by an account",
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(said, is);
        mock.delete_async().await;
    }
    let mock = server.mock(|when, then| {
        when.path("/payments");
        then.status(200).body(r#"{"state":"paid","id":"p","payer":{"iban":{"SENTINEL":1}}}"#);
    });
    let error = call().send().await.expect_err("it is not of its type").to_string();
    assert!(error.contains("/payer/iban") && !error.contains("SENTINEL"), "{error}");
    mock.delete_async().await;
    Ok(())
}

async fn a_sandbox_takes_what_the_client_sends() -> Result<(), Error> {
    let sandbox = Sandbox::start(("choices", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).base_url(sandbox.url()).build()?;
    let insurance = types::Insurance::builder().kind("insurance").sum(100);
    client.pay().payer(card()).amount("1.00").extras([insurance.clone()]).send().await?;
    client.pay().payer("w-7").amount("1.00").send().await?;
    client.order().body(insurance).send().await?;
    Ok(())
}

/// An event is one of several like a response.
async fn an_event_is_one_of_several() {
    let sandbox = Sandbox::start(("choices", OPENAPI)).await.expect("a sandbox");
    let webhooks = Webhooks::builder().api_key(sandbox.value("api_key")).build().expect("all keys are given");
    let message = sandbox.event("payment_changed", "http://127.0.0.1:9/", None).expect("an event");
    match webhooks.verify(message.headers(), message.body().clone()).expect("it is right").event {
        Event::PaymentChanged(types::Outcome::Paid(outcome)) => assert_eq!(outcome.id, "text"),
        other => panic!("{other:?}"),
    }
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        a_branch_is_given().await?;
        a_branch_is_received().await?;
        a_sandbox_takes_what_the_client_sends().await?;
        an_event_is_one_of_several().await;
        Ok(())
    })
}
