//! Holds the generated types to the document's marks: what it marks as secret or sensitive has a type that does not print.
//!
//! The marks are read off the document as it is written, and not off its lowering: a mark that gets lost on its way to a
//! type is what is looked for. The types are those of the code that is about to be written. So whatever a client can
//! print, be it a request, a response, an error or one of their builders, redacts what it must, by construction.

use std::collections::BTreeSet;

use countersign_spec::{Document, Headers, names};
use openapiv3::{
    AdditionalProperties, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaKind, StringFormat, Type as SchemaType,
    VariantOrUnknownOrEmpty,
};
use syn::{Fields, Item, ItemEnum, ItemStruct, Type};

use crate::syntax::{self, type_arguments, type_name};
use crate::{calls, described};

/// Checks the code of a document.
///
/// # Errors
///
/// What is marked and would be printed: all of it.
pub fn check(code: &syn::File, document: &Document) -> Result<(), String> {
    let types = syntax::module_items(code, "types")?;
    let mut search =
        Search { document, types, builders: syntax::submodule_items(types, "builder"), found: BTreeSet::new() };
    for (name, schema) in document.openapi().components.iter().flat_map(|components| &components.schemas) {
        if let Some(schema) = schema.as_item() {
            search.component(name, schema);
        }
    }
    let calls = syntax::module_items(code, "builder")?;
    for operation in document.plan().operations.iter() {
        search.operation(&operation.id, calls);
    }
    if search.found.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = search.found.into_iter().collect();
    let (them, mark) = if found.len() == 1 { ("it", "its") } else { ("them", "their") };
    Err(format!(
        "the document marks {} as secret or sensitive, and the generated types would print {them}: write {mark} schema as \
         a scalar with the mark beside its `type`",
        found.join(" and ")
    ))
}

struct Search<'a> {
    document: &'a Document,
    types: &'a [Item],
    builders: &'a [Item],
    /// What is marked and would be printed.
    found: BTreeSet<String>,
}

impl<'a> Search<'a> {
    /// The parameters, the body and the response of an operation.
    fn operation(&mut self, id: &str, calls: &[Item]) {
        let name = names::operation(id);
        let Some(described) = self.document.operation(id) else { return };
        let Some(call) = syntax::find_struct(calls, &name) else { return };
        for parameter in self.document.parameters(id) {
            let data = parameter.parameter_data_ref();
            let ParameterSchemaOrContent::Schema(schema) = &data.format else { continue };
            let field = calls::private(&names::parameter(&data.name)).to_string();
            let place = format!("the parameter `{}` of `{id}`", data.name);
            for field in call.fields.iter().filter(|own| syntax::field_name(own) == field) {
                self.value(&field.ty, Described::of(schema), false, &place);
            }
        }
        let body = described.request_body.as_ref().and_then(|body| self.document.resolve(body));
        if let Some(schema) = body.and_then(|body| body.content.values().next()?.schema.as_ref()) {
            for field in call.fields.iter().filter(|own| syntax::field_name(own) == "body") {
                self.value(&field.ty, Described::of(schema), false, &format!("the body of `{id}`"));
            }
        }
        let schemas = described::successes(self.document, described)
            .filter_map(|response| response.content.values().next()?.schema.as_ref());
        if let Some(of) = self.document.headers(id) {
            self.headers(id, described, of);
        }
        let place = format!("the response of `{id}`");
        let one = syntax::response_type(calls, &name);
        match (self.document.successes(id), one) {
            // Those without a body have neither a schema nor a field.
            (Some(several), _) => {
                let variants = self.one_of(&several.name).into_iter().flat_map(|of| &of.variants);
                let fields = variants.flat_map(|variant| &variant.fields);
                for (field, schema) in fields.zip(schemas) {
                    self.value(&field.ty, Described::of(schema), false, &place);
                }
            }
            (None, Some(of)) => {
                schemas.take(1).for_each(|schema| self.value(&of, Described::of(schema), false, &place))
            }
            (None, None) => {}
        }
    }

    /// The headers of the responses to an operation.
    fn headers(&mut self, id: &str, described: &'a openapiv3::Operation, of: &Headers) {
        let Some(fields) = syntax::find_struct(self.types, &of.name).map(|of| of.fields.clone()) else { return };
        for response in described::successes(self.document, described) {
            for (name, header) in &response.headers {
                let Some(header) = self.document.resolve(header) else { continue };
                let ParameterSchemaOrContent::Schema(schema) = &header.format else { continue };
                let own = names::field(name);
                for field in fields.iter().filter(|field| syntax::field_name(field) == own) {
                    let place = format!("the header `{name}` of a response to `{id}`");
                    self.value(&field.ty, Described::of(schema), false, &place);
                }
            }
        }
    }

    /// A component's type and its builder.
    fn component(&mut self, name: &str, schema: &'a Schema) {
        let rust = names::schema(name);
        let types = [syntax::find_struct(self.types, &rust), syntax::find_struct(self.builders, &rust)];
        for of in types.into_iter().flatten() {
            match &of.fields {
                Fields::Unnamed(inner) => {
                    for field in &inner.unnamed {
                        self.schema(&field.ty, schema, false, &format!("what is in `{name}`"));
                    }
                }
                fields => self.properties(fields, schema, name),
            }
        }
        let SchemaKind::OneOf { one_of } = &schema.schema_kind else { return };
        let variants = self.one_of(&rust).into_iter().flat_map(|of| &of.variants);
        for (variant, branch) in variants.zip(one_of) {
            let place = format!("the branch `{}` of `{name}`", variant.ident);
            for field in &variant.fields {
                self.value(&field.ty, Described::of(branch), is_marked(schema), &place);
            }
        }
    }

