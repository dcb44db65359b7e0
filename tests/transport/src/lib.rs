//! The tests are in `tests`. What they need of reqwest's features is in `Cargo.toml`, and so is on for the whole program.
