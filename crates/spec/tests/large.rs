//! A published document of more than 4 MiB, as those of the largest providers are.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use countersign_spec::{Reading, read};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// How many operations it has.
const OPERATIONS: usize = 1_200;

/// What tools write: inline objects, `allOf`, long descriptions, a pattern for each.
fn published() -> String {
    let words = "What a tool writes about a field and nobody reads. ".repeat(12);
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: Large, version: '1'}\nservers: [{url: 'https://large.example'}]\nsecurity: [{key: []}]\npaths:\n",
    );
    for number in 0..OPERATIONS {
        let _ = write!(
            text,
            "  /things{number}:\n    post:\n      operationId: makeThing{number}\n      tags: [Things {}]\n      requestBody:\n        \
             required: true\n        content:\n          application/json:\n            schema:\n              allOf:\n                \
             - {{$ref: '#/components/schemas/Base'}}\n                - type: object\n                  description: {words}\n                  \
             properties:\n                    code: {{type: string, pattern: '^[a-z]{{{}}}-{number}$', description: {words}}}\n                    \
             parts: {{type: array, items: {{type: object, properties: {{part: {{type: string, description: {words}}}}}}}}}\n      \
             responses:\n        '200':\n          description: {words}\n          content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing{number}'}}}}}}\n",
            number % 40,
            number % 9 + 1,
        );
    }
    text.push_str(
        "components:\n  securitySchemes:\n    key: {type: apiKey, in: header, name: X-Key}\n  schemas:\n    Base: {type: object, \
         properties: {size: {type: integer}}}\n",
    );
    for number in 0..OPERATIONS {
        let _ = write!(
            text,
            "    Thing{number}:\n      type: object\n      description: {words}\n      properties: {{state: {{type: string, description: \
             {words}}}, next: {{$ref: '#/components/schemas/Base'}}}}\n"
        );
    }
    text
}

#[test]
fn a_document_of_more_than_four_mebibytes_is_read_and_what_comes_of_it_is_read_again() {
    let base = published();
    assert!(base.len() > 4 << 20, "{}", base.len());
    let directory = TempDir::new().unwrap();
    let hash: String = Sha256::digest(&base).iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(directory.path().join("base.yaml"), base).unwrap();
    let overlay = format!(
        "overlay: 1.1.0\ninfo: {{title: Large, version: '1'}}\nextends: ./base.yaml\nx-sha256: {hash}\nactions:\n  - target: $\n    \
         update: {{x-credentials: {{key: {{description: The key., x-source: a page}}}}}}\n  - target: \
         $.components.securitySchemes.key\n    update: {{x-value: {{credential: key}}}}\n"
    );
    let path = directory.path().join("large.yaml");
    std::fs::write(&path, overlay).unwrap();
    let document = Reading::default().file(&path).unwrap();
    assert_eq!(document.plan().operations.len(), OPERATIONS);
    assert!(document.plan().operation("make_thing7").unwrap().field("/code").is_some());
    // What a crate has of it is as large, and is read by whoever has the crate.
    assert!(document.text().len() > 4 << 20);
    let again = read("large.yaml", document.text()).unwrap();
    assert_eq!(again.plan(), document.plan());
    // An own document of that size is not written by a person.
    let own = document.text().replace("x-base", "x-bass");
    assert!(read("large.yaml", &own).unwrap_err().to_string().contains("the document has"));
}
