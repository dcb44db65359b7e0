//! The grammar as a JSON Schema, for editors: they complete and explain the words, and the lint says the rest.
//!
//! It is made of the tables that the lint reads. What it allows is therefore no narrower than what the lint passes, and where the
//! lint looks deeper than a table it is wider.

use std::collections::BTreeMap;

use countersign_plan::{CredentialKind, RequestPart};
use serde_json::{Map, Value, json};

use crate::extensions::{
    CREDENTIAL, ENVELOPE, MADE, OUTCOME, RESPONSE_ENVELOPE, SANDBOX, SESSION, SESSION_VALUE, SETTING, TIMESTAMP,
    WEBHOOK,
};
use crate::grammar::{DOCUMENT, Object, REWRITTEN, SCHEMA, Shape, WEBHOOKS};
use crate::openapi;
use crate::pages::{FOUND, PAGES};
use crate::words::{ANYWHERE, Act, CLIENT_AUTHENTICATION, CLIENT_AUTHENTICATIONS, EXTENSIONS, FUNCTIONS};

/// A JSON Schema of documents. `about` explains an extension by its name, or a function of an expression.
pub fn json_schema(about: &dyn Fn(&str) -> Option<String>) -> Value {
    let mut writer = Writer { about, definitions: BTreeMap::new() };
    let root = writer.object(&DOCUMENT);
    writer.definitions.insert("expression".to_owned(), writer.expression());
    for extension in EXTENSIONS {
        let schema = writer.extension(extension);
        writer.definitions.insert((*extension).to_owned(), schema);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A document of Countersign",
        "description": "OpenAPI 3.0, with words for how requests are signed, how sessions are issued, and what a refusal looks like.",
        "allOf": [root],
        "definitions": writer.definitions,
    })
}

struct Writer<'a> {
    about: &'a dyn Fn(&str) -> Option<String>,
    definitions: BTreeMap<String, Value>,
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

