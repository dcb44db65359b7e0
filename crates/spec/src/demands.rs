//! What schemas demand of values, and whether a sample keeps to it.
//!
//! A pattern takes time to compile and more to match, so that a document could hold up whoever lints it. Each is compiled once,
//! by the engine that a client runs, and all of them together are bounded.

use std::cell::Cell;
use std::collections::HashMap;

use countersign_plan::{Constraint, Pattern, Text, constraint};

use crate::api::Api;
use crate::node::{At, Kind};

/// How many bytes all patterns may take when they are compiled. There are thousands of the usual size in this.
const MOST_COMPILED: usize = 16 << 20;

/// How many bytes one that is refused counts for: finding that out takes time, too.
const REFUSED: usize = 128 << 10;

/// How much may be matched: the characters of each sample times the bytes of each pattern that it is held to.
const MOST_MATCHED: u64 = 64 << 30;

/// What the schemas of a document demand.
pub(crate) struct Demands {
    /// The patterns by their texts, each with its size or with why it is refused.
    patterns: HashMap<String, Result<(Pattern, usize), String>>,
    are_too_many: bool,
    left: Cell<u64>,
}

impl Demands {
    pub(crate) fn of_all(api: &Api<'_>) -> Self {
        let mut demands = Self { patterns: HashMap::new(), are_too_many: false, left: Cell::new(MOST_MATCHED) };
        let mut left = MOST_COMPILED;
        for (_, schema) in api.schemas() {
            let Some(text) = schema.text("pattern").filter(|text| !demands.patterns.contains_key(*text)) else {
                continue;
            };
            let pattern = Pattern::parse(text).map(|pattern| {
                let size = pattern.size();
                (pattern, size)
            });
            let Some(rest) = left.checked_sub(pattern.as_ref().map_or(REFUSED, |(_, size)| *size)) else {
                demands.are_too_many = true;
                break;
            };
            left = rest;
            demands.patterns.insert(text.to_owned(), pattern);
        }
        demands
    }

    /// Whether there are more patterns than are compiled.
    pub(crate) fn has_too_many_patterns(&self) -> bool {
        self.are_too_many
    }

    /// Whether not every sample could be held to its patterns.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Why a client could not check a pattern.
    pub(crate) fn refusal(&self, pattern: &str) -> Option<&str> {
        self.patterns.get(pattern)?.as_ref().err().map(String::as_str)
    }

    fn pattern(&self, text: &str) -> Option<Pattern> {
        Some(self.patterns.get(text)?.as_ref().ok()?.0.clone())
    }

    /// What a value of a schema must satisfy, but for what is in it. Only JSON tells text from other scalars.
    pub(crate) fn of(&self, schema: &At<'_>, is_json: bool) -> Vec<Constraint> {
        let count = |word| match &schema.get(word)?.node.kind {
            Kind::Number(number) => u32::try_from(number.as_u64()?).ok(),
            _ => None,
        };
        let bound = |word| match &schema.get(word)?.node.kind {
            Kind::Number(number) => Some(Text::Owned(number.to_string())),
            _ => None,
        };
        let mut rules = Vec::new();
        rules.extend(schema.is_true("nullable").then_some(Constraint::Nullable));
        match (schema.text("type").unwrap_or_default(), schema.text("format")) {
            ("string", Some("date")) => rules.push(Constraint::Date),
            ("string", _) if is_json => rules.push(Constraint::Text),
            ("integer", Some("int32")) => rules.push(Constraint::Int32),
            ("integer", Some("int64")) => rules.push(Constraint::Int64),
            ("integer", _) => rules.push(Constraint::Integer),
            ("number", _) => rules.push(Constraint::Number),
            ("boolean", _) => rules.push(Constraint::Boolean),
            ("array", _) => rules.push(Constraint::Array),
            ("object", _) => rules.push(Constraint::Object),
            _ => {}
        }
        match schema.text("type").unwrap_or_default() {
            "string" => {
                rules.extend(count("minLength").map(Constraint::MinLength));
                rules.extend(count("maxLength").map(Constraint::MaxLength));
                rules.extend(schema.text("pattern").and_then(|text| self.pattern(text)).map(Constraint::Pattern));
                if let Some(values) = schema.get("enum") {
                    let values = values
                        .items()
                        .filter_map(|value| value.node.as_text().map(|text| Text::Owned(text.to_owned())));
                    rules.push(Constraint::OneOf(values.collect()));
                }
            }
            "boolean" => rules.extend(literals(schema)),
            "integer" | "number" => {
                rules.extend(literals(schema));
                let (above, below) = (schema.is_true("exclusiveMinimum"), schema.is_true("exclusiveMaximum"));
                rules.extend(bound("minimum").map(if above { Constraint::Above } else { Constraint::Minimum }));
                rules.extend(bound("maximum").map(if below { Constraint::Below } else { Constraint::Maximum }));
                rules.extend(bound("multipleOf").map(Constraint::MultipleOf));
            }
            "array" => {
                rules.extend(count("minItems").map(Constraint::MinItems));
                rules.extend(count("maxItems").map(Constraint::MaxItems));
                rules.extend(schema.is_true("uniqueItems").then_some(Constraint::UniqueItems));
            }
            _ => {}
        }
        rules
    }

    /// Holds a text to what is demanded of it.
    pub(crate) fn hold_text(&self, text: &str, rules: &[Constraint]) -> Result<(), String> {
        if self.spend(text, rules) { constraint::text(text, rules) } else { Ok(()) }
    }

    /// Holds the elements of a list to what is demanded of it.
    pub(crate) fn hold_list(&self, elements: &[String], rules: &[Constraint]) -> Result<(), (String, String)> {
        let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
        if self.spend(&elements.concat(), rules) { constraint::list(&elements, rules) } else { Ok(()) }
    }

    /// Holds a part of the document, as JSON, to what is demanded of it.
    pub(crate) fn hold_json(&self, sample: &At<'_>, rules: &[Constraint]) -> Result<(), (String, String)> {
        let value: Result<serde_json::Value, _> = serde::Deserialize::deserialize(sample.node);
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        if self.spend(&text, rules) { constraint::json(&text, rules) } else { Ok(()) }
    }

    /// Whether there is still time to hold a text to rules.
    fn spend(&self, text: &str, rules: &[Constraint]) -> bool {
        let cost = (text.len() as u64).saturating_mul(self.size(rules) as u64);
        self.left.set(self.left.get().saturating_sub(cost));
        !self.is_exhausted()
    }

    /// How large the patterns of some rules are together.
    fn size(&self, rules: &[Constraint]) -> usize {
        let sizes = rules.iter().map(|rule| match rule {
            Constraint::Pattern(pattern) => match self.patterns.get(pattern.as_str()) {
                Some(Ok((_, size))) => *size,
                _ => 0,
            },
            Constraint::Items(rules) | Constraint::Values(rules) => self.size(rules),
            Constraint::Members(members) => members.iter().map(|member| self.size(&member.rules)).sum(),
            Constraint::Alternatives(of) => of.branches.iter().map(|branch| self.size(&branch.rules)).sum(),
            _ => 0,
        });
        sizes.sum()
    }
}

/// The numbers or booleans that a value is one of.
fn literals(schema: &At<'_>) -> Option<Constraint> {
    let values = schema.get("enum")?;
    let values = values.items().filter(|value| matches!(value.node.kind, Kind::Number(_) | Kind::Bool(_)));
    Some(Constraint::Literals(values.filter_map(|value| value.node.scalar().map(Text::Owned)).collect()))
}
