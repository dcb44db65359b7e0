//! A transfer with Moov's PayGate.

mod played;

use provider::{Client, types};

fn main() {
    played::played(2, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url()).organization("org-1").build().expect("a client");
        let source = types::Source::builder().customer_id("c-1").account_id("a-1");
        let destination = types::Destination::builder().customer_id("c-2").account_id("a-2");
        let amount = types::Amount::builder().currency("USD").value(1250);
        let call = client.add_transfer().amount(amount).source(source).destination(destination).description("rent");
        let made = call.send().await.expect("a transfer");
        let known = client.get_transfer_by_id().transfer_id(made.transfer_id.clone()).send().await.expect("a transfer");
        assert_eq!(known.transfer_id, made.transfer_id);
    });
}