impl Writer<'_> {
    /// A reference to the definition of a mapping, which is made if it is not there yet.
    fn object(&mut self, object: &'static Object) -> Value {
        let name = object.name.replace(' ', "-");
        if !self.definitions.contains_key(&name) {
            // Schemas hold schemas.
            self.definitions.insert(name.clone(), Value::Null);
            let mut properties = Map::new();
            for (word, shape) in object.words {
                // What is chosen by OpenAPI, and not by the provider, may have extensions beside it.
                let extended = matches!(*word, "paths" | "responses");
                properties.insert((*word).to_owned(), explained(object.name, word, self.shape(shape, extended)));
            }
            for extension in object.extensions.iter().chain(ANYWHERE) {
                properties.insert((*extension).to_owned(), reference(extension));
            }
            let is_schema = std::ptr::eq(object, &SCHEMA);
            if is_schema {
                self.rewritten(&mut properties);
            }
            if std::ptr::eq(object, &DOCUMENT) {
                // What OpenAPI 3.1 calls `x-webhooks`.
                properties.insert("webhooks".to_owned(), json!({ "type": "object" }));
            }
            let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
            if !object.required.is_empty() {
                schema["required"] = json!(object.required);
            }
            if let Some(section) = object.section.filter(|_| !is_schema) {
                let pattern = format!("^#/components/{section}/");
                let other = json!({
                    "type": "object", "properties": { "$ref": { "type": "string", "pattern": pattern } },
                    "required": ["$ref"], "additionalProperties": false,
                });
                schema = json!({ "if": { "required": ["$ref"] }, "then": other, "else": schema });
            }
            self.definitions.insert(name.clone(), schema);
        }
        reference(&name)
    }

    /// What a schema may say in other words: those of OpenAPI 3.1, parts in `allOf`, something beside a `$ref`.
    fn rewritten(&mut self, properties: &mut Map<String, Value>) {
        for (word, shape) in REWRITTEN {
            properties.insert((*word).to_owned(), explained(SCHEMA.name, word, self.shape(shape, false)));
        }
        properties.insert("$ref".to_owned(), json!({ "type": "string", "pattern": "^#/components/schemas/" }));
        if let Some(kind) = properties.get_mut("type") {
            let mut one = kind.take();
            one.as_object_mut().and_then(|one| one.remove("description"));
            let item = json!({ "anyOf": [one, { "const": "null" }] });
            *kind = explained(SCHEMA.name, "type", json!({ "anyOf": [item, { "type": "array", "items": item }] }));
        }
        for word in ["exclusiveMinimum", "exclusiveMaximum"] {
            properties.insert(word.to_owned(), explained(SCHEMA.name, word, json!({ "type": ["boolean", "number"] })));
        }
    }

    fn shape(&mut self, shape: &'static Shape, extended: bool) -> Value {
        match shape {
            Shape::Text => text(),
            Shape::Bool => json!({ "type": "boolean" }),
            Shape::Count => json!({ "type": "integer", "minimum": 0 }),
            Shape::Number => json!({ "type": "number" }),
            Shape::Choice(words) => json!({ "enum": words }),
            Shape::List(shape) => json!({ "type": "array", "items": self.shape(shape, false) }),
            Shape::Map(shape) => {
                let mut map = json!({ "type": "object", "additionalProperties": self.shape(shape, false) });
                if extended {
                    map["properties"] = ANYWHERE.iter().map(|word| ((*word).to_owned(), reference(word))).collect();
                }
                map
            }
            Shape::Object(object) => self.object(object),
            Shape::BoolOrSchema => json!({ "anyOf": [{ "type": "boolean" }, self.object(&SCHEMA)] }),
            Shape::Free => json!({}),
        }
    }

    fn described(&self, name: &str, mut schema: Value) -> Value {
        if let Some(about) = (self.about)(name) {
            schema["description"] = about.into();
        }
        schema
    }

    /// An expression: text, a list, or a mapping with one function and its options.
    fn expression(&self) -> Value {
        let mut properties = Map::new();
        for function in FUNCTIONS {
            let operand = match function.act {
                Act::Credential | Act::Setting | Act::Session | Act::Header | Act::Query | Act::Path | Act::Field => {
                    text()
                }
                Act::ResponseHeader | Act::ResponseField | Act::Time => text(),
                Act::Given | Act::Name => json!({ "const": true }),
                Act::Uuid => json!({ "enum": ["v4", "v7"] }),
                Act::Request => json!({ "enum": RequestPart::ALL.map(RequestPart::name) }),
                Act::Apply(function) => self.operands(function.operands(), |operand| function.may_lack(operand)),
                _ => json!({}),
            };
            properties.insert(function.name.to_owned(), self.described(function.name, operand));
        }
        for option in FUNCTIONS.iter().flat_map(|function| function.options) {
            properties.entry(*option).or_insert_with(|| json!({}));
        }
        json!({ "anyOf": [
            text(),
            { "type": "array", "items": reference("expression") },
            { "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 },
        ] })
    }

    fn operands(&self, names: &[&str], may_lack: impl Fn(&str) -> bool) -> Value {
        // What may be left out of a function of one operand is an option beside it.
        let one = names.iter().all(|name| *name == "of" || *name == "keep");
        if one {
            return reference("expression");
        }
        let properties: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), reference("expression"))).collect();
        let required: Vec<&&str> = names.iter().filter(|name| !may_lack(name)).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn extension(&mut self, name: &str) -> Value {
        let named = |of: Value| json!({ "type": "object", "additionalProperties": of });
        let schema = match name {
            "x-source" | "x-assumption" | "x-name" | "x-equal-to" => text(),
            "x-sensitive" => json!({ "type": "boolean" }),
            "x-retry" => json!({ "enum": ["safe"] }),
            CLIENT_AUTHENTICATION => json!({ "enum": CLIENT_AUTHENTICATIONS }),
            "x-signed-fields" => json!({ "type": "array", "items": text() }),
            "x-value" => reference("expression"),
            "x-values" => {
                let made =
                    words(
                        MADE,
                        |word| if word == "of" { reference("expression") } else { json!({ "enum": ["call"] }) },
                    );
                json!({
                    "type": "object", "properties": anywhere(),
                    "additionalProperties": { "anyOf": [reference("expression"), made] },
                })
            }
            "x-envelope" => {
                // That of a response is the narrower one.
                debug_assert!(RESPONSE_ENVELOPE.iter().all(|word| ENVELOPE.contains(word)));
                words(ENVELOPE, |word| if word == "of" { reference("expression") } else { text() })
            }
            "x-credentials" => named(words(CREDENTIAL, |word| match word {
                "kind" => json!({ "enum": CredentialKind::ALL.map(CredentialKind::name) }),
                _ => text(),
            })),
            "x-settings" => named(words(SETTING, |word| match word {
                "one-of" => json!({ "type": "array", "items": text() }),
                _ => text(),
            })),
            "x-session" => words(SESSION, |word| match word {
                "issue" | "renew" | "early" => text(),
                "values" => named(words(SESSION_VALUE, |_| text())),
                _ => json!({}),
            }),
            "x-outcome" => words(OUTCOME, |word| match word {
                "decided-by" => json!({ "enum": ["body", "status-and-body"] }),
                "code" | "message" => json!({ "type": "array", "items": text() }),
                "signed" => named(reference("expression")),
                "kinds" => named(json!({ "enum": countersign_plan::Kind::ALL.map(countersign_plan::Kind::as_str) })),
                _ => json!({ "type": "array" }),
            }),
            "x-pages" => words(PAGES, |word| match word {
                "link" => json!({ "enum": ["next"] }),
                "first" => json!({ "type": "integer", "minimum": 0 }),
                "from" | "more" | "total" | "pages" => {
                    json!({ "anyOf": [text(), words(FOUND, |_| text())] })
                }
                _ => text(),
            }),
            "x-webhooks" => self.shape(&WEBHOOKS, true),
            "x-webhook" => words(WEBHOOK, |word| match word {
                "when" => json!({ "type": "object" }),
                "timestamp" => words(TIMESTAMP, |word| if word == "of" { reference("expression") } else { text() }),
                _ => reference("expression"),
            }),
            "x-sandbox" => {
                let rule = words(SANDBOX, |word| if word == "when" { json!({ "type": "object" }) } else { text() });
                json!({ "type": "array", "items": rule })
            }
            _ => json!({}),
        };
        self.described(name, schema)
    }
}

/// What a word of OpenAPI holds, with what it says there.
fn explained(on: &str, word: &str, mut schema: Value) -> Value {
    let Some(about) = openapi::about(on, word) else { return schema };
    if schema.get("$ref").is_some() {
        // What is beside a reference is read over.
        schema = json!({ "allOf": [schema] });
    }
    schema["description"] = about.into();
    schema
}

fn anywhere() -> Map<String, Value> {
    ANYWHERE.iter().map(|word| ((*word).to_owned(), reference(word))).collect()
}

/// A mapping with these words, and what each holds.
fn words(words: &[&str], holds: impl Fn(&str) -> Value) -> Value {
    let mut properties: Map<String, Value> = words.iter().map(|word| ((*word).to_owned(), holds(word))).collect();
    properties.extend(anywhere());
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
