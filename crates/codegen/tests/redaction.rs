//! What a document marks as secret or sensitive has a type that does not print, or the generator says which does.

#![allow(clippy::unwrap_used)]

use countersign_codegen::declared::Api;
use countersign_codegen::progenitor::progenitor;
use countersign_codegen::{generate, redaction};
use countersign_spec::Document;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, ImplItemFn, Item, ItemMod, Type, parse_quote};

/// A mark in each place that can have one.
const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Acme, version: "1", description: Marks., x-source: made up}
servers: [{url: https://acme.example, description: Production., x-name: production, x-source: made up}]
paths:
  /people/{person}:
    post:
      operationId: put_person
      summary: Puts a person
      x-source: made up
      parameters:
        - {in: path, name: person, required: true, example: a, schema: {type: string, x-sensitive: true}, x-source: made up}
        - {in: header, name: X-Otp, required: true, example: a, schema: {type: string, format: password}, x-source: made up}
        - {in: query, name: client, schema: {type: integer, x-sensitive: true}, x-source: made up}
        - {in: query, name: plain, schema: {type: boolean}, x-source: made up}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Person'}
            example: {pin: a, born: '2000-01-01', address: {street: a}, aliases: [a], limits: {a: b}}
      responses:
        '200':
          description: The person.
          x-source: made up
          content: {application/json: {schema: {$ref: '#/components/schemas/Found'}}}
        '404':
          description: None.
          x-source: made up
          content: {application/json: {schema: {$ref: '#/components/schemas/Refusal'}}}
  /people:
    get:
      operationId: list_people
      summary: Lists them
      x-source: made up
      responses:
        '200':
          description: Names.
          x-source: made up
          content: {application/json: {schema: {type: array, items: {type: string, x-sensitive: true}}}}
components:
  schemas:
    Person:
      type: object
      description: A person.
      x-source: made up
      required: [pin, born, address, aliases, limits]
      properties:
        pin: {type: string, format: password, x-source: made up}
        born: {type: string, format: date, x-sensitive: true, nullable: true, x-source: made up}
        address: {$ref: '#/components/schemas/Address'}
        aliases: {type: array, x-sensitive: true, items: {type: string}, x-source: made up}
        limits: {$ref: '#/components/schemas/Limits'}
        others: {type: array, items: {$ref: '#/components/schemas/Address'}, x-source: made up}
        plain: {type: string, x-source: made up}
    Address:
      type: object
      description: An address, all of it sensitive.
      x-sensitive: true
      x-source: made up
      required: [street]
      properties:
        street: {type: string, x-source: made up}
        number: {type: integer, x-source: made up}
    Limits:
      type: object
      description: A limit for each account.
      x-source: made up
      additionalProperties: {type: string, x-sensitive: true}
    Found:
      type: object
      description: A person that was found.
      x-source: made up
      required: [token]
      properties:
        token: {type: string, format: password, x-source: made up}
        weight: {type: number, x-sensitive: true, x-source: made up}
        active: {type: boolean, x-sensitive: true, x-source: made up}
        notes: {$ref: '#/components/schemas/Notes'}
        contact: {$ref: '#/components/schemas/Contact'}
    Contact:
      description: A number, or an address.
      x-sensitive: true
      x-source: made up
      oneOf: [{type: string}, {$ref: '#/components/schemas/Address'}]
    Notes:
      type: object
      description: Whatever else is known.
      x-sensitive: true
      x-source: made up
    Refusal:
      type: object
      description: A refusal.
      x-source: made up
      properties:
        customer_email: {type: string, x-sensitive: true, x-source: made up}
"##;

fn document() -> Document {
    countersign_spec::read("specs/acme.yaml", DOCUMENT).unwrap_or_else(|findings| panic!("{findings}"))
}

fn code(document: &Document) -> syn::File {
    let written = syn::parse2(progenitor(document.plain()).unwrap()).unwrap();
    let api = Api::read(&written, document).unwrap();
    generate::code(&api, document, &Default::default()).unwrap()
}

/// Gives a field, or what a call responds with, a type that prints.
struct Print<'a> {
    /// The modules that lead to it.
    modules: &'a [&'a str],
    structure: &'a str,
    field: &'a str,
    done: usize,
}

