//! What documents that providers publish have in odd places, and what becomes of it.

#![allow(clippy::unwrap_used)]

use std::fs;

use countersign_spec::{Document, Findings, read_file};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const HEAD: &str =
    "openapi: 3.0.3\ninfo: {title: Odd, version: '1'}\nservers: [{url: 'https://odd.example'}]\npaths:\n";
const DONE: &str = "responses: {'204': {description: Done.}}";

/// A published document with these paths and schemas, and with an overlay that says the least.
fn read(paths: &str, schemas: &str) -> Result<Document, Findings> {
    read_with("[]", paths, schemas)
}

/// The same, with the actions of the overlay.
fn read_with(actions: &str, paths: &str, schemas: &str) -> Result<Document, Findings> {
    let schemas = if schemas.is_empty() { String::new() } else { format!("components:\n  schemas:\n{schemas}") };
    let head = if paths.contains("webhooks:") { HEAD.replace("3.0.3", "3.1.0") } else { HEAD.to_owned() };
    let base = format!("{head}{paths}{schemas}");
    let hash: String = Sha256::digest(&base).iter().map(|byte| format!("{byte:02x}")).collect();
    let overlay = format!(
        "overlay: 1.1.0\ninfo: {{title: Odd, version: '1'}}\nextends: ./odd.published.yaml\nx-sha256: {hash}\nactions: {actions}\n"
    );
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("odd.yaml"), overlay).unwrap();
    fs::write(directory.path().join("odd.published.yaml"), base).unwrap();
    read_file(&directory.path().join("odd.yaml"))
}

fn noted(document: &Document, text: &str) -> bool {
    document.notes().iter().any(|note| note.text.contains(text))
}

#[test]
fn one_path_with_two_names_has_the_methods_of_both() {
    let paths = format!(
        "  /accounts/{{kind}}:\n    parameters: [{{name: kind, in: path, required: true, schema: {{type: string}}}}]\n    \
         post: {{operationId: open, {DONE}}}\n  \
         /accounts/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n    \
         get: {{operationId: read, {DONE}}}\n"
    );
    let document = read(&paths, "").unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(document.plan().operations.len(), 2);
    let twice = paths.replace("post:", "get:");
    let findings = read(&twice, "").unwrap_err().to_string();
    assert!(findings.contains("`GET /accounts/{id}` is `GET /accounts/{kind}` with other names"), "{findings}");
}

#[test]
fn a_path_has_the_parameters_that_are_in_it() {
    let paths = format!(
        "  /accounts/{{id}}/cards/{{card}}:\n    parameters: [{{name: id, in: path, schema: {{type: integer}}}}]\n    \
         get:\n      operationId: read\n      parameters: [{{name: other, in: path, required: true, schema: {{type: string}}}}]\n      {DONE}\n"
    );
    let document = read(&paths, "").unwrap_or_else(|findings| panic!("{findings}"));
    let named: Vec<&str> =
        document.parameters("read").iter().map(|parameter| &*parameter.parameter_data_ref().name).collect();
    assert_eq!(named, ["id", "card"]);
    assert!(noted(&document, "parameters of a path that are not in it are none: 1"));
}

#[test]
fn branches_that_ask_for_the_same_stay_and_are_counted() {
    let paths = format!(
        "  /people:\n    post:\n      operationId: add\n      requestBody: {{required: true, content: {{application/json: \
         {{schema: {{$ref: '#/components/schemas/Person'}}}}}}}}\n      {DONE}\n"
    );
    let branch = |title: &str| {
        format!("{{title: {title}, type: object, required: [name], properties: {{name: {{type: string}}}}}}")
    };
    let schemas = format!(
        "    Person: {{type: object, properties: {{who: {{oneOf: [{}, {}]}}}}}}\n",
        branch("Natural"),
        branch("Legal")
    );
    let document = read(&paths, &schemas).unwrap_or_else(|findings| panic!("{findings}"));
    assert!(noted(&document, "alike-branches 1"), "{:?}", document.notes());
}

