//! Where something confidential is in every place that there is, nothing of it is found. `leaks_found` holds the search to
//! finding what leaks.

use std::fs;
use std::sync::Arc;

use countersign::plan::CredentialKind;
use countersign::webhook::{Bytes, Event};
use countersign::{Call, CredentialSource, Executor, File};
use countersign_tests::confidential::{ARRIVED, ATTACH, CASE, DELIVER, FORM, call, call_of, client, leaks, plan};
use countersign_tests::leaks::{PUBLIC_KEY, Traced, text_of};

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
fn a_client_prints_nothing_confidential_from_a_body_in_parts() {
    let scan = || File::bytes("SENTINEL of a scan").named("SENTINEL \"of\" a name.pdf");
    let mut body: serde_json::Value = serde_json::from_str(ATTACH.body).unwrap();
    body["scan"].take();
    let call = Call::new(ATTACH.operation).multipart(Ok(body)).file("scan", scan());
    let send = async |client: &Executor| client.call(call.clone()).await;
    leaks(Arc::new(plan())).operation(ATTACH, |url| client(plan(), url), send);
}

#[test]
fn a_configuration_prints_nothing_confidential() {
    leaks(Arc::new(plan())).configurations();
    assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
}

#[test]
fn a_client_prints_nothing_confidential_of_what_is_signed_and_sealed() {
    let send = async |client: &Executor| call_of(DELIVER, client).await;
    leaks(Arc::new(plan())).operation(DELIVER, |url| client(plan(), url), send);
}

#[test]
fn a_client_prints_nothing_confidential_of_credentials_in_files() {
    let directory = tempfile::tempdir().unwrap();
    let leaks = leaks(Arc::new(plan()));
    let client = |url: &str| {
        leaks.client_with(url, |credential| {
            let path = directory.path().join(&*credential.name);
            fs::write(&path, text_of(credential)).unwrap();
            CredentialSource::file(path)
        })
    };
    leaks.operation(DELIVER, client, async |client| call_of(DELIVER, client).await);
}

#[test]
fn a_client_prints_nothing_confidential_of_what_a_signer_signs() {
    let leaks = leaks(Arc::new(plan()));
    let client = |url: &str| {
        leaks.client_with(url, |credential| match &*credential.name {
            "own_key" => CredentialSource::signer(Traced),
            _ => text_of(credential).into(),
        })
    };
    leaks.operation(DELIVER, client, async |client| call_of(DELIVER, client).await);
}

#[test]
fn a_credential_that_changes_in_its_file_is_not_printed() {
    let leaks = leaks(Arc::new(plan()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for name in ["hex_key", "base64_key", "own_key", "bank_key"] {
        leaks.changed_file(name, |source, change| {
            let client = leaks.client_with("http://127.0.0.1:9", |known| match known.name == name {
                true => source.clone(),
                false => text_of(known).into(),
            });
            change();
            leaks.error("a call", &runtime.block_on(call_of(DELIVER, &client)).unwrap_err());
        });
    }
}

/// An event of which nothing is kept.
#[derive(Debug)]
struct Quiet;

impl Event for Quiet {
    fn read(_: &str, body: &[u8]) -> Result<Self, String> {
        countersign::generated::read_json::<serde_json::Value>(body).map(|_| Self)
    }

    fn unknown(_: Bytes) -> Self {
        Self
    }
}

#[test]
fn a_receiver_prints_nothing_confidential() {
    leaks(Arc::new(plan())).webhook::<Quiet>(ARRIVED);
}

#[test]
fn the_document_has_every_kind_of_credential() {
    use CredentialKind::{Base64, ClientCertificate, Hex, PrivateKey, PublicKey, RsaPublicKey, Text};
    for kind in [Text, Hex, Base64, PrivateKey, PublicKey, RsaPublicKey, ClientCertificate] {
        assert!(plan().credentials.iter().any(|credential| credential.kind == kind), "{}", kind.name());
    }
}
