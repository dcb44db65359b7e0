//! From a document to the files of its crate, all in memory.
//!
//! progenitor stands behind a seam, [`Generator`]: what it cannot do it says with a panic, and a panic becomes a
//! [`Refusal`] that names the document. The documents are independent of each other, so each has a thread.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Once;
use std::thread;

use countersign_plan::Plan;
use countersign_spec::{Document, MARKERS, names, prose};
use openapiv3::{OpenAPI, PathItem, SchemaKind, Type};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, InterfaceStyle, TagStyle};
use quote::quote;
use schemars::schema::{InstanceType, SchemaObject};

use crate::polish::{self, Facts, OperationFacts};
use crate::tree::Files;
use crate::{client, example, leaks, mock, package, plan};

/// The stack of a thread that generates. progenitor, syn and prettyplease take it for each level of a value.
const STACK: usize = 16 << 20;

/// Makes a client of a plain document.
pub type Generator = fn(&OpenAPI) -> Result<TokenStream, String>;

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
pub fn crates(documents: &[&Document], generator: Generator) -> Result<Files, Vec<Refusal>> {
    let results: Vec<Result<Files, Refusal>> = thread::scope(|scope| {
        let start =
            |document| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || one(document, generator));
        let threads: Vec<_> = documents.iter().map(|document| start(*document)).collect();
        threads
            .into_iter()
            .zip(documents)
            .map(|(thread, document)| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| Err(refusal(document, &message(&*panic)))),
                Err(error) => Err(refusal(document, &error.to_string())),
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

fn one(document: &Document, generator: Generator) -> Result<Files, Refusal> {
    quietly(|| files(document, generator))
        .unwrap_or_else(|panic| Err(message(&*panic)))
        .map_err(|reason| refusal(document, &reason))
}

fn refusal(document: &Document, reason: &str) -> Refusal {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    Refusal { file: package::document_name(document.name()), reason }
}

/// The files of one crate, below the directory of all crates.
fn files(document: &Document, generator: Generator) -> Result<Files, String> {
    let plan = document.plan();
    let name = document.name();
    let plain = document.plain();
    let mut code = syn::parse2(generator(plain)?).map_err(|error| format!("it writes no Rust: {error}"))?;
    let facts = facts(document, plain);
    polish::polish(&mut code, &facts).map_err(|what| format!("progenitor writes {what}"))?;

    let crate_name = package::crate_name(name);
    let examples = example::all(&code, document.openapi(), &plan.operations, &crate_name)?;
    let docs = examples.iter().map(|(id, example)| {
        let facts = facts.operations.get(id).map(|facts| facts.docs.as_str()).unwrap_or_default();
        (id.clone(), format!("{facts}\n\n```no_run\n{example}```"))
    });
    polish::document(&mut code, &docs.collect())?;

    let mocked = match leading_operation(plan) {
        Some(operation) => example::mock(&code, document.openapi(), operation, &crate_name)?,
        None => String::new(),
    };
    let mocks = mock::source(&code, document.openapi(), plan, &facts.operations, &mocked)?;

    let directory = PathBuf::from(name);
    let banner = package::banner(name);
    let rust = |code: &str| banner.clone() + &space_out(code);
    Ok(Files::from([
        (directory.join("Cargo.toml"), package::manifest(plan)),
        (directory.join("README.md"), package::readme(document, leading(document, &examples))),
        (directory.join("openapi.yaml"), package::openapi(document)),
        (directory.join("src/lib.rs"), package::root(plan)),
        (directory.join("src/api.rs"), rust(&prettyplease::unparse(&code))),
        (directory.join("src/client.rs"), rust(&prettyplease::unparse(&client::source(plan)))),
        (directory.join("src/mock.rs"), rust(&prettyplease::unparse(&mocks).replacen("\npub mod", "\n\npub mod", 1))),
        (directory.join("src/plan.rs"), rust(&plan::source(plan)?)),
        (directory.join("tests/leaks.rs"), rust(&prettyplease::unparse(&leaks::source(&code, document, &crate_name)?))),
    ]))
}

/// The example for the README.
fn leading<'a>(document: &Document, examples: &'a BTreeMap<String, String>) -> &'a str {
    let first = leading_operation(document.plan());
    first.and_then(|operation| examples.get(&*operation.id)).map(String::as_str).unwrap_or_default()
}

/// The first operation that a user calls for its own sake.
fn leading_operation(plan: &Plan) -> Option<&countersign::plan::Operation> {
    let issues = |id: &str| plan.session.as_ref().is_some_and(|session| session.comes_from(id));
    plan.operations.iter().find(|operation| !issues(&operation.id)).or(plan.operations.first())
}

// ---- progenitor ----------------------------------------------------------------------------------------------------

