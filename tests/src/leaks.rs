//! A search for what must not be printed, in everything that a client prints.
//!
//! What a document marks as secret or personal is filled with values that occur nowhere else. [`Leaks`] prints the types,
//! builders and clients that hold them, and calls each operation against a peer on a loopback port which repeats what it
//! received wherever a response has room: in codes, messages, ids and headers, in JSON of another type, in what is no HTTP at
//! all. Nothing of it may be found again: not in `Debug`, which is what a panic of `unwrap` says too, not in an error or its
//! sources, not in a trace of any crate.

mod keys;
mod received;

pub use keys::Traced;

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use countersign::plan::pointer::{escaped, steps, unescaped};
use countersign::plan::{
    Condition, Credential, CredentialKind, Encoding, Operation, Plan, PlanRef, RequestId, ResponseForm,
};
use countersign::{Builder, Call, CredentialSource, Error, Executor, Moment, Response, Setup};
use countersign_inspect::{Options, explain};
use countersign_sign::Inputs;
use http::HeaderValue;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};
use tokio::runtime::{self, Runtime};
use tracing::level_filters::LevelFilter;

/// The word in every value that has room for one.
pub const WORD: &str = "SENTINEL";

/// The number in the place of every number that must not be printed.
pub const NUMBER: u32 = 739_184_265;

/// A key of nobody's, for credentials that have to be one.
pub const PUBLIC_KEY: &str = include_str!("../../crates/sign/vectors/public-keys/spki-2048.pem");

/// How long a client under test waits for a response.
pub const TIMEOUT: Duration = Duration::from_millis(250);

/// The value that stands for a credential or a session value.
pub fn stand_in(name: &str) -> String {
    format!("{WORD}-{name}")
}

/// The text of a credential, as its kind has it.
pub fn text_of(credential: &Credential) -> String {
    let text = stand_in(&credential.name);
    match credential.kind {
        CredentialKind::Text => text,
        CredentialKind::Hex => hex::encode(text),
        CredentialKind::Base64 => STANDARD.encode(text),
        CredentialKind::RsaPublicKey | CredentialKind::PublicKey => PUBLIC_KEY.to_owned(),
        CredentialKind::PrivateKey => keys::PRIVATE.to_owned(),
        CredentialKind::ClientCertificate => format!("{}{}", keys::CERTIFICATE, keys::PRIVATE),
    }
}

/// A value of a type, from JSON.
///
/// # Panics
/// The JSON is not of that type.
#[track_caller]
pub fn read<T: DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!("{} cannot be read from {json}: {error}", type_name::<T>()),
    }
}

/// An operation, and what is given for it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its id.
    pub operation: &'static str,
    /// The parameters that the caller gives, by their names on the wire.
    pub parameters: &'static [(&'static str, &'static str)],
    /// The body that the caller gives, as JSON. `null` is none.
    pub body: &'static str,
    /// The body of a success, as JSON. `null` is none.
    pub response: &'static str,
    /// The headers of a success that the document describes.
    pub headers: &'static [(&'static str, &'static str)],
}

/// A search for values that must not be printed.
#[derive(Clone, Debug)]
pub struct Leaks {
    plan: PlanRef,
    values: &'static [&'static str],
    settings: &'static [(&'static str, &'static str)],
    /// How much of what all have traced was searched, or was there before.
    searched: Arc<AtomicUsize>,
}

