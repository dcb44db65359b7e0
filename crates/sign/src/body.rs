//! A request's body: a text, and where in it the slots are.
//!
//! A body that nothing is put into goes out as it came, byte for byte. In one that something is put into, JSON scalars stay as
//! they were written: a number is never parsed and printed again, so it cannot change on its way.

use std::borrow::Cow;
use std::collections::HashSet;

use countersign_plan::json::{self, Piece};
use countersign_plan::{Encoding, Notation, Operation, Place, Slot, Style, pointer};
use zeroize::Zeroizing;

use crate::file::File;
use crate::form;
use crate::invalid::{Invalid, REPEATED};
use crate::multipart::{self, Chunk};
use crate::pairs::{Pairs, is_unicode};

/// A request's body.
#[derive(Clone)]
pub(crate) enum Body<'a> {
    /// The operation has none.
    None,
    /// A form.
    Form(Pairs<'a>),
    /// A JSON object.
    Json(Object<'a>),
    /// JSON that is no object, and its slot.
    Whole(usize, &'a str),
    /// A text of which nothing is known.
    Opaque(&'a str),
}

/// A JSON object whose members that the plan knows as objects are read too.
#[derive(Clone, Default)]
pub(crate) struct Object<'a> {
    /// All members at all depths. An object comes before what is in it.
    members: Vec<Member<'a>>,
    /// As it came, while nothing in it has been changed.
    raw: Option<&'a str>,
}

#[derive(Clone)]
struct Member<'a> {
    /// The object that it is in: a slot, or the body itself.
    object: Option<usize>,
    slot: Option<usize>,
    /// The name in its quotes.
    name: Cow<'a, str>,
    node: Node<'a>,
}

#[derive(Clone)]
enum Node<'a> {
    /// An object of the plan, as it came while nothing in it has been changed.
    Object(Option<&'a str>),
    /// Anything else that came.
    Raw(&'a str),
    /// JSON that was put there.
    Put(Zeroizing<String>),
}

/// A field: its name, its decoded text unless it is `null`, and its slot unless the document does not have it.
type Field<'b> = (Cow<'b, str>, Option<Cow<'b, str>>, Option<usize>);

impl<'a> Body<'a> {
    /// Reads what was given, or begins an empty body where nothing was and a call needs one.
    ///
    /// # Errors
    /// The text is not what the plan says.
    pub(crate) fn read(operation: &Operation, text: Option<&'a str>) -> Result<Self, String> {
        if text.is_none() && operation.optional_body {
            return Ok(Self::None);
        }
        Ok(match operation.body {
            None => Self::None,
            // What is given of one is fields and files.
            Some(Encoding::Multipart) => Self::Form(Pairs::default().in_parts()),
            Some(Encoding::Form) => {
                if !is_unicode(text.unwrap_or_default()) {
                    return Err(NOT_UNICODE.into());
                }
                let slot = |name: &str| operation.form_field(name).map(|(slot, _)| slot);
                text.map_or_else(|| Self::Form(Pairs::default()), |text| Self::Form(Pairs::read(text, slot)))
            }
            Some(Encoding::Json) if operation.whole_body().is_some() => {
                text.zip(operation.whole_body()).map_or(Self::None, |(text, slot)| Self::Whole(slot, text))
            }
            Some(Encoding::Json) => {
                let mut object = Object { members: Vec::new(), raw: text };
                if let Some(text) = text {
                    object.read(operation, None, text);
                }
                Self::Json(object)
            }
        })
    }

    /// An empty body, into which values are put.
    pub(crate) fn begun(operation: &Operation) -> Self {
        match operation.body {
            None => Self::None,
            Some(Encoding::Form) => Self::Form(Pairs::default()),
            Some(Encoding::Multipart) => Self::Form(Pairs::default().in_parts()),
            Some(Encoding::Json) => Self::Json(Object::default()),
        }
    }

    /// Reads a body in parts that came.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn read_parts(operation: &Operation, body: &'a [u8], media_type: Option<&[u8]>) -> Result<Self, String> {
        let media_type = media_type.and_then(|media_type| std::str::from_utf8(media_type).ok());
        let boundary = media_type.and_then(multipart::boundary_of).ok_or("its Content-Type names no boundary")?;
        let slot = |name: &str| operation.form_field(name).map(|(slot, _)| (slot, operation.slots[slot].part.is_file));
        Ok(Self::Form(Pairs::read_parts(body, boundary, slot)?))
    }

    /// What is between parts, in a body of parts.
    pub(crate) fn boundary(&self) -> Option<&str> {
        if let Self::Form(pairs) = self { pairs.boundary() } else { None }
    }

    /// The files of a slot.
    pub(crate) fn files(&self, slot: usize) -> Vec<&File> {
        if let Self::Form(pairs) = self { pairs.files(slot).collect() } else { Vec::new() }
    }

    /// What is sent, but for these slots, or without objects that hold nothing else. It does not depend on whether they are there:
    /// who signs has not put them in yet, and who verifies has.
    pub(crate) fn chunks(&self, operation: &Operation, without: &[usize]) -> Vec<Chunk<'_>> {
        let in_parts = if let Self::Form(pairs) = self { pairs.chunks(operation, without) } else { None };
        in_parts.unwrap_or_else(|| {
            let text = if without.is_empty() { self.write() } else { self.without(operation, without) };
            let bytes = |text| match text {
                Cow::Borrowed(text) => str::as_bytes(text).into(),
                Cow::Owned(text) => String::into_bytes(text).into(),
            };
            text.into_iter().map(|text| Chunk::Bytes(bytes(text))).collect()
        })
    }

    /// The text that is sent. Nothing of a body in parts, which is bytes.
    pub(crate) fn write(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Form(pairs) if pairs.boundary().is_some() => None,
            Self::None => None,
            Self::Opaque(text) | Self::Whole(_, text) => Some((*text).into()),
            Self::Form(pairs) => Some(pairs.write()),
            Self::Json(object) => Some(match object.raw {
                Some(raw) => raw.into(),
                None => object.write(None).into(),
            }),
        }
    }

    fn without(&self, operation: &Operation, slots: &[usize]) -> Option<Cow<'_, str>> {
        match self {
            Self::None => None,
            Self::Opaque(text) | Self::Whole(_, text) => Some((*text).into()),
            Self::Form(pairs) => Some(pairs.without(slots).into()),
            Self::Json(object) => {
                let mut rest = object.clone();
                rest.raw = None;
                for slot in slots {
                    rest.take_out(operation, *slot);
                }
                Some(rest.write(None).into())
            }
        }
    }

    /// The decoded text of a slot, or `None` where nothing, or `null`, is there.
    pub(crate) fn text(&self, operation: &Operation, slot: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::None | Self::Opaque(_) => None,
            Self::Whole(own, text) => json::decoded(text.trim()).filter(|_| *own == slot),
            Self::Form(pairs) if form::has_several(operation, slot) => {
                form_json(pairs, operation, slot).flatten().map(Cow::Owned)
            }
            Self::Form(pairs) => pairs.get(slot).map(Cow::Borrowed),
            Self::Json(object) => object.text(object.member(slot)?),
        }
    }

    /// The decoded text of a name at the top that no slot has.
    pub(crate) fn undeclared(&self, name: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::None | Self::Opaque(_) | Self::Whole(..) => None,
            Self::Form(pairs) => pairs.undeclared(name).map(Cow::Borrowed),
            Self::Json(object) => {
                let is = |member: &&Member<'_>| member.slot.is_none() && json::name(&member.name) == name;
                object.text(object.at(None).find(is)?)
            }
        }
    }

    /// The JSON of a slot, if it is JSON. What is in an object of the plan is asked for on its own.
    pub(crate) fn json(&self, operation: &Operation, slot: usize) -> Option<Cow<'_, str>> {
        let object = match self {
            Self::Json(object) => object,
            Self::Whole(own, text) => return Some(text.trim().into()).filter(|_| *own == slot),
            Self::Form(pairs) if operation.is_object(slot) => {
                return form_json(pairs, operation, slot)?.map(|_| "{}".into());
            }
            Self::Form(pairs) => return form_json(pairs, operation, slot)?.map(Cow::Owned),
            Self::None | Self::Opaque(_) => return None,
        };
        Some(match &object.member(slot)?.node {
            Node::Object(_) => "{}".into(),
            Node::Raw(raw) => (*raw).into(),
            Node::Put(raw) => raw.as_str().into(),
        })
    }

    /// All of it as JSON, if it is known as that.
    pub(crate) fn whole_json(&self, operation: &Operation) -> Option<Cow<'_, str>> {
        match self {
            Self::Form(pairs) => form::object(operation, pairs, None).ok().map(Cow::Owned),
            Self::None | Self::Opaque(_) => None,
            Self::Json(_) | Self::Whole(..) => self.write(),
        }
    }

    /// Whether `null` is at a slot.
    pub(crate) fn is_null(&self, operation: &Operation, slot: usize) -> bool {
        self.json(operation, slot).as_deref() == Some("null")
    }

    /// Whether something other than `null` is at a slot.
    pub(crate) fn is_present(&self, operation: &Operation, slot: usize) -> bool {
        match self {
            Self::None | Self::Opaque(_) => false,
            Self::Form(pairs) => pairs.get(slot).is_some() || form_json(pairs, operation, slot).flatten().is_some(),
            Self::Json(_) | Self::Whole(..) => self.json(operation, slot).is_some_and(|raw| raw != "null"),
        }
    }

    /// The decoded text of a slot and, where it is an array or object, those of the scalars in it.
    pub(crate) fn scalars(&self, operation: &Operation, slot: usize) -> Vec<String> {
        if let Self::Form(pairs) = self {
            return form::texts(operation, pairs, slot);
        }
        let Some(text) = self.text(operation, slot) else { return Vec::new() };
        let json = self.json(operation, slot);
        let is_compound = matches!(json.as_deref().and_then(|raw| raw.bytes().next()), Some(b'[' | b'{'));
        let mut texts = if is_compound { scalars(&text) } else { Vec::new() };
        texts.push(text.into_owned());
        texts
    }

    /// The fields at the top.
    pub(crate) fn fields(&self) -> Vec<Field<'_>> {
        match self {
            Self::None | Self::Opaque(_) | Self::Whole(..) => Vec::new(),
            Self::Form(pairs) => {
                pairs.iter().map(|(name, text, slot)| (name.into(), Some(text.into()), slot)).collect()
            }
            Self::Json(object) => {
                object.at(None).map(|member| (json::name(&member.name), object.text(member), member.slot)).collect()
            }
        }
    }

    /// Puts a value into a slot, at its place in the order of the document.
    ///
    /// # Errors
    /// There is no place for it.
    pub(crate) fn put(
        &mut self,
        operation: &'a Operation,
        slot: usize,
        value: &str,
        notation: Notation,
    ) -> Result<(), String> {
        match self {
            Self::None | Self::Opaque(_) => Err("the operation has no body".into()),
            Self::Whole(..) => Err("the body is no object".into()),
            Self::Form(_) if operation.slots[slot].part.is_file => Err("it is a file, and no text".into()),
            Self::Form(pairs) if form::is_compound(operation, slot) => give_compound(operation, pairs, slot, value),
            Self::Form(pairs) => {
                pairs.put(slot, operation.form_name(slot), value);
                Ok(())
            }
            // The fields in it are put one by one.
            Self::Json(_) if operation.is_object(slot) => Err("it is not an object".into()),
            Self::Json(object) => {
                let raw = match notation {
                    Notation::String => quoted(value),
                    Notation::Literal => {
                        json::check(value).map_err(|_| "its value is not a JSON number or boolean")?;
                        Zeroizing::new(value.trim().to_owned())
                    }
                };
                object.put(operation, slot, Node::Put(raw))
            }
        }
    }

    /// Refuses a name that is there twice, and what has not the shape that a value is put into.
    ///
    /// # Errors
    /// The field, if the document has it, and what is wrong.
    pub(crate) fn check_shape(&self, operation: &Operation) -> Result<(), Invalid> {
        match self {
            Self::None | Self::Opaque(_) => Ok(()),
            Self::Whole(slot, text) => match wrong_shape(text.trim(), operation.slots.get(*slot), false) {
                Some(reason) => Err(Invalid::of("body", reason)),
                None => Ok(()),
            },
            Self::Form(pairs) => match pairs.repeated(operation) {
                None => check_form(operation, pairs),
                Some((_, Some(slot))) => Err(Invalid::of(&operation.form_name(slot), REPEATED)),
                Some((_, None)) => Err(Invalid::new(REPEATED_UNDECLARED)),
            },
            Self::Json(object) => object.check_shape(operation),
        }
    }
}

