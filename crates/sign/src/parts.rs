//! Lists in a header, such as `t=1,v1="2"`.

/// A member of a list such as `t=1,v1="2"`. Of one that is there several times, the first.
pub(crate) fn part<'v>(list: &'v [u8], name: &str) -> Option<&'v [u8]> {
    parts(list).find(|(own, _)| *own == name.as_bytes()).map(|(_, value)| value)
}

/// The members of a list such as `t=1,v1="2"`, between commas, semicolons or white space.
fn parts(list: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let separates = |byte: &u8| b",;".contains(byte) || byte.is_ascii_whitespace();
    let mut rest = list;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.iter().position(|byte| !separates(byte))?..];
            let end = rest.iter().position(|byte| *byte == b'=' || separates(byte)).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            let Some(after) = behind.strip_prefix(b"=") else {
                // A word without a value, such as a scheme.
                rest = behind;
                continue;
            };
            let (value, behind) = match after.strip_prefix(b"\"") {
                Some(inner) => {
                    let end = inner.iter().position(|byte| *byte == b'"').unwrap_or(inner.len());
                    (&inner[..end], inner.get(end + 1..).unwrap_or_default())
                }
                None => after.split_at(after.iter().position(separates).unwrap_or(after.len())),
            };
            rest = behind;
            return Some((name, value));
        }
    })
}