/// progenitor, set up for a provider crate.
///
/// # Errors
///
/// What progenitor says is wrong.
pub fn progenitor(openapi: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_inner_type(quote!(::countersign::Executor))
        // Not a hash map: what is signed and sent must not depend on a random order.
        .with_map_type("::std::collections::BTreeMap");
    for (format, name) in MARKERS {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_string()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, name, [].into_iter());
    }
    progenitor::Generator::new(&settings).generate_tokens(openapi).map_err(|error| error.to_string())
}

/// Runs something that may panic, without the panic's own message on the terminal.
fn quietly<T>(work: impl FnOnce() -> T) -> thread::Result<T> {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panics without a word").to_owned()
}

/// Puts an empty line between items that are at most two levels deep; prettyplease writes none.
fn space_out(code: &str) -> String {
    let mut spaced = String::with_capacity(code.len() + code.len() / 50);
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let Some(next) = lines.peek().map(|next| next.trim_start()) else { break };
        let (text, depth) = (line.trim_start(), line.len() - line.trim_start().len());
        let block_ends =
            depth <= 8 && matches!(text, "}" | "};") && !next.is_empty() && !next.starts_with(['}', ')', '.']);
        let item_ends = depth <= 4
            && text.ends_with(';')
            && !text.starts_with("//")
            && ["impl ", "///", "#[", "pub "].iter().any(|start| next.starts_with(start));
        if block_ends || item_ends {
            spaced.push('\n');
        }
    }
    spaced
}

// ---- What the document says ----------------------------------------------------------------------------------------

fn facts(document: &Document, plain: &OpenAPI) -> Facts {
    let info = &plain.info;
    let mut client = format!("A client for {}.", prose::line(info.title.trim_end_matches('.')));
    if let Some(description) = &info.description {
        client = format!("{client}\n\n{}", description.trim());
    }
    let client = format!("{client}\n\nIt is cheap to clone: clones share their connections and their session.");

    let schemas = plain.components.iter().flat_map(|components| &components.schemas);
    let properties = schemas.filter_map(|(name, schema)| match &schema.as_item()?.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            Some((names::schema(name), object.properties.keys().cloned().collect()))
        }
        _ => None,
    });
    let written = document.openapi().components.iter().flat_map(|components| &components.schemas);
    let wire_names = written.filter_map(|(name, schema)| match &schema.as_item()?.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            Some((names::schema(name), object.properties.keys().map(|key| (names::field(key), key.clone())).collect()))
        }
        _ => None,
    });
    let methods = document.plan().operations.iter();
    let methods = methods.map(|operation| (names::operation_words(&operation.id), operation.id.to_string()));
    let operations = document.plan().operations.iter().map(|operation| {
        let facts = match self::operation(plain, &names::operation_words(&operation.id)) {
            Some((item, described)) => operation_facts(plain, operation, item, described),
            None => OperationFacts::default(),
        };
        (operation.id.to_string(), facts)
    });
    Facts {
        client,
        properties: properties.collect(),
        wire_names: wire_names.collect(),
        methods: methods.collect(),
        operations: operations.collect(),
    }
}

fn operation_facts(
    openapi: &OpenAPI,
    planned: &countersign::plan::Operation,
    item: &PathItem,
    described: &openapiv3::Operation,
) -> OperationFacts {
    let texts = described.summary.iter().chain(&described.description).map(|text| text.trim().to_owned());
    let request = prose::code(&format!("{} {}", planned.method, planned.path));
    let docs = texts.chain([request]).collect::<Vec<_>>().join("\n\n");
    let parameters = item.parameters.iter().chain(&described.parameters).filter_map(|parameter| {
        let data = example::resolve_parameter(openapi, parameter)?.parameter_data_ref();
        Some((data.name.clone(), data.description.clone()?))
    });
    let path = planned.path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()));
    let wire_names = planned.parameters.iter().map(|known| (names::parameter(&known.name), known.name.to_string()));
    OperationFacts { docs, parameters: parameters.collect(), wire_names: wire_names.collect(), path: path.collect() }
}

/// An operation of a document, and the path that it stands below.
pub fn operation<'a>(openapi: &'a OpenAPI, id: &str) -> Option<(&'a PathItem, &'a openapiv3::Operation)> {
    openapi.paths.iter().find_map(|(_, item)| {
        let item = item.as_item()?;
        let (_, operation) = item.iter().find(|(_, operation)| operation.operation_id.as_deref() == Some(id))?;
        Some((item, operation))
    })
}

/// What an operation does, in one line.
pub fn summary(document: &Document, id: &str) -> String {
    let described = operation(document.openapi(), id).map(|(_, described)| described);
    let text = described.and_then(|described| described.summary.as_ref().or(described.description.as_ref()));
    text.and_then(|text| text.trim().lines().next()).map(prose::line).unwrap_or_default()
}
