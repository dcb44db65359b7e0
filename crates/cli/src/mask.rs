//! Hides what a response holds in confidence: what the document marks as secret or personal, and what it does not describe.

use countersign::plan::Operation;
use countersign_spec::{Document, referring, resolve_json};
use serde_json::Value as Json;

/// What is shown in the place of a secret or personal value.
const HIDDEN: &str = "[redacted]";
/// What is shown in the place of a value that the document does not describe: it may be secret, and nobody has said so.
const UNKNOWN: &str = "[not in the document]";
/// A schema of anything, as JSON Schema has it.
const ANYTHING: &Json = &Json::Bool(true);

/// Hides it in the response of a success, and says how many values it hid.
pub fn response(document: &Document, operation: &Operation, status: u16, response: &mut Json) -> usize {
    let root = root(document);
    let schemas = schemas(document, operation, status);
    let parts: Vec<Part<'_>> = schemas.iter().flat_map(|schema| Part::all(&root, schema, false)).collect();
    hide(&root, response, &parts)
}

/// The document as JSON. One that was read can be written; should it not, nothing is known of any response.
pub fn root(document: &Document) -> Json {
    serde_json::to_value(document.openapi()).unwrap_or_default()
}

/// The schemas of the bodies that a success with a status may have.
pub fn schemas(document: &Document, operation: &Operation, status: u16) -> Vec<Json> {
    let own = operation.success(status);
    let responses = document.operation(&operation.id).into_iter().flat_map(|described| &described.responses.responses);
    let successes = responses.filter(|(status, _)| {
        let status = status.to_string();
        if operation.successes.is_empty() {
            status.starts_with('2')
        } else {
            own.is_some_and(|own| own.status == status)
        }
    });
    let contents =
        successes.filter_map(|(_, response)| document.resolve(response)).flat_map(|found| found.content.values());
    contents.filter_map(|media| serde_json::to_value(media.schema.as_ref()?).ok()).collect()
}

/// What a document says of a value.
#[derive(Clone, Copy)]
struct Part<'a> {
    schema: &'a Json,
    /// Whether the value is secret or personal.
    is_hidden: bool,
}

impl<'a> Part<'a> {
    /// `inherited` says whether what is around it is personal, which a schema of its own does not take over.
    fn new(root: &'a Json, schema: &'a Json, inherited: bool) -> Self {
        let inherited = inherited && referring(schema).get("$ref").is_none();
        match resolve_json(root, schema) {
            Some(schema) => {
                let is_hidden = schema["x-sensitive"] == true || schema["format"] == "password";
                Self { schema, is_hidden: inherited || is_hidden }
            }
            None => Self { schema: ANYTHING, is_hidden: true },
        }
    }

    /// What is said of a value that is one of several: each of them may say it.
    fn all(root: &'a Json, schema: &'a Json, inherited: bool) -> Vec<Self> {
        let whole = Self::new(root, schema, inherited);
        match whole.schema["oneOf"].as_array() {
            Some(branches) => branches.iter().flat_map(|branch| Self::all(root, branch, whole.is_hidden)).collect(),
            None => vec![whole],
        }
    }

    fn is_of_type(self, expected: &str) -> bool {
        self.schema["type"].as_str().is_none_or(|stated| stated == expected)
    }

    fn is_scalar(self) -> bool {
        !matches!(self.schema["type"].as_str(), Some("object" | "array"))
    }

    /// What it says of a member of an object, if it says anything.
    fn member(self, root: &'a Json, name: &str) -> Vec<Self> {
        if !self.is_of_type("object") {
            return Vec::new();
        }
        let properties = self.schema.get("properties");
        let schema =
            match (properties.and_then(|properties| properties.get(name)), self.schema.get("additionalProperties")) {
                (Some(schema), _) => schema,
                (None, Some(Json::Bool(false))) => return Vec::new(),
                (None, Some(schema)) => schema,
                (None, None) if properties.is_none() => ANYTHING,
                (None, None) => return Vec::new(),
            };
        Self::all(root, schema, self.is_hidden)
    }

    /// What it says of the items of an array, if it says anything.
    fn item(self, root: &'a Json) -> Vec<Self> {
        let schema = self.schema.get("items").unwrap_or(ANYTHING);
        if self.is_of_type("array") { Self::all(root, schema, self.is_hidden) } else { Vec::new() }
    }
}

