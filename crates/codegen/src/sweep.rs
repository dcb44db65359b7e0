//! Leads the paths of generated code to where a provider's crate finds them.
//!
//! A provider's crate depends on `countersign` alone. What comes of another crate goes through `countersign::generated`, and
//! what is used of the runtime is imported into each module. A name that the document has for a type or an operation of its
//! own is none that is imported: the runtime's keeps its path there.

use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Ident, Item, ItemMod, LitStr, Meta, Path, Token, Type, parse_quote};

use crate::syntax::{attributes, derives};

/// The crates that the runtime lends to generated code.
const LENT: [&str; 3] = ["reqwest", "serde", "serde_json"];

/// The crates that a path may begin with.
const KNOWN: [&str; 2] = ["std", "countersign"];

const PRELUDE: [(&str, &str); 8] = [
    ("convert", "From"),
    ("convert", "TryFrom"),
    ("convert", "TryInto"),
    ("default", "Default"),
    ("option", "Option"),
    ("result", "Result"),
    ("string", "String"),
    ("vec", "Vec"),
];

/// Sweeps over the file.
///
/// # Errors
///
/// The code uses a crate that a provider crate does not depend on.
pub fn sweep(file: &mut syn::File) -> Result<(), String> {
    let mut paths = Paths::default();
    paths.visit_file_mut(file);
    match paths.foreign {
        Some(name) => Err(format!("a type of the crate `{name}`, which a provider crate does not depend on")),
        None => Ok(()),
    }
}

/// A type whose paths lead there from everywhere, without an import.
pub fn qualified(of: &Type) -> Type {
    struct Qualify;
    impl VisitMut for Qualify {
        fn visit_path_mut(&mut self, path: &mut Path) {
            visit_mut::visit_path_mut(self, path);
            let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            match &segments[..] {
                [std, module, name, ..] if std == "std" && is_prelude(module, name) => {
                    path.leading_colon = None;
                    path.segments = std::mem::take(&mut path.segments).into_iter().skip(2).collect();
                }
                [name, _, ..] if LENT.contains(&name.as_str()) => {
                    path.leading_colon = None;
                    *path = parse_quote!(::countersign::generated::#path);
                }
                _ => {}
            }
        }
    }
    let mut of = of.clone();
    Qualify.visit_type_mut(&mut of);
    of
}

fn is_prelude(module: &str, name: &str) -> bool {
    PRELUDE.contains(&(module, name))
}

#[derive(Default)]
struct Paths {
    /// The types of the module: a name of the runtime or of the prelude that is one of theirs keeps its path.
    taken: BTreeSet<String>,
    /// What the module imports, by the path that it is imported from.
    used: BTreeMap<&'static str, BTreeSet<String>>,
    foreign: Option<String>,
}

impl Paths {
    /// The imports for what has been used.
    fn imports(&mut self) -> Vec<Item> {
        let used = std::mem::take(&mut self.used);
        used.into_iter()
            .map(|(from, names)| {
                let names = names.iter().map(|name| format_ident!("{name}"));
                match from {
                    "generated" => parse_quote!(use ::countersign::generated::{#(#names),*};),
                    _ => parse_quote!(use ::countersign::{#(#names),*};),
                }
            })
            .collect()
    }

    /// Takes segments off the start of a path, and imports what it begins with then.
    fn import(&mut self, path: &mut Path, from: Option<&'static str>, count: usize) {
        path.leading_colon = None;
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(count).collect();
        if let (Some(from), Some(first)) = (from, path.segments.first()) {
            self.used.entry(from).or_default().insert(first.ident.to_string());
        }
    }

    fn within(&mut self, items: &mut Vec<Item>, visit: impl FnOnce(&mut Self, &mut Vec<Item>)) {
        let outer = (std::mem::take(&mut self.taken), std::mem::take(&mut self.used));
        self.taken.extend(items.iter().filter_map(|item| declared(item).map(Ident::to_string)));
        visit(self, items);
        let imports = self.imports();
        let at = items.iter().take_while(|item| matches!(item, Item::Use(_))).count();
        items.splice(at..at, imports);
        (self.taken, self.used) = outer;
    }
}

/// The name of a type that an item declares.
fn declared(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

impl VisitMut for Paths {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        self.within(&mut file.items, |paths, items| items.iter_mut().for_each(|item| paths.visit_item_mut(item)));
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            self.within(items, |paths, items| items.iter_mut().for_each(|item| paths.visit_item_mut(item)));
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            ["std", module, name, ..] if is_prelude(module, name) && !self.taken.contains(name) => {
                self.import(path, None, 2);
            }
            ["countersign", "generated", name, ..] if !self.taken.contains(name) => {
                self.import(path, Some("generated"), 2);
            }
            ["countersign", name] if !self.taken.contains(name) => self.import(path, Some("countersign"), 1),
            [name, _, ..] if LENT.contains(&name) => self.import(path, Some("generated"), 0),
            [name, _, ..] if path.leading_colon.is_some() && !KNOWN.contains(&name) => {
                self.foreign = Some(name.to_owned());
            }
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
        let is_derive = attribute.path().is_ident("derive");
        let is_serde = attribute.path().is_ident("serde");
        let Meta::List(list) = &mut attribute.meta else { return };
        if is_derive {
            if let Ok(mut traits) = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) {
                traits.iter_mut().for_each(|path| self.visit_path_mut(path));
                list.tokens = traits.to_token_stream();
            }
        } else if is_serde && let Ok(mut words) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        {
            words.iter_mut().for_each(function);
            list.tokens = words.to_token_stream();
        }
    }
}

/// Shortens the function that a word of serde names in a text, with or without spaces.
fn function(word: &mut Meta) {
    let Meta::NameValue(pair) = word else { return };
    if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &mut pair.value
        && let Ok(path) = text.parse::<Path>()
        && let [first, module, ..] =
            &path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>()[..]
        && first == "std"
    {
        let is_in_prelude = PRELUDE.iter().any(|(known, _)| known == module);
        let skip = if is_in_prelude { 2 } else { 0 };
        let segments: Vec<String> = path.segments.iter().skip(skip).map(|segment| segment.ident.to_string()).collect();
        let start = if is_in_prelude { "" } else { "::" };
        *text = LitStr::new(&format!("{start}{}", segments.join("::")), text.span());
    }
}
