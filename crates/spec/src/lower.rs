//! The document as a plan: how each operation is authenticated, signed, classified and retried.
//!
//! Lowering is total: where the document is wrong a finding says so and a plausible value is in its place, so that the rules
//! that read plans can run over every document.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use countersign_plan::pointer::escaped;
use countersign_plan::{
    Alternatives, Constraint, CredentialKind, Encoding, List, Member, Notation, Operation, Outcome, Part, Per, Place,
    Plan, ResponseForm, Secrecy, SentAt, Setting, Slot, Style, Text, Value, Webhook, reads_given, template, words,
};
use indexmap::IndexMap;

use crate::api::{self, Api, is_choice, required};
use crate::choices;
use crate::demands::Demands;
use crate::expression::{self, Names, Reads, Scope, Site, list};
use crate::extensions::{self, SandboxRule};
use crate::finding::{Report, Rule};
use crate::made::Made;
use crate::media::{self, JSON};
use crate::node::At;
use crate::pages;
use crate::reach::{Components, own_secrecy};
use crate::style::{self, Written};
use crate::successes::{self, Success};

/// How deep objects may nest in a body. A chain of references may be longer than a stack is deep.
pub(crate) const MAX_LEVELS: usize = 16;
/// How deep the values of a body may nest, arrays and maps among them.
const MAX_VALUE_LEVELS: usize = 48;
/// How many fields all bodies may have. Two references to each next object double the fields with each level.
const MAX_FIELDS: usize = 20_000;

/// A plan, and what the rules that read it need beside it.
pub(crate) struct Lowered<'a> {
    pub(crate) plan: Plan,
    pub(crate) reads: Reads,
    /// The filled values of each operation, in the order of the plan's operations, of each webhook, and then those of the
    /// components, used or not. What is read from a message or a response is among them.
    pub(crate) filled: Vec<Vec<Filled<'a>>>,
    /// The `x-sandbox` of each operation, in the order of the plan's operations.
    pub(crate) sandbox: Vec<Vec<SandboxRule>>,
    /// What the schemas of `components` lead to.
    pub(crate) extents: Components,
    /// What its schemas demand.
    pub(crate) demands: Demands,
    /// The values that are made once.
    pub(crate) made: Made<'a>,
}

impl Lowered<'_> {
    /// Whether something in a message is held to what nobody can make without a credential.
    pub(crate) fn vouches(&self, webhook: &Operation) -> bool {
        webhook.slots.iter().any(|slot| self.is_vouched(slot))
    }

    /// Whether nobody can make what a message carries there without a credential.
    pub(crate) fn is_vouched(&self, slot: &Slot) -> bool {
        let values = slot.value.as_deref().unwrap_or_default();
        slot.place != Place::Value && self.made.secrecy(values) == Secrecy::Secret
    }
}

/// A value that the client fills in, or makes.
#[derive(Clone)]
pub(crate) struct Filled<'a> {
    /// Its expression.
    pub(crate) at: At<'a>,
    pub(crate) values: Vec<Value>,
    /// Whether nothing is wrong with its expression.
    pub(crate) is_whole: bool,
    pub(crate) carrier: Carrier,
    pub(crate) site: Site,
}

/// What carries a value that the client fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// A header.
    Header,
    /// Text: a query parameter, or a field that is a string.
    Text,
    /// A number or boolean of a body.
    Literal,
    /// Nothing: a value that others read.
    Value,
    /// Nothing: it is computed from what was received.
    Read,
}

/// A body whose fields become slots.
struct Body<'s> {
    encoding: Encoding,
    /// How the fields at the top of a form are written, and what their parts are.
    fields: HashMap<String, (Style, Part)>,
    /// The objects around what is read, so that a cycle ends.
    above: Vec<String>,
    slots: &'s mut Vec<Slot>,
}

impl Body<'_> {
    /// How a field below a pointer is written, and what its part is.
    fn written(&self, pointer: &str, name: &str, schema: &At<'_>) -> (Style, Part) {
        if pointer.is_empty() {
            return self.fields.get(name).cloned().unwrap_or((Style::Single, Part::default()));
        }
        // What is in a form below the top is in brackets, or in an object of scalars.
        let is_bracketed = self.encoding.is_form() && style::is_compound(schema);
        (if is_bracketed { Style::Bracketed } else { Style::Single }, Part::default())
    }
}

