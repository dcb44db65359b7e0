//! A server that costs as little as a server can: it responds to every call that is made right with the same success.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::work;

const SUCCESS: &str =
    r#"{"status":200,"message":"success","data":{"url":"https://cards.example/user/resetpass/MADE-UP"}}"#;
/// So that no side is measured with a call that a provider would refuse.
const REFUSAL: &str = r#"{"status":400,"message":"a header or the body is wrong"}"#;

/// Prints the base URL and serves until it is killed.
pub fn run(delay: u64) -> Result<()> {
    let delay = Duration::from_millis(delay);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let expected: Arc<[String]> =
            work::right_headers().map(|(name, value)| format!("\r\n{name}: {value}\r\n")).into();
        loop {
            let (stream, _) = listener.accept().await?;
            let expected = Arc::clone(&expected);
            // A client that is done hangs up.
            tokio::spawn(async move { drop(serve(stream, delay, &expected).await) });
        }
    })
}

async fn serve(mut stream: TcpStream, delay: Duration, expected: &[String]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let [success, refusal] = [SUCCESS, REFUSAL].map(|body| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    });
    let mut buffer = Vec::with_capacity(2048);
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        while buffer.len() < end + length {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let is_right =
            expected.iter().all(|header| head.contains(header)) && work::is_right_body(&buffer[end..end + length]);
        buffer.drain(..end + length);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let response = if is_right { &success } else { &refusal };
        stream.write_all(response.as_bytes()).await?;
    }
}

/// The server in a process of its own. It ends when it is dropped.
pub struct Server {
    child: Child,
    /// Its base URL.
    pub url: String,
}

impl Server {
    /// Starts it.
    pub fn start(delay: u64) -> Result<Self> {
        use std::io::BufRead;

        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &delay.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        std::io::BufReader::new(child.stdout.take().context("no output")?).read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
