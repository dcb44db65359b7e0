use std::time::Instant;

use countersign_plan::words::{
    GIVEN, OBJECT, apply2, base64, credential, entry, field, header, hex, hmac, operation, outcome,
    path as path_parameter, plan, query, received_field, response, sent_header, sha_256, success,
};
use countersign_plan::{
    Credential, CredentialKind, DecidedBy, EcdsaForm, Function, Hash, JweAlgorithm, JweEncryption, Plan, ResponsePart,
    SignatureAlgorithm, list, texts,
};
use regex_lite::Regex;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::json;

use super::*;

static PLAN: Plan = plan("acme", "Acme").operations(list![
    operation("pay", "POST", "/v1.0/wallets/{wallet}/of/{owner}")
        .slots(list![
            path_parameter("wallet"),
            path_parameter("owner").filled(list![sha_256(list![GIVEN])]),
            header("X-Otp"),
            header("X-Pin").filled(list![sha_256(list![GIVEN])]),
            query("dryRun"),
            query("answer").filled(list![sha_256(list![GIVEN])]),
            field("/order").required().rules(list![OBJECT]),
            field("/order/id").required(),
            field("/order/pin").filled(list![GIVEN]),
        ])
        .json(),
    operation("log_in", "POST", "/session").slots(list![field("/pin").filled(list![GIVEN]), field("/name")]).form(),
    operation("close", "DELETE", "/wallet").empty(),
    operation("attach", "PUT", "/scan")
        .slots(list![field("/title"), field("/scan").file(), field("/sum").filled(list![sha_256(list![GIVEN])])])
        .multipart(),
    operation("ask", "GET", "/report").successes(list![success("200"), success("202")]),
]);

/// The call of an operation, as a crate has it.
macro_rules! operations {
    ($($name:ident: $response:ty, $examples:expr;)*) => {
        $(
            #[derive(Clone)]
            struct $name(Call);

            impl From<$name> for Call {
                fn from($name(call): $name) -> Self {
                    call
                }
            }

            impl Operation for $name {
                type Response = $response;
                const EXAMPLES: &'static [&'static [Example]] = $examples;

                fn plan() -> &'static Plan {
                    &PLAN
                }
            }
        )*
    };
}

