//! Reads the documents that Countersign's clients are generated from.
//!
//! A document is OpenAPI 3.0 or 3.1 with the extensions of `specs/README.md`, or an overlay of one that a provider publishes.
//! [`read`] takes one through three steps, and
//! gives either a [`Document`] or everything that is wrong with it:
//!
//! 1. It is parsed, as a tree that keeps the order of keys and the lines.
//! 2. It is linted: its grammar, its expressions, and the rules that a good document keeps ([`Rule`]). A finding has a
//!    file, a line, a JSON pointer, the problem and the remedy.
//! 3. It is lowered, to a [`Plan`](countersign_plan::Plan) (how each operation is authenticated, signed, classified and retried) and to plain OpenAPI
//!    (what is left for progenitor, which knows of none of that).
//!
//! ```
//! let text = countersign_spec::starter("acme");
//! let document = countersign_spec::read("specs/acme.yaml", &text)?;
//! assert_eq!(document.plan().name, "acme");
//!
//! let findings = countersign_spec::lint("specs/acme.yaml", &text.replace("{credential: secret_key}", "{credential: key}"));
//! assert!(findings.iter().any(|finding| finding.rule.name() == "unknown-name"));
//! # Ok::<(), countersign_spec::Findings>(())
//! ```
//!
//! No document makes this crate panic; the bounds on size and depth are those of a document that a person writes.

mod api;
mod choices;
mod constant;
mod demands;
mod document;
mod expression;
mod extensions;
mod finding;
mod grammar;
mod headers;
mod hints;
mod json_schema;
mod lower;
mod made;
mod media;
mod messages;
pub mod names;
mod node;
mod normal;
mod openapi;
mod overlay;
mod pages;
mod plain;
pub mod prose;
mod published;
mod reach;
mod reader;
mod reading;
mod reference;
mod rules;
mod skip;
mod starter;
mod style;
mod successes;
mod used;
mod words;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use document::{Assumption, Document};
pub use extensions::SandboxRule;
pub use finding::{Finding, Findings, Note, Rule};
pub use headers::{Header, Headers};
pub use hints::{Hint, hint};
pub use json_schema::json_schema;
pub use plain::MARKERS;
pub use reading::Reading;
pub use reference::{Component, referring, resolve_inner, resolve_json};
pub use skip::Skipped;
pub use starter::starter;
pub use successes::{Successes, Variant};
pub use words::{EXTENSIONS, FUNCTIONS, Function};

use api::Api;
use finding::Report;
use node::{At, Node};
use words::CONVERTED;

/// Names that a provider cannot have, because a crate of the project has them, or a feature of the crate of all providers.
const TAKEN: [&str; 17] = [
    "all",
    "bench",
    "cli",
    "codegen",
    "default",
    "fuzz",
    "inspect",
    "mock",
    "native_tls",
    "plan",
    "providers",
    "rustls",
    "sandbox",
    "sign",
    "spec",
    "tests",
    "xtask",
];

/// How long a provider's name may be: a crate's may have 64 characters.
const LONGEST_PROVIDER: usize = 48;

/// How often a document is read again without what rules found in it.
const MOST_ROUNDS: usize = 12;

/// Reads a document. `file` names it in findings, and its stem is the provider's name. An overlay is read from its file, since
/// its base is beside it ([`read_file`]).
///
/// # Errors
///
/// Everything that the lint finds.
pub fn read(file: &str, text: &str) -> Result<Document, Findings> {
    read_with(file, text, &Reading::default(), &|_| Err("an overlay is read from its file".to_owned()))
}

