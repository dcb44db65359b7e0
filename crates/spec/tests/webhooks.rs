//! Webhooks, and responses that are signed or sealed: what they lower to, and what the lint says of slips in them.

#![allow(clippy::unwrap_used)]

use countersign_plan::{Encoding, Place, ResponseForm, TimeFormat, Value};
use countersign_spec::{Document, lint, read};

const HOOKS: &str = include_str!("../../../tests/documents/hooks.yaml");

fn with(from: &str, to: &str) -> String {
    assert!(HOOKS.contains(from), "the document no longer says {from}");
    HOOKS.replacen(from, to, 1)
}

fn document() -> Document {
    read("hooks.yaml", HOOKS).unwrap_or_else(|findings| panic!("{findings}"))
}

/// A text of the document, what is in its place, and what is found then.
#[rustfmt::skip] // A case is three lines, however long.
const CASES: &[(&str, &str, &str)] = &[
    // Webhooks.
    ("      security: [{payout: []}]\n", "",
        "[webhook] nothing in payout_settled is made with a credential, so that anybody can send it; write `security` with a scheme whose `x-value` is the signature, as the provider makes it"),
    ("when: {X-Event: payout}", "when: {X-Evnt: payout}",
        "[webhook] payout_settled has no parameter or field `X-Evnt`; write `X-Event`, or a JSON pointer to a field"),
    ("when: {type: [refund.settled, refund.failed]}", "when: {type: payment.succeeded}",
        "[webhook] whatever is refund_settled, is payment_succeeded already; write a `when` in the `x-webhook` of each, with the header or field that says which event it is"),
    ("        when: {type: payment.succeeded}\n", "",
        "[webhook] whatever is refund_settled, is payment_succeeded already; write a `when` in the `x-webhook` of each, with the header or field that says which event it is\n[webhook] whatever is payout_settled, is payment_succeeded already; write a `when` in the `x-webhook` of each, with the header or field that says which event it is"),
    ("when: {type: [refund.settled, refund.failed]}", "when: {type: []}",
        "[webhook] no message satisfies this; write the text, or a list of texts, of this event"),
    ("when: {X-Event: payout}", "when: {}",
        "[webhook] these conditions always hold; write a mapping from names to the texts of this event"),
    ("format: unix, age: 5m}", "format: unix, age: soon}",
        "[webhook] this is not a duration; write a whole number with s, m, h or d, such as `24h`"),
    ("format: unix, age: 5m}", "format: seconds, age: 5m}",
        "[webhook] `seconds` is not a way to write a time; write `unix`, `unix-millis`, `rfc3339` or a `strftime` format such as \"%Y-%m-%dT%H:%M:%S\""),
    ("event-id: {header: X-Id}", "event-ids: {header: X-Id}",
        "[webhook] `event-ids` is not a word of this; write `event-id`"),
    ("event-id: {header: X-Id}", "event-id: {header: X-Sennt}",
        "[unknown-header] payout_settled has no header `X-Sennt` that could be read; write `X-Sent`, or a parameter of that name, `in: header`"),
    ("{name: X-Id, in: header, required: true", "{name: X-Id, in: header, required: false",
        "[optional-read] `X-Id` is read, and payout_settled may be called without it; write `required: true` on the header, or `absent: empty`\n[optional-read] `X-Id` is read, and payout_settled may be called without it; write `required: true` on the header, or `absent: empty`"),
    ("{name: X-Event, in: header", "{name: X-Event, in: path",
        "[parameter] a webhook has no path; write no such parameter: the path is the receiver's own\n[unknown-header] payout_settled has no header `X-Event` that could be read; write `X-Sent`, or a parameter of that name, `in: header`"),
    ("[{header: X-Id}, {header: X-Sent}", "[{uuid: v4}, {header: X-Sent}",
        "[webhook] payout_settled reads a UUID, which its receiver does not know; write a value in `x-values`, which is learnt from where it stands in the message"),
    ("[{header: X-Id}, {header: X-Sent}", "[{random: {of: hex, length: 8}}, {header: X-Sent}",
        "[webhook] payout_settled reads chance, which its receiver does not know; write a value in `x-values`, which is learnt from where it stands in the message"),
    ("[{header: X-Id}, {header: X-Sent}", "[{given: true}, {header: X-Sent}",
        "[expression] the caller gives nothing here that `given` could mean; write what the client knows: a credential, a setting …"),
    ("[{header: X-Id}, {header: X-Sent}", "[{response: body}, {header: X-Sent}",
        "[expression] there is no response here that `response` could read; write it in `signed` of an `x-outcome`, or in the `x-envelope` of a response"),
    ("operationId: payout_settled", "operationId: unknown",
        "[operation-id] `unknown` is what an event is called that the document does not have; write the event's own name"),
    ("operationId: payout_settled", "operationId: self",
        "[operation-id] `self` is a keyword of Rust, and cannot name an event; write `post_payout`"),
    ("operationId: payout_settled", "operationId: create_payment",
        "[operation-id] `create_payment` is another operation's; write a name of its own"),
    ("  payout:\n    post:", "  payout:\n    put:",
        "[missing-word] a webhook without `post`; write `post: …`\n[unsupported-word] `put` is not supported; write `post`"),
    ("      summary: A payment succeeded\n", "      summary: A payment succeeded\n      responses: {'400': {description: No., x-source: made up}}\n",
        "[response] payment_succeeded describes a response `400`, which is the receiver's to say; write a `2XX`, or no `responses`"),
    ("      summary: A payment succeeded\n", "      summary: A payment succeeded\n      x-retry: safe\n",
        "[misplaced-extension] `x-retry` means nothing on the operation of a webhook; write it where the table of specs/README.md says"),
    // Keys.
    ("bank_key: {kind: public-key", "bank_key: {kind: private-key",
        "[expression] the credential `bank_key` is a key of `sign`, and its kind is `private-key`; write `kind: public-key` in x-credentials"),
    ("own_key: {kind: private-key", "own_key: {kind: public-key",
        "[expression] the credential `own_key` is a key of `jwe`, and its kind is `public-key`; write `kind: private-key` in x-credentials"),
    // Responses.
    ("          X-Signature: {base64: {sign", "          X Signature: {base64: {sign",
        "[outcome] `X Signature` is neither a header nor a JSON pointer; write one of the two"),
    ("{header: X-Request}, \".\", {response: body}", "{header: X-Requst}, \".\", {response: body}",
        "[unknown-header] create_payment has no header `X-Requst` that could be read; write `X-Request`, or a parameter of that name, `in: header`"),
    ("{response-field: /rate}", "{response-field: rate}",
        "[expression] `rate` is not a JSON pointer; write \"/rate\""),
    ("{response: status}", "{random: {of: hex, length: 8}}",
        "[outcome] the response of create_payment reads chance, which the client does not know; write what the response, the request and the credentials say"),
    ("of: {response-field: /sealed}}}}", "of: sealed}}}",
        "[envelope] nothing of the response is in the envelope; write `{response: body}` or `{response-field: POINTER}`, decrypted"),
    ("          description: Not paid.\n", "          description: Not paid.\n          x-envelope: {of: {response: body}}\n",
        "[envelope] the envelope of a response `422` is not opened; write it on the success"),
];