/// How many values the client may fill in for one operation. Their order is found by trying.
pub(crate) const MAX_FILLED: usize = 200;

/// Lowers a document.
pub(crate) fn lower<'a>(name: &str, api: &Api<'a>, report: &mut Report) -> Lowered<'a> {
    let credentials = extensions::credentials(&api.root, report);
    let settings = extensions::settings(&api.root, report);
    let session = extensions::session(&api.root, report);
    let names = Names {
        credentials: credentials.iter().map(|(credential, kind)| (credential.name.to_string(), *kind)).collect(),
        settings: settings.iter().map(|setting| setting.name.to_string()).collect(),
        session: session.iter().flat_map(|session| session.values.iter()).map(|value| value.name.to_string()).collect(),
        values: api
            .section("x-values")
            .into_iter()
            .flat_map(|at| at.entries())
            .map(|(name, _)| name.to_owned())
            .collect(),
    };
    let mut reads = Reads::default();
    for setting in &settings {
        let default = setting.default.as_ref().map(ToString::to_string);
        // What is said here is the one default. That nothing reads the setting is found by who reads it.
        reads.defaults.extend(default.map(|default| (setting.name.to_string(), default)));
    }
    let own = api.operations.iter().flat_map(|operation| operation.servers());
    for server in api.section("servers").into_iter().flat_map(|servers| servers.items()).chain(own) {
        let variables = template::variables(server.text("url").unwrap_or_default());
        reads.settings.extend(variables.map(|name| (name.to_owned(), None)));
    }
    let made = Made::read(&api.root, &names, &mut reads, report);
    let mut lowering = Lowering {
        api,
        extents: Components::of(api),
        demands: Demands::of_all(api),
        names: &names,
        reads,
        made,
        report,
        filled: Vec::new(),
        every_filled: Vec::new(),
        fields_left: MAX_FIELDS,
        is_webhook: false,
        in_webhooks: HashSet::new(),
    };

    let document_outcome = api.section("x-outcome").map(|at| lowering.outcome(&at));
    let of_document_outcome = std::mem::take(&mut lowering.filled);
    let mut operations = Vec::with_capacity(api.operations.len());
    for operation in &api.operations {
        let outcome = match operation.at.get("x-outcome") {
            Some(at) => lowering.outcome(&at),
            None => {
                lowering.filled.clone_from(&of_document_outcome);
                document_outcome.clone().unwrap_or(extensions::BY_STATUS)
            }
        };
        let all = successes::of(operation);
        let is_one = successes::are_alike(&all);
        let mut opened = |success: &Success<'a>| lowering.opened(success);
        let (one, several) = match is_one {
            true => (all.first().map(&mut opened).unwrap_or_default(), Vec::new()),
            false => (Vec::new(), successes::planned(&all, opened)),
        };
        let lowered = Operation {
            certificate: lowering.certificate(operation),
            opened: list(one),
            successes: list(several),
            outcome,
            retry: extensions::retry(&operation.at, lowering.report),
            response: all.first().filter(|_| is_one).map_or(ResponseForm::Json, |success| success.form),
            accept: accept(&all),
            ..lowering.request(operation)
        };
        let paging = pages::read(api, operation, &lowered, lowering.report);
        let lowered = Operation { paging, ..lowered };
        operations.push(lowering.arranged(lowered, &operation.at));
    }
    lowering.is_webhook = true;
    let webhooks = api.webhooks.iter().map(|webhook| lowering.webhook(webhook)).collect();
    lowering.is_webhook = false;
    lowering.read_unused_components();
    let of_components = std::mem::take(&mut lowering.filled);
    lowering.every_filled.push(of_components);
    let sandbox = api.operations.iter().map(|operation| extensions::sandbox(&operation.at, lowering.report)).collect();

    let Lowering { reads, made, every_filled: filled, extents, demands, .. } = lowering;
    let settings = settings
        .into_iter()
        .map(|setting| {
            let read = reads.settings.get(&*setting.name).cloned().flatten().map(Cow::Owned);
            Setting { default: setting.default.or(read), ..setting }
        })
        .collect();
    let title = api.section("info").and_then(|info| info.text("title")).unwrap_or_default();
    let plan = Plan {
        name: owned(name),
        title: owned(title),
        credentials: credentials.into_iter().map(|(credential, _)| credential).collect(),
        settings: list(settings),
        servers: list(extensions::servers(&api.root)),
        session,
        operations: list(operations),
        webhooks: list(webhooks),
    };
    Lowered { plan, reads, filled, sandbox, extents, demands, made }
}

