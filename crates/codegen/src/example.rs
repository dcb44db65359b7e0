//! Writes an example of each operation: a function that compiles, with the document's own samples as values.
//!
//! What must be given, and as what, is read off the types that are generated, so that an example cannot disagree with them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use countersign_plan::{Operation, reads_credential};
use countersign_spec::{Document, names};
use indexmap::IndexMap;
use openapiv3::{Example, MediaType, ReferenceOr};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, Type, parse_quote};

use crate::declared::{Api, Call, Declared, Object, OneOf, Presence};
use crate::types::{self, Taken};
use crate::{described, syntax};

/// How many levels are made up without a sample, where a value could have less.
const DEEPEST: usize = 6;

/// What is written where the document has no sample.
const PLACEHOLDER: &str = "…";

/// What a provider's crate re-exports, as far as an example may need it.
const EXPORTED: [&str; 7] = ["Client", "Date", "Error", "File", "Null", "serde_json", "types"];

/// An example of each operation of a provider, by the operation's id.
pub fn all(api: &Api, document: &Document, module: &str) -> BTreeMap<String, String> {
    let writers = api.calls.iter().filter_map(|call| {
        let planned = document.plan().operation(&call.id)?;
        Some((call.id.clone(), Writer::new(api, call, document, module).operation(planned)))
    });
    writers.collect()
}

/// An example of a mock of an operation.
pub fn mock(api: &Api, document: &Document, operation: &Operation, module: &str) -> String {
    let call = api.calls.iter().find(|call| call.id == *operation.id);
    call.map(|call| Writer::new(api, call, document, module).mock(document)).unwrap_or_default()
}

struct Writer<'a> {
    api: &'a Api,
    call: &'a Call,
    module: Ident,
    /// The samples of the parameters, by their setters.
    parameters: BTreeMap<String, Value>,
    /// The sample of the body.
    body: Option<Value>,
    /// The media types of files of which a caller has to say one, by their fields.
    media_types: BTreeMap<String, String>,
    /// That of the field which is written now.
    media_type: RefCell<Option<String>>,
    /// How deep a value is that is made up without a sample.
    made_up: Cell<usize>,
}

impl<'a> Writer<'a> {
    fn new(api: &'a Api, call: &'a Call, document: &Document, module: &str) -> Self {
        let parameters = document.parameters(&call.id).into_iter().filter_map(|parameter| {
            let data = parameter.parameter_data_ref();
            let sample = data.example.clone().or_else(|| first(document, &data.examples))?;
            Some((names::parameter(&data.name), sample))
        });
        let body = document.operation(&call.id).and_then(|described| described.request_body.as_ref());
        let body = body.and_then(|body| document.resolve(body)?.content.values().next());
        let slots = document.plan().operation(&call.id).into_iter().flat_map(|planned| planned.slots.iter());
        let media_types = slots.filter(|slot| slot.part.is_file).filter_map(|slot| {
            slot.part.sample_media_type().map(|media_type| (slot.own_name().into_owned(), media_type.to_owned()))
        });
        Self {
            api,
            call,
            module: format_ident!("{module}"),
            parameters: parameters.collect(),
            body: body.and_then(|media| sample(document, media)),
            media_types: media_types.collect(),
            media_type: RefCell::default(),
            made_up: Cell::new(0),
        }
    }

