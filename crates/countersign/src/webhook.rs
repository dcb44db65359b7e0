//! What a provider sends to the caller: verified, and read as an event.
//!
//! A generated crate has a `Webhooks` of its own, with typed events. It needs no client:
//!
//! 1. the event that the body claims to be is looked up by the document's conditions;
//! 2. every value that the document describes is held to what was received: its signature above all, over the bytes as they
//!    came, in constant time. What is not there is wrong. The algorithm is the document's, whatever the message says;
//! 3. the time at which it was sent is held to the clock;
//! 4. then, and not before, the body is read as the event's type. A body that no event of the document is, is
//!    [unknown](Event::unknown), and no error.
//!
//! A provider sends again what it takes for lost, and an attacker what they have overheard: [`Delivery::id`] is what to drop a
//! repeated one by.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use bytes::Bytes;
use countersign_plan::{List, Operation, Place, PlanRef, SentAt, Text, Value, Webhook, any};
use countersign_sign::{Inputs, Moment, Request, Setup};
pub use http::{HeaderMap, Uri};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::credential::CredentialSource;
use crate::environment::{self, Environment};
use crate::error::{Configuration, Error};
use crate::read::read;

/// How many setups are made of the keys that were given, at most.
const MOST_SETUPS: usize = 64;

/// The events of a provider, as a type. A generated crate has one.
pub trait Event: Sized {
    /// Reads the body of an event by the `operationId` of its webhook.
    ///
    /// # Errors
    /// What of it is not as documented, without any of it.
    fn read(webhook: &str, body: &[u8]) -> Result<Self, String>;

    /// An event that the document does not have.
    fn unknown(body: Bytes) -> Self;
}

/// Something that the provider sent, and that was verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery<E> {
    /// What happened.
    pub event: E,
    /// What it is told from others by, where the document says so. One that was seen before is to be dropped.
    pub id: Option<String>,
    /// When it was sent, where the document says so.
    pub sent_at: Option<Timestamp>,
}

/// Why something that was received is not believed. It has nothing secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookError {
    /// What kind of fault it is.
    pub fault: WebhookFault,
    /// The header, parameter or field that is wrong, where it is one.
    pub name: Option<String>,
    reason: String,
}

/// What is wrong with something that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookFault {
    /// A value that must be there is not.
    Missing,
    /// A value is not what it should be: it was made with another key, or for another message.
    Wrong,
    /// It was sent too long ago, or in the future.
    Stale,
    /// It cannot be read at all.
    Malformed,
    /// It was verified, and its body is not as documented.
    Undocumented,
}

impl WebhookError {
    fn of(fault: WebhookFault, name: &str, reason: impl Into<String>) -> Self {
        Self { fault, name: Some(name.to_owned()), reason: reason.into() }
    }

    fn new(fault: WebhookFault, reason: impl Into<String>) -> Self {
        Self { fault, name: None, reason: reason.into() }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the webhook is not believed: ")?;
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for WebhookError {}

/// Gathers the keys that webhooks are verified with. The builder of a generated crate puts names to it.
#[derive(Clone, Debug)]
pub struct WebhooksBuilder {
    plan: PlanRef,
    credentials: BTreeMap<Text, Vec<CredentialSource>>,
    settings: BTreeMap<Text, String>,
    age: Option<Duration>,
    moments: fn() -> Moment,
    problems: Vec<String>,
}

impl WebhooksBuilder {
    /// A builder for the webhooks of a plan, with nothing in it.
    pub fn new(plan: impl Into<PlanRef>) -> Self {
        Self {
            plan: plan.into(),
            credentials: BTreeMap::new(),
            settings: BTreeMap::new(),
            age: None,
            moments: Moment::now,
            problems: Vec::new(),
        }
    }

    /// Gives a credential. One that is given again is taken too, so that a key can be replaced while both are in use.
    #[must_use]
    pub fn credential(mut self, name: &str, value: impl Into<CredentialSource>) -> Self {
        match self.plan.credential(name) {
            Some(credential) => self.credentials.entry(credential.name.clone()).or_default().push(value.into()),
            None => self.problems.push(format!("there is no credential {name:?}")),
        }
        self
    }

    /// Gives a setting.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        match self.plan.setting(name) {
            Some(setting) => drop(self.settings.insert(setting.name.clone(), value.into())),
            None => self.problems.push(format!("there is no setting {name:?}")),
        }
        self
    }

