//! What generated code uses. It is public for that reason alone.

mod alternatives;
mod given;
mod headers;
mod version;

pub use alternatives::{ReadBranch, Untyped, read_alternative, read_branch};
pub use given::{ConversionError, Field, Given, GivenOrNull, NotNull, Null, build, build_some, listed};
pub use headers::{Form, header, required_header};
pub use reqwest;
pub use serde;
pub use serde_json;
#[cfg(feature = "download")]
pub use tokio::io::AsyncWrite;
pub use version::{VERSION, joined, serves};

#[cfg(feature = "webhooks")]
pub use crate::webhook::{read_form, read_json};
pub use crate::{alternatives, check_version, headers, open_enum};
