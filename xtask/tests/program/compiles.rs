//! What the lint passes, the generator takes and the compiler compiles: random documents with odd names, types, places and
//! texts.
//!
//! `COUNTERSIGN_DOCUMENTS` says how many documents are made (CONTRIBUTING.md), and `COUNTERSIGN_SEED` where they begin.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use countersign_codegen::progenitor::progenitor;
use countersign_codegen::{generate, plan};
use countersign_spec::Document;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::loose::loosened;
use crate::random;
use crate::workshop::{configuration, workspace};

/// How many documents are made where nobody asks for more.
const DOCUMENTS: u64 = 30;

/// The compiler, and the runtime that this test was built with.
struct Rustc {
    dependencies: PathBuf,
    countersign: PathBuf,
}

impl Rustc {
    /// The newest runtime with all that generated code uses: others have been built without some feature.
    fn find() -> Self {
        let dependencies = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        let named = |path: &PathBuf| {
            let file = path.file_name().unwrap().to_string_lossy();
            file.starts_with("libcountersign-") && file.ends_with(".rlib")
        };
        let time =
            |path: &PathBuf| fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let all = fs::read_dir(&dependencies).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<PathBuf> = all.filter(named).collect();
        all.sort_by_key(|path| std::cmp::Reverse(time(path)));
        let directory = TempDir::new().unwrap();
        let source = directory.path().join("probe.rs");
        fs::write(
            &source,
            "pub use countersign::{Decimal, Download, File, Pages, generated::check_version, mock::Operation};",
        )
        .unwrap();
        let mut candidates =
            all.into_iter().map(|countersign| Self { dependencies: dependencies.clone(), countersign });
        let fits = |rustc: &Self| {
            let mut command = rustc.command(&source, directory.path());
            command.args(["--emit", "metadata", "--crate-type", "lib"]);
            run(command).is_ok()
        };
        candidates.find(fits).unwrap()
    }

    /// What the plans are that are printed for these documents, in the words of `Debug`.
    fn plans(&self, documents: &[Document]) -> Vec<String> {
        let directory = TempDir::new().unwrap();
        let modules = documents
            .iter()
            .enumerate()
            .map(|(index, document)| format!("mod plan_{index} {{\n{}\n}}\n", plan::source(document.plan())));
        let printed = (0..documents.len()).map(|index| format!("    println!(\"{{:?}}\", plan_{index}::PLAN);\n"));
        let source = directory.path().join("plans.rs");
        fs::write(&source, format!("{}fn main() {{\n{}}}\n", modules.collect::<String>(), printed.collect::<String>()))
            .unwrap();
        run(self.command(&source, directory.path())).unwrap();
        run(Command::new(directory.path().join("plans"))).unwrap().lines().map(str::to_owned).collect()
    }

    /// The documentation of a crate, or the tests in it.
    fn document(&self, root: &Path, name: &str, test: bool) -> Result<String, String> {
        let mut command = Command::new(std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()));
        let library = format!("countersign_{name}");
        command.arg(root.join("src/lib.rs")).args(["--edition", "2024", "--crate-name", &library]);
        command.args(["--cfg", "feature=\"mock\"", "-D", "warnings", "-A", "unexpected_cfgs"]);
        if test {
            command.arg("--test");
            command.arg("--extern").arg(format!("{library}={}", root.join(format!("lib{library}.rmeta")).display()));
        } else {
            command.arg("--out-dir").arg(root.join("doc"));
        }
        self.link(&mut command);
        run(command)
    }

    fn link(&self, command: &mut Command) {
        command.arg("-L").arg(format!("dependency={}", self.dependencies.display()));
        command.arg("--extern").arg(format!("countersign={}", self.countersign.display()));
    }

    fn command(&self, source: &Path, into: &Path) -> Command {
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command.arg(source).args(["--edition", "2024", "--error-format", "short", "--out-dir"]).arg(into);
        self.link(&mut command);
        command
    }

    /// Compiles a crate, its mocks and the examples in its documentation.
    fn check(&self, root: &Path, name: &str) -> Result<(), String> {
        let library = format!("countersign_{name}");
        let source = root.join("src/lib.rs");
        let mut command = self.command(&source, root);
        command.args(["--emit", "metadata", "--crate-type", "lib", "--crate-name", &library]);
        command.args(["--cfg", "feature=\"mock\""]);
        command.args(["-D", "warnings", "-A", "unexpected_cfgs"]);
        run(command)?;

        let mut examples = String::from("#![allow(dead_code)]\n");
        let texts = ["README.md", "src/api.rs", "src/mock.rs"].map(|file| fs::read_to_string(root.join(file)).unwrap());
        for (index, example) in texts.iter().flat_map(|text| code_blocks(text)).enumerate() {
            examples.push_str(&format!("mod example_{index} {{\n{example}\n}}\n"));
        }
        let source = root.join("examples.rs");
        fs::write(&source, examples).unwrap();
        let mut command = self.command(&source, root);
        command.args(["--emit", "metadata", "--crate-type", "lib", "--crate-name", "examples", "--extern"]);
        command.arg(format!("{library}={}", root.join(format!("lib{library}.rmeta")).display()));
        run(command).map(drop)
    }
}

