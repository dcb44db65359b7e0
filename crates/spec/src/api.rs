//! The document as rules and lowering see it: operations with their references resolved.

use std::collections::{HashMap, HashSet};

use countersign_plan::Encoding;

use crate::media;
use crate::node::At;
use crate::reference::{MAX_HOPS, references};

/// The methods that an operation may have, in the order in which they are listed.
const METHODS: [(&str, &str); 5] =
    [("get", "GET"), ("put", "PUT"), ("post", "POST"), ("delete", "DELETE"), ("patch", "PATCH")];

/// A document.
pub(crate) struct Api<'a> {
    pub(crate) root: At<'a>,
    pub(crate) operations: Vec<Operation<'a>>,
    /// What the provider sends, as operations: the path of each is the webhook's name.
    pub(crate) webhooks: Vec<Operation<'a>>,
    /// The pointers of the schemas of files: what bodies in parts have at the top, or lists there.
    pub(crate) files: HashSet<String>,
}

/// An operation, as far as the document describes it.
pub(crate) struct Operation<'a> {
    /// The `operationId`, empty where there is none.
    pub(crate) id: &'a str,
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    pub(crate) at: At<'a>,
    /// The security schemes, by name, in the order of the requirement.
    pub(crate) schemes: Vec<(&'a str, At<'a>)>,
    /// The path's parameters and its own, resolved; its own are in the place of the path's.
    pub(crate) parameters: Vec<At<'a>>,
    pub(crate) body: Option<Body<'a>>,
    /// The responses under their statuses, resolved.
    pub(crate) responses: Vec<(&'a str, At<'a>)>,
}

/// A request's body.
pub(crate) struct Body<'a> {
    /// Where it is.
    pub(crate) at: At<'a>,
    /// The one media type, empty where there is none.
    pub(crate) media_type: &'a str,
    /// What is said of it.
    pub(crate) media: Option<At<'a>>,
    /// The schema as it is, most often a `$ref`.
    pub(crate) schema: Option<At<'a>>,
}

impl<'a> Api<'a> {
    pub(crate) fn new(root: At<'a>) -> Self {
        let mut api = Self { root, operations: Vec::new(), webhooks: Vec::new(), files: HashSet::new() };
        api.operations = api.read_operations("paths");
        api.webhooks = api.read_operations("x-webhooks");
        api.files = api.operations.iter().flat_map(|operation| api.files_of(operation)).collect();
        api
    }

    /// The pointers of the schemas of an operation's files.
    fn files_of(&self, operation: &Operation<'a>) -> Vec<String> {
        let body = operation.body.as_ref().filter(|body| is_multipart(body.media_type));
        let object = body.and_then(|body| body.schema.as_ref()).map(|schema| self.resolve(schema));
        let properties = object.and_then(|object| object.get("properties"));
        let properties = properties.iter().flat_map(|properties| properties.entries());
        let parts = properties.flat_map(|(_, property)| {
            let property = self.resolve(&property);
            let items = property.get("items").map(|items| self.resolve(&items));
            [Some(property), items]
        });
        parts.flatten().filter(is_file).map(|at| at.pointer).collect()
    }

    /// What a `$ref` leads to, or the value itself.
    pub(crate) fn resolve(&self, at: &At<'a>) -> At<'a> {
        references(&self.root, at).take(MAX_HOPS).last().unwrap_or_else(|| at.clone())
    }

    /// The entries of a section of `components`.
    pub(crate) fn components(&self, section: &str) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        self.section("components")
            .and_then(|components| components.get(section))
            .into_iter()
            .flat_map(|at| at.entries())
    }

