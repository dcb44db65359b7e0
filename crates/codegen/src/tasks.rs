//! The tasks: what each reads, does and says.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use countersign_spec::{Document, Reading};
use serde_json::{Value as Json, json};

use crate::config::{FILE, LONGEST_NAME};
use crate::difference::{self, Difference};
use crate::features::Features;
use crate::generate::Refusal;
use crate::lint::{self, Linted, View};
use crate::progenitor::Generator;
use crate::project::Project;
use crate::tree::{self, Change, ChangeKind, Scope, Workplace};
use crate::{generate, neighbours, previous, providers, surface, wire};

/// What is to be generated.
#[derive(Clone, Debug, Default)]
pub struct Generate {
    /// The providers whose crates are written; none means all.
    pub providers: Vec<String>,
    /// Write nothing; say what would be written.
    pub check: bool,
    /// Write over what was edited by hand too.
    pub overwrite: bool,
    /// Leave out the operations that cannot be taken, and name them, also where a document does not ask for it.
    pub skip_unsupported: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Generated {
    /// The documents.
    pub linted: Linted,
    /// What the generator cannot take of them.
    pub refusals: Vec<Refusal>,
    /// What there is to know that is not wrong.
    pub notes: Vec<String>,
    /// What was written, or would be.
    pub changes: Vec<Change>,
    /// What differs for a caller and a provider, crate by crate.
    pub differences: Vec<Differences>,
    /// How many crates were asked for, and of how many files they are.
    pub wanted: (usize, usize),
    /// The folder of the crates.
    crates: PathBuf,
    /// The command that writes what a check finds wanting, if it was one.
    check: Option<String>,
}

/// What differs in a crate that there was.
#[derive(Debug)]
pub struct Differences {
    /// The provider.
    pub provider: String,
    /// What is sent otherwise. Nothing where the document that the crate was generated from cannot be read any more.
    pub wire: Option<Vec<Difference>>,
    /// What is another type, or is called otherwise.
    pub types: Vec<Difference>,
}

/// Writes the crates of a repository, or checks that they are as they would be written.
///
/// # Errors
///
/// Something cannot be read or written, or what is in the way is not the generator's. Nothing is written then, but where
/// something cannot be written.
pub fn generate(project: &Project, task: &Generate, generator: Generator) -> Result<Generated> {
    let (config, crates) = (&project.config, project.crates());
    let mut done = Generated { crates, ..Generated::default() };
    if task.check {
        let mut words: Vec<_> = [&config.command].into_iter().chain(&task.providers).cloned().collect();
        words.extend(task.skip_unsupported.then(|| "--skip-unsupported".to_owned()));
        done.check = Some(words.join(" "));
    }
    // What is wrong with the folder shows before anything is made in it.
    let files = project.document_files()?;
    let known: Vec<String> = files.iter().map(|file| provider(file)).collect();
    let chosen = select(project, &files, &known, &task.providers)?;
    // Before the documents are read: what another run wrote meanwhile must not be overwritten with what they said before.
    let workplace = if task.check { None } else { Some(Workplace::enter(&done.crates)?) };
    let reading = Reading { skip_unsupported: task.skip_unsupported, ..Reading::default() };
    done.linted = lint::documents(project, &chosen, &reading)?;
    let documents = &done.linted.documents;
    if !done.linted.is_good() {
        return Ok(done);
    }
    if let Some(long) =
        documents.iter().map(|document| config.crate_name(document.name())).find(|name| name.len() > LONGEST_NAME)
    {
        bail!(
            "`{long}` is no name for a crate, of at most {LONGEST_NAME} characters; write a shorter `prefix` in {FILE}"
        );
    }
    if let Some(unknown) = config.versions.keys().find(|name| !known.contains(name)) {
        bail!("{FILE}: `versions` names {unknown:?}, which has no document; there are {}", known.join(", "));
    }
    if let Some(unknown) = config.features.keys().find(|name| !known.contains(name)) {
        bail!("{FILE}: `features` names {unknown:?}, which has no document; there are {}", known.join(", "));
    }
    let mut by_tag = documents.iter().filter(|document| config.has_features_by_tag(document.name()));
    if let Some(document) = by_tag.find(|document| !Features::of(document).is_tagged()) {
        let name = document.name();
        bail!("{FILE}: `features` makes those of {name:?} of tags, and no operation of it has one; leave it out there");
    }
    let mut files = match generate::crates(documents, config, generator) {
        Ok(files) => files,
        Err(refusals) => {
            done.refusals = refusals;
            return Ok(done);
        }
    };
    if config.all {
        // A crate that neither is there nor is written now cannot be listed: the workspace would not load.
        let exists = |name: &str| {
            files.contains_key(&manifest(name))
                || done.crates.join(manifest(name)).exists()
                    && tree::is_ours(&done.crates, Path::new(name)).is_ok_and(|ours| ours)
        };
        let names: Vec<&str> = known.iter().map(String::as_str).filter(|name| exists(name)).collect();
        files.extend(providers::files(&names, config));
    }
    let directories: BTreeSet<PathBuf> =
        files.keys().filter_map(|path| path.iter().next()).map(PathBuf::from).collect();
    done.wanted = (directories.len(), files.len());

    let scope = if task.providers.is_empty() { Scope::All } else { Scope::Only(directories) };
    let comparison = tree::compare(&done.crates, &files, &scope)?;
    for path in &comparison.left {
        let directory = path.iter().next().unwrap_or_default();
        let stays = if files.keys().any(|file| file.starts_with(directory)) {
            ""
        } else {
            "; its crate has no document and goes once this is elsewhere"
        };
        let path = done.crates.join(path);
        done.notes.push(format!("{} is left as it is, for the generator did not write it{stays}", path.display()));
    }
    let overwrites = task.overwrite || task.check;
    neighbours::refuse_taken_names(project, &comparison.changes)?;
    done.notes.extend(previous::refuse_what_is_not_ours_to_change(
        project,
        overwrites,
        &comparison.changes,
        generator,
    )?);
    done.differences = documents.iter().filter_map(|document| differences(document, &comparison.changes)).collect();
    if let Some(workplace) = workplace {
        tree::apply(&workplace, &comparison)?;
    }
    done.changes = comparison.changes;
    Ok(done)
}

fn manifest(name: &str) -> PathBuf {
    Path::new(name).join("Cargo.toml")
}

/// What differs in a document's crate, if there was one and it changes.
fn differences(document: &Document, changes: &[Change]) -> Option<Differences> {
    let name = document.name();
    let change = |file: &str| {
        changes.iter().find(|change| change.path == Path::new(name).join(file)).and_then(|change| match &change.kind {
            ChangeKind::Stale { old, new } => Some((old.as_str(), new.as_str())),
            _ => None,
        })
    };
    let (openapi, api) = (change("openapi.yaml"), change("src/api.rs"));
    if openapi.is_none() && api.is_none() {
        return None;
    }
    let wire = match openapi {
        None => Some(Vec::new()),
        Some((old, _)) => previous::document(name, old).map(|old| wire::between(old.plan(), document.plan())),
    };
    let types = api.map(|(old, new)| difference::between(&surface::lines(old), &surface::lines(new)));
    Some(Differences { provider: name.to_owned(), wire, types: types.unwrap_or_default() })
}

impl Generated {
    /// Whether all is as it should be.
    pub fn is_good(&self) -> bool {
        self.linted.is_good() && self.refusals.is_empty() && (self.check.is_none() || self.changes.is_empty())
    }

