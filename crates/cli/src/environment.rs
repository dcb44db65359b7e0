//! Where credentials and settings are read from: a file of `NAME=VALUE` lines, and the environment.
//!
//! The file was named on this command line, so it comes first. It does not become part of this process's environment.

use std::collections::HashMap;
use std::env;
use std::path::Path;

use countersign::{Builder, Secret};

use crate::output::Failure;

/// Gives a builder what the file and the environment hold.
pub fn fill(builder: Builder, file: Option<&Path>) -> Result<Builder, Failure> {
    let file = file.map(read).transpose()?.unwrap_or_default();
    Ok(builder.env_from(|name| match file.get(name) {
        Some(value) => Ok(Some(value.expose().to_owned())),
        None => match env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(format!("the variable {name} is not UTF-8 text")),
        },
    }))
}

fn read(path: &Path) -> Result<HashMap<String, Secret>, Failure> {
    let mut values = HashMap::new();
    let mut last: Option<String> = None;
    // dotenvy's own message has the whole line in it, and so a secret.
    let wrong = |last: &Option<String>, error: &dotenvy::Error| {
        let place = last.as_ref().map_or_else(|| "at its start".to_owned(), |name| format!("after {name}"));
        let problem = match error {
            dotenvy::Error::Io(error) => format!("the file {path:?} cannot be read: {error}"),
            _ => format!("the file {path:?} has a line {place} that is not NAME=VALUE"),
        };
        let advice = "put a value that has spaces, quotes, line breaks or \"$\" in it between single quotes";
        Failure::usage(problem).advise(advice)
    };
    for entry in dotenvy::from_path_iter(path).map_err(|error| wrong(&last, &error))? {
        let (name, value) = entry.map_err(|error| wrong(&last, &error))?;
        values.insert(name.clone(), value.into());
        last = Some(name);
    }
    Ok(values)
}
