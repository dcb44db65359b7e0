//! Holds a value to what the document demands of it, before it is sent.
//!
//! A message names what is allowed and never what was given. Numbers are compared as the decimals that they are written as,
//! so that no bound is missed by what a binary fraction cannot hold.

mod decimal;

use std::collections::BTreeSet;

use decimal::Decimal;

use crate::json;
use crate::pattern::Pattern;
use crate::pointer;
use crate::{List, Text};

/// Something that a value must satisfy before it is sent. Responses are never held to it.
///
/// Numbers are written as in JSON, and are compared as the decimals that they are.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Constraint {
    /// It may be `null`.
    Nullable,
    /// It is a string, where it is JSON.
    Text,
    /// It is a whole number, without a fraction or an exponent.
    Integer,
    /// It is a whole number of 32 bits.
    Int32,
    /// It is a whole number of 64 bits.
    Int64,
    /// It is a number.
    Number,
    /// It is `true` or `false`.
    Boolean,
    /// It is a date, such as `2026-01-31`.
    Date,
    /// It is an array.
    Array,
    /// It is an object.
    Object,
    /// The least number of characters.
    MinLength(u32),
    /// The greatest number of characters.
    MaxLength(u32),
    /// What must match somewhere in it.
    Pattern(Pattern),
    /// The values that it may have.
    OneOf(List<Text>),
    /// The number that it is not less than.
    Minimum(Text),
    /// The number that it is not greater than.
    Maximum(Text),
    /// The number that it is greater than.
    Above(Text),
    /// The number that it is less than.
    Below(Text),
    /// The number that it is a multiple of.
    MultipleOf(Text),
    /// The least number of elements.
    MinItems(u32),
    /// The greatest number of elements.
    MaxItems(u32),
    /// No two elements are equal.
    UniqueItems,
    /// What each element satisfies.
    Items(List<Constraint>),
    /// What each value of a map satisfies.
    Values(List<Constraint>),
    /// The members of an object that is below an array or a map.
    Members(List<Member>),
    /// The field, in the same object, whose given value it must equal (`x-equal-to`).
    EqualTo(Text),
}

/// A member of an object that is below an array or a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name on the wire.
    pub name: Text,
    /// Whether an object without it is refused before it is sent.
    pub required: bool,
    /// What it must satisfy.
    pub rules: List<Constraint>,
}

/// A message lists no more values than this.
const MOST_LISTED: usize = 24;

/// What is wrong with a value: the steps that lead to it from the value that was checked, as a JSON pointer, and the reason.
pub type Broken = (String, String);

/// Checks a text: a parameter, a field of a form, or the plain value of what the client transforms.
///
/// # Errors
/// What is demanded.
pub fn text(text: &str, constraints: &[Constraint]) -> Result<(), String> {
    constraints.iter().try_for_each(|constraint| scalar(text, constraint))
}

/// Checks a JSON value, which can have others in it.
///
/// # Errors
/// Where it is, and what is demanded there.
pub fn json(raw: &str, constraints: &[Constraint]) -> Result<(), Broken> {
    let here = |reason: &str| (String::new(), reason.to_owned());
    let raw = raw.trim();
    let form = raw.as_bytes().first().copied().unwrap_or_default();
    if form == b'n' {
        let is_fine = constraints.contains(&Constraint::Nullable) || !constraints.iter().any(says_type);
        return if is_fine { Ok(()) } else { Err(here("it must not be null")) };
    }
    for constraint in constraints {
        let expected = match constraint {
            Constraint::Text | Constraint::Date => form == b'"',
            Constraint::Integer | Constraint::Int32 | Constraint::Int64 | Constraint::Number => {
                form == b'-' || form.is_ascii_digit()
            }
            Constraint::Boolean => matches!(form, b't' | b'f'),
            Constraint::Array => form == b'[',
            Constraint::Object => form == b'{',
            _ => true,
        };
        if !expected {
            return Err(here(noun(constraint)));
        }
    }
    match form {
        b'[' => elements(raw, constraints),
        b'{' => members(raw, constraints),
        b'"' => {
            let decoded = json::decoded(raw).ok_or_else(|| here("it must be text"))?;
            text(&decoded, constraints).map_err(|reason| here(&reason))
        }
        _ => text(raw, constraints).map_err(|reason| here(&reason)),
    }
}

