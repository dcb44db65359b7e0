//! The generator, for a build script or a tool of somebody's own.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::progenitor::progenitor;
use crate::project::Project;
use crate::tasks::{self, Generate, Generated};

/// The generator of a repository with a `countersign.toml`.
///
/// In a tool, it writes the crates:
///
/// ```no_run
/// # fn main() -> anyhow::Result<()> {
/// countersign_codegen::Generator::find()?.write()
/// # }
/// ```
///
/// In a build script, which is not to write outside of its own folder, it makes sure that they are what the documents say:
///
/// ```no_run
/// # fn main() -> anyhow::Result<()> {
/// countersign_codegen::Generator::find()?.check()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Generator {
    project: Project,
    task: Generate,
}

impl Generator {
    /// With the nearest `countersign.toml`, in the folder of the package that runs or above it.
    ///
    /// # Errors
    ///
    /// There is none, or it is of no use.
    pub fn find() -> Result<Self> {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        Self::find_from(&folder)
    }

    /// With the nearest `countersign.toml`, in a folder or above it.
    ///
    /// # Errors
    ///
    /// There is none, or it is of no use.
    pub fn find_from(folder: &Path) -> Result<Self> {
        Ok(Self { project: Project::find(folder)?, task: Generate::default() })
    }

    /// For these providers alone.
    #[must_use]
    pub fn providers(mut self, providers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.task.providers = providers.into_iter().map(Into::into).collect();
        self
    }

    /// Writes the crates, and says on standard output what was written.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the documents, or in the way.
    pub fn write(self) -> Result<()> {
        let generated = tasks::generate(&self.project, &self.task, progenitor)?;
        print!("{}", good(&generated)?);
        Ok(())
    }

    /// Makes sure that the crates are as they would be written. In a build script, Cargo is told to run it again when a
    /// document or a crate changes.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the documents, and what is not as it should be in the crates.
    pub fn check(self) -> Result<()> {
        // Cargo says where a build script may write, and says it to nothing else that it runs.
        if std::env::var_os("OUT_DIR").is_some() {
            let folder = self.project.folder();
            let config = &self.project.config;
            for path in [Path::new(crate::config::FILE), &config.documents, &config.crates] {
                println!("cargo::rerun-if-changed={}", folder.join(path).display());
            }
        }
        let task = Generate { check: true, ..self.task };
        good(&tasks::generate(&self.project, &task, progenitor)?).map(drop)
    }
}

fn good(generated: &Generated) -> Result<String> {
    let (out, err) = generated.texts(false);
    if !generated.is_good() {
        bail!("{}", err.trim_end());
    }
    Ok(out)
}
