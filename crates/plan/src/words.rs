//! The words of a document as functions: what a generated plan is written with.
//!
//! A function makes what a document says at the least, and a method says more, so that a plan shows what is special about
//! its provider and nothing else:
//!
//! ```
//! use countersign_plan::words::*;
//! use countersign_plan::{Slot, list};
//!
//! // {hex: {sha-256: [{fields: signed}, {credential: secret_key}]}}
//! static CHECKSUM: Slot = header("checksum")
//!     .required()
//!     .secret()
//!     .filled(list![hex(list![sha_256(list![fields(SIGNED), credential("secret_key")])])]);
//! ```
//!
//! All of them are `const`.

use std::mem::{forget, replace};

use crate::Function::{Digest, Encode};
use crate::value::items;
use crate::{
    Absent, Alphabet, Alternatives, Branch, Codec, Condition, Constraint, Credential, CredentialKind, Cursor,
    DecidedBy, Delimiter, Encoding, Escape, Expiry, FieldForm, Fields, Found, Function, Hash, JsonForm, Kind, List,
    Member, Next, Notation, Of, Operation, Order, Outcome, Padding, PageSize, Paging, Part, Pattern, Per, Place, Plan,
    PublicForm, RequestId, RequestPart, ResponseForm, ResponsePart, Retry, Secrecy, Selection, SentAt, Server, Session,
    SessionRefusal, SessionValue, Setting, Slot, Style, Success, Text, TimeFormat, UuidVersion, Value, Webhook,
    reads_given, reads_session,
};

/// A list of a generated plan.
#[macro_export]
macro_rules! list {
    () => { ::std::borrow::Cow::Borrowed(&[]) };
    ($($item:expr),+ $(,)?) => { ::std::borrow::Cow::Borrowed(const { &[$($item),+] }) };
}

/// A list of texts of a generated plan.
#[macro_export]
macro_rules! texts {
    ($($text:expr),* $(,)?) => { $crate::list![$(::std::borrow::Cow::Borrowed($text)),*] };
}

const fn borrowed(text: &'static str) -> Text {
    Text::Borrowed(text)
}

/// Puts a value in the place of what a function made, which owns nothing: a `const` function cannot drop it.
const fn put<T>(place: &mut T, value: T) {
    forget(replace(place, value));
}

/// A plan with no values to configure.
pub const fn plan(name: &'static str, title: &'static str) -> Plan {
    Plan {
        name: borrowed(name),
        title: borrowed(title),
        credentials: list![],
        settings: list![],
        servers: list![],
        session: None,
        operations: list![],
        webhooks: list![],
    }
}

impl Plan {
    /// What the provider issued to the caller.
    pub const fn credentials(mut self, credentials: List<Credential>) -> Self {
        put(&mut self.credentials, credentials);
        self
    }

    /// What the caller chooses.
    pub const fn settings(mut self, settings: List<Setting>) -> Self {
        put(&mut self.settings, settings);
        self
    }

    /// Where the provider is reached.
    pub const fn servers(mut self, servers: List<Server>) -> Self {
        put(&mut self.servers, servers);
        self
    }

    /// How the session is issued.
    pub const fn session(mut self, session: Session) -> Self {
        put(&mut self.session, Some(session));
        self
    }

    /// What the provider sends.
    pub const fn webhooks(mut self, webhooks: List<Webhook>) -> Self {
        put(&mut self.webhooks, webhooks);
        self
    }

    /// The operations.
    pub const fn operations(mut self, operations: List<Operation>) -> Self {
        put(&mut self.operations, operations);
        self
    }
}

impl Credential {
    /// A credential that is any text.
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), kind: CredentialKind::Text }
    }

    /// A credential of another kind.
    pub const fn of(kind: CredentialKind, name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), kind }
    }
}

impl Setting {
    /// A setting that the caller must give.
    pub const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), description: borrowed(description), default: None, one_of: list![] }
    }

    /// What it is one of.
    pub const fn one_of(mut self, values: List<Text>) -> Self {
        put(&mut self.one_of, values);
        self
    }

    /// What it is unless the caller gives it.
    pub const fn default(mut self, value: &'static str) -> Self {
        put(&mut self.default, Some(borrowed(value)));
        self
    }
}

impl Server {
    /// A server.
    pub const fn new(name: &'static str, url: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), url: borrowed(url), description: borrowed(description) }
    }
}

