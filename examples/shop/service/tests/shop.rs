//! The shop, with FormPay and CoinHall played by mocks of their own crates.

use service::{Basket, Paid, keep, pay};
use shop_formpay::mock::{MockServer, MockServerExt};

const BASKET: Basket<'static> =
    Basket { order: "order-1", goods: "A cup", amount: "10.00", first_name: "Asha", email: "asha@example.com" };

fn formpay(server: &MockServer) -> shop_formpay::Client {
    let builder = shop_formpay::Client::builder().base_url(server.base_url());
    builder.merchant_key("a-key").salt("a-salt").build().expect("a client")
}

fn coinhall(server: &MockServer) -> shop_coinhall::Client {
    let builder = shop_coinhall::Client::builder().base_url(server.base_url());
    builder.api_key("a-key").api_secret("a-secret").build().expect("a client")
}

/// `printf 'a-key|order-1|10.00|A cup|Asha|asha@example.com|||||||||||a-salt' | sha512sum`
const HASH: &str = "663a5c5a323e41e3b16f0f59df7fa5266d67afe6ea6bbf0ccdc577e8411e49756df42a41385192449bc8c34807ab5be785f95664eb7638d23472d39978670e38";

#[tokio::test]
async fn a_basket_is_paid_with_the_hash_that_formpay_asks_for() {
    let server = MockServer::start_async().await;
    let client = formpay(&server);
    let call = client.create_payment().txnid("order-1").amount("10.00").productinfo("A cup");
    let call = call.firstname("Asha").email("asha@example.com");
    let mock = server.mock_call(call, |when, then| {
        when.body_includes(format!("&hash={HASH}"));
        then.example("created")
    });
    assert_eq!(pay(&client, BASKET).await.expect("a payment"), Paid::Created("403993715521889530".to_owned()));
    mock.assert();
}

#[tokio::test]
async fn a_customer_is_told_what_became_of_a_payment() {
    let server = MockServer::start_async().await;
    let client = formpay(&server);
    let mut declined = server.mock_any_call(client.create_payment(), |_, then| then.example("declined"));
    assert_eq!(pay(&client, BASKET).await.expect("an answer"), Paid::Declined);
    declined.delete();
    // Nothing answers now as FormPay would.
    assert_eq!(pay(&client, BASKET).await.expect("an answer"), Paid::Unknown);
}

#[tokio::test]
async fn what_is_earned_is_kept() {
    let server = MockServer::start_async().await;
    let client = coinhall(&server);
    let call = client.create_order().symbol("BTCUSDT").side("Buy").order_type("Market").qty("0.001");
    let mock = server.mock_call(call, |when, then| {
        when.header("X-API-Key", "a-key").header("X-Recv-Window", "5000").header_exists("X-Sign");
        then.example("placed")
    });
    assert_eq!(keep(&client, "0.001").await.expect("an order").as_deref(), Some("1321003749386327552"));
    mock.assert();
}
