//! The names of a form: which field a pair is of.

use std::borrow::Cow;

use crate::pointer::{escaped, steps, unescaped};
use crate::{Operation, Style};

impl Operation {
    /// The name of a field in a form.
    pub fn form_name(&self, slot: usize) -> Cow<'_, str> {
        let slot = &self.slots[slot];
        if slot.is_at_top() {
            return unescaped(slot.name.strip_prefix('/').unwrap_or_default());
        }
        let mut names = steps(&slot.name);
        let top = names.next().unwrap_or_default();
        let spreads = self.field(&format!("/{top}")).is_some_and(|top| self.slots[top].style == Style::Spread);
        if spreads {
            return slot.own_name();
        }
        let mut name = unescaped(top).into_owned();
        for step in names.map(unescaped) {
            name = bracketed(&name, &step);
        }
        name.into()
    }

    /// The field that a pair of a form belongs to, by the pair's name, and the steps from the field to what is in it. A name that
    /// leads into one value, or to an object as a whole, belongs to that.
    pub fn form_field<'n>(&self, name: &'n str) -> Option<(usize, Vec<&'n str>)> {
        let at_top = |name: &str| self.field(&format!("/{}", escaped(name)));
        if let Some(slot) = at_top(name).filter(|slot| self.slots[*slot].style != Style::Spread) {
            return Some((slot, Vec::new()));
        }
        if let Some((top, steps)) = brackets(name)
            && let Some(top) = at_top(top).filter(|top| self.slots[*top].style == Style::Bracketed)
        {
            return self.walk(top, steps);
        }
        let spread = self.below(None).filter(|(_, slot)| slot.style == Style::Spread);
        let mut members = spread.flat_map(|(object, _)| self.below(Some(object)));
        members.find(|(_, slot)| slot.own_name() == name).map(|(slot, _)| (slot, Vec::new()))
    }

    /// The field that some steps lead to from another, and the steps that are left in it.
    fn walk<'n>(&self, mut slot: usize, steps: Vec<&'n str>) -> Option<(usize, Vec<&'n str>)> {
        for (index, step) in steps.iter().enumerate() {
            if !self.is_object(slot) {
                return Some((slot, steps[index..].to_vec()));
            }
            slot = self.below(Some(slot)).find(|(_, slot)| slot.own_name() == *step)?.0;
        }
        Some((slot, Vec::new()))
    }
}

/// The name of what is in what has a name.
pub fn bracketed(name: &str, step: &str) -> String {
    format!("{name}[{step}]")
}

/// A name such as `a[b][c]`: what is before the brackets, and what is in them.
pub fn brackets(name: &str) -> Option<(&str, Vec<&str>)> {
    let (top, rest) = name.split_at(name.find('[')?);
    let rest = rest.strip_prefix('[')?.strip_suffix(']')?;
    let steps: Vec<&str> = rest.split("][").collect();
    steps.iter().all(|step| !step.contains(['[', ']'])).then_some((top, steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{field, operation};

    #[test]
    fn a_name_says_which_field_it_is_of() {
        let slots = vec![
            field("/plain"),
            field("/a[b]"),
            field("/card").bracketed(),
            field("/card/owner").bracketed(),
            field("/card/owner/na~1me"),
            field("/card/tags").bracketed(),
            field("/where").spread(),
            field("/where/city"),
        ];
        let form = Operation { slots: slots.into(), ..operation("a", "POST", "/a").form() };
        for (slot, name) in [
            (0, "plain"),
            (1, "a[b]"),
            (2, "card"),
            (3, "card[owner]"),
            (4, "card[owner][na/me]"),
            (5, "card[tags]"),
            (7, "city"),
        ] {
            assert_eq!(form.form_name(slot), name);
            assert_eq!(form.form_field(name), Some((slot, vec![])), "{name}");
        }
        assert_eq!(form.form_field("card[tags][0][x]"), Some((5, vec!["0", "x"])));
        assert_eq!(form.form_field("card[tags][]"), Some((5, vec![""])));
        // It is one value, and no object.
        assert_eq!(form.form_field("card[owner][na/me][x]"), Some((4, vec!["x"])));
        for none in
            ["plain[x]", "where", "where[city]", "card[x]", "card[owner", "card[a]b]", "card[owner]x", "[x]", ""]
        {
            assert_eq!(form.form_field(none), None, "{none}");
        }
    }
}
