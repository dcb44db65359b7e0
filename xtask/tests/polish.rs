//! A progenitor that writes something else must not lead to a client that is a little wrong: the polish says what it
//! does not know.

#![allow(clippy::unwrap_used)]

use countersign_codegen::generate;
use countersign_codegen::polish::{Facts, OperationFacts, polish};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use serde_json::{Value, json};

/// One operation, with everything that the polish has a step for.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Acme", "version": "1"},
        "paths": {"/things/{id}": {"post": {
            "operationId": "put_thing",
            "parameters": [
                {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                {"in": "header", "name": "X-Otp", "required": true, "schema": {"type": "string"}}
            ],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {"200": {"description": "", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Thing"}
            }}}}
        }}},
        "components": {"schemas": {"Thing": {"type": "object", "properties": {
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": ["a", "b"]}
        }}}}
    })
}

fn facts() -> Facts {
    let operation = OperationFacts { path: vec!["id".to_owned()], ..OperationFacts::default() };
    Facts {
        properties: [("Thing".to_owned(), vec!["name".to_owned(), "kind".to_owned()])].into(),
        operations: [("put_thing".to_owned(), operation)].into(),
        ..Facts::default()
    }
}

/// What the polish says to progenitor's code for a document, after a change in that code.
fn says(document: Value, facts: &Facts, from: &str, to: &str) -> Result<(), String> {
    let openapi: OpenAPI = serde_json::from_value(document).unwrap();
    let code = generate::progenitor(&openapi).unwrap().to_string();
    assert!(code.contains(from), "progenitor does not write {from}");
    let tokens: TokenStream = code.replace(from, to).parse().unwrap();
    polish(&mut syn::parse2(tokens).unwrap(), facts)
}

#[test]
fn what_progenitor_writes_today_is_known() {
    assert_eq!(says(document(), &facts(), "", ""), Ok(()));
}

#[test]
fn what_progenitor_may_write_tomorrow_is_named() {
    for (from, to, named) in [
        ("\"api-version\"", "\"version\"", "`api-version`"),
        ("x_otp . to_string () . try_into () ?", "HeaderValue :: from (x_otp)", "an unknown way to set a header"),
        ("encode_path", "encode_segment", "a path with other parameters"),
        ("& id . to_string ()", "id . as_ref ()", "an unknown way to fill in a path"),
        ("fn send", "fn call", "no `send`"),
        ("client . pre (", "client . before (", "an unknown way to send, `client . before"),
        ("let result =", "let again = 1 ; let result =", "an unknown way to send, `let again"),
        ("let response = result ?", "return result", "an unknown way to send, `return result"),
        ("let mut request =", "let mut prepared =", "no request"),
        ("pub mod types", "pub mod models", "no module `types`"),
        ("pub struct Thing {", "pub struct Item {", "a type `Item` without a schema"),
        ("kind :", "sort :", "a field `sort` that the schema `Thing` lacks"),
        (":: serde_json :: Value", ":: chrono :: DateTime", "the crate `chrono`"),
    ] {
        let document = match named {
            // A value of any sort is where progenitor writes the path.
            "the crate `chrono`" => {
                let mut document = document();
                document["components"]["schemas"]["Thing"]["properties"]["name"] = json!({});
                document
            }
            _ => document(),
        };
        let said = says(document, &facts(), from, to).unwrap_err();
        assert!(said.contains(named), "{from}: {said}");
    }
}

#[test]
fn only_the_undocumented_api_version_goes() {
    let mut document = document();
    document["paths"]["/things/{id}"]["post"]["parameters"][1]["name"] = json!("api-version");
    let openapi: OpenAPI = serde_json::from_value(document).unwrap();
    let mut file = syn::parse2(generate::progenitor(&openapi).unwrap()).unwrap();
    polish(&mut file, &facts()).unwrap();
    let code = quote::quote!(#file).to_string();
    assert!(code.contains(r#"header (& mut header_map , "api-version" , & api_version)"#), "{code}");
    assert_eq!(code.matches("\"api-version\"").count(), 1, "{code}");
}

/// What is said of an operation that answers with this status as it does with 200.
fn says_with_another_answer(status: &str) -> String {
    let mut document = document();
    let responses = &mut document["paths"]["/things/{id}"]["post"]["responses"];
    responses[status] = responses["200"].clone();
    says(document, &facts(), "", "").unwrap_err()
}

#[test]
fn two_successes_are_not_let_through() {
    let said = says_with_another_answer("201");
    assert!(said.contains("more than one success in the builder of `put_thing`"), "{said}");
}

#[test]
fn an_error_type_of_progenitor_is_not_let_through() {
    let said = says_with_another_answer("400");
    assert!(said.contains("another result in the builder of `put_thing`"), "{said}");
}