    /// Takes what has not been given yet from the environment: `{PROVIDER}_{NAME}` holds a credential or a setting, and
    /// `{PROVIDER}_{NAME}_FILE` names a file that holds it. A variable that is set but empty counts as not set.
    #[must_use]
    pub fn env(self) -> Self {
        self.env_from(environment::variable)
    }

    /// As [`env`](Self::env), from another place than this process's environment.
    #[must_use]
    pub fn env_from(mut self, read: impl Fn(&str) -> Result<Option<String>, String>) -> Self {
        let plan = self.plan.clone();
        let environment = Environment::new(&plan, read);
        let credentials = plan.webhook_credentials().map(|credential| &credential.name);
        let sources =
            |environment: &Environment<'_, _>, name: &str| environment.source(name).map(|source| vec![source]);
        environment.fill(&mut self.credentials, credentials, sources);
        let settings = plan.webhook_settings().map(|setting| &setting.name);
        environment.fill(&mut self.settings, settings, Environment::open_text);
        self.problems.append(&mut environment.into_problems());
        self
    }

    /// How long ago something may have been sent, or how far in the future. Default: what the document says, or 5 minutes.
    #[must_use]
    pub fn age(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// The clock, for a test with a message that was recorded.
    #[must_use]
    pub fn moments(mut self, moments: fn() -> Moment) -> Self {
        self.moments = moments;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// [`Error::Configuration`] with all that is missing or wrong.
    pub fn build(self) -> Result<Webhooks, Error> {
        let mut problems = self.problems;
        let mut setup = Setup::new(self.plan.clone());
        setup.settings.extend(self.settings);
        let plan = self.plan.clone();
        let missing =
            plan.webhook_settings().filter(|needed| setup.settings.get(&needed.name).is_none_or(String::is_empty));
        problems.extend(missing.map(|missing| format!("{} is missing: {}", missing.name, missing.description)));
        let mut setups = vec![setup];
        for credential in plan.webhook_credentials() {
            let given = self.credentials.get(&credential.name).map_or(&[][..], Vec::as_slice);
            if given.is_empty() {
                problems.push(format!("{} is missing: {}", credential.name, credential.description));
            }
            let read = given.iter().map(|source| match source.is_empty() {
                true => Err("it is empty".to_owned()),
                false => source.read(credential.kind),
            });
            let mut with = Vec::new();
            for read in read {
                match read {
                    // It is computed here and now.
                    Ok(read) if read.is_signer() => {
                        problems.push(format!("{} is not usable: a signer cannot verify", credential.name))
                    }
                    Ok(read) => with.extend(setups.iter().cloned().map(|mut setup| {
                        setup.credentials.insert(credential.name.clone(), read.clone());
                        setup
                    })),
                    Err(problem) => problems.push(format!("{} is not usable: {problem}", credential.name)),
                }
            }
            if with.len() > MOST_SETUPS {
                problems.push(format!("{} is given too often", credential.name));
                with.truncate(MOST_SETUPS);
            }
            setups = with;
        }
        if !problems.is_empty() {
            let provider = self.plan.name.clone();
            return Err(Error::Configuration(Configuration { provider, problems: problems.into() }));
        }
        Ok(Webhooks { plan: self.plan, setups: setups.into(), age: self.age, moments: self.moments })
    }
}

/// Verifies what a provider sends. Clones share the keys.
#[derive(Clone, Debug)]
pub struct Webhooks {
    plan: PlanRef,
    /// One for each choice among the keys that were given.
    setups: Arc<[Setup]>,
    age: Option<Duration>,
    moments: fn() -> Moment,
}

/// How far a message came.
struct Found<'w> {
    webhook: &'w Webhook,
    id: Option<String>,
    sent_at: Option<Timestamp>,
}

impl Webhooks {
    /// Verifies a message by its headers and its body, as they came.
    ///
    /// # Errors
    /// What is wrong with it. Nothing of it is to be believed then.
    pub fn verify<E: Event>(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> Result<Delivery<E>, WebhookError> {
        self.verify_at(&Uri::from_static("/"), headers, body)
    }

    /// As [`verify`](Self::verify), for a provider that signs the URL or its query too. It is the URL that the provider calls,
    /// which is not what a proxy in between passes on.
    ///
    /// # Errors
    /// What is wrong with it. Nothing of it is to be believed then.
    pub fn verify_at<E: Event>(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Delivery<E>, WebhookError> {
        let body = body.into();
        let mut message = http::Request::new(body.clone());
        *message.uri_mut() = uri.clone();
        *message.headers_mut() = headers.clone();
        let moment = (self.moments)();
        match self.plan.webhooks.iter().find_map(|webhook| claims(webhook, &message).map(|request| (webhook, request)))
        {
            Some((webhook, request)) => {
                let Found { webhook, id, sent_at } = self.check(webhook, &request, moment)?;
                let event = E::read(&webhook.operation.id, &body).map_err(|reason| {
                    WebhookError::new(WebhookFault::Undocumented, format!("its body is not as documented: {reason}"))
                })?;
                Ok(Delivery { event, id, sent_at })
            }
            None => {
                let Found { id, sent_at, .. } = self.check_unknown(&message, moment)?;
                Ok(Delivery { event: E::unknown(body), id, sent_at })
            }
        }
    }

    /// Verifies a message that is none of the document's events: any of them vouches for it.
    fn check_unknown(&self, message: &http::Request<Bytes>, moment: Moment) -> Result<Found<'_>, WebhookError> {
        let mut first = None;
        for webhook in self.plan.webhooks.iter() {
            let malformed = |invalid: countersign_sign::Invalid| WebhookError {
                fault: WebhookFault::Malformed,
                name: invalid.name,
                reason: invalid.reason,
            };
            // What reads a field needs the body read; what reads the bytes does not.
            let read = Request::received(&webhook.operation, "", message);
            let request =
                read.or_else(|_| Request::received_opaque(&webhook.operation, "", message)).map_err(malformed);
            match request.and_then(|request| self.check(webhook, &request, moment)) {
                Ok(found) => return Ok(found),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| WebhookError::new(WebhookFault::Malformed, "the document describes no webhook")))
    }

    fn check<'w>(
        &self,
        webhook: &'w Webhook,
        request: &Request<'_>,
        moment: Moment,
    ) -> Result<Found<'w>, WebhookError> {
        let mut wrong = None;
        for setup in self.setups.iter() {
            let setup = at(setup, request);
            let inputs = Inputs { setup: &setup, session: None, moment };
            // A time, a nonce or whatever else the message tells of how it was made is signed with the rest.
            let mut request = request.clone();
            let told = request.learn(&inputs);
            request.complete(&inputs);
            match self.check_with(webhook, &request, &told.values, &inputs) {
                Ok(found) => return Ok(found),
                // What the right key finds says more than that another is none.
                Err(error) if error.fault != WebhookFault::Wrong => return Err(error),
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        Err(wrong.unwrap_or_else(|| WebhookError::new(WebhookFault::Wrong, "no key was given to verify it with")))
    }

    fn check_with<'w>(
        &self,
        webhook: &'w Webhook,
        request: &Request<'_>,
        told: &[usize],
        inputs: &Inputs<'_>,
    ) -> Result<Found<'w>, WebhookError> {
        let operation = &webhook.operation;
        let age = self.age.unwrap_or_else(|| {
            Duration::from_secs(webhook.sent_at.as_ref().map_or(300, |sent_at| sent_at.age_seconds.into()))
        });
        let mut is_checked = false;
        for (index, slot) in operation.slots.iter().enumerate() {
            // A value that the message tells is held to what it is made of, too. Others are computed.
            let is_read = slot.place != Place::Value || told.contains(&index);
            let Some(values) = slot.value.as_deref().filter(|_| is_read) else { continue };
            let name = slot.shown_name();
            let bytes = match slot.place {
                Place::Value => request.made(index).map(Cow::Borrowed),
                _ => request.text(index).map(|text| text.into_owned().into_bytes().into()),
            };
            let bytes = bytes.ok_or_else(|| WebhookError::of(WebhookFault::Missing, &name, "it is not there"))?;
            match request.compare(index, values, &bytes, inputs, inputs.moment.now, false) {
                // What everybody knows vouches for nothing.
                Ok(()) => is_checked |= vouches(operation, values),
                Err(_) => return Err(WebhookError::of(WebhookFault::Wrong, &name, "it is not what it should be")),
            }
        }
        if !is_checked {
            let reason = "the document says of nothing in it that only the provider can make it";
            return Err(WebhookError::new(WebhookFault::Wrong, reason));
        }
        let sent_at = webhook.sent_at.as_ref().map(|sent_at| sent(sent_at, age, request, inputs)).transpose()?;
        let id = match webhook.event_id.as_ref() {
            [] => None,
            values => {
                let id = request.read(values, inputs);
                let id = id.map_err(|reason| WebhookError::of(WebhookFault::Missing, "event-id", reason))?;
                Some(String::from_utf8_lossy(&id).into_owned())
            }
        };
        Ok(Found { webhook, id, sent_at })
    }
}

