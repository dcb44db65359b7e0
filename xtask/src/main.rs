//! `cargo xtask`: the command line. What the tasks do is in the library.

mod published;

use std::env::current_dir;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Parser;
use countersign_codegen::diff::{self, Wanted};
use countersign_codegen::lint::{self, View};
use countersign_codegen::progenitor::progenitor;
use countersign_codegen::project::Project;
use countersign_codegen::tasks::{self, Generate};
use countersign_spec::Reading;

/// The workspace's own tool.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Xtask {
    /// Write the crates of the documents, and those of the examples: `countersign generate`, which need not be built for it.
    Regenerate {
        /// Write these providers' crates alone.
        providers: Vec<String>,
        /// Write nothing; fail if a crate is not as it would be written.
        #[arg(long)]
        check: bool,
        /// Show what differs.
        #[arg(short, long)]
        verbose: bool,
    },
    /// Check documents: `countersign lint`.
    Lint {
        /// The documents, and folders of them; all of the workspace when none is named.
        paths: Vec<PathBuf>,
        /// Show all of each rule and file, and not the first few.
        #[arg(long)]
        all: bool,
    },
    /// Show what changes between two editions of a document: `countersign diff`.
    Diff {
        /// The older document; or a document or provider of the workspace, alone.
        old: PathBuf,
        /// The newer document.
        new: Option<PathBuf>,
        /// The edition of the published document that the overlay OLD is read with.
        #[arg(long, conflicts_with = "new")]
        base: Option<PathBuf>,
    },
    /// Write a commented starting document: `countersign new`.
    New {
        /// The provider's name, in snake_case.
        name: String,
    },
    /// Try the overlays of tests/published on the documents that they are written to, which are not part of this project.
    Published {
        /// The folder of the documents.
        folder: PathBuf,
        /// The names of the overlays; all when none is named.
        names: Vec<String>,
    },
    /// Measure what Countersign costs, beside what one would write instead. It takes minutes; see BENCHMARKS.md.
    Bench {
        /// signing, calling, scale, generating, large, building or peers; all when none is named.
        sections: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Xtask::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
fn run(xtask: Xtask) -> anyhow::Result<bool> {
    let here = current_dir().context("the current folder cannot be found")?;
    match xtask {
        Xtask::Regenerate { providers, check, verbose } => {
            // The generator itself is what changes here, so that what it wrote before is often not what it writes now.
            let task = Generate { providers, check, overwrite: true, skip_unsupported: false };
            let project = Project::find(&here)?;
            let examples = if task.providers.is_empty() { examples(project.folder())? } else { Vec::new() };
            let mut all_good = true;
            for project in [project].into_iter().chain(examples) {
                let generated = tasks::generate(&project, &task, progenitor)?;
                let (out, err) = generated.texts(verbose);
                print!("{out}");
                eprint!("{err}");
                all_good &= generated.is_good();
            }
            Ok(all_good)
        }
        Xtask::Lint { paths, all } => {
            let linted = lint::lint(&paths, &here, &Reading::default())?;
            let view = View { all, ..View::default() };
            match linted.is_good() {
                true => println!("{}", linted.text(&view)),
                false => eprintln!("{}", linted.problems(&view)),
            }
            Ok(linted.is_good())
        }
        Xtask::Diff { old, new, base } => {
            let compared = diff::compare(&Wanted::new(old, new, base), &here, progenitor)?;
            let compared =
                compared.map_err(|wanting| anyhow::anyhow!("the two cannot be compared:\n{}", wanting.text()))?;
            print!("{}", compared.text());
            Ok(compared.is_same())
        }
        Xtask::New { name } => {
            let document = tasks::new(&Project::find(&here)?, &name)?;
            println!(
                "{} is written: describe the provider in it, in the words of specs/README.md, then run\n\
                 `cargo xtask lint` and `cargo xtask regenerate`",
                document.display()
            );
            Ok(true)
        }
        Xtask::Published { folder, names } => published::run(&here.join(folder), &names),
        Xtask::Bench { sections } => bench(&sections),
    }
}

/// The repositories of others that are examples here. Whoever changes the generator writes theirs anew as well.
///
/// # Errors
///
/// A `countersign.toml` of one is of no use.
fn examples(folder: &Path) -> anyhow::Result<Vec<Project>> {
    let Ok(entries) = folder.join("examples").read_dir() else { return Ok(Vec::new()) };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.retain(|folder| folder.join("countersign.toml").is_file());
    folders.iter().map(|folder| Project::find(folder)).collect()
}

/// Runs the benchmarks, which are a program of their own and built for release.
///
/// # Errors
///
/// Cargo cannot be run.
fn bench(sections: &[String]) -> anyhow::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "countersign-bench", "--", "run"])
        .args(sections)
        .status()
        .context("cargo cannot be run")?;
    Ok(status.success())
}
