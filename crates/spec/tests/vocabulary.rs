//! The vocabulary of the lint and that of `specs/README.md` are one.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use countersign_plan::{CredentialKind, JweAlgorithm, JweEncryption, JwsAlgorithm, RequestPart, SignatureAlgorithm};
use countersign_spec::{EXTENSIONS, FUNCTIONS};

const README: &str = include_str!("../../../specs/README.md");

/// The rows of the table under a heading, each as its first cell.
fn first_cells(heading: &str) -> Vec<&'static str> {
    let section = README.split(&format!("\n{heading}\n")).nth(1).expect("the heading is there");
    let table = section.lines().skip_while(|line| !line.starts_with("|---"));
    table.skip(1).take_while(|line| line.starts_with('|')).filter_map(|row| row.split('|').nth(1)).collect()
}

#[test]
fn the_readme_names_every_extension_and_no_other() {
    let named: Vec<&str> = first_cells("## Extensions").iter().filter_map(|cell| cell.split('`').nth(1)).collect();
    assert_eq!(named, EXTENSIONS);

    let mentioned: BTreeSet<&str> = README
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("x-") && word.len() > 2)
        .collect();
    let known: BTreeSet<&str> = EXTENSIONS
        .iter()
        .copied()
        .chain(["x-credentials-and-x-settings", "x-source-and-x-assumption", "x-www-form-urlencoded"])
        .collect();
    let unknown: Vec<&&str> = mentioned.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_readme_names_every_function_and_no_other() {
    let mut named: Vec<String> = Vec::new();
    for cell in first_cells("#### Expressions") {
        let mut digests = Vec::new();
        for code in cell.split('`').skip(1).step_by(2) {
            if let Some(call) = code.strip_prefix('{') {
                let name = call.split(':').next().unwrap_or_default().to_owned();
                digests.push(name.clone());
                named.push(name);
            } else if code.starts_with('-') {
                // "`{hmac-sha-256: …}` and `-384`, `-512`"
                let stem = digests[0].rsplit_once('-').expect("a size").0.to_owned();
                named.push(format!("{stem}{code}"));
            }
        }
    }
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let known: BTreeSet<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    assert_eq!(named, known);
    for option in FUNCTIONS.iter().flat_map(|function| function.options) {
        assert!(README.contains(&format!("{option}: ")), "specs/README.md does not show `{option}`");
    }
}

#[test]
fn the_readme_names_every_algorithm() {
    let all =
        SignatureAlgorithm::ALL.iter().map(|one| one.name().rsplit_once("-sha-").map_or(one.name(), |(stem, _)| stem));
    let names = all
        .chain(JwsAlgorithm::ALL.iter().map(|one| one.name()).filter(|name| name.starts_with("HS") || *name == "EdDSA"))
        .chain(JweAlgorithm::ALL.iter().map(|one| one.name()))
        .chain(JweEncryption::ALL.iter().map(|one| one.name()))
        .chain(CredentialKind::ALL.iter().map(|one| one.name()))
        .chain(RequestPart::ALL.iter().map(|one| one.name()));
    for name in names {
        assert!(README.contains(name), "specs/README.md does not name `{name}`");
    }
}

#[test]
fn the_gallery_is_what_is_in_its_directory() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/documents/schemes");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let stems: BTreeSet<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let named = first_cells("## Gallery").into_iter().filter_map(|cell| Some(cell.split('`').nth(1)?.to_owned()));
    assert_eq!(named.collect::<BTreeSet<_>>(), stems);
}
