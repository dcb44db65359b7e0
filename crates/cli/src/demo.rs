//! `countersign demo`: plays the providers, calls every operation once, and shows what went to and fro.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use countersign::plan::Operation;
use countersign::{Builder, Executor, Override};
use countersign_inspect::{Explanation, Options};
use countersign_sandbox::{Received, Sandbox};
use countersign_spec::Document;
use serde::Serialize;
use serde_json::Value as Json;

use crate::args::Sources;
use crate::output::{self, FAINT, Failure, Format, STRONG, printable, styled};
use crate::{check, example, explain, mask, provider, sandbox};

const INTRODUCTION: &str = "\
The providers are played on this machine, from their documents, and nothing leaves it. Each operation is called with the
document's own example, or with values that are made up where it has none. A value that is secret or personal is shown by its
‹name›.

";

/// Calls every operation of the providers. One that cannot be called does not keep the others from being shown.
///
/// # Errors
/// An operation was not called.
pub async fn run(sources: &Sources, format: Format) -> Result<(), Failure> {
    let documents = provider::documents(&sources.providers, &sources.spec)?;
    if format == Format::Text {
        output::print(&styled(FAINT, INTRODUCTION).to_string())?;
    }
    let mut shown = Vec::new();
    for document in documents {
        for (operation, called) in play(&document).await {
            let tried = Tried { provider: document.name().to_owned(), operation, outcome: called.into() };
            if format == Format::Text {
                output::print(&text(&tried)?)?;
            }
            shown.push(tried);
        }
    }
    let failed = shown.iter().filter(|tried| matches!(tried.outcome, Outcome::NotCalled { .. })).count();
    let summary = format!("{} of {} operations were called", shown.len() - failed, shown.len());
    match format {
        Format::Json => output::print_json(&shown)?,
        Format::Text => output::print(&format!("{}\n", styled(STRONG, format!("# {summary}"))))?,
    }
    if failed > 0 { Err(Failure::Incomplete(summary)) } else { Ok(()) }
}

/// Calls every operation of one provider: what came of each, by its name.
async fn play(document: &Document) -> Vec<(String, Result<Called, Failure>)> {
    let operations = &document.plan().operations;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let ready = async {
        let sandbox = sandbox::start(document.clone(), address, &[]).await?;
        let executor = builder(document, &sandbox).build()?;
        Ok::<_, Failure>((sandbox, executor))
    };
    let (sandbox, executor) = match ready.await {
        Ok(ready) => ready,
        Err(failure) => {
            let why = failure.to_string();
            return operations.iter().map(|known| (known.id.to_string(), Err(Failure::usage(why.clone())))).collect();
        }
    };
    let mut called = Vec::new();
    for operation in operations.iter() {
        called.push((operation.id.to_string(), call(document, &sandbox, &executor, operation).await));
    }
    sandbox.stop().await;
    called
}

/// An operation, and what came of it.
#[derive(Serialize)]
struct Tried {
    provider: String,
    operation: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Called(Box<Called>),
    NotCalled {
        /// Why.
        not_called: String,
    },
}

impl From<Result<Called, Failure>> for Outcome {
    fn from(called: Result<Called, Failure>) -> Self {
        match called {
            Ok(call) => Self::Called(Box::new(call)),
            Err(failure) => Self::NotCalled { not_called: failure.to_string() },
        }
    }
}

/// A call of an operation with the document's example.
#[derive(Serialize)]
struct Called {
    request: Explanation,
    status: u16,
    response: Json,
    /// What the sandbox says when the same call is signed over the fields in another order.
    wrong_order: Option<String>,
}

fn builder(document: &Document, sandbox: &Sandbox) -> Builder {
    sandbox.fill(Builder::new(Arc::new(document.plan().clone())))
}

async fn call(
    document: &Document,
    sandbox: &Sandbox,
    executor: &Executor,
    operation: &Operation,
) -> Result<Called, Failure> {
    let call = example::demo(document, operation)?;
    let request = explain::explained(executor.setup(), &call, Options::default())?;
    let response = match executor.call(call.clone()).await {
        Ok(response) => response,
        // The sandbox knows more of a refusal than the client.
        Err(error) => {
            let received = sandbox.received().pop().filter(Received::is_refused);
            let why = received.and_then(|received| received.why().map(str::to_owned));
            return Err(why.map_or_else(|| error.into(), Failure::usage));
        }
    };
    let status = response.meta().status();
    if let Some(reason) = check::response(document, operation, status, &response) {
        return Err(response.into_invalid(&operation.id, &reason).into());
    }
    let mut response = response.into_inner();
    mask::response(document, operation, status, &mut response);

    let mut wrong_order = None;
    if operation.signed_fields.len() > 1 {
        let reversed = operation.signed_fields.iter().rev().map(|name| name.to_string());
        let wrong = builder(document, sandbox)
            .with_override(Override::signed_fields(operation.id.to_string(), reversed))
            .build()?;
        if wrong.call(call).await.is_err() {
            wrong_order = sandbox.received().last().map(ToString::to_string);
        }
    }
    Ok(Called { request, status, response, wrong_order })
}

fn text(tried: &Tried) -> Result<String, Failure> {
    let title = format!("# {} {}", tried.provider, tried.operation);
    let mut text = format!("{}\n\n", styled(STRONG, printable(&title)));
    match &tried.outcome {
        Outcome::Called(call) => {
            let _ = writeln!(
                text,
                "{}\n{}",
                explain::shown(&call.request),
                styled(STRONG, format!("HTTP {}", call.status))
            );
            if !call.response.is_null() {
                let _ = writeln!(text, "{}", output::json(&call.response)?);
            }
            if let Some(wrong) = &call.wrong_order {
                let _ = writeln!(text, "\n{}", styled(STRONG, "the same, with the signed fields in another order"));
                let _ = writeln!(text, "{}", styled(FAINT, printable(wrong)));
            }
        }
        Outcome::NotCalled { not_called } => {
            let _ = writeln!(text, "not called: {}", printable(not_called));
        }
    }
    text.push('\n');
    Ok(text)
}
