//! What differs in the types between two versions of a generated `api.rs`, as far as a caller sees it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{
    Block, Expr, ExprClosure, Field, Fields, FnArg, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct,
    ReturnType, Stmt, Visibility,
};

use crate::difference::Lines;
use crate::syntax;

/// The types with their fields, and the calls with what they take. Nothing of what is no Rust.
pub fn lines(api: &str) -> Lines {
    let mut lines = Lines::new();
    if let Ok(file) = syn::parse_file(api) {
        items(&file.items, true, &mut lines);
    }
    lines
}

fn items(all: &[Item], methods: bool, lines: &mut Lines) {
    for item in all {
        match item {
            // The builders of objects have the setters of the fields that are listed already.
            Item::Mod(module) => {
                if let Some((_, inner)) = &module.content {
                    let inside_types = module.ident == "types";
                    if methods || module.ident != "builder" {
                        items(inner, methods && !inside_types, lines);
                    }
                }
            }
            Item::Struct(object) if !methods => lines.push((object.ident.to_string(), fields(&object.fields))),
            Item::Struct(call) => lines.extend(object_on_call(call)),
            Item::Enum(choice) if !methods => {
                let variants =
                    choice.variants.iter().map(|variant| format!("{}{}", variant.ident, written(&variant.fields)));
                lines.push((choice.ident.to_string(), variants.collect()));
            }
            Item::Macro(declared) => lines.extend(self::declared(declared.mac.tokens.clone())),
            Item::Impl(block) if methods && block.trait_.is_none() => calls(block, lines),
            _ => {}
        }
    }
}

/// The fields of an object, each with its name on the wire where that is another.
fn fields(of: &Fields) -> Vec<String> {
    let line = |field: &Field| match &field.ident {
        Some(name) => {
            let renamed = syntax::renamed(&field.attrs).map(|wire| format!(", {wire:?} on the wire"));
            format!("{name}: {}{}", written(&field.ty), renamed.unwrap_or_default())
        }
        None => written(&field.ty),
    };
    of.iter().map(line).collect()
}

fn calls(block: &ItemImpl, lines: &mut Lines) {
    let functions = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_)) => call(function),
        _ => None,
    });
    lines.push((format!("calls of {}", written(&block.self_ty)), functions.collect()));
}

/// A method of a call: what it takes, and what it yields where that is something else than the call.
fn call(function: &ImplItemFn) -> Option<String> {
    let name = &function.sig.ident;
    // A field of the object on the call is listed with that object.
    if let Some(field) = set_on_object(&function.block) {
        return (field != *name).then(|| format!("{name}, for the field {field}"));
    }
    let given = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(given) => Some(written(&given.ty)),
        FnArg::Receiver(_) => None,
    });
    let given = given.collect::<Vec<_>>().join(", ");
    Some(match &function.sig.output {
        ReturnType::Type(_, of) if written(of) != "Self" => format!("{name}({given}) -> {}", written(of)),
        _ => format!("{name}({given})"),
    })
}

/// The field that a setter on the call sets in the object of its body: `self.body.map(|body| body.FIELD(value))`.
fn set_on_object(block: &Block) -> Option<Ident> {
    struct Finder(Option<Ident>);
    impl<'a> Visit<'a> for Finder {
        fn visit_expr_closure(&mut self, closure: &'a ExprClosure) {
            let mut ahead = Some(&*closure.body);
            while let Some(here) = ahead {
                ahead = match here {
                    // `Some(body.unwrap_or_default().FIELD(value))`
                    Expr::Call(some) => some.args.first(),
                    Expr::MethodCall(setter) => {
                        self.0 = Some(setter.method.clone());
                        None
                    }
                    _ => None,
                };
            }
        }
    }
    let [Stmt::Expr(Expr::Assign(set), _), ..] = &block.stmts[..] else { return None };
    if !written(set).starts_with("self.body = self.body.map") {
        return None;
    }
    let mut finder = Finder(None);
    finder.visit_expr_assign(set);
    finder.0
}

/// The object whose setters are on a call.
fn object_on_call(call: &ItemStruct) -> Option<(String, Vec<String>)> {
    let body = call.fields.iter().find(|field| field.ident.as_ref().is_some_and(|name| name == "body"))?;
    let of = written(&body.ty);
    let (_, object) = of.split_once("types::builder::")?;
    let name: String = object.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    Some((format!("calls of {}", call.ident), vec![format!("the setters of {name}")]))
}

