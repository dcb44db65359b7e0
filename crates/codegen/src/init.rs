//! Begins a repository of somebody's own: its `countersign.toml`, and what its workspace needs.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::config::{Config, FILE, LONGEST_PREFIX, quoted};
use crate::project::{Project, check_runtime};

/// What a repository begins with.
#[derive(Clone, Debug)]
pub struct Init {
    /// The folder of the documents.
    pub documents: String,
    /// The folder of the crates.
    pub crates: String,
    /// What the crates' names begin with; the name of the folder where it is not said.
    pub prefix: Option<String>,
    /// Where `countersign` comes from.
    pub runtime: Runtime,
    /// Whether the workflow is written also where nothing says that the repository is on GitHub.
    pub workflow: bool,
}

/// Where `countersign` comes from.
#[derive(Clone, Debug)]
pub enum Runtime {
    /// A registry, in the version of this program.
    Version,
    /// A Git repository, at one of its commits.
    Git {
        /// Its URL.
        url: String,
        /// The commit. Without one that is said, it is the one that the repository begins with now.
        pin: Option<Pin>,
    },
    /// A folder.
    Path(String),
}

/// What says which commit of a repository is meant.
#[derive(Clone, Debug)]
pub enum Pin {
    /// The commit itself.
    Rev(String),
    /// A tag.
    Tag(String),
}

impl Pin {
    /// The key in a manifest, which is an option of Cargo as well, and what it is.
    fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Rev(rev) => ("rev", rev),
            Self::Tag(tag) => ("tag", tag),
        }
    }
}

/// What was written, and what is left to do.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    /// The files that were written.
    pub written: Vec<PathBuf>,
    /// What is left to do, each with the lines that do it.
    pub left: Vec<(String, String)>,
}

/// Where Git reads what it does not look at.
const IGNORED: &str = ".gitignore";

/// What is not part of a repository: what Cargo builds, and files of credentials.
const IGNORE: &str = "/target/\n# Credentials.\n*.env\n";

/// The workflow of a repository on GitHub.
const WORKFLOW: &str = ".github/workflows/countersign.yml";

/// Writes `countersign.toml` into a folder, and what else of use is not there yet. Nothing is overwritten.
///
/// # Errors
///
/// It is no place for it, or there is one already.
pub fn init(folder: &Path, init: &Init) -> Result<Begun> {
    let folder = std::path::absolute(folder).with_context(|| format!("{} cannot be found", folder.display()))?;
    if let Some(project) = Project::find_any(&folder)? {
        bail!("{} is there already: edit it", project.folder().join(FILE).display());
    }
    let is_in_repository = |above: &Path| above.join(".git").exists() || above.join("Cargo.toml").is_file();
    if !folder.ancestors().any(is_in_repository) {
        bail!(
            "{} is not in a repository: run `git init` or `cargo init` where yours begins, and then this again",
            folder.display()
        );
    }
    if let Runtime::Path(path) = &init.runtime {
        check_runtime(&folder.join(path))?;
    }
    let init = &Init { runtime: init.runtime.pinned()?, ..init.clone() };
    let text = configuration(&folder, init)?;
    // What would be refused later is refused now.
    let config = Config::parse(&text, FILE)?;
    let members = format!("{}/*", init.crates);
    let found = workspace(&folder, &members)?;
    let mut begun = Begun::default();
    let mut write = |path: &str, text: &str| -> Result<()> {
        let full = folder.join(path);
        let unwritable = || format!("{} cannot be written", full.display());
        full.parent().map_or(Ok(()), fs::create_dir_all).with_context(unwritable)?;
        File::create_new(&full).and_then(|mut file| file.write_all(text.as_bytes())).with_context(unwritable)?;
        begun.written.push(PathBuf::from(path));
        Ok(())
    };
    write(FILE, &text)?;
    let mut left = Vec::new();
    if folder.join(IGNORED).exists() {
        let there = fs::read_to_string(folder.join(IGNORED)).unwrap_or_default();
        let is_there = |line: &&str| there.lines().any(|own| own.trim().trim_matches('/') == line.trim_matches('/'));
        let missing: Vec<&str> = IGNORE.lines().filter(|line| !line.starts_with('#') && !is_there(line)).collect();
        if !missing.is_empty() {
            left.push((format!("add to {IGNORED}"), missing.join("\n") + "\n"));
        }
    } else {
        write(IGNORED, IGNORE)?;
    }
    match found {
        Workspace::None => write("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{members:?}]\n"))?,
        Workspace::Package(manifest) => left.push((
            format!("add to {}, and each crate that you call to its dependencies", manifest.display()),
            format!("[workspace]\nmembers = [{members:?}]\n"),
        )),
        Workspace::Without(manifest) => left.push((
            format!("make {members:?} a member in {}", manifest.display()),
            format!("members = [{members:?}]\n"),
        )),
        Workspace::With => {}
    }
    match install(&init.runtime) {
        Some((install, key))
            if (init.workflow || folder.join(".github").is_dir()) && !folder.join(WORKFLOW).exists() =>
        {
            write(WORKFLOW, &workflow(&install, &key))?;
        }
        install => {
            // What is in a folder beside the repository is not there in a CI, and how it gets there is not known here.
            let install = install.map(|(install, _)| format!("{install}\n")).unwrap_or_default();
            let checks = format!("{install}countersign lint\n{} --check -v\ncargo test --workspace\n", config.command);
            left.push(("run in your CI, and keep what is installed for the next time".to_owned(), checks));
        }
    }
    begun.left = left;
    Ok(begun)
}

