//! Sends a call: session, fill and sign, send, judge, and perhaps again.
//!
//! A generated client makes a [`reqwest::Request`] of typed values and hands it to [`Executor::send`], with which
//! progenitor's part ends: its own types lose the status of an answer that does not parse, and print bodies in their errors.
//!
//! A call is sent again in three cases only: nothing of it can have reached the provider (no connection was made); the
//! document says that it is safe; or the provider refused its session, once, and not as it failed (408, 5xx). Every attempt
//! is filled in and signed afresh.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use reqwest::Url;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::confidential::Confidential;
use crate::config::{Allowed, CallOptions, Limits, PlanRef};
use crate::draft::{Draft, Explanation, explain};
use crate::error::{Error, Fault, Sent, SessionError, Transport};
use crate::generated::Unbuilt;
use crate::outcome::{LONGEST_WORD, Pause, RawAnswer, Success, judge, leaves_open};
use crate::pick::Picked;
use crate::plan::{AnswerForm, Kind, Operation, Retry, Session, Text};
use crate::read::read;
use crate::request::Candidate;
use crate::secret::Secret;
use crate::session::{Issue, Issued, SessionStore};
use crate::value::{Credential, Gaps, Inputs, Moment, Named, Output, Target};

/// What stands for a body that there is none of, or none that the document describes.
const NO_BODY: &[u8] = b"null";

/// How many bytes of an answer there is room for before any has come.
const AT_ONCE: u64 = 64 * 1024;

/// A provider that asks for a longer pause than this is not waited for, and its refusal is the end of the call.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Authenticates, signs, sends and judges calls. A generated client holds one; clones share their session.
#[derive(Clone)]
pub struct Executor {
    shared: Arc<Shared>,
    options: CallOptions,
}

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) plan: PlanRef,
    pub(crate) base: Url,
    pub(crate) base_text: String,
    /// Whether `base` is a real address, which it is but for a client that only explains.
    pub(crate) base_known: bool,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Named<Credential>,
    pub(crate) settings: Named<String>,
    pub(crate) sessions: Sessions,
    pub(crate) operations: BTreeMap<Text, Prepared>,
    pub(crate) limits: Limits,
}

/// Where session values come from.
pub(crate) enum Sessions {
    /// The provider has none.
    None,
    /// The caller brought them.
    Supplied(Arc<Issued>),
    /// The provider issues them.
    Issued(SessionStore),
}

/// An operation, with the caller's corrections.
pub(crate) struct Prepared {
    pub(crate) order: Vec<Target>,
    pub(crate) signed_fields: Vec<Text>,
    pub(crate) method: Option<Method>,
    pub(crate) path: Option<String>,
    pub(crate) uses_session: bool,
    pub(crate) allowed: Allowed,
}

/// A success whose body has not been read.
struct Done {
    answer: Arc<RawAnswer>,
    form: AnswerForm,
    request_id: Option<String>,
    attempts: u32,
}

impl Done {
    /// Reads the body, or else what stands for one.
    fn read<T: DeserializeOwned>(self, operation: &str, has_body: bool) -> Result<Answer<T>, Error> {
        let Self { answer, request_id, attempts, .. } = self;
        match if has_body { answer.read() } else { read(NO_BODY) } {
            Ok(value) => {
                let RawAnswer { status, headers, .. } = Arc::unwrap_or_clone(answer);
                Ok(Answer { value, status, headers, request_id, attempts })
            }
            Err(reason) => {
                let reason = format!("its body is not as documented: {reason}");
                Err(answer.unreadable(&operation.to_owned().into(), request_id, reason, attempts))
            }
        }
    }
}

/// How far a call has come.
#[derive(Default)]
struct Progress {
    attempts: AtomicU32,
    /// Whether an attempt was sent of which the end is not known.
    open: AtomicBool,
    /// When the time for the call is over.
    ends: Option<Instant>,
}

impl Progress {
    fn until(ends: Option<Instant>) -> Self {
        Self { ends, ..Self::default() }
    }

