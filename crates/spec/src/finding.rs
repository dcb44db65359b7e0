//! Findings: what is wrong in a document, where, and what to write instead.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use indexmap::IndexSet;

use crate::node::{At, Node, Unreadable};
use crate::prose::in_a_line;

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The document, as the caller of the lint named it.
    pub file: String,
    /// The JSON pointer to the value; empty for the document as a whole.
    pub pointer: String,
    /// The line on which the value is, counted from one.
    pub line: Option<u64>,
    /// The rule that is broken.
    pub rule: Rule,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub remedy: String,
    /// The operations that it keeps out, by their ids: none where it is about the document as a whole.
    pub operations: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.file, self.line, &self.pointer)?;
        write!(f, ": [{}] {}; write {}", self.rule, in_a_line(&self.problem), in_a_line(&self.remedy))
    }
}

/// Something that a reader of a document should know, and that is not wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// The document, as the caller of the lint named it.
    pub file: String,
    /// The JSON pointer to the value.
    pub pointer: String,
    /// The line on which the value is, counted from one.
    pub line: Option<u64>,
    /// What it is.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        place(f, &self.file, self.line, &self.pointer)?;
        write!(f, ": note: {}", in_a_line(&self.text))
    }
}

/// Where something is: the file, the line and the pointer, as far as there are any.
fn place(f: &mut fmt::Formatter<'_>, file: &str, line: Option<u64>, pointer: &str) -> fmt::Result {
    f.write_str(&in_a_line(file))?;
    if let Some(line) = line {
        write!(f, ":{line}")?;
    }
    if pointer.is_empty() { Ok(()) } else { write!(f, "#{}", in_a_line(pointer)) }
}

/// Everything that is wrong with a document, in the order of its lines, and what else there is to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    findings: Vec<Finding>,
    notes: Vec<Note>,
}

impl Findings {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// The findings, in the order of the document's lines.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.findings.iter()
    }

    /// What is not wrong and should be known, in the order of the document's lines.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.into_iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.findings.iter().map(|finding| finding as &dyn fmt::Display);
        for (index, line) in lines.chain(self.notes.iter().map(|note| note as _)).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{line}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// What a published document has otherwise than a document of ours, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Eased {
    pub(crate) rule: Rule,
    pub(crate) ease: Ease,
    pub(crate) pointer: String,
    pub(crate) problem: String,
}

/// What becomes of what breaks a rule in a published document, which is not ours to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ease {
    /// It stays, and is counted.
    Kept,
    /// It is left out, for a client does nothing with it.
    LeftOut,
    /// It is marked, as if that were written.
    Marked,
}

/// An operation, and the findings about what it is made of.
pub(crate) struct KeptOut {
    /// What findings call it.
    pub(crate) name: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Where it is.
    pub(crate) pointer: String,
    /// Whether it is a call, and no webhook.
    pub(crate) is_call: bool,
    /// The positions of the findings, in their order.
    pub(crate) findings: Vec<usize>,
}

/// Collects findings while a document is walked.
pub(crate) struct Report {
    file: String,
    /// The published document that is walked too.
    base: Option<String>,
    /// What in it is sent signed, where money is held to the rules.
    signed: HashSet<String>,
    eased: IndexSet<Eased>,
    found: Vec<Finding>,
    seen: HashSet<(String, Rule, String)>,
    notes: IndexSet<Note>,
    kept_out: Vec<KeptOut>,
    /// How many have been added, those that were known included.
    added: usize,
}

