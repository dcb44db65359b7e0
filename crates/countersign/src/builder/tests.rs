//! What a client is built from, and the one error that lists what is wrong with it.

use std::collections::HashMap;
use std::io::Write;

use countersign_plan::words::*;
use countersign_plan::{Plan, Server, Setting, Slot, Value, list, texts};

use super::*;
use crate::credential::LARGEST_FILE;
use crate::options::CallOptions;
use std::sync::Arc;

fn operation(slots: Vec<Slot>) -> Operation {
    let operation = countersign_plan::words::operation("create_card", "POST", "/v1/cards").form();
    operation.slots(slots.into()).signed(texts!["mobile_no", "dob"]).arranged().expect("an order")
}

fn server(name: &'static str, url: &'static str) -> Server {
    Server { name: name.into(), url: url.into(), description: "".into() }
}

fn provider(servers: Vec<Server>) -> Arc<Plan> {
    let issued = |name| plan::Credential::text(name, "Issued by the provider.");
    let mut issue = operation(vec![header("Authorization").filled(list![credential("secret_key")])]);
    issue.id = "authenticate".into();
    let call = operation(vec![
        header("Token").filled(list![session("token")]),
        header("Client").filled(list![credential("client_id")]),
        header("Country").filled(list![setting("country")]),
        header("Channel").filled(list![setting("channel")]),
    ]);
    Arc::new(Plan {
        name: "acme_pay".into(),
        title: "Acme".into(),
        credentials: vec![issued("client_id"), issued("secret_key"), issued("unread")].into(),
        settings: vec![
            Setting { name: "country".into(), description: "".into(), default: Some("MX".into()), one_of: list![] },
            Setting { name: "channel".into(), description: "The channel.".into(), default: None, one_of: list![] },
        ]
        .into(),
        servers: servers.into(),
        webhooks: list![],
        session: Some(plan::Session::issued_by(
            "authenticate",
            list![plan::SessionValue::new("token", "/t", "A token.")],
        )),
        operations: vec![issue, call].into(),
    })
}

fn one_server() -> Builder {
    Builder::new(provider(vec![server("production", "https://acme.example/api")]))
}

fn complete() -> Builder {
    one_server().credential("client_id", "c").credential("secret_key", "s").setting("channel", "web")
}

#[track_caller]
fn problems(builder: Builder) -> Vec<String> {
    match builder.build() {
        Err(Error::Configuration(configuration)) => configuration.problems().to_vec(),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("it was built"),
    }
}

#[test]
fn everything_that_is_missing_is_listed_at_once() {
    let problems = problems(Builder::new(provider(vec![])));
    let names: Vec<_> = problems.iter().map(|problem| problem.split([' ', ':']).next().unwrap()).collect();
    assert_eq!(names, ["base_url", "client_id", "secret_key", "channel"]);
    assert_eq!(
        problems[1],
        "client_id (builder method client_id, or ACME_PAY_CLIENT_ID, or ACME_PAY_CLIENT_ID_FILE) is missing: \
         Issued by the provider."
    );
    assert!(complete().build().is_ok());
}

#[test]
fn a_session_of_the_callers_own_replaces_what_issues_it() {
    let builder = one_server().credential("client_id", "c").setting("channel", "web").session_value("token", "t");
    assert!(builder.build().is_ok());
}

#[test]
fn the_values_of_a_session_are_given_together_and_are_not_empty() {
    let mut plan = Plan::clone(&provider(vec![server("production", "https://acme.example")]));
    let values = ["token", "device"].map(|name| plan::SessionValue::new(name, "/t", ""));
    plan.session.as_mut().unwrap().values = values.to_vec().into();
    let builder = Builder::new(Arc::new(plan)).credential("client_id", "c").setting("channel", "web");
    let builder = builder.session_value("token", "");
    assert_eq!(
        problems(builder.clone()),
        [
            "device (builder method device, or ACME_PAY_DEVICE, or ACME_PAY_DEVICE_FILE) is missing: the values of a \
             session are given together",
            "token is empty",
        ]
    );
    assert!(builder.session_value("token", "t").session_value("device", "d").build().is_ok());
}

