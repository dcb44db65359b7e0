//! What words of a document become in the plan and in the plain document. `golden.rs` has the whole of one document; these
//! are the words that it does not use.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

mod bank;

use bank::{add, bank};
use countersign_plan::{Condition, Place, Secrecy};
use countersign_spec::{Document, lint, read};
use serde_json::{Value, json};

/// The document with words added at pointers.
fn with<'p>(additions: impl IntoIterator<Item = (&'p str, Value)>) -> Document {
    let mut document = bank();
    for (pointer, words) in additions {
        add(&mut document, pointer, words);
    }
    read("bank.yaml", &document.to_string()).unwrap_or_else(|findings| panic!("{findings}"))
}

fn plain(document: &Document) -> Value {
    serde_json::to_value(document.plain()).unwrap()
}

#[test]
fn a_duration_is_a_whole_number_of_a_unit() {
    for (text, seconds) in [("0s", 0), ("30s", 30), ("2m", 120), ("3h", 10_800), ("2d", 172_800)] {
        let document = with([("/x-session", json!({"early": text, "expires": [{"after": "3d"}]}))]);
        assert_eq!(document.plan().session.as_ref().unwrap().early_seconds, seconds, "{text}");
    }
    for text in ["", "s", "24", "1w", "-1h", "+1h", "1.5h", "1 h", "1h ", "5000000000s", "100000d", "1é"] {
        let mut document = bank();
        add(&mut document, "/x-session", json!({"early": text}));
        let pointers: Vec<String> =
            lint("bank.yaml", &document.to_string()).into_iter().map(|found| found.pointer).collect();
        assert_eq!(pointers, ["/x-session/early"], "{text}");
    }
}

#[test]
fn a_condition_is_optional_only_where_it_says_so() {
    for (word, optional) in [(json!(true), true), (json!(false), false)] {
        let success = json!([{"at": "/ok", "one-of": [1], "optional": word}]);
        let document = with([("/x-outcome", json!({"success": success}))]);
        let outcome = &document.plan().operation("log_in").unwrap().outcome;
        let pointer = "/ok".into();
        assert_eq!(*outcome.success, [Condition::OneOf { pointer, values: vec!["1".into()].into(), optional }]);
    }
}

#[test]
fn what_is_present_is_in_one_place_or_in_one_of_several() {
    for (at, pointers) in [(json!("/a"), vec!["/a".into()]), (json!(["/a", "/b/c"]), vec!["/a".into(), "/b/c".into()])]
    {
        let document = with([("/x-outcome", json!({"success": [{"at": at, "present": true}]}))]);
        let outcome = &document.plan().operation("log_in").unwrap().outcome;
        assert_eq!(*outcome.success, [Condition::Present(pointers.into())]);
    }
}

#[test]
fn a_key_is_sent_where_its_scheme_says() {
    let document = with([("/paths/~1ping/get", json!({"security": [{"digest": [], "signature": []}]}))]);
    let slots = document.plan().operation("ping").unwrap().slots.iter();
    let places: Vec<(Place, &str)> = slots.map(|slot| (slot.place, slot.name.as_ref())).collect();
    assert_eq!(places, [(Place::Query, "digest"), (Place::Header, "X-Signature")]);
}

