//! What a caller gives for a call: which values there are, and how they become a draft.
//!
//! A secret is not taken from the command line, where other users of the machine and the shell's history see it.

use std::path::Path;

use countersign::plan::{Field, Operation, Place, Secrecy, Value};
use countersign::value::reads_given;
use countersign::{Draft, Secret};
use countersign_spec::Document;

use crate::args::Values;
use crate::ask;
use crate::example;
use crate::file;
use crate::output::Failure;
use crate::provider::{either, named};

/// A parameter or a field of the body that is not an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name of a parameter or of a field at the top, or the JSON pointer to one below.
    pub name: String,
    /// Where a parameter goes, or `None` for a field.
    pub place: Option<Place>,
    /// Whether a call cannot do without it.
    pub required: bool,
    /// Whether it may be printed.
    pub secrecy: Secrecy,
    /// Whether the caller gives it, or the client fills it in without him.
    pub is_given: bool,
}

impl Input {
    fn is_named(&self, name: &str) -> bool {
        match self.place {
            Some(Place::Header) => self.name.eq_ignore_ascii_case(name),
            Some(_) => self.name == name,
            None => self.name.trim_start_matches('/') == name.trim_start_matches('/'),
        }
    }

    fn ends_in(&self, name: &str) -> bool {
        self.place.is_none() && self.name.rsplit('/').next() == Some(name)
    }
}

/// What an operation's requests are made of, in the document's order.
pub fn inputs(operation: &Operation) -> Vec<Input> {
    fn walk(fields: &[Field], above: &str, above_required: bool, into: &mut Vec<Input>) {
        for field in fields {
            let pointer = format!("{above}/{}", field.name.replace('~', "~0").replace('/', "~1"));
            let required = above_required && field.required;
            if !field.fields.is_empty() {
                walk(&field.fields, &pointer, required, into);
                continue;
            }
            let is_plain_name = above.is_empty() && !field.name.starts_with('/');
            into.push(Input {
                name: if is_plain_name { field.name.to_string() } else { pointer },
                place: None,
                required,
                secrecy: field.secrecy,
                is_given: is_given(field.value.as_deref()),
            });
        }
    }
    let parameters = operation.parameters.iter().map(|parameter| Input {
        name: parameter.name.to_string(),
        place: Some(parameter.place),
        required: parameter.required,
        secrecy: parameter.secrecy,
        is_given: is_given(parameter.value.as_deref()),
    });
    let mut inputs: Vec<Input> = parameters.collect();
    if let Some(body) = &operation.body {
        walk(&body.fields, "", true, &mut inputs);
    }
    inputs
}

fn is_given(value: Option<&[Value]>) -> bool {
    value.is_none_or(reads_given)
}

/// What a caller means by a name: a parameter, a field, or the one field of that name wherever it stands.
///
/// `named` is how an error calls what was given.
fn find(operation: &Operation, name: &str, named: fn(&str) -> String) -> Result<Input, Failure> {
    let inputs = inputs(operation);
    let exact = inputs.iter().find(|input| input.is_named(name));
    let found: Vec<&Input> = match exact {
        Some(input) => vec![input],
        None => inputs.iter().filter(|input| input.ends_in(name)).collect(),
    };
    match found.as_slice() {
        [input] if input.is_given => Ok((*input).clone()),
        [input] => Err(Failure::usage(format!("{} is filled in by the client: leave it out", input.name))),
        [] => {
            let names: Vec<_> = inputs.iter().filter(|input| input.is_given).map(|input| input.name.as_str()).collect();
            let failure = Failure::usage(format!("{} takes no value {}", operation.id, named(name)));
            Err(failure.advise(format!("it takes {}", either(&names))))
        }
        several => {
            let names: Vec<_> = several.iter().map(|input| input.name.as_str()).collect();
            let failure = Failure::usage(format!("{} has several fields {}", operation.id, named(name)));
            Err(failure.advise(format!("name it by its JSON pointer: {}", either(&names))))
        }
    }
}

