//! The plan: what a document says about authenticating, signing, classifying and retrying, as data.
//!
//! A provider crate holds its plan as one `static`, written with the functions of [`words`]; a tool that reads a document at
//! run time builds the same types on the heap. [`Cow`] serves both. Nothing here sends or signs anything: `countersign`
//! evaluates the [`Value`]s, sends the requests and classifies the responses.
//!
//! The words are those of `specs/README.md`, where each has an example.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

mod algorithm;
pub mod codec;
pub mod constraint;
mod expression;
pub mod form;
mod function;
pub mod json;
mod operation;
mod order;
mod outcome;
mod overrides;
mod paging;
mod pattern;
pub mod pointer;
mod session;
pub mod template;
mod time;
mod value;
mod webhook;
pub mod words;

pub use algorithm::{CipherMode, EcdsaForm, JweAlgorithm, JweEncryption, JwsAlgorithm, SignatureAlgorithm};
pub use constraint::{Alternatives, Branch, Constraint, Member};
pub use expression::Expression;
pub use function::{Codec, Escape, Function, Hash, JsonForm, Padding, Payload};
pub use operation::{
    Delimiter, Encoding, Notation, Operation, Part, Place, ResponseForm, Retry, Secrecy, Slot, Style, Success,
};
pub use order::Cycle;
pub use outcome::{Condition, DecidedBy, Kind, Outcome, RequestId};
pub use overrides::Override;
pub use paging::{Cursor, Found, Next, PageSize, Paging};
pub use pattern::{Pattern, Run};
pub use session::{Expiry, Session, SessionRefusal, SessionValue};
pub use value::{
    Absent, Alphabet, FieldForm, Fields, Of, Operands, Order, Per, PublicForm, RequestPart, ResponsePart, Selection,
    TimeFormat, UuidVersion, Value, any, reads_credential, reads_given, reads_session, reads_setting,
};
pub use webhook::{SentAt, Webhook};

/// A piece of text, borrowed in a generated crate and owned in a plan that was read at run time.
pub type Text = Cow<'static, str>;

/// A list, borrowed in a generated crate and owned in a plan that was read at run time.
pub type List<T> = Cow<'static, [T]>;

/// Everything that Countersign knows of one provider beside its types.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The provider's name in `snake_case`: the stem of its document's file name.
    pub name: Text,
    /// The document's `info.title`.
    pub title: Text,
    /// Values that the provider issued to the caller and that must stay secret or are the caller's identity.
    pub credentials: List<Credential>,
    /// Values that the caller chooses and that are not secret.
    pub settings: List<Setting>,
    /// Where the provider is reached.
    pub servers: List<Server>,
    /// How later calls get the values that the provider issues at run time, if it issues any.
    pub session: Option<Session>,
    /// The operations, in the document's order.
    pub operations: List<Operation>,
    /// What the provider sends to the caller, in the document's order.
    pub webhooks: List<Webhook>,
}

