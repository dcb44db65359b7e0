//! `countersign.toml`: where the documents and the crates of a repository are, and what the crates say of themselves.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};
use countersign_spec::prose;
use serde::Deserialize;

/// What the file is called.
pub const FILE: &str = "countersign.toml";

/// The command that generated files name, where the configuration names none.
pub const COMMAND: &str = "countersign generate";

/// The directory of the crate that lists all providers. No document has this name: the lint refuses it.
pub const ALL: &str = "all";

/// How long a prefix may be, so that there is room for a provider's name.
pub const LONGEST_PREFIX: usize = 40;

/// How long the name of a crate may be, as registries have it.
pub const LONGEST_NAME: usize = 64;

/// What `countersign.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the documents, below that of the file.
    pub documents: PathBuf,
    /// The folder of the crates, below that of the file.
    pub crates: PathBuf,
    /// Whether there is a crate that lists all providers.
    #[serde(default)]
    pub all: bool,
    /// How the generator is run here: generated files and messages name it.
    #[serde(default = "command")]
    pub command: String,
    /// What the crates say of themselves.
    pub package: Package,
    /// How the crates depend on `countersign`.
    pub runtime: Runtime,
    /// The versions of crates that have another than the others, by their providers.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// What the features of a crate are made of, by its provider. A crate that is not named has none for its operations.
    #[serde(default)]
    pub features: BTreeMap<String, By>,
}

/// What the features of a crate are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The tags of its operations.
    Tags,
}

/// What the crates say of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// What the crates' names begin with.
    pub prefix: String,
    /// Their version.
    #[serde(default = "version")]
    pub version: String,
    /// Their licence, in the words of SPDX.
    pub license: Option<String>,
    /// Who wrote the documents.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Where the repository is.
    pub repository: Option<String>,
    /// Whether they may be published.
    #[serde(default)]
    pub publish: bool,
}

/// How the crates depend on `countersign`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// As the workspace's `[workspace.dependencies]` says.
    #[serde(default)]
    pub workspace: bool,
    /// By its version.
    pub version: Option<String>,
    /// From a Git repository.
    pub git: Option<String>,
    /// The commit there.
    pub rev: Option<String>,
    /// The tag there.
    pub tag: Option<String>,
    /// The branch there.
    pub branch: Option<String>,
    /// From a folder: an absolute path, or one from the folder of `countersign.toml`.
    pub path: Option<PathBuf>,
}

fn command() -> String {
    COMMAND.to_owned()
}

fn version() -> String {
    "0.1.0".to_owned()
}

