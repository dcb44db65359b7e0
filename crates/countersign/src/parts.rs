//! A body, a query and a path in parts, so that an explanation shows what may be shown and names the rest.
//!
//! The parts of a text are its bytes as they leave, one after the other. A part that may not be shown is a scalar: quotes,
//! names, white space and percent-encoding around it stay, since a signature depends on them too.

use form_urlencoded::parse;

use crate::plan::{Field, Operation, Parameter, Place, Secrecy};
use crate::request::Candidate;
use crate::value::Read;

/// What stands in the place of a value that the document does not describe: it may be secret, and nobody has said so.
const UNKNOWN: &str = "not in the document";

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    /// Why it may not be shown, if it may not.
    pub(crate) guard: Option<Guard>,
}

/// What goes by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    pub(crate) name: String,
    /// What the value is made of.
    pub(crate) read: Read,
}

impl Guard {
    fn personal(name: &str) -> Self {
        Self { name: name.to_owned(), read: Read::PERSONAL }
    }

    fn stated(name: &str, secrecy: Secrecy) -> Option<Self> {
        (secrecy != Secrecy::Public).then(|| Self::personal(name))
    }
}

/// A text that is cut into parts from its start to its end.
struct Cutter<'a> {
    text: &'a str,
    done: usize,
    parts: Vec<Part<'a>>,
}

impl<'a> Cutter<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, done: 0, parts: Vec::new() }
    }

    fn part(&mut self, end: usize, guard: Option<Guard>) {
        if guard.is_some() || end > self.done {
            self.parts.push(Part { text: &self.text[self.done..end], guard });
            self.done = end;
        }
    }

    /// Guards a stretch, if there is a reason to.
    fn guard(&mut self, start: usize, end: usize, guard: Option<Guard>) {
        if guard.is_some() {
            self.part(start, None);
            self.part(end, guard);
        }
    }

    fn finish(mut self) -> Vec<Part<'a>> {
        self.part(self.text.len(), None);
        self.parts
    }
}

/// A body as it is sent, or the JSON of a field that leads to `above`.
pub(crate) fn json<'a>(text: &'a str, above: &[&str], operation: &Operation, request: &Candidate) -> Vec<Part<'a>> {
    let mut cutter = Cutter::new(text);
    let mut path: Vec<String> = above.iter().map(|step| (*step).to_owned()).collect();
    // Whether the brackets around are those of an object.
    let mut around = Vec::new();
    let mut is_name = false;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let end = token_end(text, at);
        match byte {
            b'{' => {
                around.push(true);
                path.push(String::new());
                is_name = true;
            }
            b'[' => around.push(false),
            b'}' | b']' => {
                if around.pop() == Some(true) {
                    path.pop();
                }
            }
            b',' => is_name = around.last() == Some(&true),
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ if is_name => {
                is_name = false;
                if let Some(last) = path.last_mut() {
                    *last = serde_json::from_str(&text[at..end]).unwrap_or_default();
                }
            }
            _ if &text[at..end] == "null" => {}
            b'"' => {
                let is_closed = end > at + 1 && text.as_bytes()[end - 1] == b'"';
                cutter.guard(at + 1, end - usize::from(is_closed), field_guard(operation, request, &path));
            }
            _ => cutter.guard(at, end, field_guard(operation, request, &path)),
        }
        at = end;
    }
    cutter.finish()
}

/// Where a token of JSON ends that starts here.
pub(crate) fn token_end(json: &str, start: usize) -> usize {
    let bytes = json.as_bytes();
    let mut end = start + 1;
    match bytes.get(start) {
        Some(b'"') => {
            while let Some(byte) = bytes.get(end) {
                end += if *byte == b'\\' { 2 } else { 1 };
                if *byte == b'"' {
                    break;
                }
            }
            end.min(bytes.len())
        }
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n') => end,
        _ => {
            let rest = bytes.get(start..).unwrap_or_default();
            let length = rest.iter().position(|byte| b"{}[],: \t\r\n\"".contains(byte));
            start + length.unwrap_or(rest.len())
        }
    }
}

