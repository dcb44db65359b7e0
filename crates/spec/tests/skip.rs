//! Operations that cannot be taken, left out by name.

#![allow(clippy::unwrap_used)]

use countersign_spec::{Document, Findings, Reading, Rule, read};
use tempfile::TempDir;

/// Three operations, of which two share a type, and a webhook.
const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Acme, version: "1", description: Payments.}
x-source: The documentation
servers: [{url: https://acme.example, description: Live., x-name: live}]
x-credentials:
  key: {description: The key of the account.}
  stamp: {description: What refunds are stamped with.}
security: [{key: []}]
paths:
  /payments:
    post:
      operationId: create_payment
      summary: It does so.
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Payment"}, example: {amount: 1}}}}
      responses: {"200": {description: Done.}}
  /payments/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {$ref: "#/components/schemas/Id"}, example: p-1}
    get:
      operationId: payment_by_id
      summary: It does so.
      responses: {"200": {description: Done., content: {application/json: {schema: {$ref: "#/components/schemas/Payment"}, examples: {one: {value: {}}}}}}}
    delete:
      operationId: stop_payment
      summary: It does so.
      responses: {"200": {description: Done.}}
  /refunds:
    post:
      operationId: create_refund
      summary: It does so.
      security: [{key: [], stamp: []}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Refund"}, example: {reason: {text: none}}}}}
      responses: {"200": {description: Done.}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key, x-value: {credential: key}}
    stamp: {type: apiKey, in: header, name: X-Stamp, x-value: {credential: stamp}}
  schemas:
    Id: {type: string, description: An id.}
    Payment: {type: object, description: A payment., properties: {amount: {type: integer, description: Cents.}}}
    Refund: {type: object, description: A refund., required: [reason], properties: {reason: {$ref: "#/components/schemas/Reason"}}}
    Reason: {type: object, description: Why., required: [text], properties: {text: {type: string, description: Words.}}}
"##;

/// What an overlay of it says.
const ACTIONS: &str = r#"
actions:
  - target: $
    update: {x-credentials: {key: {description: A key., x-source: a page}, stamp: {description: A stamp., x-source: a page}}}
  - {target: $.components.securitySchemes.key, update: {x-value: {credential: key}}}
  - {target: $.components.securitySchemes.stamp, update: {x-value: {credential: stamp}}}
"#;

fn changed(from: &str, to: &str) -> String {
    assert_eq!(DOCUMENT.matches(from).count(), 1, "{from}");
    DOCUMENT.replace(from, to)
}

/// A document that asks for it that what cannot be taken is left out.
fn skipping(text: &str) -> Result<Document, Findings> {
    read("acme.yaml", &format!("{text}x-operations: {{unsupported: skip}}\n"))
}

fn ids(document: &Document) -> Vec<&str> {
    document.plan().operations.iter().map(|operation| &*operation.id).collect()
}

fn skipped(document: &Document) -> Vec<(&str, Rule)> {
    document.skipped().iter().map(|skipped| (&*skipped.operation, skipped.reason.rule)).collect()
}

#[test]
fn what_cannot_be_taken_is_left_out_by_name_with_all_that_it_alone_needs() {
    let broken = changed("{type: string, description: Words.}", "{type: strange, description: Words.}");
    assert_eq!(read("acme.yaml", &broken).unwrap_err().iter().next().unwrap().operations, ["create_refund"]);

    let document = skipping(&broken).unwrap();
    assert_eq!(ids(&document), ["create_payment", "payment_by_id", "stop_payment"]);
    assert_eq!(skipped(&document).first().map(|(operation, _)| *operation), Some("create_refund"));
    let skipped = &document.skipped()[0];
    assert_eq!((&*skipped.method, &*skipped.path), ("POST", "/refunds"));
    assert_eq!(skipped.reason.pointer, "/components/schemas/Reason/properties/text/type");
    assert!(skipped.reason.line.is_some());
    // Its types, its scheme and its credential are not there, and that is said.
    let components = document.openapi().components.as_ref().unwrap();
    assert_eq!(components.schemas.keys().map(String::as_str).collect::<Vec<_>>(), ["Payment"]);
    assert_eq!(document.plan().credentials.len(), 1);
    let notes: Vec<String> = document.left_out().iter().map(ToString::to_string).collect();
    assert!(notes[0].starts_with("acme.yaml: note: left out, 1 of 4 operations, for ["), "{notes:?}");
    assert!(notes[0].ends_with(": create_refund"), "{notes:?}");
    assert_eq!(notes[1], "acme.yaml: note: left out with them, since nothing else reads it: stamp");
    assert!(document.left_out().iter().all(|note| document.notes().contains(note)));
}

#[test]
fn what_is_shared_keeps_out_all_that_share_it_and_a_path_its_operations() {
    let shared = changed("{type: integer, description: Cents.}", "{type: strange, description: Cents.}");
    assert_eq!(ids(&skipping(&shared).unwrap()), ["stop_payment", "create_refund"]);
    for broken in [
        changed("name: id, in: path, required: true, schema", "name: id, in: nowhere, required: true, schema"),
        changed("Id: {type: string", "Id: {type: strange"),
        changed("  /payments/{id}:\n", "  /payments/{id}:\n    summry: A slip\n"),
    ] {
        let document = skipping(&broken).unwrap();
        assert_eq!(ids(&document), ["create_payment", "create_refund"], "{broken}");
        let names: Vec<&str> = document.skipped().iter().map(|skipped| &*skipped.operation).collect();
        assert_eq!(names, ["payment_by_id", "stop_payment"]);
        let notes: String = document.left_out().iter().map(|note| format!("{note}\n")).collect();
        assert!(names.iter().all(|name| notes.contains(name)), "{notes}");
    }
    // What is found at a scheme that all have may be about one of them.
    let signed = DOCUMENT
        .replace("x-value: {credential: key}", "x-value: {hex: {sha-256: [{fields: signed}, {credential: key}]}}");
    let signed = signed.replace(
        "      operationId: create_payment\n",
        "      operationId: create_payment\n      x-signed-fields: [amount]\n",
    );
    assert_eq!(ids(&skipping(&signed).unwrap()), ["create_payment"]);
    // Of two that clash the second goes.
    let clash = changed("operationId: stop_payment", "operationId: create_payment");
    assert_eq!(ids(&skipping(&clash).unwrap()), ["create_payment", "payment_by_id", "create_refund"]);
}

#[test]
fn what_is_about_the_document_as_a_whole_still_refuses_it() {
    let broken = |from: &str, to: &str| skipping(&changed(from, to)).unwrap_err();
    let server = broken("https://acme.example", "ftp://acme.example");
    assert_eq!(server.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::ServerUrl]);
    // All operations use it, so that nothing is left.
    let scheme = broken("name: X-Key, x-value", "name: X Key, x-value");
    assert_eq!(scheme.iter().next().unwrap().operations.len(), 4);
    // What issues a session is no more.
    let session = "x-session: {issue: create_refund, values: {token: {pointer: /token, description: It.}}}\nsecurity: [{key: []}]";
    let text = DOCUMENT.replace("security: [{key: []}]\n", &format!("{session}\n"));
    let text = text.replace("{type: string, description: Words.}", "{type: strange, description: Words.}");
    let findings = skipping(&text).unwrap_err();
    assert!(findings.iter().any(|finding| finding.pointer.starts_with("/x-session")), "{findings}");
    assert!(findings.notes().iter().any(|note| note.text.contains(": create_refund")), "{findings}");
}

#[test]
fn a_flag_says_the_same_and_the_text_then_says_it_for_whoever_reads_that() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("acme.yaml");
    std::fs::write(&path, changed("{type: string, description: Words.}", "{type: strange, description: Words.}"))
        .unwrap();
    let reading = Reading { skip_unsupported: true, ..Reading::default() };
    assert!(Reading::default().file(&path).is_err());
    let document = reading.file(&path).unwrap();
    assert_eq!(document.skipped().len(), 1);
    let again = read("acme.yaml", document.text()).unwrap();
    assert_eq!((again.plan(), skipped(&again)), (document.plan(), skipped(&document)));

    // Where all can be taken, nothing is said, and nothing is changed.
    std::fs::write(&path, DOCUMENT).unwrap();
    let whole = reading.file(&path).unwrap();
    assert_eq!((whole.skipped(), whole.left_out()), (&[][..], &[][..]));
    assert_eq!(whole.plan(), read("acme.yaml", DOCUMENT).unwrap().plan());
}

