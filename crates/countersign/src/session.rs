//! Sessions: values that the provider issues at run time and that later calls carry.
//!
//! A client and all its clones share one [`SessionStore`]. Whoever first finds no good session asks for one while the
//! others wait; what comes of it, a session or an error, is what all of them get. An error is not kept: the next call asks
//! again. If the asking call is cancelled, one of the waiting calls asks in its place.
//!
//! # Clocks
//!
//! A session is no longer used from a moment before it expires ([`Session::early_seconds`]), by this machine's clock. A
//! clock that is slow by more than that meets a refusal, after which the session is issued anew once; a clock that is fast
//! asks for sessions more often. A JWT without a readable `exp` counts as having no stated end, and so does an answer in
//! which none of the document's `expires` can be read: it is used until the provider refuses it.

use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use tokio::sync::Mutex;

use crate::error::Error;
use crate::pick::Picked;
use crate::plan::{Expiry, Session, Text};
use crate::secret::Secret;
use crate::value::Named;

/// The values of one session.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) values: Named<Secret>,
    expires: Option<Timestamp>,
    /// Which session of this store it is, counted from 1.
    number: u64,
}

/// What the provider's answer says of a session.
pub(crate) struct Issue {
    values: Named<Secret>,
    expires: Option<Timestamp>,
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
    pub(crate) async fn get<F>(&self, plan: &Session, refused: Option<u64>, issue: F) -> Result<Arc<Issued>, Error>
    where
        F: AsyncFnOnce() -> Result<Issue, Error>,
    {
        use std::sync::atomic::Ordering::SeqCst;

        if let Some(session) = self.good(plan, refused) {
            return Ok(session);
        }
        let arrived = self.ended.load(SeqCst);
        let mut asking = self.asking.lock().await;
        if let Some(session) = self.good(plan, refused) {
            return Ok(session);
        }
        if self.ended.load(SeqCst) != arrived
            && let Some(Err(error)) = &asking.last
        {
            return Err(error.clone());
        }
        let result = issue().await.map(|issue| self.keep(&mut asking, issue));
        asking.last = Some(result.clone());
        self.ended.fetch_add(1, SeqCst);
        result
    }

    /// Takes over a session that the caller asked for himself.
    pub(crate) async fn adopt(&self, issue: Issue) {
        let mut asking = self.asking.lock().await;
        self.keep(&mut asking, issue);
    }

    fn keep(&self, asking: &mut Asked, Issue { values, expires }: Issue) -> Arc<Issued> {
        asking.issued += 1;
        let session = Arc::new(Issued { values, expires, number: asking.issued });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        session
    }

    fn good(&self, plan: &Session, refused: Option<u64>) -> Option<Arc<Issued>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let session = current.as_ref()?;
        let early = jiff::SignedDuration::from_secs(plan.early_seconds.into());
        let in_time = session.expires.is_none_or(|end| end.duration_since(Timestamp::now()) > early);
        (in_time && refused != Some(session.number)).then(|| Arc::clone(session))
    }
}

impl Issued {
    /// The number by which a refusal names this session.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// A session that the caller brought.
    pub(crate) fn supplied(values: Named<Secret>) -> Arc<Self> {
        Arc::new(Self { values, expires: None, number: 0 })
    }
}

impl Issue {
    /// Reads the values and their end from the answer of the issuing operation.
    ///
    /// # Errors
    /// A value that is not there, by its pointer.
    pub(crate) fn read(plan: &Session, answer: &Picked<'_>, now: Timestamp) -> Result<Self, String> {
        let mut values = Named::new();
        for value in plan.values.iter() {
            let text = answer.word(&value.pointer);
            let text = text.ok_or_else(|| format!("it has no {} at {}", value.name, value.pointer))?;
            values.insert(value.name.clone(), Secret::from(text));
        }
        let expires = plan.expires.iter().find_map(|expiry| end(expiry, answer, &values, now));
        Ok(Self { values, expires })
    }
}

fn end(expiry: &Expiry, answer: &Picked<'_>, values: &Named<Secret>, now: Timestamp) -> Option<Timestamp> {
    let after = |seconds: i64| now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok();
    match expiry {
        Expiry::Jwt(name) => jwt_end(values.get(name)?),
        Expiry::Seconds(pointer) => after(answer.scalar(pointer)?.parse().ok()?),
        Expiry::At { pointer, format, offset_seconds } => at(answer, pointer, format, *offset_seconds),
        Expiry::After(seconds) => after(i64::from(*seconds)),
    }
}

fn at(answer: &Picked<'_>, pointer: &Text, format: &Text, offset_seconds: i32) -> Option<Timestamp> {
    let civil = DateTime::strptime(format.as_bytes(), answer.scalar(pointer)?).ok()?;
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
    // The cast saturates, and what is out of range has no end that matters.
    Timestamp::from_second(exp as i64).ok()
}

#[cfg(test)]
mod tests;
