//! Serves requests: finds the operation, verifies, refuses or answers, and remembers why.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign::plan::{Encoding, Operation, Place, Plan};
use countersign::{Executor, Override, PlanRef, Setup};
use countersign_inspect::{Checked, Origin, Verdict, Verification, verify, verify_quickly};
use countersign_sign::provider::Keys;
use countersign_sign::{Inputs, Moment, Request};
use countersign_spec::{Document, SandboxRule};
use http::header::{ALLOW, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};

use crate::error::Error;
use crate::event::Events;
use crate::fault::{Fault, Faults};
use crate::received::{History, Outcome, Received};
use crate::refusal::{Cause, Objection, fitting};
use crate::responses::{self, Class, Example};
use crate::route::{self, Route, Routed};
use crate::schemas::{self, Schemas};
use crate::sessions::{Issued, Sessions};

type Response = http::Response<Bytes>;

/// The header that asks for an example, and that says which one a response is.
const EXAMPLE: HeaderName = HeaderName::from_static("x-sandbox-response");

/// The header that says why a request is refused, whatever the document has the refusal say.
const REASON: HeaderName = HeaderName::from_static("x-sandbox-reason");

/// A reason that is longer is cut.
const LONGEST_REASON: usize = 2_000;

/// A provider that is played.
pub(crate) struct Service {
    plan: Arc<Plan>,
    keys: Keys,
    /// What requests should be made with.
    setup: Setup,
    /// What the provider makes its own messages with.
    own: Setup,
    routes: Vec<Route>,
    /// In the order of the plan's operations.
    operations: Vec<Played>,
    events: Events,
    sessions: Sessions,
    faults: Faults,
    received: History,
    verifies: bool,
}

/// What an operation is played by, beside its plan.
struct Played {
    examples: Vec<Example>,
    rules: Vec<SandboxRule>,
    schemas: Schemas,
}

/// What a request is answered with, and how that came about.
struct Decision<'a> {
    example: Option<&'a Example>,
    status: StatusCode,
    values: Vec<Checked>,
    /// Why it is refused, if it is.
    why: Option<String>,
}

impl Service {
    pub(crate) fn new(
        document: &Document,
        keys: Keys,
        overrides: Vec<Override>,
        lifetime: Option<Duration>,
        verifies: bool,
    ) -> Result<Self, Error> {
        let plan = Arc::new(document.plan().clone());
        // No base path: what is signed is the path as it is sent, and it is sent here.
        // It sends nothing, so that no TLS library has to take the client's certificate.
        let builder = countersign::Builder::new(PlanRef::Shared(Arc::clone(&plan)))
            .base_url("http://127.0.0.1")
            .http_client(reqwest::Client::new());
        let builder =
            keys.credentials.iter().fold(builder, |builder, (name, value)| builder.credential(name, value.as_str()));
        let builder =
            keys.settings.iter().fold(builder, |builder, (name, value)| builder.setting(name, value.as_str()));
        let builder = overrides.into_iter().fold(builder, countersign::Builder::with_override);
        // It classifies; it sends nothing.
        let executor: Executor = builder.build().map_err(|error| Error::Configuration(error.to_string()))?;
        let mut setup = executor.setup().clone();
        keys.complete(&mut setup).map_err(Error::Configuration)?;
        let schemas = schemas::Reader::new(document)?;
        let operations = plan.operations.iter().map(|operation| {
            Ok(Played {
                examples: responses::examples(&executor, document, &operation.id),
                rules: document.sandbox_rules(&operation.id).to_vec(),
                schemas: schemas.schemas(operation)?,
            })
        });
        let own = setup.turned();
        Ok(Self {
            operations: operations.collect::<Result<_, Error>>()?,
            routes: route::routes(&plan)?,
            sessions: Sessions::new(plan.session.clone(), lifetime),
            faults: Faults::default(),
            received: History::default(),
            verifies,
            events: Events::new(document, &plan, own.clone(), &keys)?,
            own,
            setup,
            keys,
            plan,
        })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.all()
    }

    pub(crate) fn expire_sessions(&self) {
        self.sessions.expire();
    }

    fn remember(&self, received: Received) {
        if received.is_refused() {
            tracing::warn!(provider = %self.plan.name, "{received}");
        } else {
            tracing::info!(provider = %self.plan.name, "{received}");
        }
        self.received.remember(received);
    }

