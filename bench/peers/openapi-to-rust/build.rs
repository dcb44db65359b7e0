//! Generates the client from airpay's document, with what openapi-to-rust does when nothing else is asked of it.

use std::error::Error;

#[cfg(not(feature = "generate"))]
fn main() -> Result<(), Box<dyn Error>> {
    Ok(())
}

#[cfg(feature = "generate")]
fn main() -> Result<(), Box<dyn Error>> {
    use openapi_to_rust::{CodeGenerator, GeneratorConfig, SchemaAnalyzer};

    const DOCUMENT: &str = "../../../specs/airpay.yaml";
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let document: serde_json::Value = serde_yaml::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    let mut analysis = SchemaAnalyzer::new(document)?.analyze()?;
    let generated = CodeGenerator::new(GeneratorConfig::default()).generate_all(&mut analysis)?;
    let out = std::env::var("OUT_DIR")?;
    for file in generated.files {
        // A file that is included has no attributes of its own.
        let is_inner = |line: &str| line.starts_with("//!") || line.starts_with("#![");
        let lines: Vec<&str> = file.content.lines().filter(|line| !is_inner(line)).collect();
        std::fs::write(std::path::Path::new(&out).join(file.path), lines.join("\n"))?;
    }
    println!("cargo:rustc-env=GENERATED={out}");
    Ok(())
}