#[test]
fn a_field_is_as_secret_as_its_schema_its_object_or_what_the_client_writes_there() {
    const REQUEST: &str = "/components/schemas/SetPinRequest/properties";
    const SENSITIVE: &str = "/components/schemas/Card/properties";
    let mixed = json!([{"given": true}, {"credential": "secret_key"}]);
    let tag = json!({"hex": {"hmac-sha-256": {"key": {"credential": "secret_key"}, "of": "a"}}});
    for (object, schema, secrecy) in [
        (REQUEST, json!({"type": "string"}), Secrecy::Public),
        (REQUEST, json!({"type": "string", "x-sensitive": true}), Secrecy::Sensitive),
        (REQUEST, json!({"type": "string", "format": "password"}), Secrecy::Secret),
        (REQUEST, json!({"type": "array", "items": {"type": "string"}}), Secrecy::Public),
        (REQUEST, json!({"type": "array", "items": {"type": "string", "format": "password"}}), Secrecy::Secret),
        (REQUEST, json!({"type": "array", "x-sensitive": true, "items": {"type": "string"}}), Secrecy::Sensitive),
        (REQUEST, json!({"type": "string", "x-value": {"setting": "country"}}), Secrecy::Public),
        (REQUEST, json!({"type": "string", "x-value": {"session": "access"}}), Secrecy::Secret),
        (REQUEST, json!({"type": "string", "x-value": tag}), Secrecy::Secret),
        // What the caller gives is as secret as the schema says, however it is encrypted.
        (REQUEST, json!({"type": "string", "x-value": mixed}), Secrecy::Public),
        (REQUEST, json!({"type": "string", "x-sensitive": true, "x-value": mixed}), Secrecy::Sensitive),
        (SENSITIVE, json!({"type": "string"}), Secrecy::Sensitive),
        // So is what has a schema of its own.
        (REQUEST, json!({"$ref": "#/components/schemas/Reason"}), Secrecy::Public),
        (SENSITIVE, json!({"$ref": "#/components/schemas/Reason"}), Secrecy::Sensitive),
        (SENSITIVE, json!({"type": "string", "x-value": "a"}), Secrecy::Sensitive),
        (SENSITIVE, json!({"type": "string", "format": "password"}), Secrecy::Secret),
    ] {
        let mut schema = schema;
        if schema.get("$ref").is_none() {
            add(&mut schema, "", json!({"x-source": "page 5"}));
        }
        let reason = json!({"Reason": {"type": "string", "enum": ["lost"], "x-source": "page 5"}});
        let document = with([("/components/schemas", reason), (object, json!({"added": schema}))]);
        let operation = document.plan().operation("set_pin").unwrap();
        let field = operation.field(if object == SENSITIVE { "/card/added" } else { "/added" }).unwrap();
        assert_eq!(operation.slots[field].secrecy, secrecy, "{object}: {schema}");
    }
}

#[test]
fn a_scalar_is_plain_but_for_what_must_not_be_printed() {
    let text = |format: &str| json!({"type": "string", "format": format});
    for (schema, expected, sensitive) in [
        (json!({"type": "string", "format": "uuid"}), json!({"type": "string"}), text("countersign-sensitive")),
        (
            json!({"type": "string", "nullable": true}),
            json!({"type": "string", "nullable": true}),
            json!({"type": "string", "nullable": true, "format": "countersign-sensitive"}),
        ),
        (
            json!({"type": "string", "enum": ["a", null], "nullable": true}),
            // The generator is given names that it can take.
            json!({"type": "string", "enum": ["v61"], "nullable": true}),
            json!({"type": "string", "nullable": true, "format": "countersign-sensitive"}),
        ),
        (json!({"type": "string", "format": "password"}), text("countersign-secret"), text("countersign-secret")),
        (json!({"type": "string", "format": "date"}), text("countersign-date"), text("countersign-sensitive-date")),
        (
            json!({"type": "integer", "format": "int64"}),
            json!({"type": "integer", "format": "int64"}),
            text("countersign-sensitive-integer"),
        ),
        (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int32"}),
            text("countersign-sensitive-integer"),
        ),
        (
            json!({"type": "number", "format": "double"}),
            json!({"type": "number"}),
            text("countersign-sensitive-double"),
        ),
        (json!({"type": "number"}), text("countersign-decimal"), text("countersign-sensitive-decimal")),
        (json!({"type": "boolean"}), json!({"type": "boolean"}), text("countersign-sensitive-boolean")),
        (
            json!({"nullable": true}),
            json!({}),
            json!({"type": "string", "nullable": true, "format": "countersign-sensitive-value"}),
        ),
        (
            json!({"type": "array", "items": {"type": "boolean"}, "nullable": true}),
            json!({"type": "array", "items": {"type": "boolean"}, "nullable": true}),
            json!({"type": "array", "items": text("countersign-sensitive-boolean"), "nullable": true}),
        ),
    ] {
        for (marked, mut expected) in [(false, expected), (true, sensitive)] {
            let mut added = schema.clone();
            add(&mut added, "", json!({"description": "See [it].", "x-source": "page 5"}));
            if marked {
                add(&mut added, "", json!({"x-sensitive": true}));
            }
            add(&mut expected, "", json!({"description": "See \\[it\\]."}));
            let document = with([("/components/schemas/SetPinAnswer/properties", json!({"added": added}))]);
            let properties = &plain(&document)["components"]["schemas"]["SetPinAnswer"]["properties"];
            assert_eq!(properties["added"], expected, "{schema}, sensitive: {marked}");
        }
    }
}

