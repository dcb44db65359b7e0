//! Writes `tests/leaks.rs`: a search of everything that a provider's crate prints for what its document marks as secret or
//! personal.
//!
//! Each marked value is one that occurs nowhere else. What is marked is read off the document as it is written, and not
//! off its lowering: a mark that gets lost on its way to a type is what the search is for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use countersign::leaks::{NUMBER, WORD};
use countersign_plan::{Constraint, CredentialKind, Operation, Plan, Value as Expression};
use countersign_spec::{Document, names};
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, ObjectType, OpenAPI, ParameterData, ParameterSchemaOrContent, ReferenceOr, Response, Schema,
    SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};
use syn::{Item, ItemStruct, parse_quote};

use crate::{example, generate, syntax};

/// The date in the place of every date that must not be printed.
const DATE: &str = "1907-03-04";

/// The source of `tests/leaks.rs`.
///
/// # Errors
///
/// The generated code is not what is expected.
pub fn source(code: &syn::File, document: &Document, crate_name: &str) -> Result<syn::File, String> {
    let plan = document.plan();
    let filler = Filler { openapi: document.openapi(), marked: RefCell::default() };
    let types = types(code, document, &filler)?;
    let settings = settings(plan);
    let operations = plan.operations.iter().map(|planned| operation(code, document, &filler, planned));
    let operations: Vec<TokenStream> = operations.collect::<Result<_, _>>()?;
    let client = client(plan, &settings);
    let settings = settings.iter().map(|(name, value)| quote!((#name, #value)));
    let module = format_ident!("{}", crate_name.replace('-', "_"));
    let needs_types = types.iter().chain(&operations).any(|code| syntax::mentions(code, "types"));
    let uses: Vec<_> = [Some("Client"), Some("PLAN"), needs_types.then_some("types")].into_iter().flatten().collect();
    let uses = uses.iter().map(|name| format_ident!("{name}"));
    let values = filler.marked.into_inner();
    let types = (!types.is_empty()).then(|| {
        quote! {
            #[test]
            fn types() {
                let leaks = leaks();
                #(#types)*
            }
        }
    });
    Ok(parse_quote! {
        //! Whatever can be printed prints nothing that the document marks as secret or personal.
        #![cfg_attr(rustfmt, rustfmt::skip)]

        use #module::{#(#uses),*};
        use countersign::leaks::{self, Case, Leaks};

        fn leaks() -> Leaks {
            Leaks::new(&PLAN, &[#(#values),*], &[#(#settings),*])
        }

        #client

        #[test]
        fn configurations() {
            leaks().configurations();
        }

        #types

        /// Each operation, in a module of its own: it may have any name.
        mod operations {
            use super::*;

            #(#operations)*
        }
    })
}

/// Prints each type of the document, and its builder.
fn types(code: &syn::File, document: &Document, filler: &Filler<'_>) -> Result<Vec<TokenStream>, String> {
    let types = syntax::module_items(code, "types")?;
    let builders: Vec<&Item> = types
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
            _ => None,
        })
        .flat_map(|(_, items)| items)
        .collect();
    let schemas: Vec<_> = document.openapi().components.iter().flat_map(|components| &components.schemas).collect();
    let mut statements = Vec::new();
    for item in types {
        let name = match item {
            Item::Struct(object) => &object.ident,
            // Those that the document does not name stand in an object, and are printed with it.
            Item::Enum(choice) => &choice.ident,
            _ => continue,
        };
        let Some((schema_name, schema)) = schemas.iter().find(|(schema, _)| *name == names::schema(schema)) else {
            match item {
                Item::Enum(_) => continue,
                _ => return Err(format!("a type `{name}` without a schema")),
            }
        };
        let json = raw(&filler.fill(schema_name, schema, false));
        let has_builder = builders.iter().any(|item| matches!(item, Item::Struct(builder) if builder.ident == *name));
        statements.push(match has_builder {
            true => quote!(leaks.of_type_and_builder::<types::#name, types::builder::#name>(#json);),
            false => quote!(leaks.of_type::<types::#name>(#json);),
        });
    }
    Ok(statements)
}

/// What the settings are given that have no default, or that must not be printed.
fn settings(plan: &Plan) -> Vec<(String, String)> {
    let parameters = || plan.operations.iter().flat_map(|operation| operation.parameters.iter());
    plan.settings
        .iter()
        .filter_map(|setting| {
            let guarded = plan.operations.iter().any(|operation| operation.guards_setting(&setting.name));
            if setting.default.is_some() && !guarded {
                return None;
            }
            let alone = |value: &[Expression]| matches!(value, [Expression::Setting(name)] if *name == setting.name);
            let rules = parameters().find(|p| p.value.as_deref().is_some_and(alone)).map(|parameter| &parameter.rules);
            let limits = rules.map(|rules| Limits {
                least: rules.iter().find_map(|rule| match rule {
                    Constraint::MinLength(length) => Some(*length as usize),
                    _ => None,
                }),
                most: rules.iter().find_map(|rule| match rule {
                    Constraint::MaxLength(length) => Some(*length as usize),
                    _ => None,
                }),
                pattern: rules.iter().find_map(|rule| match rule {
                    Constraint::Pattern(pattern) => Some(&*pattern.text),
                    _ => None,
                }),
            });
            let listed = rules.and_then(|rules| {
                rules.iter().find_map(|rule| match rule {
                    Constraint::OneOf(values) => values.first(),
                    _ => None,
                })
            });
            if let Some(value) = listed {
                return Some((setting.name.to_string(), value.to_string()));
            }
            let wish = if guarded { format!("{WORD}-{}", setting.name) } else { "plain".to_owned() };
            Some((setting.name.to_string(), limits.unwrap_or_default().text(&setting.name, &wish)))
        })
        .collect()
}

fn client(plan: &Plan, settings: &[(String, String)]) -> TokenStream {
    let credentials = plan.credentials.iter().map(|credential| {
        let name = &*credential.name;
        let method = format_ident!("{name}");
        match credential.kind {
            CredentialKind::Text => quote!(.#method(leaks::stand_in(#name))),
            CredentialKind::RsaPublicKey => quote!(.#method(leaks::PUBLIC_KEY)),
        }
    });
    let settings = settings.iter().map(|(name, value)| {
        let method = format_ident!("{name}");
        quote!(.#method(#value))
    });
    quote! {
        fn client(url: &str) -> Client {
            let builder = Client::builder()
                #(#credentials)*
                #(#settings)*
                .base_url(url)
                .retries(0)
                .timeout(leaks::TIMEOUT);
            leaks().debug("the client's builder", &builder);
            builder.build().expect("everything is given")
        }
    }
}

fn operation(
    code: &syn::File,
    document: &Document,
    filler: &Filler<'_>,
    planned: &Operation,
) -> Result<TokenStream, String> {
    let id = &*planned.id;
    let openapi = document.openapi();
    let name = names::operation(id);
    let builder = syntax::module_items(code, "builder")?.iter().find_map(|item| match item {
        Item::Struct(builder) if builder.ident == name => Some(builder),
        _ => None,
    });
    let builder = builder.ok_or_else(|| format!("no builder for `{id}`"))?;
    let (item, described) = generate::operation(openapi, id).ok_or_else(|| format!("no operation `{id}`"))?;

    let own = described.parameters.iter().chain(&item.parameters);
    let own: Vec<&ParameterData> = own
        .filter_map(|parameter| Some(example::resolve_parameter(openapi, parameter)?.parameter_data_ref()))
        .collect();
    let mut parameters = Vec::new();
    let mut setters = Vec::new();
    let mut body = Value::Null;
    for (field, value) in given(builder) {
        if field == "body" {
            let schema = described.request_body.as_ref().and_then(|body| example::resolve_body(openapi, body));
            let schema = schema.and_then(|body| body.content.values().next()?.schema.as_ref());
            body = filler.fill("body", schema.ok_or_else(|| format!("no body of `{id}`"))?, false);
            let of = without_builder(&value);
            setters.push(quote!(.body(leaks::read::<#of>(case.body))));
            continue;
        }
        let data = own.iter().find(|data| names::parameter(&data.name) == field);
        let data = data.ok_or_else(|| format!("a parameter `{field}` of `{id}` that the document lacks"))?;
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            return Err(format!("a parameter `{field}` of `{id}` without a schema"));
        };
        let (wire, given) = (&data.name, filler.fill(&data.name, schema, false));
        let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        parameters.push(quote!((#wire, #text)));
        let (json, method) = (raw(&given), format_ident!("{field}"));
        setters.push(quote!(.#method(leaks::read::<#value>(#json))));
    }
    let schema = described.responses.responses.iter().find_map(|(status, response)| {
        let response = status.to_string().starts_with('2').then(|| resolve_response(openapi, response))??;
        response.content.values().next()?.schema.as_ref()
    });
    let answer = raw(&schema.map_or(Value::Null, |schema| filler.fill("answer", schema, false)));
    let (test, what, body) = (format_ident!("{id}"), format!("builder::{name}"), raw(&body));
    Ok(quote! {
        #[test]
        fn #test() {
            let case = Case { operation: #id, parameters: &[#(#parameters),*], body: #body, answer: #answer };
            super::leaks().operation(case, super::client, async |client: &Client| {
                let call = client.#test()#(#setters)*;
                super::leaks().debug(#what, &call);
                call.send().await
            });
        }
    })
}

/// What a builder is given: the names of its fields but the client, and their types without `Result` and `Option`.
fn given(builder: &ItemStruct) -> Vec<(String, syn::Type)> {
    let inner = |of: &syn::Type| syntax::type_arguments(of).and_then(|inner| inner.first().map(|&inner| inner.clone()));
    let fields = builder.fields.iter().skip(1).filter_map(|field| {
        let value = inner(&field.ty)?;
        let optional = syntax::type_name(&value).is_some_and(|name| name == "Option");
        let value = if optional { inner(&value)? } else { value };
        Some((syntax::field_name(field), value))
    });
    fields.collect()
}

/// The type that a builder in `types::builder` builds, or the type itself.
fn without_builder(of: &syn::Type) -> TokenStream {
    let syn::Type::Path(path) = of else { return of.to_token_stream() };
    match (path.path.segments.iter().any(|segment| segment.ident == "builder"), path.path.segments.last()) {
        (true, Some(last)) => quote!(types::#last),
        _ => of.to_token_stream(),
    }
}

fn resolve_response<'a>(openapi: &'a OpenAPI, response: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match response {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/responses/")?;
            openapi.components.as_ref()?.responses.get(name)?.as_item()
        }
    }
}

/// JSON as a literal, in ASCII: the compiler refuses marks of direction even in a text.
fn raw(json: &Value) -> TokenStream {
    let ascii = |character: char| {
        let mut units = [0; 2];
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let text: String = json.to_string().chars().map(|c| if c.is_ascii() { c.to_string() } else { ascii(c) }).collect();
    let mut fence = String::from("#");
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    // A raw literal with a fence that does not occur in it is always a token.
    format!("r{fence}\"{text}\"{fence}").parse().unwrap_or_default()
}

// ---- Values --------------------------------------------------------------------------------------------------------

/// Makes values of schemas.
struct Filler<'a> {
    openapi: &'a OpenAPI,
    /// The values of what is marked, but for those with the [`WORD`] in them.
    marked: RefCell<BTreeSet<String>>,
}

impl Filler<'_> {
    /// A value of a schema that stands under a name. What is `inherited` is the mark of an object or array around it.
    fn fill(&self, name: &str, schema: &ReferenceOr<Schema>, inherited: bool) -> Value {
        match schema {
            ReferenceOr::Item(schema) => self.fill_item(name, schema, inherited),
            ReferenceOr::Reference { reference } => self.fill_reference(name, reference, inherited),
        }
    }

    fn fill_boxed(&self, name: &str, schema: &ReferenceOr<Box<Schema>>, inherited: bool) -> Value {
        match schema {
            ReferenceOr::Item(schema) => self.fill_item(name, schema, inherited),
            ReferenceOr::Reference { reference } => self.fill_reference(name, reference, inherited),
        }
    }

    fn fill_reference(&self, name: &str, reference: &str, inherited: bool) -> Value {
        let schema = reference
            .strip_prefix("#/components/schemas/")
            .and_then(|name| self.openapi.components.as_ref()?.schemas.get(name)?.as_item());
        // A schema of its own says itself what is confidential, unless it has nothing to say it of.
        let open =
            |schema: &Schema| matches!(&schema.schema_kind, SchemaKind::Type(Type::Object(object)) if is_open(object));
        schema.map_or(Value::Null, |schema| self.fill_item(name, schema, inherited && open(schema)))
    }

    fn fill_item(&self, name: &str, schema: &Schema, inherited: bool) -> Value {
        let sensitive = inherited || schema.schema_data.extensions.get("x-sensitive") == Some(&Value::Bool(true));
        match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => json!(self.text(name, string, sensitive)),
            SchemaKind::Type(Type::Integer(integer)) => {
                let wish = if sensitive { i64::from(NUMBER) } else { 7 };
                let least = integer.minimum.map_or(i64::MIN, |least| least + i64::from(integer.exclusive_minimum));
                let most = integer.maximum.map_or(i64::MAX, |most| most - i64::from(integer.exclusive_maximum));
                let step = integer.multiple_of.unwrap_or(1).max(1);
                let near = wish.max(least).min(most);
                json!(near - near.rem_euclid(step) + if near - near.rem_euclid(step) < least { step } else { 0 })
            }
            SchemaKind::Type(Type::Number(number)) => {
                let wish = if sensitive { f64::from(NUMBER) + 0.5 } else { 7.5 };
                let within = |value: f64| {
                    number.minimum.is_none_or(|least| value > least || value == least && !number.exclusive_minimum)
                        && number.maximum.is_none_or(|most| value < most || value == most && !number.exclusive_maximum)
                        && number.multiple_of.is_none_or(|step| value % step == 0.0)
                };
                let bounds =
                    (number.minimum.unwrap_or_default(), number.maximum.or(number.minimum).unwrap_or_default());
                let steps = number.multiple_of.map(|step| ((bounds.0 / step).ceil() + 1.0) * step);
                let candidates =
                    [Some(wish), Some((bounds.0 + bounds.1) / 2.0), Some(bounds.0), Some(bounds.0 + 1.0), steps];
                json!(candidates.into_iter().flatten().find(|value| within(*value)).unwrap_or(wish))
            }
            SchemaKind::Type(Type::Boolean(_)) => json!(true),
            SchemaKind::Type(Type::Array(array)) => {
                let count = array.min_items.unwrap_or(1).max(1).min(array.max_items.unwrap_or(usize::MAX));
                let filled = |index: usize| {
                    let name = if index == 0 { name.to_owned() } else { format!("{name}{index}") };
                    array.items.iter().map(|items| self.fill_boxed(&name, items, sensitive)).collect::<Vec<_>>()
                };
                json!((0..count).flat_map(filled).collect::<Vec<_>>())
            }
            SchemaKind::Type(Type::Object(object)) => self.object(name, object, sensitive),
            _ => anything(name, sensitive),
        }
    }

    fn object(&self, name: &str, object: &ObjectType, sensitive: bool) -> Value {
        let mut members = Map::new();
        for (name, property) in &object.properties {
            let extensions = property.as_item().map(|schema| &schema.schema_data.extensions);
            if !extensions.is_some_and(is_hidden) {
                members.insert(name.clone(), self.fill_boxed(name, property, sensitive));
            }
        }
        for (name, property) in &object.properties {
            let other = property.as_item().and_then(|schema| schema.schema_data.extensions.get("x-equal-to")?.as_str());
            if let Some(value) = other.and_then(|other| members.get(other)).cloned() {
                members.insert(name.clone(), value);
            }
        }
        match &object.additional_properties {
            Some(AdditionalProperties::Schema(schema)) => {
                members.insert("a".to_owned(), self.fill(name, schema, sensitive));
                Value::Object(members)
            }
            _ if is_open(object) => anything(name, sensitive),
            _ => Value::Object(members),
        }
    }

    fn text(&self, name: &str, string: &StringType, sensitive: bool) -> String {
        let is_date = string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Date);
        let marked = sensitive || string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Password);
        let choice = string.enumeration.iter().flatten().next();
        let limits = Limits { least: string.min_length, most: string.max_length, pattern: string.pattern.as_deref() };
        let text = match (marked, choice) {
            (true, _) if is_date => DATE.to_owned(),
            (false, _) if is_date => "2024-02-29".to_owned(),
            (false, Some(choice)) => choice.clone(),
            (false, None) => limits.text(name, "plain"),
            (true, _) => limits.text(name, &format!("{WORD}-{name}")),
        };
        // A shorter one would be found by accident.
        if marked && !text.contains(WORD) && text.chars().count() >= 4 {
            self.marked.borrow_mut().insert(text.clone());
        }
        text
    }
}

/// A value of which the document says nothing.
fn anything(name: &str, sensitive: bool) -> Value {
    let text = if sensitive { format!("{WORD}-{name}") } else { "plain".to_owned() };
    json!({"a": text, "b": [{"c": text}]})
}

fn is_open(object: &ObjectType) -> bool {
    object.properties.is_empty()
        && !matches!(
            &object.additional_properties,
            Some(AdditionalProperties::Schema(_) | AdditionalProperties::Any(false))
        )
}

/// Whether the client fills a value in without the caller.
fn is_hidden(extensions: &IndexMap<String, Value>) -> bool {
    fn says_given(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(says_given),
            Value::Object(members) => members.contains_key("given") || members.values().any(says_given),
            _ => false,
        }
    }
    extensions.get("x-value").is_some_and(|value| !says_given(value))
}

/// What a text must satisfy.
#[derive(Clone, Copy, Debug, Default)]
struct Limits<'a> {
    least: Option<usize>,
    most: Option<usize>,
    pattern: Option<&'a str>,
}

impl Limits<'_> {
    /// `wish`, or another text that satisfies the limits, the same one for the same name.
    fn text(self, name: &str, wish: &str) -> String {
        let padded = format!("{wish}{}", "x".repeat(self.least.unwrap_or_default().saturating_sub(wish.len())));
        let mut dice = Dice::new(name);
        let letters = (0..self.most.unwrap_or_default()).map(|_| dice.letter()).collect();
        let parsed = self.pattern.and_then(|pattern| regex_syntax::parse(pattern).ok());
        let made = parsed.iter().flat_map(|pattern| {
            // The longer, the less likely it is found by accident.
            [12, 10, 8, 6, 4, 2, 1, 0].map(|most| {
                let mut text = String::new();
                write(pattern, most, &mut Dice::new(name), &mut text);
                text
            })
        });
        let candidates: Vec<String> = [wish.to_owned(), padded, letters].into_iter().chain(made).collect();
        let fitting = candidates.iter().find(|text| self.hold(text)).or(candidates.last());
        fitting.cloned().unwrap_or_default()
    }

    fn hold(&self, text: &str) -> bool {
        let length = text.chars().count();
        let matches = |pattern: &str| countersign_spec::pattern(pattern).is_ok_and(|pattern| pattern.matches(text));
        length >= self.least.unwrap_or(0)
            && length <= self.most.unwrap_or(usize::MAX)
            && self.pattern.is_none_or(matches)
    }
}

/// Writes a text that matches a pattern and repeats nothing more than `most` times, if it may.
fn write(pattern: &Hir, most: u32, dice: &mut Dice, into: &mut String) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => into.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<_> = class.ranges().iter().filter(|range| range.start().is_ascii()).collect();
            if let Some(range) = ranges.get(dice.below(ranges.len() as u32) as usize) {
                let (start, end) = (range.start() as u32, (range.end() as u32).min(u32::from(b'~')));
                into.extend(char::from_u32(start + dice.below((end - start) + 1)));
            }
        }
        HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Repetition(repetition) => {
            let times = most.clamp(repetition.min, repetition.max.unwrap_or(u32::MAX));
            (0..times).for_each(|_| write(&repetition.sub, most, dice, into));
        }
        HirKind::Capture(capture) => write(&capture.sub, most, dice, into),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, most, dice, into)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.first() {
                write(part, most, dice, into);
            }
        }
    }
}

/// Numbers that follow from a name, so that the same document yields the same bytes.
struct Dice(u64);

impl Dice {
    /// The FNV-1a hash of the name.
    fn new(name: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    /// A number below `end`, or 0: the generator of Knuth's MMIX.
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % end.max(1)
    }

    fn letter(&mut self) -> char {
        char::from(b'A' + self.below(26) as u8)
    }
}
