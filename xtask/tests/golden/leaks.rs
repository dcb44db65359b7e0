//! Whatever can be printed of a generated client prints nothing that its document marks as secret or personal: each type, each
//! builder and each call of `tests/documents/confidential.yaml`, which has something confidential in every place that there is.

use countersign_confidential::webhooks::{Event, Webhooks};
use countersign_confidential::{Client, ClientBuilder, Date, PLAN, types};
use countersign_tests::confidential::{ARRIVED, CASE, DELIVER, FORM, SID, leaks};
use countersign_tests::leaks::{Case, NUMBER, TIMEOUT, WORD, stand_in};

const DONE: &str = r#"{"state":"plain","link":"SENTINEL-link","name":"SENTINEL-name","mood":"SENTINEL-mood",
    "born":"1907-03-04","rate":739184265.5,"balances":[739184265],"owners":[{"born":"1907-03-04","pin":"SENTINEL-pin"}],
    "limits":{"a":"SENTINEL-limit"},"extra":{"a":"SENTINEL-a","b":[{"c":739184265}]}}"#;
const TOKEN: &str = r#"{"token":"SENTINEL-token"}"#;
const BORN: Date = Date::constant(1907, 3, 4);

fn builder() -> ClientBuilder {
    let text = |name: &str| leaks(&PLAN).text(name);
    let builder = Client::builder().api_key(text("api_key")).code_key(text("code_key")).sid(SID);
    let builder = builder.hex_key(text("hex_key")).base64_key(text("base64_key")).own_key(text("own_key"));
    builder.seal_key(text("seal_key")).bank_key(text("bank_key")).certificate(text("certificate"))
}

fn client(url: &str) -> Client {
    let with_session = builder().token(stand_in("given"));
    leaks(&PLAN).debug("the client's builder", &with_session);
    leaks(&PLAN).debug("a client with a session", &with_session.base_url(url).build().expect("everything is given"));
    builder().base_url(url).retries(0).timeout(TIMEOUT).build().expect("everything is given")
}

#[test]
fn types() {
    let leaks = leaks(&PLAN);
    leaks.of_type::<types::Arrival>(ARRIVED.body);
    leaks.of_type::<types::Done>(DONE);
    leaks.of_type::<types::Everything>(CASE.body);
    leaks.of_type::<types::Form>(FORM.body);
    leaks.of_type::<types::Letter>(DELIVER.body);
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
    leaks.debug("a builder", &types::Letter::builder().pin(WORD).code(WORD));
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

#[test]
fn deliver() {
    leaks(&PLAN).operation(Case { response: DONE, ..DELIVER }, client, async |client: &Client| {
        let [(_, otp)] = DELIVER.parameters else { panic!("other parameters") };
        let body: types::Letter = serde_json::from_str(DELIVER.body).expect("what is sent");
        let call = client.deliver().x_otp(*otp).body(body);
        leaks(&PLAN).debug("the builder of a call", &call);
        call.send().await
    });
}

#[test]
fn letter_arrived() {
    let builder = Webhooks::builder().hex_key(leaks(&PLAN).text("hex_key"));
    leaks(&PLAN).debug("the builder of a receiver", &builder);
    leaks(&PLAN).debug("a receiver", &builder.build().expect("everything is given"));
    leaks(&PLAN).webhook::<Event>(ARRIVED);
}
