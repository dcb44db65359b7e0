//! Says how a token of OAuth 2.0 is issued, where a security scheme names the address and the document does not say the rest: the
//! grant of the client's own credentials (RFC 6749, section 4.4).
//!
//! What is made is what a person would write: two credentials, an operation, a session, and the scheme's `x-value`.

use std::collections::{BTreeMap, BTreeSet};

use countersign_plan::pointer::escaped;
use indexmap::IndexSet;
use serde_json::{Value as Json, json};

use super::servers::{METHODS, origin};
use crate::node::{Kind, Map, Node};
use crate::words::{CLIENT_AUTHENTICATION, CLIENT_AUTHENTICATIONS};

/// Adds what issues the token, unless the document has an `x-session` or nothing uses such a scheme. Yields what is to be noted: a
/// JSON pointer, and a text.
pub(crate) fn issue(root: &mut Node) -> Option<(String, String)> {
    if root.get("x-session").is_some() {
        return None;
    }
    let asked = Asked::of(root)?;
    let (at, servers) = address(root, &asked.url)?;
    if root.get("paths").and_then(|paths| paths.get(&at)).is_some() {
        // The document describes it, and only a person knows whether it is the same.
        return None;
    }
    let scheme = root.get("components")?.get("securitySchemes")?.get(&asked.scheme)?;
    let made = Made { line: scheme.line, from: format!("/components/securitySchemes/{}", escaped(&asked.scheme)) };
    let is_form = scheme.text(CLIENT_AUTHENTICATION) == Some("client_secret_post");
    let mut said = Map::new();
    for word in ["x-source", "x-assumption"] {
        said.extend(scheme.text(word).map(|text| (word.to_owned(), made.node(json!(text)))));
    }
    if said.is_empty() {
        said.insert("x-source".to_owned(), made.node(json!(format!("the flow of the scheme `{}`", asked.scheme))));
    }
    let sourced = |json: Json| {
        let mut node = made.node(json);
        node.as_map_mut().into_iter().for_each(|words| words.extend(said.clone()));
        node
    };

    let operations = operations(root).filter_map(|operation| operation.text("operationId"));
    let id = fresh("issue_token", &operations.collect());
    let known = |key: &str| root.get(key).and_then(Node::as_map).into_iter().flat_map(Map::keys).map(String::as_str);
    let token = fresh("access_token", &known("x-credentials").chain(known("x-settings")).collect());
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    let schemes = schemes.and_then(Node::as_map).into_iter().flat_map(Map::keys).map(String::as_str);
    let client = (!is_form).then(|| fresh("client_credentials", &schemes.collect()));

    let where_to = servers.iter().map(|(_, url)| url.as_str()).collect::<IndexSet<_>>();
    let where_to = where_to.into_iter().map(|url| format!("`{url}{at}`")).collect::<Vec<_>>().join(" or ");
    let where_to = if where_to.is_empty() { format!("`{at}`") } else { where_to };
    let note = format!(
        "{id} is made of the flow of `{}`: it issues the token at {where_to}, for `client_id` and `client_secret`",
        asked.scheme
    );
    let whole = root.get("servers").and_then(Node::as_list).unwrap_or_default();
    let is_below = whole.iter().map(|server| server.text("url")).eq(servers.iter().map(|(_, url)| Some(url.as_str())));
    let mut operation = sourced(operation(&id, client.as_deref(), &asked));
    if let (false, Some(words)) = (is_below, operation.as_map_mut()) {
        let own = servers.iter().map(|(name, url)| match name {
            Some(name) => json!({"url": url, "x-name": name}),
            None => json!({"url": url}),
        });
        words.insert("servers".to_owned(), made.node(own.collect()));
    }
    let document = root.as_map_mut()?;
    let mut add = |way: &[&str], name: &str, node: Node| {
        let mut here = Some(&mut *document);
        for step in way {
            let empty = || Node::map(Map::new(), made.line).moved_from(&made.from);
            here = here.and_then(|map| map.entry((*step).to_owned()).or_insert_with(empty).as_map_mut());
        }
        here.into_iter().for_each(|map| {
            map.entry(name.to_owned()).or_insert(node.clone());
        });
    };
    add(&["paths"], &at, made.node(json!({})));
    add(&["paths", &at], "post", operation);
    for (name, described) in [("client_id", "The client's id."), ("client_secret", "The secret of the client.")] {
        add(&["x-credentials"], name, sourced(json!({"description": described})));
    }
    if let Some(client) = client {
        let part = |name: &str| json!({"form": {"credential": name}});
        let value = json!({"base64": [part("client_id"), ":", part("client_secret")]});
        let basic = json!({"type": "http", "scheme": "basic", "x-value": value});
        add(&["components", "securitySchemes"], &client, sourced(basic));
    }
    for name in &asked.schemes {
        add(&["components", "securitySchemes", name], "x-value", made.node(json!({"session": token})));
    }
    let session = json!({
        "issue": id,
        "values": {token: {"pointer": "/access_token", "description": "The token that calls carry."}},
        "expires": [{"seconds": "/expires_in"}],
        "refused": {"status": [401]},
    });
    add(&[], "x-session", sourced(session));
    // What it says is done. A word that is left is a finding.
    let schemes = document.get_mut("components")?.as_map_mut()?.get_mut("securitySchemes")?.as_map_mut()?;
    let scheme = schemes.get_mut(&asked.scheme)?.as_map_mut()?;
    let is_known = |said: &Node| said.as_text().is_some_and(|said| CLIENT_AUTHENTICATIONS.contains(&said));
    if scheme.get(CLIENT_AUTHENTICATION).is_some_and(is_known) {
        scheme.shift_remove(CLIENT_AUTHENTICATION);
    }
    Some((made.from, note))
}

