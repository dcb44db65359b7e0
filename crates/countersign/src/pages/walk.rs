//! Goes from one page of a list to the next, as the document says (`x-pages`).
//!
//! Each page is a call of its own, filled in and signed like any other. What tells it from the one before is given for the
//! operation's own parameters or fields, also where a link says it: no URL that a provider sends is ever called.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use countersign_plan::{Cursor, Found, Next, Operation, Paging, Place, json};
use countersign_sign::{Call, Invalid, Request};
use reqwest::Url;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::executor::{Done, Executor};
use crate::pages::link;
use crate::pages::position::Position;
use crate::pick::Picked;
use crate::shared::UNKNOWN;

/// How many pages without an item are asked for one after the other. Whoever filters after it has cut a list into pages has
/// some, and a provider that has so many will not come to an end.
const MOST_EMPTY: u32 = 100;

/// A list, and how far it has been read.
pub(super) struct Walk {
    pub(super) executor: Executor,
    /// What the caller gave.
    pub(super) call: Call,
    /// The page that is asked for next, unless it is the one that the caller's own values say.
    pub(super) position: Option<Position>,
    /// Makes numbers of what is only held against others, so that no page is kept.
    hasher: RandomState,
    /// The pages that have been asked for, where a provider could send a client round in a circle.
    asked: HashSet<u64>,
    /// The items of the page before.
    before: Option<u64>,
    /// How many pages without an item came one after the other.
    empty: u32,
}

/// A page that has not been read.
pub(super) struct Turned {
    pub(super) done: Done,
    /// Whether there is a page after it, or why that cannot be said.
    pub(super) goes_on: Result<bool, Error>,
}

impl Walk {
    pub(super) fn new(executor: Executor, call: Call) -> Self {
        let hasher = RandomState::new();
        Self { executor, call, position: None, hasher, asked: HashSet::new(), before: None, empty: 0 }
    }

    /// Asks for a page, and learns where the next one is.
    ///
    /// # Errors
    /// Whatever kept the call from being a success.
    pub(super) async fn turn(&mut self) -> Result<Turned, Error> {
        let executor = self.executor.clone();
        let setup = executor.setup();
        let id = self.call.operation().clone();
        let operation = setup.plan.operation(&id).ok_or_else(|| Error::invalid(&id, UNKNOWN))?;
        let paging =
            operation.paging.as_ref().ok_or_else(|| Error::invalid(&id, "the document does not say its pages"))?;
        let call = match &self.position {
            Some(position) => at(&self.call, position, operation, paging).map_err(|why| Error::invalid(&id, why))?,
            None => self.call.clone(),
        };
        let request = call.request(operation, setup.base_path(operation));
        let request = request.map_err(|invalid: Invalid| Error::invalid_request(&id, invalid))?;
        let done = executor.make(&call).await?;
        let base = setup.base_of(operation).unwrap_or_default();
        let page = Page { operation, paging, request: &request, base, done: &done };
        let goes_on = match self.after(&page) {
            Ok(next) => {
                let goes_on = next.is_some();
                self.position = next;
                Ok(goes_on)
            }
            Err(reason) => Err(done.no_page(&id, reason)),
        };
        Ok(Turned { done, goes_on })
    }

    /// The position of the page after one, if there is one.
    fn after(&mut self, page: &Page<'_>) -> Result<Option<Position>, String> {
        let Page { paging, .. } = page;
        let body = Picked::from_slice(&page.done.response.body).map_err(|_| "it is not JSON".to_owned())?;
        let items = body.at(&paging.items).unwrap_or("[]");
        if !items.starts_with('[') {
            return Err(format!("no list is at {:?}", &*paging.items));
        }
        let count = json::elements(items).count() as u64;
        self.check_items(paging, items, count)?;
        let next = page.next(&body, items, count)?;
        self.empty = if count == 0 { self.empty + 1 } else { 0 };
        if next.is_some() && self.empty > MOST_EMPTY {
            return Err(format!("there are more than {MOST_EMPTY} pages without an item, one after the other"));
        }
        if let Some(next) = &next
            && matches!(paging.next, Next::Cursor { .. } | Next::Link)
        {
            let own = page.position();
            self.asked.extend(own.map(|own| self.hasher.hash_one(own.expose())));
            if self.asked.contains(&self.hasher.hash_one(next.expose())) {
                return Err("the page after it is one that came before, which would go round for ever".to_owned());
            }
        }
        Ok(next)
    }

