//! Cold builds of programs that make airpay's call: ours against one by hand, with reqwest, serde and serde_json.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::table::{Table, grouped, ratio};

/// What makes a program of a call.
const RUNTIME: &str = "tokio = { version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\"] }\n";

const BY_HAND: &str = r#"
    let request = reqwest::Client::new().post("https://cards.example").header("checksum", "").body("").send();
    let response = runtime.block_on(async { request.await?.bytes().await });
    println!("{:?}", response.map(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes)));
"#;

const OURS: &str = r#"
    let client = countersign_airpay::Client::from_env().expect("the environment");
    let call = client.forgot_password().mobile_no("9876543978").dob(countersign_airpay::Date::constant(1958, 1, 2));
    println!("{:?}", runtime.block_on(call.send()));
"#;

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ours = ours(folder.path())?;
    let other = program(
        folder.path(),
        "other",
        "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\"] }\n\
         serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n",
        BY_HAND,
    )?;
    compare(table, "", &ours, &other)
}

/// A program that makes airpay's call with our client.
pub fn ours(folder: &Path) -> Result<PathBuf> {
    let dependency = format!("countersign-airpay = {{ path = {:?} }}\n", workspace()?.join("crates/providers/airpay"));
    program(folder, "ours", &dependency, OURS)
}

/// The root of the workspace.
pub fn workspace() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")
}

/// Adds the rows that compare two programs' builds.
pub fn compare(table: &mut Table, beside: &str, ours: &Path, other: &Path) -> Result<()> {
    let times: Vec<(f64, f64)> = (0..2).map(|_| Ok((build(ours)?, build(other)?))).collect::<Result<_>>()?;
    let seconds = |pick: fn(&(f64, f64)) -> f64| {
        let all: Vec<String> = times.iter().map(|pair| grouped(pick(pair))).collect();
        all.join(", ")
    };
    let title = |what: &str| format!("{what}{beside}");
    table.row(title("a cold release build (s)"), seconds(|pair| pair.0), seconds(|pair| pair.1), ratio(&times));
    let (own, others) = (crates(ours)?, crates(other)?);
    let more: Vec<&str> = own.difference(&others).map(String::as_str).collect();
    table.row(title("crates"), own.len().to_string(), others.len().to_string(), format!("more: {}", more.join(", ")));
    let (own, others) = (size(ours)?, size(other)?);
    let ratio = format!("{:.2}", own / others);
    table.row(title("a release program (MiB)"), format!("{own:.1}"), format!("{others:.1}"), ratio);
    Ok(())
}

/// Makes a program of what is done with a `runtime`.
pub fn program(folder: &Path, name: &str, dependencies: &str, body: &str) -> Result<PathBuf> {
    let main = format!(
        "fn main() {{\n    let mut runtime = tokio::runtime::Builder::new_current_thread();\n    \
         let runtime = runtime.enable_all().build().expect(\"a runtime\");\n{body}}}\n"
    );
    let project = project(folder, name, &format!("{dependencies}{RUNTIME}"), &[("main.rs", &main)])?;
    lock(&project)?;
    Ok(project)
}

/// Has a project take the versions that the workspace takes.
pub fn lock(project: &Path) -> Result<()> {
    fs::copy(workspace()?.join("Cargo.lock"), project.join("Cargo.lock"))?;
    cargo(project, &["fetch"])?;
    Ok(())
}

/// Makes a project of files in `src`.
pub fn project(folder: &Path, name: &str, dependencies: &str, files: &[(&str, &str)]) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(path.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n[workspace]\n"
    );
    fs::write(path.join("Cargo.toml"), manifest)?;
    for (name, text) in files {
        fs::write(path.join("src").join(name), text)?;
    }
    Ok(path)
}

/// Runs Cargo in a project, with a target of its own.
pub fn cargo(project: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(project)
        .env("CARGO_TARGET_DIR", project.join("target"))
        .output()?;
    if !output.status.success() {
        bail!("cargo {arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn build(project: &Path) -> Result<f64> {
    let target = project.join("target");
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    let began = Instant::now();
    cargo(project, &["build", "--release", "--offline"])?;
    Ok(began.elapsed().as_secs_f64())
}

fn crates(project: &Path) -> Result<BTreeSet<String>> {
    let tree =
        cargo(project, &["tree", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])?;
    let root = project.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| **name != root)
        .map(str::to_owned)
        .collect())
}

fn size(project: &Path) -> Result<f64> {
    let program = project.join("target/release").join(project.file_name().unwrap_or_default());
    Ok(fs::metadata(program)?.len() as f64 / (1024.0 * 1024.0))
}
