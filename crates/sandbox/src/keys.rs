//! The values that the provider issues to a partner, made up where they were not given.

use std::collections::BTreeMap;

use countersign::plan::{CredentialKind, Plan};
use countersign_sign::provider::Keys;

use crate::error::Error;

/// Makes up what was not given.
pub(crate) fn make(plan: &Plan, mut given: BTreeMap<String, String>) -> Result<Keys, Error> {
    for credential in plan.credentials.iter().filter(|known| known.kind == CredentialKind::ClientCertificate) {
        if !given.contains_key(&*credential.name) {
            given.insert(credential.name.to_string(), certificate()?);
        }
    }
    Keys::make(plan, given).map_err(Error::Configuration)
}

/// A certificate of a client and its private key. The sandbox speaks plain HTTP, and is not shown it.
fn certificate() -> Result<String, Error> {
    let made = rcgen::generate_simple_self_signed(vec!["sandbox".to_owned()]);
    let made = made.map_err(|_| Error::Configuration("no certificate can be made".into()))?;
    Ok(made.cert.pem() + &made.signing_key.serialize_pem())
}