    /// Answers a request, and says which faults befall the response.
    pub(crate) fn answer(&self, request: &http::Request<Bytes>) -> (Response, Vec<Fault>) {
        let method = request.method().to_string();
        let (index, path) = match route::find(&self.routes, &method, request.uri().path()) {
            Routed::Operation(index, path) => (index, path),
            Routed::OtherMethods(methods) => return (self.nowhere(request, &methods), Vec::new()),
            Routed::Nowhere => return (self.nowhere(request, &[]), Vec::new()),
        };
        let operation = &self.plan.operations[index];
        let faults = self.faults.take(&operation.id);
        let failed = faults.iter().find_map(|fault| match fault {
            Fault::Status(status) => StatusCode::from_u16(*status).ok(),
            _ => None,
        });
        let decision = match failed {
            Some(status) => {
                let why = Some("the sandbox was told to fail".to_owned());
                Decision { example: None, status, values: Vec::new(), why }
            }
            None => self.decide(operation, &self.operations[index], request, &path),
        };
        let body = match decision.example {
            Some(Example { body: Some(body), class: Class::Success, .. })
                if self.sessions.are_issued_by(&operation.id) =>
            {
                self.sessions.issue(body).to_string().into()
            }
            Some(example) => example.bytes(),
            None => Bytes::new(),
        };
        let response = self.vouch(operation, request, respond(&decision, body));
        let (status, name) = (decision.status.as_u16(), decision.example.map(|example| example.name.clone()));
        self.remember(Received {
            method,
            path: operation.path.to_string(),
            operation: Some(operation.id.to_string()),
            values: decision.values,
            outcome: match decision.why {
                Some(why) => Outcome::Refused { example: name, status, why },
                None => Outcome::Answered { example: name.unwrap_or_default(), status },
            },
            faults: faults.clone(),
        });
        (response, faults)
    }

    /// A response, signed and sealed as the document says.
    fn vouch(&self, operation: &Operation, request: &http::Request<Bytes>, mut response: Response) -> Response {
        if !operation.is_verified() {
            return response;
        }
        let moment = Moment::now();
        let made = Request::received(operation, "", request).and_then(|mut request| {
            let received = Inputs { setup: &self.setup, session: None, moment };
            request.learn(&received);
            request.complete(&received);
            let inputs = Inputs { setup: &self.own, session: None, moment };
            request.respond(response.status().as_u16(), response.body(), &inputs)
        });
        match made {
            Ok(made) => {
                response.headers_mut().extend(made.headers);
                *response.body_mut() = made.body.into();
            }
            // A client does not believe it, whatever it is.
            Err(reason) => tracing::warn!(provider = %self.plan.name, "the response is not signed: {reason}"),
        }
        response
    }

    /// The response to what is no operation.
    fn nowhere(&self, request: &http::Request<Bytes>, methods: &[String]) -> Response {
        let operations = self.plan.operations.iter().map(|known| format!("{} {}", known.method, known.path));
        let known = operations.collect::<Vec<_>>().join(", ");
        let why = format!("the document has no such operation; it has {known}");
        let status = if methods.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::METHOD_NOT_ALLOWED };
        let mut response = self.turn_away(request.method(), request.uri(), status, why);
        if let Ok(allow) = HeaderValue::from_str(&methods.join(", "))
            && !methods.is_empty()
        {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }

    /// The response to a request for no operation, in plain words.
    pub(crate) fn turn_away(&self, method: &Method, uri: &Uri, status: StatusCode, why: String) -> Response {
        let response = plain(status, &why);
        self.remember(Received {
            method: method.to_string(),
            path: uri.path().to_owned(),
            operation: None,
            values: Vec::new(),
            outcome: Outcome::Refused { example: None, status: status.as_u16(), why },
            faults: Vec::new(),
        });
        response
    }

