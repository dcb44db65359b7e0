//! Prints syntax trees as source.
//!
//! prettyplease breaks lines at a width of its own and knows no empty lines. So each item is printed for itself, without
//! the indentation that it will have, and an empty line is put between two.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Item, ItemEnum, ItemMod, ItemStruct, Lit, Meta, MetaNameValue, Type, parse_quote};

use crate::syntax;

/// The source of a file.
pub fn file(file: &syn::File) -> String {
    let inner = prettyplease::unparse(&syn::File { shebang: None, attrs: file.attrs.clone(), items: Vec::new() });
    if inner.is_empty() { items(&file.items) } else { format!("{inner}\n{}", items(&file.items)) }
}

/// Items with an empty line between two, but for those that are imported.
pub fn items(items: &[Item]) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        let is_import = |item: &Item| matches!(item, Item::Use(_));
        if index > 0 && !(is_import(item) && is_import(&items[index - 1])) {
            text.push('\n');
        }
        text.push_str(&self::item(item));
    }
    text
}

fn item(item: &Item) -> String {
    match item {
        Item::Mod(ItemMod { content: Some((_, inner)), attrs, vis, ident, .. }) => {
            let empty = Item::Mod(ItemMod {
                attrs: attrs.clone(),
                vis: vis.clone(),
                unsafety: None,
                mod_token: Default::default(),
                ident: ident.clone(),
                content: Some((Default::default(), Vec::new())),
                semi: None,
            });
            let head = unparse(empty);
            let head = head.trim_end().trim_end_matches('}');
            format!("{head}\n{}}}\n", indented(&items(inner)))
        }
        // What derives something is written out, and all others are declared by a macro.
        Item::Enum(choice) if attribute(&choice.attrs, "derive").is_some() => unparse(item.clone()),
        Item::Enum(choice) if choice.variants.iter().any(|variant| syntax::renamed(&variant.attrs).is_some()) => {
            open_enum(choice)
        }
        Item::Enum(choice) if choice.variants.iter().any(|variant| attribute(&variant.attrs, "told").is_some()) => {
            alternatives(choice)
        }
        Item::Struct(of) if attribute(&of.attrs, "headers_of").is_some() => headers(of),
        Item::Impl(_) => spaced(&unparse(item.clone())),
        item => unparse(item.clone()),
    }
}

/// An empty line before what is documented in a block, but for the first.
fn spaced(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut before = "";
    for line in code.lines() {
        if line.starts_with("    ///") && before.starts_with("    }") {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        before = line;
    }
    text
}

/// Documentation, as it is written in a macro.
fn docs(attributes: &[Attribute], indent: &str) -> String {
    attributes.iter().filter_map(syntax::doc_text).map(|line| format!("{indent}///{line}\n")).collect()
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Meta> {
    attributes.iter().map(|attribute| &attribute.meta).find(|meta| meta.path().is_ident(name))
}

/// What is one of several types, which the runtime's macro declares.
fn alternatives(choice: &ItemEnum) -> String {
    let text = |meta: &Meta| match meta {
        Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. }) => text.value(),
        _ => String::new(),
    };
    let variants = choice.variants.iter().map(|variant| {
        let of = variant.fields.iter().map(|field| of_type(&field.ty)).collect::<String>();
        let from = attribute(&variant.attrs, "from").map(|meta| match meta {
            Meta::List(list) if !list.tokens.is_empty() => match syn::parse2::<Type>(list.tokens.clone()) {
                Ok(source) => format!(" from {}", of_type(&source)),
                Err(_) => String::new(),
            },
            _ => " from".to_owned(),
        });
        let told = attribute(&variant.attrs, "told").map(text).unwrap_or_default().replace('\n', "\n    ");
        let docs = docs(&variant.attrs, "        ");
        format!("{docs}        {}({of}){} = {told},\n", variant.ident, from.unwrap_or_default())
    });
    let variants: String = variants.collect();
    let is_open = attribute(&choice.attrs, "non_exhaustive").is_some();
    let (attributes, unknown) = if is_open { ("    #[non_exhaustive]\n", "        .. Unknown,\n") } else { ("", "") };
    let by = attribute(&choice.attrs, "by").map(|by| format!("by {:?} ", text(by))).unwrap_or_default();
    let configured = configured(choice);
    format!(
        "{configured}::countersign::generated::alternatives! {{\n{}{attributes}    pub enum {} {by}{{\n{variants}{unknown}    }}\n}}\n",
        docs(&choice.attrs, "    "),
        choice.ident
    )
}

/// The headers of a response, which the runtime's macro declares.
fn headers(of: &ItemStruct) -> String {
    let text = |meta: &Meta| match meta {
        Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. }) => text.value(),
        _ => String::new(),
    };
    let id = attribute(&of.attrs, "headers_of").map(text).unwrap_or_default();
    let fields = of.fields.iter().map(|field| {
        let words = attribute(&field.attrs, "header").and_then(|meta| match meta {
            Meta::List(list) => list.parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated).ok(),
            _ => None,
        });
        let words: Vec<String> = words.iter().flatten().map(text).collect();
        let (kind, says) = match words.as_slice() {
            [kind, says] => (kind.as_str(), says.as_str()),
            _ => ("", ""),
        };
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{}        {name}: {kind}<{}> = {says},\n", docs(&field.attrs, "        "), of_type(&field.ty))
    });
    let fields: String = fields.collect();
    format!(
        "::countersign::generated::headers! {{\n{}    pub struct {} of {id:?} {{\n{fields}    }}\n}}\n",
        docs(&of.attrs, "    "),
        of.ident
    )
}

/// A type, as it is written.
pub fn of_type(of: &Type) -> String {
    let text = unparse(parse_quote!(type T = #of;));
    text.trim().trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

/// An enum of the document, which the runtime's macro declares.
fn open_enum(choice: &ItemEnum) -> String {
    let variants: String = choice
        .variants
        .iter()
        .map(|variant| {
            let text = syntax::renamed(&variant.attrs).unwrap_or_default();
            format!("{}        {} = {text:?},\n", docs(&variant.attrs, "        "), variant.ident)
        })
        .collect();
    let configured = configured(choice);
    let number =
        attribute(&choice.attrs, "number").and_then(|meta| syn::parse2(meta.require_list().ok()?.tokens.clone()).ok());
    let number = number.map(|of: Type| format!(": {}", of_type(&of))).unwrap_or_default();
    format!(
        "{configured}::countersign::generated::open_enum! {{\n{}    pub enum {}{number} {{\n{variants}    }}\n}}\n",
        docs(&choice.attrs, "    "),
        choice.ident
    )
}

/// What a macro is compiled for.
fn configured(choice: &ItemEnum) -> String {
    let all = choice.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    all.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(format!("#[cfg({})]\n", predicate(&list.tokens.to_string()))),
        _ => None,
    })
    .collect()
}

/// Tokens of a `cfg`, as they are written.
fn predicate(tokens: &str) -> String {
    tokens.replace(" ,", ",").replace("any (", "any(")
}

fn unparse(item: Item) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items: vec![item] })
}

/// The same one level deeper.
fn indented(code: &str) -> String {
    code.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
