//! See `countersign_tests::fuzz::document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| countersign_tests::fuzz::document(text));
