//! Makes progenitor's output the provider crate's `api.rs`.
//!
//! progenitor writes a good client for a plain document. What is left to do is what it cannot know: that a provider
//! crate depends on `countersign` alone, that its own error type must not be seen (its text carries bodies, headers and
//! URLs), that fields are sent in the document's order, and that an unknown value in an answer is not an error.
//!
//! Each step is a function over the syntax tree. A step that does not find what it came for says so: a progenitor that
//! writes something else must not lead to a client that is a little wrong.

use std::collections::BTreeMap;

use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, Field, Ident, ImplItem, ImplItemFn, Item, ItemMod, Local, Member, Pat, ReturnType, Stmt, Token,
    Type, Visibility, parse_quote,
};

use crate::syntax::{doc_lines, field_name, items, last_ident, methods, module, renamed, type_arguments, type_name};
use crate::{open_enum, sweep};

/// What the polish needs to know of the document.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The document's title and description, as the documentation of the client.
    pub client: String,
    /// The properties of each object type in the document's order, by the type's Rust name.
    pub properties: BTreeMap<String, Vec<String>>,
    /// The names of properties on the wire, by the type's Rust name and their own. What is not here is the name itself.
    pub wire_names: BTreeMap<String, BTreeMap<String, String>>,
    /// The ids of the operations, by the name that progenitor was given. What is not here is the name itself.
    pub methods: BTreeMap<String, String>,
    /// The operations, by their id.
    pub operations: BTreeMap<String, OperationFacts>,
}

/// What the polish needs to know of an operation.
#[derive(Clone, Debug, Default)]
pub struct OperationFacts {
    /// What it does, as documentation.
    pub docs: String,
    /// The descriptions of its parameters, by their Rust names.
    pub parameters: BTreeMap<String, String>,
    /// The names of its parameters on the wire, by their Rust names. What is not here is the name itself.
    pub wire_names: BTreeMap<String, String>,
    /// The names in its path, in their order there.
    pub path: Vec<String>,
}

/// The result of a step: what progenitor wrote that the step does not know how to handle.
pub type Step<T = ()> = Result<T, String>;

/// Takes all steps but [`document`].
///
/// # Errors
///
/// progenitor's output is not what a step expects.
pub fn polish(file: &mut syn::File, facts: &Facts) -> Step {
    trim_top_level(file)?;
    guard_client(file, facts)?;

    let types = module(file, "types")?;
    sort_fields(types, facts)?;
    name_fields(types, facts);
    describe_setters(types)?;
    open_enum::open(items(types));

    name_methods(file, facts);
    let operations = builders_of(file)?;
    let builder = module(file, "builder")?;
    for (id, name) in &operations {
        let facts = facts.operations.get(id).ok_or_else(|| format!("an operation {id} that the document lacks"))?;
        rework_operation(items(builder), id, name, facts)?;
    }

    sweep::sweep(file)
}

/// Gives each operation its documentation: on the method of the client, and in short on its builder's `send`.
///
/// # Errors
///
/// An operation of the client has no documentation.
pub fn document(file: &mut syn::File, docs: &BTreeMap<String, String>) -> Step {
    for method in operations(file) {
        let id = method.sig.ident.to_string();
        let text = docs.get(&id).ok_or_else(|| format!("an operation {id} that the document lacks"))?;
        method.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        method.attrs.splice(0..0, doc_lines(text));
    }
    Ok(())
}

// ---- The file ------------------------------------------------------------------------------------------------------

