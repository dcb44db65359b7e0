//! A provider on httpmock that keeps every request and lets a test write the responses.

use std::sync::{Arc, Mutex, PoisonError};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

/// What a client does to a request that is not the provider's business.
const TRANSPORT_HEADERS: [&str; 3] = ["content-length", "host", "user-agent"];

/// A request as the provider saw it.
#[derive(Clone, Debug)]
pub struct Call {
    /// `POST /forgot-password`, with the query if there is one.
    pub line: String,
    /// The headers in lower case and in order of their names, but for `host`, `user-agent` and `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Call {
    /// A header's value; its name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is a call of this method and path.
    pub fn is(&self, line: &str) -> bool {
        self.line == line
    }
}

/// The provider.
pub struct Provider {
    server: MockServer,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Provider {
    /// Starts a provider that answers each call with a status and a JSON body.
    pub async fn start(answer: impl Fn(&Call) -> (u16, String) + Send + Sync + 'static) -> Self {
        let server = MockServer::start_async().await;
        let calls = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&calls);
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(move |request: &HttpMockRequest| {
                    let call = read(request);
                    let (status, body) = answer(&call);
                    log.lock().unwrap_or_else(PoisonError::into_inner).push(call);
                    let response = HttpMockResponse::builder().status(status);
                    match body.is_empty() {
                        true => response.build(),
                        false => response.header("Content-Type", "application/json").body(body).build(),
                    }
                });
            })
            .await;
        Self { server, calls }
    }

    /// Its base URL, with a path below which all operations are, as real providers have one.
    pub fn url(&self) -> String {
        format!("{}/base/path", self.server.base_url())
    }

    /// What it was asked so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The only call so far.
    pub fn only_call(&self) -> Call {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls.remove(0)
    }
}

fn read(request: &HttpMockRequest) -> Call {
    let request: http::Request<String> = request.into();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let target = target.strip_prefix("/base/path").unwrap_or(target);
    let mut headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .filter(|(name, _)| !TRANSPORT_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    Call { line: format!("{} {target}", request.method()), headers, body: request.body().clone() }
}

/// Headers as [`Call::headers`] has them.
pub fn headers<const N: usize>(headers: [(&str, &str); N]) -> Vec<(String, String)> {
    let mut headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    headers.sort();
    headers
}
