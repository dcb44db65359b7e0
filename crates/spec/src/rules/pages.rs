//! Rules about lists that have pages.

use countersign_plan::{self as plan, Cursor, Found, Next, Place, ResponseForm, Slot};

use super::operations::known_or;
use super::subject::Subject;
use crate::api::{Api, Operation};
use crate::finding::{Report, Rule};
use crate::node::At;
use crate::pages::{schema_at, schema_of};

/// What a cursor may be.
const SCALARS: &[&str] = &["string", "integer", "number"];

/// What can be counted in.
const NUMBERS: &[&str] = &["integer", "number", "string"];

/// `x-pages` names what is there, and what can be what it says.
pub(super) fn pages(subject: &Subject<'_, '_>, report: &mut Report) {
    for (operation, plan) in subject.operations() {
        let (Some(at), Some(paging)) = (operation.at.get("x-pages"), &plan.paging) else { continue };
        let mut list = List { api: subject.api, operation, plan, at: &at, report };
        let Some(page) = list.page() else { continue };
        let items = list.items(&page, &paging.items);
        match &paging.next {
            Next::Cursor { into, from } => {
                let from = match from {
                    Cursor::Of(found) => list.found("from", &page, found, SCALARS),
                    Cursor::LastItem(pointer) => {
                        items.and_then(|items| list.at("from-last-item", "an item", &items, pointer, SCALARS))
                    }
                };
                let kind = from.as_ref().and_then(|from| from.text("type"));
                list.taken("cursor", into, if kind == Some("string") { &["string"] } else { SCALARS });
            }
            Next::Number { into, .. } => list.taken("page", into, NUMBERS),
            Next::Offset { into } => list.taken("offset", into, NUMBERS),
            Next::Link => list.linked(),
        }
        for (word, found, kinds) in [
            ("more", &paging.more, &["boolean"][..]),
            ("total", &paging.total, NUMBERS),
            ("pages", &paging.pages, NUMBERS),
        ] {
            if let Some(found) = found {
                list.found(word, &page, found, kinds);
            }
        }
        if let Some(size) = &paging.size {
            list.taken("size", &size.name, NUMBERS);
        }
    }
}

/// A list that has pages.
struct List<'l, 'a> {
    api: &'l Api<'a>,
    operation: &'l Operation<'a>,
    plan: &'l plan::Operation,
    at: &'l At<'a>,
    report: &'l mut Report,
}

impl<'a> List<'_, 'a> {
    fn wrong(&mut self, word: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        let at = self.at.get(word).unwrap_or_else(|| self.at.clone());
        self.report.add(Rule::Pages, &at, problem, remedy);
    }

    /// The schema of a success, which is the only one that can be a page.
    fn page(&mut self) -> Option<At<'a>> {
        let successes: Vec<_> = self.operation.successes().map(|(_, response)| response.get("content")).collect();
        match &successes[..] {
            [Some(content)] if self.plan.response == ResponseForm::Json => content.entries().next()?.1.get("schema"),
            [] | [None] => {
                let problem = format!("a success of {} has no body that could be a page", self.operation.name());
                self.wrong("items", problem, "the `content` of the response, or no `x-pages`");
                None
            }
            _ => {
                let problem = format!("a success of {} may be something else than a page", self.operation.name());
                self.wrong("items", problem, "the one response in JSON that is a page");
                None
            }
        }
    }

    /// The schema of an item.
    fn items(&mut self, page: &At<'a>, pointer: &str) -> Option<At<'a>> {
        let list = self.at("items", "the response", page, pointer, &["array"])?;
        Some(self.api.resolve(&list.get("items")?))
    }

    /// What a place in a response holds, as far as the document describes it.
    fn found(&mut self, word: &str, page: &At<'a>, found: &Found, kinds: &[&str]) -> Option<At<'a>> {
        match found {
            Found::Field(pointer) => self.at(word, "the response", page, pointer, kinds),
            Found::Header(_) => None,
        }
    }

    /// What is at a pointer, if it can be what it should be.
    fn at(&mut self, word: &str, what: &str, schema: &At<'a>, pointer: &str, kinds: &[&str]) -> Option<At<'a>> {
        let Some(at) = schema_at(self.api, schema, pointer) else {
            let problem = format!("{what} of {} has nothing at `{pointer}`", self.operation.name());
            self.wrong(word, problem, "a JSON pointer to a property, by way of objects alone");
            return None;
        };
        match at.text("type") {
            Some(kind) if kinds.contains(&kind) => Some(at),
            kind => {
                let kind = kind.map_or("one of several".to_owned(), |kind| format!("of type {kind}"));
                let problem = format!("what is at `{pointer}` in {what} of {} is {kind}", self.operation.name());
                self.wrong(word, problem, format!("a JSON pointer to something of type {}", kinds.join(", ")));
                None
            }
        }
    }

    /// Whether the client can give something, in the place of the caller, for what has this name.
    fn taken(&mut self, word: &str, name: &str, kinds: &[&str]) {
        let Some(index) = self.plan.slot(name) else {
            let near = |slot: &&Slot| (slot.place.is_parameter() || slot.is_at_top()) && slot.value.is_none();
            let known = self.plan.slots.iter().filter(near).map(|slot| slot.own_name().into_owned()).collect();
            let problem = format!("{} has no parameter or field `{name}`", self.operation.name());
            return self.wrong(word, problem, known_or(name, known, "a JSON pointer to a field"));
        };
        let slot = &self.plan.slots[index];
        if slot.value.is_some() {
            let problem = format!("the client fills in `{name}` by its `x-value`");
            return self.wrong(word, problem, "a parameter or field that the caller gives as it is sent");
        }
        let schema = schema_of(self.api, self.operation, slot);
        let kind = schema.as_ref().and_then(|schema| schema.text("type"));
        // What a schema does not say, a rule of its own asks for.
        if let Some(kind) = kind.filter(|kind| !kinds.contains(kind)) {
            let problem = format!("`{name}` is of type {kind}, and what it is given is not");
            self.wrong(word, problem, format!("a parameter or field of type {}", kinds.join(", ")));
        } else if kind.is_none() && schema.is_some_and(|schema| schema.get("oneOf").is_some()) {
            let problem = format!("`{name}` is one of several");
            self.wrong(word, problem, format!("a parameter or field of type {}", kinds.join(", ")));
        }
    }

    /// Whether there is something that a link can say.
    fn linked(&mut self) {
        let is_said = |slot: &Slot| slot.place == Place::Query && slot.value.is_none();
        if !self.plan.slots.iter().any(is_said) {
            let problem = format!("{} has no query parameter that a link could tell pages by", self.operation.name());
            self.wrong("link", problem, "the parameters that are in the link, each with its schema");
        }
    }
}
