//! What is printed of webhooks: of those that are believed, and of those that are not.

use std::fmt::Debug;

use countersign::Moment;
use countersign::webhook::{Event, HeaderMap, Webhooks, WebhooksBuilder};
use serde_json::{Value as Json, json};

use super::{Case, Leaks, NUMBER, WORD, leaves, listen, read, text_of, with};
use crate::sender::{Message, event};

/// What stands in the place of a header.
const BAD: [Option<&str>; 4] =
    [None, Some("SENTINEL"), Some("t=SENTINEL,v1=SENTINEL"), Some("t=1,v1=53454e54494e454c")];

impl Leaks {
    /// Receives an event, well and badly, and prints all that comes of it.
    ///
    /// # Panics
    /// Something is found, or a part of the search could not be made.
    pub fn webhook<E: Event + Debug>(&self, case: Case) {
        listen();
        let builder = WebhooksBuilder::new(self.plan.clone());
        let builder = self.plan.credentials.iter().fold(builder, |b, known| b.credential(&known.name, text_of(known)));
        self.debug("the builder of a receiver", &builder);
        let receiver = builder.build().expect("everything is given");
        self.debug("a receiver", &receiver);

        let body: Json = read(case.body);
        let good = self.event(case, case.body);
        assert!(self.receive::<E>(&receiver, &good), "the sample is not believed");
        let unknown = with(&body, "/type", json!("another")).to_string();
        assert!(self.receive::<E>(&receiver, &self.event(case, &unknown)), "an unknown event is not believed");
        // What is not marked may be printed, as the name of an event.
        let marked = |pointer: &String| body.pointer(pointer).is_some_and(|value| self.marks(value));
        for pointer in leaves(&body).into_iter().filter(marked) {
            for other in [json!(WORD), json!(NUMBER), json!([WORD]), json!({"a": WORD})] {
                self.receive::<E>(&receiver, &self.event(case, &with(&body, &pointer, other).to_string()));
            }
        }
        for bad in [WORD, "{\"SENTINEL", "[\"SENTINEL\"]", "\0SENTINEL", ""] {
            let mut changed = good.clone();
            *changed.body_mut() = bad.into();
            assert!(!self.receive::<E>(&receiver, &changed), "{bad:?} is believed");
        }
        for name in good.headers().keys().filter(|name| *name != "content-type") {
            for bad in BAD {
                let mut changed = good.clone();
                put(changed.headers_mut(), name.as_str(), bad);
                assert!(!self.receive::<E>(&receiver, &changed), "{name} may be {bad:?}");
            }
        }
    }

    /// Whether a message is believed, after all that is said of it was searched.
    #[track_caller]
    fn receive<E: Event + Debug>(&self, receiver: &Webhooks, message: &Message) -> bool {
        let result = receiver.verify_at::<E>(message.uri(), message.headers(), message.body().clone());
        self.search("the trace of a webhook", &self.heard());
        match result {
            Ok(delivery) => {
                self.debug("a delivery", &delivery);
                true
            }
            Err(error) => {
                self.debug("the error of a webhook", &error);
                self.search("the error of a webhook", &error.to_string());
                false
            }
        }
    }

    fn event(&self, case: Case, body: &str) -> Message {
        let own = self.client("http://localhost").setup().turned();
        let webhook = self.plan.webhook(case.operation).expect("a webhook");
        event(webhook, &own, case.parameters, body, Moment::now())
    }
}

fn put(headers: &mut HeaderMap, name: &str, value: Option<&str>) {
    let Ok(name) = http::HeaderName::try_from(name) else { return };
    match value {
        Some(value) => drop(headers.insert(name, value.parse().expect("a value"))),
        None => drop(headers.remove(name)),
    }
}
