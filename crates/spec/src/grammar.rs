//! The grammar: which words are where, and what they hold.
//!
//! OpenAPI has more words than a generated client can honour, and a word that is read over is a promise broken in
//! silence. So the tables below name every word that is understood; a word of OpenAPI that is not among them is refused
//! with what to write instead, and anything else is taken for a slip of the pen.

use crate::finding::{Report, Rule};
use crate::node::{At, Kind};
use crate::reference::{MAX_HOPS, references};
use crate::words::{ANYWHERE, CLIENT_AUTHENTICATION, CLIENT_AUTHENTICATIONS, EXTENSIONS, one_of, suggestion};

/// What is under a key.
pub(crate) enum Shape {
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number, not negative.
    Count,
    /// A number.
    Number,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A list of one shape.
    List(&'static Shape),
    /// A mapping from any name to one shape.
    Map(&'static Shape),
    /// A mapping with a table of its own.
    Object(&'static Object),
    /// A boolean or a schema.
    BoolOrSchema,
    /// Sample data, or something that another module reads.
    Free,
}

/// A mapping whose keys are known.
pub(crate) struct Object {
    /// What findings call it.
    pub(crate) name: &'static str,
    /// The words that may be in it.
    pub(crate) words: &'static [(&'static str, Shape)],
    /// Those that must.
    pub(crate) required: &'static [&'static str],
    /// The words of OpenAPI that are refused, and what to write instead.
    refused: &'static [(&'static str, &'static str)],
    /// The extensions that mean something here, beside those that may be anywhere.
    pub(crate) extensions: &'static [&'static str],
    /// The section of `components` that a `$ref` in its place may lead to.
    pub(crate) section: Option<&'static str>,
}

/// What most tables leave empty.
const PLAIN: Object = Object { name: "", words: &[], required: &[], refused: &[], extensions: &[], section: None };

/// The document as a whole.
pub(crate) static DOCUMENT: Object = Object {
    name: "the document",
    words: &[
        ("openapi", Shape::Text),
        ("info", Shape::Object(&INFO)),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
        ("servers", Shape::List(&Shape::Object(&SERVER))),
        ("tags", Shape::List(&Shape::Object(&TAG))),
        ("security", SECURITY),
        ("paths", Shape::Map(&Shape::Object(&PATH_ITEM))),
        ("components", Shape::Object(&COMPONENTS)),
    ],
    required: &["openapi", "info", "paths"],
    extensions: &[
        "x-credentials",
        "x-settings",
        "x-values",
        "x-session",
        "x-outcome",
        "x-webhooks",
        "x-operations",
        "x-base",
    ],
    ..PLAIN
};

/// Which published document a document was made of.
static BASE: Object = Object {
    name: "`x-base`",
    words: &[("file", Shape::Text), ("sha256", Shape::Text)],
    required: &["file", "sha256"],
    ..PLAIN
};

static OVERLAY: Object = Object {
    name: "the overlay",
    words: &[
        ("overlay", Shape::Text),
        (
            "info",
            Shape::Object(&Object {
                name: "info",
                words: &[("title", Shape::Text), ("version", Shape::Text), ("description", Shape::Text)],
                required: &["title", "version"],
                ..PLAIN
            }),
        ),
        ("extends", Shape::Text),
        ("actions", Shape::List(&Shape::Object(&ACTION))),
    ],
    required: &["overlay", "info", "extends", "actions"],
    extensions: &["x-sha256", "x-operations"],
    ..PLAIN
};

static ACTION: Object = Object {
    name: "an action",
    words: &[
        ("target", Shape::Text),
        ("description", Shape::Text),
        ("update", Shape::Free),
        ("copy", Shape::Text),
        ("remove", Shape::Bool),
    ],
    required: &["target"],
    ..PLAIN
};

/// Which operations of a published document there are.
static OPERATIONS: Object = Object {
    name: "`x-operations`",
    words: &[("only", Shape::List(&Shape::Text)), ("except", Shape::List(&Shape::Text)), UNSUPPORTED],
    ..PLAIN
};

