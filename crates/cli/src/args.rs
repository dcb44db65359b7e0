//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::{ArgValueCompleter, Shell};
use countersign_codegen::init::{Init, Pin, Runtime};

use crate::complete;
use crate::output::Format;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the provider refused, as its document describes; nothing was carried out. Of lint and generate: what was looked at is
     not as it should be
  2  nothing was sent: bad usage, a value that is missing or wrong
  3  the call may have been carried out: no whole response came, or one that is no documented refusal, or the outcome is
     pending
  4  a response came that is not what the document describes; the call may have been carried out
  5  nothing was carried out: no connection was made, no session could be had, or
     what was refused could not be sent again
  6  done, and the result could not be written
  7  the demo did not call every operation
  8  the receiver of an event was not there, did not take it, or took one that is wrong";

const EXAMPLES: &str = "\
Examples:
  countersign operations airpay
  countersign explain airpay forgot_password --field mobile_no=9876543978 --field dob=1958-01-02
  countersign explain zindigi reset_mpin --example
  countersign call airpay forgot_password --env-file airpay.env --example
  countersign call --spec specs/acme.yaml create_payment --server sandbox --body payment.json

A provider is one of the documents that the nearest countersign.toml names, or one that is compiled in.

Secrets (PINs, passwords) never go on the command line, where other users and the shell's history see them: give them \
with --secret-field, --field-file or --body. Credentials come from the environment, from --env-file, or are asked for.";

const VALUES: &str = "the values of a call are given with --field NAME=VALUE, secrets with --secret-field NAME";

/// Writes clients of payment providers from documents, makes signed calls, and shows how they are signed.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Print for people, or JSON for programs.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
    /// Tell on standard error what happens on the way: attempts, sessions. Nothing secret is told.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the providers.
    Providers,
    /// List a provider's operations, and what it needs.
    Operations(Source),
    /// Make a call, and print the response as JSON.
    #[command(after_help = EXIT_CODES, after_long_help = long_help())]
    Call {
        #[command(flatten)]
        show: Show,
        #[command(flatten)]
        request: Box<Request>,
    },
    /// Show a call as it would leave, with its strings to sign, and send nothing.
    ///
    /// Secrets and personal data are shown by their names, and so are credentials that are missing. A body, a query and a
    /// path that are signed are shown as they leave, each secret or personal part of them by its name.
    #[command(after_help = EXIT_CODES, after_long_help = long_help())]
    Explain {
        /// Show the secrets and personal data of the call too, in the strings to sign as well. Credentials and session
        /// values stay hidden. For made-up values on your own machine.
        #[arg(long)]
        reveal: bool,
        #[command(flatten)]
        request: Box<Request>,
    },
    /// Play providers on this machine, until Ctrl-C: the environment variables that point a client at them go to standard
    /// output, what becomes of each request to standard error.
    Sandbox {
        #[command(flatten)]
        sources: Sources,
        /// The address; with several providers, that of the first, the others listening on the ports after it.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Answer to this name too, such as that of a container: a host, or a host and a port.
        #[arg(long = "host", value_name = "NAME")]
        hosts: Vec<String>,
    },
    /// Play providers and call every operation once: shows each request, its strings to sign and the response.
    ///
    /// An operation that cannot be called is shown with the reason, and the exit code is then 7.
    Demo(Sources),
    /// Send an event to a receiver, as the provider does: the document's example, signed.
    ///
    /// With --wrong it is wrong by one thing, and the receiver must not take it.
    #[command(after_help = EXIT_CODES)]
    Trigger(Event),
    /// Begin a repository of your own: writes countersign.toml, and says what is left to do.
    Init(Begin),
    /// Write a commented document, for a provider to be described in.
    New {
        /// The provider's name, in snake_case.
        name: String,
    },
    /// Check documents: says what is wrong, where, and what to write instead.
    ///
    /// What is wrong is below the rule that it breaks, file by file: the first few of each, and how many there are.
    #[command(after_help = CHECKS)]
    Lint {
        /// The documents, folders of them, and providers of the repository; all of that when nothing is named.
        #[arg(value_name = "DOCUMENT", add = ArgValueCompleter::new(complete::documents))]
        paths: Vec<PathBuf>,
        /// Show what breaks this rule alone, by the name between brackets.
        #[arg(long = "rule", value_name = "NAME", add = ArgValueCompleter::new(complete::rules))]
        rules: Vec<String>,
        /// Show what is about this operation (by its operationId), path, file or JSON pointer alone.
        #[arg(long, value_name = "WHAT")]
        only: Vec<String>,
        /// Show all of each rule and file, and not the first few.
        #[arg(long)]
        all: bool,
        /// Leave out the operations that cannot be taken, and name them. `x-operations: {unsupported: skip}` in a document says
        /// so for good.
        #[arg(long)]
        skip_unsupported: bool,
    },
    /// Write the crates of the documents.
    ///
    /// With -v, shows what changes on the wire, then in the types, then in the files.
    #[command(after_help = CHECKS)]
    Generate {
        /// Write these providers' crates alone.
        #[arg(add = ArgValueCompleter::new(complete::providers))]
        providers: Vec<String>,
        /// Write nothing, and fail if a crate is not as it would be written.
        #[arg(long)]
        check: bool,
        /// Write over what was edited by hand too.
        #[arg(long, conflicts_with = "check")]
        overwrite: bool,
        /// Leave out the operations that cannot be taken, and name them. `x-operations: {unsupported: skip}` in a document says
        /// so for good.
        #[arg(long)]
        skip_unsupported: bool,
    },
    /// Show what changes between two editions of a document: on the wire first, then in the types.
    ///
    /// With one document it shows what changes since its crate was generated. An overlay is taken with whatever is in the place of
    /// its base, so that a new edition of it can be read before it is pinned.
    #[command(after_help = EDITIONS)]
    Diff {
        /// The older document; or a document or provider of the repository, alone.
        old: PathBuf,
        /// The newer document.
        new: Option<PathBuf>,
        /// The edition of the published document that the overlay OLD is read with, to be compared with the one that it names.
        #[arg(long, value_name = "FILE", conflicts_with = "new")]
        base: Option<PathBuf>,
    },
    /// Write what makes a shell complete providers, operations and fields.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual pages into a folder.
    Man {
        /// The folder.
        folder: PathBuf,
    },
}

