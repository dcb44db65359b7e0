//! JSON pointers (RFC 6901), and the names of fields that may be one.

use std::borrow::Cow;

/// The pointer that leads down these names.
///
/// ```
/// assert_eq!(countersign_plan::pointer::join(&["order", "a/b"]), "/order/a~1b");
/// ```
pub fn join(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("/{}", escaped(name.as_ref()))).collect()
}

/// A name as a step of a pointer (section 3).
pub fn escaped(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// The name that a step of a pointer means (section 4).
pub fn unescaped(step: &str) -> Cow<'_, str> {
    if step.bytes().any(|byte| byte == b'~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

/// Whether a text is a pointer: a `/` before each step, and a `~` only in `~0` and `~1` (section 3).
pub fn is_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// The steps of a pointer, as they are written.
pub fn steps(pointer: &str) -> impl Iterator<Item = &str> {
    let mut rest = pointer.find('/').map(|slash| &pointer[slash + 1..]);
    std::iter::from_fn(move || {
        let here = rest?;
        // A step is short, and searching it byte by byte is quicker than to prepare a search.
        let end = here.bytes().position(|byte| byte == b'/');
        rest = end.map(|slash| &here[slash + 1..]);
        Some(end.map_or(here, |slash| &here[..slash]))
    })
}

/// Calls `f` with the names that a field's name means: those of a JSON pointer, or itself.
pub fn with_steps<R>(name: &str, f: impl FnOnce(&[&str]) -> R) -> R {
    match name.strip_prefix('/') {
        None => f(&[name]),
        Some(pointer) => {
            let steps: Vec<Cow<'_, str>> = pointer.split('/').map(unescaped).collect();
            f(&steps.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        }
    }
}

/// Whether a field's name, or a JSON pointer, leads to what has this name at the top.
pub fn leads_to(name: &str, own: &str) -> bool {
    with_steps(name, |steps| steps == [own])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_without_a_slash_is_itself() {
        assert_eq!(with_steps("a~1b", |steps| steps.join("|")), "a~1b");
        assert_eq!(with_steps("/a~1b/~01", |steps| steps.join("|")), "a/b|~1");
        assert_eq!(with_steps("/", |steps| steps.len()), 1);
        assert!(leads_to("a", "a") && leads_to("/a~1b", "a/b") && !leads_to("/a/b", "a") && !leads_to("/a", "/a"));
    }

    #[test]
    fn a_pointer_is_told_from_what_looks_like_one() {
        for text in ["", "/", "/a", "/a/b", "/a~0b~1", "/~01"] {
            assert!(is_pointer(text), "{text}");
        }
        for text in ["a", "a/b", "#/a", "/~", "/a~2", "/a~/b"] {
            assert!(!is_pointer(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn names_come_back(names in prop::collection::vec("[ab~/01é]{0,4}", 1..4)) {
            prop_assert!(with_steps(&join(&names), |steps| steps == names) && is_pointer(&join(&names)));
        }
    }
}
