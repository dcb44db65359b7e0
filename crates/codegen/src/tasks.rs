//! The tasks: what each reads, does and says.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use countersign_spec::Document;

use crate::progenitor::Generator;
use crate::tree::{self, Change, Files, Scope, Workplace};
use crate::{generate, providers};

/// What is left to say to the user: a task that found something wrong has said so, and only the exit code remains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is as it should be.
    Good,
    /// Something is not, and has been printed.
    Bad,
}

/// `cargo xtask regenerate`
#[derive(Clone, Debug)]
pub struct Regenerate {
    /// The providers whose crates are written; none means all.
    pub providers: Vec<String>,
    /// Where the documents are.
    pub specs: PathBuf,
    /// Where the crates go.
    pub crates: PathBuf,
    /// Write nothing; say what would be written.
    pub check: bool,
    /// Show what differs.
    pub verbose: bool,
    /// The command that does this again without `--check`.
    pub command: String,
}

/// Writes the crates, or checks that they are as they would be written.
///
/// # Errors
///
/// Something cannot be read or written, or what is in the way is not the generator's.
pub fn regenerate(task: &Regenerate, generator: Generator) -> Result<Verdict> {
    let documents = documents(&task.specs)?;
    if documents.is_empty() {
        // Taken at its word, a mistyped directory would remove every crate.
        bail!("there is no document in {}; --specs names the directory of the documents", task.specs.display());
    }
    // Before the documents are read: what another run wrote meanwhile must not be overwritten with what they said before.
    let workplace = if task.check { None } else { Some(Workplace::enter(&task.crates)?) };
    let Some(documents) = read_all(&documents) else { return Ok(Verdict::Bad) };
    let wanted = select(&documents, &task.providers)?;
    let mut files = match generate::crates(&wanted, generator) {
        Ok(files) => files,
        Err(refusals) => {
            refusals.iter().for_each(|refusal| eprintln!("{refusal}"));
            return Ok(Verdict::Bad);
        }
    };
    // A crate that neither is there nor is written now cannot be listed: the workspace would not load.
    let exists = |name: &str| {
        files.contains_key(&manifest(name))
            || task.crates.join(manifest(name)).exists()
                && tree::is_ours(&task.crates, Path::new(name)).is_ok_and(|ours| ours)
    };
    let names: Vec<&str> = documents.iter().map(Document::name).filter(|name| exists(name)).collect();
    files.extend(providers::files(&names));

    let scope = if task.providers.is_empty() {
        Scope::All
    } else {
        Scope::Only(files.keys().filter_map(|path| path.iter().next()).map(PathBuf::from).collect())
    };
    let comparison = tree::compare(&task.crates, &files, &scope)?;
    for path in &comparison.left {
        let directory = path.iter().next().unwrap_or_default();
        let stays = if files.keys().any(|file| file.starts_with(directory)) {
            ""
        } else {
            "; its crate has no document and goes once this is elsewhere"
        };
        let path = task.crates.join(path);
        eprintln!("{} is left as it is, for the generator did not write it{stays}", path.display());
    }
    let changes = &comparison.changes;
    if task.verbose {
        changes.iter().for_each(|change| print!("{}", change.diff(&task.crates)));
    }
    let Some(workplace) = workplace else { return Ok(report(task, changes)) };
    tree::apply(&workplace, &comparison)?;
    println!("{}", written(&files, changes));
    Ok(Verdict::Good)
}

fn manifest(name: &str) -> PathBuf {
    Path::new(name).join("Cargo.toml")
}

fn report(task: &Regenerate, changes: &[Change]) -> Verdict {
    if changes.is_empty() {
        return Verdict::Good;
    }
    for change in changes {
        eprintln!("{}: {}", change.word(), task.crates.join(&change.path).display());
    }
    eprintln!("the crates are not what the documents say: run `{}`", task.command);
    Verdict::Bad
}

fn written(files: &Files, changes: &[Change]) -> String {
    let directories: BTreeSet<_> = files.keys().filter_map(|path| path.iter().next()).collect();
    let stray = changes.iter().filter(|change| change.word() == "stray").count();
    format!("{} crates, {} files: {} written, {stray} removed", directories.len(), files.len(), changes.len() - stray)
}

/// Checks documents. `files` are the documents; none means all in `specs`.
///
/// # Errors
///
/// The directory cannot be read.
pub fn lint(files: &[PathBuf], specs: &Path) -> Result<Verdict> {
    let files = if files.is_empty() { documents(specs)? } else { files.to_vec() };
    let Some(documents) = read_all(&files) else { return Ok(Verdict::Bad) };
    documents.iter().flat_map(Document::notes).for_each(|note| println!("{note}"));
    match documents.len() {
        1 => println!("1 document, no findings"),
        count => println!("{count} documents, no findings"),
    }
    Ok(Verdict::Good)
}

/// Writes a commented starting document.
///
/// # Errors
///
/// There is such a document already, its name cannot be one, or it cannot be written.
pub fn new(name: &str, specs: &Path) -> Result<()> {
    if Path::new(name).file_name() != Some(name.as_ref()) {
        bail!("no document can be named {name:?}; give a name in snake_case, not a path");
    }
    let path = specs.join(format!("{name}.yaml"));
    let text = countersign_spec::starter(name);
    if let Some(finding) = countersign_spec::lint(&path.display().to_string(), &text).first() {
        bail!("no document can be named {name:?}: {finding}");
    }
    let unwritable = || format!("{} cannot be written", path.display());
    fs::create_dir_all(specs).with_context(unwritable)?;
    match File::create_new(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(unwritable)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already; choose another name, or edit it", path.display());
        }
        Err(error) => return Err(error).with_context(unwritable),
    }
    println!(
        "{} is written: describe the provider in it, in the words of specs/README.md, then run\n\
         `cargo xtask lint` and `cargo xtask regenerate`",
        path.display()
    );
    Ok(())
}

/// The documents in a directory, sorted by name.
fn documents(specs: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{} cannot be read; --specs names the directory of the documents", specs.display());
    let entries = fs::read_dir(specs).with_context(unreadable)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
    }
    // What an overlay is written to is no document of ours.
    let bases: Vec<PathBuf> = files.iter().filter_map(|file| countersign_spec::base_of(file)).collect();
    files.retain(|file| !bases.contains(file));
    files.sort();
    Ok(files)
}

/// Reads documents, each in a thread of its own. Findings, those of all documents, are printed.
fn read_all(files: &[PathBuf]) -> Option<Vec<Document>> {
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(|| countersign_spec::read_file(file))).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut documents = Vec::new();
    let mut good = true;
    for result in results {
        match result {
            Ok(Ok(document)) => documents.push(document),
            Ok(Err(findings)) => {
                good = false;
                eprintln!("{findings}");
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    good.then_some(documents)
}

fn select<'a>(documents: &'a [Document], names: &[String]) -> Result<Vec<&'a Document>> {
    if names.is_empty() {
        return Ok(documents.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            documents.iter().find(|document| document.name() == name).with_context(|| {
                let known: Vec<_> = documents.iter().map(Document::name).collect();
                format!("there is no document for {name:?}; there are {}", known.join(", "))
            })
        })
        .collect()
}
