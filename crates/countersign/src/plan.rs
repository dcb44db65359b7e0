//! The plan: what a document says about authenticating, signing, judging and retrying, as data.
//!
//! A provider crate holds its plan as one `static`; a tool that reads a document at run time builds the same types on
//! the heap. [`Cow`] serves both. Nothing here acts: an [`Executor`](crate::Executor) evaluates
//! the [`Value`]s, sends the requests and judges the answers.
//!
//! The words are those of `specs/README.md`, where each has an example.

use std::borrow::Cow;

mod expression;
mod pattern;

pub use expression::Expression;
pub use pattern::{Pattern, State};

/// A piece of text, borrowed in a generated crate and owned in a plan that was read at run time.
pub type Text = Cow<'static, str>;

/// A list, borrowed in a generated crate and owned in a plan that was read at run time.
pub type List<T> = Cow<'static, [T]>;

/// Everything that Countersign knows of one provider beside its types.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Plan {
    /// The provider's name in `snake_case`: the stem of its document's file name.
    pub name: Text,
    /// The document's `info.title`.
    pub title: Text,
    /// Values that the provider issued to the caller and that must stay secret or are the caller's identity.
    pub credentials: List<Credential>,
    /// Values that the caller chooses and that are not secret.
    pub settings: List<Setting>,
    /// Where the provider is reached.
    pub servers: List<Server>,
    /// How later calls get the values that the provider issues at run time, if it issues any.
    pub session: Option<Session>,
    /// The operations, in the document's order.
    pub operations: List<Operation>,
}

impl Plan {
    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The name of the environment variable that holds a credential, a setting or a session value: `AIRPAY_SECRET_KEY`.
    pub fn variable(&self, name: &str) -> String {
        format!("{}_{}", self.name, name).to_ascii_uppercase()
    }
}

/// A value that the provider issued to the caller before any call (`x-credentials`).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Credential {
    /// The name, as the builder, the environment variable and `{credential: NAME}` have it.
    pub name: Text,
    /// What it is and who issues it.
    pub description: Text,
    /// What its text must be.
    pub kind: CredentialKind,
}

/// What the text of a credential must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum CredentialKind {
    /// Any text that is not empty.
    Text,
    /// An RSA public key of at least 2048 bits as PEM text, PKCS#1 or SubjectPublicKeyInfo.
    RsaPublicKey,
}

/// A value that the caller chooses (`x-settings`).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Setting {
    /// The name, as the builder, the environment variable and `{setting: NAME}` have it.
    pub name: Text,
    /// What it means.
    pub description: Text,
    /// The value where the caller gives none. A setting without a default must be given.
    pub default: Option<Text>,
}

/// An entry of the document's `servers`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Server {
    /// The server's `x-name`.
    pub name: Text,
    /// Its base URL, without a trailing slash.
    pub url: Text,
    /// What it is for.
    pub description: Text,
}

/// Values that one operation issues and later calls carry (`x-session`).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Session {
    /// The `operationId` of the operation that issues the values.
    pub issue: Text,
    /// The `operationId` of an operation whose answer replaces the values too, when the caller calls it.
    pub renew: Option<Text>,
    /// The values and where in the answer they stand.
    pub values: List<SessionValue>,
    /// How long the values serve. The first that can be read from an answer counts; with none, until they are refused.
    pub expires: List<Expiry>,
    /// How many seconds before they expire the values are no longer used. Values that expire sooner than that are used
    /// until then.
    pub early_seconds: u32,
    /// The refusals that mean "issue anew".
    pub refused: SessionRefusal,
}

impl Session {
    /// Whether the answer of this operation brings the values.
    pub fn comes_from(&self, operation: &str) -> bool {
        self.issue == operation || self.renew.as_deref() == Some(operation)
    }
}

/// One value of a session.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct SessionValue {
    /// The name, as the builder, the environment variable and `{session: NAME}` have it.
    pub name: Text,
    /// The JSON pointer to it in the answer of the issuing operation. A number is taken as its text.
    pub pointer: Text,
    /// What it is.
    pub description: Text,
}

