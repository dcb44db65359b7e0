//! Where something confidential is in every place that there is, nothing of it is found. `leaks_found` holds the search to
//! finding what leaks.

use countersign::leaks::PUBLIC_KEY;
use countersign_tests::confidential::{CASE, call, client, leaks, plan};

#[test]
fn a_client_prints_nothing_confidential_from_any_place() {
    leaks(plan()).operation(CASE, |url| client(plan(), url), async |client| call(client).await);
    leaks(plan()).configurations();
    assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
}
