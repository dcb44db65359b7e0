//! Brings a document to the plain form that the rest of the crate knows, in which there is one way to say each thing.
//!
//! Providers and their tools write the same schema in many ways: an object where it is used, or in `components`; its parts in
//! `allOf`; in the words of OpenAPI 3.0 or of 3.1. Each pass here rewrites the tree for one of these, until what is an object, a
//! list of texts or one of several schemas is in `components/schemas`, everything else is where it is used, and all of it is in the words of 3.0. So rules,
//! plans, sandboxes and generated code have no special cases.
//!
//! What a pass does not understand it leaves as it is, for the lint to name. What was moved knows where it was written
//! ([`Node::from`]), and findings name that place.

mod alias;
mod choice;
mod combine;
mod direction;
mod edition;
mod hoist;
mod media;
mod null;
mod samples;
mod servers;
mod spot;
pub(crate) mod token;

use crate::node::{Kind, MAX_NODES, Map, Node};
use crate::reference::to_component;

/// How many nodes may be copied for each that there is, and for the most of a document that a person writes: a schema of a few
/// lines could be written out a great many times.
const MOST_COPIED: usize = 4;

/// How many schemas may lead from one to the next while they are written out.
const MOST_HOPS: usize = 64;

/// Rewrites a document. Yields what is to be noted of it: a JSON pointer, and a text.
///
/// # Errors
///
/// It would be too large.
pub(crate) fn normalize(root: &mut Node) -> Result<Vec<(String, String)>, TooLarge> {
    let mut copies = Copies { left: MOST_COPIED * root.size().max(MAX_NODES) };
    edition::lower(root);
    let mut notes = servers::settle(root);
    notes.extend(token::issue(root));
    notes.extend(media::choose(root));
    samples::name(root);
    choice::settle(root);
    combine::merge(root, &mut copies)?;
    alias::inline(root, &mut copies)?;
    hoist::lift(root);
    direction::split(root, &mut copies)?;
    notes.extend(null::said_where_used(root));
    choice::lead(root);
    Ok(notes)
}

/// A document that says so much with so little that it would be too large when all of it is written out.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// What may still be copied.
struct Copies {
    left: usize,
}

impl Copies {
    /// A copy of a node, which knows where it was written.
    fn of(&mut self, node: &Node, from: &str) -> Result<Node, TooLarge> {
        self.left = self.left.checked_sub(node.size()).ok_or(TooLarge)?;
        Ok(node.clone().moved_from(from))
    }
}

/// What `components/schemas` has.
fn components(root: &mut Node) -> Option<&mut Map> {
    root.as_map_mut()?.get_mut("components")?.as_map_mut()?.get_mut("schemas")?.as_map_mut()
}

/// The name of the component of `schemas` that a `$ref` leads to.
fn component(node: &Node) -> Option<String> {
    let target = node.text("$ref")?.strip_prefix("#/components/schemas/")?;
    (!target.contains('/')).then(|| countersign_plan::pointer::unescaped(target).into_owned())
}

/// The JSON pointer to a component of `schemas`.
fn pointer(name: &str) -> String {
    format!("/components/schemas/{}", countersign_plan::pointer::escaped(name))
}

/// A `$ref` to a component of `schemas`.
fn reference(name: &str, line: u64) -> Node {
    let target = Kind::Text(to_component("schemas", name));
    Node::map([("$ref".to_owned(), Node::new(target, line))].into(), line)
}