    /// What there is to say to a person on standard output and on standard error.
    pub fn texts(&self, verbose: bool) -> (String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        let mut tell = |line: String| {
            err.push_str(&line);
            err.push('\n');
        };
        if !self.linted.is_good() {
            tell(self.linted.problems(&View::default()));
            return (out, err);
        }
        self.linted.documents.iter().flat_map(Document::left_out).for_each(|note| tell(note.to_string()));
        self.refusals.iter().for_each(|refusal| tell(refusal.to_string()));
        self.notes.iter().for_each(|note| tell(note.clone()));
        if verbose {
            self.differences.iter().for_each(|differences| out.push_str(&differences.to_string()));
            self.changes.iter().for_each(|change| out.push_str(&change.diff(&self.crates)));
        }
        match &self.check {
            _ if !self.refusals.is_empty() => {}
            Some(command) if !self.changes.is_empty() => {
                for change in &self.changes {
                    tell(format!("{}: {}", change.word(), self.crates.join(&change.path).display()));
                }
                tell(format!("the crates are not what the documents say: run `{command}`"));
            }
            Some(_) => {}
            None => {
                let stray = self.changes.iter().filter(|change| change.word() == "stray").count();
                let ((crates, files), written) = (self.wanted, self.changes.len() - stray);
                let crates = if crates == 1 { "1 crate".to_owned() } else { format!("{crates} crates") };
                out.push_str(&format!("{crates}, {files} files: {written} written, {stray} removed\n"));
            }
        }
        (out, err)
    }

