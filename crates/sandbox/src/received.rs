//! What a sandbox has received, and what became of it. Nothing in it is secret.

use std::fmt;

use countersign::verify::Checked;

use crate::fault::Fault;

/// A request, and what became of it. `Display` tells it as a developer wants to read it.
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
        for checked in &self.values {
            write!(f, "\n    {checked}")?;
        }
        Ok(())
    }
}