fn long_help() -> String {
    format!("{EXAMPLES}\n\n{EXIT_CODES}")
}

const CHECKS: &str = "\
Exit codes:
  0  all is as it should be
  1  it is not: a document has findings, or a crate is not what its document says
  2  nothing was done: bad usage, or something is in the way";

const EDITIONS: &str = "\
Exit codes:
  0  nothing changes
  1  something changes
  2  the two cannot be compared: bad usage, or a document has findings

Examples:
  countersign diff acme                                     what changes since the crate was generated
  countersign diff specs/acme.yaml --base acme.2026.yaml    a new edition of what the provider publishes
  countersign diff old/acme.yaml specs/acme.yaml";

/// What a repository begins with.
#[derive(Args, Debug)]
pub struct Begin {
    /// The folder of the documents.
    #[arg(long, value_name = "FOLDER", default_value = "specs")]
    documents: String,
    /// The folder of the crates, beside which there may be others in it.
    #[arg(long, value_name = "FOLDER", default_value = "crates")]
    crates: String,
    /// What the crates' names begin with; the name of this folder where it is not said.
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// The crates depend on `countersign` from this Git repository.
    #[arg(long, value_name = "URL")]
    git: Option<String>,
    /// At this commit of it. Without --rev and --tag it is the commit that the repository begins with now.
    #[arg(long, value_name = "COMMIT", requires = "git")]
    rev: Option<String>,
    /// At this tag of it.
    #[arg(long, value_name = "TAG", requires = "git", conflicts_with = "rev")]
    tag: Option<String>,
    /// The crates depend on `countersign` in this folder.
    #[arg(long, value_name = "FOLDER", conflicts_with = "git")]
    path: Option<String>,
    /// Write a workflow for GitHub, which is written unasked where there is a folder .github.
    #[arg(long)]
    workflow: bool,
}

impl From<Begin> for Init {
    fn from(Begin { documents, crates, prefix, git, rev, tag, path, workflow }: Begin) -> Self {
        let runtime = match (git, path) {
            (Some(url), _) => Runtime::Git { url, pin: rev.map(Pin::Rev).or(tag.map(Pin::Tag)) },
            (None, Some(path)) => Runtime::Path(path),
            (None, None) => Runtime::Version,
        };
        Self { documents, crates, prefix, runtime, workflow }
    }
}

/// Where a document comes from.
#[derive(Args, Debug)]
pub struct Source {
    /// The provider, by the name that "countersign providers" lists.
    #[arg(required_unless_present = "spec", conflicts_with = "spec", add = ArgValueCompleter::new(complete::providers))]
    pub provider: Option<String>,
    /// A provider's document, in place of one that is known by its name.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
}

/// Where several documents come from.
#[derive(Args, Debug)]
pub struct Sources {
    /// The providers; all when neither one nor a document is named.
    #[arg(add = ArgValueCompleter::new(complete::providers))]
    pub providers: Vec<String>,
    /// A provider's document, beside those that are known by their names.
    #[arg(long, value_name = "FILE")]
    pub spec: Vec<PathBuf>,
}

/// What is printed of what came.
#[derive(Args, Debug)]
pub struct Show {
    /// Print secrets and personal data of the response too.
    #[arg(long)]
    pub reveal: bool,
    /// Go on to the last page of a list, and print each page as it comes.
    #[arg(long, conflicts_with = "save")]
    pub all_pages: bool,
    /// Write the text or the file that the response is to this file, as it comes, and print none of it.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// What is called, with which values, and where.
#[derive(Args, Debug)]
pub struct Request {
    /// The provider, by the name that "countersign providers" lists. Where --spec is given, the operation.
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    first: String,
    /// The operation, by the name that "countersign operations" lists. Left out where --spec is given.
    #[arg(value_name = "OPERATION", add = ArgValueCompleter::new(complete::operations))]
    second: Option<String>,
    /// A provider's document, in place of one that is known by its name.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,

