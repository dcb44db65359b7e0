//! Runs progenitor, and reads what it writes into an [`Api`].
//!
//! progenitor and typify decide what a document is in Rust: the types, their fields, what each is made of, and what the
//! setters of a call take. How that is built, sent and printed is this project's own ([`types`](crate::types),
//! [`calls`](crate::calls)). What is not found where it is looked for is named, so that a progenitor that writes
//! something else does not lead to a client that is a little wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use countersign_plan::{Alternatives, Operation, Slot, Style, Success, pointer};
use countersign_spec::names::EnumValue;
use countersign_spec::{Document, Headers, MARKERS, Successes, names, prose};
use openapiv3::{OpenAPI, Parameter, SchemaKind, Type as SchemaType};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, InterfaceStyle, TagStyle};
use schemars::schema::{InstanceType, SchemaObject};
use syn::{Attribute, Field, Fields, Ident, Item, ItemEnum, ItemImpl, ItemStruct, Meta, Type, parse_quote};

use crate::declared::{Api, Body, Call, Declared, Given, Listed, Member, Object, OneOf, Presence, Spread};
use crate::syntax::{self, type_arguments, type_name};
use crate::{boxed, described};

/// Makes a client of a plain document.
pub type Generator = fn(&OpenAPI) -> Result<TokenStream, String>;

/// The result of reading: what progenitor wrote that is not known.
type Read<T> = Result<T, String>;

/// progenitor, set up for a provider crate.
///
/// # Errors
///
/// What progenitor says is wrong.
pub fn progenitor(openapi: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        // Not a hash map: what is signed and sent must not depend on a random order.
        .with_map_type("::std::collections::BTreeMap");
    for (format, name) in MARKERS {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_string()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, name, [].into_iter());
    }
    progenitor::Generator::new(&settings).generate_tokens(openapi).map_err(|error| error.to_string())
}

impl Api {
    /// The type that a type names, if it is one of the document's.
    pub fn declared(&self, of: &Type) -> Option<&Declared> {
        // A type of the runtime is none of the document's, even where the document has one of that name.
        let is_ours = matches!(of, Type::Path(path) if path.path.leading_colon.is_none());
        let name = type_name(of).filter(|_| is_ours)?;
        self.types.iter().find(|declared| *declared.name() == name)
    }

