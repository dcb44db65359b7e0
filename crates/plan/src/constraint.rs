//! Holds a value to what the document demands of it, before it is sent.
//!
//! A message names what is allowed and never what was given. Numbers are compared as the decimals that they are written as,
//! so that no bound is missed by what a binary fraction cannot hold.

mod decimal;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

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
    /// The texts that it may have.
    OneOf(List<Text>),
    /// The numbers or booleans that it may have, as JSON writes them.
    Literals(List<Text>),
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
    /// The members of an object that is below an array or a map, or is one of several alternatives.
    Members(List<Member>),
    /// The alternatives that it is one of.
    Alternatives(Alternatives),
    /// What is demanded of the value so many levels around it: that of a schema which contains itself. An element, the value of
    /// a map or of a member, and a branch are a level each.
    Again(u16),
    /// The field, in the same object, whose given value it must equal (`x-equal-to`).
    EqualTo(Text),
}

impl Constraint {
    /// Whether something is so of this constraint, or of one in it.
    pub fn any(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        let any_of = |rules: &[Self]| rules.iter().any(|rule| rule.any(is));
        let inner = match self {
            Self::Items(rules) | Self::Values(rules) => any_of(rules),
            Self::Members(members) => members.iter().any(|member| any_of(&member.rules)),
            Self::Alternatives(of) => of.branches.iter().any(|branch| any_of(&branch.rules)),
            _ => false,
        };
        inner || is(self)
    }
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

/// What a value is one of (`oneOf`, `anyOf`).
#[derive(Clone, Debug, PartialEq)]
pub struct Alternatives {
    /// The member whose text says which of them it is (`discriminator`). Without one, what a branch requires says it.
    pub by: Option<Text>,
    /// The branches, in the document's order.
    pub branches: List<Branch>,
}

/// One of several alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What it is called.
    pub name: Text,
    /// The texts that say that it is this one, where a member does.
    pub values: List<Text>,
    /// What it must satisfy.
    pub rules: List<Constraint>,
}

impl Alternatives {
    /// The positions of the branches that a JSON value can be. A discriminator says one or none. Without one it is each whose
    /// type the value has, with all that it requires and the constants that it states. Of several it is those whose lists have
    /// the members of the value, if there are such, and of these again not one of which another asks all and more: an object that
    /// has both of what two branches ask for is the third, which asks for both.
    pub fn of(&self, raw: &str) -> Vec<usize> {
        let raw = raw.trim();
        let text = self.by.as_ref().map(|by| member(raw, by).and_then(json::decoded));
        let is = |branch: &Branch| match &text {
            Some(text) => text.as_deref().is_some_and(|text| branch.values.iter().any(|value| value == text)),
            None => fits(raw, &branch.rules),
        };
        let mut all: Vec<usize> = (0..self.branches.len()).filter(|index| is(&self.branches[*index])).collect();
        if all.len() > 1 && self.by.is_none() {
            let is_listed = |index: &usize| is_listed(raw, &self.branches[*index].rules);
            if all.iter().any(is_listed) {
                all.retain(is_listed);
            }
            let told: Vec<_> = all.iter().map(|index| telling(&self.branches[*index].rules)).collect();
            let asks_more = |of: &Vec<Constraint>| told.iter().any(|other| implies(other, of) && !implies(of, other));
            let mut kept = told.iter().map(|of| !asks_more(of));
            all.retain(|_| kept.next().unwrap_or(true));
        }
        all
    }

    /// Whether two branches ask for the same, so that what is the one is the other too.
    pub fn are_alike(&self, one: usize, other: usize) -> bool {
        let told = |index: usize| self.branches.get(index).map(|branch| telling(&branch.rules));
        match (told(one), told(other)) {
            (Some(one), Some(other)) => self.by.is_none() && implies(&one, &other) && implies(&other, &one),
            _ => false,
        }
    }

    /// What one of the branches asks for, the value that means it included.
    fn asked(&self, branch: &Branch) -> Vec<Constraint> {
        let mut rules = telling(&branch.rules);
        rules.extend(self.by.as_ref().map(|by| {
            let values = vec![Constraint::OneOf(branch.values.clone())].into();
            Constraint::Members(vec![Member { name: by.clone(), required: true, rules: values }].into())
        }));
        rules
    }

    /// The same without what [`of`](Self::of) does not look at.
    #[must_use]
    pub fn told(mut self) -> Self {
        for branch in self.branches.to_mut() {
            let rules = if self.by.is_some() { Vec::new() } else { telling(&branch.rules) };
            branch.rules = rules.into();
        }
        self
    }

