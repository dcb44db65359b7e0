//! Events as the provider sends them: an example of each, signed with the provider's half of the keys, or wrong by one thing.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign::plan::{Encoding, Notation, Operation, Place, Plan, PlanRef, Value, Webhook, any};
use countersign::webhook::{Event, WebhookFault, Webhooks, WebhooksBuilder};
use countersign_sign::provider::Keys;
use countersign_sign::{Call, Inputs, Moment, Request, Setup};
use countersign_spec::Document;
use http::{HeaderName, HeaderValue, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use openapiv3::ParameterSchemaOrContent;
use serde_json::Value as Json;

use crate::error::Error;
use crate::sample::{Extent, made_up, put, remove};

/// An event on its way.
pub type Message = http::Request<Bytes>;

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One thing that is wrong with an event that is sent on purpose, to see that its receiver does not believe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its signature is another one.
    Signature,
    /// It is older than the document allows.
    Age,
    /// Its body was changed after it was signed.
    Body,
    /// It was signed with another key.
    Key,
}

/// The events of a provider.
pub(crate) struct Events {
    plan: Arc<Plan>,
    samples: Vec<Sample>,
    /// What they are signed with.
    own: Setup,
    /// What their receiver verifies them with.
    receiver: Option<Webhooks>,
}

/// What an event carries that the provider does not sign with: parameters by their names, and the body.
#[derive(Clone, Default)]
struct Sample {
    parameters: Vec<(String, String)>,
    body: Json,
}

impl Events {
    /// `own` is the provider's setup, and `keys` what its receiver is given.
    pub(crate) fn new(document: &Document, plan: &Arc<Plan>, own: Setup, keys: &Keys) -> Result<Self, Error> {
        let samples = plan.webhooks.iter().map(|webhook| Sample::of(document, webhook)).collect();
        let receiver = (!plan.webhooks.is_empty()).then(|| receiver(plan, keys)).transpose()?;
        Ok(Self { plan: Arc::clone(plan), samples, own, receiver })
    }

    /// An event for this URL.
    pub(crate) fn message(&self, id: &str, to: &str, wrong: Option<Wrong>) -> Result<Message, Error> {
        let to = to.parse::<Uri>().ok().filter(|to| to.host().is_some());
        let to =
            to.ok_or_else(|| Error::Event("it is sent to an absolute URL, such as http://localhost/events".into()))?;
        let known = self.plan.webhooks.iter().zip(&self.samples).find(|(webhook, _)| webhook.operation.id == id);
        let (webhook, sample) = known.ok_or_else(|| {
            let names: Vec<&str> = self.plan.webhooks.iter().map(|webhook| &*webhook.operation.id).collect();
            Error::Event(format!("the document has no event {id:?}; it has {}", names.join(", ")))
        })?;
        let mut moment = Moment::now();
        let mut own = self.own.clone();
        match wrong {
            Some(Wrong::Age) => {
                let age = webhook.sent_at.as_ref().map_or(0, |sent_at| sent_at.age_seconds.into());
                moment.now =
                    moment.now.checked_sub(SignedDuration::from_secs(age + 3600)).unwrap_or(Timestamp::UNIX_EPOCH);
            }
            Some(Wrong::Key) => {
                let others = crate::keys::make(&self.plan, Default::default())?;
                own = others.setup(PlanRef::Shared(Arc::clone(&self.plan))).map_err(Error::Configuration)?.turned();
            }
            _ => {}
        }
        own.base_url = to.authority().map(|authority| format!("{}://{authority}", to.scheme_str().unwrap_or("http")));
        let operation = Operation { path: to.path().to_owned().into(), ..webhook.operation.clone() };
        let (body, call) = sample.with_its_own(webhook, moment).call(&operation);
        let call = if body.is_empty() { call } else { call.body(body) };
        let failed = |reason: countersign_sign::Invalid| Error::Event(reason.to_string());
        let mut request = call.request(&operation, "").map_err(failed)?;
        if let Some(query) = to.query() {
            request = request.called_with(query).map_err(failed)?;
        }
        let inputs = Inputs { setup: &own, session: None, moment };
        // No signer of a caller's own is among its keys.
        let _ = request.fill(&inputs).map_err(failed)?;
        let fault = self.fault(id, &to, &message(&request, &to)?);
        let nothing = |what: &str| Error::Event(format!("{what}, as the document says it"));
        match (wrong, fault) {
            (None, None) => message(&request, &to),
            (Some(Wrong::Key), Some(WebhookFault::Wrong)) => message(&request, &to),
            (Some(Wrong::Age), Some(WebhookFault::Stale)) => message(&request, &to),
            (Some(Wrong::Age), _) => Err(nothing("nothing in it says when it was sent")),
            (Some(Wrong::Key), None) => Err(nothing("no key is needed to make it")),
            (Some(Wrong::Signature), None) => {
                let signed = |slot: &usize| operation.slots[*slot].value.is_some();
                let slots = (0..operation.slots.len()).filter(signed);
                self.changed(id, &to, &request, slots)?.ok_or_else(|| nothing("nothing in it is signed"))
            }
            (Some(Wrong::Body), None) => {
                let given = |slot: &usize| {
                    operation.slots[*slot].place == Place::Field && operation.slots[*slot].value.is_none()
                };
                let slots = (0..operation.slots.len()).filter(given);
                self.changed(id, &to, &request, slots)?.ok_or_else(|| nothing("nothing in its body is signed"))
            }
            (_, Some(fault)) => {
                Err(Error::Event(format!("its example is not the event that the document describes ({fault:?})")))
            }
        }
    }

