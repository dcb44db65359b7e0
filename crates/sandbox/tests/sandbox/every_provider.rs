//! What holds for every provider, and so for one that is described tomorrow.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::plan::{CredentialKind, Kind};
use countersign::{Call, Error};
use countersign_providers::PROVIDERS;
use countersign_sandbox::{Sandbox, Verdict};

use crate::support::{asking_for, builder, call, calls, client, document, examples, last, setting_of, start};

#[tokio::test]
async fn every_operation_succeeds_with_the_documents_example() {
    assert!(!PROVIDERS.is_empty());
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        let client = client(&sandbox);
        for operation in provider.plan.operations.iter() {
            let response = client.call(call(&document, operation)).await;
            let response = response.unwrap_or_else(|error| panic!("{error}\n{}", last(&sandbox)));
            let received = last(&sandbox);
            assert_eq!(received.operation.as_deref(), Some(operation.id.as_ref()));
            assert_eq!(received.status(), response.meta().status());
            assert!(received.values.iter().all(|value| value.verdict == Verdict::Right), "{received}");
            assert!(!received.is_refused());
        }
    }
}

/// What a client should make of each documented refusal, written down by hand from the documents.
const REFUSALS: [(&str, &str, Kind, Option<&str>); 19] = [
    ("airpay", "failure", Kind::InvalidRequest, Some("400")),
    ("banamex", "wrong_client", Kind::Unauthenticated, Some("invalid_client")),
    ("banamex", "invalidRequest", Kind::InvalidRequest, Some("invalidRequest")),
    ("banamex", "unAuthorized", Kind::Unauthenticated, Some("unAuthorized")),
    ("banamex", "accessNotConfigured", Kind::Forbidden, Some("accessNotConfigured")),
    ("banamex", "resourceNotFound", Kind::NotFound, Some("resourceNotFound")),
    ("banamex", "businessValidationFailed", Kind::Declined, Some("businessValidationFailed")),
    ("banamex", "serverUnavailable", Kind::Unavailable, Some("serverUnavailable")),
    ("digipay", "bad_request", Kind::InvalidRequest, Some("1")),
    ("digipay", "unauthorized", Kind::Unauthenticated, Some("401")),
    ("digipay", "404", Kind::NotFound, None),
    ("digipay", "500", Kind::Unavailable, None),
    ("zindigi", "invalid_access_token", Kind::Unauthenticated, Some("4001")),
    ("zindigi", "invalid_request_payload", Kind::InvalidRequest, Some("4002")),
    ("zindigi", "invalid_authorization_header", Kind::Unauthenticated, Some("4003")),
    ("zindigi", "something_went_wrong", Kind::Unavailable, Some("4004")),
    ("zindigi", "record_not_found", Kind::NotFound, Some("4005")),
    ("zindigi", "invalid_client", Kind::Unauthenticated, Some("4006")),
    ("zindigi", "invalid_access_token_again", Kind::Unauthenticated, Some("4007")),
];

#[tokio::test]
async fn every_documented_response_is_reached_by_its_name_and_classified_as_its_kind() {
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        let expected = REFUSALS.iter().filter(|(name, ..)| *name == provider.name).collect::<Vec<_>>();
        let mut refused = BTreeSet::new();
        for operation in provider.plan.operations.iter() {
            for (example, status) in examples(&document, operation) {
                let client = asking_for(&sandbox, &format!("{}/{example}", operation.id));
                let called = client.call(call(&document, operation)).await;
                assert_eq!(last(&sandbox).example(), Some(example.as_str()), "{}", last(&sandbox));
                let listed = expected.iter().find(|(_, name, ..)| *name == example);
                match (called, listed) {
                    (Ok(response), None) => assert_eq!(response.meta().status().to_string(), status),
                    (Err(Error::Api(refusal)), Some((.., kind, code))) => {
                        assert_eq!((refusal.kind(), refusal.code()), (*kind, *code), "{}: {example}", operation.id);
                        let documented = status.trim_end_matches('X');
                        assert!(refusal.status().to_string().starts_with(documented), "{refusal}");
                        refused.insert(example);
                    }
                    // A provider that came later: its document says what is a refusal.
                    (Err(Error::Api(_)), None) if expected.is_empty() => {}
                    (called, _) => panic!("{}, {}, {example}: {called:?}", provider.name, operation.id),
                }
            }
        }
        assert_eq!(refused.len(), expected.len(), "{}", provider.name);
    }
}

