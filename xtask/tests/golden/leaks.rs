//! Whatever can be printed of a generated client prints nothing that its document marks as secret or personal: each type, each
//! builder and each call of `tests/documents/confidential.yaml`, which has something confidential in every place that there is.

use countersign_confidential::webhooks::{Event, Webhooks};
use countersign_confidential::{Client, ClientBuilder, Date, File, PLAN, types};
use countersign_tests::confidential::{ARRIVED, ATTACH, CASE, DELIVER, FORM, SID, leaks};
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

fn file() -> File {
    File::bytes("SENTINEL of a scan").named("SENTINEL \"of\" a name.pdf")
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
    // A file is no JSON.
    leaks.of_type::<types::Attachment>(&ATTACH.body.replace("\"scan\"", "\"other\"").replace("\"photos\"", "\"others\""));
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
    leaks.debug("a builder", &types::Attachment::builder().pin(WORD).person(person()).photos([file()]).scan(file()));
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
    let case = Case { operation: "log_in", parameters: &[], body: "null", response: TOKEN, headers: &[] };
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
fn attach() {
    leaks(&PLAN).operation(Case { response: DONE, ..ATTACH }, client, async |client: &Client| {
        let person = types::Person::builder().born(BORN).pin("SENTINEL \"pin\" two");
        let call = client.attach().pin("SENTINEL\r\n--pin").reader("SENTINEL of a reader").person(person);
        let call = call.scan(file()).photos(["SENTINEL\nof a photo", "another SENTINEL"].map(File::bytes)).note("plain");
        leaks(&PLAN).debug("the builder of a call", &call);
        let response = call.send().await?;
        let headers = response.headers();
        leaks(&PLAN).debug("headers", &headers);
        let one = headers.x_next_pin().err().into_iter().chain(headers.x_owners().err()).chain(headers.x_mood().err());
        let others = headers.x_balance().err().into_iter().chain(headers.x_born().err()).chain(headers.x_rates().err());
        one.chain(others).for_each(|error| leaks(&PLAN).error("the error of a header", &error));
        Ok(response)
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
