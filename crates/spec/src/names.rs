//! Names: what the generator makes of the provider's names in Rust.

use heck::{ToPascalCase, ToSnakeCase};

/// What a generated client has beside its operations, and so no operation can be called.
pub(crate) const CLIENT_METHODS: [&str; 14] = [
    "api_version",
    "baseurl",
    "begin",
    "builder",
    "client",
    "clone",
    "exec",
    "from_env",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
    "with_options",
];

/// What a generated client's builder has beside the provider's values, and so none of those can be called.
pub(crate) const BUILDER_METHODS: [&str; 15] = [
    "base_url",
    "build",
    "clone",
    "connect_timeout",
    "correct",
    "credential",
    "danger_allow_plain_http_on_private_networks",
    "deadline",
    "env",
    "http_client",
    "response_limit",
    "retries",
    "server",
    "setting",
    "timeout",
];

/// What an operation's builder has beside its parameters.
pub(crate) const CALL_METHODS: [&str; 7] = ["body", "body_map", "client", "clone", "dispatch", "new", "send"];

/// The keywords of Rust 2024, strict and reserved.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether a name is a keyword of Rust.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a name is in `snake_case`: ASCII, a letter first, no underscore at an end or beside another.
pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .split('_')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// A name in `snake_case`.
pub(crate) fn snake_case(name: &str) -> String {
    name.to_snake_case()
}

/// A name in `PascalCase`.
pub(crate) fn pascal_case(name: &str) -> String {
    name.to_pascal_case()
}

/// What the generator calls a property or parameter.
pub(crate) fn field_identifier(name: &str) -> String {
    identifier(name, |name| name.to_snake_case(), "x")
}

/// What the generator calls a type or a variant.
pub(crate) fn type_identifier(name: &str) -> String {
    identifier(name, |name| name.to_pascal_case(), "X")
}

/// typify's way from a name to an identifier.
fn identifier(name: &str, case: impl Fn(&str) -> String, prefix: &str) -> String {
    let spelled = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        // Everything else that is no letter or digit ends a word.
        _ => case(&name.replace('\'', "")),
    };
    let spelled = match spelled.chars().next() {
        None => prefix.to_owned(),
        Some(first) if first.is_alphabetic() => spelled,
        Some(_) => format!("{prefix}{spelled}"),
    };
    if is_keyword(&spelled) || spelled == "Self" { format!("{spelled}_") } else { spelled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_the_identifiers_that_typify_makes() {
        for (name, field, kind) in [
            ("OTPCode", "otp_code", "OtpCode"),
            ("resetMpinRes", "reset_mpin_res", "ResetMpinRes"),
            ("type", "type_", "Type"),
            ("@timestamp", "timestamp", "Timestamp"),
            ("+1", "plus1", "plus1"),
            ("-1", "minus1", "minus1"),
            ("2fa", "x2fa", "X2fa"),
            ("payer's name", "payers_name", "PayersName"),
            ("_a_.b-c_", "a_b_c", "ABC"),
            ("self", "self_", "Self_"),
            ("", "x", "X"),
            ("_", "x", "X"),
        ] {
            assert_eq!(field_identifier(name), field);
            assert_eq!(type_identifier(name), kind);
        }
    }

    #[test]
    fn snake_case_is_told_from_what_looks_like_it() {
        for name in ["a", "reset_mpin", "v2_login"] {
            assert!(is_snake_case(name), "{name}");
        }
        for name in ["", "_a", "a_", "a__b", "A", "aB", "2a", "a-b", "é"] {
            assert!(!is_snake_case(name), "{name}");
        }
    }
}
