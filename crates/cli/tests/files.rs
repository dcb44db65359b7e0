//! Files: what of a call is one, and what of a response.

#![allow(clippy::unwrap_used)]

use std::fs;

use countersign_tests::{Reply, Server};
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use tempfile::TempDir;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files.yaml");

/// A folder with files, and a server that takes documents and has a receipt.
struct Setting {
    folder: TempDir,
    server: Server,
}

impl Setting {
    async fn new() -> Self {
        let server = Server::start(|_, request| match request.line.starts_with("GET ") {
            true => Reply::with(200, &[("Content-Type", "application/pdf")], "%PDF-1.7"),
            false => Reply::json(200, r#"{"id": 7}"#),
        });
        let setting = Self { folder: TempDir::new().unwrap(), server: server.await };
        for name in ["scan.pdf", "photo.jpg", "photo.PNG", "unnamed"] {
            fs::write(setting.folder.path().join(name), format!("the bytes of {name}")).unwrap();
        }
        setting
    }

    async fn run(&self, arguments: &[&str]) -> OutputAssert {
        let command = Command::new(cargo_bin!("countersign")).env_clear().current_dir(self.folder.path());
        let command = command.args(arguments).args(["--spec", DOCUMENT, "--base-url", &self.server.url()]);
        tokio::task::spawn_blocking(move || command.assert()).await.unwrap()
    }

    /// What the one call sent that was made.
    async fn sends(&self, arguments: &[&str]) -> String {
        self.run(arguments).await.success();
        let received = self.server.received();
        String::from_utf8(received.last().unwrap().body.clone()).unwrap()
    }

    /// What a call that is not made is refused with.
    async fn refuses(&self, arguments: &[&str]) -> String {
        let before = self.server.received().len();
        let refused = self.run(arguments).await.code(2);
        assert_eq!(self.server.received().len(), before);
        String::from_utf8(refused.get_output().stderr.clone()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_the_media_type_that_its_name_says() {
    let setting = Setting::new().await;
    let call = ["call", "add_document", "--field", "purpose=customs", "--field-file"];
    let sent = setting.sends(&[&call[..], &["scan=scan.pdf"]].concat()).await;
    let part = "name=\"scan\"; filename=\"scan.pdf\"\r\nContent-Type: application/pdf\r\n\r\nthe bytes of scan.pdf\r\n";
    assert!(sent.contains(part), "{sent}");
    // Of the document's, or the one that is said.
    let more = ["scan=photo.jpg", "--field-file", "photos=photo.PNG", "--field-file", "photos=unnamed;type=image/gif"];
    let sent = setting.sends(&[&call[..], &more].concat()).await;
    for part in [
        "filename=\"photo.jpg\"\r\nContent-Type: image/jpeg\r\n",
        "filename=\"photo.PNG\"\r\nContent-Type: image/png\r\n",
        "filename=\"unnamed\"\r\nContent-Type: image/gif\r\n\r\nthe bytes of unnamed\r\n",
    ] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    // What says nothing is no guess.
    for (given, says) in [
        (
            "scan=unnamed",
            "error: the name of the file scan does not say whether it is application/pdf or image/jpeg\n\
                          hint: --field-file 'scan=FILE;type=application/pdf'\n",
        ),
        (
            "scan=photo.PNG",
            "error: the name of the file scan does not say whether it is application/pdf or image/jpeg\n\
                            hint: --field-file 'scan=FILE;type=application/pdf'\n",
        ),
        (
            "scan=scan.pdf;type=text/plain",
            "error: add_document was not sent: scan: its media type must be application/pdf or image/jpeg\n",
        ),
    ] {
        assert_eq!(setting.refuses(&[&call[..], &[given]].concat()).await, says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_with_files_of_several_media_types_is_sent() {
    let setting = Setting::new().await;
    let sent = setting.sends(&["call", "add_document", "--example"]).await;
    for part in ["Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n", "Content-Type: image/png\r\n\r\ntwo\r\n"] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    // The options may be between the names.
    let explained = Command::new(cargo_bin!("countersign")).env_clear();
    explained.args(["explain", "airpay", "--example", "forgot_password"]).assert().success();
    // A file that is given takes the place of the example's.
    let sent = setting.sends(&["call", "add_document", "--example", "--field-file", "scan=photo.jpg"]).await;
    assert!(sent.contains("the bytes of photo.jpg") && !sent.contains("%PDF-1.7"), "{sent}");
    assert!(sent.contains("Content-Type: image/png\r\n\r\none\r\n"), "{sent}");
    let demo =
        Command::new(cargo_bin!("countersign")).env_clear().args(["demo", "--spec", DOCUMENT]).assert().success();
    let shown = String::from_utf8(demo.get_output().stdout.clone()).unwrap();
    assert!(shown.contains("# 2 of 2 operations were called"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_is_a_file_is_saved() {
    let setting = Setting::new().await;
    let saved = setting.folder.path().join("receipt.pdf");
    let done = setting.run(&["call", "get_receipt", "--save", "receipt.pdf"]).await.success();
    assert_eq!(String::from_utf8_lossy(&done.get_output().stdout), "8 bytes are written\n");
    assert_eq!(fs::read(&saved).unwrap(), b"%PDF-1.7");
    let done = setting.run(&["call", "get_receipt", "--save", "receipt.pdf", "--output", "json"]).await.success();
    let report: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert_eq!((&report["status"], &report["written"]), (&200.into(), &8.into()));

    let refused = setting.refuses(&["call", "add_document", "--example", "--save", "id.json"]).await;
    let says = "error: the response of add_document is neither text nor a file\n\
                hint: without --save, it is printed as JSON\n";
    assert_eq!(refused, says);
    let refused = setting.refuses(&["call", "get_receipt", "--save", "nowhere/receipt.pdf"]).await;
    assert!(refused.contains("there can be no file at the path"), "{refused}");
}
