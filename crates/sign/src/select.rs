//! Selections: which named values of a request an expression writes, in which order, and how.

use std::borrow::Cow;

use countersign_plan::{Absent, FieldForm, Fields, List, Of, Order, Place, Selection, Slot, Text, Value, any, pointer};
use zeroize::Zeroizing;

use crate::evaluation::{Evaluation, Stop};
use crate::form;
use crate::inputs::Inputs;
use crate::item::{Content, Item, Origin};
use crate::memory::Memory;
use crate::request::Request;
use crate::sink::Sink;
use crate::trace::{Source, Trace};

/// How many names a list that is sent along may have. Each is looked for in all that is sent, by whoever verifies a request of
/// somebody else too.
const MOST_NAMES: usize = 256;

impl<'e, T: Trace> Evaluation<'e, '_, T> {
    /// Writes a selection.
    ///
    /// # Errors
    /// A value in it cannot be evaluated.
    pub(crate) fn selection(&mut self, fields: &'e Fields, out: &mut Sink) -> Result<(), Stop> {
        let around = self.item.take();
        let mut is_first = true;
        let mut write = |at: &mut Self, item| at.write_one(fields, item, std::mem::take(&mut is_first), out);
        match listed(fields, self.request) {
            // What most providers ask for is written as it is found, without a list of it.
            Some(names) => {
                let mut found = names.iter().filter_map(|name| in_body(fields, &Cow::Borrowed(name), self.request));
                found.try_for_each(|item| write(self, item))?;
            }
            None => self.items(fields)?.into_iter().try_for_each(|item| write(self, item))?,
        }
        self.item = around;
        Ok(())
    }

    fn write_one(&mut self, fields: &'e Fields, item: Item<'e>, is_first: bool, out: &mut Sink) -> Result<(), Stop> {
        if !is_first {
            self.all(&fields.separator, out)?;
        }
        match &fields.form {
            FieldForm::Values => self.content(&item, out),
            FieldForm::Pairs => {
                self.put(item.name.as_bytes(), item.name_source(), out);
                self.put(b"=", Source::Open, out);
                self.content(&item, out)
            }
            FieldForm::Each(of) => {
                self.item = Some(item);
                self.all(of, out)?;
                self.item = None;
                Ok(())
            }
        }
    }

    /// What is selected, in its order.
    fn items(&mut self, fields: &'e Fields) -> Result<Vec<Item<'e>>, Stop> {
        let (request, own) = (self.request, self.slot);
        let operation = request.operation();
        let mut items: Vec<Item<'e>> = match &fields.which {
            Selection::Signed => named(fields, &operation.signed_fields, request),
            Selection::Named(names) => named(fields, names, request),
            Selection::NamedIn(name) => {
                let listed = request
                    .named(name)
                    .ok_or_else(|| format!("{name}, which lists what is signed, is not in the request"))?;
                // A signature that is listed too is not there yet for who signs.
                let is_own = |name: &str| match operation.slots.get(own) {
                    Some(Slot { place: Place::Field, .. }) => {
                        has(fields.of, Place::Field) && operation.field_named(name) == Some(own)
                    }
                    Some(slot) => has(fields.of, slot.place) && is_called(fields, name, &slot.name),
                    None => false,
                };
                let names = || listed.split([',', ' ']).filter(|name| !name.is_empty() && !is_own(name));
                if names().count() > MOST_NAMES {
                    return Err(format!("{name} lists more than {MOST_NAMES} names").into());
                }
                names().flat_map(|name| named_one(fields, &Cow::Owned(name.to_owned()), request)).collect()
            }
            Selection::ByName | Selection::All | Selection::Prefix(_) => {
                let begins = |name: &str| match &fields.which {
                    Selection::Prefix(prefix) => {
                        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
                    }
                    _ => true,
                };
                let sent = sent(fields.of, fields.absent, request).into_iter().filter(|item| begins(&item.name));
                sent.chain(fields.with.iter().map(|(name, of)| added(fields, name, of))).collect()
            }
        };
        // A header or parameter is not the field that has the same name.
        let is_own = |item: &Item<'_>| matches!(item.value, Content::Sent(_, Origin { slot, .. }) if slot == Some(own));
        items.retain(|item| !is_own(item) && !fields.except.iter().any(|name| is_called(fields, name, &item.name)));
        if fields.non_empty {
            let mut rest = Vec::with_capacity(items.len());
            for item in items {
                if self.silently(&item, None)?.is_none_or(|value| !value.is_empty()) {
                    rest.push(item);
                }
            }
            items = rest;
        }
        match fields.which {
            Selection::ByName | Selection::Prefix(_) => self.sorted(fields, items),
            _ => Ok(items),
        }
    }

    /// Sorts by the names as they are written, and then by the values as they are.
    fn sorted(&mut self, fields: &'e Fields, items: Vec<Item<'e>>) -> Result<Vec<Item<'e>>, Stop> {
        let part = |is: fn(&Value) -> bool| match &fields.form {
            FieldForm::Each(of) => {
                of.iter().find(|value| any(std::slice::from_ref(value), &is)).filter(|value| !is(value))
            }
            FieldForm::Values | FieldForm::Pairs => None,
        };
        let (name, value) = (part(|value| *value == Value::Name), part(|value| *value == Value::Content));
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let mut name = match name {
                Some(name) => self.silently(&item, Some(name))?.unwrap_or_default(),
                None => item.name.as_bytes().to_vec().into(),
            };
            if fields.order == Order::IgnoreCase {
                name.make_ascii_lowercase();
            }
            let value = self.silently(&item, value)?.unwrap_or_default();
            keyed.push((name, value, item));
        }
        keyed.sort_by(|(a, b, _), (c, d, _)| (&**a, &**b).cmp(&(&**c, &**d)));
        Ok(keyed.into_iter().map(|(.., item)| item).collect())
    }

    /// What an expression, or else the content, yields of an item, without telling the trace: to sort by it, or to leave it out.
    /// `None` where something is missing.
    ///
    /// # Errors
    /// A signature is wanted.
    fn silently(&mut self, item: &Item<'e>, by: Option<&'e Value>) -> Result<Option<Zeroizing<Vec<u8>>>, Stop> {
        let mut evaluation = Evaluation {
            request: self.request,
            inputs: self.inputs,
            slot: self.slot,
            trace: &mut (),
            item: Some(item.clone()),
            has_placeholder: false,
            memory: &mut *self.memory,
        };
        let mut sink = Sink::bytes();
        let written = match by {
            Some(value) => evaluation.one(value, &mut sink),
            None => evaluation.content(item, &mut sink),
        };
        match written {
            Ok(()) => Ok(Some(sink.finish())),
            Err(Stop::Invalid(_)) => Ok(None),
            Err(wants) => Err(wants),
        }
    }
}

