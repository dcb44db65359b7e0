//! Reads PEM text, and wipes what it copied of it.

use countersign_plan::{Codec, codec};
use zeroize::Zeroizing;

/// One block of a text.
pub(super) struct Block<'a> {
    /// What it says that it is: `PUBLIC KEY`.
    pub label: &'a str,
    /// The bytes. There are none of an encrypted block in the old style, which has headers.
    pub der: Zeroizing<Vec<u8>>,
}

/// The blocks of a text, in their order, or `None` where it is no PEM text. Any white space may be between its characters
/// of base64, since environment variables and editors leave some.
pub(super) fn blocks(text: &str) -> Option<Vec<Block<'_>>> {
    const BEGIN: &str = "-----BEGIN ";
    const DASHES: &str = "-----";

    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once(BEGIN) {
        let (label, begun) = begun.split_once(DASHES)?;
        let (body, end) = begun.split_once(DASHES)?;
        let after = end.strip_prefix("END ")?.strip_prefix(label)?.strip_prefix(DASHES)?;
        // `Proc-Type: 4,ENCRYPTED`
        let body = if body.contains(':') { "" } else { body };
        blocks.push(Block { label, der: codec::encode(Codec::FromBase64, body.as_bytes()).ok()?.into() });
        rest = after;
    }
    (!blocks.is_empty()).then_some(blocks)
}
