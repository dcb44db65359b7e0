//! Plays a provider, from the document that the provider's client is generated from.
//!
//! A partner contract and test keys take weeks. The first signed call need not: a [`Sandbox`] listens on this machine,
//! issues sessions, recomputes what a client signs, and answers with the document's examples. When a real provider says
//! "invalid checksum" it says no more; a sandbox says what the string to sign should have been.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use countersign_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start(countersign_airpay::OPENAPI).await?;
//! let client = countersign_airpay::Client::builder()
//!     .base_url(sandbox.url())
//!     .affiliate(sandbox.value("affiliate"))
//!     .processor_key(sandbox.value("processor_key"))
//!     .secret_key(sandbox.value("secret_key"))
//!     .build()?;
//!
//! let born = countersign_airpay::Date::constant(1958, 1, 2);
//! let response = client.forgot_password().mobile_no("9876543978").dob(born).send().await?;
//! assert_eq!(response.message, "success");
//! assert_eq!(sandbox.received().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! # How a request is answered
//!
//! 1. Its method and path say which operation it is; if none, the response is 404 or 405.
//! 2. Whatever the client fills in (`x-value`) is recomputed with the sandbox's own credentials. What the caller
//!    chooses (settings, UUIDs, the time) may be anything of its form, as long as a signature over it is right. What
//!    comes by chance is not recomputed: a signature is verified with the public half of the client's key, a token is read
//!    claim by claim, a ciphertext and an envelope are opened.
//! 3. Encrypted values are decrypted with the sandbox's private keys, and what the caller gave is held to the document's
//!    rules and schemas.
//! 4. The response is the example that the header `x-sandbox-response` names (`EXAMPLE`, or `OPERATION/EXAMPLE` where only
//!    one operation is meant), or that of the first rule of the operation's `x-sandbox` that applies, or the first
//!    example of a success. A response without examples goes by its status: a success in JSON has a body that is made up of its
//!    schema ([`made_up`]), and everything else has none.
//!
//! A request that fails at 2 or 3 is refused in the document's own words: by the example that fits best. Its kind fits
//! (`unauthenticated` for a credential, a signature or a session, or else `forbidden` or `invalid-request`;
//! `invalid-request` for everything else), and it names nothing else: an example that speaks of a key is not the response
//! to a wrong signature. For a session, what `x-session` takes for a refusal of the session comes first; for the others,
//! an example whose name or texts name the cause; then the document's order. Where none fits, the response is 401 or 400
//! and says why in the sandbox's own words.
//!
//! # Who is served
//!
//! Requests for `localhost`, a loopback address or the address that it listens on, with its port, so that no page in a
//! browser reaches it under a name of its own (DNS rebinding); [`Builder::host`] adds names. A request with an `Origin`
//! of another machine is turned away. The head of a request may take 30 seconds, its body as long, and 2 MiB.
//!
//! A session ends when the document says so, or when [`Sandbox::expire_sessions`] is called. [`Sandbox::fault`] makes a
//! sandbox slow, drop connections or fail. It binds a loopback address unless told otherwise, and speaks plain HTTP: it
//! is for tests and for learning, and what it is sent should be made up.
//!
//! # Events
//!
//! [`Sandbox::trigger`] sends what the document's `x-webhooks` describes to a receiver of the caller's own: the first example of
//! the event, or one that is made up of its schema, with the time and a name of its own, signed with the provider's half of
//! the keys, of which [`Sandbox::credentials`] has the receiver's. Told so, it is wrong by one thing, and a receiver that takes it is
//! wrong as well. Responses that the document says are signed or sealed are, with the same keys.

mod builder;
mod error;
mod event;
mod fault;
mod keys;
mod received;
mod refusal;
mod responses;
mod route;
mod sample;
mod sandbox;
mod schemas;
mod serve;
mod service;
mod sessions;

pub use builder::{Builder, Source};
pub use countersign_inspect::{Checked, Origin, Stage, Verdict};
pub use error::Error;
pub use event::{Message, Wrong, deliver};
pub use fault::{Fault, Planned};
pub use received::{Outcome, Received};
pub use sample::{Extent, made_up};
pub use sandbox::Sandbox;

/// The examples of the README, so that they are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
