//! The files that the generator wants, beside those that are there.
//!
//! Everything is generated in memory first. [`compare`] then says how the disk differs, and [`apply`] writes just that:
//! a file that is right already is not touched, so that a build after a regeneration builds only what changed.
//!
//! Other people's crates may lie beside the generated ones, and other people's files in them. So a file is the generator's
//! own only if its first line says so, for the crate whose directory it lies in ([`config::is_generated_for`]), and nothing else is
//! overwritten or removed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::config::{self, ALL, FILE};

/// The directory for what a run needs while it writes, beside the crates' directory.
const WORKPLACE: &str = ".regenerate";

/// A file there that is being written.
const NEW_FILE: &str = "file.new";

/// A crate there that is being written.
const NEW_CRATE: &str = "crate.new";

/// A crate there that is being removed.
const OLD_CRATE: &str = "crate.old";

/// Why something is not overwritten.
const FOREIGN: &str = "was not written by the generator";

/// The text of each file, by its path below the crates' directory. The first line says that it was generated ([`crate::config::Config::banner`]).
pub type Files = BTreeMap<PathBuf, String>;

/// Which directories below the crates' directory a run answers for.
#[derive(Clone, Debug)]
pub enum Scope {
    /// All of them: a crate in which no file is wanted goes.
    All,
    /// These alone.
    Only(BTreeSet<PathBuf>),
}

impl Scope {
    fn covers(&self, directory: &Path) -> bool {
        match self {
            Self::All => true,
            Self::Only(directories) => directories.contains(directory),
        }
    }
}

/// How the disk differs from what is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The files that are not as they should be, sorted by their paths.
    pub changes: Vec<Change>,
    /// The directories of the crates that go, of which all files are among the changes.
    pub goes: BTreeSet<PathBuf>,
    /// What lies in a generated crate and is not the generator's, so that it stays, and the crate with it.
    pub left: Vec<PathBuf>,
}

/// One file on the disk that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, below the crates' directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: ChangeKind,
}

/// What is wrong with a file on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is not there.
    Missing {
        /// What should be in it.
        new: String,
    },
    /// It says something else.
    Stale {
        /// What it says, as far as that is text.
        old: String,
        /// What it should say.
        new: String,
    },
    /// It was generated, and is no longer wanted.
    Stray,
}

impl Change {
    /// `stale`, `missing` or `stray`.
    pub fn word(&self) -> &'static str {
        match self.kind {
            ChangeKind::Missing { .. } => "missing",
            ChangeKind::Stale { .. } => "stale",
            ChangeKind::Stray => "stray",
        }
    }

    /// The change as a unified diff, `root` being the crates' directory as the caller named it.
    pub fn diff(&self, root: &Path) -> String {
        let name = root.join(&self.path).display().to_string();
        let (old, new) = match &self.kind {
            ChangeKind::Missing { new } => ("", new.as_str()),
            ChangeKind::Stale { old, new } => (old.as_str(), new.as_str()),
            ChangeKind::Stray => return format!("{name} is removed\n"),
        };
        similar::TextDiff::from_lines(old, new).unified_diff().header(&name, &name).to_string()
    }
}

