//! Anything in the place of what a provider sends: what is believed is what was signed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use countersign::Moment;
use countersign::plan::{Plan, PlanRef};
use countersign::webhook::{Event, HeaderMap, Uri, WebhookError, WebhookFault, Webhooks, WebhooksBuilder};
use countersign_sign::Setup;
use countersign_sign::provider::Keys;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use uuid::Uuid;

use super::{MOST, in_time};
use crate::leaks::WORD;
use crate::sender::{Message, event};

/// When everything is received.
const NOW: i64 = 1_700_000_000;

/// The URL that the provider calls.
const ORIGIN: &str = "https://receiver.example";

/// The most that is changed in a message that was signed.
const CHANGES: usize = 4;

/// Any message to the receiver of a provider, often one that is nearly what the provider has signed.
pub fn webhook(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok((sender, message)) = received(&mut input) else { return };
    in_time(|| match sender.verify(&message) {
        Ok(believed) => assert!(sender.signed(&believed), "nobody signed {believed:?}, which is of {message:?}"),
        Err(error) => {
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(text.chars().count() < MOST && !text.contains(char::is_control), "{text:?}");
                assert!(!text.contains(WORD), "{text:?}");
            }
        }
    });
}

fn received(input: &mut Unstructured<'_>) -> Result<(&'static Sender, Message)> {
    let sender = input.choose(&*SENDERS)?;
    if input.ratio(1, 4)? {
        return Ok((sender, any(input)?));
    }
    let mut message = input.choose(&sender.sent)?.clone();
    for _ in 0..input.int_in_range(0..=CHANGES)? {
        change(input, &mut message, &sender.sent)?;
    }
    Ok((sender, message))
}

// ---- What a provider sends -----------------------------------------------------------------------------------------

/// A provider that sends events, and who receives them.
struct Sender {
    receiver: Webhooks,
    /// What it has sent, some of it long ago.
    sent: Vec<Message>,
    /// What its receiver is to believe.
    believed: Vec<Believed>,
}

/// What a receiver takes a message for: an event by its `operationId`, with its body, its name and its time.
#[derive(Debug, PartialEq)]
struct Believed {
    event: Option<String>,
    body: Bytes,
    id: Option<String>,
    sent_at: Option<Timestamp>,
}

/// An event with its body, which is read elsewhere.
struct Seen(Option<String>);

impl Event for Seen {
    fn read(webhook: &str, _: &[u8]) -> std::result::Result<Self, String> {
        Ok(Self(Some(webhook.to_owned())))
    }

    fn unknown(_: Bytes) -> Self {
        Self(None)
    }
}

