//! A regular expression as a table.

use super::{List, Text};

/// A regular expression that must match somewhere in a text, as in JSON Schema.
///
/// The reader of documents has made a machine of it, one that reads each byte of a UTF-8 text once and never goes back.
/// So a client needs no engine for regular expressions, cannot find that it does not understand one, and takes a time that
/// grows with the text alone.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Pattern {
    /// The expression, as the document has it.
    pub text: Text,
    /// The states of the machine. It begins in the first.
    pub states: List<State>,
}

/// A state of a [`Pattern`].
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct State {
    /// Whether a text that ends here matches.
    pub ends: bool,
    /// The first and the last of some bytes, and the state that they lead to. What is in none of them cannot match any more.
    pub next: List<(u8, u8, u16)>,
}

impl Pattern {
    /// Whether a text matches.
    pub fn matches(&self, text: &str) -> bool {
        let step = |state: &State, byte: u8| {
            let (_, _, next) = state.next.iter().find(|(first, last, _)| (first..=last).contains(&&byte))?;
            self.states.get(usize::from(*next))
        };
        let end = self.states.first().and_then(|first| text.bytes().try_fold(first, step));
        end.is_some_and(|state| state.ends)
    }
}
