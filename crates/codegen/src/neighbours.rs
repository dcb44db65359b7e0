//! The other crates of the workspace, whose names a new crate cannot have.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::config::FILE;
use crate::project::Project;
use crate::tree::{Change, ChangeKind};

/// What Cargo says of a workspace, as far as it is read.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: std::path::PathBuf,
}

/// Makes sure that no crate which is to be added has the name of another crate of the workspace.
///
/// # Errors
///
/// One has.
pub fn refuse_taken_names(project: &Project, changes: &[Change]) -> Result<()> {
    let added = |change: &&Change| {
        matches!(change.kind, ChangeKind::Missing { .. }) && change.path.file_name() == Some("Cargo.toml".as_ref())
    };
    let added: Vec<String> = changes
        .iter()
        .filter(added)
        .filter_map(|change| change.path.parent()?.to_str())
        .map(|directory| project.config.crate_name(directory))
        .collect();
    if added.iter().any(|name| name == "countersign") {
        bail!("{FILE}: a crate would be called `countersign`, as the one that it depends on; write another `prefix`");
    }
    if added.is_empty() {
        return Ok(());
    }
    for Package { name, manifest_path } in packages(project.folder()) {
        if added.contains(&name) {
            bail!(
                "`{name}` is the name of the crate of {} already; write another `prefix` in {FILE}, or give the document \
                 another name",
                manifest_path.display()
            );
        }
    }
    Ok(())
}

/// The crates of the workspace that a folder is in. A workspace that does not load has none: the crates that are to be
/// written may be what it lacks.
fn packages(folder: &Path) -> Vec<Package> {
    if !folder.ancestors().any(|folder| folder.join("Cargo.toml").is_file()) {
        return Vec::new();
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(folder)
        .output();
    let read = |output: std::process::Output| serde_json::from_slice::<Metadata>(&output.stdout).ok();
    metadata.ok().and_then(read).map(|metadata| metadata.packages).unwrap_or_default()
}
