//! From `cargo xtask new` to a crate that compiles: what adding a provider takes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::workshop::{cargo, empty_root, golden, workspace, write_configuration, write_root};

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
    // And this one has webhooks, and responses that are signed and sealed.
    fs::copy(workspace().join("tests/documents/hooks.yaml"), specs.join("hooks.yaml")).unwrap();
    // And in this one values are one of several.
    fs::copy(workspace().join("tests/documents/choices.yaml"), specs.join("choices.yaml")).unwrap();
    // And in this one parameters, bodies and responses have every shape.
    fs::copy(workspace().join("tests/documents/shapes.yaml"), specs.join("shapes.yaml")).unwrap();
    // And in this one lists go on in every way.
    fs::copy(workspace().join("tests/documents/pages.yaml"), specs.join("pages.yaml")).unwrap();
    // And in this one responses are.
    fs::copy(workspace().join("tests/documents/receipts.yaml"), specs.join("receipts.yaml")).unwrap();
    // And this one is published, in one file, with what we say of it in another.
    for file in ["paygo.yaml", "paygo.published.yaml"] {
        fs::copy(workspace().join("tests/documents/overlay").join(file), specs.join(file)).unwrap();
    }
    run(xtask().arg("regenerate"));
    fs::create_dir_all(root.join("user/src")).unwrap();
    fs::copy(golden("use_acme.rs"), root.join("user/src/main.rs")).unwrap();
    fs::create_dir_all(root.join("user/src/bin")).unwrap();
    fs::copy(golden("use_hooks.rs"), root.join("user/src/bin/hooks.rs")).unwrap();
    fs::copy(golden("use_choices.rs"), root.join("user/src/bin/choices.rs")).unwrap();
    fs::copy(golden("use_shapes.rs"), root.join("user/src/bin/shapes.rs")).unwrap();
    fs::copy(golden("use_pages.rs"), root.join("user/src/bin/pages.rs")).unwrap();
    fs::copy(golden("use_receipts.rs"), root.join("user/src/bin/receipts.rs")).unwrap();
    fs::copy(golden("use_paygo.rs"), root.join("user/src/bin/paygo.rs")).unwrap();
    let project = |name: &str| format!("{:?}", workspace().join("crates").join(name));
    let manifest = USER.replace("READER", &project("spec")).replace("SANDBOX", &project("sandbox"));
    fs::write(root.join("user/Cargo.toml"), manifest).unwrap();
    let cargo = |arguments: &[&str]| run(cargo(&root, arguments).env("RUSTDOCFLAGS", "-D warnings"));
    let output = cargo(&["build", "--offline", "--workspace", "--message-format", "short"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("warning"), "{text}");
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "user-of-acme"]);
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "hooks"]);
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "choices"]);
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "shapes"]);
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "pages"]);
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "receipts"]);
    let overlay = specs.join("paygo.yaml").display().to_string();
    cargo(&["run", "--offline", "--quiet", "--package", "user-of-acme", "--bin", "paygo", "--", &overlay]);
    cargo(&["doc", "--offline", "--no-deps", "--workspace"]);
    for name in ["acme", "choices", "hooks", "pages", "paygo", "receipts", "shapes"] {
        let package = format!("countersign-{name}");
        cargo(&["test", "--offline", "--doc", "--package", &package, "--features", "mock"]);
    }
    let packages = [
        "countersign-fresh-pay",
        "countersign-acme",
        "countersign-choices",
        "countersign-hooks",
        "countersign-pages",
        "countersign-paygo",
        "countersign-providers",
    ];
    cargo(&[&["fmt", "--check"][..], &packages.map(|package| ["-p", package]).concat()].concat());
}

const USER: &str = r#"
[package]
name = "user-of-acme"
version = "0.0.0"
edition = "2024"

[dependencies]
countersign-acme = { path = "../crates/acme", features = ["mock"] }
countersign-choices = { path = "../crates/choices", features = ["mock"] }
countersign-hooks = { path = "../crates/hooks", features = ["mock"] }
countersign-shapes = { path = "../crates/shapes", features = ["mock"] }
countersign-pages = { path = "../crates/pages", features = ["mock"] }
countersign-receipts = { path = "../crates/receipts", features = ["mock"] }
countersign-paygo = { path = "../crates/paygo", features = ["mock"] }
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