impl Session {
    /// A session that this operation issues, and that serves until it is refused.
    pub const fn issued_by(operation: &'static str, values: List<SessionValue>) -> Self {
        Self {
            issue: borrowed(operation),
            renew: None,
            values,
            expires: list![],
            early_seconds: 60,
            refused: SessionRefusal { statuses: list![], codes: list![] },
        }
    }

    /// The operation whose response replaces the values too.
    pub const fn renewed_by(mut self, operation: &'static str) -> Self {
        put(&mut self.renew, Some(borrowed(operation)));
        self
    }

    /// How its end is known.
    pub const fn expires(mut self, expires: List<Expiry>) -> Self {
        put(&mut self.expires, expires);
        self
    }

    /// How many seconds before its end it is no longer used. Default: 60.
    pub const fn early(mut self, seconds: u32) -> Self {
        self.early_seconds = seconds;
        self
    }

    /// The HTTP statuses and the codes that mean that it is no longer good.
    pub const fn refused(mut self, statuses: List<u16>, codes: List<Text>) -> Self {
        put(&mut self.refused, SessionRefusal { statuses, codes });
        self
    }
}

impl SessionValue {
    /// A value, and where in the response it is.
    pub const fn new(name: &'static str, pointer: &'static str, description: &'static str) -> Self {
        Self { name: borrowed(name), pointer: borrowed(pointer), description: borrowed(description) }
    }
}

/// `{jwt: NAME}`
pub const fn jwt(name: &'static str) -> Expiry {
    Expiry::Jwt(borrowed(name))
}

/// `{seconds: POINTER}`
pub const fn seconds(pointer: &'static str) -> Expiry {
    Expiry::Seconds(borrowed(pointer))
}

/// `{at: POINTER, format: FORMAT, offset: …}`
pub const fn at(pointer: &'static str, format: &'static str, offset_seconds: i32) -> Expiry {
    Expiry::At { pointer: borrowed(pointer), format: borrowed(format), offset_seconds }
}

/// `{after: …}`, in seconds.
pub const fn after(seconds: u32) -> Expiry {
    Expiry::After(seconds)
}

/// An operation without a body that is classified by its HTTP status and answers with JSON.
pub const fn operation(id: &'static str, method: &'static str, path: &'static str) -> Operation {
    Operation {
        id: borrowed(id),
        method: borrowed(method),
        path: borrowed(path),
        slots: list![],
        body: None,
        optional_body: false,
        media_type: None,
        alternatives: None,
        signed_fields: list![],
        order: list![],
        session: false,
        servers: list![],
        certificate: None,
        opened: list![],
        successes: list![],
        outcome: outcome(DecidedBy::StatusAndBody),
        retry: Retry::Never,
        response: ResponseForm::Json,
        accept: None,
        paging: None,
    }
}

impl Operation {
    /// What it sends, in the document's order.
    pub const fn slots(mut self, slots: List<Slot>) -> Self {
        let mut index = 0;
        while index < items(&slots).len() {
            if let Some(value) = &items(&slots)[index].value {
                self.session |= reads_session(items(value));
            }
            index += 1;
        }
        put(&mut self.slots, slots);
        self
    }

    /// A body in JSON.
    pub const fn json(mut self) -> Self {
        self.body = Some(Encoding::Json);
        self
    }

    /// A body that is a form.
    pub const fn form(mut self) -> Self {
        self.body = Some(Encoding::Form);
        self
    }

    /// A body in parts.
    pub const fn multipart(mut self) -> Self {
        self.body = Some(Encoding::Multipart);
        self
    }

    /// A call can be made without its body.
    pub const fn optional_body(mut self) -> Self {
        self.optional_body = true;
        self
    }

    /// The media type of the body, where it is another one than that of JSON or of a form.
    pub const fn sent_as(mut self, media_type: &'static str) -> Self {
        put(&mut self.media_type, Some(borrowed(media_type)));
        self
    }

    /// `x-signed-fields`
    pub const fn signed(mut self, fields: List<Text>) -> Self {
        put(&mut self.signed_fields, fields);
        self
    }

    /// The slots that are filled in, each after those that it reads.
    pub const fn order(mut self, order: List<u16>) -> Self {
        put(&mut self.order, order);
        self
    }

    /// `x-envelope` of a response.
    pub const fn opened(mut self, value: List<Value>) -> Self {
        put(&mut self.opened, value);
        self
    }

    /// `type: mutualTLS`
    pub const fn at(mut self, servers: List<Text>) -> Self {
        put(&mut self.servers, servers);
        self
    }