impl Leaks {
    /// A search for `values`, and for whatever has the [`WORD`] in it, with clients that have these settings.
    pub fn new(
        plan: impl Into<PlanRef>,
        values: &'static [&'static str],
        settings: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { plan: plan.into(), values, settings, searched: Arc::new(AtomicUsize::new(lock(&HEARD).len())) }
    }

    /// What all crates have traced and logged since this search asked for the last time.
    fn heard(&self) -> String {
        let all = lock(&HEARD);
        let before = self.searched.swap(all.len(), Ordering::Relaxed);
        String::from_utf8_lossy(&all[before..]).into_owned()
    }

    /// The text of a credential.
    ///
    /// # Panics
    /// There is none of this name.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.plan.credential(name).map(text_of).expect("a credential of this name")
    }

    /// A client of the plan for a base URL, with [`stand_in`]s as credentials, without retries and with the [`TIMEOUT`].
    ///
    /// # Panics
    /// Something is found in what its builder prints, or the plan needs more.
    #[track_caller]
    pub fn client(&self, url: &str) -> Executor {
        self.client_with(url, |credential| text_of(credential).into())
    }

    /// A client as [`client`](Self::client)'s, to which credentials are given in another way.
    ///
    /// # Panics
    /// Something is found in what its builder prints, or the plan needs more.
    #[track_caller]
    pub fn client_with(&self, url: &str, source: impl Fn(&Credential) -> CredentialSource) -> Executor {
        let builder = Builder::new(self.plan.clone()).base_url(url).retries(0).timeout(TIMEOUT);
        let given = |builder: Builder, known: &Credential| builder.credential(&known.name, source(known));
        let builder = self.plan.credentials.iter().fold(builder, given);
        let builder = self.settings.iter().fold(builder, |builder, (name, value)| builder.setting(name, *value));
        self.debug("the runtime's builder", &builder);
        builder.build().expect("everything is given")
    }

    /// Prints a value in every way that `Debug` has.
    ///
    /// # Panics
    /// Something is found.
    #[track_caller]
    pub fn debug(&self, what: &str, value: &impl Debug) {
        self.search(what, &format!("{value:?}"));
        self.search(what, &format!("{value:#?}"));
    }

    /// Prints an error in every way, and its sources.
    ///
    /// # Panics
    /// Something is found.
    #[track_caller]
    pub fn error(&self, what: &str, error: &Error) {
        self.debug(what, error);
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            self.search(what, &format!("{error} {error:?} {error:#?}"));
            cause = error.source();
        }
        // A response is asked for a type that it does not have.
        let refusal = error.refusal().and_then(|refusal| refusal.body::<Vec<u8>>().err());
        let invalid = if let Error::InvalidResponse(invalid) = error { invalid.body::<Vec<u8>>().err() } else { None };
        for error in refusal.iter().chain(&invalid) {
            self.search(what, &format!("{error} {error:?}"));
        }
    }

    /// Prints a value of a type, and what the type makes of other JSON in the places of what must not be printed.
    ///
    /// # Panics
    /// Something is found.
    #[track_caller]
    pub fn of_type<T: DeserializeOwned + Debug>(&self, json: &str) {
        let what = type_name::<T>();
        self.debug(what, &read::<T>(json));
        let json: Json = read(json);
        for pointer in leaves(&json) {
            if json.pointer(&pointer).is_some_and(|value| self.marks(value)) {
                for other in [json!(WORD), json!(NUMBER), json!([WORD]), json!({"a": WORD})] {
                    match serde_json::from_value::<T>(with(&json, &pointer, other)) {
                        Ok(value) => self.debug(what, &value),
                        Err(error) => self.search(what, &format!("{error} {error:?}")),
                    }
                }
            }
        }
    }

    /// Calls an operation, well and badly, and prints all that comes of it. `client` makes a client like
    /// [`client`](Self::client)'s, and `call` makes the call.
    ///
    /// # Panics
    /// Something is found, or a part of the search could not be made.
    pub fn operation<C: Debug, T: Debug, H>(
        &self,
        case: Case,
        client: impl Fn(&str) -> C,
        call: impl AsyncFn(&C) -> Result<Response<T, H>, Error>,
    ) {
        listen();
        let Some(operation) = self.plan.operation(case.operation) else { panic!("{} is not planned", case.operation) };
        let search = Search {
            leaks: self,
            case,
            operation,
            peer: Peer::start(&self.plan, case.operation).expect("a port on the loopback address"),
            own: self.client("http://localhost").setup().turned(),
            runtime: runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
            seen: Mutex::default(),
        };
        let url = search.peer.url();
        let send = |client: &C| search.runtime.block_on(call(client));
        search.sessions(|| send(&client(&url)));
        let one = client(&url);
        self.debug("the client", &one);
        search.responses(|| send(&one));
        search.headers(|| send(&one));
        search.faults(|| send(&one));
        search.no_tls(|| send(&client(&url.replace("http:", "https:"))));
        search.calls();
        search.finish();
    }

    /// Whether a value in JSON is one that must not be printed.
    fn marks(&self, value: &Json) -> bool {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.values.contains(&text.as_str()) || text.contains(WORD) || text.contains(&NUMBER.to_string())
    }

    #[track_caller]
    fn search(&self, what: &str, text: &str) {
        // `{:#?}` has each byte of a list on a line of its own.
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_in = |form: &String| text.contains(form) || flat.contains(form);
        let number = NUMBER.to_string();
        for value in self.values.iter().copied().chain([WORD, &number]) {
            if forms(value.as_bytes()).iter().any(is_in) {
                panic!("{what} prints {value:?}, which must not be printed:\n{text}");
            }
        }
        if keys::FORMS.iter().any(is_in) {
            panic!("{what} prints a private key, which must not be printed:\n{text}");
        }
    }
}

