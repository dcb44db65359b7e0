//! A release, rehearsed: every crate is packaged and unpacked, and whoever has nothing but the packages does what the readme says,
//! in an empty folder outside of this workspace.

#![allow(clippy::unwrap_used)]
// It takes a shell.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const README: &str = include_str!("../../README.md");

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where this test was built, so that what it depends on is not built again.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
    cargo
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    output
}

/// The packages, unpacked, each in a folder of its own. They are a workspace, so that the one around them is not theirs.
struct Packages {
    folder: PathBuf,
    names: Vec<String>,
    version: String,
}

impl Packages {
    fn make() -> Self {
        let metadata = run(&mut cargo(workspace(), &["metadata", "--no-deps", "--format-version", "1"]));
        let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
        let (ours, others): (Vec<&Value>, Vec<&Value>) =
            metadata["packages"].as_array().unwrap().iter().partition(|package| package["publish"].is_null());
        let name = |package: &&Value| package["name"].as_str().unwrap().to_owned();
        let version = ours[0]["version"].as_str().unwrap().to_owned();
        let names: Vec<String> = ours.iter().map(name).collect();
        assert!(names.len() >= 13, "{names:?}");

        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rehearsal");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("packed")).unwrap();
        let excluded: Vec<String> = others.iter().map(|other| format!("--exclude={}", name(other))).collect();
        let mut package = cargo(workspace(), &["package", "--workspace", "--no-verify", "--allow-dirty", "--quiet"]);
        run(package.args(excluded).env("CARGO_TARGET_DIR", folder.join("packed")));

        let packages = Self { folder: folder.join("packages"), names, version };
        fs::create_dir_all(&packages.folder).unwrap();
        for name in &packages.names {
            let file = folder.join(format!("packed/package/{name}-{}.crate", packages.version));
            // With the time of now: in a package all files are of one time, by which Cargo would take what it built before for new.
            run(Command::new("tar").arg("xzmf").arg(&file).arg("-C").arg(&packages.folder));
            for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
                assert!(packages.place(name).join(file).is_file(), "{name} has no {file}");
            }
        }
        let workspace_of_them = format!("[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n{}", packages.patch());
        fs::write(packages.folder.join("Cargo.toml"), workspace_of_them).unwrap();
        fs::copy(workspace().join("Cargo.lock"), packages.folder.join("Cargo.lock")).unwrap();
        packages
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-{}", self.version))
    }

    /// What leads Cargo to the packages, as if they were published.
    fn patch(&self) -> String {
        let mut patch = String::from("[patch.crates-io]\n");
        for name in &self.names {
            writeln!(patch, "{name} = {{ path = {:?} }}", self.place(name)).unwrap();
        }
        patch
    }

    /// The folder of the programs, built of the packages.
    fn programs(&self) -> PathBuf {
        run(&mut cargo(&self.folder, &["build", "--quiet", "--package", "countersign-cli"]));
        let programs = self.folder.join("bin");
        fs::create_dir_all(&programs).unwrap();
        for program in ["countersign", "cargo-countersign"] {
            fs::copy(target().join("debug").join(program), programs.join(program)).unwrap();
        }
        programs
    }
}

/// An empty folder of somebody else, who has the programs and a registry with the packages.
struct Elsewhere {
    folder: TempDir,
    path: String,
}

impl Elsewhere {
    fn with(packages: &Packages, programs: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join(".cargo")).unwrap();
        fs::write(folder.path().join(".cargo/config.toml"), packages.patch()).unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
        Self { folder, path }
    }

    /// Runs lines of a shell, all in one.
    #[track_caller]
    fn shell(&self, folder: &str, lines: &str) -> String {
        let output = self.try_shell(folder, lines);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{lines}\n{text}");
        text
    }

    fn try_shell(&self, folder: &str, lines: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-eux", "-c", lines]).current_dir(self.folder.path().join(folder)).env("PATH", &self.path);
        shell.env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
        shell.env("GIT_AUTHOR_NAME", "x").env("GIT_CONFIG_COUNT", "0").output().unwrap()
    }
}

/// The section of the readme under a heading.
fn section(heading: &str) -> &'static str {
    let rest = README.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The blocks of code in Markdown of a language, each with the line that is above it.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<(&'a str, &'a str)> {
    let fence = format!("```{language}\n");
    text.match_indices(&fence)
        .map(|(at, _)| {
            let above = text[..at].trim_end().lines().last().unwrap_or_default();
            (above, text[at + fence.len()..].split("\n```").next().unwrap())
        })
        .collect()
}

