//! Follows an evaluation, and keeps what may be shown of it.
//!
//! Every operand has a text in which secrets, personal data and what is missing go by their names, and a [`Stage`] for each
//! digest and encryption in it, so that a developer can compare the string to sign with what the provider expects.

use std::borrow::Cow;

use countersign_plan::{Encoding, Function, JsonForm, Place, Value};
use countersign_sign::{Inputs, Missing, Request, Setup, Source, Trace};
use zeroize::Zeroizing;

use crate::parts::{Guard, Guards, Part};
use crate::read::Read;
use crate::stage::Stage;

/// How a value came about, with nothing in it that may not be printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explained {
    pub(crate) shown: String,
    pub(crate) stages: Vec<Stage>,
    /// What has gone into it.
    pub(crate) read: Read,
}

/// Follows the evaluations of one request.
pub(crate) struct Tracer<'a> {
    setup: &'a Setup,
    /// The request before it is filled in. Its path stays as it is.
    request: &'a Request<'a>,
    /// Whether a value that is missing goes by its name, and is no error.
    pub(crate) names_missing: bool,
    /// Whether what is personal, and nothing more, is shown.
    is_revealed: bool,
    pub(crate) guards: Guards<'a>,
    slot: usize,
    operands: Vec<Explained>,
    filled: Vec<(usize, Explained)>,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(setup: &'a Setup, request: &'a Request<'a>, names_missing: bool, is_revealed: bool) -> Self {
        let guards = Guards::new(request.operation());
        let (operands, filled) = (Vec::new(), Vec::new());
        Self { setup, request, names_missing, is_revealed, guards, slot: 0, operands, filled }
    }

    /// How the value of a slot that was filled in came about.
    pub(crate) fn explained(&self, slot: usize) -> Option<Explained> {
        self.filled.iter().find(|(filled, _)| *filled == slot).map(|(_, explained)| explained.clone())
    }

    /// Keeps how the value of a slot came about, for what reads it.
    pub(crate) fn keep(&mut self, slot: usize, explained: Explained) {
        if !explained.read.is_open() {
            self.guards.close(slot, explained.read);
        }
        self.filled.push((slot, explained));
    }

    /// Evaluates what fills a slot, and explains it.
    ///
    /// # Errors
    /// What is missing or unusable, by its name.
    pub(crate) fn evaluate(
        &mut self,
        request: &Request<'_>,
        slot: usize,
        values: &[Value],
        inputs: &Inputs<'_>,
    ) -> Result<(Zeroizing<Vec<u8>>, Explained), String> {
        self.filling(slot);
        let bytes = request.evaluate_traced(slot, values, inputs, self)?;
        Ok((bytes, self.end()))
    }

    /// What is shown of bytes from one source.
    pub(crate) fn shown(&mut self, slot: usize, bytes: &[u8], source: Source<'_>) -> String {
        self.filling(slot);
        self.piece(bytes, source);
        self.end().shown
    }

    /// Ends the innermost operand.
    fn end(&mut self) -> Explained {
        self.operands.pop().unwrap_or_default()
    }

    /// Adds to the innermost operand.
    fn add(&mut self, shown: &str, read: Read) {
        if let Some(operand) = self.operands.last_mut() {
            operand.shown.push_str(shown);
            operand.read = operand.read.and(read);
        }
    }

    fn open(&mut self, bytes: &[u8]) {
        self.add(&readable(bytes), Read { open: !bytes.is_empty(), ..Read::default() });
    }

    /// Adds what may not be shown where it is read, by its name.
    fn closed(&mut self, bytes: &[u8], name: &str, read: Read) {
        if self.is_revealed && read == Read::PERSONAL {
            self.open(bytes);
        } else {
            self.add(&format!("‹{name}›"), read);
        }
    }

    /// Adds what a slot was filled with that is no field.
    fn made(&mut self, bytes: &[u8], name: &str, slot: usize) {
        match self.guards.closed(slot) {
            Some(read) => self.closed(bytes, name, read),
            None => self.guarded(bytes, name, self.guards.is_confidential(slot)),
        }
    }

    fn guarded(&mut self, bytes: &[u8], name: &str, is_confidential: bool) {
        if is_confidential { self.closed(bytes, name, Read::PERSONAL) } else { self.open(bytes) }
    }

    fn parts(&mut self, parts: Vec<Part<'_, '_>>) {
        for Part { text, guard } in parts {
            match guard {
                None => self.open(text.as_bytes()),
                Some(Guard { name, read }) => self.closed(text.as_bytes(), &name, read),
            }
        }
    }

    fn field(&mut self, bytes: &[u8], name: &str, slot: Option<usize>) {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        // Nobody has said that what the document does not describe may be shown.
        let Some(slot) = slot else {
            return if bytes.is_empty() { self.open(bytes) } else { self.closed(bytes, name, Read::PERSONAL) };
        };
        if let Some(parts) = self.guards.object(slot, text) {
            return self.parts(parts);
        }
        self.made(bytes, name, slot);
    }

    fn header(&mut self, bytes: &[u8], name: &str, slot: Option<usize>) {
        let Some(slot) = slot else { return self.open(bytes) };
        let own = &self.guards.operation.slots[slot];
        match self.guards.closed(slot) {
            // What it was made of counts, whatever it is called: a digest of something personal is not safe to show.
            Some(read) => self.closed(bytes, name, read),
            None if own.is_confidential() && own.value.is_some() => self.closed(bytes, name, Read::CREDENTIAL),
            None => self.guarded(bytes, name, own.is_confidential()),
        }
    }
}

