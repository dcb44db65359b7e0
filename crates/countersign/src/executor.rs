//! Makes calls: a session, the attempts, and what is made of the response.
//!
//! A generated client makes a [`Call`] of typed values and hands it to [`Executor::send`], with which progenitor's part ends: its
//! own types lose the status of a response that does not parse, and print bodies in their errors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_plan::{Operation, ResponseForm, Session, Text};
use countersign_sign::{Call, Request, Setup};
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use reqwest::Url;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use crate::attempt::{Progress, Run};
use crate::classify::{Success, classify};
use crate::error::{Error, Fault, Sent, SessionError, Transport};
use crate::options::{CallOptions, Limits};
use crate::pick::Picked;
use crate::read::read;
use crate::response::{Meta, RawResponse, Response};
use crate::session::{Issue, Issued, SessionStore};

/// What counts as the body where there is none, or none that the document describes.
const NO_BODY: &[u8] = b"null";

/// Authenticates, signs, sends and classifies calls. A generated client holds one; clones share their session.
#[derive(Clone)]
pub struct Executor {
    shared: Arc<Shared>,
    options: CallOptions,
}

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) setup: Setup,
    base: Url,
    /// The path of the base URL, without a trailing slash.
    base_path: String,
    pub(crate) http: reqwest::Client,
    /// The session that the provider issues. Nobody asks for it where the caller brought one.
    session: SessionStore,
    limits: Limits,
    /// What a request of each operation is made of, in the order of the plan.
    operations: Vec<Prepared>,
}

/// What is the same for all requests of an operation.
struct Prepared {
    method: Method,
    /// The names of the headers, by their slots.
    headers: Vec<Option<HeaderName>>,
}

/// A success whose body has not been read.
struct Done {
    response: Arc<RawResponse>,
    form: ResponseForm,
    request_id: Option<String>,
    attempts: u32,
}

impl Done {
    /// Reads the body, or else what counts as one.
    fn read<T: DeserializeOwned>(self, operation: &Text, has_body: bool) -> Result<Response<T>, Error> {
        let Self { response, request_id, attempts, .. } = self;
        match if has_body { response.read() } else { read(NO_BODY) } {
            Ok(value) => {
                let RawResponse { status, headers, .. } = Arc::unwrap_or_clone(response);
                Ok(Response { value, meta: Meta { status, headers, request_id, attempts } })
            }
            Err(reason) => {
                let reason = format!("its body is not as documented: {reason}");
                Err(Error::invalid_response(operation, &response, request_id, reason, attempts))
            }
        }
    }
}

impl Executor {
    pub(crate) fn new(setup: Setup, base: Url, http: reqwest::Client, limits: Limits) -> Self {
        let prepare = |operation: &Operation| Prepared {
            // What the lint passes is a method and a name; what is not, is refused when it is called.
            method: Method::from_bytes(operation.method.as_bytes()).unwrap_or_default(),
            headers: operation.slots.iter().map(|slot| HeaderName::from_bytes(slot.name.as_bytes()).ok()).collect(),
        };
        let shared = Shared {
            operations: setup.plan.operations.iter().map(prepare).collect(),
            base_path: base.path().trim_end_matches('/').to_owned(),
            session: SessionStore::default(),
            setup,
            base,
            http,
            limits,
        };
        Self { shared: Arc::new(shared), options: CallOptions::new() }
    }

    /// The base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.shared.setup.base_url.as_deref().unwrap_or_default()
    }

    /// The HTTP client.
    pub fn http_client(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// What requests are made with: the plan with its overrides, credentials and settings. For tools that explain or verify.
    pub fn setup(&self) -> &Setup {
        &self.shared.setup
    }

    /// A clone that makes its calls with other options. It shares the session.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { options, ..self.clone() }
    }

    /// Makes a call.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<Response<T>, Error> {
        let done = self.make(&call).await?;
        let has_body = done.form == ResponseForm::Json;
        done.read(call.operation(), has_body)
    }

    /// Makes a call without generated types. A response without a body is `null`.
    ///
    /// The response is classified by the document's outcome and is JSON. It is not held to the document's schema, as generated
    /// types hold it.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub async fn call(&self, call: Call) -> Result<Response<serde_json::Value>, Error> {
        let done = self.make(&call).await?;
        let has_body = !done.response.body.is_empty();
        done.read(call.operation(), has_body)
    }

    /// What a client makes of a response to a call of an operation.
    ///
    /// # Errors
    /// The error that the call ends with, when it is no success.
    pub fn classify(&self, operation: &str, response: &http::Response<bytes::Bytes>) -> Result<(), Error> {
        let unknown = || Error::invalid(&operation.to_owned().into(), UNKNOWN);
        let plan = &self.shared.setup.plan;
        let operation = plan.operation(operation).ok_or_else(unknown)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let response = Arc::new(RawResponse { status, headers, body: response.body().clone() });
        let session = plan.session.as_ref().filter(|session| session.comes_from(&operation.id));
        let success = classify(operation, session, &response, |_| None, |text| text)?;
        match session {
            Some(session) => read_session(session, operation, &response, &success, 0).map(drop),
            None => Ok(()),
        }
    }

    async fn make(&self, call: &Call) -> Result<Done, Error> {
        let limits = self.options.apply(self.shared.limits);
        let progress = Progress::until(Instant::now().checked_add(limits.deadline));
        let calling = async {
            let run = self.shared.prepare(call, limits, &progress)?;
            let (response, success) = run.attempts().await?;
            let attempts = progress.sent().attempts;
            if let Some(session) = self.shared.issued_session().filter(|session| session.comes_from(call.operation())) {
                let issue = read_session(session, run.operation, &response, &success, attempts)?;
                self.shared.session.adopt(issue).await;
            }
            Ok(Done { response, form: run.operation.response, request_id: success.request_id, attempts })
        };
        timeout(limits.deadline, calling).await.unwrap_or_else(|_| {
            Err(Error::Transport(Transport {
                operation: call.operation().clone(),
                fault: Fault::Timeout,
                detail: format!("the deadline of {:?} for the whole call is over", limits.deadline).into(),
                sent: progress.sent(),
            }))
        })
    }
}

