//! What a document may write in more than one way is the same in the end: the same plan, and the same plain OpenAPI.

use countersign_spec::{Rule, lint, read};
use serde_json::Value;

/// A document with a call that sends `sent` and gets `received`.
fn document(version: &str, sent: &str, received: &str, schemas: &str) -> String {
    let indent = |text: &str, by: usize| text.trim_end().replace('\n', &format!("\n{}", " ".repeat(by)));
    format!(
        "openapi: {version}
info: {{title: Shop, version: '1', description: Sells., x-source: made up}}
servers: [{{url: 'https://shop.example', description: The one server., x-name: main, x-source: page 1}}]
paths:
  /orders:
    post:
      operationId: place_order
      summary: Places an order
      x-source: page 2
      requestBody:
        required: true
        content:
          application/json:
            schema: {}
            example: {{name: a name, card: {{number: '4000000000000002', pin: '0000'}}}}
      responses:
        '200':
          description: It is placed.
          content: {{application/json: {{schema: {}}}}}
components:
  schemas:
    {}
",
        indent(sent, 14),
        indent(received, 12),
        indent(schemas, 4)
    )
}

/// What comes of a document: how calls are made, and what types are made of.
fn meaning(text: &str) -> (String, Value) {
    let document = read("shop.yaml", text).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
    (format!("{:#?}", document.plan()), serde_json::to_value(document.plain()).expect("JSON"))
}

const SENT: &str = "{$ref: '#/components/schemas/PlaceOrderRequest'}";
const RECEIVED: &str = "{$ref: '#/components/schemas/PlaceOrderResponse'}";

/// The plain form: an object is a component, and everything else is where it is used.
const PLAIN: &str = "
PlaceOrderRequest:
  type: object
  x-source: page 2
  required: [name, card]
  properties:
    name: {type: string, maxLength: 40, x-sensitive: false, x-source: page 2}
    card: {$ref: '#/components/schemas/PlaceOrderRequestCard'}
PlaceOrderRequestCard:
  type: object
  x-source: page 2
  required: [number, pin]
  properties:
    number: {type: string, pattern: '^[0-9]{16}$', x-sensitive: true, x-source: page 2}
    pin: {type: string, format: password, x-source: page 2}
PlaceOrderResponse:
  type: object
  x-source: page 2
  required: [id]
  properties:
    id: {type: string, x-source: page 2}
    lines: {type: array, items: {$ref: '#/components/schemas/PlaceOrderResponseLinesItem'}, x-source: page 2}
PlaceOrderResponseLinesItem:
  type: object
  x-source: page 2
  properties:
    sku: {type: string, x-source: page 2}
    count: {type: integer, nullable: true, minimum: 0, exclusiveMinimum: true, x-source: page 2}
";

/// Holds a way to write the plain form to it.
fn means_the_same(version: &str, sent: &str, received: &str, schemas: &str) {
    let plain = meaning(&document("3.0.3", SENT, RECEIVED, PLAIN.trim()));
    let other = meaning(&document(version, sent, received, schemas.trim()));
    assert_eq!(other.0, plain.0);
    assert_eq!(other.1, plain.1);
}

