//! Whatever can be printed of a generated client prints nothing that its document marks as secret or personal: each type, each
//! builder and each call of `tests/documents/confidential.yaml`, which has something confidential in every place that there is.

use countersign_confidential::{Client, Date, PLAN, types};
use countersign_tests::confidential::{CASE, FORM, SID, leaks};
use countersign_tests::leaks::{Case, NUMBER, PUBLIC_KEY, TIMEOUT, WORD, stand_in};

const DONE: &str = r#"{"state":"plain","link":"SENTINEL-link","name":"SENTINEL-name","mood":"SENTINEL-mood",
    "born":"1907-03-04","rate":739184265.5,"balances":[739184265],"owners":[{"born":"1907-03-04","pin":"SENTINEL-pin"}],
    "limits":{"a":"SENTINEL-limit"},"extra":{"a":"SENTINEL-a","b":[{"c":739184265}]}}"#;
const TOKEN: &str = r#"{"token":"SENTINEL-token"}"#;
const BORN: Date = Date::constant(1907, 3, 4);

fn client(url: &str) -> Client {
    let builder = Client::builder().api_key(stand_in("api_key")).code_key(PUBLIC_KEY).sid(SID).token(stand_in("given"));
    leaks(&PLAN).debug("the client's builder", &builder);
    leaks(&PLAN).debug("a client with a session", &builder.base_url(url).build().expect("everything is given"));
    let builder = Client::builder().api_key(stand_in("api_key")).code_key(PUBLIC_KEY).sid(SID).base_url(url);
    builder.retries(0).timeout(TIMEOUT).build().expect("everything is given")
}

#[test]
fn types() {
    let leaks = leaks(&PLAN);
    leaks.of_type::<types::Done>(DONE);
    leaks.of_type::<types::Everything>(CASE.body);
    leaks.of_type::<types::Form>(FORM.body);
    leaks.of_type::<types::Limits>(r#"{"a":"SENTINEL-limit"}"#);
    leaks.of_type::<types::Person>(r#"{"born":"1907-03-04","pin":"SENTINEL-pin"}"#);
    leaks.of_type::<types::Token>(TOKEN);
}

#[test]
fn builders() {
    let leaks = leaks(&PLAN);
    let person = || types::Person::builder().born(BORN).pin(WORD);
    leaks.debug("a builder", &person());
    leaks.debug("a builder", &types::Form::builder().pin(WORD));
    let everything = types::Everything::builder().names([WORD]).person(person()).balance(i64::from(NUMBER)).code(WORD);
    leaks.debug("a builder", &everything);
    // What does not convert is not quoted.
    let refused = types::Everything::try_from(types::Everything::builder().names([WORD]).balance(i64::from(NUMBER)));
    let refused = refused.expect_err("there is no person");
    leaks.debug("the error of a builder", &refused);
    leaks.debug("the error of a builder", &refused.to_string());
}

#[test]
fn log_in() {
    let case = Case { operation: "log_in", parameters: &[], body: "null", response: TOKEN };
    leaks(&PLAN).operation(case, client, async |client: &Client| {
        let call = client.log_in();
        leaks(&PLAN).debug("the builder of a call", &call);
        call.send().await
    });
}

#[test]
fn send() {
    leaks(&PLAN).operation(Case { response: DONE, ..CASE }, client, async |client: &Client| {
        let [(_, customer), (_, file), (_, mobile), (_, otp)] = CASE.parameters else { panic!("other parameters") };
        let body: types::Everything = serde_json::from_str(CASE.body).expect("what is sent");
        let call = client.send().customer(*customer).file(*file).mobile(*mobile).x_otp(*otp).body(body);
        leaks(&PLAN).debug("the builder of a call", &call);
        call.send().await
    });
}

#[test]
fn fill_in() {
    leaks(&PLAN).operation(FORM, client, async |client: &Client| {
        let call = client.fill_in().pin("SENTINEL&pin");
        leaks(&PLAN).debug("the builder of a call", &call);
        call.send().await
    });
}
