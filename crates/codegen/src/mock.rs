//! Writes `src/mock.rs` of a provider's crate: an extension of `httpmock::MockServer` with a method for each operation.
//!
//! The shape is that of progenitor's generator for httpmock: a trait `MockServerExt`, and for each operation a `When` and
//! a `Then` that take the document's own types. It is written here, from the polished client and the plan, because
//! progenitor knows neither what the client fills in nor forms nor what a refusal is.

use std::collections::BTreeMap;

use countersign_plan::{AnswerForm, Encoding, Operation, Place, Plan};
use countersign_spec::{names, prose};
use openapiv3::{OpenAPI, ReferenceOr, Response, StatusCode};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Field, Ident, ImplItem, Item, ItemStruct, ReturnType, Type, parse_quote};

use crate::example;
use crate::polish::OperationFacts;
use crate::syntax::{self, doc_lines, module_items, type_arguments, type_name};

/// The source of `src/mock.rs`.
///
/// # Errors
///
/// The generated code is not what is expected.
pub fn source(
    code: &syn::File,
    openapi: &OpenAPI,
    plan: &Plan,
    facts: &BTreeMap<String, OperationFacts>,
    example: &str,
) -> Result<syn::File, String> {
    let writer = Writer { types: module_items(code, "types")?, builders: module_items(code, "builder")?, openapi };
    let nothing = OperationFacts::default();
    let operations = plan.operations.iter().map(|operation| {
        let facts = facts.get(&*operation.id).unwrap_or(&nothing);
        Ok((writer.operation(operation, facts)?, signature(operation, facts)))
    });
    let operations: Vec<_> = operations.collect::<Result<_, String>>()?;
    let wrappers = operations.iter().map(|(wrapper, _)| wrapper);
    let declared = operations.iter().map(|(_, (docs, signature))| quote!(#docs #signature;));
    let implemented = plan.operations.iter().zip(&operations).map(|(operation, (_, (_, signature)))| {
        let (when, then) = wrapper_names(operation);
        quote! {
            #signature {
                self.mock(|when, then| config_fn(operations::#when::new(when), operations::#then::new(then)))
            }
        }
    });
    let needs_types = operations.iter().any(|(wrapper, _)| syntax::mentions(wrapper, "types"));
    let types = needs_types.then(|| {
        quote!(
            use crate::types;
        )
    });
    let docs = doc_lines(&format!(
        "Typed mocks of the provider, for tests of code that uses this crate.\n\n\
         [`MockServerExt`] gives [`MockServer`](::httpmock::MockServer) a method for each operation. What a mock is\n\
         told to expect is what the caller gives; what the client fills in, signs or encrypts is not looked at. The\n\
         client's `base_url` must be the mock server's own. An operation that carries what another one issues needs a\n\
         mock of that one too, unless the builder was given the values.\n\n\
         ```no_run\n{example}```"
    ));
    let docs = docs.iter().map(|line| {
        let value = &line.meta;
        quote!(#![#value])
    });
    Ok(parse_quote! {
        #(#docs)*

        pub mod operations {
            //! What a mock of each operation expects ([`When`](::httpmock::When)) and answers
            //! ([`Then`](::httpmock::Then)). `into_inner` yields httpmock's own, for all that a document does not allow.

            #types

            #(#wrappers)*
        }

        /// An extension of [`MockServer`](::httpmock::MockServer) with a typed [`mock`](::httpmock::MockServer::mock) for
        /// each operation.
        pub trait MockServerExt {
            #(#declared)*
        }

        impl MockServerExt for ::httpmock::MockServer {
            #(#implemented)*
        }
    })
}

fn wrapper_names(operation: &Operation) -> (Ident, Ident) {
    let name = |what: &str| format_ident!("{}{what}", names::operation(&operation.id));
    (name("When"), name("Then"))
}

/// The methods of httpmock's server, which are found before those of a trait.
const SERVER_METHODS: [&str; 23] = [
    "address",
    "base_url",
    "clone",
    "connect",
    "connect_async",
    "connect_from_env",
    "delete",
    "delete_async",
    "forward_to",
    "forward_to_async",
    "host",
    "mock",
    "mock_async",
    "playback",
    "playback_async",
    "port",
    "proxy",
    "proxy_async",
    "record",
    "record_async",
    "reset",
    "reset_async",
    "url",
];

/// The name of the method that mocks an operation.
pub fn method(operation: &Operation) -> Ident {
    if SERVER_METHODS.contains(&&*operation.id) {
        format_ident!("mock_{}", &*operation.id)
    } else {
        format_ident!("{}", &*operation.id)
    }
}

/// The method of the trait, and its documentation.
fn signature(operation: &Operation, facts: &OperationFacts) -> (TokenStream, TokenStream) {
    let name = method(operation);
    let (when, then) = wrapper_names(operation);
    let docs = doc_lines(&facts.docs);
    let signature = quote! {
        fn #name<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::#when, operations::#then)
    };
    (quote!(#(#docs)*), signature)
}

/// Whether the caller gives a parameter, and it is sent as it is given.
pub fn is_sent_as_given(operation: &Operation, setter: &str) -> bool {
    operation.parameters.iter().any(|known| known.value.is_none() && names::parameter(&known.name) == setter)
}

struct Writer<'a> {
    types: &'a [Item],
    builders: &'a [Item],
    openapi: &'a OpenAPI,
}

impl Writer<'_> {
    fn operation(&self, operation: &Operation, facts: &OperationFacts) -> Result<TokenStream, String> {
        let (when, then) = wrapper_names(operation);
        let when_docs = doc_lines(&format!("What a mock of `{}` expects.", operation.id));
        let then_docs = doc_lines(&format!("What a mock of `{}` answers.", operation.id));
        let method = format_ident!("{}", &*operation.method);
        let template = &*operation.path;
        let path = match template.contains('{') {
            true => quote!(path_matches(::countersign::generated::mock::any_path(#template).as_str())),
            false => quote!(path(#template)),
        };
        let expectations = self.expectations(operation, facts)?;
        let answers = self.answers(operation)?;
        Ok(quote! {
            #(#when_docs)*
            pub struct #when(::httpmock::When);

            impl #when {
                /// Expects any request of this operation.
                pub fn new(inner: ::httpmock::When) -> Self {
                    Self(inner.method(::httpmock::Method::#method).#path)
                }

                /// httpmock's own.
                pub fn into_inner(self) -> ::httpmock::When {
                    self.0
                }

                #expectations
            }

            #(#then_docs)*
            pub struct #then(::httpmock::Then);

            impl #then {
                /// Answers nothing in particular yet.
                pub fn new(inner: ::httpmock::Then) -> Self {
                    Self(inner)
                }

                /// httpmock's own.
                pub fn into_inner(self) -> ::httpmock::Then {
                    self.0
                }

                #answers
            }
        })
    }

    // ---- What is expected ------------------------------------------------------------------------------------------

    fn expectations(&self, operation: &Operation, facts: &OperationFacts) -> Result<TokenStream, String> {
        let builder = of_name(self.builders, &names::operation(&operation.id))
            .ok_or(format!("no builder for `{}`", operation.id))?;
        let mut methods = TokenStream::new();
        for field in builder.fields.iter().skip(1) {
            let unexpected = || format!("an unknown setter of `{}`", operation.id);
            let (name, given) = (field.ident.as_ref().ok_or_else(unexpected)?, given(field).ok_or_else(unexpected)?);
            if name == "body" {
                methods.extend(self.body(operation, given));
            } else if is_sent_as_given(operation, &name.to_string()) {
                methods.extend(parameter(operation, facts, name, given).ok_or_else(unexpected)?);
            }
        }
        Ok(methods)
    }

    fn body(&self, operation: &Operation, given: &Type) -> TokenStream {
        let id = &*operation.id;
        let encoding = operation.body.as_ref().map_or(Encoding::Json, |body| body.encoding);
        let fields = match encoding {
            Encoding::Json => quote! {
                match ::countersign::generated::mock::body(&crate::PLAN, #id, &value) {
                    Ok(fields) => Self(self.0.json_body_includes(fields.to_string())),
                    Err(reason) => panic!("{reason}"),
                }
            },
            Encoding::Form => quote! {
                match ::countersign::generated::mock::form(&crate::PLAN, #id, &value) {
                    Ok(fields) => Self(
                        fields.into_iter().fold(self.0, |when, (name, value)| when.form_urlencoded_tuple(name, value)),
                    ),
                    Err(reason) => panic!("{reason}"),
                }
            },
        };
        let builds = type_name(given).filter(|_| is_builder(given)).map(|name| format_ident!("{name}"));
        let of: Type = match &builds {
            Some(name) => parse_quote!(types::#name),
            None => given.clone(),
        };
        let given = conversion("body", &of);
        let body_map = builds.map(|name| {
            quote! {
                /// [`body`](Self::body), built in place.
                ///
                /// # Panics
                ///
                /// A field is missing, or its value is not what it must be.
                pub fn body_map<F>(self, f: F) -> Self
                where
                    F: FnOnce(types::builder::#name) -> types::builder::#name,
                {
                    self.body(f(types::#name::builder()))
                }
            }
        });
        quote! {
            /// Expects these fields, whatever else is sent. Fields that the client encrypts or otherwise computes from
            /// what is given are not looked at.
            ///
            /// # Panics
            ///
            /// A field is missing, or its value is not what it must be.
            pub fn body<V>(self, value: V) -> Self
            where
                V: TryInto<#of>,
                V::Error: std::fmt::Display,
            {
                #given
                #fields
            }

            #body_map
        }
    }

    // ---- What is answered ------------------------------------------------------------------------------------------

    fn answers(&self, operation: &Operation) -> Result<TokenStream, String> {
        let described = self.responses(operation);
        let successes = described.iter().filter(|(status, _)| is_success(status));
        let status = successes.filter_map(|(status, _)| number(status)).next().unwrap_or(200);
        let success = match operation.answer {
            AnswerForm::Empty => quote! {
                /// Answers what the document describes as a success.
                pub fn success(self) -> Self {
                    Self(self.0.status(#status))
                }
            },
            AnswerForm::Json => {
                let of = self.answer(operation)?;
                let given = conversion("answer", &of);
                quote! {
                    /// Answers what the document describes as a success. What a body says may still make it a refusal,
                    /// as it may of the provider.
                    ///
                    /// # Panics
                    ///
                    /// A field is missing, or its value is not what it must be.
                    pub fn success<V>(self, value: V) -> Self
                    where
                        V: TryInto<#of>,
                        V::Error: std::fmt::Display,
                    {
                        #given
                        Self(self.0.status(#status).header("content-type", "application/json").json_body_obj(&value))
                    }
                }
            }
        };
        let mut refusals: Vec<&String> = Vec::new();
        for (_, name) in described.iter().filter(|(status, _)| !is_success(status)) {
            refusals.extend(name.iter().filter(|name| !refusals.contains(name)).collect::<Vec<_>>());
        }
        let typed = refusals.iter().filter(|name| of_name(self.types, name).is_some()).map(|name| {
            let (method, of) = (refusal_method(name), format_ident!("{name}"));
            let docs = doc_lines(&format!("Refuses with a [`{name}`](types::{name}) and this HTTP status."));
            let given = conversion("refusal", &parse_quote!(types::#of));
            quote! {
                #(#docs)*
                ///
                /// # Panics
                ///
                /// A field is missing, or its value is not what it must be.
                pub fn #method<V>(self, status: u16, value: V) -> Self
                where
                    V: TryInto<types::#of>,
                    V::Error: std::fmt::Display,
                {
                    #given
                    self.refused(status, &value)
                }
            }
        });
        Ok(quote! {
            #success

            /// Refuses with this HTTP status, which may be 200, and a body that says so.
            pub fn refused(self, status: u16, body: impl ::countersign::generated::serde::Serialize) -> Self {
                Self(self.0.status(status).header("content-type", "application/json").json_body_obj(&body))
            }

            #(#typed)*
        })
    }

    /// The type of what `send` yields.
    fn answer(&self, operation: &Operation) -> Result<Type, String> {
        let name = names::operation(&operation.id);
        answer_type(self.builders, &name).ok_or(format!("no answer of `{}`", operation.id))
    }

    /// The responses of an operation, each with the Rust name of its type, if it has one.
    fn responses(&self, operation: &Operation) -> Vec<(StatusCode, Option<String>)> {
        let Some((_, described)) = crate::generate::operation(self.openapi, &operation.id) else { return Vec::new() };
        let default = described.responses.default.iter().map(|response| (StatusCode::Range(0), response));
        let stated = described.responses.responses.iter().map(|(status, response)| (status.clone(), response));
        stated.chain(default).map(|(status, response)| (status, self.response_type(response))).collect()
    }

    fn response_type(&self, response: &ReferenceOr<Response>) -> Option<String> {
        let response = example::resolve_response(self.openapi, response)?;
        match response.content.values().next()?.schema.as_ref()? {
            ReferenceOr::Reference { reference } => {
                Some(names::schema(reference.strip_prefix("#/components/schemas/")?))
            }
            ReferenceOr::Item(_) => None,
        }
    }
}

fn parameter(operation: &Operation, facts: &OperationFacts, name: &Ident, given: &Type) -> Option<TokenStream> {
    let known = operation.parameters.iter().find(|known| *name == names::parameter(&known.name))?;
    let wire = &*known.name;
    let template = &*operation.path;
    let optional = type_name(given).is_some_and(|name| name == "Option");
    let of = if optional { type_arguments(given)?.first()?.to_token_stream() } else { given.to_token_stream() };
    let conversion = conversion(wire, &syn::parse2(of.clone()).ok()?);
    let matched = match known.place {
        Place::Header => quote! {
            Self(self.0.header(#wire, ::countersign::generated::Wire::wire(&value)))
        },
        Place::Query => quote! {
            match ::countersign::generated::query(#wire, &value) {
                Ok(pairs) => Self(pairs.into_iter().fold(self.0, |when, (name, value)| when.query_param(name, value))),
                Err(reason) => panic!("{reason}"),
            }
        },
        Place::Path => quote! {
            match ::countersign::generated::mock::path(#template, #wire, &value) {
                Ok(pattern) => Self(self.0.path_matches(pattern.as_str())),
                Err(reason) => panic!("{reason}"),
            }
        },
    };
    let description = facts.parameters.get(&name.to_string()).map(|text| format!("\n\n{text}")).unwrap_or_default();
    let docs = doc_lines(&format!(
        "Expects this {}.{description}\n\n# Panics\n\nThe value is not what it must be.",
        prose::code(wire)
    ));
    Some(quote! {
        #(#docs)*
        pub fn #name<V>(self, value: V) -> Self
        where
            V: TryInto<#of>,
            V::Error: std::fmt::Display,
        {
            #conversion
            #matched
        }
    })
}

/// Makes `value` what it must be. Who writes a test wants to know at once, so it panics.
fn conversion(what: &str, of: &Type) -> TokenStream {
    // It is the text of a format.
    let what = what.replace('{', "{{").replace('}', "}}");
    let message = format!("`{what}` cannot be made from what was given: {{reason}}");
    quote! {
        let value: #of = match value.try_into() {
            Ok(value) => value,
            Err(reason) => panic!(#message),
        };
    }
}

/// `refused_with_…`, the method that refuses with a type of this name.
fn refusal_method(name: &str) -> Ident {
    format_ident!("refused_with_{}", names::field(name))
}

/// Whether a response is described as a success.
pub fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(class) => *class == 2,
    }
}

fn number(status: &StatusCode) -> Option<u16> {
    match status {
        StatusCode::Code(code) => Some(*code),
        StatusCode::Range(_) => None,
    }
}

/// `T` of the `Result<T, String>` that a setter fills.
fn given(field: &Field) -> Option<&Type> {
    type_arguments(&field.ty)?.first().copied()
}

/// Whether a type is one of `types::builder`.
fn is_builder(of: &Type) -> bool {
    matches!(of, Type::Path(path) if path.path.segments.iter().any(|segment| segment.ident == "builder"))
}

fn of_name<'a>(items: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
    items.iter().find_map(|item| match item {
        Item::Struct(object) if object.ident == name => Some(object),
        _ => None,
    })
}

/// `T` of the `Result<Answer<T>, Error>` that the `send` of a builder yields.
pub fn answer_type(builders: &[Item], builder: &str) -> Option<Type> {
    let send = builders.iter().find_map(|item| match item {
        Item::Impl(block) if type_name(&block.self_ty).as_deref() == Some(builder) => {
            block.items.iter().find_map(|item| match item {
                ImplItem::Fn(method) if method.sig.ident == "send" => Some(method),
                _ => None,
            })
        }
        _ => None,
    })?;
    let ReturnType::Type(_, result) = &send.sig.output else { return None };
    let answer = type_arguments(result)?.first().copied()?;
    type_arguments(answer)?.first().copied().cloned()
}