    /// `type: mutualTLS`
    pub const fn mutual_tls(mut self, credential: &'static str) -> Self {
        put(&mut self.certificate, Some(borrowed(credential)));
        self
    }

    /// How a response is classified.
    pub const fn outcome(mut self, outcome: Outcome) -> Self {
        put(&mut self.outcome, outcome);
        self
    }

    /// `x-retry: safe`
    pub const fn safe(mut self) -> Self {
        self.retry = Retry::Safe;
        self
    }

    /// The body is one of several.
    pub const fn one_of(mut self, alternatives: Alternatives) -> Self {
        put(&mut self.alternatives, Some(alternatives));
        self
    }

    /// The media type of a success, where it is another one than that of JSON.
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        put(&mut self.accept, Some(borrowed(media_type)));
        self
    }

    /// `x-pages`
    pub const fn paging(mut self, paging: Paging) -> Self {
        put(&mut self.paging, Some(paging));
        self
    }

    /// A success has no body that the document describes.
    pub const fn empty(mut self) -> Self {
        self.response = ResponseForm::Empty;
        self
    }

    /// A success is text.
    pub const fn plain_text(mut self) -> Self {
        self.response = ResponseForm::Text;
        self
    }

    /// A success is a file.
    pub const fn bytes(mut self) -> Self {
        self.response = ResponseForm::Bytes;
        self
    }

    /// The successes, which differ in what they carry.
    pub const fn successes(mut self, successes: List<Success>) -> Self {
        put(&mut self.successes, successes);
        self
    }
}

/// A success in JSON, by its status.
pub const fn success(status: &'static str) -> Success {
    Success { status: borrowed(status), form: ResponseForm::Json, opened: list![] }
}

impl Success {
    /// It has no body that the document describes.
    pub const fn empty(mut self) -> Self {
        self.form = ResponseForm::Empty;
        self
    }

    /// It is text.
    pub const fn plain_text(mut self) -> Self {
        self.form = ResponseForm::Text;
        self
    }

    /// It is a file.
    pub const fn bytes(mut self) -> Self {
        self.form = ResponseForm::Bytes;
        self
    }

    /// `x-envelope`
    pub const fn opened(mut self, value: List<Value>) -> Self {
        put(&mut self.opened, value);
        self
    }
}

/// `cursor: NAME, from: …`
pub const fn cursor(into: &'static str, from: Found) -> Paging {
    going_on(Next::Cursor { into: borrowed(into), from: Cursor::Of(from) })
}

/// `cursor: NAME, from-last-item: POINTER`
pub const fn cursor_of_last_item(into: &'static str, pointer: &'static str) -> Paging {
    going_on(Next::Cursor { into: borrowed(into), from: Cursor::LastItem(borrowed(pointer)) })
}

/// `page: NAME, first: …`
pub const fn page_number(into: &'static str, first: u32) -> Paging {
    going_on(Next::Number { into: borrowed(into), first })
}

/// `offset: NAME`
pub const fn offset(into: &'static str) -> Paging {
    going_on(Next::Offset { into: borrowed(into) })
}

/// `link: next`
pub const fn link() -> Paging {
    going_on(Next::Link)
}

const fn going_on(next: Next) -> Paging {
    Paging { items: borrowed(""), next, more: None, total: None, pages: None, size: None }
}

impl Paging {
    /// `items: POINTER`
    pub const fn items(mut self, pointer: &'static str) -> Self {
        put(&mut self.items, borrowed(pointer));
        self
    }

    /// `more: …`
    pub const fn more(mut self, at: Found) -> Self {
        put(&mut self.more, Some(at));
        self
    }

    /// `total: …`
    pub const fn total(mut self, at: Found) -> Self {
        put(&mut self.total, Some(at));
        self
    }

    /// `pages: …`
    pub const fn pages(mut self, at: Found) -> Self {
        put(&mut self.pages, Some(at));
        self
    }

    /// `size: NAME`
    pub const fn size(mut self, name: &'static str) -> Self {
        put(&mut self.size, Some(PageSize { name: borrowed(name), default: None }));
        self
    }

    /// The same, with what the size is where nobody says.
    pub const fn size_or(mut self, name: &'static str, default: u32) -> Self {
        put(&mut self.size, Some(PageSize { name: borrowed(name), default: Some(default) }));
        self
    }
}

/// A place in the body of a response.
pub const fn at_pointer(pointer: &'static str) -> Found {
    Found::Field(borrowed(pointer))
}