/// Which operations of a document of ours there are.
static OWN_OPERATIONS: Object = Object { name: "`x-operations`", words: &[UNSUPPORTED], ..PLAIN };

/// What becomes of operations that cannot be taken.
const UNSUPPORTED: (&str, Shape) = ("unsupported", Shape::Choice(&["skip"]));

static INFO: Object = Object {
    name: "info",
    words: &[
        ("title", Shape::Text),
        ("description", Shape::Text),
        ("termsOfService", Shape::Text),
        ("version", Shape::Text),
        (
            "contact",
            Shape::Object(&Object {
                name: "contact",
                words: &[("name", Shape::Text), ("url", Shape::Text), ("email", Shape::Text)],
                ..PLAIN
            }),
        ),
        (
            "license",
            Shape::Object(&Object {
                name: "license",
                words: &[("name", Shape::Text), ("url", Shape::Text)],
                required: &["name"],
                ..PLAIN
            }),
        ),
    ],
    required: &["title", "version"],
    ..PLAIN
};

static EXTERNAL_DOCS: Object = Object {
    name: "externalDocs",
    words: &[("description", Shape::Text), ("url", Shape::Text)],
    required: &["url"],
    ..PLAIN
};

static SERVER: Object = Object {
    name: "a server",
    words: &[("url", Shape::Text), ("description", Shape::Text), ("variables", VARIABLES)],
    required: &["url", "description", "x-name"],
    extensions: &["x-name"],
    ..PLAIN
};

const VARIABLES: Shape = Shape::Map(&Shape::Object(&VARIABLE));

/// What a URL has in braces, which is a setting.
static VARIABLE: Object = Object {
    name: "a variable of a server",
    words: &[("default", Shape::Free), ("enum", Shape::List(&Shape::Free)), ("description", Shape::Text)],
    required: &["default"],
    ..PLAIN
};

/// Where an operation is called, if not where all others are.
static OWN_SERVER: Object = Object {
    name: "a server of an operation",
    words: &[("url", Shape::Text), ("description", Shape::Text), ("variables", VARIABLES)],
    required: &["url"],
    extensions: &["x-name"],
    ..PLAIN
};

static TAG: Object = Object {
    name: "a tag",
    words: &[("name", Shape::Text), ("description", Shape::Text), ("externalDocs", Shape::Object(&EXTERNAL_DOCS))],
    required: &["name"],
    ..PLAIN
};

/// `[{scheme: []}]`
const SECURITY: Shape = Shape::List(&Shape::Map(&Shape::List(&Shape::Text)));

static PATH_ITEM: Object = Object {
    name: "a path",
    words: &[
        ("summary", Shape::Text),
        ("description", Shape::Text),
        ("parameters", PARAMETERS),
        ("servers", Shape::List(&Shape::Object(&OWN_SERVER))),
        ("get", Shape::Object(&OPERATION)),
        ("put", Shape::Object(&OPERATION)),
        ("post", Shape::Object(&OPERATION)),
        ("delete", Shape::Object(&OPERATION)),
        ("patch", Shape::Object(&OPERATION)),
    ],
    refused: &[
        ("$ref", "the operations here"),
        ("head", "`get`"),
        ("options", "nothing: an API client does not call it"),
        ("trace", "nothing: an API client does not call it"),
    ],
    ..PLAIN
};

/// `x-webhooks`
pub(crate) static WEBHOOKS: Shape = Shape::Map(&Shape::Object(&WEBHOOK_ITEM));

static WEBHOOK_ITEM: Object = Object {
    name: "a webhook",
    words: &[
        ("summary", Shape::Text),
        ("description", Shape::Text),
        ("parameters", PARAMETERS),
        ("post", Shape::Object(&WEBHOOK)),
    ],
    required: &["post"],
    refused: &[
        ("$ref", "the webhook here"),
        ("get", "`post`"),
        ("put", "`post`"),
        ("delete", "`post`"),
        ("patch", "`post`"),
    ],
    ..PLAIN
};

const PARAMETERS: Shape = Shape::List(&Shape::Object(&PARAMETER));

