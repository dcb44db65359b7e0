//! A document in Rust: its types, and its operations, as they are read of what progenitor writes.

use countersign_plan::{Alternatives, Encoding, Place};
use countersign_spec::names::EnumValue;
use syn::{Attribute, Ident, ItemEnum, ItemImpl, ItemStruct, Type};

/// A document in Rust: its types, and its operations.
pub struct Api {
    /// The types, sorted by name.
    pub types: Vec<Declared>,
    /// The operations, in the document's order.
    pub calls: Vec<Call>,
}

/// A type of the document.
pub enum Declared {
    /// An object with fields.
    Object(Object),
    /// A type around another one, such as a map, and the conversions that it has.
    Wrapper(ItemStruct, Vec<ItemImpl>),
    /// A choice of texts or numbers, each with its variant.
    Choice(ItemEnum, Vec<(EnumValue, Ident)>),
    /// One of several types.
    OneOf(OneOf),
    /// What an operation succeeded with, by its status.
    Success(ItemEnum),
    /// The headers of a response: fields with what they are read by.
    Headers(ItemStruct),
}

/// One of several types.
pub struct OneOf {
    /// The enum, with a variant of one field for each branch.
    pub item: ItemEnum,
    /// What tells one branch from another, in the order of the variants.
    pub told: Alternatives,
    /// Whether it is part of what callers send.
    pub is_sent: bool,
    /// Whether it is part of what the provider responds.
    pub is_received: bool,
}

/// An object with fields.
pub struct Object {
    /// The type, its fields in the document's order and with their names on the wire.
    pub item: ItemStruct,
    /// Its fields.
    pub members: Vec<Member>,
    /// Whether it is part of what callers send.
    pub is_sent: bool,
    /// Whether it is part of what the provider responds.
    pub is_received: bool,
}

/// A field of an object.
pub struct Member {
    /// The name in Rust.
    pub name: Ident,
    /// The name on the wire.
    pub wire: String,
    /// What a caller gives, seen from the module below that of the types.
    pub given: Type,
    /// Whether a caller must give it.
    pub presence: Presence,
    /// Its documentation.
    pub docs: Vec<Attribute>,
    /// Whether it may be `null`.
    pub may_be_null: bool,
    /// Whether it is in a box, since it leads back to its object.
    pub is_boxed: bool,
}

/// Whether a value must be given, and what is sent or read for one that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must be given.
    Required,
    /// It must be given, and may be `null`.
    Nullable,
    /// It is an `Option`.
    Optional,
    /// It may be left out, and may be `null`: an `Option` of an `Option`.
    Free,
    /// It is a list or a map, which is empty then.
    Defaulted,
}

/// An operation.
pub struct Call {
    /// The `operationId`.
    pub id: String,
    /// The name of its builder.
    pub name: Ident,
    /// What the caller gives beside the body, in the document's order.
    pub parameters: Vec<Given>,
    /// The body, if there is something in it for the caller.
    pub body: Option<Body>,
    /// The type of a success.
    pub response: Type,
    /// What a success is a page of, if it is one of a list.
    pub list: Option<Listed>,
    /// Whether a success may be text or a file, which can be written while it comes.
    pub is_written: bool,
    /// Whether a success is one of several.
    pub is_several: bool,
    /// The type of the headers of its responses, if some are described.
    pub headers: Option<Ident>,
}

/// What a page is of.
pub struct Listed {
    /// The type of an item.
    pub item: Type,
    /// The fields that lead from a page to its items, each with whether it may be missing.
    pub path: Vec<(Ident, bool)>,
    /// The names of the methods that yield pages and items, which are no setters of the call.
    pub methods: [Ident; 2],
}

/// The body of a call.
pub struct Body {
    /// How it is sent.
    pub encoding: Encoding,
    /// Whether a call can do without it.
    pub is_optional: bool,
    /// What it is.
    pub of: Type,
    /// What of it has setters on the call; a body without such a thing is given as a whole.
    pub spread: Option<Spread>,
}

/// An object whose setters are on a call, and the way to it.
pub struct Spread {
    /// The types that hold nothing but the next one, from the body on.
    pub through: Vec<Ident>,
    /// The type whose setters are on the call.
    pub object: Ident,
    /// The setters, in the order of its fields.
    pub setters: Vec<Ident>,
}

/// A parameter that the caller gives.
pub struct Given {
    /// Where it goes.
    pub place: Place,
    /// The name on the wire.
    pub wire: String,
    /// The setter.
    pub name: String,
    /// What the setter takes.
    pub given: Type,
    /// Whether a call can do without it.
    pub is_required: bool,
    /// What the document says of it.
    pub docs: String,
}

impl Declared {
    /// The type's name.
    pub fn name(&self) -> &Ident {
        match self {
            Self::Object(object) => &object.item.ident,
            Self::Wrapper(item, _) => &item.ident,
            Self::Choice(item, _) => &item.ident,
            Self::OneOf(of) => &of.item.ident,
            Self::Success(item) => &item.ident,
            Self::Headers(item) => &item.ident,
        }
    }
}