/// Said of a form that would not leave as it was given.
pub(crate) const NOT_UNICODE: &str = "the form has a text that is not Unicode, which would not leave as it was given";

/// What is wrong with a name that the document does not have. The name is not quoted: it may be a value.
const REPEATED_UNDECLARED: &str = "the body has a name more than once, one that the document does not have";

/// The JSON of a field of a form that is more than one value. Nothing in it where that is not there, or not as the document says.
fn form_json(pairs: &Pairs<'_>, operation: &Operation, slot: usize) -> Option<Option<String>> {
    form::is_compound(operation, slot).then(|| {
        if operation.is_object(slot) {
            form::object(operation, pairs, Some(slot)).ok().filter(|json| json != "{}")
        } else {
            form::value(operation, pairs, slot).ok().flatten()
        }
    })
}

/// Checks that what is in a form is written as the document says.
fn check_form(operation: &Operation, pairs: &Pairs<'_>) -> Result<(), Invalid> {
    for (slot, own) in operation.slots.iter().enumerate().filter(|(_, own)| own.place == Place::Field) {
        let whole = if operation.is_object(slot) {
            pairs.get(slot).map_or(Ok(()), |_| Err("it must be an object".to_owned()))
        } else {
            form::value(operation, pairs, slot).map(drop)
        };
        whole.map_err(|reason| Invalid::of(&own.own_name(), reason))?;
    }
    Ok(())
}