fn run(mut command: Command) -> Result<String, String> {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout);
    if output.status.success() { Ok(said) } else { Err(said + &text(&output.stderr)) }
}

/// The code in the fences of Markdown, or of the comments that are Markdown.
fn code_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let line = line.strip_prefix("///").or(line.strip_prefix("//!")).unwrap_or(line);
        match (&mut open, line.trim()) {
            (None, "```no_run" | "```rust,no_run") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// Writes the files of a document's crate, and compiles them.
fn compile(rustc: &Rustc, document: &Document) -> Result<(), String> {
    let directory = TempDir::new().unwrap();
    rustc.check(&write(document, directory.path())?, document.name())
}

/// Writes the files of a document's crate, and says where.
fn write(document: &Document, directory: &Path) -> Result<PathBuf, String> {
    let files = generate::crates(std::slice::from_ref(document), &configuration(), progenitor)
        .map_err(|refusals| format!("the generator refuses: {}", refusals[0]))?;
    for (path, text) in files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Ok(directory.join(document.name()))
}

/// Compiles the crates of documents, and says which do not and why.
fn failures(rustc: &Rustc, documents: &[Document]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = compile(rustc, document) {
                        failures.lock().unwrap().push(format!("{}: {error}", document.name()));
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

pub fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().unwrap())
}

/// Names that Rust or the generated code owns, where a document is free to have them.
#[test]
fn names_that_are_taken_compile() {
    let scalar = |name: &str, place: &str| json!({"name": name, "in": place, "required": true, "schema": {"type": "string"}, "example": "x", "x-source": "x"});
    let mut paths = Map::new();
    #[rustfmt::skip] // Many on a line.
    let ids = [
        "result", "string", "types", "call", "from", "option", "main", "field", "client_call", "response", "error",
        "executor", "call_options", "given", "build", "open_enum", "conversion_error", "inner", "send",
    ];
    #[rustfmt::skip] // Many on a line.
    let odd = [
        "result", "request", "response", "client", "1st", "+1", "_", "it's", "body", "send", "self", "gen", "new",
        "call", "with_options", "clone", "inner", "name", "into", "given", "set",
    ];
    let header = ["X-Result", "request", "client", "1st", "send", "with-options", "body"];
    for (index, id) in ids.into_iter().enumerate() {
        let place = if index % 2 == 0 { "query" } else { "path" };
        let names = if index % 3 == 0 { &header[..] } else { &odd[..] };
        let place = if index % 3 == 0 { "header" } else { place };
        let template: String = names.iter().map(|name| format!("/{{{name}}}")).collect();
        let path = format!("/{id}{}", if place == "path" { template.as_str() } else { "" });
        let parameters: Vec<Value> = names.iter().map(|name| scalar(name, place)).collect();
        paths.insert(path, json!({"post": {
            "operationId": id, "summary": "Does it", "x-source": "x", "parameters": parameters,
            "requestBody": {"required": true, "content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{}", ["Default", "Sensitive", "_", "1", "400"][index % 5])},
                "example": if index % 5 == 0 || index % 5 == 3 { json!({}) } else { json!({"self": "Some", "type": "x", "_": "x"}) }
            }}},
            "responses": {"200": {"description": "", "x-source": "x", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Result"}
            }}}}
        }}));
    }
    let choice = |values: &[&str]| json!({"type": "string", "enum": values, "x-source": "x"});
    let properties = json!({
        "state": choice(&["OK", "ERR", "Self", "unknown", "", "+1", "-1", "it's", "<=", "\u{5d0}", "🙂", "\u{202e}"]),
        "self": choice(&["Some", "None", "Default"]), "Self_x": choice(&["Err", "Error"]), "type": {"type": "string", "x-source": "x"},
        "gen": {"type": "string", "x-source": "x"}, "_": {"type": "string", "x-source": "x"}, "": {"type": "string", "x-source": "x"},
        "x": {"type": "string", "x-source": "x"}, "1st": {"type": "string", "x-source": "x"}, "🙂": {"type": "string", "x-source": "x"},
        "value": {"$ref": "#/components/schemas/Default"}, "builder": {"$ref": "#/components/schemas/String"},
        "default": {"$ref": "#/components/schemas/Option"}, "crate": {"$ref": "#/components/schemas/Vec"},
        "given": {"$ref": "#/components/schemas/Given"}, "field": {"$ref": "#/components/schemas/Field"},
        "send": {"$ref": "#/components/schemas/Response"}, "body": {"$ref": "#/components/schemas/Error"},
        "clone": {"$ref": "#/components/schemas/ConversionError"}, "into": {"$ref": "#/components/schemas/Call"},
        "with_options": {"type": "string", "x-source": "x"}, "required": {"type": "string", "x-source": "x"},
        "values": {"type": "array", "items": {"type": "string"}, "x-source": "x"}
    });
    let object =
        || json!({"type": "object", "x-source": "x", "properties": properties, "required": ["self", "type", "_"]});
    let empty = || json!({"type": "object", "x-source": "x"});
    let leaf = || json!({"type": "object", "x-source": "x", "properties": {"a": {"type": "string", "x-source": "x"}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Acme", "description": "x", "version": "1", "x-source": "x"}, "paths": paths,
        "components": {"schemas": {
            "Default": leaf(), "Sensitive": object(), "_": object(), "1": empty(), "400": object(), "Result": object(),
            "String": leaf(), "Option": empty(), "Vec": leaf(), "Given": leaf(), "Field": leaf(), "Response": leaf(),
            "Error": leaf(), "ConversionError": leaf(), "Call": leaf(),
        }}
    });
    let document = countersign_spec::read("specs/acme.yaml", &document.to_string())
        .unwrap_or_else(|findings| panic!("{findings}"));
    compile(&Rustc::find(), &document).unwrap();
}

