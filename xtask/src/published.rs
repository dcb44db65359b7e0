//! `cargo xtask published FOLDER`: what becomes of the documents that providers publish, which are not part of this project.
//!
//! Each overlay of `tests/published` is written to one of them. With it the document is linted, its crate is generated and
//! checked, each of its operations is called once against a sandbox that plays it, and a program beside the overlay makes typed
//! calls.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

/// How many lines an overlay has at most.
const MOST_LINES: usize = 40;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/// What came of a document.
#[derive(Default)]
struct Row {
    name: String,
    lines: usize,
    taken: usize,
    of: usize,
    findings: usize,
    notes: usize,
    generated: usize,
    generation: Option<Spent>,
    check: Option<Spent>,
    called: usize,
    operations: usize,
    typed: bool,
    /// What does not hold.
    wrong: Vec<String>,
}

/// What a program took.
struct Spent {
    seconds: f64,
    /// Of the largest of its processes, where the system says that.
    mebibytes: f64,
}

/// Does all of it, or for the overlays of these names, and prints a table. Whether all of it holds.
///
/// # Errors
///
/// There is nothing to do it with.
pub fn run(published: &Path, names: &[String]) -> Result<bool> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?;
    let target = std::env::current_exe()?.ancestors().nth(2).context("the folder of what is built")?.to_owned();
    let overlays = files(&workspace.join("tests/published"))?;
    let mut bases: BTreeSet<PathBuf> = files(published)?.into_iter().collect();
    let mut rows = Vec::new();
    for overlay in &overlays {
        let text = fs::read_to_string(overlay)?;
        let base = text.lines().find_map(|line| line.strip_prefix("extends: ./published/"));
        let base = published.join(base.with_context(|| format!("{} extends nothing", overlay.display()))?);
        if !bases.remove(&base) {
            bail!("{} is not there: {} is written to it", base.display(), overlay.display());
        }
        let name = overlay.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        eprintln!("{name} …");
        let one = One { folder: target.join("published").join(&name), workspace, target: &target, name };
        let mut row = Row { name: one.name.clone(), ..Row::default() };
        if let Err(error) = one.fill(&mut row, overlay, &base) {
            row.wrong.push(format!("{error:#}"));
        }
        rows.push(row);
    }
    for base in &bases {
        eprintln!("note: no overlay is written to {}", base.display());
    }
    print!("{}", table(&rows));
    for row in &rows {
        row.wrong.iter().for_each(|wrong| eprintln!("{}: {wrong}", row.name));
    }
    Ok(!rows.is_empty() && rows.iter().all(|row| row.wrong.is_empty()))
}

/// The documents in a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml" || extension == "json"));
    files.sort();
    Ok(files)
}

/// A document, and a workspace of its own.
struct One<'a> {
    name: String,
    folder: PathBuf,
    workspace: &'a Path,
    target: &'a Path,
}

