//! What one would write by hand in the place of each word, and what is given to both.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Error, Result, bail};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
    RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign::generated::read_json;
use countersign::webhook::{Bytes, Event, HeaderMap, Webhooks, WebhooksBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

/// The body.
pub const BODY: &str = r#"{"reference":"r-1","amount":"12.5","currency":"eur","memo":" two coffees & a tea "}"#;
/// The query's parameters.
pub const QUERY: [(&str, &str); 3] = [("amount", "12.5"), ("currency", "eur"), ("note", "two coffees & a tea")];
/// The headers.
pub const HEADERS: [(&str, &str); 3] = [("X-Acme-Id", "r-1"), ("X-Acme-Time", "1700000000"), ("X-Acme-Way", "fast")];

const TARGET: &str = "/v1/payments?amount=12.5&currency=eur&note=two+coffees+%26+a+tea";
const SHARED: &str = "a secret of our own, for measuring";
const BYTES: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// Made for the tests of signing, and used nowhere else.
const RSA: &str = include_str!("../../crates/sign/tests/data/keys/rsa.pem");
const RSA_PUBLIC: &str = include_str!("../../crates/sign/tests/data/keys/rsa.public.pem");
const P256: &str = include_str!("../../crates/sign/tests/data/keys/p256.pem");
const ED25519: &str = include_str!("../../crates/sign/tests/data/keys/ed25519.pem");

/// The credentials, their kinds and their texts.
pub const CREDENTIALS: [(&str, &str, &str); 7] = [
    ("shared", "text", SHARED),
    ("bytes", "hex", BYTES),
    ("rsa", "private-key", RSA),
    ("p256", "private-key", P256),
    ("ed25519", "private-key", ED25519),
    ("theirs", "public-key", RSA_PUBLIC),
    ("card_key", "rsa-public-key", RSA_PUBLIC),
];

const EVENT: &str =
    r#"{"id":"e-1","type":"payment.succeeded","payment":{"id":"p-1","state":"paid"},"payer":"Ana","note":"tea"}"#;

/// What is ready before the work begins.
pub struct Hand {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
    theirs: OaepPublicEncryptingKey,
    bytes: Vec<u8>,
    headers: HeaderMap,
    event: HeaderMap,
}

impl Hand {
    /// Reads the keys, and signs the event.
    ///
    /// # Errors
    /// A key cannot be read.
    pub fn new() -> Result<Self> {
        let der = |text: &str| pem::parse(text).map(pem::Pem::into_contents);
        let headers = HEADERS.iter().map(|(name, text)| Ok((name.parse()?, text.parse()?)));
        let t = now();
        let key = hmac::Key::new(hmac::HMAC_SHA256, SHARED.as_bytes());
        let v1 = hex::encode(hmac::sign(&key, format!("{t}.{EVENT}").as_bytes()));
        let event = [("hooks-signature", format!("t={t},v1={v1}")), ("content-type", "application/json".to_owned())];
        let event = event.into_iter().map(|(name, text)| Ok((name.parse()?, text.parse()?)));
        Ok(Self {
            rsa: RsaKeyPair::from_pkcs8(&der(RSA)?)?,
            p256: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der(P256)?)?,
            ed25519: Ed25519KeyPair::from_pkcs8(&der(ED25519)?)?,
            theirs: OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&der(RSA_PUBLIC)?)?)?,
            bytes: hex::decode(BYTES).map_err(Error::msg)?,
            headers: headers.collect::<Result<_>>()?,
            event: event.collect::<Result<_>>()?,
        })
    }

    fn rsa(&self, padding: &'static dyn RsaEncoding, of: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa.sign(padding, &SystemRandom::new(), of, &mut signature)?;
        Ok(signature)
    }

    fn encrypt(&self, of: &[u8]) -> Result<Vec<u8>> {
        let mut ciphertext = vec![0; self.theirs.ciphertext_size()];
        self.theirs.encrypt(&OAEP_SHA256_MGF1SHA256, of, &mut ciphertext, None)?;
        Ok(ciphertext)
    }

    fn token(&self, alg: &str, sign: impl Fn(&[u8]) -> Result<Vec<u8>>) -> Result<String> {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#);
        let claims = Claims { reference: field("r-1"), amount: field("12.5"), aud: "bank" };
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_string(&claims)?, &mut token);
        let signature = sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    reference: &'a str,
    amount: &'a str,
    aud: &'a str,
}

#[derive(Serialize)]
struct Grant<'a> {
    reference: &'a str,
    amount: &'a str,
    scopes: [&'a str; 2],
    live: bool,
}

#[derive(Serialize, Deserialize)]
struct Payment {
    reference: String,
    amount: String,
    currency: String,
    memo: String,
}

