//! Writes what makes a provider's crate a crate: its manifest, its root and its document.

use countersign_plan::{Function, Hash, Plan, Value, any};
use countersign_spec::{Document, prose};

use crate::origin::{banner, crate_name, rust_banner, source};

/// `Cargo.toml` of a provider's crate. All crates have the version of the generator that wrote them.
pub fn manifest(plan: &Plan) -> String {
    let name = crate_name(&plan.name);
    let title = toml_text(&plan.title);
    let head = manifest_head(&name, &source(&plan.name), &format!("A typed client that signs its requests: {title}"));
    // A keyword has at most 20 characters.
    let keyword = plan.name.replace('_', "-");
    let keyword = if keyword.len() <= 20 { format!(", \"{keyword}\"") } else { String::new() };
    // What an old function needs is built for those alone that ask for it.
    let features = if uses_md5(plan) { ", features = [\"md5\"]" } else { "" };
    format!(
        r#"{head}keywords = ["api", "client", "signing", "countersign"{keyword}]
categories = ["api-bindings", "authentication"]

[features]
default = ["rustls"]
# TLS by rustls, with the platform's certificate verifier.
rustls = ["countersign/rustls"]
# TLS by the platform's own library.
native-tls = ["countersign/native-tls"]
# The module `mock`: typed mocks of the provider, for tests.
mock = ["countersign/mock"]

[dependencies]
countersign = {{ workspace = true{features} }}

[package.metadata.docs.rs]
all-features = true
"#
    )
}

/// Whether something is computed with MD5.
fn uses_md5(plan: &Plan) -> bool {
    let is_md5 =
        |value: &Value| matches!(value, Value::Apply(Function::Digest(Hash::Md5) | Function::Hmac(Hash::Md5), _));
    plan.expressions().any(|values| any(values, &is_md5))
}

/// The part of a manifest that all generated crates share, up to and without the keywords.
pub fn manifest_head(name: &str, source: &str, description: &str) -> String {
    let banner = banner(source);
    let version = env!("CARGO_PKG_VERSION");
    let rust_version = env!("CARGO_PKG_RUST_VERSION");
    let license = env!("CARGO_PKG_LICENSE");
    let repository = env!("CARGO_PKG_REPOSITORY");
    let authors: Vec<String> = env!("CARGO_PKG_AUTHORS").split(':').map(|author| format!("\"{author}\"")).collect();
    let authors = authors.join(", ");
    format!(
        r#"# {banner}
[package]
name = "{name}"
version = "{version}"
edition = "2024"
rust-version = "{rust_version}"
description = "{description}"
authors = [{authors}]
license = "{license}"
repository = "{repository}"
documentation = "https://docs.rs/{name}"
readme = "README.md"
"#
    )
}

fn toml_text(text: &str) -> String {
    prose::visible(text).replace('\n', " ").replace('\\', "\\\\").replace('"', "\\\"")
}

/// `src/lib.rs` of a provider's crate.
pub fn root(plan: &Plan) -> String {
    let banner = rust_banner(&source(&plan.name));
    let version = env!("CARGO_PKG_VERSION");
    let (module, used) = if plan.webhooks.is_empty() {
        ("", "")
    } else {
        ("#[rustfmt::skip]\npub mod webhooks;\n", "pub use webhooks::Webhooks;\n")
    };
    let builder = if plan.servers.is_empty() { "ClientBuilder" } else { "{ClientBuilder, Server}" };
    format!(
        r#"{banner}#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

// Names and descriptions are the provider's.
#[allow(clippy::all, missing_docs)]
#[rustfmt::skip]
mod api;
#[rustfmt::skip]
mod client;
#[cfg(feature = "mock")]
#[cfg_attr(docsrs, doc(cfg(feature = "mock")))]
#[rustfmt::skip]
pub mod mock;
#[rustfmt::skip]
mod plan;
{module}
pub use api::{{Client, builder, types}};
pub use client::{builder};
pub use countersign::generated::serde_json;
pub use countersign::{{
    ApiError, CallOptions, CredentialSource, Date, Error, Kind, Meta, Override, Response, Secret, Sensitive, Signer,
    SignerError, Signing, ToSign,
}};
pub use plan::PLAN;
{used}
/// The document that this crate was generated from.
pub const OPENAPI: &str = include_str!("../openapi.yaml");

countersign::generated::check_version!("{version}");
"#
    )
}

/// `openapi.yaml` of a provider's crate: the document, below a line that says whose the file is.
pub fn openapi(document: &Document) -> String {
    let text = document.text().trim_start_matches('\u{feff}');
    format!("# {}\n{text}", banner(&source(document.name())))
}
