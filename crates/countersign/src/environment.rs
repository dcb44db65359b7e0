//! What the environment gives of what a plan names: a value, or the file that holds it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;

use countersign_plan::{Plan, Text};
use countersign_sign::Secret;

use crate::credential::{CredentialSource, Source, read_file};

/// A variable of this process.
pub(crate) fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("the variable {name} is not UTF-8 text")),
    }
}

/// Finds what a plan names, and gathers what is wrong with it.
pub(crate) struct Environment<'e, R> {
    plan: &'e Plan,
    read: R,
    problems: RefCell<Vec<String>>,
}

impl<'e, R: Fn(&str) -> Result<Option<String>, String>> Environment<'e, R> {
    pub(crate) fn new(plan: &'e Plan, read: R) -> Self {
        Self { plan, read, problems: RefCell::default() }
    }

    /// Finds what is not among the given yet, each by its name.
    pub(crate) fn fill<'n, V>(
        &self,
        given: &mut BTreeMap<Text, V>,
        names: impl Iterator<Item = &'n Text>,
        find: impl Fn(&Self, &str) -> Option<V>,
    ) {
        for name in names {
            if !given.contains_key(name)
                && let Some(found) = find(self, name)
            {
                given.insert(name.clone(), found);
            }
        }
    }

    /// What is there under a name of the document, not read yet where it is in a file.
    pub(crate) fn source(&self, name: &str) -> Option<CredentialSource> {
        from_variable(&self.plan.variable(name), &self.read).unwrap_or_else(|problem| self.problem(problem))
    }

    /// The text under a name of the document.
    pub(crate) fn text(&self, name: &str) -> Option<Secret> {
        match self.source(name)?.0 {
            Source::Text(text) => Some(text),
            Source::File(path, called) => read_file(&path, &called).map_or_else(|problem| self.problem(problem), Some),
            Source::Signer(_) => None,
        }
    }

    /// The same, where it is no secret.
    pub(crate) fn open_text(&self, name: &str) -> Option<String> {
        self.text(name).map(|text| text.expose().to_owned())
    }

    fn problem<T>(&self, problem: String) -> Option<T> {
        self.problems.borrow_mut().push(problem);
        None
    }

    /// What is wrong with what was looked for.
    pub(crate) fn into_problems(self) -> Vec<String> {
        self.problems.into_inner()
    }
}

/// A variable's value, or the file that its `_FILE` sibling names.
fn from_variable(
    name: &str,
    read: &impl Fn(&str) -> Result<Option<String>, String>,
) -> Result<Option<CredentialSource>, String> {
    let value = read(name)?.filter(|value| !value.is_empty());
    let file = read(&format!("{name}_FILE"))?.filter(|path| !path.is_empty());
    match (value, file) {
        (Some(_), Some(_)) => Err(format!("both {name} and {name}_FILE are set: unset one of them")),
        (Some(value), None) => Ok(Some(value.into())),
        (None, None) => Ok(None),
        (None, Some(path)) => Ok(Some(CredentialSource::named_file(path, format!("the file that {name}_FILE names")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_that_of_the_process() {
        let path = env::var("PATH").expect("a variable that every process of a test has");
        assert_eq!(variable("PATH"), Ok(Some(path)));
        assert_eq!(variable("COUNTERSIGN_TEST_NEVER_SET"), Ok(None));
    }
}