/// The search through one operation.
struct Search<'a> {
    leaks: &'a Leaks,
    case: Case,
    operation: &'a Operation,
    peer: Peer,
    /// The provider's half of the keys.
    own: Setup,
    runtime: Runtime,
    /// The sorts of results that were printed, so that none is missed.
    seen: Mutex<BTreeSet<&'static str>>,
}

impl Search<'_> {
    /// A session that cannot be had.
    fn sessions<T: Debug, H>(&self, send: impl Fn() -> Result<Response<T, H>, Error>) {
        if !self.operation.session {
            return;
        }
        for reply in [Reply::with(401, &[], "{}"), Reply::Echo, Reply::Bytes(WORD.into())] {
            self.peer.state().issuing = Some(reply);
            let result = send();
            assert!(matches!(result, Err(Error::Session(_))), "no session was to be had: {result:?}");
            self.print("the lack of a session", result);
        }
        self.peer.state().issuing = None;
    }

    /// Responses as they are documented: a success, and refusals that repeat everything in every place that is read.
    fn responses<T: Debug, H>(&self, send: impl Fn() -> Result<Response<T, H>, Error>) {
        let sample = satisfied(self.operation, read(self.case.response));
        let headers: Vec<_> = self.case.headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.peer.responds(self.reply(200, &headers, &sample.to_string()));
        let result = send();
        if let Err(error) = &result {
            panic!("the sample is not taken for a success: {error}");
        }
        self.print("a success", result);

        for word in self.carried() {
            // The second is cut in the middle of the word.
            for text in [format!("what about {word}?"), format!("{}{word}", "x".repeat(292)), word] {
                for (status, base) in [(200, &Json::Null), (400, &Json::Null), (500, &Json::Null), (200, &sample)] {
                    let body = refusal(self.operation, base.clone(), &text);
                    self.peer.responds(self.reply(status, &self.id_headers(&text), &body.to_string()));
                    self.print("a refusal", send());
                }
            }
        }
        for pointer in leaves(&sample) {
            for other in [json!(WORD), json!(NUMBER), json!([WORD]), json!({"a": WORD})] {
                self.peer.responds(self.reply(200, &[], &with(&sample, &pointer, other).to_string()));
                let result = send();
                let is_marked = sample.pointer(&pointer).is_some_and(|value| self.leaks.marks(value));
                // What is not marked may be printed, as a part of a response or as the reason of a refusal.
                if is_marked || !matches!(result, Ok(_) | Err(Error::Api(_))) {
                    self.print("a response of another type", result);
                }
            }
        }
    }

    /// Successes whose headers are others than the document describes: of another type, twice, not even text.
    fn headers<T: Debug, H>(&self, send: impl Fn() -> Result<Response<T, H>, Error>) {
        let sample = satisfied(self.operation, read(self.case.response)).to_string();
        let number = NUMBER.to_string();
        for (name, value) in self.case.headers {
            for other in
                [WORD, &number, "", "null", "\"SENTINEL, \", SENTINEL, 7.5", "{\"a\":\"SENTINEL\"}", "[\u{9f}SENTINEL"]
            {
                for is_there_twice in [false, true] {
                    let Reply::Bytes(mut bytes) = self.reply(200, &[], &sample) else { panic!("no bytes") };
                    let rest = bytes.split_off("HTTP/1.1 200 X\r\n".len());
                    let others = self.case.headers.iter().filter(|own| own.0 != *name || is_there_twice);
                    let others = others.map(|(name, value)| format!("{name}: {value}\r\n"));
                    bytes.extend(others.collect::<String>().into_bytes());
                    bytes.extend(format!("{name}: ").into_bytes());
                    // What is not ASCII is no UTF-8 either.
                    bytes.extend(other.chars().map(|c| u8::try_from(c).unwrap_or(b'?')));
                    bytes.extend(b"\r\n");
                    bytes.extend(rest);
                    self.peer.responds(Reply::Bytes(bytes));
                    let result = send();
                    assert!(result.is_ok(), "a header that is not {value:?} is no reason to refuse: {result:?}");
                    self.print("a response with another header", result);
                }
            }
        }
    }

    /// A response, signed and sealed as the document has it.
    fn reply(&self, status: u16, headers: &[(&str, String)], body: &str) -> Reply {
        let call = self.call(&read(self.case.body), self.case.parameters);
        let request = call.request(self.operation, "").expect("a request");
        let inputs = Inputs { setup: &self.own, session: None, moment: Moment::now() };
        let made = request.respond(status, body.as_bytes(), &inputs).expect("a response");
        let text = |value: &HeaderValue| value.to_str().expect("text").to_owned();
        let made_headers = made.headers.iter().map(|(name, value)| (name.as_str(), text(value)));
        let headers: Vec<_> = headers.iter().cloned().chain(made_headers).collect();
        Reply::with(status, &headers, &String::from_utf8_lossy(&made.body))
    }

    /// What the last request carried in confidence, piece by piece and as a whole.
    fn carried(&self) -> Vec<String> {
        let request = self.peer.state().received.clone();
        let body: Json = read(self.case.body);
        let given = leaves(&body).into_iter().filter_map(|pointer| body.pointer(&pointer).cloned());
        let given = given.chain(self.case.parameters.iter().map(|(_, value)| json!(value)));
        let given = given.filter(|value| self.leaks.marks(value));
        let given = given.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let session = self.plan().session.iter().filter(|_| self.operation.session);
        let issued = session.flat_map(|session| session.values.iter()).map(|value| stand_in(&value.name));
        // What is no key of a pair the provider has too, as it is written and as it is meant.
        let both = |credential: &Credential| match credential.kind {
            CredentialKind::Text => vec![text_of(credential)],
            CredentialKind::Hex | CredentialKind::Base64 => vec![text_of(credential), stand_in(&credential.name)],
            _ => Vec::new(),
        };
        let credentials = self.plan().credentials.iter().flat_map(both);
        let lines = request.lines().map(|line| line.split_once(": ").map_or(line, |(_, value)| value).to_owned());
        let lines: Vec<String> = lines.collect();
        // A token is read part by part. Its header is JSON, and begins so.
        let words = lines.iter().flat_map(|line| line.split(' ')).filter(|word| word.starts_with("eyJ"));
        let parts: Vec<String> = words.flat_map(|token| token.split('.')).map(str::to_owned).collect();
        given.chain(issued).chain(credentials).chain(lines).chain(parts).chain([request.clone()]).collect()
    }

    /// The headers that a request id is read from.
    fn id_headers(&self, text: &str) -> Vec<(&str, String)> {
        let text: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
        let names = self.operation.outcome.request_id.iter().filter_map(|place| match place {
            RequestId::ResponseHeader(name) => Some(name.as_ref()),
            RequestId::Body(_) | RequestId::RequestHeader(_) => None,
        });
        names.map(|name| (name, text.clone())).collect()
    }

    /// A peer that fails in every way, and repeats what it knows while it does so.
    fn faults<T: Debug, H>(&self, send: impl Fn() -> Result<Response<T, H>, Error>) {
        let all = format!("{} {WORD}", self.leaks.values.join(" "));
        let after = |head: &str| Reply::Bytes(format!("HTTP/1.1 {head}\r\n\r\n{all}").into());
        let not_utf8 = [b"HTTP/1.1 400 Bad\r\n\r\n{\"message\":\"", all.as_bytes(), b"\xff\xfe\"}"].concat();
        for (what, reply) in [
            ("silence", Reply::Silence),
            ("an echo", Reply::Echo),
            ("a page", Reply::with(200, &[], &format!("<html>{all}</html>"))),
            ("an error page", Reply::with(500, &[], &all)),
            ("deep JSON", Reply::with(200, &[], &format!("{}{all}", "[".repeat(1000)))),
            ("what is not UTF-8", Reply::Bytes(not_utf8)),
            ("a body that ends early", after("200 OK\r\nContent-Length: 9000")),
            ("a body that is said to be large", after("200 OK\r\nContent-Length: 99999999999")),
            ("a bad length", after(&format!("200 OK\r\nContent-Length: {WORD}"))),
            ("a bad chunk", after("200 OK\r\nTransfer-Encoding: chunked")),
            ("a bad header", after(&format!("200 OK\r\n{WORD}\u{1}: {all}"))),
            ("a compressed body", after(&format!("200 OK\r\nContent-Encoding: {WORD}"))),
            ("a redirect", after(&format!("302 {WORD}\r\nLocation: https://{WORD}.example/{WORD}?{WORD}"))),
            ("a bad status", after(&format!("2{WORD}"))),
            ("what is not HTTP", Reply::Bytes(all.clone().into())),
        ] {
            self.peer.responds(reply);
            self.print(what, send());
        }
    }

    /// A peer that does not speak TLS.
    fn no_tls<T: Debug, H>(&self, send: impl Fn() -> Result<Response<T, H>, Error>) {
        self.peer.responds(Reply::Echo);
        let result = send();
        assert!(result.is_err(), "a call came through without TLS: {result:?}");
        self.print("the lack of TLS", result);
    }

    /// The same call without generated types: explained, sent, and with values that cannot be sent.
    fn calls(&self) {
        let client = self.leaks.client(&self.peer.url());
        self.leaks.debug("the runtime's client", &client);

        let body: Json = read(self.case.body);
        let call = self.call(&body, self.case.parameters);
        self.leaks.debug("a call", &call);
        let explanation = explain(client.setup(), &call, Options::default()).expect("an explanation");
        self.leaks.debug("an explanation", &explanation);
        self.leaks.search("an explanation", &explanation.to_string());
        let shown = serde_json::to_string(&explanation).expect("JSON");
        self.leaks.search("an explanation", &shown);
        self.peer.responds(Reply::Echo);
        let send = |call| self.runtime.block_on(client.call(call));
        self.print("a call", send(call));

        for (index, (name, _)) in self.case.parameters.iter().enumerate() {
            for bad in ["SENTINEL\r\nX: 1", "SENTINEL\u{e9}", ""] {
                let mut parameters = self.case.parameters.to_vec();
                parameters[index] = (name, bad);
                self.print("a bad parameter", send(self.call(&body, &parameters)));
            }
        }
        for pointer in leaves(&body) {
            let bad = with(&body, &pointer, json!("SENTINEL\r\n\u{e9}"));
            self.print("a bad field", send(self.call(&bad, self.case.parameters)));
        }
        self.print("a bad body", send(Call::new(self.case.operation).body(format!("{{\"{WORD}"))));
        self.print("a bad name", send(Call::new(self.case.operation).value("no-such", WORD)));
        self.print("a bad operation", send(Call::new("no_such").body(WORD)));
    }

    fn call(&self, body: &Json, parameters: &[(&str, &str)]) -> Call {
        let call = Call::new(self.case.operation);
        let call = parameters.iter().fold(call, |call, (name, value)| call.value(*name, *value));
        match (self.operation.body, body) {
            (None, _) | (_, Json::Null) => call,
            (Some(Encoding::Form), body) => call.form(Ok(body)),
            (Some(Encoding::Multipart), body) => call.multipart(Ok(body)),
            (Some(_), body) => call.body(body.to_string()),
        }
    }

    #[track_caller]
    fn print<T: Debug, H>(&self, what: &str, result: Result<Response<T, H>, Error>) {
        let sort = match result {
            Ok(response) => {
                self.leaks.debug(what, &response);
                "a success"
            }
            Err(error) => {
                self.leaks.error(what, &error);
                match error {
                    Error::Configuration(_) => "misconfigured",
                    Error::InvalidRequest(_) => "not sent",
                    Error::Session(_) => "without a session",
                    Error::Transport(_) => "without a response",
                    Error::InvalidResponse(_) => "unreadable",
                    Error::UnverifiedResponse(_) => "unverified",
                    Error::Api(_) => "refused",
                    _ => "another error",
                }
            }
        };
        lock(&self.seen).insert(sort);
        self.leaks.search(&format!("the trace of {what}"), &self.leaks.heard());
    }

    /// A search that did not get everywhere has found nothing.
    fn finish(self) {
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let unreadable = (self.operation.response == ResponseForm::Json).then_some("unreadable");
        let is_verified = !self.operation.outcome.signed.is_empty() || !self.operation.opened.is_empty();
        let unverified = is_verified.then_some("unverified");
        let always = ["a success", "not sent", "without a response", "refused"];
        for sort in always.into_iter().chain(unreadable).chain(unverified) {
            assert!(seen.contains(sort), "{} was never {sort}, only {seen:?}", self.case.operation);
        }
    }

    fn plan(&self) -> &Plan {
        &self.leaks.plan
    }
}

