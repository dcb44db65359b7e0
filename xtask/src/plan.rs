//! Writes `plan.rs`: the plan as one `static`, read by no parser at run time.

use std::collections::BTreeSet;

use countersign::plan::Plan;
use databake::Bake;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, LitInt, Path, parse_quote};

/// The source of `plan.rs`.
///
/// # Errors
///
/// What databake wrote is not an expression.
pub fn source(plan: &Plan) -> Result<syn::File, String> {
    let mut value: Expr = syn::parse2(plan.bake(&Default::default())).map_err(|error| error.to_string())?;
    let mut imports = Shorten::default();
    imports.visit_expr_mut(&mut value);
    let names = imports.names;
    Ok(parse_quote! {
        use std::borrow::Cow;

        use countersign::plan::{#(#names),*};

        /// What the document says about authenticating, signing, judging and retrying.
        pub static PLAN: Plan = #value;
    })
}

/// Shortens the paths that databake writes in full, and notes what must be imported for it.
#[derive(Default)]
struct Shorten {
    names: BTreeSet<Ident>,
}

impl VisitMut for Shorten {
    fn visit_lit_int_mut(&mut self, number: &mut LitInt) {
        *number = LitInt::new(number.base10_digits(), number.span());
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let outer = match names[..] {
            ["alloc", "borrow", "Cow", ..] => 2,
            ["countersign", "plan", _, ..] => {
                self.names.insert(path.segments[2].ident.clone());
                2
            }
            _ => return,
        };
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(outer).collect();
    }
}
