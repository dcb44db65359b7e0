//! A directory of the test's own in which the generator works.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use countersign_codegen::config::Config;
use tempfile::TempDir;

/// Documents in `specs/`, and the crates that the program makes of them in `crates/`.
pub struct Workshop(TempDir);

impl Workshop {
    /// With a copy of the golden document under each of these names.
    pub fn with(names: &[&str]) -> Self {
        let workshop = Self(TempDir::new().unwrap());
        fs::create_dir(workshop.specs()).unwrap();
        write_configuration(workshop.0.path());
        for name in names {
            workshop.write_document(name, &golden_document());
        }
        workshop
    }

    pub fn specs(&self) -> PathBuf {
        self.0.path().join("specs")
    }

    pub fn crates(&self) -> PathBuf {
        self.0.path().join("crates")
    }

    /// What a run needs while it writes.
    pub fn workplace(&self) -> PathBuf {
        self.0.path().join(".regenerate")
    }

    pub fn write_document(&self, name: &str, text: &str) {
        fs::write(self.specs().join(format!("{name}.yaml")), text).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("regenerate").args(arguments).current_dir(self.0.path());
        command
    }

    pub fn regenerate(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn regenerated(names: &[&str]) -> Self {
        let workshop = Self::with(names);
        succeeds(&workshop.regenerate(&[]));
        workshop
    }
}

/// The root of this workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// An empty directory below this workspace's `target/`, for a workspace of generated crates.
pub fn empty_root(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    fs::create_dir_all(&root).unwrap();
    root
}

/// Writes a `countersign.toml` that says what that of this workspace says, but that the crates are in `crates/`.
pub fn write_configuration(root: &Path) {
    let text = fs::read_to_string(workspace().join("countersign.toml")).unwrap();
    assert!(text.contains("\"crates/providers\""));
    fs::write(root.join("countersign.toml"), text.replace("\"crates/providers\"", "\"crates\"")).unwrap();
}

/// The same, as the library has it.
pub fn configuration() -> Config {
    Config::parse(&fs::read_to_string(workspace().join("countersign.toml")).unwrap(), "countersign.toml").unwrap()
}

/// Writes what a workspace of generated crates needs at its root.
pub fn write_root(root: &Path, members: &[&str]) {
    let runtime = workspace().join("crates/countersign");
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[workspace.dependencies]\n\
         countersign = {{ path = {runtime:?}, default-features = false }}\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    for file in ["Cargo.lock", "rustfmt.toml"] {
        fs::copy(workspace().join(file), root.join(file)).unwrap();
    }
}

/// Cargo, in a workspace whose dependencies have been built where this test has been built.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", target);
    cargo
}

/// What the tests of a document's crate depend on: the crate with its mocks, a sandbox, and what runs both.
pub fn dependencies(document: &str) -> String {
    format!(
        r#"countersign-{document} = {{ path = "../crates/{document}", features = ["mock"] }}
countersign-sandbox = {{ path = {:?} }}
httpmock = {{ version = "0.9", default-features = false }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"#,
        workspace().join("crates/sandbox")
    )
}

/// The crate of one of this workspace's documents, and a package of tests beside it, `tests`.
pub struct Tested(PathBuf);

impl Tested {
    /// Generates the crate.
    pub fn generated(document: &str) -> Self {
        let root = empty_root(document);
        fs::create_dir_all(root.join("specs")).unwrap();
        fs::create_dir_all(root.join("tests/tests")).unwrap();
        let file = format!("{document}.yaml");
        fs::copy(workspace().join("tests/documents").join(&file), root.join("specs").join(file)).unwrap();
        write_configuration(&root);
        // Before the crates are there: the workspace above is another, in which names are taken.
        write_root(&root, &[&format!("crates/{document}"), "tests"]);
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        assert!(xtask.arg("regenerate").current_dir(&root).status().unwrap().success());
        Self(root)
    }

    /// A file of the workspace.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Runs the tests in a file, with what they depend on, and holds them to be so many.
    #[track_caller]
    pub fn passes(&self, tests: &str, dependencies: &str, count: usize) {
        fs::write(self.path("tests/tests/tests.rs"), tests).unwrap();
        let head = "[package]\nname = \"tests\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dev-dependencies]\n";
        fs::write(self.path("tests/Cargo.toml"), format!("{head}{dependencies}")).unwrap();
        let output = cargo(&self.0, &["test", "--offline", "--package", "tests"]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        assert!(text.contains(&format!("test result: ok. {count} passed")), "{text}");
    }
}

pub fn golden(directory: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(directory)
}

pub fn golden_document() -> String {
    fs::read_to_string(golden("specs/acme.yaml")).unwrap()
}

/// Every file below a directory, with its bytes.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut ahead = vec![root.to_owned()];
    while let Some(directory) = ahead.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                ahead.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

pub fn times(root: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: &PathBuf| fs::metadata(root.join(path)).unwrap().modified().unwrap();
    files(root).into_keys().map(|path| (path.clone(), time(&path))).collect()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
pub fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

#[track_caller]
pub fn fails(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    stderr(output)
}
