//! Writes `client.rs`: the provider's client builder.

use countersign_plan::{CredentialKind, Plan, Setting};
use countersign_spec::prose;
use heck::ToPascalCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use crate::syntax::doc_lines;

/// The source of `client.rs`.
pub fn source(plan: &Plan) -> syn::File {
    let imports = imports(plan);
    let client = client(plan);
    let builder = builder(plan);
    let server = (!plan.servers.is_empty()).then(|| server(plan));
    parse_quote! {
        #imports
        #client
        #builder
        #server
    }
}

fn imports(plan: &Plan) -> TokenStream {
    let source = plan.call_credentials().next().map(|_| quote!(, CredentialSource));
    let secret = plan.session.as_ref().map(|_| quote!(, Secret));
    quote! {
        use std::time::Duration;

        use countersign::generated::reqwest;
        use countersign::{CallOptions #source, Error, Override #secret};

        use crate::PLAN;
        use crate::api::Client;
    }
}

fn client(plan: &Plan) -> TokenStream {
    let from_env = doc_lines(&format!(
        "A client whose credentials and settings come from the environment: `{}` and so on.\n\n\
         # Errors\n\n\
         Something is missing or wrong. The error names all of it.",
        variable(plan).unwrap_or_else(|| plan.variable("base_url"))
    ));
    quote! {
        impl Client {
            /// Starts building a client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder(countersign::Builder::new(&PLAN))
            }

            #(#from_env)*
            pub fn from_env() -> Result<Self, Error> {
                Self::builder().env().build()
            }

            /// The same client, session included, with other options for the calls that are made through it.
            pub fn with_options(&self, options: CallOptions) -> Self {
                Self { inner: self.inner.with_options(options) }
            }
        }
    }
}

/// The first variable that a caller has to set.
fn variable(plan: &Plan) -> Option<String> {
    plan.call_credentials().next().map(|credential| plan.variable(&credential.name))
}

