//! Writes what makes a provider's crate a crate: its manifest, its root and its document.

use countersign_plan::{Constraint, Function, Hash, Plan, ResponseForm, Value, any};
use countersign_spec::{Document, prose};

use crate::config::{Config, quoted};
use crate::declared::{Api, Declared, Member, Presence};
use crate::features::{ALL, Feature, Features};
use crate::plan::runs;

/// `Cargo.toml` of a provider's crate.
pub fn manifest(plan: &Plan, has_decimals: bool, by_tag: Option<&Features>, config: &Config) -> String {
    let head = manifest_head(config, &plan.name, &format!("A typed client that signs its requests: {}", plan.title));
    // A keyword has at most 20 characters.
    let keyword = plan.name.replace('_', "-");
    let keyword = if keyword.len() <= 20 { format!(", \"{keyword}\"") } else { String::new() };
    // What few providers need is built for those alone that need it.
    let needed = [
        ("decimal", has_decimals),
        ("md5", uses_md5(plan)),
        ("multipart", sends_files(plan)),
        ("pages", has_pages(plan)),
        ("patterns", has_patterns(plan)),
        ("webhooks", !plan.webhooks.is_empty()),
        ("download", has_written(plan)),
    ];
    let features: Vec<&str> = needed.into_iter().filter(|(_, is_needed)| *is_needed).map(|(name, _)| name).collect();
    let runtime = config.runtime(&features);
    let (all, by_tag) = match by_tag {
        Some(by_tag) => (format!(", \"{ALL}\""), self::features(by_tag)),
        None => (String::new(), String::new()),
    };
    format!(
        r#"{head}keywords = ["api", "client", "signing", "countersign"{keyword}]
categories = ["api-bindings", "authentication"]

[features]
default = ["rustls"{all}]
# TLS by rustls, with the platform's certificate verifier.
rustls = ["countersign/rustls"]
# TLS by the platform's own library.
native-tls = ["countersign/native-tls"]
# The module `mock`: typed mocks of the provider, for tests.
mock = ["countersign/mock"]
{by_tag}
[dependencies]
countersign = {runtime}

[package.metadata.docs.rs]
all-features = true
"#
    )
}

/// Whether there is a pattern that takes an engine.
fn has_patterns(plan: &Plan) -> bool {
    let takes_engine = |rule: &Constraint| matches!(rule, Constraint::Pattern(of) if runs(of.as_str()).is_none());
    plan.rules().any(|rule| rule.any(&takes_engine))
}

/// Whether there is a list that has pages.
fn has_pages(plan: &Plan) -> bool {
    plan.operations.iter().any(|operation| operation.paging.is_some())
}

/// The features that are made of tags.
fn features(by_tag: &Features) -> String {
    let names: Vec<&str> = by_tag.features.iter().map(|feature| feature.name.as_str()).collect();
    let lines = by_tag.features.iter().map(|Feature { name, tags, operations }| {
        let tags: Vec<String> =
            tags.iter().map(|tag| format!("`{}`", prose::visible(tag).replace('\n', " "))).collect();
        let of = if tags.is_empty() { "without a tag".to_owned() } else { format!("of {}", tags.join(" and ")) };
        format!("# The operations {of}: {}.\n{name} = []\n", operations.len())
    });
    format!("# All operations.\n{ALL} = {names:?}\n{}", lines.collect::<String>())
}

/// Whether a response may be written while it comes.
fn has_written(plan: &Plan) -> bool {
    plan.operations.iter().any(|operation| operation.has_written())
}

/// Whether such a response may be one of several.
fn may_be_read(plan: &Plan) -> bool {
    plan.operations.iter().any(|operation| operation.has_written() && !operation.successes.is_empty())
}

/// Whether a response may be a file.
fn has_files(plan: &Plan) -> bool {
    let is_file = |form| form == ResponseForm::Bytes;
    plan.operations.iter().any(|operation| !operation.successes.is_empty() || operation.forms().any(is_file))
}

/// Whether something is computed with MD5.
fn uses_md5(plan: &Plan) -> bool {
    let is_md5 =
        |value: &Value| matches!(value, Value::Apply(Function::Digest(Hash::Md5) | Function::Hmac(Hash::Md5), _));
    plan.expressions().any(|values| any(values, &is_md5))
}

/// Whether a body of a request has files.
fn sends_files(plan: &Plan) -> bool {
    plan.operations.iter().any(|operation| operation.slots.iter().any(|slot| slot.part.is_file))
}

