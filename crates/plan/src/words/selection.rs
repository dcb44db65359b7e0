//! The words of fields, parameters and headers that an expression takes together.

use super::constant::{borrowed, put};
use crate::{Absent, FieldForm, Fields, List, Of, Order, Selection, Text, Value, list};

/// `signed`
pub const SIGNED: Selection = Selection::Signed;

/// `by-name`
pub const BY_NAME: Selection = Selection::ByName;

/// `all`
pub const ALL: Selection = Selection::All;

/// `[NAME, …]`
pub const fn these(names: List<Text>) -> Selection {
    Selection::Named(names)
}

/// `{named-in: NAME}`
pub const fn named_in(name: &'static str) -> Selection {
    Selection::NamedIn(borrowed(name))
}

/// `{prefix: TEXT}`
pub const fn prefix(prefix: &'static str) -> Selection {
    Selection::Prefix(borrowed(prefix))
}

/// `{fields: …}`
pub const fn fields(which: Selection) -> Value {
    Value::Fields(Fields::new(which))
}

/// `{fields: …}` with more beside it.
pub const fn selected(fields: Fields) -> Value {
    Value::Fields(fields)
}

impl Fields {
    /// The values of fields of the body, with nothing between them.
    pub const fn new(which: Selection) -> Self {
        Self {
            which,
            of: Of::Body,
            with: list![],
            except: list![],
            non_empty: false,
            absent: Absent::Skip,
            order: Order::Bytes,
            form: FieldForm::Values,
            separator: list![],
        }
    }

    /// `of: …`, or `headers`
    pub const fn of(mut self, of: Of) -> Self {
        self.of = of;
        self
    }

    /// `with: {NAME: V}`
    pub const fn with(mut self, with: List<(Text, List<Value>)>) -> Self {
        put(&mut self.with, with);
        self
    }

    /// `except: […]`
    pub const fn except(mut self, names: List<Text>) -> Self {
        put(&mut self.except, names);
        self
    }

    /// `where: non-empty`
    pub const fn non_empty(mut self) -> Self {
        self.non_empty = true;
        self
    }

    /// `absent: empty`
    pub const fn absent_as_empty(mut self) -> Self {
        self.absent = Absent::Empty;
        self
    }

    /// `order: ignore-case`
    pub const fn ignoring_case(mut self) -> Self {
        self.order = Order::IgnoreCase;
        self
    }

    /// `as: pairs`
    pub const fn pairs(mut self) -> Self {
        put(&mut self.form, FieldForm::Pairs);
        self
    }

    /// `as: V`
    pub const fn each(mut self, of: List<Value>) -> Self {
        put(&mut self.form, FieldForm::Each(of));
        self
    }

    /// `separator: V`
    pub const fn separator(mut self, separator: List<Value>) -> Self {
        put(&mut self.separator, separator);
        self
    }
}
