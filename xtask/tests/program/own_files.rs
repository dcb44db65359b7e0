//! `cargo xtask regenerate` touches its own files alone, whatever else lies where the crates go, and whenever it is stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::workshop::{Workshop, fails, files, golden_document, stderr, succeeds, times};

/// What somebody else's crate may hold: files that the generator wrote elsewhere, too.
fn fill_foreign(directory: &Path, of: &Workshop) {
    for (path, text) in [("Cargo.toml", "[package]\nname = \"mine\"\n"), (".git/HEAD", "ref: x"), ("src/lib.rs", "")] {
        write(&directory.join(path), text);
    }
    for (path, bytes) in files(&of.crates().join("acme")) {
        let path = directory.join("tests/golden/crates/acme").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_foreign_crate_beside_the_generated_ones_is_not_touched_whatever_is_in_it() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let mine = workshop.crates().join("mine");
    fill_foreign(&mine, &workshop);
    // A generated crate that was copied and renamed is somebody's own.
    for (path, bytes) in files(&workshop.crates().join("acme")) {
        let path = workshop.crates().join("copy").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // A folder without a manifest, with a generated file and a repository in it.
    let loose = workshop.crates().join("loose");
    write(&loose.join(".git/HEAD"), "ref: x");
    fs::copy(workshop.crates().join("bolt/src/api.rs"), loose.join("api.rs")).unwrap();
    write(&workshop.crates().join("README.md"), "Our crates.");
    // What was generated and then taken over has a manifest of its own.
    write(&workshop.crates().join("bolt/Cargo.toml"), "[package]\nname = \"bolt\"\n");
    fs::remove_file(workshop.specs().join("bolt.yaml")).unwrap();
    let before = foreign(&workshop);
    assert_eq!(before.len(), 3 + 8 + 8 + 2 + 1 + 8);

    let output = workshop.regenerate(&[]);
    succeeds(&output);
    assert_eq!(before, foreign(&workshop));
    assert_eq!(stderr(&output), "");
    let all = fs::read_to_string(workshop.crates().join("all/Cargo.toml")).unwrap();
    assert!(all.contains("acme") && !all.contains("bolt") && !all.contains("mine"), "{all}");
    succeeds(&workshop.regenerate(&["--check"]));
}

/// Everything but the crates that the generator is to write.
fn foreign(workshop: &Workshop) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files(&workshop.crates());
    found.retain(|path, _| !path.starts_with("acme") && !path.starts_with("all"));
    found
}

#[test]
fn where_something_foreign_is_nothing_is_written_and_it_is_named() {
    let foreign: [(&str, &str); 6] = [
        ("acme/Cargo.toml", "acme"),
        ("acme/notes.txt", "acme"),
        ("acme/.git/HEAD", "acme"),
        ("all/src/lib.rs", "all"),
        ("acme", "acme"),
        ("Acme/Cargo.toml", "Acme"),
    ];
    for (path, named) in foreign {
        let workshop = Workshop::with(&["acme"]);
        write(&workshop.crates().join(path), "[package]\nname = \"mine\"\n");
        refuses(&workshop, named, path);
    }
    let inside = [("README.md", "acme/README.md"), ("src/plan.rs", "acme/src/plan.rs")];
    for (path, named) in inside {
        let workshop = Workshop::regenerated(&["acme"]);
        write(&workshop.crates().join("acme").join(path), "My own.\n");
        refuses(&workshop, named, path);
    }
    let workshop = Workshop::regenerated(&["acme"]);
    fs::remove_file(workshop.crates().join("acme/README.md")).unwrap();
    fs::create_dir(workshop.crates().join("acme/README.md")).unwrap();
    refuses(&workshop, "acme/README.md", "a directory");
    let workshop = Workshop::regenerated(&["acme"]);
    fs::remove_dir_all(workshop.crates().join("acme/src")).unwrap();
    write(&workshop.crates().join("acme/src"), "My own.\n");
    refuses(&workshop, "acme/src", "a file for a directory");
    let workshop = Workshop::regenerated(&["acme"]);
    fs::rename(workshop.crates().join("acme/README.md"), workshop.crates().join("acme/Readme.md")).unwrap();
    refuses(&workshop, "acme/Readme.md", "another case");
}

#[track_caller]
fn refuses(workshop: &Workshop, named: &str, what: &str) {
    let before = files(&workshop.crates());
    for arguments in [&[][..], &["--check"], &["acme"]] {
        let error = fails(&workshop.regenerate(arguments));
        let named = error.contains(&format!("crates/{named} "));
        assert!(named && error.contains("`crates` in countersign.toml"), "{what}: {error}");
        assert_eq!(before, files(&workshop.crates()), "{what}: something was written");
    }
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_the_place_is_named_and_nothing_is_half_there() {
    let workshop = Workshop::with(&["acme"]);
    // Whoever runs the tests may be allowed to write in a folder that is read-only, but never below a file.
    fs::write(workshop.crates(), "mine").unwrap();
    let output = workshop.regenerate(&[]);
    assert!(fails(&output).contains("crates cannot be written"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(workshop.crates()).unwrap(), "mine");
    fs::remove_file(workshop.crates()).unwrap();
    succeeds(&workshop.regenerate(&[]));
    succeeds(&workshop.regenerate(&["--check"]));
}

#[test]
fn no_symbolic_link_is_followed() {
    use std::os::unix::fs::symlink;

    let elsewhere = Workshop::regenerated(&["acme"]);
    let target = elsewhere.crates();
    for (link, target) in [
        ("acme", target.join("acme")),
        ("acme/src", target.join("acme/src")),
        ("acme/src/api.rs", target.join("acme/src/api.rs")),
        ("acme/Cargo.toml", target.join("acme/Cargo.toml")),
        ("acme/README.md", target.join("nowhere")),
        ("acme/README.md", PathBuf::from("/dev/zero")),
        ("all", target.join("all")),
    ] {
        let workshop = Workshop::regenerated(&["acme"]);
        let document = golden_document().replace("Acme wallets", "Other wallets").replace("Payee", "Payer");
        workshop.write_document("acme", &document);
        let shown = format!("crates/{link} is a symbolic link");
        let link = workshop.crates().join(link);
        if link.is_dir() {
            fs::remove_dir_all(&link).unwrap();
        } else {
            fs::remove_file(&link).unwrap();
        }
        symlink(&target, &link).unwrap();
        let before = files(&elsewhere.crates());
        let error = fails(&workshop.regenerate(&[]));
        assert!(error.contains(&shown), "{error}");
        assert_eq!(before, files(&elsewhere.crates()));
        assert_eq!(fs::read_link(&link).unwrap(), target);
    }

    // One that is in nobody's way stays.
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    symlink(&target, workshop.crates().join("linked")).unwrap();
    symlink(target.join("acme"), workshop.crates().join("bolt/linked")).unwrap();
    fs::remove_file(workshop.specs().join("bolt.yaml")).unwrap();
    let before = files(&elsewhere.crates());
    let output = workshop.regenerate(&[]);
    succeeds(&output);
    assert!(stderr(&output).contains("crates/bolt/linked"));
    assert_eq!(before, files(&elsewhere.crates()));
    assert!(workshop.crates().join("linked").is_symlink() && workshop.crates().join("bolt/linked").is_symlink());
    // Nor does one lead the generator's own place elsewhere.
    fs::remove_dir_all(workshop.workplace()).unwrap();
    symlink(&target, workshop.workplace()).unwrap();
    fails(&workshop.regenerate(&[]));
    assert_eq!(before, files(&elsewhere.crates()));
}

#[test]
fn what_is_not_the_generators_in_a_generated_crate_stays_and_the_crate_with_it_and_is_named() {
    let workshop = Workshop::regenerated(&["acme", "bolt"]);
    let crates = workshop.crates();
    write(&crates.join("acme/src/mine.rs"), "fn mine() {}");
    write(&crates.join("acme/target/built"), "");
    write(&crates.join("acme/LICENSE-MIT"), "MIT");
    write(&crates.join("bolt/benches/mine.rs"), "fn mine() {}");
    write(&crates.join("bolt/.git/HEAD"), "ref: x");
    write(&crates.join("bolt/target/built"), "");
    write(&crates.join("bolt/fuzz/Cargo.toml"), "[package]");
    fs::copy(crates.join("bolt/src/api.rs"), crates.join("bolt/fuzz/api.rs")).unwrap();
    fs::create_dir(crates.join("bolt/empty")).unwrap();
    fs::remove_file(workshop.specs().join("bolt.yaml")).unwrap();
    let before = files(&crates.join("bolt"));
    for arguments in [&["--check"][..], &[]] {
        let output = workshop.regenerate(arguments);
        assert_eq!(output.status.success(), arguments.is_empty());
        let notes: Vec<PathBuf> = stderr(&output)
            .lines()
            .filter_map(|line| Some(line.split_once(" is left as it is, for the generator did not write it")?.0.into()))
            .collect();
        let expected = ["acme/src/mine.rs", "bolt/.git", "bolt/benches", "bolt/fuzz", "bolt/target"];
        let expected = expected.map(|path| Path::new("crates").join(path));
        let mut notes: Vec<_> = notes.iter().collect();
        notes.sort();
        assert_eq!(notes, expected.iter().collect::<Vec<_>>(), "{}", stderr(&output));
    }
    // Without its manifest, Cargo could not load a workspace with what is left.
    assert_eq!(before, files(&crates.join("bolt")));
    assert_eq!(fs::read_to_string(crates.join("acme/src/mine.rs")).unwrap(), "fn mine() {}");
    assert!(!fs::read_to_string(crates.join("all/Cargo.toml")).unwrap().contains("bolt"));
    succeeds(&workshop.regenerate(&["--check"]));

    for path in ["benches", ".git", "fuzz", "target"] {
        fs::remove_dir_all(crates.join("bolt").join(path)).unwrap();
    }
    succeeds(&workshop.regenerate(&[]));
    assert!(!crates.join("bolt").exists());
}

#[test]
fn a_generated_file_that_was_edited_is_written_anew() {
    let workshop = Workshop::regenerated(&["acme"]);
    let before = files(&workshop.crates());
    for name in ["Cargo.toml", "README.md", "openapi.yaml", "src/api.rs"] {
        let path = workshop.crates().join("acme").join(name);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text + "\n").unwrap();
    }
    succeeds(&workshop.regenerate(&[]));
    assert_eq!(before, files(&workshop.crates()));
}

#[test]
fn a_check_writes_nothing() {
    let workshop = Workshop::with(&["acme"]);
    fails(&workshop.regenerate(&["--check"]));
    assert!(!workshop.crates().exists());
    succeeds(&workshop.regenerate(&[]));
    fs::remove_dir_all(workshop.workplace()).unwrap();
    let before = times(&workshop.crates());
    succeeds(&workshop.regenerate(&["--check"]));
    assert_eq!(before, times(&workshop.crates()));
    assert!(!workshop.workplace().exists());
}

// ---- Stopped, and at the same time ---------------------------------------------------------------------------------

/// How often a run is killed.
const ROUNDS: u32 = 60;

fn start(workshop: &Workshop) -> Child {
    workshop.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Small documents of which a run writes many files, takes away one crate and adds another.
fn change(workshop: &Workshop, round: usize) {
    let names = ["acme", "bolt", "core", "dune"];
    for (index, name) in names.iter().enumerate() {
        let path = workshop.specs().join(format!("{name}.yaml"));
        if round % names.len() == index {
            let _ = fs::remove_file(path);
        } else {
            let title = format!("Wallets of round {round}");
            workshop.write_document(
                name,
                &countersign_spec::starter(name).replacen("title: ", &format!("title: {title} "), 1),
            );
        }
    }
}

#[test]
fn a_run_after_one_that_was_killed_puts_everything_right() {
    let workshop = Workshop::with(&[]);
    change(&workshop, 0);
    let began = Instant::now();
    succeeds(&workshop.regenerate(&[]));
    let whole = began.elapsed();
    let (mut killed, mut while_writing) = (0, 0);
    let unfinished =
        || !["file.new", "crate.new", "crate.old"].iter().all(|name| !workshop.workplace().join(name).exists());
    for round in 1..=ROUNDS {
        // Most of the time goes by before the first file is written; what is of interest comes after.
        let anew = round % 3 == 0;
        if anew {
            fs::remove_dir_all(workshop.crates()).unwrap();
        }
        change(&workshop, round as usize);
        let mut child = start(&workshop);
        let deadline = Instant::now() + whole * 4;
        while round % 2 == 0 && !unfinished() && Instant::now() < deadline && child.try_wait().unwrap().is_none() {}
        thread::sleep(if round % 2 == 0 {
            Duration::from_micros(u64::from(round) * 40)
        } else {
            whole * round / (ROUNDS + 1)
        });
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        while_writing += usize::from(unfinished());
        assert_loadable(&workshop);
        succeeds(&workshop.regenerate(&[]));
        if round % 5 == 0 {
            succeeds(&workshop.regenerate(&["--check"]));
        }
        let directories = fs::read_dir(workshop.crates()).unwrap();
        let mut names: Vec<_> = directories.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let mut expected = vec!["acme", "all", "bolt", "core", "dune"];
        expected.remove([0, 2, 3, 4][round as usize % 4]);
        assert_eq!(names, expected);
        assert!(!unfinished());
    }
    println!("{killed} of {ROUNDS} runs were killed before their end, {while_writing} of them with a file half way");
    assert!(killed >= ROUNDS as usize / 2, "only {killed} of {ROUNDS} runs were killed before their end");
}

/// Cargo can load the workspace, and so run the generator again: a directory has a manifest and a root, and what it depends
/// on by path.
#[track_caller]
fn assert_loadable(workshop: &Workshop) {
    for entry in fs::read_dir(workshop.crates()).into_iter().flatten() {
        let directory = entry.unwrap().path();
        assert!(directory.join("src/lib.rs").exists(), "{} has no root", directory.display());
        for line in fs::read_to_string(directory.join("Cargo.toml")).unwrap().lines() {
            if let Some(name) = line.split_once("path = \"../").and_then(|(_, rest)| Some(rest.split_once('"')?.0)) {
                assert!(workshop.crates().join(name).join("Cargo.toml").exists(), "{name} is listed and not there");
            }
        }
    }
}

#[test]
fn two_runs_at_once_are_one_after_the_other() {
    let workshop = Workshop::with(&[]);
    for round in 0..12 {
        change(&workshop, round);
        let runs = [start(&workshop), start(&workshop), start(&workshop)];
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert!(output.status.success());
        }
        succeeds(&workshop.regenerate(&["--check"]));
    }
}

#[test]
fn whoever_waits_is_told_so() {
    let workshop = Workshop::regenerated(&["acme"]);
    let lock = fs::OpenOptions::new().write(true).open(workshop.workplace().join("lock")).unwrap();
    lock.lock().unwrap();
    let child = workshop.command(&[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(500));
    drop(lock);
    let output = child.wait_with_output().unwrap();
    succeeds(&output);
    let said = stderr(&output);
    assert!(said.contains("writes to crates: waiting"), "{said}");
}