/// A draft of what the command line gives. `asks` says whether to ask for what is missing, where there is a terminal.
pub fn draft(document: &Document, operation: &Operation, values: &Values, asks: bool) -> Result<Draft, Failure> {
    // Everything that can be refused is refused before anyone is asked for anything.
    let mut given: Vec<(Input, Secret)> = Vec::new();
    for field in &values.fields {
        let (name, value) = split(field, "--field NAME=VALUE")?;
        let input = find(operation, name, named)?;
        if input.secrecy == Secrecy::Secret {
            let problem = format!(
                "{} is a secret, and a command line is seen by other users and kept in the shell's history",
                input.name
            );
            let advice =
                format!("--secret-field {0} asks for it, --field-file {0}=FILE reads it, or --body -", input.name);
            return Err(Failure::usage(problem).advise(advice));
        }
        given.push((input, value.into()));
    }
    for field in &values.field_files {
        let (name, path) = split(field, "--field-file NAME=FILE")?;
        let input = find(operation, name, named)?;
        let text = file::read(Path::new(path), &format!("--field-file {}", input.name))?;
        given.push((input, without_line_break(&text).into()));
    }
    // What is asked for, and whether the answer is hidden.
    let mut asked = Vec::new();
    for name in &values.secret_fields {
        if name.contains('=') {
            let problem = "--secret-field takes a name without a value: it asks for the value on the terminal, because a \
                           command line is seen by other users and kept in the shell's history";
            return Err(Failure::usage(problem).advise("--secret-field NAME, --field-file NAME=FILE, or --body -"));
        }
        // Whoever does not know the form writes the secret itself, so an unknown name is not repeated.
        let input = find(operation, name, |_| "of that name".to_owned())?;
        if !ask::is_possible(values) {
            let problem = format!("--secret-field {} asks on a terminal, and standard input is none", input.name);
            return Err(Failure::usage(problem).advise(format!("--field-file {}=FILE, or --body FILE", input.name)));
        }
        asked.push((input, true));
    }
    let mut named: Vec<&Input> = Vec::new();
    for input in given.iter().map(|(input, _)| input).chain(asked.iter().map(|(input, _)| input)) {
        if named.contains(&input) {
            return Err(Failure::usage(format!("{} is given twice: give it once", input.name)));
        }
        named.push(input);
    }

    let mut draft = Draft::new();
    if let Some(name) = &values.example {
        let skip = |name: &str| given.iter().any(|(input, _)| input.name == name);
        draft = example::draft(document, operation, name, skip)?;
    }
    if let Some(path) = &values.body {
        draft = draft.body(file::read(path, "--body")?);
    }
    if asks && ask::is_possible(values) && values.body.is_none() && values.example.is_none() {
        let missing = inputs(operation).into_iter().filter(|input| input.is_given && input.required);
        let missing: Vec<Input> = missing.filter(|input| !named.contains(&input)).collect();
        asked.extend(missing.into_iter().map(|input| {
            let is_secret = input.secrecy == Secrecy::Secret;
            (input, is_secret)
        }));
    }
    for (input, is_hidden) in asked {
        let answer = match is_hidden {
            true => ask::secret(&input.name)?,
            false => ask::text(&input.name)?.into(),
        };
        given.push((input, answer));
    }
    Ok(given.into_iter().fold(draft, |draft, (input, value)| draft.value(input.name, value)))
}

/// The two sides of `NAME=VALUE`. The text is not repeated when it is malformed: it may be a value.
fn split<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str), Failure> {
    text.split_once('=').ok_or_else(|| Failure::usage(format!("a value of {form} has no \"=\"")))
}

/// Editors end a file with a line break that is no part of the value.
pub fn without_line_break(text: &Secret) -> &str {
    let text = text.expose();
    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}