/// Checks the elements of a list, each of which is a text: those of a parameter.
///
/// # Errors
/// Where it is, and what is demanded there.
pub fn list(elements: &[&str], constraints: &[Constraint]) -> Result<(), Broken> {
    counted(elements.len(), constraints)?;
    for constraint in constraints {
        match constraint {
            Constraint::UniqueItems => {
                let mut seen = BTreeSet::new();
                if !elements.iter().all(|element| seen.insert(element)) {
                    return Err(repeated());
                }
            }
            Constraint::Items(each) => {
                for (index, element) in elements.iter().enumerate() {
                    let kept = text(element, each).map_err(|reason| (String::new(), reason));
                    kept.map_err(|broken| below(&index.to_string(), broken))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Why no number satisfies what is demanded of one, if none does.
pub fn contradiction(constraints: &[Constraint]) -> Option<String> {
    // A bound, and whether the number itself is outside.
    let (mut low, mut high) = (None::<(Decimal, bool)>, None::<(Decimal, bool)>);
    let mut raise = |bound: &str, outside: bool| {
        let new = Decimal::read(bound).map(|bound| (bound, outside));
        low = low.take().max(new);
    };
    for constraint in constraints {
        match constraint {
            Constraint::Minimum(bound) => raise(bound, false),
            Constraint::Above(bound) => raise(bound, true),
            Constraint::Int32 => raise(&i32::MIN.to_string(), false),
            Constraint::Int64 => raise(&i64::MIN.to_string(), false),
            _ => {}
        }
    }
    for constraint in constraints {
        let new = match constraint {
            Constraint::Maximum(bound) => Decimal::read(bound).map(|bound| (bound, true)),
            Constraint::Below(bound) => Decimal::read(bound).map(|bound| (bound, false)),
            Constraint::Int32 => Decimal::read(&i32::MAX.to_string()).map(|bound| (bound, true)),
            Constraint::Int64 => Decimal::read(&i64::MAX.to_string()).map(|bound| (bound, true)),
            _ => continue,
        };
        // The flag says that the number is inside, so that the tighter of two equal bounds is the smaller one.
        high = if high.is_none() { new } else { high.take().min(new) };
    }
    let ((low, low_outside), (high, high_inside)) = low.zip(high)?;
    let none = match low.cmp(&high) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => low_outside || !high_inside,
        std::cmp::Ordering::Less => false,
    };
    if none {
        return Some("no number is within these bounds".to_owned());
    }
    let whole = constraints.iter().any(|c| matches!(c, Constraint::Integer | Constraint::Int32 | Constraint::Int64));
    let (low, high) = (low.to_i128().filter(|_| whole)?, high.to_i128()?);
    let (low, high) = (low + i128::from(low_outside), high - i128::from(!high_inside));
    if low > high {
        return Some("no whole number is within these bounds".to_owned());
    }
    let step = constraints.iter().find_map(|constraint| match constraint {
        Constraint::MultipleOf(step) => Decimal::read(step)?.to_i128().filter(|step| *step > 0),
        _ => None,
    })?;
    (high.div_euclid(step) * step < low).then(|| format!("no multiple of {step} is within these bounds"))
}

fn says_type(constraint: &Constraint) -> bool {
    !noun(constraint).is_empty()
}

/// What a value must be, where a constraint says its type.
fn noun(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::Text => "it must be text",
        Constraint::Integer | Constraint::Int32 | Constraint::Int64 => "it must be a whole number",
        Constraint::Number => "it must be a number",
        Constraint::Boolean => "it must be true or false",
        Constraint::Date => "it must be a date such as 2026-01-31",
        Constraint::Array => "it must be an array",
        Constraint::Object => "it must be an object",
        _ => "",
    }
}

fn scalar(text: &str, constraint: &Constraint) -> Result<(), String> {
    let length = || text.chars().count();
    let must = |holds: bool, what: &dyn Fn() -> String| if holds { Ok(()) } else { Err(format!("it must {}", what())) };
    let number = |holds: fn(std::cmp::Ordering) -> bool, bound: &Text, what: &str| {
        let (given, bound_read) = (Decimal::read(text), Decimal::read(bound));
        let holds = given.zip(bound_read).is_some_and(|(given, bound)| holds(given.cmp(&bound)));
        must(holds, &|| format!("be {what} {bound}"))
    };
    match constraint {
        Constraint::MinLength(least) => {
            must(length() >= *least as usize, &|| format!("have at least {least} characters and has {}", length()))
        }
        Constraint::MaxLength(most) => {
            must(length() <= *most as usize, &|| format!("have at most {most} characters and has {}", length()))
        }
        Constraint::Pattern(pattern) => {
            must(pattern.matches(text), &|| format!("match the pattern {}", pattern.as_str()))
        }
        Constraint::OneOf(values) => {
            let listed = values.iter().any(|value| value == text);
            must(listed, &|| one_of(values))
        }
        Constraint::Integer => is_integer(text).then_some(()).ok_or_else(|| noun(constraint).to_owned()),
        Constraint::Int32 => whole(text, i32::MIN.into(), i32::MAX.into()),
        Constraint::Int64 => whole(text, i64::MIN, i64::MAX),
        Constraint::Number => Decimal::read(text).map(drop).ok_or_else(|| noun(constraint).to_owned()),
        Constraint::Boolean => {
            matches!(text, "true" | "false").then_some(()).ok_or_else(|| noun(constraint).to_owned())
        }
        Constraint::Date => is_date(text).then_some(()).ok_or_else(|| noun(constraint).to_owned()),
        Constraint::Minimum(bound) => number(|order| order.is_ge(), bound, "at least"),
        Constraint::Maximum(bound) => number(|order| order.is_le(), bound, "at most"),
        Constraint::Above(bound) => number(|order| order.is_gt(), bound, "greater than"),
        Constraint::Below(bound) => number(|order| order.is_lt(), bound, "less than"),
        Constraint::MultipleOf(step) => {
            let holds =
                Decimal::read(text).zip(Decimal::read(step)).is_some_and(|(given, step)| given.is_multiple_of(&step));
            must(holds, &|| format!("be a multiple of {step}"))
        }
        // The rest is about what is no scalar, or about the values around it.
        _ => Ok(()),
    }
}

fn one_of(values: &[Text]) -> String {
    let listed: Vec<String> = values.iter().take(MOST_LISTED).map(|value| format!("{value:?}")).collect();
    match (values.len(), listed.as_slice()) {
        (count, _) if count > MOST_LISTED => format!("be one of {count} values, such as {}", listed.join(", ")),
        (_, [only]) => format!("be {only}"),
        _ => format!("be one of {}", listed.join(", ")),
    }
}

/// Whether a text is a whole number as JSON has it: no sign but a minus, no zero in front, no fraction, no exponent.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn whole(text: &str, least: i64, most: i64) -> Result<(), String> {
    match text.parse::<i64>() {
        Ok(number) if is_integer(text) && (least..=most).contains(&number) => Ok(()),
        _ => Err(format!("it must be a whole number from {least} to {most}")),
    }
}

/// Whether a text is a `full-date` of RFC 3339.
fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shape && text.parse::<jiff::civil::Date>().is_ok()
}

fn elements(raw: &str, constraints: &[Constraint]) -> Result<(), Broken> {
    let elements: Vec<&str> = json::elements(raw).collect();
    counted(elements.len(), constraints)?;
    for constraint in constraints {
        match constraint {
            Constraint::UniqueItems => {
                let mut seen = BTreeSet::new();
                if !elements.iter().all(|element| seen.insert(canonical(element, 0))) {
                    return Err(repeated());
                }
            }
            Constraint::Items(each) => {
                for (index, element) in elements.iter().enumerate() {
                    json(element, each).map_err(|broken| below(&index.to_string(), broken))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks how many elements there are.
fn counted(elements: usize, constraints: &[Constraint]) -> Result<(), Broken> {
    let here = |bound: &str, number: u32| {
        let noun = if number == 1 { "element" } else { "elements" };
        Err((String::new(), format!("it must have at {bound} {number} {noun}")))
    };
    for constraint in constraints {
        match constraint {
            Constraint::MinItems(least) if elements < *least as usize => return here("least", *least),
            Constraint::MaxItems(most) if elements > *most as usize => return here("most", *most),
            _ => {}
        }
    }
    Ok(())
}

fn repeated() -> Broken {
    (String::new(), "each of its elements must be there once".to_owned())
}

fn members(raw: &str, constraints: &[Constraint]) -> Result<(), Broken> {
    for constraint in constraints {
        match constraint {
            Constraint::Values(each) => {
                for (name, value) in json::members(raw) {
                    json(value, each).map_err(|broken| below(&json::name(name), broken))?;
                }
            }
            Constraint::Members(described) => {
                let given: Vec<_> = json::members(raw).map(|(name, value)| (json::name(name), value)).collect();
                for member in described.iter() {
                    let mut values = given.iter().filter(|(name, _)| *name == member.name).peekable();
                    if member.required && values.peek().is_none() {
                        let missing = "it is required and was not given".to_owned();
                        return Err(below(&member.name, (String::new(), missing)));
                    }
                    for (name, value) in values {
                        json(value, &member.rules).map_err(|broken| below(name, broken))?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn below(step: &str, (steps, reason): Broken) -> Broken {
    (format!("{}{steps}", pointer::join(&[step])), reason)
}

/// A text that two JSON values share if they are equal: numbers by their value, members in any order.
fn canonical(raw: &str, depth: usize) -> String {
    // Nothing that a document describes is as deep; what is, is compared as it is written.
    const DEEPEST: usize = 32;
    match raw.trim().as_bytes().first() {
        Some(b'[') if depth < DEEPEST => {
            let elements: Vec<String> = json::elements(raw).map(|element| canonical(element, depth + 1)).collect();
            format!("[{}]", elements.join(","))
        }
        Some(b'{') if depth < DEEPEST => {
            let member = |(name, value)| format!("{:?}:{}", json::name(name), canonical(value, depth + 1));
            let members: BTreeSet<String> = json::members(raw).map(member).collect();
            format!("{{{}}}", members.into_iter().collect::<Vec<_>>().join(","))
        }
        Some(b'"') => json::decoded(raw).map_or_else(|| raw.to_owned(), |text| format!("{text:?}")),
        _ => Decimal::read(raw).map_or_else(|| raw.to_owned(), |number| number.to_string()),
    }
}

#[cfg(test)]
mod tests;
