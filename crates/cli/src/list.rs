//! `countersign providers` and `countersign operations`: what there is to call, and what it needs.

use std::fmt::Write;

use countersign::plan::{CredentialKind, Operation, Place, Plan, Retry, Secrecy, Server, Webhook};
use countersign_spec::Document;
use serde::Serialize;

use crate::args::Source;
use crate::input::{Input, inputs};
use crate::output::{self, FAINT, Failure, Format, STRONG, printable, styled, table};
use crate::provider;

/// Lists the providers: those of the repository that we are in, or those that are compiled in.
pub fn providers(format: Format) -> Result<(), Failure> {
    let documents = provider::documents(&[], &[])?;
    let plans = documents.iter().map(Document::plan);
    let operations = |plan: &Plan| plan.operations.iter().map(|operation| operation.id.to_string()).collect::<Vec<_>>();
    match format {
        Format::Json => {
            let described =
                plans.map(|plan| Provider { name: &plan.name, title: &plan.title, operations: operations(plan) });
            output::print_json(&described.collect::<Vec<_>>())
        }
        Format::Text => {
            let row = |plan: &Plan| [plan.name.to_string(), plan.title.to_string(), operations(plan).join(", ")];
            output::print(&table(&plans.map(row).collect::<Vec<_>>()))
        }
    }
}

/// Lists a provider's operations, what each takes, and what a client of the provider needs.
pub fn operations(source: &Source, format: Format) -> Result<(), Failure> {
    let document = provider::document(source.provider.as_deref(), source.spec.as_deref())?;
    match format {
        Format::Json => output::print_json(&described(&document)),
        Format::Text => output::print(&text(&document)),
    }
}

fn text(document: &Document) -> String {
    let plan = document.plan();
    let mut text = format!("{}\n", styled(STRONG, printable(&plan.title)));
    for operation in plan.operations.iter() {
        let line = format!("{} {}", operation.method, operation.path);
        let _ = writeln!(text, "\n{}  {}", styled(STRONG, printable(&operation.id)), printable(&line));
        let summary = summary(document, operation);
        if !summary.is_empty() {
            let _ = writeln!(text, "    {}", printable(summary));
        }
        let places = plan.places_text(operation, str::to_owned);
        if !places.is_empty() {
            let _ = writeln!(text, "    at {}", printable(&places));
        }
        let given = inputs(operation).into_iter().filter(|input| input.is_given);
        let rows: Vec<_> = given.map(|input| [input.name.clone(), words(&input)]).collect();
        for line in table(&rows).lines() {
            let _ = writeln!(text, "    {}", styled(FAINT, line));
        }
    }
    let variable = |variable: Variable| {
        let kind = match &variable.default {
            Some(default) => format!("{}, {default:?} by default", variable.kind),
            None => variable.kind.to_owned(),
        };
        [variable.name, kind, variable.description]
    };
    let server = |server: &Server| [&server.name, &server.url, &server.description].map(ToString::to_string);
    let event = |webhook: &Webhook| {
        let summary = printable(summary(document, &webhook.operation));
        [webhook.operation.id.to_string(), summary, String::new()]
    };
    section(&mut text, "events", plan.webhooks.iter().map(event).collect());
    section(&mut text, "environment", variables(plan).into_iter().map(variable).collect());
    section(&mut text, "servers", plan.servers.iter().map(server).collect());
    text
}

fn section(text: &mut String, title: &str, rows: Vec<[String; 3]>) {
    if !rows.is_empty() {
        let _ = writeln!(text, "\n{}", styled(STRONG, title));
    }
    for line in table(&rows).lines() {
        let _ = writeln!(text, "    {line}");
    }
}

fn summary<'a>(document: &'a Document, operation: &Operation) -> &'a str {
    let described = document.operation(&operation.id);
    described.and_then(|described| described.summary.as_deref()).unwrap_or_default()
}

/// What a caller has to know of a value: `required, personal data`
fn words(input: &Input) -> String {
    let mut words = vec![if input.required { "required" } else { "optional" }];
    words.extend(match input.secrecy {
        Secrecy::Public => None,
        Secrecy::Sensitive => Some("personal data"),
        Secrecy::Secret => Some("secret"),
    });
    words.extend(match input.place {
        Place::Header => Some("in a header"),
        Place::Query => Some("in the query"),
        Place::Path => Some("in the path"),
        Place::Field | Place::Body | Place::Value => None,
    });
    words.join(", ")
}

