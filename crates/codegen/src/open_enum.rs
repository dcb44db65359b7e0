//! Makes closed enums open: a value that the document does not know must not break a client.
//!
//! typify turns `enum: [error, warn]` into an enum that refuses any other text. Here each such enum gains a variant
//! that takes it, and other conversions with it: from a text, there is nothing left that can fail.

use countersign_spec::{names, prose};
use quote::format_ident;
use syn::{Item, ItemEnum, parse_quote};

use crate::syntax;

/// Rewrites the enums among these items, the conversions that typify wrote for them included.
pub fn open(items: &mut Vec<Item>) {
    let mut opened = Vec::new();
    for item in std::mem::take(items) {
        match item {
            Item::Enum(closed) if closed.variants.iter().all(|variant| variant.fields.is_empty()) => {
                opened.push(closed.ident.to_string());
                items.extend(open_one(closed));
            }
            Item::Impl(block) if is_conversion(&block, &opened) => {}
            item => items.push(item),
        }
    }
}

fn is_conversion(block: &syn::ItemImpl, opened: &[String]) -> bool {
    let of = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    syntax::type_name(&block.self_ty).is_some_and(|name| opened.contains(&name))
        && of.is_some_and(|of| ["Display", "FromStr", "TryFrom"].iter().any(|name| of.ident == name))
}

fn open_one(closed: ItemEnum) -> Vec<Item> {
    let name = &closed.ident;
    let texts: Vec<String> = closed
        .variants
        .iter()
        .map(|variant| syntax::renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string()))
        .map(|text| names::decoded(&text).unwrap_or(text))
        .collect();
    let variants: Vec<_> = texts.iter().map(|text| format_ident!("{}", names::variant(text))).collect();
    let docs = closed.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let variant_docs = texts.iter().map(|text| format!(" {}", prose::code(text)));

    let open: syn::File = parse_quote! {
        #(#docs)*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
        #[serde(from = "::std::string::String")]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #variant_docs] #variants,)*
            /// A value that the document does not know.
            Unknown(::std::string::String),
        }

        impl #name {
            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #texts,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #(#texts => Self::#variants,)*
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for #name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::std::str::FromStr for #name {
            type Err = ::std::convert::Infallible;
            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }

        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
    open.items
}