fn builder(plan: &Plan) -> TokenStream {
    let title = doc_lines(&format!("Builds a [`Client`] for {}.", prose::line(&plan.title)));
    let credentials = plan.call_credentials().map(|credential| {
        let name = &*credential.name;
        let docs = format!(
            "{}{}{}",
            prose::blocks(&credential.description),
            form(credential.kind),
            in_environment(plan, name, true)
        );
        given_value(name, &docs, quote!(CredentialSource), "credential")
    });
    let settings = plan.call_settings().map(|setting| {
        let name = &*setting.name;
        let docs = format!(
            "{}{}{}",
            prose::blocks(&setting.description),
            default(setting),
            in_environment(plan, name, setting.default.is_none())
        );
        given_value(name, &docs, quote!(String), "setting")
    });
    let session = plan.session.iter().flat_map(|session| {
        session.values.iter().map(|value| {
            let name = &*value.name;
            let docs = format!(
                "{}\n\nDefault: the client calls `{}` for it when it is first needed, and again when it expires. A value\n\
                 that is given is used as it is.{}",
                prose::blocks(&value.description),
                session.issue,
                in_environment(plan, name, false)
            );
            given_value(name, &docs, quote!(Secret), "session_value")
        })
    });
    let (server, base_url) = if plan.servers.is_empty() {
        (None, "Where the provider is reached. It must be given: the provider has no public address.")
    } else {
        let docs =
            doc_lines(&format!("Which of the provider's servers is called.{}", in_environment(plan, "server", false)));
        let server = quote! {
            #(#docs)*
            pub fn server(self, server: Server) -> Self {
                Self(self.0.server(server.name()))
            }
        };
        (Some(server), "Another address than the provider's own.")
    };
    let base_url = doc_lines(&format!("{base_url}{}", in_environment(plan, "base_url", false)));
    quote! {
        #(#title)*
        #[derive(Clone, Debug)]
        #[must_use = "a builder does nothing before `build`"]
        pub struct ClientBuilder(countersign::Builder);

        impl ClientBuilder {
            #(#credentials)*
            #(#settings)*
            #(#session)*
            #server

            #(#base_url)*
            pub fn base_url(self, url: impl Into<String>) -> Self {
                Self(self.0.base_url(url))
            }

            /// How long one attempt may take, from the first byte sent to the last received. Default: 30 seconds.
            pub fn timeout(self, timeout: Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// How long making a connection may take. Default: 10 seconds.
            pub fn connect_timeout(self, timeout: Duration) -> Self {
                Self(self.0.connect_timeout(timeout))
            }

            /// How long a call may take, with its session, its attempts and the pauses between them. Default: 90 seconds.
            pub fn deadline(self, deadline: Duration) -> Self {
                Self(self.0.deadline(deadline))
            }

            /// How often a call may be sent again when that is harmless. Default: 2; 0 switches it off.
            pub fn retries(self, retries: u32) -> Self {
                Self(self.0.retries(retries))
            }

            /// How many bytes the body of a response may have. Default: 2 MiB.
            pub fn response_limit(self, bytes: usize) -> Self {
                Self(self.0.response_limit(bytes))
            }

            /// An HTTP client of your own, for a proxy or a client certificate. It must not follow redirects
            /// (`reqwest::redirect::Policy::none()`): one that does carries credentials to wherever it is sent.
            /// [`countersign::Builder::http_client`] says what else depends on it.
            pub fn http_client(self, client: reqwest::Client) -> Self {
                Self(self.0.http_client(client))
            }

            /// Puts right what the document assumed wrongly, without generating the crate anew.
            pub fn with_override(self, change: Override) -> Self {
                Self(self.0.with_override(change))
            }

            /// Lets the base URL be `http` on a private network, where whoever can listen reads every credential.
            pub fn danger_allow_plain_http_on_private_networks(self) -> Self {
                Self(self.0.danger_allow_plain_http_on_private_networks())
            }

            /// Takes what has not been given yet from the environment, or from the files that the variables with
            /// `_FILE` at their ends name.
            pub fn env(self) -> Self {
                Self(self.0.env())
            }

            /// Builds the client. Nothing is sent yet.
            ///
            /// # Errors
            ///
            /// Something is missing or wrong. The error names all of it.
            pub fn build(self) -> Result<Client, Error> {
                Ok(Client { inner: self.0.build()? })
            }
        }
    }
}

/// What the text of a credential is, where it is not any.
pub fn form(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Text => "",
        CredentialKind::Hex => "\n\nThe bytes in hexadecimal.",
        CredentialKind::Base64 => "\n\nThe bytes in base64.",
        CredentialKind::RsaPublicKey => "\n\nThe key as PEM text: PKCS#1 or SubjectPublicKeyInfo, at least 2048 bits.",
        CredentialKind::PrivateKey => {
            "\n\nThe key as PEM text: PKCS#8, PKCS#1 or SEC1; RSA of at least 2048 bits, ECDSA or Ed25519."
        }
        CredentialKind::PublicKey => {
            "\n\nOne key or several: SubjectPublicKeyInfo or certificates as PEM text, a JWK or a JWKS."
        }
        CredentialKind::ClientCertificate => {
            "\n\nThe certificate, those that it is signed with, and its private key, as PEM text."
        }
    }
}

/// What a setting is where it is not given.
pub fn default(setting: &Setting) -> String {
    match &setting.default {
        Some(default) => format!("\n\nDefault: {}.", prose::code(default)),
        None => String::new(),
    }
}

/// A method that hands a named value to the runtime's builder.
pub fn given_value(name: &str, docs: &str, value: TokenStream, method: &str) -> TokenStream {
    let docs = doc_lines(docs);
    let ident = format_ident!("{name}");
    let method = format_ident!("{method}");
    quote! {
        #(#docs)*
        pub fn #ident(self, value: impl Into<#value>) -> Self {
            Self(self.0.#method(#name, value))
        }
    }
}

fn in_environment(plan: &Plan, name: &str, required: bool) -> String {
    let required = if required { "Required. " } else { "" };
    format!("\n\n{required}[`env`](Self::env) reads `{}`.", plan.variable(name))
}

fn server(plan: &Plan) -> TokenStream {
    let variants: Vec<_> =
        plan.servers.iter().map(|server| format_ident!("{}", server.name.to_pascal_case())).collect();
    let docs = plan
        .servers
        .iter()
        .map(|server| doc_lines(&format!("{}\n\n{}", prose::blocks(&server.description), prose::address(&server.url))));
    let names = plan.servers.iter().map(|server| &*server.name);
    let urls = plan.servers.iter().map(|server| &*server.url);
    quote! {
        /// The provider's servers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Server {
            #(#(#docs)* #variants,)*
        }

        impl Server {
            /// The address.
            pub fn url(self) -> &'static str {
                match self {
                    #(Self::#variants => #urls,)*
                }
            }

            fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }
        }
    }
}
