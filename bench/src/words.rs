//! What the words of the vocabulary cost: an expression as a document has it, beside the same by hand with the same libraries.
//!
//! Keys of pairs are read before, on both sides. Those that are bytes are made ready for each piece of work, since a document
//! may compute them.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Context, Error, Result, bail};
use countersign::plan::Plan;
use countersign_sign::{Call, Inputs, Moment, Setup};

use crate::by_hand::{self, BODY, CREDENTIALS, HEADERS, Hand, QUERY};
use crate::work::{Side, repeat};

/// A word, or some that are used together.
pub struct Word {
    /// What is measured.
    pub name: &'static str,
    /// What fills a header, in the words of a document.
    expression: &'static str,
    by_hand: fn(&Hand) -> Result<String>,
    /// Whether it yields the same each time.
    repeats: bool,
    /// How many pieces of work are counted.
    pub times: usize,
}

const fn word(name: &'static str, expression: &'static str, by_hand: fn(&Hand) -> Result<String>) -> Word {
    Word { name, expression, by_hand, repeats: true, times: 1_000 }
}

impl Word {
    /// With a key pair, which takes longer than all else.
    const fn slow(self) -> Self {
        Self { times: 20, ..self }
    }

    const fn by_chance(self) -> Self {
        Self { repeats: false, ..self }
    }

    /// The word of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<&'static Self> {
        WORDS.iter().find(|word| word.name == name).context("there is no such word")
    }
}

/// A message that is verified, which is more than an expression.
const WEBHOOK: &str = "a webhook, verified and read";