    /// The object with this name.
    pub fn object_named(&self, name: &Ident) -> Option<&Object> {
        self.object(&parse_quote!(#name))
    }

    /// The object with fields that a type names.
    pub fn object(&self, of: &Type) -> Option<&Object> {
        match self.declared(of)? {
            Declared::Object(object) => Some(object),
            Declared::Wrapper(..) | Declared::Choice(..) | Declared::OneOf(_) => None,
            Declared::Success(_) | Declared::Headers(_) => None,
        }
    }

    /// Reads what a generator wrote for a document.
    ///
    /// # Errors
    ///
    /// What is not as it is known to be.
    pub fn read(code: &syn::File, document: &Document) -> Read<Self> {
        let types = syntax::module_items(code, "types")?;
        let builders = syntax::module_items(code, "builder")?;
        let alternatives = alternatives(document);
        let mut api = Self { types: read_types(types, &fields(document, &alternatives))?, calls: Vec::new() };
        let operations = document.plan().operations.iter();
        let headers: Vec<(&str, &Headers)> =
            operations.filter_map(|operation| Some((&*operation.id, document.headers(&operation.id)?))).collect();
        for declared in &mut api.types {
            let Declared::Object(object) = declared else { continue };
            let name = object.item.ident.to_string();
            if let Some(told) = alternatives.get(&name) {
                *declared = Declared::OneOf(one_of(object, told)?);
            } else if let Some(of) = document.all_successes().find(|of| of.name == name) {
                *declared = Declared::Success(success(object, of)?);
            } else if let Some((id, of)) = headers.iter().find(|(_, of)| of.name == name) {
                *declared = Declared::Headers(self::headers(id, object, of)?);
            }
        }
        boxed::put(&mut api.types);
        let operations = document.plan().operations.iter();
        api.calls = operations.map(|planned| api.read_call(builders, planned, document)).collect::<Read<_>>()?;
        api.direct(document);
        Ok(api)
    }

    fn read_call(&self, builders: &[Item], planned: &Operation, document: &Document) -> Read<Call> {
        let id = &*planned.id;
        let name = names::operation(id);
        let builder = syntax::find_struct(builders, &name).ok_or_else(|| format!("no builder of `{id}`"))?;
        // The first field is the client.
        let mut fields: Vec<&Field> = builder.fields.iter().skip(1).collect();
        let mut take = |name: &str| {
            let position = fields.iter().position(|field| syntax::field_name(field) == name)?;
            type_arguments(&fields.remove(position).ty)?.first().copied().cloned()
        };
        let mut given: Vec<&Slot> =
            planned.slots.iter().filter(|slot| slot.place.is_parameter() && slot.given).collect();
        // The members of an object are given as a whole.
        given.dedup_by(|one, before| matches!(one.style, Style::Member(_)) && one.style == before.style);
        let parameters = given.into_iter().map(|slot| {
            let name = names::parameter(slot.parameter());
            let given = take(&name).ok_or_else(|| format!("no setter of `{name}` in the builder of `{id}`"))?;
            let mut described = document.parameters(id).into_iter().map(Parameter::parameter_data_ref);
            let described = described.find(|data| names::parameter(&data.name) == name);
            let docs = described.and_then(|data| data.description.as_deref()).map(prose::blocks).unwrap_or_default();
            let (mut given, is_required) = match syntax::optional(&given) {
                Some(inner) => (inner.clone(), false),
                None => (given, true),
            };
            if let Style::Member(_) = slot.style {
                let schema = described.and_then(described::parameter_schema);
                let schema = schema.ok_or_else(|| format!("no type of `{name}` in the builder of `{id}`"))?;
                let schema = syntax::ident(&names::schema(schema));
                given = parse_quote!(types::#schema);
            }
            Ok(Given { place: slot.place, wire: slot.parameter().to_owned(), name, given, is_required, docs })
        });
        let parameters: Vec<Given> = parameters.collect::<Read<_>>()?;
        let body = match (planned.body, take("body")) {
            (Some(encoding), Some(of)) => {
                let of = syntax::from_builder(of);
                let spread = self.object(&of).map(|object| self.spread(object, planned)).transpose()?;
                Some(Body { encoding, is_optional: planned.optional_body, of, spread })
            }
            _ => None,
        };
        if let Some(field) = fields.first() {
            let name = syntax::field_name(field);
            return Err(format!("a setter of `{name}` in the builder of `{id}`, which the document lacks"));
        }
        let response = syntax::response_type(builders, &name);
        let response = response.ok_or_else(|| format!("another result in the builder of `{id}`"))?;
        let setters = parameters.iter().map(|given| given.name.clone());
        let on_body = body.iter().flat_map(|body: &Body| &body.spread).flat_map(|spread| &spread.setters);
        let taken: Vec<String> = setters.chain(on_body.map(Ident::to_string)).collect();
        let list = planned.paging.as_ref().map(|paging| self.listed(&response, &paging.items, &taken)).transpose()?;
        let (is_written, is_several) = (planned.has_written(), !planned.successes.is_empty());
        let headers = document.headers(id).map(|of| syntax::ident(&of.name));
        let (id, name) = (id.to_owned(), syntax::ident(&name));
        Ok(Call { id, name, parameters, body, response, list, is_written, is_several, headers })
    }

    /// What a page is of, whose items are at a pointer.
    fn listed(&self, page: &Type, pointer: &str, taken: &[String]) -> Read<Listed> {
        let unexpected = || format!("another type of a page, `{}`", quote::quote!(#page));
        let mut of = page.clone();
        let mut path = Vec::new();
        for step in pointer::steps(pointer).map(pointer::unescaped) {
            let object = self.object(&of).ok_or_else(unexpected)?;
            let member = object.members.iter().find(|member| member.wire == step).ok_or_else(unexpected)?;
            path.push((member.name.clone(), matches!(member.presence, Presence::Optional | Presence::Nullable)));
            of = syntax::from_builder(member.given.clone());
        }
        let item = match (type_name(&of).as_deref(), type_arguments(&of).as_deref()) {
            (Some("Vec"), Some([item])) => (*item).clone(),
            _ => return Err(unexpected()),
        };
        let free = |name: &str| {
            let mut names = successors(Some(name.to_owned()), |name| Some(format!("all_{name}")));
            syntax::ident(&names.find(|name| !taken.contains(name)).unwrap_or_default())
        };
        Ok(Listed { item, path, methods: [free("pages"), free("items")] })
    }

    /// What of a body has setters on the call.
    fn spread(&self, body: &Object, planned: &Operation) -> Read<Spread> {
        let on_call = names::on_call(planned);
        let mut object = body;
        let mut through = Vec::new();
        for _ in &on_call.through {
            let unexpected = || format!("another type than an object with one object in it, `{}`", object.item.ident);
            let [member] = &object.members[..] else { return Err(unexpected()) };
            through.push(object.item.ident.clone());
            object = self.object(&member.given).ok_or_else(unexpected)?;
        }
        let setters = object.members.iter().map(|member| {
            let is_own = |index: usize| planned.slots[index].own_name() == member.wire;
            let setter = on_call.setters.iter().find(|(index, _)| is_own(*index)).map(|(_, setter)| setter);
            let unexpected = || format!("a field `{}` that the body of `{}` lacks", member.wire, planned.id);
            setter.map(|setter| syntax::ident(setter)).ok_or_else(unexpected)
        });
        Ok(Spread { setters: setters.collect::<Read<_>>()?, through, object: object.item.ident.clone() })
    }

    /// Finds out which types are sent, and which are received.
    fn direct(&mut self, document: &Document) {
        let given = |call: &Call| {
            let parameters = call.parameters.iter().map(|parameter| &parameter.given);
            parameters.chain(call.body.iter().map(|body| &body.of)).flat_map(syntax::names_in).collect::<Vec<_>>()
        };
        let sent = self.reach(self.calls.iter().flat_map(given));
        let received = self.reach(described::received_schemas(document).iter().map(|name| names::schema(name)));
        for declared in &mut self.types {
            let name = declared.name().to_string();
            let (is_sent, is_received) = match declared {
                Declared::Object(object) => (&mut object.is_sent, &mut object.is_received),
                Declared::OneOf(of) => (&mut of.is_sent, &mut of.is_received),
                Declared::Wrapper(..) | Declared::Choice(..) | Declared::Success(_) | Declared::Headers(_) => continue,
            };
            *is_sent = sent.contains(&name);
            *is_received = received.contains(&name) || !*is_sent;
        }
        self.free();
    }

    /// Lets a caller leave out what is not required, or send `null` for it where it may be that. In a response both are nothing, and so they
    /// are in an object that is sent and received, and in a list or a map.
    fn free(&mut self) {
        let spreads = self.calls.iter().filter_map(|call| call.body.as_ref()?.spread.as_ref());
        let through: BTreeSet<String> = spreads.flat_map(|spread| &spread.through).map(ToString::to_string).collect();
        for declared in &mut self.types {
            let Declared::Object(object) = declared else { continue };
            if object.is_received || through.contains(&object.item.ident.to_string()) {
                continue;
            }
            for (field, member) in object.item.fields.iter_mut().zip(&mut object.members) {
                let is_many = matches!(type_name(&member.given).as_deref(), Some("Vec" | "BTreeMap"));
                if member.may_be_null && member.presence == Presence::Optional && !is_many {
                    member.presence = Presence::Free;
                    let of = &field.ty;
                    field.ty = parse_quote!(Option<#of>);
                }
            }
        }
    }

    /// The names of the types that these lead to, themselves included.
    fn reach(&self, from: impl Iterator<Item = String>) -> BTreeSet<String> {
        let mut ahead: Vec<String> = from.collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = ahead.pop() {
            let Some(declared) = self.types.iter().find(|declared| *declared.name() == name) else { continue };
            if reached.insert(name) {
                let fields: Vec<&Field> = match declared {
                    Declared::Object(object) => object.item.fields.iter().collect(),
                    Declared::Wrapper(item, _) => item.fields.iter().collect(),
                    Declared::OneOf(of) => of.item.variants.iter().flat_map(|variant| &variant.fields).collect(),
                    Declared::Success(item) => item.variants.iter().flat_map(|variant| &variant.fields).collect(),
                    Declared::Headers(item) => item.fields.iter().collect(),
                    Declared::Choice(..) => continue,
                };
                ahead.extend(fields.into_iter().flat_map(|field| syntax::names_in(&field.ty)));
            }
        }
        reached
    }
}

// ---- The types -----------------------------------------------------------------------------------------------------

/// What is one of several types, by the type's name.
fn alternatives(document: &Document) -> BTreeMap<String, Alternatives> {
    let names = document.openapi().components.iter().flat_map(|components| components.schemas.keys());
    names.filter_map(|name| Some((names::schema(name), document.alternatives(name)?.clone()))).collect()
}

/// A property of an object.
#[derive(Clone)]
struct Property {
    /// The name in Rust.
    rust: String,
    /// The name on the wire.
    wire: String,
    may_be_null: bool,
}

impl Property {
    /// One that is not on the wire.
    fn made(name: String) -> Self {
        Self { wire: name.clone(), rust: name, may_be_null: false }
    }
}

/// The properties of each object of a document, in its order, by the type's name. What is one of several has been given to the
/// generator as an object that has all of them.
fn fields(document: &Document, alternatives: &BTreeMap<String, Alternatives>) -> BTreeMap<String, Vec<Property>> {
    let all = alternatives.iter().map(|(name, told)| {
        (name.clone(), told.branches.iter().map(|branch| Property::made(names::field(&branch.name))).collect())
    });
    let schemas = document.openapi().components.iter().flat_map(|components| &components.schemas);
    let objects = schemas.filter_map(|(name, schema)| match &schema.as_item()?.schema_kind {
        SchemaKind::Type(SchemaType::Object(object)) => {
            let fields = names::fields(object.properties.keys().map(String::as_str)).into_iter();
            let fields = fields.zip(&object.properties).map(|(rust, (wire, schema))| {
                let may_be_null = schema.as_item().is_some_and(|schema| schema.schema_data.nullable);
                Property { rust, wire: wire.clone(), may_be_null }
            });
            Some((names::schema(name), fields.collect()))
        }
        _ => None,
    });
    let several = document.all_successes().map(|of| {
        (of.name.clone(), of.variants.iter().map(|variant| Property::made(names::field(&variant.name))).collect())
    });
    let headers = document
        .all_headers()
        .map(|of| (of.name.clone(), of.members.iter().map(|header| Property::made(header.name.clone())).collect()));
    objects.chain(all).chain(several).chain(headers).collect()
}

/// What is one of several, of the object that has all of them.
fn one_of(object: &Object, told: &Alternatives) -> Read<OneOf> {
    let name = &object.item.ident;
    let variants = object.item.fields.iter().zip(&object.members).zip(told.branches.iter());
    let variants = variants.map(|((field, member), branch)| -> Read<syn::Variant> {
        if member.presence != Presence::Required || member.wire != names::field(&branch.name) {
            return Err(format!("another field than one of each branch in `{name}`, `{}`", member.wire));
        }
        let (variant, of, docs) = (syntax::ident(&branch.name), &field.ty, &member.docs);
        Ok(parse_quote!(#(#docs)* #variant(#of)))
    });
    let variants = variants.collect::<Read<Vec<_>>>()?;
    let docs = syntax::docs(&object.item.attrs);
    let item = parse_quote!(#(#docs)* pub enum #name { #(#variants),* });
    Ok(OneOf { item, told: told.clone(), is_sent: false, is_received: false })
}

/// What an operation succeeded with, of the object that has all of it.
fn success(object: &Object, of: &Successes) -> Read<ItemEnum> {
    let name = &object.item.ident;
    let mut fields = object.item.fields.iter().zip(&object.members);
    let variants = of.variants.iter().map(|variant| -> Read<syn::Variant> {
        let (own, status) = (syntax::ident(&variant.name), &variant.status);
        let said = prose::blocks(&variant.description);
        let docs = syntax::doc_lines(if said.is_empty() { status } else { &said });
        if !variant.has_body {
            return Ok(parse_quote!(#(#docs)* #[serde(rename = #status)] #own));
        }
        let is_there = |presence: Presence| matches!(presence, Presence::Required | Presence::Nullable);
        let is_own = |member: &Member| is_there(member.presence) && member.wire == names::field(&variant.name);
        let of = fields.next().filter(|(_, member)| is_own(member));
        let (field, _) = of.ok_or_else(|| format!("another field than one of each success in `{name}`"))?;
        let of = &field.ty;
        Ok(parse_quote!(#(#docs)* #[serde(rename = #status)] #own(#of)))
    });
    let variants = variants.collect::<Read<Vec<_>>>()?;
    let (docs, other) = (syntax::docs(&object.item.attrs), Success::OTHER);
    Ok(parse_quote! {
        #(#docs)*
        #[derive(Clone, Debug, ::serde::Deserialize, ::serde::Serialize)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A status of success that the document does not have, with the body as it came.
            #[serde(rename = #other)]
            Other(::countersign::Binary),
        }
    })
}

/// The headers of the responses to an operation, of the object that has all of them.
fn headers(id: &str, object: &Object, of: &Headers) -> Read<ItemStruct> {
    let name = &object.item.ident;
    let fields = object.members.iter().map(|member| -> Read<TokenStream> {
        let header = of.members.iter().find(|header| member.name == header.name);
        let header = header.ok_or_else(|| format!("another field than a header in `{name}`, `{}`", member.name))?;
        let form = match (header.is_list, header.is_literal) {
            (false, false) => "Text",
            (false, true) => "Literal",
            (true, false) => "Texts",
            (true, true) => "Literals",
        };
        let kind = if header.required || header.is_list { "required" } else { "optional" };
        let (wire, own, docs) = (&header.wire, &member.name, &member.docs);
        // Seen from the module of the types, in which it is declared.
        let of = syntax::seen_from_types(&member.given);
        let says = format!("{wire:?} {form}");
        Ok(quote::quote!(#(#docs)* #[header(kind = #kind, says = #says)] pub #own: #of))
    });
    let fields = fields.collect::<Read<Vec<_>>>()?;
    let docs = syntax::docs(&object.item.attrs);
    Ok(parse_quote! { #(#docs)* #[headers_of = #id] pub struct #name { #(#fields),* } })
}

fn read_types(items: &[Item], fields: &BTreeMap<String, Vec<Property>>) -> Read<Vec<Declared>> {
    let builders = items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_ref().map(|(_, items)| items.as_slice()),
        _ => None,
    });
    let builders = builders.unwrap_or_default();
    let declared = items.iter().filter_map(|item| match item {
        Item::Struct(object) if matches!(object.fields, Fields::Named(_)) => {
            Some(read_object(object, builders, fields).map(Declared::Object))
        }
        Item::Struct(wrapper) => Some(Ok(Declared::Wrapper(tidy_struct(wrapper), conversions(items, &wrapper.ident)))),
        Item::Enum(choice) => Some(read_choice(choice)),
        // A use, the impls, and the modules of builders and errors.
        Item::Use(_) | Item::Impl(_) | Item::Mod(_) => None,
        _ => Some(Err("an item that is neither a type nor an impl among the types".to_owned())),
    });
    declared.collect()
}

fn read_object(object: &ItemStruct, builders: &[Item], fields: &BTreeMap<String, Vec<Property>>) -> Read<Object> {
    let name = object.ident.to_string();
    let order = fields.get(&name).ok_or_else(|| format!("a type `{name}` without a schema"))?;
    let builder = syntax::find_struct(builders, &name).ok_or_else(|| format!("no builder of the type `{name}`"))?;
    let mut item = tidy_struct(object);
    let Fields::Named(named) = &mut item.fields else { return Err(format!("a type `{name}` without names")) };
    let mut read: Vec<(usize, Field, Member)> = Vec::new();
    for mut field in std::mem::take(&mut named.named) {
        let own = syntax::field_name(&field);
        // Two names of the wire are one in Rust only if the caller sees one of them.
        let position = order.iter().position(|property| property.rust == own);
        let position = position.ok_or_else(|| format!("a field `{own}` that the schema `{name}` lacks"))?;
        let Property { wire, may_be_null, .. } = order[position].clone();
        let given = builder.fields.iter().find(|field| syntax::field_name(field) == own);
        let given = given.and_then(|field| type_arguments(&field.ty)?.first().copied().map(boxed::unboxed));
        field.ty = boxed::unboxed(&field.ty);
        let given = given.ok_or_else(|| format!("no setter of `{own}` in the builder of `{name}`"))?;
        let serde = syntax::serde_words(&field.attrs);
        let has = |word: &str| serde.iter().any(|own| own.path().is_ident(word));
        let (given, presence) = match syntax::optional(&given) {
            Some(inner) if has("skip_serializing_if") => (inner.clone(), Presence::Optional),
            Some(inner) => (inner.clone(), Presence::Nullable),
            None if has("default") => (given, Presence::Defaulted),
            None => (given, Presence::Required),
        };
        let docs = syntax::docs(&field.attrs);
        let rename = (wire != own).then(|| parse_quote!(rename = #wire));
        // A reader takes what is not there and what is `null` for the same.
        let is_kept = |word: &Meta| !["rename", "deserialize_with"].iter().any(|known| word.path().is_ident(known));
        let others = serde.into_iter().filter(is_kept);
        let words: Vec<Meta> = rename.into_iter().chain(others).collect();
        field.attrs = docs.clone();
        field.attrs.extend((!words.is_empty()).then(|| -> Attribute { parse_quote!(#[serde(#(#words),*)]) }));
        let name = syntax::ident(&own);
        let member = Member { name, wire, given, presence, docs, may_be_null, is_boxed: false };
        read.push((position, field, member));
    }
    read.sort_by_key(|(position, ..)| *position);
    let (fields, members): (Vec<Field>, Vec<Member>) =
        read.into_iter().map(|(_, field, member)| (field, member)).unzip();
    named.named = fields.into_iter().collect();
    Ok(Object { item, members, is_sent: false, is_received: false })
}

fn tidy_struct(item: &ItemStruct) -> ItemStruct {
    let mut item = item.clone();
    let others = item.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc"));
    item.attrs = syntax::docs(&item.attrs).into_iter().chain(others.cloned()).collect();
    item
}

/// What typify writes for a type around another one, as far as it is of use: how to get at the one inside, and how to make
/// it of that.
fn conversions(items: &[Item], name: &Ident) -> Vec<ItemImpl> {
    let is_of_use = |block: &&ItemImpl| {
        let of = block.trait_.as_ref().and_then(|(_, of, _)| of.segments.last());
        of.is_some_and(|of| of.ident == "Deref" || of.ident == "From")
            && type_name(&block.self_ty).is_some_and(|own| *name == own)
    };
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    blocks.filter(is_of_use).cloned().collect()
}

/// An enum with the values of its variants, which the generator was given in an encoding.
fn read_choice(choice: &ItemEnum) -> Read<Declared> {
    let text = |variant: &syn::Variant| {
        let text = syntax::renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        let listed = EnumValue::decoded(&text).unwrap_or(EnumValue::Text(text));
        let variant = syntax::ident(&listed.variant());
        (listed, variant)
    };
    if !choice.variants.iter().all(|variant| variant.fields.is_empty()) {
        return Err(format!("a type `{}` whose variants have fields", choice.ident));
    }
    let mut item = choice.clone();
    item.attrs = syntax::docs(&choice.attrs);
    Ok(Declared::Choice(item, choice.variants.iter().map(text).collect()))
}