    /// Holds a JSON value to the one branch that it can be. Of branches that ask for the same it is one whose demands it keeps.
    ///
    /// # Errors
    /// It can be none of them or several, or breaks what its branch demands: where, and what is demanded there.
    pub fn check(&self, raw: &str) -> Result<(), Broken> {
        self.hold(raw.trim(), &Around::root(&[], &RefCell::default()))
    }

    fn hold(&self, raw: &str, around: &Around<'_>) -> Result<(), Broken> {
        let here = |reason: String| Err((String::new(), reason));
        let names = |of: &mut dyn Iterator<Item = usize>| {
            let names: Vec<&str> = of.map(|index| &*self.branches[index].name).collect();
            names.join(", ")
        };
        match (self.of(raw).as_slice(), &self.by) {
            ([one], _) => hold(raw, &around.inner(&self.branches[*one].rules)),
            ([], Some(by)) if raw.starts_with('{') => {
                let values: Vec<Text> = self.branches.iter().flat_map(|branch| branch.values.iter().cloned()).collect();
                let reason = match member(raw, by) {
                    Some(_) => format!("it must {}", one_of(&values, |value| format!("{value:?}"))),
                    None => MISSING.to_owned(),
                };
                Err(below(by, (String::new(), reason)))
            }
            ([], Some(_)) => here("it must be an object".to_owned()),
            ([], None) => {
                let all = names(&mut (0..self.branches.len()));
                here(format!("it must be one of {all}, and lacks what each of them requires or is of no such type"))
            }
            ([first, others @ ..], _) if others.iter().all(|other| self.are_alike(*first, *other)) => {
                let held = |branch: &usize| {
                    let rules = &self.branches[*branch].rules;
                    let key = (raw.as_ptr().addr(), rules.as_ptr().addr());
                    if let Some(broken) = around.broken.borrow().get(&key) {
                        return Err(broken.clone());
                    }
                    let held = hold(raw, &around.inner(rules));
                    held.inspect_err(|broken| drop(around.broken.borrow_mut().insert(key, broken.clone())))
                };
                let keeps = |other: &usize| held(other).is_ok();
                held(first).or_else(|broken| if others.iter().any(keeps) { Ok(()) } else { Err(broken) })
            }
            (several, _) => {
                let several = names(&mut several.iter().copied());
                here(format!("it must be one of {several}, and could be each of them"))
            }
        }
    }
}

/// The value of a member, the last of that name.
fn member<'a>(raw: &'a str, name: &str) -> Option<&'a str> {
    json::members(raw).filter(|(own, _)| json::name(own) == name).last().map(|(_, value)| value)
}

/// Whether a value has a type, what is required and the constants.
fn fits(raw: &str, rules: &[Constraint]) -> bool {
    let form = raw.as_bytes().first().copied().unwrap_or_default();
    let is = |rule: &Constraint| json::decoded(raw).is_some_and(|text| scalar(&text, rule).is_ok());
    rules.iter().all(|rule| match rule {
        Constraint::Members(members) => members.iter().all(|described| match member(raw, &described.name) {
            Some(value) => {
                constant(&described.rules).is_none_or(|constant| fits(value, std::slice::from_ref(constant)))
            }
            None => !described.required,
        }),
        Constraint::Integer | Constraint::Int32 | Constraint::Int64 | Constraint::Date => {
            has_form(form, rule) && is(rule)
        }
        Constraint::Alternatives(of) => !of.of(raw).is_empty(),
        Constraint::OneOf(values) if values.len() == 1 => form == b'"' && is(rule),
        Constraint::Literals(values) if values.len() == 1 => form != b'"' && is(rule),
        rule => has_form(form, rule),
    })
}

/// Whether the members of an object have values that are listed, or the value itself has one.
fn is_listed(raw: &str, rules: &[Constraint]) -> bool {
    rules.iter().all(|rule| match rule {
        Constraint::Members(members) => members
            .iter()
            .all(|described| member(raw, &described.name).is_none_or(|raw| is_listed(raw, &described.rules))),
        Constraint::OneOf(_) | Constraint::Literals(_) => {
            json::decoded(raw).is_none_or(|text| scalar(&text, rule).is_ok())
        }
        _ => true,
    })
}

/// The one value that is allowed, if it is one.
fn constant(rules: &[Constraint]) -> Option<&Constraint> {
    rules.iter().find(|rule| is_constant(rule))
}

fn is_constant(rule: &Constraint) -> bool {
    matches!(rule, Constraint::OneOf(values) | Constraint::Literals(values) if values.len() == 1)
}

