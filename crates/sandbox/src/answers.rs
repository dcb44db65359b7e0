//! The answers of an operation: the document's examples, each judged as a client judges it.

use bytes::Bytes;
use countersign::plan::{Kind, Operation as Plan};
use countersign::{Error as CallError, Executor};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use openapiv3::{Example, MediaType, OpenAPI, Operation, ReferenceOr, Response, StatusCode as Documented};
use serde_json::Value as Json;

/// A documented answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The example's name, or the status of a response without examples.
    pub(crate) name: String,
    pub(crate) status: StatusCode,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Option<Json>,
    pub(crate) judged: Judged,
}

/// What a client makes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Success,
    Refusal { kind: Kind, code: Option<String> },
}

impl Answer {
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.judged {
            Judged::Success => None,
            Judged::Refusal { kind, .. } => Some(kind),
        }
    }

    pub(crate) fn bytes(&self) -> Bytes {
        self.body.as_ref().map(|body| body.to_string().into()).unwrap_or_default()
    }
}

/// The answers of an operation, in the document's order.
pub(crate) fn of(executor: &Executor, openapi: &OpenAPI, plan: &Plan) -> Vec<Answer> {
    let mut answers = Vec::new();
    let Some(operation) = find(openapi, plan) else { return answers };
    let responses = operation.responses.responses.iter().map(|(status, response)| (Some(status), response));
    let default = operation.responses.default.iter().map(|response| (None, response));
    for (documented, response) in responses.chain(default) {
        let Some(response) = resolve(openapi, response) else { continue };
        let media = response.content.iter().next();
        let examples = media.map(|(_, media)| examples(openapi, media)).unwrap_or_default();
        let name = documented.map_or_else(|| "default".to_owned(), Documented::to_string);
        let examples = if examples.is_empty() { vec![(name, None)] } else { examples };
        for (name, body) in examples {
            let media_type = body.is_some().then(|| media.map(|(media_type, _)| media_type.clone())).flatten();
            let status = status(documented, None);
            let judged = Judged::Success;
            let mut answer = Answer { name, status, media_type, body, judged };
            answer.judge(executor, &plan.id);
            if !matches!(documented, Some(Documented::Code(_))) {
                // A code can say more than the range that its status is somewhere in.
                answer.status = self::status(documented, answer.kind());
                answer.judge(executor, &plan.id);
            }
            answers.push(answer);
        }
    }
    answers
}

impl Answer {
    fn judge(&mut self, executor: &Executor, operation: &str) {
        let mut response = http::Response::new(self.bytes());
        *response.status_mut() = self.status;
        if let Some(media_type) = self.media_type.as_deref().and_then(|media_type| media_type.parse().ok()) {
            response.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        self.judged = match executor.judge(operation, &response) {
            Ok(()) => Judged::Success,
            Err(error) => Judged::Refusal { kind: error.kind(), code: CallError::code(&error).map(str::to_owned) },
        };
    }
}

fn find<'a>(openapi: &'a OpenAPI, plan: &Plan) -> Option<&'a Operation> {
    let item = openapi.paths.paths.get(plan.path.as_ref())?.as_item()?;
    item.iter().find(|(method, _)| method.eq_ignore_ascii_case(&plan.method)).map(|(_, operation)| operation)
}

fn resolve<'a>(openapi: &'a OpenAPI, response: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match response {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/responses/")?;
            openapi.components.as_ref()?.responses.get(name)?.as_item()
        }
    }
}

fn examples(openapi: &OpenAPI, media: &MediaType) -> Vec<(String, Option<Json>)> {
    let resolve = |example: &ReferenceOr<Example>| match example {
        ReferenceOr::Item(example) => example.value.clone(),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/examples/")?;
            openapi.components.as_ref()?.examples.get(name)?.as_item()?.value.clone()
        }
    };
    media.examples.iter().map(|(name, example)| (name.clone(), resolve(example))).collect()
}

/// The HTTP status of a documented one: in a range, that of the kind of the refusal.
fn status(documented: Option<&Documented>, kind: Option<Kind>) -> StatusCode {
    let by_kind = match kind {
        None => 200,
        Some(Kind::Unauthenticated) => 401,
        Some(Kind::Forbidden) => 403,
        Some(Kind::NotFound) => 404,
        Some(Kind::Business) => 422,
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
