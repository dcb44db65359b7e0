//! Values that are made once (`x-values`), and who reads them.

use std::collections::BTreeSet;

use countersign_plan::words::operation;
use countersign_plan::{Per, Place, Secrecy, Slot, Value, any, reads_given};

use crate::expression::{self, Names, Reads, Scope, Site, list, visit};
use crate::extensions;
use crate::finding::{Report, Rule};
use crate::lower::{self, Carrier, Filled, MAX_FILLED};
use crate::node::At;

/// The values of a document.
pub(crate) struct Made<'a> {
    all: Vec<One<'a>>,
    /// Whether they can be made at all.
    is_usable: bool,
    /// Those that tell a secret.
    secret: BTreeSet<&'a str>,
}

/// A value.
pub(crate) struct One<'a> {
    name: &'a str,
    per: Per,
    pub(crate) filled: Filled<'a>,
}

impl<'a> Made<'a> {
    pub(crate) fn read(root: &At<'a>, names: &Names, reads: &mut Reads, report: &mut Report) -> Self {
        let mut all = Vec::new();
        for (name, per, at) in extensions::values(root, report) {
            let Some(at) = at else { continue };
            let before = report.added();
            let values = expression::read(&at, &mut Scope::new(names, reads, report, Site::Value));
            let is_whole = report.added() == before;
            all.push(One {
                name,
                per,
                filled: Filled { at, values, is_whole, carrier: Carrier::Value, site: Site::Value },
            });
        }
        let mut made = Self { all, is_usable: true, secret: BTreeSet::new() };
        made.is_usable = made.can_be_ordered(root, report);
        made.secret = made.those(is_secret);
        made.all.iter().filter(|one| one.per == Per::Call).for_each(|one| made.is_of_a_call(one, report));
        made
    }

    /// Whether no value reads itself through others.
    fn can_be_ordered(&self, root: &At<'_>, report: &mut Report) -> bool {
        let Some(at) = root.get("x-values") else { return true };
        if self.all.len() > MAX_FILLED {
            let problem = format!("there are {} values", self.all.len());
            report.add(Rule::Cycle, &at, problem, format!("at most {MAX_FILLED}"));
            return false;
        }
        let slots: Vec<Slot> = self.all.iter().map(|one| one.slot(Secrecy::Public)).collect();
        let unarranged = operation("", "", "").slots(list(slots));
        let Err(cycle) = unarranged.clone().arranged() else { return true };
        let problem = format!("{}, so none of it can be made first", cycle.describe(&unarranged));
        report.add(Rule::Cycle, &at, problem, "one of the expressions so that it does not read the next");
        false
    }

    /// Reports what a value reads that is not there before the first attempt, or that may be another in the next.
    fn is_of_a_call(&self, one: &One<'_>, report: &mut Report) {
        visit(&one.filled.values, &mut |value| {
            let what = match value {
                Value::Made(name) if self.get(name).is_some_and(|other| other.per == Per::Attempt) => {
                    format!("the value `{name}`, which each attempt makes anew")
                }
                Value::Session(_) => "the session".to_owned(),
                Value::Request(_)
                | Value::Header { .. }
                | Value::Query(_)
                | Value::Path(_)
                | Value::Field(_)
                | Value::Fields(_) => "the request".to_owned(),
                _ => return,
            };
            let problem = format!("`{}` is made before the first attempt, and reads {what}", one.name);
            let remedy = "text, credentials, settings, the clock, chance and values `per: call`, or no `per: call`";
            report.add(Rule::Expression, &one.filled.at, problem, remedy);
        });
    }

