//! Rules about paths, parameters, bodies, responses, and where everything comes from.

use std::collections::{HashMap, HashSet};
use std::iter::successors;

use countersign_plan::template::{self, Part};
use countersign_plan::{Encoding, Place, ResponseForm, Slot, Style};

use super::subject::Subject;
use crate::api::{Api, Operation, Site};
use crate::finding::{Report, Rule};
use crate::headers;
use crate::lower::is_no_object;
use crate::media::{self, FORM, JSON, MULTIPART};
use crate::names::{CLIENT_METHODS, is_keyword, is_snake_case, snake_case};
use crate::node::At;
use crate::style::{self, Unwritten, Written};
use crate::successes;
use crate::words::{one_of, suggestion};

/// Headers that the transport writes itself.
pub(super) const TRANSPORT_HEADERS: [&str; 7] =
    ["host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "upgrade"];

/// The version is 3.0.x: what came before and after has other words.
pub(super) fn openapi_version(subject: &Subject<'_, '_>, report: &mut Report) {
    let Some(at) = subject.api.section("openapi") else { return };
    if let Some(version) = at.node.as_text()
        && version.strip_prefix("3.0.").is_none_or(|patch| patch.parse::<u8>().is_err())
    {
        report.add(Rule::OpenapiVersion, &at, format!("`{version}` is not supported"), "`openapi: 3.0.3`");
    }
}

/// An `operationId` is there, is a method's name, and is not another's.
pub(super) fn operation_ids(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut seen = HashSet::new();
    let calls = subject.api.operations.len();
    for (index, operation) in subject.api.all().enumerate() {
        let Some(at) = operation.at.get("operationId") else {
            let remedy = format!("`operationId: {}`", suggested_id(operation));
            report.add(Rule::OperationId, &operation.at, "the operation has no `operationId`", remedy);
            continue;
        };
        let Some(id) = at.node.as_text() else { continue };
        if !is_snake_case(id) {
            report.add(
                Rule::OperationId,
                &at,
                format!("`{id}` is not in `snake_case`"),
                format!("`{}`", snake_case(id)),
            );
        } else if is_keyword(id) && index >= calls {
            let problem = format!("`{id}` is a keyword of Rust, and cannot name an event");
            report.add(Rule::OperationId, &at, problem, format!("`{}`", suggested_id(operation)));
        } else if index < calls && (is_keyword(id) || CLIENT_METHODS.contains(&id)) {
            let remedy = format!("`{}`", suggested_id(operation));
            report.add(Rule::OperationId, &at, format!("`{id}` cannot be a method of the client"), remedy);
        } else if seen.contains(id) {
            report.add(Rule::OperationId, &at, format!("`{id}` is another operation's"), "a name of its own");
        }
        seen.insert(id);
    }
}

fn suggested_id(operation: &Operation<'_>) -> String {
    let last = operation.path.rsplit('/').find(|segment| !segment.is_empty() && !segment.starts_with('{'));
    snake_case(&format!("{} {}", operation.method.to_ascii_lowercase(), last.unwrap_or("all")))
}

/// A path is a template of its path parameters, no more and no less.
pub(super) fn path_templates(subject: &Subject<'_, '_>, report: &mut Report) {
    let mut below: HashMap<&str, Vec<&Operation<'_>>> = HashMap::new();
    for operation in &subject.api.operations {
        below.entry(operation.path).or_default().push(operation);
    }
    let mut seen: HashMap<(Vec<Option<&str>>, &str), &str> = HashMap::new();
    for (path, item) in subject.api.section("paths").into_iter().flat_map(|paths| paths.entries()) {
        if path.starts_with("x-") {
            continue;
        }
        let shape: Vec<Option<&str>> = template::parts(path)
            .map(|part| match part {
                Part::Literal(text) => Some(text),
                Part::Parameter(_) => None,
            })
            .collect();
        for operation in below.get(path).into_iter().flatten() {
            let (method, at) = (operation.method, &operation.at);
            if let Some(other) = seen.insert((shape.clone(), method), path) {
                let problem = format!("`{method} {path}` is `{method} {other}` with other names");
                report.add(Rule::PathTemplate, at, problem, "one of the two");
            }
        }
        let Some(names) = parameters_of(path) else {
            let remedy = "a path such as `/cards/{card_id}`, in ASCII, without query, fragment, `.` or `..`";
            report.add(Rule::PathTemplate, &item, format!("`{path}` is not a path"), remedy);
            continue;
        };
        for operation in below.get(path).into_iter().flatten() {
            let own: Vec<_> = operation.parameters.iter().filter(|at| at.text("in") == Some("path")).collect();
            for name in &names {
                if !own.iter().any(|parameter| parameter.text("name") == Some(name)) {
                    let problem = format!("`{{{name}}}` is not among the parameters of {}", operation.name());
                    report.add(Rule::PathTemplate, &operation.at, problem, format!("a parameter `{name}`, `in: path`"));
                }
            }
            for parameter in own {
                let name = parameter.text("name").unwrap_or_default();
                if !names.contains(&name) {
                    let problem = format!("the path `{path}` has no `{{{name}}}`");
                    report.add(Rule::PathTemplate, parameter, problem, one_of(&names));
                }
                if !parameter.is_true("required") {
                    let problem = format!("the path parameter `{name}` is not required");
                    report.add(Rule::PathTemplate, parameter, problem, "`required: true`");
                }
            }
        }
    }
}

/// The names in a path template, unless it is malformed.
fn parameters_of(path: &str) -> Option<Vec<&str>> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&byte);
    let mut names = Vec::new();
    for part in template::parts(path) {
        match part {
            Part::Literal(text) if text.bytes().all(allowed) => {}
            Part::Parameter(name) if !name.is_empty() && !name.contains(['/', '{']) && !names.contains(&name) => {
                names.push(name);
            }
            _ => return None,
        }
    }
    (path.starts_with('/') && !path.contains("//") && !template::has_dots(path)).then_some(names)
}

