//! What an expression yields that reads neither the request nor the caller's values, so that the lint can look at it.

use countersign_plan::{Function, Hash, Value, codec};
use jiff::Timestamp;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A UUID like those that the client makes.
const SOME_UUID: &str = "6f1c6d1e-0d4b-4f0a-9c57-2f9c1f0b7a33";

/// The bytes that an expression yields, or why it yields none; `None` where that depends on a call. With a moment, an
/// expression that reads the clock or a UUID yields something too.
pub(crate) fn constant(values: &[Value], moment: Option<Timestamp>) -> Option<Result<Vec<u8>, String>> {
    Some(all(values, moment)?.map(|parts| parts.concat()))
}

fn all(values: &[Value], moment: Option<Timestamp>) -> Option<Result<Vec<Vec<u8>>, String>> {
    let parts = values.iter().map(|value| match value {
        Value::Text(text) => Some(Ok(text.as_bytes().to_vec())),
        Value::Uuid { .. } => moment.map(|_| Ok(SOME_UUID.as_bytes().to_vec())),
        Value::Literal(text) => Some(Ok(text.as_bytes().to_vec())),
        // How much later it is does not change what it looks like.
        Value::Time { format, offset_seconds, .. } => {
            moment.map(|now| format.write(now, *offset_seconds).map(String::into_bytes))
        }
        Value::Concat(of) => constant(of, moment),
        Value::Join { with, of } => Some(all(of, moment)?.map(|parts| parts.join(with.as_bytes()))),
        Value::Apply(Function::Digest(hash), [of, ..]) => {
            let digest: fn(&[u8]) -> Vec<u8> = match hash {
                Hash::Sha256 => |bytes| Sha256::digest(bytes).to_vec(),
                Hash::Sha384 => |bytes| Sha384::digest(bytes).to_vec(),
                Hash::Sha512 => |bytes| Sha512::digest(bytes).to_vec(),
                // There is no need to know these.
                Hash::Md5 | Hash::Sha1 => return None,
            };
            Some(constant(of, moment)?.map(|bytes| digest(&bytes)))
        }
        Value::Apply(Function::Encode(codec), [of, ..]) => {
            Some(constant(of, moment)?.and_then(|bytes| codec::encode(*codec, &bytes)))
        }
        Value::Apply(Function::Escape(escape), [keep, of, ..]) => {
            let keep = constant(keep, moment)?.ok()?;
            Some(constant(of, moment)?.map(|bytes| codec::escape(*escape, &keep, &bytes)))
        }
        _ => None,
    });
    parts.collect()
}
