//! What a provider sends.

use serde_json::{Map, Value, json};

use super::maker::{Maker, SOURCE, pointer, reference};

impl Maker {
    /// Adds webhooks, and the schemes that vouch for them.
    pub(super) fn webhooks(&mut self, document: &mut Value, schemes: &mut Value) {
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

    pub(super) fn webhook(&mut self, (place, teller): &(&str, String), is_timed: bool) -> Value {
        let form = self.chance(30);
        let schema = self.new_object(0, form, false);
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
    pub(super) fn constant(&mut self) -> Value {
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
}
