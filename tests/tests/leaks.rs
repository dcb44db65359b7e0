//! Where something confidential is in every place that there is, nothing of it is found. `leaks_found` holds the search to
//! finding what leaks.

use std::sync::Arc;

use countersign::{Call, Executor};
use countersign_tests::confidential::{CASE, FORM, call, client, leaks, plan};
use countersign_tests::leaks::PUBLIC_KEY;

#[test]
fn a_client_prints_nothing_confidential_from_any_place() {
    leaks(Arc::new(plan())).operation(CASE, |url| client(plan(), url), async |client| call(client).await);
}

#[test]
fn a_client_prints_nothing_confidential_from_a_form() {
    let call = Call::new(FORM.operation).value("pin", "SENTINEL&pin");
    let send = async |client: &Executor| client.call(call.clone()).await;
    leaks(Arc::new(plan())).operation(FORM, |url| client(plan(), url), send);
}

#[test]
fn a_configuration_prints_nothing_confidential() {
    leaks(Arc::new(plan())).configurations();
    assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
}
