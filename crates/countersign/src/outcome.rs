//! Judges an answer: a success, a refusal, or something that cannot be read, which is never a success.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value as Json;

use crate::body::position;
use crate::error::{Error, Rejection, Unreadable};
use crate::plan::{AnswerForm, Condition, DecidedBy, Kind, Operation, Outcome, RequestId, Text};

/// A provider's code, message or request id longer than this is cut.
const LONGEST_WORD: usize = 300;

/// An answer as it came, whole.
#[derive(Clone)]
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A success.
pub(crate) struct Success {
    pub(crate) request_id: Option<String>,
    /// The body, if judging it or reading a session from it took parsing it.
    pub(crate) json: Option<Json>,
}

/// Judges `answer` by the operation's outcome.
///
/// `sent` are the headers of the request, `hide` takes what it carries in confidence out of a provider's text.
pub(crate) fn judge(
    operation: &Operation,
    answer: &RawAnswer,
    sent: &HeaderMap,
    parse: bool,
    hide: impl Fn(String) -> String,
) -> Result<Success, Error> {
    let outcome = &operation.outcome;
    let status_is_success = answer.status.is_success();
    // A success that nothing depends on but its type is parsed once, by the type.
    let needs_json = parse || !outcome.success.is_empty() || !status_is_success || !outcome.request_id.is_empty();
    let parsed = match needs_json && !answer.body.is_empty() {
        true => Some(serde_json::from_slice::<Json>(&answer.body)),
        false => None,
    };
    let json = parsed.as_ref().and_then(|parsed| parsed.as_ref().ok());
    let word = |pointers: &[Text]| pointers.iter().find_map(|pointer| text_at(json?, pointer));
    // Hidden first: what is cut in half would no longer be found.
    let printable = |text: String| tidy(hide(text));
    let request_id = request_id(outcome, json, &answer.headers, sent).map(printable);
    let unreadable = |reason: String| {
        Error::Unreadable(Unreadable {
            operation: operation.id.clone(),
            status: answer.status.as_u16(),
            request_id: request_id.clone(),
            reason,
        })
    };

    let status_decides = outcome.decided_by == DecidedBy::StatusAndBody;
    let conditions_hold = outcome.success.iter().all(|condition| holds(condition, json));
    let is_success = conditions_hold && (status_is_success || !status_decides && !outcome.success.is_empty());
    if is_success {
        let complaint = match (operation.answer, &parsed) {
            (AnswerForm::Json, _) if answer.body.is_empty() => Some("it has no body".to_owned()),
            (AnswerForm::Json, Some(Err(error))) => Some(format!("it is not JSON: {}", position(error))),
            _ => None,
        };
        return match complaint {
            Some(reason) => Err(unreadable(reason)),
            None => Ok(Success { request_id, json: parsed.and_then(Result::ok) }),
        };
    }

    let code = word(&outcome.code);
    let message = word(&outcome.message);
    if status_is_success && code.is_none() && message.is_none() {
        return Err(unreadable(match &parsed {
            None => "it has no body".to_owned(),
            Some(Err(error)) => format!("it is not JSON: {}", position(error)),
            Some(Ok(_)) => "it says neither success nor why it is refused".to_owned(),
        }));
    }
    let kind = code.as_deref().and_then(|code| kind_of(outcome, code)).unwrap_or_else(|| kind_of_status(answer.status));
    Err(Error::Rejected(Box::new(Rejection {
        operation: operation.id.clone(),
        status: answer.status.as_u16(),
        kind,
        code: code.map(printable),
        message: message.map(printable),
        request_id,
        body: answer.body.clone(),
    })))
}

fn holds(condition: &Condition, json: Option<&Json>) -> bool {
    let at = |pointer: &Text| json.and_then(|json| json.pointer(pointer)).filter(|value| !value.is_null());
    match condition {
        Condition::OneOf { pointer, values, optional } => match at(pointer) {
            Some(value) => scalar(value).is_some_and(|text| values.iter().any(|value| *value == text)),
            None => *optional,
        },
        // A body that is not there, or not JSON, satisfies nothing.
        Condition::Absent(pointer) => json.is_some() && at(pointer).is_none(),
        Condition::Present(pointer) => at(pointer).is_some(),
    }
}

fn kind_of(outcome: &Outcome, code: &str) -> Option<Kind> {
    outcome.kinds.iter().find(|(known, _)| known == code).map(|(_, kind)| *kind)
}

/// The kind of an HTTP status, where the provider's code does not say more.
fn kind_of_status(status: StatusCode) -> Kind {
    match status.as_u16() {
        401 => Kind::Unauthenticated,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        408 | 425 | 429 | 500.. => Kind::Unavailable,
        // A refusal inside a success, by a code that the document has no kind for, and states in conflict.
        200..=299 | 402 | 409 | 422 | 423 => Kind::Business,
        _ => Kind::InvalidRequest,
    }
}

fn request_id(outcome: &Outcome, json: Option<&Json>, received: &HeaderMap, sent: &HeaderMap) -> Option<String> {
    let header = |headers: &HeaderMap, name: &Text| Some(headers.get(name.as_ref())?.to_str().ok()?.to_owned());
    outcome.request_id.iter().find_map(|place| match place {
        RequestId::Body(pointer) => text_at(json?, pointer),
        RequestId::ResponseHeader(name) => header(received, name),
        RequestId::RequestHeader(name) => header(sent, name),
    })
}

fn text_at(json: &Json, pointer: &str) -> Option<String> {
    json.pointer(pointer).and_then(scalar).filter(|text| !text.is_empty())
}

/// A scalar as its text: `200` and `"200"` are the same to providers, and so to us.
pub(crate) fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// One line of bounded length, fit for a log.
fn tidy(text: String) -> String {
    let mut tidy: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORD).collect();
    if text.chars().nth(LONGEST_WORD).is_some() {
        tidy.push('…');
    }
    tidy
}

#[cfg(test)]
mod tests;