// ---- JSON ----------------------------------------------------------------------------------------------------------

/// The pointers of everything that is neither an object nor an array.
fn leaves(json: &Json) -> Vec<String> {
    let below = |step: String, value: &Json| -> Vec<String> {
        let here = format!("/{}", escaped(&step));
        leaves(value).into_iter().map(|below| format!("{here}{below}")).collect()
    };
    match json {
        Json::Null => Vec::new(),
        Json::Object(members) => members.iter().flat_map(|(name, value)| below(name.clone(), value)).collect(),
        Json::Array(items) => items.iter().enumerate().flat_map(|(i, value)| below(i.to_string(), value)).collect(),
        _ => vec![String::new()],
    }
}

/// The JSON with another value at a pointer, and with the objects on the way to it.
fn with(json: &Json, pointer: &str, value: Json) -> Json {
    let mut json = json.clone();
    let mut here = &mut json;
    for step in steps(pointer).map(unescaped) {
        here = match here {
            Json::Array(items) => match step.parse::<usize>().ok().filter(|index| *index < items.len()) {
                Some(index) => &mut items[index],
                None => return json,
            },
            other => {
                if !other.is_object() {
                    *other = Json::Object(Map::new());
                }
                &mut other[&*step]
            }
        };
    }
    *here = value;
    json
}

