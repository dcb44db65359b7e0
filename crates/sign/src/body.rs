//! A request's body: a text, and where in it the slots are.
//!
//! A body that nothing is put into goes out as it came, byte for byte. In one that something is put into, JSON scalars stay as
//! they were written: a number is never parsed and printed again, so it cannot change on its way.

use std::borrow::Cow;

use countersign_plan::json;
use countersign_plan::{Encoding, Notation, Operation};
use zeroize::Zeroizing;

use crate::file::File;
use crate::form;
use crate::invalid::{Invalid, REPEATED};
use crate::multipart::{self, Chunk};
use crate::object::{Member, Node, Object, REPEATED_UNDECLARED, quoted, scalars, wrong_shape};
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
                form::form_json(pairs, operation, slot).flatten().map(Cow::Owned)
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

    /// The JSON of a slot, if it is JSON. What is in an object of the plan is asked for on its own, and need not be in it.
    pub(crate) fn json(&self, operation: &Operation, slot: usize) -> Option<Cow<'_, str>> {
        let object = match self {
            Self::Json(object) => object,
            Self::Whole(own, text) => return Some(text.trim().into()).filter(|_| *own == slot),
            Self::Form(pairs) => return form::form_json(pairs, operation, slot)?.map(Cow::Owned),
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
            Self::Form(pairs) => {
                pairs.get(slot).is_some() || form::form_json(pairs, operation, slot).flatten().is_some()
            }
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
            Self::Form(pairs) if form::is_compound(operation, slot) => {
                form::give_compound(operation, pairs, slot, value)
            }
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
                None => form::check_form(operation, pairs),
                Some((_, Some(slot))) => Err(Invalid::of(&operation.form_name(slot), REPEATED)),
                Some((_, None)) => Err(Invalid::new(REPEATED_UNDECLARED)),
            },
            Self::Json(object) => object.check_shape(operation),
        }
    }
}

/// Said of a form that would not leave as it was given.
pub(crate) const NOT_UNICODE: &str = "the form has a text that is not Unicode, which would not leave as it was given";
