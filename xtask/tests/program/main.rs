//! The program as its users run it: one test program, so that it is linked once.

#![allow(clippy::unwrap_used)]

mod compiles;
mod depth;
mod editions;
mod features;
mod forms;
mod leaks;
mod ledger;
mod loose;
mod new;
mod own_files;
mod parcels;
mod random;
mod regenerate;
mod workshop;
