//! From linted documents to client crates.
//!
//! A [`project`] has a `countersign.toml` ([`config`]), which says where its documents and its crates are. [`tasks`] makes the ones of
//! the others:
//!
//! 1. [`lint`] reads all documents, and stops with all findings if there is one;
//! 2. [`generate`] makes the files of each crate, in memory: what progenitor decides about types and setters ([`progenitor`])
//!    becomes types ([`types`]) and calls ([`calls`]) of this project's own, whose paths are led to where a provider's crate
//!    finds them ([`sweep`]), and which are held to the document's marks ([`redaction`]); then what
//!    is compiled for which feature ([`features`]), the client's builder ([`client`]), the events ([`webhooks`]), the plan ([`plan`]), and the rest of a crate ([`package`], [`example`], [`mock`]);
//! 3. [`providers`] adds the crate that lists them all;
//! 4. [`tree`] compares all that with the disk, and writes what differs, or says so, unless a name is taken ([`neighbours`]) or
//!    somebody else's work would be lost ([`previous`]);
//! 5. what changes on the [`wire`] and in the types ([`surface`]) is shown before that, or between two editions of a document
//!    ([`diff`]).
//!
//! [`Generator`] does it from a build script or a tool of one's own.

mod boxed;
pub mod calls;
pub mod client;
pub mod config;
pub mod declared;
pub mod described;
pub mod diff;
pub mod difference;
pub mod example;
pub mod features;
pub mod generate;
mod generator;
pub mod init;
pub mod lint;
pub mod mock;
pub mod neighbours;
pub mod package;
pub mod plan;
pub mod previous;
pub mod print;
pub mod progenitor;
pub mod project;
pub mod providers;
pub mod quiet;
pub mod readme;
pub mod redaction;
pub mod surface;
pub mod sweep;
pub mod syntax;
pub mod tasks;
pub mod tree;
pub mod types;
pub mod webhooks;
pub mod wire;

pub use generator::Generator;