/// How the directory `root` differs from `wanted`, within `scope`. Nothing is written.
///
/// # Errors
///
/// Something that was not generated is where a file should go (all such places are named), or something cannot be read.
pub fn compare(root: &Path, wanted: &Files, scope: &Scope) -> Result<Comparison> {
    let mut found = Comparison::default();
    let mut refused = Vec::new();
    let crates: BTreeSet<&Path> = wanted.keys().filter_map(|path| path.iter().next()).map(Path::new).collect();
    for directory in &crates {
        let full = root.join(directory);
        if is_directory(&full)? && !is_ours(root, directory)? && holds_a_file(&full)? {
            refused.push((full, FOREIGN));
        }
    }
    let mut siblings = BTreeMap::new();
    for (path, new) in wanted {
        let new = new.clone();
        let full = root.join(path);
        let kind = match look(root, path, &mut siblings)? {
            Place::Empty => ChangeKind::Missing { new },
            Place::Taken(by, why) => {
                refused.push((by, why));
                continue;
            }
            Place::File => match fs::read(&full).with_context(|| unreadable(&full))? {
                old if old == new.as_bytes() => continue,
                _ if !is_generated(root, path)? => {
                    refused.push((full, FOREIGN));
                    continue;
                }
                old => ChangeKind::Stale { old: String::from_utf8_lossy(&old).into_owned(), new },
            },
        };
        found.changes.push(Change { path: path.clone(), kind });
    }
    if !refused.is_empty() {
        refused.sort();
        // A directory is named for all that is in it.
        refused.dedup_by(|(inner, why), (outer, _)| inner == outer || *why == FOREIGN && inner.starts_with(outer));
        let lines: Vec<_> = refused.iter().map(|(path, why)| format!("{} {why}", path.display())).collect();
        bail!(
            "{}\nnothing is written: move what is named here elsewhere, or remove it if it is of no use, or name another \
             folder for `crates` in {FILE}",
            lines.join("\n")
        );
    }
    for directory in entries(root)?.into_iter().map(PathBuf::from).filter(|directory| scope.covers(directory)) {
        if !is_directory(&root.join(&directory))? || !is_ours(root, &directory)? {
            continue;
        }
        let stays = crates.contains(directory.as_path());
        let mut below = Comparison::default();
        walk(root, &directory, wanted, &mut below)?;
        // What Cargo built and the text of a licence are in nobody's way, unless the directory is to go.
        below.left.retain(|path| !stays || !is_welcome(path));
        if stays {
            found.changes.extend(below.changes);
        } else if below.left.is_empty() {
            found.changes.extend(below.changes);
            found.goes.insert(directory);
        }
        found.left.extend(below.left);
    }
    found.changes.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(found)
}

/// Whether something in a generated crate needs no mention: what Cargo built, and the text of a licence, which each package that is
/// published should have.
fn is_welcome(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "target" || name.starts_with("LICENSE")
}

/// Makes the changes: each file is replaced at once, so that whoever reads it sees the old one or the new one.
///
/// Cargo can load the workspace at any time, so that a run which is killed can be followed by another: a directory without
/// a manifest, or a list of crates that are not there, would be in its way. So a new crate comes in one step and an old one
/// goes in one, and the list of all crates is written between the two.
///
/// # Errors
///
/// A file or directory cannot be written or removed. Files before it have been written.
pub fn apply(workplace: &Workplace, comparison: &Comparison) -> Result<()> {
    let mut crates: BTreeMap<(bool, bool, &OsStr), Vec<&Change>> = BTreeMap::new();
    for change in &comparison.changes {
        let Some(directory) = change.path.iter().next() else { continue };
        let goes = comparison.goes.contains(Path::new(directory));
        crates.entry((goes, directory == ALL, directory)).or_default().push(change);
    }
    for ((goes, _, directory), changes) in crates {
        let full = workplace.root.join(directory);
        if goes {
            workplace.take_away(&full, &changes)?;
        } else if exists(&full)? && holds_a_file(&full)? {
            changes.into_iter().try_for_each(|change| workplace.change(change))?;
        } else {
            workplace.put(&full, &changes)?;
        }
    }
    Ok(())
}

/// Whether a directory below the crates' directory holds a crate that was generated: its manifest tells, and its root
/// where there is no manifest.
///
/// # Errors
///
/// The file that tells cannot be read.
pub fn is_ours(root: &Path, directory: &Path) -> Result<bool> {
    let manifest = directory.join("Cargo.toml");
    if exists(&root.join(&manifest))? {
        is_generated(root, &manifest)
    } else {
        is_generated(root, &directory.join("src/lib.rs"))
    }
}

/// Whether this is a file that was generated for the crate in whose directory it lies.
fn is_generated(root: &Path, path: &Path) -> Result<bool> {
    let Some(name) = path.iter().next().and_then(OsStr::to_str) else { return Ok(false) };
    let full = root.join(path);
    if !metadata(&full)?.is_some_and(|metadata| metadata.is_file()) {
        return Ok(false);
    }
    Ok(config::is_generated_for(&first_line(&full).with_context(|| unreadable(&full))?, name))
}

/// The first line of a file, as far as it could be ours.
fn first_line(path: &Path) -> io::Result<String> {
    let mut start = Vec::new();
    File::open(path)?.take(400).read_to_end(&mut start)?;
    Ok(String::from_utf8_lossy(&start).lines().next().unwrap_or_default().to_owned())
}

// ---- Writing -------------------------------------------------------------------------------------------------------