impl Request<'_> {
    /// A selection as an expression that has none: what it writes of each thing that it selects, one after the other.
    ///
    /// # Errors
    /// What is selected cannot be told.
    pub(crate) fn written_out(&self, slot: usize, fields: &Fields, inputs: &Inputs<'_>) -> Result<Vec<Value>, String> {
        let (trace, memory) = (&mut (), &mut Memory::default());
        let mut evaluation =
            Evaluation { request: self, inputs, slot, trace, item: None, has_placeholder: false, memory };
        let items = evaluation.items(fields).map_err(|stop| match stop {
            Stop::Invalid(reason) => reason,
            Stop::Wants(_) => "what is selected is known by a signature".to_owned(),
        })?;
        let mut written = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                written.extend(fields.separator.iter().cloned());
            }
            match &fields.form {
                FieldForm::Values => written.push(content_of(item)),
                FieldForm::Pairs => written.extend([Value::Text(format!("{}=", item.name).into()), content_of(item)]),
                FieldForm::Each(of) => written.extend(put_into(of, item).iter().cloned()),
            }
        }
        Ok(written)
    }
}

/// The value of an item, as an expression.
fn content_of(item: &Item<'_>) -> Value {
    match &item.value {
        Content::Sent(text, _) => Value::Text(text.to_string().into()),
        Content::With([value]) => value.clone(),
        Content::With(values) => Value::Concat(values.to_vec().into()),
    }
}

