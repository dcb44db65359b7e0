//! Encrypted texts: JWE.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA512};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap};
use aws_lc_rs::rand;
use countersign_plan::{CipherMode, JweAlgorithm, JweEncryption};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Key, check_critical, decode, encode, header};
use crate::crypto::private::agree_ephemeral;
use crate::crypto::{NOT_DECRYPTED, PublicKeys, RsaPadding, cipher};

/// Where the key of the content comes from.
enum Management {
    /// It is drawn, and encrypted with RSA.
    Rsa(RsaPadding),
    /// It is the shared secret, or is drawn and wrapped with a shared secret of this size.
    Shared(Option<usize>),
    /// It is what both sides agree on, or is drawn and wrapped with that, in this size.
    Agreed(Option<usize>),
}

impl From<JweAlgorithm> for Management {
    fn from(algorithm: JweAlgorithm) -> Self {
        match algorithm {
            JweAlgorithm::Rsa1V5 => Self::Rsa(RsaPadding::Pkcs1V15),
            JweAlgorithm::RsaOaep => Self::Rsa(RsaPadding::OaepSha1),
            JweAlgorithm::RsaOaep256 => Self::Rsa(RsaPadding::OaepSha256),
            JweAlgorithm::Dir => Self::Shared(None),
            JweAlgorithm::A128Kw => Self::Shared(Some(16)),
            JweAlgorithm::A256Kw => Self::Shared(Some(32)),
            JweAlgorithm::EcdhEs => Self::Agreed(None),
            JweAlgorithm::EcdhEsA128Kw => Self::Agreed(Some(16)),
            JweAlgorithm::EcdhEsA256Kw => Self::Agreed(Some(32)),
        }
    }
}

/// Encrypts: `header.key.iv.ciphertext.tag`.
///
/// The header is JSON text. Its `alg` and `enc` are the algorithms; the ephemeral key of ECDH-ES becomes its last member.
/// `random` fills a buffer with random bytes: a key, a vector. RSA draws its padding itself.
///
/// # Errors
/// The header says otherwise, or the key does not suit.
pub(crate) fn encrypt(
    header_text: &str,
    plaintext: &[u8],
    algorithm: JweAlgorithm,
    encryption: JweEncryption,
    key: Key<'_>,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<String, String> {
    let fields = header(header_text, &[("alg", algorithm.name()), ("enc", encryption.name())])?;
    if ["zip", "epk"].iter().any(|name| fields.contains_key(*name)) {
        return Err("its header has `zip`, which is not done, or `epk`, which is filled in".into());
    }
    let size = encryption.key_size();
    let recipient = || match key {
        Key::Public(keys, id) => keys.recipient(id),
        _ => Err(key.unsuited(algorithm.name(), "a public key")),
    };
    let mut header_text = header_text.trim_end().to_owned();
    let (content_key, encrypted_key) = match Management::from(algorithm) {
        Management::Rsa(padding) => {
            let content_key = draw(size, random);
            let encrypted = recipient()?.encrypt(padding, &content_key)?;
            (content_key, encrypted)
        }
        Management::Shared(wrap) => enclose(shared(algorithm, key, wrap.unwrap_or(size))?, wrap, size, random)?,
        Management::Agreed(wrap) => {
            let (ephemeral, secret) = agree_ephemeral(recipient()?, random)?;
            // There are members before it, so that a comma is right.
            header_text.pop();
            header_text += &format!(r#","epk":{}}}"#, ephemeral.jwk());
            enclose(derive(&secret, &fields, algorithm, encryption)?, wrap, size, random)?
        }
    };
    let encoded_header = encode(header_text.as_bytes());
    let iv = draw(iv_size(encryption), random);
    let (ciphertext, tag) = seal(encryption, &content_key, &iv, encoded_header.as_bytes(), plaintext)?;
    let rest = [&encrypted_key[..], &iv, &ciphertext, &tag].map(encode);
    Ok(rest.iter().fold(encoded_header.to_string(), |text, part| text + "." + part))
}

/// Decrypts.
///
/// # Errors
/// The key does not suit, or one error for whatever else does not open.
pub(crate) fn decrypt(
    text: &str,
    algorithm: JweAlgorithm,
    encryption: JweEncryption,
    key: Key<'_>,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let parts = || {
        let [encoded_header, rest @ ..]: [&str; 5] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
        let [encrypted_key, iv, ciphertext, tag] = rest.map(decode);
        let fields = String::from_utf8(decode(encoded_header)?).ok()?;
        let fields = header(&fields, &[("alg", algorithm.name()), ("enc", encryption.name())]).ok()?;
        check_critical(&fields, &[]).ok()?;
        (!fields.contains_key("zip")).then_some((encoded_header, fields, encrypted_key?, iv?, ciphertext?, tag?))
    };
    let (encoded_header, fields, encrypted_key, iv, ciphertext, tag) = parts().ok_or(NOT_DECRYPTED)?;
    let size = encryption.key_size();
    let private = || match key {
        Key::Private(private) => Ok(private),
        _ => Err(key.unsuited(algorithm.name(), "a private key")),
    };
    let content_key = match Management::from(algorithm) {
        Management::Rsa(padding) => {
            // A key that does not decrypt is replaced by a random one, so that nobody learns that it was the key (RFC 7516,
            // section 11.5).
            let mut other = Zeroizing::new(vec![0; size]);
            rand::fill(&mut other).map_err(|_| NOT_DECRYPTED)?;
            private()?.open(padding, &encrypted_key)?.filter(|content_key| content_key.len() == size).unwrap_or(other)
        }
        Management::Shared(wrap) => disclose(shared(algorithm, key, wrap.unwrap_or(size))?, wrap, &encrypted_key)?,
        Management::Agreed(wrap) => {
            let ephemeral = fields.get("epk").map(Value::to_string).unwrap_or_default();
            let ephemeral = PublicKeys::from_text(&ephemeral).map_err(|_| NOT_DECRYPTED)?;
            let secret = private()?.agree(ephemeral.recipient(None).map_err(|_| NOT_DECRYPTED)?)?;
            let derived = derive(&secret.ok_or(NOT_DECRYPTED)?, &fields, algorithm, encryption);
            disclose(derived.map_err(|_| NOT_DECRYPTED)?, wrap, &encrypted_key)?
        }
    };
    open(encryption, &content_key, &iv, encoded_header.as_bytes(), &ciphertext, &tag)
        .ok_or_else(|| NOT_DECRYPTED.to_owned())
}