    fn sent(&self) -> Sent {
        Sent { attempts: self.attempts.load(Ordering::Relaxed), carried_out: self.open.load(Ordering::Relaxed) }
    }
}

impl Executor {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), options: CallOptions::new() }
    }

    #[cfg(feature = "verify")]
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.shared.base_text
    }

    /// The HTTP client.
    pub fn http_client(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// A clone that makes its calls with other options. It shares the session.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { options, ..self.clone() }
    }

    /// Makes a call with a request that a generated client made, unless it could not.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    #[doc(hidden)]
    pub async fn send<T: DeserializeOwned>(
        &self,
        operation: &str,
        request: Result<reqwest::Request, Unbuilt>,
    ) -> Result<Answer<T>, Error> {
        let mut request =
            request.map_err(|Unbuilt(reason)| Error::not_sent(&operation.to_owned().into(), None, reason))?;
        let template = |operation: &Operation| Candidate::from_request(&mut request, operation, &self.shared.base);
        let done = self.call_with(operation, template).await?;
        let has_body = done.form == AnswerForm::Json;
        done.read(operation, has_body)
    }

    /// Makes a call without generated types. An answer without a body is `null`.
    ///
    /// The answer is judged by the document's outcome and is JSON. It is not held to the document's schema, as generated
    /// types hold it.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub async fn call(&self, operation: &str, draft: Draft) -> Result<Answer<serde_json::Value>, Error> {
        let template = |operation: &Operation| draft.into_candidate(operation, &self.shared.base);
        let done = self.call_with(operation, template).await?;
        let has_body = !done.answer.body.is_empty();
        done.read(operation, has_body)
    }

    /// Shows a call as it would leave, and sends nothing. A session value that the caller did not bring is shown by its
    /// name, and what is computed from it is not computed. [`Builder::explain`](crate::Builder::explain) does the same for
    /// everything that is missing.
    ///
    /// # Errors
    /// Whatever would keep the call from being sent.
    pub fn explain(&self, operation: &str, draft: Draft) -> Result<Explanation, Error> {
        self.explained(operation, draft, false)
    }

    /// As [`explain`](Self::explain), with the secrets and personal data of the call in the explanation: for a developer's
    /// own machine, and values that are made up. What it returns must not be logged, and its `Debug` hides nothing.
    ///
    /// Credentials and session values are shown by their names all the same, and so is what holds one. They are good for
    /// more than this call, and a string to sign can be compared without them.
    ///
    /// # Errors
    /// Whatever would keep the call from being sent.
    pub fn danger_explain_revealed(&self, operation: &str, draft: Draft) -> Result<Explanation, Error> {
        self.explained(operation, draft, true)
    }

    fn explained(&self, operation: &str, draft: Draft, revealed: bool) -> Result<Explanation, Error> {
        let template = |operation: &Operation| draft.into_candidate(operation, &self.shared.base);
        let progress = Progress::default();
        let run = self.shared.prepare(operation, template, self.options.apply(self.shared.limits), &progress)?;
        let session = match &self.shared.sessions {
            Sessions::Supplied(issued) => Some(&issued.values),
            _ => None,
        };
        let gaps = Gaps { named: true, base: !self.shared.base_known, read: false, revealed };
        let inputs = Inputs { gaps, ..self.shared.inputs(session, Moment::now()) };
        let mut candidate = run.template.clone();
        let mut filled = Vec::new();
        let (order, signed_fields) = (&run.prepared.order, &run.prepared.signed_fields);
        candidate.fill(run.operation, order, signed_fields, inputs, Some(&mut filled))?;
        Ok(explain(run.operation, &candidate, filled, &self.shared.base_text, revealed))
    }

    /// Prepares to evaluate what fills a parameter or field (by the names that lead to it) over and over, for benchmarks:
    /// nothing is sent.
    ///
    /// # Errors
    /// Whatever would keep the call from being sent, or nothing is filled in by that name.
    #[doc(hidden)]
    pub fn evaluation(&self, operation: &str, name: &str, draft: Draft) -> Result<Evaluation<'_>, Error> {
        let template = |operation: &Operation| draft.into_candidate(operation, &self.shared.base);
        let run = self.shared.prepare(operation, template, self.shared.limits, &UNSENT)?;
        let target = run.prepared.order.iter().find(|target| target.name(run.operation) == name);
        let target = target.ok_or_else(|| Error::not_sent(&run.operation.id, Some(name), "it is not filled in"))?;
        Ok(Evaluation { run, target, moment: Moment::now() })
    }

    async fn call_with(
        &self,
        id: &str,
        template: impl FnOnce(&Operation) -> Result<Candidate, Error>,
    ) -> Result<Done, Error> {
        let limits = self.options.apply(self.shared.limits);
        let progress = Progress::until(Instant::now().checked_add(limits.deadline));
        let call = async {
            let run = self.shared.prepare(id, template, limits, &progress)?;
            let (answer, success) = run.attempts().await?;
            let attempts = progress.attempts.load(Ordering::Relaxed);
            if let (Sessions::Issued(store), Some(session)) = (&self.shared.sessions, &self.shared.plan.session)
                && session.comes_from(id)
            {
                store.adopt(read_session(session, run.operation, &answer, &success, attempts)?).await;
            }
            Ok(Done { answer, form: run.operation.answer, request_id: success.request_id, attempts })
        };
        timeout(limits.deadline, call).await.unwrap_or_else(|_| {
            Err(Error::Transport(Transport {
                operation: id.to_owned().into(),
                fault: Fault::Timeout,
                detail: format!("the deadline of {:?} for the whole call is over", limits.deadline).into(),
                sent: progress.sent(),
            }))
        })
    }
}

