//! Clients that other generators make of the same document, with airpay's signature added by hand. They are made, built and run in
//! a temporary folder, so that nothing of the workspace depends on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;

use crate::building::{self, cargo, lock, program, project, workspace};
use crate::generating::run;
use crate::measure::{Program, calling_peer};
use crate::table::Table;

/// What signing by hand takes, and TLS like ours.
const SIGNING: &str = "hex = \"0.4\"\nsha2 = { version = \"0.11\", default-features = false }\n\
    reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\", \"stream\"] }\n";

/// What a program that is built does.
const MAIN: &str = r#"
    let client = client::Client::new("https://cards.example", "", "", "").expect("a client");
    println!("{:?}", runtime.block_on(client.call("9876543978", (1958, 1, 2))));
"#;

/// A generator, and what its client takes.
pub struct Peer {
    /// Its name and version.
    pub name: &'static str,
    /// The client with the signature around it.
    client: &'static str,
    /// What its client depends on.
    pub dependencies: &'static str,
    /// Generates of a document into a folder: the files of the module `generated`.
    pub generate: fn(&Path, &Path) -> Result<()>,
}

/// The generators of others.
pub const PEERS: [Peer; 2] = [
    Peer {
        name: "progenitor 0.15",
        client: include_str!("../peers/progenitor.rs"),
        dependencies: "chrono = { version = \"0.4\", features = [\"serde\"] }\nform_urlencoded = \"1\"\n\
            progenitor-client = \"0.15.1\"\nregress = \"0.12\"\nserde = { version = \"1\", features = [\"derive\"] }\n",
        generate: progenitor,
    },
    Peer {
        name: "openapi-to-rust 0.23",
        client: include_str!("../peers/openapi_to_rust.rs"),
        dependencies: "chrono = { version = \"0.4\", features = [\"serde\"] }\nfutures-util = \"0.3\"\n\
            reqwest-middleware = { version = \"0.5\", features = [\"json\", \"query\"] }\nserde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n\
            serde_urlencoded = \"0.7\"\nthiserror = \"2\"\n",
        generate: openapi_to_rust,
    },
];

/// Adds the rows: first what repeats, then what takes time.
pub fn measure(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ours = building::ours(folder.path())?;
    let mut others = Vec::new();
    for (number, peer) in PEERS.iter().enumerate() {
        let folder = folder.path().join(number.to_string());
        let client = folder.join("client");
        let generated = client.join("src/generated");
        project(&folder, "client", &format!("{SIGNING}{}", peer.dependencies), &[("lib.rs", peer.client)])?;
        fs::create_dir(&generated)?;
        (peer.generate)(&document()?, &generated)?;
        let dependency = format!("client = {{ path = {client:?} }}\n");
        let beside = format!(", beside {}", peer.name);
        calling_peer(table, &format!("a call{beside}"), worker(&folder, &dependency)?)?;
        let (own, other) = (lines(&workspace()?.join("crates/providers/airpay/src"))?, lines(&generated)?);
        let ratio = format!("{:.2}", own as f64 / other as f64);
        table.row(format!("lines generated{beside}"), own.to_string(), other.to_string(), ratio);
        others.push((beside, program(&folder, "other", &dependency, MAIN)?));
    }
    for (beside, other) in &others {
        building::compare(table, beside, &ours, other)?;
    }
    Ok(())
}

/// Builds the program that makes the peer's call as often as it is told.
fn worker(folder: &Path, dependency: &str) -> Result<Program> {
    let dependencies = format!(
        "{dependency}allocation-counter = \"0.8.1\"\nanyhow = \"1\"\n\
         tokio = {{ version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\"] }}\n"
    );
    let files = [("main.rs", include_str!("../peers/work.rs")), ("calls.rs", include_str!("calls.rs"))];
    let worker = project(folder, "worker", &dependencies, &files)?;
    lock(&worker)?;
    cargo(&worker, &["build", "--release"])?;
    Ok(Program::peer(worker.join("target/release/worker")))
}

fn document() -> Result<PathBuf> {
    Ok(workspace()?.join("specs/airpay.yaml"))
}

/// Generates with progenitor, as the workspace has it.
fn progenitor(document: &Path, into: &Path) -> Result<()> {
    let openapi = serde_saphyr::from_str(&fs::read_to_string(document)?)?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_inner_type(quote!(crate::Signer));
    let tokens = Generator::new(&settings).generate_tokens(&openapi)?;
    fs::write(into.join("mod.rs"), prettyplease::unparse(&syn::parse2(tokens)?))?;
    Ok(())
}

/// Generates with openapi-to-rust, which is built for it the first time.
fn openapi_to_rust(document: &Path, into: &Path) -> Result<()> {
    let root = std::env::current_exe()?.parent().context("a folder")?.join("openapi-to-rust");
    let install = ["install", "--quiet", "--debug", "--locked", "openapi-to-rust@0.23.0", "--root"];
    run(Command::new("cargo").args(install).arg(&root))?;
    run(Command::new(root.join("bin/openapi-to-rust")).arg("generate").arg(document).arg("--output-dir").arg(into))
}

/// The lines of Rust in a folder.
fn lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            lines += fs::read_to_string(path)?.lines().count();
        }
    }
    Ok(lines)
}