    fn decide<'a>(
        &self,
        operation: &Operation,
        played: &'a Played,
        request: &http::Request<Bytes>,
        path: &BTreeMap<String, String>,
    ) -> Decision<'a> {
        let refuse = |objection: Objection, values: Vec<Checked>| {
            let ends = |status: u16, code: Option<&str>| self.sessions.are_refused_by(status, code);
            let example = fitting(&played.examples, objection.cause, ends);
            let bare = match objection.cause {
                Cause::Rule => StatusCode::BAD_REQUEST,
                Cause::Session => self.sessions.refused_status().unwrap_or(StatusCode::UNAUTHORIZED),
                Cause::Credential | Cause::Signature => StatusCode::UNAUTHORIZED,
            };
            let status = example.map_or(bare, |example| example.status);
            Decision { example, status, values, why: Some(objection.why) }
        };
        if let Err(objection) = media_type(operation, request) {
            return refuse(objection, Vec::new());
        }
        let (verification, session) = match self.verify(operation, request) {
            Ok(verified) => verified,
            Err(reason) => return refuse(Objection::new(Cause::Rule, reason), Vec::new()),
        };
        let elements = |slot: usize| {
            let slot = &operation.slots[slot];
            if slot.place == Place::Path {
                let text = path.get(&*slot.name);
                return text.into_iter().flat_map(|text| slot.elements(text)).map(str::to_owned).collect();
            }
            let elements = verification.elements(operation, &slot.name);
            elements.into_iter().map(|text| text.expose().to_owned()).collect()
        };
        let checked = if self.verifies { objection(&verification, session.as_ref()) } else { missing(&verification) };
        // Nobody but the caller knows what a digest was made of, so it is not held to what the plain value must be.
        let hidden = |place: &str| {
            let mut values = verification.values.iter();
            values
                .any(|value| value.verdict == Verdict::Unknown && value.origin == Origin::Given && value.name == place)
        };
        let checked = checked.and_then(|()| match &verification.broken_rule {
            Some((name, reason)) => Err(Objection::new(Cause::Rule, format!("{name}: {reason}"))),
            None => played
                .schemas
                .check(elements, verification.body().expose(), hidden)
                .map_err(|reason| Objection::new(Cause::Rule, reason)),
        });
        if let Err(objection) = checked {
            return refuse(objection, verification.values);
        }
        let holds = |(name, value): &(String, String)| match path.get(name) {
            Some(own) => own == value,
            None => {
                let is_it = |own: &countersign::Secret| own.expose() == value;
                verification.text(operation, name).as_ref().is_some_and(is_it)
                    || verification.elements(operation, name).iter().any(is_it)
            }
        };
        let asked = match self.asked(operation, request) {
            Ok(asked) => asked,
            Err(why) => {
                return Decision {
                    example: None,
                    status: StatusCode::BAD_REQUEST,
                    values: verification.values,
                    why: Some(why),
                };
            }
        };
        let ruled = || played.rules.iter().find(|rule| rule.when.iter().all(holds)).map(|rule| rule.response.as_str());
        let named = |name: &str| played.examples.iter().find(|example| example.name == name);
        let chosen = asked.as_deref().or_else(ruled).and_then(named);
        // What the document says comes before what is made up.
        let successes = || played.examples.iter().filter(|example| example.class == Class::Success);
        let example = chosen.or_else(|| successes().find(|example| !example.is_made).or_else(|| successes().next()));
        match example {
            Some(example) => {
                Decision { example: Some(example), status: example.status, values: verification.values, why: None }
            }
            None => Decision {
                example: None,
                status: StatusCode::NOT_IMPLEMENTED,
                values: verification.values,
                why: Some(
                    "the document has no example of a success of this operation: add one to its `examples`".into(),
                ),
            },
        }
    }

    /// The name of the example that a request asks for, if it is one of this operation's.
    fn asked(&self, operation: &Operation, request: &http::Request<Bytes>) -> Result<Option<String>, String> {
        let Some(asked) = request.headers().get(&EXAMPLE) else { return Ok(None) };
        let asked = asked.to_str().unwrap_or_default();
        let (only, name) = match asked.split_once('/') {
            Some((only, name)) => (Some(only), name),
            None => (None, asked),
        };
        let has = |index: usize| self.operations[index].examples.iter().any(|example| example.name == name);
        let operations =
            || self.plan.operations.iter().enumerate().filter(|(_, known)| only.is_none_or(|id| id == known.id));
        if !operations().any(|(index, _)| has(index)) {
            return Err(format!("no operation has the example {asked:?} that {EXAMPLE} asks for"));
        }
        let is_own = operations().any(|(index, known)| known.id == operation.id && has(index));
        Ok(is_own.then(|| name.to_owned()))
    }

    /// Verifies a request with the session that it carries, or else with the latest.
    fn verify(
        &self,
        operation: &Operation,
        request: &http::Request<Bytes>,
    ) -> Result<(Verification, Option<Issued>), String> {
        // What a client signs of the URL is where it was sent to, by whichever of its names.
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let own = host.map(|host| format!("http://{}", host.to_ascii_lowercase()));
        let base_url = own.or_else(|| self.setup.base_url.clone());
        let (setup, id) = (&Setup { base_url, ..self.setup.clone() }, &operation.id);
        let with = |session: Option<&Issued>| {
            let values = session.map(|session| &session.values);
            verify_quickly(setup, id, request, values).map_err(|invalid| invalid.to_string())
        };
        // Only what is answered with is worth a search for the mistake.
        let explained = |session: Option<&Issued>| {
            let values = session.map(|session| &session.values);
            verify(setup, id, request, values).map_err(|invalid| invalid.to_string())
        };
        let without = with(None)?;
        if !without.values.iter().any(|value| value.origin == Origin::Session) {
            return Ok((if without.is_good() { without } else { explained(None)? }, None));
        }
        let mut latest = None;
        for session in self.sessions.all() {
            let verification = with(Some(&session))?;
            if carries_session(&verification) {
                return Ok((explained(Some(&session))?, Some(session)));
            }
            latest.get_or_insert(session);
        }
        Ok((explained(latest.as_ref())?, None))
    }
}

