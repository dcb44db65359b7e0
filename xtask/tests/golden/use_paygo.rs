//! Calls a provider whose document is published, with a crate that is generated from it and from what an overlay says of it. It is
//! built and run by the tests of xtask, against a sandbox.

use std::path::Path;

use countersign_paygo::{Client, types};
use countersign_sandbox::{Sandbox, Verdict};

fn main() {
    let overlay = std::env::args().nth(1).expect("the overlay");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(calls(Path::new(&overlay)));
}

async fn calls(overlay: &Path) {
    let sandbox = Sandbox::start(countersign_spec::read_file(overlay).expect("it lints clean")).await.expect("a sandbox");
    let client = Client::builder()
        .base_url(sandbox.url())
        .api_key(sandbox.value("api_key"))
        .secret_key(sandbox.value("secret_key"))
        .build()
        .expect("everything is given");

    let account = types::Account::builder().iban("DE00 0000").owner("Jo Doe").country("DE");
    let made = client.create_payout().reference("order-1").amount(1250).account(account).send().await.expect("a payout");
    assert_eq!((made.id.as_str(), made.fee), ("p-1", Some(0.5)));
    let known = client.payout_by_id().payout_id("p-1").send().await.expect("a payout");
    assert_eq!(known.status, Some(types::ReceiptStatus::Booked));
    let balance = client.get_balance().send().await.expect("the balance").balance;
    assert_eq!(balance, Some(100.into()));

    let received = sandbox.received();
    let right = received.iter().flat_map(|received| &received.values).all(|value| value.verdict == Verdict::Right);
    let paths: Vec<&str> = received.iter().map(|received| received.path.as_str()).collect();
    assert!(right, "{received:?}");
    assert_eq!(paths, ["/payouts", "/payouts/{payoutId}", "/balance"]);
    // What is taken for personal by its name is not shown.
    let account: types::Account = types::Account::builder().iban("DE00 0000").try_into().expect("an account");
    let shown = format!("{account:?}");
    assert!(!shown.contains("DE00"), "{shown}");
}
