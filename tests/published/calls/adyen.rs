//! A payout with Adyen.

mod played;

use provider::{Client, types};

fn main() {
    played::played(2, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key")).build().expect("a client");
        let amount = types::Amount::builder().currency("EUR").value(1250);
        let paid = client.post_payout().amount(amount).merchant_account("TestMerchant").reference("payout-1").send();
        let paid = paid.await.expect("a payout");
        assert!(paid.psp_reference.is_some() && paid.result_code.is_some(), "{paid:?}");
        let confirmed = client.post_confirm_third_party().merchant_account("TestMerchant").original_reference("ref-1").send();
        assert!(!confirmed.await.expect("it is confirmed").psp_reference.is_empty());
    });
}
