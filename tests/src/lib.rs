//! End-to-end tests over all providers.