operations! {
    Pay: Paid, &[
        &[Example::new("done", 201, r#"{"state":"done"}"#), Example::new("odd", 200, r#"{"status":"done"}"#),
          Example::new("limited", 200, r#"{"state":"done"}"#).headers(&[("X-Left", "17"), ("X-Until", "noon")])],
        &[Example::new("poor", 422, r#"{"code":"P1"}"#)],
    ];
    LogIn: Paid, &[&[]];
    Close: (), &[&[Example::new("204", 204, "")], &[Example::new("gone", 410, "{}")]];
    Attach: (), &[&[]];
    Ask: Asked, &[
        &[Example::new("busy", 503, r#"{"code":"B1"}"#)],
        &[Example::new("done", 200, r#"{"state":"done"}"#).success("200")],
        &[Example::new("begun", 202, r#"{"state":"begun"}"#).success("202")],
    ];
}

#[derive(Debug, Deserialize, Serialize, PartialEq)]
struct Paid {
    state: String,
}

#[derive(Debug, Deserialize, Serialize)]
enum Asked {
    #[serde(rename = "200")]
    Done(Paid),
    #[serde(rename = "202")]
    Begun(Paid),
}

fn pay() -> Call {
    let order = json!({"id": "a", "pin": "1234"});
    let call =
        Call::new("pay").path("wallet", Ok("1.5*(2) 3")).path("owner", Ok("Ana")).json(Ok(json!({"order": order})));
    call.header("X-Otp", Ok("424242")).header("X-Pin", Ok("1")).query("dryRun", Ok(true)).query("answer", Ok("Rex"))
}

/// A request by its path and query, its one-time password and its body.
fn request(server: &MockServer, method: Method, target: &str, otp: &str, body: &str) -> RequestBuilder {
    let url = format!("{}{target}", server.base_url());
    reqwest::Client::new().request(method, url).header("x-otp", otp).body(body.to_owned())
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_request_is_known_by_what_was_given_and_leaves_as_it_was_given() {
    let server = MockServer::start_async().await;
    let mock = server.mock_call(Pay(pay()), |_, then| then.example("done"));
    let (target, body) =
        ("/v1.0/wallets/1.5*(2)%203/of/x?dryRun=true&answer=x", r#"{"order":{"id":"a","pin":"x"},"n":1}"#);
    let send = |target: &str, otp: &str, body: &str| status(request(&server, Method::POST, target, otp, body));
    assert_eq!(send(target, "424242", body).await, 201);
    assert_eq!(send(&target.replace("&answer=x", ""), "424242", body).await, 201);
    for (wrong, what) in [
        (send(&target.replace("1.5", "1x5"), "424242", body).await, "the path"),
        (send(&target.replace("/of/x", "/of/x/y"), "424242", body).await, "a longer path"),
        (send(&target.replace("true", "false"), "424242", body).await, "the query"),
        (send(target, "424243", body).await, "a header"),
        (send(target, "424242", r#"{"order":{"id":"b"}}"#).await, "the body"),
        (status(request(&server, Method::PUT, target, "424242", body)).await, "the method"),
    ] {
        assert_eq!(wrong, 404, "{what} is not looked at");
    }
    mock.assert_calls(2);
}

#[tokio::test]
async fn a_form_is_known_by_its_fields() {
    let server = MockServer::start_async().await;
    let call = LogIn(Call::new("log_in").form(Ok(json!({"pin": "1234", "name": "Ana é"}))));
    server.mock_call(call, |_, then| then.json(200, json!({})));
    let send = |form| {
        let request = request(&server, Method::POST, "/session", "", form);
        status(request.header("content-type", "application/x-www-form-urlencoded"))
    };
    assert_eq!(send("name=Ana+%C3%A9&pin=x&more=y").await, 200);
    assert_eq!(send("name=Ana&pin=1234").await, 404);
}

#[tokio::test]
async fn a_body_in_parts_is_known_by_its_parts() {
    let server = MockServer::start_async().await;
    let call = Call::new("attach").multipart(Ok(json!({"title": "Passport", "sum": "7"})));
    server.mock_call(Attach(call.file("scan", crate::File::bytes("%PDF"))), |_, then| then.json(200, json!({})));
    let send = |parts: &[(&str, &str)]| {
        let parts = parts.iter().map(|(name, content)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        });
        let request = request(&server, Method::PUT, "/scan", "", &(parts.collect::<String>() + "--b--\r\n"));
        status(request.header("content-type", "multipart/form-data; boundary=b"))
    };
    assert_eq!(send(&[("more", "x"), ("scan", "%PDF"), ("title", "Passport"), ("sum", "x")]).await, 200);
    for wrong in [
        &[("scan", "%PDF"), ("title", "Licence")][..],
        &[("scan", "%PNG"), ("title", "Passport")],
        &[("scan", "Passport"), ("title", "%PDF")],
        &[("scan", "%PDF"), ("more", "Passport")],
        &[("scan", "%PDF")],
    ] {
        assert_eq!(send(wrong).await, 404, "{wrong:?}");
    }
}

#[tokio::test]
async fn any_call_is_known_by_its_operation() {
    let server = MockServer::start_async().await;
    // Nothing was given, so this call could not be sent.
    let mock = server.mock_any_call(Pay(Call::new("pay")), |_, then| then.example("poor"));
    let response = request(&server, Method::POST, "/v1.0/wallets/a/of/b", "", "").send().await.unwrap();
    assert_eq!(response.status(), 422);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), r#"{"code":"P1"}"#);
    for other in ["/v1-0/wallets/a/of/b", "/v1.0/wallets/a/of/b/c", "/v1.0/wallets/a/of/"] {
        assert_eq!(status(request(&server, Method::POST, other, "", "")).await, 404, "{other}");
    }
    mock.assert();
}

/// Longer than a response takes that nothing delays, on a machine that is busy with other things.
const DELAY: Duration = Duration::from_millis(500);

#[tokio::test]
async fn httpmocks_own_expects_and_responds_more() {
    let server = MockServer::start_async().await;
    let call = || Close(Call::new("close"));
    server.mock_call(call(), |when, then| {
        let _ = when.header("x-otp", "7");
        then.response(()).into_inner().header("x-trace", "1")
    });
    server.mock_call(call(), |when, then| {
        let _ = when.header("x-otp", "8");
        assert_eq!(format!("{then:?}"), "Then { operation: \"close\", .. }");
        then.delay(DELAY).json(500, "late")
    });
    let response = request(&server, Method::DELETE, "/wallet", "7", "").send().await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["x-trace"]), (204, &"1".parse().unwrap()));
    assert_eq!(response.headers().get("content-type"), None);
    assert_eq!(response.text().await.unwrap(), "");
    let began = Instant::now();
    assert_eq!(status(request(&server, Method::DELETE, "/wallet", "8", "")).await, 500);
    assert!(began.elapsed() >= DELAY);
}

#[tokio::test]
async fn a_header_takes_the_place_of_that_of_an_example() {
    let server = MockServer::start_async().await;
    server.mock_any_call(Pay(pay()), |_, then| {
        let then = then.header("x-left", "3").example("limited").header("Content-Type", "application/x+json");
        then.header("X-More", "1").header("X-More", "2")
    });
    let response = request(&server, Method::POST, "/v1.0/wallets/w/of/o", "7", "{}").send().await.unwrap();
    let all = |name: &str| response.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap()).collect();
    let said: Vec<Vec<&str>> = ["x-left", "x-until", "content-type", "x-more"].into_iter().map(all).collect();
    assert_eq!(said, [vec!["3"], vec!["noon"], vec!["application/x+json"], vec!["1", "2"]]);
}

#[tokio::test]
async fn of_several_mocks_the_first_responds() {
    let server = MockServer::start_async().await;
    let call = || Close(Call::new("close"));
    let first = server.mock_call(call(), |_, then| then.example("gone"));
    let second = server.mock_any_call(call(), |_, then| then.example("204"));
    assert_eq!(status(request(&server, Method::DELETE, "/wallet", "7", "")).await, 410);
    first.delete_async().await;
    assert_eq!(status(request(&server, Method::DELETE, "/wallet", "7", "")).await, 204);
    second.assert();
}

#[tokio::test]
async fn a_typed_response_is_read_from_an_example_and_changed() {
    let mut response = example::<Pay>("done");
    assert_eq!(response, Paid { state: "done".to_owned() });
    response.state = "waiting".to_owned();
    let server = MockServer::start_async().await;
    server.mock_any_call(Pay(pay()), |_, then| then.response(response));
    let response = request(&server, Method::POST, "/v1.0/wallets/a/of/b", "", "").send().await.unwrap();
    // It is the status of the document's success.
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (201, r#"{"state":"waiting"}"#));
    example::<Close>("204");
}

#[tokio::test]
async fn a_typed_response_is_of_the_success_that_it_says_it_is() {
    let server = MockServer::start_async().await;
    let paid = |state: &str| Paid { state: state.to_owned() };
    for (response, code, body) in [
        (Asked::Done(paid("all")), 200, r#"{"state":"all"}"#),
        (Asked::Begun(paid("some")), 202, r#"{"state":"some"}"#),
    ] {
        let mut mock = server.mock_any_call(Ask(Call::new("ask")), |_, then| then.response(response));
        let response = request(&server, Method::GET, "/report", "", "").send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (code, body));
        mock.delete();
    }
}

/// What the message of a panic is.
fn panics(work: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn a_mistake_in_a_test_is_named() {
    let unknown = panics(|| drop(example::<Pay>("don")));
    assert!(
        unknown.contains(r#"no example "don""#) && unknown.contains(r#"it has "done", "odd", "limited", "poor""#),
        "{unknown}"
    );
    let other_type = panics(|| drop(example::<Pay>("odd")));
    assert!(other_type.contains(r#"the example "odd" cannot be read as"#), "{other_type}");
    assert!(other_type.contains("Paid: /state is missing"), "{other_type}");

    let server = MockServer::start();
    let missing = Pay(Call::new("pay").json(Err::<(), _>("`dob` is required: give it with `.dob(…)`".to_owned())));
    let missing = panics(|| _ = server.mock_call(missing, |_, then| then));
    assert_eq!(missing, "a mock of pay expects a call that is not sent: `dob` is required: give it with `.dob(…)`");
    let incomplete = panics(|| _ = server.mock_call(Pay(pay().json(Ok(json!({"order": {}})))), |_, then| then));
    assert!(incomplete.ends_with("id: it is required and was not given"), "{incomplete}");
}

#[test]
fn what_does_not_leave_as_it_is_given_is_left_out_at_any_depth() {
    let given = r#"{"order": {"id": "a", "pin": "1234"}, "pin": "stays"}"#;
    let pay = PLAN.operation("pay").unwrap();
    assert_eq!(without_filled(pay, given), json!({"order": {"id": "a"}, "pin": "stays"}));
    assert_eq!(without_filled(pay, ""), json!({}));
}

#[test]
fn a_path_is_matched_to_the_letter() {
    let pay = PLAN.operation("pay").unwrap();
    let wallet = pay.parameter(Place::Path, "wallet").unwrap();
    let pattern = Regex::new(&path(pay, |slot| (slot == wallet).then_some("a.b(c)*"))).unwrap();
    assert!(pattern.is_match("/v1.0/wallets/a.b(c)*/of/anything"));
    for other in ["/v1.0/wallets/axb(c)*/of/b", "/v1-0/wallets/a.b(c)*/of/b", "/v1.0/wallets/a.b(c)*/of/b/c"] {
        assert!(!pattern.is_match(other), "{other}");
    }
}

static BANK: Plan = plan("bank", "Bank")
    .credentials(list![
        Credential::text("api_key", "A secret."),
        Credential::of(CredentialKind::PublicKey, "bank_key", "What the bank signs with."),
        Credential::of(CredentialKind::PrivateKey, "own_key", "What the bank seals for."),
    ])
    .operations(list![
        operation("signed", "POST", "/signed")
            .slots(list![header("X-Request").required(), field("/id")])
            .json()
            .outcome(outcome(DecidedBy::StatusAndBody).code(texts!["/code"]).signed(list![
                // A signature over what was asked and what is responded.
                entry(
                    "X-Signature",
                    list![base64(list![apply2(
                        Function::Sign(SignatureAlgorithm::RsaPssSha256, EcdsaForm::Jose),
                        list![credential("bank_key")],
                        list![sent_header("X-Request"), response(ResponsePart::Status), response(ResponsePart::Body)],
                    )])],
                ),
                entry(
                    "/tag",
                    list![hex(list![hmac(
                        Hash::Sha256,
                        list![credential("api_key")],
                        list![received_field("/state")]
                    )])],
                ),
            ]),),
        operation("sealed", "GET", "/sealed").opened(list![apply2(
            Function::DecryptJwe(JweAlgorithm::RsaOaep256, JweEncryption::A256Gcm),
            list![credential("own_key")],
            list![response(ResponsePart::Body)],
        )]),
        operation("closed", "DELETE", "/signed").empty().outcome(outcome(DecidedBy::StatusAndBody).signed(list![
            entry(
                "X-Signature",
                list![hex(list![hmac(
                    Hash::Sha256,
                    list![credential("api_key")],
                    list![response(ResponsePart::Status)]
                )])],
            )
        ])),
    ]);

/// The call of an operation of the bank.
#[derive(Clone)]
struct OfBank(Call);

impl From<OfBank> for Call {
    fn from(OfBank(call): OfBank) -> Self {
        call
    }
}

impl Operation for OfBank {
    type Response = Paid;
    const EXAMPLES: &'static [&'static [Example]] = &[
        &[Example::new("done", 200, r#"{"state":"done"}"#)],
        &[Example::new("poor", 422, r#"{"code":"P1","state":""}"#)],
        &[Example::new("204", 204, "")],
    ];

    fn plan() -> &'static Plan {
        &BANK
    }
}

#[tokio::test]
async fn responses_are_signed_and_sealed_for_a_client_that_holds_them_to_it() {
    let server = MockServer::start_async().await;
    let builder = || {
        let names = ["api_key", "bank_key", "own_key"];
        let builder = crate::Builder::new(&BANK).base_url(server.base_url()).retries(0);
        names.iter().fold(builder, |builder, name| builder.credential(name, super::credential(&BANK, name)))
    };
    let signed = || Call::new("signed").header("X-Request", Ok("r-1")).json(Ok(json!({"id": "a"})));
    let client = builder().build().unwrap();
    let mut mock = server.mock_call(OfBank(signed()), |_, then| then.example("done"));
    assert_eq!(client.send::<Paid>(signed()).await.unwrap().state, "done");
    assert_eq!(mock.calls(), 1);
    mock.delete();
    let mut refused = server.mock_any_call(OfBank(signed()), |_, then| then.example("poor"));
    assert_eq!(client.call(signed()).await.unwrap_err().code(), Some("P1"));
    refused.delete();
    server.mock_any_call(OfBank(Call::new("sealed")), |_, then| then.response(Paid { state: "secret".to_owned() }));
    assert_eq!(client.send::<Paid>(Call::new("sealed")).await.unwrap().state, "secret");

    // What has no body has no type of one.
    server.mock_any_call(OfBank(Call::new("closed")), |_, then| then.example("204"));
    assert_eq!(client.call(Call::new("closed")).await.unwrap().meta().header("content-type"), None);

    // A client with other keys believes nothing.
    let others = Keys::make(&BANK, BTreeMap::new()).unwrap();
    let stranger = |name: &str| builder().credential(name, others.credentials[name].as_str()).build().unwrap();
    server.mock_any_call(OfBank(signed()), |_, then| then.example("done"));
    for (client, call) in
        [(stranger("bank_key"), signed()), (stranger("api_key"), signed()), (stranger("own_key"), Call::new("sealed"))]
    {
        let error = client.call(call).await.unwrap_err();
        assert!(matches!(error, crate::Error::UnverifiedResponse(_)), "{error}");
    }
    assert!(panics(|| drop(super::credential(&BANK, "key"))).contains(r#"no credential "key""#));
}

#[test]
fn an_example_says_the_form_and_the_media_type_of_its_body() {
    let of = |example: Example| (example.form, example.media_type);
    let slip = Example::new("slip", 200, "PAID");
    assert_eq!(of(slip.text("text/csv")), (ResponseForm::Text, "text/csv"));
    assert_eq!(of(slip.file("image/png")), (ResponseForm::Bytes, "image/png"));
    assert_eq!(
        [slip, Example::new("none", 204, "")].map(|example| example.form),
        [ResponseForm::Json, ResponseForm::Empty]
    );
}
