//! The steps of the polish that go over the whole file: its paths, its messages, its documentation.

use std::collections::BTreeSet;

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Field, Ident, ImplItemFn, Item, ItemMod, LitStr, Macro, Meta, Path, Token, Variant, parse_quote};

use crate::syntax::{attributes, derives, doc_lines, doc_text, items};

/// Sweeps over the file.
///
/// # Errors
///
/// The code uses a crate that a provider crate does not depend on.
pub fn sweep(file: &mut syn::File) -> Result<(), String> {
    let mut paths = Paths::of(file);
    paths.visit_file_mut(file);
    Tidy.visit_file_mut(file);
    match paths.foreign {
        Some(name) => Err(format!("a type of the crate `{name}`, which a provider crate does not depend on")),
        None => Ok(()),
    }
}

/// Leads every path of another crate through `countersign::generated`, which each module imports from, and writes the
/// names of the prelude without their paths.
#[derive(Default)]
struct Paths {
    /// The document's types and operations: a name of the prelude that is one of theirs keeps its path.
    taken: BTreeSet<String>,
    /// What the module uses of `countersign::generated`.
    used: BTreeSet<&'static str>,
    foreign: Option<String>,
}

const GENERATED: [&str; 3] = ["reqwest", "serde", "serde_json"];
const KNOWN: [&str; 2] = ["std", "countersign"];
const PRELUDE: [(&str, &str); 9] = [
    ("convert", "From"),
    ("convert", "TryFrom"),
    ("convert", "TryInto"),
    ("default", "Default"),
    ("ops", "FnOnce"),
    ("option", "Option"),
    ("result", "Result"),
    ("string", "String"),
    ("vec", "Vec"),
];

impl Paths {
    fn of(file: &syn::File) -> Self {
        let mut paths = Self::default();
        for item in file.items.iter().filter_map(|item| match item {
            Item::Mod(module) => module.content.as_ref().map(|(_, items)| items),
            _ => None,
        }) {
            paths.taken.extend(item.iter().filter_map(|item| match item {
                Item::Struct(item) => Some(item.ident.to_string()),
                Item::Enum(item) => Some(item.ident.to_string()),
                _ => None,
            }));
        }
        paths
    }

    /// The imports for what has been used since the last call.
    fn imports(&mut self) -> Option<Item> {
        let names: Vec<Ident> =
            std::mem::take(&mut self.used).into_iter().map(|name| format_ident!("{name}")).collect();
        (!names.is_empty()).then(|| parse_quote!(use ::countersign::generated::{#(#names),*};))
    }
}

impl VisitMut for Paths {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        visit_mut::visit_file_mut(self, file);
        file.items.splice(0..0, self.imports());
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        let outer = std::mem::take(&mut self.used);
        visit_mut::visit_item_mod_mut(self, module);
        let imports = self.imports();
        items(module).splice(0..0, imports);
        self.used = outer;
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            ["std", module, name, ..] if PRELUDE.contains(&(module, name)) && !self.taken.contains(name) => {
                path.leading_colon = None;
                path.segments = std::mem::take(&mut path.segments).into_iter().skip(2).collect();
            }
            [name, _, ..] => match GENERATED.iter().find(|generated| **generated == name) {
                Some(generated) => {
                    path.leading_colon = None;
                    self.used.insert(generated);
                }
                None if path.leading_colon.is_some() && !KNOWN.contains(&name) => self.foreign = Some(name.to_owned()),
                None => {}
            },
            _ => {}
        }
    }

    fn visit_type_path_mut(&mut self, of: &mut syn::TypePath) {
        let before = of.path.segments.len();
        visit_mut::visit_type_path_mut(self, of);
        if let Some(qself) = &mut of.qself {
            qself.position -= before - of.path.segments.len();
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        visit_mut::visit_item_mut(self, item);
        // The derive macros of serde name their crate themselves.
        if let Some(attributes) = attributes(item)
            && let Some(position) = attributes.iter().position(|attribute| derives(attribute, "Deserialize"))
        {
            attributes.insert(position + 1, parse_quote!(#[serde(crate = "::countersign::generated::serde")]));
        }
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if attribute.path().is_ident("derive") {
            let parsed = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            if let (Ok(mut traits), Meta::List(list)) = (parsed, &mut attribute.meta) {
                traits.iter_mut().for_each(|path| self.visit_path_mut(path));
                list.tokens = traits.to_token_stream();
            }
        } else if let (true, Meta::List(list)) = (attribute.path().is_ident("serde"), &mut attribute.meta) {
            // Functions are named in strings here, with or without spaces.
            list.tokens = map_texts(list.tokens.clone(), &|text| {
                let mut path = syn::parse_str::<Path>(text).ok().filter(|path| path.segments.len() > 1)?;
                let mut paths = Self { taken: self.taken.clone(), ..Self::default() };
                paths.visit_path_mut(&mut path);
                Some(path.to_token_stream().to_string().replace(' ', ""))
            });
        }
    }
}

/// Clearer messages, and documentation that is printed with `///`.
struct Tidy;

impl Tidy {
    fn docs(attributes: &mut Vec<Attribute>) {
        *attributes = std::mem::take(attributes)
            .into_iter()
            .flat_map(|attribute| match doc_text(&attribute) {
                Some(text) if text.contains('\n') || !(text.is_empty() || text.starts_with(' ')) => doc_lines(&text),
                _ => vec![attribute],
            })
            .collect();
    }
}

impl VisitMut for Tidy {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Some(attributes) = attributes(item) {
            Self::docs(attributes);
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        Self::docs(&mut field.attrs);
        visit_mut::visit_field_mut(self, field);
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        Self::docs(&mut variant.attrs);
        visit_mut::visit_variant_mut(self, variant);
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        Self::docs(&mut method.attrs);
        visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(message) = message(&text.value()) {
            *text = LitStr::new(&message, text.span());
        }
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        call.tokens = map_texts(call.tokens.clone(), &message);
    }
}

/// What a message of progenitor or typify says in our words: they name Rust types and give no next step.
fn message(text: &str) -> Option<String> {
    let missing = |name: &str| format!("`{name}` is required: give it with `.{name}(…)`");
    let unsuitable = |name: &str, error: &str| format!("`{name}` cannot be made from what was given{error}");
    if let Some(name) = text.strip_prefix("no value supplied for ") {
        Some(missing(name))
    } else if let Some(name) = text.strip_suffix(" was not initialized") {
        Some(missing(name))
    } else if let Some(rest) = text.strip_prefix("error converting supplied value for ") {
        rest.strip_suffix(": {e}").map(|name| unsuitable(name, ": {e}"))
    } else {
        let (_, rest) = text.strip_prefix("conversion to `")?.rsplit_once("` for ")?;
        let (name, error) = rest.split_once(" failed")?;
        Some(unsuitable(name, error))
    }
}

/// Replaces text literals at any depth.
fn map_texts(tokens: TokenStream, change: &impl Fn(&str) -> Option<String>) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), map_texts(group.stream(), change)))
            }
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<LitStr>(&literal.to_string()).ok();
                let changed = text.and_then(|text| change(&text.value()));
                TokenTree::Literal(changed.map_or(literal, |text| Literal::string(&text)))
            }
            token => token,
        })
        .collect()
}