#[test]
fn a_tool_that_makes_one_call_gives_what_that_call_needs() {
    let builder = one_server().credential("secret_key", "s").only(["authenticate"]);
    assert!(builder.build().is_ok());
    let problems = problems(one_server().only(["create_card"]));
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn empty_and_unknown_values_are_problems() {
    let builder = complete().credential("client_id", "").setting("country", "").credential("nobody", "x");
    let problems = problems(builder.session_value("other", "x").setting("nothing", "x"));
    for expected in [
        "client_id is empty",
        "country is empty",
        "no credential \"nobody\"",
        "no session value \"other\"",
        "no setting \"nothing\"",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected} in {problems:?}");
    }
    assert_eq!(problems.len(), 5);
}

#[test]
fn one_of_several_servers_must_be_picked() {
    let two = || {
        Builder::new(provider(vec![server("sandbox", "https://a.example"), server("production", "https://b.example")]))
    };
    let complete =
        |builder: Builder| builder.credential("client_id", "c").credential("secret_key", "s").setting("channel", "web");
    assert_eq!(problems(complete(two())), ["server is missing (or ACME_PAY_SERVER): sandbox or production"]);
    assert_eq!(problems(complete(two().server("test"))), ["there is no server \"test\": it is sandbox or production"]);
    assert_eq!(complete(two().server("sandbox")).build().unwrap().base_url(), "https://a.example");
    let both = complete(two().server("sandbox").base_url("https://c.example"));
    assert!(problems(both)[0].contains("give one of them"));
}

#[test]
fn the_base_url_keeps_credentials_between_us_and_the_provider() {
    let base = |url: &str| complete().base_url(url).build().map(|executor| executor.base_url().to_owned());
    for (url, kept) in [
        ("https://acme.example", "https://acme.example"),
        ("https://acme.example/", "https://acme.example"),
        ("https://acme.example/api/v3///", "https://acme.example/api/v3"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://LOCALHOST:1", "http://localhost:1"),
        ("http://localhost.:1", "http://localhost.:1"),
        ("http://acme.localhost:1", "http://acme.localhost:1"),
        ("http://127.1:1", "http://127.0.0.1:1"),
        ("http://0x7f.1:1", "http://127.0.0.1:1"),
        ("http://2130706433:1", "http://127.0.0.1:1"),
        ("http://[::ffff:127.0.0.1]:1", "http://[::ffff:7f00:1]:1"),
    ] {
        assert_eq!(base(url).unwrap(), kept);
    }
    for (url, reason) in [
        ("", "is not a URL"),
        ("acme.example", "is not a URL"),
        ("localhost:8080", "neither scheme"),
        ("ftp://acme.example", "neither scheme"),
        ("https://user:hunter2@acme.example", "user name or password"),
        ("https://acme.example/?key=hunter2", "query"),
        ("https://acme.example/#x", "fragment"),
        ("http://acme.example", "public host"),
        ("http://8.8.8.8", "public host"),
        ("http://127.0.0.1.acme.example", "public host"),
        ("http://localhost.acme.example", "public host"),
        ("http://acmelocalhost.", "public host"),
        ("http://[::ffff:8.8.8.8]", "public host"),
        ("http://0.0.0.0", "address to listen on"),
        ("http://[::]", "address to listen on"),
        ("http://192.168.1.102:8014", "private network"),
        ("http://10.0.0.1", "private network"),
        ("http://[fd00::1]", "private network"),
        ("http://[::ffff:10.0.0.1]", "private network"),
        ("http://digipay", "private network"),
    ] {
        let problems = problems(complete().base_url(url));
        assert!(problems[0].contains(reason), "{url}: {problems:?}");
        assert!(!problems[0].contains("hunter2"), "{problems:?}");
    }
}

#[test]
fn a_client_of_the_callers_own_takes_no_plain_name_for_this_machine() {
    let own = |url: &str| complete().base_url(url).http_client(reqwest::Client::new());
    for url in ["http://localhost:1", "http://acme.localhost", "http://localhost."] {
        assert!(problems(own(url))[0].contains("write 127.0.0.1 or [::1]"), "{url}");
    }
    for url in ["http://127.0.0.1:1", "http://[::1]:1", "https://localhost:1"] {
        assert!(own(url).build().is_ok(), "{url}");
    }
}

#[test]
fn plain_http_on_a_private_network_takes_saying_so() {
    let open = |url: &str| complete().base_url(url).danger_allow_plain_http_on_private_networks();
    assert!(open("http://192.168.1.102:8014").build().is_ok());
    assert!(open("http://wallet.internal").build().is_ok());
    assert!(problems(open("http://8.8.8.8"))[0].contains("public host"));
}

/// What a credential is.
fn text_of(builder: &Builder, name: &str) -> String {
    builder.credentials[name].read(CredentialKind::Text).unwrap().text.expose().to_owned()
}

#[test]
fn the_environment_fills_what_was_not_given() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"from a file\r\n").unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let variables = HashMap::from([
        ("ACME_PAY_CLIENT_ID", "from the environment".to_owned()),
        ("ACME_PAY_SECRET_KEY_FILE", path),
        ("ACME_PAY_CHANNEL", "app".into()),
        ("ACME_PAY_COUNTRY", String::new()),
        ("ACME_PAY_BASE_URL", "https://other.example".into()),
    ]);
    let builder = one_server().setting("channel", "web").env_from(|name| Ok(variables.get(name).cloned()));
    assert_eq!(text_of(&builder, "client_id"), "from the environment");
    assert_eq!(text_of(&builder, "secret_key"), "from a file");
    assert_eq!(builder.settings["channel"], "web");
    assert_eq!(builder.build().unwrap().base_url(), "https://other.example");
}

