//! The generator from code, in a repository of somebody's own.

#![allow(clippy::unwrap_used)]

use std::fs;

use countersign_codegen::Generator;
use countersign_codegen::init::{Init, Runtime, init};

#[test]
fn it_writes_the_crates_and_says_what_is_not_as_it_should_be() {
    let folder = tempfile::TempDir::new().unwrap();
    let root = folder.path();
    fs::create_dir(root.join(".git")).unwrap();
    let wanted = Init {
        documents: "documents".to_owned(),
        crates: "clients".to_owned(),
        prefix: Some("our_".to_owned()),
        runtime: Runtime::Path("vendored/countersign".to_owned()),
        workflow: false,
    };
    let runtime = root.join("vendored/countersign");
    fs::create_dir_all(&runtime).unwrap();
    fs::write(runtime.join("Cargo.toml"), "[package]\nname = \"countersign\"\n").unwrap();
    init(root, &wanted).unwrap();
    let generator = || Generator::find_from(&root.join("clients")).unwrap();
    assert!(generator().write().unwrap_err().to_string().contains("documents, cannot be read"));
    fs::create_dir(root.join("documents")).unwrap();
    let document = root.join("documents/acme.yaml");
    fs::write(&document, countersign_spec::starter("acme")).unwrap();
    let missing = generator().check().unwrap_err().to_string();
    assert!(missing.contains("missing: ") && missing.contains("run `countersign generate`"), "{missing}");
    generator().write().unwrap();
    generator().providers(["acme"]).check().unwrap();
    let manifest = fs::read_to_string(root.join("clients/acme/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"our_acme\""), "{manifest}");
    assert!(manifest.contains("{ path = \"../../vendored/countersign\", default-features = false }"), "{manifest}");

    fs::write(&document, countersign_spec::starter("acme").replace("X-Signature", "X-Sign")).unwrap();
    assert!(generator().check().unwrap_err().to_string().contains("stale: "));
    fs::write(&document, countersign_spec::starter("acme").replace("type: integer", "type: int")).unwrap();
    assert!(generator().write().unwrap_err().to_string().contains("[wrong-value]"));
}