/// An expression with the name and the value of an item in their places.
fn put_into(values: &[Value], item: &Item<'_>) -> List<Value> {
    let each = |of: &List<Value>| put_into(of, item);
    let members = |members: &[(Text, List<Value>)]| {
        members.iter().map(|(name, of)| (name.clone(), each(of))).collect::<Vec<_>>().into()
    };
    let put = |value: &Value| match value {
        Value::Name => Value::Text(item.name.to_string().into()),
        Value::Content => content_of(item),
        Value::Concat(of) => Value::Concat(each(of)),
        Value::Join { with, of } => Value::Join { with: with.clone(), of: each(of) },
        Value::Object(of) => Value::Object(members(of)),
        Value::Array(of) => Value::Array(of.iter().map(each).collect::<Vec<_>>().into()),
        Value::Parts { parts, separator, equals } => {
            Value::Parts { parts: members(parts), separator: separator.clone(), equals: equals.clone() }
        }
        Value::Apply(function, operands) => Value::Apply(*function, operands.each_ref().map(each)),
        // A selection within has items of its own, and everything else has no operands.
        other => other.clone(),
    };
    values.iter().map(put).collect::<Vec<_>>().into()
}

/// The names of a selection that is a list of fields of the body, and nothing else.
fn listed<'e>(fields: &'e Fields, request: &Request<'e>) -> Option<&'e [Text]> {
    let is_plain = fields.of == Of::Body && fields.with.is_empty() && fields.except.is_empty() && !fields.non_empty;
    match &fields.which {
        Selection::Signed if is_plain => Some(&request.operation.signed_fields),
        Selection::Named(names) if is_plain => Some(names),
        _ => None,
    }
}

/// Whether a selection of this can have something at a place.
fn has(of: Of, place: Place) -> bool {
    match of {
        Of::Body => place == Place::Field,
        Of::Query => place == Place::Query,
        Of::QueryAndBody => matches!(place, Place::Field | Place::Query),
        Of::Headers => place == Place::Header,
    }
}

/// Whether a name that the document writes is that of something that is sent.
fn is_called(fields: &Fields, name: &str, own: &str) -> bool {
    if fields.of == Of::Headers { name.eq_ignore_ascii_case(own) } else { pointer::leads_to(name, own) }
}

/// A value that is added, under its name as it would be sent.
fn added<'e>(fields: &Fields, name: &'e str, of: &'e [Value]) -> Item<'e> {
    Item { name: own_name(fields, &Cow::Borrowed(name)), value: Content::With(of) }
}

/// The name that a name in a document stands for: that of a header in lower case, the last one of a JSON pointer.
fn own_name<'e>(fields: &Fields, name: &Cow<'e, str>) -> Cow<'e, str> {
    match name.rsplit_once('/').filter(|_| name.starts_with('/')) {
        _ if fields.of == Of::Headers => name.to_ascii_lowercase().into(),
        Some((_, last)) => pointer::unescaped(last).into_owned().into(),
        None => name.clone(),
    }
}

/// What these names select, in their order, and then what is added to them.
fn named<'e>(fields: &'e Fields, names: &'e [Text], request: &'e Request<'_>) -> Vec<Item<'e>> {
    let listed = names.iter().flat_map(|name| named_one(fields, &Cow::Borrowed(name), request));
    let rest = fields.with.iter().filter(|(own, _)| !names.iter().any(|name| is_called(fields, name, own)));
    listed.chain(rest.map(|(name, of)| added(fields, name, of))).collect()
}

