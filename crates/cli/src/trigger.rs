//! `countersign trigger`: sends an event of a provider to a receiver, as the provider does, or wrong by one thing.

use std::path::PathBuf;

use countersign::plan::Plan;
use countersign_sandbox::{Builder, Error, Sandbox, Wrong, deliver};
use serde::Serialize;

use crate::args::{Event, Mistake};
use crate::environment::Environment;
use crate::output::{self, Failure, Format};
use crate::{file, provider};

/// Sends the event.
pub async fn run(event: &Event, format: Format) -> Result<(), Failure> {
    let (provider, name) = event.called();
    let document = provider::document(provider, event.spec.as_deref())?;
    provider::webhook(document.plan(), name)?;
    let builder = with_keys(Sandbox::builder(document.clone()), document.plan(), event)?;
    let sandbox = builder.start().await.map_err(|error| Failure::usage(error.to_string()))?;
    let wrong = event.wrong.map(|mistake| match mistake {
        Mistake::Signature => Wrong::Signature,
        Mistake::Age => Wrong::Age,
        Mistake::Body => Wrong::Body,
        Mistake::Key => Wrong::Key,
    });
    let message = sandbox.event(name, &event.to, wrong).map_err(|error| Failure::usage(error.to_string()))?;
    let mut sent = Vec::new();
    for _ in 0..event.repeat {
        let status = match (deliver(&message).await, wrong) {
            (Ok(status), None) => status,
            (Err(Error::Refused(status)), Some(_)) => status,
            (Ok(status), Some(_)) => {
                return Err(Failure::Receiver(format!("the receiver took an event that is wrong, with {status}")));
            }
            (Err(error), _) => return Err(Failure::Receiver(error.to_string())),
        };
        sent.push(Sent { event: name, to: &event.to, status: status.as_u16() });
    }
    match format {
        Format::Json => output::print_json(&sent),
        Format::Text => {
            let line = |sent: &Sent<'_>| format!("{} to {}: {}\n", sent.event, sent.to, sent.status);
            output::print(&sent.iter().map(line).collect::<String>())
        }
    }
}

/// An event that was sent, for a program.
#[derive(Serialize)]
struct Sent<'e> {
    event: &'e str,
    to: &'e str,
    status: u16,
}

/// Gives the keys that the receiver verifies with. They are its own, so that none can be made up.
fn with_keys(mut builder: Builder, plan: &Plan, event: &Event) -> Result<Builder, Failure> {
    let environment = Environment::read(event.env_file.as_deref())?;
    let mut missing = Vec::new();
    let mut files = event.keys.iter().map(|key| split(key)).collect::<Result<Vec<_>, _>>()?;
    for credential in plan.webhook_credentials() {
        let name = &*credential.name;
        let in_file = files.iter().position(|(own, _)| *own == name).map(|at| files.remove(at).1);
        let value = match in_file {
            Some(path) => Some(file::read(&path, "--key")?.expose().trim_end_matches(['\r', '\n']).to_owned()),
            None => environment.credential(&plan.variable(name))?,
        };
        match value {
            Some(value) => builder = builder.value(name, value),
            None => missing.push(format!("{} or --key {name}=FILE", plan.variable(name))),
        }
    }
    for setting in plan.webhook_settings() {
        if let Some(value) = environment.credential(&plan.variable(&setting.name))? {
            builder = builder.value(&*setting.name, value);
        }
    }
    if let Some((name, _)) = files.first() {
        let name = provider::named(name);
        return Err(Failure::usage(format!("no event of {} is signed with a credential {name}", plan.name)));
    }
    match missing.as_slice() {
        [] => Ok(builder),
        missing => {
            let problem = format!("the event cannot be signed: {} is missing", missing.join(", and "));
            Err(Failure::usage(problem).advise("where the receiver has a public key, give the private half"))
        }
    }
}

/// A name and a file.
fn split(key: &str) -> Result<(&str, PathBuf), Failure> {
    let split = key.split_once('=').map(|(name, path)| (name, path.into()));
    split.ok_or_else(|| Failure::usage("a value of --key NAME=FILE has no \"=\""))
}
