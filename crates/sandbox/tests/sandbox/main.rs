//! Clients against sandboxes, over real connections.

mod every_provider;
mod faults;
mod refusals;
mod sandbox;
mod support;
mod typed;