#[test]
fn an_object_is_plain_and_a_sensitive_one_of_unknown_content_is_a_value() {
    let reference = json!({"$ref": "#/components/schemas/Added"});
    let value = json!({"type": "string", "format": "countersign-sensitive-value"});
    let name = json!({"type": "string", "x-source": "page 5"});
    let sensitive_name = json!({"type": "string", "format": "countersign-sensitive"});
    for (object, used, component) in [
        (json!({}), reference.clone(), json!({"type": "object", "additionalProperties": true})),
        (
            json!({"additionalProperties": true}),
            reference.clone(),
            json!({"type": "object", "additionalProperties": true}),
        ),
        (
            json!({"description": "A <map>.", "additionalProperties": {"type": "boolean"}}),
            reference.clone(),
            json!({"type": "object", "description": "A \\<map\\>.", "additionalProperties": {"type": "boolean"}}),
        ),
        (
            json!({"properties": {"name": name}, "additionalProperties": true}),
            reference.clone(),
            json!({"type": "object", "properties": {"name": {"type": "string"}}}),
        ),
        (
            json!({"nullable": true, "properties": {"name": name}}),
            json!({"nullable": true, "allOf": [reference]}),
            json!({"type": "object", "properties": {"name": {"type": "string"}}}),
        ),
        (json!({"x-sensitive": true}), value.clone(), Value::Null),
        (json!({"x-sensitive": true, "properties": {}, "additionalProperties": true}), value.clone(), Value::Null),
        (
            json!({"x-sensitive": true, "nullable": true}),
            json!({"type": "string", "format": "countersign-sensitive-value", "nullable": true}),
            Value::Null,
        ),
        (
            json!({"x-sensitive": true, "additionalProperties": {"type": "string"}}),
            reference.clone(),
            json!({"type": "object", "additionalProperties": sensitive_name}),
        ),
        (
            json!({"x-sensitive": true, "properties": {"name": name}}),
            reference.clone(),
            json!({"type": "object", "properties": {"name": sensitive_name}}),
        ),
    ] {
        let mut added = object.clone();
        add(&mut added, "", json!({"type": "object", "x-source": "page 5"}));
        let document = with([
            ("/components/schemas", json!({"Added": added})),
            ("/components/schemas/SetPinAnswer/properties", json!({"added": reference})),
        ]);
        let schemas = &plain(&document)["components"]["schemas"];
        assert_eq!(schemas["SetPinAnswer"]["properties"]["added"], used, "{object}");
        assert_eq!(schemas.get("Added").unwrap_or(&Value::Null), &component, "{object}");
    }
}

