//! Writes `plan.rs`: the plan as one `static`, read by no parser at run time.
//!
//! databake turns the plan into an expression. It is printed here rather than by prettyplease, which gives every
//! bracket a line of its own: plans are deep, and are reviewed.

use std::collections::BTreeSet;

use countersign_plan::Plan;
use databake::Bake;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, LitInt, Path};

const WIDTH: usize = 120;

/// The source of `plan.rs`.
///
/// # Errors
///
/// What databake wrote is not an expression.
pub fn source(plan: &Plan) -> Result<String, String> {
    let mut value: Expr = syn::parse2(plan.bake(&Default::default())).map_err(|error| error.to_string())?;
    let mut shorten = Shorten::default();
    shorten.visit_expr_mut(&mut value);
    let names: Vec<String> = shorten.names.into_iter().collect();
    let declaration = "pub static PLAN: Plan = ";
    Ok(format!(
        "use std::borrow::Cow;\n\n\
         use countersign_plan::{{\n{}}};\n\n\
         /// What the document says about authenticating, signing, judging and retrying.\n\
         {declaration}{};\n",
        wrap(&names),
        print(&value, 0, declaration.len())
    ))
}

/// Shortens the paths that databake writes in full, and notes what must be imported for it.
#[derive(Default)]
struct Shorten {
    names: BTreeSet<String>,
}

impl VisitMut for Shorten {
    fn visit_lit_int_mut(&mut self, number: &mut LitInt) {
        *number = LitInt::new(number.base10_digits(), number.span());
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        match names[..] {
            ["alloc", "borrow", "Cow", ..] => {}
            ["countersign", "plan", name, ..] => drop(self.names.insert(name.to_owned())),
            _ => return,
        }
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(2).collect();
    }
}

fn wrap(names: &[String]) -> String {
    let mut lines = vec![String::from("   ")];
    for name in names {
        if lines.last().is_some_and(|line| line.len() + name.len() + 2 > WIDTH) {
            lines.push(String::from("   "));
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&format!(" {name},"));
        }
    }
    lines.join("\n") + "\n"
}

/// An expression that begins in a column of a line with an indent: on one line if it fits, and with as few brackets on
/// lines of their own as can be if not.
fn print(expression: &Expr, indent: usize, column: usize) -> String {
    let flat = flat(expression);
    // What follows is at most three brackets and a comma.
    if column + flat.len() + 4 <= WIDTH {
        return flat;
    }
    let inner = indent + 4;
    let lines = |items: Vec<String>| -> String {
        let items: String = items.iter().map(|item| format!("{:inner$}{item},\n", "")).collect();
        format!("\n{items}{:indent$}", "")
    };
    let each = |items: &mut dyn Iterator<Item = &Expr>| lines(items.map(|item| print(item, inner, inner)).collect());
    match expression {
        Expr::Reference(of) => format!("&{}", print(&of.expr, indent, column + 1)),
        Expr::Call(call) => {
            let function = code(&call.func);
            match call.args.len() {
                1 => format!("{function}({})", print(&call.args[0], indent, column + function.len() + 1)),
                _ => format!("{function}({})", each(&mut call.args.iter())),
            }
        }
        Expr::Array(array) => format!("[{}]", each(&mut array.elems.iter())),
        Expr::Tuple(tuple) => format!("({})", each(&mut tuple.elems.iter())),
        Expr::Struct(object) => {
            let fields = object.fields.iter().map(|field| {
                let name = code(&field.member);
                let value = print(&field.expr, inner, inner + name.len() + 2);
                format!("{name}: {value}")
            });
            format!("{} {{{}}}", code(&object.path), lines(fields.collect()))
        }
        _ => flat,
    }
}

fn flat(expression: &Expr) -> String {
    let each = |items: &mut dyn Iterator<Item = &Expr>| items.map(flat).collect::<Vec<_>>().join(", ");
    match expression {
        Expr::Reference(of) => format!("&{}", flat(&of.expr)),
        Expr::Call(call) => format!("{}({})", code(&call.func), each(&mut call.args.iter())),
        Expr::Array(array) => format!("[{}]", each(&mut array.elems.iter())),
        Expr::Tuple(tuple) => format!("({})", each(&mut tuple.elems.iter())),
        Expr::Struct(object) => {
            let fields = object.fields.iter().map(|field| format!("{}: {}", code(&field.member), flat(&field.expr)));
            format!("{} {{ {} }}", code(&object.path), fields.collect::<Vec<_>>().join(", "))
        }
        Expr::Unary(unary) => format!("{}{}", unary.op.to_token_stream(), flat(&unary.expr)),
        Expr::Path(path) => code(path),
        other => other.to_token_stream().to_string(),
    }
}

/// The code of a name or a path.
fn code(of: &impl ToTokens) -> String {
    of.to_token_stream().to_string().replace(' ', "")
}
