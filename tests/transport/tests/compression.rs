//! Compressed answers are neither asked for nor taken, though another crate has turned decompression on.

use std::time::Duration;

use countersign::{Call, Error, Fault};
use countersign_tests::{Reply, Server, acme};

/// `{"state":"done"}`, compressed.
const COMPRESSED: [(&str, &str); 4] = [
    // gzip -n
    ("gzip", "1f8b0800000000000003ab562a2e492c4955b2524ac9cf4b55aa0500ffb0081b10000000"),
    // python3 -c "import zlib; print(zlib.compress(b'…').hex())"
    ("deflate", "789cab562a2e492c4955b2524ac9cf4b55aa05002f810582"),
    // node -p "zlib.brotliCompressSync(Buffer.from('…')).toString('hex')"
    ("br", "1b0f00f8a54574f6faa6249368522a7cd258ca01"),
    // zstd
    ("zstd", "28b52ffd04588100007b227374617465223a22646f6e65227df07b8103"),
];

fn answer(encodings: &[&str], body: &[u8]) -> Reply {
    let encodings: String = encodings.iter().map(|encoding| format!("Content-Encoding: {encoding}\r\n")).collect();
    let head = format!("HTTP/1.1 200 OK\r\n{encodings}Content-Length: {}\r\n\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

fn look_up() -> Call {
    Call::new("look_up").value("id", "7")
}

#[tokio::test]
async fn a_compressed_answer_is_neither_asked_for_nor_taken() {
    for (encoding, body) in COMPRESSED {
        for encodings in [&[encoding][..], &["identity", encoding], &[encoding, "identity"]] {
            let reply = answer(encodings, &hex::decode(body).unwrap());
            let server = Server::start(move |_, _| reply.clone()).await;
            let error = acme(&server.url()).build().unwrap().call(look_up()).await.unwrap_err();
            assert!(error.to_string().contains("it is compressed"), "{encodings:?}: {error}");
            assert!(matches!(&error, Error::Transport(transport) if transport.fault() == Fault::TooLarge), "{error:?}");
            assert_eq!(server.received().len(), 1);
            assert_eq!(server.received()[0].header("Accept-Encoding"), None);
        }
    }
}

#[tokio::test]
async fn a_client_of_the_callers_own_decompresses_and_its_limit_counts_what_comes_of_it() {
    for (encoding, body) in COMPRESSED {
        let reply = answer(&[encoding], &hex::decode(body).unwrap());
        let server = Server::start(move |_, _| reply.clone()).await;
        let own = || acme(&server.url()).http_client(reqwest::Client::new());
        let answer = own().build().unwrap().call(look_up()).await.unwrap();
        assert_eq!(answer["state"], "done", "{encoding}");
        assert!(server.received()[0].header("Accept-Encoding").unwrap().contains(encoding));
        // It has 16 bytes.
        let limited = own().response_limit(15).timeout(Duration::from_secs(5)).build().unwrap();
        let error = limited.call(look_up()).await.unwrap_err();
        assert!(error.to_string().contains("larger than the limit of 15 bytes"), "{encoding}: {error}");
    }
}