/// How the end of a session is known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Expiry {
    /// The `exp` claim of a session value that is a JWT. The signature of the JWT is not checked: it is the provider's.
    Jwt(Text),
    /// A JSON pointer to a lifetime in seconds.
    Seconds(Text),
    /// A JSON pointer to a point in time.
    At {
        /// The JSON pointer.
        pointer: Text,
        /// The `strftime` format of the text.
        format: Text,
        /// The zone that the text is in, in seconds east of UTC.
        offset_seconds: i32,
    },
    /// A lifetime in seconds that the documentation states.
    After(u32),
}

/// Which refusals mean that the session is no longer good.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct SessionRefusal {
    /// HTTP status numbers.
    pub statuses: List<u16>,
    /// The provider's codes.
    pub codes: List<Text>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Operation {
    /// The `operationId`, in `snake_case`.
    pub id: Text,
    /// The HTTP method, in upper case.
    pub method: Text,
    /// The path below the server's base URL, with `{name}` for a path parameter.
    pub path: Text,
    /// The headers and parameters, those of the security schemes among them, in the order in which they are filled.
    pub parameters: List<Parameter>,
    /// The request's body.
    pub body: Option<Body>,
    /// The fields that `{fields: signed}` means, in their order (`x-signed-fields`).
    pub signed_fields: List<Text>,
    /// How an answer is judged.
    pub outcome: Outcome,
    /// Whether the operation may be sent again (`x-retry`).
    pub retry: Retry,
    /// Whether a success has a JSON body.
    pub answer: AnswerForm,
}

impl Operation {
    /// The body's field at a path of names.
    pub fn field<'a>(&'a self, path: &[impl AsRef<str>]) -> Option<&'a Field> {
        let (last, above) = path.split_last()?;
        let mut fields: &[Field] = &self.body.as_ref()?.fields;
        for step in above {
            fields = &fields.iter().find(|field| field.name == step.as_ref())?.fields;
        }
        fields.iter().find(|field| field.name == last.as_ref())
    }

    /// Whether a setting must not be printed: a parameter or field that must not be is nothing but this setting.
    pub fn guards_setting(&self, name: &str) -> bool {
        fn is(value: Option<&[Value]>, name: &str) -> bool {
            matches!(value, Some([Value::Setting(setting)]) if setting == name)
        }
        fn walk(fields: &[Field], name: &str) -> bool {
            fields.iter().any(|field| {
                field.secrecy != Secrecy::Public && is(field.value.as_deref(), name) || walk(&field.fields, name)
            })
        }
        self.parameters.iter().any(|p| p.secrecy != Secrecy::Public && is(p.value.as_deref(), name))
            || self.body.as_ref().is_some_and(|body| walk(&body.fields, name))
    }

    /// The expressions that fill this operation's parameters and fields, in the document's order.
    pub fn values(&self) -> Vec<&[Value]> {
        fn walk<'a>(fields: &'a [Field], into: &mut Vec<&'a [Value]>) {
            for field in fields {
                into.extend(field.value.as_deref());
                walk(&field.fields, into);
            }
        }
        let mut values: Vec<&[Value]> =
            self.parameters.iter().filter_map(|parameter| parameter.value.as_deref()).collect();
        if let Some(body) = &self.body {
            walk(&body.fields, &mut values);
        }
        values
    }
}

/// A header, a query parameter or a path parameter.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Parameter {
    /// Where it goes.
    pub place: Place,
    /// Its name on the wire.
    pub name: Text,
    /// Whether a request without it is refused before it is sent.
    pub required: bool,
    /// How the client fills it in (`x-value`), or `None` where the caller gives it as it goes out.
    pub value: Option<List<Value>>,
    /// What its text must satisfy.
    pub rules: List<Constraint>,
    /// Whether it may be printed.
    pub secrecy: Secrecy,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Place {
    /// A request header.
    Header,
    /// The query string.
    Query,
    /// A segment of the path.
    Path,
}

