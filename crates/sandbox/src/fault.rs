//! Faults: what a sandbox does wrong when it is told to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Something that goes wrong on the way, or at the provider.
///
/// ```
/// # use std::time::Duration;
/// # use countersign_sandbox::{Fault, Sandbox};
/// # async fn example(sandbox: &Sandbox) {
/// sandbox.fault(Fault::Delay(Duration::from_secs(2)));
/// sandbox.fault(Fault::Status(503).on("forgot_password").times(1));
/// sandbox.clear_faults();
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request is served, and the response comes this much later.
    Delay(Duration),
    /// The request is served, and the connection ends in the place of a response.
    Drop,
    /// The request is not served: a response with this HTTP status and no body.
    Status(u16),
}

/// A fault, and what it applies to: every request, unless it is said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    fault: Fault,
    operation: Option<String>,
    times: Option<u32>,
}

impl Fault {
    /// For requests of this operation only.
    pub fn on(self, operation: impl Into<String>) -> Planned {
        Planned::from(self).on(operation)
    }

    /// For the next requests only.
    pub fn times(self, times: u32) -> Planned {
        Planned::from(self).times(times)
    }
}

impl Planned {
    /// For requests of this operation only.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// For the next requests only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }
}

impl From<Fault> for Planned {
    fn from(fault: Fault) -> Self {
        Self { fault, operation: None, times: None }
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Planned>>);

impl Faults {
    pub(crate) fn plan(&self, planned: Planned) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(planned);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The faults of a request of this operation, in the order in which they were planned.
    pub(crate) fn take(&self, operation: &str) -> Vec<Fault> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut faults = Vec::new();
        planned.retain_mut(|planned| {
            if planned.operation.as_deref().is_some_and(|own| own != operation) {
                return true;
            }
            match &mut planned.times {
                Some(0) => return false,
                Some(times) => *times -= 1,
                None => {}
            }
            faults.push(planned.fault);
            planned.times != Some(0)
        });
        faults
    }
}