/// The plain form with something in it written in another way.
fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(PLAIN.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

#[test]
fn an_object_may_be_where_it_is_used() {
    let sent = "
type: object
required: [name, card]
properties:
  name: {type: string, maxLength: 40, x-sensitive: false}
  card:
    type: object
    required: [number, pin]
    properties:
      number: {type: string, pattern: '^[0-9]{16}$', x-sensitive: true}
      pin: {type: string, format: password}
";
    let sent = format!("\n  {}", sent.trim().replace('\n', "\n  "));
    let received = "{type: object, required: [id], properties: {id: {type: string}, lines: {type: array, items: {type: object, \
                    properties: {sku: {type: string}, count: {type: integer, nullable: true, minimum: 0, exclusiveMinimum: \
                    true}}}}}}";
    means_the_same("3.0.3", &sent, received, "{}");
}

#[test]
fn what_is_no_type_of_its_own_may_be_a_component() {
    let schemas = with(&[
        ("{type: string, maxLength: 40, x-sensitive: false, x-source: page 2}", "{$ref: '#/components/schemas/Name'}"),
        (
            "{type: array, items: {$ref: '#/components/schemas/PlaceOrderResponseLinesItem'}, x-source: page 2}",
            "{$ref: '#/components/schemas/Lines'}",
        ),
    ]);
    let components = "
Name: {$ref: '#/components/schemas/Text'}
Text: {type: string, maxLength: 40, x-sensitive: false, x-source: page 9}
Lines: {type: array, items: {$ref: '#/components/schemas/Line'}, x-source: page 9}
Line: {$ref: '#/components/schemas/PlaceOrderResponseLinesItem'}
";
    means_the_same("3.0.3", SENT, RECEIVED, &(components.to_owned() + schemas.trim_start()));
}

#[test]
fn all_of_is_one_schema() {
    let schemas = with(&[(
        "
  required: [id]
  properties:
    id: {type: string, x-source: page 2}
    lines: {type: array, items: {$ref: '#/components/schemas/PlaceOrderResponseLinesItem'}, x-source: page 2}",
        "
  allOf:
    - {$ref: '#/components/schemas/Named'}
    - {$ref: '#/components/schemas/Listed'}",
    )]);
    let schemas = schemas.replace("PlaceOrderResponse:\n  type: object", "PlaceOrderResponse:");
    let parts = "
Base: {properties: {id: {type: string}}, x-source: page 9}
Named: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [id]}], x-source: page 9}
Listed:
  type: object
  additionalProperties: false
  properties: {lines: {type: array, items: {$ref: '#/components/schemas/PlaceOrderResponseLinesItem'}}}
  x-source: page 9
";
    means_the_same("3.0.3", SENT, RECEIVED, &(schemas.trim().to_owned() + parts));
}

#[test]
fn what_is_said_of_a_place_is_beside_a_ref() {
    let card = "card: {$ref: '#/components/schemas/PlaceOrderRequestCard'}";
    for beside in ["description: A card.", "allOf: [{$ref: '#/components/schemas/PlaceOrderRequestCard'}], title: Card"]
    {
        let to = if beside.starts_with("allOf") {
            format!("card: {{{beside}}}")
        } else {
            card.replace('}', &format!(", {beside}}}"))
        };
        means_the_same("3.0.3", SENT, RECEIVED, &with(&[(card, &to)]));
    }
}

#[test]
fn what_may_be_null_is_said_in_many_ways() {
    let schemas = "
PlaceOrderRequest: {type: object, x-source: page 2, properties: {name: {type: string, x-sensitive: false}}}
Owner: OWNER{type: object, x-source: page 2, properties: {id: {type: string}}}
Other: {type: object, x-source: page 2, properties: {number: {type: integer}}}
Color: {type: string, x-source: page 2, enum: [red]COLOR}
PlaceOrderResponse: {type: object, x-source: page 2, required: [owner], properties: {owner: USED, color: HUE, either: EITHER}}
";
    let example = |text: String| text.replace(", card: {number: '4000000000000002', pin: '0000'}", "");
    let written = |version: &str, replacements: &[(&str, &str)]| {
        let schemas = replacements.iter().fold(schemas.to_owned(), |text, (from, to)| text.replace(from, to));
        meaning(&example(document(version, SENT, RECEIVED, schemas.trim())))
    };
    let owner = "{$ref: '#/components/schemas/Owner'}";
    let other = "{$ref: '#/components/schemas/Other'}";
    let color = "{$ref: '#/components/schemas/Color'}";
    let either = format!("{{oneOf: [{owner}, {other}], nullable: true, x-source: page 2}}");
    let plain = written(
        "3.0.3",
        &[
            ("OWNER{", "{nullable: true, "),
            ("COLOR", ", nullable: true"),
            ("USED", owner),
            ("HUE", color),
            ("EITHER", &either),
        ],
    );
    let said = plain.1.to_string();
    assert_eq!(said.matches("\"nullable\":true").count(), 3, "{said}");
    let used = format!("{{anyOf: [{owner}, {{type: 'null'}}]}}");
    let hue = "{oneOf: [{$ref: '#/components/schemas/Color'}, {type: ['null']}]}";
    let of_three = format!("{{oneOf: [{owner}, {{enum: [null]}}, {other}], x-source: page 2}}");
    let of_two = format!("{{oneOf: [{owner}, {{allOf: [{other}], nullable: true}}], x-source: page 2}}");
    let (owner_or_null, color_or_null) =
        (format!("{{allOf: [{owner}], nullable: true}}"), color.replace('}', ", nullable: true}"));
    let either = format!("{{oneOf: [{owner}, {other}], x-source: page 2}}");
    for (version, replacements) in [
        (
            "3.1.0",
            [
                ("OWNER{type: object", "{type: [object, 'null']"),
                ("type: string, x-source: page 2, enum: [red]COLOR", "x-source: page 2, enum: [red, null]"),
                ("USED", owner),
                ("HUE", color),
                ("EITHER", &either),
            ],
        ),
        ("3.1.0", [("OWNER", ""), ("COLOR", ""), ("USED", &used), ("HUE", hue), ("EITHER", &of_three)]),
        (
            "3.0.3",
            [("OWNER", ""), ("COLOR", ""), ("USED", &owner_or_null), ("HUE", &color_or_null), ("EITHER", &of_two)],
        ),
    ] {
        assert_eq!(written(version, &replacements).1, plain.1, "{replacements:?}");
    }
}

