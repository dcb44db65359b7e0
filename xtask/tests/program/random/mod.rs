//! Random documents: most of their names are odd, and their parts stand in all places that a document has.

mod bodies;
mod maker;
mod operations;
mod samples;
mod schemas;
mod webhooks;

use serde_json::{Map, Value, json};

pub use maker::{Dice, TEXTS, reference};
use maker::{Maker, SOURCE};

/// A random document; the same one for the same seed.
pub fn document(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    // Most documents have a few odd names: more of them are refused for names that are alike.
    let odd = *dice.pick(&[5, 10, 20, 40]);
    let (schemas, settings) = (Map::new(), Map::new());
    let mut maker = Maker { dice, odd, count: 0, schemas, settings, around: Vec::new(), server: None };
    maker.document().to_string()
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
                "x-value": {"hex": {"hmac-sha-256": {"key": {"credential": "secret_key"}, "of": self.signed()}}},
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
        if !session && self.chance(20) {
            let flow = json!({"tokenUrl": "https://api.example.com/token", "scopes": {"a": "All."}});
            schemes["client"] = json!({"type": "oauth2", "flows": {"clientCredentials": flow}, "x-source": SOURCE});
            document["security"][0]["client"] = json!(["a"]);
        }
        document["paths"] = Value::Object(paths);
        document["components"] =
            json!({"securitySchemes": schemes, "schemas": Value::Object(std::mem::take(&mut self.schemas))});
        document
    }

    /// What is signed of every request.
    fn signed(&mut self) -> Value {
        match self.dice.below(8) {
            0 => json!([{"request": "method"}, {"request": "target"}]),
            1 => json!([{"request": "query"}, {"request": "body"}]),
            2 => json!({"fields": "by-name", "of": ["query", "body"], "as": "pairs", "separator": "&"}),
            3 => json!({"fields": "all", "where": "non-empty", "separator": "|"}),
            4 => json!({"headers": {"prefix": "x-"}, "as": [{"name": true}, ":", {"value": true}, "\n"]}),
            _ => json!({"request": "path"}),
        }
    }
}
