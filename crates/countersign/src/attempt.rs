//! The attempts of one call: fill in and sign, send, classify, and perhaps again.
//!
//! A call is sent again in three cases only: nothing of it can have reached the provider (no connection was made); the
//! document says that it is safe; or the provider refused its session, once, and not as it failed (408, 5xx). Every attempt
//! is filled in and signed afresh.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use countersign_plan::{Kind, Operation, Retry, Session};
use countersign_sign::{Call, Confidential, Filled, Inputs, Invalid, Kept, Moment, Request};
use http::header::{CONTENT_ENCODING, CONTENT_RANGE, RANGE};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use reqwest::Url;
use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

use crate::classify::{LONGEST_WORD, Success, another_type, classify, leaves_open, not_json};
use crate::credential::Files;
use crate::error::{Error, Fault, Sent, SessionError, Transport};
use crate::options::Limits;
use crate::pick::Picked;
use crate::response::{Pause, RawResponse};
use crate::session::{Issue, Issued};
use crate::shared::{Prepared, Shared, UNKNOWN};
use crate::sink::Sink;

/// How many bytes of a response there is room for before any has come.
const AT_ONCE: u64 = 65_536;

/// A provider that asks for a longer pause than this is not waited for, and its refusal is the end of the call.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How far a call has come.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) attempts: AtomicU32,
    /// Whether an attempt was sent of which the end is not known.
    open: AtomicBool,
    /// Whether something of a response has been written where it was to be.
    written: AtomicBool,
    /// Whether it was not sent again because a file in it had been read.
    held_back: AtomicBool,
    /// When the time for the call is over.
    pub(crate) ends: Option<Instant>,
}

impl Progress {
    pub(crate) fn until(ends: Option<Instant>) -> Self {
        Self { ends, ..Self::default() }
    }

    pub(crate) fn sent(&self) -> Sent {
        Sent {
            attempts: self.attempts.load(Ordering::Relaxed),
            carried_out: self.open.load(Ordering::Relaxed),
            held_back: self.held_back.load(Ordering::Relaxed),
        }
    }
}

/// A call that is being made.
pub(crate) struct Run<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) operation: &'a Operation,
    pub(crate) prepared: &'a Prepared,
    call: &'a Call,
    /// The values that are the same for all attempts.
    kept: Kept,
    /// When it began.
    pub(crate) moment: Moment,
    pub(crate) limits: Limits,
    pub(crate) progress: &'a Progress,
    /// Where a success goes that is text or a file.
    pub(crate) sink: Option<&'a dyn Sink>,
}

impl Shared {
    /// Makes a call ready to be sent, and the request of its first attempt, in which nothing is filled in yet.
    ///
    /// # Errors
    /// What was given is not what the document describes.
    pub(crate) fn prepare<'a>(
        &'a self,
        call: &'a Call,
        limits: Limits,
        progress: &'a Progress,
    ) -> Result<(Run<'a>, Request<'a>), Error> {
        let id = call.operation();
        let (operation, prepared) = self.operation(id).ok_or_else(|| Error::invalid(id, UNKNOWN))?;
        self.check_certificate(operation)?;
        let moment = (self.sources.moments)();
        let begun = call.request(operation, &prepared.base_path).and_then(|mut request| {
            request.check(&[])?;
            #[cfg(feature = "multipart")]
            crate::file::check(&request)?;
            let kept = request.begin(&Inputs { setup: &self.setup, session: None, moment })?;
            Ok((request, kept))
        });
        let (request, kept) = begun.map_err(|invalid| Error::invalid_request(id, invalid))?;
        Ok((Run { shared: self, operation, prepared, call, kept, moment, limits, progress, sink: None }, request))
    }

    /// A session that is good, unless the operation needs none or the caller brought one.
    async fn session(&self, run: &Run<'_>, refused: Option<u64>) -> Result<Option<Arc<Issued>>, Error> {
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
        let (run, request) = self.prepare(&call, of.limits, &progress)?;
        let (response, success) = run.attempts(request).await?;
        tracing::debug!(provider = %self.setup.plan.name, operation = %session.issue, "a session was issued");
        read_session(session, run.operation, &response, &success, progress.sent().attempts)
    }
}

