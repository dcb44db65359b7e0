//! Serves connections: who may come in, how long they may take, and what becomes of a response that is told to fail.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::error::Error;
use crate::fault::Fault;
use crate::service::Service;

/// A request with a larger body than this is refused.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// How long the head of a request may take, and then its body. An idle connection ends after as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Where accepting fails (there are no more file descriptors), it is tried again after this.
const PAUSE: Duration = Duration::from_millis(50);

/// The names that a sandbox answers to.
///
/// A page in a browser can have a name of its own resolve to a loopback address (DNS rebinding), and then reads what is
/// there as if it were its own. It cannot choose the name that its browser sends.
pub(crate) struct Names {
    address: SocketAddr,
    others: Vec<Authority>,
}

impl Names {
    /// The names of an address, and others that are given.
    pub(crate) fn new(address: SocketAddr, others: &[String]) -> Result<Self, Error> {
        let parse = |name: &String| {
            let authority = name.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@'));
            authority.ok_or_else(|| Error::Configuration(format!("{name:?} is not a host, or a host and a port")))
        };
        Ok(Self { address, others: others.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// Holds what a request says of its way here to these names.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), (StatusCode, String)> {
        let address = self.address;
        let misdirected = |problem: &str| {
            let why =
                format!("{problem}: the sandbox answers to localhost and to its address, with the port of {address}");
            (StatusCode::MISDIRECTED_REQUEST, why)
        };
        let host = only(headers, &HOST).ok_or_else(|| misdirected("the request has not one header Host"))?;
        let host = host.parse().map_err(|_| misdirected("the header Host is no host"))?;
        if !std::iter::once(&host).chain(uri.authority()).all(|authority| self.is_own(authority, true)) {
            return Err(misdirected("the request is for another host"));
        }
        if headers.contains_key(ORIGIN) {
            let origin = only(headers, &ORIGIN).and_then(|origin| origin.parse::<Uri>().ok());
            let origin = origin.and_then(|origin| origin.into_parts().authority);
            if !origin.is_some_and(|origin| self.is_own(&origin, false)) {
                let why = "the request comes from a page of another host, and a sandbox is not for browsers".to_owned();
                return Err((StatusCode::FORBIDDEN, why));
            }
        }
        Ok(())
    }

    /// Whether it is this sandbox, or for an origin, whose port is another program's, this machine.
    fn is_own(&self, authority: &Authority, with_port: bool) -> bool {
        if authority.as_str().contains('@') {
            return false;
        }
        let is_port = |expected: u16| !with_port || authority.port_u16().unwrap_or(80) == expected;
        let own = self.address.port();
        let host = authority.host();
        let is_other =
            |other: &Authority| other.host().eq_ignore_ascii_case(host) && is_port(other.port_u16().unwrap_or(own));
        let is_address = || match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            // A number does not resolve, so nobody can have it resolve to here.
            Ok(ip) => ip.is_loopback() || ip == self.address.ip() || self.address.ip().is_unspecified(),
            Err(_) => host.eq_ignore_ascii_case("localhost"),
        };
        is_port(own) && is_address() || self.others.iter().any(is_other)
    }
}

/// The text of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

/// Serves until `stopped`, and then to the end what has begun.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    names: Names,
    patience: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let names = Arc::new(names);
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (service, names, stopped) = (Arc::clone(&service), Arc::clone(&names), stopped.clone());
        let respond = service_fn(move |request| {
            let (service, names, stopped) = (Arc::clone(&service), Arc::clone(&names), stopped.clone());
            async move { answer(&service, &names, patience, stopped, request).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .serve_connection(TokioIo::new(stream), respond);
        let connection = graceful.watch(connection);
        // How a connection ends is its client's business.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The connection ends in the place of a response.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was dropped")
    }
}

impl std::error::Error for Dropped {}

async fn answer(
    service: &Service,
    names: &Names,
    patience: Duration,
    mut stopped: watch::Receiver<bool>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Dropped> {
    let (parts, body) = request.into_parts();
    let turn_away = |status, why| Ok(service.turn_away(&parts.method, &parts.uri, status, why).map(Full::new));
    if let Err((status, why)) = names.check(&parts.uri, &parts.headers) {
        return turn_away(status, why);
    }
    let too_large = || "the body has more than 2 MiB".to_owned();
    if body.size_hint().lower() > MOST_BYTES as u64 {
        return turn_away(StatusCode::PAYLOAD_TOO_LARGE, too_large());
    }
    let body = match tokio::time::timeout(patience, Limited::new(body, MOST_BYTES).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return turn_away(StatusCode::PAYLOAD_TOO_LARGE, too_large());
        }
        Ok(Err(_)) => return Err(Dropped),
        Err(_) => return turn_away(StatusCode::REQUEST_TIMEOUT, "the body did not come in time".to_owned()),
    };
    let (response, faults) = service.answer(&http::Request::from_parts(parts, body));
    let mut dropped = false;
    for fault in faults {
        match fault {
            Fault::Delay(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
            }
            Fault::Drop => dropped = true,
            Fault::Status(_) => {}
        }
    }
    if dropped { Err(Dropped) } else { Ok(response.map(Full::new)) }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn check(address: &str, others: &[&str], host: &[&str], origin: Option<&str>) -> u16 {
        let others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
        let names = Names::new(address.parse().unwrap(), &others).unwrap();
        let mut headers = HeaderMap::new();
        for host in host {
            headers.append(HOST, host.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        names.check(&"/".parse().unwrap(), &headers).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn only_names_that_nobody_else_can_have_are_its_own() {
        for (host, status) in [
            ("127.0.0.1:8080", 200),
            ("localhost:8080", 200),
            ("LOCALHOST:8080", 200),
            ("[::1]:8080", 200),
            ("127.9.9.9:8080", 200),
            ("", 421),
            ("127.0.0.1", 421),
            ("127.0.0.1:", 421),
            ("127.0.0.1:80", 421),
            ("127.0.0.1:8081", 421),
            ("evil.example:8080", 421),
            ("localhost.evil.example:8080", 421),
            ("127.0.0.1.evil.example:8080", 421),
            ("evil@localhost:8080", 421),
            ("localhost@evil.example:8080", 421),
            ("10.0.0.7:8080", 421),
            ("0.0.0.0:8080", 421),
            ("localhost:8080/", 421),
            ("localhost:8080,localhost:8080", 421),
        ] {
            assert_eq!(check("127.0.0.1:8080", &[], &[host], None), status, "{host}");
        }
        assert_eq!(check("127.0.0.1:8080", &[], &[], None), 421);
        assert_eq!(check("127.0.0.1:8080", &[], &["localhost:8080", "localhost:8080"], None), 421);
        assert_eq!(check("127.0.0.1:80", &[], &["localhost"], None), 200);
        assert_eq!(check("10.0.0.7:8080", &[], &["10.0.0.7:8080"], None), 200);
        assert_eq!(check("10.0.0.7:8080", &[], &["10.0.0.8:8080"], None), 421);
        assert_eq!(check("0.0.0.0:8080", &[], &["10.0.0.7:8080"], None), 200);
        assert_eq!(check("0.0.0.0:8080", &[], &["sandbox:8080"], None), 421);
        assert_eq!(check("0.0.0.0:8080", &["sandbox"], &["sandbox:8080"], None), 200);
        assert_eq!(check("0.0.0.0:8080", &["sandbox"], &["sandbox:9090"], None), 421);
        assert_eq!(check("0.0.0.0:8080", &["localhost:9090"], &["localhost:9090"], None), 200);
        assert!(Names::new("127.0.0.1:1".parse().unwrap(), &["http://sandbox/".into()]).is_err());
    }

    #[test]
    fn a_page_of_another_host_is_turned_away() {
        for (origin, status) in [
            ("http://127.0.0.1:8080", 200),
            ("http://localhost:3000", 200),
            ("https://evil.example", 403),
            ("http://evil.example:8080", 403),
            ("null", 403),
            ("", 403),
        ] {
            assert_eq!(check("127.0.0.1:8080", &[], &["localhost:8080"], Some(origin)), status, "{origin}");
        }
    }

    /// What comes back for what is sent, until the sandbox ends the connection.
    async fn exchange(sandbox: &crate::Sandbox, sent: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(sandbox.address()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut response = String::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut response)).await;
        ended.expect("the connection has an end").unwrap();
        response
    }

    #[tokio::test]
    async fn a_request_that_does_not_end_is_given_up() {
        let mut builder = crate::Sandbox::builder(countersign_airpay::OPENAPI);
        builder.patience = Duration::from_millis(200);
        let sandbox = builder.start().await.unwrap();
        let host = sandbox.address();
        for head in ["", "POST /forgot-password HT", "POST /forgot-password HTTP/1.1\r\nHost: "] {
            let response = exchange(&sandbox, head).await;
            assert!(response.is_empty() || response.starts_with("HTTP/1.1 408"), "{head:?}: {response}");
        }
        assert!(sandbox.received().is_empty());
        let body = format!("POST /forgot-password HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nmob");
        assert!(exchange(&sandbox, &body).await.starts_with("HTTP/1.1 408"));
        let large = format!("POST /forgot-password HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999\r\n\r\n");
        assert!(exchange(&sandbox, &large).await.starts_with("HTTP/1.1 413"));
        let received = sandbox.received();
        assert_eq!(received.iter().map(crate::Received::status).collect::<Vec<_>>(), [408, 413]);
    }
}