    #[command(flatten)]
    pub values: Values,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub overrides: Overrides,
}

impl Request {
    /// The provider, if one is named, and the operation.
    pub fn called(&self) -> (Option<&str>, &str) {
        told(&self.first, self.second.as_deref())
    }
}

/// Of one name or two, the provider, if it is named, and what there is of it. As two options of clap they could have nothing between
/// them.
fn told<'n>(first: &'n str, second: Option<&'n str>) -> (Option<&'n str>, &'n str) {
    second.map_or((None, first), |second| (Some(first), second))
}

/// What is sent, to whom, and how it is signed.
#[derive(Args, Debug)]
pub struct Event {
    /// The provider, by the name that "countersign providers" lists. Where --spec is given, the event.
    #[arg(value_name = "PROVIDER", add = ArgValueCompleter::new(complete::providers))]
    first: String,
    /// The event, by the name that "countersign operations" lists. Left out where --spec is given.
    #[arg(value_name = "EVENT", add = ArgValueCompleter::new(complete::operations))]
    second: Option<String>,
    /// A provider's document, in place of one that is known by its name.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Where the receiver is.
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// What is wrong with it.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub wrong: Option<Mistake>,
    /// How often the same event is sent, as by a provider that takes it for lost.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// A credential that the event is signed with, in a file: a secret, or the private half of what is a public key for the receiver.
    #[arg(long = "key", value_name = "NAME=FILE")]
    pub keys: Vec<String>,
    /// A file of NAME=VALUE lines, which count before the environment: the same credentials, and settings.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

impl Event {
    /// The provider, if one is named, and the event.
    pub fn called(&self) -> (Option<&str>, &str) {
        told(&self.first, self.second.as_deref())
    }
}

/// One thing that is wrong with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mistake {
    /// Its signature is another one.
    Signature,
    /// It is too old.
    Age,
    /// Its body was changed after it was signed.
    Body,
    /// It was signed with another key.
    Key,
}

/// What the caller gives.
#[derive(Args, Debug)]
#[command(next_help_heading = "Values")]
pub struct Values {
    /// A parameter, or a field of the body by its name or JSON pointer. Not for secrets.
    #[arg(long = "field", value_name = "NAME=VALUE", add = ArgValueCompleter::new(complete::fields))]
    pub fields: Vec<String>,
    /// The same, with the value in a file. A file of the body is sent as it is, with the media type that its name says, or
    /// NAME=FILE;type=application/pdf.
    #[arg(long = "field-file", value_name = "NAME=FILE", add = ArgValueCompleter::new(complete::all_fields))]
    pub field_files: Vec<String>,
    /// The same, with the value asked for on the terminal and not shown.
    #[arg(long = "secret-field", value_name = "NAME", add = ArgValueCompleter::new(complete::secret_fields))]
    pub secret_fields: Vec<String>,
    /// The body, JSON or form as the document says, from a file, or from standard input with "-". Fields go into it.
    #[arg(long, value_name = "FILE", conflicts_with = "example")]
    pub body: Option<PathBuf>,
    /// Begin with the document's example of a request: the first, or the one of this name. Fields go into it.
    #[arg(long, value_name = "EXAMPLE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub example: Option<String>,
    /// A file of NAME=VALUE lines, which count before the environment: credentials and settings.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

/// Where a call goes, and how long it may take.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where to")]
pub struct Target {
    /// Another base URL than the document's.
    #[arg(long, value_name = "URL", conflicts_with = "server")]
    pub base_url: Option<String>,
    /// One of the document's servers.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// How long the whole call may take, its session and repetitions included.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Let the base URL be plain http on a private network, where whoever can listen reads every credential.
    #[arg(long)]
    pub danger_allow_plain_http_on_private_networks: bool,
}

/// What the document assumed wrongly.
#[derive(Args, Debug)]
#[command(next_help_heading = "Overrides of what the document assumes")]
pub struct Overrides {
    /// Another path, below the base URL.
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
    /// Another HTTP method.
    #[arg(long, value_name = "METHOD")]
    pub method: Option<String>,
    /// Other signed fields, or another order of them.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub signed_fields: Option<Vec<String>>,
}

/// A complaint about the command line that does not repeat what may be a value, and so a secret.
pub fn without_values(mut error: clap::Error) -> clap::Error {
    let hidden = || ContextValue::String("[not repeated]".to_owned());
    match error.kind() {
        ErrorKind::UnknownArgument => {
            // clap names an option without its value; anything else was meant to be one.
            if matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(text)) if !text.starts_with('-'))
            {
                error.insert(ContextKind::InvalidArg, hidden());
            }
            if error.get(ContextKind::SuggestedArg).is_none() {
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![VALUES.into()]));
            }
        }
        ErrorKind::TooManyValues => drop(error.insert(ContextKind::InvalidValue, hidden())),
        _ => {}
    }
    error
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "a number of seconds above 0, such as 10 or 2.5".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_timeout_is_a_positive_number_of_seconds() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        for wrong in ["", "0", "-1", "nan", "inf", "1e300", "10s"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