/// A request's body.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Body {
    /// How it is serialised.
    pub encoding: Encoding,
    /// The fields, in the document's order, which is the order in which they are sent.
    pub fields: List<Field>,
}

/// How a body is serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// A property of a body.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Field {
    /// Its name on the wire.
    pub name: Text,
    /// Whether a request without it is refused before it is sent.
    pub required: bool,
    /// How the client fills it in (`x-value`), or `None` where the caller gives it as it goes out.
    pub value: Option<List<Value>>,
    /// What it must satisfy, as the caller gives it.
    pub rules: List<Constraint>,
    /// Whether it may be printed.
    pub secrecy: Secrecy,
    /// How a filled value is written in JSON.
    pub notation: Notation,
    /// The fields below it, where it is an object.
    pub fields: List<Field>,
}

impl Field {
    /// Whether the client makes it of what the caller gives.
    pub(crate) fn is_made_of_given(&self) -> bool {
        self.value.as_deref().is_some_and(crate::value::reads_given)
    }

    /// Whether this is an object that the client fills in, whole: nothing in it is for the caller.
    pub fn is_filled(&self) -> bool {
        let own = |field: &Self| match &field.value {
            Some(values) => !crate::value::reads_given(values),
            None => field.is_filled(),
        };
        !self.fields.is_empty() && self.fields.iter().all(own)
    }
}

/// How a filled value is written in JSON. A form has only text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Notation {
    /// As a string.
    String,
    /// As it is: the field is a `number`, an `integer` or a `boolean`.
    Literal,
}

/// Something that a value must satisfy before it is sent. Answers are never held to it.
///
/// Numbers are written as in JSON, and are compared as the decimals that they are.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
#[non_exhaustive]
pub enum Constraint {
    /// It may be `null`.
    Nullable,
    /// It is a string, where it is JSON.
    Text,
    /// It is a whole number, without a fraction or an exponent.
    Integer,
    /// It is a whole number of 32 bits.
    Int32,
    /// It is a whole number of 64 bits.
    Int64,
    /// It is a number.
    Number,
    /// It is `true` or `false`.
    Boolean,
    /// It is a date, such as `2026-01-31`.
    Date,
    /// It is an array.
    Array,
    /// It is an object.
    Object,
    /// The least number of characters.
    MinLength(u32),
    /// The greatest number of characters.
    MaxLength(u32),
    /// What must match somewhere in it.
    Pattern(Pattern),
    /// The values that it may have.
    OneOf(List<Text>),
    /// The number that it is not less than.
    Minimum(Text),
    /// The number that it is not greater than.
    Maximum(Text),
    /// The number that it is greater than.
    Above(Text),
    /// The number that it is less than.
    Below(Text),
    /// The number that it is a multiple of.
    MultipleOf(Text),
    /// The least number of elements.
    MinItems(u32),
    /// The greatest number of elements.
    MaxItems(u32),
    /// No two elements are equal.
    UniqueItems,
    /// What each element satisfies.
    Items(List<Constraint>),
    /// What each value of a map satisfies.
    Values(List<Constraint>),
    /// The members of an object that stands below an array or a map.
    Members(List<Member>),
    /// The field, in the same object, whose given value it must equal (`x-equal-to`).
    EqualTo(Text),
}

/// A member of an object that stands below an array or a map.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Member {
    /// Its name on the wire.
    pub name: Text,
    /// Whether an object without it is refused before it is sent.
    pub required: bool,
    /// What it must satisfy.
    pub rules: List<Constraint>,
}

/// Whether a value may be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Secrecy {
    /// It may.
    Public,
    /// Personal data (`x-sensitive`): never.
    Sensitive,
    /// A secret (`format: password`): never.
    Secret,
}

/// Whether an operation may be sent again after it may have reached the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Retry {
    /// It may not: the document does not say that a repetition is harmless.
    Never,
    /// It may (`x-retry: safe`).
    Safe,
}

