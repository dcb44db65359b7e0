//! What a shell offers to complete: the providers, the operations and events of one, and what they take.
//!
//! It is told one word, and finds the words before it where the shell's script has put them: behind `--`.

use std::ffi::OsStr;
use std::path::Path;

use clap_complete::CompletionCandidate;
use countersign::plan::Secrecy;
use countersign_spec::{Document, Rule};

use crate::input::inputs;
use crate::provider;

/// Options without a value. The word behind any other is its value.
const FLAGS: [&str; 6] =
    ["--reveal", "--verbose", "-v", "--example", "--danger-allow-plain-http-on-private-networks", "--help"];

/// The words of the line that is completed, as far as they say what is called.
struct Words {
    positional: Vec<String>,
    spec: Option<String>,
}

fn words() -> Words {
    let line = std::env::args().skip_while(|word| word != "--").skip(1);
    read(line)
}

fn read(line: impl Iterator<Item = String>) -> Words {
    // The program itself.
    let mut line = line.skip(1);
    let mut words = Words { positional: Vec::new(), spec: None };
    while let Some(word) = line.next() {
        match word.strip_prefix('-') {
            None => words.positional.push(word),
            Some(_) if word.contains('=') || FLAGS.contains(&word.as_str()) => {
                words.spec = word.strip_prefix("--spec=").map(str::to_owned).or(words.spec);
            }
            Some(_) => {
                let value = line.next();
                if word == "--spec" {
                    words.spec = value;
                }
            }
        }
    }
    words
}

impl Words {
    fn document(&self) -> Option<Document> {
        match &self.spec {
            Some(spec) => provider::document(None, Some(Path::new(spec))).ok(),
            None => provider::document(Some(self.positional.get(1)?), None).ok(),
        }
    }

    /// The operation: the word behind the provider, or behind the command where there is a document.
    fn operation(&self) -> Option<&str> {
        self.positional.get(if self.spec.is_some() { 1 } else { 2 }).map(String::as_str)
    }
}

/// The providers; where a document is named, what it calls or sends.
pub fn providers(current: &OsStr) -> Vec<CompletionCandidate> {
    if words().spec.is_some() {
        return operations(current);
    }
    starting(current, provider::names().into_iter().map(CompletionCandidate::new))
}

/// The documents of the repository that we are in, by their names.
pub fn documents(current: &OsStr) -> Vec<CompletionCandidate> {
    starting(current, provider::own().into_iter().map(CompletionCandidate::new))
}

/// The rules of the lint.
pub fn rules(current: &OsStr) -> Vec<CompletionCandidate> {
    let rules =
        Rule::ALL.iter().map(|rule| CompletionCandidate::new(rule.name()).help(Some(rule.description().into())));
    starting(current, rules)
}

/// The operations of the provider or document that is named; for `trigger`, its events.
pub fn operations(current: &OsStr) -> Vec<CompletionCandidate> {
    let words = words();
    let Some(document) = words.document() else { return Vec::new() };
    let plan = document.plan();
    let ids: Vec<String> = match words.positional.first().map(String::as_str) {
        Some("trigger") => plan.webhooks.iter().map(|webhook| webhook.operation.id.to_string()).collect(),
        _ => plan.operations.iter().map(|operation| operation.id.to_string()).collect(),
    };
    let candidate = |id: String| {
        let summary = document.operation(&id).and_then(|operation| operation.summary.clone());
        CompletionCandidate::new(id).help(summary.map(Into::into))
    };
    starting(current, ids.into_iter().map(candidate))
}

/// The values that the operation takes, but for secrets.
pub fn fields(current: &OsStr) -> Vec<CompletionCandidate> {
    given(current, "=", |secrecy| secrecy != Secrecy::Secret)
}

/// The values that the operation takes.
pub fn all_fields(current: &OsStr) -> Vec<CompletionCandidate> {
    given(current, "=", |_| true)
}

/// The secrets that the operation takes.
pub fn secret_fields(current: &OsStr) -> Vec<CompletionCandidate> {
    given(current, "", |secrecy| secrecy == Secrecy::Secret)
}

fn given(current: &OsStr, behind: &str, is_wanted: fn(Secrecy) -> bool) -> Vec<CompletionCandidate> {
    let words = words();
    let Some(document) = words.document() else { return Vec::new() };
    let Some(operation) = words.operation().and_then(|id| document.plan().operation(id)) else { return Vec::new() };
    let all = inputs(operation).into_iter().filter(|input| input.is_given && is_wanted(input.secrecy));
    starting(current, all.map(|input| CompletionCandidate::new(format!("{}{behind}", input.name))))
}

fn starting(current: &OsStr, all: impl Iterator<Item = CompletionCandidate>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    all.filter(|candidate| candidate.get_value().to_string_lossy().starts_with(&*current)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_is_called_wherever_the_options_are() {
        let of = |line: &str| read(line.split(' ').map(str::to_owned));
        let words = of("countersign -v call --server sandbox acme --reveal create_payment --field a=b --field");
        assert_eq!(words.positional, ["call", "acme", "create_payment"]);
        assert_eq!(words.operation(), Some("create_payment"));
        let words = of("countersign explain --spec specs/acme.yaml create_payment --output=json --example");
        assert_eq!((words.spec.as_deref(), words.operation()), (Some("specs/acme.yaml"), Some("create_payment")));
    }
}
