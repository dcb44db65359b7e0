//! Classifies a response: a success, a refusal, or something that cannot be read, which is never a success.

use std::borrow::Cow;
use std::sync::Arc;

use countersign_plan::json::position;
use countersign_plan::{Condition, DecidedBy, Kind, Operation, Outcome, RequestId, ResponseForm, Text};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use crate::error::{ApiError, Error, Sent};
use crate::pick::Picked;
use crate::response::RawResponse;

/// A provider's code, message or request id longer than this is cut.
pub(crate) const LONGEST_WORD: usize = 300;

/// A success.
pub(crate) struct Success {
    pub(crate) request_id: Option<String>,
}

/// Classifies a response by the operation's outcome.
///
/// `sent` yields a header of the request, and `hide` takes what it carries in confidence out of a provider's text.
pub(crate) fn classify<'s>(
    operation: &Operation,
    response: &Arc<RawResponse>,
    sent: impl Fn(&str) -> Option<&'s str>,
    hide: impl Fn(String) -> String,
) -> Result<Success, Error> {
    let outcome = &operation.outcome;
    let status_is_success = response.status.is_success();
    // A success that nothing depends on but its type is read once, by the type.
    let needs_body = !outcome.success.is_empty()
        || !outcome.kinds.is_empty()
        || !status_is_success
        || !outcome.request_id.is_empty();
    let parsed = (needs_body && !response.body.is_empty()).then(|| Picked::from_slice(&response.body));
    let picked = parsed.as_ref().and_then(|parsed| parsed.as_ref().ok());
    // Hidden first: what is cut in half would no longer be found.
    let printable = |text: String| tidy(hide(text));
    let request_id = request_id(outcome, picked, &response.headers, sent).map(printable);
    let invalid = |reason: String| Error::invalid_response(&operation.id, response, request_id.clone(), reason, 0);
    let code = || word(&outcome.code, picked);
    let kind = |code: Option<&str>| code.and_then(|code| kind_of(outcome, code));

    let status_decides = outcome.decided_by == DecidedBy::StatusAndBody;
    let conditions_hold = outcome.success.iter().all(|condition| holds(condition, picked));
    let is_success = if outcome.success.is_empty() {
        // Nothing in the body says that it is a success, so a code that is known as another outcome says that it is none.
        status_is_success && kind(code().as_deref()).is_none()
    } else {
        conditions_hold && (status_is_success || !status_decides)
    };
    if is_success {
        let complaint = match (operation.response_form(response.status.as_u16()), &parsed) {
            (ResponseForm::Json, _) if response.body.is_empty() => Some("it has no body".to_owned()),
            (ResponseForm::Json, Some(Err(error))) => Some(not_json(error)),
            (ResponseForm::Text | ResponseForm::Bytes, _) => another_type(operation, response),
            _ => None,
        };
        return match complaint {
            Some(reason) => Err(invalid(reason)),
            None => Ok(Success { request_id }),
        };
    }

    let (code, message) = (code(), word(&outcome.message, picked));
    let kind = kind(code.as_deref());
    let has_words = code.is_some() || message.is_some();
    if status_is_success && !has_words {
        return Err(invalid(match &parsed {
            None => "it has no body".to_owned(),
            Some(Err(error)) => not_json(error),
            Some(Ok(_)) => "it says neither success nor why it is refused".to_owned(),
        }));
    }
    let refuses = match kind {
        Some(Kind::Pending) => false,
        Some(Kind::Declined) => true,
        // A body that says that it is a success is none of a refusal, whatever status is before it.
        _ => has_words && !leaves_open(response.status) && (outcome.success.is_empty() || !conditions_hold),
    };
    Err(Error::Api(Box::new(ApiError {
        operation: operation.id.clone(),
        response: Arc::clone(response),
        kind: kind.unwrap_or_else(|| kind_of_status(response.status)),
        code: code.map(Cow::into_owned).map(printable),
        message: message.map(Cow::into_owned).map(printable),
        request_id,
        refuses,
        sent: Sent { carried_out: !refuses, ..Sent::default() },
    })))
}

