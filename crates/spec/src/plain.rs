//! The document as plain OpenAPI: what is left for progenitor when everything that the plan says is taken away.
//!
//! It is built anew from what is understood, rather than cleaned of what is not: a word that is not named here does not
//! reach the generator. So no rule on lengths or patterns makes a response unreadable, no sample and no extension is
//! carried along, every name is one that the generator leaves as it is ([`names`](crate::names)), and a scalar that must not be printed has a `format` that the generator maps to a type that does not
//! print ([`MARKERS`]).

use std::collections::BTreeMap;

use countersign_plan::pointer::unescaped;
use countersign_plan::template::{self, Part};
use countersign_plan::{Encoding, ResponseForm};
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, Components, HeaderStyle, Info, IntegerFormat, IntegerType,
    MediaType, NumberType, ObjectType, OpenAPI, Operation, Parameter, ParameterData, ParameterSchemaOrContent,
    PathItem, PathStyle, Paths, QueryStyle, ReferenceOr, RequestBody, Response, Responses, Schema, SchemaData,
    SchemaKind, StatusCode, StringType, Type, VariantOrUnknownOrEmpty,
};

use crate::api::{self, Api, is_choice, is_hidden, required};
use crate::headers::{self, Headers};
use crate::lower::MAX_LEVELS;
use crate::names::EnumValue;
use crate::node::{At, Kind, Map, Node};
use crate::successes::{self, Success, Successes};
use crate::{choices, media, names, prose, style};

/// The `format`s of strings that mean a type of the runtime, and the path of that type.
///
/// A schema of such a string has no other word, so that a conversion of the generator recognises it.
pub const MARKERS: &[(&str, &str)] = &[
    (SECRET, "::countersign::Secret"),
    (SENSITIVE, "::countersign::Sensitive<::std::string::String>"),
    (SENSITIVE_DATE, "::countersign::Sensitive<::countersign::Date>"),
    (SENSITIVE_INTEGER, "::countersign::Sensitive<i64>"),
    (SENSITIVE_DOUBLE, "::countersign::Sensitive<f64>"),
    (SENSITIVE_DECIMAL, "::countersign::Sensitive<::countersign::Decimal>"),
    (SENSITIVE_BOOLEAN, "::countersign::Sensitive<bool>"),
    (SENSITIVE_VALUE, "::countersign::Sensitive<::countersign::generated::serde_json::Value>"),
    (BINARY, "::countersign::Binary"),
    (DATE, "::countersign::Date"),
    (DECIMAL, "::countersign::Decimal"),
    (FILE, "::countersign::File"),
];

/// Text of `format: password`.
const SECRET: &str = "countersign-secret";
/// Text with `x-sensitive`.
const SENSITIVE: &str = "countersign-sensitive";
/// A date with `x-sensitive`.
const SENSITIVE_DATE: &str = "countersign-sensitive-date";
/// An integer with `x-sensitive`.
const SENSITIVE_INTEGER: &str = "countersign-sensitive-integer";
/// A binary fraction with `x-sensitive`.
const SENSITIVE_DOUBLE: &str = "countersign-sensitive-double";
/// Any other number with `x-sensitive`.
const SENSITIVE_DECIMAL: &str = "countersign-sensitive-decimal";
/// A boolean with `x-sensitive`.
const SENSITIVE_BOOLEAN: &str = "countersign-sensitive-boolean";
/// Anything, with `x-sensitive`.
const SENSITIVE_VALUE: &str = "countersign-sensitive-value";
/// A file.
const BINARY: &str = "countersign-binary";
/// What a reference to a schema begins with.
const SCHEMAS: &str = "#/components/schemas/";
/// A date.
const DATE: &str = "countersign-date";
/// A number, unless its `format` says that it is a binary fraction.
const DECIMAL: &str = "countersign-decimal";

/// A file of a body in parts.
const FILE: &str = "countersign-file";

