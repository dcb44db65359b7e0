//! What is printed, word for word: each block of `cmd/*.trycmd` is a command, its output and its exit code.
//!
//! `TRYCMD=overwrite cargo test -p countersign-cli --test cmd` writes what is printed now.

#[test]
fn what_is_printed() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}

#[test]
fn the_examples_of_the_readme_print_what_it_says() {
    // They are about providers that are compiled in, which need not be there.
    if ["airpay", "zindigi"].iter().all(|name| countersign_providers::find(name).is_some()) {
        trycmd::TestCases::new().case("README.md");
    }
}
