//! In what forms a text is found in another, and what is left alone.

use super::*;

fn redacted(text: &str, confidential: &[&str]) -> String {
    let texts = confidential.iter().map(|text| Zeroizing::new((*text).to_owned()));
    Confidential::new(texts).redact(text, usize::MAX)
}

#[test]
fn a_text_is_found_however_it_is_escaped() {
    for text in [
        "Zoë & \"Co\"",
        "ZOË & \"CO\"",
        "zoë+%26+%22co%22",
        "Zo%C3%AB%20%26%20%22Co%22",
        "Zo%c3%ab+%26+%22Co%22",
        "Zo%EB%20%26%20%22Co%22",
        "Zo%25C3%25AB%2520%2526%2520%2522Co%2522",
        "Zoë & \\\"Co\\\"",
        "Zo\\u00eb \\u0026 \\u0022Co\\u0022",
        "\\u005ao\\u00EB\\u0020&\\t\\\\\\\"Co\\\\\\\"",
        "\\x5ao\\xeb & \\x22Co\\x22",
        "Zo&#235; &amp; &quot;Co&quot;",
        "Zo&#xEB;&nbsp;&amp;amp; &#34;Co&#x22;",
        "Zo%C3%AB &amp; \\\"Co%22",
    ] {
        assert_eq!(redacted(&format!("no {text} here"), &["Zoë & \"Co\""]), "no [redacted] here", "{text}");
    }
    assert_eq!(redacted("&lt;a&gt; &apos;b&apos; &amp;lt;", &["<a> 'b' &lt;"]), "[redacted]");
    // What follows an escape of several bytes is not taken for a part of it.
    assert_eq!(redacted("Zo%C3%AB%26Co", &["Zoë&Co"]), "[redacted]");
    let no_escapes = "\\ud83d\\udcb3 \\uD83D \\u+031 \\u \\ % & %4 %+1 &#; &;";
    assert_eq!(redacted(no_escapes, &["💳💳", "💳 x", "1111", "💳-"]), no_escapes);
    assert_eq!(redacted("a \\ud83d\\udcb3\\u0031 b", &["💳1"]), "a [redacted] b");
    assert_eq!(redacted("WEISS, weiß", &["Weiß"]), "[redacted], [redacted]");
}

#[test]
fn a_text_is_found_encoded_alone_and_within_something_longer() {
    // printf 'hunter2?>~' | base64; … | basenc --base64url; … | xxd -p; printf 'a hunter2?>~ b' | base64, and so on
    for text in [
        "aHVudGVyMj8+fg==",
        "aHVudGVyMj8+fg",
        "aHVudGVyMj8-fg==",
        "aHVudGVyMj8-fg",
        "aHVudGVyMj8%2Bfg%3D%3D",
        "68756e746572323f3e7e",
        "68756E746572323F3E7E",
    ] {
        assert_eq!(redacted(&format!("no {text}, here"), &["hunter2?>~"]), "no [redacted], here", "{text}");
    }
    for text in ["aHVudGVyMj8+fiBi", "YWh1bnRlcjI/Pn4gYg==", "YWFodW50ZXIyPz5+IGI="] {
        let left = redacted(text, &["hunter2?>~"]);
        assert!(left.contains("[redacted]") && left.len() <= "[redacted]".len() + 8, "{left}");
    }
    // Of what was encoded itself, what it was encoded from: printf 'the-id:the-key' | base64
    for text in ["the-id:the-key", "THE-ID%3AThe-Key", "7468652d69643a7468652d6b6579", "dGhlLWlkOnRoZS1rZXk="] {
        assert_eq!(redacted(text, &["dGhlLWlkOnRoZS1rZXk="]), "[redacted]");
    }
    // In lines or not, as base64-mime has it.
    for text in ["AAAABBBB\nCCCC", "AAAABBBBCCCC", "AAAABBBB\\nCCCC\\n", "AAAABBBB\\r\\nCCCC", "AAAA\r\nBBBB CCCC"] {
        assert!(redacted(text, &["AAAABBBB\nCCCC\n"]).starts_with("[redacted]"), "{text}");
        assert!(redacted(text, &["AAAABBBB CCCC"]).starts_with("[redacted]"), "{text}");
    }
}