/// Lowers a document that the lint has found nothing in.
pub(crate) fn lower(
    api: &Api<'_>,
    successes: &BTreeMap<String, Successes>,
    headers: &BTreeMap<String, Headers>,
) -> OpenAPI {
    let info = api.section("info");
    let text = |word| info.as_ref().and_then(|info| info.text(word)).unwrap_or_default().to_owned();
    let mut paths = Paths::default();
    for operation in &api.operations {
        let item = paths.paths.entry(path(operation.path)).or_insert_with(|| ReferenceOr::Item(PathItem::default()));
        let ReferenceOr::Item(item) = item else { continue };
        let slot = match operation.method {
            "GET" => &mut item.get,
            "PUT" => &mut item.put,
            "POST" => &mut item.post,
            "DELETE" => &mut item.delete,
            _ => &mut item.patch,
        };
        *slot = Some(self::operation(api, operation, successes.get(operation.id)));
    }
    // A type that only a body of nothing but filled fields needs would be of no use to anyone.
    let used = api.request_schemas().chain(api.components("schemas").map(|(_, at)| at));
    let used = api.reach(used.filter(|schema| !is_filled(api, schema, 0)));
    let headers = api.operations.iter().filter_map(|operation| {
        let of = headers.get(operation.id)?;
        Some((of.name.clone(), self::headers(api, operation, of)))
    });
    let several = api.operations.iter().filter_map(|operation| {
        let of = successes.get(operation.id)?;
        Some((of.name.clone(), self::successes(api, operation, of)))
    });
    let schemas = api
        .components("schemas")
        .filter(|(_, at)| !is_sensitive_and_open(at))
        .filter(|(_, at)| used.contains(&at.pointer))
        .map(|(name, at)| (names::schema_key(name), schema(api, &at, false)))
        .chain(several)
        .chain(headers)
        .collect();
    OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: Info {
            title: text("title"),
            version: text("version"),
            description: prose::some_blocks(&text("description")),
            ..Info::default()
        },
        paths,
        components: Some(Components { schemas, ..Components::default() }),
        ..OpenAPI::default()
    }
}

/// A path, with the names that its parameters have in Rust.
fn path(path: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Literal(text) => text.to_owned(),
        Part::Parameter(name) => format!("{{{}}}", names::parameter(name)),
    };
    template::parts(path).map(part).collect()
}

fn operation(api: &Api<'_>, operation: &api::Operation<'_>, several: Option<&Successes>) -> Operation {
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| !is_hidden(parameter))
        .map(|at| ReferenceOr::Item(parameter(api, at)))
        .collect();
    let body = operation.body.as_ref().and_then(|body| {
        let at = body.schema.as_ref()?;
        // A body without anything for the caller is written by the client alone.
        if is_filled(api, at, 0) {
            return None;
        }
        let media = MediaType { schema: Some(schema(api, at, false)), ..MediaType::default() };
        let encoding = media::encoding(body.media_type).unwrap_or(Encoding::Json);
        let content = IndexMap::from([(generated_as(encoding).to_owned(), media)]);
        let description = described(&body.at);
        Some(ReferenceOr::Item(RequestBody { description, content, required: true, ..RequestBody::default() }))
    });
    // Those that differ are one type, and those that do not are one response.
    let response = successes::of(operation).into_iter().next().map(|success| {
        let schema = match several {
            Some(of) => Some(ReferenceOr::Reference { reference: format!("{SCHEMAS}{}", of.name) }),
            None => carried(api, &success),
        };
        let media = schema.map(|schema| MediaType { schema: Some(schema), ..MediaType::default() });
        let content = media.map(|media| (Encoding::Json.media_type().to_owned(), media)).into_iter().collect();
        let description = described(&success.at).unwrap_or_default();
        let status = success.status.parse().ok().filter(|_| several.is_none());
        let status = status.map_or(StatusCode::Range(2), StatusCode::Code);
        (status, ReferenceOr::Item(Response { description, content, ..Response::default() }))
    });
    let responses = response.into_iter().collect();
    Operation {
        operation_id: Some(names::operation_words(operation.id)),
        summary: operation.at.text("summary").and_then(prose::some_blocks),
        description: described(&operation.at),
        deprecated: operation.at.is_true("deprecated"),
        parameters,
        request_body: body,
        responses: Responses { responses, ..Responses::default() },
        ..Operation::default()
    }
}

/// The schema of what a success carries, if it has a body.
fn carried(api: &Api<'_>, success: &Success<'_>) -> Option<ReferenceOr<Schema>> {
    match success.form {
        ResponseForm::Empty => None,
        ResponseForm::Bytes => Some(ReferenceOr::Item(of(SchemaData::default(), marked(BINARY)))),
        ResponseForm::Json | ResponseForm::Text => Some(schema(api, success.schema.as_ref()?, false)),
    }
}