impl Report {
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            base: None,
            signed: HashSet::new(),
            eased: IndexSet::new(),
            found: Vec::new(),
            seen: HashSet::new(),
            notes: IndexSet::new(),
            kept_out: Vec::new(),
            added: 0,
        }
    }

    /// Says which published document is walked too, by its path from the document's own.
    pub(crate) fn extends(&mut self, base: Option<&str>) {
        self.base = base.map(|base| Path::new(&self.file).with_file_name(base).display().to_string());
    }

    /// The same, by its own path.
    pub(crate) fn extends_file(&mut self, base: &Path) {
        self.base = Some(base.display().to_string());
    }

    /// Says which schemas are sent signed.
    pub(crate) fn signs(&mut self, schemas: HashSet<String>) {
        self.signed = schemas;
    }

    /// What the published document has otherwise than a document of ours.
    pub(crate) fn take_eased(&mut self) -> Vec<Eased> {
        std::mem::take(&mut self.eased).into_iter().collect()
    }

    /// The file that something is in.
    fn file_of(&self, at: &At<'_>) -> String {
        self.base.as_ref().filter(|_| at.node.is_published()).unwrap_or(&self.file).clone()
    }

    /// Adds a finding about a value. The same finding, met on two ways to a shared component, counts once.
    pub(crate) fn add(&mut self, rule: Rule, at: &At<'_>, problem: impl Into<String>, remedy: impl Into<String>) {
        let (problem, pointer) = (problem.into(), at.pointer.clone());
        let is_ours = !at.node.is_published() || rule == Rule::NumberForMoney && self.signed.contains(&pointer);
        match rule.ease(&pointer).filter(|_| !is_ours) {
            Some(ease) => {
                self.eased.insert(Eased { rule, ease, pointer, problem });
            }
            None => self.push(rule, self.file_of(at), pointer, at.line(), problem, remedy.into()),
        }
    }

    /// Adds a finding about the document as a whole.
    pub(crate) fn unplaced(&mut self, rule: Rule, problem: impl Into<String>, remedy: impl Into<String>) {
        self.push(rule, self.file.clone(), String::new(), None, problem.into(), remedy.into());
    }

    /// Adds why a document is no tree.
    pub(crate) fn unreadable(&mut self, Unreadable { line, problem, remedy }: Unreadable) {
        let file = self.base.as_ref().unwrap_or(&self.file).clone();
        self.push(Rule::Yaml, file, String::new(), line, problem, remedy);
    }

    /// Adds what is not wrong and should be known. The same note of the same value counts once.
    pub(crate) fn note(&mut self, at: &At<'_>, text: String) {
        self.notes.insert(Note { file: self.file_of(at), pointer: at.pointer.clone(), line: at.line(), text });
    }

    /// Adds what should be known of the published document as a whole.
    pub(crate) fn note_of_base(&mut self, text: String) {
        let file = self.base.as_ref().unwrap_or(&self.file).clone();
        self.notes.insert(Note { file, pointer: String::new(), line: None, text });
    }

    /// Adds what should be known of the document as a whole.
    pub(crate) fn note_of_all(&mut self, text: String) -> Note {
        let note = Note { file: self.file.clone(), pointer: String::new(), line: None, text };
        self.notes.insert(note.clone());
        note
    }

    fn push(&mut self, rule: Rule, file: String, pointer: String, line: Option<u64>, problem: String, remedy: String) {
        self.added += 1;
        if self.seen.insert((pointer.clone(), rule, problem.clone())) {
            self.found.push(Finding { file, pointer, line, rule, problem, remedy, operations: Vec::new() });
        }
    }

    /// Names the places where things are written, and no longer those to which they were moved. What is wrong with a schema
    /// that is used more than once is said once.
    pub(crate) fn place(&mut self, root: &Node) {
        let mut seen = HashSet::new();
        self.found.retain_mut(|finding| {
            finding.pointer = root.written(&finding.pointer).into_owned();
            seen.insert((finding.pointer.clone(), finding.rule, finding.problem.clone()))
        });
        let notes = std::mem::take(&mut self.notes).into_iter();
        self.notes = notes.map(|note| Note { pointer: root.written(&note.pointer).into_owned(), ..note }).collect();
    }

    /// What is wrong, in the order in which it was found.
    pub(crate) fn found(&self) -> &[Finding] {
        &self.found
    }

    /// Says which findings keep which operations out, by their positions.
    pub(crate) fn keep_out(&mut self, operations: Vec<KeptOut>) {
        for operation in &operations {
            for index in &operation.findings {
                self.found[*index].operations.push(operation.name.clone());
            }
        }
        self.kept_out = operations;
    }

    /// The operations, with the findings that keep each out.
    pub(crate) fn kept_out(&self) -> &[KeptOut] {
        &self.kept_out
    }

    /// Whether a finding is in the published document.
    pub(crate) fn is_of_base(&self, finding: &Finding) -> bool {
        self.base.as_ref() == Some(&finding.file)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many findings have been added, those that were known already included.
    pub(crate) fn added(&self) -> usize {
        self.added
    }

    pub(crate) fn into_findings(mut self) -> Findings {
        // What is in the overlay comes first.
        let is_in_base = |file: &String| *file != self.file;
        let key = |finding: &Finding| (is_in_base(&finding.file), finding.line);
        self.found.sort_by(|a, b| (key(a), &a.pointer).cmp(&(key(b), &b.pointer)));
        Findings { findings: self.found, notes: sorted(self.notes) }
    }

    /// The notes alone, in the order of the document's lines.
    pub(crate) fn into_notes(self) -> Vec<Note> {
        sorted(self.notes)
    }
}