    /// The message with one of these slots changed, if a receiver finds that it is wrong then.
    fn changed(
        &self,
        id: &str,
        to: &Uri,
        request: &Request<'_>,
        slots: impl Iterator<Item = usize>,
    ) -> Result<Option<Message>, Error> {
        for slot in slots {
            let Some(text) = request.text(slot).and_then(|text| other(&text)) else { continue };
            let mut changed = request.clone();
            if changed.set(slot, text.as_bytes()).is_ok() {
                let message = message(&changed, to)?;
                if self.fault(id, to, &message) == Some(WebhookFault::Wrong) {
                    return Ok(Some(message));
                }
            }
        }
        Ok(None)
    }

    /// What a receiver finds wrong with a message. Another event than it is meant to be is none that it knows.
    fn fault(&self, id: &str, to: &Uri, message: &Message) -> Option<WebhookFault> {
        let receiver = self.receiver.as_ref()?;
        match receiver.verify_at::<Known>(to, message.headers(), message.body().clone()) {
            Ok(delivery) if delivery.event.0.as_deref() == Some(id) => None,
            Ok(_) => Some(WebhookFault::Undocumented),
            Err(error) => Some(error.fault),
        }
    }
}

/// The `operationId` of an event, unless the document does not have it.
struct Known(Option<String>);

impl Event for Known {
    fn read(webhook: &str, _: &[u8]) -> Result<Self, String> {
        Ok(Self(Some(webhook.to_owned())))
    }

    fn unknown(_: Bytes) -> Self {
        Self(None)
    }
}

fn receiver(plan: &Arc<Plan>, keys: &Keys) -> Result<Webhooks, Error> {
    let builder = WebhooksBuilder::new(PlanRef::Shared(Arc::clone(plan)));
    let builder =
        keys.credentials.iter().fold(builder, |builder, (name, value)| builder.credential(name, value.as_str()));
    let builder = keys.settings.iter().fold(builder, |builder, (name, value)| builder.setting(name, value.as_str()));
    builder.build().map_err(|error| Error::Configuration(error.to_string()))
}

/// Sends an event, and says with which status it was taken.
///
/// # Errors
/// It was not taken, or nobody was there.
pub async fn deliver(message: &Message) -> Result<StatusCode, Error> {
    let unreachable = |error: reqwest::Error| Error::Receiver(format!("nobody takes it: {}", error.without_url()));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
    // What is sent to this machine stays on it, whatever proxies there are.
    let client = if is_here(message.uri()) { client.no_proxy() } else { client };
    let client = client.build().map_err(unreachable)?;
    let request =
        client.post(message.uri().to_string()).headers(message.headers().clone()).body(message.body().clone());
    let status = request.send().await.map_err(unreachable)?.status();
    if status.is_success() { Ok(status) } else { Err(Error::Refused(status)) }
}

fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// A request as it is sent.
fn message(request: &Request<'_>, to: &Uri) -> Result<Message, Error> {
    let failed = |what: &str| Error::Event(format!("{what} cannot be sent"));
    let mut uri = to.clone().into_parts();
    if let Some(query) = request.query() {
        let target = format!("{}?{query}", to.path());
        uri.path_and_query = Some(target.parse().map_err(|_| failed("its query"))?);
    }
    let mut message = Message::new(Bytes::from(request.body_text().into_owned()));
    *message.method_mut() = http::Method::POST;
    *message.uri_mut() = Uri::from_parts(uri).map_err(|_| failed("its URL"))?;
    for header in request.headers() {
        let name = HeaderName::try_from(header.name).map_err(|_| failed(header.name))?;
        let value = HeaderValue::from_bytes(header.value).map_err(|_| failed(header.name))?;
        message.headers_mut().append(name, value);
    }
    Ok(message)
}

