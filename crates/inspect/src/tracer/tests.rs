//! What is shown of a value: its string to sign, and no digest that could be undone.

use countersign_plan::words::{
    GIVEN, SIGNED, base64, concat, credential, fields, hex, hmac, sent_field, sha_256, text,
};
use countersign_plan::{Function, Hash, List, Operation, list};
use countersign_sign::{Call, Moment};

use super::*;
use crate::testing::{SECRET, SENSITIVE, field, filled, operation};

static PLAN: countersign_plan::Plan = countersign_plan::words::plan("acme", "Acme")
    .credentials(list![countersign_plan::Credential::text("secret_key", "A key.")]);

fn explained(value: Value) -> Explained {
    let slots = [field("/mobile_no", SENSITIVE), field("/dob", SENSITIVE), filled("/pin", SECRET, &[value])];
    let operation: Operation = operation(&slots);
    let setup = Setup::new(&PLAN).credential("secret_key", "a key of our own, for tests").expect("a key");
    let call =
        Call::new("create_card").value("mobile_no", "9876543978").value("dob", "1958-01-02").value("pin", "1234");
    let request = call.request(&operation, "").expect("a request");
    let mut tracer = Tracer::new(&setup, &request, false, false);
    let values = operation.slots[2].value.as_deref().expect("a value");
    let inputs = Inputs { setup: &setup, session: None, moment: Moment::now() };
    tracer.evaluate(&request, 2, values, &inputs).expect("a value").1
}

fn digest(of: List<Value>) -> Value {
    hex(vec![sha_256(of)].into())
}

#[test]
fn an_explanation_shows_the_string_to_sign_without_what_is_secret() {
    let Explained { shown, stages, .. } = explained(digest(list![fields(SIGNED), credential("secret_key")]));
    // A digest that is keyed can be shown, so that it can be compared with the provider's.
    assert_eq!(shown.len(), 64);
    assert_eq!(stages, [Stage { function: "sha-256", input: "‹mobile_no›‹dob›‹secret_key›".into() }]);
}

#[test]
fn an_explanation_shows_no_digest_that_could_be_undone() {
    // A PIN can be found from its digest by trying, and the digest of a key alone may be used as a key.
    for value in [GIVEN, credential("secret_key"), sent_field("dob")] {
        let shown = explained(digest(vec![value].into())).shown;
        assert!(shown.starts_with("hex(sha-256(‹") && shown.ends_with("›))"), "{shown}");
    }
    let basic = base64(list![concat(list![text("id:"), credential("secret_key")])]);
    assert_eq!(explained(basic).shown, "base64(id:‹secret_key›)");
}

#[test]
fn a_tag_is_as_open_as_its_key_and_its_message() {
    let tag = |key: Value, of: Value| explained(hmac(Hash::Sha256, vec![key].into(), vec![of].into())).shown;
    let is_shown = |shown: String| shown.starts_with("0x");
    assert!(is_shown(tag(credential("secret_key"), GIVEN)) && is_shown(tag(text("a"), text("b"))));
    // Who knows the one can find the other by trying.
    assert_eq!(tag(text("a"), GIVEN), "hmac-sha-256(‹pin›)");
    assert_eq!(tag(sent_field("dob"), text("a")), "hmac-sha-256(a)");
    assert_eq!(tag(credential("secret_key"), credential("secret_key")), "hmac-sha-256(‹secret_key›)");
}

#[test]
fn a_stage_goes_by_the_document_s_word() {
    for (hash, word) in [(Hash::Sha256, "sha-256"), (Hash::Sha384, "sha-384"), (Hash::Sha512, "sha-512")] {
        let tag = hmac(hash, list![credential("secret_key")], list![text("a")]);
        let functions =
            [Function::Digest(hash).of(vec![text("a")]), tag].map(|value| explained(value).stages[0].function);
        assert_eq!(functions, [word, &format!("hmac-{word}")]);
    }
}

#[test]
fn the_stages_come_from_the_inside_out() {
    let inner = sha_256(list![sent_field("dob")]);
    let value =
        hmac(Hash::Sha512, list![credential("secret_key")], vec![text("a"), inner, sha_256(list![text("b")])].into());
    let stages = explained(value).stages;
    let functions: Vec<_> = stages.iter().map(|stage| stage.function).collect();
    assert_eq!(functions, ["sha-256", "sha-256", "hmac-sha-512"]);
    assert!(stages[2].input.starts_with("asha-256(‹dob›)0x3e23e816"), "{}", stages[2].input);
}
