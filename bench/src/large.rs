//! One large document, made here: how long it takes to generate, and how long its client takes to check, beside the clients that
//! other generators make of the same document, and beside what a user of one tag compiles.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use anyhow::Result;

use crate::building::{cargo, lock, project};
use crate::generating::{self, Spent};
use crate::peers::PEERS;
use crate::table::{Table, grouped, median, ratio};

/// How many tags the operations have, each as many as the others.
const TAGS: usize = 10;

/// How many operations the clients have that are checked.
const CHECKED: usize = 400;

/// How often each is checked.
const TIMES: usize = 5;

/// Adds the rows.
pub fn measure(table: &mut Table) -> Result<()> {
    let xtask = generating::xtask()?;
    let mut few: Option<(f64, usize)> = None;
    for operations in [100, 200, 400, 800] {
        let folder = tempfile::tempdir()?;
        configure(folder.path(), operations)?;
        let spent: Spent = generating::generate(&xtask, folder.path(), false)?;
        let few = few.get_or_insert((spent.seconds, operations));
        let what = format!("generating {operations} operations with {TAGS} tags");
        table.row(what, spent.to_string(), "", spent.growth(*few, operations));
    }

    let folder = tempfile::tempdir()?;
    configure(folder.path(), CHECKED)?;
    generating::generate(&xtask, folder.path(), false)?;
    let ours = folder.path().join("crates/large");
    lock(folder.path())?;
    let all = Client { folder: folder.path().to_owned(), root: ours.join("src/lib.rs"), features: "rustls,all" };
    let one = Client { features: "rustls,tag-0", ..all.clone() };
    let none = Client { features: "rustls", ..all.clone() };
    let beside = |table: &mut Table, what: String, ours: &Client, other: &Client| -> Result<()> {
        // What they depend on is checked before.
        ours.check()?;
        other.check()?;
        let pairs = (0..TIMES).map(|_| Ok((ours.check()?, other.check()?))).collect::<Result<Vec<_>>>()?;
        let seconds = |pick: fn(&(f64, f64)) -> f64| format!("{} s", grouped(median(pairs.iter().map(pick).collect())));
        table.row(what, seconds(|pair| pair.0), seconds(|pair| pair.1), ratio(&pairs));
        Ok(())
    };
    for peer in &PEERS {
        let folder = folder.path().join(peer.name.replace(' ', "_"));
        let client = project(&folder, "client", peer.dependencies, &[("lib.rs", PEER)])?;
        let manifest = client.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?.replace("[dependencies]\n", &format!("[dependencies]\n{REQWEST}"));
        fs::write(&manifest, text)?;
        fs::create_dir(client.join("src/generated"))?;
        (peer.generate)(&document_file(all.folder.as_path()), &client.join("src/generated"))?;
        lock(&client)?;
        let other = Client { root: client.join("src/lib.rs"), folder: client, features: "" };
        beside(table, format!("checking a client of {CHECKED} operations, beside {}", peer.name), &all, &other)?;
        let lines = [lines(&ours.join("src"))?, lines(&other.folder.join("src"))?];
        let ratio = format!("{:.2}", lines[0] as f64 / lines[1] as f64);
        table.row(format!("its lines, beside {}", peer.name), lines[0].to_string(), lines[1].to_string(), ratio);
    }
    beside(table, format!("checking one of {TAGS} tags, beside all"), &one, &all)?;
    beside(table, "checking no tag, beside all".to_owned(), &none, &all)
}

/// The root of a peer's client. One of them is made to hold what signs.
const PEER: &str = "#[allow(warnings)]\npub mod generated;\n\n#[derive(Clone, Debug)]\npub struct Signer;\n";

/// With which a peer's client is built, as ours is.
const REQWEST: &str = "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\", \"stream\", \"json\", \"query\"] }\n";

/// A client that is checked.
#[derive(Clone)]
struct Client {
    /// Where Cargo runs.
    folder: PathBuf,
    /// Its root.
    root: PathBuf,
    features: &'static str,
}

impl Client {
    /// How many seconds `cargo check` takes for it alone.
    fn check(&self) -> Result<f64> {
        fs::File::options().append(true).open(&self.root)?.set_modified(SystemTime::now())?;
        let mut arguments = vec!["check", "--offline", "--no-default-features"];
        if !self.features.is_empty() {
            arguments.extend(["--package", "bench-large", "--features", self.features]);
        }
        let began = Instant::now();
        cargo(&self.folder, &arguments)?;
        Ok(began.elapsed().as_secs_f64())
    }
}

