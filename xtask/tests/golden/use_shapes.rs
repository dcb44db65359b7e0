//! Uses a generated crate whose parameters, bodies and responses have every shape that they may have. It is built and run by
//! the tests of xtask; nothing here reaches a network.

use countersign_sandbox::Sandbox;
use countersign_shapes::mock::{MockServer, MockServerExt};
use countersign_shapes::{Client, Date, Error, OPENAPI, types};

async fn lists_and_objects_are_parameters() -> Result<(), Error> {
    let sandbox = Sandbox::start(("shapes", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).access_token(sandbox.value("access_token")).base_url(sandbox.url()).build()?;
    let paid = types::ListPaymentsStateItem::Paid;
    let call = client
        .list_payments()
        .ids([1, 2])
        .state([paid.clone(), types::ListPaymentsStateItem::Void])
        .currency(["EUR", "MXN"])
        .words(["a,b", "c"])
        .email(["ana@example.com", "bea@example.com"])
        .filter(types::ListPaymentsFilter::builder().since(Date::constant(2026, 1, 31)).payer_name("Ana & Bea").live(true))
        .paging(types::ListPaymentsPaging::builder().page(2))
        .x_tags(["x", "y"]);
    let payments = call.clone().send().await?;
    assert_eq!((payments.len(), payments[0].id), (1, 1));
    let held = call.clone().state([paid, types::ListPaymentsStateItem::Held]).send().await?;
    assert_eq!(held.len(), 0);
    let received = sandbox.received();
    assert!(received.iter().all(|received| !received.is_refused()), "{received:?}");
    assert!(!format!("{received:?} {call:?}").contains("ana@example"));

    let server = MockServer::start_async().await;
    let mocked = Client::builder().api_key("a key").access_token("a token").base_url(server.base_url()).build()?;
    let two = |client: &Client| client.list_payments().ids([1]).state(["paid", "void"]).x_tags(["x", "y"]);
    let mock = server.mock_call(two(&mocked), |_, then| then.example("some"));
    two(&mocked).send().await?;
    mock.assert();
    let other = mocked.list_payments().ids([1]).state(["paid", "held"]).x_tags(["x", "y"]).send().await;
    assert_eq!(other.expect_err("it is mocked otherwise").status(), Some(404));

    for (call, name) in [
        (client.list_payments().ids([1]), "state"),
        (client.list_payments().ids([1]).state(["paid"]).currency(["eur"]), "currency/0"),
        (client.list_payments().ids([1]).state(["paid"]).currency(["EUR", "EUR"]), "currency"),
        (client.list_payments().ids([1]).state(["paid"]).email(["a|b"]), "email"),
        (client.list_payments().ids([1]).state(["paid"]).filter(types::ListPaymentsFilter::builder()), "since"),
    ] {
        let error = call.send().await.expect_err(name).to_string();
        assert!(error.contains(name), "{name}: {error}");
    }
    Ok(())
}

async fn a_body_is_left_out() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().api_key("a key").access_token("a token").base_url(server.base_url()).build()?;
    let without = server.mock(|when, then| {
        when.path("/refunds/1").is_true(|request| {
            let has_type = request.headers().iter().any(|(name, _)| name.as_str() == "content-type");
            request.body_vec().is_empty() && !has_type
        });
        then.status(200);
    });
    client.refund().id(1).send().await?;
    client.cancel_refund().id(1).send().await?;
    without.assert_calls(2);
    let with = client.refund().id(2).amount("1.00");
    let mock = server.mock_call(with.clone(), |_, then| then.example("200"));
    with.send().await?;
    client.refund().id(2).body(types::RefundRequest::builder().amount("1.00").note("x")).send().await?;
    mock.assert_calls(2);
    let sandbox = Sandbox::start(("shapes", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).access_token(sandbox.value("access_token")).base_url(sandbox.url()).build()?;
    client.refund().id(1).send().await?;
    client.refund().id(1).amount("1.00").send().await?;
    client.cancel_refund().id(1).send().await?;
    client.cancel_refund().id(1).reason("a mistake").send().await?;
    let error = client.refund().id(1).note("x").send().await.expect_err("an amount is missing").to_string();
    assert!(error.contains("`amount` is required"), "{error}");
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    Ok(())
}

async fn a_body_is_no_object() -> Result<(), Error> {
    let sandbox = Sandbox::start(("shapes", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).access_token(sandbox.value("access_token")).base_url(sandbox.url()).build()?;
    let one = || types::PayBatchRequestItem::builder().amount("1.00").payer_name("Ana Lopez");
    assert_eq!(client.pay_batch().body([one(), one().amount("2.50")]).send().await?.into_inner(), 2);
    assert_eq!(client.set_speed().body(types::SetSpeedBody::Slow).send().await?.into_inner(), "fast");
    for (error, name) in [
        (client.pay_batch().body([one().amount("1")]).send().await.expect_err("no amount"), "body/0/amount: it must match"),
        (client.pay_batch().send().await.expect_err("no body"), "`body` is required"),
        (client.set_speed().body("later").send().await.expect_err("no speed"), "body: it must be one of"),
    ] {
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
    assert!(!format!("{:?} {:?}", sandbox.received(), client.pay_batch().body([one()])).contains("Lopez"));
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let server = MockServer::start_async().await;
    let client = Client::builder().api_key("a key").access_token("a token").base_url(server.base_url()).build()?;
    let mock = server.mock_call(client.pay_batch().body([one()]), |_, then| then.example("two"));
    let speed = server.mock_call(client.set_speed().body("slow"), |_, then| then.example("before"));
    client.pay_batch().body([one()]).send().await?;
    client.set_speed().body("slow").send().await?;
    assert!(client.set_speed().body("fast").send().await.is_err());
    mock.assert();
    speed.assert();
    Ok(())
}

async fn media_types_are_the_documents() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().api_key("a key").access_token("a token").base_url(server.base_url()).build()?;
    let call = client.add_payer().id(7);
    let mock = server.mock_call(call.clone(), |when, then| {
        let when = when.header("authorization", "Bearer a token");
        let when = when.header("content-type", "application/vnd.api+json; version=2");
        (when.header("accept", "application/vnd.api+json"), then.example("payer"))
    });
    assert_eq!(call.clone().send().await?.id, 1);
    mock.assert();
    let sandbox = Sandbox::start(("shapes", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).access_token(sandbox.value("access_token")).base_url(sandbox.url()).build()?;
    let payer = client.add_payer().id(7).send().await?;
    assert_eq!(payer.meta().header("content-type"), Some("application/vnd.api+json"));
    Ok(())
}

fn main() {
    let runtime = tokio_runtime();
    runtime.block_on(media_types_are_the_documents()).expect("media types");
    runtime.block_on(a_body_is_no_object()).expect("a body that is no object");
    runtime.block_on(a_body_is_left_out()).expect("an optional body");
    runtime.block_on(lists_and_objects_are_parameters()).expect("lists and objects");
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
