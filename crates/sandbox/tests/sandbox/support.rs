//! What the tests share: clients that point at a sandbox, and calls made of the documents' own examples.

use std::sync::LazyLock;

use countersign::plan::{Encoding, Operation, Plan, Value};
use countersign::{Builder, Call, Executor};
use countersign_sandbox::{Received, Sandbox};
use countersign_spec::Document;
use openapiv3::RequestBody;
use reqwest::header::{HeaderMap, HeaderValue};

/// One HTTP client for all: reading the platform's certificates takes longer than a call.
static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| http(HeaderMap::new()));

fn http(headers: HeaderMap) -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    // Kept connections belong to the runtime of the test that made them.
    builder.pool_max_idle_per_host(0).default_headers(headers).build().unwrap()
}

pub fn document(name: &str) -> Document {
    let provider = countersign_providers::find(name).unwrap();
    countersign_spec::read(&format!("{name}.yaml"), provider.openapi).unwrap()
}

pub async fn start(name: &str) -> Sandbox {
    Sandbox::start(document(name)).await.unwrap()
}

/// A builder of a client of the sandbox's provider.
pub fn builder(sandbox: &Sandbox) -> Builder {
    let provider = countersign_providers::find(&sandbox.plan().name).unwrap();
    sandbox.fill(Builder::new(provider.plan)).retries(0).http_client(HTTP.clone())
}

pub fn client(sandbox: &Sandbox) -> Executor {
    builder(sandbox).build().unwrap()
}

/// A client that asks for an example with every call.
pub fn asking_for(sandbox: &Sandbox, example: &str) -> Executor {
    let mut headers = HeaderMap::new();
    headers.insert("x-sandbox-response", HeaderValue::from_str(example).unwrap());
    builder(sandbox).http_client(http(headers)).build().unwrap()
}

/// An HTTP client without any knowledge of the provider.
pub fn plain_http() -> reqwest::Client {
    HTTP.clone()
}

/// The names of the examples of an operation's responses, or the statuses of responses without one; and their statuses.
pub fn examples(document: &Document, operation: &Operation) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (status, response) in &document.operation(&operation.id).unwrap().responses.responses {
        let status = status.to_string();
        let media = document.resolve(response).unwrap().content.values();
        let names: Vec<String> =
            media.flat_map(|media| document.examples(&media.examples)).map(|(name, _)| name.to_owned()).collect();
        let names = if names.is_empty() { vec![status.clone()] } else { names };
        found.extend(names.into_iter().map(|name| (name, status.clone())));
    }
    found
}

/// A call made of the document's example of a request.
pub fn call(document: &Document, operation: &Operation) -> Call {
    let call = Call::new(operation.id.clone());
    let Some(encoding) = operation.body else { return call };
    let body: &RequestBody =
        document.resolve(document.operation(&operation.id).unwrap().request_body.as_ref().unwrap()).unwrap();
    let (_, example) = document.examples(&body.content[0].examples).next().unwrap();
    match encoding {
        Encoding::Json => call.body(example.to_string()),
        Encoding::Form => call.form(Ok(example)),
        Encoding::Multipart => call.multipart(Ok(example)),
    }
}

/// The setting that a parameter is filled with, and nothing else.
pub fn setting_of(plan: &Plan, operation: &str, parameter: &str) -> Option<String> {
    let operation = plan.operation(operation).unwrap();
    match operation.slots[operation.slot(parameter)?].value.as_deref()? {
        [Value::Setting(name)] => Some(name.to_string()),
        _ => None,
    }
}

pub fn last(sandbox: &Sandbox) -> Received {
    sandbox.received().pop().unwrap()
}

/// How often an operation was called.
pub fn calls(sandbox: &Sandbox, operation: &str) -> usize {
    sandbox.received().iter().filter(|received| received.operation.as_deref() == Some(operation)).count()
}
