//! `countersign providers` and `countersign operations`: what there is to call, and what it needs.

use std::fmt::Write;

use countersign::plan::{CredentialKind, Operation, Place, Plan, Retry, Secrecy};
use countersign_providers::PROVIDERS;
use countersign_spec::Document;
use serde_json::{Value as Json, json};

use crate::args::Source;
use crate::example;
use crate::input::{Input, inputs};
use crate::output::{self, FAINT, Failure, Format, STRONG, printable, styled, table};
use crate::provider;

/// Lists the providers that are compiled in.
pub fn providers(format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => {
            let describe = |plan: &Plan| {
                let operations: Vec<_> = plan.operations.iter().map(|operation| operation.id.as_ref()).collect();
                json!({ "name": plan.name, "title": plan.title, "operations": operations })
            };
            output::print_json(&PROVIDERS.iter().map(|provider| describe(provider.plan)).collect::<Vec<_>>())
        }
        Format::Text => {
            let row = |plan: &Plan| {
                let operations: Vec<_> = plan.operations.iter().map(|operation| operation.id.as_ref()).collect();
                [plan.name.to_string(), plan.title.to_string(), operations.join(", ")]
            };
            output::print(&table(&PROVIDERS.iter().map(|provider| row(provider.plan)).collect::<Vec<_>>()))
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
        let _ =
            writeln!(text, "\n{}  {} {}", styled(STRONG, printable(&operation.id)), operation.method, operation.path);
        let summary = summary(document, operation);
        if !summary.is_empty() {
            let _ = writeln!(text, "    {}", printable(summary));
        }
        let rows: Vec<_> = inputs(operation)
            .into_iter()
            .filter(|input| input.is_given)
            .map(|input| [input.name.clone(), words(&input)])
            .collect();
        for line in table(&rows).lines() {
            let _ = writeln!(text, "    {}", styled(FAINT, line));
        }
    }
    let variables = variables(plan);
    if !variables.is_empty() {
        let _ = writeln!(text, "\n{}", styled(STRONG, "environment"));
        for line in table(&variables).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    if !plan.servers.is_empty() {
        let _ = writeln!(text, "\n{}", styled(STRONG, "servers"));
        let row = |server: &countersign::plan::Server| {
            [&server.name, &server.url, &server.description].map(|cell| cell.to_string())
        };
        for line in table(&plan.servers.iter().map(row).collect::<Vec<_>>()).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

fn summary<'a>(document: &'a Document, operation: &Operation) -> &'a str {
    let described = example::find(document.openapi(), operation);
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
    words.extend(input.place.map(|place| match place {
        Place::Header => "in a header",
        Place::Query => "in the query",
        Place::Path => "in the path",
    }));
    words.join(", ")
}

fn variables(plan: &Plan) -> Vec<[String; 3]> {
    let row = |name: &str, kind: String, description: &str| [plan.variable(name), kind, description.to_owned()];
    let mut rows: Vec<_> = plan
        .credentials
        .iter()
        .map(|credential| {
            let kind = match credential.kind {
                CredentialKind::Text => "credential",
                CredentialKind::RsaPublicKey => "credential, PEM",
            };
            row(&credential.name, kind.to_owned(), &credential.description)
        })
        .collect();
    rows.extend(plan.settings.iter().map(|setting| {
        let kind = match &setting.default {
            Some(default) => format!("setting, {default:?} by default"),
            None => "setting".to_owned(),
        };
        row(&setting.name, kind, &setting.description)
    }));
    let values = plan.session.iter().flat_map(|session| session.values.iter());
    rows.extend(values.map(|value| row(&value.name, "session value, issued by itself".to_owned(), &value.description)));
    rows.push(row("base_url", "address".to_owned(), "Another base URL than the document's."));
    if plan.servers.len() > 1 {
        rows.push(row("server", "address".to_owned(), "One of the servers."));
    }
    rows
}

fn described(document: &Document) -> Json {
    let plan = document.plan();
    let operations: Vec<_> = plan
        .operations
        .iter()
        .map(|operation| {
            let values: Vec<_> = inputs(operation)
                .into_iter()
                .filter(|input| input.is_given)
                .map(|input| {
                    json!({
                        "name": input.name,
                        "in": match input.place {
                            Some(Place::Header) => "header",
                            Some(Place::Query) => "query",
                            Some(Place::Path) => "path",
                            None => "body",
                        },
                        "required": input.required,
                        "secrecy": match input.secrecy {
                            Secrecy::Public => "public",
                            Secrecy::Sensitive => "sensitive",
                            Secrecy::Secret => "secret",
                        },
                    })
                })
                .collect();
            json!({
                "id": operation.id,
                "method": operation.method,
                "path": operation.path,
                "summary": summary(document, operation),
                "retry": match operation.retry {
                    Retry::Never => "never",
                    Retry::Safe => "safe",
                },
                "values": values,
            })
        })
        .collect();
    let variables: Vec<_> = variables(plan)
        .into_iter()
        .map(|[name, kind, description]| json!({ "name": name, "kind": kind, "description": description }))
        .collect();
    let server = |server: &countersign::plan::Server| json!({ "name": server.name, "url": server.url, "description": server.description });
    json!({
        "name": plan.name,
        "title": plan.title,
        "operations": operations,
        "environment": variables,
        "servers": plan.servers.iter().map(server).collect::<Vec<_>>(),
    })
}