const OPERATION_WORDS: &[(&str, Shape)] = &[
    ("tags", Shape::List(&Shape::Text)),
    ("summary", Shape::Text),
    ("description", Shape::Text),
    ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
    ("operationId", Shape::Text),
    ("parameters", PARAMETERS),
    ("requestBody", Shape::Object(&REQUEST_BODY)),
    ("responses", Shape::Map(&Shape::Object(&RESPONSE))),
    ("deprecated", Shape::Bool),
    ("security", SECURITY),
    ("servers", Shape::List(&Shape::Object(&OWN_SERVER))),
];

/// The same without the last, where it is called, which is the caller's.
const WEBHOOK_WORDS: &[(&str, Shape)] = OPERATION_WORDS.split_at(OPERATION_WORDS.len() - 1).0;

static OPERATION: Object = Object {
    name: "an operation",
    words: OPERATION_WORDS,
    required: &["summary", "responses"],
    refused: &[("callbacks", "nothing: a client does not serve")],
    extensions: &["x-signed-fields", "x-outcome", "x-retry", "x-pages", "x-sandbox"],
    ..PLAIN
};

static WEBHOOK: Object = Object {
    name: "the operation of a webhook",
    words: WEBHOOK_WORDS,
    required: &["summary", "requestBody"],
    refused: &[
        ("callbacks", "nothing: a webhook is one already"),
        ("servers", "nothing: its receiver is the caller's"),
    ],
    extensions: &["x-webhook", "x-signed-fields"],
    ..PLAIN
};

static PARAMETER: Object = Object {
    name: "a parameter",
    words: &[
        ("name", Shape::Text),
        ("in", Shape::Text),
        ("description", Shape::Text),
        ("required", Shape::Bool),
        ("deprecated", Shape::Bool),
        ("style", Shape::Text),
        ("explode", Shape::Bool),
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Shape::Free),
        ("examples", EXAMPLES),
    ],
    required: &["name", "in", "schema"],
    refused: &[
        ("content", "`schema`"),
        ("allowReserved", "nothing: reserved characters are percent-encoded"),
        ("allowEmptyValue", "nothing: a value that is given is sent"),
    ],
    extensions: &["x-value"],
    section: Some("parameters"),
};

static REQUEST_BODY: Object = Object {
    name: "a request body",
    words: &[("description", Shape::Text), ("required", Shape::Bool), ("content", CONTENT)],
    required: &["content"],
    extensions: &["x-envelope"],
    section: Some("requestBodies"),
    ..PLAIN
};

const CONTENT: Shape = Shape::Map(&Shape::Object(&MEDIA_TYPE));

static MEDIA_TYPE: Object = Object {
    name: "a media type",
    words: &[
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Shape::Free),
        ("examples", EXAMPLES),
        ("encoding", Shape::Map(&Shape::Object(&ENCODING))),
    ],
    required: &["schema"],
    ..PLAIN
};

static ENCODING: Object = Object {
    name: "an encoding",
    words: &[
        ("contentType", Shape::Text),
        ("headers", Shape::Map(&Shape::Object(&PART_HEADER))),
        ("style", Shape::Text),
        ("explode", Shape::Bool),
    ],
    refused: &[("allowReserved", "nothing: reserved characters are percent-encoded")],
    ..PLAIN
};

static PART_HEADER: Object = Object {
    name: "a header of a part",
    words: &[
        ("description", Shape::Text),
        ("required", Shape::Bool),
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Shape::Free),
    ],
    required: &["schema"],
    ..PLAIN
};

const EXAMPLES: Shape = Shape::Map(&Shape::Object(&EXAMPLE));

static EXAMPLE: Object = Object {
    name: "an example",
    words: &[("summary", Shape::Text), ("description", Shape::Text), ("value", Shape::Free)],
    required: &["value"],
    refused: &[("externalValue", "`value`, with the sample itself")],
    section: Some("examples"),
    ..PLAIN
};

static RESPONSE: Object = Object {
    name: "a response",
    words: &[("description", Shape::Text), ("content", CONTENT), ("headers", HEADERS)],
    required: &["description"],
    refused: &[("links", "nothing: the client follows none")],
    extensions: &["x-envelope"],
    section: Some("responses"),
};

