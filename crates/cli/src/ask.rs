//! Asks for what is missing, on a terminal.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use countersign::Secret;

use crate::args::Values;
use crate::output::{Failure, printable};

/// Whether there is someone to ask: standard input is a terminal, and is not needed for the body.
pub fn is_possible(values: &Values) -> bool {
    io::stdin().is_terminal() && values.body.as_deref() != Some(Path::new("-"))
}

/// Asks for a secret, which is not shown.
pub fn secret(what: &str) -> Result<Secret, Failure> {
    let answer = rpassword::prompt_password(format!("{} (not shown): ", printable(what)));
    answer.map(Secret::from).map_err(|error| unanswered(what, &error))
}

/// Asks for something that may be seen.
pub fn text(what: &str) -> Result<String, Failure> {
    let mut stderr = io::stderr();
    let mut answer = String::new();
    let asked = write!(stderr, "{}: ", printable(what)).and_then(|()| stderr.flush());
    match asked.and_then(|()| io::stdin().lock().read_line(&mut answer)) {
        Ok(0) => Err(unanswered(what, &io::ErrorKind::UnexpectedEof.into())),
        Ok(_) => Ok(answer.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(unanswered(what, &error)),
    }
}

fn unanswered(what: &str, error: &io::Error) -> Failure {
    Failure::usage(format!("{what} was not given: {error}"))
}
