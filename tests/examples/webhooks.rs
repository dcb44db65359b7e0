//! Receives the webhooks of a provider with axum: verifies each message, and handles each event once.
//!
//! With a generated crate, `Event` and `Webhooks` are those of its module `webhooks`, and there is no document to read.
//!
//! ```sh
//! HOOKS_WEBHOOK_SECRET=… HOOKS_BANK_KEY="$(cat bank.pem)" cargo run -p countersign-tests --example webhooks
//! ```

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use countersign::webhook::{self, Bytes, HeaderMap, Webhooks, WebhooksBuilder};
use http::StatusCode;

const DOCUMENT: &str = include_str!("../documents/hooks.yaml");

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// An event of the document, by its `operationId`.
    Known(String),
    /// Another one.
    Unknown,
}

impl webhook::Event for Event {
    fn read(webhook: &str, _: &[u8]) -> Result<Self, String> {
        Ok(Self::Known(webhook.to_owned()))
    }

    fn unknown(_: Bytes) -> Self {
        Self::Unknown
    }
}

/// Receives webhooks.
pub struct Receiver {
    webhooks: Webhooks,
    /// The events that were handled. A service that runs more than once keeps them in its database.
    seen: Mutex<HashSet<String>>,
    handle: Box<dyn Fn(Event) + Send + Sync>,
}

impl Receiver {
    /// A receiver that hands each event to a function, once.
    pub fn new(webhooks: Webhooks, handle: impl Fn(Event) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { webhooks, seen: Mutex::default(), handle: Box::new(handle) })
    }
}

/// The routes of a receiver.
pub fn routes(receiver: Arc<Receiver>) -> Router {
    Router::new().route("/webhooks", post(receive)).with_state(receiver)
}

/// The body is taken as it came: JSON that was parsed and written again is not what was signed.
async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let delivery = match receiver.webhooks.verify::<Event>(&headers, body) {
        Ok(delivery) => delivery,
        // It says what is wrong, and nothing secret.
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    // A provider sends again what it takes for lost, and is told again that it is there.
    let is_new = delivery.id.is_none_or(|id| receiver.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id));
    if is_new {
        (receiver.handle)(delivery.event);
    }
    (StatusCode::OK, String::new())
}

/// A builder for the webhooks of the document.
///
/// # Errors
/// The document has findings.
pub fn builder() -> Result<WebhooksBuilder, Box<dyn Error>> {
    let document = countersign_spec::read("hooks.yaml", DOCUMENT)?;
    Ok(WebhooksBuilder::new(Arc::new(document.plan().clone())))
}

#[allow(dead_code)] // The tests take this file in by its path.
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let webhooks = builder()?
        .credential("webhook_secret", std::env::var("HOOKS_WEBHOOK_SECRET")?)
        .credential("bank_key", std::env::var("HOOKS_BANK_KEY")?)
        .build()?;
    let receiver = Receiver::new(webhooks, |event| println!("{event:?}"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, routes(receiver)).await?)
}
