//! Uses a generated crate whose responses are of many kinds. It is built and run by the tests of xtask; nothing here reaches a
//! network.

use countersign_receipts::mock::{self, MockServer, MockServerExt};
use countersign_receipts::types::{GetOrderHeadersXState, GetStatementSuccess, PlaceOrderSuccess};
use countersign_receipts::{Binary, Client, Download, Error, OPENAPI, builder};
use countersign_sandbox::Sandbox;

async fn the_status_says_which_success_it_is() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().base_url(server.base_url()).build()?;
    let place = |item: &str| client.place_order().item(item);

    server.mock_call(place("tea"), |_, then| then.example("paid"));
    let paid = place("tea").send().await?;
    assert_eq!(paid.meta().status(), 200);
    let PlaceOrderSuccess::Ok(payment) = paid.into_inner() else { panic!("it was paid") };
    assert_eq!((payment.id.as_str(), payment.amount.map(|amount| amount.to_string())), ("p-1", Some("12.5".to_owned())));
    assert!(!format!("{payment:?}").contains("4111"));

    server.mock_call(place("later"), |_, then| then.example("later"));
    let later = place("later").send().await?;
    assert_eq!(later.meta().status(), 202);
    assert!(matches!(&*later, PlaceOrderSuccess::Accepted(pending) if pending.ticket == "t-1"));

    server.mock_call(place("again"), |_, then| then.example("204"));
    assert!(matches!(place("again").send().await?.into_inner(), PlaceOrderSuccess::NoContent));

    // In the range, a status that no other success has.
    server.mock_call(place("odd"), |_, then| then.example("sold"));
    let odd = place("odd").send().await?;
    assert_eq!(odd.meta().status(), 201);
    assert!(matches!(&*odd, PlaceOrderSuccess::Success(text) if text.starts_with("sold out")));

    // What a test makes of an example goes out with its status again.
    let changed = match mock::example::<builder::PlaceOrder>("later") {
        PlaceOrderSuccess::Accepted(mut pending) => {
            pending.ticket = "t-2".to_owned();
            PlaceOrderSuccess::Accepted(pending)
        }
        other => other,
    };
    for (item, response, status) in [
        ("a", changed, 202),
        ("b", PlaceOrderSuccess::NoContent, 204),
        ("c", PlaceOrderSuccess::Success("more".to_owned()), 201),
    ] {
        server.mock_call(place(item), |_, then| then.response(response.clone()));
        let got = place(item).send().await?;
        assert_eq!((got.meta().status(), format!("{:?}", *got)), (status, format!("{response:?}")));
    }

    server.mock_call(place("none"), |_, then| then.example("refused"));
    assert_eq!(place("none").send().await.expect_err("it is refused").code(), Some("17"));
    server.mock_call(place("broken"), |_, then| then.json(202, [1]));
    let broken = place("broken").send().await.expect_err("no ticket").to_string();
    assert!(broken.contains("it should be an object and is an array"), "{broken}");
    Ok(())
}

async fn statuses_that_carry_the_same_are_one_type() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().base_url(server.base_url()).build()?;
    server.mock_call(client.get_order().id("o-1"), |_, then| then.example("known"));
    let order = client.get_order().id("o-1").send().await?;
    assert_eq!(order.id, "p-2");
    let headers = order.headers();
    assert_eq!((headers.x_calls_left()?, headers.x_live()?, headers.x_rates()?.len()), (17, None, 0));
    assert_eq!((headers.x_tags()?, headers.x_payer()?.map(|payer| payer.expose().clone())), (vec!["tea".to_owned(), "gift".to_owned()], Some("Ada Lovelace".to_owned())));
    assert!(headers.x_state()?.is_none() && !format!("{headers:?} {order:?}").contains("Ada"));

    // What is not as it should be is an error where it is read, and nowhere else.
    server.mock_call(client.get_order().id("o-2"), |_, then| {
        let then = then.example("known").header("x-tags", "tea, gift").header("x-tags", " more , ").header("x-live", "hunter2");
        then.header("x-rates", "0.10,2").header("x-state", "odd").header("x-calls-left", "18").header("x-calls-left", "17")
    });
    let order = client.get_order().id("o-2").send().await?;
    let headers = order.headers();
    assert_eq!(headers.x_tags()?, ["tea", "gift", "more"]);
    assert_eq!(headers.x_rates()?.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.10", "2"]);
    assert!(matches!(headers.x_state()?, Some(GetOrderHeadersXState::Unknown(_))));
    for error in [headers.x_live().expect_err("a text"), headers.x_calls_left().expect_err("two of it")] {
        let text = error.to_string();
        assert!(text.contains("its header X-") && !text.contains("hunter2"), "{text}");
    }
    Ok(())
}

