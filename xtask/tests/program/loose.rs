//! Documents as tools write them: an object where it is used, a scalar in `components`, parts in `allOf`, words of OpenAPI 3.1.
//!
//! What is said in another way here means the same.

use serde_json::{Map, Value, json};

use crate::random::{Dice, TEXTS, reference};

/// Says in other ways what a random document says.
pub fn loosened(document: &str, seed: u64) -> String {
    let mut document: Value = serde_json::from_str(document).unwrap();
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut loosener = Loosener { dice: Dice::new(seed), schemas, added: Map::new(), shared: Map::new() };
    for section in ["paths", "components"] {
        let mut part = document[section].take();
        loosener.everywhere(&mut part, section == "components", 0);
        document[section] = part;
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(loosener.added);
    }
    for (pointer, part) in loosener.shared {
        let (section, name) = pointer.split_once('/').unwrap();
        document["components"][section][name] = part;
    }
    if loosener.dice.below(2) == 0 {
        in_words_of_3_1(&mut document);
        document["openapi"] = json!("3.1.0");
        let words = document.as_object_mut().unwrap();
        let webhooks = words.remove("x-webhooks");
        words.extend(webhooks.map(|webhooks| ("webhooks".to_owned(), webhooks)));
    }
    document.to_string()
}

struct Loosener {
    dice: Dice,
    /// The components as they were.
    schemas: Map<String, Value>,
    /// Components that nobody had before.
    added: Map<String, Value>,
    /// The same of parameters, bodies and responses: by the section and the name.
    shared: Map<String, Value>,
}

impl Loosener {
    /// Goes to all schemas that are below a key that says so.
    fn everywhere(&mut self, part: &mut Value, are_components: bool, depth: u64) {
        match part {
            Value::Object(entries) => {
                for (key, entry) in entries {
                    match key.as_str() {
                        "parameters" | "requestBody" | "responses" if !are_components => {
                            self.everywhere(entry, are_components, depth);
                            self.share(key, entry);
                        }
                        "schema" => self.schema(entry, depth),
                        "schemas" if are_components => {
                            entry.as_object_mut().unwrap().values_mut().for_each(|schema| self.inside(schema, depth));
                        }
                        "example" | "examples" => {}
                        _ => self.everywhere(entry, are_components, depth),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.everywhere(item, are_components, depth)),
            _ => {}
        }
    }

    /// Puts some parameters, bodies and responses of an operation into components.
    fn share(&mut self, key: &str, of: &mut Value) {
        let section = if key == "requestBody" { "requestBodies" } else { key };
        let parts: Vec<&mut Value> = match of {
            _ if key == "requestBody" => vec![of],
            Value::Object(responses) => responses.values_mut().collect(),
            Value::Array(parameters) => parameters.iter_mut().collect(),
            _ => return,
        };
        for part in parts {
            if self.dice.below(5) == 0 {
                let name = format!("Shared{}", self.shared.len());
                part["x-source"] = json!("made up");
                self.shared.insert(format!("{section}/{name}"), part.take());
                *part = json!({"$ref": format!("#/components/{section}/{name}")});
            }
        }
    }

    /// Loosens what is in a schema.
    fn inside(&mut self, schema: &mut Value, depth: u64) {
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.values_mut().for_each(|property| self.schema(property, depth + 1));
        }
        if let Some(branches) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
            branches
                .iter_mut()
                .filter(|branch| branch.get("$ref").is_none())
                .for_each(|one| self.inside(one, depth + 1));
            if self.dice.below(2) == 0 {
                let branches = schema["oneOf"].take();
                let words = schema.as_object_mut().unwrap();
                words.remove("oneOf");
                words.insert("anyOf".to_owned(), branches);
            }
        }
        for word in ["items", "additionalProperties"] {
            if let Some(part) = schema.get_mut(word).filter(|part| part.is_object()) {
                self.schema(part, depth + 1);
            }
        }
        if schema["type"] == "object" && schema.get("allOf").is_none() && self.dice.below(6) == 0 {
            self.in_parts(schema);
        }
    }

