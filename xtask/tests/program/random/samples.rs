//! Values that schemas allow.

use serde_json::{Map, Value, json};

use super::maker::Maker;

impl Maker {
    /// A value that a schema allows, with all that it describes.
    pub(super) fn sample(&mut self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            let target = self.schemas[name].clone();
            self.around.push(name.to_owned());
            let sample = self.sample_of(&target);
            self.around.pop();
            return sample;
        }
        if schema["nullable"] == true && self.chance(20) {
            return Value::Null;
        }
        if schema["type"] == "object" || schema.get("allOf").is_some() {
            return self.sample_of(schema);
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("array"), _) => json!([self.sample(&schema["items"])]),
            _ if schema.get("enum").is_some() => {
                let values: Vec<Value> = schema["enum"].as_array().unwrap().clone();
                let values: Vec<Value> = values.into_iter().filter(|value| !value.is_null()).collect();
                self.dice.pick(&values).clone()
            }
            (Some("integer"), _) => json!(7),
            (Some("number"), _) => json!(1.5),
            (Some("boolean"), _) => json!(true),
            (_, Some("date")) => json!("2024-02-29"),
            _ if schema.get("pattern").is_some() => json!("a1"),
            _ if schema.get("maxLength").is_some() => json!("abc"),
            (None, _) => json!({"some": [1, "text", null]}),
            _ => json!(self.text()),
        }
    }

    /// A value that a component allows. What is one of several is any of them.
    fn sample_of(&mut self, schema: &Value) -> Value {
        let branches = schema["oneOf"].as_array().cloned().unwrap_or_default();
        let mut whole = if branches.is_empty() { Value::Object(Map::new()) } else { self.branch(schema, &branches) };
        let Value::Object(members) = &mut whole else { return whole };
        // What it is made of comes behind what it has itself.
        let parts = schema["allOf"].as_array().cloned().unwrap_or_default();
        let parts: Vec<Value> = parts.iter().map(|part| self.sample(part)).collect();
        let mut properties = schema["properties"].as_object().cloned().unwrap_or_default();
        // What contains itself ends where it would come again.
        properties.retain(|_, part| !self.is_within(part) && part["readOnly"] != true);
        members.extend(properties.into_iter().map(|(name, schema)| (name, self.sample(&schema))));
        for (name, value) in parts.into_iter().flat_map(|part| part.as_object().cloned().unwrap_or_default()) {
            members.entry(name).or_insert(value);
        }
        match &schema["additionalProperties"] {
            described @ Value::Object(_) if !self.is_within(described) => {
                let value = self.sample(described);
                whole["a name"] = value;
            }
            _ => {}
        }
        whole
    }

    /// Whether something is what is being sampled, or a list or a map of it.
    fn is_within(&self, part: &Value) -> bool {
        let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let is_again = name.is_some_and(|name| self.around.iter().any(|known| known == name));
        let below = ["items", "additionalProperties"].map(|word| &part[word]);
        let parts = part["allOf"].as_array().into_iter().flatten();
        is_again || below.into_iter().chain(parts).any(|part| part.is_object() && self.is_within(part))
    }

    /// A value of one of the branches, which says which one it is.
    fn branch(&mut self, schema: &Value, branches: &[Value]) -> Value {
        let ends: Vec<Value> = branches.iter().filter(|branch| !self.is_within(branch)).cloned().collect();
        let one = self.dice.pick(if ends.is_empty() { branches } else { &ends }).clone();
        let mut sample = self.sample(&one);
        let target = one["$ref"].as_str().unwrap_or_default();
        let mapping = schema["discriminator"]["mapping"].as_object().cloned().unwrap_or_default();
        let named = mapping.iter().find(|(_, own)| *own == target).map(|(value, _)| value.as_str());
        let is_constant = |schema: &Value| schema["properties"]["kind"].get("enum").is_some();
        let component = target.rsplit('/').next().unwrap_or_default();
        let is_stated = is_constant(&one) || self.schemas.get(component).is_some_and(is_constant);
        let is_choice = self.schemas.get(component).is_some_and(|target| target.get("oneOf").is_some());
        if schema.get("discriminator").is_some() && !is_stated && !is_choice && sample.is_object() {
            sample["kind"] = json!(named.unwrap_or(component));
        }
        sample
    }
}
