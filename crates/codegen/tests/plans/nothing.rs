use countersign::plan::words::*;
use countersign::plan::*;

/// What the document says about authenticating, signing, classifying and retrying.
pub static PLAN: Plan = plan("nothing", "Nothing");
