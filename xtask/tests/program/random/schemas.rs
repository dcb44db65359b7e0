//! Schemas: objects, what is one of several, and scalars.

use serde_json::{Map, Value, json};

use super::maker::{Maker, SOURCE, reference};

impl Maker {
    /// Adds a schema of an object, or takes one that is there, and yields its name.
    pub(super) fn object(&mut self, depth: u64, flat: bool, sent: bool) -> String {
        if !flat && depth > 0 && self.chance(10) {
            let may_be_both = |(name, object): (&String, &Value)| {
                let text = object.to_string();
                let is_one = object["type"] == "object" && !text.contains("\"x-value\"") && !text.contains(":false");
                (is_one && !self.around.contains(name)).then(|| name.clone())
            };
            let known: Vec<String> = self.schemas.iter().filter_map(may_be_both).collect();
            if !known.is_empty() {
                return self.dice.pick(&known).clone();
            }
        }
        self.new_object(depth, flat, sent)
    }

    /// Adds a schema of an object, and yields its name.
    pub(super) fn new_object(&mut self, depth: u64, flat: bool, sent: bool) -> String {
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
            2 if !flat => object["additionalProperties"] = self.property(depth, flat, false),
            _ => self.properties(&mut object, depth, flat, sent),
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

    /// Gives an object properties, some of them in another object that it is made of.
    fn properties(&mut self, object: &mut Value, depth: u64, flat: bool, sent: bool) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if !flat && self.chance(8) {
            let again = reference(&self.dice.pick(&self.around.clone()).clone());
            let schema = match self.dice.below(5) {
                0 => json!({"type": "array", "items": again, "x-source": SOURCE}),
                1 => json!({"type": "object", "additionalProperties": again, "x-source": SOURCE}),
                2 => json!({"allOf": [again], "nullable": true, "description": self.text(), "x-source": SOURCE}),
                _ => again,
            };
            properties.insert(self.name(), schema);
        }
        for _ in 0..=self.dice.below(5) {
            let name = self.name();
            let schema = self.property(depth, flat, sent);
            if self.chance(50) && !required.contains(&name) {
                required.push(name.clone());
            }
            properties.insert(name, schema);
        }
        object["properties"] = Value::Object(properties);
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        if !flat && depth < 3 && self.chance(6) {
            let base = self.new_object(depth + 1, false, sent);
            self.schemas[&base].as_object_mut().unwrap().remove("nullable");
            self.schemas[&base].as_object_mut().unwrap().remove("additionalProperties");
            object["allOf"] = json!([reference(&base)]);
        }
    }

