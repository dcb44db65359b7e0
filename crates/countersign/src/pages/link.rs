//! Reads the header `Link` (RFC 8288), as far as it says where the next page is.

use http::HeaderMap;
use http::header::LINK;

/// The target of the first link to the next page. Links that are not from the response itself are none.
pub(super) fn next(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(next_in)
}

/// The same of one header, in which there may be several links.
fn next_in(mut rest: &str) -> Option<&str> {
    loop {
        // What is before a link belongs to none.
        rest = &rest[rest.find('<')? + 1..];
        let end = rest.find('>')?;
        let target = rest[..end].trim();
        let link = Link::read(&rest[end + 1..]);
        if link.is_next && !link.is_of_another {
            return Some(target);
        }
        rest = link.rest;
    }
}

/// What is said of a target.
struct Link<'a> {
    is_next: bool,
    /// Whether it is from something else than the response.
    is_of_another: bool,
    /// The links that follow.
    rest: &'a str,
}

impl<'a> Link<'a> {
    fn read(mut rest: &'a str) -> Self {
        // Of several relations of one link the first counts.
        let (mut relation, mut is_of_another) = (None, false);
        loop {
            rest = rest.trim_start_matches(|c: char| c == ';' || c.is_ascii_whitespace());
            let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let name = name.trim_end();
            let (value, after) = match after.strip_prefix('=') {
                Some(value) => value_of(value.trim_start()),
                None => (String::new(), after),
            };
            if name.eq_ignore_ascii_case("rel") {
                relation.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("anchor") {
                is_of_another = true;
            }
            rest = after.trim_start();
            if !rest.starts_with(';') {
                break;
            }
        }
        let mut relations = relation.iter().flat_map(|relation| relation.split_ascii_whitespace());
        Self { is_next: relations.any(|own| own.eq_ignore_ascii_case("next")), is_of_another, rest }
    }
}

/// The value that a text begins with, in quotes or without, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find([';', ',']).unwrap_or(text.len()));
        return (value.trim_end().to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return (value, characters.as_str()),
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        for (header, target) in [
            (r#"<https://a.example/x?page=2>; rel="next""#, Some("https://a.example/x?page=2")),
            (r#"<?p=1>; rel="prev", <?p=3>; rel="next", <?p=9>; rel="last""#, Some("?p=3")),
            (r#"<?a=1,2;3>; title="a, <b>; rel=\"next\""; rel=prev,<?p=3>;rel=NEXT"#, Some("?p=3")),
            (r#"< ?p=3 > ; REL = "last next" ; title*=UTF-8''x"#, Some("?p=3")),
            ("<?p=3>; rel=next; rel=prev", Some("?p=3")),
            ("<?p=3>; rel=prev; rel=next", None),
            (r##"<?p=3>; rel=next; anchor="#other""##, None),
            (r##"<?p=3>; rel=next; anchor="#other", <?p=4>; rel=next"##, Some("?p=4")),
            (r#"<?p=3>; rel="nextish", <?p=4>; title=next"#, None),
            (r#"<?p=3; rel="next""#, None),
            (r#"?p=3>; rel="next""#, None),
            (r#"<?p=3>; rel="next"#, Some("?p=3")),
            ("<>; rel=next", Some("")),
            ("<?p=3>", None),
            // Without its semicolon it is one all the same.
            ("<?p=3> rel=next", Some("?p=3")),
            (", ,,<?p=3>;;rel=next", Some("?p=3")),
            ("", None),
        ] {
            assert_eq!(next_in(header), target, "{header}");
        }
    }

    #[test]
    fn links_are_in_several_headers() {
        let mut headers = HeaderMap::new();
        for value in ["<?p=1>; rel=prev", "<?p=2>; rel=next", "<?p=3>; rel=next"] {
            headers.append(LINK, value.parse().expect("a header"));
        }
        assert_eq!((next(&headers), next(&HeaderMap::new())), (Some("?p=2"), None));
    }

    proptest! {
        #[test]
        fn any_header_comes_to_an_end(text in r#"[<>;,="\\ arelnxtoch?é]{0,40}"#) {
            next_in(&text);
        }
    }
}
