//! Operations: where they are, what they take, and how their lists go on.

use serde_json::{Map, Value, json};

use super::maker::{Maker, SOURCE, pointer};

impl Maker {
    pub(super) fn path(&mut self, session: bool) -> (String, Value) {
        let mut path = format!("/{}", self.dice.pick(&["a", "things", "x.y", "v1/b", "~u", "a:b"]));
        let mut parameters = Vec::new();
        for _ in 0..self.dice.below(3) {
            let name = self.name();
            if name.contains(['/', '{', '}']) || path.contains(&format!("{{{name}}}")) {
                continue;
            }
            path.push_str(&format!("/{{{name}}}"));
            parameters.push(self.parameter(&name, "path"));
        }
        self.count += 1;
        path.push_str(&format!("/p{}", self.count));
        for _ in 0..self.dice.below(4) {
            let (name, place) = (self.name(), *self.dice.pick(&["query", "header"]));
            parameters.push(self.parameter(&name, place));
        }
        let method = *self.dice.pick(&["get", "post", "put", "patch", "delete"]);
        let success = *self.dice.pick(&["200", "200", "201", "204", "2XX"]);
        let mut operation = json!({
            "operationId": self.word(), "summary": self.text(), "x-source": SOURCE, "parameters": parameters,
            "responses": {success: self.response(success == "204")}
        });
        for _ in 0..self.dice.below(3) {
            let success = *self.dice.pick(&["200", "201", "202", "204", "206", "299", "2XX"]);
            operation["responses"][success] = self.response(success == "204");
        }
        if self.chance(30) {
            operation["description"] = json!(self.text());
        }
        if self.chance(20) {
            operation["deprecated"] = json!(true);
        }
        if self.chance(50) {
            let status = *self.dice.pick(&["400", "4XX", "default"]);
            operation["responses"][status] = self.response(false);
        }
        if method != "get" && self.chance(70) {
            operation["requestBody"] = self.request_body();
        }
        if self.chance(15) {
            operation["x-retry"] = json!("safe");
        }
        if self.chance(15) {
            operation["tags"] = json!([self.name()]);
        }
        if !session && self.chance(20) {
            operation["security"] = json!([]);
        }
        if self.chance(35) {
            self.pages(&mut operation, success);
        }
        if let Some(name) = self.server.clone().filter(|_| self.chance(15)) {
            let elsewhere = *self.dice.pick(&["/elsewhere", "https://files.example.com/{count}"]);
            let own = json!({"url": elsewhere, "x-name": name, "variables": {"count": {"default": 7}}});
            operation["servers"] = json!([own, {"url": "/", "x-name": "sandbox"}]);
        }
        let mut item = json!({method: operation});
        if let Some(name) = self.server.clone().filter(|_| self.chance(8)) {
            let urls = [("sandbox", "https://sandbox.example.com/path"), (name.as_str(), "/path/{of_path}")];
            let servers = urls.map(|(name, url)| json!({"url": url, "x-name": name}));
            item["servers"] = json!(servers);
            item["servers"][1]["variables"] = json!({"of_path": {"default": "a", "enum": ["a", "b"]}});
        }
        (path, item)
    }

    /// Says of an operation how the list goes on that it responds with, if it responds with one.
    pub(super) fn pages(&mut self, operation: &mut Value, success: &str) {
        let content = operation["responses"][success].get_mut("content").and_then(Value::as_object_mut);
        let Some(media) = content.and_then(|content| content.values_mut().next()) else { return };
        let mut lists = self.lists(&media["schema"], "", 0);
        if lists.is_empty() {
            media["schema"] = json!({"type": "array", "items": media["schema"]});
            lists = vec![(String::new(), media["schema"]["items"].clone())];
        }
        let (items, item) = self.dice.pick(&lists).clone();
        let name = self.name();
        let mut words = match self.dice.below(5) {
            0 => json!({"cursor": name, "from": {"response-header": "X-Next"}}),
            1 if item["type"] == "string" || item["type"] == "integer" => json!({"cursor": name, "from-last-item": ""}),
            1 | 2 => json!({"page": name, "first": 0, "pages": {"response-header": "X-Pages"}}),
            3 => json!({"offset": name, "x-source": SOURCE}),
            _ => json!({"link": "next"}),
        };
        words["items"] = json!(items);
        let kind = if words.get("cursor").is_some() { "string" } else { "integer" };
        let place = if words.get("link").is_some() { "query" } else { *self.dice.pick(&["query", "header"]) };
        let parameter = json!({"name": name, "in": place, "schema": {"type": kind}, "description": self.text(), "x-source": SOURCE});
        operation["parameters"].as_array_mut().expect("parameters").push(parameter);
        operation["x-pages"] = words;
    }

