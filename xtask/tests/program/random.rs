//! Random documents: most of their names are odd, and their parts stand in all places that a document has.

use serde_json::{Map, Value, json};

/// Names that mean something to Rust, to the generated code, to YAML or to Markdown, and names that are none.
#[rustfmt::skip] // Many on a line.
const ODD: &[&str] = &[
    "result", "request", "response", "header_map", "body", "body_map", "client", "url", "value", "send", "new",
    "clone", "dispatch", "default", "builder", "inner", "info", "types", "leaks", "error", "fmt", "main", "test",
    "mock", "operations", "example", "from", "into", "option", "string", "vec", "some", "none", "ok", "err", "std",
    "core", "serde", "reqwest", "countersign", "serde_json", "self", "Self", "crate", "super", "gen", "async", "try",
    "type", "match", "union", "dyn", "macro_rules", "auto", "raw", "static", "Default", "Option", "Some", "None",
    "Ok", "Err", "OK", "ERR", "Result", "String", "Vec", "Box", "Secret", "Sensitive", "Date", "Client", "Answer",
    "Given", "Field", "Response", "Call", "Executor", "CallOptions", "ConversionError", "with_options", "call", "Error", "Unknown", "unknown", "UNKNOWN_VALUE", "Clone", "Debug", "Display", "Serialize", "TryFrom", "TryInto",
    "FromStr", "ToString", "Deref", "Iterator", "Fn", "Send", "T", "V", "F", "S", "E", "D", "A", "a", "e", "f", "s",
    "x", "i64", "str", "bool", "u8", "1st", "+1", "-1", "1", "400", "2fa", "_", "__", "-", "it's", "foo-bar",
    "fooBar", "FooBar", "foo.bar", "a b", "a/b", "a~b", "{x}", "}", "\"", "\\", "`", "```", "|", "<b>", "$ref", "#",
    "%41", "&", "=", "@timestamp", "", " ", "true", "null", "yes", "0", "é", "\u{5d0}\u{5d1}", "名前", "🙂", "\u{202e}x",
    "\u{200b}", "ﬁ", "ß", "K", "a\nb", "\u{1}", "status", "headers", "kind", "base_url", "when", "then", "into_inner",
    "success", "refused", "mock_server", "to_string", "try_into", "as_str", "as_ref", "unwrap", "map", "expect",
    "http", "get", "post", "put", "execute", "format", "println", "panic", "assert", "case", "answer", "field",
    "type_", "self_", "_type", "XMLHttpRequest2", "snake_case_name", "UPPER_CASE", "api-version", "api_version",
    "Content-Language", "X-Request-Id",
];

/// Text that means something to Markdown, to rustdoc or to the compiler.
pub const TEXTS: &[&str] = &[
    "Plain text.",
    "~~~\nassert!(false)\n~~~",
    "```\nassert!(false)\n```",
    "\tassert!(false);",
    "    assert!(false);",
    "- a\n\n      assert!(false);",
    "> ```rust\n> assert!(false)\n> ```",
    "<script>alert(1)</script>",
    "<b>bold",
    "[Client] and [`x`](y)",
    "[x]: http://x\n\n[x]",
    "a\rb",
    "\u{202e}abc\u{202c}",
    "\u{2066}x",
    "*/ // /*",
    "#[doc]",
    "\\",
    "`",
    "a | b",
    "https://example.com/a_b",
    "http://example.com",
    "![i](https://example.com/i.png)",
    "é ß 名",
    "\u{0}",
    "{}",
    "{0}",
    "\"quoted\"",
    "# Heading",
    "1. one\n2. two",
];

const SOURCE: &str = "made up";

/// A random document; the same one for the same seed.
pub fn document(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    // Most documents have a few odd names: more of them are refused for names that are alike.
    let odd = *dice.pick(&[5, 10, 20, 40]);
    let (schemas, settings) = (Map::new(), Map::new());
    let mut maker = Maker { dice, odd, count: 0, schemas, settings, around: Vec::new(), server: None };
    maker.document().to_string()
}

struct Maker {
    dice: Dice,
    /// How many of a hundred names are odd.
    odd: u64,
    count: u64,
    schemas: Map<String, Value>,
    settings: Map<String, Value>,
    /// The objects that are being made, or sampled.
    around: Vec<String>,
    /// The name of the second server, if there are servers.
    server: Option<String>,
}

