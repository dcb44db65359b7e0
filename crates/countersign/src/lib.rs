//! Countersign's runtime.
pub mod plan;
