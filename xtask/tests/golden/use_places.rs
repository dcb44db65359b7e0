//! Uses a generated crate whose operations are at several addresses, with settings in them. It is built and run by the tests of
//! xtask; nothing here reaches a network.

use countersign_places::{Client, Error, OPENAPI, Server};
use countersign_sandbox::Sandbox;

async fn all(client: &Client) -> Result<(), Error> {
    client.pay().send().await?;
    client.file().id(1).send().await?;
    client.drop_file().id(1).send().await?;
    Ok(())
}

async fn an_address_of_the_callers_is_that_of_all_operations() -> Result<(), Error> {
    let sandbox = Sandbox::start(("places", OPENAPI)).await.expect("a sandbox");
    let builder = Client::builder().api_key(sandbox.value("api_key")).base_url(sandbox.url());
    all(&builder.build()?).await?;
    let received = sandbox.received();
    assert!(received.len() == 3 && received.iter().all(|received| !received.is_refused()), "{received:?}");
    Ok(())
}

fn settings_are_checked() {
    let builder = || Client::builder().api_key("a key").server(Server::Production);
    builder().build().expect("what the document says where the caller says nothing");
    builder().region("us").base_path("v2").build().expect("what the caller says");
    let error = builder().region("mars").build().expect_err("no such region").to_string();
    assert!(error.contains("region") && error.contains("eu, us"), "{error}");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(an_address_of_the_callers_is_that_of_all_operations()).expect("a sandbox");
    settings_are_checked();
}