/// An event to be sent: the webhook that signs it, whether it is that event, parameters, and the body.
type Sample = (&'static str, bool, &'static [(&'static str, &'static str)], &'static str);

static SENDERS: LazyLock<[Sender; 2]> = LazyLock::new(|| {
    let hooks: &[Sample] = &[
        (
            "payment_succeeded",
            true,
            &[],
            r#"{"id":"e-1","type":"payment.succeeded","payment":{"id":"p-1","state":"paid"},"payer":"SENTINEL"}"#,
        ),
        ("payment_succeeded", false, &[], r#"{"id":"e-9","type":"another","payer":"SENTINEL"}"#),
        ("refund_settled", true, &[], r#"{"id":"e-2","type":"refund.failed"}"#),
        (
            "payout_settled",
            true,
            &[("X-Event", "payout"), ("X-Id", "m-1"), ("X-Sent", "rfc3339")],
            "reference=SENTINEL&amount=100",
        ),
    ];
    let notices: &[Sample] = &[
        ("receipt", true, &[], r#"{"notice":{"id":"n-1","type":"receipt","payer":"SENTINEL"}}"#),
        ("receipt", false, &[], r#"{"notice":{"id":"n-9","type":"another"}}"#),
        ("transfer", true, &[], r#"{ "notice": {"type": "transfer", "id": "n-2"} }"#),
        ("balance", true, &[], r#"{"notice":{"id":"n-3","type":"balance"}}"#),
        ("visit", true, &[("id", "n-4"), ("event", "visit"), ("sent", "millis")], "place=SENTINEL"),
    ];
    [
        Sender::new(include_str!("../../documents/hooks.yaml"), HOOKS, hooks),
        Sender::new(include_str!("../../documents/notices.yaml"), NOTICES, notices),
    ]
});

/// The provider's half of the keys. They are the same in every run, so that an input means the same.
const HOOKS: &[(&str, &str)] = &[
    ("webhook_secret", "SENTINEL-of-webhooks"),
    ("bank_key", include_str!("../../../crates/sign/tests/data/keys/rsa.pem")),
    ("own_key", include_str!("../../../crates/sign/tests/data/keys/rsa-pss.pem")),
];
const NOTICES: &[(&str, &str)] = &[
    ("notice_key", include_str!("../../../crates/sign/tests/data/keys/p256.pem")),
    ("shared_key", "53454e54494e454c2d6b65792d6f662d33322d62797465732d2d2d2d2d2d2d21"),
];

/// The moment so many seconds before everything is received.
fn before(seconds: i64) -> Moment {
    let now = Timestamp::from_second(NOW - seconds).expect("a time");
    Moment::fixed(now, Uuid::nil(), |bytes| bytes.fill(7))
}

impl Sender {
    fn new(document: &str, keys: &[(&str, &str)], samples: &[Sample]) -> Self {
        let document = countersign_spec::read("specs/sender.yaml", document).expect("the document lints clean");
        let plan = Arc::new(document.plan().clone());
        let given = keys.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect::<BTreeMap<_, _>>();
        let keys = Keys::make(&plan, given).expect("keys");
        let mut own = keys.setup(Arc::clone(&plan)).expect("the provider's keys").turned();
        own.base_url = Some(ORIGIN.to_owned());
        let builder = WebhooksBuilder::new(PlanRef::Shared(Arc::clone(&plan))).moments(|| before(0));
        let builder =
            keys.credentials.iter().fold(builder, |builder, (name, text)| builder.credential(name, text.as_str()));
        let receiver = builder.build().expect("a receiver");
        let mut sender = Self { receiver, sent: Vec::new(), believed: Vec::new() };
        for sample in samples {
            sender.send(&plan, &own, sample);
        }
        sender
    }

    /// Sends an event now, and another long ago. A receiver that does not believe the first has nothing to show.
    fn send(&mut self, plan: &Plan, own: &Setup, sample: &Sample) {
        let (webhook, is_it, _, body) = sample;
        // Each at a time of its own, so that the time of one is no other's.
        let ago = self.sent.len() as i64;
        let message = signed(plan, own, sample, ago);
        let believed = self.verify(&message).expect("what is signed is believed");
        let event = is_it.then_some(*webhook);
        assert_eq!((believed.event.as_deref(), &*believed.body), (event, body.as_bytes()));
        let is_timed = believed.sent_at.is_some();
        self.sent.push(message);
        self.believed.push(believed);
        if is_timed {
            let old = signed(plan, own, sample, 301);
            assert_eq!(self.verify(&old).expect_err("it is old").fault, WebhookFault::Stale);
            self.sent.push(old);
        }
    }

    fn verify(&self, message: &Message) -> std::result::Result<Believed, WebhookError> {
        let body = message.body().clone();
        let delivery = self.receiver.verify_at::<Seen>(message.uri(), message.headers(), body.clone())?;
        Ok(Believed { event: delivery.event.0, body, id: delivery.id, sent_at: delivery.sent_at })
    }

    fn signed(&self, believed: &Believed) -> bool {
        self.believed.contains(believed)
    }
}

/// An event as the provider sends it, so many seconds ago.
fn signed(plan: &Plan, own: &Setup, (webhook, _, parameters, body): &Sample, ago: i64) -> Message {
    let moment = before(ago);
    let time = |text: &str| match text {
        "rfc3339" => moment.now.to_string(),
        "millis" => moment.now.as_millisecond().to_string(),
        text => text.to_owned(),
    };
    let parameters: Vec<(&str, String)> = parameters.iter().map(|(name, text)| (*name, time(text))).collect();
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, text)| (*name, text.as_str())).collect();
    event(plan.webhook(webhook).expect("a webhook"), own, &parameters, body, moment)
}

// ---- What comes instead --------------------------------------------------------------------------------------------

/// Any message at all, with headers that are looked for.
fn any(input: &mut Unstructured<'_>) -> Result<Message> {
    let mut message = Message::default();
    for _ in 0..input.int_in_range(0..=4)? {
        put(&mut message, name(input)?, input.arbitrary::<&[u8]>()?);
    }
    call_at(&mut message, format!("{ORIGIN}/{}", input.arbitrary::<&str>()?).as_bytes());
    let rest = input.bytes(input.len())?;
    *message.body_mut() = Bytes::copy_from_slice(rest);
    Ok(message)
}

/// Changes one thing in a message.
fn change(input: &mut Unstructured<'_>, message: &mut Message, all: &[Message]) -> Result<()> {
    let other = input.choose(all)?;
    match input.int_in_range(0..=8)? {
        0 => *message.body_mut() = spliced(input, message.body())?.into(),
        1 => *message.body_mut() = other.body().clone(),
        2 => *message.headers_mut() = other.headers().clone(),
        3 => call_at(message, &spliced(input, message.uri().to_string().as_bytes())?),
        4 => *message.uri_mut() = other.uri().clone(),
        5 => put(message, name(input)?, input.arbitrary::<&[u8]>()?),
        kind => change_header(input, message, other.headers(), kind)?,
    }
    Ok(())
}

/// Changes one of the headers, or puts what another message has there beside it.
fn change_header(input: &mut Unstructured<'_>, message: &mut Message, others: &HeaderMap, kind: u8) -> Result<()> {
    let names: Vec<HeaderName> = message.headers().keys().cloned().collect();
    let Some(name) = (!names.is_empty()).then(|| input.choose(&names)).transpose()? else { return Ok(()) };
    let own = message.headers()[name].as_bytes().to_vec();
    match (kind, others.get(name)) {
        (6, _) => drop(message.headers_mut().remove(name)),
        (7, Some(other)) => {
            let between: &[u8] = input.choose(&[",", ", ", "", " ", "."])?.as_bytes();
            message.headers_mut().remove(name);
            put(message, name.clone(), &[&own, between, other.as_bytes()].concat());
        }
        _ => {
            let changed = spliced(input, &own)?;
            message.headers_mut().remove(name);
            put(message, name.clone(), &changed);
        }
    }
    Ok(())
}

/// Bytes in which a stretch is another, or gone. Most often it is text: all else is refused before anything is verified.
fn spliced(input: &mut Unstructured<'_>, bytes: &[u8]) -> Result<Vec<u8>> {
    let start = input.int_in_range(0..=bytes.len())?;
    let end = (start + input.int_in_range(0..=8_usize)?).min(bytes.len());
    let length = input.int_in_range(0..=8_usize)?.min(input.len());
    let mut between = input.bytes(length)?.to_vec();
    if input.ratio(3, 4)? {
        between.iter_mut().for_each(|byte| *byte = b' ' + *byte % 95);
    }
    Ok([&bytes[..start], &between, &bytes[end..]].concat())
}

/// The name of a header that is looked for, or of another.
fn name(input: &mut Unstructured<'_>) -> Result<HeaderName> {
    let names = ["hooks-signature", "x-signature", "x-event", "x-sent", "x-id", "x-letter", "x-seal", "authorization"];
    Ok(HeaderName::from_static(input.choose(&[&names[..], &["x-other"]].concat())?))
}

/// Adds a header, if there can be such a one.
fn put(message: &mut Message, name: HeaderName, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        message.headers_mut().append(name, value);
    }
}

/// Has a message come to another URL, if it is one.
fn call_at(message: &mut Message, uri: &[u8]) {
    if let Ok(uri) = Uri::try_from(uri) {
        *message.uri_mut() = uri;
    }
}
