//! Features by tag: each compiles alone, with what it needs and nothing else.

use std::fs;
use std::process::Command;

use crate::workshop::{cargo, empty_root, succeeds, workspace, write_configuration, write_root};

/// What a caller of one feature writes.
const TESTS: &str = include_str!("../golden/use_tags.rs");

#[test]
fn each_feature_compiles_alone_and_one_is_called_without_the_others() {
    let root = empty_root("tags");
    fs::create_dir_all(root.join("specs")).unwrap();
    fs::create_dir_all(root.join("tests/tests")).unwrap();
    fs::copy(workspace().join("tests/documents/tags.yaml"), root.join("specs/tags.yaml")).unwrap();
    write_configuration(&root);
    let file = root.join("countersign.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "\n[features]\ntags = \"tags\"\n").unwrap();
    write_root(&root, &["crates/tags", "tests"]);
    let xtask = |task: &str| Command::new(env!("CARGO_BIN_EXE_xtask")).arg(task).current_dir(&root).output().unwrap();
    let linted = String::from_utf8(xtask("lint").stdout).unwrap();
    let features = "tags: features by tag: `payments` (`Payments` and `PAYMENTS`, 3 operations), `back-office` (`Back office`, 3 \
                    operations), `tag-default` (`default`, 1 operation), `u652f-u4ed8` (`支付`, 1 operation), `sessions` \
                    (`Sessions`, 1 operation), `untagged` (1 operation)\n";
    assert_eq!(linted, format!("{features}1 document, no findings\n"));
    succeeds(&xtask("regenerate"));
    let read = |file: &str| fs::read_to_string(root.join("crates").join(file)).unwrap();
    assert!(read("tags/Cargo.toml").contains("\ndefault = [\"rustls\", \"all\"]\n"));
    assert!(
        read("tags/README.md").contains("| `payments` | `Payments`, `PAYMENTS` | `pay`, `refund`, `pay_in_parts` |")
    );
    assert!(read("all/Cargo.toml").contains("default-features = false, features = [\"all\"], optional = true }"));

    let tests = "[package]\nname = \"tests\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dev-dependencies]\n\
                 countersign-tags = { path = \"../crates/tags\", default-features = false, features = [\"back-office\", \
                 \"rustls\", \"mock\"] }\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n";
    fs::write(root.join("tests/Cargo.toml"), tests).unwrap();
    fs::write(root.join("tests/tests/tests.rs"), TESTS).unwrap();
    // The pages of a list are a feature of the runtime's, which those who have no list do not build.
    assert!(read("tags/Cargo.toml").contains("pages"), "{}", read("tags/Cargo.toml"));
    for features in
        ["", "payments", "tag-default", "u652f-u4ed8", "sessions", "untagged,mock", "back-office,mock", "all,mock"]
    {
        let mut check = cargo(&root, &["check", "--offline", "--package", "countersign-tags", "--no-default-features"]);
        let checked = check.args(["--features", features]).output().unwrap();
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success() && !said.contains("warning"), "{features}: {said}");
    }
    let documented =
        cargo(&root, &["test", "--offline", "--doc", "--package", "countersign-tags", "--no-default-features"])
            .args(["--features", "back-office,mock,rustls"])
            .output()
            .unwrap();
    succeeds(&documented);
    let called = cargo(&root, &["test", "--offline", "--package", "tests"]).output().unwrap();
    succeeds(&called);
    assert!(String::from_utf8_lossy(&called.stdout).contains("test result: ok. 3 passed"));
}
