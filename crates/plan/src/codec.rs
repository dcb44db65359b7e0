//! Encodings of bytes as bytes.

use base64::Engine;
use base64::engine::general_purpose::{
    STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE, URL_SAFE_NO_PAD, URL_SAFE_PAD_INDIFFERENT,
};
use percent_encoding::percent_encode_byte;
use zeroize::Zeroizing;

use crate::{Codec, Escape};

/// Encodes.
///
/// # Errors
/// The bytes are not what the codec reads.
pub fn encode(codec: Codec, bytes: &[u8]) -> Result<Vec<u8>, String> {
    Ok(match codec {
        Codec::Hex => {
            // Several times as fast as `hex::encode`, which goes by way of `char`s.
            let mut digits = vec![0; 2 * bytes.len()];
            hex::encode_to_slice(bytes, &mut digits).map_err(|_| "a value for hex is too long")?;
            digits
        }
        Codec::Base64 => STANDARD.encode(bytes).into_bytes(),
        Codec::Base64Url => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        Codec::Base64UrlPadded => URL_SAFE.encode(bytes).into_bytes(),
        Codec::Base64Mime => {
            let mut lines = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 57 + 5);
            // 57 bytes are 76 characters.
            for line in bytes.chunks(57) {
                STANDARD.encode_string(line, &mut lines);
                lines.push('\n');
            }
            lines.into_bytes()
        }
        Codec::FromHex => hex::decode(bytes).map_err(|_| "a value for from-hex is not hexadecimal")?,
        Codec::FromBase64 => {
            let compact: Zeroizing<Vec<u8>> =
                Zeroizing::new(bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
            STANDARD_PAD_INDIFFERENT.decode(&*compact).map_err(|_| "a value for from-base64 is not base64")?
        }
        Codec::Upper => bytes.to_ascii_uppercase(),
        Codec::Lower => bytes.to_ascii_lowercase(),
        Codec::Trim => bytes.trim_ascii().to_vec(),
    })
}

/// The inverse of [`encode`], or `None` where several values have the same encoding.
pub fn decode(codec: Codec, bytes: &[u8]) -> Option<Result<Vec<u8>, String>> {
    match codec {
        Codec::Hex => Some(encode(Codec::FromHex, bytes)),
        Codec::Base64 | Codec::Base64Mime => Some(encode(Codec::FromBase64, bytes)),
        Codec::Base64Url | Codec::Base64UrlPadded => {
            Some(URL_SAFE_PAD_INDIFFERENT.decode(bytes).map_err(|_| "it is not base64-url".to_owned()))
        }
        Codec::FromHex | Codec::FromBase64 | Codec::Upper | Codec::Lower | Codec::Trim => None,
    }
}

/// Escapes all that is not unreserved, but for the bytes in `keep`.
pub fn escape(escape: Escape, keep: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            byte if keep.contains(byte) => text.push(*byte),
            b' ' if escape == Escape::Form => text.push(b'+'),
            // What a form leaves as it is differs in two characters (the URL standard, section 1.3).
            b'*' if escape == Escape::Form => text.push(b'*'),
            b'~' if escape == Escape::Form => text.extend(b"%7E"),
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) => text.push(*byte),
            byte => text.extend(percent_encode_byte(*byte).bytes()),
        }
    }
    text
}