fn body() -> &'static [u8] {
    black_box(BODY).as_bytes()
}

/// A value of the body, which is at hand.
fn field(text: &'static str) -> &'static str {
    black_box(text)
}

fn tag(of: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, black_box(SHARED).as_bytes()), of))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

// ---- Digests and signatures ----------------------------------------------------------------------------------------

pub fn sha256(_: &Hand) -> Result<String> {
    Ok(hex::encode(Sha256::digest(body())))
}

pub fn sha512(_: &Hand) -> Result<String> {
    Ok(STANDARD.encode(Sha512::digest(body())))
}

pub fn hmac_sha256(_: &Hand) -> Result<String> {
    Ok(tag(body()))
}

pub fn rsa_pkcs1(hand: &Hand) -> Result<String> {
    Ok(STANDARD.encode(hand.rsa(&RSA_PKCS1_SHA256, body())?))
}

pub fn rsa_pss(hand: &Hand) -> Result<String> {
    Ok(STANDARD.encode(hand.rsa(&RSA_PSS_SHA256, body())?))
}

pub fn ecdsa_p256(hand: &Hand) -> Result<String> {
    Ok(STANDARD.encode(hand.p256.sign(&SystemRandom::new(), body())?))
}

pub fn ed25519(hand: &Hand) -> Result<String> {
    Ok(STANDARD.encode(hand.ed25519.sign(body())))
}

pub fn jwt_hs256(hand: &Hand) -> Result<String> {
    let key = || hmac::Key::new(hmac::HMAC_SHA256, black_box(SHARED).as_bytes());
    hand.token("HS256", |input| Ok(hmac::sign(&key(), input).as_ref().to_vec()))
}

pub fn jwt_rs256(hand: &Hand) -> Result<String> {
    hand.token("RS256", |input| hand.rsa(&RSA_PKCS1_SHA256, input))
}

pub fn jws_es256(hand: &Hand) -> Result<String> {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(body()));
    let signature = hand.p256.sign(&SystemRandom::new(), input.as_bytes())?;
    Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature)))
}

// ---- Encryption ----------------------------------------------------------------------------------------------------

fn gcm(key: &[u8]) -> Result<LessSafeKey> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?))
}

fn jwe(header: &str, key: &[u8], encrypted: &[u8]) -> Result<String> {
    let header = URL_SAFE_NO_PAD.encode(header);
    let mut iv = [0; 12];
    rand::fill(&mut iv)?;
    let mut text = body().to_vec();
    let aad = Aad::from(header.as_bytes());
    let tag = gcm(key)?.seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), aad, &mut text)?;
    let [encrypted, iv, text, tag] = [encrypted, &iv, &text, tag.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
    Ok(format!("{header}.{encrypted}.{iv}.{text}.{tag}"))
}

pub fn jwe_rsa(hand: &Hand) -> Result<String> {
    let mut key = [0; 32];
    rand::fill(&mut key)?;
    jwe(r#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#, &key, &hand.encrypt(&key)?)
}

pub fn jwe_dir(hand: &Hand) -> Result<String> {
    jwe(r#"{"alg":"dir","enc":"A256GCM"}"#, &hand.bytes, &[])
}

pub fn rsa_oaep(hand: &Hand) -> Result<String> {
    Ok(STANDARD.encode(hand.encrypt(field("r-1").as_bytes())?))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key(*b"twelve bytes")
}

pub fn aes_gcm(hand: &Hand) -> Result<String> {
    let mut text = body().to_vec();
    gcm(&hand.bytes)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut text)?;
    Ok(STANDARD.encode(text))
}

pub fn aes_gcm_and_back(hand: &Hand) -> Result<String> {
    let mut text = body().to_vec();
    gcm(&hand.bytes)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut text)?;
    Ok(STANDARD.encode(gcm(&hand.bytes)?.open_in_place(nonce(), Aad::empty(), &mut text)?))
}

pub fn aes_cbc(hand: &Hand) -> Result<String> {
    let key = UnboundCipherKey::new(&AES_256, &hand.bytes)?;
    let iv = EncryptionContext::Iv128(FixedLength::from(*b"16 bytes, in all"));
    let mut text = body().to_vec();
    PaddedBlockEncryptingKey::cbc_pkcs7(key)?.less_safe_encrypt(&mut text, iv)?;
    Ok(STANDARD.encode(text))
}

pub fn aes_ecb(hand: &Hand) -> Result<String> {
    let key = UnboundCipherKey::new(&AES_256, &hand.bytes)?;
    let mut text = body().to_vec();
    PaddedBlockEncryptingKey::ecb_pkcs7(key)?.less_safe_encrypt(&mut text, EncryptionContext::None)?;
    Ok(STANDARD.encode(text))
}

