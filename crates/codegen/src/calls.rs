//! Writes the client and the module `builder`: one builder for each operation, whose `send` hands a call of parts to the
//! runtime.
//!
//! The setters of a call are those of its parameters and of what is in its body. A body that holds one object and nothing
//! else is seen through: the setters of that object are on the call ([`Body`]).

use std::collections::BTreeMap;

use countersign_plan::{Encoding, Place};
use countersign_spec::names;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Ident, Item, Type, parse_quote};

use crate::progenitor::{Api, Call, Member, Object, Parameter, Presence};
use crate::syntax::doc_lines;
use crate::types::{self, Taken};

/// The body of a call.
pub enum Body<'a> {
    /// An object, whose setters are on the call.
    Object(Spread<'a>),
    /// Something that is given as a whole.
    Whole(&'a Type),
}

/// An object whose setters are on the call, and the way to it.
pub struct Spread<'a> {
    /// The objects that hold one object each, from the body on, with the field that holds it.
    pub through: Vec<(&'a Ident, &'a Member)>,
    /// The object whose setters are on the call.
    pub object: &'a Object,
}

impl<'a> Body<'a> {
    /// The body of this type.
    pub fn of(api: &'a Api, body: &'a Type) -> Self {
        let Some(mut object) = api.object(body) else { return Self::Whole(body) };
        let mut through: Vec<(&Ident, &Member)> = Vec::new();
        while let [member] = &object.members[..] {
            let Some(inner) = api.object(&member.given).filter(|inner| !inner.members.is_empty()) else { break };
            // What may be left out is as far as it goes: below it, nothing given and an empty object are not the same.
            if through.last().is_some_and(|(_, holder)| holder.presence == Presence::Optional)
                || !matches!(member.presence, Presence::Required | Presence::Optional)
            {
                break;
            }
            through.push((&object.item.ident, member));
            object = inner;
        }
        Self::Object(Spread { through, object })
    }
}

impl Spread<'_> {
    /// Whether a call can do without the object.
    fn is_optional(&self) -> bool {
        self.through.last().is_some_and(|(_, holder)| holder.presence == Presence::Optional)
    }
}

/// The name of a body's setter on a call with these parameters.
pub fn setter_on_call(call: &Call, member: &Member) -> Ident {
    let parameters = call.parameters.iter().map(|parameter| parameter.name.as_str());
    format_ident!("{}", names::on_call(&member.name.to_string(), parameters))
}

/// The objects whose builders are in a call.
pub fn spread_objects(api: &Api) -> Vec<String> {
    let bodies = api.calls.iter().filter_map(|call| call.body.as_ref());
    let objects = bodies.filter_map(|(_, of)| match Body::of(api, of) {
        Body::Object(spread) => Some(spread.object.item.ident.to_string()),
        Body::Whole(_) => None,
    });
    objects.collect()
}

/// The client, with the documentation of each operation by its id.
pub fn client(api: &Api, about: &str, docs: &BTreeMap<String, String>) -> Vec<Item> {
    let about = doc_lines(about);
    let methods = api.calls.iter().map(|call| {
        let (id, name) = (format_ident!("{}", call.id), &call.name);
        let docs = docs.get(&call.id).map(|text| doc_lines(text)).unwrap_or_default();
        quote! {
            #(#docs)*
            pub fn #id(&self) -> builder::#name {
                builder::#name::new(&self.inner)
            }
        }
    });
    vec![
        parse_quote! {
            #(#about)*
            #[derive(Clone, Debug)]
            pub struct Client {
                pub(crate) inner: ::countersign::Executor,
            }
        },
        parse_quote! {
            impl Client {
                #(#methods)*
            }
        },
    ]
}

/// The module of the operations' builders.
pub fn module(api: &Api) -> Item {
    let items = api.calls.iter().flat_map(|call| builder(api, call));
    parse_quote! {
        /// A builder for each operation.
        pub mod builder {
            use super::types;

            #(#items)*
        }
    }
}