/// What [`fits`] and [`is_listed`] look at.
fn telling(rules: &[Constraint]) -> Vec<Constraint> {
    let telling = rules.iter().filter_map(|rule| match rule {
        Constraint::Members(members) => {
            let members = members.iter().filter_map(|member| {
                let is_list = |rule: &&Constraint| matches!(rule, Constraint::OneOf(_) | Constraint::Literals(_));
                let lists = member.rules.iter().filter(is_list);
                let rules: Vec<Constraint> = lists.cloned().collect();
                (member.required || !rules.is_empty()).then(|| Member { rules: rules.into(), ..member.clone() })
            });
            let members: Vec<Member> = members.collect();
            (!members.is_empty()).then(|| Constraint::Members(members.into()))
        }
        Constraint::Alternatives(of) => Some(Constraint::Alternatives(of.clone().told())),
        Constraint::OneOf(_) | Constraint::Literals(_) => Some(rule.clone()),
        rule => says_type(rule).then(|| rule.clone()),
    });
    telling.collect()
}

/// Whether all that keeps to `rules` keeps to `others`, as far as they tell.
fn implies(rules: &[Constraint], others: &[Constraint]) -> bool {
    use Constraint::{Date, Int32, Int64, Integer, Literals, Members, Number, OneOf};
    // Of what is one of several itself, each of them does.
    if let Some(of) =
        rules.iter().find_map(|rule| if let Constraint::Alternatives(of) = rule { Some(of) } else { None })
    {
        return of.branches.iter().all(|branch| implies(&of.asked(branch), others));
    }
    others.iter().all(|other| match other {
        Constraint::Alternatives(of) => of.branches.iter().any(|branch| implies(rules, &of.asked(branch))),
        Members(others) => {
            let own = rules.iter().filter_map(|rule| if let Members(own) = rule { Some(own.iter()) } else { None });
            let own: HashMap<_, _> = own.flatten().map(|member| (&member.name, member)).collect();
            others.iter().all(|other| match own.get(&other.name) {
                Some(own) => (own.required || !other.required) && implies(&own.rules, &other.rules),
                // What lacks it keeps to it.
                None => !other.required,
            })
        }
        Number => rules.iter().any(|rule| matches!(rule, Number | Integer | Int32 | Int64)),
        Integer => rules.iter().any(|rule| matches!(rule, Integer | Int32 | Int64)),
        Int64 => rules.iter().any(|rule| matches!(rule, Int32 | Int64)),
        Constraint::Text => rules.iter().any(|rule| matches!(rule, Constraint::Text | Date)),
        OneOf(others) => {
            let is_narrower = |own: &List<Text>| own.iter().all(|value| others.contains(value));
            rules.iter().any(|rule| matches!(rule, OneOf(own) if is_narrower(own)))
        }
        Literals(others) => {
            let is_narrower = |own: &List<Text>| own.iter().all(|value| others.contains(value));
            rules.iter().any(|rule| matches!(rule, Literals(own) if is_narrower(own)))
        }
        other => rules.contains(other),
    })
}

/// Said of a member that is not there.
const MISSING: &str = "it is required and was not given";

/// How many levels of a value are held to what is demanded. Whoever does so takes stack for each.
const DEEPEST: usize = 192;

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
    hold(raw, &Around::root(constraints, &RefCell::default()))
}

/// What is demanded of a value, and of those around it.
struct Around<'a> {
    rules: &'a [Constraint],
    outer: Option<&'a Self>,
    depth: usize,
    /// What is wrong with a value as one of several branches that ask for the same, by where both are. What is in such a value is looked
    /// at for each of the branches, and with others in it for each of theirs, which would double at each level.
    broken: &'a RefCell<HashMap<(usize, usize), Broken>>,
}

impl<'a> Around<'a> {
    fn root(rules: &'a [Constraint], broken: &'a RefCell<HashMap<(usize, usize), Broken>>) -> Self {
        Self { rules, outer: None, depth: 0, broken }
    }

    fn inner(&'a self, rules: &'a [Constraint]) -> Self {
        Self { rules, outer: Some(self), depth: self.depth + 1, broken: self.broken }
    }

    /// What is around the value so many levels up.
    fn up(&self, levels: u16) -> Option<&Self> {
        (0..levels).try_fold(self, |here, _| here.outer)
    }
}

