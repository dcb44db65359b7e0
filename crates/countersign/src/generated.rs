//! What generated code uses. It is public for that reason alone.

#[cfg(feature = "mock")]
pub mod mock;

pub use reqwest;
pub use serde;
pub use serde_json;