impl VisitMut for Print<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        let [first, rest @ ..] = self.modules else { return };
        if module.ident == first {
            let modules = std::mem::replace(&mut self.modules, rest);
            visit_mut::visit_item_mod_mut(self, module);
            self.modules = modules;
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        let is_it = match item {
            Item::Struct(item) => item.ident == self.structure,
            Item::Enum(item) => item.ident == self.structure,
            Item::Impl(block) if self.field == "send" => {
                matches!(&*block.self_ty, Type::Path(path) if path.path.is_ident(self.structure))
            }
            Item::Mod(_) => return visit_mut::visit_item_mut(self, item),
            _ => false,
        };
        if is_it && self.modules.is_empty() {
            visit_mut::visit_item_mut(self, item);
        }
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        if field.ident.as_ref().map_or("0".to_owned(), ToString::to_string) == self.field {
            self.visit_type_mut(&mut field.ty);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        if self.field == "send" && method.sig.ident == "send" {
            self.visit_return_type_mut(&mut method.sig.output);
        }
    }

    fn visit_type_mut(&mut self, of: &mut Type) {
        let last = match of {
            Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        if matches!(last.as_deref(), Some("Secret" | "Sensitive")) {
            *of = parse_quote!(String);
            self.done += 1;
        } else {
            visit_mut::visit_type_mut(self, of);
        }
    }
}

#[test]
fn what_is_generated_prints_nothing_that_is_marked() {
    let document = document();
    assert_eq!(redaction::check(&code(&document), &document), Ok(()));
}

#[test]
fn a_file_does_not_print_whatever_is_said_of_it() {
    let parts = DOCUMENT
        .replace(
            "application/json:\n            schema: {$ref: '#/components/schemas/Person'}",
            "multipart/form-data:\n            schema: {$ref: '#/components/schemas/Person'}",
        )
        .replace("plain: {type: string, x-source", "plain: {type: string, format: binary, x-sensitive: true, x-source");
    let document = countersign_spec::read("acme.yaml", &parts).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(redaction::check(&code(&document), &document), Ok(()));
}

#[test]
fn a_marked_value_with_a_type_that_prints_is_found_and_named_wherever_it_is() {
    let document = document();
    for (modules, structure, field, named) in [
        (&["types"][..], "Person", "pin", "the property `pin` of `Person`"),
        (&["types"], "Person", "born", "the property `born` of `Person`"),
        (&["types"], "Person", "aliases", "an item of the property `aliases` of `Person`"),
        (&["types"], "Address", "street", "the property `street` of `Address`"),
        (&["types"], "Address", "number", "the property `number` of `Address`"),
        (&["types"], "Limits", "0", "a value of what is in `Limits`"),
        (&["types"], "Found", "token", "the property `token` of `Found`"),
        (&["types"], "Found", "weight", "the property `weight` of `Found`"),
        (&["types"], "Found", "active", "the property `active` of `Found`"),
        (&["types"], "Found", "notes", "the property `notes` of `Found`"),
        (&["types"], "Contact", "0", "the branch `Text` of `Contact`"),
        (&["types"], "Refusal", "customer_email", "the property `customer_email` of `Refusal`"),
        (&["types", "builder"], "Person", "pin", "the property `pin` of `Person`"),
        (&["types", "builder"], "Person", "aliases", "an item of the property `aliases` of `Person`"),
        (&["types", "builder"], "Address", "street", "the property `street` of `Address`"),
        (&["builder"], "PutPerson", "person", "the parameter `person` of `put_person`"),
        (&["builder"], "PutPerson", "x_otp", "the parameter `X-Otp` of `put_person`"),
        (&["builder"], "PutPerson", "client_", "the parameter `client` of `put_person`"),
        (&["builder"], "ListPeople", "send", "an item of the response of `list_people`"),
    ] {
        let mut code = code(&document);
        let mut print = Print { modules, structure, field, done: 0 };
        print.visit_file_mut(&mut code);
        assert_eq!(print.done, 1, "{modules:?} {structure} {field}");
        let said = redaction::check(&code, &document).unwrap_err();
        assert!(said.starts_with(&format!("the document marks {named} as secret or sensitive")), "{said}");
    }
}

#[test]
fn all_that_would_be_printed_is_named_at_once() {
    let document = document();
    let mut code = code(&document);
    for (structure, field) in [("Found", "token"), ("Person", "pin")] {
        Print { modules: &["types"], structure, field, done: 0 }.visit_file_mut(&mut code);
    }
    let said = redaction::check(&code, &document).unwrap_err();
    assert!(said.contains("the property `pin` of `Person` and the property `token` of `Found`"), "{said}");
    assert!(said.contains("would print them"), "{said}");
}

/// A document may have a type of the name of one that redacts.
#[test]
fn a_type_of_the_document_does_not_redact_by_its_name() {
    let text = DOCUMENT.replace("Address", "Secret").replace("number: {type: integer", "number: {type: string");
    let document = countersign_spec::read("specs/acme.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let mut code = code(&document);
    assert_eq!(redaction::check(&code, &document), Ok(()));
    let mut print = Print { modules: &["types"], structure: "SecretType", field: "street", done: 0 };
    print.visit_file_mut(&mut code);
    let said = redaction::check(&code, &document).unwrap_err();
    assert!(said.contains("the property `street` of `Secret`"), "{said}");
}
