//! What a rule reads.

use countersign_plan as plan;

use crate::api::{Api, Operation};
use crate::lower::Lowered;

/// The document, and the plan that it lowers to.
pub(crate) struct Subject<'s, 'a> {
    pub(crate) api: &'s Api<'a>,
    pub(crate) lowered: &'s Lowered<'a>,
}

impl<'s, 'a> Subject<'s, 'a> {
    /// The operations, as the document has them and as they lower.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Operation)> {
        self.api.operations.iter().zip(self.lowered.plan.operations.iter())
    }

    /// The webhooks, as the document has them and as they lower.
    pub(super) fn webhooks(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Webhook)> {
        self.api.webhooks.iter().zip(self.lowered.plan.webhooks.iter())
    }

    /// The operations and the webhooks, in the order in which what they fill in is listed.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'s Operation<'a>, &'s plan::Operation)> {
        self.operations().chain(self.webhooks().map(|(webhook, planned)| (webhook, &planned.operation)))
    }
}
