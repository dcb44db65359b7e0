//! Writes `src/mock.rs` of a provider's crate: what `countersign::mock` has to know of each operation, which is the type of its
//! response and the document's examples. What a mock expects is a call as the client makes it, so [`open`] lets a call's parts be
//! taken from its builder.

use std::collections::BTreeMap;

use countersign_plan::{Operation, Plan};
use countersign_spec::names;
use openapiv3::{Example, MediaType, OpenAPI, ReferenceOr, Response, StatusCode};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, ImplItemFn, Item, ItemImpl, ReturnType, Stmt, Type, parse_quote};

use crate::{example, generate, syntax};

/// Lets the builder of each operation become the call that its `send` sends.
///
/// # Errors
///
/// A builder has another `send` than one that hands over a call.
pub fn open(code: &mut syn::File) -> Result<(), String> {
    let items = syntax::items(syntax::module(code, "builder")?);
    let mut conversions = Vec::new();
    for block in items.iter_mut() {
        let Item::Impl(block) = block else { continue };
        let (generics, builder) = (block.generics.clone(), block.self_ty.clone());
        let Some(send) = syntax::methods(block).find(|method| method.sig.ident == "send") else { continue };
        let name = syntax::type_name(&builder).unwrap_or_default();
        let sent = sent(send).ok_or_else(|| format!("a `send` that hands over no call in `{name}`"))?;
        let mut parts = std::mem::replace(sent, parse_quote!(::countersign::Call::from(self)));
        OfCall.visit_expr_mut(&mut parts);
        conversions.push(parse_quote! {
            impl #generics From<#builder> for ::countersign::Call {
                fn from(call: #builder) -> Self {
                    #parts
                }
            }
        });
    }
    items.extend(conversions.into_iter().map(Item::Impl));
    Ok(())
}

/// The call in `self.client.send(call).await`.
fn sent(send: &mut ImplItemFn) -> Option<&mut Expr> {
    let [Stmt::Expr(Expr::Await(sending), None)] = send.block.stmts.as_mut_slice() else { return None };
    let Expr::MethodCall(sending) = &mut *sending.base else { return None };
    let is_send = sending.method == "send" && sending.args.len() == 1;
    sending.args.first_mut().filter(|_| is_send)
}

/// Says `call` for `self`.
struct OfCall;

impl VisitMut for OfCall {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.is_ident("self") {
            *path = parse_quote!(call);
        }
    }
}

/// The source of `src/mock.rs`, with an example of its use.
///
/// # Errors
///
/// The generated code is not what is expected.
pub fn source(code: &syn::File, openapi: &OpenAPI, plan: &Plan, usage: &str) -> Result<String, String> {
    let builders = syntax::module_items(code, "builder")?;
    let mut shared = Shared::of(openapi, plan);
    let mut operations = String::new();
    let mut needs_types = false;
    for operation in plan.operations.iter() {
        let name = names::operation(&operation.id);
        let response = response_type(builders, &name).ok_or_else(|| format!("no response of `{}`", operation.id))?;
        needs_types |= syntax::mentions(&quote!(#response), "types");
        let lists: String = responses(openapi, operation)
            .iter()
            .map(|response| match shared.name(response) {
                Some(name) => format!("\n        {name},"),
                None => format!("\n        {},", list(&response.examples, "        ")),
            })
            .collect();
        operations += &format!(
            "
impl Operation for builder::{name}{lifetime} {{
    type Response = {response};
    const EXAMPLES: &'static [&'static [Example]] = &[{lists}
    ];

    fn plan() -> &'static Plan {{
        &PLAN
    }}
}}
",
            lifetime = if has_lifetime(builders, &name) { "<'_>" } else { "" },
            response = print(&response),
        );
    }
    let usage: String = usage.lines().map(|line| format!("//! {line}").trim_end().to_owned() + "\n").collect();
    let constants: String = shared.constants.into_values().collect();
    let types = if needs_types { ", types" } else { "" };
    Ok(format!(
        "//! Typed mocks of the provider, for tests of code that uses this crate: [`countersign::mock`], with the responses and the
//! examples of each operation.
//!
//! ```no_run
{usage}//! ```

pub use ::countersign::mock::*;

use ::countersign::plan::Plan;

use crate::{{PLAN, builder{types}}};
{constants}{operations}"
    ))
}

/// A described response.
struct Described<'a> {
    /// The name of the component, if it is one.
    component: Option<&'a str>,
    status: u16,
    examples: Vec<String>,
}

/// The responses of an operation, in the document's order.
fn responses<'a>(openapi: &'a OpenAPI, operation: &Operation) -> Vec<Described<'a>> {
    let Some((_, described)) = generate::operation(openapi, &operation.id) else { return Vec::new() };
    let stated = described.responses.responses.iter().map(|(status, response)| (Some(status), response));
    let default = described.responses.default.iter().map(|response| (None, response));
    let described = stated.chain(default).filter_map(|(status, response)| {
        let name = status.map_or_else(|| "default".to_owned(), StatusCode::to_string);
        let component = match response {
            ReferenceOr::Reference { reference } => reference.rsplit('/').next(),
            ReferenceOr::Item(_) => None,
        };
        let response = example::resolve_response(openapi, response)?;
        // What a range or `default` says is told by the body.
        let status = match status {
            Some(StatusCode::Code(code)) => *code,
            Some(StatusCode::Range(class)) => class * 100,
            None => 400,
        };
        let examples = examples(openapi, response, name);
        let examples = examples.map(|(name, body)| {
            let body = body.map_or_else(|| "\"\"".to_owned(), raw);
            format!("Example::new({}, {status}, {body})", text(&name))
        });
        Some(Described { component, status, examples: examples.collect() })
    });
    described.collect()
}

