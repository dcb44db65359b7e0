//! Every rule finds what it is for. Each case breaks one thing in a clean document, `data/bank.yaml`.

mod recorded;

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::LazyLock;

use countersign_spec::{Finding, Findings, Rule, lint, read, read_file};
use recorded::check;

const BANK: &str = include_str!("data/bank.yaml");

/// A text, and what is in its place.
type Replacement = (&'static str, &'static str);

/// The document with texts replaced, each of which it holds, in so many of the places where it is.
fn bank_with(replacements: &[Replacement], places: usize) -> String {
    replacements.iter().fold(BANK.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the document no longer says {from}");
        text.replacen(from, to, places)
    })
}

/// The document with one text replaced by another, and what that breaks: the rule and the pointer of the finding.
#[rustfmt::skip] // A case is a line, however long.
const CASES: &[(Rule, &str, &str, &str)] = &[
    // The document as YAML.
    (Rule::Yaml, "info:\n", "info: [\n", ""),
    (Rule::Yaml, "  title: Bank\n", "  title: Bank\n  title: Bank\n", ""),
    (Rule::Yaml, "'404':", "'200':", ""),
    (Rule::Yaml, "'404':", "200:", ""),
    // OpenAPI, and no more of it than is understood.
    (Rule::OpenapiVersion, "openapi: 3.0.3", "openapi: 3.2.0", "/openapi"),
    (Rule::OpenapiVersion, "openapi: 3.0.3", "openapi: 3.0.x", "/openapi"),
    (Rule::WrongType, "openapi: 3.0.3", "openapi: 3.0", "/openapi"),
    (Rule::MissingWord, "  title: Bank\n", "", "/info"),
    (Rule::MissingWord, "      summary: Says that the bank is there\n", "", "/paths/~1ping/get"),
    (Rule::MissingWord, "owner: {$ref: '#/components/schemas/Owner'}", "owner: {format: uuid, x-source: page 5}", "/components/schemas/SetPinAnswer/properties/owner"),
    (Rule::Untyped, "reference: {type: string, minLength: 1, maxLength: 20, pattern: \"^[a-z0-9-]+$\", x-source: page 5}", "reference: {x-source: page 5}", "/components/schemas/SetPinRequest/properties/reference"),
    (Rule::UnknownWord, "  description: A made-up", "  descripton: A made-up", "/info/descripton"),
    (Rule::UnknownWord, "maxLength: 20", "maxLenght: 20", "/components/schemas/SetPinRequest/properties/reference/maxLenght"),
    (Rule::Choice, "additionalProperties: {type: integer}", "oneOf: []", "/components/schemas/Counts"),
    (Rule::UnsupportedWord, "additionalProperties: {type: integer}", "allOf: []", "/components/schemas/Counts/allOf"),
    (Rule::MissingWord, "additionalProperties: {type: integer}", "oneOf: [{type: string}, {type: integer}]\n      discriminator: {}", "/components/schemas/Counts/discriminator"),
    (Rule::UnsupportedWord, "      operationId: ping\n", "      operationId: ping\n      callbacks: {}\n", "/paths/~1ping/get/callbacks"),
    (Rule::UnsupportedWord, "  /ping:\n    get:", "  /ping:\n    head:", "/paths/~1ping/head"),
    (Rule::UnsupportedWord, "          description: It is.\n", "          description: It is.\n          links: {}\n", "/paths/~1ping/get/responses/204/links"),
    (Rule::UnsupportedWord, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {schema: {type: string}, content: {}}}\n", "/paths/~1ping/get/responses/204/headers/X-A/content"),
    (Rule::MissingWord, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {description: A.}}\n", "/paths/~1ping/get/responses/204/headers/X-A"),
    (Rule::HeaderName, "          description: It is.\n", "          description: It is.\n          headers: {X A: {schema: {type: string}}}\n", "/paths/~1ping/get/responses/204/headers/X A"),
    (Rule::HeaderName, "          description: It is.\n", "          description: It is.\n          headers: {é: {schema: {type: string}}}\n", "/paths/~1ping/get/responses/204/headers/é"),
    (Rule::NameClash, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {schema: {type: string}}, x_a: {schema: {type: string}}}\n", "/paths/~1ping/get/responses/204/headers/x_a"),
    (Rule::Response, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {schema: {type: object, properties: {}}}}\n", "/paths/~1ping/get/responses/204/headers/X-A"),
    (Rule::Response, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {schema: {type: string, nullable: true}}}\n", "/paths/~1ping/get/responses/204/headers/X-A"),
    (Rule::Response, "          description: It is.\n", "          description: It is.\n          headers: {X-A: {schema: {type: array, items: {type: array, items: {type: string}}}}}\n", "/paths/~1ping/get/responses/204/headers/X-A"),
    (Rule::UnmarkedSecret, "          description: It is.\n", "          description: It is.\n          headers: {X-Password: {schema: {type: string}}}\n", "/paths/~1ping/get/responses/204/headers/X-Password/schema"),
    (Rule::MissingWord, "    x-name: sandbox\n", "    x-name: sandbox\n    variables: {a: {}}\n", "/servers/0/variables/a"),
    (Rule::UnsupportedWord, "            examples:\n              usual", "            encoding: {pin: {contentType: text/plain}}\n            examples:\n              usual", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/encoding"),
    (Rule::UnknownExtension, "      x-retry: safe", "      x-retri: safe", "/paths/~1cards~1{card_id}~1pin/put/x-retri"),
    (Rule::UnknownExtension, "  early: 2m", "  x-early: 2m", "/x-session/x-early"),
    (Rule::UnknownExtension, "  /ping:\n", "  x-ping: {}\n  /ping:\n", "/paths/x-ping"),
    (Rule::UnknownExtension, "      responses:\n        '204':", "      responses:\n        x-empty: true\n        '204':", "/paths/~1ping/get/responses/x-empty"),
    (Rule::UnknownExtension, "  secret_key:\n", "  x-note: {}\n  secret_key:\n", "/x-credentials/x-note"),
    (Rule::MisplacedExtension, "    Refusal:\n      type: object\n", "    Refusal:\n      type: object\n      x-retry: safe\n", "/components/schemas/Refusal/x-retry"),
    (Rule::MisplacedExtension, "schema: {type: boolean}", "schema: {type: boolean, x-value: x}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/x-value"),
    (Rule::MisplacedExtension, "          description: Which card.\n", "          description: Which card.\n          x-value: x\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/x-value"),
    (Rule::MisplacedExtension, "          description: Which card.\n", "          description: Which card.\n          x-value: {base64-url: {given: true}}\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/x-value"),
    (Rule::MisplacedExtension, "        labels:\n", "        labels:\n          x-value: x\n", "/components/schemas/SetPinRequest/properties/labels/x-value"),
    (Rule::WrongType, "nullable: true, x-source", "nullable: 1, x-source", "/components/schemas/SetPinAnswer/properties/result/nullable"),
    (Rule::WrongType, "maxLength: 20", "maxLength: -1", "/components/schemas/SetPinRequest/properties/reference/maxLength"),
    (Rule::WrongType, "tags: [cards]", "tags: cards", "/paths/~1cards~1{card_id}~1pin/put/tags"),
    (Rule::WrongType, "description: Which card.", "description: {}", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/description"),
    (Rule::WrongType, "minLength: 1,", "minLength: 0.5,", "/components/schemas/SetPinRequest/properties/reference/minLength"),
    (Rule::WrongType, "uses: {type: integer,", "uses: {type: integer, minimum: one,", "/components/schemas/Card/properties/uses/minimum"),
    (Rule::WrongType, "uses: {type: integer,", "uses: {type: [integer],", "/components/schemas/Card/properties/uses/type"),
    (Rule::WrongType, "additionalProperties: {type: integer}", "additionalProperties: integer", "/components/schemas/Counts/additionalProperties"),
    (Rule::WrongType, "schema: {type: boolean}", "schema: boolean", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::WrongType, "    x-name: production\n", "    x-name: 1\n", "/servers/1/x-name"),
    (Rule::WrongType, "x-equal-to: pin", "x-equal-to: [pin]", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::WrongType, "{$ref: '#/components/schemas/Access'}", "{$ref: 1}", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::WrongType, "    description: Names the caller.\n", "    description: true\n", "/x-credentials/client_id/description"),
    (Rule::WrongType, "  country:\n    description: Two letters of ISO 3166.\n    x-source: page 2\n", "  - country\n", "/x-settings"),
    (Rule::WrongType, "  country:\n    description: Two letters of ISO 3166.\n    x-source: page 2\n", "  country: Two letters of ISO 3166.\n", "/x-settings/country"),
    (Rule::WrongType, "x-sensitive: true}\n          x-source: page 5\n        - name: notify", "x-sensitive: yes}\n          x-source: page 5\n        - name: notify", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/schema/x-sensitive"),
    (Rule::WrongValue, "additionalProperties: {type: integer}", "additionalProperties: {type: int}", "/components/schemas/Counts/additionalProperties/type"),
    (Rule::WrongValue, "kind: rsa-public-key", "kind: rsa", "/x-credentials/pin_key/kind"),
    (Rule::Reference, "schemas/Access'", "schemas/Acess'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "'#/components/schemas/Access'", "'other.yaml#/Access'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "schemas/Access'", "schemas/Access/properties'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "schemas/Access'", "responses/Refused'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "      nullable: true\n      x-source: page 5\n      properties:\n        name: {type: string, x-sensitive: true, x-source: page 5}", "      x-source: page 5\n      required: [friend]\n      properties:\n        friend: {$ref: '#/components/schemas/Owner'}", "/components/schemas/Owner"),
    (Rule::Source, "      x-source: page 6\n", "", "/paths/~1ping/get"),
    (Rule::Source, "Signs requests.\n    x-source: page 2", "Signs requests.", "/x-credentials/secret_key"),
    (Rule::WrongType, "      x-source: page 6\n", "      x-source: 1.6\n", "/paths/~1ping/get/x-source"),
    // Operations.
    (Rule::OperationId, "      operationId: ping\n", "", "/paths/~1ping/get"),
    (Rule::OperationId, "operationId: ping", "operationId: renew", "/paths/~1ping/get/operationId"),
    (Rule::OperationId, "operationId: ping", "operationId: getPing", "/paths/~1ping/get/operationId"),
    (Rule::OperationId, "operationId: ping", "operationId: match", "/paths/~1ping/get/operationId"),
    (Rule::OperationId, "operationId: ping", "operationId: builder", "/paths/~1ping/get/operationId"),
    (Rule::PathTemplate, "  /ping:", "  ping:", "/paths/ping"),
    (Rule::PathTemplate, "  /ping:", "  /ping?now:", "/paths/~1ping?now"),
    (Rule::PathTemplate, "  /ping:", "  /ping/{who}:", "/paths/~1ping~1{who}/get"),
    (Rule::PathTemplate, "  /ping:", "  /ping/{:", "/paths/~1ping~1{"),
    (Rule::PathTemplate, "  /ping:", "  /ping/{}:", "/paths/~1ping~1{}"),
    (Rule::PathTemplate, "  /ping:", "  /ping/{a/b}:", "/paths/~1ping~1{a~1b}"),
    (Rule::PathTemplate, "  /ping:", "  /ping/{who}/{who}:", "/paths/~1ping~1{who}~1{who}"),
    (Rule::PathTemplate, "  /ping:", "  /p\u{ed}ng/{who}:", "/paths/~1p\u{ed}ng~1{who}"),
    (Rule::PathTemplate, "  /ping:", "  /ping//now:", "/paths/~1ping~1~1now"),
    (Rule::PathTemplate, "  /ping:", "  /ping/../now:", "/paths/~1ping~1..~1now"),
    (Rule::PathTemplate, "  /ping:", "  /ping/.%2E:", "/paths/~1ping~1.%2E"),
    (Rule::PathTemplate, "- name: card_id", "- name: card", "/paths/~1cards~1{card_id}~1pin/put/parameters/0"),
    (Rule::PathTemplate, "          in: path\n          required: true\n", "          in: path\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/0"),
    (Rule::Parameter, "          in: query\n", "          in: cookie\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::Parameter, "          in: query\n", "          in: body\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/in"),
    (Rule::Parameter, "          in: query\n", "          in: query\n          style: deepObject\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/style"),
    (Rule::Parameter, "          in: query\n", "          in: query\n          style: simple\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/style"),
    (Rule::Parameter, "schema: {type: boolean}", "schema: {type: array, items: {type: array, items: {type: string}}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::Parameter, "schema: {type: boolean}", "style: pipeDelimited\n          explode: true\n          schema: {type: array, items: {type: string}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/explode"),
    (Rule::Parameter, "schema: {type: boolean}", "style: deepObject\n          schema: {type: array, items: {type: string}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/style"),
    (Rule::Parameter, "schema: {type: boolean}", "explode: false\n          schema: {type: object, properties: {a: {type: string}}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::Parameter, "schema: {type: boolean}", "style: deepObject\n          schema: {type: object, properties: {a: {type: array, items: {type: string}}}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/properties/a"),
    (Rule::Parameter, "schema: {type: boolean}", "style: deepObject\n          schema: {type: object, properties: {a: {type: string, nullable: true}}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/properties/a"),
    (Rule::Parameter, "schema: {type: boolean}", "style: deepObject\n          schema: {type: object}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::Parameter, "- name: X-Trace", "- name: x-signature", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: X Trace", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: Content-Length", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: Content-Type", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::RequestBody, "    put:\n", "    get:\n", "/paths/~1cards~1{card_id}~1pin/get/requestBody"),
    (Rule::RequestBody, "          application/x-www-form-urlencoded:", "          text/csv: {schema: {$ref: '#/components/schemas/LogInRequest'}}\n          application/xml:", "/paths/~1token/post/requestBody/content"),
    (Rule::RequestBody, "          application/x-www-form-urlencoded:", "          application/json; charset=latin1:", "/paths/~1token/post/requestBody/content/application~1json; charset=latin1"),
    (Rule::RequestBody, "application/x-www-form-urlencoded", "multipart/mixed", "/paths/~1token/post/requestBody/content/multipart~1mixed"),
    (Rule::RequestBody, "application/x-www-form-urlencoded", "text/xml", "/paths/~1token/post/requestBody/content/text~1xml"),
    (Rule::RequestBody, "          application/x-www-form-urlencoded:\n            schema: {$ref: '#/components/schemas/LogInRequest'}", "          {}", "/paths/~1token/post/requestBody/content"),
    (Rule::RequestBody, "issued_at: {type: integer, x-value: {time: unix}, x-source: page 3}", "tags: {type: array, items: {type: string, nullable: true}, x-source: page 3}", "/components/schemas/LogInRequest/properties/tags"),
    (Rule::RequestBody, "{$ref: '#/components/schemas/LogInRequest'}", "{type: array, items: {type: string}}", "/paths/~1token/post/requestBody/content/application~1x-www-form-urlencoded/schema"),
    (Rule::Response, "        '204':", "        '404':", "/paths/~1ping/get/responses"),
    (Rule::Response, "        '204':", "        '2004':", "/paths/~1ping/get/responses/2004"),
    (Rule::Response, "        '404':", "        '600':", "/components/responses/Refused"),
    (Rule::Response, "        '404':", "        4ab:", "/components/responses/Refused"),
    (Rule::Response, "        '404':", "        4XXX:", "/components/responses/Refused"),
    (Rule::Response, "            application/json:\n              schema: {$ref: '#/components/schemas/SetPinAnswer'}", "            text/plain:\n              schema: {type: integer}", "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/text~1plain/schema"),
    (Rule::Response, "            application/json:\n              schema: {$ref: '#/components/schemas/SetPinAnswer'}", "            pdf:\n              schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/pdf"),
    // Schemas.
    (Rule::WrongType, "anything: {description: Not published.", "anything: {type: 1", "/components/schemas/SetPinAnswer/properties/anything/type"),
    (Rule::ClosedObject, "      additionalProperties: {type: integer}", "      additionalProperties: false", "/components/schemas/Counts/additionalProperties"),
    (Rule::Schema, "active: {type: boolean,", "active: {type: boolean, format: flag,", "/components/schemas/Card/properties/active/format"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, pattern: x,", "/components/schemas/Card/properties/uses/pattern"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, enum: [a],", "/components/schemas/Card/properties/uses/enum/0"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, enum: [1, 2, 1],", "/components/schemas/Card/properties/uses/enum/2"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, enum: [1.5],", "/components/schemas/Card/properties/uses/enum/0"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, enum: [5], maximum: 4,", "/components/schemas/Card/properties/uses/enum/0"),
    (Rule::Schema, "score: {type: number,", "score: {type: number, enum: [1, 1.0],", "/components/schemas/Card/properties/score/enum/1"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, minimum: 0.5,", "/components/schemas/Card/properties/uses/minimum"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: array,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "required: [number]", "required: [nummer]", "/components/schemas/Card/required/0"),
    (Rule::Schema, "required: [number]", "required: [number, number]", "/components/schemas/Card/required/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, 1]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, null]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, lost]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: []", "/components/schemas/SetPinRequest/properties/reason/enum"),
    (Rule::Schema, "minLength: 1,", "minLength: 30,", "/components/schemas/SetPinRequest/properties/reference"),
    (Rule::Schema, "required: [result]", "required: [result]\n      additionalProperties: {type: string}", "/components/schemas/SetPinAnswer/additionalProperties"),
    (Rule::NumberForMoney, "score: {type: number,", "cardBalance: {type: number, format: double,", "/components/schemas/Card/properties/cardBalance"),
    (Rule::UnmarkedSecret, "access: {type: string, format: password,", "access_token: {type: string,", "/components/schemas/Access/properties/access_token"),
    (Rule::UnmarkedSecret, "uses: {type: integer,", "loginPIN: {type: integer,", "/components/schemas/Card/properties/loginPIN"),
    (Rule::UnmarkedSecret, "        labels:", "        passwords_or_pin:", "/components/schemas/SetPinRequest/properties/passwords_or_pin/items"),
    (Rule::UnmarkedSecret, "- name: notify\n          in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "- name: pin\n          in: query\n          schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::UnmarkedSecret, "schema: {type: boolean}", "schema: {type: object, properties: {pin: {type: array, items: {type: string}}}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/properties/pin/items"),
    (Rule::Pattern, "^[0-9]{4}$", "^(?=[0-9]{4}$)", "/components/schemas/SetPinRequest/properties/pin/pattern"),
    (Rule::UnmarkedPersonal, "message: {type: string,", "customerEmail: {type: string,", "/components/schemas/Refusal/properties/customerEmail"),
    (Rule::UnmarkedPersonal, "reference: {type: string, minLength: 1,", "payer-phone: {type: string, minLength: 1,", "/components/schemas/SetPinRequest/properties/payer-phone"),
    (Rule::UnmarkedPersonal, "lifetime: {type: integer,", "account_no: {type: integer,", "/components/schemas/Access/properties/account_no"),
    (Rule::UnmarkedPersonal, "items: {type: string, x-sensitive: true}\n          x-source: page 5\n", "items: {type: string}\n          x-source: page 5\n        mobiles: {type: array, items: {type: string}, x-source: page 5}\n", "/components/schemas/SetPinRequest/properties/mobiles/items"),
    (Rule::UnmarkedPersonal, "        - name: notify\n          in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "        - name: msisdn\n          in: query\n          description: Whose.\n          schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::UnmarkedPersonal, "      name: X-Country\n", "      name: X-Client-IP\n", "/components/parameters/Country/schema"),
    (Rule::UnmarkedPersonal, "counts: {$ref", "passports: {$ref", "/components/schemas/Counts"),
    (Rule::UnmarkedPersonal, "extra: {$ref", "address: {$ref", "/components/schemas/Extra"),
    (Rule::UnmarkedPersonal, "anything: {description", "national_id: {description", "/components/schemas/SetPinAnswer/properties/national_id"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, minimum: 9, maximum: 8,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, minimum: 1, maximum: 9, multipleOf: 10,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, format: int32, minimum: 2147483648,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, exclusiveMinimum: true,", "/components/schemas/Card/properties/uses/exclusiveMinimum"),
    (Rule::Schema, "score: {type: number,", "score: {type: number, multipleOf: 0,", "/components/schemas/Card/properties/score/multipleOf"),
    (Rule::Schema, "score: {type: number,", "score: {type: number, maximum: 99999999999999999999.5,", "/components/schemas/Card/properties/score/maximum"),
    (Rule::Schema, "score: {type: number,", "score: {type: number, minimum: 1.5, maximum: 1.4,", "/components/schemas/Card/properties/score"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, maximum: 3, example: 4,", "/components/schemas/Card/properties/uses/example"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, default: one,", "/components/schemas/Card/properties/uses/default"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, forgotten], maxLength: 5", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "pattern: \"^[a-z]{4}$\", enum: [lost, forgotten]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, forgotten], example: found", "/components/schemas/SetPinRequest/properties/reason/example"),
    (Rule::MisplacedExtension, "items: {type: string, x-sensitive: true}", "items: {type: string, x-sensitive: true, x-equal-to: reference}", "/components/schemas/SetPinRequest/properties/labels/items/x-equal-to"),
    (Rule::Example, "{reference: r-1, card", "{reference: R-1, card", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/examples/usual/value/reference"),
    (Rule::Example, "{reference: r-1, card", "{card", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/examples/usual/value"),
    (Rule::Example, "pin: \"1234\", conf", "pin: \"12345\", conf", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/examples/usual/value/pin"),
    (Rule::Example, "confirmation: \"1234\"}", "confirmation: \"1234\", labels: [1]}", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/examples/usual/value/labels"),
    (Rule::Example, "in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "in: header\n          description: Who.\n          example: \"a\\nb\"\n          schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/example"),
    (Rule::Example, "in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "in: header\n          description: Who.\n          example: é\n          schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/example"),
    (Rule::Example, "in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "in: header\n          description: Who.\n          example: [\"a,b\"]\n          schema: {type: array, items: {type: string}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/example"),
    (Rule::Example, "schema: {type: boolean}", "example: often\n          schema: {type: boolean}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/example"),
    (Rule::FilledResponse, "until: {type: string,", "until: {type: string, x-value: x,", "/components/schemas/Access/properties/until/x-value"),
    (Rule::MisplacedExtension, "schema: {$ref: '#/components/schemas/SetPinAnswer'}", "schema: {type: array, items: {type: string, x-equal-to: x}}", "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/application~1json/schema/items/x-equal-to"),
    // Security and servers.
    (Rule::SecurityScheme, "      in: header\n      name: X-Signature\n", "      in: cookie\n      name: X-Signature\n", "/components/securitySchemes/signature"),
    (Rule::SecurityScheme, "      in: header\n      name: X-Signature\n", "      name: X-Signature\n", "/components/securitySchemes/signature"),
    (Rule::SecurityScheme, "      name: X-Signature\n", "", "/components/securitySchemes/signature"),
    (Rule::SecurityScheme, "      scheme: bearer\n", "", "/components/securitySchemes/bearer"),
    (Rule::SecurityScheme, "      x-value: {session: access}\n", "", "/components/securitySchemes/bearer"),
    (Rule::SecurityScheme, "type: http\n      scheme: bearer\n      x-value: {session: access}", "type: oauth2\n      flows: {}", "/components/securitySchemes/bearer"),
    (Rule::SecurityRequirement, "    signature: []", "    signature: []\n  - other: []", "/security/1/other"),
    (Rule::SecurityRequirement, "        - basic: []", "        - basics: []", "/paths/~1token/post/security/0/basics"),
    (Rule::ServerUrl, "https://api.example.com/api", "http://api.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://{where}.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://api.example.com/api?x=1", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://api.example.com/api#x", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://me:pw@api.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://sandbox.example.com/api", "/servers/1/url"),
    (Rule::MissingWord, "    x-name: production\n", "", "/servers/1"),
    (Rule::NameForm, "x-name: production", "x-name: Production", "/servers/1/x-name"),
    (Rule::NameForm, "x-name: production", "x-name: match", "/servers/1/x-name"),
    (Rule::NameClash, "x-name: production", "x-name: sandbox", "/servers/1/x-name"),
    // Names.
    (Rule::NameForm, "  country:\n", "  Country:\n", "/x-settings/Country"),
    (Rule::NameForm, "  country:\n", "  match:\n", "/x-settings/match"),
    (Rule::NameForm, "    Refusal:\n", "    '': {type: object, x-source: page 5}\n    Refusal:\n", "/components/schemas/"),
    (Rule::NameForm, "    Refusal:\n", "    Réfusal:\n", "/components/schemas/Réfusal"),
    (Rule::NameClash, "  country:\n", "  timeout:\n", "/x-settings/timeout"),
    (Rule::NameClash, "  country:\n", "  secret_key:\n", "/x-settings/secret_key"),
    (Rule::NameClash, "  country:\n", "  secret_key_file:\n", "/x-settings/secret_key_file"),
    (Rule::NameClash, "    Refusal:\n", "    log_in_answer: {type: object, x-source: page 5}\n    Refusal:\n", "/components/schemas/log_in_answer"),
    (Rule::NameClash, "    Refusal:\n", "    SetPinRequestReason: {type: object, x-source: page 5}\n    Refusal:\n", "/components/schemas/SetPinRequest/properties/reason"),
    (Rule::NameClash, "    Counts:\n      type: object\n      additionalProperties: {type: integer}", "    CountsValue: {type: object, x-source: page 5}\n    Counts:\n      type: object\n      additionalProperties: {type: string, enum: [a]}", "/components/schemas/Counts/additionalProperties"),
    (Rule::NameClash, "    Counts:\n      type: object\n      additionalProperties: {type: integer}", "    CountsAllItem: {type: object, x-source: page 5}\n    Counts:\n      type: object\n      properties: {all: {type: array, items: {type: string, enum: [a]}, x-source: page 5}}", "/components/schemas/Counts/properties/all/items"),
    (Rule::NameClash, "- name: notify\n          in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "- name: answer\n          in: query\n          schema: {type: string, enum: [a]}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::OperationId, "operationId: ping", "operationId: set__pin", "/paths/~1ping/get/operationId"),
    (Rule::Reference, "    Refusal:\n      type: object", "    Itself: {$ref: '#/components/schemas/Itself'}\n    Refusal:\n      type: object", "/components/schemas/Itself/$ref"),
    (Rule::Parameter, "schema: {type: boolean}", "schema: {type: boolean, nullable: true}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/nullable"),
    (Rule::Parameter, "maxLength: 12, example: c-1, x-sensitive", "maxLength: 12, example: c-1, nullable: true, x-sensitive", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/schema/nullable"),
    (Rule::PathTemplate, "  /ping:\n", "  /{x}: {get: {operationId: one, summary: One, responses: {}}}\n  /{y}: {get: {operationId: two, summary: Two, responses: {}}}\n  /ping:\n", "/paths/~1{y}/get"),
    (Rule::OperationId, "operationId: ping", "operationId: try_into", "/paths/~1ping/get/operationId"),
    (Rule::NameClash, "- name: notify", "- name: CardId", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::NameClash, "- name: notify", "- name: card_id", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::NameClash, "- name: notify", "- name: body_pin\n          in: query\n          schema: {type: string}\n          x-source: page 4\n        - name: pin\n          in: query\n          schema: {type: string}\n          x-source: page 4\n        - name: notify", "/paths/~1cards~1{card_id}~1pin/put/requestBody"),
    (Rule::NameClash, "enum: [lost, forgotten]", "enum: [lost, Lost]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    // Expressions.
    (Rule::Expression, "schema: {type: string}\n      x-value: {setting: country, default: MX}", "schema: {type: string, enum: [DE, US]}\n      x-value: {setting: country, default: MX}", "/components/parameters/Country/x-value"),
    (Rule::Expression, "{setting: country, default: MX}", "{setting: country, default: \"M\\nX\"}", "/components/parameters/Country/x-value"),
    (Rule::Expression, "{time: unix}", "{time: unix, offset: Z}", "/components/schemas/LogInRequest/properties/issued_at/x-value/offset"),
    (Rule::Expression, "{time: unix}", "{time: now}", "/components/schemas/LogInRequest/properties/issued_at/x-value/time"),
    (Rule::Expression, "{time: unix}", "{time: \"%Q%\"}", "/components/schemas/LogInRequest/properties/issued_at/x-value/time"),
    (Rule::Expression, "offset: \"Z\"", "offset: \"+5:30\"", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256/of/join/of/2/offset"),
    (Rule::Expression, "{uuid: v4}", "{uuid: v1}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/uuid"),
    (Rule::Expression, "{uuid: v4}", "{}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value"),
    (Rule::Expression, "{uuid: v4}", "7", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value"),
    (Rule::Expression, "{uuid: v4}", "", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value"),
    (Rule::Expression, "{uuid: v4}", "{uuid: [v4]}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/uuid"),
    (Rule::Expression, "{uuid: v4}", "{header: [X-Trace]}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/header"),
    (Rule::Expression, "{uuid: v4}", "{uuid: v4, version: 4}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/version"),
    (Rule::Expression, "{uuid: v4}", "{uuid: v4, hex: x}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/hex"),
    (Rule::Expression, "{fields: signed, separator: \"|\"}", "{fields: signed, seperator: \"|\"}", "/components/schemas/SetPinRequest/properties/mac/x-value/hex/sha-256/0/seperator"),
    (Rule::Expression, "x-value: {session: access}", "x-value: {given: true}", "/components/securitySchemes/bearer/x-value/given"),
    (Rule::Expression, "of: {given: true}", "of: {given: false}", "/components/schemas/SetPinRequest/properties/pin/x-value/base64-mime/rsa-pkcs1-v1-5/of/given"),
    (Rule::Expression, "{fields: signed, separator: \"|\"}", "{fields: []}", "/components/schemas/SetPinRequest/properties/mac/x-value/hex/sha-256/0/fields"),
    (Rule::Expression, "{fields: signed, separator: \"|\"}", "{fields: every}", "/components/schemas/SetPinRequest/properties/mac/x-value/hex/sha-256/0/fields"),
    (Rule::Expression, "                  of: [{request: method}", "                  on: [{request: method}", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256/of/join/on"),
    (Rule::Expression, "of: [{request: method}, [{request: path}, \"?\", {request: query}], {time: \"%Y%m%d\", offset: \"Z\"}]", "of: {request: method}", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256/of/join/of"),
    (Rule::Expression, "              key: {credential: secret_key}\n", "", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256"),
    (Rule::Expression, "    kind: rsa-public-key\n", "", "/components/schemas/SetPinRequest/properties/pin/x-value/base64-mime/rsa-pkcs1-v1-5/key"),
    (Rule::Expression, "{base64-url: {sha-512: {request: body}}}", "{sha-512: {request: body}}", "/components/securitySchemes/digest/x-value"),
    (Rule::Expression, "{base64-url: {sha-512: {request: body}}}", "[a, {upper: {hmac-sha-256: {key: {credential: secret_key}, of: b}}}]", "/components/securitySchemes/digest/x-value"),
    (Rule::Expression, "x-value: {hex: {sha-256: [{fields: signed, separator: \"|\"}, {header: X-Trace}, {credential: secret_key}]}}", "x-value: {from-hex: {hex: {sha-256: [{fields: signed, separator: \"|\"}, {header: X-Trace}, {credential: secret_key}]}}}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::Expression, "x-value: {session: access}", "x-value: [{session: access}, \"\\n\"]", "/components/securitySchemes/bearer/x-value"),
    (Rule::Expression, "x-value: {session: access}", "x-value: {base64-mime: {session: access}}", "/components/securitySchemes/bearer/x-value"),
    (Rule::Expression, "x-value: {session: access}", "x-value: {join: {with: \"\\n\", of: [{session: access}, a]}}", "/components/securitySchemes/bearer/x-value"),
    (Rule::Expression, "x-value: {session: access}", "x-value: [{session: access}, é]", "/components/securitySchemes/bearer/x-value"),
    (Rule::Expression, "x-value: {session: access}", "x-value: [{session: access}, {from-hex: abc}]", "/components/securitySchemes/bearer/x-value"),
    (Rule::Expression, "x-value: {time: unix}", "x-value: {time: rfc3339}", "/components/schemas/LogInRequest/properties/issued_at/x-value"),
    (Rule::Expression, "x-value: {time: unix}", "x-value: \"01\"", "/components/schemas/LogInRequest/properties/issued_at/x-value"),
    (Rule::Expression, "type: integer, x-value: {time: unix}", "type: string, format: date, x-value: {time: \"%d/%m/%Y\"}", "/components/schemas/LogInRequest/properties/issued_at/x-value"),
    (Rule::Expression, "x-value: client_credentials", "maxLength: 3, x-value: client_credentials", "/components/schemas/LogInRequest/properties/grant_type/x-value"),
    (Rule::Expression, "x-value: client_credentials", "enum: [password], x-value: client_credentials", "/components/schemas/LogInRequest/properties/grant_type/x-value"),
    (Rule::UnknownFunction, "{sha-512: {request: body}}", "{sha512: {request: body}}", "/components/securitySchemes/digest/x-value/base64-url/sha512"),
    (Rule::UnknownFunction, "{sha-512: {request: body}}", "{sha-224: {request: body}}", "/components/securitySchemes/digest/x-value/base64-url/sha-224"),
    (Rule::UnknownFunction, "{sha-512: {request: body}}", "{md4: {request: body}}", "/components/securitySchemes/digest/x-value/base64-url/md4"),
    (Rule::WrongValue, "kind: rsa-public-key", "kind: ed25519-public-key", "/x-credentials/pin_key/kind"),
    (Rule::UnknownName, "{setting: country, default: MX}", "{setting: contry, default: MX}", "/components/parameters/Country/x-value/setting"),
    (Rule::UnknownName, "x-value: {session: access}", "x-value: {session: token}", "/components/securitySchemes/bearer/x-value/session"),
    (Rule::UnknownName, "[{credential: client_id}", "[{credential: client}", "/components/securitySchemes/basic/x-value/base64/0/credential"),
    (Rule::UnknownName, "x-settings:\n  country:\n    description: Two letters of ISO 3166.\n    x-source: page 2\n", "", "/components/parameters/Country/x-value/setting"),
    (Rule::UnusedName, "[{credential: client_id}", "[a", "/x-credentials/client_id"),
    (Rule::UnusedName, "{setting: country, default: MX}", "MX", "/x-settings/country"),
    (Rule::SettingDefault, "x-value: client_credentials", "x-value: {setting: country, default: PK}", "/components/parameters/Country/x-value/default"),
    (Rule::UnknownField, "{fields: signed, separator: \"|\"}", "{fields: [reference, /card/nr]}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownField, "x-value: {time: unix}", "x-value: {field: nothing}", "/components/schemas/LogInRequest/properties/issued_at/x-value"),
    (Rule::UnknownField, "x-value: {session: access}", "x-value: [{session: access}, {fields: by-name}]", "/components/securitySchemes/bearer/x-value"),
    (Rule::UnknownField, "x-value: {session: access}", "x-value: [{session: access}, {field: reference}]", "/components/securitySchemes/bearer/x-value"),
    (Rule::UnknownHeader, "{header: X-Trace}", "{header: X-Tracee}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownHeader, "x-value: {session: access}", "x-value: [{session: access}, {header: Content-Type}]", "/components/securitySchemes/bearer/x-value"),
    (Rule::UnknownHeader, "{request-header: X-Trace}", "{request-header: X-Other}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/request-id/0"),
    (Rule::UnknownHeader, "{header: X-Trace}", "{header: Host}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownHeader, "{header: X-Trace}", "{header: content-length}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownHeader, "{header: X-Trace}", "{header: User-Agent}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::OptionalRead, "          required: true\n          schema: {type: string}\n          x-value: {uuid: v4}", "          schema: {type: string}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::OptionalRead, "          required: true\n          schema: {type: string}\n          x-value: {uuid: v4}", "          schema: {type: string}\n          x-value: {base64: {given: true}}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::OptionalRead, "{header: X-Trace}", "{field: reason}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::OptionalRead, "{header: X-Trace}", "{field: /card/uses}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::SignedFields, "x-signed-fields: [/card/number, reference]", "x-signed-fields: [/card/nr, reference]", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields/0"),
    (Rule::SignedFields, "      x-signed-fields: [/card/number, reference]\n", "", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::SignedFields, "{fields: signed, separator: \"|\"}", "{fields: by-name}", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields"),
    (Rule::SignedFields, "[/card/number, reference]", "[reference, reference]", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields/1"),
    (Rule::EqualTo, "x-equal-to: pin", "x-equal-to: pim", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::EqualTo, "x-equal-to: pin", "x-equal-to: mac", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::EqualTo, "x-equal-to: pin", "x-equal-to: confirmation", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::EqualTo, "x-equal-to: pin\n          x-value: {base64-mime: {rsa-pkcs1-v1-5: {key: {credential: pin_key}, of: {given: true}}}}", "x-equal-to: pin\n          x-value: {credential: secret_key}", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::Cycle, "{header: X-Trace}", "{field: mac}", "/paths/~1cards~1{card_id}~1pin/put"),
    // Session, outcome, retry.
    (Rule::Session, "issue: log_in", "issue: log_on", "/x-session/issue"),
    (Rule::Session, "renew: renew", "renew: renewal", "/x-session/renew"),
    (Rule::Session, "pointer: /data/access\n", "pointer: data/access\n", "/x-session/values/access/pointer"),
    (Rule::Session, "pointer: /data/access\n", "pointer: /data/acess\n", "/x-session/values/access/pointer"),
    (Rule::Session, "pointer: /data/access\n", "pointer: /data/a~2\n", "/x-session/values/access/pointer"),
    (Rule::Session, "pointer: /data/access\n", "pointer: /data/access/text\n", "/x-session/values/access/pointer"),
    (Rule::Session, "seconds: /data/lifetime", "seconds: /lifetime", "/x-session/expires/1/seconds"),
    (Rule::Session, "  values:\n    access:\n      pointer: /data/access\n      description: The access token.\n      x-source: page 3\n", "  values: {}\n", "/x-session/values"),
    (Rule::MissingWord, "      pointer: /data/access\n", "", "/x-session/values/access"),
    (Rule::Session, "\"%Y-%m-%d %H:%M:%S\"", "a date", "/x-session/expires/2/format"),
    (Rule::Session, "offset: \"+05:30\"", "offset: IST", "/x-session/expires/2/offset"),
    (Rule::MissingWord, "until, format: \"%Y-%m-%d %H:%M:%S\"", "until", "/x-session/expires/2"),
    (Rule::Session, "- jwt: access", "- jwt: token", "/x-session/expires/0/jwt"),
    (Rule::Session, "- after: 24h", "- after: 24", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- after: 99999999d", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- after: 2m", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- after: 0s", "/x-session/expires/3/after"),
    (Rule::Session, "early: 2m", "early: 24h", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- for: 24h", "/x-session/expires/3"),
    (Rule::Session, "{status: [401], code", "{status: [one], code", "/x-session/refused/status/0"),
    (Rule::Session, "{status: [401], code", "{status: [99], code", "/x-session/refused/status/0"),
    (Rule::Session, "{status: [401], code", "{status: [600], code", "/x-session/refused/status/0"),
    (Rule::Session, "code: [4001]}", "code: [[4001]]}", "/x-session/refused/code/0"),
    (Rule::Session, "early: 2m", "late: 2m", "/x-session/late"),
    (Rule::SessionOperation, "issue: log_in", "issue: renew", "/x-session/issue"),
    (Rule::SessionOperation, "x-value: client_credentials, ", "", "/x-session/issue"),
    (Rule::SessionOperation, "x-value: client_credentials,", "x-value: {base64: {given: true}},", "/x-session/issue"),
    (Rule::SessionOperation, "issue: log_in", "issue: ping", "/x-session/issue"),
    (Rule::Outcome, "decided-by: body", "decided-by: luck", "/x-outcome/decided-by"),
    (Rule::Outcome, "one-of: [ok, 200]", "one-off: [ok, 200]", "/x-outcome/success/0"),
    (Rule::Outcome, "one-of: [ok, 200]", "one-of: []", "/x-outcome/success/0/one-of"),
    (Rule::Outcome, "one-of: [ok, 200]", "one-of: ok", "/x-outcome/success/0/one-of"),
    (Rule::Outcome, "one-of: [ok, 200], optional: true", "one-of: [ok, 200], optional: 1", "/x-outcome/success/0/optional"),
    (Rule::Outcome, "one-of: [ok, 200], optional: true", "one-of: [ok, 200], optional: true, absent: true", "/x-outcome/success/0/absent"),
    (Rule::Outcome, "{at: /code, absent: true}", "{at: /code, absent: true, present: true}", "/x-outcome/success/1"),
    (Rule::Outcome, "  success:\n    - {at: /status, one-of: [ok, 200], optional: true}\n    - {at: /code, absent: true}\n", "", "/x-outcome"),
    (Rule::Outcome, "  kinds: {4005: not-found}", "  kinds: [not-found]", "/x-outcome/kinds"),
    (Rule::Outcome, "{4005: not-found}", "{4005: missing}", "/x-outcome/kinds/4005"),
    (Rule::Outcome, "  code: [/code]\n", "", "/x-outcome/kinds"),
    (Rule::Outcome, "message: [/message]", "message: [message]", "/x-outcome/message/0"),
    (Rule::Outcome, "{response-header: X-Request-Id}", "{}", "/x-outcome/request-id/1"),
    (Rule::Outcome, "      x-outcome: {x-source: page 6}\n", "", "/paths/~1ping/get"),
    (Rule::Outcome, "x-outcome: {x-source: page 6}", "x-outcome: {success: [{at: /ok, one-of: [1]}], x-source: page 6}", "/paths/~1ping/get"),
    (Rule::Outcome, "{at: /result, present: true}", "{at: /result, present: false}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/success/0/present"),
    (Rule::Outcome, "{at: /result, present: true}", "{at: [], present: true}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/success/0/at"),
    (Rule::Outcome, "{at: /result, present: true}", "{at: [/result, results], present: true}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/success/0/at/1"),
    (Rule::Outcome, "{at: /result, present: true}", "{at: [/result], absent: true}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/success/0/at"),
    (Rule::Retry, "x-retry: safe", "x-retry: always", "/paths/~1cards~1{card_id}~1pin/put/x-retry"),
    // Examples.
    (Rule::MissingExample, "maxLength: 12, example: c-1, ", "maxLength: 12, ", "/paths/~1cards~1{card_id}~1pin/put/parameters/0"),
    (Rule::Schema, "maxLength: 12, example: c-1, ", "maxLength: 12, example: null, ", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/schema/example"),
    (Rule::MissingExample, "          in: query\n", "          in: query\n          required: true\n          examples: {}\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::MissingExample, "x-value: {uuid: v4}", "x-value: {base64: {given: true}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::MissingExample, "            examples:\n              usual:\n                value: {reference: r-1, card: {number: \"4000000000000002\"}, pin: \"1234\", confirmation: \"1234\"}\n", "", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json"),
    (Rule::SessionOperation, "required: [grant_type]\n      properties:\n", "required: [grant_type, scope]\n      properties:\n        scope: {type: string, x-source: page 3}\n", "/x-session/issue"),
    (Rule::Sandbox, "response: unknown_card", "response: unknown", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/response"),
    (Rule::Sandbox, "{/card/number: \"4", "{/card/nr: \"4", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when/~1card~1nr"),
    (Rule::Sandbox, "notify: true}", "notify: [true]}", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when/notify"),
    (Rule::Sandbox, "- {when: {/card/number: \"4000000000004005\", notify: true}, ", "- {when: {}, ", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when"),
    (Rule::Sandbox, "notify: true}, response", "notify: true}, status: 404, response", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/status"),
    (Rule::MissingWord, ", response: unknown_card}", "}", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0"),
    (Rule::Sandbox, "notify: true}, response", "notifi: true}, response", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when/notifi"),
];

/// What only two replacements break.
#[rustfmt::skip]
const CASES_IN_TWO_PLACES: &[(Rule, [Replacement; 2], &str)] = &[
    (Rule::OptionalRead, [("      requestBody:\n        required: true\n        content:\n          application/json", "      requestBody:\n        content:\n          application/json"), ("{header: X-Trace}", "{field: reference}")], "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::OptionalRead, [("      requestBody:\n        required: true\n        content:\n          application/json", "      requestBody:\n        content:\n          application/json"), ("{header: X-Trace}", "{header: Content-Type}")], "/components/schemas/SetPinRequest/properties/mac/x-value"),
    // The name that is suggested is that of the method and the path's last fixed segment.
    (Rule::OperationId, [("      operationId: ping\n", ""), ("  /ping:", "  /ping/{who}:")], "/paths/~1ping~1{who}/get"),
    (Rule::OperationId, [("      operationId: ping\n", ""), ("  /ping:", "  /:")], "/paths/~1/get"),
    // What is listed twice is one thing that is there twice, not two of one name.
    (Rule::Parameter, [("    - $ref: '#/components/parameters/Country'\n", "    - $ref: '#/components/parameters/Country'\n      - $ref: '#/components/parameters/Country'\n"), ("schema: {type: string}\n      x-value: {setting: country, default: MX}\n", "schema: {type: string, enum: [a]}\n")], "/components/parameters/Country"),
    (Rule::NameClash, [("schema: {$ref: '#/components/schemas/SetPinAnswer'}", "schema: {type: array, items: {type: string, enum: [a]}}"), ("    Refusal:\n", "    SetPinResponseItem: {type: object, x-source: page 5}\n    Refusal:\n")], "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/application~1json/schema/items"),
    // What may be null counts as left out.
    (Rule::OptionalRead, [("{header: X-Trace}", "{field: /card/number}"), ("number: {type: string,", "number: {type: string, nullable: true,")], "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::SessionOperation, [("required: [grant_type]", "required: [grant_type, card]"), ("        grant_type:", "        card: {$ref: '#/components/schemas/Card'}\n        grant_type:")], "/x-session/issue"),
    (Rule::NameClash, [("- name: notify", "- name: reference"), ("        labels:\n", "        body_reference: {type: string, x-source: page 5}\n        labels:\n")], "/paths/~1cards~1{card_id}~1pin/put/requestBody"),
    (Rule::BelowArray, [("items: {type: string, x-sensitive: true}", "items: {$ref: '#/components/schemas/Tag'}"), ("    Refusal:\n", "    Tag: {type: object, x-source: page 5, properties: {id: {type: string, x-value: {uuid: v4}, x-source: page 5}}}\n    Refusal:\n")], "/components/schemas/Tag/properties/id/x-value"),
    (Rule::NameClash, [("operationId: ping", "operationId: pay1"), ("operationId: set_pin", "operationId: pay_1")], "/paths/~1ping/get/operationId"),
];

/// What may be written otherwise: the document with these texts replaced, wherever they are, keeps every rule.
#[rustfmt::skip]
const CLEAN: &[(&str, &[Replacement])] = &[
    ("names of the provider's own may begin with `x-`", &[("uses: {", "x-uses: {"), ("              usual:", "              x-usual:"), ("Refused", "x-refused")]),
    ("responses say where they come from", &[("      responses:\n        '204':", "      responses:\n        x-source: page 6\n        '204':")]),
    ("a response has headers", &[("          description: It is.\n", "          description: It is.\n          headers: {X-A: {description: A., required: true, deprecated: false, style: simple, explode: false, schema: {type: integer}, example: 1}, Type: {schema: {type: array, items: {type: boolean}}, examples: {all: {value: [true]}}}, x-value: {schema: {type: string}}, Content-Type: {schema: {type: string}}}\n")]),
    ("a status means a class", &[("'404':", "4XX:"), ("'204':", "2XX:")]),
    ("a body that may be left out", &[("      requestBody:\n        required: true\n        content:\n          application/json", "      requestBody:\n        content:\n          application/json")]),
    ("JSON of another name", &[("          application/json:\n            schema: {$ref: '#/components/schemas/SetPinRequest'}", "          application/vnd.bank+json; charset=utf-8:\n            schema: {$ref: '#/components/schemas/SetPinRequest'}")]),
    ("alternatives", &[("    signature: []", "    signature: []\n  - basic: []\n  - {}")]),
    ("a token of OAuth 2", &[("type: http\n      scheme: bearer\n      x-value", "type: oauth2\n      flows: {}\n      x-value")]),
    ("a flow that is an alternative", &[("    signature: []", "    signature: []\n  - flow: [pay]"), ("  securitySchemes:\n", "  securitySchemes:\n    flow: {type: openIdConnect, openIdConnectUrl: 'https://bank.example', x-source: page 2}\n")]),
    ("a list", &[("schema: {type: boolean}", "schema: {type: array, minItems: 1, uniqueItems: true, items: {type: integer, minimum: 1}}")]),
    ("a list in one text", &[("schema: {type: boolean}", "style: spaceDelimited\n          schema: {type: array, items: {type: string, enum: [a, b]}}")]),
    ("an object", &[(", notify: true}", "}"), ("schema: {type: boolean}", "style: deepObject\n          explode: true\n          schema: {type: object, required: [a], properties: {a: {type: string}, b: {type: integer}}}")]),
    ("an object whose members are parameters", &[(", notify: true}", "}"), ("schema: {type: boolean}", "schema: {type: object, properties: {a: {type: string}, b: {type: integer}}}")]),
    ("the styles that are the default are said", &[("          in: query\n", "          in: query\n          style: form\n          explode: true\n"), ("          in: path\n", "          in: path\n          style: simple\n          explode: false\n")]),
    ("a query parameter has the name of a header", &[("- name: notify", "- name: Content-Type"), ("notify: true", "Content-Type: true")]),
    ("what the client fills in clashes with nothing", &[("X-Trace", "Notify")]),
    ("a name ends in `_file` that is no other's", &[("country", "region_file")]),
    ("a server is this machine", &[("https://api.example.com/api", "http://localhost:8080/api"), ("https://sandbox.example.com/api", "http://[::1]")]),
    ("an enum is shared", &[("reason: {type: string, enum: [lost, forgotten], x-source: page 5}", "reason: {$ref: '#/components/schemas/Reason'}"), ("    Refusal:\n", "    Reason: {type: string, enum: [lost, forgotten], x-source: page 5}\n    Refusal:\n")]),
    ("an enum that can be null says so", &[("enum: [done, queued], nullable: true", "enum: [done, queued, null], nullable: true")]),
    ("a text has one length", &[("minLength: 1,", "minLength: 20,"), ("{reference: r-1, card", "{reference: r-1-abcdefghijklmnop, card")]),
    ("what is in an array keeps to rules", &[("items: {type: string, x-sensitive: true}", "items: {type: string, x-sensitive: true, pattern: x, minLength: 1, maxLength: 2}")]),
    ("what a call may leave out has no example", &[("            examples:\n              usual:\n                value: {reference: r-1, card: {number: \"4000000000000002\"}, pin: \"1234\", confirmation: \"1234\"}\n", ""), ("required: [reference, card, pin, confirmation, mac]", "required: [mac]"), ("[/card/number, reference]", "[reference]"), ("/card/number: \"4000000000004005\", ", "")]),
    ("a request has one example without a name", &[("            examples:\n              usual:\n                value: {reference: r-1,", "            example: {reference: r-1,")]),
    ("an example is shared", &[("value: {reference: r-1, card: {number: \"4000000000000002\"}, pin: \"1234\", confirmation: \"1234\"}", "$ref: '#/components/examples/Usual'"), ("  parameters:\n    Country:", "  examples:\n    Usual:\n      value: {reference: r-1, card: {number: \"4000000000000002\"}, pin: \"1234\", confirmation: \"1234\"}\n  parameters:\n    Country:")]),
    ("a parameter has a default", &[("example: c-1", "default: c-1")]),
    ("a parameter is one of a few", &[("example: c-1", "enum: [c-1, c-2]")]),
    ("a parameter has an example of its own", &[("example: c-1, ", ""), ("          description: Which card.\n", "          description: Which card.\n          example: c-1\n")]),
    ("a parameter has named examples", &[("example: c-1, ", ""), ("          description: Which card.\n", "          description: Which card.\n          examples: {usual: {value: c-1}}\n")]),
    ("a number has a fraction", &[("score: {type: number,", "score: {type: number, minimum: 0.5,")]),
    ("an integer has bounds", &[("uses: {type: integer,", "uses: {type: integer, minimum: -1, maximum: 9,")]),
    ("a request is closed", &[("    LogInRequest:\n      type: object\n", "    LogInRequest:\n      type: object\n      additionalProperties: false\n")]),
    ("what is said about a secret is none", &[("uses: {type: integer,", "pin_length: {type: integer,"), ("active: {type: boolean,", "has_pin: {type: boolean,")]),
    ("a secret that the client writes is never printed", &[("grant_type", "api_secret")]),
    ("a setting has the same default everywhere", &[("x-value: client_credentials", "x-value: {setting: country, default: MX}")]),
    ("a setting has its default in one of the places", &[("x-value: client_credentials", "x-value: {setting: country}")]),
    ("every field is read", &[("      x-signed-fields: [/card/number, reference]\n", ""), ("{fields: signed, separator: \"|\"}", "{fields: by-name}")]),
    ("a field has a name with a slash and a tilde", &[("uses: {type: integer,", "a/b~c: {type: integer,"), ("x-signed-fields: [/card/number,", "x-signed-fields: [/card/a~1b~0c,")]),
    ("the content type is read", &[("{header: X-Trace}", "{header: content-type}")]),
    ("what response is accepted is read", &[("{header: X-Trace}", "{header: Accept}")]),
    ("a field is read that the client always writes", &[("{header: X-Trace}", "{field: /card/uses}"), ("uses: {type: integer,", "uses: {type: integer, x-value: {time: unix},"), ("required: [number]", "required: [number, uses]")]),
    ("fields are read that may be skipped", &[("{header: X-Trace}", "{fields: [reason, /card/uses]}")]),
    ("a body field has lines", &[("        issued_at: {type: integer, x-value: {time: unix}", "        issued_at: {type: string, x-value: \"a\\nb\"")]),
    ("a date is made of the time", &[("type: integer, x-value: {time: unix}", "type: string, format: date, x-value: {time: \"%Y-%m-%d\"}")]),
    ("a number is made of the time", &[("x-value: {time: unix}", "x-value: {time: \"1%Y%m%d\"}")]),
    ("what sounds personal is marked, or said to be none", &[("message: {type: string,", "customerEmail: {type: string, x-sensitive: false,"), ("message: [/message]", "message: [/customerEmail]"), ("lifetime: {type: integer,", "account_no: {type: integer, x-sensitive: true,"), ("seconds: /data/lifetime", "seconds: /data/account_no")]),
    ("what sounds secret is said to be none", &[("message: {type: string,", "otp_reference: {type: string, x-sensitive: false,")]),
    ("an array says it for what is in it", &[("items: {type: string, x-sensitive: true}\n          x-source: page 5\n", "items: {type: string}\n          x-source: page 5\n        mobiles: {type: array, x-sensitive: false, items: {type: array, items: {type: string}}, x-source: page 5}\n")]),
    ("what only sounds a little personal is not", &[("message: {type: string,", "company: {type: string,"), ("lifetime: {type: integer,", "span: {type: integer,"), ("seconds: /data/lifetime", "seconds: /data/span"), ("- name: notify", "- name: panel"), ("notify: true", "panel: true")]),
    ("what is personal below a marked object is covered", &[("number: {type: string,", "card_number: {type: string,"), ("[number]", "[card_number]"), ("/card/number", "/card/card_number"), ("card: {number:", "card: {card_number:")]),
    ("an empty response satisfies what is optional", &[("x-outcome: {x-source: page 6}", "x-outcome: {success: [{at: /ok, one-of: [1], optional: true}], x-source: page 6}")]),
    ("a refused session has any status of HTTP", &[("{status: [401], code", "{status: [100, 599], code")]),
    ("a session is issued with what the caller may leave out", &[("issued_at: {type: integer, x-value: {time: unix}, x-source: page 3}", "scope: {type: string, x-source: page 3}")]),
    ("a session is read from an object of unknown content", &[("data: {$ref: '#/components/schemas/Access'}", "data: {$ref: '#/components/schemas/Extra'}")]),
    ("two properties are one name in Rust", &[("issued_on: {type: string,", "Number: {type: string,")]),
    ("a sandbox answers with a status that has no example", &[("response: unknown_card", "response: '200'")]),
];

#[test]
fn the_document_is_clean_as_it_stands() {
    assert_eq!(lint("bank.yaml", BANK), []);
}

#[test]
fn what_is_written_otherwise_is_clean_too() {
    for (what, replacements) in CLEAN {
        assert_eq!(lint("bank.yaml", &bank_with(replacements, usize::MAX)), [], "{what}");
    }
}

/// A case, and what is found in it.
struct Case {
    replacements: Vec<Replacement>,
    rule: Rule,
    pointer: &'static str,
    findings: Vec<Finding>,
}

/// Every case, linted once for all tests.
static FOUND: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let one = CASES.iter().map(|(rule, from, to, pointer)| (vec![(*from, *to)], *rule, *pointer));
    let two = CASES_IN_TWO_PLACES.iter().map(|(rule, replacements, pointer)| (replacements.to_vec(), *rule, *pointer));
    let case = |(replacements, rule, pointer): (Vec<Replacement>, Rule, &'static str)| {
        let findings = lint("bank.yaml", &bank_with(&replacements, 1));
        Case { replacements, rule, pointer, findings }
    };
    one.chain(two).map(case).collect()
});

#[test]
fn every_rule_finds_what_it_is_for() {
    let mut failures = Vec::new();
    for Case { replacements, rule, pointer, findings } in FOUND.iter() {
        if !findings.iter().any(|finding| finding.rule == *rule && finding.pointer == *pointer) {
            let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
            failures.push(format!("{replacements:?}: no [{rule}] at {pointer}, but\n    {}", found.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_every_case_says_is_as_recorded() {
    let mut text = String::new();
    for case in FOUND.iter() {
        for (from, to) in &case.replacements {
            writeln!(text, "{from:?} -> {to:?}").unwrap();
        }
        for finding in &case.findings {
            let shown = finding.to_string();
            // The words of the parser and of the regular expressions are theirs.
            let own = !matches!(finding.rule, Rule::Yaml | Rule::Pattern);
            let end = if own { shown.len() } else { shown.find(&finding.problem).unwrap() };
            writeln!(text, "    {}", shown[..end].trim_end()).unwrap();
        }
    }
    check("findings.txt", &text);
}

#[test]
fn every_rule_has_a_case() {
    // The first two are about files and have tests of their own below. The last is the net below the grammar: no
    // document is known that falls into it.
    let mut tried: HashSet<Rule> = FOUND.iter().map(|case| case.rule).collect();
    tried.extend([Rule::Unreadable, Rule::FileName, Rule::NotOpenapi]);
    // Those of words that this document does not have are tried in `signing.rs` and `webhooks.rs`.
    tried.extend([Rule::UnknownParameter, Rule::Envelope, Rule::Webhook]);
    // This one is tried in `choices.rs`.
    tried.extend([Rule::AlikeBranches]);
    // Those of overlays are tried in `overlay.rs`.
    tried.extend([Rule::Base, Rule::Overlay]);
    // That of lists is tried in `pages.rs`.
    tried.insert(Rule::Pages);
    let untried: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !tried.contains(rule)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn a_file_is_named_after_its_provider() {
    for file in [
        "Bank.yaml",
        "my-bank.yaml",
        "bank.yml",
        "bank",
        "",
        "specs/all.yaml",
        "match.yaml",
        "default.yaml",
        "rustls.yaml",
        "native_tls.yaml",
    ] {
        let findings = lint(file, BANK);
        assert!(findings.iter().any(|finding| finding.rule == Rule::FileName), "{file}: {findings:?}");
    }
}

#[test]
fn a_name_that_nobody_can_read_is_a_finding() {
    // A key of YAML has at most 1024 characters anyway.
    let long = "n".repeat(500);
    for (from, to) in [
        ("reference: {type: string, min", "LONG: {type: string, min"),
        ("enum: [lost, ", "enum: [LONG, "),
        ("- name: notify", "- name: LONG"),
        ("    Extra:\n", "    LONG:\n"),
        ("operationId: ping", "operationId: LONG"),
        ("  country:\n", "  LONG:\n"),
    ] {
        let text = bank_with(&[(from, to)], 1).replace("LONG", &long);
        let found = |finding: &Finding| finding.rule == Rule::NameForm && finding.problem.contains("500 characters");
        assert!(lint("bank.yaml", &text).iter().any(found), "{to}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding() {
    let directory = std::env::temp_dir().join(format!("countersign-spec-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let latin1 = directory.join("bank.yaml");
    std::fs::write(&latin1, b"openapi: \xe9").unwrap();
    for path in [latin1, directory.join("missing.yaml"), directory.clone()] {
        let findings = read_file(&path).unwrap_err();
        assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::Unreadable], "{findings}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_cycle_is_told_in_order() {
    // Three headers, each made of the next, and one more that only waits for them.
    let header = |name: &str, reads: &str| {
        format!(
            "        - {{name: {name}, in: header, required: true, schema: {{type: string}}, x-value: {{header: {reads}}}, x-source: page 5}}\n"
        )
    };
    let found = |headers: String| -> String {
        let trace = "        - name: X-Trace\n";
        assert!(BANK.contains(trace));
        let findings = lint("bank.yaml", &BANK.replace(trace, &format!("{headers}{trace}")));
        findings.iter().map(|finding| finding.to_string() + "\n").collect()
    };
    let start = "bank.yaml:98#/paths/~1cards~1{card_id}~1pin/put: [cycle] ";
    assert_eq!(
        found(header("X-W", "X-C") + &header("X-A", "X-B") + &header("X-B", "X-C") + &header("X-C", "X-A")),
        format!(
            "{start}`X-A` reads `X-B`, which reads `X-C`, which reads `X-A`, so none of it can be filled first; write one \
             of the expressions so that it does not read the next\n"
        )
    );
    assert_eq!(
        found(header("X-A", "X-A")),
        format!(
            "{start}`X-A` reads itself, so none of it can be filled first; write an expression that does not read its own value\n"
        )
    );
}

#[test]
fn no_algorithm_is_suggested_in_the_place_of_another() {
    let remedies = [
        ("md4", None),
        ("sha-2", None),
        ("sha-224", None),
        ("sha-512-256", None),
        ("sha3-256", None),
        ("hmac-md4", None),
        ("rsa-sha-256", None),
        ("ecdsa-sha-256", None),
        ("rsa-pss-sha-256", None),
        ("rsa-oaep-sha-1", None),
        ("rsa-oaep", None),
        ("aes-ccm", None),
        ("aes-ctr", None),
        ("aes-ocb", None),
        ("jwk", None),
        ("base32", None),
        ("crc32", None),
        ("hmac", None),
        ("sha1", Some("sha-1")),
        ("MD-5", Some("md5")),
        ("aescbc", Some("aes-cbc")),
        ("aes-gcn", Some("aes-gcm")),
        ("sha256", Some("sha-256")),
        ("SHA_256", Some("sha-256")),
        ("sah-256", Some("sha-256")),
        ("hmacSha512", Some("hmac-sha-512")),
        ("base64url", Some("base64-url")),
        ("from-base-64", Some("from-base64")),
        ("rsa-pkcs1-v1_5", Some("rsa-pkcs1-v1-5")),
        ("credentail", Some("credential")),
        ("heder", Some("header")),
    ];
    for (word, expected) in remedies {
        let text = BANK.replace("{sha-512: {request: body}}", &format!("{{{word}: {{request: body}}}}"));
        let findings = lint("bank.yaml", &text);
        let [finding] = findings.as_slice() else { panic!("{word}: {findings:?}") };
        match expected {
            Some(name) => assert_eq!(finding.remedy, format!("`{name}`"), "{word}"),
            None => {
                assert_eq!(finding.problem, format!("`{word}` is not supported"));
                assert!(!finding.remedy.contains('`'), "{word}: {}", finding.remedy);
            }
        }
    }
    // What is no algorithm at all is answered with a list of what there is.
    let findings = lint("bank.yaml", &BANK.replace("{sha-512: {request: body}}", "{frobnicate: {request: body}}"));
    assert!(findings[0].remedy.starts_with("`credential`, `setting`, "), "{findings:?}");
}

#[test]
fn what_is_no_yaml_is_told_in_words_of_documents() {
    let levels: Vec<String> =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    let (deep, aliases) = ("[".repeat(100), format!("a0: &a0 [x, x]\n{}", levels.join("\n")));
    let long = format!("? {}\n: x", "k".repeat(2_000));
    let keys: String = (0..250_000).map(|n| format!("k{n}: \n")).collect();
    for (text, problem, remedy) in [
        ("a: 1\nb: 2\na: 3", "duplicate mapping key `a`", "each key once"),
        ("'1': 1\n1: 2", "the key `1` is here twice", "each key once"),
        ("a: 1\n---\nb: 2", "the file holds more than one document", "each document into a file of its own"),
        ("? {a: b}\n: c", "a key is no text", "text as the key"),
        ("~: 1", "a key is no text", "text as the key"),
        ("a: !!int x", "a value is not what its tag says", "the value without the tag"),
        ("a: .inf", "value `.inf` is not a finite number", "a number that JSON has"),
        ("a:\n\tb: 1", "tabs disallowed", "YAML 1.2, with spaces"),
        ("a: b: c", "mapping values are not allowed", "text with signs in it in quotes"),
        (&long, "a key has more than 1024 bytes", "a shorter key"),
        (&deep, "the document nests too deep", "at most 48 levels"),
        (&aliases, "the document is larger than one that a person writes", "at most 200000 values"),
        (&keys, "the document is larger than one that a person writes", "at most 200000 values"),
    ] {
        let findings = lint("bank.yaml", text);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.rule, Rule::Yaml);
        assert!(finding.problem.contains(problem) && finding.remedy.contains(remedy), "{finding}");
        for word in ["Option", "policy", "u64", "deserialize", "budget", "_", "type", " at line "] {
            assert!(!finding.problem.contains(word), "{finding}");
        }
    }
}

#[test]
fn what_a_document_calls_something_does_not_reach_a_terminal_as_it_is() {
    for (from, to) in [
        ("operationId: ping", "operationId: \"ping\\e[31m\\nbank.yaml: [source] \\u202e\\u200d\""),
        ("    Extra:\n", "    \"Ex\\e[31m\\ntra\\u202e\\u200d\":\n"),
        ("maxLength: 20", "\"\\e[31m\\n\\u202e\\u200d\": 20"),
    ] {
        let findings = lint("bank.yaml", &bank_with(&[(from, to)], 1));
        let shown: String = findings.iter().map(ToString::to_string).collect();
        for (raw, told) in
            [("\u{1b}", r"\u{1b}[31m"), ("\n", r"\u{a}"), ("\u{202e}", r"\u{202e}"), ("\u{200d}", r"\u{200d}")]
        {
            assert!(!shown.contains(raw) && shown.contains(told), "{shown:?}");
        }
    }
    let shown = lint("ba\u{7}nk.yaml", BANK)[0].to_string();
    assert!(shown.starts_with(r"ba\u{7}nk.yaml: [file-name]"), "{shown:?}");
}

#[test]
fn a_pattern_that_a_client_cannot_run_is_refused_with_the_reason() {
    let findings = |pattern: &str| lint("bank.yaml", &BANK.replace("\"^[0-9]{4}$\"", &format!("'{pattern}'")));
    for (pattern, says, remedy) in [
        ("(", "open group without closing", "a regular expression"),
        ("^(?=1)", "look-around", "what it allows, without look-around"),
        (r"(1)\1", "backreferences", "without back-references"),
        (r"^\p{L}+$", "Unicode", "the characters themselves"),
        ("^[0-9&&[^5]]{4}$", "intersection", "one class"),
        ("^[0-9]{20000}$", "size limit", "`maxLength`"),
    ] {
        let found = findings(pattern);
        let [finding] = found.as_slice() else { panic!("{pattern}: {found:?}") };
        assert_eq!((finding.rule, finding.problem.contains(says)), (Rule::Pattern, true), "{finding}");
        assert!(finding.remedy.contains(remedy), "{finding}");
    }
    // What a table of states had no room for, an engine takes.
    for pattern in [r"\b1234\b", "^[0-9]{4,2000}$", "1[0-9]{3}$", r"^\d+$", r"^[\w-]*$"] {
        assert_eq!(findings(pattern), [], "{pattern}");
    }
}

#[test]
fn a_word_that_was_renamed_is_one_finding_with_the_new_one() {
    for (from, to, pointer, remedy) in [
        ("kinds: {4005: not-found}", "kinds: {4005: business}", "/x-outcome/kinds/4005", "`declined`"),
        (
            "response: unknown_card",
            "answer: unknown_card",
            "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/answer",
            "`response: …`",
        ),
    ] {
        let findings = lint("bank.yaml", &bank_with(&[(from, to)], 1));
        let [finding] = findings.as_slice() else { panic!("{to}: {findings:?}") };
        assert_eq!((finding.pointer.as_str(), finding.remedy.as_str()), (pointer, remedy));
        assert!(finding.problem.contains("is called"), "{finding}");
    }
    let declined =
        read("bank.yaml", &bank_with(&[("kinds: {4005: not-found}", "kinds: {4005: declined}")], 1)).unwrap();
    let kinds = &declined.plan().operation("log_in").unwrap().outcome.kinds;
    assert_eq!(**kinds, [("4005".into(), countersign_plan::Kind::Declined)]);
}

#[test]
fn one_mistake_is_one_finding_and_not_what_follows_from_it_too() {
    let replacements = [
        ("  secret_key:\n", "  x-note: {}\n  secret_key:\n"),
        ("uses: {type: integer,", "uses: {type: [integer],"),
        ("uses: {type: integer,", "uses: {type: integer, enum: [a],"),
        ("schema: {type: boolean}", "schema: boolean"),
        ("schemas/Access'", "schemas/Acess'"),
        ("pointer: /data/access\n", "pointer: /data/acess\n"),
        ("kind: rsa-public-key", "kind: rsa"),
        ("    kind: rsa-public-key\n", ""),
        ("{setting: country, default: MX}", "{setting: contry, default: MX}"),
        ("[{credential: client_id}", "[{credential: client}"),
        ("{time: unix}", "{time: now}"),
        ("{fields: signed, separator: \"|\"}", "{fields: every}"),
        ("                  of: [{request: method}", "                  on: [{request: method}"),
        ("one-of: [ok, 200]", "one-of: ok"),
        ("operationId: ping", "operationId: set__pin"),
        ("items: {type: string, x-sensitive: true}", "items: {type: string, x-sensitive: true, x-equal-to: reference}"),
        ("x-value: client_credentials, ", ""),
    ];
    for (from, to) in replacements {
        let findings = lint("bank.yaml", &bank_with(&[(from, to)], 1));
        assert_eq!(findings.len(), 1, "{to}: {findings:?}");
    }
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_lines() {
    let text = BANK
        .replace("openapi: 3.0.3", "openapi: 3.2.0")
        .replace("{uuid: v4}", "{uid: v4}")
        .replace("          description: It is.\n", "");
    let shown: Vec<String> = lint("specs/bank.yaml", &text).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "specs/bank.yaml:1#/openapi: [openapi-version] `3.2.0` is not supported; write `openapi: 3.0.3`",
            "specs/bank.yaml:128#/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/uid: [unknown-function] \
             `uid` is not a function; write `uuid`",
            "specs/bank.yaml:158#/paths/~1ping/get/responses/204: [missing-word] a response without `description`; \
             write `description: …`",
        ]
    );
}

#[test]
fn findings_are_counted_and_shown_a_line_each() {
    let findings = read("bank.yml", &BANK.replace("openapi: 3.0.3", "openapi: 3.2.0")).unwrap_err();
    assert_eq!((findings.len(), findings.is_empty()), (2, false));
    let lines: Vec<String> = (&findings).into_iter().map(ToString::to_string).collect();
    assert_eq!(findings.to_string(), lines.join("\n"));
    assert!(
        lines[0].starts_with("bank.yml: [file-name] ") && lines[1].starts_with("bank.yml:1#/openapi: "),
        "{lines:?}"
    );
    assert_eq!((Findings::default().len(), Findings::default().is_empty()), (0, true));
}

#[test]
fn a_mistake_in_a_shared_component_is_one_finding() {
    let findings = lint("bank.yaml", &BANK.replace("{setting: country, default: MX}", "{settings: country}"));
    let unknown = findings.iter().filter(|finding| finding.rule == Rule::UnknownFunction);
    assert_eq!(unknown.count(), 1, "{findings:?}");
}

#[test]
fn a_document_has_up_to_four_mebibytes() {
    for (bytes, found) in [(4 << 20, false), ((4 << 20) + 1, true)] {
        let text = format!("{BANK}{}", "\n".repeat(bytes - BANK.len()));
        assert_eq!(lint("bank.yaml", &text).iter().any(|finding| finding.rule == Rule::Yaml), found, "{bytes}");
    }
}

#[test]
fn documents_of_unreasonable_size_are_refused() {
    let large = format!("{BANK}\n# {}", "x".repeat(5 << 20));
    let deep = format!("openapi: {}{}", "[".repeat(5000), "]".repeat(5000));
    let levels: Vec<String> =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    let bomb = format!("a0: &a0 [x, x]\n{}", levels.join("\n"));
    // A chain of objects that is longer than a stack is deep, and one that doubles with each level.
    let card = "        card: {$ref: '#/components/schemas/Card'}\n";
    let body = BANK.replace(card, &format!("{card}        chain: {{$ref: '#/components/schemas/C0'}}\n"));
    let chain = |length: usize, names: &[&str]| {
        let object = |level: usize| {
            let next = format!("{{$ref: '#/components/schemas/C{}'}}", level + 1);
            let properties: Vec<String> = names.iter().map(|name| format!("{name}: {next}")).collect();
            format!("    C{level}: {{type: object, x-source: page 5, properties: {{{}}}}}\n", properties.join(", "))
        };
        let objects: String = (0..length).map(object).collect();
        format!("{body}{objects}    C{length}: {{type: object, x-source: page 5}}\n")
    };
    assert_eq!(lint("bank.yaml", &chain(14, &["next"])), []);
    assert_eq!(lint("bank.yaml", &chain(15, &["next"])).len(), 1);
    let (long, wide) = (chain(500, &["next"]), chain(14, &["a", "b", "c"]));
    for text in [large, deep, bomb, long, wide, String::new(), "- a list".to_owned(), "---\na: 1\n---\nb: 2".to_owned()]
    {
        assert!(!lint("bank.yaml", &text).is_empty());
    }
}
