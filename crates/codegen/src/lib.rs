//! From linted documents to client crates.
//!
//! `cargo xtask regenerate` turns the documents in `specs/` into the crates in `crates/providers/`:
//!
//! 1. [`tasks`] reads all documents, and stops with all findings if there is one;
//! 2. [`generate`] makes the files of each crate, in memory: what progenitor decides about types and setters ([`progenitor`])
//!    becomes types ([`types`]) and calls ([`calls`]) of this project's own, whose paths are led to where a provider's crate
//!    finds them ([`sweep`]), and which are held to the document's marks ([`redaction`]); then the client's builder
//!    ([`client`]), the events ([`webhooks`]), the plan ([`plan`]), and the rest of a crate ([`package`], [`example`], [`mock`]);
//! 3. [`providers`] adds the crate that lists them all;
//! 4. [`tree`] compares all that with the disk, and writes what differs, or says so.

pub mod calls;
pub mod client;
pub mod described;
pub mod example;
pub mod generate;
pub mod mock;
pub mod origin;
pub mod package;
pub mod plan;
pub mod print;
pub mod progenitor;
pub mod providers;
pub mod quiet;
pub mod readme;
pub mod redaction;
pub mod sweep;
pub mod syntax;
pub mod tasks;
pub mod tree;
pub mod types;
pub mod webhooks;