/// The examples of a response. Without any that has a name, there is one with the name of its status.
fn examples<'a>(
    openapi: &'a OpenAPI,
    response: &'a Response,
    status: String,
) -> impl Iterator<Item = (String, Option<&'a Value>)> {
    let media = response.content.values().next();
    let named = media.into_iter().flat_map(move |media: &MediaType| {
        media.examples.iter().map(move |(name, example)| (name.clone(), value(openapi, example)))
    });
    let is_named = media.is_some_and(|media| !media.examples.is_empty());
    let only = (!is_named).then(|| (status, media.and_then(|media| media.example.as_ref())));
    named.chain(only)
}

fn value<'a>(openapi: &'a OpenAPI, example: &'a ReferenceOr<Example>) -> Option<&'a Value> {
    match example {
        ReferenceOr::Item(example) => example.value.as_ref(),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/examples/")?;
            openapi.components.as_ref()?.examples.get(name)?.as_item()?.value.as_ref()
        }
    }
}

/// The example of a success that a mock can respond with as it is, if the document has one.
pub fn success(openapi: &OpenAPI, operation: &Operation) -> Option<String> {
    let (_, described) = generate::operation(openapi, &operation.id)?;
    let (status, response) = described.responses.responses.iter().find(|(status, _)| is_success(status))?;
    let response = example::resolve_response(openapi, response)?;
    let (name, body) = examples(openapi, response, status.to_string()).next()?;
    (body.is_some() || response.content.is_empty()).then_some(name)
}

/// Whether a response is described as a success.
fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(class) => *class == 2,
    }
}

/// The responses that several operations have, each once, as a constant.
struct Shared {
    /// How often each is described.
    counts: BTreeMap<String, usize>,
    /// The constants that were referred to, by their names.
    constants: BTreeMap<String, String>,
}

impl Shared {
    fn of(openapi: &OpenAPI, plan: &Plan) -> Self {
        let mut counts = BTreeMap::new();
        for response in plan.operations.iter().flat_map(|operation| responses(openapi, operation)) {
            if let Some(name) = Self::key(&response) {
                *counts.entry(name).or_default() += 1;
            }
        }
        Self { counts, constants: BTreeMap::new() }
    }

    fn key(response: &Described<'_>) -> Option<String> {
        Some(format!("{}_{}", names::field(response.component?).to_uppercase(), response.status))
    }

    /// The constant of a response that several operations have. Two that would have one name have none.
    fn name(&mut self, response: &Described<'_>) -> Option<String> {
        let name = Self::key(response).filter(|name| self.counts[name] > 1)?;
        let constant = format!("\nconst {name}: &[Example] = {};\n", list(&response.examples, ""));
        let known = self.constants.entry(name.clone()).or_insert_with(|| constant.clone());
        (*known == constant).then_some(name)
    }
}

/// A list of examples.
fn list(examples: &[String], indent: &str) -> String {
    match examples {
        [one] => format!("&[{one}]"),
        all => format!("&[\n{}{indent}]", all.iter().map(|one| format!("{indent}    {one},\n")).collect::<String>()),
    }
}

/// JSON as a literal, in ASCII: the compiler refuses marks of direction even in a text.
fn raw(json: &Value) -> String {
    let ascii = |character: char| {
        let mut units = [0; 2];
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let text: String = json.to_string().chars().map(|c| if c.is_ascii() { c.to_string() } else { ascii(c) }).collect();
    let mut fence = String::from("#");
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    format!("r{fence}\"{text}\"{fence}")
}

fn text(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

/// A type as it is written.
fn print(of: &Type) -> String {
    let alias: syn::File = parse_quote!(type T = #of;);
    prettyplease::unparse(&alias).trim_start_matches("type T = ").trim_end().trim_end_matches(';').to_owned()
}

fn has_lifetime(builders: &[Item], name: &str) -> bool {
    builders.iter().any(|item| matches!(item, Item::Struct(builder) if builder.ident == name && builder.generics.lifetimes().next().is_some()))
}

/// `T` of the `Result<Response<T>, Error>` that the `send` of a builder yields.
fn response_type(builders: &[Item], builder: &str) -> Option<Type> {
    let is_its = |block: &&ItemImpl| block.trait_.is_none() && syntax::type_name(&block.self_ty).as_deref() == Some(builder);
    let blocks = builders.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    let send = blocks.filter(is_its).flat_map(|block| &block.items).find_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "send" => Some(method),
        _ => None,
    })?;
    let ReturnType::Type(_, result) = &send.sig.output else { return None };
    let response = syntax::type_arguments(result)?.first().copied()?;
    syntax::type_arguments(response)?.first().copied().cloned()
}