/// The operation that issues the token. Words are in the order of their letters, which is that of the types made of them. The client
/// says who it is by a scheme, or in the form.
fn operation(id: &str, client: Option<&str>, asked: &Asked) -> Json {
    let mut fields = json!({"grant_type": {"type": "string", "x-value": "client_credentials"}});
    if client.is_none() {
        fields["client_id"] = json!({"type": "string", "x-value": {"credential": "client_id"}});
        fields["client_secret"] =
            json!({"type": "string", "format": "password", "x-value": {"credential": "client_secret"}});
    }
    if !asked.scopes.is_empty() {
        let scopes: Vec<&str> = asked.scopes.iter().map(String::as_str).collect();
        fields["scope"] = json!({"type": "string", "x-value": scopes.join(" ")});
    }
    let required: Vec<&String> = fields.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
    let form = json!({"type": "object", "required": required, "properties": fields});
    let schemes = asked.connections.iter().map(String::as_str).chain(client);
    let security: BTreeMap<&str, [&str; 0]> = schemes.map(|name| (name, [])).collect();
    let security = if security.is_empty() { json!([]) } else { json!([security]) };
    json!({
        "operationId": id,
        "summary": "Issues an access token for the client's own credentials",
        "security": security,
        // What a refusal says is the same with every provider (RFC 6749, section 5.2).
        "x-outcome": {
            "success": [{"at": "/access_token", "present": true}],
            "code": ["/error"],
            "message": ["/error_description"],
        },
        "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {"200": {
            "description": "The token.",
            "content": {"application/json": {
                "schema": {
                    "type": "object",
                    "required": ["access_token"],
                    "properties": {
                        "access_token": {"type": "string", "format": "password"},
                        "expires_in": {"type": "integer"},
                        "token_type": {"type": "string", "x-sensitive": false},
                    },
                },
                "examples": {"usual": {
                    "value": {"access_token": "made-up", "expires_in": 3600, "token_type": "Bearer"},
                }},
            }},
        }},
    })
}

/// What the operations of a document ask for.
struct Asked {
    /// The first scheme whose flow issues a token.
    scheme: String,
    /// All of these, which have the same address.
    schemes: IndexSet<String>,
    url: String,
    scopes: IndexSet<String>,
    /// The client certificates that are shown with the token. They are shown for it, too.
    connections: IndexSet<String>,
}

