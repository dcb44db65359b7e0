//! How a list goes on (`x-pages`).

use std::fmt;

use crate::Text;

/// How a list goes on after the page that a call is responded with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Where in the response the items are, as a JSON pointer. It is empty where the response is the list.
    pub items: Text,
    /// What tells the next page from this one.
    pub next: Next,
    /// What says whether there is another page: `true` or `false`.
    pub more: Option<Found>,
    /// How many items there are in all pages.
    pub total: Option<Found>,
    /// How many pages there are.
    pub pages: Option<Found>,
    /// What says how many items a page has, where one with fewer is the last.
    pub size: Option<PageSize>,
}

/// What tells the next page from this one. What a caller gives it in has its own name in a document: that of a parameter, or
/// the name or the JSON pointer of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A text that the page has in it (`cursor`).
    Cursor {
        /// What it is given in.
        into: Text,
        /// Where it is.
        from: Cursor,
    },
    /// The number of the page (`page`).
    Number {
        /// What it is given in.
        into: Text,
        /// That of the first.
        first: u32,
    },
    /// How many items come before it (`offset`).
    Offset {
        /// What it is given in.
        into: Text,
    },
    /// The URL with `rel="next"` in the header `Link` of the response (RFC 8288).
    Link,
}

impl Next {
    /// The name of what it is given in, unless that is whatever a link says.
    pub const fn name(&self) -> Option<&Text> {
        match self {
            Self::Cursor { into, .. } | Self::Number { into, .. } | Self::Offset { into } => Some(into),
            Self::Link => None,
        }
    }
}

/// Where the cursor of the next page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Somewhere in the response.
    Of(Found),
    /// In the last item, at a JSON pointer that begins there. It is empty where the item itself is the cursor.
    LastItem(Text),
}

/// A place in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// At a JSON pointer in the body.
    Field(Text),
    /// In a header.
    Header(Text),
}

/// How many items a page has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSize {
    /// What a caller gives it in.
    pub name: Text,
    /// How many they are where the caller does not.
    pub default: Option<u32>,
}

/// As a document writes it.
impl fmt::Display for Paging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, next, more, total, pages, size } = self;
        write!(f, "{{items: {}, {next}", Quoted(items))?;
        for (word, at) in [("more", more), ("total", total), ("pages", pages)] {
            if let Some(at) = at {
                write!(f, ", {word}: {at}")?;
            }
        }
        if let Some(PageSize { name, .. }) = size {
            write!(f, ", size: {}", Quoted(name))?;
        }
        f.write_str("}")
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cursor { into, from: Cursor::Of(at) } => write!(f, "cursor: {}, from: {at}", Quoted(into)),
            Self::Cursor { into, from: Cursor::LastItem(pointer) } => {
                write!(f, "cursor: {}, from-last-item: {}", Quoted(into), Quoted(pointer))
            }
            Self::Number { into, first: 1 } => write!(f, "page: {}", Quoted(into)),
            Self::Number { into, first } => write!(f, "page: {}, first: {first}", Quoted(into)),
            Self::Offset { into } => write!(f, "offset: {}", Quoted(into)),
            Self::Link => f.write_str("link: next"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(pointer) => write!(f, "{}", Quoted(pointer)),
            Self::Header(name) => write!(f, "{{response-header: {}}}", Quoted(name)),
        }
    }
}

/// A text, in quotes where it needs them.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.');
        if !self.0.is_empty() && self.0.chars().all(is_plain) { f.write_str(self.0) } else { write!(f, "{:?}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use crate::words::{at_header, at_pointer, cursor, cursor_of_last_item, link, offset, page_number};

    #[test]
    fn it_is_shown_as_it_is_written() {
        for (paging, text) in [
            (cursor("after", at_pointer("/next")).items("/data"), "{items: /data, cursor: after, from: /next}"),
            (
                cursor_of_last_item("page[after]", "").more(at_pointer("/more")),
                r#"{items: "", cursor: "page[after]", from-last-item: "", more: /more}"#,
            ),
            (
                page_number("page", 0).total(at_pointer("/total")).size_or("size", 5),
                r#"{items: "", page: page, first: 0, total: /total, size: size}"#,
            ),
            (
                page_number("page", 1).pages(at_header("X-Pages")),
                r#"{items: "", page: page, pages: {response-header: X-Pages}}"#,
            ),
            (offset("skip"), r#"{items: "", offset: skip}"#),
            (link().items("/a"), "{items: /a, link: next}"),
        ] {
            assert_eq!(paging.to_string(), text);
        }
    }
}
