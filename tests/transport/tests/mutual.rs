//! Mutual TLS, by the document alone: a server that demands a certificate gets the one that is a credential, and a call without
//! it is an error before anything is sent.
//!
//! The client trusts what the platform trusts, and `SSL_CERT_FILE` says what that is. The environment of a process is set before
//! it starts, so each test runs [`call`] in a process of its own.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use countersign::plan::words::{operation, plan};
use countersign::plan::{Credential, CredentialKind, Plan, list};
use countersign::{Builder, Call, CredentialSource};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Where to call.
const URL: &str = "COUNTERSIGN_TEST_URL";

/// The file with the client's certificate and key.
const CERTIFICATE: &str = "COUNTERSIGN_TEST_CERTIFICATE";

static PLAN: Plan = plan("acme", "Acme")
    .credentials(list![Credential::of(CredentialKind::ClientCertificate, "certificate", "The client's certificate.")])
    .operations(list![operation("pay", "POST", "/pay").mutual_tls("certificate"), operation("ping", "GET", "/ping")]);

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate of an issuer with its key, as PEM text.
fn identity(issuer: &Issuer) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["client".to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
    certificate.pem() + &key.serialize_pem()
}

/// Starts a server that demands a certificate of the issuer, and answers with the number of its bytes.
async fn server(issuer: &Issuer) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(issuer.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_protocol_versions(&[&TLS12, &TLS13]).unwrap();
    let config = config.with_client_cert_verifier(verifier.build().unwrap());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = match acceptor.accept(stream).into_fallible().await {
                    Ok(stream) => stream,
                    Err((_, mut stream)) => return drop(stream.read_to_end(&mut Vec::new()).await),
                };
                let shown = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
                drop(stream.read(&mut [0; 4096]).await);
                let answer =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{{\"shown\":{shown}}}");
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            });
        }
    });
    url
}

/// The call that a process of its own makes. It prints what comes of it.
#[tokio::test]
async fn call() {
    // Nothing to do among the other tests.
    let Ok(url) = env::var(URL) else { return };
    let builder = Builder::new(&PLAN).base_url(url).retries(0);
    let builder = match env::var(CERTIFICATE) {
        Ok(path) => builder.credential("certificate", CredentialSource::file(path)),
        Err(_) => builder.only(["ping"]),
    };
    match builder.build() {
        Ok(client) => match client.call(Call::new("pay")).await {
            Ok(response) => println!("OUTCOME: {}", response.into_inner()),
            Err(error) => println!("OUTCOME: {error}; carried out: {}", error.may_have_been_carried_out()),
        },
        Err(error) => println!("OUTCOME: {error}"),
    }
}

/// Makes the call with what the platform trusts, and a certificate in a file if there is one.
async fn outcome(url: &str, trusted: &Path, certificate: Option<&Path>) -> String {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", "call", "--nocapture"]).env(URL, url).env("SSL_CERT_FILE", trusted);
    if let Some(path) = certificate {
        process.env(CERTIFICATE, path);
    }
    let output = tokio::task::spawn_blocking(move || process.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.split_once("OUTCOME: "));
    line.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))).1.to_owned()
}

#[tokio::test]
async fn the_certificate_of_the_document_is_shown_and_a_call_without_it_is_not_sent() {
    let (ours, theirs) = (issuer("ours"), issuer("theirs"));
    let url = server(&ours).await;
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutual");
    fs::create_dir_all(&directory).unwrap();
    let write = |name: &str, text: String| {
        fs::write(directory.join(name), text).unwrap();
        directory.join(name)
    };
    let trusted = write("trusted.pem", ours.pem());
    let right = write("right.pem", identity(&ours));
    assert_eq!(outcome(&url, &trusted, Some(&right)).await, r#"{"shown":1}"#);

    let missing = outcome(&url, &trusted, None).await;
    assert!(missing.contains("pay was not sent: the credential certificate is missing"), "{missing}");
    assert!(missing.ends_with("carried out: false"), "{missing}");

    let wrong = write("wrong.pem", identity(&theirs));
    let wrong = outcome(&url, &trusted, Some(&wrong)).await;
    assert!(wrong.contains("no connection was made") && wrong.ends_with("carried out: false"), "{wrong}");

    let without_key = write("certificate.pem", ours.pem());
    let without_key = outcome(&url, &trusted, Some(&without_key)).await;
    assert!(
        without_key.contains("certificate is not usable: it should be PEM text with the client's certificate and its"),
        "{without_key}"
    );
    assert!(!without_key.contains("BEGIN"), "{without_key}");
}