    /// A value by its name.
    fn get(&self, name: &str) -> Option<&One<'a>> {
        self.all.iter().find(|one| one.name == name)
    }

    /// What a value is made of.
    pub(crate) fn of(&self, name: &str) -> &[Value] {
        self.get(name).filter(|_| self.is_usable).map_or(&[], |one| &one.filled.values)
    }

    /// The names that expressions read, directly or through others.
    fn names_read_by<'v>(&'v self, values: impl IntoIterator<Item = &'v [Value]>) -> BTreeSet<&'v str> {
        let mut names = BTreeSet::new();
        let mut ahead: Vec<&[Value]> = values.into_iter().collect();
        while let Some(values) = ahead.pop() {
            visit(values, &mut |value| {
                if let Value::Made(name) = value
                    && names.insert(name.as_ref())
                {
                    ahead.push(self.of(name));
                }
            });
        }
        names
    }

    /// The values that expressions read, directly or through others, with a slot each.
    pub(crate) fn read_by<'v>(&'v self, own: impl IntoIterator<Item = &'v [Value]>) -> Vec<(Slot, &'v Filled<'a>)> {
        let own: Vec<&[Value]> = own.into_iter().collect();
        let read = self.names_read_by(own.iter().copied());
        let all = own.into_iter().chain(read.iter().map(|name| self.of(name)));
        let mut keys: Vec<&[Value]> = Vec::new();
        all.for_each(|values| visit(values, &mut |value| keys.extend(key(value))));
        let keys = self.names_read_by(keys);
        let read = self.all.iter().filter(|one| self.is_usable && read.contains(one.name));
        let secrecy = |one: &One<'_>| match keys.contains(one.name) {
            true => Secrecy::Secret,
            false => self.secrecy(&one.filled.values),
        };
        read.map(|one| (one.slot(secrecy(one)), &one.filled)).collect()
    }

    /// The values that nothing reads, neither these expressions nor another value, and that are not named by a malformed
    /// expression.
    pub(crate) fn unread<'s>(
        &'s self,
        values: impl IntoIterator<Item = &'s [Value]>,
        named: &BTreeSet<String>,
    ) -> impl Iterator<Item = (&'a str, &'s At<'a>)> {
        let all = self.all.iter().map(|one| one.filled.values.as_slice());
        let read = self.names_read_by(values.into_iter().chain(all));
        let is_unread = move |one: &&One<'_>| !read.contains(one.name) && !named.contains(one.name);
        self.all.iter().filter(is_unread).map(|one| (one.name, &one.filled.at))
    }

    /// The values of which something holds, because of what they are made of: of a value that another is made of, it is known.
    pub(crate) fn those(&self, holds: impl Fn(&[Value], &BTreeSet<&'a str>) -> bool) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        // One is found in the round after those that it reads.
        loop {
            let known = found.len();
            for one in self.all.iter().filter(|_| self.is_usable) {
                if !found.contains(one.name) && holds(&one.filled.values, &found) {
                    found.insert(one.name);
                }
            }
            if found.len() == known {
                return found;
            }
        }
    }

    /// How secret it is what an expression yields.
    pub(crate) fn secrecy(&self, values: &[Value]) -> Secrecy {
        // What the caller gives has the secrecy of its schema; an encrypted PIN is marked there.
        if !reads_given(values) && is_secret(values, &self.secret) { Secrecy::Secret } else { Secrecy::Public }
    }
}

/// Whether an expression reads a credential or a session value, itself or through one of these values.
fn is_secret(values: &[Value], secret: &BTreeSet<&str>) -> bool {
    any(values, &|value| match value {
        Value::Credential(_) | Value::Session(_) => true,
        Value::Made(name) => secret.contains(name.as_ref()),
        _ => false,
    })
}

impl One<'_> {
    fn slot(&self, secrecy: Secrecy) -> Slot {
        Slot { secrecy, per: self.per, ..lower::filled(Place::Value, self.name, self.filled.values.clone()) }
    }
}

/// The key of a function.
fn key(value: &Value) -> Option<&[Value]> {
    let Value::Apply(function, operands) = value else { return None };
    let place = function.operands().iter().position(|name| *name == "key")?;
    operands.get(place).map(AsRef::as_ref)
}