/// A parameter is a scalar, a list of scalars or a flat object, and is there once for its place and name.
pub(super) fn parameters(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let shared = api.components("parameters").map(|(_, at)| at);
    for parameter in api.all().flat_map(|operation| operation.parameters.iter().cloned()).chain(shared) {
        let place = parameter.text("in").unwrap_or_default();
        match place {
            "query" | "header" | "path" => {}
            "cookie" => {
                let remedy = "a header or query parameter: the client keeps no cookies";
                report.add(Rule::Parameter, &parameter, "cookie parameters are not supported", remedy);
                continue;
            }
            _ => {
                if let Some(at) = parameter.get("in") {
                    let remedy = "`header`, `query` or `path`";
                    report.add(Rule::Parameter, &at, format!("`{place}` is not a place for a parameter"), remedy);
                }
                continue;
            }
        }
        let is_single = match style::of(api, &parameter) {
            Ok(Written::Whole(Style::Single)) => true,
            Ok(_) => false,
            Err(Unwritten(at, problem, remedy)) => {
                report.add(Rule::Parameter, &at, problem, remedy);
                true
            }
        };
        if let Some(value) = parameter.get("x-value").filter(|_| !is_single) {
            let remedy = "an `x-value` on a parameter that is one value";
            report.add(Rule::MisplacedExtension, &value, "a list or an object is not filled in", remedy);
        }
        if let Some(schema) = parameter.get("schema")
            && let Some(nullable) = schema.get("nullable").filter(|_| schema.is_true("nullable"))
        {
            let remedy = match place {
                "path" => "nothing here: a path has a value for each of its parameters",
                _ => "nothing here, and no `required` at the parameter if it may be left out",
            };
            report.add(Rule::Parameter, &nullable, "a parameter cannot be null", remedy);
        }
        if let Some(value) = parameter.get("x-value").filter(|_| place == "path") {
            let remedy = "the text in the path itself, or nothing, so that the caller gives it";
            report.add(Rule::MisplacedExtension, &value, "a path parameter is not filled in", remedy);
        }
    }
    for webhook in &api.webhooks {
        for parameter in &webhook.parameters {
            if !matches!(style::of(api, parameter), Ok(Written::Whole(Style::Single)) | Err(_)) {
                let problem = format!("{} is received with a parameter that is no scalar", webhook.name());
                report.add(Rule::Parameter, parameter, problem, "a string: what is received is read as it is");
            }
        }
    }
    for (operation, plan) in subject.all() {
        let mut seen = HashSet::new();
        let places = subject.parameters(operation, plan);
        let at_of = |slot: &Slot| {
            let own = places.iter().find(|(_, slots)| slots.iter().any(|own| std::ptr::eq(own, slot)));
            own.map(|(at, _)| *at)
        };
        let parameters = plan.slots.iter().take_while(|slot| slot.place != Place::Field);
        for parameter in parameters {
            // Header names are compared without regard to case; the generated builder has one name for all places.
            let name = match parameter.place {
                Place::Header => parameter.name.to_ascii_lowercase(),
                _ => parameter.name.to_string(),
            };
            let key = (std::mem::discriminant(&parameter.place), name);
            if key.1.is_empty() {
                continue;
            }
            if !seen.insert(key) {
                let problem = format!("{} has the parameter `{}` twice", operation.name(), parameter.name);
                let remedy = "it once: a header of authentication is in `securitySchemes` only";
                report.add(Rule::Parameter, at_of(parameter).unwrap_or(&operation.at), problem, remedy);
            }
        }
    }
}