impl Plan {
    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The webhook whose operation has this `operationId`.
    pub fn webhook(&self, id: &str) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.operation.id == id)
    }

    /// The credential of this name.
    pub fn credential(&self, name: &str) -> Option<&Credential> {
        self.credentials.iter().find(|credential| credential.name == name)
    }

    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// Every expression of the operations and of the webhooks.
    pub fn expressions(&self) -> impl Iterator<Item = &[Value]> {
        self.operations
            .iter()
            .flat_map(Operation::expressions)
            .chain(self.webhooks.iter().flat_map(Webhook::expressions))
    }

    /// Every constraint of the operations and of the webhooks, without those that are in others.
    pub fn rules(&self) -> impl Iterator<Item = &Constraint> {
        let operations = self.operations.iter().chain(self.webhooks.iter().map(|webhook| &webhook.operation));
        let all = operations.flat_map(|operation| {
            let of_branches =
                operation.alternatives.iter().flat_map(|of| of.branches.iter()).map(|branch| &branch.rules);
            operation.slots.iter().map(|slot| &slot.rules).chain(of_branches)
        });
        all.flat_map(|rules| rules.iter())
    }

    /// Where an operation is called in the place of the servers: the address and the names of the servers whose place it takes. Nothing
    /// where it is called at the servers, as most are.
    pub fn places<'p>(&'p self, operation: &'p Operation) -> Vec<(&'p str, Vec<&'p str>)> {
        let mut places: Vec<(&str, Vec<&str>)> = Vec::new();
        for (server, url) in self.servers.iter().zip(operation.servers.iter()) {
            match places.iter_mut().find(|(known, _)| *known == &**url) {
                Some((_, servers)) => servers.push(&server.name),
                None => places.push((url, vec![&server.name])),
            }
        }
        places
    }

    /// The same for a reader, with the names of the servers where it is not all of them, and each address as `shown` has it.
    pub fn places_text(&self, operation: &Operation, shown: impl Fn(&str) -> String) -> String {
        let places =
            self.places(operation).into_iter().map(|(url, servers)| match servers.len() == self.servers.len() {
                true => shown(url),
                false => format!("{} ({})", shown(url), servers.join(", ")),
            });
        places.collect::<Vec<_>>().join(", ")
    }

    /// The credentials of calls: all but those that webhooks alone are verified with.
    pub fn call_credentials(&self) -> impl Iterator<Item = &Credential> {
        let shows = |operation: &Operation, name: &str| operation.certificate.as_deref() == Some(name);
        self.credentials.iter().filter(move |credential| {
            self.operations.iter().any(|operation| shows(operation, &credential.name))
                || self.calls_read(|values| reads_credential(values, &credential.name))
        })
    }

    /// The settings of calls: those that a value reads, and those that are in an address.
    pub fn call_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| {
            self.addresses().flat_map(template::names).any(|name| name == setting.name)
                || self.calls_read(|values| reads_setting(values, &setting.name))
        })
    }

    fn calls_read(&self, reads: impl Fn(&[Value]) -> bool) -> bool {
        self.operations.iter().flat_map(Operation::expressions).any(reads)
    }

    /// The addresses of the servers, those that an operation has of its own included.
    fn addresses(&self) -> impl Iterator<Item = &str> {
        let own = self.operations.iter().flat_map(|operation| operation.servers.iter());
        self.servers.iter().map(|server| &*server.url).chain(own.map(|url| &**url))
    }

    /// The credentials that webhooks are verified with.
    pub fn webhook_credentials(&self) -> impl Iterator<Item = &Credential> {
        self.credentials
            .iter()
            .filter(|credential| self.webhooks_read(|values| reads_credential(values, &credential.name)))
    }

    /// The settings that webhooks are verified with.
    pub fn webhook_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| self.webhooks_read(|values| reads_setting(values, &setting.name)))
    }

    fn webhooks_read(&self, reads: impl Fn(&[Value]) -> bool) -> bool {
        self.webhooks.iter().flat_map(Webhook::expressions).any(reads)
    }

    /// The name of the environment variable that holds a credential, a setting or a session value: `AIRPAY_SECRET_KEY`.
    pub fn variable(&self, name: &str) -> String {
        format!("{}_{}", self.name, name).to_ascii_uppercase()
    }
}

/// A plan that is compiled in, as in a generated crate, or shared, as in a tool that read a document.
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

/// A value that the provider issued to the caller before any call (`x-credentials`).
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// The name, as the builder, the environment variable and `{credential: NAME}` have it.
    pub name: Text,
    /// What it is and who issues it.
    pub description: Text,
    /// What its text must be.
    pub kind: CredentialKind,
}

/// What the text of a credential must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Any text that is not empty.
    Text,
    /// Bytes in hexadecimal. `{credential: NAME}` yields the bytes.
    Hex,
    /// Bytes in base64, of either alphabet. `{credential: NAME}` yields the bytes.
    Base64,
    /// An RSA public key of at least 2048 bits as PEM text, PKCS#1 or SubjectPublicKeyInfo.
    RsaPublicKey,
    /// A private key as PEM text: PKCS#8, PKCS#1 or SEC1; RSA of at least 2048 bits, ECDSA or Ed25519.
    PrivateKey,
    /// One public key or several: SubjectPublicKeyInfo, a certificate, a JWK or a JWKS.
    PublicKey,
    /// The certificates and the private key of the client in mutual TLS, as PEM text.
    ClientCertificate,
}

impl CredentialKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Hex,
        Self::Base64,
        Self::RsaPublicKey,
        Self::PrivateKey,
        Self::PublicKey,
        Self::ClientCertificate,
    ];

    /// The document's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::RsaPublicKey => "rsa-public-key",
            Self::PrivateKey => "private-key",
            Self::PublicKey => "public-key",
            Self::ClientCertificate => "client-certificate",
        }
    }
}

/// A value that the caller chooses (`x-settings`).
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The name, as the builder, the environment variable and `{setting: NAME}` have it.
    pub name: Text,
    /// What it means.
    pub description: Text,
    /// The value where the caller gives none. A setting without a default must be given.
    pub default: Option<Text>,
    /// What it may be, if that is said.
    pub one_of: List<Text>,
}

/// An entry of the document's `servers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The server's `x-name`.
    pub name: Text,
    /// Its base URL, without a trailing slash. Settings are in it by their names: `https://{region}.example`.
    pub url: Text,
    /// What it is for.
    pub description: Text,
}

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

#[cfg(test)]
mod tests;