/// A header of a response.
pub const fn at_header(name: &'static str) -> Found {
    Found::Header(borrowed(name))
}

/// An event that the provider sends.
pub const fn webhook(mut operation: Operation) -> Webhook {
    // What its receiver answers is not described.
    operation.response = ResponseForm::Empty;
    Webhook { operation, when: list![], sent_at: None, event_id: list![] }
}

impl Webhook {
    /// `when: {NAME: TEXT, …}`
    pub const fn when(mut self, conditions: List<(Text, List<Text>)>) -> Self {
        put(&mut self.when, conditions);
        self
    }

    /// `timestamp: {of: V, format: FORMAT, age: …}`
    pub const fn sent_at(mut self, of: List<Value>, format: TimeFormat, age_seconds: u32) -> Self {
        put(&mut self.sent_at, Some(SentAt { of, format, age_seconds }));
        self
    }

    /// `event-id: V`
    pub const fn event_id(mut self, of: List<Value>) -> Self {
        put(&mut self.event_id, of);
        self
    }
}

/// A name, and the texts of which it has one.
pub const fn is_one_of(name: &'static str, texts: List<Text>) -> (Text, List<Text>) {
    (borrowed(name), texts)
}

/// What is between the elements of a list: a comma.
pub const COMMA: Delimiter = Delimiter::Comma;
/// What is between the elements of a list: a space.
pub const SPACE: Delimiter = Delimiter::Space;
/// What is between the elements of a list: a vertical line.
pub const PIPE: Delimiter = Delimiter::Pipe;

/// A header.
pub const fn header(name: &'static str) -> Slot {
    slot(Place::Header, name)
}

/// A query parameter.
pub const fn query(name: &'static str) -> Slot {
    slot(Place::Query, name)
}

/// A path parameter, which is always required.
pub const fn path(name: &'static str) -> Slot {
    slot(Place::Path, name).required()
}

/// A field of the body, by its JSON pointer.
pub const fn field(pointer: &'static str) -> Slot {
    slot(Place::Field, pointer)
}

/// The body on the wire (`x-envelope`).
pub const fn envelope(value: List<Value>) -> Slot {
    slot(Place::Body, "").filled(value)
}

/// A value of `x-values`.
pub const fn value(name: &'static str, of: List<Value>) -> Slot {
    slot(Place::Value, name).filled(of)
}

const fn slot(place: Place, name: &'static str) -> Slot {
    Slot {
        place,
        name: borrowed(name),
        required: false,
        value: None,
        given: true,
        rules: list![TEXT],
        secrecy: Secrecy::Public,
        notation: Notation::String,
        per: Per::Attempt,
        style: Style::Single,
        part: Part { is_file: false, media_type: None, headers: list![] },
    }
}

impl Slot {
    /// A request without it is refused before it is sent.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// `x-sensitive: true`
    pub const fn sensitive(mut self) -> Self {
        self.secrecy = Secrecy::Sensitive;
        self
    }

    /// `format: password`
    pub const fn secret(mut self) -> Self {
        self.secrecy = Secrecy::Secret;
        self
    }

    /// `x-value`: the client fills it in, or makes it of what the caller gives. That is held to nothing, unless
    /// [`rules`](Self::rules) are given after it.
    pub const fn filled(mut self, value: List<Value>) -> Self {
        self.given = reads_given(items(&value));
        put(&mut self.value, Some(value));
        put(&mut self.rules, list![]);
        self
    }

    /// `per: call`
    pub const fn per_call(mut self) -> Self {
        self.per = Per::Call;
        self
    }

    /// Nothing in this object is for the caller.
    pub const fn internal(mut self) -> Self {
        self.given = false;
        self
    }

    /// A filled field is written as it is: a number or a boolean.
    pub const fn literal(mut self) -> Self {
        self.notation = Notation::Literal;
        self
    }

    /// A list, with a pair for each of its elements.
    pub const fn repeated(mut self) -> Self {
        put(&mut self.style, Style::Repeated);
        self
    }

    /// A list, with this between its elements.
    pub const fn joined(mut self, delimiter: Delimiter) -> Self {
        put(&mut self.style, Style::Joined(delimiter));
        self
    }

    /// A member of the object that is the parameter of this name.
    pub const fn member_of(mut self, object: &'static str) -> Self {
        put(&mut self.style, Style::Member(borrowed(object)));
        self
    }

    /// `style: deepObject` in a form.
    pub const fn bracketed(mut self) -> Self {
        put(&mut self.style, Style::Bracketed);
        self
    }

