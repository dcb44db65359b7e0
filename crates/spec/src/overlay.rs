//! An overlay: what we say of a document that its provider publishes, which stays as it is.
//!
//! It is an OpenAPI Overlay (1.0 or 1.1). Its targets are found with a library, in a copy of the document as JSON, and changed in
//! the tree, so that everything in it knows its file and its line.

use countersign_plan::pointer::{steps, unescaped};
use serde_json::Value as Json;
use serde_json_path::JsonPath;
use sha2::{Digest, Sha256};

use crate::finding::{Report, Rule};
use crate::grammar;
use crate::node::{At, Kind, MAX_DEPTH, MAX_NODES, Node};
use crate::reading::Reading;
use crate::words::CONVERTED;

/// How many actions there may be: each goes through the whole document.
const MOST_ACTIONS: usize = 1_000;

/// How often a JSONPath may go through all that is below a value. What it finds grows with each.
const MOST_DESCENTS: usize = 2;

/// Reads a file beside the overlay, by its relative path.
pub(crate) type Load<'l> = dyn Fn(&str) -> Result<Vec<u8>, String> + 'l;

/// A published document with what an overlay says of it.
pub(crate) struct Composed {
    pub(crate) root: Node,
    /// The file of the published document, as the overlay names it.
    pub(crate) base: String,
    /// Its SHA-256.
    pub(crate) sha256: String,
}

/// Whether a document is an overlay.
pub(crate) fn is_one(root: &Node) -> bool {
    root.get("overlay").is_some()
}

/// The file that an overlay is written to, without a sign that it is here.
pub(crate) fn extends(root: &Node) -> Option<&str> {
    let name = root.text("extends").filter(|_| is_one(root))?;
    Some(name.strip_prefix("./").unwrap_or(name))
}

/// Writes what an overlay says into the document that it names. `None` if that is not possible, for reasons in the report.
pub(crate) fn compose(overlay: &At<'_>, reading: &Reading, load: &Load<'_>, report: &mut Report) -> Option<Composed> {
    grammar::check_overlay(overlay, report);
    if let Some(version) = overlay.get("overlay")
        && let Some(text) = version.node.as_text()
        && !["1.0.", "1.1."].iter().any(|known| text.starts_with(known))
    {
        report.add(Rule::WrongValue, &version, format!("overlays of version {text} are not known"), "`overlay: 1.1.0`");
    }
    let at = overlay.get("extends")?;
    let name = extends(overlay.node)?;
    if name.is_empty() || name.contains([':', '\\']) || name.split('/').any(|step| matches!(step, "" | "." | "..")) {
        let remedy =
            "the path of a file below the overlay's directory, such as `./acme.published.yaml`: nothing is fetched";
        report.add(Rule::Base, &at, format!("`{name}` is not a file beside the overlay"), remedy);
        return None;
    }
    let bytes = load(name).map_err(|why| {
        let remedy = "the path of the published document, from the overlay's directory";
        report.add(Rule::Base, &at, format!("`{name}` cannot be read: {why}"), remedy);
    });
    let bytes = bytes.ok()?;
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    match overlay.get("x-sha256") {
        _ if reading.edition => {}
        None => {
            let problem = format!("nothing says which `{name}` this is written to");
            report.add(Rule::Base, overlay, problem, format!("`x-sha256: {sha256}`"));
        }
        Some(pin) if pin.node.as_text().is_some_and(|pinned| !pinned.eq_ignore_ascii_case(&sha256)) => {
            let problem = format!("`{name}` is not the file that this is written to, but one of another SHA-256");
            let remedy = format!(
                "`x-sha256: {sha256}` once `countersign diff` has shown you what changes, or put the file back"
            );
            report.add(Rule::Base, &pin, problem, remedy);
            // What else would be found is of another document.
            return None;
        }
        Some(_) => {}
    }
    reading.extends(Some(name), report);
    let text = String::from_utf8_lossy(&bytes);
    let read = Node::parse_published(text.trim_start_matches('\u{feff}'));
    let mut root = read.map_err(|unreadable| report.unreadable(unreadable)).ok()?;
    if !root.text("openapi").is_some_and(|version| version.starts_with("3.0.") || version.starts_with("3.1.")) {
        let problem = format!("`{name}` is not OpenAPI 3.0 or 3.1");
        report.add(Rule::Base, &at, problem, format!("a document of these versions: {CONVERTED}"));
        return None;
    }
    let mut left = MAX_NODES;
    for (index, action) in overlay.get("actions").into_iter().flat_map(|actions| actions.items()).enumerate() {
        if index == MOST_ACTIONS {
            report.add(Rule::Overlay, &action, "there are more actions", format!("at most {MOST_ACTIONS}"));
            break;
        }
        apply(&action, &mut root, &mut left, report);
    }
    report.is_empty().then(|| Composed { root, base: name.to_owned(), sha256 })
}