fn draw(size: usize, random: &mut dyn FnMut(&mut [u8])) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; size]);
    random(&mut bytes);
    bytes
}

/// The shared secret, which has this size.
fn shared(algorithm: JweAlgorithm, key: Key<'_>, size: usize) -> Result<Zeroizing<Vec<u8>>, String> {
    match key {
        Key::Shared(secret) if secret.len() == size => Ok(secret.to_vec().into()),
        Key::Shared(secret) => {
            Err(format!("{} needs a key of {size} bytes here, and this one has {}", algorithm.name(), secret.len()))
        }
        _ => Err(key.unsuited(algorithm.name(), "a shared secret")),
    }
}

/// The key of the content and what is sent of it: a key of its own, wrapped with this one, or this one, of which nothing is sent.
fn enclose(
    key: Zeroizing<Vec<u8>>,
    wrap: Option<usize>,
    size: usize,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), String> {
    if wrap.is_none() {
        return Ok((key, Vec::new()));
    }
    let content_key = draw(size, random);
    let mut wrapped = vec![0; size + WRAPPING];
    key_encryption_key(&key)?
        .wrap(&content_key, &mut wrapped)
        .map_err(|_| "the key of the content cannot be wrapped")?;
    Ok((content_key, wrapped))
}

/// The inverse of [`enclose`].
fn disclose(key: Zeroizing<Vec<u8>>, wrap: Option<usize>, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
    if wrap.is_none() {
        return if encrypted.is_empty() { Ok(key) } else { Err(NOT_DECRYPTED.into()) };
    }
    let mut content_key = Zeroizing::new(vec![0; encrypted.len().saturating_sub(WRAPPING)]);
    key_encryption_key(&key)?.unwrap(encrypted, &mut content_key).map_err(|_| NOT_DECRYPTED)?;
    Ok(content_key)
}