const HEADERS: Shape = Shape::Map(&Shape::Object(&HEADER));

static HEADER: Object = Object {
    name: "a header of a response",
    words: &[
        ("description", Shape::Text),
        ("required", Shape::Bool),
        ("deprecated", Shape::Bool),
        ("style", Shape::Choice(&["simple"])),
        ("explode", Shape::Bool),
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Shape::Free),
        ("examples", EXAMPLES),
    ],
    required: &["schema"],
    refused: &[("content", "`schema`")],
    section: Some("headers"),
    ..PLAIN
};

static COMPONENTS: Object = Object {
    name: "components",
    words: &[
        ("schemas", Shape::Map(&Shape::Object(&SCHEMA))),
        ("responses", Shape::Map(&Shape::Object(&RESPONSE))),
        ("headers", HEADERS),
        ("parameters", Shape::Map(&Shape::Object(&PARAMETER))),
        ("examples", EXAMPLES),
        ("requestBodies", Shape::Map(&Shape::Object(&REQUEST_BODY))),
        ("securitySchemes", Shape::Map(&Shape::Object(&SECURITY_SCHEME))),
    ],
    refused: &[("links", "nothing: the client follows none"), ("callbacks", "nothing: a client does not serve")],
    ..PLAIN
};

static SECURITY_SCHEME: Object = Object {
    name: "a security scheme",
    words: &[
        ("type", Shape::Choice(&["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"])),
        ("description", Shape::Text),
        ("name", Shape::Text),
        ("in", Shape::Text),
        ("scheme", Shape::Text),
        ("bearerFormat", Shape::Text),
        ("flows", Shape::Free),
        ("openIdConnectUrl", Shape::Text),
    ],
    required: &["type"],
    extensions: &["x-value", CLIENT_AUTHENTICATION],
    ..PLAIN
};

const COMBINED: &str = "one object schema with all the properties";

static DISCRIMINATOR: Object = Object {
    name: "a discriminator",
    words: &[("propertyName", Shape::Text), ("mapping", Shape::Map(&Shape::Text))],
    required: &["propertyName"],
    ..PLAIN
};

/// A schema.
pub(crate) static SCHEMA: Object = Object {
    name: "a schema",
    words: &[
        ("type", Shape::Choice(&["string", "integer", "number", "boolean", "object", "array"])),
        ("format", Shape::Text),
        ("title", Shape::Text),
        ("description", Shape::Text),
        ("nullable", Shape::Bool),
        ("deprecated", Shape::Bool),
        ("default", Shape::Free),
        ("example", Shape::Free),
        ("enum", Shape::List(&Shape::Free)),
        ("pattern", Shape::Text),
        ("minLength", Shape::Count),
        ("maxLength", Shape::Count),
        ("minimum", Shape::Number),
        ("maximum", Shape::Number),
        ("exclusiveMinimum", Shape::Bool),
        ("exclusiveMaximum", Shape::Bool),
        ("multipleOf", Shape::Number),
        ("items", Shape::Object(&SCHEMA)),
        ("minItems", Shape::Count),
        ("maxItems", Shape::Count),
        ("uniqueItems", Shape::Bool),
        ("properties", Shape::Map(&Shape::Object(&SCHEMA))),
        ("required", Shape::List(&Shape::Text)),
        ("additionalProperties", Shape::BoolOrSchema),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
        ("oneOf", Shape::List(&Shape::Object(&SCHEMA))),
        ("discriminator", Shape::Object(&DISCRIMINATOR)),
    ],
    refused: &[
        ("anyOf", "`oneOf` alone, with every case that there is"),
        ("allOf", COMBINED),
        ("not", "what the value is"),
        ("readOnly", "a schema of its own for the request"),
        ("writeOnly", "a schema of its own for the response"),
        ("minProperties", "`required`"),
        ("maxProperties", "nothing: responses may carry more"),
        ("xml", "a JSON body"),
        ("const", "`enum` with one value, or an `x-value` where the client is to fill it in"),
        ("examples", "`example`"),
        ("patternProperties", "`additionalProperties`"),
    ],
    extensions: &["x-value", "x-equal-to", "x-sensitive"],
    section: Some("schemas"),
    ..PLAIN
};