/// Reads a session from a success of the operation that issues it.
///
/// # Errors
/// A value of the session is not in it.
pub(crate) fn read_session(
    session: &Session,
    operation: &Operation,
    response: &Arc<RawResponse>,
    success: &Success,
    attempts: u32,
) -> Result<Issue, Error> {
    let picked = Picked::from_slice(&response.body).map_err(|error| not_json(&error));
    let issue = picked.and_then(|picked| Issue::read(session, &picked, Timestamp::now()));
    issue.map_err(|reason| {
        Error::invalid_response(&operation.id, response, success.request_id.clone(), reason, attempts)
    })
}

impl Run<'_> {
    /// Makes attempts until one ends the call, the first of them with this request.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub(crate) async fn attempts(&self, first: Request<'_>) -> Result<(Arc<RawResponse>, Success), Error> {
        self.until_it_ends(first).await.map_err(|error| error.after(self.progress.sent()))
    }

    async fn until_it_ends(&self, first: Request<'_>) -> Result<(Arc<RawResponse>, Success), Error> {
        let mut first = Some(first);
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
            let error = match self.attempt(first.take(), session.as_deref()).await {
                Ok(success) => return Ok(success),
                Err(error) => error,
            };
            let ended = |is_known: bool| self.progress.open.fetch_and(was_open || !is_known, Ordering::Relaxed);
            ended(!error.may_have_been_carried_out());
            if refused_session.is_none()
                && let Some(session) = session
                && let Some(status) = self.refuses_session(&error)
            {
                // What may have been carried out is not sent again for a session's sake either.
                let is_open = leaves_open(status) && self.operation.retry != Retry::Safe;
                if !is_open && !self.is_held_back() {
                    tracing::debug!(provider = %self.shared.setup.plan.name, operation = %self.operation.id, "the session was refused");
                    // The document says that it may be sent again after this, so nothing was carried out.
                    ended(!leaves_open(status));
                    refused_session = Some(session.number());
                    continue;
                }
                // The next call would meet the same refusal.
                self.shared.session.forget(&session);
            }
            let may_repeat = self.may_repeat(&error) && !self.is_held_back();
            let pause = if may_repeat { self.pause(pauses.next(), &error) } else { None };
            match pause {
                Some(pause) => sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    /// The pause before the next attempt, if there is one: a provider that asks for too long a pause, or for nobody knows
    /// how long, is not asked again, and neither is one for whose response there would be no time.
    fn pause(&self, next: Option<Duration>, error: &Error) -> Option<Duration> {
        let pause = match error.pause() {
            Pause::NotAsked => next?,
            Pause::For(asked) if asked <= LONGEST_PAUSE => next?.max(asked),
            Pause::For(_) | Pause::Unknown => return None,
        };
        let left = self.progress.ends.map(|ends| ends.saturating_duration_since(Instant::now()));
        left.is_none_or(|left| pause < left).then_some(pause)
    }

    /// Whether the call cannot be sent again, which is asked where it would be: a file in it has been read.
    fn is_held_back(&self) -> bool {
        #[cfg(feature = "multipart")]
        if self.request().is_ok_and(|request| crate::file::has_begun(&request)) {
            self.progress.held_back.store(true, Ordering::Relaxed);
        }
        self.progress.held_back.load(Ordering::Relaxed)
    }

    /// A request as that of the first attempt was, with nothing filled in but what is the same for all.
    fn request(&self) -> Result<Request<'_>, Error> {
        let request = self.call.request(self.operation, &self.prepared.base_path);
        let request = request.map(|request| request.with(self.kept.clone()));
        request.map_err(|invalid| Error::invalid_request(&self.operation.id, invalid))
    }

    /// The HTTP status of the refusal, if it is one of the session.
    fn refuses_session(&self, error: &Error) -> Option<StatusCode> {
        let session = self.shared.issued_session()?;
        let Error::Api(refusal) = error else { return None };
        let refused = session.refused.statuses.contains(&refusal.status())
            || refusal.code().is_some_and(|code| session.refused.codes.iter().any(|refused| refused == code));
        (refused && refusal.kind != Kind::Pending).then_some(refusal.response.status)
    }

    fn may_repeat(&self, error: &Error) -> bool {
        let safe = self.operation.retry == Retry::Safe;
        if self.progress.written.load(Ordering::Relaxed) {
            return false;
        }
        match error {
            Error::Transport(transport) => match transport.fault {
                Fault::Connect => true,
                Fault::Timeout => safe || !transport.sent.carried_out,
                Fault::Interrupted => safe,
                Fault::TooLarge | Fault::Redirect | Fault::Output => false,
            },
            Error::Api(refusal) => safe && matches!(refusal.kind, Kind::Unavailable | Kind::RateLimited),
            // Most likely a gateway's, which nobody signs.
            Error::UnverifiedResponse(invalid) => safe && leaves_open(invalid.response.status),
            _ => false,
        }
    }

    async fn attempt(
        &self,
        first: Option<Request<'_>>,
        session: Option<&Issued>,
    ) -> Result<(Arc<RawResponse>, Success), Error> {
        let plan = &self.shared.setup.plan;
        let fresh = self.shared.sources.files.as_ref().map(Files::setup);
        let setup = fresh.as_deref().unwrap_or(&self.shared.setup);
        let session_values = session.map(|session| &session.values).or(setup.session.as_ref());
        let moment = self.moment.again((self.shared.sources.moments)());
        let inputs = Inputs { setup, session: session_values, moment };
        let mut request = match first {
            Some(request) => request,
            None => self.request()?,
        };
        let refuse = |invalid| Error::invalid_request(&self.operation.id, invalid);
        while let Filled::Wants(to_sign) = request.fill(&inputs).map_err(refuse)? {
            request.signed(self.shared.sign(self.operation, to_sign).await?);
        }
        let (to_send, url) = self.shared.to_http(self.prepared, &request, self.limits.attempt)?;
        let attempt = self.progress.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let began = Instant::now();
        let response = self.send(to_send, &url).await;
        tracing::debug!(
            provider = %plan.name,
            operation = %self.operation.id,
            attempt,
            status = response.as_ref().ok().map(|response| response.status.as_u16()),
            milliseconds = began.elapsed().as_millis() as u64,
            "an attempt ended"
        );
        let response = self.believed(&request, &inputs, Arc::new(response?))?;
        let confidential = OnceCell::new();
        let of_request = || {
            let given = self.request();
            Confidential::of(given.as_ref().unwrap_or(&request), &request, &inputs)
        };
        let hide = |text| self.hide(text, confidential.get_or_init(of_request));
        let sent = |name: &str| request.header(name).and_then(|value| std::str::from_utf8(value).ok());
        classify(self.operation, &response, sent, hide).map(|success| (response, success))
    }

    /// A response as the document describes it, if its signature and its envelope hold.
    fn believed(
        &self,
        request: &Request<'_>,
        inputs: &Inputs<'_>,
        response: Arc<RawResponse>,
    ) -> Result<Arc<RawResponse>, Error> {
        let operation = self.operation;
        let status = response.status.as_u16();
        let is_sealed = response.status.is_success() && !operation.envelope(status).is_empty();
        let refuse = |invalid| Error::unverified(&operation.id, &response, invalid);
        if response.status.is_success() && operation.cannot_open(status) {
            return Err(refuse(Invalid {
                name: None,
                reason: "its status is none that the document describes".into(),
            }));
        }
        if operation.outcome.signed.is_empty() && !is_sealed {
            return Ok(response);
        }
        let answered = request.answered(status, &response.headers, &response.body);
        answered.check_response(inputs).map_err(refuse)?;
        if !is_sealed {
            return Ok(response);
        }
        let body = answered.open_response(inputs).map_err(refuse)?;
        let (status, headers) = (response.status, response.headers.clone());
        Ok(Arc::new(RawResponse { status, headers, body: body.to_vec().into() }))
    }

    async fn send(&self, request: reqwest::Request, url: &Url) -> Result<RawResponse, Error> {
        let asks_for_part = request.headers().contains_key(RANGE);
        self.progress.open.store(true, Ordering::Relaxed);
        let mut response = self.shared.http.execute(request).await.map_err(|error| self.transport(&error))?;
        if response.status().is_redirection() || response.url() != url {
            return Err(self.fault(
                Fault::Redirect,
                format!(
                    "it redirects (HTTP {}), which is not followed because the credentials would go along: correct the base \
                     URL or the path",
                    response.status().as_u16()
                ),
            ));
        }
        let range = response.headers().get(CONTENT_RANGE).filter(|_| response.status() == StatusCode::PARTIAL_CONTENT);
        if range.is_some_and(|range| range.as_bytes().starts_with(b"bytes")) && !asks_for_part {
            return Err(
                self.fault(Fault::Interrupted, "it is a part alone (HTTP 206), and all of it was asked for".into())
            );
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
        let headers = std::mem::take(response.headers_mut());
        let head = RawResponse { status: response.status(), headers, body: Bytes::new() };
        // What a response claims to be is not what comes, and a limit may be as large as one likes.
        let expected = response.content_length().unwrap_or_default().min(limit as u64).min(AT_ONCE);
        let mut next = response.chunk().await.map_err(|error| self.transport(&error))?;
        if let Some(sink) = self.sink.filter(|_| self.may_be_written(&head, next.as_deref().unwrap_or_default())) {
            self.progress.written.store(true, Ordering::Relaxed);
            let mut left = limit;
            while let Some(chunk) = next {
                left = left.checked_sub(chunk.len()).ok_or_else(too_large)?;
                let write = |error| self.fault(Fault::Output, format!("what came cannot be written: {error}"));
                sink.take(&chunk).await.map_err(write)?;
                next = response.chunk().await.map_err(|error| self.transport(&error))?;
            }
            return Ok(head);
        }
        let mut body = Vec::with_capacity(expected as usize);
        while let Some(chunk) = next {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
            next = response.chunk().await.map_err(|error| self.transport(&error))?;
        }
        Ok(RawResponse { body: body.into(), ..head })
    }

    /// Whether a response whose body begins so can be written while it comes: it is text or a file that the document describes,
    /// nothing in it has to be verified or opened, and nothing in it says whether it is a success.
    fn may_be_written(&self, head: &RawResponse, first: &[u8]) -> bool {
        let operation = self.operation;
        // A code that means something else is in JSON, which a file seldom is.
        let is_said = !operation.outcome.kinds.is_empty() && !first.is_empty();
        let may_be_json = || matches!(first.trim_ascii_start().first(), None | Some(b'{' | b'['));
        head.status.is_success()
            && operation.is_written(head.status.as_u16())
            && operation.outcome.success.is_empty()
            && !(is_said && may_be_json())
            && !operation.is_verified()
            && another_type(operation, head).is_none()
    }

    /// How many attempts were made is added when they have ended.
    fn fault(&self, fault: Fault, detail: String) -> Error {
        Error::Transport(Transport {
            operation: self.operation.id.clone(),
            fault,
            detail: detail.into(),
            sent: Sent { carried_out: fault != Fault::Connect, ..Sent::default() },
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
            return self.fault(Fault::Timeout, format!("no whole response came within {:?}", self.limits.attempt));
        }
        #[cfg(feature = "rustls")]
        let is_refused = is_refused_by_tls(error);
        // The platform's own library does not say, so that the call may have been received.
        #[cfg(not(feature = "rustls"))]
        let is_refused = false;
        if error.is_connect() || is_refused {
            return self.fault(Fault::Connect, format!("no connection was made: {}", root_cause(error)));
        }
        if error.is_builder() {
            // Nobody tried to send it.
            self.progress.attempts.fetch_sub(1, Ordering::Relaxed);
            return Error::invalid(&self.operation.id, "the HTTP client does not take the request");
        }
        #[cfg(feature = "multipart")]
        if let Some(failed) = crate::file::failed(error) {
            return self.fault(Fault::Interrupted, failed);
        }
        self.fault(Fault::Interrupted, format!("the connection ended or what came is not HTTP: {}", root_cause(error)))
    }

    /// Takes out of a provider's text what the request carried in confidence, should the provider repeat it.
    fn hide(&self, text: String, confidential: &Confidential) -> String {
        // A code that the document knows says nothing of the caller, even if their PIN happens to be the same.
        let refused = self.shared.setup.plan.session.iter().flat_map(|session| session.refused.codes.iter());
        let mut codes = self.operation.outcome.kinds.iter().map(|(code, _)| code).chain(refused);
        if codes.any(|code| *code == text) {
            return text;
        }
        confidential.redact(&Zeroizing::new(text), LONGEST_WORD)
    }
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

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    let mut text = "no reason is given".to_owned();
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text
}
