//! Makes calls: a session, the attempts, and what is made of the response.
//!
//! A generated client makes a [`Call`] of typed values and hands it to [`Executor::send`], with which progenitor's part ends: its
//! own types lose the status of a response that does not parse, and print bodies in their errors.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use countersign_plan::{ResponseForm, Text};
use countersign_sign::{Call, Setup};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use crate::attempt::{Progress, read_session};
use crate::classify::classify;
use crate::error::{Error, Fault, Transport};
use crate::options::{CallOptions, Limits};
use crate::response::{Meta, RawResponse, Response};
use crate::shared::{Connection, Shared, Sources, UNKNOWN};
use crate::sink::Sink;
use crate::success::{read_as, read_untyped, variant_of};

/// Authenticates, signs, sends and classifies calls. A generated client holds one; clones share their session.
#[derive(Clone)]
pub struct Executor {
    shared: Arc<Shared>,
    options: CallOptions,
}

/// A success whose body has not been read.
pub(crate) struct Done {
    pub(crate) response: Arc<RawResponse>,
    /// Which of several successes it is.
    variant: Option<Text>,
    form: ResponseForm,
    request_id: Option<String>,
    pub(crate) attempts: u32,
}

impl Done {
    /// Makes a response of it, with what was read of the body.
    pub(crate) fn with<T>(self, operation: &Text, value: Result<T, String>) -> Result<Response<T>, Error> {
        let Self { response, request_id, attempts, .. } = self;
        match value {
            Ok(value) => {
                let RawResponse { status, headers, .. } = Arc::unwrap_or_clone(response);
                Ok(Response::new(value, Meta { status, headers, request_id, attempts }))
            }
            Err(reason) => Err(invalid_body(operation, &response, request_id, &reason, attempts)),
        }
    }

    /// The response that a generated client reads.
    pub(crate) fn typed<T: DeserializeOwned>(self, operation: &Text) -> Result<Response<T>, Error> {
        let value = read_as(self.variant.as_deref(), self.form, &self.response.body);
        self.with(operation, value)
    }

    /// The error of a call whose response is not what the document says of a page.
    #[cfg(feature = "pages")]
    pub(crate) fn no_page(&self, operation: &Text, reason: String) -> Error {
        Error::invalid_response(operation, &self.response, self.request_id.clone(), reason, self.attempts)
    }
}

impl Response<serde_json::Value> {
    /// The error of a call whose untyped response a tool finds not to be as documented.
    #[doc(hidden)]
    pub fn into_invalid(self, operation: &Text, reason: &str) -> Error {
        let Meta { status, headers, request_id, attempts } = self.meta;
        let response = Arc::new(RawResponse { status, headers, body: self.value.to_string().into() });
        invalid_body(operation, &response, request_id, reason, attempts)
    }
}

fn invalid_body(
    operation: &Text,
    response: &Arc<RawResponse>,
    request_id: Option<String>,
    reason: &str,
    attempts: u32,
) -> Error {
    let reason = format!("its body is not as documented: {reason}");
    Error::invalid_response(operation, response, request_id, reason, attempts)
}

impl Executor {
    pub(crate) fn new(setup: Setup, sources: Sources, connection: Connection, limits: Limits) -> Self {
        let shared = Shared::new(setup, sources, connection, limits);
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
        self.make(&call).await?.typed(call.operation())
    }

    /// Makes a call without generated types. A response without a body is `null`, one that is text a string, and a file a string
    /// in base64.
    ///
    /// The response is classified by the document's outcome. It is not held to the document's schema, as generated
    /// types hold it.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub async fn call(&self, call: Call) -> Result<Response<serde_json::Value>, Error> {
        let done = self.make(&call).await?;
        let value = read_untyped(done.form, &done.response.body);
        done.with(call.operation(), value)
    }

    /// What a client makes of a response to a call of an operation.
    ///
    /// # Errors
    /// The error that the call ends with, when it is no success.
    pub fn classify(&self, operation: &str, response: &http::Response<Bytes>) -> Result<(), Error> {
        let unknown = || Error::invalid(&operation.to_owned().into(), UNKNOWN);
        let plan = &self.shared.setup.plan;
        let operation = plan.operation(operation).ok_or_else(unknown)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let response = Arc::new(RawResponse { status, headers, body: response.body().clone() });
        let success = classify(operation, &response, |_| None, |text| text)?;
        match plan.session.as_ref().filter(|session| session.comes_from(&operation.id)) {
            Some(session) => read_session(session, operation, &response, &success, 0).map(drop),
            None => Ok(()),
        }
    }

    /// Makes a call whose success has not been read.
    pub(crate) async fn make(&self, call: &Call) -> Result<Done, Error> {
        self.make_into(call, None).await
    }

    /// Makes a call. A success that is text or a file goes to the sink, if there is one.
    pub(crate) async fn make_into(&self, call: &Call, sink: Option<&dyn Sink>) -> Result<Done, Error> {
        let limits = self.options.apply(self.shared.limits);
        let progress = Progress::until(Instant::now().checked_add(limits.deadline));
        let calling = async {
            let (mut run, request) = self.shared.prepare(call, limits, &progress)?;
            run.sink = sink;
            let (response, success) = run.attempts(request).await?;
            let attempts = progress.sent().attempts;
            if let Some(session) = self.shared.issued_session().filter(|session| session.comes_from(call.operation())) {
                let issue = read_session(session, run.operation, &response, &success, attempts)?;
                self.shared.session.adopt(issue).await;
            }
            let status = response.status.as_u16();
            let (variant, form) = (variant_of(run.operation, status), run.operation.response_form(status));
            Ok(Done { response, variant, form, request_id: success.request_id, attempts })
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

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("provider", &self.shared.setup.plan.name)
            .field("base_url", &self.base_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
