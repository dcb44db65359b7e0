//! The vocabulary of the lint and that of `specs/README.md` are one.

use std::collections::BTreeSet;

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
