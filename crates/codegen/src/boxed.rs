//! Puts what contains itself into boxes: the fields of objects that lead back to the object, and nothing else.
//!
//! The generator of types puts boxes where it first finds a way round, in a branch of an enum as well, where a caller would have to
//! make them. A list or a map is a box already.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit_mut::{self, VisitMut};
use syn::{Type, parse_quote};

use crate::declared::Declared;
use crate::syntax::{self, type_arguments, type_name};

/// A type without the boxes that are in it.
pub fn unboxed(of: &Type) -> Type {
    struct Unbox;

    impl VisitMut for Unbox {
        fn visit_type_mut(&mut self, of: &mut Type) {
            while let Some(inner) = in_box(of).cloned() {
                *of = inner;
            }
            visit_mut::visit_type_mut(self, of);
        }
    }

    let mut of = of.clone();
    Unbox.visit_type_mut(&mut of);
    of
}

/// What is in a box of the standard library. A document may have a type of that name.
fn in_box(of: &Type) -> Option<&Type> {
    let Type::Path(path) = of else { return None };
    let is_std = path.path.leading_colon.is_some() && path.path.segments.len() == 3;
    if is_std && type_name(of)? == "Box" { type_arguments(of)?.first().copied() } else { None }
}

/// Boxes the fields that lead back to their own object.
pub fn put(types: &mut [Declared]) {
    let next: BTreeMap<String, Vec<String>> =
        types.iter().map(|declared| (declared.name().to_string(), direct(declared))).collect();
    let leads_to = |from: &str, wanted: &str| {
        let (mut ahead, mut seen) = (vec![from], BTreeSet::new());
        while let Some(name) = ahead.pop() {
            if name == wanted {
                return true;
            }
            if seen.insert(name) {
                ahead.extend(next.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        false
    };
    for declared in types {
        let Declared::Object(object) = declared else { continue };
        let own = object.item.ident.to_string();
        for (field, member) in object.item.fields.iter_mut().zip(&mut object.members) {
            let Some(target) = held(&field.ty).filter(|target| leads_to(target, &own)) else { continue };
            debug_assert!(next.contains_key(&target));
            member.is_boxed = true;
            field.ty = match syntax::optional(&field.ty) {
                Some(inner) => parse_quote!(Option<::std::boxed::Box<#inner>>),
                None => {
                    let inner = &field.ty;
                    parse_quote!(::std::boxed::Box<#inner>)
                }
            };
        }
    }
}

/// The types that a value of a type has in itself.
fn direct(declared: &Declared) -> Vec<String> {
    let fields: Vec<&syn::Field> = match declared {
        Declared::Headers(item) => item.fields.iter().collect(),
        Declared::Object(object) => object.item.fields.iter().collect(),
        Declared::OneOf(of) => of.item.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Declared::Success(item) => item.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Declared::Wrapper(item, _) => item.fields.iter().collect(),
        Declared::Choice(..) => Vec::new(),
    };
    fields.into_iter().filter_map(|field| held(&field.ty)).collect()
}

/// The name of the type that is there, if it is one that the document declares. A list and a map are none.
fn held(of: &Type) -> Option<String> {
    let of = syntax::optional(of).unwrap_or(of);
    match of {
        Type::Path(path) if path.path.leading_colon.is_none() && path.path.segments.len() == 1 => type_name(of),
        _ => None,
    }
    .filter(|_| type_arguments(of).is_none())
}
