//! Judges an answer: a success, a refusal, or something that cannot be read, which is never a success.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::body::position;
use crate::error::{Error, Rejection, Unreadable};
use crate::pick::Picked;
use crate::plan::{AnswerForm, Condition, DecidedBy, Expiry, Kind, Operation, Outcome, RequestId, Session, Text};

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
pub(crate) struct Success<'p> {
    pub(crate) request_id: Option<String>,
    /// What stands in the body where the session's values should, among others. Nothing where there was none to read.
    pub(crate) picked: Option<Picked<'p>>,
}

/// Judges `answer` by the operation's outcome.
///
/// `session` is the one that the answer brings, if it does, `sent` are the headers of the request, and `hide` takes what it
/// carries in confidence out of a provider's text.
pub(crate) fn judge<'p>(
    operation: &'p Operation,
    session: Option<&'p Session>,
    answer: &RawAnswer,
    sent: &HeaderMap,
    hide: impl Fn(String) -> String,
) -> Result<Success<'p>, Error> {
    let outcome = &operation.outcome;
    let status_is_success = answer.status.is_success();
    // A success that nothing depends on but its type is read once, by the type.
    let needs_body =
        session.is_some() || !outcome.success.is_empty() || !status_is_success || !outcome.request_id.is_empty();
    let parsed = match needs_body && !answer.body.is_empty() {
        true => Some(Picked::from_slice(&answer.body, pointers(outcome, session))),
        false => None,
    };
    let picked = parsed.as_ref().and_then(|parsed| parsed.as_ref().ok());
    // Hidden first: what is cut in half would no longer be found.
    let printable = |text: String| tidy(hide(text));
    let request_id = request_id(outcome, picked, &answer.headers, sent).map(printable);
    let unreadable = |reason: String| {
        Error::Unreadable(Unreadable {
            operation: operation.id.clone(),
            status: answer.status.as_u16(),
            request_id: request_id.clone(),
            reason,
        })
    };

    let status_decides = outcome.decided_by == DecidedBy::StatusAndBody;
    let conditions_hold = outcome.success.iter().all(|condition| holds(condition, picked));
    let is_success = conditions_hold && (status_is_success || !status_decides && !outcome.success.is_empty());
    if is_success {
        let complaint = match (operation.answer, &parsed) {
            (AnswerForm::Json, _) if answer.body.is_empty() => Some("it has no body".to_owned()),
            (AnswerForm::Json, Some(Err(error))) => Some(format!("it is not JSON: {}", position(error))),
            _ => None,
        };
        return match complaint {
            Some(reason) => Err(unreadable(reason)),
            None => Ok(Success { request_id, picked: parsed.and_then(Result::ok) }),
        };
    }

    let words = outcome.code.iter().chain(outcome.message.iter()).map(AsRef::as_ref);
    let words = picked.and_then(|_| Picked::from_slice(&answer.body, words).ok()).unwrap_or_default();
    let word = |pointers: &[Text]| pointers.iter().find_map(|pointer| words.word(pointer)).map(str::to_owned);
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

/// What a success depends on and brings.
fn pointers<'p>(outcome: &'p Outcome, session: Option<&'p Session>) -> impl Iterator<Item = &'p str> {
    let conditions = outcome.success.iter().flat_map(Condition::pointers);
    let request_ids = outcome.request_id.iter().filter_map(|place| match place {
        RequestId::Body(pointer) => Some(pointer),
        RequestId::ResponseHeader(_) | RequestId::RequestHeader(_) => None,
    });
    let values = session.into_iter().flat_map(|session| session.values.iter()).map(|value| &value.pointer);
    let ends = session.into_iter().flat_map(|session| session.expires.iter()).filter_map(|expiry| match expiry {
        Expiry::Seconds(pointer) | Expiry::At { pointer, .. } => Some(pointer),
        Expiry::Jwt(_) | Expiry::After(_) => None,
    });
    conditions.chain(request_ids).chain(values).chain(ends).map(AsRef::as_ref)
}

fn holds(condition: &Condition, picked: Option<&Picked<'_>>) -> bool {
    let is_present = |pointer: &Text| picked.is_some_and(|picked| picked.is_present(pointer));
    match condition {
        Condition::OneOf { pointer, values, optional } => match is_present(pointer) {
            true => picked
                .and_then(|picked| picked.scalar(pointer))
                .is_some_and(|text| values.iter().any(|value| value == text)),
            false => *optional,
        },
        // A body that is not there, or not JSON, satisfies nothing.
        Condition::Absent(pointer) => picked.is_some() && !is_present(pointer),
        Condition::Present(pointers) => pointers.iter().any(is_present),
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

fn request_id(
    outcome: &Outcome,
    picked: Option<&Picked<'_>>,
    received: &HeaderMap,
    sent: &HeaderMap,
) -> Option<String> {
    let header = |headers: &HeaderMap, name: &Text| Some(headers.get(name.as_ref())?.to_str().ok()?.to_owned());
    outcome.request_id.iter().find_map(|place| match place {
        RequestId::Body(pointer) => picked?.word(pointer).map(str::to_owned),
        RequestId::ResponseHeader(name) => header(received, name),
        RequestId::RequestHeader(name) => header(sent, name),
    })
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
