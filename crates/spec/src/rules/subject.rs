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
}