/// The operation with what follows from its slots, unless they cannot be filled.
fn arranged(operation: Operation, at: &At<'_>, report: &mut Report) -> Operation {
    let filled = operation.values().count();
    if filled > MAX_FILLED {
        let problem = format!("the client fills in {filled} values");
        let remedy = format!("at most {MAX_FILLED} for an operation: the other ones given by the caller");
        report.add(Rule::Cycle, at, problem, remedy);
        return operation;
    }
    match operation.clone().arranged() {
        Ok(arranged) => arranged,
        Err(cycle) => {
            let problem = format!("{}, so none of it can be filled first", cycle.describe(&operation));
            let remedy = if cycle.0.len() == 1 {
                "an expression that does not read its own value"
            } else {
                "one of the expressions so that it does not read the next"
            };
            report.add(Rule::Cycle, at, problem, remedy);
            operation
        }
    }
}

struct Lowering<'l, 'a> {
    api: &'l Api<'a>,
    extents: Components,
    demands: Demands,
    names: &'l Names,
    reads: Reads,
    made: Made<'a>,
    report: &'l mut Report,
    /// The filled values of the operation that is being lowered.
    filled: Vec<Filled<'a>>,
    every_filled: Vec<Vec<Filled<'a>>>,
    /// How many fields the bodies may still have.
    fields_left: usize,
    /// Whether a webhook is lowered.
    is_webhook: bool,
    /// Where the expressions of webhooks are.
    in_webhooks: HashSet<String>,
}

