//! The functions of an expression, with their keys and algorithms.

use countersign_plan::{
    CipherMode, Codec, CredentialKind, EcdsaForm, Function, Hash, JweAlgorithm, JweEncryption, JwsAlgorithm, List,
    Operands, Payload, SignatureAlgorithm, Value,
};

use super::{Scope, Site, check_entries, json, list, number, option, owned, read, text};
use crate::node::At;
use crate::words::{one_of, respelled, unsupported};

/// How many places `decimal` writes at most.
const MAX_PLACES: u8 = 18;

/// Reads a function that its name says all about.
pub(super) fn apply(function: Function, at: &At<'_>, operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    match function {
        Function::Escape(_) => {
            let keep = match at.get("keep") {
                Some(keep) => list(vec![Value::Text(owned(text(&keep, scope)?))]),
                None => List::default(),
            };
            Some(function.keyed(keep, read(operand, scope)))
        }
        Function::Encode(Codec::Base64Url) => {
            let padded = match at.get("padding") {
                Some(padding) => flag(&padding, true, scope)?,
                None => false,
            };
            let codec = if padded { Codec::Base64UrlPadded } else { Codec::Base64Url };
            Some(Function::Encode(codec).of(read(operand, scope)))
        }
        _ if function.operands().len() == 1 => {
            weak(function, at, scope);
            Some(function.of(read(operand, scope)))
        }
        _ => {
            weak(function, at, scope);
            check_operands(function, operand, scope)?;
            Some(applied(function, operand, scope))
        }
    }
}

pub(super) fn decimal(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["places", "of"], &[], scope)?;
    let places = number(&operand.get("places")?, 0..=MAX_PLACES, scope)?;
    Some(Function::Decimal(places).of(read(&operand.get("of")?, scope)))
}

pub(super) fn sign(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["by", "key", "of"], &["form"], scope)?;
    let by = algorithm(&operand.get("by")?, SignatureAlgorithm::ALL, SignatureAlgorithm::name, scope)?;
    let forms = [EcdsaForm::Jose, EcdsaForm::Der].map(|form| (form.name(), form));
    let form = option(operand, "form", &forms, EcdsaForm::Jose, scope)?;
    if let (Some(form), false) = (operand.get("form"), by.is_ecdsa()) {
        scope.wrong(&form, format!("a signature by `{}` has one form alone", by.name()), "nothing here");
    }
    Some(applied(Function::Sign(by, form), operand, scope))
}

pub(super) fn jwt(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["algorithm", "key", "claims"], &["header"], scope)?;
    let by = algorithm(&operand.get("algorithm")?, JwsAlgorithm::ALL, JwsAlgorithm::name, scope)?;
    Some(applied(Function::Jws(by, Payload::Claims), operand, scope))
}

pub(super) fn jws(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["algorithm", "key", "of"], &["header", "detached", "b64"], scope)?;
    let by = algorithm(&operand.get("algorithm")?, JwsAlgorithm::ALL, JwsAlgorithm::name, scope)?;
    let mut is_said = |word: &str, says: bool| match operand.get(word) {
        Some(at) => flag(&at, says, scope),
        None => Some(false),
    };
    let payload = match (is_said("detached", true)?, is_said("b64", false)?) {
        (false, false) => Payload::Bytes,
        (true, false) => Payload::Detached,
        (true, true) => Payload::DetachedUnencoded,
        (false, true) => {
            let problem = "a payload that is not encoded is not in the signature either";
            scope.wrong(&operand.get("b64")?, problem, "`detached: true` beside it");
            return None;
        }
    };
    let value = applied(Function::Jws(by, payload), operand, scope);
    if payload == Payload::DetachedUnencoded
        && let Some(crit) = operand.get("header").and_then(|header| header.get("crit"))
        && !crit.items().any(|name| name.node.as_text() == Some("b64"))
    {
        scope.wrong(&crit, "`crit` does not name `b64`, which has to be understood", "`crit: [b64, …]`");
    }
    Some(value)
}

