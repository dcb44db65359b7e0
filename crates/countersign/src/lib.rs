//! Authenticates, signs, sends and judges the calls of API clients that are generated from OpenAPI documents.
//!
//! You do not depend on this crate by name: depend on a provider's, such as `countersign-airpay`, which re-exports what you
//! need. This crate knows no provider. What it does, it does by a [`plan`]: data that was generated from the provider's
//! document beside the provider's types.
//!
//! A call goes through these hands:
//!
//! 1. progenitor's builder makes a request from typed values;
//! 2. [`Executor`] checks the values against the document's rules, and then for every attempt
//! 3. gets a session, if the operation carries one: issued once, however many calls wait for it;
//! 4. fills in and signs a copy of the request, by evaluating the plan's [`value`]s;
//! 5. sends it, within its time and size, following no redirect;
//! 6. judges the answer: an [`Answer`], or an [`Error`], a refusal inside a success among them.
//!
//! # Promises
//!
//! - Nothing leaves unsigned: a value that is missing is an error before anything is sent, and the error names it.
//! - Nothing secret is printed, by `Debug`, `Display`, an error or a tracing event.
//! - TLS only, but for loopback addresses. Redirects are not followed. Every call ends in time, every answer has a limit.
//! - A call is sent again only when that is harmless.
//! - An unknown field, code or enum value in an answer is not an error.

mod answer;
mod body;
mod confidential;
mod config;
pub mod constraint;
mod draft;
mod error;
mod exec;
#[doc(hidden)]
pub mod generated;
mod key;
#[cfg(feature = "leaks")]
#[doc(hidden)]
pub mod leaks;
mod outcome;
mod parts;
mod pick;
pub mod plan;
mod read;
mod request;
mod secret;
mod session;
#[cfg(test)]
mod testing;
pub mod value;
#[cfg(feature = "verify")]
pub mod verify;

pub use answer::Answer;
pub use config::{Builder, CallOptions, Correction, Missing, PlanRef};
pub use draft::{Draft, Explanation, Shown};
pub use error::{Configuration, Error, Fault, NotSent, Rejection, SessionError, Transport, Unreadable};
pub use exec::Executor;
/// A calendar date, as jiff has it.
pub use jiff::civil::Date;
pub use plan::Kind;
pub use secret::{Secret, Sensitive};
pub use value::Stage;
