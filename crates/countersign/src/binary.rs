//! A body that is no text: a file.

use std::fmt;
use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// The bytes of a file.
///
/// `Debug` prints how many there are, and none of them. In JSON they are in base64.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Binary(Bytes);

impl Binary {
    /// The bytes, as they came.
    pub fn into_inner(self) -> Bytes {
        self.0
    }
}

impl Deref for Binary {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Binary {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Binary> for Vec<u8> {
    fn from(binary: Binary) -> Self {
        binary.0.into()
    }
}

/// How many bytes there are.
impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Base64)
    }
}

/// Takes bytes, or a text in base64.
struct Base64;

impl Visitor<'_> for Base64 {
    type Value = Binary;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base64")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Binary, E> {
        STANDARD.decode(text).map(Into::into).map_err(|_| E::custom("it is not base64"))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Binary, E> {
        Ok(bytes.into())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Binary, E> {
        Ok(bytes.to_vec().into())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::BytesDeserializer;

    use super::*;

    #[test]
    fn nothing_of_a_file_is_printed_but_its_length() {
        let file = Binary::from(b"4111111111111111".to_vec());
        assert_eq!(format!("{file:?} {:?}", Some(&file)), "Binary(16 bytes) Some(Binary(16 bytes))");
        assert_eq!(&file[..4], b"4111");
    }

    #[test]
    fn in_json_a_file_is_base64() {
        let file = Binary::from(vec![0, 255, 10]);
        let json = serde_json::to_string(&file).expect("JSON");
        assert_eq!(json, "\"AP8K\"");
        assert_eq!(serde_json::from_str::<Binary>(&json).expect("base64"), file);
        assert!(serde_json::from_str::<Binary>("\"4111!\"").is_err_and(|error| !error.to_string().contains("4111")));
    }

    #[test]
    fn a_file_is_made_of_bytes_and_gives_them_back() {
        let bytes = Bytes::from_static(&[0, 255, 10]);
        let file = Binary::from(bytes.clone());
        assert_eq!(file, Binary::from(bytes.to_vec()));
        assert_eq!((file.as_ref(), Vec::from(file.clone())), (&bytes[..], bytes.to_vec()));
        let read: Result<Binary, serde::de::value::Error> = Binary::deserialize(BytesDeserializer::new(&bytes));
        assert_eq!(read.expect("bytes"), file);
        assert_eq!(file.into_inner(), bytes);
    }
}