/// What a success carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum AnswerForm {
    /// A JSON body.
    Json,
    /// Nothing that the document describes.
    Empty,
}

/// How an answer is judged (`x-outcome`).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub struct Outcome {
    /// What decides between success and refusal.
    pub decided_by: DecidedBy,
    /// What the body of a success must satisfy, all of it.
    pub success: List<Condition>,
    /// JSON pointers to the provider's code; the first that is there counts.
    pub code: List<Text>,
    /// JSON pointers to the provider's message; the first that is there counts.
    pub message: List<Text>,
    /// Where the request id is; the first that is there counts.
    pub request_id: List<RequestId>,
    /// The kind of a code. A code without an entry has the kind of its HTTP status.
    pub kinds: List<(Text, Kind)>,
}

/// What decides between success and refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum DecidedBy {
    /// Both: the HTTP status must be 2xx and the conditions must hold.
    StatusAndBody,
    /// The body alone, whatever the HTTP status (a redirect is never a success).
    Body,
}

/// Something that the body of a success satisfies.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Condition {
    /// The value at the pointer is one of these, a number or boolean compared as its text.
    OneOf {
        /// The JSON pointer.
        pointer: Text,
        /// The values.
        values: List<Text>,
        /// Whether a body without the value satisfies it too. `null` counts as absent.
        optional: bool,
    },
    /// There is nothing, or `null`, at the pointer.
    Absent(Text),
    /// There is something other than `null` at one of the pointers.
    Present(List<Text>),
}

impl Condition {
    /// The JSON pointers that it depends on.
    pub fn pointers(&self) -> &[Text] {
        match self {
            Self::OneOf { pointer, .. } | Self::Absent(pointer) => std::slice::from_ref(pointer),
            Self::Present(pointers) => pointers,
        }
    }
}

/// Where a request id is found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum RequestId {
    /// A JSON pointer into the answer.
    Body(Text),
    /// A header of the answer.
    ResponseHeader(Text),
    /// A header of the request.
    RequestHeader(Text),
}

/// What kind of refusal it is, in the same words for every provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
#[non_exhaustive]
pub enum Kind {
    /// `invalid-request`: a value is missing or malformed. Sending it again will not help.
    InvalidRequest,
    /// `unauthenticated`: credentials or session are missing, wrong or expired.
    Unauthenticated,
    /// `forbidden`: the caller is known and may not do this.
    Forbidden,
    /// `not-found`: there is no such resource, customer or operation.
    NotFound,
    /// `business`: the request was understood and declined by the provider's rules.
    Business,
    /// `pending`: the request was accepted and its outcome is not decided, or not known.
    Pending,
    /// `rate-limited`: there were too many requests. See [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// `unavailable`: the provider could not serve the request now.
    Unavailable,
}

