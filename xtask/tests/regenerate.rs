//! `cargo xtask regenerate`, as its user meets it: the program, on documents and crates in a directory of the test's
//! own.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;
use xtask::generate;
use xtask::tasks::{self, Regenerate, Verdict};

/// Documents in `specs/`, and the crates that the program makes of them in `crates/`.
struct Workshop(TempDir);

impl Workshop {
    /// With a copy of the golden document under each of these names.
    fn with(names: &[&str]) -> Self {
        let workshop = Self(TempDir::new().unwrap());
        fs::create_dir(workshop.specs()).unwrap();
        for name in names {
            workshop.write_document(name, &golden_document());
        }
        workshop
    }

    fn specs(&self) -> PathBuf {
        self.0.path().join("specs")
    }

    fn crates(&self) -> PathBuf {
        self.0.path().join("crates")
    }

    fn write_document(&self, name: &str, text: &str) {
        fs::write(self.specs().join(format!("{name}.yaml")), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("regenerate").args(arguments);
        command.arg("--specs").arg(self.specs()).arg("--crates").arg(self.crates());
        command
    }

    fn regenerate(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn regenerated(names: &[&str]) -> Self {
        let workshop = Self::with(names);
        succeeds(&workshop.regenerate(&[]));
        workshop
    }
}

fn golden(directory: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(directory)
}

fn golden_document() -> String {
    fs::read_to_string(golden("specs/acme.yaml")).unwrap()
}

/// Every file below a directory, with its bytes.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut ahead = vec![root.to_owned()];
    while let Some(directory) = ahead.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn times(root: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: &PathBuf| fs::metadata(root.join(path)).unwrap().modified().unwrap();
    files(root).into_keys().map(|path| (path.clone(), time(&path))).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

#[track_caller]
fn fails(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    stderr(output)
}

/// Set `UPDATE=1` to write the golden files anew; review what changed.
#[test]
fn the_crate_of_the_golden_document() {
    let workshop = Workshop::regenerated(&["acme"]);
    let (wanted, got) = (golden("crates"), files(&workshop.crates()));
    if std::env::var_os("UPDATE").is_some() {
        if wanted.exists() {
            fs::remove_dir_all(&wanted).unwrap();
        }
        for (path, bytes) in &got {
            let path = wanted.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let wanted = files(&wanted);
    assert_eq!(wanted.keys().collect::<Vec<_>>(), got.keys().collect::<Vec<_>>());
    for (path, bytes) in &got {
        let (wanted, got) = (String::from_utf8_lossy(&wanted[path]), String::from_utf8_lossy(bytes));
        let diff = similar::TextDiff::from_lines(&*wanted, &*got).unified_diff().to_string();
        assert!(wanted == got, "{} differs; UPDATE=1 writes it anew\n{diff}", path.display());
    }
}

#[test]
fn the_document_is_in_its_crate_byte_for_byte() {
    let workshop = Workshop::regenerated(&["acme"]);
    assert_eq!(fs::read_to_string(workshop.crates().join("acme/openapi.yaml")).unwrap(), golden_document());
}

#[test]
fn the_same_bytes_come_out_wherever_and_however_often_it_runs() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let first = files(&workshop.crates());
    succeeds(&workshop.command(&[]).current_dir("/").output().unwrap());
    assert_eq!(first, files(&workshop.crates()));
    let elsewhere = Workshop::regenerated(&["acme", "bolt"]);
    assert_eq!(first, files(&elsewhere.crates()));
}

#[test]
fn a_file_that_is_right_is_not_touched() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let before = times(&workshop.crates());
    workshop.write_document("bolt", &golden_document().replace("Acme wallets", "Bolt wallets"));
    succeeds(&workshop.regenerate(&[]));
    let after = times(&workshop.crates());
    let touched: Vec<_> = after.iter().filter(|(path, time)| before[*path] != **time).map(|(path, _)| path).collect();
    let expected = ["Cargo.toml", "README.md", "openapi.yaml", "src/api.rs", "src/client.rs", "src/plan.rs"];
    assert_eq!(touched, expected.map(|name| Path::new("bolt").join(name)).iter().collect::<Vec<_>>());
}

#[test]
fn check_is_silent_where_all_is_well() {
    let workshop = Workshop::regenerated(&["acme"]);
    let output = workshop.regenerate(&["--check"]);
    succeeds(&output);
    assert_eq!((stderr(&output).as_str(), output.stdout.as_slice()), ("", &b""[..]));
}

#[test]
fn check_names_what_is_stale_missing_or_stray_and_writes_nothing() {
    let workshop = Workshop::regenerated(&["acme"]);
    let file = |name: &str| workshop.crates().join("acme").join(name);
    let api = fs::read_to_string(file("src/api.rs")).unwrap();
    fs::write(file("src/api.rs"), api.replace("pub struct Payee", "pub struct Payer")).unwrap();
    fs::remove_file(file("README.md")).unwrap();
    fs::create_dir(file("benches")).unwrap();
    fs::write(file("benches/mine.rs"), "fn main() {}").unwrap();
    let before = files(&workshop.crates());

    let report = fails(&workshop.regenerate(&["--check"]));
    let lines: Vec<&str> = report.lines().collect();
    let line = |word: &str, name: &str| format!("{word}: {}", file(name).display());
    assert_eq!(lines[0], line("missing", "README.md"));
    assert_eq!(lines[1], line("stray", "benches/mine.rs"));
    assert_eq!(lines[2], line("stale", "src/api.rs"));
    let (specs, crates) = (workshop.specs(), workshop.crates());
    let command = format!("`cargo xtask regenerate --specs {} --crates {}`", specs.display(), crates.display());
    assert!(lines[3].contains(&command), "{report}");
    assert_eq!(before, files(&workshop.crates()));

    let shown = workshop.regenerate(&["--check", "--verbose"]);
    let diff = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(diff.contains("-    pub struct Payer {\n+    pub struct Payee {\n"), "{diff}");
    assert_eq!(before, files(&workshop.crates()));

    succeeds(&workshop.regenerate(&[]));
    succeeds(&workshop.regenerate(&["--check"]));
    assert!(!file("benches").exists(), "an empty directory is left behind");
}

#[test]
fn one_bad_document_leaves_everything_as_it_is_and_all_findings_are_printed() {
    let workshop = Workshop::regenerated(&["acme", "bolt", "core"]);
    let before = times(&workshop.crates());
    let good = golden_document();
    workshop.write_document("acme", &good.replace("{session: token}", "{session: tokn}"));
    workshop
        .write_document("bolt", &good.replace("operationId: transfer", "operationId: Transfer").replace("safe", "ok"));
    workshop.write_document("core", &good.replace("Acme wallets", "Core wallets"));
    for arguments in [&[][..], &["core"], &["--check"]] {
        let findings = fails(&workshop.regenerate(arguments));
        for (file, rule) in [("acme", "unknown-name"), ("bolt", "operation-id"), ("bolt", "retry")] {
            let named = |line: &str| line.contains(&format!("{file}.yaml")) && line.contains(&format!("[{rule}]"));
            assert!(findings.lines().any(named), "{file} {rule}:\n{findings}");
        }
        assert_eq!(before, times(&workshop.crates()));
    }
}

#[test]
fn a_crate_without_a_document_goes() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    fs::create_dir(workshop.crates().join("target")).unwrap();
    fs::write(workshop.crates().join("target/kept"), "").unwrap();
    fs::remove_file(workshop.specs().join("bolt.yaml")).unwrap();

    let report = fails(&workshop.regenerate(&["--check"]));
    assert!(report.contains("bolt/src/api.rs"), "{report}");
    assert!(!report.contains("target"), "{report}");
    succeeds(&workshop.regenerate(&[]));
    assert!(!workshop.crates().join("bolt").exists());
    assert!(workshop.crates().join("target/kept").exists());
    let all = fs::read_to_string(workshop.crates().join("all/Cargo.toml")).unwrap();
    assert!(all.contains("countersign-acme") && !all.contains("bolt"), "{all}");
}

#[test]
fn what_the_generator_did_not_write_it_does_not_remove() {
    for name in ["mine", "acme"] {
        let workshop = Workshop::with(&["acme"]);
        let manifest = workshop.crates().join(name).join("Cargo.toml");
        fs::create_dir_all(manifest.parent().unwrap()).unwrap();
        fs::write(&manifest, "[package]\nname = \"mine\"\n").unwrap();
        for arguments in [&[][..], &["--check"]] {
            let error = fails(&workshop.regenerate(arguments));
            let (directory, crates) = (workshop.crates().join(name), files(&workshop.crates()));
            assert!(error.contains(&*directory.to_string_lossy()) && error.contains("--crates"), "{error}");
            assert_eq!(crates.len(), 1, "something was written: {:?}", crates.keys());
        }
    }
}

#[test]
fn one_provider_can_be_written_alone() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let changed = golden_document().replace("Acme wallets", "Other wallets");
    workshop.write_document("acme", &changed);
    workshop.write_document("bolt", &changed);
    workshop.write_document("core", &changed);
    succeeds(&workshop.regenerate(&["bolt"]));
    let read = |file: &str| fs::read_to_string(workshop.crates().join(file)).unwrap_or_default();
    assert!(read("bolt/README.md").contains("Other wallets"));
    assert!(read("acme/README.md").contains("Acme wallets"));
    // A crate that is not there must not be listed, or Cargo could not load the workspace.
    assert!(read("all/Cargo.toml").contains("countersign-acme"));
    assert!(!read("all/Cargo.toml").contains("countersign-core"));

    let report = fails(&workshop.regenerate(&["acme", "--check"]));
    assert!(report.contains("regenerate acme --specs"), "{report}");
    let error = fails(&workshop.regenerate(&["airpya"]));
    assert!(error.contains("airpya") && error.contains("acme, bolt, core"), "{error}");
}

#[test]
fn a_directory_without_documents_is_named_and_costs_no_crate() {
    let workshop = Workshop::regenerated(&["acme"]);
    let before = times(&workshop.crates());
    fs::remove_file(workshop.specs().join("acme.yaml")).unwrap();
    for _ in ["empty", "gone"] {
        let error = fails(&workshop.regenerate(&[]));
        assert!(error.contains(&*workshop.specs().to_string_lossy()) && error.contains("--specs"), "{error}");
        assert_eq!(before, times(&workshop.crates()));
        let _ = fs::remove_dir(workshop.specs());
    }
}

#[test]
fn a_panic_of_the_generator_names_the_document() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let before = times(&workshop.crates());
    workshop.write_document("acme", &golden_document().replace("Acme wallets", "Panic"));
    let documents: Vec<_> = ["acme", "bolt"]
        .map(|name| countersign_spec::read_file(&workshop.specs().join(format!("{name}.yaml"))).unwrap())
        .into();
    let refusals = generate::crates(&documents.iter().collect::<Vec<_>>(), panics_at_panic).unwrap_err();
    assert_eq!(refusals.len(), 1);
    let text = refusals[0].to_string();
    assert!(text.starts_with("specs/acme.yaml: [generator] the generator cannot take this document"), "{text}");
    assert!(text.contains("an assertion on Panic"), "{text}");
    assert!(text.contains("specs/README.md"), "no next step: {text}");

    let task = Regenerate {
        providers: Vec::new(),
        specs: workshop.specs(),
        crates: workshop.crates(),
        check: false,
        verbose: false,
        command: String::new(),
    };
    assert_eq!(tasks::regenerate(&task, panics_at_panic).unwrap(), Verdict::Bad);
    assert_eq!(before, times(&workshop.crates()));
}

fn panics_at_panic(openapi: &openapiv3::OpenAPI) -> Result<proc_macro2::TokenStream, String> {
    assert_ne!(openapi.info.title, "Panic", "an assertion on {}", openapi.info.title);
    generate::progenitor(openapi)
}
