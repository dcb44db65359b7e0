//! The search for leaks finds what leaks: in every place, from every sort of result, and by every way of printing.
//!
//! Each test lets something out on purpose, and holds the search to saying where.

use std::any::type_name;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign::plan::{Credential, CredentialKind, Operation, Plan, RequestId, Secrecy, Value};
use countersign::webhook::Event;
use countersign::{
    Call, CredentialSource, Error, Executor, Fault, Response, Secret, Sensitive, Signer, SignerError, ToSign,
};
use countersign_tests::confidential::{self, ARRIVED, CASE, DELIVER, call, call_of, client, plan};
use countersign_tests::leaks::{Case, Leaks, WORD, stand_in, text_of};
use serde::Deserialize;

/// What a search stops at.
fn finding(search: impl FnOnce(&Leaks)) -> String {
    finding_in(plan(), search)
}

fn finding_in(plan: Plan, search: impl FnOnce(&Leaks)) -> String {
    // All that a process traces goes to one place.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let leaks = confidential::leaks(Arc::new(plan));
    match catch_unwind(AssertUnwindSafe(|| search(&leaks))) {
        Ok(()) => "nothing".into(),
        Err(panic) => *panic.downcast::<String>().expect("what was found"),
    }
}

#[track_caller]
fn assert_finds(start: &str, found: &str) {
    assert!(found.starts_with(start), "expected {start}, found {found}");
}

/// Prints the word, whatever it holds.
struct Loud<T>(T);

impl<T> fmt::Debug for Loud<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WORD)
    }
}

#[test]
fn what_is_printed_is_found() {
    let printed = ("plain", Secret::from(WORD), Sensitive::<String>::from("1907-03-04"));
    assert_eq!(finding(|leaks| leaks.debug("a word", &printed)), "nothing");
    for text in [
        "a SENTINEL-pin of somebody",
        "born on 1907-03-04",
        "balance: 739184265",
        // In hexadecimal and, as `printf 'SENTINEL' | base64` has it, after no, one and two other bytes.
        "53454e54494e454c",
        "53454E54494E454C",
        "U0VOVElORUw=",
        "eFNFTlRJTkVM",
        "eHhTRU5USU5FTA==",
    ] {
        assert_finds("a text prints ", &finding(|leaks| leaks.debug("a text", &text)));
    }
    // Only on several lines.
    struct Alternate;
    impl fmt::Debug for Alternate {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(if f.alternate() { WORD } else { "" })
        }
    }
    assert_finds("a text prints ", &finding(|leaks| leaks.debug("a text", &Alternate)));
}