impl<'a> Lowering<'_, 'a> {
    /// The expression under `x-value`.
    fn value(&mut self, at: &At<'a>, given: bool, carrier: Carrier) -> Option<Vec<Value>> {
        let at = at.get("x-value")?;
        let site = match (self.is_webhook, given) {
            (true, _) => Site::Webhook,
            (false, true) => Site::Given,
            (false, false) => Site::Request,
        };
        if self.is_webhook {
            self.in_webhooks.insert(at.pointer.clone());
        }
        Some(self.expression(at, site, carrier))
    }

    fn expression(&mut self, at: At<'a>, site: Site, carrier: Carrier) -> Vec<Value> {
        let before = self.report.added();
        let values = expression::read(&at, &mut Scope::new(self.names, &mut self.reads, self.report, site));
        let is_whole = self.report.added() == before;
        self.filled.push(Filled { at, values: values.clone(), is_whole, carrier, site });
        values
    }

    /// How a response is classified, and what it is held to before.
    fn outcome(&mut self, at: &At<'a>) -> Outcome {
        let (outcome, signed) = extensions::outcome(at, self.report);
        let signed = signed.into_iter().map(|(name, at)| {
            let carrier = if name.starts_with('/') { Carrier::Text } else { Carrier::Header };
            (name, list(self.expression(at, Site::Response, carrier)))
        });
        Outcome { signed: signed.collect(), ..outcome }
    }

    /// What makes the described body of a success from the response as it came.
    fn opened(&mut self, success: &Success<'a>) -> Vec<Value> {
        let sealed = extensions::response_envelope(&success.at, self.report);
        sealed.map(|at| self.expression(at, Site::Envelope, Carrier::Read)).unwrap_or_default()
    }

    /// The request of an operation, or of a webhook. What else is read of it is among the filled values already.
    fn request(&mut self, operation: &api::Operation<'a>) -> Operation {
        Operation {
            optional_body: operation.body.as_ref().is_some_and(|body| !body.at.is_true("required")),
            signed_fields: list(extensions::signed_fields(&operation.at, self.report)),
            id: owned(operation.id),
            method: Cow::Borrowed(operation.method),
            path: owned(operation.path),
            servers: operation.servers().filter_map(|server| server.text("url").map(owned)).collect(),
            ..self.slots(operation)
        }
    }

    fn webhook(&mut self, webhook: &api::Operation<'a>) -> Webhook {
        let words = extensions::webhook(&webhook.at, self.report);
        let mut read = |at: At<'a>| list(self.expression(at, Site::Webhook, Carrier::Read));
        let event_id = words.event_id.map(&mut read).unwrap_or_default();
        let sent_at = words.timestamp.map(|timestamp| SentAt {
            of: read(timestamp.of),
            format: timestamp.format,
            age_seconds: timestamp.age_seconds,
        });
        let operation = Operation { path: owned("/"), response: ResponseForm::Empty, ..self.request(webhook) };
        Webhook { operation: self.arranged(operation, &webhook.at), when: list(words.when), sent_at, event_id }
    }

    /// The operation with what follows from its slots, unless they cannot be filled. With it, what it fills in is complete.
    fn arranged(&mut self, operation: Operation, at: &At<'_>) -> Operation {
        let filled = std::mem::take(&mut self.filled);
        self.every_filled.push(filled);
        arranged(operation, at, self.report)
    }

    /// Everything that a request carries, and how the body is written.
    fn slots(&mut self, operation: &api::Operation<'a>) -> Operation {
        let mut slots = Vec::new();
        self.schemes(operation, &mut slots);
        self.parameters(operation, &mut slots);
        let (mut encoding, mut media_type, mut alternatives) = (None, None, None);
        if let Some(body) = &operation.body {
            let of = media::encoding(body.media_type).unwrap_or(Encoding::Json);
            encoding = Some(of);
            media_type = Some(owned(body.media_type)).filter(|media_type| media_type != of.media_type());
            if let Some(schema) = &body.schema {
                let object = self.api.resolve(schema);
                let secrecy = own_secrecy(&object);
                alternatives = self.one_of(&object, secrecy, &mut slots);
                if of == Encoding::Json && is_no_object(&object) {
                    let secrecy = self.extents.secrecy(&object).max(secrecy);
                    let rules = list(self.rules(&object, &mut Vec::new()));
                    let required = body.at.is_true("required");
                    slots.push(Slot { required, secrecy, rules, ..given(Place::Field) });
                }
                let fields = style::fields(self.api, body).into_iter();
                let fields = fields.filter_map(|field| Some((field.name.to_owned(), field.written.ok()?))).collect();
                let mut body = Body { encoding: of, fields, above: Vec::new(), slots: &mut slots };
                self.fields(&object, "", secrecy, &mut body);
            }
            if let Some((sealed_as, slot)) = self.envelope(&body.at) {
                media_type = Some(sealed_as).filter(|media_type| media_type != of.media_type());
                slots.push(slot);
            }
        }
        let read = self.filled.iter().map(|filled| filled.values.as_slice());
        let made = self.made.read_by(read).into_iter().map(|(slot, filled)| (slot, filled.clone()));
        let (mut all, filled): (Vec<Slot>, Vec<Filled<'a>>) = made.unzip();
        self.filled.extend(filled);
        all.append(&mut slots);
        Operation { slots: list(all), body: encoding, media_type, alternatives, ..words::operation("", "", "") }
    }

    /// What a body is one of, if it is one of several: its slots are the fields that each of them may have.
    fn one_of(&mut self, body: &At<'a>, around: Secrecy, slots: &mut Vec<Slot>) -> Option<Alternatives> {
        if !is_choice(body) {
            return None;
        }
        let all: Vec<At<'a>> = self.api.leaves(body).into_iter().map(|(_, leaf)| leaf).collect();
        let mut fields: IndexMap<&str, Secrecy> = IndexMap::new();
        for branch in &all {
            let around = around.max(own_secrecy(branch));
            for (name, property) in branch.get("properties").into_iter().flat_map(|properties| properties.entries()) {
                let secrecy = self.extents.extent(&property).secrecy.max(around);
                let known = fields.entry(name).or_insert(secrecy);
                *known = secrecy.max(*known);
            }
        }
        for (name, secrecy) in fields {
            if !self.take_field() {
                break;
            }
            let required = all.iter().all(|branch| required(branch).contains(name));
            slots.push(Slot { name: owned(&format!("/{}", escaped(name))), required, secrecy, ..given(Place::Field) });
        }
        Some(self.alternatives(body, &mut Vec::new()))
    }

    /// What a value is one of, and what each of the branches demands.
    fn alternatives(&mut self, choice: &At<'a>, above: &mut Vec<String>) -> Alternatives {
        // Which is a finding.
        if self.api.is_too_wide(choice) {
            return Alternatives { by: None, branches: List::default() };
        }
        choices::alternatives(self.api, choice, |branch| {
            let schema = self.api.resolve(branch);
            match self.take_field() {
                // What tells a branch is in itself, though it contains itself.
                true if !is_choice(&schema) => {
                    let mut rules = self.demands.of(&schema, true);
                    rules.extend(self.content(&schema, above));
                    rules
                }
                true => self.rules(branch, above),
                false => Vec::new(),
            }
        })
    }

    /// The body on the wire, where an envelope makes it of the described one, and its media type.
    fn envelope(&mut self, body: &At<'a>) -> Option<(Text, Slot)> {
        let (media_type, at) = extensions::envelope(body, self.report)?;
        let before = self.report.added();
        let values = self.expression(at.clone(), Site::Given, Carrier::Text);
        if self.report.added() == before && !reads_given(&values) {
            let problem = "what is described is not in the envelope";
            self.report.add(Rule::Envelope, &at, problem, "`{given: true}` where the described body is");
        }
        let secrecy = self.made.secrecy(&values);
        let slot = Slot { secrecy, ..filled(Place::Body, "", values) };
        Some((media_type, slot))
    }

    /// The credential whose certificate the client shows.
    fn certificate(&self, operation: &api::Operation<'a>) -> Option<Text> {
        let name = operation.schemes.iter().find_map(|(_, scheme)| certificates(scheme, self.names).next())?;
        Some(owned(name))
    }

    /// What the security schemes write.
    fn schemes(&mut self, operation: &api::Operation<'a>, slots: &mut Vec<Slot>) {
        for (_, scheme) in operation.schemes.iter().filter(|(_, scheme)| is_carried(scheme)) {
            let carrier = carrier(scheme.text("in"));
            let values = self.value(scheme, false, carrier).unwrap_or_default();
            let (place, name, values) = match (scheme.text("type"), scheme.text("in")) {
                (Some("apiKey"), Some("query")) => (Place::Query, scheme.text("name"), values),
                (Some("apiKey"), _) => (Place::Header, scheme.text("name"), values),
                _ => {
                    // A token of OAuth 2 or OpenID Connect is a bearer token.
                    let prefix =
                        Value::Text(format!("{} ", capitalised(scheme.text("scheme").unwrap_or("bearer"))).into());
                    (Place::Header, Some("Authorization"), std::iter::once(prefix).chain(values).collect())
                }
            };
            let slot = filled(place, name.unwrap_or_default(), values);
            slots.push(Slot { required: true, secrecy: Secrecy::Secret, ..slot });
        }
    }

    /// How secret it is what the client fills in.
    fn secrecy(&self, values: Option<&[Value]>) -> Secrecy {
        values.map_or(Secrecy::Public, |values| self.made.secrecy(values))
    }

    fn parameters(&mut self, operation: &api::Operation<'a>, slots: &mut Vec<Slot>) {
        for parameter in &operation.parameters {
            let schema = parameter.get("schema").map(|schema| self.api.resolve(&schema));
            let place = match parameter.text("in") {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                _ => Place::Header,
            };
            let value = self.value(parameter, true, carrier(parameter.text("in")));
            let style = match style::of(self.api, parameter) {
                Ok(Written::Whole(style)) => style,
                Ok(Written::Members(members)) => {
                    let object = owned(parameter.text("name").unwrap_or_default());
                    let around = schema.as_ref().map_or(Secrecy::Public, own_secrecy);
                    slots.extend(members.iter().map(|member| self.member(member, &object, around)));
                    continue;
                }
                Err(_) => Style::Single,
            };
            let mut rules = schema.as_ref().map(|schema| self.demands.of(schema, false)).unwrap_or_default();
            if let Some(items) = schema.as_ref().and_then(|schema| schema.get("items")).filter(|_| style.is_list()) {
                rules.extend(kept(self.demands.of(&self.api.resolve(&items), false)).map(Constraint::Items));
            }
            let stated = schema.as_ref().map_or(Secrecy::Public, |schema| self.extents.secrecy(schema));
            slots.push(Slot {
                place,
                name: owned(parameter.text("name").unwrap_or_default()),
                required: parameter.is_true("required"),
                secrecy: stated.max(self.secrecy(value.as_deref())),
                given: value.as_deref().is_none_or(reads_given),
                value: value.map(list),
                rules: list(rules),
                style,
                ..given(place)
            });
        }
    }

    /// A member of an object that is a parameter.
    fn member(&self, member: &style::Member<'a>, object: &Text, around: Secrecy) -> Slot {
        Slot {
            name: owned(&member.name),
            required: member.required,
            secrecy: self.extents.secrecy(&member.schema).max(around),
            rules: list(self.demands.of(&member.schema, false)),
            style: Style::Member(object.clone()),
            ..given(Place::Query)
        }
    }

    /// The fields of an object, each with those below it. They are at least as confidential as the object.
    fn fields(&mut self, object: &At<'a>, pointer: &str, around: Secrecy, body: &mut Body<'_>) {
        if !self.enter(object, &mut body.above) {
            return;
        }
        let required = required(object);
        for (name, property) in object.get("properties").into_iter().flat_map(|properties| properties.entries()) {
            if !self.take_field() {
                break;
            }
            let schema = self.api.resolve(&property);
            let (notation, carrier) = notation(&schema);
            let value = self.value(&property, true, carrier);
            let (style, part) = body.written(pointer, name, &schema);
            let has_fields = body.encoding == Encoding::Json || matches!(style, Style::Bracketed | Style::Spread);
            // What the client fills in is text until then.
            let is_json = (body.encoding == Encoding::Json || style != Style::Single) && value.is_none();
            let mut rules = self.demanded(&property, &schema, is_json);
            rules.extend(property.text("x-equal-to").map(owned).map(Constraint::EqualTo));
            let pointer = format!("{pointer}/{}", escaped(name));
            // What contains itself is sent as the caller gives it, from where it comes again.
            let is_again = has_fields && body.above.contains(&schema.pointer);
            if is_again && body.encoding.is_form() {
                let remedy = "`contentType: application/json` for the field in the `encoding` of the form";
                self.report.add(Rule::RequestBody, &property, "a form has an object that contains itself", remedy);
            }
            let stated = match has_fields && !is_again {
                true => self.extents.secrecy(&schema),
                false => self.extents.extent(&property).secrecy,
            };
            // What is in a file nobody knows.
            let of_file = if part.is_file { Secrecy::Sensitive } else { Secrecy::Public };
            let secrecy = stated.max(self.secrecy(value.as_deref())).max(around).max(of_file);
            let index = body.slots.len();
            body.slots.push(Slot {
                place: Place::Field,
                name: owned(&pointer),
                required: required.contains(name),
                secrecy,
                given: value.as_deref().is_none_or(reads_given),
                value: value.map(list),
                notation,
                style,
                part,
                ..given(Place::Field)
            });
            if has_fields {
                self.fields(&schema, &pointer, secrecy, body);
            }
            let is_object = body.slots.len() > index + 1;
            if body.slots[index].part.is_file {
                rules = self.rules_of_files(&schema);
            } else if !has_fields && is_json {
                rules = self.rules(&property, &mut Vec::new());
            } else if !is_object && is_json {
                rules.extend(self.content(&schema, &mut Vec::new()));
            }
            body.slots[index].rules = list(rules);
        }
        body.above.pop();
    }

    /// How long a file may be, or those of a list, and how many these are.
    fn rules_of_files(&self, schema: &At<'a>) -> Vec<Constraint> {
        use Constraint::{MaxItems, MaxLength, MinItems, MinLength};
        let of = |schema: &At<'a>| {
            let rules = self.demands.of(schema, false).into_iter();
            rules
                .filter(|rule| matches!(rule, MinLength(_) | MaxLength(_) | MinItems(_) | MaxItems(_)))
                .collect::<Vec<_>>()
        };
        let items = schema.get("items").map(|items| of(&self.api.resolve(&items))).and_then(kept);
        of(schema).into_iter().chain(items.map(Constraint::Items)).collect()
    }

    /// What the elements of an array, the values of a map or one of several must satisfy.
    fn rules_below(&mut self, schema: &At<'a>, above: &mut Vec<String>) -> Vec<Constraint> {
        let mut rules = Vec::new();
        if let Some(items) = schema.get("items") {
            rules.extend(kept(self.rules(&items, above)).map(Constraint::Items));
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.node.as_map().is_some()) {
            rules.extend(kept(self.rules(&values, above)).map(Constraint::Values));
        }
        if is_choice(schema) {
            rules.push(Constraint::Alternatives(self.alternatives(schema, above)));
        }
        rules
    }

    /// What is demanded of a value of a schema where it is used.
    fn demanded(&self, at: &At<'_>, schema: &At<'_>, is_json: bool) -> Vec<Constraint> {
        let may_be_null = at.get("$ref").is_some() && at.is_true("nullable");
        let mut rules: Vec<Constraint> = may_be_null.then_some(Constraint::Nullable).into_iter().collect();
        rules.extend(self.demands.of(schema, is_json));
        rules
    }

    /// What a value below an array or a map must satisfy, and what is in it.
    fn rules(&mut self, at: &At<'a>, above: &mut Vec<String>) -> Vec<Constraint> {
        let schema = self.api.resolve(at);
        let mut rules = self.demanded(at, &schema, true);
        match above.iter().rposition(|known| *known == schema.pointer) {
            Some(known) => rules.extend(u16::try_from(above.len() - known).ok().map(Constraint::Again)),
            None => rules.extend(self.content(&schema, above)),
        }
        rules
    }

    /// What is demanded of what is in a value.
    fn content(&mut self, schema: &At<'a>, above: &mut Vec<String>) -> Vec<Constraint> {
        let mut rules = Vec::new();
        // Deeper values are found by the rules that count them; here it is enough to end.
        if above.len() == MAX_VALUE_LEVELS {
            return rules;
        }
        above.push(schema.pointer.clone());
        let required = required(schema);
        let mut members = Vec::new();
        for (name, property) in schema.get("properties").into_iter().flat_map(|properties| properties.entries()) {
            if !self.take_field() {
                break;
            }
            let rules = list(self.rules(&property, above));
            members.push(Member { name: owned(name), required: required.contains(name), rules });
        }
        rules.extend(kept(members).map(Constraint::Members));
        rules.extend(self.rules_below(schema, above));
        above.pop();
        rules
    }

    /// Enters an object of a body, unless that would not end.
    fn enter(&mut self, object: &At<'a>, above: &mut Vec<String>) -> bool {
        if above.contains(&object.pointer) {
            return false;
        }
        if above.len() == MAX_LEVELS {
            let problem = format!("the objects of a body nest more than {MAX_LEVELS} deep");
            self.report.add(Rule::RequestBody, object, problem, "the levels that the documentation shows");
            return false;
        }
        above.push(object.pointer.clone());
        true
    }

    /// Counts a field, unless there are too many.
    fn take_field(&mut self) -> bool {
        match self.fields_left.checked_sub(1) {
            Some(left) => {
                self.fields_left = left;
                true
            }
            None => {
                let problem = format!("the bodies have more than {MAX_FIELDS} fields");
                self.report.unplaced(Rule::RequestBody, problem, "the fields that the documentation shows");
                false
            }
        }
    }

    /// Reads the expressions of components that no operation uses, so that they are no worse than the others.
    fn read_unused_components(&mut self) {
        let in_webhooks = std::mem::take(&mut self.in_webhooks);
        let is_of_webhook = |at: &At<'a>| at.get("x-value").is_some_and(|value| in_webhooks.contains(&value.pointer));
        for (_, scheme) in self.api.components("securitySchemes") {
            // It may be one of calls or of webhooks.
            if let Some(at) = scheme.get("x-value") {
                self.expression(at, Site::Value, carrier(scheme.text("in")));
            }
            self.reads.credentials.extend(certificates(&scheme, self.names).map(str::to_owned));
        }
        for (_, body) in self.api.components("requestBodies") {
            self.envelope(&body);
        }
        for (_, response) in self.api.components("responses") {
            if let Some(at) = extensions::response_envelope(&response, self.report) {
                self.expression(at, Site::Envelope, Carrier::Read);
            }
        }
        for (_, parameter) in self.api.components("parameters").filter(|(_, at)| !is_of_webhook(at)) {
            self.value(&parameter, true, carrier(parameter.text("in")));
        }
        for (site, schema) in self.api.schemas() {
            if let api::Site::Property { .. } = site
                && !is_of_webhook(&schema)
            {
                let (_, carrier) = notation(&schema);
                self.value(&schema, true, carrier);
            }
        }
    }
}