// ---- Texts ---------------------------------------------------------------------------------------------------------

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub fn json(_: &Hand) -> Result<String> {
    let grant = Grant { reference: field("r-1"), amount: field("12.5"), scopes: ["pay", "read"], live: true };
    Ok(serde_json::to_string(&grant)?)
}

pub fn json_minify(_: &Hand) -> Result<String> {
    Ok(serde_json::to_string(&serde_json::from_slice::<Payment>(body())?)?)
}

pub fn json_canonical(_: &Hand) -> Result<String> {
    Ok(serde_json::to_string(&serde_json::from_slice::<BTreeMap<String, Value>>(body())?)?)
}

pub fn percent(_: &Hand) -> Result<String> {
    Ok(utf8_percent_encode(field(QUERY[2].1), RESERVED).to_string())
}

pub fn texts(_: &Hand) -> Result<String> {
    let (whole, part) = field("12.5").split_once('.').context("an amount")?;
    Ok(format!("{whole}.{part:0<2}{}{}", field("eur").to_uppercase(), field(" two coffees & a tea ").trim()))
}

pub fn join(_: &Hand) -> Result<String> {
    let time = black_box(HEADERS[1].1);
    Ok(tag(format!("POST\n{}\n{time}\n{BODY}", black_box(TARGET)).as_bytes()))
}

pub fn fields(_: &Hand) -> Result<String> {
    let encode = |text: &'static str| utf8_percent_encode(text, RESERVED).to_string();
    let mut pairs: Vec<_> = black_box(QUERY).iter().map(|(name, text)| (encode(name), encode(text))).collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={text}")).collect();
    Ok(tag(pairs.join("&").as_bytes()))
}

pub fn headers(hand: &Hand) -> Result<String> {
    let own = hand.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-acme-"));
    let mut own: Vec<_> =
        own.map(|(name, value)| Ok((name.as_str(), value.to_str()?.trim()))).collect::<Result<_>>()?;
    own.sort_unstable();
    Ok(tag(own.iter().map(|(name, text)| format!("{name}:{text}\n")).collect::<String>().as_bytes()))
}

// ---- Webhooks ------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
#[allow(dead_code)] // It is read, and that is all.
struct Payload {
    id: String,
    r#type: String,
    payment: BTreeMap<String, String>,
    payer: Option<String>,
}

enum Happened {
    Paid(Payload),
    Unknown,
}

impl Event for Happened {
    fn read(_: &str, body: &[u8]) -> Result<Self, String> {
        read_json(body).map(Self::Paid)
    }

    fn unknown(_: Bytes) -> Self {
        Self::Unknown
    }
}

/// A receiver of the events that the tests have.
pub fn receiver() -> Result<Webhooks> {
    let text = include_str!("../../tests/documents/hooks.yaml");
    let document = countersign_spec::read("hooks.yaml", text).map_err(|findings| Error::msg(findings.to_string()))?;
    let builder = WebhooksBuilder::new(Arc::new(document.plan().clone()));
    Ok(builder.credential("webhook_secret", SHARED).credential("bank_key", RSA_PUBLIC).build()?)
}

/// Receives the event, by us.
pub fn received(webhooks: &Webhooks, hand: &Hand) -> Result<String> {
    let delivery = webhooks.verify::<Happened>(black_box(&hand.event), Bytes::from_static(EVENT.as_bytes()))?;
    match black_box(delivery.event) {
        Happened::Paid(payload) => Ok(payload.id),
        Happened::Unknown => bail!("it is unknown"),
    }
}

/// Receives it by hand: the parts of the header, the tag, the time, the body.
pub fn webhook(hand: &Hand) -> Result<String> {
    let header = black_box(&hand.event).get("hooks-signature").context("a header")?.to_str()?;
    let mut parts = header.split(',').filter_map(|part| part.split_once('='));
    let time = parts.clone().find(|(name, _)| *name == "t").context("a time")?.1;
    let signature = hex::decode(parts.find(|(name, _)| *name == "v1").context("a signature")?.1).map_err(Error::msg)?;
    let mut tag = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, black_box(SHARED).as_bytes()));
    for part in [time, ".", EVENT] {
        tag.update(part.as_bytes());
    }
    aws_lc_rs::constant_time::verify_slices_are_equal(tag.sign().as_ref(), &signature)?;
    if now().abs_diff(time.parse()?) > 300 {
        bail!("it is old");
    }
    let payload: Payload = serde_json::from_slice(EVENT.as_bytes())?;
    match payload.r#type.as_str() {
        "payment.succeeded" => Ok(black_box(payload).id),
        _ => bail!("it is unknown"),
    }
}