    fn properties(&mut self, fields: &Fields, schema: &'a Schema, name: &str) {
        let SchemaKind::Type(SchemaType::Object(object)) = &schema.schema_kind else { return };
        let names = names::fields(object.properties.keys().map(String::as_str));
        for ((property, described), own) in object.properties.iter().zip(names) {
            for field in fields.iter().filter(|field| syntax::field_name(field) == own) {
                let place = format!("the property `{property}` of `{name}`");
                self.value(&field.ty, Described::of_boxed(described), is_marked(schema), &place);
            }
        }
    }

    /// Something of a type. A mark around it covers what is written in its place, and not what a reference leads to.
    fn value(&mut self, of: &Type, described: Described<'a>, around: bool, place: &str) {
        match described {
            Described::Here(schema) => self.schema(of, schema, around, place),
            Described::There(name) => {
                let components = self.document.openapi().components.iter();
                let schemas = components.flat_map(|components| components.schemas.get(name));
                // A type of its own is looked at for itself. All else is part of the type that it is used in.
                let is_own = self.structure(carried(of)).is_some() || self.is_one_of(carried(of));
                if let (Some(schema), false) = (schemas.filter_map(ReferenceOr::as_item).next(), is_own) {
                    self.schema(of, schema, false, place);
                }
            }
        }
    }

    fn schema(&mut self, of: &Type, schema: &'a Schema, around: bool, place: &str) {
        let (of, marked) = (carried(of), around || is_marked(schema));
        if self.redacts(of) {
            return;
        }
        let arguments = type_arguments(of).unwrap_or_default();
        match (&schema.schema_kind, &arguments[..]) {
            (SchemaKind::Type(SchemaType::Array(array)), [element]) => {
                if let Some(items) = &array.items {
                    self.value(element, Described::of_boxed(items), marked, &format!("an item of {place}"));
                }
            }
            (SchemaKind::Type(SchemaType::Object(object)), _) => {
                match (&object.additional_properties, &arguments[..], self.structure(of)) {
                    (Some(AdditionalProperties::Schema(values)), [_, value], _) => {
                        self.value(value, Described::of(values), marked, &format!("a value of {place}"));
                    }
                    // A type around a map.
                    (_, _, Some(ItemStruct { fields: Fields::Unnamed(inner), .. })) => {
                        let inner: Vec<Type> = inner.unnamed.iter().map(|field| field.ty.clone()).collect();
                        inner.iter().for_each(|of| self.schema(of, schema, around, place));
                    }
                    (_, _, Some(of)) => self.properties(&of.fields.clone(), schema, place),
                    _ => self.printed(marked, place),
                }
            }
            (SchemaKind::AllOf { all_of }, _) => {
                all_of.iter().for_each(|part| self.value(of, Described::of(part), marked, place));
            }
            _ => self.printed(marked, place),
        }
    }

    fn printed(&mut self, marked: bool, place: &str) {
        if marked {
            self.found.insert(place.to_owned());
        }
    }

    /// Whether a type of the runtime does not print. A document may have one of the same name.
    fn redacts(&self, of: &Type) -> bool {
        type_name(of).is_some_and(|name| matches!(name.as_str(), "Secret" | "Sensitive" | "Binary" | "File"))
            && self.structure(of).is_none()
    }

    fn structure(&self, of: &Type) -> Option<&'a ItemStruct> {
        type_name(of).filter(|_| is_ours(of)).and_then(|name| syntax::find_struct(self.types, &name))
    }

    /// What is one of several types.
    fn one_of(&self, name: &str) -> Option<&'a ItemEnum> {
        self.types.iter().find_map(|item| match item {
            Item::Enum(of) if of.ident == name => {
                Some(of).filter(|of| of.variants.iter().any(|one| !one.fields.is_empty()))
            }
            _ => None,
        })
    }

    fn is_one_of(&self, of: &Type) -> bool {
        type_name(of).filter(|_| is_ours(of)).is_some_and(|name| self.one_of(&name).is_some())
    }
}

/// Whether a type is none of the runtime's, even where the document has one of that name.
fn is_ours(of: &Type) -> bool {
    matches!(of, Type::Path(path) if path.path.leading_colon.is_none())
}

/// A schema, or the name of the component that it is.
enum Described<'a> {
    Here(&'a Schema),
    There(&'a str),
}

impl<'a> Described<'a> {
    fn of(schema: &'a ReferenceOr<Schema>) -> Self {
        match schema {
            ReferenceOr::Item(schema) => Self::Here(schema),
            ReferenceOr::Reference { reference } => Self::There(described::component_name(reference)),
        }
    }

    fn of_boxed(schema: &'a ReferenceOr<Box<Schema>>) -> Self {
        match schema {
            ReferenceOr::Item(schema) => Self::Here(schema),
            ReferenceOr::Reference { reference } => Self::There(described::component_name(reference)),
        }
    }
}

/// Whether a schema says of itself that its values must not be printed.
fn is_marked(schema: &Schema) -> bool {
    let sensitive = schema.schema_data.extensions.get("x-sensitive").is_some_and(|mark| mark.as_bool() == Some(true));
    let password = VariantOrUnknownOrEmpty::Item(StringFormat::Password);
    sensitive || matches!(&schema.schema_kind, SchemaKind::Type(SchemaType::String(text)) if text.format == password)
}

/// What a type carries: `T` of `Field<Option<T>>` or of `Result<T, String>`.
fn carried(of: &Type) -> &Type {
    let is_own_box = is_ours(of) && type_name(of).is_some_and(|name| name == "Box");
    let carries =
        !is_own_box && type_name(of).is_some_and(|name| matches!(name.as_str(), "Field" | "Option" | "Result" | "Box"));
    match type_arguments(of).unwrap_or_default().first() {
        Some(inner) if carries => carried(inner),
        _ => of,
    }
}