    /// The same for a program.
    pub fn json(&self) -> Json {
        let change = |change: &Change| json!({ "file": self.crates.join(&change.path), "was": change.word() });
        let refusal = |refusal: &Refusal| json!({ "file": refusal.file, "reason": refusal.reason });
        let differences = |differences: &Differences| json!({ "provider": differences.provider, "wire": differences.wire, "types": differences.types });
        json!({
            "good": self.is_good(),
            "written": self.check.is_none() && self.is_good(),
            "lint": self.linted.json(&View::default()),
            "refusals": self.refusals.iter().map(refusal).collect::<Vec<_>>(),
            "notes": self.notes,
            "differences": self.differences.iter().map(differences).collect::<Vec<_>>(),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }
}

impl std::fmt::Display for Differences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let section = |f: &mut std::fmt::Formatter<'_>, what: &str, found: &[Difference]| {
            if found.is_empty() {
                return writeln!(f, "{} {what}: nothing changes", self.provider);
            }
            write!(f, "{} {what}\n{}", self.provider, difference::text(found))
        };
        match &self.wire {
            Some(wire) => section(f, "on the wire", wire)?,
            None => writeln!(
                f,
                "{} on the wire: unknown, for the document that the crate was generated from lints no more",
                self.provider
            )?,
        }
        section(f, "in the types", &self.types)
    }
}

/// Writes a commented starting document, and says where.
///
/// # Errors
///
/// There is such a document already, its name cannot be one, or it cannot be written.
pub fn new(project: &Project, name: &str) -> Result<PathBuf> {
    if Path::new(name).file_name() != Some(name.as_ref()) {
        bail!("no document can be named {name:?}; give a name in snake_case, not a path");
    }
    let documents = project.documents();
    let path = documents.join(format!("{name}.yaml"));
    let text = countersign_spec::starter(name);
    if let Some(finding) = countersign_spec::lint(&path.display().to_string(), &text).first() {
        bail!("no document can be named {name:?}: {finding}");
    }
    let unwritable = || format!("{} cannot be written", path.display());
    fs::create_dir_all(&documents).with_context(unwritable)?;
    match File::create_new(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(unwritable)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already; choose another name, or edit it", path.display());
        }
        Err(error) => return Err(error).with_context(unwritable),
    }
    Ok(path)
}

/// Of the files of the known providers those of the named, or all.
fn select(project: &Project, files: &[PathBuf], known: &[String], names: &[String]) -> Result<Vec<PathBuf>> {
    if names.is_empty() {
        return Ok(files.to_vec());
    }
    let find = |name: &String| {
        let place = known.iter().position(|known| known == name);
        place.map(|place| files[place].clone()).with_context(|| {
            let known = known.join(", ");
            if Path::new(name).extension().is_some() || name.contains('/') {
                let folder = project.documents();
                format!(
                    "{name} is a file, and a provider is named here; documents lie in {}, and there are those of {known}",
                    folder.display()
                )
            } else {
                format!("there is no document for {name:?}; there are {known}")
            }
        })
    };
    let mut chosen = names.iter().map(find).collect::<Result<Vec<_>>>()?;
    chosen.sort();
    chosen.dedup();
    Ok(chosen)
}

/// The provider whose document a file is.
fn provider(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