/// An environment variable.
#[derive(Serialize)]
struct Variable {
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    description: String,
}

fn variables(plan: &Plan) -> Vec<Variable> {
    let variable = |name: &str, kind: &'static str, description: &str| Variable {
        name: plan.variable(name),
        kind,
        default: None,
        description: description.to_owned(),
    };
    let credentials = plan.credentials.iter().map(|credential| {
        let kind = match credential.kind {
            CredentialKind::Text => "credential",
            CredentialKind::Hex => "credential, hexadecimal",
            CredentialKind::Base64 => "credential, base64",
            CredentialKind::RsaPublicKey | CredentialKind::PrivateKey | CredentialKind::ClientCertificate => {
                "credential, PEM"
            }
            CredentialKind::PublicKey => "credential, PEM or JWK",
        };
        variable(&credential.name, kind, &credential.description)
    });
    let settings = plan.settings.iter().map(|setting| Variable {
        default: setting.default.as_ref().map(ToString::to_string),
        ..variable(&setting.name, "setting", &setting.description)
    });
    let session = plan.session.iter().flat_map(|session| session.values.iter());
    let session = session.map(|value| variable(&value.name, "session value, issued by itself", &value.description));
    let base_url = variable("base_url", "address", "Another base URL than the document's.");
    let server = (plan.servers.len() > 1).then(|| variable("server", "address", "One of the servers."));
    credentials.chain(settings).chain(session).chain([base_url]).chain(server).collect()
}

/// A provider, for a program.
#[derive(Serialize)]
struct Provider<'a, T> {
    name: &'a str,
    title: &'a str,
    operations: Vec<T>,
}

/// What a provider needs beside the values of an operation, for a program.
#[derive(Serialize)]
struct Described<'a> {
    #[serde(flatten)]
    provider: Provider<'a, Called<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Sent<'a>>,
    environment: Vec<Variable>,
    servers: Vec<Reached<'a>>,
}

/// What the provider sends, for a program.
#[derive(Serialize)]
struct Sent<'a> {
    id: &'a str,
    summary: &'a str,
}

/// An operation, for a program.
#[derive(Serialize)]
struct Called<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    summary: &'a str,
    retry: &'static str,
    /// Where it is called, in the place of the servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<Elsewhere<'a>>,
    values: Vec<Taken>,
}

/// An address in the place of servers, for a program.
#[derive(Serialize)]
struct Elsewhere<'a> {
    url: &'a str,
    servers: Vec<&'a str>,
}

/// A value that an operation takes, for a program.
#[derive(Serialize)]
struct Taken {
    name: String,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
    secrecy: &'static str,
}

/// A server, for a program.
#[derive(Serialize)]
struct Reached<'a> {
    name: &'a str,
    url: &'a str,
    description: &'a str,
}

fn described(document: &Document) -> Described<'_> {
    let plan = document.plan();
    let taken = |input: Input| Taken {
        name: input.name,
        place: match input.place {
            Place::Header => "header",
            Place::Query => "query",
            Place::Path => "path",
            Place::Field | Place::Body | Place::Value => "body",
        },
        required: input.required,
        secrecy: match input.secrecy {
            Secrecy::Public => "public",
            Secrecy::Sensitive => "sensitive",
            Secrecy::Secret => "secret",
        },
    };
    let operations = plan.operations.iter().map(|operation| Called {
        id: &operation.id,
        method: &operation.method,
        path: &operation.path,
        summary: summary(document, operation),
        retry: match operation.retry {
            Retry::Never => "never",
            Retry::Safe => "safe",
        },
        places: plan.places(operation).into_iter().map(|(url, servers)| Elsewhere { url, servers }).collect(),
        values: inputs(operation).into_iter().filter(|input| input.is_given).map(taken).collect(),
    });
    let events = plan
        .webhooks
        .iter()
        .map(|webhook| Sent { id: &webhook.operation.id, summary: summary(document, &webhook.operation) });
    let servers = plan.servers.iter().map(|server| Reached {
        name: &server.name,
        url: &server.url,
        description: &server.description,
    });
    Described {
        provider: Provider { name: &plan.name, title: &plan.title, operations: operations.collect() },
        events: events.collect(),
        environment: variables(plan),
        servers: servers.collect(),
    }
}