/// What is wrong with a response that should be text or a file, and says that it is JSON, which a refusal would be, or a page. An
/// undocumented status says nothing of its body.
pub(crate) fn another_type(operation: &Operation, response: &RawResponse) -> Option<String> {
    let is_described = operation.successes.is_empty() || operation.success(response.status.as_u16()).is_some();
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = |essence: &str| essence == "application/json" || essence.ends_with("+json");
    let came = response.header(CONTENT_TYPE.as_str()).map(essence).filter(|_| is_described)?;
    // Nothing that is JSON is read as a text or a file: where it is asked for, it is for another status.
    let expected = operation.accept.as_deref().unwrap_or_default().split(',').map(str::trim);
    let expected: Vec<&str> = expected.filter(|one| !is_json(&essence(one))).collect();
    let is_another = is_json(&came) || came == "text/html" && !expected.iter().any(|one| essence(one) == came);
    is_another.then(|| format!("it is {came}, and the document says {}", expected.join(", ")))
}

/// What is wrong with a body that is not JSON.
pub(crate) fn not_json(error: &serde_json::Error) -> String {
    format!("it is not JSON: {}", position(error))
}

/// Whether an HTTP status says by itself that the end of a call is not known: its time was over, or the provider, or what
/// is before it, failed while it was at work.
pub(crate) fn leaves_open(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT || status.as_u16() >= 500
}

/// The first of the places at which there is a text.
fn word<'a>(pointers: &[Text], picked: Option<&Picked<'a>>) -> Option<Cow<'a, str>> {
    picked.and_then(|picked| pointers.iter().find_map(|pointer| picked.word(pointer)))
}

fn holds(condition: &Condition, picked: Option<&Picked<'_>>) -> bool {
    let is_present = |pointer: &Text| picked.is_some_and(|picked| picked.is_present(pointer));
    match condition {
        Condition::OneOf { pointer, values, optional } => match picked.and_then(|picked| picked.scalar(pointer)) {
            Some(text) => values.contains(&text),
            None => *optional && !is_present(pointer),
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
        429 => Kind::RateLimited,
        408 | 425 | 500.. => Kind::Unavailable,
        // A refusal inside a success, by a code that the document has no kind for, and states in conflict.
        200..=299 | 402 | 409 | 422 | 423 => Kind::Declined,
        _ => Kind::InvalidRequest,
    }
}

fn request_id<'s>(
    outcome: &Outcome,
    picked: Option<&Picked<'_>>,
    received: &HeaderMap,
    sent: impl Fn(&str) -> Option<&'s str>,
) -> Option<String> {
    outcome.request_id.iter().find_map(|place| match place {
        RequestId::Body(pointer) => picked?.word(pointer).map(Cow::into_owned),
        RequestId::ResponseHeader(name) => received.get(name.as_ref())?.to_str().ok().map(str::to_owned),
        RequestId::RequestHeader(name) => sent(name).map(str::to_owned),
    })
}

/// One line of bounded length, fit for a log and a terminal. White space is a blank, and what drives a terminal, changes the
/// order of what is read, or is not seen, is shown by its number.
fn tidy(text: String) -> String {
    let mut tidy = String::new();
    let mut length = 0;
    for c in text.chars() {
        let escaped = (!c.is_whitespace() && !is_printable(c)).then(|| c.escape_unicode());
        length += escaped.as_ref().map_or(1, ExactSizeIterator::len);
        if length > LONGEST_WORD {
            tidy.push('…');
            break;
        }
        match escaped {
            Some(escaped) => tidy.extend(escaped),
            None if c.is_whitespace() => tidy.push(' '),
            None => tidy.push(c),
        }
    }
    tidy
}

/// Whether a character is seen, behind another one: an accent is, where it has a letter below it.
fn is_printable(c: char) -> bool {
    let behind_another = String::from_iter(['a', c]);
    // Quotes and backslashes would be escaped for Rust's own sake.
    matches!(c, '"' | '\'' | '\\') || behind_another.escape_debug().eq(behind_another.chars())
}

#[cfg(test)]
mod tests;