/// A value of one operation, to be evaluated over and over.
#[doc(hidden)]
pub struct Evaluation<'a> {
    run: Run<'a>,
    target: &'a Target,
    moment: Moment,
}

/// The progress of a call that is never sent.
static UNSENT: Progress = Progress { attempts: AtomicU32::new(0), open: AtomicBool::new(false), ends: None };

impl Evaluation<'_> {
    /// Evaluates, and passes the bytes on.
    ///
    /// # Errors
    /// The value cannot be made.
    pub fn value<R>(&self, take: impl FnOnce(&[u8]) -> R) -> Result<R, String> {
        let Run { shared, operation, prepared, template, .. } = &self.run;
        let inputs = shared.inputs(None, self.moment);
        let mut output = Output::new(false);
        template.evaluate(operation, self.target, &prepared.signed_fields, inputs, &mut output)?;
        Ok(take(output.bytes()))
    }
}

/// A call that is ready to be sent.
struct Run<'a> {
    shared: &'a Shared,
    operation: &'a Operation,
    prepared: &'a Prepared,
    template: Candidate,
    limits: Limits,
    progress: &'a Progress,
}

impl Shared {
    fn prepare<'a>(
        &'a self,
        id: &str,
        template: impl FnOnce(&Operation) -> Result<Candidate, Error>,
        limits: Limits,
        progress: &'a Progress,
    ) -> Result<Run<'a>, Error> {
        let unknown = || Error::not_sent(&id.to_owned().into(), None, "the plan has no such operation");
        let operation = self.plan.operation(id).ok_or_else(unknown)?;
        let prepared = self.operations.get(id).ok_or_else(unknown)?;
        let mut template = template(operation)?;
        template
            .check_shape(operation)
            .map_err(|(name, reason)| Error::not_sent(&operation.id, name.as_deref(), reason))?;
        template.take_in(operation);
        template.allowed = prepared.allowed.clone();
        template.check(operation, &[]).map_err(|(name, reason)| Error::not_sent(&operation.id, Some(&name), reason))?;
        template
            .correct(&operation.path, prepared.method.as_ref(), prepared.path.as_deref())
            .map_err(|reason| Error::not_sent(&operation.id, None, reason))?;
        Ok(Run { shared: self, operation, prepared, template, limits, progress })
    }

    /// What one attempt is made with.
    fn inputs<'a>(&'a self, session: Option<&'a Named<Secret>>, moment: Moment) -> Inputs<'a> {
        Inputs {
            credentials: &self.credentials,
            settings: &self.settings,
            declared: &self.plan.settings,
            session,
            moment,
            gaps: Gaps::default(),
        }
    }

    /// A session that is good, unless the plan's operation needs none.
    async fn session(&self, run: &Run<'_>, refused: Option<u64>) -> Result<Option<Arc<Issued>>, Error> {
        match (&self.sessions, &self.plan.session) {
            (Sessions::Supplied(issued), _) => Ok(Some(Arc::clone(issued))),
            (Sessions::Issued(store), Some(session)) if run.prepared.uses_session => {
                // Issuing is a call of its own, which needs no session, so this does not go deeper.
                let issued = store.get(refused, async || Box::pin(self.issue(session, run)).await).await;
                issued.map(Some).map_err(|cause| {
                    let (operation, cause) = (run.operation.id.clone(), Arc::new(cause));
                    Error::Session(SessionError { operation, cause, sent: Sent::default() })
                })
            }
            _ => Ok(None),
        }
    }

    async fn issue(&self, session: &Session, of: &Run<'_>) -> Result<Issue, Error> {
        let progress = Progress::until(of.progress.ends);
        let from_plan = |operation: &Operation| Candidate::from_plan(operation, &self.base);
        let run = self.prepare(&session.issue, from_plan, of.limits, &progress)?;
        let (answer, success) = run.attempts().await?;
        tracing::debug!(provider = %self.plan.name, operation = %session.issue, "a session was issued");
        read_session(session, run.operation, &answer, &success, progress.sent().attempts)
    }
}