/// Words of a schema that are rewritten before the grammar sees them ([`normal`](crate::normal)).
pub(crate) static REWRITTEN: &[(&str, Shape)] = &[
    ("allOf", Shape::List(&Shape::Object(&SCHEMA))),
    ("anyOf", Shape::List(&Shape::Object(&SCHEMA))),
    ("readOnly", Shape::Bool),
    ("writeOnly", Shape::Bool),
    ("const", Shape::Free),
    ("examples", Shape::List(&Shape::Free)),
];

/// Words that combine schemas: where one of them is, nothing else is said of the schema.
pub(crate) const COMBINATIONS: [&str; 4] = ["oneOf", "anyOf", "allOf", "not"];

/// Reports every word of the document that is not where it belongs or does not hold what it should.
pub(crate) fn check(root: &At<'_>, report: &mut Report) {
    check_object(root, &DOCUMENT, root, report);
}

/// The same of an overlay, as far as it is not what it writes into a document.
pub(crate) fn check_overlay(root: &At<'_>, report: &mut Report) {
    check_object(root, &OVERLAY, root, report);
}

fn check_shape(at: &At<'_>, shape: &Shape, root: &At<'_>, report: &mut Report) {
    let expected = match (shape, &at.node.kind) {
        (Shape::Text, Kind::Text(_)) | (Shape::Bool, Kind::Bool(_)) | (Shape::Number, Kind::Number(_)) => return,
        (Shape::Count, Kind::Number(number)) if number.as_u64().is_some_and(|n| u32::try_from(n).is_ok()) => return,
        (Shape::Free, _) => return,
        (Shape::Choice(words), Kind::Text(text)) => {
            if !words.contains(&text.as_str()) {
                let remedy = suggestion(text, words.iter().copied());
                report.add(Rule::WrongValue, at, format!("`{text}` is not among its values"), remedy);
            }
            return;
        }
        (Shape::List(shape), Kind::List(_)) => {
            return at.items().for_each(|item| check_shape(&item, shape, root, report));
        }
        (Shape::Map(shape), Kind::Map(_)) => {
            for (key, entry) in at.entries() {
                let keyword = key.starts_with("x-") && entry_names_are_words(at);
                if keyword && ANYWHERE.contains(&key) {
                    check_shape(&entry, &Shape::Text, root, report);
                } else if keyword {
                    unknown_extension(&entry, key, report);
                } else {
                    check_shape(&entry, shape, root, report);
                }
            }
            return;
        }
        (Shape::Object(object), Kind::Map(_)) => return check_object(at, object, root, report),
        (Shape::BoolOrSchema, Kind::Bool(_)) => return,
        (Shape::BoolOrSchema, Kind::Map(_)) => return check_object(at, &SCHEMA, root, report),
        (Shape::Text, _) => "text (in quotes, where it looks like something else)",
        (Shape::Bool, _) => "`true` or `false`",
        (Shape::Count, _) => "a whole number that is not negative",
        (Shape::Number, _) => "a number",
        (Shape::Choice(words), _) => {
            return report.add(Rule::WrongType, at, format!("here is {}", at.node.noun()), one_of(words));
        }
        (Shape::List(_), _) => "a list",
        (Shape::Map(_) | Shape::Object(_), _) => "a mapping",
        (Shape::BoolOrSchema, _) => "`true` or a schema",
    };
    report.add(Rule::WrongType, at, format!("here is {}", at.node.noun()), expected);
}

/// Whether the keys of a mapping are chosen by OpenAPI (paths, statuses) and not by the provider (properties, names).
fn entry_names_are_words(at: &At<'_>) -> bool {
    matches!(at.pointer.as_str(), "/paths" | "/x-webhooks")
        || at.pointer.ends_with("/responses") && !at.pointer.starts_with("/components")
}

