//! The words of a whole provider: what is given to a client, where it is called, and its session.

use super::constant::{borrowed, put};
use crate::{
    Credential, CredentialKind, Expiry, List, Operation, Plan, Server, Session, SessionRefusal, SessionValue, Setting,
    Text, Webhook, list,
};

/// A plan with no values to configure.
pub const fn plan(name: &'static str, title: &'static str) -> Plan {
    Plan {
        name: borrowed(name),
        title: borrowed(title),
        credentials: list![],
        settings: list![],
        servers: list![],
        session: None,
        operations: list![],
        webhooks: list![],
    }
}

impl Plan {
    /// What the provider issued to the caller.
    pub const fn credentials(mut self, credentials: List<Credential>) -> Self {
        put(&mut self.credentials, credentials);
        self
    }

    /// What the caller chooses.
    pub const fn settings(mut self, settings: List<Setting>) -> Self {
        put(&mut self.settings, settings);
        self
    }

    /// Where the provider is reached.
    pub const fn servers(mut self, servers: List<Server>) -> Self {
        put(&mut self.servers, servers);
        self
    }

    /// How the session is issued.
    pub const fn session(mut self, session: Session) -> Self {
        put(&mut self.session, Some(session));
        self
    }

    /// What the provider sends.
    pub const fn webhooks(mut self, webhooks: List<Webhook>) -> Self {
        put(&mut self.webhooks, webhooks);
        self
    }

    /// The operations.
    pub const fn operations(mut self, operations: List<Operation>) -> Self {
        put(&mut self.operations, operations);
        self
    }
}

impl Credential {
    /// A credential that is any text.
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), kind: CredentialKind::Text }
    }

    /// A credential of another kind.
    pub const fn of(kind: CredentialKind, name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), kind }
    }
}

impl Setting {
    /// A setting that the caller must give.
    pub const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), default: None, one_of: list![] }
    }

    /// What it is one of.
    pub const fn one_of(mut self, values: List<Text>) -> Self {
        put(&mut self.one_of, values);
        self
    }

    /// What it is unless the caller gives it.
    pub const fn default(mut self, value: &'static str) -> Self {
        put(&mut self.default, Some(borrowed(value)));
        self
    }
}

impl Server {
    /// A server.
    pub const fn new(name: &'static str, url: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), url: borrowed(url), description: borrowed(description) }
    }
}

impl Session {
    /// A session that this operation issues, and that serves until it is refused.
    pub const fn issued_by(operation: &'static str, values: List<SessionValue>) -> Self {
        Self {
            issue: borrowed(operation),
            renew: None,
            values,
            expires: list![],
            early_seconds: 60,
            refused: SessionRefusal { statuses: list![], codes: list![] },
        }
    }

    /// The operation whose response replaces the values too.
    pub const fn renewed_by(mut self, operation: &'static str) -> Self {
        put(&mut self.renew, Some(borrowed(operation)));
        self
    }

    /// How its end is known.
    pub const fn expires(mut self, expires: List<Expiry>) -> Self {
        put(&mut self.expires, expires);
        self
    }

    /// How many seconds before its end it is no longer used. Default: 60.
    pub const fn early(mut self, seconds: u32) -> Self {
        self.early_seconds = seconds;
        self
    }

    /// The HTTP statuses and the codes that mean that it is no longer good.
    pub const fn refused(mut self, statuses: List<u16>, codes: List<Text>) -> Self {
        put(&mut self.refused, SessionRefusal { statuses, codes });
        self
    }
}

impl SessionValue {
    /// A value, and where in the response it is.
    pub const fn new(name: &'static str, pointer: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), pointer: borrowed(pointer), description: borrowed(description) }
    }
}

/// `{jwt: NAME}`
pub const fn jwt(name: &'static str) -> Expiry {
    Expiry::Jwt(borrowed(name))
}

/// `{seconds: POINTER}`
pub const fn seconds(pointer: &'static str) -> Expiry {
    Expiry::Seconds(borrowed(pointer))
}

/// `{at: POINTER, format: FORMAT, offset: …}`
pub const fn at(pointer: &'static str, format: &'static str, offset_seconds: i32) -> Expiry {
    Expiry::At { pointer: borrowed(pointer), format: borrowed(format), offset_seconds }
}

/// `{after: …}`, in seconds.
pub const fn after(seconds: u32) -> Expiry {
    Expiry::After(seconds)
}
