//! Rules about servers and security schemes.

use countersign_plan::{Credential, CredentialKind, template};

use super::names::misnamed;
use super::subject::Subject;
use crate::api;
use crate::finding::{Report, Rule};
use crate::names::pascal_case;
use crate::node::At;
use crate::words::{CLIENT_AUTHENTICATION, suggestion};

/// A server can be reached by TLS, and picked by a name of its own.
pub(super) fn servers(subject: &Subject<'_, '_>, report: &mut Report) {
    let (mut names, mut urls): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for server in subject.api.section("servers").into_iter().flat_map(|servers| servers.items()) {
        if let (Some(at), Some(name)) = (server.get("x-name"), server.text("x-name")) {
            if let Some((problem, remedy)) = misnamed(name, &format!("{name}_server")) {
                report.add(Rule::NameForm, &at, problem, remedy);
            }
            let variant = pascal_case(name);
            if names.contains(&variant) {
                report.add(Rule::NameClash, &at, format!("another server is called `{name}`"), "a name of its own");
            }
            names.push(variant);
        }
        if let (Some(at), Some(url)) = (server.get("url"), server.text("url")) {
            address(subject, &at, url, report);
            if urls.contains(&url) {
                report.add(Rule::ServerUrl, &at, "another server has this URL", "each server once");
            }
            urls.push(url);
        }
    }
    own_servers(subject, urls.len(), report);
}

/// An operation that is called elsewhere says where, for each of the document's servers. What goes there is noted: nothing goes to
/// a host that the document does not name.
fn own_servers(subject: &Subject<'_, '_>, count: usize, report: &mut Report) {
    for operation in &subject.api.operations {
        let Some(servers) = operation.at.get("servers") else { continue };
        let own: Vec<At<'_>> = operation.servers().collect();
        let is_named = own.len() == 1 || own.iter().all(|server| server.get("x-name").is_some());
        if own.len() != count || !is_named {
            let (problem, remedy) = match count {
                0 => ("it is called elsewhere, and the document has no server", "`servers` at the top of the document"),
                _ => (
                    "it is called elsewhere, and does not say where for each of the document's servers",
                    "a server with the `x-name` of each of these",
                ),
            };
            report.add(Rule::ServerUrl, &servers, format!("{}: {problem}", operation.name()), remedy);
            continue;
        }
        for (at, url) in own.iter().filter_map(|server| Some((server.get("url")?, server.text("url")?))) {
            address(subject, &at, url, report);
        }
        let urls: Vec<&str> = own.iter().filter_map(|server| server.text("url")).collect();
        let carried: Vec<String> = operation.schemes.iter().map(|(name, _)| format!("`{name}`")).collect();
        let with = if carried.is_empty() { String::new() } else { format!(", with {}", carried.join(" and ")) };
        report.note(&servers, format!("{} is called at {}{with}", operation.name(), urls.join(" or ")));
    }
}

/// The URL of a server, whose variables are settings that have a value.
fn address(subject: &Subject<'_, '_>, at: &At<'_>, url: &str, report: &mut Report) {
    let settings = &subject.lowered.plan.settings;
    let mut values: Vec<(&str, String)> = Vec::new();
    for name in template::variables(url) {
        let Some(setting) = settings.iter().find(|setting| setting.name == name) else {
            let remedy = "it in `variables`, with its `default`, or in `x-settings`";
            report.add(Rule::ServerUrl, at, format!("`{{{name}}}` of the URL is no setting"), remedy);
            return;
        };
        let sample = setting.one_of.first().or(setting.default.as_ref()).map_or("value", |sample| sample);
        values.push((name, sample.to_owned()));
        for value in setting.one_of.iter().chain(&setting.default) {
            if let Err(problem) = template::address("{value}", |_| Some(&**value)) {
                let problem = format!("`{value}` of `{name}`: {}", problem.replacen("value ", "it ", 1));
                report.add(Rule::ServerUrl, at, problem, "a part of a host or of a path");
            }
        }
    }
    let filled = template::address(url, |name| values.iter().find(|(own, _)| *own == name).map(|(_, value)| &**value));
    if let Some((problem, remedy)) = wrong_url(filled.as_deref().unwrap_or(url)) {
        report.add(Rule::ServerUrl, at, problem, remedy);
    }
}