/// What is said of an operation that is not there.
const UNKNOWN: &str = "the plan has no such operation";

impl Shared {
    fn prepare<'a>(&'a self, call: &'a Call, limits: Limits, progress: &'a Progress) -> Result<Run<'a>, Error> {
        let id = call.operation();
        let operation = self.setup.plan.operation(id).ok_or_else(|| Error::invalid(id, UNKNOWN))?;
        let template = call.request(operation, &self.base_path).and_then(|template| {
            template.check(&[])?;
            Ok(template)
        });
        let template = template.map_err(|invalid| Error::invalid_request(id, invalid))?;
        Ok(Run { shared: self, operation, template, limits, progress })
    }

    /// What is sent, and where to.
    ///
    /// # Errors
    /// The HTTP client would send something else than what was signed.
    pub(crate) fn to_http(
        &self,
        operation: &Operation,
        request: &Request<'_>,
        time: Duration,
    ) -> Result<(reqwest::Request, Url), Error> {
        let refuse = |reason: &str| Error::invalid(&operation.id, reason);
        let index = self.setup.plan.operations.iter().position(|other| std::ptr::eq(other, operation));
        let prepared = index.and_then(|index| self.operations.get(index)).ok_or_else(|| refuse(UNKNOWN))?;
        let (path, query) = (request.path(), request.query());
        let mut url = self.base.clone();
        url.set_path(&path);
        url.set_query(query.as_deref());
        if url.path() != path && !(path.is_empty() && url.path() == "/") || url.query() != query.as_deref() {
            return Err(refuse("its path or query would not leave as it was signed: override the path"));
        }
        let mut sent = reqwest::Request::new(prepared.method.clone(), url.clone());
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
        *sent.body_mut() = request.body().map(|body| body.into_owned().into());
        *sent.timeout_mut() = Some(time);
        Ok((sent, url))
    }

    /// The session that the provider issues, unless the caller brought one.
    pub(crate) fn issued_session(&self) -> Option<&Session> {
        self.setup.plan.session.as_ref().filter(|_| self.setup.session.is_none())
    }

    /// A session that is good, unless the operation needs none or the caller brought one.
    pub(crate) async fn session(&self, run: &Run<'_>, refused: Option<u64>) -> Result<Option<Arc<Issued>>, Error> {
        let Some(session) = self.issued_session().filter(|_| run.operation.session) else { return Ok(None) };
        // Issuing is a call of its own, which needs no session, so this does not go deeper.
        let issued = self.session.get(refused, async || Box::pin(self.issue(session, run)).await).await;
        issued.map(Some).map_err(|cause| {
            let (operation, cause) = (run.operation.id.clone(), Arc::new(cause));
            Error::Session(SessionError { operation, cause, sent: Sent::default() })
        })
    }

    async fn issue(&self, session: &Session, of: &Run<'_>) -> Result<Issue, Error> {
        let progress = Progress::until(of.progress.ends);
        let call = Call::new(session.issue.clone());
        let run = self.prepare(&call, of.limits, &progress)?;
        let (response, success) = run.attempts().await?;
        tracing::debug!(provider = %self.setup.plan.name, operation = %session.issue, "a session was issued");
        read_session(session, run.operation, &response, &success, progress.sent().attempts)
    }
}

/// Reads a session from a success of the operation that issues it.
///
/// # Errors
/// A value of the session is not in it.
fn read_session(
    session: &Session,
    operation: &Operation,
    response: &Arc<RawResponse>,
    success: &Success<'_>,
    attempts: u32,
) -> Result<Issue, Error> {
    let nothing = Picked::default();
    Issue::read(session, success.picked.as_ref().unwrap_or(&nothing), Timestamp::now()).map_err(|reason| {
        Error::invalid_response(&operation.id, response, success.request_id.clone(), reason, attempts)
    })
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("provider", &self.shared.setup.plan.name)
            .field("base_url", &self.base_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