async fn files_and_texts_are_read_as_they_come() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().base_url(server.base_url()).build()?;
    let receipt = || client.get_receipt().id("o-1");
    let mock = server.mock_call(receipt(), |when, then| {
        let when = when.header("accept", "application/pdf");
        (when, then.response(Binary::from(vec![0, 255, 10])))
    });
    let file = receipt().send().await?;
    assert_eq!((&file[..], format!("{file:?}").contains("Binary(3 bytes)")), (&[0, 255, 10][..], true));
    mock.delete_async().await;

    server.mock_call(client.get_statement(), |when, then| {
        let when = when.header("accept", "text/csv, application/json");
        (when, then.example("lines"))
    });
    let statement = client.get_statement().send().await?;
    assert!(!format!("{statement:?}").contains("Ada"));
    assert!(matches!(&*statement, GetStatementSuccess::Ok(text) if text.expose() == "name,amount\nAda,1\n"));

    // A page, or a refusal, is no file.
    for (media_type, body) in [("text/html", "<html>"), ("application/json; charset=utf-8", "{}")] {
        let page = server.mock(|when, then| {
            when.path("/orders/o-1/receipt");
            then.status(200).header("content-type", media_type).body(body);
        });
        let error = receipt().send().await.expect_err("no file");
        assert!(error.may_have_been_carried_out() && error.to_string().contains("application/pdf"), "{error}");
        page.delete_async().await;
    }
    Ok(())
}

async fn a_file_is_written_while_it_comes() -> Result<(), Error> {
    let sandbox = Sandbox::start(("receipts", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().base_url(sandbox.url()).build()?;
    let path = std::env::temp_dir().join(format!("receipt-{}.pdf", std::process::id()));
    let written = client.get_receipt().id("o-1").send_to_file(&path).await?;
    assert_eq!((*written, written.meta().status(), written.headers().x_number()?), (16, 200, Some(7)));
    let bytes = std::fs::read(&path).expect("the file");
    std::fs::remove_file(&path).expect("the file");
    assert_eq!(bytes, b"%PDF-1.7 made up");
    let mut lines = Vec::new();
    let statement = client.get_statement().send_to_writer(&mut lines).await?;
    assert!(matches!(*statement, Download::Written(18)) && lines == b"name,amount\nAda,1\n");
    let order = client.place_order().item("later").send_to_writer(&mut lines).await?;
    assert!(matches!(&*order, Download::Read(PlaceOrderSuccess::Accepted(pending)) if pending.ticket == "t-1"));
    assert_eq!(lines.len(), 18);
    Ok(())
}

async fn a_sandbox_answers_with_each_of_them() -> Result<(), Error> {
    let sandbox = Sandbox::start(("receipts", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().base_url(sandbox.url()).build()?;
    for (item, status) in [("tea", 200), ("later", 202), ("silent", 204), ("odd", 201)] {
        assert_eq!(client.place_order().item(item).send().await?.meta().status(), status, "{item}");
    }
    assert_eq!(&client.get_receipt().id("o-1").send().await?[..5], b"%PDF-");
    assert!(matches!(&*client.get_statement().send().await?, GetStatementSuccess::Ok(_)));
    Ok(())
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        the_status_says_which_success_it_is().await?;
        statuses_that_carry_the_same_are_one_type().await?;
        files_and_texts_are_read_as_they_come().await?;
        a_file_is_written_while_it_comes().await?;
        a_sandbox_answers_with_each_of_them().await?;
        Ok(())
    })
}
