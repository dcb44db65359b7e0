//! Typed mocks of a provider, for tests of code that uses its crate.
//!
//! A mock takes a call as the client makes it, and responds to each request that carries what this call was given. What the
//! client fills in, signs or encrypts is not looked at: it differs from call to call, or nobody but the provider can read it. So
//! a test needs no key of the provider's, and says in the client's own words what it expects:
//!
//! ```
//! use countersign::mock::{self, MockServer, MockServerExt};
//! # use countersign::mock::{Example, Operation};
//! # use countersign::plan::{Plan, words};
//! # use countersign::{Builder, Call, Executor, list};
//! # use serde::{Deserialize, Serialize};
//! # static PLAN: Plan = words::plan("acme", "Acme").operations(list![
//! #     words::operation("close_wallet", "DELETE", "/wallets/{id}").slots(list![words::path("id")])
//! # ]);
//! # #[derive(Debug, Deserialize, Serialize)]
//! # struct Closed { state: String }
//! # #[derive(Clone)]
//! # struct CloseWallet(Executor, Call);
//! # impl CloseWallet {
//! #     fn id(self, id: &str) -> Self { Self(self.0, self.1.path("id", Ok(id))) }
//! #     async fn send(self) -> Result<countersign::Response<Closed>, countersign::Error> { self.0.send(self.1).await }
//! # }
//! # impl From<CloseWallet> for Call {
//! #     fn from(call: CloseWallet) -> Self { call.1 }
//! # }
//! # impl Operation for CloseWallet {
//! #     type Response = Closed;
//! #     const EXAMPLES: &'static [&'static [Example]] =
//! #         &[&[Example::new("closed", 200, r#"{"state":"closed"}"#)], &[Example::new("gone", 410, r#"{"code":"7"}"#)]];
//! #     fn plan() -> &'static Plan { &PLAN }
//! # }
//! # struct Client(Executor);
//! # impl Client {
//! #     fn close_wallet(&self) -> CloseWallet { CloseWallet(self.0.clone(), Call::new("close_wallet")) }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), countersign::Error> {
//! let server = MockServer::start_async().await;
//! # let client = Client(Builder::new(&PLAN).base_url(server.base_url()).build()?);
//! let closed = server.mock_call(client.close_wallet().id("w-1"), |_, then| then.example("closed"));
//! assert_eq!(client.close_wallet().id("w-1").send().await?.state, "closed");
//! closed.assert();
//!
//! let mut waiting = mock::example::<CloseWallet>("closed");
//! waiting.state = "waiting".to_owned();
//! server.mock_call(client.close_wallet().id("w-2"), |_, then| then.response(waiting));
//! assert_eq!(client.close_wallet().id("w-2").send().await?.state, "waiting");
//!
//! // Whatever it is given.
//! closed.delete_async().await;
//! server.mock_any_call(client.close_wallet(), |_, then| then.example("gone"));
//! assert_eq!(client.close_wallet().id("w-1").send().await.unwrap_err().status(), Some(410));
//! # Ok(())
//! # }
//! ```
//!
//! # What is expected
//!
//! [`mock_call`](MockServerExt::mock_call) expects what the call was given: each parameter, each field of the body, each part and the
//! bytes of its file. What was not given is not looked at, so that a request may have more. Of several mocks that a request fits, the
//! one that was made first responds: make the mock of the second page, which has a cursor, before that of the first, which has none.
//! [`mock_any_call`](MockServerExt::mock_any_call) takes every request of an operation. The closure gets httpmock's [`When`], for a
//! test that looks at more: `when.header_exists("X-Signature")`. Whether a signature is right, a sandbox says.
//!
//! What no mock takes is answered with 404, which a client cannot know from the provider's. [`Mock::assert`] says how often a mock was
//! called and shows the request that came nearest, so assert before you unwrap the result of a call that fails.
//!
//! # What is responded
//!
//! - One of the document's [examples](Then::example), by its name: a success or a refusal, text and files too, with its headers.
//! - A [response](Then::response) of the operation's own type. It is read from an [example] or from JSON, and then changed through its
//!   fields.
//! - Any [JSON](Then::json) at any status: what the document does not describe.
//! - A [header](Then::header) beside that, or in the place of an example's; a [delay](Then::delay).
//!
//! Where the document says that responses are signed or sealed, those of a mock are, with keys of its own. What a client needs
//! of them is a [`credential`]: one of its credentials that is another is a client that does not believe the mock.
//!
//! # Sessions
//!
//! The client's base URL is the mock server's own. An operation that carries a value of the session needs a mock of the operation
//! that issues it too, such as `server.mock_any_call(client.issue_token(), |_, then| then.example("usual"))`, unless the client's
//! builder was given the value.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{mem, ptr};