    /// Refuses the page before, where nothing but its items tells that it came again.
    fn check_items(&mut self, paging: &Paging, items: &str, count: u64) -> Result<(), String> {
        if matches!(paging.next, Next::Cursor { .. }) || count == 0 {
            return Ok(());
        }
        match self.before.replace(self.hasher.hash_one(items)) {
            before if before == self.before => {
                Err("it has the very items of the page before, as if the provider did not know of pages".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// A call for the page at a position.
///
/// # Errors
/// The position is that of another list.
fn at(call: &Call, position: &Position, operation: &Operation, paging: &Paging) -> Result<Call, String> {
    let other = || "the position is none of this list".to_owned();
    let pairs = position.pairs();
    let (slots, texts) = match paging.next.name() {
        Some(into) => {
            let slot = operation.slot(into).ok_or_else(other)?;
            let [(name, text)] = <[_; 1]>::try_from(pairs).map_err(|_| other())?;
            if name != **into {
                return Err(other());
            }
            (vec![slot], vec![(slot, Zeroizing::new(text))])
        }
        None => {
            let texts = pairs.into_iter().map(|(name, text)| {
                let slot = operation.parameter(Place::Query, &name).filter(|slot| is_given(operation, *slot));
                Some((slot?, Zeroizing::new(text)))
            });
            let own = (0..operation.slots.len()).filter(|slot| is_given(operation, *slot));
            (own.collect(), texts.collect::<Option<_>>().ok_or_else(other)?)
        }
    };
    Ok(call.clone().instead(operation, &slots, texts))
}

/// Whether a slot is a query parameter that leaves as the caller gives it.
fn is_given(operation: &Operation, slot: usize) -> bool {
    operation.slots.get(slot).is_some_and(|slot| slot.place == Place::Query && slot.value.is_none() && slot.given)
}

/// A page that came.
struct Page<'p> {
    operation: &'p Operation,
    paging: &'p Paging,
    /// What it was asked for with.
    request: &'p Request<'p>,
    base: &'p str,
    done: &'p Done,
}

impl Page<'_> {
    /// Where it is in the list, as far as what was given for it says so.
    fn position(&self) -> Option<Position> {
        match self.paging.next.name() {
            Some(into) => Some(Position::of([(into, &self.given(into)?)])),
            None => {
                let own = (0..self.operation.slots.len()).filter(|slot| is_given(self.operation, *slot));
                let texts = own.flat_map(|slot| {
                    let name = self.operation.slots[slot].name.to_string();
                    self.request.elements(slot).into_iter().map(move |text| (name.clone(), text.to_string()))
                });
                Some(Position::of(texts))
            }
        }
    }

    /// The position of the page after it, if there is one.
    fn next(&self, body: &Picked<'_>, items: &str, count: u64) -> Result<Option<Position>, String> {
        let paging = self.paging;
        let more = paging.more.as_ref().map(|at| self.flag(body, at)).transpose()?;
        if more == Some(false) {
            return Ok(None);
        }
        let says_more = more.is_some();
        let total = paging.total.as_ref().map(|at| self.number(body, at)).transpose()?.flatten();
        let pages = paging.pages.as_ref().map(|at| self.number(body, at)).transpose()?.flatten();
        let size = self.size();
        // What is asked where nothing else says that there is more.
        let is_short = count == 0 || size.is_some_and(|size| count < size);
        let position = |into: &str, text: &str| Ok(Some(Position::of([(into, text)])));
        let after = |number: u64, count: u64| number.checked_add(count).ok_or("the list is too long".to_owned());
        match &paging.next {
            Next::Cursor { into, from: Cursor::Of(at) } => match self.text(body, at)? {
                Some(cursor) => position(into, &cursor),
                None if says_more => Err(format!("it says that there are more pages, and {} is not there", shown(at))),
                None => Ok(None),
            },
            Next::Cursor { from: Cursor::LastItem(_), .. } if !says_more && is_short => Ok(None),
            Next::Cursor { into, from: Cursor::LastItem(pointer) } => {
                let last = json::elements(items).last().ok_or("it says that there are more pages, and has no item")?;
                let last = Picked::from_slice(last.as_bytes()).map_err(|_| "it is not JSON".to_owned())?;
                let missing = || format!("nothing is at {:?} of its last item", &**pointer);
                position(into, &last.word(pointer).ok_or_else(missing)?)
            }
            Next::Number { into, first } => {
                let own = self.given_number(into)?.unwrap_or((*first).into());
                let pages = pages.or_else(|| Some(total?.div_ceil(size.filter(|size| *size > 0)?)));
                let is_last = match pages {
                    Some(pages) => after(own, 1)? >= after((*first).into(), pages)?,
                    None => !says_more && is_short,
                };
                if is_last { Ok(None) } else { position(into, &after(own, 1)?.to_string()) }
            }
            Next::Offset { into } => {
                let next = after(self.given_number(into)?.unwrap_or(0), count)?;
                match total {
                    Some(total) if next >= total => Ok(None),
                    None if !says_more && is_short => Ok(None),
                    _ if count == 0 => Err("it says that there are more items, and has none".to_owned()),
                    _ => position(into, &next.to_string()),
                }
            }
            Next::Link => match link::next(&self.done.response.headers) {
                Some(target) => self.linked(target).map(Some),
                None => Ok(None),
            },
        }
    }

    /// How many items a page has, if that is known.
    fn size(&self) -> Option<u64> {
        let size = self.paging.size.as_ref()?;
        let given = self.given(&size.name);
        given.map_or(size.default.map(u64::from), |given| given.parse().ok())
    }

    /// What was given for a parameter or a field.
    fn given(&self, name: &str) -> Option<Cow<'_, str>> {
        self.request.text(self.operation.slot(name)?)
    }

    fn given_number(&self, name: &str) -> Result<Option<u64>, String> {
        let number = self.given(name).map(|text| text.parse().map_err(|_| format!("{name} is no whole number")));
        number.transpose()
    }

    /// The text at a place in the response, if one is there that is not empty.
    fn text<'b>(&'b self, body: &Picked<'b>, at: &Found) -> Result<Option<Cow<'b, str>>, String> {
        match at {
            Found::Header(name) => {
                let text = self.done.response.header(name).map(str::trim);
                Ok(text.filter(|text| !text.is_empty()).map(Cow::Borrowed))
            }
            Found::Field(pointer) if body.is_present(pointer) && body.scalar(pointer).is_none() => {
                Err(format!("{} is no text", shown(at)))
            }
            Found::Field(pointer) => Ok(body.word(pointer)),
        }
    }

    fn number(&self, body: &Picked<'_>, at: &Found) -> Result<Option<u64>, String> {
        let number = self.text(body, at)?.map(|text| text.parse().map_err(|_| format!("{} is no number", shown(at))));
        number.transpose()
    }

    /// Whether it is true. What is not there is not.
    fn flag(&self, body: &Picked<'_>, at: &Found) -> Result<bool, String> {
        match self.text(body, at)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(format!("{} is neither true nor false", shown(at))),
        }
    }

    /// The position that a link says: the values of the operation's own parameters. The URL itself is never called.
    fn linked(&self, target: &str) -> Result<Position, String> {
        let own = Url::parse(self.base).ok().map(|mut own| {
            own.set_path(&self.request.path());
            own
        });
        let linked = own.as_ref().and_then(|own| own.join(target).ok());
        let (Some(own), Some(linked)) = (own, linked) else {
            return Err("the link to its next page is no URL".to_owned());
        };
        let has_login = !linked.username().is_empty() || linked.password().is_some();
        if linked.origin() != own.origin() || linked.path() != own.path() || has_login {
            return Err(
                "the link to its next page leads elsewhere than to this operation, where no credential goes".to_owned()
            );
        }
        let mut pairs = Vec::new();
        for (name, text) in linked.query_pairs() {
            let Some(slot) = self.operation.parameter(Place::Query, &name) else {
                return Err("the link to its next page has a parameter that the document does not have".to_owned());
            };
            // What the client fills in it fills in anew.
            if is_given(self.operation, slot) {
                pairs.push((name.into_owned(), text.into_owned()));
            }
        }
        Ok(Position::of(pairs))
    }
}

/// A place in a message.
fn shown(at: &Found) -> String {
    match at {
        Found::Field(pointer) => format!("{:?}", &**pointer),
        Found::Header(name) => format!("the header {name}"),
    }
}
