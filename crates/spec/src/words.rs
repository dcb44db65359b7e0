//! The words of `specs/README.md`: the one list that the lint checks against and suggests from.

use std::collections::HashSet;

use countersign_plan::{self as plan, CipherMode, Codec, Escape, Hash, JsonForm, Padding};

/// The extensions, in the order of the table in `specs/README.md`.
pub const EXTENSIONS: &[&str] = &[
    "x-credentials",
    "x-settings",
    "x-value",
    "x-values",
    "x-envelope",
    "x-signed-fields",
    "x-equal-to",
    "x-session",
    CLIENT_AUTHENTICATION,
    "x-outcome",
    "x-webhooks",
    "x-webhook",
    "x-retry",
    "x-pages",
    "x-sandbox",
    "x-sensitive",
    "x-name",
    "x-operations",
    "x-sha256",
    BASE,
    "x-source",
    "x-assumption",
];

/// The extensions that may be on anything.
pub(crate) const ANYWHERE: &[&str] = &["x-source", "x-assumption"];

/// How a client says who it is where a token is issued.
pub(crate) const CLIENT_AUTHENTICATION: &str = "x-client-authentication";

/// The ways of that, by their names in RFC 7591. The first is what silence means.
pub(crate) const CLIENT_AUTHENTICATIONS: &[&str] = &["client_secret_basic", "client_secret_post"];

/// Where a document says of what it was made.
pub(crate) const BASE: &str = "x-base";

/// How a document of Swagger 2.0 becomes one of OpenAPI 3.
pub(crate) const CONVERTED: &str = "`npx swagger2openapi --yaml --outfile NEW OLD` converts Swagger 2.0, and so does editor.swagger.io (Edit, Convert to OpenAPI 3)";

/// A function of an `x-value`.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The key that names it.
    pub name: &'static str,
    /// The keys that may be beside it.
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
    Value,
    Name,
    Uuid,
    Random,
    Time,
    Request,
    Header,
    Query,
    Path,
    Field,
    Response,
    ResponseHeader,
    ResponseField,
    Fields,
    Headers,
    Join,
    Json,
    Parts,
    Public,
    Sign,
    Jwt,
    Jws,
    Jwe,
    Decrypt,
    Decimal,
    /// A function that its name says all about.
    Apply(plan::Function),
}

/// The functions, in the order of the table in `specs/README.md`.
pub const FUNCTIONS: &[Function] = &[
    function("credential", &[], Act::Credential),
    function("setting", &["default"], Act::Setting),
    function("session", &[], Act::Session),
    function("given", &[], Act::Given),
    function("value", &[], Act::Value),
    function("name", &[], Act::Name),
    function("uuid", &["per"], Act::Uuid),
    function("random", &[], Act::Random),
    function("time", &["offset", "plus"], Act::Time),
    function("request", &[], Act::Request),
    function("header", &["absent", "part"], Act::Header),
    function("query", &[], Act::Query),
    function("path", &[], Act::Path),
    function("field", &[], Act::Field),
    function("response", &[], Act::Response),
    function("response-header", &["part"], Act::ResponseHeader),
    function("response-field", &[], Act::ResponseField),
    function("fields", &["of", "with", "where", "except", "order", "as", "separator", "absent"], Act::Fields),
    function("headers", &["where", "except", "order", "as", "separator"], Act::Headers),
    function("join", &[], Act::Join),
    function("json", &[], Act::Json),
    function("parts", &["separator", "equals"], Act::Parts),
    applied(plan::Function::Digest(Hash::Sha256)),
    applied(plan::Function::Digest(Hash::Sha384)),
    applied(plan::Function::Digest(Hash::Sha512)),
    applied(plan::Function::Hmac(Hash::Sha256)),
    applied(plan::Function::Hmac(Hash::Sha384)),
    applied(plan::Function::Hmac(Hash::Sha512)),
    applied(plan::Function::Digest(Hash::Md5)),
    applied(plan::Function::Digest(Hash::Sha1)),
    applied(plan::Function::Hmac(Hash::Md5)),
    applied(plan::Function::Hmac(Hash::Sha1)),
    applied(plan::Function::Encode(Codec::Hex)),
    applied(plan::Function::Encode(Codec::Base64)),
    with(plan::Function::Encode(Codec::Base64Url), &["padding"]),
    applied(plan::Function::Encode(Codec::Base64Mime)),
    applied(plan::Function::Encode(Codec::FromHex)),
    applied(plan::Function::Encode(Codec::FromBase64)),
    applied(plan::Function::Encode(Codec::Upper)),
    applied(plan::Function::Encode(Codec::Lower)),
    applied(plan::Function::Encode(Codec::Trim)),
    applied(plan::Function::Without),
    applied(plan::Function::After),
    function("decimal", &[], Act::Decimal),
    with(plan::Function::Escape(Escape::Percent), &["keep"]),
    with(plan::Function::Escape(Escape::Form), &["keep"]),
    applied(plan::Function::Json(JsonForm::Minified)),
    applied(plan::Function::Json(JsonForm::Canonical)),
    function("sign", &[], Act::Sign),
    function("jwt", &[], Act::Jwt),
    function("jws", &[], Act::Jws),
    function("jwe", &[], Act::Jwe),
    function("public", &[], Act::Public),
    applied(plan::Function::Encrypt(Padding::Pkcs1V15)),
    applied(plan::Function::Encrypt(Padding::OaepSha256)),
    applied(plan::Function::Encipher(CipherMode::Cbc)),
    applied(plan::Function::Encipher(CipherMode::Ecb)),
    applied(plan::Function::Encipher(CipherMode::Gcm)),
    function("decrypt", &[], Act::Decrypt),
];

