//! What a response must hold before it is believed, and what is in an envelope.
//!
//! An expression of a response reads the response and the request that it answers.

use countersign_plan::ResponsePart;
use http::HeaderMap;
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::inputs::Inputs;
use crate::invalid::Invalid;
use crate::parts;
use crate::request::{NO_SLOT, Request};

impl<'a> Request<'a> {
    /// The same with the response to it, which expressions then read.
    #[must_use]
    pub fn answered(&self, status: u16, headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        let mut answered = self.clone();
        answered.answer = Some(Answer { status, headers, body });
        answered
    }

    /// Whether the response holds what the document demands of it before it is believed.
    ///
    /// # Errors
    /// What of it does not, by its name.
    pub fn check_response(&self, inputs: &Inputs<'_>) -> Result<(), Invalid> {
        for (name, values) in self.operation.outcome.signed.iter() {
            let answer = self.answer.as_ref();
            let text = match name.starts_with('/') {
                true => answer.and_then(|answer| answer.field(name)),
                false => answer.and_then(|answer| answer.header(name)).map(|text| text.to_vec().into()),
            };
            let text = text.ok_or_else(|| Invalid::of(name, "the response does not have it"))?;
            let compared = self.compare(NO_SLOT, values, &text, inputs, inputs.moment.now, false);
            compared.map_err(|_| Invalid::of(name, "it is not what it should be"))?;
        }
        Ok(())
    }

    /// The body that is described, of a response in an envelope.
    ///
    /// # Errors
    /// It does not open. Why is not said.
    pub fn open_response(&self, inputs: &Inputs<'_>) -> Result<Zeroizing<Vec<u8>>, Invalid> {
        let status = self.answer.as_ref().map_or(0, |answer| answer.status);
        self.read(self.operation.envelope(status), inputs)
            .map_err(|_| Invalid::new("what is in its envelope cannot be read"))
    }

    pub(crate) fn response(&self, part: ResponsePart) -> Option<Zeroizing<Vec<u8>>> {
        let answer = self.answer.as_ref()?;
        Some(match part {
            ResponsePart::Body => answer.body.to_vec().into(),
            ResponsePart::Status => answer.status.to_string().into_bytes().into(),
        })
    }

    pub(crate) fn response_header(&self, name: &str, part: Option<&str>) -> Option<&'a [u8]> {
        let value = self.answer.as_ref()?.header(name)?;
        match part {
            Some(part) => parts::part(value, part),
            None => Some(value),
        }
    }

    pub(crate) fn response_field(&self, pointer: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.answer.as_ref()?.field(pointer)
    }
}
