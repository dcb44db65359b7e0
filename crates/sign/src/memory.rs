//! How far a request is filled in, and what filling in must not make a second time.

use zeroize::Zeroizing;

/// How far filling in has come.
#[derive(Clone, Default)]
pub(crate) struct Filling {
    /// How many slots of the order are done.
    pub(crate) done: usize,
    pub(crate) memory: Memory,
}

/// What came by chance or from a signer while a slot was evaluated, in the order in which it was asked for.
///
/// An evaluation that lacks a signature stops, and starts again once the signature is here. It then takes the same values in the
/// same order, so that what was signed is what is sent.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    pub(crate) made: Vec<Zeroizing<Vec<u8>>>,
    /// How many of them this evaluation has taken.
    pub(crate) taken: usize,
}
