//! Where something confidential is in every place that there is, nothing of it is found. `leaks_found` holds the search to
//! finding what leaks.

use countersign::leaks::PUBLIC_KEY;
use countersign::{Draft, Executor};
use countersign_tests::confidential::{CASE, FORM, call, client, leaks, plan};

#[test]
fn a_client_prints_nothing_confidential_from_any_place() {
    leaks(plan()).operation(CASE, |url| client(plan(), url), async |client| call(client).await);
}

#[test]
fn a_client_prints_nothing_confidential_from_a_form() {
    let draft = Draft::new().value("pin", "SENTINEL&pin");
    let send = async |client: &Executor| client.call(FORM.operation, draft.clone()).await;
    leaks(plan()).operation(FORM, |url| client(plan(), url), send);
}

#[test]
fn a_configuration_prints_nothing_confidential() {
    leaks(plan()).configurations();
    assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
}
