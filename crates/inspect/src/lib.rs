//! Explains how a signature comes about, and says what is wrong with one that was received: what tools need and clients do not.
//!
//! [`explain`] shows a call as it would leave, and [`verify`] recomputes what a client filled into a request. Both evaluate what
//! a client evaluates, by the same plan and with the same evaluator, and follow it with a trace of their own. So what is shown is
//! what is sent, and whoever verifies cannot disagree with whoever signs.
//!
//! # What may be shown
//!
//! What the document marks as secret or personal goes by its name, as `‹name›`, and so does what it does not describe, every
//! credential and every session value. A value that was made of one of these goes by its own name wherever it is read again. A
//! digest is shown where a key is in it beside something else; one that could be found by trying is shown as `sha-256(‹name›)`.

mod explain;
mod parts;
mod read;
mod stage;
#[cfg(test)]
mod testing;
mod tracer;
mod verify;

pub use explain::{Explanation, Options, Shown, explain};
pub use stage::Stage;
pub use verify::{Checked, Origin, Verdict, Verification, verify, verify_quickly};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