    /// A part of the document by its key.
    pub(crate) fn section(&self, key: &str) -> Option<At<'a>> {
        self.root.get(key)
    }

    /// The operation with this `operationId`.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation<'a>> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operations and the webhooks.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Operation<'a>> {
        self.operations.iter().chain(&self.webhooks)
    }

    /// The operations in a section of path items.
    fn read_operations(&self, section: &str) -> Vec<Operation<'a>> {
        let mut operations = Vec::new();
        let schemes: HashMap<&str, At<'a>> = self.components("securitySchemes").collect();
        for (path, item) in self.section(section).into_iter().flat_map(|paths| paths.entries()) {
            // In the document's order, not in that of `METHODS`.
            for (word, at) in item.entries() {
                if let Some((_, method)) = METHODS.iter().find(|(name, _)| *name == word) {
                    // The document's `security` is that of calls.
                    let security =
                        at.get("security").or_else(|| self.section("security").filter(|_| section == "paths"));
                    operations.push(self.read_operation(path, &item, method, at, security, &schemes));
                }
            }
        }
        operations
    }

    fn read_operation(
        &self,
        path: &'a str,
        item: &At<'a>,
        method: &'static str,
        at: At<'a>,
        security: Option<At<'a>>,
        schemes: &HashMap<&str, At<'a>>,
    ) -> Operation<'a> {
        let list = |at: &At<'a>| at.get("parameters").into_iter().flat_map(|list| list.items()).collect::<Vec<_>>();
        let key = |parameter: &At<'a>| (parameter.text("in"), parameter.text("name"));
        let own: Vec<At<'a>> = list(&at).iter().map(|parameter| self.resolve(parameter)).collect();
        let mut parameters: Vec<At<'a>> = list(item).iter().map(|parameter| self.resolve(parameter)).collect();
        let replaced: HashSet<_> = own.iter().map(key).collect();
        parameters.retain(|shared| !replaced.contains(&key(shared)));
        parameters.extend(own);

        let body = at.get("requestBody").map(|body| {
            let resolved = self.resolve(&body);
            let media = resolved.get("content").and_then(|content| content.entries().next());
            let (media_type, media) = media.map_or(("", None), |(name, media)| (name, Some(media)));
            let schema = media.as_ref().and_then(|media| media.get("schema"));
            Body { at: resolved, media_type, media, schema }
        });
        let responses = at
            .get("responses")
            .into_iter()
            .flat_map(|responses| responses.entries())
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(|(status, response)| (status, self.resolve(&response)))
            .collect();
        let schemes = security
            .and_then(|list| requirement(&list))
            .into_iter()
            .flat_map(|requirement| requirement.entries())
            .filter_map(|(name, _)| Some((name, schemes.get(name)?.clone())))
            .collect();
        let id = at.text("operationId").unwrap_or_default();
        Operation { id, method, path, at, schemes, parameters, body, responses }
    }

    /// The pointers of all schemas that these lead to, themselves included.
    pub(crate) fn reach(&self, from: impl IntoIterator<Item = At<'a>>) -> HashSet<String> {
        let mut reached = HashSet::new();
        let mut ahead: Vec<At<'a>> = from.into_iter().collect();
        while let Some(at) = ahead.pop() {
            let at = self.resolve(&at);
            if reached.insert(at.pointer.clone()) {
                ahead.extend(parts(&at).into_iter().map(|(_, part)| part));
            }
        }
        reached
    }

    /// Whether there are more branches than a person writes, when those that are one of several themselves are written out.
    pub(crate) fn is_too_wide(&self, choice: &At<'a>) -> bool {
        let (mut ahead, mut count) = (vec![choice.clone()], 0);
        while let Some(at) = ahead.pop() {
            count += 1;
            if is_choice(&at) {
                ahead.extend(branches(&at).map(|branch| self.resolve(&branch)));
            }
            if count + ahead.len() > MOST_WRITTEN_OUT {
                return true;
            }
        }
        false
    }

    /// What a choice is one of in the end, where a branch is a choice itself: each with the number of the branch, and what it is.
    pub(crate) fn leaves(&self, choice: &At<'a>) -> Vec<(usize, At<'a>)> {
        let (mut leaves, mut seen) = (Vec::new(), HashSet::from([choice.pointer.clone()]));
        for (index, branch) in branches(choice).enumerate() {
            let mut ahead = vec![self.resolve(&branch)];
            while let Some(schema) = ahead.pop() {
                if !is_choice(&schema) {
                    leaves.push((index, schema));
                } else if seen.insert(schema.pointer.clone()) && leaves.len() < MOST_BRANCHES {
                    let inner: Vec<At<'a>> = branches(&schema).map(|branch| self.resolve(&branch)).collect();
                    ahead.extend(inner.into_iter().rev());
                }
            }
        }
        leaves
    }

    /// The schemas that requests begin with.
    pub(crate) fn request_schemas(&self) -> impl Iterator<Item = At<'a>> {
        self.operations.iter().filter_map(|operation| operation.body.as_ref()?.schema.clone())
    }

    /// The schemas that webhooks begin with.
    pub(crate) fn webhook_schemas(&self) -> impl Iterator<Item = At<'a>> {
        self.webhooks.iter().filter_map(|webhook| webhook.body.as_ref()?.schema.clone())
    }

    /// The schemas that responses, successes and refusals, begin with.
    pub(crate) fn response_schemas(&self) -> impl Iterator<Item = At<'a>> {
        self.operations
            .iter()
            .flat_map(|operation| &operation.responses)
            .filter_map(|(_, response)| response.get("content"))
            .flat_map(|content| content.entries())
            .filter_map(|(_, media)| media.get("schema"))
    }

    /// Every schema of the document, with where it is, each once and without following references.
    pub(crate) fn schemas(&self) -> Vec<(Site<'a>, At<'a>)> {
        let mut found = Vec::new();
        let mut ahead: Vec<(Site<'a>, At<'a>)> = Vec::new();
        ahead.extend(self.components("schemas").map(|(_, at)| (Site::Component, at)));
        for (_, parameter) in self.components("parameters") {
            ahead.extend(parameter.get("schema").map(|at| (Site::Parameter(parameter.clone()), at)));
        }
        let (mut parameters, mut bodies, mut responses) = (Vec::new(), Vec::new(), Vec::new());
        for (name, header) in self.components("headers") {
            ahead.extend(header.get("schema").map(|at| (Site::Header(name, header.clone()), at)));
        }
        for operation in self.all() {
            parameters.extend(operation.parameters.iter().cloned());
            bodies.extend(operation.body.as_ref().map(|body| body.at.clone()));
            responses.extend(operation.responses.iter().map(|(_, response)| response.clone()));
        }
        bodies.extend(self.components("requestBodies").map(|(_, at)| at));
        responses.extend(self.components("responses").map(|(_, at)| at));
        let headers = responses.iter().filter_map(|at| at.get("headers"));
        for (name, header) in headers.flat_map(|headers| headers.entries()) {
            let header = self.resolve(&header);
            ahead.extend(header.get("schema").map(|at| (Site::Header(name, header.clone()), at)));
        }
        for parameter in parameters {
            ahead.extend(parameter.get("schema").map(|at| (Site::Parameter(parameter.clone()), at)));
        }
        for (site, list) in [(Site::Body, bodies), (Site::Response, responses)] {
            for at in list {
                for (_, media) in at.get("content").into_iter().flat_map(|content| content.entries()) {
                    ahead.extend(media.get("schema").map(|at| (site.clone(), at)));
                }
            }
        }
        let mut seen = HashSet::new();
        while let Some((site, at)) = ahead.pop() {
            if seen.insert(at.pointer.clone()) {
                ahead.extend(parts(&at));
                found.push((site, at));
            }
        }
        found
    }
}