impl Reading {
    /// Reads the document in a file.
    ///
    /// # Errors
    ///
    /// Everything that the lint finds, or that the file cannot be read.
    pub fn file(&self, path: &Path) -> Result<Document, Findings> {
        let file = path.display().to_string();
        let unreadable = |problem: String, remedy: &str| {
            let mut report = Report::new(&file);
            report.unplaced(Rule::Unreadable, problem, remedy);
            report.into_findings()
        };
        let bytes = bytes_of(path, node::MAX_BASE_BYTES).map_err(|error| {
            unreadable(error.to_string(), "the path of a document, or the name of one of the repository")
        })?;
        let most = node::most_bytes(&bytes);
        if bytes.len() > most {
            return Err(unreadable("it is too large".to_owned(), &format!("at most {most} bytes")));
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| unreadable(format!("the document is not UTF-8: {error}"), "the document in UTF-8"))?;
        let beside = |name: &str| {
            let path = self.base.clone().unwrap_or_else(|| path.with_file_name(name));
            let bytes = bytes_of(&path, node::MAX_BASE_BYTES).map_err(|error| error.to_string())?;
            let most = node::MAX_BASE_BYTES;
            if bytes.len() > most { Err(format!("it has more than {most} bytes")) } else { Ok(bytes) }
        };
        read_with(&file, &text, self, &beside)
    }
}

fn read_with(file: &str, text: &str, reading: &Reading, load: &overlay::Load<'_>) -> Result<Document, Findings> {
    let mut report = Report::new(file);
    name_of(file, reading, &mut report);
    let mut root = match Node::parse(text) {
        Ok(root) => root,
        Err(unreadable) => {
            report.unreadable(unreadable);
            return Err(report.into_findings());
        }
    };
    if root.get("swagger").is_some() && root.get("openapi").is_none() {
        // Everything else in it would be a finding too.
        let problem = "the document is written in Swagger 2.0, and not in OpenAPI 3";
        report.unplaced(Rule::OpenapiVersion, problem, format!("it in OpenAPI 3.0: {CONVERTED}"));
        return Err(report.into_findings());
    }
    let mut base = None;
    let mut tally = published::Tally::default();
    let skips = reading.skip_unsupported || skip::is_asked(&root);
    // What was composed is the document from here on, for whoever has its text alone.
    let mut text = Some(text.to_owned());
    if overlay::is_one(&root) {
        let written = root;
        let at = At::root(&written);
        let Some(whole) = overlay::compose(&at, reading, load, &mut report) else { return Err(report.into_findings()) };
        root = whole.root;
        tally = published::prepare(&mut root, &at, &mut report);
        if !report.is_empty() {
            return Err(report.into_findings());
        }
        published::sign(&mut root, &whole.base, &whole.sha256);
        (base, text) = (Some(whole.base), None);
    } else if root.get(words::BASE).is_some() {
        // It was composed before, and held to the rules then.
        root.publish();
    } else if skips && !skip::is_asked(&root) {
        text = Some(skip::asking(&root).unwrap_or_default());
    }
    let Ok(chosen) = normal::normalize(&mut root) else {
        let problem =
            "the document is larger than one that a person writes when every `$ref` and `allOf` is written out";
        report.unplaced(Rule::Yaml, problem, "schemas that are not made of so many others");
        return Err(report.into_findings());
    };
    let mut left_out = skip::LeftOut::default();
    for _ in 0..MOST_ROUNDS {
        let mut report = Report::new(file);
        reading.extends(base.as_deref(), &mut report);
        let document = examine(&root, file, reading, text.as_deref(), &chosen, &mut report);
        let eased = report.take_eased();
        if published::amend(&mut root, &eased, &mut tally)
            || skips && !report.is_empty() && left_out.take(&mut root, &report)
        {
            continue;
        }
        tally.note(&eased, &mut report);
        return finished(document, report, &root, left_out);
    }
    let problem = "the rules find more each time that what they found is left out";
    report.unplaced(Rule::Base, problem, "an action that removes the part, found by leaving parts out");
    Err(report.into_findings())
}