pub use httpmock::{Mock, MockServer, When};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_plan::template::{self, Part};
use countersign_plan::{self as plan, Encoding, Place, Plan, ResponseForm, json};
use countersign_sign::provider::Keys;
use countersign_sign::{Call, Inputs, Invalid, Moment, Request, Setup, multipart};
use http::header::CONTENT_TYPE;
use httpmock::{HttpMockRequest, HttpMockResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::success::read_as;

/// An operation of a provider, as its crate has it: a call that can be made, and the responses to it. The `mock` of a generated crate
/// implements it for each of its builders.
pub trait Operation: Into<Call> {
    /// What `send` yields for a success.
    type Response: DeserializeOwned + Serialize;

    /// The document's examples of each response. A response without any has one with its status for a name, and no body.
    const EXAMPLES: &'static [&'static [Example]];

    /// The provider's plan.
    fn plan() -> &'static Plan;
}

/// An example of a response, as a generated crate has it. Tests go by its name, in [`Then::example`] and [`example`].
#[derive(Clone, Copy, Debug)]
pub struct Example {
    name: &'static str,
    status: u16,
    body: &'static str,
    form: ResponseForm,
    media_type: &'static str,
    /// Which of several successes it is.
    success: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
}

impl Example {
    /// An example by its name, its HTTP status and its body as JSON. Without a body, the text is empty.
    pub const fn new(name: &'static str, status: u16, body: &'static str) -> Self {
        let form = if body.is_empty() { ResponseForm::Empty } else { ResponseForm::Json };
        Self { name, status, body, form, media_type: "application/json", success: None, headers: &[] }
    }

    /// The same, whose body is text of a media type.
    #[must_use]
    pub const fn text(self, media_type: &'static str) -> Self {
        Self { form: ResponseForm::Text, media_type, ..self }
    }

    /// The same, whose body is a file of a media type.
    #[must_use]
    pub const fn file(self, media_type: &'static str) -> Self {
        Self { form: ResponseForm::Bytes, media_type, ..self }
    }

    /// The same with headers, by their names.
    #[must_use]
    pub const fn headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    /// The same, as one of several successes: that of a status, or `2XX`.
    #[must_use]
    pub const fn success(self, status: &'static str) -> Self {
        Self { success: Some(status), ..self }
    }
}

/// Reads one of the document's examples as a response of the operation's own type, for a test that changes it, or that needs a
/// response and no server.
///
/// # Panics
/// The operation has no example of this name, or it is not of this type.
#[track_caller]
pub fn example<O: Operation>(name: &str) -> O::Response {
    let Example { body, form, success, .. } = find::<O>(name);
    match read_as(success, form, &body.into()) {
        Ok(response) => response,
        Err(error) => panic!("the example {name:?} cannot be read as {}: {error}", type_name::<O::Response>()),
    }
}

/// A credential of a client whose responses mocks sign or seal: a secret that both have, the public half of a key that mocks
/// sign with, a private key that they seal for. It is made up, and stays the same in a process.
///
/// # Panics
/// The plan has no credential of this name, or no key can be made.
#[track_caller]
pub fn credential(plan: &'static Plan, name: &str) -> String {
    let keys = match keys(plan) {
        Ok(provider) => provider,
        Err(reason) => panic!("no keys of {} can be made: {reason}", plan.name),
    };
    match keys.given.get(name) {
        Some(value) => value.clone(),
        None => panic!("the document has no credential {name:?} that mocks have keys for"),
    }
}

/// The keys of a provider that is mocked.
struct Provider {
    /// The credentials of its clients.
    given: BTreeMap<String, String>,
    /// What requests are read with.
    received: Setup,
    /// What responses are made with.
    own: Setup,
}

/// The keys of each provider, made when they are first asked for.
static PROVIDERS: Mutex<Vec<(&'static Plan, Arc<Provider>)>> = Mutex::new(Vec::new());

fn keys(plan: &'static Plan) -> Result<Arc<Provider>, String> {
    let mut known = PROVIDERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, provider)) = known.iter().find(|(own, _)| ptr::eq(*own, plan)) {
        return Ok(Arc::clone(provider));
    }
    let keys = Keys::make(plan, BTreeMap::new())?;
    let received = keys.setup(plan)?;
    let provider = Arc::new(Provider { own: received.turned(), received, given: keys.credentials });
    known.push((plan, Arc::clone(&provider)));
    Ok(provider)
}

