//! The clients that other generators make of the same document, with the signature made by hand.
//!
//! Each is a crate of its own in `bench/peers`, outside of the workspace, so that nobody but a benchmark builds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The peers, by the names of their folders.
pub const PEERS: [&str; 2] = ["progenitor", "openapi-to-rust"];

/// A peer that has been built.
pub struct Peer {
    /// The name of its generator.
    pub name: &'static str,
    /// Its crate.
    pub folder: PathBuf,
    /// The program that makes its calls.
    pub program: PathBuf,
    /// Where the client is that its generator wrote.
    pub generated: PathBuf,
}

/// The folder of the workspace.
pub fn workspace() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")
}

/// Builds the peers, if they have changed. The first time takes minutes.
pub fn all() -> Result<Vec<Peer>> {
    PEERS.into_iter().map(Peer::build).collect()
}

impl Peer {
    fn build(name: &'static str) -> Result<Self> {
        let workspace = workspace()?;
        let folder = workspace.join("bench/peers").join(name);
        let lock = folder.join("Cargo.lock");
        // What both sides depend on has one version.
        if !lock.exists() {
            fs::copy(workspace.join("Cargo.lock"), &lock)?;
        }
        let target = std::env::current_exe()?.with_file_name("peers").join(name);
        let output = Command::new("cargo")
            .args(["build", "--release", "--features", "measure", "--message-format", "json-render-diagnostics"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", target)
            .output()?;
        if !output.status.success() {
            bail!("the client of {name} cannot be built: {}", String::from_utf8_lossy(&output.stderr));
        }
        let (mut program, mut generated) = (None, None);
        for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let message: serde_json::Value = serde_json::from_slice(line)?;
            let is_own = message["package_id"].as_str().is_some_and(|id| id.contains("/bench/peers/"));
            let path = |key: &str| message[key].as_str().filter(|_| is_own).map(PathBuf::from);
            program = path("executable").or(program);
            generated = path("out_dir").or(generated);
        }
        let program = program.with_context(|| format!("cargo does not name the program of {name}"))?;
        let generated = generated.with_context(|| format!("cargo does not say where {name} generated its client"))?;
        Ok(Self { name, folder, program, generated })
    }
}

/// The lines of the Rust files in a folder.
pub fn lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            lines += fs::read_to_string(path)?.lines().count();
        }
    }
    Ok(lines)
}