    /// Loosens a schema that is no component.
    fn schema(&mut self, schema: &mut Value, depth: u64) {
        self.inside(schema, depth);
        let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()).map(str::to_owned) else {
            return self.scalar(schema);
        };
        let is_nullable = self.schemas.get(&name).is_some_and(|target| target["nullable"] == true);
        // A branch without a name has one by its place, which messages say.
        let is_nameless = |branch: &Value| branch["type"] == "object";
        let branches = self.schemas.get(&name).and_then(|target| target["oneOf"].as_array());
        let stays = is_nullable
            || self.contains_itself(&name)
            || branches.is_some_and(|branches| branches.iter().any(is_nameless));
        match self.dice.below(10) {
            0 | 1 if depth < 4 && !stays => {
                if let Some(target) = self.schemas.get(&name).cloned() {
                    *schema = target;
                    self.inside(schema, depth + 1);
                }
            }
            2 => schema["description"] = json!(self.dice.pick(TEXTS)),
            3 => *schema = json!({"allOf": [schema.take()], "title": "A thing"}),
            _ => {}
        }
    }

    /// Whether a component leads back to itself: written out once, it would have a level more.
    fn contains_itself(&self, name: &str) -> bool {
        let (mut ahead, mut seen) = (vec![name.to_owned()], Vec::new());
        while let Some(here) = ahead.pop() {
            let text = self.schemas.get(&here).map(Value::to_string).unwrap_or_default();
            let next = text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
            for next in next.map(str::to_owned) {
                if next == name {
                    return true;
                }
                if !seen.contains(&next) {
                    seen.push(next.clone());
                    ahead.push(next);
                }
            }
        }
        false
    }

    fn scalar(&mut self, schema: &mut Value) {
        let is_filled = schema.get("x-value").is_some();
        match self.dice.below(8) {
            0 if !is_filled && schema["type"] != "object" => {
                let name = format!("Alias{}", self.added.len());
                let mut alias = schema.take();
                alias["x-source"] = json!("made up");
                self.added.insert(name.clone(), alias);
                *schema = reference(&name);
            }
            1 if schema["type"] == "string" && (schema.get("pattern").is_some() || schema.get("enum").is_some()) => {
                schema.as_object_mut().unwrap().remove("type");
            }
            2 if schema["type"] == "array" => {
                schema.as_object_mut().unwrap().remove("type");
            }
            _ => {}
        }
    }

    /// An object with some of its properties in a part of their own.
    fn in_parts(&mut self, schema: &mut Value) {
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
        let at = self.dice.below(properties.len() as u64 + 1) as usize;
        let (first, rest): (Vec<_>, Vec<_>) =
            std::mem::take(properties).into_iter().enumerate().partition(|(index, _)| *index < at);
        let map = |list: Vec<(usize, (String, Value))>| list.into_iter().map(|(_, pair)| pair).collect::<Map<_, _>>();
        schema.as_object_mut().unwrap().remove("properties");
        schema["allOf"] = json!([{"type": "object", "properties": map(first)}, {"properties": map(rest)}]);
    }
}

fn in_words_of_3_1(part: &mut Value) {
    match part {
        Value::Object(entries) => {
            if entries.get("nullable") == Some(&json!(true)) && entries.get("type").is_some_and(Value::is_string) {
                entries.remove("nullable");
                let kind = entries["type"].take();
                entries["type"] = json!([kind, "null"]);
            }
            if entries.get("nullable") == Some(&json!(true)) && entries.get("oneOf").is_some_and(Value::is_array) {
                entries.remove("nullable");
                entries["oneOf"].as_array_mut().unwrap().push(json!({"type": "null"}));
            }
            for (word, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
                if entries.get(word) == Some(&json!(true)) {
                    let value = entries.remove(bound).unwrap();
                    entries.insert(word.to_owned(), value);
                }
            }
            if entries.get("type").is_some_and(Value::is_string) && !entries.contains_key("properties") {
                let example = entries.remove("example");
                entries.extend(example.map(|example| ("examples".to_owned(), json!([example]))));
            }
            if entries.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1) {
                let values = entries.remove("enum").unwrap();
                entries.insert("const".to_owned(), values[0].clone());
            }
            entries.iter_mut().filter(|(key, _)| *key != "example").for_each(|(_, entry)| in_words_of_3_1(entry));
        }
        Value::Array(items) => items.iter_mut().for_each(in_words_of_3_1),
        _ => {}
    }
}