#[track_caller]
fn find<O: Operation>(name: &str) -> Example {
    let names = || examples::<O>().map(|example| format!("{:?}", example.name)).collect::<Vec<_>>().join(", ");
    match examples::<O>().find(|example| example.name == name) {
        Some(example) => example,
        None => panic!("the document has no example {name:?} of a response to this operation; it has {}", names()),
    }
}

fn examples<O: Operation>() -> impl Iterator<Item = Example> {
    O::EXAMPLES.iter().copied().flatten().copied()
}

/// Gives [`MockServer`] mocks of a provider's operations. Import it beside [`MockServer`].
pub trait MockServerExt {
    /// Responds to requests that carry what this call was given.
    ///
    /// `respond` gets httpmock's own [`When`], which expects that already and can be told more, and says what is responded. The call
    /// is taken as it is, and not sent: clone it to send the same.
    ///
    /// # Panics
    /// The client would not send this call: something is missing, or is not what the document demands.
    fn mock_call<O: Operation, R>(&self, call: O, respond: impl FnOnce(When, Then<O>) -> R) -> Mock<'_>;

    /// Responds to all requests of the operation that this is a call of, whatever it was given. It may lack what a call needs:
    /// `server.mock_any_call(client.close_wallet(), …)`.
    fn mock_any_call<O: Operation, R>(&self, call: O, respond: impl FnOnce(When, Then<O>) -> R) -> Mock<'_>;
}

impl MockServerExt for MockServer {
    #[track_caller]
    fn mock_call<O: Operation, R>(&self, call: O, respond: impl FnOnce(When, Then<O>) -> R) -> Mock<'_> {
        let call = call.into();
        let operation = planned::<O>(&call);
        let request = call.request(operation, "").and_then(|request| request.check(&[]).map(|()| request));
        let request = match request {
            Ok(request) => request,
            Err(reason) => panic!("a mock of {} expects a call that is not sent: {reason}", operation.id),
        };
        self.mock(|when, then| {
            respond(given(&request, when), Then::new(operation, then));
        })
    }

    #[track_caller]
    fn mock_any_call<O: Operation, R>(&self, call: O, respond: impl FnOnce(When, Then<O>) -> R) -> Mock<'_> {
        let operation = planned::<O>(&call.into());
        self.mock(|when, then| {
            let when = when.method(&*operation.method).path_matches(path(operation, |_| None));
            respond(when, Then::new(operation, then));
        })
    }
}

#[track_caller]
fn planned<O: Operation>(call: &Call) -> &'static plan::Operation {
    let id = call.operation();
    O::plan().operation(id).unwrap_or_else(|| panic!("the plan has no operation {id:?}"))
}

/// Expects what the caller gave and leaves as it was given.
fn given(request: &Request<'_>, when: When) -> When {
    let operation = request.operation();
    let leaves = |slot: usize| operation.slots[slot].value.is_none();
    let sent = |slot| request.segments().find(|(_, own)| *own == Some(slot) && leaves(slot)).map(|(sent, _)| sent);
    let mut when = when.method(&*operation.method).path_matches(path(operation, sent));
    for header in request.headers().filter(|header| header.slot.is_some_and(leaves)) {
        when = when.header(header.name, String::from_utf8_lossy(header.value));
    }
    for (name, value) in form_urlencoded::parse(request.query().unwrap_or_default().as_bytes()) {
        if operation.parameter(Place::Query, &name).is_some_and(leaves) {
            when = when.query_param(name, value);
        }
    }
    let body = request.body_text();
    match operation.body.filter(|_| request.has_body()) {
        Some(Encoding::Multipart) => parts(request, when),
        Some(Encoding::Form) => form_urlencoded::parse(body.as_bytes())
            .filter(|(name, _)| operation.form_field(name).is_none_or(|(slot, _)| leaves(slot)))
            .fold(when, |when, (name, value)| when.form_urlencoded_tuple(name, value)),
        Some(Encoding::Json) => when.json_body_includes(without_filled(operation, &body).to_string()),
        None => when,
    }
}

