//! From what a caller gives to an [`Executor`], or to one error that lists everything that is missing or wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fmt};

use http::Method;
use reqwest::Url;

use crate::draft::{Draft, Explanation};
use crate::error::{Configuration, Error};
use crate::exec::{Executor, Prepared, Sessions, Shared};
use crate::key::RsaPublicKey;
use crate::plan::{self, Constraint, CredentialKind, Operation, Plan, Text, Value};
use crate::secret::{REDACTED, Secret};
use crate::session::{Issued, SessionStore};
use crate::value::{Credential, Named, Target, any, fill_order, reads_session};

/// A plan that is static, as in a generated crate, or shared, as in a tool that read a document.
#[derive(Clone, Debug)]
pub enum PlanRef {
    /// Compiled in.
    Static(&'static Plan),
    /// Made at run time.
    Shared(Arc<Plan>),
}

impl Deref for PlanRef {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        match self {
            Self::Static(plan) => plan,
            Self::Shared(plan) => plan,
        }
    }
}

impl From<&'static Plan> for PlanRef {
    fn from(plan: &'static Plan) -> Self {
        Self::Static(plan)
    }
}

impl From<Arc<Plan>> for PlanRef {
    fn from(plan: Arc<Plan>) -> Self {
        Self::Shared(plan)
    }
}

/// How long to wait, how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) attempt: Duration,
    pub(crate) deadline: Duration,
    pub(crate) retries: u32,
    pub(crate) response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(30),
            deadline: Duration::from_secs(90),
            retries: 2,
            response_bytes: 2 * 1024 * 1024,
        }
    }
}

/// What one call, or the calls of one clone of a client, do differently from their client.
///
/// ```
/// # use std::time::Duration;
/// let once = countersign::CallOptions::new().retries(0).deadline(Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    attempt: Option<Duration>,
    deadline: Option<Duration>,
    retries: Option<u32>,
}

impl CallOptions {
    /// Nothing different.
    pub const fn new() -> Self {
        Self { attempt: None, deadline: None, retries: None }
    }

    /// How long one attempt may take, from the first byte sent to the last received.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.attempt = Some(timeout);
        self
    }

    /// How long the call may take, with its session, its attempts and the pauses between them.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often a call may be sent again when that is harmless. 0 switches it off; a call whose session the provider
    /// refused is still sent once more with a new one.
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    pub(crate) fn apply(self, limits: Limits) -> Limits {
        Limits {
            attempt: self.attempt.unwrap_or(limits.attempt),
            deadline: self.deadline.unwrap_or(limits.deadline),
            retries: self.retries.unwrap_or(limits.retries),
            ..limits
        }
    }
}

/// Puts right what a document assumed wrongly, without regenerating the client.
///
/// ```
/// use countersign::Correction;
/// let path = Correction::path("reset_mpin", "/api/v1/ResetMpin");
/// let method = Correction::method("change_soft_token_status", "PUT");
/// let order = Correction::signed_fields("forgot_password", ["dob", "mobile_no"]);
/// let value = Correction::allow("set_pin", "reason", ["stolen"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    operation: String,
    change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Path(String),
    Method(String),
    SignedFields(Vec<String>),
    Allow(String, Vec<String>),
}

/// Values that count as listed in an `enum` of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed(Arc<[(Target, String)]>);

impl Allowed {
    /// Those of a parameter or field, and of what stands in it.
    pub(crate) fn of(&self, target: &Target) -> Vec<&str> {
        self.0.iter().filter(|(own, _)| own == target).map(|(_, value)| value.as_str()).collect()
    }
}

impl Correction {
    /// Another path for an operation, below the base URL. It has the document's steps with `{name}` parameters, in any places.
    pub fn path(operation: impl Into<String>, path: impl Into<String>) -> Self {
        Self { operation: operation.into(), change: Change::Path(path.into()) }
    }