#[test]
fn an_object_that_the_client_fills_in_is_closed_to_the_caller_and_a_body_of_them_is_none() {
    let inner = json!({"Stamp": {
        "type": "object",
        "x-source": "page 3",
        "properties": {"time": {"type": "string", "x-value": {"time": "unix"}, "x-source": "page 3"}},
    }});
    let nested = json!({"properties": {"inner": {"$ref": "#/components/schemas/Stamp"}}});
    let open = json!({"properties": {"inner": {"$ref": "#/components/schemas/Extra"}}});
    let json_body = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogInRequest"}}}});
    let body = "/paths/~1token/post/requestBody";

    // Filled in by the client alone, at every depth.
    let document = with([
        ("/components/schemas", inner.clone()),
        ("/components/schemas/LogInRequest", json!({"required": [], "properties": nested["properties"]})),
        (body, json_body.clone()),
    ]);
    assert_eq!(plain(&document)["paths"]["/token"]["post"].get("requestBody"), None);
    assert_eq!(plain(&document)["components"]["schemas"].get("LogInRequest"), None);

    // Beside a field of the caller's.
    let document = with([
        ("/components/schemas", inner),
        ("/components/schemas/SetPinRequest/properties", nested["properties"].clone()),
    ]);
    let schemas = &plain(&document)["components"]["schemas"];
    assert_eq!(schemas["Stamp"], json!({"type": "object", "additionalProperties": false}));
    assert_eq!(schemas["SetPinRequest"]["properties"].get("inner"), None);

    // What is closed from the start, in a request, stays so.
    let document = with([
        (
            "/components/schemas",
            json!({"Closed": {"type": "object", "additionalProperties": false, "x-source": "page 5"}}),
        ),
        ("/components/schemas/SetPinRequest/properties", json!({"closed": {"$ref": "#/components/schemas/Closed"}})),
    ]);
    let schemas = &plain(&document)["components"]["schemas"];
    assert_eq!(schemas["Closed"], json!({"type": "object", "additionalProperties": false}));

    // An object of unknown content is the caller's.
    let document = with([
        ("/components/schemas/LogInRequest", json!({"required": [], "properties": open["properties"]})),
        (body, json_body),
    ]);
    assert_eq!(
        plain(&document)["components"]["schemas"]["LogInRequest"]["properties"]["inner"]["$ref"],
        "#/components/schemas/Extra"
    );
}

#[test]
fn an_operation_is_plain_under_each_method() {
    for method in ["get", "put", "post", "delete", "patch"] {
        let operation = json!({
            "operationId": "call",
            "summary": "Calls <it>",
            "description": "Calls [it].",
            "deprecated": true,
            "security": [],
            "x-outcome": {"x-source": "page 6"},
            "x-source": "page 6",
            "parameters": [
                {"name": "X-Channel", "in": "header", "required": true, "schema": {"type": "string"}, "example": "web", "x-source": "page 6"},
                {"name": "page", "in": "query", "description": "Which [page].", "schema": {"type": "integer"}, "x-source": "page 6"},
            ],
            "responses": {
                "2XX": {"description": "Done [so].", "x-source": "page 6"},
                "404": {"$ref": "#/components/responses/Refused"},
            },
        });
        let document = with([("/paths", json!({"/calls": {method: operation}}))]);
        assert_eq!(
            plain(&document)["paths"]["/calls"],
            json!({method: {
                "operationId": "call",
                "summary": "Calls \\<it\\>",
                "description": "Calls \\[it\\].",
                "deprecated": true,
                "parameters": [
                    {"in": "header", "name": "x_channel", "required": true, "schema": {"type": "string"}, "style": "simple"},
                    {
                        "in": "query", "name": "page", "description": "Which \\[page\\].",
                        "schema": {"type": "integer", "format": "int64"}, "style": "form",
                    },
                ],
                "responses": {"2XX": {"description": "Done \\[so\\]."}},
            }})
        );
    }
}

#[test]
fn a_body_keeps_its_description_and_its_media_type() {
    let form = "application/x-www-form-urlencoded";
    let request = json!({"properties": {"scope": {"type": "string", "x-source": "page 3"}}, "required": []});
    let document = with([
        ("/paths/~1token/post/requestBody", json!({"description": "Who [calls]."})),
        ("/components/schemas/LogInRequest", request),
    ]);
    assert_eq!(
        plain(&document)["paths"]["/token"]["post"]["requestBody"],
        json!({
            "description": "Who \\[calls\\].",
            "required": true,
            "content": {form: {"schema": {"$ref": "#/components/schemas/LogInRequest"}}},
        })
    );
}
