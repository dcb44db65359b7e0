//! Where a client calls, and the HTTP client that it calls with: what is sent there stays between it and the provider.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use countersign_plan::Plan;
use reqwest::Url;

/// Checks a base URL.
///
/// # Errors
/// What is wrong with it. The URL itself is not repeated: it can hold a password.
pub(crate) fn check_base_url(text: &str, plain_http: bool, own_client: bool) -> Result<Url, String> {
    let wrong = |reason: &str| format!("the base URL {reason}");
    let url = Url::parse(text).map_err(|_| wrong("is not a URL: write https://host or https://host/path"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(wrong("has neither scheme https nor http: write https://host or https://host/path"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name or password in it: credentials are given by their own names"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment: leave out what follows \"?\" or \"#\""));
    }
    if url.scheme() == "http" && own_client && localhost(&url).is_some() {
        return Err(wrong(
            "is plain http on a name that an HTTP client of your own may look up anywhere: write 127.0.0.1 or [::1]",
        ));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        if address(&url).is_some_and(|address| address.is_unspecified()) {
            return Err(wrong("has an address to listen on and not one to call: write 127.0.0.1 or [::1]"));
        }
        if !is_private(&url) {
            return Err(wrong(
                "is plain http on a public host, where everyone on the way reads the credentials: use https",
            ));
        }
        if !plain_http {
            return Err(wrong(
                "is plain http on a private network: use https, or accept that its listeners read every credential with \
                 danger_allow_plain_http_on_private_networks",
            ));
        }
    }
    Ok(url)
}

fn address(url: &Url) -> Option<IpAddr> {
    let address: IpAddr = url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    Some(address.to_canonical())
}

/// A name that is this machine by RFC 6761, section 6.3.
fn localhost(url: &Url) -> Option<&str> {
    url.host_str().filter(|host| {
        let name = host.strip_suffix('.').unwrap_or(host);
        name == "localhost" || name.ends_with(".localhost")
    })
}

fn is_loopback(url: &Url) -> bool {
    address(url).is_some_and(|address| address.is_loopback()) || localhost(url).is_some()
}

fn is_private(url: &Url) -> bool {
    match address(url) {
        Some(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => url.host_str().is_some_and(|host| {
            !host.contains('.') || [".internal", ".local", ".home.arpa"].iter().any(|suffix| host.ends_with(suffix))
        }),
    }
}

/// The HTTP client of a caller who brings none.
///
/// # Errors
/// It cannot be made.
pub(crate) fn client(
    plan: &Plan,
    base: &Url,
    timeout: Duration,
    connect_timeout: Duration,
    identity: Option<Identity>,
) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .timeout(timeout)
        .connect_timeout(connect_timeout)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        // Another crate of the program may turn these on for all.
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    let question = match identity {
        Some(_) => "does the key belong to the certificate that it shows, and is there a store of certificates?",
        None => "is there a TLS library and a store of certificates?",
    };
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    if let Some(identity) = identity {
        builder = builder.identity(identity);
    }
    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    let None = identity;
    if base.scheme() == "http" || is_loopback(base) {
        // A proxy would read what is plain, and its loopback is another.
        builder = builder.no_proxy();
    }
    if let Some(name) = localhost(base) {
        // The port is that of the URL.
        let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        builder = builder.resolve_to_addrs(name, &loopback.map(|address| SocketAddr::new(address, 0)));
    }
    builder.build().map_err(|_| format!("the HTTP client of {} cannot be made: {question}", plan.name))
}

/// What the client shows in mutual TLS, of PEM text.
///
/// # Errors
/// The TLS library does not take it. The text is not repeated.
#[cfg(feature = "rustls")]
pub(crate) fn identity(pem: &str) -> Result<Identity, String> {
    Identity::from_pem(pem.as_bytes()).map_err(|_| NOT_TAKEN.to_owned())
}

/// What the client shows in mutual TLS, of PEM text: the certificates, and the key as PKCS#8.
///
/// # Errors
/// The TLS library does not take it. The text is not repeated.
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(crate) fn identity(pem: &str) -> Result<Identity, String> {
    let (certificates, key) = without_key(pem).ok_or(NOT_TAKEN)?;
    Identity::from_pkcs8_pem(certificates.as_bytes(), key.as_bytes()).map_err(|_| NOT_TAKEN.to_owned())
}

/// What is in PEM text beside its key, and the key.
#[cfg(any(test, all(feature = "native-tls", not(feature = "rustls"))))]
fn without_key(pem: &str) -> Option<(String, &str)> {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    const END: &str = "-----END PRIVATE KEY-----";
    let (before, rest) = pem.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some((before.to_owned() + after, &pem[before.len()..pem.len() - after.len()]))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) use reqwest::Identity;

/// There is none without a TLS library.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(crate) enum Identity {}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(crate) fn identity(_: &str) -> Result<Identity, String> {
    Err("this program has no TLS library: turn on the feature `rustls` or `native-tls`".to_owned())
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
const NOT_TAKEN: &str = "the TLS library does not take the certificate with its key: give PEM text of both, with the key as \
                         PKCS#8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_out_of_the_certificates_that_it_is_among() {
        let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----";
        let certificates = ["", "-----BEGIN CERTIFICATE-----\nAQ==\n-----END CERTIFICATE-----\n"];
        for (before, after) in certificates.iter().flat_map(|before| certificates.map(|after| (*before, after))) {
            let pem = format!("{before}{key}\n{after}");
            assert_eq!(without_key(&pem), Some((format!("{before}\n{after}"), key)), "{pem}");
        }
        for without in ["", certificates[1], "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"] {
            assert_eq!(without_key(without), None, "{without}");
        }
    }
}
