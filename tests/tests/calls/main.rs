//! Calls of the four providers and of documents made for a test, from end to end: one program, so that it is linked once.

mod airpay;
mod banamex;
mod carried_out;
mod choices;
mod credentials;
mod demands;
mod digipay;
mod echoes;
mod explained;
mod faults;
mod forms;
mod gallery;
mod given;
mod input;
mod mocks;
mod pages;
mod parcels;
mod places;
mod published;
mod responses;
mod sandbox;
mod sessions;
mod shapes;
mod signed_responses;
mod webhooks;
mod zindigi;
