//! Writes `countersign-providers`: the list of all providers, so that tools and tests reach a new one without an edit.

use std::path::PathBuf;

use crate::origin::{ALL, banner, crate_name, module_name, rust_banner, source};
use crate::package::manifest_head;
use crate::tree::Files;

/// The files of the crate, for the providers with these names, in their order.
pub fn files(names: &[&str]) -> Files {
    let directory = PathBuf::from(ALL);
    Files::from([
        (directory.join("Cargo.toml"), manifest(names)),
        (directory.join("README.md"), readme(names)),
        (directory.join("src/lib.rs"), root(names)),
    ])
}

fn manifest(names: &[&str]) -> String {
    let head = manifest_head(
        "countersign-providers",
        &source(ALL),
        "All providers that Countersign has a client for, as a list",
    );
    let version = env!("CARGO_PKG_VERSION");
    let default: Vec<_> = names.iter().map(|name| format!(", \"{name}\"")).collect();
    let default = default.concat();
    let per_provider = |line: &dyn Fn(&str) -> String| names.iter().map(|name| line(name)).collect::<String>();
    let tls = |backend: &str| per_provider(&|name| format!(", \"{}?/{backend}\"", crate_name(name)));
    let rustls = tls("rustls");
    let native = tls("native-tls");
    let features = per_provider(&|name| format!("{name} = [\"dep:{}\"]\n", crate_name(name)));
    let dependencies = per_provider(&|name| {
        format!(
            "{} = {{ version = \"{version}\", path = \"../{name}\", default-features = false, optional = true }}\n",
            crate_name(name)
        )
    });
    format!(
        r#"{head}keywords = ["api", "client", "signing", "countersign"]
categories = ["api-bindings", "authentication"]

[features]
default = ["rustls"{default}]
rustls = ["countersign/rustls"{rustls}]
native-tls = ["countersign/native-tls"{native}]
{features}
[dependencies]
countersign = {{ workspace = true }}
{dependencies}
[package.metadata.docs.rs]
all-features = true
"#
    )
}

fn readme(names: &[&str]) -> String {
    let list: String = names.iter().map(|name| format!("- `{name}`: the crate `{}`\n", crate_name(name))).collect();
    format!(
        "<!-- {} -->\n\n\
         # countersign-providers\n\n\
         All providers that [Countersign]({}) has a client for, as a list, for tools that work with any of them.\n\
         To call one provider, depend on its own crate.\n\n\
         Each provider is a feature of its own; all are on by default:\n\n{list}\n\
         ## License\n\nMIT or Apache-2.0, at your option.\n",
        banner(&source(ALL)),
        env!("CARGO_PKG_REPOSITORY")
    )
}

fn root(names: &[&str]) -> String {
    let entries: String = names
        .iter()
        .map(|name| {
            let module = module_name(name);
            format!(
                "    #[cfg(feature = \"{name}\")]\n    \
                 Provider {{ name: \"{name}\", openapi: {module}::OPENAPI, plan: &{module}::PLAN }},\n"
            )
        })
        .collect();
    let banner = rust_banner(&source(ALL));
    format!(
        r#"{banner}#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use countersign::plan::Plan;

/// A provider: its document, and the plan that the document lowers to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Provider {{
    /// The name: the stem of the document's file name.
    pub name: &'static str,
    /// The document, as it was written.
    pub openapi: &'static str,
    /// What the document says about authenticating, signing, classifying and retrying.
    pub plan: &'static Plan,
}}

/// The providers whose features are on, sorted by name.
#[rustfmt::skip]
pub static PROVIDERS: &[Provider] = &[
{entries}];

/// The provider with this name.
pub fn find(name: &str) -> Option<&'static Provider> {{
    PROVIDERS.iter().find(|provider| provider.name == name)
}}
"#
    )
}