fn check_object(at: &At<'_>, object: &Object, root: &At<'_>, report: &mut Report) {
    if let Some(reference) = at.get("$ref").filter(|_| object.section.is_some()) {
        return check_reference(at, &reference, object, root, report);
    }
    for (key, value) in at.entries() {
        if let Some((_, shape)) = object.words.iter().find(|(word, _)| *word == key) {
            check_shape(&value, shape, root, report);
        } else if ANYWHERE.contains(&key) {
            check_shape(&value, &Shape::Text, root, report);
        } else if object.extensions.contains(&key) {
            // The others are read by the module of the extension.
            match key {
                "x-name" | "x-equal-to" | "x-sha256" => check_shape(&value, &Shape::Text, root, report),
                "x-webhooks" => check_shape(&value, &WEBHOOKS, root, report),
                "x-operations" if object.name == OVERLAY.name => {
                    check_shape(&value, &Shape::Object(&OPERATIONS), root, report);
                }
                "x-operations" => check_shape(&value, &Shape::Object(&OWN_OPERATIONS), root, report),
                "x-base" => check_shape(&value, &Shape::Object(&BASE), root, report),
                "x-sensitive" => check_shape(&value, &Shape::Bool, root, report),
                CLIENT_AUTHENTICATION => check_shape(&value, &Shape::Choice(CLIENT_AUTHENTICATIONS), root, report),
                _ => {}
            }
        } else if EXTENSIONS.contains(&key) {
            let problem = format!("`{key}` means nothing on {}", object.name);
            report.add(Rule::MisplacedExtension, &value, problem, "it where the table of specs/README.md says");
        } else if key.starts_with("x-") {
            unknown_extension(&value, key, report);
        } else if let Some((_, instead)) = object.refused.iter().find(|(word, _)| *word == key) {
            report.add(Rule::UnsupportedWord, &value, format!("`{key}` is not supported"), *instead);
        } else {
            let words = object.words.iter().map(|(word, _)| *word).chain(object.extensions.iter().copied());
            let problem = format!("`{key}` is not a word of {}", object.name);
            report.add(Rule::UnknownWord, &value, problem, suggestion(key, words));
        }
    }
    for word in object.required {
        if at.get(word).is_none() {
            report.add(Rule::MissingWord, at, format!("{} without `{word}`", object.name), format!("`{word}: …`"));
        }
    }
}

fn unknown_extension(at: &At<'_>, key: &str, report: &mut Report) {
    let problem = format!("`{key}` is not an extension of specs/README.md");
    report.add(Rule::UnknownExtension, at, problem, suggestion(key, EXTENSIONS.iter().copied()));
}

fn check_reference(at: &At<'_>, reference: &At<'_>, object: &Object, root: &At<'_>, report: &mut Report) {
    let section = object.section.unwrap_or_default();
    let prefix = format!("#/components/{section}/");
    let Some(target) = reference.node.as_text() else {
        let problem = format!("here is {}", reference.node.noun());
        return report.add(Rule::WrongType, reference, problem, format!("\"{prefix}NAME\""));
    };
    // Whether the value may be `null` is said where it is used.
    let is_known = |key: &str| key == "$ref" || key == "nullable" && section == "schemas";
    for (key, sibling) in at.entries().filter(|(key, _)| !is_known(key)) {
        let problem = format!("`{key}` is beside a `$ref`, where OpenAPI 3.0 reads over it");
        report.add(Rule::Reference, &sibling, problem, "it in the component, or the schema here without `$ref`");
    }
    let found = target.strip_prefix(&prefix).is_some_and(|name| !name.contains('/'))
        && root.follow(&target[1..]).is_some_and(|target| target.node.as_map().is_some());
    if found && references(root, at).nth(MAX_HOPS).is_some() {
        let problem = format!("`{target}` leads to references alone");
        report.add(Rule::Reference, reference, problem, "the component itself");
    }
    if !found {
        let names: Vec<String> = root
            .follow(&format!("/components/{section}"))
            .into_iter()
            .flat_map(|components| components.entries().take(100))
            .map(|(name, _)| format!("{prefix}{name}"))
            .collect();
        let problem = format!("`{target}` names nothing in `components/{section}` of this document");
        report.add(Rule::Reference, reference, problem, suggestion(target, names.iter().map(String::as_str)));
    }
}