#[test]
fn a_sample_of_a_time_that_is_none_is_left_out() {
    let parameter = |example: &str| {
        format!("{{name: from, in: query, schema: {{type: string, format: date-time, example: {example}}}}}")
    };
    let paths = |example: &str| {
        format!("  /fees:\n    get: {{operationId: fees, parameters: [{}], {DONE}}}\n", parameter(example))
    };
    let left_out = |example: &str| {
        noted(&read(&paths(example), "").unwrap(), "left out, for a client does nothing with it: example 1")
    };
    assert!(left_out("'2006-01-02T15:04:05Z07:00'"));
    assert!(!left_out("'2006-01-02T15:04:05+07:00'"));
}

/// A published document with an operation that sends this schema.
fn sends(schema: &str) -> Document {
    let paths = format!(
        "  /things:\n    post:\n      operationId: add\n      requestBody: {{required: true, content: {{application/json: \
         {{schema: {{type: object, properties: {{it: {schema}}}}}}}}}}}\n      {DONE}\n"
    );
    read(&paths, "    Other: {properties: {a: {type: string}}}\n").unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn what_a_request_does_not_say_the_type_of_may_be_anything() {
    for schema in ["{description: Anything.}", "{type: array, items: {}}", "{type: object, additionalProperties: {}}"] {
        assert!(noted(&sends(schema), "untyped 1"), "{schema}");
    }
}

#[test]
fn slips_that_no_value_could_keep_to_are_mended() {
    let said = "left out, for a client does nothing with it: anyOf 1";
    assert!(noted(&sends("{type: string, anyOf: [{$ref: '#/components/schemas/Other'}, {type: integer}]}"), said));
    assert!(noted(
        &sends("{type: string, pattern: '/^[0-9]{11}$/'}"),
        "patterns between slashes are what is between them: 1"
    ));
    assert!(!noted(&sends("{anyOf: [{$ref: '#/components/schemas/Other'}, {type: integer}]}"), said));
}

#[test]
fn references_and_parameters_mean_what_they_can() {
    let paths = "  /fees:\n    get:\n      operationId: fees\n      parameters:\n        - {$ref: '#/components/parameters/Key', \
         schema: {type: integer}}\n        - {$ref: '#/components/parameters/Key'}\n        \
         - {name: from, in: query, schema: {type: string, nullable: true}}\n        \
         - {name: KEY, in: header, schema: {type: string}}\n        \
         - {name: of, in: query, schema: {description: Whose.}}\n      responses: {'200': {description: Fees., content: \
         {application/json: {schema: {type: object, properties: {it: {$ref: '#/components/schemas/Gone'}}}}}}}\n";
    let components =
        "    Other: {type: object}\n  parameters:\n    Key: {name: key, in: header, schema: {type: string}}\n";
    let document = read(paths, components).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(document.parameters("fees").len(), 3);
    assert!(noted(&document, "references to schemas that are not there say nothing: 1"));
}

#[test]
fn webhooks_are_called_as_operations_are() {
    let event = |id: &str| {
        format!(
            "{{post: {{{id}requestBody: {{content: {{application/json: {{schema: {{type: object, required: [kind], properties: {{kind: \
             {{type: string}}}}}}}}}}}}, responses: {{'200': {{description: Taken.}}}}}}}}"
        )
    };
    let paths = format!(
        "  /fees:\n    get: {{operationId: fees, {DONE}}}\nwebhooks:\n  payment.done: {}\n  payment-lost: {}\n  other: {}\n",
        event("operationId: post-PaymentDone, "),
        event(""),
        event(""),
    );
    let actions = "[{target: $, update: {x-source: the page, x-credentials: {key: {description: The key.}}}}, \
         {target: $, update: {components: {securitySchemes: {Mac: {type: apiKey, in: header, name: X-Mac, \
         x-value: {hex: {hmac-sha-256: {key: {credential: key}, of: {request: body}}}}}}}}}, \
         {target: \"$.webhooks['payment.done', 'payment-lost'].post\", update: {security: [{Mac: []}]}}, \
         {target: \"$.webhooks['payment.done'].post\", update: {x-webhook: {when: {kind: done}}}}, \
         {target: \"$.webhooks['payment-lost'].post\", update: {x-webhook: {when: {kind: lost}}}}]";
    let document = read_with(actions, &paths, "").unwrap_or_else(|findings| panic!("{findings}"));
    let ids: Vec<&str> = document.plan().webhooks.iter().map(|webhook| &*webhook.operation.id).collect();
    assert_eq!(ids, ["post_payment_done", "payment_lost"]);
    assert!(noted(&document, "payment-lost is payment_lost"));
}