/// What a name selects. It may be there several times.
fn named_one<'e>(fields: &'e Fields, name: &Cow<'e, str>, request: &'e Request<'_>) -> Vec<Item<'e>> {
    let mut found: Vec<Item<'e>> = Vec::new();
    if fields.of != Of::Body {
        let of = if fields.of == Of::QueryAndBody { Of::Query } else { fields.of };
        let all = sent(of, Absent::Skip, request).into_iter();
        found.extend(all.filter(|item| is_called(fields, name, &item.name)));
    }
    if fields.of == Of::Body || fields.of == Of::QueryAndBody && found.is_empty() {
        found.extend(in_body(fields, name, request));
    }
    if found.is_empty() {
        let with = fields.with.iter().find(|(own, _)| is_called(fields, name, own));
        found.extend(with.map(|(own, of)| added(fields, own, of)));
    }
    if found.is_empty() && fields.absent == Absent::Empty {
        let from = Origin { place: Place::Field, slot: None, called: None };
        found.push(Item { name: own_name(fields, name), value: Content::Sent("".into(), from) });
    }
    found
}

/// What a name selects of the body: a name at the top, or a JSON pointer.
fn in_body<'e>(fields: &Fields, name: &Cow<'e, str>, request: &'e Request<'_>) -> Option<Item<'e>> {
    let operation = request.operation();
    let slot = operation.field_named(name);
    let (shown, text) = match slot {
        // Its own name is looked up only where it is written.
        Some(slot) if fields.form == FieldForm::Values => (name.clone(), request.text(slot)),
        Some(slot) => (operation.slots[slot].own_name(), request.text(slot)),
        None => (name.clone(), request.undeclared(name)),
    };
    let is_added = || fields.with.iter().any(|(own, _)| is_called(fields, name, own));
    let counts_as_empty = fields.absent == Absent::Empty && !is_added();
    let text = text.or_else(|| counts_as_empty.then(|| "".into()))?;
    let called = match name {
        Cow::Borrowed(name) => Some(*name),
        Cow::Owned(_) => None,
    };
    Some(Item { name: shown, value: Content::Sent(text, Origin { place: Place::Field, slot, called }) })
}

/// All that is sent, in its order. What is described and absent comes last, where it counts as empty.
fn sent<'e>(of: Of, absent: Absent, request: &'e Request<'_>) -> Vec<Item<'e>> {
    let item = |name: Cow<'e, str>, text: Cow<'e, str>, place, slot| Item {
        name,
        value: Content::Sent(text, Origin { place, slot, called: None }),
    };
    let mut items = Vec::new();
    if of == Of::Headers {
        items.extend(request.headers().map(|header| {
            let value = String::from_utf8_lossy(header.value.trim_ascii()).into_owned();
            item(header.name.to_ascii_lowercase().into(), value.into(), Place::Header, header.slot)
        }));
    }
    if matches!(of, Of::Query | Of::QueryAndBody) {
        items
            .extend(request.query_pairs().map(|(name, text, slot)| item(name.into(), text.into(), Place::Query, slot)));
    }
    if matches!(of, Of::Body | Of::QueryAndBody) {
        items.extend(request.body.fields().into_iter().filter_map(|(name, text, slot)| {
            let text = text.or_else(|| (absent == Absent::Empty).then(|| "".into()));
            Some(item(name, text?, Place::Field, slot))
        }));
    }
    if absent == Absent::Empty {
        let operation = request.operation();
        // What has several pairs in a form is not one that is empty.
        let is_field = |index: usize, slot: &Slot| slot.is_at_top() && !form::has_several(operation, index);
        let is_in = |(index, slot): &(usize, &Slot)| {
            has(of, slot.place) && (slot.place != Place::Field || is_field(*index, slot))
        };
        for (index, slot) in operation.slots.iter().enumerate().filter(is_in) {
            let is_it =
                |item: &Item<'_>| matches!(item.value, Content::Sent(_, Origin { slot, .. }) if slot == Some(index));
            if !items.iter().any(is_it) {
                let name = if of == Of::Headers { slot.name.to_ascii_lowercase().into() } else { slot.own_name() };
                items.push(item(name, "".into(), slot.place, Some(index)));
            }
        }
    }
    items
}
