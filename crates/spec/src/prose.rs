//! The text of a document as Markdown that does nothing: the documentation of a generated crate, which rustdoc renders and
//! `cargo test` compiles.
//!
//! A text is read by a Markdown parser, and what the parser understood is written anew, in these constructs and no others:
//! paragraphs, lists, emphasis, code within a line, links by `https`. Everything else (HTML, code blocks, headings, links
//! to items) is written as the text that it consists of. So no list of dangerous cases has to be complete.
//!
//! All text of a document that reaches Markdown goes through one of the functions here.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// How deep lists nest. What is deeper joins the list above it.
const MAX_LISTS: usize = 4;

/// A text of several paragraphs, unless it is empty.
pub(crate) fn some_blocks(text: &str) -> Option<String> {
    let text = blocks(text);
    (!text.is_empty()).then_some(text)
}

/// A text of several paragraphs.
pub fn blocks(text: &str) -> String {
    Writer::read(text).blocks()
}

/// A text as part of one line: of a paragraph, a heading, the cell of a table.
pub fn line(text: &str) -> String {
    Writer::read(text).line()
}

/// A name or value as it is, set as code.
pub fn code(text: &str) -> String {
    let text = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    // In the cell of a table, a bar ends code too. Code cannot be empty.
    if text.is_empty() || text.contains('|') {
        return escape(&text, true);
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// An address, as a link if it is a safe one.
pub fn address(url: &str) -> String {
    if is_link(url) { format!("<{url}>") } else { code(url) }
}

/// A text with a word for each character that is not seen, or that changes how others are seen: the compiler refuses some
/// of them in source, and a reader is misled by the rest.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push('\n'),
            '\t' => shown.push_str("    "),
            '\n' => shown.push('\n'),
            _ if character.is_control() || is_unseen(character) => {
                shown.push_str(&format!("(U+{:04X})", u32::from(character)));
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// A text for a line of a terminal: what is not seen, or changes what is around it, is told by its number. Joiners are too:
/// here, two names that look the same are to be told apart.
pub(crate) fn in_a_line(text: &str) -> Cow<'_, str> {
    let is_unsafe =
        |c: char| c.is_control() || is_unseen(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{2028}' | '\u{2029}');
    if !text.contains(is_unsafe) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    line.into()
}

/// Marks of direction, characters without a width, tags. Joiners are not among them: scripts and emoji need those.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// What a line is made of.
#[derive(Clone, Debug)]
enum Inline {
    Text(String),
    Code(String),
    /// The end of a line that the writer of the text chose.
    Soft,
    /// The end of a line that stays one.
    Hard,
    /// Where emphasis begins or ends.
    Mark(&'static str),
    LinkStart,
    LinkEnd(String),
}

/// A paragraph, and what is before its lines.
#[derive(Debug)]
struct Block {
    /// Before its first line: the bullets of the items that begin with it.
    first: String,
    /// Before the others: as many spaces.
    indent: usize,
    has_bullet: bool,
    content: Vec<Inline>,
}

/// A list around what is being read.
struct List {
    /// The number of the next item, if they are numbered.
    number: Option<u64>,
    /// The bullet of the item, until there is a line for it to be before.
    bullet: Option<String>,
    /// The width of the bullet.
    width: usize,
}

/// What a parser has understood of a text.
#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    content: Vec<Inline>,
    lists: Vec<List>,
    links: Vec<Option<String>>,
}

impl Writer {
    fn read(text: &str) -> Self {
        let text = visible(text);
        let mut writer = Self::default();
        let mut in_code = false;
        for event in Parser::new(&text) {
            match event {
                Event::Text(text) if in_code => {
                    for line in text.lines().filter(|line| !line.trim().is_empty()) {
                        if !writer.content.is_empty() {
                            writer.content.push(Inline::Hard);
                        }
                        writer.content.push(Inline::Code(line.trim_end().to_owned()));
                    }
                }
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => writer.text(&text),
                Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                    writer.content.push(Inline::Code(text.into_string()));
                }
                Event::FootnoteReference(text) => writer.text(&text),
                Event::SoftBreak => writer.content.push(Inline::Soft),
                Event::HardBreak => writer.content.push(Inline::Hard),
                Event::Rule | Event::TaskListMarker(_) => {}
                Event::Start(Tag::CodeBlock(_)) => {
                    writer.end_block();
                    in_code = true;
                }
                Event::End(TagEnd::CodeBlock) => {
                    writer.end_block();
                    in_code = false;
                }
                Event::Start(tag) => writer.start(tag),
                Event::End(tag) => writer.end(tag),
            }
        }
        writer.end_block();
        writer
    }

    fn text(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.content.push(Inline::Soft);
            }
            match self.content.last_mut() {
                Some(Inline::Text(before)) => before.push_str(line),
                _ => self.content.push(Inline::Text(line.to_owned())),
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.content.push(Inline::Mark("*")),
            Tag::Strong => self.content.push(Inline::Mark("**")),
            Tag::Link { dest_url, .. } => {
                // CommonMark has no link within a link, but its parser reads an address as one after `<![CDATA[`.
                let is_within = self.links.iter().any(Option::is_some);
                let target = (!is_within && is_link(&dest_url)).then(|| dest_url.into_string());
                if target.is_some() {
                    self.content.push(Inline::LinkStart);
                }
                self.links.push(target);
            }
            Tag::Image { .. } => {}
            Tag::List(number) => {
                self.end_block();
                self.lists.push(List { number, bullet: None, width: 0 });
            }
            Tag::Item => {
                self.end_block();
                let depth = self.lists.len();
                if let Some(list) = self.lists.last_mut().filter(|_| depth <= MAX_LISTS) {
                    let bullet = match &mut list.number {
                        Some(number) => {
                            let bullet = format!("{number}. ");
                            *number = (*number + 1) % 1_000_000;
                            bullet
                        }
                        None => "- ".to_owned(),
                    };
                    list.width = bullet.len();
                    list.bullet = Some(bullet);
                }
            }
            _ => self.end_block(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.content.push(Inline::Mark("*")),
            TagEnd::Strong => self.content.push(Inline::Mark("**")),
            TagEnd::Link => {
                if let Some(target) = self.links.pop().flatten() {
                    self.content.push(Inline::LinkEnd(target));
                }
            }
            TagEnd::Image => {}
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.end_block();
                if let Some(list) = self.lists.last_mut() {
                    list.bullet = None;
                }
            }
            _ => self.end_block(),
        }
    }

    fn end_block(&mut self) {
        let mut content = std::mem::take(&mut self.content);
        while matches!(content.last(), Some(Inline::Soft | Inline::Hard)) {
            content.pop();
        }
        let empty = |inline: &Inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.trim().is_empty(),
            Inline::LinkEnd(_) | Inline::LinkStart => false,
            _ => true,
        };
        if content.iter().all(empty) {
            return;
        }
        let has_bullet = self.lists.iter().any(|list| list.bullet.is_some());
        let bullets = self.lists.iter_mut().map(|list| list.bullet.take().unwrap_or_else(|| " ".repeat(list.width)));
        let first: String = bullets.collect();
        self.blocks.push(Block { indent: first.len(), first, has_bullet, content });
    }

    fn blocks(self) -> String {
        let mut written = String::new();
        let mut after_bullet = false;
        for block in self.blocks {
            if !written.is_empty() {
                written.push_str(if block.has_bullet && after_bullet { "\n" } else { "\n\n" });
            }
            after_bullet = block.has_bullet;
            let lines = lines(&block.content, false).replace('\n', &format!("\n{}", " ".repeat(block.indent)));
            written.push_str(&block.first);
            written.push_str(&lines);
        }
        written
    }

    fn line(self) -> String {
        let mut written = String::new();
        for block in self.blocks {
            if !written.is_empty() {
                written.push_str(if block.has_bullet { " - " } else { " " });
            }
            written.push_str(&lines(&block.content, true));
        }
        written
    }
}

