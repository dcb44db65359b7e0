//! `cargo xtask`: the command line. What the tasks do is in the library.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Parser;
use countersign_codegen::progenitor;
use countersign_codegen::tasks::{self, Regenerate, Verdict};

/// The workspace's own tool.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Xtask {
    /// Write the crates of the documents in specs/.
    Regenerate {
        /// Write these providers' crates alone.
        providers: Vec<String>,
        /// Where the documents are.
        #[arg(long, value_name = "DIR")]
        specs: Option<PathBuf>,
        /// Where the crates go. What the generator did not write there is neither overwritten nor removed.
        #[arg(long, value_name = "DIR")]
        crates: Option<PathBuf>,
        /// Write nothing; fail if a crate is not as it would be written.
        #[arg(long)]
        check: bool,
        /// Show what differs.
        #[arg(short, long)]
        verbose: bool,
    },
    /// Check the documents.
    Lint {
        /// The documents; all in specs/ when none is named.
        files: Vec<PathBuf>,
    },
    /// Write a commented starting document.
    New {
        /// The provider's name, in snake_case.
        name: String,
        /// Where the documents are.
        #[arg(long, value_name = "DIR")]
        specs: Option<PathBuf>,
    },
    /// Measure what Countersign costs, beside what one would write instead. It takes minutes; see BENCHMARKS.md.
    Bench {
        /// signing, calling, scale, generating, building or peers; all when none is named.
        sections: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Xtask::parse()) {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(xtask: Xtask) -> anyhow::Result<Verdict> {
    match xtask {
        Xtask::Regenerate { providers, specs, crates, check, verbose } => {
            let command = command(&providers, specs.as_deref(), crates.as_deref());
            let specs = specs.unwrap_or_else(|| workspace("specs"));
            let crates = crates.unwrap_or_else(|| workspace("crates/providers"));
            let task = Regenerate { providers, specs, crates, check, verbose, command };
            tasks::regenerate(&task, progenitor::progenitor)
        }
        Xtask::Lint { files } => tasks::lint(&files, &workspace("specs")),
        Xtask::New { name, specs } => {
            tasks::new(&name, &specs.unwrap_or_else(|| workspace("specs")))?;
            Ok(Verdict::Good)
        }
        Xtask::Bench { sections } => bench(&sections),
    }
}

/// Runs the benchmarks, which are a program of their own and built for release.
///
/// # Errors
///
/// Cargo cannot be run.
fn bench(sections: &[String]) -> anyhow::Result<Verdict> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "countersign-bench", "--", "run"])
        .args(sections)
        .status()
        .context("cargo cannot be run")?;
    Ok(if status.success() { Verdict::Good } else { Verdict::Bad })
}

/// A directory of the workspace, as short as it can be named from where we are.
fn workspace(directory: &str) -> PathBuf {
    // Cargo says at run time which workspace it runs in. The one of the build may be another: worktrees can share a
    // target directory, and so this program.
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let path = xtask.parent().unwrap_or(&xtask).join(directory);
    match std::env::current_dir() {
        Ok(here) => path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path),
        Err(_) => path,
    }
}

/// The command that writes what `--check` finds wanting.
fn command(providers: &[String], specs: Option<&Path>, crates: Option<&Path>) -> String {
    let mut words = vec!["cargo xtask regenerate".to_owned()];
    words.extend(providers.iter().cloned());
    words.extend(specs.map(|path| format!("--specs {}", path.display())));
    words.extend(crates.map(|path| format!("--crates {}", path.display())));
    words.join(" ")
}