pub(super) fn jwe(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    check_entries(operand, &["algorithm", "encryption", "key", "of"], &["header"], scope)?;
    let (algorithm, encryption) = jwe_algorithms(operand, scope)?;
    Some(applied(Function::Jwe(algorithm, encryption), operand, scope))
}

pub(super) fn decrypt(operand: &At<'_>, scope: &mut Scope<'_>) -> Option<Value> {
    let entries: Vec<_> = operand.entries().collect();
    let [(name, inner)] = entries.as_slice() else {
        scope.wrong(operand, "this does not say what is decrypted", format!("`{{decrypt: V}}` with {}", ciphers()));
        return None;
    };
    if *name == "jwe" {
        check_entries(inner, &["algorithm", "encryption", "key", "of"], &[], scope)?;
        let (algorithm, encryption) = jwe_algorithms(inner, scope)?;
        return Some(applied(Function::DecryptJwe(algorithm, encryption), inner, scope));
    }
    let Some(mode) = CipherMode::from_name(name) else {
        scope.wrong(inner, format!("`{name}` is not a cipher"), ciphers());
        return None;
    };
    let function = Function::Decipher(mode);
    weak(function, operand, scope);
    check_operands(function, inner, scope)?;
    Some(applied(function, inner, scope))
}

fn ciphers() -> String {
    let names: Vec<&str> = CipherMode::ALL.iter().map(|mode| mode.name()).chain(["jwe"]).collect();
    one_of(&names)
}

fn jwe_algorithms(at: &At<'_>, scope: &mut Scope<'_>) -> Option<(JweAlgorithm, JweEncryption)> {
    let of = algorithm(&at.get("algorithm")?, JweAlgorithm::ALL, JweAlgorithm::name, scope);
    let encryption = algorithm(&at.get("encryption")?, JweEncryption::ALL, JweEncryption::name, scope);
    Some((of?, encryption?))
}

/// The algorithm of a name. Another one is never suggested in its place: a provider takes only its own.
fn algorithm<T: Copy>(at: &At<'_>, all: &[T], name: fn(T) -> &'static str, scope: &mut Scope<'_>) -> Option<T> {
    let word = text(at, scope)?;
    let found = all.iter().copied().find(|one| name(*one) == word);
    if found.is_none() {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        let (problem, remedy) = match respelled(word, &names, 0) {
            Some(meant) => (format!("`{word}` is not among its values"), format!("`{meant}`")),
            None => unsupported(word),
        };
        scope.wrong(at, problem, remedy);
    }
    found
}

/// Reports operands that a function does not have, or lacks.
fn check_operands(function: Function, at: &At<'_>, scope: &mut Scope<'_>) -> Option<()> {
    let (optional, required): (Vec<&str>, Vec<&str>) =
        function.operands().iter().partition(|operand| function.may_lack(operand));
    check_entries(at, &required, &optional, scope)
}

/// A function of the operands that a mapping has, each by its name.
fn applied(function: Function, at: &At<'_>, scope: &mut Scope<'_>) -> Value {
    let mut operands = Operands::default();
    for (name, into) in function.operands().iter().zip(&mut operands) {
        let Some(operand) = at.get(name) else { continue };
        let values = match *name {
            "key" => key(function, &operand, scope),
            "header" => header(&operand, scope),
            "claims" => json::object(&operand, scope).into_iter().collect(),
            "characters" | "prefix" => text(&operand, scope).map(|text| Value::Text(owned(text))).into_iter().collect(),
            _ => read(&operand, scope),
        };
        *into = values.into();
    }
    Value::Apply(function, operands)
}

/// The header of a JOSE text, as far as it is the document's.
fn header(at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    for name in ["alg", "enc", "b64"] {
        if let Some(member) = at.get(name) {
            let problem = format!("`{name}` of a header is written by the client");
            scope.wrong(&member, problem, "`algorithm`, `encryption` or `b64` beside the header, and nothing here");
        }
    }
    json::object(at, scope).into_iter().collect()
}