/// The body of a success: a sample in which the outcome's conditions hold.
fn satisfied(operation: &Operation, sample: Json) -> Json {
    operation.outcome.success.iter().fold(sample, |json, condition| match condition {
        Condition::OneOf { pointer, values, .. } => {
            let text = values.first().map(AsRef::as_ref).unwrap_or_default();
            let number = json.pointer(pointer).filter(|value| !value.is_string());
            let value = number.and_then(|_| serde_json::from_str(text).ok()).unwrap_or_else(|| json!(text));
            with(&json, pointer, value)
        }
        Condition::Present(pointers) => match pointers.first() {
            Some(first) if pointers.iter().all(|at| json.pointer(at).is_none_or(Json::is_null)) => {
                with(&json, first, json!("plain"))
            }
            _ => json,
        },
        Condition::Absent(pointer) if json.pointer(pointer).is_some() => with(&json, pointer, Json::Null),
        Condition::Absent(_) => json,
    })
}

/// The body of a refusal that says `text` wherever something is read from it.
fn refusal(operation: &Operation, base: Json, text: &str) -> Json {
    let outcome = &operation.outcome;
    let ids = outcome.request_id.iter().filter_map(|place| match place {
        RequestId::Body(pointer) => Some(pointer),
        RequestId::ResponseHeader(_) | RequestId::RequestHeader(_) => None,
    });
    outcome.code.iter().chain(outcome.message.iter()).chain(ids).fold(base, |json, at| with(&json, at, json!(text)))
}