impl<'a> Operation<'a> {
    /// What a finding calls it.
    pub(crate) fn name(&self) -> String {
        match self.id {
            // It may be in as many findings as the operation has parameters.
            id if id.is_empty() || id.len() > 200 => format!("{} {}", self.method, self.path),
            id => id.to_owned(),
        }
    }

    /// Where it is called, if not where all others are: a server for each of the document's.
    pub(crate) fn servers(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        self.at.get("servers").into_iter().flat_map(|servers| servers.items())
    }

    /// The responses that are successes.
    pub(crate) fn successes(&self) -> impl Iterator<Item = &(&'a str, At<'a>)> {
        self.responses.iter().filter(|(status, _)| status.starts_with('2'))
    }
}

/// Whether a media type is that of a body in parts.
fn is_multipart(media_type: &str) -> bool {
    media::encoding(media_type) == Some(Encoding::Multipart)
}

/// Whether a schema is that of bytes.
pub(crate) fn is_file(schema: &At<'_>) -> bool {
    schema.text("type") == Some("string") && schema.text("format") == Some("binary")
}

/// The requirement that calls keep, of those in a `security`: the first that asks for something.
pub(crate) fn requirement<'a>(security: &At<'a>) -> Option<At<'a>> {
    let mut all = security.items();
    all.find(|requirement| requirement.entries().next().is_some())
}