/// Successes that differ, as an object that has all of them: the types of its fields are those of the variants.
fn successes(api: &Api<'_>, operation: &api::Operation<'_>, several: &Successes) -> ReferenceOr<Schema> {
    let mut all = ObjectType::default();
    for (success, variant) in successes::of(operation).iter().zip(&several.variants) {
        if let Some(schema) = carried(api, success) {
            let field = names::field(&variant.name);
            all.required.push(field.clone());
            all.properties.insert(field, boxed(schema));
        }
    }
    let description = format!("What [`{0}`](crate::Client::{0}) succeeded with, by its HTTP status.", operation.id);
    let data = SchemaData { description: Some(description), ..SchemaData::default() };
    ReferenceOr::Item(of(data, Type::Object(all)))
}

/// The media type that the generator of types is told of: it knows no parts.
fn generated_as(encoding: Encoding) -> &'static str {
    if encoding == Encoding::Multipart { Encoding::Form.media_type() } else { encoding.media_type() }
}

/// The headers of a response, as an object that has all of them.
fn headers(api: &Api<'_>, operation: &api::Operation<'_>, of: &Headers) -> ReferenceOr<Schema> {
    let mut all = ObjectType::default();
    for (described, header) in headers::of(api, operation).iter().zip(&of.members) {
        let Some(at) = described.at.get("schema") else { continue };
        let mut schema = schema(api, &at, false);
        if let (ReferenceOr::Item(schema), Some(text)) = (&mut schema, self::described(&described.at)) {
            schema.schema_data.description = Some(text);
        }
        if header.required || header.is_list {
            all.required.push(header.name.clone());
        }
        all.properties.insert(header.name.clone(), boxed(schema));
    }
    let description = format!("What a response to [`{0}`](crate::Client::{0}) has in its headers.", operation.id);
    let data = SchemaData { description: Some(description), ..SchemaData::default() };
    ReferenceOr::Item(self::of(data, Type::Object(all)))
}

fn parameter(api: &Api<'_>, at: &At<'_>) -> Parameter {
    let parameter_data = ParameterData {
        name: names::parameter(at.text("name").unwrap_or_default()),
        description: described(at),
        required: at.is_true("required"),
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(match at.get("schema") {
            // The generator takes no object here; that it is the component is known without it.
            Some(schema) if !matches!(style::of(api, at), Ok(style::Written::Members(_))) => {
                self::schema(api, &schema, false)
            }
            _ => ReferenceOr::Item(of(SchemaData::default(), Type::String(StringType::default()))),
        }),
        example: None,
        examples: IndexMap::new(),
        explode: None,
        extensions: IndexMap::new(),
    };
    match at.text("in") {
        Some("path") => Parameter::Path { parameter_data, style: PathStyle::Simple },
        Some("query") => {
            Parameter::Query { parameter_data, allow_reserved: false, style: QueryStyle::Form, allow_empty_value: None }
        }
        _ => Parameter::Header { parameter_data, style: HeaderStyle::Simple },
    }
}