#[test]
fn a_slip_is_found_and_the_finding_says_what_to_write() {
    let mut failures = Vec::new();
    for (from, to, expected) in CASES {
        let findings = lint("hooks.yaml", &with(from, to));
        let found: Vec<String> = findings
            .iter()
            .map(|finding| format!("[{}] {}; write {}", finding.rule, finding.problem, finding.remedy))
            .collect();
        let found = found.join("\n");
        if found != *expected {
            failures.push(format!("{from} -> {to}\n{found}\n  not\n{expected}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The notes on a document.
fn notes(text: &str) -> Vec<String> {
    let document = read("hooks.yaml", text).unwrap_or_else(|findings| panic!("{findings}"));
    document.notes().iter().map(|note| note.to_string().split_once('#').unwrap().1.to_owned()).collect()
}

#[test]
fn what_is_not_signed_and_tells_an_event_is_noted() {
    assert!(notes(HOOKS).is_empty());
    let better = "take what the signature covers, where the provider says it there too";
    let event = |at: &str, name: &str| {
        format!(
            "/x-webhooks/{at}/post/x-webhook/when/{name}: note: `{name}` says which event it is and is not signed, so that one \
             that was seen can be sent as another; {better}"
        )
    };
    let time = format!(
        "/x-webhooks/payout/post/x-webhook/timestamp: note: `X-Sent` says when it was sent and is not signed, so that an old \
         one can be sent as a new one; {better}"
    );
    let id = |at: &str, name: &str| {
        format!(
            "/x-webhooks/{at}/post/x-webhook/event-id: note: `{name}` says what it is told from others by and is not signed, \
             so that one can be sent again as another; {better}"
        )
    };
    assert_eq!(notes(&with("{header: X-Event}, {request: body}", "{request: body}")), [event("payout", "X-Event")]);
    assert_eq!(
        notes(&with("[{header: X-Id}, {header: X-Sent}, {header: X-Event}", "[{header: X-Event}")),
        [time.clone(), id("payout", "X-Id")]
    );
    assert_eq!(
        notes(&with(r#"of: [{value: sent}, ".", {request: body}]"#, "of: {value: sent}")),
        [event("payment", "type"), id("payment", "id"), event("refund", "type"), id("refund", "id")]
    );
    // What is signed by way of a digest is signed.
    let digest = "{name: X-Event, in: header, required: true, description: The event., schema: {type: string}, x-source: made up}";
    assert!(HOOKS.contains(digest));
    let by_digest = HOOKS
        .replace(
            digest,
            &format!("{digest}\n        - {{name: X-Sum, in: header, required: true, description: A digest., schema: {{type: string}}, x-source: made up, x-value: {{hex: {{sha-256: [{{header: X-Event}}, {{request: body}}]}}}}}}"),
        )
        .replace("{header: X-Event}, {request: body}]}}}}}", "{header: X-Sum}]}}}}}");
    assert!(notes(&by_digest).is_empty());
}

#[test]
fn a_webhook_lowers_to_an_operation_in_reverse() {
    let document = document();
    let plan = document.plan();
    let ids: Vec<&str> = plan.webhooks.iter().map(|webhook| &*webhook.operation.id).collect();
    assert_eq!(ids, ["payment_succeeded", "refund_settled", "payout_settled"]);

    let payment = plan.webhook("payment_succeeded").unwrap();
    let operation = &payment.operation;
    assert_eq!(
        (&*operation.method, operation.body, operation.response),
        ("POST", Some(Encoding::Json), ResponseForm::Empty)
    );
    let slots: Vec<_> = operation.slots.iter().take(2).map(|slot| (slot.place, &*slot.name)).collect();
    assert_eq!(slots, [(Place::Value, "sent"), (Place::Header, "Hooks-Signature")]);
    assert_eq!(*operation.order, [0, 1]);
    assert_eq!(*payment.when, [("type".into(), vec!["payment.succeeded".into()].into())]);
    let sent_at = payment.sent_at.as_ref().unwrap();
    assert_eq!(
        (&*sent_at.of, &sent_at.format, sent_at.age_seconds),
        (&[Value::Made("sent".into())][..], &TimeFormat::Unix, 300)
    );
    assert_eq!(*payment.event_id, [Value::Field("id".into())]);
    // No credential of the document's calls is in it.
    assert!(operation.parameter(Place::Header, "X-Key").is_none());

    let payout = plan.webhook("payout_settled").unwrap();
    assert_eq!(payout.operation.body, Some(Encoding::Form));
    // What is described for a call is none of a webhook, and the other way round.
    assert!(plan.operation("payout_settled").is_none() && plan.webhook("create_payment").is_none());
    assert_eq!(
        document.operation("payout_settled").unwrap().summary.as_deref(),
        Some("A payout was settled, says a form")
    );
}

#[test]
fn a_value_that_only_a_response_reads_is_a_slot_of_the_request() {
    let text = with("{response: status}, \".\"", "{value: sent}, \".\"");
    let document = read("hooks.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let operation = document.plan().operation("create_payment").unwrap();
    assert_eq!(operation.parameter(Place::Value, "sent"), Some(0));
    assert_eq!(*operation.order, [0, 1]);
}

#[test]
fn what_a_response_is_held_to_and_opened_with_is_in_the_plan() {
    let document = document();
    let signed = &document.plan().operation("get_quote").unwrap().outcome.signed;
    assert_eq!(signed.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["X-Sum", "/checksum"]);
    assert!(!document.plan().operation("get_limit").unwrap().opened.is_empty());
    assert!(document.plan().operation("create_payment").unwrap().opened.is_empty());
}

#[test]
fn an_assumption_is_of_the_webhook_that_it_is_in() {
    let text = with(
        "      summary: A payment succeeded\n",
        "      summary: A payment succeeded\n      x-assumption: It comes once.\n",
    );
    let document = read("hooks.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    let [assumption] = document.assumptions() else { panic!("{:?}", document.assumptions()) };
    assert_eq!((&*assumption.place, &*assumption.text), ("the webhook payment", "It comes once."));
    assert_eq!(document.assumptions_about("payment_succeeded").count(), 1);
    assert_eq!(document.assumptions_about("create_payment").count(), 0);
}
