//! What is sent and received: how a form is written, files, and responses.

use serde_json::{Map, Value, json};

use super::maker::{Maker, SOURCE, reference};

impl Maker {
    pub(super) fn request_body(&mut self) -> Value {
        let form = self.chance(30);
        let is_flat = form && self.chance(50);
        let name = if !form && self.chance(15) { self.choice(0, true) } else { self.new_object(0, is_flat, true) };
        let is_multipart = form && !is_flat && self.chance(50);
        if is_multipart {
            self.files(&name);
        }
        let media = match (form, self.dice.below(6)) {
            (true, _) if is_multipart => "multipart/form-data",
            (true, 0) => "application/x-www-form-urlencoded;charset=utf-8",
            (true, _) => "application/x-www-form-urlencoded",
            (false, 0) => "application/json; charset=utf-8",
            (false, 1) => "application/vnd.api+json",
            (false, _) => "application/json",
        };
        let mut schema = reference(&name);
        match self.dice.below(8) {
            0 if !form => schema = json!({"type": "array", "items": schema}),
            1 if !form => schema = json!({"type": "array", "items": self.scalar()}),
            3 if !form => schema = json!({"type": "object", "additionalProperties": schema}),
            2 if !form => schema = self.scalar(),
            _ => {}
        }
        let mut content = json!({"schema": schema, "example": self.sample(&schema)});
        if form && !is_flat {
            content["encoding"] = self.encoding(&name);
        }
        json!({"required": self.chance(75), "description": self.text(), "content": {media: content}})
    }

    /// Makes files of some properties.
    pub(super) fn files(&mut self, name: &str) {
        let mut object = self.schemas[name].take();
        let properties = object.get_mut("properties").and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(|all| all.values_mut()) {
            let list = property["items"]["type"] == "string";
            let scalar = if list { &mut property["items"] } else { property };
            if scalar["type"] == "string" && scalar.get("x-value").is_none() && self.chance(50) {
                *scalar = json!({"type": "string", "format": "binary", "x-source": SOURCE});
            }
        }
        self.schemas[name] = object;
    }

    /// How the fields of a form are written.
    pub(super) fn encoding(&mut self, form: &str) -> Value {
        let mut encoding = Map::new();
        let properties = self.schemas[form]["properties"].as_object().cloned().unwrap_or_default();
        for (name, property) in properties {
            let deep = json!({"style": "deepObject", "explode": self.chance(80)});
            let json = json!({"contentType": "application/json"});
            let is_file = property["format"] == "binary" || property["items"]["format"] == "binary";
            if is_file {
                let media_type = *self.dice.pick(&["image/png", "*/*", "text/plain, image/*"]);
                if self.chance(50) {
                    let mut own = json!({"contentType": media_type});
                    if self.chance(30) {
                        own["headers"] = json!({"X-Kind": {"schema": {"type": "string", "enum": [self.name()]}}});
                    }
                    encoding.insert(name, own);
                }
                continue;
            }
            let own = match (property["type"].as_str(), property["items"].get("type").is_some(), self.dice.below(4)) {
                (Some("array"), true, 0) => json!({"style": "form", "explode": false}),
                (Some("array"), true, 1) => json!({"style": *self.dice.pick(&["spaceDelimited", "pipeDelimited"])}),
                (None, _, 0) => json,
                (None, ..) | (Some("array"), _, 2) => deep,
                _ => continue,
            };
            encoding.insert(name, own);
        }
        encoding.into()
    }

    pub(super) fn response(&mut self, empty: bool) -> Value {
        let mut response = json!({"description": self.text(), "x-source": SOURCE});
        for _ in 0..self.dice.below(3) {
            let mut schema = self.scalar();
            if self.chance(30) {
                schema = json!({"type": "array", "items": schema});
            }
            let header = json!({"description": self.text(), "required": self.chance(50), "schema": schema});
            response["headers"][self.name()] = header;
        }
        if !empty && self.chance(85) {
            let mut schema = match self.dice.below(5) {
                0 => self.scalar(),
                1 => reference(&self.choice(0, false)),
                _ => reference(&self.object(0, false, false)),
            };
            if self.chance(20) {
                schema = json!({"type": "array", "items": schema});
            }
            let media = *self.dice.pick(&["application/json", "application/json", "application/hal+json;v=1"]);
            response["content"] = json!({media: {"schema": schema}});
            if self.chance(15) {
                response["content"] = self.as_it_comes();
            } else if self.chance(20) {
                response["content"]["text/html"] = json!({"schema": {"type": "string"}});
            }
        }
        response
    }

    /// The content of a response that is no JSON.
    pub(super) fn as_it_comes(&mut self) -> Value {
        const TYPES: &[&str] =
            &["text/plain", "text/csv; charset=utf-8", "application/xml", "application/pdf", "image/*", "text/x-\"y"];
        let mut schema = json!({"type": "string"});
        match self.dice.below(6) {
            0 => schema["format"] = json!("binary"),
            1 => schema["format"] = json!("password"),
            2 => schema["format"] = json!("date"),
            3 => schema["x-sensitive"] = json!(true),
            4 => schema["enum"] = json!([self.name(), self.name()]),
            _ => {}
        }
        let mut content = json!({*self.dice.pick(TYPES): {"schema": schema}});
        if self.chance(20) {
            content[*self.dice.pick(TYPES)] = json!({"schema": {"type": "string"}});
        }
        content
    }
}