/// A parameter is called like the module of the types, and nothing is of any of these.
#[test]
fn a_call_that_needs_no_type_compiles() {
    let parameter = |place: &str| json!({"name": "types", "in": place, "schema": {"type": "boolean"}, "x-source": "x"});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Acme", "description": "x", "version": "1", "x-source": "x"},
        "paths": {"/do": {"post": {
            "operationId": "types", "summary": "Does it", "x-source": "x", "parameters": [parameter("query")],
            "responses": {"204": {"description": "", "x-source": "x"}}
        }}}
    });
    let document = countersign_spec::read("specs/acme.yaml", &document.to_string())
        .unwrap_or_else(|findings| panic!("{findings}"));
    compile(&Rustc::find(), &document).unwrap();
}

/// A body is seen through where it holds one object alone, whatever is in that.
#[test]
fn bodies_that_hold_one_object_compile() {
    let refers = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let holds = |name: &str, of: &str, required: bool| {
        let required = if required { json!([name]) } else { json!([]) };
        let mut object = json!({"type": "object", "x-source": "x", "properties": {}});
        object["properties"][name] = refers(of);
        if required != json!([]) {
            object["required"] = required;
        }
        object
    };
    let given = json!({"inner": {"text": "x", "list": ["x"], "map": {"a": 1}, "objects": [{"text": "x"}]}});
    let bodies =
        [("Needed", given.clone()), ("Left", json!({})), ("Two", json!({"outer": given})), ("Both", json!({}))];
    let paths = bodies.map(|(name, example)| {
        let path = format!("/{}", name.to_lowercase());
        (path, json!({"post": {
            "operationId": name.to_lowercase(), "summary": "Does it", "x-source": "x",
            "parameters": [{"name": "text", "in": "query", "schema": {"type": "string"}, "x-source": "x"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": refers(name), "example": example}}},
            "responses": {"204": {"description": "", "x-source": "x"}}
        }}))
    });
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "Acme", "description": "x", "version": "1", "x-source": "x"},
        "paths": Map::from_iter(paths),
        "components": {"schemas": {
            "Needed": holds("inner", "Inner", true), "Left": holds("inner", "Inner", false),
            "Two": holds("outer", "Needed", true), "Both": holds("outer", "Left", false),
            "Inner": {"type": "object", "x-source": "x", "required": ["text", "list", "map", "objects"], "properties": {
                "text": {"type": "string", "x-source": "x"}, "note": {"type": "string", "nullable": true, "x-source": "x"},
                "list": {"type": "array", "items": {"type": "string"}, "x-source": "x"}, "map": refers("Map"),
                "lists": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}, "x-source": "x"},
                "objects": {"type": "array", "items": refers("Leaf"), "x-source": "x"}, "leaf": refers("Leaf"),
                "kind": {"type": "string", "enum": ["a", "b"], "x-source": "x"}, "body": {"type": "boolean", "x-source": "x"}
            }},
            "Leaf": {"type": "object", "x-source": "x", "properties": {"text": {"type": "string", "x-source": "x"}}},
            "Map": {"type": "object", "x-source": "x", "additionalProperties": {"type": "integer"}}
        }}
    });
    let document = countersign_spec::read("specs/acme.yaml", &document.to_string())
        .unwrap_or_else(|findings| panic!("{findings}"));
    let rustc = Rustc::find();
    let directory = TempDir::new().unwrap();
    let root = write(&document, directory.path()).unwrap();
    rustc.check(&root, "acme").unwrap();
    let api = fs::read_to_string(root.join("src/api.rs")).unwrap();
    // Those of the object, those of the parameter, and of what is not seen through.
    assert_eq!(api.matches("pub fn body_text(mut self, value: impl Given<String>)").count(), 3, "{api}");
    assert_eq!(api.matches("pub fn body_body(mut self, value: impl Given<bool>)").count(), 3, "{api}");
    assert_eq!(api.matches("pub fn inner(mut self, value: impl Given<types::Inner>)").count(), 1, "{api}");
}

