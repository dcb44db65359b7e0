//! What all clones of a client share, and how a signed request becomes one of the HTTP client.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use countersign_plan::{Operation, Session, Text};
use countersign_sign::multipart::Chunk;
use countersign_sign::{Moment, Request, Setup, ToSign};
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;

use crate::credential::{AnySigner, Files};
use crate::error::Error;
use crate::options::Limits;
use crate::session::SessionStore;

/// What is said of an operation that is not there.
pub(crate) const UNKNOWN: &str = "the plan has no such operation";

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) setup: Setup,
    pub(crate) http: reqwest::Client,
    /// The session that the provider issues. Nobody asks for it where the caller brought one.
    pub(crate) session: SessionStore,
    pub(crate) limits: Limits,
    /// Whether the HTTP client is the caller's own, which shows whatever certificate it has.
    has_own_http: bool,
    pub(crate) sources: Sources,
    /// What a request of each operation is made of, in the order of the plan.
    operations: Vec<Prepared>,
}

/// Where the values of an attempt come from that are not the same for all.
pub(crate) struct Sources {
    pub(crate) files: Option<Files>,
    pub(crate) signers: BTreeMap<Text, Arc<dyn AnySigner>>,
    pub(crate) moments: fn() -> Moment,
}

/// Where requests go, and by what.
pub(crate) struct Connection {
    pub(crate) base: Url,
    /// Where operations are called that are called elsewhere, by their ids.
    pub(crate) hosts: BTreeMap<Text, Url>,
    pub(crate) http: reqwest::Client,
    pub(crate) has_own_http: bool,
}

/// What is the same for all requests of an operation.
pub(crate) struct Prepared {
    /// `None` where it is no HTTP method, which a plan that was not linted can have.
    method: Option<Method>,
    /// The names of the headers, by their slots.
    headers: Vec<Option<HeaderName>>,
    /// The path of the base URL, without a trailing slash.
    pub(crate) base_path: String,
    /// Where it is called, if no parameter is in the path.
    url: Url,
}

impl Shared {
    pub(crate) fn new(setup: Setup, sources: Sources, connection: Connection, limits: Limits) -> Self {
        let Connection { base, hosts, http, has_own_http } = connection;
        let prepare = |operation: &Operation| {
            let base_path = setup.base_path(operation).to_owned();
            let mut url = hosts.get(&operation.id).unwrap_or(&base).clone();
            url.set_path(&format!("{base_path}{}", operation.path));
            Prepared {
                method: Method::from_bytes(operation.method.as_bytes()).ok(),
                headers: operation.slots.iter().map(|slot| HeaderName::from_bytes(slot.name.as_bytes()).ok()).collect(),
                base_path,
                url,
            }
        };
        Self {
            operations: setup.plan.operations.iter().map(prepare).collect(),
            session: SessionStore::default(),
            setup,
            http,
            has_own_http,
            sources,
            limits,
        }
    }

    /// An operation, and what is the same for all its requests.
    pub(crate) fn operation(&self, id: &str) -> Option<(&Operation, &Prepared)> {
        self.setup.plan.operations.iter().zip(&self.operations).find(|(operation, _)| operation.id == id)
    }

    /// Refuses a call that is to show a certificate which the client does not have.
    pub(crate) fn check_certificate(&self, operation: &Operation) -> Result<(), Error> {
        match &operation.certificate {
            Some(name) if !self.has_own_http && !self.setup.credentials.contains_key(name) => Err(Error::invalid(
                &operation.id,
                format!("the credential {name} is missing, which the connection needs"),
            )),
            _ => Ok(()),
        }
    }

    /// Has a signer of the caller's sign.
    ///
    /// # Errors
    /// The signer cannot.
    pub(crate) async fn sign(&self, operation: &Operation, to_sign: ToSign) -> Result<Vec<u8>, Error> {
        let name = to_sign.credential.clone();
        let failed = |reason: String| Error::invalid(&operation.id, format!("the signer of {name} failed: {reason}"));
        let signer = self.sources.signers.get(&name).ok_or_else(|| failed("there is none".to_owned()))?;
        signer.sign(to_sign).await.map_err(|error| failed(error.to_string()))
    }

