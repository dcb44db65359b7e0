//! Plays the provider of a document until it is interrupted, and prints how to point a client at it.
//!
//! ```sh
//! cargo run -p countersign-sandbox --example serve -- specs/zindigi.yaml
//! ```
//!
//! `--unverified` behind the document accepts any credential and signature; `--address 127.0.0.1:8080` says where to
//! listen.

use std::net::SocketAddr;
use std::path::Path;

use countersign_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = std::env::args().skip(1);
    let document = arguments.next().ok_or("which document? Give its path, such as specs/airpay.yaml")?;
    let mut builder = Sandbox::builder(countersign_spec::read_file(Path::new(&document))?);
    while let Some(argument) = arguments.next() {
        builder = match argument.as_str() {
            "--unverified" => builder.unverified(),
            "--address" => {
                let address: SocketAddr = arguments.next().ok_or("which address?")?.parse()?;
                builder.address(address)
            }
            other => return Err(format!("{other} is not understood: it is --unverified or --address").into()),
        };
    }
    let sandbox = builder.start().await?;
    println!("{sandbox}");
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
