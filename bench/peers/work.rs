//! Makes a peer's call so many times, and so many at once, to the server of this URL.

mod calls;

use anyhow::{Context, Error, Result};
use calls::{AFFILIATE, Caller, MOBILE_NO, PROCESSOR_KEY, SECRET_KEY};

#[derive(Clone)]
struct Peer(client::Client);

impl Caller for Peer {
    async fn call(&self) -> Result<()> {
        self.0.call(MOBILE_NO, (1958, 1, 2)).await.map_err(Error::msg)
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [times, at_once, url] = &arguments[..] else { anyhow::bail!("how many times, how many at once, and where") };
    let client = client::Client::new(url, AFFILIATE, PROCESSOR_KEY, SECRET_KEY);
    let client = client.map_err(|error| Error::msg(error.to_string())).context("the client")?;
    calls::run(&Peer(client), times.parse()?, at_once.parse()?)
}