#[test]
fn an_environment_that_contradicts_itself_is_a_problem() {
    let variables = HashMap::from([
        ("ACME_PAY_CLIENT_ID", "a"),
        ("ACME_PAY_CLIENT_ID_FILE", "/b"),
        ("ACME_PAY_SECRET_KEY_FILE", "/nowhere/at/all"),
        ("ACME_PAY_TOKEN", "t"),
    ]);
    let builder = one_server().setting("channel", "web");
    let problems = problems(builder.env_from(|name| Ok(variables.get(name).map(|value| (*value).to_owned()))));
    assert!(problems[0].contains("both ACME_PAY_CLIENT_ID and ACME_PAY_CLIENT_ID_FILE"), "{problems:?}");
    assert!(problems[1].contains("ACME_PAY_SECRET_KEY_FILE names cannot be read: entity not found"), "{problems:?}");
}

#[test]
fn a_file_is_read_up_to_a_limit() {
    for (length, is_read) in [(LARGEST_FILE, true), (LARGEST_FILE + 1, false)] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![b'k'; length as usize]).unwrap();
        let path = file.path().to_str().unwrap();
        let read = |name: &str| Ok((name == "ACME_PAY_CLIENT_ID_FILE").then(|| path.to_owned()));
        assert_eq!(one_server().env_from(read).setup().is_ok(), is_read);
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_a_problem() {
    let endless = |name: &str| Ok((name == "ACME_PAY_CLIENT_ID_FILE").then(|| "/dev/zero".to_owned()));
    let problems = problems(one_server().setting("channel", "web").env_from(endless));
    assert!(problems[0].contains("ACME_PAY_CLIENT_ID_FILE names has more than 1048576 bytes"), "{problems:?}");
}

#[test]
fn an_override_must_fit_its_operation() {
    for (change, reason) in [
        (Override::path("nothing", "/x"), "no operation \"nothing\""),
        (Override::path("create_card", "x"), "start with"),
        (Override::path("create_card", "/x?y"), "no query"),
        (Override::path("create_card", "/{id}"), "does not have"),
        (Override::method("create_card", "P T"), "not an HTTP method"),
        (Override::signed_fields("create_card", ["pin"]), "no field \"pin\""),
    ] {
        let problems = problems(complete().with_override(change.clone()));
        assert!(problems[0].contains(reason), "{change:?}: {problems:?}");
    }
    let fine = [Override::path("create_card", "/v2/Cards"), Override::method("create_card", "put")];
    assert!(fine.into_iter().fold(complete(), Builder::with_override).build().is_ok());
}