/// Whether a name is one that a person gives to a field, and no number or text of somebody.
fn is_word(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    digits < 3
        && name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn hide(root: &Json, value: &mut Json, parts: &[Part<'_>]) -> usize {
    let replace = |value: &mut Json, with: &str| {
        *value = with.into();
        1
    };
    match value {
        Json::Null => 0,
        value if parts.is_empty() => replace(value, UNKNOWN),
        Json::Object(members) => {
            let mut count = 0;
            let mut nameless = 0;
            for (name, mut member) in std::mem::take(members) {
                let below: Vec<_> = parts.iter().flat_map(|part| part.member(root, &name)).collect();
                count += hide(root, &mut member, &below);
                // A name that the document does not have may be a value too.
                if below.is_empty() && !is_word(&name) {
                    nameless += 1;
                } else {
                    members.insert(name, member);
                }
            }
            if nameless > 0 {
                members.insert(UNKNOWN.into(), format!("{nameless} members").into());
            }
            count
        }
        Json::Array(items) => {
            let below: Vec<_> = parts.iter().flat_map(|part| part.item(root)).collect();
            items.iter_mut().map(|item| hide(root, item, &below)).sum()
        }
        value if parts.iter().any(|part| part.is_hidden) => replace(value, HIDDEN),
        value if !parts.iter().any(|part| part.is_scalar()) => replace(value, UNKNOWN),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hidden(response: Json) -> (Json, usize) {
        let root = json!({ "components": { "schemas": {
            "Answer": { "type": "object", "properties": {
                "status": { "type": "integer" },
                "token": { "type": "string", "format": "password" },
                "owner": { "$ref": "#/components/schemas/Owner" },
                "numbers": { "type": "array", "items": { "type": "string", "x-sensitive": true } },
                "extra": { "type": "object", "additionalProperties": true },
                "labels": { "type": "object", "additionalProperties": { "type": "string", "x-sensitive": true } },
                "any": {},
                "broken": { "$ref": "#/components/schemas/Nothing" },
                "payer": { "$ref": "#/components/schemas/Payer" },
            } },
            "Payer": { "oneOf": [
                { "$ref": "#/components/schemas/Owner" },
                { "type": "object", "properties": { "iban": { "type": "string", "format": "password" }, "kind": {} } },
                { "type": "string", "x-sensitive": true },
            ] },
            "Owner": { "type": "object", "x-sensitive": true, "properties": {
                "name": { "type": "string" },
                "address": { "type": "object", "properties": { "street": { "type": "string" } } },
                "kind": { "$ref": "#/components/schemas/Kind" },
            } },
            "Kind": { "type": "string" },
        } } });
        let mut response = response;
        let schema = json!({ "$ref": "#/components/schemas/Answer" });
        let count = hide(&root, &mut response, &[Part::new(&root, &schema, false)]);
        (response, count)
    }

    #[test]
    fn what_is_marked_is_hidden_at_every_depth() {
        let (response, count) = hidden(json!({
            "status": 200, "token": "t", "numbers": ["1", "2", null],
            "owner": { "name": "n", "address": { "street": "s" }, "kind": "private" },
            "extra": { "x": { "y": [1] } }, "labels": { "a": "b" }, "any": { "z": 1 }, "broken": "b",
        }));
        let expected = json!({
            "status": 200, "token": HIDDEN, "numbers": [HIDDEN, HIDDEN, null],
            "owner": { "name": HIDDEN, "address": { "street": HIDDEN }, "kind": "private" },
            "extra": { "x": { "y": [1] } }, "labels": { "a": HIDDEN }, "any": { "z": 1 }, "broken": HIDDEN,
        });
        assert_eq!((response, count), (expected, 7));
    }

    #[test]
    fn what_is_one_of_several_is_hidden_where_any_of_them_is() {
        let (response, _) = hidden(json!({"payer": {"iban": "x", "name": "n", "kind": "k", "new": 1}}));
        assert_eq!(response, json!({"payer": {"iban": HIDDEN, "name": HIDDEN, "kind": "k", "new": UNKNOWN}}));
        assert_eq!(hidden(json!({"payer": "w-1"})).0, json!({"payer": HIDDEN}));
    }

    #[test]
    fn a_name_that_may_be_a_value_is_hidden_too() {
        let (response, count) = hidden(json!({
            "8317": "x", "4929123412341234": {"a": 1}, "jane@example.com": null, "newField2": 1, "labels": {"8317": "b"},
        }));
        let expected = json!({"newField2": UNKNOWN, "labels": {"8317": HIDDEN}, UNKNOWN: "3 members"});
        assert_eq!((response, count), (expected, 4));
    }

    #[test]
    fn what_is_not_described_is_hidden() {
        let (response, count) = hidden(json!({
            "new": { "pin": "1" }, "status": [1], "owner": "n", "numbers": { "a": "1" }, "extra": "text",
        }));
        let expected = json!({
            "new": UNKNOWN, "status": [UNKNOWN], "owner": HIDDEN, "numbers": { "a": UNKNOWN }, "extra": UNKNOWN,
        });
        assert_eq!((response, count), (expected, 5));
    }
}