    /// `style: form` of an object in a form.
    pub const fn spread(mut self) -> Self {
        put(&mut self.style, Style::Spread);
        self
    }

    /// `contentType: application/json` in a form.
    pub const fn as_json(mut self) -> Self {
        put(&mut self.style, Style::Json);
        self
    }

    /// A file of a multipart body. It is held to nothing, unless [`rules`](Self::rules) are given after it.
    pub const fn file(mut self) -> Self {
        self.part.is_file = true;
        put(&mut self.rules, list![]);
        self
    }

    /// The media type of a part, or those that a file may have.
    pub const fn typed(mut self, media_type: &'static str) -> Self {
        put(&mut self.part.media_type, Some(borrowed(media_type)));
        self
    }

    /// The other headers of a part.
    pub const fn headed(mut self, headers: List<(Text, Text)>) -> Self {
        put(&mut self.part.headers, headers);
        self
    }

    /// What it must satisfy. Default: that it is text, or nothing if it is [filled](Self::filled).
    pub const fn rules(mut self, rules: List<Constraint>) -> Self {
        put(&mut self.rules, rules);
        self
    }
}

/// A constraint that says a type, or that `null` is allowed.
macro_rules! types {
    ($($name:ident: $variant:ident;)*) => {
        $(
            #[doc = concat!("[`Constraint::", stringify!($variant), "`]")]
            pub const $name: Constraint = Constraint::$variant;
        )*
    };
}

types! {
    NULLABLE: Nullable;
    TEXT: Text;
    INTEGER: Integer;
    INT_32: Int32;
    INT_64: Int64;
    NUMBER: Number;
    BOOLEAN: Boolean;
    DATE: Date;
    ARRAY: Array;
    OBJECT: Object;
    UNIQUE_ITEMS: UniqueItems;
}

/// A constraint that counts.
macro_rules! counts {
    ($($name:ident: $variant:ident, $word:literal;)*) => {
        $(
            #[doc = concat!("`", $word, "`")]
            pub const fn $name(count: u32) -> Constraint {
                Constraint::$variant(count)
            }
        )*
    };
}

counts! {
    min_length: MinLength, "minLength";
    max_length: MaxLength, "maxLength";
    min_items: MinItems, "minItems";
    max_items: MaxItems, "maxItems";
}

/// A constraint that has a text.
macro_rules! bounds {
    ($($name:ident: $variant:ident, $word:literal;)*) => {
        $(
            #[doc = concat!("`", $word, "`")]
            pub const fn $name(text: &'static str) -> Constraint {
                Constraint::$variant(borrowed(text))
            }
        )*
    };
}

bounds! {
    minimum: Minimum, "minimum";
    maximum: Maximum, "maximum";
    above: Above, "exclusiveMinimum";
    below: Below, "exclusiveMaximum";
    multiple_of: MultipleOf, "multipleOf";
    equal_to: EqualTo, "x-equal-to";
}

/// `pattern`
pub const fn pattern(pattern: &'static str) -> Constraint {
    Constraint::Pattern(Pattern::new(pattern))
}

/// `enum`
pub const fn one_of(values: List<Text>) -> Constraint {
    Constraint::OneOf(values)
}

/// `enum` of numbers or booleans
pub const fn literals(values: List<Text>) -> Constraint {
    Constraint::Literals(values)
}

/// What each element of an array satisfies.
pub const fn each(rules: List<Constraint>) -> Constraint {
    Constraint::Items(rules)
}

/// What each value of a map satisfies.
pub const fn values(rules: List<Constraint>) -> Constraint {
    Constraint::Values(rules)
}

/// What is demanded of the value so many levels around.
pub const fn again(levels: u16) -> Constraint {
    Constraint::Again(levels)
}

/// The members of an object below an array or a map.
pub const fn members(members: List<Member>) -> Constraint {
    Constraint::Members(members)
}

/// One of several, which what each requires tells from the others.
pub const fn any_of(branches: List<Branch>) -> Alternatives {
    Alternatives { by: None, branches }
}

/// One of several, which the text of a member says.
pub const fn any_by(member: &'static str, branches: List<Branch>) -> Alternatives {
    Alternatives { by: Some(borrowed(member)), branches }
}

/// A value that is one of several.
pub const fn alternatives(of: Alternatives) -> Constraint {
    Constraint::Alternatives(of)
}

/// One of several.
pub const fn branch(name: &'static str, values: List<Text>, rules: List<Constraint>) -> Branch {
    Branch { name: borrowed(name), values, rules }
}