/// Gives a field of a form that is more than one value: its JSON, an element of a list, or a list in one text.
fn give_compound(operation: &Operation, pairs: &mut Pairs<'_>, slot: usize, value: &str) -> Result<(), String> {
    let own = &operation.slots[slot];
    let is_json = value.starts_with(['[', '{']) && json::check(value).is_ok();
    let mut given = Pairs::default();
    match &own.style {
        _ if is_json => form::write(operation, slot, value.trim(), &mut given)?,
        Style::Repeated => given.push(Some(slot), &own.own_name(), Zeroizing::new(value.to_owned())),
        Style::Joined(delimiter) => {
            given.push_list(slot, &own.own_name(), Zeroizing::new(value.to_owned()), *delimiter);
        }
        // What is one of several may be text.
        _ => form::write(operation, slot, &quoted(value), &mut given)?,
    }
    pairs.insert(slot, given);
    Ok(())
}

/// The slot of a name in an object.
pub(crate) fn below(operation: &Operation, object: Option<usize>, name: &str) -> Option<usize> {
    let above = object.map_or("", |object| operation.slots[object].name.as_ref());
    let step = pointer::escaped(name);
    let is = |slot: &Slot| {
        let rest = slot.name.strip_prefix(above).and_then(|rest| rest.strip_prefix('/'));
        slot.place == Place::Field && rest == Some(step.as_ref())
    };
    operation.slots.iter().position(is)
}

