//! Every rule finds what it is for. Each case breaks one thing in a clean document, `data/bank.yaml`.

use std::collections::HashSet;

use countersign_spec::{Rule, lint, read_file};

const BANK: &str = include_str!("data/bank.yaml");

/// The document with one text replaced by another, and what that breaks: the rule and the pointer of the finding.
#[rustfmt::skip] // A case is a line, however long.
const CASES: &[(Rule, &str, &str, &str)] = &[
    // The document as YAML.
    (Rule::Yaml, "info:\n", "info: [\n", ""),
    (Rule::Yaml, "  title: Bank\n", "  title: Bank\n  title: Bank\n", ""),
    (Rule::Yaml, "'404':", "'200':", ""),
    (Rule::Yaml, "'404':", "200:", ""),
    // OpenAPI, and no more of it than is understood.
    (Rule::OpenapiVersion, "openapi: 3.0.3", "openapi: 3.1.0", "/openapi"),
    (Rule::WrongType, "openapi: 3.0.3", "openapi: 3.0", "/openapi"),
    (Rule::MissingWord, "  title: Bank\n", "", "/info"),
    (Rule::MissingWord, "      summary: Says that the bank is there\n", "", "/paths/~1ping/get"),
    (Rule::MissingWord, "owner: {$ref: '#/components/schemas/Owner'}", "owner: {format: uuid, x-source: page 5}", "/components/schemas/SetPinAnswer/properties/owner"),
    (Rule::UnknownWord, "  description: A made-up", "  descripton: A made-up", "/info/descripton"),
    (Rule::UnknownWord, "maxLength: 20", "maxLenght: 20", "/components/schemas/SetPinRequest/properties/reference/maxLenght"),
    (Rule::UnsupportedWord, "additionalProperties: {type: integer}", "oneOf: [{type: integer}]", "/components/schemas/Counts/oneOf"),
    (Rule::UnsupportedWord, "additionalProperties: {type: integer}", "allOf: []", "/components/schemas/Counts/allOf"),
    (Rule::UnsupportedWord, "additionalProperties: {type: integer}", "discriminator: {}", "/components/schemas/Counts/discriminator"),
    (Rule::UnsupportedWord, "      operationId: ping\n", "      operationId: ping\n      callbacks: {}\n", "/paths/~1ping/get/callbacks"),
    (Rule::UnsupportedWord, "  /ping:\n    get:", "  /ping:\n    head:", "/paths/~1ping/head"),
    (Rule::UnsupportedWord, "          description: It is.\n", "          description: It is.\n          headers: {}\n", "/paths/~1ping/get/responses/204/headers"),
    (Rule::UnsupportedWord, "    x-name: sandbox\n", "    x-name: sandbox\n    variables: {}\n", "/servers/0/variables"),
    (Rule::UnsupportedWord, "            examples:\n              usual", "            encoding: {}\n            examples:\n              usual", "/paths/~1cards~1{card_id}~1pin/put/requestBody/content/application~1json/encoding"),
    (Rule::UnknownExtension, "      x-retry: safe", "      x-retri: safe", "/paths/~1cards~1{card_id}~1pin/put/x-retri"),
    (Rule::UnknownExtension, "  early: 2m", "  x-early: 2m", "/x-session/x-early"),
    (Rule::UnknownExtension, "  /ping:\n", "  x-ping: {}\n  /ping:\n", "/paths/x-ping"),
    (Rule::MisplacedExtension, "    Refusal:\n      type: object\n", "    Refusal:\n      type: object\n      x-retry: safe\n", "/components/schemas/Refusal/x-retry"),
    (Rule::MisplacedExtension, "schema: {type: boolean}", "schema: {type: boolean, x-value: x}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema/x-value"),
    (Rule::MisplacedExtension, "          description: Which card.\n", "          description: Which card.\n          x-value: x\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/x-value"),
    (Rule::MisplacedExtension, "        labels:\n", "        labels:\n          x-value: x\n", "/components/schemas/SetPinRequest/properties/labels/x-value"),
    (Rule::WrongType, "nullable: true, x-source", "nullable: 1, x-source", "/components/schemas/SetPinAnswer/properties/result/nullable"),
    (Rule::WrongType, "maxLength: 20", "maxLength: -1", "/components/schemas/SetPinRequest/properties/reference/maxLength"),
    (Rule::WrongType, "tags: [cards]", "tags: cards", "/paths/~1cards~1{card_id}~1pin/put/tags"),
    (Rule::WrongType, "x-sensitive: true}\n          x-source: page 5\n        - name: notify", "x-sensitive: yes}\n          x-source: page 5\n        - name: notify", "/paths/~1cards~1{card_id}~1pin/put/parameters/0/schema/x-sensitive"),
    (Rule::WrongValue, "additionalProperties: {type: integer}", "additionalProperties: {type: int}", "/components/schemas/Counts/additionalProperties/type"),
    (Rule::WrongValue, "kind: rsa-public-key", "kind: rsa", "/x-credentials/pin_key/kind"),
    (Rule::Reference, "schemas/Access'", "schemas/Acess'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "'#/components/schemas/Access'", "'other.yaml#/Access'", "/components/schemas/LogInAnswer/properties/data/$ref"),
    (Rule::Reference, "{$ref: '#/components/schemas/Access'}", "{$ref: '#/components/schemas/Access', nullable: true}", "/components/schemas/LogInAnswer/properties/data/nullable"),
    (Rule::Reference, "name: {type: string, x-sensitive: true, x-source: page 5}", "friend: {$ref: '#/components/schemas/Owner'}", "/components/schemas/Owner"),
    (Rule::Source, "      x-source: page 6\n", "", "/paths/~1ping/get"),
    (Rule::Source, "score: {type: number, x-source: page 5}", "score: {type: number}", "/components/schemas/Card/properties/score"),
    (Rule::Source, "Signs requests.\n    x-source: page 2", "Signs requests.", "/x-credentials/secret_key"),
    (Rule::Source, "          description: It is.\n          x-source: page 6\n", "          description: It is.\n", "/paths/~1ping/get/responses/204"),
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
    (Rule::PathTemplate, "- name: card_id", "- name: card", "/paths/~1cards~1{card_id}~1pin/put/parameters/0"),
    (Rule::PathTemplate, "          in: path\n          required: true\n", "          in: path\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/0"),
    (Rule::Parameter, "          in: query\n", "          in: cookie\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::Parameter, "          in: query\n", "          in: body\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/in"),
    (Rule::Parameter, "          in: query\n", "          in: query\n          style: deepObject\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/style"),
    (Rule::Parameter, "          in: query\n", "          in: query\n          explode: false\n", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/explode"),
    (Rule::Parameter, "schema: {type: boolean}", "schema: {type: array, items: {type: string}}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::Parameter, "- name: X-Trace", "- name: x-signature", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: X Trace", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: Content-Length", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::HeaderName, "- name: X-Trace", "- name: Content-Type", "/paths/~1cards~1{card_id}~1pin/put/parameters/2"),
    (Rule::RequestBody, "      requestBody:\n        required: true\n        content:\n          application/json", "      requestBody:\n        content:\n          application/json", "/paths/~1cards~1{card_id}~1pin/put/requestBody"),
    (Rule::RequestBody, "    put:\n", "    get:\n", "/paths/~1cards~1{card_id}~1pin/get/requestBody"),
    (Rule::RequestBody, "          application/x-www-form-urlencoded:", "          application/json: {schema: {$ref: '#/components/schemas/LogInRequest'}}\n          application/x-www-form-urlencoded:", "/paths/~1token/post/requestBody/content"),
    (Rule::RequestBody, "application/x-www-form-urlencoded", "multipart/form-data", "/paths/~1token/post/requestBody/content/multipart~1form-data"),
    (Rule::RequestBody, "application/x-www-form-urlencoded", "text/xml", "/paths/~1token/post/requestBody/content/text~1xml"),
    (Rule::RequestBody, "issued_at: {type: integer, x-value: {time: unix}, x-source: page 3}", "tags: {type: array, items: {type: string}, x-source: page 3}", "/components/schemas/LogInRequest/properties/tags"),
    (Rule::RequestBody, "{$ref: '#/components/schemas/LogInRequest'}", "{type: array, items: {type: string}}", "/paths/~1token/post/requestBody/content/application~1x-www-form-urlencoded/schema"),
    (Rule::Response, "        '204':", "        '404':", "/paths/~1ping/get/responses"),
    (Rule::Response, "        '204':", "        '2004':", "/paths/~1ping/get/responses/2004"),
    (Rule::Response, "        '404':", "        '201':", "/paths/~1cards~1{card_id}~1pin/put/responses"),
    (Rule::Response, "            application/json:\n              schema: {$ref: '#/components/schemas/SetPinAnswer'}", "            text/plain:\n              schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/text~1plain"),
    // Schemas.
    (Rule::InlineObject, "owner: {$ref: '#/components/schemas/Owner'}", "owner: {type: object, x-source: page 5}", "/components/schemas/SetPinAnswer/properties/owner"),
    (Rule::InlineObject, "    Refusal:\n      type: object", "    Name: {type: string, x-source: page 5}\n    Refusal:\n      type: object", "/components/schemas/Name"),
    (Rule::ClosedObject, "      additionalProperties: {type: integer}", "      additionalProperties: false", "/components/schemas/Counts/additionalProperties"),
    (Rule::Schema, "active: {type: boolean,", "active: {type: boolean, format: flag,", "/components/schemas/Card/properties/active/format"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, pattern: x,", "/components/schemas/Card/properties/uses/pattern"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, enum: [1],", "/components/schemas/Card/properties/uses/enum"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: integer, minimum: 0.5,", "/components/schemas/Card/properties/uses/minimum"),
    (Rule::Schema, "uses: {type: integer,", "uses: {type: array,", "/components/schemas/Card/properties/uses"),
    (Rule::Schema, "required: [number]", "required: [nummer]", "/components/schemas/Card/required/0"),
    (Rule::Schema, "required: [number]", "required: [number, number]", "/components/schemas/Card/required/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, 1]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: [lost, lost]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    (Rule::Schema, "enum: [lost, forgotten]", "enum: []", "/components/schemas/SetPinRequest/properties/reason/enum"),
    (Rule::Schema, "minLength: 1,", "minLength: 30,", "/components/schemas/SetPinRequest/properties/reference"),
    (Rule::Schema, "required: [result]", "required: [result]\n      additionalProperties: {type: string}", "/components/schemas/SetPinAnswer/additionalProperties"),
    (Rule::MissingWord, "reference: {type: string,", "reference: {", "/components/schemas/SetPinRequest/properties/reference"),
    (Rule::NumberForMoney, "score: {type: number,", "cardBalance: {type: number,", "/components/schemas/Card/properties/cardBalance"),
    (Rule::UnmarkedSecret, "access: {type: string, format: password,", "access_token: {type: string,", "/components/schemas/Access/properties/access_token"),
    (Rule::UnmarkedSecret, "uses: {type: integer,", "loginPIN: {type: integer,", "/components/schemas/Card/properties/loginPIN"),
    (Rule::UnmarkedSecret, "        labels:", "        passwords_or_pin:", "/components/schemas/SetPinRequest/properties/passwords_or_pin/items"),
    (Rule::UnmarkedSecret, "- name: notify\n          in: query\n          description: Whether the holder is told.\n          schema: {type: boolean}", "- name: pin\n          in: query\n          schema: {type: string}", "/paths/~1cards~1{card_id}~1pin/put/parameters/1/schema"),
    (Rule::Pattern, "^[0-9]{4}$", "^(?=[0-9]{4}$)", "/components/schemas/SetPinRequest/properties/pin/pattern"),
    (Rule::NullableObject, "    Card:\n      type: object\n", "    Card:\n      type: object\n      nullable: true\n", "/components/schemas/Card"),
    (Rule::NullableObject, "    SetPinAnswer:\n      type: object\n", "    SetPinAnswer:\n      type: object\n      nullable: true\n", "/paths/~1cards~1{card_id}~1pin/put/responses/200/content/application~1json/schema"),
    (Rule::BelowArray, "items: {type: string, x-sensitive: true}", "items: {type: string, pattern: x}", "/components/schemas/SetPinRequest/properties/labels/items/pattern"),
    (Rule::FilledAnswer, "until: {type: string,", "until: {type: string, x-value: x,", "/components/schemas/Access/properties/until/x-value"),
    // Security and servers.
    (Rule::SecurityScheme, "      in: header\n      name: X-Signature\n", "      in: cookie\n      name: X-Signature\n", "/components/securitySchemes/signature"),
    (Rule::SecurityScheme, "      name: X-Signature\n", "", "/components/securitySchemes/signature"),
    (Rule::SecurityScheme, "      scheme: bearer\n", "", "/components/securitySchemes/bearer"),
    (Rule::SecurityScheme, "      x-value: {session: access}\n", "", "/components/securitySchemes/bearer"),
    (Rule::SecurityScheme, "type: http\n      scheme: bearer\n      x-value: {session: access}", "type: oauth2\n      flows: {}", "/components/securitySchemes/bearer"),
    (Rule::SecurityRequirement, "  - bearer: []\n    signature: []", "  - bearer: []\n  - signature: []", "/security"),
    (Rule::SecurityRequirement, "        - basic: []", "        - basics: []", "/paths/~1token/post/security/0/basics"),
    (Rule::ServerUrl, "https://api.example.com/api", "http://api.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://api.example.com/api/", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://{where}.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://api.example.com/api?x=1", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://me:pw@api.example.com/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "/api", "/servers/1/url"),
    (Rule::ServerUrl, "https://api.example.com/api", "https://sandbox.example.com/api", "/servers/1/url"),
    (Rule::MissingWord, "    x-name: production\n", "", "/servers/1"),
    (Rule::NameForm, "x-name: production", "x-name: Production", "/servers/1/x-name"),
    (Rule::NameClash, "x-name: production", "x-name: sandbox", "/servers/1/x-name"),
    // Names.
    (Rule::NameForm, "  country:\n", "  Country:\n", "/x-settings/Country"),
    (Rule::NameForm, "    Refusal:\n", "    Réfusal:\n", "/components/schemas/Réfusal"),
    (Rule::NameClash, "  country:\n", "  timeout:\n", "/x-settings/timeout"),
    (Rule::NameClash, "  country:\n", "  secret_key:\n", "/x-settings/secret_key"),
    (Rule::NameClash, "  country:\n", "  secret_key_file:\n", "/x-settings/secret_key_file"),
    (Rule::NameClash, "    Refusal:\n", "    log_in_answer: {type: object, x-source: page 5}\n    Refusal:\n", "/components/schemas/log_in_answer"),
    (Rule::NameClash, "    Refusal:\n", "    SetPinRequestReason: {type: object, x-source: page 5}\n    Refusal:\n", "/components/schemas/SetPinRequest/properties/reason"),
    (Rule::NameClash, "issued_on: {type: string,", "Number: {type: string,", "/components/schemas/Card/properties/Number"),
    (Rule::NameClash, "- name: notify", "- name: body", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::NameClash, "- name: notify", "- name: CardId", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::NameClash, "- name: notify", "- name: card_id", "/paths/~1cards~1{card_id}~1pin/put/parameters/1"),
    (Rule::NameClash, "enum: [lost, forgotten]", "enum: [lost, Lost]", "/components/schemas/SetPinRequest/properties/reason/enum/1"),
    // Expressions.
    (Rule::Expression, "{time: unix}", "{time: unix, offset: Z}", "/components/schemas/LogInRequest/properties/issued_at/x-value/offset"),
    (Rule::Expression, "{time: unix}", "{time: now}", "/components/schemas/LogInRequest/properties/issued_at/x-value/time"),
    (Rule::Expression, "{time: unix}", "{time: \"%Q%\"}", "/components/schemas/LogInRequest/properties/issued_at/x-value/time"),
    (Rule::Expression, "offset: \"Z\"", "offset: \"+5:30\"", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256/of/join/of/2/offset"),
    (Rule::Expression, "{uuid: v4}", "{uuid: v7}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/uuid"),
    (Rule::Expression, "{uuid: v4}", "{}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value"),
    (Rule::Expression, "{uuid: v4}", "7", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value"),
    (Rule::Expression, "{uuid: v4}", "{uuid: v4, hex: x}", "/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/hex"),
    (Rule::Expression, "{fields: signed, separator: \"|\"}", "{fields: signed, seperator: \"|\"}", "/components/schemas/SetPinRequest/properties/mac/x-value/hex/sha-256/0/seperator"),
    (Rule::Expression, "x-value: {session: access}", "x-value: {given: true}", "/components/securitySchemes/bearer/x-value/given"),
    (Rule::Expression, "              key: {credential: secret_key}\n", "", "/components/securitySchemes/signature/x-value/upper/hex/hmac-sha-256"),
    (Rule::Expression, "    kind: rsa-public-key\n", "", "/components/schemas/SetPinRequest/properties/pin/x-value/base64-mime/rsa-pkcs1-v1-5/key"),
    (Rule::UnknownFunction, "{sha-512: {request: body}}", "{sha512: {request: body}}", "/components/securitySchemes/digest/x-value/base64-url/sha512"),
    (Rule::UnknownName, "{setting: country, default: MX}", "{setting: contry, default: MX}", "/components/parameters/Country/x-value/setting"),
    (Rule::UnknownName, "x-value: {session: access}", "x-value: {session: token}", "/components/securitySchemes/bearer/x-value/session"),
    (Rule::UnknownName, "[{credential: client_id}", "[{credential: client}", "/components/securitySchemes/basic/x-value/base64/0/credential"),
    (Rule::UnusedName, "[{credential: client_id}", "[a", "/x-credentials/client_id"),
    (Rule::UnusedName, "{setting: country, default: MX}", "MX", "/x-settings/country"),
    (Rule::SettingDefault, "x-value: client_credentials", "x-value: {setting: country, default: PK}", "/components/parameters/Country/x-value/default"),
    (Rule::UnknownField, "{fields: signed, separator: \"|\"}", "{fields: [reference, /card/nr]}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownField, "x-value: {time: unix}", "x-value: {field: nothing}", "/components/schemas/LogInRequest/properties/issued_at/x-value"),
    (Rule::UnknownHeader, "{header: X-Trace}", "{header: X-Tracee}", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::UnknownHeader, "{request-header: X-Trace}", "{request-header: X-Other}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/request-id/0"),
    (Rule::SignedFields, "x-signed-fields: [/card/number, reference]", "x-signed-fields: [/card/nr, reference]", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields/0"),
    (Rule::SignedFields, "      x-signed-fields: [/card/number, reference]\n", "", "/components/schemas/SetPinRequest/properties/mac/x-value"),
    (Rule::SignedFields, "{fields: signed, separator: \"|\"}", "{fields: by-name}", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields"),
    (Rule::SignedFields, "[/card/number, reference]", "[reference, reference]", "/paths/~1cards~1{card_id}~1pin/put/x-signed-fields/1"),
    (Rule::EqualTo, "x-equal-to: pin", "x-equal-to: pim", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::EqualTo, "x-equal-to: pin", "x-equal-to: mac", "/components/schemas/SetPinRequest/properties/confirmation/x-equal-to"),
    (Rule::Circle, "{header: X-Trace}", "{request: body}", "/paths/~1cards~1{card_id}~1pin/put"),
    // Session, outcome, retry.
    (Rule::Session, "issue: log_in", "issue: log_on", "/x-session/issue"),
    (Rule::Session, "renew: renew", "renew: renewal", "/x-session/renew"),
    (Rule::Session, "pointer: /data/access\n", "pointer: data/access\n", "/x-session/values/access/pointer"),
    (Rule::Session, "pointer: /data/access\n", "pointer: /data/acess\n", "/x-session/values/access/pointer"),
    (Rule::Session, "- jwt: access", "- jwt: token", "/x-session/expires/0/jwt"),
    (Rule::Session, "- after: 24h", "- after: 24", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- after: 99999999d", "/x-session/expires/3/after"),
    (Rule::Session, "- after: 24h", "- for: 24h", "/x-session/expires/3"),
    (Rule::Session, "{status: [401], code", "{status: [one], code", "/x-session/refused/status/0"),
    (Rule::Session, "early: 2m", "late: 2m", "/x-session/late"),
    (Rule::SessionOperation, "issue: log_in", "issue: renew", "/x-session/issue"),
    (Rule::SessionOperation, "x-value: client_credentials, ", "", "/x-session/issue"),
    (Rule::SessionOperation, "issue: log_in", "issue: ping", "/x-session/issue"),
    (Rule::Outcome, "decided-by: body", "decided-by: luck", "/x-outcome/decided-by"),
    (Rule::Outcome, "one-of: [ok, 200]", "one-off: [ok, 200]", "/x-outcome/success/0"),
    (Rule::Outcome, "one-of: [ok, 200]", "one-of: []", "/x-outcome/success/0/one-of"),
    (Rule::Outcome, "{4005: not-found}", "{4005: missing}", "/x-outcome/kinds/4005"),
    (Rule::Outcome, "message: [/message]", "message: [message]", "/x-outcome/message/0"),
    (Rule::Outcome, "{response-header: X-Request-Id}", "{}", "/x-outcome/request-id/1"),
    (Rule::Outcome, "      x-outcome: {x-source: page 6}\n", "", "/paths/~1ping/get"),
    (Rule::Outcome, "x-outcome: {x-source: page 6}", "x-outcome: {success: [{at: /ok, one-of: [1]}], x-source: page 6}", "/paths/~1ping/get"),
    (Rule::Outcome, "{at: /result, present: true}", "{at: /result, present: false}", "/paths/~1cards~1{card_id}~1pin/put/x-outcome/success/0/present"),
    (Rule::Retry, "x-retry: safe", "x-retry: always", "/paths/~1cards~1{card_id}~1pin/put/x-retry"),
    (Rule::Sandbox, "answer: unknown_card", "answer: unknown", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/answer"),
    (Rule::Sandbox, "{/card/number: \"4", "{/card/nr: \"4", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when/~1card~1nr"),
    (Rule::Sandbox, "notify: true}", "notify: [true]}", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when/notify"),
    (Rule::Sandbox, "- {when: {/card/number: \"4000000000004005\", notify: true}, ", "- {when: {}, ", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/when"),
    (Rule::Sandbox, "notify: true}, answer", "notify: true}, status: 404, answer", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0/status"),
    (Rule::MissingWord, ", answer: unknown_card}", "}", "/paths/~1cards~1{card_id}~1pin/put/x-sandbox/0"),
];

#[test]
fn the_document_is_clean_as_it_stands() {
    assert_eq!(lint("bank.yaml", BANK), []);
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let mut failures = Vec::new();
    for (rule, from, to, pointer) in CASES {
        assert!(BANK.contains(from), "the document no longer says {from}");
        let findings = lint("bank.yaml", &BANK.replacen(from, to, 1));
        if !findings.iter().any(|finding| finding.rule == *rule && finding.pointer == *pointer) {
            let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
            failures.push(format!("{from:?} -> {to:?}: no [{rule}] at {pointer}, but\n    {}", found.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    // The first two are about files and have tests of their own below. The last is the net below the grammar: no
    // document is known that falls into it.
    let mut tried: HashSet<Rule> = CASES.iter().map(|(rule, ..)| *rule).collect();
    tried.extend([Rule::Unreadable, Rule::FileName, Rule::NotOpenapi]);
    let untried: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !tried.contains(rule)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn a_file_is_named_after_its_provider() {
    for file in ["Bank.yaml", "my-bank.yaml", "bank.yml", "bank", "", "specs/all.yaml", "match.yaml"] {
        let findings = lint(file, BANK);
        assert!(findings.iter().any(|finding| finding.rule == Rule::FileName), "{file}: {findings:?}");
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
fn all_findings_come_at_once_in_the_order_of_the_lines() {
    let text = BANK
        .replace("openapi: 3.0.3", "openapi: 3.1.0")
        .replace("{uuid: v4}", "{uid: v4}")
        .replace("          description: It is.\n", "");
    let shown: Vec<String> = lint("specs/bank.yaml", &text).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "specs/bank.yaml:1#/openapi: [openapi-version] `3.1.0` is not supported; write `openapi: 3.0.3`",
            "specs/bank.yaml:128#/paths/~1cards~1{card_id}~1pin/put/parameters/2/x-value/uid: [unknown-function] \
             `uid` is not a function; write `uuid`",
            "specs/bank.yaml:158#/paths/~1ping/get/responses/204: [missing-word] a response without `description`; \
             write `description: …`",
        ]
    );
}

#[test]
fn a_mistake_in_a_shared_component_is_one_finding() {
    let findings = lint("bank.yaml", &BANK.replace("{setting: country, default: MX}", "{settings: country}"));
    let unknown = findings.iter().filter(|finding| finding.rule == Rule::UnknownFunction);
    assert_eq!(unknown.count(), 1, "{findings:?}");
}

#[test]
fn documents_of_unreasonable_size_are_refused() {
    let large = format!("{BANK}\n# {}", "x".repeat(5 << 20));
    let deep = format!("openapi: {}{}", "[".repeat(5000), "]".repeat(5000));
    let levels: Vec<String> =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    let bomb = format!("a0: &a0 [x, x]\n{}", levels.join("\n"));
    for text in [large, deep, bomb, String::new(), "- a list".to_owned(), "---\na: 1\n---\nb: 2".to_owned()] {
        assert!(!lint("bank.yaml", &text).is_empty());
    }
}