/// Does what an action says.
fn apply(action: &At<'_>, root: &mut Node, left: &mut usize, report: &mut Report) {
    let Some(target) = action.get("target") else { return };
    let Some(found) = found(&target, root, report) else { return };
    let is_said = |word: &&str| if *word == "remove" { action.is_true(word) } else { action.get(word).is_some() };
    let says: Vec<&str> = ["update", "copy", "remove"].into_iter().filter(is_said).collect();
    match says.as_slice() {
        ["update"] => {
            let Some(update) = action.get("update") else { return };
            if !has_room(&update, update.node, &found, left, report) {
                return;
            }
            for path in &found {
                merge(&update, root.at_mut(path), report);
            }
        }
        ["copy"] => {
            let Some(copy) = action.get("copy") else { return };
            match self::found(&copy, root, report).as_deref() {
                Some([from]) => {
                    let Some(copied) = root.at_mut(from).map(|node| node.clone()) else { return };
                    if !has_room(&copy, &copied, &found, left, report) {
                        return;
                    }
                    for path in &found {
                        merge(&At { node: &copied, pointer: copy.pointer.clone() }, root.at_mut(path), report);
                    }
                }
                Some(several) => {
                    let problem = format!("{} values are to be copied", several.len());
                    report.add(Rule::Overlay, &copy, problem, "a JSONPath of one value");
                }
                None => {}
            }
        }
        ["remove"] => {
            // From the last to the first, so that those before keep their places.
            for path in found.iter().rev() {
                root.take(path);
            }
        }
        _ => {
            let problem = "an action does one thing";
            report.add(Rule::Overlay, action, problem, "one of `update`, `copy` and `remove: true`");
        }
    }
}

/// Whether something may be written into some places of a document, which is to stay of a size that can be read.
fn has_room(at: &At<'_>, more: &Node, places: &[Vec<String>], left: &mut usize, report: &mut Report) -> bool {
    let depth = places.iter().map(Vec::len).max().unwrap_or_default() + more.depth();
    match left.checked_sub(more.size().saturating_mul(places.len())) {
        Some(rest) if depth <= MAX_DEPTH => {
            *left = rest;
            true
        }
        Some(_) => {
            let problem = format!("the document would be more than {MAX_DEPTH} levels deep");
            report.add(Rule::Overlay, at, problem, "what it holds in fewer levels");
            false
        }
        None => {
            let problem = format!("the actions write more than {MAX_NODES} values");
            report.add(Rule::Overlay, at, problem, "less, or into fewer places");
            false
        }
    }
}