    /// Another HTTP method for an operation.
    pub fn method(operation: impl Into<String>, method: impl Into<String>) -> Self {
        Self { operation: operation.into(), change: Change::Method(method.into()) }
    }

    /// Other signed fields for an operation, or another order of them.
    pub fn signed_fields(operation: impl Into<String>, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let fields = fields.into_iter().map(Into::into).collect();
        Self { operation: operation.into(), change: Change::SignedFields(fields) }
    }

    /// Values for a parameter, or for a field by its name or JSON pointer, that the document's `enum` does not list yet.
    pub fn allow(
        operation: impl Into<String>,
        name: impl Into<String>,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self { operation: operation.into(), change: Change::Allow(name.into(), values) }
    }
}

/// Gathers what a client is made of. The builders of the generated crates put names to it.
#[derive(Clone)]
pub struct Builder {
    plan: PlanRef,
    credentials: Named<Secret>,
    settings: Named<String>,
    session: Named<Secret>,
    server: Option<String>,
    base_url: Option<String>,
    plain_http: bool,
    connect_timeout: Duration,
    limits: Limits,
    http: Option<reqwest::Client>,
    corrections: Vec<Correction>,
    /// What was wrong with a value when it was given.
    problems: Vec<String>,
    operations: Option<BTreeSet<String>>,
    /// Whether what is missing is shown by its name, because nothing will be sent.
    explains: bool,
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
            credentials: Named::new(),
            settings: Named::new(),
            session: Named::new(),
            server: None,
            base_url: None,
            plain_http: false,
            connect_timeout: Duration::from_secs(10),
            limits: Limits::default(),
            http: None,
            corrections: Vec::new(),
            problems: Vec::new(),
            operations: None,
            explains: false,
        }
    }

    /// Gives a credential.
    #[must_use]
    pub fn credential(mut self, name: &str, value: impl Into<Secret>) -> Self {
        match self.plan.credentials.iter().find(|credential| credential.name == name) {
            Some(credential) => drop(self.credentials.insert(credential.name.clone(), value.into())),
            None => self.problems.push(format!("there is no credential {name:?}")),
        }
        self
    }

    /// Gives a setting.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        match self.plan.settings.iter().find(|setting| setting.name == name) {
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

    /// How long one attempt may take, from the first byte sent to the last received. 30 seconds when it is not said.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// How long making a connection may take. 10 seconds when it is not said.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a call may take, with its session, its attempts and the pauses between them. 90 seconds when it is not
    /// said.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.limits.deadline = deadline;
        self
    }

    /// How often a call may be sent again when that is harmless. Twice when it is not said; 0 switches it off.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.limits.retries = retries;
        self
    }

    /// How many bytes the body of an answer may have. 2 MiB when it is not said.
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
    /// - Where another crate turns on reqwest's `gzip`, `brotli`, `deflate` or `zstd`, it asks for compressed answers
    ///   and decompresses them, unless it is told not to (`no_gzip` and so on). The limit of an answer's size then counts
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

    /// Puts right what the document assumed wrongly.
    #[must_use]
    pub fn correct(mut self, correction: Correction) -> Self {
        self.corrections.push(correction);
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
        self.env_from(|name| match env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(format!("the variable {name} is not UTF-8 text")),
        })
    }

    /// As [`env`](Self::env), from another place than this process's environment.
    #[must_use]
    pub fn env_from(mut self, read: impl Fn(&str) -> Result<Option<String>, String>) -> Self {
        let plan = self.plan.clone();
        let mut problems = Vec::new();
        let mut find = |name: &str| {
            from_variable(&plan.variable(name), &read).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
        };
        for credential in plan.credentials.iter() {
            if !self.credentials.contains_key(&credential.name)
                && let Some(value) = find(&credential.name)
            {
                self.credentials.insert(credential.name.clone(), value.into());
            }
        }
        for setting in plan.settings.iter() {
            if !self.settings.contains_key(&setting.name)
                && let Some(value) = find(&setting.name)
            {
                self.settings.insert(setting.name.clone(), value);
            }
        }
        for value in plan.session.iter().flat_map(|session| session.values.iter()) {
            if !self.session.contains_key(&value.name)
                && let Some(text) = find(&value.name)
            {
                self.session.insert(value.name.clone(), text.into());
            }
        }
        if self.base_url.is_none() && self.server.is_none() {
            self.base_url = find("base_url");
            self.server = find("server");
        }
        self.problems.append(&mut problems);
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
            // With a session of the caller's own, nothing needs to be issued, unless he asks for it by name.
            .filter(|operation| self.operations.is_some() || !brings_session || !is_session_operation(&operation.id))
            .collect();
        let uses_session = needed.iter().any(|operation| operation.values().into_iter().any(reads_session));
        if let (Some(session), true, false) = (&plan.session, uses_session, brings_session) {
            needed.extend(plan.operation(&session.issue));
        }
        let reads = |test: &dyn Fn(&Value) -> bool| {
            needed
                .iter()
                .any(|operation| operation.values().into_iter().any(|values| any(values, &|value| test(value))))
        };
        let credentials = plan.credentials.iter().filter(|credential| {
            !self.credentials.contains_key(&credential.name)
                && reads(&|value| matches!(value, Value::Credential(read) if *read == credential.name))
        });
        let settings = plan.settings.iter().filter(|setting| {
            setting.default.is_none()
                && !self.settings.contains_key(&setting.name)
                && reads(&|value| matches!(value, Value::Setting(read) if *read == setting.name))
        });
        credentials.map(Missing::Credential).chain(settings.map(Missing::Setting)).collect()
    }

    /// Shows a call as it would leave, and sends nothing. What has not been given, the base URL too, is shown by its name,
    /// and what is computed from it is not computed.
    ///
    /// # Errors
    /// Whatever else would keep the call from being sent.
    pub fn explain(mut self, operation: &str, draft: Draft) -> Result<Explanation, Error> {
        self.explains = true;
        self.build()?.explain(operation, draft)
    }

    /// As [`explain`](Self::explain), with the secrets and personal data of the call in the explanation: see
    /// [`Executor::danger_explain_revealed`].
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub fn danger_explain_revealed(mut self, operation: &str, draft: Draft) -> Result<Explanation, Error> {
        self.explains = true;
        self.build()?.danger_explain_revealed(operation, draft)
    }

    /// Checks everything and makes the executor.
    ///
    /// # Errors
    /// [`Error::Configuration`] with all that is missing or wrong.
    pub fn build(self) -> Result<Executor, Error> {
        let plan = self.plan.clone();
        let mut problems = self.problems.clone();
        let base = self.base(&mut problems);
        let sessions = self.sessions(&mut problems);
        for (name, _) in self.credentials.iter().filter(|(_, value)| value.expose().is_empty()) {
            problems.push(format!("{name} is empty"));
        }
        if !self.explains {
            let missing = self.missing().into_iter();
            problems
                .extend(missing.map(|value| format!("{} is missing: {}", self.how(value.name()), value.description())));
        }
        let credentials = self.read_credentials(&mut problems);
        let settings = self.read_settings(&mut problems);
        let operations = self.prepare(&mut problems);
        let http = base.as_ref().and_then(|(base, _)| {
            let http = self.http.map_or_else(|| client(&plan, base, self.connect_timeout), Ok);
            http.map_err(|error| problems.push(error)).ok()
        });
        match (base, http) {
            (Some((base, base_text)), Some(http)) if problems.is_empty() => Ok(Executor::new(Shared {
                base_known: !base_text.starts_with('‹'),
                base_text,
                base,
                http,
                credentials,
                settings,
                sessions,
                operations,
                limits: self.limits,
                plan,
            })),
            _ => Err(Error::Configuration(Configuration { provider: plan.name.clone(), problems: problems.into() })),
        }
    }

    /// The base URL, and how it is shown.
    fn base(&self, problems: &mut Vec<String>) -> Option<(Url, String)> {
        let servers = &self.plan.servers;
        let names = || servers.iter().map(|server| server.name.as_ref()).collect::<Vec<_>>().join(" or ");
        let url = match (&self.base_url, &self.server) {
            (Some(url), None) => url.as_str(),
            (Some(_), Some(_)) => {
                problems.push("both a base URL and a server are given: give one of them".into());
                return None;
            }
            (None, Some(name)) => match servers.iter().find(|server| server.name == *name) {
                Some(server) => &server.url,
                None if servers.is_empty() => {
                    problems.push(format!("there is no server {name:?}: give a base URL"));
                    return None;
                }
                None => {
                    problems.push(format!("there is no server {name:?}: it is {}", names()));
                    return None;
                }
            },
            (None, None) => match servers.as_ref() {
                [only] => &only.url,
                servers if self.explains => {
                    let name = if servers.is_empty() { "base_url" } else { "server" };
                    return Url::parse("https://base.invalid").ok().map(|url| (url, format!("‹{name}›")));
                }
                servers => {
                    let variable = |name| self.plan.variable(name);
                    problems.push(match servers.is_empty() {
                        true => {
                            format!("base_url is missing (or {}): the document names no server", variable("base_url"))
                        }
                        false => format!("server is missing (or {}): {}", variable("server"), names()),
                    });
                    return None;
                }
            },
        };
        let url = check_base_url(url, self.plain_http, self.http.is_some());
        let url = url.map_err(|problem| problems.push(problem)).ok()?;
        let text = url.as_str().trim_end_matches('/').to_owned();
        Some((url, text))
    }

    fn sessions(&self, problems: &mut Vec<String>) -> Sessions {
        let Some(session) = &self.plan.session else { return Sessions::None };
        if self.session.is_empty() {
            return Sessions::Issued(SessionStore::default());
        }
        for value in session.values.iter().filter(|value| !self.session.contains_key(&value.name)) {
            problems.push(format!("{} is missing: the values of a session are given together", self.how(&value.name)));
        }
        for (name, _) in self.session.iter().filter(|(_, value)| value.expose().is_empty()) {
            problems.push(format!("{name} is empty"));
        }
        Sessions::Supplied(Issued::supplied(self.session.clone()))
    }

    /// How a value can be given.
    fn how(&self, name: &str) -> String {
        let variable = self.plan.variable(name);
        format!("{name} (builder method {name}, or {variable}, or {variable}_FILE)")
    }

    fn read_credentials(&self, problems: &mut Vec<String>) -> Named<Credential> {
        let mut credentials = Named::new();
        for (name, text) in self.credentials.iter().filter(|(_, text)| !text.expose().is_empty()) {
            let kind = self.plan.credentials.iter().find(|known| known.name == *name).map(|known| known.kind);
            let key = match kind {
                Some(CredentialKind::RsaPublicKey) => RsaPublicKey::from_pem(text.expose())
                    .map_err(|problem| problems.push(format!("{name} is not usable: {problem}")))
                    .ok(),
                _ => None,
            };
            credentials.insert(name.clone(), Credential { text: text.clone(), key });
        }
        credentials
    }

    fn read_settings(&self, problems: &mut Vec<String>) -> Named<String> {
        let mut settings = self.settings.clone();
        for setting in self.plan.settings.iter() {
            if let Some(default) = &setting.default {
                settings.entry(setting.name.clone()).or_insert_with(|| default.to_string());
            }
        }
        for (name, _) in settings.iter().filter(|(_, value)| value.is_empty()) {
            problems.push(format!("{name} is empty"));
        }
        settings
    }

    fn prepare(&self, problems: &mut Vec<String>) -> BTreeMap<Text, Prepared> {
        let mut prepared = BTreeMap::new();
        for operation in self.plan.operations.iter() {
            let mut own = Prepared {
                order: Vec::new(),
                signed_fields: operation.signed_fields.to_vec(),
                method: None,
                path: None,
                uses_session: operation.values().into_iter().any(reads_session),
                allowed: Allowed::default(),
            };
            for correction in self.corrections.iter().filter(|correction| correction.operation == operation.id) {
                if let Err(problem) = own.correct(operation, &correction.change) {
                    problems.push(format!("the correction of {} is not usable: {problem}", operation.id));
                }
            }
            match fill_order(operation, &own.signed_fields) {
                Ok(order) => own.order = order,
                Err(circle) => {
                    problems.push(format!(
                        "{}: {}; leave one of them out of the signed fields",
                        operation.id,
                        circle.describe(operation)
                    ));
                }
            }
            prepared.insert(operation.id.clone(), own);
        }
        let known = |correction: &&Correction| self.plan.operation(&correction.operation).is_none();
        for correction in self.corrections.iter().filter(known) {
            problems.push(format!("there is no operation {:?} to correct", correction.operation));
        }
        prepared
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
            .field("corrections", &self.corrections)
            .field("problems", &self.problems)
            .field("operations", &self.operations)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    fn correct(&mut self, operation: &Operation, change: &Change) -> Result<(), String> {
        match change {
            Change::Path(path) => {
                let has = |path: &str, step: &str| path.split('/').any(|other| other == step);
                let parameters = |path: &str| -> Vec<String> {
                    path.split('/').filter(|step| step.contains('{')).map(str::to_owned).collect()
                };
                if !path.starts_with('/') || path.contains(['?', '#', '\\']) || path.contains(char::is_whitespace) {
                    return Err(format!("the path {path:?} should start with \"/\" and have no query"));
                }
                if let Some(step) = parameters(path).iter().find(|step| !has(&operation.path, step)) {
                    return Err(format!("the path has {step}, which the operation does not have"));
                }
                if let Some(step) = parameters(&operation.path).iter().find(|step| !has(path, step)) {
                    return Err(format!("the path lacks {step}"));
                }
                self.path = Some(path.clone());
            }
            Change::Method(method) => {
                let parsed = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
                self.method = Some(parsed.map_err(|_| format!("{method:?} is not an HTTP method"))?);
            }
            Change::SignedFields(fields) => {
                let exists = |name: &str| crate::value::with_path(name, |path| operation.field(path).is_some());
                if let Some(name) = fields.iter().find(|name| !exists(name)) {
                    return Err(format!("there is no field {name:?} to sign"));
                }
                self.signed_fields = fields.iter().cloned().map(Text::Owned).collect();
            }
            Change::Allow(name, values) => {
                let (target, rules) =
                    described(operation, name).ok_or_else(|| format!("there is no parameter or field {name:?}"))?;
                if !lists_values(rules) {
                    return Err(format!("{name:?} has no list of values"));
                }
                let more = values.iter().map(|value| (target.clone(), value.clone()));
                self.allowed = Allowed(self.allowed.0.iter().cloned().chain(more).collect());
            }
        }
        Ok(())
    }
}