/// How much longer a wrapped key is (RFC 3394).
const WRAPPING: usize = 8;

fn key_encryption_key(key: &[u8]) -> Result<AesKek, String> {
    let cipher = if key.len() == 16 { &AES_128 } else { &AES_256 };
    AesKek::new(cipher, key).map_err(|_| "the key that wraps has neither 16 nor 32 bytes".to_owned())
}

/// The key that two parties derive from what they agreed on: the Concat KDF with SHA-256 (RFC 7518, section 4.6.2).
pub(super) fn derive(
    secret: &[u8],
    fields: &Map<String, Value>,
    algorithm: JweAlgorithm,
    encryption: JweEncryption,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let (name, size) = match Management::from(algorithm) {
        Management::Agreed(Some(size)) => (algorithm.name(), size),
        _ => (encryption.name(), encryption.key_size()),
    };
    let party = |member| match fields.get(member) {
        None => Some(Vec::new()),
        Some(value) => decode(value.as_str()?),
    };
    let (Some(producer), Some(consumer)) = (party("apu"), party("apv")) else {
        return Err("`apu` or `apv` in its header is not base64url".into());
    };
    let mut info = Vec::new();
    for part in [name.as_bytes(), &producer, &consumer] {
        info.extend((part.len() as u32).to_be_bytes());
        info.extend(part);
    }
    info.extend((8 * size as u32).to_be_bytes());
    let mut key = Zeroizing::new(vec![0; size]);
    get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)
        .and_then(|hash| sskdf_digest(hash, secret, &info, &mut key).ok())
        .ok_or("no key can be derived")?;
    Ok(key)
}

fn iv_size(encryption: JweEncryption) -> usize {
    match encryption {
        JweEncryption::A128Gcm | JweEncryption::A256Gcm => 12,
        JweEncryption::A128CbcHs256 | JweEncryption::A256CbcHs512 => 16,
    }
}

/// The hash of an encryption that is made of CBC and HMAC (RFC 7518, section 5.2).
fn mac(encryption: JweEncryption) -> Option<hmac::Algorithm> {
    match encryption {
        JweEncryption::A128Gcm | JweEncryption::A256Gcm => None,
        JweEncryption::A128CbcHs256 => Some(HMAC_SHA256),
        JweEncryption::A256CbcHs512 => Some(HMAC_SHA512),
    }
}

/// How long a tag of AES-GCM is.
const TAG: usize = 16;

/// The ciphertext and the tag.
fn seal(
    encryption: JweEncryption,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), String> {
    let Some(hash) = mac(encryption) else {
        let mut ciphertext = cipher::encrypt(CipherMode::Gcm, key, iv, aad, plaintext)?;
        let tag = ciphertext.split_off(plaintext.len());
        return Ok((ciphertext, tag));
    };
    let (mac_key, key) = key.split_at(key.len() / 2);
    let ciphertext = cipher::encrypt(CipherMode::Cbc, key, iv, &[], plaintext)?;
    let tag = tag(hash, mac_key, iv, aad, &ciphertext);
    Ok((ciphertext, tag))
}

/// The inverse of [`seal`].
fn open(
    encryption: JweEncryption,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    sent_tag: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    if key.len() != encryption.key_size() {
        return None;
    }
    let Some(hash) = mac(encryption) else {
        let sealed = (sent_tag.len() == TAG).then(|| [ciphertext, sent_tag].concat())?;
        return cipher::decrypt(CipherMode::Gcm, key, iv, aad, &sealed).ok();
    };
    let (mac_key, key) = key.split_at(key.len() / 2);
    verify_slices_are_equal(sent_tag, &tag(hash, mac_key, iv, aad, ciphertext)).ok()?;
    cipher::decrypt(CipherMode::Cbc, key, iv, &[], ciphertext).ok()
}

/// The first half of the HMAC, which protects all that is sent.
fn tag(hash: hmac::Algorithm, key: &[u8], iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hash, key));
    let aad_bits = (8 * aad.len() as u64).to_be_bytes();
    for part in [aad, iv, ciphertext, &aad_bits] {
        context.update(part);
    }
    let tag = context.sign();
    tag.as_ref()[..key.len()].to_vec()
}
