//! The words of what is filled in: parameters, fields, and values that are made once.

use super::constant::{borrowed, put};
use super::constraint::TEXT;
use crate::value::items;
use crate::{
    Constraint, Delimiter, List, Notation, Part, Per, Place, Secrecy, Slot, Style, Text, Value, list, reads_given,
};

/// What is between the elements of a list: a comma.
pub const COMMA: Delimiter = Delimiter::Comma;
/// What is between the elements of a list: a space.
pub const SPACE: Delimiter = Delimiter::Space;
/// What is between the elements of a list: a vertical line.
pub const PIPE: Delimiter = Delimiter::Pipe;

/// A header.
pub const fn header(name: &'static str) -> Slot {
    slot(Place::Header, name)
}

/// A query parameter.
pub const fn query(name: &'static str) -> Slot {
    slot(Place::Query, name)
}

/// A path parameter, which is always required.
pub const fn path(name: &'static str) -> Slot {
    slot(Place::Path, name).required()
}

/// A field of the body, by its JSON pointer.
pub const fn field(pointer: &'static str) -> Slot {
    slot(Place::Field, pointer)
}

/// The body on the wire (`x-envelope`).
pub const fn envelope(value: List<Value>) -> Slot {
    slot(Place::Body, "").filled(value)
}

/// A value of `x-values`.
pub const fn value(name: &'static str, of: List<Value>) -> Slot {
    slot(Place::Value, name).filled(of)
}

const fn slot(place: Place, name: &'static str) -> Slot {
    Slot {
        place,
        name: borrowed(name),
        required: false,
        value: None,
        given: true,
        rules: list![TEXT],
        secrecy: Secrecy::Public,
        notation: Notation::String,
        per: Per::Attempt,
        style: Style::Single,
        part: Part { is_file: false, media_type: None, headers: list![] },
    }
}

impl Slot {
    /// A request without it is refused before it is sent.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// `x-sensitive: true`
    pub const fn sensitive(mut self) -> Self {
        self.secrecy = Secrecy::Sensitive;
        self
    }

    /// `format: password`
    pub const fn secret(mut self) -> Self {
        self.secrecy = Secrecy::Secret;
        self
    }

    /// `x-value`: the client fills it in, or makes it of what the caller gives. That is held to nothing, unless
    /// [`rules`](Self::rules) are given after it.
    pub const fn filled(mut self, value: List<Value>) -> Self {
        self.given = reads_given(items(&value));
        put(&mut self.value, Some(value));
        put(&mut self.rules, list![]);
        self
    }

    /// `per: call`
    pub const fn per_call(mut self) -> Self {
        self.per = Per::Call;
        self
    }

    /// Nothing in this object is for the caller.
    pub const fn internal(mut self) -> Self {
        self.given = false;
        self
    }

    /// A filled field is written as it is: a number or a boolean.
    pub const fn literal(mut self) -> Self {
        self.notation = Notation::Literal;
        self
    }

    /// A list, with a pair for each of its elements.
    pub const fn repeated(mut self) -> Self {
        put(&mut self.style, Style::Repeated);
        self
    }

    /// A list, with this between its elements.
    pub const fn joined(mut self, delimiter: Delimiter) -> Self {
        put(&mut self.style, Style::Joined(delimiter));
        self
    }

    /// A member of the object that is the parameter of this name.
    pub const fn member_of(mut self, object: &'static str) -> Self {
        put(&mut self.style, Style::Member(borrowed(object)));
        self
    }

    /// `style: deepObject` in a form.
    pub const fn bracketed(mut self) -> Self {
        put(&mut self.style, Style::Bracketed);
        self
    }

    /// `style: form` of an object in a form.
    pub const fn spread(mut self) -> Self {
        put(&mut self.style, Style::Spread);
        self
    }

    /// `contentType: application/json` in a form.
    pub const fn as_json(mut self) -> Self {
        put(&mut self.style, Style::Json);
        self
    }

    /// A file of a multipart body. It is held to nothing, unless [`rules`](Self::rules) are given after it.
    pub const fn file(mut self) -> Self {
        self.part.is_file = true;
        put(&mut self.rules, list![]);
        self
    }

    /// The media type of a part, or those that a file may have.
    pub const fn typed(mut self, media_type: &'static str) -> Self {
        put(&mut self.part.media_type, Some(borrowed(media_type)));
        self
    }

    /// The other headers of a part.
    pub const fn headed(mut self, headers: List<(Text, Text)>) -> Self {
        put(&mut self.part.headers, headers);
        self
    }

    /// What it must satisfy. Default: that it is text, or nothing if it is [filled](Self::filled).
    pub const fn rules(mut self, rules: List<Constraint>) -> Self {
        put(&mut self.rules, rules);
        self
    }
}