/// The ways to all that a JSONPath finds, each once and in the document's order.
fn found(target: &At<'_>, root: &Node, report: &mut Report) -> Option<Vec<Vec<String>>> {
    let text = target.node.as_text()?;
    let path = match JsonPath::parse(text) {
        Ok(path) => path,
        Err(error) => {
            let problem = format!("`{text}` is not a JSONPath: {}", error.message());
            let quoted = in_quotes(text).filter(|quoted| JsonPath::parse(quoted).is_ok());
            let remedy = quoted.map_or_else(
                || "one of RFC 9535, such as `$.paths['/payments'].post`".to_owned(),
                |quoted| format!("`{quoted}`: a name with a sign in it is in quotes and brackets"),
            );
            report.add(Rule::Overlay, target, problem, remedy);
            return None;
        }
    };
    // What one finds is to be in proportion to the document.
    let descents = text.matches("..").count();
    if descents > MOST_DESCENTS || text.get(1..).is_some_and(|rest| rest.contains("$.") || rest.contains("$[")) {
        let problem = format!("`{text}` goes through the document too often");
        report.add(Rule::Overlay, target, problem, format!("one `$` and at most {MOST_DESCENTS} `..`"));
        return None;
    }
    let json: Json = serde::Deserialize::deserialize(root).unwrap_or_default();
    let located = path.query_located(&json);
    let mut found: Vec<Vec<String>> = located
        .locations()
        .map(|location| steps(&location.to_json_pointer()).map(|step| unescaped(step).into_owned()).collect())
        .collect();
    found.sort_by_cached_key(|path| places(root, path));
    found.dedup();
    if found.is_empty() {
        let problem = format!("`{text}` finds nothing in the published document");
        report.add(Rule::Overlay, target, problem, nearest(root, text));
        return None;
    }
    Some(found)
}

/// A path of names with the odd ones of them in quotes, as `$.components.parameters['X-Key']`; none for what has more in it.
fn in_quotes(text: &str) -> Option<String> {
    let names = text.strip_prefix("$.").filter(|names| !names.contains(['[', '\'', '*', '?']))?;
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let written = names.split('.').map(|name| if is_plain(name) { format!(".{name}") } else { format!("['{name}']") });
    Some(written.fold("$".to_owned(), |path, name| path + &name))
}

/// The positions on the way to a value.
fn places(root: &Node, path: &[String]) -> Vec<usize> {
    let mut here = Some(root);
    path.iter()
        .map(|step| {
            let place = match here.map(|node| &node.kind) {
                Some(Kind::Map(map)) => map.get_index_of(step),
                _ => step.parse().ok(),
            };
            here = here.and_then(|node| match &node.kind {
                Kind::Map(map) => map.get(step),
                Kind::List(list) => list.get(place?),
                _ => None,
            });
            place.unwrap_or_default()
        })
        .collect()
}

/// What to write instead of a target that finds nothing.
fn nearest(root: &Node, target: &str) -> String {
    let paths = root.get("paths").and_then(Node::as_map).into_iter().flatten().map(|(path, _)| path.as_str());
    let quoted = target.split(['\'', '"']).find(|part| part.starts_with('/'));
    let known: Vec<&str> = paths.collect();
    match quoted.filter(|path| !known.contains(path)).and_then(|path| crate::words::nearest(path, &known)) {
        Some(near) => format!("a target that does, as with the path `{near}`"),
        None => "a target that does, or no such action".to_owned(),
    }
}

/// Merges an update into a value: objects member by member, lists one after the other, and in the place of everything else.
fn merge(update: &At<'_>, into: Option<&mut Node>, report: &mut Report) {
    let Some(into) = into else { return };
    match (&mut into.kind, &update.node.kind) {
        (Kind::Null, _) => *into = update.node.clone(),
        (Kind::Map(known), Kind::Map(_)) => {
            for (key, value) in update.entries() {
                match known.get_mut(key) {
                    None => {
                        known.insert(key.to_owned(), value.node.clone());
                    }
                    Some(known) => merge(&value, Some(known), report),
                }
            }
        }
        (Kind::List(known), Kind::List(more)) => known.extend(more.iter().cloned()),
        (Kind::List(known), _) => known.push(update.node.clone()),
        (Kind::Map(_), _) | (_, Kind::Map(_) | Kind::List(_)) => {
            let problem = format!("the update is {}, and its target is {}", update.node.noun(), into.noun());
            report.add(
                Rule::Overlay,
                update,
                problem,
                "an update of the same kind, or first an action with `remove: true`",
            );
        }
        _ => *into = update.node.clone(),
    }
}