impl Config {
    /// Reads the text of a `countersign.toml`, which messages call `file`.
    ///
    /// # Errors
    ///
    /// It is no TOML, a key is missing or unknown, or a value is of no use.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            anyhow::anyhow!("{file}:{line}: {}", remedied(error.message()))
        })?;
        if let Err(problem) = config.check() {
            bail!("{file}: {problem}");
        }
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        for (key, path) in [("documents", &self.documents), ("crates", &self.crates)] {
            let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
            if !is_below || path.as_os_str().is_empty() || path.to_str().is_none() {
                let path = path.display();
                return Err(format!(
                    "`{key} = \"{path}\"` is no folder below that of {FILE}; write one such as \"specs\""
                ));
            }
        }
        if self.documents == self.crates {
            return Err("`documents` and `crates` are one folder; write two".to_owned());
        }
        let prefix = &self.package.prefix;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if !prefix.chars().all(is_plain) || prefix.starts_with(|c: char| !c.is_ascii_lowercase()) {
            return Err(format!("`prefix = {prefix:?}` begins no crate's name; write one such as \"acme-\""));
        }
        if prefix.len() > LONGEST_PREFIX {
            return Err(format!("`prefix = {prefix:?}` is too long; write one of at most {LONGEST_PREFIX} characters"));
        }
        for version in [&self.package.version].into_iter().chain(self.versions.values()) {
            if !is_version(version) {
                return Err(format!("`{version}` is no version; write one such as \"0.1.0\""));
            }
        }
        // It goes into Markdown as it is.
        let is_address = |text: &String| {
            text.starts_with("https://") && !text.contains(|c: char| " ()<>\"\\".contains(c) || c.is_control())
        };
        if let Some(repository) = self.package.repository.as_ref().filter(|text| !is_address(text)) {
            return Err(format!(
                "`repository = {repository:?}` is no address; write one such as \"https://example.com/acme\""
            ));
        }
        if self.command.contains(['`', '\n']) {
            return Err(
                "`command` is one line without backquotes; write one such as \"cargo xtask generate\"".to_owned()
            );
        }
        let Runtime { workspace, version, git, rev, tag, branch, path } = &self.runtime;
        let named = [rev, tag, branch].into_iter().flatten().count();
        match (workspace, version.is_some(), git.is_some(), path.is_some()) {
            (true, false, false, false) | (false, true, false, false) | (false, _, true, false) | (false, _, false, true)
                if named <= usize::from(git.is_some()) =>
            {
                Ok(())
            }
            _ => Err("`[runtime]` says in one way how the crates depend on countersign; write `workspace = true` or `version` \
                      or `path` or `git` alone, and beside `git` one of `rev`, `tag` and `branch` at most"
                .to_owned()),
        }
    }

    /// The name of a provider's crate, or of the one that lists them all.
    pub fn crate_name(&self, provider: &str) -> String {
        let provider = if provider == ALL { "providers" } else { provider };
        format!("{}{}", self.package.prefix, provider.replace('_', "-"))
    }

    /// The name of a provider's crate in code.
    pub fn module_name(&self, provider: &str) -> String {
        self.crate_name(provider).replace('-', "_")
    }

    /// The version of a provider's crate.
    pub fn version(&self, provider: &str) -> &str {
        self.versions.get(provider).unwrap_or(&self.package.version)
    }

    /// Whether a provider's crate has a feature for each tag.
    pub fn has_features_by_tag(&self, provider: &str) -> bool {
        self.features.get(provider) == Some(&By::Tags)
    }

    /// The same, but that a provider's crate has features by tag if it has none, and the other way round.
    #[must_use]
    pub fn with_other_features(&self, provider: &str) -> Self {
        let mut other = self.clone();
        if other.features.remove(provider).is_none() {
            other.features.insert(provider.to_owned(), By::Tags);
        }
        other
    }

    /// What the crate in a directory is generated from: a document, or all of them.
    pub fn source(&self, directory: &str) -> String {
        let documents = self.documents.to_str().unwrap_or_default().replace('\\', "/");
        if directory == ALL { format!("{documents}/") } else { format!("{documents}/{directory}.yaml") }
    }

    /// What the first line of a file says that was generated for the crate in a directory, between the marks of a comment.
    pub fn banner(&self, directory: &str) -> String {
        let source = self.source(directory);
        format!("{}{}` from {source}{}", MARK.0, self.command, MARK.1)
    }

    /// The same as a comment above Rust.
    pub fn rust_banner(&self, directory: &str) -> String {
        format!("// {}\n\n", self.banner(directory))
    }

    /// How a crate depends on the runtime, with these features of it.
    pub fn runtime(&self, features: &[&str]) -> String {
        let Runtime { workspace, version, git, rev, tag, branch, path } = &self.runtime;
        let mut words = Vec::new();
        if *workspace {
            words.push("workspace = true".to_owned());
        }
        let path = path.as_ref().map(|path| self.led_from_a_crate(path));
        let named =
            [("version", version), ("git", git), ("rev", rev), ("tag", tag), ("branch", branch), ("path", &path)];
        words.extend(named.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", quoted(value.as_ref()?)))));
        if !workspace {
            words.push("default-features = false".to_owned());
        }
        if !features.is_empty() {
            words.push(format!("features = {features:?}"));
        }
        format!("{{ {} }}", words.join(", "))
    }

    /// Where the crate `countersign` is, seen from the folder of `countersign.toml`, if crates depend on it by its path.
    pub fn runtime_path(&self) -> Option<&Path> {
        self.runtime.path.as_deref()
    }

    /// A path from the folder of `countersign.toml`, as it is from that of a crate.
    fn led_from_a_crate(&self, path: &Path) -> String {
        let steps = if path.is_absolute() { 0 } else { self.crates.components().count() + 1 };
        format!("{}{}", "../".repeat(steps), path.display()).replace('\\', "/")
    }

    /// The licence, as a reader is told of it.
    pub fn license_line(&self) -> Option<String> {
        let license = prose::line(self.package.license.as_deref()?);
        let choice = license.contains(" OR ");
        Some(if choice {
            format!("{}, at your option.", license.replace(" OR ", " or "))
        } else {
            format!("{license}.")
        })
    }
}

/// How the line begins that says where a generated file comes from, and how it ends.
const MARK: (&str, &str) = ("Generated by `", ". Do not edit: change the document and regenerate.");

