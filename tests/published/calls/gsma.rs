//! A payment with mobile money, in which both parties are named: what has both is the branch that requires both.

mod played;

use provider::{Client, types};

fn main() {
    played::played(2, async |sandbox| {
        let client = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key")).build().expect("a client");
        let party = |number| types::Party::builder().key("msisdn").value(number);
        let payment = types::RequestTransactionType3::builder()
            .amount("12.50")
            .currency(types::Currency::Rwf)
            .credit_party([party("+44012345678")])
            .debit_party([party("+44098765432")]);
        let call = client.transactionstypetransaction_type_put();
        let call = call.transaction_type(types::TransactionstypetransactionTypePutTransactionType::Merchantpay);
        let made = call.body(payment).send().await.expect("a payment").into_inner();
        assert!(matches!(made, types::TransactionstypetransactionTypePutSuccess::Created(_)), "{made:?}");
        let balance = client.accounts_account_id_balance_get().account_id("msisdn@+44012345678").send();
        assert!(balance.await.expect("the balance").current_balance.is_some());
    });
}