/// A header's name can be sent, and is not the transport's business.
pub(super) fn header_names(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let shared = api.components("parameters").chain(api.components("securitySchemes")).map(|(_, at)| at);
    for at in api.all().flat_map(|operation| operation.parameters.iter().cloned()).chain(shared) {
        let Some(name) = at.text("name").filter(|_| at.text("in") == Some("header")) else { continue };
        if http::HeaderName::try_from(name).is_err() {
            let problem = format!("`{name}` is not the name of a header");
            report.add(Rule::HeaderName, &at, problem, "ASCII letters, digits and `-`, `_`, `.`");
        } else if TRANSPORT_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            report.add(Rule::HeaderName, &at, format!("`{name}` is written by the transport"), "no such parameter");
        }
    }
    for operation in api.all().filter(|operation| operation.body.is_some()) {
        for at in &operation.parameters {
            if at.text("in") == Some("header")
                && at.text("name").is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
            {
                let problem = format!("the body of {} says its content type", operation.name());
                report.add(Rule::HeaderName, at, problem, "no such parameter: the client writes it from `content`");
            }
        }
    }
}

/// A request body is JSON, a form, or parts.
pub(super) fn request_bodies(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for webhook in &api.webhooks {
        if let Some(body) = webhook.body.as_ref().filter(|body| !body.at.is_true("required")) {
            let problem = "an event without a body is none";
            report.add(Rule::RequestBody, &body.at, problem, "`required: true`");
        }
    }
    for operation in api.all() {
        let Some(body) = &operation.body else { continue };
        if operation.method == "GET" {
            let problem = format!("{} is a GET with a body", operation.name());
            report.add(Rule::RequestBody, &body.at, problem, "query parameters, or another method");
        }
        let Some(content) = body.at.get("content") else { continue };
        let count = content.entries().count();
        if count != 1 {
            let problem = format!("the body has {count} media types");
            report.add(Rule::RequestBody, &content, problem, "the one that the documentation shows");
        }
        for (media_type, media) in content.entries() {
            let encoding = media::encoding(media_type);
            match media_type {
                _ if encoding.is_some() => check_media_type(media_type, &media, Rule::RequestBody, report),
                other => {
                    let problem = format!("`{other}` is not supported");
                    report.add(Rule::RequestBody, &media, problem, one_of(&[JSON, FORM, MULTIPART]));
                }
            }
            let Some(schema) = media.get("schema").map(|schema| api.resolve(&schema)) else { continue };
            let leaves = api.leaves(&schema);
            if leaves.iter().any(|(_, leaf)| leaf.text("type").is_some_and(|kind| kind != "object")) {
                let remedy = "objects, or the choice as a property of an object";
                report.add(Rule::RequestBody, &schema, "a body that is one of several is always an object", remedy);
            } else if is_no_object(&schema) && encoding.is_some_and(Encoding::is_form) {
                let remedy = "an object, whose properties are the fields of the form";
                report.add(Rule::RequestBody, &schema, "a form is an object", remedy);
            } else if is_no_object(&schema) && subject.api.webhooks.iter().any(|webhook| webhook.id == operation.id) {
                let problem = "an event that is no object is not supported";
                report.add(Rule::RequestBody, &schema, problem, "an object with what tells which event it is");
            }
        }
    }
}

/// A media type can be a header, and is of text in UTF-8.
fn check_media_type(media_type: &str, at: &At<'_>, rule: Rule, report: &mut Report) {
    if !media::is_media_type(media_type) {
        report.add(rule, at, format!("`{media_type}` is not a media type"), format!("one such as `{JSON}`"));
    } else if media::has_other_charset(media_type) {
        let problem = format!("`{media_type}` is not written in UTF-8");
        report.add(rule, at, problem, "the media type without `charset`, or with that of UTF-8");
    }
}

