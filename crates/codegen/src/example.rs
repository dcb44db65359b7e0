//! Writes an example of each operation: a function that compiles, with the document's own samples as values.
//!
//! What must be given, and as what, is read off the generated types, so that an example cannot disagree with them.

use std::collections::BTreeMap;

use countersign_plan::{AnswerForm, Field as PlanField, Operation};
use countersign_spec::names;
use openapiv3::{OpenAPI, Parameter, ReferenceOr, RequestBody, Response};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, Fields, Ident, Item, ItemEnum, ItemStruct, Type, Variant, parse_quote};

use crate::{mock, syntax};

/// The function that an example stands in. A `main` cannot be async.
fn function(operation: &Operation) -> Ident {
    match &*operation.id {
        "main" => format_ident!("example"),
        id => format_ident!("{id}"),
    }
}

/// Stands where the document has no sample.
const PLACEHOLDER: &str = "…";

/// An example of each operation of a provider, by the operation's id.
///
/// # Errors
///
/// The generated code is not what is expected.
pub fn all(
    code: &syn::File,
    openapi: &OpenAPI,
    operations: &[Operation],
    crate_name: &str,
) -> Result<BTreeMap<String, String>, String> {
    let types = syntax::module_items(code, "types")?;
    let builders = syntax::module_items(code, "builder")?;
    let module = format_ident!("{}", crate_name.replace('-', "_"));
    operations
        .iter()
        .map(|operation| {
            let writer = Writer { types, samples: Samples::of(openapi, &operation.id), module: &module };
            let builder = writer
                .of_name(builders, &names::operation(&operation.id))
                .ok_or_else(|| format!("no builder for `{}`", operation.id))?;
            Ok((operation.id.to_string(), writer.operation(operation, builder)))
        })
        .collect()
}

/// An example of a mock of an operation.
///
/// # Errors
///
/// The generated code is not what is expected.
pub fn mock(code: &syn::File, openapi: &OpenAPI, operation: &Operation, crate_name: &str) -> Result<String, String> {
    let builders = syntax::module_items(code, "builder")?;
    let module = format_ident!("{}", crate_name.replace('-', "_"));
    let types = syntax::module_items(code, "types")?;
    let writer = Writer { types, samples: Samples::of(openapi, &operation.id), module: &module };
    let name = names::operation(&operation.id);
    let builder = writer.of_name(builders, &name).ok_or_else(|| format!("no builder for `{}`", operation.id))?;
    let answer = match operation.answer {
        AnswerForm::Json => mock::answer_type(builders, &name),
        AnswerForm::Empty => None,
    };
    Ok(writer.mock(operation, builder, answer.as_ref()))
}

struct Writer<'a> {
    types: &'a [Item],
    samples: Samples,
    module: &'a Ident,
}

