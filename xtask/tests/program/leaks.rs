//! A generated client prints nothing confidential: the client of a document with something confidential in every place is
//! generated, and everything that can be printed of it is searched. That the search finds what leaks is a test of its own
//! (`tests/tests/leaks_found.rs`).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::workshop::{cargo, empty_root, workspace, write_configuration, write_root};
use countersign_codegen::syntax::module_items;
use syn::Item;

const WALK: &str = include_str!("../golden/leaks.rs");

#[test]
fn nothing_confidential_is_printed_of_a_generated_client() {
    let root = empty_root("leaks");
    let (specs, crates) = (root.join("specs"), root.join("crates"));
    fs::create_dir_all(&specs).unwrap();
    fs::create_dir_all(root.join("walk/tests")).unwrap();
    fs::copy(workspace().join("tests/documents/confidential.yaml"), specs.join("confidential.yaml")).unwrap();
    write_configuration(&root);
    // Before the crates are there: the workspace above is another, in which names are taken.
    write_root(&root, &["crates/confidential", "walk"]);
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    assert!(xtask.arg("regenerate").current_dir(&root).status().unwrap().success());
    assert_walks_all(&crates.join("confidential/src/api.rs"));

    fs::write(root.join("walk/tests/leaks.rs"), WALK).unwrap();
    let manifest = MANIFEST.replace("TESTS", &format!("{:?}", workspace().join("tests")));
    fs::write(root.join("walk/Cargo.toml"), manifest).unwrap();
    let output = cargo(&root, &["test", "--offline", "--package", "walk"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("test result: ok. 7 passed"), "{text}");
}

/// What the walk leaves out would never be missed.
#[track_caller]
fn assert_walks_all(api: &Path) {
    let code = syn::parse_file(&fs::read_to_string(api).unwrap()).unwrap();
    let types = module_items(&code, "types").unwrap();
    let builders = types.iter().find_map(|item| match item {
        Item::Mod(module) => module.content.as_ref().map(|(_, items)| items.as_slice()),
        _ => None,
    });
    let names = |items: &[Item]| -> Vec<String> {
        let named = items.iter().filter_map(|item| match item {
            Item::Struct(object) => Some(object.ident.to_string()),
            Item::Enum(choice) => Some(choice.ident.to_string()),
            _ => None,
        });
        named.collect()
    };
    for name in names(types) {
        assert!(WALK.contains(&format!("of_type::<types::{name}>")), "the type {name} is not walked");
    }
    for name in names(builders.unwrap()) {
        assert!(WALK.contains(&format!("types::{name}::builder()")), "the builder of {name} is not walked");
    }
    let calls = names(module_items(&code, "builder").unwrap()).len();
    assert_eq!(WALK.matches("leaks(&PLAN).operation(").count(), calls, "calls are not walked");
}

const MANIFEST: &str = r#"
[package]
name = "walk"
version = "0.0.0"
edition = "2024"

[dev-dependencies]
countersign-confidential = { path = "../crates/confidential" }
countersign-tests = { path = TESTS }
serde_json = "1"
"#;