#[test]
fn whoever_has_the_packages_alone_does_what_the_readme_says() {
    let packages = Packages::make();
    let programs = packages.programs();
    let section = section("In your repository");

    // Each line of the readme's first screen. What is installed and what is cloned are the packages.
    let elsewhere = Elsewhere::with(&packages, &programs);
    let lock = workspace().join("Cargo.lock");
    let files = blocks(section, "rust,ignore");
    let mut script = String::from("trap 'kill $! 2>/dev/null || true' EXIT\n");
    let screens = blocks(section, "sh");
    for (index, (_, screen)) in screens.iter().enumerate() {
        for line in screen.lines() {
            if line.starts_with("cargo install ") {
                assert!(line.contains(" --git ") && line.ends_with(" countersign-cli"), "{line}");
                continue;
            }
            let line = line.split(" --git ").next().unwrap();
            writeln!(script, "{line}").unwrap();
            if line.starts_with("git init ") {
                // So that nothing is looked up in a registry: what is resolved is what was tested here.
                writeln!(script, "cp {:?} Cargo.lock", lock).unwrap();
            }
        }
        if index + 2 == screens.len() {
            for (above, code) in &files {
                let file = above.split('`').nth(1).unwrap();
                let folder = Path::new(file).parent().unwrap().display();
                writeln!(script, "mkdir -p {folder}\ncat > {file} <<'END_OF_FILE'\n{code}\nEND_OF_FILE").unwrap();
            }
        }
    }
    let said = elsewhere.shell("", &script);
    for expected in ["1 document, no findings", "\"payment_id\": \"payment-1\"", "a_payment_is_created ... ok"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }

    // Whoever formats their workspace leaves the crates as they are.
    elsewhere.shell("shop", "cargo fmt --check --package shop-acme");

    // The document changes.
    let document = elsewhere.folder.path().join("shop/specs/acme.yaml");
    let text = fs::read_to_string(&document).unwrap().replace("name: X-Signature", "name: X-Sign");
    fs::write(&document, text).unwrap();
    let checked = elsewhere.try_shell("shop", "countersign generate --check -v");
    assert_eq!(checked.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(shown.starts_with("acme on the wire\n  create_payment\n    - the header X-Signature: "), "{shown}");
    let said =
        elsewhere.shell("shop", "countersign generate\ncargo countersign generate --check\ncargo test --workspace");
    assert!(said.contains("a_payment_is_created ... ok"), "{said}");

    // A generator that is older than the runtime asks for one that is not there: one message says so.
    let root = elsewhere.folder.path().join("shop/crates/acme/src/lib.rs");
    let text = fs::read_to_string(&root).unwrap();
    fs::write(&root, text.replace("check_version!(\"", "check_version!(\"9")).unwrap();
    let built = elsewhere.try_shell("shop", "cargo build --package shop-acme --message-format short");
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(!built.status.success() && said.contains("this crate was generated with countersign 9"), "{said}");
    assert!(said.contains("run `cargo update -p countersign`, or generate the crate anew"), "{said}");

    // The example, as whoever copies it has it.
    let elsewhere = Elsewhere::with(&packages, &programs);
    copy(&workspace().join("examples/shop"), &elsewhere.folder.path().join("shop"));
    let manifest = elsewhere.folder.path().join("shop/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.split("\n# This example").next().unwrap()).unwrap();
    let steps = fs::read_to_string(workspace().join("examples/shop/.github/workflows/countersign.yml")).unwrap();
    let steps: Vec<&str> =
        steps.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("run: ")).collect();
    assert!(steps.len() == 4 && steps[0].starts_with("cargo install "), "{steps:?}");
    fs::copy(&lock, elsewhere.folder.path().join("shop/Cargo.lock")).unwrap();
    let said = elsewhere.shell("shop", &format!("{}\ncountersign demo", steps[1..].join("\n")));
    for expected in ["what_is_earned_is_kept ... ok", "3 of 3 operations were called"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.path().is_dir() {
            if name != "target" && name != ".regenerate" {
                copy(&entry.path(), &to.join(name));
            }
        } else if name != "Cargo.lock" {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}
