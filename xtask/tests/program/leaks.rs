//! A generated client prints nothing confidential: the client of a document with something confidential in every place is
//! generated, and everything that can be printed of it is searched. That the search finds what leaks is a test of its own
//! (`tests/tests/leaks_found.rs`).

use std::fs;
use std::path::Path;

use crate::workshop::{Tested, workspace};
use countersign_codegen::syntax::module_items;
use syn::Item;

const WALK: &str = include_str!("../golden/leaks.rs");

#[test]
fn nothing_confidential_is_printed_of_a_generated_client() {
    let generated = Tested::generated("confidential");
    assert_walks_all(&generated.path("crates/confidential/src/api.rs"));
    let dependencies = DEPENDENCIES.replace("TESTS", &format!("{:?}", workspace().join("tests")));
    generated.passes(WALK, &dependencies, 8);
}

/// What the walk leaves out would never be missed.
#[track_caller]
fn assert_walks_all(api: &Path) {
    let code = syn::parse_file(&fs::read_to_string(api).unwrap()).unwrap();
    let types = module_items(&code, "types").unwrap();
    let builders = types.iter().find_map(|item| match item {
        Item::Mod(module) => module.content.as_ref().map(|(_, items)| items.as_slice()),
        _ => None,
    });
    let names = |items: &[Item]| -> Vec<String> {
        let named = items.iter().filter_map(|item| match item {
            Item::Struct(object) => Some(object.ident.to_string()),
            Item::Enum(choice) => Some(choice.ident.to_string()),
            _ => None,
        });
        named.collect()
    };
    for name in names(types) {
        assert!(WALK.contains(&format!("of_type::<types::{name}>")), "the type {name} is not walked");
    }
    for name in names(builders.unwrap()) {
        assert!(WALK.contains(&format!("types::{name}::builder()")), "the builder of {name} is not walked");
    }
    let calls = names(module_items(&code, "builder").unwrap()).len();
    assert_eq!(WALK.matches("leaks(&PLAN).operation(").count(), calls, "calls are not walked");
}

/// What the walk depends on.
const DEPENDENCIES: &str = r#"countersign-confidential = { path = "../crates/confidential" }
countersign-tests = { path = TESTS }
serde_json = "1"
"#;