impl Kind {
    /// The word that documents use for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Business => "business",
            Self::Pending => "pending",
            Self::RateLimited => "rate-limited",
            Self::Unavailable => "unavailable",
        }
    }

    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::InvalidRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Business,
        Self::Pending,
        Self::RateLimited,
        Self::Unavailable,
    ];
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An expression that yields bytes (`x-value`).
///
/// A [`List`] of values is their concatenation, so every function takes any number of operands.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Value {
    /// Text that stands in the document.
    Text(Text),
    /// `{credential: NAME}`
    Credential(Text),
    /// `{setting: NAME}`
    Setting(Text),
    /// `{session: NAME}`
    Session(Text),
    /// `{given: true}`: what the caller gave for this very field or parameter.
    Given,
    /// `{uuid: v4}`: one random UUID for each attempt, the same wherever it is read.
    Uuid,
    /// `{time: …}`: one clock reading for each attempt.
    Time {
        /// How it is written.
        format: TimeFormat,
        /// The zone that it is written in, in seconds east of UTC. Only [`TimeFormat::Strftime`] depends on it.
        offset_seconds: i32,
    },
    /// `{request: …}`
    Request(RequestPart),
    /// `{header: NAME}`: a header of this request, as it is sent.
    Header(Text),
    /// `{field: NAME}`: a field of the body, as it is sent: a name at the top, or a JSON pointer.
    Field(Text),
    /// `{fields: …}`
    Fields {
        /// Which fields, in which order.
        which: Selection,
        /// What of each.
        form: FieldForm,
        /// What stands between two.
        separator: Text,
        /// What becomes of an optional field that is not sent.
        absent: Absent,
    },
    /// `{join: {with: TEXT, of: […]}}`: every operand counts, an empty one too.
    Join {
        /// What stands between two.
        with: Text,
        /// The operands, each an expression of its own.
        of: List<Value>,
    },
    /// `[…]` inside an operand of `join`: several values that count as one.
    Concat(List<Value>),
    /// `{sha-256: V}`, and its siblings: the raw digest.
    Digest(Hash, List<Value>),
    /// `{hmac-sha-256: {key: V, of: V}}`, and its siblings: the raw tag.
    Hmac {
        /// The hash function.
        hash: Hash,
        /// The key.
        key: List<Value>,
        /// The message.
        of: List<Value>,
    },
    /// `{hex: V}`, and its siblings.
    Encode(Codec, List<Value>),
    /// `{rsa-pkcs1-v1-5: {key: V, of: V}}`, and its sibling: the raw ciphertext.
    Encrypt {
        /// The padding.
        padding: Padding,
        /// The public key, as PEM text.
        key: List<Value>,
        /// The plaintext.
        of: List<Value>,
    },
}

/// How a time is written.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum TimeFormat {
    /// Seconds since 1970-01-01T00:00:00Z.
    Unix,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    UnixMillis,
    /// `2026-01-31T12:34:56Z`
    Rfc3339,
    /// A `strftime` format.
    Strftime(Text),
}

/// A part of the request that is being built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum RequestPart {
    /// The method, in upper case.
    Method,
    /// The path as sent, the server's base path included.
    Path,
    /// The path below the server's base path.
    OperationPath,
    /// The query string as sent, without `?`.
    Query,
    /// The body as sent.
    Body,
}

/// Which fields of the body, in which order.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Selection {
    /// Those of the operation's `x-signed-fields`, in that order.
    Signed,
    /// All at the top of the body but the one that is being filled, sorted by the bytes of their names.
    ByName,
    /// These, in this order.
    Named(List<Text>),
}

/// What is taken of each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum FieldForm {
    /// `value`, decoded: neither percent-encoding nor JSON quotes.
    Values,
    /// `name=value`, decoded.
    Pairs,
}

/// What becomes of an optional field that is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Absent {
    /// It is left out, its separator too.
    Skip,
    /// It counts as an empty value.
    Empty,
}

/// A hash function of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Hash {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

/// An encoding of bytes as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Codec {
    /// `hex`: lower case.
    Hex,
    /// `base64`: the standard alphabet with padding (RFC 4648, section 4).
    Base64,
    /// `base64-url`: the URL-safe alphabet without padding (RFC 4648, section 5).
    Base64Url,
    /// `base64-mime`: as `base64`, in lines of 76 characters, each ended by a line feed, the last one too.
    Base64Mime,
    /// `from-hex`: either case.
    FromHex,
    /// `from-base64`: white space is skipped, padding may be missing.
    FromBase64,
    /// `upper`: ASCII letters only.
    Upper,
    /// `lower`: ASCII letters only.
    Lower,
    /// `percent`: everything but the unreserved characters of RFC 3986.
    Percent,
}

/// How a plaintext is padded before RSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = countersign::plan))]
pub enum Padding {
    /// `rsa-pkcs1-v1-5`: RSAES-PKCS1-v1_5 (RFC 8017, section 7.2).
    Pkcs1V15,
    /// `rsa-oaep-sha-256`: RSAES-OAEP with SHA-256 (RFC 8017, section 7.1).
    OaepSha256,
}

#[cfg(test)]
mod tests;
