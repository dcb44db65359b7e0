//! The words of an operation: what is called, how its body is written, and what comes back.

use super::constant::{borrowed, put};
use super::outcome::outcome;
use crate::value::items;
use crate::{
    Alternatives, DecidedBy, Encoding, List, Operation, Outcome, Paging, ResponseForm, Retry, Slot, Success, Text,
    Value, list, reads_session,
};

/// An operation without a body that is classified by its HTTP status and answers with JSON.
pub const fn operation(id: &'static str, method: &'static str, path: &'static str) -> Operation {
    Operation {
        id: borrowed(id),
        method: borrowed(method),
        path: borrowed(path),
        slots: list![],
        body: None,
        optional_body: false,
        media_type: None,
        alternatives: None,
        signed_fields: list![],
        order: list![],
        session: false,
        servers: list![],
        certificate: None,
        opened: list![],
        successes: list![],
        outcome: outcome(DecidedBy::StatusAndBody),
        retry: Retry::Never,
        response: ResponseForm::Json,
        accept: None,
        paging: None,
    }
}

impl Operation {
    /// What it sends, in the document's order.
    pub const fn slots(mut self, slots: List<Slot>) -> Self {
        let mut index = 0;
        while index < items(&slots).len() {
            if let Some(value) = &items(&slots)[index].value {
                self.session |= reads_session(items(value));
            }
            index += 1;
        }
        put(&mut self.slots, slots);
        self
    }

    /// A body in JSON.
    pub const fn json(mut self) -> Self {
        self.body = Some(Encoding::Json);
        self
    }

    /// A body that is a form.
    pub const fn form(mut self) -> Self {
        self.body = Some(Encoding::Form);
        self
    }

    /// A body in parts.
    pub const fn multipart(mut self) -> Self {
        self.body = Some(Encoding::Multipart);
        self
    }

    /// A call can be made without its body.
    pub const fn optional_body(mut self) -> Self {
        self.optional_body = true;
        self
    }

    /// The media type of the body, where it is another one than that of JSON or of a form.
    pub const fn sent_as(mut self, media_type: &'static str) -> Self {
        put(&mut self.media_type, Some(borrowed(media_type)));
        self
    }

    /// `x-signed-fields`
    pub const fn signed(mut self, fields: List<Text>) -> Self {
        put(&mut self.signed_fields, fields);
        self
    }

    /// The slots that are filled in, each after those that it reads.
    pub const fn order(mut self, order: List<u16>) -> Self {
        put(&mut self.order, order);
        self
    }

    /// `x-envelope` of a response.
    pub const fn opened(mut self, value: List<Value>) -> Self {
        put(&mut self.opened, value);
        self
    }

    /// `servers` of the operation or of its path: an address for each server of the document.
    pub const fn at(mut self, servers: List<Text>) -> Self {
        put(&mut self.servers, servers);
        self
    }

    /// `type: mutualTLS`
    pub const fn mutual_tls(mut self, credential: &'static str) -> Self {
        put(&mut self.certificate, Some(borrowed(credential)));
        self
    }

    /// How a response is classified.
    pub const fn outcome(mut self, outcome: Outcome) -> Self {
        put(&mut self.outcome, outcome);
        self
    }

    /// `x-retry: safe`
    pub const fn safe(mut self) -> Self {
        self.retry = Retry::Safe;
        self
    }

    /// The body is one of several.
    pub const fn one_of(mut self, alternatives: Alternatives) -> Self {
        put(&mut self.alternatives, Some(alternatives));
        self
    }

    /// The media type of a success, where it is another one than that of JSON.
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        put(&mut self.accept, Some(borrowed(media_type)));
        self
    }

    /// `x-pages`
    pub const fn paging(mut self, paging: Paging) -> Self {
        put(&mut self.paging, Some(paging));
        self
    }

    /// A success has no body that the document describes.
    pub const fn empty(mut self) -> Self {
        self.response = ResponseForm::Empty;
        self
    }

    /// A success is text.
    pub const fn plain_text(mut self) -> Self {
        self.response = ResponseForm::Text;
        self
    }

    /// A success is a file.
    pub const fn bytes(mut self) -> Self {
        self.response = ResponseForm::Bytes;
        self
    }

    /// The successes, which differ in what they carry.
    pub const fn successes(mut self, successes: List<Success>) -> Self {
        put(&mut self.successes, successes);
        self
    }
}

/// A success in JSON, by its status.
pub const fn success(status: &'static str) -> Success {
    Success { status: borrowed(status), form: ResponseForm::Json, opened: list![] }
}

impl Success {
    /// It has no body that the document describes.
    pub const fn empty(mut self) -> Self {
        self.form = ResponseForm::Empty;
        self
    }

    /// It is text.
    pub const fn plain_text(mut self) -> Self {
        self.form = ResponseForm::Text;
        self
    }

    /// It is a file.
    pub const fn bytes(mut self) -> Self {
        self.form = ResponseForm::Bytes;
        self
    }

    /// `x-envelope`
    pub const fn opened(mut self, value: List<Value>) -> Self {
        put(&mut self.opened, value);
        self
    }
}
