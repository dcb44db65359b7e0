//! The project's own documents, and the starting document, keep every rule.

use std::path::Path;

#[test]
fn the_documents_of_this_workspace_are_clean() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut documents = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            if let Err(findings) = countersign_spec::read_file(&path) {
                panic!("{findings}");
            }
            documents += 1;
        }
    }
    assert!(documents > 0, "specs/ holds no document");
}

#[test]
fn the_starting_document_is_clean_under_any_name() {
    for name in ["acme", "acme_pay", "Acme Pay", "x"] {
        let text = countersign_spec::starter(name);
        if let Err(findings) = countersign_spec::read("specs/acme.yaml", &text) {
            panic!("{findings}");
        }
    }
}
