//! Where the bytes of an evaluation go. What is hashed is hashed as it comes, so that no copy of it is made.

use aws_lc_rs::hmac;
use countersign_plan::Hash;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::crypto::{hmac_key, legacy};

/// A digest, or a tag if there is a key, over bytes that are gathered first.
pub(crate) struct Old {
    hash: Hash,
    key: Option<Zeroizing<Vec<u8>>>,
    of: Box<Sink>,
}

pub(crate) enum Sink {
    Bytes(Zeroizing<Vec<u8>>),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Hmac(Box<hmac::Context>),
    /// A function that is not fed bit by bit, over what there is in the end.
    Old(Old),
}

impl Sink {
    pub(crate) fn bytes() -> Self {
        Self::Bytes(Zeroizing::default())
    }

    /// # Errors
    /// This program was built without the hash function.
    pub(crate) fn hash(hash: Hash) -> Result<Self, String> {
        Ok(match hash {
            Hash::Md5 | Hash::Sha1 => Self::old(hash, None)?,
            Hash::Sha256 => Self::Sha256(Sha256::new()),
            Hash::Sha384 => Self::Sha384(Sha384::new()),
            Hash::Sha512 => Self::Sha512(Sha512::new()),
        })
    }

    /// # Errors
    /// This program was built without the hash function.
    pub(crate) fn hmac(hash: Hash, key: &[u8]) -> Result<Self, String> {
        match hmac_key(hash, key) {
            Some(key) => Ok(Self::Hmac(Box::new(hmac::Context::with_key(&key)))),
            None => Self::old(hash, Some(key)),
        }
    }

    fn old(hash: Hash, key: Option<&[u8]>) -> Result<Self, String> {
        if hash == Hash::Md5 && !cfg!(feature = "md5") {
            return Err("MD5 was left out of this program: turn on the feature `md5` of countersign".into());
        }
        Ok(Self::Old(Old { hash, key: key.map(|key| key.to_vec().into()), of: Box::new(Self::bytes()) }))
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        match self {
            Self::Bytes(buffer) => {
                let needed = buffer.len() + bytes.len();
                if buffer.capacity() == 0 {
                    buffer.reserve_exact(needed.max(64));
                } else if buffer.capacity() < needed {
                    // Growing in place would leave what was there behind, unwiped.
                    let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * buffer.len()).max(64)));
                    larger.extend_from_slice(buffer);
                    *buffer = larger;
                }
                buffer.extend_from_slice(bytes);
            }
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha384(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
            Self::Hmac(mac) => mac.update(bytes),
            Self::Old(old) => old.of.extend(bytes),
        }
    }

    /// As [`extend`](Self::extend), with bytes that were made for it.
    pub(crate) fn extend_owned(&mut self, bytes: Zeroizing<Vec<u8>>) {
        match self {
            Self::Bytes(own) if own.is_empty() => *own = bytes,
            sink => sink.extend(&bytes),
        }
    }

    /// The bytes, or the digest of them.
    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Sha256(hash) => hash.finalize().to_vec().into(),
            Self::Sha384(hash) => hash.finalize().to_vec().into(),
            Self::Sha512(hash) => hash.finalize().to_vec().into(),
            Self::Hmac(mac) => mac.sign().as_ref().to_vec().into(),
            Self::Old(Old { hash, key, of }) => {
                let of = of.finish();
                let made = match (hash, key) {
                    #[cfg(feature = "md5")]
                    (Hash::Md5, None) => legacy::md5(&of),
                    #[cfg(feature = "md5")]
                    (Hash::Md5, Some(key)) => legacy::hmac_md5(&key, &of),
                    (_, None) => legacy::sha1(&of),
                    (_, Some(key)) => legacy::hmac_sha1(&key, &of),
                };
                made.into()
            }
        }
    }
}