#[test]
fn a_type_that_is_left_out_is_the_one_that_the_words_have() {
    let schemas = with(&[
        ("  type: object\n", ""),
        ("{type: array, items", "{items"),
        ("{type: string, maxLength", "{maxLength"),
        ("{type: string, pattern", "{pattern"),
    ]);
    means_the_same("3.0.3", SENT, RECEIVED, &schemas);
}

#[test]
fn the_words_of_openapi_3_1_are_those_of_3_0() {
    let schemas = with(&[
        (
            "{type: integer, nullable: true, minimum: 0, exclusiveMinimum: true, x-source: page 2}",
            "{type: [integer, 'null'], exclusiveMinimum: 0, examples: [1, 2], x-source: page 2}",
        ),
        ("sku: {type: string,", "sku: {type: [string],"),
    ]);
    means_the_same("3.1.0", SENT, RECEIVED, &schemas);
}

#[test]
fn a_property_goes_one_way_where_it_says_so() {
    let both = "
PlaceOrderRequest: {type: object, x-source: page 2, required: [name], properties: {name: {type: string, x-sensitive: false}, order: {$ref: '#/components/schemas/OrderRequest'}}}
PlaceOrderResponse: {type: object, x-source: page 2, properties: {order: {$ref: '#/components/schemas/Order'}}}
OrderRequest: {type: object, x-source: page 2, required: [pin], properties: {pin: {type: string, format: password}}}
Order: {type: object, x-source: page 2, required: [id], properties: {id: {type: string}}}
";
    let marked = "
PlaceOrderRequest: {type: object, x-source: page 2, required: [name, at], properties: {name: {type: string, x-sensitive: false}, at: {type: string, readOnly: true}, order: {$ref: '#/components/schemas/Order'}}}
PlaceOrderResponse: {type: object, x-source: page 2, properties: {order: {$ref: '#/components/schemas/Order', readOnly: true}, key: {type: string, x-sensitive: true, writeOnly: true}}}
Order: {type: object, x-source: page 2, required: [id, pin], properties: {id: {type: string, readOnly: true}, pin: {type: string, format: password, writeOnly: true}}}
";
    let example = |text: String| text.replace(", card: {number: '4000000000000002', pin: '0000'}", "");
    let [both, marked] =
        [both, marked].map(|schemas| meaning(&example(document("3.0.3", SENT, RECEIVED, schemas.trim()))));
    assert_eq!(marked.0, both.0);
    assert_eq!(marked.1, both.1);
}

/// What was moved is named where it is written, and once.
#[test]
fn findings_name_the_place_where_something_is_written() {
    let sent = "{type: object, properties: {card: {type: object, properties: {password: {$ref: '#/components/schemas/Text'}}}}}";
    let text = document(
        "3.0.3",
        sent,
        RECEIVED,
        "Text: {type: string, x-source: page 9, minLenght: 3}\nPlaceOrderResponse: {type: object, x-source: page 9, properties: {password: {$ref: '#/components/schemas/Text'}}}",
    );
    let found = lint("shop.yaml", &text);
    let unknown: Vec<_> = found.iter().filter(|finding| finding.rule == Rule::UnknownWord).collect();
    assert_eq!(unknown.len(), 1, "{found:?}");
    assert_eq!(unknown[0].pointer, "/components/schemas/Text/minLenght");
    assert_eq!(unknown[0].line, Some(22));
}