#[test]
fn a_text_is_found_with_more_or_fewer_spaces_and_nothing_else_in_their_place() {
    let spaces = |space: &str, count: usize| format!("ab{}cd", space.repeat(count));
    for space in [" ", "\n", "\\n", "%20", "&nbsp;"] {
        for count in [0, 1, 2, MOST_SPACES] {
            assert_eq!(redacted(&spaces(space, count), &["ab cd"]), "[redacted]", "{count} of {space:?}");
        }
        let more = spaces(space, MOST_SPACES + 1);
        assert_eq!(redacted(&more, &["ab cd"]), more);
    }
    for text in ["ab-cd", "ab - cd", "abxcd"] {
        assert_eq!(redacted(text, &["ab cd"]), text);
    }
    // A text without spaces may be in lines, but not in words.
    assert_eq!(redacted(&spaces("\n", MOST_SPACES), &["abcd"]), "[redacted]");
    for text in [spaces("\n", MOST_SPACES + 1), spaces(" ", 1), spaces("x", 1)] {
        assert_eq!(redacted(&text, &["abcd"]), text);
    }
}

#[test]
fn what_can_be_read_in_many_ways_is_gone_through_once() {
    for (text, confidential) in [("\\", "\\".repeat(64)), ("%25", "%".repeat(64)), ("&amp;", "&".repeat(64))] {
        assert_eq!(redacted(&text.repeat(64), &[&confidential]), "[redacted]");
    }
}

#[test]
fn a_short_text_is_found_as_a_word_of_its_own() {
    for (text, left) in [
        ("123", "[redacted]"),
        ("CVV 123 is wrong", "CVV [redacted] is wrong"),
        ("cvv=123&pan=4", "cvv=[redacted]&pan=4"),
        ("cvv%3D123", "cvv%3D[redacted]"),
        ("{\"cvv\":\"123\"}", "{\"cvv\":\"[redacted]\"}"),
        ("{\\\"cvv\\\":\\\"\\u0031\\u0032\\u0033\\\"}", "{\\\"cvv\\\":\\\"[redacted]\\\"}"),
        // printf 123 | base64; printf 123 | xxd -p
        ("MTIz, 313233", "[redacted], [redacted]"),
        ("1234, 0123, E123, 123a, 12, 1 2 3 of 1", "1234, 0123, E123, 123a, 12, 1 2 3 of 1"),
        ("order 51234 of 1123 at 12:30", "order 51234 of 1123 at 12:30"),
    ] {
        assert_eq!(redacted(text, &["123"]), left);
    }
    // One character hides nothing, and spaces are no text.
    assert_eq!(redacted("1 of 1, a b", &["1", " ", "    ", ""]), "1 of 1, a b");
    assert_eq!(redacted("11 of 111", &["11"]), "[redacted] of 111");
}

#[test]
fn all_that_overlaps_is_taken_out() {
    assert_eq!(redacted("4711-4712 and 4711", &["4711", "4711-4712"]), "[redacted] and [redacted]");
    assert_eq!(redacted("x abcdefgh y", &["abcd", "cdefgh"]), "x [redacted] y");
    assert_eq!(redacted("740015", &["4001"]), "7[redacted]5");
    // What begins where another ends is one of its own.
    assert_eq!(redacted("47114712", &["4711", "4712"]), "[redacted][redacted]");
    assert_eq!(redacted("äöü äöüß", &["äöüß"]), "äöü [redacted]");
    assert_eq!(redacted("nothing of it", &[]), "nothing of it");
}

#[test]
fn a_long_text_is_read_as_far_as_it_is_shown() {
    let confidential = Confidential::new([Zeroizing::new("hunter2".to_owned())]);
    let text = "a hunter2 ".repeat(300_000);
    let shown = confidential.redact(&text, 300);
    assert!(shown.starts_with("a [redacted] a [redacted] ") && !shown.contains("hunt"), "{shown}");
    assert!((300..320).contains(&shown.chars().count()));
}

#[test]
fn each_part_of_a_token_is_found() {
    // {"alg":"none"}, {"pin":"4321","of":"x"} and a signature, as base64url
    let (header, claims, signature) = ("eyJhbGciOiJub25lIn0", "eyJwaW4iOiI0MzIxIiwib2YiOiJ4In0", "c2lnbmVkLW9yLXNv");
    for token in [format!("{header}.{claims}.{signature}"), format!("Bearer {header}.{claims}.{signature}")] {
        for part in [header, claims, signature, &token, "{\"pin\":\"4321\",\"of\":\"x\"}"] {
            assert_eq!(redacted(&format!("no {part}, here"), &[&token]), "no [redacted], here", "{token}");
        }
    }
    // What has dots and other signs is none, nor is what has another number of parts.
    let part = "the-payments-of-a-bank";
    for host in [format!("{part}.example.com/"), format!("{part}.example"), format!("{part}.of.an.example")] {
        assert_eq!(redacted(part, &[&host]), part, "{host}");
    }
}
