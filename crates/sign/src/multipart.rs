//! A body in parts (`multipart/form-data`, RFC 7578): how it is written, and read.

use std::borrow::Cow;
use std::ops::Range;

use countersign_plan::constraint::file_bounds;
use countersign_plan::{Operation, Part};

use crate::file::File;

/// A stretch of a body in parts.
pub enum Chunk<'r> {
    /// Bytes.
    Bytes(Cow<'r, [u8]>),
    /// A file that is read while it is sent, how many bytes the document asks of it, and how many it allows.
    Streamed(&'r File, u64, Option<u64>),
}

/// What a part holds.
pub(crate) enum Content<'r> {
    Text(&'r str),
    File(&'r File),
}

/// The media type of a file of which nobody said one.
const UNKNOWN: &str = "application/octet-stream";

/// Draws what is between parts. That it is in one of them is as likely as that a key is guessed.
pub(crate) fn boundary() -> String {
    let mut random = [0; 16];
    crate::inputs::fill_randomly(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes parts: the name, the slot and the content of each.
pub(crate) fn written<'r>(
    operation: &Operation,
    boundary: &str,
    parts: impl Iterator<Item = (&'r str, Option<usize>, Content<'r>)>,
) -> Vec<Chunk<'r>> {
    let mut chunks = Vec::new();
    let mut bytes = Vec::new();
    let other = Part::default();
    for (name, slot, content) in parts {
        let part = slot.map_or(&other, |slot| &operation.slots[slot].part);
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(name));
        let media_type = match content {
            Content::File(file) => {
                head += &format!("; filename=\"{}\"", escaped(file.name().unwrap_or("file")));
                Some(file.media_type().or(part.only_media_type()).unwrap_or(UNKNOWN))
            }
            Content::Text(_) => part.only_media_type(),
        };
        head += "\r\n";
        if let Some(media_type) = media_type {
            head += &format!("Content-Type: {media_type}\r\n");
        }
        for (name, value) in part.headers.iter() {
            head += &format!("{name}: {value}\r\n");
        }
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        match content {
            Content::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            Content::File(file) => match file.content() {
                Some(content) => bytes.extend_from_slice(content),
                None => {
                    chunks.push(Chunk::Bytes(std::mem::take(&mut bytes).into()));
                    let (least, most) = slot.map_or((0, None), |slot| file_bounds(&operation.slots[slot].rules));
                    chunks.push(Chunk::Streamed(file, least, most));
                }
            },
        }
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    chunks.push(Chunk::Bytes(bytes.into()));
    chunks
}

/// A name as the HTML standard has it in a header: with it ends neither the name nor the header.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['"', '\r', '\n']) {
        name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").into()
    } else {
        name.into()
    }
}

/// The name that was escaped.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// A part that came.
pub struct Read {
    /// Its name.
    pub name: String,
    /// The name of the file that it is.
    pub file_name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Where its content is.
    pub content: Range<usize>,
    /// Where it is, with its headers.
    pub whole: Range<usize>,
}

/// How many parts a body may have.
const MOST_PARTS: usize = 1000;

/// The boundary that a media type names.
pub fn boundary_of(media_type: &str) -> Option<&str> {
    let (_, value) = parameters(media_type).find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    (1..=70).contains(&value.len()).then_some(value)
}

/// Reads the parts of a body.
///
/// # Errors
/// It is no body in parts.
pub fn read(body: &[u8], boundary: &str) -> Result<Vec<Read>, &'static str> {
    let delimiter = format!("--{boundary}");
    let between = format!("\r\n{delimiter}");
    let find = |from: usize, what: &[u8]| {
        let rest = body.get(from..)?;
        rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let mut parts = Vec::new();
    // What is before the first part means nothing.
    let first =
        if body.starts_with(delimiter.as_bytes()) { Some(0) } else { find(0, between.as_bytes()).map(|at| at + 2) };
    let mut at = first.ok_or("the body has no part")? + delimiter.len();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MOST_PARTS {
            return Err("the body has too many parts");
        }
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if !rest[padding..].starts_with(b"\r\n") {
            return Err("the body has no end of a boundary");
        }
        let head = at + padding;
        let end = find(head, b"\r\n\r\n").ok_or("a part has no end of its headers")?;
        let content = end + 4;
        // What is empty can end with the line that ends its headers.
        let next = find(content - 2, between.as_bytes()).ok_or("a part has no end")?;
        let head_text = std::str::from_utf8(&body[head..end]).map_err(|_| "the headers of a part are not text")?;
        let end = next.max(content);
        parts.push(part(head_text, content..end, head..end)?);
        at = next + between.len();
    }
}