    /// What is sent, and where to.
    ///
    /// # Errors
    /// The HTTP client would send something else than what was signed.
    pub(crate) fn to_http(
        &self,
        prepared: &Prepared,
        request: &Request<'_>,
        time: Duration,
    ) -> Result<(reqwest::Request, Url), Error> {
        let refuse = |reason: &str| Error::invalid(&request.operation().id, reason);
        let method = prepared.method.clone().ok_or_else(|| refuse("its method is not an HTTP method"))?;
        let (path, query) = (request.path(), request.query());
        let mut url = prepared.url.clone();
        if url.path() != path {
            url.set_path(&path);
        }
        url.set_query(query.as_deref());
        if url.path() != path && !(path.is_empty() && url.path() == "/") || url.query() != query.as_deref() {
            return Err(refuse("its path or query would not leave as it was signed: override the path"));
        }
        let mut sent = reqwest::Request::new(method, url.clone());
        let mut headers = HeaderMap::with_capacity(request.headers().size_hint().0.max(8));
        for header in request.headers() {
            let known = header.slot.and_then(|slot| prepared.headers.get(slot)?.clone());
            let name = known.map_or_else(|| HeaderName::from_bytes(header.name.as_bytes()).ok(), Some);
            let value = HeaderValue::from_bytes(header.value).ok();
            let (Some(name), Some(mut value)) = (name, value) else {
                return Err(refuse(&format!("{}: it is not a header", header.name)));
            };
            value.set_sensitive(header.is_sensitive);
            headers.insert(name, value);
        }
        *sent.headers_mut() = headers;
        *sent.body_mut() = body(request).map_err(refuse)?;
        // The HTTP client has that of most calls already, and one for a single call is kept in a box.
        if self.has_own_http || time != self.limits.attempt {
            *sent.timeout_mut() = Some(time);
        }
        Ok((sent, url))
    }

    /// The session that the provider issues, unless the caller brought one.
    pub(crate) fn issued_session(&self) -> Option<&Session> {
        self.setup.plan.session.as_ref().filter(|_| self.setup.session.is_none())
    }
}

/// The body of a request.
///
/// # Errors
/// A file in it is read while it is sent, by something that is not built.
fn body(request: &Request<'_>) -> Result<Option<reqwest::Body>, &'static str> {
    let mut chunks = request.body_chunks();
    Ok(match (chunks.pop(), chunks.is_empty()) {
        (None, _) => None,
        (Some(Chunk::Bytes(bytes)), true) => Some(bytes.into_owned().into()),
        #[cfg(feature = "multipart")]
        _ => Some(crate::file::body(request)),
        #[cfg(not(feature = "multipart"))]
        _ => return Err("a file is read while it is sent, which takes the feature `multipart` of countersign"),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countersign_plan::{Plan, words};
    use countersign_sign::Call;

    use crate::{Builder, Error};

    /// What becomes of a call of a path, where nobody listens.
    async fn error(path: &'static str) -> Error {
        let operations = vec![words::operation("look", "GET", path)].into();
        let plan = Arc::new(Plan { operations, ..words::plan("acme", "Acme") });
        let client = Builder::new(plan).base_url("http://127.0.0.1:9").retries(0).build().unwrap();
        client.call(Call::new("look")).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_path_that_would_leave_as_another_does_not_leave() {
        for path in ["/a/../b", "/a/./b", "/a/..", "/..", "/.", "/%2e%2e", "/a\\b"] {
            let error = error(path).await;
            assert!(
                error.to_string().contains("its path or query would not leave as it was signed"),
                "{path}: {error}"
            );
        }
        // HTTP has a slash where there is no path.
        for path in ["", "/", "/a//b", "/...", "/a.b/%2F"] {
            assert!(matches!(error(path).await, Error::Transport(_)), "{path}");
        }
    }
}
