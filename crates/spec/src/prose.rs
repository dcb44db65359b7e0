//! Descriptions as documentation comments: prose that rustdoc neither takes for links nor compiles.

/// A description, escaped, unless it is empty.
pub(crate) fn escape_some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| escape(text))
}

/// Escapes what rustdoc would make more of than the writer meant: brackets are not links to items, `<` is no HTML, a URL
/// is a link, and no code is compiled.
pub fn escape(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        let content = line.trim_start();
        if content.starts_with("```") {
            fenced = !fenced;
            lines.push(if fenced { "```text".to_owned() } else { "```".to_owned() });
        } else if fenced {
            lines.push(line.to_owned());
        } else {
            // Four spaces would make a code block, and so a test.
            let indent = &line[..line.len() - content.len()];
            let indent = if indent.len() < 4 { indent } else { "" };
            lines.push(format!("{indent}{}", escape_line(content)));
        }
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

fn escape_line(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    // Where their number is odd, the backticks open nothing: they are text.
    let lone_backtick = line.matches('`').count() % 2 == 1;
    let mut in_code = false;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if !in_code && (rest.starts_with("https://") || rest.starts_with("http://")) {
            let end = rest.find(|c: char| c.is_whitespace() || "<>()[]\"'`,;".contains(c)).unwrap_or(rest.len());
            let url = rest[..end].trim_end_matches(['.', ':', '!', '?']);
            // A bare scheme is not a link.
            if url.ends_with("//") {
                escaped.push_str(url);
            } else {
                escaped.push_str(&format!("<{url}>"));
            }
            rest = &rest[url.len()..];
            continue;
        }
        if !in_code && let Some(link) = inline_link(rest) {
            escaped.push_str(link);
            rest = &rest[link.len()..];
            continue;
        }
        match character {
            '`' if lone_backtick => escaped.push_str("\\`"),
            '`' => {
                in_code = !in_code;
                escaped.push('`');
            }
            '[' | ']' | '<' | '>' if !in_code => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
        rest = &rest[character.len_utf8()..];
    }
    escaped
}

/// The link `[text](https://…)` that a text begins with.
fn inline_link(text: &str) -> Option<&str> {
    let (label, target) = text.strip_prefix('[')?.split_once("](")?;
    let (target, _) = target.split_once(')')?;
    let web = target.starts_with("https://") || target.starts_with("http://");
    let plain = !label.contains(['[', ']', '`', '<', '>']) && !target.contains([' ', '<', '>', '(', '`']);
    (web && plain).then(|| &text[..label.len() + target.len() + 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stays_prose() {
        for (text, expected) in [
            ("plain", "plain"),
            ("see [Secret] and a<b>", "see \\[Secret\\] and a\\<b\\>"),
            ("see https://example.com/a.", "see <https://example.com/a>."),
            ("see [the page](https://example.com/a_b).", "see [the page](https://example.com/a_b)."),
            ("see [Secret](Secret)", "see \\[Secret\\](Secret)"),
            ("in `code [x] <y>` only", "in `code [x] <y>` only"),
            ("a lone ` and [x]", "a lone \\` and \\[x\\]"),
            ("https:// and http:// alone", "https:// and http:// alone"),
            ("see (http://example.com/a?b#c), not https", "see (<http://example.com/a?b#c>), not https"),
            ("in `https://a.example` only", "in `https://a.example` only"),
            ("[a](http://b.example)[c](d)[e", "[a](http://b.example)\\[c\\](d)\\[e"),
            ("[a`](https://b.example)", "\\[a\\`\\](<https://b.example>)"),
            ("[a](https://b.example/ c)", "\\[a\\](<https://b.example/> c)"),
            ("[a](https://b.example/[c])", "[a](https://b.example/[c])"),
            ("`[a](https://b.example)`", "`[a](https://b.example)`"),
            ("    let x = 1;", "let x = 1;"),
            ("a\n   three\n    four\n      six", "a\n   three\nfour\nsix"),
            ("```\nlet [x] = y;\n```", "```text\nlet [x] = y;\n```"),
            ("```rust\nopen", "```text\nopen\n```"),
        ] {
            assert_eq!(escape_some(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(escape_some(" \n "), None);
    }
}
