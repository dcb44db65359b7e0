//! A repository with a `countersign.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use countersign_spec::Document;

use crate::config::{Config, FILE};

/// A `countersign.toml`, and where it lies.
#[derive(Clone, Debug)]
pub struct Project {
    folder: PathBuf,
    /// What the file says.
    pub config: Config,
}

impl Project {
    /// The nearest `countersign.toml`, in a folder or above it.
    ///
    /// # Errors
    ///
    /// There is none, or it is of no use.
    pub fn find(from: &Path) -> Result<Self> {
        match Self::find_any(from)? {
            Some(project) => Ok(project),
            None => bail!(
                "there is no {FILE} in {} or above it: `countersign init` writes one where your repository begins",
                from.display()
            ),
        }
    }

    /// The same, or none where there is none.
    ///
    /// # Errors
    ///
    /// It is of no use.
    pub fn find_any(from: &Path) -> Result<Option<Self>> {
        let from = std::path::absolute(from).with_context(|| format!("{} cannot be found", from.display()))?;
        let found = from.ancestors().find(|folder| folder.join(FILE).is_file());
        found.map(Self::read).transpose()
    }

    /// The `countersign.toml` in a folder.
    fn read(folder: &Path) -> Result<Self> {
        let file = shortest(folder, Path::new(FILE));
        let text =
            fs::read_to_string(folder.join(FILE)).with_context(|| format!("{} cannot be read", file.display()))?;
        let config = Config::parse(&text, &file.display().to_string())?;
        if let Some(path) = config.runtime_path() {
            check_runtime(&folder.join(path)).with_context(|| file.display().to_string())?;
        }
        Ok(Self { folder: folder.to_owned(), config })
    }

    /// The folder of the file.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the documents, as short as it can be named from where we are.
    pub fn documents(&self) -> PathBuf {
        shortest(&self.folder, &self.config.documents)
    }

    /// The folder of the crates, as short as it can be named from where we are.
    pub fn crates(&self) -> PathBuf {
        shortest(&self.folder, &self.config.crates)
    }

    /// The files of the documents, sorted by their names.
    ///
    /// # Errors
    ///
    /// The folder cannot be read, or a document in it leads out of the repository.
    pub fn document_files(&self) -> Result<Vec<PathBuf>> {
        let documents = self.documents();
        let files = document_files(&documents)?;
        let folder = self.folder.canonicalize().with_context(|| format!("{} cannot be read", self.folder.display()))?;
        for file in &files {
            // A document that is a link to nowhere is a finding of the lint.
            let Ok(real) = file.canonicalize() else { continue };
            if !real.starts_with(&folder) {
                bail!(
                    "{} leads to {}, outside of the folder of {FILE}: a document is reviewed with its crate; copy it to {}",
                    file.display(),
                    real.display(),
                    documents.display()
                );
            }
        }
        Ok(files)
    }

    /// The document of a provider, read from its file; none where there is no such file.
    ///
    /// # Errors
    ///
    /// Everything that the lint finds.
    pub fn document(&self, provider: &str) -> Option<Result<Document, countersign_spec::Findings>> {
        self.document_file(provider).map(|path| countersign_spec::read_file(&path))
    }

    /// The file of a provider's document; none where there is no such file.
    pub fn document_file(&self, provider: &str) -> Option<PathBuf> {
        let path = self.documents().join(format!("{provider}.yaml"));
        (Path::new(provider).file_name() == Some(provider.as_ref()) && path.is_file()).then_some(path)
    }
}

/// The documents in a folder, sorted by name.
///
/// # Errors
///
/// The folder cannot be read.
pub fn document_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || {
        format!(
            "the folder of the documents, {}, cannot be read; `countersign new NAME` makes it, with one to begin with",
            folder.display()
        )
    };
    let entries = fs::read_dir(folder).with_context(unreadable)?;
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

/// Holds a folder to be that of the runtime.
///
/// # Errors
///
/// It is not. That of the whole project is a likely mistake.
pub fn check_runtime(folder: &Path) -> Result<()> {
    let is_runtime = |folder: &Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        let manifest: toml::Table = toml::from_str(&text).unwrap_or_default();
        manifest.get("package").and_then(|package| package.get("name")?.as_str()) == Some("countersign")
    };
    if is_runtime(folder) {
        return Ok(());
    }
    let below = folder.join("crates/countersign");
    let remedy = match is_runtime(&below) {
        true => format!("write {}", below.display()),
        false => "write the folder in which the Cargo.toml of `countersign` is".to_owned(),
    };
    bail!("the crate `countersign` is not in {}; {remedy}", folder.display())
}

/// A path below a folder, as short as it can be named from where we are.
fn shortest(folder: &Path, below: &Path) -> PathBuf {
    let whole = folder.join(below);
    let Ok(here) = std::env::current_dir() else { return whole };
    if let Ok(rest) = whole.strip_prefix(&here) {
        return if rest.as_os_str().is_empty() { PathBuf::from(".") } else { rest.to_owned() };
    }
    match here.strip_prefix(folder) {
        Ok(deeper) => deeper.components().map(|_| "..").collect::<PathBuf>().join(below),
        Err(_) => whole,
    }
}
