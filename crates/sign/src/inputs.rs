//! What a request is made with beside the call: credentials, settings, a session, one moment.

use std::collections::BTreeMap;
use std::fmt;

use countersign_plan::{CredentialKind, PlanRef, Text};
use jiff::Timestamp;
use uuid::Uuid;

use crate::crypto::RsaPublicKey;
use crate::secret::{REDACTED, Secret};

/// Named secrets, such as those of a session.
pub type Values = BTreeMap<Text, Secret>;

/// A credential, and its key where it is one.
#[derive(Clone, Debug)]
pub struct Credential {
    /// As it was given.
    pub text: Secret,
    /// What it was decoded to.
    pub key: Option<RsaPublicKey>,
}

impl Credential {
    /// Reads a credential.
    ///
    /// # Errors
    /// It is not of its kind. The text is not repeated.
    pub fn read(text: Secret, kind: CredentialKind) -> Result<Self, String> {
        let key = match kind {
            CredentialKind::Text => None,
            CredentialKind::RsaPublicKey => Some(RsaPublicKey::from_pem(text.expose())?),
        };
        Ok(Self { text, key })
    }
}

/// Everything that the calls of one account at a provider have in common.
#[derive(Clone)]
pub struct Setup {
    /// What is known of the provider, with the caller's overrides.
    pub plan: PlanRef,
    /// The credentials that were given.
    pub credentials: BTreeMap<Text, Credential>,
    /// The settings, those with the document's defaults too.
    pub settings: BTreeMap<Text, String>,
    /// A session that the caller brought.
    pub session: Option<Values>,
    /// The base URL, without a trailing slash, if it is known.
    pub base_url: Option<String>,
}

impl Setup {
    /// A setup without credentials, with the document's defaults as settings.
    pub fn new(plan: impl Into<PlanRef>) -> Self {
        let plan = plan.into();
        let defaults = plan.settings.iter().filter_map(|setting| {
            let default = setting.default.as_ref()?;
            Some((setting.name.clone(), default.to_string()))
        });
        let settings = defaults.collect();
        Self { plan, credentials: BTreeMap::new(), settings, session: None, base_url: None }
    }

    /// The same with a credential.
    ///
    /// # Errors
    /// It is not of the kind that the plan says. The text is not repeated.
    pub fn credential(mut self, name: &str, text: impl Into<Secret>) -> Result<Self, String> {
        let known = self.plan.credentials.iter().find(|credential| credential.name == name);
        let known = known.ok_or_else(|| format!("there is no credential {name:?}"))?;
        let (name, kind) = (known.name.clone(), known.kind);
        self.credentials.insert(name, Credential::read(text.into(), kind)?);
        Ok(self)
    }

    /// The same with a setting.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned().into(), value.into());
        self
    }

    /// The path of the base URL, without a trailing slash: nothing where there is none.
    pub fn base_path(&self) -> &str {
        let rest = self.base_url.as_deref().and_then(|url| url.split_once("://")).map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |start| rest[start..].trim_end_matches('/'))
    }

    /// Whether a setting has the value that is in the document, where everyone can read it.
    pub fn is_default(&self, name: &str) -> bool {
        let declared = self.plan.settings.iter().find(|setting| setting.name == name);
        let default = declared.and_then(|setting| setting.default.as_deref());
        default.is_some_and(|default| self.settings.get(name).is_some_and(|value| value == default))
    }

    /// Whether a setting must not be printed, since a slot of some operation that must not be is nothing but it.
    fn guards(&self, name: &str) -> bool {
        self.plan.operations.iter().any(|operation| operation.guards_setting(name))
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): (&Text, &String)| {
            (name.clone(), if self.guards(name) { REDACTED.to_owned() } else { value.clone() })
        };
        f.debug_struct("Setup")
            .field("provider", &self.plan.name)
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials)
            .field("settings", &self.settings.iter().map(shown).collect::<BTreeMap<_, _>>())
            .field("session", &self.session)
            .finish()
    }
}

/// The clock reading and the UUID of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub now: Timestamp,
    /// A random UUID, version 4.
    pub uuid: Uuid,
}

impl Moment {
    /// This moment, with a new UUID.
    pub fn now() -> Self {
        Self { now: Timestamp::now(), uuid: Uuid::new_v4() }
    }
}

/// What one attempt is made with.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// What all attempts have in common.
    pub setup: &'a Setup,
    /// The session of the attempt.
    pub session: Option<&'a Values>,
    /// Its time and its UUID.
    pub moment: Moment,
}
