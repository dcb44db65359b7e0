//! The generator in a tool of one's own: the `main.rs` of an xtask, or, with `check` in the place of `write`, a `build.rs`.

fn main() -> anyhow::Result<()> {
    let check = std::env::args().any(|argument| argument == "--check");
    let generator = countersign_codegen::Generator::find()?;
    if check { generator.check() } else { generator.write() }
}
