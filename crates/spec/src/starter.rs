//! The document that a new provider begins with.

use heck::{ToPascalCase, ToSnakeCase};

/// The template; `@name@` and `@Title@` are the provider's name.
const TEMPLATE: &str = include_str!("starter.yaml");

/// A commented document for a new provider, which lints clean and generates a client.
pub fn starter(name: &str) -> String {
    let name = name.to_snake_case();
    let name = if name.is_empty() { "provider".to_owned() } else { name };
    TEMPLATE.replace("@name@", &name).replace("@Title@", &name.to_pascal_case())
}