impl<'a> Writer<'a> {
    fn operation(&self, operation: &Operation, builder: &ItemStruct) -> String {
        let (name, function) = (format_ident!("{}", &*operation.id), function(operation));
        let setters = self.given(operation, builder, |_| true);
        let call = quote!(client.#name() #setters.send().await?);
        let sent: TokenStream = match operation.answer {
            AnswerForm::Json => quote! { let answer = #call; println!("{answer:?}"); },
            AnswerForm::Empty => quote! { #call; },
        };
        let known = ["Client", "Date", "Error", "Secret", "Sensitive", "serde_json", "types"];
        let uses = known.into_iter().filter(|name| ["Client", "Error"].contains(name) || syntax::mentions(&sent, name));
        let uses: Vec<Ident> = uses.map(|name| format_ident!("{name}")).collect();
        let module = self.module;
        let file: syn::File = parse_quote! {
            use #module::{#(#uses),*};

            async fn #function() -> Result<(), Error> {
                let client = Client::from_env()?;
                #sent
                Ok(())
            }
        };
        // prettyplease knows no blank lines.
        prettyplease::unparse(&file).replacen("\nasync fn", "\n\nasync fn", 1).replace("\n\n\n", "\n\n")
    }

    /// An example of a mock of the operation.
    fn mock(&self, operation: &Operation, builder: &ItemStruct, answer: Option<&Type>) -> String {
        let (name, method) = (format_ident!("{}", &*operation.id), mock::method(operation));
        let function = function(operation);
        let expected = self.given(operation, builder, |setter| mock::is_sent_as_given(operation, setter));
        let when = if expected.is_empty() { quote!(_) } else { quote!(when) };
        let expects = (!expected.is_empty()).then(|| quote!(when #expected;));
        let answer = answer.map(|answer| self.argument(answer, self.samples.answer.as_ref(), &[]));
        let setters = self.given(operation, builder, |_| true);
        let body: TokenStream = quote! {
            let server = MockServer::start_async().await;
            let mock = server.#method(|#when, then| {
                #expects
                then.success(#answer);
            });
            let client = Client::builder().env().base_url(server.base_url()).build()?;
            client.#name() #setters.send().await?;
            mock.assert();
        };
        let known = ["Client", "Date", "Error", "Secret", "Sensitive", "serde_json", "types"];
        let uses = known.into_iter().filter(|name| *name == "Error" || syntax::mentions(&body, name));
        let uses: Vec<Ident> = uses.map(|name| format_ident!("{name}")).collect();
        let module = self.module;
        let file: syn::File = parse_quote! {
            use #module::mock::MockServerExt;
            use #module::{#(#uses),*};
            use httpmock::MockServer;

            async fn #function() -> Result<(), Error> {
                #body
                Ok(())
            }
        };
        prettyplease::unparse(&file).replacen("\nasync fn", "\n\nasync fn", 1).replace("\n\n\n", "\n\n")
    }

    /// The setters of an operation: all that must be given and that `wanted` names.
    fn given(&self, operation: &Operation, builder: &ItemStruct, wanted: impl Fn(&str) -> bool) -> TokenStream {
        let setters = builder.fields.iter().skip(1).filter_map(|field| {
            // `Result<T, String>` is required, `Result<Option<T>, String>` is not.
            let &value = syntax::type_arguments(&field.ty)?.first()?;
            let name = field.ident.as_ref()?;
            if name == "body" {
                return self.body(value, operation.body.as_ref().map_or(&[][..], |body| &body.fields));
            }
            let sample = self.samples.parameters.get(&name.to_string());
            (!is_named(value, "Option") && wanted(&name.to_string())).then(|| {
                let value = self.argument(value, sample, &[]);
                quote!(.#name(#value))
            })
        });
        setters.collect()
    }

    /// The setter of the body, unless nothing in it must be given.
    fn body(&self, value: &Type, fields: &[PlanField]) -> Option<TokenStream> {
        let sample = self.samples.body.as_ref();
        let object = self.of_type(value).filter(|object| matches!(object.fields, Fields::Named(_)));
        let Some(object) = object else {
            let value = self.argument(value, sample, fields);
            return Some(quote!(.body(#value)));
        };
        let setters = self.setters(object, sample, fields);
        (!setters.is_empty()).then(|| quote!(.body_map(|body| body #setters)))
    }

    /// The setters of an object's required fields.
    fn setters(&self, object: &ItemStruct, sample: Option<&Value>, fields: &[PlanField]) -> TokenStream {
        let required = object.fields.iter().filter(|field| !is_optional(field));
        required.map(|field| self.setter(field, sample, fields)).collect()
    }

    fn setter(&self, field: &Field, sample: Option<&Value>, fields: &[PlanField]) -> TokenStream {
        let name = &field.ident;
        let (sample, fields) = below(field, sample, fields);
        let value = self.argument(&field.ty, sample, fields);
        quote!(.#name(#value))
    }

    /// What a setter takes, in the shortest form.
    fn argument(&self, of: &Type, sample: Option<&Value>, fields: &[PlanField]) -> TokenStream {
        let name = syntax::type_name(of).unwrap_or_default();
        let inner = syntax::type_arguments(of).unwrap_or_default();
        match (name.as_str(), &inner[..]) {
            ("String" | "Secret", _) => text(sample).to_token_stream(),
            ("Sensitive", [inner]) if is_named(inner, "String") => text(sample).to_token_stream(),
            ("Option", [inner]) => self.owned(inner, sample, fields),
            _ => match self.of_type(of) {
                Some(object) if matches!(object.fields, Fields::Named(_)) => {
                    let name = &object.ident;
                    let setters = self.setters(object, sample, fields);
                    quote!(types::#name::builder() #setters)
                }
                _ => self.owned(of, sample, fields),
            },
        }
    }

    /// A value of exactly this type.
    fn owned(&self, of: &Type, sample: Option<&Value>, fields: &[PlanField]) -> TokenStream {
        let name = syntax::type_name(of).unwrap_or_default();
        let inner = syntax::type_arguments(of).unwrap_or_default();
        match (name.as_str(), &inner[..]) {
            ("String", _) => {
                let text = text(sample);
                quote!(#text.to_owned())
            }
            ("Secret", _) => {
                let text = text(sample);
                quote!(Secret::from(#text))
            }
            ("Sensitive", [inner]) => {
                let value = self.owned(inner, sample, fields);
                quote!(Sensitive::from(#value))
            }
            ("Date", _) => date(sample),
            ("bool", _) => {
                let value = sample.and_then(Value::as_bool).unwrap_or(true);
                quote!(#value)
            }
            ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", _) => {
                let value = sample.and_then(Value::as_i64).unwrap_or(1);
                let suffixed: TokenStream = format!("{value}_{name}").parse().unwrap_or_default();
                if name == "i32" { Literal::i64_unsuffixed(value).to_token_stream() } else { suffixed }
            }
            ("f32" | "f64", _) => {
                let value = sample.and_then(Value::as_f64).unwrap_or(1.0);
                Literal::f64_suffixed(value).to_token_stream()
            }
            ("Option", [inner]) => {
                let value = self.owned(inner, sample, fields);
                quote!(Some(#value))
            }
            ("Vec", [inner]) => {
                let value = self.owned(inner, sample.and_then(|sample| sample.get(0)), &[]);
                quote!(vec![#value])
            }
            _ => self.owned_named(of, sample, fields),
        }
    }

    /// A value of a type that the document names, or of one that can be empty.
    fn owned_named(&self, of: &Type, sample: Option<&Value>, fields: &[PlanField]) -> TokenStream {
        if let Some(object) = self.of_type(of) {
            let name = &object.ident;
            return match &object.fields {
                Fields::Named(named) => {
                    let values = named.named.iter().map(|field| {
                        let name = &field.ident;
                        let (sample, fields) = below(field, sample, fields);
                        let value = match is_optional(field) {
                            true => quote!(Default::default()),
                            false => self.owned(&field.ty, sample, fields),
                        };
                        quote!(#name: #value)
                    });
                    quote!(types::#name { #(#values),* })
                }
                Fields::Unnamed(wrapper) => {
                    let values = wrapper.unnamed.iter().map(|field| self.owned(&field.ty, sample, fields));
                    quote!(types::#name(#(#values),*))
                }
                Fields::Unit => quote!(types::#name),
            };
        }
        let of_name = syntax::type_name(of).unwrap_or_default();
        if let Some(choice) = self.types.iter().find_map(|item| match item {
            Item::Enum(choice) if choice.ident == of_name => Some(choice),
            _ => None,
        }) {
            return variant(choice, sample);
        }
        let mut of = of.clone();
        Qualify(self.types).visit_type_mut(&mut of);
        quote!(<#of>::default())
    }

    fn of_type(&self, of: &Type) -> Option<&'a ItemStruct> {
        // `::countersign::Sensitive` is no type of the document, even where the document has one of that name.
        if matches!(of, Type::Path(path) if path.path.leading_colon.is_some()) {
            return None;
        }
        self.of_name(self.types, &syntax::type_name(of)?)
    }

    fn of_name(&self, items: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
        items.iter().find_map(|item| match item {
            Item::Struct(object) if object.ident == name => Some(object),
            _ => None,
        })
    }
}

/// The sample of a field, and what the plan says about the fields below it. Where the client computes what is sent from
/// what is given, the sample is of the former: it is of no use here.
fn below<'s, 'f>(
    field: &Field,
    sample: Option<&'s Value>,
    fields: &'f [PlanField],
) -> (Option<&'s Value>, &'f [PlanField]) {
    let wire = syntax::renamed(&field.attrs).unwrap_or_else(|| syntax::field_name(field));
    let planned = fields.iter().find(|field| field.name == wire);
    let sample = match planned {
        Some(planned) if planned.value.is_some() => None,
        _ => sample.and_then(|sample| sample.get(&wire)),
    };
    (sample, planned.map_or(&[], |planned| &planned.fields))
}

/// The variant of a sample, or the first.
fn variant(choice: &ItemEnum, sample: Option<&Value>) -> TokenStream {
    let wanted = sample.and_then(Value::as_str).map(names::variant);
    let is_wanted = |variant: &&Variant| wanted.as_ref().is_some_and(|wanted| variant.ident == wanted);
    let (name, variants) = (&choice.ident, &choice.variants);
    let variant = variants.iter().find(is_wanted).or(variants.first()).map(|variant| &variant.ident);
    quote!(types::#name::#variant)
}

fn text(sample: Option<&Value>) -> Literal {
    match sample {
        Some(Value::String(text)) => Literal::string(text),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Literal::string(&value.to_string()),
        _ => Literal::string(PLACEHOLDER),
    }
}

fn date(sample: Option<&Value>) -> TokenStream {
    let numbers = |text: &str| text.split('-').map(|part| part.parse::<u16>().ok()).collect::<Option<Vec<_>>>();
    let numbers = sample.and_then(Value::as_str).and_then(numbers);
    let (year, month, day) = match numbers.as_deref() {
        Some([year, month @ 1..=12, day @ 1..=31]) => (*year, *month, *day),
        _ => (1990, 1, 31),
    };
    let [year, month, day] = [year, month, day].map(Literal::u16_unsuffixed);
    quote!(Date::constant(#year, #month, #day))
}

fn is_named(of: &Type, name: &str) -> bool {
    syntax::type_name(of).is_some_and(|own| own == name)
}

/// Whether a field has a value where none is given.
fn is_optional(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| {
        let text = attribute.to_token_stream().to_string();
        attribute.path().is_ident("serde") && (text.contains("default") || text.contains("skip_serializing_if"))
    })
}

/// Says in which module the document's types are.
struct Qualify<'a>(&'a [Item]);

impl VisitMut for Qualify<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let own = |item: &Item| match item {
            Item::Struct(item) => path.is_ident(&item.ident),
            Item::Enum(item) => path.is_ident(&item.ident),
            _ => false,
        };
        if self.0.iter().any(own) {
            *path = parse_quote!(types::#path);
        }
    }
}

/// The samples of one operation.
#[derive(Default)]
struct Samples {
    /// Of the parameters, by their Rust names.
    parameters: BTreeMap<String, Value>,
    /// Of the body.
    body: Option<Value>,
    /// Of a success.
    answer: Option<Value>,
}

impl Samples {
    fn of(openapi: &OpenAPI, id: &str) -> Self {
        let Some((item, operation)) = crate::generate::operation(openapi, id) else { return Self::default() };
        let parameters = item.parameters.iter().chain(&operation.parameters);
        let parameters = parameters.filter_map(|parameter| {
            let data = resolve_parameter(openapi, parameter)?.parameter_data_ref();
            let sample = data.example.clone().or_else(|| first(&data.examples))?;
            Some((names::parameter(&data.name), sample))
        });
        let body = operation.request_body.as_ref().and_then(|body| resolve_body(openapi, body));
        let media = body.and_then(|body| body.content.values().next());
        let body = media.and_then(|media| media.example.clone().or_else(|| first(&media.examples)));
        let successes = operation.responses.responses.iter().filter(|(status, _)| mock::is_success(status));
        let answer = successes.filter_map(|(_, response)| resolve_response(openapi, response)).find_map(|response| {
            let media = response.content.values().next()?;
            media.example.clone().or_else(|| first(&media.examples))
        });
        Self { parameters: parameters.collect(), body, answer }
    }
}

fn first<'a>(examples: impl IntoIterator<Item = (&'a String, &'a ReferenceOr<openapiv3::Example>)>) -> Option<Value> {
    examples.into_iter().find_map(|(_, example)| example.as_item()?.value.clone())
}

/// A parameter, or what its `$ref` names.
pub fn resolve_parameter<'a>(openapi: &'a OpenAPI, parameter: &'a ReferenceOr<Parameter>) -> Option<&'a Parameter> {
    match parameter {
        ReferenceOr::Item(parameter) => Some(parameter),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/parameters/")?;
            openapi.components.as_ref()?.parameters.get(name)?.as_item()
        }
    }
}

/// A request's body, or what its `$ref` names.
pub fn resolve_body<'a>(openapi: &'a OpenAPI, body: &'a ReferenceOr<RequestBody>) -> Option<&'a RequestBody> {
    match body {
        ReferenceOr::Item(body) => Some(body),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/requestBodies/")?;
            openapi.components.as_ref()?.request_bodies.get(name)?.as_item()
        }
    }
}

/// An answer, or what its `$ref` names.
pub fn resolve_response<'a>(openapi: &'a OpenAPI, response: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match response {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/responses/")?;
            openapi.components.as_ref()?.responses.get(name)?.as_item()
        }
    }
}