/// Expects the parts that the caller gave. Of a file that is read while it is sent, only that it is there.
fn parts(request: &Request<'_>, when: When) -> When {
    let operation = request.operation();
    let own = |(name, slot, content): (&str, Option<usize>, Option<&[u8]>)| {
        let leaves = slot.is_none_or(|slot| operation.slots[slot].value.is_none());
        leaves.then(|| (name.to_owned(), content.map(<[u8]>::to_vec)))
    };
    let given: Vec<(String, Option<Vec<u8>>)> = request.parts().filter_map(own).collect();
    let media_type = |received: &HttpMockRequest| {
        let media_type = received.headers().get("content-type")?.to_str().ok()?.to_owned();
        Some((multipart::boundary_of(&media_type)?.to_owned(), received.body_vec()))
    };
    when.is_true(move |received| {
        let Some((boundary, body)) = media_type(received) else { return false };
        let Ok(parts) = multipart::read(&body, &boundary) else { return false };
        given.iter().all(|(name, content)| {
            let is_content =
                |part: &multipart::Read| content.as_deref().is_none_or(|own| *own == body[part.content.clone()]);
            parts.iter().any(|part| part.name == *name && is_content(part))
        })
    })
}

/// A JSON body without the fields that the client fills in or transforms.
fn without_filled(operation: &plan::Operation, body: &str) -> Value {
    // A request's body is JSON, or nothing where no field was given.
    let mut body = serde_json::from_str(body).unwrap_or_else(|_| Value::Object(serde_json::Map::new()));
    for slot in operation.slots.iter().filter(|slot| slot.place == Place::Field && slot.value.is_some()) {
        if let Some(Value::Object(above)) = body.pointer_mut(slot.above()) {
            above.remove(&*slot.own_name());
        }
    }
    body
}

/// A regular expression for the paths of an operation: with what is `sent` in a parameter's place, or anything.
fn path<'s>(operation: &plan::Operation, sent: impl Fn(usize) -> Option<&'s str>) -> String {
    let part = |part: Part<'_>| match part {
        Part::Literal(text) => regex_lite::escape(text),
        Part::Parameter(name) => {
            let sent = operation.parameter(Place::Path, name).and_then(&sent);
            sent.map_or_else(|| "[^/]+".to_owned(), regex_lite::escape)
        }
    };
    format!("^{}$", template::parts(&operation.path).map(part).collect::<String>())
}

/// What a mock responds. What is said of it last counts; without a word it is httpmock's 200, with no body.
pub struct Then<O> {
    operation: &'static plan::Operation,
    response: Responding,
    of: PhantomData<fn() -> O>,
}

/// A response that is being put together. Its headers are written at the end, which is when it is dropped.
struct Responding {
    /// Nothing once that is done.
    inner: Option<httpmock::Then>,
    /// The headers of what the document describes.
    described: Vec<(String, String)>,
    /// Those of the test, which take the place of these.
    own: Vec<(String, String)>,
}

impl Responding {
    fn change(&mut self, change: impl FnOnce(httpmock::Then) -> httpmock::Then) {
        self.inner = self.inner.take().map(change);
    }

    fn finish(&mut self) -> Option<httpmock::Then> {
        let own = mem::take(&mut self.own);
        let mut headers = mem::take(&mut self.described);
        headers.retain(|(name, _)| !own.iter().any(|(said, _)| said.eq_ignore_ascii_case(name)));
        headers.extend(own);
        Some(headers.into_iter().fold(self.inner.take()?, |then, (name, value)| then.header(name, value)))
    }
}

impl Drop for Responding {
    fn drop(&mut self) {
        drop(self.finish());
    }
}

impl<O: Operation> Then<O> {
    fn new(operation: &'static plan::Operation, inner: httpmock::Then) -> Self {
        let response = Responding { inner: Some(inner), described: Vec::new(), own: Vec::new() };
        Self { operation, response, of: PhantomData }
    }

    /// Responds with one of the document's examples: a success or a refusal, at its HTTP status. A response without examples
    /// goes by its status, `"204"`, and has no body.
    ///
    /// # Panics
    /// The operation has no example of this name. The message says which there are.
    #[track_caller]
    pub fn example(self, name: &str) -> Self {
        let Example { status, body, media_type, headers, .. } = find::<O>(name);
        let mut then = self.with(status, media_type, body.as_bytes());
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        then.response.described.extend(headers);
        then
    }

