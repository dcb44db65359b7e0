//! A payout with PayPal, for which the client gets a token.

mod played;

use provider::{Client, types};

fn main() {
    played::played(3, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url());
        let client = client.client_id(sandbox.value("client_id")).client_secret(sandbox.value("client_secret"));
        let client = client.build().expect("a client");
        let amount = types::Currency::builder().currency("EUR").value("12.50");
        let item = types::PayoutItem::builder().amount(amount).receiver("jo@example.com");
        let header = types::SenderBatchHeader::builder().sender_batch_id("batch-1");
        let made = client.payouts_post().sender_batch_header(header).items([item]).send().await.expect("a payout");
        assert!(made.batch_header.is_some(), "{made:?}");
        client.payouts_get().id("batch-1").send().await.expect("the payout");
    });
}
