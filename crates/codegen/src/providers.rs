//! Writes the crate that lists all providers, so that tools and tests reach a new one without an edit.

use std::path::PathBuf;

use crate::config::{ALL, Config};
use crate::package::manifest_head;
use crate::tree::Files;

/// The files of the crate, for the providers with these names, in their order.
pub fn files(names: &[&str], config: &Config) -> Files {
    let directory = PathBuf::from(ALL);
    Files::from([
        (directory.join("Cargo.toml"), manifest(names, config)),
        (directory.join("README.md"), readme(names, config)),
        (directory.join("src/lib.rs"), root(names, config)),
    ])
}

/// Whose the crates are.
fn owner(config: &Config) -> String {
    let name = config.package.prefix.trim_end_matches(['-', '_']);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

fn manifest(names: &[&str], config: &Config) -> String {
    let description = format!("All providers that {} has a client for, as a list", owner(config));
    let head = manifest_head(config, ALL, &description);
    let runtime = config.runtime(&[]);
    let default: Vec<_> = names.iter().map(|name| format!(", \"{name}\"")).collect();
    let default = default.concat();
    let per_provider = |line: &dyn Fn(&str) -> String| names.iter().map(|name| line(name)).collect::<String>();
    let tls = |backend: &str| per_provider(&|name| format!(", \"{}?/{backend}\"", config.crate_name(name)));
    let rustls = tls("rustls");
    let native = tls("native-tls");
    let features = per_provider(&|name| format!("{name} = [\"dep:{}\"]\n", config.crate_name(name)));
    let dependencies = per_provider(&|name| {
        let features = match config.has_features_by_tag(name) {
            true => format!(", features = [{:?}]", crate::features::ALL),
            false => String::new(),
        };
        format!(
            "{} = {{ version = \"{}\", path = \"../{name}\", default-features = false{features}, optional = true }}\n",
            config.crate_name(name),
            config.version(name)
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
countersign = {runtime}
{dependencies}
[package.metadata.docs.rs]
all-features = true
"#
    )
}

fn readme(names: &[&str], config: &Config) -> String {
    let list: String =
        names.iter().map(|name| format!("- `{name}`: the crate `{}`\n", config.crate_name(name))).collect();
    let owner = owner(config);
    let owner = match &config.package.repository {
        Some(repository) => format!("[{owner}]({repository})"),
        None => owner,
    };
    let license = config.license_line().map(|line| format!("\n## License\n\n{line}\n")).unwrap_or_default();
    format!(
        "<!-- {} -->\n\n\
         # {}\n\n\
         All providers that {owner} has a client for, as a list, for tools that work with any of them.\n\
         To call one provider, depend on its own crate.\n\n\
         Each provider is a feature of its own; all are on by default:\n\n{list}{license}",
        config.banner(ALL),
        config.crate_name(ALL),
    )
}

fn root(names: &[&str], config: &Config) -> String {
    let entries: String = names
        .iter()
        .map(|name| {
            let module = config.module_name(name);
            format!(
                "    #[cfg(feature = \"{name}\")]\n    \
                 Provider {{ name: \"{name}\", openapi: {module}::OPENAPI, plan: &{module}::PLAN }},\n"
            )
        })
        .collect();
    let banner = config.rust_banner(ALL);
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