/// The scalars in a text that is JSON, decoded.
pub(crate) fn scalars(json: &str) -> Vec<String> {
    let scalar = |piece| match piece {
        Piece::Scalar(raw) => json::decoded(raw).map(Cow::into_owned),
        _ => None,
    };
    json::pieces(json).filter_map(scalar).collect()
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> Zeroizing<String> {
    // Writing a string into memory cannot fail.
    Zeroizing::new(serde_json::to_string(text).unwrap_or_default())
}

impl<'a> Object<'a> {
    /// Reads the members of an object. Only where the plan has slots below a slot is there anything to put in, which also
    /// bounds the depth.
    fn read(&mut self, operation: &Operation, object: Option<usize>, text: &'a str) {
        for (name, value) in json::members(text) {
            let decoded = json::name(name);
            let slot = below(operation, object, &decoded);
            let inner = slot.filter(|slot| value.starts_with('{') && operation.is_object(*slot));
            let node = if inner.is_some() { Node::Object(Some(value)) } else { Node::Raw(value) };
            // Where the object is written again, a name that could be written in several ways is written in one.
            let name = match decoded {
                Cow::Owned(decoded) => quoted(&decoded).to_string().into(),
                Cow::Borrowed(_) => name.into(),
            };
            self.members.push(Member { object, slot, name, node });
            if inner.is_some() {
                self.read(operation, inner, value);
            }
        }
    }

    fn at(&self, object: Option<usize>) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter().filter(move |member| member.object == object)
    }

    fn member(&self, slot: usize) -> Option<&Member<'a>> {
        self.members.iter().find(|member| member.slot == Some(slot))
    }

    fn text<'s>(&'s self, member: &'s Member<'a>) -> Option<Cow<'s, str>> {
        match &member.node {
            Node::Object(Some(raw)) => Some((*raw).into()),
            Node::Object(None) => Some(self.write(member.slot).into()),
            Node::Raw(raw) => json::decoded(raw),
            Node::Put(raw) => json::decoded(raw),
        }
    }

    /// An object in which something has been changed.
    fn write(&self, object: Option<usize>) -> String {
        let mut text = String::with_capacity(self.raw.map_or(0, str::len) + 64);
        self.write_into(object, &mut text);
        text
    }

    fn write_into(&self, object: Option<usize>, text: &mut String) {
        text.push('{');
        for (index, member) in self.at(object).enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(&member.name);
            text.push(':');
            match &member.node {
                Node::Object(Some(raw)) | Node::Raw(raw) => text.push_str(raw),
                Node::Put(raw) => text.push_str(raw),
                Node::Object(None) => self.write_into(member.slot, text),
            }
        }
        text.push('}');
    }

    fn put(&mut self, operation: &Operation, slot: usize, node: Node<'a>) -> Result<(), String> {
        self.raw = None;
        let above = operation.slots[slot].above();
        let object = if above.is_empty() { None } else { operation.field(above) };
        if let Some(object) = object {
            match self.members.iter_mut().find(|member| member.slot == Some(object)) {
                Some(Member { node: Node::Object(raw), .. }) => *raw = None,
                Some(_) => return Err(format!("{} is not an object", operation.slots[object].own_name())),
                None => self.put(operation, object, Node::Object(None))?,
            }
            self.change_above(operation, object);
        }
        match self.members.iter_mut().find(|member| member.slot == Some(slot)) {
            Some(member) => member.node = node,
            None => {
                let later =
                    |member: &Member<'_>| member.object == object && member.slot.is_some_and(|other| other > slot);
                let place = self.members.iter().position(later).unwrap_or(self.members.len());
                let name = quoted(&operation.slots[slot].own_name()).to_string().into();
                self.members.insert(place, Member { object, slot: Some(slot), name, node });
            }
        }
        Ok(())
    }

    /// Says of every object around one that it no longer is as it came.
    fn change_above(&mut self, operation: &Operation, object: usize) {
        let mut above = operation.field(operation.slots[object].above());
        while let Some(slot) = above {
            if let Some(Member { node: Node::Object(raw), .. }) =
                self.members.iter_mut().find(|member| member.slot == Some(slot))
            {
                *raw = None;
            }
            above = operation.field(operation.slots[slot].above());
        }
    }

    /// Takes a slot out, and each object around it that holds nothing then.
    fn take_out(&mut self, operation: &Operation, slot: usize) {
        self.change_above(operation, slot);
        let mut out = Some(slot);
        while let Some(slot) = out.filter(|slot| self.at(Some(*slot)).next().is_none()) {
            self.members.retain(|member| member.slot != Some(slot));
            out = operation.field(operation.slots[slot].above());
        }
    }

    fn check_shape(&self, operation: &Operation) -> Result<(), Invalid> {
        self.check_names(operation)?;
        for member in &self.members {
            let raw = match &member.node {
                Node::Object(_) => continue,
                Node::Raw(raw) => raw,
                Node::Put(raw) => raw.as_str(),
            };
            let slot = member.slot.map(|slot| &operation.slots[slot]);
            if let Some(reason) = wrong_shape(raw, slot, member.slot.is_some_and(|slot| operation.is_object(slot))) {
                let above = || member.object.map(|object| operation.slots[object].own_name());
                return Err(match slot.map(Slot::own_name).or_else(above) {
                    Some(name) => Invalid::of(&name, reason),
                    None => Invalid::new(format!("in a field that the document does not have: {reason}")),
                });
            }
        }
        Ok(())
    }

    fn check_names(&self, operation: &Operation) -> Result<(), Invalid> {
        let mut undeclared = HashSet::new();
        for (index, member) in self.members.iter().enumerate() {
            let above = member.object.map(|object| operation.slots[object].own_name());
            let is_repeated = match member.slot {
                Some(slot) => self.members[..index].iter().any(|other| other.slot == Some(slot)),
                None => !undeclared.insert((member.object, json::name(&member.name))),
            };
            let slot = member.slot.map(|slot| &operation.slots[slot]);
            if is_repeated {
                return Err(match (slot, above) {
                    (Some(slot), _) => Invalid::of(&slot.own_name(), REPEATED),
                    (None, Some(above)) => Invalid::of(&above, "it has a name more than once"),
                    (None, None) => Invalid::new(REPEATED_UNDECLARED),
                });
            }
            if json::decoded(&member.name).is_none() {
                return Err(Invalid::new("the body has a name that is not Unicode"));
            }
        }
        Ok(())
    }
}