impl Trace for Tracer<'_> {
    fn piece(&mut self, bytes: &[u8], source: Source<'_>) {
        let operation = self.guards.operation;
        let text = || std::str::from_utf8(bytes).unwrap_or_default();
        match source {
            Source::Open => self.open(bytes),
            Source::Random => self.closed(bytes, "random", Read::CREDENTIAL),
            // Nobody explains what has been answered.
            Source::Response => self.closed(bytes, "response", Read::PERSONAL),
            Source::Credential(name) | Source::Session(name) => self.closed(bytes, name, Read::CREDENTIAL),
            Source::Setting(name) => {
                self.guarded(bytes, name, operation.guards_setting(name) && !self.setup.is_default(name));
            }
            Source::Given if operation.slots[self.slot].place == Place::Body => self.parts(self.guards.body(text())),
            Source::Given => {
                let slot = &operation.slots[self.slot];
                self.guarded(bytes, &slot.own_name(), self.guards.is_confidential(self.slot));
            }
            Source::Field(name, slot) => self.field(bytes, name, slot),
            Source::Header(name, slot) => self.header(bytes, name, slot),
            Source::Parameter(name, slot) => self.made(bytes, name, slot),
            Source::Made(name, slot) => {
                self.made(bytes, name, slot);
                let stages = self.explained(slot).map(|explained| explained.stages);
                if let Some(operand) = self.operands.last_mut() {
                    operand.stages.extend(stages.into_iter().flatten());
                }
            }
            Source::Path => self.parts(self.guards.path(self.request)),
            Source::Query => self.parts(self.guards.query(text())),
            Source::Body => match operation.parameter(Place::Body, "") {
                // In a field, it is what is before the envelope.
                Some(envelope) if operation.slots[self.slot].place != Place::Field => {
                    self.made(bytes, "body", envelope);
                }
                _ if operation.body == Some(Encoding::Multipart) => {
                    let text = String::from_utf8_lossy(bytes);
                    self.parts(self.guards.multipart(&text));
                }
                _ => self.parts(self.guards.body(text())),
            },
        }
    }

    fn begin(&mut self) {
        self.operands.push(Explained::default());
    }

    fn applied(&mut self, function: Function, result: &[u8]) {
        let first = self.operands.len().saturating_sub(function.operands().len());
        let mut others = self.operands.split_off(first);
        // The text of the last one is what is shown; the others are keys, and the header of a JOSE text.
        let Explained { shown: mut input, stages, read: of } = others.pop().unwrap_or_default();
        let read = others.iter().fold(of, |read, other| read.and(other.read));
        let header = match function {
            Function::Jws(..) | Function::Jwe(..) => others.pop().unwrap_or_default(),
            _ => Explained::default(),
        };
        let is_open = match function {
            Function::Digest(_) | Function::Hmac(_) | Function::Encipher(_) => read.digest_is_open(),
            Function::Encrypt(_) | Function::Jwe(..) => header.read.is_open() && !read.placeholder,
            // Whoever has the public key can try what was signed, and can read what a token holds.
            Function::Sign(..) | Function::Jws(..) => of.and(header.read).is_open() && !read.placeholder,
            _ => read.is_open(),
        };
        if matches!(function, Function::Jws(..)) && !header.shown.is_empty() {
            input = format!("{}.{input}", header.shown);
        }
        let function_name = match function {
            Function::Decipher(_) | Function::DecryptJwe(..) => "decrypt",
            function => function.name(),
        };
        if is_open {
            self.add(&readable(result), Read { open: true, ..Read::default() });
        } else if function == Function::Json(JsonForm::String) {
            self.add(&format!("\"{input}\""), read);
        } else {
            self.add(&format!("{function_name}({input})"), read);
        }
        if let Some(outer) = self.operands.last_mut() {
            outer.stages.extend(stages);
            outer.stages.extend(function.hides().then_some(Stage { function: function_name, input }));
        }
    }

    fn missing(&mut self, what: Missing, name: &str) -> bool {
        if self.names_missing {
            let shown = if what == Missing::Key { String::new() } else { format!("‹{name}›") };
            self.add(&shown, Read::PLACEHOLDER);
        }
        self.names_missing
    }

    fn is_placeholder(&self) -> bool {
        self.operands.last().is_some_and(|operand| operand.read.placeholder)
    }

    fn filling(&mut self, slot: usize) {
        self.slot = slot;
        self.operands = vec![Explained::default()];
    }

    fn filled(&mut self, slot: usize) {
        let explained = self.end();
        self.keep(slot, explained);
    }
}

/// Bytes as text, or in hexadecimal.
pub(crate) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => format!("0x{}", hex::encode(bytes)).into(),
    }
}

#[cfg(test)]
mod tests;
