//! Digests that are no longer safe, for the providers that still ask for them.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};

/// SHA-1 (FIPS 180-4).
pub(crate) fn sha1(message: &[u8]) -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, message).as_ref().to_vec()
}

/// HMAC with SHA-1 (RFC 2104).
pub(crate) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key), message).as_ref().to_vec()
}

/// MD5 (RFC 1321).
#[cfg(any(test, feature = "md5"))]
pub(crate) fn md5(message: &[u8]) -> Vec<u8> {
    use md5::{Digest, Md5};

    Md5::digest(message).to_vec()
}

/// HMAC with MD5 (RFC 2104).
#[cfg(any(test, feature = "md5"))]
pub(crate) fn hmac_md5(key: &[u8], message: &[u8]) -> Vec<u8> {
    use md5::{Digest, Md5};
    use zeroize::Zeroizing;

    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        block[..16].copy_from_slice(&md5(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let keyed = |pad: u8, message: &[u8]| {
        let block = Zeroizing::new(block.map(|byte| byte ^ pad));
        Md5::new().chain_update(&block[..]).chain_update(message).finalize()
    };
    keyed(0x5c, &keyed(0x36, message)).to_vec()
}

#[cfg(test)]
mod tests;