#[test]
fn nothing_that_was_given_is_printed() {
    let builder = complete().session_value("token", "hunter2").credential("client_id", "hunter2");
    assert!(!format!("{builder:?}").contains("hunter2"));
    let executor = builder.build().unwrap();
    assert!(!format!("{executor:?}").contains("hunter2"));
}

#[test]
fn an_unusable_key_is_a_problem_when_the_client_is_built() {
    let mut plan = Plan::clone(&provider(vec![server("production", "https://acme.example")]));
    plan.credentials.to_mut()[2].kind = CredentialKind::RsaPublicKey;
    let builder = Builder::new(Arc::new(plan)).credential("client_id", "c").credential("secret_key", "s");
    let problems = problems(builder.setting("channel", "web").credential("unread", "hunter2"));
    assert!(problems[0].starts_with("unread is not usable: it is not PEM") && !problems[0].contains("hunter2"));
}

#[test]
fn a_tool_learns_what_to_ask_for() {
    let builder = one_server().only(["create_card"]);
    let asked: Vec<_> = builder.missing().iter().map(Missing::name).collect();
    assert_eq!(asked, ["client_id", "secret_key", "channel"]);
    assert_eq!(builder.missing()[2].description(), "The channel.");
    let builder = builder.credential("client_id", "c").session_value("token", "t");
    assert_eq!(builder.missing().iter().map(Missing::name).collect::<Vec<_>>(), ["channel"]);
}

#[test]
fn a_setup_is_what_has_been_given() {
    let two = vec![server("sandbox", "https://a.example"), server("production", "https://b.example")];
    for (servers, url) in [
        (vec![], None),
        (two, None),
        (vec![server("production", "https://acme.example/api/")], Some("https://acme.example/api")),
    ] {
        let setup = Builder::new(provider(servers)).credential("client_id", "c").setup().unwrap();
        assert_eq!(setup.base_url.as_deref(), url);
        assert_eq!(setup.credentials.keys().collect::<Vec<_>>(), ["client_id"]);
        assert_eq!(setup.settings.keys().collect::<Vec<_>>(), ["country"]);
        assert!(setup.session.is_none());
    }
    let setup = one_server().session_value("token", "t").with_override(Override::method("create_card", "put")).setup();
    let setup = setup.unwrap();
    assert_eq!(setup.plan.operations[1].method, "PUT");
    assert_eq!(setup.session.unwrap()["token"].expose(), "t");
    // A value that is there and wrong is still a problem.
    assert!(one_server().base_url("ftp://acme.example").setup().unwrap_err().to_string().contains("scheme"));
}

#[test]
fn options_of_a_call_replace_those_of_the_client() {
    let limits = Limits { response_bytes: 7, ..Limits::default() };
    assert_eq!(CallOptions::new().apply(limits), limits);
    let seconds = Duration::from_secs;
    let options = CallOptions::new().timeout(seconds(1)).deadline(seconds(2)).retries(3);
    let expected = Limits { attempt: seconds(1), deadline: seconds(2), retries: 3, response_bytes: 7 };
    assert_eq!(options.apply(limits), expected);
}

#[test]
fn what_was_given_goes_before_the_environment() {
    let everything = |name: &str| match name.strip_prefix("ACME_PAY_") {
        Some("BASE_URL") => Ok(Some("https://other.example".to_owned())),
        Some(name) if !name.ends_with("_FILE") && name != "SERVER" => {
            Ok(Some(format!("the {name} of the environment")))
        }
        _ => Ok(None),
    };
    let builder = complete().session_value("token", "given").base_url("https://given.example").env_from(everything);
    assert_eq!(text_of(&builder, "client_id"), "c");
    assert_eq!(builder.settings["channel"], "web");
    assert_eq!(builder.settings["country"], "the COUNTRY of the environment");
    assert_eq!(builder.session["token"].expose(), "given");
    assert_eq!(builder.build().unwrap().base_url(), "https://given.example");
    let builder = one_server().server("production").env_from(everything);
    assert_eq!(builder.settings["channel"], "the CHANNEL of the environment");
    assert_eq!(builder.session["token"].expose(), "the TOKEN of the environment");
    assert_eq!(builder.build().unwrap().base_url(), "https://acme.example/api");
}

