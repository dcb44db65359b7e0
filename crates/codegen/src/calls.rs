//! Writes the client and the module `builder`: one builder for each operation, which becomes a call of typed parts that its
//! `send` hands to the runtime.
//!
//! The setters of a call are those of its parameters and of what is in its body. A body that holds one object and nothing
//! else is seen through: the setters of that object are on the call
//! ([`names::on_call`](countersign_spec::names::on_call)).

use std::collections::BTreeMap;

use countersign_plan::{Encoding, Place};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, Item, Type, parse_quote};

use crate::declared::{Api, Body, Call, Given, Listed, Member, Object, Presence};
use crate::syntax::{doc_lines, leads_through};
use crate::types::{self, Taken};

/// The names of the objects whose builders are in a call.
pub fn spread_objects(api: &Api) -> Vec<String> {
    let bodies = api.calls.iter().filter_map(|call| call.body.as_ref()?.spread.as_ref());
    bodies.map(|spread| spread.object.to_string()).collect()
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
    let items = quote!(#(#items)*);
    let types = leads_through(&items, "types").then(|| {
        quote!(
            use super::types;
        )
    });
    parse_quote! {
        /// A builder for each operation.
        pub mod builder {
            #types

            #items
        }
    }
}

fn builder(api: &Api, call: &Call) -> [Item; 3] {
    let (id, name, response) = (&call.id, &call.name, &call.response);
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
    let body = call.body.as_ref().map(|body| match Way::of(api, body) {
        Some(way) => spread(body, &way),
        None => whole(body),
    });
    let held = body.iter().map(|body| &body.held);
    let initial = body.iter().map(|body| &body.initial);
    let body_setters = body.iter().map(|body| &body.setters);
    let sent = body.iter().map(|body| &body.sent);
    let headers = call.headers.as_ref().map(|of| quote!(, types::#of));
    let with_headers = call.headers.as_ref().map(|_| quote!(.map(::countersign::Response::with_headers)));
    let list = call.list.as_ref().map(|list| list_of(list, response, headers.as_ref()));
    let written = call.is_written.then(|| written(call, headers.as_ref(), with_headers.as_ref()));
    let from = if call.parameters.is_empty() && body.is_none() { quote!(_) } else { quote!(call) };
    let docs = doc_lines(&format!("A call of [`Client::{id}`](super::Client::{id})."));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug)]
            #[must_use = "nothing is sent before `send`"]
            pub struct #name {
                client: ::countersign::Executor,
                #(#fields,)*
                #(body: #held,)*
            }
        },
        parse_quote! {
            impl #name {
                pub(super) fn new(client: &::countersign::Executor) -> Self {
                    Self { client: client.clone(), #(#unset,)* #(body: #initial,)* }
                }

                #(#setters)*

                #(#body_setters)*

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
                pub async fn send(self) -> Result<::countersign::Response<#response #headers>, ::countersign::Error> {
                    let client = self.client.clone();
                    client.send(::countersign::Call::from(self)).await #with_headers
                }

                #list

                #written
            }
        },
        parse_quote! {
            impl From<#name> for ::countersign::Call {
                fn from(#from: #name) -> Self {
                    Self::new(#id) #(#given)* #(#sent)*
                }
            }
        },
    ]
}

