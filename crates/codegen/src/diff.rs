//! What changes for a caller and a provider between two editions of a document.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use countersign_spec::{Document, Findings, Reading};
use serde_json::{Value as Json, json};

use crate::difference::{self, Difference, Lines};
use crate::generate::{self, Refusal};
use crate::lint::{View, grouped};
use crate::progenitor::Generator;
use crate::project::Project;
use crate::{previous, surface, wire};

/// Which editions are compared.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Two documents.
    Documents(PathBuf, PathBuf),
    /// An overlay with the published document that it names, and with this one.
    Base(PathBuf, PathBuf),
    /// What a crate was generated from, and what the document is now. An overlay is taken with what is in the place of its base.
    Crate(PathBuf),
}

impl Wanted {
    /// What a command line asks for.
    pub fn new(old: PathBuf, new: Option<PathBuf>, base: Option<PathBuf>) -> Self {
        match (new, base) {
            (Some(new), _) => Self::Documents(old, new),
            (None, Some(base)) => Self::Base(old, base),
            (None, None) => Self::Crate(old),
        }
    }
}

/// Two editions, and what differs between them.
#[derive(Debug)]
pub struct Compared {
    /// How the older one is called, and the newer one.
    pub names: (String, String),
    /// What is sent otherwise.
    pub wire: Vec<Difference>,
    /// What is another type, or is called otherwise.
    pub types: Vec<Difference>,
    /// The operations of either that cannot be taken, and are not compared.
    pub left_out: Vec<String>,
}

/// Why two editions cannot be compared.
#[derive(Debug)]
pub enum Wanting {
    /// What is wrong with one of them, or with both.
    Findings(Vec<Findings>),
    /// What the generator cannot take.
    Refusals(Vec<Refusal>),
}

/// Compares two editions of a document.
///
/// # Errors
///
/// There is no such document or crate.
pub fn compare(wanted: &Wanted, here: &Path, generator: Generator) -> Result<Result<Compared, Wanting>> {
    // What cannot be taken is no reason not to compare the rest; it is named.
    let then = Reading { skip_unsupported: true, ..Reading::default() };
    let now = Reading { edition: true, ..then.clone() };
    let named = |path: &Path| path.display().to_string();
    let (names, old, new) = match wanted {
        Wanted::Documents(old, new) => ((named(old), named(new)), now.file(old), now.file(new)),
        Wanted::Base(overlay, base) => {
            if countersign_spec::base_of(overlay).is_none() {
                bail!("{} is no overlay: give two documents, OLD and NEW", overlay.display());
            }
            let with = Reading { base: Some(base.clone()), ..now };
            let names = (named(overlay), format!("{} with {}", named(overlay), named(base)));
            (names, then.file(overlay), with.file(overlay))
        }
        Wanted::Crate(path) => {
            let (file, openapi, old) = generated(path, here)?;
            ((named(&openapi), named(&file)), old, now.file(&file))
        }
    };
    Ok(match (old, new) {
        (Ok(old), Ok(new)) => between(names, &old, &new, generator).map_err(Wanting::Refusals),
        (old, new) => Err(Wanting::Findings([old.err(), new.err()].into_iter().flatten().collect())),
    })
}

/// The file of a document of the repository, and what its crate was generated from.
fn generated(path: &Path, here: &Path) -> Result<(PathBuf, PathBuf, Result<Document, Findings>)> {
    let found = if path.is_file() { path.parent().filter(|folder| !folder.as_os_str().is_empty()) } else { None };
    let project = Project::find(&here.join(found.unwrap_or(Path::new(""))))?;
    let file = if path.is_file() { path.to_owned() } else { project.documents().join(path).with_extension("yaml") };
    if !file.is_file() {
        bail!("there is no document {}: give its file, or the name of a provider", path.display());
    }
    let provider = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let openapi = project.crates().join(provider).join("openapi.yaml");
    let text = std::fs::read_to_string(&openapi).with_context(|| {
        format!(
            "there is no crate of {} to compare it with, in {}: give two documents",
            file.display(),
            openapi.display()
        )
    })?;
    Ok((file.clone(), openapi, previous::document_or_findings(provider, &text)))
}

/// What differs between two documents.
fn between(
    names: (String, String),
    old: &Document,
    new: &Document,
    generator: Generator,
) -> Result<Compared, Vec<Refusal>> {
    let (before, after) = thread::scope(|scope| {
        let before = scope.spawn(|| lines(old, &names.0, generator));
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), lines(new, &names.1, generator))
    });
    let wire = wire::between(old.plan(), new.plan());
    let mut left_out: Vec<String> = old.left_out().iter().chain(new.left_out()).map(ToString::to_string).collect();
    left_out.dedup();
    match (before, after) {
        (Ok(before), Ok(after)) => Ok(Compared { names, wire, types: difference::between(&before, &after), left_out }),
        (before, after) => Err([before.err(), after.err()].into_iter().flatten().collect()),
    }
}

fn lines(document: &Document, file: &str, generator: Generator) -> Result<Lines, Refusal> {
    generate::api(document, file, generator).map(|code| surface::lines(&code))
}

impl Compared {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.wire.is_empty() && self.types.is_empty()
    }

    /// For a person: what differs on the wire, and then in the types.
    pub fn text(&self) -> String {
        let section = |what: &str, found: &[Difference]| match found.is_empty() {
            true => format!("{what}: nothing changes\n"),
            false => format!("{what}: {}\n{}", difference::counted(found), difference::text(found)),
        };
        let left_out: String = self.left_out.iter().map(|note| format!("{note}\n")).collect();
        section("on the wire", &self.wire) + &section("in the types", &self.types) + &left_out
    }

    /// For a program.
    pub fn json(&self) -> Json {
        json!({
            "old": self.names.0, "new": self.names.1, "same": self.is_same(), "wire": self.wire, "types": self.types,
            "left_out": self.left_out,
        })
    }
}

impl Wanting {
    /// For a person.
    pub fn text(&self) -> String {
        let lines: Vec<String> = match self {
            Self::Findings(all) => {
                all.iter().map(|findings| grouped(findings, &View::default()).trim_end().to_owned()).collect()
            }
            Self::Refusals(all) => all.iter().map(Refusal::to_string).collect(),
        };
        lines.join("\n")
    }
}
