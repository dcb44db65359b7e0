//! What the words of OpenAPI say, as far as a document here may have them: what an editor shows of them.

/// What a word says: on what, or on everything that has no row of its own; the word; and what it says.
type About = (&'static str, &'static str, &'static str);

/// The words of [`grammar`](crate::grammar), in its order.
#[rustfmt::skip] // A line is a word.
const WORDS: &[About] = &[
    // What is the same everywhere.
    ("", "description", "What it is, for readers: Markdown, which becomes its documentation."),
    ("", "summary", "What it does, in one line."),
    ("", "externalDocs", "Where more is said."),
    ("", "deprecated", "`true` if it should no longer be used."),
    ("", "parameters", "What is given outside of the body: headers, the query, the path. On a path it holds for all its operations."),
    ("", "schema", "What the value is."),
    ("", "example", "A sample of the value, made up."),
    ("", "examples", "Samples by their names, made up."),
    ("", "content", "What it is made of: a media type, and its schema."),
    ("", "required", "`true` if it cannot be left out."),
    ("", "url", "The address."),
    ("", "name", "Its name."),

    ("the document", "openapi", "The version of OpenAPI that the document is written in, such as `3.0.3`."),
    ("the document", "info", "What the document is about."),
    ("the document", "servers", "Where the provider is reached. Each has an `x-name`, by which a caller picks it."),
    ("the document", "tags", "What groups of operations are about."),
    ("the document", "security", "What authenticates the calls of all operations that do not say it themselves: security schemes by their names."),
    ("the document", "paths", "The operations, by their paths and methods."),
    ("the document", "components", "What is used in several places, by its name: schemas, parameters, responses, security schemes."),

    ("info", "title", "The provider's name, as people write it."),
    ("info", "version", "The version of the document."),
    ("info", "termsOfService", "The address of the terms of service."),
    ("info", "contact", "Whom to ask."),
    ("info", "license", "What the documentation may be used for."),
    ("contact", "email", "An address for mail."),

    ("the overlay", "overlay", "The version of the specification of overlays, `1.0.0` or `1.1.0`."),
    ("the overlay", "info", "What the overlay is about."),
    ("the overlay", "title", "What the overlay is called."),
    ("the overlay", "version", "The version of the overlay."),
    ("the overlay", "extends", "The published document, a file beside this one."),
    ("the overlay", "actions", "What is changed in it, in this order."),
    ("an action", "target", "What is changed: a JSONPath (RFC 9535)."),
    ("an action", "update", "What is merged into it."),
    ("an action", "copy", "What is merged into it, found by another JSONPath."),
    ("an action", "remove", "`true` takes it out."),
    ("`x-base`", "file", "The file of the published document."),
    ("`x-base`", "sha256", "The SHA-256 of that file."),
    ("`x-operations`", "only", "These operations alone: an `operationId`, a tag, a path, or a method and a path."),
    ("`x-operations`", "except", "All operations but these."),
    ("`x-operations`", "unsupported", "`skip` leaves out what cannot be taken, and says so."),

    ("a server", "url", "The base URL, without a slash at its end."),

    ("a path", "get", "What a GET does."),
    ("a path", "put", "What a PUT does."),
    ("a path", "post", "What a POST does."),
    ("a path", "delete", "What a DELETE does."),
    ("a path", "patch", "What a PATCH does."),
    ("a webhook", "post", "What the provider sends."),

    ("an operation", "tags", "The groups that it is in."),
    ("a path", "servers", "Where its operations are called: one for each of the document's servers, by its `x-name`."),
    ("an operation", "servers", "Where it is called: one for each of the document's servers, by its `x-name`."),
    ("a server of an operation", "url", "The address, or what follows the host of the document's server."),
    ("a server of an operation", "description", "What it is for."),
    ("a server of an operation", "variables", "What the URL has in braces: settings of the client."),
    ("a server", "variables", "What the URL has in braces: settings of the client."),
    ("a variable of a server", "default", "The value where the caller gives none."),
    ("a variable of a server", "enum", "The values that it may have."),
    ("a variable of a server", "description", "What it means."),
    ("an operation", "operationId", "The name of its method, in `snake_case`."),
    ("an operation", "requestBody", "The body of a request."),
    ("an operation", "responses", "What is answered, by its status: `\"200\"`, `4XX`, `default`."),
    ("an operation", "security", "What authenticates a call of it: security schemes by their names. `[]` is nothing."),
    ("the operation of a webhook", "tags", "The groups that it is in."),
    ("the operation of a webhook", "operationId", "The name of the event, in `snake_case`."),
    ("the operation of a webhook", "requestBody", "The body of the event."),
    ("the operation of a webhook", "responses", "What its receiver answers."),
    ("the operation of a webhook", "security", "What vouches for the event: security schemes by their names."),

    ("a parameter", "name", "Its name on the wire."),
    ("a parameter", "in", "Where it is: `header`, `query` or `path`."),
    ("a parameter", "style", "How a list or an object is written: `form`, `spaceDelimited`, `pipeDelimited`, `deepObject` in a query, `simple` elsewhere."),
    ("a parameter", "explode", "Whether each element of a list, or member of an object, is a pair of its own."),
    ("a request body", "required", "`true` if a call cannot be made without it."),

    ("a media type", "encoding", "How the fields of a form are written that are lists or objects."),
    ("an encoding", "contentType", "`application/json` for a field that is JSON in one text."),
    ("an encoding", "style", "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject`."),
    ("an encoding", "explode", "Whether each element of a list, or member of an object, is a pair of its own."),

    ("an example", "value", "The sample."),

    ("components", "schemas", "What values are, by their names, which become types."),
    ("components", "responses", "Responses, for a `$ref`."),
    ("components", "parameters", "Parameters, for a `$ref`."),
    ("components", "examples", "Samples, for a `$ref`."),
    ("components", "requestBodies", "Bodies of requests, for a `$ref`."),
    ("components", "securitySchemes", "What authenticates, by its name: a header or query parameter with an `x-value`, or a client certificate."),

    ("a security scheme", "type", "How it authenticates: a parameter of any name (`apiKey`), `Authorization` (`http`, `oauth2`, `openIdConnect`), a client certificate (`mutualTLS`)."),
    ("a security scheme", "name", "The name of the header or query parameter."),
    ("a security scheme", "in", "`header` or `query`."),
    ("a security scheme", "scheme", "The first word of `Authorization`: `basic`, `bearer` or another."),
    ("a security scheme", "bearerFormat", "What a bearer token looks like, for readers."),
    ("a security scheme", "flows", "How a token is had. A client follows none of them: the `x-value` is the token."),
    ("a security scheme", "openIdConnectUrl", "Where OpenID Connect is described."),

    ("a discriminator", "propertyName", "The property that says which of several schemas a value has."),
    ("a discriminator", "mapping", "The schemas by the values of that property."),

    ("a schema", "type", "What it is: `string`, `integer`, `number`, `boolean`, `object` or `array`."),
    ("a schema", "format", "What kind of its type: `date`, `password` (a secret, never printed), `int32`, `int64`, `double` …"),
    ("a schema", "title", "What it is called."),
    ("a schema", "nullable", "`true` if it may be `null`."),
    ("a schema", "default", "What it is where it is left out, for readers."),
    ("a schema", "enum", "The values that it may have. A response may have others."),
    ("a schema", "pattern", "A regular expression that is found somewhere in the text that is sent."),
    ("a schema", "minLength", "The least number of characters."),
    ("a schema", "maxLength", "The greatest number of characters."),
    ("a schema", "minimum", "The least number."),
    ("a schema", "maximum", "The greatest number."),
    ("a schema", "exclusiveMinimum", "`true` if the number is greater than `minimum`; in OpenAPI 3.1 the number that it is greater than."),
    ("a schema", "exclusiveMaximum", "`true` if the number is less than `maximum`; in OpenAPI 3.1 the number that it is less than."),
    ("a schema", "multipleOf", "What the number is a multiple of."),
    ("a schema", "items", "What each element of the array is."),
    ("a schema", "minItems", "The least number of elements."),
    ("a schema", "maxItems", "The greatest number of elements."),
    ("a schema", "uniqueItems", "`true` if no two elements are equal."),
    ("a schema", "properties", "What is in the object, by its names on the wire, in the order in which it is sent."),
    ("a schema", "required", "The names of the properties that cannot be left out."),
    ("a schema", "additionalProperties", "What the values under other names are: a schema, for a map."),
    ("a schema", "oneOf", "What the value is one of."),
    ("a schema", "anyOf", "What the value is one of, as `oneOf`."),
    ("a schema", "allOf", "What the value is all of: one schema is made of them."),
    ("a schema", "discriminator", "What tells which of several schemas the value has."),
    ("a schema", "readOnly", "`true` if it is received and not sent."),
    ("a schema", "writeOnly", "`true` if it is sent and not received."),
    ("a schema", "const", "The one value that it has."),
    ("a schema", "examples", "Samples of the value, made up."),
];

/// What a word says on something, if it is a word of OpenAPI there.
pub(crate) fn about(on: &str, word: &str) -> Option<&'static str> {
    let find = |on: &str| WORDS.iter().find(|(own, known, _)| *own == on && *known == word);
    find(on).or_else(|| find("")).map(|(_, _, about)| *about)
}
