//! Features by tag: a user of some operations compiles these, and the types that they need, alone.
//!
//! The code of a crate is written as if there were no features. Then one pass looks at every item of it, finds the operations that
//! need it, and has it compiled where one of their features is on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use countersign_spec::{Document, names, prose};
use serde::Serialize;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemMod, Path, ReturnType, parse_quote};

use crate::described;
use crate::syntax::{attributes, last_ident};

/// The feature that has all others.
pub const ALL: &str = "all";

/// The feature of operations without a tag.
pub const UNTAGGED: &str = "untagged";

/// Names that a tag's feature cannot have: those of other features and of what a crate depends on.
const TAKEN: [&str; 7] = [ALL, "countersign", "default", "mock", "native-tls", "rustls", UNTAGGED];

/// How long a feature's name may be, as registries have it.
const LONGEST: usize = 64;

/// A feature of a crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// The tags that it is made of, as they are written.
    pub tags: Vec<String>,
    /// The ids of the operations.
    pub operations: Vec<String>,
}

impl fmt::Display for Feature {
    /// Its name, its tags where they are written otherwise, and how many operations it has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, tags, operations } = self;
        write!(f, "`{name}` (")?;
        if tags.iter().any(|tag| tag != name) {
            write!(f, "{}, ", tags.iter().map(|tag| prose::code(tag)).collect::<Vec<_>>().join(" and "))?;
        }
        write!(f, "{} {})", operations.len(), if operations.len() == 1 { "operation" } else { "operations" })
    }
}

/// The features of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// In the order in which the operations have their tags, and then that of operations without one.
    pub features: Vec<Feature>,
    /// What is always there: the operations that bring the session.
    always: BTreeSet<String>,
}

/// Which features something needs one of. `None` is whatever is on.
type Needed = Option<BTreeSet<usize>>;

impl Features {
    /// The features of a document by its tags.
    pub fn of(document: &Document) -> Self {
        let mut features: Vec<Feature> = Vec::new();
        let mut untagged = Feature { name: UNTAGGED.to_owned(), tags: Vec::new(), operations: Vec::new() };
        for operation in document.plan().operations.iter() {
            let id = operation.id.to_string();
            let tags = document.tags(&id);
            if tags.is_empty() {
                untagged.operations.push(id.clone());
            }
            for tag in tags {
                let name = name_of(tag);
                let position = features.iter().position(|feature| feature.name == name).unwrap_or_else(|| {
                    features.push(Feature { name, tags: Vec::new(), operations: Vec::new() });
                    features.len() - 1
                });
                let feature = &mut features[position];
                if !feature.tags.contains(tag) {
                    feature.tags.push(tag.clone());
                }
                if !feature.operations.contains(&id) {
                    feature.operations.push(id.clone());
                }
            }
        }
        features.extend((!untagged.operations.is_empty()).then_some(untagged));
        let session = document.plan().session.as_ref();
        let always = session.iter().flat_map(|session| [Some(&session.issue), session.renew.as_ref()]);
        Self { features, always: always.flatten().map(ToString::to_string).collect() }
    }

    /// Whether any operation has a tag.
    pub fn is_tagged(&self) -> bool {
        self.features.iter().any(|feature| feature.name != UNTAGGED)
    }

    fn needed(&self, operation: &str) -> Needed {
        if self.always.contains(operation) {
            return None;
        }
        let has = |feature: &Feature| feature.operations.iter().any(|own| own == operation);
        Some((0..self.features.len()).filter(|index| has(&self.features[*index])).collect())
    }

    /// What an operation is compiled for: `feature = "payments"`, or nothing if that is always.
    pub fn predicate(&self, operation: &str) -> Option<String> {
        self.written(&self.needed(operation))
    }

    fn written(&self, needed: &Needed) -> Option<String> {
        let needed = needed.as_ref()?;
        let name = |index: &usize| format!("feature = {:?}", self.features[*index].name);
        Some(match needed.iter().collect::<Vec<_>>().as_slice() {
            [] => format!("feature = {ALL:?}"),
            [one] => name(one),
            several if several.len() == self.features.len() => return None,
            several => format!("any({})", several.iter().map(|index| name(index)).collect::<Vec<_>>().join(", ")),
        })
    }