impl Asked {
    fn of(root: &Node) -> Option<Self> {
        let schemes = root.get("components")?.get("securitySchemes")?.as_map()?;
        let flow = |name: &str| {
            let scheme = schemes.get(name).filter(|scheme| scheme.text("type") == Some("oauth2"))?;
            let flow = scheme.get("flows")?.get("clientCredentials")?;
            flow.text("tokenUrl").filter(|_| scheme.get("x-value").is_none()).map(|url| (flow, url))
        };
        let is_connection =
            |name: &str| schemes.get(name).is_some_and(|scheme| scheme.text("type") == Some("mutualTLS"));
        let is_known = |name: &String| {
            schemes.get(name).is_some_and(|scheme| scheme.get("x-value").is_some())
                || is_connection(name)
                || flow(name).is_some()
        };
        let mut asked: Option<Self> = None;
        for operation in operations(root) {
            let Some(ways) = operation.get("security").or(root.get("security")).and_then(Node::as_list) else {
                continue;
            };
            // The one that calls carry, of those that are known how to carry.
            let mut ways = ways.iter().filter_map(Node::as_map).filter(|way| !way.is_empty());
            let Some(way) = ways.find(|way| way.keys().all(is_known)) else { continue };
            for (name, scopes) in way {
                let Some((flow, url)) = flow(name) else { continue };
                let asked = asked.get_or_insert_with(|| Self {
                    scheme: name.clone(),
                    schemes: IndexSet::new(),
                    url: url.to_owned(),
                    scopes: IndexSet::new(),
                    connections: IndexSet::new(),
                });
                if asked.url != url {
                    continue;
                }
                asked.schemes.insert(name.clone());
                // Some of those that an operation names may be of another flow.
                let known = flow.get("scopes").and_then(Node::as_map).filter(|known| !known.is_empty());
                let scopes = scopes.as_list().unwrap_or_default().iter().filter_map(Node::as_text);
                let scopes = scopes.filter(|scope| known.is_none_or(|known| known.contains_key(*scope)));
                asked.scopes.extend(scopes.map(str::to_owned));
                asked.connections.extend(way.keys().filter(|name| is_connection(name)).cloned());
            }
        }
        asked
    }
}

/// A server: its name, if it has one, and its URL.
type Place = (Option<String>, String);

/// The path at which the token is issued, and where that is for each server of the document, by its name.
fn address(root: &Node, url: &str) -> Option<(String, Vec<Place>)> {
    let there = origin(url);
    let is_absolute = there.contains("://");
    let path = if is_absolute { &url[there.len()..] } else { url };
    let path = if is_absolute && path.is_empty() { "/" } else { path };
    // What is relative to a path, or has variables, nobody knows for sure.
    if !path.starts_with('/') || path.starts_with("//") || url.contains(['?', '#', '{', '}', '@', ' ']) {
        return None;
    }
    let whole = root.get("servers").and_then(Node::as_list).unwrap_or_default();
    let urls: Option<Vec<&str>> = whole.iter().map(|server| server.text("url")).collect();
    let urls = urls?;
    let names = whole.iter().map(|server| server.text("x-name").map(str::to_owned));
    // Each server has its own, if one of them is that of the address.
    let is_own = !is_absolute || urls.iter().any(|url| origin(url) == there);
    let below = urls.first().and_then(|url| path.strip_prefix(&url[origin(url).len()..]));
    let below = below.filter(|below| {
        is_own
            && below.starts_with('/')
            && urls.iter().all(|url| path.strip_suffix(below) == Some(&url[origin(url).len()..]))
    });
    if let Some(below) = below {
        return Some((below.to_owned(), names.zip(urls.iter().map(|url| (*url).to_owned())).collect()));
    }
    let mut servers: Vec<Place> =
        names.zip(urls.iter().map(|url| if is_own { origin(url) } else { there }.to_owned())).collect();
    if servers.is_empty() && is_absolute {
        // The lint asks for the document's.
        servers.push((None, there.to_owned()));
    }
    Some((path.to_owned(), servers))
}

/// The operations of a document.
fn operations(root: &Node) -> impl Iterator<Item = &Node> {
    let items = root.get("paths").and_then(Node::as_map).into_iter().flat_map(Map::values).filter_map(Node::as_map);
    items.flatten().filter(|(method, _)| METHODS.contains(&method.as_str())).map(|(_, operation)| operation)
}

/// A name that is not taken.
fn fresh(name: &str, taken: &BTreeSet<&str>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

/// Where findings say that something is which is made of a scheme.
struct Made {
    line: u64,
    from: String,
}

impl Made {
    fn node(&self, json: Json) -> Node {
        let kind = match json {
            Json::Null => Kind::Null,
            Json::Bool(value) => Kind::Bool(value),
            Json::Number(number) => Kind::Number(number),
            Json::String(text) => Kind::Text(text),
            Json::Array(items) => Kind::List(items.into_iter().map(|item| self.node(item)).collect()),
            Json::Object(words) => Kind::Map(words.into_iter().map(|(word, said)| (word, self.node(said))).collect()),
        };
        Node::new(kind, self.line).moved_from(&self.from)
    }
}
