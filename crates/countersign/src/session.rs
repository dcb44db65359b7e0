//! Sessions: values that the provider issues at run time and that later calls carry.
//!
//! A client and all its clones share one [`SessionStore`]. Whoever first finds no good session asks for one while the
//! others wait; what comes of it, a session or an error, is what all of them get. An error is not kept: the next call asks
//! again. If the asking call is cancelled, one of the waiting calls asks in its place.
//!
//! A session that is over as soon as it is issued still serves the calls that waited for it.
//!
//! # Clocks
//!
//! A session is no longer used from a moment before it expires ([`Session::early_seconds`]); one that lives no longer than
//! that is used until its end. The end is a time of day, so it is this machine's clock that says how long the session
//! lives. From then on a clock that nobody sets counts too: a session does not live longer because the time of day is set
//! back. It does not count while the machine sleeps, so the time of day counts as well, and the first to say so ends the
//! session. A clock that is slow meets a refusal, after which the session is issued anew once; a clock that is fast asks for
//! sessions more often. A JWT without a readable `exp` counts as having no stated end, and so does a response in which none
//! of the document's `expires` can be read: it is used until the provider refuses it.

use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_plan::{Expiry, Session, Text};
use countersign_sign::{Secret, Values};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;
use crate::pick::Picked;

/// The values of one session.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) values: Values,
    last_use: Option<LastUse>,
    /// Which session of this store it is, counted from 1.
    number: u64,
}

/// What the provider's response says of a session.
pub(crate) struct Issue {
    values: Values,
    last_use: Option<LastUse>,
}

/// Until when a session is used: by the time of day, and by a clock that nobody sets.
#[derive(Clone, Copy, Debug)]
struct LastUse {
    time: Timestamp,
    /// `None` where it is too far away to be counted.
    instant: Option<Instant>,
}

impl LastUse {
    /// That of a session that expires at `end`.
    fn before(end: Timestamp, early_seconds: u32, now: Timestamp) -> Self {
        let early = SignedDuration::from_secs(early_seconds.into());
        let time = match end.duration_since(now) > early {
            true => end.saturating_sub(early).unwrap_or(end),
            false => end,
        };
        // What is over already has no time left.
        let left = std::time::Duration::try_from(time.duration_since(now)).unwrap_or_default();
        Self { time, instant: Instant::now().checked_add(left) }
    }

    fn is_over(self) -> bool {
        self.time <= Timestamp::now() || self.instant.is_some_and(|instant| instant <= Instant::now())
    }
}

/// The one session of a client and its clones.
#[derive(Debug, Default)]
pub(crate) struct SessionStore {
    current: RwLock<Option<Arc<Issued>>>,
    /// Held by whoever is asking for a session.
    asking: Mutex<Asked>,
    /// How many times asking has ended, so that a call that waited knows whether the last result is newer than itself.
    ended: std::sync::atomic::AtomicU64,
}

#[derive(Debug, Default)]
struct Asked {
    last: Option<Result<Arc<Issued>, Error>>,
    issued: u64,
}

impl SessionStore {
    /// A session that is good, issued by `issue` if there is none but the one numbered `refused`.
    pub(crate) async fn get<F>(&self, refused: Option<u64>, issue: F) -> Result<Arc<Issued>, Error>
    where
        F: AsyncFnOnce() -> Result<Issue, Error>,
    {
        use std::sync::atomic::Ordering::SeqCst;

        if let Some(session) = self.good(refused) {
            return Ok(session);
        }
        let arrived = self.ended.load(SeqCst);
        let mut asking = self.asking.lock().await;
        if let Some(session) = self.good(refused) {
            return Ok(session);
        }
        // What was asked for while this call waited serves it too, even a session that is over as soon as it is issued.
        if self.ended.load(SeqCst) != arrived {
            match &asking.last {
                Some(Ok(session)) if refused != Some(session.number) => return Ok(Arc::clone(session)),
                Some(Err(error)) => return Err(error.clone()),
                _ => {}
            }
        }
        let result = issue().await.map(|issue| self.keep(&mut asking, issue));
        asking.last = Some(result.clone());
        self.ended.fetch_add(1, SeqCst);
        result
    }

    /// Takes over a session that the caller asked for.
    pub(crate) async fn adopt(&self, issue: Issue) {
        let mut asking = self.asking.lock().await;
        self.keep(&mut asking, issue);
    }

    /// Keeps a session from further calls.
    pub(crate) fn forget(&self, refused: &Issued) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|session| session.number == refused.number) {
            *current = None;
        }
    }

    fn keep(&self, asking: &mut Asked, Issue { values, last_use }: Issue) -> Arc<Issued> {
        asking.issued += 1;
        let session = Arc::new(Issued { values, last_use, number: asking.issued });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        session
    }

    fn good(&self, refused: Option<u64>) -> Option<Arc<Issued>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let session = current.as_ref()?;
        let is_over = session.last_use.is_some_and(LastUse::is_over);
        (!is_over && refused != Some(session.number)).then(|| Arc::clone(session))
    }
}

impl Issued {
    /// The number by which a refusal names this session.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

impl Issue {
    /// Reads the values and their end from the response of the issuing operation.
    ///
    /// # Errors
    /// A value that is not there, by its pointer.
    pub(crate) fn read(plan: &Session, response: &Picked<'_>, now: Timestamp) -> Result<Self, String> {
        let mut values = Values::new();
        for value in plan.values.iter() {
            let text = response.word(&value.pointer);
            let text = text.ok_or_else(|| format!("it has no {} at {}", value.name, value.pointer))?;
            values.insert(value.name.clone(), Secret::from(&*text));
        }
        let end = plan.expires.iter().find_map(|expiry| end(expiry, response, &values, now));
        let last_use = end.map(|end| LastUse::before(end, plan.early_seconds, now));
        Ok(Self { values, last_use })
    }
}

fn end(expiry: &Expiry, response: &Picked<'_>, values: &Values, now: Timestamp) -> Option<Timestamp> {
    let after = |seconds: SignedDuration| now.saturating_add(seconds).ok();
    match expiry {
        Expiry::Jwt(name) => jwt_end(values.get(name)?),
        Expiry::Seconds(pointer) => after(seconds(response.scalar(pointer)?.trim().parse().ok()?)?),
        Expiry::At { pointer, format, offset_seconds } => at(response, pointer, format, *offset_seconds),
        Expiry::After(seconds) => after(SignedDuration::from_secs((*seconds).into())),
    }
}

/// A number of a response, which may have a fraction and any size.
fn seconds(number: f64) -> Option<SignedDuration> {
    // The cast saturates.
    (!number.is_nan()).then(|| SignedDuration::from_secs(number as i64))
}

fn at(response: &Picked<'_>, pointer: &Text, format: &Text, offset_seconds: i32) -> Option<Timestamp> {
    let civil = DateTime::strptime(format.as_bytes(), response.scalar(pointer)?.as_bytes()).ok()?;
    Offset::from_seconds(offset_seconds).ok()?.to_timestamp(civil).ok()
}

/// The `exp` claim (RFC 7519, section 4.1.4), which may have a fraction.
fn jwt_end(token: &Secret) -> Option<Timestamp> {
    #[derive(serde::Deserialize)]
    struct Claims {
        exp: f64,
    }
    let payload = token.expose().split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    Timestamp::UNIX_EPOCH.saturating_add(seconds(exp)?).ok()
}

#[cfg(test)]
mod tests;
