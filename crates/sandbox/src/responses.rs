//! The responses of an operation: the document's examples, each classified as a client classifies it.

use bytes::Bytes;
use countersign::plan::{Kind, ResponseForm};
use countersign::{Error as CallError, Executor};
use countersign_spec::Document;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use openapiv3::{MediaType, Response, StatusCode as Documented};
use serde_json::Value as Json;

use crate::sample::{Extent, completed, made_up, satisfy};

/// A documented response.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// Its name, or the status of a response without examples, of which a success is made up.
    pub(crate) name: String,
    pub(crate) status: StatusCode,
    pub(crate) media_type: Option<String>,
    pub(crate) form: ResponseForm,
    pub(crate) body: Option<Json>,
    pub(crate) class: Class,
    /// Whether its body is made up.
    pub(crate) is_made: bool,
    /// The headers that the document describes and has examples of.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a client makes of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Success,
    Refusal { kind: Kind, code: Option<String> },
}

/// The examples of an operation's responses, in the document's order.
pub(crate) fn examples(executor: &Executor, document: &Document, operation: &str) -> Vec<Example> {
    let Some(described) = document.operation(operation) else { return Vec::new() };
    let by_status = described.responses.responses.iter().map(|(status, response)| (Some(status), response));
    let default = described.responses.default.iter().map(|response| (None, response));
    let stated = described.responses.responses.keys().filter_map(|status| match status {
        Documented::Code(code) if (200..300).contains(code) => Some(*code),
        _ => None,
    });
    let stated: Vec<u16> = stated.collect();
    let all = by_status.chain(default).filter_map(|(status, part)| Some((status, document.resolve(part)?)));
    all.flat_map(|(status, response)| of_response(executor, document, operation, (status, &stated), response)).collect()
}

fn of_response(
    executor: &Executor,
    document: &Document,
    operation: &str,
    (documented, stated): (Option<&Documented>, &[u16]),
    response: &Response,
) -> Vec<Example> {
    let media = response.content.iter().next();
    let form = document.response_form(response);
    let headers: Vec<(HeaderName, HeaderValue)> = document
        .header_examples(response)
        .filter_map(|(name, text)| Some((name.parse().ok()?, text.parse().ok()?)))
        .collect();
    let named = |(_, media): (&String, &MediaType)| -> Vec<(String, Option<Json>)> {
        let whole = |value: &Json| match &media.schema {
            // What a provider publishes is not held to its own schemas.
            Some(schema) if document.base().is_some() && form == ResponseForm::Json => {
                completed(document, schema, value)
            }
            _ => value.clone(),
        };
        document.examples(&media.examples).map(|(name, value)| (name.to_owned(), Some(whole(value)))).collect()
    };
    let mut named = media.map(named).unwrap_or_default();
    // What is said of every other status alone is no example of a success either.
    let is_made = named.is_empty() && (media.is_some() || documented.is_none());
    if named.is_empty() {
        let is_success = documented.is_none_or(|documented| documented.to_string().starts_with('2'));
        let body = media.filter(|_| is_success).and_then(|media| success(document, operation, form, media));
        named.push((documented.map_or_else(|| "default".to_owned(), Documented::to_string), body));
    }
    let example = |(name, body): (String, Option<Json>)| {
        let media_type = media.filter(|_| body.is_some()).map(|(media_type, _)| sent_as(media_type));
        let class = Class::Success;
        let mut example = Example {
            name,
            status: status(documented, None),
            media_type,
            form,
            body,
            class,
            is_made,
            headers: headers.clone(),
        };
        example.classify(executor, operation);
        if !matches!(documented, Some(Documented::Code(_))) {
            // A code can say more than the range that its status is somewhere in.
            example.status = status(documented, example.kind());
            // Another response has that of its own.
            while stated.contains(&example.status.as_u16()) {
                let Ok(next) = StatusCode::from_u16(example.status.as_u16() + 1) else { break };
                example.status = next;
            }
            example.classify(executor, operation);
        }
        example
    };
    named.into_iter().map(example).collect()
}

/// A success that is made up.
fn success(
    document: &Document,
    operation: &str,
    form: ResponseForm,
    (_, media): (&String, &MediaType),
) -> Option<Json> {
    let mut body = made_up(document, media.schema.as_ref()?, Extent::Whole);
    if form == ResponseForm::Json {
        satisfy(&mut body, &document.plan().operation(operation)?.outcome.success);
    }
    Some(body)
}

impl Example {
    fn kind(&self) -> Option<Kind> {
        match self.class {
            Class::Success => None,
            Class::Refusal { kind, .. } => Some(kind),
        }
    }

    pub(crate) fn bytes(&self) -> Bytes {
        match &self.body {
            Some(Json::String(text)) if self.form != ResponseForm::Json => text.clone().into(),
            Some(body) => body.to_string().into(),
            None => Bytes::new(),
        }
    }

    fn classify(&mut self, executor: &Executor, operation: &str) {
        let mut response = http::Response::new(self.bytes());
        *response.status_mut() = self.status;
        if let Some(media_type) = self.media_type.as_deref().and_then(|media_type| media_type.parse().ok()) {
            response.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        self.class = match executor.classify(operation, &response) {
            Ok(()) => Class::Success,
            Err(error) => Class::Refusal { kind: error.kind(), code: CallError::code(&error).map(str::to_owned) },
        };
    }
}

/// The media type of a response, which is none of several.
fn sent_as(media_type: &str) -> String {
    if media_type.contains('*') { "application/octet-stream".to_owned() } else { media_type.to_owned() }
}

/// The HTTP status of a documented one: in a range, that of the kind of the refusal.
fn status(documented: Option<&Documented>, kind: Option<Kind>) -> StatusCode {
    let by_kind = match kind {
        None => 200,
        Some(Kind::Unauthenticated) => 401,
        Some(Kind::Forbidden) => 403,
        Some(Kind::NotFound) => 404,
        Some(Kind::Declined) => 422,
        Some(Kind::Pending) => 202,
        Some(Kind::RateLimited) => 429,
        Some(Kind::Unavailable) => 503,
        Some(_) => 400,
    };
    let number = match documented {
        Some(Documented::Code(code)) => *code,
        Some(Documented::Range(range)) if by_kind / 100 == *range => by_kind,
        Some(Documented::Range(range)) => range * 100,
        None => by_kind,
    };
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
