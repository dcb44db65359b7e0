//! Checks documents: their findings, all of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Result, bail};
use countersign_spec::{Document, Finding, Findings, Note, Reading, Rule, Skipped};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use crate::features::{Feature, Features};
use crate::project::{self, Project};

/// How many findings of a rule in a file are shown, unless all are asked for.
const MOST_SHOWN: usize = 5;

/// Which findings are shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Of these rules, by their names; none means all.
    pub rules: Vec<String>,
    /// Of these operations, by their ids or paths, or of files or JSON pointers that begin so; none means all.
    pub only: Vec<String>,
    /// All of each rule and file, and not the first few.
    pub all: bool,
}

impl View {
    /// Makes sure that its rules are there.
    ///
    /// # Errors
    ///
    /// One is not.
    pub fn check(&self) -> Result<()> {
        let is_known = |name: &&String| Rule::ALL.iter().any(|rule| rule.name() == name.as_str());
        let Some(unknown) = self.rules.iter().find(|name| !is_known(name)) else { return Ok(()) };
        let known = Rule::ALL.iter().map(|rule| rule.name());
        let near = known.map(|known| (strsim::normalized_damerau_levenshtein(unknown, known), known));
        let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).map_or("", |(_, known)| known);
        bail!("there is no rule {unknown:?}; write `--rule {near}`, or another that a finding names between brackets");
    }

    fn shows(&self, finding: &Finding) -> bool {
        let is_named = |only: &String| {
            let path = only.split_once(' ').map_or(only.as_str(), |(_, path)| path);
            let escaped = path.replace('~', "~0").replace('/', "~1");
            let below = |pointer: &str| {
                let rest = finding.pointer.strip_prefix(pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            finding.operations.contains(only)
                || Path::new(&finding.file).starts_with(only)
                || below(only.trim_start_matches('#'))
                || below(&format!("/paths/{escaped}"))
        };
        (self.rules.is_empty() || self.rules.iter().any(|rule| rule == finding.rule.name()))
            && (self.only.is_empty() || self.only.iter().any(is_named))
    }
}

/// Documents that were checked.
#[derive(Debug, Default)]
pub struct Linted {
    /// Those of which nothing is wrong, in the order of the files.
    pub documents: Vec<Document>,
    /// What is wrong with the others.
    pub findings: Vec<Findings>,
    /// The features of the crates that have some by tag, by their documents.
    pub features: Vec<(String, Vec<Feature>)>,
}

/// Checks the documents in files and folders; none means those of the repository.
///
/// # Errors
///
/// A folder cannot be read, or has no document.
pub fn lint(paths: &[PathBuf], here: &Path, reading: &Reading) -> Result<Linted> {
    if paths.is_empty() {
        let project = Project::find(here)?;
        return documents(&project, &project.document_files()?, reading);
    }
    let project = Project::find_any(here)?;
    let named = |path: &Path| project.as_ref()?.document_file(path.to_str()?).filter(|_| !path.exists());
    let mut files = Vec::new();
    for path in paths {
        if let Some(file) = named(path) {
            files.push(file);
        } else if path.is_dir() {
            let found = project::document_files(path)?;
            if found.is_empty() {
                bail!("there is no document in {}; its name would end with .yaml", path.display());
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    Ok(read(&files, reading).with_features(project.as_ref()))
}

/// Reads documents of a repository.
///
/// # Errors
///
/// There are none. Taken at its word, a mistyped folder would remove every crate.
pub fn documents(project: &Project, files: &[PathBuf], reading: &Reading) -> Result<Linted> {
    if files.is_empty() {
        let folder = project.documents();
        bail!("there is no document in {}; `countersign new NAME` writes one to begin with", folder.display());
    }
    Ok(read(files, reading).with_features(Some(project)))
}

/// Reads documents, each in a thread of its own.
fn read(files: &[PathBuf], reading: &Reading) -> Linted {
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(|| reading.file(file))).collect();
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
    fn with_features(mut self, project: Option<&Project>) -> Self {
        let by_tag = |name: &str| project.is_some_and(|project| project.config.has_features_by_tag(name));
        let documents = self.documents.iter().filter(|document| by_tag(document.name()));
        self.features =
            documents.map(|document| (document.name().to_owned(), Features::of(document).features)).collect();
        self
    }

    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    /// What is wrong, document by document, and how much of what: of each rule and file the first few, below their number.
    pub fn problems(&self, view: &View) -> String {
        let mut text = String::new();
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        let mut shown = 0;
        for findings in &self.findings {
            findings.iter().for_each(|finding| *rules.entry(finding.rule.name()).or_default() += 1);
            shown += findings.iter().filter(|finding| view.shows(finding)).count();
            let part = grouped(findings, view);
            if !part.is_empty() {
                text.push_str(&format!("{part}\n"));
            }
        }
        let count: usize = rules.values().sum();
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        let rules: Vec<_> = rules.iter().map(|(name, count)| format!("{count} {name}")).collect();
        let some = if shown == count { String::new() } else { format!("{shown} of ") };
        text + &format!(
            "{some}{count} {} in {} of {}: {}",
            if count == 1 { "finding" } else { "findings" },
            self.findings.len(),
            self.counted(),
            rules.join(", ")
        )
    }

    /// What is to be known of documents of which nothing is wrong.
    pub fn text(&self, view: &View) -> String {
        let notes = self.documents.iter().map(|document| noted(document.notes(), view));
        let features = self.features.iter().map(|(provider, features)| {
            let features: Vec<String> = features.iter().map(Feature::to_string).collect();
            format!("{provider}: features by tag: {}\n", features.join(", "))
        });
        format!("{}{}{}, no findings", notes.collect::<String>(), features.collect::<String>(), self.counted())
    }

    fn counted(&self) -> String {
        match self.documents.len() + self.findings.len() {
            1 => "1 document".to_owned(),
            count => format!("{count} documents"),
        }
    }

    /// The same for a program, whole but for what is not asked for.
    pub fn json(&self, view: &View) -> Json {
        let finding = |finding: &Finding| {
            json!({
                "file": finding.file, "line": finding.line, "pointer": finding.pointer, "rule": finding.rule.name(),
                "problem": finding.problem, "remedy": finding.remedy, "operations": finding.operations,
            })
        };
        let skipped = |document: &str, skipped: &Skipped| {
            json!({
                "provider": document, "operation": skipped.operation, "method": skipped.method, "path": skipped.path,
                "reason": finding(&skipped.reason),
            })
        };
        let left_out = self.documents.iter().flat_map(|document| {
            document.skipped().iter().map(|one| skipped(document.name(), one)).collect::<Vec<_>>()
        });
        let note =
            |note: &Note| json!({ "file": note.file, "line": note.line, "pointer": note.pointer, "text": note.text });
        let notes = self.documents.iter().flat_map(Document::notes);
        let notes = notes.chain(self.findings.iter().flat_map(Findings::notes));
        json!({
            "documents": self.documents.len() + self.findings.len(),
            "findings": self.findings.iter().flatten().filter(|finding| view.shows(finding)).map(finding).collect::<Vec<_>>(),
            "features": self.features.iter().map(|(provider, features)| json!({ "provider": provider, "features": features }))
                .collect::<Vec<_>>(),
            "skipped": left_out.collect::<Vec<_>>(),
            "notes": notes.map(note).collect::<Vec<_>>(),
        })
    }
}

/// The findings of a document for a person: of each rule and file the first few, below their number, and then the notes.
pub fn grouped(findings: &Findings, view: &View) -> String {
    let mut groups: IndexMap<(&str, Rule), Vec<&Finding>> = IndexMap::new();
    for finding in findings.iter().filter(|finding| view.shows(finding)) {
        groups.entry((&finding.file, finding.rule)).or_default().push(finding);
    }
    let mut text = String::new();
    for ((file, rule), group) in groups {
        let (count, most) = (group.len(), if view.all { usize::MAX } else { MOST_SHOWN });
        if count > 1 {
            let _ = writeln!(text, "{file}: {count} of [{rule}]: {}", rule.description());
        }
        group.iter().take(most).for_each(|finding| _ = writeln!(text, "{finding}"));
        if let Some(more @ 1..) = count.checked_sub(most) {
            let _ = writeln!(text, "{file}: {more} more of [{rule}]: `countersign lint --rule {rule} --all` shows all");
        }
    }
    if !text.is_empty() {
        text.push_str(&noted(findings.notes(), view));
    }
    text
}

/// The notes for a person. What is noted of several places is said of the first, unless all are asked for.
fn noted(notes: &[Note], view: &View) -> String {
    let mut places: IndexMap<(&str, &str, usize), Vec<&Note>> = IndexMap::new();
    for (index, note) in notes.iter().enumerate() {
        let apart = if view.all { index } else { 0 };
        places.entry((&note.file, &note.text, apart)).or_default().push(note);
    }
    let line = |notes: &Vec<&Note>| match notes.as_slice() {
        [] => String::new(),
        [one] => format!("{one}\n"),
        [first, _] => format!("{first}, and at another place\n"),
        [first, more @ ..] => format!("{first}, and at {} other places\n", more.len()),
    };
    places.values().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_several_places_is_one_line_unless_all_are_asked_for() {
        let note = |pointer: &str, text: &str| Note {
            file: "acme.yaml".to_owned(),
            pointer: pointer.to_owned(),
            line: Some(7),
            text: text.to_owned(),
        };
        let notes = [note("/a", "one"), note("/b", "two"), note("/c", "one"), note("/d", "one"), note("/e", "two")];
        assert_eq!(
            noted(&notes, &View::default()),
            "acme.yaml:7#/a: note: one, and at 2 other places\nacme.yaml:7#/b: note: two, and at another place\n"
        );
        assert_eq!(noted(&notes, &View { all: true, ..View::default() }).lines().count(), 5);
        assert_eq!(noted(&[], &View::default()), "");
    }
}
