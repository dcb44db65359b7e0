//! Plays the provider of an overlay, for calls that are typed.

use std::fs;

use countersign_sandbox::{Sandbox, Verdict};

/// Makes calls of a sandbox, which plays the one document in the folder that the program is given. All that arrives there is
/// right, and from so many calls.
pub fn played(count: usize, calls: impl AsyncFnOnce(&Sandbox)) {
    let folder = std::env::args().nth(1).expect("the folder of the document");
    let mut files = fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path());
    let file = files.find(|file| file.is_file()).expect("a document");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let document = countersign_spec::read_file(&file).expect("it lints clean");
        let sandbox = Sandbox::start(document).await.expect("a sandbox");
        calls(&sandbox).await;
        let received = sandbox.received();
        assert_eq!(received.len(), count, "{received:?}");
        for received in received {
            assert!(!received.is_refused(), "{received}");
            assert!(received.values.iter().all(|value| value.verdict == Verdict::Right), "{received:?}");
        }
    });
}
