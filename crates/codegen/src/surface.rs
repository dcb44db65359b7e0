//! What differs in the types between two versions of a generated `api.rs`, as far as a caller sees it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Fields, FnArg, ImplItem, Item, ItemImpl, Visibility};

use crate::difference::Lines;

/// The types with their fields, and the calls with what they take. Nothing of what is no Rust.
pub fn lines(api: &str) -> Lines {
    let mut lines = Lines::new();
    if let Ok(file) = syn::parse_file(api) {
        items(&file.items, true, &mut lines);
    }
    lines
}

fn items(all: &[Item], methods: bool, lines: &mut Lines) {
    for item in all {
        match item {
            // The builders of objects have the setters of the fields that are listed already.
            Item::Mod(module) => {
                if let Some((_, inner)) = &module.content {
                    let inside_types = module.ident == "types";
                    if methods || module.ident != "builder" {
                        items(inner, methods && !inside_types, lines);
                    }
                }
            }
            Item::Struct(object) if !methods => {
                let fields = match &object.fields {
                    Fields::Named(fields) => fields
                        .named
                        .iter()
                        .map(|field| {
                            let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                            format!("{name}: {}", written(&field.ty))
                        })
                        .collect(),
                    Fields::Unnamed(fields) => fields.unnamed.iter().map(|field| written(&field.ty)).collect(),
                    Fields::Unit => Vec::new(),
                };
                lines.push((object.ident.to_string(), fields));
            }
            Item::Macro(open_enum) => lines.extend(choice(open_enum.mac.tokens.clone())),
            Item::Impl(block) if methods && block.trait_.is_none() => calls(block, lines),
            _ => {}
        }
    }
}

fn calls(block: &ItemImpl, lines: &mut Lines) {
    let functions = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_)) => {
            let given = function.sig.inputs.iter().filter_map(|input| match input {
                FnArg::Typed(given) => Some(written(&given.ty)),
                FnArg::Receiver(_) => None,
            });
            Some(format!("{}({})", function.sig.ident, given.collect::<Vec<_>>().join(", ")))
        }
        _ => None,
    });
    lines.push((format!("calls of {}", written(&block.self_ty)), functions.collect()));
}

/// The values of an `enum` that the runtime's macro declares.
fn choice(tokens: TokenStream) -> Option<(String, Vec<String>)> {
    let mut tokens = tokens.into_iter().skip_while(|token| token.to_string() != "enum").skip(1);
    let name = tokens.next()?.to_string();
    // What its values are, or what tells them, may be between the two.
    let values = tokens.find_map(|token| if let TokenTree::Group(values) = token { Some(values) } else { None })?;
    let mut lines = vec![String::new()];
    for token in values.stream() {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => lines.push(String::new()),
            // Documentation.
            TokenTree::Group(_) => {}
            TokenTree::Punct(hash) if hash.as_char() == '#' => {}
            token => {
                let line = lines.last_mut()?;
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(&token.to_string());
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    Some((name, lines))
}

fn written(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text =
        text.replace(" :: ", "::").replace(":: ", "::").replace(" < ", "<").replace(" >", ">").replace(" ,", ",");
    text.replace("::countersign::generated::", "").replace("::std::vec::", "").replace("::std::option::", "")
}