    /// The lists in what a schema describes, each with its pointer and the schema of an item.
    pub(super) fn lists(&self, schema: &Value, at: &str, depth: usize) -> Vec<(String, Value)> {
        let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let schema = name.map_or(schema, |name| &self.schemas[name]);
        if schema["type"] == "array" {
            return vec![(at.to_owned(), schema["items"].clone())];
        }
        let properties = schema["properties"].as_object().filter(|_| depth < 3);
        let below = properties.into_iter().flatten();
        below.flat_map(|(name, below)| self.lists(below, &format!("{at}{}", pointer(name)), depth + 1)).collect()
    }

    pub(super) fn parameter(&mut self, name: &str, place: &str) -> Value {
        match self.dice.below(10) {
            0 | 1 => return self.list(name, place),
            2 if place == "query" => return self.flat(name),
            _ => {}
        }
        let mut schema = self.scalar();
        let required = place == "path" || self.chance(50);
        let is_secret = schema["format"] == "password" || schema.get("x-sensitive").is_some();
        let example = if schema["type"] == "string" && schema.get("format").is_none() && schema.get("enum").is_none() {
            json!("x1")
        } else {
            self.sample(&schema)
        };
        if !required && !is_secret && self.chance(20) {
            schema["default"] = example.clone();
        }
        let mut parameter = json!({
            "name": name, "in": place, "required": required, "schema": schema, "description": self.text(), "x-source": SOURCE,
            "example": example
        });
        if place != "path" && schema["type"] == "string" && self.chance(25) {
            parameter["x-value"] = self.expression(&parameter["schema"].clone());
        }
        parameter
    }

    /// A parameter that is a list.
    pub(super) fn list(&mut self, name: &str, place: &str) -> Value {
        let items = self.scalar();
        let sample = if items["type"] == "string" && items.get("format").is_none() && items.get("enum").is_none() {
            json!("x1")
        } else {
            self.sample(&items)
        };
        let mut parameter = json!({
            "name": name, "in": place, "required": place == "path" || self.chance(50), "description": self.text(), "x-source": SOURCE,
            "schema": {"type": "array", "items": items}, "example": [sample]
        });
        if place == "query" {
            let style = *self.dice.pick(&["form", "form", "spaceDelimited", "pipeDelimited"]);
            parameter["style"] = json!(style);
            if style != "form" || self.chance(50) {
                parameter["explode"] = json!(false);
            }
        }
        parameter
    }

    /// A parameter that is a flat object.
    pub(super) fn flat(&mut self, name: &str) -> Value {
        let (mut properties, mut sample) = (Map::new(), Map::new());
        let mut required = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let (name, mut schema) = (self.name(), self.scalar());
            sample.insert(name.clone(), self.sample(&schema));
            schema["x-source"] = json!(SOURCE);
            if self.chance(40) && !required.contains(&name) {
                required.push(name.clone());
            }
            properties.insert(name, schema);
        }
        let mut schema = json!({"type": "object", "properties": properties, "x-source": SOURCE});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let mut parameter = json!({
            "name": name, "in": "query", "required": self.chance(50), "description": self.text(), "x-source": SOURCE,
            "schema": schema, "example": sample
        });
        if self.chance(70) {
            parameter["style"] = json!("deepObject");
        }
        parameter
    }

    /// What a field or a parameter is filled in with. One that is held to more than its type is a setting.
    pub(super) fn expression(&mut self, of: &Value) -> Value {
        let is_plain = ["enum", "format", "pattern", "maxLength"].iter().all(|word| of.get(word).is_none());
        match if is_plain { self.dice.below(6) } else { 5 } {
            0 => json!("a text"),
            1 => json!({"uuid": "v4"}),
            2 => json!([{"time": "unix"}, "-", {"request": "method"}]),
            3 => json!({"hex": {"sha-256": [{"credential": "secret_key"}, {"given": true}]}}),
            4 => json!({"base64": {"given": true}}),
            _ => {
                let name = self.word();
                let description = self.text();
                self.settings.insert(name.clone(), json!({"description": description, "x-source": SOURCE}));
                let default = if is_plain { self.text().into() } else { self.sample(of) };
                if self.chance(50) { json!({"setting": name}) } else { json!({"setting": name, "default": default}) }
            }
        }
    }
}
