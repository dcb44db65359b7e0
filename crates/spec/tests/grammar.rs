//! The words of every place: those that may be there, those that must, and those of OpenAPI that are refused.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

mod bank;

use bank::{add, bank};
use countersign_spec::{Finding, Rule, lint};
use serde_json::{Value, json};

/// The document, with what may be left out where it is left out.
fn everything() -> Value {
    let mut document = bank();
    let left = json!({
        "description": "How many calls are left.", "required": true, "deprecated": true, "style": "simple",
        "explode": false, "schema": {"type": "integer"}, "example": 1,
        "examples": {"one": {"$ref": "#/components/examples/Told"}},
    });
    let docs = json!({"url": "https://example.com", "description": "More."});
    for (pointer, words) in [
        ("", json!({"externalDocs": docs})),
        (
            "/info",
            json!({
                "termsOfService": "https://example.com/terms",
                "contact": {"name": "A", "url": "https://example.com", "email": "a@example.com"},
                "license": {"name": "MIT", "url": "https://example.com/mit"},
            }),
        ),
        ("/tags/0", json!({"description": "About cards.", "externalDocs": docs})),
        ("/paths/~1ping", json!({"summary": "A ping", "description": "A ping."})),
        ("/paths/~1ping/get", json!({"tags": ["cards"], "externalDocs": docs, "deprecated": true, "parameters": []})),
        (
            "/paths/~1cards~1{card_id}~1pin/put/parameters/1",
            json!({
                "deprecated": true, "style": "form", "explode": true, "example": true,
                "examples": {"told": {"$ref": "#/components/examples/Told"}},
            }),
        ),
        ("/paths/~1token/post/requestBody", json!({"description": "Who calls."})),
        (
            "/paths/~1token/post/requestBody/content/application~1x-www-form-urlencoded",
            json!({"encoding": {"grant_type": {"contentType": "text/plain", "style": "form", "explode": true}}}),
        ),
        ("/paths/~1renewals/post", json!({"requestBody": {"$ref": "#/components/requestBodies/Renewal"}})),
        (
            "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json",
            json!({"example": {"reference": "r-1", "card": {"number": "4"}, "pin": "1234", "confirmation": "1234"}}),
        ),
        (
            "/components",
            json!({
                "examples": {"Told": {"summary": "Yes", "description": "The holder is told.", "value": true}},
                "requestBodies": {
                    "Renewal": {
                        "required": true,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogInRequest"}}},
                    },
                },
            }),
        ),
        ("/components", json!({"headers": {"Left": left}})),
        ("/components/responses/Refused", json!({"headers": {"X-Left": {"$ref": "#/components/headers/Left"}}})),
        ("/components/securitySchemes/bearer", json!({"description": "The token.", "bearerFormat": "JWT"})),
        (
            "/components/schemas/Card/properties/uses",
            json!({
                "title": "Uses", "default": 1, "example": 2, "deprecated": true, "externalDocs": docs,
                "minimum": 0, "maximum": 9, "exclusiveMinimum": true, "exclusiveMaximum": true, "multipleOf": 1,
            }),
        ),
        (
            "/components/schemas/SetPinRequest/properties/labels",
            json!({"minItems": 0, "maxItems": 2, "uniqueItems": true}),
        ),
    ] {
        add(&mut document, pointer, words);
    }
    document
}

fn findings(document: &Value) -> Vec<Finding> {
    lint("bank.yaml", &document.to_string())
}

/// Each kind of place: where one is, what a finding calls it, and the words that must be there or are refused.
#[rustfmt::skip] // A place is a line or two, however long.
const PLACES: &[(&str, &str, &[&str], &[&str])] = &[
    ("", "the document", &["openapi", "info", "paths"], &[]),
    ("/info", "info", &["title", "version"], &[]),
    ("/info/contact", "contact", &[], &[]),
    ("/info/license", "license", &["name"], &[]),
    ("/externalDocs", "externalDocs", &["url"], &[]),
    ("/servers/0", "a server", &["url", "description", "x-name"], &[]),
    ("/tags/0", "a tag", &["name"], &[]),
    ("/paths/~1ping", "a path", &[], &["$ref", "head", "options", "trace"]),
    ("/paths/~1ping/get", "an operation", &["summary", "responses"], &["callbacks"]),
    ("/paths/~1cards~1{card_id}~1pin/put/parameters/1", "a parameter", &["name", "in", "schema"], &["content", "allowReserved", "allowEmptyValue"]),
    ("/paths/~1token/post/requestBody", "a request body", &["content"], &[]),
    ("/paths/~1token/post/requestBody/content/application~1x-www-form-urlencoded", "a media type", &["schema"], &[]),
    ("/paths/~1token/post/requestBody/content/application~1x-www-form-urlencoded/encoding/grant_type", "an encoding", &[], &["allowReserved"]),
    ("/components/examples/Told", "an example", &["value"], &["externalValue"]),
    ("/components/responses/Refused", "a response", &["description"], &["links"]),
    ("/components/headers/Left", "a header of a response", &["schema"], &["content"]),
    ("/components", "components", &[], &["links", "callbacks"]),
    ("/components/securitySchemes/digest", "a security scheme", &["type"], &[]),
    ("/components/schemas/Refusal", "a schema", &[], &["anyOf", "allOf", "not", "readOnly", "writeOnly", "minProperties", "maxProperties", "xml", "const", "examples", "patternProperties"]),
];

#[test]
fn every_word_that_is_understood_may_stand_in_its_place() {
    assert_eq!(findings(&everything()), []);
}

#[test]
fn every_place_has_its_words_and_no_others() {
    let mut failures = Vec::new();
    let mut expect = |document: &Value, rule: Rule, pointer: String, problem: String| {
        let found = findings(document);
        let as_expected =
            |finding: &Finding| finding.rule == rule && finding.pointer == pointer && finding.problem == problem;
        if !found.iter().any(as_expected) {
            failures.push(format!("no [{rule}] at {pointer}: {problem}, but {found:?}"));
        }
    };
    for (place, name, required, refused) in PLACES {
        let mut unknown = everything();
        add(&mut unknown, place, json!({"colour": "red", "x-value": {}, "x-session": {}}));
        expect(&unknown, Rule::UnknownWord, format!("{place}/colour"), format!("`colour` is not a word of {name}"));
        let misplaced = if place.is_empty() { "x-value" } else { "x-session" };
        let problem = format!("`{misplaced}` means nothing on {name}");
        expect(&unknown, Rule::MisplacedExtension, format!("{place}/{misplaced}"), problem);
        for word in *required {
            let mut without = everything();
            without.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(*word);
            expect(&without, Rule::MissingWord, (*place).to_owned(), format!("{name} without `{word}`"));
        }
        for word in *refused {
            let mut with = everything();
            add(&mut with, place, json!({*word: null}));
            expect(&with, Rule::UnsupportedWord, format!("{place}/{word}"), format!("`{word}` is not supported"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