fn part(head: &str, content: Range<usize>, whole: Range<usize>) -> Result<Read, &'static str> {
    let mut read = Read { name: String::new(), file_name: None, media_type: None, content, whole };
    let mut is_named = false;
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or("a header of a part has no name")?;
        if name.eq_ignore_ascii_case("content-type") {
            read.media_type = Some(value.trim().to_owned());
        } else if name.eq_ignore_ascii_case("content-disposition") {
            for (name, value) in parameters(value) {
                if name.eq_ignore_ascii_case("name") {
                    read.name = unescaped(value);
                    is_named = true;
                } else if name.eq_ignore_ascii_case("filename") {
                    read.file_name = Some(unescaped(value));
                }
            }
        }
    }
    if is_named { Ok(read) } else { Err("a part has no name") }
}

/// The parameters of a header: `; name="value"; name=value`.
fn parameters(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, behind) = rest.split_once('=')?;
        let name = name.trim_matches([' ', '\t', ';']);
        let (value, behind) = match behind.strip_prefix('"') {
            Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
            None => behind.split_once(';').unwrap_or((behind, "")),
        };
        rest = behind;
        Some((name, value.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of a part, those of the file and of its type, and the content.
    type Told = (String, Option<String>, Option<String>, Vec<u8>);

    fn all(body: &[u8], boundary: &str) -> Vec<Told> {
        let read = read(body, boundary).expect("a body in parts");
        read.into_iter().map(|part| (part.name, part.file_name, part.media_type, body[part.content].to_vec())).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let operation = countersign_plan::words::operation("a", "POST", "/a").multipart();
        let names = ["a", "", "q\"\r\nX: y", "é%;=", "long".repeat(50).leak()];
        let file = File::bytes(&b"\r\n--\x00\xff"[..]).named("a\"b\r\n.txt").of_type("image/png");
        let parts = names.iter().map(|name| (*name, None, Content::Text("text\r\n--x")));
        let parts = parts.chain([("f", None, Content::File(&file)), ("e", None, Content::Text(""))]);
        let chunks = written(&operation, "x0", parts);
        let [Chunk::Bytes(body)] = &chunks[..] else { panic!("bytes alone") };
        let read = all(body, "x0");
        assert_eq!(read.iter().map(|part| part.0.as_str()).collect::<Vec<_>>()[..5], names);
        assert!(read[..5].iter().all(|part| part.3 == b"text\r\n--x" && part.1.is_none()));
        let expected = ("f".into(), Some("a\"b\r\n.txt".into()), Some("image/png".into()), b"\r\n--\x00\xff".to_vec());
        assert_eq!((&read[5], read[6].3.as_slice(), read.len()), (&expected, &b""[..], 7));
        assert_ne!(boundary(), boundary());
    }

    #[test]
    fn what_others_write_is_read_and_what_is_broken_is_not() {
        let body = b"before\r\n--x \r\nContent-Type: text/plain\r\ncontent-disposition: form-data; filename=a.b; name=c\r\n\r\nd\r\n--x\r\nContent-Disposition:form-data;name=\"e\"\r\n\r\n\r\n--x--\r\nafter";
        let read = all(body, "x");
        let first = ("c".to_owned(), Some("a.b".to_owned()), Some("text/plain".to_owned()), b"d".to_vec());
        assert_eq!((&read[0], read[1].0.as_str(), read[1].3.as_slice()), (&first, "e", &b""[..]));
        for broken in [
            &b""[..],
            b"--x",
            b"--xy\r\n",
            b"--x\r\n\r\n",
            b"--x\r\nA: b\r\n\r\nc\r\n--x--",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
        ] {
            assert!(super::read(broken, "x").is_err(), "{}", String::from_utf8_lossy(broken));
        }
        for (media_type, of) in [
            ("a/b; boundary=\"c d\"", Some("c d")),
            ("a/b;v=1;Boundary=e", Some("e")),
            ("a/b", None),
            ("a/b; boundary=", None),
        ] {
            assert_eq!(boundary_of(media_type), of);
        }
    }
}
