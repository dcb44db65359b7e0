//! Writes `src/mock.rs` of a provider's crate: what `countersign::mock` has to know of each operation, which is the type of its
//! response and the document's examples of responses. What a mock expects is a call, as the client makes it.

use std::collections::BTreeMap;

use countersign_plan::{Operation, ResponseForm};
use countersign_spec::{Document, names};
use openapiv3::{MediaType, ReferenceOr, Response, StatusCode};
use serde_json::Value;

use crate::declared::Api;
use crate::described::component_name;
use crate::features::ALL;
use crate::{print, sweep};

/// The source of `src/mock.rs`, with an example of its use. With features, that is shown where all are on.
pub fn source(api: &Api, document: &Document, usage: &str, has_features: bool) -> String {
    let responses: Vec<Vec<Described<'_>>> = api.calls.iter().map(|call| described(document, &call.id)).collect();
    let mut shared = Shared::of(responses.iter().flatten());
    let mut operations = String::new();
    for (call, responses) in api.calls.iter().zip(&responses) {
        let examples: String = responses
            .iter()
            .map(|response| shared.name(response).unwrap_or_else(|| list(&response.examples, "        ")))
            .map(|examples| format!("        {examples},\n"))
            .collect();
        operations += &format!(
            "
impl Operation for builder::{} {{
    type Response = {};
    const EXAMPLES: &'static [&'static [Example]] = &[
{examples}    ];

    fn plan() -> &'static Plan {{
        &PLAN
    }}
}}
",
            call.name,
            print::of_type(&sweep::qualified(&call.response)),
        );
    }
    let usage = match has_features {
        _ if usage.is_empty() => String::new(),
        false => {
            let lines: String = usage.lines().map(|line| format!("//! {line}").trim_end().to_owned() + "\n").collect();
            format!("//!\n//! ```no_run\n{lines}//! ```\n")
        }
        true => {
            let example = format!("```no_run\n{usage}\n```");
            format!("//!\n#![cfg_attr(feature = {ALL:?}, doc = {})]\n", proc_macro2::Literal::string(&example))
        }
    };
    let constants: String = shared.constants.into_values().collect();
    let constants = if constants.is_empty() { constants } else { format!("\n{constants}") };
    let credential = if document.plan().operations.iter().any(Operation::is_verified) { CREDENTIAL } else { "" };
    let types = if operations.contains("types::") { ", types" } else { "" };
    // A provider that only sends events has no operation.
    let used = match operations.is_empty() {
        false => format!("use countersign::plan::Plan;\n\nuse crate::{{PLAN, builder{types}}};\n"),
        true => String::new(),
    };
    format!(
        "//! Typed mocks of the provider, for tests of code that uses this crate: [`countersign::mock`] with what the document says
//! of each operation's responses.
{usage}
pub use countersign::mock::*;
{used}{constants}{credential}{operations}"
    )
}

/// What a client needs that is to believe a mock.
const CREDENTIAL: &str = "
/// A credential of a client whose responses mocks sign or seal. It is made up, and stays the same in a process.
///
/// # Panics
///
/// There is no credential of this name.
#[track_caller]
pub fn credential(name: &str) -> String {
    countersign::mock::credential(&PLAN, name)
}
";

/// A response that a document describes.
struct Described<'d> {
    /// The name of the component, if it is one.
    component: Option<&'d str>,
    status: u16,
    /// Its examples, as code.
    examples: Vec<String>,
}

