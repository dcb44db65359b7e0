//! Calls in, signed requests out, through what the crate makes public.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

mod bodies;
mod calls;
mod evaluation;
mod golden;
mod made;
mod messages;
mod partial;
mod properties;
mod received;
mod refusals;
mod schemes;
mod selections;
mod signers;
mod styles;
mod traced;
mod verified;

use std::sync::LazyLock;

use countersign_plan::words::*;
use countersign_plan::{
    Absent, Credential, CredentialKind, Fields, Operation, Plan, Selection, Setting, Slot, Value, list,
};
use countersign_sign::{Call, Filled, Inputs, Invalid, Moment, Request, Secret, Setup, Values};

const KEY: &str = "a key of our own, for tests";

static PLAN: Plan = plan("acme", "Acme")
    .credentials(list![
        Credential::text("secret_key", ""),
        Credential::of(CredentialKind::RsaPublicKey, "pin_key", ""),
        Credential::of(CredentialKind::Hex, "aes_key", ""),
        Credential::of(CredentialKind::Base64, "shared_key", ""),
        Credential::of(CredentialKind::PrivateKey, "rsa", ""),
        Credential::of(CredentialKind::PrivateKey, "p256", ""),
        Credential::of(CredentialKind::PrivateKey, "p384", ""),
        Credential::of(CredentialKind::PrivateKey, "p521", ""),
        Credential::of(CredentialKind::PrivateKey, "ed25519", ""),
        Credential::of(CredentialKind::PublicKey, "certificate", ""),
        Credential::of(CredentialKind::PublicKey, "p256_public", ""),
        Credential::of(CredentialKind::ClientCertificate, "client", ""),
    ])
    .settings(list![Setting::new("country", "").default("MX"), Setting::new("user", "")]);

/// A key pair of `tests/data/keys`.
macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("../data/keys/", $name, ".pem"))
    };
}

static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    let identity = [key!("rsa.certificate"), key!("rsa")].concat();
    let credentials = [
        ("secret_key", KEY),
        ("pin_key", include_str!("../../vectors/public-keys/spki-2048.pem")),
        ("aes_key", "000102030405060708090a0b0c0d0e0f"),
        ("shared_key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("rsa", key!("rsa")),
        ("p256", key!("p256")),
        ("p384", key!("p384")),
        ("p521", key!("p521")),
        ("ed25519", key!("ed25519")),
        ("certificate", key!("rsa.certificate")),
        ("p256_public", key!("p256.public")),
        ("client", &identity),
    ];
    credentials.into_iter().fold(Setup::new(&PLAN), |setup, (name, text)| setup.credential(name, text).unwrap())
});

static SESSION: LazyLock<Values> =
    LazyLock::new(|| Values::from([("token".into(), Secret::from("a token of our own"))]));

/// What `vectors/make.py` has at its top.
fn inputs() -> Inputs<'static> {
    Inputs {
        setup: &SETUP,
        session: Some(&SESSION),
        moment: Moment::fixed(
            "2026-01-31T12:34:56.789Z".parse().unwrap(),
            "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".parse().unwrap(),
            |bytes| bytes.iter_mut().zip(0..).for_each(|(byte, index)| *byte = index),
        ),
    }
}

/// An operation with a form.
fn of_form(slots: Vec<Slot>) -> Operation {
    operation("create_card", "POST", "/v1/cards").slots(slots.into()).form().arranged().unwrap()
}

/// An operation with a body in JSON.
fn of_json(slots: Vec<Slot>) -> Operation {
    operation("create_card", "POST", "/v1/cards").slots(slots.into()).json().arranged().unwrap()
}

/// An operation with a body in parts.
fn of_parts(slots: Vec<Slot>) -> Operation {
    operation("create_card", "POST", "/v1/cards").slots(slots.into()).multipart().arranged().unwrap()
}

/// An operation below a path, without a body.
fn of_path(path: &'static str, slots: Vec<Slot>) -> Operation {
    operation("create_card", "GET", path).slots(slots.into()).arranged().unwrap()
}

/// The same slot, filled in by an expression that is made at run time and held to its own rules.
fn filled(slot: Slot, values: impl Into<Vec<Value>>) -> Slot {
    let rules = slot.rules.clone();
    slot.filled(values.into().into()).rules(rules)
}

/// Pairs of a selection.
fn pairs(which: Selection, separator: &'static str, absent: Absent) -> Value {
    let fields = Fields::new(which).pairs().separator(vec![text(separator)].into());
    selected(if absent == Absent::Empty { fields.absent_as_empty() } else { fields })
}

/// A slot that is held to no rule.
fn free(slot: Slot) -> Slot {
    slot.rules(list![])
}

fn call() -> Call {
    Call::new("create_card")
}

/// Everything that happens to a call before it is sent.
fn signed<'a>(operation: &'a Operation, call: &'a Call) -> Result<Request<'a>, Invalid> {
    let mut request = call.request(operation, "/api")?;
    request.check(&[])?;
    whole(request.fill(&inputs())?);
    Ok(request)
}

/// No signer is asked.
#[track_caller]
fn whole(filled: Filled) {
    assert!(matches!(filled, Filled::Whole), "{filled:?}");
}

/// A header of a request, as text.
#[track_caller]
fn header_of(request: &Request<'_>, name: &str) -> String {
    String::from_utf8(request.header(name).expect(name).to_vec()).unwrap()
}

/// The body that a call is sent with.
#[track_caller]
fn body_of(operation: &Operation, call: &Call) -> String {
    signed(operation, call).unwrap().body_text().into_owned()
}

/// Asserts that a call is refused, by this name and for this reason.
#[track_caller]
fn is_refused(operation: &Operation, call: &Call, name: Option<&str>, says: &str) {
    let Err(invalid) = signed(operation, call).map(drop) else { panic!("{call:?} is sent, though {says}") };
    assert_eq!(invalid.name.as_deref(), name, "{invalid}");
    assert!(invalid.reason.contains(says), "{invalid} should say {says:?}");
}

/// A request as it comes over the wire.
fn over_the_wire(request: &Request<'_>) -> http::Request<String> {
    let query = request.query().map_or_else(String::new, |query| format!("?{query}"));
    let builder = http::Request::builder().method("POST").uri(format!("{}{query}", request.path()));
    let headers = request.headers().map(|header| (header.name.to_owned(), header.value.to_vec()));
    headers
        .fold(builder, |builder, (name, value)| builder.header(name, http::HeaderValue::from_bytes(&value).unwrap()))
        .body(request.body_text().into_owned())
        .unwrap()
}
