//! Looks at syntax trees, and at the names in them.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, Field, GenericArgument, Ident, ImplItem, Item, ItemStruct, LitStr, Meta, Path, PathArguments,
    ReturnType, Token, Type, parse_quote,
};

/// The items of the module `types` or `builder`.
///
/// # Errors
///
/// There is no such module.
pub fn module_items<'a>(file: &'a syn::File, name: &str) -> Result<&'a [Item], String> {
    items_of_module(&file.items, name).ok_or_else(|| format!("no module `{name}`"))
}

/// The items of a module among these; none if there is none.
pub fn submodule_items<'a>(items: &'a [Item], name: &str) -> &'a [Item] {
    items_of_module(items, name).unwrap_or_default()
}

fn items_of_module<'a>(items: &'a [Item], name: &str) -> Option<&'a [Item]> {
    items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => module.content.as_ref().map(|(_, items)| items.as_slice()),
        _ => None,
    })
}

/// The struct of this name.
pub fn find_struct<'a>(items: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
    items.iter().find_map(|item| match item {
        Item::Struct(object) if object.ident == name => Some(object),
        _ => None,
    })
}

/// `T` of the `Result<Wrapped<T>, Error>` that the `send` of a builder yields.
pub fn response_type(builders: &[Item], builder: &str) -> Option<Type> {
    let send = builders.iter().find_map(|item| match item {
        Item::Impl(block) if type_name(&block.self_ty).as_deref() == Some(builder) => {
            block.items.iter().find_map(|item| match item {
                ImplItem::Fn(method) if method.sig.ident == "send" => Some(method),
                _ => None,
            })
        }
        _ => None,
    })?;
    let ReturnType::Type(_, result) = &send.sig.output else { return None };
    let wrapped = type_arguments(result)?.first().copied()?;
    type_arguments(wrapped)?.first().copied().cloned()
}

/// A name that code can have.
pub fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Documentation as attributes, one a line, so that it is printed with `///`.
pub fn doc_lines(text: &str) -> Vec<Attribute> {
    text.trim()
        .lines()
        .map(|line| {
            let line = if line.trim().is_empty() { String::new() } else { format!(" {}", line.trim_end()) };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// The last segment of a type's path: `LoginForm` of `super::LoginForm`.
pub fn type_name(of: &Type) -> Option<String> {
    last_ident(of).map(|ident| ident.to_string())
}

/// The last segment of a type's path.
pub fn last_ident(of: &Type) -> Option<Ident> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    }
}

/// The type arguments of the last segment of a type's path.
pub fn type_arguments(of: &Type) -> Option<Vec<&Type>> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    });
    Some(types.collect())
}

/// `T` of an `Option<T>`.
pub fn optional(of: &Type) -> Option<&Type> {
    if type_name(of)? == "Option" { type_arguments(of)?.first().copied() } else { None }
}

/// The names of all types in a type.
pub fn names_in(of: &Type) -> Vec<String> {
    let mut names: Vec<String> = type_name(of).into_iter().collect();
    names.extend(type_arguments(of).unwrap_or_default().into_iter().flat_map(names_in));
    names
}

/// A type of the document that the module of the types' builders sees, as the module of the types does.
pub fn seen_from_types(of: &Type) -> Type {
    struct FromTypes;
    impl syn::visit_mut::VisitMut for FromTypes {
        fn visit_path_mut(&mut self, path: &mut Path) {
            syn::visit_mut::visit_path_mut(self, path);
            if path.segments.first().is_some_and(|first| first.ident == "super") {
                path.segments = std::mem::take(&mut path.segments).into_iter().skip(1).collect();
            }
        }
    }
    let mut of = of.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut FromTypes, &mut of);
    of
}

/// The type that a builder in `types::builder` is for, or the type itself.
pub fn from_builder(of: Type) -> Type {
    match &of {
        Type::Path(path) if path.path.segments.iter().any(|segment| segment.ident == "builder") => {
            let name = last_ident(&of);
            parse_quote!(types::#name)
        }
        _ => of,
    }
}

/// The Rust name of a field.
pub fn field_name(field: &Field) -> String {
    field.ident.as_ref().map(Ident::to_string).unwrap_or_default()
}

/// Documentation, one line an attribute, so that it is printed with `///`.
pub fn docs(attributes: &[Attribute]) -> Vec<Attribute> {
    let texts = attributes.iter().filter_map(doc_text);
    let texts: Vec<String> = texts.map(|text| text.strip_prefix(' ').unwrap_or(&text).to_owned()).collect();
    doc_lines(&texts.join("\n"))
}

/// The words of the `#[serde(…)]` among attributes.
pub fn serde_words(attributes: &[Attribute]) -> Vec<Meta> {
    let words = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .filter_map(|attribute| attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok());
    words.flatten().collect()
}

/// The name on the wire that `#[serde(rename = "…")]` gives a field or variant.
pub fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What else is there is of no interest here.
        let _ = attribute.parse_nested_meta(|meta| {
            let value = meta.value().and_then(|value| value.parse::<LitStr>());
            if meta.path.is_ident("rename") {
                name = Some(value?.value());
            }
            Ok(())
        });
    }
    name
}

/// Whether an attribute derives a trait of this name.
pub fn derives(attribute: &Attribute, name: &str) -> bool {
    attribute.path().is_ident("derive")
        && attribute
            .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .is_ok_and(|traits| traits.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == name)))
}

/// The attributes of an item that can have documentation.
pub fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Mod(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// The documentation in an attribute.
pub fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a path in code leads through a module, which something else may be called like.
pub fn leads_through(tokens: &TokenStream, module: &str) -> bool {
    let mut ahead = tokens.clone().into_iter().peekable();
    while let Some(token) = ahead.next() {
        let is_it = match token {
            TokenTree::Group(group) => leads_through(&group.stream(), module),
            // A setter takes `name: Type`, with one colon alone.
            TokenTree::Ident(ident) if ident == module => matches!(
                ahead.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':' && colon.spacing() == Spacing::Joint
            ),
            _ => false,
        };
        if is_it {
            return true;
        }
    }
    false
}

/// Whether a name occurs in code.
pub fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}