    /// The schema of a property, or of what a map has.
    fn property(&mut self, depth: u64, flat: bool, sent: bool) -> Value {
        match self.dice.below(9) {
            0 | 1 if !flat && depth < 3 => {
                let below = reference(&self.object(depth + 1, false, sent));
                self.within(below)
            }
            2 if !flat && depth < 3 && self.chance(40) => {
                let below = reference(&self.choice(depth + 1, false));
                self.within(below)
            }
            2 if !flat => {
                let mut items = self.scalar();
                if self.chance(20) {
                    items["nullable"] = json!(true);
                    if let Some(values) = items.get_mut("enum").and_then(Value::as_array_mut) {
                        values.push(Value::Null);
                    }
                }
                let kind = *self.dice.pick(&["list", "list", "lists", "map", "lists in a map"]);
                self.of(kind, items)
            }
            3 if !flat && !sent && self.chance(20) => json!({"description": self.text(), "x-source": SOURCE}),
            _ => {
                let mut schema = self.scalar();
                schema["x-source"] = json!(SOURCE);
                if self.chance(60) {
                    schema["description"] = json!(self.text());
                }
                let is_secret = schema["format"] == "password" || schema.get("x-sensitive").is_some();
                if self.chance(8) && !is_secret {
                    let word = *self.dice.pick(&["default", "example"]);
                    schema[word] = self.sample(&schema);
                }
                if self.chance(10) {
                    schema["nullable"] = json!(true);
                    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                        values.push(Value::Null);
                    }
                }
                if !flat && self.chance(6) {
                    schema[*self.dice.pick(&["readOnly", "writeOnly"])] = json!(true);
                } else if sent && schema["type"] == "string" && self.chance(15) {
                    schema["x-value"] = self.expression(&schema);
                }
                schema
            }
        }
    }

    /// A schema, or a list or a map of it.
    fn within(&mut self, schema: Value) -> Value {
        let kind =
            *self.dice.pick(&["", "", "", "", "list", "list", "map", "lists", "lists in a map", "maps in a list"]);
        self.of(kind, schema)
    }

    fn of(&mut self, kind: &str, schema: Value) -> Value {
        let list = |items: Value| json!({"type": "array", "items": items, "x-source": SOURCE});
        let map = |of: Value| json!({"type": "object", "additionalProperties": of, "x-source": SOURCE});
        let mut made = match kind {
            "list" => list(schema),
            "map" => map(schema),
            "lists" => list(list(schema)),
            "lists in a map" => map(list(schema)),
            "maps in a list" => list(map(schema)),
            _ => return schema,
        };
        if kind == "list" && self.chance(15) {
            made["minItems"] = json!(1);
            made["maxItems"] = json!(4);
            made["uniqueItems"] = json!(true);
        }
        if self.chance(8) {
            made["nullable"] = json!(true);
        }
        made
    }

    /// Adds a schema that is one of several, told by a property or by what each requires, and yields its name.
    pub(super) fn choice(&mut self, depth: u64, objects_only: bool) -> String {
        let is_told = self.chance(50);
        self.choice_of(depth, objects_only, is_told)
    }

    pub(super) fn choice_of(&mut self, depth: u64, objects_only: bool, is_told: bool) -> String {
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
            let own = self.new_object(depth + 1, false, false);
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
        // What is beside the branches, and what they are all made of, is said of each.
        if objects_only && self.chance(10) {
            self.count += 1;
            choice["properties"] = json!({format!("beside{}", self.count): self.scalar()});
        } else if objects_only && self.chance(10) {
            self.count += 1;
            let base = json!({"type": "object", "properties": {format!("base{}", self.count): self.scalar()}});
            choice["allOf"] = json!([base]);
        }
        self.schemas.insert(name.clone(), choice);
        name
    }

    /// A text that is told from other branches by being one.
    pub(super) fn text_branch(&mut self) -> Value {
        let mut schema = self.scalar();
        while schema["type"] != "string" {
            schema = self.scalar();
        }
        schema
    }

    pub(super) fn scalar(&mut self) -> Value {
        let mut schema = match self.dice.below(13) {
            0 => json!({"type": "integer"}),
            12 => match self.dice.below(4) {
                0 => json!({"type": "integer", "enum": [-1, 0, 1]}),
                1 => json!({"type": "integer", "format": "int64", "enum": [9_007_199_254_740_993_i64]}),
                2 => json!({"type": "number", "enum": [0.5, 1, -2.25]}),
                _ => json!({"type": "boolean", "enum": [false]}),
            },
            1 if self.chance(60) => json!({"type": "integer", "format": "int32"}),
            1 => match self.dice.below(5) {
                0 => {
                    json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 700, "multipleOf": 7})
                }
                1 => {
                    json!({"type": "number", "minimum": 0.5, "maximum": 10, "exclusiveMaximum": true, "multipleOf": 0.25})
                }
                2 => json!({"type": "integer", "format": "int64", "minimum": -9_007_199_254_740_993_i64}),
                3 => json!({"type": "string", "maxLength": 3}),
                _ => {
                    json!({"type": "string", "format": *self.dice.pick(&["date-time", "uuid", "byte", "email", "uri", "decimal"])})
                }
            },
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
}
