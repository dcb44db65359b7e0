//! Files: what a body in parts has beside its fields.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A file of a multipart body: its bytes, or what is read while it is sent. `Debug` shows its length alone.
#[derive(Clone)]
pub struct File {
    name: Option<String>,
    media_type: Option<String>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Arc<Zeroizing<Vec<u8>>>),
    Streamed { length: Option<u64>, stream: Arc<dyn Any + Send + Sync> },
}

impl File {
    /// A file with these bytes.
    pub fn bytes(content: impl Into<Vec<u8>>) -> Self {
        Self { name: None, media_type: None, content: Content::Bytes(Arc::new(Zeroizing::new(content.into()))) }
    }

    /// A file that is read while it is sent, by whoever knows what the stream is, and how many bytes it has, if that is known.
    pub fn streamed(length: Option<u64>, stream: Arc<dyn Any + Send + Sync>) -> Self {
        Self { name: None, media_type: None, content: Content::Streamed { length, stream } }
    }

    /// The same with a name. Default: `file`.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The same with a media type. Default: the document's, if it is one, and else `application/octet-stream`.
    #[must_use]
    pub fn of_type(self, media_type: impl Into<String>) -> Self {
        Self { media_type: Some(media_type.into()), ..self }
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its media type.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// How many bytes it has, if that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Streamed { length, .. } => *length,
        }
    }

    /// Its bytes, unless it is read while it is sent.
    pub fn content(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Streamed { .. } => None,
        }
    }

    /// What is read while it is sent.
    pub fn stream(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        match &self.content {
            Content::Bytes(_) => None,
            Content::Streamed { stream, .. } => Some(stream),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("length", &self.length()).finish_non_exhaustive()
    }
}

thread_local! {
    /// The files of the body that is being serialised.
    static FILES: RefCell<Option<Vec<File>>> = const { RefCell::new(None) };
}

/// What `serialise` makes, and the files that it came across. Each has its number in its place.
pub(crate) fn collected<T>(serialise: impl FnOnce() -> T) -> (T, Vec<File>) {
    let before = FILES.replace(Some(Vec::new()));
    let made = serialise();
    (made, FILES.replace(before).unwrap_or_default())
}

/// A file is no JSON. It is beside the JSON of a body, which has its number in its place, and `null` anywhere else.
impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = FILES.with_borrow_mut(|files| {
            let files = files.as_mut()?;
            files.push(self.clone());
            Some(files.len() - 1)
        });
        number.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("a file cannot be read from JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_beside_the_json_of_a_body_and_is_not_printed() {
        let file = |text: &str| File::bytes(text).named("a name").of_type("text/x-type");
        let (json, files) = collected(|| serde_json::to_string(&[Some(file("some")), None, Some(file("others"))]));
        assert_eq!(json.expect("JSON"), "[0,null,1]");
        assert_eq!(files.iter().map(File::content).collect::<Vec<_>>(), [Some(&b"some"[..]), Some(b"others")]);
        assert_eq!(serde_json::to_string(&file("some")).expect("JSON"), "null");
        assert_eq!(format!("{:?}", file("some")), "File { length: Some(4), .. }");
        assert!(serde_json::from_str::<File>("\"some\"").is_err());
    }
}