impl One<'_> {
    /// Does all of it, as far as it holds.
    fn fill(&self, row: &mut Row, overlay: &Path, base: &Path) -> Result<()> {
        self.make(overlay, base)?;
        row.lines = fs::read_to_string(overlay)?.lines().count();
        if row.lines > MOST_LINES {
            row.wrong.push(format!("the overlay has more than {MOST_LINES} lines"));
        }
        let published = operations(base)?;
        row.of = published.len();
        match countersign_spec::read_file(&self.specs().join(format!("{}.yaml", self.name))) {
            Ok(document) => {
                row.notes = document.notes().len();
                let paths = &document.openapi().paths.paths;
                let items = paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?)));
                let taken = items.flat_map(|(path, item)| item.iter().map(move |(method, _)| (path, method)));
                row.taken = taken.filter(|(path, method)| published.contains(&format!("{method} {path}"))).count();
            }
            Err(findings) => {
                (row.findings, row.notes) = (findings.len(), findings.notes().len());
                row.wrong.push(findings.to_string());
                return Ok(());
            }
        }
        let mut generate = Command::new(std::env::current_exe()?);
        row.generation = self.measured(generate.args(["regenerate", &self.name]), "generation", &mut row.wrong)?;
        if row.generation.is_none() {
            return Ok(());
        }
        row.generated = lines(&self.folder.join("crates").join(&self.name).join("src"))?;
        let package = format!("countersign-{}", self.name.replace('_', "-"));
        let check = ["check", "--offline", "--quiet", "--package", &package];
        // The first time it may be what it depends on that takes long.
        if self.measured(&mut self.cargo(&check), "`cargo check`", &mut row.wrong)?.is_none() {
            return Ok(());
        }
        fs::File::open(self.folder.join("crates").join(&self.name).join("src/lib.rs"))?
            .set_modified(std::time::SystemTime::now())?;
        row.check = self.measured(&mut self.cargo(&check), "`cargo check`", &mut row.wrong)?;
        self.demo(row)?;
        let calls = ["run", "--offline", "--quiet", "--package", "calls", "--", "specs"];
        row.typed = self.measured(&mut self.cargo(&calls), "a typed call", &mut row.wrong)?.is_some();
        Ok(())
    }

    fn specs(&self) -> PathBuf {
        self.folder.join("specs")
    }

    /// Makes the workspace.
    fn make(&self, overlay: &Path, base: &Path) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(self.specs().join("published"))?;
        fs::copy(overlay, self.specs().join(overlay.file_name().unwrap_or_default()))?;
        fs::copy(base, self.specs().join("published").join(base.file_name().unwrap_or_default()))?;
        let in_workspace = |path: &str| self.workspace.join(path);
        let runtime = in_workspace("crates/countersign");
        fs::write(
            self.folder.join("countersign.toml"),
            format!(
                "documents = \"specs\"\ncrates = \"crates\"\n[package]\nprefix = \"countersign-\"\n[runtime]\npath = {runtime:?}\n"
            ),
        )?;
        fs::write(
            self.folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = [\"crates/{}\", \"calls\"]\n", self.name),
        )?;
        fs::copy(in_workspace("Cargo.lock"), self.folder.join("Cargo.lock"))?;
        let calls = in_workspace("tests/published/calls");
        fs::create_dir_all(self.folder.join("calls/src"))?;
        let typed = calls.join(format!("{}.rs", self.name));
        fs::copy(&typed, self.folder.join("calls/src/main.rs"))
            .with_context(|| format!("{} has to make typed calls", typed.display()))?;
        fs::copy(calls.join("played.rs"), self.folder.join("calls/src/played.rs"))?;
        let (sandbox, spec) = (in_workspace("crates/sandbox"), in_workspace("crates/spec"));
        let crate_name = self.name.replace('_', "-");
        fs::write(
            self.folder.join("calls/Cargo.toml"),
            format!(
                "[package]\nname = \"calls\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 provider = {{ package = \"countersign-{crate_name}\", path = \"../crates/{}\" }}\n\
                 countersign-sandbox = {{ path = {sandbox:?} }}\ncountersign-spec = {{ path = {spec:?} }}\n\
                 tokio = {{ version = \"1\", default-features = false, features = [\"rt\", \"time\", \"net\"] }}\n",
                self.name
            ),
        )?;
        Ok(())
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).env("CARGO_TARGET_DIR", self.target);
        cargo
    }

    /// Calls every operation.
    fn demo(&self, row: &mut Row) -> Result<()> {
        let cli = self.workspace.join("crates/cli/Cargo.toml");
        let arguments = ["run", "--offline", "--quiet", "--manifest-path", &cli.display().to_string()];
        let mut demo = self.cargo(&arguments);
        demo.args(["--bin", "countersign", "--", "demo", &self.name]).current_dir(&self.folder);
        let output = demo.output().context("cargo cannot be run")?;
        let said = text(&output);
        let counted = said.lines().rev().find_map(|line| {
            let (called, of) = line.strip_suffix(" operations were called")?.split_once(" of ")?;
            Some((called.split(' ').next_back()?.parse().ok()?, of.parse().ok()?))
        });
        (row.called, row.operations) = counted.unwrap_or_default();
        if !output.status.success() || row.operations == 0 {
            let why: Vec<&str> = said.lines().filter(|line| line.starts_with("not called: ")).collect();
            let why = if why.is_empty() { said.clone() } else { why.join("\n") };
            row.wrong.push(format!("{} of {} operations were called: {why}", row.called, row.operations));
        }
        Ok(())
    }

    /// Runs a program to its end, and says what it took; none if it failed.
    fn measured(&self, command: &mut Command, what: &str, wrong: &mut Vec<String>) -> Result<Option<Spent>> {
        let began = Instant::now();
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().with_context(|| format!("{command:?} cannot be run"))?;
        let id = child.id();
        let ended = std::thread::spawn(move || child.wait_with_output());
        let mut kibibytes = 0;
        while !ended.is_finished() {
            kibibytes = kibibytes.max(height(id));
            std::thread::sleep(Duration::from_millis(5));
        }
        let seconds = began.elapsed().as_secs_f64();
        let Ok(output) = ended.join() else { bail!("{command:?} cannot be waited for") };
        let output = output?;
        if output.status.success() {
            return Ok(Some(Spent { seconds, mebibytes: kibibytes as f64 / 1024.0 }));
        }
        wrong.push(format!("{what} failed: {}", text(&output)));
        Ok(None)
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// How much memory a process, or one that it started, has had at most, in KiB. Zero where the system does not say it.
fn height(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let own = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: String = children.collect();
    children.split_whitespace().filter_map(|child| Some(height(child.parse().ok()?))).max().max(own).unwrap_or_default()
}

/// The operations of a published document: `get /path`.
fn operations(base: &Path) -> Result<BTreeSet<String>> {
    let document: Json = serde_saphyr::from_str(&fs::read_to_string(base)?)?;
    let paths = document.get("paths").and_then(Json::as_object).context("it has no paths")?;
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten().map(|(method, _)| method);
        methods.filter(|method| METHODS.contains(&method.as_str())).map(move |method| format!("{method} {path}"))
    });
    Ok(operations.collect())
}

/// How many lines the files in a folder have.
fn lines(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        count += fs::read_to_string(entry?.path())?.lines().count();
    }
    Ok(count)
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| document | operations taken | overlay, lines | findings, notes | lines generated | generation | check | called | typed calls |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    let spent = |spent: &Option<Spent>| match spent {
        Some(Spent { seconds, mebibytes }) => format!("{seconds:.1} s, {mebibytes:.0} MiB"),
        None => "–".to_owned(),
    };
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} of {} | {} | {}, {} | {} | {} | {} | {} of {} | {} |",
            row.name,
            row.taken,
            row.of,
            row.lines,
            row.findings,
            row.notes,
            row.generated,
            spent(&row.generation),
            spent(&row.check),
            row.called,
            row.operations,
            if row.typed { "pass" } else { "–" },
        );
    }
    table
}