fn schema(api: &Api<'_>, at: &At<'_>, inherited: bool) -> ReferenceOr<Schema> {
    if let Some(reference) = at.text("$ref") {
        let reference = match reference.strip_prefix(SCHEMAS) {
            Some(name) => format!("{SCHEMAS}{}", names::schema_key(&unescaped(name))),
            None => reference.to_owned(),
        };
        let reference = ReferenceOr::Reference { reference };
        let target = api.resolve(at);
        let made = if is_sensitive_and_open(&target) { schema(api, &target, inherited) } else { reference };
        if !at.is_true("nullable") {
            return made;
        }
        let schema_data = SchemaData { nullable: true, ..SchemaData::default() };
        return ReferenceOr::Item(match made {
            ReferenceOr::Item(made) => {
                Schema { schema_data: SchemaData { nullable: true, ..made.schema_data }, ..made }
            }
            made => Schema { schema_data, schema_kind: SchemaKind::AllOf { all_of: vec![made] } },
        });
    }
    let sensitive = inherited || at.is_true("x-sensitive");
    let data = SchemaData { description: described(at), nullable: at.is_true("nullable"), ..SchemaData::default() };
    if is_choice(at) {
        return ReferenceOr::Item(of(SchemaData { nullable: false, ..data }, choice(api, at, sensitive)));
    }
    let kind = match (at.text("type").unwrap_or_default(), sensitive) {
        // It is never printed.
        _ if api.files.contains(&at.pointer) => marked(FILE),
        ("integer" | "number", false) if at.get("enum").is_some() => listed(at),
        ("integer", true) => marked(SENSITIVE_INTEGER),
        ("integer", false) => Type::Integer(IntegerType {
            format: VariantOrUnknownOrEmpty::Item(match at.text("format") {
                Some("int32") => IntegerFormat::Int32,
                _ => IntegerFormat::Int64,
            }),
            ..IntegerType::default()
        }),
        ("number", sensitive) => match (is_binary(at), sensitive) {
            (true, true) => marked(SENSITIVE_DOUBLE),
            (true, false) => Type::Number(NumberType::default()),
            (false, true) => marked(SENSITIVE_DECIMAL),
            (false, false) => marked(DECIMAL),
        },
        ("boolean", true) => marked(SENSITIVE_BOOLEAN),
        ("boolean", false) => Type::Boolean(BooleanType::default()),
        ("array", _) => Type::Array(ArrayType {
            items: at.get("items").map(|items| boxed(schema(api, &items, sensitive))),
            min_items: None,
            max_items: None,
            unique_items: false,
        }),
        ("object", _) if is_sensitive_and_open(at) => marked(SENSITIVE_VALUE),
        ("object", _) => {
            return ReferenceOr::Item(of(SchemaData { nullable: false, ..data }, object(api, at, sensitive)));
        }
        ("", true) => marked(SENSITIVE_VALUE),
        ("", false) => {
            let schema_kind = SchemaKind::Any(AnySchema::default());
            return ReferenceOr::Item(Schema { schema_data: SchemaData { nullable: false, ..data }, schema_kind });
        }
        (_, sensitive) => match (at.text("format"), sensitive) {
            (Some("password"), _) => marked(SECRET),
            (Some("date"), true) => marked(SENSITIVE_DATE),
            (Some("date"), false) => marked(DATE),
            (_, true) => marked(SENSITIVE),
            (_, false) => listed(at),
        },
    };
    ReferenceOr::Item(of(data, kind))
}

/// A text of a `format` that means a type of the runtime.
fn marked(format: &str) -> Type {
    let format = VariantOrUnknownOrEmpty::Unknown(format.to_owned());
    Type::String(StringType { format, ..StringType::default() })
}

/// A text, or what is listed of texts or numbers: the generator is given names of them, which say what they are.
fn listed(at: &At<'_>) -> Type {
    let values = at.get("enum").into_iter().flat_map(|values| values.items());
    let enumeration =
        values.filter_map(|value| Some(Some(EnumValue::of(at.text("type"), value.node.scalar()?).encoded())));
    Type::String(StringType { enumeration: enumeration.collect(), ..StringType::default() })
}

/// Whether a number is a binary fraction, which `0.1` is not. One that is listed is exact.
pub(crate) fn is_binary(at: &At<'_>) -> bool {
    matches!(at.text("format"), Some("float" | "double")) && at.get("enum").is_none()
}

/// Whether this is an object of unknown content that must not be printed. Its scalars cannot be marked, so it is, whole,
/// wherever it is used.
fn is_sensitive_and_open(at: &At<'_>) -> bool {
    let empty = at.get("properties").is_none_or(|properties| properties.entries().next().is_none());
    let open = at.get("additionalProperties").is_none_or(|additional| additional.node.as_bool() == Some(true));
    at.text("type") == Some("object") && at.is_true("x-sensitive") && empty && open
}