// ---- The search ----------------------------------------------------------------------------------------------------

/// How a value could be printed: as it is, as a list of bytes, and as a part of something in hexadecimal or base64.
fn forms(value: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(value).ok().map(str::to_owned);
    let mut forms: Vec<String> = text.into_iter().chain([hex::encode(value), hex::encode_upper(value)]).collect();
    // A shorter value would be found by accident.
    if value.len() >= 6 {
        forms.push(value.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
        // What stands before it shifts it by no, one or two bytes; the characters at its ends depend on its neighbours.
        for (before, skip) in [(0, 0), (1, 2), (2, 3)] {
            let bytes = [&vec![0; before], value].concat();
            let encoded = STANDARD_NO_PAD.encode(&bytes);
            forms.push(encoded[skip..bytes.len() / 3 * 4].to_owned());
        }
    }
    forms
}

/// All that was traced. Nothing is taken out, as searches run side by side.
static HEARD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&HEARD).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps every event of every crate, at every level.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(|| Ear);
        subscriber.try_init().expect("no other subscriber");
        tracing::trace!("listening");
        assert!(!lock(&HEARD).is_empty(), "nothing is heard");
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- The peer ------------------------------------------------------------------------------------------------------

/// What the peer does with a request. It hangs up afterwards.
#[derive(Clone)]
enum Reply {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Sends the request back.
    Echo,
    /// Says nothing.
    Silence,
}

