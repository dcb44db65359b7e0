//! `countersign init`, `new`, `lint` and `generate`: what is done in a repository of documents and crates.

use std::env::current_dir;
use std::fmt::Display;
use std::path::PathBuf;

use countersign_codegen::diff::{self, Wanted};
use countersign_codegen::init::{self, Init};
use countersign_codegen::lint::{self, View};
use countersign_codegen::progenitor::progenitor;
use countersign_codegen::project::Project;
use countersign_codegen::tasks::{self, Generate};
use countersign_spec::Reading;
use serde_json::json;

use crate::output::{self, Failure, Format};
use crate::provider::{VOCABULARY, explained};

/// Begins a repository.
pub fn init(wanted: &Init, format: Format) -> Result<(), Failure> {
    let begun = init::init(&here()?, wanted).map_err(|error| failure(&error))?;
    if format == Format::Json {
        let left = begun.left.iter().map(|(what, lines)| json!({ "what": what, "lines": lines }));
        return output::print_json(&json!({ "written": begun.written, "left": left.collect::<Vec<_>>() }));
    }
    let mut text: String = begun.written.iter().map(|path| format!("{} is written\n", path.display())).collect();
    for (what, lines) in &begun.left {
        text.push_str(&format!("\n{what}:\n\n"));
        lines.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    output::print(&(text + "\n`countersign new NAME` writes a document to begin with\n"))
}

/// Writes a starting document.
pub fn new(name: &str, format: Format) -> Result<(), Failure> {
    let document = tasks::new(&project()?, name).map_err(|error| failure(&error))?;
    match format {
        Format::Json => output::print_json(&json!({ "written": [document] })),
        Format::Text => output::print(&format!(
            "{} is written: describe the provider in it, then run `countersign lint` and `countersign generate`\n\
             every word is explained in {VOCABULARY}\n",
            document.display()
        )),
    }
}

/// Checks documents.
pub fn lint(paths: &[PathBuf], view: &View, skip_unsupported: bool, format: Format) -> Result<(), Failure> {
    view.check().map_err(|error| failure(&error))?;
    let reading = Reading { skip_unsupported, ..Reading::default() };
    let linted = lint::lint(paths, &here()?, &reading).map_err(|error| failure(&error))?;
    match (format, linted.is_good()) {
        (Format::Json, _) => output::print_json(&linted.json(view))?,
        (Format::Text, true) => output::print(&(output::printable(&linted.text(view)) + "\n"))?,
        (Format::Text, false) => {}
    }
    if linted.is_good() { Ok(()) } else { Err(Failure::Wanting(explained(&linted.problems(view)))) }
}

/// Writes the crates, or checks them.
pub fn generate(task: &Generate, verbose: bool, format: Format) -> Result<(), Failure> {
    let generated = tasks::generate(&project()?, task, progenitor).map_err(|error| failure(&error))?;
    let (out, err) = generated.texts(verbose);
    match format {
        Format::Json => output::print_json(&generated.json())?,
        Format::Text => output::print(&output::printable(&out))?,
    }
    match generated.is_good() {
        false => return Err(Failure::Wanting(explained(&err))),
        true if format == Format::Text => err.lines().for_each(output::note),
        true => {}
    }
    Ok(())
}

/// Shows what changes between two editions of a document.
pub fn diff(old: PathBuf, new: Option<PathBuf>, base: Option<PathBuf>, format: Format) -> Result<(), Failure> {
    let wanted = Wanted::new(old, new, base);
    let compared = diff::compare(&wanted, &here()?, progenitor).map_err(|error| failure(&error))?;
    let compared = compared
        .map_err(|wanting| Failure::usage(format!("the two cannot be compared:\n{}", explained(&wanting.text()))))?;
    match format {
        Format::Json => output::print_json(&compared.json())?,
        Format::Text => output::print(&output::printable(&compared.text()))?,
    }
    if compared.is_same() { Ok(()) } else { Err(Failure::Wanting(String::new())) }
}

fn here() -> Result<PathBuf, Failure> {
    current_dir().map_err(|error| Failure::usage(format!("the current folder cannot be found: {error}")))
}

fn project() -> Result<Project, Failure> {
    Project::find(&here()?).map_err(|error| failure(&error))
}

/// What went wrong with documents, crates or their configuration. Its causes are in it.
fn failure(error: &impl Display) -> Failure {
    Failure::usage(format!("{error:#}"))
}
