//! A response, as it came, and what is in it once.

use countersign_plan::{json, pointer};
use http::HeaderMap;
use zeroize::Zeroizing;

/// A response, as it came.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// A header that is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        let mut values = self.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).map(http::HeaderValue::as_bytes)
    }

    /// What is at a pointer, if it is there once: what two readers could read otherwise is not believed.
    pub(crate) fn field(&self, pointer: &str) -> Option<Zeroizing<Vec<u8>>> {
        let text = std::str::from_utf8(self.body).ok()?;
        json::check(text).ok()?;
        let mut here = text.trim();
        for step in pointer::steps(pointer).map(pointer::unescaped) {
            let mut found = json::members(here).filter(|(name, _)| json::name(name) == step).map(|(_, value)| value);
            here = found.next().filter(|_| found.next().is_none())?;
        }
        Some(json::decoded(here)?.into_owned().into_bytes().into())
    }
}
