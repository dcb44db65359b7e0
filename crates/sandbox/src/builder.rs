//! From a document to a sandbox that listens.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use countersign::Override;
use countersign_spec::Document;
use tokio::net::TcpListener;

use crate::error::Error;
use crate::keys;
use crate::sandbox::Sandbox;
use crate::serve::{Names, PATIENCE};
use crate::service::Service;

/// The name of a provider whose document came without one.
const NAMELESS: &str = "provider";

/// A document: a text, a name and a text, or one that was read already.
///
/// A provider's name is the stem of its document's file, so a text alone does not say it. Nothing but the environment
/// variables of [`Sandbox::variables`] is named after it: those of a text alone start with `PROVIDER_`.
#[derive(Clone, Debug)]
pub struct Source(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Text { name: String, text: String },
    Document(Box<Document>),
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        Self::from((NAMELESS, text))
    }
}

impl From<(&str, &str)> for Source {
    fn from((name, text): (&str, &str)) -> Self {
        Self(Kind::Text { name: name.to_owned(), text: text.to_owned() })
    }
}

impl From<Document> for Source {
    fn from(document: Document) -> Self {
        Self(Kind::Document(Box::new(document)))
    }
}

impl Sandbox {
    /// Plays a provider on any free port of 127.0.0.1, until it is dropped.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn start(source: impl Into<Source>) -> Result<Self, Error> {
        Self::builder(source).start().await
    }

    /// A builder, for another address, other credentials, or a session of another length.
    pub fn builder(source: impl Into<Source>) -> Builder {
        Builder::new(source.into())
    }
}

/// Gathers what a sandbox is made of.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before `start`"]
pub struct Builder {
    source: Source,
    address: SocketAddr,
    values: BTreeMap<String, String>,
    lifetime: Option<Duration>,
    hosts: Vec<String>,
    overrides: Vec<Override>,
    verifies: bool,
    pub(crate) patience: Duration,
}

impl Builder {
    fn new(source: Source) -> Self {
        Self {
            source,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            values: BTreeMap::new(),
            lifetime: None,
            hosts: Vec::new(),
            overrides: Vec::new(),
            verifies: true,
            patience: PATIENCE,
        }
    }

    /// Listens on this address, in place of any free port of 127.0.0.1.
    ///
    /// On an address that is not a loopback address, everyone who reaches it can call, and everyone on the way can read
    /// what is sent: it is plain HTTP.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Answers to this name as well: a host, or a host and a port, such as that of a container.
    ///
    /// A request for any other name than `localhost` and the address itself is turned away, because a page in a browser
    /// can have a name of its own resolve to here.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// The value of a credential or setting, in place of one that is made up. Give none that a real provider issued.
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// How long a session serves, in place of what the document says.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Expects what the document assumes wrongly as it is overridden here, as [`countersign::Builder::with_override`] does.
    /// Paths and methods stay the document's.
    pub fn with_override(mut self, change: Override) -> Self {
        self.overrides.push(change);
        self
    }

    /// Accepts whatever the client fills in: any credential, signature and session, as long as it is there. Rules and
    /// schemas still hold.
    ///
    /// For a tool that generates requests from the document and cannot sign them.
    pub fn unverified(mut self) -> Self {
        self.verifies = false;
        self
    }

    /// Reads the document, makes up what is missing, and listens.
    ///
    /// # Errors
    /// The document has findings, a value or a host is not usable, or the address cannot be listened on.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let document = match self.source.0 {
            Kind::Document(document) => *document,
            Kind::Text { name, text } => {
                countersign_spec::read(&format!("{name}.yaml"), &text).map_err(Error::Document)?
            }
        };
        let mut values = self.values;
        keys::add_held(&document, &mut values);
        let keys = keys::make(document.plan(), values)?;
        let bind = |error| Error::Bind(self.address, error);
        let listener = TcpListener::bind(self.address).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let service = Service::new(&document, keys, self.overrides, self.lifetime, self.verifies)?;
        let names = Names::new(address, &self.hosts)?;
        Ok(Sandbox::serve(Arc::new(service), listener, address, names, self.patience))
    }
}
