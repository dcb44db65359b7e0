//! The words of a list that has pages.

use super::constant::{borrowed, put};
use crate::{Cursor, Found, Next, PageSize, Paging};

/// `cursor: NAME, from: …`
pub const fn cursor(into: &'static str, from: Found) -> Paging {
    going_on(Next::Cursor { into: borrowed(into), from: Cursor::Of(from) })
}

/// `cursor: NAME, from-last-item: POINTER`
pub const fn cursor_of_last_item(into: &'static str, pointer: &'static str) -> Paging {
    going_on(Next::Cursor { into: borrowed(into), from: Cursor::LastItem(borrowed(pointer)) })
}

/// `page: NAME, first: …`
pub const fn page_number(into: &'static str, first: u32) -> Paging {
    going_on(Next::Number { into: borrowed(into), first })
}

/// `offset: NAME`
pub const fn offset(into: &'static str) -> Paging {
    going_on(Next::Offset { into: borrowed(into) })
}

/// `link: next`
pub const fn link() -> Paging {
    going_on(Next::Link)
}

const fn going_on(next: Next) -> Paging {
    Paging { items: borrowed(""), next, more: None, total: None, pages: None, size: None }
}

impl Paging {
    /// `items: POINTER`
    pub const fn items(mut self, pointer: &'static str) -> Self {
        put(&mut self.items, borrowed(pointer));
        self
    }

    /// `more: …`
    pub const fn more(mut self, at: Found) -> Self {
        put(&mut self.more, Some(at));
        self
    }

    /// `total: …`
    pub const fn total(mut self, at: Found) -> Self {
        put(&mut self.total, Some(at));
        self
    }

    /// `pages: …`
    pub const fn pages(mut self, at: Found) -> Self {
        put(&mut self.pages, Some(at));
        self
    }

    /// `size: NAME`
    pub const fn size(mut self, name: &'static str) -> Self {
        put(&mut self.size, Some(PageSize { name: borrowed(name), default: None }));
        self
    }

    /// The same, with what the size is where nobody says.
    pub const fn size_or(mut self, name: &'static str, default: u32) -> Self {
        put(&mut self.size, Some(PageSize { name: borrowed(name), default: Some(default) }));
        self
    }
}

/// A place in the body of a response.
pub const fn at_pointer(pointer: &'static str) -> Found {
    Found::Field(borrowed(pointer))
}

/// A header of a response.
pub const fn at_header(name: &'static str) -> Found {
    Found::Header(borrowed(name))
}
