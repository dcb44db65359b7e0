//! From `cargo xtask new` to a crate that compiles: what adding a provider takes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::workshop::{cargo, empty_root, golden, workspace, write_configuration, write_root};

/// Documents of the tests, each with what it is there for: its crate is built, and a program uses it.
#[rustfmt::skip] // Each beside what it has.
const DOCUMENTS: [&str; 7] = [
    "choices", // Values that are one of several.
    "hooks", // Webhooks, and responses that are signed and sealed.
    "pages", // Lists that go on in every way.
    "places", // Several addresses, and settings in them.
    "receipts", // Successes of several kinds, and their headers.
    "shapes", // Parameters, bodies and responses of every shape.
    "token", // A token that a flow issues.
];

#[track_caller]
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    output
}

#[test]
fn a_new_document_becomes_a_crate_that_compiles_without_a_warning_and_does_what_it_says() {
    let root = empty_root("new");
    let specs = root.join("specs");
    write_configuration(&root);
    write_root(&root, &["crates/*", "user"]);
    let xtask = || {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.current_dir(&root);
        xtask
    };
    run(xtask().args(["new", "fresh_pay"]));
    run(xtask().arg("lint").arg(specs.join("fresh_pay.yaml")));
    // The golden document has more in it, and a program that uses its crate.
    fs::copy(golden("specs/acme.yaml"), specs.join("acme.yaml")).unwrap();
    for name in DOCUMENTS {
        let file = format!("{name}.yaml");
        fs::copy(workspace().join("tests/documents").join(&file), specs.join(file)).unwrap();
    }
    // And this one is published, in one file, with what we say of it in another.
    for file in ["paygo.yaml", "paygo.published.yaml"] {
        fs::copy(workspace().join("tests/documents/overlay").join(file), specs.join(file)).unwrap();
    }
    run(xtask().arg("regenerate"));
    fs::create_dir_all(root.join("user/src")).unwrap();
    fs::copy(golden("use_acme.rs"), root.join("user/src/main.rs")).unwrap();
    fs::create_dir_all(root.join("user/src/bin")).unwrap();
    for name in DOCUMENTS.into_iter().chain(["paygo"]) {
        fs::copy(golden(&format!("use_{name}.rs")), root.join(format!("user/src/bin/{name}.rs"))).unwrap();
    }
    let project = |name: &str| format!("{:?}", workspace().join("crates").join(name));
    let crates: String = DOCUMENTS
        .into_iter()
        .chain(["acme", "paygo"])
        .map(|name| format!("countersign-{name} = {{ path = \"../crates/{name}\", features = [\"mock\"] }}\n"))
        .collect();
    let manifest = USER.replace("READER", &project("spec")).replace("SANDBOX", &project("sandbox"));
    fs::write(root.join("user/Cargo.toml"), manifest + &crates).unwrap();
    let cargo = |arguments: &[&str]| run(cargo(&root, arguments).env("RUSTDOCFLAGS", "-D warnings"));
    let output = cargo(&["build", "--offline", "--workspace", "--message-format", "short"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("warning"), "{text}");
    let overlay = specs.join("paygo.yaml").display().to_string();
    for name in DOCUMENTS.into_iter().chain(["user-of-acme", "paygo"]) {
        cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", name, "--", &overlay]);
    }
    cargo(&["doc", "--offline", "--no-deps", "--workspace"]);
    let packages = DOCUMENTS.into_iter().chain(["acme", "paygo"]).map(|name| format!("countersign-{name}"));
    for package in packages.clone() {
        cargo(&["test", "--offline", "--doc", "--package", &package, "--features", "mock"]);
    }
    let packages = packages.chain(["countersign-fresh-pay".to_owned(), "countersign-providers".to_owned()]);
    let packages: Vec<String> = packages.flat_map(|package| ["-p".to_owned(), package]).collect();
    let arguments = ["fmt", "--check"].into_iter().chain(packages.iter().map(String::as_str));
    cargo(&arguments.collect::<Vec<_>>());
}

const USER: &str = r#"
[package]
name = "user-of-acme"
version = "0.0.0"
edition = "2024"

[dependencies]
countersign-providers = { path = "../crates/all" }
countersign-sandbox = { path = SANDBOX }
countersign-spec = { path = READER }
serde_json = "1"
tokio = { version = "1", default-features = false, features = ["rt", "time", "net"] }
"#;

#[test]
fn a_document_that_is_there_is_not_overwritten() {
    let directory = tempfile::TempDir::new().unwrap();
    let document = directory.path().join("specs/acme.yaml");
    fs::create_dir(directory.path().join("specs")).unwrap();
    fs::write(&document, "mine").unwrap();
    let output = new("acme", directory.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("acme.yaml"));
    assert_eq!(fs::read_to_string(&document).unwrap(), "mine");
}

#[test]
fn a_name_that_no_document_can_have_is_refused() {
    let directory = tempfile::TempDir::new().unwrap();
    for name in ["Acme", "acme-pay", "all", "struct", "../acme", ""] {
        let output = new(name, directory.path());
        assert_eq!(output.status.code(), Some(1), "{name:?} is accepted");
        assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("{name:?}")), "{name:?}: {output:?}");
    }
    assert!(!directory.path().join("specs").exists());
}

fn new(name: &str, root: &Path) -> Output {
    write_configuration(root);
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(["new", name]).current_dir(root).output().unwrap()
}
