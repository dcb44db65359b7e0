//! What has gone into a value, which decides what of it may be shown.

/// What has gone into a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) open: bool,
    pub(crate) personal: bool,
    pub(crate) credential: bool,
    /// The name of something that is missing.
    pub(crate) placeholder: bool,
}

impl Read {
    /// A value of the caller's that may not be shown.
    pub(crate) const PERSONAL: Self = Self { open: false, personal: true, credential: false, placeholder: false };
    /// A credential, or a value of the session.
    pub(crate) const CREDENTIAL: Self = Self { open: false, personal: false, credential: true, placeholder: false };
    /// The name of something that is missing.
    pub(crate) const PLACEHOLDER: Self = Self { open: false, personal: false, credential: false, placeholder: true };

    /// Whether the value itself may be shown.
    pub(crate) fn is_open(self) -> bool {
        !self.personal && !self.credential && !self.placeholder
    }

    /// Whether a digest of the value may be shown: a digest of one short secret can be found by trying, and a digest of a
    /// credential alone serves as a credential. That of a placeholder would be taken for the real one.
    pub(crate) fn digest_is_open(self) -> bool {
        self.is_open() || (self.credential && (self.open || self.personal) && !self.placeholder)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            open: self.open || other.open,
            personal: self.personal || other.personal,
            credential: self.credential || other.credential,
            placeholder: self.placeholder || other.placeholder,
        }
    }
}
