//! Calls over a real connection: what goes out, what is printed, how the program ends, and what is never printed.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use countersign_sandbox::Sandbox;
use countersign_tests::{Received, Reply, Server};
use serde_json::{Value, json};
use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wallet.yaml");

/// Every secret and personal value that goes in, or comes back.
const CONFIDENTIAL: [&str; 9] = [
    "THE-API-KEY",
    "THE-CLIENT-ID",
    "THE-TOKEN",
    "8461",
    "9876543978",
    "Ana Maria",
    "https://secret.example/link",
    "THE-CUSTOMER",
    "THE-NEWS",
];

/// A directory with what a call is made with, and a server that responds to it.
struct Setting {
    directory: TempDir,
    server: Server,
}

impl Setting {
    /// A server that issues sessions, and responds to everything else like this.
    async fn new(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let server = Server::start(move |_, request| match request.line.starts_with("POST /login ") {
            true => Reply::json(200, r#"{"token": "THE-TOKEN", "expires_in": 60}"#),
            false => reply(request),
        });
        let setting = Self { directory: TempDir::new().unwrap(), server: server.await };
        // Any usable key will do, and a sandbox makes one.
        let sandbox = Sandbox::start(("wallet", fs::read_to_string(DOCUMENT).unwrap().as_str())).await.unwrap();
        setting.write("pin_key.pem", sandbox.value("pin_key"));
        setting.write("pin", "8461\n");
        setting.write(
            "wallet.env",
            "# A comment.\nexport WALLET_API_KEY='THE-API-KEY'\nWALLET_CHANNEL=\"app\" # and another\n",
        );
        setting
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// `countersign COMMAND --spec … --base-url …`, with credentials from three places.
    fn command(&self, command: &str) -> Command {
        bare()
            .args([command, "--spec", DOCUMENT, "--base-url", &self.server.url()])
            .current_dir(self.directory.path())
            .args(["--env-file", "wallet.env"])
            .env("WALLET_CLIENT_ID", "THE-CLIENT-ID")
            .env("WALLET_PIN_KEY_FILE", "pin_key.pem")
    }

    /// A call of `set_pin` with all that it takes.
    async fn set_pin(&self, arguments: &[&str]) -> OutputAssert {
        let command = self.command("call").arg("set_pin").args(SET_PIN).args(arguments);
        run(command).await
    }
}

const SET_PIN: [&str; 10] = [
    "--field",
    "number=9876543978",
    "--field",
    "reason=forgotten",
    "--field",
    "amount=5",
    "--field",
    "name=Ana Maria",
    "--field-file",
    "pin=pin",
];

fn bare() -> Command {
    Command::new(cargo_bin!("countersign")).env_clear()
}

/// Runs a command while the server of this test goes on serving.
async fn run(command: Command) -> OutputAssert {
    tokio::task::spawn_blocking(move || command.assert()).await.unwrap()
}

fn outputs(assert: &OutputAssert) -> (String, String) {
    let output = assert.get_output();
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

#[track_caller]
fn assert_confidential(assert: &OutputAssert) {
    let (stdout, stderr) = outputs(assert);
    let [stdout, stderr] = [stdout, stderr].map(|text| without_digests(&text));
    for value in CONFIDENTIAL {
        assert!(!stdout.contains(value), "{value} is on standard output: {stdout}");
        assert!(!stderr.contains(value), "{value} is on standard error: {stderr}");
    }
}

/// A text without digests, signatures and ciphertexts, in which four digits may be by chance.
fn without_digests(text: &str) -> String {
    let is_written_out = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split_inclusive(|c| !is_written_out(c)).filter(|word| word.len() < 64).collect()
}

fn done(_: &Received) -> Reply {
    let body = r#"{
        "status": "done", "link": "https://secret.example/link", "customer": "THE-CUSTOMER", "new": ["THE-NEWS"]
    }"#;
    Reply::with(200, &[("X-Request-Id", "r-1")], body)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_is_printed_without_what_is_confidential() {
    let setting = Setting::new(done).await;
    let text = setting.set_pin(&[]).await.success().stderr_eq(str![]).stdout_eq(str![[r#"
{
  "customer": "[redacted]",
  "link": "[redacted]",
  "new": "[not in the document]",
  "status": "done"
}

"#]]);
    assert_confidential(&text);
    let json = setting.set_pin(&["--output", "json"]).await.success().stdout_eq(str![[r#"
{
  "status": 200,
  "request_id": "r-1",
  "attempts": 1,
  "hidden": 3,
  "response": {
    "customer": "[redacted]",
    "link": "[redacted]",
    "new": "[not in the document]",
    "status": "done"
  }
}

"#]]);
    assert_confidential(&json);
    setting.set_pin(&["--reveal"]).await.success().stdout_eq(str![[r#"
{
  "customer": "THE-CUSTOMER",
  "link": "https://secret.example/link",
  "new": [
    "THE-NEWS"
  ],
  "status": "done"
}

"#]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_is_what_was_given() {
    let setting = Setting::new(done).await;
    setting.set_pin(&["--field", "dry=true"]).await.success();
    let [login, call] = &setting.server.received()[..] else { panic!("a session and a call") };
    assert_eq!(login.header("X-Client"), Some("THE-CLIENT-ID"));
    assert_eq!(call.line, "POST /customers/9876543978/pin?dry=true HTTP/1.1");
    assert_eq!(call.header("Authorization"), Some("Bearer THE-TOKEN"));
    assert_eq!(call.header("X-Channel"), Some("app"));
    let mut body: Value = serde_json::from_slice(&call.body).unwrap();
    let pin = body["change"]["pin"].take();
    assert_eq!(pin.as_str().map(str::len), Some(344), "an RSA ciphertext of 2048 bits in base64");
    assert_eq!(body, json!({ "change": { "pin": null, "reason": "forgotten", "amount": 5, "name": "Ana Maria" } }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_comes_from_a_file_or_from_standard_input() {
    let setting = Setting::new(done).await;
    let body = r#"{"note": "n", "change": {"pin": "8461", "reason": "forgotten", "amount": 5}}"#;
    setting.write("body.json", body);
    let given = ["set_pin", "--field", "number=1", "--field", "reason=other"];
    run(setting.command("call").args(given).args(["--body", "body.json"])).await.success();
    run(setting.command("call").args(given).args(["--body", "-"]).stdin(body)).await.success();
    let received = setting.server.received();
    let calls: Vec<_> = received.iter().filter(|request| request.line.contains("/pin")).collect();
    assert_eq!(calls.len(), 2);
    for call in calls {
        let body = String::from_utf8(call.body.clone()).unwrap();
        // In the caller's order, with their field in place.
        assert!(body.starts_with(r#"{"note":"n","change":{"pin":""#), "{body}");
        assert!(body.ends_with(r#"","reason":"other","amount":5}}"#), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_named_file_comes_before_the_environment() {
    let setting = Setting::new(|_| Reply::with(204, &[], "")).await;
    let other = setting.write("other.env", "WALLET_CLIENT_ID='from $HOME and a \\ file'\n");
    let status = |command: Command| command.args(["get_status", "--env-file"]).arg(&other);
    let base = || bare().args(["call", "--spec", DOCUMENT, "--base-url", &setting.server.url()]);
    run(status(base().env("WALLET_CLIENT_ID", "from the environment"))).await.success().stdout_eq("null\n");
    assert_eq!(setting.server.received()[0].header("X-Client"), Some("from $HOME and a \\ file"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_exit_code_and_words_on_standard_error() {
    let refusal = |_: &Received| {
        let body = r#"{"code": "W7", "message": "no such customer 9876543978, pin 8461\u001b[2J"}"#;
        Reply::with(404, &[("X-Request-Id", "r-7")], body)
    };
    let setting = Setting::new(refusal).await;
    let refused = setting.set_pin(&[]).await.code(1).stdout_eq(str![]);
    let (_, stderr) = outputs(&refused);
    for expected in ["code W7", "no such customer", "not-found", "HTTP 404", "request id r-7"] {
        assert!(stderr.contains(expected), "{expected} in {stderr}");
    }
    assert!(!stderr.contains('\u{1b}'), "{stderr:?}");

    let refused = setting.set_pin(&["--output", "json"]).await.code(1).stdout_eq(str![]);
    let error: Value = serde_json::from_str(&outputs(&refused).1).unwrap();
    let error = &error["error"];
    assert_eq!(error["type"], "api");
    assert_eq!((&error["code"], &error["kind"]), (&json!("W7"), &json!("not-found")));
    assert_eq!((&error["request_id"], &error["status"]), (&json!("r-7"), &json!(404)));
    assert_eq!(error["may_have_been_carried_out"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_signature_points_to_explain() {
    let setting = Setting::new(|_| Reply::json(400, r#"{"code": "W1", "message": "bad signature"}"#)).await;
    setting.set_pin(&[]).await.code(1).stderr_eq(str![[r#"
error: set_pin was refused: code W1, "bad signature", invalid-request, HTTP 400
hint: "countersign explain" with the same arguments shows what was signed, and how

"#]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refusal_of_a_session_is_a_refusal() {
    let server = Server::start(|_, _| Reply::json(403, r#"{"code": "W3", "message": "blocked"}"#)).await;
    let setting = Setting { server, ..Setting::new(done).await };
    let refused = setting.set_pin(&["--output", "json"]).await.code(1);
    let error: Value = serde_json::from_str(&outputs(&refused).1).unwrap();
    assert_eq!((&error["error"]["type"], &error["error"]["code"]), (&json!("session"), &json!("W3")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_has_an_exit_code_of_its_own() {
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let command = bare().args(["call", "get_status", "--spec", DOCUMENT, "--base-url", &format!("http://{free}")]);
    let failed = run(command.env("WALLET_CLIENT_ID", "THE-CLIENT-ID")).await.code(5).stdout_eq(str![]);
    assert!(outputs(&failed).1.contains("get_status was not carried out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_when_its_time_is_over() {
    let setting = Setting::new(|_| Reply::Silence).await;
    let began = Instant::now();
    let failed = setting.set_pin(&["--timeout", "0.5"]).await.code(3);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let (_, stderr) = outputs(&failed);
    assert!(
        stderr.contains("set_pin may have been carried out") && stderr.contains("hint: ask the provider"),
        "{stderr}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_response_has_an_exit_code_of_its_own() {
    let setting = Setting::new(|_| Reply::json(200, "<html>THE-NEWS</html>")).await;
    let failed = setting.set_pin(&[]).await.code(4).stdout_eq(str![]);
    assert!(outputs(&failed).1.contains("it is not JSON"));
    assert_confidential(&failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_lacks_what_is_required_is_invalid() {
    for (body, says) in [
        (r#"{"link": "THE-NEWS"}"#, "its body is not as documented: /status is missing"),
        (r#"{"status": {"THE-NEWS": 1}}"#, "/status should be text and is an object"),
        (r#"["THE-NEWS"]"#, "it should be an object and is an array"),
    ] {
        let setting = Setting::new(move |_| Reply::json(200, body)).await;
        let failed = setting.set_pin(&[]).await.code(4).stdout_eq(str![]);
        let (_, stderr) = outputs(&failed);
        assert!(stderr.contains(says) && stderr.contains("set_pin may have been carried out"), "{stderr}");
        assert!(stderr.contains("hint: ask the provider"), "{stderr}");
        assert_confidential(&failed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_whether_the_call_may_have_been_carried_out() {
    let refusal = r#"{"code": "W7", "message": "no such customer"}"#;
    for (status, body, code, carried_out) in [
        (404, refusal, 1, false),
        (200, r#"{"code": "W7"}"#, 4, true),
        (404, "", 3, true),
        (502, "<html>bad gateway</html>", 3, true),
        (500, refusal, 3, true),
        (408, refusal, 3, true),
        (429, "", 3, true),
        (429, refusal, 1, false),
    ] {
        let setting = Setting::new(move |_| Reply::with(status, &[("Retry-After", "7")], body)).await;
        let failed = setting.set_pin(&["--output", "json"]).await.code(code).stdout_eq(str![]);
        let error: Value = serde_json::from_str(&outputs(&failed).1).unwrap();
        let error = &error["error"];
        assert_eq!(error["may_have_been_carried_out"], carried_out, "HTTP {status} {body}: {error}");
        assert_eq!((&error["attempts"], &error["retry_after"]), (&json!(1), &json!(7)));
        let hint = error["hint"].as_str().is_some_and(|hint| hint.starts_with("ask the provider"));
        assert_eq!(hint, carried_out, "{error}");
    }
    // A result that cannot be written is no refusal.
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    if let Ok(full) = full {
        let process = std::process::Command::new(cargo_bin!("countersign"))
            .args(["providers", "--output", "json"])
            .stdout(full)
            .status();
        assert_eq!(process.unwrap().code(), Some(6));
    }
    // No session: the call itself was not sent.
    let server = Server::start(|_, _| Reply::with(502, &[], "")).await;
    let setting = Setting { server, ..Setting::new(done).await };
    let failed = setting.set_pin(&["--output", "json"]).await.code(5);
    let error: Value = serde_json::from_str(&outputs(&failed).1).unwrap();
    assert_eq!((&error["error"]["type"], &error["error"]["attempts"]), (&json!("session"), &json!(0)));
    assert_eq!(error["error"]["may_have_been_carried_out"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_not_sent() {
    let setting = Setting::new(done).await;
    let failed = setting.set_pin(&["--body", "-"]).await.code(2).stdout_eq(str![]);
    assert!(outputs(&failed).1.contains("was not sent: the body is not JSON"), "{}", outputs(&failed).1);
    setting.write("pin", "84616\n");
    let failed = setting.set_pin(&[]).await.code(2).stdout_eq(str![]);
    assert!(outputs(&failed).1.contains("set_pin was not sent: pin: it must match the pattern"));
    assert_confidential(&failed);
    assert!(setting.server.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_twice_is_not_sent() {
    let setting = Setting::new(done).await;
    for (arguments, name) in [
        (&["--field", "reason=other"][..], "/change/reason"),
        (&["--field", "/change/reason=other"], "/change/reason"),
        (&["--field", "number=1"], "number"),
        (&["--field-file", "reason=pin"], "/change/reason"),
        (&["--field-file", "/change/pin=pin"], "/change/pin"),
        (&["--field", "dry=true", "--field", "dry=true"], "dry"),
    ] {
        let failed = setting.set_pin(arguments).await.code(2).stdout_eq(str![]);
        assert!(outputs(&failed).1.contains(&format!("{name} is given twice")), "{}", outputs(&failed).1);
        assert_confidential(&failed);
    }
    for (body, says) in [
        (r#"{"change": {"pin": "8461", "reason": "a", "pin": "8462"}}"#, "pin: it is given more than once"),
        (r#"{"change": {"pin": "8461"}, "change": {"pin": "8461"}}"#, "change: it is given more than once"),
        (r#"{"change": {"pin": "8461"}, "8461": 1, "8461": 2}"#, "the body has a name more than once"),
    ] {
        let command = setting.command("call").args(["set_pin", "--field", "number=1", "--body", "-"]).stdin(body);
        let failed = run(command).await.code(2).stdout_eq(str![]);
        assert!(outputs(&failed).1.contains(says), "{}", outputs(&failed).1);
        assert_confidential(&failed);
    }
    assert!(setting.server.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_confidential_is_ever_printed() {
    type Respond = fn(&Received) -> Reply;
    let replies: [Respond; 5] = [
        done,
        |_| {
            Reply::json(
                400,
                r#"{"code": "W1", "message": "THE-API-KEY THE-CLIENT-ID THE-TOKEN 8461 Ana Maria 9876543978"}"#,
            )
        },
        |_| Reply::json(401, r#"{"code": "THE-TOKEN", "message": "THE-TOKEN"}"#),
        |_| Reply::json(200, r#"{"code": THE-NEWS"#),
        |_| Reply::BytesThenClose(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nTHE-NEWS".to_vec()),
    ];
    for reply in replies {
        let setting = Setting::new(reply).await;
        for output in ["text", "json"] {
            assert_confidential(&setting.set_pin(&["--verbose", "--output", output]).await);
            let explain =
                setting.command("explain").arg("set_pin").args(SET_PIN).args(["--verbose", "--output", output]);
            assert_confidential(&run(explain).await.success());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_for_a_call_is_revealed_with_a_warning_and_no_credential_is() {
    let setting = Setting::new(done).await;
    for output in ["text", "json"] {
        let explain = setting.command("explain").arg("set_pin").args(SET_PIN).args(["--reveal", "--output", output]);
        let explained = run(explain.env("WALLET_TOKEN", "THE-TOKEN")).await.success();
        let (stdout, stderr) = outputs(&explained);
        assert!(stderr.starts_with("warning: the secrets and personal data of this call are shown"), "{stderr}");
        for given in ["/customers/9876543978/pin", "8461", "Ana Maria"] {
            assert!(stdout.contains(given), "{given} is not on standard output: {stdout}");
            assert!(!stderr.contains(given), "{given} is on standard error: {stderr}");
        }
        for credential in ["THE-API-KEY", "THE-CLIENT-ID", "THE-TOKEN"] {
            assert!(!stdout.contains(credential) && !stderr.contains(credential), "{credential}: {stdout}{stderr}");
        }
        // The tag is there all the same.
        assert!(stdout.contains("Bearer ‹token›") && !stdout.contains("hex(hmac-sha-256("), "{stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_not_quoted() {
    let setting = Setting::new(done).await;
    for (line, text) in [
        (1, "WALLET_API_KEY='THE-API-KEY\n"),
        (1, "THE-API-KEY\n"),
        (2, "A=1\nWALLET_API_KEY='THE-API-KEY' and more\n"),
        (3, "# A comment.\r\n\r\nWALLET_API_KEY=THE-API-KEY # and a comment\r\n"),
        (2, "WALLET_API_KEY=1\nWALLET_API_KEY=THE-API-KEY\n"),
        (1, "WALLET_API_KEY=\"THE-API-KEY\\n\"\n"),
    ] {
        setting.write("wallet.env", text);
        let failed = setting.set_pin(&[]).await.code(2);
        let expected = format!("error: line {line} of the file of --env-file ");
        assert!(outputs(&failed).1.contains(&expected), "{}", outputs(&failed).1);
        assert_confidential(&failed);
    }
    setting.write("wallet.env", "A=1\n");
    setting.write("pin_key.pem", "THE-API-KEY");
    let failed = setting.set_pin(&[]).await.code(2);
    assert!(outputs(&failed).1.contains("pin_key is not usable: it is not PEM"));
    assert_confidential(&failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_in_the_file_leaves_as_it_is_there() {
    for (written, expected) in [
        ("a$HOME#b", "a$HOME#b"),
        ("${HOME}\\n `c`", "${HOME}\\n `c`"),
        ("'it'\\''s $1 #2'", "it's $1 #2"),
        ("\"$HOME # d\"", "$HOME # d"),
    ] {
        let setting = Setting::new(|_| Reply::with(204, &[], "")).await;
        setting.write("wallet.env", &format!("\u{feff}export WALLET_CLIENT_ID={written}\r\n"));
        let command = bare().args(["call", "get_status", "--spec", DOCUMENT, "--base-url", &setting.server.url()]);
        let command = command.current_dir(setting.directory.path()).args(["--env-file", "wallet.env"]);
        run(command.env("HOME", "THE-HOME")).await.success();
        assert_eq!(setting.server.received()[0].header("X-Client"), Some(expected), "{written}");
    }
}

#[test]
fn a_secret_on_the_command_line_is_never_repeated() {
    for arguments in [
        &["--secret-field", "pin=THE-API-KEY"][..],
        &["--secret-field=pin=THE-API-KEY"],
        &["--secret-field", "THE-API-KEY"],
        &["--field", "pin=THE-API-KEY"],
        &["--field", "8461=1"],
        &["--field", "THE-API-KEY"],
        &["--field", "amount=THE-API-KEY"],
        &["--field", "dry=THE-API-KEY"],
        &["--field", "number=THE-API-KEY"],
        &["--field-file", "pin=THE-API-KEY"],
        &["--env-file", "WALLET_API_KEY=THE-API-KEY"],
        &["--body", r#"{"change": {"pin": "8461"}}"#],
        &["pin=THE-API-KEY"],
        &["other", "pin=THE-API-KEY"],
        &["--pin", "8461"],
        &["--pin=8461"],
        &["--verbose=8461"],
        &["--base-url", "https://user:THE-API-KEY@wallet.example.com"],
        &["--base-url", "THE-API-KEY"],
    ] {
        for (command, output) in [("call", "text"), ("explain", "json")] {
            let command = bare().args([command, "--spec", DOCUMENT, "set_pin", "--output", output]).args(arguments);
            let failed = command.assert().code(2).stdout_eq(str![]);
            assert!(!outputs(&failed).1.is_empty(), "{arguments:?}");
            assert_confidential(&failed);
        }
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_is_not_read_to_the_end() {
    for arguments in [
        &["get_status", "--spec", "/dev/zero"][..],
        &["get_status", "--spec", DOCUMENT, "--env-file", "/dev/zero"],
        &["set_pin", "--spec", DOCUMENT, "--body", "/dev/zero"],
        &["set_pin", "--spec", DOCUMENT, "--field-file", "pin=/dev/zero"],
    ] {
        let failed = bare().arg("call").args(arguments).assert().code(2);
        assert!(outputs(&failed).1.contains("cannot be read: it has more than 16 MiB"), "{}", outputs(&failed).1);
    }
    let endless = fs::File::open("/dev/zero").unwrap();
    let endless = std::process::Command::new(cargo_bin!("countersign"))
        .args(["call", "set_pin", "--spec", DOCUMENT, "--body", "-"])
        .stdin(endless)
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&endless.stderr).contains("standard input cannot be read: it has more than 16 MiB")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_given_twice_is_refused_whatever_names_it_has() {
    let setting = Setting::new(done).await;
    setting.write("reason", "forgotten");
    for (again, name) in [
        (["--field", "reason=lost"], "/change/reason"),
        (["--field", "reason=forgotten"], "/change/reason"),
        (["--field", "/change/reason=lost"], "/change/reason"),
        (["--field", "change/reason=lost"], "/change/reason"),
        (["--field-file", "/change/reason=reason"], "/change/reason"),
        (["--field-file", "/change/pin=pin"], "/change/pin"),
        (["--field", "number=9876543978"], "number"),
    ] {
        let refused = setting.set_pin(&again).await.code(2);
        let (stdout, stderr) = outputs(&refused);
        assert_eq!((&*stdout, stderr), ("", format!("error: {name} is given twice: give it once\n")), "{again:?}");
    }
    assert!(setting.server.received().is_empty(), "nothing is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_deceives_a_reader_is_shown_by_its_number() {
    // An escape of the terminal, one of C1, and characters that turn round, isolate, hide and join.
    const ODD: [char; 7] = ['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\u{e0041}'];
    fn text() -> String {
        ODD.iter().flat_map(|odd| ['x', *odd]).collect()
    }
    let refusal = |_: &Received| Reply::json(404, &json!({"code": text(), "message": text()}).to_string());
    let success = |_: &Received| Reply::json(200, &json!({"status": text(), text(): text()}).to_string());
    let assert_plain = |assert: &OutputAssert| {
        let (stdout, stderr) = outputs(assert);
        assert!(!stdout.contains(ODD) && !stderr.contains(ODD), "{stdout:?} {stderr:?}");
    };
    for arguments in [&["--verbose"][..], &["--verbose", "--output", "json"], &["--verbose", "--reveal"]] {
        let refused = Setting::new(refusal).await.set_pin(arguments).await.code(1);
        assert_plain(&refused);
        let answered = Setting::new(success).await.set_pin(arguments).await.success();
        assert_plain(&answered);
        let response: Value = serde_json::from_str(&outputs(&answered).0).unwrap();
        let response = response.get("response").unwrap_or(&response);
        assert_eq!(response["status"], text(), "JSON has what came, escaped");
    }
}

#[test]
fn the_providers_that_are_compiled_in_are_listed_with_their_operations() {
    let listed = bare().arg("providers").assert().success();
    let (stdout, _) = outputs(&listed);
    assert_eq!(stdout.lines().count(), countersign_providers::PROVIDERS.len());
    for (line, provider) in stdout.lines().zip(countersign_providers::PROVIDERS) {
        assert!(line.starts_with(provider.name), "{line}");
        assert!(provider.plan.operations.iter().all(|operation| line.contains(&*operation.id)), "{line}");
        bare().args(["operations", provider.name]).assert().success();
    }
    let listed = bare().args(["providers", "--output", "json"]).assert().success();
    let listed: Value = serde_json::from_str(&outputs(&listed).0).unwrap();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|provider| provider["name"].as_str().unwrap()).collect();
    assert_eq!(names, countersign_providers::PROVIDERS.iter().map(|provider| provider.name).collect::<Vec<_>>());
    bare().args(["operations", "nobody"]).assert().code(2);
}

#[test]
fn every_operation_can_be_explained_by_its_example() {
    for provider in countersign_providers::PROVIDERS {
        for operation in provider.plan.operations.iter() {
            let explained = bare().args(["explain", provider.name, &operation.id, "--example"]).assert().success();
            assert!(outputs(&explained).0.starts_with(&*operation.method));
        }
    }
}

#[test]
fn the_help_says_how_the_program_ends_and_shows_examples() {
    for (arguments, expected) in [
        (&["--help"][..], "4  a response came that is not what the document describes"),
        (&["call", "--help"], "countersign explain"),
        (&["explain", "-h"], "Exit codes:"),
    ] {
        let help = bare().args(arguments).assert().success();
        assert!(outputs(&help).0.contains(expected), "{arguments:?}");
    }
    bare().assert().code(2);
    let version = bare().arg("--version").assert().success();
    assert_data_eq!(outputs(&version).0, format!("countersign {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_the_commands_the_operations_and_what_they_take() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = bare().args(["completions", shell]).assert().success();
        assert!(outputs(&script).0.contains("COMPLETE"), "{shell}");
    }
    // What the script for fish runs, whose last word is the one to complete.
    let offered = |words: &[&str]| -> Vec<String> {
        let asked = bare().env("COMPLETE", "fish").args(["--", "countersign"]).args(words).assert().success();
        outputs(&asked).0.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
    };
    assert!(offered(&["ex"]).contains(&"explain".to_owned()));
    for call in ["call", "explain"] {
        assert_eq!(offered(&[call, "--spec", DOCUMENT, "set"]), ["set_pin"]);
        let fields = offered(&[call, "--spec", DOCUMENT, "set_pin", "--field", ""]);
        assert_eq!(fields, ["number=", "dry=", "/change/reason=", "/change/amount=", "/change/name=", "note="]);
        assert_eq!(offered(&[call, "--spec", DOCUMENT, "set_pin", "--secret-field", ""]), ["/change/pin"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_list_are_printed_as_they_come() {
    const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/documents/pages.yaml");
    let sandbox = Sandbox::start(("pages", fs::read_to_string(PAGES).unwrap().as_str())).await.unwrap();
    let list = |url: &str, arguments: &[&str]| {
        let command = bare().args(["call", "--spec", PAGES, "list_payments", "--all-pages", "--base-url", url]);
        run(command.args(arguments).env("PAGES_API_KEY", sandbox.value("api_key")))
    };
    let pages = list(&sandbox.url(), &["--output", "json"]).await.success();
    let (stdout, _) = outputs(&pages);
    let pages: Vec<Value> = serde_json::Deserializer::from_str(&stdout).into_iter().map(Result::unwrap).collect();
    assert_eq!(pages.len(), 2, "{stdout}");
    assert_eq!(
        (&pages[0]["response"]["payments"][0]["payer_name"], &pages[0]["hidden"]),
        (&json!("[redacted]"), &json!(1))
    );
    assert_eq!(pages[1]["response"]["payments"][0]["id"], "p3");

    let server = Server::start(|number, _| match number {
        0 => Reply::json(200, r#"{"payments": [{"id": "p1", "amount": 1}], "next": "x"}"#),
        _ => Reply::json(403, "{}"),
    })
    .await;
    let (stdout, stderr) = outputs(&list(&server.url(), &[]).await.code(3));
    assert!(stdout.contains("\"p1\"") && stderr.contains("list_payments"), "{stdout}{stderr}");

    let wrong = bare().args(["call", "--spec", PAGES, "list_payments", "--base-url", &sandbox.url()]);
    let (_, stderr) = outputs(&run(wrong.env("PAGES_API_KEY", "THE-OTHER-KEY")).await.failure());
    assert!(stderr.contains("hint: the sandbox says: X-Signature should be \""), "{stderr}");
    assert!(!stderr.contains("THE-OTHER-KEY"), "{stderr}");

    let none = bare().args(["call", "--spec", DOCUMENT, "set_pin", "--all-pages"]);
    let (_, stderr) = outputs(&run(none).await.code(2));
    assert!(stderr.contains("set_pin has no pages") && stderr.contains("without --all-pages"), "{stderr}");
}