/// How a filled value of a schema is written in JSON, and what carries it.
fn notation(schema: &At<'_>) -> (Notation, Carrier) {
    match schema.text("type") {
        Some("number" | "integer" | "boolean") => (Notation::Literal, Carrier::Literal),
        _ => (Notation::String, Carrier::Text),
    }
}

/// Whether a body of this schema has no fields.
pub(crate) fn is_no_object(schema: &At<'_>) -> bool {
    schema.text("type").is_some_and(|kind| kind != "object")
}

/// What carries a parameter that is in this place; a scheme that names none is a header.
fn carrier(place: Option<&str>) -> Carrier {
    if place == Some("query") { Carrier::Text } else { Carrier::Header }
}

/// Whether a security scheme is a header or a query parameter.
pub(crate) fn is_carried(scheme: &At<'_>) -> bool {
    scheme.text("type") != Some("mutualTLS")
}

/// The credentials that a security scheme is about, if it is a client certificate.
fn certificates<'n>(scheme: &At<'_>, names: &'n Names) -> impl Iterator<Item = &'n str> + use<'n> {
    let is_certificate = !is_carried(scheme);
    let kinds = names.credentials.iter();
    let certificates =
        kinds.filter(move |(_, kind)| is_certificate && **kind == Some(CredentialKind::ClientCertificate));
    certificates.map(|(name, _)| name.as_str())
}