/// The right to write to the crates' directory, which one run has at a time, and the place where files come into being.
///
/// It lies beside the crates' directory: in there, Cargo would take it for a crate. What a killed run left in it goes when
/// the next one begins, and Git does not look at it.
#[derive(Debug)]
pub struct Workplace {
    root: PathBuf,
    directory: PathBuf,
    _lock: File,
}

impl Workplace {
    /// Waits until no other run writes to the crates' directory.
    ///
    /// # Errors
    ///
    /// The place cannot be made or locked, or holds what the generator did not put there.
    pub fn enter(root: &Path) -> Result<Self> {
        let unwritable = |path: &Path| format!("{} cannot be written", path.display());
        fs::create_dir_all(root).with_context(|| unwritable(root))?;
        let full = root.canonicalize().with_context(|| unreadable(root))?;
        let Some(parent) = full.parent() else { bail!("{} is no place for crates", root.display()) };
        let directory = parent.join(WORKPLACE);
        let unwritable = || unwritable(&directory);
        fs::create_dir(&directory).or_else(there_already).with_context(unwritable)?;
        let (ignored, locked) = (directory.join(".gitignore"), directory.join("lock"));
        if !is_directory(&directory)? || [&ignored, &locked].into_iter().any(|path| path.is_symlink()) {
            bail!("{} is not what the generator makes of it: remove it", directory.display());
        }
        let ignore = File::create_new(&ignored).and_then(|mut file| file.write_all(b"*\n"));
        ignore.or_else(there_already).with_context(unwritable)?;
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).open(&locked).with_context(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!("another run writes to {}: waiting for its end", root.display());
                lock.lock().with_context(unwritable)?;
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(unwritable),
        }
        let workplace = Self { root: root.to_owned(), directory, _lock: lock };
        workplace.tidy()?;
        Ok(workplace)
    }

    /// Removes what a killed run left: what it was making, whatever is in it, and what it took away, as far as that was
    /// generated.
    fn tidy(&self) -> Result<()> {
        let unwritable = || format!("{} cannot be tidied: remove it", self.directory.display());
        for name in [NEW_FILE, NEW_CRATE, OLD_CRATE] {
            let path = self.directory.join(name);
            let Some(metadata) = metadata(&path)? else { continue };
            match (name, metadata.is_dir()) {
                (NEW_CRATE, true) => fs::remove_dir_all(&path),
                (OLD_CRATE, true) => remove_generated(&path),
                _ => fs::remove_file(&path),
            }
            .with_context(unwritable)?;
        }
        Ok(())
    }

    fn change(&self, change: &Change) -> Result<()> {
        let path = self.root.join(&change.path);
        let (ChangeKind::Missing { new } | ChangeKind::Stale { new, .. }) = &change.kind else {
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            remove_empty_parents(&self.root, &path);
            return Ok(());
        };
        let temporary = self.directory.join(NEW_FILE);
        let unwritable = || format!("{} cannot be written", path.display());
        fs::write(&temporary, new).with_context(unwritable)?;
        make_parent(&path).with_context(unwritable)?;
        fs::rename(&temporary, &path).with_context(unwritable)
    }

    /// Puts a whole crate into its place.
    fn put(&self, place: &Path, changes: &[&Change]) -> Result<()> {
        let unwritable = || format!("{} cannot be written", place.display());
        let made = self.directory.join(NEW_CRATE);
        for change in changes {
            let (ChangeKind::Missing { new } | ChangeKind::Stale { new, .. }) = &change.kind else { continue };
            let path = made.join(change.path.iter().skip(1).collect::<PathBuf>());
            make_parent(&path).and_then(|()| fs::write(&path, new)).with_context(unwritable)?;
        }
        if exists(place)? {
            remove_empty(place).with_context(unwritable)?;
        }
        fs::rename(&made, place).with_context(unwritable)
    }

    /// Takes a whole crate out of its place.
    fn take_away(&self, place: &Path, changes: &[&Change]) -> Result<()> {
        let unremovable = || format!("{} cannot be removed", place.display());
        let taken = self.directory.join(OLD_CRATE);
        fs::rename(place, &taken).with_context(unremovable)?;
        for change in changes {
            fs::remove_file(taken.join(change.path.iter().skip(1).collect::<PathBuf>())).with_context(unremovable)?;
        }
        remove_empty(&taken).with_context(unremovable)
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Removes a directory in which there are directories alone.
fn remove_empty(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        remove_empty(&entry?.path())?;
    }
    fs::remove_dir(directory)
}