/// Whether only who has a credential can make something.
fn vouches(operation: &Operation, values: &[Value]) -> bool {
    any(values, &|value| match value {
        Value::Credential(_) => true,
        Value::Made(name) => {
            let made = operation.parameter(Place::Value, name).and_then(|slot| operation.slots[slot].value.as_deref());
            made.is_some_and(|of| vouches(operation, of))
        }
        _ => false,
    })
}

/// A message as a request of a webhook, if it claims to be one.
fn claims<'r>(webhook: &'r Webhook, message: &'r http::Request<Bytes>) -> Option<Request<'r>> {
    let request = Request::received(&webhook.operation, "", message).ok()?;
    let holds = |(name, texts): &(Text, List<Text>)| {
        let slot = webhook.operation.slot(name)?;
        let text = request.text(slot)?;
        texts.contains(&text).then_some(())
    };
    webhook.when.iter().all(|condition| holds(condition).is_some()).then_some(request)
}

/// A setup below the URL that was called. Its keys are copied only where the message tells that.
fn at<'s>(setup: &'s Setup, request: &Request<'_>) -> Cow<'s, Setup> {
    match request.received_origin() {
        Some(origin) => Cow::Owned(Setup { base_url: Some(origin), ..setup.clone() }),
        None => Cow::Borrowed(setup),
    }
}