#[test]
fn with_a_session_at_hand_only_what_issues_one_is_not_needed() {
    let asked = |builder: Builder| builder.missing().iter().map(|one| one.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(asked(one_server()), ["client_id", "secret_key", "channel"]);
    assert_eq!(asked(one_server().session_value("token", "t")), ["client_id", "channel"]);
    // Whoever names the operation that issues sessions wants to call it.
    assert_eq!(asked(one_server().session_value("token", "t").only(["authenticate"])), ["secret_key"]);
    let mut plan = Plan::clone(&provider(vec![server("production", "https://acme.example")]));
    plan.session.as_mut().unwrap().renew = Some("create_card".into());
    assert_eq!(asked(Builder::new(Arc::new(plan)).session_value("token", "t")), [""; 0]);
}

#[test]
fn a_server_is_not_picked_where_there_is_none() {
    let builder = Builder::new(provider(vec![])).server("production").credential("client_id", "c");
    let problems = problems(builder.credential("secret_key", "s").setting("channel", "web"));
    assert_eq!(problems, ["there is no server \"production\": give a base URL"]);
}

#[test]
fn an_override_is_of_its_operation_alone() {
    let change = || Override::path("create_card", "/v2/cards");
    let builder = complete().with_override(change()).with_override(Override::method("create_card", "put"));
    let plan = builder.build().unwrap().setup().plan.clone();
    let overridden = |id: &str| plan.operation(id).map(|operation| (operation.path.clone(), operation.method.clone()));
    assert_eq!(overridden("create_card"), Some(("/v2/cards".into(), "PUT".into())));
    assert_eq!(overridden("authenticate"), Some(("/v1/cards".into(), "POST".into())));
    let mut plan = Plan::clone(&provider(vec![server("production", "https://acme.example")]));
    plan.operations.to_mut()[1].path = "/cards/{id}".into();
    let builder = || Builder::new(Arc::new(plan.clone())).credential("client_id", "c").credential("secret_key", "s");
    let builder = || builder().setting("channel", "web");
    assert!(problems(builder().with_override(change()))[0].contains("lacks {id}"));
    assert!(builder().with_override(Override::path("create_card", "/v2/{id}/card")).build().is_ok());
}

#[test]
fn a_builder_prints_what_it_was_given_but_nothing_confidential() {
    let mut plan = Plan::clone(&provider(vec![server("production", "https://acme.example")]));
    plan.operations.to_mut()[1].slots.to_mut()[2].secrecy = plan::Secrecy::Secret;
    let builder = Builder::new(Arc::new(plan)).setting("channel", "web").setting("country", "hunter2");
    let builder = builder.base_url("https://user:hunter2@acme.example").server("production").retries(7);
    let printed = format!("{builder:?}");
    for part in ["acme_pay", "\"web\"", "[redacted]", "production", "retries: 7"] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn a_password_or_a_user_name_alone_is_too_much_in_a_base_url() {
    for url in ["https://user@acme.example", "https://:hunter2@acme.example"] {
        let problems = problems(complete().base_url(url));
        assert!(problems[0].contains("user name or password"), "{url}: {problems:?}");
    }
}

#[test]
fn the_http_client_is_the_one_that_was_given() {
    let http = reqwest::Client::builder().user_agent("of our own").build().unwrap();
    let executor = complete().http_client(http).build().unwrap();
    assert!(format!("{:?}", executor.http_client()).contains("of our own"));
}

#[test]
fn a_client_prints_where_it_calls_and_nothing_that_it_holds() {
    let client = complete().build().unwrap().with_options(CallOptions::new().retries(0));
    let printed = format!("{client:?}");
    assert_eq!(
        printed,
        "Executor { provider: \"acme_pay\", base_url: \"https://acme.example/api\", options: CallOptions { attempt: None, \
         deadline: None, retries: Some(0), response_bytes: None }, .. }"
    );
}

#[test]
fn an_override_that_makes_a_cycle_is_told_in_order() {
    let slots = vec![
        field("/waits").filled(list![sent_field("second")]),
        field("/first").filled(list![fields(SIGNED)]),
        field("/second").filled(list![sent_field("third")]),
        field("/third").filled(list![sent_field("first")]),
    ];
    let mut provider = Plan::clone(&provider(vec![server("production", "https://acme.example/api")]));
    let operation = countersign_plan::words::operation("create_card", "POST", "/v1/cards").form();
    provider.operations.to_mut()[1] = operation.slots(slots.into()).arranged().expect("an order");
    let builder = Builder::new(Arc::new(provider)).credential("client_id", "c").credential("secret_key", "s");
    let builder = builder.setting("channel", "web");
    let found = |fields: &[&'static str]| {
        problems(builder.clone().with_override(Override::signed_fields("create_card", fields.iter().copied())))
    };
    let cycle = "create_card: `first` reads `second`, which reads `third`, which reads `first`; leave one of them out of \
                  the signed fields";
    assert_eq!(found(&["second"]), [cycle]);
    let own = "create_card: `first` reads itself; leave one of them out of the signed fields";
    assert_eq!(found(&["first"]), [own]);
}

/// A signer that is never asked.
struct Unasked;

impl crate::Signer for Unasked {
    async fn sign(&self, _: countersign_sign::ToSign) -> Result<Vec<u8>, crate::SignerError> {
        Err("nobody asks".into())
    }
}

/// A client whose one header is this, with a signer in the place of its key.
fn with_signer(value: Value) -> Result<Executor, Error> {
    let slots = vec![header("X-Sign").filled(vec![value].into())];
    let operation = countersign_plan::words::operation("pay", "POST", "/pay").slots(slots.into()).arranged().unwrap();
    let named = Plan { credentials: list![plan::Credential::text("key", "The key.")], ..(*provider(vec![])).clone() };
    let plan = Arc::new(Plan { operations: vec![operation].into(), session: None, settings: list![], ..named });
    let signer = CredentialSource::signer(Unasked);
    Builder::new(plan).base_url("https://acme.example").credential("key", signer).build()
}

#[test]
fn a_signer_serves_what_it_can_sign_and_is_refused_for_anything_else() {
    use plan::words::{hex, hmac, public, sha_256, text};
    use plan::{Hash, PublicForm};

    let mac = |key: Vec<Value>, of: Vec<Value>| hex(vec![hmac(Hash::Sha256, key.into(), of.into())].into());
    let key = || vec![credential("key")];
    with_signer(mac(key(), vec![text("m")])).unwrap();
    for misused in [
        credential("key"),
        hex(vec![sha_256(key().into())].into()),
        mac(vec![credential("key"), text("&")], vec![text("m")]),
        mac(key(), key()),
        public("key", PublicForm::Der),
    ] {
        let error = with_signer(misused).unwrap_err().to_string();
        assert!(error.contains("key is not usable: pay does more with it than sign"), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_shows_a_certificate_is_not_sent_without_one() {
    static PLAN: Plan = plan("acme", "Acme")
        .credentials(list![plan::Credential::of(CredentialKind::ClientCertificate, "certificate", "The client's.")])
        .operations(list![
            countersign_plan::words::operation("pay", "POST", "/pay").mutual_tls("certificate"),
            countersign_plan::words::operation("ping", "GET", "/ping"),
        ]);
    // Nobody listens there.
    let builder = || Builder::new(&PLAN).base_url("http://127.0.0.1:9").retries(0).only(["ping"]);
    let call = async |builder: Builder, id: &'static str| {
        builder.build().unwrap().call(countersign_sign::Call::new(id)).await.unwrap_err()
    };
    let missing = call(builder(), "pay").await;
    assert!(missing.to_string().contains("pay was not sent: the credential certificate is missing"), "{missing}");
    assert!(matches!(call(builder(), "ping").await, Error::Transport(_)));
    // A client of the caller's own may have one.
    assert!(matches!(call(builder().http_client(reqwest::Client::new()), "pay").await, Error::Transport(_)));
}
