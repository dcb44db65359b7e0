//! Uses a generated crate whose lists go on in every way that a list may. It is built and run by the tests of xtask; nothing
//! here reaches a network.

use countersign_pages::mock::{MockServer, MockServerExt};
use countersign_pages::{Client, Date, Error, Items, OPENAPI, Pages, Position, types};
use countersign_sandbox::Sandbox;

fn client(server: &MockServer) -> Result<Client, Error> {
    Client::builder().api_key("a key").base_url(server.base_url()).retries(0).build()
}

async fn all<I>(mut items: Items<I>) -> Result<Vec<I>, Error> {
    let mut came = Vec::new();
    while let Some(item) = items.next().await {
        came.push(item?);
    }
    Ok(came)
}

async fn a_mock_has_several_pages() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let call = client.list_payments().limit(2).x_tenant("t1");
    let second = server.mock_call(call.clone().after("second"), |_, then| then.example("last"));
    let first = server.mock_call(call.clone(), |when, then| (when.query_param_missing("after"), then.example("first")));
    let payments = all(call.clone().items()).await?;
    let ids: Vec<&str> = payments.iter().map(|payment| payment.id.as_str()).collect();
    assert_eq!(ids, ["p1", "p2", "p3"]);
    assert!(!format!("{payments:?}").contains("Ana"));
    first.assert();
    second.assert();

    let mut pages: Pages<types::ListPaymentsResponse> = call.clone().pages();
    let page = pages.next().await.expect("a page")?;
    assert_eq!((page.payments.len(), page.meta().status()), (2, 200));
    let position: Position = pages.position().expect("a page after it").clone();
    second.delete_async().await;
    assert_eq!(pages.next().await.expect("an error").expect_err("no mock is left").status(), Some(404));
    assert!(pages.next().await.is_none());
    server.mock_call(call.clone().after("second"), |_, then| then.example("last"));
    let rest = all(call.items().starting_at(position)).await?;
    assert_eq!(rest.len(), 1);
    Ok(())
}

async fn a_sandbox_has_several_pages() -> Result<(), Error> {
    let sandbox = Sandbox::start(("pages", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().api_key(sandbox.value("api_key")).base_url(sandbox.url()).build()?;
    assert_eq!(all(client.list_payments().items()).await?.len(), 3);
    let orders = all(client.search_orders().state("all").above("0.10").items()).await?;
    assert_eq!(orders.iter().map(|order| order.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(all(client.list_charges().items()).await?.len(), 1);
    assert_eq!(all(client.list_trades().items()).await?, [7]);
    assert_eq!(all(client.search_sales().day(Date::constant(2026, 1, 31)).items()).await?, ["a"]);
    assert_eq!(all(client.list_customers().items()).await?.len(), 1);
    assert_eq!(all(client.list_refunds().items()).await?.len(), 1);
    // The setter `items` is that of a parameter.
    assert_eq!(all(client.list_holds().items("x").page(types::ListHoldsPage::builder().size(5)).all_items()).await?.len(), 1);
    assert_eq!(all(client.list_logs().tenant("acme").items()).await?, ["a"]);
    assert_eq!(all(client.list_events().items()).await?, ["a"]);
    let page = client.list_events().pages().next().await.expect("a page")?;
    assert_eq!((page.len(), page.headers().x_total()?), (1, Some(1)));
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    Ok(())
}

async fn a_page_is_held_to_the_document() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let wrong = |body: serde_json::Value| server.mock_any_call(client.list_payments(), |_, then| then.json(200, body));
    let mock = wrong(serde_json::json!({"next": null}));
    let error = all(client.list_payments().items()).await.expect_err("it has no list").to_string();
    assert!(error.contains("/payments is missing"), "{error}");
    mock.delete_async().await;
    wrong(serde_json::json!({"payments": [{"id": "SENTINEL", "amount": "SENTINEL"}]}));
    let error = all(client.list_payments().items()).await.expect_err("it has another type").to_string();
    assert!(error.contains("/payments/0/amount") && !error.contains("SENTINEL"), "{error}");
    let error = all(client.search_orders().items()).await.expect_err("a state is missing").to_string();
    assert!(error.contains("`state` is required"), "{error}");
    Ok(())
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(a_mock_has_several_pages()).expect("mocks");
    runtime.block_on(a_sandbox_has_several_pages()).expect("a sandbox");
    runtime.block_on(a_page_is_held_to_the_document()).expect("pages as documented");
}
