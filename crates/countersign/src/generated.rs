//! What generated code uses. It is public for that reason alone.

pub use reqwest;
pub use serde;
pub use serde_json;
