//! Other ways of writing what is sent: JSON with other white space, escapes or order, pairs in another order or decoded.

use std::fmt::Write;

use countersign_plan::json::{self, Piece};
use form_urlencoded::parse;

/// What goes deeper is not written in other ways: the spaces before its lines would be more than the text.
const DEEPEST: usize = 64;

/// A text, and how it differs from what is sent.
pub(super) type Written = (String, String);

/// A JSON text.
pub(super) fn json(sent: &str) -> Vec<Written> {
    let written = [
        (sent.to_owned(), ""),
        (spaced(sent, ",", ":", None), " without white space"),
        (spaced(sent, ", ", ": ", None), " with a space after each \":\" and \",\""),
        (spaced(sent, ",", ": ", Some(2)), " in lines, indented by 2"),
        (spaced(sent, ",", ": ", Some(4)), " in lines, indented by 4"),
        (sorted(sent, 0), " with its names sorted"),
    ];
    let mut all = Vec::new();
    for (text, style) in written {
        let slashes = text.replace('/', "\\/");
        let ascii = ascii(&text);
        let both = ascii.replace('/', "\\/");
        for (text, escaped) in [
            (text, ""),
            (slashes, ", \"/\" escaped"),
            (ascii, ", what is not ASCII escaped"),
            (both, ", \"/\" and what is not ASCII escaped"),
        ] {
            let is_sent = style.is_empty() && escaped.is_empty();
            if !is_sent && !text.is_empty() {
                all.push((text, format!("the body{style}{escaped}")));
            }
        }
    }
    all
}

/// A query or a form, which is called `what`, beside other orders of its pairs.
pub(super) fn pairs(sent: &str, what: &str) -> Vec<Written> {
    let decoded: Vec<String> = parse(sent.as_bytes()).map(|(name, value)| format!("{name}={value}")).collect();
    vec![
        (decoded.join("&"), format!("the {what} decoded")),
        (sent.replace('+', "%20"), format!("the {what} with \"%20\" in the place of \"+\"")),
        (sent.replace("%20", "+"), format!("the {what} with \"+\" in the place of \"%20\"")),
    ]
}

/// A JSON text with other white space. Nothing where it is too deep.
fn spaced(sent: &str, comma: &str, colon: &str, indent: Option<usize>) -> String {
    let mut text = String::with_capacity(sent.len());
    let mut depth = 0;
    let mut is_empty = false;
    let line = |text: &mut String, depth: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent * depth));
        }
    };
    for piece in json::pieces(sent).filter(|piece| !piece.text().trim_ascii().is_empty()) {
        let is_end = matches!(piece, Piece::End(_));
        depth = usize::saturating_sub(depth, usize::from(is_end));
        if is_empty != is_end {
            line(&mut text, depth);
        }
        is_empty = matches!(piece, Piece::Begin(_));
        match piece {
            Piece::Between(",") => {
                text.push_str(comma);
                line(&mut text, depth);
            }
            Piece::Between(_) => text.push_str(colon),
            piece => text.push_str(piece.text()),
        }
        depth += usize::from(is_empty);
        if depth > DEEPEST {
            return String::new();
        }
    }
    text
}

/// A JSON text without white space, the members of its objects in the order of their names. Nothing of it where it is too deep.
fn sorted(sent: &str, depth: usize) -> String {
    let list = |items: Vec<String>| items.join(",");
    match sent.trim_ascii_start().bytes().next() {
        Some(b'{' | b'[') if depth == DEEPEST => String::new(),
        Some(b'[') => format!("[{}]", list(json::elements(sent).map(|element| sorted(element, depth + 1)).collect())),
        Some(b'{') => {
            let mut members: Vec<_> = json::members(sent).collect();
            members.sort_by_key(|(name, _)| json::name(name).into_owned());
            let members = members.into_iter().map(|(name, value)| format!("{name}:{}", sorted(value, depth + 1)));
            format!("{{{}}}", list(members.collect()))
        }
        _ => sent.to_owned(),
    }
}

/// A JSON text with every character outside ASCII escaped.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