    /// Responds with a success of the operation's own type, at the HTTP status of the document. What it says may still make it
    /// a refusal, as it may of the provider.
    ///
    /// # Panics
    /// It cannot be written as JSON.
    #[track_caller]
    pub fn response(self, response: O::Response) -> Self {
        let whole = match serde_json::to_string(&response) {
            Ok(whole) => whole,
            Err(error) => panic!("the response cannot be written as JSON: {error}"),
        };
        // One of several is told by its status: `"204"`, or `{"202": …}`.
        let (success, body) = match self.operation.successes.is_empty() {
            true => (None, whole.as_str()),
            false => json::members(&whole)
                .next()
                .map_or((Some(json::name(&whole)), "null"), |(name, body)| (Some(json::name(name)), body)),
        };
        let success = success.as_deref();
        let is_it = |example: &Example| (200..300).contains(&example.status) && example.success == success;
        let example = examples::<O>().find(is_it);
        let undocumented = || (200..300).find(|status| self.operation.success(*status).is_none());
        let status = match (example, success) {
            (Some(example), _) => example.status,
            (None, Some(_)) => undocumented().unwrap_or(299),
            (None, None) => 200,
        };
        let media_type = example.map_or("application/octet-stream", |example| example.media_type);
        let text = || json::decoded(body).unwrap_or_default();
        match self.operation.response_form(status) {
            ResponseForm::Json => self.with(status, "application/json", body.as_bytes()),
            ResponseForm::Text => self.with(status, media_type, text().as_bytes()),
            ResponseForm::Bytes => self.with(status, media_type, &STANDARD.decode(&*text()).unwrap_or_default()),
            ResponseForm::Empty => self.with(status, media_type, &[]),
        }
    }

    /// Responds with this HTTP status and anything that is JSON: a refusal, which may have a status of 200, or what the document
    /// does not describe.
    ///
    /// # Panics
    /// It cannot be written as JSON.
    #[track_caller]
    pub fn json(self, status: u16, body: impl Serialize) -> Self {
        match serde_json::to_string(&body) {
            Ok(body) => self.with(status, "application/json", body.as_bytes()),
            Err(error) => panic!("the response cannot be written as JSON: {error}"),
        }
    }

    /// Responds with a header, too: in the place of one that an example has, and beside one that the test said before.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.response.own.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Responds after a while, for a test of a timeout.
    pub fn delay(mut self, duration: Duration) -> Self {
        self.response.change(|then| then.delay(duration));
        self
    }

    /// httpmock's own, for all that a document does not describe.
    pub fn into_inner(mut self) -> httpmock::Then {
        match self.response.finish() {
            Some(then) => then,
            None => unreachable!("a response ends once"),
        }
    }

    fn with(mut self, status: u16, media_type: &'static str, body: &[u8]) -> Self {
        self.response.described.clear();
        if self.operation.is_verified() {
            let (operation, body) = (self.operation, body.to_owned());
            self.response.change(|then| {
                then.respond_with(move |request| {
                    let made = vouched::<O>(operation, status, (media_type, &body), request);
                    let failed =
                        |reason: Invalid| HttpMockResponse::builder().status(500).body(reason.to_string()).build();
                    made.unwrap_or_else(failed)
                })
            });
            return self;
        }
        self.response.change(|then| if body.is_empty() { then.status(status) } else { then.status(status).body(body) });
        if !body.is_empty() {
            self.response.described.push((CONTENT_TYPE.as_str().to_owned(), media_type.to_owned()));
        }
        self
    }
}

/// A response to a request, signed and sealed as the document says.
fn vouched<O: Operation>(
    operation: &'static plan::Operation,
    status: u16,
    (media_type, described): (&str, &[u8]),
    request: &HttpMockRequest,
) -> Result<HttpMockResponse, Invalid> {
    let provider = keys(O::plan()).map_err(|reason| Invalid { name: None, reason })?;
    let request: http::Request<bytes::Bytes> = request.into();
    let mut request = Request::received(operation, "", &request)?;
    let moment = Moment::now();
    let received = Inputs { setup: &provider.received, session: None, moment };
    request.learn(&received);
    request.complete(&received);
    let made = request.respond(status, described, &Inputs { setup: &provider.own, session: None, moment })?;
    let response = HttpMockResponse::builder().status(status);
    let response = match made.body.as_slice() {
        [] => response,
        _ => response.header(CONTENT_TYPE.as_str(), media_type).body(made.body),
    };
    let headers = made.headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    Ok(headers.fold(response, |response, (name, value)| response.header(name, value)).build())
}

impl<O> fmt::Debug for Then<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Then").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
