//! What a comparison of two editions says changes, changes, and it says all that does: random documents with a change in one place.

use std::fs;

use countersign::plan::{Plan, Secrecy};
use countersign_codegen::diff::{Wanted, compare};
use countersign_codegen::generate;
use countersign_codegen::progenitor::progenitor;

use countersign_spec::Document;
use serde_json::Value;
use tempfile::TempDir;

use crate::compiles::number;
use crate::random::{self, Dice};

/// How many changes are compared where nobody asks for more.
const CHANGES: u64 = 40;

#[test]
fn what_changes_is_said_and_nothing_else() {
    let (count, first) = (number("COUNTERSIGN_DOCUMENTS", CHANGES), number("COUNTERSIGN_SEED", 0));
    let directory = TempDir::new().unwrap();
    let files = ["old", "new"].map(|name| directory.path().join(format!("{name}.yaml")));
    let (mut compared, mut same, mut seed, mut failures) = (0, 0, first, Vec::new());
    while compared < count {
        seed += 1;
        assert!(seed < first + 100 * count, "the lint refuses nearly everything");
        let text = random::document(seed);
        let Ok(old) = countersign_spec::read("acme.yaml", &text) else { continue };
        let mut dice = Dice::new(seed);
        for _ in 0..4 {
            let (changed, what) = changed(&text, &mut dice);
            let Ok(new) = countersign_spec::read("acme.yaml", &changed) else { continue };
            fs::write(&files[0], &text).unwrap();
            fs::write(&files[1], &changed).unwrap();
            let wanted = Wanted::Documents(files[0].clone(), files[1].clone());
            let said = compare(&wanted, directory.path(), progenitor).unwrap();
            let said = said.unwrap_or_else(|wanting| panic!("{seed}: {what}: {}", wanting.text()));
            let is_same = plain(old.plan()) == plain(new.plan()) && code(&old) == code(&new);
            compared += 1;
            same += usize::from(is_same);
            if is_same != said.is_same() {
                let all = (plain(old.plan()) == plain(new.plan()), code(&old) == code(&new));
                failures.push(format!(
                    "{seed}: {what}: the plan and the code are the same: {all:?}, and it says\n{}",
                    said.text()
                ));
            }
        }
    }
    println!("{compared} changes, {same} of nothing that matters, {} said wrong", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(0 < same && same < compared as usize);
}

/// A document with another value in one place, or without the one there, and what was done.
fn changed(text: &str, dice: &mut Dice) -> (String, String) {
    let mut document: Value = serde_json::from_str(text).unwrap();
    let mut all = Vec::new();
    places(&document, String::new(), &mut all);
    // Few of what is only said.
    let is_said = |place: &String| ["x-source", "description", "summary"].iter().any(|word| place.ends_with(word));
    let mut place = dice.pick(&all).clone();
    while is_said(&place) && dice.below(10) > 0 {
        place = dice.pick(&all).clone();
    }
    if dice.below(4) == 0 {
        let (above, last) = place.rsplit_once('/').unwrap();
        let last = last.replace("~1", "/").replace("~0", "~");
        match document.pointer_mut(above).unwrap() {
            Value::Object(members) => drop(members.remove(&last)),
            Value::Array(items) => drop(items.remove(last.parse().unwrap())),
            _ => {}
        }
        return (document.to_string(), format!("without {place}"));
    }
    let value = document.pointer_mut(&place).unwrap();
    let before = value.to_string();
    *value = match value.take() {
        Value::Bool(value) => (!value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.saturating_add(1).into(),
            None => 3.5.into(),
        },
        Value::String(text) => match text.as_str() {
            "string" => (*dice.pick(&["integer", "boolean", "number"])).into(),
            "integer" | "boolean" | "number" => "string".into(),
            "query" => "header".into(),
            "form" => "pipeDelimited".into(),
            "application/json" => "application/vnd.api+json".into(),
            _ => format!("{text}x").into(),
        },
        Value::Object(mut members) => {
            let (word, value) = dice
                .pick(&[
                    ("nullable", Value::from(true)),
                    ("maxLength", 30.into()),
                    ("maximum", 30_000.into()),
                    ("minItems", 1.into()),
                    ("uniqueItems", true.into()),
                    ("readOnly", true.into()),
                    ("writeOnly", true.into()),
                    ("x-sensitive", true.into()),
                    ("required", true.into()),
                    ("deprecated", true.into()),
                    ("format", "int32".into()),
                    ("description", "Another text.".into()),
                    ("default", 7.into()),
                ])
                .clone();
            members.insert(word.to_owned(), value);
            members.into()
        }
        other => other,
    };
    let after: String = value.to_string().chars().take(300).collect();
    (document.to_string(), format!("at {place}: {} → {after}", before.chars().take(300).collect::<String>()))
}

/// The pointers to all values but the document.
fn places(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            places(value, format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), all);
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, format!("{here}/{index}"), all));
        }
        _ => {}
    }
    if !here.is_empty() {
        all.push(here);
    }
}

/// A plan without what neither goes over the wire nor is in a type: descriptions, and what follows from the rest.
fn plain(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    plan.title = "".into();
    plan.credentials.to_mut().iter_mut().for_each(|one| one.description = "".into());
    plan.settings.to_mut().iter_mut().for_each(|one| one.description = "".into());
    plan.servers.to_mut().iter_mut().for_each(|one| one.description = "".into());
    plan.session.iter_mut().flat_map(|of| of.values.to_mut()).for_each(|one| one.description = "".into());
    let webhooks = plan.webhooks.to_mut().iter_mut().map(|webhook| &mut webhook.operation);
    for operation in plan.operations.to_mut().iter_mut().chain(webhooks) {
        operation.order = Vec::new().into();
        for slot in operation.slots.to_mut() {
            (slot.given, slot.secrecy) = (false, Secrecy::Public);
        }
    }
    plan
}

/// The generated types and calls, without what is said of them.
fn code(document: &Document) -> String {
    let code = generate::api(document, "acme.yaml", progenitor).unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}