/// An operation has a success that can be read; everything else is a refusal and is classified by `x-outcome`.
pub(super) fn responses(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    for operation in subject.api.all() {
        for (status, response) in &operation.responses {
            let digits = status.as_bytes();
            let known = *status == "default"
                || digits.len() == 3
                    && (b'1'..=b'5').contains(&digits[0])
                    && (&digits[1..] == b"XX" || digits[1..].iter().all(u8::is_ascii_digit));
            if !known {
                let problem = format!("`{status}` is not a status");
                report.add(Rule::Response, response, problem, "a status such as `\"200\"`, `4XX` or `default`");
            }
        }
    }
    for operation in &subject.api.operations {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for header in headers::of(api, operation) {
            let (name, at) = (header.name, &header.at);
            if http::HeaderName::try_from(name).is_err() {
                let problem = format!("`{name}` is not the name of a header");
                report.add(Rule::HeaderName, at, problem, "ASCII letters, digits and `-`, `_`, `.`");
            }
            let rust = crate::names::field(name);
            if let Some(other) = seen.insert(rust.clone(), name) {
                let problem = format!("the headers `{other}` and `{name}` are both `{rust}` in Rust");
                report.add(Rule::NameClash, at, problem, "one of the two: `Meta::header` reads the other");
            }
            let Some(schema) = at.get("schema").map(|schema| api.resolve(&schema)) else { continue };
            let is_scalar = |schema: &At<'_>| {
                matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean"))
                    && !schema.is_true("nullable")
            };
            let is_list = schema.text("type") == Some("array")
                && schema.get("items").is_some_and(|items| is_scalar(&api.resolve(&items)));
            if !is_scalar(&schema) && !is_list {
                let problem = format!("the header `{name}` is neither a scalar nor a list of scalars");
                report.add(Rule::Response, at, problem, "a string, with how it is built in its description");
            }
        }
        let Some(at) = operation.at.get("responses") else { continue };
        if operation.successes().next().is_none() {
            report.add(Rule::Response, &at, "no response is a success", "a response `200` or `204`");
        }
        for success in successes::of(operation) {
            let (Some(media_type), Some(schema)) = (success.media_type, &success.schema) else { continue };
            let Some((_, media)) = success.at.get("content").and_then(|content| content.entries().next()) else {
                continue;
            };
            match success.form {
                ResponseForm::Bytes if !media::is_media_type(media_type) => {
                    let problem = format!("`{media_type}` is not a media type");
                    report.add(Rule::Response, &media, problem, format!("one such as `{JSON}`"));
                }
                ResponseForm::Bytes => {}
                _ => check_media_type(media_type, &media, Rule::Response, report),
            }
            let schema = api.resolve(schema);
            let is_text = schema.text("type") == Some("string") && !schema.is_true("nullable");
            if success.form != ResponseForm::Json && !is_text {
                let problem = format!("`{media_type}` is read as it comes, and no schema tells what is in it");
                report.add(
                    Rule::Response,
                    &schema,
                    problem,
                    "`type: string`, and `format: binary` where it is no text",
                );
            }
        }
    }
}