    fn attribute(&self, needed: &Needed) -> Option<Attribute> {
        let predicate: proc_macro2::TokenStream = self.written(needed)?.parse().ok()?;
        Some(parse_quote!(#[cfg(#predicate)]))
    }

    /// Has each item of the code of `api.rs` compiled for the operations alone that need it.
    pub fn configure(&self, document: &Document, file: &mut syn::File) {
        let calls: HashMap<String, Needed> = document
            .plan()
            .operations
            .iter()
            .map(|operation| (names::operation(&operation.id), self.needed(&operation.id)))
            .collect();
        let types = self.types(document, file, &calls);
        for item in &mut file.items {
            match item {
                Item::Mod(module) if module.ident == "types" => self.configure_module(module, &types),
                Item::Mod(module) if module.ident == "builder" => self.configure_module(module, &calls),
                Item::Impl(client) => {
                    for method in &mut client.items {
                        let ImplItem::Fn(method) = method else { continue };
                        let ReturnType::Type(_, of) = &method.sig.output else { continue };
                        let needed = last_ident(of).and_then(|name| calls.get(&name.to_string()));
                        put(&mut method.attrs, needed.and_then(|needed| self.attribute(needed)));
                    }
                }
                _ => {}
            }
        }
    }

    fn configure_module(&self, module: &mut ItemMod, known: &HashMap<String, Needed>) {
        for item in module.content.iter_mut().flat_map(|(_, items)| items) {
            if let Item::Mod(inner) = item {
                self.configure_module(inner, known);
                continue;
            }
            // What is about several is there where all of them are.
            let about: BTreeSet<String> = about(item).into_iter().filter(|name| known.contains_key(name)).collect();
            let needed: BTreeSet<&Needed> = about.iter().map(|name| &known[name]).collect();
            for needed in needed {
                let attribute = self.attribute(needed);
                attributes(item).into_iter().for_each(|attributes| put(attributes, attribute.clone()));
            }
        }
    }

    /// What each type is needed for: the operations that it is part of, to be sent or to be received.
    fn types(&self, document: &Document, file: &syn::File, calls: &HashMap<String, Needed>) -> HashMap<String, Needed> {
        let module = |name: &str| {
            file.items.iter().find_map(|item| match item {
                Item::Mod(module) if module.ident == name => module.content.as_ref().map(|(_, items)| items),
                _ => None,
            })
        };
        let items: Vec<&Item> = module("types").into_iter().flatten().flat_map(flattened).collect();
        let all: HashSet<String> = items.iter().filter_map(|item| declared(item)).collect();
        let mut leads: HashMap<String, BTreeSet<String>> = HashMap::new();
        for item in &items {
            let mentioned = mentioned(item, false);
            for name in about(item).into_iter().filter(|name| all.contains(name)) {
                leads.entry(name).or_default().extend(mentioned.iter().filter(|name| all.contains(*name)).cloned());
            }
        }
        // Where an operation or a webhook begins.
        let mut starts: Vec<(Needed, Vec<String>)> = Vec::new();
        for item in module("builder").into_iter().flatten() {
            for name in about(item) {
                if let Some(needed) = calls.get(&name) {
                    starts.push((needed.clone(), mentioned(item, true).into_iter().collect()));
                }
            }
        }
        for operation in document.plan().operations.iter() {
            let received = described::received_by(document, &operation.id);
            starts.push((self.needed(&operation.id), received.iter().map(|name| names::schema(name)).collect()));
        }
        for webhook in document.plan().webhooks.iter() {
            let received = described::received_by(document, &webhook.operation.id);
            starts.push((None, received.iter().map(|name| names::schema(name)).collect()));
        }
        let mut types: HashMap<String, Needed> = all.into_iter().map(|name| (name, Some(BTreeSet::new()))).collect();
        for (needed, mut ahead) in starts {
            let mut reached = HashSet::new();
            while let Some(name) = ahead.pop() {
                if !reached.insert(name.clone()) {
                    continue;
                }
                let Some(known) = types.get_mut(&name) else { continue };
                match (known.as_mut(), &needed) {
                    (Some(known), Some(needed)) => known.extend(needed),
                    _ => *known = None,
                }
                ahead.extend(leads.get(&name).into_iter().flatten().cloned());
            }
        }
        types
    }

    /// Has each mock compiled where its operation is.
    pub fn configure_mocks(&self, document: &Document, code: &str) -> String {
        let mut text = String::with_capacity(code.len());
        let calls: HashMap<String, &str> = document
            .plan()
            .operations
            .iter()
            .map(|operation| (names::operation(&operation.id), &*operation.id))
            .collect();
        for line in code.lines() {
            let name = line.strip_prefix("impl Operation for builder::").and_then(|rest| rest.strip_suffix(" {"));
            let predicate = name.and_then(|name| calls.get(name)).and_then(|id| self.predicate(id));
            text.extend(predicate.map(|predicate| format!("#[cfg({predicate})]\n")));
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// The name of a tag's feature: its words in lower case with `-` between them. A sign that is not ASCII is written by its number.
pub fn name_of(tag: &str) -> String {
    let mut name = String::new();
    let mut is_apart = true;
    let mut was_lower = false;
    for c in tag.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => {
                if c.is_ascii_uppercase() && was_lower && !is_apart {
                    name.push('-');
                }
                name.push(c.to_ascii_lowercase());
                is_apart = false;
                was_lower = c.is_ascii_lowercase();
                continue;
            }
            c if c.is_alphanumeric() => {
                if !is_apart {
                    name.push('-');
                }
                name.push_str(&format!("u{:x}-", u32::from(c)));
            }
            _ if !is_apart => name.push('-'),
            _ => {}
        }
        is_apart = true;
        was_lower = false;
    }
    let mut name = name.trim_end_matches('-').to_owned();
    name.truncate(LONGEST - "tag-".len());
    let name = name.trim_end_matches('-').to_owned();
    if name.is_empty() || TAKEN.contains(&name.as_str()) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("tag-{name}").trim_end_matches('-').to_owned();
    }
    name
}

/// An item, and those that are in it.
fn flattened(item: &Item) -> Vec<&Item> {
    match item {
        Item::Mod(module) => module.content.iter().flat_map(|(_, items)| items).flat_map(flattened).collect(),
        item => vec![item],
    }
}

/// The name that an item declares.
fn declared(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The names of what an item is about: what it declares, or what it is an `impl` of and for.
fn about(item: &Item) -> Vec<String> {
    let Item::Impl(block) = item else { return declared(item).into_iter().collect() };
    let mut names = Mentioned { names: BTreeSet::new(), of_types: false };
    names.visit_type(&block.self_ty);
    block.trait_.iter().for_each(|(_, of, _)| names.visit_path(of));
    names.names.into_iter().collect()
}

/// The names in the paths of an item; of types alone, where the item is in another module than they are.
fn mentioned(item: &Item, of_types: bool) -> BTreeSet<String> {
    let mut names = Mentioned { names: BTreeSet::new(), of_types };
    names.visit_item(item);
    names.names
}

struct Mentioned {
    names: BTreeSet<String>,
    of_types: bool,
}

impl<'ast> Visit<'ast> for Mentioned {
    fn visit_path(&mut self, path: &'ast Path) {
        visit::visit_path(self, path);
        let is_of_types = path.segments.iter().any(|segment| segment.ident == "types");
        // What begins with a colon is of another crate.
        if path.leading_colon.is_none() && (is_of_types || !self.of_types) {
            self.names.extend(path.segments.iter().map(|segment| segment.ident.to_string()));
        }
    }
}

/// Puts an attribute behind the documentation.
fn put(attributes: &mut Vec<Attribute>, attribute: Option<Attribute>) {
    let Some(attribute) = attribute else { return };
    let docs = attributes.iter().take_while(|attribute| attribute.path().is_ident("doc")).count();
    attributes.insert(docs, attribute);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_becomes_a_name_that_cargo_takes() {
        for (tag, name) in [
            ("payments", "payments"),
            ("Payment Intents", "payment-intents"),
            ("PaymentIntents", "payment-intents"),
            ("payment_intents", "payment-intents"),
            ("API keys / v2", "api-keys-v2"),
            ("3DS", "tag-3ds"),
            ("default", "tag-default"),
            ("Mock", "tag-mock"),
            ("Untagged", "tag-untagged"),
            ("All", "tag-all"),
            ("支付", "u652f-u4ed8"),
            ("Cartões", "cart-uf5-es"),
            ("", "tag"),
            ("…", "tag"),
        ] {
            assert_eq!(name_of(tag), name, "{tag}");
        }
        let long = name_of(&"very long ".repeat(20));
        assert!(long.len() <= LONGEST && !long.ends_with('-'), "{long}");
    }
}
