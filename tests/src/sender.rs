//! Events as a provider sends them, by its half of the keys.

use bytes::Bytes;
use countersign::plan::Webhook;
use countersign::{Call, Moment};
use countersign_sign::{Filled, Inputs, Request, Setup};

/// An event on its way.
pub type Message = http::Request<Bytes>;

/// An event, filled in and signed for a URL that begins with that of the provider's setup.
///
/// # Panics
/// It cannot be made.
pub fn event(webhook: &Webhook, own: &Setup, parameters: &[(&str, &str)], body: &str, moment: Moment) -> Message {
    let operation = &webhook.operation;
    let call = Call::new(operation.id.clone()).body(body);
    let call = parameters.iter().fold(call, |call, (name, text)| call.value(*name, *text));
    let mut request = call.request(operation, "").expect("a request");
    let filled = request.fill(&Inputs { setup: own, session: None, moment }).expect("what is signed");
    assert!(matches!(filled, Filled::Whole), "a signer was asked");
    sent(&request, own.base_url.as_deref().unwrap_or_default()).expect("a message")
}

/// A request as it is sent, to a URL that begins so.
pub fn sent(request: &Request<'_>, origin: &str) -> Option<Message> {
    let query = request.query().map(|query| format!("?{query}")).unwrap_or_default();
    let uri = format!("{origin}{}{query}", request.path());
    let mut sent = http::Request::builder().method(&*request.operation().method).uri(uri);
    for header in request.headers() {
        sent = sent.header(header.name, header.value);
    }
    sent.body(request.body_text().into_owned().into()).ok()
}