/// Why the scalar at a path of the body may not be shown, if it may not.
fn field_guard(operation: &Operation, request: &Candidate, path: &[String]) -> Option<Guard> {
    if let (Some(read), Some(name)) = (request.closed_field(path), path.last()) {
        return Some(Guard { name: name.clone(), read });
    }
    let mut fields: &[Field] = operation.body.as_ref().map_or(&[], |body| &body.fields);
    let mut is_guarded = false;
    for name in path {
        let Some(field) = fields.iter().find(|field| field.name == *name) else { break };
        if field.value.is_some() {
            // What it is made of decides, and that is open.
            return None;
        }
        is_guarded |= field.secrecy != Secrecy::Public;
        if field.fields.is_empty() {
            return is_guarded.then(|| Guard::personal(&field.name));
        }
        fields = &field.fields;
    }
    // What the document does not have, or something else where it has an object.
    Some(Guard::personal(UNKNOWN))
}

/// A form as it is sent.
pub(crate) fn form<'a>(text: &'a str, operation: &Operation, request: &Candidate) -> Vec<Part<'a>> {
    pairs(text, |name| field_guard(operation, request, &[name.to_owned()]))
}

/// A query as it is sent, without `?`.
pub(crate) fn query<'a>(text: &'a str, operation: &Operation, request: &Candidate) -> Vec<Part<'a>> {
    pairs(text, |name| {
        let mut parameters = operation.parameters.iter().enumerate();
        let parameter = parameters.find(|(_, parameter)| parameter.place == Place::Query && parameter.name == name);
        let Some((index, parameter)) = parameter else { return Some(Guard::personal(UNKNOWN)) };
        match request.closed_parameter(index) {
            Some(read) => Some(Guard { name: name.to_owned(), read }),
            None if parameter.value.is_some() => None,
            None => Guard::stated(name, parameter.secrecy),
        }
    })
}

fn pairs<'a>(text: &'a str, guard: impl Fn(&str) -> Option<Guard>) -> Vec<Part<'a>> {
    let mut cutter = Cutter::new(text);
    let mut start = 0;
    for pair in text.split('&') {
        let end = start + pair.len();
        let name = parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default();
        let guard = guard(&name);
        match pair.find('=') {
            Some(equals) => cutter.guard(start + equals + 1, end, guard),
            // A name alone is shown if the document has it.
            None if !pair.is_empty() => {
                cutter.guard(start, end, guard.filter(|guard| guard.name == UNKNOWN));
            }
            None => {}
        }
        start = end + 1;
    }
    cutter.finish()
}

/// A path as it is sent, below the base URL's, which was made of `template`.
pub(crate) fn path<'a>(sent: &'a str, template: &str, operation: &Operation) -> Vec<Part<'a>> {
    let is_guarded = |p: &&Parameter| p.place == Place::Path && p.secrecy != Secrecy::Public;
    let guarded: Vec<&Parameter> = operation.parameters.iter().filter(is_guarded).collect();
    let mut cutter = Cutter::new(sent);
    if !guarded.is_empty() && sent.split('/').count() != template.split('/').count() {
        cutter.guard(0, sent.len(), Some(Guard::personal("path")));
        return cutter.finish();
    }
    let mut start = 0;
    for (step, template) in sent.split('/').zip(template.split('/')) {
        let end = start + step.len();
        let mut own = guarded.iter().filter_map(|parameter| {
            let (before, after) = template.split_once(&format!("{{{}}}", parameter.name))?;
            Some((parameter.name.as_ref(), before, after))
        });
        match (own.next(), own.next()) {
            (None, _) => {}
            // What is around it is the document's, and nothing else is given there.
            (Some((name, before, after)), None)
                if !before.contains('{')
                    && !after.contains('{')
                    && step.len() >= before.len() + after.len()
                    && step.starts_with(before)
                    && step.ends_with(after) =>
            {
                cutter.guard(start + before.len(), end - after.len(), Some(Guard::personal(name)));
            }
            (Some((name, ..)), None) => cutter.guard(start, end, Some(Guard::personal(name))),
            (Some(_), Some(_)) => cutter.guard(start, end, Some(Guard::personal("path"))),
        }
        start = end + 1;
    }
    cutter.finish()
}

/// Whether the text of a field is an object that the document describes, so that it is shown in parts.
pub(crate) fn is_object(operation: &Operation, path: &[&str], text: &str) -> bool {
    text.starts_with('{') && operation.field(path).is_some_and(|field| !field.fields.is_empty())
}

#[cfg(test)]
mod tests;
