//! Makes the call so many times and prints what it took.

#[path = "../../../src/calls.rs"]
mod calls;

use anyhow::{Context, Error, Result, bail};
use peer_progenitor::{Client, Keys, NaiveDate, forgot_password};

#[derive(Clone)]
struct Peer(Client);

impl calls::Caller for Peer {
    async fn call(&self) -> Result<()> {
        let born = NaiveDate::from_ymd_opt(1958, 1, 2).context("a date")?;
        let response = forgot_password(&self.0, calls::MOBILE_NO, born).await.map_err(Error::from_boxed)?;
        if response.status != 200 {
            bail!("it was refused");
        }
        std::hint::black_box(response);
        Ok(())
    }
}

fn main() -> Result<()> {
    calls::main(|url| {
        let keys = Keys {
            affiliate: calls::AFFILIATE.into(),
            processor_key: calls::PROCESSOR_KEY.into(),
            secret_key: calls::SECRET_KEY.into(),
        };
        Ok(Peer(Client::new(url, keys)))
    })
}
