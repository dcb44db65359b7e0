//! Holds a request to what the document says of it.

use std::borrow::Cow;

use countersign_plan::{Constraint, Place, Slot, constraint, pointer};

use super::Request;
use super::header::Carried;
use crate::file::File;
use crate::invalid::{Invalid, REPEATED};

impl Request<'_> {
    /// Checks what the caller gave against the document's rules, before anything is computed from it. What is in the slots of
    /// `unknown` only the sender knows.
    ///
    /// # Errors
    /// The name of what breaks a rule, and how.
    pub fn check(&self, unknown: &[usize]) -> Result<(), Invalid> {
        // The object in which nothing is there, nor asked for.
        let mut nothing_below: Option<&str> = None;
        for (index, slot) in self.operation.slots.iter().enumerate() {
            if slot.place == Place::Field && self.lacks_body() {
                continue;
            }
            if slot.place == Place::Field && nothing_below.is_some_and(|above| is_below(&slot.name, above)) {
                continue;
            }
            let is_asked = (slot.given || slot.value.is_none()) && !unknown.contains(&index);
            let value = if is_asked { self.text(index) } else { None };
            match value {
                Some(value) => self.check_value(index, slot, &value)?,
                None => {
                    if is_asked {
                        self.check_absent(index, slot)?;
                    }
                    if slot.place == Place::Field {
                        nothing_below = Some(&slot.name);
                    }
                }
            }
        }
        let Some(alternatives) = self.operation.alternatives.as_ref().filter(|_| !self.lacks_body()) else {
            return Ok(());
        };
        let body = self.body.write().unwrap_or_default();
        alternatives.check(&body).map_err(|(below, reason)| match below.strip_prefix('/') {
            Some(steps) => {
                let first = steps.find('/').unwrap_or(steps.len());
                Invalid::of(&format!("{}{}", pointer::unescaped(&steps[..first]), &steps[first..]), reason)
            }
            None => Invalid::new(format!("the body: {reason}")),
        })
    }

    /// Checks what is known of files without looking into them.
    fn check_files(&self, slot: &Slot, files: &[&File]) -> Result<(), Invalid> {
        let refuse = |reason: String| Err(Invalid::of(&slot.own_name(), reason));
        for file in files {
            let media_type = file.media_type().or(slot.part.only_media_type());
            let known =
                media_type.is_some_and(|own| !own.is_empty() && own.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            if slot.part.media_type.is_some() && !media_type.is_some_and(|own| slot.part.takes(own)) {
                let all: Vec<&str> = slot.part.media_types().collect();
                return refuse(match file.media_type() {
                    Some(_) => format!("its media type must be {}", all.join(" or ")),
                    None => format!("say with `of_type` which media type it has: {}", all.join(" or ")),
                });
            }
            if media_type.is_some() && !known {
                return refuse("its media type cannot be a header".into());
            }
        }
        let lengths: Vec<Option<u64>> = files.iter().map(|file| file.length()).collect();
        let kept = constraint::files(&lengths, &slot.rules);
        kept.map_err(|(below, reason)| Invalid::of(&format!("{}{below}", slot.own_name()), reason))
    }

    fn check_value(&self, index: usize, slot: &Slot, value: &str) -> Result<(), Invalid> {
        if slot.part.is_file {
            return self.check_files(slot, &self.body.files(index));
        }
        if slot.style.is_list() && slot.place != Place::Field {
            let elements = self.elements(index);
            let elements: Vec<&str> = elements.iter().map(|element| element.as_str()).collect();
            let kept = constraint::list(&elements, &slot.rules);
            return kept.map_err(|(below, reason)| Invalid::of(&format!("{}{below}", slot.name), reason));
        }
        // What the client transforms is text until then.
        let raw = if slot.value.is_none() { self.body.json(self.operation, index) } else { None };
        let kept = match raw {
            Some(raw) => constraint::json(&raw, &slot.rules),
            None => constraint::text(value, &slot.rules).map_err(|reason| (String::new(), reason)),
        };
        kept.map_err(|(below, reason)| Invalid::of(&format!("{}{below}", named(slot)), reason))?;
        for rule in slot.rules.iter() {
            let Constraint::EqualTo(other) = rule else { continue };
            let other_slot = self.operation.field(&format!("{}/{}", slot.above(), pointer::escaped(other)));
            if other_slot.and_then(|other| self.text(other)).as_deref() != Some(value) {
                return Err(Invalid::of(&slot.own_name(), format!("it must equal {other} and does not")));
            }
        }
        Ok(())
    }

    fn check_absent(&self, index: usize, slot: &Slot) -> Result<(), Invalid> {
        let is_null = self.body.is_null(self.operation, index);
        if is_null && slot.rules.contains(&Constraint::Nullable) {
            return Ok(());
        }
        // A request without what is in its path is not made at all, and a received path may not be readable.
        if slot.required && slot.given && slot.place != Place::Path {
            return Err(Invalid::of(&named(slot), "it is required and was not given"));
        }
        if is_null {
            let kept = constraint::json("null", &slot.rules);
            return kept.map_err(|(_, reason)| Invalid::of(&named(slot), reason));
        }
        Ok(())
    }

    /// Refuses what cannot be taken for what the document describes: of a name that is there twice only one value would be
    /// checked, filled in and signed, and the other would leave as it was given.
    pub(super) fn check_shape(&self) -> Result<(), Invalid> {
        for (index, header) in self.headers.iter().enumerate() {
            let is_one = header.slot.is_some() || header.name.eq_ignore_ascii_case("content-type");
            let is = |other: &Carried<'_>| other.name.eq_ignore_ascii_case(header.name);
            if is_one && self.headers[..index].iter().any(is) {
                return Err(Invalid::of(header.name, REPEATED));
            }
        }
        if let Some(name) = self.query.as_ref().and_then(|query| query.repeated_in(self.operation)) {
            return Err(Invalid::of(name, REPEATED));
        }
        self.body.check_shape(self.operation)
    }
}

/// How an error calls a slot: the body that is no object has no name of its own.
fn named(slot: &Slot) -> Cow<'_, str> {
    if slot.is_whole_body() { slot.shown_name() } else { slot.own_name() }
}

/// Whether a pointer leads into another.
fn is_below(pointer: &str, above: &str) -> bool {
    pointer.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