/// A member that may be left out.
pub const fn member(name: &'static str, rules: List<Constraint>) -> Member {
    Member { name: borrowed(name), required: false, rules }
}

/// A member that may not be left out.
pub const fn required_member(name: &'static str, rules: List<Constraint>) -> Member {
    Member { name: borrowed(name), required: true, rules }
}

/// An outcome without conditions.
pub const fn outcome(decided_by: DecidedBy) -> Outcome {
    Outcome {
        decided_by,
        success: list![],
        code: list![],
        message: list![],
        request_id: list![],
        signed: list![],
        kinds: list![],
    }
}

impl Outcome {
    /// What the body of a success satisfies.
    pub const fn success(mut self, conditions: List<Condition>) -> Self {
        put(&mut self.success, conditions);
        self
    }

    /// Where the provider's code is.
    pub const fn code(mut self, pointers: List<Text>) -> Self {
        put(&mut self.code, pointers);
        self
    }

    /// Where the provider's message is.
    pub const fn message(mut self, pointers: List<Text>) -> Self {
        put(&mut self.message, pointers);
        self
    }

    /// Where the request id is.
    pub const fn request_id(mut self, places: List<RequestId>) -> Self {
        put(&mut self.request_id, places);
        self
    }

    /// `signed: {NAME: V}`
    pub const fn signed(mut self, signed: List<(Text, List<Value>)>) -> Self {
        put(&mut self.signed, signed);
        self
    }

    /// What kind of refusal a code is.
    pub const fn kinds(mut self, kinds: List<(Text, Kind)>) -> Self {
        put(&mut self.kinds, kinds);
        self
    }
}

/// A code, and its kind.
pub const fn kind(code: &'static str, kind: Kind) -> (Text, Kind) {
    (borrowed(code), kind)
}

/// `{at: POINTER, one-of: […]}`
pub const fn holds(pointer: &'static str, values: List<Text>) -> Condition {
    Condition::OneOf { pointer: borrowed(pointer), values, optional: false }
}

/// `{at: POINTER, one-of: […], optional: true}`
pub const fn holds_if_there(pointer: &'static str, values: List<Text>) -> Condition {
    Condition::OneOf { pointer: borrowed(pointer), values, optional: true }
}

/// `{at: POINTER, absent: true}`
pub const fn absent(pointer: &'static str) -> Condition {
    Condition::Absent(borrowed(pointer))
}

/// `{at: POINTERS, present: true}`
pub const fn present(pointers: List<Text>) -> Condition {
    Condition::Present(pointers)
}

/// `{request-header: NAME}`
pub const fn request_header(name: &'static str) -> RequestId {
    RequestId::RequestHeader(borrowed(name))
}

/// `{response-header: NAME}`
pub const fn response_header(name: &'static str) -> RequestId {
    RequestId::ResponseHeader(borrowed(name))
}

/// A request id in the body.
pub const fn in_body(pointer: &'static str) -> RequestId {
    RequestId::Body(borrowed(pointer))
}

/// Text.
pub const fn text(text: &'static str) -> Value {
    Value::Text(borrowed(text))
}

/// `{credential: NAME}`
pub const fn credential(name: &'static str) -> Value {
    Value::Credential(borrowed(name))
}

/// `{setting: NAME}`
pub const fn setting(name: &'static str) -> Value {
    Value::Setting(borrowed(name))
}

/// `{session: NAME}`
pub const fn session(name: &'static str) -> Value {
    Value::Session(borrowed(name))
}

/// `{given: true}`
pub const GIVEN: Value = Value::Given;

/// `{uuid: v4}`
pub const UUID: Value = uuid(UuidVersion::V4, Per::Attempt);

/// `{uuid: …, per: …}`
pub const fn uuid(version: UuidVersion, per: Per) -> Value {
    Value::Uuid { version, per }
}

/// `{random: {of: …, length: …}}`
pub const fn random(of: Alphabet, length: u16) -> Value {
    Value::Random { of, length }
}

/// `{value: NAME}`
pub const fn made(name: &'static str) -> Value {
    Value::Made(borrowed(name))
}

/// `{time: unix}`
pub const UNIX: Value = time(TimeFormat::Unix, 0, 0);

/// `{time: unix-millis}`
pub const UNIX_MILLIS: Value = time(TimeFormat::UnixMillis, 0, 0);

/// `{time: rfc3339}`
pub const RFC3339: Value = time(TimeFormat::Rfc3339, 0, 0);

