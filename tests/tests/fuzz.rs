//! The fuzz targets' functions on a bounded number of inputs. `fuzz/` runs them for as long as one likes.

use countersign_providers::PROVIDERS;
use countersign_tests::fuzz;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

/// A document of a provider in which a stretch of text is gone, or stands in another place too.
fn documents() -> impl Strategy<Value = String> {
    let edits = vec((any::<Index>(), 0..40_usize, proptest::option::of(any::<Index>())), 0..3);
    (any::<Index>(), edits).prop_map(|(which, edits)| {
        let mut text = PROVIDERS[which.index(PROVIDERS.len())].openapi.to_owned();
        for (from, length, to) in edits {
            let place = |text: &str, index: usize| (0..=index).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = place(&text, from.index(text.len()));
            let end = place(&text, (start + length).min(text.len())).max(start);
            let stretch = text[start..end].to_owned();
            match to {
                None => text.replace_range(start..end, ""),
                Some(to) => text.insert_str(place(&text, to.index(text.len())), &stretch),
            }
        }
        text
    })
}

/// The same inputs in every run: finding new ones is the fuzzer's work, and a test's is to say what a change broke.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn documents_are_read_or_refused(text in documents()) {
        fuzz::document(&text);
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn expressions_are_evaluated_or_refused(bytes in vec(any::<u8>(), 0..1_000)) {
        fuzz::evaluator(&bytes);
    }

    #[test]
    fn answers_are_judged(start in vec(any::<u8>(), 0..12), json in "[ -~]{0,60}", status in 0..30_u16) {
        fuzz::outcome(&[&start[..], json.as_bytes()].concat());
        let status = format!("{{\"status\":{status},\"success\":1,\"errorcode\":\"{json}\",\"message\":[{json}]}}");
        fuzz::outcome(&[&start[..], status.as_bytes()].concat());
    }

    #[test]
    fn received_requests_are_verified_or_refused(bytes in vec(any::<u8>(), 0..600)) {
        fuzz::request(&bytes);
    }

    #[test]
    fn what_is_believed_was_signed(bytes in vec(any::<u8>(), 0..400)) {
        fuzz::webhook(&bytes);
    }
}