/// Whether the first line of a file says that it was generated.
pub fn is_generated(line: &str) -> bool {
    origin(line).is_some()
}

/// Whether the first line of a file says that it was generated for the crate in a directory. Where the documents were, and how
/// the generator was called, may have changed since.
pub fn is_generated_for(line: &str, directory: &str) -> bool {
    origin(line).is_some_and(|source| match source.rsplit_once('/') {
        Some((_, "")) => directory == ALL,
        Some((_, file)) => file.strip_suffix(".yaml") == Some(directory),
        None => false,
    })
}

/// The document of which the first line of a file says that the file was generated from it, or the folder of all.
fn origin(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(MARK.0)?;
    let (_, rest) = rest.split_once("` from ")?;
    Some(rest.split_once(MARK.1)?.0)
}

/// Text in the quotes of TOML.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", prose::visible(text).replace('\n', " ").replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(is_number) && !text.contains(['"', '\\', '\n', ' '])
}

/// What the parser says, with the next step.
fn remedied(message: &str) -> String {
    let message = message.lines().collect::<Vec<_>>().join(" ");
    // The words between backquotes: the key, and those that it could be.
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match words.as_slice() {
        [key, known @ ..] if message.starts_with("unknown field") => {
            let near = known.iter().map(|known| (strsim::normalized_damerau_levenshtein(key, known), known));
            let near = near.filter(|(likeness, _)| *likeness >= 0.6).max_by(|a, b| a.0.total_cmp(&b.0));
            match near {
                Some((_, known)) => format!("there is no key `{key}`; write `{known}`"),
                None => format!("there is no key `{key}`; there are `{}`", known.join("`, `")),
            }
        }
        [key] if message.starts_with("missing field") => format!("the key `{key}` is missing; write it"),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "documents = \"specs\"\ncrates = \"crates\"\n[package]\nprefix = \"shop-\"\n[runtime]\nversion = \"0.1\"\n";

    fn wrong(text: &str) -> String {
        Config::parse(text, FILE).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_said_is_careful() {
        let config = Config::parse(LEAST, FILE).unwrap();
        assert!(!config.package.publish && !config.all);
        assert_eq!(config.crate_name("fresh_pay"), "shop-fresh-pay");
        assert_eq!(config.module_name("fresh_pay"), "shop_fresh_pay");
        assert_eq!(config.crate_name(ALL), "shop-providers");
        assert_eq!(config.runtime(&["md5"]), r#"{ version = "0.1", default-features = false, features = ["md5"] }"#);
        assert_eq!(config.license_line(), None);
    }

    #[test]
    fn a_key_that_is_missing_or_misspelt_is_named_with_its_line_and_the_nearest_one() {
        for (from, to, says) in [
            ("documents", "docments", "countersign.toml:1: there is no key `docments`; write `documents`"),
            ("prefix", "prefx", "countersign.toml:4: there is no key `prefx`; write `prefix`"),
            ("version", "verison", "countersign.toml:6: there is no key `verison`; write `version`"),
            ("crates = \"crates\"\n", "", "the key `crates` is missing; write it"),
            ("\"specs\"", "7", "countersign.toml:1: "),
            ("\"specs\"", "\"../specs\"", "is no folder below that of countersign.toml"),
            ("\"specs\"", "\"crates\"", "write two"),
            ("\"shop-\"", "\"Shop \"", "begins no crate's name"),
            ("version = \"0.1\"", "version = \"0.1\"\nworkspace = true", "`[runtime]` says in one way"),
            ("version = \"0.1\"", "rev = \"0.1\"", "`[runtime]` says in one way"),
            ("[runtime]", "version = \"1\"\n[runtime]", "`1` is no version"),
        ] {
            assert!(LEAST.contains(from));
            let said = wrong(&LEAST.replacen(from, to, 1));
            assert!(said.contains(says), "{said}");
        }
    }

    #[test]
    fn a_path_of_the_runtime_is_led_from_the_crates() {
        let path = |path: &str| {
            let text = LEAST.replace("version = \"0.1\"", &format!("path = {path:?}"));
            Config::parse(&text, FILE).unwrap().runtime(&[])
        };
        assert_eq!(path("../countersign"), r#"{ path = "../../../countersign", default-features = false }"#);
        assert_eq!(path("/src/countersign"), r#"{ path = "/src/countersign", default-features = false }"#);
    }
}