/// `{time: FORMAT, offset: …, plus: …}`
pub const fn time(format: TimeFormat, offset_seconds: i32, plus_seconds: i64) -> Value {
    Value::Time { format, offset_seconds, plus_seconds }
}

/// A `strftime` format.
pub const fn strftime(format: &'static str) -> TimeFormat {
    TimeFormat::Strftime(borrowed(format))
}

/// `{request: PART}`
pub const fn request(part: RequestPart) -> Value {
    Value::Request(part)
}

/// `{header: NAME}`
pub const fn sent_header(name: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Skip, part: None }
}

/// `{header: NAME, absent: empty}`
pub const fn sent_header_or_empty(name: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Empty, part: None }
}

/// `{header: NAME, part: NAME}`
pub const fn part_of_header(name: &'static str, part: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Skip, part: Some(borrowed(part)) }
}

/// `{header: NAME, absent: empty, part: NAME}`
pub const fn part_of_header_or_empty(name: &'static str, part: &'static str) -> Value {
    Value::Header { name: borrowed(name), absent: Absent::Empty, part: Some(borrowed(part)) }
}

/// `{query: NAME}`
pub const fn sent_query(name: &'static str) -> Value {
    Value::Query(borrowed(name))
}

/// `{response: PART}`
pub const fn response(part: ResponsePart) -> Value {
    Value::Response(part)
}

/// `{response-header: NAME}`
pub const fn received_header(name: &'static str) -> Value {
    Value::ResponseHeader { name: borrowed(name), part: None }
}

/// `{response-header: NAME, part: NAME}`
pub const fn part_of_received_header(name: &'static str, part: &'static str) -> Value {
    Value::ResponseHeader { name: borrowed(name), part: Some(borrowed(part)) }
}

/// `{response-field: POINTER}`
pub const fn received_field(pointer: &'static str) -> Value {
    Value::ResponseField(borrowed(pointer))
}

/// `{path: NAME}`
pub const fn sent_path(name: &'static str) -> Value {
    Value::Path(borrowed(name))
}

/// `{field: NAME}`
pub const fn sent_field(name: &'static str) -> Value {
    Value::Field(borrowed(name))
}

/// `{name: true}`
pub const NAME: Value = Value::Name;

/// `{value: true}`
pub const CONTENT: Value = Value::Content;

/// `signed`
pub const SIGNED: Selection = Selection::Signed;

/// `by-name`
pub const BY_NAME: Selection = Selection::ByName;

/// `all`
pub const ALL: Selection = Selection::All;

/// `[NAME, …]`
pub const fn these(names: List<Text>) -> Selection {
    Selection::Named(names)
}

/// `{named-in: NAME}`
pub const fn named_in(name: &'static str) -> Selection {
    Selection::NamedIn(borrowed(name))
}

/// `{prefix: TEXT}`
pub const fn prefix(prefix: &'static str) -> Selection {
    Selection::Prefix(borrowed(prefix))
}

/// `{fields: …}`
pub const fn fields(which: Selection) -> Value {
    Value::Fields(Fields::new(which))
}

/// `{fields: …}` with more beside it.
pub const fn selected(fields: Fields) -> Value {
    Value::Fields(fields)
}

impl Fields {
    /// The values of fields of the body, with nothing between them.
    pub const fn new(which: Selection) -> Self {
        Self {
            which,
            of: Of::Body,
            with: list![],
            except: list![],
            non_empty: false,
            absent: Absent::Skip,
            order: Order::Bytes,
            form: FieldForm::Values,
            separator: list![],
        }
    }

    /// `of: …`, or `headers`
    pub const fn of(mut self, of: Of) -> Self {
        self.of = of;
        self
    }

    /// `with: {NAME: V}`
    pub const fn with(mut self, with: List<(Text, List<Value>)>) -> Self {
        put(&mut self.with, with);
        self
    }

    /// `except: […]`
    pub const fn except(mut self, names: List<Text>) -> Self {
        put(&mut self.except, names);
        self
    }

    /// `where: non-empty`
    pub const fn non_empty(mut self) -> Self {
        self.non_empty = true;
        self
    }

    /// `absent: empty`
    pub const fn absent_as_empty(mut self) -> Self {
        self.absent = Absent::Empty;
        self
    }

    /// `order: ignore-case`
    pub const fn ignoring_case(mut self) -> Self {
        self.order = Order::IgnoreCase;
        self
    }