fn builder(api: &Api, call: &Call) -> [Item; 2] {
    let (id, name, response) = (&call.id, &call.name, &call.response);
    let body = call.body.as_ref().map(|(encoding, of)| (*encoding, of, Body::of(api, of)));
    let fields = call.parameters.iter().map(|parameter| {
        let (field, of) = (private(&parameter.name), &parameter.given);
        quote!(#field: ::countersign::generated::Field<#of>)
    });
    let unset = call.parameters.iter().map(|parameter| {
        let field = private(&parameter.name);
        quote!(#field: Default::default())
    });
    let setters = call.parameters.iter().map(parameter_setter);
    let given = call.parameters.iter().map(given);
    let (mut body_field, mut body_unset, mut body_setters, mut sent) = (None, None, None, None);
    if let Some((encoding, of, body)) = &body {
        let (held, unset, value) = match body {
            Body::Object(spread) => {
                let object = &spread.object.item.ident;
                let held = match spread.is_optional() {
                    true => quote!(Option<types::builder::#object>),
                    false => quote!(types::builder::#object),
                };
                (quote!(Result<#held, String>), quote!(Ok(Default::default())), spread.value())
            }
            Body::Whole(of) => (
                quote!(::countersign::generated::Field<#of>),
                quote!(Default::default()),
                quote!(self.body.required("body")),
            ),
        };
        let method = match encoding {
            Encoding::Json => quote!(json),
            Encoding::Form => quote!(form),
        };
        body_field = Some(quote!(body: #held,));
        body_unset = Some(quote!(body: #unset,));
        body_setters = Some(self::body_setters(call, of, body));
        sent = Some(quote!(.#method(#value)));
    }
    let docs = doc_lines(&format!("A call of [`Client::{id}`](super::Client::{id})."));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug)]
            #[must_use = "nothing is sent before `send`"]
            pub struct #name {
                client: ::countersign::Executor,
                #(#fields,)*
                #body_field
            }
        },
        parse_quote! {
            impl #name {
                pub(super) fn new(client: &::countersign::Executor) -> Self {
                    Self { client: client.clone(), #(#unset,)* #body_unset }
                }

                #(#setters)*

                #body_setters

                /// Other options for this call alone.
                pub fn with_options(mut self, options: ::countersign::CallOptions) -> Self {
                    self.client = self.client.with_options(options);
                    self
                }

                /// Fills in what the document leaves to the client, signs and sends the call, and classifies the response.
                ///
                /// # Errors
                ///
                /// A value is missing or malformed (nothing was sent then), the provider was not reached, or it refused.
                pub async fn send(self) -> Result<::countersign::Response<#response>, ::countersign::Error> {
                    self.client.send(::countersign::Call::new(#id) #(#given)* #sent).await
                }
            }
        },
    ]
}

/// The field for a parameter, which is no other field of the builder.
fn private(name: &str) -> Ident {
    if name == "client" { format_ident!("client_value") } else { format_ident!("{name}") }
}

fn parameter_setter(parameter: &Parameter) -> TokenStream {
    let name = format_ident!("{}", parameter.name);
    let docs = doc_lines(&parameter.docs);
    let (takes, set) =
        types::setter(&parameter.name, &private(&parameter.name), &parameter.given, Presence::Required);
    quote! {
        #(#docs)*
        pub fn #name(mut self, #takes) -> Self {
            #set;
            self
        }
    }
}

/// What a call is given for a parameter.
fn given(parameter: &Parameter) -> TokenStream {
    let (name, field, wire) = (&parameter.name, private(&parameter.name), &parameter.wire);
    let place = match parameter.place {
        Place::Header => quote!(header),
        Place::Query => quote!(query),
        Place::Path => quote!(path),
        // A field is in the body.
        Place::Field => return TokenStream::new(),
    };
    match parameter.is_required {
        true => quote!(.#place(#wire, self.#field.required(#name))),
        false => quote!(.#place(#wire, self.#field.optional())),
    }
}

fn body_setters(call: &Call, of: &Type, body: &Body<'_>) -> TokenStream {
    let docs = "The whole body, in the place of what was given of it before.";
    let spread = match body {
        Body::Object(spread) => spread,
        Body::Whole(of) => {
            let docs = doc_lines("The body.");
            let (takes, set) = types::setter("body", &format_ident!("body"), of, Presence::Required);
            return quote! {
                #(#docs)*
                pub fn body(mut self, #takes) -> Self {
                    #set;
                    self
                }
            };
        }
    };
    let docs = doc_lines(docs);
    let taken_apart = spread.taken_apart(of);
    let setters = spread.object.members.iter().map(|member| {
        let (name, on_call) = (&member.name, setter_on_call(call, member));
        let docs: &[Attribute] = &member.docs;
        let of = seen_from_call(&member.given);
        let taken = Taken::of(&of, member.presence);
        let (takes, value) = (taken.parameter(), taken.value());
        let set = match spread.is_optional() {
            true => quote!(Some(body.unwrap_or_default().#name(#value))),
            false => quote!(body.#name(#value)),
        };
        quote! {
            #(#docs)*
            pub fn #on_call(mut self, #takes) -> Self {
                self.body = self.body.map(|body| #set);
                self
            }
        }
    });
    quote! {
        #(#docs)*
        pub fn body(mut self, value: impl ::countersign::generated::Given<#of>) -> Self {
            self.body = ::countersign::generated::Given::given(value, "body").map(#taken_apart);
            self
        }

        #(#setters)*
    }
}

impl Spread<'_> {
    /// The function that takes a body apart into what a call has of it.
    fn taken_apart(&self, body: &Type) -> TokenStream {
        if self.through.is_empty() {
            return quote!(Into::into);
        }
        let path = self.through.iter().map(|(_, member)| &member.name);
        match self.is_optional() {
            true => quote!(|body: #body| body #(.#path)* .map(Into::into)),
            false => quote!(|body: #body| body #(.#path)* .into()),
        }
    }

    /// The body that is sent.
    fn value(&self) -> TokenStream {
        let object = &self.object.item.ident;
        let inner = match self.is_optional() {
            true => quote!(::countersign::generated::build_some::<types::#object>(self.body)),
            false => quote!(::countersign::generated::build::<types::#object>(self.body)),
        };
        let Some((_, innermost)) = self.through.last() else { return inner };
        let name = &innermost.name;
        let wrapped = self.through.iter().rev().fold(quote!(#name), |value, (holder, member)| {
            let field = &member.name;
            // `x: x` is as good as `x`, but a lint thinks otherwise.
            if value.to_string() == field.to_string() {
                quote!(types::#holder { #field })
            } else {
                quote!(types::#holder { #field: #value })
            }
        });
        quote!(#inner.map(|#name| #wrapped))
    }
}

/// A type of the document as the module of the calls sees it, and not that of the types' builders.
fn seen_from_call(of: &Type) -> Type {
    struct FromCall;
    impl VisitMut for FromCall {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            if let Some(first) = path.segments.first_mut()
                && first.ident == "super"
            {
                first.ident = format_ident!("types");
            }
        }
    }
    let mut of = of.clone();
    FromCall.visit_type_mut(&mut of);
    of
}