/// What one of the runtime's macros declares: the values of an `enum`, the types that something is one of and what tells them, or
/// the headers of a response.
fn declared(tokens: TokenStream) -> Option<(String, Vec<String>)> {
    let is_kind = |token: &TokenTree| token.to_string() == "enum" || token.to_string() == "struct";
    let mut tokens = tokens.into_iter().skip_while(|token| !is_kind(token)).skip(1);
    let name = tokens.next()?.to_string();
    // What its values are, or what tells them, may be between the two.
    let mut says = TokenStream::new();
    let values = tokens.find_map(|token| match token {
        TokenTree::Group(values) => Some(values),
        token => {
            says.extend([token]);
            None
        }
    })?;
    let mut entries = vec![TokenStream::new()];
    let mut stream = values.stream().into_iter().peekable();
    while let Some(token) = stream.next() {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => entries.push(TokenStream::new()),
            // Documentation.
            TokenTree::Punct(hash) if hash.as_char() == '#' => drop(stream.next()),
            token => entries.last_mut()?.extend([token]),
        }
    }
    let lines = [says].into_iter().chain(entries).map(|tokens| written(&tokens)).filter(|line| !line.is_empty());
    Some((name, lines.collect()))
}

fn written(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let tight = [
        (" :: ", "::"),
        (":: ", "::"),
        (" : ", ": "),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" . ", "."),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" !", "!"),
        ("! [", "!["),
        ("& ", "&"),
        ("::countersign::generated::", ""),
        ("::countersign::", ""),
        ("::std::vec::", ""),
        ("::std::option::", ""),
    ];
    tight.into_iter().fold(text, |text, (loose, tight)| text.replace(loose, tight))
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = r##"
        pub mod types {
            pub struct Order { #[serde(rename = "type")] pub type_: String, pub total: ::countersign::Decimal }
            pub enum PaySuccess { Ok(Order), NoContent }
            ::countersign::generated::alternatives! {
                pub enum Method by "kind" {
                    /// A card.
                    Card(Card) from builder::Card = list!["card"],
                    Cash(Cash) = list!["cash", "coins"],
                }
            }
            ::countersign::generated::headers! { pub struct PayHeaders of "pay" { left: optional<i64> = "X-Left" Literal, } }
            pub mod builder { pub struct Order { total: Field<Decimal> } }
        }
        pub mod builder {
            pub struct Pay { client: Executor, body: Result<Option<types::builder::Order>, String> }
            impl Pay {
                pub fn body(mut self, value: impl Given<types::Order>) -> Self { self.body = value.given("body").map(Some); self }
                pub fn total(mut self, value: impl Given<Decimal>) -> Self {
                    self.body = self.body.map(|body| Some(body.unwrap_or_default().total(value)));
                    self
                }
                pub fn body_send(mut self, value: impl Given<String>) -> Self {
                    self.body = self.body.map(|body| body.send(value));
                    self
                }
                pub async fn send(self) -> Result<Response<types::PaySuccess>, Error> { todo!() }
            }
        }
    "##;

    #[test]
    fn each_thing_is_said_once_with_all_that_a_caller_and_a_provider_see_of_it() {
        let found = lines(API);
        let of = |about: &str| -> Vec<&str> {
            let own = found.iter().filter(|(name, _)| name == about);
            own.flat_map(|(_, lines)| lines.iter().map(String::as_str)).collect()
        };
        assert_eq!(of("Order"), ["type_: String, \"type\" on the wire", "total: Decimal"]);
        assert_eq!(of("PaySuccess"), ["Ok(Order)", "NoContent"]);
        let cards = ["by \"kind\"", "Card(Card) from builder::Card = list![\"card\"]"];
        assert_eq!(of("Method")[..2], cards);
        assert_eq!(of("PayHeaders"), ["of \"pay\"", "left: optional<i64> = \"X-Left\" Literal"]);
        let calls = [
            "the setters of Order",
            "body(impl Given<types::Order>)",
            "body_send, for the field send",
            "send() -> Result<Response<types::PaySuccess>, Error>",
        ];
        assert_eq!(of("calls of Pay"), calls);
    }
}
