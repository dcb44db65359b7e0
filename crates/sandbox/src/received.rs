//! What a sandbox has received, and what became of it. Nothing in it is secret.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use countersign_inspect::Checked;

use crate::fault::Fault;

/// A request, and what became of it. `Display` tells it as a developer wants to read it: each string to sign once, whatever
/// it is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path: the operation's, with the names of its parameters, or the one that was asked for where there is no
    /// such operation.
    pub path: String,
    /// The `operationId`.
    pub operation: Option<String>,
    /// What the client filled in, in the order in which it does, compared with what it should be.
    pub values: Vec<Checked>,
    /// What became of it.
    pub outcome: Outcome,
    /// What went wrong because the sandbox was told so.
    pub faults: Vec<Fault>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing spoke against it, and it was answered with an example. That can be the example of a refusal: one that
    /// the request asked for, or a rule of the document.
    Answered {
        /// The name of the example, or the status of a response without one.
        example: String,
        /// The HTTP status.
        status: u16,
    },
    /// It was refused.
    Refused {
        /// The name of the example that it was refused with, if the document has a refusal.
        example: Option<String>,
        /// The HTTP status.
        status: u16,
        /// Why.
        why: String,
    },
}

impl Received {
    /// Whether it was refused.
    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused { .. })
    }

    /// Why it was refused.
    pub fn why(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Refused { why, .. } => Some(why),
            Outcome::Answered { .. } => None,
        }
    }

    /// The name of the example that it was answered with.
    pub fn example(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Answered { example, .. } => Some(example),
            Outcome::Refused { example, .. } => example.as_deref(),
        }
    }

    /// The HTTP status that it was answered with.
    pub fn status(&self) -> u16 {
        match self.outcome {
            Outcome::Answered { status, .. } | Outcome::Refused { status, .. } => status,
        }
    }
}

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if let Some(operation) = &self.operation {
            write!(f, " ({operation})")?;
        }
        match &self.outcome {
            Outcome::Answered { example, status } => write!(f, ": answered with {example}, HTTP {status}")?,
            Outcome::Refused { example: Some(example), status, why } => {
                write!(f, ": refused with {example}, HTTP {status}: {why}")?;
            }
            Outcome::Refused { example: None, status, why } => write!(f, ": refused with HTTP {status}: {why}")?,
        }
        for fault in &self.faults {
            write!(f, "\n    fault: {fault:?}")?;
        }
        let why = self.why().unwrap_or_default();
        let mut told = BTreeSet::new();
        for checked in &self.values {
            if why.ends_with(&checked.to_string()) {
                // It is said above, with its string to sign.
                told.extend(checked.stages.iter().cloned());
            } else {
                write!(f, "\n    {}", checked.tell(&mut told))?;
            }
        }
        Ok(())
    }
}

/// So many requests are remembered.
const MOST: usize = 1000;

/// So much text is remembered of them. A request can have a value as long as its body.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The last requests.
#[derive(Default)]
pub(crate) struct History(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    /// Each with the length of its text, the oldest first.
    requests: VecDeque<(usize, Received)>,
    bytes: usize,
}

impl History {
    pub(crate) fn all(&self) -> Vec<Received> {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.requests.iter().map(|(_, received)| received.clone()).collect()
    }

    /// Remembers a request, and forgets the oldest for it. The latest is always remembered.
    pub(crate) fn remember(&self, received: Received) {
        let bytes = format!("{received:?}").len();
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.bytes += bytes;
        remembered.requests.push_back((bytes, received));
        while remembered.requests.len() > MOST || remembered.bytes > MOST_BYTES && remembered.requests.len() > 1 {
            let oldest = remembered.requests.pop_front().map_or(0, |(bytes, _)| bytes);
            remembered.bytes -= oldest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(path: String) -> Received {
        let outcome = Outcome::Answered { example: String::new(), status: 200 };
        let (operation, values, faults) = (None, Vec::new(), Vec::new());
        Received { method: "GET".to_owned(), path, operation, values, outcome, faults }
    }

    #[test]
    fn what_is_remembered_has_a_bound_of_number_and_size() {
        let history = History::default();
        for number in 0..1500 {
            history.remember(received(format!("/{number}")));
        }
        assert_eq!((history.all().len(), history.all()[0].path.as_str()), (1000, "/500"));
        for _ in 0..40 {
            history.remember(received("x".repeat(1024 * 1024)));
        }
        assert_eq!(history.all().len(), 15);
        history.remember(received("x".repeat(MOST_BYTES + 1)));
        assert_eq!(history.all().len(), 1);
        history.remember(received("/".to_owned()));
        assert_eq!(history.all(), [received("/".to_owned())]);
    }
}