/// A slot that the client fills in, and of which nothing else is said.
pub(crate) fn filled(place: Place, name: &str, values: Vec<Value>) -> Slot {
    Slot { name: owned(name), given: reads_given(&values), value: Some(list(values)), ..given(place) }
}

/// A slot that the caller gives something for, and of which nothing else is said.
fn given(place: Place) -> Slot {
    Slot {
        place,
        name: owned(""),
        required: false,
        given: true,
        value: None,
        rules: list(Vec::new()),
        secrecy: Secrecy::Public,
        notation: Notation::String,
        per: Per::Attempt,
        style: Style::Single,
        part: Part::default(),
    }
}

/// The media types of the successes, where they are not plain JSON.
fn accept(successes: &[Success<'_>]) -> Option<Text> {
    let mut media_types: Vec<&str> = Vec::new();
    for success in successes {
        media_types.extend(success.media_type.filter(|own| !media_types.contains(own)));
    }
    let accept = media_types.join(", ");
    (!accept.is_empty() && accept != JSON).then(|| owned(&accept))
}

/// An authentication scheme's name as it is sent: `Basic`.
fn capitalised(scheme: &str) -> String {
    let mut characters = scheme.chars();
    match characters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}

/// A list of a plan, unless there is nothing in it.
fn kept<T: Clone>(items: Vec<T>) -> Option<List<T>> {
    (!items.is_empty()).then(|| list(items))
}

fn owned(text: &str) -> Text {
    Cow::Owned(text.to_owned())
}