/// What is wrong with the shape of a value that was given.
fn wrong_shape(raw: &str, slot: Option<&Slot>, is_object: bool) -> Option<&'static str> {
    let is_compound = raw.starts_with(['[', '{']);
    if raw == "null" {
        return None;
    }
    if is_object {
        return Some("it is not an object");
    }
    // It becomes a text of another kind, so what it was before could no longer be told.
    if let Some(slot) = slot.filter(|slot| slot.is_transformed()) {
        match slot.notation {
            Notation::String if !raw.starts_with('"') => return Some("it must be text"),
            Notation::Literal if is_compound => return Some("it must be one value"),
            _ => {}
        }
    }
    if is_compound && repeats_a_name(raw) {
        return Some("an object in it has a name more than once");
    }
    json::decoded(raw).is_none().then_some("its text is not Unicode")
}

/// Whether an object in what is known to be JSON has a name twice.
fn repeats_a_name(json: &str) -> bool {
    let mut around: Vec<HashSet<Cow<'_, str>>> = Vec::new();
    for piece in json::pieces(json) {
        match piece {
            Piece::Begin(_) => around.push(HashSet::new()),
            Piece::End(_) => drop(around.pop()),
            Piece::Name(raw) => {
                if around.last_mut().is_some_and(|names| !names.insert(json::name(raw))) {
                    return true;
                }
            }
            Piece::Scalar(_) | Piece::Between(_) => {}
        }
    }
    false
}
