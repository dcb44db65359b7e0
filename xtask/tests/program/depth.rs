//! What the lint lets pass, the generator writes or refuses: it neither aborts nor takes forever.

use std::process::Output;

use crate::workshop::{Workshop, golden_document, stderr, succeeds};

/// The golden document with more schemas, of which the answer of an operation has `C0`.
fn with_schemas(schemas: &str) -> String {
    let document = golden_document();
    let answer = "    Transfer:\n      type: object\n";
    assert!(document.contains(answer), "the golden document has no such answer");
    let (before, after) = document.split_once(answer).unwrap();
    let (head, rest) = after.split_once("      properties:\n").unwrap();
    let first = "        chain: {$ref: '#/components/schemas/C0'}\n";
    format!("{before}{schemas}{answer}{head}      properties:\n{first}{rest}")
}

fn chain(length: usize, names: &[&str]) -> String {
    let object = |level: usize| {
        let next = format!("{{$ref: '#/components/schemas/C{}'}}", level + 1);
        let properties: Vec<String> = names.iter().map(|name| format!("{name}: {next}")).collect();
        let required = names.join(", ");
        let properties = properties.join(", ");
        format!(
            "    C{level}: {{type: object, x-source: page 5, required: [{required}], properties: {{{properties}}}}}\n"
        )
    };
    let objects: String = (0..length).map(object).collect();
    format!(
        "{objects}    C{length}: {{type: object, x-source: page 5, properties: {{end: {{type: string, x-source: page 5}}}}}}\n"
    )
}

fn run(document: &str) -> Output {
    let workshop = Workshop::with(&[]);
    workshop.write_document("acme", document);
    workshop.regenerate(&[])
}

#[test]
fn values_as_deep_and_as_many_as_the_lint_allows_are_generated() {
    succeeds(&run(&with_schemas(&chain(28, &["next"]))));
    succeeds(&run(&with_schemas(&chain(9, &["a", "b"]))));
}

#[test]
fn deeper_ones_and_more_are_refused() {
    for schemas in [chain(1_000, &["next"]), chain(40, &["a", "b"])] {
        let output = run(&with_schemas(&schemas));
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("[reference]"), "{}", stderr(&output));
    }
}

#[test]
fn a_schema_with_the_name_of_a_type_of_ours_does_not_abort_the_generator() {
    for name in ["Sensitive", "Secret", "Date", "Box", "Vec", "Option", "Client"] {
        let output = run(&golden_document().replace("Payee", name));
        assert!(matches!(output.status.code(), Some(0 | 1)), "{name}: {:?} {}", output.status, stderr(&output));
    }
}