/// The body is of the documented media type.
fn media_type(operation: &Operation, request: &http::Request<Bytes>) -> Result<(), Objection> {
    let Some(described) = operation.body.map(Encoding::media_type) else { return Ok(()) };
    if operation.optional_body && request.body().is_empty() {
        return Ok(());
    }
    let expected = operation.media_type.as_deref().unwrap_or(described);
    let stated = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = |media_type: &'_ str| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence(stated) == essence(expected) {
        return Ok(());
    }
    Err(Objection::new(Cause::Rule, format!("the body should be sent as {expected}")))
}

/// Whether the request carries the session that it was verified with. A signature over a session value can be wrong all
/// the same, where the value itself is carried too.
fn carries_session(verification: &Verification) -> bool {
    let of_session = || verification.values.iter().filter(|value| value.origin == Origin::Session);
    let mut carried = of_session().filter(|value| Cause::of(value) == Cause::Session).peekable();
    match carried.peek() {
        Some(_) => carried.all(Checked::is_good),
        None => of_session().all(Checked::is_good),
    }
}

/// What speaks against the values that the client filled in: credentials first, then the session, then signatures over
/// them, then the rest.
fn objection(verification: &Verification, session: Option<&Issued>) -> Result<(), Objection> {
    let bad = |cause: Cause| verification.values.iter().find(|value| !value.is_good() && Cause::of(value) == cause);
    for cause in Cause::ALL {
        if let Some(value) = bad(cause) {
            return Err(Objection::to_value(value));
        }
        if cause == Cause::Session && session.is_some_and(Issued::is_expired) {
            return Err(Objection::new(cause, "its session has expired"));
        }
    }
    Ok(())
}

/// What is not there, of all that the client fills in.
fn missing(verification: &Verification) -> Result<(), Objection> {
    let missing = verification.values.iter().find(|value| value.verdict == Verdict::Missing);
    missing.map_or(Ok(()), |value| Err(Objection::new(Cause::of(value), value.to_string())))
}

fn respond(decision: &Decision<'_>, body: Bytes) -> Response {
    let mut response = match (decision.example, &decision.why) {
        // What the document has no words for is said in plain ones.
        (None, Some(why)) => plain(decision.status, why),
        _ => Response::new(body),
    };
    *response.status_mut() = decision.status;
    if let Some(reason) = decision.why.as_deref().and_then(in_a_header) {
        response.headers_mut().insert(REASON, reason);
    }
    if let Some(example) = decision.example {
        let headers = response.headers_mut();
        headers.extend(example.headers.iter().cloned());
        if let Some(media_type) = example.media_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(CONTENT_TYPE, media_type);
        }
        if let Ok(name) = HeaderValue::from_str(&example.name) {
            headers.insert(EXAMPLE, name);
        }
    }
    response
}

/// A text in one line of ASCII, with escapes for what is not.
fn in_a_header(text: &str) -> Option<HeaderValue> {
    let mut line = String::new();
    for character in text.chars() {
        match character {
            '‹' => line.push('<'),
            '›' => line.push('>'),
            ' '..='~' => line.push(character),
            other => line.extend(other.escape_unicode()),
        }
        if line.len() > LONGEST_REASON {
            line.push_str(" ...");
            break;
        }
    }
    HeaderValue::from_str(line.trim()).ok()
}

/// A response in the sandbox's own words.
fn plain(status: StatusCode, why: &str) -> Response {
    let mut response = Response::new(why.to_owned().into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