/// In every place that has room for it, all text that a parser of Markdown, rustdoc or the compiler could take for more.
#[test]
fn no_text_of_a_document_runs_or_becomes_markup() {
    let all = random::TEXTS.join("\n\n");
    let property = |index: usize, text: &str| {
        let schema = json!({"type": "string", "description": text, "enum": [text, "other"], "x-assumption": text});
        (format!("name{index}"), schema)
    };
    let mut properties: Map<String, Value> =
        random::TEXTS.iter().enumerate().map(|(index, text)| property(index, text)).collect();
    let names: Vec<String> = random::TEXTS.iter().enumerate().map(|(index, text)| format!("{text} n{index}")).collect();
    for name in &names {
        properties.insert(name.clone(), json!({"type": "string", "description": name, "x-source": all}));
    }
    let parameter = |name: &str, place: &str| {
        let schema = json!({"type": "string", "description": all});
        json!({"name": name, "in": place, "required": true, "description": all, "example": all, "schema": schema, "x-assumption": all})
    };
    let sample: Map<String, Value> = names.iter().map(|name| (name.clone(), json!(name))).collect();
    let object = json!({
        "type": "object", "description": all, "properties": properties, "required": names, "x-assumption": all
    });
    let response = json!({"description": all, "x-source": "x", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Thing"}, "example": sample
    }}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": all, "description": all, "version": "1", "x-assumption": all,
            "license": {"name": all, "url": "https://example.com"}, "contact": {"name": all}},
        "servers": [{"url": "https://example.com", "description": all, "x-name": "live", "x-assumption": all}],
        "x-credentials": {"key": {"description": all, "x-assumption": all}},
        "x-settings": {"way": {"description": all, "x-assumption": all}},
        "security": [{"key": []}],
        "paths": {"/do/{```}/{<b>}": {"post": {
            "operationId": "do_it", "summary": all, "description": all, "x-assumption": all,
            "parameters": [
                parameter("```", "path"), parameter("<b>", "path"), parameter("[Client]", "query"), parameter("{}", "query"),
                {"name": "way", "in": "query", "required": true, "description": all, "schema": {"type": "string"},
                    "x-value": {"setting": "way", "default": all}, "x-source": "x"},
            ],
            "requestBody": {"required": true, "description": all, "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Thing"}, "example": sample
            }}},
            "responses": {"200": response, "400": response}
        }}},
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key", "description": all,
                "x-value": {"credential": "key"}, "x-assumption": all}},
            "schemas": {"Thing": object}
        }
    });
    let document = countersign_spec::read("specs/acme.yaml", &document.to_string())
        .unwrap_or_else(|findings| panic!("{findings}"));
    let rustc = Rustc::find();
    let directory = TempDir::new().unwrap();
    let root = write(&document, directory.path()).unwrap();
    rustc.check(&root, "acme").unwrap();

    let tested = rustc.document(&root, "acme", true).unwrap();
    // The example of the operation, twice, and that of its mock.
    assert!(tested.contains("test result: ok. 3 passed"), "{tested}");
    rustc.document(&root, "acme", false).unwrap();
    let mut ahead = vec![root.join("doc/countersign_acme")];
    let mut pages = 0;
    while let Some(directory) = ahead.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let page = fs::read_to_string(&path).unwrap();
                for markup in
                    ["<script>alert", "<b>bold", "src=\"https://example.com/i.png", "href=\"http://example.com"]
                {
                    assert!(!page.contains(markup), "{markup} in {}", path.display());
                }
                pages += 1;
            }
        }
    }
    assert!(pages > 5, "{pages} pages");
}