/// The methods that write what comes while it does.
fn written(call: &Call, headers: Option<&TokenStream>, with_headers: Option<&TokenStream>) -> TokenStream {
    let response = &call.response;
    // Where nothing else can come, there is nothing else to yield.
    let (yields, of, finish) = match call.is_several {
        true => (quote!(::countersign::Download<#response>), quote!(#response), TokenStream::new()),
        false => (quote!(u64), quote!(::countersign::Binary), quote!(.map(::countersign::Response::into_written))),
    };
    let method = |name: &str, gives: TokenStream, taken: TokenStream, docs: &str| {
        let name = format_ident!("{name}");
        let docs = doc_lines(docs);
        quote! {
            #(#docs)*
            pub async fn #name(
                self, #gives
            ) -> Result<::countersign::Response<#yields #headers>, ::countersign::Error> {
                let client = self.client.clone();
                client.#name::<#of>(::countersign::Call::from(self), #taken).await #finish #with_headers
            }
        }
    };
    let to_file = method(
        "send_to_file",
        quote!(path: impl AsRef<::std::path::Path>),
        quote!(path),
        "Sends the call, and writes the text or the file of the response to a file while it comes: so many bytes. The file is there \
         when all of it is.\n\n# Errors\n\nThose of [`send`](Self::send), or what came cannot be written.",
    );
    let to_writer = method(
        "send_to_writer",
        quote!(writer: impl ::countersign::generated::AsyncWrite + Send + ::std::marker::Unpin),
        quote!(writer),
        "Sends the call, and writes the text or the file of the response to a writer while it comes: so many bytes.\n\n\
         # Errors\n\nThose of [`send`](Self::send), or what came cannot be written. Something may have been written then.",
    );
    quote!(#to_file #to_writer)
}

/// The methods that go through all pages of a list.
fn list_of(list: &Listed, page: &Type, headers: Option<&TokenStream>) -> TokenStream {
    let [pages, items] = &list.methods;
    let with_headers = headers.map(|_| quote!(.with_headers()));
    let item = seen_from_call(&list.item);
    // An object or a list that may be missing has nothing in it where it is.
    let may_be_missing = list.path.iter().any(|(_, may_be_missing)| *may_be_missing);
    let of = if may_be_missing {
        let steps = list.path.iter().map(|(name, may_be_missing)| {
            let method = if *may_be_missing { quote!(and_then) } else { quote!(map) };
            quote!(.#method(|page| page.#name))
        });
        quote!(Some(page) #(#steps)* .unwrap_or_default())
    } else {
        let path = list.path.iter().map(|(name, _)| name);
        quote!(page #(.#path)*)
    };
    quote! {
        /// The pages of the list, from the one that is called for on. Each is a call of its own.
        pub fn #pages(self) -> ::countersign::Pages<#page #headers> {
            self.client.clone().pages(::countersign::Call::from(self)) #with_headers
        }

        /// The items of the list, from the page that is called for on. Each page is a call of its own.
        pub fn #items(self) -> ::countersign::Items<#item> {
            self.client.clone().items(::countersign::Call::from(self), |page: #page| #of)
        }
    }
}

// ---- Parameters ----------------------------------------------------------------------------------------------------

/// The field for a parameter, which is no other field of the builder.
pub fn private(name: &str) -> Ident {
    if name == "client" { format_ident!("client_") } else { format_ident!("{name}") }
}

fn parameter_setter(parameter: &Given) -> TokenStream {
    let (name, field) = (format_ident!("{}", parameter.name), private(&parameter.name));
    let docs = doc_lines(&parameter.docs);
    let (_, takes, set) = types::setter(&parameter.name, &field, &parameter.given, Presence::Required);
    quote! {
        #(#docs)*
        pub fn #name(mut self, #takes) -> Self {
            #set;
            self
        }
    }
}

/// What a call is given for a parameter.
fn given(parameter: &Given) -> TokenStream {
    let (name, field, wire) = (&parameter.name, private(&parameter.name), &parameter.wire);
    let place = match parameter.place {
        Place::Header => quote!(header),
        Place::Query => quote!(query),
        Place::Path => quote!(path),
        // A parameter is none of these.
        Place::Field | Place::Body | Place::Value => return TokenStream::new(),
    };
    if parameter.is_required {
        quote!(.#place(#wire, call.#field.required(#name)))
    } else {
        quote!(.#place(#wire, call.#field.optional()))
    }
}

// ---- The body ------------------------------------------------------------------------------------------------------

/// The parts of a builder that are there for the body.
struct Parts {
    /// What the builder holds.
    held: TokenStream,
    /// What that is before anything is given.
    initial: TokenStream,
    setters: TokenStream,
    /// How the body is handed over.
    sent: TokenStream,
}

fn method(body: &Body) -> TokenStream {
    match (body.encoding, body.is_optional) {
        (Encoding::Json, false) => quote!(json),
        (Encoding::Json, true) => quote!(some_json),
        (Encoding::Form, false) => quote!(form),
        (Encoding::Form, true) => quote!(some_form),
        (Encoding::Multipart, false) => quote!(multipart),
        (Encoding::Multipart, true) => quote!(some_multipart),
    }
}

/// A body that is given as a whole.
fn whole(body: &Body) -> Parts {
    let (of, method) = (&body.of, method(body));
    let value = if body.is_optional { quote!(call.body.optional()) } else { quote!(call.body.required("body")) };
    let (_, takes, set) = types::setter("body", &format_ident!("body"), of, Presence::Required);
    Parts {
        held: quote!(::countersign::generated::Field<#of>),
        initial: quote!(Default::default()),
        setters: quote! {
            /// The body.
            pub fn body(mut self, #takes) -> Self {
                #set;
                self
            }
        },
        sent: quote!(.#method(#value)),
    }
}

/// The way from a body to the object whose setters are on the call.
struct Way<'a> {
    /// The objects that hold one object each, with the field that holds it.
    through: Vec<(&'a Ident, &'a Member)>,
    object: &'a Object,
    setters: &'a [Ident],
    /// Whether a call can do without the body.
    is_body_optional: bool,
}

impl<'a> Way<'a> {
    fn of(api: &'a Api, body: &'a Body) -> Option<Self> {
        let spread = body.spread.as_ref()?;
        let through = spread.through.iter().map(|name| Some((name, api.object_named(name)?.members.first()?)));
        let through = through.collect::<Option<_>>()?;
        let object = api.object_named(&spread.object)?;
        Some(Self { through, object, setters: &spread.setters, is_body_optional: body.is_optional })
    }

    /// Whether a call can do without the object.
    fn is_optional(&self) -> bool {
        self.is_body_optional || self.through.last().is_some_and(|(_, holder)| holder.presence == Presence::Optional)
    }

    /// The function that takes a body apart into what a call has of it.
    fn taken_apart(&self, body: &Type) -> TokenStream {
        match (self.through.is_empty(), self.is_body_optional) {
            (true, true) => return quote!(|body: #body| Some(body.into())),
            (true, false) => return quote!(Into::into),
            (false, _) => {}
        }
        let path = self.through.iter().map(|(_, member)| &member.name);
        let into = if self.is_optional() { quote!(.map(Into::into)) } else { quote!(.into()) };
        quote!(|body: #body| body #(.#path)* #into)
    }

    /// The body that is sent.
    fn value(&self) -> TokenStream {
        let object = &self.object.item.ident;
        let build = if self.is_optional() { quote!(build_some) } else { quote!(build) };
        let inner = quote!(::countersign::generated::#build::<types::#object>(call.body));
        let Some((_, innermost)) = self.through.last() else { return inner };
        let name = &innermost.name;
        let wrapped = self.through.iter().rev().fold(None, |value: Option<TokenStream>, (holder, member)| {
            let field = &member.name;
            Some(match value {
                Some(value) => quote!(types::#holder { #field: #value }),
                None => quote!(types::#holder { #field }),
            })
        });
        quote!(#inner.map(|#name| #wrapped))
    }
}

/// A body whose setters, or those of the object in it, are on the call.
fn spread(body: &Body, way: &Way<'_>) -> Parts {
    let (of, method, object) = (&body.of, method(body), &way.object.item.ident);
    let (taken_apart, value) = (way.taken_apart(of), way.value());
    let is_optional = way.is_optional();
    let setters = way.object.members.iter().zip(way.setters).map(|(member, on_call)| {
        let (name, docs) = (&member.name, &member.docs);
        let of = seen_from_call(&member.given);
        let taken = Taken::of(&of, member.presence);
        let (kind, takes, value) = (taken.kind(), taken.parameter(), taken.value());
        let set =
            if is_optional { quote!(Some(body.unwrap_or_default().#name(#value))) } else { quote!(body.#name(#value)) };
        quote! {
            #(#docs)*
            pub fn #on_call #kind(mut self, #takes) -> Self {
                self.body = self.body.map(|body| #set);
                self
            }
        }
    });
    let builder = quote!(types::builder::#object);
    let held = if is_optional { quote!(Option<#builder>) } else { builder };
    Parts {
        held: quote!(Result<#held, String>),
        initial: quote!(Ok(Default::default())),
        setters: quote! {
            /// The whole body, in the place of what was given of it before.
            pub fn body(mut self, value: impl ::countersign::generated::Given<#of>) -> Self {
                self.body = value.given("body").map(#taken_apart);
                self
            }

            #(#setters)*
        },
        sent: quote!(.#method(#value)),
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