/// Removes a directory in which there is nothing but generated files.
fn remove_generated(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if fs::symlink_metadata(&path)?.is_dir() {
            remove_generated(&path)?;
        } else if config::is_generated(&first_line(&path)?) {
            fs::remove_file(&path)?;
        }
    }
    fs::remove_dir(directory)
}

fn there_already(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    }
}

fn remove_empty_parents(root: &Path, path: &Path) {
    for directory in path.ancestors().skip(1).take_while(|directory| *directory != root) {
        // It is not empty yet, or it cannot be removed: neither makes the generated files wrong.
        if fs::remove_dir(directory).is_err() {
            break;
        }
    }
}

// ---- Looking -------------------------------------------------------------------------------------------------------

/// What is there where a file is wanted.
enum Place {
    Empty,
    File,
    /// Something that is in the way, and why it is.
    Taken(PathBuf, &'static str),
}

fn look(root: &Path, path: &Path, siblings: &mut BTreeMap<PathBuf, Vec<OsString>>) -> Result<Place> {
    let mut here = root.to_owned();
    for name in path {
        let known = match siblings.get(&here) {
            Some(known) => known,
            None => siblings.entry(here.clone()).or_insert(entries(&here)?),
        };
        if let Some(other) = known.iter().find(|other| *other != name && other.eq_ignore_ascii_case(name)) {
            return Ok(Place::Taken(here.join(other), "differs in case alone from a name that is to be written"));
        }
        here.push(name);
        let Some(metadata) = metadata(&here)? else { return Ok(Place::Empty) };
        if metadata.is_symlink() {
            return Ok(Place::Taken(here, "is a symbolic link"));
        }
        match (here == root.join(path), metadata.is_dir(), metadata.is_file()) {
            (false, true, _) => {}
            (false, false, _) => return Ok(Place::Taken(here, "is not a directory")),
            (true, _, true) => return Ok(Place::File),
            (true, _, false) => return Ok(Place::Taken(here, "is not a file")),
        }
    }
    Ok(Place::Empty)
}

/// Finds what is not wanted at and below `path`, in a crate of ours: files of ours are stray, all else is left. Whether
/// anything of ours is there.
fn walk(root: &Path, path: &Path, wanted: &Files, found: &mut Comparison) -> Result<bool> {
    let mut left = Vec::new();
    let mut ours = false;
    for name in entries(&root.join(path))? {
        let below = path.join(&name);
        let full = root.join(&below);
        if wanted.contains_key(&below) {
            ours = true;
        } else if is_directory(&full)? {
            // A repository, a build's output or a crate in here is its owner's, whatever is in it.
            let own = name == ".git" || name == "target" || exists(&full.join("Cargo.toml"))?;
            if !own && walk(root, &below, wanted, found)? {
                ours = true;
            } else if holds_a_file(&full)? {
                left.push(below);
            }
        } else if is_generated(root, &below)? {
            ours = true;
            found.changes.push(Change { path: below, kind: ChangeKind::Stray });
        } else {
            left.push(below);
        }
    }
    // What is left in a directory without anything of ours is named by the directory.
    if ours {
        found.left.extend(left);
    }
    Ok(ours)
}

/// The names in a directory, sorted; none where there is no such directory.
fn entries(directory: &Path) -> Result<Vec<OsString>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| unreadable(directory)),
    };
    let names: io::Result<Vec<OsString>> = entries.map(|entry| Ok(entry?.file_name())).collect();
    let mut names = names.with_context(|| unreadable(directory))?;
    names.sort();
    Ok(names)
}

/// Whether there is anything but directories at or below a path.
fn holds_a_file(path: &Path) -> Result<bool> {
    if !is_directory(path)? {
        return Ok(true);
    }
    for name in entries(path)? {
        if holds_a_file(&path.join(name))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says of a directory that it is one, and of a symbolic link to one that it is not.
fn is_directory(path: &Path) -> Result<bool> {
    Ok(metadata(path)?.is_some_and(|metadata| metadata.is_dir()))
}

fn exists(path: &Path) -> Result<bool> {
    Ok(metadata(path)?.is_some())
}

/// What is at a path, of a symbolic link and not of what it leads to.
fn metadata(path: &Path) -> Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| unreadable(path)),
    }
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}