#[test]
fn a_type_that_prints_what_is_marked_is_found() {
    #[derive(Debug, Deserialize)]
    struct Marked {
        #[allow(dead_code)]
        pin: Secret,
    }
    #[derive(Debug, Deserialize)]
    struct Plain {
        #[allow(dead_code)]
        pin: String,
    }
    #[derive(Debug, Deserialize)]
    struct Quiet {
        #[allow(dead_code)]
        #[serde(deserialize_with = "text")]
        born: Sensitive<String>,
    }
    /// Its error quotes what is no text.
    fn text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Sensitive<String>, D::Error> {
        String::deserialize(from).map(Sensitive::from)
    }
    const PIN: &str = r#"{"pin":"SENTINEL-pin"}"#;
    assert_eq!(finding(|leaks| leaks.of_type::<Marked>(PIN)), "nothing");
    assert_finds(type_name::<Plain>(), &finding(|leaks| leaks.of_type::<Plain>(PIN)));
    // What is marked is marked whatever its text, and other JSON stands in its place as well.
    let found = finding(|leaks| leaks.of_type::<Quiet>(r#"{"born":"1907-03-04"}"#));
    assert_finds(type_name::<Quiet>(), &found);
    assert!(found.contains("invalid type: integer `739184265`"), "{found}");
    assert_eq!(finding(|leaks| leaks.of_type::<Quiet>(r#"{"born":"plain"}"#)), "nothing");
}

#[test]
fn an_error_that_prints_what_is_marked_is_found() {
    let refusal = |code: &str| {
        let body = Bytes::from(format!("{{\"code\":\"{code}\"}}"));
        let response = http::Response::builder().status(400).body(body).unwrap();
        client(plan(), "http://localhost").classify("send", &response).unwrap_err()
    };
    assert_eq!(finding(|leaks| leaks.error("an error", &refusal("17"))), "nothing");
    // `classify` has no request to know by what is confidential.
    assert_finds("an error prints", &finding(|leaks| leaks.error("an error", &refusal(WORD))));
}

fn search(leaks: &Leaks, client_believes: &Plan) {
    leaks.operation(CASE, |url| client(client_believes.clone(), url), async |client| call(client).await);
}

fn send(plan: &mut Plan) -> &mut Operation {
    plan.operations.to_mut().iter_mut().find(|operation| operation.id == "send").unwrap()
}

/// A plan that takes these slots for public.
fn careless_of(names: &[&str]) -> Plan {
    let mut careless = plan();
    for name in names {
        let slots = send(&mut careless).slots.to_mut();
        slots.iter_mut().find(|slot| slot.name == *name).unwrap().secrecy = Secrecy::Public;
    }
    careless
}

#[test]
fn a_client_that_takes_something_confidential_for_public_is_found() {
    for names in [
        &["customer"][..],
        &["file"],
        &["mobile"],
        &["X-Otp"],
        &["/names"],
        &["/balance"],
        // An object is as confidential as what is in it.
        &["/person", "/person/born"],
        &["/person", "/person/pin"],
    ] {
        let found = finding(|leaks| search(leaks, &careless_of(names)));
        assert!(found.starts_with("a refusal prints "), "{names:?}: {found}");
    }
}

#[test]
fn an_explanation_that_shows_something_confidential_is_found() {
    // The search explains by the plan that it has itself.
    let found = finding_in(careless_of(&["X-Otp"]), |leaks| search(leaks, &plan()));
    assert_finds("an explanation prints ", &found);
}

#[test]
fn a_client_that_takes_its_credential_for_a_constant_is_found() {
    let mut careless = plan();
    careless.credentials.to_mut().retain(|credential| credential.name != "api_key");
    for operation in careless.operations.to_mut() {
        for slot in operation.slots.to_mut() {
            for value in slot.value.iter_mut().flat_map(|values| values.to_mut()) {
                forget_key(value);
            }
        }
    }
    fn forget_key(value: &mut Value) {
        match value {
            Value::Credential(name) if name == "api_key" => *value = Value::Text(stand_in(name).into()),
            value => {
                if let Some(of) = value.operand_mut() {
                    of.to_mut().iter_mut().for_each(forget_key);
                }
            }
        }
    }
    assert_finds("a refusal prints ", &finding(|leaks| search(leaks, &careless)));
}

/// What comes of a call.
type Called = Result<Response<serde_json::Value>, Error>;

/// What a search stops at where the word is traced after calls that end so.
fn finding_traced(plan: Plan, case: Case, leaks_here: impl Fn(&Called) -> bool) -> String {
    finding_in(plan.clone(), |leaks| {
        leaks.operation(
            case,
            |url| client(plan.clone(), url),
            async |client| {
                let result = call_of(case, client).await;
                if leaks_here(&result) {
                    tracing::trace!("{WORD}");
                }
                result
            },
        );
    })
}

#[test]
fn what_a_call_traces_is_found_whatever_comes_of_it() {
    let is_fault = |error: &Error, fault| matches!(error, Error::Transport(transport) if transport.fault() == fault);
    type Sort<'a> = &'a dyn Fn(&Called) -> bool;
    let sorts: [(&str, Sort<'_>); 6] = [
        ("the lack of a session", &|result| matches!(result, Err(Error::Session(_)))),
        ("a success", &Result::is_ok),
        ("a refusal", &|result| matches!(result, Err(Error::Api(_)))),
        ("silence", &|result| matches!(result, Err(error) if is_fault(error, Fault::Timeout))),
        ("an echo", &|result| matches!(result, Err(error) if is_fault(error, Fault::Interrupted))),
        ("the lack of TLS", &|result| matches!(result, Err(error) if error.to_string().contains("no connection"))),
    ];
    for (what, leaks_here) in sorts {
        let found = finding_traced(plan(), CASE, leaks_here);
        assert_finds(&format!("the trace of {what} prints "), &found);
    }
}

#[test]
fn a_client_and_a_response_that_print_what_they_hold_are_found() {
    let loud = |leaks: &Leaks| {
        leaks.operation(CASE, |url| Loud(client(plan(), url)), async |client| call(&client.0).await);
    };
    assert_finds("the client prints ", &finding(loud));
    let case = Case { response: r#"{"state":"SENTINEL"}"#, ..CASE };
    let found = finding(|leaks| leaks.operation(case, |url| client(plan(), url), async |client| call(client).await));
    assert_finds("a success prints ", &found);
}

#[test]
fn a_response_that_prints_only_what_is_not_of_its_type_is_found() {
    #[derive(Deserialize)]
    struct Token {
        token: serde_json::Value,
    }
    impl fmt::Debug for Token {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_set().entries(self.token.as_number()).finish()
        }
    }
    let case = Case {
        operation: "log_in",
        parameters: &[],
        body: "null",
        response: r#"{"token":"SENTINEL-token"}"#,
        headers: &[],
    };
    let found = finding(|leaks| {
        leaks.operation(
            case,
            |url| client(plan(), url),
            async |client: &Executor| client.send::<Token>(Call::new("log_in")).await,
        );
    });
    assert_finds("a response of another type prints \"739184265\"", &found);
}

#[test]
fn what_a_header_of_a_refusal_repeats_is_found() {
    let mut plan = plan();
    send(&mut plan).outcome.request_id = vec![RequestId::ResponseHeader("X-Request-Id".into())].into();
    let is_repeated = |error: &Error| error.request_id().is_some_and(|id| id.starts_with("what about "));
    let found = finding_traced(plan, CASE, |result| result.as_ref().is_err_and(is_repeated));
    assert_finds("the trace of a refusal prints ", &found);
}

#[test]
fn a_configuration_that_is_printed_is_found() {
    for kind in [CredentialKind::Text, CredentialKind::Hex, CredentialKind::PrivateKey] {
        let mut plan = plan();
        let name = stand_in("key").into();
        plan.credentials.to_mut().push(Credential { name, description: "".into(), kind });
        assert_finds("the runtime's builder prints ", &finding_in(plan, Leaks::configurations));
    }
}

#[test]
fn a_private_key_that_is_printed_is_found_in_every_form() {
    const KEY: &str = include_str!("../../crates/sign/tests/data/keys/rsa.pem");
    const PUBLIC: &str = include_str!("../../crates/sign/tests/data/keys/rsa.public.pem");
    let bytes = pem::parse(KEY).unwrap().into_contents();
    let lines: Vec<&str> = KEY.lines().collect();
    let printed = [KEY, &hex::encode(&bytes), &hex::encode_upper(&bytes), &STANDARD.encode(&bytes), lines[15]];
    let lists = [format!("{bytes:?}"), format!("{bytes:#?}"), format!("{:?}", &bytes[500..600])];
    for text in printed.iter().copied().chain(lists.iter().map(String::as_str)) {
        assert_finds("a key prints a private key", &finding(|leaks| leaks.debug("a key", &format_args!("{text}"))));
    }
    // Everybody may see the public half.
    assert_eq!(finding(|leaks| leaks.debug("a key", &PUBLIC)), "nothing");
    assert_eq!(finding(|leaks| leaks.debug("a key", &hex::encode(pem::parse(PUBLIC).unwrap().contents()))), "nothing");
}

#[test]
fn a_response_that_is_not_believed_and_printed_is_found() {
    let is_unverified = |result: &Called| matches!(result, Err(Error::UnverifiedResponse(_)));
    assert_finds("the trace of a page prints ", &finding_traced(plan(), DELIVER, is_unverified));
}

#[test]
fn a_sealed_response_that_prints_what_it_holds_is_found() {
    let case = Case { response: r#"{"state":"SENTINEL"}"#, ..DELIVER };
    let send = async |client: &Executor| call_of(case, client).await;
    assert_finds("a success prints ", &finding(|leaks| leaks.operation(case, |url| client(plan(), url), send)));
}

#[test]
fn a_signer_that_prints_what_it_is_to_sign_is_found() {
    struct Loud;
    impl Signer for Loud {
        async fn sign(&self, to_sign: ToSign) -> Result<Vec<u8>, SignerError> {
            tracing::trace!("{}", String::from_utf8_lossy(&to_sign.message));
            Ok(vec![1; 256])
        }
    }
    let found = finding(|leaks| {
        let client = |url: &str| {
            leaks.client_with(url, |credential| match &*credential.name {
                "own_key" => CredentialSource::signer(Loud),
                _ => text_of(credential).into(),
            })
        };
        leaks.operation(DELIVER, client, async |client| call_of(DELIVER, client).await);
    });
    assert_finds("the trace of a success prints ", &found);
}

#[test]
fn a_file_that_changed_and_is_printed_is_found() {
    let leaky = |leaks: &Leaks, text: &'static str| {
        leaks.changed_file("own_key", |source, change| {
            let client = leaks.client_with("http://127.0.0.1:9", |known| match &*known.name {
                "own_key" => source.clone(),
                _ => text_of(known).into(),
            });
            change();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(call_of(DELIVER, &client)).unwrap_err();
            tracing::trace!("{text}");
        });
    };
    assert_finds("the trace of a file that changed prints ", &finding(|leaks| leaky(leaks, WORD)));
    assert_eq!(finding(|leaks| leaky(leaks, "plain")), "nothing");
    // A file that nobody looks at again says nothing, so that there is nothing to search.
    assert_finds("nothing is said of own_key", &finding(|leaks| leaks.changed_file("own_key", |_, change| change())));
}

/// An event that prints its body, or whose errors do.
#[derive(Debug)]
struct Told<const IN_ERRORS: bool>(#[allow(dead_code)] Option<String>);

impl<const IN_ERRORS: bool> Event for Told<IN_ERRORS> {
    fn read(_: &str, body: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(body).into_owned();
        match (IN_ERRORS, text.contains("SENTINEL-pin")) {
            (true, true) => Ok(Self(None)),
            (true, false) => Err(text),
            (false, _) => Ok(Self(Some(text))),
        }
    }

    fn unknown(_: Bytes) -> Self {
        Self(None)
    }
}

#[test]
fn an_event_that_is_printed_is_found() {
    let found = finding(|leaks| leaks.webhook::<Told<false>>(ARRIVED));
    assert_finds("a delivery prints ", &found);
    assert_finds("the error of a webhook prints ", &finding(|leaks| leaks.webhook::<Told<true>>(ARRIVED)));
    // The name of an event is printed.
    let body = r#"{"id":"SENTINEL","type":"arrived","pin":"SENTINEL-pin"}"#;
    assert_finds("a delivery prints ", &finding(|leaks| leaks.webhook::<Told<true>>(Case { body, ..ARRIVED })));
}

#[test]
fn a_search_that_does_not_get_everywhere_says_so() {
    // A client that has no use for a session.
    let mut without = plan();
    let operation = send(&mut without);
    for value in operation.slots.to_mut().iter_mut().flat_map(|slot| slot.value.iter_mut()).flat_map(|of| of.to_mut()) {
        if matches!(value, Value::Session(_)) {
            *value = Value::Text("none".into());
        }
    }
    operation.session = false;
    assert_finds("no session was to be had", &finding(|leaks| search(leaks, &without)));

    // A client that takes for refused what cannot be read.
    let found = finding(|leaks| {
        let refused: Mutex<Option<Error>> = Mutex::default();
        leaks.operation(
            CASE,
            |url| client(plan(), url),
            async |client: &Executor| match call(client).await {
                Err(error @ Error::Api(_)) => Err(refused.lock().unwrap().insert(error).clone()),
                Err(Error::InvalidResponse(_)) => Err(refused.lock().unwrap().clone().unwrap()),
                other => other,
            },
        );
    });
    assert_finds("send was never unreadable", &found);
}