#[test]
fn an_overlay_asks_for_it_too_and_a_slip_is_found() {
    let directory = TempDir::new().unwrap();
    let base = changed("{type: string, description: Words.}", "{type: strange, description: Words.}");
    let base = base.replace(", x-value: {credential: key}", "").replace(", x-value: {credential: stamp}", "");
    std::fs::write(directory.path().join("base.yaml"), base.replace("x-credentials:\n  key:", "x-theirs:\n  key:"))
        .unwrap();
    let overlay = |asked: &str| {
        let text =
            format!("overlay: 1.1.0\ninfo: {{title: Acme, version: '1'}}\nextends: ./base.yaml\n{asked}{ACTIONS}");
        let path = directory.path().join("acme.yaml");
        std::fs::write(&path, text).unwrap();
        Reading { edition: true, ..Reading::default() }.file(&path)
    };
    assert!(overlay("").is_err());
    let document = overlay("x-operations: {unsupported: skip}\n").unwrap();
    assert_eq!(skipped(&document).len(), 1);
    // What the two make has nothing of it, and reads without a word.
    let again = read("acme.yaml", document.text()).unwrap();
    assert_eq!((ids(&again).len(), again.skipped().len()), (3, 0));
    let slip = overlay("x-operations: {unsupported: ship}\n").unwrap_err();
    assert_eq!(slip.iter().next().unwrap().rule, Rule::WrongValue);
    let own = read("acme.yaml", &format!("{DOCUMENT}x-operations: {{only: [create_payment]}}\n")).unwrap_err();
    assert_eq!(own.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::UnknownWord]);
}
