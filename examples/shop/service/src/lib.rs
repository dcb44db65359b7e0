//! A shop that is paid with FormPay, and keeps what it earns with CoinHall.

/// A payment that a customer wants to make.
pub struct Basket<'a> {
    /// The shop's own name for it.
    pub order: &'a str,
    /// What is in it.
    pub goods: &'a str,
    /// What it costs, with two decimals.
    pub amount: &'a str,
    /// The customer's first name.
    pub first_name: &'a str,
    /// Where the receipt goes.
    pub email: &'a str,
}

/// What became of a payment.
#[derive(Debug, PartialEq)]
pub enum Paid {
    /// It was created, and FormPay calls it so.
    Created(String),
    /// It was declined: the customer may try another card.
    Declined,
    /// Nobody knows. It must not be made again before FormPay was asked.
    Unknown,
}

/// Creates a payment.
///
/// # Errors
///
/// It was not created, and may be tried again.
pub async fn pay(client: &shop_formpay::Client, basket: Basket<'_>) -> Result<Paid, shop_formpay::Error> {
    let call = client
        .create_payment()
        .txnid(basket.order)
        .amount(basket.amount)
        .productinfo(basket.goods)
        .firstname(basket.first_name)
        .email(basket.email);
    match call.send().await {
        Ok(response) => Ok(Paid::Created(response.mihpayid.clone().unwrap_or_default())),
        Err(error) if error.may_have_been_carried_out() => Ok(Paid::Unknown),
        Err(error) if error.kind() == shop_formpay::Kind::Declined => Ok(Paid::Declined),
        Err(error) => Err(error),
    }
}

/// Buys bitcoin at the market's price.
///
/// # Errors
///
/// The order was not placed, or nobody knows.
pub async fn keep(client: &shop_coinhall::Client, quantity: &str) -> Result<Option<String>, shop_coinhall::Error> {
    let order = client.create_order().symbol("BTCUSDT").side("Buy").order_type("Market").qty(quantity);
    Ok(order.send().await?.result.as_ref().and_then(|order| order.order_id.clone()))
}
