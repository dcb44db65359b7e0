//! What a request is made with beside the call: credentials, settings, a session, one moment.

use std::collections::BTreeMap;
use std::fmt;

use countersign_plan::{
    Alphabet, Codec, CredentialKind, EcdsaForm, Hash, Operation, Per, PlanRef, PublicForm, SignatureAlgorithm, Text,
    UuidVersion, codec,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::{PrivateKey, PublicKeys, RsaPublicKey};
use crate::secret::{REDACTED, Secret};

/// Named secrets, such as those of a session.
pub type Values = BTreeMap<Text, Secret>;

/// A credential, and what it was decoded to. `Debug` shows neither.
#[derive(Clone)]
pub struct Credential {
    /// As it was given. Nothing of a signer.
    pub text: Secret,
    pub(crate) key: Key,
    /// The private half of a public key, of whoever plays its owner.
    pub(crate) private: Option<PrivateKey>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// What a credential was decoded to.
#[derive(Clone)]
pub(crate) enum Key {
    /// Nothing: its text counts.
    Text,
    /// Bytes.
    Bytes(Zeroizing<Vec<u8>>),
    /// An RSA key to encrypt with.
    Rsa(RsaPublicKey),
    /// One's own private key.
    Private(PrivateKey),
    /// The other side's public keys.
    Public(PublicKeys),
    /// A certificate of the client, of which the HTTP client makes use.
    Certificate(PublicKeys),
    /// A key that the process does not hold.
    Signer,
}

impl Key {
    /// Whether it is a key of its own kind, and not bytes.
    pub(crate) const fn is_asymmetric(&self) -> bool {
        !matches!(self, Self::Text | Self::Bytes(_))
    }
}

impl Credential {
    /// Reads a credential.
    ///
    /// # Errors
    /// It is not of its kind. The text is not repeated.
    pub fn read(text: Secret, kind: CredentialKind) -> Result<Self, String> {
        let bytes = |codec| codec::encode(codec, text.expose().as_bytes()).map(|bytes| Key::Bytes(bytes.into()));
        let key = match kind {
            CredentialKind::Text => Key::Text,
            CredentialKind::Hex => bytes(Codec::FromHex).map_err(|_| "it is not hexadecimal")?,
            CredentialKind::Base64 => bytes(Codec::FromBase64).map_err(|_| "it is not base64")?,
            CredentialKind::RsaPublicKey => Key::Rsa(RsaPublicKey::from_pem(text.expose())?),
            CredentialKind::PrivateKey => Key::Private(PrivateKey::from_pem(text.expose())?),
            CredentialKind::PublicKey => Key::Public(PublicKeys::from_text(text.expose())?),
            CredentialKind::ClientCertificate => Key::Certificate(PublicKeys::from_identity(text.expose())?),
        };
        Ok(Self { text, key, private: None })
    }

    /// A key that the process does not hold: what it signs is [asked for](crate::Filled::Wants).
    pub fn signer() -> Self {
        Self { text: Secret::from(String::new()), key: Key::Signer, private: None }
    }

    /// Whether the process does not hold the key.
    pub fn is_signer(&self) -> bool {
        matches!(self.key, Key::Signer)
    }

    /// What `{credential: NAME}` yields. Nothing of a key, which is used and not sent.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.key {
            Key::Bytes(bytes) => Some(bytes),
            Key::Text => Some(self.text.expose().as_bytes()),
            _ => None,
        }
    }

    /// Its public half, or its certificate.
    pub(crate) fn public(&self, form: PublicForm) -> Result<Vec<u8>, String> {
        let key = match &self.key {
            Key::Private(key) => key.public(),
            Key::Public(keys) | Key::Certificate(keys) => keys.recipient(None)?,
            _ => return Err("it is not declared as a key that has a public half".into()),
        };
        Ok(match form {
            PublicForm::Jwk => key.jwk().into_bytes(),
            PublicForm::Thumbprint => key.thumbprint(),
            PublicForm::Der => key.certificate().unwrap_or(key.spki()).to_vec(),
            PublicForm::Sha256 => key.certificate_sha256().unwrap_or_else(|| Sha256::digest(key.spki()).to_vec()),
        })
    }
}

/// Bytes that a signer of the caller's is to sign.
#[derive(Clone)]
pub struct ToSign {
    /// The credential whose key signs.
    pub credential: Text,
    /// How.
    pub signing: Signing,
    /// What is signed.
    pub message: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { credential, signing, .. } = self;
        f.debug_struct("ToSign").field("credential", credential).field("signing", signing).finish_non_exhaustive()
    }
}

