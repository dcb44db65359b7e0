//! Checks documents: their findings, all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Result, bail};
use countersign_spec::{Document, Finding, Findings, Note};
use serde_json::{Value as Json, json};

use crate::project::{self, Project};

/// Documents that were checked.
#[derive(Debug, Default)]
pub struct Linted {
    /// Those of which nothing is wrong, in the order of the files.
    pub documents: Vec<Document>,
    /// What is wrong with the others.
    pub findings: Vec<Findings>,
}

/// Checks the documents in files and folders; none means those of the repository.
///
/// # Errors
///
/// A folder cannot be read, or has no document.
pub fn lint(paths: &[PathBuf], here: &Path) -> Result<Linted> {
    if paths.is_empty() {
        let project = Project::find(here)?;
        return some(project.document_files()?, &project.documents());
    }
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = project::document_files(path)?;
            if found.is_empty() {
                bail!("there is no document in {}; its name would end with .yaml", path.display());
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    Ok(read(&files))
}

/// Reads the documents of a repository.
///
/// # Errors
///
/// There are none. Taken at its word, a mistyped folder would remove every crate.
pub fn documents(project: &Project) -> Result<Linted> {
    some(project.document_files()?, &project.documents())
}

fn some(files: Vec<PathBuf>, folder: &Path) -> Result<Linted> {
    if files.is_empty() {
        bail!("there is no document in {}; `countersign new NAME` writes one to begin with", folder.display());
    }
    Ok(read(&files))
}

/// Reads documents, each in a thread of its own.
fn read(files: &[PathBuf]) -> Linted {
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(|| countersign_spec::read_file(file))).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut linted = Linted::default();
    for result in results {
        match result {
            Ok(Ok(document)) => linted.documents.push(document),
            Ok(Err(findings)) => linted.findings.push(findings),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    linted
}

impl Linted {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    /// What is wrong, document by document, and how much of what.
    pub fn problems(&self) -> String {
        let mut text = String::new();
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for findings in &self.findings {
            text.push_str(&format!("{findings}\n\n"));
            for finding in findings {
                *rules.entry(finding.rule.name()).or_default() += 1;
            }
        }
        let count: usize = rules.values().sum();
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        let rules: Vec<_> = rules.iter().map(|(name, count)| format!("{count} {name}")).collect();
        text + &format!(
            "{count} {} in {} of {}: {}",
            if count == 1 { "finding" } else { "findings" },
            self.findings.len(),
            self.counted(),
            rules.join(", ")
        )
    }

    /// What is to be known of documents of which nothing is wrong.
    pub fn text(&self) -> String {
        let notes = self.documents.iter().flat_map(Document::notes).map(|note| format!("{note}\n"));
        format!("{}{}, no findings", notes.collect::<String>(), self.counted())
    }

    fn counted(&self) -> String {
        match self.documents.len() + self.findings.len() {
            1 => "1 document".to_owned(),
            count => format!("{count} documents"),
        }
    }

    /// The same for a program.
    pub fn json(&self) -> Json {
        let finding = |finding: &Finding| {
            json!({
                "file": finding.file, "line": finding.line, "pointer": finding.pointer, "rule": finding.rule.name(),
                "problem": finding.problem, "remedy": finding.remedy,
            })
        };
        let note =
            |note: &Note| json!({ "file": note.file, "line": note.line, "pointer": note.pointer, "text": note.text });
        let notes = self.documents.iter().flat_map(Document::notes);
        let notes = notes.chain(self.findings.iter().flat_map(Findings::notes));
        json!({
            "documents": self.documents.len() + self.findings.len(),
            "findings": self.findings.iter().flatten().map(finding).collect::<Vec<_>>(),
            "notes": notes.map(note).collect::<Vec<_>>(),
        })
    }
}