#[rustfmt::skip] // A word is a line or two, however long.
pub const WORDS: &[Word] = &[
    word("sha-256", "{hex: {sha-256: {request: body}}}", by_hand::sha256),
    word("sha-512", "{base64: {sha-512: {request: body}}}", by_hand::sha512),
    word("hmac-sha-256", "{base64: {hmac-sha-256: {key: {credential: shared}, of: {request: body}}}}", by_hand::hmac_sha256),
    word("sign: rsa-pkcs1-v1-5-sha-256", "{base64: {sign: {by: rsa-pkcs1-v1-5-sha-256, key: {credential: rsa}, of: {request: body}}}}", by_hand::rsa_pkcs1).slow(),
    word("sign: rsa-pss-sha-256", "{base64: {sign: {by: rsa-pss-sha-256, key: {credential: rsa}, of: {request: body}}}}", by_hand::rsa_pss).slow().by_chance(),
    word("sign: ecdsa-p256-sha-256", "{base64: {sign: {by: ecdsa-p256-sha-256, key: {credential: p256}, of: {request: body}}}}", by_hand::ecdsa_p256).slow().by_chance(),
    word("sign: ed25519", "{base64: {sign: {by: ed25519, key: {credential: ed25519}, of: {request: body}}}}", by_hand::ed25519).slow(),
    word("jwt: HS256", "{jwt: {algorithm: HS256, key: {credential: shared}, claims: {reference: {field: reference}, amount: {field: amount}, aud: bank}}}", by_hand::jwt_hs256),
    word("jwt: RS256", "{jwt: {algorithm: RS256, key: {credential: rsa}, claims: {reference: {field: reference}, amount: {field: amount}, aud: bank}}}", by_hand::jwt_rs256).slow(),
    word("jws: ES256, detached", "{jws: {algorithm: ES256, detached: true, key: {credential: p256}, of: {request: body}}}", by_hand::jws_es256).slow().by_chance(),
    word("jwe: RSA-OAEP-256, A256GCM", "{jwe: {algorithm: RSA-OAEP-256, encryption: A256GCM, key: {credential: theirs}, of: {request: body}}}", by_hand::jwe_rsa).slow().by_chance(),
    word("jwe: dir, A256GCM", "{jwe: {algorithm: dir, encryption: A256GCM, key: {credential: bytes}, of: {request: body}}}", by_hand::jwe_dir).by_chance(),
    word("rsa-oaep-sha-256", "{base64: {rsa-oaep-sha-256: {key: {credential: card_key}, of: {field: reference}}}}", by_hand::rsa_oaep).slow().by_chance(),
    word("aes-gcm", r#"{base64: {aes-gcm: {key: {credential: bytes}, nonce: "twelve bytes", of: {request: body}}}}"#, by_hand::aes_gcm),
    word("aes-gcm and decrypt", r#"{base64: {decrypt: {aes-gcm: {key: {credential: bytes}, nonce: "twelve bytes", of: {aes-gcm: {key: {credential: bytes}, nonce: "twelve bytes", of: {request: body}}}}}}}"#, by_hand::aes_gcm_and_back),
    word("aes-cbc", r#"{base64: {aes-cbc: {key: {credential: bytes}, iv: "16 bytes, in all", of: {request: body}}}}"#, by_hand::aes_cbc),
    word("aes-ecb", "{base64: {aes-ecb: {key: {credential: bytes}, of: {request: body}}}}", by_hand::aes_ecb),
    word("json", "{json: {reference: {field: reference}, amount: {field: amount}, scopes: [pay, read], live: true}}", by_hand::json),
    word("json-minify", "{json-minify: {request: body}}", by_hand::json_minify),
    word("json-canonical", "{json-canonical: {request: body}}", by_hand::json_canonical),
    word("percent", "{percent: {query: note}}", by_hand::percent),
    word("decimal, upper, trim", "[{decimal: {places: 2, of: {field: amount}}}, {upper: {field: currency}}, {trim: {field: memo}}]", by_hand::texts),
    word("join: a string to sign", r#"{base64: {hmac-sha-256: {key: {credential: shared}, of: {join: {with: "\n", of: [{request: method}, {request: target}, {header: X-Acme-Time}, {request: body}]}}}}}"#, by_hand::join),
    word("fields: by-name, of: query", r#"{base64: {hmac-sha-256: {key: {credential: shared}, of: {fields: by-name, of: query, as: [{percent: {name: true}}, "=", {percent: {value: true}}], separator: "&"}}}}"#, by_hand::fields),
    word("headers: by prefix", r#"{base64: {hmac-sha-256: {key: {credential: shared}, of: {headers: {prefix: x-acme-}, as: [{name: true}, ":", {value: true}, "\n"]}}}}"#, by_hand::headers),
    word(WEBHOOK, "", by_hand::webhook),
];

/// Does the work of a word so many times, by us or by hand, after both were held to the same.
///
/// # Errors
/// It cannot be done, or both are not the same.
pub fn run(word: &Word, side: Side, times: usize) -> Result<()> {
    let hand = Hand::new()?;
    if word.name == WEBHOOK {
        let webhooks = by_hand::receiver()?;
        return repeat(times, || match side {
            Side::Ours => by_hand::received(&webhooks, &hand).map(drop),
            Side::Other => (word.by_hand)(&hand).map(drop),
        });
    }
    let plan = plan(word.expression)?;
    let operation = plan.operation("pay").context("the operation")?;
    let mut names = CREDENTIALS.iter().filter(|(name, ..)| plan.credential(name).is_some());
    let setup = names.try_fold(Setup::new(Arc::clone(&plan)), |setup, (name, _, text)| setup.credential(name, *text));
    let mut setup = setup.map_err(Error::msg)?;
    setup.base_url = Some("https://bank.example".to_owned());
    let given = QUERY.iter().chain(&HEADERS);
    let call = given.fold(Call::new("pay").body(BODY), |call, (name, text)| call.value(*name, *text));
    let request = call.request(operation, "").map_err(Error::msg)?;
    let inputs = Inputs { setup: &setup, session: None, moment: Moment::now() };
    let slot = operation.slot("X-Value").context("the slot")?;
    let values = operation.slots[slot].value.as_deref().context("the slot is not filled in")?;
    let ours = || request.evaluate(slot, black_box(values), &inputs).map_err(Error::msg);

    let (own, other) = (String::from_utf8(ours()?.to_vec())?, (word.by_hand)(&hand)?);
    if own.len() != other.len() || word.repeats && own != other {
        bail!("{} is {own}, and by hand {other}", word.name);
    }
    repeat(times, || {
        match side {
            Side::Ours => drop(black_box(ours()?)),
            Side::Other => drop(black_box((word.by_hand)(&hand)?)),
        }
        Ok(())
    })
}

/// The plan of a document in which a header is filled with an expression.
fn plan(expression: &str) -> Result<Arc<Plan>> {
    let is_read = |name: &str| expression.contains(&format!("{{credential: {name}}}"));
    let credentials = CREDENTIALS.iter().filter(|(name, ..)| is_read(name));
    let credentials: String = credentials
        .map(|(name, kind, _)| format!("  {name}: {{kind: {kind}, description: A key., x-source: made up}}\n"))
        .collect();
    let declared = if credentials.is_empty() { String::new() } else { format!("x-credentials:\n{credentials}") };
    let text = include_str!("words.yaml").replace("x-credentials: CREDENTIALS\n", &declared);
    let text = text.replace("EXPRESSION", expression);
    let document = countersign_spec::read("words.yaml", &text).map_err(|findings| Error::msg(findings.to_string()))?;
    Ok(Arc::new(document.plan().clone()))
}
