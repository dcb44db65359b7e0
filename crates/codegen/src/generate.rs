//! From a document to the files of its crate, all in memory.
//!
//! progenitor is behind a seam, [`Generator`]: what it cannot do it says with a panic, and a panic becomes a [`Refusal`]
//! that names the document. The documents are independent of each other, so each has a thread.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::thread;

use countersign_plan::{Operation, Plan};
use countersign_spec::{Document, prose};
use syn::parse_quote;

use crate::config::Config;
use crate::declared::Api;
use crate::features::Features;
use crate::progenitor::Generator;
use crate::tree::Files;
use crate::{
    calls, client, described, example, mock, package, plan, print, quiet, readme, redaction, sweep, types, webhooks,
};

/// The stack of a thread that generates. progenitor, syn and prettyplease take it for each level of a value.
const STACK: usize = 16 << 20;

/// A document that the generator cannot take, although the lint has nothing against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The document.
    pub file: String,
    /// What the generator says.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: [generator] the generator cannot take this document: {}; \
             find the part by leaving parts out, and write it as specs/README.md shows",
            self.file, self.reason
        )
    }
}

/// The files of the crates of these documents.
///
/// # Errors
///
/// All documents that the generator cannot take.
pub fn crates(documents: &[Document], config: &Config, generator: Generator) -> Result<Files, Vec<Refusal>> {
    let results: Vec<Result<Files, Refusal>> = thread::scope(|scope| {
        let start = |document| {
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || one(document, config, generator))
        };
        let threads: Vec<_> = documents.iter().map(start).collect();
        threads
            .into_iter()
            .zip(documents)
            .map(|(thread, document)| match thread {
                Ok(thread) => {
                    thread.join().unwrap_or_else(|panic| Err(refusal(document, config, &quiet::message(&*panic))))
                }
                Err(error) => Err(refusal(document, config, &error.to_string())),
            })
            .collect()
    });
    let mut files = Files::new();
    let mut refusals = Vec::new();
    for result in results {
        match result {
            Ok(some) => files.extend(some),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(files) } else { Err(refusals) }
}

/// The code of `api.rs` alone, without documentation, for looking at the types and calls. `file` names the document in a refusal.
///
/// # Errors
///
/// The generator cannot take the document.
pub fn api(document: &Document, file: &str, generator: Generator) -> Result<String, Refusal> {
    let write = || {
        let written =
            syn::parse2(generator(document.plain())?).map_err(|error| format!("it writes no Rust: {error}"))?;
        let api = Api::read(&written, document).map_err(|what| format!("progenitor writes {what}"))?;
        Ok(print::file(&code(&api, document, &BTreeMap::new())?))
    };
    let refusal = |reason: String| Refusal { file: file.to_owned(), reason: in_a_line(&reason) };
    let result = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || quiet::quietly(write));
        match thread.map(|thread| thread.join()) {
            Ok(Ok(Ok(result))) => result,
            Ok(Ok(Err(panic)) | Err(panic)) => Err(quiet::message(&*panic)),
            Err(error) => Err(error.to_string()),
        }
    });
    result.map_err(refusal)
}

fn one(document: &Document, config: &Config, generator: Generator) -> Result<Files, Refusal> {
    quiet::quietly(|| files(document, config, generator))
        .unwrap_or_else(|panic| Err(quiet::message(&*panic)))
        .map_err(|reason| refusal(document, config, &reason))
}

fn refusal(document: &Document, config: &Config, reason: &str) -> Refusal {
    Refusal { file: config.source(document.name()), reason: in_a_line(reason) }
}

fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files of one crate, below the directory of all crates.
fn files(document: &Document, config: &Config, generator: Generator) -> Result<Files, String> {
    let (name, plan) = (document.name(), document.plan());
    // What progenitor writes is large, and is not kept for longer than it is read.
    let api = {
        let written =
            syn::parse2(generator(document.plain())?).map_err(|error| format!("it writes no Rust: {error}"))?;
        Api::read(&written, document).map_err(|what| format!("progenitor writes {what}"))?
    };

    let module = config.module_name(name);
    let examples = example::all(&api, document, &module);
    let docs = examples.iter().map(|(id, example)| {
        let docs = described::about_operation(document, id);
        (id.clone(), format!("{docs}\n\n```no_run\n{example}```"))
    });
    let mut code = code(&api, document, &docs.collect())?;
    redaction::check(&code, document)?;
    let features = config.has_features_by_tag(name).then(|| Features::of(document));
    let features = features.as_ref();
    if let Some(features) = features {
        features.configure(document, &mut code);
    }

    let leading = leading_operation(plan);
    let mocked = leading.map(|operation| example::mock(&api, document, operation, &module)).unwrap_or_default();
    let mut mocks = mock::source(&api, document, &mocked, features.is_some());
    if let Some(features) = features {
        mocks = features.configure_mocks(document, &mocks);
    }
    let leading = leading.and_then(|operation| examples.get(&*operation.id)).map_or("", String::as_str);

    let directory = PathBuf::from(name);
    let rust = |code: &str| config.rust_banner(name) + code;
    let mut files = Files::from([
        (directory.join("Cargo.toml"), package::manifest(plan, document.has_decimals(), features, config)),
        (directory.join("README.md"), readme::source(&api, document, config, features, leading)),
        (directory.join("openapi.yaml"), package::openapi(document, config)),
        (directory.join("src/lib.rs"), package::root(&api, document, features.is_some(), config)),
        (directory.join("src/api.rs"), rust(&print::file(&code))),
        (directory.join("src/client.rs"), rust(&print::file(&client::source(plan)))),
        (directory.join("src/mock.rs"), rust(&mocks)),
        (directory.join("src/plan.rs"), rust(&plan::source_with(plan, features))),
    ]);
    let webhooks = webhooks::source(document).map(|webhooks| rust(&print::file(&webhooks)));
    files.extend(webhooks.map(|code| (directory.join("src/webhooks.rs"), code)));
    Ok(files)
}

/// The code of `api.rs`, with the documentation of each operation by its id.
///
/// # Errors
///
/// progenitor wrote a type of a crate that a provider crate does not depend on.
pub fn code(api: &Api, document: &Document, docs: &BTreeMap<String, String>) -> Result<syn::File, String> {
    let types = types::module(api, &calls::spread_objects(api));
    let client = calls::client(api, &about(document), docs);
    let builder = calls::module(api);
    let mut code = parse_quote! {
        #types
        #(#client)*
        #builder
    };
    sweep::sweep(&mut code).map_err(|what| format!("progenitor writes {what}"))?;
    Ok(code)
}

/// What a client is for.
fn about(document: &Document) -> String {
    let info = &document.plain().info;
    let mut about = format!("A client for {}.", prose::line(info.title.trim_end_matches('.')));
    if let Some(description) = &info.description {
        about = format!("{about}\n\n{}", description.trim());
    }
    format!("{about}\n\nIt is cheap to clone: clones share their connections and their session.")
}

/// The first operation that a user calls for its own sake.
fn leading_operation(plan: &Plan) -> Option<&Operation> {
    let issues = |id: &str| plan.session.as_ref().is_some_and(|session| session.comes_from(id));
    plan.operations.iter().find(|operation| !issues(&operation.id)).or(plan.operations.first())
}