    fn operation(&self, planned: &Operation) -> String {
        let (name, setters) = (format_ident!("{}", self.call.id), self.setters_of_call());
        let call = quote!(client.#name() #setters.send().await?);
        let sent: TokenStream = match planned.has_response() {
            true => quote! { let response = #call; println!("{response:?}"); },
            false => quote! { #call; },
        };
        self.function(&quote! {
            let client = Client::from_env()?;
            #sent
        })
    }

    fn mock(&self, document: &Document) -> String {
        let (name, setters) = (format_ident!("{}", self.call.id), self.setters_of_call());
        let response = success(document, &self.call.id);
        // What its response is held to is the mock's own.
        let planned = document.plan().operation(&self.call.id);
        let of_mock = document.plan().credentials.iter().filter(|credential| {
            planned
                .into_iter()
                .flat_map(Operation::response_values)
                .any(|values| reads_credential(values, &credential.name))
        });
        let names: Vec<&str> = of_mock.map(|credential| &*credential.name).collect();
        let keys: TokenStream = names
            .iter()
            .map(|name| (format_ident!("{name}"), name))
            .map(|(setter, name)| quote!(.#setter(mock::credential(#name))))
            .collect();
        let used = if names.is_empty() { "MockServer" } else { "self, MockServer" };
        let text = self.function(&quote! {
            let server = MockServer::start_async().await;
            let client = Client::builder().env().base_url(server.base_url()) #keys .build()?;
            let call = client.#name() #setters;
            let mock = server.mock_call(call.clone(), |_, then| then.example(#response));
            call.send().await?;
            mock.assert();
        });
        format!("use {}::mock::{{{used}, MockServerExt}};\n{text}", self.module)
    }

    /// A function, and what it uses of the provider's crate.
    fn function(&self, body: &TokenStream) -> String {
        // A `main` cannot be async.
        let name = match self.call.id.as_str() {
            "main" => format_ident!("example"),
            id => format_ident!("{id}"),
        };
        // What is not sent on its own is made before the call, and has no operation to name.
        let converts = syntax::mentions(body, "try_into");
        let error = if converts { quote!(Box<dyn std::error::Error>) } else { quote!(Error) };
        let is_error = |name: &str| name == "Error" && !converts;
        let used = EXPORTED.into_iter().filter(|name| is_error(name) || syntax::mentions(body, name));
        let (used, module) = (used.map(|name| format_ident!("{name}")), &self.module);
        let file: syn::File = parse_quote! {
            use #module::{#(#used),*};

            async fn #name() -> Result<(), #error> {
                #body
                Ok(())
            }
        };
        crate::print::file(&file)
    }

    /// The setters of all that a call cannot do without.
    fn setters_of_call(&self) -> TokenStream {
        let required = self.call.parameters.iter().filter(|parameter| parameter.is_required);
        let parameters = required.map(|parameter| {
            let name = format_ident!("{}", parameter.name);
            let value = self.taken(&parameter.given, Presence::Required, self.parameters.get(&parameter.name));
            quote!(.#name(#value))
        });
        let parameters: TokenStream = parameters.collect();
        let Some(body) = self.call.body.as_ref().filter(|body| !body.is_optional) else { return parameters };
        let Some(spread) = &body.spread else {
            let value = self.taken(&body.of, Presence::Required, self.body.as_ref());
            return quote!(#parameters .body(#value));
        };
        let mut sample = self.body.as_ref();
        for holder in &spread.through {
            let member = self.api.object_named(holder).and_then(|object| object.members.first());
            // What may be left out is.
            let Some(member) = member.filter(|member| member.presence == Presence::Required) else { return parameters };
            sample = sample.and_then(|sample| sample.get(&member.wire));
        }
        let Some(object) = self.api.object_named(&spread.object) else { return parameters };
        let setters = self.setters(object, &spread.setters, sample);
        quote!(#parameters #setters)
    }

    /// Setters of all that an object cannot do without.
    fn setters(&self, object: &Object, setters: &[Ident], sample: Option<&Value>) -> TokenStream {
        let members = object.members.iter().zip(setters);
        let required = members.filter(|(member, _)| matches!(member.presence, Presence::Required | Presence::Nullable));
        let calls = required.map(|(member, setter)| {
            let sample = sample.and_then(|sample| sample.get(&member.wire));
            self.media_type.replace(self.media_types.get(&member.wire).cloned());
            let value = self.taken(&member.given, member.presence, sample);
            quote!(.#setter(#value))
        });
        calls.collect()
    }

    /// What a setter takes, in the shortest form.
    fn taken(&self, of: &Type, presence: Presence, sample: Option<&Value>) -> TokenStream {
        let taken = Taken::of(of, presence);
        match taken {
            Taken::OrNull(_) if sample.is_some_and(Value::is_null) => quote!(Null),
            Taken::Whole(of) | Taken::OrNull(of) => self.value(of, sample),
            Taken::List(of) | Taken::ListOfSome(of) if sample.is_none() && self.made_up.get() > DEEPEST => {
                let mut of = of.clone();
                FromOutside(self.api).visit_type_mut(&mut of);
                let of = if let Taken::ListOfSome(_) = taken { parse_quote!(Option<#of>) } else { of };
                quote!(Vec::<#of>::new())
            }
            Taken::List(of) => {
                let value = self.value(of, sample.and_then(|sample| sample.get(0)));
                quote!([#value])
            }
            Taken::ListOfSome(of) => {
                let value = self.value(of, sample.and_then(|sample| sample.get(0)).filter(|first| !first.is_null()));
                quote!([Some(#value)])
            }
            Taken::Map(of) => {
                let entry = sample.and_then(Value::as_object).and_then(|map| map.iter().next());
                let key = Literal::string(entry.map_or(PLACEHOLDER, |(key, _)| key));
                let value = self.value(of, entry.map(|(_, value)| value));
                quote!([(#key, #value)])
            }
        }
    }

    /// A value that converts into one of several types: that which the sample is, or the first. A value that is exactly of that
    /// type, if it is asked for.
    fn one_of(&self, of: &OneOf, sample: Option<&Value>, exactly: bool) -> TokenStream {
        let is = sample.and_then(|sample| of.told.of(&sample.to_string()).first().copied());
        // What contains itself ends somewhere.
        let least = || {
            let heights = of.item.variants.iter().map(|variant| match variant.fields.iter().next() {
                Some(field) => self.height(&field.ty, DEEPEST),
                None => 0,
            });
            heights.enumerate().min_by_key(|(_, height)| *height).map_or(0, |(index, _)| index)
        };
        let is = is.unwrap_or_else(|| if self.made_up.get() > DEEPEST { least() } else { 0 });
        let Some(variant) = of.item.variants.iter().nth(is) else { return TokenStream::new() };
        let Some(own) = variant.fields.iter().map(|field| &field.ty).next() else { return TokenStream::new() };
        let converts = || types::sources(self.api, of).into_iter().nth(is).flatten().is_some();
        let value = match self.api.declared(own) {
            Some(Declared::Object(object)) if object.is_sent => match self.value(own, sample) {
                built if !exactly && converts() => return built,
                built => quote!(#built.try_into()?),
            },
            Some(Declared::OneOf(inner)) => self.within(sample, || self.one_of(inner, sample, true)),
            Some(Declared::Choice(..) | Declared::Wrapper(..)) => self.value(own, sample),
            _ => exact(own, sample),
        };
        let (name, variant) = (&of.item.ident, &variant.ident);
        quote!(types::#name::#variant(#value))
    }

    /// How many types there are in a value of a type that has what it must have, as far as that is looked at.
    fn height(&self, of: &Type, left: usize) -> usize {
        let below = |of: &Type| self.height(of, left.saturating_sub(1));
        match self.api.declared(of) {
            _ if left == 0 => 1,
            Some(Declared::Object(object)) => {
                let needed = object.members.iter().filter(|member| member.presence == Presence::Required);
                1 + needed.map(|member| below(&member.given)).max().unwrap_or_default()
            }
            Some(Declared::OneOf(of)) => {
                let variants = of.item.variants.iter().filter_map(|variant| variant.fields.iter().next());
                1 + variants.map(|field| below(&field.ty)).min().unwrap_or_default()
            }
            _ => 0,
        }
    }

    /// A value that converts into one of a type.
    fn value(&self, of: &Type, sample: Option<&Value>) -> TokenStream {
        self.within(sample, || self.value_of(of, sample))
    }

    /// What is written one level deeper.
    fn within(&self, sample: Option<&Value>, written: impl FnOnce() -> TokenStream) -> TokenStream {
        let made_up = self.made_up.replace(if sample.is_some() { 0 } else { self.made_up.get() + 1 });
        let value = written();
        self.made_up.set(made_up);
        value
    }

    fn value_of(&self, of: &Type, sample: Option<&Value>) -> TokenStream {
        match self.api.declared(of) {
            Some(Declared::Object(object)) => {
                let name = &object.item.ident;
                let names: Vec<Ident> = object.members.iter().map(|member| member.name.clone()).collect();
                let setters = self.setters(object, &names, sample);
                return quote!(types::#name::builder() #setters);
            }
            Some(Declared::Wrapper(item, _)) => {
                let name = &item.ident;
                return quote!(types::#name(Default::default()));
            }
            Some(Declared::Choice(item, listed)) => {
                let wanted = sample.map(|sample| sample.as_str().map_or_else(|| sample.to_string(), str::to_owned));
                let (name, is) = (&item.ident, |text: &str| Some(text) == wanted.as_deref());
                let listed = listed.iter().find(|(listed, _)| is(listed.text())).or(listed.first());
                let variant = listed.map(|(_, variant)| variant);
                return quote!(types::#name::#variant);
            }
            Some(Declared::OneOf(of)) => return self.one_of(of, sample, false),
            // It is not sent.
            Some(Declared::Success(_) | Declared::Headers(_)) | None => {}
        }
        let inner = syntax::type_arguments(of).unwrap_or_default();
        match (syntax::type_name(of).unwrap_or_default().as_str(), &inner[..]) {
            ("String" | "Secret", _) => text(sample),
            ("Decimal", _) => decimal(sample),
            ("Sensitive", [inner]) => match syntax::type_name(inner).as_deref() {
                Some("String") => text(sample),
                Some("Decimal") => decimal(sample),
                // A number converts if it is of the very type.
                Some("i64") => Literal::i64_suffixed(number(sample)).to_token_stream(),
                _ => self.value(inner, sample),
            },
            ("Date", _) => date(sample),
            ("File", _) => {
                let text = text(sample);
                let media_type = self.media_type.borrow();
                let of_type = media_type.iter().map(|media_type| quote!(.of_type(#media_type)));
                quote!(File::bytes(#text)#(#of_type)*)
            }
            ("bool", _) => sample.and_then(Value::as_bool).unwrap_or(true).to_token_stream(),
            ("i32", _) => Literal::i64_unsuffixed(number(sample)).to_token_stream(),
            // A number of another type than that of a literal converts, if it is one.
            ("i64", _) => match i32::try_from(number(sample)) {
                Ok(number) => Literal::i32_unsuffixed(number).to_token_stream(),
                Err(_) => Literal::i64_suffixed(number(sample)).to_token_stream(),
            },
            ("f64", _) => Literal::f64_suffixed(sample.and_then(Value::as_f64).unwrap_or(1.0)).to_token_stream(),
            _ => {
                let mut of = of.clone();
                FromOutside(self.api).visit_type_mut(&mut of);
                quote!(<#of>::default())
            }
        }
    }
}

/// A value of a type, and of no other.
fn exact(of: &Type, sample: Option<&Value>) -> TokenStream {
    if types::is_text(of) {
        let text = text(sample);
        return quote!(#text.into());
    }
    let inner = syntax::type_arguments(of).unwrap_or_default();
    match (syntax::type_name(of).unwrap_or_default().as_str(), &inner[..]) {
        ("Sensitive", [inner]) => {
            let inner = exact(inner, sample);
            quote!(#inner.into())
        }
        ("Date", _) => date(sample),
        ("bool", _) => sample.and_then(Value::as_bool).unwrap_or(true).to_token_stream(),
        ("i32", _) => Literal::i64_unsuffixed(number(sample)).to_token_stream(),
        ("i64", _) => Literal::i64_suffixed(number(sample)).to_token_stream(),
        ("f64", _) => Literal::f64_suffixed(sample.and_then(Value::as_f64).unwrap_or(1.0)).to_token_stream(),
        _ => quote!(Default::default()),
    }
}

fn text(sample: Option<&Value>) -> TokenStream {
    let text = match sample {
        Some(Value::String(text)) => Literal::string(text),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Literal::string(&value.to_string()),
        _ => Literal::string(PLACEHOLDER),
    };
    text.to_token_stream()
}

fn decimal(sample: Option<&Value>) -> TokenStream {
    let number = sample.filter(|sample| sample.is_number());
    Literal::string(&number.map_or_else(|| "1".to_owned(), Value::to_string)).to_token_stream()
}

fn number(sample: Option<&Value>) -> i64 {
    sample.and_then(Value::as_i64).unwrap_or(1)
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

/// Names a type as a user of the crate does.
struct FromOutside<'a>(&'a Api);

impl VisitMut for FromOutside<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let name = path.segments.last().map(|segment| segment.ident.clone());
        let is_ours = |name: &Ident| self.0.types.iter().any(|declared| declared.name() == name);
        if path.leading_colon.is_none()
            && let Some(name) = name.filter(is_ours)
        {
            *path = parse_quote!(types::#name);
        } else if path.segments.first().is_some_and(|first| first.ident == "serde_json") {
            path.leading_colon = None;
        }
    }
}

// ---- Samples -------------------------------------------------------------------------------------------------------

fn sample(document: &Document, media: &MediaType) -> Option<Value> {
    media.example.clone().or_else(|| first(document, &media.examples))
}

fn first(document: &Document, examples: &IndexMap<String, ReferenceOr<Example>>) -> Option<Value> {
    document.examples(examples).next().map(|(_, value)| value.clone())
}

/// The name by which a mock knows a response of success: that of an example, or the status.
fn success(document: &Document, id: &str) -> String {
    let named = || {
        let response = described::successes(document, document.operation(id)?).next()?;
        let (name, _) = document.examples(&response.content.values().next()?.examples).next()?;
        Some(name.to_owned())
    };
    let status = || {
        let responses = &document.operation(id)?.responses.responses;
        responses.keys().map(ToString::to_string).find(|status| status.starts_with('2'))
    };
    named().or_else(status).unwrap_or_default()
}