/// What covers an object covers it after it was moved, too.
#[test]
fn what_is_marked_around_an_object_holds_for_it() {
    let sent = "{type: object, x-sensitive: true, properties: {name: {type: string}, card: {type: object, properties: {number: {type: string}}}}}";
    let text = document("3.0.3", sent, "{type: object}", "{}").replace(", pin: '0000'", "");
    let plain = meaning(&text).1;
    let number = &plain["components"]["schemas"]["PlaceOrderRequestCard"]["properties"]["number"];
    assert_eq!(number["format"], "countersign-sensitive", "{plain:#}");
}

#[test]
fn a_name_that_is_taken_is_not_taken_twice() {
    let sent = "{type: object, properties: {card: {type: object, properties: {a: {type: string}}}, Card: {type: object, properties: {b: {type: string}}}}}";
    let text = document("3.0.3", sent, "{type: object}", "PlaceOrderRequest: {type: object, x-source: page 3}");
    let found = lint("shop.yaml", &text);
    assert!(!found.iter().any(|finding| finding.problem.contains("PlaceOrderRequest")), "{found:?}");
}

#[test]
fn a_name_is_one_that_a_component_can_have() {
    let long = "a".repeat(180);
    let sent = format!(
        "{{type: object, properties: {{é: {{type: object, properties: {{a: {{type: string}}}}}}, '名': {{type: object}}, '': {{type: object}}, {long}: {{type: object}}}}}}"
    );
    let text = document("3.0.3", &sent, "{type: object}", "{}");
    let plain = meaning(&text).1;
    let names: Vec<&String> = plain["components"]["schemas"].as_object().unwrap().keys().collect();
    assert!(names.iter().all(|name| name.is_ascii() && name.len() < 130), "{names:?}");
    assert_eq!(names.len(), 6, "{names:?}");
}

/// The name of a component is in ASCII, and that of a property whatever the provider calls it.
#[test]
fn a_name_that_leads_to_an_object_may_be_in_any_script() {
    let sent = "{type: object, properties: {name: {type: string, x-sensitive: false}, 名前: {type: object, properties: \
                {a: {type: string}}}}}";
    let document = read("shop.yaml", &document("3.0.3", sent, "{type: object}", "{}"));
    let document = document.unwrap_or_else(|findings| panic!("{findings}"));
    let components = document.openapi().components.as_ref().expect("components");
    assert!(components.schemas.contains_key("PlaceOrderRequestU540dU524d"), "{:?}", components.schemas.keys());
}

/// A document of a few lines does not become one that fills the memory.
#[test]
fn what_is_written_out_is_bounded() {
    let wide: String = (0..400).map(|index| format!("f{index}: {{type: string}}, ")).collect();
    let mut schemas = format!("S0: {{type: object, x-source: page 3, properties: {{{wide}}}}}\n");
    for level in 1..4_000 {
        schemas.push_str(&format!(
            "S{level}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{properties: {{g{level}: {{type: string}}}}}}], x-source: page 3}}\n",
            level - 1
        ));
    }
    let found = lint("shop.yaml", &document("3.0.3", SENT, RECEIVED, &schemas));
    assert!(found.iter().any(|finding| finding.problem.contains("written out")), "{} findings", found.len());
}

#[test]
fn what_contains_itself_is_named_and_ends() {
    for schemas in [
        "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}",
        "A: {allOf: [{$ref: '#/components/schemas/A'}], x-source: page 3}",
        "A: {allOf: [{$ref: '#/components/schemas/B'}, {type: object}], x-source: page 3}\nB: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}], x-source: page 3}",
    ] {
        for received in
            ["{$ref: '#/components/schemas/A'}", "{type: object, properties: {a: {$ref: '#/components/schemas/A'}}}"]
        {
            let found = lint("shop.yaml", &document("3.0.3", "{type: object}", received, schemas));
            let known = |rule| matches!(rule, Rule::Reference | Rule::UnsupportedWord);
            assert!(found.iter().any(|finding| known(finding.rule)), "{schemas}: {found:?}");
        }
    }
}

#[test]
fn an_object_at_a_name_in_another_script_is_named_in_ascii() {
    let sent = "{type: object, x-source: page 2, properties: {名前: {type: object, properties: {a: {type: string}}}}}";
    let text = document("3.0.3", sent, RECEIVED, PLAIN)
        .replace("{name: a name, card: {number: '4000000000000002', pin: '0000'}}", "{}");
    let document = read("shop.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let components = document.plain().components.as_ref().expect("components");
    assert!(components.schemas.keys().any(|name| name.starts_with("PlaceOrderRequest") && name.contains("U540d")));
}