fn document_file(folder: &Path) -> PathBuf {
    folder.join("specs/large.yaml")
}

/// Makes a repository of the document.
fn configure(folder: &Path, operations: usize) -> Result<()> {
    fs::create_dir(folder.join("specs"))?;
    let runtime = crate::building::workspace()?.join("crates/countersign");
    let text = format!(
        "documents = \"specs\"\ncrates = \"crates\"\n[package]\nprefix = \"bench-\"\n[runtime]\npath = {runtime:?}\n\
         [features]\nlarge = \"tags\"\n"
    );
    fs::write(folder.join("countersign.toml"), text)?;
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n")?;
    Ok(fs::write(document_file(folder), document(operations))?)
}

/// A document with so many operations: half of them make something of ten fields, half list what there is.
fn document(operations: usize) -> String {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: Large, version: 1.0.0, description: Many operations.}\nx-source: made for measuring\n\
         servers: [{url: https://large.example, description: It., x-name: live}]\n\
         x-credentials: {key: {description: The key.}}\nsecurity: [{key: []}]\npaths:\n",
    );
    let things = operations / 2;
    for number in 0..things {
        let tag = number * TAGS / things;
        text.push_str(&format!(
            "  /things{number}:\n    post:\n      operationId: make_thing{number}\n      summary: Makes a thing\n      \
             tags: [tag {tag}]\n      requestBody:\n        required: true\n        content:\n          application/json:\n            \
             schema: {{$ref: '#/components/schemas/NewThing{number}'}}\n            \
             example: {{name: a, kind: small, count: 1, owner: {{name: b}}}}\n      responses:\n        '200':\n          \
             description: It is made.\n          content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Thing{number}'}}, examples: {{made: {{value: {{id: c}}}}}}}}}}\n    get:\n      \
             operationId: list_things{number}\n      summary: Lists things\n      tags: [tag {tag}]\n      parameters:\n        \
             - {{name: after, in: query, description: Where it begins., schema: {{type: string}}}}\n        \
             - {{name: limit, in: query, description: How many., schema: {{type: integer, format: int64}}}}\n      responses:\n        \
             '200':\n          description: They are there.\n          content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Things{number}'}}, examples: {{all: {{value: {{things: []}}}}}}}}}}\n"
        ));
    }
    text.push_str(
        "components:\n  securitySchemes:\n    key: {type: apiKey, in: header, name: X-Key, x-value: {credential: key}}\n  \
         schemas:\n    Owner:\n      type: object\n      description: Whose it is.\n      required: [name]\n      properties:\n        \
         name: {type: string, description: The name., x-sensitive: false}\n        since: {type: string, format: date, description: Since when.}\n",
    );
    for number in 0..things {
        text.push_str(&format!(
            "    NewThing{number}:\n      type: object\n      description: A thing to be made.\n      required: [name, kind, count, \
             owner]\n      properties:\n        name: {{type: string, description: Its name., x-sensitive: false}}\n        \
             kind: {{type: string, enum: [small, middle, large], description: Its kind.}}\n        \
             count: {{type: integer, format: int64, description: How many.}}\n        \
             owner: {{$ref: '#/components/schemas/Owner'}}\n        note: {{type: string, description: A note.}}\n        \
             is_open: {{type: boolean, description: Whether it is open.}}\n        \
             tags: {{type: array, description: Words., items: {{type: string}}}}\n        \
             due: {{type: string, format: date, description: Until when.}}\n        \
             weight: {{type: integer, format: int32, description: In grams.}}\n        \
             reference: {{type: string, description: The caller's reference.}}\n    \
             Thing{number}:\n      type: object\n      description: A thing.\n      required: [id]\n      properties:\n        \
             id: {{type: string, description: Its id.}}\n        state: {{type: string, enum: [open, done, gone], description: Where it \
             is.}}\n        owner: {{$ref: '#/components/schemas/Owner'}}\n        \
             made: {{$ref: '#/components/schemas/NewThing{number}'}}\n        size: {{type: integer, format: int64, description: How large.}}\n    \
             Things{number}:\n      type: object\n      description: Things.\n      properties:\n        things: {{type: array, \
             description: All., items: {{$ref: '#/components/schemas/Thing{number}'}}}}\n        next: {{type: string, description: Where \
             the next begin.}}\n"
        ));
    }
    text
}

/// The lines of Rust in a folder, and below it.
fn lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            lines += self::lines(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += fs::read_to_string(path)?.lines().count();
        }
    }
    Ok(lines)
}
