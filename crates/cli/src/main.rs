//! `countersign`: writes clients of the providers that documents describe, makes signed calls to them, and shows how they are signed.
//!
//! It knows no provider. The documents are those of the repository that it runs in, or compiled in, one for each crate in
//! `countersign-providers`, or read from a file with `--spec`; everything else is interpreted, by the same code that the generated
//! clients run.
//!
//! A run goes through these hands: [`args`] says what was asked for, [`provider`] finds the document, [`input`] says what an
//! operation takes, [`values`] makes a call of what the caller gives, [`client`] gathers the credentials, and [`call`] sends or
//! [`explain`] shows. What leaves for standard output or standard error goes through [`output`], after [`check`] has held a
//! response to its document and [`mask`] has hidden what it holds in confidence. [`sandbox`] and [`demo`] play the providers,
//! for those who have no contract with one yet, and [`trigger`] sends what they send. [`project`] makes crates of documents, and
//! [`complete`] tells a shell what there is.

mod args;
mod ask;
mod call;
mod check;
mod client;
mod complete;
mod demo;
mod environment;
mod example;
mod explain;
mod file;
mod input;
mod list;
mod mask;
mod output;
mod project;
mod provider;
mod sandbox;
mod trigger;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;
use countersign_codegen::lint::View;
use countersign_codegen::tasks::Generate;

use tracing::Level;

use args::{Cli, Command};
use output::{Failure, Format};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Nothing else has been done when a shell asks what there is to complete.
    CompleteEnv::with_factory(Cli::command).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => args::without_values(error).exit(),
    };
    let format = cli.output;
    if cli.verbose {
        output::tell(Level::DEBUG);
    }
    match run(cli.command, cli.verbose, format).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(format);
            failure.exit_code()
        }
    }
}

async fn run(command: Command, verbose: bool, format: Format) -> Result<(), Failure> {
    match command {
        Command::Providers => list::providers(format),
        Command::Operations(source) => list::operations(&source, format),
        Command::Call { request, show } => call::run(&request, &show, format).await,
        Command::Explain { request, reveal } => explain::run(&request, reveal, format),
        Command::Sandbox { sources, listen, hosts } => sandbox::run(&sources, listen, &hosts, format).await,
        Command::Demo(sources) => demo::run(&sources, format).await,
        Command::Trigger(event) => trigger::run(&event, format).await,
        Command::Init(begin) => project::init(&begin.into(), format),
        Command::New { name } => project::new(&name, format),
        Command::Lint { paths, rules, only, all, skip_unsupported } => {
            project::lint(&paths, &View { rules, only, all }, skip_unsupported, format)
        }
        Command::Generate { providers, check, overwrite, skip_unsupported } => {
            project::generate(&Generate { providers, check, overwrite, skip_unsupported }, verbose, format)
        }
        Command::Diff { old, new, base } => project::diff(old, new, base, format),
        Command::Completions { shell } => {
            let shell = shell.to_string();
            let mut script = Vec::new();
            if let Some(completer) = Shells::builtins().completer(&shell) {
                let name = "countersign";
                completer.write_registration("COMPLETE", name, name, name, &mut script).map_err(Failure::Output)?;
            }
            output::print(&String::from_utf8_lossy(&script))
        }
        Command::Man { folder } => {
            let written =
                std::fs::create_dir_all(&folder).and_then(|()| clap_mangen::generate_to(Cli::command(), &folder));
            written.map_err(|error| Failure::usage(format!("the manual pages cannot be written: {error}")))
        }
    }
}
