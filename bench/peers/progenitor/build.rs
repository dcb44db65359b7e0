//! Generates the client from airpay's document, as progenitor's README has it.

use std::error::Error;

#[cfg(not(feature = "generate"))]
fn main() -> Result<(), Box<dyn Error>> {
    Ok(())
}

#[cfg(feature = "generate")]
fn main() -> Result<(), Box<dyn Error>> {
    const DOCUMENT: &str = "../../../specs/airpay.yaml";
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let document = serde_yaml::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    let mut settings = progenitor::GenerationSettings::new();
    settings.with_hooks(progenitor::HooksMode::Expected).with_inner_type(syn::parse_str("crate::Keys")?);
    let tokens = progenitor::Generator::new(&settings).generate_tokens(&document)?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(format!("{out}/client.rs"), prettyplease::unparse(&syn::parse2(tokens)?))?;
    println!("cargo:rustc-env=GENERATED={out}");
    Ok(())
}
