//! Holds the response of a success to its document, as the types of a generated client do: what is required is there, and what
//! is there has its type. What the document does not describe may be there too.

use countersign::Date;
use countersign::plan::{Alternatives, Operation, ResponseForm, pointer};
use countersign_spec::{Document, referring, resolve_json};
use serde_json::Value as Json;

use crate::mask::{root, schemas};

/// So many schemas may lead from one to the next. It is more than a response is deep.
const MAX_STEPS: usize = 512;

/// What is wrong with a response and where, without any of its content. A response without a schema is never wrong, nor is one
/// that has any of several, nor a file.
pub fn response(document: &Document, operation: &Operation, status: u16, response: &Json) -> Option<String> {
    if operation.response_form(status) == ResponseForm::Bytes {
        return None;
    }
    let held = Held { root: &root(document), told: &|name| document.alternatives(name) };
    let schemas = schemas(document, operation, status);
    let found: Vec<_> = schemas.iter().map(|schema| mismatch(&held, schema, response, "", 0)).collect();
    if found.iter().any(Option::is_none) { None } else { found.into_iter().flatten().next() }
}

/// What a response is held to.
struct Held<'d> {
    root: &'d Json,
    /// What a component is one of, if it is one of several.
    told: &'d dyn Fn(&str) -> Option<&'d Alternatives>,
}

fn mismatch(held: &Held<'_>, schema: &Json, value: &Json, here: &str, steps: usize) -> Option<String> {
    if value.is_null() && schema["nullable"] == true {
        return None;
    }
    let told = referring(schema)["$ref"].as_str().and_then(|reference| (held.told)(reference.rsplit('/').next()?));
    let schema = resolve_json(held.root, schema).filter(|_| steps < MAX_STEPS)?;
    let below = |schema: &Json, value: &Json, here: &str| mismatch(held, schema, value, here, steps + 1);
    if let Some(told) = told {
        // What is none of them, a client takes as it comes.
        let branch = *told.of(&value.to_string()).first()?;
        return below(&schema["oneOf"][branch], value, here);
    }
    let parts = |word: &str| schema[word].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_all = parts("allOf").iter().find_map(|part| below(part, value, here));
    let of_any = ["oneOf", "anyOf"].into_iter().find_map(|word| {
        let found: Vec<_> = parts(word).iter().map(|part| below(part, value, here)).collect();
        if found.iter().any(Option::is_none) { None } else { found.into_iter().flatten().next() }
    });
    of_all.or(of_any).or_else(|| {
        let expected = schema["type"].as_str()?;
        match (expected, value) {
            ("object", Json::Object(members)) => {
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
                let missing = required.iter().find(|name| !members.contains_key(**name));
                if let Some(name) = missing {
                    return Some(format!("{here}{} is missing", step(name)));
                }
                members.iter().find_map(|(name, value)| match schema["properties"].get(name) {
                    // What may be left out may be `null` too.
                    Some(_) if value.is_null() && !required.contains(&name.as_str()) => None,
                    Some(schema) => below(schema, value, &format!("{here}{}", step(name))),
                    // The names in a map are content.
                    None => below(schema.get("additionalProperties")?, value, &format!("{here}/*")),
                })
            }
            ("array", Json::Array(items)) => {
                let schema = schema.get("items")?;
                items.iter().enumerate().find_map(|(index, item)| below(schema, item, &format!("{here}/{index}")))
            }
            ("string", Json::String(text)) => {
                let is_wrong = schema["format"] == "date" && text.parse::<Date>().is_err();
                is_wrong.then(|| format!("{} should be a date such as 2026-01-31", place(here)))
            }
            ("boolean", Json::Bool(_)) | ("number", Json::Number(_)) => None,
            ("integer", Json::Number(number)) if number.is_i64() || number.is_u64() => None,
            _ => Some(format!("{} should be {} and is {}", place(here), noun(expected), what(value))),
        }
    })
}

fn place(here: &str) -> &str {
    if here.is_empty() { "it" } else { here }
}

fn step(name: &str) -> String {
    pointer::join(&[name])
}

fn noun(type_name: &str) -> &str {
    match type_name {
        "object" => "an object",
        "array" => "an array",
        "string" => "text",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        other => other,
    }
}

fn what(value: &Json) -> &str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "an integer",
        Json::String(_) => "text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(response: Json) -> Option<String> {
        let root = json!({ "components": { "schemas": {
            "Answer": { "type": "object", "required": ["status", "data"], "properties": {
                "status": { "type": "integer" },
                "data": { "$ref": "#/components/schemas/Data" },
                "items": { "type": "array", "items": { "$ref": "#/components/schemas/Data" } },
                "born": { "type": "string", "format": "date" },
                "note": { "type": "string", "nullable": true },
                "either": { "oneOf": [{ "type": "string" }, { "type": "boolean" }] },
                "a/b": { "allOf": [{ "$ref": "#/components/schemas/Data" }] },
                "loop": { "$ref": "#/components/schemas/Loop" },
                "any": {},
            } },
            "Data": { "type": "object", "required": ["url"], "properties": { "url": { "type": "string" } },
                "additionalProperties": { "type": "number" } },
            "Loop": { "allOf": [{ "$ref": "#/components/schemas/Loop" }] },
        } } });
        let held = Held { root: &root, told: &|_| None };
        mismatch(&held, &json!({ "$ref": "#/components/schemas/Answer" }), &response, "", 0)
    }

    #[test]
    fn what_is_required_is_there_and_has_its_type() {
        let data = json!({ "url": "u" });
        for (response, says) in [
            (json!({}), "/status is missing"),
            (json!({ "status": 1, "data": {} }), "/data/url is missing"),
            (json!({ "status": "hunter2", "data": data }), "/status should be an integer and is text"),
            (json!({ "status": 1.5, "data": data }), "/status should be an integer and is a number with a fraction"),
            (json!({ "status": 1, "data": null }), "/data should be an object and is null"),
            (json!({ "status": 1, "data": data, "items": [data, {}] }), "/items/1/url is missing"),
            (json!({ "status": 1, "data": data, "born": "hunter2" }), "/born should be a date such as 2026-01-31"),
            (json!({ "status": 1, "data": { "url": "u", "hunter2": "1" } }), "/data/* should be a number and is text"),
            (json!({ "status": 1, "data": data, "either": 1 }), "/either should be text and is an integer"),
            (json!({ "status": 1, "data": data, "a/b": {} }), "/a~1b/url is missing"),
            (json!(["hunter2"]), "it should be an object and is an array"),
        ] {
            assert_eq!(wrong(response.clone()).as_deref(), Some(says), "{response}");
        }
    }

    #[test]
    fn what_is_not_described_and_what_may_be_left_out_is_not_missed() {
        for more in [
            json!({ "new": [1], "note": null, "born": null, "items": null, "any": { "x": 1 } }),
            json!({ "born": "1958-01-02", "either": true, "items": [], "loop": 7 }),
        ] {
            let mut response = json!({ "status": 1, "data": { "url": "u", "more": 1 } });
            response.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(wrong(response.clone()), None, "{response}");
        }
    }
}
