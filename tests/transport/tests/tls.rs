//! A connection whose TLS is not as it should be: a clear error, and nothing was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::{Builder, Call, Error, Fault, Response};
use countersign_tests::acme;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// How a server's TLS deviates from what it should be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fails {
    Nothing,
    Expired,
    NotYetValid,
    AnotherHost,
    DemandsCertificate,
}

/// Starts a server that counts the requests which it can read, and answers them.
async fn server(
    issuer: &Issuer,
    fails: Fails,
    version: &'static SupportedProtocolVersion,
) -> (String, Arc<AtomicUsize>) {
    let host = if fails == Fails::AnotherHost { "other.example" } else { "127.0.0.1" };
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    match fails {
        Fails::Expired => params.not_after = date_time_ymd(2020, 1, 1),
        Fails::NotYetValid => params.not_before = date_time_ymd(4000, 1, 1),
        _ => {}
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_protocol_versions(&[version]).unwrap();
    let config = match fails {
        Fails::DemandsCertificate => {
            let mut roots = RootCertStore::empty();
            roots.add(issuer.der().clone()).unwrap();
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, Arc::new(default_provider()));
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
        _ => config.with_no_client_auth(),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let requests = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, requests) = (acceptor.clone(), Arc::clone(&requests));
            tokio::spawn(async move {
                match acceptor.accept(stream).into_fallible().await {
                    Ok(mut stream) => {
                        let mut request = [0; 4096];
                        if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                            requests.fetch_add(1, Ordering::SeqCst);
                        }
                        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
                        drop(stream.write_all(answer).await);
                        drop(stream.shutdown().await);
                    }
                    // The alert arrives only where the connection is not torn down with what the client has sent unread.
                    Err((_, mut stream)) => drop(stream.read_to_end(&mut Vec::new()).await),
                }
            });
        }
    });
    (url, count)
}

/// A client that trusts this issuer alone.
fn trusting(url: &str, issuer: &Issuer) -> Builder {
    let root = reqwest::Certificate::from_pem(issuer.pem().as_bytes()).unwrap();
    let http = reqwest::Client::builder().tls_certs_only([root]).retry(reqwest::retry::never()).no_proxy();
    acme(url).http_client(http.build().unwrap())
}

async fn pay(client: Builder) -> Result<Response<serde_json::Value>, Error> {
    client.retries(0).build().unwrap().call(Call::new("pay").value("account", "a")).await
}

#[track_caller]
fn assert_not_sent(error: &Error, count: &AtomicUsize, said: &str) {
    let text = error.to_string();
    assert!(matches!(error, Error::Transport(transport) if transport.fault() == Fault::Connect), "{error:?}");
    assert!(text.contains("no connection was made") && text.contains(said), "{text}");
    assert!(!error.may_have_been_carried_out(), "{text}");
    assert_eq!(count.load(Ordering::SeqCst), 0, "{text}");
}

#[tokio::test]
async fn a_certificate_that_is_in_order_is_taken() {
    let issuer = issuer("one");
    for version in [&TLS12, &TLS13] {
        let (url, count) = server(&issuer, Fails::Nothing, version).await;
        pay(trusting(&url, &issuer)).await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_in_order_is_refused_before_anything_is_sent() {
    let issuer = issuer("one");
    for version in [&TLS12, &TLS13] {
        for (fails, said) in [
            (Fails::Expired, "certificate expired"),
            (Fails::NotYetValid, "certificate not valid yet"),
            (Fails::AnotherHost, "certificate not valid for name \"127.0.0.1\""),
        ] {
            let (url, count) = server(&issuer, fails, version).await;
            assert_not_sent(&pay(trusting(&url, &issuer)).await.unwrap_err(), &count, said);
        }
        let (url, count) = server(&issuer, Fails::Nothing, version).await;
        assert_not_sent(&pay(acme(&url)).await.unwrap_err(), &count, "UnknownIssuer");
        let another = self::issuer("another");
        assert_not_sent(&pay(trusting(&url, &another)).await.unwrap_err(), &count, "UnknownIssuer");
    }
}

#[tokio::test]
async fn a_server_that_demands_a_certificate_has_not_received_the_call() {
    let issuer = issuer("one");
    for version in [&TLS12, &TLS13] {
        let (url, count) = server(&issuer, Fails::DemandsCertificate, version).await;
        assert_not_sent(&pay(trusting(&url, &issuer)).await.unwrap_err(), &count, "received fatal alert");
    }
}