/// Holds a document to the rules, and lowers it. Without its text, the text is that of the tree.
fn examine(
    root: &Node,
    file: &str,
    reading: &Reading,
    text: Option<&str>,
    chosen: &[(String, String)],
    report: &mut Report,
) -> Option<Document> {
    let name = name_of(file, reading, report);
    let at = At::root(root);
    for (pointer, text) in chosen {
        report.note(&at.follow(pointer).unwrap_or_else(|| at.clone()), text.clone());
    }
    grammar::check(&at, report);
    let api = Api::new(at);
    let lowered = lower::lower(name, &api, report);
    rules::check(&rules::Subject { api: &api, lowered: &lowered }, report);
    if !report.is_empty() {
        skip::attribute(&api, report);
        published::name_blocked(report);
        return None;
    }
    let written = plain::as_written(root).and_then(|openapi| {
        let text = text.map_or_else(|| serde_json::to_string_pretty(root), |text| Ok(text.to_owned()))?;
        Ok(document::new(text, &api, openapi, lowered))
    });
    written
        .map_err(|error| report.unplaced(Rule::NotOpenapi, error.to_string(), "the document as OpenAPI 3.0 has it"))
        .ok()
}

fn finished(
    document: Option<Document>,
    mut report: Report,
    root: &Node,
    left_out: skip::LeftOut,
) -> Result<Document, Findings> {
    report.place(root);
    let notes: Vec<Note> = left_out.notes().into_iter().map(|text| report.note_of_all(text)).collect();
    match document.filter(|_| report.is_empty()) {
        Some(document) => Ok(document.with_notes(report.into_notes()).without(left_out.skipped, notes)),
        None => Err(report.into_findings()),
    }
}

/// Reads the document in a file.
///
/// # Errors
///
/// Everything that the lint finds, or that the file cannot be read.
pub fn read_file(path: &Path) -> Result<Document, Findings> {
    Reading::default().file(path)
}

/// The file that the overlay in a file is written to, if it is an overlay: what a provider publishes is no document of ours.
pub fn base_of(path: &Path) -> Option<PathBuf> {
    let bytes = bytes_of(path, node::MAX_BYTES).ok().filter(|bytes| bytes.len() <= node::MAX_BYTES)?;
    let text = String::from_utf8(bytes).ok()?;
    // Most documents are none, and need not be read twice.
    if !text.contains("overlay") {
        return None;
    }
    match Node::parse(&text) {
        Ok(root) => Some(path.with_file_name(overlay::extends(&root)?)),
        // What is wrong with it is a finding of its own, and no reason to take its base for a document.
        Err(_) => {
            let name = text.lines().find_map(|line| line.strip_prefix("extends:"))?.split(" #").next()?;
            let name = name.trim().trim_matches(['"', '\'']);
            Some(path.with_file_name(name.strip_prefix("./").unwrap_or(name)))
        }
    }
}

/// What is in a file, up to one byte more than it may have: that is enough to refuse it.
fn bytes_of(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Something else than a file, such as a pipe, may keep a reader waiting for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Everything that is wrong with a document.
pub fn lint(file: &str, text: &str) -> Vec<Finding> {
    read(file, text).err().into_iter().flatten().collect()
}

/// The provider's name: the stem of the file.
fn name_of<'f>(file: &'f str, reading: &Reading, report: &mut Report) -> &'f str {
    let path = Path::new(file);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if reading.edition {
        return if names::is_snake_case(stem) && !names::is_keyword(stem) { stem } else { "edition" };
    }
    if path.extension().is_none_or(|extension| extension != "yaml") || !names::is_snake_case(stem) {
        let remedy = format!("`{}.yaml`", names::snake_case(stem));
        report.unplaced(Rule::FileName, "the file is not named after the provider in `snake_case`", remedy);
    } else if names::is_keyword(stem) || TAKEN.contains(&stem) {
        let remedy = format!("`{stem}_api.yaml`, or the provider's full name");
        report.unplaced(Rule::FileName, format!("the name `{stem}` is taken"), remedy);
    } else if stem.len() > LONGEST_PROVIDER {
        let remedy = format!("a name of at most {LONGEST_PROVIDER} characters");
        report.unplaced(Rule::FileName, format!("the provider's name has {} characters", stem.len()), remedy);
    }
    stem
}
