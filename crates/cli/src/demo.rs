//! `countersign demo`: plays the providers, calls every operation once, and shows what went to and fro.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use countersign::plan::Operation;
use countersign::{Builder, Correction, Executor, Explanation};
use countersign_sandbox::Sandbox;
use countersign_spec::Document;
use serde::Serialize;
use serde_json::Value as Json;

use crate::args::Sources;
use crate::output::{self, FAINT, Failure, Format, STRONG, printable, styled};
use crate::{example, explain, mask, provider, sandbox};

const INTRODUCTION: &str = "\
The providers are played on this machine, from their documents, and nothing leaves it. Each operation is called with the
document's own example. A value that is secret or personal is shown by its ‹name›.

";

/// Calls every operation of the providers.
pub async fn run(sources: &Sources, format: Format) -> Result<(), Failure> {
    if format == Format::Text {
        output::print(&styled(FAINT, INTRODUCTION).to_string())?;
    }
    let mut shown = Vec::new();
    for document in provider::documents(sources)? {
        let sandbox = sandbox::start(document.clone(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), &[]).await?;
        let executor = builder(&document, &sandbox).build()?;
        for operation in document.plan().operations.iter() {
            let call = call(&document, &sandbox, &executor, operation).await?;
            match format {
                Format::Json => shown.push(call),
                Format::Text => output::print(&text(&call)?)?,
            }
        }
        sandbox.stop().await;
    }
    match format {
        Format::Json => output::print_json(&shown),
        Format::Text => Ok(()),
    }
}

/// A call of an operation with the document's example.
#[derive(Serialize)]
struct Call {
    provider: String,
    operation: String,
    request: Explanation,
    status: u16,
    answer: Json,
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
) -> Result<Call, Failure> {
    let draft = example::draft(document, operation, "", |_| false)?;
    let request = executor.explain(&operation.id, draft.clone())?;
    let answer = executor.call(&operation.id, draft.clone()).await?;
    let status = answer.status();
    let mut answer = answer.into_inner();
    mask::answer(document, operation, &mut answer);

    let mut wrong_order = None;
    if operation.signed_fields.len() > 1 {
        let reversed = operation.signed_fields.iter().rev().map(|name| name.to_string());
        let wrong = builder(document, sandbox)
            .correct(Correction::signed_fields(operation.id.to_string(), reversed))
            .build()?;
        if wrong.call(&operation.id, draft).await.is_err() {
            wrong_order = sandbox.received().last().map(ToString::to_string);
        }
    }
    let (provider, operation) = (document.name().to_owned(), operation.id.to_string());
    Ok(Call { provider, operation, request, status, answer, wrong_order })
}

fn text(call: &Call) -> Result<String, Failure> {
    let title = format!("# {} {}", call.provider, call.operation);
    let mut text = format!("{}\n\n{}\n", styled(STRONG, printable(&title)), explain::shown(&call.request));
    let _ = writeln!(text, "{}", styled(STRONG, format!("HTTP {}", call.status)));
    if !call.answer.is_null() {
        let _ = writeln!(text, "{}", output::json(&call.answer)?);
    }
    if let Some(wrong) = &call.wrong_order {
        let _ = writeln!(text, "\n{}", styled(STRONG, "the same, with the signed fields in another order"));
        let _ = writeln!(text, "{}", styled(FAINT, printable(wrong)));
    }
    text.push('\n');
    Ok(text)
}