/// Replaces the imports, and drops the prelude, the constructors (`client.rs` has the only ways to make a client) and what
/// belongs to progenitor's own way of sending.
fn trim_top_level(file: &mut syn::File) -> Step {
    file.items.retain(|item| match item {
        Item::Use(_) => false,
        Item::Mod(module) => module.ident != "prelude",
        _ => true,
    });
    let builder = module(file, "builder")?;
    items(builder).retain(|item| !matches!(item, Item::Use(_)));
    items(builder).insert(
        0,
        parse_quote!(
            use super::types;
        ),
    );
    // What progenitor's own client library would send with.
    file.items.retain(|item| match item {
        Item::Impl(block) => block
            .trait_
            .as_ref()
            .and_then(|(_, of, _)| of.segments.last())
            .is_none_or(|of| !["ClientInfo", "ClientHooks"].iter().any(|name| of.ident == name)),
        _ => true,
    });

    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_none() {
            block.items.retain(|item| match item {
                ImplItem::Fn(method) => method.sig.receiver().is_some(),
                _ => true,
            });
        }
    }
    file.items.retain(|item| !matches!(item, Item::Impl(block) if block.trait_.is_none() && block.items.is_empty()));
    Ok(())
}

/// Documents the client, and keeps its `Debug` to what redacts itself: a `reqwest::Client` prints its default headers.
fn guard_client(file: &mut syn::File, facts: &Facts) -> Step {
    let position = file
        .items
        .iter()
        .position(|item| matches!(item, Item::Struct(client) if client.ident == "Client"))
        .ok_or("no struct `Client`")?;
    if let Item::Struct(client) = &mut file.items[position] {
        client.attrs = doc_lines(&facts.client);
        client.attrs.push(parse_quote!(#[derive(Clone)]));
    }
    let debug = parse_quote! {
        impl ::std::fmt::Debug for Client {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple("Client").field(&self.inner).finish()
            }
        }
    };
    file.items.insert(position + 1, debug);
    Ok(())
}

/// The methods of the client that begin an operation.
fn operations(file: &mut syn::File) -> impl Iterator<Item = &mut ImplItemFn> {
    let blocks = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    blocks.flat_map(methods)
}

/// Gives each method of the client the name of its operation.
fn name_methods(file: &mut syn::File, facts: &Facts) {
    for method in operations(file) {
        if let Some(id) = facts.methods.get(&method.sig.ident.to_string()) {
            method.sig.ident = format_ident!("{id}");
        }
    }
}

/// The name of each operation's builder, by the operation's id.
fn builders_of(file: &mut syn::File) -> Step<Vec<(String, Ident)>> {
    operations(file)
        .map(|method| {
            let name = match &method.sig.output {
                ReturnType::Type(_, result) => last_ident(result),
                ReturnType::Default => None,
            };
            let id = method.sig.ident.to_string();
            Ok((id.clone(), name.ok_or_else(|| format!("a method `{id}` without a builder"))?))
        })
        .collect()
}

// ---- The types -----------------------------------------------------------------------------------------------------

/// Brings fields and setters, which typify sorts by name, into the document's order: it is the order they are sent in.
fn sort_fields(types: &mut ItemMod, facts: &Facts) -> Step {
    let mut orders: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for item in items(types).iter() {
        let Item::Struct(object) = item else { continue };
        let syn::Fields::Named(fields) = &object.fields else { continue };
        let name = object.ident.to_string();
        let properties = facts.properties.get(&name).ok_or_else(|| format!("a type `{name}` without a schema"))?;
        let mut order = BTreeMap::new();
        for field in &fields.named {
            let ident = field_name(field);
            let wire = renamed(&field.attrs).unwrap_or_else(|| ident.clone());
            let index = properties.iter().position(|property| *property == wire);
            order.insert(ident, index.ok_or_else(|| format!("a field `{wire}` that the schema `{name}` lacks"))?);
        }
        orders.insert(name, order);
    }
    let mut sort = |item: &mut Item| match item {
        Item::Struct(object) => {
            if let Some(order) = orders.get(&object.ident.to_string()) {
                sort_named(&mut object.fields, order);
            }
        }
        Item::Impl(block) => {
            if let Some(order) = type_name(&block.self_ty).and_then(|name| orders.get(&name)) {
                block.items.sort_by_key(|item| match item {
                    ImplItem::Fn(method) => order.get(&method.sig.ident.to_string()).copied(),
                    _ => None,
                });
                SortLiterals(order).visit_item_impl_mut(block);
            }
        }
        _ => {}
    };
    for item in items(types) {
        match item {
            Item::Mod(module) if module.ident == "builder" => items(module).iter_mut().for_each(&mut sort),
            item => sort(item),
        }
    }
    Ok(())
}

/// Says what each field is called on the wire: progenitor knows it by its Rust name.
fn name_fields(types: &mut ItemMod, facts: &Facts) {
    for item in items(types) {
        let Item::Struct(object) = item else { continue };
        let Some(names) = facts.wire_names.get(&object.ident.to_string()) else { continue };
        for field in &mut object.fields {
            let name = field_name(field);
            if let Some(wire) = names.get(&name).filter(|wire| **wire != name) {
                let docs = field.attrs.iter().take_while(|attribute| attribute.path().is_ident("doc")).count();
                field.attrs.insert(docs, parse_quote!(#[serde(rename = #wire)]));
            }
        }
    }
}

fn sort_named(fields: &mut syn::Fields, order: &BTreeMap<String, usize>) {
    if let syn::Fields::Named(fields) = fields {
        let mut sorted: Vec<Field> = std::mem::take(&mut fields.named).into_iter().collect();
        sorted.sort_by_key(|field| order.get(&field_name(field)).copied());
        fields.named = sorted.into_iter().collect();
    }
}

/// Sorts the fields of every struct literal.
struct SortLiterals<'a>(&'a BTreeMap<String, usize>);

impl VisitMut for SortLiterals<'_> {
    fn visit_expr_struct_mut(&mut self, literal: &mut syn::ExprStruct) {
        let mut sorted: Vec<_> = std::mem::take(&mut literal.fields).into_iter().collect();
        sorted.sort_by_key(|field| match &field.member {
            Member::Named(name) => self.0.get(&name.to_string()).copied(),
            Member::Unnamed(_) => None,
        });
        literal.fields = sorted.into_iter().collect();
        visit_mut::visit_expr_struct_mut(self, literal);
    }
}

/// Gives the setters of the builders in `types::builder` the documentation of the fields that they set.
fn describe_setters(types: &mut ItemMod) -> Step {
    let mut docs: BTreeMap<(String, String), Vec<Attribute>> = BTreeMap::new();
    for item in items(types).iter() {
        let Item::Struct(object) = item else { continue };
        for field in &object.fields {
            let lines = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect();
            docs.insert((object.ident.to_string(), field_name(field)), lines);
        }
    }
    for item in items(types) {
        let Item::Mod(module) = item else { continue };
        if module.ident != "builder" {
            continue;
        }
        for item in items(module) {
            match item {
                Item::Struct(builder) => {
                    let text = format!("Builds a [`{0}`](super::{0}).", builder.ident);
                    builder.attrs.splice(0..0, doc_lines(&text));
                }
                Item::Impl(block) if block.trait_.is_none() => {
                    let name = type_name(&block.self_ty).unwrap_or_default();
                    for method in methods(block) {
                        let lines = docs.get(&(name.clone(), method.sig.ident.to_string()));
                        method.attrs.splice(0..0, lines.cloned().unwrap_or_default());
                        take_plain_value(method);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Makes the setter of an optional field take the value itself, as that of a required one does. typify's takes an `Option`,
/// into which a `&str`, say, does not convert.
fn take_plain_value(setter: &mut ImplItemFn) {
    struct Plain(bool);
    impl VisitMut for Plain {
        fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
            if segment.ident == "TryInto"
                && let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments
                && let Some(syn::GenericArgument::Type(Type::Path(optional))) = arguments.args.first()
                && let Some(last) = optional.path.segments.last()
                && last.ident == "Option"
                && let syn::PathArguments::AngleBracketed(inner) = &last.arguments
            {
                arguments.args = inner.args.clone();
                self.0 = true;
            }
        }

        fn visit_expr_mut(&mut self, expression: &mut Expr) {
            visit_mut::visit_expr_mut(self, expression);
            if matches!(expression, Expr::MethodCall(call) if call.method == "try_into") {
                *expression = parse_quote!(#expression.map(Some));
            }
        }
    }
    let mut plain = Plain(false);
    if let Some(clause) = &mut setter.sig.generics.where_clause {
        plain.visit_where_clause_mut(clause);
    }
    if plain.0 {
        plain.visit_block_mut(&mut setter.block);
    }
}

// ---- The operations ------------------------------------------------------------------------------------------------

/// Makes progenitor's `send` the private `request`, which ends where the request is built, and puts one before it that has
/// the runtime send it.
fn rework_operation(builders: &mut [Item], id: &str, name: &Ident, facts: &OperationFacts) -> Step {
    let unexpected = |what: &str| format!("{what} in the builder of `{id}`");
    let builder = builders
        .iter_mut()
        .find_map(|item| match item {
            Item::Struct(builder) if builder.ident == *name => Some(builder),
            _ => None,
        })
        .ok_or_else(|| unexpected("no struct"))?;
    builder.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    let docs = format!("Builder for [`Client::{id}`]\n\n[`Client::{id}`]: super::Client::{id}");
    builder.attrs.splice(0..0, doc_lines(&docs));
    builder.attrs.push(parse_quote!(#[must_use = "nothing is sent before `send`"]));
    let mut fields = builder.fields.iter().filter_map(|field| field.ident.clone());
    let client = fields.next().ok_or_else(|| unexpected("no client"))?;

    let block = builders
        .iter_mut()
        .find_map(|item| match item {
            Item::Impl(block) if type_name(&block.self_ty).is_some_and(|own| *name == own) => Some(block),
            _ => None,
        })
        .ok_or_else(|| unexpected("no impl"))?;
    for method in methods(block) {
        let text = facts.parameters.get(&method.sig.ident.to_string());
        method.attrs.splice(0..0, text.map(|text| doc_lines(text)).unwrap_or_default());
        if method.sig.receiver().is_none() {
            method.vis = parse_quote!(pub(super));
        }
    }

    let position = block
        .items
        .iter()
        .position(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == "send"))
        .ok_or_else(|| unexpected("no `send`"))?;
    let ImplItem::Fn(request) = &mut block.items[position] else { return Err(unexpected("no `send`")) };
    let answer = answer_type(&request.sig.output).ok_or_else(|| unexpected("another result"))?;
    request.sig = parse_quote!(fn request(self) -> Result<reqwest::Request, ::countersign::generated::Unbuilt>);
    request.vis = Visibility::Inherited;
    request.attrs.clear();
    rework_headers(request, &facts.wire_names).map_err(|what| unexpected(&what))?;
    rework_path(request, &facts.path).map_err(|what| unexpected(&what))?;
    rework_end(request).map_err(|what| unexpected(&what))?;
    Building(&facts.wire_names).visit_block_mut(&mut request.block);

    let mut send: ImplItemFn = parse_quote! {
        pub async fn send(self) -> Result<::countersign::Answer<#answer>, ::countersign::Error> {
            self.#client.inner.send(#id, self.request()).await
        }
    };
    send.attrs = doc_lines(&format!(
        "Fills in what the document leaves to the client, sends the request, and judges the answer.\n\n{}\n\n\
         # Errors\n\n\
         A value is missing or malformed (nothing was sent then), the provider was not reached, or it refused.",
        facts.docs
    ));
    block.items.insert(position, ImplItem::Fn(send));
    Ok(())
}

/// `T` of `Result<ResponseValue<T>, Error<()>>`. Errors are judged by the runtime, so `E` must be nothing.
fn answer_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, result) = output else { return None };
    let [value, error] = type_arguments(result)?[..] else { return None };
    let [error] = type_arguments(error)?[..] else { return None };
    let [answer] = type_arguments(value)?[..] else { return None };
    matches!(error, Type::Tuple(unit) if unit.elems.is_empty()).then(|| answer.clone())
}

/// Sends documented headers only (progenitor adds `api-version`), and refuses a value that no header can carry.
fn rework_headers(request: &mut ImplItemFn, names: &BTreeMap<String, String>) -> Step {
    let statements = &mut request.block.stmts;
    let before = statements.len();
    statements.retain(|statement| !statement.to_token_stream().to_string().contains("\"api-version\")"));
    if statements.len() != before - 1 {
        return Err("no lone statement for the header `api-version`".to_owned());
    }
    let mut headers = Headers { names, count: 0, unknown: None };
    headers.visit_block_mut(&mut request.block);
    match headers.unknown {
        Some(code) => return Err(format!("an unknown way to set a header, `{code}`,")),
        None if headers.count > 0 => {}
        None => {
            let map = |statement: &Stmt| matches!(statement, Stmt::Local(local) if binds(local, "header_map"));
            request.block.stmts.retain(|statement| !map(statement));
            WithoutHeaders.visit_block_mut(&mut request.block);
        }
    }
    Ok(())
}

/// Turns `header_map.append(NAME, x.to_string().try_into()?)` into a call that names the header in its error.
struct Headers<'a> {
    names: &'a BTreeMap<String, String>,
    count: usize,
    unknown: Option<String>,
}

impl VisitMut for Headers<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = &*expression else { return };
        if call.method != "append" || !call.receiver.to_token_stream().to_string().ends_with("header_map") {
            return;
        }
        match (call.args.first(), call.args.get(1).and_then(subject)) {
            (Some(name), Some(value)) => {
                self.count += 1;
                let name = on_wire(name, self.names);
                *expression = parse_quote! {
                    ::countersign::generated::header(&mut header_map, #name, &#value)?
                };
            }
            _ => self.unknown = Some(call.to_token_stream().to_string()),
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        if let (true, Some(init)) = (binds(local, "header_map"), &mut local.init) {
            *init.expr = parse_quote!(reqwest::header::HeaderMap::new());
        }
    }
}

/// Drops `.headers(header_map)` where there is none.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
    }
}

/// Turns `encode_path(&x.to_string())` inside the URL's `format!` into a line before it, which refuses what would lead
/// to another path (`..`, nothing at all).
fn rework_path(request: &mut ImplItemFn, names: &[String]) -> Step {
    let position = request.block.stmts.iter().position(|statement| match statement {
        Stmt::Local(local) => url_arguments(local).is_some(),
        _ => false,
    });
    let position = position.ok_or("no URL")?;
    let Stmt::Local(local) = &mut request.block.stmts[position] else { return Err("no URL".to_owned()) };
    let arguments = url_arguments(local).ok_or("no URL")?;
    let mut names = names.iter();
    let mut segments: Vec<Stmt> = Vec::new();
    let arguments: Vec<Expr> = arguments
        .into_iter()
        .map(|argument| match &argument {
            Expr::Call(call) if call.func.to_token_stream().to_string() == "encode_path" => {
                let value = call.args.first().and_then(subject).ok_or("an unknown way to fill in a path")?;
                let name = names.next().ok_or("a path with other parameters")?;
                segments.push(parse_quote! {
                    let #value = ::countersign::generated::path_segment(#name, &#value)?;
                });
                Ok(value)
            }
            _ => Ok(argument),
        })
        .collect::<Result<_, String>>()?;
    if names.next().is_some() {
        return Err("a path with other parameters".to_owned());
    }
    if let Some(init) = &mut local.init {
        *init.expr = parse_quote!(format!(#(#arguments),*));
    }
    request.block.stmts.splice(position..position, segments);
    Ok(())
}

/// The arguments of `let url = format!("{}/path/{}", client.baseurl, …)`.
fn url_arguments(local: &Local) -> Option<Vec<Expr>> {
    let Expr::Macro(call) = &*local.init.as_ref()?.expr else { return None };
    let arguments = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    let base = arguments.get(1)?.to_token_stream().to_string();
    (call.mac.path.is_ident("format") && base.ends_with(". baseurl")).then(|| arguments.into_iter().collect())
}

/// Ends with the request, where progenitor goes on to send it and to take its answer apart.
fn rework_end(request: &mut ImplItemFn) -> Step {
    let statements = &mut request.block.stmts;
    let Some(Stmt::Expr(Expr::Match(judgement), None)) = statements.last() else {
        return Err("no match on the status".to_owned());
    };
    if judgement.arms.len() != 2 {
        return Err("more than one success".to_owned());
    }
    let built =
        statements.iter().position(|statement| matches!(statement, Stmt::Local(local) if binds(local, "request")));
    let built = built.ok_or("no request")?;
    // What is left out is known, so that a progenitor that does more there is noticed.
    let known =
        ["let info", "client . pre", "let result = client . exec", "client . post", "let response", "match response"];
    let rest: Vec<String> = statements.drain(built + 1..).map(|rest| rest.to_token_stream().to_string()).collect();
    let unknown = rest.iter().zip(known).find(|(rest, known)| !rest.starts_with(known)).map(|(rest, _)| rest.as_str());
    match (unknown, rest.len() == known.len(), statements.pop()) {
        (None, true, Some(Stmt::Local(Local { init: Some(init), .. }))) => {
            let Expr::Try(built) = *init.expr else { return Err("a request that cannot fail".to_owned()) };
            let built = built.expr;
            statements.push(Stmt::Expr(parse_quote!(Ok(#built?)), None));
            Ok(())
        }
        (unknown, ..) => Err(format!("an unknown way to send, `{}`,", unknown.unwrap_or("with more or fewer steps"))),
    }
}

/// Turns what progenitor's client library has for building a request into reqwest's and ours.
struct Building<'a>(&'a BTreeMap<String, String>);

impl VisitMut for Building<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            // The reason is text already, and `?` takes it over.
            Expr::MethodCall(call) if call.method == "map_err" && is_invalid_request(call.args.first()) => {
                *expression = (*call.receiver).clone();
            }
            // It fails when the request is built.
            Expr::Try(attempt) => {
                if let Expr::MethodCall(call) = &mut *attempt.expr
                    && call.method == "form_urlencoded"
                {
                    call.method = format_ident!("form");
                    *expression = Expr::MethodCall(call.clone());
                }
            }
            Expr::Call(call) if call.func.to_token_stream().to_string() == "progenitor_client :: QueryParam :: new" => {
                let mut arguments = call.args.clone();
                if let Some(name) = arguments.first_mut() {
                    *name = on_wire(name, self.0);
                }
                *expression = parse_quote!(::countersign::generated::query(#arguments)?);
            }
            _ => {}
        }
    }
}

/// The name on the wire of a parameter whose Rust name is in a literal.
fn on_wire(name: &Expr, names: &BTreeMap<String, String>) -> Expr {
    match name {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
            names.get(&text.value()).map_or_else(|| name.clone(), |wire| parse_quote!(#wire))
        }
        _ => name.clone(),
    }
}

fn is_invalid_request(argument: Option<&Expr>) -> bool {
    argument.is_some_and(|argument| argument.to_token_stream().to_string().ends_with("Error :: InvalidRequest"))
}

/// `x` of `x.to_string().try_into()?`, `&x.to_string()` and the like.
fn subject(expression: &Expr) -> Option<Expr> {
    match expression {
        Expr::Try(inner) => subject(&inner.expr),
        Expr::Reference(inner) => subject(&inner.expr),
        Expr::MethodCall(call) if call.method == "to_string" => Some((*call.receiver).clone()),
        Expr::MethodCall(call) if call.method == "try_into" => subject(&call.receiver),
        _ => None,
    }
}

fn binds(local: &Local, name: &str) -> bool {
    matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name)
}
