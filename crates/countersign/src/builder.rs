//! From what a caller gives to an [`Executor`], or to one error that lists everything that is missing or wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_plan::{
    self as plan, CredentialKind, Operation, Override, PlanRef, Text, Value, any, reads_credential, reads_setting,
    template,
};
use countersign_sign::{Credential, Moment, REDACTED, Secret, Setup, Values};
use reqwest::Url;

use crate::base_url::{Identity, check_base_url, client, identity};
use crate::credential::{AnySigner, CredentialSource, Files, InFile, Source, needs_its_text};
use crate::environment::{self, Environment};
use crate::error::{Configuration, Error};
use crate::executor::Executor;
use crate::options::Limits;
use crate::shared::{Connection, Sources};

/// Gathers what a client is made of. The builders of the generated crates put names to it.
#[derive(Clone)]
pub struct Builder {
    plan: PlanRef,
    credentials: BTreeMap<Text, CredentialSource>,
    settings: BTreeMap<Text, String>,
    session: Values,
    server: Option<String>,
    base_url: Option<String>,
    plain_http: bool,
    connect_timeout: Duration,
    limits: Limits,
    http: Option<reqwest::Client>,
    overrides: Vec<Override>,
    /// What was wrong with a value when it was given.
    problems: Vec<String>,
    operations: Option<BTreeSet<String>>,
    moments: Option<fn() -> Moment>,
}

/// A value that a client cannot do without, and that has not been given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Missing<'a> {
    /// A credential.
    Credential(&'a plan::Credential),
    /// A setting.
    Setting(&'a plan::Setting),
}

impl<'a> Missing<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Credential(credential) => &credential.name,
            Self::Setting(setting) => &setting.name,
        }
    }

    /// What it is.
    pub fn description(&self) -> &'a str {
        match self {
            Self::Credential(credential) => &credential.description,
            Self::Setting(setting) => &setting.description,
        }
    }
}

impl Builder {
    /// A builder for a plan's provider, with nothing in it.
    pub fn new(plan: impl Into<PlanRef>) -> Self {
        Self {
            plan: plan.into(),
            credentials: BTreeMap::new(),
            settings: BTreeMap::new(),
            session: BTreeMap::new(),
            server: None,
            base_url: None,
            plain_http: false,
            connect_timeout: Duration::from_secs(10),
            limits: Limits::default(),
            http: None,
            overrides: Vec::new(),
            problems: Vec::new(),
            operations: None,
            moments: None,
        }
    }

    /// Gives a credential: its text, a [file](CredentialSource::file) or a [signer](CredentialSource::signer).
    #[must_use]
    pub fn credential(mut self, name: &str, value: impl Into<CredentialSource>) -> Self {
        match self.plan.credential(name) {
            Some(credential) => drop(self.credentials.insert(credential.name.clone(), value.into())),
            None => self.problems.push(format!("there is no credential {name:?}")),
        }
        self
    }

