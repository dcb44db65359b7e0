//! What is made of a flow of OAuth 2.0 is what a person would write.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

use countersign_spec::{Document, Rule, lint, read};

const TOKEN: &str = include_str!("../../../tests/documents/token.yaml");
const URL: &str = "tokenUrl: https://login.token.example/oauth/token";

/// What the document says when a person writes all of it.
const WRITTEN: &str = "
x-credentials:
  client_id: {description: The client's id., x-source: the flow of the scheme `oauth`}
  client_secret: {description: The secret of the client., x-source: the flow of the scheme `oauth`}
x-session:
  issue: issue_token
  values: {access_token: {pointer: /access_token, description: The token that calls carry.}}
  expires: [{seconds: /expires_in}]
  refused: {status: [401]}
  x-source: the flow of the scheme `oauth`
paths:
  /oauth/token:
    post:
      operationId: issue_token
      summary: Issues an access token for the client's own credentials
      x-source: the flow of the scheme `oauth`
      x-outcome: {success: [{at: /access_token, present: true}], code: [/error], message: [/error_description]}
      servers: [{url: https://login.token.example, x-name: main}]
      security: [{client_credentials: []}]
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [grant_type, scope]
              properties:
                grant_type: {type: string, x-value: client_credentials}
                scope: {type: string, x-value: payments.read payments.write}
      responses:
        '200':
          description: The token.
          content:
            application/json:
              schema:
                type: object
                required: [access_token]
                properties:
                  access_token: {type: string, format: password}
                  expires_in: {type: integer}
                  token_type: {type: string, x-sensitive: false}
              examples: {usual: {value: {access_token: made-up, token_type: Bearer, expires_in: 3600}}}
";

fn document(text: &str) -> Document {
    read("token.yaml", text).unwrap_or_else(|findings| panic!("{findings}"))
}

fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(TOKEN.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// Where the token is issued: the path, and the servers if they are not the document's.
fn place(text: &str) -> (String, Vec<String>) {
    let document = document(text);
    let plan = document.plan();
    let issue = plan.operation(&plan.session.as_ref().unwrap().issue).unwrap();
    let note = document.notes().iter().find(|note| note.text.contains("is made of the flow")).unwrap().text.clone();
    let path = format!("{:?}", issue.path);
    let urls = note.split('`').filter(|part| part.contains("://")).map(str::to_owned).collect();
    (path, urls)
}

#[test]
fn the_flow_of_a_scheme_is_what_a_person_would_write() {
    let (before, after) = TOKEN.split_once("paths:\n").unwrap();
    let (operations, schemes) = after.split_once("components:\n").unwrap();
    let issue = WRITTEN.split_once("paths:\n").unwrap();
    let schemes = format!(
        "{}      x-value: {{session: access_token}}
    client_credentials:
      type: http
      scheme: basic
      x-value: {{base64: [{{form: {{credential: client_id}}}}, ':', {{form: {{credential: client_secret}}}}]}}
",
        schemes
    );
    let written = format!("{before}{}paths:\n{operations}{}components:\n{schemes}", issue.0.trim_start(), issue.1);
    let (made, written) = (document(TOKEN), document(&written));
    assert_eq!(format!("{:#?}", made.plan()), format!("{:#?}", written.plan()));
    assert_eq!(serde_json::to_value(made.plain()).unwrap(), serde_json::to_value(written.plain()).unwrap());
    let notes = |document: &Document| document.notes().iter().map(|note| note.text.clone()).collect::<Vec<_>>();
    let said = "issue_token is made of the flow of `oauth`: it issues the token at `https://login.token.example/oauth/token`, for \
                `client_id` and `client_secret`";
    let called = "issue_token is called at https://login.token.example, with `client_credentials`";
    assert_eq!((notes(&made), notes(&written)), (vec![said.to_owned(), called.to_owned()], vec![called.to_owned()]));
}

#[test]
fn a_client_says_who_it_is_as_the_scheme_says() {
    let with_word = |word: &str| {
        with(&[("      type: oauth2\n", &format!("      type: oauth2\n      x-client-authentication: {word}\n"))])
    };
    let of = |text: &str| format!("{:#?}", document(text).plan());
    assert_eq!(of(&with_word("client_secret_basic")), of(TOKEN));
    let (before, after) = TOKEN.split_once("paths:\n").unwrap();
    let (operations, schemes) = after.split_once("components:\n").unwrap();
    let (session, issue) = WRITTEN.split_once("paths:\n").unwrap();
    let issue = issue
        .replace("security: [{client_credentials: []}]", "security: []")
        .replace("required: [grant_type, scope]", "required: [client_id, client_secret, grant_type, scope]")
        .replace(
            "                grant_type:",
            "                client_id: {type: string, x-value: {credential: client_id}}
                client_secret: {type: string, format: password, x-value: {credential: client_secret}}
                grant_type:",
        );
    let schemes = format!("{schemes}      x-value: {{session: access_token}}\n");
    let written = format!("{before}{}paths:\n{operations}{issue}components:\n{schemes}", session.trim_start());
    assert_eq!(of(&with_word("client_secret_post")), of(&written));

    for (text, problem) in [
        (with_word("client_secret_pots"), "client_secret_post"),
        (with_word("client_secret_post\n      x-value: {credential: client_secret}"), "has no flow that is followed"),
    ] {
        let found = lint("token.yaml", &text);
        assert!(found.iter().any(|finding| finding.to_string().contains(problem)), "{problem}: {found:#?}");
    }
}

#[test]
fn it_is_issued_where_the_flow_says() {
    let server = "  - {url: https://api.token.example/v1, description: The one server., x-name: main}\n";
    let two = "  - {url: https://api.token.example/v1, description: Counts., x-name: live}
  - {url: https://test.token.example/v1, description: Does not count., x-name: test}\n";
    for (servers, url, path, urls) in [
        (server, "https://api.token.example/v1/token", "/token", &["https://api.token.example/v1/token"][..]),
        (server, "/v1/token", "/token", &["https://api.token.example/v1/token"]),
        (server, "/token", "/token", &["https://api.token.example/token"]),
        (server, "https://api.token.example/v10/token", "/v10/token", &["https://api.token.example/v10/token"]),
        (server, "https://login.example/o/token/", "/o/token/", &["https://login.example/o/token/"]),
        (server, "https://login.example", "/", &["https://login.example/"]),
        (two, "/token", "/token", &["https://api.token.example/token", "https://test.token.example/token"]),
        (
            two,
            "https://test.token.example/v1/token",
            "/token",
            &["https://api.token.example/v1/token", "https://test.token.example/v1/token"],
        ),
        (two, "https://login.example/token", "/token", &["https://login.example/token"]),
    ] {
        let text = with(&[(server, servers), (URL, &format!("tokenUrl: '{url}'"))]);
        let (at, found) = place(&text);
        assert!(at.contains(&format!("{path:?}")), "{url}: {at}");
        assert_eq!(found, urls, "{url}");
    }
}

#[test]
fn names_that_are_taken_stay() {
    let text = with(&[
        ("operationId: pay\n", "operationId: issue_token\n"),
        (
            "x-source: made up\nsecurity",
            "x-source: made up\nx-credentials: {client_id: {description: The shop.}}\nsecurity",
        ),
        (
            "  securitySchemes:\n",
            "  securitySchemes:\n    client_credentials: {type: openIdConnect, openIdConnectUrl: 'https://x.example'}\n",
        ),
    ]);
    let document = document(&text);
    let plan = document.plan();
    assert_eq!(plan.session.as_ref().unwrap().issue.to_string(), "issue_token_2");
    let described: Vec<String> = plan.credentials.iter().map(|credential| credential.description.to_string()).collect();
    assert_eq!(described, ["The shop.", "The secret of the client."]);
}

#[test]
fn what_the_document_says_itself_stays_and_what_nobody_knows_is_asked_for() {
    let own = with(&[
        ("      flows", "      x-value: {credential: token}\n      flows"),
        (
            "x-source: made up\nsecurity",
            "x-source: made up\nx-credentials: {token: {description: The token.}}\nsecurity",
        ),
    ]);
    let document = document(&own);
    assert!(document.plan().session.is_none() && document.plan().operations.len() == 2);
    for url in [
        "token",
        "//evil.example/token",
        "https://login.example/{tenant}/token",
        "https://login.example/token?a=b",
        "/v1/payments",
        "",
    ] {
        let found = lint("token.yaml", &with(&[(URL, &format!("tokenUrl: '{url}'"))]));
        assert_eq!(
            found.iter().map(|finding| finding.rule).collect::<Vec<_>>(),
            [Rule::SecurityScheme],
            "{url}: {found:?}"
        );
    }
    // What is found in what is made is found at the scheme.
    for url in ["http://login.example/token", "https://user@login.example/token"] {
        let found = lint("token.yaml", &with(&[(URL, &format!("tokenUrl: '{url}'"))]));
        assert!(!found.is_empty(), "{url}");
        assert!(
            found.iter().all(|one| one.pointer == "/components/securitySchemes/oauth" && one.line.is_some()),
            "{found:?}"
        );
    }
    let nowhere = lint(
        "token.yaml",
        &with(&[(
            "servers:\n  - {url: https://api.token.example/v1, description: The one server., x-name: main}\n",
            "",
        )]),
    );
    assert!(nowhere.iter().any(|found| found.problem.contains("the document has no server")), "{nowhere:?}");
}

#[test]
fn a_certificate_is_shown_for_the_token_as_well() {
    let text = with(&[
        (
            "security: [{oauth: [payments.read]}]",
            "x-credentials: {certificate: {kind: client-certificate, description: It.}}\nsecurity: [{oauth: [], tls: []}]",
        ),
        ("  securitySchemes:\n", "  securitySchemes:\n    tls: {type: mutualTLS}\n"),
    ]);
    let document = document(&text);
    let note = "issue_token is called at https://login.token.example, with `client_credentials` and `tls`";
    assert!(document.notes().iter().any(|own| own.text == note), "{:?}", document.notes());
}
