//! `countersign explain`: shows a call as it would leave, and sends nothing.

use std::fmt::Write;

use countersign::plan::Plan;
use countersign::{Call, Setup};
use countersign_inspect::{Explanation, Options};
use countersign_spec::Assumption;
use serde::Serialize;

use crate::args::Request;
use crate::client::Need;
use crate::output::{self, FAINT, Failure, Format, HIDDEN, STRONG, printable, styled};
use crate::{client, provider, values};

/// Shows the call. `reveal` shows its secrets and personal data too, but no credential.
pub fn run(request: &Request, reveal: bool, format: Format) -> Result<(), Failure> {
    let (provider, operation) = request.called();
    let document = provider::document(provider, request.spec.as_deref())?;
    let plan: &Plan = document.plan();
    let operation = provider::operation(plan, operation)?;
    let call = values::call(&document, operation, &request.values, false)?;
    let builder = client::builder(&document, operation, request)?;
    let mut missing = client::needs(&builder, plan);
    let setup = builder.setup()?;
    let request = explained(&setup, &call, Options { danger_revealed: reveal, ..Options::default() })?;
    if reveal {
        output::warn(
            "the secrets and personal data of this call are shown; keep what is printed out of logs and tickets",
        );
    }
    if setup.base_url.is_none() {
        let servers: Vec<_> = plan.servers.iter().map(|server| server.name.as_ref()).collect();
        let (name, description) = match servers.as_slice() {
            [] => ("base_url", "Where the provider is. The document names no server.".to_owned()),
            servers => ("server", format!("One of the document's servers: {}.", provider::either(servers))),
        };
        missing.push(Need { name: name.to_owned(), variable: plan.variable(name), description });
    }
    let assumptions = document
        .assumptions_about(&operation.id)
        .map(|Assumption { pointer, place, text }| Assumed { pointer, place, text })
        .collect();
    let report = Report { request, missing, assumptions };
    match format {
        Format::Json => output::print_json(&report),
        Format::Text => output::print(&text(&report)),
    }
}

/// Explains a call, or says why it would not be sent.
pub fn explained(setup: &Setup, call: &Call, options: Options<'_>) -> Result<Explanation, Failure> {
    let explained = countersign_inspect::explain(setup, call, options);
    explained.map_err(|invalid| Failure::usage(format!("{} was not sent: {invalid}", call.operation())))
}

/// What there is to say of a call.
#[derive(Serialize)]
struct Report<'a> {
    request: Explanation,
    missing: Vec<Need>,
    assumptions: Vec<Assumed<'a>>,
}

/// An assumption of the document.
#[derive(Serialize)]
struct Assumed<'a> {
    pointer: &'a str,
    place: &'a str,
    text: &'a str,
}

fn text(report: &Report<'_>) -> String {
    let mut text = shown(&report.request);
    if !report.missing.is_empty() {
        let _ = writeln!(text, "\n{}", styled(STRONG, "what a call would need"));
        for Need { variable, description, .. } in &report.missing {
            let _ = writeln!(text, "    {}: {}", printable(variable), printable(description));
        }
    }
    if !report.assumptions.is_empty() {
        let _ = writeln!(text, "\n{}", styled(STRONG, "what the document assumes"));
        for Assumed { place, text: assumed, .. } in &report.assumptions {
            let _ = writeln!(text, "    {}: {}", printable(place), printable(assumed));
        }
    }
    text
}

/// An explanation with its structure in styles: what is hidden stands out, how a value came about steps back.
pub fn shown(explanation: &Explanation) -> String {
    let mut text = String::new();
    for line in printable(&explanation.to_string()).lines() {
        let line = match line.chars().take_while(|c| *c == ' ').count() {
            0 => styled(STRONG, line),
            4 => line.replace('‹', &format!("{HIDDEN}‹")).replace('›', &format!("›{HIDDEN:#}")),
            _ => styled(FAINT, line),
        };
        let _ = writeln!(text, "{line}");
    }
    text
}
