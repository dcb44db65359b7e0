//! A JSON object, and where in it the slots are.

use std::borrow::Cow;
use std::collections::HashSet;

use countersign_plan::json::{self, Piece};
use countersign_plan::{Notation, Operation, Place, Slot, pointer};
use zeroize::Zeroizing;

use crate::invalid::{Invalid, REPEATED};

/// A JSON object whose members that the plan knows as objects are read too.
#[derive(Clone, Default)]
pub(crate) struct Object<'a> {
    /// All members at all depths. An object comes before what is in it.
    pub(crate) members: Vec<Member<'a>>,
    /// As it came, while nothing in it has been changed.
    pub(crate) raw: Option<&'a str>,
}

#[derive(Clone)]
pub(crate) struct Member<'a> {
    /// The object that it is in: a slot, or the body itself.
    pub(crate) object: Option<usize>,
    pub(crate) slot: Option<usize>,
    /// The name in its quotes.
    pub(crate) name: Cow<'a, str>,
    pub(crate) node: Node<'a>,
}

#[derive(Clone)]
pub(crate) enum Node<'a> {
    /// An object of the plan, as it came while nothing in it has been changed.
    Object(Option<&'a str>),
    /// Anything else that came.
    Raw(&'a str),
    /// JSON that was put there.
    Put(Zeroizing<String>),
}

/// What is wrong with a name that the document does not have. The name is not quoted: it may be a value.
pub(crate) const REPEATED_UNDECLARED: &str = "the body has a name more than once, one that the document does not have";

/// The slot of a name in an object.
pub(crate) fn below(operation: &Operation, object: Option<usize>, name: &str) -> Option<usize> {
    let above = object.map_or("", |object| operation.slots[object].name.as_ref());
    let step = pointer::escaped(name);
    let is = |slot: &Slot| {
        // The C library compares with nothing, too, and on some processors takes its time for it.
        let below = if above.is_empty() { Some(slot.name.as_ref()) } else { slot.name.strip_prefix(above) };
        slot.place == Place::Field && below.and_then(|rest| rest.strip_prefix('/')) == Some(step.as_ref())
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
    pub(crate) fn read(&mut self, operation: &Operation, object: Option<usize>, text: &'a str) {
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

    pub(crate) fn at(&self, object: Option<usize>) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter().filter(move |member| member.object == object)
    }

    pub(crate) fn member(&self, slot: usize) -> Option<&Member<'a>> {
        self.members.iter().find(|member| member.slot == Some(slot))
    }

    pub(crate) fn text<'s>(&'s self, member: &'s Member<'a>) -> Option<Cow<'s, str>> {
        match &member.node {
            Node::Object(Some(raw)) => Some((*raw).into()),
            Node::Object(None) => Some(self.write(member.slot).into()),
            Node::Raw(raw) => json::decoded(raw),
            Node::Put(raw) => json::decoded(raw),
        }
    }

    /// An object in which something has been changed.
    pub(crate) fn write(&self, object: Option<usize>) -> String {
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

    pub(crate) fn put(&mut self, operation: &Operation, slot: usize, node: Node<'a>) -> Result<(), String> {
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
    pub(crate) fn take_out(&mut self, operation: &Operation, slot: usize) {
        self.change_above(operation, slot);
        let mut out = Some(slot);
        while let Some(slot) = out.filter(|slot| self.at(Some(*slot)).next().is_none()) {
            self.members.retain(|member| member.slot != Some(slot));
            out = operation.field(operation.slots[slot].above());
        }
    }

    pub(crate) fn check_shape(&self, operation: &Operation) -> Result<(), Invalid> {
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
pub(crate) fn wrong_shape(raw: &str, slot: Option<&Slot>, is_object: bool) -> Option<&'static str> {
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
