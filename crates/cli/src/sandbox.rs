//! `countersign sandbox`: plays providers until it is interrupted.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use countersign_sandbox::{Error, Sandbox};
use countersign_spec::Document;
use serde::Serialize;
use tracing::Level;

use crate::args::Sources;
use crate::output::{self, Failure, Format};
use crate::provider;

/// Plays the providers, the first at `listen` and the others at the ports after it.
pub async fn run(sources: &Sources, listen: SocketAddr, hosts: &[String], format: Format) -> Result<(), Failure> {
    let documents = provider::documents(&sources.providers, &sources.spec)?;
    output::tell(Level::INFO);
    let mut sandboxes = Vec::new();
    for (document, offset) in documents.into_iter().zip(0..) {
        let port = match listen.port() {
            0 => Some(0),
            first => first.checked_add(offset),
        };
        let Some(port) = port else {
            return Err(Failure::usage(format!("there are not enough ports after {listen}: give a lower one")));
        };
        sandboxes.push(start(document, SocketAddr::new(listen.ip(), port), hosts).await?);
    }
    match format {
        Format::Json => output::print_json(&sandboxes.iter().map(Played::from).collect::<Vec<_>>())?,
        Format::Text => output::print(&sandboxes.iter().map(Sandbox::to_string).collect::<Vec<_>>().join("\n"))?,
    }
    let interrupted = tokio::signal::ctrl_c().await;
    for sandbox in sandboxes {
        sandbox.stop().await;
    }
    interrupted.map_err(|error| Failure::usage(format!("the end cannot be waited for: {error}")))
}

/// Plays a document's provider.
pub async fn start(document: Document, address: SocketAddr, hosts: &[String]) -> Result<Sandbox, Failure> {
    let builder = Sandbox::builder(document).address(address);
    let builder = hosts.iter().fold(builder, countersign_sandbox::Builder::host);
    builder.start().await.map_err(|error| match error {
        Error::Bind(..) => Failure::usage(error.to_string()).advise("--listen ADDRESS"),
        _ => Failure::usage(error.to_string()),
    })
}

/// A sandbox, for a program that is to call it.
#[derive(Serialize)]
struct Played {
    provider: String,
    url: String,
    variables: BTreeMap<String, String>,
}

impl From<&Sandbox> for Played {
    fn from(sandbox: &Sandbox) -> Self {
        Self {
            provider: sandbox.plan().name.to_string(),
            url: sandbox.url(),
            variables: sandbox.variables().into_iter().collect(),
        }
    }
}
