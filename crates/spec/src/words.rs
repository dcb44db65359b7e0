//! The words of `specs/README.md`: the one list that the lint checks against and suggests from.

use std::collections::HashSet;

use countersign::plan::{Codec, Hash, Padding};

/// The extensions, in the order of the table in `specs/README.md`.
pub const EXTENSIONS: &[&str] = &[
    "x-credentials",
    "x-settings",
    "x-value",
    "x-signed-fields",
    "x-equal-to",
    "x-session",
    "x-outcome",
    "x-retry",
    "x-sandbox",
    "x-sensitive",
    "x-name",
    "x-source",
    "x-assumption",
];

/// The extensions that may stand on anything.
pub(crate) const ANYWHERE: &[&str] = &["x-source", "x-assumption"];

/// A function of an `x-value`.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The key that names it.
    pub name: &'static str,
    /// The keys that may stand beside it.
    pub options: &'static [&'static str],
    /// What it does.
    pub(crate) act: Act,
}

/// What a function does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Credential,
    Setting,
    Session,
    Given,
    Uuid,
    Time,
    Request,
    Header,
    Field,
    Fields,
    Join,
    Digest(Hash),
    Hmac(Hash),
    Encode(Codec),
    Encrypt(Padding),
}

/// The functions, in the order of the table in `specs/README.md`.
pub const FUNCTIONS: &[Function] = &[
    function("credential", &[], Act::Credential),
    function("setting", &["default"], Act::Setting),
    function("session", &[], Act::Session),
    function("given", &[], Act::Given),
    function("uuid", &[], Act::Uuid),
    function("time", &["offset"], Act::Time),
    function("request", &[], Act::Request),
    function("header", &[], Act::Header),
    function("field", &[], Act::Field),
    function("fields", &["as", "separator", "absent"], Act::Fields),
    function("join", &[], Act::Join),
    function("sha-256", &[], Act::Digest(Hash::Sha256)),
    function("sha-384", &[], Act::Digest(Hash::Sha384)),
    function("sha-512", &[], Act::Digest(Hash::Sha512)),
    function("hmac-sha-256", &[], Act::Hmac(Hash::Sha256)),
    function("hmac-sha-384", &[], Act::Hmac(Hash::Sha384)),
    function("hmac-sha-512", &[], Act::Hmac(Hash::Sha512)),
    function("hex", &[], Act::Encode(Codec::Hex)),
    function("base64", &[], Act::Encode(Codec::Base64)),
    function("base64-url", &[], Act::Encode(Codec::Base64Url)),
    function("base64-mime", &[], Act::Encode(Codec::Base64Mime)),
    function("from-hex", &[], Act::Encode(Codec::FromHex)),
    function("from-base64", &[], Act::Encode(Codec::FromBase64)),
    function("upper", &[], Act::Encode(Codec::Upper)),
    function("lower", &[], Act::Encode(Codec::Lower)),
    function("percent", &[], Act::Encode(Codec::Percent)),
    function("rsa-pkcs1-v1-5", &[], Act::Encrypt(Padding::Pkcs1V15)),
    function("rsa-oaep-sha-256", &[], Act::Encrypt(Padding::OaepSha256)),
];

const fn function(name: &'static str, options: &'static [&'static str], act: Act) -> Function {
    Function { name, options, act }
}

/// What to write instead of a word that is unknown: the nearest known one, or all of them where none is near.
pub(crate) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let known: Vec<&str> = known.into_iter().filter(|known| seen.insert(*known)).collect();
    let nearest = known
        .iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, candidate)) => format!("`{candidate}`"),
        None => one_of(&known),
    }
}

/// `a`, `b` or `c`.
pub(crate) fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing here: none is declared".to_owned(),
        [word] => format!("`{word}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}