impl Reply {
    fn with(status: u16, headers: &[(&str, String)], body: &str) -> Self {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        Self::Bytes((head + body).into())
    }
}

/// A provider on a loopback port that issues sessions, and otherwise does as it is told.
struct Peer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    /// The start of a request for a session, and the response to it.
    issue: Option<(String, Reply)>,
    /// What is sent for a request for a session instead.
    issuing: Option<Reply>,
    /// What is sent for every other request.
    response: Reply,
    /// The last of these requests.
    received: String,
}

impl Peer {
    fn start(plan: &Plan, operation: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let session = plan.session.as_ref().filter(|session| session.issue != operation);
        let issue = session.and_then(|session| {
            let issue = plan.operation(&session.issue)?;
            let values = session.values.iter();
            let response =
                values.fold(json!({}), |json, value| with(&json, &value.pointer, json!(stand_in(&value.name))));
            let response = satisfied(issue, response).to_string();
            Some((format!("{} {} ", issue.method, issue.path), Reply::with(200, &[], &response)))
        });
        let state = State { issue, issuing: None, response: Reply::Silence, received: String::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A client that hangs up ends its connection, and nothing else.
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Ok(Self { address, state })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn responds(&self, reply: Reply) {
        self.state().response = reply;
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let reply = {
        let mut state = lock(state);
        match &state.issue {
            Some((start, reply)) if text.starts_with(start) => state.issuing.clone().unwrap_or_else(|| reply.clone()),
            _ => {
                state.received = text;
                state.response.clone()
            }
        }
    };
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes),
        Reply::Echo => stream.write_all(&request),
        Reply::Silence => {
            thread::sleep(TIMEOUT * 2);
            Ok(())
        }
    }
}

/// Whether nothing more is waited for: it is a request to its end, or no HTTP, which has no end that could be known.
fn is_whole(request: &[u8]) -> bool {
    if request.first().is_some_and(|first| !first.is_ascii_uppercase()) {
        return true;
    }
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    request.len() >= end + 4 + length
}

#[cfg(test)]
mod tests;
