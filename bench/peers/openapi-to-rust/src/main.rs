//! Makes the call so many times and prints what it took.

#[path = "../../../src/calls.rs"]
mod calls;

use anyhow::{Context, Error, Result, bail};
use peer_openapi_to_rust::{Client, NaiveDate};

#[derive(Clone)]
struct Peer(Client);

impl calls::Caller for Peer {
    async fn call(&self) -> Result<()> {
        let born = NaiveDate::from_ymd_opt(1958, 1, 2).context("a date")?;
        let response = self.0.forgot_password(calls::MOBILE_NO, born).await.map_err(Error::from_boxed)?;
        if response.status != 200 {
            bail!("it was refused");
        }
        std::hint::black_box(response);
        Ok(())
    }
}

fn main() -> Result<()> {
    calls::main(|url| Ok(Peer(Client::new(url, calls::AFFILIATE, calls::PROCESSOR_KEY, calls::SECRET_KEY))))
}
