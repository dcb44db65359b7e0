//! Finds documents and what is in them by the names that a caller gives.

use std::path::{Path, PathBuf};

use countersign::plan::{Operation, Plan, Webhook};
use countersign_codegen::lint::{View, grouped};
use countersign_codegen::project::Project;
use countersign_providers::PROVIDERS;
use countersign_spec::{Document, Findings};

use crate::file;
use crate::output::Failure;

/// Where the words of documents are explained.
pub const VOCABULARY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/specs/README.md");

/// The document of a provider of the repository that we are in, of one that is compiled in, or of a file.
pub fn document(name: Option<&str>, spec: Option<&Path>) -> Result<Document, Failure> {
    match (name, spec) {
        (None, Some(path)) => {
            let text = file::read(path, "--spec")?;
            let file = path.display().to_string();
            let read = match countersign_spec::base_of(path) {
                // What it is written to is beside it.
                Some(_) => countersign_spec::read_file(path),
                None => countersign_spec::read(&file, text.expose()),
            };
            read.map_err(|findings| unusable(&findings))
        }
        (Some(name), None) => known(name),
        (Some(name), Some(_)) => {
            let problem = format!("both the provider {} and --spec are given", named(name));
            Err(Failure::usage(problem).advise("give one of them: PROVIDER OPERATION, or --spec FILE OPERATION"))
        }
        (None, None) => {
            let problem = "a provider and an operation are needed, and one name is given";
            Err(Failure::usage(problem).advise(
                "PROVIDER OPERATION, as \"countersign providers\" and \"countersign operations PROVIDER\" list them",
            ))
        }
    }
}

/// Several documents; where none is named, all of the repository that we are in, or all that are compiled in.
pub fn documents(names: &[String], specs: &[PathBuf]) -> Result<Vec<Document>, Failure> {
    if names.is_empty() && specs.is_empty() {
        let own = own_names(project()?.as_ref());
        let all = if own.is_empty() { embedded_names() } else { own };
        return all.iter().map(|name| known(name)).collect();
    }
    let named = names.iter().map(|name| known(name));
    named.chain(specs.iter().map(|path| document(None, Some(path)))).collect()
}

/// The names of the providers of the repository that we are in.
pub fn own() -> Vec<String> {
    own_names(project().ok().flatten().as_ref())
}

/// The names of the providers that can be called here.
pub fn names() -> Vec<String> {
    let mut names = own();
    names.extend(embedded_names());
    names.sort();
    names.dedup();
    names
}

/// The repository that we are in, if it has a `countersign.toml`.
fn project() -> Result<Option<Project>, Failure> {
    Project::find_any(Path::new(".")).map_err(|error| Failure::usage(format!("{error:#}")))
}

fn own_names(project: Option<&Project>) -> Vec<String> {
    let files = project.and_then(|project| project.document_files().ok()).unwrap_or_default();
    files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect()
}

fn embedded_names() -> Vec<String> {
    PROVIDERS.iter().map(|provider| provider.name.to_owned()).collect()
}

fn known(name: &str) -> Result<Document, Failure> {
    if let Some(document) = project()?.and_then(|project| project.document(name)) {
        return document.map_err(|findings| unusable(&findings));
    }
    let Some(provider) = countersign_providers::find(name) else {
        let names = names();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let failure = Failure::usage(format!("there is no provider {}", named(name)));
        return Err(failure.advise(format!("it is {}; or give a document with --spec FILE", either(&names))));
    };
    countersign_spec::read(&format!("{name}.yaml"), provider.openapi).map_err(|findings| unusable(&findings))
}

/// Findings, with the place of the vocabulary for those who do not have it in their repository.
pub fn explained(findings: &str) -> String {
    findings.replace("specs/README.md", VOCABULARY)
}

fn unusable(findings: &Findings) -> Failure {
    Failure::usage(format!(
        "the document is not usable:\n{}",
        explained(grouped(findings, &View::default()).trim_end())
    ))
}

/// An operation of a plan.
pub fn operation<'a>(plan: &'a Plan, id: &str) -> Result<&'a Operation, Failure> {
    plan.operation(id).ok_or_else(|| {
        let names: Vec<_> = plan.operations.iter().map(|operation| operation.id.as_ref()).collect();
        Failure::usage(format!("{} has no operation {}", plan.name, named(id)))
            .advise(format!("it is {}", either(&names)))
    })
}

/// A webhook of a plan.
pub fn webhook<'a>(plan: &'a Plan, id: &str) -> Result<&'a Webhook, Failure> {
    plan.webhook(id).ok_or_else(|| {
        let names: Vec<_> = plan.webhooks.iter().map(|webhook| webhook.operation.id.as_ref()).collect();
        let failure = Failure::usage(format!("{} has no event {}", plan.name, named(id)));
        match names.as_slice() {
            [] => failure.advise("its document has no `x-webhooks`, which says what the provider sends"),
            names => failure.advise(format!("it is {}", either(names))),
        }
    })
}

/// A name in an error, unless it does not look like one: it may be a value that was written in the wrong place.
pub fn named(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-/.~".contains(c);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && name.len() <= 64;
    if is_name && name.chars().all(is_plain) { format!("{name:?}") } else { "of that name".to_owned() }
}

/// `a, b or c`
pub fn either(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