/// The kind of the one credential that is a function's key, or nothing where the key is bytes.
pub(super) fn kind_of_key(function: Function) -> Option<CredentialKind> {
    let is_shared = |algorithm| matches!(algorithm, JweAlgorithm::Dir | JweAlgorithm::A128Kw | JweAlgorithm::A256Kw);
    match function {
        Function::Encrypt(_) => Some(CredentialKind::RsaPublicKey),
        Function::Sign(..) => Some(CredentialKind::PrivateKey),
        Function::Jws(algorithm, _) => algorithm.signature().map(|_| CredentialKind::PrivateKey),
        Function::Jwe(algorithm, _) => (!is_shared(algorithm)).then_some(CredentialKind::PublicKey),
        Function::DecryptJwe(algorithm, _) => (!is_shared(algorithm)).then_some(CredentialKind::PrivateKey),
        _ => None,
    }
}

fn is_signature(function: Function) -> bool {
    matches!(function, Function::Sign(..) | Function::Jws(..))
}

/// The key of a function.
fn key(function: Function, at: &At<'_>, scope: &mut Scope<'_>) -> Vec<Value> {
    let Some(kind) = kind_of_key(function) else { return read(at, scope) };
    let named: Vec<_> = at.entries().collect();
    let [("credential", operand)] = named.as_slice() else {
        let problem = format!("the key of `{}` is not one credential", function.name());
        scope.wrong(at, problem, format!("`{{credential: NAME}}`, of one with `kind: {}`", kind.name()));
        return Vec::new();
    };
    let Some(name) = super::declared_credential(operand, scope) else { return Vec::new() };
    let wanted: &[CredentialKind] = match kind {
        // Who verifies has the other half.
        CredentialKind::PrivateKey if is_signature(function) && scope.site.is_verified() => {
            &[CredentialKind::PublicKey]
        }
        // A value is read where it is sent, or where it is verified.
        CredentialKind::PrivateKey if is_signature(function) && scope.site == Site::Value => {
            &[CredentialKind::PrivateKey, CredentialKind::PublicKey]
        }
        _ => std::slice::from_ref(&kind),
    };
    check_kind(at, name, function.name(), wanted, scope);
    vec![Value::Credential(owned(name))]
}

/// Reports a credential that is not of a kind that its use asks for.
pub(super) fn check_kind(at: &At<'_>, name: &str, function: &str, wanted: &[CredentialKind], scope: &mut Scope<'_>) {
    if let Some(Some(kind)) = scope.names.credentials.get(name)
        && !wanted.contains(kind)
        && scope.reads.misused.insert(name.to_owned())
    {
        let problem = format!("the credential `{name}` is a key of `{function}`, and its kind is `{}`", kind.name());
        let wanted: Vec<String> = wanted.iter().map(|kind| format!("`kind: {}`", kind.name())).collect();
        scope.wrong(at, problem, format!("{} in x-credentials", wanted.join(" or ")));
    }
}

/// Notes that an old function is used. The provider asks for it, so that there is nothing to do about it.
fn weak(function: Function, at: &At<'_>, scope: &mut Scope<'_>) {
    let why = match function {
        Function::Digest(Hash::Md5 | Hash::Sha1) | Function::Hmac(Hash::Md5 | Hash::Sha1) => "is old and weak",
        Function::Encipher(CipherMode::Cbc) | Function::Decipher(CipherMode::Cbc) => {
            "does not protect what it encrypts against changes"
        }
        Function::Encipher(CipherMode::Ecb) | Function::Decipher(CipherMode::Ecb) => {
            "shows which blocks are equal, and does not protect what it encrypts against changes"
        }
        _ => return,
    };
    scope.report.note(at, format!("`{}` {why}; it is good for no more than the provider asks of it", function.name()));
}

/// A word that says one thing or nothing.
fn flag(at: &At<'_>, says: bool, scope: &mut Scope<'_>) -> Option<bool> {
    let is_said = at.node.as_bool() == Some(says);
    if !is_said {
        scope.wrong(at, "this is so, or is not said", format!("`{says}`, or nothing"));
    }
    is_said.then_some(true)
}
