//! Fills in and signs the requests of provider APIs, by a [plan](countersign_plan), and reads the requests of others the same
//! way to verify them.
//!
//! It is pure: a [`Call`] and [`Inputs`] in, the parts of a signed request out. It knows no HTTP client, reads no clock but for
//! [`Moment::now`], and is not async.
//!
//! ```
//! use countersign_plan::words::*;
//! use countersign_plan::{Plan, list};
//! use countersign_sign::{Call, Inputs, Moment, Setup};
//!
//! static PLAN: Plan = plan("acme", "Acme").operations(list![
//!     operation("pay", "POST", "/pay")
//!         .slots(list![
//!             // {hex: {sha-256: [{field: amount}, {setting: salt}]}}
//!             header("X-Sum").filled(list![hex(list![sha_256(list![sent_field("amount"), setting("salt")])])]),
//!             field("/amount").required(),
//!         ])
//!         .json()
//!         .order(list![0]),
//! ]);
//!
//! # fn main() -> Result<(), countersign_sign::Invalid> {
//! let setup = Setup::new(&PLAN).setting("salt", "pepper");
//! let call = Call::new("pay").value("amount", "12.50");
//! let operation = PLAN.operation("pay").expect("it is there");
//! let mut request = call.request(operation, "")?;
//! request.check(&[])?;
//! request.fill(&Inputs { setup: &setup, session: None, moment: Moment::now() })?;
//! assert_eq!(request.body_text(), r#"{"amount":"12.50"}"#);
//! let sum = request.header("X-Sum").expect("it was filled in");
//! // printf '12.50pepper' | sha256sum
//! assert_eq!(sum, b"6b71ccb6b1bb142c9306ea069d936e64164f7bbffc4ee801e4b609d6ca2d3840");
//! # Ok(())
//! # }
//! ```
//!
//! # How a value comes about
//!
//! [`Request::fill`] takes the slots in the plan's order, evaluates the expression of each and puts the bytes in their place. An
//! evaluation calls a [`Trace`] with everything that it reads and applies. A client's trace is `()`, and costs nothing; a tool that
//! explains has one of its own. There is one evaluator: what is shown is what is sent.

mod answer;
mod body;
mod call;
mod confidential;
mod crypto;
#[cfg(feature = "decimal")]
mod decimal;
mod evaluate;
mod evaluation;
mod file;
mod fill;
mod form;
mod functions;
mod inputs;
mod invalid;
mod item;
mod memory;
pub mod multipart;
mod object;
mod pairs;
mod parts;
#[cfg(feature = "provider")]
pub mod provider;
mod request;
mod response;
mod secret;
mod select;
mod sink;
mod trace;
mod verify;

pub use call::Call;
pub use confidential::Confidential;
/// A function of an expression.
pub use countersign_plan::Function;
pub use crypto::RsaPublicKey;
#[cfg(feature = "decimal")]
pub use decimal::{Decimal, NoDecimal};

/// The name of a type that takes the text of a number, for a deserialiser that has it.
#[doc(hidden)]
pub const DECIMAL: &str = "countersign::Decimal";

pub use file::File;
pub use fill::{Filled, Kept};
pub use inputs::{Credential, Inputs, Moment, Setup, Signing, ToSign, Values};
pub use invalid::Invalid;
/// A calendar date, as jiff has it.
pub use jiff::civil::Date;
pub use request::{Header, Request};
pub use secret::{REDACTED, Secret, Sensitive};
pub use trace::{Missing, Source, Trace};
pub use verify::{CLOCK, Mismatch, Told};