/// When a message says that it was sent, if that is not too long ago.
fn sent(
    sent_at: &SentAt,
    age: Duration,
    request: &Request<'_>,
    inputs: &Inputs<'_>,
) -> Result<Timestamp, WebhookError> {
    let wrong = |fault, reason: String| WebhookError::of(fault, "timestamp", reason);
    let text = request.read(&sent_at.of, inputs).map_err(|reason| wrong(WebhookFault::Missing, reason))?;
    let read = std::str::from_utf8(&text).ok().and_then(|text| sent_at.format.read(text, 0));
    let read =
        read.ok_or_else(|| wrong(WebhookFault::Malformed, "it is not a time as the document writes it".into()))?;
    if read.duration_since(inputs.moment.now).unsigned_abs() > age {
        return Err(wrong(WebhookFault::Stale, format!("it is more than {age:?} from now")));
    }
    Ok(read)
}

/// Reads the body of an event: JSON.
///
/// # Errors
/// What of it is not as documented, without any of it.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    read(body)
}

/// Reads the body of an event: a form.
///
/// # Errors
/// What of it is not as documented, without any of it.
pub fn read_form<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_urlencoded::from_bytes(body).map_err(|error| match error.to_string() {
        // Its other messages quote the value.
        missing if missing.starts_with("missing field") => missing,
        _ => "a field is not of its type".to_owned(),
    })
}

#[cfg(test)]
mod tests;