impl Runtime {
    /// The same with the commit that is meant: what is built tomorrow is what was built today.
    fn pinned(&self) -> Result<Self> {
        let Self::Git { url, pin: None } = self else { return Ok(self.clone()) };
        let remedy = format!("say which commit of {url} is meant, with --rev or --tag");
        // Whatever begins with a hyphen would be an option of Git.
        if url.starts_with('-') {
            bail!("{url} is no URL: {remedy}");
        }
        let asked = Command::new("git").args(["ls-remote", url, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0").output();
        let output = asked.with_context(|| format!("git cannot be asked: {remedy}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let commit =
            said.split_whitespace().next().filter(|commit| commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(commit) = commit.filter(|_| output.status.success()) else {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("{remedy}: git does not find its HEAD{}{}", if why.is_empty() { "" } else { ": " }, why.trim());
        };
        Ok(Self::Git { url: url.clone(), pin: Some(Pin::Rev(commit.to_owned())) })
    }
}

fn configuration(folder: &Path, init: &Init) -> Result<String> {
    let prefix = match &init.prefix {
        Some(prefix) => prefix.clone(),
        None => {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let name = name.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).trim_end_matches('-');
            if name.is_empty() || name.len() >= LONGEST_PREFIX {
                bail!("the name of {} begins no crate's name: give --prefix, such as \"acme-\"", folder.display());
            }
            format!("{name}-")
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    let runtime = match &init.runtime {
        Runtime::Version => format!("version = {}", quoted(version)),
        Runtime::Git { url, pin } => {
            let pin = pin.as_ref().map(Pin::key).map(|(key, pin)| format!("\n{key} = {}", quoted(pin)));
            format!("git = {}{}", quoted(url), pin.unwrap_or_default())
        }
        Runtime::Path(path) => format!("path = {}", quoted(path)),
    };
    let mut text = String::new();
    let _ = write!(
        text,
        "\
# What `countersign` reads and writes in this repository.

# The documents, one for each provider: `{documents}/acme.yaml` becomes the crate `{name}acme` in `{crates}/acme`. What else lies in
# these folders is left alone.
documents = {documents_quoted}
crates = {crates_quoted}
# A crate that lists all providers, `{name}providers`.
all = false

[package]
prefix = {prefix}
version = \"0.1.0\"
# license = \"MIT OR Apache-2.0\"
# authors = [\"Acme Ltd\"]
# repository = \"https://example.com/acme/payments\"
publish = false

# How the crates depend on `countersign`: `version`, `path`, `git` with `rev`, `tag` or `branch`, or `workspace = true` where
# `[workspace.dependencies]` in Cargo.toml says it, with `default-features = false`.
[runtime]
{runtime}
",
        documents = init.documents,
        crates = init.crates,
        documents_quoted = quoted(&init.documents),
        crates_quoted = quoted(&init.crates),
        name = prefix,
        prefix = quoted(&prefix),
    );
    Ok(text)
}

/// What there is of a workspace.
enum Workspace {
    /// Nothing: there is no manifest.
    None,
    /// A package in no workspace.
    Package(PathBuf),
    /// A workspace that does not have the crates among its members.
    Without(PathBuf),
    /// One that has them.
    With,
}

/// The workspace that a folder is the root of, or is in.
fn workspace(folder: &Path, crates: &str) -> Result<Workspace> {
    let mut package = None;
    for above in folder.ancestors() {
        let manifest = above.join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        let unreadable = || format!("{} cannot be read", manifest.display());
        let text = fs::read_to_string(&manifest).with_context(unreadable)?;
        let table: toml::Table = toml::from_str(&text).with_context(unreadable)?;
        let Some(workspace) = table.get("workspace") else {
            package.get_or_insert(manifest);
            continue;
        };
        let members = workspace.get("members").and_then(toml::Value::as_array);
        let mut members = members.into_iter().flatten().filter_map(toml::Value::as_str);
        return Ok(match above == folder && members.any(|member| member == crates) {
            true => Workspace::With,
            false => Workspace::Without(manifest),
        });
    }
    Ok(package.map_or(Workspace::None, Workspace::Package))
}

/// The command that installs this program in a CI, and what it is kept under.
fn install(runtime: &Runtime) -> Option<(String, String)> {
    let version = env!("CARGO_PKG_VERSION");
    let (from, key) = match runtime {
        Runtime::Version => (format!("countersign-cli@{version}"), version.to_owned()),
        Runtime::Git { url, .. } if url.starts_with("file:") || Path::new(url).is_absolute() => return None,
        Runtime::Git { url, pin } => {
            let (word, pin) = pin.as_ref().map_or(("tag", ""), Pin::key);
            (format!("--git {url} --{word} {pin} countersign-cli"), pin.to_owned())
        }
        Runtime::Path(_) => return None,
    };
    Some((format!("cargo install --locked {from}"), key))
}

fn workflow(install: &str, key: &str) -> String {
    format!(
        "\
# The documents lint, the crates are what the documents say, and everything passes its tests.
name: countersign
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  contents: read
jobs:
  countersign:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # The program takes minutes to build, and is built once for each version: it is kept before anything can fail.
      - uses: actions/cache/restore@v4
        id: program
        with:
          path: |
            ~/.cargo/bin/countersign
            ~/.cargo/bin/cargo-countersign
          key: countersign-${{{{ runner.os }}}}-${{{{ runner.arch }}}}-{key}
      - if: steps.program.outputs.cache-hit != 'true'
        run: {install}
      - if: steps.program.outputs.cache-hit != 'true'
        uses: actions/cache/save@v4
        with:
          path: |
            ~/.cargo/bin/countersign
            ~/.cargo/bin/cargo-countersign
          key: countersign-${{{{ runner.os }}}}-${{{{ runner.arch }}}}-{key}
      - run: countersign lint
      - run: countersign generate --check -v
      - run: cargo test --workspace
"
    )
}
