//! See `countersign_tests::fuzz::webhook`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| countersign_tests::fuzz::webhook(bytes));
