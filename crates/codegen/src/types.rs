//! Writes the module `types`: what is sent and received, and builders of what is sent.

use countersign_spec::names::EnumValue;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, Item, ItemEnum, Type, parse_quote};

use crate::declared::{Api, Declared, Member, Object, OneOf, Presence};
use crate::plan;
use crate::syntax::{self, doc_lines, type_arguments, type_name};

/// The module. `bodies` are the objects whose builders a call has in it, so that they are made of a value too.
pub fn module(api: &Api, bodies: &[String]) -> Item {
    let items: Vec<Item> = api.types.iter().flat_map(|declared| declaration(api, declared)).collect();
    let sent = api.types.iter().filter_map(|declared| match declared {
        Declared::Object(object) if object.is_sent => Some(object),
        _ => None,
    });
    let builders: Vec<Item> =
        sent.flat_map(|object| builder(object, bodies.contains(&object.item.ident.to_string()))).collect();
    let builder: Option<Item> = (!builders.is_empty()).then(|| {
        parse_quote! {
            /// Builders of what is sent.
            pub mod builder {
                #(#builders)*
            }
        }
    });
    parse_quote! {
        /// What calls send and receive.
        pub mod types {
            #(#items)*
            #builder
        }
    }
}

fn declaration(api: &Api, declared: &Declared) -> Vec<Item> {
    match declared {
        Declared::Object(object) => {
            let mut item = object.item.clone();
            if object.is_received {
                item.attrs.push(parse_quote!(#[non_exhaustive]));
            }
            let name = &item.ident;
            let builder: Option<Item> = object.is_sent.then(|| {
                let docs = doc_lines(&format!("A builder of a `{name}`."));
                parse_quote! {
                    impl #name {
                        #(#docs)*
                        pub fn builder() -> builder::#name {
                            Default::default()
                        }
                    }
                }
            });
            [Item::Struct(item)].into_iter().chain(builder).collect()
        }
        Declared::Wrapper(item, conversions) => {
            let conversions = conversions.iter().cloned().map(Item::Impl);
            [Item::Struct(item.clone())].into_iter().chain(conversions).collect()
        }
        Declared::Choice(item, listed) => {
            let mut item = item.clone();
            item.attrs.extend(number_of(listed).map(|of| -> Attribute { parse_quote!(#[number(#of)]) }));
            let variants = listed.iter().map(|(listed, name)| -> syn::Variant {
                let text = listed.text();
                let docs = doc_lines(&countersign_spec::prose::code(text));
                parse_quote!(#(#docs)* #[serde(rename = #text)] #name)
            });
            item.variants = variants.collect();
            vec![Item::Enum(item)]
        }
        Declared::OneOf(of) => vec![Item::Enum(one_of(api, of))],
        Declared::Success(item) => vec![Item::Enum(item.clone())],
        Declared::Headers(item) => vec![Item::Struct(item.clone())],
    }
}

/// The type of the numbers that an enum lists, if they are numbers.
fn number_of(listed: &[(EnumValue, Ident)]) -> Option<Type> {
    match listed.first() {
        Some((EnumValue::Integer(_), _)) => Some(parse_quote!(i64)),
        Some((EnumValue::Number(_), _)) => Some(parse_quote!(::countersign::Decimal)),
        _ => None,
    }
}

/// One of several types, as [`print`](crate::print) knows it: with attributes that say what its macro is told.
fn one_of(api: &Api, of: &OneOf) -> ItemEnum {
    let mut item = of.item.clone();
    let sources = sources(api, of);
    for ((variant, branch), source) in item.variants.iter_mut().zip(of.told.branches.iter()).zip(sources) {
        if variant.attrs.is_empty() {
            let values: Vec<String> = branch.values.iter().map(|value| countersign_spec::prose::code(value)).collect();
            let of = variant.fields.iter().next().and_then(|field| api.declared(&field.ty)).map(Declared::name);
            let text = match (values.is_empty(), of) {
                (false, _) => values.join(", "),
                (true, Some(of)) => format!("A [`{of}`]."),
                (true, None) => "A value without a type of its own.".to_owned(),
            };
            variant.attrs = doc_lines(&text);
        }
        let told = plan::told(branch);
        variant.attrs.push(parse_quote!(#[told = #told]));
        variant.attrs.extend(source.map(|source| -> Attribute { parse_quote!(#[from(#source)]) }));
    }
    if let Some(by) = &of.told.by {
        let by = &**by;
        item.attrs.push(parse_quote!(#[by = #by]));
    }
    if of.is_received {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    item
}

/// What each branch is made of beside itself, if the type says which branch is meant: of two that are one type, neither does.
pub fn sources(api: &Api, of: &OneOf) -> Vec<Option<TokenStream>> {
    let types: Vec<&Type> =
        of.item.variants.iter().filter_map(|variant| Some(&variant.fields.iter().next()?.ty)).collect();
    let names: Vec<String> = types.iter().map(|of| quote!(#of).to_string()).collect();
    let mut has_text = false;
    let sources = types.iter().zip(&names).map(|(own, name)| {
        if names.iter().filter(|other| *other == name).count() > 1 {
            return None;
        }
        Some(match api.declared(own) {
            Some(Declared::Object(object)) if object.is_sent => {
                let name = &object.item.ident;
                quote!(builder::#name)
            }
            None if is_text(own) && !std::mem::replace(&mut has_text, true) => quote!(&str),
            _ => TokenStream::new(),
        })
    });
    sources.collect()
}

/// Whether a type is made of a text.
pub fn is_text(of: &Type) -> bool {
    let inner = type_arguments(of).unwrap_or_default();
    match (type_name(of).unwrap_or_default().as_str(), &inner[..]) {
        ("String" | "Secret", _) => true,
        ("Sensitive", [inner]) => type_name(inner).is_some_and(|name| name == "String"),
        _ => false,
    }
}

fn builder(object: &Object, is_body: bool) -> Vec<Item> {
    let name = &object.item.ident;
    let docs = doc_lines(&format!("Builds a [`{name}`](super::{name})."));
    let fields = object.members.iter().map(|member| {
        let (name, of) = (&member.name, held(member));
        quote!(#name: ::countersign::generated::Field<#of>)
    });
    let setters = object.members.iter().map(|member| {
        let (name, docs) = (&member.name, &member.docs);
        let (kind, parameter, set) = setter(&member.name.to_string(), name, &member.given, member.presence);
        quote! {
            #(#docs)*
            pub fn #name #kind(mut self, #parameter) -> Self {
                #set;
                self
            }
        }
    });
    let values = object.members.iter().map(|member| {
        let name = &member.name;
        let text = name.to_string();
        match (member.presence, member.is_boxed) {
            (Presence::Required, true) => quote!(#name: ::std::boxed::Box::new(builder.#name.required(#text)?)),
            (Presence::Nullable, true) => quote!(#name: builder.#name.required(#text)?.map(::std::boxed::Box::new)),
            (Presence::Optional, true) => quote!(#name: builder.#name.optional()?.map(::std::boxed::Box::new)),
            (Presence::Free, true) => {
                quote!(#name: builder.#name.optional()?.map(|held| held.map(::std::boxed::Box::new)))
            }
            (Presence::Required | Presence::Nullable, false) => quote!(#name: builder.#name.required(#text)?),
            (Presence::Optional | Presence::Free, false) => quote!(#name: builder.#name.optional()?),
            (Presence::Defaulted, _) => quote!(#name: builder.#name.optional()?.unwrap_or_default()),
        }
    });
    let given = if object.members.is_empty() { quote!(_) } else { quote!(builder) };
    let mut items: Vec<Item> = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, Default)]
            pub struct #name {
                #(#fields,)*
            }
        },
        parse_quote! {
            impl #name {
                #(#setters)*
            }
        },
        parse_quote! {
            impl TryFrom<#name> for super::#name {
                type Error = ::countersign::generated::ConversionError;

                fn try_from(#given: #name) -> Result<Self, Self::Error> {
                    Ok(Self { #(#values),* })
                }
            }
        },
    ];
    if object.members.is_empty() {
        items.remove(1);
    }
    if is_body {
        let fields = object.members.iter().map(|member| {
            let name = &member.name;
            match (member.presence, member.is_boxed) {
                (Presence::Optional, true) => quote!(#name: value.#name.map(|held| *held).into()),
                (Presence::Free, true) => quote!(#name: value.#name.map(|held| held.map(|held| *held)).into()),
                (Presence::Optional | Presence::Free, false) => quote!(#name: value.#name.into()),
                (Presence::Nullable, true) => {
                    quote!(#name: ::countersign::generated::Field::Given(value.#name.map(|held| *held)))
                }
                (_, true) => quote!(#name: ::countersign::generated::Field::Given(*value.#name)),
                _ => quote!(#name: ::countersign::generated::Field::Given(value.#name)),
            }
        });
        let value = if object.members.is_empty() { quote!(_) } else { quote!(value) };
        items.push(parse_quote! {
            impl From<super::#name> for #name {
                fn from(#value: super::#name) -> Self {
                    Self { #(#fields),* }
                }
            }
        });
    }
    items
}

/// The type of what a builder holds for a field.
fn held(member: &Member) -> TokenStream {
    let given = &member.given;
    match member.presence {
        Presence::Nullable | Presence::Free => quote!(Option<#given>),
        Presence::Required | Presence::Optional | Presence::Defaulted => quote!(#given),
    }
}

/// What the setter of a field has in angle brackets and what it takes, and the statement that sets it.
pub fn setter(
    name: &str,
    field: &Ident,
    given: &Type,
    presence: Presence,
) -> (Option<TokenStream>, TokenStream, TokenStream) {
    let taken = Taken::of(given, presence);
    let (value, set) = (taken.value(), format_ident!("{}", taken.method()));
    (taken.kind(), taken.parameter(), quote!(self.#field.#set(#name, #value)))
}

/// In which form a setter takes a value.
pub enum Taken<'a> {
    /// As it is.
    Whole(&'a Type),
    /// The same, or `null`.
    OrNull(&'a Type),
    /// One element after the other.
    List(&'a Type),
    /// The same, where an element may be `null`.
    ListOfSome(&'a Type),
    /// One entry after the other.
    Map(&'a Type),
}

impl<'a> Taken<'a> {
    /// The form for a type.
    pub fn of(given: &'a Type, presence: Presence) -> Self {
        let name = type_name(given).unwrap_or_default();
        match (name.as_str(), type_arguments(given).as_deref()) {
            _ if matches!(presence, Presence::Nullable | Presence::Free) => Self::OrNull(given),
            ("Vec", Some([of])) => syntax::optional(of).map_or(Self::List(of), Self::ListOfSome),
            ("BTreeMap", Some([_, of])) => Self::Map(of),
            _ => Self::Whole(given),
        }
    }

    /// What the setter has in angle brackets.
    pub fn kind(&self) -> Option<TokenStream> {
        matches!(self, Self::OrNull(_)).then(|| quote!(<K>))
    }

    /// The parameter of the setter.
    pub fn parameter(&self) -> TokenStream {
        match self {
            Self::Whole(of) => quote!(value: impl ::countersign::generated::Given<#of>),
            Self::OrNull(of) => quote!(value: impl ::countersign::generated::GivenOrNull<#of, K>),
            Self::List(of) => quote!(values: impl IntoIterator<Item = impl ::countersign::generated::Given<#of>>),
            Self::ListOfSome(of) => {
                quote!(values: impl IntoIterator<Item = Option<impl ::countersign::generated::Given<#of>>>)
            }
            Self::Map(of) => {
                quote!(values: impl IntoIterator<Item = (impl Into<String>, impl ::countersign::generated::Given<#of>)>)
            }
        }
    }

    /// The name of the parameter.
    pub fn value(&self) -> Ident {
        match self {
            Self::Whole(_) | Self::OrNull(_) => format_ident!("value"),
            Self::List(_) | Self::ListOfSome(_) | Self::Map(_) => format_ident!("values"),
        }
    }

    fn method(&self) -> &'static str {
        match self {
            Self::Whole(_) => "set",
            Self::OrNull(_) => "set_some",
            Self::List(_) => "set_each",
            Self::ListOfSome(_) => "set_each_some",
            Self::Map(_) => "set_entries",
        }
    }
}
