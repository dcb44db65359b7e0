//! The words of a document as functions: what a generated plan is written with.
//!
//! A function makes what a document says at the least, and a method says more, so that a plan shows what is special about
//! its provider and nothing else:
//!
//! ```
//! use countersign_plan::words::*;
//! use countersign_plan::{Slot, list};
//!
//! // {hex: {sha-256: [{fields: signed}, {credential: secret_key}]}}
//! static CHECKSUM: Slot = header("checksum")
//!     .required()
//!     .secret()
//!     .filled(list![hex(list![sha_256(list![fields(SIGNED), credential("secret_key")])])]);
//! ```
//!
//! All of them are `const`.

mod constant;
mod constraint;
mod function;
mod operation;
mod outcome;
mod paging;
mod plan;
mod selection;
mod slot;
mod value;
mod webhook;

pub use constraint::*;
pub use function::*;
pub use operation::*;
pub use outcome::*;
pub use paging::*;
pub use plan::*;
pub use selection::*;
pub use slot::*;
pub use value::*;
pub use webhook::*;

/// A list of a generated plan.
#[macro_export]
macro_rules! list {
    () => { ::std::borrow::Cow::Borrowed(&[]) };
    ($($item:expr),+ $(,)?) => { ::std::borrow::Cow::Borrowed(const { &[$($item),+] }) };
}

/// A list of texts of a generated plan.
#[macro_export]
macro_rules! texts {
    ($($text:expr),* $(,)?) => { $crate::list![$(::std::borrow::Cow::Borrowed($text)),*] };
}