fn sorted(notes: IndexSet<Note>) -> Vec<Note> {
    let mut notes: Vec<Note> = notes.into_iter().collect();
    notes.sort_by(|a, b| (a.line, &a.pointer).cmp(&(b.line, &b.pointer)));
    notes
}

macro_rules! rules {
    ($($variant:ident $name:literal $doc:literal)*) => {
        /// A rule of the lint. Its name is stable, so that a finding can be looked up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $doc] $variant,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The rule's name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the rule asks for, in one sentence.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

rules! {
    Unreadable "unreadable" "A document is a file that can be read, in UTF-8."
    FileName "file-name" "A document's file name is the provider's name in `snake_case`, and `.yaml`."
    Yaml "yaml" "A document is YAML 1.2 of moderate size and depth, in which every key of a mapping is there once."
    Base "base" "The document that an overlay is written to is a file beside it, pinned by its SHA-256."
    Overlay "overlay" "What an overlay changes or chooses is there, and it changes it in one way."
    OpenapiVersion "openapi-version" "A document is OpenAPI 3.0.x or 3.1.x."
    NotOpenapi "not-openapi" "A document can be read as OpenAPI."

    UnknownWord "unknown-word" "Every key is a word of OpenAPI 3.0 or of `specs/README.md`."
    UnsupportedWord "unsupported-word" "A word of OpenAPI that the generated client would not honour is not used."
    UnknownExtension "unknown-extension" "Every `x-` key is in the table of `specs/README.md`."
    MisplacedExtension "misplaced-extension" "An extension is where it means something."
    MissingWord "missing-word" "What OpenAPI and `specs/README.md` ask for is there."
    WrongType "wrong-type" "Text is text, a list is a list, a mapping is a mapping."
    WrongValue "wrong-value" "A word whose values are listed has one of them."
    Reference "reference" "A `$ref` names a component of this document, has nothing beside it and leads to no cycle."
    Source "source" "What is in a document says where it comes from, or something around it does: an `x-source`, an `x-assumption`, or both."

    OperationId "operation-id" "Every operation has an `operationId` in `snake_case` that no other has."
    PathTemplate "path-template" "A path and its path parameters name each other."
    Parameter "parameter" "A parameter is a scalar, a list of scalars or a flat object, and is there once for its place and name."
    HeaderName "header-name" "A header's name is a token of HTTP and not one that the transport writes."
    RequestBody "request-body" "The body of a request is JSON, or a form of scalars."
    Example "example" "An example of a request satisfies what the document demands."
    Response "response" "An operation has a success, each of which is JSON, text, a file or nothing."

    ClosedObject "closed-object" "A response may carry more than the document says."
    Schema "schema" "A schema says its `type`, and only what that type has."
    Choice "choice" "What is one of several schemas is JSON, and says which of them it is."
    Untyped "untyped" "What is in a request says its `type`."
    AlikeBranches "alike-branches" "What is one of several schemas in a request is told from the others."
    NumberForMoney "number-for-money" "Money is no binary fraction: no number of `format: double` or `float`."
    UnmarkedSecret "unmarked-secret" "A value whose name says secret is text of `format: password`, or `x-sensitive: false`."
    UnmarkedPersonal "unmarked-personal" "A value whose name says that it is about a person says `x-sensitive`, `true` or `false`."
    Pattern "pattern" "A `pattern` is a regular expression that the client can run."
    BelowArray "below-array" "Nothing below an array or one of several schemas is filled or compared."
    FilledResponse "filled-response" "What the client fills in is part of a request, not of a response."

    SecurityScheme "security-scheme" "Authentication is a header or a query parameter that an `x-value` fills in, or a client certificate."
    SecurityRequirement "security-requirement" "`security` has requirements of declared schemes."
    ServerUrl "server-url" "A server is an https URL without query or trailing slash, whose variables are settings."
    NameForm "name-form" "A name that becomes a method is in `snake_case`."
    NameClash "name-clash" "Two names stay two when they are written as Rust identifiers."

    Expression "expression" "An `x-value` is an expression of `specs/README.md`."
    UnknownFunction "unknown-function" "A function of an expression is in the table of `specs/README.md`."
    UnknownName "unknown-name" "A credential, setting, session value or value made once that an expression reads is declared."
    UnusedName "unused-name" "A credential, setting or value made once that is declared is read."
    SettingDefault "setting-default" "A setting has one default."
    UnknownField "unknown-field" "A field that is read is in the body."
    UnknownHeader "unknown-header" "A header that is read is in the request."
    UnknownParameter "unknown-parameter" "A query or path parameter that is read is in the request."
    OptionalRead "optional-read" "A header, query parameter or field that is read by its name is in every call."
    Envelope "envelope" "`x-envelope` says how what is on the wire and the described body are made of each other."
    SignedFields "signed-fields" "`x-signed-fields` and `{fields: signed}` need each other."
    EqualTo "equal-to" "`x-equal-to` names another field of the same object."
    Cycle "cycle" "No value is filled from itself."

    Session "session" "`x-session` says what issues which values, and where in the response they are."
    SessionOperation "session-operation" "A session is issued by an operation that needs neither a session nor the caller."
    Webhook "webhook" "A webhook says which event it is, and what in it only the provider can make."
    Outcome "outcome" "`x-outcome` says what decides, in the words of `specs/README.md`."
    Retry "retry" "`x-retry` is `safe`, or is not said."
    Pages "pages" "`x-pages` says where the items of a page are, and with what the next page is asked for."
    MissingExample "missing-example" "What a call cannot do without, and its caller gives, has an example that a demo can send."
    Sandbox "sandbox" "`x-sandbox` says which of the operation's examples answers which values of its request."
}

/// Words that say nothing to a client, or nothing that its provider does not hold it to.
const IDLE: [&str; 22] = [
    "allowEmptyValue",
    "allowReserved",
    "callbacks",
    "discriminator",
    "encoding",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "headers",
    "links",
    "maxProperties",
    "maximum",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "patternProperties",
    "pattern",
    "xml",
];

/// More of them, on a schema that cannot have them.
const IDLE_ON_SCHEMA: [&str; 10] = [
    "additionalProperties",
    "default",
    "items",
    "maxItems",
    "maxLength",
    "minItems",
    "minLength",
    "properties",
    "required",
    "uniqueItems",
];

impl Rule {
    /// What becomes of what breaks this rule at a pointer in a published document. `None` if a client could not be right.
    ///
    /// This is the one place that says so: rules take a published document as they take any other.
    fn ease(self, pointer: &str) -> Option<Ease> {
        let mut steps = pointer.rsplit('/');
        let last = steps.next().unwrap_or_default();
        let above = steps.next().unwrap_or_default();
        // A property may be called like a word.
        let is_idle = |words: &[&str]| above != "properties" && words.contains(&last);
        // A caller finds it among the headers of the response as well.
        if is_of_header(pointer) {
            return match self {
                Self::Source => Some(Ease::Kept),
                Self::UnmarkedSecret | Self::UnmarkedPersonal => Some(Ease::Marked),
                _ => Some(Ease::LeftOut),
            };
        }
        match self {
            Self::Source | Self::NumberForMoney | Self::MissingExample | Self::AlikeBranches | Self::Untyped => {
                Some(Ease::Kept)
            }
            Self::UnmarkedSecret | Self::UnmarkedPersonal => Some(Ease::Marked),
            Self::UnknownWord | Self::UnknownExtension | Self::ClosedObject | Self::Pattern | Self::Example => {
                Some(Ease::LeftOut)
            }
            Self::UnsupportedWord if is_idle(&IDLE) => Some(Ease::LeftOut),
            Self::Schema if is_idle(&IDLE) || is_idle(&IDLE_ON_SCHEMA) => Some(Ease::LeftOut),
            Self::Schema | Self::NameClash if above == "enum" => Some(Ease::LeftOut),
            Self::Parameter if last == "nullable" => Some(Ease::LeftOut),
            Self::Schema if above == "required" => Some(Ease::LeftOut),
            _ => None,
        }
    }
}

/// Whether a pointer leads to a header of a response, or into one.
fn is_of_header(pointer: &str) -> bool {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    matches!(
        steps.as_slice(),
        ["components", "headers", _, ..]
            | ["components", "responses", _, "headers", _, ..]
            | ["paths", _, _, "responses", _, "headers", _, ..]
    )
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