/// Writes the content of a paragraph, in one line if that is asked for.
fn lines(content: &[Inline], one: bool) -> String {
    let mut written = String::new();
    let mut in_link = false;
    for inline in content {
        match inline {
            Inline::Text(text) => {
                let at_start = written.is_empty() || written.ends_with('\n');
                let text = if at_start { text.trim_start() } else { text.as_str() };
                let mut first = at_start;
                for (part, is_url) in urls(text) {
                    let part = match is_url {
                        true if in_link => code(part),
                        true => address(part),
                        false => escape(part, first),
                    };
                    push(&mut written, &part);
                    first = false;
                }
            }
            Inline::Code(text) => push(&mut written, &code(text)),
            Inline::Soft | Inline::Hard if one => written.push(' '),
            Inline::Soft => {
                written.truncate(written.trim_end_matches(' ').len());
                written.push('\n');
            }
            Inline::Hard => {
                written.truncate(written.trim_end_matches(' ').len());
                written.push_str(if written.is_empty() || written.ends_with('\n') { "" } else { "\\\n" });
            }
            Inline::Mark(mark) => written.push_str(mark),
            Inline::LinkStart => {
                in_link = true;
                written.push('[');
            }
            Inline::LinkEnd(target) => {
                in_link = false;
                written.push_str(&format!("]({target})"));
            }
        }
    }
    let lines: Vec<&str> = written.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "\\").collect();
    lines.join("\n")
}

/// Appends a part, so that the backticks of two parts do not become one.
fn push(written: &mut String, part: &str) {
    if written.ends_with('`') && part.starts_with('`') {
        written.push(' ');
    }
    written.push_str(part);
}

/// Writes text so that it is nothing but text.
fn escape(text: &str, at_start: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let first = at_start && index == 0;
        let special = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => true,
            // Within a word it is a part of the name.
            '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
            // What follows may be a link.
            '!' => next.is_none(),
            '&' => next.is_some_and(|next| next == '#' || next.is_alphanumeric()),
            // An address that is no link here.
            ':' => first || text[index + 1..].starts_with("//"),
            '#' | '+' | '-' | '=' => first,
            // A number at the start of a line begins a list.
            '.' | ')' => at_start && index > 0 && text[..index].bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(character);
        before = Some(character);
    }
    escaped
}

/// The parts of a text, and whether each is an address.
fn urls(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(at) = rest[from..].find("http").map(|at| from + at) {
        let url = &rest[at..];
        let scheme = ["https://", "http://"].iter().find(|scheme| url.starts_with(**scheme));
        let Some(scheme) = scheme else {
            from = at + "http".len();
            continue;
        };
        let end = url.find(|c: char| c.is_whitespace() || "<>()[]\"'`,;|\\".contains(c)).unwrap_or(url.len());
        let url = url[..end].trim_end_matches(['.', ':', '!', '?', '*', '_', '~']);
        if url.len() <= scheme.len() {
            from = at + scheme.len();
            continue;
        }
        parts.push((&rest[..at], false));
        parts.push((url, true));
        (rest, from) = (&rest[at + url.len()..], 0);
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Whether an address may be a link: it leads to the web, by TLS, and is written in characters that mean nothing else.
fn is_link(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&+=%,".contains(&byte);
    url.strip_prefix("https://").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && url.bytes().all(plain)
}

#[cfg(test)]
mod tests;
