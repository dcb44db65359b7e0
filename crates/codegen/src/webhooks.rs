//! Writes `webhooks.rs`: what the provider sends, as typed events, and what verifies it.

use countersign_plan::{Encoding, Plan, Webhook};
use countersign_spec::{Document, names, prose};
use openapiv3::ReferenceOr;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, parse_quote};

use crate::syntax::doc_lines;
use crate::{client, described, print};

/// The source of `webhooks.rs`, unless the provider sends nothing.
pub fn source(document: &Document) -> Option<syn::File> {
    let plan = document.plan();
    if plan.webhooks.is_empty() {
        return None;
    }
    let imports = imports(plan);
    let event = event(document);
    let webhooks = webhooks(plan);
    let builder = builder(plan);
    Some(parse_quote! {
        //! What the provider sends, verified and read as typed events.

        #imports
        #event
        #webhooks
        #builder
    })
}

/// The variant of an event.
pub fn variant(webhook: &Webhook) -> Ident {
    format_ident!("{}", names::operation(&webhook.operation.id))
}

/// How the readme shows it: a function that compiles.
pub fn example(plan: &Plan, module: &str) -> String {
    let module = format_ident!("{module}");
    let arms = plan.webhooks.iter().map(|webhook| {
        let variant = variant(webhook);
        quote!(Event::#variant(event) => println!("{event:?}"),)
    });
    let file: syn::File = parse_quote! {
        use #module::webhooks::{Event, HeaderMap, Webhooks};

        fn receive(headers: &HeaderMap, body: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
            let webhooks = Webhooks::builder().env().build()?;
            match webhooks.verify(headers, body)?.event {
                #(#arms)*
                _ => {}
            }
            Ok(())
        }
    };
    print::file(&file)
}

fn imports(plan: &Plan) -> TokenStream {
    let is_of = |encoding: Encoding| plan.webhooks.iter().any(|webhook| webhook.operation.body == Some(encoding));
    let json = is_of(Encoding::Json).then(|| quote!(read_json,));
    let form = is_of(Encoding::Form).then(|| quote!(read_form,));
    let source = plan.webhook_credentials().next().map(|_| quote!(CredentialSource,));
    quote! {
        use std::fmt;
        use std::time::Duration;

        use countersign::generated::{#json #form};
        use countersign::{#source Error};
        pub use countersign::webhook::{Bytes, Delivery, HeaderMap, Uri, WebhookError, WebhookFault};

        use crate::PLAN;
        use crate::types;
    }
}

fn event(document: &Document) -> TokenStream {
    let plan = document.plan();
    let title = doc_lines(&format!("What {} sends.", prose::line(plan.title.trim_end_matches('.'))));
    let variants: Vec<Ident> = plan.webhooks.iter().map(variant).collect();
    let types = plan.webhooks.iter().map(|webhook| body(document, webhook));
    let docs =
        plan.webhooks.iter().map(|webhook| doc_lines(&described::about_operation(document, &webhook.operation.id)));
    let names = variants.iter().map(ToString::to_string);
    let ids = plan.webhooks.iter().map(|webhook| &*webhook.operation.id);
    let readers = plan.webhooks.iter().map(|webhook| match webhook.operation.body {
        Some(Encoding::Form) => quote!(read_form),
        _ => quote!(read_json),
    });
    quote! {
        #(#title)*
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum Event {
            #(#(#docs)* #variants(types::#types),)*
            /// An event that the document does not have: its body, as it came.
            Unknown(Bytes),
        }

        impl fmt::Debug for Event {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    #(Self::#variants(event) => f.debug_tuple(#names).field(event).finish(),)*
                    // What is in it nobody knows.
                    Self::Unknown(_) => f.debug_struct("Unknown").finish_non_exhaustive(),
                }
            }
        }

        impl countersign::webhook::Event for Event {
            fn read(webhook: &str, body: &[u8]) -> Result<Self, String> {
                match webhook {
                    #(#ids => #readers(body).map(Self::#variants),)*
                    _ => Ok(Self::Unknown(Bytes::copy_from_slice(body))),
                }
            }

            fn unknown(body: Bytes) -> Self {
                Self::Unknown(body)
            }
        }
    }
}

/// The type of an event's body.
fn body(document: &Document, webhook: &Webhook) -> Ident {
    let described = document.operation(&webhook.operation.id).and_then(|described| described.request_body.as_ref());
    let media = described.and_then(|body| document.resolve(body)?.content.values().next());
    // The lint asks for a component.
    let name = match media.and_then(|media| media.schema.as_ref()) {
        Some(ReferenceOr::Reference { reference }) => described::component_name(reference),
        _ => "",
    };
    format_ident!("{}", names::schema(name))
}

fn webhooks(plan: &Plan) -> TokenStream {
    let title = doc_lines(&format!(
        "Verifies what {} sends, and reads it as an [`Event`]. Clones share the keys. It needs no client.",
        prose::line(plan.title.trim_end_matches('.'))
    ));
    quote! {
        #(#title)*
        #[derive(Clone, Debug)]
        pub struct Webhooks(countersign::webhook::Webhooks);

        impl Webhooks {
            /// Starts gathering the keys.
            pub fn builder() -> WebhooksBuilder {
                WebhooksBuilder(countersign::webhook::WebhooksBuilder::new(&PLAN))
            }

            /// Verifies a message by its headers and its body, as they came.
            ///
            /// # Errors
            ///
            /// What is wrong with it. Nothing of it is to be believed then.
            pub fn verify(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> Result<Delivery<Event>, WebhookError> {
                self.0.verify(headers, body)
            }

            /// As [`verify`](Self::verify), with the URL that the provider calls, for one that signs that too.
            ///
            /// # Errors
            ///
            /// What is wrong with it. Nothing of it is to be believed then.
            pub fn verify_at(
                &self,
                uri: &Uri,
                headers: &HeaderMap,
                body: impl Into<Bytes>,
            ) -> Result<Delivery<Event>, WebhookError> {
                self.0.verify_at(uri, headers, body)
            }
        }
    }
}

fn builder(plan: &Plan) -> TokenStream {
    let credentials = plan.webhook_credentials().map(|credential| {
        let docs = format!(
            "{}{}\n\nOne that is given again is taken too, so that a key can be replaced while both are in use.",
            prose::blocks(&credential.description),
            client::form(credential.kind)
        );
        client::given_value(&credential.name, &docs, quote!(CredentialSource), "credential")
    });
    let settings = plan.webhook_settings().map(|setting| {
        let docs = format!("{}{}", prose::blocks(&setting.description), client::default(setting));
        client::given_value(&setting.name, &docs, quote!(String), "setting")
    });
    let env = doc_lines(&format!(
        "Takes what has not been given yet from the environment: a variable such as `{0}`, or the file that `{0}_FILE` names.",
        plan.variable(plan.webhook_credentials().next().map_or("NAME", |credential| &credential.name))
    ));
    let env = quote! {
        #(#env)*
        pub fn env(self) -> Self {
            Self(self.0.env())
        }
    };
    quote! {
        /// Gathers the keys that [`Webhooks`] verify with.
        #[derive(Clone, Debug)]
        #[must_use = "a builder does nothing before `build`"]
        pub struct WebhooksBuilder(countersign::webhook::WebhooksBuilder);

        impl WebhooksBuilder {
            #(#credentials)*
            #(#settings)*

            #env

            /// How long ago something may have been sent, or how far in the future. Default: what the document says, or 5
            /// minutes.
            pub fn age(self, age: Duration) -> Self {
                Self(self.0.age(age))
            }

            /// Checks everything.
            ///
            /// # Errors
            ///
            /// Something is missing or wrong. The error names all of it.
            pub fn build(self) -> Result<Webhooks, Error> {
                self.0.build().map(Webhooks)
            }
        }
    }
}
