//! `x-pages`: how the list goes on of which a response is a page.

use countersign_plan::pointer;
use countersign_plan::{Cursor, Found, Next, Operation, PageSize, Paging, Place, Slot, Style, Text};

use crate::api::{self, Api};
use crate::finding::{Report, Rule};
use crate::node::At;
use crate::reader::Reader;
use crate::words::one_of;

/// The words of `x-pages`.
pub(crate) const PAGES: &[&str] =
    &["items", "cursor", "from", "from-last-item", "page", "first", "offset", "link", "more", "total", "pages", "size"];

/// What says with what the next page is asked for, and the words that mean something beside it.
const FORMS: [(&str, &[&str]); 4] = [
    ("cursor", &["items", "cursor", "from", "from-last-item", "more", "size"]),
    ("page", &["items", "page", "first", "more", "total", "pages", "size"]),
    ("offset", &["items", "offset", "more", "total", "size"]),
    ("link", &["items", "link"]),
];

/// The words of a place that is not in the body.
pub(crate) const FOUND: &[&str] = &["response-header"];

/// The number of the first page, where the document does not say.
const FIRST: u32 = 1;

/// `x-pages` of an operation.
pub(crate) fn read<'a>(
    api: &Api<'a>,
    operation: &api::Operation<'a>,
    planned: &Operation,
    report: &mut Report,
) -> Option<Paging> {
    let at = operation.at.get("x-pages")?;
    let mut reader = Reader { rule: Rule::Pages, report };
    let forms: Vec<_> = FORMS.iter().filter(|(form, _)| at.get(form).is_some()).collect();
    let [(form, words)] = forms[..] else {
        reader.words(&at, PAGES);
        let problem = "this does not say with what the next page is asked for";
        let remedy = format!("{}, and one of them alone", one_of(&FORMS.map(|(form, _)| form)));
        reader.wrong(&at, problem, remedy);
        return None;
    };
    reader.words(&at, words);
    let items = reader.required(&at, "items").and_then(|items| reader.pointer_or_all(&items));
    let into = at.get(form).and_then(|into| if *form == "link" { None } else { reader.text(&into) });
    let found = |reader: &mut Reader<'_>, word: &str| at.get(word).and_then(|found| reader.found(&found));
    let next = match *form {
        "cursor" => {
            let last = at.get("from-last-item");
            let from = match (at.get("from"), &last) {
                (Some(from), None) => reader.found(&from).map(Cursor::Of),
                (None, Some(last)) => reader.pointer_or_all(last).map(Cursor::LastItem),
                _ => {
                    let remedy = "`from: POINTER`, or `from-last-item: POINTER`";
                    reader.wrong(&at, "this does not say where the next cursor is", remedy);
                    None
                }
            };
            if let Some(size) = at.get("size").filter(|_| last.is_none()) {
                reader.idle(&size, "size", "from", "the page without a cursor is the last");
            }
            Next::Cursor { into: into?, from: from? }
        }
        "page" => {
            let first = at.get("first").map_or(Some(FIRST), |first| reader.count(&first));
            if let Some(total) = at.get("total").filter(|_| at.get("size").is_none()) {
                let problem = "how many pages there are, a number of items does not say";
                reader.wrong(&total, problem, "`size: NAME` beside it, or `pages: POINTER`");
            }
            Next::Number { into: into?, first: first? }
        }
        "offset" => Next::Offset { into: into? },
        _ => {
            let link = at.get("link")?;
            reader.choice(&link, &[("next", ())])?;
            Next::Link
        }
    };
    let by_total = *form == "page" && at.get("total").is_some();
    for said in ["more", "pages", "total"] {
        if let Some(size) = at.get("size").filter(|_| at.get(said).is_some() && !by_total) {
            reader.idle(&size, "size", said, "that says where the list ends");
        }
    }
    if let Some(total) = at.get("total").filter(|_| at.get("pages").is_some()) {
        reader.idle(&total, "total", "pages", "that says where the list ends");
    }
    let size = at.get("size").and_then(|size| reader.text(&size)).map(|name| {
        let schema = planned.slot(&name).and_then(|slot| schema_of(api, operation, &planned.slots[slot]));
        let default = schema.and_then(|schema| schema.get("default")?.node.scalar()?.parse().ok());
        PageSize { name, default }
    });
    let (more, total, pages) = ("more", "total", "pages");
    let (more, total, pages) = (found(&mut reader, more), found(&mut reader, total), found(&mut reader, pages));
    Some(Paging { items: items?, next, more, total, pages, size })
}

impl Reader<'_> {
    /// A JSON pointer, which may be that of all.
    fn pointer_or_all(&mut self, at: &At<'_>) -> Option<Text> {
        if at.node.as_text() == Some("") { Some(Text::Borrowed("")) } else { self.pointer(at) }
    }

    /// A place in a response.
    fn found(&mut self, at: &At<'_>) -> Option<Found> {
        if at.node.as_map().is_none() {
            return self.pointer(at).map(Found::Field);
        }
        self.words(at, FOUND);
        let at = self.required(at, "response-header")?;
        let name = self.text(&at)?;
        if http::HeaderName::try_from(&*name).is_err() {
            self.wrong(&at, format!("`{name}` is not the name of a header"), "ASCII letters, digits and `-`, `_`, `.`");
        }
        Some(Found::Header(name))
    }

    fn count(&mut self, at: &At<'_>) -> Option<u32> {
        let count = at.node.scalar().filter(|_| at.node.as_text().is_none()).and_then(|count| count.parse().ok());
        if count.is_none() {
            self.wrong(at, "this is no number of a page", "a whole number that is not negative, such as 0");
        }
        count
    }

    fn idle(&mut self, at: &At<'_>, word: &str, beside: &str, why: &str) {
        self.wrong(at, format!("`{word}` says nothing beside `{beside}`: {why}"), format!("`{beside}` alone"));
    }
}

/// The schema at a JSON pointer, by way of the properties of objects.
pub(crate) fn schema_at<'a>(api: &Api<'a>, schema: &At<'a>, pointer: &str) -> Option<At<'a>> {
    let mut steps = pointer::steps(pointer).map(pointer::unescaped);
    steps.try_fold(api.resolve(schema), |here, step| Some(api.resolve(&here.get("properties")?.get(&step)?)))
}

/// The schema of what a caller gives in a slot.
pub(crate) fn schema_of<'a>(api: &Api<'a>, operation: &api::Operation<'a>, slot: &Slot) -> Option<At<'a>> {
    if slot.place == Place::Field {
        return schema_at(api, operation.body.as_ref()?.schema.as_ref()?, &slot.name);
    }
    let place = match slot.place {
        Place::Header => "header",
        Place::Path => "path",
        _ => "query",
    };
    let is = |at: &&At<'a>| at.text("in") == Some(place) && at.text("name") == Some(slot.parameter());
    let schema = api.resolve(&operation.parameters.iter().find(is)?.get("schema")?);
    match &slot.style {
        Style::Member(object) => {
            let name = slot.name.strip_prefix(&**object).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
            let member = schema.get("properties")?.get(name.unwrap_or(&slot.name))?;
            Some(api.resolve(&member))
        }
        _ => Some(schema),
    }
}
