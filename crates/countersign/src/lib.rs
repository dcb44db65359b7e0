//! Authenticates, signs, sends and classifies the calls of API clients that are generated from OpenAPI documents.
//!
//! You do not depend on this crate by name: depend on a provider's, such as `countersign-airpay`, which re-exports what you
//! need. This crate knows no provider. What it does, it does by a [`plan`]: data that was generated from the provider's
//! document beside the provider's types.
//!
//! A call goes through these hands:
//!
//! 1. a generated builder makes a [`Call`] of typed values;
//! 2. [`Executor`] checks the values against the document's rules, and then for every attempt
//! 3. gets a session, if the operation carries one: issued once, however many calls wait for it;
//! 4. has `countersign-sign` fill in and sign a request, by the plan;
//! 5. sends it, within its time and size, following no redirect;
//! 6. classifies the response: a [`Response`], or an [`Error`], a refusal inside a success among them.
//!
//! # Promises
//!
//! - Nothing leaves unsigned: a value that is missing is an error before anything is sent, and the error names it.
//! - Nothing secret is printed, by `Debug`, `Display`, an error or a tracing event.
//! - TLS only, but for loopback addresses. Redirects are not followed. Every call ends in time, every response has a limit.
//! - A call is sent again only when that is harmless.
//! - An unknown field, code or enum value in a response is not an error.

mod attempt;
mod base_url;
mod binary;
mod builder;
mod classify;
mod credential;
#[cfg(feature = "download")]
mod download;
mod environment;
mod error;
mod executor;
#[cfg(feature = "multipart")]
#[cfg_attr(docsrs, doc(cfg(feature = "multipart")))]
pub mod file;
#[doc(hidden)]
pub mod generated;
#[cfg(feature = "mock")]
pub mod mock;
mod options;
#[cfg(feature = "pages")]
mod pages;
mod pick;
mod read;
mod response;
mod session;
mod shared;
mod sink;
mod success;
#[cfg(feature = "webhooks")]
#[cfg_attr(docsrs, doc(cfg(feature = "webhooks")))]
pub mod webhook;

pub use binary::Binary;
pub use builder::{Builder, Missing};
pub use countersign_plan as plan;
pub use countersign_plan::{Kind, Override, PlanRef, list, texts};
pub use countersign_sign::{Call, Date, File, Moment, Secret, Sensitive, Setup, Signing, ToSign};
#[cfg(feature = "decimal")]
#[cfg_attr(docsrs, doc(cfg(feature = "decimal")))]
pub use countersign_sign::{Decimal, NoDecimal};
pub use credential::{CredentialSource, Signer, SignerError};
#[cfg(feature = "download")]
#[cfg_attr(docsrs, doc(cfg(feature = "download")))]
pub use download::Download;
pub use error::{ApiError, Configuration, Error, Fault, InvalidRequest, InvalidResponse, SessionError, Transport};
pub use executor::Executor;
pub use generated::Null;
pub use options::CallOptions;
#[cfg(feature = "pages")]
#[cfg_attr(docsrs, doc(cfg(feature = "pages")))]
pub use pages::{Items, Pages, Position};
pub use response::{Meta, Response};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