fn hold(raw: &str, around: &Around<'_>) -> Result<(), Broken> {
    let constraints = around.rules;
    let here = |reason: &str| (String::new(), reason.to_owned());
    let raw = raw.trim();
    if around.depth > DEEPEST {
        return Err(here("it must not nest as deep"));
    }
    let form = raw.as_bytes().first().copied().unwrap_or_default();
    if form == b'n' {
        let is_fine = constraints.contains(&Constraint::Nullable) || !constraints.iter().any(says_type);
        return if is_fine { Ok(()) } else { Err(here("it must not be null")) };
    }
    for constraint in constraints {
        if !has_form(form, constraint) {
            return Err(here(noun(constraint)));
        }
        match constraint {
            Constraint::Alternatives(alternatives) => alternatives.hold(raw, around)?,
            Constraint::Again(levels) => {
                if let Some(again) = around.up(*levels) {
                    // As deep as this value is, and not as that one.
                    hold(raw, &Around { depth: around.depth + 1, ..*again })?;
                }
            }
            _ => {}
        }
    }
    match form {
        b'[' => elements(raw, around),
        b'{' => members(raw, around),
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

/// Checks files by how many bytes each has, where that is known: one, or those of a list.
///
/// # Errors
/// Which it is, and what is demanded of it.
pub fn files(lengths: &[Option<u64>], constraints: &[Constraint]) -> Result<(), Broken> {
    let length = |length: u64, constraint: &Constraint| match constraint {
        Constraint::MinLength(least) if length < u64::from(*least) => {
            Err((String::new(), format!("it must have at least {least} bytes and has {length}")))
        }
        Constraint::MaxLength(most) if length > u64::from(*most) => {
            Err((String::new(), format!("it must have at most {most} bytes and has {length}")))
        }
        _ => Ok(()),
    };
    counted(lengths.len(), constraints)?;
    for (index, own) in lengths.iter().enumerate() {
        let Some(own) = *own else { continue };
        for constraint in constraints {
            match constraint {
                Constraint::Items(each) => each
                    .iter()
                    .try_for_each(|rule| length(own, rule))
                    .map_err(|broken| below(&index.to_string(), broken))?,
                rule => length(own, rule)?,
            }
        }
    }
    Ok(())
}

/// How many bytes a file has at least, and at most if there is a bound: one, or each of a list.
pub fn file_bounds(constraints: &[Constraint]) -> (u64, Option<u64>) {
    constraints.iter().fold((0, None), |(least, most), constraint| match constraint {
        Constraint::MinLength(bound) => (u64::from(*bound), most),
        Constraint::MaxLength(bound) => (least, Some(u64::from(*bound))),
        Constraint::Items(each) => file_bounds(each),
        _ => (least, most),
    })
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

/// Whether what begins with this byte is of a type, where a constraint says one.
fn has_form(first: u8, constraint: &Constraint) -> bool {
    match constraint {
        Constraint::Text | Constraint::Date => first == b'"',
        Constraint::Integer | Constraint::Int32 | Constraint::Int64 | Constraint::Number => {
            first == b'-' || first.is_ascii_digit()
        }
        Constraint::Boolean => matches!(first, b't' | b'f'),
        Constraint::Array => first == b'[',
        Constraint::Object => first == b'{',
        _ => true,
    }
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
        Constraint::Alternatives(_) => "it must be one of several",
        Constraint::Again(_) => "it must be as what is around it",
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
            must(listed, &|| one_of(values, |value| format!("{value:?}")))
        }
        Constraint::Literals(values) => {
            let number = Decimal::read(text);
            let is = |value: &Text| value == text || number.is_some() && Decimal::read(value) == number;
            must(values.iter().any(is), &|| one_of(values, Text::to_string))
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

fn one_of(values: &[Text], written: fn(&Text) -> String) -> String {
    let listed: Vec<String> = values.iter().take(MOST_LISTED).map(written).collect();
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

fn elements(raw: &str, around: &Around<'_>) -> Result<(), Broken> {
    let constraints = around.rules;
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
                    hold(element, &around.inner(each)).map_err(|broken| below(&index.to_string(), broken))?;
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

fn members(raw: &str, around: &Around<'_>) -> Result<(), Broken> {
    for constraint in around.rules {
        match constraint {
            Constraint::Values(each) => {
                for (name, value) in json::members(raw) {
                    hold(value, &around.inner(each)).map_err(|broken| below(&json::name(name), broken))?;
                }
            }
            Constraint::Members(described) => {
                let given: Vec<_> = json::members(raw).map(|(name, value)| (json::name(name), value)).collect();
                for member in described.iter() {
                    let mut values = given.iter().filter(|(name, _)| *name == member.name).peekable();
                    if member.required && values.peek().is_none() {
                        return Err(below(&member.name, (String::new(), MISSING.to_owned())));
                    }
                    for (name, value) in values {
                        hold(value, &around.inner(&member.rules)).map_err(|broken| below(name, broken))?;
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
