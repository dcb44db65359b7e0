//! `countersign call`: makes a call and prints the response.

use std::io::{self, IsTerminal};

use countersign::plan::Operation;
use countersign::{Download, Error, Kind, Meta, Response};
use countersign_spec::Document;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::args::{Request, Show};
use crate::output::{self, Failure, Format};
use crate::{check, client, mask, provider, values};

/// Makes the call, or for all pages of a list one after the other.
pub async fn run(request: &Request, show: &Show, format: Format) -> Result<(), Failure> {
    let (provider, operation) = request.called();
    let document = provider::document(provider, request.spec.as_deref())?;
    let operation = provider::operation(document.plan(), operation)?;
    if show.all_pages && operation.paging.is_none() {
        let problem = format!("{} has no pages: its document says no `x-pages` of it", operation.id);
        return Err(Failure::usage(problem).advise("without --all-pages, the one response is printed"));
    }
    if show.save.is_some() && !operation.has_written() {
        let problem = format!("the response of {} is neither text nor a file", operation.id);
        return Err(Failure::usage(problem).advise("without --save, it is printed as JSON"));
    }
    let call = values::call(&document, operation, &request.values, true)?;
    let builder = client::builder(&document, operation, request)?;
    let executor = client::build(builder, document.plan(), request)?;

    let print = |response| print(&document, operation, response, show.reveal, format);
    if let Some(path) = &show.save {
        let response = executor.send_to_file::<Json>(call, path).await.map_err(failure)?;
        let mut size = None;
        let response = response.map(|download| match download {
            Download::Read(value) => value,
            Download::Written(bytes) => {
                size = Some(bytes);
                Json::Null
            }
        });
        return match size {
            Some(bytes) => written(bytes, response.meta(), format),
            None => print(response),
        };
    }
    if !show.all_pages {
        return print(executor.call(call).await.map_err(failure)?);
    }
    let mut pages = executor.pages(call);
    while let Some(page) = pages.next().await {
        print(page.map_err(failure)?)?;
    }
    Ok(())
}

/// Prints a response that is as the document says, without what it holds in confidence unless that is revealed.
fn print(
    document: &Document,
    operation: &Operation,
    response: Response<Json>,
    reveal: bool,
    format: Format,
) -> Result<(), Failure> {
    let status = response.meta().status();
    if let Some(reason) = check::response(document, operation, status, &response) {
        return Err(failure(response.into_invalid(&operation.id, &reason)));
    }
    let attempts = response.meta().attempts();
    let request_id = response.meta().request_id().map(str::to_owned);
    let mut response = response.into_inner();
    let hidden = if reveal { 0 } else { mask::response(document, operation, status, &mut response) };
    match format {
        Format::Json => output::print_json(&Report { status, request_id, attempts, hidden, response }),
        Format::Text => {
            output::print_json(&response)?;
            if hidden > 0 && io::stderr().is_terminal() {
                eprintln!("{}", output::styled(output::FAINT, "--reveal prints what is hidden"));
            }
            Ok(())
        }
    }
}

/// Says that a response was written to a file.
fn written(bytes: u64, meta: &Meta, format: Format) -> Result<(), Failure> {
    let (status, attempts) = (meta.status(), meta.attempts());
    match format {
        Format::Json => output::print_json(&json!({
            "status": status, "request_id": meta.request_id(), "attempts": attempts, "written": bytes
        })),
        Format::Text => output::print(&format!("{bytes} bytes are written\n")),
    }
}

/// A response, and what came with it.
#[derive(Serialize)]
struct Report {
    status: u16,
    request_id: Option<String>,
    attempts: u32,
    /// How many values of the response are hidden.
    hidden: usize,
    response: Json,
}

/// The header in which a sandbox says why it refuses a request.
const REASON: &str = "x-sandbox-reason";

fn failure(error: Error) -> Failure {
    if let Some(reason) = error.header(REASON) {
        let advice = format!("the sandbox says: {reason}");
        return Failure::from(error).advise(advice);
    }
    let is_ours = |error: &Error| matches!(error.kind(), Kind::InvalidRequest | Kind::Unauthenticated);
    match &error {
        _ if error.may_have_been_carried_out() => Failure::from(error).advise(
            "ask the provider what became of the call before you repeat one that moves money or counts attempts",
        ),
        Error::Api(_) if is_ours(&error) => Failure::from(error)
            .advise("\"countersign explain\" with the same arguments shows what was signed, and how"),
        _ => error.into(),
    }
}
