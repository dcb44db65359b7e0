//! Clients against sandboxes, over real connections.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used)]

mod bank;
mod events;
mod every_provider;
mod faults;
mod refusals;
mod sandbox;
mod support;
mod typed;
mod vocabulary;