    /// Gives a setting.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        match self.plan.setting(name) {
            Some(setting) => drop(self.settings.insert(setting.name.clone(), value.into())),
            None => self.problems.push(format!("there is no setting {name:?}")),
        }
        self
    }

    /// Gives a session value, to be used as it is and never issued anew. All values of a session are given together.
    #[must_use]
    pub fn session_value(mut self, name: &str, value: impl Into<Secret>) -> Self {
        let known =
            self.plan.session.as_ref().and_then(|session| session.values.iter().find(|value| value.name == name));
        match known.map(|value| value.name.clone()) {
            Some(name) => drop(self.session.insert(name, value.into())),
            None => self.problems.push(format!("there is no session value {name:?}")),
        }
        self
    }

    /// Picks one of the document's servers by its name.
    #[must_use]
    pub fn server(mut self, name: impl Into<String>) -> Self {
        self.server = Some(name.into());
        self
    }

    /// Another base URL than the document's: `https`, or `http` on a loopback address. `localhost` and the names below it
    /// are this machine's loopback addresses, whatever a resolver says of them.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Lets the base URL be `http` on a private network, where whoever can listen reads every credential.
    #[must_use]
    pub fn danger_allow_plain_http_on_private_networks(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// How long one attempt may take, from the first byte sent to the last received. Default: 30 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// How long making a connection may take. Default: 10 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a call may take, with its session, its attempts and the pauses between them. Default: 90
    /// seconds.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = deadline;
        self
    }

    /// How often a call may be sent again when that is harmless. Default: 2; 0 switches it off.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.limits.retries = retries;
        self
    }

    /// How many bytes the body of a response may have. Default: 2 MiB.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.limits.response_bytes = bytes;
        self
    }

    /// An HTTP client of the caller's own, for a proxy or a client certificate. What it does is the caller's affair:
    ///
    /// - It must not follow redirects (`reqwest::redirect::Policy::none()`): one that does carries credentials to wherever
    ///   it is sent.
    /// - It must not send again by itself (`reqwest::retry::never()`): over HTTP/2 it does unless told so.
    /// - It uses the proxies of the environment, for plain `http` and loopback addresses too, unless it is told which
    ///   (`no_proxy`, `proxy`).
    /// - Where another crate turns on reqwest's `gzip`, `brotli`, `deflate` or `zstd`, it asks for compressed responses
    ///   and decompresses them, unless it is told not to (`no_gzip` and so on). The limit of a response's size then counts
    ///   what is decompressed.
    /// - It may look up `localhost` anywhere, so that plain `http` takes an address: `127.0.0.1` or `[::1]`.
    ///
    /// Default: HTTP/1.1, without any of these. Plain `http` and loopback addresses are called without a proxy. For `https`
    /// on other hosts the variables `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` count: a proxy passes TLS on and does not read
    /// it.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// The clock and the chance of each attempt, for a test that compares what is sent byte for byte.
    ///
    /// A moment that is the same twice makes the same UUIDs and nonces twice, which a provider takes for a call that was repeated.
    /// So it is there with the feature `mock` alone. Default: [`Moment::now`].
    #[cfg(feature = "mock")]
    #[must_use]
    pub fn moments(mut self, moments: fn() -> Moment) -> Self {
        self.moments = Some(moments);
        self
    }

    /// Puts right what the document assumed wrongly.
    #[must_use]
    pub fn with_override(mut self, change: Override) -> Self {
        self.overrides.push(change);
        self
    }

    /// Demands only what these operations need, for a tool that makes a single call. The others fail when they are called.
    #[must_use]
    pub fn only(mut self, operations: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.operations = Some(operations.into_iter().map(Into::into).collect());
        self
    }

    /// Takes what has not been given yet from the environment.
    ///
    /// `{PROVIDER}_{NAME}` holds a credential, a setting or a session value; `{PROVIDER}_{NAME}_FILE` names a file that
    /// holds it, as container secrets do (a line break at its end does not count). `{PROVIDER}_BASE_URL` and
    /// `{PROVIDER}_SERVER` say where the provider is. A variable that is set but empty counts as not set.
    #[must_use]
    pub fn env(self) -> Self {
        self.env_from(environment::variable)
    }

    /// As [`env`](Self::env), from another place than this process's environment.
    #[must_use]
    pub fn env_from(mut self, read: impl Fn(&str) -> Result<Option<String>, String>) -> Self {
        let plan = self.plan.clone();
        let environment = Environment::new(&plan, read);
        let credentials = plan.credentials.iter().map(|credential| &credential.name);
        environment.fill(&mut self.credentials, credentials, Environment::source);
        let settings = plan.settings.iter().map(|setting| &setting.name);
        environment.fill(&mut self.settings, settings, Environment::open_text);
        let values = plan.session.iter().flat_map(|session| session.values.iter()).map(|value| &value.name);
        environment.fill(&mut self.session, values, Environment::text);
        if self.base_url.is_none() && self.server.is_none() {
            self.base_url = environment.open_text("base_url");
            self.server = environment.open_text("server");
        }
        self.problems.append(&mut environment.into_problems());
        self
    }

    /// What has to be given yet, for a tool that asks for it.
    pub fn missing(&self) -> Vec<Missing<'_>> {
        let plan = &self.plan;
        let is_session_operation = |id: &str| plan.session.as_ref().is_some_and(|session| session.comes_from(id));
        let wanted = |id: &str| self.operations.as_ref().is_none_or(|only| only.contains(id));
        let brings_session = !self.session.is_empty();
        let mut needed: Vec<&Operation> = plan
            .operations
            .iter()
            .filter(|operation| wanted(&operation.id))
            // With a session of the caller's own, nothing needs to be issued, unless they ask for it by name.
            .filter(|operation| self.operations.is_some() || !brings_session || !is_session_operation(&operation.id))
            .collect();
        let uses_session = needed.iter().any(|operation| operation.session);
        if let (Some(session), true, false) = (&plan.session, uses_session, brings_session) {
            needed.extend(plan.operation(&session.issue));
        }
        let credentials = plan.credentials.iter().filter(|credential| {
            !self.credentials.contains_key(&credential.name)
                && needed.iter().any(|operation| {
                    operation.expressions().any(|values| reads_credential(values, &credential.name))
                        // An HTTP client of the caller's own has a certificate of its own.
                        || self.http.is_none() && operation.certificate.as_ref() == Some(&credential.name)
                })
        });
        let settings = plan.settings.iter().filter(|setting| {
            setting.default.is_none()
                && !self.settings.contains_key(&setting.name)
                && needed
                    .iter()
                    .any(|operation| operation.expressions().any(|values| reads_setting(values, &setting.name)))
        });
        credentials.map(Missing::Credential).chain(settings.map(Missing::Setting)).collect()
    }

    /// What has been given, with what is missing left out: for a tool that explains a call, and sends nothing.
    ///
    /// # Errors
    /// [`Error::Configuration`] with all that is wrong.
    pub fn setup(&self) -> Result<Setup, Error> {
        let mut problems = self.problems.clone();
        let (setup, ..) = self.gather(&mut problems);
        if problems.is_empty() { Ok(setup) } else { Err(self.refused(problems)) }
    }

    /// Checks everything and makes the executor.
    ///
    /// # Errors
    /// [`Error::Configuration`] with all that is missing or wrong.
    pub fn build(self) -> Result<Executor, Error> {
        let mut problems = self.problems.clone();
        let (setup, base, hosts) = self.gather(&mut problems);
        if base.is_none() && !self.names_a_place() {
            problems.push(self.missing_place());
        }
        let missing = self.missing().into_iter();
        problems.extend(missing.map(|value| format!("{} is missing: {}", self.how(value.name()), value.description())));
        let http = base.as_ref().and_then(|base| {
            let own = self.http.clone().map(Ok);
            let http = own.unwrap_or_else(|| {
                let identity = self.identity(&setup)?;
                client(&self.plan, base, self.limits.attempt, self.connect_timeout, identity)
            });
            http.map_err(|problem| problems.push(problem)).ok()
        });
        match (base, http) {
            (Some(base), Some(http)) if problems.is_empty() => {
                let has_own_http = self.http.is_some();
                // A UUID that nothing reads is not drawn for every attempt.
                let draws =
                    setup.plan.expressions().any(|values| any(values, &|value| matches!(value, Value::Uuid { .. })));
                let moments = self.moments.unwrap_or(if draws { Moment::now } else { Moment::without_uuids });
                let sources = Sources { files: self.files(&setup), signers: self.signers(), moments };
                Ok(Executor::new(setup, sources, Connection { base, hosts, http, has_own_http }, self.limits))
            }
            _ => Err(self.refused(problems)),
        }
    }

    /// Reads what was given. Problems are what is wrong, not what is missing.
    fn gather(&self, problems: &mut Vec<String>) -> (Setup, Option<Url>, BTreeMap<Text, Url>) {
        let check = |url: String| check_base_url(&url, self.plain_http, self.http.is_some());
        let base = self.place().and_then(|url| url.map(check).transpose());
        let base = base.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        self.check_session(problems);
        let empty = self.credentials.iter().filter(|(_, source)| source.is_empty());
        problems.extend(empty.map(|(name, _)| format!("{name} is empty")));
        let credentials = self.read_credentials(problems);
        let settings = self.read_settings(problems);
        let plan = self.plan.clone().overridden(&self.overrides).unwrap_or_else(|wrong| {
            problems.extend(wrong);
            self.plan.clone()
        });
        let session = (plan.session.is_some() && !self.session.is_empty()).then(|| self.session.clone());
        let written = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let base_url = base.as_ref().map(written);
        // Where the caller says the address, it is that of all operations.
        let server = self.picked().filter(|_| base.is_some());
        let elsewhere = plan.operations.iter().filter_map(|operation| {
            let url = operation.servers.get(server?)?;
            match self.address(url).and_then(check) {
                Ok(url) => Some((operation.id.clone(), url)),
                Err(problem) => {
                    problems.push(format!("{}: {problem}", operation.id));
                    None
                }
            }
        });
        let elsewhere: BTreeMap<Text, Url> = elsewhere.collect();
        let hosts = elsewhere.iter().map(|(id, url)| (id.clone(), written(url))).collect();
        (Setup { plan, credentials, settings, session, base_url, hosts }, base, elsewhere)
    }

    /// Which of the document's servers is called, if the caller says no other address.
    fn picked(&self) -> Option<usize> {
        let servers = &self.plan.servers;
        match (&self.base_url, &self.server) {
            (Some(_), _) => None,
            (None, Some(name)) => servers.iter().position(|server| server.name == *name),
            (None, None) => (servers.len() == 1).then_some(0),
        }
    }

    /// The URL of a server, with the settings that are in it.
    fn address(&self, url: &str) -> Result<String, String> {
        template::address(url, |name| {
            let default = || self.plan.setting(name).and_then(|setting| setting.default.as_deref());
            self.settings.get(name).map(String::as_str).or_else(default)
        })
    }

    fn refused(&self, problems: Vec<String>) -> Error {
        Error::Configuration(Configuration { provider: self.plan.name.clone(), problems: problems.into() })
    }

    /// The URL that was given, or that of the server that was picked, or of the only one.
    fn place(&self) -> Result<Option<String>, String> {
        let servers = &self.plan.servers;
        match (&self.base_url, &self.server) {
            (Some(url), None) => Ok(Some(url.clone())),
            (Some(_), Some(_)) => Err("both a base URL and a server are given: give one of them".into()),
            (None, Some(name)) => match servers.iter().find(|server| server.name == *name) {
                Some(server) => self.address(&server.url).map(Some),
                None if servers.is_empty() => Err(format!("there is no server {name:?}: give a base URL")),
                None => Err(format!("there is no server {name:?}: it is {}", self.servers())),
            },
            (None, None) => match servers.as_ref() {
                [only] => self.address(&only.url).map(Some),
                _ => Ok(None),
            },
        }
    }

    fn names_a_place(&self) -> bool {
        self.base_url.is_some() || self.server.is_some() || self.plan.servers.len() == 1
    }

    fn missing_place(&self) -> String {
        let variable = |name| self.plan.variable(name);
        if self.plan.servers.is_empty() {
            format!("base_url is missing (or {}): the document names no server", variable("base_url"))
        } else {
            format!("server is missing (or {}): {}", variable("server"), self.servers())
        }
    }

    fn servers(&self) -> String {
        self.plan.servers.iter().map(|server| server.name.as_ref()).collect::<Vec<_>>().join(" or ")
    }

    fn check_session(&self, problems: &mut Vec<String>) {
        let Some(session) = self.plan.session.as_ref().filter(|_| !self.session.is_empty()) else { return };
        for value in session.values.iter().filter(|value| !self.session.contains_key(&value.name)) {
            problems.push(format!("{} is missing: the values of a session are given together", self.how(&value.name)));
        }
        for (name, _) in self.session.iter().filter(|(_, value)| value.expose().is_empty()) {
            problems.push(format!("{name} is empty"));
        }
    }

    /// How a value can be given.
    fn how(&self, name: &str) -> String {
        let variable = self.plan.variable(name);
        format!("{name} (builder method {name}, or {variable}, or {variable}_FILE)")
    }

    fn read_credentials(&self, problems: &mut Vec<String>) -> BTreeMap<Text, Credential> {
        let mut credentials = BTreeMap::new();
        for (name, source) in self.credentials.iter().filter(|(_, source)| !source.is_empty()) {
            match source.read(self.kind(name)) {
                Ok(credential) => drop(credentials.insert(name.clone(), credential)),
                Err(problem) => problems.push(format!("{name} is not usable: {problem}")),
            }
            // What a response is held to is computed without a signer.
            let misused = |operation: &&Operation| {
                operation.values().any(|values| needs_its_text(values, name))
                    || operation.response_values().any(|values| reads_credential(values, name))
            };
            if let (Source::Signer(_), Some(operation)) = (&source.0, self.plan.operations.iter().find(misused)) {
                problems.push(format!(
                    "{name} is not usable: {} does more with it than sign, which a signer cannot do: give its text or a file",
                    operation.id
                ));
            }
        }
        credentials
    }

    fn kind(&self, credential: &str) -> CredentialKind {
        let known = self.plan.credential(credential);
        known.map_or(CredentialKind::Text, |known| known.kind)
    }

    /// The credentials that are read again when their files change.
    fn files(&self, setup: &Setup) -> Option<Files> {
        let in_file = self.credentials.iter().filter(|(_, source)| matches!(source.0, Source::File(..)));
        let in_file =
            in_file.map(|(name, source)| InFile { name: name.clone(), kind: self.kind(name), source: source.clone() });
        Files::new(in_file.filter(|file| file.kind != CredentialKind::ClientCertificate).collect(), setup)
    }

    fn signers(&self) -> BTreeMap<Text, Arc<dyn AnySigner>> {
        let signer = |(name, source): (&Text, &CredentialSource)| match &source.0 {
            Source::Signer(signer) => Some((name.clone(), signer.clone())),
            _ => None,
        };
        self.credentials.iter().filter_map(signer).collect()
    }

    /// What the client shows in mutual TLS.
    fn identity(&self, setup: &Setup) -> Result<Option<Identity>, String> {
        let mut of_plan = self.plan.credentials.iter();
        let Some(known) = of_plan.find(|known| known.kind == CredentialKind::ClientCertificate) else {
            return Ok(None);
        };
        let Some(credential) = setup.credentials.get(&known.name) else { return Ok(None) };
        identity(credential.text.expose())
            .map(Some)
            .map_err(|problem| format!("{} is not usable: {problem}", known.name))
    }

    fn read_settings(&self, problems: &mut Vec<String>) -> BTreeMap<Text, String> {
        let mut settings = self.settings.clone();
        for setting in self.plan.settings.iter() {
            if let Some(default) = &setting.default {
                settings.entry(setting.name.clone()).or_insert_with(|| default.to_string());
            }
        }
        for (name, _) in settings.iter().filter(|(_, value)| value.is_empty()) {
            problems.push(format!("{name} is empty"));
        }
        for setting in self.plan.settings.iter().filter(|setting| !setting.one_of.is_empty()) {
            if settings.get(&setting.name).is_some_and(|value| !setting.one_of.iter().any(|one| one == value)) {
                problems.push(format!("{} is none of {}", self.how(&setting.name), setting.one_of.join(", ")));
            }
        }
        settings
    }
}

/// Neither the base URL, which may have a password in it until [`Builder::build`] refuses it, nor the HTTP client, which
/// prints its default headers.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guarded = |name: &str| self.plan.operations.iter().any(|operation| operation.guards_setting(name));
        let settings = self.settings.iter().map(|(name, setting)| match guarded(name) {
            true => (name, REDACTED),
            false => (name, setting.as_str()),
        });
        let settings: BTreeMap<_, _> = settings.collect();
        f.debug_struct("Builder")
            .field("provider", &self.plan.name)
            .field("credentials", &self.credentials)
            .field("settings", &settings)
            .field("session", &self.session)
            .field("server", &self.server)
            .field("limits", &self.limits)
            .field("overrides", &self.overrides)
            .field("problems", &self.problems)
            .field("operations", &self.operations)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
