//! Path templates: a path with `{name}` where a parameter is.

/// A part of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// What is in every path as it is written.
    Literal(&'t str),
    /// The name of a parameter.
    Parameter(&'t str),
}

/// The parts of a path template, in order. A brace that is not closed is part of what is written.
///
/// ```
/// use countersign_plan::template::{Part, parts};
///
/// let parts: Vec<_> = parts("/cards/{id}/pin").collect();
/// assert_eq!(parts, [Part::Literal("/cards/"), Part::Parameter("id"), Part::Literal("/pin")]);
/// ```
pub fn parts(path: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            rest = after;
            return Some(Part::Parameter(name));
        }
        let is_closed = |at: &usize| rest[*at..].contains('}');
        let end = rest.find('{').filter(is_closed).unwrap_or(rest.len());
        let (literal, after) = rest.split_at(end);
        rest = after;
        Some(Part::Literal(literal))
    })
}

/// The names of the parameters of a path template, in order.
pub fn names(path: &str) -> impl Iterator<Item = &str> {
    parts(path).filter_map(|part| match part {
        Part::Parameter(name) => Some(name),
        Part::Literal(_) => None,
    })
}

/// Whether a path has a step `.` or `..`. A URL takes these out (the URL standard, section 4.4), so that another path would be
/// sent than the one that was signed.
pub fn has_dots(path: &str) -> bool {
    let is_dots = |step: &str| matches!(step.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    path.split('/').any(is_dots)
}

/// The names of the variables in the URL of a server: `region` in `https://{region}.example`.
pub fn variables(url: &str) -> impl Iterator<Item = &str> {
    url.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// The URL of a server with the values of its variables, each of which is a part of a name or of a step of a path.
///
/// # Errors
/// The variable that has no value, or one that would lead elsewhere.
pub fn address<'v>(url: &str, value: impl Fn(&str) -> Option<&'v str>) -> Result<String, String> {
    let mut address = url.to_owned();
    for name in variables(url) {
        let value = value(name).ok_or_else(|| format!("{name} is missing"))?;
        let is_part = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        if !is_part || value.is_empty() || value.trim_matches('.').is_empty() {
            return Err(format!(
                "{name} is no part of an address: write letters, digits, \"-\", \".\", \"_\" or \"~\""
            ));
        }
        address = address.replace(&format!("{{{name}}}"), value);
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_brace_that_is_not_closed_is_written_as_it_is() {
        assert_eq!(parts("/a/{b").collect::<Vec<_>>(), [Part::Literal("/a/{b")]);
        assert_eq!(parts("{a}{b").collect::<Vec<_>>(), [Part::Parameter("a"), Part::Literal("{b")]);
        assert_eq!(parts("a}b").collect::<Vec<_>>(), [Part::Literal("a}b")]);
        assert_eq!(parts("").count(), 0);
        assert_eq!(names("/{a}/{b}.{c}").collect::<String>(), "abc");
    }

    #[test]
    fn steps_that_a_url_takes_out_are_found() {
        for path in ["/a/../b", "/./a", "/a/%2e", "/a/.%2E/b", "/.."] {
            assert!(has_dots(path), "{path}");
        }
        for path in ["/a/...", "/a.b", "/a/..b/", "/%2e%2e%2e", "/"] {
            assert!(!has_dots(path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(path in "[a{}/é]{0,12}") {
            let written: String = parts(&path)
                .map(|part| match part {
                    Part::Literal(text) => text.to_owned(),
                    Part::Parameter(name) => format!("{{{name}}}"),
                })
                .collect();
            prop_assert_eq!(written, path);
        }
    }
}
