//! The words of what a value must satisfy.

use super::constant::borrowed;
use crate::{Alternatives, Branch, Constraint, List, Member, Pattern, Run, Text};

/// A constraint that says a type, or that `null` is allowed.
macro_rules! types {
    ($($name:ident: $variant:ident;)*) => {
        $(
            #[doc = concat!("[`Constraint::", stringify!($variant), "`]")]
            pub const $name: Constraint = Constraint::$variant;
        )*
    };
}

types! {
    NULLABLE: Nullable;
    TEXT: Text;
    INTEGER: Integer;
    INT_32: Int32;
    INT_64: Int64;
    NUMBER: Number;
    BOOLEAN: Boolean;
    DATE: Date;
    ARRAY: Array;
    OBJECT: Object;
    UNIQUE_ITEMS: UniqueItems;
}

/// A constraint that counts.
macro_rules! counts {
    ($($name:ident: $variant:ident, $word:literal;)*) => {
        $(
            #[doc = concat!("`", $word, "`")]
            pub const fn $name(count: u32) -> Constraint {
                Constraint::$variant(count)
            }
        )*
    };
}

counts! {
    min_length: MinLength, "minLength";
    max_length: MaxLength, "maxLength";
    min_items: MinItems, "minItems";
    max_items: MaxItems, "maxItems";
}

/// A constraint that has a text.
macro_rules! bounds {
    ($($name:ident: $variant:ident, $word:literal;)*) => {
        $(
            #[doc = concat!("`", $word, "`")]
            pub const fn $name(text: &'static str) -> Constraint {
                Constraint::$variant(borrowed(text))
            }
        )*
    };
}

bounds! {
    minimum: Minimum, "minimum";
    maximum: Maximum, "maximum";
    above: Above, "exclusiveMinimum";
    below: Below, "exclusiveMaximum";
    multiple_of: MultipleOf, "multipleOf";
    equal_to: EqualTo, "x-equal-to";
}

/// `pattern`
#[cfg(feature = "patterns")]
pub const fn pattern(pattern: &'static str) -> Constraint {
    Constraint::Pattern(Pattern::new(pattern))
}

/// `pattern`, of one that is runs of characters.
pub const fn runs(pattern: &'static str, runs: List<Run>) -> Constraint {
    Constraint::Pattern(Pattern::of(pattern, runs))
}

/// So many characters out of ranges, each of which is its first and its last character.
pub const fn run(of: &'static str, least: u32, most: u32) -> Run {
    Run { of, least, most }
}

/// `enum`
pub const fn one_of(values: List<Text>) -> Constraint {
    Constraint::OneOf(values)
}

/// `enum` of numbers or booleans
pub const fn literals(values: List<Text>) -> Constraint {
    Constraint::Literals(values)
}

/// What each element of an array satisfies.
pub const fn each(rules: List<Constraint>) -> Constraint {
    Constraint::Items(rules)
}

/// What each value of a map satisfies.
pub const fn values(rules: List<Constraint>) -> Constraint {
    Constraint::Values(rules)
}

/// What is demanded of the value so many levels around.
pub const fn again(levels: u16) -> Constraint {
    Constraint::Again(levels)
}

/// The members of an object below an array or a map.
pub const fn members(members: List<Member>) -> Constraint {
    Constraint::Members(members)
}

/// One of several, which what each requires tells from the others.
pub const fn any_of(branches: List<Branch>) -> Alternatives {
    Alternatives { by: None, branches }
}

/// One of several, which the text of a member says.
pub const fn any_by(member: &'static str, branches: List<Branch>) -> Alternatives {
    Alternatives { by: Some(borrowed(member)), branches }
}

/// A value that is one of several.
pub const fn alternatives(of: Alternatives) -> Constraint {
    Constraint::Alternatives(of)
}

/// One of several.
pub const fn branch(name: &'static str, values: List<Text>, rules: List<Constraint>) -> Branch {
    Branch { name: borrowed(name), values, rules }
}

/// A member that may be left out.
pub const fn member(name: &'static str, rules: List<Constraint>) -> Member {
    Member { name: borrowed(name), required: false, rules }
}

/// A member that may not be left out.
pub const fn required_member(name: &'static str, rules: List<Constraint>) -> Member {
    Member { name: borrowed(name), required: true, rules }
}
