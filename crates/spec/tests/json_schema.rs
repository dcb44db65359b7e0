//! `specs/countersign.schema.json`, with which editors complete and explain the words, says what the lint says.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use jsonschema::{Draft, Validator};
use serde_json::Value;

const README: &str = include_str!("../../../specs/README.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the readme says of an extension, or of a function: a cell of the table of either.
fn about(word: &str) -> Option<String> {
    let (heading, cell) = if word.starts_with("x-") { ("## Extensions", 2) } else { ("#### Expressions", 1) };
    let table = README.split(&format!("\n{heading}\n")).nth(1)?;
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|row| row.replace("\\|", "\u{1}"));
    let called = if word.starts_with("x-") { format!("`{word}`") } else { format!("`{{{word}:") };
    let named = |row: &String| row.split('|').nth(1).is_some_and(|first| first.contains(&called));
    let cells = rows.filter(named).map(|row| row.split('|').nth(cell + 1).unwrap_or_default().trim().to_owned());
    let all: Vec<String> = cells.map(|cell| cell.replace('\u{1}', "|")).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn made() -> String {
    serde_json::to_string_pretty(&countersign_spec::json_schema(&about)).unwrap() + "\n"
}

/// Set `UPDATE=1` to write it anew; review what changed.
#[test]
fn it_is_what_the_tables_of_the_lint_say() {
    let file = root().join("specs/countersign.schema.json");
    let made = made();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    assert!(std::fs::read_to_string(&file).is_ok_and(|there| there == made), "UPDATE=1 writes it anew");
}

fn validator() -> Validator {
    jsonschema::options().with_draft(Draft::Draft7).build(&serde_json::from_str(&made()).unwrap()).unwrap()
}

fn value(text: &str) -> Value {
    // As the lint reads them: `on` is text.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

fn documents(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
        }
    }
    found
}

#[test]
fn what_the_lint_passes_it_passes() {
    let validator = validator();
    let mut passed = 0;
    for folder in ["specs", "tests/documents", "tests/documents/schemes"] {
        for (path, text) in documents(folder) {
            if countersign_spec::read_file(&path).is_err() {
                continue;
            }
            let document = value(&text);
            let errors: Vec<_> =
                validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
            passed += 1;
        }
    }
    assert!(passed > 10, "{passed} documents");
    assert!(validator.is_valid(&value(&countersign_spec::starter("acme"))));
}

#[test]
fn a_slip_of_the_pen_is_none_of_its_words() {
    let (validator, good) = (validator(), countersign_spec::starter("acme"));
    for (right, wrong) in [
        ("operationId:", "operationid:"),
        ("x-credentials:", "x-credential:"),
        ("      x-value: {credential", "      x-valeu: {credential"),
        ("hmac-sha-256", "hmac-sha256"),
        ("type: integer", "type: int"),
        ("x-sensitive: true", "x-sensitive: yes please"),
        ("invalid-request", "invalid"),
        ("'#/components/schemas/Refusal'", "'#/components/responses/Refusal'"),
    ] {
        assert!(good.contains(right), "{right}");
        assert!(!validator.is_valid(&value(&good.replacen(right, wrong, 1))), "{wrong}");
    }
}

#[test]
fn every_extension_and_function_is_explained() {
    for name in countersign_spec::EXTENSIONS {
        assert!(about(name).is_some(), "{name}");
    }
    let silent: Vec<_> =
        countersign_spec::FUNCTIONS.iter().map(|f| f.name).filter(|name| about(name).is_none()).collect();
    // Those that share a row with another are under the name of that.
    assert_eq!(silent, ["hmac-sha-384", "hmac-sha-512"]);
}

/// Each word of OpenAPI, on what it is.
fn words_of_openapi(schema: &Value) -> Vec<(String, String, Value)> {
    let definitions = schema["definitions"].as_object().unwrap().iter();
    let objects = definitions.filter(|(name, _)| !name.starts_with("x-") && *name != "expression");
    let words = objects.flat_map(|(on, schema)| {
        let schema = schema.get("else").unwrap_or(schema);
        let words = schema["properties"].as_object().into_iter().flatten();
        words.map(move |(word, schema)| (on.clone(), word.clone(), schema.clone()))
    });
    words.filter(|(_, word, _)| !word.starts_with("x-") && !word.starts_with('$') && word != "webhooks").collect()
}

#[test]
fn every_word_of_openapi_is_explained() {
    let words = words_of_openapi(&serde_json::from_str(&made()).unwrap());
    assert!(words.len() > 120, "{}", words.len());
    let silent: Vec<_> = words.iter().filter(|(.., schema)| schema["description"].as_str().is_none()).collect();
    assert!(silent.is_empty(), "{silent:#?}");
    let said = |on: &str, word: &str| {
        let found = words.iter().find(|(own, known, _)| own == on && known == word);
        found.unwrap().2["description"].as_str().unwrap().to_owned()
    };
    assert_ne!(said("a-schema", "required"), said("a-parameter", "required"));
}
