//! A progenitor that writes something else must not lead to a client that is a little wrong: what is not known is named.

#![allow(clippy::unwrap_used)]

use countersign_codegen::declared::Api;
use countersign_codegen::progenitor::progenitor;
use countersign_codegen::{generate, syntax};
use countersign_spec::Document;
use proc_macro2::TokenStream;

/// One operation, with a parameter in each place and a body that is sent and received.
const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Acme, version: "1", description: Things., x-source: made up}
servers: [{url: https://acme.example, description: Production., x-name: production, x-source: made up}]
paths:
  /things/{id}:
    post:
      operationId: put_thing
      summary: Puts a thing
      x-source: made up
      parameters:
        - {in: path, name: id, required: true, example: a, schema: {type: string}, x-source: made up}
        - {in: header, name: X-Otp, required: true, example: a, schema: {type: string, format: password}, x-source: made up}
        - {in: query, name: dryRun, schema: {type: boolean}, x-source: made up}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}, example: {name: a}}}
      responses:
        '200':
          description: The thing.
          x-source: made up
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      description: A thing.
      x-source: made up
      required: [name]
      properties:
        name: {type: string, x-source: made up}
        kind: {type: string, enum: [a, b], x-source: made up}
"##;

fn document() -> Document {
    countersign_spec::read("specs/acme.yaml", DOCUMENT).unwrap_or_else(|findings| panic!("{findings}"))
}

/// What is said of progenitor's code after a change in it.
fn says(from: &str, to: &str) -> Result<(), String> {
    let document = document();
    let code = progenitor(document.plain()).unwrap().to_string();
    assert!(code.contains(from), "progenitor does not write {from}");
    let tokens: TokenStream = code.replace(from, to).parse().unwrap();
    let api = Api::read(&syn::parse2(tokens).unwrap(), &document)?;
    generate::code(&api, &document, &Default::default()).map(drop)
}

#[test]
fn what_progenitor_writes_today_is_known() {
    assert_eq!(says("", ""), Ok(()));
}

#[test]
fn what_progenitor_may_write_tomorrow_is_named() {
    for (from, to, named) in [
        ("pub mod types", "pub mod models", "no module `types`"),
        ("pub mod builder { use super", "pub mod builders { use super", "no module `builder`"),
        ("pub struct Thing {", "pub struct Item {", "a type `Item` without a schema"),
        ("kind :", "sort :", "a field `sort` that the schema `Thing` lacks"),
        ("pub mod builder { # [derive (Clone , Debug)]", "pub mod makers {", "no builder of the type `Thing`"),
        ("V61 ,", "V61 (u8) ,", "whose variants have fields"),
        ("pub struct PutThing <", "pub struct Put <", "no builder of `put_thing`"),
        ("x_otp :", "otp :", "no setter of `x_otp` in the builder of `put_thing`"),
        ("dry_run : Result", "fast : Result < bool , String > , dry_run : Result", "a setter of `fast`"),
        ("fn send", "fn call", "another result in the builder of `put_thing`"),
        ("Result < ResponseValue < types :: Thing >", "Result < types :: Thing", "another result"),
        (":: countersign :: Secret", ":: chrono :: DateTime", "the crate `chrono`"),
        ("pub mod types {", "pub mod types { pub fn odd () { }", "neither a type nor an impl"),
    ] {
        let said = says(from, to).unwrap_err();
        assert!(said.contains(named), "{from}: {said}");
    }
}

#[test]
fn a_type_that_is_sent_and_received_has_a_builder_and_room_for_more() {
    let document = document();
    let written = syn::parse2(progenitor(document.plain()).unwrap()).unwrap();
    let api = Api::read(&written, &document).unwrap();
    let code = generate::code(&api, &document, &Default::default()).unwrap();
    let types = syntax::module_items(&code, "types").unwrap();
    let thing = syntax::find_struct(types, "Thing").unwrap();
    assert!(thing.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")));
    assert!(syntax::find_struct(syntax::submodule_items(types, "builder"), "Thing").is_some());
}
