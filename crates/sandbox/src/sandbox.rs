//! A sandbox that listens.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::plan::Plan;
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::event::{Message, Wrong, deliver};
use crate::fault::Planned;
use crate::received::Received;
use crate::serve::{self, Names};
use crate::service::Service;

/// A provider that is played on this machine. It ends when it is dropped.
///
/// `Display` says how to point a client at it: the environment variables, as a shell takes them.
pub struct Sandbox {
    service: Arc<Service>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sandbox {
    pub(crate) fn serve(
        service: Arc<Service>,
        listener: TcpListener,
        address: SocketAddr,
        names: Names,
        patience: Duration,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve::serve(listener, Arc::clone(&service), names, patience, stopped));
        tracing::info!(provider = %service.plan().name, %address, "the sandbox listens");
        Self { service, address, stop, task }
    }

    /// The base URL for clients, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the provider is: its name, its credentials, its operations.
    pub fn plan(&self) -> &Plan {
        self.service.plan()
    }

    /// The credentials and settings that a client needs, by their names. They are made up, and good for this sandbox
    /// only.
    pub fn credentials(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.service.keys();
        keys.credentials.iter().chain(&keys.settings).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A credential or setting by its name; empty where there is none of that name.
    pub fn value(&self, name: &str) -> &str {
        self.credentials().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The environment variables that point a client at this sandbox: the base URL, the credentials and the settings.
    pub fn variables(&self) -> Vec<(String, String)> {
        let plan = self.service.plan();
        let url = (plan.variable("base_url"), self.url());
        let values = self.credentials().map(|(name, value)| (plan.variable(name), value.to_owned()));
        std::iter::once(url).chain(values).collect()
    }

    /// Points a client's builder at this sandbox: gives it the base URL, the credentials and the settings.
    pub fn fill(&self, builder: countersign::Builder) -> countersign::Builder {
        let keys = self.service.keys();
        let builder = builder.base_url(self.url());
        let builder =
            keys.credentials.iter().fold(builder, |builder, (name, value)| builder.credential(name, value.as_str()));
        keys.settings.iter().fold(builder, |builder, (name, value)| builder.setting(name, value.as_str()))
    }

    /// An event as the provider sends it to this URL, or one that is wrong by one thing. [`deliver`](crate::deliver) sends it, as often
    /// as it is called.
    ///
    /// # Errors
    /// There is no such event, or nothing in it can be wrong like that.
    pub fn event(&self, event: &str, to: &str, wrong: Option<Wrong>) -> Result<Message, Error> {
        self.service.events().message(event, to, wrong)
    }

    /// Sends an [event](Self::event) to this URL, and says with which status it was taken.
    ///
    /// # Errors
    /// There is no such event, nobody is there, or the receiver does not take it.
    pub async fn trigger(&self, event: &str, to: &str, wrong: Option<Wrong>) -> Result<StatusCode, Error> {
        deliver(&self.event(event, to, wrong)?).await
    }

    /// The requests that came, whole ones only, the oldest first. The last thousand are remembered, or fewer where they
    /// have more than 16 MiB of text.
    pub fn received(&self) -> Vec<Received> {
        self.service.received()
    }

    /// Ends every session that was issued: the next call that carries one is refused.
    pub fn expire_sessions(&self) {
        self.service.expire_sessions();
    }

    /// Does something wrong from now on, or for some requests. All faults that apply to a request happen to it.
    ///
    /// # Panics
    /// If it is for an operation that the document does not have.
    pub fn fault(&self, fault: impl Into<Planned>) {
        let planned = fault.into();
        if let Some(operation) = planned.operation() {
            assert!(self.plan().operation(operation).is_some(), "there is no operation {operation:?} to fail");
        }
        self.service.faults().plan(planned);
    }

    /// Does nothing wrong any more.
    pub fn clear_faults(&self) {
        self.service.faults().clear();
    }

    /// Stops listening, and waits until the requests that are being served have their responses.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // It can only fail by a panic, which the panic itself has reported.
        drop((&mut self.task).await);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Display for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# {}, played from its document. These values are made up, and good for nothing else.",
            self.plan().title
        )?;
        for (name, value) in self.variables() {
            writeln!(f, "export {name}='{}'", value.trim_end().replace('\'', r"'\''"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("provider", &self.plan().name)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