fn wrong_url(url: &str) -> Option<(String, String)> {
    if url.contains(['{', '}']) {
        return Some((
            "the URL has braces that are no variable".to_owned(),
            "`{name}` of one of its variables".to_owned(),
        ));
    }
    if url.ends_with('/') {
        return Some(("the URL ends with a slash".to_owned(), format!("`{}`", url.trim_end_matches('/'))));
    }
    let parsed = url.parse::<http::Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    let Some(uri) = parsed else {
        return Some((format!("`{url}` is not an absolute URL"), "`https://host/path`".to_owned()));
    };
    let host = uri.host().unwrap_or_default();
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Some(("the URL carries a user".to_owned(), "credentials in `x-credentials`".to_owned()));
    }
    if uri.query().is_some() || url.contains('#') {
        return Some(("the URL has a query or fragment".to_owned(), "query parameters in the operations".to_owned()));
    }
    match uri.scheme_str() {
        Some("https") => None,
        Some("http") if ["localhost", "127.0.0.1", "[::1]"].contains(&host) => None,
        _ => {
            let remedy = "an `https://` URL, or no server at all, so that the caller gives the base URL";
            Some((format!("`{url}` is not protected by TLS"), remedy.to_owned()))
        }
    }
}

/// A security scheme is a header or query parameter with an `x-value`.
pub(super) fn schemes(subject: &Subject<'_, '_>, report: &mut Report) {
    for (name, at) in subject.api.components("securitySchemes") {
        if let Some(word) = at.get(CLIENT_AUTHENTICATION) {
            let problem =
                format!("the scheme `{name}` has no flow that is followed, so `{CLIENT_AUTHENTICATION}` says nothing");
            let remedy = "it where a token is issued by the flow `clientCredentials`, or a field for each credential of the operation";
            report.add(Rule::MisplacedExtension, &word, problem, remedy);
        }
        let mut wrong = |at: &At<'_>, problem: &str, remedy: &str| {
            report.add(Rule::SecurityScheme, at, format!("the scheme `{name}` {problem}"), remedy);
        };
        match at.text("type") {
            Some("apiKey") => {
                if at.text("name").is_none_or(str::is_empty) {
                    wrong(&at, "has no `name`", "the name of the header: `name: …`");
                }
                match at.text("in") {
                    Some("header" | "query") => {}
                    Some("cookie") => wrong(&at, "is a cookie", "`in: header`: the client keeps no cookies"),
                    _ => wrong(&at, "does not say where it goes", "`in: header` or `in: query`"),
                }
            }
            Some("http") => {
                let scheme = at.text("scheme").unwrap_or_default();
                if http::HeaderName::try_from(scheme).is_err() {
                    wrong(&at, "does not say which one it is", "`scheme: basic`, `scheme: bearer` …");
                }
            }
            Some("mutualTLS") => {
                if let Some(value) = at.get("x-value") {
                    wrong(&value, "is a certificate, and no header", "nothing here");
                }
                let is_one = |credential: &&Credential| credential.kind == CredentialKind::ClientCertificate;
                match subject.lowered.plan.credentials.iter().filter(is_one).count() {
                    1 => {}
                    0 => wrong(
                        &at,
                        "has no certificate",
                        "a credential with `kind: client-certificate` in x-credentials",
                    ),
                    _ => wrong(
                        &at,
                        "could be any of several certificates",
                        "one credential with `kind: client-certificate`",
                    ),
                }
            }
            // One that no operation needs may be the alternative to another.
            Some("oauth2" | "openIdConnect") => {
                let is_used = subject.api.all().any(|operation| operation.schemes.iter().any(|(own, _)| *own == name));
                if at.get("x-value").is_none() && is_used {
                    let remedy = "an `x-value` with the token, such as `x-value: {session: NAME}`, where `x-session` says which \
                                  operation issues it";
                    wrong(&at, "does not say what its token is", remedy);
                }
            }
            _ => continue,
        }
        if at.get("x-value").is_none() && matches!(at.text("type"), Some("apiKey" | "http")) {
            wrong(&at, "does not say what fills it in", "an `x-value`, such as `x-value: {credential: NAME}`");
        }
    }
}

/// `security` has requirements of schemes that are declared, of which calls keep the first.
pub(super) fn requirements(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let declared: Vec<&str> = api.components("securitySchemes").map(|(name, _)| name).collect();
    let own = api.all().filter_map(|operation| operation.at.get("security"));
    for security in api.section("security").into_iter().chain(own) {
        let requirements: Vec<At<'_>> = security.items().collect();
        if let (true, Some(used)) = (requirements.len() > 1, api::requirement(&security)) {
            let names: Vec<String> = used.entries().map(|(name, _)| format!("`{}`", name.escape_debug())).collect();
            let text = format!("calls carry {}, the first of {} alternatives", names.join(" and "), requirements.len());
            report.note(&security, text);
        }
        for (name, scheme) in requirements.iter().flat_map(|requirement| requirement.entries()) {
            if !declared.contains(&name) {
                let problem = format!("no security scheme is called `{name}`");
                report.add(Rule::SecurityRequirement, &scheme, problem, suggestion(name, declared.iter().copied()));
            }
        }
    }
}