/// What is in the document says where it comes from.
pub(super) fn sources(subject: &Subject<'_, '_>, report: &mut Report) {
    let api = subject.api;
    let mut elements: Vec<(String, At<'_>)> = Vec::new();
    let section = |key: &str| api.section(key).into_iter();
    for operation in api.all() {
        elements.push((format!("the operation {}", operation.name()), operation.at.clone()));
        elements.extend(operation.parameters.iter().map(|at| named("parameter", at.text("name").unwrap_or("?"), at)));
        elements.extend(operation.responses.iter().map(|(status, at)| named("response", status, at)));
    }
    for (what, key) in [
        ("parameter", "parameters"),
        ("response", "responses"),
        ("security scheme", "securitySchemes"),
        ("schema", "schemas"),
    ] {
        elements.extend(api.components(key).map(|(name, at)| named(what, name, &at)));
    }
    for (site, at) in api.schemas() {
        if let Site::Property { name, .. } = site
            && at.get("$ref").is_none()
        {
            elements.push(named("property", name, &at));
        }
    }
    for (what, key) in [("credential", "x-credentials"), ("setting", "x-settings")] {
        let entries = section(key).flat_map(|at| at.entries()).filter(|(name, _)| !name.starts_with("x-"));
        elements.extend(entries.map(|(name, at)| named(what, name, &at)));
    }
    for server in section("servers").flat_map(|servers| servers.items()) {
        elements.push(named("server", server.text("x-name").unwrap_or("?"), &server));
    }
    for session in section("x-session") {
        let values = session.get("values").into_iter().flat_map(|values| values.entries());
        elements.extend(values.map(|(name, at)| named("session value", name, &at)));
        elements.push(("`x-session`".to_owned(), session));
    }
    let outcomes = api.operations.iter().filter_map(|operation| operation.at.get("x-outcome"));
    elements.extend(section("x-outcome").chain(outcomes).map(|at| ("`x-outcome`".to_owned(), at)));

    for (what, at) in elements {
        // A component's own entry says it; a `$ref` has no room for it.
        if at.node.as_map().is_none_or(|map| map.contains_key("$ref")) {
            continue;
        }
        if !is_sourced(api, &at) {
            let remedy = "`x-source` with the page and the place on it, or `x-assumption` with what is assumed and why";
            report.add(Rule::Source, &at, format!("{what} does not say where it comes from"), remedy);
        }
    }
}

/// Whether something says where it comes from, or something around it does for all that is in it.
fn is_sourced(api: &Api<'_>, at: &At<'_>) -> bool {
    // What is there and is no text, such as the number of a section, is another finding: one for all that is in it.
    let is_said = |said: At<'_>| said.node.as_text().is_none_or(|text| !text.trim().is_empty());
    let says = |at: &At<'_>| ["x-source", "x-assumption"].iter().any(|word| at.get(word).is_some_and(is_said));
    let around = successors(Some(at.pointer.as_str()), |pointer| Some(pointer.rsplit_once('/')?.0));
    around.filter_map(|pointer| api.root.follow(pointer)).any(|around| says(&around))
}

/// A sandbox's rule names an example and fields of its operation.
pub(super) fn sandbox(subject: &Subject<'_, '_>, report: &mut Report) {
    let operations = subject.operations();
    for (operation, plan) in operations {
        let examples: Vec<&str> =
            operation.responses.iter().flat_map(|(status, response)| names_of(status, response)).collect();
        for rule in operation.at.get("x-sandbox").into_iter().flat_map(|rules| rules.items()) {
            if let Some(at) = rule.get("response")
                && let Some(name) = at.node.as_text()
                && !examples.contains(&name)
            {
                let problem = format!("no response of {} has an example `{name}`", operation.name());
                report.add(Rule::Sandbox, &at, problem, suggestion(name, examples.iter().copied()));
            }
            for (name, at) in rule.get("when").into_iter().flat_map(|when| when.entries()) {
                if plan.slot(name).is_none() {
                    let problem = format!("{} has no parameter or field `{name}`", operation.name());
                    let is_near = |slot: &&Slot| slot.place.is_parameter() || slot.is_at_top();
                    let known = plan.slots.iter().filter(is_near).map(|slot| slot.own_name().into_owned()).collect();
                    report.add(Rule::Sandbox, &at, problem, known_or(name, known, "a JSON pointer to a field"));
                }
            }
        }
    }
}

/// What a sandbox can answer with: a response's examples, or its status where it has none.
fn names_of<'a>(status: &'a str, response: &At<'a>) -> Vec<&'a str> {
    let media = response.get("content").into_iter().flat_map(|content| content.entries());
    let examples: Vec<&str> = media
        .filter_map(|(_, media)| media.get("examples"))
        .flat_map(|examples| examples.entries())
        .map(|(name, _)| name)
        .collect();
    if examples.is_empty() { vec![status] } else { examples }
}

fn named<'a>(what: &str, name: &str, at: &At<'a>) -> (String, At<'a>) {
    (format!("the {what} `{name}`"), at.clone())
}

/// A remedy that names what is there, or asks to declare it.
pub(super) fn known_or<S: AsRef<str>>(name: &str, known: Vec<S>, otherwise: &str) -> String {
    if known.is_empty() {
        otherwise.to_owned()
    } else {
        format!("{}, or {otherwise}", suggestion(name, known.iter().map(AsRef::as_ref)))
    }
}