/// Where a schema is.
#[derive(Clone, Debug)]
pub(crate) enum Site<'a> {
    /// In `components/schemas`.
    Component,
    /// In the `properties` of an object.
    Property {
        /// The property's name.
        name: &'a str,
        /// The object.
        object: At<'a>,
    },
    /// As the `items` of an array.
    Items,
    /// As the `additionalProperties` of an object.
    Additional,
    /// As one of several alternatives.
    Branch,
    /// In this parameter.
    Parameter(At<'a>),
    /// In a header of a response, of this name.
    Header(&'a str, At<'a>),
    /// In a request body.
    Body,
    /// In a response.
    Response,
}

/// The schemas that are in a schema.
pub(crate) fn parts<'a>(at: &At<'a>) -> Vec<(Site<'a>, At<'a>)> {
    let mut parts = Vec::new();
    for (name, property) in at.get("properties").into_iter().flat_map(|properties| properties.entries()) {
        parts.push((Site::Property { name, object: at.clone() }, property));
    }
    parts.extend(at.get("items").map(|items| (Site::Items, items)));
    let additional = at.get("additionalProperties").filter(|additional| additional.node.as_map().is_some());
    parts.extend(additional.map(|additional| (Site::Additional, additional)));
    parts.extend(branches(at).map(|branch| (Site::Branch, branch)));
    parts
}

/// How many branches are looked at. More than these are a finding.
pub(crate) const MOST_BRANCHES: usize = 100;

/// How many there may be when each branch that is one of several itself is written out.
pub(crate) const MOST_WRITTEN_OUT: usize = 1_000;

/// What a schema is one of, if it is one of several.
pub(crate) fn branches<'a>(at: &At<'a>) -> impl Iterator<Item = At<'a>> + use<'a> {
    at.get("oneOf").into_iter().flat_map(|branches| branches.items().take(MOST_BRANCHES))
}

/// Whether a schema is one of several.
pub(crate) fn is_choice(at: &At<'_>) -> bool {
    at.get("oneOf").is_some()
}

/// The properties that an object requires.
pub(crate) fn required<'a>(object: &At<'a>) -> HashSet<&'a str> {
    object.get("required").into_iter().flat_map(|list| list.items()).filter_map(|name| name.node.as_text()).collect()
}

/// Whether the client fills something in without the caller, so that the caller does not see it.
pub(crate) fn is_hidden(at: &At<'_>) -> bool {
    at.get("x-value").is_some_and(|value| !says_given(&value))
}

/// Whether `{given: …}` is anywhere in an expression.
fn says_given(at: &At<'_>) -> bool {
    at.get("given").is_some()
        || at.items().any(|item| says_given(&item))
        || at.entries().any(|(_, operand)| says_given(&operand))
}