fn object(api: &Api<'_>, at: &At<'_>, sensitive: bool) -> Type {
    let mut kept = ObjectType::default();
    let mut hidden = false;
    let required = required(at);
    let properties = || at.get("properties").into_iter().flat_map(|properties| properties.entries());
    let fields = names::fields(properties().map(|(name, _)| name));
    for ((name, property), field) in properties().zip(fields) {
        if is_filled(api, &property, 0) {
            hidden = true;
            continue;
        }
        if required.contains(name) {
            kept.required.push(field.clone());
        }
        kept.properties.insert(field, boxed(schema(api, &property, sensitive)));
    }
    if kept.properties.is_empty() {
        kept.additional_properties = match at.get("additionalProperties") {
            Some(part) if part.node.as_map().is_some() => {
                Some(AdditionalProperties::Schema(Box::new(schema(api, &part, sensitive))))
            }
            // An object that the client fills in is empty for the caller, not open.
            Some(part) if part.node.as_bool() == Some(false) => Some(AdditionalProperties::Any(false)),
            _ => Some(AdditionalProperties::Any(!hidden)),
        };
    }
    Type::Object(kept)
}

/// Whether a value leaves nothing for the caller to give: the client fills it in, or all that is in it, at any depth.
fn is_filled(api: &Api<'_>, value: &At<'_>, depth: usize) -> bool {
    if is_hidden(value) || depth > MAX_LEVELS {
        return is_hidden(value);
    }
    let object = api.resolve(value);
    let mut properties = object.get("properties").into_iter().flat_map(|list| list.entries()).peekable();
    properties.peek().is_some() && properties.all(|(_, property)| is_filled(api, &property, depth + 1))
}

/// What is one of several, as an object that has all of them: the types of its fields are those of the branches.
fn choice(api: &Api<'_>, at: &At<'_>, sensitive: bool) -> Type {
    let mut all = ObjectType::default();
    for (branch, variant) in api::branches(at).zip(choices::variants(api, at)) {
        let field = names::field(&variant);
        all.required.push(field.clone());
        all.properties.insert(field, boxed(schema(api, &branch, sensitive)));
    }
    Type::Object(all)
}

fn of(schema_data: SchemaData, kind: Type) -> Schema {
    Schema { schema_data, schema_kind: SchemaKind::Type(kind) }
}

fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

fn described(at: &At<'_>) -> Option<String> {
    at.text("description").and_then(prose::some_blocks)
}

/// The document as OpenAPI's own types, and its webhooks.
pub(crate) type Written = (OpenAPI, IndexMap<String, PathItem>);

/// The document as it is written, as OpenAPI's own types. These are of a version that has no mutual TLS and no webhooks.
pub(crate) fn as_written(root: &Node) -> Result<Written, serde_json::Error> {
    let mut root = root.clone();
    null_beside(&mut root);
    let components = root.as_map_mut().and_then(|root| root.get_mut("components")?.as_map_mut());
    if let Some(schemes) = components.and_then(|components| components.get_mut("securitySchemes")?.as_map_mut()) {
        let is_mutual_tls = |scheme: &Node| scheme.as_map()?.get("type")?.as_text().map(|kind| kind == "mutualTLS");
        schemes.retain(|_, scheme| is_mutual_tls(scheme) != Some(true));
    }
    let mut webhooks = IndexMap::new();
    let all = root.as_map_mut().and_then(|root| root.get_mut("x-webhooks")?.as_map_mut());
    for (name, item) in all.into_iter().flatten().filter(|(name, _)| !name.starts_with("x-")) {
        // OpenAPI's own types ask for the responses, and a webhook has none to describe.
        if let Some(post) = item.as_map_mut().and_then(|item| item.get_mut("post")?.as_map_mut()) {
            post.entry("responses".to_owned()).or_insert(Node::map(Map::new(), 0));
        }
        webhooks.insert(name.clone(), serde::Deserialize::deserialize(&*item)?);
    }
    Ok((serde::Deserialize::deserialize(&root)?, webhooks))
}

/// OpenAPI's own types have no room beside a `$ref`.
fn null_beside(node: &mut Node) {
    let line = node.line;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(null_beside),
        Kind::Map(words) => {
            let is_reference = |said: &Node| matches!(said.kind, Kind::Text(_));
            if words.len() == 2 && words.get("$ref").is_some_and(is_reference) && words.contains_key("nullable") {
                let of = words.shift_remove("$ref").map(|target| Node::map([("$ref".to_owned(), target)].into(), line));
                words.insert("allOf".to_owned(), Node::new(Kind::List(of.into_iter().collect()), line));
            } else {
                words.values_mut().for_each(null_beside);
            }
        }
        _ => {}
    }
}
