//! From linted documents to client crates.
//!
//! `cargo xtask regenerate` turns the documents in `specs/` into the crates in `crates/providers/`:
//!
//! 1. [`tasks`] reads all documents, and stops with all findings if there is one;
//! 2. [`generate`] makes the files of each crate, in memory: progenitor's client, polished ([`polish`], [`open_enum`],
//!    [`sweep`]),
//!    the client's builder ([`client`]), the plan ([`plan`]), and the rest of a crate ([`package`], [`example`],
//!    [`leaks`], [`mock`]);
//! 3. [`providers`] adds the crate that lists them all;
//! 4. [`tree`] compares all that with the disk, and writes what differs, or says so.

pub mod client;
pub mod example;
pub mod generate;
pub mod leaks;
pub mod mock;
pub mod open_enum;
pub mod package;
pub mod plan;
pub mod polish;
pub mod providers;
pub mod sweep;
pub mod syntax;
pub mod tasks;
pub mod tree;