/// Whether a setter takes `null`.
fn takes_null(api: &Api) -> bool {
    let takes = |member: &Member| matches!(member.presence, Presence::Nullable | Presence::Free);
    api.types.iter().any(|declared| match declared {
        Declared::Object(object) => object.is_sent && object.members.iter().any(takes),
        _ => false,
    })
}

/// The part of a manifest that all generated crates share, up to and without the keywords.
pub fn manifest_head(config: &Config, provider: &str, description: &str) -> String {
    let package = &config.package;
    let name = config.crate_name(provider);
    let mut lines = vec![
        format!("# {}", config.banner(provider)),
        "[package]".to_owned(),
        format!("name = {}", quoted(&name)),
        format!("version = {}", quoted(config.version(provider))),
        "edition = \"2024\"".to_owned(),
        // What generated code asks of the compiler is what the runtime asks.
        format!("rust-version = {}", quoted(env!("CARGO_PKG_RUST_VERSION"))),
        format!("description = {}", quoted(description)),
    ];
    if !package.authors.is_empty() {
        let authors: Vec<String> = package.authors.iter().map(|author| quoted(author)).collect();
        lines.push(format!("authors = [{}]", authors.join(", ")));
    }
    lines.extend(package.license.as_ref().map(|license| format!("license = {}", quoted(license))));
    lines.extend(package.repository.as_ref().map(|repository| format!("repository = {}", quoted(repository))));
    if package.publish {
        lines.push(format!("documentation = {}", quoted(&format!("https://docs.rs/{name}"))));
    } else {
        lines.push("publish = false".to_owned());
    }
    lines.push("readme = \"README.md\"\n".to_owned());
    lines.join("\n")
}

/// `src/lib.rs` of a provider's crate.
pub fn root(api: &Api, document: &Document, has_features: bool, config: &Config) -> String {
    let plan = document.plan();
    let decimal = if document.has_decimals() { "pub use countersign::Decimal;\n" } else { "" };
    let pages = if has_pages(plan) { "pub use countersign::{Items, Pages, Position};\n" } else { "" };
    let binary = if has_files(plan) { "pub use countersign::Binary;\n" } else { "" };
    let download = if may_be_read(plan) { "pub use countersign::Download;\n" } else { "" };
    let file = if sends_files(plan) { "pub use countersign::{File, file};\n" } else { "" };
    let null = if takes_null(api) { "pub use countersign::Null;\n" } else { "" };
    let banner = config.rust_banner(&plan.name);
    let version = env!("CARGO_PKG_VERSION");
    let (module, used) = if plan.webhooks.is_empty() {
        ("", "")
    } else {
        ("#[rustfmt::skip]\npub mod webhooks;\n", "pub use webhooks::Webhooks;\n")
    };
    let builder = if plan.servers.is_empty() { "ClientBuilder" } else { "{ClientBuilder, Server}" };
    // The examples of the readme are of all operations.
    let readme = match has_features {
        false => "#![doc = include_str!(\"../README.md\")]".to_owned(),
        true => format!(
            "#![cfg_attr(feature = {ALL:?}, doc = include_str!(\"../README.md\"))]\n\
             #![cfg_attr(not(feature = {ALL:?}), doc = \"A client of some operations alone. Its readme has examples of all.\")]"
        ),
    };
    // What several operations have in common may be in use with none of the features that are on.
    let unused = if has_features { "#[allow(dead_code, unused_imports)]\n" } else { "" };
    format!(
        r#"{banner}{readme}
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

// Names and descriptions are the provider's.
#[allow(clippy::all, missing_docs)]
{unused}#[rustfmt::skip]
mod api;
#[rustfmt::skip]
mod client;
#[cfg(feature = "mock")]
#[cfg_attr(docsrs, doc(cfg(feature = "mock")))]
{unused}#[rustfmt::skip]
pub mod mock;
{unused}#[rustfmt::skip]
mod plan;
{module}
pub use api::{{Client, builder, types}};
pub use client::{builder};
{binary}{decimal}{download}{file}pub use countersign::generated::serde_json;
#[rustfmt::skip]
pub use countersign::{{
    ApiError, CallOptions, CredentialSource, Date, Error, Kind, Meta, Override, Response, Secret, Sensitive, Signer,
    SignerError, Signing, ToSign,
}};
{null}{pages}pub use plan::PLAN;
{used}
/// The document that this crate was generated from.
pub const OPENAPI: &str = include_str!("../openapi.yaml");

countersign::generated::check_version!("{version}");
"#
    )
}

/// `openapi.yaml` of a provider's crate: the document, below a line that says whose the file is.
pub fn openapi(document: &Document, config: &Config) -> String {
    let text = document.text().trim_start_matches('\u{feff}');
    format!("# {}\n{text}", config.banner(document.name()))
}