/// The responses of an operation, in the document's order.
fn described<'d>(document: &'d Document, id: &str) -> Vec<Described<'d>> {
    let Some(responses) = document.operation(id).map(|described| &described.responses) else { return Vec::new() };
    let stated = responses.responses.iter().map(|(status, response)| (Some(status), response));
    let default = responses.default.iter().map(|response| (None, response));
    let several = document.successes(id);
    let stated_codes = || {
        responses.responses.keys().filter_map(|status| match status {
            StatusCode::Code(code) => Some(*code),
            StatusCode::Range(_) => None,
        })
    };
    let described = stated.chain(default).filter_map(|(documented, response)| {
        let component = match response {
            ReferenceOr::Reference { reference } => Some(component_name(reference)),
            ReferenceOr::Item(_) => None,
        };
        let name = documented.map_or_else(|| "default".to_owned(), StatusCode::to_string);
        // In a range, and where no status is stated, the body says what it is.
        let status = match documented {
            Some(StatusCode::Code(code)) => *code,
            Some(StatusCode::Range(class)) => {
                (class * 100..).find(|code| stated_codes().all(|stated| stated != *code)).unwrap_or(class * 100)
            }
            None => 400,
        };
        let resolved = document.resolve(response)?;
        let success = several.and_then(|of| of.variants.iter().find(|variant| variant.status == name));
        let success = success.map(|variant| format!(".success({:?})", variant.status)).unwrap_or_default();
        let form = document.response_form(resolved);
        let media_type = resolved.content.keys().next().map_or("", String::as_str);
        let media_type = if media_type.contains('*') { "application/octet-stream" } else { media_type };
        let of = match form {
            ResponseForm::Json | ResponseForm::Empty => String::new(),
            ResponseForm::Text => format!(".text({media_type:?})"),
            ResponseForm::Bytes => format!(".file({media_type:?})"),
        };
        let headers: Vec<String> =
            document.header_examples(resolved).map(|(name, text)| format!("({name:?}, {text:?})")).collect();
        let headers = match headers.is_empty() {
            true => String::new(),
            false => format!(".headers(&[{}])", headers.join(", ")),
        };
        let examples = examples(document, resolved, &name).into_iter().map(|(name, body)| {
            let body = match body {
                None => "\"\"".to_owned(),
                Some(Value::String(text)) if !of.is_empty() => proc_macro2::Literal::string(text).to_string(),
                Some(body) => raw(body),
            };
            let name = proc_macro2::Literal::string(name);
            format!("Example::new({name}, {status}, {body}){of}{success}{headers}")
        });
        Some(Described { component, status, examples: examples.collect() })
    });
    described.collect()
}

/// The named examples of a response. Without any, there is one that goes by its status.
fn examples<'d>(document: &'d Document, response: &'d Response, status: &'d str) -> Vec<(&'d str, Option<&'d Value>)> {
    let media = response.content.values().next();
    let named = media.into_iter().flat_map(|media: &MediaType| document.examples(&media.examples));
    let named: Vec<_> = named.map(|(name, body)| (name, Some(body))).collect();
    if named.is_empty() { vec![(status, media.and_then(|media| media.example.as_ref()))] } else { named }
}

/// The responses that several operations have, each once, as a constant.
struct Shared {
    /// How often each is there, by the name that its constant has.
    counts: BTreeMap<String, usize>,
    /// The constants that are referred to, by their names.
    constants: BTreeMap<String, String>,
}

impl Shared {
    fn of<'a>(responses: impl Iterator<Item = &'a Described<'a>>) -> Self {
        let mut counts = BTreeMap::new();
        for name in responses.filter_map(Self::key) {
            *counts.entry(name).or_default() += 1;
        }
        Self { counts, constants: BTreeMap::new() }
    }

    fn key(response: &Described<'_>) -> Option<String> {
        Some(format!("{}_{}", names::field(response.component?).to_uppercase(), response.status))
    }

    /// The constant of a response that several operations have. Of two that would have one name, one has none.
    fn name(&mut self, response: &Described<'_>) -> Option<String> {
        let name = Self::key(response).filter(|name| self.counts.get(name).is_some_and(|count| *count > 1))?;
        let constant = format!("const {name}: &[Example] = {};\n", list(&response.examples, ""));
        let known = self.constants.entry(name.clone()).or_insert_with(|| constant.clone());
        (*known == constant).then_some(name)
    }
}

/// A list of examples.
fn list(examples: &[String], indent: &str) -> String {
    match examples {
        [one] => format!("&[{one}]"),
        all => format!("&[\n{}{indent}]", all.iter().map(|one| format!("{indent}    {one},\n")).collect::<String>()),
    }
}

/// JSON as a literal, in ASCII: the compiler refuses marks of direction even in a text.
fn raw(json: &Value) -> String {
    let ascii = |character: char| {
        let mut units = [0; 2];
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let text: String = json.to_string().chars().map(|c| if c.is_ascii() { c.to_string() } else { ascii(c) }).collect();
    let mut fence = String::from("#");
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    format!("r{fence}\"{text}\"{fence}")
}
