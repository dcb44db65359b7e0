//! What a function that makes a constant is written with.

use std::mem::{forget, replace};

use crate::Text;

/// A text of a constant.
pub(super) const fn borrowed(text: &'static str) -> Text {
    Text::Borrowed(text)
}

/// Puts a value in the place of what a function made, which owns nothing: a `const` function cannot drop it.
pub(super) const fn put<T>(place: &mut T, value: T) {
    forget(replace(place, value));
}