/// How bytes are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// With a private key.
    Private(SignatureAlgorithm, EcdsaForm),
    /// With a shared one.
    Hmac(Hash),
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
    /// The base URL, as the URL standard writes it and without a trailing slash, if it is known. What is signed of it is signed as
    /// it is written here.
    pub base_url: Option<String>,
    /// The same of operations that are called elsewhere, by their ids.
    pub hosts: BTreeMap<Text, String>,
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
        Self { plan, credentials: BTreeMap::new(), settings, session: None, base_url: None, hosts: BTreeMap::new() }
    }

    /// The same with a credential.
    ///
    /// # Errors
    /// It is not of the kind that the plan says. The text is not repeated.
    pub fn credential(mut self, name: &str, text: impl Into<Secret>) -> Result<Self, String> {
        let known = self.plan.credential(name);
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

    /// Where an operation is called, if it is known.
    pub fn base_of(&self, operation: &Operation) -> Option<&str> {
        self.hosts.get(&operation.id).or(self.base_url.as_ref()).map(String::as_str)
    }

    /// The path of where an operation is called, without a trailing slash: nothing where there is none.
    pub fn base_path(&self, operation: &Operation) -> &str {
        path_of(self.base_of(operation)).trim_end_matches('/')
    }

    /// The scheme, the host and the port of where an operation is called: nothing where that is not known.
    pub(crate) fn origin(&self, operation: &Operation) -> &str {
        let url = self.base_of(operation).unwrap_or_default();
        &url[..url.len() - path_of(Some(url)).len()]
    }

    /// Whether a setting has the value that is in the document, where everyone can read it.
    pub fn is_default(&self, name: &str) -> bool {
        let declared = self.plan.setting(name);
        let default = declared.and_then(|setting| setting.default.as_deref());
        default.is_some_and(|default| self.settings.get(name).is_some_and(|value| value == default))
    }

    /// Whether a setting must not be printed, since a slot of some operation that must not be is nothing but it.
    fn guards(&self, name: &str) -> bool {
        self.plan.operations.iter().any(|operation| operation.guards_setting(name))
    }
}

/// The path of a URL, with its slashes.
fn path_of(url: Option<&str>) -> &str {
    let rest = url.and_then(|url| url.split_once("://")).map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |start| &rest[start..])
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): (&Text, &String)| {
            (name.clone(), if self.guards(name) { REDACTED.to_owned() } else { value.clone() })
        };
        f.debug_struct("Setup")
            .field("provider", &self.plan.name)
            .field("base_url", &self.base_url)
            .field("hosts", &self.hosts)
            .field("credentials", &self.credentials)
            .field("settings", &self.settings.iter().map(shown).collect::<BTreeMap<_, _>>())
            .field("session", &self.session)
            .finish()
    }
}

/// The clock and chance of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time.
    pub now: Timestamp,
    /// A random UUID, version 4.
    pub uuid: Uuid,
    /// The time of the call's first attempt.
    pub call_now: Timestamp,
    /// The random UUID of the call.
    pub call_uuid: Uuid,
    /// Fills a buffer with random bytes. A test may give others.
    pub fill: fn(&mut [u8]),
}

impl Moment {
    /// The first attempt of a call, now.
    pub fn now() -> Self {
        let now = Timestamp::now();
        // Both at once: every attempt of every call comes here.
        let mut random = [[0; 16]; 2];
        fill_randomly(random.as_flattened_mut());
        let [uuid, call_uuid] = random.map(|bytes| uuid::Builder::from_random_bytes(bytes).into_uuid());
        Self { now, uuid, call_now: now, call_uuid, fill: fill_randomly }
    }

    /// The first attempt of a call, now, for expressions that read no UUID: all of its own are nil.
    pub fn without_uuids() -> Self {
        Self::fixed(Timestamp::now(), Uuid::nil(), fill_randomly)
    }

    /// A moment that is always the same, for tests: its time, its UUID, and what fills a buffer in the place of chance.
    pub const fn fixed(now: Timestamp, uuid: Uuid, fill: fn(&mut [u8])) -> Self {
        Self { now, uuid, call_now: now, call_uuid: uuid, fill }
    }

    /// Another attempt of the same call, at another moment.
    #[must_use]
    pub fn again(self, moment: Self) -> Self {
        Self { call_now: self.call_now, call_uuid: self.call_uuid, ..moment }
    }

    pub(crate) fn uuid(&self, version: UuidVersion, per: Per) -> Uuid {
        let (now, uuid) = match per {
            Per::Attempt => (self.now, self.uuid),
            Per::Call => (self.call_now, self.call_uuid),
        };
        match version {
            UuidVersion::V4 => uuid,
            UuidVersion::V7 => {
                let mut random = [0; 10];
                random.copy_from_slice(&uuid.as_bytes()[..10]);
                let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
                uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
            }
        }
    }

    pub(crate) fn time(&self, plus_seconds: i64) -> Result<Timestamp, String> {
        let later = self.now.checked_add(jiff::SignedDuration::from_secs(plus_seconds));
        later.map_err(|_| "a time is out of range".to_owned())
    }

    /// A random text, or random bytes.
    pub(crate) fn random(&self, of: Alphabet, length: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; length]);
        self.fill(&mut bytes);
        match of {
            Alphabet::Bytes => {}
            Alphabet::Hex => {
                bytes.iter_mut().for_each(|byte| *byte = b"0123456789abcdef"[usize::from(*byte & 15)]);
            }
            Alphabet::Alphanumeric => {
                const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
                for byte in bytes.iter_mut() {
                    // What is left over of 256 would make some letters likelier than others.
                    while *byte >= 248 {
                        self.fill(std::slice::from_mut(byte));
                    }
                    *byte = LETTERS[usize::from(*byte % 62)];
                }
            }
        }
        bytes
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        (self.fill)(bytes);
    }
}

/// Fills a buffer by the operating system's chance.
///
/// # Panics
/// The operating system has none.
pub(crate) fn fill_randomly(bytes: &mut [u8]) {
    if aws_lc_rs::rand::fill(bytes).is_err() {
        panic!("the operating system gives no random bytes");
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
