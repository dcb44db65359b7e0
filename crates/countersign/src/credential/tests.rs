use std::io::Write;

use countersign_plan::words::plan;
use tempfile::NamedTempFile;

use super::*;

static PLAN: countersign_plan::Plan = plan("acme", "Acme");

/// Writes a file anew, at another time than before.
fn write(file: &NamedTempFile, text: &str, seconds: u64) {
    let mut written = File::create(file.path()).unwrap();
    written.write_all(text.as_bytes()).unwrap();
    written.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
}

/// The files of a setup with one credential, in this file.
fn files(file: &NamedTempFile, kind: CredentialKind) -> Files {
    let source = CredentialSource::file(file.path());
    let mut setup = Setup::new(&PLAN);
    setup.credentials.insert("key".into(), source.read(kind).unwrap());
    Files::new(vec![InFile { name: "key".into(), kind, source }], &setup).unwrap()
}

#[test]
fn a_file_that_changes_is_read_again_and_one_that_does_not_is_not() {
    let file = NamedTempFile::new().unwrap();
    write(&file, "one\n", 1);
    let files = files(&file, CredentialKind::Text);
    let text = || files.setup().credentials["key"].text.expose().to_owned();
    let same = files.setup();
    assert_eq!(text(), "one");
    assert!(Arc::ptr_eq(&same, &files.setup()));
    write(&file, "two\r\n", 2);
    assert_eq!((text(), text()), ("two".into(), "two".into()));
}

#[test]
fn a_file_that_is_of_no_use_leaves_what_there_was() {
    let file = NamedTempFile::new().unwrap();
    write(&file, "00ff", 1);
    let files = files(&file, CredentialKind::Hex);
    let text = || files.setup().credentials["key"].text.expose().to_owned();
    for (seconds, bad) in [(2, "not hexadecimal"), (3, ""), (4, "0")] {
        write(&file, bad, seconds);
        assert_eq!(text(), "00ff", "{bad:?}");
    }
    fs::remove_file(file.path()).unwrap();
    assert_eq!(text(), "00ff");
    write(&file, "11", 5);
    assert_eq!(text(), "11");
}

#[test]
fn a_source_prints_nothing_of_a_credential() {
    assert_eq!(format!("{:?}", CredentialSource::from("hunter2")), REDACTED);
    assert_eq!(format!("{:?}", CredentialSource::file("/etc/key")), "file");
    let error = CredentialSource::file("/nowhere/at/all").read(CredentialKind::Text).unwrap_err();
    assert_eq!(error, "its file cannot be read: entity not found");
}
