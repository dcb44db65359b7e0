//! The generator over growing numbers of documents, which are made here from the starting document.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fmt, fs};

use anyhow::{Result, bail};

use crate::building;
use crate::table::{Table, grouped};

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let workspace = building::workspace()?;
    let xtask = xtask()?;
    table.row("this project's providers, nothing to change", generate(&xtask, workspace, false)?.to_string(), "", "");
    let mut few = None;
    for providers in [4, 40, 400] {
        let folder = tempfile::tempdir()?;
        configure(folder.path())?;
        for number in 0..providers {
            let name = format!("provider_{number}");
            run(Command::new(&xtask).args(["new", &name]).current_dir(folder.path()))?;
        }
        let spent = generate(&xtask, folder.path(), false)?;
        let few = few.get_or_insert((spent.seconds, providers));
        table.row(format!("generating {providers} providers"), spent.to_string(), "", spent.growth(*few, providers));
        let unchanged = generate(&xtask, folder.path(), false)?;
        table.row(format!("the same, nothing to change ({providers})"), unchanged.to_string(), "", "");
        if providers == 400
            && let Ok(alone) = generate(&xtask, folder.path(), true)
        {
            let ratio = format!("{:.2}", unchanged.seconds / alone.seconds);
            table.row("the same on all cores, and on one", unchanged.to_string(), alone.to_string(), ratio);
        }
    }
    let mut few = None;
    for operations in [100, 1_000] {
        let folder = tempfile::tempdir()?;
        configure(folder.path())?;
        fs::write(folder.path().join("specs/large.yaml"), document_of(operations))?;
        let spent = generate(&xtask, folder.path(), false)?;
        let few = few.get_or_insert((spent.seconds, operations));
        let what = format!("generating one document of {operations} operations");
        table.row(what, spent.to_string(), "", spent.growth(*few, operations));
    }
    Ok(())
}

/// The generator, built for release.
pub fn xtask() -> Result<PathBuf> {
    let build = ["build", "--quiet", "--release", "--package", "xtask"];
    run(Command::new("cargo").args(build).current_dir(building::workspace()?))?;
    Ok(std::env::current_exe()?.with_file_name("xtask"))
}

/// Runs a command, and fails with what it says if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// What a run took: its time, and the height of its resident memory.
pub struct Spent {
    /// In seconds.
    pub seconds: f64,
    mebibytes: f64,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} ms, {} MiB", self.seconds * 1_000.0, grouped(self.mebibytes))
    }
}

impl Spent {
    /// The time for each of so many, beside that for each of a few.
    pub fn growth(&self, (few_seconds, few): (f64, usize), many: usize) -> String {
        match many == few {
            true => String::new(),
            false => {
                format!("{:.2} of the time for each of {few}", self.seconds / many as f64 / (few_seconds / few as f64))
            }
        }
    }
}

/// Makes a folder for documents and crates.
fn configure(folder: &Path) -> Result<()> {
    fs::create_dir(folder.join("specs"))?;
    let text = "documents = \"specs\"\ncrates = \"crates\"\nall = true\n[package]\nprefix = \"countersign-\"\n[runtime]\nworkspace = true\n";
    Ok(fs::write(folder.join("countersign.toml"), text)?)
}

/// Runs the generator in a folder, perhaps on one core, which takes `taskset`.
pub fn generate(xtask: &Path, folder: &Path, on_one_core: bool) -> Result<Spent> {
    let mut command = Command::new(xtask);
    if on_one_core {
        command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(xtask);
    }
    let began = Instant::now();
    let mut child = command.arg("regenerate").current_dir(folder).stdout(std::process::Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut height = 0;
    let finished = loop {
        // The height is kept by the kernel, so that looking now and then misses only the last moments.
        if let Ok(text) = fs::read_to_string(&status) {
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            height = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(height);
        }
        if let Some(finished) = child.try_wait()? {
            break finished;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    if !finished.success() {
        bail!("the generator failed");
    }
    Ok(Spent { seconds: began.elapsed().as_secs_f64(), mebibytes: height as f64 / 1024.0 })
}

fn document_of(operations: usize) -> String {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo:\n  title: Large\n  version: 1.0.0\n  description: Many operations.\n  x-source: made for \
         measuring\nx-credentials:\n  key: {description: The key., x-source: made}\npaths:\n",
    );
    for number in 0..operations {
        text.push_str(&format!(
            "  /things/{number}:\n    post:\n      operationId: change_thing_{number}\n      summary: Changes thing \
             {number}\n      x-source: made\n      x-signed-fields: [name, count]\n      security: [{{sign: []}}]\n      \
             requestBody:\n        required: true\n        content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing{number}'}}, example: {{name: a thing}}}}}}\n      responses:\n        '200': {{description: Done., x-source: \
             made, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{number}'}}}}}}}}\n",
        ));
    }
    text.push_str(
        "components:\n  securitySchemes:\n    sign: {type: apiKey, in: header, name: X-Sign, description: Signs., x-source: \
         made, x-value: {hex: {sha-256: [{fields: signed}, {credential: key}]}}}\n  schemas:\n",
    );
    for number in 0..operations {
        text.push_str(&format!(
            "    Thing{number}:\n      type: object\n      description: A thing.\n      x-source: made\n      required: \
             [name]\n      properties:\n        name: {{type: string, description: Its name., x-source: made}}\n        \
             count: {{type: integer, description: How many., x-source: made}}\n",
        ));
    }
    text
}
