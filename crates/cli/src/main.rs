//! `countersign`: makes signed calls to the providers that documents describe, and shows how they are signed.
//!
//! It knows no provider. The documents are compiled in, one for each crate in `countersign-providers`, or read from a file
//! with `--spec`; everything else is interpreted, by the same code that the generated clients run.
//!
//! A run goes through these hands: [`args`] says what was asked for, [`provider`] finds the document, [`input`] says what an
//! operation takes, [`values`] makes a call of what the caller gives, [`client`] gathers the credentials, and [`call`] sends or
//! [`explain`] shows. What leaves for standard output or standard error goes through [`output`], after [`check`] has held a
//! response to its document and [`mask`] has hidden what it holds in confidence. [`sandbox`] and [`demo`] play the providers,
//! for those who have no contract with one yet, and [`trigger`] sends what they send.

mod args;
mod ask;
mod call;
mod check;
mod client;
mod demo;
mod environment;
mod example;
mod explain;
mod file;
mod input;
mod list;
mod mask;
mod output;
mod provider;
mod sandbox;
mod trigger;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use output::{Failure, Format};
use tracing::Level;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => args::without_values(error).exit(),
    };
    let format = cli.output;
    if cli.verbose {
        output::tell(Level::DEBUG);
    }
    match run(cli.command, format).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(format);
            failure.exit_code()
        }
    }
}

async fn run(command: Command, format: Format) -> Result<(), Failure> {
    match command {
        Command::Providers => list::providers(format),
        Command::Operations(source) => list::operations(&source, format),
        Command::Call { request, reveal } => call::run(&request, reveal, format).await,
        Command::Explain { request, reveal } => explain::run(&request, reveal, format),
        Command::Sandbox { sources, listen, hosts } => sandbox::run(&sources, listen, &hosts, format).await,
        Command::Demo(sources) => demo::run(&sources, format).await,
        Command::Trigger(event) => trigger::run(&event, format).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut script);
            output::print(&String::from_utf8_lossy(&script))
        }
    }
}