const fn function(name: &'static str, options: &'static [&'static str], act: Act) -> Function {
    Function { name, options, act }
}

const fn applied(function: plan::Function) -> Function {
    with(function, &[])
}

const fn with(function: plan::Function, options: &'static [&'static str]) -> Function {
    Function { name: function.name(), options, act: Act::Apply(function) }
}

/// What to write instead of a word that is unknown: the nearest known one, or all of them where none is near.
pub(crate) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let known: Vec<&str> = known.into_iter().take(MAX_KNOWN).filter(|known| seen.insert(*known)).collect();
    match nearest(word, &known) {
        Some(nearest) => format!("`{nearest}`"),
        None if known.len() == MAX_KNOWN => "a name that is declared".to_owned(),
        None => one_of(&known),
    }
}

/// The known word that an unknown one is most like, if it is like any.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let comparable = |text: &str| text.len() <= MAX_COMPARED_BYTES;
    let known = known.iter().filter(|known| comparable(word) && comparable(known));
    let likeness = known.map(|known| (strsim::normalized_damerau_levenshtein(word, known), *known));
    likeness.filter(|(likeness, _)| *likeness >= 0.6).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

/// What names of algorithms are made of, of those that there is a function for and of others.
const ALGORITHMS: &[&str] = &[
    "aes",
    "argon",
    "bcrypt",
    "blake",
    "cbc",
    "ccm",
    "cfb",
    "chacha",
    "cmac",
    "crc",
    "ctr",
    "des",
    "dsa",
    "ecb",
    "ecdh",
    "ecdsa",
    "ec",
    "eddsa",
    "gcm",
    "gmac",
    "hkdf",
    "hmac",
    "jwa",
    "jwe",
    "jwk",
    "jws",
    "jwt",
    "keccak",
    "md",
    "oaep",
    "ocb",
    "ofb",
    "pbkdf",
    "pkcs",
    "poly",
    "pss",
    "ripemd",
    "rsa",
    "scrypt",
    "sha",
    "siv",
    "whirlpool",
    "xts",
];

/// Whether letters are names of algorithms, one after the other.
fn made_of_names(letters: &str) -> bool {
    let rest = ALGORITHMS.iter().filter_map(|name| letters.strip_prefix(name));
    rest.into_iter().any(|rest| rest.is_empty() || made_of_names(rest))
}

/// Whether a word is the name of an algorithm, known or not: it has a size or a version, or is made of such names.
pub(crate) fn is_algorithm(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.bytes().any(|byte| byte.is_ascii_digit()) || word.split(|c: char| !c.is_ascii_alphabetic()).any(made_of_names)
}

/// What is wrong with the name of a function that is none, and what to write instead. An algorithm is never suggested in
/// the place of another: a provider takes only its own.
pub(crate) fn unknown_function(word: &str) -> (String, String) {
    let all: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    let (algorithms, others): (Vec<&str>, Vec<&str>) = all.iter().partition(|name| is_algorithm(name));
    let near = if is_algorithm(word) { respelled(word, &algorithms, 1) } else { nearest(word, &others) };
    match near {
        Some(name) => (format!("`{word}` is not a function"), format!("`{name}`")),
        None if is_algorithm(word) => unsupported(word),
        None => (format!("`{word}` is not a function"), one_of(&all)),
    }
}

/// The algorithm of which this is another spelling: with the same numbers, and so many slips of the pen in the letters at most.
/// What spells another algorithm is no slip.
pub(crate) fn respelled<'a>(word: &str, known: &[&'a str], slips: usize) -> Option<&'a str> {
    let only = |name: &str, wanted: fn(&char) -> bool| -> String {
        name.chars().filter(wanted).map(|c| c.to_ascii_lowercase()).collect()
    };
    let same = known.iter().filter(|name| only(name, char::is_ascii_digit) == only(word, char::is_ascii_digit));
    let letters = |name: &str| only(name, char::is_ascii_alphabetic);
    let slips = if made_of_names(&letters(word)) { 0 } else { slips };
    let found = same.map(|name| (strsim::damerau_levenshtein(&letters(name), &letters(word)), *name));
    found.filter(|(found, _)| *found <= slips).min().map(|(_, name)| name)
}

/// What is wrong with a word that means something which there is no support for.
pub(crate) fn unsupported(word: &str) -> (String, String) {
    (
        format!("`{word}` is not supported"),
        "nothing else in its place: the provider takes only what it asks for".to_owned(),
    )
}

/// How many known words an unknown one is compared with. There can be as many unknown ones as there are known.
const MAX_KNOWN: usize = 64;

/// How long words may be that are compared.
const MAX_COMPARED_BYTES: usize = 100;

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
