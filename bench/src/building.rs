//! A cold build of a crate that depends on one provider, against one that depends on reqwest, serde and serde_json.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::table::{Table, grouped, ratio};

const OURS: &str = r#"
fn main() {
    let client = countersign_airpay::Client::from_env();
    println!("{:?}", client.map(|client| client.forgot_password().client_is_ok()));
}
"#;

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?;
    let folder = tempfile::tempdir()?;
    let ours = project(
        folder.path(),
        "ours",
        &format!("countersign-airpay = {{ path = {:?} }}", workspace.join("crates/providers/airpay")),
        &OURS.replace("client.forgot_password().client_is_ok()", "format!(\"{:?}\", client.forgot_password())"),
    )?;
    let other = project(
        folder.path(),
        "other",
        "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\"] }\n\
         serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n",
        "fn main() {\n    let request = reqwest::Client::new().post(\"https://cards.example\").body(\"\").build();\n    \
         println!(\"{:?} {:?}\", request, serde_json::from_str::<serde_json::Value>(\"{}\"));\n}\n",
    )?;
    for project in [&ours, &other] {
        fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock"))?;
        cargo(project, &["fetch"])?;
    }
    let times: Vec<(f64, f64)> = (0..2).map(|_| Ok((build(&ours)?, build(&other)?))).collect::<Result<_>>()?;
    let seconds = |pick: fn(&(f64, f64)) -> f64| {
        let all: Vec<String> = times.iter().map(|pair| grouped(pick(pair))).collect();
        all.join(", ")
    };
    table.row("a cold release build (s)", seconds(|pair| pair.0), seconds(|pair| pair.1), ratio(&times));
    let (own, others) = (crates(&ours)?, crates(&other)?);
    let more: Vec<&str> = own.difference(&others).map(String::as_str).collect();
    table.row("crates", own.len().to_string(), others.len().to_string(), format!("more: {}", more.join(", ")));
    let (own, others) = (size(&ours)?, size(&other)?);
    table.row("a release program (MiB)", format!("{own:.1}"), format!("{others:.1}"), format!("{:.2}", own / others));
    Ok(())
}

fn project(folder: &Path, name: &str, dependencies: &str, main: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(path.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n[workspace]\n"
    );
    fs::write(path.join("Cargo.toml"), manifest)?;
    fs::write(path.join("src/main.rs"), main)?;
    Ok(path)
}

fn cargo(project: &Path, arguments: &[&str]) -> Result<String> {
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
