//! AES in the modes that documents name.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce};
use aws_lc_rs::cipher::{
    self, AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use countersign_plan::CipherMode;
use zeroize::Zeroizing;

use super::NOT_DECRYPTED;

/// How much a ciphertext is longer than its plaintext, at most: a block of padding, or a tag.
const OVERHEAD: usize = 16;

/// Encrypts. `iv` is the initialisation vector, which GCM calls a nonce; `aad` is protected by GCM without being part of the
/// ciphertext.
///
/// # Errors
/// The sizes of the key and of the vector.
pub(crate) fn encrypt(
    mode: CipherMode,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let failed = |_| format!("{} bytes cannot be encrypted", plaintext.len());
    // There is room for all, since growing in place would leave a part of the plaintext behind, unwiped.
    let mut text = Zeroizing::new(Vec::with_capacity(plaintext.len() + OVERHEAD));
    text.extend_from_slice(plaintext);
    match Cipher::new(mode, key, iv, aad)? {
        Cipher::Gcm(key, nonce) => key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut *text).map_err(failed)?,
        Cipher::Cbc(key, iv) => PaddedBlockEncryptingKey::cbc_pkcs7(key)
            .and_then(|key| key.less_safe_encrypt(&mut *text, EncryptionContext::Iv128(iv)))
            .map(drop)
            .map_err(failed)?,
        Cipher::Ecb(key) => PaddedBlockEncryptingKey::ecb_pkcs7(key)
            .and_then(|key| key.less_safe_encrypt(&mut *text, EncryptionContext::None))
            .map(drop)
            .map_err(failed)?,
    }
    Ok(text)
}

/// The inverse of [`encrypt`].
///
/// # Errors
/// The sizes of the key and of the vector, or one error for whatever else does not open.
pub(crate) fn decrypt(
    mode: CipherMode,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let opened = match Cipher::new(mode, key, iv, aad)? {
        Cipher::Gcm(key, nonce) => key.open_in_place(nonce, Aad::from(aad), &mut text).map(|plain| plain.len()),
        Cipher::Cbc(key, iv) => PaddedBlockDecryptingKey::cbc_pkcs7(key)
            .and_then(|key| key.decrypt(&mut text, DecryptionContext::Iv128(iv)).map(|plain| plain.len())),
        Cipher::Ecb(key) => PaddedBlockDecryptingKey::ecb_pkcs7(key)
            .and_then(|key| key.decrypt(&mut text, DecryptionContext::None).map(|plain| plain.len())),
    };
    text.truncate(opened.map_err(|_| NOT_DECRYPTED)?);
    Ok(text)
}

/// A key with its vector.
enum Cipher {
    Cbc(UnboundCipherKey, FixedLength<16>),
    Ecb(UnboundCipherKey),
    Gcm(LessSafeKey, Nonce),
}

impl Cipher {
    fn new(mode: CipherMode, key: &[u8], iv: &[u8], aad: &[u8]) -> Result<Self, String> {
        let name = mode.name();
        let (block, authenticated): (&'static cipher::Algorithm, &'static aead::Algorithm) = match key.len() {
            16 => (&AES_128, &AES_128_GCM),
            24 => (&AES_192, &AES_192_GCM),
            32 => (&AES_256, &AES_256_GCM),
            other => return Err(format!("a key of {name} has 16, 24 or 32 bytes, and this one has {other}")),
        };
        if mode != CipherMode::Gcm && !aad.is_empty() {
            return Err(format!("{name} cannot protect additional data"));
        }
        let unusable = |_| format!("the key of {name} cannot be used");
        let wrong_iv =
            |size| move |_| format!("{name} takes {size} bytes as its iv or nonce, and these are {}", iv.len());
        Ok(match mode {
            CipherMode::Cbc => Self::Cbc(
                UnboundCipherKey::new(block, key).map_err(unusable)?,
                FixedLength::try_from(iv).map_err(wrong_iv(16))?,
            ),
            CipherMode::Ecb if !iv.is_empty() => return Err(format!("{name} takes no iv")),
            CipherMode::Ecb => Self::Ecb(UnboundCipherKey::new(block, key).map_err(unusable)?),
            CipherMode::Gcm => Self::Gcm(
                LessSafeKey::new(aead::UnboundKey::new(authenticated, key).map_err(unusable)?),
                Nonce::try_assume_unique_for_key(iv).map_err(wrong_iv(12))?,
            ),
        })
    }
}

#[cfg(test)]
mod tests;
