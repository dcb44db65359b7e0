//! HTTP/2, which another crate has turned on: the client does not speak it, and with an HTTP client of the caller's own that
//! does, nothing is sent twice that may have been carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::{Builder, Call, Error, Fault};
use countersign_tests::acme;
use h2::Reason;
use tokio::net::TcpListener;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::server::Acceptor;

/// What a client offers to speak, as the hello of its TLS says.
async fn offered(build: impl Fn(&str) -> Builder) -> Vec<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let hello = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await.unwrap();
        let protocols = hello.client_hello().alpn().map(|protocols| {
            protocols.map(|protocol| String::from_utf8_lossy(protocol).into_owned()).collect::<Vec<_>>()
        });
        protocols.unwrap_or_default()
    });
    let client = build(&url).retries(0).build().unwrap();
    let error = client.call(Call::new("look_up").value("id", "7")).await.unwrap_err();
    assert!(error.to_string().contains("no connection was made"), "{error}");
    hello.await.unwrap()
}

#[tokio::test]
async fn it_is_not_offered() {
    assert!(!offered(acme).await.contains(&"h2".to_owned()));
    let own = offered(|url| acme(url).http_client(reqwest::Client::new())).await;
    assert!(own.contains(&"h2".to_owned()), "no crate has turned HTTP/2 on: {own:?}");
}

/// How a server ends a request over HTTP/2.
#[derive(Clone, Copy, Debug)]
enum End {
    Reset(Reason),
    GoAway(Reason),
    HangUp,
}

/// Starts a server that ends every request so, and counts them.
async fn server(end: End) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let requests = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((request, mut response))) = connection.accept().await {
                    assert!(request.uri().path().starts_with("/payments"));
                    requests.fetch_add(1, Ordering::SeqCst);
                    match end {
                        End::Reset(reason) => response.send_reset(reason),
                        End::GoAway(reason) => connection.abrupt_shutdown(reason),
                        End::HangUp => return,
                    }
                }
            });
        }
    });
    (url, count)
}

#[tokio::test]
async fn what_is_not_safe_is_sent_once_and_may_have_been_carried_out() {
    let ends = [
        End::Reset(Reason::REFUSED_STREAM),
        End::Reset(Reason::CANCEL),
        End::Reset(Reason::INTERNAL_ERROR),
        End::Reset(Reason::HTTP_1_1_REQUIRED),
        End::GoAway(Reason::NO_ERROR),
        End::GoAway(Reason::ENHANCE_YOUR_CALM),
        End::HangUp,
    ];
    for end in ends {
        let (url, count) = server(end).await;
        let http = reqwest::Client::builder().http2_prior_knowledge().retry(reqwest::retry::never()).build().unwrap();
        let client = acme(&url).http_client(http).retries(2).build().unwrap();
        let error = client.call(Call::new("pay").value("account", "a")).await.unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1, "{end:?}");
        assert!(matches!(&error, Error::Transport(transport) if transport.fault() == Fault::Interrupted), "{error:?}");
        assert!(
            error.may_have_been_carried_out() && error.to_string().contains("may have been carried out"),
            "{error}"
        );
        // The document says of this one that it may be sent again.
        client.call(Call::new("look_up").value("id", "7")).await.unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1 + 3, "{end:?}");
    }
}
