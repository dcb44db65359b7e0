//! From the command line, the environment and a terminal to a builder that has what a call needs.

use std::path::Path;
use std::sync::Arc;

use countersign::plan::{CredentialKind, Operation, Plan};
use countersign::{Builder, Error, Executor, Missing, Override};
use countersign_spec::Document;
use serde::Serialize;

use crate::args::Request;
use crate::output::Failure;
use crate::{ask, environment, file, values};

/// A builder for one operation, with what the command line and the environment give.
pub fn builder(document: &Document, operation: &Operation, request: &Request) -> Result<Builder, Failure> {
    let mut builder = Builder::new(Arc::new(document.plan().clone())).only([&*operation.id]);
    let target = &request.target;
    if let Some(url) = &target.base_url {
        builder = builder.base_url(url);
    }
    if let Some(server) = &target.server {
        builder = builder.server(server);
    }
    if let Some(timeout) = target.timeout {
        builder = builder.timeout(timeout).deadline(timeout);
    }
    if target.danger_allow_plain_http_on_private_networks {
        builder = builder.danger_allow_plain_http_on_private_networks();
    }
    let overrides = &request.overrides;
    let id = || operation.id.to_string();
    let path = overrides.path.iter().map(|path| Override::path(id(), path));
    let method = overrides.method.iter().map(|method| Override::method(id(), method));
    let fields = overrides.signed_fields.iter().map(|fields| Override::signed_fields(id(), fields));
    let builder = path.chain(method).chain(fields).fold(builder, Builder::with_override);
    environment::fill(builder, request.values.env_file.as_deref())
}

/// Builds the executor, after asking for what is missing where there is someone to ask.
pub fn build(mut builder: Builder, plan: &Plan, request: &Request) -> Result<Executor, Failure> {
    if ask::is_possible(&request.values) {
        for missing in builder.missing().into_iter().map(Asked::from).collect::<Vec<_>>() {
            builder = missing.ask(builder)?;
        }
    }
    let needs = needs(&builder, plan);
    builder.build().map_err(|error| match &error {
        Error::Configuration(configuration) => {
            // The builder says how a program gives what is missing; here it is the environment.
            let is_need = |problem: &&String| needs.iter().any(|need| problem.starts_with(&format!("{} (", need.name)));
            let others = configuration.problems().iter().filter(|problem| !is_need(problem)).cloned();
            let needs = needs.iter().map(|need| format!("{} is missing: {}", need.variable, need.description));
            let problems: Vec<String> = others.chain(needs).map(|problem| format!("\n  {problem}")).collect();
            let failure = Failure::usage(format!("{} cannot be called:{}", plan.name, problems.concat()));
            failure.advise(
                "credentials and settings come from the environment, from --env-file, or are asked for on a terminal; \
                 where the provider is, from --server or --base-url; \"countersign operations\" lists all of them",
            )
        }
        _ => error.into(),
    })
}

/// A value that a call needs and does not have.
#[derive(Serialize)]
pub struct Need {
    /// Its name in the document.
    pub name: String,
    /// The environment variable that holds it.
    pub variable: String,
    /// What it is.
    pub description: String,
}

/// What a call with this builder would need.
pub fn needs(builder: &Builder, plan: &Plan) -> Vec<Need> {
    let need = |missing: Missing<'_>| Need {
        name: missing.name().to_owned(),
        variable: plan.variable(missing.name()),
        description: missing.description().to_owned(),
    };
    builder.missing().into_iter().map(need).collect()
}

/// Something to ask for.
enum Asked {
    Secret(String),
    Key(String),
    Setting(String),
}

impl From<Missing<'_>> for Asked {
    fn from(missing: Missing<'_>) -> Self {
        let name = missing.name().to_owned();
        match missing {
            Missing::Credential(credential) => match credential.kind {
                CredentialKind::Text | CredentialKind::Hex | CredentialKind::Base64 => Self::Secret(name),
                // A text of several lines.
                CredentialKind::RsaPublicKey
                | CredentialKind::PrivateKey
                | CredentialKind::PublicKey
                | CredentialKind::ClientCertificate => Self::Key(name),
            },
            Missing::Setting(_) => Self::Setting(name),
        }
    }
}

impl Asked {
    fn ask(self, builder: Builder) -> Result<Builder, Failure> {
        Ok(match self {
            Self::Secret(name) => {
                let value = ask::secret(&name)?;
                builder.credential(&name, value)
            }
            Self::Key(name) => {
                let path = ask::text(&format!("{name} (the path of its PEM file)"))?;
                let text = file::read(Path::new(&path), &name)?;
                builder.credential(&name, values::without_line_break(&text))
            }
            Self::Setting(name) => {
                let value = ask::text(&name)?;
                builder.setting(&name, value)
            }
        })
    }
}
