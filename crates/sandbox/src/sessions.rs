//! The sessions that a sandbox issues: in the shape of the document's example, with values and an end of their own.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign::Secret;
use countersign::plan::{Expiry, Session, Text};
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value as Json, json};

/// How long a session serves where neither the document nor the caller says.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// More sessions than this are not remembered: the oldest is forgotten, and so no longer good.
const MOST: usize = 1000;

/// A session that was issued.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) values: BTreeMap<Text, Secret>,
    expires: Timestamp,
    expired: bool,
}

impl Issued {
    pub(crate) fn is_expired(&self) -> bool {
        self.expired || self.expires <= Timestamp::now()
    }
}

/// The sessions of a sandbox.
pub(crate) struct Sessions {
    plan: Option<Session>,
    lifetime: Option<Duration>,
    key: hmac::Key,
    issued: Mutex<VecDeque<Issued>>,
}

impl Sessions {
    /// The sessions of a plan, each of which serves for `lifetime`, or for what the document says.
    pub(crate) fn new(plan: Option<Session>, lifetime: Option<Duration>) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, uuid::Uuid::new_v4().as_bytes());
        Self { plan, lifetime, key, issued: Mutex::default() }
    }

    /// Whether an operation issues sessions.
    pub(crate) fn are_issued_by(&self, operation: &str) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.comes_from(operation))
    }

    /// Those that were issued, the latest first.
    pub(crate) fn all(&self) -> Vec<Issued> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    /// Ends all that were issued.
    pub(crate) fn expire(&self) {
        for session in self.issued.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            session.expired = true;
        }
    }

    /// Whether a client takes a refusal for one of its session.
    pub(crate) fn are_refused_by(&self, status: u16, code: Option<&str>) -> bool {
        self.plan.as_ref().is_some_and(|plan| {
            plan.refused.statuses.contains(&status)
                || code.is_some_and(|code| plan.refused.codes.iter().any(|known| known == code))
        })
    }

    /// The status that a client takes for the end of a session, whatever comes with it.
    pub(crate) fn refused_status(&self) -> Option<StatusCode> {
        self.plan.as_ref()?.refused.statuses.iter().find_map(|status| StatusCode::from_u16(*status).ok())
    }

    /// Makes a session of the example of a response: puts new values and their end where the document says that they
    /// are.
    pub(crate) fn issue(&self, example: &Json) -> Json {
        let Some(plan) = &self.plan else { return example.clone() };
        let mut response = example.clone();
        let lifetime = self.lifetime.unwrap_or_else(|| stated(plan, example).unwrap_or(LIFETIME));
        let now = Timestamp::now();
        // A lifetime that goes beyond what the calendar has is as good as none.
        let expires = now.checked_add(jiff::SignedDuration::try_from(lifetime).unwrap_or(jiff::SignedDuration::MAX));
        let expires = expires.unwrap_or(Timestamp::MAX);
        for expiry in plan.expires.iter() {
            match expiry {
                Expiry::Seconds(pointer) => put(&mut response, pointer, &lifetime.as_secs().to_string()),
                Expiry::At { pointer, format, offset_seconds } => {
                    let zone = Offset::from_seconds(*offset_seconds).unwrap_or(Offset::UTC).to_time_zone();
                    let text = jiff::fmt::strtime::format(format.as_bytes(), &expires.to_zoned(zone));
                    put(&mut response, pointer, &text.unwrap_or_default());
                }
                Expiry::Jwt(_) | Expiry::After(_) => {}
            }
        }
        let mut values = BTreeMap::new();
        for value in plan.values.iter() {
            let is_jwt = plan.expires.iter().any(|expiry| matches!(expiry, Expiry::Jwt(name) if *name == value.name));
            let text = match example.pointer(&value.pointer) {
                // A number names something that stays, such as the partner's organization.
                Some(Json::Number(number)) => number.to_string(),
                Some(Json::String(text)) if is_jwt || looks_like_jwt(text) => self.jwt(expires),
                _ => uuid::Uuid::new_v4().simple().to_string(),
            };
            put(&mut response, &value.pointer, &text);
            values.insert(value.name.clone(), Secret::from(text));
        }
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.len() == MOST {
            issued.pop_front();
        }
        issued.push_back(Issued { values, expires, expired: false });
        response
    }

    /// A JWT (RFC 7519) with an end, and an id so that no two are alike.
    fn jwt(&self, expires: Timestamp) -> String {
        let part = |claims: Json| URL_SAFE_NO_PAD.encode(claims.to_string());
        let header = part(json!({"alg": "HS256", "typ": "JWT"}));
        let claims = part(json!({"exp": expires.as_second(), "jti": uuid::Uuid::new_v4().to_string()}));
        let signed = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// The lifetime that the document states, or its example.
fn stated(plan: &Session, example: &Json) -> Option<Duration> {
    plan.expires.iter().find_map(|expiry| match expiry {
        Expiry::Seconds(pointer) => {
            let value = example.pointer(pointer)?;
            let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
            Some(Duration::from_secs(seconds))
        }
        Expiry::After(seconds) => Some(Duration::from_secs((*seconds).into())),
        Expiry::Jwt(_) | Expiry::At { .. } => None,
    })
}

fn looks_like_jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let header = parts.next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header = header.and_then(|header| serde_json::from_slice::<Json>(&header).ok());
    header.is_some_and(|header| header.get("alg").is_some()) && parts.count() == 2
}

/// Puts a text in the place of what an example has there; a number stays one.
fn put(response: &mut Json, pointer: &str, text: &str) {
    if let Some(place) = response.pointer_mut(pointer) {
        *place = match place {
            Json::Number(_) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            _ => text.into(),
        };
    }
}