impl Maker {
    fn document(&mut self) -> Value {
        let session = self.chance(30);
        if self.chance(60) {
            self.server = Some(self.word());
        }
        let mut paths = Map::new();
        for _ in 0..=self.dice.below(3) {
            let (path, item) = self.path(session);
            paths.insert(path, item);
        }
        let mut schemes = json!({
            "signature": {
                "type": "apiKey", "in": "header", "name": "X-Signature",
                "x-value": {"hex": {"hmac-sha-256": {"key": {"credential": "secret_key"}, "of": {"request": "path"}}}},
                "x-source": SOURCE
            }
        });
        let mut security = json!({"signature": []});
        let mut document = json!({
            "openapi": "3.0.3",
            "info": {"title": self.text(), "description": self.text(), "version": "1", "x-source": SOURCE},
            "x-credentials": {"secret_key": {"description": self.text(), "x-source": SOURCE}},
        });
        if session {
            document["x-session"] = json!({
                "issue": "log_in", "values": {"access": {"pointer": "/access", "description": self.text(), "x-source": SOURCE}},
                "expires": [{"seconds": "/lifetime"}, {"after": "1h"}], "refused": {"status": [401]}, "x-source": SOURCE
            });
            schemes["bearer"] =
                json!({"type": "http", "scheme": "bearer", "x-value": {"session": "access"}, "x-source": SOURCE});
            security["bearer"] = json!([]);
            paths.insert("/log-in".to_owned(), json!({"post": {
                "operationId": "log_in", "summary": self.text(), "security": [{"signature": []}], "x-source": SOURCE,
                "responses": {"200": {"description": "", "x-source": SOURCE, "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/LogInAnswer"}
                }}}}
            }}));
            self.schemas.insert(
                "LogInAnswer".to_owned(),
                json!({
                    "type": "object", "x-source": SOURCE, "required": ["access"], "properties": {
                        "access": {"type": "string", "format": "password", "x-source": SOURCE},
                        "lifetime": {"type": "integer", "x-source": SOURCE}
                    }
                }),
            );
        }
        if let Some(name) = self.server.clone() {
            document["servers"] = json!([
                {"url": "https://sandbox.example.com", "description": self.text(), "x-name": "sandbox", "x-source": SOURCE},
                {"url": "https://api.example.com/base", "description": self.text(), "x-name": name, "x-source": SOURCE},
            ]);
            if self.chance(20) {
                document["servers"][1]["url"] = json!("https://{anyRegion}.example.com/base/");
                document["servers"][1]["variables"] = json!({"anyRegion": {"default": "eu", "enum": ["eu", "us"]}});
            }
        }
        if self.chance(40) {
            document["x-outcome"] = json!({
                "success": [{"at": "/code", "absent": true}], "code": ["/code"], "message": ["/message"], "x-source": SOURCE
            });
        }
        if self.chance(50) {
            self.webhooks(&mut document, &mut schemes);
        }
        if !self.settings.is_empty() {
            document["x-settings"] = Value::Object(std::mem::take(&mut self.settings));
        }
        document["security"] = json!([security]);
        if self.chance(20) {
            schemes["flow"] =
                json!({"type": "openIdConnect", "openIdConnectUrl": "https://example.com", "x-source": SOURCE});
            let other = if self.chance(50) { json!({}) } else { json!({"flow": ["a"]}) };
            document["security"] = json!([security, other]);
        }
        document["paths"] = Value::Object(paths);
        document["components"] =
            json!({"securitySchemes": schemes, "schemas": Value::Object(std::mem::take(&mut self.schemas))});
        document
    }

    /// Adds webhooks, and the schemes that vouch for them.
    fn webhooks(&mut self, document: &mut Value, schemes: &mut Value) {
        let key = *self.dice.pick(&["secret_key", "webhook_secret"]);
        if key == "webhook_secret" {
            document["x-credentials"][key] = json!({"description": self.text(), "x-source": SOURCE});
        }
        let tag = |of: Value| json!({"hex": {"hmac-sha-256": {"key": {"credential": key}, "of": of}}});
        let body = json!({"request": "body"});
        let name = self.name();
        let (place, name, value) = match self.dice.below(5) {
            0 => ("header", name, tag(body)),
            1 => ("header", "X-Signed".to_owned(), tag(json!([{"request": "url"}, body]))),
            2 => ("query", name, tag(json!([{"request": "query"}, body]))),
            3 => {
                let claims = json!({"iat": {"value": "sent"}, "body": tag(body)});
                let token = json!({"algorithm": "HS256", "key": {"credential": key}, "claims": claims});
                ("header", "X-Token".to_owned(), json!({"jwt": token}))
            }
            _ => {
                let tag = tag(json!([{"value": "sent"}, body]));
                ("header", "X-Signed".to_owned(), json!({"parts": {"t": {"value": "sent"}, "v1": tag}}))
            }
        };
        let is_timed = value.to_string().contains("sent");
        if is_timed {
            document["x-values"] = json!({"sent": {"time": "unix"}});
        }
        schemes["event"] = json!({"type": "apiKey", "in": place, "name": name, "x-value": value, "x-source": SOURCE});
        // They are told from each other by the same value, or each by one of its own.
        let teller = (*self.dice.pick(&["header", "query", "field"]), self.name());
        let mut all = Map::new();
        for _ in 0..=self.dice.below(4) {
            let teller =
                if self.chance(85) { teller.clone() } else { (*self.dice.pick(&["header", "field"]), self.name()) };
            let name = self.name();
            let webhook = self.webhook(&teller, is_timed);
            all.insert(name, json!({"post": webhook}));
        }
        document["x-webhooks"] = Value::Object(all);
    }

    fn webhook(&mut self, (place, teller): &(&str, String), is_timed: bool) -> Value {
        let form = self.chance(30);
        let schema = self.object(0, form, false);
        let mut parameters: Vec<Value> = Vec::new();
        for _ in 0..self.dice.below(3) {
            let (name, place) = (self.name(), *self.dice.pick(&["query", "header"]));
            let schema = self.scalar();
            let required = self.chance(50);
            let description = self.text();
            parameters.push(json!({"name": name, "in": place, "required": required, "schema": schema,
                "description": description, "x-source": SOURCE}));
            if self.chance(20) {
                parameters.last_mut().expect("a parameter")["x-value"] = self.constant();
            }
        }
        let told = json!({"type": "string", "x-source": SOURCE});
        let has_fields = self.schemas[&schema].get("properties").is_some();
        let name = match *place {
            "field" if has_fields => {
                let object = &mut self.schemas[&schema];
                object["properties"][teller] = told;
                let nested = object["properties"].as_object().into_iter().flatten();
                let nested: Vec<String> = nested.map(|(name, _)| pointer(name)).collect();
                // By its name or by its pointer, or by another field.
                match self.dice.below(3) {
                    0 => pointer(teller),
                    1 if !nested.is_empty() => self.dice.pick(&nested).clone(),
                    _ => teller.clone(),
                }
            }
            place => {
                let place = if place == "query" { place } else { "header" };
                parameters.push(json!({"name": teller, "in": place, "required": self.chance(80), "schema": told,
                    "description": self.text(), "x-source": SOURCE}));
                teller.clone()
            }
        };
        if has_fields && self.chance(15) {
            let sum = self.constant();
            self.schemas[&schema]["properties"]["sum"] = json!({"type": "string", "x-value": sum, "x-source": SOURCE});
        }
        let texts: Vec<String> = (0..=self.dice.below(3)).map(|_| self.name()).collect();
        let when = if texts.len() == 1 { json!({name: texts[0]}) } else { json!({name: texts}) };
        let mut words = json!({"when": when, "x-source": SOURCE});
        if is_timed && self.chance(70) {
            let age = *self.dice.pick(&["5m", "1s", "2d"]);
            words["timestamp"] = json!({"of": {"value": "sent"}, "format": "unix", "age": age});
        }
        if self.chance(40) {
            let read = parameters.iter().find(|own| own["required"] == true && own.get("x-value").is_none());
            words["event-id"] = match read {
                Some(own) => json!({own["in"].as_str().expect("a place"): own["name"]}),
                None => json!({"hex": {"sha-256": {"request": "body"}}}),
            };
        }
        let media = if form { "application/x-www-form-urlencoded" } else { "application/json" };
        let mut content = json!({"schema": reference(&schema)});
        if self.chance(50) {
            content["example"] = self.sample(&reference(&schema));
        }
        let mut webhook = json!({
            "operationId": self.word(), "summary": self.text(), "x-source": SOURCE, "security": [{"event": []}],
            "parameters": parameters, "x-webhook": words,
            "requestBody": {"required": true, "description": self.text(), "content": {media: content}}
        });
        if self.chance(30) {
            webhook["description"] = json!(self.text());
        }
        webhook
    }

    /// What both sides of a webhook know.
    fn constant(&mut self) -> Value {
        match self.dice.below(3) {
            0 => json!("a text"),
            1 => json!({"hex": {"sha-256": [{"credential": "secret_key"}, "1"]}}),
            _ => {
                let name = self.word();
                let description = self.text();
                self.settings.insert(name.clone(), json!({"description": description, "x-source": SOURCE}));
                json!({"setting": name})
            }
        }
    }

    fn path(&mut self, session: bool) -> (String, Value) {
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
        let success = *self.dice.pick(&["200", "201", "204", "2XX"]);
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
            let form = self.chance(30);
            let is_flat = form && self.chance(50);
            let name = if !form && self.chance(15) { self.choice(0, true) } else { self.object(0, is_flat, true) };
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
                2 if !form => schema = self.scalar(),
                _ => {}
            }
            let mut content = json!({"schema": schema, "example": self.sample(&schema)});
            if form && !is_flat {
                content["encoding"] = self.encoding(&name);
            }
            operation["requestBody"] =
                json!({"required": self.chance(75), "description": self.text(), "content": {media: content}});
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
        (path, json!({method: operation}))
    }

    /// Makes files of some properties.
    fn files(&mut self, name: &str) {
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
    fn encoding(&mut self, form: &str) -> Value {
        let mut encoding = Map::new();
        let properties = self.schemas[form]["properties"].as_object().cloned().unwrap_or_default();
        for (name, property) in properties {
            let deep = json!({"style": "deepObject", "explode": self.chance(80)});
            let json = json!({"contentType": "application/json"});
            let is_file = property["format"] == "binary" || property["items"]["format"] == "binary";
            if is_file {
                let media_type = *self.dice.pick(&["image/png", "*/*", "text/plain, image/*"]);
                if self.chance(50) {
                    encoding.insert(name, json!({"contentType": media_type}));
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

    /// Says of an operation how the list goes on that it responds with, if it responds with one.
    fn pages(&mut self, operation: &mut Value, success: &str) {
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
    fn lists(&self, schema: &Value, at: &str, depth: usize) -> Vec<(String, Value)> {
        let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let schema = name.map_or(schema, |name| &self.schemas[name]);
        if schema["type"] == "array" {
            return vec![(at.to_owned(), schema["items"].clone())];
        }
        let properties = schema["properties"].as_object().filter(|_| depth < 3);
        let below = properties.into_iter().flatten();
        below.flat_map(|(name, below)| self.lists(below, &format!("{at}{}", pointer(name)), depth + 1)).collect()
    }

    fn parameter(&mut self, name: &str, place: &str) -> Value {
        match self.dice.below(10) {
            0 | 1 => return self.list(name, place),
            2 if place == "query" => return self.flat(name),
            _ => {}
        }
        let schema = self.scalar();
        let required = place == "path" || self.chance(50);
        let example = if schema["type"] == "string" && schema.get("format").is_none() && schema.get("enum").is_none() {
            json!("x1")
        } else {
            self.sample(&schema)
        };
        let mut parameter = json!({
            "name": name, "in": place, "required": required, "schema": schema, "description": self.text(), "x-source": SOURCE,
            "example": example
        });
        if place != "path" && schema["type"] == "string" && self.chance(25) {
            parameter["x-value"] = self.expression();
        }
        parameter
    }

    /// A parameter that is a list.
    fn list(&mut self, name: &str, place: &str) -> Value {
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
    fn flat(&mut self, name: &str) -> Value {
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

    fn expression(&mut self) -> Value {
        match self.dice.below(6) {
            0 => json!("a text"),
            1 => json!({"uuid": "v4"}),
            2 => json!([{"time": "unix"}, "-", {"request": "method"}]),
            3 => json!({"hex": {"sha-256": [{"credential": "secret_key"}, {"given": true}]}}),
            4 => json!({"base64": {"given": true}}),
            _ => {
                let name = self.word();
                let description = self.text();
                self.settings.insert(name.clone(), json!({"description": description, "x-source": SOURCE}));
                let default = self.text();
                if self.chance(50) { json!({"setting": name}) } else { json!({"setting": name, "default": default}) }
            }
        }
    }

    fn response(&mut self, empty: bool) -> Value {
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
    fn as_it_comes(&mut self) -> Value {
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

    /// Adds a schema of an object, and yields its name.
    fn object(&mut self, depth: u64, flat: bool, sent: bool) -> String {
        let mut name = self.name();
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            || self.schemas.contains_key(&name)
        {
            self.count += 1;
            name = format!("Thing{}", self.count);
        }
        // So that what is below does not take the name.
        self.schemas.insert(name.clone(), Value::Null);
        self.around.push(name.clone());
        let mut object = json!({"type": "object", "x-source": SOURCE});
        if self.chance(60) {
            object["description"] = json!(self.text());
        }
        if self.chance(10) {
            object["x-sensitive"] = json!(true);
        }
        match self.dice.below(12) {
            0 if !flat => {}
            1 if !flat => object["additionalProperties"] = json!(true),
            2 if !flat => object["additionalProperties"] = self.scalar(),
            _ => {
                let mut properties = Map::new();
                let mut required = Vec::new();
                if !flat && self.chance(8) {
                    let again = reference(&self.dice.pick(&self.around.clone()).clone());
                    let schema = match self.dice.below(4) {
                        0 => json!({"type": "array", "items": again, "x-source": SOURCE}),
                        1 => json!({"type": "object", "additionalProperties": again, "x-source": SOURCE}),
                        _ => again,
                    };
                    properties.insert(self.name(), schema);
                }
                for _ in 0..=self.dice.below(5) {
                    let name = self.name();
                    let schema = match self.dice.below(8) {
                        0 | 1 if !flat && depth < 3 => {
                            let below = reference(&self.object(depth + 1, false, sent));
                            if self.chance(30) {
                                json!({"type": "array", "items": below, "x-source": SOURCE})
                            } else {
                                below
                            }
                        }
                        2 if !flat && depth < 3 && self.chance(40) => {
                            let below = reference(&self.choice(depth + 1, false));
                            if self.chance(30) {
                                json!({"type": "array", "items": below, "x-source": SOURCE})
                            } else {
                                below
                            }
                        }
                        2 if !flat => {
                            let mut items = self.scalar();
                            if self.chance(20) {
                                items["nullable"] = json!(true);
                            }
                            json!({"type": "array", "items": items, "x-source": SOURCE})
                        }
                        _ => {
                            let mut schema = self.scalar();
                            schema["x-source"] = json!(SOURCE);
                            if self.chance(60) {
                                schema["description"] = json!(self.text());
                            }
                            if self.chance(10) {
                                schema["nullable"] = json!(true);
                                if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                                    values.push(Value::Null);
                                }
                            }
                            if sent && schema["type"] == "string" && self.chance(15) {
                                schema["x-value"] = self.expression();
                            }
                            schema
                        }
                    };
                    if self.chance(50) && !required.contains(&name) {
                        required.push(name.clone());
                    }
                    properties.insert(name, schema);
                }
                object["properties"] = Value::Object(properties);
                if !required.is_empty() {
                    object["required"] = json!(required);
                }
            }
        }
        if sent && self.chance(10) && object.get("additionalProperties").is_none() {
            object["additionalProperties"] = json!(false);
        }
        if depth > 0 && self.chance(10) {
            object["nullable"] = json!(true);
        }
        self.around.pop();
        self.schemas.insert(name.clone(), object);
        name
    }

    /// Adds a schema that is one of several, told by a property or by what each requires, and yields its name.
    fn choice(&mut self, depth: u64, objects_only: bool) -> String {
        let is_told = self.chance(50);
        self.choice_of(depth, objects_only, is_told)
    }

    fn choice_of(&mut self, depth: u64, objects_only: bool, is_told: bool) -> String {
        self.count += 1;
        let name = format!("Choice{}", self.count);
        self.schemas.insert(name.clone(), Value::Null);
        let mut scalars = vec![
            json!({"type": "boolean"}),
            json!({"type": "integer", "minimum": 2}),
            json!({"type": "array", "items": {"type": "string"}}),
            self.text_branch(),
        ];
        let (mut branches, mut mapping) = (Vec::new(), Map::new());
        for _ in 0..2 + self.dice.below(3) {
            if !is_told && !objects_only && self.chance(40) && !scalars.is_empty() {
                let at = self.dice.below(scalars.len() as u64) as usize;
                branches.push(scalars.remove(at));
                continue;
            }
            if depth < 3 && self.chance(10) {
                branches.push(reference(&self.choice_of(depth + 1, true, is_told)));
                continue;
            }
            let own = self.object(depth + 1, false, false);
            self.count += 1;
            let (count, is_constant, is_inline) = (self.count, self.chance(30), self.chance(30));
            let mut object = self.schemas.remove(&own).unwrap();
            // What something within it leads back to has a name.
            let own_reference = reference(&own)["$ref"].to_string();
            let leads_back = |schema: &Value| schema.to_string().contains(&own_reference);
            let is_inline = is_inline && !leads_back(&object) && !self.schemas.values().any(leads_back);
            let words = object.as_object_mut().unwrap();
            words.remove("additionalProperties");
            let (property, schema) = match (is_told, is_constant) {
                (true, false) => ("kind".to_owned(), json!({"type": "string", "x-source": SOURCE})),
                (true, true) => {
                    let value = if is_inline { format!("k{count}") } else { own.clone() };
                    ("kind".to_owned(), json!({"type": "string", "enum": [value], "x-source": SOURCE}))
                }
                (false, false) => (format!("only{count}"), json!({"type": "boolean", "x-source": SOURCE})),
                (false, true) => ("level".to_owned(), json!({"type": "integer", "enum": [count], "x-source": SOURCE})),
            };
            words.entry("properties").or_insert(json!({}))[&property] = schema;
            let required = words.entry("required").or_insert(json!([])).as_array_mut().unwrap();
            if !required.contains(&json!(property)) {
                required.push(json!(property));
            }
            if is_inline && (is_constant || !is_told) {
                branches.push(object);
                continue;
            }
            self.schemas.insert(own.clone(), object);
            branches.push(reference(&own));
            if !is_constant && self.chance(50) {
                mapping.insert(format!("m{count}"), reference(&own)["$ref"].clone());
            }
        }
        let mut choice = json!({"oneOf": branches, "x-source": SOURCE});
        if is_told {
            choice["discriminator"] = json!({"propertyName": "kind", "mapping": mapping});
        }
        if self.chance(30) {
            choice["description"] = json!(self.text());
        }
        if self.chance(10) {
            choice["x-sensitive"] = json!(true);
        }
        if self.chance(10) {
            choice["nullable"] = json!(true);
        }
        self.schemas.insert(name.clone(), choice);
        name
    }

    /// A text that is told from other branches by being one.
    fn text_branch(&mut self) -> Value {
        let mut schema = self.scalar();
        while schema["type"] != "string" {
            schema = self.scalar();
        }
        schema
    }

    fn scalar(&mut self) -> Value {
        let mut schema = match self.dice.below(13) {
            0 => json!({"type": "integer"}),
            12 => match self.dice.below(4) {
                0 => json!({"type": "integer", "enum": [-1, 0, 1]}),
                1 => json!({"type": "integer", "format": "int64", "enum": [9_007_199_254_740_993_i64]}),
                2 => json!({"type": "number", "enum": [0.5, 1, -2.25]}),
                _ => json!({"type": "boolean", "enum": [false]}),
            },
            1 => json!({"type": "integer", "format": "int32"}),
            2 if self.chance(50) => json!({"type": "number", "format": "double"}),
            2 => json!({"type": "number"}),
            3 => json!({"type": "boolean"}),
            4 => json!({"type": "string", "format": "date"}),
            5 => json!({"type": "string", "format": "password"}),
            6 => json!({"type": "string", "minLength": 1, "maxLength": 12, "pattern": "^[a-z0-9]+$"}),
            7 | 8 => {
                let values: Vec<String> = (0..=self.dice.below(4)).map(|_| self.name()).collect();
                let mut once: Vec<String> = Vec::new();
                for value in values {
                    if !once.contains(&value) {
                        once.push(value);
                    }
                }
                json!({"type": "string", "enum": once})
            }
            _ => json!({"type": "string"}),
        };
        if self.chance(10) && schema.get("enum").is_none() && schema.get("format").is_none() {
            schema["x-sensitive"] = json!(true);
        }
        schema
    }

    /// A value that a schema allows, with all that it describes.
    fn sample(&mut self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            let target = self.schemas[name].clone();
            self.around.push(name.to_owned());
            let sample = self.sample_of(&target);
            self.around.pop();
            return sample;
        }
        if schema["type"] == "object" {
            return self.sample_of(schema);
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("array"), _) => json!([self.sample(&schema["items"])]),
            _ if schema.get("enum").is_some() => schema["enum"][0].clone(),
            (Some("integer"), _) => json!(7),
            (Some("number"), _) => json!(1.5),
            (Some("boolean"), _) => json!(true),
            (_, Some("date")) => json!("2024-02-29"),
            _ if schema.get("pattern").is_some() => json!("a1"),
            _ => json!(self.text()),
        }
    }

    /// A value that a component allows. What is one of several is its first.
    fn sample_of(&mut self, schema: &Value) -> Value {
        let Some(first) = schema["oneOf"].get(0).cloned() else {
            let mut properties = schema["properties"].as_object().cloned().unwrap_or_default();
            // What contains itself ends where it would come again.
            let is_again = |part: &Value| {
                let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
                name.is_some_and(|name| self.around.iter().any(|known| known == name))
            };
            let is_within =
                |part: &Value| is_again(part) || is_again(&part["items"]) || is_again(&part["additionalProperties"]);
            properties.retain(|_, part| !is_within(part));
            let samples = properties.into_iter().map(|(name, schema)| (name, self.sample(&schema)));
            return samples.collect::<Map<_, _>>().into();
        };
        let mut sample = self.sample(&first);
        let target = first["$ref"].as_str().unwrap_or_default();
        let mapping = schema["discriminator"]["mapping"].as_object().cloned().unwrap_or_default();
        let named = mapping.iter().find(|(_, own)| *own == target).map(|(value, _)| value.as_str());
        let is_constant = |schema: &Value| schema["properties"]["kind"].get("enum").is_some();
        let component = target.rsplit('/').next().unwrap_or_default();
        let is_stated = is_constant(&first) || self.schemas.get(component).is_some_and(is_constant);
        let is_choice = self.schemas.get(component).is_some_and(|target| target.get("oneOf").is_some());
        if schema.get("discriminator").is_some() && !is_stated && !is_choice {
            sample["kind"] = json!(named.unwrap_or(component));
        }
        sample
    }

    /// A name, odd perhaps.
    fn name(&mut self) -> String {
        if self.chance(self.odd) {
            let mut name = (*self.dice.pick(ODD)).to_owned();
            if self.chance(10) {
                let more = *self.dice.pick(&["_", "1", "_when", "-type", "_call", "é"]);
                name.push_str(more);
            }
            return name;
        }
        self.count += 1;
        let count = self.count;
        match self.dice.below(4) {
            0 => format!("name{count}"),
            1 => format!("camelName{count}"),
            2 => format!("kebab-name-{count}"),
            _ => format!("Pascal{count}"),
        }
    }

    /// A name in snake case, odd perhaps.
    fn word(&mut self) -> String {
        let snake = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                && !name.ends_with('_')
        };
        let words: Vec<&str> = ODD.iter().copied().filter(|name| snake(name)).collect();
        if self.chance(self.odd) {
            return (*self.dice.pick(&words)).to_owned();
        }
        self.count += 1;
        format!("word_{}", self.count)
    }

    fn text(&mut self) -> String {
        if self.chance(60) { "Some text.".to_owned() } else { (*self.dice.pick(TEXTS)).to_owned() }
    }

    fn chance(&mut self, of_hundred: u64) -> bool {
        self.dice.below(100) < of_hundred
    }
}

/// The JSON pointer of a field at the top.
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Numbers that follow from a seed: SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        // By another factor than that of the dice, since numbers of the next seed would be those of this one without the first.
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1))
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}
