//! The provider's side, for whoever plays it: keys that are made up, and responses that are signed and sealed.

mod keys;
mod respond;

pub use keys::Keys;
pub use respond::Answered;

use crate::inputs::{Credential, Key, Setup};
use crate::secret::Secret;

impl Setup {
    /// The same as the other side has it: of every key pair, the other half. What a client verifies is made with it, and what a
    /// client opens is sealed.
    #[must_use]
    pub fn turned(&self) -> Self {
        let credentials = self.credentials.iter().map(|(name, own)| (name.clone(), own.turned()));
        Self { credentials: credentials.collect(), ..self.clone() }
    }
}

impl Credential {
    fn turned(&self) -> Self {
        let key = match (&self.key, &self.private) {
            (Key::Private(key), _) => Some(Key::Public(key.public().clone().into())),
            (Key::Public(_), Some(private)) => Some(Key::Private(private.clone())),
            _ => None,
        };
        // What is no key of a pair, both sides have.
        key.map_or_else(|| self.clone(), |key| Self { text: Secret::from(String::new()), key, private: None })
    }
}

#[cfg(test)]
mod tests;