    /// `as: pairs`
    pub const fn pairs(mut self) -> Self {
        put(&mut self.form, FieldForm::Pairs);
        self
    }

    /// `as: V`
    pub const fn each(mut self, of: List<Value>) -> Self {
        put(&mut self.form, FieldForm::Each(of));
        self
    }

    /// `separator: V`
    pub const fn separator(mut self, separator: List<Value>) -> Self {
        put(&mut self.separator, separator);
        self
    }
}

/// The name and the text of a header.
pub const fn constant(name: &'static str, text: &'static str) -> (Text, Text) {
    (borrowed(name), borrowed(text))
}

/// A name and an expression.
pub const fn entry(name: &'static str, of: List<Value>) -> (Text, List<Value>) {
    (borrowed(name), of)
}

/// `{json: {…}}`
pub const fn json(members: List<(Text, List<Value>)>) -> Value {
    Value::Object(members)
}

/// `[…]` in a JSON object.
pub const fn array(items: List<List<Value>>) -> Value {
    Value::Array(items)
}

/// A number, a boolean or `null` in a JSON object.
pub const fn literal(text: &'static str) -> Value {
    Value::Literal(borrowed(text))
}

/// `{parts: {NAME: V, …}, separator: TEXT, equals: TEXT}`
pub const fn parts(parts: List<(Text, List<Value>)>, separator: &'static str, equals: &'static str) -> Value {
    Value::Parts { parts, separator: borrowed(separator), equals: borrowed(equals) }
}

/// `{public: {credential: NAME, as: …}}`
pub const fn public(credential: &'static str, form: PublicForm) -> Value {
    Value::Public { credential: borrowed(credential), form }
}

/// `{join: {with: TEXT, of: […]}}`
pub const fn join(with: &'static str, of: List<Value>) -> Value {
    Value::Join { with: borrowed(with), of }
}

/// `[…]` as one operand of `join`.
pub const fn concat(of: List<Value>) -> Value {
    Value::Concat(of)
}

macro_rules! functions {
    ($($name:ident: $function:expr;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`, with hyphens.")]
            pub const fn $name(of: List<Value>) -> Value {
                apply($function, of)
            }
        )*
    };
}

functions! {
    md5: Digest(Hash::Md5);
    sha_1: Digest(Hash::Sha1);
    sha_256: Digest(Hash::Sha256);
    sha_384: Digest(Hash::Sha384);
    sha_512: Digest(Hash::Sha512);
    hex: Encode(Codec::Hex);
    base64: Encode(Codec::Base64);
    base64_url: Encode(Codec::Base64Url);
    base64_mime: Encode(Codec::Base64Mime);
    from_hex: Encode(Codec::FromHex);
    from_base64: Encode(Codec::FromBase64);
    upper: Encode(Codec::Upper);
    lower: Encode(Codec::Lower);
    base64_url_padded: Encode(Codec::Base64UrlPadded);
    trim: Encode(Codec::Trim);
    json_minify: Function::Json(JsonForm::Minified);
    json_canonical: Function::Json(JsonForm::Canonical);
}

/// A function of one operand.
pub const fn apply(function: Function, of: List<Value>) -> Value {
    Value::Apply(function, [of, list![], list![], list![]])
}

/// A function of two operands, such as `{hmac-sha-256: {key: V, of: V}}`.
pub const fn apply2(function: Function, first: List<Value>, second: List<Value>) -> Value {
    Value::Apply(function, [first, second, list![], list![]])
}

/// A function of three operands.
pub const fn apply3(function: Function, first: List<Value>, second: List<Value>, third: List<Value>) -> Value {
    Value::Apply(function, [first, second, third, list![]])
}

/// A function of four operands.
pub const fn apply4(
    function: Function,
    first: List<Value>,
    second: List<Value>,
    third: List<Value>,
    fourth: List<Value>,
) -> Value {
    Value::Apply(function, [first, second, third, fourth])
}

/// `{hmac-sha-…: {key: V, of: V}}`
pub const fn hmac(hash: Hash, key: List<Value>, of: List<Value>) -> Value {
    apply2(Function::Hmac(hash), key, of)
}

/// `{rsa-…: {key: V, of: V}}`
pub const fn rsa(padding: Padding, key: List<Value>, of: List<Value>) -> Value {
    apply2(Function::Encrypt(padding), key, of)
}

/// `{percent: V}`
pub const fn percent(of: List<Value>) -> Value {
    apply2(Function::Escape(Escape::Percent), list![], of)
}