/// A text that differs in its last letter or digit.
fn other(text: &str) -> Option<String> {
    let (at, last) = text.char_indices().rev().find(|(_, c)| c.is_ascii_alphanumeric())?;
    let other = if last == '0' { '1' } else { '0' };
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

// ---- What is in an event -------------------------------------------------------------------------------------------

impl Sample {
    fn of(document: &Document, webhook: &Webhook) -> Self {
        let id = &*webhook.operation.id;
        let mut sample = Self::default();
        for parameter in document.parameters(id) {
            let data = parameter.parameter_data_ref();
            let named = document.examples(&data.examples).next().map(|(_, value)| value);
            let ParameterSchemaOrContent::Schema(schema) = &data.format else { continue };
            let value = data.example.as_ref().or(named).cloned();
            let value = value.unwrap_or_else(|| made_up(document, schema, Extent::Whole));
            sample.parameters.push((data.name.clone(), scalar(&value)));
        }
        let described = document.operation(id).and_then(|described| document.resolve(described.request_body.as_ref()?));
        if let Some(media) = described.and_then(|body| body.content.values().next()) {
            let named = document.examples(&media.examples).next().map(|(_, value)| value);
            let of_schema = || media.schema.as_ref().map(|schema| made_up(document, schema, Extent::Whole));
            sample.body = media.example.as_ref().or(named).cloned().or_else(of_schema).unwrap_or_default();
        }
        for (name, texts) in webhook.when.iter() {
            let is_it = sample.get(&webhook.operation, name).is_some_and(|text| texts.iter().any(|one| *one == text));
            if let (false, Some(text)) = (is_it, texts.first()) {
                sample.set(&webhook.operation, name, text);
            }
        }
        // What the provider fills in is made for each message.
        let filled = webhook.operation.slots.iter().filter(|slot| slot.value.is_some());
        for slot in filled {
            match slot.place {
                Place::Field => drop(remove(&mut sample.body, &slot.name)),
                _ => sample.parameters.retain(|(name, _)| !name.eq_ignore_ascii_case(&slot.name)),
            }
        }
        sample
    }

    /// The same with a time and a name of its own, where the document says which these are and the provider does not make them.
    fn with_its_own(&self, webhook: &Webhook, moment: Moment) -> Self {
        let mut own = self.clone();
        let operation = &webhook.operation;
        if let Some(sent_at) = &webhook.sent_at
            && let Some(name) = read_alone(operation, &sent_at.of)
            && let Ok(time) = sent_at.format.write(moment.now, 0)
        {
            own.set(operation, name, &time);
        }
        if let Some(name) = read_alone(operation, &webhook.event_id) {
            own.set(operation, name, &uuid::Uuid::new_v4().to_string());
        }
        own
    }

    fn get(&self, operation: &Operation, name: &str) -> Option<String> {
        let slot = &operation.slots[operation.slot(name)?];
        match slot.place {
            Place::Field => self.body.pointer(&slot.name).map(scalar),
            _ => self.parameters.iter().find(|(own, _)| *own == slot.name).map(|(_, text)| text.clone()),
        }
    }

    fn set(&mut self, operation: &Operation, name: &str, text: &str) {
        let Some(slot) = operation.slot(name).map(|slot| &operation.slots[slot]) else { return };
        if slot.place != Place::Field {
            self.parameters.retain(|(own, _)| *own != slot.name);
            return self.parameters.push((slot.name.to_string(), text.to_owned()));
        }
        let literal = serde_json::from_str(text).ok().filter(|_| slot.notation == Notation::Literal);
        put(&mut self.body, &slot.name, literal.unwrap_or_else(|| text.into()));
    }

    /// The body as text, and a call of all else.
    fn call(&self, operation: &Operation) -> (String, Call) {
        let call = Call::new(operation.id.clone());
        let call = self.parameters.iter().fold(call, |call, (name, text)| call.value(name.clone(), text.as_str()));
        let body = match (operation.body, &self.body) {
            (Some(Encoding::Form), Json::Object(fields)) => {
                let fields = fields.iter().map(|(name, value)| (name, scalar(value)));
                form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
            }
            (Some(_), body) => body.to_string(),
            (None, _) => String::new(),
        };
        (body, call)
    }
}

/// The name of the header, parameter or field that an expression is, and that the provider does not make.
fn read_alone<'v>(operation: &Operation, values: &'v [Value]) -> Option<&'v str> {
    let name = match values {
        [Value::Header { name, part: None, .. } | Value::Query(name) | Value::Field(name)] => &**name,
        _ => return None,
    };
    let slot = operation.slots.get(operation.slot(name)?)?;
    let is_made = slot.value.as_deref().is_some_and(|values| any(values, &|_| true));
    (!is_made).then_some(name)
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