/// A file that a variable names is not read beyond this.
const LARGEST_FILE: u64 = 1024 * 1024;

/// A parameter by its name, or a field by its name or JSON pointer, and what it must satisfy.
fn described<'a>(operation: &'a Operation, name: &str) -> Option<(Target, &'a [Constraint])> {
    if let Some(index) = operation.parameters.iter().position(|parameter| parameter.name == name) {
        return Some((Target::Parameter(index), &operation.parameters[index].rules));
    }
    crate::value::with_path(name, |path| {
        let path_owned = path.iter().map(|step| (*step).to_owned().into()).collect();
        Some((Target::Field(path_owned), &*operation.field(path)?.rules))
    })
}

/// Whether a list of values is demanded of a value, or of what stands in it.
fn lists_values(rules: &[Constraint]) -> bool {
    rules.iter().any(|rule| match rule {
        Constraint::OneOf(_) => true,
        Constraint::Items(below) | Constraint::Values(below) => lists_values(below),
        Constraint::Members(members) => members.iter().any(|member| lists_values(&member.rules)),
        _ => false,
    })
}

/// A variable's value, or that of the file that its `_FILE` sibling names.
fn from_variable(name: &str, read: &impl Fn(&str) -> Result<Option<String>, String>) -> Result<Option<String>, String> {
    let value = read(name)?.filter(|value| !value.is_empty());
    let file = read(&format!("{name}_FILE"))?.filter(|path| !path.is_empty());
    match (value, file) {
        (Some(_), Some(_)) => Err(format!("both {name} and {name}_FILE are set: unset one of them")),
        (Some(value), None) => Ok(Some(value)),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let mut text = String::new();
            File::open(&path)
                .and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text))
                .map_err(|error| format!("the file that {name}_FILE names cannot be read: {}", error.kind()))?;
            if text.len() as u64 > LARGEST_FILE {
                return Err(format!("the file that {name}_FILE names has more than {LARGEST_FILE} bytes"));
            }
            let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
            Ok(Some(text.to_owned()))
        }
    }
}