#[tokio::test]
async fn every_rule_of_a_document_applies_to_what_it_names() {
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        for operation in provider.plan.operations.iter() {
            for rule in document.sandbox_rules(&operation.id) {
                let (mut builder, mut call) = (builder(&sandbox), call(&document, operation));
                for (name, value) in &rule.when {
                    match setting_of(provider.plan, &operation.id, name) {
                        Some(setting) => builder = builder.setting(&setting, value),
                        None => call = call.value(name, value.as_str()),
                    }
                }
                let called = builder.build().unwrap().call(call).await;
                assert!(called.is_err(), "{}: {rule:?}", provider.name);
                assert_eq!(last(&sandbox).example(), Some(rule.response.as_str()), "{}", last(&sandbox));
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_credential_is_refused_and_named() {
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        for credential in provider.plan.credentials.iter().filter(|known| known.kind == CredentialKind::Text) {
            let client = builder(&sandbox).credential(&credential.name, "another partner's").build().unwrap();
            for operation in provider.plan.operations.iter() {
                let Err(error) = client.call(call(&document, operation)).await else { continue };
                assert!(error.refusal().is_some(), "{error}");
                let received = last(&sandbox);
                assert!(received.is_refused(), "{received}");
                let wrong: Vec<_> = received.values.iter().filter(|value| !value.is_good()).collect();
                assert!(!wrong.is_empty(), "{received}");
                assert!(
                    wrong.iter().all(|value| format!("{value:?}").contains(credential.name.as_ref())),
                    "{received}"
                );
                assert!(!received.to_string().contains(sandbox.value(&credential.name)), "{received}");
            }
            assert!(sandbox.received().iter().any(|received| received.is_refused()), "{}", credential.name);
        }
    }
}

/// The providers that issue sessions, with the first operation that carries one.
fn with_sessions() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    PROVIDERS.iter().filter_map(|provider| {
        let session = provider.plan.session.as_ref()?;
        let carries = |id: &str| id != session.issue && session.renew.as_deref() != Some(id);
        let operation = provider.plan.operations.iter().find(|operation| carries(&operation.id))?;
        Some((provider.name, operation.id.as_ref(), session.issue.to_string()))
    })
}

#[tokio::test]
async fn an_expired_session_is_refused_and_issued_anew_once() {
    for (name, operation, issue) in with_sessions() {
        let (sandbox, document) = (start(name).await, document(name));
        let client = client(&sandbox);
        let plan = sandbox.plan().operation(operation).unwrap();
        let made = async || client.call(call(&document, plan)).await;
        made().await.unwrap();
        made().await.unwrap();
        assert_eq!(calls(&sandbox, &issue), 1, "{name}");
        sandbox.expire_sessions();
        made().await.unwrap();
        assert_eq!(calls(&sandbox, &issue), 2, "{name}");
        let refused: Vec<_> = sandbox.received().into_iter().filter(|received| received.is_refused()).collect();
        assert_eq!(refused.len(), 1, "{name}");
        assert_eq!(refused[0].why(), Some("its session has expired"));
    }
}

#[tokio::test]
async fn a_client_reads_the_end_of_a_session() {
    for (name, operation, issue) in with_sessions() {
        for (lifetime, issued) in [(3600, 1), (1, 3)] {
            let document = document(name);
            let sandbox = Sandbox::builder(document.clone()).session_lifetime(Duration::from_secs(lifetime));
            let sandbox = sandbox.start().await.unwrap();
            let client = client(&sandbox);
            for _ in 0..3 {
                let plan = sandbox.plan().operation(operation).unwrap();
                client.call(call(&document, plan)).await.unwrap();
                if lifetime == 1 {
                    tokio::time::sleep(Duration::from_millis(1100)).await;
                }
            }
            assert_eq!(calls(&sandbox, &issue), issued, "{name}, {lifetime} s");
        }
    }
}

#[tokio::test]
async fn sessions_of_several_clients_are_good_at_the_same_time_and_made_up_ones_are_not() {
    for (name, operation, issue) in with_sessions() {
        let (sandbox, document) = (start(name).await, document(name));
        let plan = sandbox.plan().operation(operation).unwrap();
        let made = async |client: &countersign::Executor| client.call(call(&document, plan)).await;
        let (one, another) = (client(&sandbox), client(&sandbox));
        made(&one).await.unwrap();
        made(&another).await.unwrap();
        made(&one).await.unwrap();
        assert_eq!(calls(&sandbox, &issue), 2);

        let values = sandbox.plan().session.as_ref().unwrap().values.iter();
        let made_up = values.fold(builder(&sandbox), |builder, value| builder.session_value(&value.name, "made-up"));
        let error = made(&made_up.build().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unauthenticated);
        assert!(last(&sandbox).why().unwrap().starts_with("it carries no session that was issued here"));
    }
}

#[tokio::test]
async fn the_variables_are_all_that_a_client_needs() {
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        let variables = sandbox.variables();
        let read = |name: &str| Ok(variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()));
        let client = countersign::Builder::new(provider.plan).env_from(read).build().unwrap();
        let operation = provider.plan.operations.last().unwrap();
        client.call(call(&document, operation)).await.unwrap();

        let shown = sandbox.to_string();
        for (name, value) in &variables {
            assert!(shown.contains(&format!("export {name}='{}'\n", value.trim_end())), "{shown}");
        }
        assert!(!format!("{sandbox:?}").contains("sandbox-"), "{sandbox:?}");
    }
}

#[tokio::test]
async fn nothing_is_missing_from_a_request_without_a_body_and_nothing_is_printed_of_one_with() {
    for provider in PROVIDERS {
        let (sandbox, document) = (start(provider.name).await, document(provider.name));
        let client = client(&sandbox);
        for operation in provider.plan.operations.iter() {
            drop(client.call(call(&document, operation)).await);
            drop(client.call(Call::new(operation.id.clone())).await);
        }
        let log = sandbox.received().iter().map(|received| format!("{received} {received:?}")).collect::<String>();
        for (_, value) in
            sandbox.credentials().filter(|(name, _)| provider.plan.credentials.iter().any(|c| c.name == *name))
        {
            assert!(!log.contains(value), "{log}");
        }
        // The personal data of the documents' examples.
        for personal in ["9876543978", "1958-01-02", "+1234567890", "1234512345671", "03001234567"] {
            assert!(!log.contains(personal), "{log}");
        }
    }
}
