//! Uses a generated crate whose token a flow of OAuth 2.0 issues. It is built and run by the tests of xtask; nothing here reaches a
//! network.

use countersign_sandbox::Sandbox;
use countersign_token::mock::{MockServer, MockServerExt};
use countersign_token::{Client, Error, OPENAPI};

async fn a_sandbox_issues_the_token() -> Result<(), Error> {
    let sandbox = Sandbox::start(("token", OPENAPI)).await.expect("a sandbox");
    let builder = Client::builder().client_id(sandbox.value("client_id")).client_secret(sandbox.value("client_secret"));
    let client = builder.base_url(sandbox.url()).build()?;
    client.list_payments().send().await?;
    client.pay().send().await?;
    let received = sandbox.received();
    assert!(received.iter().all(|received| !received.is_refused()), "{received:?}");
    // One token is enough for both.
    assert_eq!(received.len(), 3, "{received:?}");
    Ok(())
}

async fn a_mock_issues_the_token() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = Client::builder().client_id("an id").client_secret("a secret").base_url(server.base_url()).build()?;
    let token = server.mock_call(client.issue_token(), |_, then| then.example("usual"));
    let pays = server.mock_call(client.pay(), |_, then| then.example("204"));
    client.pay().send().await?;
    client.pay().send().await?;
    token.assert();
    pays.assert_calls(2);
    Ok(())
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(a_sandbox_issues_the_token()).expect("a sandbox");
    runtime.block_on(a_mock_issues_the_token()).expect("a mock");
}