/// Checks that what is sent there stays between us and the provider.
fn check_base_url(text: &str, plain_http: bool, own_client: bool) -> Result<Url, String> {
    // The URL itself is not repeated: it can hold a password.
    let wrong = |reason: &str| format!("the base URL {reason}");
    let url = Url::parse(text).map_err(|_| wrong("is not a URL: write https://host or https://host/path"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(wrong("has neither scheme https nor http: write https://host or https://host/path"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name or password in it: credentials are given by their own names"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment: leave out what follows \"?\" or \"#\""));
    }
    if url.scheme() == "http" && own_client && localhost(&url).is_some() {
        return Err(wrong(
            "is plain http on a name that an HTTP client of your own may look up anywhere: write 127.0.0.1 or [::1]",
        ));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        if address(&url).is_some_and(|address| address.is_unspecified()) {
            return Err(wrong("has an address to listen on and not one to call: write 127.0.0.1 or [::1]"));
        }
        if !is_private(&url) {
            return Err(wrong(
                "is plain http on a public host, where everyone on the way reads the credentials: use https",
            ));
        }
        if !plain_http {
            return Err(wrong(
                "is plain http on a private network: use https, or accept that its listeners read every credential with \
                 danger_allow_plain_http_on_private_networks",
            ));
        }
    }
    Ok(url)
}

fn address(url: &Url) -> Option<IpAddr> {
    let address: IpAddr = url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    Some(address.to_canonical())
}

/// A name that is this machine by RFC 6761, section 6.3.
fn localhost(url: &Url) -> Option<&str> {
    url.host_str().filter(|host| {
        let name = host.strip_suffix('.').unwrap_or(host);
        name == "localhost" || name.ends_with(".localhost")
    })
}

fn is_loopback(url: &Url) -> bool {
    address(url).is_some_and(|address| address.is_loopback()) || localhost(url).is_some()
}

fn is_private(url: &Url) -> bool {
    match address(url) {
        Some(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => url.host_str().is_some_and(|host| {
            !host.contains('.') || [".internal", ".local", ".home.arpa"].iter().any(|suffix| host.ends_with(suffix))
        }),
    }
}

fn client(plan: &Plan, base: &Url, connect_timeout: Duration) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(connect_timeout)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        // Another crate of the program may turn these on for all.
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    if base.scheme() == "http" || is_loopback(base) {
        // A proxy would read what is plain, and its loopback is another.
        builder = builder.no_proxy();
    }
    if let Some(name) = localhost(base) {
        // The port is that of the URL.
        let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        builder = builder.resolve_to_addrs(name, &loopback.map(|address| SocketAddr::new(address, 0)));
    }
    builder.build().map_err(|_| {
        format!("the HTTP client of {} cannot be made: is there a TLS library and a store of certificates?", plan.name)
    })
}

#[cfg(test)]
mod tests;
