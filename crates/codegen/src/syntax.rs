//! Looks at syntax trees, and at the names in them.

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, Field, GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, LitStr, Meta, Path,
    PathArguments, Token, Type, parse_quote,
};

/// The items of the module `types` or `builder`.
///
/// # Errors
///
/// There is no such module.
pub fn module_items<'a>(file: &'a syn::File, name: &str) -> Result<&'a [Item], String> {
    file.items
        .iter()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => module.content.as_ref().map(|(_, items)| items.as_slice()),
            _ => None,
        })
        .ok_or_else(|| format!("no module `{name}`"))
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

/// The module `types` or `builder`, to be changed.
///
/// # Errors
///
/// There is no such module.
pub fn module<'a>(file: &'a mut syn::File, name: &str) -> Result<&'a mut ItemMod, String> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => Some(module),
            _ => None,
        })
        .ok_or_else(|| format!("no module `{name}`"))
}

/// The items of a module, to be changed.
pub fn items(module: &mut ItemMod) -> &mut Vec<Item> {
    &mut module.content.get_or_insert_default().1
}

/// The functions of an impl, to be changed.
pub fn methods(block: &mut ItemImpl) -> impl Iterator<Item = &mut ImplItemFn> {
    block.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    })
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

/// The Rust name of a field.
pub fn field_name(field: &Field) -> String {
    field.ident.as_ref().map(Ident::to_string).unwrap_or_default()
}

/// The name on the wire that `#[serde(rename = "…")]` gives a field or variant.
pub fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What else stands there is of no interest here.
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

/// Whether a name occurs in code.
pub fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}
