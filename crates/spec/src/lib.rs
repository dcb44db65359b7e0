//! Reads documents.
