//! What a caller gives, and how it becomes a call.
//!
//! A secret is not taken from the command line, where other users of the machine and the shell's history see it.

use std::path::Path;

use countersign::plan::{Operation, Part, Secrecy, Style};
use countersign::{Call, File, Secret};
use countersign_spec::Document;

use crate::args::Values;
use crate::ask;
use crate::example;
use crate::file;
use crate::input::{Input, find, inputs};
use crate::output::Failure;
use crate::provider::{either, named};

/// A call with what the command line gives. `asks` says whether to ask for what is missing, where there is a terminal.
pub fn call(document: &Document, operation: &Operation, values: &Values, asks: bool) -> Result<Call, Failure> {
    // Everything that can be refused is refused before anyone is asked for anything.
    let mut given: Vec<(Input, Secret)> = Vec::new();
    for field in &values.fields {
        let (name, value) = split(field, "--field NAME=VALUE")?;
        let input = find(operation, name, named)?;
        if file_part(operation, &input).is_some() {
            let problem = format!("{} is a file", input.name);
            return Err(Failure::usage(problem).advise(format!("--field-file {}=FILE sends what is in it", input.name)));
        }
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
    let mut files: Vec<(Input, File)> = Vec::new();
    for field in &values.field_files {
        let (name, path) = split(field, "--field-file NAME=FILE")?;
        let input = find(operation, name, named)?;
        if let Some(part) = file_part(operation, &input) {
            files.push((input.clone(), file_at(path, &input, part)?));
            continue;
        }
        let text = file::read(Path::new(path), &format!("--field-file {}", input.name))?;
        given.push((input, without_line_break(&text).into()));
    }
    // What is asked for, and whether it is hidden.
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
    let inputs_given = given.iter().map(|(input, _)| input).chain(files.iter().map(|(input, _)| input));
    for input in inputs_given.chain(asked.iter().map(|(input, _)| input)) {
        // A list is given element by element, if it is sent so.
        let is_list = operation.slot(&input.name).is_some_and(|slot| operation.slots[slot].style == Style::Repeated);
        if named.contains(&input) && !is_list {
            return Err(Failure::usage(format!("{} is given twice: give it once", input.name)));
        }
        named.push(input);
    }

    let mut call = Call::new(operation.id.clone());
    if let Some(name) = &values.example {
        let is_given = |name: &str| given.iter().any(|(input, _)| input.name == name);
        let skip = |name: &str| is_given(name) || files.iter().any(|(input, _)| input.name == name);
        call = example::call(document, operation, name, skip)?;
    }
    if let Some(path) = &values.body {
        call = call.body(file::read(path, "--body")?);
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
        if let Some(part) = file_part(operation, &input) {
            let path = ask::text(&format!("the path of {}", input.name))?;
            files.push((input.clone(), file_at(&path, &input, part)?));
            continue;
        }
        let text = if is_hidden { ask::secret(&input.name)? } else { ask::text(&input.name)?.into() };
        given.push((input, text));
    }
    let call = given.into_iter().fold(call, |call, (input, value)| call.value(input.name, value));
    Ok(files.into_iter().fold(call, |call, (input, file)| call.file(input.name, file)))
}

/// The part of a body that an input is the file of, if it is one.
fn file_part<'o>(operation: &'o Operation, input: &Input) -> Option<&'o Part> {
    let part = &operation.slots[operation.slot(&input.name)?].part;
    part.is_file.then_some(part)
}

/// The file at `PATH` or `PATH;type=MEDIA-TYPE`, with its name there. Where the document does not leave one media type alone, it has the
/// one that is said, or that its name says.
fn file_at(text: &str, input: &Input, part: &Part) -> Result<File, Failure> {
    let (path, said) = text.rsplit_once(";type=").map_or((text, None), |(path, said)| (path, Some(said)));
    let path = Path::new(path);
    let file = File::bytes(file::bytes(path, &format!("--field-file {}", input.name))?);
    let file = match path.file_name().filter(|_| path != Path::new("-")) {
        Some(name) => file.named(name.to_string_lossy()),
        None => file,
    };
    let guesses = mime_guess::from_path(path);
    let mut guesses = guesses.iter_raw().filter(|guess| part.takes(guess));
    let media_type = said.or_else(|| guesses.next().filter(|_| part.only_media_type().is_none()));
    if let (None, Some(sample)) = (media_type, part.sample_media_type()) {
        let all: Vec<_> = part.media_types().collect();
        let problem = format!("the name of the file {} does not say whether it is {}", input.name, either(&all));
        return Err(Failure::usage(problem).advise(format!("--field-file '{}=FILE;type={sample}'", input.name)));
    }
    Ok(media_type.into_iter().fold(file, File::of_type))
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