impl Run<'_> {
    async fn attempts(&self) -> Result<(Arc<RawAnswer>, Success<'_>), Error> {
        self.until_it_ends().await.map_err(|error| error.after(self.progress.sent()))
    }

    async fn until_it_ends(&self) -> Result<(Arc<RawAnswer>, Success<'_>), Error> {
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(self.limits.retries as usize)
            .with_jitter()
            .build();
        let mut refused_session = None;
        loop {
            let session = self.shared.session(self, refused_session).await?;
            let was_open = self.progress.open.load(Ordering::Relaxed);
            let error = match self.attempt(session.as_deref()).await {
                Ok(success) => return Ok(success),
                Err(error) => error,
            };
            let ended = |is_known: bool| self.progress.open.fetch_and(was_open || !is_known, Ordering::Relaxed);
            ended(!error.may_have_been_carried_out());
            if refused_session.is_none()
                && let Some(session) = session
                && let Some(status) = self.refuses_session(&error)
            {
                tracing::debug!(provider = %self.shared.plan.name, operation = %self.operation.id, "the session was refused");
                // The document says that it may be sent again after this, so nothing was carried out.
                ended(!leaves_open(status));
                refused_session = Some(session.number());
                continue;
            }
            let pause = if self.may_repeat(&error) { self.pause(pauses.next(), &error) } else { None };
            match pause {
                Some(pause) => sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    /// The pause before the next attempt, if there is one: a provider that asks for too long a pause, or for nobody knows
    /// how long, is not asked again, and neither is one for whose answer there would be no time.
    fn pause(&self, next: Option<Duration>, error: &Error) -> Option<Duration> {
        let pause = match error.pause() {
            Pause::NotAsked => next?,
            Pause::For(asked) if asked <= LONGEST_PAUSE => next?.max(asked),
            Pause::For(_) | Pause::Unknown => return None,
        };
        let left = self.progress.ends.map(|ends| ends.saturating_duration_since(Instant::now()));
        left.is_none_or(|left| pause < left).then_some(pause)
    }

    /// The HTTP status of the refusal, if it is one of the session.
    fn refuses_session(&self, error: &Error) -> Option<StatusCode> {
        let (Sessions::Issued(_), Some(session)) = (&self.shared.sessions, &self.shared.plan.session) else {
            return None;
        };
        let Error::Rejected(rejection) = error else { return None };
        let refused = session.refused.statuses.contains(&rejection.status())
            || rejection.code().is_some_and(|code| session.refused.codes.iter().any(|refused| refused == code));
        // What may have been carried out is not sent again for a session's sake either.
        let is_open = leaves_open(rejection.answer.status) && self.operation.retry != Retry::Safe;
        (refused && rejection.kind != Kind::Pending && !is_open).then_some(rejection.answer.status)
    }

    fn may_repeat(&self, error: &Error) -> bool {
        let safe = self.operation.retry == Retry::Safe;
        match error {
            Error::Transport(transport) => match transport.fault {
                Fault::Connect => true,
                Fault::Timeout => safe || !transport.sent.carried_out,
                Fault::Interrupted => safe,
                Fault::TooLarge | Fault::Redirect => false,
            },
            Error::Rejected(rejection) => safe && matches!(rejection.kind, Kind::Unavailable | Kind::RateLimited),
            _ => false,
        }
    }

    async fn attempt(&self, session: Option<&Issued>) -> Result<(Arc<RawAnswer>, Success<'_>), Error> {
        let inputs = self.shared.inputs(session.map(|session| &session.values), Moment::now());
        let mut candidate = self.template.clone();
        candidate.fill(self.operation, &self.prepared.order, &self.prepared.signed_fields, inputs, None)?;
        let attempt = self.progress.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let began = Instant::now();
        let answer = self.send(&candidate).await;
        tracing::debug!(
            provider = %self.shared.plan.name,
            operation = %self.operation.id,
            attempt,
            status = answer.as_ref().ok().map(|answer| answer.status.as_u16()),
            milliseconds = began.elapsed().as_millis() as u64,
            "an attempt ended"
        );
        let answer = Arc::new(answer?);
        let brought = self.shared.plan.session.as_ref().filter(|session| session.comes_from(&self.operation.id));
        let confidential = OnceCell::new();
        let hide = |text| self.hide(text, confidential.get_or_init(|| self.confidential(&candidate, inputs)));
        judge(self.operation, brought, &answer, &candidate.headers, hide).map(|success| (answer, success))
    }

    async fn send(&self, candidate: &Candidate) -> Result<RawAnswer, Error> {
        let mut request = candidate.to_request();
        *request.timeout_mut() = Some(self.limits.attempt);
        self.progress.open.store(true, Ordering::Relaxed);
        let mut response = self.shared.http.execute(request).await.map_err(|error| self.transport(&error))?;
        if response.status().is_redirection() || *response.url() != candidate.url {
            return Err(self.fault(
                Fault::Redirect,
                format!(
                    "it redirects (HTTP {}), which is not followed because the credentials would go along: correct the base \
                     URL or the path",
                    response.status().as_u16()
                ),
            ));
        }
        if is_encoded(response.headers()) {
            return Err(
                self.fault(Fault::TooLarge, "it is compressed, which was not asked for and hides its size".into())
            );
        }
        let limit = self.limits.response_bytes;
        let too_large = || self.fault(Fault::TooLarge, format!("it is larger than the limit of {limit} bytes"));
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        // What an answer claims to be is not what comes, and a limit may be as large as one likes.
        let expected = response.content_length().unwrap_or_default().min(limit as u64).min(AT_ONCE);
        let mut body = Vec::with_capacity(expected as usize);
        while let Some(chunk) = response.chunk().await.map_err(|error| self.transport(&error))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(RawAnswer { status: response.status(), headers, body: body.into() })
    }

    fn fault(&self, fault: Fault, detail: String) -> Error {
        let attempts = self.progress.attempts.load(Ordering::Relaxed);
        Error::Transport(Transport {
            operation: self.operation.id.clone(),
            fault,
            detail: detail.into(),
            sent: Sent { attempts, carried_out: fault != Fault::Connect },
        })
    }

    /// Says what happened without reqwest's own text, which has the URL and so the query in it.
    fn transport(&self, error: &reqwest::Error) -> Error {
        if error.is_timeout() && error.is_connect() {
            let mut late = self.fault(Fault::Timeout, "no connection was made in time".into());
            if let Error::Transport(transport) = &mut late {
                transport.sent.carried_out = false;
            }
            return late;
        }
        if error.is_timeout() {
            return self.fault(Fault::Timeout, format!("no whole answer came within {:?}", self.limits.attempt));
        }
        if error.is_connect() || is_refused_by_tls(error) {
            return self.fault(Fault::Connect, format!("no connection was made: {}", root_cause(error)));
        }
        if error.is_builder() {
            return Error::not_sent(&self.operation.id, None, "the HTTP client does not take the request");
        }
        self.fault(Fault::Interrupted, format!("the connection ended or what came is not HTTP: {}", root_cause(error)))
    }

    /// Takes out of a provider's text what the request carried in confidence, should the provider repeat it.
    fn hide(&self, text: String, confidential: &Confidential) -> String {
        // A code that the document knows says nothing of the caller, even if their PIN happens to be the same.
        let refused = self.shared.plan.session.iter().flat_map(|session| session.refused.codes.iter());
        let mut codes = self.operation.outcome.kinds.iter().map(|(code, _)| code).chain(refused);
        if codes.any(|code| *code == text) {
            return text;
        }
        confidential.redact(&Zeroizing::new(text), LONGEST_WORD)
    }

    /// What the caller gave in confidence, what the request carried that was made of it or is a digest, and all credentials
    /// and values of the session.
    fn confidential(&self, sent: &Candidate, inputs: Inputs<'_>) -> Confidential {
        let given = self.template.confidential(self.operation);
        let carried = sent.confidential(self.operation);
        let settings = inputs.settings.iter().filter(|(name, _)| self.operation.guards_setting(name));
        let settings = settings.map(|(_, setting)| setting.as_str());
        let credentials = inputs.credentials.values().map(|credential| credential.text.expose());
        let session = inputs.session.into_iter().flat_map(|session| session.values()).map(Secret::expose);
        let own = settings.chain(credentials).chain(session).map(|text| Zeroizing::new(text.to_owned()));
        Confidential::new(given.into_iter().chain(carried).chain(own))
    }
}

/// Reads a session from a success of the operation that issues it.
///
/// # Errors
/// A value of the session is not in it.
pub(crate) fn read_session(
    session: &Session,
    operation: &Operation,
    answer: &Arc<RawAnswer>,
    success: &Success<'_>,
    attempts: u32,
) -> Result<Issue, Error> {
    let nothing = Picked::default();
    Issue::read(session, success.picked.as_ref().unwrap_or(&nothing), Timestamp::now())
        .map_err(|reason| answer.unreadable(&operation.id, success.request_id.clone(), reason, attempts))
}

/// Whether anything but `identity` is in any of the headers that say so, whose values are lists.
fn is_encoded(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let mut codings = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    codings.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

/// Whether the peer ended the handshake because of the client's certificate or the lack of one. In TLS 1.3 the client learns
/// of it when it has written the request, which the peer then does not read.
#[cfg(feature = "rustls")]
fn is_refused_by_tls(error: &reqwest::Error) -> bool {
    use rustls::AlertDescription as Alert;
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let mut inner = causes.filter_map(|cause| cause.downcast_ref::<std::io::Error>()?.get_ref());
    inner.any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(rustls::Error::AlertReceived(
                Alert::CertificateRequired
                    | Alert::BadCertificate
                    | Alert::UnsupportedCertificate
                    | Alert::CertificateRevoked
                    | Alert::CertificateExpired
                    | Alert::CertificateUnknown
                    | Alert::UnknownCA
                    | Alert::AccessDenied
            ))
        )
    })
}

/// The platform's own library does not say, so that the call may have been received.
#[cfg(not(feature = "rustls"))]
fn is_refused_by_tls(_: &reqwest::Error) -> bool {
    false
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    let mut text = "no reason is given".to_owned();
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text
}

impl std::fmt::Debug for Executor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Executor")
            .field("provider", &self.shared.plan.name)
            .field("base_url", &self.shared.base_text)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