#[test]
fn a_crate_that_needs_a_later_runtime_does_not_compile_and_says_why() {
    let rustc = Rustc::find();
    let directory = TempDir::new().unwrap();
    let source = directory.path().join("late.rs");
    let compile = |version: &str| {
        fs::write(&source, format!("countersign::generated::check_version!({version:?});")).unwrap();
        let mut command = rustc.command(&source, directory.path());
        command.args(["--emit", "metadata", "--crate-type", "lib"]);
        run(command)
    };
    compile(env!("CARGO_PKG_VERSION")).unwrap();
    let error = compile("9.0.0").unwrap_err();
    let both =
        concat!("generated with countersign 9.0.0 and is built with ", env!("CARGO_PKG_VERSION"), ": run `cargo");
    assert!(error.contains(both), "{error}");
}

/// What a document may write in other ways makes the same calls.
#[test]
fn what_is_written_otherwise_means_the_same() {
    let (count, seed) = (20 * number("COUNTERSIGN_DOCUMENTS", DOCUMENTS), number("COUNTERSIGN_SEED", 0));
    let mut alike = 0;
    for seed in seed..seed + count {
        let text = random::document(seed);
        let Ok(plain) = countersign_spec::read("acme.yaml", &text) else { continue };
        let loose = loosened(&text, seed);
        let other = countersign_spec::read("acme.yaml", &loose)
            .unwrap_or_else(|findings| panic!("{seed}: {findings}\n{loose}"));
        assert_eq!(format!("{:#?}", other.plan()), format!("{:#?}", plain.plan()), "{seed}: {loose}");
        alike += 1;
    }
    assert!(alike * 10 > count, "{alike} of {count}");
}

#[test]
fn what_the_lint_passes_compiles() {
    let rustc = Rustc::find();
    let (count, seed) = (number("COUNTERSIGN_DOCUMENTS", DOCUMENTS), number("COUNTERSIGN_SEED", 0));
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let mut clean = Vec::new();
    let mut made = 0;
    while (clean.len() as u64) < count {
        let mut text = random::document(seed + made);
        if made % 2 == 1 {
            text = loosened(&text, seed + made);
        }
        let name = format!("acme{}", seed + made);
        made += 1;
        match countersign_spec::read(&format!("specs/{name}.yaml"), &text) {
            Ok(document) => clean.push(document),
            Err(findings) => {
                let mut named: Vec<_> = findings.iter().map(|finding| finding.rule.name().to_owned()).collect();
                named.dedup();
                named.into_iter().for_each(|rule| *rules.entry(rule).or_default() += 1);
            }
        }
        assert!(made < 30 * count + 200, "the lint refuses nearly everything: {rules:?}");
    }
    for (document, printed) in clean.iter().zip(rustc.plans(&clean)) {
        assert_eq!(printed, format!("{:?}", document.plan()), "the plan of {} is printed otherwise", document.name());
    }
    let failures = failures(&rustc, &clean);
    let events: usize = clean.iter().map(|document| document.plan().webhooks.len()).sum();
    let operations = || clean.iter().flat_map(|document| document.plan().operations.iter());
    let lists = operations().filter(|operation| operation.paging.is_some()).count();
    let (count, failed) = (clean.len(), failures.len());
    println!(
        "{made} documents made, {count} linted clean, with {events} events and {lists} lists, {failed} failed; refused by {rules:?}"
    );
    assert!(events > 0 && lists > 0 || count < 10, "{events} events and {lists} lists are among {count} documents");
    let shown: Vec<String> = failures.iter().map(|failure| failure.chars().take(1_500).collect()).collect();
    assert!(failures.is_empty(), "{} of {} documents fail:\n{}", failures.len(), clean.len(), shown.join("\n"));
}

/// What is written by hand has shapes that chance does not find.
#[test]
fn the_documents_of_the_tests_compile_with_their_examples() {
    let places = ["specs", "tests/documents", "tests/documents/schemes"].map(|place| workspace().join(place));
    let files = places.iter().flat_map(|place| fs::read_dir(place).unwrap()).map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    let documents: Vec<Document> = files
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            countersign_spec::read(&file.to_string_lossy(), &text).unwrap_or_else(|findings| panic!("{findings}"))
        })
        .collect();
    assert!(documents.len() > 50, "{} documents", documents.len());
    let failures = failures(&Rustc::find(), &documents);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
